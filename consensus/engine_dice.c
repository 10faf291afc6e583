/* Shares of the throw that is out: when ours may leave, how the others' are collected (C.6). */
#include "consensus/engine_internal.h"

static void place_of(
    const struct engine *e, const struct pending_roll *roll, struct beacon_place *place)
{
    *place = (struct beacon_place){
        .game_id = e->game_id,
        .epoch = roll->epoch,
        .view = roll->view,
        .block = roll->block,
        .op_index = roll->op_index,
        .roll_number = roll->roll,
    };
}

/* The only place where a share of ours is made, with exactly two callers: dice_trailer (R1) and
 * dice_final (R2). Whoever can evaluate the dice holds t = n - f shares. If one honest share among
 * them came by R2, the block is final. Otherwise at least n - f - b honest members have voted
 * FINALIZE for the very block that holds the throw, so they never NULLIFY its view (S2), and the
 * other f + b < n - f cannot skip it: the bets are locked before anybody can know the dice. This
 * needs the block itself, not an ancestor, and its digest inside the input. */
static bool own_share(struct engine *e, const struct beacon_roll *input, struct beacon_share *share)
{
    const struct protocol_state *p = engine_final(e);
    uint8_t random[DLEQ_RANDOM_BYTES];
    if (!e->has_share || !p->has_dice || e->alarm || e->config.watcher) {
        return false;
    }
    engine_random(e, random, sizeof random);
    bool made =
        beacon_share_create(share, input, &e->share, &p->dice.X[e->share.member - 1], random);
    sodium_memzero(random, sizeof random);
    return made;
}

/* R1: simplex asks for what goes with the FINALIZE vote that it is about to sign for that block. */
size_t engine_dice_trailer(
    struct engine *e, const struct digest *digest, uint8_t *out, size_t capacity)
{
    struct pending_roll roll;
    struct beacon_place place;
    struct beacon_roll input;
    struct beacon_share share;
    if (!e->config.shares_with_finalize || !ledger_roll_binding(e->ledger, digest, &roll) ||
        !digest_equal(&roll.block, digest) || roll.epoch != e->epoch) {
        return 0;
    }
    place_of(e, &roll, &place);
    beacon_roll_create(&input, &place);
    if (!own_share(e, &input, &share)) {
        return 0;
    }
    struct writer w = writer_of(out, capacity);
    write_u64(&w, roll.roll);
    beacon_share_write(&w, &share);
    if (!w.bad) {
        (void)engine_dice_receive(e, (unsigned)e->self, w.data, w.size);
    }
    return w.bad ? 0 : w.size;
}

/* t shares are right: the value is known, and the next proposer may put it on the log. */
static void complete(struct engine *e)
{
    const struct dkg_public *pub = &engine_final(e)->dice;
    struct beacon_share set[MEMBERS_MAX];
    uint8_t bytes[RESULT_BYTES_MAX], out[BEACON_OUT_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    size_t count = 0;
    for (unsigned i = 0; i < pub->n && count < pub->t; i++) {
        if ((e->roll.verified >> i & 1) != 0) {
            set[count++] = e->roll.shares[i];
        }
    }
    if (count < pub->t || !beacon_combine(out, &e->roll.input, pub, set, count)) {
        return;
    }
    beacon_dice(out, &e->roll.die1, &e->roll.die2);
    e->roll.shown = true;
    write_u64(&w, e->roll.roll);
    beacon_result_write(&w, set, count);
    ledger_offer_result(e->ledger, e->roll.roll, w.data, w.size);
}

/* Checks the raw share of that member against the final roll. False when it is wrong. */
static bool take_share(struct engine *e, unsigned member)
{
    const struct raw_share *raw = &e->raw[member];
    struct beacon_share share;
    struct reader r = reader_of(raw->bytes, sizeof raw->bytes);
    if (!e->roll.active || e->roll.shown || raw->roll != e->roll.roll ||
        (e->roll.verified >> member & 1) != 0) {
        return true;
    }
    beacon_share_read(&r, &share);
    if (r.bad || share.member != member + 1 ||
        !beacon_share_verify(&e->roll.input, &engine_final(e)->dice, &share)) {
        e->raw[member].roll = 0;
        if (e->up != NULL) {
            e->up->bad_shares |= 1ULL << member;
        }
        return false;
    }
    e->roll.verified |= 1ULL << member;
    e->roll.shares[member] = share;
    ledger_trust_share(e->ledger, e->roll.roll, &e->roll.block, raw->bytes, sizeof raw->bytes);
    complete(e);
    return true;
}

/* u64 roll || share, behind a FINALIZE vote or as MSG_SHARE; of that member, or passed on by it.
 * Kept as it is until the roll's block is final here, one a member. */
bool engine_dice_receive(struct engine *e, unsigned member, const uint8_t *data, size_t size)
{
    const struct protocol_state *p = engine_final(e);
    struct reader r = reader_of(data, size);
    uint64_t roll = read_u64(&r);
    const uint8_t *bytes = read_span(&r, BEACON_SHARE_BYTES);
    if (bytes == NULL || !reader_done(&r) || roll == 0) {
        return false;
    }
    unsigned owner = (unsigned)(bytes[0] << 8 | bytes[1]);
    if (owner == 0 || owner > p->roster.count) {
        return false;
    }
    owner--;
    bool useful = p->has_dice && (!e->roll.active || roll == e->roll.roll);
    if (!useful || (e->roll.active && (e->roll.verified >> owner & 1) != 0)) {
        return true;
    }
    if (owner != member && !e->roll.active) {
        return true; /* hearsay may not displace what the member itself says */
    }
    e->raw[owner].roll = roll;
    memcpy(e->raw[owner].bytes, bytes, BEACON_SHARE_BYTES);
    return take_share(e, owner);
}

static void send_share(struct engine *e, const uint8_t *to, const uint8_t bytes[BEACON_SHARE_BYTES])
{
    struct writer w = outbox_begin(&e->up->outbox);
    write_u8(&w, MSG_SHARE);
    write_u64(&w, e->roll.roll);
    write_bytes(&w, bytes, BEACON_SHARE_BYTES);
    outbox_send(&e->up->outbox, &w, to, CHANNEL_VOTES);
}

static void begin_roll(struct engine *e, const struct pending_roll *roll)
{
    struct beacon_place place;
    memset(&e->roll, 0, sizeof e->roll);
    e->roll.active = true;
    e->roll.roll = roll->roll;
    e->roll.block = roll->block;
    place_of(e, roll, &place);
    beacon_roll_create(&e->roll.input, &place);
    /* Under R1 nearly everybody has our share already, with the vote. */
    e->roll.resend_ms =
        e->config.shares_with_finalize ? e->now_ms + 2 * e->config.delta_ms : e->now_ms;
}

/* Our share for the final roll: the one that went with the vote, or a new one (R2). */
static void keep_own(struct engine *e)
{
    struct beacon_share share;
    struct writer w = writer_of(e->roll.own, sizeof e->roll.own);
    if (!own_share(e, &e->roll.input, &share)) {
        return;
    }
    beacon_share_write(&w, &share);
    e->roll.own_made = true;
    unsigned me = share.member - 1U;
    if (e->raw[me].roll != e->roll.roll) {
        e->raw[me].roll = e->roll.roll;
        memcpy(e->raw[me].bytes, e->roll.own, sizeof e->roll.own);
    }
}

/* After a block became final: a roll is out, or its RESULT is in. */
void engine_dice_final(struct engine *e)
{
    struct pending_roll roll;
    struct digest final = ledger_final_digest(e->ledger);
    if (!ledger_roll_binding(e->ledger, &final, &roll) || roll.epoch != e->epoch) {
        if (e->roll.active) {
            ledger_offer_result(e->ledger, e->roll.roll, NULL, 0);
            e->roll.active = false;
        }
        return;
    }
    if (e->roll.active && e->roll.roll == roll.roll) {
        return;
    }
    begin_roll(e, &roll);
    keep_own(e); /* R2: the block is final here */
    for (unsigned i = 0; i < engine_final(e)->roster.count; i++) {
        (void)take_share(e, i);
    }
}

/* Sends the own share again until the RESULT is final, and asks for what is missing. */
void engine_dice_poll(struct engine *e)
{
    if (!e->roll.active || e->self < 0 || engine_final(e)->roster.count == 1) {
        return;
    }
    if (e->now_ms >= e->roll.resend_ms) {
        if (e->roll.own_made) {
            send_share(e, NULL, e->roll.own);
        }
        if (!e->roll.shown && e->config.shares_with_finalize) {
            struct writer w = outbox_begin(&e->up->outbox);
            struct fetch f = {.kind = FETCH_SHARES, .epoch = e->epoch, .view = e->roll.roll};
            write_u8(&w, MSG_FETCH);
            fetch_encode(&f, &w);
            outbox_send(&e->up->outbox, &w, NULL, CHANNEL_CONTROL);
        }
        e->roll.resend_ms = e->now_ms + SHARE_RESEND_MS;
    }
    engine_due(e, e->roll.resend_ms);
}

void engine_dice_hasten(struct engine *e)
{
    uint64_t soon = e->now_ms + e->config.delta_ms;
    if (e->roll.active && e->roll.resend_ms > soon) {
        e->roll.resend_ms = soon;
    }
}

/* FETCH_SHARES: every share of the roll that is final here. */
void engine_dice_serve(struct engine *e, const uint8_t to[ID_BYTES], uint64_t roll)
{
    if (!e->roll.active || roll != e->roll.roll) {
        return;
    }
    for (unsigned i = 0; i < engine_final(e)->roster.count; i++) {
        if ((e->roll.verified >> i & 1) != 0) {
            struct writer w = writer_of(e->message, sizeof e->message);
            beacon_share_write(&w, &e->roll.shares[i]);
            send_share(e, to, e->message);
        }
    }
}

/* Another epoch, another key: nothing of the former one's shares means anything. */
void engine_dice_reset(struct engine *e)
{
    memset(&e->roll, 0, sizeof e->roll);
    memset(e->raw, 0, sizeof e->raw);
}

bool engine_dice_preview(const struct engine *e, uint64_t roll, unsigned *die1, unsigned *die2)
{
    if (!e->roll.active || !e->roll.shown || e->roll.roll != roll) {
        return false;
    }
    *die1 = e->roll.die1;
    *die2 = e->roll.die2;
    return true;
}

uint64_t engine_shares_in(const struct engine *e)
{
    uint64_t in = 0;
    for (unsigned i = 0; e->roll.active && i < MEMBERS_MAX; i++) {
        if (e->raw[i].roll == e->roll.roll) {
            in |= 1ULL << i;
        }
    }
    return in;
}
