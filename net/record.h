/* The sealed record layer of a link (protocol D.5): every packet that ENet carries is
 *
 *   u8 channel || u64 counter || ChaCha20-Poly1305( u32 size || data || zeros ) || tag
 *
 * with its own key, counter and replay rule for each direction and channel. On a reliable channel
 * the counter must be the next one; on an unreliable one it must be new within the last 1,024. */
#ifndef NET_RECORD_H
#define NET_RECORD_H

#include "base/err.h"
#include "net/replay_window.h"

#include <stddef.h>
#include <stdint.h>

enum {
    RECORD_CHANNELS = 6,
    RECORD_KEY_BYTES = 32,
    RECORD_HEADER_BYTES = 9,
    RECORD_TAG_BYTES = 16,
    RECORD_SIZE_BYTES = 4, /* the size field inside the seal */
    RECORD_OVERHEAD = RECORD_HEADER_BYTES + RECORD_SIZE_BYTES + RECORD_TAG_BYTES,
    /* a packet of ENet's limit of 256 KiB, less padding */
    RECORD_DATA_MAX = 255 * 1024 - RECORD_SIZE_BYTES,
    RECORD_PACKET_MAX = 255 * 1024 + RECORD_HEADER_BYTES + RECORD_TAG_BYTES,
    RECORD_REKEY_SHIFT = 20 /* a key seals 2^20 packets; key number = counter >> 20 */
};

/* The key of one channel in one direction, and its successors. */
struct record_key {
    uint64_t number;
    uint8_t k[RECORD_KEY_BYTES];
};

struct record_sealer {
    struct record_key keys[RECORD_CHANNELS];
    uint64_t next[RECORD_CHANNELS]; /* counter of the next packet */
};

struct record_opener {
    struct record_key keys[RECORD_CHANNELS];
    struct record_key previous[RECORD_CHANNELS]; /* for late packets of an unreliable channel */
    uint8_t reliable;                            /* bit c: channel c is reliable */
    uint64_t next[RECORD_CHANNELS];              /* reliable channels */
    struct replay_window windows[RECORD_CHANNELS];
};

enum record_verdict {
    RECORD_OK = 0,
    RECORD_MALFORMED,   /* a size, channel or padding that our sealer never makes */
    RECORD_FORGED,      /* the tag does not match */
    RECORD_REPLAYED,    /* a counter that was there before, or is too old to tell */
    RECORD_OUT_OF_ORDER /* a counter that skips ahead: on a reliable channel by one or more, on an
                            unreliable one by a whole key */
};

/* `split_key` is the sending key of the handshake's Split(). */
void record_sealer_init(
    struct record_sealer *sealer, const uint8_t split_key[static RECORD_KEY_BYTES]);

/* `split_key` is the receiving key. Bit c of `reliable` is set when channel c is reliable. */
void record_opener_init(struct record_opener *opener,
    const uint8_t split_key[static RECORD_KEY_BYTES], uint8_t reliable);

/* Size of the packet that `size` bytes become: padded inside to 64, 128, 256, 512, 1,024, then to
 * whole KiB. */
size_t record_packet_size(size_t size);

/* Seals into `packet`, which must have room for record_packet_size(size) bytes and not overlap
 * `data`. ERR_RANGE for an unknown channel, a size above RECORD_DATA_MAX, too little room, or
 * (never in practice) used-up counters. */
enum err record_seal(struct record_sealer *sealer, uint8_t channel, const uint8_t *data,
    size_t size, uint8_t *packet, size_t capacity, size_t *packet_size);

/* Opens a packet that arrived on `channel`. `data` takes up to size - RECORD_HEADER_BYTES -
 * RECORD_TAG_BYTES bytes while opening. Unless the verdict is RECORD_OK nothing of the opener has
 * changed, and record_is_fatal() says whether the link must be closed. */
enum record_verdict record_open(struct record_opener *opener, uint8_t channel,
    const uint8_t *packet, size_t size, uint8_t *data, size_t capacity, size_t *data_size);

/* True when this verdict on this channel ends the link: on a reliable channel every refusal does,
 * because the packet can never be had again; on an unreliable one a refusal is a lost packet. */
bool record_is_fatal(
    const struct record_opener *opener, uint8_t channel, enum record_verdict verdict);

void record_sealer_wipe(struct record_sealer *sealer);
void record_opener_wipe(struct record_opener *opener);

#endif
