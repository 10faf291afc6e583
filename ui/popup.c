/* The small popups of the table, and which popup gets the keys. */
#include "ui/bet_text.h"
#include "ui/book.h"
#include "ui/screen.h"
#include "ui/state_text.h"
#include "ui/widget.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void popup_open(struct ui_state *s, enum ui_popup popup)
{
    s->popup = (uint8_t)popup;
    s->popup_under = POPUP_NONE;
    s->popup_index = 0;
    s->help_table = false;
    s->popup_scroll = 0;
    text_field_set(&s->field, "");
}

static bool wide(const struct ui_state *s)
{
    return felt_layout_of(s->rows, s->cols) == &felt_wide;
}

/* Small boxes over a screen; all others are pages that know their own place in the window. */
static bool over_screen(const struct ui_state *s)
{
    switch (s->popup) {
    case POPUP_PROPS:
    case POPUP_EDIT:
    case POPUP_AMOUNT:
    case POPUP_SETS:
    case POPUP_EXPLAIN:
    case POPUP_HISTORY:
    case POPUP_MENU:
    case POPUP_QUIT:
    case POPUP_PAUSED:
    case POPUP_BALLOT:
    case POPUP_CONFIRM:
    case POPUP_CHAT:
    case POPUP_NAME:
    case POPUP_ROLL:
    case POPUP_CSV:
    case POPUP_RULES:
    case POPUP_BROKE:
    case POPUP_FULL:
        return s->popup_under != POPUP_OPTIONS;
    default:
        return false;
    }
}

void popup_origin(const struct ui_state *s, int *row, int *col)
{
    enum { FELT_DOWN = 4 }; /* the middle of the wide felt lies so much lower */
    *row = 0;
    *col = s->cols > UI_COLS_MIN ? (s->cols - UI_COLS_MIN) / 2 : 0;
    if (!over_screen(s) || !wide(s)) {
        return;
    }
    if (s->screen == SCREEN_TABLE) {
        *row = FELT_DOWN;
        *col = felt_left(&felt_wide, s->cols) + (felt_wide.frame_cols - UI_COLS_MIN) / 2;
    } else {
        *row = (s->rows - UI_ROWS_MIN) / 2;
    }
}

int popup_bottom_row(const struct ui_state *s)
{
    int row = 0;
    int col = 0;
    popup_origin(s, &row, &col);
    return (s->rows > UI_ROWS_MIN ? s->rows : UI_ROWS_MIN) - 1 - row;
}

int popup_lines_row(const struct ui_state *s)
{
    enum { COMPACT_ROW = 20 };
    return wide(s) && s->screen == SCREEN_TABLE ? popup_bottom_row(s) - 3 : COMPACT_ROW;
}

int popup_row_begin(struct canvas *c, const struct ui_state *s, int row, int rows)
{
    const struct felt_layout *layout =
        over_screen(s) ? felt_layout_of(s->rows, s->cols) : &felt_compact;
    int top = 0;
    int col = 0;
    popup_origin(s, &top, &col);
    canvas_origin(c, top, felt_left(layout, s->cols));
    canvas_clear(c, row, 0, rows, layout->window_cols, ROLE_NORMAL);
    return layout->window_cols;
}

void popup_row_end(struct canvas *c, const struct ui_state *s)
{
    int row = 0;
    int col = 0;
    popup_origin(s, &row, &col);
    canvas_origin(c, row, col);
}

void popup_keys(struct canvas *c, const struct ui_state *s, const char *text)
{
    int cols = popup_row_begin(c, s, popup_bottom_row(s), 1);
    widget_keys(c, popup_bottom_row(s), 1, cols - 1, text);
    popup_row_end(c, s);
}

static void question_draw(struct canvas *c, const struct ui_state *s, const char *title,
    const char *text, const char *more, const char *keys)
{
    widget_box(c, 8, 13, 7, 54, title);
    canvas_text_cut(c, 10, 16, 48, ROLE_TITLE, text);
    widget_wrapped(c, 11, 16, 2, 48, ROLE_NORMAL, more);
    widget_keys(c, 13, 16, 48, keys);
    popup_keys(c, s, keys);
}

static void leave_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    bool table = m->stage == STAGE_TABLE;
    bool alone = live_seated(&m->live) <= 1;
    bool waits = m->stalled || m->cut_off;
    char host[SENTENCE_MAX];
    state_text_host_leaves(m, host);
    const char *more = !table        ? ""
                       : m->practice ? "Practice chips are not kept."
                       : alone       ? "Nobody else sits here: the table ends with you."
                       : waits       ? "You get a signed receipt; the seat is kept."
                       : m->hosting  ? host
                                     : "Your stack is kept if you come back.";
    question_draw(c, s, table ? "LEAVE THE TABLE?" : "QUIT?",
        !table  ? "Leave craps?"
        : waits ? "Nothing can be agreed now: your bets stay up."
                : "What may be taken down comes back to your rack.",
        more, table ? "Enter leave    Q quit craps    Esc stay" : "Enter quit    Esc stay");
}

void popup_field_draw(struct canvas *c, const struct ui_state *s, int row, const char *label)
{
    int cols = popup_row_begin(c, s, row, 1);
    int at = 1 + canvas_text(c, row, 1, ROLE_KEY, label) + 1;
    const char *text = s->field.text;
    while (text_width(text) > cols - 3 - at) {
        text++; /* the end of what is typed stays in sight */
        while (((unsigned char)*text & 0xc0) == 0x80) {
            text++;
        }
    }
    at += canvas_text(c, row, at, ROLE_NORMAL, text);
    canvas_text(c, row, at, ROLE_SELECTED, "_");
    popup_row_end(c, s);
}

void popup_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    switch (s->popup) {
    case POPUP_PROPS:
        props_draw(c, s, m);
        break;
    case POPUP_EDIT:
        edit_draw(c, s, m);
        break;
    case POPUP_EXPLAIN:
        explain_draw(c, s, m);
        break;
    case POPUP_SETS:
        sets_draw(c, s, m);
        break;
    case POPUP_HISTORY:
        rolls_draw(c, s, m);
        break;
    case POPUP_INVITE:
        invite_draw(c, s, m);
        break;
    case POPUP_MENU:
        menu_draw(c, s, m);
        break;
    case POPUP_HELP:
        if (about_has(s) && !s->help_table) {
            about_draw(c, s);
        } else {
            help_draw(c, s, m);
        }
        break;
    case POPUP_CHECK:
        check_draw(c, s, m);
        break;
    case POPUP_BROKE:
        broke_draw(c, s, m);
        break;
    case POPUP_PAUSED:
        paused_draw(c, s, m);
        break;
    case POPUP_BALLOT:
        ballot_draw(c, s, m);
        break;
    case POPUP_OPTIONS:
        options_draw(c, s, m);
        break;
    case POPUP_PROOF:
        proof_draw(c, s, m);
        break;
    case POPUP_NETWORK:
        network_draw(c, s, m);
        break;
    case POPUP_FIGURES:
        figures_draw(c, s, m);
        break;
    case POPUP_KEYS:
        keys_page_draw(c, s);
        break;
    case POPUP_EVIDENCE:
        evidence_draw(c, s, m);
        break;
    case POPUP_QUIT:
        leave_draw(c, s, m);
        break;
    case POPUP_FULL:
        question_draw(c, s, "NO SEAT FREE", m->error,
            "You see and check everything, and sit down by "
            "yourself when somebody leaves.",
            "Enter watch    Esc back");
        break;
    case POPUP_CONFIRM:
        question_draw(c, s, "SURE?", s->question, s->question_more, "Enter do it    Esc leave it");
        break;
    case POPUP_AMOUNT:
        edit_draw(c, s, m);
        popup_field_draw(c, s, popup_bottom_row(s), "Total on this bet, in chips:");
        break;
    case POPUP_CHAT:
        chat_draw(c, s, m);
        break;
    case POPUP_NAME:
        if (s->popup_under == POPUP_OPTIONS) {
            options_draw(c, s, m);
        }
        popup_field_draw(c, s, popup_bottom_row(s), "Your name:");
        break;
    case POPUP_ROLL:
        popup_field_draw(c, s, popup_bottom_row(s), "Go to roll:");
        break;
    case POPUP_CSV:
        popup_field_draw(c, s, popup_bottom_row(s), "Write it to (.csv .json .jsonl .cast):");
        break;
    case POPUP_RULES:
        rules_draw(c, s, m);
        break;
    default:
        break;
    }
}

static void amount_done(struct ui_state *s, const struct ui_port *port, const struct ui_model *m)
{
    struct bet_ref bet = s->edit[s->edit_index % EDIT_BETS_MAX];
    char *end = NULL;
    double chips = strtod(s->field.text, &end);
    int64_t lies = moves_own_cents(s->moves.live, m->me, bet);
    s->popup = POPUP_EDIT;
    if (end == s->field.text || *end != '\0' || !(chips >= 0 && chips <= 1e9)) {
        ui_say(s, true, "That is not a number of chips. Example: 12 or 7.50.");
        return;
    }
    int64_t want = (int64_t)(chips * 100 + 0.5);
    moves_begin(&s->moves);
    if (want > lies) {
        act_bet(s, port, m, bet, want - lies);
    } else if (want < lies) {
        struct live_command c = move_take(bet, want > 0, lies - want);
        enum refusal r = moves_do(&s->moves, port, m, &c);
        char text[SENTENCE_MAX];
        if (r != REFUSAL_NONE) {
            ui_say(s, true, "%s", sentence_refusal(r, s->moves.live, m->me, bet, text));
        }
    }
}

static void field_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    size_t most = s->popup == POPUP_NAME ? 27 : s->popup == POPUP_AMOUNT ? 12 : TEXT_FIELD_MAX;
    if (key == UIKEY_ESC) {
        s->popup = s->popup == POPUP_AMOUNT ? POPUP_EDIT : s->popup_under;
    } else if (key != UIKEY_ENTER) {
        text_field_key(&s->field, key, most);
    } else if (s->popup == POPUP_AMOUNT) {
        amount_done(s, port, m);
    } else if (s->popup == POPUP_CSV) {
        s->popup = POPUP_NONE;
        book_csv_write(s, port);
    } else if (s->popup == POPUP_ROLL) {
        s->popup = POPUP_NONE;
        replay_go(s, port, s->field.text);
    } else {
        s->popup = s->popup_under;
        if (s->field.size > 0) {
            s->name_touched = false;
            ui_send(s, port, UI_SET_NAME, 0, s->field.text);
        }
    }
}

static void quit_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    if (key == UIKEY_ESC || key == 'n') {
        s->popup = POPUP_NONE;
    } else if (key == 'Q' || (key == UIKEY_ENTER && m->stage != STAGE_TABLE)) {
        s->want_quit = true;
    } else if (key == UIKEY_ENTER || key == 'q' || key == 'y') {
        s->popup = POPUP_NONE;
        ui_send(s, port, UI_LEAVE, 0, "");
    }
}

void popup_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    switch (s->popup) {
    case POPUP_PROPS:
        props_key(s, port, m, key);
        break;
    case POPUP_EDIT:
        edit_key(s, port, m, key);
        break;
    case POPUP_EXPLAIN:
        explain_key(s, port, m, key);
        break;
    case POPUP_SETS:
        sets_key(s, port, m, key);
        break;
    case POPUP_HISTORY:
        rolls_key(s, m, key);
        break;
    case POPUP_MENU:
        menu_key(s, port, m, key);
        break;
    case POPUP_HELP:
        if (about_has(s) && !s->help_table) {
            about_key(s, key);
        } else {
            help_key(s, port, m, key);
        }
        break;
    case POPUP_RULES:
        rules_key(s, port, m, key);
        break;
    case POPUP_CHECK:
        check_key(s, port, key);
        break;
    case POPUP_BROKE:
        broke_key(s, port, m, key);
        break;
    case POPUP_BALLOT:
        ballot_key(s, port, m, key);
        break;
    case POPUP_PAUSED:
        paused_key(s, port, m, key);
        break;
    case POPUP_OPTIONS:
        options_key(s, port, m, key);
        break;
    case POPUP_PROOF:
        proof_key(s, port, m, key);
        break;
    case POPUP_NETWORK:
        network_key(s, port, m, key);
        break;
    case POPUP_FIGURES:
        figures_key(s, key);
        break;
    case POPUP_KEYS:
        keys_page_key(s, port, key);
        break;
    case POPUP_EVIDENCE:
        evidence_key(s, key);
        break;
    case POPUP_QUIT:
        quit_key(s, port, m, key);
        break;
    case POPUP_FULL:
        if (key == UIKEY_ENTER) {
            ui_send(s, port, UI_WATCH, 0, "");
        }
        s->popup = key == UIKEY_ENTER || key == UIKEY_ESC ? POPUP_NONE : s->popup;
        break;
    case POPUP_CONFIRM:
        confirm_key(s, port, m, key);
        break;
    case POPUP_CHAT:
        chat_key(s, port, m, key);
        break;
    case POPUP_INVITE:
        invite_key(s, m, key);
        break;
    default:
        field_key(s, port, m, key);
        break;
    }
}
