/* Lines where there is no table: the menu, and a table that is being looked for. */
#include "ui/line_parts.h"

#include "base/nearest.h"
#include "ui/join_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum menu_word {
    MENU_SOLO,
    MENU_LEARN,
    MENU_HOST,
    MENU_JOIN,
    MENU_REJOIN,
    MENU_SEARCH,
    MENU_NAME,
    MENU_HELP,
    MENU_QUIT,
    MENU_NONE
};

static const struct {
    const char *word;
    uint8_t meaning;
} menu_words[] = {{"solo", MENU_SOLO}, {"play", MENU_SOLO}, {"learn", MENU_LEARN},
    {"host", MENU_HOST}, {"join", MENU_JOIN}, {"rejoin", MENU_REJOIN}, {"search", MENU_SEARCH},
    {"name", MENU_NAME}, {"help", MENU_HELP}, {"quit", MENU_QUIT}, {"leave", MENU_QUIT},
    {"exit", MENU_QUIT}};

enum { MENU_WORDS = sizeof menu_words / sizeof menu_words[0], BOTS_DEFAULT = 3, BOTS_MAX = 20 };

static const char menu_help[] =
    "solo: play alone with three bots, no network. solo 5: with five.\n"
    "learn: five minutes at such a table, which explains itself as the dice fall.\n"
    "host: open a table for friends and hear the three words to read to them. host NAME names it.\n"
    "join: sit down at a friend's table; three words are asked for. join otter canyon velvet does\n"
    "it at once. The first three letters of each word are enough.\n"
    "search: which tables are on this network. rejoin: back to the last table, same chips.\n"
    "name NAME: what the table calls you. quit: end.";

/* A word, or the beginning of what means one thing only. */
static enum menu_word find(const char *text)
{
    size_t size = strlen(text);
    enum menu_word found = MENU_NONE;
    bool several = false;
    for (unsigned i = 0; i < MENU_WORDS; i++) {
        enum menu_word meaning = (enum menu_word)menu_words[i].meaning;
        if (strcasecmp(menu_words[i].word, text) == 0) {
            return meaning;
        }
        if (strncasecmp(menu_words[i].word, text, size) == 0) {
            several = several || (found != MENU_NONE && found != meaning);
            found = meaning;
        }
    }
    return several ? MENU_NONE : found;
}

static void say_unknown(const char *word)
{
    char text[SENTENCE_MAX];
    struct nearest near = {.typed = word};
    for (unsigned i = 0; i < MENU_WORDS; i++) {
        nearest_offer(&near, menu_words[i].word);
    }
    if (near.edits <= 2) {
        snprintf(text, sizeof text, "There is no word %s. Did you mean %s?", word, near.name);
        line_say(text);
    }
    line_say("Type solo, host NAME, join WORDS, search, rejoin, name NAME, help, or quit.");
}

/* Asks for a table: what is typed ahead is meant for it, not for the menu. */
static void go(struct line *l, enum ui_command_kind kind, uint32_t number, const char *text)
{
    line_send(l, kind, number, text);
    l->going = true;
}

static void join(struct line *l, const char *text)
{
    char words[JOIN_TEXT_MAX];
    char problem[SENTENCE_MAX];
    if (join_words_check(text, l->options->words, words, problem)) {
        l->words_asked = false;
        go(l, UI_JOIN, 0, words);
    } else {
        line_say(problem);
    }
}

static void ask_words(struct line *l)
{
    l->words_asked = true;
    line_say("Type the three words, for example: otter canyon velvet. An empty line goes back.");
}

static void solo(struct line *l, const char *rest)
{
    int bots = rest[0] >= '0' && rest[0] <= '9' ? atoi(rest) : BOTS_DEFAULT;
    go(l, UI_SOLO, (uint32_t)(bots > BOTS_MAX ? BOTS_MAX : bots), "");
}

void line_menu(struct line *l, const struct ui_model *m, const char *text)
{
    char word[16] = "";
    char said[SENTENCE_MAX];
    int used = 0;
    bool empty = sscanf(text, "%15s %n", word, &used) < 1;
    const char *rest = text + used;
    l->learn.wanted = false;
    if (l->words_asked) {
        if (empty) {
            l->words_asked = false;
            line_say("Not now. Type solo, host NAME, join WORDS, search, rejoin, help, or quit.");
        } else {
            join(l, text);
        }
        return;
    }
    switch (empty ? MENU_NONE : find(word)) {
    case MENU_SOLO:
        solo(l, rest);
        break;
    case MENU_LEARN:
        go(l, UI_SOLO, LEARN_BOTS, LEARN_TABLE);
        l->learn.wanted = true;
        break;
    case MENU_HOST:
        go(l, UI_HOST, 0, rest);
        break;
    case MENU_JOIN:
        if (rest[0] == '\0') {
            ask_words(l);
        } else {
            join(l, rest);
        }
        break;
    case MENU_REJOIN:
        go(l, UI_REJOIN, 0, "");
        break;
    case MENU_SEARCH:
        l->said.search = true;
        l->said.found = 0;
        line_send(l, UI_SEARCH, 0, "");
        break;
    case MENU_NAME:
        if (rest[0] != '\0') {
            line_send(l, UI_SET_NAME, 0, rest);
        } else {
            snprintf(said, sizeof said, "You are %s. Type name NAME to change it.", m->my_name);
            line_say(said);
        }
        break;
    case MENU_HELP:
        line_say(menu_help);
        break;
    case MENU_QUIT:
        line_quit(l);
        break;
    case MENU_NONE:
        if (!empty) {
            say_unknown(word);
        }
        break;
    }
}
