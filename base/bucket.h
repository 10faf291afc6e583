/* A token bucket: so many a second, so many at once. Time is the caller's. */
#ifndef BASE_BUCKET_H
#define BASE_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

/* Zero is a full one that was never asked. Tokens are kept in thousandths. */
struct bucket {
    bool used;
    uint64_t milli, at_ms;
};

struct bucket_rate {
    uint32_t per_s, burst;
};

/* Lets the time that passed fill it. */
static inline void bucket_fill(struct bucket *b, struct bucket_rate r, uint64_t now_ms)
{
    uint64_t most = (uint64_t)r.burst * 1000;
    uint64_t passed = now_ms > b->at_ms ? now_ms - b->at_ms : 0;
    bool full = !b->used || (r.per_s > 0 && (passed > most || passed * r.per_s >= most - b->milli));
    b->milli = full ? most : b->milli + passed * r.per_s;
    b->at_ms = b->used && now_ms < b->at_ms ? b->at_ms : now_ms;
    b->used = true;
}

/* Are there `cost` tokens. More than `burst` never are. */
static inline bool bucket_has(
    struct bucket *b, struct bucket_rate r, uint32_t cost, uint64_t now_ms)
{
    bucket_fill(b, r, now_ms);
    return b->milli >= (uint64_t)cost * 1000;
}

/* Takes them if they are there; changes nothing else. */
static inline bool bucket_take(
    struct bucket *b, struct bucket_rate r, uint32_t cost, uint64_t now_ms)
{
    bool has = bucket_has(b, r, cost, now_ms);
    b->milli -= has ? (uint64_t)cost * 1000 : 0;
    return has;
}

#endif
