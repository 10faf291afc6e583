/* What this node owes a key generation (B.1.2, B.1.3, C.3), read off the final state. */
#include "consensus/engine_internal.h"

#include "consensus/quorum.h"

static bool has_bit(uint64_t bits, int i)
{
    return (bits >> i & 1) != 0;
}

static bool post(struct engine *e, uint8_t kind, const struct writer *w)
{
    return !w->bad && engine_submit(e, kind, w->data, w->size, NULL, false, NULL) == ERR_OK;
}

/* Fresh keys, on disk before the op that names them leaves (decision 3). */
static struct key_set *make_keys(struct engine *e, uint32_t dkg_id)
{
    uint8_t random[DKG_KEY_RANDOM_BYTES];
    struct point EK;
    struct key_set *k = engine_keys_add(e, dkg_id);
    engine_random(e, random, 32);
    e->config.signer->keypair(k->vote_pk, k->vote_sk, random);
    do {
        engine_random(e, random, sizeof random);
    } while (!dkg_key_create(&k->ek, &EK, random));
    sodium_memzero(random, sizeof random);
    uint8_t secret[64 + 32];
    memcpy(secret, k->vote_sk, 64);
    memcpy(secret + 64, k->ek.ek.b, 32);
    struct persist *p = engine_persist(e, PERSIST_KEYS);
    p->dkg_id = dkg_id;
    p->data = engine_keep(e, secret, sizeof secret);
    p->size = sizeof secret;
    sodium_memzero(secret, sizeof secret);
    return k;
}

static bool duty_keys(struct engine *e, const struct attempt *a)
{
    uint8_t bytes[4 + 32 + 32];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct point EK;
    if (e->duty.keys_posted == a->dkg_id) {
        return false;
    }
    struct key_set *k = engine_keys_by_attempt(e, a->dkg_id);
    k = k != NULL ? k : make_keys(e, a->dkg_id);
    group_mul_base(&EK, &k->ek.ek);
    write_u32(&w, a->dkg_id);
    write_bytes(&w, k->vote_pk, sizeof k->vote_pk);
    write_bytes(&w, EK.b, sizeof EK.b);
    if (post(e, OP_KEYS, &w)) {
        e->duty.keys_posted = a->dkg_id;
        return true;
    }
    return false;
}

static void attempt_params(
    const struct engine *e, const struct attempt *a, struct dkg_params *params)
{
    params->game_id = e->game_id;
    params->dkg_id = a->dkg_id;
    params->n = a->roster.count;
    params->t = (uint16_t)quorum_size(a->roster.count);
    for (unsigned i = 0; i < a->roster.count; i++) {
        memcpy(params->EK[i].b, a->ek_pk[i], sizeof params->EK[i].b);
    }
}

static bool duty_deal(struct engine *e, const struct attempt *a, int me)
{
    struct dkg_params *params = &e->deals.params;
    uint8_t bytes[DKG_DEAL_BYTES_MAX], seed[DKG_SEED_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct dkg_deal deal;
    if (e->duty.deal_posted == a->dkg_id || engine_keys_by_attempt(e, a->dkg_id) == NULL) {
        return false;
    }
    e->deals.valid = false;
    attempt_params(e, a, params);
    engine_random(e, seed, sizeof seed);
    bool made = dkg_deal_create(&deal, params, (uint16_t)(me + 1), seed);
    sodium_memzero(seed, sizeof seed);
    if (made) {
        dkg_deal_write(&w, params, &deal);
    }
    if (made && post(e, OP_DEAL, &w)) {
        e->duty.deal_posted = a->dkg_id;
        return true;
    }
    return false;
}

/* Decodes all deals of an attempt that has them; the execution of DEAL has checked each. */
bool engine_load_deals(struct engine *e, const struct attempt *a)
{
    struct deals *d = &e->deals;
    uint64_t all = a->roster.count == 64 ? UINT64_MAX : (1ULL << a->roster.count) - 1;
    if (a->phase < ATTEMPT_ACK || a->deals_in != all) {
        return false;
    }
    attempt_params(e, a, &d->params);
    d->dealings.present = all;
    dkg_public_begin(&e->deal_sum, d->params.n, d->params.t);
    for (unsigned i = 0; i < a->roster.count; i++) {
        struct dkg_deal *deal = &d->dealings.deal[i];
        if (dkg_deal_read(deal, &d->params, a->deals[i], a->deal_size[i]) != ERR_OK) {
            return false;
        }
        dkg_public_add(&e->deal_sum, deal);
    }
    return true;
}

static bool complain(struct engine *e, const struct key_set *k, int me)
{
    const struct deals *d = &e->deals;
    uint8_t bytes[DKG_COMPLAINT_BYTES], random[DLEQ_RANDOM_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    struct dkg_complaint c;
    uint16_t self = (uint16_t)(me + 1);
    uint16_t bad = dkg_find_bad_dealer(&d->params, &d->dealings, self, &k->ek, 1);
    if (bad == 0) {
        return false;
    }
    engine_random(e, random, sizeof random);
    if (!dkg_complaint_create(
            &c, &d->params, bad, &d->dealings.deal[bad - 1], self, &k->ek, random)) {
        return false;
    }
    dkg_complaint_write(&w, &c);
    return post(e, OP_COMPLAIN, &w);
}

/* ACK says: my share is good. Whoever cannot say that proves which dealer lied (C.4). */
static bool duty_ack(struct engine *e, const struct attempt *a, int me)
{
    uint8_t bytes[4 + DIGEST_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    const struct key_set *k = engine_keys_by_attempt(e, a->dkg_id);
    struct dkg_share share;
    if (e->duty.ack_posted == a->dkg_id || k == NULL || !engine_load_deals(e, a)) {
        return false;
    }
    e->deals.valid = false; /* becomes true when the attempt's switch is final */
    bool posted;
    if (dkg_share_create(&share, &e->deals.params, &e->deals.dealings, &e->deal_sum,
            (uint16_t)(me + 1), &k->ek) == ERR_OK) {
        dkg_share_wipe(&share);
        write_u32(&w, a->dkg_id);
        write_bytes(&w, a->dkg_hash.b, DIGEST_BYTES);
        posted = post(e, OP_ACK, &w);
    } else {
        posted = complain(e, k, me);
    }
    e->duty.ack_posted = posted ? a->dkg_id : e->duty.ack_posted;
    return posted;
}

static bool note_progress(struct engine *e, const struct attempt *a)
{
    bool same = e->duty.dkg_id == a->dkg_id && e->duty.phase == a->phase &&
                e->duty.keys_in == a->keys_in && e->duty.deals_in == a->deals_in &&
                e->duty.acks_in == a->acks_in;
    if (e->duty.dkg_id != a->dkg_id || e->duty.phase != a->phase) {
        e->duty.absent_posted = 0; /* one that came too late for its phase was refused */
    }
    e->duty.dkg_id = a->dkg_id;
    e->duty.phase = a->phase;
    e->duty.keys_in = a->keys_in;
    e->duty.deals_in = a->deals_in;
    e->duty.acks_in = a->acks_in;
    if (!same) {
        e->duty.progress_ms = e->now_ms;
    }
    return same;
}

/* A member says who has been silent for T_dkg; what that needs to count is the ledger's (B.1.3). */
static bool duty_absent(struct engine *e, const struct attempt *a)
{
    uint64_t in = a->phase == ATTEMPT_KEYS   ? a->keys_in
                  : a->phase == ATTEMPT_DEAL ? a->deals_in
                                             : a->acks_in;
    uint64_t limit = ABSENT_BASE_MS + (uint64_t)ABSENT_MEMBER_MS * a->roster.count;
    bool posted = false;
    if (e->self < 0 || a->phase > ATTEMPT_ACK) {
        return false;
    }
    if (e->now_ms < e->duty.progress_ms + limit) {
        engine_due(e, e->duty.progress_ms + limit);
        return false;
    }
    for (int i = 0; i < a->roster.count; i++) {
        uint8_t bytes[4 + ID_BYTES];
        struct writer w = writer_of(bytes, sizeof bytes);
        const uint8_t *id = a->roster.members[i].id_pk;
        if (has_bit(in, i) || has_bit(e->duty.absent_posted, i) || has_bit(a->absent[i], e->self) ||
            memcmp(id, e->self_id, ID_BYTES) == 0) {
            continue;
        }
        write_u32(&w, a->dkg_id);
        write_bytes(&w, id, ID_BYTES);
        if (engine_has_room(e) && post(e, OP_ABSENT, &w)) {
            e->duty.absent_posted |= 1ULL << i;
            posted = true;
        }
    }
    return posted;
}

/* A member that cannot vote asks for a key generation with the same roster (B.1.7). */
static bool duty_rekey(struct engine *e)
{
    const struct protocol_state *p = engine_final(e);
    const struct identity *me = protocol_identity(p, e->self_id);
    if (e->self < 0 || e->voting || e->alarm || e->duty.rekey_posted || me == NULL ||
        me->standing != STANDING_MEMBER || p->attempt.phase != ATTEMPT_NONE) {
        return false;
    }
    e->duty.rekey_posted = engine_submit(e, OP_REKEY, NULL, 0, NULL, false, NULL) == ERR_OK;
    return e->duty.rekey_posted;
}

/* Does what is due after the final state changed or time passed. True when an op was posted. */
bool engine_duties(struct engine *e)
{
    const struct protocol_state *p = engine_final(e);
    const struct attempt *a = &p->attempt;
    bool did = false;
    if (e->config.watcher || p->ended || p->closed) {
        return false;
    }
    if (e->duty.distrusted && e->now_ms < e->duty.rekey_ms) {
        engine_due(e, e->duty.rekey_ms);
        return false;
    }
    if (a->phase == ATTEMPT_NONE || a->phase == ATTEMPT_READY) {
        return duty_rekey(e);
    }
    note_progress(e, a);
    int me = roster_find(&a->roster, e->self_id);
    if (me >= 0 && a->phase == ATTEMPT_KEYS && !has_bit(a->keys_in, me)) {
        did = duty_keys(e, a);
    } else if (me >= 0 && a->phase == ATTEMPT_DEAL && !has_bit(a->deals_in, me)) {
        did = duty_deal(e, a, me);
    } else if (me >= 0 && a->phase == ATTEMPT_ACK && !has_bit(a->acks_in, me)) {
        did = duty_ack(e, a, me);
    }
    return duty_absent(e, a) || did;
}

/* An own op came back from the keys file: the duty that it fulfils is done. */
void engine_duty_restored(struct engine *e, const struct op *op)
{
    struct reader r = reader_of(op->payload, op->payload_size);
    uint32_t dkg_id = read_u32(&r);
    uint32_t *posted = op->kind == OP_KEYS                             ? &e->duty.keys_posted
                       : op->kind == OP_DEAL                           ? &e->duty.deal_posted
                       : op->kind == OP_ACK || op->kind == OP_COMPLAIN ? &e->duty.ack_posted
                                                                       : NULL;
    if (posted != NULL && dkg_id > *posted) {
        *posted = dkg_id;
    }
}

/* x_j of the epoch that begins, from the deals of the attempt that made its key. It is never
 * stored. */
void engine_make_share(struct engine *e)
{
    const struct protocol_state *p = engine_final(e);
    dkg_share_wipe(&e->share);
    e->has_share = false;
    if (!e->deals.valid || !p->has_dice || e->self < 0) {
        return;
    }
    const struct key_set *k = engine_keys_by_attempt(e, e->deals.params.dkg_id);
    e->has_share = k != NULL && dkg_share_create(&e->share, &e->deals.params, &e->deals.dealings,
                                    &p->dice, (uint16_t)(e->self + 1), &k->ek) == ERR_OK;
}
