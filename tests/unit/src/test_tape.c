/* A tape, the places on it and the figures of a record, of a real table that one member plays alone. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "consensus/engine.h"
#include "src/figures.h"
#include "src/game_app.h"
#include "src/replay_port.h"
#include "tests/unit/src/store_table.h"

#include <poll.h>
#include <semaphore.h>

enum { ROLLS = 30 };

static struct engine *engine;
static struct engine_update update;
static struct store *store;
static char path[128];
static uint8_t id[ID_BYTES];
static int64_t worth[ROLLS + 1]; /* after each roll, by the table itself */
static uint64_t clock_ms;

static void step(struct engine_event *e)
{
    static uint64_t now_ms = 1000;
    e->now_ms = now_ms += 10;
    engine_step(engine, e, &update);
    assert_int_equal(store_persist_record(store, update.persist, update.persist_count), ERR_OK);
}

static void say(struct live_command c)
{
    uint8_t payload[LIVE_COMMAND_BYTES_MAX];
    struct writer w = writer_of(payload, sizeof payload);
    live_command_encode(&c, &w);
    struct engine_event e = {
        .kind = ENGINE_SUBMIT, .op_kind = OP_GAME, .data = w.data, .size = w.size};
    step(&e);
    for (unsigned i = 0; i < 4; i++) {
        e = (struct engine_event){.kind = ENGINE_POLL};
        step(&e);
    }
}

static void bet(enum bet_kind kind, unsigned number, int64_t chips)
{
    say((struct live_command){.kind = LIVE_BET,
        .bet = {(uint8_t)kind, (uint8_t)number},
        .has_amount = true,
        .amount_cents = chips * 100});
}

static void open_table(void)
{
    static struct genesis genesis;
    static uint8_t bytes[GENESIS_BYTES_MAX];
    uint8_t seed[32] = {3};
    struct engine_config c = {
        .app = &game_app, .signer = &signer_ed25519, .delta_ms = 60, .shares_with_finalize = true};
    struct house_rules rules = house_rules_default();
    rules.start = 1;
    rules.solo = true;
    memset(&genesis, 0, sizeof genesis);
    genesis.version = PROTOCOL_VERSION;
    struct writer w = writer_of(genesis.rules, sizeof genesis.rules);
    house_rules_encode(&rules, &w);
    genesis.rules_size = (uint16_t)w.size;
    signer_ed25519.keypair(genesis.founder_id, c.id_sk, seed);
    memcpy(id, genesis.founder_id, sizeof id);
    seed[1] = 1;
    signer_ed25519.keypair(genesis.founder_vote_pk, c.founder_vote_sk, seed);
    memcpy(genesis.profile, "Ann", 3);
    genesis.profile_size = 3;
    c.genesis = genesis;
    w = writer_of(bytes, sizeof bytes);
    genesis_encode(&genesis, &w);
    assert_int_equal(store_create(&store, folder, "night", bytes, w.size), ERR_OK);
    engine = engine_create(&c);
    assert_non_null(engine);
    engine_start(engine, true, 1000, &update);
    assert_int_equal(store_persist_record(store, update.persist, update.persist_count), ERR_OK);
    snprintf(path, sizeof path, "%s/night.craps", folder);
}

/* The evening: a pass line on every come-out, the field and a six, and the worth after each roll. */
static int begin(void **state)
{
    if (enter(state) != 0) {
        return -1;
    }
    open_table();
    const struct live *l = engine_final_state(engine);
    for (uint64_t roll = 0; roll < ROLLS;) {
        bet(BET_PASS, 0, 10);
        bet(BET_FIELD, 0, 5);
        bet(BET_PLACE, 6, 12);
        say((struct live_command){.kind = LIVE_THROW});
        l = engine_final_state(engine);
        if (l->roll > roll) {
            assert_int_equal(l->roll, ++roll);
            worth[roll] = tally_worth_cents(l, 0);
        }
    }
    engine_destroy(engine);
    store_close(store);
    return 0;
}

static sem_t news;

static void tell(void *self)
{
    (void)self;
    sem_post(&news);
}

static void test_tape_holds_every_roll_and_the_state_behind_it(void **unused)
{
    (void)unused;
    struct tape *t;
    struct tape_status s;
    struct tape_order order = {.path = path};
    static struct live live;
    static struct event events[256];
    size_t count;
    sem_init(&news, 0, 0);
    assert_int_equal(tape_create(&t, &order, tell, NULL), ERR_OK);
    do {
        sem_wait(&news);
        tape_look(t, &s);
    } while (!s.done);
    assert_int_equal(s.err, ERR_OK);
    assert_true(s.checks);
    assert_int_equal(s.rolls, ROLLS);
    uint8_t point = 0;
    uint32_t hand = 0;
    for (uint32_t i = 0; i < ROLLS; i++) {
        struct tape_roll r;
        assert_true(tape_roll(t, i, &r));
        assert_int_equal(r.roll, i + 1);
        assert_int_equal(r.point_before, point);
        assert_int_equal(r.seven_out, point != 0 && r.die1 + r.die2 == 7);
        assert_int_equal(r.point_made, point != 0 && r.die1 + r.die2 == point);
        assert_int_equal(r.hand_rolls, ++hand);
        assert_true(tape_frame(t, r.frame, &live, events, 256, &count));
        assert_int_equal(live.roll, i + 1);
        assert_int_equal(tally_worth_cents(&live, 0), worth[i + 1]);
        assert_int_equal(tape_rolls_at(t, r.frame), i + 1);
        assert_int_equal(tape_rolls_at(t, r.frame - 1), i);
        point = r.point_after;
        hand = r.seven_out ? 0 : hand;
    }
    assert_false(tape_frame(t, s.frames, &live, events, 256, &count));
    tape_destroy(t);
}

/* The figures, with and without looking at signatures, end where the table ended. */
static void test_figures_are_those_of_the_table(void **unused)
{
    (void)unused;
    struct figures *f = malloc(sizeof *f);
    for (int check = 0; check < 2; check++) {
        struct figures_order order = {.path = path, .id = id, .check = check != 0};
        assert_int_equal(figures_read(f, &order, problem), ERR_OK);
        assert_int_equal(f->found.fault.what, AUDIT_NOTHING);
        assert_int_equal(f->tally.rolls, ROLLS);
        assert_int_equal(f->tally.me, 0);
        assert_int_equal(f->chart_count, ROLLS);
        for (unsigned i = 0; i < ROLLS; i++) {
            assert_int_equal(f->chart[i], worth[i + 1]);
        }
        assert_int_equal(f->tally.players[0].start_cents, 100000);
        assert_int_equal(f->tally.players[0].end_cents, worth[ROLLS]);
        int64_t net = 0;
        for (unsigned i = 0; i < FIGURES_GROUPS; i++) {
            net += f->groups[i].net_cents;
            assert_true(f->groups[i].expected_cents <= 0);
        }
        assert_int_equal(net, worth[ROLLS] - 100000);
    }
    free(f);
}

static uint64_t now(void *self)
{
    (void)self;
    return clock_ms;
}

static struct replay_port *replay;
static struct ui_port port;

static const struct ui_model *look(void)
{
    return port.acquire(port.self);
}

static void move(enum ui_replay_move kind, int argument)
{
    struct ui_command c = {.kind = UI_REPLAY, .number = kind};
    snprintf(c.text, sizeof c.text, "%d", argument);
    assert_true(port.command(port.self, &c));
}

static void open_replay(uint64_t from)
{
    struct tape_status s;
    struct replay_port_order order = {.tape = {.path = path},
        .id = id,
        .records = folder,
        .from = from,
        .speed = 1,
        .now_ms = now};
    clock_ms = 1000;
    assert_int_equal(replay_port_open(&replay, &order), ERR_OK);
    port = replay_port_of(replay);
    for (replay_port_look(replay, &s); !s.done; replay_port_look(replay, &s)) {
        struct pollfd fd = {.fd = port.wake_fd, .events = POLLIN};
        assert_true(poll(&fd, 1, 60000) > 0);
        port.clear(port.self);
    }
    look();
}

static void expect_roll(uint64_t roll)
{
    const struct ui_model *m = look();
    assert_int_equal(m->stage, STAGE_REPLAY);
    assert_int_equal(m->replay.roll, roll);
    assert_int_equal(m->history_count, roll);
    assert_int_equal(m->replay.result, roll > 0);
    if (roll > 0) {
        assert_int_equal(tally_worth_cents(&m->live, 0), worth[roll]);
        assert_int_equal(m->history[m->history_kept - 1].roll, roll);
    }
}

static void test_places_are_reached_from_every_side(void **unused)
{
    (void)unused;
    open_replay(7);
    expect_roll(7);
    assert_int_equal(look()->me, 0);
    move(REPLAY_ROLLS, 1);
    expect_roll(8);
    move(REPLAY_ROLLS, -3);
    expect_roll(5);
    move(REPLAY_GO, ROLLS);
    expect_roll(ROLLS);
    move(REPLAY_ROLLS, 1);
    expect_roll(ROLLS);
    move(REPLAY_GO, 1000000);
    expect_roll(ROLLS);
    move(REPLAY_GO, 0);
    expect_roll(0);
    move(REPLAY_ROLLS, -1);
    expect_roll(0);
    move(REPLAY_STEPS, 1);
    assert_int_equal(look()->replay.roll, 0);
    move(REPLAY_SEAT, 0);
    assert_int_equal(look()->me, -1);
    move(REPLAY_SEAT, 1);
    assert_int_equal(look()->me, 0);
    move(REPLAY_LEAVE, 0);
    assert_int_equal(look()->stage, STAGE_ENDED);
    replay_port_close(replay);
}

/* From the beginning over every seven-out to the end, and back the same way. */
static void test_hands_lead_from_one_seven_out_to_the_next(void **unused)
{
    (void)unused;
    uint64_t outs[ROLLS + 2] = {0};
    unsigned count = 1;
    open_replay(0);
    for (uint64_t roll = 1; roll <= ROLLS; roll++) {
        move(REPLAY_GO, (int)roll);
        const struct ui_model *m = look();
        if (m->history[m->history_kept - 1].seven_out) {
            outs[count++] = roll;
        }
    }
    assert_true(count > 2);
    move(REPLAY_GO, 0);
    for (unsigned i = 1; i < count; i++) {
        move(REPLAY_HANDS, 1);
        expect_roll(outs[i]);
    }
    move(REPLAY_HANDS, 1);
    expect_roll(ROLLS);
    move(REPLAY_GO, (int)outs[count - 1]);
    for (unsigned i = count - 1; i-- > 0;) {
        move(REPLAY_HANDS, -1);
        expect_roll(outs[i]);
    }
    replay_port_close(replay);
}

/* Playing takes its time, more speed takes less, and the end is the end. */
static void test_playing_goes_by_the_clock_to_the_end(void **unused)
{
    (void)unused;
    uint64_t took[2];
    open_replay(0);
    for (unsigned fast = 0; fast < 2; fast++) {
        uint64_t begun = clock_ms, last = 0;
        move(REPLAY_PLAY, 0);
        const struct ui_model *m = look();
        assert_true(m->replay.playing);
        while (m->replay.playing) {
            assert_in_range(m->replay.roll, last, last + 1);
            last = m->replay.roll;
            assert_true(m->replay.next_ms > clock_ms || m->replay.next_ms == 0);
            clock_ms = m->replay.next_ms > clock_ms ? m->replay.next_ms : clock_ms + 1;
            m = look();
        }
        assert_int_equal(m->replay.roll, ROLLS);
        took[fast] = clock_ms - begun;
        move(REPLAY_SPEED, 1);
        assert_int_equal(look()->replay.speed_percent, fast ? 400 : 200);
    }
    assert_true(took[0] > ROLLS * 2500 && took[0] < ROLLS * 8000);
    assert_true(took[1] * 2 < took[0] + 2000 && took[1] * 2 + 2000 > took[0]);
    for (unsigned i = 0; i < 10; i++) {
        move(REPLAY_SPEED, 1);
    }
    assert_int_equal(look()->replay.speed_percent, 1600);
    replay_port_close(replay);
}

/* Table talk is that of the place: told again after a jump, and the newest last. */
static void test_a_jump_tells_again_what_led_there(void **unused)
{
    (void)unused;
    struct notice n;
    uint64_t lost, roll = 0;
    open_replay(0);
    while (port.notice(port.self, &n, &lost)) {
    }
    uint32_t jumps = look()->replay.jumps;
    move(REPLAY_GO, 12);
    assert_int_equal(look()->replay.jumps, jumps + 1);
    while (port.notice(port.self, &n, &lost)) {
        assert_int_equal(n.kind, NOTICE_GAME);
        roll = n.game.kind == EVENT_ROLL ? n.game.roll : roll;
        assert_true(n.game.kind != EVENT_ROLL || n.game.roll <= 12);
    }
    assert_int_equal(roll, 12);
    replay_port_close(replay);
}

static void test_moments_are_rolls_of_the_record_in_order(void **unused)
{
    (void)unused;
    open_replay(0);
    const struct ui_replay *r = &look()->replay;
    assert_true(r->done && r->checks && r->moment_count >= 2);
    for (unsigned i = 0; i < r->moment_count; i++) {
        assert_in_range(r->moments[i].roll, i == 0 ? 1 : r->moments[i - 1].roll + 1, ROLLS);
    }
    assert_int_equal(r->moments[r->moment_count - 1].roll, ROLLS);
    replay_port_close(replay);
}

static void test_what_is_no_record_is_said(void **unused)
{
    (void)unused;
    struct tape *t;
    struct tape_status s;
    char other[160];
    snprintf(other, sizeof other, "%s/none.craps", folder);
    struct tape_order order = {.path = other};
    sem_init(&news, 0, 0);
    assert_int_equal(tape_create(&t, &order, tell, NULL), ERR_OK);
    do {
        sem_wait(&news);
        tape_look(t, &s);
    } while (!s.done);
    assert_int_equal(s.err, ERR_NOT_FOUND);
    assert_int_equal(s.frames, 0);
    assert_true(s.problem[0] != '\0' && !s.checks);
    tape_destroy(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tape_holds_every_roll_and_the_state_behind_it),
        cmocka_unit_test(test_figures_are_those_of_the_table),
        cmocka_unit_test(test_places_are_reached_from_every_side),
        cmocka_unit_test(test_hands_lead_from_one_seven_out_to_the_next),
        cmocka_unit_test(test_playing_goes_by_the_clock_to_the_end),
        cmocka_unit_test(test_a_jump_tells_again_what_led_there),
        cmocka_unit_test(test_moments_are_rolls_of_the_record_in_order),
        cmocka_unit_test(test_what_is_no_record_is_said),
    };
    return cmocka_run_group_tests(tests, begin, leave);
}
