/* Shoots hostile datagrams at a table on the loopback interface and tells what came back.
 *
 *   attack --ports P,P,... [--lobby P] [--discovery P] [--count N] [--rate N] [--seed N] [--mutate N]
 *
 * --mutate N is the man on the path instead: of every N-th datagram that passes on the interface, a changed copy, a second one
 * and later an old one are sent in the sender's name. The last line is a JSON object; a line "shooting" tells when it begins. */
#include "tests/attack/kinds.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DRAIN_EVERY = 32, SETTLE_MS = 1500, LATER = 64 };

struct arguments {
    uint64_t count, rate, seed, mutate;
};

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void sleep_until_us(uint64_t at_us)
{
    struct timespec t = {
        .tv_sec = (time_t)(at_us / 1000000), .tv_nsec = (long)(at_us % 1000000) * 1000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static bool take_ports(struct attack *a, const char *text)
{
    char *end = NULL;
    for (const char *p = text; *p != '\0' && a->target_count < WIRE_PORTS;
         p = *end == ',' ? end + 1 : end) {
        unsigned long port = strtoul(p, &end, 10);
        if (end == p || port == 0 || port > 65535 || (*end != ',' && *end != '\0')) {
            return false;
        }
        a->targets[a->target_count] = a->wire->ports[a->target_count] = (uint16_t)port;
        a->wire->port_count = ++a->target_count;
    }
    return a->target_count > 0;
}

static bool take_arguments(struct attack *a, struct arguments *args, int argc, char **argv)
{
    static const struct option options[] = {{"ports", 1, NULL, 'p'}, {"lobby", 1, NULL, 'l'},
        {"discovery", 1, NULL, 'd'}, {"count", 1, NULL, 'c'}, {"rate", 1, NULL, 'r'},
        {"seed", 1, NULL, 's'}, {"mutate", 1, NULL, 'm'}, {"version", 1, NULL, 'v'}, {0}};
    bool good = true;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        uint64_t number = strtoull(optarg != NULL ? optarg : "", NULL, 10);
        switch (option) {
        case 'p':
            good = take_ports(a, optarg);
            break;
        case 'l':
            a->lobby = (uint16_t)number;
            break;
        case 'd':
            a->discovery = (uint16_t)number;
            break;
        case 'c':
            args->count = number;
            break;
        case 'r':
            args->rate = number;
            break;
        case 's':
            args->seed = number;
            break;
        case 'm':
            args->mutate = number;
            break;
        case 'v':
            a->version = (uint16_t)number;
            break;
        default:
            return false;
        }
    }
    return good && args->rate > 0 && (a->target_count > 0 || args->mutate > 0);
}

static void shoot(struct attack *a, const struct arguments *args)
{
    uint64_t begun_us = now_us();
    for (uint64_t i = 0, fired = 0; fired < args->count && !stopped; i++) {
        fired += attack_fire(a, (enum kind)prng_below(&a->random, KINDS));
        if (i % DRAIN_EVERY == 0) {
            wire_listen(a->wire);
            a->known = prng_chance(&a->random, 100) ? NULL : a->known; /* it may move */
            wire_drain(a->wire, attack_hear, a);
            sleep_until_us(begun_us + fired * 1000000 / args->rate);
        }
    }
}

/* On the path: what passes arrives, and something like it does, too. Runs until it is stopped. */
static void mutate(struct attack *a, const struct arguments *args)
{
    static struct heard later[LATER];
    uint8_t data[WIRE_DATAGRAM_MAX];
    uint64_t seen = 0, changed = 0;
    while (!stopped && changed < args->count) {
        size_t fresh = wire_listen(a->wire);
        for (uint64_t i = a->wire->heard_count - fresh; i < a->wire->heard_count; i++) {
            const struct heard *h = &a->wire->heard[i % WIRE_HEARD];
            if (++seen % args->mutate != 0) {
                continue;
            }
            struct heard *old = &later[changed++ % LATER];
            wire_spoof(a->wire, h->from, h->to, data, attack_change(a, data, h));
            wire_spoof(a->wire, h->from, h->to, h->data, h->size);
            if (old->size > 0) {
                wire_spoof(a->wire, old->from, old->to, old->data, old->size);
            }
            *old = *h;
        }
        if (fresh == 0) {
            sleep_until_us(now_us() + 500);
        }
    }
    a->sent[KIND_MUTATED] = changed;
}

static void tell(const struct attack *a, uint64_t took_us)
{
    const struct wire *w = a->wire;
    uint64_t total = 0;
    printf("{\"ear\":%s,\"mouth\":%s,\"kinds\":{", w->ear >= 0 ? "true" : "false",
        w->mouth >= 0 ? "true" : "false");
    for (int k = 0; k < KINDS; k++) {
        printf("%s\"%s\":%llu", k == 0 ? "" : ",", KIND_NAMES[k], (unsigned long long)a->sent[k]);
        total += a->sent[k];
    }
    printf("},\"datagrams\":%llu,\"spoofed\":%llu,\"heard\":%llu,\"bytes_sent\":%llu,\"bytes_"
           "received\":%llu,"
           "\"worst_ratio\":%.4f,\"seconds\":%.2f}\n",
        (unsigned long long)total, (unsigned long long)w->spoofed,
        (unsigned long long)w->heard_count, (unsigned long long)w->bytes_sent,
        (unsigned long long)w->bytes_received, w->worst_ratio, (double)took_us / 1e6);
}

int main(int argc, char **argv)
{
    static struct wire wire;
    static struct attack a = {.wire = &wire, .version = 1};
    struct arguments args = {.count = 1000, .rate = 5000, .seed = 1};
    if (!take_arguments(&a, &args, argc, argv)) {
        fprintf(stderr, "usage: attack --ports P,P,... [--lobby P] [--discovery P] [--version N] "
                        "[--count N] [--rate N] "
                        "[--seed N] [--mutate N]\n");
        return 64;
    }
    if (!wire_open(&wire)) {
        fprintf(stderr, "attack: no sockets\n");
        return 71;
    }
    signal(SIGTERM, stop);
    prng_seed(&a.random, args.seed);
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("shooting");
    uint64_t begun_us = now_us();
    if (args.mutate > 0) {
        mutate(&a, &args);
    } else {
        shoot(&a, &args);
    }
    uint64_t took_us = now_us() - begun_us;
    for (uint64_t end_us = now_us() + SETTLE_MS * 1000; now_us() < end_us;) {
        wire_drain(&wire, NULL, NULL); /* late answers count, too */
        sleep_until_us(now_us() + 20000);
    }
    wire_close(&wire);
    tell(&a, took_us);
    return 0;
}
