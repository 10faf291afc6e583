#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "consensus/genesis.h"
#include "game/live.h"
#include "src/clerk.h"
#include "src/page_records.h"

#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>
#include "tests/unit/src/store_table.h"

static sem_t news, begun;
static struct ui_records seen;
static uint64_t version;
static struct clerk *clerk;

static void tell(void *self)
{
    (void)self;
    sem_post(&news);
}

/* Says what it was asked; number 1 goes on until nobody wants it any more. */
static void make(struct clerk_job *job)
{
    struct ui_records *page = job->page;
    page->count = (uint16_t)job->question.number;
    if (job->question.number == 1) {
        clerk_show(job);
        sem_post(&begun);
        while (!clerk_cancelled(job)) {
        }
    }
    page->head.state = PAGE_READY;
}

static void start(clerk_maker *maker)
{
    clerk_maker *const makers[UI_PAGE_COUNT] = {[UI_PAGE_RECORDS] = maker};
    sem_init(&news, 0, 0);
    sem_init(&begun, 0, 0);
    version = 0;
    assert_int_equal(clerk_create(&clerk, makers, folder, tell, NULL), ERR_OK);
}

static void ask(uint64_t number)
{
    struct ui_question question = {.page = UI_PAGE_RECORDS, .number = number};
    assert_true(clerk_ask(clerk, &question));
}

static bool look(void)
{
    return clerk_answer(clerk, UI_PAGE_RECORDS, &version, &seen, sizeof seen);
}

static void test_answer_is_that_of_the_question_and_comes_once(void **unused)
{
    (void)unused;
    start(make);
    assert_false(look());
    ask(7);
    sem_wait(&news);
    assert_true(look());
    assert_int_equal(seen.count, 7);
    assert_int_equal(seen.head.state, PAGE_READY);
    assert_false(look());
    struct ui_question other = {.page = UI_PAGE_COUNT};
    assert_false(clerk_ask(clerk, &other));
    assert_false(clerk_answer(clerk, UI_PAGE_COUNT, &version, &seen, sizeof seen));
    clerk_destroy(clerk);
}

static void test_newer_question_ends_the_work_on_the_older(void **unused)
{
    (void)unused;
    start(make);
    ask(1);
    sem_wait(&begun);
    sem_wait(&news);
    assert_true(look());
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.head.state, PAGE_EMPTY);
    ask(2);
    sem_wait(&news);
    assert_true(look());
    assert_int_equal(seen.count, 2);
    assert_false(look());
    clerk_destroy(clerk);
}

static void test_destroy_ends_what_is_being_made(void **unused)
{
    (void)unused;
    start(make);
    ask(1);
    sem_wait(&begun);
    clerk_destroy(clerk);
}

static void keep_table(const char *name, const char *table, time_t used_s)
{
    struct genesis g = {.version = PROTOCOL_VERSION};
    struct house_rules rules = house_rules_default();
    static uint8_t bytes[GENESIS_BYTES_MAX];
    struct store *s = NULL;
    char path[256];
    snprintf(rules.name, sizeof rules.name, "%s", table);
    struct writer w = writer_of(g.rules, sizeof g.rules);
    house_rules_encode(&rules, &w);
    g.rules_size = (uint16_t)w.size;
    struct writer all = writer_of(bytes, sizeof bytes);
    genesis_encode(&g, &all);
    assert_int_equal(store_create(&s, folder, name, bytes, all.size), ERR_OK);
    store_close(s);
    snprintf(path, sizeof path, "%s/%s.craps", folder, name);
    struct utimbuf when = {used_s, used_s};
    assert_int_equal(utime(path, &when), 0);
}

static void test_records_are_listed_newest_first_with_what_cannot_be_read(void **unused)
{
    (void)unused;
    keep_table("2026-11-19-lunch", "Office lunch", 1000);
    keep_table("2026-11-20-friday-table", "Friday Table", 2000);
    assert_int_equal(shell("rm %s/2026-11-19-lunch.keys"), 0);
    assert_int_equal(shell("echo nothing > %s/torn.craps; touch -d @3000 %s/torn.craps"), 0);
    assert_int_equal(shell("echo x > %s/notes.txt; mkdir %s/folder.craps"), 0);
    start(page_records_make);
    ask(0);
    sem_wait(&news);
    assert_true(look());
    assert_int_equal(seen.head.state, PAGE_READY);
    assert_int_equal(seen.count, 3);
    assert_string_equal(seen.items[0].file, "torn");
    assert_false(seen.items[0].whole);
    assert_string_equal(seen.items[1].file, "2026-11-20-friday-table");
    assert_string_equal(seen.items[1].table, "Friday Table");
    assert_true(seen.items[1].whole && seen.items[1].open);
    assert_string_equal(seen.items[2].table, "Office lunch");
    struct store *none = NULL;
    assert_int_equal(store_open_record(&none, "/nowhere", problem), ERR_NOT_FOUND);
    assert_false(seen.items[2].open);
    clerk_destroy(clerk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_answer_is_that_of_the_question_and_comes_once, enter, leave),
        cmocka_unit_test_setup_teardown(
            test_newer_question_ends_the_work_on_the_older, enter, leave),
        cmocka_unit_test_setup_teardown(test_destroy_ends_what_is_being_made, enter, leave),
        cmocka_unit_test_setup_teardown(
            test_records_are_listed_newest_first_with_what_cannot_be_read, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
