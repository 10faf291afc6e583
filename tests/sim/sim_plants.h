#ifndef TESTS_SIM_SIM_PLANTS_H
#define TESTS_SIM_SIM_PLANTS_H

#include <stdbool.h>

/* Test builds only: one vote fewer than a quorum counts as one. */
extern bool sim_plant_quorum;

unsigned __real_quorum_size(unsigned n);
unsigned __wrap_quorum_size(unsigned n);

#endif
