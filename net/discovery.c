#include "net/discovery.h"

#include "base/bytes.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { QUERY = 1, ANSWER = 2, DATAGRAMS_A_TURN = 256, REJOIN_MS = 10000 };

static const uint8_t MAGIC[4] = {'C', 'R', 'P', 'S'};

struct interface {
    uint32_t ip, broadcast;
    unsigned index;
    bool loopback;
    char name[16];
};

/* The interfaces to ask on: all that are up, or the one that has bind_ip. */
static size_t list_interfaces(struct interface *out, size_t capacity, uint32_t bind_ip)
{
    struct ifaddrs *list = NULL;
    size_t count = 0;
    if (getifaddrs(&list) != 0) {
        return 0;
    }
    for (struct ifaddrs *i = list; i != NULL && count < capacity; i = i->ifa_next) {
        if (i->ifa_addr == NULL || i->ifa_addr->sa_family != AF_INET ||
            (i->ifa_flags & IFF_UP) == 0) {
            continue;
        }
        struct sockaddr_in a = {0};
        struct sockaddr_in mask = {0};
        memcpy(&a, i->ifa_addr, sizeof a);
        if (i->ifa_netmask != NULL) {
            memcpy(&mask, i->ifa_netmask, sizeof mask);
        }
        uint32_t ip = ntohl(a.sin_addr.s_addr);
        uint32_t net = ntohl(mask.sin_addr.s_addr);
        bool loopback = (i->ifa_flags & IFF_LOOPBACK) != 0;
        bool wanted = bind_ip == 0 || ip == bind_ip || (loopback && ip >> 24 == bind_ip >> 24);
        if (wanted) {
            out[count++] = (struct interface){.ip = ip,
                .broadcast = ip | ~net,
                .index = if_nametoindex(i->ifa_name),
                .loopback = loopback};
            snprintf(out[count - 1].name, sizeof out[count - 1].name, "%s", i->ifa_name);
        }
    }
    freeifaddrs(list);
    return count;
}

size_t discovery_local_addresses(uint32_t *ips, size_t capacity)
{
    struct interface all[DISCOVERY_INTERFACES_MAX];
    size_t n = list_interfaces(all, DISCOVERY_INTERFACES_MAX, 0);
    size_t count = 0;
    for (int loopback = 0; loopback < 2; loopback++) {
        for (size_t i = 0; i < n && count < capacity; i++) {
            if (all[i].loopback == (loopback == 1)) {
                ips[count++] = all[i].ip;
            }
        }
    }
    return count;
}

uint32_t discovery_interface_address(const char *name)
{
    struct interface all[DISCOVERY_INTERFACES_MAX];
    size_t n = list_interfaces(all, DISCOVERY_INTERFACES_MAX, 0);
    unsigned index = if_nametoindex(name);
    for (size_t i = 0; i < n; i++) {
        if (index != 0 && all[i].index == index) {
            return all[i].ip;
        }
    }
    return 0;
}

static int open_socket(uint32_t ip, uint16_t port, bool shared)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;
    struct sockaddr_in a = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(ip)};
    if (fd < 0) {
        return -1;
    }
    if (shared) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    }
    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on);
    if (bind(fd, (const struct sockaddr *)&a, sizeof a) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static void close_socket(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

void discovery_init(struct discovery *d, uint16_t port, uint16_t version, uint32_t bind_ip)
{
    memset(d, 0, sizeof *d);
    d->port = port;
    d->version = version;
    d->bind_ip = bind_ip;
    d->ask_fd = d->listen_fd = -1;
    ratelimit_init(&d->limits, (struct bucket_rate){10, 20}, (struct bucket_rate){1000, 2000});
}

void discovery_close(struct discovery *d)
{
    close_socket(&d->ask_fd);
    close_socket(&d->listen_fd);
    d->announcing = false;
}

static void open_ask(struct discovery *d)
{
    if (d->ask_fd < 0) {
        d->ask_fd = open_socket(d->bind_ip, 0, false);
    }
}

/* Interfaces come and go: joined again now and then; the ones we are in already refuse. */
static void join_groups(struct discovery *d, uint64_t now_ms)
{
    struct interface all[DISCOVERY_INTERFACES_MAX];
    size_t n = list_interfaces(all, DISCOVERY_INTERFACES_MAX, d->bind_ip);
    for (size_t i = 0; i < n; i++) {
        struct ip_mreqn m = {.imr_multiaddr.s_addr = htonl((uint32_t)DISCOVERY_GROUP),
            .imr_ifindex = (int)all[i].index};
        setsockopt(d->listen_fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof m);
    }
    d->joined_ms = now_ms;
}

void discovery_announce(struct discovery *d, const struct mesh_found *own, uint64_t now_ms)
{
    d->own = *own;
    d->own.version = d->version;
    d->announcing = d->port != 0;
    if (!d->announcing || d->listen_fd >= 0) {
        return;
    }
    open_ask(d);
    d->listen_fd = open_socket(0, d->port, true);
    if (d->listen_fd >= 0) {
        join_groups(d, now_ms);
    }
}

void discovery_quiet(struct discovery *d)
{
    d->announcing = false;
    close_socket(&d->listen_fd);
}

static bool send_to(int fd, uint32_t ip, uint16_t port, const uint8_t *data, size_t size)
{
    struct sockaddr_in a = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(ip)};
    ssize_t sent = sendto(fd, data, size, MSG_NOSIGNAL, (const struct sockaddr *)&a, sizeof a);
    return sent >= 0; /* no route, no broadcast, no buffer: another interface may do */
}

static struct discovery_way way_of(const struct interface *i)
{
    struct discovery_way w = {.ip = i->ip, .broadcast = i->broadcast, .loopback = i->loopback};
    memcpy(w.name, i->name, sizeof w.name);
    return w;
}

size_t discovery_ways(const struct discovery *d, struct discovery_way *out, size_t capacity)
{
    struct interface all[DISCOVERY_INTERFACES_MAX];
    size_t n = list_interfaces(all, DISCOVERY_INTERFACES_MAX, d->bind_ip);
    size_t count = n < capacity ? n : capacity;
    for (size_t i = 0; i < count; i++) {
        out[i] = way_of(&all[i]);
        for (size_t k = 0; k < d->way_count; k++) {
            if (d->ways[k].ip == out[i].ip) {
                out[i].asked = d->ways[k].asked;
                out[i].refused = d->ways[k].refused;
            }
        }
    }
    return count;
}

void discovery_ask(struct discovery *d, uint64_t nonce, uint64_t now_ms)
{
    struct interface all[DISCOVERY_INTERFACES_MAX];
    uint8_t query[DISCOVERY_BYTES];
    if (d->port == 0) {
        return;
    }
    open_ask(d);
    if (d->ask_fd < 0) {
        return;
    }
    d->nonce = nonce;
    d->asked = true;
    d->asked_ms = now_ms;
    size_t size = discovery_write_query(query, d->version, nonce);
    size_t n = list_interfaces(all, DISCOVERY_INTERFACES_MAX, d->bind_ip);
    for (size_t i = 0; i < n; i++) {
        struct ip_mreqn m = {.imr_ifindex = (int)all[i].index};
        setsockopt(d->ask_fd, IPPROTO_IP, IP_MULTICAST_IF, &m, sizeof m);
        bool group = send_to(d->ask_fd, (uint32_t)DISCOVERY_GROUP, d->port, query, size);
        bool all_there = send_to(d->ask_fd, all[i].broadcast, d->port, query, size);
        d->ways[i] = way_of(&all[i]);
        d->ways[i].asked = true;
        d->ways[i].refused = !group && !all_there;
    }
    d->way_count = n;
    d->answers_heard = 0;
    if (d->bind_ip == 0) {
        send_to(d->ask_fd, INADDR_BROADCAST, d->port, query, size);
    }
}

static ssize_t receive(int fd, uint8_t *data, size_t capacity, struct net_address *from)
{
    struct sockaddr_in a = {0};
    socklen_t a_size = sizeof a;
    ssize_t size =
        recvfrom(fd, data, capacity, MSG_DONTWAIT | MSG_TRUNC, (struct sockaddr *)&a, &a_size);
    *from = (struct net_address){.ip = ntohl(a.sin_addr.s_addr), .port = ntohs(a.sin_port)};
    return size;
}

static bool answered_before(const struct discovery *d, uint64_t nonce)
{
    const size_t capacity = sizeof d->answered / sizeof d->answered[0];
    for (size_t i = 0; i < capacity && i < d->answered_next; i++) {
        if (d->answered[i] == nonce) {
            return true;
        }
    }
    return false;
}

static void take_query(
    struct discovery *d, const uint8_t *data, size_t size, struct net_address from, uint64_t now_ms)
{
    uint16_t version;
    uint64_t nonce;
    uint8_t answer[DISCOVERY_BYTES];
    /* a question comes several ways at once and counts once */
    if (!d->announcing || !discovery_read_query(data, size, &version, &nonce) ||
        answered_before(d, nonce) || !ratelimit_admit(&d->limits, from.ip, now_ms)) {
        return;
    }
    d->answered[d->answered_next++ % (sizeof d->answered / sizeof d->answered[0])] = nonce;
    d->questions_heard += nonce != d->nonce; /* one's own is no news */
    size_t answer_size = discovery_write_answer(answer, &d->own, nonce);
    send_to(d->ask_fd >= 0 ? d->ask_fd : d->listen_fd, from.ip, from.port, answer, answer_size);
}

void discovery_service(struct discovery *d, uint64_t now_ms)
{
    uint8_t data[DISCOVERY_BYTES + 1];
    struct net_address from;
    ssize_t size;
    if (d->listen_fd >= 0 && now_ms - d->joined_ms >= REJOIN_MS) {
        join_groups(d, now_ms);
    }
    for (int i = 0; d->listen_fd >= 0 && i < DATAGRAMS_A_TURN; i++) {
        if ((size = receive(d->listen_fd, data, sizeof data, &from)) < 0) {
            break;
        }
        take_query(d, data, (size_t)size, from, now_ms);
    }
    for (int i = 0; d->ask_fd >= 0 && i < DATAGRAMS_A_TURN; i++) {
        struct mesh_found found;
        uint64_t nonce;
        if ((size = receive(d->ask_fd, data, sizeof data, &from)) < 0) {
            break;
        }
        if (d->asked && discovery_read_answer(&found, &nonce, data, (size_t)size) &&
            nonce == d->nonce) {
            found.address.ip = from.ip;
            found.seen_ms = now_ms;
            found.rtt_ms = (uint32_t)(now_ms - d->asked_ms);
            bool own = d->announcing && digest_equal(&found.game_id, &d->own.game_id);
            d->answers_heard += !own;
            discovery_add(d, &found);
        }
    }
}

size_t discovery_write_query(uint8_t out[static DISCOVERY_BYTES], uint16_t version, uint64_t nonce)
{
    struct writer w = writer_of(out, DISCOVERY_BYTES);
    memset(out, 0, DISCOVERY_BYTES);
    write_bytes(&w, MAGIC, sizeof MAGIC);
    write_u8(&w, QUERY);
    write_u16(&w, version);
    write_u64(&w, nonce);
    return DISCOVERY_BYTES;
}

/* A short query is refused: its answer would be the longer one. */
bool discovery_read_query(const uint8_t *data, size_t size, uint16_t *version, uint64_t *nonce)
{
    struct reader r = reader_of(data, size);
    const uint8_t *magic = read_span(&r, sizeof MAGIC);
    if (size != DISCOVERY_BYTES || memcmp(magic, MAGIC, sizeof MAGIC) != 0 ||
        read_u8(&r) != QUERY) {
        return false;
    }
    *version = read_u16(&r);
    *nonce = read_u64(&r);
    return true;
}

static void write_text(struct writer *w, const char *text, size_t capacity)
{
    write_lp(w, text, strnlen(text, capacity - 1));
}

size_t discovery_write_answer(
    uint8_t out[static DISCOVERY_BYTES], const struct mesh_found *own, uint64_t nonce)
{
    const struct mesh_table_info *info = &own->info;
    struct writer w = writer_of(out, DISCOVERY_BYTES);
    write_bytes(&w, MAGIC, sizeof MAGIC);
    write_u8(&w, ANSWER);
    write_u16(&w, own->version);
    write_u64(&w, nonce);
    write_bytes(&w, own->game_id.b, DIGEST_BYTES);
    write_u16(&w, own->address.port);
    write_u16(&w, info->seats);
    write_u16(&w, info->seated);
    write_u8(&w, info->state);
    write_u64(&w, (uint64_t)info->min_cents);
    write_u64(&w, (uint64_t)info->max_cents);
    write_text(&w, info->first_word, sizeof info->first_word);
    write_text(&w, info->name, sizeof info->name);
    write_text(&w, info->host, sizeof info->host);
    return w.bad ? 0 : w.size;
}

static void read_text(struct reader *r, char *out, size_t capacity)
{
    size_t size;
    const uint8_t *text = read_lp(r, &size);
    text_clean(out, capacity - 1, (const char *)text, text == NULL ? 0 : size);
}

bool discovery_read_answer(
    struct mesh_found *found, uint64_t *nonce, const uint8_t *data, size_t size)
{
    struct reader r = reader_of(data, size);
    struct mesh_table_info *info = &found->info;
    const uint8_t *magic = read_span(&r, sizeof MAGIC);
    memset(found, 0, sizeof *found);
    if (size > DISCOVERY_BYTES || magic == NULL || memcmp(magic, MAGIC, sizeof MAGIC) != 0 ||
        read_u8(&r) != ANSWER) {
        return false;
    }
    found->version = read_u16(&r);
    *nonce = read_u64(&r);
    read_bytes(&r, found->game_id.b, DIGEST_BYTES);
    found->address.port = read_u16(&r);
    info->seats = read_u16(&r);
    info->seated = read_u16(&r);
    info->state = read_u8(&r);
    uint64_t min_cents = read_u64(&r);
    uint64_t max_cents = read_u64(&r);
    read_text(&r, info->first_word, sizeof info->first_word);
    read_text(&r, info->name, sizeof info->name);
    read_text(&r, info->host, sizeof info->host);
    if (!reader_done(&r) || found->address.port == 0 || info->state > 1 || min_cents > INT64_MAX ||
        max_cents > INT64_MAX) {
        return false;
    }
    info->min_cents = (int64_t)min_cents;
    info->max_cents = (int64_t)max_cents;
    return true;
}

/* The same table: it may be heard over several interfaces and keeps the first address while that
 * one is fresh. */
static bool same_table(const struct mesh_found *a, const struct mesh_found *b)
{
    return digest_equal(&a->game_id, &b->game_id) && a->address.port == b->address.port;
}

static bool sought(const struct discovery *d, const struct mesh_found *f)
{
    return d->sought[0] != '\0' && strcmp(d->sought, f->info.first_word) == 0;
}

/* Whom a newcomer displaces from a full list: a table that is not sought when it is; else one of an address that has
 * more there than the newcomer's. NULL: nobody. */
static struct mesh_found *least_wanted(
    struct discovery *d, const struct mesh_found *found, size_t of_source)
{
    struct mesh_found *most = NULL;
    size_t most_count = of_source + 1;
    for (size_t i = 0; i < d->found_count; i++) {
        struct mesh_found *f = &d->found[i];
        if (sought(d, found) && !sought(d, f)) {
            return f;
        }
        size_t count = 0;
        for (size_t k = 0; k < d->found_count; k++) {
            count += d->found[k].address.ip == f->address.ip;
        }
        if (count > most_count && sought(d, found) == sought(d, f)) {
            most = f;
            most_count = count;
        }
    }
    return most;
}

void discovery_add(struct discovery *d, const struct mesh_found *found)
{
    struct mesh_found *room = NULL;
    size_t of_source = 0;
    for (size_t i = 0; i < d->found_count; i++) {
        struct mesh_found *f = &d->found[i];
        bool stale = found->seen_ms - f->seen_ms > DISCOVERY_FORGET_MS;
        if (same_table(f, found)) {
            if (stale || f->address.ip == found->address.ip) {
                *f = *found;
            }
            return;
        }
        of_source += !stale && f->address.ip == found->address.ip;
        room = stale && room == NULL ? f : room;
    }
    if (of_source >= DISCOVERY_PER_SOURCE) {
        return;
    }
    if (room == NULL && d->found_count < NET_TABLES_FOUND_MAX) {
        room = &d->found[d->found_count++];
    }
    if (room == NULL) {
        room = least_wanted(d, found, of_source);
    }
    if (room != NULL) {
        *room = *found;
    }
}
