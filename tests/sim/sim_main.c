/* sim --seeds A-B [--plant NAME] [--verbose]: every seed is one whole table. */
#include "tests/sim/sim.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int usage(void)
{
    fprintf(stderr, "usage: sim --seeds A-B [--verbose] [--plant NAME]\nplanted faults:");
    for (unsigned i = 1; i < PLANT_COUNT; i++) {
        fprintf(stderr, " %s", sim_plant_name((enum sim_plant)i));
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

int main(int argc, char **argv)
{
    uint64_t first = 1, last = 0, passed = 0, failed = 0;
    enum sim_plant plant = PLANT_NONE;
    bool verbose = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--verbose") == 0) {
            verbose = true;
        } else if (strcmp(argv[i], "--seeds") == 0 && i + 1 < argc) {
            if (!parse_seeds(argv[++i], &first, &last)) {
                return usage();
            }
        } else if (strcmp(argv[i], "--plant") == 0 && i + 1 < argc) {
            if (!parse_plant(argv[++i], &plant)) {
                return usage();
            }
        } else {
            return usage();
        }
    }
    if (last < first || sodium_init() < 0) {
        return usage();
    }
    /* Engines are big and mostly untouched: let each be fresh zero pages instead of cleared heap. */
    mallopt(M_MMAP_THRESHOLD, 64 * 1024);
    for (uint64_t seed = first; seed <= last; seed++) {
        char why[256];
        clock_t begin = clock();
        if (sim_run(seed, plant, verbose, why, sizeof why)) {
            passed++;
        } else {
            failed++;
            printf("seed %llu failed %s\nreproduce: sim --seeds %llu-%llu%s%s\n",
                (unsigned long long)seed, why, (unsigned long long)seed, (unsigned long long)seed,
                plant == PLANT_NONE ? "" : " --plant ",
                plant == PLANT_NONE ? "" : sim_plant_name(plant));
            fflush(stdout);
        }
        if (verbose) {
            printf("  %.0f ms\n", 1000.0 * (double)(clock() - begin) / CLOCKS_PER_SEC);
        }
    }
    printf("%llu passed, %llu failed\n", (unsigned long long)passed, (unsigned long long)failed);
    return failed == 0 ? 0 : 1;
}
