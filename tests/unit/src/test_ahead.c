/* A newcomer's history, looked at before its engine gets it: the word that is given, and what it saves. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/ahead.h"
#include "tests/support/signer_fast.h"
#include "tests/support/toy_app.h"
#include "tests/unit/consensus/engine_table.h"

#include <stdatomic.h>
#include <string.h>

enum { SEATS = 4, ADDS = 24, ANSWER = 7 };

static struct engine_table *table;
static const struct persist *blocks[TABLE_RECORDS]; /* at their heights */
static uint64_t last;

static int play(void **state)
{
    (void)state;
    table = engine_table_create(SEATS, true);
    if (table == NULL || !engine_table_gather(table)) {
        return -1;
    }
    for (unsigned i = 0; i < ADDS; i++) {
        uint8_t say[5] = {i % 5 == 4 ? TOY_THROW : TOY_ADD, 0, 0, 0, (uint8_t)(i + 1)};
        engine_table_submit(table, i % SEATS, OP_GAME, say, say[0] == TOY_ADD ? 5 : 1);
        engine_table_run(table, 400);
    }
    const struct table_seat *seat = &table->seat[1];
    for (size_t i = 0; i < seat->record_count; i++) {
        if (seat->records[i].kind == PERSIST_BLOCK) {
            last = seat->records[i].height;
            blocks[last] = &seat->records[i];
        }
    }
    return 0;
}

static int put_away(void **state)
{
    (void)state;
    engine_table_destroy(table);
    return 0;
}

/* The signature that is refused; looked for from several threads. */
static uint8_t refused[SIG_BYTES];
static atomic_ullong looks;

static bool verify_counting(
    const uint8_t sig[SIG_BYTES], const uint8_t *data, size_t size, const uint8_t pk[32])
{
    atomic_fetch_add(&looks, 1);
    return memcmp(sig, refused, SIG_BYTES) != 0 && signer_fast.verify(sig, data, size, pk);
}

static struct signer counting_signer(void)
{
    struct signer s = signer_fast;
    s.verify = verify_counting;
    return s;
}

/* Answers as they come from a member, each block with its proof. */
static void look(struct ahead *a, uint64_t from, uint64_t to)
{
    static uint8_t message[MESSAGE_BYTES_MAX];
    for (uint64_t at = from; at <= to; at += ANSWER) {
        struct fetch f = {.kind = FETCH_HEIGHTS, .height = at, .view = ANSWER};
        struct writer w = writer_of(message, sizeof message);
        write_u8(&w, MSG_FETCH_RESP);
        fetch_encode(&f, &w);
        write_u64(&w, at);
        for (uint64_t h = at; h < at + ANSWER && h <= to; h++) {
            write_u32(&w, (uint32_t)blocks[h]->size);
            write_bytes(&w, blocks[h]->data, blocks[h]->size);
            write_u32(&w, (uint32_t)blocks[h]->proof_size);
            write_bytes(&w, blocks[h]->proof, blocks[h]->proof_size);
        }
        assert_false(w.bad);
        ahead_look(a, message, w.size);
    }
}

/* An authored operation's signature in the first block from a height on; its height. */
static uint64_t find_operation(uint64_t from, uint8_t sig[SIG_BYTES])
{
    for (uint64_t h = from; h <= last; h++) {
        struct block b;
        struct op op;
        size_t offset = 0;
        assert_true(block_decode(&b, blocks[h]->data, blocks[h]->size));
        while (block_next_op(&b, &offset, &op)) {
            if (!op_is_block_op(op.kind)) {
                memcpy(sig, op.sig, SIG_BYTES);
                return h;
            }
        }
    }
    return 0;
}

static void test_ahead_gives_its_word_for_every_block_that_checks(void **state)
{
    (void)state;
    struct ahead *a = ahead_create(&toy_app, &signer_fast, &table->genesis);
    if (a == NULL) {
        skip(); /* one core */
    }
    assert_true(last > 30 && last < 1024);
    assert_false(ahead_vouched(a, 1, &blocks[1]->digest));
    look(a, 3, last); /* what does not follow is left alone */
    assert_true(ahead_count(a) == 0);
    look(a, 1, 20);
    look(a, 1, last);
    for (uint64_t h = 1; h <= last; h++) {
        assert_true(ahead_vouched(a, h, &blocks[h]->digest));
        assert_false(ahead_vouched(a, h, &blocks[h % last + 1]->digest));
        assert_false(ahead_vouched(a, h + 1024, &blocks[h]->digest));
    }
    assert_true(ahead_count(a) == last);
    ahead_destroy(a);
}

static void test_ahead_gives_no_word_from_a_wrong_signature_on(void **state)
{
    (void)state;
    struct signer signer = counting_signer();
    for (uint64_t from = 1; from < last; from += 9) {
        uint64_t wrong = find_operation(from, refused);
        struct ahead *a = ahead_create(&toy_app, &signer, &table->genesis);
        if (a == NULL || wrong == 0) {
            skip();
        }
        look(a, 1, last);
        for (uint64_t h = 1; h <= last; h++) {
            assert_int_equal(ahead_vouched(a, h, &blocks[h]->digest), h < wrong);
        }
        ahead_destroy(a);
    }
    memset(refused, 0, sizeof refused);
}

static bool says_yes(void *self, uint64_t height, const struct digest *block)
{
    (void)height, (void)block;
    return *(bool *)self;
}

/* Everything up to the last block; its height in the end. */
static uint64_t follow(bool vouched, struct digest *root)
{
    struct signer signer = counting_signer();
    struct engine_config c = {.app = &toy_app,
        .signer = &signer,
        .genesis = table->genesis,
        .delta_ms = 60,
        .shares_with_finalize = true,
        .watcher = true,
        .vouching = {.self = &vouched, .vouched = says_yes}};
    memcpy(c.id_sk, table->seat[2].id_sk, sizeof c.id_sk);
    struct engine *e = engine_create(&c);
    assert_non_null(e);
    atomic_store(&looks, 0);
    uint64_t h = 1;
    while (h <= last && engine_restore_block(e, blocks[h]->data, blocks[h]->size, blocks[h]->proof,
                            blocks[h]->proof_size, false)) {
        h++;
    }
    *root = engine_inspect(e).state_root;
    engine_destroy(e);
    return h - 1;
}

static void test_engine_looks_at_no_signature_of_a_block_that_was_vouched_for(void **state)
{
    (void)state;
    struct digest one, other;
    assert_true(follow(false, &one) == last);
    unsigned long long alone = atomic_load(&looks);
    assert_true(follow(true, &other) == last);
    unsigned long long saved = alone - atomic_load(&looks);
    assert_true(saved >= ADDS && saved <= alone);
    assert_memory_equal(&one, &other, sizeof one);
    uint64_t wrong = find_operation(last / 2, refused);
    assert_true(wrong > 0 && follow(false, &one) == wrong - 1);
    assert_true(follow(true, &other) == last);
    memset(refused, 0, sizeof refused);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ahead_gives_its_word_for_every_block_that_checks),
        cmocka_unit_test(test_ahead_gives_no_word_from_a_wrong_signature_on),
        cmocka_unit_test(test_engine_looks_at_no_signature_of_a_block_that_was_vouched_for),
    };
    return cmocka_run_group_tests(tests, play, put_away);
}
