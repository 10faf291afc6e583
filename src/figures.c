#include "src/figures.h"

#include "game/odds.h"
#include "src/game_app.h"

#include <string.h>

struct reading {
    struct figures *f;
    const struct figures_order *order;
    bool begun, ended;
};

static const char *const group_names[FIGURES_GROUPS] = {"pass line", "don't pass", "come",
    "don't come", "put", "odds", "place 6 and 8", "place 5 and 9", "place 4 and 10",
    "place 2 3 11 12", "place to lose", "buy", "lay", "hardways", "big 6 and 8", "yes and no",
    "field", "any seven", "any craps", "horn and its four", "hops and next", "whole hand"};

const char *figures_group_name(unsigned group)
{
    return group < FIGURES_GROUPS ? group_names[group] : "";
}

static unsigned place_group(unsigned number)
{
    return number == 6 || number == 8    ? 6
           : number == 5 || number == 9  ? 7
           : number == 4 || number == 10 ? 8
                                         : 9;
}

unsigned figures_group_of(struct bet_ref bet)
{
    static const uint8_t groups[BET_KIND_COUNT] = {
        [BET_PASS] = 0,
        [BET_DONT_PASS] = 1,
        [BET_COME] = 2,
        [BET_DONT_COME] = 3,
        [BET_PUT] = 4,
        [BET_PASS_ODDS] = 5,
        [BET_DONT_PASS_ODDS] = 5,
        [BET_COME_ODDS] = 5,
        [BET_DONT_COME_ODDS] = 5,
        [BET_PUT_ODDS] = 5,
        [BET_PLACE_TO_LOSE] = 10,
        [BET_BUY] = 11,
        [BET_LAY] = 12,
        [BET_HARD] = 13,
        [BET_BIG6] = 14,
        [BET_BIG8] = 14,
        [BET_YES] = 15,
        [BET_NO] = 15,
        [BET_FIELD] = 16,
        [BET_ANY_SEVEN] = 17,
        [BET_ANY_CRAPS] = 18,
        [BET_ACES] = 19,
        [BET_ACE_DEUCE] = 19,
        [BET_YO] = 19,
        [BET_BOXCARS] = 19,
        [BET_HORN] = 19,
        [BET_HORN_HIGH_2] = 19,
        [BET_HORN_HIGH_3] = 19,
        [BET_HORN_HIGH_11] = 19,
        [BET_HORN_HIGH_12] = 19,
        [BET_C_AND_E] = 19,
        [BET_WORLD] = 19,
        [BET_HOP] = 20,
        [BET_NEXT] = 20,
    };
    if (bet.kind == BET_PLACE) {
        return place_group(bet.number);
    }
    return bet.kind >= BET_ALL_SMALL ? FIGURES_GROUPS - 1 : groups[bet.kind];
}

/* Halves the chart when it is full: a long evening keeps its shape. */
static void chart_add(struct figures *f, uint64_t roll, int64_t worth_cents)
{
    if (f->chart_count == 0 && f->chart_from == 0) {
        f->chart_from = roll;
        f->chart_step = 1;
        f->low_cents = f->high_cents = worth_cents;
    }
    f->low_cents = worth_cents < f->low_cents ? worth_cents : f->low_cents;
    f->high_cents = worth_cents > f->high_cents ? worth_cents : f->high_cents;
    if ((roll - f->chart_from) % f->chart_step != 0) {
        return;
    }
    if (f->chart_count == FIGURES_CHART_MAX) {
        f->chart_count /= 2;
        f->chart_step *= 2;
        for (uint32_t i = 0; i < f->chart_count; i++) {
            f->chart[i] = f->chart[2 * i];
        }
        if ((roll - f->chart_from) % f->chart_step != 0) {
            return;
        }
    }
    f->chart[f->chart_count++] = worth_cents;
}

static bool on_block(void *self, const struct audit *a)
{
    struct reading *r = self;
    struct figures *f = r->f;
    const struct live *live = audit_live(a);
    const struct event_sink *events = game_events_of(audit_effects(a)->events);
    uint64_t rolls = f->tally.rolls;
    if (!r->begun) {
        r->begun = true;
        tally_begin(&f->tally, live);
    }
    tally_add(&f->tally, live, events->items, events->count);
    int me = f->tally.me;
    if (f->tally.rolls > rolls && me >= 0) {
        chart_add(f, live->roll, tally_worth_cents(live, (uint32_t)me));
    }
    live_copy(&f->end, live);
    r->ended =
        r->order->go_on != NULL && !r->order->go_on(r->order->self, audit_effects(a)->height);
    return !r->ended;
}

/* Of one bet made, pushes included: every decision was staked for. */
static double edge_of(const struct table_config *config, struct bet_ref bet)
{
    struct odds o;
    if (bet.kind == BET_COME || bet.kind == BET_DONT_COME) {
        bet.number = 0; /* it was made in the box */
    }
    return !bet_is_odds(bet.kind) && odds_of(config, bet, 0, &o) ? o.edge.value : 0;
}

static void fill_groups(struct figures *f)
{
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        const struct tally_bet *b = &f->tally.bets[slot];
        struct bet_ref bet = bet_of_slot(slot);
        struct figures_group *g = &f->groups[figures_group_of(bet)];
        if (b->decided == 0) {
            continue;
        }
        g->decided += b->decided;
        g->won += b->won;
        g->staked_cents += b->staked_cents;
        g->net_cents += b->net_cents;
        g->expected_cents -= (double)b->staked_cents * edge_of(&f->end.table.config, bet);
    }
}

enum err figures_read(struct figures *f, const struct figures_order *order, char *problem)
{
    struct reading r = {.f = f, .order = order};
    struct house_rules rules = house_rules_default();
    memset(f, 0, sizeof *f);
    live_init(&f->end, &rules);
    tally_init(&f->tally, order->id);
    struct record_listener listener = {.self = &r, .seen = on_block, .figures = !order->check};
    enum err err = audit_record(order->path, &listener, &f->found, problem);
    if (err == ERR_OK && r.ended) {
        return ERR_AGAIN;
    }
    fill_groups(f);
    return err;
}
