/* sim --seeds A-B [--members N] [--liar KIND|all] [--plant NAME] [--first] [--verbose]: every seed is one
 * whole table. With a kind of liar, odd seeds have one, even ones f. */
#include "tests/sim/sim.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int usage(void)
{
    fprintf(stderr, "usage: sim --seeds A-B [--members N] [--liar KIND] [--plant NAME] [--first] "
                    "[--verbose]\nplanted faults:");
    for (unsigned i = 1; i < PLANT_COUNT; i++) {
        fprintf(stderr, " %s", sim_plant_name((enum sim_plant)i));
    }
    fprintf(stderr, "\nliars: all");
    for (unsigned i = 1; i < LIAR_COUNT; i++) {
        fprintf(stderr, " %s", sim_liar_name((enum sim_liar)i));
    }
    fprintf(stderr, "\n");
    return 2;
}

static bool parse_seeds(const char *text, uint64_t *first, uint64_t *last)
{
    char *end;
    *first = strtoull(text, &end, 10);
    *last = *first;
    if (end == text) {
        return false;
    }
    if (*end == '-') {
        const char *rest = end + 1;
        *last = strtoull(rest, &end, 10);
        if (end == rest) {
            return false;
        }
    }
    return *end == '\0' && *last >= *first;
}

static bool parse_plant(const char *name, enum sim_plant *plant)
{
    for (unsigned i = 1; i < PLANT_COUNT; i++) {
        if (strcmp(name, sim_plant_name((enum sim_plant)i)) == 0) {
            *plant = (enum sim_plant)i;
            return true;
        }
    }
    return false;
}

static bool parse_liar(const char *name, enum sim_liar *liar)
{
    if (strcmp(name, "all") == 0) {
        *liar = LIAR_COUNT;
        return true;
    }
    for (unsigned i = 1; i < LIAR_COUNT; i++) {
        if (strcmp(name, sim_liar_name((enum sim_liar)i)) == 0) {
            *liar = (enum sim_liar)i;
            return true;
        }
    }
    return false;
}

static bool parse(
    int argc, char **argv, uint64_t *first, uint64_t *last, struct sim_options *options)
{
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "--verbose") == 0) {
            options->verbose = true;
        } else if (strcmp(argv[i], "--first") == 0) {
            options->first = true;
        } else if (more && strcmp(argv[i], "--seeds") == 0) {
            if (!parse_seeds(argv[++i], first, last)) {
                return false;
            }
        } else if (more && strcmp(argv[i], "--members") == 0) {
            options->members = (unsigned)strtoul(argv[++i], NULL, 10);
        } else if (more && strcmp(argv[i], "--liar") == 0) {
            if (!parse_liar(argv[++i], &options->liar)) {
                return false;
            }
        } else if (more && strcmp(argv[i], "--plant") == 0) {
            if (!parse_plant(argv[++i], &options->plant)) {
                return false;
            }
        } else {
            return false;
        }
    }
    return *last >= *first && options->members <= MEMBERS_MAX;
}

static void report(uint64_t seed, const struct sim_options *options, const char *why)
{
    printf("seed %llu failed %s\nreproduce: sim --seeds %llu-%llu", (unsigned long long)seed, why,
        (unsigned long long)seed, (unsigned long long)seed);
    if (options->plant != PLANT_NONE) {
        printf(" --plant %s", sim_plant_name(options->plant));
    }
    if (options->liar != LIAR_NONE) {
        printf(" --liar %s", sim_liar_name(options->liar));
    }
    if (options->members > 0) {
        printf(" --members %u", options->members);
    }
    printf("\n");
    fflush(stdout);
}

struct tally {
    uint64_t passed, failed;
};

static void run(uint64_t seed, const struct sim_options *options, struct tally *tally)
{
    char why[256];
    clock_t begin = clock();
    if (sim_run(seed, options, why, sizeof why)) {
        tally->passed++;
    } else {
        tally->failed++;
        report(seed, options, why);
    }
    if (options->verbose) {
        printf("  %.0f ms\n", 1000.0 * (double)(clock() - begin) / CLOCKS_PER_SEC);
    }
}

int main(int argc, char **argv)
{
    uint64_t first = 1, last = 0;
    struct tally tally = {0, 0};
    struct sim_options options = {.plant = PLANT_NONE};
    if (!parse(argc, argv, &first, &last, &options) || sodium_init() < 0) {
        return usage();
    }
    /* Engines are big and mostly untouched: let each be fresh zero pages instead of cleared heap. */
    mallopt(M_MMAP_THRESHOLD, 64 * 1024);
    bool every = options.liar == LIAR_COUNT;
    unsigned from = every ? 1 : options.liar, to = every ? LIAR_COUNT - 1 : options.liar;
    for (uint64_t seed = first; seed <= last; seed++) {
        for (unsigned liar = from; liar <= to && (tally.failed == 0 || !options.first); liar++) {
            options.liar = (enum sim_liar)liar;
            run(seed, &options, &tally);
        }
    }
    printf("%llu passed, %llu failed\n", (unsigned long long)tally.passed,
        (unsigned long long)tally.failed);
    return tally.failed == 0 ? 0 : 1;
}
