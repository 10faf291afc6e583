/* The front end without a screen (cli.md): one event a line on standard output, commands one a line
 * on standard input. The manager's thread puts lines into a bounded queue, the main thread writes
 * them, so a slow reader never blocks the table. */
#ifndef SRC_HEADLESS_H
#define SRC_HEADLESS_H

#include "src/manager.h"

struct headless;

struct headless_options {
    bool json;
    bool strategy; /* a strategy plays: end of input means nothing */
    bool qr;       /* a QR code of the words, as text, below the line that says them */
    bool ascii;    /* ... without half blocks */
    char name[UI_NAME_MAX + 1];
};

/* NULL when memory ran out. */
struct headless *headless_create(const struct headless_options *options);
void headless_destroy(struct headless *h);

/* For manager_config; may be called from now on until headless_destroy. */
struct reporter headless_reporter(struct headless *h);

/* Writes events and reads commands until the manager has finished. SIGTERM, SIGINT, SIGHUP and,
 * once seated, end of input without a strategy ask for a proper end. 0, or EX_IOERR when standard
 * output could not be written. */
int headless_run(struct headless *h, struct manager *m);

#endif
