/* Signatures of the certificates above the floor, in a pool of fixed slots: the view records hold
 * handles. Reused last in, first out, so that only the peak is ever resident (A.8: at most 4096
 * views above the last final one). */
#ifndef CONSENSUS_CERT_STORE_H
#define CONSENSUS_CERT_STORE_H

#include "consensus/message.h"

struct cert_store {
    size_t slot_bytes; /* quorum * SIG_BYTES */
    uint8_t *sigs;
    uint32_t *free_slots;
    uint32_t free_count;
    uint32_t fresh; /* slots from here on were never used */
    uint32_t capacity;
};

/* A certificate without its kind, view and epoch, which its place tells. */
struct held_cert {
    bool held;
    uint32_t slot;
    struct digest digest;
    uint64_t signers;
};

/* Room for `capacity` certificates of `quorum` signatures; false when there is no memory. Keeps
 * what it has when that is enough. */
bool cert_store_init(struct cert_store *cs, uint32_t capacity, unsigned quorum);
void cert_store_deinit(struct cert_store *cs);

/* Keeps the first `quorum` votes of a verified certificate; false when the store is full. */
bool cert_store_put(struct cert_store *cs, struct held_cert *held, const struct certificate *c);
void cert_store_drop(struct cert_store *cs, struct held_cert *held);

/* Fills in digest, signers and signatures. */
void cert_store_get(
    const struct cert_store *cs, const struct held_cert *held, struct certificate *out);

#endif
