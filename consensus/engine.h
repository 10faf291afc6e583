/* One member's whole part in the agreement: pool, agreement, ledger, key generation, dice shares,
 * epochs, catch-up. One entry point: an event goes in, an update comes out (time and randomness
 * arrive from outside, bytes leave in the update). The owner's loop is poll -> step -> persist ->
 * send -> apply -> publish; persist always before send (A.9). */
#ifndef CONSENSUS_ENGINE_H
#define CONSENSUS_ENGINE_H

#include "consensus/ledger.h"

struct engine_config {
    const struct app *app;
    const struct signer *signer;
    struct genesis genesis; /* a RECOVER's bytes are borrowed for engine_create alone */
    uint8_t id_sk[64];      /* Ed25519 identity; public half in its last 32 bytes */
    uint8_t net_pk[32];
    uint8_t seed[32];            /* fresh randomness for this run; the simulator's seed there */
    uint8_t founder_vote_sk[64]; /* the founder, or a survivor of a split: epoch 0; else zero */
    uint32_t delta_ms;           /* Delta_0 */
    bool shares_with_finalize;   /* rule R1 (C.6); else R2 */
    bool watcher;                /* never joins, votes or signs */
    uint16_t op_rate, op_burst;  /* OP_GAME an author and second into a pool; 0 = no limit */
    uint32_t snapshot_blocks;    /* 0 = SNAPSHOT_BLOCKS; less in tests */
    uint32_t takeover_blocks;    /* 0 = TAKEOVER_BLOCKS; less in tests */
    struct vouching vouching;    /* of blocks from others' records; borrowed */
};

enum engine_event_kind {
    ENGINE_POLL,      /* time passed */
    ENGINE_MESSAGE,   /* from, data: one message (kind byte first) from an authenticated link */
    ENGINE_LINK_UP,   /* from */
    ENGINE_LINK_DOWN, /* from: lost, or silent for 3 s */
    ENGINE_SUBMIT, /* own op: op_kind, data = payload; author NULL/zero = self, else a bot's key in
                      `bot_sk` */
    ENGINE_BLOCKS, /* data = answer of the record to an update.serve, passed on to `from`; op_kind =
                      its kind */
};

struct engine_event {
    uint8_t kind;
    uint64_t now_ms;
    uint8_t from[ID_BYTES];
    const uint8_t *data;
    size_t size;
    uint8_t op_kind;
    const uint8_t *bot_sk; /* 64 bytes, when a bot is the author */
    bool unmetered;        /* the machine's own words, not the player's: clocks */
};

/* What must be on disk before update.outbox is sent. `data` points into the engine until the next
 * step. */
enum persist_kind {
    PERSIST_KEYS,     /* secret: dkg_id, data = vote_sk(64) || ek(32) */
    PERSIST_VOTE,     /* secret file: epoch, view, vote kind in `flag`, digest; data = the
                       * notarization a FINALIZE rests on, or nothing */
    PERSIST_PROPOSAL, /* secret file: epoch, view, digest, data = block bytes */
    PERSIST_OWN_OP,   /* secret file: author in `author`, view = seq, data = encoded op */
    PERSIST_FORGET, /* erase keys, votes and proposals of epochs < epoch, keys with dkg_id < dkg_id
                     */
    PERSIST_BLOCK,  /* record: height, epoch, view, digest, data = block bytes, and its proof */
    PERSIST_EPOCH,  /* record: an epoch began. height, view, digest of the block that ended the one
                     * before, epoch = the new one, data = its members (roster_encode); proof = that
                     * block's header, then its proof. A link of the epoch chain (E.2) */
    PERSIST_DEALS,  /* record: of the key generation that made this epoch's key, nothing secret:
                     * epoch, dkg_id, data = u32 dkg_id || u16 n || n x EK || n x lp(DEAL payload).
                     * They leave the state with the switch, and the own share is made from them;
                     * only the last one matters */
    PERSIST_SNAPSHOT, /* record: height, epoch, view, digest of a block, data = canonical bytes of the
                       * state after it; proof = its header, then its proof. The last
                       * two matter. `data` lives until the next one */
    PERSIST_GAP,  /* record: the blocks up to `height` are not here, but for those up to the u64 in
                   * data (8 bytes); epoch, view, digest of the block at `height`. The next
                   * PERSIST_BLOCK stands above it. The same height in data: no gap any more */
    PERSIST_FILL, /* record: as PERSIST_BLOCK, the lowest that is missing in the gap */
    PERSIST_KIND_COUNT
};

/* Goes to the record, which binds nobody and may follow after the sending; the others go to the
 * secret file first. */
static inline bool persist_is_record(uint8_t kind)
{
    return kind >= PERSIST_BLOCK;
}

/* A state is kept at every block that ends an epoch, and at the first block from every multiple of
 * this height on that has a certificate of its own. */
enum {
    SNAPSHOT_BLOCKS = 256,
    TAKEOVER_BLOCKS = 512, /* so far behind, a member takes a state over */
};

struct persist {
    uint8_t kind;
    uint8_t flag;
    uint32_t epoch;
    uint32_t dkg_id;
    uint64_t view;
    uint64_t height;
    uint8_t author[ID_BYTES];
    struct digest digest;
    const uint8_t *data;
    size_t size;
    const uint8_t
        *proof; /* encoded finalization, of this block or of a later one of its epoch, whose header
                 * and those between then follow, oldest first: a proof stands alone (B.1.4, E.2) */
    size_t proof_size;
};

/* A block that became final: for the screen, the feed and the metrics. */
struct committed {
    struct final_effects effects;
    uint8_t events_slot; /* engine_events(e, slot) */
};

/* Somebody signed what no honest member signs (A.10). */
struct proven_lie {
    uint8_t culprit[ID_BYTES];
    uint8_t kind;   /* enum evidence_kind */
    uint32_t epoch; /* the one in which it was proven */
    const uint8_t
        *payload; /* of OP_EVIDENCE, in the arena; NULL for E5, whose proof is the record */
    size_t size;
};

enum { PERSIST_MAX = 256, COMMITTED_MAX = 96, LIES_MAX = EVIDENCE_KEPT };

struct engine_serve {
    uint8_t to[ID_BYTES];
    uint8_t
        kind; /* FETCH_HEIGHTS (from height on, at most `count`, 0 = any number, but on to a proof: blocks_answer_*)
                      * or FETCH_EPOCHS (from `epoch` on: epochs_answer_add) */
    uint64_t height; /* FETCH_HEIGHTS */
    uint32_t count, epoch;
};

/* What a peer can lie about while we catch up. Whoever does is asked nothing for a while. */
enum engine_lie {
    LIE_NONE,
    LIE_HEIGHT, /* claimed to be ahead and, asked again and again, had nothing */
    LIE_BLOCKS, /* a final block that does not check, or whose certificate does not */
    LIE_EPOCHS, /* a link of the epoch chain that does not check */
    LIE_STATE,  /* a state's header, certificate or shape */
    LIE_PIECE,  /* a piece of the state that is not what the signed header says */
    LIE_COUNT
};

struct engine_update {
    uint32_t persist_count;
    struct persist persist[PERSIST_MAX];
    struct outbox outbox;
    uint32_t committed_count;
    struct committed committed[COMMITTED_MAX];
    /* A peer asks for what is in the record: answer with ENGINE_BLOCKS. */
    uint32_t serve_count;
    struct engine_serve serve[16];
    /* A state was taken over from others at once (E.2): the final state stands at this height now,
     * and what happened in between was not executed here. 0 = no. */
    uint64_t adopted_height, adopted_from;
    uint8_t lie; /* enum engine_lie, one a step: `liar` sent something that cannot be */
    uint8_t liar[ID_BYTES];
    bool submitted; /* ENGINE_SUBMIT was accepted into the pool with `submitted_seq` */
    uint64_t submitted_seq;
    enum err submit_error; /* ERR_RATE: faster than op_rate */
    /* Lies proven now that were not told of before, at most one a culprit. */
    uint32_t lie_count;
    struct proven_lie lies[LIES_MAX];
    bool malformed;      /* ENGINE_MESSAGE was malformed or a lie of `from` */
    uint64_t bad_shares; /* bit per member index: its share of the roll that is out did not check */
    bool alarm;          /* states differ: voting has stopped */
    bool
        broken; /* an invariant does not hold here: voting has stopped, engine_inspect says which */
    bool
        no_memory; /* the epoch that begins needs more than there is: voting has stopped, restart */
    uint64_t deadline_ms; /* poll at the latest then; UINT64_MAX = nothing due */
};

struct engine;

/* Heap; NULL on no memory or a bad genesis. The founder's engine is the whole table of epoch 0.
 * Anybody else's starts as a follower that catches up by blocks, and becomes a member by an OP_JOIN
 * and the next switch. */
struct engine *engine_create(const struct engine_config *config);
void engine_destroy(struct engine *e);

/* Restart, before the first step, in this order: final blocks from height 1 on with their proofs
 * (false = damaged record; the own record's signatures are checked too when `verify`), then what
 * the keys file holds. `trusted_journal` false in engine_start when the keys file or its tag was
 * missing or damaged: then this node may not vote in this epoch (decision 3). */
bool engine_restore_block(struct engine *e, const uint8_t *bytes, size_t size, const uint8_t *proof,
    size_t proof_size, bool verify);
bool engine_restore_persist(struct engine *e, const struct persist *p);

/* Instead of the blocks up to there, before any: a PERSIST_SNAPSHOT of the own record, the
 * PERSIST_EPOCH of the epoch that its state is in (NULL in epoch 0), and the last PERSIST_DEALS
 * (NULL: no dice share until the next epoch). False: they do not fit together; nothing was changed.
 * The blocks after it follow by engine_restore_block. Signatures are not looked at. */
bool engine_restore_snapshot(struct engine *e, const struct persist *snapshot,
    const struct persist *epoch, const struct persist *deals);
void engine_start(
    struct engine *e, bool trusted_journal, uint64_t now_ms, struct engine_update *update);

/* The one entry point. `update` is filled in anew; its pointers live until the next call. */
void engine_step(struct engine *e, const struct engine_event *event, struct engine_update *update);

/* Events memory of a committed block of the last update. */
const void *engine_events(const struct engine *e, unsigned slot);

/* The agreed application state, and a speculative one: the highest notarized block ("locked in").
 */
const void *engine_final_state(const struct engine *e);
const void *engine_notarized_state(const struct engine *e);
const struct protocol_state *engine_protocol(const struct engine *e);

/* What the screen and the tests may know. */
struct engine_status {
    uint32_t epoch;
    uint64_t view, height;
    struct digest final, state_root;
    uint16_t members, faulty, quorum;
    uint16_t answering; /* members with a live link, self included */
    uint64_t linked;    /* bit per member index */
    int self;           /* own index in the roster, or -1 */
    uint16_t leader;    /* whose turn this view is, by index */
    bool voting;        /* member with a trusted journal and no alarm */
    bool dice_wrong;    /* the alarm is about dice that are not of their pieces */
    bool has_share;     /* can make dice shares in this epoch */
    bool stalled;       /* work, and no finalization for 5 s */
    bool catching_up;
    uint64_t known_height; /* highest height a peer claimed with proof */
    size_t pool;
    uint64_t views, views_nullified; /* of all epochs of this run: entered, given up */
    uint64_t ops_limited;            /* others' ops that came too fast and were not pooled then */
    uint64_t rejected[ID_BYTES];     /* malformed or lying messages, by message kind */
    uint64_t lies[LIE_COUNT];
    uint64_t adopted;          /* states taken over */
    bool taking_over;          /* a state is being fetched */
    uint64_t gap_from, gap_to; /* final blocks that are not in the record yet; 0 = none */
    struct ledger_guard guard; /* invariants looked at and broken */
};
struct engine_status engine_inspect(const struct engine *e);

/* What was broken, to be kept: see ledger_guard_evidence. */
void engine_guard_evidence(
    struct engine *e, struct writer *before, struct writer *block, struct writer *after);
/* No state, and no such file's part, has more bytes. */
size_t engine_guard_capacity(const struct engine *e);
/* Something of the owner's is wrong, found outside: voting stops as if it had been found here. */
void engine_guard_break(struct engine *e, const struct app_fault *fault);

/* Dice seen early: t verified shares are enough to show them before RESULT is final (C.6). False
 * when there are none. */
bool engine_dice_preview(const struct engine *e, uint64_t roll, unsigned *die1, unsigned *die2);

/* Which members' shares of the roll that is out are in (bit per index). */
uint64_t engine_shares_in(const struct engine *e);

/* Restart with a gap in the record (PERSIST_GAP): the last block below it and the members of that
 * block's epoch. Both NULL when there is none; NULL members for epoch 0. After
 * engine_restore_snapshot. */
void engine_restore_gap(struct engine *e, const struct persist *gap, const struct persist *below,
    const struct roster *roster);

/* One link of the epoch chain for ENGINE_BLOCKS, from a PERSIST_EPOCH. False when it does not fit. */
bool epochs_answer_add(struct writer *w, const struct persist *link);

/* Encodes a group of final blocks for ENGINE_BLOCKS: u64 first height, then for each u32 size ||
 * block || u32 size || proof. */
void blocks_answer_begin(struct writer *w, uint64_t first_height);
bool blocks_answer_add(
    struct writer *w, const uint8_t *block, size_t size, const uint8_t *proof, size_t proof_size);

/* Table split (B.5). The block this member may not go below: the highest it has voted FINALIZE for, else the last final one. */
struct split_tip {
    uint32_t epoch;
    uint64_t view;
    struct digest block;
};
void engine_split_tip(const struct engine *e, struct split_tip *tip);

/* Later epoch, then higher view. */
bool split_tip_above(const struct split_tip *a, const struct split_tip *b);

/* Final blocks of the own record, for engine_split_fill; what it gives is used before the next call. */
struct split_record {
    void *self;
    bool (*block)(void *self, uint64_t height, struct persist *out);
};

/* Everything of a RECOVER that follows from its split block; the survivors and signatures are the caller's. Parts of variable
 * size are written to `out`. ERR_NOT_FOUND: the block is not executed here, or it is the genesis of a table where nothing has
 * been agreed yet; ERR_NO_SPACE: the state is too big for one message. */
enum err engine_split_fill(struct engine *e, const struct digest *block,
    const struct split_record *record, struct recover *r, struct writer *out);

/* Could a RECOVER that came from outside be of this table: a known block's, or one that this table's electorate has certified,
 * with the state its header names. Signatures unseen. */
bool engine_split_accepts(struct engine *e, const struct recover *r);

#endif
