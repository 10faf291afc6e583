#include "ui/odds_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WAYS_SHOWN = 8, TOTALS_SPLIT = 2, TOTALS_NAMED = 6, ANY_POINT = 6 };

static void add(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add(char *out, size_t size, const char *format, ...)
{
    size_t used = strlen(out);
    va_list args;
    va_start(args, format);
    vsnprintf(out + used, size - used, format, args);
    va_end(args);
}

/* Rolls that are put into one row: of these the ones with that total, or all (0). */
struct pick {
    const struct odds_roll (*next)[6];
    struct odds_roll like;
    unsigned total;
};

static bool picked(const struct pick *p, unsigned die1, unsigned die2)
{
    const struct odds_roll *r = &p->next[die1 - 1][die2 - 1];
    return r->result == p->like.result && r->won == p->like.won && r->of == p->like.of &&
           (p->total == 0 || p->total == die1 + die2);
}

static unsigned ways_of(unsigned total)
{
    return total < 7 ? total - 1 : 13 - total;
}

/* How many of each total, and which totals there are. */
static unsigned count_totals(const struct pick *p, uint8_t counts[13])
{
    unsigned totals = 0;
    memset(counts, 0, 13);
    for (unsigned die = 0; die < 36; die++) {
        counts[die / 6 + die % 6 + 2] += picked(p, die / 6 + 1, die % 6 + 1);
    }
    for (unsigned total = 2; total <= 12; total++) {
        totals += counts[total] > 0;
    }
    return totals;
}

static void write_ways(struct pick p, struct odds_row *row)
{
    row->ways[0] = '\0';
    unsigned last = p.total != 0 ? p.total : 12;
    for (unsigned total = p.total != 0 ? p.total : 2; total <= last; total++) {
        for (unsigned die1 = total > 7 ? total - 6 : 1; die1 <= 6 && die1 < total; die1++) {
            bool listed = row->count <= WAYS_SHOWN && row->result != ODDS_NOTHING;
            if (listed && picked(&p, die1, total - die1)) {
                add(row->ways, sizeof row->ways, "%s%u-%u", row->ways[0] != '\0' ? " " : "", die1,
                    total - die1);
            }
        }
    }
}

static void write_what(struct odds_row *row, unsigned totals, const uint8_t counts[13])
{
    bool whole = true;
    row->what[0] = '\0';
    for (unsigned total = 2; total <= 12; total++) {
        whole = whole && (counts[total] == 0 || counts[total] == ways_of(total));
    }
    if (row->result == ODDS_NOTHING || totals > TOTALS_NAMED || (!whole && totals > 1)) {
        snprintf(row->what, sizeof row->what, row->result == ODDS_NOTHING ? "else" : "all others");
        return;
    }
    for (unsigned total = 2; total <= 12; total++) {
        if (counts[total] > 0 && totals == 1) {
            bool pair = !whole && counts[total] == 1;
            snprintf(row->what, sizeof row->what, "%s%s",
                whole  ? ""
                : pair ? "hard "
                       : "easy ",
                number_word(total));
        } else if (counts[total] > 0) {
            add(row->what, sizeof row->what, "%s%u", row->what[0] != '\0' ? " " : "", total);
        }
    }
}

/* These pay in hundredths (rule 14). */
static bool pays_hundredths(unsigned kind)
{
    return kind == BET_YES || kind == BET_NO || kind == BET_NEXT;
}

static void ratio_text(unsigned kind, const struct odds_roll *roll, char out[ODDS_PAYS_MAX])
{
    if (pays_hundredths(kind)) {
        snprintf(out, ODDS_PAYS_MAX, "%.2f:1", (double)roll->won / (double)roll->of);
    } else {
        snprintf(out, ODDS_PAYS_MAX, "%lld:%lld", (long long)roll->won, (long long)roll->of);
    }
}

const char *odds_text_ratio(
    const struct table_config *config, struct bet_ref bet, uint8_t point, char out[ODDS_PAYS_MAX])
{
    struct odds_roll next[6][6];
    struct table_config other = *config;
    other.crapless = !config->crapless;
    const struct odds_roll *usual = NULL;
    unsigned most = 0;
    out[0] = '\0';
    if (!odds_next(config, bet, point, next) && !odds_next(&other, bet, point, next)) {
        return out;
    }
    for (unsigned die = 0; die < 36; die++) {
        const struct odds_roll *r = &next[die / 6][die % 6];
        unsigned count = 0;
        for (unsigned k = 0; k < 36 && r->result == ODDS_WIN; k++) {
            const struct odds_roll *o = &next[k / 6][k % 6];
            count += o->result == ODDS_WIN && o->won == r->won && o->of == r->of;
        }
        usual = count > most ? r : usual;
        most = count > most ? count : most;
    }
    if (usual != NULL) {
        ratio_text(bet.kind, usual, out);
    }
    return out;
}

static void write_does(struct odds_row *row, unsigned kind, struct odds_roll roll, bool line_first)
{
    char pays[ODDS_PAYS_MAX];
    switch (roll.result) {
    case ODDS_WIN:
        ratio_text(kind, &roll, pays);
        snprintf(row->does, sizeof row->does, "wins %s", pays);
        break;
    case ODDS_LOSE:
        snprintf(row->does, sizeof row->does, "loses");
        break;
    case ODDS_PUSH:
        snprintf(row->does, sizeof row->does, "gives it back");
        break;
    case ODDS_TRAVEL:
        snprintf(row->does, sizeof row->does, "it goes to that number");
        break;
    default:
        snprintf(row->does, sizeof row->does, line_first ? "sets the point" : "nothing happens");
    }
}

static void add_row(struct odds_row rows[ODDS_ROWS_MAX], unsigned *count, const struct pick *p,
    bool line_first, unsigned kind)
{
    struct odds_row *row = &rows[*count];
    uint8_t counts[13];
    unsigned totals = count_totals(p, counts);
    if (*count == ODDS_ROWS_MAX || totals == 0) {
        return;
    }
    (*count)++;
    row->result = p->like.result;
    row->count = 0;
    for (unsigned total = 2; total <= 12; total++) {
        row->count = (uint8_t)(row->count + counts[total]);
    }
    write_what(row, totals, counts);
    if (kind == BET_HOP && row->result == ODDS_WIN) {
        snprintf(row->what, sizeof row->what, "these");
    }
    write_ways(*p, row);
    write_does(row, kind, p->like, line_first);
}

/* Totals that do it whichever dice make them go into one row; where the dice matter (hardways), each has its own. */
static void add_group(struct odds_row rows[ODDS_ROWS_MAX], unsigned *count, struct pick p,
    bool line_first, unsigned kind)
{
    uint8_t counts[13];
    bool whole = true;
    unsigned totals = count_totals(&p, counts);
    for (unsigned total = 2; total <= 12; total++) {
        whole = whole && (counts[total] == 0 || counts[total] == ways_of(total));
    }
    if (whole || totals > TOTALS_SPLIT || p.like.result == ODDS_NOTHING) {
        add_row(rows, count, &p, line_first, kind);
        return;
    }
    for (p.total = 2; p.total <= 12; p.total++) {
        if (counts[p.total] > 0) {
            add_row(rows, count, &p, line_first, kind);
        }
    }
}

unsigned odds_rows(const struct table_config *config, struct bet_ref bet, uint8_t point,
    struct odds_row rows[ODDS_ROWS_MAX])
{
    static const uint8_t order[] = {ODDS_WIN, ODDS_PUSH, ODDS_LOSE, ODDS_TRAVEL, ODDS_NOTHING};
    struct odds_roll next[6][6];
    bool done[6][6] = {{false}};
    unsigned count = 0;
    if (!odds_next(config, bet, point, next)) {
        return 0;
    }
    bool line = bet.kind == BET_PASS || bet.kind == BET_DONT_PASS || bet.kind == BET_MUGGSY;
    for (unsigned k = 0; k < sizeof order; k++) {
        for (unsigned die = 0; die < 36; die++) {
            struct odds_roll *r = &next[die / 6][die % 6];
            if (r->result != order[k] || done[die / 6][die % 6]) {
                continue;
            }
            struct pick p = {(const struct odds_roll(*)[6])next, *r, 0};
            for (unsigned other = 0; other < 36; other++) {
                done[other / 6][other % 6] =
                    done[other / 6][other % 6] || picked(&p, other / 6 + 1, other % 6 + 1);
            }
            add_group(rows, &count, p, line && point == 0, bet.kind);
        }
    }
    return count;
}

/* One line of a pay table: "4 points 24:1", later "5 249:1". */
static void hand_line(char *out, const char *counts, const char *unit, int32_t pays)
{
    size_t size = 4 * BET_TEXT_MAX;
    if (pays < 0) {
        return;
    }
    if (out[0] == '\0') {
        add(out, size, "%s %s ", counts, unit);
    } else {
        add(out, size, ", %s ", counts);
    }
    if (pays == 0) {
        add(out, size, "back");
    } else {
        add(out, size, "%d:1", (int)pays);
    }
}

static void replay_lines(const struct table_config *config, char *out)
{
    for (unsigned times = 3; times <= 4; times++) {
        add(out, 4 * BET_TEXT_MAX, "%s%s:", times > 3 ? "; " : "", times == 3 ? "3 times" : "4+");
        for (unsigned low = 4; low <= 6; low++) {
            add(out, 4 * BET_TEXT_MAX, " %u/%u %d:1", low, 14 - low,
                (int)odds_hand_pays(config, BET_REPLAY, low, times));
        }
    }
}

const char *odds_text_hand(
    const struct table_config *config, struct bet_ref bet, char out[4 * BET_TEXT_MAX])
{
    static const struct {
        uint8_t kind, most;
        const char *unit, *more;
    } tables[] = {{BET_DIFFERENT_DOUBLES, 6, "pairs", ""}, {BET_FIRE, 6, "points", ""},
        {BET_RIDE_THE_LINE, 11, "wins", "+"}, {BET_HOT_SHOOTER, 51, "rolls", "+"}};
    out[0] = '\0';
    if (bet.kind == BET_REPLAY) {
        replay_lines(config, out);
    }
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        unsigned from = 0;
        for (unsigned n = 1; tables[i].kind == bet.kind && n <= tables[i].most + 1u; n++) {
            enum bet_kind kind = (enum bet_kind)bet.kind;
            int32_t pays = odds_hand_pays(config, kind, 0, from);
            char counts[24];
            if (n <= tables[i].most && odds_hand_pays(config, kind, 0, n) == pays) {
                continue; /* counts that pay the same are told once */
            }
            if (n > tables[i].most || from == n - 1) {
                snprintf(
                    counts, sizeof counts, "%u%s", from, n > tables[i].most ? tables[i].more : "");
            } else {
                snprintf(counts, sizeof counts, "%u-%u", from, n - 1);
            }
            hand_line(out, counts, tables[i].unit, pays);
            from = n;
        }
    }
    return out;
}

/* The least ratio that pays more than the one before, in turn. */
static void all_pays(unsigned kind, struct odds_roll next[6][6], char *out)
{
    double above = 0;
    for (bool more = true; more;) {
        const struct odds_roll *least = NULL;
        char text[ODDS_PAYS_MAX];
        for (unsigned die = 0; die < 36; die++) {
            const struct odds_roll *r = &next[die / 6][die % 6];
            double pays = r->of == 0 ? 0 : (double)r->won / (double)r->of;
            bool wins = r->result == ODDS_WIN && pays > above;
            if (wins && (least == NULL || pays < (double)least->won / (double)least->of)) {
                least = r;
            }
        }
        more = least != NULL;
        if (more) {
            ratio_text(kind, least, text);
            add(out, 4 * BET_TEXT_MAX, "%s%s", above > 0 ? ", " : "", text);
            above = (double)least->won / (double)least->of;
        }
    }
}

const char *odds_text_pays(const struct table_config *config, struct bet_ref bet, uint8_t point,
    char out[4 * BET_TEXT_MAX])
{
    struct odds_roll next[6][6];
    if (odds_text_hand(config, bet, out)[0] != '\0') {
        return out;
    }
    bool split = bet.kind == BET_FIELD || bet_specs[bet.kind % BET_KIND_COUNT].multiple > 1;
    if (split && odds_next(config, bet, point, next)) {
        all_pays(bet.kind, next, out);
    } else {
        bet_text_pays(config, bet, point, out);
    }
    return out;
}

const char *odds_percent(const struct odds_value *value, char out[BET_TEXT_MAX])
{
    snprintf(out, BET_TEXT_MAX, "%.2f%%", value->value * 100);
    return out;
}

bool odds_before(
    const struct table_config *config, struct bet_ref bet, uint8_t point, struct odds *out)
{
    if (bet.kind == BET_COME || bet.kind == BET_DONT_COME) {
        bet.number = 0;
    }
    if (odds_of(config, bet, point != 0 ? point : ANY_POINT, out)) {
        return true;
    }
    struct table_config usual = *config;
    usual.crapless = false;
    return odds_of(&usual, bet, point != 0 ? point : ANY_POINT, out);
}
