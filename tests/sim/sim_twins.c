/* Twins: one identity and one vote key on two nodes, as after a restored backup. Both run the honest
 * code on a disk of their own; together they sign what one never would. */
#include "tests/sim/sim.h"

void sim_twins_wake(struct sim *s)
{
    for (unsigned i = 0; i < s->node_count && !s->failed; i++) {
        struct sim_node *n = &s->nodes[i];
        if (n->twin) {
            sim_disk_copy(&n->keys, &s->nodes[n->twin_of].keys);
            sim_disk_copy(&n->blocks, &s->nodes[n->twin_of].blocks);
            sim_boot(s, i);
        }
    }
}
