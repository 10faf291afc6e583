#include "src/doctor.h"

#include "src/db.h"
#include "ui/terminal_probe.h"

#include <jansson.h>
#include <sodium.h>
#include <string.h>

/* RFC 8032 section 7.1, test 1: the empty message. */
static bool signature_right(void)
{
    static const uint8_t seed[32] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84,
        0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70,
        0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};
    static const uint8_t want[16] = {0xe5, 0x56, 0x43, 0x00, 0xc3, 0x60, 0xac, 0x72, 0x90, 0x86,
        0xe2, 0xcc, 0x80, 0x6e, 0x82, 0x8a};
    uint8_t pk[32], sk[64], sig[64];
    crypto_sign_seed_keypair(pk, sk, seed);
    crypto_sign_detached(sig, NULL, (const uint8_t *)"", 0, sk);
    bool verified = crypto_sign_verify_detached(sig, (const uint8_t *)"", 0, pk) == 0;
    sig[0] ^= 1;
    return verified && crypto_sign_verify_detached(sig, (const uint8_t *)"", 0, pk) != 0 &&
           (sig[0] ^ 1) == want[0] && memcmp(sig + 1, want + 1, sizeof want - 1) == 0;
}

/* RFC 7693 appendix A: BLAKE2b-512 of "abc". */
static bool hash_right(void)
{
    static const uint8_t want[16] = {0xba, 0x80, 0xa5, 0x3f, 0x98, 0x1c, 0x4d, 0x0d, 0x6a, 0x27,
        0x97, 0xb6, 0x9f, 0x12, 0xf6, 0xe9};
    uint8_t out[64];
    crypto_generichash(out, sizeof out, (const uint8_t *)"abc", 3, NULL, 0);
    return memcmp(out, want, sizeof want) == 0;
}

/* RFC 9496 section A.1: the generator of ristretto255. */
static bool group_right(void)
{
    static const uint8_t want[16] = {0xe2, 0xf2, 0xae, 0x0a, 0x6a, 0xbc, 0x4e, 0x71, 0xa8, 0x84,
        0xa9, 0x61, 0xc5, 0x00, 0x51, 0x5f};
    uint8_t one[crypto_core_ristretto255_SCALARBYTES] = {1};
    uint8_t point[crypto_core_ristretto255_BYTES];
    return crypto_scalarmult_ristretto255_base(point, one) == 0 &&
           memcmp(point, want, sizeof want) == 0 && crypto_core_ristretto255_is_valid_point(point);
}

/* RFC 7748 section 5.2: after one iteration. */
static bool exchange_right(void)
{
    static const uint8_t nine[32] = {9};
    static const uint8_t want[16] = {0x42, 0x2c, 0x8e, 0x7a, 0x62, 0x27, 0xd7, 0xbc, 0xa1, 0x35,
        0x0b, 0x3e, 0x2b, 0xb7, 0x27, 0x9f};
    uint8_t out[32];
    return crypto_scalarmult(out, nine, nine) == 0 && memcmp(out, want, sizeof want) == 0;
}

void doctor_libraries(struct doctor *d)
{
    bool right = signature_right() && hash_right() && group_right() && exchange_right();
    if (right) {
        doctor_add(d, "libraries", "cryptography", DOCTOR_OK, 0, NULL, NULL,
            "libsodium %s signs, hashes and multiplies as published", sodium_version_string());
    } else {
        doctor_add(d, "libraries", "cryptography", DOCTOR_FAULT, EX_SOFTWARE,
            "nobody else would accept what this computer signs",
            "install libsodium23 again; if it stays, this processor or its memory is at fault",
            "libsodium %s fails a published test", sodium_version_string());
    }
    doctor_add(d, "libraries", "versions", DOCTOR_OK, 0, NULL, NULL,
        "craps %s, SQLite %s, jansson %s, %s", CRAPS_VERSION, db_library_version(),
        jansson_version_str(), terminal_library());
}
