#include "consensus/dkg.h"

#include "base/check.h"

#include <sodium.h>
#include <string.h>

/* cx_i: lp("DKG") || lp(game_id) || lp(u32 dkg_id) || lp(u16 i). */
enum { CX_BYTES = 2 + 3 + 2 + DIGEST_BYTES + 2 + 4 + 2 + 2 };

/* What a dealer knows while it deals. */
struct dealer_secrets {
    struct scalar a[DKG_MEMBERS_MAX];
    struct scalar e;
    struct scalar r0;
    struct scalar r1;
};

static void write_cx(struct writer *w, const struct dkg_params *params, uint16_t dealer)
{
    write_lp(w, "DKG", 3);
    write_lp(w, params->game_id.b, sizeof params->game_id.b);
    write_u16(w, 4);
    write_u32(w, params->dkg_id);
    write_u16(w, 2);
    write_u16(w, dealer);
}

static bool is_member(const struct dkg_params *params, uint16_t j)
{
    return j >= 1 && j <= params->n;
}

bool dkg_key_create(
    struct dkg_key *key, struct point *EK, const uint8_t random[DKG_KEY_RANDOM_BYTES])
{
    scalar_reduce(&key->ek, random);
    CHECK(group_mul_base(EK, &key->ek));
    return !scalar_is_zero(&key->ek);
}

void dkg_key_wipe(struct dkg_key *key)
{
    sodium_memzero(key, sizeof *key);
}

bool dkg_params_valid(const struct dkg_params *params)
{
    if (params->t < 1 || params->t > params->n || params->n > DKG_MEMBERS_MAX) {
        return false;
    }
    for (uint16_t j = 0; j < params->n; j++) {
        if (!point_is_valid(&params->EK[j])) {
            return false;
        }
    }
    return true;
}

/* Draws every secret from one ChaCha20 stream. Its key covers the whole attempt: a seed used twice
 * by mistake repeats a deal at most, and never a nonce under another challenge. */
static void draw_secrets(struct dealer_secrets *secrets, const struct dkg_params *params,
    uint16_t dealer, const uint8_t seed[DKG_SEED_BYTES])
{
    static const uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
    uint8_t stream[(DKG_MEMBERS_MAX + 3) * GROUP_WIDE_BYTES];
    uint8_t shape[CX_BYTES + 4];
    struct writer w = writer_of(shape, sizeof shape);
    struct hash_state h;
    write_cx(&w, params, dealer);
    write_u16(&w, params->n);
    write_u16(&w, params->t);
    CHECK(!w.bad);
    hash_begin(&h, "craps/v1/deal-seed");
    hash_add(&h, seed, DKG_SEED_BYTES);
    hash_add(&h, shape, w.size);
    hash_add(&h, params->EK, params->n * sizeof params->EK[0]);
    struct digest key = hash_end(&h);
    crypto_stream_chacha20(stream, sizeof stream, nonce, key.b);
    scalar_reduce(&secrets->e, stream);
    scalar_reduce(&secrets->r0, stream + GROUP_WIDE_BYTES);
    scalar_reduce(&secrets->r1, stream + 2 * GROUP_WIDE_BYTES);
    for (size_t k = 0; k < params->t; k++) {
        scalar_reduce(&secrets->a[k], stream + (3 + k) * GROUP_WIDE_BYTES);
    }
    sodium_memzero(stream, sizeof stream);
    sodium_memzero(&key, sizeof key);
    sodium_memzero(&h, sizeof h);
}

/* pad_ij of C.3. */
static void share_pad(struct scalar *pad, const struct dkg_params *params, uint16_t dealer,
    uint16_t j, const struct point *E, const struct point *K)
{
    uint8_t buffer[CX_BYTES + 4 + 3 * (2 + GROUP_POINT_BYTES) + 3];
    struct writer w = writer_of(buffer, sizeof buffer);
    write_cx(&w, params, dealer);
    write_u16(&w, 2);
    write_u16(&w, j);
    write_lp(&w, E->b, sizeof E->b);
    write_lp(&w, params->EK[j - 1].b, sizeof params->EK[j - 1].b);
    write_lp(&w, K->b, sizeof K->b);
    write_bytes(&w, "Pad", 3);
    CHECK(!w.bad);
    group_hash_to_scalar(pad, DKG_CONTEXT, buffer, w.size);
    sodium_memzero(buffer, sizeof buffer);
}

/* ct_ij = f(j) + pad_ij. */
static void encrypt_share(struct dkg_deal *deal, const struct dkg_params *params, uint16_t dealer,
    uint16_t j, const struct dealer_secrets *secrets)
{
    struct scalar x = scalar_from_u64(j);
    struct scalar s = {{0}};
    struct scalar pad;
    struct point K;
    CHECK(group_mul(&K, &secrets->e, &params->EK[j - 1]));
    for (size_t k = params->t; k-- > 0;) {
        scalar_mul(&s, &s, &x);
        scalar_add(&s, &s, &secrets->a[k]);
    }
    share_pad(&pad, params, dealer, j, &deal->E, &K);
    scalar_add(&deal->ct[j - 1], &s, &pad);
    scalar_wipe(&s);
    scalar_wipe(&pad);
    sodium_memzero(&K, sizeof K);
}

/* The challenge of the proof of possession, over the whole dealing. */
static void pop_challenge(struct scalar *c, const struct dkg_params *params, uint16_t dealer,
    const struct dkg_deal *deal, const struct point *R0, const struct point *R1)
{
    uint8_t buffer[CX_BYTES + (DKG_MEMBERS_MAX + 3) * (2 + GROUP_POINT_BYTES) + 2 +
                   crypto_hash_sha512_BYTES + 3];
    uint8_t ct_hash[crypto_hash_sha512_BYTES];
    struct writer w = writer_of(buffer, sizeof buffer);
    crypto_hash_sha512(ct_hash, deal->ct[0].b, params->n * sizeof deal->ct[0]);
    write_cx(&w, params, dealer);
    for (size_t k = 0; k < params->t; k++) {
        write_lp(&w, deal->C[k].b, sizeof deal->C[k].b);
    }
    write_lp(&w, deal->E.b, sizeof deal->E.b);
    write_lp(&w, ct_hash, sizeof ct_hash);
    write_lp(&w, R0->b, sizeof R0->b);
    write_lp(&w, R1->b, sizeof R1->b);
    write_bytes(&w, "PoP", 3);
    CHECK(!w.bad);
    group_hash_to_scalar(c, DKG_CONTEXT, buffer, w.size);
}

static void prove_possession(struct dkg_deal *deal, const struct dkg_params *params,
    uint16_t dealer, const struct dealer_secrets *secrets)
{
    struct point R0, R1;
    CHECK(group_mul_base(&R0, &secrets->r0) && group_mul_base(&R1, &secrets->r1));
    pop_challenge(&deal->pop_c, params, dealer, deal, &R0, &R1);
    scalar_mul(&deal->pop_z0, &deal->pop_c, &secrets->a[0]);
    scalar_add(&deal->pop_z0, &deal->pop_z0, &secrets->r0);
    scalar_mul(&deal->pop_z1, &deal->pop_c, &secrets->e);
    scalar_add(&deal->pop_z1, &deal->pop_z1, &secrets->r1);
}

bool dkg_deal_create(struct dkg_deal *deal, const struct dkg_params *params, uint16_t dealer,
    const uint8_t seed[DKG_SEED_BYTES])
{
    struct dealer_secrets secrets;
    *deal = (struct dkg_deal){.dkg_id = params->dkg_id};
    if (!dkg_params_valid(params) || !is_member(params, dealer)) {
        return false;
    }
    draw_secrets(&secrets, params, dealer, seed);
    CHECK(group_mul_base(&deal->E, &secrets.e));
    for (size_t k = 0; k < params->t; k++) {
        CHECK(group_mul_base(&deal->C[k], &secrets.a[k]));
    }
    for (uint16_t j = 1; j <= params->n; j++) {
        encrypt_share(deal, params, dealer, j, &secrets);
    }
    prove_possession(deal, params, dealer, &secrets);
    sodium_memzero(&secrets, sizeof secrets);
    return true;
}

size_t dkg_deal_size(const struct dkg_params *params)
{
    return 4 + 32 * ((size_t)params->t + 1 + params->n) + 96;
}

void dkg_deal_write(struct writer *w, const struct dkg_params *params, const struct dkg_deal *deal)
{
    write_u32(w, deal->dkg_id);
    write_bytes(w, deal->C, params->t * sizeof deal->C[0]);
    write_bytes(w, &deal->E, sizeof deal->E);
    write_bytes(w, deal->ct, params->n * sizeof deal->ct[0]);
    write_bytes(w, &deal->pop_c, sizeof deal->pop_c);
    write_bytes(w, &deal->pop_z0, sizeof deal->pop_z0);
    write_bytes(w, &deal->pop_z1, sizeof deal->pop_z1);
}

enum err dkg_deal_read(
    struct dkg_deal *deal, const struct dkg_params *params, const void *data, size_t size)
{
    struct reader r = reader_of(data, size);
    *deal = (struct dkg_deal){0};
    deal->dkg_id = read_u32(&r);
    read_bytes(&r, deal->C, params->t * sizeof deal->C[0]);
    read_bytes(&r, &deal->E, sizeof deal->E);
    for (size_t j = 0; j < params->n; j++) {
        scalar_read(&r, &deal->ct[j]);
    }
    scalar_read(&r, &deal->pop_c);
    scalar_read(&r, &deal->pop_z0);
    scalar_read(&r, &deal->pop_z1);
    return reader_done(&r) ? ERR_OK : ERR_FORMAT;
}

struct digest dkg_deal_digest(const struct dkg_params *params, const struct dkg_deal *deal)
{
    uint8_t buffer[DKG_DEAL_BYTES_MAX];
    struct writer w = writer_of(buffer, sizeof buffer);
    dkg_deal_write(&w, params, deal);
    CHECK(!w.bad);
    return hash_tagged("craps/v1/deal", buffer, w.size);
}

/* z G - c P, the R that the prover must have started from. */
static bool recover_nonce(
    struct point *R, const struct scalar *z, const struct scalar *c, const struct point *P)
{
    struct point term;
    if (!group_mul_base(R, z) || !group_mul(&term, c, P)) {
        return false;
    }
    CHECK(group_sub(R, R, &term));
    return true;
}

enum dkg_verdict dkg_deal_verify(
    const struct dkg_params *params, uint16_t dealer, const struct dkg_deal *deal)
{
    struct point R0, R1;
    struct scalar c;
    if (deal->dkg_id != params->dkg_id) {
        return DKG_DEAL_ATTEMPT;
    }
    if (!is_member(params, dealer)) {
        return DKG_DEAL_DEALER;
    }
    for (size_t k = 0; k < params->t; k++) {
        if (!point_is_valid(&deal->C[k])) {
            return DKG_DEAL_COMMITMENT;
        }
    }
    if (!point_is_valid(&deal->E)) {
        return DKG_DEAL_KEY;
    }
    for (size_t j = 0; j < params->n; j++) {
        if (!scalar_is_canonical(&deal->ct[j])) {
            return DKG_DEAL_SHARE;
        }
    }
    if (!recover_nonce(&R0, &deal->pop_z0, &deal->pop_c, &deal->C[0]) ||
        !recover_nonce(&R1, &deal->pop_z1, &deal->pop_c, &deal->E)) {
        return DKG_DEAL_PROOF;
    }
    pop_challenge(&c, params, dealer, deal, &R0, &R1);
    return scalar_equal(&c, &deal->pop_c) ? DKG_DEAL_OK : DKG_DEAL_PROOF;
}

enum dkg_verdict dkg_dealings_add(struct dkg_dealings *dealings, const struct dkg_params *params,
    uint16_t dealer, const struct dkg_deal *deal)
{
    if (!is_member(params, dealer)) {
        return DKG_DEAL_DEALER;
    }
    if ((dealings->present >> (dealer - 1) & 1) != 0) {
        return DKG_DEAL_REPEATED;
    }
    /* A copied E with junk shares would turn honest complaints into an oracle (C.4). */
    for (size_t i = 0; i < params->n; i++) {
        if ((dealings->present >> i & 1) != 0 && point_equal(&dealings->deal[i].E, &deal->E)) {
            return DKG_DEAL_COPIED_KEY;
        }
    }
    enum dkg_verdict verdict = dkg_deal_verify(params, dealer, deal);
    if (verdict == DKG_DEAL_OK) {
        dealings->deal[dealer - 1] = *deal;
        dealings->present |= UINT64_C(1) << (dealer - 1);
    }
    return verdict;
}

bool dkg_dealings_complete(const struct dkg_dealings *dealings, const struct dkg_params *params)
{
    return dealings->present == (UINT64_C(1) << params->n) - 1;
}

struct digest dkg_hash(
    uint32_t dkg_id, const struct digest *members_hash, const struct digest *deal_digests, size_t n)
{
    uint8_t id[4];
    struct writer w = writer_of(id, sizeof id);
    struct hash_state h;
    write_u32(&w, dkg_id);
    hash_begin(&h, "craps/v1/dkg");
    hash_add(&h, id, sizeof id);
    hash_add(&h, members_hash->b, sizeof members_hash->b);
    hash_add(&h, deal_digests, n * sizeof deal_digests[0]);
    return hash_end(&h);
}

struct digest dkg_dealings_hash(const struct dkg_dealings *dealings,
    const struct dkg_params *params, const struct digest *members_hash)
{
    struct digest digests[DKG_MEMBERS_MAX];
    CHECK(dkg_dealings_complete(dealings, params));
    for (size_t i = 0; i < params->n; i++) {
        digests[i] = dkg_deal_digest(params, &dealings->deal[i]);
    }
    return dkg_hash(params->dkg_id, members_hash, digests, params->n);
}

void dkg_public_begin(struct dkg_public *pub, uint16_t n, uint16_t t)
{
    CHECK(t >= 1 && t <= n && n <= DKG_MEMBERS_MAX);
    *pub = (struct dkg_public){.n = n, .t = t, .pass = 1};
}

void dkg_public_add(struct dkg_public *pub, const struct dkg_deal *deal)
{
    CHECK(pub->ready == 0 && pub->pass == 1);
    for (size_t k = 0; k < pub->t; k++) {
        if (!group_add(&pub->A[k], &pub->A[k], &deal->C[k])) {
            pub->refused = true;
        }
    }
}

void dkg_public_load(struct dkg_public *pub, uint16_t n, uint16_t t, const struct point *A)
{
    dkg_public_begin(pub, n, t);
    memcpy(pub->A, A, t * sizeof A[0]);
}

/* One row of turning coefficients into differences at 0: divide by (x - m), which leaves the
 * coefficient of x(x-1)..(x-m+1) at place m, and multiply that by m!. */
static bool difference_row(struct point *d, uint16_t t, uint16_t m)
{
    struct scalar factorial = scalar_from_u64(1);
    for (uint16_t i = 2; i <= m; i++) {
        struct scalar factor = scalar_from_u64(i);
        scalar_mul(&factorial, &factorial, &factor);
    }
    for (int k = t - 2; k >= m; k--) {
        struct point term;
        if (!group_mul_small(&term, m, &d[k + 1]) || !group_add(&d[k], &d[k], &term)) {
            return false;
        }
    }
    return group_mul(&d[m], &factorial, &d[m]);
}

/* Moves the table from x to x + 1 by additions alone. */
static void difference_advance(struct point *d, uint16_t t)
{
    for (uint16_t k = 0; k + 1 < t; k++) {
        CHECK(group_add(&d[k], &d[k], &d[k + 1]));
    }
}

enum err dkg_public_step(struct dkg_public *pub)
{
    if (pub->pass == 1 && pub->ready == 0) {
        memcpy(pub->difference, pub->A, sizeof pub->difference);
        pub->refused = pub->refused || !point_is_valid(&pub->A[0]);
    }
    if (pub->refused) {
        return ERR_RANGE;
    }
    if (pub->pass < pub->t) {
        pub->refused = !difference_row(pub->difference, pub->t, pub->pass);
        pub->pass++;
    } else if (pub->ready < pub->n) {
        difference_advance(pub->difference, pub->t);
        pub->refused = point_is_identity(&pub->difference[0]);
        pub->X[pub->ready] = pub->difference[0];
        pub->ready++;
    }
    if (pub->refused) {
        return ERR_RANGE;
    }
    return pub->ready < pub->n ? ERR_AGAIN : ERR_OK;
}

enum err dkg_public_finish(struct dkg_public *pub)
{
    enum err e;
    do {
        e = dkg_public_step(pub);
    } while (e == ERR_AGAIN);
    return e;
}

enum err dkg_public_create(
    struct dkg_public *pub, const struct dkg_params *params, const struct dkg_dealings *dealings)
{
    CHECK(dkg_dealings_complete(dealings, params));
    dkg_public_begin(pub, params->n, params->t);
    for (size_t i = 0; i < params->n; i++) {
        dkg_public_add(pub, &dealings->deal[i]);
    }
    return dkg_public_finish(pub);
}

bool dkg_share_matches(
    const struct point *commitments, uint16_t t, uint16_t j, const struct scalar *s)
{
    struct point left, right;
    return group_mul_base(&left, s) && group_eval(&right, commitments, t, j) &&
           point_equal(&left, &right);
}

static bool open_with(struct scalar *s, const struct dkg_params *params, uint16_t dealer,
    const struct dkg_deal *deal, uint16_t j, const struct point *K)
{
    struct scalar pad;
    if (!scalar_is_canonical(&deal->ct[j - 1])) {
        return false;
    }
    share_pad(&pad, params, dealer, j, &deal->E, K);
    scalar_sub(s, &deal->ct[j - 1], &pad);
    scalar_wipe(&pad);
    return true;
}

bool dkg_deal_open(struct scalar *s, const struct dkg_params *params, uint16_t dealer,
    const struct dkg_deal *deal, uint16_t j, const struct dkg_key *key)
{
    struct point K;
    *s = (struct scalar){{0}};
    CHECK(is_member(params, j));
    bool ok = group_mul(&K, &key->ek, &deal->E) && open_with(s, params, dealer, deal, j, &K);
    sodium_memzero(&K, sizeof K);
    return ok;
}

void dkg_share_begin(struct dkg_share *share, uint16_t member)
{
    *share = (struct dkg_share){.member = member};
}

bool dkg_share_add(struct dkg_share *share, const struct dkg_params *params, uint16_t dealer,
    const struct dkg_deal *deal, const struct dkg_key *key)
{
    struct scalar s;
    bool ok = dkg_deal_open(&s, params, dealer, deal, share->member, key);
    scalar_add(&share->x, &share->x, &s);
    scalar_wipe(&s);
    return ok;
}

void dkg_share_wipe(struct dkg_share *share)
{
    sodium_memzero(share, sizeof *share);
}

bool dkg_share_check(const struct dkg_share *share, const struct dkg_public *pub)
{
    return dkg_share_matches(pub->A, pub->t, share->member, &share->x);
}

enum err dkg_share_create(struct dkg_share *share, const struct dkg_params *params,
    const struct dkg_dealings *dealings, const struct dkg_public *pub, uint16_t member,
    const struct dkg_key *key)
{
    bool ok = true;
    CHECK(dkg_dealings_complete(dealings, params));
    dkg_share_begin(share, member);
    for (uint16_t i = 1; i <= params->n; i++) {
        ok = dkg_share_add(share, params, i, &dealings->deal[i - 1], key) && ok;
    }
    if (!ok || !dkg_share_check(share, pub)) {
        dkg_share_wipe(share);
        return ERR_AUTH;
    }
    return ERR_OK;
}

uint16_t dkg_find_bad_dealer(const struct dkg_params *params, const struct dkg_dealings *dealings,
    uint16_t member, const struct dkg_key *key, uint16_t from)
{
    uint16_t bad = 0;
    for (uint16_t i = from < 1 ? 1 : from; bad == 0 && i <= params->n; i++) {
        const struct dkg_deal *deal = &dealings->deal[i - 1];
        struct scalar s;
        if (!dkg_deal_open(&s, params, i, deal, member, key) ||
            !dkg_share_matches(deal->C, params->t, member, &s)) {
            bad = i;
        }
        scalar_wipe(&s);
    }
    return bad;
}

bool dkg_complaint_create(struct dkg_complaint *complaint, const struct dkg_params *params,
    uint16_t dealer, const struct dkg_deal *deal, uint16_t member, const struct dkg_key *key,
    const uint8_t random[DLEQ_RANDOM_BYTES])
{
    *complaint = (struct dkg_complaint){.dkg_id = params->dkg_id, .dealer = dealer};
    if (!is_member(params, member) || !group_mul(&complaint->K, &key->ek, &deal->E)) {
        return false;
    }
    struct dleq_claim claim = {.A = group_base,
        .B = params->EK[member - 1],
        .C = &deal->E,
        .D = &complaint->K,
        .count = 1};
    return dleq_prove(&complaint->proof, DKG_COMPLAINT_CONTEXT, &claim, &key->ek, random);
}

void dkg_complaint_write(struct writer *w, const struct dkg_complaint *complaint)
{
    write_u32(w, complaint->dkg_id);
    write_u16(w, complaint->dealer);
    write_bytes(w, complaint->K.b, sizeof complaint->K.b);
    dleq_proof_write(w, &complaint->proof);
}

enum err dkg_complaint_read(struct dkg_complaint *complaint, const void *data, size_t size)
{
    struct reader r = reader_of(data, size);
    complaint->dkg_id = read_u32(&r);
    complaint->dealer = read_u16(&r);
    read_bytes(&r, complaint->K.b, sizeof complaint->K.b);
    dleq_proof_read(&r, &complaint->proof);
    return reader_done(&r) ? ERR_OK : ERR_FORMAT;
}

enum dkg_ruling dkg_complaint_judge(const struct dkg_params *params, uint16_t member,
    const struct dkg_deal *deal, const struct dkg_complaint *complaint)
{
    struct scalar s;
    if (complaint->dkg_id != params->dkg_id || !is_member(params, member) ||
        !is_member(params, complaint->dealer)) {
        return DKG_COMPLAINT_INVALID;
    }
    struct dleq_claim claim = {.A = group_base,
        .B = params->EK[member - 1],
        .C = &deal->E,
        .D = &complaint->K,
        .count = 1};
    if (!dleq_verify(DKG_COMPLAINT_CONTEXT, &claim, &complaint->proof) ||
        !open_with(&s, params, complaint->dealer, deal, member, &complaint->K)) {
        return DKG_COMPLAINT_INVALID;
    }
    return dkg_share_matches(deal->C, params->t, member, &s) ? DKG_COMPLAINT_FALSE
                                                             : DKG_COMPLAINT_UPHELD;
}
