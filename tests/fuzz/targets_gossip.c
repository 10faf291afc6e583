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

/* Takes what comes out, which is well formed; returns how many news. */
static unsigned take_all(struct gossip *g)
{
    struct gossip_news news;
    struct gossip_send send;
    unsigned told = 0;
    while (gossip_next_send(g, &send)) {
        MUST(send.size > 0 && send.size <= GOSSIP_MESSAGE_MAX);
    }
    while (gossip_next_news(g, &news)) {
        MUST(news.size <= GOSSIP_TEXT_MAX);
        told++;
    }
    struct gossip_counts c = gossip_counts(g);
    MUST(c.kept <= GOSSIP_KEPT_MAX && c.waiting <= GOSSIP_WAITING_MAX);
    return told;
}

/* Whatever a link brings, the bounds hold and everything that comes out is well formed. */
static bool run_gossip(const uint8_t *data, size_t size)
{
    static uint64_t now_ms = 1000;
    struct gossip *g = listener();
    now_ms += 1500;
    bool good = gossip_hear(g, pk[1], data, size, now_ms);
    gossip_poll(g, now_ms);
    (void)take_all(g);
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

/* The same with signatures made right, or nothing would get past them: each piece is who says it, how many tenths of a second
 * later, and an item without author and signature. */
static bool run_signed(const uint8_t *data, size_t size)
{
    struct reader r = reader_of(data, size);
    uint64_t now_ms = 20000; /* nobody is a newcomer */
    struct gossip_config c = {.scope = SCOPE, .incarnation = 1};
    unsigned told = 0;
    make_keys();
    memcpy(c.id_pk, pk[0], sizeof c.id_pk);
    memcpy(c.id_sk, sk[0], sizeof c.id_sk);
    struct gossip *g = gossip_create(&c);
    MUST(g != NULL);
    for (unsigned i = 0; i < WHO; i++) {
        MUST(gossip_member(g, pk[i]));
    }
    gossip_link(g, pk[1], true, 1000);
    while (reader_left(&r) > 4) {
        uint8_t message[4 + GOSSIP_ITEM_BYTES_MAX] = {1, 0}, body[64 + GOSSIP_ITEM_BYTES_MAX];
        uint8_t who = read_u8(&r) % WHO;
        now_ms += read_u8(&r) * 100u;
        size_t left = read_u16(&r) % (GOSSIP_ITEM_BYTES_MAX - NET_ID_BYTES - GOSSIP_SIG_BYTES);
        left = left < reader_left(&r) ? left : reader_left(&r);
        if (left == 0) {
            break;
        }
        struct writer w = writer_of(message, sizeof message);
        struct writer b = writer_of(body, sizeof body);
        w.size = 4;
        write_u8(&w, read_u8(&r));
        write_bytes(&w, pk[who], NET_ID_BYTES);
        write_bytes(&w, read_span(&r, left - 1), left - 1);
        write_bytes(&b, "craps/v1/talk", 14);
        write_bytes(&b, SCOPE.b, DIGEST_BYTES);
        write_u32(&b, 0);
        write_u64(&b, 0);
        write_bytes(&b, message + 4, w.size - 4);
        MUST(!w.bad && !b.bad && w.size + GOSSIP_SIG_BYTES <= sizeof message);
        crypto_sign_detached(message + w.size, NULL, b.data, b.size, sk[who]);
        size_t item = w.size - 4 + GOSSIP_SIG_BYTES;
        message[2] = (uint8_t)(item >> 8);
        message[3] = (uint8_t)item;
        (void)gossip_hear(g, pk[1], message, 4 + item, now_ms);
        gossip_poll(g, now_ms);
        told += take_all(g);
        MUST(gossip_deadline_ms(g) > now_ms);
    }
    gossip_poll(g, now_ms + 60000);
    told += take_all(g);
    MUST(gossip_counts(g).waiting == 0); /* nothing waits longer than half a minute */
    gossip_destroy(g);
    return told > 0;
}

static void seed_signed(struct writer *w)
{
    static const struct gossip_at dep = {{0}, 1, 1};
    for (uint8_t n = 1; n < 6; n++) {
        uint8_t bytes[GOSSIP_ITEM_BYTES_MAX];
        struct gossip_item i = {.kind = GOSSIP_LINE,
            .incarnation = 1,
            .number = n == 3 ? 5 : n,
            .lamport = n,
            .size = 2,
            .text = "hi"};
        make_keys();
        if (n == 4) {
            i.deps[i.dep_count] = dep;
            memcpy(i.deps[i.dep_count++].tag, pk[2], GOSSIP_TAG_BYTES);
        }
        size_t size =
            gossip_item_encode(&i, &SCOPE, sk[1], bytes) - GOSSIP_SIG_BYTES - NET_ID_BYTES;
        write_u8(w, n % WHO);
        write_u8(w, n * 20);
        write_u16(w, (uint16_t)size);
        write_u8(w, bytes[0]);
        write_bytes(w, bytes + 1 + NET_ID_BYTES, size - 1);
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
        write_u32(w, 1);
        write_u32(w, 0);
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
    {"gossip_signed", run_signed, seed_signed},
    {"gossip_compare", run_gossip, seed_compare},
    {"gossip_want", run_gossip, seed_want},
};
const size_t fuzz_gossip_count = sizeof fuzz_gossip / sizeof fuzz_gossip[0];
