#include "base/text.h"

#include <string.h>

enum { MARKS_MOST = 2 /* on one letter */ };

struct range {
    int32_t first, last;
};

static bool in_ranges(int32_t c, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

int32_t utf8_next(const char *text, size_t size, size_t *used)
{
    const uint8_t *p = (const uint8_t *)text;
    static const int32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    *used = 1;
    if (p[0] < 0x80) {
        return p[0];
    }
    size_t length = p[0] >= 0xf0 && p[0] < 0xf5   ? 4
                    : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
                    : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
                                                  : 0;
    if (length == 0 || length > size) {
        return -1;
    }
    int32_t c = p[0] & (0x7f >> length);
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return -1;
        }
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
        return -1;
    }
    *used = length;
    return c;
}

bool code_point_printable(int32_t c)
{
    static const struct range refused[] = {
        {0, 0x1f},           /* C0 controls */
        {0x7f, 0x9f},        /* DEL, C1 controls */
        {0xad, 0xad},        /* soft hyphen */
        {0x34f, 0x34f},      /* grapheme joiner */
        {0x61c, 0x61c},      /* Arabic letter mark */
        {0x115f, 0x1160},    /* Hangul fillers */
        {0x17b4, 0x17b5},    /* Khmer inherent vowels */
        {0x180b, 0x180f},    /* Mongolian selectors and vowel separator */
        {0x200b, 0x200f},    /* zero width, direction marks */
        {0x2028, 0x202e},    /* separators, bidi embeddings and overrides */
        {0x2060, 0x206f},    /* invisible operators, bidi isolates */
        {0x2800, 0x2800},    /* Braille without a dot */
        {0x3164, 0x3164},    /* Hangul filler */
        {0xd800, 0xf8ff},    /* surrogates, private use */
        {0xfdd0, 0xfdef},    /* noncharacters */
        {0xfe00, 0xfe0f},    /* variation selectors */
        {0xfeff, 0xfeff},    /* zero width no-break space */
        {0xffa0, 0xffa0},    /* Hangul filler, half width */
        {0xfff0, 0xffff},    /* specials, noncharacters */
        {0x1bca0, 0x1bca3},  /* shorthand controls */
        {0x1d173, 0x1d17a},  /* musical controls */
        {0xe0000, 0x10ffff}, /* tags, private planes */
    };
    return c >= 0 && (c & 0xfffe) != 0xfffe &&
           !in_ranges(c, refused, sizeof refused / sizeof refused[0]);
}

bool code_point_mark(int32_t c)
{
    static const struct range marks[] = {
        {0x300, 0x36f},
        {0x483, 0x489},
        {0x591, 0x5bd},
        {0x5bf, 0x5bf},
        {0x5c1, 0x5c2},
        {0x5c4, 0x5c5},
        {0x5c7, 0x5c7},
        {0x610, 0x61a},
        {0x64b, 0x65f},
        {0x670, 0x670},
        {0x6d6, 0x6dc},
        {0x6df, 0x6e4},
        {0x6e7, 0x6e8},
        {0x6ea, 0x6ed},
        {0xe31, 0xe31},
        {0xe34, 0xe3a},
        {0xe47, 0xe4e},
        {0xeb1, 0xeb1},
        {0xeb4, 0xebc},
        {0xec8, 0xecd},
        {0x1ab0, 0x1aff},
        {0x1dc0, 0x1dff},
        {0x20d0, 0x20ff},
        {0x302a, 0x302f},
        {0x3099, 0x309a},
        {0xa66f, 0xa672},
        {0xa674, 0xa67d},
        {0xfe20, 0xfe2f},
    };
    return in_ranges(c, marks, sizeof marks / sizeof marks[0]);
}

static bool blank_like(int32_t c)
{
    static const struct range blanks[] = {{'\t', '\t'}, {' ', ' '}, {0xa0, 0xa0}, {0x1680, 0x1680},
        {0x2000, 0x200a}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}};
    return in_ranges(c, blanks, sizeof blanks / sizeof blanks[0]);
}

size_t text_clean(char *out, size_t most, const char *text, size_t size)
{
    size_t length = 0;
    unsigned marks = MARKS_MOST; /* there is no letter yet that could carry one */
    bool blank = false;
    for (size_t i = 0; i < size && text[i] != '\0';) {
        size_t used;
        int32_t c = utf8_next(text + i, size - i, &used);
        bool mark = code_point_mark(c);
        if (blank_like(c)) {
            blank = length > 0;
            marks = MARKS_MOST;
        } else if (code_point_printable(c) && (!mark || marks < MARKS_MOST)) {
            if (length + blank + used > most) {
                break;
            }
            if (blank) {
                out[length++] = ' ';
                blank = false;
            }
            memcpy(out + length, text + i, used);
            length += used;
            marks = mark ? marks + 1 : 0;
        }
        i += used;
    }
    out[length] = '\0';
    return length;
}

void text_mask(char *text, size_t size)
{
    unsigned marks = MARKS_MOST;
    for (size_t i = 0; i < size;) {
        size_t used;
        int32_t c = utf8_next(text + i, size - i, &used);
        marks = code_point_mark(c) ? marks + 1 : 0;
        if (!code_point_printable(c) || marks > MARKS_MOST) {
            memset(text + i, '?', used);
        }
        i += used;
    }
}
