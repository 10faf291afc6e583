/* The order of slots at compile time: the first slot of every kind, for tables of slots. */
#ifndef GAME_SLOTS_H
#define GAME_SLOTS_H

#include "game/bet.h"

/* All kinds by name, each with the set of numbers that can ever lie on a layout: this is the order of slots. */
#define KINDS_BY_NAME(X)                                                                           \
    X(BET_ACE_DEUCE, NONE)                                                                         \
    X(BET_ACES, NONE)                                                                              \
    X(BET_ALL, NONE)                                                                               \
    X(BET_ALL_SMALL, NONE)                                                                         \
    X(BET_ALL_TALL, NONE)                                                                          \
    X(BET_ANY_CRAPS, NONE)                                                                         \
    X(BET_ANY_SEVEN, NONE)                                                                         \
    X(BET_BIG6, NONE)                                                                              \
    X(BET_BIG8, NONE)                                                                              \
    X(BET_BOXCARS, NONE)                                                                           \
    X(BET_BUY, BOXES)                                                                              \
    X(BET_C_AND_E, NONE)                                                                           \
    X(BET_COME, COME)                                                                              \
    X(BET_COME_ODDS, BOXES)                                                                        \
    X(BET_DIFFERENT_DOUBLES, NONE)                                                                 \
    X(BET_DONT_COME, DONT_COME)                                                                    \
    X(BET_DONT_COME_ODDS, POINTS)                                                                  \
    X(BET_DONT_PASS, NONE)                                                                         \
    X(BET_DONT_PASS_ODDS, NONE)                                                                    \
    X(BET_FIELD, NONE)                                                                             \
    X(BET_FIRE, NONE)                                                                              \
    X(BET_HARD, HARDS)                                                                             \
    X(BET_HOP, HOPS)                                                                               \
    X(BET_HORN, NONE)                                                                              \
    X(BET_HORN_HIGH_11, NONE)                                                                      \
    X(BET_HORN_HIGH_12, NONE)                                                                      \
    X(BET_HORN_HIGH_2, NONE)                                                                       \
    X(BET_HORN_HIGH_3, NONE)                                                                       \
    X(BET_HOT_SHOOTER, NONE)                                                                       \
    X(BET_LAY, POINTS)                                                                             \
    X(BET_MUGGSY, NONE)                                                                            \
    X(BET_NEXT, TOTALS)                                                                            \
    X(BET_NO, BOXES)                                                                               \
    X(BET_PASS, NONE)                                                                              \
    X(BET_PASS_ODDS, NONE)                                                                         \
    X(BET_PLACE, BOXES)                                                                            \
    X(BET_PLACE_TO_LOSE, POINTS)                                                                   \
    X(BET_PUT, BOXES)                                                                              \
    X(BET_PUT_ODDS, BOXES)                                                                         \
    X(BET_REPEATER, BOXES)                                                                         \
    X(BET_REPLAY, NONE)                                                                            \
    X(BET_RIDE_THE_LINE, NONE)                                                                     \
    X(BET_WORLD, NONE)                                                                             \
    X(BET_YES, BOXES)                                                                              \
    X(BET_YO, NONE)

enum {
    COUNT_NONE = 1,
    COUNT_HARDS = 4,
    COUNT_POINTS = 6,
    COUNT_DONT_COME = 7,
    COUNT_BOXES = 10,
    COUNT_COME = 11,
    COUNT_TOTALS = 11,
    COUNT_HOPS = 21,
};

/* First and last slot of every kind. */
enum {
#define X(kind, set) FIRST_##kind, LAST_##kind = FIRST_##kind + COUNT_##set - 1,
    KINDS_BY_NAME(X)
#undef X
        SLOTS_LISTED
};

#endif
