#include "ui/key_words.h"

#include "base/text.h"
#include "ui/keys.h"

#include <string.h>

static const struct {
    const char *word;
    int32_t key;
} names[] = {{"Enter", UIKEY_ENTER}, {"Space", ' '}, {"Esc", UIKEY_ESC}, {"Tab", UIKEY_TAB},
    {"Bksp", UIKEY_BACKSPACE}, {"Backspace", UIKEY_BACKSPACE}, {"Del", UIKEY_DELETE},
    {"PgUp", UIKEY_PAGE_UP}, {"PgDn", UIKEY_PAGE_DOWN}, {"Home", UIKEY_HOME}, {"End", UIKEY_END},
    {"F1", UIKEY_F1}, {"up", UIKEY_UP}, {"down", UIKEY_DOWN}, {"left", UIKEY_LEFT},
    {"right", UIKEY_RIGHT}, {"Shift-Tab", UIKEY_BACK_TAB}};

enum { NAMES = sizeof names / sizeof names[0] };

const char *word_of_key(int32_t key)
{
    for (size_t i = 0; i < NAMES; i++) {
        if (names[i].key == key) {
            return names[i].word;
        }
    }
    return NULL;
}

int32_t key_of_word(const char *word, size_t size)
{
    for (size_t i = 0; i < NAMES; i++) {
        if (strlen(names[i].word) == size && memcmp(names[i].word, word, size) == 0) {
            return names[i].key;
        }
    }
    if (size == 6 && memcmp(word, "Ctrl-", 5) == 0 && word[5] >= 'A' && word[5] <= 'Z') {
        int32_t key = word[5] - 'A' + 1;
        return key == 8 || key == UIKEY_TAB || key == UIKEY_ENTER || key == '\r' ? 0 : key;
    }
    if (size == 1) {
        return *word > ' ' && *word < 127 ? *word : 0;
    }
    size_t bytes = 0;
    int32_t point = size == 0 ? 0 : utf8_next(word, size, &bytes);
    return bytes == size && point > 127 && point < UIKEY_UP && code_point_printable(point) ? point
                                                                                           : 0;
}
