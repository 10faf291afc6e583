/* Bet kinds: one const table says everything that is fixed about each (rules 5 to 14). */
#ifndef GAME_BET_H
#define GAME_BET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum bet_kind {
    BET_PASS,
    BET_DONT_PASS,
    BET_COME,
    BET_DONT_COME,
    BET_PUT,
    BET_PASS_ODDS,
    BET_DONT_PASS_ODDS,
    BET_COME_ODDS,
    BET_DONT_COME_ODDS,
    BET_PUT_ODDS,
    BET_PLACE,
    BET_PLACE_TO_LOSE,
    BET_BUY,
    BET_LAY,
    BET_HARD,
    BET_BIG6,
    BET_BIG8,
    BET_YES,
    BET_NO,
    BET_FIELD,
    BET_ANY_SEVEN,
    BET_ANY_CRAPS,
    BET_ACES,
    BET_ACE_DEUCE,
    BET_YO,
    BET_BOXCARS,
    BET_HOP,
    BET_NEXT,
    BET_HORN,
    BET_HORN_HIGH_2,
    BET_HORN_HIGH_3,
    BET_HORN_HIGH_11,
    BET_HORN_HIGH_12,
    BET_C_AND_E,
    BET_WORLD,
    BET_ALL_SMALL,
    BET_ALL_TALL,
    BET_ALL,
    BET_REPEATER,
    BET_DIFFERENT_DOUBLES,
    BET_FIRE,
    BET_RIDE_THE_LINE,
    BET_REPLAY,
    BET_HOT_SHOOTER,
    BET_MUGGSY,
    BET_KIND_COUNT
};

/* How a kind's number is written (rules 15.5, 15.6). */
enum bet_number_form {
    BET_NUMBER_NONE,      /* no number; 0 */
    BET_NUMBER_TRAVELLED, /* come, dont_come: none in `bet`, 0 (box) or a number elsewhere */
    BET_NUMBER_POINT,     /* one number word */
    BET_NUMBER_DICE,      /* two dice words; number = 10 x low die + high die */
};

/* When a bet may be made or added to (rules 5, 6, 11). */
enum bet_when { BET_ANY_TIME, BET_ON_COME_OUT, BET_ON_POINT, BET_ON_FRESH_HAND };

struct bet_spec {
    const char *name; /* the word of rules 14 and 15, e.g. "dont_pass_odds" */
    enum bet_number_form form;
    enum bet_when when;
    uint16_t numbers;     /* bit N set: number N is allowed in the standard game (not for dice) */
    uint16_t crapless;    /* the same in the crapless variant; 0: not offered there */
    uint8_t multiple;     /* split bets: amounts must be a multiple of this (rule 10.4); else 1 */
    bool markable;        /* may be turned on and off (rule 9.1) */
    bool off_on_come_out; /* default is off on come-out rolls (rules 6.6, 7.6) */
    bool stays_up;        /* a win leaves it up (rule 1.6) */
    bool one_roll;        /* rule 10 */
    bool hand_bet;        /* made only while the hand is fresh (rule 11) */
};

/* The one table of all kinds, indexed by enum bet_kind. */
extern const struct bet_spec bet_specs[BET_KIND_COUNT];

/* The odds kinds follow the base kinds in the same order. */
enum { BET_ODDS_OFFSET = BET_PASS_ODDS - BET_PASS };

static inline bool bet_is_odds(unsigned kind)
{
    return kind >= BET_PASS_ODDS && kind <= BET_PUT_ODDS;
}

/* A kind that may carry odds (rule 6.1). */
static inline bool bet_is_base(unsigned kind)
{
    return kind <= BET_PUT;
}

/* Number of a bet whose number word was out of every range: refused as bad_number everywhere. */
enum { BET_NUMBER_INVALID = 255 };

/* A bet on the layout: a kind and its number as in rule 15.6. */
struct bet_ref {
    uint8_t kind;   /* enum bet_kind */
    uint8_t number; /* 0 when the kind has none or lies in the box */
};

/* Dense slot of a bet in a player's layout. Every (kind, number) that can ever lie on a layout has
 * exactly one slot in 0 .. BET_SLOT_COUNT-1, sorted by kind name then number so that walking the slots
 * upwards yields rule 15.8's order. */
enum { BET_SLOT_COUNT = 181, BET_SLOT_NONE = 0xffff };

/* Numbers other than a hop's are below this. */
enum { BET_NUMBER_LIMIT = 13 };

/* What bet_slot and bet_of_slot look up. */
extern const uint16_t bet_slots_by_number[BET_KIND_COUNT][BET_NUMBER_LIMIT];
extern const struct bet_ref bets_by_slot[BET_SLOT_COUNT];

/* The same for hops; 0 where 10 x low die + high die is no pair of dice. */
enum { BET_HOP_LIMIT = 67 };
extern const uint8_t bet_slots_by_hop[BET_HOP_LIMIT];

static inline bool bet_hop_number_valid(unsigned number)
{
    return number < BET_HOP_LIMIT && bet_slots_by_hop[number] != 0;
}

/* The slot, or BET_SLOT_NONE when that kind cannot have that number. */
static inline uint16_t bet_slot(struct bet_ref ref)
{
    if (ref.kind >= BET_KIND_COUNT) {
        return BET_SLOT_NONE;
    }
    if (ref.kind == BET_HOP) {
        return bet_hop_number_valid(ref.number) ? bet_slots_by_hop[ref.number]
                                                : (uint16_t)BET_SLOT_NONE;
    }
    return ref.number < BET_NUMBER_LIMIT ? bet_slots_by_number[ref.kind][ref.number]
                                         : (uint16_t)BET_SLOT_NONE;
}

/* The bet of a slot below BET_SLOT_COUNT. */
static inline struct bet_ref bet_of_slot(uint16_t slot)
{
    return bets_by_slot[slot];
}

/* Whether the bet's number is one of its kind's in this variant (rules 2.5, 15.10); a kind that is not offered is
 * judged by its standard numbers. The kind must be below BET_KIND_COUNT. */
static inline bool bet_number_allowed(struct bet_ref ref, bool crapless)
{
    const struct bet_spec *spec = &bet_specs[ref.kind];
    if (spec->form == BET_NUMBER_DICE) {
        return bet_hop_number_valid(ref.number);
    }
    unsigned numbers = crapless && spec->crapless != 0 ? spec->crapless : spec->numbers;
    return ref.number < BET_NUMBER_LIMIT && (numbers >> ref.number & 1) != 0;
}

/* The bet of two dice words; BET_NUMBER_INVALID when a die is not 1..6 (rule 15.6). */
uint8_t bet_hop_number(int64_t die1, int64_t die2);

/* The kind with that name of `size` bytes, or -1. */
int bet_kind_find(const char *name, size_t size);

#endif
