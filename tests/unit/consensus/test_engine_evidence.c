/* A lie that one member can prove becomes everybody's, and its author is out at the next epoch. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "consensus/engine_internal.h"
#include "tests/support/signer_fast.h"
#include "tests/support/toy_app.h"
#include "tests/unit/consensus/engine_table.h"

static const uint8_t add_op[] = {TOY_ADD, 0, 0, 0, 7};
static const uint8_t other_op[] = {TOY_ADD, 0, 0, 0, 8};
static const uint8_t throw_op[] = {TOY_THROW_SOON};

static struct engine_table *table_of_four(void)
{
    struct engine_table *t = engine_table_create(4, true);
    assert_true(engine_table_gather(t));
    return t;
}

static const struct engine *engine_of(const struct engine_table *t, unsigned seat)
{
    return t->seat[seat].engine;
}

/* A vote of a seat, with its real key of this epoch. */
static struct vote vote_of(
    const struct engine_table *t, unsigned seat, uint8_t kind, uint64_t view, uint8_t block)
{
    struct engine *e = t->seat[seat].engine;
    struct vote v = {.kind = kind, .epoch = e->epoch, .view = view, .voter = (uint16_t)e->self};
    v.digest.b[0] = kind == VOTE_NULLIFY ? 0 : block;
    const struct roster *roster = &engine_protocol(e)->roster;
    const struct key_set *k = engine_keys_by_vote(e, roster->members[e->self].vote_pk);
    vote_sign(&signer_fast, &v, &t->game_id, k->vote_sk);
    return v;
}

static size_t pair_message(
    uint8_t *out, size_t capacity, const struct vote *a, const struct vote *b)
{
    struct writer w = writer_of(out, capacity);
    write_u8(&w, MSG_EVIDENCE);
    evidence_encode_votes(&w, a, b);
    assert_false(w.bad);
    return w.size;
}

static void send_vote(struct engine_table *t, unsigned from, unsigned to, const struct vote *v)
{
    uint8_t bytes[256];
    struct writer w = writer_of(bytes, sizeof bytes);
    write_u8(&w, (uint8_t)(MSG_NOTARIZE + v->kind));
    vote_encode(v, &w);
    if (v->kind == VOTE_FINALIZE) {
        write_lp(&w, NULL, 0);
    }
    engine_table_message(t, from, to, bytes, w.size);
}

static enum identity_standing standing(const struct engine_table *t, unsigned at, unsigned seat)
{
    const struct identity *id =
        protocol_identity(engine_protocol(engine_of(t, at)), t->seat[seat].id_pk);
    return id == NULL ? STANDING_NONE : id->standing;
}

static void assert_out(const struct engine_table *t, unsigned culprit, unsigned members)
{
    struct engine_status first = engine_inspect(engine_of(t, culprit == 0 ? 1 : 0));
    for (unsigned k = 0; k < t->seats; k++) {
        if (standing(t, k, k) == STANDING_EJECTED) {
            continue;
        }
        struct engine_status s = engine_inspect(engine_of(t, k));
        assert_int_equal(standing(t, k, culprit), STANDING_EJECTED);
        assert_int_equal(s.members, members);
        assert_true(
            roster_find(&engine_protocol(engine_of(t, k))->roster, t->seat[culprit].id_pk) < 0);
        assert_int_equal(s.height, first.height);
        assert_memory_equal(s.state_root.b, first.state_root.b, DIGEST_BYTES);
    }
}

static void test_a_lie_told_to_one_member_is_proven_to_all_and_costs_the_seat(void **state)
{
    (void)state;
    struct engine_table *t = table_of_four();
    uint64_t view = engine_inspect(engine_of(t, 0)).view;
    struct vote a = vote_of(t, 3, VOTE_FINALIZE, view, 1);
    struct vote b = vote_of(t, 3, VOTE_FINALIZE, view, 2);
    send_vote(t, 3, 0, &a);
    assert_int_equal(t->seat[0].update.lie_count, 0);
    send_vote(t, 3, 0, &b);
    assert_int_equal(t->seat[0].update.lie_count, 1);
    const struct proven_lie *lie = &t->seat[0].update.lies[0];
    assert_int_equal(lie->kind, EVIDENCE_FINALIZE_TWICE);
    assert_memory_equal(lie->culprit, t->seat[3].id_pk, ID_BYTES);
    assert_int_equal(lie->epoch, engine_of(t, 0)->epoch);
    assert_non_null(lie->payload);
    uint64_t sent[4];
    engine_table_run(t, 3000);
    assert_out(t, 3, 3);
    for (unsigned k = 0; k < 4; k++) {
        sent[k] = t->seat[k].sent[MSG_EVIDENCE];
        assert_int_equal(sent[k], 1); /* each passes it on once, the culprit too */
    }
    engine_table_submit(t, 1, OP_GAME, throw_op, sizeof throw_op);
    engine_table_run(t, 3000);
    assert_int_equal(((const struct toy_state *)engine_final_state(engine_of(t, 2)))->roll, 1);
    assert_int_equal(t->seat[0].sent[MSG_EVIDENCE], sent[0]);
    engine_table_destroy(t);
}

static void test_proof_of_a_past_view_counts_and_comes_from_anybody(void **state)
{
    (void)state;
    uint8_t bytes[512];
    struct engine_table *t = table_of_four();
    for (unsigned i = 0; i < 60; i++) {
        engine_table_submit(t, i % 3, OP_GAME, add_op, sizeof add_op);
        engine_table_run(t, 50);
    }
    assert_true(engine_inspect(engine_of(t, 0)).view > 40);
    struct vote a = vote_of(t, 1, VOTE_NOTARIZE, 2, 1), b = vote_of(t, 1, VOTE_NOTARIZE, 2, 2);
    size_t size = pair_message(bytes, sizeof bytes, &a, &b);
    engine_table_message(t, 3, 2, bytes, size);
    assert_false(t->seat[2].update.malformed);
    assert_int_equal(t->seat[2].update.lie_count, 1);
    engine_table_run(t, 3000);
    assert_out(t, 1, 3);
    engine_table_destroy(t);
}

static void test_what_proves_nothing_is_neither_kept_nor_passed_on(void **state)
{
    (void)state;
    uint8_t bytes[512];
    struct engine_table *t = table_of_four();
    struct vote a = vote_of(t, 1, VOTE_NOTARIZE, 9, 1), b = vote_of(t, 1, VOTE_NOTARIZE, 9, 2);
    struct vote nullify = vote_of(t, 1, VOTE_NULLIFY, 9, 0);
    struct vote finalize = vote_of(t, 1, VOTE_FINALIZE, 9, 2);
    struct vote forged = b, before = b;
    forged.sig[3] ^= 1;
    before.epoch--;
    const struct vote *pairs[][2] = {
        {&a, &a}, {&a, &nullify}, {&a, &finalize}, {&a, &forged}, {&forged, &a}, {&a, &before}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        size_t size = pair_message(bytes, sizeof bytes, pairs[i][0], pairs[i][1]);
        engine_table_message(t, 3, 0, bytes, size);
        assert_true(t->seat[0].update.malformed);
        assert_int_equal(t->seat[0].update.lie_count, 0);
    }
    /* Votes of another epoch are not looked at: their sender may have switched before us. */
    struct vote old_a = a, old_b = b;
    old_a.epoch = old_b.epoch = a.epoch + 1;
    size_t size = pair_message(bytes, sizeof bytes, &old_a, &old_b);
    engine_table_message(t, 3, 0, bytes, size);
    assert_false(t->seat[0].update.malformed);
    size = pair_message(bytes, sizeof bytes, &a, &b);
    for (size_t cut = 1; cut < size; cut++) {
        engine_table_message(t, 3, 0, bytes, cut);
        assert_int_equal(t->seat[0].update.lie_count, 0);
    }
    assert_int_equal(ledger_evidence(engine_of(t, 0)->ledger)->count, 0);
    engine_table_run(t, 2000);
    assert_int_equal(t->seat[0].sent[MSG_EVIDENCE], 0);
    assert_int_equal(standing(t, 0, 1), STANDING_MEMBER);
    engine_table_destroy(t);
}

static void test_two_culprits_at_once_are_both_out(void **state)
{
    (void)state;
    uint8_t bytes[512];
    struct engine_table *t = table_of_four();
    for (unsigned k = 2; k < 4; k++) {
        struct vote a = vote_of(t, k, VOTE_NULLIFY, 5, 0), b = vote_of(t, k, VOTE_FINALIZE, 5, 2);
        size_t size = pair_message(bytes, sizeof bytes, &a, &b);
        engine_table_message(t, 1, 0, bytes, size);
        assert_int_equal(t->seat[0].update.lie_count, 1);
        engine_table_message(t, 1, 0, bytes, size); /* once each */
        assert_int_equal(t->seat[0].update.lie_count, 0);
        assert_false(t->seat[0].update.malformed);
    }
    assert_int_equal(ledger_evidence(engine_of(t, 0)->ledger)->count, 2);
    engine_table_run(t, 4000);
    assert_out(t, 2, 2);
    assert_out(t, 3, 2);
    assert_int_equal(ledger_evidence(engine_of(t, 0)->ledger)->count, 0);
    engine_table_destroy(t);
}

static size_t op_message(const struct engine_table *t, unsigned seat, const uint8_t *payload,
    size_t payload_size, uint8_t *out, size_t capacity)
{
    const struct identity *id =
        protocol_identity(engine_protocol(engine_of(t, 0)), t->seat[seat].id_pk);
    struct op op = {
        .kind = OP_GAME, .seq = id->seq + 1, .payload = payload, .payload_size = payload_size};
    struct writer w = writer_of(out, capacity);
    memcpy(op.author, t->seat[seat].id_pk, ID_BYTES);
    op_sign(&signer_fast, &op, &t->game_id, t->seat[seat].id_sk);
    write_u8(&w, MSG_OP);
    op_encode(&op, &w);
    assert_false(w.bad);
    return w.size;
}

/* Each half of the table pools one of two ops; the block holds one, so whoever holds the other has
 * both. */
static void test_two_ops_with_one_number_for_two_halves_convict_their_author(void **state)
{
    (void)state;
    uint8_t first[512], second[512];
    struct engine_table *t = table_of_four();
    size_t a = op_message(t, 3, add_op, sizeof add_op, first, sizeof first);
    size_t b = op_message(t, 3, other_op, sizeof other_op, second, sizeof second);
    engine_table_message(t, 3, 0, first, a);
    engine_table_message(t, 3, 1, second, b);
    engine_table_message(t, 3, 2, second, b);
    unsigned lies = t->seat[0].update.lie_count + t->seat[1].update.lie_count;
    assert_int_equal(lies, 0);
    engine_table_run(t, 3000);
    assert_out(t, 3, 3);
    engine_table_destroy(t);
}

static void test_a_proof_outlives_a_restart_when_its_owner_gives_it_back(void **state)
{
    (void)state;
    uint8_t bytes[512];
    struct engine_table *t = table_of_four();
    struct vote a = vote_of(t, 3, VOTE_NOTARIZE, 7, 1), b = vote_of(t, 3, VOTE_NOTARIZE, 7, 2);
    size_t size = pair_message(bytes, sizeof bytes, &a, &b);
    for (unsigned k = 1; k < 4; k++) {
        engine_table_link(t, k, false);
    }
    engine_table_message(t, 1, 0, bytes, size);
    assert_int_equal(t->seat[0].update.lie_count, 1);
    engine_table_restart(t, 0, true, true);
    assert_int_equal(ledger_evidence(engine_of(t, 0)->ledger)->count, 0);
    engine_table_message(t, 0, 0, bytes, size);
    assert_int_equal(ledger_evidence(engine_of(t, 0)->ledger)->count, 1);
    for (unsigned k = 1; k < 4; k++) {
        engine_table_link(t, k, true);
    }
    engine_table_run(t, 5000);
    assert_out(t, 3, 3);
    engine_table_destroy(t);
}

static void test_who_catches_up_hears_of_the_lie_from_the_block(void **state)
{
    (void)state;
    uint8_t bytes[512];
    struct engine_table *t = table_of_four();
    struct vote a = vote_of(t, 3, VOTE_NOTARIZE, 7, 1), b = vote_of(t, 3, VOTE_NOTARIZE, 7, 2);
    size_t size = pair_message(bytes, sizeof bytes, &a, &b);
    engine_table_link(t, 2, false);
    engine_table_message(t, 1, 0, bytes, size);
    engine_table_run(t, 500);
    assert_int_equal(standing(t, 0, 3), STANDING_EJECTED);
    assert_int_equal(engine_of(t, 2)->told_count, 0);
    engine_table_link(t, 2, true);
    engine_table_run(t, 5000);
    assert_int_equal(engine_of(t, 2)->told_count, 1);
    assert_memory_equal(engine_of(t, 2)->told[0], t->seat[3].id_pk, ID_BYTES);
    assert_out(t, 3, 3);
    engine_table_restart(t, 2, true, true);
    assert_int_equal(t->seat[2].update.lie_count, 0); /* no news any more */
    engine_table_destroy(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_lie_told_to_one_member_is_proven_to_all_and_costs_the_seat),
        cmocka_unit_test(test_proof_of_a_past_view_counts_and_comes_from_anybody),
        cmocka_unit_test(test_what_proves_nothing_is_neither_kept_nor_passed_on),
        cmocka_unit_test(test_two_culprits_at_once_are_both_out),
        cmocka_unit_test(test_two_ops_with_one_number_for_two_halves_convict_their_author),
        cmocka_unit_test(test_a_proof_outlives_a_restart_when_its_owner_gives_it_back),
        cmocka_unit_test(test_who_catches_up_hears_of_the_lie_from_the_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
