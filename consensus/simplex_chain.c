#include "consensus/simplex_internal.h"

bool chain_executed(const struct simplex *s, const struct digest *digest)
{
    return s->params.chain.executed(s->params.chain.self, digest);
}

static bool notarized_as(const struct simplex *s, const struct block_slot *slot)
{
    const struct view_record *rec = record_find(s, slot->view);
    return rec != NULL && rec->held[VOTE_NOTARIZE].held &&
           digest_equal(&rec->held[VOTE_NOTARIZE].digest, &slot->digest);
}

/* Frees one block that nothing rests on: delivered, or left behind without a notarization, in an
 * earlier call. */
static bool make_room(struct simplex *s)
{
    for (unsigned i = 0; i < s->blocks.small_end; i++) {
        struct block_slot *slot = &s->blocks.slots[i];
        bool idle = slot->used && slot->view < s->call_view &&
                    (slot->view <= s->pruned_view || slot->view > s->final_view);
        if (idle && !notarized_as(s, slot)) {
            block_store_drop(&s->blocks, slot);
            return true;
        }
    }
    return false;
}

struct block_slot *chain_store(struct simplex *s, const uint8_t *bytes, size_t size)
{
    struct block_slot *slot = block_store_put(&s->blocks, bytes, size);
    if (slot == NULL && make_room(s)) {
        slot = block_store_put(&s->blocks, bytes, size);
    }
    return slot;
}

enum block_judgement chain_judge(struct simplex *s, struct block_slot *slot)
{
    const struct chain *chain = &s->params.chain;
    const struct digest *parent = &slot->block.header.parent;
    if (slot->judgement == BLOCK_BAD || chain->executed(chain->self, &slot->digest)) {
        slot->judgement = slot->judgement == BLOCK_BAD ? BLOCK_BAD : BLOCK_GOOD;
        return slot->judgement;
    }
    if (!chain->executed(chain->self, parent)) {
        return BLOCK_UNKNOWN;
    }
    switch (chain->execute(chain->self, &slot->block, &slot->digest)) {
    case VERDICT_OK:
        slot->judgement = BLOCK_GOOD;
        return BLOCK_GOOD;
    case VERDICT_INVALID:
    case VERDICT_DIFFERS:
        slot->judgement = BLOCK_BAD;
        return BLOCK_BAD;
    case VERDICT_MISSING:
        break;
    }
    return BLOCK_UNKNOWN;
}

bool chain_execute_pending(struct simplex *s, struct simplex_step *step)
{
    bool changed = false;
    uint64_t from = s->done_view + 1;
    if (s->highest_notarized - s->done_view > VIEW_RECORDS) {
        from = s->highest_notarized - VIEW_RECORDS;
    }
    for (uint64_t v = from; v <= s->highest_notarized && !s->stopped; v++) {
        const struct view_record *rec = record_find(s, v);
        if (rec == NULL || !rec->held[VOTE_NOTARIZE].held) {
            continue;
        }
        struct block_slot *slot = block_store_find(&s->blocks, v, &rec->held[VOTE_NOTARIZE].digest);
        if (slot == NULL) {
            continue;
        }
        uint8_t before = slot->judgement;
        if (chain_judge(s, slot) == BLOCK_BAD) {
            simplex_raise_alarm(s, step);
        }
        changed |= slot->judgement != before;
    }
    return changed;
}

/* Walks from the highest finalization down to what is delivered. Fills s->path, newest first;
 * returns its length, with the missing block when there is one. A chain that does not meet what is
 * delivered is two finalities: `conflict`. */
static unsigned walk_down(
    struct simplex *s, bool *complete, bool *conflict, uint64_t *view, struct digest *digest)
{
    unsigned length = 0;
    *complete = *conflict = false;
    *view = s->final_view;
    *digest = s->final;
    while (*view > s->done_view && length < BLOCK_SLOTS) {
        const struct block_slot *slot = block_store_find(&s->blocks, *view, digest);
        if (slot == NULL) {
            return length;
        }
        s->path[length++] = (uint16_t)(slot - s->blocks.slots);
        *view = slot->block.header.parent_view;
        *digest = slot->block.header.parent;
    }
    *complete = *view == s->done_view && digest_equal(digest, &s->done);
    *conflict = !*complete && *view <= s->done_view;
    return length;
}

bool chain_gap(struct simplex *s, uint64_t *view, struct digest *digest)
{
    bool complete, conflict;
    if (s->done_view == s->final_view) {
        return false;
    }
    walk_down(s, &complete, &conflict, view, digest);
    return !complete && !conflict;
}

static void deliver_one(struct simplex *s, struct block_slot *slot, struct simplex_step *step)
{
    unsigned at = step->final_count++;
    struct final_block *out = &step->final[at];
    *out = (struct final_block){
        .digest = slot->digest,
        .view = slot->view,
        .bytes = slot->bytes,
        .size = slot->block.size,
    };
    if (slot->view == s->final_view) {
        s->final_certs[at] = s->final_cert;
        out->certificate = &s->final_certs[at];
    }
    slot->final = true;
    s->done_view = slot->view;
    s->done = slot->digest;
    s->done_height = slot->block.header.height;
    s->delivered[s->delivered_count++ % FINAL_BLOCKS_KEPT] = slot->view;
    if (s->params.chain.closes_epoch(s->params.chain.self, &slot->digest) &&
        slot->view == s->final_view) {
        s->ended = true;
    }
}

bool chain_deliver(struct simplex *s, struct simplex_step *step)
{
    bool complete, conflict, changed = false;
    uint64_t view;
    struct digest digest;
    if (s->done_view == s->final_view || s->stopped) {
        return false;
    }
    unsigned length = walk_down(s, &complete, &conflict, &view, &digest);
    if (conflict) {
        simplex_raise_alarm(s, step);
    }
    for (unsigned i = complete ? length : 0; i > 0; i--) {
        struct block_slot *slot = &s->blocks.slots[s->path[i - 1]];
        if (step->final_count == FINAL_BLOCKS_MAX) {
            s->unsettled = true;
            break;
        }
        enum block_judgement judgement = chain_judge(s, slot);
        if (judgement == BLOCK_BAD) {
            simplex_raise_alarm(s, step);
        }
        if (judgement != BLOCK_GOOD) {
            break;
        }
        deliver_one(s, slot, step);
        changed = true;
    }
    return changed;
}

bool simplex_final_path(
    const struct simplex *s, const struct digest *digest, unsigned limit, struct writer *w)
{
    const struct block_slot *path[BLOCK_SLOTS];
    unsigned length = 0;
    uint64_t view = s->final_view;
    struct digest at = s->final;
    while (!digest_equal(&at, digest)) {
        const struct block_slot *slot = block_store_find(&s->blocks, view, &at);
        if (slot == NULL || length == limit || length == BLOCK_SLOTS) {
            return false;
        }
        path[length++] = slot;
        view = slot->block.header.parent_view;
        at = slot->block.header.parent;
    }
    while (length > 0) {
        write_bytes(w, path[--length]->bytes, BLOCK_HEADER_BYTES);
    }
    return !w->bad;
}

unsigned chain_depth(
    const struct simplex *s, uint64_t view, const struct digest *digest, unsigned limit)
{
    unsigned depth = 0;
    struct digest at = *digest;
    while (view > s->done_view && depth < limit) {
        const struct block_slot *slot = block_store_find(&s->blocks, view, &at);
        if (slot == NULL) {
            break;
        }
        depth++;
        view = slot->block.header.parent_view;
        at = slot->block.header.parent;
    }
    return depth;
}

static bool kept_for_others(const struct simplex *s, const struct block_slot *slot)
{
    for (unsigned i = 0; slot->final && i < FINAL_BLOCKS_KEPT && i < s->delivered_count; i++) {
        if (s->delivered[i] == slot->view) {
            return true;
        }
    }
    return false;
}

void chain_prune(struct simplex *s)
{
    if (s->pruned_view == s->done_view) {
        return;
    }
    for (unsigned i = 0; i < s->blocks.small_end; i++) {
        struct block_slot *slot = &s->blocks.slots[i];
        if (i >= s->blocks.large_end && i < BLOCKS_LARGE) {
            i = BLOCKS_LARGE - 1;
        } else if (slot->used && slot->view <= s->done_view && !kept_for_others(s, slot)) {
            block_store_drop(&s->blocks, slot);
        }
    }
    uint64_t from = s->pruned_view + 1;
    if (s->done_view - from > VIEW_RECORDS) {
        from = s->done_view - VIEW_RECORDS;
    }
    for (uint64_t v = from; v <= s->done_view; v++) {
        struct view_record *rec = record_find(s, v);
        if (rec != NULL) {
            cert_store_drop(&s->certs, &rec->held[VOTE_NOTARIZE]);
            cert_store_drop(&s->certs, &rec->held[VOTE_NULLIFY]);
        }
    }
    s->pruned_view = s->done_view;
}
