/* Finding tables on the LAN (protocol D.6): a query by broadcast and multicast on every interface,
 * loopback included, and answers from open doors straight to the asker. Nothing is said unasked.
 * Everything heard is unproven: it fills a list for the player, the words prove the rest.
 *
 *   query   "CRPS" || 1 || u16 version || u64 nonce || zeros to DISCOVERY_BYTES
 *   answer  "CRPS" || 2 || u16 version || u64 nonce || game id || u16 port || u16 seats ||
 *           u16 seated || u8 state || u64 min || u64 max || lp(first word) || lp(name) || lp(host)
 *
 * The listening socket shares its port with every other player of the machine; group datagrams
 * reach all of them. Answers come from a socket of one's own and are never longer than queries. */
#ifndef NET_DISCOVERY_H
#define NET_DISCOVERY_H

#include "net/mesh.h"
#include "net/ratelimit.h"

enum {
    DISCOVERY_BYTES = 256,
    DISCOVERY_GROUP = (int)0xEFFF4D4Cu, /* 239.255.77.76 */
    DISCOVERY_FORGET_MS = 10000,        /* an answer this old makes room for another */
    DISCOVERY_PER_SOURCE = 16,          /* tables of one address that the list keeps */
    DISCOVERY_INTERFACES_MAX = 16
};

/* One interface, and how the latest question left by it. */
struct discovery_way {
    char name[16];
    uint32_t ip, broadcast;
    bool loopback;
    bool asked, refused; /* refused: no question got out, neither by broadcast nor by multicast */
};

struct discovery {
    uint16_t port; /* 0 = off */
    uint16_t version;
    uint32_t bind_ip; /* 0 = every interface */
    uint64_t nonce;   /* of our latest query */
    bool asked;
    uint64_t asked_ms;
    int ask_fd;    /* queries leave and answers arrive here; -1 when closed */
    int listen_fd; /* while our door is open */
    uint64_t joined_ms;
    struct ratelimit limits;
    bool announcing;
    struct mesh_found own; /* what we answer */
    struct mesh_found found[NET_TABLES_FOUND_MAX];
    size_t found_count;
    char sought[16];       /* a first word that has precedence in the list, or "" */
    uint64_t answered[32]; /* queries answered lately: one that came over several interfaces */
    size_t answered_next;
    /* For whoever looks why nobody is found. */
    struct discovery_way ways[DISCOVERY_INTERFACES_MAX];
    size_t way_count;
    uint32_t answers_heard;   /* to the latest question */
    uint32_t questions_heard; /* of other computers, since the door opened */
};

void discovery_init(struct discovery *d, uint16_t port, uint16_t version, uint32_t bind_ip);
void discovery_close(struct discovery *d);

/* Starts or changes what is answered: `own` with the port of the lobby in address. No socket to be
 * had is no error: the table can still be joined by address. */
void discovery_announce(struct discovery *d, const struct mesh_found *own, uint64_t now_ms);
void discovery_quiet(struct discovery *d);

/* Asks once, with a nonce of the caller's; answers are taken by discovery_service. */
void discovery_ask(struct discovery *d, uint64_t nonce, uint64_t now_ms);

/* Takes what arrived: at most 256 datagrams a socket. Never blocks. */
void discovery_service(struct discovery *d, uint64_t now_ms);

/* The two datagrams. A writer returns the size; a reader false for anything malformed. The texts of
 * an answer that was read are printable UTF-8. */
size_t discovery_write_query(uint8_t out[static DISCOVERY_BYTES], uint16_t version, uint64_t nonce);
bool discovery_read_query(const uint8_t *data, size_t size, uint16_t *version, uint64_t *nonce);
size_t discovery_write_answer(
    uint8_t out[static DISCOVERY_BYTES], const struct mesh_found *own, uint64_t nonce);
bool discovery_read_answer(
    struct mesh_found *found, uint64_t *nonce, const uint8_t *data, size_t size);

/* Puts an answer into the list or refreshes the one that is there. In a full list the table that is sought goes first,
 * and an address with many tables makes room for one with fewer. */
void discovery_add(struct discovery *d, const struct mesh_found *found);

/* The interfaces that are up now, with what became of the latest question on each; none that `bind_ip` leaves out. */
size_t discovery_ways(const struct discovery *d, struct discovery_way *out, size_t capacity);

/* Local IPv4 addresses that are up, loopback last; returns how many were written. */
size_t discovery_local_addresses(uint32_t *ips, size_t capacity);

/* The first IPv4 address of an interface, 0 when there is none. */
uint32_t discovery_interface_address(const char *name);

#endif
