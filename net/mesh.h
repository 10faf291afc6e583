/* Sealed links between identities: the lobby (joiners with words), the member mesh (everyone with
 * everyone), discovery on the LAN. Payloads are opaque bytes. One object, one thread; no callbacks:
 * service it, then take its events. Protocol D; decisions 5 to 7, 10, 12. */
#ifndef NET_MESH_H
#define NET_MESH_H

#include "base/err.h"
#include "base/hash.h"
#include "net/address.h"
#include "net/limits.h"

struct mesh;

struct mesh_config {
    uint8_t id_pk[NET_ID_BYTES];
    uint8_t id_sk[64];
    uint8_t net_pk[32], net_sk[32]; /* X25519 static */
    uint16_t version;        /* protocol version; others are refused with both versions named */
    uint16_t port;           /* of the lobby: 0 = any free one */
    bool port_explicit;      /* a busy port is an error; else any free port is taken */
    uint16_t member_port;    /* of the member host: tried first (restart), else any free one */
    uint32_t bind_ip;        /* 0 = any */
    char bind_interface[16]; /* or "" */
    uint16_t discovery_port; /* 0 = no discovery */
    uint8_t seed[32];        /* randomness for nonces and ephemeral keys of this run */
};

/* Opens the member host (and nothing else); copies the config. ERR_PERMISSION, ERR_NO_MEMORY,
 * ERR_IO; ERR_NOT_FOUND when bind_interface has no IPv4 address. */
enum err mesh_create(struct mesh **out, const struct mesh_config *config);

/* Tells everybody linked, closes all sockets and wipes every secret. NULL is fine. */
void mesh_destroy(struct mesh *m);

/* Descriptors to poll for reading; returns how many were written (at most `capacity`, five are
 * enough). They may change with each call of the mesh. */
size_t mesh_descriptors(const struct mesh *m, int *fds, size_t capacity);

/* Receives, retransmits, dials, times out. Never blocks. `now_ms` is a monotonic clock; a mesh
 * knows no time before its first service. */
void mesh_service(struct mesh *m, uint64_t now_ms);

/* When mesh_service must be called at the latest; UINT64_MAX when only a datagram can change
 * anything. */
uint64_t mesh_deadline_ms(const struct mesh *m);

/* Pushes queued packets out now; each service does so at its end. */
void mesh_flush(struct mesh *m);

enum mesh_event_kind {
    MESH_LINK_UP,      /* peer, peer_net_pk, role: both sides proved who they are. ROLE_SPONSOR:
                           data is the checkpoint of mesh_lobby_checkpoint */
    MESH_LINK_DOWN,    /* peer, role, reason. Not for links that we closed ourselves. With
                           MESH_REASON_VERSION (once a peer): never linked, `version` is theirs */
    MESH_MESSAGE,      /* peer, role, channel, data: authenticated and decrypted */
    MESH_GUESS_FAILED, /* lobby: somebody did not know the words; count = failures of this set,
                           address. No other guess is taken for a second: store the count */
    MESH_WORDS_BURNED, /* lobby: five failures; closed until it is opened with new words */
    MESH_TYPING,       /* lobby: a joiner is proving the words; address */
    MESH_JOIN_FAILED,  /* joiner: reason */
};

enum mesh_role {
    ROLE_MEMBER,  /* a link of the mesh */
    ROLE_JOINER,  /* lobby link; the peer came with the words */
    ROLE_SPONSOR, /* lobby link; we came with the words */
};

enum mesh_reason {
    MESH_REASON_NONE,
    MESH_REASON_UNREACHABLE, /* nothing answers there */
    MESH_REASON_WORDS,       /* the words were refused */
    MESH_REASON_VERSION,     /* another protocol version; `version` is theirs */
    MESH_REASON_BUSY,        /* too many at the door right now */
    MESH_REASON_CLOSED,      /* the door is closed (burned, or not the sponsor any more) */
    MESH_REASON_PROTOCOL,    /* malformed or unauthentic bytes */
    MESH_REASON_TIMEOUT,     /* silent */
    MESH_REASON_LEFT,        /* closed by the other side */
    MESH_REASON_REPLACED,    /* a duplicate link won */
};

struct mesh_event {
    uint8_t kind;
    uint8_t role;
    uint8_t reason;
    uint8_t channel;
    uint16_t version;
    uint32_t count;
    struct net_address address;
    uint8_t peer[NET_ID_BYTES];
    uint8_t peer_net_pk[32];
    const uint8_t *data; /* valid until the next mesh_next_event */
    size_t size;
};

/* The oldest event; false when there is none. Events that are not taken hold further messages
 * back. */
bool mesh_next_event(struct mesh *m, struct mesh_event *event);

/* ERR_FULL: the link's send window is full, nothing was sent (1 MiB; on the bulk channel 64 KiB
 * and one message, so that votes never queue behind a snapshot). ERR_CLOSED: no such link.
 * ERR_RANGE: an empty message, one above NET_MESSAGE_BYTES_MAX, an unknown channel. Packets to
 * a link that drops are lost. With several links to one identity (lobby and member) the member
 * link is used. A message is as old as the last mesh_service: service first after a wait, or the
 * link may be taken for silent. */
enum err mesh_send(struct mesh *m, const uint8_t peer[NET_ID_BYTES], unsigned channel,
    const void *data, size_t size);

/* Closes all links to that identity, or the one of that role, after sending what is queued. A
 * wanted peer is dialled again. */
void mesh_close(struct mesh *m, const uint8_t peer[NET_ID_BYTES]);
void mesh_close_role(struct mesh *m, const uint8_t peer[NET_ID_BYTES], enum mesh_role role);

/* The member mesh of one table: from now on links are made with psk = link_key (D.3) and datagrams
 * carry the keyed checksum. Another table closes the member links; NULL game_id leaves the mesh and
 * wants nobody any more. */
void mesh_set_table(struct mesh *m, const struct digest *game_id, const uint8_t link_key[32]);

/* Whom to be linked with (at most NET_PEERS_MAX); nobody else gets through a handshake.
 * `net_pk` must be the static key on record (D.3). The address may be {0,0} when unknown: then
 * we wait to be dialled. Whoever knows an address dials, the larger identity 250 ms later; of
 * two links that came up together the one with the smaller initiator stays, else the newer one
 * does (D.3). Redialled every 500 ms for a minute, then every 5 s (decision 12). Calling again
 * updates key and address. */
void mesh_want_peer(struct mesh *m, const uint8_t peer[NET_ID_BYTES], const uint8_t net_pk[32],
    struct net_address address);
void mesh_drop_peer(struct mesh *m, const uint8_t peer[NET_ID_BYTES]);

/* Dials everybody who is wanted and not linked with the next service, and for a minute from then on as often as at first. */
void mesh_redial(struct mesh *m);
/* When the next of them is dialled; 0 when everybody is linked or has no address. */
uint64_t mesh_redial_at_ms(const struct mesh *m);

/* Own addresses: lobby (0 while it is closed) and member host ports, and the local IPv4 addresses
 * (loopback last, or bind_ip alone). */
uint16_t mesh_lobby_port(const struct mesh *m);
uint16_t mesh_member_port(const struct mesh *m);
size_t mesh_local_addresses(const struct mesh *m, uint32_t *ips, size_t capacity);

/* Address of the other end of a live link, as seen here. */
bool mesh_peer_address(
    const struct mesh *m, const uint8_t peer[NET_ID_BYTES], struct net_address *address);
/* Round trip time in microseconds, or 0 when unknown. */
uint32_t mesh_peer_rtt_us(const struct mesh *m, const uint8_t peer[NET_ID_BYTES]);
/* Lost packets on the way there, in thousandths; 0 without a link. */
unsigned mesh_peer_lost_permille(const struct mesh *m, const uint8_t peer[NET_ID_BYTES]);

/* Bytes of messages over the live link with that peer, both ways, since it is up; 0 without a link. */
void mesh_peer_bytes(
    const struct mesh *m, const uint8_t peer[NET_ID_BYTES], uint64_t *sent, uint64_t *received);

/* What the beacon says while the door is open (D.6). */
struct mesh_table_info {
    char first_word[16];
    char name[48];
    char host[40];
    uint16_t seats, seated;
    uint8_t state; /* 0 lobby, 1 playing */
    int64_t min_cents, max_cents;
};

/* Opens the door: lobby host on config.port, beacon on. `secret` is the PRS of D.2 (the last two
 * words, or the long code), at most 64 bytes, else ERR_RANGE. ERR_BUSY when the port is taken and
 * explicit. Calling again replaces words, info and the count of failures. */
enum err mesh_lobby_open(struct mesh *m, const struct digest *game_id, const char *secret,
    const struct mesh_table_info *info, uint32_t failures_so_far);

/* The checkpoint (E.2), opaque bytes in ADb: MESH_LINK_UP with ROLE_SPONSOR hands it to whoever
 * joins from now on. At most 160 bytes, else ERR_RANGE. */
enum err mesh_lobby_checkpoint(struct mesh *m, const void *data, size_t size);

/* Changes what the beacon says. */
void mesh_lobby_info(struct mesh *m, const struct mesh_table_info *info);

/* Nobody comes in any more; who is in stays linked. */
void mesh_lobby_close(struct mesh *m);

/* Joins through the lobby at `address`. The outcome arrives as MESH_LINK_UP with ROLE_SPONSOR or
 * MESH_JOIN_FAILED, within about 15 s: a busy door is tried again for 8 s. ERR_BUSY while another
 * attempt or a link to a sponsor exists, ERR_RANGE. */
enum err mesh_join(struct mesh *m, struct net_address address, const char *secret);

/* Ends an attempt to join, or the link to a sponsor that came of it: the next may begin at once. */
void mesh_join_end(struct mesh *m);

struct mesh_found {
    struct net_address address; /* of the lobby */
    uint16_t version;
    struct mesh_table_info info;
    struct digest game_id;
    uint64_t seen_ms;
    uint32_t rtt_ms; /* from the question to the first answer to it */
};

/* Discovery: asks once on every interface, loopback included, by broadcast and multicast;
 * answers are collected while serviced. The list is bounded, names are cleaned of anything but
 * printable text; nothing in it is proven. */
void mesh_search(struct mesh *m, uint64_t now_ms);
/* The first word of the table that is looked for, or NULL: it is kept when the list is full of others. */
void mesh_seek(struct mesh *m, const char *first_word);
size_t mesh_found_tables(const struct mesh *m, struct mesh_found *out, size_t capacity);

/* Why is a table not found: what this computer can know about that. */
enum { MESH_WAYS_MAX = 6 };
struct mesh_check {
    struct {
        char name[16];
        uint32_t ip, broadcast;
        bool loopback, asked, refused; /* see discovery_way */
    } ways[MESH_WAYS_MAX];
    size_t way_count;
    uint16_t lobby_port, member_port, discovery_port; /* 0: closed, or off */
    bool listening;                                   /* questions of others can be heard */
    bool bound;                                       /* to one address or interface */
    uint32_t answers_heard, questions_heard;
};
void mesh_check(const struct mesh *m, struct mesh_check *out);

/* Counters for the network page, the metrics and the tests. */
struct mesh_counters {
    uint64_t datagrams_bad_checksum, datagrams_bad_cookie, datagrams_rate_limited;
    uint64_t handshakes_failed, records_rejected;
    uint64_t messages_sent, messages_received, bytes_sent, bytes_received; /* bytes: on the wire */
    uint64_t packets_sent, packets_received;                               /* datagrams */
    uint64_t links_lost, sends_refused;
};
struct mesh_counters mesh_counters(const struct mesh *m);

#endif
