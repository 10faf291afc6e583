/* The last words in the ordinary terminal, after the screen or line mode ended: what was played, and
 * how to see it again. */
#ifndef UI_FAREWELL_H
#define UI_FAREWELL_H

#include "ui/model.h"

struct farewell {
    char table[TABLE_NAME_BYTES_MAX + 1];
    uint64_t rolls;
    int64_t session_cents;
    char record[UI_PATH_MAX], more[UI_FAREWELL_MAX];
};

enum { FAREWELL_TEXT_MAX = UI_PATH_MAX + 2 * UI_TEXT_MAX };

/* Remembers what a picture says of the table. */
void farewell_note(struct farewell *f, const struct ui_model *model);

/* "Friday Table: 112 rolls, +274. craps replay FILE", or "" when nothing was rolled. */
const char *farewell_text(const struct farewell *f, char out[FAREWELL_TEXT_MAX]);

#endif
