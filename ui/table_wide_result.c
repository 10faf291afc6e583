/* The wide table's panel after a roll: what it did to the player's bets, and what of them stays. */
#include "ui/bet_text.h"
#include "ui/screen.h"
#include "ui/table_wide.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum { LABEL_COL = WIDE_SPOT_COL + 2 };

/* Lines into the box as long as there is room. */
struct lines {
    struct canvas *c;
    int row, end;
};

/* "pass line     10 →  +10": one decided bet. */
static void payout_add(struct lines *to, const struct ui_model *m, const struct ui_payout *p)
{
    enum { STAKE_END = 21, NET_END = 30, PAYS_COL = 33 };
    const struct ui_roll *roll = &m->history[m->history_kept - 1];
    char name[BET_TEXT_MAX];
    char text[BET_TEXT_MAX];
    char money[MONEY_TEXT_MAX];
    int left = WIDE_SPOT_COL;
    if (to->row >= to->end) {
        return;
    }
    if (p->bet.kind == BET_PASS_ODDS || p->bet.kind == BET_DONT_PASS_ODDS) {
        snprintf(name, sizeof name, "odds on %u", roll->point_before);
    } else {
        bet_text_name(p->bet, name);
    }
    canvas_text_cut(to->c, to->row, left + 2, 14, ROLE_NORMAL, name);
    canvas_right(
        to->c, to->row, left + STAKE_END - 2, ROLE_NORMAL, money_short(p->amount_cents, money));
    int64_t net = payout_net_cents(p);
    canvas_text(to->c, to->row, left + STAKE_END - 1, ROLE_NORMAL, "→");
    snprintf(text, sizeof text, "%s",
        p->result == PAYOUT_PUSH   ? "back"
        : p->result == PAYOUT_LOSE ? "lost"
                                   : money_signed(net, money));
    canvas_right(to->c, to->row, left + NET_END - 3,
        p->result == PAYOUT_LOSE   ? (unsigned)ROLE_LOSE
        : p->result == PAYOUT_PUSH ? (unsigned)ROLE_NORMAL
                                   : ROLE_WIN,
        text);
    if (p->result == PAYOUT_WIN) {
        canvas_text_cut(to->c, to->row, left + NET_END - 1, 9, ROLE_NORMAL,
            bet_text_pays(&m->live.table.config, p->bet, roll->point_before, text));
    }
    to->row++;
}

static void stays_add(struct lines *to, const struct ui_state *s, const struct ui_model *m)
{
    const struct live *l = s->moves.live;
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT && to->row < to->end; slot++) {
        char name[BET_TEXT_MAX];
        char money[MONEY_TEXT_MAX];
        struct bet_ref bet = bet_of_slot(slot);
        struct bet_ref flat = {(uint8_t)(bet.kind - BET_ODDS_OFFSET), bet.number};
        struct bet_ref odds = {(uint8_t)(bet.kind + BET_ODDS_OFFSET), bet.number};
        int64_t cents = l->players[m->me].bet_cents[slot];
        if (cents == 0 || (is_odds(bet) && moves_own_cents(l, m->me, flat) > 0)) {
            continue; /* odds stand with their flat bet */
        }
        int64_t behind = bet_is_base(bet.kind) ? moves_own_cents(l, m->me, odds) : 0;
        bool works = table_bet_works(&l->table, &l->players[m->me], slot);
        bool odds_work =
            behind == 0 || table_bet_works(&l->table, &l->players[m->me], bet_slot(odds));
        char amount[2 * MONEY_TEXT_MAX + 1];
        snprintf(amount, sizeof amount, "%s", money_short(cents, money));
        if (behind > 0) {
            size_t used = strlen(amount);
            snprintf(amount + used, sizeof amount - used, "+%s", money_short(behind, money));
        }
        canvas_text_cut(
            to->c, to->row, WIDE_SPOT_COL + 2, 14, ROLE_NORMAL, bet_text_name(bet, name));
        canvas_right(to->c, to->row, WIDE_SPOT_COL + 21, ROLE_NORMAL, amount);
        canvas_text(to->c, to->row, WIDE_SPOT_COL + 23, ROLE_NORMAL,
            !works       ? "stays, off"
            : !odds_work ? "stays, odds off"
                         : "stays");
        to->row++;
    }
}

void wide_result_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row, int rows)
{
    enum { LAST_LINES = 2 }; /* the total, and what r does */
    struct lines to = {c, row + 1, row + rows - 1 - LAST_LINES};
    char text[SENTENCE_MAX];
    char money[MONEY_TEXT_MAX];
    int64_t total = 0;
    snprintf(text, sizeof text, "your roll %llu",
        (unsigned long long)m->history[m->history_kept - 1].roll);
    widget_box(c, row, WIDE_SPOT_COL, rows, WIDE_SPOT_COLS, text);
    for (unsigned i = 0; i < m->payout_count && i < UI_PAYOUTS_MAX; i++) {
        const struct ui_payout *p = &m->payouts[i];
        if (p->player == m->me && p->result != PAYOUT_TRAVEL) {
            payout_add(&to, m, p);
            total += payout_net_cents(p);
        }
    }
    stays_add(&to, s, m);
    int last = row + rows - 1 - LAST_LINES;
    canvas_text(c, last, WIDE_SPOT_COL + 2, ROLE_NORMAL, "total");
    canvas_right(c, last, WIDE_SPOT_COL + 27,
        total > 0   ? (unsigned)ROLE_WIN
        : total < 0 ? (unsigned)ROLE_LOSE
                    : ROLE_TITLE,
        money_signed(total, money));
    if (s->moves.repeat_any) {
        int32_t key = key_map_now(&s->now.keys, 'r');
        char word[KEY_TEXT_MAX];
        int at = LABEL_COL + canvas_text(c, last + 1, LABEL_COL, ROLE_KEY, key_text(key, word)) + 2;
        text[0] = '\0';
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            char name[BET_TEXT_MAX];
            if (s->moves.repeat_cents[slot] > 0) {
                struct bet_ref bet = bet_of_slot(slot);
                sentence_add(text, "%s%s %s", text[0] == '\0' ? "puts " : ", ",
                    bet.kind == BET_PASS ? "pass" : bet_text_name(bet, name),
                    money_short(s->moves.repeat_cents[slot], money));
            }
        }
        if (text_width(text) + 5 > WIDE_SPOT_COLS - 8) {
            snprintf(text, sizeof text, "puts these bets");
        }
        sentence_add(text, " back");
        canvas_text_cut(c, last + 1, at, WIDE_SPOT_COLS - 7, ROLE_NORMAL, text);
        canvas_hit(c, last + 1, LABEL_COL, 1, WIDE_SPOT_COLS - 4, key);
    }
}
