#include "src/audit_lineage.h"

#include "consensus/execution.h"
#include "consensus/protocol_state.h"

#include <stdio.h>
#include <stdlib.h>

void lineage_read(struct lineage *l, const struct genesis *genesis, const struct live *live)
{
    struct recover r;
    memset(l, 0, sizeof *l);
    if (genesis->recover == NULL || !recover_decode(&r, genesis->recover, genesis->recover_size)) {
        return;
    }
    l->split = true;
    l->from = r.game_id;
    l->height = r.height;
    l->void_roll = r.void_roll;
    for (uint32_t i = 0; i < live->account_count; i++) {
        const struct table_player *p = &live->players[i];
        bool signer = roster_find(&r.survivors, live->accounts[i].id) >= 0;
        bool has_chips = !live->accounts[i].bot && p->balance_cents + table_layout_cents(p) > 0;
        uint16_t *count = signer ? &l->signed_by : &l->waiting;
        if ((signer || has_chips) && *count < LINEAGE_NAMES_MAX) {
            char *name = signer ? l->signers[*count] : l->absent[*count];
            snprintf(name, NAME_BYTES_MAX + 1, "%s", p->name);
            ++*count;
        }
    }
}

/* The electorate as the state names it. */
static const char *fault_of_state(const struct recover *r, struct protocol_state *p)
{
    struct digest root = state_root_of(r->state, r->state_size);
    struct reader in = reader_of(r->state, r->state_size);
    if (!digest_equal(&root, &r->header.state_root)) {
        return "its state is not the one that the split block's header names";
    }
    if (!protocol_decode(p, &in) || !digest_equal(&p->members_hash, &r->header.members_hash)) {
        return "its state is none, or has other members than the split block";
    }
    if (p->ended || r->void_roll != (p->roll.active ? p->roll.roll : 0)) {
        return "its statement voids another roll than the one that was out";
    }
    return recover_certified(&signer_ed25519, r, &p->roster)
               ? NULL
               : "no quorum of the old table signed the split block";
}

static const char *fault_of_split(const struct genesis *genesis, char why[LINEAGE_FAULT_BYTES])
{
    struct recover r;
    if (!recover_decode(&r, genesis->recover, genesis->recover_size)) {
        return "the split's statement and its block do not belong together";
    }
    struct protocol_state *p = malloc(sizeof *p);
    const char *fault = p == NULL ? "not enough memory to look at it" : fault_of_state(&r, p);
    free(p);
    for (unsigned i = 0; fault == NULL && i < r.survivors.count; i++) {
        if (!recover_signature_right(&signer_ed25519, &r, i, r.sigs[i])) {
            snprintf(why, LINEAGE_FAULT_BYTES, "survivor %u of %u did not sign the split", i + 1,
                r.survivors.count);
            return why;
        }
    }
    return fault != NULL ? fault : "its survivors were no members of the old table";
}

const char *lineage_fault(const struct genesis *genesis, char why[LINEAGE_FAULT_BYTES])
{
    return genesis->recover != NULL ? fault_of_split(genesis, why)
                                    : "no table can begin with these house rules";
}
