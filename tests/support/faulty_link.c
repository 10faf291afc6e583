#include "tests/support/faulty_link.h"

#include <string.h>

enum {
    ETHERNET_BYTES = 14,
    IP_BYTES = 20, /* without options */
    UDP_BYTES = 8,
    KEPT_MS = 300,     /* of a throttled line */
    HELD_BACK_MS = 20, /* at most, of a frame that others overtake */
    REORDER_BITS = 53
};

bool faulty_link_set(struct faulty_link *l, const char *name, double value)
{
    const struct {
        const char *name;
        double *value, most;
    } all[] = {{"loss", &l->loss, 100}, {"duplicate", &l->duplicate, 100},
        {"reorder", &l->reorder, 100}, {"corrupt", &l->corrupt, 100}, {"delay", &l->delay_ms, 1e5},
        {"jitter", &l->jitter_ms, 1e5}, {"rate", &l->rate, 1e6}, {"flap", &l->flap_ms, 1e6},
        {"burst", &l->burst_ms, 1e6}, {"every", &l->burst_every_ms, 1e6}};
    if (!(value >= 0)) {
        return false;
    }
    if (strcmp(name, "cut") == 0) {
        l->cut = value != 0;
        return true;
    }
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(name, all[i].name) == 0 && value <= all[i].most) {
            *all[i].value = value;
            return true;
        }
    }
    return false;
}

static double fraction(struct prng *random)
{
    return (double)(prng_next(random) >> (64 - REORDER_BITS)) /
           (double)(UINT64_C(1) << REORDER_BITS);
}

static bool hit(struct prng *random, double percent)
{
    return percent > 0 && fraction(random) * 100 < percent;
}

/* An address request that is damaged would be remembered for minutes; a real one is dropped. */
static bool is_ip(const uint8_t *data, size_t size)
{
    return size > ETHERNET_BYTES + IP_BYTES && data[12] == 0x08 && data[13] == 0x00;
}

static bool is_udp(const uint8_t *data, size_t size)
{
    enum { IP_WITHOUT_OPTIONS = 0x45, UDP = 17 };
    return is_ip(data, size) && size > ETHERNET_BYTES + IP_BYTES + UDP_BYTES &&
           data[ETHERNET_BYTES] == IP_WITHOUT_OPTIONS && data[ETHERNET_BYTES + 9] == UDP;
}

/* One to three bits of the datagram are flipped, and its checksum is taken off: the program is to see it. */
static void corrupt(uint8_t *data, size_t size, struct prng *random)
{
    size_t first = ETHERNET_BYTES + IP_BYTES + UDP_BYTES;
    for (uint64_t i = 0, bits = 1 + prng_below(random, 3); i < bits; i++) {
        data[first + prng_below(random, size - first)] ^= (uint8_t)(1u << prng_below(random, 8));
    }
    data[first - 2] = data[first - 1] = 0;
}

static bool in_burst(struct faulty_link *l, struct prng *random, uint64_t now_us)
{
    if (l->burst_ms == 0 || l->burst_every_ms == 0) {
        return false;
    }
    if (l->burst_us == 0 || (double)now_us >= (double)l->burst_us + l->burst_ms * 1000) {
        l->burst_us = now_us + (uint64_t)((0.5 + fraction(random)) * l->burst_every_ms * 1000);
    }
    return now_us >= l->burst_us;
}

static bool is_down(const struct faulty_link *l, uint64_t now_us)
{
    bool flapped = l->flap_ms > 0 && (uint64_t)((double)now_us / (l->flap_ms * 1000)) % 2 == 1;
    return l->cut || l->parted || flapped;
}

/* When the line has sent the frame; UINT64_MAX when its queue is full. */
static uint64_t sent_us(struct faulty_link *l, size_t size, uint64_t now_us)
{
    if (l->rate == 0) {
        return now_us;
    }
    uint64_t from_us = l->free_us > now_us ? l->free_us : now_us;
    if (from_us - now_us > KEPT_MS * UINT64_C(1000)) {
        l->count.throttled++;
        return UINT64_MAX;
    }
    l->free_us = from_us + (uint64_t)((double)size * 1000 / l->rate);
    return l->free_us;
}

static uint64_t due_us(struct faulty_link *l, struct prng *random, uint64_t from_us)
{
    double ms = l->delay_ms + (2 * fraction(random) - 1) * l->jitter_ms;
    uint64_t due = from_us + (ms > 0 ? (uint64_t)(ms * 1000) : 0);
    if (hit(random, l->reorder)) {
        l->count.reordered++;
        return due + 1 + prng_below(random, HELD_BACK_MS * 1000);
    }
    due = due > l->last_us ? due : l->last_us;
    l->last_us = due;
    return due;
}

void faulty_link_take(struct faulty_link *l, struct prng *random, struct faulty_queue *queue,
    unsigned to, const uint8_t *data, size_t size, uint64_t now_us)
{
    uint8_t damaged[FRAME_BYTES_MAX];
    l->count.frames++;
    l->count.bytes += size;
    l->count.messages += is_ip(data, size) && size > FRAME_WITHOUT_MESSAGE_BYTES;
    if (is_down(l, now_us)) {
        l->count.cut++;
        return;
    }
    if (in_burst(l, random, now_us) || hit(random, l->loss)) {
        l->count.lost++;
        return;
    }
    uint64_t from_us = sent_us(l, size, now_us);
    if (from_us == UINT64_MAX) {
        return;
    }
    bool twice = hit(random, l->duplicate);
    l->count.duplicated += twice;
    for (int copies = twice ? 2 : 1; copies > 0; copies--) {
        memcpy(damaged, data, size);
        if (is_udp(data, size) && hit(random, l->corrupt)) {
            l->count.corrupted++;
            corrupt(damaged, size, random);
        }
        if (!faulty_queue_push(queue, due_us(l, random, from_us), to, damaged, size)) {
            l->count.throttled++;
        }
    }
}
