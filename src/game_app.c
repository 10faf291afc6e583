#include "src/game_app.h"

#include "game/invariants.h"

static struct live_context context_of(const struct app_context *ctx)
{
    struct live_context c = {
        .author_member = ctx->author_member,
        .members = ctx->members,
        .faulty = ctx->faulty,
        .dice_allowed = ctx->dice_allowed,
    };
    memcpy(c.author, ctx->author, sizeof c.author);
    return c;
}

static struct event_sink *sink_of(void *events)
{
    return events == NULL ? NULL : &((struct game_events *)events)->sink;
}

static bool game_init(void *state, const uint8_t *rules, size_t size)
{
    struct house_rules house;
    struct reader r = reader_of(rules, size);
    if (!house_rules_decode(&house, &r) || !reader_done(&r)) {
        return false;
    }
    live_init(state, &house);
    return true;
}

static void game_copy(void *to, const void *from)
{
    live_copy(to, from);
}

static void game_encode(const void *state, struct writer *w)
{
    live_encode(state, w);
}

static bool game_decode(void *state, struct reader *r)
{
    return live_decode(state, r);
}

static void game_events_clear(void *events)
{
    struct game_events *e = events;
    e->sink = (struct event_sink){.items = e->items, .capacity = GAME_EVENTS_MAX};
}

static void game_events_copy(void *to, const void *from)
{
    struct game_events *t = to;
    const struct game_events *f = from;
    game_events_clear(t);
    t->sink.count = f->sink.count;
    t->sink.dropped = f->sink.dropped;
    memcpy(t->items, f->items, f->sink.count * sizeof f->items[0]);
}

static uint16_t game_can_seat(const void *state, const uint8_t id[ID_BYTES])
{
    const struct live *l = state;
    if (live_seated(l) >= l->rules.seats) {
        int64_t account = live_find(l, id);
        bool has_seat = account >= 0 && l->accounts[account].seat != 0;
        return has_seat ? REFUSAL_NONE : REFUSAL_TABLE_FULL;
    }
    bool room = l->account_count < LIVE_ACCOUNTS_MAX || live_find(l, id) >= 0;
    return room ? REFUSAL_NONE : REFUSAL_TABLE_FULL;
}

static bool game_admits_by_ballot(const void *state)
{
    return ((const struct live *)state)->rules.admission == ADMISSION_BY_VOTE;
}

static uint16_t game_seat(void *state, const struct app_context *ctx, const uint8_t id[ID_BYTES],
    const uint8_t *profile, size_t profile_size, const uint8_t *sponsor, void *events)
{
    (void)ctx;
    char name[PROFILE_BYTES_MAX + 1];
    size_t size = profile_size < PROFILE_BYTES_MAX ? profile_size : PROFILE_BYTES_MAX;
    memcpy(name, profile, size);
    name[size] = '\0';
    return (uint16_t)live_seat(state, id, name, sponsor != NULL, sponsor, sink_of(events));
}

static void game_leave(
    void *state, const struct app_context *ctx, const uint8_t id[ID_BYTES], void *events)
{
    struct live_context c = context_of(ctx);
    live_leave(state, id, &c, sink_of(events));
}

static void game_split(void *state, const struct app_context *ctx,
    const uint8_t (*survivors)[ID_BYTES], uint16_t count, void *events)
{
    struct live_context c = context_of(ctx);
    live_split(state, &c, survivors, count, sink_of(events));
}

static uint16_t game_apply(
    void *state, const struct app_context *ctx, const uint8_t *payload, size_t size, void *events)
{
    struct live_command command;
    struct reader r = reader_of(payload, size);
    enum refusal refusal = REFUSAL_BAD_COMMAND;
    if (live_command_decode(&command, &r) && reader_done(&r)) {
        struct live_context c = context_of(ctx);
        refusal = live_apply(state, &c, &command, sink_of(events));
    }
    if (refusal != REFUSAL_NONE) {
        int64_t account = live_find(state, ctx->author);
        event_emit(sink_of(events), (struct event){
                                        .kind = EVENT_REFUSED,
                                        .player = account < 0 ? EVENT_NOBODY : (uint16_t)account,
                                        .value = (uint16_t)refusal,
                                    });
    }
    return (uint16_t)refusal;
}

static void game_context_changed(void *state, const struct app_context *ctx, void *events)
{
    struct live_context c = context_of(ctx);
    live_context_changed(state, &c, sink_of(events));
}

static bool game_rolling(const void *state)
{
    return live_rolling(state);
}

static uint64_t game_roll_number(const void *state)
{
    const struct live *l = state;
    return l->roll + 1;
}

static void game_dice(
    void *state, const struct app_context *ctx, unsigned die1, unsigned die2, void *events)
{
    struct live_context c = context_of(ctx);
    live_dice(state, &c, die1, die2, sink_of(events));
}

static bool game_check(const void *state)
{
    return live_check(state);
}

static bool game_audit(
    const void *before, const void *after, const void *events, struct app_fault *fault)
{
    struct invariant_fault f;
    const struct game_events *e = events;
    if (invariants_hold(before, after, e == NULL ? NULL : &e->sink, &f)) {
        return true;
    }
    *fault = (struct app_fault){.kind = f.kind,
        .who = f.player,
        .what = (uint32_t)f.bet.kind << 8 | f.bet.number,
        .have = f.have,
        .want = f.want};
    return false;
}

const struct app game_app = {
    .state_bytes = sizeof(struct live),
    .events_bytes = sizeof(struct game_events),
    .init = game_init,
    .copy = game_copy,
    .encode = game_encode,
    .decode = game_decode,
    .events_clear = game_events_clear,
    .events_copy = game_events_copy,
    .can_seat = game_can_seat,
    .admits_by_ballot = game_admits_by_ballot,
    .seat = game_seat,
    .leave = game_leave,
    .split = game_split,
    .apply = game_apply,
    .context_changed = game_context_changed,
    .rolling = game_rolling,
    .roll_number = game_roll_number,
    .dice = game_dice,
    .check = game_check,
    .audit = game_audit,
};
