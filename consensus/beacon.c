#include "consensus/beacon.h"

#include "base/check.h"

#include <sodium.h>
#include <string.h>

enum { DICE_OUTCOMES = 36, DICE_BYTE_LIMIT = 252 };

_Static_assert(DICE_BYTE_LIMIT % DICE_OUTCOMES == 0, "every outcome has as many bytes");
_Static_assert((int)DKG_MEMBERS_MAX <= (int)GROUP_SET_MAX, "a set of members fits");
_Static_assert((int)BEACON_OUT_BYTES == (int)crypto_hash_sha512_BYTES, "out is one SHA-512");

bool beacon_roll_create_with(
    struct beacon_roll *roll, struct group_context context, const void *m, size_t m_size)
{
    if (m_size > sizeof roll->m) {
        return false;
    }
    *roll = (struct beacon_roll){.context = context, .m_size = m_size};
    if (m_size > 0) {
        memcpy(roll->m, m, m_size);
    }
    group_hash_to_point(&roll->P, context, m, m_size);
    return true;
}

void beacon_roll_create(struct beacon_roll *roll, const struct beacon_place *place)
{
    uint8_t m[BEACON_INPUT_BYTES_MAX];
    struct writer w = writer_of(m, sizeof m);
    write_lp(&w, "ROLL", 4);
    write_lp(&w, place->game_id.b, sizeof place->game_id.b);
    write_u16(&w, 4);
    write_u32(&w, place->epoch);
    write_u16(&w, 8);
    write_u64(&w, place->view);
    write_lp(&w, place->block.b, sizeof place->block.b);
    write_u16(&w, 4);
    write_u32(&w, place->op_index);
    write_u16(&w, 8);
    write_u64(&w, place->roll_number);
    CHECK(!w.bad && beacon_roll_create_with(roll, DKG_CONTEXT, m, w.size));
}

/* What a share claims: X = xG and sigma = xP. P and sigma are borrowed. */
static struct dleq_claim share_claim(
    const struct point *X, const struct point *P, const struct point *sigma)
{
    return (struct dleq_claim){.A = group_base, .B = *X, .C = P, .D = sigma, .count = 1};
}

bool beacon_share_create(struct beacon_share *share, const struct beacon_roll *roll,
    const struct dkg_share *key, const struct point *X, const uint8_t random[DLEQ_RANDOM_BYTES])
{
    *share = (struct beacon_share){.member = key->member};
    if (!group_mul(&share->sigma, &key->x, &roll->P)) {
        return false;
    }
    struct dleq_claim claim = share_claim(X, &roll->P, &share->sigma);
    return dleq_prove(&share->proof, roll->context, &claim, &key->x, random);
}

void beacon_share_write(struct writer *w, const struct beacon_share *share)
{
    write_u16(w, share->member);
    write_bytes(w, share->sigma.b, sizeof share->sigma.b);
    dleq_proof_write(w, &share->proof);
}

void beacon_share_read(struct reader *r, struct beacon_share *share)
{
    share->member = read_u16(r);
    read_bytes(r, share->sigma.b, sizeof share->sigma.b);
    dleq_proof_read(r, &share->proof);
}

bool beacon_share_verify(
    const struct beacon_roll *roll, const struct dkg_public *pub, const struct beacon_share *share)
{
    CHECK(pub->ready == pub->n && !pub->refused);
    if (share->member < 1 || share->member > pub->n) {
        return false;
    }
    struct dleq_claim claim = share_claim(&pub->X[share->member - 1], &roll->P, &share->sigma);
    return dleq_verify(roll->context, &claim, &share->proof);
}

/* Sigma = sum of lambda_j sigma_j = sk P. */
static bool interpolate(struct point *sigma, const struct beacon_share *shares, size_t count)
{
    uint16_t set[DKG_MEMBERS_MAX];
    struct scalar lambda[DKG_MEMBERS_MAX];
    struct point term;
    for (size_t i = 0; i < count; i++) {
        set[i] = shares[i].member;
    }
    if (count == 0 || !group_lagrange(lambda, set, count) ||
        !group_mul(sigma, &lambda[0], &shares[0].sigma)) {
        return false;
    }
    for (size_t i = 1; i < count; i++) {
        if (!group_mul(&term, &lambda[i], &shares[i].sigma)) {
            return false;
        }
        CHECK(group_add(sigma, sigma, &term));
    }
    return true;
}

bool beacon_combine(uint8_t out[BEACON_OUT_BYTES], const struct beacon_roll *roll,
    const struct dkg_public *pub, const struct beacon_share *shares, size_t count)
{
    uint8_t buffer[2 + BEACON_INPUT_BYTES_MAX + 2 + GROUP_POINT_BYTES + 8];
    struct writer w = writer_of(buffer, sizeof buffer);
    struct point sigma;
    memset(out, 0, BEACON_OUT_BYTES);
    if (count != pub->t || !interpolate(&sigma, shares, count)) {
        return false;
    }
    write_lp(&w, roll->m, roll->m_size);
    write_lp(&w, sigma.b, sizeof sigma.b);
    write_bytes(&w, "Finalize", 8);
    CHECK(!w.bad);
    crypto_hash_sha512(out, buffer, w.size);
    return true;
}

void beacon_result_write(struct writer *w, const struct beacon_share *shares, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        beacon_share_write(w, &shares[i]);
    }
}

/* The structs hold bytes and one u16 before them, so they have no padding to compare. */
_Static_assert(sizeof(struct beacon_share) == BEACON_SHARE_BYTES, "no padding");

static bool is_known(
    const struct beacon_share *share, const struct beacon_share *known, size_t known_count)
{
    for (size_t i = 0; i < known_count; i++) {
        if (memcmp(share, &known[i], sizeof *share) == 0) {
            return true;
        }
    }
    return false;
}

static bool read_body(
    struct beacon_share *shares, const struct dkg_public *pub, const void *body, size_t size)
{
    struct reader r = reader_of(body, size);
    for (size_t i = 0; i < pub->t; i++) {
        beacon_share_read(&r, &shares[i]);
    }
    return reader_done(&r);
}

enum err beacon_result_value(uint8_t out[BEACON_OUT_BYTES], const struct beacon_roll *roll,
    const struct dkg_public *pub, const void *body, size_t size)
{
    struct beacon_share shares[DKG_MEMBERS_MAX];
    memset(out, 0, BEACON_OUT_BYTES);
    if (!read_body(shares, pub, body, size)) {
        return ERR_FORMAT;
    }
    return beacon_combine(out, roll, pub, shares, pub->t) ? ERR_OK : ERR_AUTH;
}

enum err beacon_result_verify(uint8_t out[BEACON_OUT_BYTES], const struct beacon_roll *roll,
    const struct dkg_public *pub, const void *body, size_t size, const struct beacon_share *known,
    size_t known_count)
{
    struct beacon_share shares[DKG_MEMBERS_MAX];
    memset(out, 0, BEACON_OUT_BYTES);
    if (!read_body(shares, pub, body, size)) {
        return ERR_FORMAT;
    }
    for (size_t i = 0; i < pub->t; i++) {
        if (!is_known(&shares[i], known, known_count) &&
            !beacon_share_verify(roll, pub, &shares[i])) {
            return ERR_AUTH;
        }
    }
    return beacon_combine(out, roll, pub, shares, pub->t) ? ERR_OK : ERR_AUTH;
}

void beacon_dice(const uint8_t out[BEACON_OUT_BYTES], uint8_t *die1, uint8_t *die2)
{
    static const char label[] = "CRAPS-DICE1-extend";
    uint8_t buffer[sizeof label - 1 + BEACON_OUT_BYTES];
    uint8_t *value = buffer + sizeof label - 1;
    memcpy(buffer, label, sizeof label - 1);
    memcpy(value, out, BEACON_OUT_BYTES);
    for (;;) {
        for (size_t i = 0; i < BEACON_OUT_BYTES; i++) {
            if (value[i] < DICE_BYTE_LIMIT) {
                unsigned v = value[i] % DICE_OUTCOMES;
                *die1 = (uint8_t)(1 + v / 6);
                *die2 = (uint8_t)(1 + v % 6);
                return;
            }
        }
        uint8_t next[BEACON_OUT_BYTES];
        crypto_hash_sha512(next, buffer, sizeof buffer);
        memcpy(value, next, sizeof next);
    }
}
