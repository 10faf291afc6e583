/* Who sits, who votes, and how one electorate follows another (protocol B.1, C.3, C.4): what JOIN,
 * LEAVE, REKEY, KEYS, DEAL, ACK, COMPLAIN, ABSENT, EVIDENCE and EPOCH_SWITCH do to the state. */
#ifndef CONSENSUS_MEMBERSHIP_H
#define CONSENSUS_MEMBERSHIP_H

#include "consensus/execution.h"

/* Payload of OP_JOIN, in place. */
struct join {
    bool bot;
    const uint8_t *net_pk;
    const uint8_t *profile;
    size_t profile_size;
    const uint8_t *sponsor;
    const uint8_t *ticket; /* SIG_BYTES */
};
bool join_decode(struct join *j, const uint8_t *payload, size_t size);
void join_encode(const struct join *j, struct writer *w);

/* Is the ticket signed by its sponsor, and the sponsor a member in good standing. */
bool membership_ticket_right(
    const struct execution *x, const uint8_t joiner[ID_BYTES], const struct join *j);

/* One op each, by an author whose identity exists; a refusal code of the ledger or the
 * application, 0 when done. On a refusal nothing has changed. */
uint16_t membership_join(struct execution *x, const struct op *op);
uint16_t membership_leave(struct execution *x, const struct op *op);
uint16_t membership_rekey(struct execution *x, const struct op *op);
uint16_t membership_absent(struct execution *x, const struct op *op);

/* In ballot.c. */
uint16_t membership_ballot(struct execution *x, const struct op *op);

/* The electorate has changed from `old`: ballots keep their voters, and what is decided now is done. */
void ballots_follow(struct execution *x, const struct roster *old);

/* Has no vote and asks for none: PLAYER when the application holds a stack for it, else NONE. */
void membership_stand_down(struct identity *identity);

/* Leaves the seat, now or after the throw that is out, with its bots: they have nobody to sign for
 * them once it is gone. */
void membership_leave_seats(struct execution *x, struct identity *identity);

/* How many are candidates for the next electorate. */
unsigned membership_count_candidates(const struct protocol_state *p);

/* The same for the key generation of the running attempt (in attempt.c). */
uint16_t attempt_keys(struct execution *x, const struct op *op);
uint16_t attempt_deal(struct execution *x, const struct op *op);
uint16_t attempt_ack(struct execution *x, const struct op *op);
uint16_t attempt_complain(struct execution *x, const struct op *op);

/* Freezes a candidate roster and opens its phase KEYS under a new number. */
void attempt_start(struct protocol_state *p, const struct roster *candidates);

/* Gives the attempt up, if its roster holds `id`: whoever is at fault is no candidate next time. */
void attempt_drop(struct protocol_state *p, const uint8_t id[ID_BYTES]);

/* What dealing, acknowledging and complaining in this attempt are about. Phase DEAL or later. */
void attempt_params(
    struct dkg_params *params, const struct attempt *a, const struct digest *game_id);

/* The new epoch's dice key, of an attempt in phase ACK or READY. */
bool attempt_dice(const struct execution *x, struct dkg_public *dice);

/* Marks a proven liar: no more ops, no place in the next electorate. */
void membership_eject(struct execution *x, struct identity *culprit);

/* Block ops: false when not valid here. */
bool membership_evidence(struct execution *x, const struct op *op);
bool membership_switch(struct execution *x, const struct op *op);

/* The electorate of a split table (B.5): the survivors, who vote from now on with their fresh keys. Everybody else who voted or
 * was coming in keeps what is his and has no vote. False, and the state is of no more use, when a survivor did not vote in the
 * state before, or under another link key. */
bool membership_split(struct execution *x, const struct roster *survivors);

/* The candidate roster that the standings ask for: members that stay and joiners. */
void membership_candidates(const struct protocol_state *p, struct roster *candidates);

/* After any change: what waited for the end of a throw, and the end of the table. */
void membership_settle(struct execution *x);

/* After a block's ops, so that changes of one block go into one attempt: starts the next attempt
 * when none runs and one is wanted. */
void membership_end_block(struct protocol_state *p);

#endif
