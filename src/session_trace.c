/* Marks of time in the life of own operations, for --trace. What the agreement did with one is read off the steps of the own
 * member: it journals every block it votes for, and its vote to make one final. */
#include "src/session_internal.h"

#include "src/trace.h"

void session_trace_begin(struct session *s, struct inflight *f)
{
    const struct ui_command *c = s->obeying;
    memset(f->at_us, 0, sizeof f->at_us);
    f->at_us[TRACE_POPPED] = clock_now_us();
    if (c != NULL) {
        f->at_us[TRACE_PRESSED] = c->key_us;
        f->at_us[TRACE_PUSHED] = c->pushed_us;
        f->at_us[TRACE_POPPED] = c->popped_us;
    }
}

static void mark_block(struct session *s, const struct persist *p, uint64_t now_us)
{
    struct block b;
    struct op op;
    size_t offset = 0;
    if (!block_decode(&b, p->data, p->size)) {
        return;
    }
    while (block_next_op(&b, &offset, &op)) {
        for (size_t i = 0; i < INFLIGHT_MAX; i++) {
            struct inflight *f = &s->inflight[i];
            if (f->seq != 0 && f->seq == op.seq && memcmp(f->author, op.author, ID_BYTES) == 0) {
                f->at_us[TRACE_PROPOSED] =
                    now_us; /* of the last block: those before were given up */
                f->at_us[TRACE_NOTARIZED] = 0;
                f->block = p->digest;
            }
        }
    }
}

static void mark_vote(struct session *s, const struct persist *p, uint64_t now_us)
{
    for (size_t i = 0; i < INFLIGHT_MAX; i++) {
        struct inflight *f = &s->inflight[i];
        if (f->seq != 0 && f->at_us[TRACE_PROPOSED] != 0 && digest_equal(&f->block, &p->digest)) {
            f->at_us[TRACE_NOTARIZED] = now_us;
        }
    }
}

void session_trace_step(struct session *s, const struct engine_update *u)
{
    uint64_t now_us = clock_now_us();
    for (uint32_t i = 0; i < u->persist_count; i++) {
        const struct persist *p = &u->persist[i];
        if (p->kind == PERSIST_PROPOSAL) {
            mark_block(s, p, now_us);
        } else if (p->kind == PERSIST_VOTE && p->flag == VOTE_FINALIZE) {
            mark_vote(s, p, now_us);
        }
    }
}

static const char *kind_of(const struct inflight *f, uint8_t op_kind)
{
    static const char *const kinds[OP_KIND_COUNT] = {
        [OP_GAME] = "game", [OP_JOIN] = "join", [OP_LEAVE] = "leave", [OP_REKEY] = "rekey"};
    const char *word = op_kind == OP_GAME ? session_command_word(f->command.kind) : "";
    if (word[0] != '\0') {
        return word;
    }
    return op_kind < OP_KIND_COUNT && kinds[op_kind] != NULL ? kinds[op_kind] : "other";
}

/* A stage that this member did not see, because it learned of the block with its certificate, takes no time. */
static void fill_unseen(uint64_t at_us[TRACE_MARKS])
{
    for (unsigned i = TRACE_FINAL; i > TRACE_SIGNED; i--) {
        at_us[i - 1] = at_us[i - 1] == 0 || at_us[i - 1] > at_us[i] ? at_us[i] : at_us[i - 1];
    }
}

void session_trace_settle(struct session *s, const struct committed *c, const struct op_outcome *o,
    const struct inflight *f)
{
    struct trace_record r = {
        .kind = kind_of(f, o->kind),
        .refusal = refusal_code(o->refusal),
        .member = roster_find(&engine_protocol(s->nodes[0].engine)->roster, f->author),
        .epoch = c->effects.epoch,
        .height = c->effects.height,
        .view = c->effects.view,
        .sequence = o->seq,
    };
    uint8_t name[DIGEST_BYTES + ID_BYTES + 8];
    struct writer w = writer_of(name, sizeof name);
    write_bytes(&w, s->game_id.b, DIGEST_BYTES);
    write_bytes(&w, f->author, ID_BYTES);
    write_u64(&w, o->seq);
    struct digest id = hash_tagged("craps/v1/trace", name, w.size);
    memcpy(r.id, id.b, sizeof r.id);
    memcpy(r.at_us, f->at_us, sizeof f->at_us);
    r.at_us[TRACE_FINAL] = clock_now_us();
    fill_unseen(r.at_us);
    trace_settled(s->config.trace, &r);
}
