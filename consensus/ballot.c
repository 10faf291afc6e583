/* Ballots: the members of the epoch let somebody in, or send one of them away (protocol B.1.1, D.4).
 * One ballot of each member stands, the last; what they ask follows from whom they are about. */
#include "consensus/ballot.h"

#include "consensus/ledger.h"
#include "consensus/membership.h"
#include "consensus/quorum.h"

enum ballot_question ballot_asks(const struct identity *who)
{
    switch (who->standing) {
    case STANDING_WAITING:
        return BALLOT_ADMIT;
    case STANDING_JOINING:
    case STANDING_MEMBER:
        return BALLOT_REMOVE;
    default:
        return BALLOT_NONE;
    }
}

struct ballot_count ballot_count(const struct protocol_state *p, const struct identity *who)
{
    unsigned n = p->roster.count;
    bool admit = ballot_asks(who) == BALLOT_ADMIT;
    return (struct ballot_count){
        .yes = (unsigned)__builtin_popcountll(who->yes),
        .no = (unsigned)__builtin_popcountll(who->no),
        .needed = admit ? quorum_admission(n) : quorum_removal(n),
    };
}

/* Is there a place for somebody the members want. */
static uint16_t room_for(const struct execution *x, const struct identity *subject)
{
    return membership_count_candidates(x->p) >= MEMBERS_MAX
               ? (uint16_t)LEDGER_REFUSED_FULL
               : x->app->can_seat(x->state, subject->id_pk);
}

static void send_away(struct execution *x, struct identity *subject)
{
    subject->sent_away = true;
    if (subject->standing == STANDING_MEMBER) {
        identity_stand(subject, STANDING_LEAVING);
    } else {
        membership_stand_down(subject);
    }
    attempt_drop(x->p, subject->id_pk);
    membership_leave_seats(x, subject);
}

/* Does what the ballots about one have decided, if anything. */
static void decide(struct execution *x, struct identity *subject)
{
    struct ballot_count now = ballot_count(x->p, subject);
    bool agreed = now.yes >= now.needed;
    if (ballot_asks(subject) == BALLOT_REMOVE) {
        if (agreed) {
            send_away(x, subject);
        }
    } else if (agreed && room_for(x, subject) == 0) {
        identity_stand(subject, STANDING_JOINING);
    } else if (agreed || x->p->roster.count - now.no < now.needed) {
        membership_stand_down(subject);
    }
}

uint16_t membership_ballot(struct execution *x, const struct op *op)
{
    struct reader r = reader_of(op->payload, op->payload_size);
    uint8_t id[ID_BYTES];
    uint8_t question = read_u8(&r);
    uint8_t yes = read_u8(&r);
    read_bytes(&r, id, sizeof id);
    if (!reader_done(&r) || question == BALLOT_NONE || question > BALLOT_REMOVE || yes > 1) {
        return LEDGER_REFUSED_MALFORMED;
    }
    int voter = roster_find(&x->p->roster, op->author);
    if (voter < 0) {
        return LEDGER_REFUSED_NOT_MEMBER;
    }
    struct identity *subject = protocol_identity_mut(x->p, id);
    if (subject == NULL || ballot_asks(subject) != question ||
        memcmp(id, op->author, ID_BYTES) == 0) {
        return LEDGER_REFUSED_NOT_CANDIDATE;
    }
    uint64_t bit = UINT64_C(1) << voter;
    if (((yes ? subject->yes : subject->no) & bit) != 0) {
        return LEDGER_REFUSED_ALREADY;
    }
    subject->yes = yes ? subject->yes | bit : subject->yes & ~bit;
    subject->no = yes ? subject->no & ~bit : subject->no | bit;
    decide(x, subject);
    return 0;
}

static uint64_t moved(uint64_t bits, const struct roster *from, const struct roster *to)
{
    uint64_t out = 0;
    for (uint16_t i = 0; i < from->count; i++) {
        int place = (bits >> i & 1) == 0 ? -1 : roster_find(to, from->members[i].id_pk);
        out |= place < 0 ? 0 : UINT64_C(1) << place;
    }
    return out;
}

void ballots_follow(struct execution *x, const struct roster *old)
{
    for (uint16_t i = 0; i < x->p->identity_count; i++) {
        struct identity *subject = &x->p->identities[i];
        if ((subject->yes | subject->no) != 0) {
            subject->yes = moved(subject->yes, old, &x->p->roster);
            subject->no = moved(subject->no, old, &x->p->roster);
            decide(x, subject);
        }
    }
}
