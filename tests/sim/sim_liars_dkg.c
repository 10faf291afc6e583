/* Lies in a key generation: bad, copied and missing deals, complaints without a reason (C.3, C.4). */
#include "consensus/membership.h"
#include "tests/sim/sim_liars.h"

/* In the place of the pooled operation with that number. Those before it, which still wait to be executed, stay:
 * without them its author would never be heard again, and a shooter without a voice stops the table until the
 * shooter's clock runs out, which runs nowhere here. */
static void pool_instead(struct sim_node *n, const struct op *op, const uint8_t *bytes, size_t size)
{
    static uint8_t kept[POOL_OPS_PER_AUTHOR][OP_BYTES_MAX];
    size_t sizes[POOL_OPS_PER_AUTHOR], count = 0, other_size;
    struct mempool *pool = n->engine->pool;
    const struct identity *me = protocol_identity(engine_protocol(n->engine), op->author);
    uint64_t last = me == NULL ? op->seq - 1 : me->seq;
    const uint8_t *other;
    for (uint64_t seq = last + 1; seq < op->seq && count < POOL_OPS_PER_AUTHOR; seq++) {
        const uint8_t *waiting = mempool_find(pool, op->author, seq, &sizes[count]);
        if (waiting != NULL) {
            memcpy(kept[count], waiting, sizes[count]);
            count++;
        }
    }
    mempool_prune(pool, op->author, op->seq);
    for (size_t i = 0; i < count; i++) {
        (void)mempool_add(pool, kept[i], sizes[i], last, &other, &other_size);
    }
    (void)mempool_add(pool, bytes, size, last, &other, &other_size);
}

/* The lie stands in for the operation in its author's own pool too, so that it repeats the lie and
 * proposes nothing else. */
static bool replace(struct sim *s, unsigned from, struct op *op, const struct writer *payload)
{
    uint8_t bytes[OP_BYTES_MAX + 1];
    struct sim_node *n = &s->nodes[from];
    struct writer w = writer_of(bytes, sizeof bytes);
    op->payload = payload->data;
    op->payload_size = payload->size;
    op_sign(s->signer, op, &s->game_id, n->id_sk);
    write_u8(&w, MSG_OP);
    op_encode(op, &w);
    if (w.bad || payload->bad) {
        return false;
    }
    pool_instead(n, op, bytes + 1, w.size - 1);
    n->lied_seq = op->seq;
    s->lies++;
    liar_send(s, from, CHANNEL_CONTROL, w.data, w.size, 2);
    return true;
}

/* The one-time key of some other dealer's deal, from the state or from the pool. */
static bool find_key(
    const struct engine *e, const struct dkg_params *params, int me, struct point *E)
{
    const struct attempt *a = &engine_protocol(e)->attempt;
    struct dkg_deal deal;
    for (int i = 0; i < a->roster.count; i++) {
        const uint8_t *id = a->roster.members[i].id_pk;
        const struct identity *author = protocol_identity(engine_protocol(e), id);
        if (i == me || author == NULL) {
            continue;
        }
        if ((a->deals_in >> i & 1) != 0 &&
            dkg_deal_read(&deal, params, a->deals[i], a->deal_size[i]) == ERR_OK) {
            *E = deal.E;
            return true;
        }
        for (uint64_t seq = author->seq + 1; seq < author->seq + 8; seq++) {
            size_t size;
            struct op op;
            const uint8_t *bytes = mempool_find(e->pool, id, seq, &size);
            struct reader r = reader_of(bytes, bytes == NULL ? 0 : size);
            if (bytes != NULL && op_decode(&op, &r) && op.kind == OP_DEAL &&
                dkg_deal_read(&deal, params, op.payload, op.payload_size) == ERR_OK) {
                *E = deal.E;
                mempool_prune(e->pool, id, seq); /* the copy is to be first, if it leads */
                return true;
            }
        }
    }
    return false;
}

/* The number is used up, or what its player does next would be lost. */
static bool say_nothing(struct sim *s, unsigned from, struct op *op)
{
    uint8_t nothing[1] = {0};
    struct writer w = writer_of(nothing, sizeof nothing);
    op->kind = OP_ACK;
    write_u8(&w, 0);
    return replace(s, from, op, &w);
}

static bool lie_deal(struct sim *s, unsigned from, const struct attempt *a, int me, struct op *op)
{
    static struct dkg_params params;
    struct sim_node *n = &s->nodes[from];
    uint8_t bytes[DKG_DEAL_BYTES_MAX];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct dkg_deal deal;
    struct point E;
    if (n->liar == LIAR_SILENT_DEALER) {
        return say_nothing(s, from, op);
    }
    attempt_params(&params, a, &s->game_id);
    if (n->liar == LIAR_COPIED_KEY && !find_key(n->engine, &params, me, &E)) {
        return true; /* it waits for somebody's to copy */
    }
    if (n->liar == LIAR_BAD_DEAL) {
        /* Made out to another key than the victim's: all about it is valid but that share. */
        params.EK[(me + 1) % params.n] = group_base;
    }
    struct digest seed = sim_secret(s->seed, from, "bad deal", a->dkg_id);
    if (!dkg_deal_create(&deal, &params, (uint16_t)(me + 1), seed.b)) {
        return false;
    }
    if (n->liar == LIAR_COPIED_KEY) {
        deal.E = E;
    }
    dkg_deal_write(&w, &params, &deal);
    return replace(s, from, op, &w);
}

static bool lie_complaint(
    struct sim *s, unsigned from, const struct attempt *a, int me, struct writer *w)
{
    struct engine *e = s->nodes[from].engine;
    struct key_set *k = engine_keys_by_attempt(e, a->dkg_id);
    struct dkg_complaint c;
    uint16_t dealer = (uint16_t)((me + 1) % a->roster.count + 1);
    struct digest random = sim_secret(s->seed, from, "complaint", a->dkg_id);
    if (k == NULL || !engine_load_deals(e, a) ||
        !dkg_complaint_create(&c, &e->deals.params, dealer, &e->deals.dealings.deal[dealer - 1],
            (uint16_t)(me + 1), &k->ek, random.b)) {
        return false;
    }
    if (s->nodes[from].liar == LIAR_BAD_COMPLAINT) {
        c.proof.s.b[0] ^= 1;
    }
    dkg_complaint_write(w, &c);
    return !w->bad;
}

static bool lie_ack(struct sim *s, unsigned from, const struct attempt *a, int me, struct op *op)
{
    struct sim_node *n = &s->nodes[from];
    uint8_t bytes[DKG_COMPLAINT_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    if (n->liar == LIAR_SILENT_ACKER) {
        return say_nothing(s, from, op);
    }
    op->kind = OP_COMPLAIN;
    return lie_complaint(s, from, a, me, &w) && replace(s, from, op, &w);
}

bool lie_attempt(struct sim *s, unsigned from, const uint8_t *data, size_t size)
{
    struct sim_node *n = &s->nodes[from];
    const struct attempt *a = &engine_protocol(n->engine)->attempt;
    struct reader r = reader_of(data + 1, size - 1);
    struct op op;
    int me = roster_find(&a->roster, n->id_pk);
    if (!op_decode(&op, &r) || memcmp(op.author, n->id_pk, ID_BYTES) != 0 ||
        op.seq <= n->lied_seq || a->phase == ATTEMPT_NONE || me < 0 || a->roster.count < 2) {
        return false;
    }
    bool deals =
        n->liar == LIAR_BAD_DEAL || n->liar == LIAR_COPIED_KEY || n->liar == LIAR_SILENT_DEALER;
    bool acks = n->liar == LIAR_FALSE_COMPLAINT || n->liar == LIAR_BAD_COMPLAINT ||
                n->liar == LIAR_SILENT_ACKER;
    bool due = (deals && op.kind == OP_DEAL && a->phase == ATTEMPT_DEAL) ||
               (acks && op.kind == OP_ACK && a->phase == ATTEMPT_ACK);
    bool may = n->engine->self >= 0 ? !s->gathering : n->join_lies > 0;
    if (!due || !may) {
        return false;
    }
    n->join_lies -= n->engine->self < 0;
    return op.kind == OP_DEAL ? lie_deal(s, from, a, me, &op) : lie_ack(s, from, a, me, &op);
}

/* Copies as soon as there is something to copy. */
void lie_rush(struct sim *s, unsigned node)
{
    const struct engine *e = s->nodes[node].engine;
    const struct identity *me = protocol_identity(engine_protocol(e), s->nodes[node].id_pk);
    for (uint64_t seq = 1; me != NULL && seq < 8; seq++) {
        size_t size;
        uint8_t bytes[OP_BYTES_MAX + 1] = {MSG_OP};
        const uint8_t *own = mempool_find(e->pool, me->id_pk, me->seq + seq, &size);
        if (own != NULL && own[0] == OP_DEAL) {
            memcpy(bytes + 1, own, size);
            (void)lie_attempt(s, node, bytes, size + 1);
            return;
        }
    }
}

static bool complain_late(struct sim *s, unsigned node)
{
    struct sim_node *n = &s->nodes[node];
    const struct attempt *a = &engine_protocol(n->engine)->attempt;
    uint8_t bytes[DKG_COMPLAINT_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    int me = roster_find(&a->roster, n->id_pk);
    if (a->phase < ATTEMPT_ACK || me < 0 || (a->acks_in >> me & 1) == 0 ||
        n->complained == a->dkg_id || !lie_complaint(s, node, a, me, &w)) {
        return false;
    }
    n->complained = a->dkg_id;
    struct engine_event e = {
        .kind = ENGINE_SUBMIT, .op_kind = OP_COMPLAIN, .data = w.data, .size = w.size};
    s->lies++;
    sim_step(s, node, &e);
    return true;
}

/* Well signed and refused, so that nothing but the author's number moves; or a ballot against somebody,
 * which liars alone never carry. */
static bool submit_invalid(struct sim *s, unsigned node)
{
    static const uint8_t kinds[] = {OP_GAME, OP_GAME, OP_GAME, OP_LEAVE, OP_REKEY, OP_KEYS, OP_DEAL,
        OP_ACK, OP_COMPLAIN, OP_ABSENT, OP_JOIN, OP_BALLOT};
    const struct attempt *a = &engine_protocol(s->nodes[node].engine)->attempt;
    uint8_t bytes[900];
    uint8_t kind = kinds[prng_below(&s->rng, sizeof kinds)];
    size_t size = 1 + prng_below(&s->rng, kind == OP_GAME ? sizeof bytes : 200);
    struct writer w = writer_of(bytes, sizeof bytes);
    prng_fill(&s->rng, bytes, sizeof bytes);
    write_u32(&w, a->dkg_id);
    if (kind == OP_ABSENT) { /* somebody who is there */
        write_bytes(&w, s->nodes[prng_below(&s->rng, s->node_count)].id_pk, ID_BYTES);
        size = w.size;
    } else if (kind == OP_BALLOT) {
        w = writer_of(bytes, sizeof bytes);
        write_u8(&w, BALLOT_REMOVE);
        write_u8(&w, prng_chance(&s->rng, 700));
        write_bytes(&w, s->nodes[prng_below(&s->rng, s->node_count)].id_pk, ID_BYTES);
        size = w.size;
    }
    struct engine_event e = {.kind = ENGINE_SUBMIT, .op_kind = kind, .data = bytes, .size = size};
    s->lies++;
    sim_step(s, node, &e);
    return true;
}

bool sim_lie_act(struct sim *s, unsigned node)
{
    struct sim_node *n = &s->nodes[node];
    switch (n->liar) {
    case LIAR_LATE_COMPLAINT:
        return complain_late(s, node);
    case LIAR_INVALID_OPS:
        return !s->calm && liar_bearable(s, node) && prng_chance(&s->rng, 600) &&
               submit_invalid(s, node);
    case LIAR_REMOVED:
        if (!s->calm && liar_bearable(s, node) && prng_chance(&s->rng, 60)) {
            struct engine_event e = {.kind = ENGINE_SUBMIT, .op_kind = OP_LEAVE};
            n->wants_in = false;
            sim_step(s, node, &e);
            return true;
        }
        return false;
    default:
        return false;
    }
}
