#include "consensus/engine_internal.h"

static uint64_t executed_seq(const struct engine *e, const uint8_t author[ID_BYTES])
{
    const struct identity *id = protocol_identity(engine_final(e), author);
    return id == NULL ? 0 : id->seq;
}

/* To every member; who is none itself reaches those it is linked to, and they pass it on (A.6). */
static void broadcast(struct engine *e, const uint8_t *bytes, size_t size)
{
    const struct roster *roster = &engine_final(e)->roster;
    bool member = e->self >= 0;
    if (member && roster->count == 1) {
        return;
    }
    for (size_t i = 0; i < PEERS_MAX; i++) {
        const struct peer *p = &e->peers[i];
        if (!member && (!p->used || !p->linked || roster_find(roster, p->id) < 0)) {
            continue;
        }
        struct writer w = outbox_begin(&e->up->outbox);
        write_u8(&w, MSG_OP);
        write_bytes(&w, bytes, size);
        outbox_send(&e->up->outbox, &w, member ? NULL : p->id, CHANNEL_CONTROL);
        if (member) {
            return;
        }
    }
}

void engine_own_add(
    struct engine *e, const uint8_t author[ID_BYTES], uint64_t seq, uint64_t next_ms)
{
    if (e->own_count < OWN_OPS_MAX) {
        struct own_op *o = &e->own[e->own_count++];
        memcpy(o->author, author, ID_BYTES);
        o->seq = seq;
        o->next_ms = next_ms;
        o->interval_ms = 0;
    }
}

/* Only a JOIN is taken from somebody who is not at the table. */
static bool is_stranger(const struct engine *e, const uint8_t author[ID_BYTES])
{
    const struct identity *id = protocol_identity(engine_final(e), author);
    return id == NULL || id->standing == STANDING_NONE;
}

static bool is_own(const struct engine *e, const uint8_t author[ID_BYTES])
{
    for (size_t i = 0; i < e->own_count; i++) {
        if (memcmp(e->own[i].author, author, ID_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

/* A JOIN that may still be executed: its sponsor is a member. */
static bool is_live_join(struct engine *e, const uint8_t *bytes, size_t size)
{
    struct reader r = reader_of(bytes, bytes == NULL ? 0 : size);
    struct op op;
    uint64_t last_seq;
    return bytes != NULL && op_decode(&op, &r) && op.kind == OP_JOIN &&
           ledger_may_pool(e->ledger, &op, &last_seq);
}

/* What those who left had in the pool can never be executed, and would stand in the way of their
 * next JOIN; so would one whose sponsor left. */
static void prune_strangers(struct engine *e)
{
    size_t cursor = 0, size;
    uint8_t author[ID_BYTES];
    while (mempool_next_author(e->pool, &cursor, author)) {
        const uint8_t *next = mempool_find(e->pool, author, executed_seq(e, author) + 1, &size);
        if (is_stranger(e, author) && !is_own(e, author) && !is_live_join(e, next, size)) {
            mempool_prune(e->pool, author, UINT64_MAX);
            cursor = 0;
        }
    }
}

/* After a block: forgets ops that are final or can never be. */
void engine_own_prune(struct engine *e)
{
    size_t kept = 0, size;
    prune_strangers(e);
    for (size_t i = 0; i < e->own_count; i++) {
        const struct own_op *o = &e->own[i];
        if (mempool_find(e->pool, o->author, o->seq, &size) != NULL) {
            e->own[kept++] = *o;
        }
    }
    e->own_count = kept;
}

/* A link is back: whoever lost our ops gets them soon. */
void engine_own_hasten(struct engine *e)
{
    for (size_t i = 0; i < e->own_count; i++) {
        e->own[i].interval_ms = OP_RESEND_MS;
        e->own[i].next_ms = e->now_ms + e->config.delta_ms;
    }
}

/* True when the op is in the highest notarized block: no early copy is needed. */
static bool proposed(const struct engine *e, const struct own_op *o)
{
    struct simplex_view v = simplex_inspect(e->simplex);
    const struct protocol_state *p = ledger_protocol(e->ledger, &v.notarized);
    const struct identity *id = p == NULL ? NULL : protocol_identity(p, o->author);
    return id != NULL && id->seq >= o->seq;
}

static void resend(struct engine *e, struct own_op *o)
{
    size_t size;
    const uint8_t *bytes = mempool_find(e->pool, o->author, o->seq, &size);
    if (bytes != NULL && !(o->interval_ms == 0 && proposed(e, o))) {
        broadcast(e, bytes, size);
    }
    if (o->interval_ms == 0) {
        o->interval_ms = OP_RESEND_MS;
    } else if (o->interval_ms < OP_RESEND_MAX_MS) {
        uint32_t twice = 2 * o->interval_ms;
        o->interval_ms = twice < OP_RESEND_MAX_MS ? twice : OP_RESEND_MAX_MS;
    }
    o->next_ms = e->now_ms + o->interval_ms;
}

/* Sends own ops again, byte for byte, until they are final. Alone at the table nobody is to be
 * told. */
void engine_own_poll(struct engine *e)
{
    if (e->self >= 0 && engine_final(e)->roster.count == 1) {
        return;
    }
    for (size_t i = 0; i < e->own_count; i++) {
        if (e->own[i].next_ms <= e->now_ms) {
            resend(e, &e->own[i]);
        }
        engine_due(e, e->own[i].next_ms);
    }
}

static uint64_t next_seq(const struct engine *e, const uint8_t author[ID_BYTES])
{
    uint64_t seq = executed_seq(e, author);
    for (size_t i = 0; i < e->own_count; i++) {
        if (memcmp(e->own[i].author, author, ID_BYTES) == 0 && e->own[i].seq > seq) {
            seq = e->own[i].seq;
        }
    }
    /* An op of a former life that somebody still keeps must not meet another with its number. */
    size_t size;
    while (mempool_find(e->pool, author, seq + 1, &size) != NULL) {
        seq++;
    }
    return seq + 1;
}

/* Signs, pools and persists an own op (or one of a bot of ours) and sends it to all. */
enum err engine_submit(struct engine *e, uint8_t kind, const uint8_t *payload, size_t size,
    const uint8_t *bot_sk, bool unmetered, uint64_t *seq)
{
    const uint8_t *sk = bot_sk != NULL ? bot_sk : e->config.id_sk;
    struct op op = {.kind = kind, .payload = payload, .payload_size = size};
    if (e->config.watcher || kind == 0 || kind >= OP_KIND_COUNT || op_is_block_op(kind)) {
        return ERR_PERMISSION;
    }
    if (size > OP_BYTES_MAX) {
        return ERR_RANGE;
    }
    if (e->own_count == OWN_OPS_MAX) {
        return ERR_FULL;
    }
    if (kind != OP_JOIN && is_stranger(e, sk + 32)) {
        return ERR_PERMISSION;
    }
    if (e->duty.distrusted && e->now_ms < e->duty.rekey_ms) {
        return ERR_AGAIN; /* its ops of before may be on their way: two with one number are E4 */
    }
    memcpy(op.author, sk + 32, ID_BYTES);
    if (!unmetered && !engine_may_submit(e, op.author, kind)) {
        return ERR_RATE;
    }
    op.seq = next_seq(e, op.author);
    op_sign(e->config.signer, &op, &e->game_id, sk);
    struct writer w = writer_of(e->message, sizeof e->message);
    op_encode(&op, &w);
    const uint8_t *other;
    size_t other_size;
    enum err err = w.bad ? ERR_RANGE
                         : mempool_add(e->pool, w.data, w.size, executed_seq(e, op.author), &other,
                               &other_size);
    if (err != ERR_OK) {
        return err;
    }
    if (!unmetered) {
        engine_charge(e, op.author, kind, true);
    }
    struct persist *p = engine_persist(e, PERSIST_OWN_OP);
    memcpy(p->author, op.author, ID_BYTES);
    p->view = op.seq;
    p->data = engine_keep(e, w.data, w.size);
    p->size = w.size;
    broadcast(e, p->data, p->size);
    engine_own_add(e, op.author, op.seq, e->now_ms + e->config.delta_ms);
    if (seq != NULL) {
        *seq = op.seq;
    }
    return ERR_OK;
}

/* An op that reaches us first from its author, who may be linked to few: pass it on once. A bot's
 * op comes from its member, which reached all. */
static void relay(struct engine *e, const uint8_t from[ID_BYTES], const struct op *op,
    const uint8_t *bytes, size_t size)
{
    const struct roster *roster = &engine_final(e)->roster;
    if (e->self >= 0 && roster_find(roster, from) < 0 && memcmp(from, op->author, ID_BYTES) == 0) {
        broadcast(e, bytes, size);
    }
}

/* A JOIN whose sponsor is gone can never be in a block: one with another's ticket takes its place. */
static bool replaces_dead_join(
    struct engine *e, const struct op *op, const uint8_t *other, size_t other_size)
{
    bool dead = op->kind == OP_JOIN && other[0] == OP_JOIN && !is_live_join(e, other, other_size);
    if (dead) {
        mempool_prune(e->pool, op->author, UINT64_MAX);
    }
    return dead;
}

bool engine_on_op(struct engine *e, const uint8_t from[ID_BYTES], const uint8_t *data, size_t size)
{
    struct op op;
    struct reader r = reader_of(data, size);
    if (size > OP_BYTES_MAX || !op_decode(&op, &r) || !reader_done(&r) || op_is_block_op(op.kind)) {
        return false;
    }
    uint64_t last_seq;
    if (e->self < 0) {
        return true; /* who cannot propose keeps no others' ops */
    }
    if (!engine_may_pool(e, &op, &last_seq)) {
        e->ops_limited++;
        return true; /* it comes again, when we know more or it is slower */
    }
    const uint8_t *other;
    size_t other_size;
    enum err err = mempool_add(e->pool, data, size, last_seq, &other, &other_size);
    if (err == ERR_BUSY && replaces_dead_join(e, &op, other, other_size)) {
        err = mempool_add(e->pool, data, size, last_seq, &other, &other_size);
    }
    if (err == ERR_OK) {
        engine_charge(e, op.author, op.kind, false);
        relay(e, from, &op, data, size);
    } else if (err == ERR_BUSY) {
        engine_report_ops(e, data, size, other, other_size);
    }
    return err != ERR_FORMAT && err != ERR_AUTH;
}
