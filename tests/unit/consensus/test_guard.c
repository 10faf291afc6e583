#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "consensus/engine_internal.h"
#include "consensus/execution.h"
#include "consensus/ledger_internal.h"
#include "tests/support/toy_app.h"
#include "tests/unit/consensus/engine_table.h"

#include <stdlib.h>

/* A step that a table of four really took: the state before it, its operations, and the state after it. */
struct step {
    struct protocol_state before, after;
    struct op_outcome ops[BLOCK_OPS_MAX];
    size_t op_count;
    bool rolling;
};

static const uint8_t throw_op[] = {TOY_THROW}, add_op[] = {TOY_ADD};

static struct step *real_step(void)
{
    struct step *s = calloc(1, sizeof *s);
    struct engine_table *t = engine_table_create(4, true);
    assert_non_null(s);
    assert_true(engine_table_gather(t));
    engine_table_run(t, 1000);
    const struct engine *e = t->seat[0].engine;
    protocol_copy(&s->before, engine_protocol(e));
    uint64_t height = ledger_height(e->ledger);
    engine_table_submit(t, 1, OP_GAME, add_op, sizeof add_op);
    for (unsigned k = 0; k < 1000 && ledger_height(e->ledger) == height; k++) {
        engine_table_run(t, 1);
    }
    const struct slot *final = e->ledger->slots.final;
    assert_int_equal(final->height, height + 1);
    protocol_copy(&s->after, &final->state->p);
    s->op_count = final->state->op_count;
    memcpy(s->ops, final->state->ops, s->op_count * sizeof s->ops[0]);
    s->rolling = final->state->p.roll.active;
    engine_table_destroy(t);
    return s;
}

static struct identity *author_of(struct step *s)
{
    return protocol_identity_mut(&s->after, s->ops[0].author);
}

/* Breaks one thing; false: that kind is planted elsewhere. */
static bool plant(struct step *s, unsigned kind, unsigned way)
{
    struct protocol_state *p = &s->after;
    switch (kind) {
    case GUARD_SEQUENCE:
        if (way == 0) {
            s->ops[0].seq++; /* a gap */
        } else if (way == 1) {
            s->ops[0].seq--; /* once more */
        } else if (way == 2) {
            author_of(s)->seq += 2;
        } else {
            s->ops[0].author[0] ^= 1; /* nobody known */
        }
        return way < 4;
    case GUARD_LOG:
        p->log.count += way == 0 ? 1 : (uint64_t)-1;
        return way < 2;
    case GUARD_EPOCH:
        p->epoch += way == 0 ? 1 : (uint32_t)-1;
        p->closed = way == 2;
        return way < 3;
    case GUARD_IDENTITIES:
        if (way == 0) {
            p->identities[0] = p->identities[1];
        } else if (way == 1) {
            p->identities[0].standing = STANDING_COUNT;
        } else {
            p->identity_count--; /* forgotten; he is no member, so that it is this that is found */
            s->before.identities[s->before.identity_count++].id_pk[0] = 0xff;
            p->identity_count = (uint16_t)(s->before.identity_count - 1);
        }
        return way < 3;
    case GUARD_ROSTER:
        if (way == 0) {
            p->roster.count = 0;
        } else if (way == 1) {
            p->roster.members[2] = p->roster.members[1];
        } else if (way == 2) {
            p->roster.members[1].vote_pk[3] ^= 1; /* somebody's key, in the middle of an epoch */
        } else {
            p->members_hash.b[0] ^= 1;
        }
        return way < 4;
    case GUARD_DICE_KEY:
        if (way == 0) {
            p->dice.t--;
        } else {
            p->dice.n++;
        }
        return way < 2;
    case GUARD_ROLL:
        if (way == 0) {
            s->rolling = !s->rolling;
        } else if (way == 1) { /* gone without a result */
            s->before.roll = (struct pending_roll){.active = true, .roll = 5};
        } else { /* another one */
            s->before.roll = (struct pending_roll){.active = true, .roll = 5};
            p->roll = (struct pending_roll){.active = true, .roll = 6};
            s->rolling = true;
        }
        return way < 3;
    case GUARD_ENDED:
        s->before.ended = true;
        return way < 1;
    default:
        return false;
    }
}

static bool holds(const struct step *s, struct app_fault *fault)
{
    *fault = (struct app_fault){0};
    return guard_state(&s->after, s->rolling, fault) &&
           guard_step(&s->before, &s->after, s->ops, s->op_count, fault);
}

static void test_guard_names_each_fault_of_a_step(void **state)
{
    (void)state;
    struct step *real = real_step(), *s = calloc(1, sizeof *s);
    struct app_fault fault;
    assert_non_null(s);
    assert_int_equal(real->op_count, 1);
    assert_true(holds(real, &fault));
    static const unsigned kinds[] = {GUARD_SEQUENCE, GUARD_LOG, GUARD_EPOCH, GUARD_IDENTITIES,
        GUARD_ROSTER, GUARD_DICE_KEY, GUARD_ROLL, GUARD_ENDED};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        for (unsigned way = 0;; way++) {
            *s = *real;
            if (!plant(s, kinds[k], way)) {
                assert_true(way > 0);
                break;
            }
            if (holds(s, &fault) || fault.kind != kinds[k]) {
                fail_msg("%s, way %u: found %s", guard_name(kinds[k]), way,
                    fault.kind == 0 ? "nothing" : guard_name(fault.kind));
            }
        }
    }
    free(real);
    free(s);
}

/* For every size of a table the right numbers hold, and no others. */
static void test_guard_knows_the_one_right_quorum(void **state)
{
    (void)state;
    struct app_fault fault;
    for (unsigned n = 1; n <= MEMBERS_MAX; n++) {
        for (unsigned f = 0; f <= n; f++) {
            for (unsigned q = 0; q <= n + 1; q++) {
                bool right = f == quorum_faulty(n) && q >= quorum_size(n) && q <= n;
                bool least =
                    2 * q > n + f; /* fewer would do for safety at some n: then fewer holds, too */
                bool held = guard_quorum(n, f, q, &fault);
                assert_true(!right || held);
                assert_true(!held || (f == quorum_faulty(n) && least && q <= n));
                assert_true(held || fault.kind == GUARD_QUORUM);
            }
        }
    }
}

static void test_guard_sees_gaps_in_the_chain(void **state)
{
    (void)state;
    struct guard_place last = {.known = true, .height = 7, .view = 9, .epoch = 2};
    struct block_header next = {.height = 8, .view = 11, .parent_view = 9, .epoch = 2};
    struct app_fault fault;
    assert_true(guard_chain(&last, &next, &fault));
    struct block_header h = next;
    h.height = 9;
    assert_false(guard_chain(&last, &h, &fault));
    assert_int_equal(fault.kind, GUARD_HEIGHT);
    assert_int_equal(fault.have, 9);
    assert_int_equal(fault.want, 8);
    h = next;
    h.height = 7;
    assert_false(guard_chain(&last, &h, &fault));
    assert_int_equal(fault.kind, GUARD_HEIGHT);
    h = next;
    h.parent.b[5] = 1;
    assert_false(guard_chain(&last, &h, &fault));
    assert_int_equal(fault.kind, GUARD_PARENT);
    h = next;
    h.view = 9;
    assert_false(guard_chain(&last, &h, &fault));
    assert_int_equal(fault.kind, GUARD_VIEW);
    h = next;
    h.epoch = 4;
    assert_false(guard_chain(&last, &h, &fault));
    assert_int_equal(fault.kind, GUARD_EPOCH);
    h.epoch = 3;
    h.parent_view = 0;
    h.view = 1;
    assert_true(guard_chain(&last, &h, &fault)); /* views begin anew */
    last.known = false;
    assert_true(guard_chain(&last, &(struct block_header){.height = 99}, &fault));
}

/* Every buffer has its kind, may be full, and is named when it holds one more. */
static void test_guard_names_the_buffer_that_holds_too_much(void **state)
{
    (void)state;
    for (unsigned kind = GUARD_LIMIT_OUTBOX; kind < GUARD_END; kind++) {
        struct app_fault fault;
        struct guard_limit limits[] = {{GUARD_LIMIT_POOL, 5, 5}, {(uint16_t)kind, 8, 8}};
        assert_true(guard_limits(limits, 2, &fault));
        limits[1].have = 9;
        assert_false(guard_limits(limits, 2, &fault));
        assert_int_equal(fault.kind, kind);
        assert_int_equal(fault.have, 9);
        assert_int_equal(fault.want, 8);
    }
}

static struct engine_table *table_of_four(void)
{
    struct engine_table *t = engine_table_create(4, true);
    assert_true(engine_table_gather(t));
    engine_table_run(t, 1000);
    return t;
}

/* Says whether seat 3 is stopped for that; the other three have to play on without it. */
static void assert_stopped_and_played_on(struct engine_table *t, unsigned kind)
{
    struct engine_status st = engine_inspect(t->seat[3].engine);
    assert_int_equal(st.guard.fault.kind, kind);
    assert_true(st.guard.broken >= 1 && !st.voting);
    uint64_t sent[MSG_KIND_COUNT];
    memcpy(sent, t->seat[3].sent, sizeof sent);
    uint64_t height = ledger_height(t->seat[0].engine->ledger);
    engine_table_submit(t, 1, OP_GAME, throw_op, sizeof throw_op);
    engine_table_run(t, 8000);
    assert_true(ledger_height(t->seat[0].engine->ledger) > height);
    for (unsigned k = MSG_PROPOSE; k <= MSG_FINALIZE; k++) {
        assert_int_equal(t->seat[3].sent[k], sent[k]);
    }
    assert_int_equal(engine_inspect(t->seat[0].engine).guard.broken, 0);
}

/* Found by whoever owns the engine, or by itself: from that moment not one vote or proposal leaves. */
static void test_guard_a_broken_seat_votes_no_more_and_the_others_play_on(void **state)
{
    (void)state;
    struct engine_table *t = table_of_four();
    engine_guard_break(
        t->seat[3].engine, &(struct app_fault){.kind = GUARD_LIMIT_COMMANDS, .have = 2, .want = 1});
    assert_stopped_and_played_on(t, GUARD_LIMIT_COMMANDS);
    /* Too few are left, and there is work: who votes gives a leader up by and by. */
    uint64_t others = t->seat[0].sent[MSG_NULLIFY], own = t->seat[3].sent[MSG_NULLIFY];
    engine_table_link(t, 1, false);
    engine_table_link(t, 2, false);
    engine_table_submit(t, 0, OP_GAME, add_op, sizeof add_op);
    engine_table_run(t, 20000);
    assert_true(t->seat[0].sent[MSG_NULLIFY] > others);
    assert_int_equal(t->seat[3].sent[MSG_NULLIFY], own);
    assert_true(t->seat[3].update.broken && t->seat[3].update.alarm);
    engine_table_destroy(t);
}

/* A state that is not what was signed any more is found by the next comparison. */
static void test_guard_a_state_that_changed_in_memory_is_found(void **state)
{
    (void)state;
    struct engine_table *t = table_of_four();
    struct ledger *l = t->seat[3].engine->ledger;
    struct toy_state *mine = l->slots.final->state->app;
    mine->total++;
    mine->players[0].counter++;
    struct digest root = l->slots.final->state->root;
    assert_false(ledger_guard_root(l, &root));
    mine->total--;
    mine->players[0].counter--;
    assert_true(ledger_guard_root(l, &root));
    engine_table_destroy(t);
}

/* An execution that breaks the application's own invariant: the block is not signed, and what is kept can be read again. */
static void test_guard_a_block_that_breaks_an_invariant_is_kept_with_its_states(void **state)
{
    (void)state;
    struct engine_table *t = table_of_four();
    struct engine *e = t->seat[3].engine;
    struct toy_state *mine = e->ledger->slots.final->state->app;
    mine->total += 5; /* what follows from it does not add up */
    engine_table_submit(t, 1, OP_GAME, throw_op, sizeof throw_op);
    engine_table_run(t, 1000);
    assert_stopped_and_played_on(t, 1);
    size_t capacity = engine_guard_capacity(e);
    uint8_t *memory = malloc(3 * capacity);
    assert_non_null(memory);
    struct writer before = writer_of(memory, capacity),
                  after = writer_of(memory + capacity, capacity),
                  block = writer_of(memory + 2 * capacity, capacity);
    struct block b;
    engine_guard_evidence(e, &before, &block, &after);
    assert_false(before.bad || block.bad || after.bad);
    assert_true(before.size > 0 && after.size > 0);
    assert_true(block_decode(&b, block.data, block.size));
    assert_int_equal(b.header.height, engine_inspect(e).guard.height);
    struct digest root = state_root_of(after.data, after.size);
    assert_false(digest_equal(&root, &b.header.state_root)); /* the others signed another one */
    free(memory);
    engine_table_destroy(t);
}

static void test_guard_all_kinds_have_words(void **state)
{
    (void)state;
    for (unsigned a = GUARD_FIRST; a < GUARD_END; a++) {
        assert_true(strlen(guard_rule(a)) > 10);
        for (unsigned b = GUARD_FIRST; b < a; b++) {
            assert_string_not_equal(guard_name(a), guard_name(b));
        }
    }
    assert_string_equal(guard_name(GUARD_END), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_guard_names_each_fault_of_a_step),
        cmocka_unit_test(test_guard_knows_the_one_right_quorum),
        cmocka_unit_test(test_guard_sees_gaps_in_the_chain),
        cmocka_unit_test(test_guard_names_the_buffer_that_holds_too_much),
        cmocka_unit_test(test_guard_a_broken_seat_votes_no_more_and_the_others_play_on),
        cmocka_unit_test(test_guard_a_state_that_changed_in_memory_is_found),
        cmocka_unit_test(test_guard_a_block_that_breaks_an_invariant_is_kept_with_its_states),
        cmocka_unit_test(test_guard_all_kinds_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
