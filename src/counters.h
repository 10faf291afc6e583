/* What this program has counted since it started, over all its tables: plain numbers of the manager's thread, which only go up.
 * Kept whether anybody looks or not; src/metrics.h shows copies. */
#ifndef SRC_COUNTERS_H
#define SRC_COUNTERS_H

#include "consensus/engine.h"
#include "consensus/evidence.h"
#include "game/refusal.h"
#include "src/histogram.h"

struct counters {
    /* Operations that this program signed: the player's and its bots'. */
    uint64_t submitted;              /* taken into the own pool, and sent */
    uint64_t committed;              /* of those, final: taken or refused by the rules */
    uint64_t refused[REFUSAL_COUNT]; /* by the rules in a block, or before anything was sent */
    struct histogram commit;         /* submitted to final */
    struct histogram roll;           /* dice thrown to their result */

    /* Agreed here, whoever said it. */
    uint64_t blocks, operations, rolls, epochs;
    uint64_t lies[EVIDENCE_KIND_COUNT]; /* proven, by kind */

    uint64_t messages_dropped; /* of links over their limit */
    uint64_t links_cut;        /* ... and cut off for it, or for rubbish */

    /* From the engines of the own member, which begin at zero with each table. */
    uint64_t invariants_checked,
        invariants_broken; /* blocks looked at; at which something was wrong */
    uint64_t views, views_nullified, operations_limited, states_adopted;
    uint64_t rejected[MSG_KIND_COUNT]; /* malformed or lying messages, by kind */
    uint64_t lied[LIE_COUNT];          /* by peers, about what we fetched */
};

#endif
