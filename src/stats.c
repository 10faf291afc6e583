#include "src/stats.h"

#include "consensus/quorum.h"
#include "src/dice_test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PEOPLE_MAX = 4096 };

struct person {
    uint8_t id[LIVE_ID_BYTES];
    struct ui_stats_player row;
};

struct stats {
    struct ui_stats *page;
    struct figures_group groups[FIGURES_GROUPS];
    double expected_cents;
    size_t people_count;
    struct person people[PEOPLE_MAX]; /* whoever comes later is not listed */
};

struct stats *stats_create(struct ui_stats *page)
{
    struct stats *s = calloc(1, sizeof *s);
    memset(page, 0, sizeof *page);
    if (s != NULL) {
        s->page = page;
    }
    return s;
}

void stats_destroy(struct stats *s)
{
    free(s);
}

void stats_file_name(char *out, size_t size, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    size_t length = strlen(name);
    static const char ending[] = ".craps";
    if (length > sizeof ending - 1 && strcmp(name + length - (sizeof ending - 1), ending) == 0) {
        length -= sizeof ending - 1;
    }
    snprintf(out, size, "%.*s", (int)length, name);
}

static void date_text(char out[static 12], int64_t seconds)
{
    time_t t = (time_t)seconds;
    struct tm local;
    if (localtime_r(&t, &local) == NULL || strftime(out, 12, "%Y-%m-%d", &local) == 0) {
        out[0] = '\0';
    }
}

static void fill_dice(struct ui_dice_test *out, const uint32_t *faces)
{
    struct dice_test t = dice_test(faces);
    out->chi_square = t.chi_square;
    out->p = t.p;
    out->face_p = t.face_p;
    out->verdict = t.verdict;
    dice_test_words(&t, out->words, sizeof out->words);
}

static uint8_t fill_bets(struct ui_bet_row *rows, const struct figures_group *groups)
{
    uint8_t count = 0;
    for (unsigned i = 0; i < FIGURES_GROUPS; i++) {
        const struct figures_group *g = &groups[i];
        if (g->decided > 0) {
            struct ui_bet_row *row = &rows[count++];
            snprintf(row->name, sizeof row->name, "%s", figures_group_name(i));
            row->times = g->decided;
            row->won = g->won;
            row->staked_cents = g->staked_cents;
            row->net_cents = g->net_cents;
            row->expected_cents = llround(g->expected_cents);
        }
    }
    return count;
}

static double expected_of(const struct figures *f)
{
    double sum = 0;
    for (unsigned i = 0; i < FIGURES_GROUPS; i++) {
        sum += f->groups[i].expected_cents;
    }
    return sum;
}

static const char *name_of(const struct figures *f, unsigned account)
{
    return account < f->end.account_count ? f->end.players[account].name : "";
}

static void add_dice(struct stats *s, const struct figures *f, int64_t used_s)
{
    struct ui_stats *p = s->page;
    const struct tally *t = &f->tally;
    for (unsigned i = 0; i < 36; i++) {
        p->faces[i / 6][i % 6] += t->faces[i / 6][i % 6];
    }
    p->rolls += t->rolls;
    uint64_t kept = t->rolls < TALLY_LAST_ROLLS ? t->rolls : TALLY_LAST_ROLLS;
    for (uint64_t i = t->rolls - kept; i < t->rolls; i++) {
        if (p->last_count == TALLY_LAST_ROLLS) {
            memmove(p->last, p->last + 1, TALLY_LAST_ROLLS - 1);
            p->last_count--;
        }
        p->last[p->last_count++] = t->last[i % TALLY_LAST_ROLLS];
    }
    if (f->end.table.config.crapless) {
        return; /* other points, other hands: their figures would mean nothing beside the usual */
    }
    p->hands += t->hands;
    p->hand_rolls += t->hand_rolls;
    p->points_made += t->points_made;
    p->points_missed += t->points_missed;
    if (t->longest.rolls > p->longest_rolls) {
        p->longest_rolls = t->longest.rolls;
        date_text(p->longest_date, used_s);
        snprintf(p->longest_name, sizeof p->longest_name, "%s", name_of(f, t->longest.player));
    }
}

static void add_own(struct stats *s, const struct figures *f)
{
    int me = f->tally.me;
    if (me < 0) {
        return;
    }
    const struct tally_player *p = &f->tally.players[me];
    s->page->net_cents += p->end_cents - p->start_cents;
    s->page->won += p->won;
    s->page->lost += p->lost;
    s->expected_cents += expected_of(f);
    for (unsigned i = 0; i < FIGURES_GROUPS; i++) {
        s->groups[i].decided += f->groups[i].decided;
        s->groups[i].won += f->groups[i].won;
        s->groups[i].staked_cents += f->groups[i].staked_cents;
        s->groups[i].net_cents += f->groups[i].net_cents;
        s->groups[i].expected_cents += f->groups[i].expected_cents;
    }
}

static void add_session(struct stats *s, const struct figures *f, const char *file, int64_t used_s)
{
    struct ui_stats *p = s->page;
    int me = f->tally.me;
    uint16_t kept =
        p->session_count < UI_STATS_SESSIONS_MAX ? p->session_count : UI_STATS_SESSIONS_MAX - 1;
    memmove(p->items + 1, p->items, kept * sizeof p->items[0]);
    p->session_count = kept + 1;
    struct ui_stats_session *row = &p->items[0];
    *row = (struct ui_stats_session){.used_s = used_s,
        .practice = f->end.rules.solo,
        .own = me >= 0,
        .rolls = f->tally.rolls,
        .hit_permille = -1};
    date_text(row->date, used_s);
    snprintf(row->file, sizeof row->file, "%s", file);
    snprintf(row->table, sizeof row->table, "%s", f->end.rules.name);
    if (me >= 0) {
        const struct tally_player *own = &f->tally.players[me];
        row->net_cents = own->end_cents - own->start_cents;
        row->expected_cents = llround(expected_of(f));
        row->hit_permille = (int16_t)tally_hit_permille(own->won, own->lost);
    }
}

static struct person *person_of(struct stats *s, const uint8_t id[LIVE_ID_BYTES])
{
    for (size_t i = 0; i < s->people_count; i++) {
        if (memcmp(s->people[i].id, id, LIVE_ID_BYTES) == 0) {
            return &s->people[i];
        }
    }
    if (s->people_count == PEOPLE_MAX) {
        return NULL;
    }
    struct person *p = &s->people[s->people_count++];
    memcpy(p->id, id, LIVE_ID_BYTES);
    return p;
}

static void add_people(struct stats *s, const struct figures *f)
{
    for (uint32_t i = 0; i < f->end.account_count; i++) {
        const struct tally_player *t = &f->tally.players[i];
        bool bot = f->end.accounts[i].bot || (f->end.rules.solo && (int)i != f->tally.me);
        struct person *p = bot ? NULL : person_of(s, f->end.accounts[i].id);
        if (p == NULL) {
            continue;
        }
        struct ui_stats_player *row = &p->row;
        snprintf(row->name, sizeof row->name, "%s", f->end.players[i].name);
        row->self = (int)i == f->tally.me;
        row->tables++;
        row->rolls += t->rolls;
        row->won += t->won;
        row->lost += t->lost;
        row->net_cents += t->end_cents - t->start_cents;
        row->best_cents = t->best_cents > row->best_cents ? t->best_cents : row->best_cents;
        row->longest_hand =
            t->longest_hand > row->longest_hand ? t->longest_hand : row->longest_hand;
    }
}

void stats_add(struct stats *s, const struct figures *f, const char *file, int64_t used_s)
{
    bool whole = f->found.fault.what == AUDIT_NOTHING;
    s->page->unread += !whole;
    if (f->tally.rolls == 0) {
        return;
    }
    s->page->sessions++;
    add_dice(s, f, used_s);
    add_own(s, f);
    add_session(s, f, file, used_s);
    add_people(s, f);
}

static int by_tables(const void *a, const void *b)
{
    const struct ui_stats_player *x = &((const struct person *)a)->row;
    const struct ui_stats_player *y = &((const struct person *)b)->row;
    return x->self != y->self       ? (x->self ? -1 : 1)
           : x->tables != y->tables ? (x->tables < y->tables ? 1 : -1)
           : x->rolls != y->rolls   ? (x->rolls < y->rolls ? 1 : -1)
                                    : strcmp(x->name, y->name);
}

void stats_finish(struct stats *s)
{
    struct ui_stats *p = s->page;
    fill_dice(&p->dice, &p->faces[0][0]);
    p->bet_count = fill_bets(p->bets, s->groups);
    p->expected_cents = llround(s->expected_cents);
    qsort(s->people, s->people_count, sizeof s->people[0], by_tables);
    p->player_count = 0;
    for (size_t i = 0; i < s->people_count && i < UI_STATS_PLAYERS_MAX; i++) {
        p->players[p->player_count++] = s->people[i].row;
    }
}

static int by_net(const void *a, const void *b)
{
    const struct ui_summary_player *x = a;
    const struct ui_summary_player *y = b;
    int64_t left = x->end_cents - x->start_cents, right = y->end_cents - y->start_cents;
    return left != right ? (left < right ? 1 : -1) : strcmp(x->name, y->name);
}

static void fill_players(struct ui_summary *page, const struct figures *f)
{
    for (uint32_t i = 0; i < f->end.account_count; i++) {
        const struct tally_player *t = &f->tally.players[i];
        if (page->player_count == UI_SUMMARY_PLAYERS_MAX && (int)i != f->tally.me) {
            continue;
        }
        unsigned at = page->player_count < UI_SUMMARY_PLAYERS_MAX ? page->player_count++
                                                                  : UI_SUMMARY_PLAYERS_MAX - 1;
        struct ui_summary_player *p = &page->players[at];
        *p = (struct ui_summary_player){.seat = f->end.accounts[i].seat,
            .self = (int)i == f->tally.me,
            .bot = f->end.accounts[i].bot,
            .start_cents = t->start_cents,
            .end_cents = t->end_cents,
            .best_cents = t->best_cents,
            .best_roll = t->best_roll,
            .hit_permille = (int16_t)tally_hit_permille(t->won, t->lost)};
        snprintf(p->name, sizeof p->name, "%s", f->end.players[i].name);
    }
    qsort(page->players, page->player_count, sizeof page->players[0], by_net);
}

static void fill_chart(struct ui_summary *page, const struct figures *f)
{
    uint32_t have = f->chart_count;
    page->chart_count = (uint16_t)(have < UI_CHART_MAX ? have : UI_CHART_MAX);
    page->chart_from = f->chart_from;
    for (unsigned i = 0; i < page->chart_count; i++) {
        uint64_t at = page->chart_count == 1
                          ? 0
                          : (uint64_t)i * (have - 1) / (uint64_t)(page->chart_count - 1);
        page->chart_cents[i] = f->chart[at];
    }
    page->low_cents = f->low_cents;
    page->high_cents = f->high_cents;
}

void stats_summarise(struct ui_summary *page, const struct figures *f)
{
    const struct record_findings *found = &f->found;
    int me = f->tally.me;
    snprintf(page->table, sizeof page->table, "%s", f->end.rules.name);
    page->practice = f->end.rules.solo;
    page->checks = found->fault.what == AUDIT_NOTHING;
    if (!page->checks) {
        snprintf(page->fault, sizeof page->fault, "height %llu: %s: %.150s",
            (unsigned long long)found->fault.height, audit_what_name(found->fault.what),
            found->fault.detail);
    }
    page->rolls = f->tally.rolls;
    page->blocks = found->counts.blocks;
    page->signatures = found->counts.operation_signatures + found->counts.certificate_signatures;
    page->members = found->members;
    page->needed = (uint16_t)quorum_size(found->members);
    fill_players(page, f);
    page->longest_rolls = f->tally.longest.rolls;
    snprintf(
        page->longest_name, sizeof page->longest_name, "%s", name_of(f, f->tally.longest.player));
    page->sevens = tally_total(&f->tally, 7);
    fill_dice(&page->dice, &f->tally.faces[0][0]);
    page->own = me >= 0 && f->chart_count > 0;
    if (me >= 0) {
        page->start_cents = f->tally.players[me].start_cents;
        page->end_cents = f->tally.players[me].end_cents;
        page->net_cents = page->end_cents - page->start_cents;
        page->expected_cents = llround(expected_of(f));
    }
    fill_chart(page, f);
    page->bet_count = fill_bets(page->bets, f->groups);
}
