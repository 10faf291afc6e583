/* A place on a tape (src/tape.h), how it moves with keys and time, and the picture of it. */
#ifndef SRC_REPLAY_PLACE_H
#define SRC_REPLAY_PLACE_H

#include "src/replay_port.h"

enum { REPLAY_NOTICES = 64, REPLAY_EVENTS = 4096 };

struct replay_place {
    struct ui_model *model;
    struct live
        *last; /* the latest state that was read: everybody who ever sat down has a name in it */
    struct event *events; /* of the frame shown; REPLAY_EVENTS */
    size_t event_count;
    bool shown;             /* a frame is in the model */
    uint32_t frame;         /* the one shown */
    uint64_t wanted_roll;   /* to go to when it has been read; 0 = none */
    uint64_t due_ms;        /* when the next frame comes */
    uint32_t moments_rolls; /* rolls that the moments were chosen from */
    bool own_seat;          /* the first seat to look from has been looked for */
    bool left;
    uint8_t id[LIVE_ID_BYTES];
    bool known;
    struct notice notices[REPLAY_NOTICES];
    unsigned notice_head, notice_tail; /* ever; difference at most REPLAY_NOTICES */
};

/* ERR_NO_MEMORY. */
enum err replay_place_init(struct replay_place *p, const struct replay_port_order *order);
void replay_place_deinit(struct replay_place *p);

/* Brings the picture up to what has been read and to the time. */
void replay_place_update(struct replay_place *p, struct tape *t, uint64_t now_ms);

void replay_place_move(struct replay_place *p, struct tape *t, enum ui_replay_move move,
    int64_t argument, uint64_t now_ms);

bool replay_place_notice(struct replay_place *p, struct notice *out);

#endif
