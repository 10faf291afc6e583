/* A member's files with a real engine behind them: what it wanted kept brings the same member back.
 * */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/db.h"
#include "store_table.h"
#include "tests/support/toy_app.h"
#include "tests/unit/consensus/engine_table.h"

enum { SEATS = 4, ADDS = 40, BATCH = 7 };

static struct engine_table *played(void)
{
    struct engine_table *t = engine_table_create(SEATS, true);
    assert_non_null(t);
    assert_true(engine_table_gather(t));
    for (unsigned i = 0; i < ADDS; i++) {
        uint8_t add[5] = {TOY_ADD, 0, 0, 0, (uint8_t)(i + 1)};
        engine_table_submit(t, i % SEATS, OP_GAME, add, sizeof add);
        engine_table_run(t, 200);
    }
    engine_table_run(t, 5000);
    return t;
}

/* As the loop of a manager would, a few records a turn. */
static struct store *stored(struct engine_table *t, unsigned seat)
{
    uint8_t genesis[GENESIS_BYTES_MAX];
    struct writer w = writer_of(genesis, sizeof genesis);
    struct store *s;
    genesis_encode(&t->genesis, &w);
    assert_false(w.bad);
    assert_int_equal(store_create(&s, folder, "n", genesis, w.size), ERR_OK);
    const struct table_seat *from = &t->seat[seat];
    for (size_t i = 0; i < from->record_count; i += BATCH) {
        size_t left = from->record_count - i;
        uint32_t n = left < BATCH ? (uint32_t)left : BATCH;
        assert_int_equal(store_persist(s, &from->records[i], n), ERR_OK);
    }
    return s;
}

static void assert_same_member(struct engine *a, struct engine *b)
{
    struct engine_status x = engine_inspect(a), y = engine_inspect(b);
    assert_true(x.height > 5 && x.height == y.height && x.epoch == y.epoch);
    assert_memory_equal(&x.final, &y.final, sizeof x.final);
    assert_memory_equal(&x.state_root, &y.state_root, sizeof x.state_root);
    assert_int_equal(x.self, y.self);
    assert_int_equal(x.has_share, y.has_share);
    assert_int_equal(x.voting, y.voting);
}

static void test_store_brings_every_member_back_with_all_it_had(void **state)
{
    (void)state;
    struct engine_table *t = played();
    for (unsigned seat = 0; seat < SEATS; seat++) {
        static struct engine_update update;
        struct store *s = stored(t, seat);
        bool trusted;
        store_close(s);
        assert_int_equal(store_open(&s, folder, "n", &trusted, problem), ERR_OK);
        assert_true(trusted);
        struct engine *e = engine_table_engine(t, seat, false);
        assert_int_equal(store_restore(s, e, true, problem), ERR_OK);
        engine_start(e, trusted, t->now_ms, &update);
        assert_same_member(t->seat[seat].engine, e);
        engine_destroy(e);
        store_close(s);
        assert_int_equal(shell("rm -f %s/*"), 0);
    }
    engine_table_destroy(t);
}

static void test_store_restore_names_the_block_that_does_not_check(void **state)
{
    (void)state;
    struct engine_table *t = played();
    struct table_seat *seat = &t->seat[1];
    uint64_t last = engine_inspect(seat->engine).height;
    for (uint64_t height = 1; height <= last; height += 3) {
        /* Stored faithfully, but the bytes were wrong before: only the engine can tell. */
        for (size_t i = 0; i < seat->record_count; i++) {
            struct persist *p = &seat->records[i];
            uint8_t *bytes = (uint8_t *)(uintptr_t)p->data;
            if (p->kind != PERSIST_BLOCK || p->height != height) {
                continue;
            }
            bytes[p->size - 1] ^= 1;
            struct store *s = stored(t, 1);
            bytes[p->size - 1] ^= 1;
            struct engine *e = engine_table_engine(t, 1, false);
            char want[32];
            snprintf(want, sizeof want, "block %llu ", (unsigned long long)height);
            assert_int_equal(store_restore(s, e, true, problem), ERR_FORMAT);
            assert_non_null(strstr(problem, want));
            engine_destroy(e);
            store_close(s);
            assert_int_equal(shell("rm -f %s/*"), 0);
        }
    }
    engine_table_destroy(t);
}

/* From every height: the first is the one asked for, all fit, the last has a proof, and a follower
 * takes them to the end. */
static void test_store_blocks_bring_a_follower_up_to_date(void **state)
{
    (void)state;
    static uint8_t answer[FETCH_BYTES_MAX + 512];
    struct engine_table *t = played();
    struct store *s = stored(t, 1);
    uint64_t last = store_height(s), longest = 0;
    for (uint64_t from = 1; from <= last + 1; from++) {
        for (size_t capacity = 8; capacity <= sizeof answer; capacity = capacity * 3 + 100) {
            struct writer w = writer_of(answer, capacity);
            assert_int_equal(store_blocks(s, from, 0, &w), ERR_OK);
            assert_false(w.bad);
            struct reader r = reader_of(w.data, w.size);
            assert_true(read_u64(&r) == from);
            uint64_t count = 0, bare = 0, epoch = 0;
            size_t proof_size = 1;
            while (reader_left(&r) > 0) {
                struct block b;
                size_t size = read_u32(&r);
                assert_true(block_decode(&b, read_span(&r, size), size));
                assert_true(count == 0 || b.header.epoch == epoch || proof_size > 0);
                epoch = b.header.epoch;
                proof_size = read_u32(&r);
                read_span(&r, proof_size);
                bare = proof_size > 0 ? 0 : bare + 1;
                assert_true(bare < SERVE_COVERED_MAX);
                longest = bare > longest ? bare : longest;
                count++;
            }
            assert_true(reader_done(&r) && proof_size > 0);
            assert_true(from + count <= last + 1);
        }
    }
    assert_true(longest + 1 == SERVE_COVERED_MAX || longest > ADDS / 2);
    uint64_t height = 1;
    struct engine *e = engine_table_engine(t, 2, true);
    while (height <= last) {
        struct writer w = writer_of(answer, sizeof answer);
        assert_int_equal(store_blocks(s, height, 0, &w), ERR_OK);
        struct reader r = reader_of(w.data, w.size);
        uint64_t before = height;
        read_u64(&r);
        while (reader_left(&r) > 0) {
            size_t size = read_u32(&r);
            const uint8_t *bytes = read_span(&r, size);
            size_t proof_size = read_u32(&r);
            const uint8_t *proof = read_span(&r, proof_size);
            assert_true(engine_restore_block(e, bytes, size, proof, proof_size, true));
            height++;
        }
        assert_true(height > before);
    }
    assert_true(engine_inspect(e).height == last);
    engine_destroy(e);
    store_close(s);
    engine_table_destroy(t);
}

/* Blocks without proofs of their own, more of them than are asked for: the answer goes on to the proof that covers them. */
static void test_store_blocks_end_with_a_proof_however_few_are_asked_for(void **state)
{
    (void)state;
    enum { PROVEN = 4, NEXT = 44, TOP = 50 };
    static uint8_t answer[FETCH_BYTES_MAX];
    struct item_memory m;
    struct store *s = make_table("n");
    for (uint64_t height = 1; height <= TOP; height++) {
        struct persist p = make_block(height, &m);
        p.proof_size = height <= PROVEN || height == NEXT ? p.proof_size : 0;
        assert_int_equal(store_persist(s, &p, 1), ERR_OK);
    }
    for (uint64_t from = 1; from <= TOP; from++) {
        for (uint32_t count = 1; count < TOP; count++) {
            uint64_t most = from + count - 1, seen = 0;
            uint64_t end = from > NEXT                     ? 0
                           : most >= NEXT || from > PROVEN ? NEXT
                           : most > PROVEN                 ? PROVEN
                                                           : most;
            struct writer w = writer_of(answer, sizeof answer);
            assert_int_equal(store_blocks(s, from, count, &w), ERR_OK);
            struct reader r = reader_of(w.data, w.size);
            assert_true(read_u64(&r) == from);
            for (; reader_left(&r) > 0; seen++) {
                read_span(&r, read_u32(&r));
                read_span(&r, read_u32(&r));
            }
            assert_true(!r.bad && seen == (end == 0 ? 0 : end - from + 1));
        }
    }
    store_close(s);
    assert_int_equal(shell("rm -f %s/*"), 0);
}

static struct persist made_gap(uint64_t low, uint64_t high, uint8_t bytes[8])
{
    struct writer w = writer_of(bytes, 8);
    write_u64(&w, low);
    struct persist p = {.kind = PERSIST_GAP, .height = high, .epoch = 3, .view = high};
    p.data = bytes;
    p.size = 8;
    memset(p.digest.b, 0x3c, sizeof p.digest.b);
    return p;
}

static void expect_gap(struct store *s, uint64_t from, uint64_t to)
{
    uint64_t a, b;
    assert_int_equal(store_gap(s, &a, &b), to > 0);
    assert_true(a == from && b == to);
}

static bool any(void *argument, const struct persist *p)
{
    ++*(uint64_t *)argument;
    return p->kind == PERSIST_BLOCK;
}

/* Told while it is there, filled from below only, whole at the end; over a restart at each step. */
static void test_store_keeps_a_gap_until_it_is_filled(void **state)
{
    (void)state;
    enum { LOW = 5, HIGH = 9, TOP = 12 };
    struct item_memory m;
    uint8_t low[8], answer[FETCH_BYTES_MAX];
    struct store *s = make_table("n");
    bool trusted;
    for (uint64_t height = 1; height <= LOW; height++) {
        struct persist p = make_block(height, &m);
        assert_int_equal(store_persist(s, &p, 1), ERR_OK);
    }
    struct persist p = made_gap(LOW + 1, HIGH, low);
    assert_int_equal(store_persist(s, &p, 1), ERR_RANGE);
    expect_gap(s, 0, 0);
    p = made_gap(LOW, HIGH, low);
    assert_int_equal(store_persist(s, &p, 1), ERR_OK);
    for (uint64_t height = HIGH + 1; height <= TOP; height++) {
        p = make_block(height, &m);
        assert_int_equal(store_persist(s, &p, 1), ERR_OK);
    }
    for (uint64_t next = LOW + 1; next <= HIGH; next++) {
        store_close(s);
        assert_int_equal(store_open(&s, folder, "n", &trusted, problem), ERR_OK);
        expect_gap(s, next, HIGH);
        assert_true(store_height(s) == TOP);
        uint64_t seen = 0;
        assert_int_equal(store_visit_blocks(s, 1, any, &seen, problem), ERR_NOT_FOUND);
        assert_true(seen == next - 1 && strstr(problem, "still to be fetched") != NULL);
        assert_int_equal(store_visit_blocks(s, HIGH + 1, any, &seen, problem), ERR_OK);
        struct writer w = writer_of(answer, sizeof answer);
        assert_int_equal(store_blocks(s, next, 0, &w), ERR_OK);
        struct reader r = reader_of(w.data, w.size);
        assert_true(read_u64(&r) == 0 && reader_done(&r));
        w = writer_of(answer, sizeof answer);
        assert_int_equal(store_blocks(s, 2, 2, &w), ERR_OK);
        r = reader_of(w.data, w.size);
        assert_true(read_u64(&r) == 2 && reader_left(&r) > 0);
        for (uint64_t wrong = 1; wrong <= TOP + 1; wrong++) {
            p = make_block(wrong, &m);
            p.kind = PERSIST_FILL;
            enum err err = wrong == next ? ERR_OK : ERR_RANGE;
            assert_true(wrong == next || store_persist(s, &p, 1) == err);
        }
        p = make_block(next, &m);
        p.kind = PERSIST_FILL;
        assert_int_equal(store_persist(s, &p, 1), ERR_OK);
    }
    p = made_gap(HIGH, HIGH, low);
    assert_int_equal(store_persist(s, &p, 1), ERR_OK);
    store_close(s);
    assert_int_equal(store_open(&s, folder, "n", &trusted, problem), ERR_OK);
    expect_gap(s, 0, 0);
    uint64_t seen = 0;
    assert_int_equal(store_visit_blocks(s, 1, any, &seen, problem), ERR_OK);
    assert_true(seen == TOP);
    store_close(s);
    assert_int_equal(shell("rm -f %s/*"), 0);
}

#define TABLE_TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

/* Writes into a closed record as nobody else may. */
static void change_record(const char *sql)
{
    struct db *d;
    char path[128];
    snprintf(path, sizeof path, "%s/n.craps", folder);
    assert_int_equal(db_open(&d, path, DB_WRITE, 0, false), ERR_OK);
    assert_int_equal(db_exec(d, sql), ERR_OK);
    db_close(d, false);
}

static void assert_comes_back(struct engine_table *t, unsigned seat)
{
    static struct engine_update update;
    struct store *s;
    bool trusted;
    assert_int_equal(store_open(&s, folder, "n", &trusted, problem), ERR_OK);
    struct engine *e = engine_table_engine(t, seat, false);
    assert_int_equal(store_restore(s, e, false, problem), ERR_OK);
    engine_start(e, trusted, t->now_ms, &update);
    assert_same_member(t->seat[seat].engine, e);
    engine_destroy(e);
    store_close(s);
}

static void test_store_brings_a_member_back_without_the_blocks_before_its_newest_state(void **state)
{
    (void)state;
    struct engine_table *t = played();
    for (unsigned seat = 0; seat < SEATS; seat++) {
        store_close(stored(t, seat));
        assert_comes_back(t, seat);
        change_record("DELETE FROM blocks WHERE height <= (SELECT max(height) FROM snapshots)");
        assert_comes_back(t, seat);
        assert_int_equal(shell("rm -f %s/*"), 0);
    }
    engine_table_destroy(t);
}

static bool count_item(void *argument, const struct persist *p)
{
    (void)p;
    ++*(unsigned *)argument;
    return true;
}

/* A damaged state is told, and costs time only. */
static void test_store_goes_through_all_blocks_when_no_state_can_be_used(void **state)
{
    (void)state;
    static const char *const damage[] = {
        "UPDATE chunks SET frame = zeroblob(length(frame))",
        "UPDATE chunks SET sum = zeroblob(8)",
        "UPDATE chunks SET chunk = chunk + 1",
        "DELETE FROM chunks",
        "UPDATE snapshots SET size = size + 1",
        "UPDATE snapshots SET height = height + 1",
        "UPDATE snapshots SET proof = zeroblob(length(proof))",
    };
    struct engine_table *t = played();
    for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
        struct store *s = stored(t, 1);
        unsigned seen = 0;
        bool trusted;
        assert_int_equal(store_visit_snapshots(s, count_item, &seen, problem), ERR_OK);
        assert_in_range(seen, 1, 2);
        store_close(s);
        change_record(damage[i]);
        assert_comes_back(t, 1);
        assert_int_equal(store_open(&s, folder, "n", &trusted, problem), ERR_OK);
        assert_int_equal(store_visit_snapshots(s, count_item, &seen, problem), ERR_FORMAT);
        assert_non_null(strstr(problem, "the state kept at block"));
        store_close(s);
        assert_int_equal(shell("rm -f %s/*"), 0);
    }
    engine_table_destroy(t);
}

struct kept {
    unsigned count;
    uint64_t heights[4];
    bool changed;
};

static struct persist made_snapshot(uint64_t height, uint8_t *bytes)
{
    struct persist p = {.kind = PERSIST_SNAPSHOT, .epoch = 3, .view = height, .height = height};
    p.size = (size_t)(height * 7001);
    p.data = filler(height, p.size, bytes);
    p.proof = bytes;
    p.proof_size = 300;
    memset(p.digest.b, (int)height, sizeof p.digest.b);
    return p;
}

static bool look_at(void *argument, const struct persist *p)
{
    static uint8_t bytes[100000];
    struct kept *k = argument;
    struct persist want = made_snapshot(p->height, bytes);
    k->heights[k->count++] = p->height;
    k->changed = k->changed || !same_item(p, &want);
    return true;
}

static void test_store_keeps_the_last_two_states(void **state)
{
    (void)state;
    static uint8_t bytes[100000];
    struct store *s = make_table("n");
    bool trusted;
    for (uint64_t height = 1; height < 10; height++) {
        struct kept k = {0};
        struct persist p = made_snapshot(height, bytes);
        assert_int_equal(store_persist(s, &p, 1), ERR_OK);
        assert_int_equal(store_persist(s, &p, 1), ERR_OK);
        if (height == 7) {
            store_close(s);
            assert_int_equal(store_open(&s, folder, "n", &trusted, problem), ERR_OK);
        }
        assert_int_equal(store_visit_snapshots(s, look_at, &k, problem), ERR_OK);
        assert_int_equal(k.count, height == 1 ? 1 : 2);
        assert_true(k.heights[k.count - 1] == height && !k.changed);
        assert_true(k.count == 1 || k.heights[0] == height - 1);
    }
    store_close(s);
    assert_int_equal(shell("rm -f %s/*"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TABLE_TEST(test_store_brings_every_member_back_with_all_it_had),
        TABLE_TEST(test_store_restore_names_the_block_that_does_not_check),
        TABLE_TEST(test_store_blocks_bring_a_follower_up_to_date),
        TABLE_TEST(test_store_blocks_end_with_a_proof_however_few_are_asked_for),
        TABLE_TEST(test_store_brings_a_member_back_without_the_blocks_before_its_newest_state),
        TABLE_TEST(test_store_goes_through_all_blocks_when_no_state_can_be_used),
        TABLE_TEST(test_store_keeps_the_last_two_states),
        TABLE_TEST(test_store_keeps_a_gap_until_it_is_filled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
