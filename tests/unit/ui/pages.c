#include "tests/unit/ui/pages.h"

#include "ui/book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *pages_dir = "golden";
struct ui_state *state;
struct fake_port *fake;

const char *const friends[] = {"Ann", "Bo", "Cy", "Dee", "Eli"};

int setup(void **unused)
{
    (void)unused;
    struct ui_options options = {.no_animation = true};
    fake = fake_port_create();
    state = calloc(1, sizeof *state);
    ui_state_init(state, &options, false);
    return 0;
}

int teardown(void **unused)
{
    (void)unused;
    fake_port_destroy(fake);
    free(state);
    return 0;
}

void settle(void)
{
    struct notice n;
    uint64_t lost;
    fake_port_step(fake);
    ui_pages_update(&state->pages, &fake->port);
    ui_state_update(state, &fake->model, fake->now_ms);
    proof_update(state, &fake->port, &fake->model);
    book_wishes(state, &fake->port);
    while (fake->port.notice(fake, &n, &lost)) {
        ui_state_notice(state, &n, &fake->model);
    }
}

void keys(const char *text)
{
    for (; *text != '\0'; text++) {
        ui_state_update(state, &fake->model, fake->now_ms);
        ui_state_key(state, &fake->port, &fake->model, (unsigned char)*text);
        settle();
    }
}

void key(int32_t code)
{
    ui_state_update(state, &fake->model, fake->now_ms);
    ui_state_key(state, &fake->port, &fake->model, code);
    settle();
}

void page(char out[PAGE_MAX])
{
    char row[CANVAS_COLS_MAX * 4 + 1];
    size_t used = 0;
    settle();
    ui_draw(&state->canvas, state, &fake->model);
    for (int r = 0; r < state->canvas.rows; r++) {
        canvas_row_text(&state->canvas, r, row);
        used += (size_t)snprintf(out + used, PAGE_MAX - used, "%s\n", row);
    }
}

void expect_page(const char *name)
{
    static char drawn[PAGE_MAX];
    static char wanted[PAGE_MAX];
    char path[512];
    page(drawn);
    snprintf(path, sizeof path, "%s/%s.txt", pages_dir, name);
    if (getenv("GOLDEN_UPDATE") != NULL) {
        FILE *out = fopen(path, "w");
        assert_non_null(out);
        fputs(drawn, out);
        fclose(out);
        return;
    }
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    wanted[fread(wanted, 1, sizeof wanted - 1, in)] = '\0';
    fclose(in);
    assert_string_equal(drawn, wanted);
}

/* The same page in both symbol sets. */
void expect_both(const char *name)
{
    char ascii[64];
    expect_page(name);
    state->ascii = true;
    snprintf(ascii, sizeof ascii, "%s_ascii", name);
    expect_page(ascii);
    state->ascii = false;
}

void bet(unsigned player, enum bet_kind kind, unsigned number, int64_t chips)
{
    struct bet_ref ref = {(uint8_t)kind, (uint8_t)number};
    assert_int_equal(fake_port_apply(fake, player, move_bet(ref, chips * 100)), REFUSAL_NONE);
}

/* The evening of the examples: a point of six, chips of everybody. */
void friday(void)
{
    fake_port_sit(fake, "Friday Table", friends, 5, 20);
    settle();
    bet(0, BET_PASS, 0, 10);
    bet(1, BET_PASS, 0, 25);
    bet(2, BET_DONT_PASS, 0, 15);
    bet(4, BET_PASS, 0, 10);
    fake_port_roll(fake, 4, 4);
    settle();
    bet(0, BET_COME, 0, 10);
    fake_port_roll(fake, 2, 3);
    settle();
    bet(0, BET_COME_ODDS, 5, 20);
    fake_port_roll(fake, 5, 3);
    settle();
    bet(0, BET_PASS, 0, 10);
    bet(1, BET_PASS, 0, 25);
    bet(2, BET_DONT_PASS, 0, 15);
    bet(4, BET_PASS, 0, 10);
    fake_port_roll(fake, 4, 2);
    settle();
    bet(0, BET_PASS_ODDS, 0, 20);
    bet(1, BET_PASS_ODDS, 0, 50);
    bet(0, BET_PLACE, 8, 12);
    bet(3, BET_PLACE, 8, 6);
    bet(3, BET_COME, 0, 10);
    bet(4, BET_FIELD, 0, 5);
    bet(4, BET_HARD, 6, 5);
    settle();
    fake->now_ms += 10000;
    settle();
}
