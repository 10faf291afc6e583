/* The record and the keys file on their way to the engine, and to peers that ask. */
#include "src/store_internal.h"

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

enum err store_restore(struct store *s, struct engine *e, bool verify, char *problem)
{
    struct restoring r = {.engine = e, .verify = verify};
    enum err err = store_visit_blocks(s, 1, give_block, &r, problem);
    if (err == ERR_AGAIN) {
        return store_problem(problem, ERR_FORMAT, s->record_path,
            "block %llu does not check: its chain, its certificate or its state",
            (unsigned long long)r.height);
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
    size_t proven; /* bytes up to and with the last block that has a proof */
};

static bool serve_block(void *argument, const struct persist *p)
{
    struct serving *serving = argument;
    if (!blocks_answer_add(serving->w, p->data, p->size, p->proof, p->proof_size)) {
        return false;
    }
    if (p->proof_size > 0) {
        serving->proven = serving->w->size;
    }
    return true;
}

enum err store_blocks(struct store *s, uint64_t height, struct writer *w)
{
    blocks_answer_begin(w, height);
    struct serving serving = {.w = w, .proven = w->size};
    enum err err = store_visit_blocks(s, height, serve_block, &serving, NULL);
    w->size = serving.proven;
    return err == ERR_AGAIN ? ERR_OK : err;
}
