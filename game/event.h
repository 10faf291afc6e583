/* What happened at the live table, one fixed-size struct an event, appended to a bounded sink. Events are shown
 * and logged; nothing agreed is computed from them. */
#ifndef GAME_EVENT_H
#define GAME_EVENT_H

#include "game/bet.h"
#include "game/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_kind {
    EVENT_SEATED = 1,  /* player, seat, amount = balance, flag = returning */
    EVENT_LEFT,        /* player, seat */
    EVENT_AWAY,        /* player, seat */
    EVENT_BACK,        /* player, seat */
    EVENT_BET,         /* player, bet, amount added */
    EVENT_TAKE,        /* player, bet, amount taken */
    EVENT_MARK,        /* player, bet, value = enum bet_mark */
    EVENT_REBUY,       /* player, amount */
    EVENT_READY,       /* player, flag */
    EVENT_SIT_OUT,     /* player */
    EVENT_SIT_IN,      /* player */
    EVENT_WINDOW,      /* flag = open, roll */
    EVENT_SHOOTER,     /* player who throws next; player = EVENT_NOBODY when nobody */
    EVENT_PASSED_OVER, /* player */
    EVENT_THROW,       /* player, roll: bets are locked, the dice are out */
    EVENT_ROLL, /* player = shooter, roll, die1, die2, value = point after, flag = seven-out, paid = bank; payouts follow */
    EVENT_PAYOUT, /* player, bet, amount = stake, paid, value = enum payout_result */
    EVENT_BALANCE, /* player, amount = balance after the roll; one per seated or paid account, last of a roll */
    EVENT_VOID,    /* roll: it can have no result */
    EVENT_REFUSED, /* player or EVENT_NOBODY, value = enum refusal */
};

enum { EVENT_NOBODY = 0xffff };

struct event {
    uint8_t kind;
    uint8_t seat;
    uint8_t die1, die2;
    uint16_t player; /* account index */
    struct bet_ref bet;
    uint16_t value;
    bool flag;
    uint64_t roll;
    int64_t amount_cents;
    int64_t paid_cents;
};

/* A bounded list in caller memory; what does not fit is counted in `dropped`. A NULL sink drops silently. */
struct event_sink {
    struct event *items;
    size_t capacity;
    size_t count;
    size_t dropped;
};

static inline void event_emit(struct event_sink *sink, struct event e)
{
    if (sink == NULL) {
        return;
    }
    if (sink->count == sink->capacity) {
        sink->dropped++;
        return;
    }
    sink->items[sink->count++] = e;
}

#endif
