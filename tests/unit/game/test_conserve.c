#include "tests/unit/game/table_kit.h"

#include "base/prng.h"

enum { COMMANDS = 200000, COMMANDS_A_TABLE = 4000 };

static const char *const configs[] = {
    "",
    "crapless 1 odds 100 vig upfront",
    "vig upfront vig_min 25 odds 1 min 5",
    "line_required 1 max 1000000000000 odds 20",
    "ats 30_150 rtl 7 field2 3 field12 2 odds 10",
    "max 1000000000000 vig upfront odds 100",
};

static struct bet_ref random_bet(struct prng *prng)
{
    if (prng_chance(prng, 50)) {
        return (struct bet_ref){(uint8_t)prng_below(prng, 64), (uint8_t)prng_below(prng, 256)};
    }
    struct bet_ref bet = bet_of_slot((uint16_t)prng_below(prng, BET_SLOT_COUNT));
    if (prng_chance(prng, 300)) {
        bet = (struct bet_ref){(uint8_t)prng_below(prng, BET_PLACE), bet.number};
    }
    return bet;
}

static int64_t random_amount(struct prng *prng)
{
    switch (prng_below(prng, 8)) {
    case 0:
        return (int64_t)prng_below(prng, 40) - 5;
    case 1:
        return (int64_t)prng_below(prng, AMOUNT_CENTS_MAX + 10);
    case 2:
        return AMOUNT_CENTS_MAX / (1 + (int64_t)prng_below(prng, 1000));
    case 3:
        return (int64_t)prng_next(prng);
    default:
        return 60 * (1 + (int64_t)prng_below(prng, 1000));
    }
}

static enum refusal random_command(struct kit *k, struct prng *prng)
{
    uint32_t player = (uint32_t)prng_below(prng, k->t.player_count);
    struct bet_ref bet = random_bet(prng);
    switch (prng_below(prng, 8)) {
    case 0:
        return table_take(&k->t, player, bet, prng_chance(prng, 500), random_amount(prng));
    case 1:
        return table_mark(&k->t, player, bet, (enum bet_mark)prng_below(prng, 3));
    case 2:
    case 3: {
        unsigned spread = prng_chance(prng, 20) ? 8 : 6;
        unsigned low = spread == 8 ? 0 : 1;
        return table_roll(&k->t, low + (unsigned)prng_below(prng, spread),
            low + (unsigned)prng_below(prng, spread), &k->result);
    }
    default:
        return table_bet(&k->t, player, bet, random_amount(prng));
    }
}

/* What the bits say and what the amounts say is the same. */
static void assert_layout_consistent(const struct table_player *p)
{
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        bool live = (p->live[slot / 64] >> slot % 64 & 1) != 0;
        bool off = (p->marked_off[slot / 64] >> slot % 64 & 1) != 0;
        bool on = (p->marked_on[slot / 64] >> slot % 64 & 1) != 0;
        assert_true(p->bet_cents[slot] >= 0);
        assert_int_equal(live, p->bet_cents[slot] != 0);
        assert_false((off || on) && !live);
        assert_false(off && on);
    }
}

/* Rule 6.4 and 6.1: no odds without a base that carries them. */
static void assert_odds_fit(const struct kit *k)
{
    for (uint32_t player = 0; player < k->t.player_count; player++) {
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            struct bet_ref bet = bet_of_slot(slot);
            int64_t up = k->players[player].bet_cents[slot];
            if (bet_is_odds(bet.kind) && up != 0) {
                assert_true(up <= table_odds_cap_cents(&k->t, player, bet));
            }
        }
    }
}

static int64_t sum_paid(const struct roll_result *r, uint32_t player)
{
    int64_t sum = 0;
    for (size_t i = 0; i < r->payout_count; i++) {
        sum += r->payouts[i].player == player ? r->payouts[i].paid_cents : 0;
    }
    return sum;
}

static void step(struct kit *k, struct kit *before, struct prng *prng)
{
    memcpy(before->players, k->players, sizeof k->players);
    before->t = k->t;
    k->result = (struct roll_result){.payouts = k->payouts, .payout_capacity = KIT_PAYOUTS};
    enum refusal refusal = random_command(k, prng);
    assert_true(table_conserved(&k->t));
    if (refusal != REFUSAL_NONE) {
        assert_memory_equal(before->players, k->players, sizeof k->players);
        assert_memory_equal(&before->t, &k->t, sizeof k->t);
    } else if (k->result.die1 != 0) { /* rule 1.5 */
        assert_true(k->result.payout_count <= KIT_PAYOUTS);
        for (uint32_t i = 0; i < k->t.player_count; i++) {
            int64_t change = k->players[i].balance_cents - before->players[i].balance_cents;
            assert_true(change == sum_paid(&k->result, i));
        }
    }
}

static void test_money_is_conserved_under_random_commands(void **state)
{
    (void)state;
    static struct kit k;
    static struct kit before;
    struct prng prng;
    prng_seed(&prng, 13);
    for (unsigned done = 0; done < COMMANDS; done++) {
        if (done % COMMANDS_A_TABLE == 0) {
            unsigned variant = done / COMMANDS_A_TABLE % (sizeof configs / sizeof configs[0]);
            kit_open(&k, configs[variant], 3);
            for (uint32_t i = 0; i < 3 && variant % 2 == 1; i++) {
                k.players[i].balance_cents = k.players[i].issued_cents = AMOUNT_CENTS_MAX;
            }
        }
        step(&k, &before, &prng);
        if (done % 50 == 0) {
            assert_odds_fit(&k);
            for (uint32_t i = 0; i < 3; i++) {
                assert_layout_consistent(&k.players[i]);
            }
        }
    }
}

/* The checker itself: a cent that appears anywhere is seen. */
static void test_conservation_sees_a_planted_cent(void **state)
{
    (void)state;
    struct kit k;
    kit_open(&k, "", 2);
    kit_bet(&k, BET_FIELD, 0, 100);
    k.players[1].balance_cents++;
    assert_false(table_conserved(&k.t));
    k.players[1].balance_cents--;
    k.t.bank_cents--;
    assert_false(table_conserved(&k.t));
    k.t.bank_cents++;
    k.players[0].bet_cents[bet_slot((struct bet_ref){BET_FIELD, 0})]--;
    assert_false(table_conserved(&k.t));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_money_is_conserved_under_random_commands),
        cmocka_unit_test(test_conservation_sees_a_planted_cent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
