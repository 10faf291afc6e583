#include "net/gossip_item.h"

#include "base/bytes.h"

enum {
    LINE_HEAD_BYTES = 1 + NET_ID_BYTES + 4 + 4 + 8 + 1 + 1,
    AT_BYTES = GOSSIP_TAG_BYTES + 4 + 4,
    SIGNED_HEAD_BYTES = 14 + DIGEST_BYTES + 4 + 8,
};

static void write_line(struct writer *w, const struct gossip_item *i)
{
    write_u32(w, i->incarnation);
    write_u32(w, i->number);
    write_u64(w, i->lamport);
    write_u8(w, i->dep_count);
    for (uint8_t k = 0; k < i->dep_count; k++) {
        write_bytes(w, i->deps[k].tag, GOSSIP_TAG_BYTES);
        write_u32(w, i->deps[k].incarnation);
        write_u32(w, i->deps[k].number);
    }
    write_u8(w, i->size);
    write_bytes(w, i->text, i->size);
}

/* What is signed: "craps/v1/talk", NUL, the table, epoch 0, view 0, the body. */
static size_t signed_bytes(
    uint8_t *out, size_t capacity, const struct digest *scope, const uint8_t *body, size_t size)
{
    static const char prefix[] = "craps/v1/talk";
    struct writer w = writer_of(out, capacity);
    write_bytes(&w, prefix, sizeof prefix);
    write_bytes(&w, scope->b, DIGEST_BYTES);
    write_u32(&w, 0);
    write_u64(&w, 0);
    write_bytes(&w, body, size);
    return w.bad ? 0 : w.size;
}

size_t gossip_item_encode(const struct gossip_item *i, const struct digest *scope,
    const uint8_t sk[64], uint8_t out[GOSSIP_ITEM_BYTES_MAX])
{
    uint8_t body[SIGNED_HEAD_BYTES + GOSSIP_ITEM_BYTES_MAX], sig[GOSSIP_SIG_BYTES];
    struct writer w = writer_of(out, GOSSIP_ITEM_BYTES_MAX - GOSSIP_SIG_BYTES);
    write_u8(&w, i->kind);
    write_bytes(&w, i->author, NET_ID_BYTES);
    if (i->kind == GOSSIP_LINE || i->kind == GOSSIP_SEEN) {
        write_line(&w, i);
    } else if (i->kind == GOSSIP_ENTRY) {
        write_u64(&w, i->lamport);
        write_u8(&w, i->key);
        write_u8(&w, i->size);
        write_bytes(&w, i->text, i->size);
    } else {
        write_u32(&w, i->incarnation);
        write_u32(&w, i->number);
        write_u8(&w, i->period_s);
        write_u8(&w, i->missing_count);
        write_bytes(&w, i->missing, (size_t)i->missing_count * GOSSIP_TAG_BYTES);
    }
    size_t signs = w.bad ? 0 : signed_bytes(body, sizeof body, scope, out, w.size);
    if (signs == 0) {
        return 0;
    }
    crypto_sign_detached(sig, NULL, body, signs, sk);
    memcpy(out + w.size, sig, sizeof sig);
    return w.size + sizeof sig;
}

static bool read_line(struct gossip_item *i, struct reader *r)
{
    i->incarnation = read_u32(r);
    i->number = read_u32(r);
    i->lamport = read_u64(r);
    i->dep_count = read_u8(r);
    if (i->dep_count > GOSSIP_DEPS_MAX) {
        return false;
    }
    for (uint8_t k = 0; k < i->dep_count; k++) {
        read_bytes(r, i->deps[k].tag, GOSSIP_TAG_BYTES);
        i->deps[k].incarnation = read_u32(r);
        i->deps[k].number = read_u32(r);
        if (i->deps[k].incarnation == 0 || i->deps[k].number == 0) {
            return false;
        }
    }
    i->size = read_u8(r);
    if (i->size > GOSSIP_TEXT_MAX || (i->kind == GOSSIP_SEEN) != (i->size == 0)) {
        return false;
    }
    read_bytes(r, i->text, i->size);
    return i->incarnation > 0 && i->number > 0 && i->lamport > 0;
}

static bool read_entry(struct gossip_item *i, struct reader *r)
{
    i->lamport = read_u64(r);
    i->key = read_u8(r);
    i->size = read_u8(r);
    if (i->size > GOSSIP_VALUE_MAX || i->key == 0 || i->key >= GOSSIP_KEY_END) {
        return false;
    }
    read_bytes(r, i->text, i->size);
    return i->lamport > 0;
}

static bool read_here(struct gossip_item *i, struct reader *r)
{
    i->incarnation = read_u32(r);
    i->number = read_u32(r);
    i->period_s = read_u8(r);
    i->missing_count = read_u8(r);
    if (i->missing_count > GOSSIP_MISSING_MAX) {
        return false;
    }
    read_bytes(r, i->missing, (size_t)i->missing_count * GOSSIP_TAG_BYTES);
    return i->incarnation > 0 && i->number > 0 && i->period_s > 0;
}

bool gossip_item_decode(struct gossip_item *i, const uint8_t *bytes, size_t size)
{
    memset(i, 0, sizeof *i);
    if (bytes == NULL || size > GOSSIP_ITEM_BYTES_MAX || size < GOSSIP_SIG_BYTES) {
        return false;
    }
    struct reader r = reader_of(bytes, size - GOSSIP_SIG_BYTES);
    i->kind = read_u8(&r);
    read_bytes(&r, i->author, NET_ID_BYTES);
    bool good = i->kind == GOSSIP_LINE || i->kind == GOSSIP_SEEN ? read_line(i, &r)
                : i->kind == GOSSIP_ENTRY                        ? read_entry(i, &r)
                : i->kind == GOSSIP_HERE                         ? read_here(i, &r)
                                                                 : false;
    return good && reader_done(&r);
}

bool gossip_item_verify(const uint8_t *bytes, size_t size, const uint8_t author[NET_ID_BYTES],
    const struct digest *scope)
{
    uint8_t body[SIGNED_HEAD_BYTES + GOSSIP_ITEM_BYTES_MAX];
    if (size < GOSSIP_SIG_BYTES || size > GOSSIP_ITEM_BYTES_MAX) {
        return false;
    }
    size_t signs = signed_bytes(body, sizeof body, scope, bytes, size - GOSSIP_SIG_BYTES);
    return signs > 0 &&
           crypto_sign_verify_detached(bytes + size - GOSSIP_SIG_BYTES, body, signs, author) == 0;
}

struct digest gossip_item_hash(const uint8_t *bytes, size_t size)
{
    return hash_tagged(
        "craps/v1/talk-item", bytes, size < GOSSIP_SIG_BYTES ? 0 : size - GOSSIP_SIG_BYTES);
}

size_t gossip_item_deps_fit(size_t size)
{
    size_t room = GOSSIP_ITEM_BYTES_MAX - GOSSIP_SIG_BYTES - LINE_HEAD_BYTES - size;
    return room / AT_BYTES < GOSSIP_DEPS_MAX ? room / AT_BYTES : GOSSIP_DEPS_MAX;
}
