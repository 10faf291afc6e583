#include "ui/line_text.h"

#include "ui/bet_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LONG_MAX_BYTES = 4 * SENTENCE_MAX };

const char line_help[] =
    "Bets: pass 5, dp 5, come 5, dc 5, field 5, place 6 12, buy 4 20, lay 10 40, odds 25,\n"
    "odds come 5 20, hard 6 5, any7 1, craps 1, yo 1, horn 4, hop 4 4 1; any other bet:\n"
    "bet KIND NUMBER AMOUNT, for example bet yes 4 10. Amounts are chips; 500c is cents.\n"
    "Change: down, down place 6, take place 6 6, press place 6, off place 6, on place 6,\n"
    "repeat, undo. Roll: ready, throw, sitout, sitin, rebuy.\n"
    "Look: bets, players, history, proof, stats. Talk: say TEXT. Go: leave, quit.\n"
    "While the table waits for somebody: wait, split (go on without, if all here agree), leave.\n"
    "The beginning of a word is enough when only one word begins so.\n";

static void append(char out[LONG_MAX_BYTES], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append(char out[LONG_MAX_BYTES], const char *format, ...)
{
    size_t used = strlen(out);
    va_list args;
    va_start(args, format);
    vsnprintf(out + used, LONG_MAX_BYTES - used, format, args);
    va_end(args);
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

static const char *spoken(unsigned total)
{
    static const char *const names[13] = {"", "", "two", "three", "four", "five", "six", "seven",
        "eight", "nine", "ten", "eleven", "twelve"};
    return names[total % 13];
}

void line_text_roll(const struct ui_roll *roll, bool own, char out[SENTENCE_MAX])
{
    unsigned total = roll->die1 + roll->die2;
    bool hard = roll->die1 == roll->die2 && total != 2 && total != 12;
    out[0] = '\0';
    sentence_add(out, "%s %s. %u and %u, %s%s.", own ? "You" : roll->shooter,
        own ? "throw" : "throws", roll->die1, roll->die2, hard ? "hard " : "", spoken(total));
    if (roll->seven_out) {
        sentence_add(out, " Seven out.");
    } else if (roll->point_made) {
        sentence_add(out, " Point made.");
    } else if (roll->natural) {
        sentence_add(out, " Pass line wins.");
    } else if (roll->craps) {
        sentence_add(out, " Craps.");
    } else if (roll->point_before == 0 && roll->point_after != 0) {
        sentence_add(out, " The point is %s.", spoken(roll->point_after));
    } else if (roll->point_after != 0) {
        sentence_add(out, " The point stays %s.", spoken(roll->point_after));
    }
}

void line_text_result(const struct ui_model *m, char out[SENTENCE_MAX])
{
    char money[MONEY_TEXT_MAX];
    char stake[MONEY_TEXT_MAX];
    char name[BET_TEXT_MAX];
    int64_t total = 0;
    bool any = false;
    char items[SENTENCE_MAX] = "";
    for (unsigned i = 0; i < m->payout_count && i < UI_PAYOUTS_MAX; i++) {
        const struct ui_payout *p = &m->payouts[i];
        if (m->me < 0 || p->player != m->me || p->result == PAYOUT_TRAVEL) {
            continue;
        }
        total += payout_net_cents(p);
        bet_text_name(p->bet, name);
        line_text_money(p->amount_cents, stake);
        if (p->result == PAYOUT_WIN) {
            sentence_add(
                items, " %s %s wins %s.", name, stake, line_text_money(payout_net_cents(p), money));
        } else {
            sentence_add(items, " %s %s %s.", name, stake,
                p->result == PAYOUT_PUSH ? "comes back" : "loses");
        }
        any = true;
    }
    out[0] = '\0';
    if (!any) {
        return;
    }
    sentence_add(out, "You %s %s.%s Rack %s.",
        total > 0   ? "win"
        : total < 0 ? "lose"
                    : "come out even, ",
        line_text_money(total < 0 ? -total : total, money), items,
        line_text_money(m->live.players[m->me].balance_cents, stake));
}

void line_text_table(const struct ui_model *m, char out[SENTENCE_MAX])
{
    char money[MONEY_TEXT_MAX];
    const struct live *l = &m->live;
    unsigned seated = live_seated(l);
    out[0] = '\0';
    sentence_add(out, "Table %s%s. %u player%s. ", m->table_name, m->practice ? ", practice" : "",
        seated, seated == 1 ? "" : "s");
    if (l->table.point == 0) {
        sentence_add(out, "Come-out roll.");
    } else {
        sentence_add(out, "The point is %s.", spoken(l->table.point));
    }
    if (m->me >= 0) {
        sentence_add(
            out, " Your rack is %s.", line_text_money(l->players[m->me].balance_cents, money));
    } else {
        sentence_add(out, " You watch.");
    }
}

static void bets_of(const struct live *l, uint32_t account, char out[LONG_MAX_BYTES])
{
    char money[MONEY_TEXT_MAX];
    char name[BET_TEXT_MAX];
    bool first = true;
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        int64_t cents = l->players[account].bet_cents[slot];
        if (cents > 0) {
            bool works = table_bet_works(&l->table, &l->players[account], slot);
            append(out, "%s%s %s%s", first ? "" : ", ", bet_text_name(bet_of_slot(slot), name),
                line_text_money(cents, money), works ? "" : " off");
            first = false;
        }
    }
}

void line_text_bets(const struct live *l, int me, char out[LONG_MAX_BYTES])
{
    char money[MONEY_TEXT_MAX];
    bool others = false;
    out[0] = '\0';
    if (me >= 0) {
        int64_t total = table_layout_cents(&l->players[me]);
        if (total == 0) {
            append(out, "You have no bets.");
        } else {
            append(out, "You: ");
            bets_of(l, (uint32_t)me, out);
            append(out, ". Total on table %s.", line_text_money(total, money));
        }
    }
    for (uint32_t i = 0; i < l->account_count; i++) {
        if ((int)i != me && table_layout_cents(&l->players[i]) > 0) {
            append(out, "%s%s: ", others ? "; " : " Others: ", l->players[i].name);
            bets_of(l, i, out);
            others = true;
        }
    }
    append(out, "%s", others ? "." : "");
}

void line_text_players(const struct ui_model *m, char out[LONG_MAX_BYTES])
{
    char rack[MONEY_TEXT_MAX];
    char layout[MONEY_TEXT_MAX];
    out[0] = '\0';
    for (uint32_t i = 0; i < m->live.account_count; i++) {
        const struct live_account *a = &m->live.accounts[i];
        const struct table_player *p = &m->live.players[i];
        if (a->seat != 0) {
            append(out, "%sSeat %c %s%s, rack %s, on table %s%s%s.", out[0] != '\0' ? "\n" : "",
                seat_letter(a->seat), p->name, (int)i == m->me ? " (you)" : "",
                line_text_money(p->balance_cents, rack),
                line_text_money(table_layout_cents(p), layout),
                m->live.thrower == i ? ", has the dice" : "",
                a->away          ? ", away"
                : a->sitting_out ? ", sits out"
                : a->ready       ? ", ready"
                                 : "");
        }
    }
}

void line_text_history(const struct ui_model *m, char out[LONG_MAX_BYTES])
{
    unsigned first = m->history_kept > 12 ? m->history_kept - 12u : 0;
    out[0] = '\0';
    append(out, m->history_kept == 0 ? "No rolls yet." : "Rolls:");
    for (unsigned i = first; i < m->history_kept; i++) {
        const struct ui_roll *r = &m->history[i];
        append(out, "%s %s%s", i > first ? "," : "", spoken(r->die1 + r->die2),
            r->seven_out                                  ? " out"
            : r->point_made                               ? " made"
            : r->point_before == 0 && r->point_after != 0 ? " point"
                                                          : "");
    }
    append(out, "%s", m->history_kept == 0 ? "" : ".");
}
