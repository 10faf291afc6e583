/* What the parts of the engine share. Included by consensus/engine*.c and by the simulator. */
#ifndef CONSENSUS_ENGINE_INTERNAL_H
#define CONSENSUS_ENGINE_INTERNAL_H

#include "base/bucket.h"
#include "consensus/engine.h"
#include "consensus/guard.h"
#include "consensus/quorum.h"
#include "consensus/state_chunk.h"

enum {
    PEERS_MAX = 64,             /* links: members, learners and watchers */
    HELD_BYTES_MAX = 64 * 1024, /* next epoch's messages kept for one peer (A.8) */
    KEY_SETS_MAX = 16,
    OWN_OPS_MAX = 512,
    JOINS_PER_SPONSOR = 32, /* pooled at once: a host's bots, and some who come in */
    OP_RATE_SLACK = 2,      /* more a second from others: the machine's own words */
    OP_BURST_SLACK = 4,
    SERVES_MAX = 4, /* questions of one peer that wait for an answer (A.8), and ours to one */
    SHARE_MESSAGE_BYTES = 8 + BEACON_SHARE_BYTES,
    RESULT_BYTES_MAX = 8 + BEACON_SHARE_BYTES * MEMBERS_MAX,
    COVER_MAX = 64, /* blocks that one certificate covers by the chain of their parents */
    SEALS_MAX = 96, /* headers between a block and the certificate that covers it */
    PROOF_BYTES_MAX = CERT_BYTES_MAX + SEALS_MAX * BLOCK_HEADER_BYTES,
    ARENA_BYTES = 8 << 20,
    /* Another agreement step may start only while this much is still free: the most that one can
       yield. */
    ARENA_BYTES_STEP = 4 << 20,
    PERSIST_STEP = JOURNAL_RECORDS_MAX + PROPOSALS_MAX + FINAL_BLOCKS_MAX + 12,
    SNAPSHOTS_KEPT = 2,
    COMMITTED_STEP = FINAL_BLOCKS_MAX,
};

enum {
    GAP_MS = 1000, /* a longer gap past a deadline was a suspend (A.5) */
    OP_RESEND_MS = 1000,
    OP_RESEND_MAX_MS = 5000,
    SHARE_RESEND_MS = 500,
    FETCH_TIMEOUT_MS = 1000,
    CLAIM_TRIES_MAX = 5,
    STATUS_GAP_MS = 50, /* between two unasked STATUS to one peer */
    PUSH_GAP_MS = 30,   /* between two STATUS pushes to learners and watchers */
    STALLED_MS = 5000,
    LIAR_MS = 60000,         /* who lied is asked nothing for so long */
    SERVE_BYTES_S = 8 << 20, /* to one peer that catches up: a quarter of a fast link */
    SERVE_BURST_BYTES = 1 << 20,
    BACKFILL_PACE_MS = 25, /* between two questions for the blocks of a gap */
    REKEY_QUIET_MS = 5000, /* an amnesiac lets its former ops run out before it signs a new one */
    ABSENT_BASE_MS = 3000, /* T_dkg = 3 s + 0.2 s x |C| (B.1.3) */
    ABSENT_MEMBER_MS = 200,
};

struct peer {
    bool used, linked;
    uint8_t id[ID_BYTES];
    bool claims; /* says it is ahead */
    uint32_t claim_epoch;
    uint64_t claim_view, claim_height, claim_ms;
    unsigned claim_tries;
    uint64_t status_ms; /* our last STATUS to it */
    bool claim_empty;   /* its last answer brought nothing */
    uint64_t liar_ms;   /* it lied then; 0 = never */
    bool stateless;     /* has no state we want, as far as we know */
    unsigned asked;     /* pieces that it owes us */
    unsigned serving;   /* questions of it in `queue` or with the record */
    unsigned queued;
    struct fetch queue[SERVES_MAX];
    int64_t credit; /* bytes that it may have now */
    uint64_t credit_ms;
    size_t held_size; /* u32 size || message... */
};

/* Keys of one attempt (C.3 KEYS); secret. */
struct key_set {
    bool used;
    uint32_t dkg_id;
    uint8_t vote_pk[32];
    uint8_t vote_sk[64];
    struct dkg_key ek;
};

/* An own op that is not final; its bytes are in the pool. */
struct own_op {
    uint8_t author[ID_BYTES];
    uint64_t seq;
    uint64_t next_ms;
    uint32_t interval_ms; /* 0: the early copy of A.6 comes next */
};

/* What an author may still put into the pool. */
struct op_budget {
    uint8_t author[ID_BYTES];
    struct bucket game, protocol;
};

/* The deals of an attempt, decoded. */
struct deals {
    bool valid;
    struct dkg_params params;
    struct dkg_dealings dealings;
};

/* The roll that is final and waits for its RESULT. */
struct roll_state {
    bool active;
    uint64_t roll;
    struct digest block;
    struct beacon_roll input;
    uint64_t verified; /* bit per member index */
    struct beacon_share shares[MEMBERS_MAX];
    uint64_t resend_ms;
    bool own_made;
    uint8_t own[BEACON_SHARE_BYTES];
    bool shown;
    uint8_t die1, die2;
};

/* A state at one height, with the block it stands behind and that block's proof. */
struct kept_state {
    bool used, saved; /* saved: it has been given to the owner to store */
    struct block_header header;
    struct digest digest;
    size_t proof_size;
    uint8_t proof[PROOF_BYTES_MAX];
    uint8_t *bytes; /* ledger_state_capacity */
    size_t size;
    bool measured; /* meta and leaves are filled in: when first asked for */
    struct state_meta meta;
    struct digest leaves[STATE_CHUNKS_MAX];
};

/* Answers with final blocks, in the order of their questions, until they are executed. */
struct block_answer {
    uint8_t *data; /* MESSAGE_BYTES_MAX */
    size_t size, offset;
    uint64_t height; /* of the next block in it */
    uint64_t end;    /* behind the last one */
    int peer;
};

enum takeover_stage { TAKEOVER_NONE, TAKEOVER_EPOCHS, TAKEOVER_STATE, TAKEOVER_PIECES };

/* A state on its way to us (E.2). Everything in it has been checked. */
struct takeover {
    uint8_t stage;
    bool refused; /* nobody had one: blocks then, until that time */
    uint64_t refused_ms;
    int peer; /* asked for links or the shape, or -1 */
    uint64_t asked_ms;
    uint32_t epoch; /* how far the epoch chain reaches, who votes there, and where it begins */
    struct roster roster;
    struct digest base;
    struct block_header header;
    size_t proof_size;
    uint8_t proof[PROOF_BYTES_MAX];
    struct state_meta meta;
    unsigned missing;
    uint8_t *bytes; /* ledger_state_capacity */
    unsigned next_peer;
    struct {
        bool here;
        int peer; /* asked, or -1 */
        uint64_t asked_ms;
    } piece[STATE_CHUNKS_MAX];
};

/* Blocks that were skipped by a takeover, fetched in the background (E.2). */
struct backfill {
    uint64_t low, high; /* low + 1 .. high are missing; both 0 = nothing is */
    struct digest low_digest, high_digest;
    uint32_t epoch; /* of block low + 1 */
    struct roster roster;
    bool need_roster; /* of that epoch */
    int peer;
    uint64_t asked_ms, next_ms;
    unsigned next_peer;
    size_t size, offset; /* of the answer at hand */
    uint8_t *data;       /* MESSAGE_BYTES_MAX */
    uint64_t covered_height;
};

/* A share as it came, not yet looked at: the roll's block is not final here. */
struct raw_share {
    uint64_t roll; /* 0 = none */
    uint8_t bytes[BEACON_SHARE_BYTES];
};

struct stored_proposal {
    uint32_t epoch;
    uint64_t view;
    uint8_t *bytes;
    size_t size;
};

struct engine {
    struct engine_config config;
    struct digest game_id;
    uint8_t self_id[ID_BYTES];
    struct mempool *pool;
    struct ledger *ledger;
    struct simplex *simplex;
    struct engine_update *up; /* during a step */
    struct simplex_step step;
    uint64_t now_ms, deadline_ms;
    uint64_t random_count;
    bool started, alarm, no_memory, again;
    bool passing; /* this step brings an answer of the record */

    uint32_t epoch;
    int self; /* own index in the epoch's roster, or -1 */
    bool voting;
    struct roster former;         /* the electorate before the last switch */
    struct digest base;           /* the block that ended the former epoch; at first the genesis */
    struct simplex_params params; /* too big for the stack of a small thread */
    uint64_t final_view;          /* of the last final block in this epoch; 0 at its base */
    uint64_t unproven; /* final blocks on disk since the last proof: a later one covers them */
    uint64_t final_ms, work_ms; /* last progress; since when there has been work (0 = none) */
    bool switched; /* the last final block ended its epoch and the next has not begun */
    bool forget_due, replay_due;
    struct certificate final_cert; /* of the last final block, when its own */
    bool final_cert_valid;

    struct peer peers[PEERS_MAX];
    uint8_t *held; /* PEERS_MAX x HELD_BYTES_MAX */
    struct key_set keys[KEY_SETS_MAX];
    struct own_op own[OWN_OPS_MAX];
    size_t own_count;
    uint32_t budget_count;
    struct op_budget budgets[IDENTITIES_MAX];
    uint64_t ops_limited;  /* of others, not pooled for now */
    uint64_t views_before; /* of the epochs before this one */
    struct {
        uint32_t keys_posted, deal_posted, ack_posted; /* dkg_id, 0 = none */
        uint32_t dkg_id;
        uint64_t absent_posted;
        uint8_t phase;
        uint64_t keys_in, deals_in, acks_in;
        uint64_t progress_ms;
        bool rekey_due, rekey_posted;
        uint64_t rekey_ms;
        bool distrusted; /* the journal of `distrusted_epoch` is gone (decision 3) */
        uint32_t distrusted_epoch;
    } duty;

    struct deals
        deals; /* of the attempt that made this epoch's key, or of the one being acknowledged */
    struct dkg_public deal_sum;
    bool has_share;
    struct dkg_share share;
    struct roll_state roll;
    struct raw_share raw[MEMBERS_MAX];

    /* The culprits told of: once each. Nobody who is no identity of the table can be convicted. */
    uint32_t told_count;
    uint8_t told[IDENTITIES_MAX][ID_BYTES];

    struct {
        int peer; /* index of the peer asked, or -1 */
        uint64_t asked_ms;
        unsigned asked;               /* questions that are out, all to that peer */
        unsigned window;              /* so many at once: one after a loss, then ever more */
        uint64_t heights[SERVES_MAX]; /* theirs */
        unsigned answer_count;
        struct block_answer answers[SERVES_MAX];
        uint64_t covered_height; /* up to there a later proof in the answer at hand was checked */
        uint64_t covered_top;    /* the highest such */
        unsigned next;           /* where the search for a peer goes on */
        bool push_due;
        uint64_t push_ms;
    } sync;

    struct roster first_roster; /* of epoch 0 */
    struct kept_state kept[SNAPSHOTS_KEPT];
    struct takeover take;
    struct backfill fill;
    uint64_t lies[LIE_COUNT], adopted;

    struct journal_record *votes; /* restored, of this or a later epoch */
    size_t vote_count, vote_capacity;
    struct stored_proposal *proposals;
    size_t proposal_count, proposal_capacity;

    struct {
        struct guard_place last; /* the last final block */
    } guard;

    uint64_t rejected[MSG_KIND_COUNT];
    uint8_t *arena;
    size_t arena_used;
    void *events[COMMITTED_MAX];
    struct final_effects effects; /* for restores, where nobody looks */
    uint8_t message[MESSAGE_BYTES_MAX];
};

/* engine.c */
void engine_random(struct engine *e, void *out, size_t size);
const uint8_t *engine_keep(struct engine *e, const void *data, size_t size);
struct persist *engine_persist(struct engine *e, enum persist_kind kind);
struct simplex_step *engine_begin_step(struct engine *e);
bool engine_has_room(const struct engine *e);
/* Also for so many final blocks before what an agreement step may yield. The blocks that one certificate covers become final in one
 * step, so in one transaction: a record that ended among them after a crash would go on with the certificate of the next answer, its
 * stretch without any would grow with each crash, and nobody could catch up from a stretch that is longer than an answer. */
bool engine_has_room_for(const struct engine *e, uint64_t blocks);
_Static_assert(COVER_MAX + COMMITTED_STEP <= COMMITTED_MAX, "what one certificate covers fits");
_Static_assert(
    COVER_MAX + PERSIST_STEP + 1 <= PERSIST_MAX, "and so do its records, and an erasure");
static inline const struct protocol_state *engine_final(const struct engine *e)
{
    return ledger_protocol(e->ledger, NULL);
}
static inline void engine_due(struct engine *e, uint64_t ms)
{
    if (ms < e->deadline_ms) {
        e->deadline_ms = ms;
    }
}

/* engine_epoch.c: blocks that become final, and the epochs they end. */
struct chain engine_chain(struct engine *e);
bool engine_finalize(struct engine *e, const struct digest *digest, const uint8_t *bytes,
    size_t size, const uint8_t *proof, size_t proof_size);
void engine_absorb(struct engine *e);
void engine_begin_epoch(struct engine *e);
struct key_set *engine_keys_by_vote(struct engine *e, const uint8_t vote_pk[32]);
struct key_set *engine_keys_by_attempt(struct engine *e, uint32_t dkg_id);
struct key_set *engine_keys_add(struct engine *e, uint32_t dkg_id);

/* engine_proof.c: encoded certificate, then the headers of the blocks between. */
bool proof_check(const struct engine *e, const struct roster *roster,
    const struct block_header *header, const struct digest *digest, const uint8_t *bytes,
    size_t size, struct certificate *certificate);

/* engine_ops.c */
enum err engine_submit(struct engine *e, uint8_t kind, const uint8_t *payload, size_t size,
    const uint8_t *bot_sk, bool unmetered, uint64_t *seq);
bool engine_on_op(struct engine *e, const uint8_t from[ID_BYTES], const uint8_t *data, size_t size);
void engine_own_add(
    struct engine *e, const uint8_t author[ID_BYTES], uint64_t seq, uint64_t next_ms);
void engine_own_prune(struct engine *e);
void engine_own_hasten(struct engine *e);
void engine_own_poll(struct engine *e);

/* engine_guard.c */
/* Stops voting at once when the ledger has found something broken. */
void engine_guard_act(struct engine *e);
void engine_guard_final(struct engine *e, const struct block_header *h, const struct digest *digest,
    const uint8_t *proof, size_t proof_size, bool switches);
/* After every step: nothing holds more than it may. */
void engine_guard_limits(struct engine *e);

/* engine_limits.c */
/* Own ops: is there a token; it is taken by engine_charge once the op is pooled. */
bool engine_may_submit(struct engine *e, const uint8_t author[ID_BYTES], uint8_t kind);
/* Others': may the op ever be in a block, and now in the pool. *last_seq as mempool_add wants it. */
bool engine_may_pool(struct engine *e, const struct op *op, uint64_t *last_seq);
void engine_charge(struct engine *e, const uint8_t author[ID_BYTES], uint8_t kind, bool own);

/* engine_evidence.c */
void engine_report_votes(struct engine *e, const struct vote pair[2]);
void engine_report_ops(
    struct engine *e, const uint8_t *bytes, size_t size, const uint8_t *other, size_t other_size);
bool engine_on_evidence(struct engine *e, const uint8_t *data, size_t size);
/* Proofs that wait for a block, to a peer whose link is new. */
void engine_evidence_offer(struct engine *e, const struct peer *p);
/* Around a block that becomes final: its ops may contradict pooled ones, and it may convict. */
void engine_evidence_compare(struct engine *e, const struct block *b);
void engine_evidence_final(struct engine *e, const struct block *b);
/* Whoever is out already is no news. */
void engine_evidence_start(struct engine *e);

/* engine_duties.c */
bool engine_duties(struct engine *e);
void engine_duty_restored(struct engine *e, const struct op *op);
bool engine_load_deals(struct engine *e, const struct attempt *a);
void engine_make_share(struct engine *e);

/* engine_dice.c */
size_t engine_dice_trailer(
    struct engine *e, const struct digest *digest, uint8_t *out, size_t capacity);
bool engine_dice_receive(struct engine *e, unsigned member, const uint8_t *data, size_t size);
void engine_dice_final(struct engine *e);
void engine_dice_poll(struct engine *e);
void engine_dice_hasten(struct engine *e);
void engine_dice_serve(struct engine *e, const uint8_t to[ID_BYTES], uint64_t roll);
void engine_dice_reset(struct engine *e);

/* engine_sync.c */
struct peer *engine_peer(struct engine *e, const uint8_t id[ID_BYTES], bool add);
uint8_t *engine_held(const struct engine *e, const struct peer *p);
bool engine_on_agreement(
    struct engine *e, struct peer *p, uint8_t kind, const uint8_t *data, size_t size);
bool engine_on_status(struct engine *e, struct peer *p, const uint8_t *data, size_t size);
bool engine_on_fetch(struct engine *e, struct peer *p, const uint8_t *data, size_t size);
bool engine_replay_held(struct engine *e);
void engine_send_status(struct engine *e, struct peer *p, uint64_t gap_ms);
void engine_sync_poll(struct engine *e);
bool engine_is_ahead(const struct engine *e, uint32_t epoch, uint64_t final_view);
bool engine_to_simplex(
    struct engine *e, const struct peer *p, uint8_t kind, const uint8_t *data, size_t size);

/* engine_catchup.c */
bool engine_catchup_create(struct engine *e);
void engine_catchup_destroy(struct engine *e);
bool engine_on_answer(struct engine *e, struct peer *p, const uint8_t *data, size_t size);
/* Before anything else of a step: what was fetched becomes final, so that duties and dice follow. */
void engine_take_answers(struct engine *e);
/* Several questions at a time, to one peer. A member waits a little first: agreement itself mostly
 * closes the gap. */
void engine_catch_up(struct engine *e);
void engine_ask(struct engine *e, const struct peer *p, const struct fetch *f);
/* Drops the peer as a source for a while, counts it, and lets the owner tell. */
void engine_lied(struct engine *e, struct peer *p, enum engine_lie lie);
bool engine_is_source(const struct engine *e, const struct peer *p);
/* A peer that claims to be ahead gave nothing. */
void engine_doubt(struct engine *e, struct peer *p);
/* The farthest height up to which the blocks in `rest`, behind one with that digest and height, are
 * covered by a proof in it that was checked; 0 = none, or a lie. */
struct covering {
    uint32_t epoch;
    uint64_t height;
    struct digest digest;
};
uint64_t engine_cover(struct engine *e, const struct roster *roster, const struct covering *from,
    struct reader rest, bool *lie);
/* The next block of an answer, with its proof. */
struct block_entry {
    struct block block;
    struct digest digest;
    const uint8_t *proof;
    size_t proof_size;
};
bool engine_read_entry(struct reader *r, struct block_entry *entry);

/* engine_takeover.c */
bool engine_takeover_create(struct engine *e);
void engine_takeover_destroy(struct engine *e);
void engine_takeover_poll(struct engine *e);
bool engine_takeover_answer(
    struct engine *e, struct peer *p, const struct fetch *f, struct reader *r);
void engine_takeover_unlink(struct engine *e, const struct peer *p);

/* engine_adopt.c */
bool engine_adopt(struct engine *e);

/* engine_backfill.c */
bool engine_backfill_create(struct engine *e);
void engine_backfill_destroy(struct engine *e);
void engine_backfill_poll(struct engine *e);
/* True when the answer was one to its question. */
bool engine_backfill_answer(
    struct engine *e, struct peer *p, const struct fetch *f, struct reader *r);

/* engine_serve.c: what others ask of our record and states, within bounds. */
bool engine_serve_fetch(struct peer *p, const struct fetch *f);
void engine_serve_poll(struct engine *e);
void engine_pass_blocks(
    struct engine *e, const uint8_t to[ID_BYTES], uint8_t kind, const uint8_t *data, size_t size);

/* engine_snapshot.c */
bool engine_snapshots_create(struct engine *e);
void engine_snapshots_destroy(struct engine *e);
/* The one at the greatest height, or NULL. */
const struct kept_state *engine_kept_last(const struct engine *e);
/* Fills in its shape and the leaves of its tree. */
void engine_kept_measure(struct kept_state *k);
/* In the place of the older one; NULL when it is too big. Not saved yet. */
struct kept_state *engine_keep_state(struct engine *e, const struct block_header *header,
    const uint8_t *proof, size_t proof_size, const uint8_t *bytes, size_t size);
/* After a block became final: keeps the state when one is due there. */
void engine_snapshot_take(struct engine *e, const struct block_header *header,
    const struct digest *digest, const uint8_t *proof, size_t proof_size, bool boundary);
void engine_snapshot_save(struct engine *e);
void engine_persist_epoch(struct engine *e, const struct block_header *boundary,
    const struct roster *roster, const uint8_t *proof, size_t proof_size);
/* The deals that this epoch's share is computed from, when they are here. */
void engine_persist_deals(struct engine *e, uint32_t epoch);
/* Do e->deals belong to the key of the final state. */
bool engine_deals_right(const struct engine *e);
/* Base, view and certificate after a state was adopted; `base` of its epoch is not looked at when
 * the block itself ended one. */
void engine_follow_state(struct engine *e, const struct block_header *header,
    const struct digest *base, const uint8_t *proof, size_t proof_size);

/* engine_restore.c */
void engine_feed_journal(struct engine *e);
void engine_drop_journal(struct engine *e);

#endif
