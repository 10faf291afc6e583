#include "ui/key_map.h"

#include "ui/key_words.h"
#include "ui/keys.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

const struct key_binding key_bindings[] = {
    {UIKEY_UP, "up", "to the spot above", true},
    {UIKEY_DOWN, "down", "to the spot below", true},
    {UIKEY_LEFT, "left", "to the spot on the left", true},
    {UIKEY_RIGHT, "right", "to the spot on the right", true},
    {UIKEY_TAB, "next", "next spot you may bet"},
    {UIKEY_BACK_TAB, "previous", "previous spot you may bet"},
    {'p', "pass", "bet pass line"},
    {'d', "dont_pass", "bet don't pass"},
    {'c', "come", "bet come"},
    {'n', "dont_come", "bet don't come"},
    {'f', "field", "bet field"},
    {'4', "four", "bet on four"},
    {'5', "five", "bet on five"},
    {'6', "six", "bet on six"},
    {'8', "eight", "bet on eight"},
    {'9', "nine", "bet on nine"},
    {'0', "ten", "bet on ten"},
    {'h', "props", "props, and all the other bets"},
    {'a', "sets", "sets of place bets"},
    {UIKEY_ENTER, "bet", "bet one chip here", true},
    {UIKEY_BACKSPACE, "less", "one chip less here"},
    {'+', "chip_up", "bigger chip"},
    {'-', "chip_down", "smaller chip"},
    {'e', "edit", "edit this bet"},
    {'o', "odds", "one chip of odds"},
    {'O', "odds_max", "the most odds"},
    {'x', "press", "press: double this bet"},
    {'t', "take", "take this bet down"},
    {'T', "take_all", "take all down"},
    {'w', "working", "this bet working, or off"},
    {'u', "undo", "undo"},
    {'U', "undo_all", "undo all since the roll"},
    {' ', "ready", "ready; shooter: throw"},
    {'r', "repeat", "repeat the last bets"},
    {'R', "repeat_double", "repeat them doubled"},
    {'k', "sit", "sit out, sit in again"},
    {'b', "rebuy", "buy in again"},
    {'A', "auto", "your strategy stops, or plays"},
    {'m', "chat", "say something"},
    {UIKEY_PAGE_UP, "scroll_up", "earlier table talk"},
    {UIKEY_PAGE_DOWN, "scroll_down", "later table talk"},
    {'i', "explain", "explain this bet"},
    {'l', "history", "the rolls so far"},
    {'v', "proof", "proof of the last roll"},
    {'E', "evidence", "the proof against a cheat"},
    {'y', "members", "who comes in, who has to go"},
    {'N', "network", "who answers, and from where"},
    {'S', "figures", "how fast, how much, what waits"},
    {'s', "statistics", "your rolls, bets and sessions"},
    {'z', "invite", "the words to invite"},
    {'g', "coach", "coach on, off"},
    {'?', "help", "help"},
    {UIKEY_F1, "help_too", "help", true},
    {UIKEY_ESC, "menu", "close, else the menu", true},
    {'q', "leave", "leave the table"},
    {UIKEY_CTRL_C, "interrupt", "leave; twice: at once", true},
    {UIKEY_CTRL_Z, "suspend", "pause the program, keep the seat", true},
    {UIKEY_CTRL_L, "redraw", "draw everything again", true},
};

const size_t key_binding_count = sizeof key_bindings / sizeof key_bindings[0];

_Static_assert(sizeof key_bindings / sizeof key_bindings[0] <= KEY_BINDINGS_MAX,
    "key_map holds every binding");

/* More keys for the same, which have no name of their own: the binding's usual key. */
static int32_t alias_of(int32_t key)
{
    return key == '=' ? '+' : key == UIKEY_DELETE ? UIKEY_BACKSPACE : key == 'Q' ? 'q' : 0;
}

int key_binding_find(const char *name, size_t length)
{
    for (size_t i = 0; i < key_binding_count; i++) {
        if (strlen(key_bindings[i].name) == length &&
            memcmp(key_bindings[i].name, name, length) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static int binding_of(int32_t usual)
{
    for (size_t i = 0; i < key_binding_count; i++) {
        if (key_bindings[i].usual == usual) {
            return (int)i;
        }
    }
    return -1;
}

int32_t key_map_key(const struct key_map *map, size_t binding)
{
    return map->key[binding] != 0 ? map->key[binding] : key_bindings[binding].usual;
}

int32_t key_map_now(const struct key_map *map, int32_t usual)
{
    int binding = binding_of(usual);
    return binding < 0 ? usual : key_map_key(map, (size_t)binding);
}

static int32_t exact(const struct key_map *map, int32_t key)
{
    for (size_t i = 0; i < key_binding_count; i++) {
        if (key_map_key(map, i) == key) {
            return key_bindings[i].usual;
        }
    }
    return alias_of(key);
}

int32_t key_map_usual(const struct key_map *map, int32_t key)
{
    int32_t usual = exact(map, key);
    if (usual == 0 && key >= 'A' && key <= 'Z') {
        usual = exact(map, key - 'A' + 'a');
    }
    if (usual != 0) {
        return usual;
    }
    int32_t lower = key >= 'A' && key <= 'Z' ? key - 'A' + 'a' : key;
    return binding_of(key) >= 0 || binding_of(lower) >= 0 ? 0 : key;
}

const char *key_text(int32_t key, char out[KEY_TEXT_MAX])
{
    const char *word = word_of_key(key);
    if (word != NULL) {
        snprintf(out, KEY_TEXT_MAX, "%s", word);
    } else if (key > 0 && key < ' ') {
        snprintf(out, KEY_TEXT_MAX, "Ctrl-%c", (char)('A' + key - 1));
    } else {
        utf8proc_ssize_t size = utf8proc_encode_char(key, (utf8proc_uint8_t *)out);
        out[size > 0 ? size : 0] = '\0';
    }
    return out;
}

int key_map_conflict(const struct key_map *map, size_t binding)
{
    int32_t key = key_map_key(map, binding);
    for (size_t i = 0; i < key_binding_count; i++) {
        int32_t other = key_map_key(map, i);
        if (i != binding && (other == key || alias_of(key) == key_bindings[i].usual)) {
            return (int)i;
        }
    }
    return -1;
}

bool key_map_put(
    struct key_map *map, const char *name, const char *key, char problem[KEY_PROBLEM_MAX])
{
    int binding = key_binding_find(name, strlen(name));
    char text[KEY_TEXT_MAX];
    int32_t code = key_of_word(key, strlen(key));
    if (binding < 0) {
        snprintf(problem, KEY_PROBLEM_MAX,
            "nothing is called %.40s; craps config list shows the names", name);
        return false;
    }
    if (key_bindings[binding].fixed) {
        snprintf(problem, KEY_PROBLEM_MAX, "%s is always %s and cannot be changed", name,
            key_text(key_bindings[binding].usual, text));
        return false;
    }
    if (code == 0) {
        snprintf(problem, KEY_PROBLEM_MAX,
            "%s = %.20s: there is no such key; it takes a character, Space, Tab, Bksp, Home or "
            "PgUp, for example",
            name, key);
        return false;
    }
    int has = binding_of(code);
    if (has >= 0 && key_bindings[has].fixed) {
        snprintf(problem, KEY_PROBLEM_MAX, "%s = %s: that key is always for %s; take another", name,
            key_text(code, text), key_bindings[has].name);
        return false;
    }
    map->key[binding] = code == key_bindings[binding].usual ? 0 : code;
    return true;
}

bool key_map_set(
    struct key_map *map, const char *name, const char *key, char problem[KEY_PROBLEM_MAX])
{
    struct key_map changed = *map;
    if (!key_map_put(&changed, name, key, problem)) {
        return false;
    }
    int binding = key_binding_find(name, strlen(name));
    int other = key_map_conflict(&changed, (size_t)binding);
    if (other >= 0) {
        snprintf(problem, KEY_PROBLEM_MAX,
            "%s cannot be for %s: it is for %s; give that another key first", key, name,
            key_bindings[other].name);
        return false;
    }
    *map = changed;
    return true;
}

void key_map_line(const struct key_map *map, const char *line, char *out, size_t size)
{
    size_t used = 0;
    bool key = true;
    out[0] = '\0';
    while (*line != '\0' && used + 1 < size) {
        size_t word = strcspn(line, " ");
        size_t blanks = strspn(line + word, " ");
        int32_t usual = key ? key_of_word(line, word) : 0;
        int32_t now = usual == 0 ? 0 : key_map_now(map, usual);
        char text[KEY_TEXT_MAX];
        int n = now != usual
                    ? snprintf(out + used, size - used, "%s%.*s", key_text(now, text), (int)blanks,
                          line + word)
                    : snprintf(out + used, size - used, "%.*s", (int)(word + blanks), line);
        used += n > 0 ? (size_t)n : 0;
        /* "PgUp PgDn scroll" and "+ - chip" are two keys. */
        int32_t next = key_of_word(line + word + blanks, strcspn(line + word + blanks, " "));
        bool pair = usual != 0 && blanks == 1 && (next >= UIKEY_UP || next == '-');
        key = blanks > 1 || pair;
        line += word + blanks;
    }
}

/* The bytes of the word's key, without what ends a sentence; 0 when it names none. */
static size_t word_key(const char *word, size_t size, bool after_key)
{
    while (size > 1 && strchr(".,:;", word[size - 1]) != NULL) {
        size--;
    }
    bool letter = size == 1 && *word != 'a' &&
                  ((*word >= 'b' && *word <= 'z') || (*word >= 'A' && *word <= 'Z'));
    bool space = size == 5 && memcmp(word, "Space", 5) == 0;
    return letter || space || (after_key && size == 1) ? size : 0;
}

const char *key_map_sentence(const struct key_map *map, const char *text, char *out, size_t size)
{
    size_t used = 0;
    bool after_key = false;
    out[0] = '\0';
    while (*text != '\0' && used + 1 < size) {
        size_t word = strcspn(text, " ");
        size_t named = word_key(text, word, after_key);
        after_key = word == 3 && memcmp(text, "key", 3) == 0;
        word += text[word] == ' ' ? 1 : 0;
        char key[KEY_TEXT_MAX] = "";
        if (named > 0) {
            key_text(key_map_now(map, key_of_word(text, named)), key);
        }
        int n = snprintf(out + used, size - used, "%s%.*s", key, (int)(word - named), text + named);
        used += n > 0 ? (size_t)n : 0;
        text += word;
    }
    return out;
}

void key_row_label(const struct key_map *map, size_t row, char *out, size_t size)
{
    const struct key_row *r = &key_rows[row];
    bool moved = false;
    size_t used = 0;
    for (size_t k = 0; k < KEY_ROW_KEYS_MAX && r->keys[k] != 0; k++) {
        moved = moved || key_map_now(map, r->keys[k]) != r->keys[k];
    }
    snprintf(out, size, "%s", r->label);
    for (size_t k = 0; moved && k < KEY_ROW_KEYS_MAX && r->keys[k] != 0 && used < size; k++) {
        char text[KEY_TEXT_MAX];
        if (binding_of(r->keys[k]) >= 0) {
            used += (size_t)snprintf(out + used, size - used, "%s%s", used > 0 ? " " : "",
                key_text(key_map_now(map, r->keys[k]), text));
        }
    }
}
