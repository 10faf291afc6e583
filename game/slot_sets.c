#include "game/slot_sets.h"

#include "game/slots.h"

/* A slot's bit in word w of a set. */
#define BIT(w, slot)   ((slot) / 64 == (w) ? UINT64_C(1) << (slot) % 64 : 0)
#define PLAIN(w, kind) BIT(w, FIRST_BET_##kind)

/* A number's place among the ten boxes, the six points and the four hardways. */
#define BOX(n)   ((n)-2 - ((n) > 7))
#define POINT(n) ((n)-4 - ((n) > 7))
#define HARD(n)  (((n)-4) / 2)

#define HOPS(w)                                                                                    \
    (HOPS_FROM(w, 0) | HOPS_FROM(w, 6) | HOPS_FROM(w, 12) | BIT(w, FIRST_BET_HOP + 18) |           \
        BIT(w, FIRST_BET_HOP + 19) | BIT(w, FIRST_BET_HOP + 20))
#define HOPS_FROM(w, i)                                                                            \
    (BIT(w, FIRST_BET_HOP + (i)) | BIT(w, FIRST_BET_HOP + (i) + 1) |                               \
        BIT(w, FIRST_BET_HOP + (i) + 2) | BIT(w, FIRST_BET_HOP + (i) + 3) |                        \
        BIT(w, FIRST_BET_HOP + (i) + 4) | BIT(w, FIRST_BET_HOP + (i) + 5))
#define NEXT_FROM(w, i)                                                                            \
    (BIT(w, FIRST_BET_NEXT + (i)) | BIT(w, FIRST_BET_NEXT + (i) + 1) |                             \
        BIT(w, FIRST_BET_NEXT + (i) + 2) | BIT(w, FIRST_BET_NEXT + (i) + 3) |                      \
        BIT(w, FIRST_BET_NEXT + (i) + 4))

#define HORNS(w)                                                                                   \
    (PLAIN(w, HORN) | PLAIN(w, HORN_HIGH_2) | PLAIN(w, HORN_HIGH_3) | PLAIN(w, HORN_HIGH_11) |     \
        PLAIN(w, HORN_HIGH_12) | PLAIN(w, WORLD))
#define ONE_ROLL(w)                                                                                \
    (HORNS(w) | PLAIN(w, C_AND_E) | PLAIN(w, FIELD) | PLAIN(w, ANY_SEVEN) | PLAIN(w, ANY_CRAPS) |  \
        PLAIN(w, ACES) | PLAIN(w, ACE_DEUCE) | PLAIN(w, YO) | PLAIN(w, BOXCARS) | HOPS(w) |        \
        NEXT_FROM(w, 0) | NEXT_FROM(w, 5) | BIT(w, FIRST_BET_NEXT + 10))

/* Bets without a number that more than a seven decides. */
#define ALWAYS(w)                                                                                  \
    (PLAIN(w, PASS) | PLAIN(w, DONT_PASS) | PLAIN(w, PASS_ODDS) | PLAIN(w, DONT_PASS_ODDS) |       \
        BIT(w, FIRST_BET_COME) | BIT(w, FIRST_BET_DONT_COME) | PLAIN(w, ALL) |                     \
        PLAIN(w, ALL_SMALL) | PLAIN(w, ALL_TALL) | PLAIN(w, DIFFERENT_DOUBLES) | PLAIN(w, FIRE) |  \
        PLAIN(w, MUGGSY))
#define ON_BOX(w, n)                                                                               \
    (ALWAYS(w) | BIT(w, FIRST_BET_BUY + BOX(n)) | BIT(w, FIRST_BET_COME + 1 + BOX(n)) |            \
        BIT(w, FIRST_BET_COME_ODDS + BOX(n)) | BIT(w, FIRST_BET_NO + BOX(n)) |                     \
        BIT(w, FIRST_BET_PLACE + BOX(n)) | BIT(w, FIRST_BET_PUT + BOX(n)) |                        \
        BIT(w, FIRST_BET_PUT_ODDS + BOX(n)) | BIT(w, FIRST_BET_REPEATER + BOX(n)) |                \
        BIT(w, FIRST_BET_YES + BOX(n)))
#define ON_POINT(w, n)                                                                             \
    (ON_BOX(w, n) | BIT(w, FIRST_BET_DONT_COME + 1 + POINT(n)) |                                   \
        BIT(w, FIRST_BET_DONT_COME_ODDS + POINT(n)) | BIT(w, FIRST_BET_LAY + POINT(n)) |           \
        BIT(w, FIRST_BET_PLACE_TO_LOSE + POINT(n)))
#define ON_EVEN(w, n)  (ON_POINT(w, n) | BIT(w, FIRST_BET_HARD + HARD(n)))
#define ON_SIX(w, n)   (ON_EVEN(w, n) | PLAIN(w, BIG6))
#define ON_EIGHT(w, n) (ON_EVEN(w, n) | PLAIN(w, BIG8))
#define ON_SEVEN(w, n) (~ONE_ROLL(w))

#define NEXT(w, n) BIT(w, FIRST_BET_NEXT + (n)-2)
#define PAID_CRAPS(w, n)                                                                           \
    (NEXT(w, n) | HORNS(w) | PLAIN(w, C_AND_E) | PLAIN(w, FIELD) | PLAIN(w, ANY_CRAPS))
#define PAID_2(w, n)     (PAID_CRAPS(w, n) | PLAIN(w, ACES))
#define PAID_3(w, n)     (PAID_CRAPS(w, n) | PLAIN(w, ACE_DEUCE))
#define PAID_12(w, n)    (PAID_CRAPS(w, n) | PLAIN(w, BOXCARS))
#define PAID_11(w, n)    (NEXT(w, n) | HORNS(w) | PLAIN(w, C_AND_E) | PLAIN(w, FIELD) | PLAIN(w, YO))
#define PAID_FIELD(w, n) (NEXT(w, n) | PLAIN(w, FIELD))
#define PAID_7(w, n)     (NEXT(w, n) | PLAIN(w, ANY_SEVEN) | PLAIN(w, WORLD))

#define WORDS(set, n)                                                                              \
    {                                                                                              \
        set(0, n), set(1, n), set(2, n)                                                            \
    }
_Static_assert(BET_SLOT_WORDS == 3, "WORDS lists every word");

const uint64_t slots_one_roll[BET_SLOT_WORDS] = {ONE_ROLL(0), ONE_ROLL(1), ONE_ROLL(2)};

const uint64_t slots_paid_on[SLOT_TOTALS][BET_SLOT_WORDS] = {
    [2] = WORDS(PAID_2, 2),
    [3] = WORDS(PAID_3, 3),
    [4] = WORDS(PAID_FIELD, 4),
    [5] = WORDS(NEXT, 5),
    [6] = WORDS(NEXT, 6),
    [7] = WORDS(PAID_7, 7),
    [8] = WORDS(NEXT, 8),
    [9] = WORDS(PAID_FIELD, 9),
    [10] = WORDS(PAID_FIELD, 10),
    [11] = WORDS(PAID_11, 11),
    [12] = WORDS(PAID_12, 12),
};

const uint64_t slots_touched_by[SLOT_TOTALS][BET_SLOT_WORDS] = {
    [2] = WORDS(ON_BOX, 2),
    [3] = WORDS(ON_BOX, 3),
    [4] = WORDS(ON_EVEN, 4),
    [5] = WORDS(ON_POINT, 5),
    [6] = WORDS(ON_SIX, 6),
    [7] = WORDS(ON_SEVEN, 7),
    [8] = WORDS(ON_EIGHT, 8),
    [9] = WORDS(ON_POINT, 9),
    [10] = WORDS(ON_EVEN, 10),
    [11] = WORDS(ON_BOX, 11),
    [12] = WORDS(ON_BOX, 12),
};
