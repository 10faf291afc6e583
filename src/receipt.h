/* A receipt for whoever leaves a table that nothing can be agreed at (protocol B.5): what he had at the last agreed block, proven by
 * the table's own certificate and signed by everybody who was there. A text a person can read, which follows from the bytes behind
 * it to the letter.
 *
 * bytes: u16 version || player id (32) || u64 balance || u64 on the layout, in cents || u8 n || n times (signer id (32) || signature)
 *   || header of the last final block || lp(proof) || lp(electorate) || u32 size || state after it, the last four as in a RECOVER.
 * signed: kind "receipt" of the table, at the block's epoch and view; body = u64 height || block digest || player id || u64 balance
 *   || u64 on the layout. */
#ifndef SRC_RECEIPT_H
#define SRC_RECEIPT_H

#include "base/err.h"
#include "consensus/recover.h"
#include "game/live.h"

enum {
    RECEIPT_VERSION = 1,
    RECEIPT_BYTES_MAX = RECOVER_BYTES_MAX + 8192,
    RECEIPT_FILE_BYTES_MAX = 2 * RECEIPT_BYTES_MAX,
    RECEIPT_PROBLEM_BYTES = 200,
};

struct receipt {
    struct recover
        block; /* game, place, header, proof, electorate, state; the rest of it means nothing here */
    uint8_t player[ID_BYTES];
    int64_t balance_cents, layout_cents;
    uint8_t signer_count;
    uint8_t signers[MEMBERS_MAX][ID_BYTES]; /* the player first */
    uint8_t sigs[MEMBERS_MAX][SIG_BYTES];
};

void receipt_sign(const struct receipt *r, uint8_t sig[SIG_BYTES], const uint8_t id_sk[64]);
bool receipt_signature_right(
    const struct receipt *r, const uint8_t signer[ID_BYTES], const uint8_t sig[SIG_BYTES]);

/* The player's chips in a state; false when it has none. */
bool receipt_fill_chips(struct receipt *r, const struct live *live);

/* The whole file. ERR_NO_SPACE when it does not fit `capacity`. `live` is the state that the receipt carries. */
enum err receipt_format(
    const struct receipt *r, const struct live *live, char *text, size_t capacity, size_t *size);

/* Is that the beginning of a receipt. */
bool receipt_is(const char *text, size_t size);

/* What a receipt says, once everything in it checks. */
struct receipt_facts {
    struct digest table, block;
    uint64_t height, roll;
    char table_name[TABLE_NAME_BYTES_MAX + 1];
    char player[NAME_BYTES_MAX + 1];
    int64_t balance_cents, layout_cents;
    unsigned signers, voters;
};

/* False: `problem` is the first thing that does not check. ERR_NO_MEMORY is a problem too. */
bool receipt_verify(const char *text, size_t size, struct receipt_facts *facts,
    char problem[RECEIPT_PROBLEM_BYTES]);

#endif
