/* A seeded generator (SplitMix64 seeding xoshiro256**) for tests, simulation, bots and cosmetics:
 * one seed decides everything. Never for keys, nonces or dice. */
#ifndef BASE_PRNG_H
#define BASE_PRNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct prng {
    uint64_t s[4];
};

void prng_seed(struct prng *p, uint64_t seed);

static inline uint64_t prng_rotate(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

static inline uint64_t prng_next(struct prng *p)
{
    uint64_t *s = p->s;
    uint64_t out = prng_rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = prng_rotate(s[3], 45);
    return out;
}

/* Uniform in [0, bound), without modulo bias; bound 0 gives 0. */
uint64_t prng_below(struct prng *p, uint64_t bound);

/* True with probability per_mille/1000. */
bool prng_chance(struct prng *p, unsigned per_mille);

void prng_fill(struct prng *p, void *out, size_t size);

#endif
