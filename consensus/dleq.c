#include "consensus/dleq.h"

#include "base/check.h"

#include <sodium.h>
#include <string.h>

/* M = sum w_i C_i and Z = sum w_i D_i. */
struct composites {
    struct point M;
    struct point Z;
};

/* No identity among its points; whether they decode is left to the first use of each. */
static bool claim_is_sound(const struct dleq_claim *claim)
{
    if (claim->count == 0 || claim->count > UINT16_MAX || point_is_identity(&claim->A) ||
        point_is_identity(&claim->B)) {
        return false;
    }
    for (size_t i = 0; i < claim->count; i++) {
        if (point_is_identity(&claim->C[i]) || point_is_identity(&claim->D[i])) {
            return false;
        }
    }
    return true;
}

/* seed = SHA512(lp(B) || lp("Seed-" || context)). */
static void composite_seed(
    uint8_t seed[crypto_hash_sha512_BYTES], struct group_context context, const struct point *B)
{
    uint8_t buffer[2 + GROUP_POINT_BYTES + 2 + 5 + GROUP_CONTEXT_BYTES_MAX];
    struct writer w = writer_of(buffer, sizeof buffer);
    write_lp(&w, B->b, sizeof B->b);
    write_u16(&w, (uint16_t)(5 + context.size));
    write_bytes(&w, "Seed-", 5);
    write_bytes(&w, context.data, context.size);
    CHECK(!w.bad);
    crypto_hash_sha512(seed, buffer, w.size);
}

static void composite_weight(struct scalar *weight, struct group_context context,
    const uint8_t seed[crypto_hash_sha512_BYTES], uint16_t i, const struct point *C,
    const struct point *D)
{
    uint8_t buffer[2 + crypto_hash_sha512_BYTES + 2 + 2 * (2 + GROUP_POINT_BYTES) + 9];
    struct writer w = writer_of(buffer, sizeof buffer);
    write_lp(&w, seed, crypto_hash_sha512_BYTES);
    write_u16(&w, i);
    write_lp(&w, C->b, sizeof C->b);
    write_lp(&w, D->b, sizeof D->b);
    write_bytes(&w, "Composite", 9);
    CHECK(!w.bad);
    group_hash_to_scalar(weight, context, buffer, w.size);
}

/* sum += weight P; the first term is the sum. False when P does not decode. */
static bool add_weighted(
    struct point *sum, size_t i, const struct scalar *weight, const struct point *P)
{
    struct point term;
    if (i == 0) {
        return group_mul(sum, weight, P);
    }
    return group_mul(&term, weight, P) && group_add(sum, sum, &term);
}

/* ComputeComposites, or ComputeCompositesFast (Z = kM) when k is given. False when a C or, without k, a D does not decode. */
static bool compute_composites(struct composites *out, struct group_context context,
    const struct dleq_claim *claim, const struct scalar *k)
{
    uint8_t seed[crypto_hash_sha512_BYTES];
    *out = (struct composites){{{0}}, {{0}}};
    composite_seed(seed, context, &claim->B);
    for (size_t i = 0; i < claim->count; i++) {
        struct scalar weight;
        composite_weight(&weight, context, seed, (uint16_t)i, &claim->C[i], &claim->D[i]);
        if (!add_weighted(&out->M, i, &weight, &claim->C[i]) ||
            (k == NULL && !add_weighted(&out->Z, i, &weight, &claim->D[i]))) {
            return false;
        }
    }
    return k == NULL || group_mul(&out->Z, k, &out->M);
}

static void compute_challenge(struct scalar *c, struct group_context context, const struct point *B,
    const struct composites *composites, const struct point *t2, const struct point *t3)
{
    uint8_t buffer[5 * (2 + GROUP_POINT_BYTES) + 9];
    struct writer w = writer_of(buffer, sizeof buffer);
    write_lp(&w, B->b, sizeof B->b);
    write_lp(&w, composites->M.b, sizeof composites->M.b);
    write_lp(&w, composites->Z.b, sizeof composites->Z.b);
    write_lp(&w, t2->b, sizeof t2->b);
    write_lp(&w, t3->b, sizeof t3->b);
    write_bytes(&w, "Challenge", 9);
    CHECK(!w.bad);
    group_hash_to_scalar(c, context, buffer, w.size);
}

/* k A; A is nearly always G, whose multiples libsodium has in a table. */
static bool mul_first(struct point *out, const struct scalar *k, const struct point *A)
{
    return point_equal(A, &group_base) ? group_mul_base(out, k) : group_mul(out, k, A);
}

/* The points that making a proof does not multiply. */
static bool claim_decodes(const struct dleq_claim *claim)
{
    bool good = point_is_valid(&claim->B);
    for (size_t i = 0; good && i < claim->count; i++) {
        good = point_is_valid(&claim->D[i]);
    }
    return good;
}

bool dleq_prove_with(struct dleq_proof *proof, struct group_context context,
    const struct dleq_claim *claim, const struct scalar *k, const struct scalar *r)
{
    struct composites composites;
    struct point t2, t3;
    struct scalar product;
    if (!scalar_is_canonical(k) || scalar_is_zero(k) || !scalar_is_canonical(r) ||
        scalar_is_zero(r) || !claim_is_sound(claim) || !claim_decodes(claim) ||
        !compute_composites(&composites, context, claim, k) || !mul_first(&t2, r, &claim->A)) {
        return false;
    }
    CHECK(group_mul(&t3, r, &composites.M));
    compute_challenge(&proof->c, context, &claim->B, &composites, &t2, &t3);
    scalar_mul(&product, &proof->c, k);
    scalar_sub(&proof->s, r, &product);
    scalar_wipe(&product);
    return true;
}

bool dleq_prove(struct dleq_proof *proof, struct group_context context,
    const struct dleq_claim *claim, const struct scalar *k, const uint8_t random[DLEQ_RANDOM_BYTES])
{
    static const char label[] = "dleq-nonce";
    crypto_hash_sha512_state sha;
    uint8_t wide[crypto_hash_sha512_BYTES];
    struct scalar r;
    crypto_hash_sha512_init(&sha);
    crypto_hash_sha512_update(&sha, (const uint8_t *)label, sizeof label - 1);
    crypto_hash_sha512_update(&sha, k->b, sizeof k->b);
    crypto_hash_sha512_update(&sha, random, DLEQ_RANDOM_BYTES);
    crypto_hash_sha512_update(&sha, claim->B.b, sizeof claim->B.b);
    for (size_t i = 0; i < claim->count; i++) {
        crypto_hash_sha512_update(&sha, claim->C[i].b, sizeof claim->C[i].b);
    }
    for (size_t i = 0; i < claim->count; i++) {
        crypto_hash_sha512_update(&sha, claim->D[i].b, sizeof claim->D[i].b);
    }
    crypto_hash_sha512_final(&sha, wide);
    scalar_reduce(&r, wide);
    bool ok = dleq_prove_with(proof, context, claim, k, &r);
    sodium_memzero(&sha, sizeof sha);
    sodium_memzero(wide, sizeof wide);
    scalar_wipe(&r);
    return ok;
}

bool dleq_verify(
    struct group_context context, const struct dleq_claim *claim, const struct dleq_proof *proof)
{
    struct composites composites;
    struct point t2, t3, term;
    struct scalar c;
    if (!scalar_is_canonical(&proof->c) || !scalar_is_canonical(&proof->s) ||
        !claim_is_sound(claim) || !compute_composites(&composites, context, claim, NULL) ||
        !mul_first(&t2, &proof->s, &claim->A) || !group_mul(&term, &proof->c, &claim->B)) {
        return false;
    }
    CHECK(group_add(&t2, &t2, &term));
    CHECK(group_mul(&t3, &proof->s, &composites.M) && group_mul(&term, &proof->c, &composites.Z) &&
          group_add(&t3, &t3, &term));
    compute_challenge(&c, context, &claim->B, &composites, &t2, &t3);
    return scalar_equal(&c, &proof->c);
}

void dleq_proof_write(struct writer *w, const struct dleq_proof *proof)
{
    write_bytes(w, proof->c.b, sizeof proof->c.b);
    write_bytes(w, proof->s.b, sizeof proof->s.b);
}

void dleq_proof_read(struct reader *r, struct dleq_proof *proof)
{
    scalar_read(r, &proof->c);
    scalar_read(r, &proof->s);
}
