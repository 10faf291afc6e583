#include "net/cpace.h"

#include "base/hash.h"

#include <sodium.h>
#include <string.h>

_Static_assert(CPACE_SEED_BYTES == crypto_core_ristretto255_NONREDUCEDSCALARBYTES, "seed size");

static const char join_label[] = "craps/v1/join";

size_t cpace_join_context(uint8_t out[static CPACE_CI_MAX], const uint8_t game_id[static 32],
    const uint8_t sponsor_id[static 32])
{
    struct writer w = writer_of(out, CPACE_CI_MAX);
    cpace_write_lv(&w, join_label, sizeof join_label - 1);
    cpace_write_lv(&w, game_id, 32);
    cpace_write_lv(&w, sponsor_id, 32);
    return w.size;
}

size_t cpace_party_encode(uint8_t out[static CPACE_AD_MAX], const struct cpace_party *party)
{
    struct writer w = writer_of(out, CPACE_AD_MAX);
    cpace_write_lv(&w, party->id_pk, sizeof party->id_pk);
    cpace_write_lv(&w, party->x25519_pk, sizeof party->x25519_pk);
    cpace_write_lv(&w, party->extra.data, party->extra.size);
    return w.bad ? 0 : w.size;
}

enum err cpace_party_decode(struct cpace_party *party, struct cpace_bytes ad)
{
    struct reader r = reader_of(ad.data, ad.size);
    struct cpace_bytes id = cpace_read_lv(&r);
    struct cpace_bytes x25519 = cpace_read_lv(&r);
    struct cpace_bytes extra = cpace_read_lv(&r);
    if (!reader_done(&r) || id.size != 32 || x25519.size != 32) {
        return ERR_FORMAT;
    }
    memcpy(party->id_pk, id.data, sizeof party->id_pk);
    memcpy(party->x25519_pk, x25519.data, sizeof party->x25519_pk);
    party->extra = extra;
    return ERR_OK;
}

enum err cpace_start(
    struct cpace *c, const struct cpace_setup *setup, const uint8_t seed[static CPACE_SEED_BYTES])
{
    uint8_t scalar[CPACE_SCALAR_BYTES];
    crypto_core_ristretto255_scalar_reduce(scalar, seed);
    enum err e = cpace_start_scalar(c, setup, scalar);
    sodium_memzero(scalar, sizeof scalar);
    return e;
}

enum err cpace_start_scalar(struct cpace *c, const struct cpace_setup *setup,
    const uint8_t scalar[static CPACE_SCALAR_BYTES])
{
    cpace_wipe(c);
    if (setup->sid.size > CPACE_SID_MAX || setup->ad.size > CPACE_AD_MAX) {
        return ERR_RANGE;
    }
    if (cpace_generator(c->generator, setup->prs, setup->ci, setup->sid) != ERR_OK ||
        cpace_multiply(c->own_share, scalar, c->generator) != ERR_OK) {
        cpace_wipe(c);
        return ERR_RANGE;
    }
    c->role = setup->role;
    c->step = setup->role == CPACE_JOINER ? CPACE_SEND_SHARE : CPACE_AWAIT_SHARE;
    memcpy(c->scalar, scalar, sizeof c->scalar);
    if (setup->sid.size > 0) {
        memcpy(c->sid, setup->sid.data, setup->sid.size);
    }
    if (setup->ad.size > 0) {
        memcpy(c->own_ad, setup->ad.data, setup->ad.size);
    }
    c->sid_size = setup->sid.size;
    c->own_ad_size = setup->ad.size;
    return ERR_OK;
}

static enum cpace_step step_after(enum cpace_role role, enum cpace_step step)
{
    static const enum cpace_step next[][CPACE_DONE + 1] = {
        [CPACE_JOINER] = {[CPACE_SEND_SHARE] = CPACE_AWAIT_SHARE,
            [CPACE_AWAIT_SHARE] = CPACE_SEND_TAG,
            [CPACE_SEND_TAG] = CPACE_AWAIT_TAG,
            [CPACE_AWAIT_TAG] = CPACE_DONE},
        [CPACE_SPONSOR] = {[CPACE_AWAIT_SHARE] = CPACE_SEND_SHARE,
            [CPACE_SEND_SHARE] = CPACE_AWAIT_TAG,
            [CPACE_AWAIT_TAG] = CPACE_SEND_TAG,
            [CPACE_SEND_TAG] = CPACE_DONE},
    };
    return next[role][step];
}

enum cpace_verdict cpace_write_share(struct cpace *c, struct writer *w)
{
    if (c->step != CPACE_SEND_SHARE) {
        return CPACE_OUT_OF_ORDER;
    }
    write_bytes(w, c->own_share, sizeof c->own_share);
    write_bytes(w, c->own_ad, c->own_ad_size);
    c->step = step_after(c->role, c->step);
    return CPACE_OK;
}

/* From both shares to ISK and both tags; neither K nor the scalar outlives it. */
static enum cpace_verdict derive(struct cpace *c)
{
    uint8_t k[CPACE_POINT_BYTES];
    uint8_t transcript[CPACE_TRANSCRIPT_MAX];
    bool joiner = c->role == CPACE_JOINER;
    struct cpace_bytes own_ad = {c->own_ad, c->own_ad_size};
    struct cpace_bytes peer_ad = {c->peer_ad, c->peer_ad_size};
    struct cpace_bytes sid = {c->sid, c->sid_size};
    enum err e = cpace_multiply(k, c->scalar, c->peer_share);
    if (e == ERR_OK) {
        struct writer w = writer_of(transcript, sizeof transcript);
        if (joiner) {
            cpace_write_transcript(&w, c->own_share, own_ad, c->peer_share, peer_ad);
        } else {
            cpace_write_transcript(&w, c->peer_share, peer_ad, c->own_share, own_ad);
        }
        cpace_session_key(c->isk, sid, k, (struct cpace_bytes){transcript, w.size});
        cpace_tag(c->own_tag, sid, c->isk, c->own_share, own_ad);
        cpace_tag(c->peer_tag, sid, c->isk, c->peer_share, peer_ad);
    }
    sodium_memzero(k, sizeof k);
    sodium_memzero(c->scalar, sizeof c->scalar);
    sodium_memzero(c->generator, sizeof c->generator);
    return e == ERR_OK ? CPACE_OK : CPACE_BAD_POINT;
}

enum cpace_verdict cpace_read_share(struct cpace *c, const uint8_t *message, size_t size)
{
    if (c->step != CPACE_AWAIT_SHARE) {
        return CPACE_OUT_OF_ORDER;
    }
    if (size < CPACE_POINT_BYTES || size > CPACE_SHARE_MAX) {
        cpace_wipe(c);
        return CPACE_MALFORMED;
    }
    /* Our own share sent back at us would confirm itself without the secret being known. */
    if (memcmp(message, c->own_share, CPACE_POINT_BYTES) == 0) {
        cpace_wipe(c);
        return CPACE_BAD_POINT;
    }
    memcpy(c->peer_share, message, CPACE_POINT_BYTES);
    c->peer_ad_size = size - CPACE_POINT_BYTES;
    memcpy(c->peer_ad, message + CPACE_POINT_BYTES, c->peer_ad_size);
    enum cpace_verdict v = derive(c);
    if (v != CPACE_OK) {
        cpace_wipe(c);
        return v;
    }
    c->step = step_after(c->role, c->step);
    return CPACE_OK;
}

enum cpace_verdict cpace_write_tag(struct cpace *c, struct writer *w)
{
    if (c->step != CPACE_SEND_TAG) {
        return CPACE_OUT_OF_ORDER;
    }
    write_bytes(w, c->own_tag, sizeof c->own_tag);
    c->step = step_after(c->role, c->step);
    return CPACE_OK;
}

enum cpace_verdict cpace_read_tag(struct cpace *c, const uint8_t *message, size_t size)
{
    if (c->step != CPACE_AWAIT_TAG) {
        return CPACE_OUT_OF_ORDER;
    }
    if (size != CPACE_TAG_BYTES) {
        cpace_wipe(c);
        return CPACE_MALFORMED;
    }
    if (sodium_memcmp(message, c->peer_tag, CPACE_TAG_BYTES) != 0) {
        cpace_wipe(c);
        return CPACE_WRONG_SECRET;
    }
    c->step = step_after(c->role, c->step);
    return CPACE_OK;
}

struct cpace_bytes cpace_peer_ad(const struct cpace *c)
{
    return (struct cpace_bytes){c->peer_ad, c->peer_ad_size};
}

bool cpace_done(const struct cpace *c)
{
    return c->step == CPACE_DONE;
}

enum err cpace_psk(const struct cpace *c, uint8_t psk[static CPACE_PSK_BYTES])
{
    if (c->step != CPACE_DONE) {
        return ERR_AUTH;
    }
    struct digest d = hash_tagged("craps/v1/cpace-psk", c->isk, sizeof c->isk);
    memcpy(psk, d.b, CPACE_PSK_BYTES);
    sodium_memzero(&d, sizeof d);
    return ERR_OK;
}

void cpace_wipe(struct cpace *c)
{
    sodium_memzero(c, sizeof *c);
}
