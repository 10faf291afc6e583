/* The table: top line, felt, panels, and the lines below. At 80x24 every row is used; a larger
 * window centres it and gives its rows to table talk. */
#include "ui/bet_text.h"
#include "ui/mouse.h"
#include "ui/screen.h"
#include "ui/talk.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

/* So many rows more than the least: table talk moves below, and more players fit beside the felt.
 * */
enum { TALK_BELOW_MIN = 6 };

void table_badge(const struct ui_model *m, char *out, size_t size)
{
    char dots[64] = "";
    size_t used = 0;
    if (m->cut_off) {
        used = (size_t)snprintf(out, size, "alone");
    } else {
        if (m->members <= 8) {
            widget_dots(dots, sizeof dots, m->answering, m->members);
        }
        used = (size_t)snprintf(out, size, "%s%s%u/%u agree", dots, dots[0] != '\0' ? " " : "",
            m->answering, m->members);
        if (m->stalled) {
            used += (size_t)snprintf(out + used, size - used, "  need %u", m->needed);
        } else if (m->worst_ping_us >= 1000) {
            used += (size_t)snprintf(out + used, size - used, "  %u ms", m->worst_ping_us / 1000);
        }
    }
    snprintf(out + used, size - used, "%s",
        m->broken                         ? "  SEAT STOPPED"
        : m->dice_bad || m->bad_roll != 0 ? "  DICE NOT OK"
        : m->alarm                        ? "  TABLES DIFFER"
        : m->dice_checked                 ? "  dice OK"
                                          : "");
}

static void status_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    char right[128];
    char roll[32];
    char who[UI_NAME_MAX + 16];
    const struct live *l = s->moves.live;
    table_badge(m, right, sizeof right);
    snprintf(roll, sizeof roll, "roll %-5llu", (unsigned long long)l->roll + 1);
    if (m->cut_off && m->cut_off_since_ms != 0 && m->cut_off_since_ms <= s->now_ms) {
        unsigned long long for_s = (s->now_ms - m->cut_off_since_ms) / 1000;
        snprintf(who, sizeof who, "reconnecting %llu:%02llu", for_s / 60, for_s % 60);
    } else if (m->stalled) {
        snprintf(who, sizeof who, "PAUSED");
    } else if (m->catching_up) {
        snprintf(who, sizeof who, "catching up");
    } else if (l->thrower == EVENT_NOBODY) {
        snprintf(who, sizeof who, "no shooter");
    } else {
        snprintf(who, sizeof who, "shooter %s", account_name(l, l->thrower));
    }
    int room = 79 - text_width(right) - 2;
    canvas_text(c, 0, 1, ROLE_TITLE, "CRAPS");
    int name_room = room - 8 - 3 - text_width(roll) - text_width(who);
    int at = 8;
    if (m->autoplay == UI_AUTO_PLAYS) {
        at += canvas_text(c, 0, at, ROLE_SELECTED, "auto") + 1;
        name_room -= 5;
    }
    if (m->practice && strstr(m->table_name, "ractice") == NULL) {
        at += canvas_text(c, 0, at, ROLE_WARNING, "practice ");
        name_room -= 9;
    }
    at += canvas_text_cut(c, 0, at, name_room < 8 ? 8 : name_room,
        m->practice ? (unsigned)ROLE_WARNING : ROLE_NORMAL, m->table_name);
    at += 3;
    at += canvas_text(c, 0, at, ROLE_NORMAL, roll);
    canvas_text_cut(c, 0, at, room - at, m->stalled ? (unsigned)ROLE_WARNING : ROLE_NORMAL, who);
    canvas_right(c, 0, 79,
        m->alarm || m->cut_off || m->answering < m->needed ? (unsigned)ROLE_WARNING : ROLE_NORMAL,
        right);
}

void table_clock_text(const struct ui_state *s, const struct ui_model *m, char *out, size_t size)
{
    const struct live *l = &m->live;
    uint64_t now = s->now_ms;
    if (s->rolling) {
        snprintf(
            out, size, "rolling... %llu s", (unsigned long long)(now - s->rolling_since_ms) / 1000);
    } else if (m->stalled) {
        snprintf(out, size, "frozen at roll %llu", (unsigned long long)l->roll);
    } else if (m->window_closes_ms > now) {
        unsigned long long left = (m->window_closes_ms - now + 999) / 1000;
        snprintf(out, size, "bets close in %llu:%02llu", left / 60, left % 60);
    } else if (m->shooter_until_ms > now && l->thrower != EVENT_NOBODY) {
        unsigned long long left = (m->shooter_until_ms - now + 999) / 1000;
        snprintf(out, size, "%.10s throws %llu:%02llu", account_name(l, l->thrower), left / 60,
            left % 60);
    } else {
        snprintf(out, size, "bets are open");
    }
}

int table_chip_draw(struct canvas *c, const struct ui_state *s, unsigned chip, int row, int col)
{
    char text[40];
    bool chosen = chip == s->chip;
    snprintf(text, sizeof text, "%s%lld%s", chosen ? "▸" : "",
        (long long)(ui_chip_cents[chip] / 100), chosen ? "◂" : "");
    int wide = canvas_text(c, row, col, chosen ? (unsigned)ROLE_KEY : ROLE_NORMAL, text);
    canvas_hit(c, row, col, 1, wide, UIHIT_CHIP + (int32_t)chip);
    return wide;
}

static void rack_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row)
{
    const struct live *l = s->moves.live;
    char clock[64];
    table_clock_text(s, m, clock, sizeof clock);
    if (m->me >= 0 && (uint32_t)m->me < l->account_count) {
        const struct table_player *p = &l->players[m->me];
        char money[MONEY_TEXT_MAX];
        int at = 1 + canvas_text(c, row, 1, ROLE_NORMAL, "Rack ");
        at += canvas_text(c, row, at, ROLE_TITLE, money_text(p->balance_cents, money));
        at = at + 2 < 14 ? 14 : at + 2;
        canvas_printf(
            c, row, at, ROLE_NORMAL, "on table %s", money_text(table_layout_cents(p), money));
    }
    if (!m->watching) {
        int at = 30 + canvas_text(c, row, 30, ROLE_NORMAL, "chips  ");
        for (unsigned i = 0; i < UI_CHIPS; i++) {
            at += table_chip_draw(c, s, i, row, at) + 2;
        }
    }
    bool soon = m->window_closes_ms > s->now_ms && m->window_closes_ms - s->now_ms <= 3000;
    canvas_right(c, row, 79, soon ? (unsigned)ROLE_WARNING : ROLE_NORMAL, clock);
}

/* A key line in this player's keys. */
static void keys_draw(struct canvas *c, const struct ui_state *s, int row, const char *text)
{
    char line[SENTENCE_MAX];
    key_map_line(&s->now.keys, text, line, sizeof line);
    widget_keys(c, row, 1, felt_layout_of(s->rows, s->cols)->window_cols - 1, line);
}

/* The same where there is room for all of it. */
static void keys_wide_add(const struct ui_state *s, char text[SENTENCE_MAX], bool open, bool lies,
    bool can_odds, const char *go)
{
    bool proof = key_action('v') != ACTION_NONE && s->result_roll > 0;
    sentence_add(text, "%s%s%s%s%sh props   a sets   %sSpace %s   %sm chat   ? help",
        open ? "Enter bet   " : "", lies ? "Bksp less   " : "", can_odds ? "o odds   " : "",
        lies ? "e edit   " : "", s->moves.repeat_any && !s->moves.undo_count ? "r repeat   " : "",
        s->moves.undo_count > 0 ? "u undo   " : "", go, proof ? "v proof   " : "");
}

/* What works now, the most useful first; what does not fit is left out, never help. */
void table_keys_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row)
{
    char text[SENTENCE_MAX] = "";
    const struct felt_layout *layout = felt_layout_of(s->rows, s->cols);
    char money[MONEY_TEXT_MAX];
    if (m->me < 0 || m->watching) {
        keys_draw(c, s, row, "m chat    PgUp PgDn scroll    Esc menu    q leave    ? help");
        return;
    }
    if (m->stalled) {
        keys_draw(c, s, row,
            m->split_offered
                ? "w wait    s split or leave    l history    PgUp PgDn scroll    ? help"
                : "l history    PgUp PgDn scroll    Esc menu    q leave    ? help");
        return;
    }
    const struct live *l = s->moves.live;
    if (m->autoplay == UI_AUTO_PLAYS) {
        sentence_add(text, "A stop %s    Enter bet    m chat    l history    ? help", m->auto_name);
        keys_draw(c, s, row, text);
        return;
    }
    if (s->rolling) {
        keys_draw(c, s, row, "m chat    l history    PgUp PgDn scroll    ? help");
        return;
    }
    bool again = m->autoplay == UI_AUTO_STOPPED; /* "A auto" is worth more than some others */
    struct bet_ref bet = felt_bet(s->spot, l);
    struct bet_ref odds = act_odds_bet(s, m);
    bool first = m->history_kept == 0 && s->lessons[LESSON_READY] == 0;
    bool open = bet_closed(s, m, bet) == REFUSAL_NONE;
    struct bet_ref own[EDIT_BETS_MAX];
    unsigned count = felt_bets(s->spot, l, m->me, own, EDIT_BETS_MAX);
    bool lies = false;
    for (unsigned i = 0; i < count; i++) {
        lies = lies || moves_own_cents(l, m->me, own[i]) > 0;
    }
    const char *go = l->accounts[m->me].ready ? "not ready"
                     : l->thrower == m->me    ? "throw"
                                              : "ready";
    if (first) {
        char name[BET_TEXT_MAX];
        bet_text_name(bet, name);
        for (char *p = name; *p != '\0'; p++) {
            *p = (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
        }
        if (open) {
            sentence_add(text, "Enter bet %s on %s    ",
                money_text(chip_stake_cents(s, m, bet), money), name);
        }
        sentence_add(text, "Space %s    arrows look around    ? help", go);
        keys_draw(c, s, row, text);
        return;
    }
    bool can_odds =
        table_odds_cap_cents(&l->table, (uint32_t)m->me, odds) > moves_own_cents(l, m->me, odds);
    if (layout == &felt_wide) {
        sentence_add(text, "%s", again ? "A auto   " : "");
        keys_wide_add(s, text, open, lies, can_odds, go);
        keys_draw(c, s, row, text);
        return;
    }
    sentence_add(text, "%s%s%s%s%sh props  %sSpace %s  ? help", open ? "Enter bet  " : "",
        lies ? "Bksp less  " : "", lies && !again ? "e edit  " : "", can_odds ? "o odds  " : "",
        again                                         ? "A auto  "
        : s->moves.repeat_any && !s->moves.undo_count ? "r repeat  "
                                                      : "",
        s->moves.undo_count > 0 && !again ? "u undo  " : "", go);
    keys_draw(c, s, row, text);
}

/* A head line and the newest talk below it. */
static void talk_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row,
    int col, int rows, int cols)
{
    char title[SENTENCE_MAX], text[SENTENCE_MAX];
    canvas_text(c, row, col, ROLE_FRAME, "─");
    int at = col + 1;
    snprintf(text, sizeof text, " %.200s", talk_title(&s->feed, m, title));
    at += canvas_text_cut(c, row, at, cols - 3, ROLE_TITLE, text);
    canvas_text(c, row, at++, ROLE_TITLE, " ");
    for (; at < col + cols; at++) {
        canvas_text(c, row, at, ROLE_FRAME, "─");
    }
    feed_draw(&s->feed, c, row + 1, col, rows, cols);
    canvas_hit(c, row, col, rows + 1, cols, UIHIT_TALK);
}

void table_talk_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    int extra = s->rows > UI_ROWS_MIN ? s->rows - UI_ROWS_MIN : 0;
    if (extra >= TALK_BELOW_MIN) {
        talk_draw(c, s, m, 24, 0, extra - 3, UI_COLS_MIN);
    } else {
        talk_draw(c, s, m, 14, 56, 4, 24);
    }
}

void screen_table_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    if (felt_layout_of(s->rows, s->cols) == &felt_wide) {
        screen_table_wide_draw(c, s, m);
        return;
    }
    int origin_col = s->cols > UI_COLS_MIN ? (s->cols - UI_COLS_MIN) / 2 : 0;
    int extra = s->rows > UI_ROWS_MIN ? s->rows - UI_ROWS_MIN : 0;
    canvas_origin(c, 0, origin_col);
    status_draw(c, s, m);
    felt_draw(c, s, m);
    dice_panel_draw(c, s, m);
    players_draw(c, s, m);
    table_talk_draw(c, s, m);
    history_draw(c, m, 19);
    info_draw(c, s, m, 20);
    rack_draw(c, s, m, 22);
    if (s->popup == POPUP_NONE) {
        table_keys_draw(c, s, m, 23 + extra);
    }
}

void screen_table_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    if (m->stalled && m->split_offered && (key == 's' || key == 'w') && m->me >= 0) {
        popup_open(s, POPUP_PAUSED);
        return;
    }
    key = key_map_usual(&s->now.keys, key);
    enum ui_action action = key_action(key);
    if (action != ACTION_NONE) {
        table_action(s, port, m, action, key);
    }
}
