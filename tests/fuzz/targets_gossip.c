/* What members say beside the agreement: signed items, and the messages that carry them. */
#include "net/gossip.h"
#include "tests/fuzz/target.h"

#include <sodium.h>
#include <string.h>

enum { WHO = 3, FRESH_EVERY = 64 };

static uint8_t pk[WHO][32], sk[WHO][64];
static const struct digest SCOPE = {{7}};

static void make_keys(void)
{
    for (uint8_t i = 0; i < WHO && pk[WHO - 1][0] == 0; i++) {
        uint8_t seed[32] = {i};
        crypto_sign_seed_keypair(pk[i], sk[i], seed);
    }
}

/* What was read and is written again is the same bytes, the signature aside. */
static bool run_item(const uint8_t *data, size_t size)
{
    struct gossip_item i;
    uint8_t again[GOSSIP_ITEM_BYTES_MAX];
    make_keys();
    if (!gossip_item_decode(&i, data, size)) {
        return false;
    }
    size_t wrote = gossip_item_encode(&i, &SCOPE, sk[0], again);
    MUST(wrote == size && memcmp(again, data, size - GOSSIP_SIG_BYTES) == 0);
    return true;
}

static void seed_item(struct writer *w)
{
    struct gossip_item i = {.kind = GOSSIP_LINE,
        .incarnation = 5,
        .number = 9,
        .lamport = 77,
        .dep_count = 2,
        .deps = {{{1}, 5, 6}, {{2}, 5, 7}},
        .size = 5,
        .text = "hello"};
    uint8_t bytes[GOSSIP_ITEM_BYTES_MAX];
    make_keys();
    memcpy(i.author, pk[0], sizeof i.author);
    write_bytes(w, bytes, gossip_item_encode(&i, &SCOPE, sk[0], bytes));
}

static struct gossip *listener(void)
{
    static struct gossip *g;
    static unsigned runs;
    if (runs++ % FRESH_EVERY == 0) {
        struct gossip_config c = {.scope = SCOPE, .incarnation = 1};
        make_keys();
        gossip_destroy(g);
        memcpy(c.id_pk, pk[0], sizeof c.id_pk);
        memcpy(c.id_sk, sk[0], sizeof c.id_sk);
        g = gossip_create(&c);
        MUST(g != NULL);
        for (unsigned i = 0; i < WHO; i++) {
            MUST(gossip_member(g, pk[i]));
        }
        gossip_link(g, pk[1], true, 1000);
        gossip_link(g, pk[2], true, 1000);
    }
    return g;
}

/* Whatever a link brings, the bounds hold and everything that comes out is well formed. */
static bool run_gossip(const uint8_t *data, size_t size)
{
    static uint64_t now_ms = 1000;
    struct gossip *g = listener();
    struct gossip_news news;
    struct gossip_send send;
    now_ms += 1500;
    bool good = gossip_hear(g, pk[1], data, size, now_ms);
    gossip_poll(g, now_ms);
    while (gossip_next_send(g, &send)) {
        MUST(send.size > 0 && send.size <= GOSSIP_MESSAGE_MAX);
    }
    while (gossip_next_news(g, &news)) {
        MUST(news.size <= GOSSIP_TEXT_MAX);
    }
    struct gossip_counts c = gossip_counts(g);
    MUST(c.kept <= GOSSIP_KEPT_MAX && c.waiting <= GOSSIP_WAITING_MAX);
    return good;
}

/* A line, an entry and a heartbeat of one member, as another passes them on. */
static void seed_gossip(struct writer *w)
{
    uint8_t bytes[GOSSIP_ITEM_BYTES_MAX];
    struct gossip_item i = {.incarnation = 1, .number = 1, .lamport = 1, .size = 2, .text = "Zoe"};
    make_keys();
    memcpy(i.author, pk[2], sizeof i.author);
    write_u8(w, 1);
    write_u8(w, 0);
    for (uint8_t kind = GOSSIP_LINE; kind <= GOSSIP_HERE; kind++) {
        if (kind != GOSSIP_SEEN) {
            i.kind = kind;
            i.key = GOSSIP_NAME;
            i.period_s = 5;
            i.missing_count = 1;
            write_lp(w, bytes, gossip_item_encode(&i, &SCOPE, sk[2], bytes));
        }
    }
}

static void seed_compare(struct writer *w)
{
    static const uint8_t nothing[32];
    make_keys();
    write_u8(w, 2);
    write_u8(w, 2);
    write_bytes(w, nothing, sizeof nothing);
    write_u16(w, 2);
    for (unsigned i = 1; i < WHO; i++) {
        write_bytes(w, pk[i], GOSSIP_TAG_BYTES);
        write_u32(w, 1);
        write_u32(w, 1);
        write_u8(w, 1);
        write_u64(w, 5);
    }
}

static void seed_want(struct writer *w)
{
    make_keys();
    write_u8(w, 3);
    write_u8(w, 1);
    write_bytes(w, pk[2], GOSSIP_TAG_BYTES);
    write_u32(w, 1);
    write_u32(w, 1);
    write_u32(w, 5);
}

const struct fuzz_target fuzz_gossip[] = {
    {"gossip_item", run_item, seed_item},
    {"gossip", run_gossip, seed_gossip},
    {"gossip_compare", run_gossip, seed_compare},
    {"gossip_want", run_gossip, seed_want},
};
const size_t fuzz_gossip_count = sizeof fuzz_gossip / sizeof fuzz_gossip[0];
