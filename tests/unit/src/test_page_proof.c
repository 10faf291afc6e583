#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "consensus/beacon.h"
#include "src/clerk.h"
#include "src/page_evidence.h"
#include "src/page_proof.h"
#include "src/store_internal.h"
#include "ui/pages.h"

#include <dirent.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/src/store_table.h"

enum { ROLLS = 6, BOTS = 3 };

/* A real table's record, made once by the program itself: a player and three bots that are members. */
static const char *craps;
static char record[256], changed[256];
static struct clerk *clerk;
static sem_t news;
static struct ui_pages pages;

static void tell(void *self)
{
    (void)self;
    sem_post(&news);
}

/* Plays a table whose files are kept in that folder; the path of its record. */
static bool play(const char *what, const char *under, char out[256])
{
    char command[1024], sessions[128];
    snprintf(command, sizeof command,
        "%s %s --headless --json --as Ann --strategy random --rolls %d --data-dir %s/%s "
        ">/dev/null 2>&1",
        craps, what, ROLLS, folder, under);
    if (system(command) != 0) {
        return false;
    }
    snprintf(sessions, sizeof sessions, "%s/%s/sessions", folder, under);
    DIR *dir = opendir(sessions);
    for (const struct dirent *e; dir != NULL && (e = readdir(dir)) != NULL;) {
        size_t size = strlen(e->d_name);
        if (size > 6 && strcmp(e->d_name + size - 6, ".craps") == 0) {
            snprintf(out, 256, "%s/%.100s", sessions, e->d_name);
        }
    }
    closedir(dir);
    return out[0] != '\0';
}

static int make_record(void **unused)
{
    char solo[32];
    snprintf(solo, sizeof solo, "solo --bots %d", BOTS);
    if (enter(unused) != 0 || !play(solo, "solo", record)) {
        return -1;
    }
    snprintf(changed, sizeof changed, "%s/changed.craps", folder);
    static clerk_maker *const makers[UI_PAGE_COUNT] = {[UI_PAGE_PROOF] = page_proof_make,
        [UI_PAGE_AUDIT] = page_audit_make,
        [UI_PAGE_EXPORT] = page_export_make,
        [UI_PAGE_EVIDENCE] = page_evidence_make};
    sem_init(&news, 0, 0);
    return clerk_create(&clerk, makers, folder, tell, NULL) == ERR_OK ? 0 : -1;
}

static int drop_record(void **unused)
{
    clerk_destroy(clerk);
    return leave(unused);
}

static const struct ui_page_head *ask(enum ui_page page, uint64_t number, const char *path)
{
    struct ui_question q = {.page = (uint8_t)page, .number = number};
    size_t size;
    struct ui_page_head *head = ui_pages_place(&pages, page, &size);
    snprintf(q.path, sizeof q.path, "%s", path);
    snprintf(q.to, sizeof q.to, "%s", changed);
    memset(head, 0, size);
    assert_true(clerk_ask(clerk, &q));
    while (head->state != PAGE_READY && head->state != PAGE_FAILED) {
        sem_wait(&news);
        clerk_answer(clerk, (uint8_t)page, &pages.version[page], head, size);
    }
    return head;
}

static const struct ui_proof *proof(uint64_t roll, const char *path)
{
    assert_int_equal(ask(UI_PAGE_PROOF, roll, path)->state, PAGE_READY);
    return &pages.proof;
}

static void test_proof_of_every_roll_checks(void **unused)
{
    (void)unused;
    for (uint64_t roll = 1; roll <= ROLLS; roll++) {
        const struct ui_proof *p = proof(roll, record);
        uint8_t die1, die2;
        beacon_dice(p->out, &die1, &die2);
        assert_true(p->found && !p->fault.any && p->practice);
        assert_int_equal(p->roll, roll);
        assert_true(p->die1 == die1 && p->die2 == die2);
        assert_int_equal(p->members, BOTS + 1);
        assert_int_equal(p->needed, BOTS);
        assert_true(p->lock_height > 0 && p->lock_height < p->result_height);
        assert_true(p->lock_signed >= BOTS && p->result_signed >= BOTS);
        unsigned used = 0;
        for (unsigned i = 0; i < p->piece_count; i++) {
            used += p->pieces[i].used;
            assert_int_equal(p->pieces[i].fits, PROOF_YES);
        }
        assert_int_equal(used, BOTS);
        for (unsigned step = PROOF_LOCK; step < PROOF_STEP_COUNT; step++) {
            assert_int_equal(p->steps[step], PROOF_YES);
        }
    }
    assert_int_equal(proof(0, record)->roll, ROLLS);
    /* Not the whole record is needed for the last: a state was kept at the beginning of its epoch. */
    assert_true(pages.proof.begun > 0);
}

static void test_proof_of_a_roll_that_is_not_there_says_so(void **unused)
{
    (void)unused;
    assert_int_equal(ask(UI_PAGE_PROOF, ROLLS + 1, record)->state, PAGE_FAILED);
    assert_non_null(strstr(pages.proof.head.problem, "Roll 7 is not in this record"));
    assert_int_equal(ask(UI_PAGE_PROOF, 1, "/nowhere.craps")->state, PAGE_FAILED);
    assert_int_equal(ask(UI_PAGE_AUDIT, 0, "/nowhere.craps")->state, PAGE_FAILED);
}

/* One bit of a block's row, in a copy of the record; with `mend` the row's sum is made anew. */
static void flip(uint64_t height, bool in_proof, size_t bit, bool mend)
{
    struct db *db;
    uint8_t bytes[2][1 << 16], digest[32];
    size_t sizes[2], digest_size;
    bool row;
    remove(changed);
    assert_int_equal(ask(UI_PAGE_EXPORT, 0, record)->state, PAGE_READY);
    assert_int_equal(db_open(&db, changed, DB_WRITE, 0, false), ERR_OK);
    struct statement *get = db_prepare(
        db, "SELECT height, epoch, view, votes, digest, bytes, proof FROM blocks WHERE height=?1");
    statement_bind_int(get, 1, height);
    assert_true(statement_step(get, &row) == ERR_OK && row);
    uint64_t numbers[4];
    for (int i = 0; i < 4; i++) {
        numbers[i] = statement_int(get, i);
    }
    memcpy(digest, statement_bytes(get, 4, &digest_size), sizeof digest);
    for (int i = 0; i < 2; i++) {
        const void *from = statement_bytes(get, 5 + i, &sizes[i]);
        assert_true(from != NULL && sizes[i] <= sizeof bytes[i]);
        memcpy(bytes[i], from, sizes[i]);
    }
    statement_reset(get);
    size_t at = bit / 8 % sizes[in_proof];
    bytes[in_proof][at] ^= (uint8_t)(1 << bit % 8);
    struct row_sum sum =
        row_sum("craps/v1/record", 1, numbers, (struct row_bytes){digest, sizeof digest},
            (struct row_bytes){bytes[0], sizes[0]}, (struct row_bytes){bytes[1], sizes[1]});
    struct statement *put = db_prepare(
        db, mend ? "UPDATE blocks SET bytes=?1, proof=?2, sum=?4 WHERE height=?3"
                 : "UPDATE blocks SET bytes=?1, proof=?2 WHERE height=?3 AND ?4 IS NOT NULL");
    statement_bind_bytes(put, 1, bytes[0], sizes[0]);
    statement_bind_bytes(put, 2, bytes[1], sizes[1]);
    statement_bind_int(put, 3, height);
    statement_bind_bytes(put, 4, sum.b, sizeof sum.b);
    assert_int_equal(statement_run(put), ERR_OK);
    db_close(db, false);
}

static void expect_fault(const struct ui_fault *f, uint64_t roll, enum proof_step step)
{
    if (!f->any || f->roll != roll || f->step != step) {
        print_error("roll %llu, step %u instead of roll %llu, step %d: %s\n",
            (unsigned long long)f->roll, f->step, (unsigned long long)roll, step, f->text);
    }
    assert_true(f->any);
    assert_int_equal(f->roll, roll);
    assert_int_equal(f->step, step);
}

/* Whatever bit of its blocks it is: the page names the roll and the step, and so does the check of the whole record. */
static void test_flipped_bit_is_named_by_roll_and_step(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < 12; i++) {
        uint64_t roll = 1 + i % ROLLS;
        const struct ui_proof *p = proof(roll, record);
        uint64_t lock = p->lock_height, result = p->result_height;
        bool at_lock = i % 4 == 0 || i % 4 == 3, in_proof = i % 4 >= 2;
        bool mend = in_proof || i % 8 < 4;
        /* Behind the kind, epoch, view, digest and signers of a certificate: the first signature. */
        size_t bit = in_proof ? 8 * 60 + i : 8 * 300 + 977 * i;
        flip(at_lock ? lock : result, in_proof, bit, mend);
        enum proof_step step = at_lock            ? PROOF_LOCK
                               : in_proof && mend ? PROOF_RESULT
                                                  : PROOF_PIECES;
        p = proof(roll, changed);
        expect_fault(&p->fault, roll, step);
        assert_int_equal(p->steps[step], PROOF_NO);
        for (unsigned s = PROOF_LOCK; s < step; s++) {
            assert_int_equal(p->steps[s], PROOF_YES);
        }
        assert_int_equal(ask(UI_PAGE_AUDIT, 0, changed)->state, PAGE_READY);
        expect_fault(&pages.audit.fault, roll, step);
        assert_int_equal(pages.audit.fault.height, at_lock ? lock : result);
    }
}

/* What has no signatures yet, or is not here yet, is no fault: a running table's seat must not stop for it. */
static void test_record_that_is_cut_off_is_incomplete_and_not_wrong(void **unused)
{
    (void)unused;
    struct db *db;
    remove(changed);
    assert_int_equal(ask(UI_PAGE_EXPORT, 0, record)->state, PAGE_READY);
    assert_int_equal(db_open(&db, changed, DB_WRITE, 0, false), ERR_OK);
    struct statement *cut = db_prepare(db, "DELETE FROM blocks WHERE height = ?1");
    statement_bind_int(cut, 1, proof(2, record)->result_height);
    assert_int_equal(statement_run(cut), ERR_OK);
    db_close(db, false);
    assert_int_equal(ask(UI_PAGE_PROOF, 2, changed)->state, PAGE_FAILED);
    assert_non_null(strstr(pages.proof.head.problem, "are not here yet"));
    assert_false(pages.proof.fault.any);
    assert_int_equal(ask(UI_PAGE_AUDIT, 0, changed)->state, PAGE_FAILED);
    assert_false(pages.audit.fault.any);
}

static void test_earlier_fault_is_named_by_its_own_roll(void **unused)
{
    (void)unused;
    uint64_t height = proof(1, record)->result_height;
    flip(height, false, 8 * 300, false);
    assert_int_equal(ask(UI_PAGE_AUDIT, 0, changed)->state, PAGE_READY);
    expect_fault(&pages.audit.fault, 1, PROOF_PIECES);
    const struct ui_proof *p = proof(2, changed);
    if (p->begun < height) {
        expect_fault(&p->fault, 1, PROOF_PIECES);
        assert_int_equal(p->steps[PROOF_LOCK], PROOF_OPEN);
    } else {
        assert_false(p->fault.any);
    }
}

static void test_whole_record_checks_and_its_copy_too(void **unused)
{
    (void)unused;
    remove(changed);
    assert_int_equal(ask(UI_PAGE_AUDIT, 0, record)->state, PAGE_READY);
    assert_false(pages.audit.fault.any);
    assert_int_equal(pages.audit.rolls, ROLLS);
    assert_int_equal(pages.audit.dice_proofs, ROLLS * BOTS);
    uint64_t blocks = pages.audit.blocks;
    assert_int_equal(ask(UI_PAGE_EXPORT, 0, record)->state, PAGE_READY);
    assert_true(pages.export.bytes > 0);
    assert_int_equal(ask(UI_PAGE_AUDIT, 0, changed)->state, PAGE_READY);
    assert_false(pages.audit.fault.any);
    assert_int_equal(pages.audit.blocks, blocks);
    assert_int_equal(ask(UI_PAGE_EXPORT, 0, record)->state, PAGE_FAILED);
    assert_non_null(strstr(pages.export.head.problem, "it stays"));
}

/* A bot of the sandbox has voted twice: both votes are shown, and the file that holds them is judged. */
static void test_evidence_shows_both_signatures_and_judges_the_file(void **unused)
{
    (void)unused;
    char path[256] = "";
    assert_true(play("sandbox --cheat double-vote", "sandbox", path));
    assert_int_equal(ask(UI_PAGE_EVIDENCE, 0, path)->state, PAGE_READY);
    const struct ui_evidence *e = &pages.evidence;
    assert_int_equal(e->count, 1);
    assert_true(e->lies[0].right);
    /* In NOTARIZE or in FINALIZE, whichever was found first. */
    assert_non_null(strstr(e->lies[0].deed, "two different blocks"));
    const struct ui_signed *two = e->lies[0].two;
    assert_true(two[0].has_hash && two[1].has_hash);
    assert_string_equal(two[0].where, two[1].where);
    assert_memory_not_equal(two[0].hash, two[1].hash, sizeof two[0].hash);
    assert_memory_not_equal(two[0].signature, two[1].signature, sizeof two[0].signature);
    FILE *file = fopen(e->lies[0].file, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, -20, SEEK_END), 0);
    int last = fgetc(file);
    assert_int_equal(fseek(file, -20, SEEK_END), 0);
    fputc(last ^ 1, file);
    fclose(file);
    ask(UI_PAGE_EVIDENCE, 0, path);
    assert_int_equal(e->count, 1);
    assert_false(e->lies[0].right);
    assert_true(e->lies[0].problem[0] != '\0');
    ask(UI_PAGE_EVIDENCE, 0, record);
    assert_int_equal(e->count, 0);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        return 2;
    }
    craps = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_proof_of_every_roll_checks),
        cmocka_unit_test(test_proof_of_a_roll_that_is_not_there_says_so),
        cmocka_unit_test(test_flipped_bit_is_named_by_roll_and_step),
        cmocka_unit_test(test_earlier_fault_is_named_by_its_own_roll),
        cmocka_unit_test(test_record_that_is_cut_off_is_incomplete_and_not_wrong),
        cmocka_unit_test(test_whole_record_checks_and_its_copy_too),
        cmocka_unit_test(test_evidence_shows_both_signatures_and_judges_the_file),
    };
    return cmocka_run_group_tests(tests, make_record, drop_record);
}
