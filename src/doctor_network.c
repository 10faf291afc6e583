#include "src/doctor.h"

#include "net/enet_transport.h"
#include "src/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LOOPBACK_MS = 2000, PACKET_BYTES = 1000 };

static void look_at_interfaces(struct doctor *d)
{
    struct ifaddrs *list = NULL;
    char names[DOCTOR_TEXT_BYTES / 2] = "";
    unsigned up = 0, broadcast = 0;
    bool loopback = false;
    if (getifaddrs(&list) != 0) {
        doctor_add(d, "network", "interfaces", DOCTOR_NOTE, 0,
            "tables on the network are not found", "look at: ip address", "they cannot be listed");
        return;
    }
    for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next) {
        if (i->ifa_addr == NULL || i->ifa_addr->sa_family != AF_INET || !(i->ifa_flags & IFF_UP)) {
            continue;
        }
        if (i->ifa_flags & IFF_LOOPBACK) {
            loopback = true;
            continue;
        }
        struct sockaddr_in in;
        char ip[INET_ADDRSTRLEN] = "";
        memcpy(&in, i->ifa_addr, sizeof in);
        inet_ntop(AF_INET, &in.sin_addr, ip, sizeof ip);
        size_t used = strlen(names);
        snprintf(
            names + used, sizeof names - used, "%s%s %s", up == 0 ? "" : ", ", i->ifa_name, ip);
        broadcast += (i->ifa_flags & IFF_BROADCAST) != 0;
        up++;
    }
    freeifaddrs(list);
    if (!loopback) {
        doctor_add(d, "network", "loopback", DOCTOR_FAULT, EX_UNAVAILABLE,
            "players on this computer cannot reach each other", "ip link set lo up",
            "there is no 127.0.0.1");
    }
    if (up == 0) {
        doctor_add(d, "network", "interfaces", DOCTOR_NOTE, 0,
            "only this computer's own players can sit down; practice works as always",
            "connect to the network of your friends", "none with an IPv4 address");
    } else {
        doctor_add(d, "network", "interfaces", DOCTOR_OK, 0, NULL, NULL, "%s", names);
    }
    if (up > 0 && broadcast == 0) {
        doctor_add(d, "network", "broadcast", DOCTOR_NOTE, 0,
            "tables on the network are not found by themselves",
            "give the address: craps join WORDS --at HOST", "no interface has it");
    } else if (up > 0) {
        doctor_add(d, "network", "broadcast", DOCTOR_OK, 0, NULL, NULL, "%u of %u interfaces",
            broadcast, up);
    }
}

static int try_port(uint16_t port, bool shared)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    int on = 1, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return errno;
    }
    if (shared) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    }
    int why = bind(fd, (const struct sockaddr *)&at, sizeof at) == 0 ? 0 : errno;
    close(fd);
    return why;
}

static void look_at_ports(struct doctor *d)
{
    int lobby = try_port(NET_PORT_DEFAULT, false),
        discovery = try_port(NET_DISCOVERY_PORT_DEFAULT, true);
    if (lobby != 0) {
        doctor_add(d, "network", "lobby_port", DOCTOR_NOTE, 0,
            "another free port is taken and shown; --port 7777 itself would be refused (69)",
            "find who has it: ss -ulpn sport = :7777", "UDP %d is taken: %s", NET_PORT_DEFAULT,
            strerror(lobby));
    } else {
        doctor_add(d, "network", "lobby_port", DOCTOR_OK, 0, NULL, NULL, "UDP %d is free",
            NET_PORT_DEFAULT);
    }
    if (discovery != 0) {
        doctor_add(d, "network", "discovery_port", DOCTOR_NOTE, 0,
            "your tables are not found by others; they join by --at HOST",
            "find who has it: ss -ulpn sport = :7776, or --discovery-port P for everybody",
            "UDP %d is taken: %s", NET_DISCOVERY_PORT_DEFAULT, strerror(discovery));
    } else {
        doctor_add(d, "network", "discovery_port", DOCTOR_OK, 0, NULL, NULL, "UDP %d can be shared",
            NET_DISCOVERY_PORT_DEFAULT);
    }
}

/* Two hosts of the table's own transport on 127.0.0.1. */
struct pair {
    struct transport *host[2];
    uint64_t began_us;
    bool connected, sent, arrived;
    uint8_t packet[PACKET_BYTES];
    size_t slot;
};

static void on_event(struct pair *p, unsigned side, const struct transport_event *e)
{
    switch (e->kind) {
    case TRANSPORT_HELLO:
        (void)transport_connect(p->host[side], e->address, e->hello.body, &p->slot);
        break;
    case TRANSPORT_CONNECTED:
        p->connected = p->connected || side == 1;
        break;
    case TRANSPORT_PACKET:
        p->arrived = e->size == PACKET_BYTES && memcmp(e->data, p->packet, PACKET_BYTES) == 0;
        transport_free(e->packet);
        break;
    case TRANSPORT_CLOSED:
        break;
    }
}

static enum err open_pair(struct pair *p)
{
    uint8_t key[HELLO_KEY_BYTES], target[HELLO_TARGET_BYTES] = {1};
    enum err e = ERR_OK;
    randombytes_buf(key, sizeof key);
    randombytes_buf(p->packet, sizeof p->packet);
    for (unsigned i = 0; i < 2 && e == ERR_OK; i++) {
        struct transport_config config = {.kind = GATE_MEMBER,
            .ip = INADDR_LOOPBACK,
            .slots = 2,
            .version = 1,
            .connect_seed = i + 1,
            .now_ms = clock_now_ms()};
        randombytes_buf(config.cookie_secret, sizeof config.cookie_secret);
        e = transport_open(&p->host[i], &config);
        if (e == ERR_OK) {
            transport_set_key(p->host[i], key, target);
        }
    }
    if (e == ERR_OK) {
        struct net_address to = {INADDR_LOOPBACK, transport_port(p->host[0])};
        transport_hello(p->host[1], to, 7, target);
    }
    return e;
}

static void look_at_loopback(struct doctor *d)
{
    static struct pair p;
    memset(&p, 0, sizeof p);
    enum err e = open_pair(&p);
    uint64_t end = clock_now_ms() + LOOPBACK_MS;
    while (e == ERR_OK && !p.arrived && clock_now_ms() < end) {
        struct pollfd fds[2];
        for (unsigned i = 0; i < 2; i++) {
            struct transport_event event;
            while (transport_step(p.host[i], clock_now_ms(), &event)) {
                on_event(&p, i, &event);
            }
            fds[i] = (struct pollfd){.fd = transport_descriptor(p.host[i]), .events = POLLIN};
        }
        if (p.connected && !p.sent) {
            p.began_us = clock_now_us();
            p.sent = transport_send(p.host[1], p.slot, 0, p.packet, sizeof p.packet) == ERR_OK;
            transport_flush(p.host[1]);
        }
        poll(fds, 2, 20);
    }
    double took_ms = (double)(clock_now_us() - p.began_us) / 1000.0;
    for (unsigned i = 0; i < 2; i++) {
        if (p.host[i] != NULL) {
            transport_close(p.host[i], 0);
        }
    }
    if (p.arrived) {
        doctor_add(d, "network", "transport", DOCTOR_OK, 0, NULL, NULL,
            "a packet came back on 127.0.0.1 in %.1f ms", took_ms);
    } else {
        doctor_add(d, "network", "transport", DOCTOR_FAULT, EX_UNAVAILABLE,
            "no table can be played at, not even on this computer",
            "allow UDP on the loopback interface (a firewall or a sandbox forbids it)",
            "%s on 127.0.0.1",
            e != ERR_OK   ? "no UDP socket can be had"
            : p.connected ? "no packet arrives"
                          : "no link comes up");
    }
}

/* Whether a firewall lets friends in only they can tell; what this computer says of itself can be read. */
static void look_at_firewall(struct doctor *d)
{
    FILE *f = fopen("/etc/ufw/ufw.conf", "r");
    char line[256];
    bool ufw = false;
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        ufw = ufw || strncmp(line, "ENABLED=yes", 11) == 0;
    }
    if (f != NULL) {
        fclose(f);
    }
    bool firewalld = access("/run/firewalld", F_OK) == 0 || access("/run/firewalld.pid", F_OK) == 0;
    if (ufw || firewalld) {
        doctor_add(d, "network", "firewall", DOCTOR_NOTE, 0,
            "friends may not get in, or find your table",
            ufw ? "sudo ufw allow 7776:7777/udp" : "sudo firewall-cmd --add-port=7776-7777/udp",
            "%s is on", ufw ? "ufw" : "firewalld");
    } else {
        doctor_add(d, "network", "firewall", DOCTOR_OK, 0, NULL, NULL,
            "neither ufw nor firewalld is on; others are not looked for");
    }
}

void doctor_network(struct doctor *d)
{
    look_at_interfaces(d);
    look_at_ports(d);
    look_at_loopback(d);
    look_at_firewall(d);
}
