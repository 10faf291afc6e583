/* What the parts of gossip share: gossip.c (who there is, what goes out, what comes in), gossip_lines.c
 * (causal order), gossip_streams.c (what is kept), gossip_sync.c (comparing and asking), gossip_here.c (heartbeats). */
#ifndef NET_GOSSIP_INTERNAL_H
#define NET_GOSSIP_INTERNAL_H

#include "base/bucket.h"
#include "base/bytes.h"
#include "net/gossip.h"
#include "net/gossip_map.h"

enum {
    STREAMS_MAX = 240,          /* as many as fit into a comparison */
    STREAMS_OF_AUTHOR_MAX = 4,  /* incarnations */
    WAITING_OF_AUTHOR_MAX = 64, /* nobody fills the whole buffer */
    OUT_MAX = 48,
    NEWS_MAX = 512,
    TRAILING_MAX = 64,  /* of a stream's newest items two members compare the hashes */
    PUSH_MAX = 128,     /* items in one answer */
    ANSWER_MAX = 64,    /* items in the answer to a question */
    RANGES_MAX = 16,    /* of one question */
    SETTLE_MS = 1000,   /* news settle before they are compared */
    HOLE_MS = 600000,   /* so long others are asked to fill a hole */
    NEWCOMER_MS = 10000 /* after the first link, what was said before is taken as it comes */
};

enum gossip_message { MESSAGE_ITEMS = 1, MESSAGE_SYNC, MESSAGE_WANT };
enum { ITEMS_HISTORY = 1 };            /* flags of ITEMS: the sender's lamport follows */
enum { SYNC_REPLY = 1, SYNC_NEW = 2 }; /* flags of SYNC */

struct author {
    uint8_t id[NET_ID_BYTES];
    struct bucket talk;
    unsigned waiting;
    struct gossip_register values[2]; /* name, colour */
    /* The newest heartbeat. */
    uint32_t here_incarnation, here_counter;
    uint64_t here_until_ms;
    uint8_t here_via[NET_ID_BYTES]; /* who brought it */
    uint16_t here_size;
    uint8_t here[GOSSIP_ITEM_BYTES_MAX];
};

struct stream { /* the lines of one incarnation of one author */
    bool used;
    bool covered; /* somebody else has named its newest as seen */
    uint16_t author;
    uint32_t incarnation;
    uint32_t
        base; /* up to here it was said before we came: the last of it is told, none is asked for */
    uint32_t at;    /* the highest that was delivered */
    uint32_t whole; /* everything from base to here was; less than at after a gap */
    uint64_t lamport;
    uint64_t hole_until_ms; /* so long the hole may still be filled */
};

struct kept {
    uint16_t stream;
    bool conflict;
    uint32_t number;
    uint64_t lamport;
    struct digest hash;
    uint16_t size;
    uint8_t bytes[GOSSIP_ITEM_BYTES_MAX];
};

struct waiting {
    uint16_t stream;
    uint64_t since_ms;
    uint8_t from[NET_ID_BYTES];
    struct gossip_item item;
    struct digest hash;
    uint16_t size;
    uint8_t bytes[GOSSIP_ITEM_BYTES_MAX];
};

struct link {
    bool used;
    uint8_t id[NET_ID_BYTES];
    struct bucket items, asks;
    uint64_t missing_until_ms; /* how long its list is believed */
    uint8_t missing_count;
    uint8_t missing[GOSSIP_MISSING_MAX][GOSSIP_TAG_BYTES];
};

struct out {
    uint64_t links; /* bit i: links[i] still gets it */
    uint16_t size;
    uint8_t bytes[GOSSIP_MESSAGE_MAX];
};

struct gossip {
    struct gossip_config config;
    uint64_t lamport, now_ms;
    unsigned author_count;
    struct author authors[GOSSIP_AUTHORS_MAX];
    struct gossip_register topic;
    struct link links[NET_PEERS_MAX];

    struct stream streams[STREAMS_MAX];
    unsigned kept_count;
    uint16_t order[GOSSIP_KEPT_MAX]; /* of `kept`, in display order */
    struct kept kept[GOSSIP_KEPT_MAX];
    unsigned waiting_count;
    struct waiting waiting[GOSSIP_WAITING_MAX];
    uint64_t want_ms; /* the next question; 0 = none */
    unsigned want_turn;

    bool dirty;       /* something is new since the last comparison */
    uint64_t sync_ms; /* the next one, while dirty */
    uint64_t synced_ms;
    uint64_t newcomer_until_ms;
    uint64_t told_lamport; /* the least that anybody told the newcomer; 0 = nobody has */

    uint8_t missing_count, period_s;
    uint8_t missing[GOSSIP_MISSING_MAX][GOSSIP_TAG_BYTES];
    uint32_t here_counter;
    uint64_t here_ms; /* the next heartbeat; 0 = none */

    unsigned out_first, out_count;
    struct out out[OUT_MAX];
    unsigned news_first, news_count;
    struct gossip_news news[NEWS_MAX];
    struct gossip_counts counts;
};

/* gossip.c */
int gossip_author_find(const struct gossip *g, const uint8_t id[NET_ID_BYTES]);
int gossip_author_by_tag(const struct gossip *g, const uint8_t tag[GOSSIP_TAG_BYTES]);
struct link *gossip_link_find(struct gossip *g, const uint8_t id[NET_ID_BYTES]);
/* All links. */
uint64_t gossip_links_all(const struct gossip *g);
uint64_t gossip_link_bit(const struct gossip *g, const struct link *l);
/* Links that say they miss that author, besides the one it came over: they would not hear it else. */
uint64_t gossip_links_missing(
    const struct gossip *g, const uint8_t author[NET_ID_BYTES], const struct link *from);
/* Queues a message; dropped when the queue is full: comparing makes up for it. */
void gossip_queue(struct gossip *g, uint64_t links, const uint8_t *data, size_t size);
/* One item as a message. */
void gossip_queue_item(struct gossip *g, uint64_t links, const uint8_t *bytes, size_t size);
struct gossip_news *gossip_tell(struct gossip *g, enum gossip_news_kind kind);
void gossip_seen_lamport(struct gossip *g, uint64_t lamport);
/* Something is new: it is compared with the others once it has settled. */
void gossip_touch(struct gossip *g);

enum admit { ADMIT_TAKE, ADMIT_DROP, ADMIT_BLAME };
/* Is it signed by its author, a member, and not too much. The last question: it costs most. */
enum admit gossip_admit(
    struct gossip *g, const struct gossip_item *i, const uint8_t *bytes, size_t size);

/* gossip_streams.c */
int gossip_stream_find(const struct gossip *g, int author, uint32_t incarnation);
/* Finds or makes it; an author's oldest goes when there are too many. -1: no room, or too old. */
int gossip_stream_open(struct gossip *g, int author, uint32_t incarnation);
/* How far others need not send: to the first hole that may still be filled. */
uint32_t gossip_stream_whole(const struct gossip *g, const struct stream *s);
struct kept *gossip_kept_find(struct gossip *g, unsigned stream, uint32_t number);
/* Keeps an item; the first in display order goes when there is no room. */
void gossip_keep(struct gossip *g, unsigned stream, const struct gossip_item *i,
    const struct digest *hash, const uint8_t *bytes, size_t size);
/* A slot's place in display order; the slot that stood at a place, which is free then. */
void gossip_order_insert(struct gossip *g, uint16_t slot);
uint16_t gossip_order_remove(struct gossip *g, unsigned at);
void gossip_waiting_drop(struct gossip *g, unsigned at);

/* gossip_lines.c */
enum admit gossip_line_hear(struct gossip *g, struct link *l, const struct gossip_item *i,
    const uint8_t *bytes, size_t size, bool history);
void gossip_lines_poll(struct gossip *g);
uint64_t gossip_lines_deadline(const struct gossip *g);

/* gossip_sync.c */
void gossip_sync_send(struct gossip *g, uint64_t links, uint8_t flags);
bool gossip_sync_hear(struct gossip *g, struct link *l, struct reader *r);
bool gossip_want_hear(struct gossip *g, struct link *l, struct reader *r);
void gossip_want_send(struct gossip *g);

/* gossip_here.c */
enum admit gossip_here_hear(struct gossip *g, struct link *l, const struct gossip_item *i,
    const uint8_t *bytes, size_t size);
void gossip_here_poll(struct gossip *g);

#endif
