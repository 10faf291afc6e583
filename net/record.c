#include "net/record.h"

#include "base/bytes.h"

#include <sodium.h>
#include <string.h>

_Static_assert(RECORD_KEY_BYTES == crypto_aead_chacha20poly1305_ietf_KEYBYTES, "key size");
_Static_assert(RECORD_TAG_BYTES == crypto_aead_chacha20poly1305_ietf_ABYTES, "tag size");

enum { NONCE_BYTES = crypto_aead_chacha20poly1305_ietf_NPUBBYTES };

/* Counters stay far from 2^64 - 1, whose nonce makes the next key. */
static const uint64_t counter_end = UINT64_C(1) << 63;

/* k_c = first half of HMAC-SHA512(k_split, "chan" || u8 c). */
static void derive_channel_keys(
    struct record_key keys[static RECORD_CHANNELS], const uint8_t split[static RECORD_KEY_BYTES])
{
    for (uint8_t c = 0; c < RECORD_CHANNELS; c++) {
        const uint8_t label[5] = {'c', 'h', 'a', 'n', c};
        uint8_t mac[crypto_auth_hmacsha512_BYTES];
        crypto_auth_hmacsha512_state state;
        crypto_auth_hmacsha512_init(&state, split, RECORD_KEY_BYTES);
        crypto_auth_hmacsha512_update(&state, label, sizeof label);
        crypto_auth_hmacsha512_final(&state, mac);
        keys[c].number = 0;
        memcpy(keys[c].k, mac, RECORD_KEY_BYTES);
        sodium_memzero(mac, sizeof mac);
        sodium_memzero(&state, sizeof state);
    }
}

/* 4 zero bytes, then the counter in little-endian order. */
static void make_nonce(uint8_t nonce[static NONCE_BYTES], uint64_t counter)
{
    memset(nonce, 0, 4);
    for (unsigned i = 0; i < 8; i++) {
        nonce[4 + i] = (uint8_t)(counter >> 8 * i);
    }
}

/* k' = first 32 bytes of AEAD(k, nonce 2^64 - 1, 32 zeros), as REKEY of the Noise specification. */
static void key_advance(struct record_key *key)
{
    static const uint8_t zeros[RECORD_KEY_BYTES];
    uint8_t nonce[NONCE_BYTES];
    uint8_t out[RECORD_KEY_BYTES + RECORD_TAG_BYTES];
    make_nonce(nonce, UINT64_MAX);
    crypto_aead_chacha20poly1305_ietf_encrypt(
        out, NULL, zeros, sizeof zeros, NULL, 0, NULL, nonce, key->k);
    memcpy(key->k, out, RECORD_KEY_BYTES);
    key->number++;
    sodium_memzero(out, sizeof out);
}

void record_sealer_init(
    struct record_sealer *sealer, const uint8_t split_key[static RECORD_KEY_BYTES])
{
    memset(sealer, 0, sizeof *sealer);
    derive_channel_keys(sealer->keys, split_key);
}

void record_opener_init(struct record_opener *opener,
    const uint8_t split_key[static RECORD_KEY_BYTES], uint8_t reliable)
{
    memset(opener, 0, sizeof *opener);
    derive_channel_keys(opener->keys, split_key);
    opener->reliable = reliable;
}

/* Sealed size, without the tag, of `size` bytes of size field and data. */
static size_t padded_size(size_t size)
{
    for (size_t step = 64; step < 1024; step *= 2) {
        if (size <= step) {
            return step;
        }
    }
    return (size + 1023) / 1024 * 1024;
}

size_t record_packet_size(size_t size)
{
    return RECORD_HEADER_BYTES + padded_size(RECORD_SIZE_BYTES + size) + RECORD_TAG_BYTES;
}

enum err record_seal(struct record_sealer *sealer, uint8_t channel, const uint8_t *data,
    size_t size, uint8_t *packet, size_t capacity, size_t *packet_size)
{
    if (channel >= RECORD_CHANNELS || size > RECORD_DATA_MAX ||
        capacity < record_packet_size(size) || sealer->next[channel] >= counter_end) {
        return ERR_RANGE;
    }
    struct record_key *key = &sealer->keys[channel];
    uint64_t counter = sealer->next[channel]++;
    while (key->number < counter >> RECORD_REKEY_SHIFT) {
        key_advance(key);
    }
    size_t plain = padded_size(RECORD_SIZE_BYTES + size);
    struct writer w = writer_of(packet, capacity);
    write_u8(&w, channel);
    write_u64(&w, counter);
    write_u32(&w, (uint32_t)size);
    write_bytes(&w, data, size);
    memset(packet + w.size, 0, RECORD_HEADER_BYTES + plain - w.size);
    uint8_t nonce[NONCE_BYTES];
    make_nonce(nonce, counter);
    uint8_t *sealed = packet + RECORD_HEADER_BYTES;
    crypto_aead_chacha20poly1305_ietf_encrypt(
        sealed, NULL, sealed, plain, packet, RECORD_HEADER_BYTES, NULL, nonce, key->k);
    *packet_size = RECORD_HEADER_BYTES + plain + RECORD_TAG_BYTES;
    return ERR_OK;
}

static enum record_verdict check_counter(
    const struct record_opener *opener, uint8_t channel, uint64_t counter)
{
    if (opener->reliable >> channel & 1) {
        uint64_t next = opener->next[channel];
        if (counter == next && counter < counter_end) {
            return RECORD_OK;
        }
        return counter < next ? RECORD_REPLAYED : RECORD_OUT_OF_ORDER;
    }
    /* More than a key ahead would be a million lost packets, and hashing for whoever asks. */
    if (counter >> RECORD_REKEY_SHIFT > opener->keys[channel].number + 1) {
        return RECORD_OUT_OF_ORDER;
    }
    bool fresh = replay_window_check(&opener->windows[channel], counter) == REPLAY_FRESH;
    return fresh ? RECORD_OK : RECORD_REPLAYED;
}

/* The key for `counter`: the current one, the one before, or the one after. */
static enum record_verdict find_key(
    struct record_key *key, const struct record_opener *opener, uint8_t channel, uint64_t counter)
{
    uint64_t number = counter >> RECORD_REKEY_SHIFT;
    *key = opener->keys[channel];
    if (number == key->number + 1) {
        key_advance(key);
    } else if (number + 1 == key->number) {
        *key = opener->previous[channel];
    }
    return number == key->number ? RECORD_OK : RECORD_REPLAYED;
}

static void commit(
    struct record_opener *opener, uint8_t channel, uint64_t counter, const struct record_key *key)
{
    if (key->number > opener->keys[channel].number) {
        opener->previous[channel] = opener->keys[channel];
        opener->keys[channel] = *key;
    }
    if (opener->reliable >> channel & 1) {
        opener->next[channel] = counter + 1;
    } else {
        replay_window_accept(&opener->windows[channel], counter);
    }
}

/* The size field and padding of `plain` opened bytes; moves the data to the front. */
static enum record_verdict strip_padding(uint8_t *data, size_t plain, size_t *data_size)
{
    struct reader r = reader_of(data, plain);
    size_t size = read_u32(&r);
    if (r.bad || size > reader_left(&r) || padded_size(RECORD_SIZE_BYTES + size) != plain ||
        !sodium_is_zero(data + RECORD_SIZE_BYTES + size, plain - RECORD_SIZE_BYTES - size)) {
        return RECORD_MALFORMED;
    }
    memmove(data, data + RECORD_SIZE_BYTES, size);
    *data_size = size;
    return RECORD_OK;
}

enum record_verdict record_open(struct record_opener *opener, uint8_t channel,
    const uint8_t *packet, size_t size, uint8_t *data, size_t capacity, size_t *data_size)
{
    const size_t around = RECORD_HEADER_BYTES + RECORD_TAG_BYTES;
    *data_size = 0;
    if (channel >= RECORD_CHANNELS || size < around + RECORD_SIZE_BYTES ||
        size > RECORD_PACKET_MAX || size - around > capacity) {
        return RECORD_MALFORMED;
    }
    struct reader r = reader_of(packet, size);
    if (read_u8(&r) != channel) {
        return RECORD_MALFORMED;
    }
    uint64_t counter = read_u64(&r);
    struct record_key key = {0};
    enum record_verdict v = check_counter(opener, channel, counter);
    if (v == RECORD_OK) {
        v = find_key(&key, opener, channel, counter);
    }
    if (v == RECORD_OK) {
        uint8_t nonce[NONCE_BYTES];
        make_nonce(nonce, counter);
        int rc = crypto_aead_chacha20poly1305_ietf_decrypt(data, NULL, NULL,
            packet + RECORD_HEADER_BYTES, size - RECORD_HEADER_BYTES, packet, RECORD_HEADER_BYTES,
            nonce, key.k);
        v = rc == 0 ? strip_padding(data, size - around, data_size) : RECORD_FORGED;
    }
    if (v == RECORD_OK) {
        commit(opener, channel, counter, &key);
    }
    sodium_memzero(&key, sizeof key);
    return v;
}

bool record_is_fatal(
    const struct record_opener *opener, uint8_t channel, enum record_verdict verdict)
{
    return verdict != RECORD_OK &&
           (channel >= RECORD_CHANNELS || (opener->reliable >> channel & 1) != 0);
}

void record_sealer_wipe(struct record_sealer *sealer)
{
    sodium_memzero(sealer, sizeof *sealer);
}

void record_opener_wipe(struct record_opener *opener)
{
    sodium_memzero(opener, sizeof *opener);
}
