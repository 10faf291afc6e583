/* Bots of a practice table keep no files. Blocks that they have made final while the player's own
 * member is still behind (one of them may cheat) are kept in memory until its record has them. */
#include "src/session_internal.h"

#include <stdlib.h>

static void forget(struct spare_block *b)
{
    free(b->bytes);
    memset(b, 0, sizeof *b);
}

void session_free_spares(struct session *s)
{
    for (size_t i = 0; i < SPARES_MAX; i++) {
        forget(&s->spares[i]);
    }
}

static struct spare_block *find_spare(struct session *s, uint64_t height)
{
    struct spare_block *b = &s->spares[height % SPARES_MAX];
    return b->height == height ? b : NULL;
}

void session_keep_spares(struct session *s, const struct node *node)
{
    const struct engine_update *u = node->update;
    uint64_t stored = store_height(s->nodes[0].store);
    for (uint32_t i = 0; node != &s->nodes[0] && i < u->persist_count; i++) {
        const struct persist *p = &u->persist[i];
        struct spare_block *b = &s->spares[p->height % SPARES_MAX];
        if (p->kind != PERSIST_BLOCK || p->height <= stored || b->height >= p->height) {
            continue;
        }
        forget(b);
        b->bytes = malloc(p->size + p->proof_size + 1);
        if (b->bytes == NULL) {
            continue; /* asked for again, and kept by the next bot that makes it final */
        }
        memcpy(b->bytes, p->data, p->size);
        if (p->proof_size > 0) {
            memcpy(b->bytes + p->size, p->proof, p->proof_size);
        }
        b->height = p->height;
        b->size = p->size;
        b->proof_size = p->proof_size;
    }
}

/* Ends with a block that has a proof of its own, like the record's answers. */
void session_answer_spares(struct session *s, uint64_t height, struct writer *w)
{
    size_t proven = w->size;
    const struct spare_block *b;
    while ((b = find_spare(s, height)) != NULL &&
           blocks_answer_add(w, b->bytes, b->size, b->bytes + b->size, b->proof_size)) {
        proven = b->proof_size > 0 ? w->size : proven;
        height++;
    }
    w->size = proven;
}
