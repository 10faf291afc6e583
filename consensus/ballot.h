/* What the members of an epoch are asked about somebody, and how the answers stand (protocol B.1.1,
 * D.4). The operation itself is membership_ballot. */
#ifndef CONSENSUS_BALLOT_H
#define CONSENSUS_BALLOT_H

#include "consensus/op.h"
#include "consensus/protocol_state.h"

/* The question that is open about somebody of that standing; 0 = none. Of a member it is always
 * whether he shall go, though nobody may have asked. */
enum ballot_question ballot_asks(const struct identity *who);

struct ballot_count {
    unsigned yes, no;
    unsigned needed; /* yes; more than there are voters = it cannot be decided at this table */
};
struct ballot_count ballot_count(const struct protocol_state *p, const struct identity *who);

#endif
