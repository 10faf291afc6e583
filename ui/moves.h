/* The player's own moves: what was sent and is not agreed yet, how to undo it, and what `repeat`
 * would put back. */
#ifndef UI_MOVES_H
#define UI_MOVES_H

#include "ui/model.h"

enum { MOVES_PENDING_MAX = 64, MOVES_UNDO_MAX = 256 };

struct moves_step {
    uint32_t group; /* steps of one key press are undone together */
    struct live_command back;
};

struct moves {
    uint32_t last_id;
    uint32_t group;
    uint64_t roll; /* the roll that the undo list belongs to */
    unsigned pending_count;
    struct {
        uint32_t id;
        struct live_command command;
    } pending[MOVES_PENDING_MAX];
    unsigned undo_count;
    struct moves_step undo[MOVES_UNDO_MAX];
    int64_t repeat_cents[BET_SLOT_COUNT]; /* what the last decision took off the layout */
    bool repeat_any;
    struct live predicted; /* the agreed state with the pending moves on it */
    const struct live
        *live; /* what to show: `predicted`, or the model's own when nothing is pending */
};

void moves_init(struct moves *m);

/* Brings pending moves, undo and repeat up to a new picture. Call whenever the model may have
 * changed; `live` is valid until the model is released. */
void moves_update(struct moves *m, const struct ui_model *model);

/* Begins a new key press: later steps are undone together. */
void moves_begin(struct moves *m);

/* Checks a move against what is shown, sends it, notes it as pending and how to undo it. A refusal
 * sends nothing. REFUSAL_RATE_LIMITED also when the queue to the manager or the list of pending
 * moves is full. */
enum refusal moves_do(struct moves *m, const struct ui_port *port, const struct ui_model *model,
    const struct live_command *command);

/* Takes back the last key press, or everything since the last roll. False when there is nothing;
 * `refusal` says why a step could not be taken back. */
bool moves_undo(struct moves *m, const struct ui_port *port, const struct ui_model *model, bool all,
    enum refusal *refusal);

/* Puts back what the last decision took down, `times` over; returns how many bets were sent. */
unsigned moves_repeat(struct moves *m, const struct ui_port *port, const struct ui_model *model,
    unsigned times, enum refusal *refusal);

/* What moves_repeat would bet. */
int64_t moves_repeat_cents(const struct moves *m, const struct ui_model *model, unsigned times);

/* Takes down everything that may be taken down; returns how many bets were sent. */
unsigned moves_take_all(struct moves *m, const struct ui_port *port, const struct ui_model *model);

/* Makes a bet / takes it down: has_amount false takes all. */
struct live_command move_bet(struct bet_ref bet, int64_t cents);
struct live_command move_take(struct bet_ref bet, bool has_amount, int64_t cents);
struct live_command move_mark(struct bet_ref bet, enum bet_mark mark);
struct live_command move_kind(enum live_command_kind kind, int64_t amount);

/* Own cents on a bet in a state. */
int64_t moves_own_cents(const struct live *l, int me, struct bet_ref bet);

#endif
