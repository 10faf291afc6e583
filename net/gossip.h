/* Table talk, names and colours by gossip (protocol F.1 to F.3): signed lines in causal order, a map
 * in which the last writer wins, heartbeats where a link is missing. Never an input of the agreement:
 * nothing above or beside this layer but src/ can see it. A pure machine: time and bytes come in,
 * messages and news go out; nothing is allocated after creation, everything has a bound. It does not
 * care whether there is a quorum. */
#ifndef NET_GOSSIP_H
#define NET_GOSSIP_H

#include "net/gossip_item.h"

enum {
    GOSSIP_AUTHORS_MAX = 128,
    GOSSIP_KEPT_MAX = 1000,    /* lines, of all authors together */
    GOSSIP_WAITING_MAX = 256,  /* lines whose forerunners are not here yet */
    GOSSIP_HISTORY_MAX = 100,  /* lines for whoever comes in */
    GOSSIP_GAP_MS = 30000,     /* so long a line waits for its forerunners */
    GOSSIP_SYNC_MS = 10000,    /* between comparisons, while there is something new */
    GOSSIP_MESSAGE_MAX = 8192, /* bytes of one message */
};

struct gossip;

struct gossip_config {
    uint8_t id_pk[NET_ID_BYTES];
    uint8_t id_sk[64];
    struct digest scope;  /* the table: its first id, through all splits */
    uint32_t incarnation; /* greater than in any earlier life of this identity at this table */
    uint64_t lamport;     /* at least what gossip_lamport said in the last one */
};

/* NULL: no memory. Wiped and freed by destroy; NULL is fine. */
struct gossip *gossip_create(const struct gossip_config *config);
void gossip_destroy(struct gossip *g);

/* An identity that was a member in some epoch: only they are heard. Again is fine; false: full. */
bool gossip_member(struct gossip *g, const uint8_t id[NET_ID_BYTES]);

/* A link came up, or is gone. What is said goes to everybody linked. */
void gossip_link(struct gossip *g, const uint8_t id[NET_ID_BYTES], bool up, uint64_t now_ms);

/* With whom there should be a link and is none: all of them, each time that it may have changed.
 * While there are any, heartbeats are sent, ever more rarely; else none at all. */
void gossip_missing(
    struct gossip *g, const uint8_t (*ids)[NET_ID_BYTES], unsigned count, uint64_t now_ms);

/* A message came over the link of `from`. False: no honest program sends that. */
bool gossip_hear(struct gossip *g, const uint8_t from[NET_ID_BYTES], const uint8_t *data,
    size_t size, uint64_t now_ms);

/* Says a line of 1 to GOSSIP_TEXT_MAX bytes; false: faster than the others would hear. */
bool gossip_say(struct gossip *g, const void *text, size_t size, uint64_t now_ms);

/* Writes a key of one's own, or the topic; size 0 puts it back. False as for gossip_say. */
bool gossip_set(
    struct gossip *g, enum gossip_key key, const void *value, size_t size, uint64_t now_ms);

/* Clocks: gaps, questions, comparisons, heartbeats. To be called when the deadline is over;
 * UINT64_MAX: not before something happens. */
void gossip_poll(struct gossip *g, uint64_t now_ms);
uint64_t gossip_deadline_ms(const struct gossip *g);

enum gossip_news_kind {
    GOSSIP_NEWS_LINE = 1,
    GOSSIP_NEWS_REPLACED, /* a second line under the same number, which everybody keeps instead */
    GOSSIP_NEWS_CONFLICT, /* a second one that nobody keeps; text is the one that is kept */
    GOSSIP_NEWS_VALUE,    /* key, text = value */
};

struct gossip_news {
    uint8_t kind;
    uint8_t key;
    bool gap;         /* something that it follows is missing */
    bool history;     /* said before we came */
    uint32_t missing; /* gap: so many of its author's own numbers */
    uint32_t incarnation, number;
    uint64_t lamport; /* display order: (lamport, author, incarnation, number) */
    uint8_t author[NET_ID_BYTES];
    uint8_t size;
    uint8_t text[GOSSIP_TEXT_MAX]; /* hostile bytes */
};

/* To be taken after each call, until false. */
bool gossip_next_news(struct gossip *g, struct gossip_news *news);

struct gossip_send {
    uint8_t to[NET_ID_BYTES];
    const uint8_t *data; /* valid until the next call */
    size_t size;
};
bool gossip_next_send(struct gossip *g, struct gossip_send *send);

/* A member's name or colour, or the topic (`id` is not looked at). Returns its size, 0 = not set. */
size_t gossip_value(const struct gossip *g, enum gossip_key key, const uint8_t id[NET_ID_BYTES],
    uint8_t out[GOSSIP_VALUE_MAX]);

/* Who wins where two want the same: (lamport, author) of the entry, for comparing; false: not set. */
bool gossip_value_rank(
    const struct gossip *g, enum gossip_key key, const uint8_t id[NET_ID_BYTES], uint64_t *lamport);

/* Has a fresh heartbeat of that member come over somebody else, and over whom. */
bool gossip_seen(const struct gossip *g, const uint8_t id[NET_ID_BYTES], uint64_t now_ms,
    uint8_t via[NET_ID_BYTES]);

/* To be kept for the next life: the largest numbers so far. */
uint64_t gossip_lamport(const struct gossip *g);
uint32_t gossip_incarnation(const struct gossip *g);

struct gossip_counts {
    uint64_t dropped_strangers, dropped_rate, bad_signatures, conflicts, gaps;
    uint64_t sent, sent_unasked; /* messages; of them comparisons and heartbeats */
    uint32_t kept, waiting;
};
struct gossip_counts gossip_counts(const struct gossip *g);

#endif
