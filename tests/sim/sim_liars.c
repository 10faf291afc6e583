/* Members that do not keep to the protocol: a real engine whose messages are rewritten with its
 * real keys. */
#include "tests/sim/sim_liars.h"

#include "consensus/quorum.h"

const char *sim_liar_name(enum sim_liar liar)
{
    static const char *const names[LIAR_COUNT] = {
        [LIAR_NONE] = "none",
        [LIAR_EQUIVOCATES] = "equivocates",
        [LIAR_VOTES_TWICE] = "votes-twice",
        [LIAR_NULLIFY_AND_FINALIZE] = "nullify-and-finalize",
        [LIAR_SUBSET] = "subset",
        [LIAR_WITHHOLDS_BLOCK] = "withholds-block",
        [LIAR_WITHHOLDS_SHARE] = "withholds-share",
        [LIAR_BAD_SHARE] = "bad-share",
        [LIAR_NULLIFIES] = "nullifies",
        [LIAR_FUTURE] = "future",
        [LIAR_STALE] = "stale",
        [LIAR_GARBAGE] = "garbage",
        [LIAR_FALSE_STATUS] = "false-status",
        [LIAR_BAD_DEAL] = "bad-deal",
        [LIAR_OP_TWICE] = "op-twice",
        [LIAR_COPIED_KEY] = "copied-key",
        [LIAR_FALSE_COMPLAINT] = "false-complaint",
        [LIAR_BAD_COMPLAINT] = "bad-complaint",
        [LIAR_LATE_COMPLAINT] = "late-complaint",
        [LIAR_SILENT_DEALER] = "silent-dealer",
        [LIAR_SILENT_ACKER] = "silent-acker",
        [LIAR_REMOVED] = "removed",
        [LIAR_INVALID_OPS] = "invalid-ops",
        [LIAR_IMPERSONATES] = "impersonates",
        [LIAR_FLOODS] = "floods",
        [LIAR_WRONG_ROOT] = "wrong-root",
        [LIAR_WRONG_PARENT] = "wrong-parent",
        [LIAR_BAD_BLOCK] = "bad-block",
        [LIAR_TWIN] = "twins",
    };
    return names[liar];
}

bool liar_key(const struct engine *e, uint8_t vote_sk[64])
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

void liar_send(
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

void liar_send_vote(struct sim *s, unsigned from, const struct vote *v, unsigned half)
{
    static const uint8_t messages[] = {MSG_NOTARIZE, MSG_NULLIFY, MSG_FINALIZE};
    uint8_t bytes[256];
    struct writer w = writer_of(bytes, sizeof bytes);
    write_u8(&w, messages[v->kind]);
    vote_encode(v, &w);
    if (v->kind == VOTE_FINALIZE) {
        write_lp(&w, NULL, 0);
    }
    s->lies++;
    liar_send(s, from, CHANNEL_VOTES, bytes, w.size, half);
}

void liar_vote(struct sim *s, unsigned from, enum vote_kind kind, uint64_t view,
    const struct digest *digest, unsigned half)
{
    const struct engine *e = s->nodes[from].engine;
    uint8_t sk[64];
    if (!liar_key(e, sk)) {
        return;
    }
    struct vote v = {
        .kind = (uint8_t)kind, .epoch = e->epoch, .view = view, .voter = (uint16_t)e->self};
    if (kind != VOTE_NULLIFY) {
        v.digest = *digest;
    }
    vote_sign(s->signer, &v, &s->game_id, sk);
    liar_send_vote(s, from, &v, half);
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
            liar_vote(s, from, v.kind, v.view, &nonsense, (unsigned)prng_below(&s->rng, 3));
        }
        return false;
    case LIAR_NULLIFY_AND_FINALIZE:
        if (v.kind != VOTE_NULLIFY) {
            liar_vote(s, from, VOTE_NULLIFY, v.view, &nonsense, (unsigned)prng_below(&s->rng, 3));
        }
        return false;
    case LIAR_SUBSET:
        s->lies++;
        liar_send(s, from, channel, data, size, 0);
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
    liar_send(s, from, channel, bytes, w.size, 2);
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
    liar_send(s, from, channel, bytes, size, 2);
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
        liar_send(s, from, channel, bytes, size, 2);
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
        liar_send(s, from, CHANNEL_CONTROL, bytes, w.size, 2);
    }
    return true;
}

bool liar_bearable(const struct sim *s, unsigned from)
{
    const struct roster *roster = &engine_protocol(s->nodes[from].engine)->roster;
    unsigned liars = 0;
    for (unsigned k = 0; k < s->node_count; k++) {
        const struct sim_node *n = &s->nodes[k];
        liars += n->liar != LIAR_NONE && !n->twin && roster_find(roster, n->id_pk) >= 0;
    }
    return liars <= quorum_faulty(roster->count);
}

bool sim_lie(
    struct sim *s, unsigned from, int to, unsigned channel, const uint8_t *data, size_t size)
{
    struct sim_node *n = &s->nodes[from];
    if (!liar_bearable(s, from)) {
        return false;
    }
    if (n->liar == LIAR_GARBAGE) {
        garbage(s, from, to, channel, data, size);
        return false;
    }
    bool keeps = n->liar == LIAR_STALE || n->liar == LIAR_REMOVED;
    if (keeps && size > 0 && data[0] >= MSG_PROPOSE && data[0] <= MSG_CERT) {
        lie_remember(s, from, channel, data, size);
        return false;
    }
    if (size > 0 && data[0] == MSG_PROPOSE) {
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
        return lie_op_twice(s, from, to, data, size);
    }
    return size > 0 && data[0] == MSG_OP && lie_attempt(s, from, data, size);
}

/* What a liar sends of its own accord, once a view. */
void sim_lie_unasked(struct sim *s, unsigned node)
{
    struct sim_node *n = &s->nodes[node];
    struct digest nonsense = sim_secret(s->seed, node, "nonsense", 0);
    struct simplex_view v = simplex_inspect(n->engine->simplex);
    uint64_t mark = v.view + ((uint64_t)n->engine->epoch << 32);
    bool out = n->engine->self < 0 && n->liar != LIAR_REMOVED;
    if (n->liar == LIAR_COPIED_KEY && liar_bearable(s, node)) {
        lie_rush(s, node);
    }
    if (mark == n->voted_last || out || !liar_bearable(s, node)) {
        return;
    }
    n->voted_last = mark;
    switch (n->liar) {
    case LIAR_NULLIFIES:
        liar_vote(s, node, VOTE_NULLIFY, v.view, NULL, 2);
        break;
    case LIAR_FUTURE:
        for (unsigned i = 0; i < 8; i++) {
            liar_vote(s, node, VOTE_NOTARIZE, v.view + 2 + 700 * i, &nonsense, 2);
            liar_vote(s, node, VOTE_NULLIFY, v.view + 1 + i, NULL, 2);
        }
        break;
    case LIAR_STALE:
        lie_stale(s, node, v.view);
        break;
    case LIAR_IMPERSONATES:
        lie_impersonate(s, node, v.view);
        break;
    case LIAR_FLOODS:
        lie_flood(s, node, v.view);
        break;
    case LIAR_REMOVED:
        lie_removed(s, node, v.view);
        break;
    default:
        break;
    }
}
