/* Members that gossip over a seeded network: messages are delayed, shuffled, doubled and lost, links
 * are cut and come back. Remembers what each has shown, and checks causal order as it happens. Brings
 * cmocka's headers. */
#ifndef TESTS_GOSSIP_ROOM_H
#define TESTS_GOSSIP_ROOM_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "net/gossip.h"

enum { ROOM_MOST = 8, ROOM_LINES_MAX = 1200, ROOM_MESSAGES_MAX = 20000 };

struct room_line { /* as shown */
    uint8_t author[NET_ID_BYTES];
    uint32_t incarnation, number;
    uint64_t lamport;
    bool gap, history, conflict;
    uint32_t missing;
    char text[GOSSIP_TEXT_MAX + 1];
};

struct room_member {
    uint8_t pk[NET_ID_BYTES], sk[64];
    struct gossip *g; /* NULL: not here */
    unsigned count;
    struct room_line lines[ROOM_LINES_MAX]; /* in the order in which they were shown */
    unsigned values, conflicts;
};

struct room {
    struct prng random;
    struct digest scope;
    uint64_t now_ms;
    unsigned count, lose, twice; /* per mille */
    uint64_t delay_ms;           /* at most */
    bool linked[ROOM_MOST][ROOM_MOST];
    bool check_causal;
    struct room_member members[ROOM_MOST];
    uint64_t sent, lost;
};

/* Everybody is a member and linked with everybody. */
struct room *room_open(unsigned count, uint64_t seed);
void room_close(struct room *r);

void room_start(struct room *r, unsigned who, uint32_t incarnation, uint64_t lamport);
void room_stop(struct room *r, unsigned who);

/* Links come and go for both sides; what was on its way is lost. */
void room_link(struct room *r, unsigned a, unsigned b, bool up);

bool room_say(struct room *r, unsigned who, const char *text);

/* Signed bytes straight into somebody's ear, as if `from` had sent them. */
bool room_whisper(struct room *r, unsigned to, unsigned from, const uint8_t *item, size_t size);

/* Lets so much time pass, a tenth of a second a step. */
void room_run(struct room *r, uint64_t ms);

/* What one shows, in display order. */
void room_display(const struct room *r, unsigned who, char *out, size_t size);

/* All that are here show the same. */
void room_expect_same(const struct room *r);

#endif
