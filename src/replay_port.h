/* A record as a table that the screen shows again: a tape (src/tape.h), a place on it, and the screen's port to both. One thread, but for
 * the tape's and the clerk's own. */
#ifndef SRC_REPLAY_PORT_H
#define SRC_REPLAY_PORT_H

#include "src/tape.h"
#include "ui/model.h"

struct replay_port;

struct replay_port_order {
    struct tape_order tape;
    const uint8_t *id;   /* whose seat is looked from at first, of LIVE_ID_BYTES; NULL: nobody's */
    const char *records; /* the folder of records, or "" */
    uint64_t from;       /* the roll to begin with, 0 = before the first */
    double speed;        /* 1 = a roll every few seconds */
    bool playing;        /* begins by itself */
    /* NULL: the machine's. Time for a test or a recording. */
    uint64_t (*now_ms)(void *self);
    void *now_self;
};

/* ERR_NO_MEMORY, or ERR_IO when there is no place for the tape. What is wrong with the record is said in the picture. */
enum err replay_port_open(struct replay_port **out, const struct replay_port_order *order);
void replay_port_close(struct replay_port *p);

/* Valid until it is closed. */
struct ui_port replay_port_of(struct replay_port *p);

/* How the tape stands. */
void replay_port_look(struct replay_port *p, struct tape_status *out);

#endif
