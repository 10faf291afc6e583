/* The store on a disk that fails at every call in turn, and on one that loses power with unsynced
 * writes in flight. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "faulty_disk.h"
#include "store_table.h"

#include <sqlite3.h>

enum {
    TURNS = 8,
    LONG_TURNS = 90,
    CALLS_MAX = 4000,
    CUTS = 150,
    LYING_CUTS = 60,
    LAZY_CUTS = 30,
    LAZY_TURNS = 1000
};

struct life {
    bool created, trusted;
    enum err failed;
    uint64_t acknowledged; /* turns */
};

/* A table is made or opened, lives for some turns, forgets an epoch, and is closed: whatever the
 * disk does. */
static struct life live(uint64_t from, uint64_t turns)
{
    struct life life = {.acknowledged = from - 1};
    struct store *s = NULL;
    if (from == 1) {
        s = make_table("n");
        life.created = s != NULL;
    } else {
        life.failed = store_open(&s, folder, "n", &life.trusted, problem);
        life.created = true;
    }
    for (uint64_t n = from; s != NULL && life.failed == ERR_OK && n < from + turns; n++) {
        life.failed = persist_turn(s, n);
        life.acknowledged += life.failed == ERR_OK;
    }
    if (s != NULL && life.failed == ERR_IO) {
        assert_int_equal(persist_turn(s, life.acknowledged + 1), ERR_IO); /* it sticks */
    }
    if (s != NULL && life.failed == ERR_NO_SPACE) {
        faulty_disk_recover(); /* somebody made room: the same turn goes through */
        life.failed = persist_turn(s, life.acknowledged + 1);
        life.acknowledged += life.failed == ERR_OK;
        assert_int_equal(life.failed, ERR_OK);
    }
    if (s != NULL && life.failed == ERR_OK) {
        struct persist forget = {.kind = PERSIST_FORGET, .epoch = 2, .dkg_id = 1};
        life.failed = store_persist(s, &forget, 1);
    }
    store_close(s);
    return life;
}

/* On a sound disk again: everything acknowledged is there, unchanged, and the journal is ours. */
static bool all_there(const struct life *life)
{
    struct store *s;
    struct visit_count t = {0};
    bool trusted;
    if (store_open(&s, folder, "n", &trusted, problem) != ERR_OK) {
        return false;
    }
    bool good = trusted && store_height(s) >= life->acknowledged &&
                store_height(s) <= life->acknowledged + 1 &&
                store_visit_blocks(s, 1, tally_item, &t, problem) == ERR_OK &&
                store_visit_journal(s, tally_item, &t) == ERR_OK && !t.changed &&
                t.last[PERSIST_VOTE] >= (life->acknowledged > 0 ? life->acknowledged + 1 : 0) &&
                t.last[PERSIST_VOTE] <= life->acknowledged + 2 &&
                t.last[PERSIST_OWN_OP] >= (life->acknowledged < 3 ? 0 : life->acknowledged / 3 + 1);
    good = good && persist_turn(s, store_height(s) + 1) == ERR_OK;
    store_close(s);
    return good;
}

/* Every `step`-th call in turn. */
static void fail_calls(enum fault fault, unsigned long step)
{
    unsigned long at = 1;
    for (bool struck = true; struck; at += step) {
        assert_true(at < CALLS_MAX);
        faulty_disk_begin(fault, at, false);
        struct life life = live(1, TURNS);
        struck = faulty_disk_struck();
        faulty_disk_end();
        if (life.created) {
            assert_true(life.failed == ERR_OK || life.failed == ERR_IO ||
                        life.failed == ERR_NO_SPACE || life.failed == ERR_PERMISSION);
            assert_true(all_there(&life));
        } else {
            assert_int_equal(shell("test -z \"$(ls %s)\""), 0);
        }
        assert_int_equal(shell("rm -f %s/*"), 0);
    }
    assert_true(at > 100); /* the disk was really asked */
}

static void test_store_survives_an_error_of_every_disk_call(void **state)
{
    (void)state;
    fail_calls(FAULT_IO, 1);
}

static void test_store_survives_short_writes(void **state)
{
    (void)state;
    fail_calls(FAULT_SHORT, 3);
}

static void test_store_survives_a_disk_that_fills_up_and_goes_on_when_it_may(void **state)
{
    (void)state;
    fail_calls(FAULT_FULL, 3);
}

/* Cuts the power at a random call, again and again in the life of one table. Returns how many lives
 * lost something. */
static unsigned cut_power(unsigned cuts, bool lying)
{
    struct prng prng;
    unsigned losses = 0;
    uint64_t next = 1;
    prng_seed(&prng, 7);
    for (unsigned i = 0; i < cuts; i++) {
        faulty_disk_begin(FAULT_POWER, 1 + prng_below(&prng, next == 1 ? 300 : 900), lying);
        struct life life = live(next, LONG_TURNS);
        assert_int_equal(shell("rm -f %s/n.craps-shm"), 0); /* only ever memory */
        faulty_disk_power_on(&prng);
        if (!life.created) {
            continue;
        }
        if (!all_there(&life)) {
            losses++;
            next = 1;
        } else {
            struct store *s;
            bool trusted;
            assert_int_equal(store_open(&s, folder, "n", &trusted, problem), ERR_OK);
            next = store_height(s) + 1;
            store_close(s);
        }
        if (next == 1 || next > 400) {
            assert_int_equal(shell("rm -f %s/*"), 0);
            next = 1;
        }
    }
    return losses;
}

static void test_store_loses_nothing_acknowledged_to_power_cuts(void **state)
{
    (void)state;
    assert_int_equal(cut_power(CUTS, false), 0);
}

/* Blocks that wait for their sync may go with the power: the newest ones, and the journal stays one to be trusted. */
static void test_store_loses_only_the_last_blocks_when_they_were_not_synced(void **state)
{
    (void)state;
    struct prng prng;
    struct store *s;
    bool trusted;
    uint64_t lost = 0;
    prng_seed(&prng, 8);
    for (unsigned i = 0; i < LAZY_CUTS; i++) {
        uint64_t written = 0, synced = 0;
        s = make_table("n");
        faulty_disk_begin(FAULT_POWER, 100 + prng_below(&prng, CALLS_MAX), false);
        for (uint64_t n = 1; n <= LAZY_TURNS && persist_turn_lazily(s, n) == ERR_OK; n++) {
            written = n;
            if (n % 50 == 0 && store_sync_record(s) == ERR_OK) {
                assert_false(store_record_unsynced(s));
                synced = n;
            }
        }
        assert_true(faulty_disk_struck());
        store_close(s);
        assert_int_equal(shell("rm -f %s/n.craps-shm"), 0);
        faulty_disk_power_on(&prng);
        assert_int_equal(store_open(&s, folder, "n", &trusted, problem), ERR_OK);
        assert_true(trusted && store_height(s) >= synced && store_height(s) <= written + 1);
        lost += store_height(s) < written ? written - store_height(s) : 0;
        struct visit_count t = {0};
        assert_int_equal(store_visit_blocks(s, 1, tally_item, &t, problem), ERR_OK);
        assert_int_equal(store_visit_journal(s, tally_item, &t), ERR_OK);
        assert_false(t.changed);
        assert_true(written == 0 || t.last[PERSIST_VOTE] >= written + 1);
        assert_int_equal(persist_turn(s, store_height(s) + 1), ERR_OK);
        store_close(s);
        assert_int_equal(shell("rm -f %s/*"), 0);
    }
    assert_true(lost > 0); /* the power was really cut under them */
}

/* The checker itself: on a disk whose syncs do nothing it must see losses. */
static void test_store_power_cuts_would_show_a_missing_sync(void **state)
{
    (void)state;
    assert_true(cut_power(LYING_CUTS, true) > 0);
}

static void edit_record(const char *sql)
{
    char path[128];
    sqlite3 *db;
    snprintf(path, sizeof path, "%s/n.craps", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* A sound database with our name on it that somebody has edited. */
static void test_store_refuses_an_edited_record(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *told;
    } rows[] = {
        {"DELETE FROM blocks WHERE height = 5", "block 5"},
        {"DELETE FROM blocks WHERE height = 1", "block 1"},
        {"UPDATE blocks SET view = view + 1 WHERE height = 7", "block 7"},
        {"UPDATE blocks SET bytes = zeroblob(1) WHERE height = 2", "block 2"},
        {"UPDATE blocks SET bytes = 'text' WHERE height = 2", "block 2"},
        {"UPDATE blocks SET proof = NULL WHERE height = 3", "block 3"},
        {"UPDATE blocks SET height = 1000 WHERE height = 8", "block 1000, its last"},
        {"UPDATE blocks SET sum = x'00' WHERE height = 4", "block 4"},
        {"UPDATE blocks SET bytes = zeroblob(900000) WHERE height = 4", "block 4"},
        {"UPDATE meta SET value = x'00' WHERE key = 'genesis'", "first page"},
        {"UPDATE meta SET value = zeroblob(5000) WHERE key = 'genesis'", "first page"},
        {"DELETE FROM meta", "first page"},
        {"CREATE TABLE more(x)", "do not fit"},
        {"CREATE VIEW v AS SELECT 1", "do not fit"},
        {"CREATE TRIGGER t AFTER INSERT ON blocks BEGIN SELECT 1; END", "do not fit"},
        {"ALTER TABLE blocks RENAME TO other", "do not fit"},
        {"CREATE INDEX i ON blocks(view)", "do not fit"},
        {"DROP TABLE blocks", "do not fit"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct store *s = make_table("n");
        struct visit_count t = {0};
        for (uint64_t n = 1; n <= TURNS; n++) {
            assert_int_equal(persist_turn(s, n), ERR_OK);
        }
        store_close(s);
        edit_record(rows[i].sql);
        char path[128];
        snprintf(path, sizeof path, "%s/n.craps", folder);
        enum err err = store_open_record(&s, path, problem);
        if (err == ERR_OK) {
            err = store_visit_blocks(s, 1, tally_item, &t, problem);
            store_close(s);
        }
        assert_int_equal(err, ERR_FORMAT);
        assert_non_null(strstr(problem, rows[i].told));
        assert_int_equal(shell("rm -f %s/*"), 0);
    }
}

#define TABLE_TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
    if (!faulty_disk_install()) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        TABLE_TEST(test_store_refuses_an_edited_record),
        TABLE_TEST(test_store_survives_an_error_of_every_disk_call),
        TABLE_TEST(test_store_survives_short_writes),
        TABLE_TEST(test_store_survives_a_disk_that_fills_up_and_goes_on_when_it_may),
        TABLE_TEST(test_store_loses_nothing_acknowledged_to_power_cuts),
        TABLE_TEST(test_store_loses_only_the_last_blocks_when_they_were_not_synced),
        TABLE_TEST(test_store_power_cuts_would_show_a_missing_sync),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
