/* craps simulate: what a betting plan would have done over many evenings. */
#include "src/commands/command.h"

#include "src/commands/simulate_report.h"
#include "src/strategy_file.h"

#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { ROLLS = 1000, SESSIONS = 1000, ROLLS_IN_ALL = 100000000, BAR_CELLS = 40 };

/* Seeds that can be given again. */
#define SEED_LIMIT UINT64_C(1000000000000000)

static atomic_bool interrupted;

static void on_signal(int number)
{
    (void)number;
    atomic_store(&interrupted, true);
}

/* The second signal ends the program as usual. */
static void catch_signals(void)
{
    struct sigaction act = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&act.sa_mask);
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
}

static bool ascii_only(const struct options *o)
{
    const char *env = getenv("CRAPS_ASCII");
    setlocale(LC_CTYPE, "");
    return o->ascii || (env != NULL && strcmp(env, "1") == 0) ||
           strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

/* The cores that this process may use. */
static unsigned usable_cores(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count > SIMULATE_THREADS_MAX ? SIMULATE_THREADS_MAX : (unsigned)count;
}

static uint64_t any_seed(void)
{
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed) {
        seed = (uint64_t)time(NULL);
    }
    return seed % SEED_LIMIT;
}

/* As many sessions as usual, but of long ones only so many as are done in some seconds. */
static uint64_t usual_sessions(uint64_t rolls)
{
    uint64_t sessions = ROLLS_IN_ALL / rolls;
    return sessions < 1 ? 1 : sessions > SESSIONS ? SESSIONS : sessions;
}

struct bar {
    bool ascii;
    bool drawn;
    struct timespec began;
};

/* One line on the terminal, drawn again and again. */
static void draw_bar(void *arg, double part)
{
    struct bar *bar = arg;
    struct timespec now;
    part = part > 1 ? 1 : part;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double passed_s =
        (double)(now.tv_sec - bar->began.tv_sec) + (double)(now.tv_nsec - bar->began.tv_nsec) / 1e9;
    fputs("\r  ", stderr);
    for (int i = 0; i < BAR_CELLS; i++) {
        fputs(i < (int)(part * BAR_CELLS) ? (bar->ascii ? "#" : "█") : (bar->ascii ? "." : "░"),
            stderr);
    }
    fprintf(stderr, " %3d%%", (int)(part * 100));
    if (part > 0) {
        fprintf(stderr, ", %.0f s left  ", ceil(passed_s / part - passed_s));
    }
    bar->drawn = true;
}

static void clear_bar(const struct bar *bar)
{
    if (bar->drawn) {
        fprintf(stderr, "\r%*s\r", BAR_CELLS + 32, "");
    }
}

static bool shows_bar(const struct options *o)
{
    const char *term = getenv("TERM");
    return !o->quiet && isatty(STDERR_FILENO) == 1 && term != NULL && strcmp(term, "dumb") != 0;
}

static int print_report(const struct options *o, const struct simulate_order *order,
    const struct simulate_report *report, const char *name, bool ascii)
{
    if (!o->json) {
        simulate_print_text(stdout, order, report, name, ascii);
    } else if (!simulate_print_json(stdout, order, report, name)) {
        return cli_fail(EX_SOFTWARE, "there is not enough memory for the document");
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return cli_fail(EX_IOERR, "standard output cannot be written");
    }
    if (report->interrupted) {
        return cli_fail(EX_TEMPFAIL, "stopped early: %" PRIu64 " of %" PRIu64 " sessions are done",
            report->sessions, order->sessions);
    }
    return 0;
}

static int simulate(const struct options *o, struct simulate_order *order, const char *name)
{
    struct simulate_report *report = malloc(sizeof *report);
    struct bar bar = {.ascii = ascii_only(o)};
    clock_gettime(CLOCK_MONOTONIC, &bar.began);
    if (shows_bar(o)) {
        order->progress = draw_bar;
        order->progress_arg = &bar;
    }
    order->stop = &interrupted;
    catch_signals();
    enum err err = report == NULL ? ERR_NO_MEMORY : simulate_run(order, report);
    clear_bar(&bar);
    int status = err == ERR_OK ? print_report(o, order, report, name, bar.ascii)
                               : cli_fail(EX_SOFTWARE,
                                     "there is not enough memory for %" PRIu64
                                     " sessions; ask for fewer: --sessions 10000",
                                     order->sessions);
    if (err == ERR_OK) {
        simulate_report_free(report);
    }
    free(report);
    return status;
}

static int fill_order(
    const struct options *o, const struct house_rules *house, struct simulate_order *order)
{
    order->config = house->table;
    order->rolls = cli_given(o, "rolls") ? o->rolls : ROLLS;
    order->sessions = cli_given(o, "sessions") ? o->sessions : usual_sessions(order->rolls);
    order->bankroll_cents = cli_given(o, "bankroll") ? (int64_t)o->bankroll : house->buy_in_cents;
    order->seed = cli_given(o, "seed") ? o->seed : any_seed();
    order->threads = cli_given(o, "threads") ? (unsigned)o->threads : usable_cores();
    if (order->bankroll_cents < house->table.min_cents) {
        return cli_fail(EX_USAGE,
            "--bankroll %" PRId64 " is below the least bet of the table; make it at least %" PRId64
            ", or --min smaller",
            order->bankroll_cents, house->table.min_cents);
    }
    return 0;
}

static int run(struct invocation *in)
{
    const struct options *o = &in->options;
    struct strategy_choice *choice = malloc(sizeof *choice);
    struct plan *named = malloc(sizeof *named);
    struct house_rules house = house_rules_default();
    struct simulate_order order = {0};
    char problem[CLI_PROBLEM_BYTES];
    int status = EX_SOFTWARE;
    if (choice == NULL || named == NULL) {
        cli_fail(EX_SOFTWARE, "there is not enough memory for a plan");
        goto end;
    }
    status = strategy_choose(choice, o->strategy == NULL ? "pass-odds" : o->strategy, problem);
    status = status == 0 ? cli_house_rules(o, &house, problem) : status;
    if (status != 0) {
        cli_fail(status, "%s", problem);
        goto end;
    }
    const char *text = choice->from_file ? NULL : plan_builtin_text(strategy_name(choice->kind));
    struct plan_problem bad;
    if (text != NULL && plan_parse(named, text, strlen(text), &bad)) {
        order.plan = named;
    } else if (choice->from_file) {
        order.plan = &choice->plan;
    }
    status = fill_order(o, &house, &order);
    status = status == 0 ? simulate(o, &order, choice->name) : status;
end:
    free(choice);
    free(named);
    return status;
}

const struct command command_simulate = {
    .name = "simulate",
    .arguments = "",
    .summary = "test a betting plan",
    .groups = OPTIONS_EVERYWHERE | OPTIONS_SIMULATE,
    .arguments_max = 0,
    .help = "  craps simulate --strategy iron-cross   1,000 sessions of 1,000 rolls\n"
            "  craps simulate --strategy ./mine.plan --rolls 200 --sessions 100000\n"
            "  craps simulate --seed 7 --json         the same figures again, as a document\n"
            "\n"
            "usage: craps simulate [OPTIONS]\n"
            "  --strategy NAME|FILE   idle, pass, pass-odds (default), dont-pass, place-6-8,\n"
            "                         iron-cross, three-point-molly, field, random, or a file\n"
            "  --rolls N --sessions N the rolls of a session, and how many sessions\n"
            "  --bankroll CENTS       chips of each session in cents (default: --buy-in)\n"
            "  --seed S --threads T   figures depend on S alone, never on T\n"
            "  --min --max --odds --field2 --field12 --vig --ats --rtl --crapless --rules\n"
            "                         rules of the house, as for craps host\n"
            "\n"
            "  ruined    no bet lies and the rack does not cover the next one\n"
            "  edge      lost of what was bet; +- one standard error over parts of the run.\n"
            "            A bet counts when it is decided. Exact: craps odds, for bets that\n"
            "            pay in full. After the last roll line, come, put and hand bets are\n"
            "            played out; the others come down.\n"
            "Somebody always throws. Ctrl-C shows what is done (status 75).\n"
            "Options of every command: craps help options\n",
    .run = run,
};
