#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "consensus/engine_internal.h"
#include "tests/support/toy_app.h"
#include "tests/unit/consensus/engine_table.h"

static const uint8_t throw_op[] = {TOY_THROW_SOON};
static const uint8_t add_op[] = {TOY_ADD, 0, 0, 0, 7};

static const struct toy_state *toy(const struct engine_table *t, unsigned seat)
{
    return engine_final_state(t->seat[seat].engine);
}

static struct engine_status look(const struct engine_table *t, unsigned seat)
{
    return engine_inspect(t->seat[seat].engine);
}

static const struct persist *last_record(
    const struct engine_table *t, unsigned seat, enum persist_kind kind)
{
    const struct table_seat *s = &t->seat[seat];
    for (size_t i = s->record_count; i-- > 0;) {
        if (s->records[i].kind == kind) {
            return &s->records[i];
        }
    }
    fail();
    return NULL;
}

static const struct outgoing *find_sent(const struct engine_update *u, uint8_t kind)
{
    for (uint32_t i = 0; i < u->outbox.count; i++) {
        if (u->outbox.arena[u->outbox.messages[i].offset] == kind) {
            return &u->outbox.messages[i];
        }
    }
    return NULL;
}

static void test_engine_alone_reaches_epoch_one_in_its_first_step(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(1, true);
    struct engine_status s = look(t, 0);
    assert_int_equal(s.epoch, 1);
    assert_int_equal(s.members, 1);
    assert_true(s.voting && s.has_share && !s.stalled && !s.catching_up);
    assert_int_equal(t->seat[0].sent[MSG_NOTARIZE], 0);
    engine_table_destroy(t);
}

static void test_engine_alone_throws_and_is_quiet(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(1, true);
    engine_table_run(t, 1000);
    engine_table_submit(t, 0, OP_GAME, throw_op, sizeof throw_op);
    assert_true(t->seat[0].update.submitted);
    engine_table_run(t, 1000);
    assert_int_equal(toy(t, 0)->roll, 1);
    assert_false(toy(t, 0)->rolling);
    assert_true(t->seat[0].update.deadline_ms == UINT64_MAX);
    engine_table_destroy(t);
}

static void test_engine_persists_keys_before_and_erases_them_a_step_after_the_switch(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(1, true);
    const struct table_seat *s = &t->seat[0];
    assert_int_equal(s->persisted[PERSIST_KEYS], 1);
    assert_int_equal(s->persisted[PERSIST_FORGET], 0);
    assert_true(s->update.deadline_ms == t->now_ms);
    engine_table_run(t, 1);
    assert_int_equal(s->persisted[PERSIST_FORGET], 1);
    assert_int_equal(last_record(t, 0, PERSIST_FORGET)->epoch, 1);
    assert_int_equal(
        last_record(t, 0, PERSIST_FORGET)->dkg_id, last_record(t, 0, PERSIST_KEYS)->dkg_id);
    engine_table_destroy(t);
}

static void throw_once(bool shares_with_finalize)
{
    struct engine_table *t = engine_table_create(4, shares_with_finalize);
    assert_true(engine_table_gather(t));
    uint64_t shares = t->seat[1].sent[MSG_SHARE];
    engine_table_submit(t, 1, OP_GAME, throw_op, sizeof throw_op);
    engine_table_run(t, 2000);
    for (unsigned k = 0; k < 4; k++) {
        assert_int_equal(toy(t, k)->roll, 1);
        assert_int_equal(look(t, k).height, look(t, 0).height);
        assert_memory_equal(look(t, k).state_root.b, look(t, 0).state_root.b, DIGEST_BYTES);
        assert_true(t->seat[k].update.deadline_ms == UINT64_MAX);
    }
    assert_int_equal(t->seat[1].sent[MSG_SHARE] > shares, !shares_with_finalize);
    engine_table_destroy(t);
}

static void test_engine_table_of_four_throws_with_shares_behind_finalize(void **state)
{
    (void)state;
    throw_once(true);
}

static void test_engine_table_of_four_throws_with_shares_after_finalization(void **state)
{
    (void)state;
    throw_once(false);
}

static void test_engine_submit_numbers_ops_and_refuses_what_only_a_proposer_may_make(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(1, true);
    engine_table_submit(t, 0, OP_GAME, add_op, sizeof add_op);
    uint64_t first = t->seat[0].update.submitted_seq;
    engine_table_submit(t, 0, OP_GAME, add_op, sizeof add_op);
    assert_int_equal(t->seat[0].update.submitted_seq, first + 1);
    static const uint8_t kinds[] = {0, OP_RESULT, OP_EPOCH_SWITCH, OP_EVIDENCE, OP_KIND_COUNT, 255};
    for (size_t i = 0; i < sizeof kinds; i++) {
        engine_table_submit(t, 0, kinds[i], add_op, sizeof add_op);
        assert_false(t->seat[0].update.submitted);
        assert_int_equal(t->seat[0].update.submit_error, ERR_PERMISSION);
    }
    static const uint8_t big[OP_BYTES_MAX + 1];
    engine_table_submit(t, 0, OP_GAME, big, sizeof big);
    assert_int_equal(t->seat[0].update.submit_error, ERR_RANGE);
    engine_table_submit(t, 0, OP_GAME, big, OP_GAME_BYTES_MAX);
    assert_false(t->seat[0].update.submitted);
    engine_table_destroy(t);
}

/* Two members, one gone: nothing can be final, and the op comes again at 60 ms, 1, 2, 4, 5, 5 s. */
static void test_engine_sends_an_op_again_byte_for_byte_until_it_is_final(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(2, true);
    assert_true(engine_table_gather(t));
    engine_table_link(t, 1, false);
    engine_table_submit(t, 0, OP_GAME, add_op, sizeof add_op);
    const struct outgoing *m = find_sent(&t->seat[0].update, MSG_OP);
    assert_non_null(m);
    const struct persist *p = last_record(t, 0, PERSIST_OWN_OP);
    assert_int_equal(m->size, p->size + 1);
    assert_memory_equal(t->seat[0].update.outbox.arena + m->offset + 1, p->data, p->size);
    static const unsigned times_ms[] = {60, 1060, 3060, 7060, 12060, 17060};
    uint64_t begin = t->now_ms, sent = t->seat[0].sent[MSG_OP];
    for (size_t i = 0; i < sizeof times_ms / sizeof times_ms[0]; i++) {
        engine_table_run(t, begin + times_ms[i] - 1 - t->now_ms);
        assert_int_equal(t->seat[0].sent[MSG_OP], sent + i);
        engine_table_run(t, 1);
        assert_int_equal(t->seat[0].sent[MSG_OP], sent + i + 1);
    }
    assert_true(look(t, 0).stalled);
    engine_table_link(t, 1, true);
    engine_table_run(t, 3000);
    assert_int_equal(toy(t, 1)->total, 7);
    assert_false(look(t, 0).stalled);
    engine_table_destroy(t);
}

static void test_engine_comes_back_from_its_disk_with_state_share_and_unfinal_op(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(2, true);
    assert_true(engine_table_gather(t));
    engine_table_link(t, 1, false);
    engine_table_submit(t, 0, OP_GAME, add_op, sizeof add_op);
    struct engine_status before = look(t, 0);
    const struct persist *p = last_record(t, 0, PERSIST_OWN_OP);
    engine_table_restart(t, 0, true, true);
    struct engine_status after = look(t, 0);
    assert_int_equal(after.height, before.height);
    assert_memory_equal(after.state_root.b, before.state_root.b, DIGEST_BYTES);
    assert_memory_equal(after.final.b, before.final.b, DIGEST_BYTES);
    assert_true(after.voting && after.has_share);
    assert_int_equal(after.pool, 1);
    uint64_t sent = t->seat[0].sent[MSG_OP];
    for (unsigned i = 0; i < 100 && t->seat[0].sent[MSG_OP] == sent; i++) {
        engine_table_run(t, 1);
    }
    const struct outgoing *m = find_sent(&t->seat[0].update, MSG_OP);
    assert_non_null(m);
    assert_memory_equal(t->seat[0].update.outbox.arena + m->offset + 1, p->data, p->size);
    engine_table_link(t, 1, true);
    engine_table_run(t, 5000);
    assert_int_equal(toy(t, 0)->total, 7);
    assert_int_equal(toy(t, 1)->total, 7);
    engine_table_destroy(t);
}

/* Decision 3: without its journal a member does not vote in the epoch, and asks for a new key. */
static void test_engine_without_journal_watches_and_comes_back_by_rekey(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(4, true);
    assert_true(engine_table_gather(t));
    uint32_t epoch = look(t, 3).epoch;
    engine_table_link(t, 3, false);
    engine_table_restart(t, 3, false, false);
    uint64_t votes = t->seat[3].persisted[PERSIST_VOTE];
    assert_false(look(t, 3).voting);
    assert_false(look(t, 3).has_share);
    engine_table_link(t, 3, true);
    engine_table_submit(t, 0, OP_GAME, add_op, sizeof add_op);
    engine_table_run(t, 2000);
    assert_int_equal(toy(t, 3)->total, 7);
    assert_int_equal(t->seat[3].persisted[PERSIST_VOTE], votes);
    engine_table_run(t, 10000);
    assert_int_equal(look(t, 3).epoch, epoch + 1);
    assert_int_equal(look(t, 3).members, 4);
    assert_true(look(t, 3).voting && look(t, 3).has_share);
    engine_table_destroy(t);
}

static void test_engine_drops_a_silent_candidate(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(4, true);
    assert_true(engine_table_gather(t));
    engine_table_link(t, 3, false);
    engine_table_submit(t, 2, OP_LEAVE, NULL, 0);
    engine_table_run(t, 12000);
    assert_int_equal(look(t, 0).members, 2); /* seat 2 left, seat 3 was silent in the attempt */
    assert_int_equal(look(t, 1).epoch, look(t, 0).epoch);
    engine_table_destroy(t);
}

static void test_engine_watcher_follows_and_signs_nothing(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(2, true);
    engine_destroy(t->seat[1].engine);
    t->seat[1].engine = engine_table_engine(t, 1, true);
    engine_start(t->seat[1].engine, true, t->now_ms, &t->seat[1].update);
    engine_table_link(t, 1, true);
    for (unsigned i = 0; i < 20; i++) {
        engine_table_submit(t, 0, OP_GAME, add_op, sizeof add_op);
        engine_table_run(t, 5);
    }
    engine_table_run(t, 2000);
    assert_int_equal(toy(t, 1)->total, 140);
    assert_int_equal(look(t, 1).height, look(t, 0).height);
    engine_table_submit(t, 1, OP_GAME, add_op, sizeof add_op);
    assert_int_equal(t->seat[1].update.submit_error, ERR_PERMISSION);
    assert_int_equal(t->seat[1].persisted[PERSIST_VOTE], 0);
    assert_int_equal(t->seat[1].sent[MSG_OP] + t->seat[1].sent[MSG_NOTARIZE], 0);
    engine_table_destroy(t);
}

/* Every prefix of every message that a table sends, and every one with a byte too many. */
static void test_engine_survives_truncated_messages_of_every_kind(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(4, false);
    static uint8_t kept[MSG_KIND_COUNT][MESSAGE_BYTES_MAX];
    size_t sizes[MSG_KIND_COUNT] = {0};
    assert_true(engine_table_gather(t));
    engine_table_submit(t, 1, OP_GAME, throw_op, sizeof throw_op);
    engine_table_link(t, 2, false);
    engine_table_link(t, 2, true);
    while (t->head != t->tail) {
        struct table_message m = t->queue[t->head++ % TABLE_QUEUE];
        memcpy(kept[m.data[0]], m.data, m.size);
        sizes[m.data[0]] = m.size;
        engine_table_message(t, m.from, m.to, m.data, m.size);
        free((void *)m.data);
    }
    struct engine_status before = look(t, 0);
    for (uint8_t kind = 1; kind < MSG_KIND_COUNT; kind++) {
        for (size_t size = 0; size < sizes[kind] && size < 1500; size++) {
            engine_table_message(t, 3, 0, kept[kind], size);
            /* A proposal of a view that is decided is not read beyond its header. */
            assert_true(
                t->seat[0].update.malformed || (kind == MSG_PROPOSE && size > BLOCK_HEADER_BYTES));
        }
    }
    for (unsigned kind = MSG_KIND_COUNT; kind < 256; kind++) {
        uint8_t bytes[40] = {(uint8_t)kind};
        engine_table_message(t, 3, 0, bytes, sizeof bytes);
        assert_true(t->seat[0].update.malformed);
    }
    assert_true(sizes[MSG_PROPOSE] > 0 && sizes[MSG_NOTARIZE] > 0 && sizes[MSG_FINALIZE] > 0);
    assert_true(sizes[MSG_STATUS] > 0);
    assert_int_equal(look(t, 0).height, before.height);
    assert_true(look(t, 0).rejected[MSG_NOTARIZE] > 0);
    engine_table_destroy(t);
}

/* The record's answer for `height`, as the peer that asked gets it. */
static size_t blocks_message(
    const struct engine_table *t, unsigned seat, uint64_t height, uint8_t *out)
{
    struct writer w = writer_of(out, MESSAGE_BYTES_MAX);
    struct fetch f = {.kind = FETCH_HEIGHTS};
    uint8_t *body = out + 1 + 1 + 4 + 8 + 8 + 32;
    write_u8(&w, MSG_FETCH_RESP);
    fetch_encode(&f, &w);
    struct writer b = writer_of(body, MESSAGE_BYTES_MAX - 100);
    blocks_answer_begin(&b, height);
    for (size_t i = 0; i < t->seat[seat].record_count; i++) {
        const struct persist *p = &t->seat[seat].records[i];
        if (p->kind == PERSIST_BLOCK && p->height >= height) {
            assert_true(blocks_answer_add(&b, p->data, p->size, p->proof, p->proof_size));
        }
    }
    return w.size + b.size;
}

static void ask_for_blocks(struct engine_table *t, unsigned from, unsigned to)
{
    struct status st = {.epoch = 1, .view = 1, .height = 9, .final_view = 50};
    uint8_t bytes[128];
    struct writer w = writer_of(bytes, sizeof bytes);
    write_u8(&w, MSG_STATUS);
    status_encode(&st, &w);
    engine_table_message(t, from, to, w.data, w.size);
}

/* A flipped bit in every third byte of the blocks and their proofs never makes anything wrong
 * final. */
static void test_engine_catch_up_refuses_every_damaged_byte(void **state)
{
    (void)state;
    static uint8_t bytes[MESSAGE_BYTES_MAX], bad[MESSAGE_BYTES_MAX];
    struct engine_table *t = engine_table_create(2, true);
    engine_table_link(t, 1, false);
    engine_table_submit(t, 0, OP_GAME, add_op, sizeof add_op);
    engine_destroy(t->seat[1].engine);
    t->seat[1].engine = engine_table_engine(t, 1, false);
    engine_start(t->seat[1].engine, true, t->now_ms, &t->seat[1].update);
    size_t size = blocks_message(t, 0, 1, bytes);
    for (size_t i = 1 + 53 + 8; i < size; i += 3) {
        memcpy(bad, bytes, size);
        bad[i] ^= 1;
        uint64_t height = look(t, 1).height;
        uint64_t next = 0;
        engine_table_message(t, 0, 1, bad, size);
        for (size_t k = 0; k < t->seat[1].record_count; k++) {
            const struct persist *p = &t->seat[1].records[k];
            next += p->kind == PERSIST_BLOCK;
        }
        assert_true(look(t, 1).height >= height && next == look(t, 1).height);
        assert_false(t->seat[1].update.alarm);
        if (look(t, 1).height > 0) { /* the blocks before the damage were right: begin anew */
            engine_destroy(t->seat[1].engine);
            for (size_t k = 0; k < t->seat[1].record_count; k++) {
                const struct persist *p = &t->seat[1].records[k];
                const struct persist *own = NULL;
                for (size_t m = 0; m < t->seat[0].record_count; m++) {
                    const struct persist *o = &t->seat[0].records[m];
                    own = o->kind == PERSIST_BLOCK && o->height == p->height ? o : own;
                }
                if (p->kind == PERSIST_BLOCK) {
                    assert_non_null(own);
                    assert_memory_equal(own->digest.b, p->digest.b, DIGEST_BYTES);
                }
                free((void *)p->data);
                free((void *)p->proof);
            }
            t->seat[1].record_count = 0;
            t->seat[1].engine = engine_table_engine(t, 1, false);
            engine_start(t->seat[1].engine, true, t->now_ms, &t->seat[1].update);
        }
    }
    engine_table_message(t, 0, 1, bytes, size);
    assert_int_equal(look(t, 1).height, look(t, 0).height);
    assert_int_equal(toy(t, 1)->total, 7);
    engine_table_destroy(t);
}

/* Only the last block of each epoch keeps its proof: it covers those before it, and only when it is
 * right. */
static void test_engine_catch_up_takes_blocks_that_a_later_proof_covers(void **state)
{
    (void)state;
    static uint8_t bytes[MESSAGE_BYTES_MAX];
    for (unsigned damage = 0; damage < 2; damage++) {
        struct engine_table *t = engine_table_create(2, true);
        engine_table_link(t, 1, false);
        engine_table_submit(t, 0, OP_GAME, add_op, sizeof add_op);
        engine_table_submit(t, 0, OP_GAME, add_op, sizeof add_op);
        engine_destroy(t->seat[1].engine);
        t->seat[1].engine = engine_table_engine(t, 1, false);
        engine_start(t->seat[1].engine, true, t->now_ms, &t->seat[1].update);
        uint64_t top = look(t, 0).height;
        size_t last = 0;
        for (size_t i = 0; i < t->seat[0].record_count; i++) {
            struct persist *p = &t->seat[0].records[i];
            if (p->kind != PERSIST_BLOCK) {
                continue;
            }
            if (last > 0 && t->seat[0].records[last].epoch == p->epoch) {
                t->seat[0].records[last].proof_size = 0;
            }
            last = i;
        }
        size_t size = blocks_message(t, 0, 1, bytes);
        bytes[size - 1] ^= (uint8_t)damage;
        engine_table_message(t, 0, 1, bytes, size);
        assert_true(damage == 0 ? look(t, 1).height == top : look(t, 1).height < top);
        assert_int_equal(t->seat[1].update.malformed, damage);
        assert_int_equal(toy(t, 1)->total, damage == 0 ? 14 : 0);
        engine_table_destroy(t);
    }
}

/* One question at a time; whoever gives nothing is asked ever later, six times in all. */
static void test_engine_asks_liars_in_turn_and_gives_up(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(3, true);
    engine_table_run(t, 3000);
    uint64_t asked = t->seat[2].sent[MSG_FETCH];
    ask_for_blocks(t, 1, 2);
    assert_int_equal(t->seat[2].sent[MSG_FETCH], asked + 1);
    assert_true(look(t, 2).catching_up);
    ask_for_blocks(t, 0, 2);
    assert_int_equal(t->seat[2].sent[MSG_FETCH], asked + 1);
    engine_table_run(t, 100000);
    assert_int_equal(t->seat[2].sent[MSG_FETCH], asked + 2 * (CLAIM_TRIES_MAX + 1));
    assert_false(look(t, 2).catching_up);
    assert_true(t->seat[2].update.deadline_ms == UINT64_MAX);
    engine_table_destroy(t);
}

static void test_engine_serves_only_heights_it_has(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(2, true);
    uint64_t top = look(t, 0).height;
    static const int64_t offsets[] = {-1, 0, 1, 1000000};
    for (size_t i = 0; i < 4; i++) {
        uint8_t bytes[128];
        struct writer w = writer_of(bytes, sizeof bytes);
        struct fetch f = {.kind = FETCH_HEIGHTS, .height = top + (uint64_t)offsets[i]};
        write_u8(&w, MSG_FETCH);
        fetch_encode(&f, &w);
        uint64_t answers = t->seat[0].sent[MSG_FETCH_RESP];
        engine_table_message(t, 1, 0, w.data, w.size);
        assert_int_equal(t->seat[0].sent[MSG_FETCH_RESP], answers + 1);
    }
    engine_table_destroy(t);
}

static void test_blocks_answer_ends_at_its_limit_but_takes_any_first_block(void **state)
{
    (void)state;
    static uint8_t out[MESSAGE_BYTES_MAX], block[BLOCK_BYTES_MAX], proof[CERT_BYTES_MAX];
    struct writer w = writer_of(out, sizeof out);
    blocks_answer_begin(&w, 1);
    assert_true(blocks_answer_add(&w, block, sizeof block, proof, sizeof proof));
    assert_false(blocks_answer_add(&w, block, 1, proof, 1));
    w = writer_of(out, sizeof out);
    blocks_answer_begin(&w, 1);
    size_t count = 0;
    while (blocks_answer_add(&w, block, 1000, proof, 300)) {
        count++;
    }
    assert_int_equal(count, (FETCH_BYTES_MAX - 8) / 1308);
    assert_false(w.bad);
}

/* Rule 3 of A.8: what comes for the next epoch is kept to 64 KiB a peer, the rest is dropped. */
static void test_engine_holds_messages_of_the_next_epoch_within_bounds(void **state)
{
    (void)state;
    struct engine_table *t = engine_table_create(2, true);
    struct vote v = {.kind = VOTE_NULLIFY, .epoch = 2, .view = 1};
    uint8_t bytes[256];
    struct writer w = writer_of(bytes, sizeof bytes);
    write_u8(&w, MSG_NULLIFY);
    vote_encode(&v, &w);
    for (unsigned i = 0; i < 2000; i++) {
        engine_table_message(t, 1, 0, w.data, w.size);
        assert_false(t->seat[0].update.malformed);
    }
    const struct peer *p = engine_peer(t->seat[0].engine, t->seat[1].id_pk, false);
    assert_true(p->held_size > HELD_BYTES_MAX - 256 && p->held_size <= HELD_BYTES_MAX);
    engine_table_destroy(t);
}

static void test_engine_early_share_needs_finalize_for_the_very_block(void **state)
{
    (void)state;
    uint8_t out[SHARE_MESSAGE_BYTES];
    struct engine_table *t = engine_table_create(1, true);
    struct engine *e = t->seat[0].engine;
    struct digest final = ledger_final_digest(e->ledger);
    assert_int_equal(engine_dice_trailer(e, &final, out, sizeof out), 0); /* no throw in it */
    struct digest unknown = {{1}};
    assert_int_equal(engine_dice_trailer(e, &unknown, out, sizeof out), 0);
    engine_table_destroy(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_engine_alone_reaches_epoch_one_in_its_first_step),
        cmocka_unit_test(test_engine_alone_throws_and_is_quiet),
        cmocka_unit_test(test_engine_persists_keys_before_and_erases_them_a_step_after_the_switch),
        cmocka_unit_test(test_engine_table_of_four_throws_with_shares_behind_finalize),
        cmocka_unit_test(test_engine_table_of_four_throws_with_shares_after_finalization),
        cmocka_unit_test(test_engine_submit_numbers_ops_and_refuses_what_only_a_proposer_may_make),
        cmocka_unit_test(test_engine_sends_an_op_again_byte_for_byte_until_it_is_final),
        cmocka_unit_test(test_engine_comes_back_from_its_disk_with_state_share_and_unfinal_op),
        cmocka_unit_test(test_engine_without_journal_watches_and_comes_back_by_rekey),
        cmocka_unit_test(test_engine_drops_a_silent_candidate),
        cmocka_unit_test(test_engine_watcher_follows_and_signs_nothing),
        cmocka_unit_test(test_engine_survives_truncated_messages_of_every_kind),
        cmocka_unit_test(test_engine_catch_up_refuses_every_damaged_byte),
        cmocka_unit_test(test_engine_catch_up_takes_blocks_that_a_later_proof_covers),
        cmocka_unit_test(test_engine_asks_liars_in_turn_and_gives_up),
        cmocka_unit_test(test_engine_serves_only_heights_it_has),
        cmocka_unit_test(test_blocks_answer_ends_at_its_limit_but_takes_any_first_block),
        cmocka_unit_test(test_engine_holds_messages_of_the_next_epoch_within_bounds),
        cmocka_unit_test(test_engine_early_share_needs_finalize_for_the_very_block),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
