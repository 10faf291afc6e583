/* Bets by the words that players use: the names of rule 14, and the short names of the table's own bet words. */
#ifndef GAME_BET_WORDS_H
#define GAME_BET_WORDS_H

#include "game/bet.h"

struct bet_word {
    const char *word;
    uint8_t kind; /* enum bet_kind */
};

/* dp, dc, any7, craps. */
enum { BET_SHORT_WORDS = 4 };
extern const struct bet_word bet_short_words[BET_SHORT_WORDS];

/* The kind of a name or a short name, or -1. */
int bet_word_find(const char *word);

/* The words for the numbers that a kind may have in some variant, "4 5 6 8 9 10"; "" when it has none. */
void bet_numbers_text(unsigned kind, char *out, size_t size);

#endif
