/* Table talk on the screen: where a line stands among the others, what marks it carries, whose colour it has. */
#ifndef UI_TALK_H
#define UI_TALK_H

#include "ui/feed.h"

enum { TALK_MARK_MAX = 24, TALK_LATE_MS = 5000 };

/* "(2 missing) ", "(after a gap) ", "(late) ", or "". */
const char *talk_mark(const struct ui_talk *t, bool late, char out[TALK_MARK_MAX]);

/* Puts a line of talk where everybody has it, by (lamport, author, incarnation, number) among the other lines of talk: what
 * comes later than what follows it is put before that, with a mark. A line that replaces another takes its place. `text` is
 * the whole line, `seat` whose colour. */
void feed_talk(struct feed *f, const struct notice *n, unsigned seat, const char *text);

/* The seat whose colour that seat's player has chosen: the seat itself unless it chose another. */
unsigned talk_colour(const struct ui_model *m, unsigned seat);

/* The head of a talk panel: "table talk", "talk: TOPIC", or that one has scrolled. */
const char *talk_title(const struct feed *f, const struct ui_model *m, char out[SENTENCE_MAX]);

#endif
