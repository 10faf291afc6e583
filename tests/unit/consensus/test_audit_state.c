/* An audit that begins at a kept state: it ends where the whole one does, and takes neither a state nor a link that no quorum signed. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "consensus/audit.h"
#include "tests/support/signer_fast.h"
#include "tests/support/toy_app.h"
#include "tests/unit/consensus/engine_table.h"

#include <stdlib.h>
#include <string.h>

enum { KEPT_MAX = 8 };

static struct engine_table *table;
static struct persist links[KEPT_MAX], states[KEPT_MAX];
static size_t link_count, state_count;

static int play(void **state)
{
    (void)state;
    static const uint8_t throw_op[] = {TOY_THROW}, add_op[] = {TOY_ADD, 0, 0, 0, 7};
    table = engine_table_create(4, true);
    assert_true(engine_table_gather(table));
    for (unsigned i = 0; i < 4; i++) {
        engine_table_submit(table, i, OP_GAME, add_op, sizeof add_op);
        engine_table_submit(table, i, OP_GAME, throw_op, sizeof throw_op);
        engine_table_run(table, 1000);
    }
    engine_table_submit(table, 3, OP_LEAVE, NULL, 0);
    engine_table_run(table, 12000);
    engine_table_submit(table, 1, OP_GAME, throw_op, sizeof throw_op);
    engine_table_run(table, 2000);
    const struct table_seat *s = &table->seat[0];
    for (size_t i = 0; i < s->record_count; i++) {
        const struct persist *p = &s->records[i];
        if (p->kind == PERSIST_EPOCH && link_count < KEPT_MAX) {
            links[link_count++] = *p;
        } else if (p->kind == PERSIST_SNAPSHOT && state_count < KEPT_MAX) {
            states[state_count++] = *p;
        }
    }
    return link_count > 1 && state_count > 1 ? 0 : -1;
}

static int put_away(void **state)
{
    (void)state;
    engine_table_destroy(table);
    return 0;
}

static struct audit *begin(void)
{
    struct audit *a = audit_create(&toy_app, &signer_fast, &table->genesis);
    assert_non_null(a);
    return a;
}

static bool follow(struct audit *a, const struct persist *link)
{
    struct roster members;
    struct reader r = reader_of(link->data, link->size);
    return roster_decode(&members, &r) && reader_done(&r) &&
           audit_link(a, &members, link->proof, link->proof_size);
}

static bool adopt(struct audit *a, const struct persist *s)
{
    return audit_adopt(a, s->proof, s->proof_size, s->data, s->size);
}

/* At the genesis when `from` is NULL. */
static struct audit *audit_from(const struct persist *from)
{
    struct audit *a = begin();
    const struct table_seat *s = &table->seat[0];
    for (size_t i = 0; from != NULL && i < link_count && links[i].epoch <= from->epoch; i++) {
        assert_true(follow(a, &links[i]));
    }
    if (from != NULL) {
        assert_true(adopt(a, from));
        assert_int_equal(ledger_height(audit_ledger(a)), from->height);
        assert_int_equal(audit_effects(a)->height, from->height);
    }
    for (size_t i = 0; i < s->record_count; i++) {
        const struct persist *p = &s->records[i];
        if (p->kind == PERSIST_BLOCK && (from == NULL || p->height > from->height)) {
            assert_true(audit_block(a, p->data, p->size, p->proof, p->proof_size));
        }
    }
    assert_true(audit_end(a));
    return a;
}

static void test_audit_from_every_kept_state_ends_where_the_whole_one_does(void **state)
{
    (void)state;
    struct audit *whole = audit_from(NULL);
    struct digest root = ledger_state_root(audit_ledger(whole));
    for (size_t i = 0; i < state_count; i++) {
        struct audit *a = audit_from(&states[i]);
        struct digest own = ledger_state_root(audit_ledger(a));
        assert_memory_equal(own.b, root.b, sizeof root.b);
        assert_true(audit_counts(a)->blocks < audit_counts(whole)->blocks);
        audit_destroy(a);
    }
    audit_destroy(whole);
}

/* The chain up to the last state, with one byte of its last link or of the state changed. */
static enum audit_what with_flip(const uint8_t *bytes, size_t at)
{
    const struct persist *last = &states[state_count - 1];
    struct audit *a = begin();
    bool good = true;
    uint8_t *byte = (uint8_t *)bytes + at; /* our table's own memory */
    *byte ^= 1 << at % 8;
    for (size_t i = 0; good && i < link_count && links[i].epoch <= last->epoch; i++) {
        good = follow(a, &links[i]);
    }
    good = good && adopt(a, last);
    *byte ^= 1 << at % 8;
    enum audit_what what = audit_fault(a)->what;
    assert_false(good);
    assert_int_equal(ledger_height(audit_ledger(a)), 0);
    audit_destroy(a);
    return what;
}

static void test_audit_takes_no_damaged_state(void **state)
{
    (void)state;
    const struct persist *last = &states[state_count - 1];
    for (size_t i = 0; i < last->size; i++) {
        assert_int_equal(with_flip(last->data, i), AUDIT_SNAPSHOT);
    }
    for (size_t i = 0; i < last->proof_size; i++) {
        assert_int_not_equal(with_flip(last->proof, i), AUDIT_NOTHING);
    }
}

static void test_audit_takes_no_damaged_link(void **state)
{
    (void)state;
    const struct persist *link = &links[0];
    for (size_t i = 0; i < link->proof_size; i++) {
        assert_int_not_equal(with_flip(link->proof, i), AUDIT_NOTHING);
    }
    for (size_t i = 2; i < link->size; i++) {
        (void)with_flip(link->data, i); /* out of order: no roster at all */
    }
}

static void test_audit_believes_no_quorum_that_the_one_before_did_not_sign(void **state)
{
    (void)state;
    struct audit *a = begin();
    assert_false(adopt(a, &states[state_count - 1]));
    assert_int_equal(audit_fault(a)->what, AUDIT_EPOCH);
    assert_false(follow(a, &links[0])); /* the first fault stands */
    audit_destroy(a);
    a = begin();
    assert_false(follow(a, &links[1]));
    assert_int_equal(audit_fault(a)->what, AUDIT_EPOCH);
    audit_destroy(a);
    a = begin();
    assert_true(follow(a, &links[0]));
    assert_false(follow(a, &links[0]));
    assert_int_equal(audit_fault(a)->what, AUDIT_EPOCH);
    audit_destroy(a);
    for (size_t i = 0; i < 3; i++) {
        static const size_t sizes[] = {0, BLOCK_HEADER_BYTES - 1, BLOCK_HEADER_BYTES};
        struct persist cut = links[0];
        a = begin();
        cut.proof_size = sizes[i];
        assert_false(follow(a, &cut));
        audit_destroy(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_audit_from_every_kept_state_ends_where_the_whole_one_does),
        cmocka_unit_test(test_audit_takes_no_damaged_state),
        cmocka_unit_test(test_audit_takes_no_damaged_link),
        cmocka_unit_test(test_audit_believes_no_quorum_that_the_one_before_did_not_sign),
    };
    return cmocka_run_group_tests(tests, play, put_away);
}
