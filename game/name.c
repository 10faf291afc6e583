#include "game/name.h"

#include <string.h>

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
    static const struct {
        int32_t first, last;
    } refused[] = {
        {0, 0x1f},           /* C0 controls */
        {0x7f, 0x9f},        /* DEL, C1 controls */
        {0xad, 0xad},        /* soft hyphen */
        {0x61c, 0x61c},      /* Arabic letter mark */
        {0x180b, 0x180f},    /* Mongolian selectors and vowel separator */
        {0x200b, 0x200f},    /* zero width, direction marks */
        {0x2028, 0x202e},    /* separators, bidi embeddings and overrides */
        {0x2060, 0x206f},    /* invisible operators, bidi isolates */
        {0xd800, 0xf8ff},    /* surrogates, private use */
        {0xfe00, 0xfe0f},    /* variation selectors */
        {0xfeff, 0xfeff},    /* zero width no-break space */
        {0xfff0, 0xffff},    /* specials, noncharacters */
        {0xe0000, 0x10ffff}, /* tags, private planes */
    };
    if (c < 0 || (c & 0xfffe) == 0xfffe) {
        return false;
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (c >= refused[i].first && c <= refused[i].last) {
            return false;
        }
    }
    return true;
}

size_t text_clean(char *out, size_t most, const char *text, size_t size)
{
    size_t length = 0;
    bool blank = false;
    for (size_t i = 0; i < size && text[i] != '\0';) {
        size_t used;
        int32_t c = utf8_next(text + i, size - i, &used);
        if (c == ' ' || c == '\t' || c == 0xa0) {
            blank = length > 0;
        } else if (code_point_printable(c)) {
            if (length + blank + used > most) {
                break;
            }
            if (blank) {
                out[length++] = ' ';
                blank = false;
            }
            memcpy(out + length, text + i, used);
            length += used;
        }
        i += used;
    }
    out[length] = '\0';
    return length;
}

void name_clean(char *out, const char *text, size_t size)
{
    if (text_clean(out, NAME_CLEAN_BYTES_MAX, text, size) == 0) {
        memcpy(out, "Player", sizeof "Player");
    }
}
