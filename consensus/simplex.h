/* Simplex agreement (Chan and Pass 2023, with separate notarize, nullify and finalize votes) for
 * one epoch at a time: views, votes, certificates, timers, relay, standstill. Protocol A.3 to A.8.
 * Knows blocks by digest, parent and bytes; executing and proposing them is the chain's part. A
 * pure step machine: messages and time come in, messages, journal records and finalized blocks come
 * out. */
#ifndef CONSENSUS_SIMPLEX_H
#define CONSENSUS_SIMPLEX_H

#include "consensus/message.h"
#include "consensus/outbox.h"

enum verdict {
    VERDICT_OK,
    VERDICT_INVALID, /* permanently: its view may be nullified */
    /* Something is missing here (parent state, a free slot): wait, never nullify for it. */
    VERDICT_MISSING,
    /* Executing it gives another state root: invalid; if a quorum notarized it, stop and alarm. */
    VERDICT_DIFFERS,
};

/* What simplex needs from the ledger above it. All calls are synchronous. */
struct chain {
    void *self;
    /* Executes a block on its executed parent and keeps the result under its digest. */
    enum verdict (*execute)(void *self, const struct block *b, const struct digest *digest);
    /* Has it been executed here (the epoch's base block always has). */
    bool (*executed)(void *self, const struct digest *digest);
    /* Is there work on top of that executed block (A.6 a, c): ops not in it, RESULT or EPOCH_SWITCH
     * due... */
    bool (*has_work)(void *self, const struct digest *parent);
    /* Builds, executes and keeps a block on that parent; `empty` asks for one without ops. Writes
     * its bytes, returns their size, or 0 when it cannot (no free slot). */
    size_t (*propose)(void *self, const struct digest *parent, uint64_t parent_view, uint64_t view,
        bool empty, uint8_t *out, size_t capacity, struct digest *digest);
    /* True when block `digest` (or an unfinalized ancestor) holds an epoch switch: only empty
     * blocks follow it (B.1.4). */
    bool (*closes_epoch)(void *self, const struct digest *digest);
    /* Unsigned bytes to put behind our FINALIZE vote for that block (dice shares, rule R1); returns
     * the size. */
    size_t (*finalize_trailer)(
        void *self, const struct digest *digest, uint8_t *out, size_t capacity);
    /* Bytes that came behind member `voter`'s FINALIZE vote. */
    void (*on_trailer)(
        void *self, unsigned voter, const struct digest *digest, const uint8_t *data, size_t size);
    /* Height of the last final block, for STATUS; NULL: that of the last block delivered by this
     * object. */
    uint64_t (*height)(void *self);
};

/* A record that must be on disk before anything of this step is sent (A.9). A FINALIZE comes with
 * the encoded notarization it rests on, to be kept and restored with it: who finalized a view can
 * never nullify it, so after a crash of all its certificate may be the only way out of the view.
 * Valid until the next simplex call; NULL when there is none. */
struct journal_record {
    uint8_t kind; /* enum vote_kind */
    uint32_t epoch;
    uint64_t view;
    struct digest digest;
    const uint8_t *proof;
    size_t proof_size;
};

enum {
    JOURNAL_RECORDS_MAX = 64,
    FINAL_BLOCKS_MAX = 32,
    PROPOSALS_MAX = 8,
    EVIDENCE_PAIRS_MAX = 8,
};

/* A block that became final in this step, oldest first. Bytes stay valid until the next simplex
 * call. More than FINAL_BLOCKS_MAX at once go on in the next step (the deadline is then at once),
 * and so may the covering certificate. */
struct final_block {
    struct digest digest;
    uint64_t view;
    const uint8_t *bytes;
    size_t size;
    const struct certificate
        *certificate; /* of this very block, or NULL: a later one in the list covers it */
};

struct simplex_step {
    struct outbox *outbox; /* borrowed; appended to */
    uint32_t journal_count;
    struct journal_record journal[JOURNAL_RECORDS_MAX];
    /* Bytes of every block this step votes NOTARIZE for, own or not, to journal with the vote: a
     * table whose members all lost power must not depend on the proposer's return. */
    uint32_t proposal_count;
    struct {
        uint64_t view;
        const uint8_t *bytes;
        size_t size;
    } proposals[PROPOSALS_MAX];
    uint32_t final_count;
    struct final_block final[FINAL_BLOCKS_MAX];
    /* Pairs of conflicting signed votes of one member (A.10 E1 to E3). What finds no room is found
     * again with the next such vote. */
    uint32_t evidence_count;
    struct vote evidence[EVIDENCE_PAIRS_MAX][2];
    bool alarm; /* VERDICT_DIFFERS: voting has stopped */
    /* Members that sent a badly signed vote over their own link, found now (bit per index). */
    uint64_t blamed;
};

struct simplex_params {
    struct digest game_id;
    uint32_t epoch;
    uint64_t seed; /* leader rotation (A.2: first 8 bytes of the boundary digest) */
    struct roster roster;
    int self; /* own index, or -1: follows and never votes */
    uint8_t vote_sk[64];
    const struct signer *signer;
    struct chain chain;
    struct digest base; /* the epoch's base block: parent of view 1 */
    uint32_t delta_ms;  /* Delta_0 of A.5: 60 wired */
};

struct simplex;

/* Heap, all memory allocated here and in simplex_begin; NULL when there is none. */
struct simplex *simplex_create(void);
void simplex_destroy(struct simplex *s);

/* Starts an epoch at view 1. Wipes the former vote key. */
bool simplex_begin(struct simplex *s, const struct simplex_params *params);

/* Restart (A.9), between simplex_begin and the first other call: own votes and proposals of this
 * epoch as journaled, in any order, and the certificates of blocks already final. They count in the
 * own tally and bound what may be signed. Views are walked again from the floor on: every vote
 * given is re-sent as it was and no certificate is needed from the disk. */
void simplex_restore_vote(struct simplex *s, const struct journal_record *r);
void simplex_restore_proposal(struct simplex *s, uint64_t view, const uint8_t *bytes, size_t size);
void simplex_restore_final(struct simplex *s, uint64_t view, const struct digest *digest,
    const struct certificate *certificate);

/* One message of kinds PROPOSE, NOTARIZE, NULLIFY, FINALIZE, CERT, STATUS, and FETCH/FETCH_RESP for
 * certificates and unfinal blocks, from member `from` (-1: a linked non-member; only what is
 * self-proving counts, and an answer goes out with a zero `to`, which means: back to this sender).
 * `data` is the message after its kind byte. Returns false when it is malformed or a lie of the
 * sender (counted by the caller). */
bool simplex_message(struct simplex *s, int from, uint8_t kind, const uint8_t *data, size_t size,
    uint64_t now_ms, struct simplex_step *step);

/* Time passed, or the pool or the ledger changed: looks at timers and work again. */
void simplex_poll(struct simplex *s, uint64_t now_ms, struct simplex_step *step);

/* When simplex_poll must be called at the latest; UINT64_MAX when nothing is due: an idle epoch is
 * silent. */
uint64_t simplex_deadline_ms(const struct simplex *s);

/* A call when nothing else is to be done verifies one vote that a quorum will need, so that the quorum's last one does not wait
 * for all of them. Nothing follows from it but for a vote that is no signature of its voter: it is dropped, and its voter's later
 * ones are verified on arrival. */
bool simplex_has_idle_work(struct simplex *s);
void simplex_idle(struct simplex *s);

/* A link to that member came up (exchange STATUS) or went silent (t_l = t_a = 0 for its views). */
void simplex_link(
    struct simplex *s, unsigned member, bool up, uint64_t now_ms, struct simplex_step *step);

/* A finalization learnt elsewhere (catch-up): everything up to it is final and executed here. Jumps
 * forward. */
void simplex_advance(struct simplex *s, const struct certificate *finalization, uint64_t now_ms,
    struct simplex_step *step);

/* The gap between two calls was a suspend: re-arm instead of firing (A.5). Called by the owner when
 * now jumped. */
void simplex_rearm(struct simplex *s, uint64_t now_ms);

struct simplex_view {
    uint64_t view;
    uint64_t final_view;
    struct digest final;
    uint64_t notarized_view;
    struct digest notarized; /* highest notarized or final block */
    unsigned leader;
    bool voted_notarize, voted_nullify;
    bool stopped;   /* alarm raised */
    uint64_t heard; /* bit per member: a valid vote or status in this or the former view */
    uint64_t messages_sent, votes_bad, views_nullified;
};

struct simplex_view simplex_inspect(const struct simplex *s);

/* Something of our own is wrong: no vote and no proposal from here on, not even in the step under way. */
void simplex_stop(struct simplex *s);

/* Does this node hold a finalization of its own for `view`; fills in the best one. */
bool simplex_best_final(const struct simplex *s, struct certificate *out);

/* How that finalization covers a delivered block: writes the encoded headers from the block's child
 * up to the block that is certified, oldest first; nothing when it is the block itself. False when
 * the way is longer than `limit` headers, does not fit or is not known here. */
bool simplex_final_path(
    const struct simplex *s, const struct digest *digest, unsigned limit, struct writer *w);

/* The highest view above the last final one that this node has voted FINALIZE for. */
bool simplex_voted_final(const struct simplex *s, uint64_t *view, struct digest *digest);

/* The header of a block kept here, and the notarization of that view and block, encoded. False when it is not here. */
bool simplex_header(const struct simplex *s, uint64_t view, const struct digest *digest,
    struct block_header *header);
bool simplex_notarization(
    const struct simplex *s, uint64_t view, const struct digest *digest, struct writer *w);

#endif
