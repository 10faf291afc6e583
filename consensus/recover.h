/* A table split (protocol B.5): what every survivor signs, and the RECOVER that holds it all, from which anybody can check
 * and begin the new table. The bytes of a RECOVER are the new table's genesis.
 *
 * statement: u16 version || old game_id || u32 epoch || u64 view || u64 height || split block digest || u64 void roll (0 =
 *   none) || roster of survivors (roster_encode: by identity, each with the fresh vote key of the new epoch 0).
 * RECOVER: u16 version || u16 RECOVER_FORM || lp(statement) || a signature for each survivor, in order || header of the split
 *   block || lp(proof) || lp(electorate) || u32 size || state bytes after the split block.
 * proof: the finalization of the block, with headers up to the block it is of when that is a descendant (as in the record),
 *   or the notarization of the block that a FINALIZE vote rested on.
 * electorate: nothing when the state names the voters of the block's epoch itself. Else, for a block that closes its epoch,
 *   their roster, then the headers from the block's parent back to one whose members_hash is that roster's. */
#ifndef CONSENSUS_RECOVER_H
#define CONSENSUS_RECOVER_H

#include "consensus/block.h"
#include "consensus/message.h"

enum {
    RECOVER_FORM = 0xffff, /* where another genesis has the length of its rules */
    RECOVER_BYTES_MAX = BLOCK_BYTES_MAX,
    RECOVER_HEADERS_MAX = 96, /* in a proof, and in an electorate */
    STATEMENT_BYTES_MAX = 2 + 32 + 4 + 8 + 8 + 32 + 8 + 2 + MEMBERS_MAX * 96,
};

struct recover {
    struct digest game_id; /* of the table that was split */
    uint32_t epoch;        /* of the split block */
    uint64_t view, height;
    struct digest block;
    uint64_t void_roll;
    struct roster survivors;
    uint8_t sigs[MEMBERS_MAX][SIG_BYTES];
    struct block_header header;
    const uint8_t *proof; /* these three are borrowed */
    size_t proof_size;
    const uint8_t *electorate;
    size_t electorate_size;
    const uint8_t *state;
    size_t state_size;
};

void recover_statement(const struct recover *r, struct writer *w);

/* The new table's identity: H("craps/v1/split", statement). */
struct digest recover_game_id(const struct recover *r);

/* What a survivor signs: kind "recover" of the old table, at the split block's epoch and view. */
void recover_sign(const struct signer *s, const struct recover *r, uint8_t sig[SIG_BYTES],
    const uint8_t id_sk[64]);
bool recover_signature_right(const struct signer *s, const struct recover *r, unsigned survivor,
    const uint8_t sig[SIG_BYTES]);

/* Writes the whole; w->bad when it does not fit. */
void recover_encode(const struct recover *r, struct writer *w);

/* Structure alone: refuses what recover_encode could not have written. `bytes` is borrowed. */
bool recover_decode(struct recover *r, const uint8_t *bytes, size_t size);

/* Is it `bytes` of a RECOVER, by its first four. */
bool recover_is(const uint8_t *bytes, size_t size);

/* The block's certificate, by its electorate: `voters` is the roster in the state after the block, or what it is known to have
 * been. */
bool recover_certified(
    const struct signer *s, const struct recover *r, const struct roster *voters);

/* The same, and every survivor's signature. */
bool recover_check(const struct signer *s, const struct recover *r, const struct roster *voters);

#endif
