#include "game/live_internal.h"

static bool survives(
    const struct live *l, uint32_t account, const uint8_t (*survivors)[LIVE_ID_BYTES], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (memcmp(l->accounts[account].id, survivors[i], LIVE_ID_BYTES) == 0 ||
            live_is_bot_of(l, account, survivors[i])) {
            return true;
        }
    }
    return false;
}

/* The layout is empty afterwards, so a point would stand for nobody: the next roll is a come-out. Bets of an account
 * that had left are played out by nobody now: they count as an absent player's. */
static void void_roll(struct live *l, const uint8_t (*survivors)[LIVE_ID_BYTES], size_t count,
    struct event_sink *sink)
{
    l->phase = LIVE_BETTING;
    live_emit(l, sink, EVENT_VOID, -1, (struct event){0});
    for (uint32_t i = 0; i < l->account_count; i++) {
        if (survives(l, i, survivors, count)) {
            table_return_bets(&l->table, i);
        } else {
            table_forfeit_bets(&l->table, i);
        }
    }
    table_begin_hand(&l->table);
}

/* Whoever is here now has just said so. */
static void greet(struct live *l, uint32_t account)
{
    struct live_account *a = &l->accounts[account];
    a->ready = a->away = false;
    memset(&a->away_votes, 0, sizeof a->away_votes);
    memset(&a->grace_votes, 0, sizeof a->grace_votes);
}

void live_split(struct live *l, const struct live_context *ctx,
    const uint8_t (*survivors)[LIVE_ID_BYTES], size_t count, struct event_sink *sink)
{
    if (l->phase == LIVE_ROLLING) {
        void_roll(l, survivors, count, sink);
    }
    for (uint32_t i = 0; i < l->account_count; i++) {
        greet(l, i);
        if (!survives(l, i, survivors, count)) {
            live_unseat_with_bots(l, i, sink);
        }
    }
    live_open_window(l, sink);
    live_new_shooter_clock(l);
    live_settle(l, ctx, sink);
}
