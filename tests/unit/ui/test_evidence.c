/* The page with the proof that somebody lied. */
#include "tests/unit/ui/pages.h"

#include "base/prng.h"

#include <stdio.h>
#include <string.h>

static struct ui_lie *lie(unsigned player)
{
    struct ui_evidence *e = &fake->pages.evidence;
    struct ui_lie *l = &e->lies[e->count++];
    struct prng prng;
    prng_seed(&prng, player);
    *l = (struct ui_lie){.deed = "voted for two different blocks",
        .means =
            "Each turn has one block. Two votes would let two halves of the table go two ways.",
        .file = "/home/ann/.local/share/craps/sessions/"
                "2026-11-21-friday-table.evidence-c43ceb0b-3.craps-evidence",
        .right = true};
    l->culprit[0] = (uint8_t)(player + 1);
    for (int i = 0; i < 2; i++) {
        snprintf(l->two[i].what, sizeof l->two[i].what, "a vote for this block");
        snprintf(l->two[i].where, sizeof l->two[i].where, "epoch 3, view 431, member 3");
        l->two[i].has_hash = true;
        prng_fill(&prng, l->two[i].hash, sizeof l->two[i].hash);
        prng_fill(&prng, l->two[i].signature, sizeof l->two[i].signature);
    }
    e->head.state = PAGE_READY;
    fake->pages.version[UI_PAGE_EVIDENCE]++;
    return l;
}

static void caught(void)
{
    struct ui_model *m = &fake->model;
    friday();
    m->lies = 1;
    m->alert_count = 1;
    snprintf(m->record, sizeof m->record, "/home/ann/2026-11-21-friday-table.craps");
    snprintf(m->alert, sizeof m->alert,
        "Cy voted for two different blocks: out at the next round of members.");
    snprintf(m->alert_more, sizeof m->alert_more, "Both of its signatures are kept as proof.");
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

static void test_evidence_is_one_key_away_while_the_alert_stands(void **unused)
{
    (void)unused;
    caught();
    expect_text("Both of its signatures are kept as proof.");
    expect_text("E : proof   Esc : seen");
    keys("E");
    assert_int_equal(fake->asked[0].page, UI_PAGE_EVIDENCE);
    assert_string_equal(fake->asked[0].path, fake->model.record);
    lie(2);
    expect_both("evidence");
    state->rows = 40;
    state->cols = 120;
    expect_page("evidence_wide");
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_NONE);
}

static void test_evidence_stays_in_the_menu_after_the_alert(void **unused)
{
    (void)unused;
    friday();
    keys("E");
    expect_text("Nobody was caught cheating at this table.");
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_MENU);
    key(UIKEY_ESC);
    caught();
    key(UIKEY_ESC);
    key(UIKEY_ESC);
    expect_text("Evidence against a cheat");
    keys("E");
    assert_int_equal(state->popup, POPUP_EVIDENCE);
    expect_text("Reading the proofs ...");
}

static void test_evidence_that_proves_nothing_says_so(void **unused)
{
    (void)unused;
    caught();
    keys("E");
    struct ui_lie *l = lie(2);
    l->right = false;
    snprintf(l->problem, sizeof l->problem, "the two votes prove nothing against that key");
    expect_text("PROVES NOTHING");
    expect_text("This file accuses Cy, and does not prove it");
    lie(0);
    settle();
    key(UIKEY_RIGHT);
    expect_text("evidence 2 of 2");
    expect_text("You voted for two different blocks.");
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        pages_dir = argv[1];
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_evidence_is_one_key_away_while_the_alert_stands, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_evidence_stays_in_the_menu_after_the_alert, setup, teardown),
        cmocka_unit_test_setup_teardown(test_evidence_that_proves_nothing_says_so, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
