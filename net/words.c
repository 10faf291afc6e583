#include "net/words.h"

#include <string.h>

enum { TYPED_MAX = 16 };

static char letter_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* How many leading letters of `text` agree with `word`. */
static size_t common_start(const char *word, const char *text, size_t size)
{
    size_t n = 0;
    while (n < size && word[n] != '\0' && word[n] == letter_lower(text[n])) {
        n++;
    }
    return n;
}

/* Orders `word`, cut to the size of `text`, against `text`. */
static int compare_start(const char *word, const char *text, size_t size)
{
    size_t n = common_start(word, text, size);
    if (n == size) {
        return 0;
    }
    return (uint8_t)word[n] < (uint8_t)letter_lower(text[n]) ? -1 : 1;
}

/* Index of the first word whose beginning is not before `text`, or, with `past`, is after it. */
static size_t find_bound(const char *text, size_t size, bool past)
{
    size_t low = 0;
    size_t high = WORDS_COUNT;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare_start(words_list[middle], text, size);
        if (order < 0 || (past && order == 0)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool words_find(uint16_t *index, const char *text, size_t size)
{
    uint16_t found = 0;
    if (size < WORDS_LETTERS_MIN || words_complete(&found, 1, text, size) != 1) {
        return false;
    }
    *index = found;
    return true;
}

size_t words_complete(uint16_t *out, size_t capacity, const char *text, size_t size)
{
    size_t first = find_bound(text, size, false);
    size_t end = find_bound(text, size, true);
    for (size_t i = first; i < end && i - first < capacity; i++) {
        out[i - first] = (uint16_t)i;
    }
    return end - first;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance; `text` is lower case and at most TYPED_MAX long. */
static unsigned edit_distance(const char *word, const char *text, size_t size)
{
    unsigned d[WORDS_SIZE][TYPED_MAX + 1];
    size_t length = strlen(word);
    for (size_t j = 0; j <= size; j++) {
        d[0][j] = (unsigned)j;
    }
    for (size_t i = 1; i <= length; i++) {
        d[i][0] = (unsigned)i;
        for (size_t j = 1; j <= size; j++) {
            unsigned differs = word[i - 1] != text[j - 1];
            d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + differs);
            if (i > 1 && j > 1 && word[i - 1] == text[j - 2] && word[i - 2] == text[j - 1]) {
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
            }
        }
    }
    return d[length][size];
}

uint16_t words_nearest(const char *text, size_t size, unsigned *edits)
{
    char typed[TYPED_MAX];
    size = size < TYPED_MAX ? size : TYPED_MAX;
    for (size_t i = 0; i < size; i++) {
        typed[i] = letter_lower(text[i]);
    }
    uint16_t best = 0;
    unsigned best_edits = UINT8_MAX;
    size_t best_start = 0;
    for (size_t i = 0; i < WORDS_COUNT; i++) {
        size_t length = strlen(words_list[i]);
        if ((length > size ? length - size : size - length) > best_edits) {
            continue; /* it takes at least so many */
        }
        unsigned distance = edit_distance(words_list[i], typed, size);
        size_t start = common_start(words_list[i], typed, size);
        if (distance < best_edits || (distance == best_edits && start > best_start)) {
            best = (uint16_t)i;
            best_edits = distance;
            best_start = start;
        }
    }
    if (edits != NULL) {
        *edits = best_edits;
    }
    return best;
}
