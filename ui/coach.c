#include "ui/coach.h"

#include "ui/bet_text.h"
#include "ui/screen.h"

#include <stdio.h>
#include <string.h>

_Static_assert((int)SETTING_LESSONS_COUNT == (int)LESSON_COUNT, "the setting has a digit for each");

static bool open_lesson(const struct ui_state *s, enum ui_lesson lesson)
{
    return s->lessons[lesson] < LESSON_TIMES;
}

void coach_done(struct ui_state *s, enum ui_lesson lesson)
{
    if (open_lesson(s, lesson)) {
        s->lessons[lesson]++;
        s->want_lessons = true;
    }
}

void coach_bet(struct ui_state *s, struct bet_ref bet)
{
    if (bet.kind == BET_PASS) {
        coach_done(s, LESSON_PASS);
    } else if (is_odds(bet)) {
        coach_done(s, LESSON_ODDS);
    } else if (bet.kind == BET_PLACE) {
        coach_done(s, LESSON_PLACE);
    } else if (bet.kind == BET_COME) {
        coach_done(s, LESSON_COME);
    }
}

static bool own(const struct live *l, int me, unsigned kind)
{
    return moves_own_cents(l, me, (struct bet_ref){(uint8_t)kind, 0}) > 0;
}

static bool line_bet(const struct live *l, int me)
{
    return own(l, me, BET_PASS) || own(l, me, BET_DONT_PASS);
}

void coach_roll(struct ui_state *s, const struct ui_model *m)
{
    const struct ui_roll *r = m->history_kept == 0 ? NULL : &m->history[m->history_kept - 1];
    bool set = r != NULL && r->point_before == 0 && r->point_after != 0;
    s->point_lesson = set && line_bet(&m->live, m->me) && open_lesson(s, LESSON_POINT);
    if (s->point_lesson) {
        coach_done(s, LESSON_POINT);
    }
}

const char *coach_text(const struct ui_state *s, char out[LESSONS_TEXT_MAX])
{
    for (int i = 0; i < LESSON_COUNT; i++) {
        out[i] = (char)('0' + (s->lessons[i] < LESSON_TIMES ? s->lessons[i] : LESSON_TIMES));
    }
    out[LESSON_COUNT] = '\0';
    return out;
}

void coach_read(struct ui_state *s, const char *text)
{
    bool good = text != NULL && strlen(text) == LESSON_COUNT && strspn(text, "012") == LESSON_COUNT;
    for (int i = 0; i < LESSON_COUNT; i++) {
        s->lessons[i] = good ? (uint8_t)(text[i] - '0') : 0;
    }
}

bool coach_keep(const struct ui_state *s, const struct ui_port *port)
{
    char text[LESSONS_TEXT_MAX];
    struct ui_command command = {.kind = UI_SETTING};
    snprintf(command.text, sizeof command.text, "%s %s", setting_specs[SETTING_LESSONS].key,
        coach_text(s, text));
    return port->command(port->self, &command);
}

static void waiting_for(const struct ui_state *s, char out[SENTENCE_MAX])
{
    const struct live *l = s->moves.live;
    unsigned count = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < l->account_count; i++) {
        const struct live_account *a = &l->accounts[i];
        if (a->seat != 0 && !a->away && !a->sitting_out && !a->ready) {
            if (count < 3) {
                sentence_add(out, "%s%s", count > 0 ? ", " : "", l->players[i].name);
            }
            count++;
        }
    }
    if (count > 3) {
        sentence_add(out, " and %u more", count - 3);
    }
}

/* What holds the table up, or the player out of it; goes before every lesson. */
static bool situation(const struct ui_state *s, const struct ui_model *m, char out[SENTENCE_MAX])
{
    const struct live *l = s->moves.live;
    const struct table_player *p = &l->players[m->me];
    char text[SENTENCE_MAX];
    if (p->balance_cents + table_layout_cents(p) < l->table.config.min_cents) {
        snprintf(out, SENTENCE_MAX, "your rack is empty. b takes %s more, everyone sees it.",
            money_text(l->rules.buy_in_cents, text));
    } else if (l->accounts[m->me].sitting_out) {
        snprintf(out, SENTENCE_MAX, "you sit out. Any bet, or k, and you play again.");
    } else if (l->accounts[m->me].ready) {
        waiting_for(s, text);
        if (!m->live.started) {
            snprintf(out, SENTENCE_MAX, "the first roll waits for %u players at the table.",
                l->rules.start);
        } else if (text[0] != '\0') {
            snprintf(out, SENTENCE_MAX, "you are ready. Waiting for %.200s.", text);
        } else if (l->thrower == EVENT_NOBODY) {
            snprintf(out, SENTENCE_MAX, "a shooter needs a bet on pass or don't pass: p bets it.");
        }
    } else {
        return false;
    }
    return true;
}

static void before_the_line(const struct ui_state *s, char out[SENTENCE_MAX])
{
    char money[MONEY_TEXT_MAX];
    if (s->moves.repeat_any && open_lesson(s, LESSON_REPEAT)) {
        snprintf(out, SENTENCE_MAX, "r puts your last bets back, p bets the pass line.");
    } else if (open_lesson(s, LESSON_PASS)) {
        snprintf(out, SENTENCE_MAX,
            s->spot == FELT_PASS ? "press Enter to bet %s here, then Space: ready."
                                 : "p bets %s on the pass line, then Space: ready.",
            money_text(ui_chip_cents[s->chip], money));
    }
}

static void say_point(const struct live *l, int me, char out[SENTENCE_MAX])
{
    unsigned point = l->table.point;
    if (own(l, me, BET_PASS)) {
        snprintf(out, SENTENCE_MAX, "point is %u: now %u wins your pass line, 7 loses it.", point,
            point);
    } else {
        snprintf(out, SENTENCE_MAX, "point is %u: now 7 wins your don't pass, %u loses it.", point,
            point);
    }
}

/* The number to place first: six, unless that is the point or lies there already. */
static unsigned good_number(const struct live *l, int me)
{
    bool six = l->table.point == 6 || moves_own_cents(l, me, (struct bet_ref){BET_PLACE, 6}) > 0;
    return six ? 8 : 6;
}

static bool may_take(const struct live *l, int me)
{
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        struct bet_ref bet = bet_of_slot(slot);
        if (!is_odds(bet) && l->players[me].bet_cents[slot] > 0 &&
            table_take_check(&l->table, (uint32_t)me, bet, false, 0) == REFUSAL_NONE) {
            return true;
        }
    }
    return false;
}

static void on_the_point(const struct ui_state *s, const struct ui_model *m, char out[SENTENCE_MAX])
{
    const struct live *l = s->moves.live;
    char money[MONEY_TEXT_MAX];
    char edge[BET_TEXT_MAX];
    bool dont = !own(l, m->me, BET_PASS) && own(l, m->me, BET_DONT_PASS);
    struct bet_ref odds = {dont ? BET_DONT_PASS_ODDS : BET_PASS_ODDS, 0};
    bool room =
        table_odds_cap_cents(&l->table, (uint32_t)m->me, odds) > moves_own_cents(l, m->me, odds);
    struct bet_ref place = {BET_PLACE, (uint8_t)good_number(l, m->me)};
    if (s->point_lesson && s->result_shown && line_bet(l, m->me)) {
        say_point(l, m->me, out);
    } else if (room && open_lesson(s, LESSON_ODDS)) {
        snprintf(out, SENTENCE_MAX, "odds are the best bet here. o adds %s, O bets the max.",
            money_text(ui_chip_cents[s->chip], money));
    } else if (table_layout_cents(&l->players[m->me]) == 0) {
        snprintf(out, SENTENCE_MAX, "c bets come: your own pass line, from the next roll on.");
    } else if (open_lesson(s, LESSON_READY)) {
        snprintf(out, SENTENCE_MAX,
            l->thrower == m->me ? "your bet is up. Space: throw the dice."
                                : "your bet is up. Space: ready for the roll.");
    } else if (open_lesson(s, LESSON_PLACE)) {
        snprintf(out, SENTENCE_MAX, "6 and 8 come often: key %u places %s there, %s.", place.number,
            money_text(bet_round_up_cents(place, ui_chip_cents[s->chip]), money),
            bet_text_edge(&l->table.config, place, edge) + strlen("house "));
    } else if (open_lesson(s, LESSON_COME)) {
        snprintf(out, SENTENCE_MAX, "c bets come: your own pass line, from the next roll on.");
    } else if (open_lesson(s, LESSON_TAKE) && may_take(l, m->me)) {
        snprintf(out, SENTENCE_MAX, "t takes down the bet at the cursor, T all that may go.");
    }
}

void info_coach_line(const struct ui_state *s, const struct ui_model *m, char out[SENTENCE_MAX])
{
    const struct live *l = s->moves.live;
    out[0] = '\0';
    if (s->learn.active || situation(s, m, out)) {
        return;
    }
    if (l->table.point != 0) {
        on_the_point(s, m, out);
    } else if (!line_bet(l, m->me)) {
        before_the_line(s, out);
    } else if (open_lesson(s, LESSON_READY)) {
        snprintf(out, SENTENCE_MAX,
            l->thrower == m->me ? "your bet is up. Space: throw the dice."
                                : "your bet is up. Space: ready for the roll.");
    }
}
