/* What the keys of the table do. */
#include "ui/book.h"
#include "ui/bet_text.h"
#include "ui/coach.h"
#include "ui/screen.h"

#include <stdio.h>
#include <string.h>

struct bet_ref act_odds_bet(const struct ui_state *s, const struct ui_model *m)
{
    static const uint8_t bases[3][2] = {
        {BET_COME, BET_COME_ODDS}, {BET_DONT_COME, BET_DONT_COME_ODDS}, {BET_PUT, BET_PUT_ODDS}};
    if (s->spot <= FELT_BOX10) {
        uint8_t number = felt_spots[s->spot].bet.number;
        for (int i = 0; i < 3; i++) {
            if (act_own_cents(s, m, (struct bet_ref){bases[i][0], number}) > 0) {
                return (struct bet_ref){bases[i][1], number};
            }
        }
    }
    bool dont = act_own_cents(s, m, (struct bet_ref){BET_PASS, 0}) == 0 &&
                act_own_cents(s, m, (struct bet_ref){BET_DONT_PASS, 0}) > 0;
    return (struct bet_ref){dont ? BET_DONT_PASS_ODDS : BET_PASS_ODDS, 0};
}

/* The bet at the cursor that is changed: the player's own if there is one, else what Enter would
 * make. */
static struct bet_ref here(const struct ui_state *s, const struct ui_model *m)
{
    struct bet_ref bets[EDIT_BETS_MAX];
    unsigned count = felt_bets(s->spot, s->moves.live, m->me, bets, EDIT_BETS_MAX);
    for (unsigned i = 0; i < count; i++) {
        if (act_own_cents(s, m, bets[i]) > 0) {
            return bets[i];
        }
    }
    return felt_bet(s->spot, s->moves.live);
}

static void next_spot(struct ui_state *s, const struct ui_model *m, int step)
{
    for (int i = 0; i < FELT_SPOTS; i++) {
        s->spot = (uint8_t)((s->spot + FELT_SPOTS + step) % FELT_SPOTS);
        if (bet_closed(s, m, felt_bet(s->spot, s->moves.live)) == REFUSAL_NONE) {
            return;
        }
    }
}

static void bet_at(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, unsigned spot)
{
    s->spot = (uint8_t)spot;
    act_chip(s, port, m, felt_bet(spot, s->moves.live));
}

static void number_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    unsigned number = key == '0' ? 10 : (unsigned)(key - '0');
    int spot = felt_spot_of((struct bet_ref){BET_PLACE, (uint8_t)number});
    if (spot >= 0) {
        bet_at(s, port, m, (unsigned)spot);
    }
}

static void ready(struct ui_state *s, const struct ui_port *port, const struct ui_model *m)
{
    if (s->rolling || m->me < 0) {
        act_refused(s, m, s->rolling ? REFUSAL_DICE_OUT : REFUSAL_NOT_SEATED, (struct bet_ref){0});
        return;
    }
    const struct live *l = s->moves.live;
    bool was = l->accounts[m->me].ready;
    bool throws = l->thrower == m->me;
    if (!act_move(s, port, m, move_kind(LIVE_READY, !was))) {
        return;
    }
    coach_done(s, LESSON_READY);
    if (was) {
        ui_say(s, false, "Not ready after all. Bets stay open for you.");
    } else if (!m->live.started) {
        ui_say(s, false, "Ready. The first roll waits for more players.");
    } else if (l->thrower == EVENT_NOBODY) {
        ui_say(s, false,
            "Ready. Nobody has a line bet yet: a shooter needs one on pass or don't pass.");
    } else if (throws) {
        ui_say(s, false, "You throw as soon as everybody is ready.");
    } else {
        ui_say(s, false, "Ready.");
    }
}

static void repeat(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, unsigned times)
{
    enum refusal r = REFUSAL_NONE;
    if (!s->moves.repeat_any) {
        ui_say(s, true, "Nothing to repeat yet: no bet of yours has been decided.");
        return;
    }
    if (times > 1 && confirm_sum(s, m, ACTION_REPEAT_DOUBLE, 0,
                         moves_repeat_cents(&s->moves, m, times), "All bets doubled")) {
        return;
    }
    unsigned sent = moves_repeat(&s->moves, port, m, times, &r);
    char bets[SENTENCE_MAX];
    if (sent > 0) {
        s->result_shown = false;
        coach_done(s, LESSON_REPEAT);
        sentence_bets(s->moves.live, m->me, bets);
        ui_say(s, false, "Repeated. On the table: %s.", bets);
    } else if (r != REFUSAL_NONE) {
        act_refused(s, m, r, (struct bet_ref){.kind = BET_PASS});
    } else {
        ui_say(s, false, "Those bets are all up already.");
    }
}

static void undo(struct ui_state *s, const struct ui_port *port, const struct ui_model *m, bool all)
{
    enum refusal r = REFUSAL_NONE;
    char rack[MONEY_TEXT_MAX];
    if (!moves_undo(&s->moves, port, m, all, &r)) {
        ui_say(s, true, "Nothing to undo since the last roll.");
    } else if (r != REFUSAL_NONE) {
        act_refused(s, m, r, (struct bet_ref){.kind = BET_DONT_PASS});
    } else {
        ui_say(s, false, "Undone. Rack %s.", money_text(act_balance_cents(s, m), rack));
    }
}

static void take_all(struct ui_state *s, const struct ui_port *port, const struct ui_model *m)
{
    char rack[MONEY_TEXT_MAX];
    char bets[SENTENCE_MAX];
    if (s->rolling) {
        act_refused(s, m, REFUSAL_DICE_OUT, (struct bet_ref){0});
        return;
    }
    unsigned taken_down = moves_take_all(&s->moves, port, m);
    bool left = sentence_bets(s->moves.live, m->me, bets);
    if (taken_down == 0) {
        ui_say(
            s, true, left ? "Nothing may be taken down: %s must stay." : "No bets are up.", bets);
    } else {
        coach_done(s, LESSON_TAKE);
        ui_say(s, false, "Taken down, rack %s.%s%s", money_text(act_balance_cents(s, m), rack),
            left ? " Stays: " : "", left ? bets : "");
    }
}

static void sit(struct ui_state *s, const struct ui_port *port, const struct ui_model *m)
{
    bool out = m->me >= 0 && s->moves.live->accounts[m->me].sitting_out;
    if (act_move(s, port, m, move_kind(out ? LIVE_SIT_IN : LIVE_SIT_OUT, 0))) {
        char text[SENTENCE_MAX];
        ui_say(s, false, "%s",
            out ? "You play again."
                : key_map_sentence(&s->now.keys,
                      "You sit out: the table does not wait for you. k comes back.", text,
                      sizeof text));
    }
}

static void move_cursor(struct ui_state *s, enum ui_action action)
{
    const struct felt_spot *f = &felt_spots[s->spot];
    s->spot = action == ACTION_UP     ? f->up
              : action == ACTION_DOWN ? f->down
              : action == ACTION_LEFT ? f->left
                                      : f->right;
}

static void scroll(struct ui_state *s, int step)
{
    int to = (int)s->feed.scroll + step;
    int most = s->feed.count < FEED_LINES_MAX ? (int)s->feed.count : FEED_LINES_MAX;
    s->feed.scroll = (unsigned)(to < 0 ? 0 : to > most ? most : to);
}

static void look_action(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, enum ui_action action)
{
    switch (action) {
    case ACTION_EDIT:
        edit_open(s, m);
        break;
    case ACTION_PROPS:
        popup_open(s, POPUP_PROPS);
        break;
    case ACTION_SETS:
        popup_open(s, POPUP_SETS);
        break;
    case ACTION_CHAT:
        popup_open(s, POPUP_CHAT);
        break;
    case ACTION_EXPLAIN:
        edit_open_bet(s, here(s, m));
        s->popup = POPUP_EXPLAIN;
        break;
    case ACTION_HISTORY:
        popup_open(s, POPUP_HISTORY);
        break;
    case ACTION_EVIDENCE:
        evidence_open(s, port, m);
        break;
    case ACTION_STATS:
        book_open(s, port, BOOK_STATS, "");
        break;
    case ACTION_NETWORK:
        popup_open(s, POPUP_NETWORK);
        break;
    case ACTION_BALLOT:
        ballot_open(s, m);
        break;
    case ACTION_FIGURES:
        figures_open(s, port, POPUP_NONE);
        break;
    case ACTION_PROOF:
        proof_open_last(s, port, m);
        break;
    case ACTION_INVITE:
        if (m->words[0] != '\0') {
            popup_open(s, POPUP_INVITE);
        } else {
            ui_say(s, true, "There are no words to give here%s.",
                m->practice ? ": this table is practice, on this computer only" : "");
        }
        break;
    case ACTION_HELP:
        popup_open(s, POPUP_HELP);
        break;
    case ACTION_OPTIONS:
        popup_open(s, POPUP_OPTIONS);
        break;
    case ACTION_MENU:
        if (info_alerts(s, m)) {
            s->alert_seen = m->alert_count;
        } else if (s->away_seen != s->away_now) {
            s->away_seen = s->away_now;
        } else {
            popup_open(s, POPUP_MENU);
        }
        break;
    case ACTION_LEAVE:
        popup_open(s, POPUP_QUIT);
        break;
    case ACTION_COACH:
        s->coach = !s->coach;
        break;
    case ACTION_SCROLL_UP:
        scroll(s, 4);
        break;
    case ACTION_SCROLL_DOWN:
        scroll(s, -4);
        break;
    default:
        break;
    }
}

void table_action(struct ui_state *s, const struct ui_port *port, const struct ui_model *m,
    enum ui_action action, int32_t key)
{
    static const uint8_t spots[ACTION_FIELD + 1] = {[ACTION_PASS] = FELT_PASS,
        [ACTION_DONT_PASS] = FELT_DONT_PASS,
        [ACTION_COME] = FELT_COME,
        [ACTION_DONT_COME] = FELT_DONT_COME,
        [ACTION_FIELD] = FELT_FIELD};
    moves_begin(&s->moves);
    switch (action) {
    case ACTION_UP:
    case ACTION_DOWN:
    case ACTION_LEFT:
    case ACTION_RIGHT:
        move_cursor(s, action);
        break;
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        next_spot(s, m, action == ACTION_NEXT ? 1 : -1);
        break;
    case ACTION_BET:
        act_chip(s, port, m, felt_bet(s->spot, s->moves.live));
        break;
    case ACTION_LESS:
        act_less(s, port, m, here(s, m));
        break;
    case ACTION_CHIP_UP:
        s->chip += s->chip < UI_CHIPS - 1;
        break;
    case ACTION_CHIP_DOWN:
        s->chip -= s->chip > 0;
        break;
    case ACTION_PASS:
    case ACTION_DONT_PASS:
    case ACTION_COME:
    case ACTION_DONT_COME:
    case ACTION_FIELD:
        bet_at(s, port, m, spots[action]);
        break;
    case ACTION_NUMBER:
        number_key(s, port, m, key);
        break;
    case ACTION_ODDS:
        act_chip(s, port, m, act_odds_bet(s, m));
        break;
    case ACTION_ODDS_MAX:
        act_odds_max(s, port, m, act_odds_bet(s, m));
        break;
    case ACTION_PRESS:
        act_press(s, port, m, here(s, m));
        break;
    case ACTION_WORKING:
        act_working(s, port, m, here(s, m));
        break;
    case ACTION_TAKE:
        act_take(s, port, m, here(s, m));
        break;
    case ACTION_TAKE_ALL:
        take_all(s, port, m);
        break;
    case ACTION_REPEAT:
    case ACTION_REPEAT_DOUBLE:
        repeat(s, port, m, action == ACTION_REPEAT ? 1 : 2);
        break;
    case ACTION_UNDO:
    case ACTION_UNDO_ALL:
        undo(s, port, m, action == ACTION_UNDO_ALL);
        break;
    case ACTION_READY:
        ready(s, port, m);
        break;
    case ACTION_SIT:
        sit(s, port, m);
        break;
    case ACTION_REBUY:
        if (act_move(s, port, m, move_kind(LIVE_REBUY, 0))) {
            ui_say(s, false, "You asked the table for new chips.");
        }
        break;
    case ACTION_AUTO:
        if (m->autoplay == UI_AUTO_NONE) {
            ui_say(
                s, true, "No strategy was chosen. One plays with: craps solo --strategy pass-odds");
        } else {
            ui_send(s, port, UI_AUTO, m->autoplay != UI_AUTO_PLAYS, "");
        }
        break;
    default:
        look_action(s, port, m, action);
        break;
    }
}
