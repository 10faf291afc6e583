#include "src/ahead.h"

#include "consensus/message.h"
#include "src/audit_pool.h"

#include <stdlib.h>
#include <unistd.h>

enum { WORDS_KEPT = 1024 }; /* more blocks than the engine has answers at once */

struct ahead {
    struct audit *audit;
    struct audit_pool *pool;
    bool over; /* something did not check, or does not follow */
    uint64_t count;
    struct digest blocks[WORDS_KEPT]; /* at height % WORDS_KEPT */
    uint64_t heights[WORDS_KEPT];
};

struct ahead *ahead_create(
    const struct app *app, const struct signer *signer, const struct genesis *genesis)
{
    struct ahead *a = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? calloc(1, sizeof *a) : NULL;
    if (a == NULL) {
        return NULL;
    }
    a->audit = audit_create(app, signer, genesis);
    a->pool = audit_pool_create();
    if (a->audit == NULL || a->pool == NULL) {
        ahead_destroy(a);
        return NULL;
    }
    return a;
}

void ahead_destroy(struct ahead *a)
{
    if (a != NULL) {
        audit_pool_destroy(a->pool);
        audit_destroy(a->audit);
        free(a);
    }
}

/* Takes back the oldest check; false when none is out. */
static bool collect(struct ahead *a)
{
    const struct audit_task *t = audit_pool_collect(a->pool);
    if (t == NULL) {
        return false;
    }
    if (!audit_block_end(a->audit, &t->check)) {
        a->over = true;
        return true;
    }
    size_t at = t->check.height % WORDS_KEPT;
    a->blocks[at] = block_digest(&t->check.block.header);
    a->heights[at] = t->check.height;
    a->count++;
    return true;
}

static void take_block(
    struct ahead *a, const uint8_t *bytes, size_t size, const uint8_t *proof, size_t proof_size)
{
    struct audit_task *t;
    bool no_memory, due;
    while ((t = audit_pool_take(a->pool, bytes, size, proof, proof_size, &no_memory)) == NULL) {
        if (no_memory || !collect(a)) {
            a->over = true;
            return;
        }
    }
    if (!audit_block_begin(
            a->audit, t->bytes, t->size, t->bytes + t->size, t->proof_size, &t->check, &due)) {
        a->over = true; /* the blocks before it may still check */
        return;
    }
    t->check.proof_size = 0; /* the engine looks at one certificate for many blocks */
    audit_pool_submit(a->pool);
}

void ahead_look(struct ahead *a, const uint8_t *message, size_t size)
{
    struct fetch f;
    struct reader r = reader_of(message, size);
    if (a->over || read_u8(&r) != MSG_FETCH_RESP || !fetch_decode(&f, &r) ||
        f.kind != FETCH_HEIGHTS) {
        return;
    }
    uint64_t height = read_u64(&r);
    uint64_t next = ledger_height(audit_ledger(a->audit)) + 1;
    for (; !a->over && height <= next && reader_left(&r) > 0; height++) {
        size_t block_size = read_u32(&r);
        const uint8_t *block = read_span(&r, block_size);
        size_t proof_size = read_u32(&r);
        const uint8_t *proof = read_span(&r, proof_size);
        if (r.bad) {
            break;
        }
        if (height == next) {
            take_block(a, block, block_size, proof, proof_size);
            next++;
        }
    }
    while (collect(a)) {
    }
}

bool ahead_vouched(const struct ahead *a, uint64_t height, const struct digest *block)
{
    size_t at = height % WORDS_KEPT;
    return a->heights[at] == height && height > 0 && digest_equal(&a->blocks[at], block);
}

uint64_t ahead_count(const struct ahead *a)
{
    return a->count;
}
