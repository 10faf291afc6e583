#include "net/session.h"

#include "base/check.h"
#include "net/cpace_core.h"

#include <sodium.h>

enum {
    RELIABLE = 0x3f & ~(1 << NET_CHANNEL_UNRELIABLE),
    HELLO_SIZE = NET_ID_BYTES + 8,
    BIND_BODY_SIZE = NOISE_HASH_BYTES + 1 + 2 * NET_ID_BYTES,
    SIGNED_MAX = 64 + BIND_BODY_SIZE + DIGEST_BYTES
};

/* lv("craps/v1/link") || game_id || u8 role || u16 version. */
static size_t write_prologue(uint8_t *out, size_t capacity, const struct session_setup *setup)
{
    static const char label[] = "craps/v1/link";
    struct writer w = writer_of(out, capacity);
    cpace_write_lv(&w, label, sizeof label - 1);
    write_bytes(&w, setup->game_id->b, DIGEST_BYTES);
    write_u8(&w, (uint8_t)setup->kind);
    write_u16(&w, setup->self->version);
    CHECK(!w.bad);
    return w.size;
}

/* The signed form of protocol 0 with kind "link-bind", epoch 0, view 0 and
 * body = h || role of the signer || signer || the other. */
static size_t write_bind(uint8_t out[SIGNED_MAX], const struct session *s, bool by_initiator,
    const uint8_t *signer, const uint8_t *other)
{
    static const char prefix[] = "craps/v1/link-bind"; /* its NUL is the 0x00 of the form */
    struct writer w = writer_of(out, SIGNED_MAX);
    write_bytes(&w, prefix, sizeof prefix);
    write_bytes(&w, s->game_id.b, DIGEST_BYTES);
    write_u32(&w, 0);
    write_u64(&w, 0);
    write_bytes(&w, s->hash, sizeof s->hash);
    write_u8(&w, by_initiator ? 1 : 2);
    write_bytes(&w, signer, NET_ID_BYTES);
    write_bytes(&w, other, NET_ID_BYTES);
    CHECK(!w.bad);
    return w.size;
}

static struct writer next_output(struct session_output *out)
{
    CHECK(out->count < SESSION_OUTPUTS);
    return writer_of(out->packets[out->count], SESSION_OUTPUT_BYTES);
}

static void add_output(struct session_output *out, const struct writer *w)
{
    CHECK(!w->bad);
    out->sizes[out->count++] = w->size;
}

static enum session_verdict fail(struct session *s)
{
    session_wipe(s);
    return SESSION_FAILED;
}

static void add_record(struct session *s, struct session_output *out, const void *data, size_t size)
{
    struct writer w = next_output(out);
    enum err e = record_seal(&s->sealer, 0, data, size, w.data, w.capacity, &w.size);
    CHECK(e == ERR_OK);
    add_output(out, &w);
}

static void add_bind(struct session *s, struct session_output *out)
{
    uint8_t text[SIGNED_MAX];
    uint8_t sig[crypto_sign_BYTES];
    size_t size = write_bind(text, s, s->initiator, s->self->id_pk, s->peer_id);
    crypto_sign_detached(sig, NULL, text, size, s->self->id_sk);
    add_record(s, out, sig, sizeof sig);
}

/* The next message of the handshake, with who we are in the second and third. */
static bool write_noise(struct session *s, struct session_output *out)
{
    uint8_t payload[HELLO_SIZE];
    struct writer p = writer_of(payload, sizeof payload);
    if (s->noise.message > 0) {
        write_bytes(&p, s->self->id_pk, NET_ID_BYTES);
        write_u64(&p, s->self->incarnation);
    }
    struct writer w = next_output(out);
    if (noise_write(&s->noise, payload, p.size, &w) != ERR_OK) {
        return false;
    }
    add_output(out, &w);
    return true;
}

void session_begin(struct session *s, const struct session_setup *setup, struct session_output *out)
{
    uint8_t prologue[96];
    struct noise_setup noise = {.role = setup->initiator ? NOISE_INITIATOR : NOISE_RESPONDER,
        .prologue = prologue,
        .prologue_size = write_prologue(prologue, sizeof prologue, setup)};
    CHECK(!setup->initiator || setup->peer_id != NULL);
    memset(s, 0, sizeof *s);
    s->state = SESSION_NOISE;
    s->kind = setup->kind;
    s->initiator = setup->initiator;
    s->self = setup->self;
    s->game_id = *setup->game_id;
    s->expected = setup->peer_id != NULL;
    if (s->expected) {
        memcpy(s->peer_id, setup->peer_id, NET_ID_BYTES);
        memcpy(s->peer_net_pk, setup->peer_net_pk, sizeof s->peer_net_pk);
    }
    memcpy(noise.static_sk, setup->self->net_sk, sizeof noise.static_sk);
    memcpy(noise.ephemeral_sk, setup->ephemeral_sk, sizeof noise.ephemeral_sk);
    memcpy(noise.psk, setup->psk, sizeof noise.psk);
    noise_init(&s->noise, &noise);
    sodium_memzero(&noise, sizeof noise);
    out->count = 0;
    if (s->initiator) {
        bool written = write_noise(s, out);
        CHECK(written);
    }
}

/* Who the peer says he is, against whom we expect. Nobody talks to himself. */
static bool take_peer(struct session *s, struct writer *payload)
{
    struct reader r = reader_of(payload->data, payload->size);
    const uint8_t *id = read_span(&r, NET_ID_BYTES);
    uint64_t incarnation = read_u64(&r);
    const uint8_t *net_pk = noise_remote_static(&s->noise);
    if (!reader_done(&r) || net_pk == NULL || memcmp(id, s->self->id_pk, NET_ID_BYTES) == 0) {
        return false;
    }
    if (s->expected && (memcmp(id, s->peer_id, NET_ID_BYTES) != 0 ||
                           memcmp(net_pk, s->peer_net_pk, sizeof s->peer_net_pk) != 0)) {
        return false;
    }
    memcpy(s->peer_id, id, NET_ID_BYTES);
    memcpy(s->peer_net_pk, net_pk, sizeof s->peer_net_pk);
    s->peer_incarnation = incarnation;
    return true;
}

static bool split(struct session *s)
{
    struct noise_keys keys;
    if (noise_split(&s->noise, &keys) != ERR_OK) {
        return false;
    }
    memcpy(s->hash, keys.hash, sizeof s->hash);
    record_sealer_init(&s->sealer, keys.send);
    record_opener_init(&s->opener, keys.receive, RELIABLE);
    sodium_memzero(&keys, sizeof keys);
    return true;
}

static enum session_verdict receive_noise(
    struct session *s, const uint8_t *packet, size_t size, struct session_output *out)
{
    uint8_t bytes[HELLO_SIZE];
    struct writer payload = writer_of(bytes, sizeof bytes);
    bool first = s->noise.message == 0;
    if (noise_read(&s->noise, packet, size, &payload) != ERR_OK || (first && payload.size != 0)) {
        return fail(s);
    }
    if (!first && !take_peer(s, &payload)) {
        return fail(s);
    }
    if (s->initiator) {
        if (!write_noise(s, out) || !split(s)) {
            return fail(s);
        }
        add_bind(s, out);
        s->state = SESSION_BINDING;
        return SESSION_GOES_ON;
    }
    if (first) {
        return write_noise(s, out) ? SESSION_GOES_ON : fail(s);
    }
    if (!split(s)) {
        return fail(s);
    }
    s->state = SESSION_CLAIMED;
    if (!s->expected) {
        return SESSION_CLAIM;
    }
    session_accept(s, out);
    return SESSION_GOES_ON;
}

void session_accept(struct session *s, struct session_output *out)
{
    CHECK(s->state == SESSION_CLAIMED);
    s->state = SESSION_BINDING;
    add_bind(s, out);
}

static enum session_verdict receive_bind(
    struct session *s, const uint8_t *sig, size_t size, struct session_output *out)
{
    uint8_t text[SIGNED_MAX];
    size_t text_size = write_bind(text, s, !s->initiator, s->peer_id, s->self->id_pk);
    if (size != crypto_sign_BYTES ||
        crypto_sign_verify_detached(sig, text, text_size, s->peer_id) != 0) {
        return fail(s);
    }
    if (!s->initiator) {
        s->state = SESSION_CONFIRM;
        return SESSION_GOES_ON;
    }
    add_record(s, out, NULL, 0);
    s->state = SESSION_UP;
    return SESSION_READY;
}

enum session_verdict session_receive(struct session *s, uint8_t channel, const uint8_t *packet,
    size_t size, struct session_output *out, uint8_t *data, size_t capacity, size_t *data_size)
{
    out->count = 0;
    *data_size = 0;
    if (s->state == SESSION_DEAD || s->state == SESSION_CLAIMED) {
        return fail(s);
    }
    if (s->state == SESSION_NOISE) {
        return channel == 0 ? receive_noise(s, packet, size, out) : fail(s);
    }
    enum record_verdict verdict =
        record_open(&s->opener, channel, packet, size, data, capacity, data_size);
    if (verdict != RECORD_OK) {
        *data_size = 0;
        return record_is_fatal(&s->opener, channel, verdict) ? fail(s) : SESSION_IGNORED;
    }
    if (s->state == SESSION_BINDING) {
        size_t sig_size = *data_size;
        *data_size = 0;
        return channel == 0 ? receive_bind(s, data, sig_size, out) : fail(s);
    }
    if (s->state == SESSION_CONFIRM) {
        s->state = SESSION_UP;
        return SESSION_READY;
    }
    return *data_size > 0 ? SESSION_MESSAGE : SESSION_IGNORED;
}

enum err session_seal(struct session *s, uint8_t channel, const void *data, size_t size,
    uint8_t *packet, size_t capacity, size_t *packet_size)
{
    if (s->state != SESSION_UP) {
        return ERR_CLOSED;
    }
    if (size == 0) {
        return ERR_RANGE;
    }
    return record_seal(&s->sealer, channel, data, size, packet, capacity, packet_size);
}

void session_wipe(struct session *s)
{
    sodium_memzero(s, sizeof *s);
    s->state = SESSION_DEAD;
}
