#include "consensus/protocol_state.h"

#include "base/check.h"
#include "consensus/ballot.h"
#include "consensus/quorum.h"

enum {
    FLAG_HAS_DICE = 1,
    FLAG_REKEY_WANTED = 2,
    FLAG_CLOSED = 4,
    FLAG_ENDED = 8,

    IDENTITY_BOT = 1,
    IDENTITY_SEAT_DUE = 2,
    IDENTITY_LEAVE_DUE = 4,
    IDENTITY_REKEYED = 8,
    IDENTITY_STACK = 16,
    IDENTITY_SENT_AWAY = 32,
    IDENTITY_BALLOTS = 64,
    IDENTITY_FLAGS = 127,
};

/* Where `id` stands or belongs; *found tells which. */
static size_t identity_place(
    const struct protocol_state *p, const uint8_t id[ID_BYTES], bool *found)
{
    size_t low = 0, high = p->identity_count;
    *found = false;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = memcmp(p->identities[middle].id_pk, id, ID_BYTES);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct identity *protocol_identity(const struct protocol_state *p, const uint8_t id[ID_BYTES])
{
    bool found;
    size_t i = identity_place(p, id, &found);
    return found ? &p->identities[i] : NULL;
}

struct identity *protocol_identity_mut(struct protocol_state *p, const uint8_t id[ID_BYTES])
{
    bool found;
    size_t i = identity_place(p, id, &found);
    return found ? &p->identities[i] : NULL;
}

struct identity *protocol_add_identity(struct protocol_state *p, const uint8_t id[ID_BYTES])
{
    bool found;
    size_t i = identity_place(p, id, &found);
    if (found || p->identity_count == IDENTITIES_MAX) {
        return NULL;
    }
    memmove(&p->identities[i + 1], &p->identities[i],
        (p->identity_count - i) * sizeof p->identities[0]);
    p->identities[i] = (struct identity){0};
    memcpy(p->identities[i].id_pk, id, ID_BYTES);
    p->identity_count++;
    return &p->identities[i];
}

void identity_stand(struct identity *identity, enum identity_standing standing)
{
    struct identity next = {.standing = (uint8_t)standing};
    if (ballot_asks(identity) != ballot_asks(&next)) {
        identity->yes = 0;
        identity->no = 0;
    }
    identity->standing = (uint8_t)standing;
}

static void roster_copy(struct roster *to, const struct roster *from)
{
    to->count = from->count;
    memcpy(to->members, from->members, from->count * sizeof from->members[0]);
}

static void attempt_copy(struct attempt *to, const struct attempt *from)
{
    uint16_t n = from->roster.count;
    to->phase = from->phase;
    if (from->phase == ATTEMPT_NONE) {
        return;
    }
    to->dkg_id = from->dkg_id;
    roster_copy(&to->roster, &from->roster);
    memcpy(to->ek_pk, from->ek_pk, n * sizeof from->ek_pk[0]);
    to->keys_in = from->keys_in;
    to->deals_in = from->deals_in;
    to->acks_in = from->acks_in;
    memcpy(to->absent, from->absent, n * sizeof from->absent[0]);
    to->dkg_hash = from->dkg_hash;
    for (uint16_t i = 0; i < n; i++) {
        if ((from->deals_in >> i & 1) != 0) {
            to->deal_size[i] = from->deal_size[i];
            memcpy(to->deals[i], from->deals[i], from->deal_size[i]);
        }
    }
}

void protocol_copy(struct protocol_state *to, const struct protocol_state *from)
{
    to->epoch = from->epoch;
    roster_copy(&to->roster, &from->roster);
    to->members_hash = from->members_hash;
    to->dkg_hash = from->dkg_hash;
    to->has_dice = from->has_dice;
    to->dkg_id = from->dkg_id;
    if (from->has_dice) {
        to->dice = from->dice;
    }
    to->identity_count = from->identity_count;
    memcpy(to->identities, from->identities, from->identity_count * sizeof from->identities[0]);
    to->rekey_wanted = from->rekey_wanted;
    attempt_copy(&to->attempt, &from->attempt);
    to->roll = from->roll;
    to->closed = from->closed;
    to->ended = from->ended;
    to->log = from->log;
}

static void identity_encode(const struct identity *identity, struct writer *w)
{
    unsigned flags =
        (identity->bot ? IDENTITY_BOT : 0) | (identity->seat_due ? IDENTITY_SEAT_DUE : 0) |
        (identity->leave_due ? IDENTITY_LEAVE_DUE : 0) |
        (identity->rekeyed ? IDENTITY_REKEYED : 0) | (identity->stack ? IDENTITY_STACK : 0) |
        (identity->sent_away ? IDENTITY_SENT_AWAY : 0) |
        ((identity->yes | identity->no) != 0 ? IDENTITY_BALLOTS : 0);
    write_bytes(w, identity->id_pk, ID_BYTES);
    write_bytes(w, identity->net_pk, sizeof identity->net_pk);
    write_bytes(w, identity->sponsor, ID_BYTES);
    write_u64(w, identity->seq);
    write_u8(w, identity->standing);
    write_u8(w, (uint8_t)flags);
    write_u8(w, identity->profile_size);
    write_bytes(w, identity->profile, identity->profile_size);
    if ((identity->yes | identity->no) != 0) {
        write_u64(w, identity->yes);
        write_u64(w, identity->no);
    }
}

static bool ballots_decode(struct identity *identity, uint16_t members, struct reader *r)
{
    identity->yes = read_u64(r);
    identity->no = read_u64(r);
    return ballot_asks(identity) != BALLOT_NONE && (identity->yes | identity->no) != 0 &&
           (identity->yes & identity->no) == 0 && ((identity->yes | identity->no) >> members) == 0;
}

/* `members`: how many vote in this state. */
static bool identity_decode(struct identity *identity, uint16_t members, struct reader *r)
{
    *identity = (struct identity){0};
    read_bytes(r, identity->id_pk, ID_BYTES);
    read_bytes(r, identity->net_pk, sizeof identity->net_pk);
    read_bytes(r, identity->sponsor, ID_BYTES);
    identity->seq = read_u64(r);
    identity->standing = read_u8(r);
    unsigned flags = read_u8(r);
    identity->bot = (flags & IDENTITY_BOT) != 0;
    identity->seat_due = (flags & IDENTITY_SEAT_DUE) != 0;
    identity->leave_due = (flags & IDENTITY_LEAVE_DUE) != 0;
    identity->rekeyed = (flags & IDENTITY_REKEYED) != 0;
    identity->stack = (flags & IDENTITY_STACK) != 0;
    identity->sent_away = (flags & IDENTITY_SENT_AWAY) != 0;
    identity->profile_size = read_u8(r);
    if (flags > IDENTITY_FLAGS || identity->standing >= STANDING_COUNT ||
        identity->profile_size > PROFILE_BYTES_MAX) {
        return false;
    }
    read_bytes(r, identity->profile, identity->profile_size);
    return ((flags & IDENTITY_BALLOTS) == 0 || ballots_decode(identity, members, r)) && !r->bad;
}

static void attempt_encode(const struct attempt *a, struct writer *w)
{
    write_u8(w, a->phase);
    if (a->phase == ATTEMPT_NONE) {
        return;
    }
    write_u32(w, a->dkg_id);
    roster_encode(&a->roster, w);
    write_u64(w, a->keys_in);
    write_u64(w, a->deals_in);
    write_u64(w, a->acks_in);
    for (uint16_t i = 0; i < a->roster.count; i++) {
        write_u64(w, a->absent[i]);
        if ((a->keys_in >> i & 1) != 0) {
            write_bytes(w, a->ek_pk[i], sizeof a->ek_pk[i]);
        }
        if ((a->deals_in >> i & 1) != 0) {
            write_lp(w, a->deals[i], a->deal_size[i]);
        }
    }
    if (a->phase >= ATTEMPT_ACK) {
        write_bytes(w, a->dkg_hash.b, DIGEST_BYTES);
    }
}

static bool attempt_decode(struct attempt *a, struct reader *r)
{
    memset(a, 0, sizeof *a);
    a->phase = read_u8(r);
    if (a->phase == ATTEMPT_NONE || a->phase >= ATTEMPT_PHASE_COUNT) {
        return a->phase == ATTEMPT_NONE && !r->bad;
    }
    a->dkg_id = read_u32(r);
    if (!roster_decode(&a->roster, r) || a->roster.count == 0) {
        return false;
    }
    a->keys_in = read_u64(r);
    a->deals_in = read_u64(r);
    a->acks_in = read_u64(r);
    if (((a->keys_in | a->deals_in | a->acks_in) >> a->roster.count) != 0) {
        return false;
    }
    for (uint16_t i = 0; i < a->roster.count; i++) {
        a->absent[i] = read_u64(r);
        if ((a->keys_in >> i & 1) != 0) {
            read_bytes(r, a->ek_pk[i], sizeof a->ek_pk[i]);
        }
        if ((a->deals_in >> i & 1) != 0) {
            size_t size;
            const uint8_t *deal = read_lp(r, &size);
            if (deal == NULL || size > DKG_DEAL_BYTES_MAX) {
                return false;
            }
            a->deal_size[i] = (uint32_t)size;
            memcpy(a->deals[i], deal, size);
        }
    }
    if (a->phase >= ATTEMPT_ACK) {
        read_bytes(r, a->dkg_hash.b, DIGEST_BYTES);
    }
    return !r->bad;
}

static void roll_encode(const struct pending_roll *roll, struct writer *w)
{
    write_u8(w, (uint8_t)(roll->active ? (roll->bound ? 2 : 1) : 0));
    if (!roll->active) {
        return;
    }
    write_u64(w, roll->roll);
    write_u32(w, roll->epoch);
    write_u32(w, roll->op_index);
    if (roll->bound) {
        write_u64(w, roll->view);
        write_bytes(w, roll->block.b, DIGEST_BYTES);
    }
}

static bool roll_decode(struct pending_roll *roll, struct reader *r)
{
    uint8_t form = read_u8(r);
    *roll = (struct pending_roll){.active = form > 0, .bound = form > 1};
    if (form == 0) {
        return !r->bad;
    }
    roll->roll = read_u64(r);
    roll->epoch = read_u32(r);
    roll->op_index = read_u32(r);
    if (roll->bound) {
        roll->view = read_u64(r);
        read_bytes(r, roll->block.b, DIGEST_BYTES);
    }
    return form <= 2 && !r->bad;
}

void protocol_encode(const struct protocol_state *p, struct writer *w)
{
    unsigned flags = (p->has_dice ? FLAG_HAS_DICE : 0) | (p->rekey_wanted ? FLAG_REKEY_WANTED : 0) |
                     (p->closed ? FLAG_CLOSED : 0) | (p->ended ? FLAG_ENDED : 0);
    write_u32(w, p->epoch);
    write_u8(w, (uint8_t)flags);
    roster_encode(&p->roster, w);
    write_bytes(w, p->dkg_hash.b, DIGEST_BYTES);
    write_u32(w, p->dkg_id);
    if (p->has_dice) {
        write_bytes(w, p->dice.A, p->dice.t * sizeof p->dice.A[0]);
    }
    write_u16(w, p->identity_count);
    for (uint16_t i = 0; i < p->identity_count; i++) {
        identity_encode(&p->identities[i], w);
    }
    attempt_encode(&p->attempt, w);
    roll_encode(&p->roll, w);
    merkle_range_encode(&p->log, w);
}

static bool dice_decode(struct protocol_state *p, struct reader *r)
{
    struct point A[MEMBERS_MAX];
    uint16_t t = (uint16_t)quorum_size(p->roster.count);
    read_bytes(r, A, t * sizeof A[0]);
    if (r->bad || t == 0) {
        return false;
    }
    dkg_public_load(&p->dice, p->roster.count, t, A);
    return dkg_public_finish(&p->dice) == ERR_OK;
}

bool protocol_decode(struct protocol_state *p, struct reader *r)
{
    p->epoch = read_u32(r);
    unsigned flags = read_u8(r);
    p->has_dice = (flags & FLAG_HAS_DICE) != 0;
    p->rekey_wanted = (flags & FLAG_REKEY_WANTED) != 0;
    p->closed = (flags & FLAG_CLOSED) != 0;
    p->ended = (flags & FLAG_ENDED) != 0;
    if (flags > 15 || !roster_decode(&p->roster, r)) {
        return false;
    }
    p->members_hash = roster_hash(&p->roster);
    read_bytes(r, p->dkg_hash.b, DIGEST_BYTES);
    p->dkg_id = read_u32(r);
    if (p->has_dice && !dice_decode(p, r)) {
        return false;
    }
    p->identity_count = read_u16(r);
    if (r->bad || p->identity_count > IDENTITIES_MAX) {
        return false;
    }
    for (uint16_t i = 0; i < p->identity_count; i++) {
        if (!identity_decode(&p->identities[i], p->roster.count, r) ||
            (i > 0 && memcmp(p->identities[i - 1].id_pk, p->identities[i].id_pk, ID_BYTES) >= 0)) {
            return false;
        }
    }
    return attempt_decode(&p->attempt, r) && roll_decode(&p->roll, r) &&
           merkle_range_decode(&p->log, r);
}
