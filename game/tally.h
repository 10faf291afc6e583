/* What an evening comes to in figures, from the events of a table alone. Every figure that a screen or a document
 * shows is defined here, once. Plain values: no clock, no randomness, no allocation.
 *
 *   hand       the rolls behind a seven-out up to and including the next seven-out, whoever throws (rule 13)
 *   longest    the hand with the most rolls; one that still goes on counts with the rolls it has; its name is that
 *              of who threw last in it
 *   decided    a bet that was won, lost or pushed; one that travels goes on
 *   net        of a decided bet: what came back less what lay there, a stake that stays up not being lost (rule 1.6)
 *   best roll  the largest sum of the nets that one roll decided for a player; the first of several
 *   hit rate   bets won of those that were won or lost
 *   start      what a player was worth (rack and layout) when first seen, and every chip given out to him since
 *   end        what he is worth; end less start is the net of the evening, an upfront vig included (rule 8.3)
 *   points     decided by the point itself (made) or a seven (missed) */
#ifndef GAME_TALLY_H
#define GAME_TALLY_H

#include "game/live.h"

enum { TALLY_LAST_ROLLS = 20 };

struct tally_player {
    bool seen;
    int64_t start_cents, end_cents;
    int64_t base_cents; /* what he had when first seen, less what had been given out to him */
    int64_t best_cents; /* 0 without a roll that won something */
    uint64_t best_roll;
    uint32_t won, lost, pushed;
    uint32_t rolls;        /* thrown by him */
    uint32_t longest_hand; /* of those that ended, or go on, in his hands */
};

struct tally_bet { /* of one slot, of one player */
    uint32_t decided, won;
    int64_t staked_cents; /* sum of what was decided */
    int64_t net_cents;
};

struct tally_hand {
    uint32_t rolls;
    uint16_t player; /* account */
    uint64_t ended;  /* roll: the last one of it so far */
};

struct tally {
    uint8_t id[LIVE_ID_BYTES]; /* whose bets are counted one by one; zero: nobody's */
    int16_t me;                /* his account, or -1 */
    uint64_t rolls;
    uint32_t faces[6][6]; /* [die 1 - 1][die 2 - 1] */
    uint64_t points_made, points_missed;
    uint64_t hands, hand_rolls; /* ended, and their rolls */
    struct tally_hand hand, longest;
    uint8_t point;
    uint64_t voided;
    struct tally_player players[LIVE_ACCOUNTS_MAX];
    struct tally_bet bets[BET_SLOT_COUNT];
    uint8_t last[TALLY_LAST_ROLLS]; /* totals, the newest at (rolls - 1) % TALLY_LAST_ROLLS */
    /* The roll whose payouts are being read. */
    uint64_t roll;
    int64_t roll_net_cents[LIVE_ACCOUNTS_MAX];
};

/* `id` may be NULL. */
void tally_init(struct tally *t, const uint8_t *id);

/* The state that the table begins with, or from which it is followed. */
void tally_begin(struct tally *t, const struct live *l);

/* What happened, and the state after it. */
void tally_add(struct tally *t, const struct live *after, const struct event *events, size_t count);

/* How often a total came. */
uint64_t tally_total(const struct tally *t, unsigned total);

/* The net of a payout (of a travel 0). */
int64_t tally_net_cents(
    struct bet_ref bet, unsigned result, int64_t amount_cents, int64_t paid_cents);

/* Rack and layout. */
int64_t tally_worth_cents(const struct live *l, uint32_t account);

/* Per mille of won among won and lost; -1 when nothing was. */
int tally_hit_permille(uint32_t won, uint32_t lost);

#endif
