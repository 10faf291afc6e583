/* The lines under the felt: the news that matters most, one suggestion, the rack, and what works
 * now. */
#include "ui/bet_text.h"
#include "ui/screen.h"
#include "ui/state_text.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

static void upper(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text >= 'a' && *text <= 'z') {
            *text = (char)(*text - 'a' + 'A');
        }
    }
}

static void spot_line(const struct ui_state *s, const struct ui_model *m, char out[SENTENCE_MAX])
{
    const struct live *l = s->moves.live;
    const struct table_config *config = &l->table.config;
    struct bet_ref bet = felt_bet(s->spot, l);
    char name[BET_TEXT_MAX];
    char pays[BET_TEXT_MAX];
    char edge[BET_TEXT_MAX];
    char how[BET_TEXT_MAX];
    char money[MONEY_TEXT_MAX];
    char wins[MONEY_TEXT_MAX];
    int64_t lies = moves_own_cents(l, m->me, bet);
    enum refusal closed = bet_closed(s, m, bet);
    if (is_odds(bet) && closed == REFUSAL_NO_BASE_BET) {
        bet = felt_spots[s->spot].bet;
    }
    snprintf(name, sizeof name, "%s",
        bet.kind == BET_PASS_ODDS ? "pass line odds" : bet_text_name(bet, pays));
    upper(name);
    out[0] = '\0';
    sentence_add(out, "%s  pays %s, %s.", name, bet_text_pays(config, bet, l->table.point, pays),
        bet_text_edge(config, bet, edge));
    if (lies > 0) {
        sentence_add(out, " You have %s, wins %s.", money_text(lies, money),
            money_text(bet_winnings_cents(config, bet, l->table.point, lies), wins));
    }
    if (is_odds(bet) && m->me >= 0) {
        int64_t cap = table_odds_cap_cents(&l->table, (uint32_t)m->me, bet);
        int64_t flat = moves_own_cents(l, m->me, felt_spots[s->spot].bet);
        sentence_add(out, " Max %s", money_text(cap, money));
        if (flat > 0 && cap % flat == 0) {
            sentence_add(out, " (%u×)", (unsigned)(cap / flat));
        }
        sentence_add(out, ".");
    } else if (closed == REFUSAL_POINT_ON || closed == REFUSAL_POINT_OFF ||
               (closed == REFUSAL_NO_BASE_BET && !is_odds(bet))) {
        sentence_add(out, " %s",
            closed == REFUSAL_POINT_OFF ? "Opens when a point is set." : "Opens at the come-out.");
    } else if (lies == 0) {
        sentence_add(out, " %s", bet_text_how(config, bet, l->table.point, how));
    }
}

bool info_alerts(const struct ui_state *s, const struct ui_model *m)
{
    return m->alert_count != 0 && m->alert_count != s->alert_seen && !m->alarm && !m->cut_off &&
           !m->stalled;
}

static void own_result(
    struct canvas *c, const struct ui_model *m, int row, char text[SENTENCE_MAX], int64_t total)
{
    char money[MONEY_TEXT_MAX];
    char sum[MONEY_TEXT_MAX + 8];
    snprintf(sum, sizeof sum, "total  %s", money_signed(total, money));
    int room = 78 - text_width(sum) - 1;
    (void)m;
    int at = 1 + canvas_text(c, row, 1, ROLE_NORMAL, "You  ");
    canvas_text_cut(c, row, at, room - at, ROLE_NORMAL, text);
    canvas_right(c, row, 78,
        total > 0   ? (unsigned)ROLE_WIN
        : total < 0 ? (unsigned)ROLE_LOSE
                    : ROLE_TITLE,
        sum);
}

void alert_keys_draw(struct canvas *c, const struct ui_model *m, int row, int end)
{
    widget_keys(c, row, end - 10, 10, "Esc : seen");
    if (m->lies > 0) {
        widget_keys(c, row, end - 22, 10, "E : proof");
    }
}

void info_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row)
{
    char first[SENTENCE_MAX];
    char second[SENTENCE_MAX];
    int64_t total = 0;
    enum state_lines lines = state_text_lines(s, m, first, second);
    if (lines != STATE_LINES_NONE) {
        canvas_text_cut(c, row, 1, 78, ROLE_WARNING, first);
        bool alert = lines == STATE_LINES_ESC;
        canvas_text_cut(c, row + 1, 1, alert ? 78 - (m->lies > 0 ? ALERT_KEYS_COLS : 11) : 78,
            ROLE_NORMAL, second);
        if (alert) {
            alert_keys_draw(c, m, row + 1, 78);
        }
        return;
    }
    if (s->say[0] != '\0') {
        snprintf(first, sizeof first, "%s%.240s", s->say_warning ? "! " : "", s->say);
        if (widget_wrapped(c, row, 1, 2, 78, s->say_warning ? (unsigned)ROLE_WARNING : ROLE_NORMAL,
                first) > 1) {
            return;
        }
    } else if (s->result_shown && sentence_payouts(m, "→", &total, first)) {
        own_result(c, m, row, first, total);
        if (sentence_bets(s->moves.live, m->me, second)) {
            canvas_printf(c, row + 1, 1, ROLE_NORMAL, "Still working: %.*s", 200, second);
            return;
        }
    } else if (m->me < 0 || m->watching) {
        canvas_text(c, row, 1, ROLE_NORMAL,
            m->pending_member ? "Your seat comes before the next roll. Until then you watch."
            : m->watching_for_seat
                ? "You watch until a seat is free; then it is yours. Every roll is checked here."
                : "You watch: every roll is checked here, nothing is bet.");
        return;
    } else if (s->rolling) {
        canvas_text(c, row, 1, ROLE_NORMAL,
            m->practice ? "Practice dice: made on this computer alone, with the bots."
                        : "These dice come from a key nobody has. No one, host included, can steer "
                          "them.");
    } else {
        spot_line(s, m, first);
        canvas_text(c, row, 1, ROLE_SELECTED, "▸");
        canvas_text_cut(c, row, 2, 77, ROLE_NORMAL, first);
    }
    if (s->coach && !s->rolling && m->me >= 0) {
        info_coach_line(s, m, second);
        if (second[0] != '\0') {
            char key[KEY_TEXT_MAX];
            int at = 1 + canvas_text(c, row + 1, 1, ROLE_TITLE, "Coach: ");
            canvas_text_cut(c, row + 1, at, 64 - at, ROLE_NORMAL,
                key_map_sentence(&s->now.keys, second, first, sizeof first));
            canvas_text(c, row + 1, 65, ROLE_KEY, key_text(key_map_now(&s->now.keys, 'g'), key));
            canvas_text(c, row + 1, 66 + text_width(key), ROLE_NORMAL | CELL_DIM, "hides coach");
        }
    }
}
