#include "consensus/mempool.h"

#include <stdlib.h>

/* Two sizes of cells hold the bytes: game ops are small; a deal among many members is not. An
 * author gets at most LARGE_PER_AUTHOR large ones, so a few authors cannot take them all. */
enum {
    SMALL_BYTES = OP_GAME_BYTES_MAX,
    SMALL_CELLS = 64 * POOL_OPS_PER_AUTHOR,
    LARGE_CELLS = 512,
    LARGE_PER_AUTHOR = 8,
    CELL_NONE = UINT16_MAX,
};

_Static_assert((int)SMALL_CELLS + LARGE_CELLS == POOL_OPS_MAX, "a pool is full at its limit");

struct pooled {
    uint64_t seq; /* 0 = empty */
    uint64_t arrival;
    uint16_t cell;
    bool large;
    uint16_t size;
};

struct pool_author {
    uint8_t id[ID_BYTES];
    uint16_t count; /* ops held; 0 = this entry is free */
    uint16_t large;
    struct pooled ops[POOL_OPS_PER_AUTHOR]; /* op seq at seq mod POOL_OPS_PER_AUTHOR */
};

struct mempool {
    const struct signer *signer;
    struct digest game_id;
    uint64_t arrivals;
    size_t count;
    uint16_t order_count;
    uint16_t order[IDENTITIES_MAX]; /* authors with ops, the oldest op first */
    struct pool_author authors[IDENTITIES_MAX];
    uint16_t small_used, large_used; /* cells ever taken */
    uint16_t small_free, large_free; /* heads of the chains of returned cells */
    uint16_t small_next[SMALL_CELLS];
    uint16_t large_next[LARGE_CELLS];
    uint8_t small[SMALL_CELLS][SMALL_BYTES];
    uint8_t large[LARGE_CELLS][OP_BYTES_MAX];
};

struct mempool *mempool_create(const struct signer *signer, const struct digest *game_id)
{
    struct mempool *m = calloc(1, sizeof *m);
    if (m != NULL) {
        m->signer = signer;
        m->game_id = *game_id;
        m->small_free = m->large_free = CELL_NONE;
    }
    return m;
}

void mempool_destroy(struct mempool *m)
{
    free(m);
}

static uint16_t cell_take(uint16_t *head, uint16_t *used, const uint16_t *next, uint16_t cells)
{
    uint16_t cell = *head;
    if (cell != CELL_NONE) {
        *head = next[cell];
    } else if (*used < cells) {
        cell = (*used)++;
    }
    return cell;
}

static const uint8_t *op_bytes(const struct mempool *m, const struct pooled *op)
{
    return op->large ? m->large[op->cell] : m->small[op->cell];
}

static struct pool_author *find_author(const struct mempool *m, const uint8_t id[ID_BYTES])
{
    for (uint16_t i = 0; i < m->order_count; i++) {
        const struct pool_author *a = &m->authors[m->order[i]];
        if (memcmp(a->id, id, ID_BYTES) == 0) {
            return (struct pool_author *)a;
        }
    }
    return NULL;
}

static const struct pooled *find_op(const struct pool_author *a, uint64_t seq)
{
    const struct pooled *op = a == NULL ? NULL : &a->ops[seq % POOL_OPS_PER_AUTHOR];
    return op != NULL && seq > 0 && op->seq == seq ? op : NULL;
}

static void order_remove(struct mempool *m, uint16_t author)
{
    uint16_t i = 0;
    while (m->order[i] != author) {
        i++;
    }
    m->order_count--;
    memmove(&m->order[i], &m->order[i + 1], (m->order_count - i) * sizeof m->order[0]);
}

static uint64_t oldest_arrival(const struct pool_author *a)
{
    uint64_t oldest = UINT64_MAX;
    for (size_t i = 0; i < POOL_OPS_PER_AUTHOR; i++) {
        if (a->ops[i].seq != 0 && a->ops[i].arrival < oldest) {
            oldest = a->ops[i].arrival;
        }
    }
    return oldest;
}

static void order_insert(struct mempool *m, uint16_t author)
{
    uint64_t arrival = oldest_arrival(&m->authors[author]);
    uint16_t i = m->order_count;
    while (i > 0 && oldest_arrival(&m->authors[m->order[i - 1]]) > arrival) {
        m->order[i] = m->order[i - 1];
        i--;
    }
    m->order[i] = author;
    m->order_count++;
}

static void drop_op(struct mempool *m, struct pool_author *a, struct pooled *op)
{
    uint16_t *head = op->large ? &m->large_free : &m->small_free;
    uint16_t *next = op->large ? m->large_next : m->small_next;
    next[op->cell] = *head;
    *head = op->cell;
    a->large -= op->large;
    op->seq = 0;
    a->count--;
    m->count--;
}

/* The entry of `id`, a new one when it has none; NULL when all are taken. */
static struct pool_author *author_for(struct mempool *m, const uint8_t id[ID_BYTES])
{
    struct pool_author *a = find_author(m, id);
    for (uint16_t i = 0; a == NULL && i < IDENTITIES_MAX; i++) {
        if (m->authors[i].count == 0) {
            a = &m->authors[i];
            memcpy(a->id, id, ID_BYTES);
        }
    }
    return a;
}

static enum err store_op(
    struct mempool *m, struct pool_author *a, uint64_t seq, const uint8_t *bytes, size_t size)
{
    bool large = size > SMALL_BYTES;
    if (large && a->large == LARGE_PER_AUTHOR) {
        return ERR_FULL;
    }
    uint16_t cell = large ? cell_take(&m->large_free, &m->large_used, m->large_next, LARGE_CELLS)
                          : cell_take(&m->small_free, &m->small_used, m->small_next, SMALL_CELLS);
    if (cell == CELL_NONE) {
        return ERR_FULL;
    }
    a->ops[seq % POOL_OPS_PER_AUTHOR] = (struct pooled){
        .seq = seq, .arrival = m->arrivals++, .cell = cell, .large = large, .size = (uint16_t)size};
    memcpy(large ? m->large[cell] : m->small[cell], bytes, size);
    a->large += large;
    m->count++;
    if (a->count++ == 0) {
        order_insert(m, (uint16_t)(a - m->authors));
    }
    return ERR_OK;
}

/* The same content: an op signed twice with two different signatures is no equivocation (A.10). */
static bool same_content(const struct op *a, const uint8_t *bytes, size_t size)
{
    struct op b;
    struct reader r = reader_of(bytes, size);
    return op_decode(&b, &r) && a->kind == b.kind && a->payload_size == b.payload_size &&
           memcmp(a->payload, b.payload, b.payload_size) == 0;
}

enum err mempool_add(struct mempool *m, const uint8_t *bytes, size_t size, uint64_t last_seq,
    const uint8_t **other, size_t *other_size)
{
    struct reader r = reader_of(bytes, size);
    struct op op;
    if (size > OP_BYTES_MAX || !op_decode(&op, &r) || !reader_done(&r) || op_is_block_op(op.kind)) {
        return ERR_FORMAT;
    }
    if (op.seq <= last_seq) {
        return ERR_EXISTS;
    }
    if (op.seq - last_seq > POOL_OPS_PER_AUTHOR) {
        return ERR_RANGE;
    }
    struct pool_author *a = find_author(m, op.author);
    const struct pooled *old = find_op(a, op.seq);
    if (old != NULL && same_content(&op, op_bytes(m, old), old->size)) {
        return ERR_EXISTS;
    }
    if (!op_verify(m->signer, &op, &m->game_id)) {
        return ERR_AUTH;
    }
    if (old != NULL) {
        *other = op_bytes(m, old);
        *other_size = old->size;
        return ERR_BUSY;
    }
    mempool_prune(m, op.author, last_seq);
    a = author_for(m, op.author);
    if (a == NULL || a->ops[op.seq % POOL_OPS_PER_AUTHOR].seq != 0) {
        return ERR_FULL;
    }
    return store_op(m, a, op.seq, bytes, size);
}

const uint8_t *mempool_find(
    const struct mempool *m, const uint8_t author[ID_BYTES], uint64_t seq, size_t *size)
{
    const struct pooled *op = find_op(find_author(m, author), seq);
    if (op == NULL) {
        return NULL;
    }
    *size = op->size;
    return op_bytes(m, op);
}

bool mempool_knows(const struct mempool *m, const struct op *op)
{
    size_t size;
    const uint8_t *bytes = mempool_find(m, op->author, op->seq, &size);
    struct op known;
    if (bytes == NULL || !same_content(op, bytes, size)) {
        return false;
    }
    struct reader r = reader_of(bytes, size);
    return op_decode(&known, &r) && memcmp(known.sig, op->sig, SIG_BYTES) == 0;
}

void mempool_prune(struct mempool *m, const uint8_t author[ID_BYTES], uint64_t last_seq)
{
    struct pool_author *a = find_author(m, author);
    bool dropped = false;
    if (a == NULL) {
        return;
    }
    for (size_t i = 0; i < POOL_OPS_PER_AUTHOR; i++) {
        if (a->ops[i].seq != 0 && a->ops[i].seq <= last_seq) {
            drop_op(m, a, &a->ops[i]);
            dropped = true;
        }
    }
    if (dropped) {
        order_remove(m, (uint16_t)(a - m->authors));
        if (a->count > 0) {
            order_insert(m, (uint16_t)(a - m->authors));
        }
    }
}

bool mempool_next_author(const struct mempool *m, size_t *cursor, uint8_t author[ID_BYTES])
{
    if (*cursor >= m->order_count) {
        return false;
    }
    memcpy(author, m->authors[m->order[(*cursor)++]].id, ID_BYTES);
    return true;
}

size_t mempool_count(const struct mempool *m)
{
    return m->count;
}
