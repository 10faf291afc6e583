/* Commands, the state and the script of the game, and free text. */
#include "game/integer.h"
#include "game/live.h"
#include "game/name.h"
#include "game/plan.h"
#include "game/script.h"
#include "tests/fuzz/target.h"

#include <string.h>

FUZZ_CODEC(live_command, struct live_command, live_command_decode, live_command_encode)
FUZZ_CODEC(house_rules, struct house_rules, house_rules_decode, house_rules_encode)

static void seed_live_command(struct writer *w)
{
    struct live_command c = {.kind = LIVE_REBUY};
    live_command_encode(&c, w);
}

static void seed_house_rules(struct writer *w)
{
    struct house_rules rules = house_rules_default();
    house_rules_encode(&rules, w);
}

FUZZ_CODEC(live, struct live, live_decode, live_encode)

static void seed_live(struct writer *w)
{
    static struct live l;
    struct house_rules rules = house_rules_default();
    live_init(&l, &rules);
    live_encode(&l, w);
}

static bool answer(void *context, const char *bytes, size_t size)
{
    size_t *answers = context;
    MUST(size > 1 && bytes[size - 1] == '\n' && memchr(bytes, '\n', size) == bytes + size - 1);
    (*answers)++;
    return true;
}

static bool run_script(const uint8_t *data, size_t size)
{
    size_t answers = 0;
    struct script *s = script_create((struct script_sink){.write = answer, .ctx = &answers});
    MUST(s != NULL);
    (void)script_feed(s, data, size);
    (void)script_finish(s);
    script_destroy(s);
    return answers > 0;
}

static void write_text(struct writer *w, const char *text)
{
    write_bytes(w, text, strlen(text));
}

static void seed_script(struct writer *w)
{
    write_text(w, "player Ann 1000\nbet Ann pass 10\nroll 3 4\nbet Ann place 6 12\nroll 5 5\ntake "
                  "Ann place 6\nstate\n");
}

/* Clean text is printable, trimmed, and clean already. */
static bool run_text(const uint8_t *data, size_t size)
{
    enum { MOST = 120 };
    char out[MOST + 1], again[MOST + 1];
    size_t length = text_clean(out, MOST, (const char *)data, size);
    MUST(length <= MOST && out[length] == '\0' && strlen(out) == length);
    for (size_t i = 0; i < length;) {
        size_t used;
        MUST(code_point_printable(utf8_next(out + i, length - i, &used)));
        i += used;
    }
    MUST(text_clean(again, MOST, out, length) == length && memcmp(out, again, length) == 0);
    char name[NAME_BYTES_MAX + 1];
    name_clean(name, (const char *)data, size);
    MUST(name[0] != '\0' && strlen(name) <= NAME_CLEAN_BYTES_MAX);
    return length > 0;
}

static void seed_text(struct writer *w)
{
    write_text(w, "Zo\xc3\xab \xe2\x80\xae\x1b[31m \xf0\x9f\x8e\xb2 e\xcc\x81");
}

static bool run_integer(const uint8_t *data, size_t size)
{
    int64_t value;
    if (!integer_parse((const char *)data, size, &value)) {
        return false;
    }
    MUST(value > -1000000000000000 && value < 1000000000000000);
    return true;
}

static void seed_integer(struct writer *w)
{
    write_text(w, "-1234");
}

/* Makes the moves of a window; every move that comes out is one that the table takes. */
static void run_window(struct table *t, const struct plan *plan, struct plan_run *run)
{
    struct plan_move m;
    unsigned moves = 0;
    while (plan_next(run, plan, t, 0, &m) == PLAN_STEP_MOVE) {
        enum refusal refusal = m.kind == PLAN_MOVE_BET ? table_bet(t, 0, m.bet, m.amount_cents)
                               : m.kind == PLAN_MOVE_TAKE
                                   ? table_take(t, 0, m.bet, m.has_amount, m.amount_cents)
                                   : table_mark(t, 0, m.bet, (enum bet_mark)m.mark);
        MUST(refusal == REFUSAL_NONE && ++moves <= PLAN_MOVES_MAX);
    }
}

/* A strategy file: refused with a sentence, or a plan that plays a few hands within its bounds. */
static bool run_plan(const uint8_t *data, size_t size)
{
    static const uint8_t totals[] = {6, 8, 4, 6, 7, 11, 2, 5, 12, 3, 9, 10, 5, 7};
    static struct payout payouts[2 * BET_SLOT_COUNT];
    static struct plan plan;
    struct plan_problem problem;
    struct table t;
    struct table_player player;
    struct plan_run run;
    if (!plan_parse(&plan, (const char *)data, size, &problem)) {
        MUST(problem.text[0] != '\0' && memchr(problem.text, '\0', sizeof problem.text) != NULL);
        return false;
    }
    struct table_config config = table_config_default();
    config.line_required = false;
    table_init(&t, &config, &player, 1);
    MUST(table_add_player(&t, "Ann", 100000000) == REFUSAL_NONE);
    plan_begin(&run, &plan, &t, 0);
    for (size_t i = 0; i < sizeof totals; i++) {
        run_window(&t, &plan, &run);
        uint8_t bytes[PLAN_MIND_BYTES_MAX];
        struct writer w = writer_of(bytes, sizeof bytes);
        plan_mind(&run, &plan, &w);
        MUST(!w.bad);
        struct roll_result r = {.payouts = payouts, .payout_capacity = 2 * BET_SLOT_COUNT};
        unsigned die1 = totals[i] > 7 ? totals[i] - 6u : 1;
        MUST(table_roll(&t, die1, totals[i] - die1, &r) == REFUSAL_NONE && table_conserved(&t));
        plan_saw(&run, &r, 0);
    }
    return true;
}

static void seed_plan(struct writer *w)
{
    write_text(w, "# all of it\nunit 5\ncounter wins\nladder steps 5 10 500c\n"
                  "when point is off and wins < 3: bet pass steps; off place\n"
                  "when point is on:\n  bet place 6,8 6 except point\n  odds pass 2x\n"
                  "after win place 6,8 when amount of place >= 6:\n  press it by 6 up to 30\n"
                  "after roll 7: up steps; reset wins\nbet hop 4 4 1; keep field 2 units\n"
                  "after lose any: lower place all to 6; take come\nstop when profit >= 500\n");
}

const struct fuzz_target fuzz_game[] = {
    {"plan", run_plan, seed_plan},
    {"live_command", run_live_command, seed_live_command},
    {"house_rules", run_house_rules, seed_house_rules},
    {"live", run_live, seed_live},
    {"script", run_script, seed_script},
    {"text", run_text, seed_text},
    {"integer", run_integer, seed_integer},
};
const size_t fuzz_game_count = sizeof fuzz_game / sizeof fuzz_game[0];
