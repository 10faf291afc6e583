#include "ui/state.h"

#include "ui/book.h"
#include "ui/coach.h"
#include "ui/learn_panel.h"
#include "ui/screen.h"
#include "ui/state_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SAY_MS = 8000, RESULT_MS = 6000, FRAME_MS = 60, WITH_ROLL_MS = 500 };

const int64_t ui_chip_cents[UI_CHIPS] = {100, 500, 2500, 10000, 50000};

void ui_state_init(struct ui_state *s, const struct ui_options *options, bool ascii)
{
    memset(s, 0, sizeof *s);
    s->ascii_auto = ascii;
    s->words = options->words;
    s->qr_wanted = options->qr;
    s->rows = UI_ROWS_MIN;
    s->cols = UI_COLS_MIN;
    s->spot = FELT_PASS;
    setting_values_init(&s->now);
    if (options->values != NULL) {
        s->now = *options->values;
    }
    ui_setting_force(s, SETTING_SYMBOLS, options->ascii, SYMBOLS_ASCII);
    ui_setting_force(s, SETTING_MOUSE, options->no_mouse, 0);
    ui_setting_force(s, SETTING_ANIMATION, options->no_animation, ANIMATION_OFF);
    for (int i = 0; i < SETTING_ON_PAGE; i++) {
        ui_setting_apply(s, (enum ui_setting)i);
    }
    s->want_line = false;
    coach_read(s, s->now.lessons);
    moves_init(&s->moves);
}

void ui_say(struct ui_state *s, bool warning, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(s->say, sizeof s->say, format, args);
    va_end(args);
    s->say_warning = warning;
    s->say_until_ms = s->now_ms + SAY_MS;
}

bool ui_send(struct ui_state *s, const struct ui_port *port, enum ui_command_kind kind,
    uint32_t number, const char *text)
{
    struct ui_command command = {.kind = (uint8_t)kind, .number = number};
    snprintf(command.text, sizeof command.text, "%s", text);
    if (!port->command(port->self, &command)) {
        ui_say(s, true, "Busy just now: that was not sent. Try again.");
        return false;
    }
    return true;
}

static enum ui_screen book_screen(const struct ui_state *s)
{
    return s->book == BOOK_RECORDS ? SCREEN_RECORDS
           : s->book == BOOK_STATS ? SCREEN_STATS
                                   : SCREEN_SUMMARY;
}

static enum ui_screen screen_of(const struct ui_state *s, const struct ui_model *m)
{
    switch (m->stage) {
    case STAGE_OPENING:
        return SCREEN_OPENING;
    case STAGE_JOINING:
        return SCREEN_JOIN;
    case STAGE_TABLE:
        return s->book == BOOK_STATS ? SCREEN_STATS : s->in_lobby ? SCREEN_LOBBY : SCREEN_TABLE;
    case STAGE_ENDED:
        return s->book == BOOK_SUMMARY ? SCREEN_SUMMARY : SCREEN_LEAVING;
    case STAGE_LEAVING:
        return SCREEN_LEAVING;
    case STAGE_REPLAY:
        return SCREEN_REPLAY;
    default:
        if (s->book != BOOK_NONE) {
            return book_screen(s);
        }
        if (m->first_run && !s->first_done) {
            return SCREEN_FIRST;
        }
        return s->joining_open ? SCREEN_JOIN : SCREEN_MENU;
    }
}

static void update_stage(struct ui_state *s, const struct ui_model *m)
{
    bool table = m->stage == STAGE_TABLE;
    if (table && !s->was_stage_table) {
        s->in_lobby = m->hosting && !m->practice && m->live.roll == 0;
        s->joining_open = false;
        if (live_rolling(&m->live) && m->me >= 0) {
            ui_say(s, false, "A roll is under way: you watch it, and bet when it has landed.");
        }
        s->book = BOOK_NONE;
        s->popup = POPUP_NONE;
        s->alert_seen = 0;
        s->spot = FELT_PASS;
        s->shown_seat = s->players_down = 0;
        s->result_shown = false;
        s->result_roll = m->history_count; /* what was rolled before we came is no news */
        s->feed.count = 0;
        s->feed.scroll = 0;
    }
    if (!table && s->was_stage_table) {
        s->popup = POPUP_NONE;
        moves_init(&s->moves);
    }
    if (s->qr_wanted && s->in_lobby && s->popup == POPUP_NONE && invite_qr_fits(s, m)) {
        s->qr_wanted = false;
        popup_open(s, POPUP_INVITE);
    }
    s->was_stage_table = table;
    if (!s->name_touched && m->my_name[0] != '\0') {
        text_field_set(&s->name, m->my_name);
    }
}

static void update_roll(struct ui_state *s, const struct ui_model *m)
{
    bool rolling = live_rolling(&m->live);
    if (rolling && !s->rolling) {
        s->rolling_since_ms = s->now_ms;
        s->result_shown = false;
    }
    s->rolling = rolling;
    if (m->history_count > s->result_roll) {
        s->result_roll = m->history_count;
        s->result_ms = s->now_ms;
        s->result_shown = true;
        /* News of the same moment may have come before the picture of the roll: it stays. */
        if (!s->say_warning || s->now_ms >= s->say_until_ms - SAY_MS + WITH_ROLL_MS) {
            s->say[0] = '\0';
        }
        const struct ui_roll *roll = &m->history[m->history_kept == 0 ? 0 : m->history_kept - 1];
        s->want_bell = s->want_bell || (s->now.choice[SETTING_BELL] == BELL_SEVEN &&
                                           m->history_kept > 0 && roll->die1 + roll->die2 == 7);
        coach_roll(s, m);
    }
    if (s->result_shown && s->now_ms >= s->result_ms + RESULT_MS) {
        s->result_shown = false;
    }
    if (s->say[0] != '\0' && s->now_ms >= s->say_until_ms) {
        s->say[0] = '\0';
    }
}

/* The dice have come to the player. */
static void update_turn(struct ui_state *s, const struct ui_model *m)
{
    bool mine = m->me >= 0 && m->live.thrower == m->me;
    if (mine && !s->my_turn && s->now.choice[SETTING_BELL] == BELL_MY_TURN) {
        s->want_bell = true;
    }
    s->my_turn = mine;
}

/* Somebody's network has become slow: said once, until it is fast again. */
static void slow_update(struct ui_state *s, const struct ui_model *m)
{
    if (m->worst_ping_us < SLOW_PEER_US / 2) {
        s->slow_said = false;
    } else if (m->worst_ping_us >= SLOW_PEER_US && !s->slow_said && m->slow_name[0] != '\0') {
        char text[SENTENCE_MAX];
        s->slow_said = true;
        state_text_slow(m->slow_name, m->worst_ping_us, text);
        feed_add(&s->feed, FEED_EVENT, 0, text);
        if (s->say[0] == '\0') {
            ui_say(s, true, "%s", text);
        }
    }
}

void ui_state_update(struct ui_state *s, const struct ui_model *m, uint64_t now_ms)
{
    s->now_ms = now_ms;
    update_stage(s, m);
    book_update(s, m);
    s->screen = (uint8_t)screen_of(s, m);
    moves_update(&s->moves, m);
    learn_panel_update(s, m);
    if (m->stage == STAGE_REPLAY) {
        replay_update(s, m);
    }
    if (m->stage == STAGE_MENU && m->full_count != s->full_seen && s->popup == POPUP_NONE) {
        s->full_seen = m->full_count;
        popup_open(s, POPUP_FULL);
    }
    if (m->stage != STAGE_TABLE) {
        return;
    }
    update_roll(s, m);
    update_turn(s, m);
    paused_update(s, m);
    broke_update(s, m);
    slow_update(s, m);
    if (s->was_stalled && !m->stalled && s->say_warning) {
        s->say[0] = '\0'; /* who was waited for is there again */
    }
    s->was_stalled = m->stalled;
    s->away_now = 0;
    for (uint32_t i = 0; i < m->live.account_count; i++) {
        const struct live_account *a = &m->live.accounts[i];
        if (a->seat != 0 && a->away && !a->bot && (int)i != m->me) {
            s->away_now |= UINT64_C(1) << a->seat;
        }
    }
    s->away_seen &= s->away_now;
}

void ui_state_notice(struct ui_state *s, const struct notice *n, const struct ui_model *m)
{
    feed_notice(&s->feed, n, m);
    if (n->kind == NOTICE_REFUSED || n->kind == NOTICE_WARNING) {
        char text[SENTENCE_MAX];
        if (sentence_notice(n, m, text)) {
            ui_say(s, true, "%s", text);
        }
    }
}

uint64_t ui_state_next_ms(const struct ui_state *s, const struct ui_model *m)
{
    uint64_t next = 0;
    if (m->stage == STAGE_REPLAY) {
        return replay_next_ms(s, m);
    }
    if (m->stage != STAGE_TABLE) {
        return m->stage == STAGE_MENU && s->say[0] == '\0' ? 0 : s->now_ms + 500;
    }
    if (s->rolling) {
        return s->now_ms + (s->animate ? FRAME_MS : 500);
    }
    if (s->animate && s->result_shown && s->now_ms < s->result_ms + s->animation_ms + FRAME_MS) {
        return s->now_ms + FRAME_MS;
    }
    uint64_t ends[4] = {s->result_shown ? s->result_ms + RESULT_MS : 0,
        s->say[0] != '\0' ? s->say_until_ms : 0, m->window_closes_ms, m->shooter_until_ms};
    for (int i = 0; i < 4; i++) {
        /* A running clock changes with every second of what is left of it. */
        uint64_t end = ends[i];
        if (end > s->now_ms) {
            uint64_t left = end - s->now_ms;
            uint64_t at = i < 2 ? end : s->now_ms + (left % 1000 == 0 ? 1000 : left % 1000);
            next = next == 0 || at < next ? at : next;
        }
    }
    if (m->stalled || m->cut_off || m->slept_until_ms > s->now_ms || s->popup == POPUP_NETWORK ||
        s->popup == POPUP_FIGURES) {
        next = next == 0 || next > s->now_ms + 1000 ? s->now_ms + 1000 : next;
    }
    return next;
}

static void interrupt(struct ui_state *s)
{
    if (s->interrupt_ms != 0 && s->now_ms < s->interrupt_ms + 2000) {
        s->want_quit = true;
        return;
    }
    s->interrupt_ms = s->now_ms == 0 ? 1 : s->now_ms;
    popup_open(s, POPUP_QUIT);
}

void ui_state_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    if (key == UIKEY_PASTE_BEGIN || key == UIKEY_PASTE_END) {
        s->pasting = key == UIKEY_PASTE_BEGIN;
        return;
    }
    if (key == UIKEY_CTRL_C) {
        interrupt(s);
        return;
    }
    if (key == UIKEY_CTRL_Z || key == UIKEY_CTRL_L) {
        s->want_suspend = key == UIKEY_CTRL_Z;
        s->want_redraw = key == UIKEY_CTRL_L;
        return;
    }
    bool typing =
        s->popup == POPUP_CHAT || s->popup == POPUP_NAME || s->popup == POPUP_AMOUNT ||
        s->popup == POPUP_ROLL || s->popup == POPUP_CSV ||
        (s->popup == POPUP_PROOF && s->proof.naming) ||
        (s->popup == POPUP_NONE && (s->screen == SCREEN_JOIN || s->screen == SCREEN_FIRST));
    if (s->pasting && (!typing || key == UIKEY_ENTER)) {
        return; /* a paste is text for a field, never a row of commands */
    }
    s->say[0] = '\0';
    if (s->rows < UI_ROWS_MIN || s->cols < UI_COLS_MIN) {
        screen_small_key(s, port, m, key);
        return;
    }
    if (s->popup != POPUP_NONE) {
        popup_key(s, port, m, key);
        return;
    }
    switch (s->screen) {
    case SCREEN_FIRST:
        screen_first_key(s, port, m, key);
        break;
    case SCREEN_MENU:
        screen_menu_key(s, port, m, key);
        break;
    case SCREEN_JOIN:
        screen_join_key(s, port, m, key);
        break;
    case SCREEN_LOBBY:
        screen_lobby_key(s, port, m, key);
        break;
    case SCREEN_TABLE:
        if (!learn_panel_key(s, port, m, key)) {
            screen_table_key(s, port, m, key);
        }
        break;
    case SCREEN_RECORDS:
        screen_records_key(s, port, m, key);
        break;
    case SCREEN_STATS:
        screen_stats_key(s, port, m, key);
        break;
    case SCREEN_SUMMARY:
        screen_summary_key(s, port, m, key);
        break;
    case SCREEN_REPLAY:
        screen_replay_key(s, port, m, key);
        break;
    default:
        if (key == UIKEY_ESC || key == 'q') {
            popup_open(s, POPUP_QUIT);
        }
        break;
    }
}
