/* What drawing costs, counted: no allocation while a page is made and sent, and few bytes for one bet.
 * This program's own malloc() counts; the terminal is a real pseudo-terminal. */
#include "tests/unit/ui/pages.h"

#include "ui/setting.h"
#include "ui/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *p, size_t size);

static unsigned long allocations;

void *malloc(size_t size)
{
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *p, size_t size)
{
    allocations++;
    return __libc_realloc(p, size);
}

static int master, kept_in, kept_out;
static bool taken;

/* Descriptors 0 and 1 are the terminal until take_terminal_back(): nothing is printed meanwhile. */
static int open_terminal(void **unused)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    enum terminal_symbols symbols;
    struct setting_values values;
    int end;
    setup(unused);
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    fflush(stdout);
    if (openpty(&master, &end, NULL, NULL, &size) != 0) {
        return -1;
    }
    fcntl(master, F_SETFL, O_NONBLOCK);
    kept_in = dup(0);
    kept_out = dup(1);
    taken = true;
    dup2(end, 0);
    dup2(end, 1);
    close(end);
    if (!terminal_open(&symbols)) {
        return -1;
    }
    setting_values_init(&values);
    terminal_look(&values);
    return symbols == TERMINAL_SYMBOLS ? 0 : -1;
}

static void take_terminal_back(void)
{
    if (!taken) {
        return;
    }
    taken = false;
    terminal_close();
    fflush(stdout);
    dup2(kept_in, 0);
    dup2(kept_out, 1);
    close(kept_in);
    close(kept_out);
    close(master);
}

static int close_terminal(void **unused)
{
    take_terminal_back();
    return teardown(unused);
}

static size_t drain(void)
{
    char bytes[4096];
    size_t total = 0;
    for (ssize_t got; (got = read(master, bytes, sizeof bytes)) > 0;) {
        total += (size_t)got;
    }
    return total;
}

/* Draws and sends; returns how many allocations that took, and the bytes. */
static unsigned long show(size_t *bytes)
{
    unsigned long before = allocations;
    ui_draw(&state->canvas, state, &fake->model);
    terminal_show(&state->canvas);
    before = allocations - before;
    *bytes = drain();
    return before;
}

static void test_drawing_allocates_nothing(void **unused)
{
    (void)unused;
    static const char *const pages[] = {"", "p", "u", "6", "h", "\t", "\t", "\033", "i", "\033",
        "?", "\t", "\033", "m", "\033", "l", "\033", "a", "\033", "e", "\033", " ", "g", "g",
        "\033", "\033"};
    enum { PAGES = sizeof pages / sizeof pages[0] };
    unsigned long most = 0;
    size_t bytes = 0, all = 0, at = 0;
    friday();
    show(&bytes); /* what curses sets up with its first page is not of this */
    keys("?");
    show(&bytes);
    keys("\033");
    for (size_t i = 0; i < PAGES; i++) {
        keys(pages[i]);
        fake->now_ms += 5000;
        settle();
        unsigned long took = show(&bytes);
        all += bytes;
        if (took > most) {
            most = took;
            at = i;
        }
    }
    static const uint8_t popups[] = {POPUP_OPTIONS, POPUP_KEYS, POPUP_CONFIRM};
    unsigned long options = 0;
    for (size_t i = 0; i < sizeof popups; i++) {
        popup_open(state, popups[i]);
        options += show(&bytes);
    }
    state->popup = POPUP_NONE;
    fake_port_roll(fake, 3, 3);
    settle();
    unsigned long roll = show(&bytes);
    take_terminal_back();
    if (most > 0) {
        print_error("page %zu (key '%s') took %lu allocations\n", at, pages[at], most);
    }
    assert_int_equal(most, 0);
    assert_int_equal(options, 0);
    assert_int_equal(roll, 0);
    assert_true(all > 10000); /* the pages were drawn indeed */
}

static int by_size(const void *a, const void *b)
{
    const size_t *x = a;
    const size_t *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* "~A5" at once, and "A5" when it is agreed: both together, with the sentences and the table talk that
 * go with it. Where the chosen spot moves, too, the key line moves with its name. */
static void test_a_bet_takes_few_bytes(void **unused)
{
    (void)unused;
    enum { BETS = 24, BYTES_MAX = 400, MOVED_MAX = 520 };
    static const char order[] = "pppuffpfuppffu6u66ffffpp";
    size_t cost[BETS], first = 0, then = 0;
    fake_port_sit(fake, "Friday Table", friends, 5, 20);
    settle();
    show(&first);
    for (int i = 0; i < BETS; i++) {
        char text[2] = {order[i], '\0'};
        fake->hold = true;
        keys(text);
        ui_state_update(state, &fake->model, fake->now_ms);
        show(&first);
        fake->hold = false;
        settle();
        show(&then);
        cost[i] = first + then;
    }
    take_terminal_back();
    qsort(cost, BETS, sizeof cost[0], by_size);
    print_message("a bet on 80x24: %zu to %zu bytes, half of them at most %zu\n", cost[0],
        cost[BETS - 1], cost[BETS / 2]);
    assert_in_range(cost[BETS / 2], 10, BYTES_MAX);
    assert_in_range(cost[BETS - 1], 10, MOVED_MAX);
}

int main(int argc, char **argv)
{
    pages_dir = argc > 1 ? argv[1] : pages_dir;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_drawing_allocates_nothing, open_terminal, close_terminal),
        cmocka_unit_test_setup_teardown(test_a_bet_takes_few_bytes, open_terminal, close_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
