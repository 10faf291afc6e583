#include "game/layout.h"
#include "game/pay.h"
#include "game/table.h"

#include <string.h>

/* Takes one bet down and gives its money, with the vig paid upfront for it, to whom it goes. */
static int64_t take_down(struct table *t, struct table_player *p, uint16_t slot, bool returned)
{
    int64_t up = p->bet_cents[slot];
    if (returned) {
        int64_t vig = pay_upfront_cents(&t->config, bet_of_slot(slot), up);
        p->balance_cents += up + vig;
        t->bank_cents -= vig;
    } else {
        t->bank_cents += up;
    }
    layout_set(p, slot, 0);
    return up;
}

static int64_t clear_layout(struct table *t, uint32_t player, bool returned)
{
    struct table_player *p = &t->players[player];
    int64_t sum = 0;
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        sum += p->bet_cents[slot] > 0 ? take_down(t, p, slot, returned) : 0;
    }
    return sum;
}

int64_t table_return_bets(struct table *t, uint32_t player)
{
    return clear_layout(t, player, true);
}

int64_t table_forfeit_bets(struct table *t, uint32_t player)
{
    return clear_layout(t, player, false);
}

void table_begin_hand(struct table *t)
{
    t->point = 0;
    memset(&t->hand, 0, sizeof t->hand);
}
