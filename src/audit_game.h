/* The chips, once more: a book that is kept from the events of a table alone (who sat down with what, bet, took, was paid) and compared
 * with the agreed state after every block. It pays by rules 1, 6 to 10 and 14 written down a second time (src/audit_pays.h), so that it
 * agrees with the table only when both are right. */
#ifndef SRC_AUDIT_GAME_H
#define SRC_AUDIT_GAME_H

#include "consensus/audit.h"
#include "game/live.h"

struct game_book;

/* NULL on no memory. */
struct game_book *game_book_create(void);
void game_book_destroy(struct game_book *b);

/* Opens it on the agreed state: of a table that began with chips on it, from a split. */
void game_book_open(struct game_book *b, const struct audit *a);

/* Books the events of the block that `a` has just taken (at first the genesis) and compares. False: audit_fail was called. */
bool game_book_block(struct game_book *b, struct audit *a);

/* Payouts that were found right, and what the house has given out so far. */
uint64_t game_book_payouts(const struct game_book *b);
int64_t game_book_issued_cents(const struct game_book *b);

#endif
