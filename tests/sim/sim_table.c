/* What is played: the real table, or the toy one on every third seed (it refuses less and throws
 * more). */
#include "tests/sim/sim.h"

#include "src/game_app.h"
#include "tests/support/toy_app.h"

const struct app *sim_table_app(const struct sim *s)
{
    return s->toy ? &toy_app : &game_app;
}

uint16_t sim_table_rules(const struct sim *s, uint8_t *rules, size_t capacity)
{
    struct writer w = writer_of(rules, capacity);
    if (s->toy) {
        write_u8(&w, SIM_NODES_MAX);
        return (uint16_t)w.size;
    }
    struct house_rules house = house_rules_default();
    (void)house_rules_set(&house, "window", "0");
    (void)house_rules_set(&house, "start", "1");
    (void)house_rules_set(&house, "seats", "50");
    (void)house_rules_set(&house, "rebuys", "any");
    house_rules_encode(&house, &w);
    return w.bad ? 0 : (uint16_t)w.size;
}

static void toy_op(struct prng *rng, bool roll, struct writer *w)
{
    if (roll) {
        write_u8(w, TOY_THROW_SOON);
    } else if (prng_chance(rng, 100)) {
        write_u8(w, TOY_REFUSED);
    } else {
        write_u8(w, TOY_ADD);
        write_u32(w, (uint32_t)prng_below(rng, 1000));
    }
}

/* Whoever is to throw throws; the others see to it that there is a line bet to throw for. */
static void game_throw(const struct live *l, int64_t account, struct live_command *c)
{
    if (account < 0) {
        c->kind = LIVE_SIT_IN;
    } else if (l->thrower == account) {
        c->kind = LIVE_THROW;
    } else if (l->accounts[account].sitting_out) {
        c->kind = LIVE_SIT_IN;
    } else if (l->players[account].balance_cents < 1000) {
        c->kind = LIVE_REBUY;
    } else {
        c->kind = LIVE_BET;
        c->bet.kind = BET_PASS;
        c->has_amount = true;
        c->amount_cents = 1000;
    }
}

static void game_any(struct prng *rng, struct live_command *c)
{
    static const uint8_t bets[] = {BET_PASS, BET_DONT_PASS, BET_COME, BET_FIELD, BET_ANY_SEVEN,
        BET_YO, BET_PASS_ODDS, BET_BIG6, BET_ANY_CRAPS};
    static const uint8_t kinds[] = {LIVE_BET, LIVE_BET, LIVE_BET, LIVE_BET, LIVE_TAKE, LIVE_MARK,
        LIVE_SIT_OUT, LIVE_SIT_IN, LIVE_SIT_IN, LIVE_REBUY, LIVE_BACK};
    c->kind = kinds[prng_below(rng, sizeof kinds)];
    if (c->kind == LIVE_BET || c->kind == LIVE_TAKE || c->kind == LIVE_MARK) {
        c->bet.kind = bets[prng_below(rng, sizeof bets)];
    }
    if (c->kind == LIVE_BET) {
        c->has_amount = true;
        c->amount_cents = 500 * (int64_t)(1 + prng_below(rng, 6));
    }
    if (c->kind == LIVE_MARK) {
        c->mark = (uint8_t)prng_below(rng, 2);
    }
}

size_t sim_table_op(const struct sim *s, unsigned node, const uint8_t id[ID_BYTES],
    struct prng *rng, bool roll, uint8_t *payload, size_t capacity)
{
    struct writer w = writer_of(payload, capacity);
    const struct sim_node *n = &s->nodes[node];
    if (s->toy) {
        toy_op(rng, roll, &w);
        return w.size;
    }
    const struct live *l = game_state(engine_final_state(n->engine));
    struct live_command c = {0};
    if (roll) {
        game_throw(l, live_find(l, id), &c);
    } else {
        game_any(rng, &c);
    }
    live_command_encode(&c, &w);
    return w.bad ? 0 : w.size;
}
