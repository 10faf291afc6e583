#include "src/text_report.h"

#include "src/money.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The line so far; what does not fit is cut. */
struct line {
    char *text;
    size_t size;
};

static void add(struct line *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct line *l, const char *format, ...)
{
    size_t room = TEXT_REPORT_BYTES - 1 - l->size; /* one for the LF */
    va_list args;
    va_start(args, format);
    int n = vsnprintf(l->text + l->size, room, format, args);
    va_end(args);
    if (n > 0) {
        l->size += (size_t)n < room ? (size_t)n : room - 1;
    }
}

static const char *money(char text[static MONEY_TEXT_BYTES], int64_t cents)
{
    money_format(text, cents);
    return text;
}

static const char *who(const struct report *r, uint32_t account)
{
    return r->live != NULL && account < r->live->account_count ? r->live->players[account].name
                                                               : "nobody";
}

static void add_bet(struct line *l, struct bet_ref bet)
{
    add(l, "%s", bet.kind < BET_KIND_COUNT ? bet_specs[bet.kind].name : "unknown");
    if (bet.number != 0) {
        add(l, " %u", bet.number);
    }
}

static void add_game(struct line *l, const struct report *r)
{
    static const char *const plain[] = {
        [EVENT_SEATED] = "sits down",
        [EVENT_LEFT] = "leaves",
        [EVENT_AWAY] = "is away",
        [EVENT_BACK] = "is back",
        [EVENT_BET] = "bets",
        [EVENT_TAKE] = "takes down",
        [EVENT_MARK] = "turns",
        [EVENT_REBUY] = "rebuys",
        [EVENT_SIT_OUT] = "sits out",
        [EVENT_SIT_IN] = "plays again",
        [EVENT_SHOOTER] = "has the dice",
        [EVENT_PASSED_OVER] = "is passed over",
        [EVENT_THROW] = "throws",
    };
    static const char *const marks[] = {"back to its default", "off", "on"};
    const struct event *e = &r->event;
    char amount[MONEY_TEXT_BYTES];
    if (e->kind == EVENT_WINDOW) {
        add(l, "bets %s, roll %" PRIu64, e->flag ? "open" : "closed", e->roll);
    } else if (e->kind == EVENT_VOID) {
        add(l, "roll %" PRIu64 " has no result; bets stand", e->roll);
    } else if (e->kind < sizeof plain / sizeof plain[0] && plain[e->kind] != NULL) {
        add(l, "%s %s", who(r, e->player), plain[e->kind]);
    } else {
        return;
    }
    if (e->kind == EVENT_BET || e->kind == EVENT_TAKE || e->kind == EVENT_MARK) {
        add(l, " ");
        add_bet(l, e->bet);
    }
    if (e->kind == EVENT_MARK) {
        add(l, " %s", marks[e->value < 3 ? e->value : 0]);
    } else if (e->kind == EVENT_BET || e->kind == EVENT_TAKE || e->kind == EVENT_REBUY) {
        add(l, " %s", money(amount, e->amount_cents));
    } else if (e->kind == EVENT_SEATED) {
        add(l, ", seat %u", e->seat);
    }
}

static void add_roll(struct line *l, const struct report *r)
{
    const struct event *e = &r->event;
    char amount[MONEY_TEXT_BYTES];
    add(l, "roll %" PRIu64 ": %s throws %u %u, %d", e->roll, who(r, e->player), e->die1, e->die2,
        e->die1 + e->die2);
    if (e->flag) {
        add(l, ", seven out");
    } else if (e->value != 0) {
        add(l, ", the point is %u", e->value);
    } else {
        add(l, ", come-out");
    }
    for (size_t i = 0; i < r->detail_count; i++) {
        const struct event *d = &r->details[i];
        if (d->kind == EVENT_PAYOUT && d->paid_cents > 0) {
            add(l, "; %s ", who(r, d->player));
            add_bet(l, d->bet);
            add(l, " pays %s", money(amount, d->paid_cents));
        }
    }
}

static void add_strategy(struct line *l, const struct report *r)
{
    bool why = r->text != NULL && r->text[0] != '\0';
    add(l, "the strategy %s %s%s%s", r->command,
        r->playing ? "plays"
        : why      ? "has ended"
                   : "has stopped",
        why ? ": " : "", why ? r->text : "");
}

static void add_summary(struct line *l, const struct report *r)
{
    char amount[MONEY_TEXT_BYTES], hash[2 * DIGEST_BYTES + 1];
    hex_encode(hash, r->hash.b, DIGEST_BYTES);
    add(l, "summary: %" PRIu64 " rolls, height %" PRIu64 ", state %s, bank %s", r->rolls, r->height,
        hash, money(amount, r->bank_cents));
    for (uint32_t i = 0; r->live != NULL && i < r->live->account_count; i++) {
        add(l, ", %s %s", r->live->players[i].name,
            money(amount, r->live->players[i].balance_cents));
    }
    add(l, ", chips %s", r->conserved ? "conserved" : "NOT CONSERVED");
    if (r->record != NULL && r->record[0] != '\0') {
        add(l, ", record %s", r->record);
    }
}

size_t text_report(const struct report *r, char text[static TEXT_REPORT_BYTES])
{
    struct line l = {.text = text};
    char amount[MONEY_TEXT_BYTES];
    switch ((enum report_kind)r->kind) {
    case REPORT_TABLE_OPEN:
        add(&l, "table %s, port %u", r->table_name == NULL ? "" : r->table_name, r->port);
        if (r->words != NULL && r->words[0] != '\0') {
            add(&l, ", words %s", r->words);
        }
        break;
    case REPORT_JOINED:
        add(&l, "joined as %s, seat %u, rack %s", r->player == NULL ? "" : r->player, r->seat,
            money(amount, r->balance_cents));
        break;
    case REPORT_GAME:
        add_game(&l, r);
        break;
    case REPORT_ROLL:
        add_roll(&l, r);
        break;
    case REPORT_EPOCH:
        add(&l, "%u member%s now, %u must agree", r->members, r->members == 1 ? "" : "s",
            r->quorum);
        break;
    case REPORT_REFUSED:
        add(&l, "refused: %s (%s)", r->command == NULL ? "" : r->command, refusal_code(r->refusal));
        break;
    case REPORT_STALLED:
        add(&l, "stopped: %u members answer, %u are needed; wait, split or leave", r->have,
            r->quorum);
        break;
    case REPORT_RESUMED:
        add(&l, "goes on: %u members answer, %u needed", r->have, r->quorum);
        break;
    case REPORT_RECEIPT:
        add(&l, "receipt for %s, signed by %u: %s", money(amount, r->balance_cents), r->have,
            r->record);
        break;
    case REPORT_SPLIT:
        add(&l, "the table was split: a new one of");
        for (size_t i = 0; i < r->name_count; i++) {
            add(&l, "%s %s", i == 0 ? "" : ",", r->names[i]);
        }
        break;
    case REPORT_BALLOT:
        add(&l, "%s %s: %u of %u say yes, %u no%s",
            strcmp(r->text, "admit") == 0 ? "shall we let in" : "shall we send away", r->player,
            r->members, r->quorum, r->have,
            r->decided < 0   ? ""
            : r->decided > 0 ? "; decided: yes"
                             : "; decided: no");
        break;
    case REPORT_EVIDENCE:
        add(&l, "%s %s (%s)", r->player == NULL ? "" : r->player,
            r->command == NULL ? "cheated" : r->command, r->text == NULL ? "" : r->text);
        if (r->record != NULL && r->record[0] != '\0') {
            add(&l, "; proof: %s", r->record);
        }
        break;
    case REPORT_CHAT:
        add(&l, "%s: %s", r->player == NULL ? "" : r->player, r->text == NULL ? "" : r->text);
        break;
    case REPORT_SUMMARY:
        add_summary(&l, r);
        break;
    case REPORT_SYNCED:
        add(&l, "caught up over %llu blocks by the signed state of the table",
            (unsigned long long)r->rolls);
        break;
    case REPORT_LIED:
        add(&l, "%s sent %s; asking the others", r->player == NULL ? "" : r->player,
            r->text == NULL ? "" : r->text);
        break;
    case REPORT_STRATEGY:
        add_strategy(&l, r);
        break;
    case REPORT_STOPPED:
        add(&l, "your seat is stopped: this copy of craps made a mistake at height %llu (%s)%s%s",
            (unsigned long long)r->height, r->text, r->record[0] == '\0' ? "" : "; kept in ",
            r->record);
        break;
    case REPORT_COMMITTED:
        break;
    }
    if (l.size > 0) {
        text[l.size++] = '\n';
    }
    return l.size;
}
