/* The right side of the wide table: dice, players, agreement, table talk. */
#include "ui/bet_text.h"
#include "ui/big_dice.h"
#include "ui/mouse.h"
#include "ui/replay_parts.h"
#include "ui/screen.h"
#include "ui/table_panel.h"
#include "ui/table_wide.h"
#include "ui/talk.h"
#include "ui/theme.h"
#include "ui/widget.h"

#include <stdio.h>

enum {
    INSIDE = WIDE_PANEL_COL + 1,
    INSIDE_COLS = WIDE_PANEL_COLS - 2,
    /* Columns of the players, from the inside's left, where they end. */
    CHIPS_END = 19,
    TABLE_END = 25,
    STATE_END = 31,
    NAME_COL = 3,
    NAME_COLS = 10,
    PLAYERS_FRAME = 5, /* rows of the box besides the players */
    AGREE_FRAME = 5,   /* rows of the box besides the peers */
    PEER_ROWS_MAX = 4,
    PEER_COLS = 16,
    TALK_ROWS_MIN = 6,
    PLAYERS_MIN = 4,
};

/* What a player is doing now, in at most seven cells. */
static unsigned state_text(
    const struct ui_state *s, const struct ui_model *m, unsigned account, char *out, size_t size)
{
    const struct live_account *a = &s->moves.live->accounts[account];
    const struct ui_peer *peer = panel_peer(m, a->seat);
    if (m->stalled && peer != NULL && !a->bot) {
        if (peer->linked || peer->self) {
            snprintf(out, size, "here");
            return ROLE_NORMAL;
        }
        unsigned s_away = peer->away_s;
        if (s_away == 0) {
            snprintf(out, size, "?");
        } else if (s_away < 100) {
            snprintf(out, size, "%u s", s_away);
        } else {
            snprintf(out, size, "%u m", s_away / 60 < 999 ? s_away / 60 : 999);
        }
        return ROLE_WARNING;
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
        snprintf(out, size, "%s", peer != NULL && peer->share_in ? "gave it" : "...");
        return ROLE_NORMAL;
    }
    snprintf(out, size, "%s", a->ready ? "ok" : "...");
    return ROLE_NORMAL;
}

/* "Ann (you)", "Bo  dice"; of long names the mark is one cell. */
static void name_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, unsigned account, int row)
{
    const struct live *l = s->moves.live;
    const char *name = l->players[account].name;
    bool own = (int)account == m->me;
    bool dice = l->thrower == account;
    unsigned attr = own ? (unsigned)ROLE_TITLE : ROLE_NORMAL;
    int width = text_width(name);
    int col = INSIDE + NAME_COL;
    bool you = own && width + 6 + dice <= NAME_COLS;
    bool word = dice && !own && width + 6 <= NAME_COLS;
    int room = NAME_COLS - (you ? 6 : 0) - (dice ? (word ? 6 : 1) : 0);
    int at = col + canvas_text_cut(c, row, col, room, attr, name);
    if (you) {
        at += canvas_text(c, row, at, ROLE_NORMAL, " (you)");
    }
    if (dice) {
        canvas_text(c, row, at, ROLE_KEY, word ? "  dice" : "*");
    }
}

static void chips_right(struct canvas *c, int row, int end, unsigned attr, int64_t cents)
{
    char money[MONEY_TEXT_MAX];
    if (cents >= 10000000) {
        money_short(cents, money);
    } else {
        money_text(cents / 100 * 100, money);
    }
    canvas_right(c, row, INSIDE + end, attr, money);
}

static void player_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, unsigned account, int row)
{
    const struct live *l = s->moves.live;
    const struct table_player *p = &l->players[account];
    char text[64];
    unsigned seat = l->accounts[account].seat;
    unsigned shown = seat == s->shown_seat ? CELL_REVERSE : 0u;
    snprintf(text, sizeof text, "%c", chip_letter(s, m, account));
    canvas_text(c, row, INSIDE + 1, theme_seat(talk_colour(m, seat)) | CELL_BOLD | shown, text);
    name_draw(c, s, m, account, row);
    chips_right(c, row, CHIPS_END, ROLE_NORMAL, p->balance_cents);
    if (s->result_shown && account < m->live.account_count) {
        int64_t net = panel_roll_net(m, account);
        money_signed(net, text);
        canvas_right(c, row, INSIDE + STATE_END,
            net > 0   ? (unsigned)ROLE_WIN
            : net < 0 ? (unsigned)ROLE_LOSE
                      : ROLE_NORMAL,
            text);
    } else {
        unsigned attr = state_text(s, m, account, text, sizeof text);
        if (!s->rolling) {
            chips_right(c, row, TABLE_END, ROLE_NORMAL, table_layout_cents(p));
        }
        canvas_right(c, row, INSIDE + STATE_END, attr, text);
    }
    canvas_hit(c, row, INSIDE, 1, INSIDE_COLS, UIHIT_SEAT + (int32_t)seat);
}

/* What the table as a whole waits for, or what the last roll moved. */
static void players_sum(const struct ui_state *s, const struct ui_model *m, char out[SENTENCE_MAX])
{
    const struct live *l = s->moves.live;
    unsigned ready = 0;
    unsigned players = 0;
    int64_t paid = 0;
    int64_t took = 0;
    char paid_text[MONEY_TEXT_MAX];
    char took_text[MONEY_TEXT_MAX];
    out[0] = '\0';
    if (m->stalled) {
        unsigned missing = m->needed > m->answering ? (unsigned)(m->needed - m->answering) : 0;
        unsigned silent = m->members > m->answering ? (unsigned)(m->members - m->answering) : 0;
        if (missing > 0 && missing == silent && m->missing[0] != '\0') {
            sentence_add(out, "waiting for %s", m->missing);
        } else if (missing > 0) {
            sentence_add(out, "waiting for %u more of %u", missing, silent);
        }
        return;
    }
    if (s->result_shown) {
        for (unsigned i = 0; i < m->payout_count && i < UI_PAYOUTS_MAX; i++) {
            int64_t net = payout_net_cents(&m->payouts[i]);
            paid += net > 0 ? net : 0;
            took -= net < 0 ? net : 0;
        }
        if (paid == 0 && took == 0) {
            sentence_add(out, "no bet was decided");
            return;
        }
        sentence_add(out, "table paid %s, took %s", money_text(paid, paid_text),
            money_text(took, took_text));
        return;
    }
    for (uint32_t i = 0; i < l->account_count; i++) {
        const struct live_account *a = &l->accounts[i];
        if (a->seat != 0 && !a->away && !a->sitting_out) {
            players++;
            ready += a->ready;
        }
    }
    if (s->rolling) {
        sentence_add(out, "bets are locked");
    } else if (l->thrower == EVENT_NOBODY) {
        sentence_add(out, "%u of %u ready, no shooter yet", ready, players);
    } else {
        bool own = (int)l->thrower == m->me;
        sentence_add(out, "%u of %u ready, %.9s throw%s next", ready, players,
            own ? "you" : account_name(l, l->thrower), own ? "" : "s");
    }
}

static void players_box(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row, int rows)
{
    char text[SENTENCE_MAX];
    widget_box(c, row, WIDE_PANEL_COL, rows, WIDE_PANEL_COLS, "players");
    unsigned head = ROLE_NORMAL | CELL_DIM;
    canvas_text(c, row + 1, INSIDE + NAME_COL, head, "name");
    canvas_right(c, row + 1, INSIDE + CHIPS_END, head, "chips");
    if (s->result_shown) {
        canvas_right(c, row + 1, INSIDE + STATE_END, head, "this roll");
    } else if (s->rolling) {
        canvas_right(c, row + 1, INSIDE + STATE_END, head, "piece");
    } else {
        canvas_right(c, row + 1, INSIDE + TABLE_END, head, "table");
    }
    uint16_t who[LIVE_SEATS_MAX];
    unsigned more = 0;
    unsigned shown = players_window(s, m, (unsigned)(rows - PLAYERS_FRAME), who, &more);
    for (unsigned i = 0; i < shown; i++) {
        player_draw(c, s, m, who[i], row + 2 + (int)i);
    }
    players_more_draw(c, row + 2 + (int)shown, INSIDE + NAME_COL, INSIDE_COLS - NAME_COL, more);
    players_sum(s, m, text);
    canvas_text_cut(c, row + rows - 2, INSIDE + 1, INSIDE_COLS - 1,
        m->stalled ? (unsigned)ROLE_WARNING : ROLE_NORMAL, text);
}

/* "Bo   ●  9 ms" in the half of a row. */
static void peer_draw(
    struct canvas *c, const struct ui_model *m, const struct ui_peer *peer, int row, int col)
{
    enum { NAME_MIN = 4, NAME_MAX = 6 };
    char text[32];
    int wide = text_width(peer->name);
    int at = col + 1 + (wide < NAME_MIN ? NAME_MIN : wide > NAME_MAX ? NAME_MAX : wide);
    canvas_text_cut(c, row, col, NAME_MAX, ROLE_NORMAL, peer->name);
    canvas_text(
        c, row, at, peer->linked ? (unsigned)ROLE_WIN : ROLE_WARNING, peer->linked ? "●" : "○");
    if (!peer->linked) {
        canvas_text(c, row, at + 2, ROLE_WARNING, "silent");
    } else if (peer->rtt_us > 0) {
        snprintf(text, sizeof text, "%u ms",
            peer->rtt_us < 500      ? 1
            : peer->rtt_us < 999500 ? (peer->rtt_us + 500) / 1000
                                    : 999);
        canvas_right(c, row, at + 7, ROLE_NORMAL, text);
    } else {
        canvas_text(c, row, at + 2, ROLE_NORMAL, m->practice ? "bot" : "");
    }
}

/* How the votes of this table count, in the words of its size. */
static const char *votes_text(const struct ui_model *m)
{
    return m->practice               ? "one computer: practice dice"
           : m->members <= 1         ? "nobody else votes yet"
           : m->needed == m->members ? "all must agree to every roll"
                                     : "every vote weighs the same";
}

static void agreement_box(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row, int rows)
{
    char text[SENTENCE_MAX];
    if (m->stage == STAGE_REPLAY) {
        replay_record_draw(c, m, row, WIDE_PANEL_COL, rows, WIDE_PANEL_COLS);
        return;
    }
    widget_box(c, row, WIDE_PANEL_COL, rows, WIDE_PANEL_COLS, "agreement");
    unsigned room = (unsigned)(rows - AGREE_FRAME) * 2;
    unsigned others = 0;
    for (unsigned i = 0; i < m->peer_count && i < LIVE_SEATS_MAX; i++) {
        others += !m->peers[i].self;
    }
    unsigned shown = others > room ? room - 1 : others;
    unsigned drawn = 0;
    for (unsigned i = 0; i < m->peer_count && i < LIVE_SEATS_MAX && drawn < shown; i++) {
        if (!m->peers[i].self) {
            peer_draw(c, m, &m->peers[i], row + 1 + (int)(drawn / 2),
                INSIDE + 1 + (int)(drawn % 2) * PEER_COLS);
            drawn++;
        }
    }
    if (others > shown) {
        canvas_printf(c, row + 1 + (int)(shown / 2), INSIDE + 1 + (int)(shown % 2) * PEER_COLS,
            ROLE_NORMAL, "and %u more", others - shown);
    }
    if (others == 0) {
        canvas_text(c, row + 1, INSIDE + 1, ROLE_NORMAL, "you alone");
    }
    int at = row + rows - 4;
    bool few = m->answering < m->needed;
    canvas_printf(c, at, INSIDE + 1, few ? (unsigned)ROLE_WARNING : ROLE_NORMAL,
        "need %u of %u, %u answer%s", m->needed, m->members, m->answering,
        m->answering == 1 ? "s" : "");
    unsigned long long rolls = (unsigned long long)m->live.roll;
    bool all = m->history_count >= m->live.roll;
    if (m->stalled) {
        snprintf(text, sizeof text, "last agreed: roll %llu", rolls);
    } else if (m->broken) {
        snprintf(text, sizeof text, "SEAT STOPPED at roll %llu", rolls);
    } else if (m->bad_roll != 0) {
        snprintf(text, sizeof text, "DICE NOT OK: roll %llu", (unsigned long long)m->bad_roll);
    } else if (m->alarm) {
        snprintf(text, sizeof text, "TABLES DIFFER since roll %llu", rolls);
    } else if (rolls == 0) {
        snprintf(text, sizeof text, "record  no rolls yet");
    } else if (all) {
        snprintf(text, sizeof text, "record  %llu roll%s, %schecked", rolls, rolls == 1 ? "" : "s",
            rolls == 1 ? "" : "all ");
    } else {
        snprintf(text, sizeof text, "record  %llu rolls, %llu seen", rolls,
            (unsigned long long)m->history_count);
    }
    canvas_text_cut(c, at + 1, INSIDE + 1, INSIDE_COLS - 1,
        m->alarm ? (unsigned)ROLE_WARNING : ROLE_NORMAL, text);
    if (m->stalled && m->missing[0] != '\0') {
        snprintf(text, sizeof text, "silent: %.60s", m->missing);
    } else {
        snprintf(text, sizeof text, "%s", votes_text(m));
    }
    canvas_text_cut(c, at + 2, INSIDE + 1, INSIDE_COLS - 1, ROLE_NORMAL, text);
    (void)s;
}

static void talk_box(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row, int rows)
{
    char title[SENTENCE_MAX];
    widget_box(c, row, WIDE_PANEL_COL, rows, WIDE_PANEL_COLS, talk_title(&s->feed, m, title));
    feed_draw_times(&s->feed, c, row + 1, INSIDE + 1, rows - 2, INSIDE_COLS - 2);
    canvas_hit(c, row, WIDE_PANEL_COL, rows, WIDE_PANEL_COLS, UIHIT_TALK);
}

void wide_side_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m, int end)
{
    enum { COMPACT_COL = 55, SHIFT = 4 };
    uint16_t who[LIVE_SEATS_MAX];
    unsigned count = players_order(s->moves.live, m->me, who);
    int peer_rows = ((int)m->peer_count) / 2; /* all but ourselves, two a row */
    peer_rows = peer_rows < 1 ? 1 : peer_rows > PEER_ROWS_MAX ? PEER_ROWS_MAX : peer_rows;
    int agree_rows = AGREE_FRAME + peer_rows;
    int players_rows = PLAYERS_FRAME + (int)(count < PLAYERS_MIN ? PLAYERS_MIN : count);
    int most = end - WIDE_PANEL_ROW - agree_rows - TALK_ROWS_MIN;
    players_rows = players_rows > most ? most : players_rows;
    /* The dice are those of the compact screen, in the middle of the panel. */
    int origin_row = c->origin_row;
    int origin_col = c->origin_col;
    canvas_origin(c, origin_row + 1, origin_col + WIDE_PANEL_COL + SHIFT - COMPACT_COL);
    if (!big_dice_wanted(s, m)) {
        dice_panel_draw(c, s, m);
    }
    canvas_origin(c, origin_row, origin_col);
    if (big_dice_wanted(s, m)) {
        big_dice_draw(c, s, m, WIDE_PANEL_ROW - BIG_PANEL_ROWS, WIDE_PANEL_COL);
    }
    players_box(c, s, m, WIDE_PANEL_ROW, players_rows);
    int row = WIDE_PANEL_ROW + players_rows;
    agreement_box(c, s, m, row, agree_rows);
    row += agree_rows;
    talk_box(c, s, m, row, end - row);
}
