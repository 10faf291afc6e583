/* Looking at a finished table from outside (protocol E.3, E.4, C.8): executes its final blocks again, one after another, and checks
 * everything that they claim by itself: places, every signature of every certificate and operation, sequence numbers, all roots, key
 * generation, and each roll's shares, value and dice. Stops at the first fault and says which. No I/O, no trust: every byte is hostile.
 * Nothing here writes to the blocks it is given. */
#ifndef CONSENSUS_AUDIT_H
#define CONSENSUS_AUDIT_H

#include "consensus/beacon.h"
#include "consensus/genesis.h"
#include "consensus/ledger.h"

/* What can be wrong, each by a check of its own. The first ones and the last ones are the caller's to find, in the file and in the game. */
enum audit_what {
    AUDIT_NOTHING,
    AUDIT_SCHEMA,       /* the file's tables */
    AUDIT_PAGES,        /* the file's pages do not fit together */
    AUDIT_GENESIS,      /* no table begins with those bytes */
    AUDIT_ROW,          /* a row is not what was written */
    AUDIT_MISSING,      /* a height is not there */
    AUDIT_COLUMN,       /* a row's columns contradict its block */
    AUDIT_STRUCTURE,    /* no block, or one that may not look like that */
    AUDIT_TABLE,        /* of another table */
    AUDIT_EPOCH,        /* not of the epoch that its parent begins or goes on with */
    AUDIT_PARENT,       /* does not stand on the block before it */
    AUDIT_OPS_ROOT,     /* its operations are not those of its header */
    AUDIT_CERTIFICATE,  /* no quorum signed it, or a signature is wrong */
    AUDIT_AUTHOR,       /* an operation by somebody who may not say it */
    AUDIT_SEQUENCE,     /* an operation out of its author's order */
    AUDIT_SIGNATURE,    /* an operation that its author did not sign */
    AUDIT_DICE,         /* a result that its shares do not give */
    AUDIT_EVIDENCE,     /* proves nothing */
    AUDIT_DKG,          /* a dice key that is not the sum of its deals */
    AUDIT_MEMBERS,      /* another member list than the operations give */
    AUDIT_LOG_ROOT,     /* not the operations so far */
    AUDIT_STATE_ROOT,   /* another state than the operations give */
    AUDIT_OPEN_EPOCH,   /* an epoch ends without a certificate */
    AUDIT_UNPROVEN,     /* the last blocks have no certificate */
    AUDIT_SNAPSHOT,     /* a stored state that no header names */
    AUDIT_PAYOUT,       /* somebody was paid something else than the rules say */
    AUDIT_CONSERVATION, /* chips came from nowhere or went there */
    AUDIT_WHAT_COUNT
};

/* "state root" and so on; never NULL. */
const char *audit_what_name(enum audit_what what);

enum { AUDIT_DETAIL_BYTES = 200 };

struct audit_fault {
    enum audit_what what; /* AUDIT_NOTHING: none so far */
    uint64_t height;      /* 0: of the table as a whole */
    unsigned member;      /* whose signature or share it is, from 1 on; 0: nobody's alone */
    char detail[AUDIT_DETAIL_BYTES];
};

struct audit_counts {
    uint64_t blocks, operations, rolls;
    uint64_t epochs; /* begun, the founder's own (0) included */
    uint64_t
        operation_signatures; /* of authors, and of sponsors under the tickets that they bring */
    uint64_t certificate_signatures;
    uint64_t dice_proofs; /* shares of results, each with its proof */
};

/* One roll as its result stands on the log (C.6 to C.8). */
struct audit_roll {
    uint64_t roll; /* 0 = none */
    struct pending_roll place;
    uint64_t throw_height, result_height;
    uint8_t thrower[ID_BYTES]; /* who said the operation that let the dice out */
    uint16_t members, needed;  /* n and t of the epoch */
    struct roster roster;
    struct beacon_share shares[MEMBERS_MAX]; /* `needed` */
    struct digest input;                     /* H("craps/v1/roll", m): to compare by eye */
    uint8_t out[BEACON_OUT_BYTES];
    uint8_t die1, die2;
};

/* The signatures and dice proofs of one block: nine tenths of the work, and none of the state. Between audit_block_begin and
 * audit_block_end they may be looked at on another thread. */
struct audit_check {
    const struct signer *signer;
    struct digest game_id;
    uint64_t height;
    struct block block; /* points into the caller's bytes, as `proof` does */
    const uint8_t *proof;
    size_t proof_size;
    struct roster roster;  /* that votes on it */
    unsigned result_place; /* of its RESULT among its operations, from 1 on; 0 = none */
    struct beacon_roll input;
    struct dkg_public dice;
    /* What has come of it. */
    struct audit_counts counts;
    enum audit_what what;
    unsigned place;  /* 0: the certificate, else the operation */
    unsigned detail; /* whose signature or share */
};

/* Needs nothing but the check itself. */
void audit_check_run(struct audit_check *c);

struct audit;

/* NULL on no memory or a genesis whose rules the application refuses. */
struct audit *audit_create(
    const struct app *app, const struct signer *signer, const struct genesis *genesis);
void audit_destroy(struct audit *a);

/* The next final block with its proof (proof_size 0: a later one of its epoch covers it). False when there is a fault, this one's or an
 * earlier one. */
bool audit_block(
    struct audit *a, const uint8_t *bytes, size_t size, const uint8_t *proof, size_t proof_size);

/* The same in two halves. The first executes the block as if its signatures were right and fills in `check`; the bytes must stay. False
 * as audit_block; *due tells whether the check has to be run and ended all the same. The second takes the checks that were due, after
 * they were run, in order; only then is the fault the first one and do the counts go up to it. */
bool audit_block_begin(struct audit *a, const uint8_t *bytes, size_t size, const uint8_t *proof,
    size_t proof_size, struct audit_check *check, bool *due);
bool audit_block_end(struct audit *a, const struct audit_check *check);

/* Instead of every block from the first on: at a state that was kept (E.2). First the epoch chain, a link for each epoch from 1 up to that
 * of the state's block: the header of the block that ended the epoch before with its proof, and the new members. Then the header and
 * proof of the state's block, and the state after it; blocks follow. Only before the first block. What comes of it is worth as much as
 * the word of a quorum at that height: what was done before is not looked at. False as audit_block. */
bool audit_link(struct audit *a, const struct roster *members, const uint8_t *bytes, size_t size);
bool audit_adopt(
    struct audit *a, const uint8_t *bytes, size_t size, const uint8_t *state, size_t state_size);

/* After the last block: false when its tail has no certificate. */
bool audit_end(struct audit *a);

/* For what only the caller can see: the file, the game. The first fault stands. Returns false. */
bool audit_fail(struct audit *a, uint64_t height, enum audit_what what, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

const struct audit_fault *audit_fault(const struct audit *a);
const struct audit_counts *audit_counts(const struct audit *a);

/* The block that audit_block has just taken, before it the genesis: effects with the application's events, and the agreed state after
 * it. Borrowed until the next block. */
const struct final_effects *audit_effects(const struct audit *a);
const struct ledger *audit_ledger(const struct audit *a);

/* The roll whose result that block held, roll 0 when it held none. */
const struct audit_roll *audit_roll(const struct audit *a);

/* Who signed the certificate that the block came with (bit = index among the members that vote on it), 0 when it came with none: a later
 * one of its epoch covers it. */
uint64_t audit_signers(const struct audit *a);

/* The last key generation that a switch has ended: H("craps/v1/dealings", u32 dkg_id || u16 n || n x EK || n x lp(DEAL payload)). */
struct digest audit_dealings(const struct audit *a);

/* Final blocks behind the last one that its certificate's headers name and that did not follow yet. */
uint64_t audit_behind(const struct audit *a);

/* Blocks since the last one with a certificate. */
uint64_t audit_unproven(const struct audit *a);

#endif
