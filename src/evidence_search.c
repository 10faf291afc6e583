#include "src/evidence_search.h"

#include <string.h>

/* Key generations are short: the op is near the end of the epoch before. */
enum { BLOCKS_SEARCHED = 4096 };

struct search {
    struct evidence_file *f;
    uint8_t *named;
    uint64_t end; /* height of the first block that is too late */
    bool found;
};

/* Takes the op if its key is the one that signed: then the file checks. */
static void try_key(struct search *x, const struct op *op)
{
    char fault[EVIDENCE_FAULT_BYTES];
    struct evidence_file tried = *x->f;
    uint8_t bytes[EVIDENCE_NAMED_BYTES_MAX];
    struct writer w = writer_of(bytes, sizeof bytes);
    op_encode(op, &w);
    tried.naming = NAMING_KEYS;
    tried.named = bytes;
    tried.named_size = w.size;
    if (!w.bad && evidence_file_check(&tried, fault)) {
        memcpy(x->named, bytes, w.size);
        *x->f = tried;
        x->f->named = x->named;
        x->found = true;
    }
}

static bool look_at_block(void *argument, const struct persist *item)
{
    struct search *x = argument;
    struct block b;
    struct op op;
    size_t at = 0;
    if (item->height >= x->end) {
        return false;
    }
    bool whole = block_decode(&b, item->data, item->size);
    while (whole && !x->found && block_next_op(&b, &at, &op)) {
        if (op.kind == OP_KEYS && memcmp(op.author, x->f->culprit, ID_BYTES) == 0) {
            try_key(x, &op);
        }
    }
    return !x->found;
}

static bool take_epoch(void *argument, const struct persist *item)
{
    *(uint32_t *)argument = item->epoch;
    return false;
}

/* The first height whose block is of that epoch or later; one past the end when there is none. */
static uint64_t first_of_epoch(struct store *s, uint32_t epoch)
{
    char problem[STORE_PROBLEM_BYTES];
    uint64_t low = 1, high = store_height(s) + 1;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        uint32_t of = UINT32_MAX;
        (void)store_visit_blocks(s, middle, take_epoch, &of, problem);
        if (of < epoch) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool try_genesis(struct evidence_file *f, struct store *s, uint8_t *named)
{
    char fault[EVIDENCE_FAULT_BYTES];
    size_t size;
    const uint8_t *genesis = store_genesis(s, &size);
    if (size > EVIDENCE_NAMED_BYTES_MAX) {
        return false;
    }
    memcpy(named, genesis, size);
    f->naming = NAMING_GENESIS;
    f->named = named;
    f->named_size = size;
    return evidence_file_check(f, fault);
}

enum err evidence_collect(struct evidence_file *f, struct store *s, const struct digest *game_id,
    const struct proven_lie *lie, uint8_t named[static EVIDENCE_NAMED_BYTES_MAX])
{
    char problem[STORE_PROBLEM_BYTES], fault[EVIDENCE_FAULT_BYTES];
    *f = (struct evidence_file){
        .game_id = *game_id,
        .kind = lie->kind,
        .epoch = lie->kind == EVIDENCE_OP_TWICE ? 0 : lie->epoch,
        .named = named,
        .payload = lie->payload,
        .payload_size = lie->size,
    };
    memcpy(f->culprit, lie->culprit, ID_BYTES);
    if (lie->payload == NULL || lie->kind == EVIDENCE_BAD_DEAL) {
        return ERR_NOT_FOUND;
    }
    if (lie->kind == EVIDENCE_OP_TWICE) {
        return evidence_file_check(f, fault) ? ERR_OK : ERR_NOT_FOUND;
    }
    struct search x = {.f = f, .named = named, .end = first_of_epoch(s, lie->epoch)};
    uint64_t from = x.end > BLOCKS_SEARCHED ? x.end - BLOCKS_SEARCHED : 1;
    (void)store_visit_blocks(s, from, look_at_block, &x, problem);
    return x.found || try_genesis(f, s, named) ? ERR_OK : ERR_NOT_FOUND;
}
