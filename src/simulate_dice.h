/* Dice of simulated sessions. The generator is xoshiro256** (base/prng.h), one for each session, seeded from (seed, session) alone:
 * which thread plays a session makes no difference.
 *
 * The dice are exactly fair: of a uniform 32-bit x the roll is the upper half of 36 x, and the four lower halves below
 * 2^32 mod 36 = 4 are drawn again, so that each of the 36 rolls is left with exactly floor(2^32 / 36) of the values of x. One
 * 64-bit draw makes two rolls. */
#ifndef SRC_SIMULATE_DICE_H
#define SRC_SIMULATE_DICE_H

#include "base/prng.h"

enum { SIM_ROLLS = 36, SIM_THROWS = 21 };

struct sim_dice {
    struct prng prng;
    uint64_t left; /* the half of a draw that the next roll takes */
    bool has_left;
};

/* No rule tells the two dice apart: a throw is one of 21, this is its number for each of the 36 rolls. */
extern const uint8_t sim_throw_of_roll[SIM_ROLLS];

/* The lower and the higher die of a throw. */
struct sim_faces {
    uint8_t low, high;
};
extern const struct sim_faces sim_faces_of_throw[SIM_THROWS];

void sim_dice_seed(struct sim_dice *dice, uint64_t seed, uint64_t session);

/* The next throw, 0..20. */
static inline unsigned sim_dice_throw(struct sim_dice *dice)
{
    for (;;) {
        uint64_t x = dice->left;
        if (dice->has_left) {
            dice->has_left = false;
        } else {
            uint64_t draw = prng_next(&dice->prng);
            dice->left = draw >> 32;
            dice->has_left = true;
            x = draw & UINT32_MAX;
        }
        uint64_t product = x * SIM_ROLLS;
        if ((uint32_t)product >= 4) {
            return sim_throw_of_roll[product >> 32];
        }
    }
}

#endif
