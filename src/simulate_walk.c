#include "src/simulate_walk.h"

#include "base/check.h"
#include "game/layout.h"
#include "src/simulate_key.h"

#include <string.h>

/* Chips beyond every bet of a window: 64 moves of at most 10^12 cents. */
#define RACK_RICH (INT64_C(1) << 50)

enum { PAYOUTS_MAX = BET_SLOT_COUNT + 2 };

enum err sim_walk_init(struct sim_walk *w, const struct sim_game *g, uint32_t states_most)
{
    memset(w, 0, sizeof *w);
    w->game = g;
    return sim_states_init(&w->states, states_most);
}

void sim_walk_deinit(struct sim_walk *w)
{
    sim_states_deinit(&w->states);
}

/* Takes the bets of rule 11 off the layout and returns what lay on them; with `to`, they go there. */
static int64_t split_hand(struct table_player *rack, struct table_player *to)
{
    int64_t sum = 0;
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        if (rack->bet_cents[slot] != 0 && sim_is_hand_slot(slot)) {
            sum += rack->bet_cents[slot];
            if (to != NULL) {
                layout_set(to, slot, rack->bet_cents[slot]);
            }
            layout_set(rack, slot, 0);
        }
    }
    return sum;
}

/* The bets of rule 11 that were made in this state begin their hand; those of the last one are all decided. */
static void begin_hand(struct sim_walk *w, uint32_t state)
{
    const struct sim_state *from = &w->states.states[state];
    struct reader r = reader_of(w->states.keys + from->key, from->key_size);
    uint8_t slot;
    w->hand_table.hand = (struct hand_counters){0};
    w->hand_table.point = 0;
    w->hand_cents = from->hand_cents;
    read_span(&r, 2);
    while ((slot = read_u8(&r)) != 0) {
        read_u8(&r);
        int64_t cents = (int64_t)read_u64(&r);
        if (sim_is_hand_slot((uint16_t)(slot - 1))) {
            layout_set(&w->hand_rack, (uint16_t)(slot - 1), cents);
        }
    }
}

/* From the state to the table. */
static void wake(struct sim_walk *w)
{
    bool leaving = w->player.leaving;
    sim_key_read(w->game, &w->states, w->state, &w->table, &w->rack, &w->player);
    CHECK(w->player.leaving == leaving);
    w->player.run.rolls = w->rolled;
    if (w->game->hand_apart && w->hand_cents != 0) {
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            if (w->hand_rack.bet_cents[slot] != 0) {
                layout_set(&w->rack, slot, w->hand_rack.bet_cents[slot]);
            }
        }
        w->table.hand = w->hand_table.hand;
    }
    w->chips_cents += w->hand_cents;
    w->hand_cents = 0;
    w->rack.balance_cents = w->chips_cents - table_layout_cents(&w->rack);
    w->state = SIM_STATE_NONE;
}

/* From the table to its state, if there is room for it. */
static void sleep_on(struct sim_walk *w)
{
    const struct sim_game *g = w->game;
    struct table_player apart = {0}, full = w->rack;
    struct sim_mind mind;
    uint8_t key[SIM_KEY_MAX];
    bool fresh = w->table.hand.rolls == 0;
    int64_t hand_cents = g->hand_apart ? split_hand(&w->rack, &apart) : 0;
    w->table.players = fresh ? &full : &w->rack;
    size_t size =
        sim_key_write(g, &w->table, &w->player, sim_game_limits_passed(g, w->rolled + 1), key);
    w->table.players = &w->rack;
    sim_mind_of(&mind, &w->player.run);
    uint32_t state = sim_states_find(&w->states, key, size, &mind, fresh ? hand_cents : 0);
    if (state == SIM_STATE_NONE) {
        w->rack = full;
        return;
    }
    w->state = state;
    w->known_until = w->player.leaving ? UINT64_MAX : sim_game_next_limit(g, w->rolled + 1) - 1;
    if (g->hand_apart) {
        sim_table_reset(g, &w->hand_table, &w->hand_rack);
        split_hand(&full, &w->hand_rack);
        w->hand_table.hand = w->table.hand;
        w->hand_table.point = w->table.point;
        w->hand_cents = hand_cents;
        w->chips_cents -= hand_cents;
    }
}

/* What moved at the end of a roll and its window. */
static void note_chips(struct sim_walk *w, int64_t before_cents)
{
    int64_t now = sim_walk_cents(w);
    w->losing = now < before_cents ? w->losing + 1 : now > before_cents ? 0 : w->losing;
    w->losing_most = w->losing > w->losing_most ? w->losing : w->losing_most;
    w->peak_cents = now > w->peak_cents ? now : w->peak_cents;
    int64_t fall = w->peak_cents - now;
    w->fall_cents = fall > w->fall_cents ? fall : w->fall_cents;
}

/* Would the plan bet if it had the chips. */
static bool wants_to_bet(const struct sim_walk *w, const struct sim_player *before)
{
    struct table t = w->table;
    struct table_player rack = w->rack;
    struct sim_player player = *before;
    struct sim_swing swing;
    table_rebase(&t, &rack, 1);
    rack.balance_cents = RACK_RICH;
    sim_game_window(w->game, &player, &t, &swing);
    return swing.bets_made > 0;
}

/* The moves after a roll, or before the first; sees the session's end. */
static void open_window(struct sim_walk *w)
{
    const struct sim_game *g = w->game;
    struct sim_player before = w->player;
    struct sim_swing swing;
    enum sim_window window = sim_game_window(g, &w->player, &w->table, &swing);
    bool empty = (w->rack.live[0] | w->rack.live[1] | w->rack.live[2]) == 0;
    _Static_assert(BET_SLOT_WORDS == 3, "every word is looked at");
    w->chips_cents = w->rack.balance_cents + table_layout_cents(&w->rack);
    if (w->player.leaving) {
        w->over = empty;
    } else if (window == SIM_WINDOW_STOPPED) {
        w->end = SIM_STOPPED;
        w->stopped_line = w->player.run.stopped_line;
    } else if (empty && (w->rack.balance_cents < g->config.min_cents ||
                            (swing.bets_made == 0 && g->plan != NULL &&
                                !plan_reads_balance(g->plan) && wants_to_bet(w, &before)))) {
        w->end = SIM_RUINED;
    }
}

static void saw(const struct sim_game *g, struct sim_player *player, const struct roll_result *r)
{
    if (g->plan == NULL || player->leaving) {
        plan_window(&player->run);
    } else {
        plan_saw(&player->run, r, 0);
    }
}

/* A throw by the rules, on the walk's own table. */
static void roll_by_rules(struct sim_walk *w, unsigned throw)
{
    const struct sim_game *g = w->game;
    struct payout payouts[PAYOUTS_MAX];
    struct roll_result r = {.payouts = payouts, .payout_capacity = PAYOUTS_MAX};
    int64_t before = sim_walk_cents(w);
    w->table.bank_cents = 0;
    enum refusal refusal =
        table_roll(&w->table, sim_faces_of_throw[throw].low, sim_faces_of_throw[throw].high, &r);
    CHECK(refusal == REFUSAL_NONE && r.payout_count <= PAYOUTS_MAX);
    for (size_t i = 0; i < r.payout_count; i++) {
        struct sim_item item;
        if (sim_item_of(&item, &g->rows, &g->config, &payouts[i])) {
            sim_tally_add(&w->tally, item.row, 1, 1, item.won, item.staked_cents, item.net_cents);
        }
    }
    saw(g, &w->player, &r);
    open_window(w);
    note_chips(w, before);
    w->rolled++;
    if (g->remembers && w->end == SIM_GOES_ON && !w->over) {
        sleep_on(w);
    }
}

/* The interval around `cents` that no limit cuts: lower < cents < upper. */
static void between(
    const int64_t *limits, unsigned count, int64_t cents, int64_t *lower, int64_t *upper)
{
    for (unsigned i = 0; i < count; i++) {
        if (limits[i] < cents) {
            *lower = limits[i] > *lower ? limits[i] : *lower;
        } else if (limits[i] > cents) {
            *upper = limits[i] < *upper ? limits[i] : *upper;
        } else {
            *lower = *upper = cents;
        }
    }
}

struct bounds {
    int64_t rack_lower, rack_upper, chips_lower, chips_upper;
};

static struct bounds bounds_at(const struct sim_game *g, int64_t rack_cents, int64_t chips_cents)
{
    struct bounds b = {-RACK_RICH, 2 * RACK_RICH, -RACK_RICH, 2 * RACK_RICH};
    between(g->rack_limit_cents, g->rack_limits, rack_cents, &b.rack_lower, &b.rack_upper);
    between(g->chips_limit_cents, g->chips_limits, chips_cents, &b.chips_lower, &b.chips_upper);
    return b;
}

/* The most chips that may be on the rack after the roll with `layout_cents` on the layout. With so many nothing that could be
 * bet is left out, unless it would be with fewer chips, too. */
static int64_t top_of(const struct bounds *b, int64_t layout_cents)
{
    int64_t top = b->rack_upper - 1;
    top = b->chips_upper - 1 - layout_cents < top ? b->chips_upper - 1 - layout_cents : top;
    return top < RACK_RICH ? top : RACK_RICH;
}

/* Makes the step hold for every number of chips for which its window goes the same way: the rack covers all its bets and the
 * least bet besides, and no amount that the plan compares with lies between. All is counted from before the roll: `offset` is the
 * rack after it less the chips before it. */
static void bound_step(const struct sim_game *g, struct sim_step *step, const struct bounds *b,
    const struct sim_swing *swing, int64_t top_cents, int64_t layout_cents, int64_t offset_cents)
{
    int64_t low = g->config.min_cents - swing->rack_low_cents;
    int64_t rack_low = b->rack_lower + 1 - swing->rack_low_cents;
    int64_t chips_low = b->chips_lower + 1 - swing->chips_low_cents - layout_cents;
    low = rack_low > low ? rack_low : low;
    low = chips_low > low ? chips_low : low;
    bool crossed = top_cents + swing->rack_high_cents >= b->rack_upper ||
                   top_cents + layout_cents + swing->chips_high_cents >= b->chips_upper;
    if (!crossed && low <= top_cents) {
        step->low_cents = low - offset_cents;
        step->span_cents = (uint64_t)(top_cents - low) + 1;
    }
}

/* Works a step out by the rules. What cannot be remembered is left with a span of 0. */
static void learn(struct sim_walk *w, uint32_t at, unsigned throw)
{
    const struct sim_game *g = w->game;
    struct table t;
    struct table_player rack;
    struct sim_player player;
    struct payout payouts[PAYOUTS_MAX];
    struct sim_item items[SIM_STEP_ITEMS_MAX + PAYOUTS_MAX];
    struct roll_result r = {.payouts = payouts, .payout_capacity = PAYOUTS_MAX};
    size_t count = 0;
    w->states.step_items[at].known = true;
    sim_key_read(g, &w->states, w->state, &t, &rack, &player);
    player.run.rolls = w->rolled;
    int64_t layout_before = table_layout_cents(&rack);
    if (table_roll(&t, sim_faces_of_throw[throw].low, sim_faces_of_throw[throw].high, &r) !=
        REFUSAL_NONE) {
        return;
    }
    for (size_t i = 0; i < r.payout_count; i++) {
        count += sim_item_of(&items[count], &g->rows, &g->config, &payouts[i]);
    }
    int64_t paid = rack.balance_cents, layout = table_layout_cents(&rack);
    int64_t offset = paid - layout_before;
    struct bounds b = bounds_at(g, w->chips_cents + offset, w->chips_cents + offset + layout);
    int64_t top = top_of(&b, layout);
    if (top < 0) {
        return;
    }
    rack.balance_cents = top;
    saw(g, &player, &r);
    struct sim_swing swing;
    bool stopped = sim_game_window(g, &player, &t, &swing) == SIM_WINDOW_STOPPED;
    bool empty = (rack.live[0] | rack.live[1] | rack.live[2]) == 0;
    if (stopped || (player.leaving && empty)) {
        return;
    }
    struct sim_mind mind;
    uint8_t key[SIM_KEY_MAX];
    sim_mind_of(&mind, &player.run);
    size_t size = sim_key_write(g, &t, &player, sim_game_limits_passed(g, w->rolled + 1), key);
    int64_t hand_cents = g->hand_apart ? split_hand(&rack, NULL) : 0;
    uint32_t next = sim_states_find(&w->states, key, size, &mind, hand_cents);
    if (next == SIM_STATE_NONE || !sim_states_keep_items(&w->states, at, items, count)) {
        return;
    }
    struct sim_step *step = &w->states.steps[at];
    step->next = next;
    step->delta_cents = rack.balance_cents - top + offset + table_layout_cents(&rack);
    if (player.leaving) {
        step->low_cents = -RACK_RICH;
        step->span_cents = 4 * (uint64_t)RACK_RICH;
    } else {
        bound_step(g, step, &b, &swing, top, layout, offset);
    }
}

static inline bool step_holds(const struct sim_step *step, int64_t chips_cents)
{
    return (uint64_t)(chips_cents - step->low_cents) < step->span_cents;
}

/* The bets of rule 11 see the throw. */
static void roll_hand(struct sim_walk *w, unsigned throw)
{
    const struct sim_game *g = w->game;
    struct payout payouts[PAYOUTS_MAX];
    struct roll_result r = {.payouts = payouts, .payout_capacity = PAYOUTS_MAX};
    w->hand_table.bank_cents = 0;
    w->hand_rack.balance_cents = 0;
    table_roll(&w->hand_table, sim_faces_of_throw[throw].low, sim_faces_of_throw[throw].high, &r);
    for (size_t i = 0; i < r.payout_count; i++) {
        struct sim_item item;
        if (sim_item_of(&item, &g->rows, &g->config, &payouts[i])) {
            sim_tally_add(&w->tally, item.row, 1, 1, item.won, item.staked_cents, item.net_cents);
            w->hand_cents -= payouts[i].amount_cents;
        }
    }
    w->chips_cents += w->hand_rack.balance_cents;
}

static void take_step(struct sim_walk *w, struct sim_step *step)
{
    if (step->taken++ == 0) {
        w->states.touched[w->states.touched_count++] = (uint32_t)(step - w->states.steps);
    }
}

/* Looked up rolls, as long as they hold; the throw that does not is left in *throw, with SIM_THROWS there when all were made. */
static uint64_t roll_known(struct sim_walk *w, uint64_t rolls, unsigned *throw)
{
    struct sim_dice dice = w->dice;
    struct sim_step *steps = w->states.steps;
    int64_t chips = w->chips_cents, peak = w->peak_cents, deepest = w->fall_cents;
    uint32_t state = w->state, losing = w->losing, losing_most = w->losing_most;
    uint64_t done = 0;
    *throw = SIM_THROWS;
    for (; done < rolls; done++) {
        unsigned fell = sim_dice_throw(&dice);
        struct sim_step *step = &steps[(size_t)state * SIM_THROWS + fell];
        if (!step_holds(step, chips)) {
            *throw = fell;
            break;
        }
        take_step(w, step);
        int64_t delta = step->delta_cents;
        state = step->next;
        chips += delta;
        losing = delta < 0 ? losing + 1 : delta > 0 ? 0 : losing;
        losing_most = losing > losing_most ? losing : losing_most;
        peak = chips > peak ? chips : peak;
        deepest = peak - chips > deepest ? peak - chips : deepest;
    }
    w->dice = dice;
    w->chips_cents = chips;
    w->peak_cents = peak;
    w->fall_cents = deepest;
    w->state = state;
    w->losing = losing;
    w->losing_most = losing_most;
    w->rolled += done;
    return done;
}

/* The same where bets of rule 11 lie: they neither see the other bets nor are seen by them (rule 4.3), so they lie on a table of
 * their own, which rolls by the rules. */
static uint64_t roll_known_apart(struct sim_walk *w, uint64_t rolls, unsigned *throw)
{
    uint64_t done = 0;
    *throw = SIM_THROWS;
    for (; done < rolls; done++) {
        unsigned fell = sim_dice_throw(&w->dice);
        struct sim_step *step = &w->states.steps[(size_t)w->state * SIM_THROWS + fell];
        int64_t before = sim_walk_cents(w);
        if (!step_holds(step, w->chips_cents)) {
            *throw = fell;
            break;
        }
        take_step(w, step);
        if (w->hand_cents != 0) {
            roll_hand(w, fell);
        }
        w->chips_cents += step->delta_cents;
        w->state = step->next;
        if (w->states.states[w->state].hand_cents != 0) {
            begin_hand(w, w->state);
        }
        w->rolled++;
        note_chips(w, before);
    }
    return done;
}

void sim_walk_begin(struct sim_walk *w, uint64_t session)
{
    const struct sim_game *g = w->game;
    sim_dice_seed(&w->dice, g->seed, session);
    sim_table_reset(g, &w->table, &w->rack);
    w->rack.balance_cents = g->bankroll_cents;
    memset(&w->player, 0, sizeof w->player);
    w->state = SIM_STATE_NONE;
    w->chips_cents = w->peak_cents = g->bankroll_cents;
    w->hand_cents = 0;
    w->fall_cents = 0;
    w->losing = w->losing_most = 0;
    w->rolled = 0;
    w->end = SIM_GOES_ON;
    w->over = false;
    if (g->plan != NULL) {
        plan_begin(&w->player.run, g->plan, &w->table, 0);
    } else {
        /* Moves have numbers of their own: dice do not depend on them. */
        prng_seed(&w->player.prng, prng_next(&w->dice.prng));
    }
    open_window(w);
    if (g->remembers && w->end == SIM_GOES_ON) {
        sleep_on(w);
    }
}

uint64_t sim_walk_roll(struct sim_walk *w, uint64_t rolls)
{
    uint64_t done = 0;
    while (done < rolls && w->end == SIM_GOES_ON && !w->over) {
        unsigned throw = SIM_THROWS;
        uint64_t known = w->state == SIM_STATE_NONE ? 0 : w->known_until - w->rolled;
        if (known > 0) {
            known = known < rolls - done ? known : rolls - done;
            uint64_t rolled =
                (w->game->hand_apart ? roll_known_apart : roll_known)(w, known, &throw);
            done += rolled;
            if (rolled == known) {
                continue;
            }
            uint32_t at = (uint32_t)(w->state * SIM_THROWS + throw);
            if (!w->states.step_items[at].known) {
                learn(w, at, throw);
            }
            /* Wherever the step holds now, it is as good as what follows. */
            wake(w);
        } else {
            if (w->state != SIM_STATE_NONE) {
                wake(w);
            }
            throw = sim_dice_throw(&w->dice);
        }
        roll_by_rules(w, throw);
        done++;
    }
    return done;
}

void sim_walk_leave(struct sim_walk *w)
{
    enum sim_end end = w->end;
    if (w->state != SIM_STATE_NONE) {
        wake(w);
    }
    w->player.leaving = true;
    w->end = SIM_GOES_ON;
    open_window(w);
    if (w->game->remembers && !w->over) {
        sleep_on(w);
    }
    while (!w->over) {
        sim_walk_roll(w, UINT64_MAX);
    }
    w->end = end;
}

void sim_walk_end_unit(struct sim_walk *w)
{
    sim_states_flush(&w->states, &w->tally);
    sim_tally_end_unit(&w->tally, w->game->rows.count);
}
