#include "tests/unit/game/table_kit.h"

#include "game/odds.h"

#include <gmp.h>
#include <math.h>
#include <stdlib.h>

/* The odds of the hand bets of rule 14, exactly: a chain over everything a bet counts, each step rolled on the real
 * table, and its equations solved in fractions. They are held against the published edges and against
 * game/odds_hands.inc, which ODDS_UPDATE=1 writes anew. */

enum {
    DICE = 36,
    CAP_WINS = 11,
    CAP_ROLLS = 51,
    CAP_MADE = 4,
    PUCKS = 8, /* come-out and six points */
    STATES_MAX = 5 * 5 * 5 * 5 * 5 * 5 * PUCKS,
    UNKNOWN_MAX = 7,
    TEXT_MAX = 4096,
};

#define STAKE 1000

static const uint8_t points[] = {4, 5, 6, 8, 9, 10};

/* 0 on the come-out, 1 to 6 on a point. */
static unsigned puck_of(const struct table *t)
{
    for (unsigned i = 0; i < sizeof points; i++) {
        if (points[i] == t->point) {
            return i + 1;
        }
    }
    return 0;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* 4 and 10, 5 and 9, 6 and 8 fall and pay alike: of such two hands one is enough. */
static unsigned key_of_points(const struct table *t, unsigned kind)
{
    unsigned cap = kind == BET_FIRE ? 1 : CAP_MADE;
    unsigned key = 0;
    unsigned puck = t->point;
    for (unsigned low = 4; low <= 6; low++) {
        unsigned a = least(t->hand.made[low], cap);
        unsigned b = least(t->hand.made[14 - low], cap);
        bool swap = a > b || (a == b && t->point == 14 - low);
        puck = swap && (puck == low || puck == 14 - low) ? 14 - puck : puck;
        key = (key * (cap + 1) + (swap ? b : a)) * (cap + 1) + (swap ? a : b);
    }
    struct table mirrored = {.point = (uint8_t)puck};
    return key * PUCKS + puck_of(&mirrored);
}

/* What matters to the bet, as a small number that grows with every count; the place of the puck is its last digit. What
 * does not matter is left out. */
static unsigned key_of(const struct table *t, unsigned kind, unsigned number)
{
    const struct hand_counters *h = &t->hand;
    unsigned key = 0;
    switch (kind) {
    case BET_ALL_SMALL:
    case BET_ALL_TALL:
    case BET_ALL:
        for (unsigned n = 2; n <= 12; n++) {
            key = key * 2 + (n != 7 && h->fell[n] != 0);
        }
        return key * PUCKS;
    case BET_REPEATER:
        return h->fell[number] * PUCKS;
    case BET_DIFFERENT_DOUBLES:
        return h->doubles * PUCKS;
    case BET_FIRE:
    case BET_REPLAY:
        return key_of_points(t, kind);
    case BET_RIDE_THE_LINE:
        return least(h->line_wins, CAP_WINS) * PUCKS + puck_of(t);
    default:
        return least(h->rolls, CAP_ROLLS) * PUCKS + puck_of(t);
    }
}

/* Every outcome that a bet can tell apart: the totals without their pair, then the six pairs. */
static const struct {
    uint8_t die1, die2, ways;
} outcomes[] = {{1, 2, 2}, {1, 3, 2}, {1, 4, 4}, {1, 5, 4}, {1, 6, 6}, {2, 6, 4}, {3, 6, 4},
    {4, 6, 2}, {5, 6, 2}, {1, 1, 1}, {2, 2, 1}, {3, 3, 1}, {4, 4, 1}, {5, 5, 1}, {6, 6, 1}};
enum { OUTCOMES = sizeof outcomes / sizeof outcomes[0] };

enum value { BACK, WIN, PUSH, ROLLS, VALUES }; /* back: in stakes */

struct state {
    unsigned key;
    struct hand_counters hand;
    uint8_t point;
    int32_t next[OUTCOMES]; /* -1: decided */
    int32_t paid_cents[OUTCOMES];
    uint8_t result[OUTCOMES];
    mpq_t value[VALUES];
};

struct chain {
    struct state *states;
    int32_t *index; /* by key, -1 = not seen */
    size_t count;
};

static int32_t state_of(struct chain *c, const struct table *t, unsigned kind, unsigned number)
{
    unsigned key = key_of(t, kind, number);
    assert_true(key < STATES_MAX);
    if (c->index[key] < 0) {
        c->index[key] = (int32_t)c->count;
        c->states[c->count++] = (struct state){.key = key, .hand = t->hand, .point = t->point};
    }
    return c->index[key];
}

/* Rolls every outcome from that state on the table with the bet up. */
static void expand(
    struct chain *c, size_t at, const struct kit *start, unsigned kind, unsigned number)
{
    static struct kit k;
    for (unsigned o = 0; o < OUTCOMES; o++) {
        kit_copy(&k, start);
        k.t.hand = c->states[at].hand;
        k.t.point = c->states[at].point;
        k.result = (struct roll_result){.payouts = k.payouts, .payout_capacity = KIT_PAYOUTS};
        assert_int_equal(
            table_roll(&k.t, outcomes[o].die1, outcomes[o].die2, &k.result), REFUSAL_NONE);
        bool over = k.result.payout_count != 0;
        c->states[at].next[o] = over ? -1 : state_of(c, &k.t, kind, number);
        if (over) {
            c->states[at].paid_cents[o] = (int32_t)k.payouts[0].paid_cents;
            c->states[at].result[o] = k.payouts[0].result;
        }
    }
}

/* The states that differ in the puck alone can lead to one another; all others come later in the hand. */
struct group {
    size_t states[UNKNOWN_MAX];
    unsigned count;
    mpq_t matrix[UNKNOWN_MAX][UNKNOWN_MAX + VALUES]; /* of 36 rolls; the right side: values */
    mpq_t term, factor;
};

static void group_init(struct group *g)
{
    for (unsigned i = 0; i < UNKNOWN_MAX; i++) {
        for (unsigned k = 0; k < UNKNOWN_MAX + VALUES; k++) {
            mpq_init(g->matrix[i][k]);
        }
    }
    mpq_init(g->term);
    mpq_init(g->factor);
}

static void group_clear(struct group *g)
{
    for (unsigned i = 0; i < UNKNOWN_MAX; i++) {
        for (unsigned k = 0; k < UNKNOWN_MAX + VALUES; k++) {
            mpq_clear(g->matrix[i][k]);
        }
    }
    mpq_clear(g->term);
    mpq_clear(g->factor);
}

static void add_times(struct group *g, mpq_t to, const mpq_t value, int ways)
{
    mpq_set_si(g->factor, ways, 1);
    mpq_mul(g->term, value, g->factor);
    mpq_add(to, to, g->term);
}

static void add_number(struct group *g, mpq_t to, long num, unsigned long den)
{
    mpq_set_si(g->term, num, den);
    mpq_canonicalize(g->term);
    mpq_add(to, to, g->term);
}

static int member(const struct group *g, int32_t state)
{
    for (unsigned i = 0; i < g->count; i++) {
        if (g->states[i] == (size_t)state) {
            return (int)i;
        }
    }
    return -1;
}

/* 36 x = what the decided and the later states give + ways of the group's own. */
static void fill_row(struct group *g, struct chain *c, unsigned i)
{
    const struct state *s = &c->states[g->states[i]];
    mpq_t *row = g->matrix[i];
    for (unsigned k = 0; k < UNKNOWN_MAX + VALUES; k++) {
        mpq_set_si(row[k], 0, 1);
    }
    mpq_set_si(row[i], DICE, 1);
    mpq_set_si(row[UNKNOWN_MAX + ROLLS], DICE, 1);
    for (unsigned o = 0; o < OUTCOMES; o++) {
        int ways = outcomes[o].ways;
        if (s->next[o] < 0) {
            add_number(g, row[UNKNOWN_MAX + BACK], (long)ways * s->paid_cents[o], STAKE);
            add_number(g, row[UNKNOWN_MAX + WIN], s->result[o] == PAYOUT_WIN ? ways : 0, 1);
            add_number(g, row[UNKNOWN_MAX + PUSH], s->result[o] == PAYOUT_PUSH ? ways : 0, 1);
        } else if (member(g, s->next[o]) >= 0) {
            add_number(g, row[member(g, s->next[o])], -ways, 1);
        } else {
            const struct state *later = &c->states[s->next[o]];
            assert_true(later->key / PUCKS > s->key / PUCKS);
            for (unsigned v = 0; v < VALUES; v++) {
                add_times(g, row[UNKNOWN_MAX + v], later->value[v], ways);
            }
        }
    }
}

/* Gauss and Jordan; the diagonal is never nothing, for every hand ends. */
static void solve(struct group *g, struct chain *c)
{
    for (unsigned i = 0; i < g->count; i++) {
        fill_row(g, c, i);
    }
    for (unsigned p = g->count; p-- > 0;) {
        for (unsigned i = 0; i < g->count; i++) {
            if (i == p || mpq_sgn(g->matrix[i][p]) == 0) {
                continue;
            }
            mpq_div(g->factor, g->matrix[i][p], g->matrix[p][p]);
            for (unsigned k = 0; k < UNKNOWN_MAX + VALUES; k++) {
                if (mpq_sgn(g->matrix[p][k]) != 0) {
                    mpq_mul(g->term, g->matrix[p][k], g->factor);
                    mpq_sub(g->matrix[i][k], g->matrix[i][k], g->term);
                }
            }
        }
    }
    for (unsigned i = 0; i < g->count; i++) {
        for (unsigned v = 0; v < VALUES; v++) {
            mpq_ptr value = c->states[g->states[i]].value[v];
            mpq_init(value);
            mpq_div(value, g->matrix[i][UNKNOWN_MAX + v], g->matrix[i][i]);
        }
    }
}

static void solve_all(struct chain *c)
{
    struct group *g = calloc(1, sizeof *g);
    assert_non_null(g);
    group_init(g);
    for (unsigned key = STATES_MAX / PUCKS; key-- > 0;) {
        g->count = 0;
        for (unsigned puck = 0; puck < PUCKS; puck++) {
            int32_t state = c->index[key * PUCKS + puck];
            if (state >= 0) {
                assert_true(g->count < UNKNOWN_MAX);
                g->states[g->count++] = (size_t)state;
            }
        }
        solve(g, c);
    }
    group_clear(g);
    free(g);
}

enum answer { A_WIN, A_LOSE, A_PUSH, A_EDGE, A_RESOLVED, A_ROLLS, ANSWERS };

/* The six answers about the bet from the come-out of a fresh hand. */
static void answers_of(const char *config, unsigned kind, unsigned number, mpq_t out[ANSWERS])
{
    struct chain c = {
        .states = calloc(STATES_MAX, sizeof(struct state)),
        .index = malloc(STATES_MAX * sizeof(int32_t)),
    };
    assert_true(c.states != NULL && c.index != NULL);
    memset(c.index, 0xff, STATES_MAX * sizeof(int32_t));
    struct kit start;
    kit_open(&start, config, 1);
    kit_bet(&start, kind, number, STAKE);
    state_of(&c, &start.t, kind, number);
    for (size_t i = 0; i < c.count; i++) {
        expand(&c, i, &start, kind, number);
    }
    solve_all(&c);
    mpq_t one;
    mpq_init(one);
    mpq_set_ui(one, 1, 1);
    mpq_set(out[A_WIN], c.states[0].value[WIN]);
    mpq_set(out[A_PUSH], c.states[0].value[PUSH]);
    mpq_set(out[A_ROLLS], c.states[0].value[ROLLS]);
    mpq_sub(out[A_EDGE], one, c.states[0].value[BACK]);
    mpq_sub(one, one, out[A_PUSH]);
    mpq_sub(out[A_LOSE], one, out[A_WIN]);
    mpq_div(out[A_RESOLVED], out[A_EDGE], one);
    mpq_clear(one);
    for (size_t i = 0; i < c.count; i++) {
        for (unsigned v = 0; v < VALUES; v++) {
            mpq_clear(c.states[i].value[v]);
        }
    }
    free(c.states);
    free(c.index);
}

static const struct {
    const char *config;
    uint8_t kind;
    uint8_t number;
    uint8_t rule;     /* as in odds_hands.inc */
    const char *edge; /* published: a fraction, or percent to its last digit */
} rows[] = {
    {"", BET_ALL_SMALL, 0, 0, "1687/21736"},
    {"", BET_ALL_TALL, 0, 0, "1687/21736"},
    {"", BET_ALL, 0, 0, "7.464"},
    {"ats 30_150", BET_ALL_SMALL, 0, 1, "18.303"},
    {"ats 30_150", BET_ALL_TALL, 0, 1, "18.303"},
    {"ats 30_150", BET_ALL, 0, 1, "20.609"},
    {"", BET_REPEATER, 2, 0, "8/49"},
    {"", BET_REPEATER, 12, 0, "8/49"},
    {"", BET_REPEATER, 3, 0, "13/64"},
    {"", BET_REPEATER, 11, 0, "13/64"},
    {"", BET_REPEATER, 4, 0, "5/27"},
    {"", BET_REPEATER, 10, 0, "5/27"},
    {"", BET_REPEATER, 5, 0, "533/3125"},
    {"", BET_REPEATER, 9, 0, "533/3125"},
    {"", BET_REPEATER, 6, 0, "349686/1771561"},
    {"", BET_REPEATER, 8, 0, "349686/1771561"},
    {"", BET_DIFFERENT_DOUBLES, 0, 0, "43/154"},
    {"", BET_FIRE, 0, 0, "20.763"},
    {"", BET_REPLAY, 0, 0, "24.806"},
    {"", BET_HOT_SHOOTER, 0, 0, "9.903"},
    {"rtl 1", BET_RIDE_THE_LINE, 0, 1, "9.279"},
    {"rtl 2", BET_RIDE_THE_LINE, 0, 2, "10.253"},
    {"rtl 3", BET_RIDE_THE_LINE, 0, 3, "10.213"},
    {"rtl 4", BET_RIDE_THE_LINE, 0, 4, "10.604"},
    {"rtl 5", BET_RIDE_THE_LINE, 0, 5, "10.575"},
    {"rtl 6", BET_RIDE_THE_LINE, 0, 6, "8.522"},
    {"rtl 7", BET_RIDE_THE_LINE, 0, 7, "9.649"},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static void assert_published(const mpq_t edge, const char *published, const char *what)
{
    char text[TEXT_MAX];
    mpq_get_str(text, 10, edge);
    bool same = strchr(published, '/') != NULL
                    ? strcmp(text, published) == 0
                    : fabs(mpq_get_d(edge) * 100 - atof(published)) < 5.1e-4;
    if (!same) {
        fail_msg("%s: %.200s = %.9f, not %s", what, text, mpq_get_d(edge), published);
    }
}

/* The row as it stands in odds_hands.inc. */
static void row_text(size_t row, mpq_t answers[ANSWERS], char out[8 * TEXT_MAX])
{
    char text[TEXT_MAX];
    char name[32];
    snprintf(name, sizeof name, "%s", bet_specs[rows[row].kind].name);
    for (char *p = name; *p != '\0'; p++) {
        *p = (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
    }
    int used =
        snprintf(out, TEXT_MAX, "    {BET_%s, %u, %u", name, rows[row].number, rows[row].rule);
    for (unsigned a = 0; a < ANSWERS; a++) {
        assert_true(mpz_sizeinbase(mpq_denref(answers[a]), 10) < ODDS_FRACTION_MAX / 2);
        mpq_get_str(text, 10, answers[a]);
        used += sprintf(out + used, ",\n        {\"%s\", %.17g}", text, mpq_get_d(answers[a]));
    }
    sprintf(out + used, "},\n");
}

static void test_odds_of_every_hand_bet_are_exact_and_as_published(void **state)
{
    (void)state;
    static char row[8 * TEXT_MAX];
    static char kept[512 * 1024];
    const char *path = getenv("ODDS_UPDATE");
    FILE *out = path == NULL ? NULL : fopen(ODDS_HANDS, "w");
    FILE *in = fopen(ODDS_HANDS, "r");
    mpq_t answers[ANSWERS];
    assert_non_null(in);
    kept[fread(kept, 1, sizeof kept - 1, in)] = '\0';
    fclose(in);
    for (unsigned a = 0; a < ANSWERS; a++) {
        mpq_init(answers[a]);
    }
    for (size_t i = 0; i < ROWS; i++) {
        const char *name = bet_specs[rows[i].kind].name;
        answers_of(rows[i].config, rows[i].kind, rows[i].number, answers);
        assert_published(answers[A_EDGE], rows[i].edge, name);
        if (rows[i].kind == BET_HOT_SHOOTER) {
            assert_published(answers[A_RESOLVED], "14.095", "hot_shooter per bet resolved");
        }
        row_text(i, answers, row);
        if (out != NULL) {
            fputs(row, out);
        } else if (strstr(kept, row) == NULL) {
            fail_msg("game/odds_hands.inc does not say what the table does about %s", name);
        }
    }
    for (unsigned a = 0; a < ANSWERS; a++) {
        mpq_clear(answers[a]);
    }
    if (out != NULL) {
        fclose(out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_odds_of_every_hand_bet_are_exact_and_as_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
