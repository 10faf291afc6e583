/* Chips on the felt in words: whose, how much, whether agreed, whether they sleep. Both layouts
 * write them. */
#ifndef UI_FELT_CHIPS_H
#define UI_FELT_CHIPS_H

#include "ui/state.h"

enum { CHIPS_TEXT_MAX = 96, CHIPS_ITEMS_MAX = 64 };

/* One kind of bet with its odds (BET_KIND_COUNT: it has none), and what stands before its chips. */
struct chips_layer {
    uint8_t kind, odds;
    const char *mark;
};

/* One player's chips, or what became of them. */
struct chips_item {
    char text[CHIPS_TEXT_MAX];
    unsigned attr;
    uint16_t account;
    uint8_t layer; /* of what belongs together */
};

/* The accounts in the order they are written: the player's own, then the one whose bets are shown,
 * then the rest. Returns how many. */
unsigned chips_order(
    const struct ui_state *s, const struct ui_model *m, uint16_t out[LIVE_ACCOUNTS_MAX]);

/* The chips of an account on a layer at a number: "~cA10+20z"; "" without a bet. `between` stands
 * between flat bet and odds. */
void chips_text(const struct ui_state *s, const struct ui_model *m, unsigned account,
    const struct chips_layer *layer, unsigned number, const char *between,
    char out[CHIPS_TEXT_MAX]);

/* How an account's chips look: its colour, bold when its own, dim until agreed, reverse when its
 * bets are shown. */
unsigned chips_attr(
    const struct ui_state *s, const struct ui_model *m, unsigned account, const char *text);

#endif
