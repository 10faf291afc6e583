#include "tests/unit/game/table_kit.h"

#include "game/resolve.h"
#include "game/slot_sets.h"

/* Rows of expectations: for every total what happens to a stake, over all 36 rolls.
 * 'W' wins and comes down, 'w' wins and stays up, 'L' loses, 'P' pushes, 'T' travels, '.' nothing.
 * One letter a total from 2 to 12. */
struct row {
    uint8_t kind;
    uint8_t number;
    const char *come_out; /* NULL: cannot be up then */
    const char *point;    /* on the point of `puck`; NULL: cannot be up then */
    uint8_t puck;
    int64_t stake;
    int64_t winnings;
};

/* Stakes are not the easy multiples, so that rounding shows (rule 1.4). */
static const struct row race_rows[] = {
    {BET_PASS, 0, "LL...W...WL", "....WL.....", 6, 101, 101},
    {BET_PASS, 0, "LL...W...WL", "..W..L.....", 4, 101, 101},
    {BET_DONT_PASS, 0, "WW...L...LP", "....LW.....", 6, 101, 101},
    {BET_DONT_PASS, 0, "WW...L...LP", ".....W..L..", 10, 101, 101},
    {BET_COME, 0, NULL, "LLTTTWTTTWL", 6, 101, 101},
    {BET_DONT_COME, 0, NULL, "WWTTTLTTTLP", 5, 101, 101},
    {BET_PUT, 4, NULL, "..W..L.....", 6, 101, 101},
    {BET_PUT, 6, NULL, "....WL.....", 6, 101, 101},
    {BET_PASS_ODDS, 0, NULL, "..W..L.....", 4, 101, 202},
    {BET_PASS_ODDS, 0, NULL, "...W.L.....", 5, 101, 151},
    {BET_PASS_ODDS, 0, NULL, "....WL.....", 6, 101, 121},
    {BET_PASS_ODDS, 0, NULL, ".....LW....", 8, 101, 121},
    {BET_PASS_ODDS, 0, NULL, ".....L.W...", 9, 101, 151},
    {BET_PASS_ODDS, 0, NULL, ".....L..W..", 10, 101, 202},
    {BET_DONT_PASS_ODDS, 0, NULL, "..L..W.....", 4, 101, 50},
    {BET_DONT_PASS_ODDS, 0, NULL, "...L.W.....", 5, 101, 67},
    {BET_DONT_PASS_ODDS, 0, NULL, "....LW.....", 6, 101, 84},
    {BET_DONT_PASS_ODDS, 0, NULL, ".....WL....", 8, 101, 84},
    {BET_DONT_PASS_ODDS, 0, NULL, ".....W.L...", 9, 101, 67},
    {BET_DONT_PASS_ODDS, 0, NULL, ".....W..L..", 10, 101, 50},
    {BET_PLACE, 4, "...........", "..w..L.....", 6, 101, 181},
    {BET_PLACE, 5, "...........", "...w.L.....", 5, 5, 7},
    {BET_PLACE, 6, "...........", "....wL.....", 4, 5, 5},
    {BET_PLACE, 8, "...........", ".....Lw....", 8, 101, 117},
    {BET_PLACE, 9, "...........", ".....L.w...", 6, 101, 141},
    {BET_PLACE, 10, "...........", ".....L..w..", 6, 101, 181},
    {BET_PLACE_TO_LOSE, 4, "..L..W.....", "..L..W.....", 6, 101, 45},
    {BET_PLACE_TO_LOSE, 5, "...L.W.....", "...L.W.....", 6, 101, 63},
    {BET_PLACE_TO_LOSE, 6, "....LW.....", "....LW.....", 6, 101, 80},
    {BET_PLACE_TO_LOSE, 10, ".....W..L..", ".....W..L..", 6, 101, 45},
    {BET_BUY, 4, "...........", "..w..L.....", 6, 101, 196}, /* 202 less 5.05, rounded up */
    {BET_BUY, 5, "...........", "...w.L.....", 6, 101, 145},
    {BET_BUY, 8, "...........", ".....Lw....", 6, 101, 115},
    {BET_BUY, 10, "...........", ".....L..w..", 6, 1, 1},
    {BET_LAY, 4, "..L..W.....", "..L..W.....", 6, 101, 47}, /* 50 less 2.5, rounded up */
    {BET_LAY, 5, "...L.W.....", "...L.W.....", 6, 101, 63},
    {BET_LAY, 6, "....LW.....", "....LW.....", 6, 101, 79},
    {BET_LAY, 4, "..L..W.....", "..L..W.....", 6, 1, 0}, /* a win of nothing is a win */
    {BET_BIG6, 0, "....wL.....", "....wL.....", 4, 101, 101},
    {BET_BIG8, 0, ".....Lw....", ".....Lw....", 8, 101, 101},
    {BET_YES, 2, "W....L.....", "W....L.....", 6, 101, 593},
    {BET_YES, 3, ".W...L.....", ".W...L.....", 6, 101, 296},
    {BET_YES, 4, "..W..L.....", "..W..L.....", 6, 101, 197},
    {BET_YES, 5, "...W.L.....", "...W.L.....", 6, 101, 148},
    {BET_YES, 6, "....WL.....", "....WL.....", 6, 101, 119},
    {BET_YES, 12, ".....L....W", ".....L....W", 6, 101, 593},
    {BET_NO, 2, "L....W.....", "L....W.....", 6, 101, 16},
    {BET_NO, 3, ".L...W.....", ".L...W.....", 6, 101, 33},
    {BET_NO, 4, "..L..W.....", "..L..W.....", 6, 101, 49},
    {BET_NO, 5, "...L.W.....", "...L.W.....", 6, 101, 65},
    {BET_NO, 6, "....LW.....", "....LW.....", 6, 101, 82},
    {BET_NO, 11, ".....W...L.", ".....W...L.", 6, 101, 33},
    {BET_MUGGSY, 0, "LL...W...LL", NULL, 0, 101, 202},
    {BET_MUGGSY, 0, NULL, "LLLLLWLLLLL", 4, 101, 303},
};

/* Puts the bet up so that it meets the next roll with the puck as wanted. */
static void put_up(struct kit *k, const struct row *row, unsigned puck)
{
    unsigned kind = row->kind;
    bool line = kind == BET_PASS || kind == BET_DONT_PASS || kind == BET_MUGGSY;
    unsigned base = bet_is_odds(kind) ? kind - BET_ODDS_OFFSET : kind;
    if (line || base == BET_PASS || base == BET_DONT_PASS) {
        kit_bet(k, base, 0, row->stake);
    }
    if (puck != 0) {
        kit_total(k, puck);
    }
    if (!line) {
        kit_bet(k, kind, row->number, row->stake);
    }
}

static char seen(const struct kit *k, const struct payout *p, const struct row *row)
{
    static const char letters[] = {
        [PAYOUT_LOSE] = 'L', [PAYOUT_PUSH] = 'P', [PAYOUT_TRAVEL] = 'T', [PAYOUT_WIN] = 'W'};
    int64_t up = kit_amount(k, row->kind, row->number);
    if (p == NULL) {
        assert_int_equal(up, row->stake);
        return '.';
    }
    assert_int_equal(p->amount_cents, row->stake);
    int64_t paid[] = {
        [PAYOUT_LOSE] = 0,
        [PAYOUT_PUSH] = row->stake,
        [PAYOUT_TRAVEL] = 0,
        [PAYOUT_WIN] = row->winnings + row->stake - up,
    };
    assert_int_equal(p->paid_cents, paid[p->result]);
    assert_true(up == 0 || (p->result == PAYOUT_WIN && up == row->stake));
    return up != 0 ? 'w' : letters[p->result];
}

static void check_row(const struct row *row, const char *config, unsigned puck, const char *want)
{
    struct kit start;
    struct kit k;
    kit_open(&start, config, 1);
    put_up(&start, row, puck);
    for (unsigned die1 = 1; die1 <= 6; die1++) {
        for (unsigned die2 = 1; die2 <= 6; die2++) {
            unsigned total = die1 + die2;
            kit_copy(&k, &start);
            int64_t before = k.players[0].balance_cents;
            kit_roll(&k, die1, die2);
            unsigned number = want[total - 2] == 'T' ? total : row->number;
            const struct payout *p = kit_payout(&k, row->kind, number);
            char got = seen(&k, p, row);
            int64_t others = 0;
            for (size_t i = 0; i < k.result.payout_count; i++) {
                others += &k.payouts[i] == p ? 0 : k.payouts[i].paid_cents;
            }
            if (got != want[total - 2]) {
                fail_msg("%s %u on %u-%u with puck %u: %c, not %c", bet_specs[row->kind].name,
                    row->number, die1, die2, puck, got, want[total - 2]);
            }
            int64_t paid = (p == NULL ? 0 : p->paid_cents) + others;
            assert_int_equal(k.players[0].balance_cents - before, paid);
            if (got == 'T') {
                assert_int_equal(kit_amount(&k, row->kind, total), row->stake);
            }
        }
    }
}

static void test_race_bets_decide_every_roll_in_both_phases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof race_rows / sizeof race_rows[0]; i++) {
        if (race_rows[i].come_out != NULL) {
            check_row(&race_rows[i], "", 0, race_rows[i].come_out);
        }
        if (race_rows[i].point != NULL) {
            check_row(&race_rows[i], "", race_rows[i].puck, race_rows[i].point);
        }
    }
}

static const struct row crapless_rows[] = {
    {BET_PASS, 0, ".....W.....", "W....L.....", 2, 101, 101},
    {BET_PASS, 0, ".....W.....", ".....L...W.", 11, 101, 101},
    {BET_COME, 0, NULL, "TTTTTWTTTTT", 3, 101, 101},
    {BET_PUT, 12, NULL, ".....L....W", 6, 101, 101},
    {BET_PASS_ODDS, 0, NULL, "W....L.....", 2, 101, 606},
    {BET_PASS_ODDS, 0, NULL, ".W...L.....", 3, 101, 303},
    {BET_PASS_ODDS, 0, NULL, ".....L....W", 12, 101, 606},
    {BET_PLACE, 2, "...........", "w....L.....", 6, 101, 555},
    {BET_PLACE, 11, "...........", ".....L...w.", 6, 101, 277},
    {BET_BUY, 3, "...........", ".w...L.....", 6, 101, 297},
    {BET_BUY, 12, "...........", ".....L....w", 6, 101, 600},
};

static void test_crapless_bets_decide_every_roll(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof crapless_rows / sizeof crapless_rows[0]; i++) {
        if (crapless_rows[i].come_out != NULL) {
            check_row(&crapless_rows[i], "crapless 1", 0, crapless_rows[i].come_out);
        }
        check_row(&crapless_rows[i], "crapless 1", crapless_rows[i].puck, crapless_rows[i].point);
    }
}

/* One-roll bets: what comes back of the stake, the stake included, by total from 2 to 12. */
static const struct {
    uint8_t kind;
    uint8_t number;
    int64_t stake;
    int64_t paid[11];
} one_roll_rows[] = {
    {BET_FIELD, 0, 101, {303, 202, 202, 0, 0, 0, 0, 202, 202, 202, 404}},
    {BET_ANY_SEVEN, 0, 101, {[5] = 505}},
    {BET_ANY_CRAPS, 0, 101, {[0] = 808, [1] = 808, [10] = 808}},
    {BET_ACES, 0, 101, {[0] = 3131}},
    {BET_ACE_DEUCE, 0, 101, {[1] = 1616}},
    {BET_YO, 0, 101, {[9] = 1616}},
    {BET_BOXCARS, 0, 101, {[10] = 3131}},
    {BET_NEXT, 2, 101, {[0] = 3565}},
    {BET_NEXT, 3, 101, {[1] = 1783}},
    {BET_NEXT, 4, 101, {[2] = 1189}},
    {BET_NEXT, 5, 101, {[3] = 892}},
    {BET_NEXT, 6, 101, {[4] = 715}},
    {BET_NEXT, 7, 101, {[5] = 595}},
    {BET_NEXT, 8, 101, {[6] = 715}},
    {BET_NEXT, 9, 101, {[7] = 892}},
    {BET_NEXT, 10, 101, {[8] = 1189}},
    {BET_NEXT, 11, 101, {[9] = 1783}},
    {BET_NEXT, 12, 101, {[10] = 3565}},
    {BET_HORN, 0, 404, {[0] = 3131, [1] = 1616, [9] = 1616, [10] = 3131}},
    {BET_HORN_HIGH_2, 0, 505, {[0] = 6262, [1] = 1616, [9] = 1616, [10] = 3131}},
    {BET_HORN_HIGH_3, 0, 505, {[0] = 3131, [1] = 3232, [9] = 1616, [10] = 3131}},
    {BET_HORN_HIGH_11, 0, 505, {[0] = 3131, [1] = 1616, [9] = 3232, [10] = 3131}},
    {BET_HORN_HIGH_12, 0, 505, {[0] = 3131, [1] = 1616, [9] = 1616, [10] = 6262}},
    {BET_C_AND_E, 0, 202, {[0] = 808, [1] = 808, [9] = 1616, [10] = 808}},
    {BET_WORLD, 0, 505, {[0] = 3131, [1] = 1616, [5] = 505, [9] = 1616, [10] = 3131}},
};

static void check_one_roll(struct kit *k, unsigned kind, unsigned number, int64_t stake,
    unsigned die1, unsigned die2, int64_t want)
{
    kit_bet(k, kind, number, stake);
    kit_roll(k, die1, die2);
    const struct payout *p = kit_payout(k, kind, number);
    assert_non_null(p);
    assert_int_equal(p->paid_cents, want);
    unsigned result = want == 0 ? PAYOUT_LOSE : want == stake ? PAYOUT_PUSH : PAYOUT_WIN;
    assert_int_equal(p->result, result);
    assert_int_equal(kit_amount(k, kind, number), 0);
}

static void test_one_roll_bets_pay_every_roll_in_both_phases(void **state)
{
    (void)state;
    for (unsigned point = 0; point <= 6; point += 6) {
        struct kit start;
        kit_open(&start, "", 1);
        if (point != 0) {
            kit_total(&start, point);
        }
        for (unsigned roll = 0; roll < 36; roll++) {
            unsigned die1 = roll / 6 + 1;
            unsigned die2 = roll % 6 + 1;
            struct kit k;
            for (size_t i = 0; i < sizeof one_roll_rows / sizeof one_roll_rows[0]; i++) {
                kit_copy(&k, &start);
                check_one_roll(&k, one_roll_rows[i].kind, one_roll_rows[i].number,
                    one_roll_rows[i].stake, die1, die2, one_roll_rows[i].paid[die1 + die2 - 2]);
            }
            for (unsigned hop = 11; hop <= 66; hop++) {
                if (!bet_number_allowed((struct bet_ref){BET_HOP, (uint8_t)hop}, false)) {
                    continue;
                }
                bool hit = hop == 10 * die1 + die2 || hop == 10 * die2 + die1;
                kit_copy(&k, &start);
                check_one_roll(&k, BET_HOP, hop, 101, die1, die2,
                    !hit           ? 0
                    : die1 == die2 ? 3131
                                   : 1616);
            }
        }
    }
}

static void test_field_pays_two_and_twelve_as_configured(void **state)
{
    (void)state;
    for (unsigned two = 2; two <= 3; two++) {
        for (unsigned twelve = 2; twelve <= 3; twelve++) {
            char config[40];
            snprintf(config, sizeof config, "field2 %u field12 %u", two, twelve);
            struct kit k;
            kit_open(&k, config, 1);
            check_one_roll(&k, BET_FIELD, 0, 100, 1, 1, 100 * (1 + two));
            check_one_roll(&k, BET_FIELD, 0, 100, 6, 6, 100 * (1 + twelve));
        }
    }
}

static void test_hardways_want_the_pair_before_the_easy_way_or_seven(void **state)
{
    (void)state;
    for (unsigned number = 4; number <= 10; number += 2) {
        int64_t winnings = number == 4 || number == 10 ? 707 : 909;
        for (unsigned roll = 0; roll < 36; roll++) {
            unsigned die1 = roll / 6 + 1;
            unsigned die2 = roll % 6 + 1;
            struct kit k;
            kit_open(&k, "", 1);
            kit_bet(&k, BET_HARD, number, 101);
            kit_roll(&k, die1, die2); /* off on the come-out */
            assert_int_equal(kit_amount(&k, BET_HARD, number), 101);
            kit_open(&k, "", 1);
            kit_total(&k, 5);
            kit_bet(&k, BET_HARD, number, 101);
            kit_roll(&k, die1, die2);
            const struct payout *p = kit_payout(&k, BET_HARD, number);
            bool decided = die1 + die2 == number || die1 + die2 == 7;
            bool won = die1 + die2 == number && die1 == die2;
            assert_int_equal(p != NULL, decided);
            assert_int_equal(kit_amount(&k, BET_HARD, number), decided && !won ? 0 : 101);
            if (decided) {
                assert_int_equal(p->paid_cents, won ? winnings : 0);
                assert_int_equal(p->result, won ? PAYOUT_WIN : PAYOUT_LOSE);
            }
        }
    }
}

/* Rule 5.6 for every number, with odds on the old bet. */
static void test_come_goes_off_and_on(void **state)
{
    (void)state;
    for (unsigned n = 4; n <= 10; n += n == 6 ? 2 : 1) {
        struct kit k;
        unsigned puck = n == 4 ? 5 : 4;
        kit_open(&k, "", 1);
        kit_total(&k, puck);
        kit_bet(&k, BET_COME, 0, 100);
        kit_bet(&k, BET_DONT_COME, 0, 100);
        kit_total(&k, n);
        kit_bet(&k, BET_COME, 0, 70);
        kit_bet(&k, BET_DONT_COME, 0, 80);
        kit_bet(&k, BET_COME_ODDS, n, 30);
        kit_bet(&k, BET_DONT_COME_ODDS, n, 30);
        kit_mark(&k, BET_COME_ODDS, n, MARK_ON);
        kit_total(&k, n);
        assert_int_equal(k.result.payout_count, 6);
        assert_int_equal(kit_amount(&k, BET_COME, n), 70);
        assert_int_equal(kit_amount(&k, BET_DONT_COME, n), 80);
        assert_int_equal(kit_amount(&k, BET_COME, 0) + kit_amount(&k, BET_DONT_COME, 0), 0);
        assert_int_equal(kit_amount(&k, BET_COME_ODDS, n), 0);
        assert_int_equal(kit_amount(&k, BET_DONT_COME_ODDS, n), 0);
        assert_int_equal(kit_payout(&k, BET_COME, n)->paid_cents, 200);
        kit_bet(&k, BET_COME_ODDS, n, 30);
        uint16_t slot = bet_slot((struct bet_ref){BET_COME_ODDS, (uint8_t)n});
        assert_int_equal(table_bet_mark(&k.players[0], slot), MARK_DEFAULT);
    }
}

/* Rules 6.5, 6.6, 7.6, 7.7, 9.1: every markable kind, each mark, both phases: does it work on a 7? */
static void test_marks_decide_what_works(void **state)
{
    (void)state;
    static const struct {
        uint8_t kind;
        uint8_t number;
        bool off_on_come_out;
    } rows[] = {
        {BET_PLACE, 9, true},
        {BET_BUY, 9, true},
        {BET_HARD, 6, true},
        {BET_COME_ODDS, 9, true},
        {BET_PUT_ODDS, 9, true},
        {BET_PLACE_TO_LOSE, 9, false},
        {BET_LAY, 9, false},
        {BET_BIG6, 0, false},
        {BET_BIG8, 0, false},
        {BET_DONT_COME_ODDS, 9, false},
        {BET_PASS_ODDS, 0, false},
        {BET_DONT_PASS_ODDS, 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (unsigned variant = 0; variant < 6; variant++) {
            enum bet_mark mark = (enum bet_mark)(variant % 3);
            bool come_out = variant >= 3;
            bool line = rows[i].kind == BET_PASS_ODDS || rows[i].kind == BET_DONT_PASS_ODDS;
            struct kit k;
            if (line && come_out) {
                continue;
            }
            kit_open(&k, "", 1);
            kit_bet(&k, BET_PASS, 0, 100);
            kit_bet(&k, BET_DONT_PASS, 0, 100);
            kit_total(&k, 5);
            kit_bet(&k, BET_COME, 0, 100);
            kit_bet(&k, BET_DONT_COME, 0, 100);
            kit_total(&k, 9);
            kit_bet(&k, BET_PUT, 9, 100);
            kit_bet(&k, rows[i].kind, rows[i].number, 100);
            if (come_out) {
                kit_total(&k, 5);
            }
            kit_mark(&k, rows[i].kind, rows[i].number, mark);
            bool works =
                mark == MARK_ON || (mark == MARK_DEFAULT && !(come_out && rows[i].off_on_come_out));
            uint16_t slot = bet_slot((struct bet_ref){rows[i].kind, rows[i].number});
            assert_int_equal(table_bet_works(&k.t, &k.players[0], slot), works);
            kit_total(&k, 7);
            const struct payout *p = kit_payout(&k, rows[i].kind, rows[i].number);
            if (works) {
                assert_true(p != NULL && p->result != PAYOUT_PUSH);
            } else if (bet_is_odds(rows[i].kind)) {
                assert_true(p != NULL && p->result == PAYOUT_PUSH && p->paid_cents == 100);
            } else {
                assert_null(p);
                assert_int_equal(kit_amount(&k, rows[i].kind, rows[i].number), 100);
            }
        }
    }
}

static bool in_set(const uint64_t set[BET_SLOT_WORDS], uint16_t slot)
{
    return (set[slot / 64] >> slot % 64 & 1) != 0;
}

/* A roll that skips a bet must have had nothing to say about it: every slot, roll, point and counters that let every hand
 * bet win. */
static void check_sets(const struct roll_view *view, uint16_t slot)
{
    struct bet_ref bet = bet_of_slot(slot);
    bool one_roll = bet_specs[bet.kind].one_roll;
    struct decision d = resolve_bet(view, bet, 60, true);
    assert_int_equal(in_set(slots_one_roll, slot), one_roll);
    if (!one_roll) {
        assert_false(in_set(slots_paid_on[view->total], slot));
        assert_true(d.verdict == VERDICT_NONE || in_set(slots_touched_by[view->total], slot));
        return;
    }
    bool paid = d.verdict != VERDICT_LOSE;
    bool skipped = bet.kind == BET_HOP ? bet.number != view->hop_number
                                       : !in_set(slots_paid_on[view->total], slot);
    assert_int_equal(paid, !skipped);
    assert_false(in_set(slots_touched_by[view->total], slot));
}

static void test_slot_sets_skip_only_what_a_roll_leaves_alone(void **state)
{
    (void)state;
    for (unsigned crapless = 0; crapless <= 1; crapless++) {
        struct table_config c = table_config_default();
        c.crapless = crapless != 0;
        for (unsigned full = 0; full <= 1; full++) {
            struct hand_counters hand = {.rolls = full ? 60 : 2, .doubles = full ? 63 : 0};
            for (unsigned n = 2; n <= 12 && full; n++) {
                hand.fell[n] = 9;
                hand.made[n < 11 ? n : 0] = 4;
            }
            for (unsigned point = 0; point <= 12; point++) {
                if (point != 0 &&
                    !bet_number_allowed((struct bet_ref){BET_PUT, (uint8_t)point}, c.crapless)) {
                    continue;
                }
                for (unsigned roll = 0; roll < 36; roll++) {
                    struct roll_view view =
                        roll_view_of(&c, &hand, roll / 6 + 1, roll % 6 + 1, point);
                    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
                        check_sets(&view, slot);
                    }
                }
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_race_bets_decide_every_roll_in_both_phases),
        cmocka_unit_test(test_crapless_bets_decide_every_roll),
        cmocka_unit_test(test_one_roll_bets_pay_every_roll_in_both_phases),
        cmocka_unit_test(test_field_pays_two_and_twelve_as_configured),
        cmocka_unit_test(test_hardways_want_the_pair_before_the_easy_way_or_seven),
        cmocka_unit_test(test_come_goes_off_and_on),
        cmocka_unit_test(test_marks_decide_what_works),
        cmocka_unit_test(test_slot_sets_skip_only_what_a_roll_leaves_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
