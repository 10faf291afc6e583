/* A small table for tests: every step also proves that chips are conserved (rule 1.3). */
#ifndef TESTS_UNIT_GAME_TABLE_KIT_H
#define TESTS_UNIT_GAME_TABLE_KIT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "game/table.h"

#include <stdio.h>
#include <string.h>

enum { KIT_PLAYERS = 4, KIT_PAYOUTS = 2 * KIT_PLAYERS * BET_SLOT_COUNT };
#define KIT_BALANCE INT64_C(1000000000)

struct kit {
    struct table t;
    struct table_player players[KIT_PLAYERS];
    struct payout payouts[KIT_PAYOUTS];
    struct roll_result result;
};

/* `config` is "key value key value"; line_required is 0 unless it says otherwise. Players are called A, B, C. */
static inline void kit_open(struct kit *k, const char *config, unsigned players)
{
    struct table_config c = table_config_default();
    char key[32];
    char value[32];
    int used;
    c.line_required = false;
    for (; sscanf(config, "%31s %31s%n", key, value, &used) == 2; config += used) {
        assert_int_equal(table_config_set(&c, key, value), REFUSAL_NONE);
    }
    memset(k, 0, sizeof *k);
    table_init(&k->t, &c, k->players, KIT_PLAYERS);
    for (unsigned i = 0; i < players; i++) {
        char name[2] = {(char)('A' + i), '\0'};
        assert_int_equal(table_add_player(&k->t, name, KIT_BALANCE), REFUSAL_NONE);
    }
}

static inline void kit_copy(struct kit *to, const struct kit *from)
{
    to->t = from->t;
    memcpy(to->players, from->players, from->t.player_count * sizeof to->players[0]);
    table_rebase(&to->t, to->players, KIT_PLAYERS);
}

static inline enum refusal kit_try(struct kit *k, unsigned kind, unsigned number, int64_t cents)
{
    struct bet_ref bet = {(uint8_t)kind, (uint8_t)number};
    enum refusal refusal = table_bet(&k->t, 0, bet, cents);
    assert_true(table_conserved(&k->t));
    return refusal;
}

static inline void kit_bet(struct kit *k, unsigned kind, unsigned number, int64_t cents)
{
    assert_int_equal(kit_try(k, kind, number, cents), REFUSAL_NONE);
}

static inline enum refusal kit_take(struct kit *k, unsigned kind, unsigned number, int64_t cents)
{
    struct bet_ref bet = {(uint8_t)kind, (uint8_t)number};
    enum refusal refusal = table_take(&k->t, 0, bet, cents != 0, cents);
    assert_true(table_conserved(&k->t));
    return refusal;
}

static inline void kit_roll(struct kit *k, unsigned die1, unsigned die2)
{
    k->result.payouts = k->payouts;
    k->result.payout_capacity = KIT_PAYOUTS;
    assert_int_equal(table_roll(&k->t, die1, die2, &k->result), REFUSAL_NONE);
    assert_true(table_conserved(&k->t));
}

/* Rolls some dice with that total. */
static inline void kit_total(struct kit *k, unsigned total)
{
    unsigned die1 = total > 7 ? total - 6 : 1;
    kit_roll(k, die1, total - die1);
}

/* The first payout of the bet in the last roll, or NULL. */
static inline const struct payout *kit_payout(const struct kit *k, unsigned kind, unsigned number)
{
    for (size_t i = 0; i < k->result.payout_count; i++) {
        const struct payout *p = &k->payouts[i];
        if (p->player == 0 && p->bet.kind == kind && p->bet.number == number) {
            return p;
        }
    }
    return NULL;
}

static inline int64_t kit_amount(const struct kit *k, unsigned kind, unsigned number)
{
    return k->players[0].bet_cents[bet_slot((struct bet_ref){(uint8_t)kind, (uint8_t)number})];
}

static inline void kit_mark(struct kit *k, unsigned kind, unsigned number, enum bet_mark mark)
{
    struct bet_ref bet = {(uint8_t)kind, (uint8_t)number};
    assert_int_equal(table_mark(&k->t, 0, bet, mark), REFUSAL_NONE);
}

#endif
