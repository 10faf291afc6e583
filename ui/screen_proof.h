/* What the parts of the page about a roll share: screen_proof.c (the steps), proof_more.c (questions,
 * hex, keys). */
#ifndef UI_SCREEN_PROOF_H
#define UI_SCREEN_PROOF_H

#include "ui/state.h"

struct proof_layout {
    bool wide;
    int cols, left, bottom;
    int piece_rows, dice_rows, asked_rows;
};

struct proof_layout proof_layout(const struct ui_state *s);

/* The page that is there is the one that was asked for. */
bool proof_is_ready(const struct ui_state *s);

/* Where the record breaks, as far as it was looked at; NULL: nowhere. */
const struct ui_fault *proof_fault(const struct ui_state *s);

void proof_asked_draw(struct canvas *c, const struct ui_proof *p, struct proof_layout l, int row);
void proof_hex_draw(struct canvas *c, const struct ui_state *s, struct proof_layout l);

#endif
