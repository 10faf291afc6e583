/* The handshake of every link: Noise_XXpsk3_25519_ChaChaPoly_SHA512 (Noise rev. 34, protocol D.3).
 *
 *   -> e
 *   <- e, ee, s, es
 *   -> s, se, psk
 *
 * Every message carries a payload. That of the first is readable by anybody, that of the second by
 * whoever sent the first; only the third is for the holder of the psk alone.
 *
 * A message that is refused changes nothing: the handshake waits on for the right one. */
#ifndef NET_NOISE_H
#define NET_NOISE_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NOISE_KEY_BYTES = 32,
    NOISE_HASH_BYTES = 64,
    NOISE_TAG_BYTES = 16,
    NOISE_MESSAGES = 3,
    NOISE_MESSAGE_MAX = 65535,
    /* what each message is longer than its payload */
    NOISE_OVERHEAD_1 = NOISE_KEY_BYTES + NOISE_TAG_BYTES,
    NOISE_OVERHEAD_2 = 2 * NOISE_KEY_BYTES + 2 * NOISE_TAG_BYTES,
    NOISE_OVERHEAD_3 = NOISE_KEY_BYTES + 2 * NOISE_TAG_BYTES
};

enum noise_role { NOISE_INITIATOR, NOISE_RESPONDER };

/* Parameters; all is copied. The ephemeral key is 32 uniform bytes, used for this handshake only. */
struct noise_setup {
    enum noise_role role;
    const uint8_t *prologue;
    size_t prologue_size;
    uint8_t static_sk[NOISE_KEY_BYTES];
    uint8_t ephemeral_sk[NOISE_KEY_BYTES];
    uint8_t psk[NOISE_KEY_BYTES];
};

/* SymmetricState and HandshakeState of the specification, under its names. */
struct noise {
    enum noise_role role;
    bool live;        /* false in a wiped handshake, which does nothing any more */
    unsigned message; /* messages written and read so far */
    uint8_t h[NOISE_HASH_BYTES];
    uint8_t ck[NOISE_HASH_BYTES];
    uint8_t k[NOISE_KEY_BYTES];
    bool has_key;
    uint64_t n;
    uint8_t s_sk[NOISE_KEY_BYTES];
    uint8_t s[NOISE_KEY_BYTES];
    uint8_t e_sk[NOISE_KEY_BYTES];
    uint8_t e[NOISE_KEY_BYTES];
    uint8_t rs[NOISE_KEY_BYTES];
    uint8_t re[NOISE_KEY_BYTES];
    uint8_t psk[NOISE_KEY_BYTES];
};

/* What a finished handshake leaves: one key a direction, and h for binding signatures to it. */
struct noise_keys {
    uint8_t send[NOISE_KEY_BYTES];
    uint8_t receive[NOISE_KEY_BYTES];
    uint8_t hash[NOISE_HASH_BYTES];
};

void noise_init(struct noise *n, const struct noise_setup *setup);

/* True while it is our turn to write, or to read. */
bool noise_may_write(const struct noise *n);
bool noise_may_read(const struct noise *n);
bool noise_done(const struct noise *n);

/* Appends the next message with `payload` in it. ERR_AGAIN when it is not our turn, ERR_FULL when
 * it does not fit, ERR_AUTH when the peer's keys have a low order; then nothing has changed. */
enum err noise_write(
    struct noise *n, const uint8_t *payload, size_t payload_size, struct writer *message);

/* Reads the next message and appends its payload. ERR_AGAIN when it is not our turn, ERR_FORMAT
 * for an impossible size, ERR_AUTH when it does not open or a key has a low order, ERR_FULL when the
 * payload does not fit; then nothing has changed. */
enum err noise_read(struct noise *n, const uint8_t *message, size_t size, struct writer *payload);

/* The peer's X25519 static key, or NULL before it came (message 2 or 3). Who holds it must also
 * know the psk only once the handshake is done. */
const uint8_t *noise_remote_static(const struct noise *n);

/* Split(): ERR_AGAIN unless done. Wipes the handshake. */
enum err noise_split(struct noise *n, struct noise_keys *keys);

void noise_wipe(struct noise *n);

#endif
