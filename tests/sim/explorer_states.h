/* Every state of the votes, breadth first, up to a limit: all that the guards of the model permit,
 * with equal states under renaming of honest members and of c and c' counted once. */
#ifndef TESTS_SIM_EXPLORER_STATES_H
#define TESTS_SIM_EXPLORER_STATES_H

#include "tests/sim/explorer_model.h"

#include <stdbool.h>
#include <stddef.h>

struct states_result {
    size_t states;   /* distinct states seen and checked */
    bool complete;   /* every state that can be reached was checked */
    unsigned broken; /* mask of enum broken of the first bad state, 0 when there is none */
    unsigned votes;  /* honest votes on the shortest way to it */
};

/* Whether a state of this model fits the packed form: honest members * views <= 12. */
bool states_fit(const struct model *m);

/* Explores until done, `limit` states or the first state that breaks a property of `stop` (mask of
 * enum broken). With trace, prints the way to the broken state. False when memory runs out or the
 * model does not fit. */
bool states_explore(
    const struct model *m, size_t limit, unsigned stop, bool trace, struct states_result *result);

#endif
