/* A record read once, checked as it is read, and kept so that any moment of it can be shown at once: a thread of its own walks it
 * (src/audit_record.h), writes the table's state after every block in which something happened into a file without a name, and keeps an
 * index of frames and rolls in memory. What is on the tape has been checked, signatures and dice too. */
#ifndef SRC_TAPE_H
#define SRC_TAPE_H

#include "src/audit_record.h"

#include <stdbool.h>
#include <stdint.h>

enum { TAPE_ROLLS_MAX = 1 << 20, TAPE_FRAMES_MAX = 1 << 22, TAPE_PROBLEM_BYTES = 256 };
#define TAPE_BYTES_MAX (UINT64_C(1) << 30)

/* One roll; account indexes as in struct live. */
struct tape_roll {
    uint64_t roll;
    uint32_t frame; /* whose state has its result */
    uint8_t die1, die2, point_before, point_after;
    bool seven_out, point_made, natural, craps;
    uint16_t shooter;
    uint16_t winner; /* who won most, or EVENT_NOBODY */
    int64_t won_cents;
    uint32_t hand_rolls;         /* of its hand so far */
    uint16_t signed_by, members; /* signatures under the newest certificate then */
};

struct tape_status {
    uint32_t frames, rolls;
    bool done;                        /* nothing more will come */
    bool cut;                         /* the record goes on, but not on this tape */
    bool checks;                      /* done: everything checked to the end */
    enum err err;                     /* done: ERR_OK, or why it could not be read */
    char problem[TAPE_PROBLEM_BYTES]; /* a sentence when not everything checked or was read */
    uint8_t percent;
};

struct tape_order {
    const char *path;
    uint64_t begin; /* 0, a kept state's height, or RECORD_LAST_STATE */
    uint64_t to;    /* the last roll wanted, 0 = all */
};

struct tape;

/* Begins to read. `news` is called on the tape's thread now and then while more has come, and at the end; may be NULL. ERR_NO_MEMORY, or
 * ERR_IO when no file can be made. */
enum err tape_create(
    struct tape **out, const struct tape_order *order, void (*news)(void *), void *self);

/* Ends the reading. NULL is fine. */
void tape_destroy(struct tape *t);

/* Any thread. */
void tape_look(struct tape *t, struct tape_status *out);

/* Roll number `index` of the tape (0 is its first); false when it is not there yet. */
bool tape_roll(struct tape *t, uint32_t index, struct tape_roll *out);

/* How many rolls have happened up to and including a frame. */
uint32_t tape_rolls_at(struct tape *t, uint32_t frame);

/* The state after a frame and what happened in it: at most `capacity` events. False when it is not there. One thread. */
bool tape_frame(struct tape *t, uint32_t frame, struct live *live, struct event *events,
    size_t capacity, size_t *count);

#endif
