/* What the parts of simplex share. Included by consensus/simplex*.c alone.
 *   simplex.c        life cycle, restore, the entry points
 *   simplex_votes.c  receiving and counting votes; certificates
 *   simplex_cast.c   own votes: what may be signed, journal, sending
 *   simplex_views.c  the rules of A.3: entering views, proposing, voting
 *   simplex_chain.c  blocks: execution, ancestry, delivery of what became final, pruning
 *   simplex_timers.c work, timeouts, tail, standstill (A.4 to A.6)
 *   simplex_sync.c   STATUS, relay, answers to who is behind
 *   simplex_witness.c  passing votes on that may prove a lie (A.10)
 *   simplex_split.c  what a table split asks about blocks and own votes (B.5)
 *   simplex_fetch.c  fetching and serving certificates and blocks */
#ifndef CONSENSUS_SIMPLEX_INTERNAL_H
#define CONSENSUS_SIMPLEX_INTERNAL_H

#include "base/check.h"
#include "consensus/block_store.h"
#include "consensus/cert_store.h"
#include "consensus/quorum.h"
#include "consensus/simplex.h"
#include "consensus/voteset.h"

enum {
    VIEW_RECORDS = CERTS_ABOVE_FINAL_MAX + 64,
    VOTE_SETS = 32, /* votes are kept for that many views up to cur_view + VIEWS_AHEAD */
    WANTS_MAX = 16,
    ASKS_PER_PEER = 4, /* FETCH outstanding (A.8) */
    FINAL_BLOCKS_KEPT = 16,
    SETTLE_ROUNDS_MAX = 64,
    RESEND_CERTS_MAX = 64, /* per standstill attempt (A.4) */
    ANSWER_CERTS_MAX = 16,
    SERVES_PER_WINDOW = 64,
    SERVE_WINDOW_MS = 100,
    BACKOFF_MAX_MS = 8000,
    STANDSTILL_MS = 1000,
    STANDSTILL_MAX_MS = 30000,
    TRAILER_BYTES_MAX = 4096,
    OUTSIDERS = MEMBERS_MAX, /* the place all non-members share in per-peer arrays */
};

/* Receivers other than a member's index. */
enum { TO_ALL = -1, TO_OUTSIDER = -2 };

/* Everything known of one view; a ring by view number. */
struct view_record {
    uint64_t view; /* 0 = unused */
    bool voted[VOTE_KIND_COUNT];
    struct digest own[VOTE_KIND_COUNT]; /* what the own vote was for */
    bool has_proposal;                  /* the leader's first, by digest */
    struct digest proposal;
    bool proposal_sent;       /* own proposal left in this life */
    bool equivocated;         /* its leader was seen signing two blocks */
    struct held_cert held[2]; /* VOTE_NOTARIZE, VOTE_NULLIFY */
    uint64_t notarized_ms;
    uint64_t left_ms;
};

/* Something missing that some peer must have. */
struct want {
    bool used, needed;
    uint8_t kind; /* enum fetch_kind */
    uint64_t view;
    struct digest digest;
    unsigned first;   /* whom to ask first */
    unsigned asked;   /* how many times asked */
    int peer;         /* asked last, or -1 */
    uint64_t next_ms; /* ask again then */
};

struct peer_state {
    bool down;
    uint64_t view;       /* evidence of being in this view or later */
    uint64_t heard_view; /* own view when it was last heard */
    uint64_t answered_ms;
    uint64_t serve_ms; /* start of the serving window */
    unsigned served;
    uint64_t witness_ms; /* start of the window in which so many of its votes were passed on */
    unsigned witnessed;
};

struct simplex {
    struct simplex_params params;
    bool begun;
    unsigned n, f, q;
    struct vote_context votes;

    uint64_t cur_view;
    uint64_t call_view;     /* cur_view when the running call began */
    uint64_t top_cert_view; /* highest view with any certificate */
    uint64_t top_own_view;  /* highest view with an own vote; above cur_view after a restart */

    /* The highest finalization known (F) and the last block delivered; they differ while bytes are
     * missing. */
    uint64_t final_view;
    struct digest final;
    bool has_final_cert;
    struct certificate final_cert;
    uint64_t final_ms;
    uint64_t done_view;
    struct digest done;
    uint64_t done_height;
    uint64_t highest_notarized; /* view, at least final_view */

    bool has_boundary; /* the former epoch's last finalization, for who is still in it */
    struct certificate boundary;

    bool stopped;   /* alarm */
    bool ended;     /* a block that closes the epoch is final */
    bool recount;   /* own restored votes may be missing in the tallies */
    bool unsettled; /* a bound of the step was met: go on at once */

    struct view_record *records;
    struct voteset sets[VOTE_SETS];
    struct voteset_entry *entries;
    size_t entry_capacity;
    struct cert_store certs;
    struct block_store blocks;
    uint16_t path[BLOCK_SLOTS];

    uint64_t pruned_view;
    uint64_t delivered[FINAL_BLOCKS_KEPT]; /* views of the last blocks delivered, a ring */
    uint64_t delivered_count;

    /* Timers: all are relative to a base that rearm() can move. */
    bool work;
    bool armed;
    uint64_t armed_ms;
    uint64_t resend_ms;
    unsigned resend_count;
    uint64_t standstill_ms, standstill_interval_ms, standstill_cursor;
    uint64_t status_ms;    /* next STATUS for a tail that is not final; UINT64_MAX = none */
    uint64_t relay_view;   /* lowest view left and not yet relayed; 0 = none */
    uint64_t witness_view; /* lowest view whose odd votes were not looked for */

    struct want wants[WANTS_MAX];
    struct peer_state peers[MEMBERS_MAX + 1];
    uint64_t suspects; /* members whose votes are verified at once from now on */

    uint64_t now_ms;
    uint64_t messages_sent, votes_bad, views_nullified;
    struct certificate scratch_cert;  /* made here: formed, or taken from the store to be sent */
    struct certificate received_cert; /* decoded from a message */
    struct certificate final_certs[FINAL_BLOCKS_MAX];
    uint8_t scratch[BLOCK_BYTES_MAX];
    uint8_t proofs[JOURNAL_RECORDS_MAX][CERT_BYTES_MAX]; /* of this call's journal records */
};

/* simplex.c */
void simplex_settle(struct simplex *s, struct simplex_step *step);
void simplex_raise_alarm(struct simplex *s, struct simplex_step *step);
struct view_record *record_find(const struct simplex *s, uint64_t view);
/* The record of a view above the final one, opened if need be; NULL when it is out of range. */
struct view_record *view_record_open(struct simplex *s, uint64_t view);
static inline unsigned simplex_leader(const struct simplex *s, uint64_t view)
{
    return roster_leader(&s->params.roster, s->params.seed, view);
}
static inline bool simplex_leads(const struct simplex *s, uint64_t view)
{
    return s->params.self >= 0 && simplex_leader(s, view) == (unsigned)s->params.self;
}
/* May sign at all. */
static inline bool simplex_active(const struct simplex *s)
{
    return s->params.self >= 0 && !s->stopped && !s->ended;
}

/* simplex_votes.c */
bool votes_receive(struct simplex *s, int from, const struct vote *v, const uint8_t *trailer,
    size_t trailer_size, struct simplex_step *step);
bool votes_receive_proposal(
    struct simplex *s, int from, const uint8_t *data, size_t size, struct simplex_step *step);
bool votes_receive_certificate(
    struct simplex *s, int from, const struct certificate *c, struct simplex_step *step);
struct voteset *votes_of(struct simplex *s, uint64_t view);
/* A vote was added: at a quorum its certificate is formed. */
void votes_try_certificate(struct simplex *s, struct voteset *set, unsigned kind,
    const struct digest *digest, struct simplex_step *step);
/* Every signature of q members of this epoch; those verified before are not verified again. */
bool certificate_right(struct simplex *s, const struct certificate *c);
/* Keeps a certificate known to be right. */
void certificate_keep(struct simplex *s, const struct certificate *c);
/* A certificate of a view's record, whole. */
void certificate_held(
    const struct simplex *s, const struct view_record *rec, unsigned kind, struct certificate *out);

/* simplex_cast.c */
/* S1 and S2 (A.3): may this vote be signed, given all that was signed before. */
bool vote_permitted(const struct simplex *s, const struct view_record *rec, unsigned kind);
/* Records, journals, signs, counts and sends an own vote; false when it is not permitted or the
 * step is full. */
bool vote_cast(struct simplex *s, unsigned kind, struct view_record *rec,
    const struct digest *digest, struct simplex_step *step);
/* The own vote of a view again, byte for byte as it was. */
void vote_resend(struct simplex *s, const struct view_record *rec, unsigned kind, int to,
    struct simplex_step *step);
/* Counts restored own votes of the views now in the window: a vote that only peers count can leave
 * all waiting (A.9). */
void votes_recount_own(struct simplex *s, struct simplex_step *step);

/* simplex_views.c */
bool views_advance(struct simplex *s, struct simplex_step *step);
bool views_propose(struct simplex *s, struct simplex_step *step);
bool views_notarize(struct simplex *s, struct simplex_step *step);
bool views_nullify(struct simplex *s, struct simplex_step *step);
bool views_finalize(struct simplex *s, struct simplex_step *step);
/* The parent a proposal of `view` must have here (A.3 rule 2); false, and the view whose
 * certificate is missing. */
bool views_parent(const struct simplex *s, uint64_t view, uint64_t *parent_view,
    struct digest *parent, uint64_t *missing);
enum parent_state { PARENT_READY, PARENT_UNKNOWN, PARENT_WRONG };
/* Is the parent of that block certified here, with a nullification for every view between; else
 * which view is missing. */
enum parent_state views_parent_of(
    const struct simplex *s, const struct block_header *h, uint64_t *missing);
/* Members whose NULLIFY of the current view was seen. */
unsigned views_nullify_count(struct simplex *s);

/* simplex_chain.c */
bool chain_execute_pending(struct simplex *s, struct simplex_step *step);
/* Executes a block once its parent is executed; remembers the judgement. */
enum block_judgement chain_judge(struct simplex *s, struct block_slot *slot);
bool chain_executed(const struct simplex *s, const struct digest *digest);
struct block_slot *chain_store(struct simplex *s, const uint8_t *bytes, size_t size);
bool chain_deliver(struct simplex *s, struct simplex_step *step);
/* The first block missing on the way from the highest finalization down to what is delivered. */
bool chain_gap(struct simplex *s, uint64_t *view, struct digest *digest);
/* Notarized blocks above the delivered one on that chain, at most `limit`. */
unsigned chain_depth(
    const struct simplex *s, uint64_t view, const struct digest *digest, unsigned limit);
void chain_prune(struct simplex *s);

/* simplex_timers.c */
uint64_t timers_delta(const struct simplex *s);
/* (a) and (c) of A.6: the chain has something to put on that block. */
bool timers_chain_work(const struct simplex *s, const struct digest *parent);
bool timers_work(struct simplex *s);
/* (b) of A.6: the tail waits for its finalization too long. */
bool timers_tail(const struct simplex *s);
/* When a leader answers a mere NULLIFY with an empty block: not at once, or one cheater could spin
 * an idle table's views at network speed. */
uint64_t timers_reply_ms(const struct simplex *s);
bool timers_expired(const struct simplex *s, const struct view_record *rec);
/* Arms and disarms by work. */
void timers_arm(struct simplex *s);
/* Sends what is due: NULLIFY again, standstill, STATUS. */
void timers_run(struct simplex *s, struct simplex_step *step);
/* A finalization came: backoff, standstill and tail start anew. */
void timers_progress(struct simplex *s);
uint64_t timers_deadline(const struct simplex *s);

/* simplex_sync.c */
void sync_send(
    struct simplex *s, struct simplex_step *step, struct writer *w, int to, enum channel channel);
void sync_send_certificate(
    struct simplex *s, const struct certificate *c, int to, struct simplex_step *step);
/* The certificates that left views `from`..`to`, at most `limit`; returns how many. */
unsigned sync_send_completions(struct simplex *s, uint64_t from_view, uint64_t to_view,
    unsigned limit, int to, struct simplex_step *step);
void sync_send_status(struct simplex *s, int to, struct simplex_step *step);
bool sync_receive_status(
    struct simplex *s, int from, const struct status *st, struct simplex_step *step);
void sync_answer_behind(
    struct simplex *s, int from, uint32_t epoch, uint64_t view, struct simplex_step *step);
void sync_answer_ahead(struct simplex *s, int from, struct simplex_step *step);
void sync_resend_own(
    struct simplex *s, uint64_t from_view, unsigned limit, int to, struct simplex_step *step);
/* Best finalization, certificates and own votes above it, a bounded piece an attempt (A.4). */
void sync_standstill(struct simplex *s, struct simplex_step *step);
void sync_relay(struct simplex *s, struct simplex_step *step);
uint64_t sync_relay_ms(const struct simplex *s);
static inline struct peer_state *sync_peer(struct simplex *s, int from)
{
    return &s->peers[from < 0 ? OUTSIDERS : from];
}
/* Where an answer to `from` goes. */
static inline int sync_back(int from)
{
    return from < 0 ? TO_OUTSIDER : from;
}

/* simplex_witness.c */
/* A vote was added: shows the leader's own vote to whoever votes for another block. */
void witness_vote(
    struct simplex *s, struct voteset *set, const struct vote *v, struct simplex_step *step);
/* The own NULLIFY was cast: what the leader had signed is shown to all. */
void witness_nullified(struct simplex *s, uint64_t view, struct simplex_step *step);
/* Shows votes that do not go with how their view ended to all, a little after it was left. */
void witness_odd(struct simplex *s, struct simplex_step *step);
uint64_t witness_deadline_ms(const struct simplex *s);

/* simplex_fetch.c */
void fetch_update(struct simplex *s, struct simplex_step *step);
bool fetch_wants_block(const struct simplex *s, uint64_t view, const struct digest *digest);
uint64_t fetch_deadline(const struct simplex *s);
bool fetch_serve(struct simplex *s, int from, const struct fetch *f, struct simplex_step *step);
bool fetch_receive(
    struct simplex *s, int from, const uint8_t *data, size_t size, struct simplex_step *step);

#endif
