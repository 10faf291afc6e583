/* What one member can make the others hold or do (decision 13, A.7, A.8). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "consensus/engine_internal.h"
#include "tests/support/signer_fast.h"
#include "tests/support/toy_app.h"
#include "tests/unit/consensus/engine_table.h"

#include <stdio.h>
#include <unistd.h>

static const uint8_t add_op[] = {TOY_ADD, 0, 0, 0, 7};

enum { RATE = 10, BURST = 2 * RATE, FLOOD = 100000 };

static struct engine_table *limited_table(unsigned seats)
{
    struct engine_table *t = engine_table_create_limited(seats, true, RATE);
    assert_true(engine_table_gather(t));
    return t;
}

static uint64_t seq_of(const struct engine_table *t, unsigned at, const uint8_t id[ID_BYTES])
{
    const struct identity *known = protocol_identity(engine_protocol(t->seat[at].engine), id);
    return known == NULL ? 0 : known->seq;
}

/* MSG_OP with any author, number and kind. */
static size_t op_message(const struct engine_table *t, const uint8_t sk[64], uint8_t kind,
    uint64_t seq, const uint8_t *payload, size_t size, uint8_t *out, size_t capacity)
{
    struct op op = {.kind = kind, .seq = seq, .payload = payload, .payload_size = size};
    struct writer w = writer_of(out, capacity);
    memcpy(op.author, sk + 32, ID_BYTES);
    op_sign(&signer_fast, &op, &t->game_id, sk);
    write_u8(&w, MSG_OP);
    op_encode(&op, &w);
    assert_false(w.bad);
    return w.size;
}

static void test_own_ops_faster_than_the_rate_are_refused_until_time_has_passed(void **state)
{
    (void)state;
    struct engine_table *t = limited_table(1);
    struct engine_update *u = &t->seat[0].update;
    for (unsigned i = 0; i < BURST; i++) {
        engine_table_submit(t, 0, OP_GAME, add_op, sizeof add_op);
        assert_true(u->submitted);
    }
    engine_table_submit(t, 0, OP_GAME, add_op, sizeof add_op);
    assert_false(u->submitted);
    assert_int_equal(u->submit_error, ERR_RATE);
    struct engine_event clock = {.kind = ENGINE_SUBMIT,
        .op_kind = OP_GAME,
        .data = add_op,
        .size = sizeof add_op,
        .unmetered = true};
    engine_table_step(t, 0, &clock);
    assert_true(u->submitted);
    engine_table_submit(t, 0, OP_REKEY, NULL, 0); /* the protocol's own are not the player's */
    assert_true(u->submitted);
    engine_table_run(t, 1000);
    for (unsigned i = 0; i < RATE; i++) {
        engine_table_submit(t, 0, OP_GAME, add_op, sizeof add_op);
        assert_true(u->submitted);
    }
    engine_table_submit(t, 0, OP_GAME, add_op, sizeof add_op);
    assert_int_equal(u->submit_error, ERR_RATE);
    engine_table_destroy(t);
}

static void test_others_ops_over_the_rate_wait_and_come_again(void **state)
{
    (void)state;
    uint8_t bytes[256];
    struct engine_table *t = limited_table(4);
    struct mempool *pool = t->seat[0].engine->pool;
    const struct table_seat *liar = &t->seat[3];
    uint64_t first = seq_of(t, 0, liar->id_pk) + 1;
    size_t before = mempool_count(pool);
    /* The link to the others is cut: nothing of it becomes final meanwhile. */
    for (unsigned k = 1; k < 4; k++) {
        engine_table_link(t, k, false);
    }
    for (uint64_t i = 0; i < POOL_OPS_PER_AUTHOR; i++) {
        size_t size = op_message(
            t, liar->id_sk, OP_GAME, first + i, add_op, sizeof add_op, bytes, sizeof bytes);
        engine_table_message(t, 3, 0, bytes, size);
        assert_false(t->seat[0].update.malformed);
    }
    assert_int_equal(mempool_count(pool) - before, OP_BURST_SLACK * BURST);
    assert_int_equal(engine_inspect(t->seat[0].engine).ops_limited,
        POOL_OPS_PER_AUTHOR - OP_BURST_SLACK * BURST);
    for (unsigned k = 1; k < 4; k++) {
        engine_table_link(t, k, true);
    }
    /* The same from the author once more, in time: all of it becomes final in its order. */
    for (unsigned round = 0; round < 8; round++) {
        for (uint64_t i = 0; i < POOL_OPS_PER_AUTHOR; i++) {
            size_t size = op_message(
                t, liar->id_sk, OP_GAME, first + i, add_op, sizeof add_op, bytes, sizeof bytes);
            for (unsigned k = 0; k < 3; k++) {
                engine_table_message(t, 3, k, bytes, size);
            }
        }
        engine_table_run(t, 1000);
    }
    assert_int_equal(seq_of(t, 0, liar->id_pk), first + POOL_OPS_PER_AUTHOR - 1);
    engine_table_destroy(t);
}

static void test_a_flood_of_bets_does_not_keep_a_joiner_out(void **state)
{
    (void)state;
    uint8_t bytes[512];
    struct engine_table *t = engine_table_create_limited(4, true, RATE);
    engine_table_run(t, 200);
    t->seats = 3;
    assert_true(engine_table_gather(t));
    t->seats = 4;
    const struct table_seat *liar = &t->seat[2];
    size_t size = engine_table_join_payload(t, 0, t->seat[3].id_pk, false, bytes, sizeof bytes);
    engine_table_submit(t, 3, OP_JOIN, bytes, size);
    for (unsigned i = 0; i < 100 && engine_inspect(t->seat[0].engine).members < 4; i++) {
        for (unsigned k = 0; k < 200; k++) {
            size_t n = op_message(t, liar->id_sk, OP_GAME, seq_of(t, 0, liar->id_pk) + 1 + k,
                add_op, sizeof add_op, bytes, sizeof bytes);
            engine_table_message(t, 2, 0, bytes, n);
            engine_table_message(t, 2, 1, bytes, n);
        }
        engine_table_run(t, 100);
    }
    assert_int_equal(engine_inspect(t->seat[0].engine).members, 4);
    engine_table_destroy(t);
}

static void test_joins_that_cannot_be_agreed_take_no_room(void **state)
{
    (void)state;
    uint8_t bytes[512], payload[256], pk[32], sk[64], seed[32] = {77};
    struct engine_table *t = limited_table(4);
    struct mempool *pool = t->seat[0].engine->pool;
    for (unsigned i = 0; i < 64; i++) {
        seed[1] = (uint8_t)i;
        signer_fast.keypair(pk, sk, seed);
        size_t size = engine_table_join_payload(t, 3, pk, false, payload, sizeof payload);
        payload[size - 1] ^= 1;
        size_t n = op_message(t, sk, OP_JOIN, 1, payload, size, bytes, sizeof bytes);
        engine_table_message(t, 3, 0, bytes, n);
        payload[size - 1] ^= 1;
        n = op_message(t, sk, OP_JOIN, 2, payload, size, bytes, sizeof bytes);
        engine_table_message(t, 3, 0, bytes, n);
        n = op_message(t, sk, OP_GAME, 1, payload, size, bytes, sizeof bytes);
        engine_table_message(t, 3, 0, bytes, n);
        assert_int_equal(mempool_count(pool), 0);
    }
    for (unsigned k = 1; k < 4; k++) {
        engine_table_link(t, k, false);
    }
    for (unsigned i = 0; i < 64; i++) {
        seed[1] = (uint8_t)i;
        signer_fast.keypair(pk, sk, seed);
        size_t size = engine_table_join_payload(t, 3, pk, true, payload, sizeof payload);
        size_t n = op_message(t, sk, OP_JOIN, 1, payload, size, bytes, sizeof bytes);
        engine_table_message(t, 3, 0, bytes, n);
    }
    assert_int_equal(mempool_count(pool), JOINS_PER_SPONSOR);
    engine_table_destroy(t);
}

static struct vote vote_of(const struct engine_table *t, unsigned seat, uint8_t block)
{
    struct engine *e = t->seat[seat].engine;
    struct vote v = {.kind = VOTE_NOTARIZE, .epoch = e->epoch, .view = 2};
    const struct roster *roster = &engine_protocol(e)->roster;
    v.voter = (uint16_t)e->self;
    v.digest.b[0] = block;
    vote_sign(&signer_fast, &v, &t->game_id,
        engine_keys_by_vote(e, roster->members[e->self].vote_pk)->vote_sk);
    return v;
}

static void test_a_join_whose_sponsor_is_gone_gives_way_to_another(void **state)
{
    (void)state;
    uint8_t bytes[512], payload[256], pk[32], sk[64], seed[32] = {78};
    struct engine_table *t = limited_table(4);
    size_t held;
    signer_fast.keypair(pk, sk, seed);
    /* Only seat 0 has the JOIN; the others convict its sponsor without seat 0. */
    engine_table_link(t, 0, false);
    size_t size = engine_table_join_payload(t, 3, pk, true, payload, sizeof payload);
    size_t n = op_message(t, sk, OP_JOIN, 1, payload, size, bytes, sizeof bytes);
    engine_table_message(t, 3, 0, bytes, n);
    assert_non_null(mempool_find(t->seat[0].engine->pool, pk, 1, &held));
    struct vote a = vote_of(t, 3, 1), b = vote_of(t, 3, 2);
    struct writer w = writer_of(bytes, sizeof bytes);
    write_u8(&w, MSG_EVIDENCE);
    evidence_encode_votes(&w, &a, &b);
    engine_table_message(t, 1, 2, bytes, w.size);
    engine_table_run(t, 500);
    engine_table_link(t, 0, true);
    engine_table_run(t, 5000);
    assert_int_equal(engine_inspect(t->seat[0].engine).members, 3);
    assert_null(mempool_find(t->seat[0].engine->pool, pk, 1, &held));
    size = engine_table_join_payload(t, 1, pk, true, payload, sizeof payload);
    n = op_message(t, sk, OP_JOIN, 1, payload, size, bytes, sizeof bytes);
    for (unsigned k = 0; k < 3; k++) {
        engine_table_message(t, 1, k, bytes, n);
        assert_int_equal(t->seat[k].update.lie_count, 0);
    }
    engine_table_run(t, 3000);
    assert_int_equal(seq_of(t, 0, pk), 1);
    engine_table_destroy(t);
}

static long resident_bytes(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%*d %ld", &pages), 1);
    fclose(f);
    return pages * sysconf(_SC_PAGESIZE);
}

static void test_a_flooding_member_grows_nobodys_memory(void **state)
{
    (void)state;
    static uint8_t bytes[MESSAGE_BYTES_MAX], big[OP_BYTES_MAX];
    struct engine_table *t = limited_table(4);
    const struct table_seat *liar = &t->seat[3];
    struct engine *e = t->seat[0].engine;
    struct prng rng;
    prng_seed(&rng, 5);
    long before = resident_bytes();
    for (unsigned i = 0; i < FLOOD; i++) {
        uint8_t kind = (uint8_t)prng_below(&rng, MSG_KIND_COUNT + 2);
        size_t size = 1 + prng_below(&rng, 300);
        struct writer w = writer_of(bytes, sizeof bytes);
        write_u8(&w, kind);
        if (kind == MSG_OP) {
            uint8_t op_kind = (uint8_t)(1 + prng_below(&rng, OP_ABSENT));
            size_t most = op_kind == OP_DEAL ? sizeof big - 200 : 800;
            size = op_message(t, liar->id_sk, op_kind, 1 + prng_below(&rng, 400), big,
                prng_below(&rng, most), bytes, sizeof bytes);
        } else if (kind == MSG_NOTARIZE || kind == MSG_NULLIFY || kind == MSG_FINALIZE) {
            struct vote v = {.kind = (uint8_t)(kind - MSG_NOTARIZE),
                .epoch = e->epoch + (uint32_t)prng_below(&rng, 3),
                .view = prng_next(&rng) >> (8 * prng_below(&rng, 8)),
                .voter = (uint16_t)prng_below(&rng, 5)};
            v.digest.b[0] = (uint8_t)prng_below(&rng, 3);
            vote_encode(&v, &w);
            size = w.size;
        } else {
            for (size_t k = 1; k < size; k++) {
                write_u8(&w, (uint8_t)(k == 1 ? prng_below(&rng, 6) : prng_below(&rng, 256)));
            }
        }
        struct engine_event event = {
            .kind = ENGINE_MESSAGE, .now_ms = t->now_ms, .data = bytes, .size = size};
        memcpy(event.from, liar->id_pk, ID_BYTES);
        engine_step(e, &event, &t->seat[0].update);
        assert_true(t->seat[0].update.outbox.count < 200);
    }
    long grown = resident_bytes() - before;
    assert_true(e->peers[0].held_size + e->peers[1].held_size + e->peers[2].held_size +
                    e->peers[3].held_size <=
                HELD_BYTES_MAX);
    assert_true(mempool_count(e->pool) <= POOL_OPS_PER_AUTHOR);
    print_message("%d messages: %ld KiB more\n", FLOOD, grown >> 10);
    if (grown >= 8 << 20) {
        fail_msg("%d messages of one member grew another by %ld KiB", FLOOD, grown >> 10);
    }
    engine_table_destroy(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_ops_faster_than_the_rate_are_refused_until_time_has_passed),
        cmocka_unit_test(test_others_ops_over_the_rate_wait_and_come_again),
        cmocka_unit_test(test_a_flood_of_bets_does_not_keep_a_joiner_out),
        cmocka_unit_test(test_joins_that_cannot_be_agreed_take_no_room),
        cmocka_unit_test(test_a_join_whose_sponsor_is_gone_gives_way_to_another),
        cmocka_unit_test(test_a_flooding_member_grows_nobodys_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
