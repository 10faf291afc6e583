#include "ui/big_dice.h"

#include "ui/bet_text.h"
#include "ui/dice_animation.h"

#include <stdio.h>

enum {
    DIE_HEIGHT = 7,
    DIE_WIDTH = 12,
    PIP_ROWS = 3,
    FIRST_COL = 0,
    SECOND_COL = 13,
    TOTAL_COL = 26,
    FRAME_MS = 120,
};

/* Which of the nine places have a pip: three rows of left, middle, right. */
static const uint8_t pips[7][PIP_ROWS] = {
    {0, 0, 0}, {0, 2, 0}, {4, 0, 1}, {4, 2, 1}, {5, 0, 5}, {5, 2, 5}, {5, 5, 5}};

/* Orders of pips that no face has. */
static const uint8_t tumbling[4][PIP_ROWS] = {{4, 1, 2}, {2, 5, 1}, {1, 6, 4}, {6, 0, 3}};

/* Five rows of three cells a digit. */
static const uint8_t digits[10][5] = {{7, 5, 5, 5, 7}, {2, 6, 2, 2, 7}, {7, 1, 7, 4, 7},
    {7, 1, 7, 1, 7}, {5, 5, 7, 1, 1}, {7, 4, 7, 1, 7}, {7, 4, 7, 5, 7}, {7, 1, 1, 1, 1},
    {7, 5, 7, 5, 7}, {7, 5, 7, 1, 7}};

static void die_body(struct canvas *c, int row, int col, const uint8_t places[PIP_ROWS],
    const char *pip, unsigned attr)
{
    canvas_text(c, row, col, attr, "╭──────────╮");
    canvas_text(c, row + DIE_HEIGHT - 1, col, attr, "╰──────────╯");
    for (int r = 1; r < DIE_HEIGHT - 1; r++) {
        canvas_text(c, row + r, col, attr, "│          │");
    }
    for (int r = 0; r < PIP_ROWS; r++) {
        for (int k = 0; k < 3; k++) {
            if ((places[r] >> (2 - k) & 1) != 0) {
                canvas_text(c, row + 1 + 2 * r, col + 2 + 3 * k, attr, pip);
            }
        }
    }
}

static void digit_draw(struct canvas *c, int row, int col, unsigned digit, unsigned attr)
{
    for (int r = 0; r < 5; r++) {
        for (int k = 0; k < 3; k++) {
            if ((digits[digit % 10][r] >> (2 - k) & 1) != 0) {
                canvas_text(c, row + r, col + k, attr, "█");
            }
        }
    }
}

static void total_draw(struct canvas *c, int row, int col, unsigned total, unsigned attr)
{
    if (total >= 10) {
        digit_draw(c, row, col, total / 10, attr);
    }
    digit_draw(c, row, col + (total >= 10 ? 4 : 2), total % 10, attr);
}

static void known_draw(
    struct canvas *c, int row, int col, unsigned die1, unsigned die2, bool bounced)
{
    int off = bounced ? 1 : 0;
    die_body(c, row, col + FIRST_COL - off, pips[die1 <= 6 ? die1 : 0], "██", ROLE_DICE);
    die_body(c, row, col + SECOND_COL + off, pips[die2 <= 6 ? die2 : 0], "██", ROLE_DICE);
}

bool big_dice_wanted(const struct ui_state *s, const struct ui_model *m)
{
    return s->now.choice[SETTING_BIG_NUMBERS] != 0 && (s->rolling || m->history_kept > 0);
}

static void rolling_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row, int col)
{
    const struct live *l = &m->live;
    char text[96];
    bool own = m->me >= 0 && l->thrower == m->me;
    unsigned long long roll = (unsigned long long)l->roll + 1;
    snprintf(text, sizeof text, "%.*s throw%s!   #%llu", 12,
        own ? "You" : account_name(l, l->thrower), own ? "" : "s", roll);
    canvas_center(c, row, col, BIG_PANEL_COLS, ROLE_TITLE, text);
    if (m->preview) {
        known_draw(c, row + 1, col, m->preview_die1, m->preview_die2, false);
        total_draw(c, row + 2, col + TOTAL_COL, m->preview_die1 + m->preview_die2, ROLE_TITLE);
        return;
    }
    uint64_t frame = s->animate ? (s->now_ms - s->rolling_since_ms) / FRAME_MS : 0;
    int drift = (int)(frame % 2);
    die_body(c, row + 1, col + FIRST_COL - drift, tumbling[frame % 4], "▒▒", ROLE_NORMAL);
    die_body(c, row + 1, col + SECOND_COL + drift, tumbling[(frame + 1) % 4], "▒▒", ROLE_NORMAL);
}

void big_dice_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row, int col)
{
    if (s->rolling) {
        rolling_draw(c, s, m, row, col);
        return;
    }
    const struct ui_roll *roll = &m->history[m->history_kept - 1];
    uint64_t age = s->now_ms - s->result_ms;
    bool bounces = s->result_shown && dice_bounce(age, s->animation_ms) > 0;
    unsigned attr = roll->seven_out                     ? (unsigned)ROLE_LOSE
                    : roll->point_made || roll->natural ? (unsigned)ROLE_WIN
                                                        : ROLE_TITLE;
    char call[SENTENCE_MAX];
    char effect[SENTENCE_MAX];
    sentence_call(roll, call, effect);
    char number[32];
    snprintf(number, sizeof number, "#%llu  ", (unsigned long long)roll->roll);
    int wide = text_width(number) + text_width(call) + 2 + text_width(effect);
    int at = col + (wide < BIG_PANEL_COLS ? (BIG_PANEL_COLS - wide) / 2 : 0);
    at += canvas_text(c, row, at, ROLE_NORMAL | CELL_DIM, number);
    at += canvas_text(c, row, at, ROLE_TITLE, call) + 2;
    canvas_text_cut(c, row, at, col + BIG_PANEL_COLS - at, attr, effect);
    known_draw(c, row + 1, col, roll->die1, roll->die2, bounces);
    total_draw(c, row + 2, col + TOTAL_COL, roll->die1 + roll->die2, attr);
}
