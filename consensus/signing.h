/* The one form of every signed byte string (protocol 0):
 * "craps/v1/" || kind || 0x00 || game_id || u32 epoch || u64 view || body, Ed25519. */
#ifndef CONSENSUS_SIGNING_H
#define CONSENSUS_SIGNING_H

#include "base/hash.h"
#include "consensus/limits.h"

/* How signatures are made and checked; the simulator replaces it by a keyed-hash stand-in for most seeds. */
struct signer {
    void (*sign)(uint8_t sig[SIG_BYTES], const uint8_t *data, size_t size, const uint8_t sk[64]);
    bool (*verify)(
        const uint8_t sig[SIG_BYTES], const uint8_t *data, size_t size, const uint8_t pk[32]);
    void (*keypair)(uint8_t pk[32], uint8_t sk[64], const uint8_t seed[32]);
};

/* Ed25519 by libsodium (RFC 8032). */
extern const struct signer signer_ed25519;

/* `kind` is one of "op", "notarize", "nullify", "finalize", "ticket", "recover", "receipt", "link-bind". */
void sign_message(const struct signer *s, uint8_t sig[SIG_BYTES], const char *kind,
    const struct digest *game_id, uint32_t epoch, uint64_t view, const void *body, size_t body_size,
    const uint8_t sk[64]);
bool verify_message(const struct signer *s, const uint8_t sig[SIG_BYTES], const char *kind,
    const struct digest *game_id, uint32_t epoch, uint64_t view, const void *body, size_t body_size,
    const uint8_t pk[32]);

#endif
