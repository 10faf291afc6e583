/* CPACE-RISTR255-SHA512 (draft-irtf-cfrg-cpace, initiator-responder form) with explicit key
 * confirmation, protocol D.2: turns a weak shared secret into a strong key, one online guess a run.
 *
 *   joiner                     sponsor
 *   write_share  -- Ya, ADa -> read_share
 *   read_share  <- Yb, ADb --  write_share
 *   write_tag    ---- Ta --->  read_tag     a wrong Ta is a counted guess, answered by silence
 *   read_tag    <---- Tb ----  write_tag
 *
 * A run is used once: any refusal wipes it. */
#ifndef NET_CPACE_H
#define NET_CPACE_H

#include "net/cpace_core.h"

#include <stdbool.h>

enum {
    CPACE_SEED_BYTES = 64, /* uniform bytes that a scalar is reduced from */
    CPACE_PSK_BYTES = 32,
    CPACE_NONCE_BYTES = 16, /* sid = nonce_joiner || nonce_sponsor */
    CPACE_SHARE_MAX = CPACE_POINT_BYTES + CPACE_AD_MAX
};

/* CI = lv("craps/v1/join") || lv(game_id) || lv(sponsor id_pk); `out` holds CPACE_CI_MAX. Returns
 * the size. */
size_t cpace_join_context(uint8_t out[static CPACE_CI_MAX], const uint8_t game_id[static 32],
    const uint8_t sponsor_id[static 32]);

/* AD = lv(id_pk) || lv(X25519 static) || lv(extra); extra is the joiner's version or the sponsor's
 * checkpoint. */
struct cpace_party {
    uint8_t id_pk[32];
    uint8_t x25519_pk[32];
    struct cpace_bytes extra; /* borrowed */
};

/* Returns the size, or 0 when extra is too long. */
size_t cpace_party_encode(uint8_t out[static CPACE_AD_MAX], const struct cpace_party *party);

/* ERR_FORMAT unless `ad` is exactly one encoding. `extra` points into `ad`. */
enum err cpace_party_decode(struct cpace_party *party, struct cpace_bytes ad);

enum cpace_role { CPACE_JOINER, CPACE_SPONSOR };

enum cpace_verdict {
    CPACE_OK = 0,
    CPACE_OUT_OF_ORDER, /* not this message's turn; the run goes on */
    CPACE_MALFORMED,    /* a size that no such message has */
    CPACE_BAD_POINT,    /* the share does not decode, is the identity, or is our own */
    CPACE_WRONG_SECRET  /* the confirmation does not match: other words, or somebody between */
};

enum cpace_step {
    CPACE_DEAD,
    CPACE_SEND_SHARE,
    CPACE_AWAIT_SHARE,
    CPACE_SEND_TAG,
    CPACE_AWAIT_TAG,
    CPACE_DONE
};

struct cpace {
    enum cpace_role role;
    enum cpace_step step;
    uint8_t generator[CPACE_POINT_BYTES];
    uint8_t scalar[CPACE_SCALAR_BYTES];
    uint8_t sid[CPACE_SID_MAX];
    size_t sid_size;
    uint8_t own_share[CPACE_POINT_BYTES];
    uint8_t own_ad[CPACE_AD_MAX];
    size_t own_ad_size;
    uint8_t peer_share[CPACE_POINT_BYTES];
    uint8_t peer_ad[CPACE_AD_MAX];
    size_t peer_ad_size;
    uint8_t isk[CPACE_ISK_BYTES];
    uint8_t own_tag[CPACE_TAG_BYTES];
    uint8_t peer_tag[CPACE_TAG_BYTES];
};

struct cpace_setup {
    enum cpace_role role;
    struct cpace_bytes prs;
    struct cpace_bytes ci;
    struct cpace_bytes sid;
    struct cpace_bytes ad; /* our own */
};

/* Begins a run with a scalar reduced from 64 uniform bytes that are used for nothing else.
 * ERR_RANGE when an input is over its limit. */
enum err cpace_start(
    struct cpace *c, const struct cpace_setup *setup, const uint8_t seed[static CPACE_SEED_BYTES]);

/* The same with the scalar given, for published vectors. */
enum err cpace_start_scalar(struct cpace *c, const struct cpace_setup *setup,
    const uint8_t scalar[static CPACE_SCALAR_BYTES]);

/* Y || AD, at most CPACE_SHARE_MAX bytes. A writer that is too small turns bad. */
enum cpace_verdict cpace_write_share(struct cpace *c, struct writer *w);
enum cpace_verdict cpace_read_share(struct cpace *c, const uint8_t *message, size_t size);

/* CPACE_TAG_BYTES. The sponsor's tag leaves only after the joiner's was right. */
enum cpace_verdict cpace_write_tag(struct cpace *c, struct writer *w);
enum cpace_verdict cpace_read_tag(struct cpace *c, const uint8_t *message, size_t size);

/* The peer's AD once its share was read; it is proven only when the run is done. */
struct cpace_bytes cpace_peer_ad(const struct cpace *c);

bool cpace_done(const struct cpace *c);

/* psk = H("craps/v1/cpace-psk", ISK); ERR_AUTH unless the run is done. */
enum err cpace_psk(const struct cpace *c, uint8_t psk[static CPACE_PSK_BYTES]);

/* Wipes everything; the run is dead. */
void cpace_wipe(struct cpace *c);

#endif
