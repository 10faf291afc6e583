#include "consensus/membership.h"

#include "base/check.h"
#include "consensus/evidence.h"
#include "consensus/ledger.h"
#include "consensus/quorum.h"
#include "consensus/rolls.h"

bool join_decode(struct join *j, const uint8_t *payload, size_t size)
{
    struct reader r = reader_of(payload, size);
    uint8_t bot = read_u8(&r);
    j->bot = bot != 0;
    j->net_pk = read_span(&r, 32);
    j->profile = read_lp(&r, &j->profile_size);
    j->sponsor = read_span(&r, ID_BYTES);
    j->ticket = read_span(&r, SIG_BYTES);
    return reader_done(&r) && bot <= 1 && j->profile_size <= PROFILE_BYTES_MAX;
}

void join_encode(const struct join *j, struct writer *w)
{
    write_u8(w, j->bot);
    write_bytes(w, j->net_pk, 32);
    write_lp(w, j->profile, j->profile_size);
    write_bytes(w, j->sponsor, ID_BYTES);
    write_bytes(w, j->ticket, SIG_BYTES);
}

/* joiner id || net_pk || lp(profile) || u8 bot. */
enum { TICKET_BODY_BYTES_MAX = ID_BYTES + 32 + 2 + PROFILE_BYTES_MAX + 1 };

static size_t ticket_body(uint8_t body[TICKET_BODY_BYTES_MAX], const uint8_t joiner[ID_BYTES],
    const uint8_t *net_pk, const uint8_t *profile, size_t profile_size, bool bot)
{
    struct writer w = writer_of(body, TICKET_BODY_BYTES_MAX);
    write_bytes(&w, joiner, ID_BYTES);
    write_bytes(&w, net_pk, 32);
    write_lp(&w, profile, profile_size);
    write_u8(&w, bot);
    CHECK(!w.bad);
    return w.size;
}

void ticket_sign(const struct signer *s, uint8_t sig[SIG_BYTES], const struct digest *game_id,
    const uint8_t joiner_id[ID_BYTES], const uint8_t net_pk[32], const uint8_t *profile,
    size_t profile_size, bool bot, const uint8_t sponsor_sk[64])
{
    uint8_t body[TICKET_BODY_BYTES_MAX];
    size_t size = ticket_body(body, joiner_id, net_pk, profile, profile_size, bot);
    sign_message(s, sig, "ticket", game_id, 0, 0, body, size, sponsor_sk);
}

/* The signature check, remembered: has_work asks for every pooled JOIN again and again. */
static bool ticket_signed(
    const struct execution *x, const uint8_t joiner[ID_BYTES], const struct join *j)
{
    uint8_t body[TICKET_BODY_BYTES_MAX];
    struct execution_memo *memo = x->memo;
    struct hash_state h;
    size_t size = ticket_body(body, joiner, j->net_pk, j->profile, j->profile_size, j->bot);
    hash_begin(&h, "craps/v1/ticket-memo");
    hash_add(&h, body, size);
    hash_add(&h, j->sponsor, ID_BYTES);
    hash_add(&h, j->ticket, SIG_BYTES);
    struct digest key = hash_end(&h);
    for (size_t i = 0; i < TICKETS_KNOWN; i++) {
        if (digest_equal(&memo->ticket_key[i], &key)) {
            return memo->ticket_right[i];
        }
    }
    uint32_t place = memo->ticket_next++ % TICKETS_KNOWN;
    memo->ticket_key[place] = key;
    memo->ticket_right[place] =
        verify_message(x->signer, j->ticket, "ticket", x->game_id, 0, 0, body, size, j->sponsor);
    return memo->ticket_right[place];
}

bool membership_ticket_right(
    const struct execution *x, const uint8_t joiner[ID_BYTES], const struct join *j)
{
    const struct identity *sponsor = protocol_identity(x->p, j->sponsor);
    return sponsor != NULL &&
           (sponsor->standing == STANDING_MEMBER || sponsor->standing == STANDING_LEAVING) &&
           ticket_signed(x, joiner, j);
}

void membership_candidates(const struct protocol_state *p, struct roster *candidates)
{
    candidates->count = 0;
    for (uint16_t i = 0; i < p->identity_count; i++) {
        const struct identity *identity = &p->identities[i];
        if (identity->standing == STANDING_MEMBER || identity->standing == STANDING_JOINING) {
            struct member m = {{0}};
            memcpy(m.id_pk, identity->id_pk, ID_BYTES);
            memcpy(m.net_pk, identity->net_pk, sizeof m.net_pk);
            CHECK(roster_add(candidates, &m));
        }
    }
}

unsigned membership_count_candidates(const struct protocol_state *p)
{
    unsigned count = 0;
    for (uint16_t i = 0; i < p->identity_count; i++) {
        uint8_t standing = p->identities[i].standing;
        count += standing == STANDING_MEMBER || standing == STANDING_JOINING;
    }
    return count;
}

void membership_stand_down(struct identity *identity)
{
    identity_stand(identity, identity->stack ? STANDING_PLAYER : STANDING_NONE);
}

static uint16_t seat_now(struct execution *x, struct identity *identity)
{
    struct app_context ctx = execution_context(x, identity->id_pk);
    uint16_t refusal = x->app->seat(x->state, &ctx, identity->id_pk, identity->profile,
        identity->profile_size, identity->bot ? identity->sponsor : NULL, x->events);
    identity->stack = identity->stack || refusal == 0;
    rolls_note(x);
    return refusal;
}

static void leave_now(struct execution *x, struct identity *identity)
{
    struct app_context ctx = execution_context(x, identity->id_pk);
    x->app->leave(x->state, &ctx, identity->id_pk, x->events);
    rolls_note(x);
}

/* Leaves the seat, now or after the throw that is out. */
static void leave_seat(struct execution *x, struct identity *identity)
{
    identity->seat_due = false;
    identity->leave_due = identity->stack;
    if (identity->leave_due && !x->p->roll.active) {
        identity->leave_due = false;
        leave_now(x, identity);
    }
}

void membership_leave_seats(struct execution *x, struct identity *identity)
{
    leave_seat(x, identity);
    for (uint16_t i = 0; i < x->p->identity_count; i++) {
        struct identity *bot = &x->p->identities[i];
        if (bot->bot && bot->standing == STANDING_PLAYER &&
            memcmp(bot->sponsor, identity->id_pk, ID_BYTES) == 0) {
            leave_seat(x, bot);
        }
    }
}

static void admit(struct identity *identity, const struct join *j)
{
    identity->bot = j->bot;
    memcpy(identity->net_pk, j->net_pk, sizeof identity->net_pk);
    memcpy(identity->sponsor, j->sponsor, ID_BYTES);
    identity->profile_size = (uint8_t)j->profile_size;
    if (j->profile_size > 0) {
        memcpy(identity->profile, j->profile, j->profile_size);
    }
}

static uint16_t join_bot(struct execution *x, struct identity *identity, const struct join *j)
{
    struct identity before = *identity;
    admit(identity, j);
    identity->leave_due = false;
    if (x->p->roll.active) {
        identity->seat_due = true;
    } else {
        uint16_t refusal = seat_now(x, identity);
        if (refusal != 0) {
            *identity = before;
            return refusal;
        }
    }
    identity_stand(identity, STANDING_PLAYER);
    return 0;
}

uint16_t membership_join(struct execution *x, const struct op *op)
{
    struct identity *identity = protocol_identity_mut(x->p, op->author);
    struct join j;
    if (!join_decode(&j, op->payload, op->payload_size)) {
        return LEDGER_REFUSED_MALFORMED;
    }
    if (!membership_ticket_right(x, op->author, &j)) {
        return LEDGER_REFUSED_BAD_TICKET;
    }
    if (identity->standing == STANDING_EJECTED) {
        return LEDGER_REFUSED_EJECTED;
    }
    bool known = identity->standing == STANDING_PLAYER;
    if ((!known && identity->standing != STANDING_NONE) || (known && identity->bot != j.bot)) {
        return LEDGER_REFUSED_ALREADY;
    }
    if (!j.bot && membership_count_candidates(x->p) >= MEMBERS_MAX) {
        return LEDGER_REFUSED_FULL;
    }
    uint16_t refusal = x->app->can_seat(x->state, op->author);
    if (refusal != 0) {
        return refusal;
    }
    if (j.bot) {
        return join_bot(x, identity, &j);
    }
    /* Who had a seat before and left is not asked about again; who was sent away is. */
    bool asks = (!known || identity->sent_away) && x->app->admits_by_ballot(x->state);
    admit(identity, &j);
    identity->sent_away = false;
    identity_stand(identity, asks ? STANDING_WAITING : STANDING_JOINING);
    return 0;
}

uint16_t membership_leave(struct execution *x, const struct op *op)
{
    struct identity *identity = protocol_identity_mut(x->p, op->author);
    if (op->payload_size != 0) {
        return LEDGER_REFUSED_MALFORMED;
    }
    switch (identity->standing) {
    case STANDING_MEMBER:
        identity_stand(identity, STANDING_LEAVING);
        break;
    case STANDING_WAITING:
    case STANDING_JOINING:
        membership_stand_down(identity);
        attempt_drop(x->p, op->author);
        break;
    case STANDING_PLAYER:
        break;
    case STANDING_EJECTED:
        return LEDGER_REFUSED_EJECTED;
    default:
        return LEDGER_REFUSED_ALREADY;
    }
    membership_leave_seats(x, identity);
    return 0;
}

uint16_t membership_rekey(struct execution *x, const struct op *op)
{
    struct protocol_state *p = x->p;
    struct identity *identity = protocol_identity_mut(p, op->author);
    if (op->payload_size != 0) {
        return LEDGER_REFUSED_MALFORMED;
    }
    switch (identity->standing) {
    case STANDING_MEMBER:
    case STANDING_JOINING: {
        if (identity->rekeyed) {
            return LEDGER_REFUSED_ALREADY;
        }
        identity->rekeyed = true;
        int i = p->attempt.phase == ATTEMPT_NONE ? -1 : roster_find(&p->attempt.roster, op->author);
        /* A candidate that has not posted keys yet posts its new ones in the running attempt. */
        if (i < 0 || (p->attempt.keys_in >> i & 1) != 0) {
            attempt_drop(p, op->author);
            p->rekey_wanted = true;
        }
        return 0;
    }
    case STANDING_PLAYER: {
        if (identity->bot) {
            return LEDGER_REFUSED_NOT_MEMBER;
        }
        if (identity->sent_away) {
            return LEDGER_REFUSED_SENT_AWAY;
        }
        uint16_t refusal = membership_count_candidates(p) >= MEMBERS_MAX
                               ? (uint16_t)LEDGER_REFUSED_FULL
                               : x->app->can_seat(x->state, op->author);
        if (refusal == 0) {
            identity_stand(identity, STANDING_JOINING);
        }
        return refusal;
    }
    case STANDING_EJECTED:
        return LEDGER_REFUSED_EJECTED;
    default:
        return LEDGER_REFUSED_ALREADY;
    }
}

/* Does the attempt wait for this candidate. */
static bool is_awaited(const struct attempt *a, int i)
{
    uint64_t in = a->phase == ATTEMPT_KEYS   ? a->keys_in
                  : a->phase == ATTEMPT_DEAL ? a->deals_in
                  : a->phase == ATTEMPT_ACK  ? a->acks_in
                                             : UINT64_MAX;
    return (in >> i & 1) == 0;
}

uint16_t membership_absent(struct execution *x, const struct op *op)
{
    struct protocol_state *p = x->p;
    struct attempt *a = &p->attempt;
    struct reader r = reader_of(op->payload, op->payload_size);
    uint8_t id[ID_BYTES];
    uint32_t dkg_id = read_u32(&r);
    read_bytes(&r, id, sizeof id);
    if (!reader_done(&r)) {
        return LEDGER_REFUSED_MALFORMED;
    }
    int voter = roster_find(&p->roster, op->author);
    if (voter < 0) {
        return LEDGER_REFUSED_NOT_MEMBER;
    }
    if (a->phase == ATTEMPT_NONE || a->dkg_id != dkg_id) {
        return LEDGER_REFUSED_WRONG_ATTEMPT;
    }
    int i = roster_find(&a->roster, id);
    if (i < 0 || memcmp(id, op->author, ID_BYTES) == 0) {
        return LEDGER_REFUSED_NOT_CANDIDATE;
    }
    if (!is_awaited(a, i)) {
        return LEDGER_REFUSED_WRONG_PHASE;
    }
    if ((a->absent[i] >> voter & 1) != 0) {
        return LEDGER_REFUSED_ALREADY;
    }
    a->absent[i] |= UINT64_C(1) << voter;
    bool votes_now = roster_find(&p->roster, id) >= 0;
    unsigned needed = votes_now ? quorum_size(p->roster.count) : quorum_witnesses(p->roster.count);
    if ((unsigned)__builtin_popcountll(a->absent[i]) >= needed) {
        struct identity *identity = protocol_identity_mut(p, id);
        if (identity->standing != STANDING_LEAVING) {
            membership_stand_down(identity);
        }
        attempt_drop(p, id);
    }
    return 0;
}

void membership_eject(struct execution *x, struct identity *culprit)
{
    identity_stand(culprit, STANDING_EJECTED);
    attempt_drop(x->p, culprit->id_pk);
    if (roster_find(&x->p->roster, culprit->id_pk) < 0) {
        membership_leave_seats(x, culprit);
    }
}

bool membership_evidence(struct execution *x, const struct op *op)
{
    uint8_t id[ID_BYTES];
    if (evidence_judge(x->signer, x->game_id, x->p->epoch, &x->p->roster, op->payload,
            op->payload_size, id) == EVIDENCE_NONE) {
        return false;
    }
    struct identity *culprit = protocol_identity_mut(x->p, id);
    if (culprit == NULL || culprit->standing == STANDING_EJECTED) {
        return false;
    }
    membership_eject(x, culprit);
    return true;
}

static bool switch_is_due(const struct protocol_state *p, const struct op *op)
{
    struct reader r = reader_of(op->payload, op->payload_size);
    struct digest hash;
    uint32_t dkg_id = read_u32(&r);
    read_bytes(&r, hash.b, DIGEST_BYTES);
    return reader_done(&r) && p->attempt.phase == ATTEMPT_READY && !p->roll.active &&
           dkg_id == p->attempt.dkg_id && digest_equal(&hash, &p->attempt.dkg_hash);
}

/* Those whose vote ends with the old electorate. */
static void retire(struct execution *x, const struct roster *old)
{
    for (uint16_t i = 0; i < old->count; i++) {
        const uint8_t *id = old->members[i].id_pk;
        struct identity *identity = protocol_identity_mut(x->p, id);
        if (roster_find(&x->p->roster, id) >= 0) {
            continue;
        }
        if (identity->standing == STANDING_EJECTED) {
            membership_leave_seats(x, identity);
        } else if (identity->standing == STANDING_LEAVING) {
            identity_stand(identity, STANDING_PLAYER);
        }
    }
}

static void install(struct execution *x)
{
    for (uint16_t i = 0; i < x->p->roster.count; i++) {
        struct identity *identity = protocol_identity_mut(x->p, x->p->roster.members[i].id_pk);
        if (identity->standing == STANDING_JOINING) {
            identity_stand(identity, STANDING_MEMBER);
            /* A seat that went to somebody else meanwhile leaves a member without one. */
            seat_now(x, identity);
        }
    }
}

bool membership_switch(struct execution *x, const struct op *op)
{
    struct protocol_state *p = x->p;
    struct roster old = p->roster;
    if (!switch_is_due(p, op) || !attempt_dice(x, &p->dice)) {
        return false;
    }
    p->epoch++;
    p->roster = p->attempt.roster;
    p->members_hash = roster_hash(&p->roster);
    p->dkg_hash = p->attempt.dkg_hash;
    p->has_dice = true;
    p->attempt.phase = ATTEMPT_NONE;
    p->closed = true;
    for (uint16_t i = 0; i < p->identity_count; i++) {
        p->identities[i].rekeyed = false;
    }
    retire(x, &old);
    install(x);
    ballots_follow(x, &old);
    return true;
}

static void settle_seats(struct execution *x)
{
    struct protocol_state *p = x->p;
    for (uint16_t i = 0; i < p->identity_count && !p->roll.active; i++) {
        struct identity *identity = &p->identities[i];
        if (identity->leave_due) {
            identity->leave_due = false;
            leave_now(x, identity);
        }
    }
    for (uint16_t i = 0; i < p->identity_count && !p->roll.active; i++) {
        struct identity *identity = &p->identities[i];
        if (identity->seat_due) {
            identity->seat_due = false;
            seat_now(x, identity);
        }
    }
}

static bool same_members(const struct roster *a, const struct roster *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (uint16_t i = 0; i < a->count; i++) {
        if (memcmp(a->members[i].id_pk, b->members[i].id_pk, ID_BYTES) != 0) {
            return false;
        }
    }
    return true;
}

void membership_settle(struct execution *x)
{
    struct protocol_state *p = x->p;
    settle_seats(x);
    if (!p->roll.active && membership_count_candidates(p) == 0) {
        p->attempt.phase = ATTEMPT_NONE;
        p->ended = true;
    }
}

void membership_end_block(struct protocol_state *p)
{
    struct roster candidates;
    if (p->attempt.phase != ATTEMPT_NONE || p->ended) {
        return;
    }
    membership_candidates(p, &candidates);
    if (candidates.count > 0 && (p->rekey_wanted || !same_members(&candidates, &p->roster))) {
        attempt_start(p, &candidates);
    }
}
