#include "ui/moves.h"

#include <string.h>

void moves_init(struct moves *m)
{
    memset(m, 0, offsetof(struct moves, predicted));
    m->live = NULL;
}

struct live_command move_bet(struct bet_ref bet, int64_t cents)
{
    return (struct live_command){
        .kind = LIVE_BET, .bet = bet, .has_amount = true, .amount_cents = cents};
}

struct live_command move_take(struct bet_ref bet, bool has_amount, int64_t cents)
{
    return (struct live_command){.kind = LIVE_TAKE,
        .bet = bet,
        .has_amount = has_amount,
        .amount_cents = has_amount ? cents : 0};
}

struct live_command move_mark(struct bet_ref bet, enum bet_mark mark)
{
    return (struct live_command){.kind = LIVE_MARK, .bet = bet, .mark = (uint8_t)mark};
}

struct live_command move_kind(enum live_command_kind kind, int64_t amount)
{
    return (struct live_command){
        .kind = (uint8_t)kind, .has_amount = kind == LIVE_READY, .amount_cents = amount};
}

int64_t moves_own_cents(const struct live *l, int me, struct bet_ref bet)
{
    uint16_t slot = bet_slot(bet);
    return me < 0 || slot == BET_SLOT_NONE ? 0 : l->players[me].bet_cents[slot];
}

/* What the table would do, on the shown state. Only the player's own place matters here. */
static enum refusal predict(struct live *l, int me, const struct live_command *c)
{
    switch (c->kind) {
    case LIVE_BET:
        return table_bet(&l->table, (uint32_t)me, c->bet, c->amount_cents);
    case LIVE_TAKE:
        return table_take(&l->table, (uint32_t)me, c->bet, c->has_amount, c->amount_cents);
    case LIVE_MARK:
        return table_mark(&l->table, (uint32_t)me, c->bet, (enum bet_mark)c->mark);
    case LIVE_READY:
        l->accounts[me].ready = c->amount_cents != 0;
        return REFUSAL_NONE;
    case LIVE_SIT_OUT:
        l->accounts[me].sitting_out = true;
        return REFUSAL_NONE;
    case LIVE_SIT_IN:
        l->accounts[me].sitting_out = false;
        return REFUSAL_NONE;
    default:
        return REFUSAL_NONE;
    }
}

static void note_decisions(struct moves *m, const struct ui_model *model)
{
    int64_t put_back[BET_SLOT_COUNT] = {0};
    bool any = false;
    for (unsigned i = 0; i < model->payout_count && i < UI_PAYOUTS_MAX; i++) {
        const struct ui_payout *p = &model->payouts[i];
        uint16_t slot = bet_slot(p->bet);
        if (p->player != model->me || p->result == PAYOUT_TRAVEL || slot == BET_SLOT_NONE) {
            continue;
        }
        any = true;
        put_back[slot] = p->amount_cents;
    }
    if (any) {
        memcpy(m->repeat_cents, put_back, sizeof put_back);
        m->repeat_any = true;
    }
}

void moves_update(struct moves *m, const struct ui_model *model)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < m->pending_count; i++) {
        uint32_t id = m->pending[i].id;
        bool refused = id >= model->refused_from && id <= model->refused_to;
        if (id > model->done_id && !refused) {
            m->pending[kept++] = m->pending[i];
        }
    }
    m->pending_count = kept;
    if (m->last_id < model->done_id) {
        m->last_id = model->done_id;
    }
    if (m->roll != model->live.roll) {
        m->roll = model->live.roll;
        m->undo_count = 0;
        note_decisions(m, model);
    }
    m->live = &model->live;
    if (kept > 0 && model->me >= 0 && (uint32_t)model->me < model->live.account_count) {
        live_copy(&m->predicted, &model->live);
        for (unsigned i = 0; i < kept; i++) {
            predict(&m->predicted, model->me, &m->pending[i].command);
        }
        m->live = &m->predicted;
    }
}

void moves_begin(struct moves *m)
{
    m->group++;
}

static bool inverse(
    const struct live *l, int me, const struct live_command *c, struct live_command *back)
{
    uint16_t slot = bet_slot(c->bet);
    if (slot == BET_SLOT_NONE) {
        return false;
    }
    int64_t lies = l->players[me].bet_cents[slot];
    if (c->kind == LIVE_BET) {
        *back = move_take(c->bet, true, c->amount_cents);
    } else if (c->kind == LIVE_TAKE) {
        *back = move_bet(c->bet, c->has_amount ? c->amount_cents : lies);
    } else if (c->kind == LIVE_MARK) {
        *back = move_mark(c->bet, table_bet_mark(&l->players[me], slot));
    } else {
        return false;
    }
    return true;
}

static enum refusal send(struct moves *m, const struct ui_port *port, const struct ui_model *model,
    const struct live_command *c)
{
    if (model->me < 0 || (uint32_t)model->me >= model->live.account_count) {
        return REFUSAL_NOT_SEATED;
    }
    if (live_rolling(&model->live)) {
        return REFUSAL_DICE_OUT;
    }
    if (m->pending_count == MOVES_PENDING_MAX) {
        return REFUSAL_RATE_LIMITED;
    }
    if (m->live != &m->predicted) {
        live_copy(&m->predicted, &model->live);
    }
    enum refusal r = predict(&m->predicted, model->me, c);
    if (r != REFUSAL_NONE) {
        return r;
    }
    struct ui_command command = {.kind = UI_LIVE, .id = m->last_id + 1, .live = *c};
    if (!port->command(port->self, &command)) {
        moves_update(m, model); /* forget the prediction: nothing was sent */
        return REFUSAL_RATE_LIMITED;
    }
    m->last_id++;
    m->pending[m->pending_count].id = m->last_id;
    m->pending[m->pending_count++].command = *c;
    m->live = &m->predicted;
    return REFUSAL_NONE;
}

enum refusal moves_do(struct moves *m, const struct ui_port *port, const struct ui_model *model,
    const struct live_command *command)
{
    struct live_command back;
    bool reversible = model->me >= 0 && inverse(m->live, model->me, command, &back);
    enum refusal r = send(m, port, model, command);
    if (r == REFUSAL_NONE && reversible) {
        if (m->undo_count == MOVES_UNDO_MAX) {
            memmove(m->undo, m->undo + 1, sizeof m->undo - sizeof m->undo[0]);
            m->undo_count--;
        }
        m->undo[m->undo_count++] = (struct moves_step){.group = m->group, .back = back};
    }
    return r;
}

bool moves_undo(struct moves *m, const struct ui_port *port, const struct ui_model *model, bool all,
    enum refusal *refusal)
{
    *refusal = REFUSAL_NONE;
    if (m->undo_count == 0) {
        return false;
    }
    uint32_t group = m->undo[m->undo_count - 1].group;
    while (m->undo_count > 0 && (all || m->undo[m->undo_count - 1].group == group)) {
        enum refusal r = send(m, port, model, &m->undo[m->undo_count - 1].back);
        if (r != REFUSAL_NONE) {
            *refusal = r;
            if (r == REFUSAL_DICE_OUT || r == REFUSAL_RATE_LIMITED) {
                break;
            }
        }
        m->undo_count--;
    }
    return true;
}

/* What is missing of a bet for `times` what the last decision took down; *bet is where it goes. */
static int64_t repeat_missing_cents(const struct moves *m, const struct ui_model *model,
    uint16_t slot, unsigned times, struct bet_ref *bet)
{
    *bet = bet_of_slot(slot);
    int64_t want = m->repeat_cents[slot] * (int64_t)times;
    if ((bet->kind == BET_COME || bet->kind == BET_DONT_COME) && bet->number != 0) {
        bet->number = 0; /* a new one begins in the box */
    }
    int64_t missing = want - moves_own_cents(m->live, model->me, *bet);
    return want == 0 || missing < 0 ? 0 : missing;
}

int64_t moves_repeat_cents(const struct moves *m, const struct ui_model *model, unsigned times)
{
    int64_t sum = 0;
    struct bet_ref bet;
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT && model->me >= 0; slot++) {
        sum += repeat_missing_cents(m, model, slot, times, &bet);
    }
    return sum;
}

unsigned moves_repeat(struct moves *m, const struct ui_port *port, const struct ui_model *model,
    unsigned times, enum refusal *refusal)
{
    unsigned sent = 0;
    *refusal = REFUSAL_NONE;
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT && model->me >= 0; slot++) {
        struct bet_ref bet;
        int64_t missing = repeat_missing_cents(m, model, slot, times, &bet);
        if (missing == 0) {
            continue;
        }
        struct live_command c = move_bet(bet, missing);
        enum refusal r = moves_do(m, port, model, &c);
        if (r == REFUSAL_NONE) {
            sent++;
        } else {
            *refusal = r;
        }
    }
    return sent;
}

unsigned moves_take_all(struct moves *m, const struct ui_port *port, const struct ui_model *model)
{
    unsigned sent = 0;
    /* Odds go first: a flat bet may not be taken from under them (rule 6.4). */
    for (int odds = 1; odds >= 0 && model->me >= 0; odds--) {
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            struct bet_ref bet = bet_of_slot(slot);
            bool is_odds = bet.kind >= BET_PASS_ODDS && bet.kind <= BET_PUT_ODDS;
            if (is_odds != (odds == 1) || moves_own_cents(m->live, model->me, bet) == 0) {
                continue;
            }
            struct live_command c = move_take(bet, false, 0);
            sent += moves_do(m, port, model, &c) == REFUSAL_NONE;
        }
    }
    return sent;
}
