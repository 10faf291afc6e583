/* Tables for the tests of the ledger: players with keys, and two ledgers that are fed the same
 * blocks, the first proposing and the second executing what came out. Include after cmocka.h. */
#ifndef TESTS_LEDGER_TABLE_H
#define TESTS_LEDGER_TABLE_H

#include "base/prng.h"
#include "consensus/evidence.h"
#include "consensus/ledger_internal.h"
#include "consensus/membership.h"
#include "consensus/quorum.h"
#include "tests/support/toy_app.h"

enum { PLAYERS = 8, SEATS = 6 };

struct player {
    uint8_t pk[32], sk[64];
    uint8_t net_pk[32];
    uint8_t vote_pk[32], vote_sk[64]; /* of the running attempt, then of the epoch */
    struct dkg_key key;
    struct dkg_share share;
    uint64_t seq; /* last one signed */
};

struct ledger_table {
    struct prng prng;
    struct player players[PLAYERS]; /* players[0] founded it */
    struct genesis genesis;
    struct digest game_id;
    struct mempool *pool, *other_pool;
    struct ledger *ledger, *other;
    struct digest head;
    uint64_t head_view, view;
    uint32_t head_epoch;
    uint8_t bytes[BLOCK_BYTES_MAX]; /* the last block */
    size_t size;
    struct digest digest;
    struct final_effects effects;
    struct dkg_dealings dealings;
};

static struct ledger_table T;
static const struct signer *const signer = &signer_ed25519;

static inline void table_close(void)
{
    ledger_destroy(T.ledger);
    ledger_destroy(T.other);
    mempool_destroy(T.pool);
    mempool_destroy(T.other_pool);
    memset(&T, 0, sizeof T);
}

static inline void table_open(uint8_t seats)
{
    if (T.ledger != NULL) {
        table_close();
    }
    prng_seed(&T.prng, 2024);
    for (int i = 0; i < PLAYERS; i++) {
        struct player *p = &T.players[i];
        uint8_t seed[32];
        prng_fill(&T.prng, seed, sizeof seed);
        signer->keypair(p->pk, p->sk, seed);
        prng_fill(&T.prng, seed, sizeof seed);
        signer->keypair(p->vote_pk, p->vote_sk, seed);
        prng_fill(&T.prng, p->net_pk, sizeof p->net_pk);
    }
    T.genesis = (struct genesis){.version = PROTOCOL_VERSION, .rules_size = 1, .rules = {seats}};
    memcpy(T.genesis.founder_id, T.players[0].pk, 32);
    memcpy(T.genesis.founder_net_pk, T.players[0].net_pk, 32);
    memcpy(T.genesis.founder_vote_pk, T.players[0].vote_pk, 32);
    T.genesis.profile_size = 3;
    memcpy(T.genesis.profile, "ann", 3);
    prng_fill(&T.prng, T.genesis.nonce, sizeof T.genesis.nonce);
    T.game_id = genesis_game_id(&T.genesis);
    T.pool = mempool_create(signer, &T.game_id);
    T.other_pool = mempool_create(signer, &T.game_id);
    T.ledger = ledger_create(&toy_app, signer, &T.genesis, T.pool);
    T.other = ledger_create(&toy_app, signer, &T.genesis, T.other_pool);
    assert_non_null(T.ledger);
    assert_non_null(T.other);
    T.head = T.game_id;
}

static inline const struct protocol_state *state(void)
{
    return ledger_protocol(T.ledger, NULL);
}

static inline const struct toy_state *toy(void)
{
    return ledger_app_state(T.ledger, NULL);
}

static inline const struct identity *known(int player)
{
    return protocol_identity(state(), T.players[player].pk);
}

static inline int standing(int player)
{
    return known(player) == NULL ? -1 : known(player)->standing;
}

static inline bool in_roster(int player)
{
    return roster_find(&state()->roster, T.players[player].pk) >= 0;
}

/* Signs the player's next op; returns its encoded size. */
static inline size_t make_op(
    uint8_t out[OP_BYTES_MAX], int player, uint8_t kind, const void *payload, size_t size)
{
    struct op op = {.kind = kind, .payload = payload, .payload_size = size};
    struct writer w = writer_of(out, OP_BYTES_MAX);
    op.seq = ++T.players[player].seq;
    memcpy(op.author, T.players[player].pk, 32);
    op_sign(signer, &op, &T.game_id, T.players[player].sk);
    op_encode(&op, &w);
    assert_false(w.bad);
    return w.size;
}

/* Signs and pools it. */
static inline void submit(int player, uint8_t kind, const void *payload, size_t size)
{
    uint8_t bytes[OP_BYTES_MAX];
    size_t op_size = make_op(bytes, player, kind, payload, size);
    const struct identity *identity = known(player);
    const uint8_t *other;
    size_t other_size;
    assert_int_equal(mempool_add(T.pool, bytes, op_size, identity == NULL ? 0 : identity->seq,
                         &other, &other_size),
        ERR_OK);
}

static inline void submit_game(int player, uint8_t command)
{
    uint8_t payload[5] = {command, 0, 0, 0, 7};
    submit(player, OP_GAME, payload, command == TOY_ADD ? 5 : 1);
}

static inline size_t join_payload(uint8_t out[256], int player, int sponsor, bool bot)
{
    uint8_t ticket[SIG_BYTES];
    uint8_t profile[4] = {'p', 'l', (uint8_t)('0' + player), '!'};
    struct player *p = &T.players[player];
    ticket_sign(signer, ticket, &T.game_id, p->pk, p->net_pk, profile, sizeof profile, bot,
        T.players[sponsor].sk);
    struct join j = {.bot = bot,
        .net_pk = p->net_pk,
        .profile = profile,
        .profile_size = sizeof profile,
        .sponsor = T.players[sponsor].pk,
        .ticket = ticket};
    struct writer w = writer_of(out, 256);
    join_encode(&j, &w);
    assert_false(w.bad);
    return w.size;
}

static inline void submit_join(int player, int sponsor, bool bot)
{
    uint8_t payload[256];
    submit(player, OP_JOIN, payload, join_payload(payload, player, sponsor, bot));
}

static inline void submit_absent(int player, int silent)
{
    uint8_t payload[4 + 32];
    struct writer w = writer_of(payload, sizeof payload);
    write_u32(&w, state()->attempt.dkg_id);
    write_bytes(&w, T.players[silent].pk, 32);
    submit(player, OP_ABSENT, payload, w.size);
}

static inline size_t ballot_payload(
    uint8_t out[2 + ID_BYTES], int about, uint8_t question, uint8_t yes)
{
    struct writer w = writer_of(out, 2 + ID_BYTES);
    write_u8(&w, question);
    write_u8(&w, yes);
    write_bytes(&w, T.players[about].pk, ID_BYTES);
    return w.size;
}

static inline void submit_ballot(int player, int about, uint8_t question, bool yes)
{
    uint8_t payload[2 + ID_BYTES];
    submit(player, OP_BALLOT, payload, ballot_payload(payload, about, question, yes));
}

/* The refusal of the player's op in the last final block; fails when it is not there. */
static inline int refusal_of(int player)
{
    for (int i = T.effects.op_count - 1; i >= 0; i--) {
        if (memcmp(T.effects.ops[i].author, T.players[player].pk, 32) == 0) {
            return T.effects.ops[i].refusal;
        }
    }
    fail_msg("no op of player %d in the block", player);
    return -1;
}

static inline void propose_block(bool empty)
{
    struct digest d;
    bool first = state()->closed; /* the first block of an epoch stands on its base */
    T.view = first ? 1 : T.view + 1;
    T.size = ledger_propose(T.ledger, &T.head, first ? 0 : T.head_view, T.view, empty, T.bytes,
        sizeof T.bytes, &T.digest);
    assert_true(T.size > 0);
    struct block b;
    assert_true(block_decode(&b, T.bytes, T.size));
    d = block_digest(&b.header);
    assert_memory_equal(d.b, T.digest.b, 32);
}

static inline enum verdict execute_bytes(struct ledger *l, const uint8_t *bytes, size_t size)
{
    struct block b;
    if (!block_decode(&b, bytes, size)) {
        return VERDICT_INVALID;
    }
    struct digest d = block_digest(&b.header);
    return ledger_execute(l, &b, &d);
}

static inline void finalize_block(void)
{
    static struct final_effects other;
    assert_true(ledger_finalize(T.ledger, &T.digest, &T.effects));
    assert_true(ledger_finalize(T.other, &T.digest, &other));
    struct digest a = ledger_state_root(T.ledger), b = ledger_state_root(T.other);
    assert_memory_equal(a.b, b.b, 32);
    assert_int_equal(T.effects.op_count, other.op_count);
    T.head = T.digest;
    T.head_view = T.view;
}

/* One block: proposed by one ledger, executed by the other from its bytes, final on both. */
static inline void advance(void)
{
    propose_block(false);
    assert_int_equal(execute_bytes(T.other, T.bytes, T.size), VERDICT_OK);
    finalize_block();
}

/* How many of these ops, in that order, would be allowed at the start of the next block on the head;
 * *refusal is that of the last. */
static inline size_t applies_in_turn(
    const uint8_t *const *ops, const size_t *sizes, size_t count, uint16_t *refusal)
{
    static struct slot_state scratch;
    static struct toy_state app;
    static struct toy_events events;
    const struct slot *head = slots_find(&T.other->slots, &T.head);
    scratch.app = &app;
    scratch.events = &events;
    assert_non_null(head);
    uint64_t parent_view = head->state->p.closed ? 0 : head->view;
    struct execution x = ledger_begin(T.other, &scratch, head, parent_view);
    for (size_t i = 0; i < count; i++) {
        struct reader r = reader_of(ops[i], sizes[i]);
        struct op op;
        if (!op_decode(&op, &r) || !reader_done(&r) || !execution_apply(&x, &op, refusal)) {
            return i;
        }
    }
    return count;
}

/* Would that one op be allowed there. */
static inline bool applies(const uint8_t *bytes, size_t size, uint16_t *refusal)
{
    return applies_in_turn(&bytes, &size, 1, refusal) == 1;
}

/* The same for a player's signed op that is not kept, and for a block op. -1 = not in a block. */
static inline int outcome(int player, uint8_t kind, const void *payload, size_t size)
{
    uint8_t bytes[OP_BYTES_MAX];
    uint16_t refusal;
    size_t op_size = make_op(bytes, player, kind, payload, size);
    T.players[player].seq--;
    return applies(bytes, op_size, &refusal) ? refusal : -1;
}

static inline bool block_op_applies(uint8_t kind, const void *payload, size_t size)
{
    uint8_t bytes[OP_BYTES_MAX];
    struct op op = {.kind = kind, .payload = payload, .payload_size = size};
    struct writer w = writer_of(bytes, sizeof bytes);
    uint16_t refusal;
    op_encode(&op, &w);
    return !w.bad && applies(bytes, w.size, &refusal);
}

/* An op with u32 dkg_id in front of `size` more bytes. */
static inline int attempt_op(
    int player, uint8_t kind, uint32_t dkg_id, const void *rest, size_t size)
{
    uint8_t payload[OP_BYTES_MAX];
    struct writer w = writer_of(payload, sizeof payload);
    write_u32(&w, dkg_id);
    write_bytes(&w, rest, size);
    assert_false(w.bad);
    return outcome(player, kind, payload, w.size);
}

static inline void submit_keys(int player)
{
    struct player *p = &T.players[player];
    uint8_t payload[4 + 64], random[64];
    struct point EK;
    struct writer w = writer_of(payload, sizeof payload);
    prng_fill(&T.prng, random, sizeof random);
    assert_true(dkg_key_create(&p->key, &EK, random));
    prng_fill(&T.prng, random, 32);
    signer->keypair(p->vote_pk, p->vote_sk, random);
    write_u32(&w, state()->attempt.dkg_id);
    write_bytes(&w, p->vote_pk, 32);
    write_bytes(&w, EK.b, 32);
    submit(player, OP_KEYS, payload, w.size);
}

/* The deal of candidate `player` for the running attempt. */
static inline void make_deal(int player, struct dkg_params *params, struct dkg_deal *deal)
{
    uint8_t seed[DKG_SEED_BYTES];
    prng_fill(&T.prng, seed, sizeof seed);
    attempt_params(params, &state()->attempt, &T.game_id);
    int i = roster_find(&state()->attempt.roster, T.players[player].pk);
    assert_true(dkg_deal_create(deal, params, (uint16_t)(i + 1), seed));
}

static inline void submit_deal(
    int player, const struct dkg_params *params, const struct dkg_deal *d)
{
    uint8_t payload[DKG_DEAL_BYTES_MAX];
    struct writer w = writer_of(payload, sizeof payload);
    dkg_deal_write(&w, params, d);
    submit(player, OP_DEAL, payload, w.size);
}

static inline void submit_honest_deal(int player)
{
    struct dkg_params params;
    struct dkg_deal deal;
    make_deal(player, &params, &deal);
    submit_deal(player, &params, &deal);
}

static inline void submit_ack(int player)
{
    uint8_t payload[4 + 32];
    struct writer w = writer_of(payload, sizeof payload);
    write_u32(&w, state()->attempt.dkg_id);
    write_bytes(&w, state()->attempt.dkg_hash.b, 32);
    submit(player, OP_ACK, payload, w.size);
}

static inline bool is_candidate(int player)
{
    return state()->attempt.phase != ATTEMPT_NONE &&
           roster_find(&state()->attempt.roster, T.players[player].pk) >= 0;
}

static inline void all_candidates(void (*act)(int player))
{
    for (int i = 0; i < PLAYERS; i++) {
        if (is_candidate(i)) {
            act(i);
        }
    }
}

/* Every candidate's share, from the deals in the state and its own key. */
static inline void take_shares(void)
{
    const struct attempt *a = &state()->attempt;
    struct dkg_params params;
    static struct dkg_public pub;
    attempt_params(&params, a, &T.game_id);
    T.dealings.present = 0;
    for (uint16_t i = 0; i < params.n; i++) {
        struct dkg_deal deal;
        assert_int_equal(dkg_deal_read(&deal, &params, a->deals[i], a->deal_size[i]), ERR_OK);
        assert_int_equal(
            dkg_dealings_add(&T.dealings, &params, (uint16_t)(i + 1), &deal), DKG_DEAL_OK);
    }
    assert_int_equal(dkg_public_create(&pub, &params, &T.dealings), ERR_OK);
    for (int i = 0; i < PLAYERS; i++) {
        int index = roster_find(&a->roster, T.players[i].pk);
        if (index >= 0) {
            assert_int_equal(dkg_share_create(&T.players[i].share, &params, &T.dealings, &pub,
                                 (uint16_t)(index + 1), &T.players[i].key),
                ERR_OK);
        }
    }
}

/* Keys and deals of the running attempt, up to phase ACK. */
static inline void run_to_ack(void)
{
    all_candidates(submit_keys);
    advance();
    assert_int_equal(state()->attempt.phase, ATTEMPT_DEAL);
    all_candidates(submit_honest_deal);
    advance();
    assert_int_equal(state()->attempt.phase, ATTEMPT_ACK);
    take_shares();
}

/* The whole attempt, the switch, and the first block of the new epoch. */
static inline void run_switch(void)
{
    uint32_t epoch = state()->epoch;
    run_to_ack();
    all_candidates(submit_ack);
    advance();
    assert_true(T.effects.epoch_switched);
    assert_int_equal(state()->epoch, epoch + 1);
    assert_true(ledger_has_work(T.ledger, &T.head));
    advance();
}

/* A table whose first `members` players vote, with dice. */
static inline void table_with_members(int members)
{
    table_open(SEATS);
    run_switch();
    for (int i = 1; i < members; i++) {
        submit_join(i, 0, false);
    }
    if (members > 1) {
        advance();
        run_switch();
    }
    assert_int_equal(state()->roster.count, members);
}

/* The body of RESULT for the throw that is out after the head, by the first t members present. */
static inline size_t make_result(uint8_t *out, size_t capacity)
{
    struct pending_roll roll;
    struct beacon_roll beacon;
    struct beacon_share shares[MEMBERS_MAX];
    size_t count = 0;
    struct writer w = writer_of(out, capacity);
    assert_true(ledger_roll_binding(T.ledger, &T.head, &roll));
    struct beacon_place place = {.game_id = T.game_id,
        .epoch = roll.epoch,
        .view = roll.view,
        .block = roll.block,
        .op_index = roll.op_index,
        .roll_number = roll.roll};
    beacon_roll_create(&beacon, &place);
    for (int i = 0; i < PLAYERS && count < state()->dice.t; i++) {
        if (in_roster(i)) {
            const struct dkg_share *share = &T.players[i].share;
            uint8_t random[DLEQ_RANDOM_BYTES];
            prng_fill(&T.prng, random, sizeof random);
            assert_true(beacon_share_create(
                &shares[count++], &beacon, share, &state()->dice.X[share->member - 1], random));
        }
    }
    write_u64(&w, roll.roll);
    beacon_result_write(&w, shares, count);
    assert_false(w.bad);
    return w.size;
}

/* Offers the right RESULT to the proposing ledger. */
static inline void offer_result(void)
{
    uint8_t body[8 + MEMBERS_MAX * BEACON_SHARE_BYTES];
    struct pending_roll roll;
    size_t size = make_result(body, sizeof body);
    assert_true(ledger_roll_binding(T.ledger, &T.head, &roll));
    ledger_offer_result(T.ledger, roll.roll, body, size);
}

#endif
