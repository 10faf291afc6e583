/* One random schedule of the vote rules: honest members that follow protocol.md A.3 on the votes
 * and proposals delivered to them, cheaters that sign anything to anyone, a network that delivers
 * in any order or never. */
#ifndef TESTS_SIM_EXPLORER_RUN_H
#define TESTS_SIM_EXPLORER_RUN_H

#include "tests/sim/explorer_model.h"

#include <stdbool.h>
#include <stdint.h>

struct run_result {
    unsigned broken;    /* mask of enum broken, gathered after every honest vote */
    unsigned finalized; /* blocks that a finalization covers at the end */
    unsigned nullified; /* views with a nullification at the end */
    unsigned evaluated; /* rolls that the cheaters can compute at the end */
};

/* Plays the schedule that the seed names. With trace, prints every block and honest vote. Stops
 * at the first state in which a property of `stop` (mask of enum broken) does not hold. */
struct run_result run_play(const struct model *m, uint64_t seed, unsigned stop, bool trace);

#endif
