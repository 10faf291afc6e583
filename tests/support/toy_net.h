/* A small deterministic network of simplex members over toy chains: virtual time, seeded delay,
 * loss, reordering, duplication, cuts, crashes at every effect boundary, a few kinds of traitors,
 * and the checks of protocol G on all that is ever sent. A broken check prints the seed and fails
 * the test at once. */
#ifndef TESTS_SUPPORT_TOY_NET_H
#define TESTS_SUPPORT_TOY_NET_H

#include "base/prng.h"
#include "tests/support/toy_chain.h"

enum { NET_NODES = 10, NET_VIEWS = 4096, NET_FINALS = 4096 };

enum toy_fault {
    TOY_HONEST,
    TOY_SILENT,      /* sends nothing */
    TOY_EQUIVOCATES, /* one block to a third, another to a third, both to the rest */
    TOY_SUBSET,      /* sends to its successor only */
    TOY_BAD_SIGNATURES,
    TOY_BOTH,            /* NULLIFY with every FINALIZE */
    TOY_WITHHOLDS_BLOCK, /* votes, but never sends a block */
    TOY_HALVES,          /* as a leader: one block to half the members, another to the rest */
    TOY_TWICE,           /* NOTARIZE for the block to one half, for nonsense to the other */
    TOY_APART,           /* FINALIZE to one half, NULLIFY to the other */
    TOY_FAULTS
};

struct toy_restart {
    struct journal_record *journal;
    size_t journal_count, journal_capacity;
    struct {
        uint64_t view;
        uint8_t *bytes;
        size_t size;
    } proposals[256]; /* a ring */
    size_t proposal_count;
    bool has_final;
    uint64_t final_view;
    struct digest final;
    bool has_cert;
    struct certificate cert;
};

struct toy_node {
    struct simplex *simplex;
    struct toy_chain chain;
    uint8_t vote_sk[64];
    bool up;
    enum toy_fault fault;
    uint64_t deadline_ms;
    uint64_t finals; /* delivered in its whole life */
    uint64_t finals_seen, behind_ms;
    uint64_t blamed;
    struct toy_restart disk;
};

struct toy_packet {
    uint64_t due_ms, order;
    uint8_t from, to;
    uint8_t *data;
    size_t size;
};

struct toy_net {
    unsigned n;
    uint64_t seed, now_ms, order;
    struct prng prng;
    const struct signer *signer;
    struct roster roster;
    struct digest game_id, base;
    unsigned delay_min_ms, delay_max_ms, loss_per_mille, twice_per_mille;
    unsigned crash_per_mille; /* at each effect boundary */
    bool forget_journal;      /* planted: restarts from nothing */
    bool alarm_expected;
    bool cut[NET_NODES][NET_NODES];
    struct toy_node nodes[NET_NODES];
    struct toy_packet *heap;
    size_t packets, heap_capacity;
    struct outbox *outbox;
    uint64_t messages, bytes, evidence, restarts, alarms, polls;
    uint64_t ops[TOY_OPS / 64]; /* submitted */

    /* What the checks remember. */
    struct {
        bool voted[VOTE_KIND_COUNT];
        struct digest digest[VOTE_KIND_COUNT];
    } signed_votes[NET_NODES][NET_VIEWS];
    struct {
        bool seen[VOTE_KIND_COUNT];
        struct digest digest[VOTE_KIND_COUNT];
    } certificates[NET_VIEWS];
    struct {
        struct digest digest;
        uint64_t view;
        uint8_t *bytes;
        size_t size;
        bool has_cert;
        struct certificate cert;
    } finals[NET_FINALS];
    uint64_t final_count;
};

/* One object serves many seeds: toy_net_start empties it. */
struct toy_net *toy_net_create(void);
void toy_net_destroy(struct toy_net *net);
void toy_net_start(struct toy_net *net, unsigned n, uint64_t seed, const struct signer *signer);

void toy_net_run(struct toy_net *net, uint64_t until_ms);
/* The operation reaches every member that is up (A.6). */
void toy_net_submit(struct toy_net *net, unsigned op);
void toy_net_crash(struct toy_net *net, unsigned node);
void toy_net_restart(struct toy_net *net, unsigned node);
/* Cuts or heals both directions; members notice. */
void toy_net_link(struct toy_net *net, unsigned a, unsigned b, bool up);
void toy_net_heal(struct toy_net *net); /* every link up, no loss, all restarted */
/* Every submitted operation is final at every honest member that is up. */
bool toy_net_all_final(const struct toy_net *net);
/* Runs until all is final; false when it is not by then. */
bool toy_net_finish(struct toy_net *net, uint64_t limit_ms);
void toy_net_fail(const struct toy_net *net, const char *what);

/* The owner's part for who is far behind: final blocks with their proof from somebody's record. */
void toy_net_catch_up(struct toy_net *net, unsigned node);

/* The checks of protocol G, in toy_checks.c: on what an honest member sends, delivers, accuses. */
void toy_check(const struct toy_net *net, bool holds, const char *what);
void toy_check_sent(struct toy_net *net, unsigned from, const uint8_t *data, size_t size);
void toy_check_final(struct toy_net *net, struct toy_node *node, const struct final_block *final);
void toy_check_evidence(struct toy_net *net, const struct simplex_step *step);

/* What a traitor makes of a message for one receiver; 0 = nothing. In toy_traitor.c. */
size_t toy_betray(struct toy_net *net, unsigned from, unsigned to, const uint8_t *data, size_t size,
    uint8_t *out);
void toy_net_transmit(
    struct toy_net *net, unsigned from, unsigned to, const uint8_t *data, size_t size);

/* Drops every packet in flight. */
void toy_net_drop(struct toy_net *net);
/* Feeds one message to a member as if `from` had sent it. */
bool toy_net_inject(struct toy_net *net, unsigned to, int from, const uint8_t *data, size_t size);

#endif
