#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "store_table.h"

#include <sys/stat.h>
#include <unistd.h>

static void persist_turns(struct store *s, uint64_t from, uint64_t to)
{
    for (uint64_t n = from; n <= to; n++) {
        assert_int_equal(persist_turn(s, n), ERR_OK);
    }
}

static struct visit_count tally_of(struct store *s)
{
    struct visit_count t = {0};
    assert_int_equal(store_visit_blocks(s, 1, tally_item, &t, problem), ERR_OK);
    assert_int_equal(store_visit_journal(s, tally_item, &t), ERR_OK);
    assert_false(t.changed);
    assert_false(t.unordered);
    return t;
}

static struct store *open_table(const char *name, bool want_trusted)
{
    struct store *s = NULL;
    bool trusted;
    assert_int_equal(store_open(&s, folder, name, &trusted, problem), ERR_OK);
    assert_int_equal(trusted, want_trusted);
    return s;
}

static void test_store_gives_everything_back_after_a_restart(void **state)
{
    (void)state;
    struct item_memory m[2];
    struct persist keys[] = {make_key(7, &m[0]), make_key(3, &m[1])};
    uint8_t genesis[GENESIS_SIZE];
    size_t size;
    struct store *s = make_table("night");
    assert_non_null(s);
    assert_int_equal(store_height(s), 0);
    assert_int_equal(store_persist(s, NULL, 0), ERR_OK);
    assert_int_equal(store_persist(s, keys, 2), ERR_OK);
    persist_turns(s, 1, 40);
    assert_int_equal(store_height(s), 40);
    for (int again = 0; again < 2; again++) {
        struct visit_count t = tally_of(s);
        assert_int_equal(t.count[PERSIST_BLOCK], 40);
        assert_int_equal(t.count[PERSIST_VOTE], 80);
        assert_int_equal(t.count[PERSIST_PROPOSAL], 10);
        assert_int_equal(t.count[PERSIST_OWN_OP], 13);
        assert_int_equal(t.count[PERSIST_KEYS], 2);
        assert_int_equal(t.last_kind, PERSIST_OWN_OP);
        store_close(s);
        s = open_table("night", true);
    }
    assert_int_equal(store_height(s), 40);
    assert_memory_equal(store_genesis(s, &size), filler(1, GENESIS_SIZE, genesis), GENESIS_SIZE);
    assert_int_equal(size, GENESIS_SIZE);
    assert_true(store_record_path(s)[0] == '/');
    assert_non_null(strstr(store_record_path(s), "/night.craps"));
    persist_turns(s, 41, 50);
    assert_int_equal(tally_of(s).count[PERSIST_BLOCK], 50);
    store_close(s);
    store_close(NULL);
}

static void test_store_create_refuses_what_it_cannot_make(void **state)
{
    (void)state;
    static uint8_t genesis[GENESIS_BYTES_MAX + 1];
    char longest[STORE_NAME_BYTES_MAX + 1];
    struct store *s;
    assert_int_equal(store_create(&s, folder, "a/b", genesis, 10), ERR_RANGE);
    assert_int_equal(store_create(&s, folder, "", genesis, 10), ERR_RANGE);
    assert_int_equal(store_create(&s, folder, ".x", genesis, 10), ERR_RANGE);
    memset(longest, 'n', sizeof longest);
    longest[STORE_NAME_BYTES_MAX] = '\0';
    assert_int_equal(store_create(&s, folder, longest, genesis, 10), ERR_RANGE);
    assert_int_equal(store_create(&s, folder, "n", genesis, 0), ERR_RANGE);
    assert_int_equal(store_create(&s, folder, "n", genesis, sizeof genesis), ERR_RANGE);
    assert_int_equal(store_create(&s, "/proc/none", "n", genesis, 10), ERR_NOT_FOUND);
    assert_int_not_equal(store_create(&s, "/proc", "n", genesis, 10), ERR_OK);
    assert_null(s);
    s = make_table("n");
    assert_non_null(s);
    store_close(s);
    assert_int_equal(store_create(&s, folder, "n", genesis, 10), ERR_EXISTS);
    assert_int_equal(shell("rm %s/n.craps"), 0);
    assert_int_equal(store_create(&s, folder, "n", genesis, 10), ERR_EXISTS); /* its keys */
}

static void test_store_open_names_what_is_missing(void **state)
{
    (void)state;
    struct store *s;
    bool trusted;
    assert_int_equal(store_open(&s, folder, "none", &trusted, problem), ERR_NOT_FOUND);
    assert_non_null(strstr(problem, "none"));
    assert_int_equal(store_open(&s, "/proc/x", "none", &trusted, problem), ERR_NOT_FOUND);
    assert_int_equal(store_open(&s, folder, "../x", &trusted, problem), ERR_NOT_FOUND);
    assert_int_equal(store_open_record(&s, "/proc/x/y.craps", problem), ERR_NOT_FOUND);
    assert_int_equal(store_open_record(&s, folder, problem), ERR_FORMAT);
    assert_null(s);
}

static void test_store_keys_are_their_owners_alone(void **state)
{
    (void)state;
    static const char *const names[] = {"n.keys", "n.keys-wal"};
    struct stat st;
    char path[128];
    umask(0);
    struct store *s = make_table("n");
    persist_turns(s, 1, 3);
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
    store_close(s);
    assert_int_equal(shell("chmod 644 %s/n.keys"), 0);
    s = open_table("n", true);
    snprintf(path, sizeof path, "%s/n.keys", folder);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    struct store *other;
    bool trusted;
    assert_int_equal(store_open(&other, folder, "n", &trusted, problem), ERR_BUSY);
    store_close(s);
}

static void test_store_takes_the_same_again_but_nothing_second_in_its_place(void **state)
{
    (void)state;
    struct item_memory m[2];
    struct store *s = make_table("n");
    persist_turns(s, 1, 12);
    persist_turns(s, 1, 12);
    struct visit_count before = tally_of(s);
    struct persist changed[] = {make_vote(5, 0), make_proposal(9, &m[0]), make_op(3, &m[1])};
    changed[0].digest.b[0] ^= 1;
    m[0].data[0] ^= 1;
    m[1].data[0] ^= 1;
    for (size_t i = 0; i < 3; i++) {
        struct persist items[] = {make_vote(1000 + i, 0), changed[i], make_vote(1001 + i, 0)};
        assert_int_equal(store_persist(s, items, 3), ERR_EXISTS);
    }
    struct persist block = make_block(7, &m[0]);
    block.digest.b[31] ^= 1;
    assert_int_equal(store_persist(s, &block, 1), ERR_EXISTS);
    /* What stood beside it in the same turn is not there either. */
    struct visit_count after = tally_of(s);
    assert_memory_equal(&before, &after, sizeof before);
    persist_turns(s, 13, 13);
    store_close(s);
}

static void test_store_refuses_blocks_out_of_order(void **state)
{
    (void)state;
    struct item_memory m;
    struct store *s = make_table("n");
    static const uint64_t heights[] = {0, 2, 5, UINT64_MAX};
    for (size_t i = 0; i < 4; i++) {
        struct persist p = make_block(1, &m);
        p.height = heights[i];
        assert_int_equal(store_persist(s, &p, 1), ERR_RANGE);
    }
    persist_turns(s, 1, 1);
    struct persist p = make_block(2, &m);
    p.view = UINT64_MAX;
    assert_int_equal(store_persist(s, &p, 1), ERR_RANGE);
    p = make_block(2, &m);
    p.size = 0;
    assert_int_equal(store_persist(s, &p, 1), ERR_RANGE);
    p.size = BLOCK_BYTES_MAX + 1;
    assert_int_equal(store_persist(s, &p, 1), ERR_RANGE);
    p = (struct persist){.kind = 200};
    assert_int_equal(store_persist(s, &p, 1), ERR_RANGE);
    assert_int_equal(store_height(s), 1);
    persist_turns(s, 2, 3);
    store_close(s);
}

static void test_store_keeps_a_bounded_journal(void **state)
{
    (void)state;
    enum { TURNS = 1000 };
    struct store *s = make_table("n");
    persist_turns(s, 1, TURNS);
    for (int again = 0; again < 2; again++) {
        struct visit_count t = tally_of(s);
        assert_int_equal(t.count[PERSIST_OWN_OP], STORE_OPS_KEPT);
        assert_int_equal(t.last[PERSIST_OWN_OP], TURNS / 3 + 1);
        assert_true(t.count[PERSIST_VOTE] <= 6 * STORE_VIEWS_KEPT + 8);
        assert_int_equal(store_tidy(s), ERR_OK);
        t = tally_of(s);
        /* Nothing within STORE_VIEWS_KEPT of the last final block is gone. */
        assert_true(t.first[PERSIST_VOTE] <= TURNS + 1 - STORE_VIEWS_KEPT);
        assert_true(t.count[PERSIST_VOTE] >= 2 * STORE_VIEWS_KEPT);
        assert_true(t.count[PERSIST_VOTE] <= 4 * STORE_VIEWS_KEPT + 8);
        assert_true(t.count[PERSIST_PROPOSAL] <= STORE_VIEWS_KEPT);
        store_close(s);
        s = open_table("n", true);
    }
    store_close(s);
    assert_int_equal(shell("test $(stat -c %%s %s/n.keys) -lt 400000"), 0);
}

static bool on_disk(const uint8_t *bytes, size_t size)
{
    static const char *const names[] = {"n.keys", "n.keys-wal"};
    bool found = false;
    for (size_t i = 0; i < 2; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        FILE *f = fopen(path, "r");
        uint8_t *all = malloc(1 << 22);
        size_t have = f == NULL ? 0 : fread(all, 1, 1 << 22, f);
        found = found || (have > 0 && memmem(all, have, bytes, size) != NULL);
        free(all);
        if (f != NULL) {
            fclose(f);
        }
    }
    return found;
}

static void test_store_forgets_an_epoch_to_the_last_byte(void **state)
{
    (void)state;
    struct item_memory m[3];
    uint8_t old_key[96];
    struct store *s = make_table("n");
    struct persist items[] = {make_key(4, &m[0]), make_key(5, &m[1]), make_vote(9, 0),
        make_proposal(10, &m[2]), make_vote(11, 0), make_vote(12, 0)};
    items[4].epoch = 4;
    items[5].epoch = 5;
    memcpy(old_key, m[0].data, sizeof old_key);
    assert_int_equal(store_persist(s, items, 6), ERR_OK);
    assert_true(on_disk(old_key, 32));
    struct persist forget = {.kind = PERSIST_FORGET, .epoch = 5, .dkg_id = 5};
    assert_int_equal(store_persist(s, &forget, 1), ERR_OK);
    assert_false(on_disk(old_key, 8));
    assert_true(on_disk(m[1].data, 96));
    assert_int_equal(store_persist(s, &forget, 1), ERR_OK); /* nothing left to forget */
    struct persist more = make_vote(13, 0);
    assert_int_equal(store_persist(s, &more, 1), ERR_OK);
    store_close(s);
    s = open_table("n", true);
    struct visit_count t = {0};
    assert_int_equal(store_visit_journal(s, tally_item, &t), ERR_OK);
    assert_int_equal(t.count[PERSIST_KEYS], 1);
    assert_int_equal(t.last[PERSIST_KEYS], 5);
    assert_int_equal(t.count[PERSIST_VOTE], 2); /* the one of epoch 5, and the one stored since */
    store_close(s);
}

static void test_store_secrets_come_back_and_go(void **state)
{
    (void)state;
    static uint8_t big[STORE_SECRET_BYTES_MAX + 1], back[STORE_SECRET_BYTES_MAX];
    static const uint8_t words[] = "maple drum coral, maple drum coral";
    size_t size;
    struct store *s = make_table("n");
    assert_int_equal(store_get_secret(s, "words", back, sizeof back, &size), ERR_NOT_FOUND);
    assert_int_equal(store_put_secret(s, "words", words, sizeof words), ERR_OK);
    assert_int_equal(store_put_secret(s, "big", filler(5, sizeof big, big), sizeof big), ERR_RANGE);
    assert_int_equal(store_put_secret(s, "big", big, STORE_SECRET_BYTES_MAX), ERR_OK);
    assert_int_equal(store_put_secret(s, "", words, 1), ERR_RANGE);
    store_close(s);
    s = open_table("n", true);
    assert_int_equal(store_get_secret(s, "words", back, sizeof back, &size), ERR_OK);
    assert_int_equal(size, sizeof words);
    assert_memory_equal(back, words, size);
    assert_int_equal(store_get_secret(s, "words", back, 3, &size), ERR_RANGE);
    assert_int_equal(size, sizeof words);
    assert_int_equal(store_get_secret(s, "big", back, sizeof back, &size), ERR_OK);
    assert_memory_equal(back, big, sizeof back);
    assert_true(on_disk(words, sizeof words));
    assert_int_equal(store_put_secret(s, "words", NULL, 0), ERR_OK);
    assert_false(on_disk(words, 8));
    assert_int_equal(store_get_secret(s, "words", back, sizeof back, &size), ERR_NOT_FOUND);
    assert_int_equal(store_forget_keys(s), ERR_OK);
    assert_int_equal(store_put_secret(s, "words", words, 3), ERR_CLOSED);
    assert_int_equal(store_get_secret(s, "big", back, sizeof back, &size), ERR_CLOSED);
    struct persist vote = make_vote(1, 0);
    assert_int_equal(store_persist(s, &vote, 1), ERR_CLOSED);
    store_close(s);
    assert_int_equal(shell("test \"$(ls %s)\" = n.craps"), 0);
}

static void test_store_record_alone_is_the_whole_record(void **state)
{
    (void)state;
    struct store *s = make_table("n"), *r;
    struct visit_count t = {0};
    persist_turns(s, 1, 30);
    store_close(s);
    assert_int_equal(shell("mkdir %s/given && cp %s/n.craps %s/given/ && chmod 555 %s/given"), 0);
    char path[128];
    snprintf(path, sizeof path, "%s/given/n.craps", folder);
    assert_int_equal(store_open_record(&r, path, problem), ERR_OK);
    assert_int_equal(store_height(r), 30);
    assert_int_equal(store_visit_blocks(r, 1, tally_item, &t, problem), ERR_OK);
    assert_int_equal(t.count[PERSIST_BLOCK], 30);
    assert_false(t.changed);
    assert_int_equal(store_visit_journal(r, tally_item, &t), ERR_CLOSED);
    struct persist vote = make_vote(1, 0);
    assert_int_equal(store_persist(r, &vote, 1), ERR_PERMISSION);
    assert_int_equal(store_put_secret(r, "k", "v", 1), ERR_PERMISSION);
    assert_int_equal(store_forget_keys(r), ERR_PERMISSION);
    assert_int_equal(shell("test \"$(ls %s/given)\" = n.craps"), 0);
    store_close(r);
    assert_int_equal(
        shell("test \"$(ls %s/given)\" = n.craps && cmp %s/n.craps %s/given/n.craps"), 0);
}

static void test_store_record_can_be_read_beside_a_live_table(void **state)
{
    (void)state;
    struct store *s = make_table("n"), *r;
    for (uint64_t n = 1; n <= 20; n++) {
        struct visit_count t = {0};
        persist_turns(s, n, n);
        assert_int_equal(store_open_record(&r, store_record_path(s), problem), ERR_OK);
        assert_int_equal(store_height(r), n);
        assert_int_equal(store_visit_blocks(r, 1, tally_item, &t, problem), ERR_OK);
        assert_int_equal(t.count[PERSIST_BLOCK], n);
        store_close(r);
    }
    assert_int_equal(store_open_record(&r, store_record_path(s), problem), ERR_OK);
    persist_turns(s, 21, 25);
    store_close(s); /* a reader in the way costs nothing but the tidying */
    store_close(r);
    s = open_table("n", true);
    assert_int_equal(store_height(s), 25);
    store_close(s);
}

static bool stop_at_third(void *argument, const struct persist *p)
{
    (void)p;
    return ++*(unsigned *)argument < 3;
}

static void test_store_visits_from_any_height_until_told_to_stop(void **state)
{
    (void)state;
    struct store *s = make_table("n");
    persist_turns(s, 1, 10);
    for (uint64_t from = 0; from <= 12; from++) {
        struct visit_count t = {0};
        assert_int_equal(store_visit_blocks(s, from, tally_item, &t, problem), ERR_OK);
        uint64_t want = from <= 1 ? 10 : from > 10 ? 0 : 11 - from;
        assert_int_equal(t.count[PERSIST_BLOCK], want);
    }
    unsigned seen = 0;
    assert_int_equal(store_visit_blocks(s, 1, stop_at_third, &seen, problem), ERR_AGAIN);
    assert_int_equal(seen, 3);
    seen = 0;
    assert_int_equal(store_visit_journal(s, stop_at_third, &seen), ERR_AGAIN);
    persist_turns(s, 11, 11); /* a visit that stopped leaves nothing locked */
    store_close(s);
}

static void test_store_names_are_clean_and_free(void **state)
{
    (void)state;
    static const struct {
        const char *table, *slug;
    } rows[] = {{"Friday Table", "-friday-table"}, {"  ../..//x  ", "-x"}, {"", "-table"},
        {"\xc3\xa9\xe2\x80\xae", "-table"}, {"A--B__9", "-a-b-9"},
        {"0123456789012345678901234567890123456789abc",
            "-0123456789012345678901234567890123456789"}};
    char name[STORE_NAME_BYTES_MAX], again[STORE_NAME_BYTES_MAX];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(store_new_name(folder, rows[i].table, name, sizeof name), ERR_OK);

        assert_string_equal(name + 10, rows[i].slug);
    }
    for (int i = 1; i < 12; i++) {
        char want[32] = "-n";
        if (i > 1) {
            snprintf(want, sizeof want, "-n-%d", i);
        }
        assert_int_equal(store_new_name(folder, "n", name, sizeof name), ERR_OK);
        assert_string_equal(name + 10, want);
        struct store *s = make_table(name);
        assert_non_null(s);
        store_close(s);
    }
    assert_int_equal(store_new_name(folder, "n", again, 8), ERR_RANGE);
}

static void test_store_last_is_the_latest_that_was_not_left(void **state)
{
    (void)state;
    char name[STORE_NAME_BYTES_MAX];
    int64_t modified_s = 0;
    size_t removed;
    assert_int_equal(store_last(folder, name, sizeof name, &modified_s), ERR_NOT_FOUND);
    assert_int_equal(store_last("/proc/none", name, sizeof name, NULL), ERR_NOT_FOUND);
    static const char *const names[] = {"c", "a", "b", "d"};
    for (size_t i = 0; i < 4; i++) {
        struct store *s = make_table(names[i]);
        if (strcmp(names[i], "d") == 0) {
            assert_int_equal(store_forget_keys(s), ERR_OK);
        }
        store_close(s);
    }
    assert_int_equal(shell("cd %s && touch -d 2020-01-03 c.* && touch -d 2020-01-01 a.* &&"
                           "touch -d 2020-01-02 b.*; touch .x.craps y.keys z.txt; mkdir m.craps"),
        0);
    /* A kill in the middle of wiping: no table to come back to, and the rest is wiped now. */
    assert_int_equal(shell("cd %s && head -c 9000 /dev/zero > d.keys.gone && touch d.keys-wal"), 0);
    assert_int_equal(store_last(folder, name, sizeof name, &modified_s), ERR_OK);
    assert_string_equal(name, "c");
    assert_int_equal(shell("test ! -e %s/d.keys.gone && test ! -e %s/d.keys-wal"), 0);
    assert_true(modified_s > 1577900000 && modified_s < 1578200000);
    assert_int_equal(store_last(folder, name, 1, NULL), ERR_RANGE);
    assert_int_equal(shell("rm %s/c.keys %s/a.keys"), 0);
    assert_int_equal(store_last(folder, name, sizeof name, NULL), ERR_OK);
    assert_string_equal(name, "b");
    /* Left for good: c (2020), a (older), d (now); b is still somebody's table. */
    assert_int_equal(store_keep_records(folder, 0, &removed), ERR_OK);
    assert_int_equal(removed, 0);
    assert_int_equal(store_keep_records(folder, 3, &removed), ERR_OK);
    assert_int_equal(removed, 1);
    assert_int_equal(shell("cd %s && test ! -e a.craps && test -e b.craps && test -e c.craps"), 0);
    assert_int_equal(store_keep_records(folder, 1, &removed), ERR_OK);
    assert_int_equal(removed, 2);
    assert_int_equal(
        shell("cd %s && test -e b.craps && test ! -e c.craps && test ! -e d.craps"), 0);
}

#define TABLE_TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TABLE_TEST(test_store_gives_everything_back_after_a_restart),
        TABLE_TEST(test_store_create_refuses_what_it_cannot_make),
        TABLE_TEST(test_store_open_names_what_is_missing),
        TABLE_TEST(test_store_keys_are_their_owners_alone),
        TABLE_TEST(test_store_takes_the_same_again_but_nothing_second_in_its_place),
        TABLE_TEST(test_store_refuses_blocks_out_of_order),
        TABLE_TEST(test_store_keeps_a_bounded_journal),
        TABLE_TEST(test_store_forgets_an_epoch_to_the_last_byte),
        TABLE_TEST(test_store_secrets_come_back_and_go),
        TABLE_TEST(test_store_record_alone_is_the_whole_record),
        TABLE_TEST(test_store_record_can_be_read_beside_a_live_table),
        TABLE_TEST(test_store_visits_from_any_height_until_told_to_stop),
        TABLE_TEST(test_store_names_are_clean_and_free),
        TABLE_TEST(test_store_last_is_the_latest_that_was_not_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
