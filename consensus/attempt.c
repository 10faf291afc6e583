#include "base/check.h"
#include "consensus/ledger.h"
#include "consensus/membership.h"
#include "consensus/quorum.h"

static uint64_t bit(int index)
{
    return UINT64_C(1) << index;
}

static uint64_t all_bits(const struct attempt *a)
{
    return bit(a->roster.count) - 1;
}

void attempt_start(struct protocol_state *p, const struct roster *candidates)
{
    struct attempt *a = &p->attempt;
    a->phase = ATTEMPT_KEYS;
    a->dkg_id = ++p->dkg_id;
    a->roster = *candidates;
    for (uint16_t i = 0; i < candidates->count; i++) {
        memset(a->roster.members[i].vote_pk, 0, sizeof a->roster.members[i].vote_pk);
        a->absent[i] = 0;
    }
    a->keys_in = a->deals_in = a->acks_in = 0;
    p->rekey_wanted = false;
}

void attempt_drop(struct protocol_state *p, const uint8_t id[ID_BYTES])
{
    if (p->attempt.phase != ATTEMPT_NONE && roster_find(&p->attempt.roster, id) >= 0) {
        p->attempt.phase = ATTEMPT_NONE;
    }
}

void attempt_params(
    struct dkg_params *params, const struct attempt *a, const struct digest *game_id)
{
    params->game_id = *game_id;
    params->dkg_id = a->dkg_id;
    params->n = a->roster.count;
    params->t = (uint16_t)quorum_size(a->roster.count);
    for (uint16_t i = 0; i < a->roster.count; i++) {
        memcpy(params->EK[i].b, a->ek_pk[i], GROUP_POINT_BYTES);
    }
}

/* The author's place in the attempt that the op names, when that is the running one in `phase`. */
static uint16_t find_candidate(const struct protocol_state *p, const struct op *op, uint32_t dkg_id,
    enum attempt_phase phase, int *index)
{
    if (p->attempt.phase == ATTEMPT_NONE || p->attempt.dkg_id != dkg_id) {
        return LEDGER_REFUSED_WRONG_ATTEMPT;
    }
    *index = roster_find(&p->attempt.roster, op->author);
    if (*index < 0) {
        return LEDGER_REFUSED_NOT_CANDIDATE;
    }
    return p->attempt.phase == phase ? 0 : LEDGER_REFUSED_WRONG_PHASE;
}

uint16_t attempt_keys(struct execution *x, const struct op *op)
{
    struct attempt *a = &x->p->attempt;
    struct reader r = reader_of(op->payload, op->payload_size);
    struct point EK;
    uint8_t vote_pk[32];
    int i;
    uint32_t dkg_id = read_u32(&r);
    read_bytes(&r, vote_pk, sizeof vote_pk);
    read_bytes(&r, EK.b, sizeof EK.b);
    if (!reader_done(&r)) {
        return LEDGER_REFUSED_MALFORMED;
    }
    uint16_t refusal = find_candidate(x->p, op, dkg_id, ATTEMPT_KEYS, &i);
    if (refusal != 0) {
        return refusal;
    }
    if ((a->keys_in & bit(i)) != 0) {
        return LEDGER_REFUSED_ALREADY;
    }
    if (!point_is_valid(&EK)) {
        return LEDGER_REFUSED_MALFORMED;
    }
    memcpy(a->roster.members[i].vote_pk, vote_pk, sizeof vote_pk);
    memcpy(a->ek_pk[i], EK.b, sizeof EK.b);
    a->keys_in |= bit(i);
    a->absent[i] = 0;
    if (a->keys_in == all_bits(a)) {
        a->phase = ATTEMPT_DEAL;
    }
    return 0;
}

/* E must be the dealer's own: a copied one would make an honest complaint open another's share. */
static bool key_is_copied(
    const struct attempt *a, const struct dkg_params *params, const struct dkg_deal *deal)
{
    size_t place = 4 + (size_t)params->t * GROUP_POINT_BYTES;
    for (uint16_t i = 0; i < a->roster.count; i++) {
        if ((a->deals_in & bit(i)) != 0 &&
            memcmp(a->deals[i] + place, deal->E.b, GROUP_POINT_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

static struct digest hash_of_deals(const struct attempt *a)
{
    struct digest digests[MEMBERS_MAX];
    struct digest members = roster_hash(&a->roster);
    for (uint16_t i = 0; i < a->roster.count; i++) {
        digests[i] = hash_tagged("craps/v1/deal", a->deals[i], a->deal_size[i]);
    }
    return dkg_hash(a->dkg_id, &members, digests, a->roster.count);
}

bool attempt_dice(const struct execution *x, struct dkg_public *dice)
{
    const struct attempt *a = &x->p->attempt;
    struct dkg_params params;
    struct dkg_deal deal;
    if (x->memo->dice_set && digest_equal(&x->memo->dice_hash, &a->dkg_hash)) {
        *dice = x->memo->dice;
        return true;
    }
    attempt_params(&params, a, x->game_id);
    dkg_public_begin(dice, params.n, params.t);
    for (uint16_t i = 0; i < params.n; i++) {
        CHECK(dkg_deal_read(&deal, &params, a->deals[i], a->deal_size[i]) == ERR_OK);
        dkg_public_add(dice, &deal);
    }
    if (dkg_public_finish(dice) != ERR_OK) {
        return false;
    }
    x->memo->dice = *dice;
    x->memo->dice_hash = a->dkg_hash;
    x->memo->dice_set = true;
    return true;
}

/* All deals are in: the key is settled. One that no member may use starts everybody over. */
static void finish_dealing(struct execution *x)
{
    struct protocol_state *p = x->p;
    struct dkg_public dice;
    p->attempt.dkg_hash = hash_of_deals(&p->attempt);
    p->attempt.phase = ATTEMPT_ACK;
    if (!attempt_dice(x, &dice)) {
        p->attempt.phase = ATTEMPT_NONE;
        p->rekey_wanted = true;
    }
}

uint16_t attempt_deal(struct execution *x, const struct op *op)
{
    struct attempt *a = &x->p->attempt;
    struct reader r = reader_of(op->payload, op->payload_size);
    struct dkg_params params;
    struct dkg_deal deal;
    int i;
    uint32_t dkg_id = read_u32(&r);
    if (r.bad) {
        return LEDGER_REFUSED_MALFORMED;
    }
    uint16_t refusal = find_candidate(x->p, op, dkg_id, ATTEMPT_DEAL, &i);
    if (refusal != 0) {
        return refusal;
    }
    if ((a->deals_in & bit(i)) != 0) {
        return LEDGER_REFUSED_ALREADY;
    }
    attempt_params(&params, a, x->game_id);
    if (dkg_deal_read(&deal, &params, op->payload, op->payload_size) != ERR_OK ||
        key_is_copied(a, &params, &deal) ||
        dkg_deal_verify(&params, (uint16_t)(i + 1), &deal) != DKG_DEAL_OK) {
        return LEDGER_REFUSED_BAD_DEAL;
    }
    CHECK(op->payload_size <= sizeof a->deals[i]);
    memcpy(a->deals[i], op->payload, op->payload_size);
    a->deal_size[i] = (uint32_t)op->payload_size;
    a->deals_in |= bit(i);
    a->absent[i] = 0;
    if (a->deals_in == all_bits(a)) {
        finish_dealing(x);
    }
    return 0;
}

uint16_t attempt_ack(struct execution *x, const struct op *op)
{
    struct attempt *a = &x->p->attempt;
    struct reader r = reader_of(op->payload, op->payload_size);
    struct digest hash;
    int i;
    uint32_t dkg_id = read_u32(&r);
    read_bytes(&r, hash.b, DIGEST_BYTES);
    if (!reader_done(&r)) {
        return LEDGER_REFUSED_MALFORMED;
    }
    uint16_t refusal = find_candidate(x->p, op, dkg_id, ATTEMPT_ACK, &i);
    if (refusal != 0) {
        return refusal;
    }
    if ((a->acks_in & bit(i)) != 0) {
        return LEDGER_REFUSED_ALREADY;
    }
    if (!digest_equal(&hash, &a->dkg_hash)) {
        return LEDGER_REFUSED_WRONG_ATTEMPT;
    }
    a->acks_in |= bit(i);
    a->absent[i] = 0;
    if (a->acks_in == all_bits(a)) {
        a->phase = ATTEMPT_READY;
    }
    return 0;
}

uint16_t attempt_complain(struct execution *x, const struct op *op)
{
    struct attempt *a = &x->p->attempt;
    struct dkg_params params;
    struct dkg_complaint complaint;
    struct dkg_deal deal;
    int i;
    if (dkg_complaint_read(&complaint, op->payload, op->payload_size) != ERR_OK) {
        return LEDGER_REFUSED_MALFORMED;
    }
    uint16_t refusal = find_candidate(x->p, op, complaint.dkg_id, ATTEMPT_ACK, &i);
    if (refusal != 0) {
        return refusal;
    }
    if ((a->acks_in & bit(i)) != 0) {
        return LEDGER_REFUSED_ALREADY;
    }
    unsigned dealer = complaint.dealer;
    if (dealer < 1 || dealer > a->roster.count) {
        return LEDGER_REFUSED_BAD_COMPLAINT;
    }
    attempt_params(&params, a, x->game_id);
    CHECK(dkg_deal_read(&deal, &params, a->deals[dealer - 1], a->deal_size[dealer - 1]) == ERR_OK);
    const uint8_t *culprit;
    switch (dkg_complaint_judge(&params, (uint16_t)(i + 1), &deal, &complaint)) {
    case DKG_COMPLAINT_UPHELD:
        culprit = a->roster.members[dealer - 1].id_pk;
        break;
    case DKG_COMPLAINT_FALSE:
        culprit = op->author;
        break;
    default:
        return LEDGER_REFUSED_BAD_COMPLAINT;
    }
    membership_eject(x, protocol_identity_mut(x->p, culprit));
    return 0;
}
