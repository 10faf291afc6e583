#include "net/ratelimit.h"

#include <string.h>

enum { MILLI = 1000 };

static uint64_t capacity_of(struct rate rate)
{
    return (uint64_t)rate.burst * MILLI;
}

/* What the bucket holds at `now_ms`. A token a second is one thousandth a millisecond. */
static uint64_t level_at(const struct token_bucket *b, struct rate rate, uint64_t now_ms)
{
    uint64_t capacity = capacity_of(rate);
    uint64_t elapsed_ms = now_ms > b->filled_ms ? now_ms - b->filled_ms : 0;
    if (rate.per_second > 0 && elapsed_ms > capacity / rate.per_second) {
        return capacity;
    }
    uint64_t level = b->milli_tokens + elapsed_ms * rate.per_second;
    return level < capacity ? level : capacity;
}

void bucket_init(struct token_bucket *b, struct rate rate, uint64_t now_ms)
{
    *b = (struct token_bucket){.milli_tokens = capacity_of(rate), .filled_ms = now_ms};
}

bool bucket_take(struct token_bucket *b, struct rate rate, uint64_t now_ms)
{
    b->milli_tokens = level_at(b, rate, now_ms);
    if (now_ms > b->filled_ms) {
        b->filled_ms = now_ms;
    }
    if (b->milli_tokens < MILLI) {
        return false;
    }
    b->milli_tokens -= MILLI;
    return true;
}

uint64_t bucket_wait_ms(const struct token_bucket *b, struct rate rate, uint64_t now_ms)
{
    uint64_t level = level_at(b, rate, now_ms);
    if (level >= MILLI) {
        return 0;
    }
    if (rate.per_second == 0 || rate.burst == 0) {
        return UINT64_MAX;
    }
    return (MILLI - level + rate.per_second - 1) / rate.per_second;
}

void ratelimit_init(struct ratelimit *r, struct rate rate, struct rate newcomers, uint64_t now_ms)
{
    memset(r, 0, sizeof *r);
    r->rate = rate;
    r->newcomers = newcomers;
    bucket_init(&r->strangers, newcomers, now_ms);
}

bool ratelimit_admit(struct ratelimit *r, uint32_t ip, uint64_t now_ms)
{
    struct ratelimit_row *oldest = &r->rows[0];
    for (size_t i = 0; i < RATELIMIT_ADDRESSES; i++) {
        struct ratelimit_row *row = &r->rows[i];
        if (row->used && row->ip == ip) {
            row->seen_ms = now_ms;
            return bucket_take(&row->bucket, r->rate, now_ms);
        }
        if (oldest->used && (!row->used || row->seen_ms < oldest->seen_ms)) {
            oldest = row;
        }
    }
    if (!bucket_take(&r->strangers, r->newcomers, now_ms)) {
        return false;
    }
    *oldest = (struct ratelimit_row){.ip = ip, .used = true, .seen_ms = now_ms};
    bucket_init(&oldest->bucket, r->rate, now_ms);
    return bucket_take(&oldest->bucket, r->rate, now_ms);
}
