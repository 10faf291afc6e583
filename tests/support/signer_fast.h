/* A stand-in signer for simulations: a keyed hash under the public key. Anybody could forge with
 * it, so only those who do not try are simulated with it; it costs a fiftieth of Ed25519. */
#ifndef TESTS_SUPPORT_SIGNER_FAST_H
#define TESTS_SUPPORT_SIGNER_FAST_H

#include "consensus/signing.h"

/* Secret keys are seed || public key, like libsodium's. */
extern const struct signer signer_fast;

#endif
