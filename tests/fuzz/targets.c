#include "tests/fuzz/target.h"

#include <string.h>

static const struct {
    const struct fuzz_target *rows;
    const size_t *count;
} groups[] = {{fuzz_consensus, &fuzz_consensus_count}, {fuzz_game, &fuzz_game_count},
    {fuzz_gossip, &fuzz_gossip_count}, {fuzz_net, &fuzz_net_count}, {fuzz_src, &fuzz_src_count}};

const struct fuzz_target *fuzz_target_at(size_t index)
{
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
        if (index < *groups[g].count) {
            return &groups[g].rows[index];
        }
        index -= *groups[g].count;
    }
    return NULL;
}

const struct fuzz_target *fuzz_target_named(const char *name)
{
    const struct fuzz_target *t = NULL;
    for (size_t i = 0; (t = fuzz_target_at(i)) != NULL && strcmp(t->name, name) != 0;) {
        i++;
    }
    return t;
}
