/* A whole table in one process under virtual time: real engines, a bad network, crashes at any
 * point, liars. One seed decides everything (protocol G, testing.md). */
#ifndef TESTS_SIM_SIM_H
#define TESTS_SIM_SIM_H

#include "base/prng.h"
#include "consensus/engine.h"

enum {
    SIM_NODES_MAX = MEMBERS_MAX + 2,
    SIM_EVENTS_MAX = 1 << 17,
    SIM_HEIGHTS_MAX = 1 << 14,
    SIM_VOTES_MAX = 1 << 16, /* a power of two */
    SIM_OPS_MAX = 4096,
    SIM_OLD_MAX = 16,
    SIM_EPOCHS_MAX = 256,
    SIM_RELEASES_MAX = 64,
    SIM_LINK_DEAD_MS = 3000, /* a cut this long resets the link */
    SIM_REDIAL_MS = 500,
};

enum sim_plant {
    PLANT_NONE,
    PLANT_VOTE_BEFORE_PERSIST,
    PLANT_QUORUM_MINUS_ONE,
    PLANT_SHARE_WITH_NOTARIZE,
    PLANT_FORGET_JOURNAL,
    PLANT_COUNT
};

enum sim_liar {
    LIAR_NONE,
    LIAR_EQUIVOCATES, /* as a leader: one block for half the table, another for the rest */
    LIAR_VOTES_TWICE, /* NOTARIZE for what it saw and for nonsense */
    LIAR_NULLIFY_AND_FINALIZE,
    LIAR_SUBSET,          /* votes and certificates reach only some */
    LIAR_WITHHOLDS_BLOCK, /* its proposals reach one peer */
    LIAR_WITHHOLDS_SHARE,
    LIAR_BAD_SHARE,
    LIAR_NULLIFIES,       /* NULLIFY for every view it sees */
    LIAR_FUTURE,          /* votes far ahead */
    LIAR_STALE,           /* sends old messages again and again */
    LIAR_GARBAGE,         /* flips bytes */
    LIAR_FALSE_STATUS,    /* claims an enormous height */
    LIAR_BAD_DEAL,        /* deals one member a share that is none */
    LIAR_OP_TWICE,        /* two operations with one number */
    LIAR_COPIED_KEY,      /* deals with another dealer's one-time key and junk shares */
    LIAR_FALSE_COMPLAINT, /* proves that it got a share, which is good */
    LIAR_BAD_COMPLAINT,   /* complains without a proof */
    LIAR_LATE_COMPLAINT,  /* complains after its own ACK */
    LIAR_SILENT_DEALER,   /* posts KEYS and never a DEAL */
    LIAR_SILENT_ACKER,
    LIAR_REMOVED,      /* leaves, and votes on with its old key; replays what it signed before */
    LIAR_INVALID_OPS,  /* well signed operations that the table refuses */
    LIAR_IMPERSONATES, /* votes and operations in others' names */
    LIAR_FLOODS,
    LIAR_WRONG_ROOT,   /* proposals with another state root */
    LIAR_WRONG_PARENT, /* proposals on an old block */
    LIAR_BAD_BLOCK,    /* proposals with operations that may not be in them */
    LIAR_TWIN,         /* one identity and vote key on two nodes, each of them honest */
    LIAR_COUNT
};

struct sim_options {
    enum sim_plant plant;
    unsigned members;   /* 0 = as the seed says */
    enum sim_liar liar; /* LIAR_NONE = as the seed says */
    bool verbose;
    bool first; /* stop at the first seed that fails */
};

/* What a node has on disk: nothing else survives its crash. */
struct sim_record {
    struct persist p;     /* its pointers are owned here */
    uint64_t transaction; /* the step that wrote it */
};

struct sim_disk {
    size_t count, capacity;
    struct sim_record *records;
};

/* A message that was sent once. */
struct sim_old {
    uint8_t *data; /* owned */
    size_t size;
    uint8_t channel;
};

struct sim_node {
    bool used, running, watcher, gone;
    bool amnesiac;  /* lost its keys file once */
    bool convicted; /* somebody honest found proof of a lie of its while it could be said */
    uint32_t convicted_epoch;
    bool wants_in; /* has asked, or shall ask, for a seat */
    enum sim_liar liar;
    uint64_t skew_ms;   /* its clock is not the others' */
    uint64_t resume_ms; /* suspended until then */
    uint64_t full_ms;   /* its disk is full until then */
    unsigned disk_ms;   /* a sync takes so long */
    bool broken;        /* not of the core that heals first */
    uint64_t poll_ms;   /* its next deadline, in simulator time */
    uint32_t lives;
    uint8_t id_sk[64], id_pk[32], net_pk[32], vote_sk[64], vote_pk[32];
    struct engine *engine;
    uint64_t gap_low, gap_high;           /* blocks between are only places on its disk */
    struct digest gap_digest;             /* of the block at gap_high */
    struct sim_disk keys, blocks, beside; /* beside the blocks: states, epochs, deals */
    uint64_t floor;                       /* highest height that is surely on its disk */
    size_t synced;                        /* so many blocks survive a power cut */
    /* Of liars alone. */
    uint64_t voted_last; /* last view they lied in */
    uint64_t lied_seq;   /* own operation that was replaced by a lie */
    unsigned join_lies;  /* so many lies before they sit */
    bool twin;           /* the second node of `twin_of` */
    uint8_t twin_of;
    bool has_former; /* the vote key of when they were members last */
    uint8_t former_sk[64];
    uint16_t former_index;
    uint32_t complained; /* attempt */
    struct sim_old old[SIM_OLD_MAX];
    unsigned old_count;
};

struct sim_link {
    bool up;   /* of the pair, same both ways */
    bool told; /* from's engine believes it is up */
    bool cut;  /* from -> to holds everything back for now */
    bool dead; /* and loses it */
    uint32_t generation;
    uint64_t cut_ms;
    uint64_t last_ms[CHANNEL_COUNT];
};

enum sim_event_kind {
    SIM_MESSAGE,
    SIM_DIAL,
    SIM_TELL_DOWN,
    SIM_RESTART,
    SIM_CUT_END,
    SIM_LINK_CHECK,
    SIM_SERVE
};

struct sim_event {
    uint64_t at_ms, order;
    uint8_t kind, from, to, channel;
    uint32_t generation;
    struct engine_serve serve;
    uint8_t *data; /* owned */
    size_t size;
    uint64_t sent_ms;
};

/* Everything an honest node ever signed for one view. */
struct sim_vote {
    bool used, nullify, has_notarize, has_finalize;
    uint8_t node;
    uint32_t epoch;
    uint64_t view;
    struct digest notarize, finalize;
};

/* Honest nodes that let a share of that block's throw go. */
struct sim_release {
    uint32_t epoch;
    uint64_t view;
    struct digest block;
    uint64_t nodes;
};

struct sim_op {
    uint8_t node;
    uint64_t seq;
};

struct sim {
    uint64_t seed;
    enum sim_plant plant;
    bool real_keys, toy;
    struct prng rng;
    uint64_t now_ms, order;
    bool calm;      /* liveness phase: no more faults */
    bool gathering; /* they sit down: no faults yet */
    unsigned delay_ms, jitter_ms, duplicate_pm, reset_pm, crash_pm;
    int amnesiac;       /* the one node that may lose its keys file, or -1 */
    uint8_t bot_sk[64]; /* a bot that node 0 signs for */
    bool bot;
    bool attempts; /* somebody lies in key generations: let there be many */
    bool shares_with_finalize;
    uint32_t delta_ms;
    const struct signer *signer;
    const struct app *app;
    struct genesis genesis;
    struct digest game_id;

    struct sim_node nodes[SIM_NODES_MAX];
    unsigned node_count;
    struct sim_link links[SIM_NODES_MAX][SIM_NODES_MAX]; /* [from][to] */
    struct sim_event *heap;
    size_t heap_count;

    struct digest heights[SIM_HEIGHTS_MAX], roots[SIM_HEIGHTS_MAX];
    uint32_t epoch_of[SIM_HEIGHTS_MAX];
    bool closes[SIM_HEIGHTS_MAX]; /* its last operation is a switch */
    struct roster rosters[SIM_EPOCHS_MAX];
    struct sim_release releases[SIM_RELEASES_MAX];
    unsigned release_next;
    uint64_t top; /* highest height anybody made final */
    struct {
        uint8_t id[ID_BYTES];
        uint64_t seq;
    } authors[64];
    unsigned author_count;
    struct sim_vote *votes;
    struct sim_op ops[SIM_OPS_MAX];
    unsigned op_count;
    uint64_t messages, steps, rolls, crashes, epochs, evidence, lies;
    uint64_t blocks_lost; /* final, written, and gone with the power */
    uint64_t ops_refused, ops_done, adopted;
    uint64_t proofs[EVIDENCE_KIND_COUNT]; /* culprits by kind */
    struct engine_update *update;
    bool failed;
    char failure[256];
};

/* sim.c: one node's step, and time. */
void sim_run_until(struct sim *s, uint64_t until_ms);

/* sim_faults.c: one thing goes wrong. */
void sim_fault(struct sim *s);

/* sim_play.c: a whole run, its players and its faults. */
void sim_submit(struct sim *s, unsigned node, uint8_t kind, const uint8_t *data, size_t size);
void sim_submit_bot(struct sim *s, uint8_t kind, const uint8_t *data, size_t size);
bool sim_is_member(const struct sim *s, unsigned node);
enum identity_standing sim_standing(const struct sim *s, unsigned node);
void sim_play(struct sim *s, uint64_t duration_ms, unsigned act_ms, unsigned fault_ms);

/* sim_live.c */
void sim_liveness(struct sim *s);
/* (9) a table without work sends nothing and asks for no timer. */
void sim_quiet(struct sim *s);

bool sim_run(uint64_t seed, const struct sim_options *options, char *why, size_t why_size);
const char *sim_plant_name(enum sim_plant plant);
void sim_fail(struct sim *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sim_step(struct sim *s, unsigned node, struct engine_event *event);
/* Persist, check, send: what the owner of an engine does with an update. May crash the node on the
 * way. */
void sim_apply(struct sim *s, unsigned node);
struct digest sim_secret(uint64_t seed, unsigned node, const char *what, uint32_t life);

/* sim_node.c: disks, crashes, restarts. */
void sim_disk_clear(struct sim_disk *d);
void sim_disk_copy(struct sim_disk *to, const struct sim_disk *from);
void sim_persist(struct sim *s, struct sim_node *n, const struct engine_update *u, bool keys);
/* The block at that height as it is on disk, or NULL. */
const struct persist *sim_block(const struct sim_node *n, uint64_t height);
/* The newest of that kind beside the blocks, of that epoch unless 0; or NULL. */
const struct persist *sim_beside(const struct sim_node *n, uint8_t kind, uint32_t epoch);
bool sim_boot(struct sim *s, unsigned node);
void sim_crash(struct sim *s, unsigned node);

/* sim_net.c */
void sim_schedule(struct sim *s, struct sim_event event);
bool sim_pop(struct sim *s, struct sim_event *event);
void sim_send(
    struct sim *s, unsigned from, unsigned to, unsigned channel, const uint8_t *data, size_t size);
void sim_send_update(struct sim *s, unsigned from, const struct outbox *o, uint32_t limit);
void sim_deliver(struct sim *s, struct sim_event *event);
void sim_link_reset(struct sim *s, unsigned a, unsigned b);
void sim_dial_later(struct sim *s, unsigned a, unsigned b, uint64_t delay_ms);
int sim_find(const struct sim *s, const uint8_t id[ID_BYTES]);

/* sim_check.c: the invariants. */
void sim_check_update(struct sim *s, unsigned node, const struct engine_update *u);
void sim_check_sent(struct sim *s, unsigned node, const uint8_t *data, size_t size);
void sim_check_state(struct sim *s, unsigned node);
/* Did that honest node ever send that vote, or has it on its disk. */
bool sim_has_signed(struct sim *s, unsigned node, const struct vote *v);

/* sim_oracles.c */
void sim_oracle_block(struct sim *s, unsigned node, const struct block *b);
void sim_oracle_state(struct sim *s, unsigned node);
void sim_oracle_outcome(struct sim *s, const struct op_outcome *op);
void sim_oracle_complaint(struct sim *s, unsigned node, const struct op *op);
void sim_oracle_proofs(struct sim *s, unsigned node, const struct engine_update *u);
void sim_oracle_share(struct sim *s, unsigned node, const struct vote *v);
void sim_oracle_convicted(struct sim *s);

const char *sim_liar_name(enum sim_liar liar);
void sim_twins_wake(struct sim *s);

/* sim_liars.c: true when the liar took care of the message itself. */
bool sim_lie(
    struct sim *s, unsigned from, int to, unsigned channel, const uint8_t *data, size_t size);
void sim_lie_unasked(struct sim *s, unsigned node);
/* What it does instead of playing; true when it did. */
bool sim_lie_act(struct sim *s, unsigned node);

/* sim_table.c: what is played. */
const struct app *sim_table_app(const struct sim *s);
uint16_t sim_table_rules(const struct sim *s, uint8_t *rules, size_t capacity);
/* An operation of that player now, as its member's node sees the table, or what leads to a throw
 * when `roll`; the payload's size, 0 = nothing sensible. */
size_t sim_table_op(const struct sim *s, unsigned node, const uint8_t id[ID_BYTES],
    struct prng *rng, bool roll, uint8_t *payload, size_t capacity);

#endif
