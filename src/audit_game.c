#include "src/audit_game.h"

#include "src/audit_pays.h"
#include "src/game_app.h"

#include <inttypes.h>
#include <stdlib.h>

/* A roll lists at most so many payouts (game/live.c). */
enum { PAYOUTS_LISTED = 4000 };

struct page {
    int64_t balance_cents, issued_cents;
    int64_t bet_cents[BET_SLOT_COUNT];
    uint8_t mark[BET_SLOT_COUNT]; /* enum bet_mark */
};

struct game_book {
    struct audit *audit; /* during a block */
    const struct live *live;
    uint64_t height, payouts;
    int64_t bank_cents;
    uint32_t hand_rolls; /* since the last seven-out */
    uint8_t point;
    uint32_t pages;
    struct page page[LIVE_ACCOUNTS_MAX];
    /* The roll that is being booked: what each bet has come to, by this book. */
    struct pay_roll roll;
    bool rolling, decided[BET_SLOT_COUNT * LIVE_ACCOUNTS_MAX];
};

struct game_book *game_book_create(void)
{
    return calloc(1, sizeof(struct game_book));
}

void game_book_destroy(struct game_book *b)
{
    free(b);
}

uint64_t game_book_payouts(const struct game_book *b)
{
    return b->payouts;
}

int64_t game_book_issued_cents(const struct game_book *b)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < b->pages; i++) {
        sum += b->page[i].issued_cents;
    }
    return sum;
}

static const char *name_of(const struct game_book *b, uint32_t account)
{
    return account < b->live->account_count ? b->live->players[account].name : "nobody";
}

static bool fail_bet(struct game_book *b, uint32_t account, struct bet_ref bet, const char *what)
{
    return audit_fail(b->audit, b->height, AUDIT_PAYOUT, "roll %" PRIu64 ", %s's %s %u: %s",
        b->roll.number, name_of(b, account), bet_specs[bet.kind].name, bet.number, what);
}

static void set_bet(struct page *p, uint16_t slot, int64_t amount_cents)
{
    p->bet_cents[slot] = amount_cents;
    if (amount_cents == 0) {
        p->mark[slot] = MARK_DEFAULT;
    }
}

/* Rule 8.3: the vig moves with the bet. */
static void move_bet(struct game_book *b, struct page *p, struct bet_ref bet, int64_t by_cents)
{
    uint16_t slot = bet_slot(bet);
    const struct table_config *config = &b->live->table.config;
    int64_t before = p->bet_cents[slot], after = before + by_cents;
    int64_t vig = 0;
    if (config->vig_upfront) {
        vig = pays_vig_cents(config, bet, after) - pays_vig_cents(config, bet, before);
    }
    p->balance_cents -= by_cents + vig;
    b->bank_cents += vig;
    set_bet(p, slot, after);
}

/* Rules 5.10, 11.1 and 12.2: what stays up when its owner leaves. */
static bool stays_behind(const struct game_book *b, struct bet_ref bet)
{
    switch (bet.kind) {
    case BET_PASS:
    case BET_MUGGSY:
        return b->point != 0;
    case BET_COME:
        return bet.number != 0;
    case BET_PUT:
        return true;
    default:
        return bet_specs[bet.kind].hand_bet && b->hand_rolls != 0;
    }
}

static void take_down(struct game_book *b, struct page *p)
{
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        if (p->bet_cents[slot] > 0 && !stays_behind(b, bet_of_slot(slot))) {
            move_bet(b, p, bet_of_slot(slot), -p->bet_cents[slot]);
        }
    }
}

static bool book_seat(struct game_book *b, const struct event *e)
{
    if (!e->flag) {
        if (e->player != b->pages || b->pages == LIVE_ACCOUNTS_MAX ||
            e->amount_cents != b->live->rules.buy_in_cents) {
            return audit_fail(b->audit, b->height, AUDIT_CONSERVATION,
                "%s sits down with chips that nobody gave out", name_of(b, e->player));
        }
        b->page[b->pages++] =
            (struct page){.balance_cents = e->amount_cents, .issued_cents = e->amount_cents};
    }
    return true;
}

static bool book_roll(struct game_book *b, const struct event *e)
{
    const struct audit_roll *r = audit_roll(b->audit);
    if (r->roll != e->roll || r->die1 != e->die1 || r->die2 != e->die2) {
        return audit_fail(b->audit, b->height, AUDIT_DICE,
            "roll %" PRIu64 " was played as %u %u, its shares give %u %u", e->roll, e->die1,
            e->die2, r->die1, r->die2);
    }
    b->roll = (struct pay_roll){.number = e->roll,
        .config = &b->live->table.config,
        .die1 = e->die1,
        .die2 = e->die2,
        .point = b->point};
    b->rolling = true;
    memset(b->decided, 0, sizeof b->decided);
    return true;
}

static bool book_travel(struct game_book *b, const struct event *e)
{
    struct page *p = &b->page[e->player];
    uint16_t box = bet_slot((struct bet_ref){e->bet.kind, 0}), to = bet_slot(e->bet);
    if (!pays_travels(&b->roll, e->bet) || p->bet_cents[box] != e->amount_cents ||
        p->bet_cents[to] != 0) {
        return fail_bet(b, e->player, e->bet, "may not travel");
    }
    set_bet(p, box, 0);
    set_bet(p, to, e->amount_cents);
    b->decided[e->player * BET_SLOT_COUNT + box] = true;
    b->decided[e->player * BET_SLOT_COUNT + to] = true;
    return true;
}

static bool book_payout(struct game_book *b, const struct event *e)
{
    uint16_t slot = bet_slot(e->bet);
    if (!b->rolling || e->player >= b->pages || slot == BET_SLOT_NONE) {
        return audit_fail(b->audit, b->height, AUDIT_PAYOUT, "a payout without a roll or a bet");
    }
    b->payouts++;
    if (e->value == PAYOUT_TRAVEL) {
        return book_travel(b, e);
    }
    struct page *p = &b->page[e->player];
    if (p->bet_cents[slot] != e->amount_cents || e->amount_cents == 0) {
        return fail_bet(b, e->player, e->bet, "is not what was bet");
    }
    struct pay_decision d =
        pays_decide(&b->roll, e->bet, e->amount_cents, pays_works(&b->roll, e->bet, p->mark[slot]));
    if (d.known && (d.result != e->value || d.paid_cents != e->paid_cents || !d.decided)) {
        return audit_fail(b->audit, b->height, AUDIT_PAYOUT,
            "roll %" PRIu64 ", %s's %s %u: %" PRId64 " cents were paid, the rules give %" PRId64,
            e->roll, name_of(b, e->player), bet_specs[e->bet.kind].name, e->bet.number,
            e->paid_cents, d.decided ? d.paid_cents : 0);
    }
    if (!d.known && !pays_plausible(&b->roll, e)) {
        return fail_bet(b, e->player, e->bet, "pays what its table does not have");
    }
    p->balance_cents += e->paid_cents;
    b->bank_cents -= e->paid_cents;
    if (e->value != PAYOUT_WIN || !bet_specs[e->bet.kind].stays_up) {
        b->bank_cents += e->amount_cents;
        set_bet(p, slot, 0);
    }
    b->decided[e->player * BET_SLOT_COUNT + slot] = true;
    return true;
}

/* Nothing that the roll decides was left out. */
static bool end_roll(struct game_book *b)
{
    for (uint32_t i = 0; i < b->pages; i++) {
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            int64_t amount = b->page[i].bet_cents[slot];
            if (amount == 0 || b->decided[i * BET_SLOT_COUNT + slot]) {
                continue;
            }
            struct bet_ref bet = bet_of_slot(slot);
            struct pay_decision d = pays_decide(
                &b->roll, bet, amount, pays_works(&b->roll, bet, b->page[i].mark[slot]));
            if (d.known && d.decided) {
                return fail_bet(b, i, bet, "was decided, but never settled");
            }
        }
    }
    b->rolling = false;
    return true;
}

static void move_puck(struct game_book *b, const struct event *e)
{
    b->point = (uint8_t)e->value;
    b->hand_rolls = e->flag ? 0 : b->hand_rolls + 1;
}

static bool book_one(struct game_book *b, const struct event *e)
{
    struct page *p = e->player < b->pages ? &b->page[e->player] : NULL;
    uint16_t slot = bet_slot(e->bet);
    switch (e->kind) {
    case EVENT_SEATED:
        return book_seat(b, e);
    case EVENT_ROLL:
        return book_roll(b, e);
    case EVENT_PAYOUT:
        return book_payout(b, e);
    case EVENT_BET:
    case EVENT_TAKE:
        if (p != NULL && slot != BET_SLOT_NONE) {
            move_bet(b, p, e->bet, e->kind == EVENT_BET ? e->amount_cents : -e->amount_cents);
        }
        return true;
    case EVENT_MARK:
        if (p != NULL && slot != BET_SLOT_NONE) {
            p->mark[slot] = (uint8_t)e->value;
        }
        return true;
    case EVENT_REBUY:
        if (p == NULL || e->amount_cents != b->live->rules.buy_in_cents) {
            return audit_fail(b->audit, b->height, AUDIT_CONSERVATION, "a rebuy of another amount");
        }
        p->balance_cents += e->amount_cents;
        p->issued_cents += e->amount_cents;
        return true;
    case EVENT_LEFT:
        if (p != NULL) {
            take_down(b, p);
        }
        return true;
    case EVENT_BALANCE:
        return (p != NULL && p->balance_cents == e->amount_cents) ||
               audit_fail(b->audit, b->height, AUDIT_PAYOUT,
                   "roll %" PRIu64 " leaves %s %" PRId64 " cents, its payouts add up to %" PRId64,
                   e->roll, name_of(b, e->player), e->amount_cents,
                   p == NULL ? 0 : p->balance_cents);
    default:
        return true;
    }
}

/* The whole book against the agreed state, and rule 1.3 by the book. */
static bool compare(struct game_book *b)
{
    const struct live *l = b->live;
    int64_t chips = b->bank_cents;
    for (uint32_t i = 0; i < b->pages && b->pages == l->account_count; i++) {
        const struct page *p = &b->page[i];
        chips += p->balance_cents - p->issued_cents;
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            chips += p->bet_cents[slot];
            if (p->bet_cents[slot] != l->players[i].bet_cents[slot]) {
                struct bet_ref bet = bet_of_slot(slot);
                return audit_fail(b->audit, b->height, AUDIT_PAYOUT,
                    "%s has %" PRId64 " cents on %s %u, by the events %" PRId64, name_of(b, i),
                    l->players[i].bet_cents[slot], bet_specs[bet.kind].name, bet.number,
                    p->bet_cents[slot]);
            }
        }
        if (p->balance_cents != l->players[i].balance_cents || p->balance_cents < 0 ||
            p->issued_cents != l->players[i].issued_cents) {
            return audit_fail(b->audit, b->height, AUDIT_PAYOUT,
                "%s has %" PRId64 " cents, by the events %" PRId64, name_of(b, i),
                l->players[i].balance_cents, p->balance_cents);
        }
    }
    if (b->pages != l->account_count || b->bank_cents != l->table.bank_cents || chips != 0) {
        return audit_fail(b->audit, b->height, AUDIT_CONSERVATION,
            "chips are not conserved: the bank has %" PRId64 " cents, by the events %" PRId64,
            l->table.bank_cents, b->bank_cents);
    }
    return true;
}

/* Opens the book anew on the agreed state. */
static void copy_state(struct game_book *b)
{
    const struct live *l = b->live;
    b->pages = l->account_count;
    b->bank_cents = l->table.bank_cents;
    b->hand_rolls = l->table.hand.rolls;
    b->point = l->table.point;
    b->rolling = false;
    for (uint32_t i = 0; i < b->pages; i++) {
        const struct table_player *p = &l->players[i];
        struct page *page = &b->page[i];
        page->balance_cents = p->balance_cents;
        page->issued_cents = p->issued_cents;
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            page->bet_cents[slot] = p->bet_cents[slot];
            page->mark[slot] = (uint8_t)table_bet_mark(p, slot);
        }
    }
}

void game_book_open(struct game_book *b, const struct audit *a)
{
    b->live = game_state(ledger_app_state(audit_ledger(a), NULL));
    copy_state(b);
}

bool game_book_block(struct game_book *b, struct audit *a)
{
    const struct event_sink *events = game_events_of(audit_effects(a)->events);
    b->audit = a;
    b->live = game_state(ledger_app_state(audit_ledger(a), NULL));
    b->height = ledger_height(audit_ledger(a));
    if (events->dropped > 0 || events->count >= PAYOUTS_LISTED) {
        copy_state(b); /* a roll with more payouts than are listed: from here on again */
        return true;
    }
    for (size_t i = 0; i < events->count; i++) {
        const struct event *e = &events->items[i];
        bool of_roll = e->kind == EVENT_PAYOUT || e->kind == EVENT_BALANCE;
        if ((b->rolling && !of_roll && !end_roll(b)) || !book_one(b, e)) {
            return false;
        }
        if (e->kind == EVENT_ROLL) {
            move_puck(b, e);
        }
    }
    return (!b->rolling || end_roll(b)) && compare(b);
}
