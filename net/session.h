/* One link above its transport: the Noise handshake, the link-bind signatures and the sealed
 * records after them (protocol D.3, D.5). Bytes in, bytes out; no clock, no socket.
 *
 *   initiator                         responder
 *   noise 1                  ->
 *                            <-       noise 2 { id, incarnation }
 *   noise 3 { id, incarn. }  ->                         the responder's owner accepts the claim
 *   record { link-bind }     ->
 *                            <-       record { link-bind }
 *   record { }               ->                         both are up
 *
 * The handshake runs on channel 0. The last, empty record tells the responder that its own bind has
 * arrived: until then it sends nothing on other channels, which might overtake the bind. */
#ifndef NET_SESSION_H
#define NET_SESSION_H

#include "base/hash.h"
#include "net/limits.h"
#include "net/noise.h"
#include "net/record.h"

/* Who we are. Borrowed by every session. */
struct session_identity {
    uint8_t id_pk[NET_ID_BYTES];
    uint8_t id_sk[64];
    uint8_t net_pk[32], net_sk[32];
    uint16_t version;
    uint64_t incarnation; /* another number each run of the program */
};

/* The role byte of the prologue: a handshake of one kind is worth nothing in the other. */
enum session_kind { SESSION_MEMBER = 1, SESSION_JOIN = 2 };

struct session_setup {
    enum session_kind kind;
    bool initiator;
    const struct session_identity *self;
    const struct digest *game_id;
    uint8_t psk[32];
    uint8_t ephemeral_sk[32];   /* uniform, for this session only */
    const uint8_t *peer_id;     /* whom we expect; NULL (responder only): anybody, see claim */
    const uint8_t *peer_net_pk; /* likewise */
};

enum session_state {
    SESSION_NOISE,   /* handshake messages */
    SESSION_CLAIMED, /* responder: peer_id and peer_net_pk are claimed; accept or wipe */
    SESSION_BINDING, /* waiting for the peer's link-bind */
    SESSION_CONFIRM, /* responder: waiting for the first record after it */
    SESSION_UP,
    SESSION_DEAD
};

struct session {
    enum session_state state;
    enum session_kind kind;
    bool initiator;
    bool expected; /* the peer was known beforehand */
    const struct session_identity *self;
    struct digest game_id;
    uint8_t peer_id[NET_ID_BYTES];
    uint8_t peer_net_pk[32];
    uint64_t peer_incarnation;
    struct noise noise;
    uint8_t hash[NOISE_HASH_BYTES];
    struct record_sealer sealer;
    struct record_opener opener;
};

/* What one step has to send on channel 0, in order. */
enum { SESSION_OUTPUTS = 2, SESSION_OUTPUT_BYTES = 320 };
struct session_output {
    size_t count;
    size_t sizes[SESSION_OUTPUTS];
    uint8_t packets[SESSION_OUTPUTS][SESSION_OUTPUT_BYTES];
};

enum session_verdict {
    SESSION_GOES_ON, /* nothing for the owner to do but send the output */
    SESSION_CLAIM,   /* responder: look at peer_id and peer_net_pk, then session_accept or wipe */
    SESSION_READY,   /* up from now on; if *data_size is not 0 this packet was a message, too */
    SESSION_MESSAGE, /* data */
    SESSION_IGNORED, /* a record that an unreliable channel may lose */
    SESSION_FAILED   /* unauthentic or malformed: close the link */
};

/* Begins. An initiator's first message comes out. */
void session_begin(
    struct session *s, const struct session_setup *setup, struct session_output *out);

/* One packet of `channel`. A message is written to `data` (`capacity` must be at least the packet's
 * size). Anything refused on a reliable channel is SESSION_FAILED. */
enum session_verdict session_receive(struct session *s, uint8_t channel, const uint8_t *packet,
    size_t size, struct session_output *out, uint8_t *data, size_t capacity, size_t *data_size);

/* Accepts a claim: our own link-bind comes out. */
void session_accept(struct session *s, struct session_output *out);

/* Seals a message; only when up, `size` at least 1. ERR_RANGE, ERR_CLOSED. */
enum err session_seal(struct session *s, uint8_t channel, const void *data, size_t size,
    uint8_t *packet, size_t capacity, size_t *packet_size);

void session_wipe(struct session *s);

#endif
