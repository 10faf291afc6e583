/* Receipts: what is written can be checked, and nothing in it can be changed. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "consensus/ledger.h"
#include "src/game_app.h"
#include "src/receipt.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

/* A founder alone, one block that he certified himself, and another who is no member. */
static struct {
    uint8_t id_pk[32], id_sk[64], vote_pk[32], vote_sk[64], other_pk[32], other_sk[64];
    struct ledger *ledger;
    struct mempool *pool;
    struct receipt r;
    uint8_t parts[RECOVER_BYTES_MAX];
    char text[RECEIPT_FILE_BYTES_MAX];
    size_t size;
} t;

static void certify(const struct genesis *g)
{
    static uint8_t bytes[BLOCK_BYTES_MAX];
    struct digest game = genesis_game_id(g), digest;
    struct block b;
    size_t size = ledger_propose(t.ledger, &game, 0, 1, true, bytes, sizeof bytes, &digest);
    assert_true(size > 0 && block_decode(&b, bytes, size));
    struct certificate c = {.kind = VOTE_FINALIZE, .view = 1, .digest = digest, .signers = 1};
    struct vote v = {.kind = VOTE_FINALIZE, .view = 1, .digest = digest};
    vote_sign(&signer_ed25519, &v, &game, t.vote_sk);
    memcpy(c.sigs[0], v.sig, SIG_BYTES);
    struct recover *block = &t.r.block;
    *block = (struct recover){.game_id = game, .view = 1, .height = 1, .block = digest};
    block->header = b.header;
    struct writer w = writer_of(t.parts, sizeof t.parts);
    certificate_encode(&c, &w);
    block->proof = t.parts;
    block->proof_size = w.size;
    assert_true(ledger_write_state(t.ledger, &digest, &w));
    block->state = t.parts + block->proof_size;
    block->state_size = w.size - block->proof_size;
}

static void format(void)
{
    assert_int_equal(receipt_format(&t.r, ledger_app_state(t.ledger, &t.r.block.block), t.text,
                         sizeof t.text, &t.size),
        ERR_OK);
}

static int begin(void **state)
{
    (void)state;
    struct genesis g = {.version = PROTOCOL_VERSION, .profile_size = 3, .profile = "Ann"};
    struct house_rules rules = house_rules_default();
    struct writer w = writer_of(g.rules, sizeof g.rules);
    crypto_sign_keypair(t.id_pk, t.id_sk);
    crypto_sign_keypair(t.vote_pk, t.vote_sk);
    crypto_sign_keypair(t.other_pk, t.other_sk);
    house_rules_encode(&rules, &w);
    g.rules_size = (uint16_t)w.size;
    memcpy(g.founder_id, t.id_pk, 32);
    memcpy(g.founder_vote_pk, t.vote_pk, 32);
    struct digest game = genesis_game_id(&g);
    t.pool = mempool_create(&signer_ed25519, &game);
    t.ledger = ledger_create(&game_app, &signer_ed25519, &g, t.pool);
    assert_non_null(t.ledger);
    certify(&g);
    memcpy(t.r.player, t.id_pk, 32);
    assert_true(receipt_fill_chips(&t.r, ledger_app_state(t.ledger, NULL)));
    memcpy(t.r.signers[0], t.id_pk, 32);
    t.r.signer_count = 1;
    receipt_sign(&t.r, t.r.sigs[0], t.id_sk);
    format();
    return 0;
}

static int end(void **state)
{
    (void)state;
    ledger_destroy(t.ledger);
    mempool_destroy(t.pool);
    memset(&t, 0, sizeof t);
    return 0;
}

static bool checks(void)
{
    struct receipt_facts facts;
    char problem[RECEIPT_PROBLEM_BYTES] = "";
    bool right = receipt_verify(t.text, t.size, &facts, problem);
    assert_int_equal(right, problem[0] == '\0');
    return right;
}

static void test_receipt_checks_and_says_what_it_proves(void **state)
{
    (void)state;
    struct receipt_facts f;
    char problem[RECEIPT_PROBLEM_BYTES];
    assert_true(receipt_is(t.text, t.size));
    assert_true(receipt_verify(t.text, t.size, &f, problem));
    assert_string_equal(f.player, "Ann");
    assert_int_equal(f.balance_cents, house_rules_default().buy_in_cents);
    assert_int_equal(f.height, 1);
    assert_non_null(strstr(t.text, "Rack:    1000.00 chips\n"));
}

static void test_receipt_with_a_changed_byte_does_not_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < t.size; i++) {
        char was = t.text[i];
        t.text[i] = (char)(was ^ (1 << i % 7));
        assert_false(checks());
        t.text[i] = was;
    }
    for (size_t cut = 0; cut < t.size; cut += 7) {
        size_t whole = t.size;
        t.size = cut;
        assert_false(checks());
        t.size = whole;
    }
    t.text[t.size++] = '\n';
    assert_false(checks());
}

static void test_receipt_for_other_chips_does_not_check(void **state)
{
    (void)state;
    t.r.balance_cents++;
    receipt_sign(&t.r, t.r.sigs[0], t.id_sk);
    format();
    assert_false(checks());
    t.r.balance_cents--;
    t.r.layout_cents += 500;
    receipt_sign(&t.r, t.r.sigs[0], t.id_sk);
    format();
    assert_false(checks());
}

static void test_receipt_needs_the_players_and_members_signatures(void **state)
{
    (void)state;
    memcpy(t.r.signers[1], t.other_pk, 32); /* right, and no member */
    receipt_sign(&t.r, t.r.sigs[1], t.other_sk);
    t.r.signer_count = 2;
    format();
    assert_false(checks());
    memcpy(t.r.signers[1], t.id_pk, 32); /* a member, twice */
    memcpy(t.r.sigs[1], t.r.sigs[0], SIG_BYTES);
    format();
    assert_false(checks());
    t.r.signer_count = 1;
    receipt_sign(&t.r, t.r.sigs[0], t.other_sk);
    format();
    assert_false(checks());
    receipt_sign(&t.r, t.r.sigs[0], t.id_sk);
    format();
    assert_true(checks());
}

static void test_receipt_needs_the_tables_certificate(void **state)
{
    (void)state;
    t.parts[t.r.block.proof_size - 1] ^= 1;
    format();
    assert_false(checks());
    t.parts[t.r.block.proof_size - 1] ^= 1;
    t.r.block.proof_size = 0;
    format();
    assert_false(checks());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_receipt_checks_and_says_what_it_proves, begin, end),
        cmocka_unit_test_setup_teardown(
            test_receipt_with_a_changed_byte_does_not_check, begin, end),
        cmocka_unit_test_setup_teardown(test_receipt_for_other_chips_does_not_check, begin, end),
        cmocka_unit_test_setup_teardown(
            test_receipt_needs_the_players_and_members_signatures, begin, end),
        cmocka_unit_test_setup_teardown(test_receipt_needs_the_tables_certificate, begin, end),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
