#include "ui/key_words.h"

#include "ui/keys.h"

#include <string.h>

int32_t key_of_word(const char *word, size_t size)
{
    static const struct {
        const char *word;
        int32_t key;
    } names[] = {{"Enter", UIKEY_ENTER}, {"Space", ' '}, {"Esc", UIKEY_ESC}, {"Tab", UIKEY_TAB},
        {"Bksp", UIKEY_BACKSPACE}, {"Backspace", UIKEY_BACKSPACE}, {"Del", UIKEY_DELETE},
        {"PgUp", UIKEY_PAGE_UP}, {"PgDn", UIKEY_PAGE_DOWN}, {"Home", UIKEY_HOME},
        {"End", UIKEY_END}, {"F1", UIKEY_F1}, {"up", UIKEY_UP}, {"down", UIKEY_DOWN},
        {"left", UIKEY_LEFT}, {"right", UIKEY_RIGHT}, {"Shift-Tab", UIKEY_BACK_TAB},
        {"Ctrl-C", UIKEY_CTRL_C}, {"Ctrl-L", UIKEY_CTRL_L}, {"Ctrl-Z", UIKEY_CTRL_Z}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strlen(names[i].word) == size && memcmp(names[i].word, word, size) == 0) {
            return names[i].key;
        }
    }
    return size == 1 && *word > ' ' && *word < 127 ? *word : 0;
}
