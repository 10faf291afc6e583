#include "src/fingerprint.h"

#include "net/words.h"

#include <stdio.h>

static const char *word(const uint8_t *b)
{
    return words_list[(unsigned)(b[0] << 8 | b[1]) % WORDS_COUNT];
}

void fingerprint_text(char out[static FINGERPRINT_SIZE], const struct digest *game_id)
{
    struct digest d = hash_tagged("craps/v1/fingerprint", game_id->b, sizeof game_id->b);
    unsigned number = (unsigned)(d.b[6] << 8 | d.b[7]) % 90 + 10; /* two digits, said alike */
    snprintf(out, FINGERPRINT_SIZE, "%s %s %u %s", word(d.b), word(d.b + 2), number, word(d.b + 4));
}
