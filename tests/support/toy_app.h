/* A tiny application for tests of the agreement: a counter a player, throws, and the dice they
 * gave. Deterministic, with seats, refusals and a throw that waits, like the real one. */
#ifndef TESTS_SUPPORT_TOY_APP_H
#define TESTS_SUPPORT_TOY_APP_H

#include "consensus/app.h"

enum {
    TOY_PLAYERS_MAX = 64,
    TOY_BY_BALLOT = 0x80 /* in the rules: members are asked who comes in */
};

/* Payloads: one byte, ADD with a u32 behind it. */
enum toy_command {
    TOY_ADD = 1,
    TOY_THROW,      /* refused unless dice are allowed */
    TOY_THROW_SOON, /* thrown as soon as dice are allowed */
    TOY_REFUSED,    /* always refused */
    TOY_STAND_UP,   /* gives the seat up without the agreement's LEAVE */
};

enum toy_refusal {
    TOY_OK = 0,
    TOY_BAD_COMMAND = 1,
    TOY_NOT_SEATED,
    TOY_NO_DICE,
    TOY_DICE_OUT,
    TOY_REFUSAL,
    TOY_TABLE_FULL,
};

struct toy_player {
    uint8_t id[ID_BYTES];
    bool seated;
    bool bot;
    uint64_t counter;
};

struct toy_state {
    uint8_t seats; /* the rules: one byte */
    bool by_ballot;
    uint16_t player_count;
    struct toy_player players[TOY_PLAYERS_MAX];
    uint64_t total; /* always the sum of the counters */
    uint16_t members, faulty;
    bool dice_allowed;
    bool throw_waits;
    bool rolling;
    uint64_t roll;
    uint64_t dice_log; /* two decimal digits a roll, the last ones */
};

struct toy_events {
    uint32_t seated, left, applied, refused, contexts, dice;
};

extern const struct app toy_app;

/* NULL when unknown. */
const struct toy_player *toy_find(const struct toy_state *s, const uint8_t id[ID_BYTES]);

/* Seated players. */
unsigned toy_seated(const struct toy_state *s);

#endif
