/* The page about the network: who answers, who has signed how far, what was agreed last. */
#include "tests/unit/ui/pages.h"

#include <stdio.h>
#include <string.h>

static struct ui_step *step(enum ui_step_kind kind, uint64_t roll, unsigned ago_s)
{
    struct ui_model *m = &fake->model;
    struct ui_step *p = &m->steps[m->step_count++];
    *p = (struct ui_step){.kind = (uint8_t)kind,
        .roll = roll,
        .height = 400 + m->step_count,
        .signers = 4,
        .members = 5,
        .t_ms = fake->now_ms - ago_s * 1000};
    return p;
}

static void evening(void)
{
    friday();
    struct ui_model *m = &fake->model;
    snprintf(m->fingerprint, sizeof m->fingerprint, "maple drum 42 coral");
    for (unsigned i = 0; i < m->peer_count; i++) {
        struct ui_peer *p = &m->peers[i];
        snprintf(p->address, sizeof p->address, "192.168.1.%u:%u", 20 + 11 * i, 40000 + 977 * i);
        p->votes = true;
        p->rolls = 4;
        p->opened = i == 0;
        p->lost_permille = i == 0 ? UI_LOST_UNKNOWN : (uint16_t)(i * 6);
        p->rtt_us = i == 0 ? 0 : 900 + 8000 * (i - 1);
    }
    m->peers[2].linked = false;
    m->peers[2].away_s = 12;
    m->peers[2].rolls = 3;
    m->peers[3].rtt_us = 410000;
    m->answering = 4;
    step(UI_STEP_MEMBERS, 5, 400);
    step(UI_STEP_LOCK, 4, 17)->took_us = 0;
    struct ui_step *pieces = step(UI_STEP_PIECES, 4, 17);
    pieces->members = 4;
    pieces->signers = 5;
    pieces->took_us = 11200;
    struct ui_step *roll = step(UI_STEP_ROLL, 4, 16);
    roll->die1 = roll->die2 = 3;
    roll->took_us = 14800;
    snprintf(step(UI_STEP_AWAY, 0, 12)->who, UI_NAME_MAX, "Cy");
    settle();
}

static void expect_text(const char *text)
{
    static char drawn[PAGE_MAX];
    page(drawn);
    if (strstr(drawn, text) == NULL) {
        print_error("\"%s\" is not in\n%s\n", text, drawn);
    }
    assert_non_null(strstr(drawn, text));
}

static void test_network_shows_who_answers_and_what_was_agreed(void **unused)
{
    (void)unused;
    evening();
    keys("N");
    expect_both("network");
    state->rows = 40;
    state->cols = 120;
    expect_both("network_wide");
    keys("r");
    assert_int_equal(fake->other[fake->other_count - 1].kind, UI_RETRY);
    expect_text("Calling everybody who is silent");
    keys("e");
    expect_text("The log of this program: none is kept");
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_NONE);
}

/* What a step needs is never said to be less than it is. */
static void test_network_says_how_many_must_sign(void **unused)
{
    (void)unused;
    evening();
    keys("N");
    expect_text("A step counts when 4 of 5 sign it. Any 4 can go on without the fifth.");
    struct ui_model *m = &fake->model;
    m->members = m->needed = 3;
    m->faulty = 0;
    expect_text("A step counts when all 3 sign it: with two or three everybody is needed.");
    m->members = m->needed = 1;
    expect_text("You are alone here: your own signature is all there is.");
    m->members = 8;
    m->needed = 6;
    m->faulty = 2;
    expect_text("A step counts when 6 of 8 sign it. Any 6 can go on without the others.");
    m->practice = true;
    expect_text("Practice: all 8 members run on this computer.");
}

static void test_network_scrolls_when_many_sit_there(void **unused)
{
    (void)unused;
    evening();
    struct ui_model *m = &fake->model;
    for (unsigned i = 5; i < 16; i++) {
        m->peers[i] = m->peers[1];
        m->peers[i].seat = (uint8_t)(21 - i);
        snprintf(m->peers[i].name, sizeof m->peers[i].name, "Guest %u", i);
    }
    m->peer_count = m->members = m->answering = 16;
    m->needed = 11;
    m->faulty = 5;
    keys("N");
    expect_page("network_many");
    for (int i = 0; i < 30; i++) {
        key(UIKEY_DOWN);
    }
    expect_text("of 16, up/down the others");
    expect_text("Guest 5 ");
}

static void figures(void)
{
    struct ui_figures *f = &fake->model.figures;
    *f = (struct ui_figures){.known = true,
        .commit = {5631, 17159, 19902, 583},
        .roll = {3853, 8427, 12526, 100},
        .tries_lost = 2,
        .refused = 12,
        .pending = 1,
        .link_count = 4,
        .received_bytes = 1234567,
        .sent_bytes = 999,
        .received_packets = 23456,
        .sent_packets = 1000000,
        .rejected = 3,
        .checked = 40470,
        .notices = 2,
        .pool = 1,
        .pictures = 12345,
        .resident_bytes = 14200000,
        .cpu_permille = 31,
        .cpu_ms = 12340};
    for (unsigned i = 0; i < f->link_count; i++) {
        struct ui_link *l = &f->links[i];
        snprintf(l->name, sizeof l->name, "%s", fake->model.peers[i + 1].name);
        l->received = 100000 * (i + 1);
        l->sent = 12345 * i;
    }
    fake->model.epoch = 3;
    fake->model.height = 40472;
}

static void test_figures_are_asked_for_while_the_page_is_open(void **unused)
{
    (void)unused;
    evening();
    keys("S");
    expect_text("Looking ...");
    unsigned asked = fake->other_count;
    assert_int_equal(fake->other[asked - 1].kind, UI_FIGURES);
    figures_update(state, &fake->port);
    assert_int_equal(fake->other_count, asked); /* once a second */
    fake->now_ms += 1000;
    settle();
    figures_update(state, &fake->port);
    assert_int_equal(fake->other_count, asked + 1);
    figures();
    settle();
    expect_both("figures");
    state->rows = 40;
    state->cols = 120;
    expect_both("figures_wide");
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_NONE);
    fake->now_ms += 5000;
    settle();
    figures_update(state, &fake->port);
    assert_int_equal(fake->other_count, asked + 1); /* nobody looks any more */
}

static void test_figures_are_reached_from_the_network_page_and_lead_back(void **unused)
{
    (void)unused;
    evening();
    figures();
    settle();
    keys("Nf");
    assert_int_equal(state->popup, POPUP_FIGURES);
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_NETWORK);
    keys("fN");
    assert_int_equal(state->popup, POPUP_NETWORK);
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_NONE);
}

static void test_figures_of_many_links_and_of_none(void **unused)
{
    (void)unused;
    evening();
    figures();
    struct ui_figures *f = &fake->model.figures;
    for (unsigned i = 0; i < 15; i++) {
        f->links[i] = (struct ui_link){"", UINT64_MAX, UINT64_MAX};
        memset(f->links[i].name, 'W', UI_NAME_MAX);
    }
    f->link_count = 15;
    f->commit = (struct ui_times){UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT64_MAX};
    f->received_bytes = f->received_packets = f->queue_lost = f->pictures = UINT64_MAX;
    settle();
    keys("S");
    expect_page("figures_many");
    f->link_count = 0;
    f->commit.count = f->roll.count = 0;
    fake->model.practice = true;
    snprintf(f->served, sizeof f->served, "http://127.0.0.1:9100/metrics");
    settle();
    expect_page("figures_practice");
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        pages_dir = argv[1];
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_network_shows_who_answers_and_what_was_agreed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_network_says_how_many_must_sign, setup, teardown),
        cmocka_unit_test_setup_teardown(test_network_scrolls_when_many_sit_there, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_figures_are_asked_for_while_the_page_is_open, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_figures_are_reached_from_the_network_page_and_lead_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_figures_of_many_links_and_of_none, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
