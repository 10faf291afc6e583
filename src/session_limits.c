#include "src/session_limits.h"

enum {
    BAR_FIRST_MS = 30000,
    BAR_MOST_MS = 600000,
    SECOND_MS = 1000,
    KIBIBYTE = 1024,
};

static const struct bucket_rate message_rate = {.per_s = 4000, .burst = 4000};
static const struct bucket_rate byte_rate = {.per_s = 32768, .burst = 65536}; /* KiB */
/* Dropped messages that are put up with before the link is. */
static const struct bucket_rate drop_rate = {.per_s = 200, .burst = 1000};
static const struct bucket_rate fault_rate = {.per_s = 1, .burst = 20};

static void count(struct link_limit *l, size_t size, uint64_t now_ms)
{
    if (now_ms - l->second_ms >= SECOND_MS) {
        l->second_ms = now_ms;
        l->second_messages = l->second_bytes = 0;
    }
    l->second_messages++;
    l->second_bytes += (uint32_t)size;
    if (l->second_messages > l->peak_messages) {
        l->peak_messages = l->second_messages;
    }
    if (l->second_bytes > l->peak_bytes) {
        l->peak_bytes = l->second_bytes;
    }
}

static enum link_verdict cut(struct link_limit *l, uint64_t now_ms)
{
    uint64_t bar = (uint64_t)BAR_FIRST_MS << (l->cuts < 5 ? l->cuts : 5);
    l->cuts++;
    l->barred_until_ms = now_ms + (bar < BAR_MOST_MS ? bar : BAR_MOST_MS);
    l->messages = l->kibibytes = l->drops = l->faults = (struct bucket){0};
    return LINK_CUT;
}

enum link_verdict link_limit_message(struct link_limit *l, size_t size, uint64_t now_ms)
{
    uint32_t kibibytes = (uint32_t)(size / KIBIBYTE);
    count(l, size, now_ms);
    if (bucket_has(&l->kibibytes, byte_rate, kibibytes, now_ms) &&
        bucket_take(&l->messages, message_rate, 1, now_ms)) {
        (void)bucket_take(&l->kibibytes, byte_rate, kibibytes, now_ms);
        return LINK_TAKE;
    }
    l->dropped++;
    return bucket_take(&l->drops, drop_rate, 1, now_ms) ? LINK_DROP : cut(l, now_ms);
}

enum link_verdict link_limit_malformed(struct link_limit *l, uint64_t now_ms)
{
    l->malformed++;
    return bucket_take(&l->faults, fault_rate, 1, now_ms) ? LINK_TAKE : cut(l, now_ms);
}

bool link_limit_barred(const struct link_limit *l, uint64_t now_ms)
{
    return l->barred_until_ms > now_ms;
}
