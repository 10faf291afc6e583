/* One bet explained: what wins, what it pays, what it costs, what is allowed now. */
#include "ui/bet_text.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

void explain_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    const struct live *l = s->moves.live;
    const struct table_config *config = &l->table.config;
    struct bet_ref bet = s->edit[s->edit_index % EDIT_BETS_MAX];
    char name[BET_TEXT_MAX];
    char text[BET_TEXT_MAX];
    char stake[MONEY_TEXT_MAX];
    char wins[MONEY_TEXT_MAX];
    char title[BET_TEXT_MAX + 16];
    char reason[SENTENCE_MAX];
    bet_text_name(bet, name);
    for (char *p = name; *p != '\0'; p++) {
        *p = (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
    }
    snprintf(title, sizeof title, "%s   explained", name);
    widget_box(c, 4, 7, 12, 62, title);
    canvas_text_cut(c, 5, 9, 58, ROLE_TITLE, bet_text_how(config, bet, l->table.point, text));
    int64_t cents = chip_stake_cents(s, m, bet);
    int64_t win = bet_winnings_cents(config, bet, l->table.point, cents);
    canvas_text(c, 7, 9, ROLE_NORMAL, "pays");
    int at =
        21 + canvas_text(c, 7, 21, ROLE_NORMAL, bet_text_pays(config, bet, l->table.point, text));
    if (win > 0) {
        canvas_printf(c, 7, at, ROLE_NORMAL, "    %s wins %s.", money_text(cents, stake),
            money_text(win, wins));
    }
    unsigned edge = bet_edge_hundredths(config, bet);
    canvas_text(c, 8, 9, ROLE_NORMAL, "edge");
    if (edge == 0) {
        canvas_text(c, 8, 21, ROLE_NORMAL, "none: it pays what it should");
    } else {
        canvas_printf(c, 8, 21, ROLE_NORMAL, "%u.%02u%%: 100 chips cost %u.%02u on average",
            edge / 100, edge % 100, edge / 100, edge % 100);
    }
    enum refusal r = bet_closed(s, m, bet);
    canvas_text(c, 9, 9, ROLE_NORMAL, "now");
    if (r == REFUSAL_NONE) {
        canvas_printf(c, 9, 21, ROLE_NORMAL, "you may bet %s to %s",
            money_text(config->min_cents, stake),
            is_odds(bet) && m->me >= 0
                ? money_text(table_odds_cap_cents(&l->table, (uint32_t)m->me, bet), wins)
                : money_text(config->max_cents, wins));
    } else {
        canvas_text_cut(c, 9, 21, 47, ROLE_NORMAL, sentence_refusal(r, l, m->me, bet, reason));
    }
    canvas_text(c, 10, 9, ROLE_NORMAL, "come-out");
    canvas_text(c, 10, 21, ROLE_NORMAL,
        bet.kind >= BET_KIND_COUNT            ? ""
        : bet_specs[bet.kind].one_roll        ? "decided by the next roll, whatever it is"
        : bet_specs[bet.kind].off_on_come_out ? "off unless you press w"
        : bet_specs[bet.kind].hand_bet        ? "made before the first roll of a hand"
                                              : "works on every roll");
    canvas_text(c, 11, 9, ROLE_NORMAL, "yours");
    int64_t lies = moves_own_cents(l, m->me, bet);
    canvas_text(c, 11, 21, ROLE_NORMAL, lies > 0 ? money_text(lies, stake) : "none");
    if (edge > 0) {
        canvas_text(c, 12, 9, ROLE_NORMAL, "better");
        canvas_text(c, 12, 21, ROLE_NORMAL, "odds behind your pass line: no edge at all");
    }
    popup_keys(c, s, "left/right other bets    Enter bet one chip    Esc close");
}

void explain_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    if (key == UIKEY_LEFT || key == UIKEY_RIGHT) {
        s->spot = (uint8_t)((s->spot + FELT_SPOTS + (key == UIKEY_RIGHT ? 1 : -1)) % FELT_SPOTS);
        s->edit[0] = felt_bet(s->spot, s->moves.live);
        s->edit_index = 0;
        s->edit_count = 1;
    } else if (key == UIKEY_ENTER) {
        struct bet_ref bet = s->edit[s->edit_index % EDIT_BETS_MAX];
        s->popup = POPUP_NONE;
        moves_begin(&s->moves);
        act_chip(s, port, m, bet);
    } else if (key == UIKEY_ESC || key == 'i') {
        s->popup = POPUP_NONE;
    }
}
