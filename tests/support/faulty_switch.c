/* An Ethernet switch between computers that are network namespaces of their own, with faults on purpose:
 *
 *   faulty_switch PORTS SEED
 *
 * The namespaces have no names and go when the last process in them ends; the devices go with this process. Computer i has the interface
 * "cable" with the address 10.77.0.i/24. First line of output: {"ready": [descriptors]}; `nsenter --net=/proc/PID/fd/DESCRIPTOR` runs a
 * command on computer 1, 2, ... Then a line of input is a command, answered by one line with the time on the monotonic clock:
 *
 *   set FROM TO NAME VALUE   one direction, * = any; names and values in tests/support/faulty_link.h
 *   part 1,2/3,4             only ports of one group hear each other; `part` alone ends it
 *   calm                     no faults anywhere
 *   counters                 what was offered and what became of it, a row a direction
 *
 * The end of input ends it. */
#include "tests/support/faulty_link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum {
    PORTS_MAX = 16,
    MAC_BYTES = 6,
    NETWORK = 10 << 24 | 77 << 16,
    FRAMES_A_TURN = 64,
    INPUT_BYTES = 4096
};

struct port {
    int fd;        /* of the TAP device */
    int namespace; /* descriptor that keeps it */
    uint8_t mac[MAC_BYTES];
};

struct faulty_switch {
    unsigned ports;
    struct port port[PORTS_MAX];
    struct faulty_link link[PORTS_MAX][PORTS_MAX];
    struct faulty_queue queue;
    struct prng random;
    int epoll_fd, timer_fd;
    char input[INPUT_BYTES];
    size_t input_size;
};

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "faulty_switch: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void set_up(int control, const char *name)
{
    struct ifreq r = {0};
    strncpy(r.ifr_name, name, sizeof r.ifr_name - 1);
    r.ifr_flags = IFF_UP | IFF_RUNNING;
    if (ioctl(control, SIOCSIFFLAGS, &r) != 0) {
        give_up(name);
    }
}

static void set_address(int control, unsigned long request, uint32_t ip)
{
    struct ifreq r = {.ifr_name = "cable"};
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(ip)};
    memcpy(&r.ifr_addr, &a, sizeof a);
    if (ioctl(control, request, &r) != 0) {
        give_up("address");
    }
}

/* A new network namespace with one TAP device; this process is inside when it returns. */
static struct port plug_computer(unsigned number)
{
    struct port p;
    struct ifreq tap = {.ifr_name = "cable", .ifr_flags = IFF_TAP | IFF_NO_PI};
    struct ifreq mac = {.ifr_name = "cable"};
    if (unshare(CLONE_NEWNET) != 0) {
        give_up("network namespace");
    }
    p.namespace = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    p.fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (p.namespace < 0 || p.fd < 0 || ioctl(p.fd, TUNSETIFF, &tap) != 0) {
        give_up("/dev/net/tun");
    }
    int quiet = open("/proc/sys/net/ipv6/conf/all/disable_ipv6", O_WRONLY | O_CLOEXEC);
    if (quiet >= 0) {
        (void)!write(quiet, "1", 1); /* where it cannot be had, a few more frames are counted */
        close(quiet);
    }
    int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (control < 0 || ioctl(control, SIOCGIFHWADDR, &mac) != 0) {
        give_up("device");
    }
    memcpy(p.mac, mac.ifr_hwaddr.sa_data, MAC_BYTES);
    set_up(control, "lo");
    set_address(control, SIOCSIFADDR, NETWORK | number);
    set_address(control, SIOCSIFNETMASK, 0xffffff00);
    set_address(control, SIOCSIFBRDADDR, NETWORK | 255);
    set_up(control, "cable");
    close(control);
    return p;
}

static void forward(struct faulty_switch *s, unsigned from, const uint8_t *data, size_t size)
{
    unsigned only = PORTS_MAX;
    uint64_t now = now_us();
    for (unsigned i = 0; i < s->ports; i++) {
        only = memcmp(s->port[i].mac, data, MAC_BYTES) == 0 ? i : only;
    }
    for (unsigned to = 0; to < s->ports; to++) {
        if (to != from && (only == PORTS_MAX || only == to)) {
            faulty_link_take(&s->link[from][to], &s->random, &s->queue, to, data, size, now);
        }
    }
}

static void receive(struct faulty_switch *s, unsigned from)
{
    uint8_t data[FRAME_BYTES_MAX];
    for (int i = 0; i < FRAMES_A_TURN; i++) {
        ssize_t size = read(s->port[from].fd, data, sizeof data);
        if (size <= 0) {
            return;
        }
        if (size > 2 * MAC_BYTES + 2) {
            forward(s, from, data, (size_t)size);
        }
    }
}

/* Frames that are due leave; the timer is set for the next. */
static void deliver(struct faulty_switch *s)
{
    while (faulty_queue_due_us(&s->queue) <= now_us()) {
        struct frame f = faulty_queue_pop(&s->queue);
        (void)!write(
            s->port[f.to].fd, f.data, f.size); /* a full device drops it, like a real one */
        free(f.data);
    }
    uint64_t due = faulty_queue_due_us(&s->queue);
    struct itimerspec at = {0};
    if (due != UINT64_MAX) {
        at.it_value.tv_sec = (time_t)(due / 1000000u);
        at.it_value.tv_nsec = (long)(due % 1000000u) * 1000;
    }
    timerfd_settime(s->timer_fd, TFD_TIMER_ABSTIME, &at, NULL);
}

/* "*" or a number from 1 on; false for anything else. */
static bool read_ports(
    const struct faulty_switch *s, const char *word, unsigned *first, unsigned *last)
{
    char *end;
    unsigned long n = strtoul(word, &end, 10);
    *first = 0;
    *last = s->ports;
    if (strcmp(word, "*") == 0) {
        return true;
    }
    *first = (unsigned)n - 1;
    *last = (unsigned)n;
    return *end == '\0' && n >= 1 && n <= s->ports;
}

static bool set(struct faulty_switch *s, char **rest)
{
    unsigned from, from_end, to, to_end;
    const char *words[4];
    char *end;
    for (size_t i = 0; i < 4; i++) {
        if ((words[i] = strtok_r(NULL, " ", rest)) == NULL) {
            return false;
        }
    }
    double value = strtod(words[3], &end);
    if (*end != '\0' || !read_ports(s, words[0], &from, &from_end) ||
        !read_ports(s, words[1], &to, &to_end)) {
        return false;
    }
    for (unsigned i = from; i < from_end; i++) {
        for (unsigned j = to; j < to_end; j++) {
            if (!faulty_link_set(&s->link[i][j], words[2], value)) {
                return false;
            }
        }
    }
    return true;
}

/* Groups by '/', ports by ','; a port in no group is alone. */
static bool part(struct faulty_switch *s, char **rest)
{
    char *groups = strtok_r(NULL, " ", rest);
    unsigned group[PORTS_MAX] = {0}, number = 1;
    for (char *at = groups; at != NULL && *at != '\0';) {
        char *end;
        unsigned long port = strtoul(at, &end, 10);
        if (end == at || port < 1 || port > s->ports ||
            (*end != ',' && *end != '/' && *end != '\0')) {
            return false;
        }
        group[port - 1] = number;
        number += *end == '/';
        at = end + (*end != '\0');
    }
    for (unsigned i = 0; i < s->ports; i++) {
        for (unsigned j = 0; j < s->ports; j++) {
            s->link[i][j].parted = groups != NULL && (group[i] != group[j] || group[i] == 0);
        }
    }
    return true;
}

static void calm(struct faulty_switch *s)
{
    for (unsigned i = 0; i < s->ports; i++) {
        for (unsigned j = 0; j < s->ports; j++) {
            struct faulty_link fresh = {.count = s->link[i][j].count};
            s->link[i][j] = fresh;
        }
    }
}

static void print_counters(const struct faulty_switch *s)
{
    const char *comma = "";
    printf(", \"links\": [");
    for (unsigned i = 0; i < s->ports; i++) {
        for (unsigned j = 0; j < s->ports; j++) {
            const struct faulty_link *l = &s->link[i][j];
            if (l->count.frames == 0) {
                continue;
            }
            printf(
                "%s{\"from\": %u, \"to\": %u, \"frames\": %lu, \"bytes\": %lu, \"messages\": %lu, "
                "\"lost\": %lu, \"cut\": %lu, \"throttled\": %lu, \"reordered\": %lu, "
                "\"duplicated\": %lu, \"corrupted\": %lu}",
                comma, i + 1, j + 1, l->count.frames, l->count.bytes, l->count.messages,
                l->count.lost, l->count.cut, l->count.throttled, l->count.reordered,
                l->count.duplicated, l->count.corrupted);
            comma = ", ";
        }
    }
    printf("]");
}

static void obey(struct faulty_switch *s, char *line)
{
    char *rest = NULL;
    const char *verb = strtok_r(line, " ", &rest);
    bool counters = verb != NULL && strcmp(verb, "counters") == 0;
    bool good = counters;
    if (verb != NULL && strcmp(verb, "set") == 0) {
        good = set(s, &rest);
    } else if (verb != NULL && strcmp(verb, "part") == 0) {
        good = part(s, &rest);
    } else if (verb != NULL && strcmp(verb, "calm") == 0) {
        calm(s);
        good = true;
    }
    printf("{\"ok\": %s, \"t_us\": %lu", good ? "true" : "false", now_us());
    if (counters) {
        print_counters(s);
    }
    printf("}\n");
    fflush(stdout);
}

/* False at the end of input. */
static bool read_commands(struct faulty_switch *s)
{
    ssize_t got = read(STDIN_FILENO, s->input + s->input_size, sizeof s->input - s->input_size);
    char *end;
    if (got <= 0) {
        return false;
    }
    s->input_size += (size_t)got;
    while ((end = memchr(s->input, '\n', s->input_size)) != NULL) {
        size_t size = (size_t)(end - s->input) + 1;
        *end = '\0';
        obey(s, s->input);
        memmove(s->input, s->input + size, s->input_size - size);
        s->input_size -= size;
    }
    return s->input_size < sizeof s->input;
}

static void listen_to(struct faulty_switch *s, int fd, uint32_t name)
{
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = name};
    if (epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, fd, &e) != 0) {
        give_up("epoll");
    }
}

static void run(struct faulty_switch *s)
{
    enum { INPUT = PORTS_MAX, TIMER, NAMES };
    for (unsigned i = 0; i < s->ports; i++) {
        listen_to(s, s->port[i].fd, i);
    }
    listen_to(s, STDIN_FILENO, INPUT);
    listen_to(s, s->timer_fd, TIMER);
    for (;;) {
        struct epoll_event events[NAMES];
        int count = epoll_wait(s->epoll_fd, events, NAMES, -1);
        for (int i = 0; i < count; i++) {
            uint64_t ignored;
            if (events[i].data.u32 < PORTS_MAX) {
                receive(s, events[i].data.u32);
            } else if (events[i].data.u32 == TIMER) {
                (void)!read(s->timer_fd, &ignored, sizeof ignored);
            } else if (!read_commands(s)) {
                return;
            }
        }
        deliver(s);
    }
}

int main(int argc, char **argv)
{
    static struct faulty_switch s;
    s.ports = argc == 3 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    if (s.ports < 1 || s.ports > PORTS_MAX) {
        fprintf(stderr, "usage: faulty_switch PORTS SEED   with 1 to %d ports\n", PORTS_MAX);
        return 64;
    }
    prng_seed(&s.random, strtoull(argv[2], NULL, 10));
    s.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    s.timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (s.epoll_fd < 0 || s.timer_fd < 0 || !faulty_queue_init(&s.queue)) {
        give_up("start");
    }
    printf("{\"ready\": [");
    for (unsigned i = 0; i < s.ports; i++) {
        s.port[i] = plug_computer(i + 1);
        printf("%s%d", i > 0 ? ", " : "", s.port[i].namespace);
    }
    printf("]}\n");
    fflush(stdout);
    run(&s);
    faulty_queue_deinit(&s.queue);
    return 0;
}
