#include "consensus/rolls.h"

#include "base/check.h"

void rolls_note(struct execution *x)
{
    struct protocol_state *p = x->p;
    if (p->roll.active || !x->app->rolling(x->state)) {
        return;
    }
    p->roll = (struct pending_roll){.active = true,
        .roll = x->app->roll_number(x->state),
        .epoch = p->epoch,
        .op_index = x->op_index};
    CHECK(p->has_dice && !p->closed);
}

void rolls_bind(struct pending_roll *roll, uint64_t view, const struct digest *block)
{
    if (roll->active && !roll->bound) {
        roll->bound = true;
        roll->view = view;
        roll->block = *block;
    }
}

struct beacon_place rolls_place(const struct pending_roll *roll, const struct digest *game_id)
{
    return (struct beacon_place){.game_id = *game_id,
        .epoch = roll->epoch,
        .view = roll->view,
        .block = roll->block,
        .op_index = roll->op_index,
        .roll_number = roll->roll};
}

/* Names one body for one place: the same question has the same answer. */
static struct digest result_key(
    const struct pending_roll *roll, const uint8_t *payload, size_t size)
{
    uint8_t place[8 + 4 + 4];
    struct writer w = writer_of(place, sizeof place);
    struct hash_state h;
    write_u64(&w, roll->roll);
    write_u32(&w, roll->epoch);
    write_u32(&w, roll->op_index);
    hash_begin(&h, "craps/v1/result-memo");
    hash_add(&h, roll->block.b, DIGEST_BYTES);
    hash_add(&h, place, w.size);
    hash_add(&h, payload, size);
    return hash_end(&h);
}

bool rolls_verify(const struct execution *x, const struct pending_roll *roll,
    const uint8_t *payload, size_t size, uint8_t out[BEACON_OUT_BYTES])
{
    struct reader r = reader_of(payload, size);
    struct execution_memo *memo = x->memo;
    struct beacon_roll beacon;
    uint64_t number = read_u64(&r);
    if (!roll->active || !roll->bound || !x->p->has_dice || r.bad || number != roll->roll) {
        return false;
    }
    struct digest key = result_key(roll, payload, size);
    if (!memo->result_set || !digest_equal(&key, &memo->result_key)) {
        struct beacon_place place = rolls_place(roll, x->game_id);
        bool trusted =
            memo->trust_roll == roll->roll && digest_equal(&memo->trust_block, &roll->block);
        beacon_roll_create(&beacon, &place);
        memo->result_right =
            (x->checked ? beacon_result_value(
                              memo->result_out, &beacon, &x->p->dice, payload + 8, size - 8)
                        : beacon_result_verify(memo->result_out, &beacon, &x->p->dice, payload + 8,
                              size - 8, memo->trust, trusted ? memo->trust_count : 0)) == ERR_OK;
        memo->result_key = key;
        memo->result_set = true;
    }
    memcpy(out, memo->result_out, BEACON_OUT_BYTES);
    return memo->result_right;
}

bool rolls_result(struct execution *x, const struct op *op)
{
    uint8_t out[BEACON_OUT_BYTES];
    uint8_t die1, die2;
    if (!rolls_verify(x, &x->p->roll, op->payload, op->payload_size, out)) {
        return false;
    }
    struct app_context ctx = execution_context(x, NULL);
    beacon_dice(out, &die1, &die2);
    x->p->roll = (struct pending_roll){0};
    x->app->dice(x->state, &ctx, die1, die2, x->events);
    rolls_note(x);
    return true;
}
