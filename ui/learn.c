#include "ui/learn.h"

#include "ui/moves.h"

static int64_t own(
    const struct ui_model *m, const struct live *shown, unsigned kind, unsigned number)
{
    return moves_own_cents(shown, m->me, (struct bet_ref){(uint8_t)kind, (uint8_t)number});
}

static void go(struct learn *l, enum learn_step step)
{
    l->step = (uint8_t)step;
    l->waited = 0;
    l->changes++;
}

static uint8_t number_to_place(const struct live *shown)
{
    return shown->table.point == 6 ? 8 : 6;
}

static void go_to_place(struct learn *l, const struct live *shown)
{
    l->place = number_to_place(shown);
    go(l, shown->table.point != 0 ? LEARN_PLACE : LEARN_TO_PLACE);
}

/* A bet that the step waited for is up, or the one it stands on is gone. */
static void on_bets(struct learn *l, const struct ui_model *m, const struct live *shown)
{
    bool point = shown->table.point != 0;
    switch (l->step) {
    case LEARN_PASS:
        if (own(m, shown, BET_PASS, 0) > 0) {
            go(l, point ? LEARN_ODDS : LEARN_ROLL);
        }
        break;
    case LEARN_ROLL:
        if (own(m, shown, BET_PASS, 0) == 0 && !point && l->rolls == m->history_count) {
            go(l, LEARN_PASS);
        }
        break;
    case LEARN_ODDS:
        if (own(m, shown, BET_PASS_ODDS, 0) > 0) {
            go(l, LEARN_DECIDE);
        }
        break;
    case LEARN_PLACE:
        if (own(m, shown, BET_PLACE, 6) > 0 || own(m, shown, BET_PLACE, 8) > 0) {
            l->place = own(m, shown, BET_PLACE, l->place) > 0 ? l->place : (uint8_t)(14 - l->place);
            go(l, LEARN_PLACE_ROLL);
        }
        break;
    case LEARN_COME:
        if (own(m, shown, BET_COME, 0) > 0) {
            go(l, LEARN_COME_ROLL);
        }
        break;
    default:
        break;
    }
}

static void on_come_out(struct learn *l, const struct ui_roll *r)
{
    go(l, r->natural ? LEARN_NATURAL : r->point_after != 0 ? LEARN_POINT : LEARN_CRAPS);
}

static void on_roll(struct learn *l, const struct ui_roll *r, const struct live *shown)
{
    bool ended = r->seven_out || r->point_made;
    unsigned total = r->die1 + r->die2;
    l->waited++;
    l->changes++;
    switch (l->step) {
    case LEARN_ROLL:
        on_come_out(l, r);
        break;
    case LEARN_ODDS:
    case LEARN_DECIDE:
        if (ended) {
            go(l, LEARN_DECIDED);
        }
        break;
    case LEARN_TO_PLACE:
        if (r->point_after != 0) {
            go_to_place(l, shown);
        }
        break;
    case LEARN_PLACE:
        if (r->point_after == 0) {
            go_to_place(l, shown);
            l->waited = 1; /* what fell is told there */
        }
        break;
    case LEARN_PLACE_ROLL:
        if (total == 7 || total == l->place || ended || l->waited == LEARN_PLACE_ROLLS) {
            go(l, LEARN_PLACED);
        }
        break;
    case LEARN_TO_COME:
        if (r->point_after != 0) {
            go(l, LEARN_COME);
        }
        break;
    case LEARN_COME:
        if (r->point_after == 0) {
            go(l, LEARN_TO_COME);
            l->waited = 1;
        }
        break;
    case LEARN_COME_ROLL:
        go(l, LEARN_COME_DONE);
        break;
    default:
        break;
    }
}

bool learn_update(struct learn *l, const struct ui_model *m, const struct live *shown)
{
    unsigned before = l->changes;
    if (m->stage != STAGE_TABLE || m->me < 0) {
        l->active = false;
        return false;
    }
    if (l->wanted && m->practice) {
        *l = (struct learn){.active = true, .rolls = m->history_count, .changes = before + 1};
    }
    if (!l->active) {
        return false;
    }
    for (; l->rolls < m->history_count; l->rolls++) {
        uint64_t back = m->history_count - l->rolls;
        if (back <= m->history_kept) {
            on_roll(l, &m->history[m->history_kept - back], &m->live);
        }
    }
    on_bets(l, m, shown);
    return l->changes != before;
}

bool learn_reads(const struct learn *l)
{
    switch (l->step) {
    case LEARN_PASS:
    case LEARN_ROLL:
    case LEARN_ODDS:
    case LEARN_DECIDE:
    case LEARN_TO_PLACE:
    case LEARN_PLACE:
    case LEARN_PLACE_ROLL:
    case LEARN_TO_COME:
    case LEARN_COME:
    case LEARN_COME_ROLL:
        return false;
    default:
        return true;
    }
}

void learn_next(struct learn *l, const struct ui_model *m)
{
    switch (l->step) {
    case LEARN_NATURAL:
    case LEARN_CRAPS:
        go(l, LEARN_PASS);
        break;
    case LEARN_DECIDED:
        go_to_place(l, &m->live);
        break;
    case LEARN_PLACED:
        go(l, m->live.table.point != 0 ? LEARN_COME : LEARN_TO_COME);
        break;
    case LEARN_POINT:
        go(l, m->live.table.point != 0 ? LEARN_ODDS : LEARN_DECIDED);
        break;
    case LEARN_END:
        l->active = false;
        l->changes++;
        break;
    default:
        if (learn_reads(l)) {
            go(l, (enum learn_step)(l->step + 1));
        }
        break;
    }
}

struct bet_ref learn_bet(const struct learn *l, const struct live *shown)
{
    struct bet_ref none = {BET_KIND_COUNT, 0};
    switch (l->step) {
    case LEARN_PASS:
    case LEARN_TO_PLACE:
    case LEARN_TO_COME:
        return shown->table.point == 0 ? (struct bet_ref){BET_PASS, 0} : none;
    case LEARN_ODDS:
        return (struct bet_ref){BET_PASS_ODDS, 0};
    case LEARN_PLACE:
        return (struct bet_ref){BET_PLACE, l->place};
    case LEARN_COME:
        return (struct bet_ref){BET_COME, 0};
    default:
        return none;
    }
}

unsigned learn_chapter(const struct learn *l, const char **name)
{
    static const struct {
        uint8_t last; /* enum learn_step */
        const char *name;
    } chapters[LEARN_CHAPTERS] = {{LEARN_FELT, "the table"}, {LEARN_CRAPS, "the come-out"},
        {LEARN_POINT, "the point"}, {LEARN_DECIDED, "odds"}, {LEARN_PLACED, "place bets"},
        {LEARN_COME_DONE, "come"}, {LEARN_SEVEN, "the seven"}, {LEARN_END, "felt and dice"}};
    unsigned i = 0;
    while (i + 1 < LEARN_CHAPTERS && l->step > chapters[i].last) {
        i++;
    }
    *name = chapters[i].name;
    return i + 1;
}
