/* Table split (protocol B.5): what is signed, what a RECOVER must hold before a table begins from it, and what that table is. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "consensus/engine_internal.h"
#include "consensus/execution.h"
#include "tests/support/signer_fast.h"
#include "tests/support/toy_app.h"
#include "tests/unit/consensus/engine_table.h"

enum { SEATS = 4, SURVIVORS = 2 }; /* seats 0 and 1 stay, 2 and 3 are gone: f = 1, q = 3 */

static const uint8_t throw_op[] = {TOY_THROW};
static const uint8_t add_op[] = {TOY_ADD, 0, 0, 0, 7};

struct split {
    struct engine_table *table;
    struct recover r;
    uint8_t parts[RECOVER_BYTES_MAX];
    uint8_t bytes[RECOVER_BYTES_MAX + 1];
    size_t size;
};

static const struct toy_state *toy(const struct engine_table *t, unsigned seat)
{
    return engine_final_state(t->seat[seat].engine);
}

static bool record_block(void *self, uint64_t height, struct persist *out)
{
    const struct table_seat *s = self;
    for (size_t i = 0; i < s->record_count; i++) {
        if (s->records[i].kind == PERSIST_BLOCK && s->records[i].height == height) {
            *out = s->records[i];
            return true;
        }
    }
    return false;
}

static enum err fill(struct split *s, unsigned seat, const struct digest *block)
{
    struct table_seat *own = &s->table->seat[seat];
    struct split_record record = {own, record_block};
    struct writer w = writer_of(s->parts, sizeof s->parts);
    return engine_split_fill(own->engine, block, &record, &s->r, &w);
}

/* Every survivor signs; then the bytes. */
static void sign_all(struct split *s)
{
    for (unsigned i = 0; i < s->r.survivors.count; i++) {
        for (unsigned k = 0; k < s->table->seats; k++) {
            if (memcmp(s->table->seat[k].id_pk, s->r.survivors.members[i].id_pk, ID_BYTES) == 0) {
                recover_sign(&signer_fast, &s->r, s->r.sigs[i], s->table->seat[k].id_sk);
            }
        }
    }
    struct writer w = writer_of(s->bytes, sizeof s->bytes);
    recover_encode(&s->r, &w);
    assert_false(w.bad);
    s->size = w.size;
}

/* The RECOVER of the first `survivors` seats at the highest block that one of them may not go below. */
static void make(struct split *s, unsigned survivors)
{
    struct split_tip best = {0}, tip;
    unsigned holder = 0;
    for (unsigned k = 0; k < survivors; k++) {
        struct table_seat *seat = &s->table->seat[k];
        struct member m = {{0}};
        uint8_t seed[32] = {(uint8_t)(k + 1), 77};
        engine_split_tip(seat->engine, &tip);
        holder = k == 0 || split_tip_above(&tip, &best) ? k : holder;
        best = holder == k ? tip : best;
        signer_fast.keypair(seat->vote_pk, seat->vote_sk, seed);
        memcpy(m.id_pk, seat->id_pk, sizeof m.id_pk);
        memcpy(m.vote_pk, seat->vote_pk, sizeof m.vote_pk);
        memcpy(m.net_pk, seat->id_pk, sizeof m.net_pk);
        assert_true(roster_add(&s->r.survivors, &m));
    }
    assert_int_equal(fill(s, holder, &best.block), ERR_OK);
    sign_all(s);
}

static void leave(struct engine_table *t, unsigned from)
{
    for (unsigned k = from; k < t->seats; k++) {
        engine_table_link(t, k, false);
    }
}

static struct split *begin(void)
{
    struct split *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->table = engine_table_create(SEATS, true);
    assert_true(engine_table_gather(s->table));
    for (unsigned k = 0; k < SEATS; k++) {
        engine_table_submit(s->table, k, OP_GAME, add_op, sizeof add_op);
    }
    engine_table_run(s->table, 2000);
    assert_int_equal(toy(s->table, 0)->total, 7 * SEATS);
    return s;
}

static void end(struct split *s)
{
    engine_table_destroy(s->table);
    free(s);
}

/* Would a table begin from these bytes. */
static bool begins(const uint8_t *bytes, size_t size)
{
    struct genesis g;
    struct reader r = reader_of(bytes, size);
    if (!genesis_decode(&g, &r) || g.recover == NULL) {
        return false;
    }
    struct digest id = genesis_game_id(&g);
    struct mempool *pool = mempool_create(&signer_fast, &id);
    struct ledger *l = ledger_create(&toy_app, &signer_fast, &g, pool);
    bool begun = l != NULL;
    ledger_destroy(l);
    mempool_destroy(pool);
    return begun;
}

static bool begins_as_made(struct split *s)
{
    sign_all(s);
    return begins(s->bytes, s->size);
}

static bool no_finalize(struct engine_table *t, unsigned from, const uint8_t *data, size_t size)
{
    (void)t;
    (void)from;
    return size == 0 || data[0] != MSG_FINALIZE;
}

static void throw_unresolved(struct split *s)
{
    s->table->delivers = no_finalize;
    engine_table_submit(s->table, 0, OP_GAME, throw_op, sizeof throw_op);
    engine_table_run(s->table, 20);
    leave(s->table, SURVIVORS);
}

static void test_split_begins_a_new_table_of_the_survivors(void **state)
{
    (void)state;
    struct split *s = begin();
    leave(s->table, SURVIVORS);
    make(s, SURVIVORS);
    assert_true(begins(s->bytes, s->size));
    struct engine_table *t = engine_table_split(s->table, s->bytes, s->size);
    assert_memory_not_equal(t->game_id.b, s->table->game_id.b, DIGEST_BYTES);
    assert_int_equal(s->r.void_roll, 0);
    const struct protocol_state *p = engine_protocol(t->seat[2].engine);
    assert_int_equal(p->epoch, 0);
    assert_int_equal(p->roster.count, SURVIVORS);
    assert_int_equal(p->attempt.dkg_id, 1);
    assert_false(p->has_dice);
    assert_int_equal(protocol_identity(p, t->seat[2].id_pk)->standing, STANDING_PLAYER);
    assert_int_equal(protocol_identity(p, t->seat[1].id_pk)->seq,
        protocol_identity(engine_protocol(s->table->seat[1].engine), t->seat[1].id_pk)->seq);
    assert_int_equal(toy(t, 2)->total, 7 * SEATS);
    assert_int_equal(toy_seated(toy(t, 2)), SURVIVORS);
    engine_table_run(t, 2000);
    assert_int_equal(engine_inspect(t->seat[0].engine).epoch, 1);
    engine_table_submit(t, 1, OP_GAME, throw_op, sizeof throw_op);
    engine_table_run(t, 2000);
    for (unsigned k = 0; k < SEATS; k++) {
        assert_int_equal(toy(t, k)->roll, toy(t, 0)->roll);
    }
    assert_int_equal(toy(t, 0)->roll, 1);
    engine_table_destroy(t);
    end(s);
}

static void test_absent_member_comes_back_to_the_split_table_and_its_stack(void **state)
{
    (void)state;
    struct split *s = begin();
    leave(s->table, SURVIVORS);
    make(s, SURVIVORS);
    struct engine_table *t = engine_table_split(s->table, s->bytes, s->size);
    engine_table_run(t, 2000);
    engine_table_join(t, 3);
    engine_table_run(t, 3000);
    const struct protocol_state *p = engine_protocol(t->seat[3].engine);
    assert_int_equal(p->roster.count, SURVIVORS + 1);
    assert_true(engine_inspect(t->seat[3].engine).voting);
    const struct toy_player *me = toy_find(toy(t, 3), t->seat[3].id_pk);
    assert_true(me->seated);
    assert_int_equal(me->counter, 7);
    engine_table_destroy(t);
    end(s);
}

/* A survivor has voted FINALIZE for the throw: the split may not go behind it, and the throw is void. */
static void test_split_block_is_the_highest_a_survivor_voted_final(void **state)
{
    (void)state;
    struct split *s = begin();
    struct split_tip tip;
    throw_unresolved(s);
    engine_split_tip(s->table->seat[0].engine, &tip);
    struct digest final = engine_inspect(s->table->seat[0].engine).final;
    assert_false(digest_equal(&tip.block, &final));
    make(s, SURVIVORS);
    assert_true(digest_equal(&s->r.block, &tip.block));
    assert_int_equal(s->r.void_roll, 1);
    struct engine_table *t = engine_table_split(s->table, s->bytes, s->size);
    assert_false(toy(t, 0)->rolling);
    assert_false(engine_protocol(t->seat[0].engine)->roll.active);
    assert_int_equal(toy(t, 0)->total, 7 * SURVIVORS); /* the toy's forfeit */
    engine_table_run(t, 2000);
    engine_table_submit(t, 0, OP_GAME, throw_op, sizeof throw_op);
    engine_table_run(t, 2000);
    assert_int_equal(toy(t, 1)->roll, 1);
    engine_table_destroy(t);
    end(s);
}

/* The journal brings the FINALIZE vote and what it rests on back. */
static void test_split_tip_survives_a_restart(void **state)
{
    (void)state;
    struct split *s = begin();
    struct split_tip before, after;
    throw_unresolved(s);
    engine_split_tip(s->table->seat[1].engine, &before);
    engine_table_restart(s->table, 1, true, true);
    engine_split_tip(s->table->seat[1].engine, &after);
    assert_true(digest_equal(&before.block, &after.block));
    assert_int_equal(fill(s, 1, &after.block), ERR_OK);
    end(s);
}

static bool no_closing(struct engine_table *t, unsigned from, const uint8_t *data, size_t size)
{
    struct vote v;
    struct reader r = reader_of(data + 1, size - 1);
    return data[0] != MSG_FINALIZE || !vote_decode(&v, &r) ||
           !ledger_closes_epoch(t->seat[from].engine->ledger, &v.digest);
}

/* A switch that is notarized and not final, with empty blocks behind it: the state knows only the new keys. */
static void test_split_at_an_unfinal_switch_carries_the_old_electorate(void **state)
{
    (void)state;
    struct split *s = begin();
    s->table->delivers = no_closing;
    engine_table_submit(s->table, 0, OP_REKEY, NULL, 0);
    engine_table_run(s->table, 1000);
    leave(s->table, SURVIVORS);
    make(s, SURVIVORS);
    assert_true(s->r.electorate_size > 0);
    assert_true(begins(s->bytes, s->size));
    uint8_t changed[RECOVER_BYTES_MAX];
    memcpy(changed, s->r.electorate, s->r.electorate_size);
    s->r.electorate = changed;
    for (size_t i = 0; i < s->r.electorate_size; i += 3) {
        changed[i] ^= 1;
        assert_false(begins_as_made(s));
        changed[i] ^= 1;
    }
    assert_true(begins_as_made(s));
    s->r.electorate_size = 0;
    assert_false(begins_as_made(s));
    end(s);
}

static bool no_votes(struct engine_table *t, unsigned from, const uint8_t *data, size_t size)
{
    (void)t;
    return from == 0 || size == 0 || data[0] < MSG_PROPOSE || data[0] > MSG_CERT;
}

/* Somebody comes in and is never heard of again: the table is two and stands still, until the one who is left splits it. */
static void test_split_at_a_final_switch_by_one_survivor(void **state)
{
    (void)state;
    struct split *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->table = engine_table_create(2, true);
    engine_table_run(s->table, 500);
    s->table->delivers = no_votes;
    engine_table_join(s->table, 1);
    engine_table_run(s->table, 1000);
    assert_true(engine_protocol(s->table->seat[0].engine)->closed);
    assert_int_equal(engine_inspect(s->table->seat[0].engine).quorum, 2);
    leave(s->table, 1);
    make(s, 1);
    assert_true(s->r.electorate_size > 0);
    struct engine_table *t = engine_table_split(s->table, s->bytes, s->size);
    engine_table_run(t, 1000);
    engine_table_submit(t, 0, OP_GAME, throw_op, sizeof throw_op);
    engine_table_run(t, 1000);
    assert_int_equal(toy(t, 0)->roll, 1);
    engine_table_destroy(t);
    end(s);
}

static void test_recover_with_a_flipped_bit_or_cut_short_begins_nothing(void **state)
{
    (void)state;
    struct split *s = begin();
    throw_unresolved(s);
    make(s, SURVIVORS);
    assert_true(begins(s->bytes, s->size));
    /* Through all that is signed and certified; of the state, which one hash covers, a few. */
    size_t state_at = s->size - s->r.state_size;
    for (size_t i = 0; i < s->size; i += i < state_at ? 3 : 61) {
        uint8_t bit = (uint8_t)(1 << (i % 8));
        s->bytes[i] ^= bit;
        assert_false(begins(s->bytes, s->size));
        s->bytes[i] ^= bit;
    }
    for (size_t cut = 0; cut < s->size; cut++) {
        struct recover r;
        assert_false(recover_decode(&r, s->bytes, cut));
    }
    s->bytes[s->size] = 0;
    assert_false(begins(s->bytes, s->size + 1));
    end(s);
}

static void test_recover_needs_every_survivors_signature(void **state)
{
    (void)state;
    struct split *s = begin();
    leave(s->table, SURVIVORS);
    make(s, SURVIVORS);
    size_t at = 4 + 2 + (STATEMENT_BYTES_MAX - (MEMBERS_MAX - SURVIVORS) * 96);
    uint8_t saved[2 * SIG_BYTES];
    assert_memory_equal(s->bytes + at, s->r.sigs, sizeof saved);
    memcpy(saved, s->r.sigs, sizeof saved);
    for (unsigned i = 0; i < SURVIVORS; i++) {
        memset(s->bytes + at + i * SIG_BYTES, 0, SIG_BYTES);
        assert_false(begins(s->bytes, s->size));
        memcpy(s->bytes + at + i * SIG_BYTES, saved + (1 - i) * SIG_BYTES, SIG_BYTES);
        assert_false(begins(s->bytes, s->size));
        memcpy(s->bytes + at, saved, sizeof saved);
    }
    /* One survivor's statement does not do for a table of two, nor the other way round. */
    struct recover alone = s->r;
    alone.survivors.count = 1;
    assert_false(recover_signature_right(&signer_fast, &alone, 0, s->r.sigs[0]));
    assert_false(recover_signature_right(&signer_fast, &s->r, SURVIVORS, s->r.sigs[0]));
    assert_true(begins(s->bytes, s->size));
    end(s);
}

static void test_survivors_must_have_voted_before(void **state)
{
    (void)state;
    struct split *s = begin();
    leave(s->table, SURVIVORS);
    make(s, SURVIVORS);
    struct roster right = s->r.survivors;
    s->r.survivors.members[0].net_pk[0] ^= 1;
    assert_false(begins_as_made(s));
    s->r.survivors = right;
    struct member stranger = {.id_pk = {9}};
    assert_true(roster_add(&s->r.survivors, &stranger));
    assert_false(begins_as_made(s));
    s->r.survivors = right;
    memset(s->r.survivors.members[1].id_pk, 0xff, ID_BYTES); /* still in order, still unknown */
    assert_false(begins_as_made(s));
    s->r.survivors = right;
    struct member first = right.members[0];
    s->r.survivors.members[0] = right.members[1];
    s->r.survivors.members[1] = first;
    assert_false(begins_as_made(s));
    s->r.survivors.count = 0;
    assert_false(begins_as_made(s));
    s->r.survivors = right;
    assert_true(begins_as_made(s));
    end(s);
}

static void test_statement_must_fit_its_block_and_its_state(void **state)
{
    (void)state;
    struct split *s = begin();
    throw_unresolved(s);
    make(s, SURVIVORS);
    struct recover right = s->r;
    s->r.void_roll = 0;
    assert_false(begins_as_made(s));
    s->r.void_roll = 2;
    assert_false(begins_as_made(s));
    s->r = right;
    s->r.view++;
    assert_false(begins_as_made(s));
    s->r = right;
    s->r.height--;
    assert_false(begins_as_made(s));
    s->r = right;
    s->r.game_id.b[0] ^= 1;
    assert_false(begins_as_made(s));
    s->r = right;
    s->r.proof_size--;
    assert_false(begins_as_made(s));
    s->r = right;
    s->r.state_size--;
    assert_false(begins_as_made(s));
    s->r = right;
    assert_true(begins_as_made(s));
    end(s);
}

/* A block that too few have certified is no split block, however many sign the statement. */
static void test_split_block_needs_a_quorums_certificate(void **state)
{
    (void)state;
    struct split *s = begin();
    leave(s->table, SURVIVORS);
    make(s, SURVIVORS);
    struct certificate c;
    struct reader r = reader_of(s->r.proof, s->r.proof_size);
    uint8_t proof[CERT_BYTES_MAX];
    assert_true(certificate_decode(&c, &r));
    assert_int_equal(__builtin_popcountll(c.signers), 3);
    struct writer w = writer_of(proof, sizeof proof);
    uint64_t all = c.signers;
    c.signers = all & (all - 1);
    memmove(c.sigs[0], c.sigs[1], 2 * SIG_BYTES);
    certificate_encode(&c, &w);
    s->r.proof = proof;
    s->r.proof_size = w.size;
    assert_false(begins_as_made(s));
    end(s);
}

/* Another survivor, which lacks the block, can tell whether it is this table's. */
static void test_survivor_without_the_block_accepts_only_this_tables(void **state)
{
    (void)state;
    struct split *s = begin();
    throw_unresolved(s);
    make(s, SURVIVORS);
    struct engine *behind = engine_table_engine(s->table, 3, false);
    struct table_seat *record = &s->table->seat[3];
    for (size_t i = 0; i < record->record_count; i++) {
        const struct persist *p = &record->records[i];
        assert_true(p->kind != PERSIST_BLOCK ||
                    engine_restore_block(behind, p->data, p->size, p->proof, p->proof_size, true));
    }
    struct engine_update *u = calloc(1, sizeof *u);
    engine_start(behind, false, 0, u);
    assert_true(engine_split_accepts(behind, &s->r));
    uint8_t state_bytes[RECOVER_BYTES_MAX];
    memcpy(state_bytes, s->r.state, s->r.state_size);
    state_bytes[s->r.state_size - 1] ^= 1;
    s->r.state = state_bytes;
    assert_false(engine_split_accepts(behind, &s->r));
    s->r.header.state_root = state_root_of(state_bytes, s->r.state_size);
    s->r.block = block_digest(&s->r.header);
    assert_false(engine_split_accepts(behind, &s->r));
    free(u);
    engine_destroy(behind);
    end(s);
}

static void test_table_where_nothing_was_agreed_cannot_be_split(void **state)
{
    (void)state;
    struct split *s = begin();
    leave(s->table, SURVIVORS);
    make(s, SURVIVORS);
    struct engine_table *t = engine_table_split(s->table, s->bytes, s->size);
    struct split_tip tip;
    struct split_record record = {&t->seat[3], record_block};
    struct writer w = writer_of(s->parts, sizeof s->parts);
    engine_split_tip(t->seat[3].engine, &tip);
    assert_true(digest_equal(&tip.block, &t->game_id));
    assert_int_equal(
        engine_split_fill(t->seat[3].engine, &tip.block, &record, &s->r, &w), ERR_NOT_FOUND);
    engine_table_destroy(t);
    end(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split_begins_a_new_table_of_the_survivors),
        cmocka_unit_test(test_absent_member_comes_back_to_the_split_table_and_its_stack),
        cmocka_unit_test(test_split_block_is_the_highest_a_survivor_voted_final),
        cmocka_unit_test(test_split_tip_survives_a_restart),
        cmocka_unit_test(test_split_at_an_unfinal_switch_carries_the_old_electorate),
        cmocka_unit_test(test_split_at_a_final_switch_by_one_survivor),
        cmocka_unit_test(test_recover_with_a_flipped_bit_or_cut_short_begins_nothing),
        cmocka_unit_test(test_recover_needs_every_survivors_signature),
        cmocka_unit_test(test_survivors_must_have_voted_before),
        cmocka_unit_test(test_statement_must_fit_its_block_and_its_state),
        cmocka_unit_test(test_split_block_needs_a_quorums_certificate),
        cmocka_unit_test(test_survivor_without_the_block_accepts_only_this_tables),
        cmocka_unit_test(test_table_where_nothing_was_agreed_cannot_be_split),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
