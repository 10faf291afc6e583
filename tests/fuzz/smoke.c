/* Every decoder on seeded bytes, without libFuzzer: what means something is taken, anything else is survived.
 *
 *   fuzz_smoke [--runs N] [--seed N] [TARGET...]     runs
 *   fuzz_smoke --list                                the targets
 *   fuzz_smoke --write DIR                           a file of bytes that mean something for each, DIR/TARGET */
#include "tests/fuzz/target.h"

#include "base/prng.h"

#include <getopt.h>
#include <sodium.h>
#include <string.h>

enum { INPUT_MAX = 1 << 16 };

/* A few changes: bits, bytes, edge values, cuts, and pieces said twice. */
static size_t change(struct prng *p, uint8_t *data, size_t size)
{
    static const uint8_t edges[] = {0, 1, 0x7f, 0x80, 0xfe, 0xff};
    for (uint64_t changes = 1 + prng_below(p, 4); changes > 0; changes--) {
        size_t at = prng_below(p, size);
        if (size == 0) {
            data[size++] = (uint8_t)prng_next(p);
            continue;
        }
        switch (prng_below(p, 6)) {
        case 0:
            data[at] ^= (uint8_t)(1u << prng_below(p, 8));
            break;
        case 1:
            data[at] = (uint8_t)prng_next(p);
            break;
        case 2:
            data[at] = edges[prng_below(p, sizeof edges)];
            break;
        case 3:
            size = at;
            break;
        case 4: {
            size_t more = prng_below(p, 32);
            prng_fill(p, data + size, more);
            size += more;
            break;
        }
        default: {
            size_t piece = prng_below(p, size - at);
            memmove(data + prng_below(p, size - piece), data + at, piece);
            break;
        }
        }
    }
    return size;
}

static bool run_target(const struct fuzz_target *t, uint64_t runs, uint64_t seed)
{
    static uint8_t base[INPUT_MAX], buffer[INPUT_MAX + 256];
    struct writer w = writer_of(base, sizeof base);
    struct prng p;
    uint64_t taken = 0;
    t->seed(&w);
    uint8_t *exact = malloc(w.size + 1); /* so that a sanitizer sees one byte too many */
    memcpy(exact, base, w.size);
    bool good = !w.bad && t->run(exact, w.size);
    free(exact);
    prng_seed(&p, seed);
    for (uint64_t i = 0; i < runs; i++) {
        size_t size = w.size;
        if (i % 8 == 0) {
            size = prng_below(&p, 256);
            prng_fill(&p, buffer, size);
        } else {
            memcpy(buffer, base, size);
            size = change(&p, buffer, size);
        }
        uint8_t *copy = malloc(size + 1);
        memcpy(copy, buffer, size);
        taken += t->run(copy, size);
        free(copy);
    }
    printf("%-8s %-16s %llu of %llu changed or random inputs were taken\n", good ? "ok" : "FAILED",
        t->name, (unsigned long long)taken, (unsigned long long)runs);
    return good;
}

static bool write_seed(const struct fuzz_target *t, const char *folder)
{
    static uint8_t base[INPUT_MAX];
    char path[4096];
    struct writer w = writer_of(base, sizeof base);
    t->seed(&w);
    snprintf(path, sizeof path, "%s/%s", folder, t->name);
    FILE *f = fopen(path, "wb");
    return f != NULL && fwrite(base, 1, w.size, f) == w.size && fclose(f) == 0;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"runs", 1, NULL, 'r'}, {"seed", 1, NULL, 's'},
        {"list", 0, NULL, 'l'}, {"write", 1, NULL, 'w'}, {0}};
    uint64_t runs = 1000, seed = 1;
    const char *folder = NULL;
    bool list = false, good = sodium_init() >= 0;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'r') {
            runs = strtoull(optarg, NULL, 10);
        } else if (option == 's') {
            seed = strtoull(optarg, NULL, 10);
        } else if (option == 'w') {
            folder = optarg;
        } else if (option == 'l') {
            list = true;
        } else {
            return 64;
        }
    }
    const struct fuzz_target *t;
    for (size_t i = 0; (t = fuzz_target_at(i)) != NULL; i++) {
        bool named = optind == argc;
        for (int k = optind; k < argc; k++) {
            named = named || strcmp(argv[k], t->name) == 0;
        }
        if (list) {
            puts(t->name);
        } else if (folder != NULL) {
            good = write_seed(t, folder) && good;
        } else if (named) {
            good = run_target(t, runs, seed) && good;
        }
    }
    return good ? 0 : 1;
}
