/* What it costs to keep a turn: own votes, a block, both, beside a bare fdatasync in the same
 * folder. Argument: the folder. */
#include "src/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TURNS = 1000, BLOCK_SIZE = 700, PROOF_SIZE = 400 };

static uint8_t block[BLOCK_SIZE], proof[PROOF_SIZE];

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print(const char *name, double *us)
{
    qsort(us, TURNS, sizeof *us, ascending);
    printf("%-28s p50 %7.1f  p95 %7.1f  p99 %7.1f  max %8.1f us\n", name, us[TURNS / 2],
        us[TURNS * 95 / 100], us[TURNS * 99 / 100], us[TURNS - 1]);
}

static uint32_t turn(struct persist items[3], uint64_t n, bool votes, bool blocks)
{
    uint32_t count = 0;
    for (uint8_t kind = 0; votes && kind < 2; kind++) {
        items[count] = (struct persist){.kind = PERSIST_VOTE, .epoch = 1, .view = n, .flag = kind};
        memcpy(items[count++].digest.b, &n, sizeof n);
    }
    if (blocks) {
        items[count] = (struct persist){.kind = PERSIST_BLOCK,
            .epoch = 1,
            .view = n,
            .height = n,
            .data = block,
            .size = sizeof block,
            .proof = proof,
            .proof_size = sizeof proof};
        memcpy(items[count++].digest.b, &n, sizeof n);
    }
    return count;
}

static bool measure(const char *dir, const char *what, bool votes, bool blocks)
{
    static double us[TURNS];
    static const uint8_t genesis[64] = {1};
    char name[STORE_NAME_BYTES_MAX];
    struct store *s = NULL;
    bool good = store_new_name(dir, "bench", name, sizeof name) == ERR_OK &&
                store_create(&s, dir, name, genesis, sizeof genesis) == ERR_OK;
    for (uint64_t n = 1; good && n <= TURNS; n++) {
        struct persist items[3];
        uint32_t count = turn(items, n, votes, blocks);
        double began = now_us();
        good = store_persist(s, items, count) == ERR_OK;
        us[n - 1] = now_us() - began;
    }
    char path[512] = "";
    if (good) {
        print(what, us);
        snprintf(path, sizeof path, "%s", store_record_path(s));
        store_forget_keys(s);
    }
    store_close(s);
    unlink(path);
    return good;
}

static bool measure_bare(const char *dir)
{
    static double us[TURNS];
    char path[512];
    snprintf(path, sizeof path, "%s/bare.bench", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    bool good = fd >= 0;
    for (int i = 0; good && i < TURNS; i++) {
        double began = now_us();
        good = pwrite(fd, block, 512, 512L * i) == 512 && fdatasync(fd) == 0;
        us[i] = now_us() - began;
    }
    if (good) {
        print("append 512 B, fdatasync", us);
    }
    close(fd);
    unlink(path);
    return good;
}

int main(int argc, char **argv)
{
    const char *dir = argc > 1 ? argv[1] : ".";
    bool good = measure_bare(dir) && measure(dir, "votes of a turn", true, false) &&
                measure(dir, "a block", false, true) &&
                measure(dir, "votes and a block", true, true);
    return good ? 0 : 1;
}
