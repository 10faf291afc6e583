#include "base/nearest.h"

#include <string.h>

#define WORD_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

enum { LETTERS_MAX = 32 };

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned nearest_edits(const char *a, const char *b)
{
    size_t m = strnlen(a, LETTERS_MAX), n = strnlen(b, LETTERS_MAX);
    unsigned d[LETTERS_MAX + 1][LETTERS_MAX + 1];
    for (size_t i = 0; i <= m; i++) {
        for (size_t j = 0; j <= n; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = (unsigned)(i + j);
                continue;
            }
            unsigned change = a[i - 1] == b[j - 1] ? 0 : 1;
            d[i][j] = least(d[i - 1][j - 1] + change, least(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
            }
        }
    }
    return d[m][n];
}

void nearest_offer(struct nearest *n, const char *name)
{
    unsigned edits = nearest_edits(n->typed, name);
    if (n->name == NULL || edits < n->edits) {
        n->name = name;
        n->edits = edits;
    }
}

bool nearest_in(const char *sentence, const char *typed, char word[NEAREST_WORD_BYTES])
{
    size_t typed_size = strlen(typed);
    unsigned most = typed_size < 4 ? 1 : 2, best = most + 1;
    for (const char *p = sentence; *p != '\0';) {
        char one[NEAREST_WORD_BYTES];
        size_t size = strspn(p, WORD_CHARACTERS);
        if (size >= 3 && size < sizeof one) {
            memcpy(one, p, size);
            one[size] = '\0';
            unsigned edits = nearest_edits(typed, one);
            if (edits < best) {
                best = edits;
                memcpy(word, one, size + 1);
            }
        }
        p += size;
        p += strcspn(p, WORD_CHARACTERS);
    }
    return best <= most && typed_size >= 2;
}
