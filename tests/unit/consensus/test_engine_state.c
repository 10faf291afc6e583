/* States kept on the way, and a member that comes back from one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "consensus/engine_internal.h"
#include "consensus/execution.h"
#include "tests/support/toy_app.h"
#include "tests/unit/consensus/engine_table.h"

static const uint8_t throw_op[] = {TOY_THROW_SOON};
static const uint8_t add_op[] = {TOY_ADD, 0, 0, 0, 7};

static void play(struct engine_table *t, unsigned blocks)
{
    for (unsigned i = 0; i < blocks; i++) {
        engine_table_submit(t, 0, OP_GAME, i % 60 == 59 ? throw_op : add_op,
            i % 60 == 59 ? sizeof throw_op : sizeof add_op);
        engine_table_run(t, 200);
    }
}

static struct engine_status look(const struct engine_table *t, unsigned seat)
{
    return engine_inspect(t->seat[seat].engine);
}

static const struct persist *newest(const struct table_seat *s, uint8_t kind)
{
    const struct persist *found = NULL;
    for (size_t i = 0; i < s->record_count; i++) {
        found = s->records[i].kind == kind ? &s->records[i] : found;
    }
    return found;
}

static void test_engine_keeps_a_state_at_every_epoch_and_every_256_blocks(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(4, true);
    assert_true(engine_table_gather(t));
    const struct table_seat *s = &t->seat[1];
    const struct persist *p = newest(s, PERSIST_SNAPSHOT), *e = newest(s, PERSIST_EPOCH);
    assert_true(p != NULL && e != NULL && p->height == e->height);
    assert_int_equal(e->epoch, look(t, 1).epoch);
    while (look(t, 1).height < 2 * SNAPSHOT_BLOCKS + 3) {
        play(t, 1);
    }
    uint64_t height[3] = {0};
    for (size_t i = 0; i < s->record_count; i++) {
        if (s->records[i].kind != PERSIST_SNAPSHOT || s->records[i].height <= e->height) {
            continue;
        }
        height[0] = height[1];
        height[1] = s->records[i].height;
        struct block_header h;
        struct reader r = reader_of(s->records[i].proof, s->records[i].proof_size);
        assert_true(block_header_decode(&h, &r));
        struct digest root = state_root_of(s->records[i].data, s->records[i].size);
        assert_memory_equal(root.b, h.state_root.b, DIGEST_BYTES);
    }
    assert_int_equal(height[0] / SNAPSHOT_BLOCKS, 1);
    assert_int_equal(height[1] / SNAPSHOT_BLOCKS, 2);
    assert_true(height[0] % SNAPSHOT_BLOCKS < 8);
    engine_table_destroy(t);
}

/* The same member twice: through every block, and from its newest state. */
static void assert_same(struct engine *a, struct engine *b)
{
    struct engine_status x = engine_inspect(a), y = engine_inspect(b);
    assert_true(x.height == y.height && x.epoch == y.epoch && x.view == y.view);
    assert_memory_equal(x.final.b, y.final.b, DIGEST_BYTES);
    assert_memory_equal(x.state_root.b, y.state_root.b, DIGEST_BYTES);
    assert_int_equal(x.voting, y.voting);
    assert_int_equal(x.has_share, y.has_share);
    assert_memory_equal(&a->share, &b->share, sizeof a->share);
    assert_memory_equal(a->base.b, b->base.b, DIGEST_BYTES);
    assert_int_equal(a->final_view, b->final_view);
    assert_int_equal(a->final_cert_valid, b->final_cert_valid);
}

static void come_back(struct engine_table *t, unsigned seat, bool trusted)
{
    engine_table_restart(t, seat, true, trusted);
    struct engine *whole = t->seat[seat].engine;
    t->seat[seat].engine = NULL;
    engine_table_resume(t, seat, true, trusted);
    assert_same(whole, t->seat[seat].engine);
    assert_int_equal(engine_inspect(whole).voting, trusted);
    engine_destroy(whole);
}

static void test_engine_comes_back_from_a_state_as_from_all_blocks(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(4, true);
    assert_true(engine_table_gather(t));
    come_back(t, 2, true); /* from the boundary itself */
    engine_table_run(t, 3000);
    play(t, 5);
    come_back(t, 2, true); /* some blocks behind it */
    engine_table_run(t, 3000);
    while (look(t, 1).height < SNAPSHOT_BLOCKS + 9) {
        play(t, 1);
    }
    come_back(t, 1, true); /* from the middle of an epoch */
    engine_table_run(t, 3000);
    assert_true(look(t, 1).has_share);
    play(t, 70);
    for (unsigned k = 0; k < 4; k++) {
        assert_memory_equal(look(t, k).state_root.b, look(t, 0).state_root.b, DIGEST_BYTES);
    }
    engine_table_destroy(t);
}

static void test_engine_comes_back_from_a_state_without_its_journal_and_does_not_vote(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(4, true);
    assert_true(engine_table_gather(t));
    play(t, 10);
    uint64_t votes = t->seat[3].sent[MSG_NOTARIZE] + t->seat[3].sent[MSG_FINALIZE];
    come_back(t, 3, false);
    play(t, 3);
    assert_false(look(t, 3).voting);
    assert_int_equal(t->seat[3].sent[MSG_NOTARIZE] + t->seat[3].sent[MSG_FINALIZE], votes);
    engine_table_destroy(t);
}

/* Nothing that does not belong together is taken, and the engine is as new then. */
static void test_engine_refuses_a_state_that_does_not_fit(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(4, true);
    assert_true(engine_table_gather(t));
    while (look(t, 1).height < SNAPSHOT_BLOCKS + 9) {
        play(t, 1);
    }
    const struct table_seat *s = &t->seat[1];
    struct persist p = *newest(s, PERSIST_SNAPSHOT), link = *newest(s, PERSIST_EPOCH);
    struct persist deals = *newest(s, PERSIST_DEALS);
    struct engine *e = engine_table_engine(t, 1, false);
    assert_false(engine_restore_snapshot(e, &p, NULL, &deals));
    p.height++;
    assert_false(engine_restore_snapshot(e, &p, &link, &deals));
    p.height--;
    p.size--;
    assert_false(engine_restore_snapshot(e, &p, &link, &deals));
    p.size++;
    p.proof_size = 10;
    assert_false(engine_restore_snapshot(e, &p, &link, &deals));
    p.proof_size = newest(s, PERSIST_SNAPSHOT)->proof_size;
    link.proof_size = 7;
    assert_false(engine_restore_snapshot(e, &p, &link, &deals));
    link = *newest(s, PERSIST_EPOCH);
    uint8_t *root = (uint8_t *)(uintptr_t)p.proof + BLOCK_HEADER_BYTES - 3 * DIGEST_BYTES;
    root[0] ^= 1;
    assert_false(engine_restore_snapshot(e, &p, &link, &deals));
    root[0] ^= 1;
    assert_int_equal(engine_inspect(e).height, 0);
    /* Wrong deals cost the share and nothing else. */
    uint8_t *deal = (uint8_t *)(uintptr_t)deals.data;
    deal[deals.size - 5] ^= 1;
    assert_true(engine_restore_snapshot(e, &p, &link, &deals));
    deal[deals.size - 5] ^= 1;
    assert_false(e->deals.valid);
    assert_int_equal(engine_inspect(e).height, p.height);
    engine_destroy(e);
    e = engine_table_engine(t, 1, false);
    assert_true(engine_restore_snapshot(e, &p, &link, &deals));
    assert_true(e->deals.valid);
    engine_destroy(e);
    engine_table_destroy(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_engine_keeps_a_state_at_every_epoch_and_every_256_blocks),
        cmocka_unit_test(test_engine_comes_back_from_a_state_as_from_all_blocks),
        cmocka_unit_test(test_engine_comes_back_from_a_state_without_its_journal_and_does_not_vote),
        cmocka_unit_test(test_engine_refuses_a_state_that_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
