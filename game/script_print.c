#include "game/script_print.h"

#include <stdlib.h>
#include <string.h>

static int order_of(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Rule 15.6: by player, bet, number, result, amount, paid. The results' enum is in the order of their words. */
static int compare_payouts(const void *left, const void *right, void *table)
{
    const struct payout *a = left;
    const struct payout *b = right;
    const struct table *t = table;
    int order = 0;
    if (a->player != b->player) {
        order = strcmp(t->players[a->player].name, t->players[b->player].name);
    }
    if (order == 0 && a->bet.kind != b->bet.kind) {
        order = strcmp(bet_specs[a->bet.kind].name, bet_specs[b->bet.kind].name);
    }
    order = order != 0 ? order : order_of(a->bet.number, b->bet.number);
    order = order != 0 ? order : order_of(a->result, b->result);
    order = order != 0 ? order : order_of(a->amount_cents, b->amount_cents);
    return order != 0 ? order : order_of(a->paid_cents, b->paid_cents);
}

static void add_member(struct answer *a, const char *prefix, int64_t value)
{
    answer_add(a, prefix);
    answer_add_integer(a, value);
}

static void add_player_name(struct answer *a, const struct table *t, int64_t player)
{
    if (player < 0) {
        answer_add(a, "null");
    } else {
        answer_add_quoted(a, t->players[player].name);
    }
}

static void add_phase(struct answer *a, const struct table *t, int64_t shooter)
{
    answer_add(a, "\"phase\":");
    answer_add_quoted(a, t->point == 0 ? "come_out" : "point");
    add_member(a, ",\"point\":", t->point);
    answer_add(a, ",\"shooter\":");
    add_player_name(a, t, shooter);
}

static void add_payout(struct answer *a, const struct table *t, const struct payout *p)
{
    static const char *const words[] = {
        [PAYOUT_LOSE] = "lose",
        [PAYOUT_PUSH] = "push",
        [PAYOUT_TRAVEL] = "travel",
        [PAYOUT_WIN] = "win",
    };
    answer_add(a, "{\"player\":");
    add_player_name(a, t, p->player);
    answer_add(a, ",\"bet\":");
    answer_add_quoted(a, bet_specs[p->bet.kind].name);
    add_member(a, ",\"number\":", p->bet.number);
    add_member(a, ",\"amount\":", p->amount_cents);
    answer_add(a, ",\"result\":");
    answer_add_quoted(a, words[p->result]);
    add_member(a, ",\"paid\":", p->paid_cents);
    answer_add(a, "}");
}

void script_print_roll(struct answer *a, const struct table *t, struct roll_result *result)
{
    size_t listed = result->payout_count < result->payout_capacity ? result->payout_count
                                                                   : result->payout_capacity;
    if (listed > 1) {
        qsort_r(result->payouts, listed, sizeof result->payouts[0], compare_payouts,
            (void *)(uintptr_t)t);
    }
    add_member(a, "{\"roll\":[", result->die1);
    add_member(a, ",", result->die2);
    answer_add(a, "],");
    add_phase(a, t, result->shooter);
    answer_add(a, ",\"payouts\":[");
    for (size_t i = 0; i < listed; i++) {
        answer_add(a, i == 0 ? "" : ",");
        add_payout(a, t, &result->payouts[i]);
    }
    answer_add(a, "],\"balances\":{");
    for (uint32_t i = 0; i < t->player_count; i++) {
        answer_add(a, i == 0 ? "" : ",");
        add_player_name(a, t, i);
        add_member(a, ":", t->players[i].balance_cents);
    }
    answer_add(a, "}}\n");
}

void script_print_shooter(struct answer *a, const struct table *t)
{
    answer_add(a, "{\"shooter\":");
    add_player_name(a, t, table_thrower(t));
    answer_add(a, "}\n");
}

static void add_bet(struct answer *a, const struct table_player *p, uint16_t slot)
{
    static const char *const words[] = {
        [MARK_DEFAULT] = "default", [MARK_OFF] = "off", [MARK_ON] = "on"};
    struct bet_ref bet = bet_of_slot(slot);
    answer_add(a, "{\"bet\":");
    answer_add_quoted(a, bet_specs[bet.kind].name);
    add_member(a, ",\"number\":", bet.number);
    add_member(a, ",\"amount\":", p->bet_cents[slot]);
    answer_add(a, ",\"working\":");
    answer_add_quoted(a, words[table_bet_mark(p, slot)]);
    answer_add(a, "}");
}

static void add_player(struct answer *a, const struct table_player *p)
{
    answer_add(a, "{\"name\":");
    answer_add_quoted(a, p->name);
    add_member(a, ",\"balance\":", p->balance_cents);
    answer_add(a, ",\"bets\":[");
    bool first = true;
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) { /* slots are in the order of names */
        if (p->bet_cents[slot] != 0) {
            answer_add(a, first ? "" : ",");
            add_bet(a, p, slot);
            first = false;
        }
    }
    answer_add(a, "]}");
}

void script_print_state(struct answer *a, const struct table *t)
{
    answer_add(a, "{");
    add_phase(a, t, table_thrower(t));
    add_member(a, ",\"hand_rolls\":", t->hand.rolls);
    add_member(a, ",\"bank\":", t->bank_cents);
    answer_add(a, ",\"players\":[");
    for (uint32_t i = 0; i < t->player_count; i++) {
        answer_add(a, i == 0 ? "" : ",");
        add_player(a, &t->players[i]);
    }
    answer_add(a, "]}\n");
}

void script_print_refusal(struct answer *a, enum refusal refusal)
{
    answer_add(a, "{\"error\":");
    answer_add_quoted(a, refusal_code(refusal));
    answer_add(a, "}\n");
}
