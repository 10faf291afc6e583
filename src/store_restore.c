/* The record and the keys file on their way to the engine, and to peers that ask. */
#include "src/store_internal.h"

#include "base/log.h"

#include <stdlib.h>

struct restoring {
    struct engine *engine;
    bool verify;
    uint64_t height; /* of the item that was refused */
};

static bool give_block(void *argument, const struct persist *p)
{
    struct restoring *r = argument;
    r->height = p->height;
    return engine_restore_block(r->engine, p->data, p->size, p->proof, p->proof_size, r->verify);
}

static bool give_journal(void *argument, const struct persist *p)
{
    struct restoring *r = argument;
    return engine_restore_persist(r->engine, p);
}

/* A state, the link of the epoch chain that leads into its epoch, and the deals of its key. */
struct resuming {
    struct store *store;
    struct engine *engine;
    uint64_t height; /* 0: nothing could be used */
    struct persist deals;
    bool has_deals;
};

/* The link that is last at that height, or nothing. */
struct last_link {
    uint64_t height;
    bool found;
    struct persist link;
    uint8_t bytes[BLOCK_HEADER_BYTES];
};

/* Only the header is of interest: it says where the epoch stands. */
static bool keep_link(void *argument, const struct persist *p)
{
    struct last_link *l = argument;
    if (p->height > l->height || p->proof_size < sizeof l->bytes) {
        return false;
    }
    l->link = *p;
    memcpy(l->bytes, p->proof, sizeof l->bytes);
    l->link.data = NULL;
    l->link.size = 0;
    l->link.proof = l->bytes;
    l->link.proof_size = sizeof l->bytes;
    l->found = true;
    return true;
}

static bool resume_from(void *argument, const struct persist *p)
{
    struct resuming *r = argument;
    struct last_link l = {.height = p->height};
    (void)store_visit_epochs(r->store, 0, keep_link, &l, NULL);
    if (engine_restore_snapshot(
            r->engine, p, l.found ? &l.link : NULL, r->has_deals ? &r->deals : NULL)) {
        r->height = p->height;
    }
    return r->height == 0;
}

/* The height of the state the engine goes on from; 0 = it has to execute every block. */
static uint64_t resume(struct store *s, struct engine *e)
{
    struct resuming r = {.store = s, .engine = e};
    size_t capacity = STORE_DEALS_BYTES_MAX + 8;
    uint8_t *memory = malloc(capacity);
    if (memory == NULL) {
        return 0;
    }
    r.has_deals = snapshots_read_deals(s, &r.deals, memory, capacity) == ERR_OK;
    enum err err = snapshots_visit_newest_first(s, resume_from, &r, NULL);
    free(memory);
    if (r.height == 0 && err == ERR_FORMAT) {
        log_warn("no state kept in the record can be used; going through every block");
    }
    return r.height;
}

/* The members of one epoch. */
struct members {
    uint32_t epoch;
    bool found;
    struct roster roster;
};

static bool keep_members(void *argument, const struct persist *p)
{
    struct members *m = argument;
    struct reader r = reader_of(p->data, p->size);
    m->found = p->epoch == m->epoch && roster_decode(&m->roster, &r);
    return false;
}

struct below {
    struct store *store;
    struct engine *engine;
};

static bool give_gap(void *argument, const struct persist *p)
{
    struct below *b = argument;
    uint8_t low[8];
    struct persist gap = snapshots_gap(b->store, low);
    struct members m = {.epoch = p == NULL ? 0 : p->epoch};
    if (m.epoch > 0) {
        (void)store_visit_epochs(b->store, m.epoch, keep_members, &m, NULL);
    }
    if (m.epoch == 0 || m.found) {
        engine_restore_gap(b->engine, &gap, p, m.found ? &m.roster : NULL);
    }
    return false;
}

/* What is missing in the record goes on being fetched. */
static void restore_gap(struct store *s, struct engine *e)
{
    struct below b = {.store = s, .engine = e};
    if (s->gap_high > 0 && s->gap_low == 0) {
        give_gap(&b, NULL);
    } else if (s->gap_high > 0) {
        (void)store_visit_blocks(s, s->gap_low, give_gap, &b, NULL);
    }
}

enum err store_restore(struct store *s, struct engine *e, bool verify, char *problem)
{
    struct restoring r = {.engine = e, .verify = verify};
    uint64_t from = verify ? 0 : resume(s, e);
    enum err err = store_visit_blocks(s, from + 1, give_block, &r, problem);
    if (err == ERR_AGAIN) {
        return store_problem(problem, ERR_FORMAT, s->record_path,
            "block %llu does not check: its chain, its certificate or its state",
            (unsigned long long)r.height);
    }
    if (err == ERR_OK) {
        restore_gap(s, e);
    }
    if (err != ERR_OK || s->keys == NULL) {
        return err;
    }
    err = store_visit_journal(s, give_journal, &r);
    if (err == ERR_AGAIN || err == ERR_FORMAT) {
        return store_problem(
            problem, ERR_FORMAT, s->keys_path, "holds a row that does not fit its record");
    }
    return err == ERR_OK ? ERR_OK : store_problem(problem, err, s->keys_path, "%s", err_name(err));
}

struct serving {
    struct writer *w;
    size_t begin;      /* bytes before the first block */
    size_t proven;     /* bytes up to and with the last block that has a proof */
    size_t proof_size; /* of the last block, the last bytes of the answer; 0 = none, or it stays */
    unsigned covered;  /* blocks before it that have no proof, or whose was left out for its own */
    uint32_t epoch;    /* of the last block */
    uint32_t left, some; /* how many more blocks, when not any number is asked for */
};

/* One certificate covers the blocks before it, and the receiver looks at no other: those go without. */
static bool cover_last(struct serving *s, const struct persist *p)
{
    bool covers = s->proof_size > 0 && p->proof_size > 0 && p->epoch == s->epoch &&
                  s->covered + 1 < SERVE_COVERED_MAX;
    if (covers) {
        s->w->size -= 4 + s->proof_size;
        write_u32(s->w, 0);
    }
    return covers;
}

static void uncover_last(struct serving *s)
{
    s->w->size -= 4;
    write_u32(s->w, (uint32_t)s->proof_size);
    s->w->size += s->proof_size; /* its bytes are still there */
}

static bool serve_block(void *argument, const struct persist *p)
{
    struct serving *s = argument;
    if (s->some > 0 && s->left == 0 && s->proven > s->begin) {
        return false;
    }
    bool bare = s->w->size > s->begin && s->proof_size == 0;
    bool covers = cover_last(s, p);
    if (!blocks_answer_add(s->w, p->data, p->size, p->proof, p->proof_size)) {
        if (covers) {
            uncover_last(s);
        }
        return false;
    }
    s->left -= s->left > 0;
    s->covered = covers || bare ? s->covered + 1 : 0;
    s->proof_size = p->proof_size;
    s->epoch = p->epoch;
    if (p->proof_size > 0) {
        s->proven = s->w->size;
    }
    return true;
}

enum err store_blocks(struct store *s, uint64_t height, uint32_t count, struct writer *w)
{
    bool absent = height > s->gap_low && height <= s->gap_high;
    blocks_answer_begin(w, absent ? 0 : height);
    struct serving serving = {
        .w = w, .begin = w->size, .proven = w->size, .left = count, .some = count};
    if (absent) {
        return ERR_OK;
    }
    enum err err = store_visit_blocks(s, height, serve_block, &serving, NULL);
    w->size = serving.proven;
    return err == ERR_AGAIN || err == ERR_NOT_FOUND ? ERR_OK : err;
}

static bool serve_epoch(void *argument, const struct persist *p)
{
    return epochs_answer_add(argument, p);
}

enum err store_epochs(struct store *s, uint32_t epoch, struct writer *w)
{
    enum err err = store_visit_epochs(s, epoch, serve_epoch, w, NULL);
    return err == ERR_AGAIN ? ERR_OK : err;
}
