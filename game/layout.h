/* A player's slots: bets, their live bits and their marks, kept in step. */
#ifndef GAME_LAYOUT_H
#define GAME_LAYOUT_H

#include "game/table.h"

static inline uint64_t slot_bit(uint16_t slot)
{
    return UINT64_C(1) << slot % 64;
}

/* The amount of a bet, 0 when there is none or it cannot be. */
static inline int64_t layout_amount(const struct table_player *p, struct bet_ref bet)
{
    uint16_t slot = bet_slot(bet);
    return slot == BET_SLOT_NONE ? 0 : p->bet_cents[slot];
}

/* Sets the amount; at 0 the bet comes down and its mark with it (rule 9.2). */
static inline void layout_set(struct table_player *p, uint16_t slot, int64_t cents)
{
    p->bet_cents[slot] = cents;
    if (cents != 0) {
        p->live[slot / 64] |= slot_bit(slot);
    } else {
        p->live[slot / 64] &= ~slot_bit(slot);
        p->marked_off[slot / 64] &= ~slot_bit(slot);
        p->marked_on[slot / 64] &= ~slot_bit(slot);
    }
}

static inline enum bet_mark layout_mark(const struct table_player *p, uint16_t slot)
{
    if ((p->marked_off[slot / 64] & slot_bit(slot)) != 0) {
        return MARK_OFF;
    }
    return (p->marked_on[slot / 64] & slot_bit(slot)) != 0 ? MARK_ON : MARK_DEFAULT;
}

/* Rules 6.6, 7.6, 9.1; kinds that cannot be turned off always work. */
static inline bool layout_works(
    const struct table_player *p, uint16_t slot, unsigned kind, unsigned point)
{
    if (!bet_specs[kind].markable) {
        return true;
    }
    enum bet_mark mark = layout_mark(p, slot);
    return mark == MARK_ON ||
           (mark == MARK_DEFAULT && (point != 0 || !bet_specs[kind].off_on_come_out));
}

#endif
