#include "src/simulate_dice.h"

/* Row by row: 1-1, 1-2 .. 6-6. */
const uint8_t sim_throw_of_roll[SIM_ROLLS] = {
    0, 1, 2, 3, 4, 5,      /* 1-1 .. 1-6 */
    1, 6, 7, 8, 9, 10,     /* 2-1 .. */
    2, 7, 11, 12, 13, 14,  /* 3-1 .. */
    3, 8, 12, 15, 16, 17,  /* 4-1 .. */
    4, 9, 13, 16, 18, 19,  /* 5-1 .. */
    5, 10, 14, 17, 19, 20, /* 6-1 .. */
};

const struct sim_faces sim_faces_of_throw[SIM_THROWS] = {{1, 1}, {1, 2}, {1, 3}, {1, 4}, {1, 5},
    {1, 6}, {2, 2}, {2, 3}, {2, 4}, {2, 5}, {2, 6}, {3, 3}, {3, 4}, {3, 5}, {3, 6}, {4, 4}, {4, 5},
    {4, 6}, {5, 5}, {5, 6}, {6, 6}};

/* The finaliser of MurmurHash3: every bit of the input moves every bit of the output. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 33) * 0xff51afd7ed558ccdu;
    x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53u;
    return x ^ x >> 33;
}

void sim_dice_seed(struct sim_dice *dice, uint64_t seed, uint64_t session)
{
    *dice = (struct sim_dice){0};
    prng_seed(&dice->prng, mix(mix(seed + 0x9e3779b97f4a7c15u) + session));
}
