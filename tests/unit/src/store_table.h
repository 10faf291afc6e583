/* A table for the store's tests: a folder of its own, made-up blocks, votes and operations that
 * follow from their number alone. */
#ifndef TESTS_UNIT_SRC_STORE_TABLE_H
#define TESTS_UNIT_SRC_STORE_TABLE_H

#include "src/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GENESIS_SIZE = 77, BLOCK_SIZE_MAX = 400, PROOF_SIZE = 150 };

static char folder[64];
static char problem[STORE_PROBLEM_BYTES] __attribute__((unused));

static inline int enter(void **state)
{
    (void)state;
    /* In memory where there is such a place: these tests sync thousands of times, and only
     * processes die. */
    strcpy(folder, "/dev/shm/craps-test-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        strcpy(folder, "/tmp/craps-test-XXXXXX");
        return mkdtemp(folder) == NULL ? -1 : 0;
    }
    return 0;
}

static inline int leave(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

/* Runs a shell command with every %s as the folder (at most four). */
static inline int shell(const char *format)
{
    char command[1024];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(command, sizeof command, format, folder, folder, folder, folder);
#pragma GCC diagnostic pop
    return system(command);
}

static inline const uint8_t *filler(uint64_t seed, size_t size, uint8_t *out)
{
    for (size_t i = 0; i < size; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        out[i] = (uint8_t)(seed >> 56);
    }
    return out;
}

static inline struct store *make_table(const char *name)
{
    uint8_t genesis[GENESIS_SIZE];
    struct store *s = NULL;
    return store_create(&s, folder, name, filler(1, sizeof genesis, genesis), sizeof genesis) ==
                   ERR_OK
               ? s
               : NULL;
}

/* The item's bytes live in `memory` until the next call with the same. */
struct item_memory {
    uint8_t data[BLOCK_SIZE_MAX], proof[PROOF_SIZE];
};

static inline struct persist make_block(uint64_t height, struct item_memory *m)
{
    struct persist p = {.kind = PERSIST_BLOCK, .epoch = 3, .view = height + 1, .height = height};
    p.size = 100 + height % (BLOCK_SIZE_MAX - 100);
    p.data = filler(1000 + height, p.size, m->data);
    p.proof_size = PROOF_SIZE;
    p.proof = filler(2000 + height, PROOF_SIZE, m->proof);
    filler(3000 + height, sizeof p.digest.b, p.digest.b);
    return p;
}

static inline struct persist make_vote(uint64_t view, uint8_t kind)
{
    struct persist p = {.kind = PERSIST_VOTE, .epoch = 3, .view = view, .flag = kind};
    filler(4000 + view, sizeof p.digest.b, p.digest.b);
    return p;
}

static inline struct persist make_proposal(uint64_t view, struct item_memory *m)
{
    struct persist p = {.kind = PERSIST_PROPOSAL, .epoch = 3, .view = view, .size = 300};
    p.data = filler(5000 + view, p.size, m->data);
    filler(4000 + view, sizeof p.digest.b, p.digest.b);
    return p;
}

static inline struct persist make_op(uint64_t seq, struct item_memory *m)
{
    struct persist p = {.kind = PERSIST_OWN_OP, .view = seq, .size = 120};
    p.data = filler(6000 + seq, p.size, m->data);
    memset(p.author, 0x5a, sizeof p.author);
    return p;
}

static inline struct persist make_key(uint32_t dkg_id, struct item_memory *m)
{
    struct persist p = {.kind = PERSIST_KEYS, .dkg_id = dkg_id, .size = 96};
    p.data = filler(7000 + dkg_id, p.size, m->data);
    return p;
}

static inline bool same_item(const struct persist *a, const struct persist *b)
{
    return a->kind == b->kind && a->flag == b->flag && a->epoch == b->epoch &&
           a->dkg_id == b->dkg_id && a->view == b->view && a->height == b->height &&
           memcmp(a->author, b->author, sizeof a->author) == 0 &&
           digest_equal(&a->digest, &b->digest) && a->size == b->size &&
           (a->size == 0 || memcmp(a->data, b->data, a->size) == 0) &&
           a->proof_size == b->proof_size &&
           (a->proof_size == 0 || memcmp(a->proof, b->proof, a->proof_size) == 0);
}

/* Counts what is visited by kind, and whether every item is the one that was made. */
struct visit_count {
    uint64_t count[PERSIST_KIND_COUNT];
    uint64_t first[PERSIST_KIND_COUNT]; /* view, or height of a block */
    uint64_t last[PERSIST_KIND_COUNT];
    bool changed, unordered;
    uint8_t last_kind;
};

static inline bool tally_item(void *argument, const struct persist *p)
{
    struct visit_count *t = argument;
    struct item_memory m;
    struct persist want = p->kind == PERSIST_BLOCK      ? make_block(p->height, &m)
                          : p->kind == PERSIST_VOTE     ? make_vote(p->view, p->flag)
                          : p->kind == PERSIST_PROPOSAL ? make_proposal(p->view, &m)
                          : p->kind == PERSIST_OWN_OP   ? make_op(p->view, &m)
                                                        : make_key(p->dkg_id, &m);
    uint64_t place = p->kind == PERSIST_BLOCK  ? p->height
                     : p->kind == PERSIST_KEYS ? p->dkg_id
                                               : p->view;
    t->changed = t->changed || !same_item(p, &want);
    t->unordered = t->unordered || (t->count[p->kind] > 0 && place < t->last[p->kind]);
    t->first[p->kind] = t->count[p->kind]++ == 0 ? place : t->first[p->kind];
    t->last[p->kind] = place;
    t->last_kind = p->kind;
    return true;
}

/* Turn n of a table's life: two votes, sometimes a proposal and an operation, then the block. */
static inline uint32_t make_turn(struct persist items[5], struct item_memory m[3], uint64_t n)
{
    uint32_t count = 0;
    items[count++] = make_vote(n + 1, 0);
    if (n % 4 == 0) {
        items[count++] = make_proposal(n + 1, &m[0]);
    }
    if (n % 3 == 0) {
        items[count++] = make_op(n / 3 + 1, &m[1]);
    }
    items[count++] = make_vote(n + 1, 2);
    items[count++] = make_block(n, &m[2]);
    return count;
}

static inline enum err persist_turn(struct store *s, uint64_t n)
{
    struct item_memory m[3];
    struct persist items[5];
    uint32_t count = make_turn(items, m, n);
    return store_persist(s, items, count);
}

/* As a session does it: the block is not synced. */
static inline enum err persist_turn_lazily(struct store *s, uint64_t n)
{
    struct item_memory m[3];
    struct persist items[5];
    uint32_t count = make_turn(items, m, n);
    enum err err = store_persist_journal(s, items, count);
    return err == ERR_OK ? store_persist_record(s, items, count) : err;
}

#endif
