/* Members that do not keep to the protocol: a real engine whose messages are rewritten with its
 * real keys. */
#include "tests/sim/sim.h"

#include "consensus/engine_internal.h"
#include "consensus/quorum.h"

static bool own_key(const struct engine *e, uint8_t vote_sk[64])
{
    if (e->self < 0 || !e->voting) {
        return false;
    }
    struct key_set *k = engine_keys_by_vote(
        (struct engine *)e, engine_protocol(e)->roster.members[e->self].vote_pk);
    if (k != NULL) {
        memcpy(vote_sk, k->vote_sk, 64);
    }
    return k != NULL;
}

/* To the members for whose index `half` holds, or to all with half > 1. */
static void send_some(
    struct sim *s, unsigned from, unsigned channel, const uint8_t *data, size_t size, unsigned half)
{
    const struct roster *roster = &engine_protocol(s->nodes[from].engine)->roster;
    for (unsigned k = 0; k < s->node_count; k++) {
        int i = roster_find(roster, s->nodes[k].id_pk);
        if (i >= 0 && (half > 1 || (unsigned)i % 2 == half)) {
            sim_send(s, from, k, channel, data, size);
        }
    }
}

static void send_vote(struct sim *s, unsigned from, enum vote_kind kind, uint64_t view,
    const struct digest *digest, unsigned half)
{
    static const uint8_t messages[] = {MSG_NOTARIZE, MSG_NULLIFY, MSG_FINALIZE};
    const struct engine *e = s->nodes[from].engine;
    uint8_t sk[64], bytes[256];
    struct writer w = writer_of(bytes, sizeof bytes);
    if (!own_key(e, sk)) {
        return;
    }
    struct vote v = {
        .kind = (uint8_t)kind, .epoch = e->epoch, .view = view, .voter = (uint16_t)e->self};
    if (kind != VOTE_NULLIFY) {
        v.digest = *digest;
    }
    vote_sign(s->signer, &v, &s->game_id, sk);
    write_u8(&w, messages[kind]);
    vote_encode(&v, &w);
    if (kind == VOTE_FINALIZE) {
        write_lp(&w, NULL, 0);
    }
    s->lies++;
    send_some(s, from, CHANNEL_VOTES, bytes, w.size, half);
}

/* Another valid block of the same view: the empty one on the same parent. */
static bool other_block(struct sim *s, unsigned from, const struct block *b, struct writer *w)
{
    static uint8_t bytes[BLOCK_BYTES_MAX];
    struct engine *e = s->nodes[from].engine;
    uint8_t sk[64];
    struct vote v = {.kind = VOTE_NOTARIZE,
        .epoch = e->epoch,
        .view = b->header.view,
        .voter = (uint16_t)e->self};
    size_t size = ledger_propose(e->ledger, &b->header.parent, b->header.parent_view,
        b->header.view, true, bytes, sizeof bytes, &v.digest);
    struct digest first = block_digest(&b->header);
    if (size == 0 || digest_equal(&v.digest, &first) || !own_key(e, sk)) {
        return false;
    }
    vote_sign(s->signer, &v, &s->game_id, sk);
    write_u8(w, MSG_PROPOSE);
    vote_encode(&v, w);
    write_bytes(w, bytes, size);
    return !w->bad;
}

static bool lie_proposal(struct sim *s, unsigned from, const uint8_t *data, size_t size)
{
    static uint8_t other[MESSAGE_BYTES_MAX];
    struct sim_node *n = &s->nodes[from];
    struct reader r = reader_of(data + 1, size - 1);
    struct writer w = writer_of(other, sizeof other);
    struct vote v;
    struct block b;
    if (!vote_decode(&v, &r) || !block_decode(&b, data + 1 + r.offset, reader_left(&r))) {
        return false;
    }
    if (n->liar == LIAR_WITHHOLDS_BLOCK) {
        s->lies++;
        for (unsigned k = 0; k < s->node_count; k++) {
            if (s->links[from][k].up) {
                sim_send(s, from, k, CHANNEL_BLOCKS, data, size);
                return true;
            }
        }
        return true;
    }
    if (n->liar == LIAR_EQUIVOCATES && v.epoch == n->engine->epoch &&
        other_block(s, from, &b, &w)) {
        s->lies++;
        send_some(s, from, CHANNEL_BLOCKS, data, size, 0);
        send_some(s, from, CHANNEL_BLOCKS, w.data, w.size, 1);
        struct reader again = reader_of(w.data + 1, w.size - 1);
        if (vote_decode(&v, &again)) {
            send_vote(s, from, VOTE_NOTARIZE, v.view, &v.digest, 1);
            send_vote(s, from, VOTE_FINALIZE, v.view, &v.digest, 1);
        }
        return true;
    }
    return false;
}

static bool lie_vote(
    struct sim *s, unsigned from, unsigned channel, const uint8_t *data, size_t size)
{
    struct sim_node *n = &s->nodes[from];
    struct reader r = reader_of(data + 1, size - 1);
    struct vote v;
    if (!vote_decode(&v, &r)) {
        return false;
    }
    struct digest nonsense = sim_secret(s->seed, from, "nonsense", (uint32_t)v.view);
    switch (n->liar) {
    case LIAR_VOTES_TWICE:
        if (v.kind != VOTE_NULLIFY) {
            send_vote(s, from, v.kind, v.view, &nonsense, (unsigned)prng_below(&s->rng, 3));
        }
        return false;
    case LIAR_NULLIFY_AND_FINALIZE:
        if (v.kind != VOTE_NULLIFY) {
            send_vote(s, from, VOTE_NULLIFY, v.view, &nonsense, (unsigned)prng_below(&s->rng, 3));
        }
        return false;
    case LIAR_SUBSET:
        s->lies++;
        send_some(s, from, channel, data, size, 0);
        return true;
    case LIAR_WITHHOLDS_SHARE:
    case LIAR_BAD_SHARE:
        break;
    default:
        return false;
    }
    if (data[0] != MSG_FINALIZE || reader_left(&r) <= 2) {
        return false;
    }
    uint8_t bytes[512];
    struct writer w = writer_of(bytes, sizeof bytes);
    write_bytes(&w, data, 1 + r.offset);
    if (n->liar == LIAR_WITHHOLDS_SHARE) {
        write_lp(&w, NULL, 0);
    } else {
        write_bytes(&w, data + 1 + r.offset, reader_left(&r));
        bytes[w.size - 1] ^= 1;
    }
    s->lies++;
    send_some(s, from, channel, bytes, w.size, 2);
    return true;
}

static bool lie_share(
    struct sim *s, unsigned from, unsigned channel, const uint8_t *data, size_t size)
{
    uint8_t bytes[256];
    if (s->nodes[from].liar == LIAR_WITHHOLDS_SHARE) {
        s->lies++;
        return true;
    }
    if (s->nodes[from].liar != LIAR_BAD_SHARE || size > sizeof bytes) {
        return false;
    }
    memcpy(bytes, data, size);
    bytes[size - 1] ^= 1;
    s->lies++;
    send_some(s, from, channel, bytes, size, 2);
    return true;
}

static void garbage(
    struct sim *s, unsigned from, int to, unsigned channel, const uint8_t *data, size_t size)
{
    static uint8_t bytes[MESSAGE_BYTES_MAX];
    if (size == 0 || size > sizeof bytes || !prng_chance(&s->rng, 400)) {
        return;
    }
    memcpy(bytes, data, size);
    for (unsigned i = 0; i < 3; i++) {
        bytes[prng_below(&s->rng, size)] ^= (uint8_t)(1U << prng_below(&s->rng, 8));
    }
    s->lies++;
    if (to >= 0) {
        sim_send(s, from, (unsigned)to, channel, bytes, 1 + prng_below(&s->rng, size));
    } else {
        send_some(s, from, channel, bytes, size, 2);
    }
}

static bool lie_status(struct sim *s, unsigned from, int to, const uint8_t *data, size_t size)
{
    uint8_t bytes[256];
    struct reader r = reader_of(data + 1, size - 1);
    struct writer w = writer_of(bytes, sizeof bytes);
    struct status st;
    if (!status_decode(&st, &r)) {
        return false;
    }
    st.height += 1000000000;
    st.final_view += 1000000000;
    st.epoch += (uint32_t)prng_below(&s->rng, 2);
    write_u8(&w, MSG_STATUS);
    status_encode(&st, &w);
    s->lies++;
    if (to >= 0) {
        sim_send(s, from, (unsigned)to, CHANNEL_CONTROL, bytes, w.size);
    } else {
        send_some(s, from, CHANNEL_CONTROL, bytes, w.size, 2);
    }
    return true;
}

/* Half the table gets the same number with another content. */
static bool lie_op(struct sim *s, unsigned from, int to, const uint8_t *data, size_t size)
{
    uint8_t bytes[OP_BYTES_MAX + 1], payload[OP_BYTES_MAX];
    struct reader r = reader_of(data + 1, size - 1);
    struct writer w = writer_of(bytes, sizeof bytes);
    struct op op;
    if (!op_decode(&op, &r) || op.kind != OP_GAME || to >= 0 || op.payload_size == 0) {
        return false;
    }
    memcpy(payload, op.payload, op.payload_size);
    payload[op.payload_size - 1] ^= 1;
    op.payload = payload;
    op_sign(s->signer, &op, &s->game_id, s->nodes[from].id_sk);
    write_u8(&w, MSG_OP);
    op_encode(&op, &w);
    s->lies++;
    send_some(s, from, CHANNEL_CONTROL, data, size, 0);
    send_some(s, from, CHANNEL_CONTROL, w.data, w.size, 1);
    return true;
}

/* A deal made out to another key than the victim's: everything about it is valid but that share. */
static bool lie_deal(struct sim *s, unsigned from, const uint8_t *data, size_t size)
{
    static struct dkg_params params;
    struct engine *e = s->nodes[from].engine;
    const struct attempt *a = &engine_protocol(e)->attempt;
    uint8_t bytes[OP_BYTES_MAX + 1], payload[DKG_DEAL_BYTES_MAX];
    struct reader r = reader_of(data + 1, size - 1);
    struct writer w = writer_of(bytes, sizeof bytes), p = writer_of(payload, sizeof payload);
    struct dkg_deal deal;
    struct op op;
    int me = roster_find(&a->roster, s->nodes[from].id_pk);
    if (!op_decode(&op, &r) || op.kind != OP_DEAL || a->phase != ATTEMPT_DEAL || me < 0 ||
        a->roster.count < 2) {
        return false;
    }
    params.game_id = s->game_id;
    params.dkg_id = a->dkg_id;
    params.n = a->roster.count;
    params.t = (uint16_t)quorum_size(params.n);
    for (unsigned i = 0; i < params.n; i++) {
        memcpy(params.EK[i].b, a->ek_pk[i], 32);
    }
    params.EK[(me + 1) % params.n] = group_base;
    struct digest seed = sim_secret(s->seed, from, "bad deal", a->dkg_id);
    if (!dkg_deal_create(&deal, &params, (uint16_t)(me + 1), seed.b)) {
        return false;
    }
    dkg_deal_write(&p, &params, &deal);
    op.payload = p.data;
    op.payload_size = p.size;
    op_sign(s->signer, &op, &s->game_id, s->nodes[from].id_sk);
    write_u8(&w, MSG_OP);
    op_encode(&op, &w);
    s->lies++;
    send_some(s, from, CHANNEL_CONTROL, w.data, w.size, 2);
    return true;
}

/* While people come and go there may be more liars than the table of the moment can bear (f of n):
 * then they behave. */
static bool bearable(const struct sim *s, unsigned from)
{
    const struct roster *roster = &engine_protocol(s->nodes[from].engine)->roster;
    unsigned liars = 0;
    for (unsigned k = 0; k < s->node_count; k++) {
        liars += s->nodes[k].liar != LIAR_NONE && roster_find(roster, s->nodes[k].id_pk) >= 0;
    }
    return liars <= quorum_faulty(roster->count);
}

bool sim_lie(
    struct sim *s, unsigned from, int to, unsigned channel, const uint8_t *data, size_t size)
{
    struct sim_node *n = &s->nodes[from];
    if (!bearable(s, from)) {
        return false;
    }
    if (n->liar == LIAR_GARBAGE) {
        garbage(s, from, to, channel, data, size);
        return false;
    }
    if (size > 0 && data[0] == MSG_PROPOSE) {
        if (n->liar == LIAR_SUBSET) {
            send_some(s, from, channel, data, size, 0);
            return true;
        }
        return lie_proposal(s, from, data, size);
    }
    if (size > 0 &&
        (data[0] == MSG_NOTARIZE || data[0] == MSG_NULLIFY || data[0] == MSG_FINALIZE)) {
        return to < 0 && lie_vote(s, from, channel, data, size);
    }
    if (size > 0 && data[0] == MSG_SHARE) {
        return lie_share(s, from, channel, data, size);
    }
    if (size > 0 && data[0] == MSG_STATUS && n->liar == LIAR_FALSE_STATUS) {
        return lie_status(s, from, to, data, size);
    }
    if (size > 0 && data[0] == MSG_OP && n->liar == LIAR_OP_TWICE) {
        return lie_op(s, from, to, data, size);
    }
    if (size > 0 && data[0] == MSG_OP && n->liar == LIAR_BAD_DEAL) {
        return lie_deal(s, from, data, size);
    }
    return false;
}

/* What a liar sends of its own accord, once a view. */
void sim_lie_unasked(struct sim *s, unsigned node)
{
    struct sim_node *n = &s->nodes[node];
    struct digest nonsense = sim_secret(s->seed, node, "nonsense", 0);
    struct simplex_view v = simplex_inspect(n->engine->simplex);
    uint64_t mark = v.view + ((uint64_t)n->engine->epoch << 32);
    if (mark == n->voted_last || n->engine->self < 0 || !bearable(s, node)) {
        return;
    }
    n->voted_last = mark;
    if (n->liar == LIAR_NULLIFIES) {
        send_vote(s, node, VOTE_NULLIFY, v.view, NULL, 2);
    } else if (n->liar == LIAR_FUTURE) {
        for (unsigned i = 0; i < 8; i++) {
            send_vote(s, node, VOTE_NOTARIZE, v.view + 2 + 700 * i, &nonsense, 2);
            send_vote(s, node, VOTE_NULLIFY, v.view + 1 + i, NULL, 2);
        }
    } else if (n->liar == LIAR_STALE && v.view > 3) {
        send_vote(s, node, VOTE_NULLIFY, v.view - 3, NULL, 2);
        send_vote(s, node, VOTE_NOTARIZE, v.view > 9 ? v.view - 9 : 1, &nonsense, 2);
    }
}
