/* The decoders of hostile bytes, one function each: for libFuzzer (fuzz.c) and for the short run that every check makes
 * (smoke.c). */
#ifndef TESTS_FUZZ_TARGET_H
#define TESTS_FUZZ_TARGET_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct fuzz_target {
    const char *name;
    /* Reads the bytes; true when they mean something. Aborts when a property does not hold. */
    bool (*run)(const uint8_t *data, size_t size);
    /* Writes bytes that mean something. */
    void (*seed)(struct writer *w);
};

/* The index-th of all, or NULL; by name, or NULL. */
const struct fuzz_target *fuzz_target_at(size_t index);
const struct fuzz_target *fuzz_target_named(const char *name);

/* The rows, a file each. */
extern const struct fuzz_target fuzz_consensus[], fuzz_game[], fuzz_gossip[], fuzz_net[],
    fuzz_src[];
extern const size_t fuzz_consensus_count, fuzz_game_count, fuzz_gossip_count, fuzz_net_count,
    fuzz_src_count;

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);          \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* What was read, written again, is the same bytes: one text for one thing (protocol 0). */
#define FUZZ_CODEC(NAME, TYPE, DECODE, ENCODE)                                                     \
    static bool run_##NAME(const uint8_t *data, size_t size)                                       \
    {                                                                                              \
        static TYPE value;                                                                         \
        static uint8_t again[1 << 20];                                                             \
        struct reader r = reader_of(data, size);                                                   \
        if (!DECODE(&value, &r)) {                                                                 \
            return false;                                                                          \
        }                                                                                          \
        struct writer w = writer_of(again, sizeof again);                                          \
        ENCODE(&value, &w);                                                                        \
        MUST(!w.bad && w.size == size - reader_left(&r) && memcmp(again, data, w.size) == 0);      \
        return true;                                                                               \
    }

#endif
