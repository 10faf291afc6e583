#include "ui/line_text.h"

#include "ui/moves.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void line_text_add(char out[LINE_TEXT_MAX], const char *format, ...)
{
    size_t used = strlen(out);
    va_list args;
    va_start(args, format);
    vsnprintf(out + used, LINE_TEXT_MAX - used, format, args);
    va_end(args);
}

void line_text_begin(char *text)
{
    text[0] = (char)(text[0] >= 'a' && text[0] <= 'z' ? text[0] - 32 : text[0]);
}

const char *line_text_money(int64_t cents, char out[MONEY_TEXT_MAX])
{
    if (cents % 100 == 0) {
        snprintf(out, MONEY_TEXT_MAX, "%lld", (long long)(cents / 100));
    } else {
        snprintf(out, MONEY_TEXT_MAX, "%lld.%02d", (long long)(cents / 100),
            (int)((cents < 0 ? -cents : cents) % 100));
    }
    return out;
}

const char *line_text_number(unsigned number)
{
    static const char *const names[13] = {"zero", "one", "two", "three", "four", "five", "six",
        "seven", "eight", "nine", "ten", "eleven", "twelve"};
    return number < 13 ? names[number] : "many";
}

const char *line_text_bet(struct bet_ref bet, char out[BET_TEXT_MAX])
{
    char name[BET_TEXT_MAX];
    const char *number = line_text_number(bet.number);
    struct bet_ref plain = {bet.kind, 0};
    switch (bet.kind) {
    case BET_PASS:
        snprintf(out, BET_TEXT_MAX, "pass");
        break;
    case BET_PASS_ODDS:
    case BET_DONT_PASS_ODDS:
        snprintf(
            out, BET_TEXT_MAX, "odds on %s", bet.kind == BET_PASS_ODDS ? "pass" : "don't pass");
        break;
    case BET_COME:
    case BET_DONT_COME:
        bet_text_name(plain, name);
        snprintf(out, BET_TEXT_MAX, "%.40s%s%s", name, bet.number != 0 ? " on " : "",
            bet.number != 0 ? number : "");
        break;
    case BET_HOP:
        snprintf(out, BET_TEXT_MAX, "hop %s %s", line_text_number(bet.number / 10),
            line_text_number(bet.number % 10));
        break;
    case BET_HARD:
        snprintf(out, BET_TEXT_MAX, "hard %s", number);
        break;
    default:
        bet_text_name(plain, name);
        snprintf(out, BET_TEXT_MAX, "%.40s%s%s", name, bet.number != 0 ? " " : "",
            bet.number != 0 ? number : "");
    }
    return out;
}

void line_text_roll(const struct ui_roll *roll, bool own, char out[SENTENCE_MAX])
{
    unsigned total = roll->die1 + roll->die2;
    bool hard = roll->die1 == roll->die2 && total != 2 && total != 12;
    out[0] = '\0';
    sentence_add(out, "%s %s. %u and %u, %s%s.", own ? "You" : roll->shooter,
        own ? "throw" : "throws", roll->die1, roll->die2, hard ? "hard " : "",
        line_text_number(total));
    if (roll->seven_out) {
        sentence_add(out, " Seven out.");
    } else if (roll->point_made) {
        sentence_add(out, " Point made.");
    } else if (roll->natural) {
        sentence_add(out, " Pass line wins.");
    } else if (roll->craps) {
        sentence_add(out, " Craps.");
    } else if (roll->point_before == 0 && roll->point_after != 0) {
        sentence_add(out, " The point is %s.", line_text_number(roll->point_after));
    } else if (roll->point_after != 0) {
        sentence_add(out, " The point stays %s.", line_text_number(roll->point_after));
    }
}

/* "pass 5", "odds 30", "field 5 lost": what it brought, or what it cost. */
static void add_decision(const struct ui_payout *p, char out[LINE_TEXT_MAX])
{
    char name[BET_TEXT_MAX];
    char money[MONEY_TEXT_MAX];
    bool line_odds = p->bet.kind == BET_PASS_ODDS || p->bet.kind == BET_DONT_PASS_ODDS;
    bool won = p->result == PAYOUT_WIN;
    line_text_add(out, "%s%s %s%s", out[0] == '\0' ? "" : ", ",
        line_odds ? "odds" : line_text_bet(p->bet, name),
        line_text_money(won ? payout_net_cents(p) : p->amount_cents, money),
        won                        ? ""
        : p->result == PAYOUT_PUSH ? " back"
                                   : " lost");
}

void line_text_result(const struct ui_model *m, char out[LINE_TEXT_MAX])
{
    char money[MONEY_TEXT_MAX];
    char rack[MONEY_TEXT_MAX];
    char items[LINE_TEXT_MAX] = "";
    int64_t total = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < m->payout_count && i < UI_PAYOUTS_MAX; i++) {
        const struct ui_payout *p = &m->payouts[i];
        if (m->me >= 0 && p->player == m->me && p->result != PAYOUT_TRAVEL) {
            total += payout_net_cents(p);
            add_decision(p, items);
        }
    }
    if (items[0] == '\0') {
        return;
    }
    line_text_begin(items);
    if (total == 0) {
        line_text_add(out, "You come out even.");
    } else {
        line_text_add(out, "You %s %s.", total > 0 ? "win" : "lose",
            line_text_money(total < 0 ? -total : total, money));
    }
    line_text_add(out, " %.700s. Rack %s.", items,
        line_text_money(m->live.players[m->me].balance_cents, rack));
}

void line_text_odds(const struct ui_model *m, char out[SENTENCE_MAX])
{
    const struct table *t = &m->live.table;
    static const uint8_t bases[2] = {BET_PASS, BET_DONT_PASS};
    static const uint8_t behind[2] = {BET_PASS_ODDS, BET_DONT_PASS_ODDS};
    char name[BET_TEXT_MAX], pays[BET_TEXT_MAX], flat[MONEY_TEXT_MAX], cap[MONEY_TEXT_MAX];
    out[0] = '\0';
    for (int i = 0; i < 2 && m->me >= 0 && t->point != 0; i++) {
        struct bet_ref base = {bases[i], 0};
        struct bet_ref odds = {behind[i], 0};
        int64_t lies = moves_own_cents(&m->live, m->me, base);
        int64_t most = table_odds_cap_cents(t, (uint32_t)m->me, odds);
        if (lies > 0 && moves_own_cents(&m->live, m->me, odds) == 0 && most > 0) {
            bet_text_pays(&t->config, odds, t->point, pays);
            size_t first = strcspn(pays, ":");
            sentence_add(out, "You: %s %s stays. Odds up to %s pay %.*s to %s with no house edge.",
                line_text_bet(base, name), line_text_money(lies, flat), line_text_money(most, cap),
                (int)first, pays, pays + first + (pays[first] == ':'));
            return;
        }
    }
}

void line_text_own_bet(const struct live *live, const struct ui_model *m, struct bet_ref bet,
    int64_t cents, char out[SENTENCE_MAX])
{
    const struct table *t = &live->table;
    char name[BET_TEXT_MAX], money[MONEY_TEXT_MAX], whole[MONEY_TEXT_MAX];
    int64_t total = moves_own_cents(live, m->me, bet);
    out[0] = '\0';
    line_text_bet(bet, name);
    line_text_money(cents, money);
    if (bet_is_odds(bet.kind)) {
        sentence_add(out, "Odds %s%s", money, name + strlen("odds"));
    } else {
        sentence_add(out, "%s%s %s", name, bet.kind == BET_PASS ? " line" : "", money);
    }
    if (total > cents) {
        sentence_add(out, " more, %s in all", line_text_money(total, whole));
    }
    sentence_add(out, ".");
    int64_t win = bet_winnings_cents(&t->config, bet, t->point, total);
    if (win > 0 && !bet_is_odds(bet.kind)) {
        sentence_add(out, " Wins %s.", line_text_money(win, money));
    }
    sentence_add(out, " Rack %s. Agreed by %u of %u.",
        line_text_money(live->players[m->me].balance_cents, money), m->answering, m->members);
    line_text_begin(out);
}

void line_text_table(const struct ui_model *m, char out[SENTENCE_MAX])
{
    char money[MONEY_TEXT_MAX];
    const struct live *l = &m->live;
    unsigned seated = live_seated(l);
    out[0] = '\0';
    char players[16];
    if (seated < 13) {
        snprintf(players, sizeof players, "%s", line_text_number(seated));
    } else {
        snprintf(players, sizeof players, "%u", seated);
    }
    line_text_begin(players);
    sentence_add(out, "Table %s%s. %s player%s. ", m->table_name, m->practice ? ", practice" : "",
        players, seated == 1 ? "" : "s");
    if (l->table.point == 0) {
        sentence_add(out, "Come-out roll.");
    } else {
        sentence_add(out, "The point is %s.", line_text_number(l->table.point));
    }
    if (m->me >= 0) {
        sentence_add(
            out, " Your rack is %s.", line_text_money(l->players[m->me].balance_cents, money));
    } else {
        sentence_add(out, m->watching ? " You watch." : " You watch until a seat is free.");
    }
}

/* "pass 5 with odds 25 and place six 12 off" */
static void bets_of(const struct live *l, uint32_t account, char out[LINE_TEXT_MAX])
{
    char money[MONEY_TEXT_MAX];
    char name[BET_TEXT_MAX];
    const struct table_player *p = &l->players[account];
    bool first = true;
    for (unsigned i = 0; i < BET_KIND_COUNT * BET_SLOT_COUNT; i++) { /* line bets first */
        uint16_t slot = (uint16_t)(i % BET_SLOT_COUNT);
        struct bet_ref bet = bet_of_slot(slot);
        if (p->bet_cents[slot] == 0 || bet.kind != i / BET_SLOT_COUNT || bet_is_odds(bet.kind)) {
            continue;
        }
        line_text_add(out, "%s%s %s%s", first ? "" : " and ", line_text_bet(bet, name),
            line_text_money(p->bet_cents[slot], money),
            table_bet_works(&l->table, p, slot) ? "" : " off");
        first = false;
        struct bet_ref odds = {(uint8_t)(bet.kind + BET_ODDS_OFFSET), bet.number};
        uint16_t behind = bet_is_base(bet.kind) ? bet_slot(odds) : BET_SLOT_NONE;
        if (behind != BET_SLOT_NONE && p->bet_cents[behind] > 0) {
            line_text_add(out, " with odds %s%s", line_text_money(p->bet_cents[behind], money),
                table_bet_works(&l->table, p, behind) ? "" : " off");
        }
    }
}

void line_text_bets(const struct live *l, int me, char out[LINE_TEXT_MAX])
{
    char money[MONEY_TEXT_MAX];
    bool others = false;
    out[0] = '\0';
    if (me >= 0 && table_layout_cents(&l->players[me]) == 0) {
        line_text_add(out, "You have no bets.");
    } else if (me >= 0) {
        bets_of(l, (uint32_t)me, out);
        line_text_begin(out);
        line_text_add(out, ". Total on table %s.",
            line_text_money(table_layout_cents(&l->players[me]), money));
    }
    for (uint32_t i = 0; i < l->account_count; i++) {
        if ((int)i != me && table_layout_cents(&l->players[i]) > 0) {
            line_text_add(out, "%s%s ", others ? ", " : " Others: ", l->players[i].name);
            bets_of(l, i, out);
            others = true;
        }
    }
    if (out[0] == '\0') {
        line_text_add(out, "Nobody has a bet.");
    }
    line_text_add(out, "%s", others ? "." : "");
}

void line_text_waiting(const struct live *l, int me, char out[SENTENCE_MAX])
{
    unsigned count = 0;
    out[0] = '\0';
    if (!l->started) {
        sentence_add(out, "The first roll waits for %s players at the table.",
            line_text_number(l->rules.start));
        return;
    }
    if (l->thrower == EVENT_NOBODY) {
        sentence_add(out, "A shooter needs a bet on pass or don't pass.");
        return;
    }
    for (uint32_t i = 0; i < l->account_count; i++) {
        const struct live_account *a = &l->accounts[i];
        if (a->seat != 0 && (int)i != me && !a->away && !a->sitting_out && !a->ready) {
            sentence_add(out, "%s%s", count == 0 ? "Waiting for " : ", ", l->players[i].name);
            count++;
        }
    }
    sentence_add(out, "%s", count > 0 ? "." : "");
}

/* Somebody we have no link with is here all the same, as another says. */
static const char *seen_by(const struct ui_model *m, unsigned seat, char out[UI_NAME_MAX + 16])
{
    out[0] = '\0';
    for (unsigned i = 0; i < m->peer_count; i++) {
        if (m->peers[i].seat == seat && !m->peers[i].linked && m->peers[i].via[0] != '\0') {
            snprintf(out, UI_NAME_MAX + 16, ", seen by %s", m->peers[i].via);
        }
    }
    return out;
}

void line_text_players(const struct ui_model *m, char out[LINE_TEXT_MAX])
{
    char rack[MONEY_TEXT_MAX];
    char layout[MONEY_TEXT_MAX];
    char seen[UI_NAME_MAX + 16];
    out[0] = '\0';
    for (uint32_t i = 0; i < m->live.account_count; i++) {
        const struct live_account *a = &m->live.accounts[i];
        const struct table_player *p = &m->live.players[i];
        if (a->seat != 0) {
            line_text_add(out, "%sSeat %c %s%s, rack %s, on table %s%s%s%s.",
                out[0] != '\0' ? "\n" : "", seat_letter(a->seat), p->name,
                (int)i == m->me ? " (you)" : "", line_text_money(p->balance_cents, rack),
                line_text_money(table_layout_cents(p), layout),
                m->live.thrower == i ? ", has the dice" : "", seen_by(m, a->seat, seen),
                a->away          ? ", away"
                : a->sitting_out ? ", sits out"
                : a->ready       ? ", ready"
                                 : "");
        }
    }
}

void line_text_history(const struct ui_model *m, char out[LINE_TEXT_MAX])
{
    unsigned first = m->history_kept > 12 ? m->history_kept - 12u : 0;
    out[0] = '\0';
    line_text_add(out, m->history_kept == 0 ? "No rolls yet." : "Rolls, the newest last:");
    for (unsigned i = first; i < m->history_kept; i++) {
        const struct ui_roll *r = &m->history[i];
        line_text_add(out, "%s %s%s", i > first ? "," : "", line_text_number(r->die1 + r->die2),
            r->seven_out                                  ? " out"
            : r->point_made                               ? " made"
            : r->point_before == 0 && r->point_after != 0 ? " point"
                                                          : "");
    }
    line_text_add(out, "%s", m->history_kept == 0 ? "" : ".");
}
