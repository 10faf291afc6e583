/* SURE? What cannot be taken back, and what is much of one's chips, is asked about once. */
#include "ui/bet_text.h"
#include "ui/screen.h"

#include <stdio.h>

static int64_t stack_cents(const struct ui_state *s, const struct ui_model *m)
{
    const struct table_player *p = &s->moves.live->players[m->me];
    return p->balance_cents + table_layout_cents(p);
}

/* A bet over so many cents is asked about first. */
static int64_t over_cents(const struct ui_state *s, const struct ui_model *m)
{
    static const uint8_t percent[] = {0, 10, 25, 50, 75};
    unsigned choice = s->now.choice[SETTING_CONFIRM];
    if (m->me < 0 || choice == 0 || choice >= sizeof percent) {
        return INT64_MAX;
    }
    return stack_cents(s, m) / 100 * percent[choice];
}

static void open_over(struct ui_state *s, enum ui_action action, const char *question)
{
    uint8_t under = s->popup, under_it = s->popup_under;
    int index = s->popup_index;
    popup_open(s, POPUP_CONFIRM);
    /* Where the question came up one is again after the answer. */
    s->confirm_under = under;
    s->popup_under = under_it;
    s->popup_index = index;
    s->confirm_action = (uint8_t)action;
    snprintf(s->question, sizeof s->question, "%s", question);
    s->question_more[0] = '\0';
}

void confirm_open(struct ui_state *s, struct live_command command, const char *question)
{
    open_over(s, ACTION_NONE, question);
    s->confirm = command;
}

/* Only when something more can be lost than the least bet, and only for the chip that goes over. */
static bool much(
    const struct ui_state *s, const struct ui_model *m, int64_t lies_cents, int64_t more_cents)
{
    int64_t over = over_cents(s, m);
    return !s->confirmed && lies_cents <= over && lies_cents + more_cents > over &&
           more_cents <= act_balance_cents(s, m) &&
           lies_cents + more_cents > s->moves.live->table.config.min_cents;
}

static void say_more(struct ui_state *s, const struct ui_model *m)
{
    char percent[SETTING_VALUE_MAX];
    char stack[MONEY_TEXT_MAX];
    snprintf(s->question_more, sizeof s->question_more, "That is over %s of all your chips, %s.",
        setting_choice_text(SETTING_CONFIRM, s->now.choice[SETTING_CONFIRM], percent),
        money_text(stack_cents(s, m), stack));
}

bool confirm_bet(struct ui_state *s, const struct ui_model *m, struct bet_ref bet, int64_t cents)
{
    int64_t lies = act_own_cents(s, m, bet);
    if (!much(s, m, lies, cents)) {
        return false;
    }
    char question[SENTENCE_MAX];
    char name[BET_TEXT_MAX];
    char money[MONEY_TEXT_MAX];
    snprintf(question, sizeof question, "%s%s on %s?", lies > 0 ? "In all " : "Bet ",
        money_text(lies + cents, money), bet_text_name(bet, name));
    confirm_open(s, move_bet(bet, cents), question);
    say_more(s, m);
    return true;
}

bool confirm_sum(struct ui_state *s, const struct ui_model *m, enum ui_action action,
    unsigned number, int64_t cents, const char *what)
{
    if (!much(s, m, 0, cents)) {
        return false;
    }
    char question[SENTENCE_MAX];
    char money[MONEY_TEXT_MAX];
    snprintf(question, sizeof question, "%s: %s more?", what, money_text(cents, money));
    open_over(s, action, question);
    s->confirm_number = number;
    say_more(s, m);
    return true;
}

static void confirmed(struct ui_state *s, const struct ui_port *port, const struct ui_model *m)
{
    moves_begin(&s->moves);
    s->confirmed = true;
    if (s->confirm_action == ACTION_SETS) {
        sets_bet(s, port, m, s->confirm_number);
    } else if (s->confirm_action != ACTION_NONE) {
        table_action(s, port, m, (enum ui_action)s->confirm_action, 0);
    } else if (s->confirm.kind == LIVE_BET) {
        act_bet(s, port, m, s->confirm.bet, s->confirm.amount_cents);
    } else {
        act_take(s, port, m, s->confirm.bet);
    }
    s->confirmed = false;
    s->popup = s->confirm_under;
}

void confirm_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    if (key == UIKEY_ENTER || key == 'y') {
        confirmed(s, port, m);
    } else if (key == UIKEY_ESC || key == 'n') {
        s->popup = s->confirm_under;
    }
}
