/* A table's identity in a few spoken words, the same on every screen of that table: three words of the invitation list and a
 * number, 36 bits. For telling two tables apart by ear; who wants to be fooled can be (the bits are few), the links and the
 * record are what proves a table. */
#ifndef SRC_FINGERPRINT_H
#define SRC_FINGERPRINT_H

#include "base/hash.h"

enum { FINGERPRINT_SIZE = 40 };

/* "maple drum 42 coral" */
void fingerprint_text(char out[static FINGERPRINT_SIZE], const struct digest *game_id);

#endif
