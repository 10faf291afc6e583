/* The replicated application behind the agreement: opaque state, opaque payloads. Every function is pure and
 * deterministic; none may fail in a way that depends on anything but its arguments. */
#ifndef CONSENSUS_APP_H
#define CONSENSUS_APP_H

#include "base/bytes.h"
#include "consensus/limits.h"

struct app_context {
    uint8_t author[ID_BYTES];
    bool author_member; /* has a vote in this epoch */
    uint16_t members;   /* n */
    uint16_t faulty;    /* f */
    bool dice_allowed;  /* false in epoch 0, and from the last ACK to the switch (B.1) */
};

/* An invariant that does not hold: numbers that mean something to whoever checks it. Kinds below 0x100 are the application's. */
struct app_fault {
    uint16_t kind; /* 0 = none */
    uint32_t who, what;
    int64_t have, want;
};

/* A refusal is an application code; 0 = accepted. On a refusal the state has not changed.
 * `events` is application memory of events_bytes, or NULL. */
struct app {
    size_t state_bytes;
    size_t events_bytes;
    /* Genesis: `rules` are the opaque rule bytes. False when they are not valid. */
    bool (*init)(void *state, const uint8_t *rules, size_t size);
    void (*copy)(void *to, const void *from);
    void (*encode)(const void *state, struct writer *w);
    bool (*decode)(void *state, struct reader *r);
    void (*events_clear)(void *events);
    void (*events_copy)(void *to, const void *from);
    /* Would seat() be refused now. Somebody who sits already is not refused: seating him again changes nothing. */
    uint16_t (*can_seat)(const void *state, const uint8_t id[ID_BYTES]);
    /* Are the members asked whether somebody may come in (D.4). */
    bool (*admits_by_ballot)(const void *state);
    /* `sponsor` is NULL for a member, the signing member for a bot. */
    uint16_t (*seat)(void *state, const struct app_context *ctx, const uint8_t id[ID_BYTES],
        const uint8_t *profile, size_t profile_size, const uint8_t *sponsor, void *events);
    void (*leave)(
        void *state, const struct app_context *ctx, const uint8_t id[ID_BYTES], void *events);
    uint16_t (*apply)(void *state, const struct app_context *ctx, const uint8_t *payload,
        size_t size, void *events);
    /* Table split (protocol B.5): only those identities are still here. A throw that is out is void: what the absent had at
     * stake on it is lost, what the others had is theirs again. */
    void (*split)(void *state, const struct app_context *ctx, const uint8_t (*survivors)[ID_BYTES],
        uint16_t count, void *events);
    /* n, f or dice_allowed changed. */
    void (*context_changed)(void *state, const struct app_context *ctx, void *events);
    /* A throw is accepted and waits for its dice; its number (strictly increasing). */
    bool (*rolling)(const void *state);
    uint64_t (*roll_number)(const void *state);
    void (*dice)(
        void *state, const struct app_context *ctx, unsigned die1, unsigned die2, void *events);
    /* Is that a state at all (chips conserved and so on): of one that came from outside. */
    bool (*check)(const void *state);
    /* Invariants of a state, and of the step that led to it from `before` (NULL: the state alone) with those events; false is our
     * own bug, and *fault says which. NULL: none but `check`. */
    bool (*audit)(
        const void *before, const void *after, const void *events, struct app_fault *fault);
};

#endif
