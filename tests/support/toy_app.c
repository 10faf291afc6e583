#include "tests/support/toy_app.h"

static bool toy_init(void *state, const uint8_t *rules, size_t size)
{
    struct toy_state *s = state;
    memset(s, 0, sizeof *s);
    s->seats = size == 1 ? rules[0] & ~TOY_BY_BALLOT : 0;
    s->by_ballot = size == 1 && (rules[0] & TOY_BY_BALLOT) != 0;
    return s->seats > 0;
}

static void toy_copy(void *to, const void *from)
{
    memcpy(to, from, sizeof(struct toy_state));
}

static void toy_encode(const void *state, struct writer *w)
{
    const struct toy_state *s = state;
    write_u8(w, s->seats);
    write_u16(w, s->player_count);
    for (uint16_t i = 0; i < s->player_count; i++) {
        write_bytes(w, s->players[i].id, ID_BYTES);
        write_u8(w, (uint8_t)(s->players[i].seated | s->players[i].bot << 1));
        write_u64(w, s->players[i].counter);
    }
    write_u64(w, s->total);
    write_u16(w, s->members);
    write_u16(w, s->faulty);
    write_u8(
        w, (uint8_t)(s->dice_allowed | s->throw_waits << 1 | s->rolling << 2 | s->by_ballot << 3));
    write_u64(w, s->roll);
    write_u64(w, s->dice_log);
}

static bool toy_check(const void *state)
{
    const struct toy_state *s = state;
    uint64_t sum = 0;
    for (uint16_t i = 0; i < s->player_count; i++) {
        sum += s->players[i].counter;
    }
    return sum == s->total && s->player_count <= TOY_PLAYERS_MAX;
}

static bool toy_decode(void *state, struct reader *r)
{
    struct toy_state *s = state;
    memset(s, 0, sizeof *s);
    s->seats = read_u8(r);
    s->player_count = read_u16(r);
    if (s->player_count > TOY_PLAYERS_MAX) {
        return false;
    }
    for (uint16_t i = 0; i < s->player_count; i++) {
        read_bytes(r, s->players[i].id, ID_BYTES);
        uint8_t flags = read_u8(r);
        s->players[i].seated = (flags & 1) != 0;
        s->players[i].bot = (flags & 2) != 0;
        s->players[i].counter = read_u64(r);
    }
    s->total = read_u64(r);
    s->members = read_u16(r);
    s->faulty = read_u16(r);
    uint8_t flags = read_u8(r);
    s->dice_allowed = (flags & 1) != 0;
    s->throw_waits = (flags & 2) != 0;
    s->rolling = (flags & 4) != 0;
    s->by_ballot = (flags & 8) != 0;
    s->roll = read_u64(r);
    s->dice_log = read_u64(r);
    return !r->bad && toy_check(s);
}

static void toy_events_clear(void *events)
{
    memset(events, 0, sizeof(struct toy_events));
}

static void toy_events_copy(void *to, const void *from)
{
    memcpy(to, from, sizeof(struct toy_events));
}

const struct toy_player *toy_find(const struct toy_state *s, const uint8_t id[ID_BYTES])
{
    for (uint16_t i = 0; i < s->player_count; i++) {
        if (memcmp(s->players[i].id, id, ID_BYTES) == 0) {
            return &s->players[i];
        }
    }
    return NULL;
}

unsigned toy_seated(const struct toy_state *s)
{
    unsigned count = 0;
    for (uint16_t i = 0; i < s->player_count; i++) {
        count += s->players[i].seated;
    }
    return count;
}

static uint16_t toy_can_seat(const void *state, const uint8_t id[ID_BYTES])
{
    const struct toy_state *s = state;
    const struct toy_player *p = toy_find(s, id);
    bool full = toy_seated(s) >= s->seats || (p == NULL && s->player_count == TOY_PLAYERS_MAX);
    return full && (p == NULL || !p->seated) ? TOY_TABLE_FULL : TOY_OK;
}

static bool toy_admits_by_ballot(const void *state)
{
    return ((const struct toy_state *)state)->by_ballot;
}

static uint16_t toy_seat(void *state, const struct app_context *ctx, const uint8_t id[ID_BYTES],
    const uint8_t *profile, size_t profile_size, const uint8_t *sponsor, void *events)
{
    struct toy_state *s = state;
    uint16_t refusal = toy_can_seat(s, id);
    struct toy_player *p = (struct toy_player *)toy_find(s, id);
    (void)ctx;
    (void)profile;
    (void)profile_size;
    if (refusal != TOY_OK) {
        return refusal;
    }
    if (p == NULL) {
        p = &s->players[s->player_count++];
        memcpy(p->id, id, ID_BYTES);
    }
    p->seated = true;
    p->bot = sponsor != NULL;
    ((struct toy_events *)events)->seated++;
    return TOY_OK;
}

static void toy_leave(
    void *state, const struct app_context *ctx, const uint8_t id[ID_BYTES], void *events)
{
    struct toy_player *p = (struct toy_player *)toy_find(state, id);
    (void)ctx;
    if (p != NULL && p->seated) {
        p->seated = false;
        ((struct toy_events *)events)->left++;
    }
}

static void toy_throw_when_allowed(struct toy_state *s, const struct app_context *ctx)
{
    if (s->throw_waits && ctx->dice_allowed && !s->rolling) {
        s->throw_waits = false;
        s->rolling = true;
    }
}

/* A void throw costs the absent their counters: the toy's bets. */
static void toy_split(void *state, const struct app_context *ctx,
    const uint8_t (*survivors)[ID_BYTES], uint16_t count, void *events)
{
    struct toy_state *s = state;
    (void)ctx;
    (void)events;
    for (uint16_t i = 0; i < s->player_count; i++) {
        struct toy_player *p = &s->players[i];
        bool here = false;
        for (uint16_t k = 0; k < count; k++) {
            here = here || memcmp(p->id, survivors[k], ID_BYTES) == 0;
        }
        if (!here && s->rolling) {
            s->total -= p->counter;
            p->counter = 0;
        }
        p->seated = p->seated && (here || p->bot);
    }
    s->rolling = s->throw_waits = false;
}

static uint16_t toy_refuse(struct toy_events *events, uint16_t refusal)
{
    events->refused++;
    return refusal;
}

static uint16_t toy_apply(
    void *state, const struct app_context *ctx, const uint8_t *payload, size_t size, void *events)
{
    struct toy_state *s = state;
    struct reader r = reader_of(payload, size);
    struct toy_player *p = (struct toy_player *)toy_find(s, ctx->author);
    uint8_t command = read_u8(&r);
    uint32_t amount = command == TOY_ADD ? read_u32(&r) : 0;
    if (!reader_done(&r) || command < TOY_ADD || command > TOY_STAND_UP) {
        return toy_refuse(events, TOY_BAD_COMMAND);
    }
    if (p == NULL || !p->seated) {
        return toy_refuse(events, TOY_NOT_SEATED);
    }
    if (s->rolling) {
        return toy_refuse(events, TOY_DICE_OUT);
    }
    if (command == TOY_REFUSED || (command == TOY_THROW && !ctx->dice_allowed)) {
        return toy_refuse(events, command == TOY_THROW ? TOY_NO_DICE : TOY_REFUSAL);
    }
    p->counter += amount;
    s->total += amount;
    p->seated = command != TOY_STAND_UP;
    s->throw_waits = s->throw_waits || command == TOY_THROW || command == TOY_THROW_SOON;
    toy_throw_when_allowed(s, ctx);
    ((struct toy_events *)events)->applied++;
    return TOY_OK;
}

static void toy_context_changed(void *state, const struct app_context *ctx, void *events)
{
    struct toy_state *s = state;
    s->members = ctx->members;
    s->faulty = ctx->faulty;
    s->dice_allowed = ctx->dice_allowed;
    ((struct toy_events *)events)->contexts++;
    toy_throw_when_allowed(s, ctx);
}

static bool toy_rolling(const void *state)
{
    return ((const struct toy_state *)state)->rolling;
}

static uint64_t toy_roll_number(const void *state)
{
    return ((const struct toy_state *)state)->roll + 1;
}

static void toy_dice(
    void *state, const struct app_context *ctx, unsigned die1, unsigned die2, void *events)
{
    struct toy_state *s = state;
    s->rolling = false;
    s->roll++;
    s->dice_log = s->dice_log * 100 + die1 * 10 + die2;
    ((struct toy_events *)events)->dice++;
    toy_throw_when_allowed(s, ctx);
}

const struct app toy_app = {
    .state_bytes = sizeof(struct toy_state),
    .events_bytes = sizeof(struct toy_events),
    .init = toy_init,
    .copy = toy_copy,
    .encode = toy_encode,
    .decode = toy_decode,
    .events_clear = toy_events_clear,
    .events_copy = toy_events_copy,
    .can_seat = toy_can_seat,
    .admits_by_ballot = toy_admits_by_ballot,
    .seat = toy_seat,
    .leave = toy_leave,
    .split = toy_split,
    .apply = toy_apply,
    .context_changed = toy_context_changed,
    .rolling = toy_rolling,
    .roll_number = toy_roll_number,
    .dice = toy_dice,
    .check = toy_check,
};
