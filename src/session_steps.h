/* The last things that the table agreed on, for the page about the network: who signed, how long it took. A bounded ring. */
#ifndef SRC_SESSION_STEPS_H
#define SRC_SESSION_STEPS_H

#include "consensus/engine.h"
#include "ui/model.h"

struct signed_to {
    uint8_t id[ID_BYTES];
    uint64_t
        roll; /* the last whose result, or a block after it, bears its signature in our record */
};

struct session_steps {
    uint64_t count; /* ever; the ring holds the last UI_STEPS_MAX */
    struct ui_step ring[UI_STEPS_MAX];
    uint64_t locked_us; /* when the bets of the roll that is out were locked; 0 = none is */
    uint32_t epoch;
    struct roster roster; /* of that epoch */
    struct signed_to signed_to[MEMBERS_MAX];
};

struct session;

/* After every step of the own engine: notes what became final, and which pieces are in. */
void session_note_steps(struct session *s, const struct engine_update *u);

void session_fill_steps(const struct session *s, struct ui_model *m);

/* Up to which roll a member's signature stands in our record; 0 = none of this run. */
uint64_t session_signed_roll(const struct session *s, const uint8_t id[ID_BYTES]);

#endif
