#include "game/bet_words.h"

#include <stdio.h>
#include <string.h>

const struct bet_word bet_short_words[BET_SHORT_WORDS] = {
    {"dp", BET_DONT_PASS},
    {"dc", BET_DONT_COME},
    {"any7", BET_ANY_SEVEN},
    {"craps", BET_ANY_CRAPS},
};

int bet_word_find(const char *word)
{
    for (size_t i = 0; i < BET_SHORT_WORDS; i++) {
        if (strcmp(word, bet_short_words[i].word) == 0) {
            return bet_short_words[i].kind;
        }
    }
    return bet_kind_find(word, strlen(word));
}

void bet_numbers_text(unsigned kind, char *out, size_t size)
{
    unsigned numbers = bet_specs[kind].numbers | bet_specs[kind].crapless;
    size_t used = 0;
    out[0] = '\0';
    for (unsigned n = 2; n < BET_NUMBER_LIMIT; n++) {
        if ((numbers >> n & 1) != 0 && used < size) {
            used += (size_t)snprintf(out + used, size - used, "%s%u", used > 0 ? " " : "", n);
        }
    }
}
