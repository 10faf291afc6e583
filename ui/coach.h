/* The coach: one suggestion for this moment, one lesson at a time. A lesson is over after the player has done it twice, and
 * stays over (setting `lessons`). */
#ifndef UI_COACH_H
#define UI_COACH_H

#include "ui/state.h"

enum { LESSON_TIMES = 2, LESSONS_TEXT_MAX = LESSON_COUNT + 1 };

/* The player has done it once more. */
void coach_done(struct ui_state *s, enum ui_lesson lesson);

/* A bet was made. */
void coach_bet(struct ui_state *s, struct bet_ref bet);

/* A roll was shown for the first time. */
void coach_roll(struct ui_state *s, const struct ui_model *m);

/* How often each lesson was done, a digit each in the order of enum ui_lesson; and read again. What is no such text leaves
 * every lesson to come. */
const char *coach_text(const struct ui_state *s, char out[LESSONS_TEXT_MAX]);
void coach_read(struct ui_state *s, const char *text);

/* Has them kept for the next time; false when the queue is full just now. */
bool coach_keep(const struct ui_state *s, const struct ui_port *port);

#endif
