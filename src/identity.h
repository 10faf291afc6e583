/* Who this player is: a long-term Ed25519 key and an X25519 static, kept in one file of mode 0600.
 * */
#ifndef SRC_IDENTITY_H
#define SRC_IDENTITY_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct identity_keys {
    uint8_t id_pk[32], id_sk[64];
    uint8_t net_pk[32], net_sk[32];
};

/* Loads the file, or makes fresh keys and writes it (temporary file, fsync, link). ERR_FORMAT for a
 * damaged file and ERR_VERSION for one of another version (never overwritten), ERR_PERMISSION when
 * others may read it or it cannot be made. Zero keys on failure. */
enum err identity_load(const char *path, struct identity_keys *keys);

/* What is wrong with the file and what to do, to stand behind its path: "PATH is damaged; ...". */
const char *identity_explain(enum err err);

/* Fresh keys from the system's randomness, not stored (bots). */
void identity_generate(struct identity_keys *keys);

/* The first 64 bits of the key's hash as 16 hex digits in groups, to compare aloud:
 * "3fa2-91cc-07be-55d0". `text` holds 20. */
void identity_fingerprint(const uint8_t id_pk[32], char text[20]);

void identity_wipe(struct identity_keys *keys);

#endif
