/* The parts of struct mesh, for the mesh_*.c files alone: links, the people we want, the door we
 * hold and the door we knock at. */
#ifndef NET_MESH_INTERNAL_H
#define NET_MESH_INTERNAL_H

#include "net/discovery.h"
#include "net/enet_transport.h"
#include "net/lobby.h"
#include "net/mesh.h"
#include "net/session.h"

enum {
    LINKS_MEMBER = 0,
    LINKS_LOBBY = NET_PEERS_MAX,
    LINKS_GUEST = LINKS_LOBBY + NET_LOBBY_PEERS_MAX,
    LINKS_MAX = LINKS_GUEST + 1,
    EVENTS_MAX = 1024,
    EVENTS_SPARE = 4 * LINKS_MAX, /* room that packets may not take */
    SECRET_MAX = CPACE_PRS_MAX,
    HANDSHAKE_MS = 3000,
    PENDING_MAX = 32 /* incoming handshakes of the member host at a time */
};

/* A slot of one of the three hosts that is in use: links[LINKS_x + slot]. */
struct link {
    bool used;
    bool up;
    bool dialled;
    bool idle;    /* pinged rarely */
    bool proving; /* lobby, guest: the admission is not through yet */
    enum mesh_role role;
    struct net_address address;
    uint64_t since_ms;                   /* connected; then up */
    uint64_t deadline_ms;                /* of the handshake */
    uint64_t active_ms;                  /* the latest message either way */
    uint64_t bytes_sent, bytes_received; /* of messages since it is up */
    struct session session;
    struct admission admission;
};

/* Somebody the member mesh is to be linked with. */
struct want {
    bool used;
    bool told_version; /* the version mismatch was reported */
    bool linked;
    bool dialling; /* `slot` is connecting to him */
    size_t slot;
    uint8_t id[NET_ID_BYTES];
    uint8_t net_pk[32];
    struct net_address address;
    uint64_t nonce;     /* of the HELLO that may be answered, or 0 */
    uint64_t missed_ms; /* since when we are without a link; 0: from the next service on */
    uint64_t next_ms;   /* the next HELLO */
};

enum join_step { JOIN_IDLE, JOIN_ASKING, JOIN_CONNECTING, JOIN_PAUSED, JOIN_UP };

struct join {
    enum join_step step;
    struct net_address address;
    char secret[SECRET_MAX + 1];
    uint64_t nonce;
    uint64_t begun_ms; /* 0: from the next service on */
    uint64_t next_ms;
    bool heard; /* somebody answered */
    uint8_t checkpoint[LOBBY_CHECKPOINT_MAX];
    size_t checkpoint_size;
};

struct door {
    struct lobby lobby;
    char secret[SECRET_MAX + 1];
    struct digest game_id;
    uint8_t checkpoint[LOBBY_CHECKPOINT_MAX];
    size_t checkpoint_size;
    struct mesh_table_info info;
    size_t run; /* the link that is proving; LINKS_MAX: none */
};

struct queued_event {
    struct mesh_event event;
    void *packet; /* what event.data points into, or NULL */
};

struct mesh {
    struct session_identity self;
    uint16_t port;
    bool port_explicit;
    uint32_t bind_ip;
    uint8_t seed[randombytes_SEEDBYTES];
    uint64_t now_ms;
    struct transport *member, *lobby, *guest;
    bool has_table;
    struct digest game_id;
    uint8_t link_key[32];
    struct want wants[NET_PEERS_MAX];
    struct link links[LINKS_MAX];
    struct door door;
    struct join join;
    struct discovery discovery;
    struct mesh_counters counters;
    struct transport_counters closed; /* of hosts that are closed by now */
    struct queued_event events[EVENTS_MAX];
    size_t events_first, events_count;
    void *held; /* packet of the event taken last */
    uint8_t scratch[72 * 1024];
};

/* mesh.c */
void mesh_random(struct mesh *m, void *out, size_t size);
void mesh_push(struct mesh *m, const struct mesh_event *event, void *packet);
enum err mesh_open_transport(struct mesh *m, struct transport **out, enum gate_kind kind,
    uint16_t port, bool port_explicit, size_t slots);
void mesh_close_transport(struct mesh *m, struct transport **t, enum mesh_reason reason);

/* mesh_link.c */
struct transport *link_transport(const struct mesh *m, const struct link *l);
size_t link_slot(const struct mesh *m, const struct link *l);
struct link *link_find(struct mesh *m, const uint8_t peer[NET_ID_BYTES]);
struct link *link_open(struct mesh *m, struct link *l, const struct transport_event *event);
void link_send_raw(struct mesh *m, struct link *l, const void *data, size_t size);
void link_begin_session(struct mesh *m, struct link *l, enum session_kind kind,
    const struct digest *game_id, const uint8_t psk[32], const uint8_t *peer_id,
    const uint8_t *peer_net_pk);
void link_receive_session(
    struct mesh *m, struct link *l, struct transport_event *event, bool *taken);
/* Ends a link: tells the other side (`at_once` or after what is queued), reports it when it was up
 * and `silent` is false, and wipes it. */
void link_end(struct mesh *m, struct link *l, enum mesh_reason reason, bool at_once, bool silent);
/* The other side ended it, or it went silent. */
void link_gone(struct mesh *m, struct link *l, enum mesh_reason reason);
void link_tend(struct mesh *m);
struct want *want_find(struct mesh *m, const uint8_t peer[NET_ID_BYTES]);
void want_dial(struct mesh *m);
void want_answered(struct mesh *m, const struct transport_event *event);
void want_connected(struct mesh *m, struct link *l);
uint64_t want_deadline_ms(const struct mesh *m);
void want_hello_key(
    const struct mesh *m, const uint8_t id[NET_ID_BYTES], uint8_t target[HELLO_TARGET_BYTES]);

/* mesh_door.c */
void door_connected(struct mesh *m, struct link *l);
void door_receive(struct mesh *m, struct link *l, const uint8_t *data, size_t size);
void door_link_ended(struct mesh *m, struct link *l);
void door_tend(struct mesh *m);
uint64_t door_deadline_ms(const struct mesh *m);
void join_connected(struct mesh *m, struct link *l);
void join_receive(struct mesh *m, struct link *l, const uint8_t *data, size_t size);
void join_answered(struct mesh *m, const struct transport_event *event);
void join_up(struct mesh *m);
void join_link_ended(struct mesh *m, enum mesh_reason reason, uint16_t version);
void join_tend(struct mesh *m);
uint64_t join_deadline_ms(const struct mesh *m);

#endif
