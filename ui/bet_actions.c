/* Moves with bets: each is checked against what is shown, says what it did or why not, and can be
 * undone. */
#include "ui/bet_text.h"
#include "ui/coach.h"
#include "ui/screen.h"

#include <stdio.h>
#include <string.h>

bool is_odds(struct bet_ref bet)
{
    return bet.kind >= BET_PASS_ODDS && bet.kind <= BET_PUT_ODDS;
}

int64_t act_own_cents(const struct ui_state *s, const struct ui_model *m, struct bet_ref bet)
{
    return moves_own_cents(s->moves.live, m->me, bet);
}

int64_t act_balance_cents(const struct ui_state *s, const struct ui_model *m)
{
    return m->me < 0 ? 0 : s->moves.live->players[m->me].balance_cents;
}

int64_t chip_stake_cents(const struct ui_state *s, const struct ui_model *m, struct bet_ref bet)
{
    const struct table *t = &s->moves.live->table;
    int64_t lies = act_own_cents(s, m, bet);
    int64_t total = lies + ui_chip_cents[s->chip];
    total = bet_round_up_cents(bet, total < t->config.min_cents ? t->config.min_cents : total);
    if (is_odds(bet) && m->me >= 0) {
        int64_t cap = table_odds_cap_cents(t, (uint32_t)m->me, bet);
        total = total > cap && cap > lies ? cap : total;
    } else if (total > t->config.max_cents && lies < t->config.max_cents) {
        total = t->config.max_cents;
    }
    return total - lies;
}

enum refusal bet_closed(const struct ui_state *s, const struct ui_model *m, struct bet_ref bet)
{
    if (m->me < 0) {
        return REFUSAL_NOT_SEATED;
    }
    enum refusal r =
        table_bet_check(&s->moves.live->table, (uint32_t)m->me, bet, chip_stake_cents(s, m, bet));
    return r == REFUSAL_INSUFFICIENT_FUNDS || r == REFUSAL_ABOVE_MAX ? REFUSAL_NONE : r;
}

void act_refused(struct ui_state *s, const struct ui_model *m, enum refusal r, struct bet_ref bet)
{
    char text[SENTENCE_MAX];
    ui_say(s, true, "%s", sentence_refusal(r, s->moves.live, m->me, bet, text));
}

bool act_move(struct ui_state *s, const struct ui_port *port, const struct ui_model *m,
    struct live_command command)
{
    enum refusal r = moves_do(&s->moves, port, m, &command);
    if (r != REFUSAL_NONE) {
        act_refused(s, m, r, command.bet);
        return false;
    }
    s->result_shown = false;
    return true;
}

static void say_bet(
    struct ui_state *s, const struct ui_model *m, struct bet_ref bet, int64_t cents, bool rounded)
{
    char name[BET_TEXT_MAX];
    char money[MONEY_TEXT_MAX];
    char wins[MONEY_TEXT_MAX];
    char rack[MONEY_TEXT_MAX];
    const struct table *t = &s->moves.live->table;
    int64_t total = act_own_cents(s, m, bet);
    int64_t win = bet_winnings_cents(&t->config, bet, t->point, total);
    bet_text_name(bet, name);
    money_text(cents, money);
    money_text(act_balance_cents(s, m), rack);
    if (rounded) {
        ui_say(s, false, "%s on %s, so it pays in full. Rack %s.", money, name, rack);
    } else if (win > 0) {
        ui_say(s, false, "You bet %s on %s, wins %s. Rack %s.", money, name, money_text(win, wins),
            rack);
    } else {
        ui_say(s, false, "You bet %s on %s. Rack %s.", money, name, rack);
    }
}

void act_bet(struct ui_state *s, const struct ui_port *port, const struct ui_model *m,
    struct bet_ref bet, int64_t cents)
{
    enum refusal r = m->me < 0
                         ? REFUSAL_NOT_SEATED
                         : table_bet_check(&s->moves.live->table, (uint32_t)m->me, bet, cents);
    bool ask = r == REFUSAL_NONE && !s->confirmed && !live_rolling(&m->live);
    if (ask && bet.kind == BET_PUT) {
        confirm_open(s, move_bet(bet, cents), "A put bet cannot be taken back. Bet it?");
        return;
    }
    if (ask && confirm_bet(s, m, bet, cents)) {
        return;
    }
    if (r == REFUSAL_NO_BASE_BET && (bet.kind == BET_PASS_ODDS || bet.kind == BET_DONT_PASS_ODDS) &&
        s->moves.live->table.point != 0) {
        /* The spot takes odds now, but what the player wanted was the line itself. */
        act_refused(s, m, REFUSAL_POINT_ON,
            (struct bet_ref){bet.kind == BET_PASS_ODDS ? BET_PASS : BET_DONT_PASS, 0});
        return;
    }
    if (!act_move(s, port, m, move_bet(bet, cents))) {
        return;
    }
    int64_t asked_for = ui_chip_cents[s->chip];
    bool rounded = bet.kind == BET_PLACE && cents != asked_for && cents % 100 == 0 &&
                   bet_round_up_cents(bet, cents) == cents;
    say_bet(s, m, bet, cents, rounded);
    coach_bet(s, bet);
}

void act_chip(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, struct bet_ref bet)
{
    act_bet(s, port, m, bet, chip_stake_cents(s, m, bet));
}

static void taken(struct ui_state *s, const struct ui_model *m, struct bet_ref bet, int64_t before)
{
    char name[BET_TEXT_MAX];
    char money[MONEY_TEXT_MAX];
    char rack[MONEY_TEXT_MAX];
    int64_t left = act_own_cents(s, m, bet);
    ui_say(s, false, "%s: %s back in your rack, %s.", bet_text_name(bet, name),
        money_text(before - left, money), money_text(act_balance_cents(s, m), rack));
}

/* A don't bet that has left the come-out cannot be made again (rule 5.10). */
static bool no_way_back(const struct ui_state *s, struct bet_ref bet)
{
    return (bet.kind == BET_DONT_PASS && s->moves.live->table.point != 0) ||
           (bet.kind == BET_DONT_COME && bet.number != 0);
}

static void take(struct ui_state *s, const struct ui_port *port, const struct ui_model *m,
    struct live_command command)
{
    if (no_way_back(s, command.bet) && !s->confirmed) {
        confirm_open(s, command, "It cannot be put back now. Take it down?");
        return;
    }
    int64_t before = act_own_cents(s, m, command.bet);
    if (act_move(s, port, m, command)) {
        taken(s, m, command.bet, before);
        coach_done(s, LESSON_TAKE);
    }
}

void act_take(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, struct bet_ref bet)
{
    take(s, port, m, move_take(bet, false, 0));
}

void act_less(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, struct bet_ref bet)
{
    int64_t lies = act_own_cents(s, m, bet);
    int64_t cents = bet_round_up_cents(bet, ui_chip_cents[s->chip]);
    bool all = lies - cents < s->moves.live->table.config.min_cents;
    take(s, port, m, move_take(bet, !all, cents));
}

void act_press(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, struct bet_ref bet)
{
    int64_t lies = act_own_cents(s, m, bet);
    if (lies == 0) {
        act_refused(s, m, REFUSAL_NO_SUCH_BET, bet);
        return;
    }
    if (is_odds(bet)) {
        int64_t room = table_odds_cap_cents(&s->moves.live->table, (uint32_t)m->me, bet) - lies;
        lies = room > 0 && room < lies ? room : lies;
    }
    act_bet(s, port, m, bet, lies);
}

void act_working(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, struct bet_ref bet)
{
    uint16_t slot = bet_slot(bet);
    char name[BET_TEXT_MAX];
    if (m->me < 0 || slot == BET_SLOT_NONE || act_own_cents(s, m, bet) == 0) {
        act_refused(s, m, REFUSAL_NO_SUCH_BET, bet);
        return;
    }
    const struct live *l = s->moves.live;
    bool works = table_bet_works(&l->table, &l->players[m->me], slot);
    if (act_move(s, port, m, move_mark(bet, works ? MARK_OFF : MARK_ON))) {
        ui_say(s, false, "%s is %s now.", bet_text_name(bet, name),
            works ? "off: it neither wins nor loses" : "on: it works on every roll");
    }
}

void act_odds_max(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, struct bet_ref bet)
{
    if (m->me < 0) {
        act_refused(s, m, REFUSAL_NOT_SEATED, bet);
        return;
    }
    int64_t lies = act_own_cents(s, m, bet);
    int64_t room = table_odds_cap_cents(&s->moves.live->table, (uint32_t)m->me, bet) - lies;
    int64_t rack = act_balance_cents(s, m);
    int64_t cents = room < rack ? room : rack;
    if (room <= 0) {
        act_refused(s, m, lies > 0 ? REFUSAL_ODDS_LIMIT : REFUSAL_NO_BASE_BET, bet);
        return;
    }
    act_bet(s, port, m, bet, cents >= 100 ? cents / 100 * 100 : cents);
}
