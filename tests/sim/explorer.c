/* The explorer of the vote rules: an abstract model of Simplex (protocol.md A.3) with an oracle of
 * dice shares (C.6), in two forms. `run`: random schedules of members that see only what was
 * delivered to them, 1 to 10 members, cheaters that vote anything to anyone. `states`: for a
 * few members, every state that the votes can reach. Every honest vote of a run is also checked to
 * be one that `states` permits without faults, so the second form covers the first.
 *
 * A pass shows that these rules, in so many views, keep agreement, S1, S2, one certificate of a
 * kind in a view, and release no dice while their block can still be skipped: for all schedules
 * where the line says complete, for those tried elsewhere. The planted faults show that the checks
 * can fail. It shows nothing about the engine, which shares no code with it, nor about liveness,
 * crashes and lost disks, epochs, more than two blocks in a view, or real signatures. */
#include "tests/sim/explorer_model.h"
#include "tests/sim/explorer_run.h"
#include "tests/sim/explorer_states.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    EXIT_USAGE = 2,
    DEFAULT_RUNS = 1500,
    DEFAULT_MEMBERS = 4,
    DEFAULT_CHEATERS = 1,
    DEFAULT_VIEWS = 4,
    ALL_STATES = 20000000,
    SOME_STATES = 250000,
    NOT_CREDIBLE = 1 << BROKEN_KINDS, /* beside enum broken: nothing was shown */
};

struct settings {
    unsigned members;
    unsigned cheaters;
    unsigned views;
    enum share_rule rule;
    enum vote_fault fault;
    uint64_t runs;
    uint64_t seed;
    uint64_t limit;
    bool trace;
};

struct totals {
    uint64_t runs;
    uint64_t of_kind[BROKEN_KINDS]; /* runs in which the property broke */
    uint64_t finalized;
    uint64_t nullified;
    uint64_t evaluated;
    uint64_t first_seed;
    bool found;
};

/* One line of --all. expect is the mask of properties that must be seen broken; 0: none may. */
struct point {
    unsigned members;
    unsigned cheaters;
    unsigned views;
    enum share_rule rule;
    enum vote_fault fault;
    unsigned expect;
    uint64_t limit; /* of states, which from ALL_STATES on must suffice; 0: random runs */
};

/* The points of C.6 first, then planted faults, then all states of the small models. */
static const struct point points[] = {
    {4, 1, 4, RULE_R1, FAULT_NONE, 0, 0},
    {5, 1, 4, RULE_R1, FAULT_NONE, 0, 0},
    {5, 2, 4, RULE_R1, FAULT_NONE, 0, 0},
    {6, 1, 4, RULE_R1, FAULT_NONE, 0, 0},
    {6, 3, 4, RULE_R1, FAULT_NONE, 0, 0},
    {7, 2, 4, RULE_R1, FAULT_NONE, 0, 0},
    {3, 2, 4, RULE_R1, FAULT_NONE, 0, 0},
    {2, 1, 4, RULE_R1, FAULT_NONE, 0, 0},
    {4, 1, 4, RULE_R2, FAULT_NONE, 0, 0},
    {4, 1, 4, RULE_ANCESTORS, FAULT_NONE, BROKEN_EARLY, 0},
    {7, 2, 4, RULE_ANCESTORS, FAULT_NONE, BROKEN_EARLY, 0},
    {4, 1, 4, RULE_NOTARIZE, FAULT_NONE, BROKEN_EARLY, 0},
    {4, 2, 4, RULE_R1, FAULT_NONE, BROKEN_AGREEMENT | BROKEN_EXCLUSIVE | BROKEN_NOTARIZED, 0},
    {4, 1, 4, RULE_R1, FAULT_QUORUM_MINUS_ONE, BROKEN_AGREEMENT | BROKEN_GUARD, 0},
    {4, 1, 4, RULE_R1, FAULT_FINALIZE_AFTER_NULLIFY,
        BROKEN_S2 | BROKEN_EXCLUSIVE | BROKEN_AGREEMENT | BROKEN_GUARD, 0},
    {4, 1, 4, RULE_R1, FAULT_NULLIFY_AFTER_FINALIZE, BROKEN_S2 | BROKEN_EXCLUSIVE | BROKEN_GUARD,
        0},
    {4, 1, 4, RULE_R1, FAULT_NOTARIZE_TWICE,
        BROKEN_S1 | BROKEN_NOTARIZED | BROKEN_EARLY | BROKEN_GUARD, 0},
    {4, 1, 4, RULE_R1, FAULT_SKIP_WITHOUT_NULLIFICATION, BROKEN_AGREEMENT | BROKEN_GUARD, 0},
    {4, 1, 2, RULE_R1, FAULT_NONE, 0, ALL_STATES},
    {4, 1, 2, RULE_R2, FAULT_NONE, 0, ALL_STATES},
    {5, 1, 2, RULE_R1, FAULT_NONE, 0, ALL_STATES},
    {5, 2, 2, RULE_R1, FAULT_NONE, 0, ALL_STATES},
    {3, 2, 4, RULE_R1, FAULT_NONE, 0, ALL_STATES},
    {4, 1, 3, RULE_R1, FAULT_NONE, 0, SOME_STATES},
    {4, 1, 3, RULE_ANCESTORS, FAULT_NONE, BROKEN_EARLY, SOME_STATES},
    {4, 1, 3, RULE_NOTARIZE, FAULT_NONE, BROKEN_EARLY, SOME_STATES},
    {4, 2, 2, RULE_R1, FAULT_NONE, BROKEN_AGREEMENT, SOME_STATES},
    {4, 1, 2, RULE_R1, FAULT_QUORUM_MINUS_ONE, BROKEN_AGREEMENT, SOME_STATES},
    {4, 1, 2, RULE_R1, FAULT_FINALIZE_AFTER_NULLIFY, BROKEN_AGREEMENT, SOME_STATES},
    {4, 1, 2, RULE_R1, FAULT_NULLIFY_AFTER_FINALIZE, BROKEN_AGREEMENT, SOME_STATES},
    {4, 1, 2, RULE_R1, FAULT_NOTARIZE_TWICE, BROKEN_AGREEMENT, SOME_STATES},
    {4, 1, 2, RULE_R1, FAULT_SKIP_WITHOUT_NULLIFICATION, BROKEN_AGREEMENT, SOME_STATES},
};

static void print_usage(FILE *out)
{
    fprintf(out,
        "usage: explorer --all [--runs N] [--seed S] [--limit N]\n"
        "       explorer [--n N] [--byzantine B] [--views V] [--rule RULE] [--fault FAULT]\n"
        "                [--runs N] [--seed S] [--exhaustive] [--limit N] [--trace]\n"
        "rules: r1 r2 ancestors notarize\n"
        "faults: none quorum-minus-one finalize-after-nullify nullify-after-finalize\n"
        "        notarize-twice skip-without-nullification\n"
        "--limit bounds the states of an exhaustive search. Exit status: 0 as it should be, 1 a\n"
        "property broke (with --all: a fault was missed, or one found where none is), 2 usage.\n");
}

static void print_head(const struct model *m)
{
    printf("explorer: n=%u b=%u views=%u rule=%s fault=%s", m->members, m->cheaters, m->views,
        model_rule_name(m->rule), model_fault_name(m->fault));
}

static struct totals play_runs(const struct model *m, const struct settings *set)
{
    struct totals t = {0};
    unsigned stop = BROKEN_AGREEMENT;
    for (; t.runs < set->runs; t.runs++) {
        struct run_result r = run_play(m, set->seed + t.runs, stop, set->trace);
        for (unsigned k = 0; k < BROKEN_KINDS; k++) {
            t.of_kind[k] += r.broken >> k & 1;
        }
        if (r.broken != 0 && !t.found) {
            t.found = true;
            t.first_seed = set->seed + t.runs;
        }
        t.finalized += r.finalized;
        t.nullified += r.nullified;
        t.evaluated += r.evaluated;
    }
    return t;
}

static unsigned broken_of(const struct totals *t)
{
    unsigned broken = 0;
    for (unsigned k = 0; k < BROKEN_KINDS; k++) {
        broken |= t->of_kind[k] > 0 ? 1u << k : 0;
    }
    return broken;
}

static unsigned report_runs(const struct model *m, const struct settings *set)
{
    struct totals t = play_runs(m, set);
    print_head(m);
    printf(" runs=%" PRIu64, t.runs);
    for (unsigned k = 0; k < BROKEN_KINDS; k++) {
        printf(" %s=%" PRIu64, model_broken_name(k), t.of_kind[k]);
    }
    printf(" (finalized=%" PRIu64 " nullified=%" PRIu64 " evaluated=%" PRIu64 ")", t.finalized,
        t.nullified, t.evaluated);
    if (t.found) {
        printf(" first-seed=%" PRIu64, t.first_seed);
    }
    /* Schedules in which nothing ever happens would break nothing either. */
    bool idle = t.finalized == 0 || t.nullified == 0 || t.evaluated == 0;
    if (idle && t.runs >= DEFAULT_RUNS / 10) {
        printf(" idle");
        return broken_of(&t) | NOT_CREDIBLE;
    }
    return broken_of(&t);
}

/* Gives the mask of what broke; *complete tells whether every state was reached. */
static unsigned report_states(
    const struct model *m, const struct settings *set, unsigned stop, bool *complete)
{
    struct states_result r = {0};
    bool ran = states_explore(m, (size_t)set->limit, stop, set->trace, &r);
    print_head(m);
    printf(" states=%zu %s", r.states, r.complete ? "complete" : "not-complete");
    for (unsigned k = 0; k < BROKEN_KINDS; k++) {
        if ((r.broken >> k & 1) != 0) {
            printf(" %s-after-votes=%u", model_broken_name(k), r.votes);
        }
    }
    if (!ran) {
        printf(" stopped=%s", states_fit(m) ? "no-memory" : "model-too-large");
    }
    *complete = ran && r.complete;
    return ran ? r.broken : (unsigned)NOT_CREDIBLE;
}

/* Whether the point came out as the design says: what must be found was, what must hold did. */
static bool point_passes(const struct point *point, const struct settings *given)
{
    struct model m;
    struct settings set = *given;
    if (!model_init(&m, point->members, point->cheaters, point->views)) {
        return false;
    }
    model_plant(&m, point->rule, point->fault);
    unsigned broken;
    bool complete = false;
    set.limit = point->limit > 0 && given->limit > 0 ? given->limit : point->limit;
    if (point->limit == 0) {
        broken = report_runs(&m, &set);
    } else {
        broken = report_states(&m, &set, point->expect != 0 ? point->expect : ~0u, &complete);
    }
    unsigned never = NOT_CREDIBLE | (point->fault == FAULT_NONE ? BROKEN_GUARD : 0);
    bool found = (broken & point->expect) == point->expect && (broken & never) == 0;
    bool held = broken == 0 && (complete || set.limit < ALL_STATES);
    bool pass = point->expect == 0 ? held : found;
    printf(" %s: %s\n", point->expect == 0 ? "must hold" : "must be found", pass ? "ok" : "FAILED");
    fflush(stdout);
    return pass;
}

static int run_all(const struct settings *set)
{
    unsigned passed = 0;
    unsigned count = sizeof(points) / sizeof(points[0]);
    for (unsigned k = 0; k < count; k++) {
        passed += point_passes(&points[k], set);
    }
    printf("explorer: %u passed, %u failed\n", passed, count - passed);
    return passed == count ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run_one(const struct settings *set, bool exhaustive)
{
    struct model m;
    if (!model_init(&m, set->members, set->cheaters, set->views)) {
        fprintf(stderr, "explorer: needs n 1 to %d, byzantine below n, views 1 to %d\n",
            MODEL_MEMBERS_MAX, MODEL_VIEWS_MAX);
        return EXIT_USAGE;
    }
    model_plant(&m, set->rule, set->fault);
    bool complete;
    unsigned broken = exhaustive ? report_states(&m, set, ~0u, &complete) : report_runs(&m, set);
    printf("\n");
    return broken == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static bool parse_number(const char *text, uint64_t most, uint64_t *out)
{
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || *text == '-' || value > most) {
        fprintf(stderr, "explorer: not a number I can use: %s\n", text);
        return false;
    }
    *out = value;
    return true;
}

static bool parse_small(const char *text, unsigned *out)
{
    uint64_t value = 0;
    bool ok = parse_number(text, UINT8_MAX, &value);
    *out = (unsigned)value;
    return ok;
}

static bool parse_rule(const char *text, enum share_rule *out)
{
    for (unsigned k = 0; k < RULE_COUNT; k++) {
        if (strcmp(text, model_rule_name((enum share_rule)k)) == 0) {
            *out = (enum share_rule)k;
            return true;
        }
    }
    fprintf(stderr, "explorer: no such rule: %s\n", text);
    return false;
}

static bool parse_fault(const char *text, enum vote_fault *out)
{
    for (unsigned k = 0; k < FAULT_COUNT; k++) {
        if (strcmp(text, model_fault_name((enum vote_fault)k)) == 0) {
            *out = (enum vote_fault)k;
            return true;
        }
    }
    fprintf(stderr, "explorer: no such fault: %s\n", text);
    return false;
}

static bool parse_option(int option, struct settings *set)
{
    switch (option) {
    case 'n':
        return parse_small(optarg, &set->members);
    case 'b':
        return parse_small(optarg, &set->cheaters);
    case 'v':
        return parse_small(optarg, &set->views);
    case 'r':
        return parse_number(optarg, UINT64_MAX, &set->runs);
    case 's':
        return parse_number(optarg, UINT64_MAX, &set->seed);
    case 'l':
        return parse_number(optarg, UINT32_MAX, &set->limit);
    case 'u':
        return parse_rule(optarg, &set->rule);
    case 'f':
        return parse_fault(optarg, &set->fault);
    default:
        return false;
    }
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"n", required_argument, NULL, 'n'},
        {"byzantine", required_argument, NULL, 'b'}, {"views", required_argument, NULL, 'v'},
        {"runs", required_argument, NULL, 'r'}, {"seed", required_argument, NULL, 's'},
        {"limit", required_argument, NULL, 'l'}, {"rule", required_argument, NULL, 'u'},
        {"fault", required_argument, NULL, 'f'}, {"all", no_argument, NULL, 'A'},
        {"exhaustive", no_argument, NULL, 'E'}, {"trace", no_argument, NULL, 'T'},
        {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    struct settings set = {.members = DEFAULT_MEMBERS,
        .cheaters = DEFAULT_CHEATERS,
        .views = DEFAULT_VIEWS,
        .runs = DEFAULT_RUNS,
        .seed = 1};
    bool all = false;
    bool exhaustive = false;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'h') {
            print_usage(stdout);
            return EXIT_SUCCESS;
        }
        all = all || option == 'A';
        exhaustive = exhaustive || option == 'E';
        set.trace = set.trace || option == 'T';
        if (strchr("AET", option) == NULL && !parse_option(option, &set)) {
            print_usage(stderr);
            return EXIT_USAGE;
        }
    }
    if (optind != argc) {
        print_usage(stderr);
        return EXIT_USAGE;
    }
    if (!all && set.limit == 0) {
        set.limit = ALL_STATES;
    }
    return all ? run_all(&set) : run_one(&set, exhaustive);
}
