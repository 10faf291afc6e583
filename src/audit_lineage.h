/* Where a split table comes from (protocol B.5): the old table, the block it went on from, who signed that, whose chips wait. */
#ifndef SRC_AUDIT_LINEAGE_H
#define SRC_AUDIT_LINEAGE_H

#include "consensus/genesis.h"
#include "game/live.h"

enum { LINEAGE_FAULT_BYTES = 120, LINEAGE_NAMES_MAX = MEMBERS_MAX };

struct lineage {
    bool split; /* false: a founder's table, and the rest means nothing */
    struct digest from;
    uint64_t height; /* of the old table's last block that counts */
    uint64_t void_roll;
    uint16_t signed_by, waiting; /* how many names there are */
    char signers[LINEAGE_NAMES_MAX][NAME_BYTES_MAX + 1];
    char absent[LINEAGE_NAMES_MAX][NAME_BYTES_MAX + 1]; /* did not sign; the stack is kept */
};

/* `live` is the new table's first state. */
void lineage_read(struct lineage *l, const struct genesis *genesis, const struct live *live);

/* The first thing that is wrong with a genesis that no table begins with. Returns `why`. */
const char *lineage_fault(const struct genesis *genesis, char why[LINEAGE_FAULT_BYTES]);

#endif
