/* Betting plans: what a strategy file says (docs/strategies.md is the language), and one player's run of it.
 *
 * A plan is lines. After every roll they are gone through once, from top to bottom, and each that applies makes at most one move
 * for each of its bets. Whatever cannot be done at that moment (a bet that is not offered now, chips that are not there) is left
 * out. So a window has at most PLAN_MOVES_MAX moves, and nothing that a file says can go round in a circle.
 *
 * Nothing here allocates, reads a clock or rolls dice, and running is a function of (plan, run, table, player): the same four give
 * the same moves. See plan_mind for what a simulator that remembers states must know. */
#ifndef GAME_PLAN_H
#define GAME_PLAN_H

#include "base/bytes.h"
#include "game/table.h"

enum {
    PLAN_BYTES_MAX = 16384, /* of a file */
    PLAN_RULES_MAX = 64,
    PLAN_CONDITIONS_MAX = 96,
    PLAN_ACTIONS_MAX = 96,
    PLAN_NAMES_MAX = 16, /* counters and ladders */
    PLAN_NAME_BYTES = 16,
    PLAN_RUNGS_MAX = 16,
    PLAN_COUNT_MAX = 1000000,
    PLAN_STOPS_MAX = 8,
    PLAN_REASON_BYTES = 64,
    PLAN_MOVES_MAX = 64, /* of one window */
};

/* Which bets a line is about: one kind with some of its numbers, all that are up, or those that the event was about. */
enum plan_which { PLAN_THESE, PLAN_EVERY, PLAN_IT };

struct plan_bets {
    uint8_t which;    /* enum plan_which; the rest belongs to PLAN_THESE */
    uint8_t kind;     /* enum bet_kind */
    uint8_t hop;      /* the number of a hop, 0 = every hop */
    uint16_t numbers; /* bit N: number N of every other kind */
};

enum plan_amount_form {
    PLAN_CENTS,
    PLAN_UNITS,    /* value x the unit */
    PLAN_MOST,     /* what the odds' cap or the table's limit allows */
    PLAN_TIMES,    /* odds: value x the base bet */
    PLAN_RUNG,     /* where ladder `name` stands */
    PLAN_WINNINGS, /* what the bet won on the last roll, its stake not counted */
};

struct plan_amount {
    uint8_t form; /* enum plan_amount_form */
    uint8_t name;
    int64_t value;
};

enum plan_event {
    PLAN_ALWAYS,
    PLAN_WIN,
    PLAN_LOSE,
    PLAN_PUSH,
    PLAN_ROLL, /* one of `totals` was rolled */
    PLAN_SEVEN_OUT,
    PLAN_POINT_MADE,
    PLAN_POINT_SET,
};

struct plan_rule {
    uint16_t line;
    uint8_t event; /* enum plan_event */
    uint8_t first_condition, conditions;
    uint16_t totals;
    struct plan_bets bets;
};

enum plan_subject {
    PLAN_POINT,     /* `numbers` has the point's bit, bit 0 = off */
    PLAN_CRAPLESS,  /* value 1 = it is */
    PLAN_UP,        /* value 1 = a bet of `bets` is up, 0 = none is */
    PLAN_NUMBER_OF, /* bets of `bets` that are up */
    PLAN_AMOUNT_OF, /* cents on `bets` */
    PLAN_BALANCE,   /* cents in the rack */
    PLAN_LAYOUT,    /* cents on the layout */
    PLAN_TOTAL,     /* both */
    PLAN_PROFIT,    /* both, less what they were when the plan began and what was issued since */
    PLAN_LOSS,      /* the same the other way round */
    PLAN_ROLLS,     /* since the plan began */
    PLAN_HANDS,     /* since the plan began, the present one included */
    PLAN_HAND_ROLLS,
    PLAN_HAND_POINTS, /* points made in this hand */
    PLAN_NAMED,       /* counter or ladder `name` */
};

enum plan_compare { PLAN_LESS, PLAN_AT_MOST, PLAN_EQUAL, PLAN_UNEQUAL, PLAN_AT_LEAST, PLAN_MORE };

struct plan_condition {
    uint8_t subject; /* enum plan_subject */
    uint8_t compare; /* enum plan_compare */
    uint8_t name;
    uint16_t numbers;
    struct plan_bets bets;
    struct plan_amount value; /* counts: PLAN_CENTS with the count */
};

enum plan_verb {
    PLAN_BET,   /* make it when it is not there */
    PLAN_KEEP,  /* bring it to the amount, up or down */
    PLAN_PRESS, /* add the amount, up to `limit` when that is not 0 */
    PLAN_LOWER, /* bring it down to the amount when there is more */
    PLAN_TAKE,
    PLAN_MARK,
    PLAN_RAISE_NAME, /* counter or ladder: value steps up */
    PLAN_SINK_NAME,
    PLAN_SET_NAME,
    PLAN_STOP,
};

struct plan_do {
    uint8_t verb; /* enum plan_verb */
    uint8_t rule;
    uint8_t mark; /* enum bet_mark */
    uint8_t name;
    bool except_point;
    uint16_t line;
    uint32_t value;
    struct plan_bets bets;
    struct plan_amount amount, limit;
};

struct plan_name {
    char text[PLAN_NAME_BYTES + 1];
    uint8_t rungs; /* 0: a counter */
    uint32_t start;
    int64_t rung_cents[PLAN_RUNGS_MAX];
};

/* A line that ends the run, and its condition as it is written there. */
struct plan_stop {
    uint16_t line;
    char text[PLAN_REASON_BYTES];
};

struct plan {
    int64_t unit_cents;
    uint8_t rule_count, condition_count, action_count, name_count, stop_count;
    uint16_t reads;      /* enum plan_reads */
    uint64_t makes;      /* bit K: may make bets of kind K */
    uint64_t rolls_told; /* beyond these the plan cannot tell one roll or hand from another */
    uint64_t hands_told;
    struct plan_rule rules[PLAN_RULES_MAX];
    struct plan_condition conditions[PLAN_CONDITIONS_MAX];
    struct plan_do actions[PLAN_ACTIONS_MAX]; /* those of one rule stand together */
    struct plan_name names[PLAN_NAMES_MAX];
    struct plan_stop stops[PLAN_STOPS_MAX];
};

/* What is wrong with a text, in words for its author. */
struct plan_problem {
    unsigned line;  /* 1 is the first; 0: the whole file */
    char word[32];  /* the offending word, printable; "" when there is none */
    char text[192]; /* one sentence with the fix */
};

/* Reads `size` hostile bytes. On false *plan is an empty plan and *problem says why. */
bool plan_parse(struct plan *plan, const char *text, size_t size, struct plan_problem *problem);

/* The strategies of cli.md that are plans, in the order in which help lists them: all but "random". NULL beyond the last. */
const char *plan_builtin_name(size_t index);

/* The text of one of them, as it stands in assets/strategies; NULL when there is none of that name. */
const char *plan_builtin_text(const char *name);

/* What a plan's moves depend on beside its own counters, the puck, the player's own bets and marks, and whether the rack covers
 * a bet (a bet that is refused for want of chips is made at the table's minimum instead, or left out; with nothing left for
 * the line bet of a come-out, bets come down until there is). */
enum plan_reads {
    PLAN_READS_BALANCE = 1, /* balance, total, profit or loss */
    PLAN_READS_ROLLS = 2,   /* rolls since the plan began */
    PLAN_READS_HANDS = 4,   /* hands since the plan began */
    PLAN_READS_HAND_ROLLS =
        8, /* rolls or points made in the hand; also every plan that makes a bet of rule 11 */
    PLAN_READS_WINNINGS = 16, /* an amount is what a bet won */
};

static inline bool plan_reads_balance(const struct plan *plan)
{
    return (plan->reads & PLAN_READS_BALANCE) != 0;
}

/* One player's run of a plan. A value: copy it freely. */
struct plan_run {
    int64_t unit_cents;
    int64_t base_cents; /* what profit is counted from */
    uint64_t rolls;
    uint64_t hands;
    uint32_t values[PLAN_NAMES_MAX];
    uint16_t stopped_line; /* of the stop that ended the run; 0: it goes on */
    /* What the last roll did; forgotten when the window's moves are done. */
    bool seen, seven_out, point_made, point_set;
    uint8_t total;
    uint64_t won[BET_SLOT_WORDS], lost[BET_SLOT_WORDS], pushed[BET_SLOT_WORDS];
    int64_t won_cents[BET_SLOT_COUNT]; /* where the bit in `won` is set */
    /* How far this window has come. */
    uint8_t action;
    bool entered, applies; /* the present action's rule was looked at, and applies */
    uint16_t bet;          /* the next slot of the present action */
    uint16_t moves;
};

/* The player's rack and layout are what they are when the plan begins. The first window is open. */
void plan_begin(
    struct plan_run *run, const struct plan *plan, const struct table *t, uint32_t player);

/* A roll as a plan sees it: first the roll, then what it did to each of the player's bets (a travel may be told, and means nothing).
 * Opens the next window. */
struct plan_roll {
    uint8_t total;
    bool seven_out, point_made, point_set;
};
void plan_saw_roll(struct plan_run *run, const struct plan_roll *roll);
void plan_saw_payout(struct plan_run *run, struct bet_ref bet, enum payout_result result,
    int64_t stake_cents, int64_t paid_cents);

/* Both at once, from what table_roll said; all payouts must be listed. */
void plan_saw(struct plan_run *run, const struct roll_result *result, uint32_t player);

/* Opens a window without a roll (rule 16.3: nobody could throw). */
void plan_window(struct plan_run *run);

/* One move at the table: table_bet, table_take or table_mark with just these. */
enum plan_move_kind { PLAN_MOVE_BET, PLAN_MOVE_TAKE, PLAN_MOVE_MARK };

struct plan_move {
    uint8_t kind; /* enum plan_move_kind */
    uint8_t mark; /* enum bet_mark */
    struct bet_ref bet;
    bool has_amount; /* a take without takes all of it */
    int64_t amount_cents;
};

enum plan_step { PLAN_STEP_MOVE, PLAN_STEP_DONE, PLAN_STEP_STOPPED };

/* The next move of this window, judged against the table as it is: make it, then call again. DONE: nothing more in this window.
 * STOPPED: the plan's own end (run->stopped_line), now and ever after; what is up stays up. A move that is returned is one that
 * the table would accept at this moment. */
enum plan_step plan_next(struct plan_run *run, const struct plan *plan, const struct table *t,
    uint32_t player, struct plan_move *move);

/* The canonical bytes of everything in a run that its moves depend on: two runs of one plan with equal minds, the same puck,
 * bets, marks and (if plan->reads says so) balance, hand and issued chips behave the same for ever. After DONE only counters,
 * ladders and what plan->reads names are in it. At most PLAN_MIND_BYTES_MAX. */
enum { PLAN_MIND_BYTES_MAX = 2048 };
void plan_mind(const struct plan_run *run, const struct plan *plan, struct writer *w);

/* "profit >= 500": the condition of the line that ended the run as it is written there, "" while it goes on. */
const char *plan_stop_reason(const struct plan_run *run, const struct plan *plan);

#endif
