/* A lesson at a real practice table: steps that wait for what the player does and what the dice do, and say in words
 * what happened. Nothing is arranged: whatever falls decides which step comes next. Pure: the screen and line mode show
 * it, each its own way. */
#ifndef UI_LEARN_H
#define UI_LEARN_H

#include "ui/model.h"

enum learn_step {
    LEARN_WELCOME,
    LEARN_FELT,
    LEARN_PASS,    /* waits for a bet on the pass line */
    LEARN_ROLL,    /* waits for the come-out roll */
    LEARN_NATURAL, /* it was 7 or 11 */
    LEARN_CRAPS,   /* it was 2, 3 or 12 */
    LEARN_POINT,   /* it set a point */
    LEARN_ODDS,    /* waits for odds */
    LEARN_DECIDE,  /* rolls until the point or a seven */
    LEARN_DECIDED,
    LEARN_TO_PLACE, /* rolls until there is a point */
    LEARN_PLACE,    /* waits for a place bet */
    LEARN_PLACE_ROLL,
    LEARN_PLACED,
    LEARN_TO_COME,
    LEARN_COME, /* waits for a come bet */
    LEARN_COME_ROLL,
    LEARN_COME_DONE,
    LEARN_SEVEN,
    LEARN_READING,
    LEARN_FAIR,
    LEARN_END,
    LEARN_STEPS
};

enum { LEARN_CHAPTERS = 8, LEARN_BOTS = 2, LEARN_TEXT_MAX = 320, LEARN_PLACE_ROLLS = 4 };

#define LEARN_TABLE "Lesson"

struct learn {
    bool wanted; /* a table for it was asked for */
    bool active;
    uint8_t step;     /* enum learn_step */
    uint8_t waited;   /* rolls seen in this step */
    uint8_t place;    /* the number of the place bet: 6 or 8 */
    uint64_t rolls;   /* seen so far */
    unsigned changes; /* grows when there is something new to say */
};

/* Begins with the table that was asked for, goes on with bets and rolls, ends with the table. `shown` is the state with
 * the moves that are on their way. True when there is something new to say. */
bool learn_update(struct learn *l, const struct ui_model *m, const struct live *shown);

/* Does the step only want to be read. */
bool learn_reads(const struct learn *l);

/* On from a step that is read; at the end the lesson is over and the table stays. */
void learn_next(struct learn *l, const struct ui_model *m);

/* Which bet the step is about, for the cursor; kind BET_KIND_COUNT: none. */
struct bet_ref learn_bet(const struct learn *l, const struct live *shown);

/* 1 to LEARN_CHAPTERS and what it is about. */
unsigned learn_chapter(const struct learn *l, const char **name);

/* What there is to say, in whole sentences. */
const char *learn_text(const struct learn *l, const struct ui_model *m, const struct live *shown,
    char out[LEARN_TEXT_MAX]);

/* What to do now, with the chip in the player's hand: for the screen "Enter: bet 5 on the PASS LINE" (the key goes first), for lines "Type pass 5." */
const char *learn_hint(const struct learn *l, const struct ui_model *m, const struct live *shown,
    int64_t chip_cents, bool lines, char out[LEARN_TEXT_MAX]);

#endif
