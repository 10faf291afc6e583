/* What is true of every state of a live table and of every step from one to the next, written from the rules a second time:
 * nothing here asks the code that places, moves or pays a bet. Members look after every executed block, in release too, before
 * they sign for it. Pure; no allocation; a few microseconds for a table of eight. */
#ifndef GAME_INVARIANTS_H
#define GAME_INVARIANTS_H

#include "game/live.h"

enum invariant {
    INVARIANT_NONE,
    /* Of one state. */
    INVARIANT_SHAPE,   /* as many players as accounts, phase, indexes inside */
    INVARIANT_CHIPS,   /* 1.3: racks + layout + bank = issued */
    INVARIANT_BALANCE, /* 1.2: nobody owes */
    INVARIANT_ISSUED, /* 16.1: buy-in for sitting down and for each rebuy, no more rebuys than allowed */
    INVARIANT_AMOUNT,   /* 1.8: a bet is above 0, and its mark of existence is there */
    INVARIANT_OFFERED,  /* 2.5, 15.10: kind and number are of this variant */
    INVARIANT_MIN,      /* 1.7 */
    INVARIANT_MAX,      /* 1.7 */
    INVARIANT_MULTIPLE, /* 10.4 */
    INVARIANT_MARK,     /* 9.1: off and on stand on bets that have it, not both */
    INVARIANT_PHASE, /* 5.3, 5.4, 6.1: nothing in the come box and no line odds with the puck off */
    INVARIANT_BASE,  /* 6.1: odds have a bet under them */
    INVARIANT_ODDS_CAP,    /* 6.3 */
    INVARIANT_LEFT_BEHIND, /* 16.7: of who left only contract bets lie there */
    INVARIANT_PUCK,        /* 2.1: off, or on a point number of this variant */
    INVARIANT_HAND,        /* 13: counters fit each other; a point needs a roll */
    INVARIANT_SEAT, /* 16.2: inside the table's seats, one a player, who may throw follows from it */
    INVARIANT_NAME,    /* 16.2: identities and names are each one player's */
    INVARIANT_BOT,     /* 16.2: somebody signs for it, and it is not itself */
    INVARIANT_THROWER, /* 3.2, 16.4: exactly one, the right one, or nobody where nobody could */
    INVARIANT_STARTED, /* 16.8 */
    /* Of a step. */
    INVARIANT_FOREVER, /* identity, name, issued chips, rebuys, counts of windows and graces: never back */
    INVARIANT_ROLLS,    /* each roll has its number; without one puck, hand and count stay */
    INVARIANT_DICE,     /* two dice of six sides, and the puck moves as 2.2 and 2.3 say */
    INVARIANT_DICE_OUT, /* 16.3: nothing is bet, taken or marked while they are out */
    INVARIANT_BET,      /* 5 to 11: made when it may be made */
    INVARIANT_CONTRACT, /* 5.10, 11.1, 12.2: not reduced; 5.10: flat bets not increased */
    INVARIANT_DECIDED,  /* 10, 5.3, 5.7, 11: what that roll decides is gone */
    INVARIANT_PAID,     /* 1.5: a player's money moves by what the step says, to the cent */
    INVARIANT_COUNT
};

/* The first that does not hold. */
struct invariant_fault {
    uint16_t kind;      /* enum invariant */
    uint16_t player;    /* account, or EVENT_NOBODY */
    struct bet_ref bet; /* where it is about one; else BET_KIND_COUNT */
    int64_t have, want; /* what is, and what it would have to be, or the limit that it is over */
};

/* "chips", "odds_cap": one word, for files and counters. */
const char *invariant_name(unsigned kind);

/* What it says, for a sentence: "racks, layout and bank are all chips that were given out". */
const char *invariant_rule(unsigned kind);

/* False, and *fault filled in, when `after` is no state that the rules allow, or no step from `before` leads there. `before` NULL:
 * the state alone. `events`: what the step emitted; NULL, or one that dropped some: nothing is asked that needs them. */
bool invariants_hold(const struct live *before, const struct live *after,
    const struct event_sink *events, struct invariant_fault *fault);

#endif
