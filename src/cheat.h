/* A member that cheats, for `craps sandbox`: an honest engine runs, and what it wants sent is
 * changed on the way out with its own real keys (the kinds of protocol A.10, C.4 and G). Nothing
 * else in the program lies, and no table with a network ever has one of these. */
#ifndef SRC_CHEAT_H
#define SRC_CHEAT_H

#include "consensus/engine.h"

enum cheat_kind {
    CHEAT_NONE,
    CHEAT_EQUIVOCATING_LEADER, /* one block for half the table, another for the rest */
    CHEAT_DOUBLE_VOTE,         /* votes for what it saw, and for something else */
    CHEAT_NULLIFY_AND_FINALIZE,
    CHEAT_DOUBLE_BET, /* two operations with one number */
    CHEAT_BAD_DEAL,   /* one member gets a share of the dice key that is none */
    CHEAT_BAD_SHARE,  /* its share of a roll is wrong */
    CHEAT_WITHHELD_SHARE,
    CHEAT_WITHHELD_BLOCK, /* proposes to one member only */
    CHEAT_VOTES_TO_SUBSET,
    CHEAT_FUTURE_VIEWS,  /* votes far ahead */
    CHEAT_IMPERSONATION, /* a bet in somebody else's name */
    CHEAT_INVALID_BET, /* signed, and against the rules: its strategy's doing, no message is changed */
    CHEAT_GARBAGE, /* flips bits of all but its moves, so that the table need not wait for them */
    CHEAT_KIND_COUNT
};

/* By its name on the command line ("double-vote"), or -1. */
int cheat_find(const char *name);
const char *cheat_name(enum cheat_kind kind);

/* What it does and what the table has against it, each a sentence for the player. */
const char *cheat_deed(enum cheat_kind kind);
const char *cheat_answer(enum cheat_kind kind);

/* Who gets a message instead of its addressees. */
enum cheat_part { CHEAT_TO_EVEN, CHEAT_TO_ODD, CHEAT_TO_ALL, CHEAT_TO_ONE };

struct cheat {
    uint8_t kind; /* enum cheat_kind */
    uint64_t lies;
    uint64_t future_view;  /* CHEAT_FUTURE_VIEWS: the view it last lied in */
    uint32_t deal_attempt; /* CHEAT_BAD_DEAL: the attempt of the false deal at hand; 0 = none */
    size_t deal_size;
    uint8_t deal[OP_BYTES_MAX + 1];
    /* Sends to those members of the epoch whose roster index is in `part`. */
    void (*send)(
        void *self, enum cheat_part part, unsigned channel, const uint8_t *data, size_t size);
    void *self;
};

/* One message that the member's engine wants sent to all (or to one). True: it has been dealt with
 * by c->send, and must not be sent as it is. */
bool cheat_message(struct cheat *c, struct engine *e, bool to_all, unsigned channel,
    const uint8_t *data, size_t size);

#endif
