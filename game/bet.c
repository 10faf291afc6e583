#include "game/bet.h"

#include "game/slots.h"

#include <string.h>

#define N(n)   (1u << (n))
#define POINTS (N(4) | N(5) | N(6) | N(8) | N(9) | N(10))
#define BOXES  (POINTS | N(2) | N(3) | N(11) | N(12))
#define TOTALS (BOXES | N(7))
#define HARDS  (N(4) | N(6) | N(8) | N(10))

/* A kind without a number has number 0. */
#define PLAIN N(0)

#define SIMPLE(word)        .name = word, .form = BET_NUMBER_NONE, .numbers = PLAIN, .multiple = 1
#define NUMBERED(word, set) .name = word, .form = BET_NUMBER_POINT, .numbers = (set), .multiple = 1
#define ALSO_CRAPLESS       .crapless = PLAIN
#define ONE_ROLL(word, unit)                                                                       \
    {                                                                                              \
        .name = word, .form = BET_NUMBER_NONE, .numbers = PLAIN, .multiple = (unit),               \
        ALSO_CRAPLESS, .one_roll = true                                                            \
    }
#define WHOLE_HAND(word)                                                                           \
    {                                                                                              \
        SIMPLE(word), ALSO_CRAPLESS, .when = BET_ON_FRESH_HAND, .hand_bet = true                   \
    }
#define WHOLE_HAND_STANDARD(word)                                                                  \
    {                                                                                              \
        SIMPLE(word), .when = BET_ON_FRESH_HAND, .hand_bet = true                                  \
    }

const struct bet_spec bet_specs[BET_KIND_COUNT] = {
    [BET_PASS] = {SIMPLE("pass"), ALSO_CRAPLESS, .when = BET_ON_COME_OUT},
    [BET_DONT_PASS] = {SIMPLE("dont_pass"), .when = BET_ON_COME_OUT},
    [BET_COME] = {.name = "come",
        .form = BET_NUMBER_TRAVELLED,
        .numbers = PLAIN | POINTS,
        .crapless = PLAIN | BOXES,
        .multiple = 1,
        .when = BET_ON_POINT},
    [BET_DONT_COME] = {.name = "dont_come",
        .form = BET_NUMBER_TRAVELLED,
        .numbers = PLAIN | POINTS,
        .multiple = 1,
        .when = BET_ON_POINT},
    [BET_PUT] = {NUMBERED("put", POINTS), .crapless = BOXES, .when = BET_ON_POINT},
    [BET_PASS_ODDS] = {SIMPLE("pass_odds"), ALSO_CRAPLESS, .when = BET_ON_POINT, .markable = true},
    [BET_DONT_PASS_ODDS] = {SIMPLE("dont_pass_odds"), .when = BET_ON_POINT, .markable = true},
    [BET_COME_ODDS] = {NUMBERED("come_odds", POINTS), .crapless = BOXES, .markable = true,
        .off_on_come_out = true},
    [BET_DONT_COME_ODDS] = {NUMBERED("dont_come_odds", POINTS), .markable = true},
    [BET_PUT_ODDS] = {NUMBERED("put_odds", POINTS), .crapless = BOXES, .markable = true,
        .off_on_come_out = true},
    [BET_PLACE] = {NUMBERED("place", POINTS), .crapless = BOXES, .markable = true,
        .off_on_come_out = true, .stays_up = true},
    [BET_PLACE_TO_LOSE] = {NUMBERED("place_to_lose", POINTS), .crapless = POINTS, .markable = true},
    [BET_BUY] = {NUMBERED("buy", POINTS), .crapless = BOXES, .markable = true,
        .off_on_come_out = true, .stays_up = true},
    [BET_LAY] = {NUMBERED("lay", POINTS), .crapless = POINTS, .markable = true},
    [BET_HARD] = {NUMBERED("hard", HARDS), .crapless = HARDS, .markable = true,
        .off_on_come_out = true, .stays_up = true},
    [BET_BIG6] = {SIMPLE("big6"), ALSO_CRAPLESS, .markable = true, .stays_up = true},
    [BET_BIG8] = {SIMPLE("big8"), ALSO_CRAPLESS, .markable = true, .stays_up = true},
    [BET_YES] = {NUMBERED("yes", BOXES), .crapless = BOXES},
    [BET_NO] = {NUMBERED("no", BOXES), .crapless = BOXES},
    [BET_FIELD] = ONE_ROLL("field", 1),
    [BET_ANY_SEVEN] = ONE_ROLL("any_seven", 1),
    [BET_ANY_CRAPS] = ONE_ROLL("any_craps", 1),
    [BET_ACES] = ONE_ROLL("aces", 1),
    [BET_ACE_DEUCE] = ONE_ROLL("ace_deuce", 1),
    [BET_YO] = ONE_ROLL("yo", 1),
    [BET_BOXCARS] = ONE_ROLL("boxcars", 1),
    [BET_HOP] = {.name = "hop",
        .form = BET_NUMBER_DICE,
        .crapless = PLAIN,
        .multiple = 1,
        .one_roll = true},
    [BET_NEXT] = {NUMBERED("next", TOTALS), .crapless = TOTALS, .one_roll = true},
    [BET_HORN] = ONE_ROLL("horn", 4),
    [BET_HORN_HIGH_2] = ONE_ROLL("horn_high_2", 5),
    [BET_HORN_HIGH_3] = ONE_ROLL("horn_high_3", 5),
    [BET_HORN_HIGH_11] = ONE_ROLL("horn_high_11", 5),
    [BET_HORN_HIGH_12] = ONE_ROLL("horn_high_12", 5),
    [BET_C_AND_E] = ONE_ROLL("c_and_e", 2),
    [BET_WORLD] = ONE_ROLL("world", 5),
    [BET_ALL_SMALL] = WHOLE_HAND("all_small"),
    [BET_ALL_TALL] = WHOLE_HAND("all_tall"),
    [BET_ALL] = WHOLE_HAND("all"),
    [BET_REPEATER] = {NUMBERED("repeater", BOXES), .crapless = BOXES, .when = BET_ON_FRESH_HAND,
        .hand_bet = true},
    [BET_DIFFERENT_DOUBLES] = WHOLE_HAND("different_doubles"),
    [BET_FIRE] = WHOLE_HAND_STANDARD("fire"),
    [BET_RIDE_THE_LINE] = WHOLE_HAND_STANDARD("ride_the_line"),
    [BET_REPLAY] = WHOLE_HAND_STANDARD("replay"),
    [BET_HOT_SHOOTER] = WHOLE_HAND_STANDARD("hot_shooter"),
    [BET_MUGGSY] = {SIMPLE("muggsy"), .when = BET_ON_COME_OUT},
};

_Static_assert(BET_PASS == 0 && BET_PUT - BET_PASS + 1 == BET_ODDS_OFFSET &&
                   BET_COME_ODDS == BET_COME + BET_ODDS_OFFSET &&
                   BET_PUT_ODDS == BET_PUT + BET_ODDS_OFFSET,
    "odds kinds follow their base kinds");

_Static_assert((int)SLOTS_LISTED == (int)BET_SLOT_COUNT, "every slot has its bet");

enum { FACES = 6 };

/* One row of 13 numbers, first slot f. */
#define NO BET_SLOT_NONE
#define SLOTS_NONE(f)                                                                              \
    {                                                                                              \
        f, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO                                          \
    }
#define SLOTS_HARDS(f)                                                                             \
    {                                                                                              \
        NO, NO, NO, NO, f, NO, f + 1, NO, f + 2, NO, f + 3, NO, NO                                 \
    }
#define SLOTS_POINTS(f)                                                                            \
    {                                                                                              \
        NO, NO, NO, NO, f, f + 1, f + 2, NO, f + 3, f + 4, f + 5, NO, NO                           \
    }
#define SLOTS_DONT_COME(f)                                                                         \
    {                                                                                              \
        f, NO, NO, NO, f + 1, f + 2, f + 3, NO, f + 4, f + 5, f + 6, NO, NO                        \
    }
#define SLOTS_BOXES(f)                                                                             \
    {                                                                                              \
        NO, NO, f, f + 1, f + 2, f + 3, f + 4, NO, f + 5, f + 6, f + 7, f + 8, f + 9               \
    }
#define SLOTS_COME(f)                                                                              \
    {                                                                                              \
        f, NO, f + 1, f + 2, f + 3, f + 4, f + 5, NO, f + 6, f + 7, f + 8, f + 9, f + 10           \
    }
#define SLOTS_TOTALS(f)                                                                            \
    {                                                                                              \
        NO, NO, f, f + 1, f + 2, f + 3, f + 4, f + 5, f + 6, f + 7, f + 8, f + 9, f + 10           \
    }
#define SLOTS_HOPS(f)                                                                              \
    {                                                                                              \
        NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO                                         \
    }

const uint16_t bet_slots_by_number[BET_KIND_COUNT][BET_NUMBER_LIMIT] = {
#define X(kind, set) [kind] = SLOTS_##set(FIRST_##kind),
    KINDS_BY_NAME(X)
#undef X
};

#define HARD_BETS(k)                                                                               \
    {k, 4}, {k, 6}, {k, 8},                                                                        \
    {                                                                                              \
        k, 10                                                                                      \
    }
#define POINT_BETS(k)                                                                              \
    {k, 4}, {k, 5}, {k, 6}, {k, 8}, {k, 9},                                                        \
    {                                                                                              \
        k, 10                                                                                      \
    }
#define BOX_BETS(k)                                                                                \
    {k, 2}, {k, 3}, POINT_BETS(k), {k, 11},                                                        \
    {                                                                                              \
        k, 12                                                                                      \
    }
#define BETS_NONE(k)      {k, 0},
#define BETS_HARDS(k)     HARD_BETS(k),
#define BETS_POINTS(k)    POINT_BETS(k),
#define BETS_DONT_COME(k) {k, 0}, POINT_BETS(k),
#define BETS_BOXES(k)     BOX_BETS(k),
#define BETS_COME(k)      {k, 0}, BOX_BETS(k),
#define BETS_TOTALS(k)                                                                             \
    {k, 2}, {k, 3}, {k, 4}, {k, 5}, {k, 6}, {k, 7}, {k, 8}, {k, 9}, {k, 10}, {k, 11}, {k, 12},
#define BETS_HOPS(k)                                                                               \
    {k, 11}, {k, 12}, {k, 13}, {k, 14}, {k, 15}, {k, 16}, {k, 22}, {k, 23}, {k, 24}, {k, 25},      \
        {k, 26}, {k, 33}, {k, 34}, {k, 35}, {k, 36}, {k, 44}, {k, 45}, {k, 46}, {k, 55}, {k, 56},  \
        {k, 66},

const struct bet_ref bets_by_slot[BET_SLOT_COUNT] = {
#define X(kind, set) BETS_##set(kind)
    KINDS_BY_NAME(X)
#undef X
};

#define HOP(rank) (FIRST_BET_HOP + (rank))
_Static_assert((int)FIRST_BET_HOP > 0 && (int)LAST_BET_HOP < 256, "a byte holds a hop's slot");

const uint8_t bet_slots_by_hop[BET_HOP_LIMIT] = {
    [11] = HOP(0),
    [12] = HOP(1),
    [13] = HOP(2),
    [14] = HOP(3),
    [15] = HOP(4),
    [16] = HOP(5),
    [22] = HOP(6),
    [23] = HOP(7),
    [24] = HOP(8),
    [25] = HOP(9),
    [26] = HOP(10),
    [33] = HOP(11),
    [34] = HOP(12),
    [35] = HOP(13),
    [36] = HOP(14),
    [44] = HOP(15),
    [45] = HOP(16),
    [46] = HOP(17),
    [55] = HOP(18),
    [56] = HOP(19),
    [66] = HOP(20),
};

uint8_t bet_hop_number(int64_t die1, int64_t die2)
{
    if (die1 < 1 || die1 > FACES || die2 < 1 || die2 > FACES) {
        return BET_NUMBER_INVALID;
    }
    int64_t low = die1 < die2 ? die1 : die2;
    int64_t high = die1 < die2 ? die2 : die1;
    return (uint8_t)(10 * low + high);
}

int bet_kind_find(const char *name, size_t size)
{
    for (int kind = 0; kind < BET_KIND_COUNT; kind++) {
        const char *word = bet_specs[kind].name;
        if (strlen(word) == size && memcmp(word, name, size) == 0) {
            return kind;
        }
    }
    return -1;
}
