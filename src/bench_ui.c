/* bench ui: what the screen costs, this very program in pseudo-terminals: start to the first full
 * page, bytes of a page and of one bet, and at a table of eight processes a key press to the chip, and
 * what an idle table takes. */
#include "src/bench.h"

#include "src/bench_pty.h"
#include "src/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STARTS = 21,
    STARTS_BRIEF = 7,
    BETS = 9,
    PRESSES = 300,
    PRESSES_BRIEF = 60,
    IDLE_S = 20,
    IDLE_S_BRIEF = 4,
    OTHERS = 7,
    PATIENCE_MS = 30000,
    QUIET_MS = 300,
    BETWEEN_PRESSES_MS = 90,
    CHIP_MS = 1000,
    LINE_BYTES = 4096,
};

static int lost(const char *what)
{
    return bench_stopped() ? 0 : cli_fail(EX_SOFTWARE, "%s did not appear on the screen", what);
}

static int measure_starts(struct bench_run *run, const char *folder)
{
    double floor_ms[STARTS], menu_ms[STARTS], table_ms[STARTS];
    unsigned count = run->settings.brief ? STARTS_BRIEF : STARTS;
    const char *const version[] = {"--version", NULL};
    const char *const menu[] = {"--as", "Ann", "--data-dir", folder, NULL};
    const char *const name[] = {"config", "set", "name", "Ann", "--data-dir", folder, NULL};
    const char *const solo[] = {"solo", "--bots", "0", "--as", "Ann", "--data-dir", folder, NULL};
    double page_bytes = 0;
    if (pty_run(name) < 0) {
        return cli_fail(EX_OSERR, "this program cannot be started again");
    }
    for (unsigned i = 0; i < count && !bench_stopped(); i++) {
        struct pty_screen s;
        floor_ms[i] = pty_run(version);
        if (!pty_open(&s, 24, 80, menu)) {
            return cli_fail(EX_OSERR, "there is no pseudo-terminal");
        }
        menu_ms[i] = pty_wait(&s, 0, "quit", NULL, PATIENCE_MS) - s.began_ms;
        bool seen = menu_ms[i] > 0;
        pty_quiet(&s, QUIET_MS);
        page_bytes = (double)s.sent;
        pty_close(&s);
        if (!seen || !pty_open(&s, 24, 80, solo)) {
            return lost("the menu");
        }
        table_ms[i] = pty_wait(&s, 0, "help", NULL, PATIENCE_MS) - s.began_ms;
        pty_close(&s);
        if (table_ms[i] <= 0) {
            return lost("the table");
        }
    }
    bench_add(run, "start_floor", bench_percentile(floor_ms, count, 50), "ms");
    bench_add_target(run, "P12", "start_to_first_frame", bench_percentile(menu_ms, count, 50), "ms",
        BENCH_AT_MOST, 20);
    bench_add(run, "start_to_table", bench_percentile(table_ms, count, 50), "ms");
    bench_add(run, "first_frame_bytes", page_bytes, "B");
    return 0;
}

/* The same bet again and again: the chip, the words about it, and the same once agreed. */
static int measure_bytes(struct bench_run *run, const char *folder, int rows, int cols)
{
    char name[BENCH_NAME_BYTES];
    const char *const solo[] = {"solo", "--bots", "0", "--as", "Ann", "--data-dir", folder, NULL};
    double same[BETS], moved[BETS];
    struct pty_screen s;
    if (!pty_open(&s, rows, cols, solo)) {
        return cli_fail(EX_OSERR, "there is no pseudo-terminal");
    }
    bool seen = pty_wait(&s, 0, "PASS", "P A S S", PATIENCE_MS) > 0;
    pty_quiet(&s, QUIET_MS);
    pty_type(&s, "f");
    pty_quiet(&s, QUIET_MS);
    for (unsigned i = 0; i < BETS && seen && !bench_stopped(); i++) {
        size_t before = s.sent;
        pty_type(&s, "\r");
        pty_quiet(&s, QUIET_MS);
        same[i] = (double)(s.sent - before);
    }
    for (unsigned i = 0; i < BETS && seen && !bench_stopped(); i++) {
        size_t before = s.sent;
        pty_type(&s, i % 2 == 0 ? "p" : "f");
        pty_quiet(&s, QUIET_MS);
        moved[i] = (double)(s.sent - before);
    }
    size_t before = s.sent;
    pty_type(&s, "\014");
    pty_quiet(&s, QUIET_MS);
    double page = (double)(s.sent - before);
    pty_close(&s);
    if (!seen) {
        return lost("the table");
    }
    snprintf(name, sizeof name, "bet_bytes_%dx%d", cols, rows);
    bench_add_target(run, "P12", name, bench_percentile(same, BETS, 50), "B", BENCH_AT_MOST, 400);
    snprintf(name, sizeof name, "move_and_bet_bytes_%dx%d", cols, rows);
    bench_add_target(run, "P12", name, bench_percentile(moved, BETS, 50), "B", BENCH_AT_MOST, 400);
    snprintf(name, sizeof name, "page_bytes_%dx%d", cols, rows);
    bench_add(run, name, page, "B");
    return 0;
}

struct eight {
    struct pty_program programs[OTHERS]; /* the first is the host */
    struct pty_screen screen;
    unsigned running;
    bool watched;
};

/* Seven without a screen, and one with. */
static bool open_table(struct eight *t, const char *folder, const char *strategy)
{
    static const char *const names[OTHERS] = {"Bo", "Cy", "Dee", "Eli", "Fay", "Gus", "Hal"};
    char line[LINE_BYTES], door[128] = "", data[OTHERS + 1][256];
    for (; t->running < OTHERS; t->running++) {
        unsigned i = t->running;
        snprintf(data[i], sizeof data[i], "%s/%s-%s", folder, strategy, names[i]);
        const char *const host[] = {"host", "--port", "0", "--headless", "--json", "--as", names[i],
            "--bind", "127.0.0.1", "--no-discovery", "--strategy", strategy, "--rate", "any",
            "--rebuys", "any", "--data-dir", data[i], NULL};
        const char *const join[] = {"join", door, "--headless", "--json", "--as", names[i],
            "--bind", "127.0.0.1", "--no-discovery", "--strategy", strategy, "--data-dir", data[i],
            NULL};
        if (!pty_start(&t->programs[i], i == 0 ? host : join)) {
            return false;
        }
        const char *news = i == 0 ? "\"table_open\"" : "\"epoch\"";
        if (!pty_line(&t->programs[i], news, line, sizeof line, PATIENCE_MS)) {
            t->running++;
            return false;
        }
        if (i == 0) {
            char words[64] = "", port[8] = "";
            pty_value(line, "words", words, sizeof words);
            pty_value(line, "port", port, sizeof port);
            snprintf(door, sizeof door, "%s@127.0.0.1:%s", words, port);
        }
    }
    snprintf(data[OTHERS], sizeof data[OTHERS], "%s/%s-Ann", folder, strategy);
    const char *const screen[] = {"join", door, "--as", "Ann", "--bind", "127.0.0.1",
        "--no-discovery", "--data-dir", data[OTHERS], NULL};
    t->watched = pty_open(&t->screen, 24, 80, screen);
    bool there = t->watched && pty_wait(&t->screen, 0, "PASS", NULL, PATIENCE_MS) > 0;
    pty_quiet(&t->screen, QUIET_MS);
    return there;
}

static void close_table(struct eight *t)
{
    if (t->watched) {
        pty_close(&t->screen);
    }
    for (unsigned i = 0; i < t->running; i++) {
        pty_end(&t->programs[i]);
    }
}

/* From the key to the chip with its mark of what is not agreed yet. */
static int measure_keys(struct bench_run *run, const char *folder)
{
    static double waits[PRESSES];
    struct eight t = {.running = 0};
    unsigned count = 0, presses = run->settings.brief ? PRESSES_BRIEF : PRESSES, missed = 0;
    if (!open_table(&t, folder, "pass")) {
        close_table(&t);
        return lost("the table of eight");
    }
    for (unsigned i = 0; i < presses && !bench_stopped(); i++) {
        size_t before = t.screen.sent;
        double began = pty_now_ms();
        pty_type(&t.screen, "f");
        double at = pty_wait(&t.screen, before, "~", NULL, CHIP_MS);
        waits[count] = at - began;
        count += at > 0;
        missed += at <= 0; /* the dice were out: refused, with a sentence */
        pty_drain(&t.programs[0]);
        pty_quiet(&t.screen, BETWEEN_PRESSES_MS);
        pty_type(&t.screen, "u");
        pty_quiet(&t.screen, BETWEEN_PRESSES_MS);
        for (unsigned k = 0; k < t.running; k++) {
            pty_drain(&t.programs[k]);
        }
    }
    close_table(&t);
    if (count == 0) {
        bench_add_missing(
            run, "P5", "key_to_chip_p99", "ms", "no chip was seen in %u tries", missed);
        return 0;
    }
    bench_add(run, "key_to_chip_p50", bench_percentile(waits, count, 50), "ms");
    bench_add_target(
        run, "P5", "key_to_chip_p99", bench_percentile(waits, count, 99), "ms", BENCH_AT_MOST, 16);
    bench_add(run, "keys_refused", missed, "");
    return 0;
}

static int measure_idle(struct bench_run *run, const char *folder)
{
    struct eight t = {.running = 0};
    double seconds = run->settings.seconds != 0 ? (double)run->settings.seconds
                     : run->settings.brief      ? IDLE_S_BRIEF
                                                : IDLE_S;
    if (!open_table(&t, folder, "idle")) {
        close_table(&t);
        return lost("the table of eight");
    }
    pty_quiet(&t.screen, 2000);
    size_t sent = t.screen.sent;
    double cpu = pty_cpu_s(t.screen.pid), other = pty_cpu_s(t.programs[1].pid);
    double began = pty_now_ms();
    while (pty_now_ms() - began < seconds * 1000 && !bench_stopped()) {
        pty_pump(&t.screen, 500);
    }
    seconds = (pty_now_ms() - began) / 1000;
    bench_add_target(run, "P8", "idle_cpu", 100 * (pty_cpu_s(t.screen.pid) - cpu) / seconds,
        "% of a core", BENCH_AT_MOST, 0.5);
    bench_add_target(run, "P8", "idle_cpu_headless",
        100 * (pty_cpu_s(t.programs[1].pid) - other) / seconds, "% of a core", BENCH_AT_MOST, 0.5);
    bench_add_target(
        run, "P8", "idle_resident", pty_resident_mib(t.screen.pid), "MiB", BENCH_AT_MOST, 16);
    bench_add(run, "idle_terminal_bytes", (double)(t.screen.sent - sent), "B");
    close_table(&t);
    return 0;
}

int bench_ui(struct bench_run *run)
{
    const char *folder = bench_folder();
    if (folder == NULL) {
        return EX_CANTCREAT;
    }
    char data[600];
    snprintf(data, sizeof data, "%s/Ann", folder);
    int status = measure_starts(run, data);
    status = status == 0 ? measure_bytes(run, data, 24, 80) : status;
    status = status == 0 ? measure_bytes(run, data, 40, 120) : status;
    status = status == 0 ? measure_keys(run, folder) : status;
    return status == 0 ? measure_idle(run, folder) : status;
}
