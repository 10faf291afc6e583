/* One bet against one roll (rules 5 to 11): does it win, lose, push or wait, and what is paid. */
#ifndef GAME_RESOLVE_H
#define GAME_RESOLVE_H

#include "game/table.h"

/* A roll as the bets see it: phase and point are those before it, the counters include it (rule 4). */
struct roll_view {
    const struct table_config *config;
    const struct hand_counters *hand;
    uint8_t total;
    uint8_t point;      /* 0 on a come-out roll */
    uint8_t hop_number; /* 10 x low die + high die */
    bool pair;
    bool seven_out;
    bool point_made;
};

struct roll_view roll_view_of(const struct table_config *config, const struct hand_counters *hand,
    unsigned die1, unsigned die2, unsigned point);

enum verdict { VERDICT_NONE, VERDICT_LOSE, VERDICT_PUSH, VERDICT_WIN, VERDICT_TRAVEL };

struct decision {
    enum verdict verdict;
    bool stays_up;      /* a winner that stays up (rule 1.6) */
    int64_t paid_cents; /* rule 1.5 */
};

/* `works` matters only to kinds that can be off (rules 6.6, 7.6, 9). */
struct decision resolve_bet(
    const struct roll_view *view, struct bet_ref bet, int64_t amount_cents, bool works);

#endif
