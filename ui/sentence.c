#include "ui/sentence.h"

#include "game/tally.h"
#include "ui/bet_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void sentence_add(char out[SENTENCE_MAX], const char *format, ...)
{
    size_t used = strlen(out);
    va_list args;
    va_start(args, format);
    vsnprintf(out + used, SENTENCE_MAX - used, format, args);
    va_end(args);
}

static void bet_event(const struct notice *n, bool own, const char *verb_own, const char *verb,
    char out[SENTENCE_MAX])
{
    char name[BET_TEXT_MAX];
    char money[MONEY_TEXT_MAX];
    snprintf(out, SENTENCE_MAX, "%s %s %s %s", own ? "You" : n->who, own ? verb_own : verb,
        bet_text_name(n->game.bet, name), money_text(n->game.amount_cents, money));
}

static void roll_event(const struct notice *n, char out[SENTENCE_MAX])
{
    const struct event *e = &n->game;
    unsigned total = e->die1 + e->die2;
    snprintf(out, SENTENCE_MAX, "#%llu %s%s, %u+%u%s", (unsigned long long)e->roll,
        e->die1 == e->die2 && (total == 4 || total == 6 || total == 8 || total == 10) ? "hard "
                                                                                      : "",
        number_word(total), e->die1, e->die2, e->flag ? ", seven-out" : "");
}

static bool game_event(const struct notice *n, const struct ui_model *model, char out[SENTENCE_MAX])
{
    const struct event *e = &n->game;
    bool own = model->me >= 0 && e->player == model->me;
    const char *who = own ? "You" : n->who;
    char money[MONEY_TEXT_MAX];
    switch (e->kind) {
    case EVENT_SEATED:
        snprintf(
            out, SENTENCE_MAX, "%s %s a seat: %c", who, own ? "have" : "has", seat_letter(e->seat));
        return true;
    case EVENT_LEFT:
        snprintf(out, SENTENCE_MAX, "%s left the table", who);
        return true;
    case EVENT_AWAY:
        snprintf(out, SENTENCE_MAX, "%s %s away, seat %c held %u:%02u", who, own ? "are" : "is",
            seat_letter(e->seat), model->live.rules.grace_s / 60, model->live.rules.grace_s % 60);
        return true;
    case EVENT_BACK:
        snprintf(out, SENTENCE_MAX, "%s %s back", who, own ? "are" : "is");
        return true;
    case EVENT_BET:
        bet_event(n, own, "bet", "bets", out);
        return true;
    case EVENT_TAKE:
        bet_event(n, own, "take down", "takes down", out);
        return true;
    case EVENT_MARK: {
        static const char *const marks[] = {"as usual", "off", "on"};
        char name[BET_TEXT_MAX];
        snprintf(out, SENTENCE_MAX, "%s %s %s %s", who, own ? "turn" : "turns",
            bet_text_name(e->bet, name), marks[e->value % 3]);
        return true;
    }
    case EVENT_REBUY:
        snprintf(out, SENTENCE_MAX, "%s %s %s in new chips", who, own ? "get" : "gets",
            money_text(e->amount_cents, money));
        return true;
    case EVENT_SIT_OUT:
        snprintf(out, SENTENCE_MAX, "%s %s out", who, own ? "sit" : "sits");
        return true;
    case EVENT_SIT_IN:
        snprintf(out, SENTENCE_MAX, "%s %s in again", who, own ? "are" : "is");
        return true;
    case EVENT_SHOOTER:
        if (e->player == EVENT_NOBODY) {
            return false;
        }
        snprintf(out, SENTENCE_MAX, "%s %s the dice", who, own ? "have" : "has");
        return true;
    case EVENT_PASSED_OVER:
        snprintf(out, SENTENCE_MAX, "%s took too long: the dice go on", who);
        return true;
    case EVENT_THROW:
        snprintf(out, SENTENCE_MAX, "%s %s, bets are locked", who, own ? "throw" : "throws");
        return true;
    case EVENT_ROLL:
        roll_event(n, out);
        return true;
    case EVENT_VOID:
        snprintf(out, SENTENCE_MAX, "roll %llu has no result, every bet stands",
            (unsigned long long)e->roll);
        return true;
    default:
        return false;
    }
}

bool sentence_notice(const struct notice *n, const struct ui_model *model, char out[SENTENCE_MAX])
{
    out[0] = '\0';
    switch (n->kind) {
    case NOTICE_GAME:
        return game_event(n, model, out);
    case NOTICE_CHAT:
        if (n->talk.renamed) { /* a name taken at the table: the seat says whose it is */
            snprintf(out, SENTENCE_MAX, "%s (%c): %s", n->who, seat_letter(n->seat), n->text);
        } else {
            snprintf(out, SENTENCE_MAX, "%s: %s", n->who, n->text);
        }
        return true;
    case NOTICE_REFUSED:
        sentence_refusal(n->refusal, &model->live, model->me, n->game.bet, out);
        return true;
    case NOTICE_INFO:
    case NOTICE_NAMES:
    case NOTICE_WARNING:
        snprintf(out, SENTENCE_MAX, "%s", n->text);
        return out[0] != '\0';
    default:
        return false;
    }
}

void sentence_call(const struct ui_roll *roll, char call[SENTENCE_MAX], char effect[SENTENCE_MAX])
{
    static const char *const totals[13] = {"", "", "ACES", "ACE-DEUCE", "FOUR", "FIVE", "SIX",
        "SEVEN", "EIGHT", "NINE", "TEN", "YO ELEVEN", "BOXCARS"};
    unsigned total = roll->die1 + roll->die2;
    bool paired = total == 4 || total == 6 || total == 8 || total == 10;
    bool hard = paired && roll->die1 == roll->die2;
    snprintf(call, SENTENCE_MAX, "%s%s%s", hard ? "HARD " : "", totals[total % 13],
        hard     ? "!"
        : paired ? ", easy"
                 : "");
    effect[0] = '\0';
    if (roll->seven_out) {
        snprintf(effect, SENTENCE_MAX, "seven out");
    } else if (roll->point_made) {
        snprintf(effect, SENTENCE_MAX, "point made");
    } else if (roll->natural) {
        snprintf(effect, SENTENCE_MAX, "pass wins");
    } else if (roll->craps && roll->point_after == 0) {
        snprintf(effect, SENTENCE_MAX, "craps");
    } else if (roll->point_after != 0) {
        snprintf(effect, SENTENCE_MAX, "point is %u", roll->point_after);
    }
}

int64_t payout_net_cents(const struct ui_payout *p)
{
    return tally_net_cents(p->bet, p->result, p->amount_cents, p->paid_cents);
}

bool sentence_payouts(
    const struct ui_model *model, const char *arrow, int64_t *total_cents, char out[SENTENCE_MAX])
{
    bool any = false;
    out[0] = '\0';
    *total_cents = 0;
    for (unsigned i = 0; i < model->payout_count && i < UI_PAYOUTS_MAX; i++) {
        const struct ui_payout *p = &model->payouts[i];
        char name[BET_TEXT_MAX];
        char stake[MONEY_TEXT_MAX];
        char net[MONEY_TEXT_MAX];
        if (p->player != model->me || p->result == PAYOUT_TRAVEL) {
            continue;
        }
        int64_t cents = payout_net_cents(p);
        *total_cents += cents;
        const char *bet = p->bet.kind == BET_PASS        ? "pass"
                          : p->bet.kind == BET_PASS_ODDS ? "odds"
                                                         : bet_text_name(p->bet, name);
        sentence_add(out, "%s%s %s %s %s", any ? "    " : "", bet,
            money_text(p->amount_cents, stake), arrow,
            p->result == PAYOUT_LOSE   ? "lost"
            : p->result == PAYOUT_PUSH ? "back"
                                       : money_signed(cents, net));
        any = true;
    }
    return any;
}

/* "come 5 for 10 + odds 20 (odds off)". */
static void add_bet(const struct live *l, int me, uint16_t slot, char out[SENTENCE_MAX])
{
    const struct table_player *p = &l->players[me];
    struct bet_ref bet = bet_of_slot(slot);
    struct bet_ref odds = {(uint8_t)(bet.kind + BET_ODDS_OFFSET), bet.number};
    uint16_t behind = bet_is_base(bet.kind) ? bet_slot(odds) : BET_SLOT_NONE;
    char name[BET_TEXT_MAX];
    char money[MONEY_TEXT_MAX];
    bool numbered = bet.number != 0 && bet.kind != BET_HOP && bet.kind != BET_HARD;
    sentence_add(out, "%s %s%s", bet_text_name(bet, name), numbered ? "for " : "",
        money_text(p->bet_cents[slot], money));
    if (!table_bet_works(&l->table, p, slot)) {
        sentence_add(out, " (off)");
    }
    if (behind != BET_SLOT_NONE && p->bet_cents[behind] > 0) {
        sentence_add(out, " + odds %s%s", money_text(p->bet_cents[behind], money),
            table_bet_works(&l->table, p, behind) ? "" : " (odds off)");
    }
}

bool sentence_bets(const struct live *l, int me, char out[SENTENCE_MAX])
{
    bool any = false;
    out[0] = '\0';
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT && me >= 0; slot++) {
        if (l->players[me].bet_cents[slot] > 0 && !bet_is_odds(bet_of_slot(slot).kind)) {
            sentence_add(out, "%s", any ? ", " : "");
            add_bet(l, me, slot, out);
            any = true;
        }
    }
    return any;
}

const char *sentence_unanimous(const struct ui_model *m)
{
    if (m->practice || m->needed != m->members) {
        return "";
    }
    return m->members == 2
               ? "You are two: both must agree to every roll. One gone: it stops, till a split."
           : m->members == 3
               ? "You are three: all must agree to every roll. One gone: it stops, till a split."
               : "";
}
