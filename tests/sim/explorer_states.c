#include "tests/sim/explorer_states.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BITS_PER_VIEW = 5, /* NOTARIZE c, NOTARIZE c', NULLIFY, FINALIZE c, FINALIZE c' */
    BITS_PER_BLOCK = 4,
    MEMBER_VIEWS_MAX = 64 / BITS_PER_VIEW,
    FIRST_CAPACITY = 1 << 12,
};

/* A state: five bits for each honest member and view, members in ascending order of their bits,
 * and the parent of each block. */
struct packed {
    uint64_t votes;
    uint64_t parents;
};

/* All states found, in the order found; those after `next` wait for expansion. The table holds
 * index + 1, open addressing, at most half full. */
struct search {
    const struct model *m;
    struct packed *states;
    uint32_t *from; /* the state it was found from */
    uint32_t *table;
    size_t count;
    size_t capacity;
    size_t limit;
    size_t bad; /* index of the first broken state */
    unsigned stop;
    unsigned broken;
    bool out_of_memory;
};

bool states_fit(const struct model *m)
{
    return model_honest(m) * m->views <= MEMBER_VIEWS_MAX;
}

static uint64_t member_bits(
    const struct model *m, const struct votes *s, unsigned i, unsigned swaps)
{
    uint64_t bits = 0;
    for (unsigned view = 1; view <= m->views; view++) {
        unsigned c = (view - 1) * MODEL_VARIANTS;
        unsigned swap = swaps >> (view - 1) & 1;
        bits = bits << 1 | (s->notarize[c + swap] >> i & 1);
        bits = bits << 1 | (s->notarize[c + (swap ^ 1)] >> i & 1);
        bits = bits << 1 | (s->nullify[view] >> i & 1);
        bits = bits << 1 | (s->finalize[c + swap] >> i & 1);
        bits = bits << 1 | (s->finalize[c + (swap ^ 1)] >> i & 1);
    }
    return bits;
}

static unsigned renamed_block(unsigned block, unsigned swaps)
{
    bool created = block != MODEL_GENESIS && block != MODEL_ABSENT;
    return created ? block ^ (swaps >> (block / MODEL_VARIANTS) & 1) : block;
}

/* The packed form with c and c' exchanged in the views of `swaps`. */
static struct packed pack_renamed(const struct model *m, const struct votes *s, unsigned swaps)
{
    uint64_t sorted[MODEL_MEMBERS_MAX];
    for (unsigned i = 0; i < model_honest(m); i++) {
        uint64_t bits = member_bits(m, s, i, swaps);
        unsigned at = i;
        for (; at > 0 && sorted[at - 1] > bits; at--) {
            sorted[at] = sorted[at - 1];
        }
        sorted[at] = bits;
    }
    struct packed p = {0, 0};
    for (unsigned i = 0; i < model_honest(m); i++) {
        p.votes = p.votes << (BITS_PER_VIEW * m->views) | sorted[i];
    }
    for (unsigned block = 0; block < m->views * MODEL_VARIANTS; block++) {
        unsigned parent = s->parent[renamed_block(block, swaps)];
        p.parents = p.parents << BITS_PER_BLOCK | renamed_block(parent, swaps);
    }
    return p;
}

/* The least of the packed forms of all renamings: the same for equal states. */
static struct packed pack(const struct model *m, const struct votes *s)
{
    unsigned forked = 0;
    for (unsigned view = 1; view <= m->views; view++) {
        if (s->parent[(view - 1) * MODEL_VARIANTS + 1] != MODEL_ABSENT) {
            forked |= 1u << (view - 1);
        }
    }
    struct packed least = pack_renamed(m, s, 0);
    for (unsigned swaps = forked; swaps != 0; swaps = (swaps - 1) & forked) {
        struct packed p = pack_renamed(m, s, swaps);
        if (p.votes < least.votes || (p.votes == least.votes && p.parents < least.parents)) {
            least = p;
        }
    }
    return least;
}

static void unpack(const struct model *m, struct packed p, struct votes *s)
{
    votes_init(s);
    for (unsigned block = m->views * MODEL_VARIANTS; block-- > 0; p.parents >>= BITS_PER_BLOCK) {
        s->parent[block] = (uint8_t)(p.parents & ((1u << BITS_PER_BLOCK) - 1));
    }
    for (unsigned i = model_honest(m); i-- > 0;) {
        for (unsigned view = m->views; view >= 1; view--, p.votes >>= BITS_PER_VIEW) {
            unsigned c = (view - 1) * MODEL_VARIANTS;
            s->notarize[c] |= (uint16_t)((p.votes >> 4 & 1) << i);
            s->notarize[c + 1] |= (uint16_t)((p.votes >> 3 & 1) << i);
            s->nullify[view] |= (uint16_t)((p.votes >> 2 & 1) << i);
            s->finalize[c] |= (uint16_t)((p.votes >> 1 & 1) << i);
            s->finalize[c + 1] |= (uint16_t)((p.votes & 1) << i);
        }
    }
}

static size_t table_size(size_t capacity)
{
    return capacity * 2;
}

/* The slot of the state, or the empty one where it belongs. */
static uint32_t *find_slot(const struct search *x, struct packed p)
{
    uint64_t h = p.votes * 0x9e3779b97f4a7c15u ^ p.parents * 0xc2b2ae3d27d4eb4fu;
    h = (h ^ h >> 29) * 0xbf58476d1ce4e5b9u;
    size_t at = (h ^ h >> 32) & (table_size(x->capacity) - 1);
    while (x->table[at] != 0) {
        const struct packed *known = &x->states[x->table[at] - 1];
        if (known->votes == p.votes && known->parents == p.parents) {
            break;
        }
        at = (at + 1) & (table_size(x->capacity) - 1);
    }
    return &x->table[at];
}

/* Doubles the room (a power of two). False, with everything as it was, without memory. */
static bool grow(struct search *x)
{
    size_t capacity = x->capacity == 0 ? (size_t)FIRST_CAPACITY : x->capacity * 2;
    struct packed *states = realloc(x->states, capacity * sizeof(*states));
    x->states = states != NULL ? states : x->states;
    uint32_t *from = realloc(x->from, capacity * sizeof(*from));
    x->from = from != NULL ? from : x->from;
    uint32_t *table = calloc(table_size(capacity), sizeof(*table));
    if (states == NULL || from == NULL || table == NULL) {
        free(table);
        return false;
    }
    free(x->table);
    x->table = table;
    x->capacity = capacity;
    for (size_t k = 0; k < x->count; k++) {
        *find_slot(x, x->states[k]) = (uint32_t)(k + 1);
    }
    return true;
}

static bool is_done(const struct search *x)
{
    return x->broken != 0 || x->out_of_memory || x->count >= x->limit;
}

/* Adds the state unless it is known, and checks it. */
static void reach(struct search *x, const struct votes *s, size_t from)
{
    if (is_done(x)) {
        return;
    }
    struct packed p = pack(x->m, s);
    if (x->count == x->capacity && !grow(x)) {
        x->out_of_memory = true;
        return;
    }
    uint32_t *slot = find_slot(x, p);
    if (*slot != 0) {
        return;
    }
    x->states[x->count] = p;
    x->from[x->count] = (uint32_t)from;
    x->count++;
    *slot = (uint32_t)x->count;
    x->broken = votes_broken(x->m, s) & x->stop;
    if (x->broken != 0) {
        x->bad = x->count - 1;
    }
}

/* The member votes for a block that nobody honest has voted for before. A block with no honest
 * vote can have no certificate, so it need not be a state. */
static void expand_new_block(
    struct search *x, const struct votes *s, unsigned i, unsigned view, size_t from)
{
    unsigned first = (view - 1) * MODEL_VARIANTS;
    unsigned block = first + (s->parent[first] != MODEL_ABSENT);
    if (s->parent[block] != MODEL_ABSENT) {
        return;
    }
    for (unsigned k = 0; k <= first; k++) {
        unsigned parent = k == 0 ? (unsigned)MODEL_GENESIS : k - 1;
        if (votes_may_notarize(x->m, s, i, block, parent)) {
            struct votes next = *s;
            next.parent[block] = (uint8_t)parent;
            next.notarize[block] |= (uint16_t)(1u << i);
            reach(x, &next, from);
        }
    }
}

static void expand_member_view(
    struct search *x, const struct votes *s, unsigned i, unsigned view, size_t from)
{
    uint16_t bit = (uint16_t)(1u << i);
    unsigned first = (view - 1) * MODEL_VARIANTS;
    if (votes_may_nullify(x->m, s, i, view)) {
        struct votes next = *s;
        next.nullify[view] |= bit;
        reach(x, &next, from);
    }
    for (unsigned block = first; block < first + MODEL_VARIANTS; block++) {
        if (s->parent[block] == MODEL_ABSENT) {
            continue;
        }
        if (votes_may_notarize(x->m, s, i, block, s->parent[block])) {
            struct votes next = *s;
            next.notarize[block] |= bit;
            reach(x, &next, from);
        }
        if (votes_may_finalize(x->m, s, i, block)) {
            struct votes next = *s;
            next.finalize[block] |= bit;
            reach(x, &next, from);
        }
    }
    expand_new_block(x, s, i, view, from);
}

static void expand(struct search *x, size_t index)
{
    struct votes s;
    unpack(x->m, x->states[index], &s);
    uint64_t done = UINT64_MAX;
    for (unsigned i = 0; i < model_honest(x->m); i++) {
        uint64_t bits = member_bits(x->m, &s, i, 0);
        if (bits == done) {
            continue; /* members in order: the twin's moves give the same states */
        }
        done = bits;
        for (unsigned view = 1; view <= x->m->views; view++) {
            expand_member_view(x, &s, i, view, index);
        }
    }
}

static unsigned depth_of(const struct search *x, size_t index)
{
    unsigned depth = 0;
    for (; index != 0; index = x->from[index]) {
        depth++;
    }
    return depth;
}

static void print_state(const struct model *m, const struct votes *s)
{
    for (unsigned view = 1; view <= m->views; view++) {
        printf(" | view %u nullify %02x", view, s->nullify[view]);
        for (unsigned k = 0; k < MODEL_VARIANTS; k++) {
            unsigned block = (view - 1) * MODEL_VARIANTS + k;
            if (s->parent[block] != MODEL_ABSENT) {
                printf(" block %u on %u notarize %02x finalize %02x", block, s->parent[block],
                    s->notarize[block], s->finalize[block]);
            }
        }
    }
    printf("\n");
}

/* The way to the broken state, first state first. Members may swap places between lines. */
static void print_way(const struct search *x)
{
    for (unsigned left = depth_of(x, x->bad) + 1; left-- > 0;) {
        size_t index = x->bad;
        for (unsigned k = 0; k < left; k++) {
            index = x->from[index];
        }
        struct votes s;
        unpack(x->m, x->states[index], &s);
        print_state(x->m, &s);
    }
}

bool states_explore(
    const struct model *m, size_t limit, unsigned stop, bool trace, struct states_result *result)
{
    struct search x = {.m = m, .stop = stop, .limit = limit < UINT32_MAX ? limit : UINT32_MAX - 1};
    if (!states_fit(m)) {
        return false;
    }
    struct votes s;
    votes_init(&s);
    reach(&x, &s, 0);
    size_t next = 0;
    for (; next < x.count && !is_done(&x); next++) {
        expand(&x, next);
    }
    *result =
        (struct states_result){.states = x.count, .complete = next == x.count, .broken = x.broken};
    if (x.broken != 0) {
        result->votes = depth_of(&x, x.bad);
        if (trace) {
            print_way(&x);
        }
    }
    free(x.states);
    free(x.from);
    free(x.table);
    return !x.out_of_memory;
}
