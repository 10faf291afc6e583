/* quorum_size with a planted fault, linked in place of the real one (--wrap). */
#include "tests/sim/sim_plants.h"

bool sim_plant_quorum;

unsigned __wrap_quorum_size(unsigned n)
{
    unsigned q = __real_quorum_size(n);
    return sim_plant_quorum && q > 1 ? q - 1 : q;
}
