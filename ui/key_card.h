/* The keys of the table as a card to print: two columns, 80 by 24. */
#ifndef UI_KEY_CARD_H
#define UI_KEY_CARD_H

#include "ui/key_map.h"

enum { KEY_CARD_ROWS = 23, KEY_CARD_ROW_BYTES = 256 };

/* The lines of the card in this player's keys; returns how many. `ascii`: plain characters only. */
unsigned key_card_make(
    const struct key_map *map, bool ascii, char rows[KEY_CARD_ROWS][KEY_CARD_ROW_BYTES]);

#endif
