#include "consensus/guard.h"

#include "consensus/ledger.h"
#include "consensus/op.h"
#include "consensus/quorum.h"

#include <string.h>

static const struct {
    const char *name, *rule;
} words[GUARD_END - GUARD_FIRST] = {
    [GUARD_SEQUENCE - GUARD_FIRST] = {"sequence", "everybody's moves are numbered without a gap"},
    [GUARD_LOG - GUARD_FIRST] = {"log", "the log grows by what the block says"},
    [GUARD_EPOCH - GUARD_FIRST] = {"epoch", "rounds of members follow one another"},
    [GUARD_IDENTITIES - GUARD_FIRST] = {"identities", "nobody is forgotten or there twice"},
    [GUARD_ROSTER - GUARD_FIRST] = {"roster", "members stay the same until the next round"},
    [GUARD_QUORUM - GUARD_FIRST] = {"quorum", "enough members sign for two to share an honest one"},
    [GUARD_DICE_KEY - GUARD_FIRST] = {"dice_key", "the dice need as many pieces as signatures"},
    [GUARD_ROLL - GUARD_FIRST] = {"roll", "a throw is out for the table or for nobody"},
    [GUARD_ENDED - GUARD_FIRST] = {"ended", "a table that has ended stays so"},
    [GUARD_HEIGHT - GUARD_FIRST] = {"height", "blocks are numbered without a gap"},
    [GUARD_PARENT - GUARD_FIRST] = {"parent", "each block stands on the one before it"},
    [GUARD_VIEW - GUARD_FIRST] = {"view", "turns go up"},
    [GUARD_ROOT - GUARD_FIRST] = {"root", "the own state is the one that was signed"},
    [GUARD_CERTIFICATE - GUARD_FIRST] = {"certificate", "enough members have signed that block"},
    [GUARD_LIMIT_OUTBOX - GUARD_FIRST] = {"limit_outbox", "messages on their way are bounded"},
    [GUARD_LIMIT_OUTBOX_BYTES -
        GUARD_FIRST] = {"limit_outbox_bytes", "the bytes of messages on their way are bounded"},
    [GUARD_LIMIT_PERSIST - GUARD_FIRST] = {"limit_persist", "what waits for the disk is bounded"},
    [GUARD_LIMIT_COMMITTED - GUARD_FIRST] = {"limit_committed", "blocks of one step are bounded"},
    [GUARD_LIMIT_ARENA - GUARD_FIRST] = {"limit_arena", "the memory of one step is bounded"},
    [GUARD_LIMIT_OWN_OPS - GUARD_FIRST] = {"limit_own_ops", "own moves on their way are bounded"},
    [GUARD_LIMIT_POOL - GUARD_FIRST] = {"limit_pool", "moves that wait are bounded"},
    [GUARD_LIMIT_AUTHORS - GUARD_FIRST] = {"limit_authors", "those whose moves wait are bounded"},
    [GUARD_LIMIT_SERVES - GUARD_FIRST] = {"limit_serves", "questions of others are bounded"},
    [GUARD_LIMIT_ANSWERS - GUARD_FIRST] = {"limit_answers", "answers of others are bounded"},
    [GUARD_LIMIT_EVIDENCE - GUARD_FIRST] = {"limit_evidence", "proofs that wait are bounded"},
    [GUARD_LIMIT_SLOTS - GUARD_FIRST] = {"limit_slots", "states kept at once are bounded"},
    [GUARD_LIMIT_COMMANDS - GUARD_FIRST] = {"limit_commands", "commands of the screen are bounded"},
    [GUARD_LIMIT_RING - GUARD_FIRST] = {"limit_ring", "messages inside the program are bounded"},
};

const char *guard_name(unsigned kind)
{
    return kind >= GUARD_FIRST && kind < GUARD_END ? words[kind - GUARD_FIRST].name : "unknown";
}

const char *guard_rule(unsigned kind)
{
    return kind >= GUARD_FIRST && kind < GUARD_END ? words[kind - GUARD_FIRST].rule : "unknown";
}

static bool fail(
    struct app_fault *fault, enum guard_kind kind, uint32_t who, uint64_t have, uint64_t want)
{
    *fault = (struct app_fault){
        .kind = (uint16_t)kind, .who = who, .have = (int64_t)have, .want = (int64_t)want};
    return false;
}

bool guard_quorum(unsigned n, unsigned f, unsigned q, struct app_fault *fault)
{
    bool right = q >= 1 && q <= n && n >= 3 * f + 1 && n < 3 * (f + 1) + 1 && 2 * q > n + f;
    return right || fail(fault, GUARD_QUORUM, f, q, n);
}

static int find(const struct protocol_state *p, const uint8_t id[ID_BYTES])
{
    const struct identity *known = protocol_identity(p, id);
    return known == NULL ? -1 : (int)(known - p->identities);
}

static bool votes(int identity, const struct protocol_state *p)
{
    unsigned standing = identity < 0 ? STANDING_NONE : p->identities[identity].standing;
    return standing == STANDING_MEMBER || standing == STANDING_LEAVING ||
           standing == STANDING_EJECTED;
}

static bool roster_holds(const struct protocol_state *p, struct app_fault *fault)
{
    const struct roster *r = &p->roster;
    if (r->count < 1 || r->count > MEMBERS_MAX) {
        return fail(fault, GUARD_ROSTER, 0, r->count, MEMBERS_MAX);
    }
    for (uint32_t i = 0; i < r->count; i++) {
        const struct identity *known = protocol_identity(p, r->members[i].id_pk);
        if (known == NULL || known->bot ||
            (i > 0 && memcmp(r->members[i - 1].id_pk, r->members[i].id_pk, ID_BYTES) >= 0)) {
            return fail(fault, GUARD_ROSTER, i, r->count, MEMBERS_MAX);
        }
    }
    unsigned n = r->count;
    if (!guard_quorum(n, quorum_faulty(n), quorum_size(n), fault)) {
        return false;
    }
    return !p->has_dice || (p->dice.n == n && p->dice.t == quorum_size(n)) ||
           fail(fault, GUARD_DICE_KEY, p->dice.n, p->dice.t, quorum_size(n));
}

bool guard_state(const struct protocol_state *p, bool rolling, struct app_fault *fault)
{
    if (p->identity_count > IDENTITIES_MAX) {
        return fail(fault, GUARD_IDENTITIES, 0, p->identity_count, IDENTITIES_MAX);
    }
    for (uint32_t i = 0; i < p->identity_count; i++) {
        const struct identity *id = &p->identities[i];
        if (id->standing >= STANDING_COUNT || id->profile_size > PROFILE_BYTES_MAX ||
            (i > 0 && memcmp(p->identities[i - 1].id_pk, id->id_pk, ID_BYTES) >= 0)) {
            return fail(fault, GUARD_IDENTITIES, i, id->standing, STANDING_COUNT);
        }
    }
    if (rolling != p->roll.active || (p->roll.active && !p->has_dice)) {
        return fail(fault, GUARD_ROLL, 0, rolling, p->roll.active);
    }
    return roster_holds(p, fault);
}

/* Every author's operations continue its count, and nothing else moves it. */
static bool sequences_hold(const struct protocol_state *before, const struct protocol_state *after,
    const struct op_outcome *ops, size_t op_count, struct app_fault *fault)
{
    uint64_t seq[IDENTITIES_MAX];
    uint32_t known = 0;
    for (uint32_t i = 0; i < after->identity_count; i++) {
        bool old = known < before->identity_count && memcmp(before->identities[known].id_pk,
                                                         after->identities[i].id_pk, ID_BYTES) == 0;
        seq[i] = old ? before->identities[known].seq : 0;
        known += old;
    }
    if (known != before->identity_count) {
        return fail(fault, GUARD_IDENTITIES, known, after->identity_count, before->identity_count);
    }
    for (size_t k = 0; k < op_count; k++) {
        if (op_is_block_op(ops[k].kind)) {
            continue;
        }
        int at = find(after, ops[k].author);
        if (at < 0 || ops[k].seq != seq[at] + 1) {
            return fail(fault, GUARD_SEQUENCE, at < 0 ? UINT32_MAX : (uint32_t)at, ops[k].seq,
                at < 0 ? 0 : seq[at] + 1);
        }
        seq[at]++;
    }
    for (uint32_t i = 0; i < after->identity_count; i++) {
        if (after->identities[i].seq != seq[i]) {
            return fail(fault, GUARD_SEQUENCE, i, after->identities[i].seq, seq[i]);
        }
    }
    return true;
}

static bool same_roster(const struct protocol_state *a, const struct protocol_state *b)
{
    return a->roster.count == b->roster.count &&
           memcmp(a->roster.members, b->roster.members,
               a->roster.count * sizeof a->roster.members[0]) == 0 &&
           digest_equal(&a->members_hash, &b->members_hash) && a->has_dice == b->has_dice;
}

bool guard_step(const struct protocol_state *before, const struct protocol_state *after,
    const struct op_outcome *ops, size_t op_count, struct app_fault *fault)
{
    bool switched = false, result = false;
    for (size_t k = 0; k < op_count; k++) {
        switched = switched || ops[k].kind == OP_EPOCH_SWITCH;
        result = result || ops[k].kind == OP_RESULT;
    }
    if (after->epoch != before->epoch + switched || after->closed != switched) {
        return fail(fault, GUARD_EPOCH, switched, after->epoch, before->epoch + switched);
    }
    if (after->log.count != before->log.count + op_count) {
        return fail(fault, GUARD_LOG, 0, after->log.count, before->log.count + op_count);
    }
    if (before->ended && !after->ended) {
        return fail(fault, GUARD_ENDED, 0, after->ended, before->ended);
    }
    if (switched) {
        struct digest members = roster_hash(&after->roster);
        bool all_vote = true; /* later, who is dropped stays until the next switch */
        for (uint32_t i = 0; i < after->roster.count; i++) {
            all_vote = all_vote && votes(find(after, after->roster.members[i].id_pk), after);
        }
        if (!all_vote || !digest_equal(&members, &after->members_hash)) {
            return fail(fault, GUARD_ROSTER, 0, after->roster.count, before->roster.count);
        }
    } else if (!same_roster(before, after)) {
        return fail(fault, GUARD_ROSTER, 0, after->roster.count, before->roster.count);
    }
    bool goes_on = before->roll.active && after->roll.active && !result;
    bool other = before->roll.active && !result &&
                 (!after->roll.active || after->roll.roll != before->roll.roll);
    bool back = after->roll.active && before->roll.active && !goes_on &&
                after->roll.roll <= before->roll.roll;
    if (other || back || (result && !before->roll.active)) {
        return fail(fault, GUARD_ROLL, result, after->roll.roll, before->roll.roll);
    }
    return sequences_hold(before, after, ops, op_count, fault);
}

bool guard_chain(
    const struct guard_place *last, const struct block_header *h, struct app_fault *fault)
{
    if (!last->known) {
        return true;
    }
    if (h->height != last->height + 1) {
        return fail(fault, GUARD_HEIGHT, 0, h->height, last->height + 1);
    }
    if (h->epoch != last->epoch && h->epoch != last->epoch + 1) {
        return fail(fault, GUARD_EPOCH, 0, h->epoch, last->epoch);
    }
    if (!digest_equal(&h->parent, &last->digest)) {
        return fail(fault, GUARD_PARENT, 0, h->height, last->height);
    }
    bool up = h->epoch == last->epoch ? h->view > last->view && h->parent_view == last->view
                                      : h->parent_view == 0;
    return up || fail(fault, GUARD_VIEW, 0, h->view, last->view);
}

bool guard_limits(const struct guard_limit *limits, size_t count, struct app_fault *fault)
{
    for (size_t i = 0; i < count; i++) {
        if (limits[i].have > limits[i].limit) {
            return fail(fault, (enum guard_kind)limits[i].kind, 0, limits[i].have, limits[i].limit);
        }
    }
    return true;
}
