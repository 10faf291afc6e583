/* The lesson on the screen: a panel over the lower felt, and its keys. */
#ifndef UI_LEARN_PANEL_H
#define UI_LEARN_PANEL_H

#include "ui/state.h"

/* Goes on with the table, and puts the cursor where the step wants it. */
void learn_panel_update(struct ui_state *s, const struct ui_model *m);

void learn_panel_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);

/* True when the key was for the lesson. */
bool learn_panel_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);

#endif
