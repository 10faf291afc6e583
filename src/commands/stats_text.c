#include "src/commands/stats_text.h"

#include "src/dice_test.h"
#include "ui/bet_text.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>

enum { SCHEMA = 1 };

static uint64_t total_of(const struct ui_stats *p, unsigned total)
{
    uint64_t sum = 0;
    for (unsigned a = 1; a <= 6; a++) {
        if (total > a && total - a <= 6) {
            sum += p->faces[a - 1][total - a - 1];
        }
    }
    return sum;
}

static void print_dice(const struct ui_stats *p)
{
    printf("dice: %" PRIu64 " rolls in %u session%s\n", p->rolls, p->sessions,
        p->sessions == 1 ? "" : "s");
    if (p->rolls == 0) {
        return;
    }
    for (unsigned t = 2; t <= 12; t++) {
        uint64_t count = total_of(p, t);
        double expected = (double)p->rolls * dice_ways(t) / 36;
        printf("  %2u  %8" PRIu64 "  expected %9.1f  %+9.1f\n", t, count, expected,
            (double)count - expected);
    }
    printf("  chi-square %.1f, p = %.2g: %s\n", p->dice.chi_square, p->dice.p, p->dice.words);
    printf("  (p is for one look. The words hold for any number of looks: fair dice are called\n"
           "  unfair in at most 1 lifetime of rolls in %d.)\n",
        DICE_ODD_ONE_IN);
    printf("  pairs: smallest p of 36, adjusted, for any number of looks: %.2f\n", p->dice.face_p);
    uint64_t sevens = total_of(p, 7);
    if (sevens > 0) {
        printf("  sevens 1 in %.2f (fair 1 in 6.00)\n", (double)p->rolls / (double)sevens);
    }
    uint64_t points = p->points_made + p->points_missed;
    if (points > 0) {
        printf("  points made %.1f%% of %" PRIu64 " (40.6%%)\n",
            100.0 * (double)p->points_made / (double)points, points);
    }
    if (p->hands > 0) {
        printf("  average hand %.2f rolls (8.53)\n", (double)p->hand_rolls / (double)p->hands);
    }
    if (p->longest_rolls > 0) {
        printf("  longest hand %u rolls, %s, %s\n", p->longest_rolls, p->longest_name,
            p->longest_date);
    }
}

static void print_bets(const struct ui_stats *p)
{
    char staked[MONEY_TEXT_MAX], net[MONEY_TEXT_MAX], expected[MONEY_TEXT_MAX];
    puts("\nbets: yours that were decided, in chips");
    if (p->bet_count == 0) {
        puts("  none");
        return;
    }
    printf("  %-20s %7s %7s %12s %12s %12s\n", "bet", "times", "won", "staked", "net", "expected");
    for (unsigned i = 0; i < p->bet_count; i++) {
        const struct ui_bet_row *b = &p->bets[i];
        printf("  %-20s %7u %7u %12s %12s %12s\n", b->name, b->times, b->won,
            money_text(b->staked_cents, staked), money_signed(b->net_cents, net),
            money_signed(b->expected_cents, expected));
    }
}

static void print_sessions(const struct ui_stats *p)
{
    char net[MONEY_TEXT_MAX], expected[MONEY_TEXT_MAX];
    puts("\nsessions: newest first");
    for (unsigned i = 0; i < p->session_count; i++) {
        const struct ui_stats_session *s = &p->items[i];
        printf("  %s  %-28s %6" PRIu64 " rolls", s->date, s->table[0] != '\0' ? s->table : s->file,
            s->rolls);
        if (s->own) {
            printf("  %10s  expected %9s", money_signed(s->net_cents, net),
                money_signed(s->expected_cents, expected));
        }
        puts(s->practice ? "  practice" : "");
    }
    if (p->unread > 0) {
        printf("  %u record%s not read to the end: craps verify says why\n", p->unread,
            p->unread == 1 ? " was" : "s were");
    }
}

static void print_players(const struct ui_stats *p)
{
    char net[MONEY_TEXT_MAX];
    puts("\nplayers: people you have met");
    for (unsigned i = 0; i < p->player_count; i++) {
        const struct ui_stats_player *q = &p->players[i];
        printf("  %-20s %4u table%s %7" PRIu64 " thrown  longest hand %4u  %10s%s\n", q->name,
            q->tables, q->tables == 1 ? " " : "s", q->rolls, q->longest_hand,
            money_signed(q->net_cents, net), q->self ? "  you" : "");
    }
}

void stats_print_text(const struct ui_stats *page)
{
    print_dice(page);
    print_bets(page);
    print_sessions(page);
    print_players(page);
}

static json_t *dice_json(const struct ui_stats *p)
{
    json_t *totals = json_object(), *faces = json_array();
    for (unsigned t = 2; t <= 12; t++) {
        char name[8];
        snprintf(name, sizeof name, "%u", t);
        json_object_set_new(totals, name, json_integer((json_int_t)total_of(p, t)));
    }
    for (unsigned a = 0; a < 6; a++) {
        json_t *row = json_array();
        for (unsigned b = 0; b < 6; b++) {
            json_array_append_new(row, json_integer(p->faces[a][b]));
        }
        json_array_append_new(faces, row);
    }
    static const char *const verdicts[] = {"none", "fair", "odd"};
    return json_pack("{s:o, s:o, s:f, s:f, s:f, s:s, s:i}", "totals", totals, "faces", faces,
        "chi_square", p->dice.chi_square, "p", p->dice.p, "smallest_pair_p", p->dice.face_p,
        "verdict", verdicts[p->dice.verdict % 3], "false_alarm_one_in", (int)DICE_ODD_ONE_IN);
}

static json_t *bets_json(const struct ui_stats *p)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < p->bet_count; i++) {
        const struct ui_bet_row *b = &p->bets[i];
        json_array_append_new(
            list, json_pack("{s:s, s:I, s:I, s:I, s:I, s:I}", "bet", b->name, "times",
                      (json_int_t)b->times, "won", (json_int_t)b->won, "staked",
                      (json_int_t)b->staked_cents, "net", (json_int_t)b->net_cents, "expected",
                      (json_int_t)b->expected_cents));
    }
    return list;
}

static json_t *sessions_json(const struct ui_stats *p)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < p->session_count; i++) {
        const struct ui_stats_session *s = &p->items[i];
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:I, s:b, s:I, s:o, s:o}", "record", s->file, "name",
                      s->table, "used", (json_int_t)s->used_s, "practice", s->practice, "rolls",
                      (json_int_t)s->rolls, "net",
                      s->own ? json_integer((json_int_t)s->net_cents) : json_null(), "expected",
                      s->own ? json_integer((json_int_t)s->expected_cents) : json_null()));
    }
    return list;
}

static json_t *players_json(const struct ui_stats *p)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < p->player_count; i++) {
        const struct ui_stats_player *q = &p->players[i];
        json_array_append_new(
            list, json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "name", q->name, "you",
                      q->self, "tables", (json_int_t)q->tables, "thrown", (json_int_t)q->rolls,
                      "longest_hand", (json_int_t)q->longest_hand, "won", (json_int_t)q->won,
                      "lost", (json_int_t)q->lost, "net", (json_int_t)q->net_cents, "best_roll",
                      (json_int_t)q->best_cents));
    }
    return list;
}

void stats_print_json(const struct ui_stats *p)
{
    json_t *document = json_pack(
        "{s:i, s:I, s:I, s:I, s:o, s:I, s:I, s:I, s:I, s:{s:I, s:s}, s:I, s:I, s:o, s:o, s:o}",
        "schema", SCHEMA, "sessions", (json_int_t)p->sessions, "unread", (json_int_t)p->unread,
        "rolls", (json_int_t)p->rolls, "dice", dice_json(p), "hands", (json_int_t)p->hands,
        "hand_rolls", (json_int_t)p->hand_rolls, "points_made", (json_int_t)p->points_made,
        "points_missed", (json_int_t)p->points_missed, "longest_hand", "rolls",
        (json_int_t)p->longest_rolls, "player", p->longest_name, "net", (json_int_t)p->net_cents,
        "expected", (json_int_t)p->expected_cents, "bets", bets_json(p), "list", sessions_json(p),
        "players", players_json(p));
    json_dumpf(document, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
    putchar('\n');
    json_decref(document);
}
