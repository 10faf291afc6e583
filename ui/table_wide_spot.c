/* The wide table's panel of the selected spot: what lies there, and what the next roll can do to it. */
#include "ui/bet_text.h"
#include "ui/bet_ways.h"
#include "ui/felt_chips.h"
#include "ui/screen.h"
#include "ui/table_wide.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum {
    LABEL_COL = WIDE_SPOT_COL + 2,
    TEXT_COL = WIDE_SPOT_COL + 10,
    TEXT_COLS = WIDE_SPOT_COL + WIDE_SPOT_COLS - 1 - TEXT_COL,
    ON_COLS = 15, /* of a line: what stands before "on 6,  5 in 36" */
};

/* Lines into the box as long as there is room. */
struct lines {
    struct canvas *c;
    int row, end;
};

static void line_add(struct lines *to, const char *label, const char *text)
{
    if (to->row < to->end && text[0] != '\0') {
        canvas_text(to->c, to->row, LABEL_COL, ROLE_NORMAL | CELL_DIM, label);
        canvas_text_cut(to->c, to->row, label[0] == '\0' ? LABEL_COL : TEXT_COL,
            label[0] == '\0' ? TEXT_COLS + 8 : TEXT_COLS, ROLE_NORMAL, text);
        to->row++;
    }
}

/* The bets that the panel is about: the player's own on the spot, else one chip of what the spot
 * takes now. */
struct subject {
    struct bet_ref bets[BET_WAYS_BETS_MAX];
    int64_t cents[BET_WAYS_BETS_MAX];
    unsigned count;
    bool own;
    enum refusal closed; /* why nothing can be bet, for a spot without own chips */
};

static void subject_of(const struct ui_state *s, const struct ui_model *m, struct subject *out)
{
    struct bet_ref bets[EDIT_BETS_MAX];
    const struct live *l = s->moves.live;
    unsigned count = felt_bets(s->spot, l, m->me, bets, EDIT_BETS_MAX);
    memset(out, 0, sizeof *out);
    /* From the flat bet to its odds, as one says it. */
    for (unsigned odds = 0; odds < 2; odds++) {
        for (unsigned i = 0; i < count && out->count < BET_WAYS_BETS_MAX; i++) {
            int64_t cents = moves_own_cents(l, m->me, bets[i]);
            if (cents > 0 && is_odds(bets[i]) == (odds == 1)) {
                out->bets[out->count] = bets[i];
                out->cents[out->count++] = cents;
            }
        }
    }
    out->own = out->count > 0;
    if (!out->own) {
        out->bets[0] = felt_bet(s->spot, l);
        out->closed = bet_closed(s, m, out->bets[0]);
        if (is_odds(out->bets[0])) {
            out->bets[0] = felt_spots[s->spot].bet; /* without the line there are no odds */
        } else {
            out->cents[0] = chip_stake_cents(s, m, out->bets[0]);
            out->count = 1;
        }
    }
}

/* "10 flat", "20 odds", "12 place": a bet in the words of its spot. */
static void yours_text(const struct subject *u, char out[SENTENCE_MAX])
{
    out[0] = '\0';
    for (unsigned i = 0; i < u->count; i++) {
        char money[MONEY_TEXT_MAX];
        unsigned kind = u->bets[i].kind;
        bool line = kind == BET_PASS || kind == BET_DONT_PASS;
        bool box = u->bets[i].number != 0 && !is_odds(u->bets[i]) && kind != BET_HARD;
        char name[BET_TEXT_MAX];
        size_t size = strcspn(bet_text_name(u->bets[i], name), "0123456789");
        name[size > 0 && name[size - 1] == ' ' ? size - 1 : size] = '\0';
        sentence_add(out, "%s%s%s%s", i > 0 ? " + " : "", money_text(u->cents[i], money),
            line || box || is_odds(u->bets[i]) ? " " : "",
            is_odds(u->bets[i]) ? "odds"
            : line              ? "flat"
            : box               ? name
                                : "");
    }
}

static void totals_text(uint16_t totals, unsigned ways, char out[SENTENCE_MAX])
{
    out[0] = '\0';
    for (unsigned total = 2; total <= 12; total++) {
        if ((totals >> total & 1) != 0) {
            sentence_add(out, "%s%u", out[0] == '\0' ? "on " : " ", total);
        }
    }
    sentence_add(out, ", %2u in 36", ways);
}

/* A sum and the throws that bring it: on one line where they fit. */
static void outcome_add(
    struct lines *to, const char *label, const char *sum, uint16_t totals, unsigned ways)
{
    char when[SENTENCE_MAX];
    char text[SENTENCE_MAX];
    totals_text(totals, ways, when);
    if (text_width(sum) < ON_COLS && ON_COLS + text_width(when) <= TEXT_COLS) {
        snprintf(text, sizeof text, "%-*s%.200s", ON_COLS, sum, when);
        line_add(to, label, text);
    } else if (text_width(sum) + 2 + text_width(when) <= TEXT_COLS) {
        snprintf(text, sizeof text, "%.40s  %.200s", sum, when);
        line_add(to, label, text);
    } else {
        line_add(to, label, sum);
        line_add(to, " ", when);
    }
}

static void win_text(const struct subject *u, const struct bet_ways *w, char out[SENTENCE_MAX])
{
    char least[MONEY_TEXT_MAX];
    char most[MONEY_TEXT_MAX];
    unsigned parts = 0;
    out[0] = '\0';
    if (w->win_least_cents != w->win_most_cents) {
        sentence_add(out, "%s to %s", money_text(w->win_least_cents, least),
            money_text(w->win_most_cents, most));
        return;
    }
    for (unsigned i = 0; i < u->count; i++) {
        if (w->each_cents[i] != 0) {
            sentence_add(out, "%s%s", parts > 0 ? " + " : "", money_text(w->each_cents[i], least));
            parts++;
        }
    }
    if (parts > 1) {
        sentence_add(out, " = %s", money_text(w->win_most_cents, most));
    }
}

static void ways_add(
    struct lines *to, const struct ui_state *s, const struct ui_model *m, const struct subject *u)
{
    struct bet_ways w;
    char text[SENTENCE_MAX];
    char least[MONEY_TEXT_MAX];
    char most[MONEY_TEXT_MAX];
    if (!bet_ways(s->moves.live, u->own ? m->me : -1, u->bets, u->cents, u->count, &w)) {
        return;
    }
    if (w.win > 0) {
        win_text(u, &w, text);
        outcome_add(to, "win", text, w.win_totals, w.win);
    }
    if (w.lose > 0) {
        snprintf(text, sizeof text, "%s%s%s", money_text(w.lose_least_cents, least),
            w.lose_least_cents != w.lose_most_cents ? " to " : "",
            w.lose_least_cents != w.lose_most_cents ? money_text(w.lose_most_cents, most) : "");
        outcome_add(to, "lose", text, w.lose_totals, w.lose);
    }
    if (w.push > 0) {
        outcome_add(to, "back", "no loss", w.push_totals, w.push);
    }
    if (w.moves > 0) {
        snprintf(text, sizeof text, "%u in 36: goes to that number", w.moves);
        line_add(to, "moves", text);
    }
    bool line =
        felt_spots[s->spot].bet.kind == BET_PASS || felt_spots[s->spot].bet.kind == BET_DONT_PASS;
    if (w.nothing > 0) {
        snprintf(text, sizeof text, "%u in 36: %s", w.nothing,
            line && s->moves.live->table.point == 0 ? "that is the point" : "roll again");
        line_add(to, "stays", text);
    }
}

/* Everybody else's chips on the spot, as the felt writes them. */
static void others_add(struct lines *to, const struct ui_state *s, const struct ui_model *m)
{
    struct bet_ref bets[EDIT_BETS_MAX];
    const struct live *l = s->moves.live;
    uint16_t accounts[LIVE_ACCOUNTS_MAX];
    unsigned count = chips_order(s, m, accounts);
    unsigned kinds = felt_bets(s->spot, l, -1, bets, EDIT_BETS_MAX);
    char text[SENTENCE_MAX] = "";
    for (unsigned k = 0; k < count; k++) {
        for (unsigned i = 0; (int)accounts[k] != m->me && i < kinds; i++) {
            char chips[CHIPS_TEXT_MAX];
            unsigned kind = bets[i].kind;
            struct chips_layer layer = {(uint8_t)kind,
                bet_is_base(kind) ? (uint8_t)(kind + BET_ODDS_OFFSET) : (uint8_t)BET_KIND_COUNT,
                kind == BET_COME        ? "c"
                : kind == BET_DONT_COME ? "d"
                : kind == BET_BUY       ? "b"
                : kind == BET_LAY       ? "l"
                                        : ""};
            if (is_odds(bets[i])) {
                continue; /* stand with their flat bet */
            }
            chips_text(s, m, accounts[k], &layer, bets[i].number, "+", chips);
            if (chips[0] != '\0') {
                sentence_add(text, "%s%.30s", text[0] == '\0' ? "" : "  ", chips);
            }
        }
    }
    line_add(to, "others", text);
}

/* The odds that may lie behind what the spot holds. */
static void odds_add(
    struct lines *to, const struct ui_state *s, const struct ui_model *m, const struct subject *u)
{
    const struct live *l = s->moves.live;
    for (unsigned i = 0; u->own && i < u->count; i++) {
        struct bet_ref odds = {(uint8_t)(u->bets[i].kind + BET_ODDS_OFFSET), u->bets[i].number};
        unsigned number = odds.number != 0 ? odds.number : l->table.point;
        if (!bet_is_base(u->bets[i].kind) || number == 0) {
            continue;
        }
        int64_t cap = table_odds_cap_cents(&l->table, (uint32_t)m->me, odds);
        char text[SENTENCE_MAX] = "";
        char money[MONEY_TEXT_MAX];
        if (cap == 0) {
            continue;
        }
        sentence_add(text, "up to %s", money_text(cap, money));
        if (cap % u->cents[i] == 0) {
            sentence_add(text, " (%u× on %s %u)", (unsigned)(cap / u->cents[i]),
                number == 8 ? "an" : "a", number);
        }
        line_add(to, "odds", text);
    }
}

/* What else should be known: why it is closed, whether it sleeps, whether it is bound to stay. */
static void note_add(
    struct lines *to, const struct ui_state *s, const struct ui_model *m, const struct subject *u)
{
    const struct live *l = s->moves.live;
    char text[SENTENCE_MAX] = "";
    char money[MONEY_TEXT_MAX];
    for (unsigned i = 0; u->own && i < u->count && text[0] == '\0'; i++) {
        uint16_t slot = bet_slot(u->bets[i]);
        if (!table_bet_works(&l->table, &l->players[m->me], slot)) {
            bool marked = table_bet_mark(&l->players[m->me], slot) == MARK_OFF;
            char word[KEY_TEXT_MAX];
            sentence_add(text, "%s is off%s; %s turns it on", money_text(u->cents[i], money),
                marked ? "" : " until a point is set",
                key_text(key_map_now(&s->now.keys, 'w'), word));
        } else if (table_take_check(&l->table, (uint32_t)m->me, u->bets[i], false, 0) ==
                   REFUSAL_CONTRACT) {
            unsigned number = u->bets[i].number != 0 ? u->bets[i].number : l->table.point;
            sentence_add(
                text, "flat %s stays until %u or 7", money_text(u->cents[i], money), number);
        }
    }
    if (!u->own && u->closed != REFUSAL_NONE && m->me >= 0) {
        char reason[SENTENCE_MAX];
        sentence_refusal(u->closed, l, m->me, u->bets[0], reason);
        int rows = widget_wrapped(
            to->c, to->row, LABEL_COL, to->end - to->row, WIDE_SPOT_COLS - 4, ROLE_NORMAL, reason);
        to->row += rows;
    }
    line_add(to, "", text);
}

static void spot_title(const struct ui_state *s, char out[BET_TEXT_MAX])
{
    struct bet_ref bet = felt_spots[s->spot].bet;
    if (s->spot <= FELT_BOX10) {
        snprintf(out, BET_TEXT_MAX, "the %s", number_word(bet.number));
    } else {
        bet_text_name(bet, out);
    }
}

static void pays_add(struct lines *to, const struct ui_state *s, const struct subject *u)
{
    const struct table *t = &s->moves.live->table;
    char pays[BET_TEXT_MAX];
    char edge[BET_TEXT_MAX];
    char text[SENTENCE_MAX] = "";
    struct bet_ref bet = u->bets[0];
    if (!bet_is_base(bet.kind)) {
        sentence_add(text, "%s, %s", bet_text_pays(&t->config, bet, t->point, pays),
            bet_text_edge(&t->config, bet, edge));
        line_add(to, "pays", text);
    } else if (!u->own) {
        sentence_add(text, "%s, %s", bet_text_pays(&t->config, bet, t->point, pays),
            bet_text_edge(&t->config, bet, edge));
        line_add(to, "pays", text);
    }
}

static void spot_lines(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row, int rows)
{
    struct lines to = {c, row + 1, row + rows - 1};
    struct subject u;
    char title[BET_TEXT_MAX];
    char text[SENTENCE_MAX];
    spot_title(s, title);
    widget_box(c, row, WIDE_SPOT_COL, rows, WIDE_SPOT_COLS, title);
    subject_of(s, m, &u);
    if (u.own) {
        yours_text(&u, text);
        line_add(&to, "yours", text);
    } else if (m->me >= 0 && u.closed == REFUSAL_NONE) {
        char money[MONEY_TEXT_MAX];
        snprintf(
            text, sizeof text, "nothing yet; one chip makes %s", money_text(u.cents[0], money));
        line_add(&to, "yours", text);
    }
    if (u.own || u.closed == REFUSAL_NONE) {
        ways_add(&to, s, m, &u);
    }
    others_add(&to, s, m);
    odds_add(&to, s, m, &u);
    pays_add(&to, s, &u);
    note_add(&to, s, m, &u);
}

void wide_spot_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row, int rows)
{
    bool decided = false;
    for (unsigned i = 0; i < m->payout_count && i < UI_PAYOUTS_MAX; i++) {
        decided = decided || m->payouts[i].player == m->me;
    }
    if (s->result_shown && decided && m->me >= 0 && m->history_kept > 0) {
        wide_result_draw(c, s, m, row, rows);
    } else {
        spot_lines(c, s, m, row, rows);
    }
}
