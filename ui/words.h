/* The bet words of line mode, of table talk after a slash, and of scripts: one line of text becomes
 * moves. Unique beginnings of words are enough. Pure: nothing is sent, nothing is remembered. */
#ifndef UI_WORDS_H
#define UI_WORDS_H

#include "game/live.h"

enum words_kind {
    WORDS_NOTHING, /* an empty line */
    WORDS_MOVES,   /* commands, in order */
    WORDS_REPEAT,
    WORDS_UNDO,
    WORDS_SAY,    /* text */
    WORDS_NAME,   /* text: the name to go by at this table */
    WORDS_COLOUR, /* number, 0 = the seat's own */
    WORDS_TOPIC,  /* text, or "" to take it away */
    WORDS_BETS,
    WORDS_PLAYERS,
    WORDS_HISTORY,
    WORDS_PROOF,
    WORDS_STATS,
    WORDS_HELP,   /* text: the bet it is about, or "" */
    WORDS_INVITE, /* the words for friends again */
    WORDS_RULES,  /* text: "KEY VALUE" to change one, or "" */
    WORDS_BOT,
    WORDS_ADMIT, /* text: who asks to come in */
    WORDS_REFUSE,
    WORDS_EXPEL, /* text: who shall go, as far as we are asked */
    WORDS_KEEP,
    WORDS_SPLIT, /* while the table waits (protocol B.5) */
    WORDS_WAIT,
    WORDS_LEAVE,
    WORDS_QUIT,
    WORDS_AUTO, /* the own strategy: stop it, or let it play again */
};

enum { WORDS_MOVES_MAX = 64, WORDS_TEXT_MAX = 200 };

struct words_action {
    uint8_t kind; /* enum words_kind */
    unsigned count;
    uint32_t number;
    struct live_command commands[WORDS_MOVES_MAX];
    char text[WORDS_TEXT_MAX + 1];
};

/* Reads one line. `account` is the player's index in `l`, or -1; both are only looked at where a
 * word depends on what lies on the layout (odds, press, down, off, on). Amounts are chips ("5",
 * "7.50") or cents ("500c"). False with one sentence in `error`. */
bool words_parse(const struct live *l, int account, const char *line, struct words_action *out,
    char *error, size_t error_size);

/* How far all words that begin so agree, into `out`, and which they are, into `several`. Returns how
 * many there are; both texts mean nothing when there is none. */
unsigned words_command_complete(
    const char *begin, char *out, size_t size, char *several, size_t several_size);

/* The kind of bet that a text names ("place", "dp", "plac"); false with one sentence in `error`. */
bool words_bet_kind(const char *text, uint8_t *kind, char *error, size_t error_size);

#endif
