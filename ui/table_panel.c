/* The right side of the table: dice, players; and the row of past rolls. */
#include "ui/bet_text.h"
#include "ui/dice_animation.h"
#include "ui/mouse.h"
#include "ui/odds_text.h"
#include "ui/screen.h"
#include "ui/table_panel.h"
#include "ui/talk.h"
#include "ui/theme.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum { PANEL_COL = 55, PANEL_COLS = 25 };

const char *account_name(const struct live *l, unsigned account)
{
    return account < l->account_count ? l->players[account].name : "nobody";
}

char account_letter(const struct live *l, unsigned account)
{
    if (account >= l->account_count || l->accounts[account].seat != 0) {
        return account < l->account_count ? seat_letter(l->accounts[account].seat) : '-';
    }
    char first = l->players[account].name[0];
    return (char)(first >= 'A' && first <= 'Z'   ? first - 'A' + 'a'
                  : first >= 'a' && first <= 'z' ? first
                                                 : '-');
}

char chip_letter(const struct ui_state *s, const struct ui_model *m, unsigned account)
{
    const struct live *l = s->moves.live != NULL ? s->moves.live : &m->live;
    unsigned choice = s->now.choice[SETTING_CHIP];
    char own = (char)('A' + choice - 1);
    bool free = choice > 0 && m->me >= 0 && (int)account == m->me;
    for (uint32_t i = 0; i < l->account_count; i++) {
        free = free && ((int)i == m->me || account_letter(l, i) != own);
    }
    return free ? own : account_letter(l, account);
}

/* What the next roll does to a first bet on the pass line. */
static void first_bet_draw(struct canvas *c, const struct ui_model *m, int64_t chip_cents)
{
    struct odds_row rows[ODDS_ROWS_MAX];
    char money[MONEY_TEXT_MAX];
    unsigned count = odds_rows(&m->live.table.config, (struct bet_ref){BET_PASS, 0}, 0, rows);
    canvas_printf(c, 2, PANEL_COL + 1, ROLE_NORMAL, "%s: %s on the",
        chip_cents < 10000 ? "Your first bet" : "First bet", money_text(chip_cents, money));
    canvas_text(c, 3, PANEL_COL + 1, ROLE_NORMAL, "PASS LINE.  Next roll:");
    for (unsigned i = 0; i < count && i < 3; i++) {
        bool sets = rows[i].result == ODDS_NOTHING;
        canvas_printf(c, 4 + (int)i, PANEL_COL + 1, ROLE_NORMAL, "  %-9s%-8s%u/36",
            sets ? "others" : rows[i].what,
            sets                         ? "set"
            : rows[i].result == ODDS_WIN ? "wins"
                                         : "loses",
            rows[i].count);
    }
    canvas_text(c, 7, PANEL_COL + 1, ROLE_NORMAL, "           the point");
}

static void welcome_draw(struct canvas *c, const struct ui_model *m, int64_t chip_cents)
{
    char text[96];
    snprintf(text, sizeof text, "Welcome, %.*s", 12,
        m->me < 0 ? m->my_name : account_name(&m->live, (unsigned)m->me));
    if (m->stage == STAGE_REPLAY) {
        canvas_center(c, 3, PANEL_COL, PANEL_COLS, ROLE_TITLE, "The table once more.");
        canvas_center(c, 5, PANEL_COL, PANEL_COLS, ROLE_NORMAL, "Space plays it.");
        return;
    }
    canvas_center(c, 1, PANEL_COL, PANEL_COLS, ROLE_TITLE, text);
    if (m->watching || m->live.table.config.crapless) {
        canvas_text(c, 3, PANEL_COL + 1, ROLE_NORMAL,
            m->watching_for_seat ? "You watch; a seat comes"
            : m->watching        ? "You watch this table."
                                 : "Crapless: on the first");
        canvas_text(c, 4, PANEL_COL + 1, ROLE_NORMAL,
            m->watching_for_seat ? "when one is free."
            : m->watching        ? ""
                                 : "roll only 7 wins, every");
        canvas_text(
            c, 5, PANEL_COL + 1, ROLE_NORMAL, m->watching ? "" : "other total is the point.");
        return;
    }
    if (m->live.table.point != 0) {
        canvas_printf(c, 3, PANEL_COL + 1, ROLE_NORMAL, "%llu roll%s so far; the",
            (unsigned long long)m->live.roll, m->live.roll == 1 ? "" : "s");
        canvas_printf(
            c, 4, PANEL_COL + 1, ROLE_NORMAL, "point is %u. PASS LINE", m->live.table.point);
        canvas_text(c, 5, PANEL_COL + 1, ROLE_NORMAL, "bets open again when it");
        canvas_text(c, 6, PANEL_COL + 1, ROLE_NORMAL, "is made, or at a seven.");
        return;
    }
    first_bet_draw(c, m, chip_cents);
}

static void rolling_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    char text[96];
    const struct live *l = &m->live;
    bool own = m->me >= 0 && l->thrower == m->me;
    unsigned long long roll = (unsigned long long)l->roll + 1;
    if (own) {
        snprintf(text, sizeof text, "You throw!   #%llu", roll);
    } else {
        snprintf(text, sizeof text, "%.*s throws!   #%llu", 10, account_name(l, l->thrower), roll);
    }
    canvas_center(c, 1, PANEL_COL, PANEL_COLS, ROLE_TITLE, text);
    if (m->preview) {
        dice_known_draw(c, 2, PANEL_COL, m->preview_die1, m->preview_die2, 0, 0);
        canvas_center(c, 7, PANEL_COL, PANEL_COLS, ROLE_NORMAL, "agreeing on the payout");
        return;
    }
    dice_tumble_draw(c, 2, PANEL_COL, s->now_ms - s->rolling_since_ms, s->animate);
    if (m->shares_needed > 1 && s->now_ms > s->rolling_since_ms + 1000) {
        snprintf(text, sizeof text, "pieces %u, %u needed", m->shares_in, m->shares_needed);
    } else {
        snprintf(text, sizeof text, "bets are locked");
    }
    canvas_center(c, 7, PANEL_COL, PANEL_COLS, ROLE_NORMAL, text);
}

void dice_panel_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    if (s->rolling) {
        rolling_draw(c, s, m);
        return;
    }
    if (m->history_kept == 0) {
        welcome_draw(c, m, ui_chip_cents[s->chip]);
        return;
    }
    const struct ui_roll *roll = &m->history[m->history_kept - 1];
    char text[64];
    char call[SENTENCE_MAX];
    char effect[SENTENCE_MAX];
    uint64_t age = s->result_roll == 0 ? UINT64_MAX : s->now_ms - s->result_ms;
    bool fresh = s->result_shown;
    snprintf(text, sizeof text, fresh ? "roll %llu" : "last roll  #%llu",
        (unsigned long long)roll->roll);
    canvas_center(c, 1, PANEL_COL, PANEL_COLS, ROLE_TITLE, text);
    dice_known_draw(c, 2, PANEL_COL, roll->die1, roll->die2, age, fresh ? s->animation_ms : 0);
    sentence_call(roll, call, effect);
    int wide = text_width(call) + text_width(effect) + (effect[0] != '\0' ? 2 : 0);
    int at = PANEL_COL + (wide < PANEL_COLS ? (PANEL_COLS - wide) / 2 : 0);
    at += canvas_text(c, 7, at, ROLE_TITLE, call) + 2;
    unsigned attr = roll->seven_out                     ? (unsigned)ROLE_LOSE
                    : roll->point_made || roll->natural ? (unsigned)ROLE_WIN
                                                        : ROLE_NORMAL;
    canvas_text_cut(c, 7, at, PANEL_COL + PANEL_COLS - at, attr, effect);
}

const struct ui_peer *panel_peer(const struct ui_model *m, unsigned seat)
{
    for (unsigned i = 0; i < m->peer_count && i < LIVE_SEATS_MAX; i++) {
        if (m->peers[i].seat == seat) {
            return &m->peers[i];
        }
    }
    return NULL;
}

int64_t panel_roll_net(const struct ui_model *m, unsigned account)
{
    int64_t sum = 0;
    for (unsigned i = 0; i < m->payout_count && i < UI_PAYOUTS_MAX; i++) {
        if (m->payouts[i].player == account) {
            sum += payout_net_cents(&m->payouts[i]);
        }
    }
    return sum;
}

static unsigned status_text(
    const struct ui_state *s, const struct ui_model *m, unsigned account, char *out, size_t size)
{
    const struct live_account *a = &s->moves.live->accounts[account];
    const struct ui_peer *peer = panel_peer(m, a->seat);
    char money[MONEY_TEXT_MAX];
    if (s->result_shown && account < m->live.account_count) {
        int64_t net = panel_roll_net(m, account);
        snprintf(out, size, "%s", money_signed(net, money));
        return net > 0 ? (unsigned)ROLE_WIN : net < 0 ? (unsigned)ROLE_LOSE : ROLE_NORMAL;
    }
    if (m->stalled && peer != NULL && !peer->self && !a->bot) {
        snprintf(out, size, peer->linked ? "here" : peer->via[0] != '\0' ? "seen" : "silent");
        return peer->linked ? (unsigned)ROLE_NORMAL : ROLE_WARNING;
    }
    if (a->away) {
        snprintf(out, size, "away");
        return ROLE_WARNING;
    }
    if (a->sitting_out) {
        snprintf(out, size, "out");
        return ROLE_NORMAL | CELL_DIM;
    }
    if (s->rolling) {
        snprintf(out, size, peer != NULL && peer->share_in ? "gave it" : "...");
        return ROLE_NORMAL;
    }
    snprintf(out, size, a->ready ? "ready" : "...");
    return ROLE_NORMAL;
}

static void player_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, unsigned account, int row)
{
    const struct live *l = s->moves.live;
    const struct table_player *p = &l->players[account];
    char text[64];
    char money[MONEY_TEXT_MAX];
    unsigned seat = l->accounts[account].seat;
    bool own = (int)account == m->me;
    bool dice = l->thrower == account;
    snprintf(text, sizeof text, "%c", chip_letter(s, m, account));
    canvas_text(c, row, 56, theme_seat(talk_colour(m, seat)) | CELL_BOLD, text);
    int used = canvas_text_cut(
        c, row, 58, dice ? 6 : 8, own ? (unsigned)ROLE_TITLE : ROLE_NORMAL, p->name);
    if (dice) {
        canvas_text(c, row, 59 + used, ROLE_KEY, "*");
    }
    int64_t worth = p->balance_cents + table_layout_cents(p);
    if (worth >= 10000000) {
        canvas_right(c, row, 72, ROLE_NORMAL, money_short(worth, money));
    } else {
        money_text(worth / 100 * 100, money);
        canvas_right(c, row, 72, ROLE_NORMAL, money);
    }
    unsigned attr = status_text(s, m, account, text, sizeof text);
    canvas_text_cut(c, row, 73, 7, attr, text);
    canvas_hit(c, row, 56, 1, 24, UIHIT_SEAT + (int32_t)seat);
}

unsigned players_order(const struct live *l, int me, uint16_t out[LIVE_SEATS_MAX])
{
    unsigned count = 0;
    if (me >= 0 && l->accounts[me].seat != 0) {
        out[count++] = (uint16_t)me;
    }
    if (l->thrower < l->account_count && (int)l->thrower != me &&
        l->accounts[l->thrower].seat != 0) {
        out[count++] = l->thrower;
    }
    for (unsigned seat = 1; seat <= LIVE_SEATS_MAX && count < LIVE_SEATS_MAX; seat++) {
        for (uint32_t i = 0; i < l->account_count && count < LIVE_SEATS_MAX; i++) {
            if (l->accounts[i].seat == seat && (int)i != me && i != l->thrower) {
                out[count++] = (uint16_t)i;
            }
        }
    }
    return count;
}

unsigned players_window(const struct ui_state *s, const struct ui_model *m, unsigned room,
    uint16_t out[LIVE_SEATS_MAX], unsigned *more)
{
    unsigned count = players_order(s->moves.live, m->me, out);
    *more = 0;
    if (count <= room || room < 2) {
        return count < room ? count : room;
    }
    unsigned shown = room - 1;
    unsigned down = s->players_down < count - shown ? s->players_down : count - shown;
    memmove(&out[1], &out[1 + down], (shown - 1) * sizeof out[0]);
    *more = count - shown;
    return shown;
}

void players_more_draw(struct canvas *c, int row, int col, int cols, unsigned more)
{
    if (more > 0) {
        canvas_printf(c, row, col, ROLE_NORMAL, "and %u more", more);
        canvas_hit(c, row, col, 1, cols, UIHIT_SEAT); /* nobody's: it scrolls */
    }
}

void players_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    uint16_t who[LIVE_SEATS_MAX];
    unsigned more = 0;
    unsigned room = s->rows >= UI_ROWS_MIN + 6 ? 10 : 5;
    unsigned shown = players_window(s, m, room, who, &more);
    canvas_text(c, 8, 56, ROLE_FRAME, "─");
    canvas_text(c, 8, 57, ROLE_TITLE, " players ");
    for (int k = 66; k < 80; k++) {
        canvas_text(c, 8, k, ROLE_FRAME, "─");
    }
    for (unsigned i = 0; i < shown; i++) {
        player_draw(c, s, m, who[i], 9 + (int)i);
    }
    players_more_draw(c, 8 + (int)room, 58, 22, more);
}

void history_items_draw(struct canvas *c, const struct ui_model *m, int row, int col, int width)
{
    char items[UI_HISTORY_MAX][20];
    int used = 1;
    unsigned first = m->history_kept;
    for (unsigned i = m->history_kept; i-- > 0;) {
        const struct ui_roll *r = &m->history[i];
        unsigned total = r->die1 + r->die2;
        bool set = r->point_before == 0 && r->point_after != 0;
        bool ends = r->seven_out || r->point_made;
        snprintf(items[i], sizeof items[i], set ? "[%u]%s" : "%u%s", total,
            set             ? ""
            : r->seven_out  ? "x"
            : r->point_made ? "*"
            : r->natural    ? "w"
                            : "");
        bool bar = ends && i + 1 < m->history_kept;
        int wide = text_width(items[i]) + 1 + (bar ? 2 : 0);
        if (used + wide > width) {
            break;
        }
        used += wide;
        first = i;
    }
    int at = col;
    for (unsigned i = first; i < m->history_kept; i++) {
        const struct ui_roll *r = &m->history[i];
        bool ends = r->seven_out || r->point_made;
        unsigned attr = r->seven_out                  ? (unsigned)ROLE_LOSE
                        : r->point_made || r->natural ? (unsigned)ROLE_WIN
                                                      : ROLE_NORMAL;
        at += canvas_text(c, row, at, attr, items[i]);
        if (i + 1 == m->history_kept) {
            canvas_text(c, row, at, ROLE_NORMAL, "_");
        } else if (ends) {
            at += canvas_text(c, row, at, ROLE_FRAME, " │ ");
        } else {
            at++;
        }
    }
}

void history_draw(struct canvas *c, const struct ui_model *m, int row)
{
    if (m->history_kept == 0) {
        const char *all = sentence_unanimous(m);
        canvas_text(c, row, 2, ROLE_NORMAL | CELL_DIM,
            all[0] != '\0'     ? all
            : m->live.roll > 0 ? "the rolls before you came are in the record"
                               : "no rolls yet");
        if (all[0] != '\0') {
            return;
        }
        canvas_right(c, row, 79, ROLE_NORMAL | CELL_DIM, "( ) = the puck shows the point");
        return;
    }
    history_items_draw(c, m, row, 2, 50);
    for (unsigned back = 0; back < m->history_kept; back++) {
        if (m->history[m->history_kept - 1 - back].seven_out) {
            char text[48];
            snprintf(text, sizeof text,
                back == 0 ? "seven-out just now" : "last 7-out %u roll%s ago", back,
                back == 1 ? "" : "s");
            canvas_right(c, row, 79, ROLE_NORMAL | CELL_DIM, text);
            break;
        }
    }
}
