/* A saved table once more: the live table's own drawing, with a scrubber in place of coach and chips. */
#include "ui/bet_text.h"
#include "ui/book.h"
#include "ui/mouse.h"
#include "ui/replay_parts.h"
#include "ui/screen.h"
#include "ui/table_panel.h"
#include "ui/table_wide.h"
#include "ui/widget.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void status_draw(struct canvas *c, const struct ui_model *m, int wide)
{
    const struct ui_replay *r = &m->replay;
    char right[96];
    char text[64];
    bool broken = !r->checks;
    int gap = wide > UI_COLS_MIN ? 3 : 2;
    size_t used = 0;
    right[0] = '\0';
    if (r->members > 0) {
        used = (size_t)snprintf(
            right, sizeof right, "record signed %u/%u%*s", r->signed_by, r->members, gap, "");
    }
    snprintf(right + used, sizeof right - used, "%s",
        broken            ? "DOES NOT CHECK"
        : m->dice_checked ? "dice OK"
                          : "");
    int end = wide - 1 - text_width(right) - 2;
    canvas_text(c, 0, 1, ROLE_TITLE, "CRAPS");
    int at = 8 + gap - 2 + canvas_text(c, 0, 8 + gap - 2, ROLE_NORMAL, "replay") + 3;
    if (r->roll == 0) {
        snprintf(text, sizeof text, "before the first roll");
    } else {
        snprintf(text, sizeof text, "roll %" PRIu64 " of %" PRIu64 "%s", r->roll, r->last,
            r->done ? "" : "+");
    }
    int room = end - at - text_width(text) - 3;
    at += canvas_text_cut(
              c, 0, at, room, m->practice ? (unsigned)ROLE_WARNING : ROLE_NORMAL, m->table_name) +
          3;
    if (wide > UI_COLS_MIN && r->date[0] != '\0') {
        at += canvas_text(c, 0, at, ROLE_NORMAL, r->date) + 3;
    }
    canvas_text_cut(c, 0, at, end - at, ROLE_TITLE, text);
    canvas_right(c, 0, wide - 1, broken ? (unsigned)ROLE_WARNING : ROLE_NORMAL, right);
}

static void view_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row)
{
    const struct ui_replay *r = &m->replay;
    char text[SENTENCE_MAX];
    if (s->say[0] != '\0') {
        canvas_text_cut(
            c, row, 1, 78, s->say_warning ? (unsigned)ROLE_WARNING : ROLE_TITLE, s->say);
        return;
    }
    if (!r->checks) {
        snprintf(text, sizeof text, "! %s", r->problem);
        canvas_text_cut(c, row, 1, 78, ROLE_WARNING, text);
        return;
    }
    int at = 1 + canvas_text(c, row, 1, ROLE_TITLE, r->playing ? "playing" : "paused") + 3;
    if (m->me >= 0) {
        snprintf(text, sizeof text, "view: %.20s's seat", account_name(&m->live, (unsigned)m->me));
    } else {
        snprintf(text, sizeof text, "view: everybody's seat");
    }
    at += canvas_text(c, row, at, ROLE_NORMAL, text) + 3;
    widget_keys(c, row, at, 66, "s : switch seat   a : see all");
    if (!r->done) {
        snprintf(text, sizeof text, "checking %u%%", r->percent);
    } else {
        snprintf(text, sizeof text, "%" PRIu64 " / %" PRIu64, r->roll, r->last);
    }
    canvas_right(c, row, 79, ROLE_NORMAL, text);
}

static void moments_draw(
    struct canvas *c, const struct ui_model *m, int row, int col, int rows, int cols)
{
    const struct ui_replay *r = &m->replay;
    char text[64];
    widget_box(c, row, col, rows, cols, "moments");
    int chosen = -1;
    for (int i = 0; i < r->moment_count; i++) {
        chosen = r->moments[i].roll <= r->roll ? i : chosen;
    }
    for (int i = 0; i < r->moment_count && i < rows - 2; i++) {
        snprintf(text, sizeof text, "#%-4" PRIu64 " %s", r->moments[i].roll, r->moments[i].text);
        canvas_text(c, row + 1 + i, col + 2, ROLE_KEY, i == chosen ? "▸" : " ");
        canvas_text_cut(c, row + 1 + i, col + 4, cols - 6, ROLE_NORMAL, text);
        canvas_hit(c, row + 1 + i, col + 1, 1, cols - 2, REPLAY_HIT_MOMENT + i);
    }
}

static void wide_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    canvas_origin(c, 0, felt_left(&felt_wide, s->cols));
    int scrub = s->rows - 4;
    int lists = scrub - WIDE_LISTS_ROW;
    status_draw(c, m, 120);
    felt_draw(c, s, m);
    canvas_text(c, WIDE_HISTORY_ROW, 1, ROLE_NORMAL, "rolls");
    history_items_draw(c, m, WIDE_HISTORY_ROW, 8, 76);
    wide_side_draw(c, s, m, scrub);
    wide_spot_draw(c, s, m, WIDE_LISTS_ROW, lists);
    canvas_clear(c, WIDE_LISTS_ROW, 0, lists, WIDE_PANEL_COL, ROLE_NORMAL);
    replay_bets_draw(c, m, WIDE_LISTS_ROW, 0, lists, WIDE_BETS_COLS);
    moments_draw(c, m, WIDE_LISTS_ROW, WIDE_SPOT_COL, lists, WIDE_SPOT_COLS);
    replay_scrub_draw(c, m, scrub, 104);
    view_draw(c, s, m, s->rows - 2);
    if (s->popup == POPUP_NONE) {
        widget_keys(c, s->rows - 1, 1, 118,
            "Space play   left/right roll   PgUp PgDn hand   + - speed   g go to   s seat   v "
            "proof  "
            " e export   Esc leave");
    }
}

void screen_replay_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    if (felt_layout_of(s->rows, s->cols) == &felt_wide) {
        wide_draw(c, s, m);
        return;
    }
    int extra = s->rows - UI_ROWS_MIN;
    canvas_origin(c, 0, (s->cols - UI_COLS_MIN) / 2);
    status_draw(c, m, UI_COLS_MIN);
    felt_draw(c, s, m);
    dice_panel_draw(c, s, m);
    players_draw(c, s, m);
    table_talk_draw(c, s, m);
    history_draw(c, m, 19);
    replay_scrub_draw(c, m, 20, 66);
    view_draw(c, s, m, 22);
    if (s->popup == POPUP_NONE) {
        widget_keys(c, 23 + extra, 1, 79,
            m->replay.playing
                ? "Space pause  left/right roll  [ ] hand  + - speed  g go to  v proof  Esc leave"
                : "Space play  left/right roll  [ ] hand  + - speed  g go to  v proof  Esc leave");
    }
}

static void send(
    struct ui_state *s, const struct ui_port *port, enum ui_replay_move move, int argument)
{
    char text[16];
    snprintf(text, sizeof text, "%d", argument);
    ui_send(s, port, UI_REPLAY, (uint32_t)move, text);
}

static void moment_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int index)
{
    char text[24];
    if (index < m->replay.moment_count) {
        snprintf(text, sizeof text, "%" PRIu64, m->replay.moments[index].roll);
        ui_send(s, port, UI_REPLAY, REPLAY_GO, text);
    }
}

static void scrub_click(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int at)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, replay_scrub_roll(&m->replay, at));
    ui_send(s, port, UI_REPLAY, REPLAY_GO, text);
}

void screen_replay_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    static const struct {
        int32_t key;
        enum ui_replay_move move;
        int argument;
    } moves[] = {{' ', REPLAY_PLAY, 0}, {UIKEY_LEFT, REPLAY_ROLLS, -1},
        {UIKEY_RIGHT, REPLAY_ROLLS, 1}, {UIKEY_UP, REPLAY_STEPS, -1}, {UIKEY_DOWN, REPLAY_STEPS, 1},
        {UIKEY_PAGE_UP, REPLAY_HANDS, -1}, {UIKEY_PAGE_DOWN, REPLAY_HANDS, 1},
        {'[', REPLAY_HANDS, -1}, {']', REPLAY_HANDS, 1}, {UIKEY_HOME, REPLAY_GO, 0},
        {'+', REPLAY_SPEED, 1}, {'=', REPLAY_SPEED, 1}, {'-', REPLAY_SPEED, -1},
        {'s', REPLAY_SEAT, 1}, {'S', REPLAY_SEAT, 1}, {'a', REPLAY_SEAT, 0}, {'A', REPLAY_SEAT, 0},
        {UIKEY_ESC, REPLAY_LEAVE, 0}, {'q', REPLAY_LEAVE, 0}, {'Q', REPLAY_LEAVE, 0}};
    if (key == UIKEY_END) {
        char text[24];
        snprintf(text, sizeof text, "%" PRIu64, m->replay.last);
        ui_send(s, port, UI_REPLAY, REPLAY_GO, text);
        return;
    }
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        if (moves[i].key == key) {
            send(s, port, moves[i].move, moves[i].argument);
            return;
        }
    }
    if (key == 'g' || key == 'G') {
        send(s, port, REPLAY_PAUSE, 0);
        popup_open(s, POPUP_ROLL);
    } else if ((key == 'v' || key == 'V') && m->replay.roll > 0) {
        send(s, port, REPLAY_PAUSE, 0);
        proof_open(s, port, m, m->record, m->replay.roll);
    } else if (key == 'e' || key == 'E') {
        char file[UI_NAME_MAX * 3];
        const char *slash = strrchr(m->record, '/');
        const char *name = slash == NULL ? m->record : slash + 1;
        const char *dot = strrchr(name, '.');
        snprintf(
            file, sizeof file, "%.*s", dot == NULL ? (int)strlen(name) : (int)(dot - name), name);
        send(s, port, REPLAY_PAUSE, 0);
        book_csv_open(s, m->record, file);
    } else if (key == '?' || key == UIKEY_F1) {
        ui_say(s, false,
            "arrows a roll or a step, [ ] a hand, g to a roll, s a seat view, v proof, e export");
    } else if (key >= REPLAY_HIT_MOMENT && key < REPLAY_HIT_MOMENT + UI_MOMENTS_MAX) {
        moment_key(s, port, m, key - REPLAY_HIT_MOMENT);
    } else if (key >= REPLAY_HIT_SCRUB && key <= REPLAY_HIT_SCRUB + REPLAY_SCRUB_PARTS) {
        scrub_click(s, port, m, key - REPLAY_HIT_SCRUB);
    }
}

void replay_go(struct ui_state *s, const struct ui_port *port, const char *text)
{
    char number[24];
    char *end;
    unsigned long long roll = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || roll > INT64_MAX) {
        ui_say(s, true, "That is not the number of a roll. Example: 37.");
        return;
    }
    snprintf(number, sizeof number, "%llu", roll);
    ui_send(s, port, UI_REPLAY, REPLAY_GO, number);
}

uint64_t replay_next_ms(const struct ui_state *s, const struct ui_model *m)
{
    enum { FRAME_MS = 60 };
    bool lands = s->result_shown && s->now_ms < s->result_ms + s->animation_ms;
    uint64_t next = m->replay.next_ms;
    uint64_t others[2] = {s->say[0] != '\0' ? s->say_until_ms : 0,
        s->animate && (lands || s->rolling) ? s->now_ms + FRAME_MS : 0};
    for (int i = 0; i < 2; i++) {
        next = others[i] != 0 && (next == 0 || others[i] < next) ? others[i] : next;
    }
    return next;
}

void replay_update(struct ui_state *s, const struct ui_model *m)
{
    if (s->replay_jumps != m->replay.jumps) {
        s->replay_jumps = m->replay.jumps;
        memset(&s->feed, 0, sizeof s->feed);
    }
    if (s->say[0] != '\0' && s->now_ms >= s->say_until_ms) {
        s->say[0] = '\0';
    }
    bool rolling = live_rolling(&m->live);
    if (rolling && !s->rolling) {
        s->rolling_since_ms = s->now_ms;
    }
    s->rolling = rolling;
    if (m->replay.result && (!s->result_shown || s->result_roll != m->replay.roll)) {
        s->result_ms = s->now_ms;
    }
    s->result_shown = m->replay.result;
    s->result_roll = m->replay.roll;
}
