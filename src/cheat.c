#include "src/cheat.h"

#include "consensus/engine_internal.h"
#include "consensus/quorum.h"
#include "game/live.h"

static const struct {
    const char *name, *deed, *answer;
} kinds[CHEAT_KIND_COUNT] = {
    [CHEAT_EQUIVOCATING_LEADER] = {"equivocating-leader",
        "proposes one block to half the table, another to the rest",
        "Two signed votes of one view are proof: the cheat is put out."},
    [CHEAT_DOUBLE_VOTE] = {"double-vote", "votes for two different blocks in one view",
        "Two signed votes of one view are proof: the cheat is put out."},
    [CHEAT_NULLIFY_AND_FINALIZE] = {"nullify-and-finalize",
        "says that a view is over and that its block is final",
        "The two signed votes are proof: the cheat is put out."},
    [CHEAT_DOUBLE_BET] = {"double-bet", "signs two different moves with one number",
        "The two signed moves are proof: the cheat is put out."},
    [CHEAT_BAD_DEAL] = {"bad-deal", "deals somebody a false share of the dice key",
        "The victim shows its share, all can check it: the dealer is out."},
    [CHEAT_BAD_SHARE] = {"bad-share", "sends a false share of every roll",
        "False shares are dropped: three good ones of four make the dice."},
    [CHEAT_WITHHELD_SHARE] = {"withheld-share", "keeps its share of every roll to itself",
        "Three shares of four make the dice: the fourth can stop nothing."},
    [CHEAT_WITHHELD_BLOCK] = {"withheld-block", "shows its proposals to one member only",
        "The others wait a moment and the next member proposes instead."},
    [CHEAT_VOTES_TO_SUBSET] = {"votes-to-a-subset", "sends its votes to half the table only",
        "Members pass on what the votes proved: nobody misses anything."},
    [CHEAT_FUTURE_VIEWS] = {"future-views", "votes for views far in the future",
        "Votes too far ahead are dropped and take no memory."},
    [CHEAT_IMPERSONATION] = {"impersonation", "sends moves in somebody else's name",
        "A move needs its player's signature: without it, it is dropped."},
    [CHEAT_INVALID_BET] = {"invalid-bet", "makes bets that the rules do not allow",
        "Everybody runs the same rules and refuses the bet alike."},
    [CHEAT_GARBAGE] = {"garbage", "flips bits in its votes, proposals and shares",
        "What does not check is dropped; it changes nothing but a counter."},
};

int cheat_find(const char *name)
{
    for (int i = CHEAT_NONE + 1; i < CHEAT_KIND_COUNT; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

const char *cheat_name(enum cheat_kind kind)
{
    return kinds[kind].name;
}

const char *cheat_deed(enum cheat_kind kind)
{
    return kinds[kind].deed;
}

const char *cheat_answer(enum cheat_kind kind)
{
    return kinds[kind].answer;
}

static void lie(
    struct cheat *c, enum cheat_part part, unsigned channel, const uint8_t *data, size_t size)
{
    c->lies++;
    c->send(c->self, part, channel, data, size);
}

static const uint8_t *vote_key(struct engine *e)
{
    if (e->self < 0 || !e->voting) {
        return NULL;
    }
    const struct key_set *k =
        engine_keys_by_vote(e, engine_protocol(e)->roster.members[e->self].vote_pk);
    return k == NULL ? NULL : k->vote_sk;
}

/* Something nobody proposed, the same for one view whenever it is asked. */
static struct digest nonsense(const struct engine *e, uint64_t view)
{
    uint8_t bytes[ID_BYTES + 8];
    struct writer w = writer_of(bytes, sizeof bytes);
    write_bytes(&w, e->self_id, ID_BYTES);
    write_u64(&w, view);
    return hash_tagged("craps/v1/sandbox", bytes, w.size);
}

static void send_vote(struct cheat *c, struct engine *e, enum vote_kind kind, uint64_t view,
    const struct digest *digest, enum cheat_part part)
{
    static const uint8_t messages[] = {MSG_NOTARIZE, MSG_NULLIFY, MSG_FINALIZE};
    uint8_t bytes[256];
    struct writer w = writer_of(bytes, sizeof bytes);
    const uint8_t *sk = vote_key(e);
    if (sk == NULL) {
        return;
    }
    struct vote v = {
        .kind = (uint8_t)kind, .epoch = e->epoch, .view = view, .voter = (uint16_t)e->self};
    if (kind != VOTE_NULLIFY) {
        v.digest = *digest;
    }
    vote_sign(e->config.signer, &v, &e->game_id, sk);
    write_u8(&w, messages[kind]);
    vote_encode(&v, &w);
    if (kind == VOTE_FINALIZE) {
        write_lp(&w, NULL, 0);
    }
    lie(c, part, CHANNEL_VOTES, bytes, w.size);
}

/* Another right block of the same view: the empty one on the same parent. */
static bool write_other_proposal(struct engine *e, const struct block *b, struct writer *w)
{
    static _Thread_local uint8_t bytes[BLOCK_BYTES_MAX];
    const uint8_t *sk = vote_key(e);
    struct digest first = block_digest(&b->header);
    struct vote v = {.kind = VOTE_NOTARIZE,
        .epoch = e->epoch,
        .view = b->header.view,
        .voter = (uint16_t)e->self};
    size_t size = ledger_propose(e->ledger, &b->header.parent, b->header.parent_view,
        b->header.view, true, bytes, sizeof bytes, &v.digest);
    if (size == 0 || sk == NULL || digest_equal(&v.digest, &first)) {
        return false;
    }
    vote_sign(e->config.signer, &v, &e->game_id, sk);
    write_u8(w, MSG_PROPOSE);
    vote_encode(&v, w);
    write_bytes(w, bytes, size);
    return !w->bad;
}

static bool cheat_proposal(struct cheat *c, struct engine *e, const uint8_t *data, size_t size)
{
    static _Thread_local uint8_t other[MESSAGE_BYTES_MAX];
    struct reader r = reader_of(data + 1, size - 1);
    struct writer w = writer_of(other, sizeof other);
    struct vote v;
    struct block b;
    if (!vote_decode(&v, &r) || !block_decode(&b, data + 1 + r.offset, reader_left(&r))) {
        return false;
    }
    if (c->kind == CHEAT_WITHHELD_BLOCK) {
        lie(c, CHEAT_TO_ONE, CHANNEL_BLOCKS, data, size);
        return true;
    }
    if (v.epoch != e->epoch || !write_other_proposal(e, &b, &w)) {
        return false;
    }
    lie(c, CHEAT_TO_EVEN, CHANNEL_BLOCKS, data, size);
    lie(c, CHEAT_TO_ODD, CHANNEL_BLOCKS, w.data, w.size);
    return true;
}

/* A FINALIZE vote without its dice share, or with a false one (C.6 R1: the share is a trailer). */
static bool cheat_trailer(
    struct cheat *c, unsigned channel, const uint8_t *data, size_t size, size_t trailer)
{
    uint8_t bytes[512];
    struct writer w = writer_of(bytes, sizeof bytes);
    if (data[0] != MSG_FINALIZE || size - trailer <= 2) {
        return false;
    }
    write_bytes(&w, data, trailer);
    if (c->kind == CHEAT_WITHHELD_SHARE) {
        write_lp(&w, NULL, 0);
    } else {
        write_bytes(&w, data + trailer, size - trailer);
    }
    if (w.bad) {
        return false;
    }
    if (c->kind == CHEAT_BAD_SHARE) {
        bytes[w.size - 1] ^= 1;
    }
    lie(c, CHEAT_TO_ALL, channel, bytes, w.size);
    return true;
}

static bool cheat_vote(
    struct cheat *c, struct engine *e, unsigned channel, const uint8_t *data, size_t size)
{
    struct reader r = reader_of(data + 1, size - 1);
    struct vote v;
    if (!vote_decode(&v, &r)) {
        return false;
    }
    struct digest other = nonsense(e, v.view);
    switch (c->kind) {
    case CHEAT_DOUBLE_VOTE:
        if (v.kind != VOTE_NULLIFY) {
            send_vote(c, e, v.kind, v.view, &other, CHEAT_TO_ALL);
        }
        return false;
    case CHEAT_NULLIFY_AND_FINALIZE:
        if (v.kind == VOTE_FINALIZE) {
            send_vote(c, e, VOTE_NULLIFY, v.view, NULL, CHEAT_TO_ALL);
        }
        return false;
    case CHEAT_VOTES_TO_SUBSET:
        lie(c, CHEAT_TO_EVEN, channel, data, size);
        return true;
    case CHEAT_FUTURE_VIEWS:
        for (unsigned i = 0; i < 8 && c->future_view != v.view; i++) {
            send_vote(c, e, VOTE_NOTARIZE, v.view + 100 + 700 * i, &other, CHEAT_TO_ALL);
        }
        c->future_view = v.view;
        return false;
    case CHEAT_WITHHELD_SHARE:
    case CHEAT_BAD_SHARE:
        return cheat_trailer(c, channel, data, size, 1 + r.offset);
    default:
        return false;
    }
}

static bool cheat_share(struct cheat *c, unsigned channel, const uint8_t *data, size_t size)
{
    uint8_t bytes[SHARE_MESSAGE_BYTES + 1];
    if (c->kind == CHEAT_WITHHELD_SHARE) {
        c->lies++;
        return true;
    }
    if (size > sizeof bytes) {
        return false;
    }
    memcpy(bytes, data, size);
    bytes[size - 1] ^= 1;
    lie(c, CHEAT_TO_ALL, channel, bytes, size);
    return true;
}

/* Signs an op anew with this member's identity. */
static bool write_op(struct engine *e, struct op *op, struct writer *w)
{
    op_sign(e->config.signer, op, &e->game_id, e->config.id_sk);
    write_u8(w, MSG_OP);
    op_encode(op, w);
    return !w->bad;
}

/* Everything about the deal is right but the share of one member, made out to another key. */
static bool false_deal(struct engine *e, struct writer *payload)
{
    static _Thread_local struct dkg_params params;
    const struct attempt *a = &engine_protocol(e)->attempt;
    struct dkg_deal deal;
    uint8_t seed[DKG_SEED_BYTES];
    int me = roster_find(&a->roster, e->self_id);
    if (a->phase != ATTEMPT_DEAL || me < 0 || a->roster.count < 2) {
        return false;
    }
    params.game_id = e->game_id;
    params.dkg_id = a->dkg_id;
    params.n = a->roster.count;
    params.t = (uint16_t)quorum_size(params.n);
    for (unsigned i = 0; i < params.n; i++) {
        memcpy(params.EK[i].b, a->ek_pk[i], sizeof params.EK[i].b);
    }
    params.EK[(me + 1) % params.n] = group_base;
    engine_random(e, seed, sizeof seed);
    bool made = dkg_deal_create(&deal, &params, (uint16_t)(me + 1), seed);
    sodium_memzero(seed, sizeof seed);
    if (made) {
        dkg_deal_write(payload, &params, &deal);
    }
    return made && !payload->bad;
}

/* Somebody else at the table, for a bet in his name. */
static const uint8_t *victim(const struct engine *e)
{
    const struct roster *roster = &engine_protocol(e)->roster;
    return e->self < 0 || roster->count < 2
               ? NULL
               : roster->members[((unsigned)e->self + 1) % roster->count].id_pk;
}

/* Made once: a second one with the same number would be another lie. */
static bool cheat_deal(struct cheat *c, struct engine *e, struct op *op)
{
    uint8_t payload[DKG_DEAL_BYTES_MAX];
    struct writer w = writer_of(c->deal, sizeof c->deal), p = writer_of(payload, sizeof payload);
    struct reader r = reader_of(op->payload, op->payload_size);
    uint32_t attempt = read_u32(&r);
    if (c->deal_attempt != attempt) {
        if (r.bad || !false_deal(e, &p)) {
            return false;
        }
        op->payload = p.data;
        op->payload_size = p.size;
        if (!write_op(e, op, &w)) {
            return false;
        }
        c->deal_attempt = attempt;
        c->deal_size = w.size;
    }
    lie(c, CHEAT_TO_ALL, CHANNEL_CONTROL, c->deal, c->deal_size);
    return true;
}

static bool cheat_bet(
    struct cheat *c, struct engine *e, struct op *op, const uint8_t *data, size_t size)
{
    uint8_t payload[LIVE_COMMAND_BYTES_MAX], bytes[OP_GAME_BYTES_MAX];
    struct writer w = writer_of(bytes, sizeof bytes), p = writer_of(payload, sizeof payload);
    struct live_command other = {.kind = LIVE_BET, .has_amount = true, .amount_cents = 700};
    live_command_encode(&other, &p);
    op->payload = p.data;
    op->payload_size = p.size;
    if (c->kind == CHEAT_DOUBLE_BET && write_op(e, op, &w)) {
        lie(c, CHEAT_TO_EVEN, CHANNEL_CONTROL, data, size);
        lie(c, CHEAT_TO_ODD, CHANNEL_CONTROL, w.data, w.size);
        return true;
    }
    if (c->kind == CHEAT_IMPERSONATION && victim(e) != NULL) {
        memcpy(op->author, victim(e), ID_BYTES);
        if (write_op(e, op, &w)) {
            lie(c, CHEAT_TO_ALL, CHANNEL_CONTROL, w.data, w.size);
        }
    }
    return false;
}

static bool cheat_op(
    struct cheat *c, struct engine *e, bool to_all, const uint8_t *data, size_t size)
{
    struct reader r = reader_of(data + 1, size - 1);
    struct op op;
    if (!op_decode(&op, &r) || memcmp(op.author, e->self_id, ID_BYTES) != 0) {
        return false;
    }
    if (op.kind == OP_DEAL) {
        return c->kind == CHEAT_BAD_DEAL && cheat_deal(c, e, &op);
    }
    return op.kind == OP_GAME && to_all && cheat_bet(c, e, &op, data, size);
}

static bool cheat_bits(
    struct cheat *c, struct engine *e, unsigned channel, const uint8_t *data, size_t size)
{
    static _Thread_local uint8_t bytes[MESSAGE_BYTES_MAX];
    uint8_t random[8];
    if (size == 0 || size > sizeof bytes) {
        return false;
    }
    engine_random(e, random, sizeof random);
    memcpy(bytes, data, size);
    bytes[(random[0] << 8 | random[1]) % size] ^= (uint8_t)(1U << random[2] % 8);
    lie(c, CHEAT_TO_ALL, channel, bytes, size);
    return true;
}

bool cheat_message(struct cheat *c, struct engine *e, bool to_all, unsigned channel,
    const uint8_t *data, size_t size)
{
    if (c->kind == CHEAT_NONE || size == 0) {
        return false;
    }
    if (data[0] == MSG_OP) {
        return cheat_op(c, e, to_all, data, size);
    }
    if (e->self < 0 || !to_all) {
        return false;
    }
    if (c->kind == CHEAT_GARBAGE) {
        return cheat_bits(c, e, channel, data, size);
    }
    switch (data[0]) {
    case MSG_PROPOSE:
        return (c->kind == CHEAT_WITHHELD_BLOCK || c->kind == CHEAT_EQUIVOCATING_LEADER) &&
               cheat_proposal(c, e, data, size);
    case MSG_NOTARIZE:
    case MSG_NULLIFY:
    case MSG_FINALIZE:
        return cheat_vote(c, e, channel, data, size);
    case MSG_SHARE:
        return (c->kind == CHEAT_WITHHELD_SHARE || c->kind == CHEAT_BAD_SHARE) &&
               cheat_share(c, channel, data, size);
    default:
        return false;
    }
}
