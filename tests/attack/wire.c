#include "tests/attack/wire.h"

#include "base/bytes.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IP_HEADER = 20, UDP_HEADER = 8, OWN_TTL = 63, PACKETS_A_TURN = 64 };

static struct sockaddr_in socket_address(struct net_address a)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(a.port), .sin_addr.s_addr = htonl(a.ip)};
}

/* Any address of the loopback net is ours to bind. */
static bool open_stranger(struct stranger *s, uint32_t ip)
{
    struct sockaddr_in a = socket_address((struct net_address){.ip = ip});
    socklen_t size = sizeof a;
    *s = (struct stranger){.fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (s->fd < 0 || bind(s->fd, (struct sockaddr *)&a, sizeof a) != 0 ||
        getsockname(s->fd, (struct sockaddr *)&a, &size) != 0) {
        return false;
    }
    s->address = (struct net_address){.ip = ip, .port = ntohs(a.sin_port)};
    return true;
}

static int open_ear(void)
{
    int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETH_P_IP));
    struct sockaddr_ll a = {.sll_family = AF_PACKET,
        .sll_protocol = htons(ETH_P_IP),
        .sll_ifindex = (int)if_nametoindex("lo")};
    if (fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

bool wire_open(struct wire *w)
{
    w->ear = open_ear();
    w->mouth = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    for (size_t i = 0; i < WIRE_STRANGERS; i++) {
        if (!open_stranger(&w->strangers[i], WIRE_LOOPBACK + 1 + (uint32_t)i)) {
            return false;
        }
    }
    return true;
}

static bool listened_to(const struct wire *w, uint16_t port)
{
    if (w->port_count == 0) {
        return true;
    }
    for (size_t i = 0; i < w->port_count; i++) {
        if (w->ports[i] == port) {
            return true;
        }
    }
    return false;
}

/* Ours are told by their time to live. */
static bool parse(const struct wire *w, struct heard *h, const uint8_t *packet, size_t size)
{
    if (size < IP_HEADER + UDP_HEADER || packet[0] != 0x45 || packet[9] != IPPROTO_UDP ||
        packet[8] == OWN_TTL) {
        return false;
    }
    struct reader r = reader_of(packet + 12, size - 12);
    h->from.ip = read_u32(&r);
    h->to.ip = read_u32(&r);
    h->from.port = read_u16(&r);
    h->to.port = read_u16(&r);
    uint16_t length = read_u16(&r);
    if (length < UDP_HEADER || length > size - IP_HEADER ||
        (!listened_to(w, h->from.port) && !listened_to(w, h->to.port)) ||
        length - UDP_HEADER > WIRE_DATAGRAM_MAX) {
        return false;
    }
    h->size = length - UDP_HEADER;
    memcpy(h->data, packet + IP_HEADER + UDP_HEADER, h->size);
    return true;
}

static bool own_address(const struct wire *w, struct net_address a)
{
    for (size_t i = 0; i < WIRE_STRANGERS; i++) {
        if (net_address_equal(w->strangers[i].address, a)) {
            return true;
        }
    }
    return false;
}

size_t wire_listen(struct wire *w)
{
    static uint8_t packet[65536];
    size_t found = 0;
    for (unsigned i = 0; w->ear >= 0 && i < PACKETS_A_TURN; i++) {
        struct sockaddr_ll from;
        socklen_t from_size = sizeof from;
        ssize_t size =
            recvfrom(w->ear, packet, sizeof packet, 0, (struct sockaddr *)&from, &from_size);
        if (size < 0) {
            break;
        }
        struct heard *h = &w->heard[w->heard_count % WIRE_HEARD];
        /* on this interface each is seen leaving and coming */
        if (from.sll_pkttype != PACKET_OUTGOING && parse(w, h, packet, (size_t)size) &&
            !own_address(w, h->from) && !own_address(w, h->to)) {
            w->heard_count++;
            found++;
        }
    }
    return found;
}

void wire_send(
    struct wire *w, struct stranger *s, struct net_address to, const void *data, size_t size)
{
    struct sockaddr_in a = socket_address(to);
    ssize_t sent = sendto(s->fd, data, size, 0, (const struct sockaddr *)&a, sizeof a);
    if (sent >= 0) {
        s->sent += (uint64_t)sent;
        w->bytes_sent += (uint64_t)sent;
    }
}

void wire_spoof(
    struct wire *w, struct net_address from, struct net_address to, const void *data, size_t size)
{
    uint8_t packet[IP_HEADER + UDP_HEADER + WIRE_DATAGRAM_MAX];
    struct writer p = writer_of(packet, sizeof packet);
    struct sockaddr_in a = socket_address(to);
    if (w->mouth < 0 || size > WIRE_DATAGRAM_MAX) {
        return;
    }
    write_u16(&p, 0x4500);
    write_u16(&p, (uint16_t)(IP_HEADER + UDP_HEADER + size));
    write_u32(&p, 0);
    write_u8(&p, OWN_TTL);
    write_u8(&p, IPPROTO_UDP);
    write_u16(&p, 0); /* the kernel fills this one in; the one of UDP may be left out */
    write_u32(&p, from.ip);
    write_u32(&p, to.ip);
    write_u16(&p, from.port);
    write_u16(&p, to.port);
    write_u16(&p, (uint16_t)(UDP_HEADER + size));
    write_u16(&p, 0);
    write_bytes(&p, data, size);
    w->spoofed += sendto(w->mouth, packet, p.size, 0, (const struct sockaddr *)&a, sizeof a) > 0;
}

static void settle(struct wire *w, const struct stranger *s)
{
    double ratio = s->received == 0 ? 0
                   : s->sent == 0   ? 1e9
                                    : (double)s->received / (double)s->sent;
    w->worst_ratio = ratio > w->worst_ratio ? ratio : w->worst_ratio;
}

static void drain_one(struct wire *w, struct stranger *s, wire_take_fn *take, void *context)
{
    uint8_t data[WIRE_DATAGRAM_MAX];
    ssize_t size;
    while ((size = recv(s->fd, data, sizeof data, 0)) >= 0) {
        s->received += (uint64_t)size;
        w->bytes_received += (uint64_t)size;
        if (take != NULL) {
            take(context, s, data, (size_t)size);
        }
    }
}

void wire_drain(struct wire *w, wire_take_fn *take, void *context)
{
    for (size_t i = 0; i < WIRE_STRANGERS; i++) {
        drain_one(w, &w->strangers[i], take, context);
    }
}

void wire_move(struct wire *w, struct prng *random)
{
    struct stranger *s = &w->strangers[w->oldest];
    struct stranger other;
    w->oldest = (w->oldest + 1) % WIRE_STRANGERS;
    drain_one(w, s, NULL, NULL);
    if (open_stranger(&other, 0x7f000000 + 2 + (uint32_t)prng_below(random, 0xfffffc))) {
        settle(w, s);
        close(s->fd);
        *s = other;
    } else if (other.fd >= 0) {
        close(other.fd);
    }
}

void wire_close(struct wire *w)
{
    for (size_t i = 0; i < WIRE_STRANGERS; i++) {
        settle(w, &w->strangers[i]);
        close(w->strangers[i].fd);
    }
    close(w->ear);
    close(w->mouth);
}
