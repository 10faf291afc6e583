/* A long walk of operations nobody planned: whatever players send, right or wrong, both ledgers stay
 * one, the invariants hold (CHECK is on), and nobody is lost. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/consensus/ledger_table.h"

enum { STEPS = 1500 };

static uint32_t keyed[PLAYERS]; /* the attempt each player has sent keys for */

static bool may_author(int player)
{
    return known(player) != NULL && known(player)->standing != STANDING_NONE;
}

static void send_membership(int player)
{
    int other = (int)prng_below(&T.prng, PLAYERS);
    switch (prng_below(&T.prng, 10)) {
    case 8:
    case 9:
        submit_ballot(
            player, other, (uint8_t)(1 + prng_below(&T.prng, 2)), prng_chance(&T.prng, 500));
        break;
    case 0:
        submit(player, OP_LEAVE, NULL, 0);
        break;
    case 1:
        submit(player, OP_REKEY, NULL, 0);
        break;
    case 2:
        submit_absent(player, other);
        break;
    default:
        submit_join(player, other, prng_chance(&T.prng, 400));
        break;
    }
}

/* What the running attempt wants of a candidate, now and then somebody else's turn. */
static void send_attempt(int player)
{
    switch (state()->attempt.phase) {
    case ATTEMPT_KEYS:
        /* Once only: the harness keeps the last key it made. */
        if (is_candidate(player) && keyed[player] != state()->attempt.dkg_id) {
            keyed[player] = state()->attempt.dkg_id;
            submit_keys(player);
        }
        break;
    case ATTEMPT_DEAL:
        if (is_candidate(player)) {
            submit_honest_deal(player);
        }
        break;
    case ATTEMPT_ACK:
        submit_ack(player);
        break;
    default:
        submit_game(player, TOY_THROW_SOON);
        break;
    }
}

static void send_something(int player)
{
    if (!may_author(player)) {
        int sponsor = (int)prng_below(&T.prng, PLAYERS);
        if (standing(sponsor) == STANDING_MEMBER && prng_chance(&T.prng, 300)) {
            submit_join(player, sponsor, prng_chance(&T.prng, 300));
        }
    } else if (prng_chance(&T.prng, 40) && player != 0) {
        send_membership(player);
    } else if (prng_chance(&T.prng, 700)) {
        send_attempt(player);
    } else {
        submit_game(player, (uint8_t)(1 + prng_below(&T.prng, 5)));
    }
}

static void bring_result(unsigned *results)
{
    uint8_t body[8 + MEMBERS_MAX * BEACON_SHARE_BYTES];
    struct pending_roll roll;
    const struct dkg_public *dice = &state()->dice;
    if (!ledger_roll_binding(T.ledger, &T.head, &roll)) {
        return;
    }
    /* Shares may be of a later attempt already; then the key does not fit and none is made. */
    for (int i = 0; i < PLAYERS; i++) {
        struct point X;
        const struct dkg_share *share = &T.players[i].share;
        if (in_roster(i) && (share->member == 0 || !group_mul_base(&X, &share->x) ||
                                !point_equal(&X, &dice->X[share->member - 1]))) {
            return;
        }
    }
    size_t size = make_result(body, sizeof body);
    ledger_offer_result(T.ledger, roll.roll, body, size);
    (*results)++;
}

/* What those had in the pool who have no place any more can never be executed; an engine drops it. */
static void forget_strangers(void)
{
    for (int i = 0; i < PLAYERS; i++) {
        if (standing(i) == STANDING_NONE) {
            mempool_prune(T.pool, T.players[i].pk, UINT64_MAX);
            T.players[i].seq = known(i)->seq;
        }
    }
}

static void test_ledgers_stay_one_whatever_is_sent(void **unused)
{
    static struct dkg_share before[PLAYERS];
    unsigned results = 0, switches = 0, refused = 0;
    uint64_t last_attempt = 0;
    (void)unused;
    table_open(SEATS);
    for (int step = 0; step < STEPS; step++) {
        for (int k = 0; k < 3; k++) {
            send_something((int)prng_below(&T.prng, PLAYERS));
        }
        bring_result(&results);
        advance();
        for (uint16_t i = 0; i < T.effects.op_count; i++) {
            refused += T.effects.ops[i].refusal != 0;
        }
        switches += T.effects.epoch_switched;
        if (state()->attempt.phase == ATTEMPT_ACK && state()->attempt.dkg_id != last_attempt) {
            last_attempt = state()->attempt.dkg_id;
            for (int i = 0; i < PLAYERS; i++) {
                before[i] = T.players[i].share;
            }
            take_shares();
            for (int i = 0; i < PLAYERS; i++) {
                struct dkg_share next = T.players[i].share;
                T.players[i].share = before[i];
                before[i] = next;
            }
        }
        if (T.effects.epoch_switched) {
            for (int i = 0; i < PLAYERS; i++) {
                T.players[i].share = before[i];
            }
        }
        forget_strangers();
        for (int i = 0; i < PLAYERS; i++) {
            assert_int_equal(known(i) == NULL ? 0 : known(i)->seq, T.players[i].seq);
        }
        assert_true(state()->roster.count > 0);
    }
    assert_in_range(switches, 10, STEPS);
    assert_in_range(results, 20, STEPS);
    assert_in_range(refused, 100, STEPS * 3);
    assert_in_range(state()->roster.count, 1, SEATS);
    assert_false(state()->ended);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ledgers_stay_one_whatever_is_sent),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    table_close();
    return failed;
}
