/* A member that was away for long takes the table's state from the others, whoever of them lies,
 * and fills its record afterwards. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "consensus/engine_internal.h"
#include "tests/support/signer_fast.h"
#include "tests/support/toy_app.h"
#include "tests/unit/consensus/engine_table.h"

enum {
    AWAY = 3,
    LIAR = 1,
    /* of heights */ BLOCKS = TAKEOVER_BLOCKS + SNAPSHOT_BLOCKS + 40,
    STRANGERS = 150
};

static const uint8_t add_op[] = {TOY_ADD, 0, 0, 0, 7};
static const uint8_t throw_op[] = {TOY_THROW_SOON};

static struct engine_status look(const struct engine_table *t, unsigned seat)
{
    return engine_inspect(t->seat[seat].engine);
}

/* Names in the state, so that it has several chunks: a JOIN that is refused leaves one. */
static void add_strangers(struct engine_table *t)
{
    for (unsigned i = 0; i < STRANGERS; i++) {
        uint8_t seed[32] = {9, (uint8_t)i, 1}, pk[32], sk[64], payload[256], ticket[SIG_BYTES];
        struct writer w = writer_of(payload, sizeof payload);
        const struct table_seat *s = &t->seat[0];
        signer_fast.keypair(pk, sk, seed);
        ticket_sign(&signer_fast, ticket, &t->game_id, pk, pk, pk, 1, true, s->id_sk);
        write_u8(&w, 1);
        write_bytes(&w, pk, sizeof pk);
        write_lp(&w, pk, 1);
        write_bytes(&w, s->id_pk, ID_BYTES);
        write_bytes(&w, ticket, sizeof ticket);
        struct engine_event e = {.kind = ENGINE_SUBMIT,
            .op_kind = OP_JOIN,
            .data = payload,
            .size = w.size,
            .bot_sk = sk};
        engine_table_step(t, 0, &e);
        engine_table_run(t, 50);
    }
}

static void play_to(struct engine_table *t, uint64_t height)
{
    for (unsigned i = 0; look(t, 0).height < height; i++) {
        engine_table_submit(t, i % 3, OP_GAME, i % 50 == 49 ? throw_op : add_op,
            i % 50 == 49 ? sizeof throw_op : sizeof add_op);
        engine_table_run(t, 60);
    }
    engine_table_run(t, 5000);
}

/* Four members, and one has been away for long. */
static struct engine_table *away_table(bool rekey, bool big)
{
    struct engine_table *t = engine_table_create(4, true);
    assert_true(engine_table_gather(t));
    if (big) {
        add_strangers(t);
    }
    uint32_t epoch = look(t, 0).epoch;
    engine_table_link(t, AWAY, false);
    if (rekey) {
        engine_table_submit(t, 0, OP_REKEY, NULL, 0);
        engine_table_run(t, 60000);
        assert_true(look(t, 0).epoch > epoch);
        assert_int_equal(look(t, 0).members, 3);
    }
    play_to(t, look(t, AWAY).height + BLOCKS);
    assert_true(look(t, 0).height >= look(t, AWAY).height + BLOCKS);
    return t;
}

static const struct persist *block_of(const struct table_seat *s, uint64_t height)
{
    for (size_t i = 0; i < s->record_count; i++) {
        const struct persist *p = &s->records[i];
        if ((p->kind == PERSIST_BLOCK || p->kind == PERSIST_FILL) && p->height == height) {
            return p;
        }
    }
    return NULL;
}

static void assert_same_record(struct engine_table *t)
{
    for (uint64_t height = 1; height <= look(t, 0).height; height++) {
        const struct persist *a = block_of(&t->seat[0], height);
        const struct persist *b = block_of(&t->seat[AWAY], height);
        assert_true(a != NULL && b != NULL && a->size == b->size);
        assert_memory_equal(a->digest.b, b->digest.b, DIGEST_BYTES);
        assert_memory_equal(a->data, b->data, a->size);
    }
}

/* Level with the others, by one state and not by the blocks, and the record is whole. */
static void assert_back(struct engine_table *t)
{
    struct engine_status s = look(t, AWAY);
    assert_int_equal(s.height, look(t, 0).height);
    assert_memory_equal(s.state_root.b, look(t, 0).state_root.b, DIGEST_BYTES);
    assert_int_equal(s.adopted, 1);
    assert_int_equal(t->seat[AWAY].persisted[PERSIST_GAP], 2);
    assert_true(t->seat[AWAY].persisted[PERSIST_FILL] > TAKEOVER_BLOCKS / 2);
    assert_true(s.gap_to == 0 && !s.taking_over);
    assert_int_equal(t->seat[AWAY].open_ends, 0);
    assert_same_record(t);
}

/* Its questions for blocks are for any number of them: several groups come in one answer. */
static void ask_for_all(
    struct engine_table *t, unsigned from, unsigned to, uint8_t *data, size_t *size)
{
    (void)t;
    (void)to;
    if (from == AWAY && data[0] == MSG_FETCH && data[1] == FETCH_HEIGHTS && *size > 14) {
        memset(data + 2 + 4, 0, 8);
    }
}

/* Blocks that one certificate covers come into the record together, however many are in an answer: a crash between two steps leaves
 * no stretch without a certificate that the next answer would make longer. */
static void test_engine_takes_what_one_certificate_covers_in_one_step(void **state)
{
    (void)state;
    for (unsigned all = 0; all < 2; all++) {
        struct engine_table *t = engine_table_create(4, true);
        assert_true(engine_table_gather(t));
        engine_table_link(t, AWAY, false);
        uint64_t from = look(t, AWAY).height;
        play_to(t, from + 3 * COVER_MAX);
        t->tamper = all != 0 ? ask_for_all : NULL;
        engine_table_link(t, AWAY, true);
        engine_table_run(t, 8000);
        assert_int_equal(look(t, AWAY).height, look(t, 0).height);
        assert_int_equal(look(t, AWAY).adopted, 0);
        uint64_t bare = 0, longest = 0;
        for (uint64_t height = from + 1; height <= look(t, AWAY).height; height++) {
            bare = block_of(&t->seat[AWAY], height)->proof_size > 0 ? 0 : bare + 1;
            longest = bare > longest ? bare : longest;
        }
        assert_int_equal(longest, all != 0 ? COVER_MAX - 1 : FETCH_BLOCKS - 1);
        assert_int_equal(t->seat[AWAY].open_ends, 0);
        engine_table_destroy(t);
    }
}

static void come_back(struct engine_table *t)
{
    engine_table_link(t, AWAY, true);
    engine_table_run(t, 8000);
}

static void test_engine_comes_back_by_a_state_and_plays_on(void **state)
{
    (void)state;
    struct engine_table *t = away_table(false, true);
    come_back(t);
    assert_back(t);
    assert_true(look(t, AWAY).voting && look(t, AWAY).has_share);
    uint64_t votes = t->seat[AWAY].sent[MSG_FINALIZE];
    play_to(t, look(t, 0).height + 60);
    assert_true(t->seat[AWAY].sent[MSG_FINALIZE] > votes);
    assert_memory_equal(look(t, AWAY).state_root.b, look(t, 0).state_root.b, DIGEST_BYTES);
    for (unsigned kind = 0; kind < LIE_COUNT; kind++) {
        assert_int_equal(look(t, AWAY).lies[kind], 0);
    }
    /* The record that was filled restores from its first block, every signature looked at. */
    engine_table_restart(t, AWAY, true, true);
    assert_memory_equal(look(t, AWAY).state_root.b, look(t, 0).state_root.b, DIGEST_BYTES);
    engine_table_destroy(t);
}

static uint8_t lie_about; /* kind of fetch */
static unsigned lies_told, liar;

/* The first who gives such an answer is the liar: one bit of every one, always another. */
static void lie(struct engine_table *t, unsigned from, unsigned to, uint8_t *data, size_t *size)
{
    (void)t;
    size_t head = 2 + 4 + 8 + 8 + 32;
    if ((from == liar || lies_told == 0) && to == AWAY && data[0] == MSG_FETCH_RESP &&
        data[1] == lie_about && *size > head) {
        size_t at = head + (*size - head) * (lies_told % 7 + 1) / 9;
        data[at] ^= 0x10;
        lies_told++;
        liar = from;
    }
}

static void with_liar(uint8_t fetch, enum engine_lie kind)
{
    struct engine_table *t = away_table(true, fetch == FETCH_PIECE);
    lie_about = fetch;
    lies_told = 0;
    t->tamper = lie;
    engine_table_link(t, AWAY, true);
    for (unsigned i = 0; i < 12000; i++) {
        engine_table_run(t, 1);
        const struct engine_update *u = &t->seat[AWAY].update;
        if (u->lie == kind) {
            assert_memory_equal(u->liar, t->seat[liar].id_pk, ID_BYTES);
        }
    }
    assert_true(lies_told > 0);
    assert_true(look(t, AWAY).lies[kind] > 0);
    assert_back(t);
    engine_table_destroy(t);
}

static void test_engine_takes_no_bad_link_of_the_epoch_chain(void **state)
{
    (void)state;
    with_liar(FETCH_EPOCHS, LIE_EPOCHS);
}

static void test_engine_takes_no_bad_header_certificate_or_shape(void **state)
{
    (void)state;
    with_liar(FETCH_STATE, LIE_STATE);
}

static void test_engine_takes_no_bad_piece(void **state)
{
    (void)state;
    with_liar(FETCH_PIECE, LIE_PIECE);
}

static void test_engine_fills_its_record_with_no_bad_block(void **state)
{
    (void)state;
    with_liar(FETCH_HEIGHTS, LIE_BLOCKS);
}

/* Claims a height that is not there, and has nothing to show for it. */
static void boast(struct engine_table *t, unsigned from, unsigned to, uint8_t *data, size_t *size)
{
    (void)t;
    if (from == LIAR && to == AWAY && data[0] == MSG_CERT) {
        *size = 0;
    }
    if (from == LIAR && to == AWAY && data[0] == MSG_STATUS && *size > 30) {
        data[1 + 4 + 8 + 3] = 0x40;     /* height */
        data[1 + 4 + 8 + 8 + 3] = 0x40; /* final view */
    }
}

static void test_engine_names_who_claims_what_is_not_there(void **state)
{
    (void)state;
    struct engine_table *t = away_table(false, false);
    t->tamper = boast;
    engine_table_link(t, AWAY, true);
    engine_table_run(t, 60000);
    assert_back(t);
    assert_int_equal(look(t, AWAY).lies[LIE_HEIGHT], 1);
    assert_int_equal(look(t, AWAY).known_height, look(t, AWAY).height);
    engine_table_destroy(t);
}

/* Everything that can be flipped in one answer, straight into the one place that judges it. */
static struct trial {
    unsigned refused, taken, answers;
} trials[FETCH_KIND_COUNT];

static void flip_all(
    struct engine_table *t, unsigned from, unsigned to, uint8_t *data, size_t *size)
{
    static struct takeover before;
    static struct peer peers[PEERS_MAX];
    size_t head = 2 + 4 + 8 + 8 + 32;
    struct trial *trial = &trials[data[1] % FETCH_KIND_COUNT];
    if (to != AWAY || data[0] != MSG_FETCH_RESP ||
        (data[1] != FETCH_EPOCHS && data[1] != FETCH_STATE) || *size <= head ||
        trial->answers > 0) {
        return;
    }
    struct engine *e = t->seat[AWAY].engine;
    struct peer *p = engine_peer(e, t->seat[from].id_pk, false);
    if (e->take.peer != (int)(p - e->peers)) {
        return;
    }
    trial->answers++;
    before = e->take;
    memcpy(peers, e->peers, sizeof peers);
    uint64_t lies[LIE_COUNT];
    memcpy(lies, e->lies, sizeof lies);
    for (size_t bit = 8 * head; bit < 8 * *size; bit++) {
        struct fetch f;
        struct reader r = reader_of(data + 1, *size - 1);
        data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        e->up = &t->seat[AWAY].update;
        e->up->persist_count = 0;
        e->arena_used = 0;
        assert_true(fetch_decode(&f, &r));
        engine_takeover_answer(e, p, &f, &r);
        bool same = e->take.epoch == before.epoch && e->take.stage == before.stage;
        trial->refused += same && p->liar_ms != 0;
        trial->taken += !same || e->up->persist_count > 0;
        data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        e->take = before;
        memcpy(e->peers, peers, sizeof peers);
        e->up = NULL;
    }
    memcpy(e->lies, lies, sizeof lies);
}

static void test_engine_refuses_every_flipped_bit_and_comes_back_in_a_later_epoch(void **state)
{
    (void)state;
    struct engine_table *t = away_table(true, true);
    memset(trials, 0, sizeof trials);
    t->tamper = flip_all;
    come_back(t);
    for (unsigned kind = FETCH_EPOCHS; kind <= FETCH_STATE; kind++) {
        assert_int_equal(trials[kind].answers, 1);
        assert_int_equal(trials[kind].taken, 0);
        assert_true(trials[kind].refused > 8 * 300);
    }
    assert_back(t);
    assert_int_equal(look(t, AWAY).epoch, look(t, 0).epoch);
    assert_int_equal(look(t, AWAY).self, -1);
    engine_table_submit(t, AWAY, OP_REKEY, NULL, 0);
    engine_table_run(t, 8000);
    assert_int_equal(look(t, 0).members, 4);
    assert_true(look(t, AWAY).voting && look(t, AWAY).has_share);
    engine_table_destroy(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_engine_takes_what_one_certificate_covers_in_one_step),
        cmocka_unit_test(test_engine_comes_back_by_a_state_and_plays_on),
        cmocka_unit_test(test_engine_takes_no_bad_link_of_the_epoch_chain),
        cmocka_unit_test(test_engine_takes_no_bad_header_certificate_or_shape),
        cmocka_unit_test(test_engine_takes_no_bad_piece),
        cmocka_unit_test(test_engine_fills_its_record_with_no_bad_block),
        cmocka_unit_test(test_engine_names_who_claims_what_is_not_there),
        cmocka_unit_test(test_engine_refuses_every_flipped_bit_and_comes_back_in_a_later_epoch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
