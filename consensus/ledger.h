/* The replicated state machine: operations in, agreed state out. Protocol state (sequence
 * numbers, membership, key generation, the pending roll) and the application's opaque state,
 * executed block by block before voting, with one state root over the canonical bytes of both
 * (protocol A.2, B, C, E.1). Keeps every executed block that is not final yet in a slot of its
 * own, up to STATE_SLOTS. */
#ifndef CONSENSUS_LEDGER_H
#define CONSENSUS_LEDGER_H

#include "consensus/app.h"
#include "consensus/beacon.h"
#include "consensus/evidence_set.h"
#include "consensus/genesis.h"
#include "consensus/mempool.h"
#include "consensus/protocol_state.h"
#include "consensus/simplex.h"

/* Refusal codes of protocol ops, beside the application's own (which stay below 0x100). */
enum ledger_refusal {
    LEDGER_REFUSED_NOT_MEMBER = 0x100,
    LEDGER_REFUSED_NOT_CANDIDATE,
    LEDGER_REFUSED_BAD_TICKET,
    LEDGER_REFUSED_ALREADY,
    LEDGER_REFUSED_WRONG_ATTEMPT,
    LEDGER_REFUSED_WRONG_PHASE,
    LEDGER_REFUSED_BAD_DEAL,
    LEDGER_REFUSED_BAD_COMPLAINT,
    LEDGER_REFUSED_FULL,
    LEDGER_REFUSED_EJECTED,
    LEDGER_REFUSED_MALFORMED,
    LEDGER_REFUSED_SENT_AWAY,
};

struct ledger;

/* NULL on no memory, a genesis whose rules the application refuses, or a RECOVER that does not check: signatures, certificate,
 * state, survivors. The slot of the genesis (height 0, its digest = game_id) is final. `pool` is borrowed. */
struct ledger *ledger_create(const struct app *app, const struct signer *signer,
    const struct genesis *genesis, struct mempool *pool);
void ledger_destroy(struct ledger *l);

struct digest ledger_game_id(const struct ledger *l);

/* Whoever has looked at a block before it is executed: at every operation's signature and at the proof of every share of a result,
 * by whatever number of threads. Executing it does not look at them again; it looks at everything else. */
struct vouching {
    void *self;
    bool (*vouched)(
        void *self, uint64_t height, const struct digest *block); /* NULL: nobody does */
};
void ledger_take_word(struct ledger *l, const struct vouching *vouching);

/* The chain interface for simplex over this ledger; `self` is the ledger; trailer functions are
 * left for the engine. */
struct chain ledger_chain(struct ledger *l);

/* The pieces of it (see simplex.h struct chain). The block has been decoded (block_decode) and
 * `digest` is its header's. VERDICT_INVALID covers: wrong height, epoch, view or parent, roots, op
 * signatures and sequence numbers, authors that may not be there, block ops that are not valid, ops
 * after a switch. VERDICT_MISSING: the parent is not here, or no slot is free. */
enum verdict ledger_execute(struct ledger *l, const struct block *b, const struct digest *digest);
bool ledger_executed(const struct ledger *l, const struct digest *digest);

/* The last RESULT that was looked at does not check: its pieces are not those of the throw. */
bool ledger_result_wrong(const struct ledger *l);

/* Also true on the final switch block: the first block of an epoch is always due, it lets the
 * application know that dice are allowed. */
bool ledger_has_work(struct ledger *l, const struct digest *parent);

/* parent_view 0 = `parent` is the base of its epoch. 0 when `capacity` is below BLOCK_BYTES_MAX,
 * the parent is not here or no slot is free. */
size_t ledger_propose(struct ledger *l, const struct digest *parent, uint64_t parent_view,
    uint64_t view, bool empty, uint8_t *out, size_t capacity, struct digest *digest);

/* False again for a switch block that is final: it is the base of the next epoch. */
bool ledger_closes_epoch(const struct ledger *l, const struct digest *digest);

/* Block ops the next proposal may carry: set by the engine, checked again at execution; size 0
 * clears. The RESULT payload is u64 roll || t shares. Evidence is made by evidence.h and verified
 * against the final epoch before it is kept, one proof a culprit. */
void ledger_offer_result(struct ledger *l, uint64_t roll, const uint8_t *payload, size_t size);
enum evidence_offer ledger_offer_evidence(struct ledger *l, const uint8_t *payload, size_t size);
const struct evidence_set *ledger_evidence(const struct ledger *l);

/* A share known to be right, already verified here for this roll as bound to the block with that
 * digest: execution of a RESULT for the same roll of the same block skips verifying identical
 * bytes. Another branch's block trusts nothing of it. */
void ledger_trust_share(
    struct ledger *l, uint64_t roll, const struct digest *block, const uint8_t *share, size_t size);

/* May the op enter a pool: its author is known in a state here, or it is a JOIN with a ticket;
 * else it could never be in a block. Signature unseen. *last_seq is the author's in the last
 * final state, as mempool_add wants it. */
bool ledger_may_pool(struct ledger *l, const struct op *op, uint64_t *last_seq);

/* The throw that is out after an executed block, with its place filled in: what its shares are made
 * over. Known as soon as the block that holds the throw is known, one block before the state itself
 * carries it. False when none is out. */
bool ledger_roll_binding(
    const struct ledger *l, const struct digest *digest, struct pending_roll *out);

/* What the invariants have come to so far (guard.h, and the application's own). After the first broken one nothing is executed
 * or proposed any more. */
struct ledger_guard {
    uint64_t checked, broken; /* blocks, and those that something was wrong with */
    struct app_fault fault;   /* the first; kind 0 = none */
    uint64_t height, view;    /* of its block */
    uint32_t epoch;
};
const struct ledger_guard *ledger_guard(const struct ledger *l);

/* Something found by whoever owns the ledger: from here on it is as if an execution had found it. */
void ledger_guard_break(struct ledger *l, const struct app_fault *fault);

/* A quorum has signed a block that comes to another state here: the fault is that one. */
void ledger_guard_differs(struct ledger *l);

/* Evidence: the state before the block, the block, and the state after it as it is executed here again. Each may come out empty,
 * when it is not here any more. */
void ledger_guard_evidence(
    struct ledger *l, struct writer *before, struct writer *block, struct writer *after);

/* Is the kept final state still the one whose root was signed. */
bool ledger_guard_root(struct ledger *l, const struct digest *root);

/* Executed blocks kept at once. */
size_t ledger_slots_used(const struct ledger *l);

struct op_outcome {
    uint8_t kind;
    uint8_t author[ID_BYTES];
    uint64_t seq;
    uint16_t refusal; /* 0 = accepted; application or ledger code */
};

struct final_effects {
    uint64_t height;
    uint32_t epoch; /* of the block */
    uint64_t view;
    uint16_t op_count;
    struct op_outcome ops[BLOCK_OPS_MAX];
    const void *events;  /* the application's events of this block, valid until the next call */
    bool epoch_switched; /* the block ends its epoch: ledger_protocol has the new roster */
};

/* Makes an executed block final, its parent being final, and takes its ops out of the pool. Frees
 * every slot that does not descend from it. False when it was not executed or its parent is not the
 * last final block. An empty block after a switch block is never applied (B.1.4): false too. */
bool ledger_finalize(struct ledger *l, const struct digest *digest, struct final_effects *effects);

/* States: of an executed block, or of the last final one (digest NULL). NULL when unknown. Borrowed
 * until the next execute, propose or finalize. */
const struct protocol_state *ledger_protocol(const struct ledger *l, const struct digest *digest);
const void *ledger_app_state(const struct ledger *l, const struct digest *digest);

/* The canonical bytes of the last final state, as its root covers them (E.1). Borrowed until the
 * next call that executes, proposes or finalizes. */
const uint8_t *ledger_state_bytes(struct ledger *l, size_t *size);

/* The same of any executed block, written out: what a RECOVER carries (B.5). False when it is not here or does not fit. */
bool ledger_write_state(struct ledger *l, const struct digest *digest, struct writer *w);

/* No state of this application has more bytes. */
size_t ledger_state_capacity(const struct ledger *l);

/* Puts a state from outside in the place of everything here (E.2): the block with that header
 * becomes the last final one. False, and nothing changed, when the bytes do not have the header's
 * state root, are no state that adds up, or the header says other things of it. The caller has
 * checked that a quorum signed the header. Borrowed states are void after it. */
bool ledger_adopt(
    struct ledger *l, const struct block_header *header, const uint8_t *bytes, size_t size);

/* Where an executed block stands; the last final one when `digest` is NULL. */
struct block_place {
    uint32_t epoch;
    uint64_t view, height;
};
bool ledger_place(const struct ledger *l, const struct digest *digest, struct block_place *out);

/* Last final block. */
uint64_t ledger_height(const struct ledger *l);
struct digest ledger_final_digest(const struct ledger *l);
struct digest ledger_state_root(const struct ledger *l);

/* Builds a ticket: the sponsor's signature over kind "ticket", epoch 0, view 0, body = joiner id ||
 * net_pk || lp(profile) || u8 bot. At most PROFILE_BYTES_MAX of profile. */
void ticket_sign(const struct signer *s, uint8_t sig[SIG_BYTES], const struct digest *game_id,
    const uint8_t joiner_id[ID_BYTES], const uint8_t net_pk[32], const uint8_t *profile,
    size_t profile_size, bool bot, const uint8_t sponsor_sk[64]);

#endif
