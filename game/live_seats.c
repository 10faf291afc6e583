#include "game/live_internal.h"
#include "game/name.h"

#include <stdio.h>

static uint8_t free_seat(const struct live *l)
{
    for (unsigned seat = 1; seat <= l->rules.seats; seat++) {
        bool taken = false;
        for (uint32_t i = 0; i < l->account_count; i++) {
            taken = taken || l->accounts[i].seat == seat;
        }
        if (!taken) {
            return (uint8_t)seat;
        }
    }
    return 0;
}

static void unique_name(const struct live *l, char out[NAME_BYTES_MAX + 1], const char *name)
{
    char clean[NAME_BYTES_MAX + 1];
    name_clean(clean, name, strlen(name));
    memcpy(out, clean, sizeof clean);
    for (unsigned k = 2; table_find_player(&l->table, out) >= 0; k++) {
        snprintf(out, NAME_BYTES_MAX + 1, "%.*s-%u", NAME_CLEAN_BYTES_MAX, clean, k);
    }
}

static void add_account(struct live *l, const uint8_t id[LIVE_ID_BYTES], const char *name)
{
    uint32_t i = l->account_count;
    char unique[NAME_BYTES_MAX + 1];
    unique_name(l, unique, name);
    /* Not table_add_player: a script's names are narrower than a live table's. */
    table_append_player(&l->table, unique, strlen(unique), l->rules.buy_in_cents);
    memset(&l->accounts[i], 0, sizeof l->accounts[i]);
    memcpy(l->accounts[i].id, id, LIVE_ID_BYTES);
    l->account_count++;
}

enum refusal live_seat(struct live *l, const uint8_t id[LIVE_ID_BYTES], const char *name, bool bot,
    const uint8_t *sponsor, struct event_sink *sink)
{
    int64_t account = live_find(l, id);
    bool returning = account >= 0;
    if (returning && l->accounts[account].seat != 0) {
        return REFUSAL_NONE;
    }
    uint8_t seat = free_seat(l);
    if (seat == 0 || (!returning && l->account_count == LIVE_ACCOUNTS_MAX)) {
        return REFUSAL_TABLE_FULL;
    }
    if (!returning) {
        account = l->account_count;
        add_account(l, id, name);
    }
    struct live_account *a = &l->accounts[account];
    a->seat = seat;
    a->bot = bot;
    a->away = a->sitting_out = a->ready = false;
    if (sponsor != NULL) {
        memcpy(a->sponsor, sponsor, LIVE_ID_BYTES);
    }
    l->players[account].seated = true;
    l->players[account].may_throw = true;
    l->started = l->started || live_seated(l) >= l->rules.start;
    live_emit(l, sink, EVENT_SEATED, account,
        (struct event){.flag = returning, .amount_cents = l->players[account].balance_cents});
    return REFUSAL_NONE;
}

/* Rule 16.7: odds go first, so that the bases under them can follow; contract bets refuse and stay. */
static void take_down_all(struct live *l, uint32_t account)
{
    struct table_player *p = &l->players[account];
    for (int round = 0; round < 2; round++) {
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            if (p->bet_cents[slot] > 0) {
                table_take(&l->table, account, bet_of_slot(slot), false, 0);
            }
        }
    }
}

static void unseat(struct live *l, uint32_t account, struct event_sink *sink)
{
    struct live_account *a = &l->accounts[account];
    if (a->seat == 0) {
        return;
    }
    take_down_all(l, account);
    live_emit(l, sink, EVENT_LEFT, account,
        (struct event){.amount_cents = l->players[account].balance_cents});
    a->seat = 0;
    a->ready = a->away = a->sitting_out = false;
    l->players[account].seated = false;
    l->players[account].may_throw = false;
}

/* What happens to a member happens to the bots it signs for. */
bool live_is_bot_of(const struct live *l, uint32_t account, const uint8_t id[LIVE_ID_BYTES])
{
    const struct live_account *a = &l->accounts[account];
    return a->bot && memcmp(a->sponsor, id, LIVE_ID_BYTES) == 0;
}

void live_unseat_with_bots(struct live *l, uint32_t account, struct event_sink *sink)
{
    unseat(l, account, sink);
    for (uint32_t i = 0; i < l->account_count; i++) {
        if (live_is_bot_of(l, i, l->accounts[account].id)) {
            unseat(l, i, sink);
        }
    }
}

void live_leave(struct live *l, const uint8_t id[LIVE_ID_BYTES], const struct live_context *ctx,
    struct event_sink *sink)
{
    int64_t account = live_find(l, id);
    if (account < 0 || l->accounts[account].seat == 0) {
        return;
    }
    live_unseat_with_bots(l, (uint32_t)account, sink);
    live_settle(l, ctx, sink);
}

static void set_away(struct live *l, uint32_t account, bool away, struct event_sink *sink)
{
    struct live_account *a = &l->accounts[account];
    if (a->seat == 0 || a->away == away) {
        return;
    }
    a->away = away;
    a->graces += away;
    memset(&a->away_votes, 0, sizeof a->away_votes);
    memset(&a->grace_votes, 0, sizeof a->grace_votes);
    live_emit(l, sink, away ? EVENT_AWAY : EVENT_BACK, account, (struct event){0});
}

void live_set_away_with_bots(struct live *l, uint32_t account, bool away, struct event_sink *sink)
{
    set_away(l, account, away, sink);
    for (uint32_t i = 0; i < l->account_count; i++) {
        if (live_is_bot_of(l, i, l->accounts[account].id)) {
            set_away(l, i, away, sink);
        }
    }
}

int64_t live_find(const struct live *l, const uint8_t id[LIVE_ID_BYTES])
{
    for (uint32_t i = 0; i < l->account_count; i++) {
        if (memcmp(l->accounts[i].id, id, LIVE_ID_BYTES) == 0) {
            return i;
        }
    }
    return -1;
}

unsigned live_seated(const struct live *l)
{
    unsigned n = 0;
    for (uint32_t i = 0; i < l->account_count; i++) {
        n += l->accounts[i].seat != 0;
    }
    return n;
}

char seat_letter(unsigned seat)
{
    if (seat >= 1 && seat <= 26) {
        return (char)('A' + seat - 1);
    }
    return seat >= 27 && seat <= 50 ? (char)('a' + seat - 27) : '?';
}
