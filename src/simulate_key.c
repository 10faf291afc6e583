#include "src/simulate_key.h"

#include "game/layout.h"

#include <string.h>

bool sim_is_hand_slot(uint16_t slot)
{
    return bet_specs[bet_of_slot(slot).kind].hand_bet;
}

static void write_hand(struct writer *w, const struct hand_counters *hand)
{
    write_u32(w, hand->rolls);
    write_u32(w, hand->line_wins);
    write_u8(w, hand->doubles);
    for (size_t i = 0; i < sizeof hand->made / sizeof hand->made[0]; i++) {
        write_u16(w, hand->made[i]);
    }
    for (size_t i = 0; i < sizeof hand->fell / sizeof hand->fell[0]; i++) {
        write_u16(w, hand->fell[i]);
    }
}

static uint32_t points_made(const struct hand_counters *hand)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < sizeof hand->made / sizeof hand->made[0]; i++) {
        sum += hand->made[i];
    }
    return sum;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* What of the game a state is: between windows. The number of rolls is in it only as the limits that the next window finds passed.
 * Bets of rule 11 that are rolled apart are part of it only while the hand is
 * fresh: they were just made. */
size_t sim_key_write(const struct sim_game *g, const struct table *t,
    const struct sim_player *player, uint8_t limits_passed, uint8_t key[SIM_KEY_MAX])
{
    const struct table_player *p = &t->players[0];
    struct writer w = writer_of(key, SIM_KEY_MAX);
    bool fresh = t->hand.rolls == 0, hand_bets = false;
    write_u8(&w, (uint8_t)(player->leaving << 1 | fresh));
    write_u8(&w, t->point);
    for (unsigned word = 0; word < BET_SLOT_WORDS; word++) {
        for (uint64_t bits = p->live[word]; bits != 0; bits &= bits - 1) {
            uint16_t slot = (uint16_t)(word * 64 + (unsigned)__builtin_ctzll(bits));
            write_u8(&w, (uint8_t)(slot + 1));
            write_u8(&w, (uint8_t)layout_mark(p, slot));
            write_u64(&w, (uint64_t)p->bet_cents[slot]);
            hand_bets = hand_bets || sim_is_hand_slot(slot);
        }
    }
    write_u8(&w, 0);
    /* No bet of rule 11 is made before the counters are empty again, so that only those that lie look at them. */
    if (!fresh && hand_bets && !g->hand_apart) {
        write_hand(&w, &t->hand);
    } else if (!fresh) {
        write_u32(&w, least(t->hand.rolls, g->hand_rolls_told));
        write_u32(&w, least(points_made(&t->hand), g->hand_points_told));
    }
    if (!player->leaving) {
        struct plan_run run = player->run;
        run.rolls = 0;
        write_u8(&w, limits_passed);
        plan_mind(&run, g->plan, &w);
    }
    return w.bad ? SIM_KEY_MAX + 1 : w.size;
}

static void read_hand(struct reader *r, struct hand_counters *hand)
{
    hand->rolls = read_u32(r);
    hand->line_wins = read_u32(r);
    hand->doubles = read_u8(r);
    for (size_t i = 0; i < sizeof hand->made / sizeof hand->made[0]; i++) {
        hand->made[i] = read_u16(r);
    }
    for (size_t i = 0; i < sizeof hand->fell / sizeof hand->fell[0]; i++) {
        hand->fell[i] = read_u16(r);
    }
}

void sim_table_reset(const struct sim_game *g, struct table *t, struct table_player *rack)
{
    table_init(t, &g->config, rack, 1);
    table_append_player(t, "sim", 3, 0);
    rack->issued_cents = g->bankroll_cents;
}

void sim_mind_of(struct sim_mind *mind, const struct plan_run *run)
{
    *mind = (struct sim_mind){.hands = run->hands};
    memcpy(mind->values, run->values, sizeof mind->values);
}

void sim_key_read(const struct sim_game *g, const struct sim_states *s, uint32_t state,
    struct table *t, struct table_player *rack, struct sim_player *player)
{
    const struct sim_state *from = &s->states[state];
    struct reader r = reader_of(s->keys + from->key, from->key_size);
    uint8_t flags = read_u8(&r), slot;
    bool hand_lies = false;
    sim_table_reset(g, t, rack);
    t->point = read_u8(&r);
    while ((slot = read_u8(&r)) != 0) {
        uint16_t at = (uint16_t)(slot - 1);
        enum bet_mark mark = (enum bet_mark)read_u8(&r);
        int64_t cents = (int64_t)read_u64(&r);
        bool apart = g->hand_apart && sim_is_hand_slot(at);
        hand_lies = hand_lies || (!g->hand_apart && sim_is_hand_slot(at));
        if (!apart) {
            layout_set(rack, at, cents);
        }
        if (mark != MARK_DEFAULT) {
            table_mark(t, 0, bet_of_slot(at), mark);
        }
    }
    if ((flags & 1) == 0 && hand_lies) {
        read_hand(&r, &t->hand);
    } else if ((flags & 1) == 0) {
        uint32_t rolls = read_u32(&r);
        t->hand.rolls = rolls == 0 ? 1 : rolls;
        t->hand.made[6] = (uint16_t)read_u32(&r);
    }
    memset(&player->run, 0, sizeof player->run);
    player->leaving = (flags & 2) != 0;
    player->run.unit_cents = g->plan->unit_cents;
    player->run.hands = from->mind.hands;
    memcpy(player->run.values, from->mind.values, sizeof from->mind.values);
}
