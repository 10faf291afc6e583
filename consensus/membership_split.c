#include "consensus/membership.h"

static bool voted_before(const struct protocol_state *p, const struct member *survivor)
{
    const struct identity *identity = protocol_identity(p, survivor->id_pk);
    return roster_find(&p->roster, survivor->id_pk) >= 0 && identity != NULL &&
           (identity->standing == STANDING_MEMBER || identity->standing == STANDING_PLAYER) &&
           memcmp(identity->net_pk, survivor->net_pk, sizeof identity->net_pk) == 0;
}

static bool is_here(const struct roster *survivors, const struct identity *identity)
{
    return roster_find(survivors, identity->id_pk) >= 0 ||
           (identity->bot && roster_find(survivors, identity->sponsor) >= 0);
}

static void settle_standing(struct identity *identity, bool survivor)
{
    if (survivor) {
        identity_stand(identity, STANDING_MEMBER);
    } else if (identity->standing == STANDING_MEMBER || identity->standing == STANDING_JOINING ||
               identity->standing == STANDING_LEAVING || identity->standing == STANDING_WAITING) {
        membership_stand_down(identity);
    }
    identity->yes = 0; /* the voters are others now */
    identity->no = 0;
    identity->rekeyed = false;
}

bool membership_split(struct execution *x, const struct roster *survivors)
{
    struct protocol_state *p = x->p;
    for (uint16_t i = 0; i < survivors->count; i++) {
        if (!voted_before(p, &survivors->members[i])) {
            return false;
        }
    }
    for (uint16_t i = 0; i < p->identity_count; i++) {
        struct identity *identity = &p->identities[i];
        bool here = is_here(survivors, identity);
        settle_standing(identity, here && !identity->bot);
        /* Whoever is not here has left his seat by the split; whoever is here does not leave by an old wish. */
        identity->leave_due = identity->leave_due && here && identity->bot;
        identity->seat_due = identity->seat_due && here;
    }
    p->roster = *survivors;
    p->members_hash = roster_hash(survivors);
    return true;
}
