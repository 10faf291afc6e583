/* The script interface of rule 15: bytes of commands go in, lines of JSON come out. The one part of the game layer that
 * owns memory: it is a front end of the table. */
#ifndef GAME_SCRIPT_H
#define GAME_SCRIPT_H

#include "base/err.h"
#include "game/table.h"

#include <stdio.h>

struct script;

/* Takes one whole answer with its LF and passes it on at once; false when that failed. */
struct script_sink {
    bool (*write)(void *ctx, const char *bytes, size_t size);
    void *ctx;
};

/* NULL when memory ran out. */
struct script *script_create(struct script_sink sink);
void script_destroy(struct script *s);

/* Runs every line that `bytes` completes. ERR_NO_MEMORY, ERR_IO (the sink); after either the script is over. */
enum err script_feed(struct script *s, const void *bytes, size_t size);

/* Runs a last line without LF. */
enum err script_finish(struct script *s);

/* The table as the lines so far left it; valid until the next call. */
const struct table *script_table(const struct script *s);

/* All of `in`, each answer flushed before the next line is read. The exit status: 0, 70 (memory), 74 (input or output). */
int script_run(FILE *in, FILE *out);

#endif
