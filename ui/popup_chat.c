/* The message line. A slash begins a command: the bet words of line mode, and what the screens can do. */
#include "ui/bet_text.h"
#include "ui/line_text.h"
#include "ui/screen.h"
#include "ui/talk.h"
#include "ui/words.h"

#include <stdio.h>
#include <string.h>

static const char hint[] = "Enter says it   / does it: /help";

void chat_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    (void)m;
    bool command = s->field.text[0] == '/' && s->field.text[1] != '/';
    int row = popup_bottom_row(s);
    popup_field_draw(c, s, row, command ? "Do:" : "Say:");
    int cols = popup_row_begin(c, s, row, 0);
    if (text_width(s->field.text) + (int)sizeof hint + 10 < cols) {
        canvas_right(c, row, cols - 1, ROLE_NORMAL | CELL_DIM,
            command ? "Tab completes   Esc cancels" : hint);
    }
    popup_row_end(c, s);
}

/* The word after the slash as far as all words that begin so agree. */
static void complete(struct ui_state *s)
{
    char word[TEXT_FIELD_MAX + 1], several[SENTENCE_MAX], text[TEXT_FIELD_MAX + 1];
    if (s->field.text[0] != '/' || strchr(s->field.text, ' ') != NULL) {
        return;
    }
    unsigned count =
        words_command_complete(s->field.text + 1, word, sizeof word, several, sizeof several);
    if (count == 0) {
        ui_say(s, true, "No word begins with %s.", s->field.text + 1);
        return;
    }
    snprintf(text, sizeof text, "/%.150s%s", word, count == 1 ? " " : "");
    text_field_set(&s->field, text);
    if (count > 1) {
        ui_say(s, false, "%s", several);
    }
}

static void do_moves(struct ui_state *s, const struct ui_port *port, const struct ui_model *m,
    const struct words_action *a, const char *typed)
{
    if (m->me < 0) {
        ui_say(s, true, "You have no seat here.");
        return;
    }
    moves_begin(&s->moves);
    for (unsigned i = 0; i < a->count; i++) {
        const struct live_command *c = &a->commands[i];
        if (c->kind == LIVE_BET && a->count == 1) {
            act_bet(s, port, m, c->bet, c->amount_cents);
        } else if (!act_move(s, port, m, *c)) {
            return;
        }
    }
    if (s->say[0] == '\0' && s->popup == POPUP_NONE) {
        ui_say(s, false, "Done: %s.", typed);
    }
}

static void say_bets(struct ui_state *s, const struct ui_model *m)
{
    char text[SENTENCE_MAX];
    if (sentence_bets(s->moves.live, m->me, text)) {
        ui_say(s, false, "You have %s.", text);
    } else {
        ui_say(s, false, "You have no bet on the table.");
    }
}

/* A line for each, where talk is. */
static void list_players(struct ui_state *s, const struct ui_model *m)
{
    char text[LINE_TEXT_MAX];
    line_text_players(m, text);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        feed_add(&s->feed, FEED_EVENT, 0, line);
    }
    s->feed.scroll = 0;
}

static void look(struct ui_state *s, const struct ui_port *port, const struct ui_model *m,
    const struct words_action *a)
{
    char money[MONEY_TEXT_MAX];
    switch (a->kind) {
    case WORDS_BETS:
        say_bets(s, m);
        break;
    case WORDS_PLAYERS:
        list_players(s, m);
        break;
    case WORDS_HISTORY:
        table_action(s, port, m, ACTION_HISTORY, 0);
        break;
    case WORDS_PROOF:
        table_action(s, port, m, ACTION_PROOF, 0);
        break;
    case WORDS_STATS:
        ui_say(s, false, "%llu roll%s at this table. Your result so far: %s.",
            (unsigned long long)m->live.roll, m->live.roll == 1 ? "" : "s",
            money_signed(m->session_cents, money));
        break;
    case WORDS_INVITE:
        table_action(s, port, m, ACTION_INVITE, 0);
        break;
    case WORDS_RULES:
        if (a->text[0] != '\0') {
            ui_send(s, port, UI_RULE, 0, a->text);
            break;
        }
        ui_say(s, false, "The rules are on the Rules page of the help.");
        break;
    default:
        table_action(s, port, m, ACTION_HELP, 0);
        break;
    }
}

static void run(struct ui_state *s, const struct ui_port *port, const struct ui_model *m,
    const struct words_action *a, const char *typed)
{
    switch (a->kind) {
    case WORDS_NOTHING:
        break;
    case WORDS_MOVES:
        do_moves(s, port, m, a, typed);
        break;
    case WORDS_REPEAT:
        table_action(s, port, m, ACTION_REPEAT, 0);
        break;
    case WORDS_UNDO:
        table_action(s, port, m, ACTION_UNDO, 0);
        break;
    case WORDS_SAY:
        ui_send(s, port, UI_CHAT, 0, a->text);
        break;
    case WORDS_NAME:
        ui_send(s, port, UI_SET_NAME, 0, a->text);
        break;
    case WORDS_COLOUR:
        ui_send(s, port, UI_COLOUR, a->number, "");
        break;
    case WORDS_TOPIC:
        ui_send(s, port, UI_TOPIC, 0, a->text);
        break;
    case WORDS_AUTO:
        table_action(s, port, m, ACTION_AUTO, 0);
        break;
    case WORDS_BOT:
        ui_send(s, port, UI_ADD_BOT, 0, "");
        break;
    case WORDS_ADMIT:
    case WORDS_REFUSE:
    case WORDS_EXPEL:
    case WORDS_KEEP:
        ui_send(s, port, UI_BALLOT, (uint32_t)(UI_LET_IN + a->kind - WORDS_ADMIT), a->text);
        break;
    case WORDS_SPLIT:
    case WORDS_WAIT:
        ui_send(s, port, a->kind == WORDS_SPLIT ? UI_SPLIT : UI_WAIT, 0, "");
        break;
    case WORDS_LEAVE:
    case WORDS_QUIT:
        table_action(s, port, m, ACTION_LEAVE, 0);
        break;
    default:
        look(s, port, m, a);
    }
}

static void enter(struct ui_state *s, const struct ui_port *port, const struct ui_model *m)
{
    static _Thread_local struct words_action action;
    char error[SENTENCE_MAX];
    const char *text = s->field.text;
    if (text[0] != '/' || text[1] == '/') {
        s->popup = POPUP_NONE;
        if (text[0] != '\0') {
            ui_send(s, port, UI_CHAT, 0, text[0] == '/' ? text + 1 : text);
        }
        return;
    }
    if (!words_parse(s->moves.live, m->me, text, &action, error, sizeof error)) {
        ui_say(s, true, "%s", error); /* what was typed stays, to be put right */
        return;
    }
    char typed[TEXT_FIELD_MAX + 1];
    snprintf(typed, sizeof typed, "%s", text + 1);
    s->popup = POPUP_NONE;
    run(s, port, m, &action, typed);
}

void chat_key(struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    switch (key) {
    case UIKEY_ESC:
        s->popup = POPUP_NONE;
        break;
    case UIKEY_ENTER:
        enter(s, port, m);
        break;
    case UIKEY_TAB:
        complete(s);
        break;
    case UIKEY_PAGE_UP:
    case UIKEY_PAGE_DOWN:
        table_action(s, port, m, key == UIKEY_PAGE_UP ? ACTION_SCROLL_UP : ACTION_SCROLL_DOWN, key);
        break;
    default:
        text_field_key(&s->field, key, TEXT_FIELD_MAX);
    }
}
