/* Lies outside the own part: in others' names, of former times, too many, two for one. */
#include "tests/sim/sim_liars.h"

#include "base/check.h"

#include <stdlib.h>

enum { FLOOD_MESSAGES = 200 };

/* Half the table gets the same number with another content. */
bool lie_op_twice(struct sim *s, unsigned from, int to, const uint8_t *data, size_t size)
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
    liar_send(s, from, CHANNEL_CONTROL, data, size, 0);
    liar_send(s, from, CHANNEL_CONTROL, w.data, w.size, 1);
    return true;
}

static void send_op(struct sim *s, unsigned node, struct op *op, const uint8_t sk[64])
{
    uint8_t bytes[OP_BYTES_MAX + 1];
    struct writer w = writer_of(bytes, sizeof bytes);
    op_sign(s->signer, op, &s->game_id, sk);
    write_u8(&w, MSG_OP);
    op_encode(op, &w);
    if (!w.bad) {
        liar_send(s, node, CHANNEL_CONTROL, w.data, w.size, 2);
    }
}

/* Everybody leaves, and votes for nothing, signed by one who is none of them. */
void lie_impersonate(struct sim *s, unsigned node, uint64_t view)
{
    const struct sim_node *n = &s->nodes[node];
    const struct protocol_state *p = engine_protocol(n->engine);
    struct digest nonsense = sim_secret(s->seed, node, "other", (uint32_t)view);
    uint8_t sk[64];
    if (!liar_key(n->engine, sk)) {
        return;
    }
    for (unsigned i = 0; i < p->roster.count; i++) {
        const struct identity *id = protocol_identity(p, p->roster.members[i].id_pk);
        if ((int)i == n->engine->self || id == NULL) {
            continue;
        }
        struct vote v = {.kind = (uint8_t)(view % VOTE_KIND_COUNT),
            .epoch = n->engine->epoch,
            .view = view,
            .voter = (uint16_t)i};
        if (v.kind != VOTE_NULLIFY) {
            v.digest = nonsense;
        }
        vote_sign(s->signer, &v, &s->game_id, sk);
        liar_send_vote(s, node, &v, 2);
        struct op op = {.kind = OP_LEAVE, .seq = id->seq + 1};
        memcpy(op.author, id->id_pk, ID_BYTES);
        send_op(s, node, &op, n->id_sk);
        s->lies++;
    }
}

void lie_flood(struct sim *s, unsigned node, uint64_t view)
{
    const struct sim_node *n = &s->nodes[node];
    const struct identity *me = protocol_identity(engine_protocol(n->engine), n->id_pk);
    uint8_t bytes[600];
    for (unsigned i = 0; i < FLOOD_MESSAGES; i++) {
        prng_fill(&s->rng, bytes, sizeof bytes);
        bytes[0] = (uint8_t)(1 + prng_below(&s->rng, MSG_KIND_COUNT));
        liar_send(s, node, CHANNEL_CONTROL, bytes, 1 + prng_below(&s->rng, sizeof bytes), 2);
    }
    for (unsigned i = 0; i < FLOOD_MESSAGES && me != NULL; i++) {
        struct op op = {
            .kind = OP_GAME, .seq = me->seq + 2 + i, .payload = bytes, .payload_size = 300};
        memcpy(op.author, n->id_pk, ID_BYTES);
        send_op(s, node, &op, n->id_sk);
    }
    for (unsigned i = 0; i < FLOOD_MESSAGES; i++) {
        struct writer w = writer_of(bytes, sizeof bytes);
        struct fetch f = {.kind = (uint8_t)(1 + i % FETCH_SHARES),
            .epoch = n->engine->epoch,
            .view = view > i ? view - i : 1,
            .height = i};
        write_u8(&w, MSG_FETCH);
        fetch_encode(&f, &w);
        liar_send(s, node, CHANNEL_CONTROL, w.data, w.size, 2);
    }
    s->lies++;
}

/* No member any more: the old key signs for this epoch and claims every place in it. */
void lie_removed(struct sim *s, unsigned node, uint64_t view)
{
    struct sim_node *n = &s->nodes[node];
    struct digest nonsense = sim_secret(s->seed, node, "removed", (uint32_t)view);
    if (n->engine->self >= 0) {
        n->has_former = liar_key(n->engine, n->former_sk);
        n->former_index = (uint16_t)n->engine->self;
        return;
    }
    for (unsigned kind = 0; n->has_former && kind < VOTE_KIND_COUNT; kind++) {
        struct vote v = {.kind = (uint8_t)kind,
            .epoch = n->engine->epoch,
            .view = view,
            .voter = (uint16_t)(view % 2 == 0 ? n->former_index : view % s->node_count)};
        if (kind != VOTE_NULLIFY) {
            v.digest = nonsense;
        }
        vote_sign(s->signer, &v, &s->game_id, n->former_sk);
        liar_send_vote(s, node, &v, 2);
    }
    lie_stale(s, node, 0);
}

void lie_remember(struct sim *s, unsigned node, unsigned channel, const uint8_t *data, size_t size)
{
    struct sim_node *n = &s->nodes[node];
    struct sim_old *old = &n->old[n->old_count++ % SIM_OLD_MAX];
    free(old->data);
    *old = (struct sim_old){.data = malloc(size), .size = size, .channel = (uint8_t)channel};
    CHECK(old->data != NULL);
    memcpy(old->data, data, size);
}

/* Of what it sent before, votes, blocks and certificates, some again; and votes for old views. */
void lie_stale(struct sim *s, unsigned node, uint64_t view)
{
    struct sim_node *n = &s->nodes[node];
    struct digest nonsense = sim_secret(s->seed, node, "nonsense", 0);
    for (unsigned i = 0; i < 4; i++) {
        const struct sim_old *old = &n->old[prng_below(&s->rng, SIM_OLD_MAX)];
        if (old->data != NULL) {
            liar_send(s, node, old->channel, old->data, old->size, 2);
            s->lies++;
        }
    }
    if (view > 3) {
        liar_vote(s, node, VOTE_NULLIFY, view - 3, NULL, 2);
        liar_vote(s, node, VOTE_NOTARIZE, view > 9 ? view - 9 : 1, &nonsense, 2);
    }
}
