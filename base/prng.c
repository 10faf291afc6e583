#include "base/prng.h"

static uint64_t splitmix(uint64_t *x)
{
    uint64_t z = (*x += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void prng_seed(struct prng *p, uint64_t seed)
{
    for (size_t i = 0; i < 4; i++) {
        p->s[i] = splitmix(&seed);
    }
}

uint64_t prng_below(struct prng *p, uint64_t bound)
{
    if (bound == 0) {
        return 0;
    }
    uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    uint64_t v;
    do {
        v = prng_next(p);
    } while (v >= limit);
    return v % bound;
}

bool prng_chance(struct prng *p, unsigned per_mille)
{
    return prng_below(p, 1000) < per_mille;
}

void prng_fill(struct prng *p, void *out, size_t size)
{
    uint8_t *b = out;
    for (size_t i = 0; i < size; i += 8) {
        uint64_t v = prng_next(p);
        for (size_t k = 0; k < 8 && i + k < size; k++) {
            b[i + k] = (uint8_t)(v >> 8 * k);
        }
    }
}
