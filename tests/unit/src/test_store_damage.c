/* What the store makes of files that are not as it left them, and of a process that ends in the
 * middle. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "store_table.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TURNS = 24, FLIP_STEP = 101, FILE_MAX = 1 << 20, KILLS = 20, SEED = 20 };

static uint8_t file[FILE_MAX], again[FILE_MAX];

static void in_folder(char path[128], const char *name)
{
    snprintf(path, 128, "%s/%s", folder, name);
}

static size_t slurp(const char *name, uint8_t *out)
{
    char path[128];
    in_folder(path, name);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t size = fread(out, 1, FILE_MAX, f);
    fclose(f);
    return size;
}

static void spill(const char *name, const uint8_t *bytes, size_t size)
{
    char path[128];
    in_folder(path, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    fclose(f);
}

static void make_closed_table(const char *name)
{
    struct item_memory m;
    struct store *s = make_table(name);
    struct persist key = make_key(9, &m);
    assert_non_null(s);
    assert_int_equal(store_persist(s, &key, 1), ERR_OK);
    assert_int_equal(store_put_secret(s, "words", "maple drum coral", 16), ERR_OK);
    for (uint64_t n = 1; n <= TURNS; n++) {
        assert_int_equal(persist_turn(s, n), ERR_OK);
    }
    store_close(s);
}

static bool is_line(const char *text)
{
    return text[0] != '\0' && strchr(text, '\n') == NULL && strlen(text) < STORE_PROBLEM_BYTES;
}

/* Reads it as a stranger's file: all of it unchanged, or refused in one line; never anything else.
 * */
static bool record_refused(void)
{
    struct store *r;
    struct visit_count t = {0};
    char path[128];
    in_folder(path, "n.craps");
    enum err err = store_open_record(&r, path, problem);
    if (err == ERR_OK) {
        uint64_t height = store_height(r);
        err = store_visit_blocks(r, 1, tally_item, &t, problem);
        assert_true(err != ERR_OK || (height == TURNS && t.count[PERSIST_BLOCK] == TURNS));
        assert_false(t.changed);
        store_close(r);
    }
    assert_true(err == ERR_OK || err == ERR_FORMAT || err == ERR_VERSION);
    assert_true(err == ERR_OK || is_line(problem));
    return err != ERR_OK;
}

/* The owner's way in must not touch it either: a refused file stays byte for byte. */
static void assert_owner_refuses(size_t size)
{
    struct store *s;
    bool trusted;
    enum err err = store_open(&s, folder, "n", &trusted, problem);
    if (err == ERR_OK) {
        struct visit_count t = {0};
        err = store_visit_blocks(s, 1, tally_item, &t, problem);
        assert_int_equal(err, ERR_FORMAT);
        store_close(s);
        return;
    }
    assert_true(err == ERR_FORMAT || err == ERR_VERSION);
    assert_true(is_line(problem));
    assert_int_equal(slurp("n.craps", again), size);
}

static void test_store_refuses_a_record_with_any_changed_byte_that_matters(void **state)
{
    (void)state;
    make_closed_table("n");
    size_t size = slurp("n.craps", file), refused = 0, tried = 0;
    assert_in_range(size, 8192, FILE_MAX - 1);
    assert_false(record_refused());
    for (size_t at = 0; at < size; at += at < 200 ? 1 : FLIP_STEP) {
        uint8_t kept = file[at];
        file[at] ^= (uint8_t)(1 << at % 8);
        spill("n.craps", file, size);
        bool bad = record_refused();
        if (bad && at % 7 == 0) {
            assert_owner_refuses(size);
            spill("n.craps", file, size);
        }
        assert_int_equal(slurp("n.craps", again), size);
        assert_memory_equal(file, again, size);
        file[at] = kept;
        refused += bad;
        tried++;
    }
    /* The rest are bytes of free space and counters that nothing depends on. */
    assert_true(refused > tried / 4);
    assert_int_equal(shell("test \"$(ls %s | wc -l)\" -le 3"), 0);
}

static void test_store_refuses_a_record_that_was_cut(void **state)
{
    (void)state;
    make_closed_table("n");
    size_t size = slurp("n.craps", file);
    for (size_t cut = 0; cut < size; cut += 511) {
        spill("n.craps", file, cut);
        assert_true(record_refused());
        if (cut % 4088 == 0) {
            assert_owner_refuses(cut);
            spill("n.craps", file, cut);
        }
    }
    memset(again, 0xa5, FILE_MAX);
    spill("n.craps", again, 40000);
    assert_true(record_refused());
    spill("n.craps", (const uint8_t *)"SQLite format 3", 16);
    assert_true(record_refused());
}

static void test_store_refuses_other_databases_and_other_schemas(void **state)
{
    (void)state;
    struct store *r;
    char path[128];
    in_folder(path, "n.craps");
    make_closed_table("n");
    size_t size = slurp("n.craps", file);
    file[63]++; /* user_version, big-endian at 60 */
    spill("n.craps", file, size);
    assert_int_equal(store_open_record(&r, path, problem), ERR_VERSION);
    assert_non_null(strstr(problem, "schema 3"));
    assert_non_null(strstr(problem, "schema 2"));
    file[63]--;
    file[68] ^= 1; /* application_id */
    spill("n.craps", file, size);
    assert_int_equal(store_open_record(&r, path, problem), ERR_FORMAT);
    assert_non_null(strstr(problem, "not a record"));
    file[68] ^= 1;
    spill("n.craps", file, size);
    assert_int_equal(shell("cp %s/n.keys %s/n.craps"), 0);
    assert_int_equal(store_open_record(&r, path, problem), ERR_FORMAT);
}

enum trust_case {
    TRUST_FINE,
    TRUST_KEYS_MISSING,
    TRUST_KEYS_GARBAGE,
    TRUST_KEYS_EMPTY,
    TRUST_KEYS_OF_ANOTHER,
    TRUST_KEYS_OLDER,
    TRUST_RECORD_OLDER,
    TRUST_CASES,
};

static void spoil(enum trust_case what)
{
    switch (what) {
    case TRUST_KEYS_MISSING:
        assert_int_equal(shell("rm %s/n.keys"), 0);
        break;
    case TRUST_KEYS_GARBAGE:
        assert_int_equal(shell("head -c 20000 /dev/zero > %s/n.keys"), 0);
        break;
    case TRUST_KEYS_EMPTY:
        assert_int_equal(shell(": > %s/n.keys"), 0);
        break;
    case TRUST_KEYS_OF_ANOTHER:
        make_closed_table("other");
        assert_int_equal(shell("mv %s/other.keys %s/n.keys"), 0);
        break;
    case TRUST_KEYS_OLDER:
        assert_int_equal(shell("mv %s/old.keys %s/n.keys"), 0);
        break;
    case TRUST_RECORD_OLDER:
        assert_int_equal(shell("mv %s/old.craps %s/n.craps"), 0);
        break;
    default:
        break;
    }
}

static bool open_trusted(struct store **s)
{
    bool trusted;
    assert_int_equal(store_open(s, folder, "n", &trusted, problem), ERR_OK);
    return trusted;
}

static void test_store_trusts_only_the_journal_of_this_record_and_moment(void **state)
{
    (void)state;
    for (enum trust_case what = TRUST_FINE; what < TRUST_CASES; what++) {
        struct store *s;
        struct visit_count t = {0};
        make_closed_table("n");
        assert_int_equal(shell("cp %s/n.keys %s/old.keys; cp %s/n.craps %s/old.craps"), 0);
        assert_true(open_trusted(&s));
        for (uint64_t n = TURNS + 1; n <= TURNS + 100; n++) {
            assert_int_equal(persist_turn(s, n), ERR_OK);
        }
        assert_int_equal(
            store_tidy(s), ERR_OK); /* prunes: an older record beside what is left is not enough */
        store_close(s);
        spoil(what);
        assert_int_equal(open_trusted(&s), what == TRUST_FINE);
        uint64_t height = what == TRUST_RECORD_OLDER ? TURNS : TURNS + 100;
        assert_int_equal(store_height(s), height);
        /* It goes on, without being trusted, over restarts ... */
        assert_int_equal(persist_turn(s, height + 1), ERR_OK);
        assert_int_equal(store_visit_journal(s, tally_item, &t), ERR_OK);
        store_close(s);
        assert_int_equal(open_trusted(&s), what == TRUST_FINE);
        /* ... until the next epoch, and from then on is. */
        struct persist forget = {.kind = PERSIST_FORGET, .epoch = 4, .dkg_id = 9};
        assert_int_equal(store_persist(s, &forget, 1), ERR_OK);
        store_close(s);
        assert_true(open_trusted(&s));
        store_close(s);
        bool aside =
            what == TRUST_KEYS_GARBAGE || what == TRUST_KEYS_EMPTY || what == TRUST_KEYS_OF_ANOTHER;
        char path[128];
        in_folder(path, "n.keys.unusable");
        assert_int_equal(access(path, F_OK) == 0, aside);
        assert_int_equal(shell("rm %s/*"), 0);
    }
}

/* Kept rows are all right or the file is not trusted; opening never fails for it. */
static void test_store_never_trusts_a_changed_keys_file(void **state)
{
    (void)state;
    static uint8_t record[FILE_MAX];
    make_closed_table("n");
    size_t size = slurp("n.keys", file), record_size = slurp("n.craps", record), doubted = 0;
    for (size_t at = 0; at < size; at += at < 100 ? 1 : FLIP_STEP) {
        struct store *s;
        struct visit_count t = {0};
        char words[32];
        size_t got;
        uint8_t kept = file[at];
        file[at] ^= (uint8_t)(1 << at % 8);
        assert_int_equal(shell("rm -f %s/*"), 0);
        spill("n.keys", file, size);
        spill("n.craps", record, record_size);
        file[at] = kept;
        bool trusted;
        enum err err = store_open(&s, folder, "n", &trusted, problem);
        if (err == ERR_VERSION) { /* its own version number */
            assert_in_range(at, 60, 63);
            continue;
        }
        assert_int_equal(err, ERR_OK);
        assert_int_equal(store_visit_journal(s, tally_item, &t), ERR_OK);
        assert_false(t.changed);
        if (trusted) {
            assert_int_equal(t.count[PERSIST_VOTE], 2 * TURNS);
            assert_int_equal(t.count[PERSIST_PROPOSAL], TURNS / 4);
            assert_int_equal(t.count[PERSIST_OWN_OP], TURNS / 3);
            assert_int_equal(t.count[PERSIST_KEYS], 1);
            assert_int_equal(store_get_secret(s, "words", words, sizeof words, &got), ERR_OK);
            assert_memory_equal(words, "maple drum coral", 16);
        }
        doubted += !trusted;
        store_close(s);
    }
    assert_true(doubted > 20);
}

/* The child tells each turn after it was acknowledged; it is killed at a moment of the parent's
 * choice. */
static _Noreturn void child_persists(int out, uint64_t from)
{
    struct store *s;
    bool trusted;
    if (store_open(&s, folder, "n", &trusted, problem) != ERR_OK || !trusted) {
        _exit(1);
    }
    for (uint64_t n = from;; n++) {
        if (persist_turn(s, n) != ERR_OK || write(out, &n, sizeof n) != sizeof n) {
            _exit(2);
        }
    }
}

static uint64_t kill_after(struct prng *prng, uint64_t height)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        child_persists(ends[1], height + 1);
    }
    close(ends[1]);
    uint64_t acknowledged = 0, turns = 1 + prng_below(prng, 40);
    for (uint64_t i = 0; i < turns; i++) {
        assert_int_equal(read(ends[0], &acknowledged, sizeof acknowledged), sizeof acknowledged);
    }
    for (volatile uint64_t spin = prng_below(prng, 200000); spin > 0; spin--) {
    }
    kill(child, SIGKILL);
    uint64_t more;
    while (read(ends[0], &more, sizeof more) == sizeof more) {
        acknowledged = more;
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    close(ends[0]);
    return acknowledged;
}

static void test_store_loses_nothing_acknowledged_to_kill_9(void **state)
{
    (void)state;
    struct prng prng;
    uint64_t height = 0;
    char path[128];
    in_folder(path, "n.craps");
    prng_seed(&prng, SEED);
    struct store *s = make_table("n"), *r;
    assert_non_null(s);
    store_close(s);
    for (int i = 0; i < KILLS; i++) {
        uint64_t acknowledged = kill_after(&prng, height);
        struct visit_count t = {0};
        /* First as a stranger, then as the owner. */
        assert_int_equal(store_open_record(&r, path, problem), ERR_OK);
        assert_in_range(store_height(r), acknowledged, acknowledged + 1);
        assert_int_equal(store_visit_blocks(r, 1, tally_item, &t, problem), ERR_OK);
        store_close(r);
        assert_true(open_trusted(&s));
        height = store_height(s);
        assert_in_range(height, acknowledged, acknowledged + 1);
        assert_int_equal(t.count[PERSIST_BLOCK], height);
        assert_int_equal(store_visit_journal(s, tally_item, &t), ERR_OK);
        assert_false(t.changed);
        assert_true(t.last[PERSIST_VOTE] >= height + 1);
        assert_true(t.last[PERSIST_OWN_OP] >= height / 3);
        store_close(s);
    }
    assert_true(height > KILLS);
}

#define TABLE_TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TABLE_TEST(test_store_refuses_a_record_with_any_changed_byte_that_matters),
        TABLE_TEST(test_store_refuses_a_record_that_was_cut),
        TABLE_TEST(test_store_refuses_other_databases_and_other_schemas),
        TABLE_TEST(test_store_trusts_only_the_journal_of_this_record_and_moment),
        TABLE_TEST(test_store_never_trusts_a_changed_keys_file),
        TABLE_TEST(test_store_loses_nothing_acknowledged_to_kill_9),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
