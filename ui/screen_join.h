/* Parts of the join screen that both layouts share. */
#ifndef UI_SCREEN_JOIN_H
#define UI_SCREEN_JOIN_H

#include "ui/state.h"

/* The table that the cursor or the first word picks; found_count for the line below them, -1 for
 * none. */
int join_picked(const struct ui_state *s, const struct ui_model *m);

/* What stands in the list while nothing is in it. */
const char *join_nothing_text(const struct ui_model *m);

/* What can be done below the tables; join_index - found_count chooses. */
enum join_action { JOIN_ADDRESS, JOIN_CHECK, JOIN_SEARCH, JOIN_ACTIONS };
void join_actions_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row);

/* Seats taken, as dots where there are few; the least and the most of a bet. */
void join_seats_text(const struct ui_found *f, char *out, size_t size);
void join_stakes_text(const struct ui_found *f, char *out, size_t size);

/* "9 ms", and "in the lobby", "playing", "full, can watch", or which versions do not fit. */
void join_rtt_text(const struct ui_found *f, char out[16]);
void join_state_text(const struct ui_found *f, char *out, size_t size);

/* How far one is on the way in (screen_joining.c). */
void joining_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);

/* The tables and what happens next, in a wide window; the words stand between them. */
void join_wide_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);

#endif
