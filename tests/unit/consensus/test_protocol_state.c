/* The agreed state as bytes: one encoding, and a root over all of it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "consensus/state_chunk.h"
#include "tests/unit/consensus/ledger_table.h"

static void test_state_root_is_that_of_its_definition(void **unused)
{
    static uint8_t bytes[STATE_CHUNK_BYTES + 100], leaf[4 + STATE_CHUNK_BYTES];
    uint8_t head[8 + 4 + 32] = {0};
    struct digest leaves[2];
    (void)unused;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 7);
    }
    memcpy(leaf + 4, bytes, STATE_CHUNK_BYTES);
    leaves[0] = merkle_leaf(leaf, sizeof leaf);
    leaf[3] = 1;
    memcpy(leaf + 4, bytes + STATE_CHUNK_BYTES, 100);
    leaves[1] = merkle_leaf(leaf, 104);
    struct writer w = writer_of(head, sizeof head);
    write_u64(&w, sizeof bytes);
    write_u32(&w, 2);
    struct digest root = merkle_node(&leaves[0], &leaves[1]);
    write_bytes(&w, root.b, 32);
    struct digest want = hash_tagged("craps/v1/state", head, sizeof head);
    root = state_root_of(bytes, sizeof bytes);
    assert_memory_equal(root.b, want.b, 32);
}

static void check_copy(const struct protocol_state *from)
{
    static uint8_t bytes[2][PROTOCOL_BYTES_MAX];
    static struct protocol_state to;
    memset(&to, 0xee, sizeof to);
    protocol_copy(&to, from);
    struct writer a = writer_of(bytes[0], sizeof bytes[0]);
    struct writer b = writer_of(bytes[1], sizeof bytes[1]);
    protocol_encode(from, &a);
    protocol_encode(&to, &b);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(bytes[0], bytes[1], a.size);
    assert_memory_equal(to.members_hash.b, from->members_hash.b, 32);
}

static void check_copies(void)
{
    static struct protocol_state flagged;
    check_copy(state());
    for (int i = 0; i < 4; i++) {
        protocol_copy(&flagged, state());
        flagged.closed = i == 0;
        flagged.ended = i == 1;
        flagged.rekey_wanted = i == 2;
        flagged.dkg_hash.b[0] ^= 1;
        check_copy(&flagged);
    }
}

static void check_round_trip(void)
{
    static uint8_t bytes[2][PROTOCOL_BYTES_MAX + 8192];
    static struct protocol_state back;
    static struct toy_state app;
    check_copies();
    struct writer w = writer_of(bytes[0], sizeof bytes[0]);
    protocol_encode(state(), &w);
    size_t own = w.size;
    toy_app.encode(toy(), &w);
    assert_false(w.bad);
    struct digest root = state_root_of(bytes[0], w.size), want = ledger_state_root(T.ledger);
    assert_memory_equal(root.b, want.b, 32);
    struct reader r = reader_of(bytes[0], w.size);
    memset(&back, 0xee, sizeof back);
    assert_true(protocol_decode(&back, &r));
    assert_int_equal(r.offset, own);
    assert_true(toy_app.decode(&app, &r));
    assert_true(reader_done(&r));
    struct writer again = writer_of(bytes[1], sizeof bytes[1]);
    protocol_encode(&back, &again);
    assert_int_equal(again.size, own);
    assert_memory_equal(bytes[0], bytes[1], own);
    if (state()->has_dice) {
        assert_memory_equal(back.dice.X, state()->dice.X, state()->dice.n * 32u);
    }
    for (size_t cut = 0; cut < own; cut += cut < 64 ? 1 : 61) {
        r = reader_of(bytes[0], cut);
        assert_false(protocol_decode(&back, &r));
    }
}

static void test_state_survives_its_encoding_in_every_phase(void **unused)
{
    (void)unused;
    table_open(SEATS);
    check_round_trip();
    run_switch();
    check_round_trip();
    submit_join(1, 0, false);
    submit_join(2, 0, true);
    submit_game(0, TOY_THROW);
    advance();
    assert_true(state()->roll.active && !state()->roll.bound);
    check_round_trip();
    submit_keys(0);
    advance();
    assert_true(state()->roll.bound);
    check_round_trip();
    submit_keys(1);
    advance();
    submit_honest_deal(1);
    advance();
    assert_int_equal(
        state()->attempt.deals_in, 1u << roster_find(&state()->attempt.roster, T.players[1].pk));
    check_round_trip();
    submit_honest_deal(0);
    advance();
    assert_int_equal(state()->attempt.phase, ATTEMPT_ACK);
    check_round_trip();
}

/* Whatever bytes decode, they are the encoding of what they decoded to: a state has one form. */
static void test_only_the_one_encoding_of_a_state_decodes(void **unused)
{
    static uint8_t bytes[PROTOCOL_BYTES_MAX], again[PROTOCOL_BYTES_MAX];
    static struct protocol_state back;
    unsigned refused = 0;
    (void)unused;
    table_with_members(2);
    submit_join(2, 0, false);
    submit_join(5, 0, true);
    submit_game(0, TOY_THROW);
    advance();
    all_candidates(submit_keys);
    advance();
    submit_honest_deal(1);
    advance();
    struct writer w = writer_of(bytes, sizeof bytes);
    protocol_encode(state(), &w);
    for (size_t bit = 0; bit < w.size * 8; bit += bit < 64 ? 1 : 3) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        struct reader r = reader_of(bytes, sizeof bytes);
        if (protocol_decode(&back, &r)) {
            struct writer copy = writer_of(again, sizeof again);
            protocol_encode(&back, &copy);
            assert_int_equal(copy.size, r.offset);
            assert_memory_equal(again, bytes, copy.size);
            for (uint16_t i = 0; i < back.attempt.roster.count; i++) {
                assert_in_range(back.attempt.deal_size[i], 0, DKG_DEAL_BYTES_MAX);
            }
            for (uint16_t i = 1; i < back.identity_count; i++) {
                assert_true(memcmp(back.identities[i - 1].id_pk, back.identities[i].id_pk, 32) < 0);
            }
        } else {
            refused++;
        }
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_not_equal(refused, 0);
}

static void test_state_root_covers_length_count_and_every_chunk(void **unused)
{
    static uint8_t bytes[3 * STATE_CHUNK_BYTES + 1];
    static const size_t sizes[] = {0, 1, STATE_CHUNK_BYTES - 1, STATE_CHUNK_BYTES,
        STATE_CHUNK_BYTES + 1, 3 * STATE_CHUNK_BYTES, 3 * STATE_CHUNK_BYTES + 1};
    struct digest roots[7];
    (void)unused;
    for (size_t i = 0; i < 7; i++) {
        roots[i] = state_root_of(bytes, sizes[i]);
        for (size_t k = 0; k < i; k++) {
            assert_memory_not_equal(roots[i].b, roots[k].b, 32);
        }
    }
    for (size_t at = 0; at < sizeof bytes; at += 4096) {
        bytes[at] ^= 1;
        struct digest other = state_root_of(bytes, sizeof bytes);
        assert_memory_not_equal(other.b, roots[6].b, 32);
        bytes[at] ^= 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_state_root_is_that_of_its_definition),
        cmocka_unit_test(test_state_survives_its_encoding_in_every_phase),
        cmocka_unit_test(test_only_the_one_encoding_of_a_state_decodes),
        cmocka_unit_test(test_state_root_covers_length_count_and_every_chunk),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    table_close();
    return failed;
}
