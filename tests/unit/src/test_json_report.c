#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/json_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct live *live_of(unsigned count, const char *const *names)
{
    struct live *l = calloc(1, sizeof *l);
    assert_non_null(l);
    struct house_rules rules = house_rules_default();
    live_init(l, &rules);
    for (unsigned i = 0; i < count; i++) {
        uint8_t id[LIVE_ID_BYTES] = {(uint8_t)(i + 1)};
        assert_int_equal(live_seat(l, id, names[i], false, NULL, NULL), REFUSAL_NONE);
    }
    return l;
}

/* The line read back; it must be one line. */
static json_t *parse(const struct report *r)
{
    size_t size = 0;
    char *line = json_report_line(r, &size);
    assert_non_null(line);
    assert_ptr_equal(memchr(line, '\n', size), line + size - 1);
    json_t *o = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(o);
    free(line);
    return o;
}

/* Exactly these keys, apart from event and t_ms. */
static void assert_keys(const json_t *o, const char *event, const char *keys)
{
    char copy[256];
    size_t count = 2;
    snprintf(copy, sizeof copy, "%s", keys);
    assert_string_equal(json_string_value(json_object_get(o, "event")), event);
    assert_true(json_is_integer(json_object_get(o, "t_ms")));
    for (char *rest = NULL, *k = strtok_r(copy, " ", &rest); k != NULL;
         k = strtok_r(NULL, " ", &rest)) {
        if (json_object_get(o, k) == NULL) {
            fail_msg("%s lacks %s", event, k);
        }
        count++;
    }
    assert_int_equal(json_object_size(o), count);
}

static void test_json_report_has_the_keys_of_the_contract(void **state)
{
    (void)state;
    static const char *const names[] = {"Ann", "Bo"};
    static const struct {
        struct report r;
        const char *event, *keys;
    } rows[] = {
        {{.kind = REPORT_TABLE_OPEN, .words = "otter-canyon-velvet"}, "table_open",
            "table name words port rules_hash"},
        {{.kind = REPORT_TABLE_OPEN}, "table_open", "table name port rules_hash"},
        {{.kind = REPORT_JOINED}, "joined", "table member player seat balance"},
        {{.kind = REPORT_EPOCH}, "epoch", "epoch members faulty_tolerated quorum"},
        {{.kind = REPORT_COMMITTED}, "committed", "height view operations latency_ms"},
        {{.kind = REPORT_REFUSED}, "refused", "player code command"},
        {{.kind = REPORT_STALLED}, "stalled", "have need"},
        {{.kind = REPORT_RESUMED}, "resumed", "have need"},
        {{.kind = REPORT_EVIDENCE}, "evidence", "culprit kind file"},
        {{.kind = REPORT_CHAT}, "chat", "player text"},
        {{.kind = REPORT_ROLL, .event.kind = EVENT_ROLL}, "roll",
            "roll dice phase point shooter height payouts balances"},
        {{.kind = REPORT_SUMMARY}, "summary",
            "table height epoch rolls state_hash bank balances commit_ms roll_ms record conserved"},
        {{.kind = REPORT_GAME, .event.kind = EVENT_SEATED}, "player_joined", "player seat"},
        {{.kind = REPORT_GAME, .event.kind = EVENT_LEFT}, "player_left", "player seat"},
        {{.kind = REPORT_GAME, .event.kind = EVENT_AWAY}, "player_away", "player seat"},
        {{.kind = REPORT_GAME, .event.kind = EVENT_BACK}, "player_back", "player seat"},
        {{.kind = REPORT_GAME, .event.kind = EVENT_BET}, "bet", "player bet number amount height"},
        {{.kind = REPORT_GAME, .event.kind = EVENT_TAKE}, "take", "player bet number amount"},
        {{.kind = REPORT_GAME, .event.kind = EVENT_MARK}, "mark", "player bet number working"},
        {{.kind = REPORT_GAME, .event.kind = EVENT_REBUY}, "rebuy", "player amount"},
        {{.kind = REPORT_GAME, .event.kind = EVENT_WINDOW}, "window", "open roll"},
        {{.kind = REPORT_GAME, .event.kind = EVENT_SHOOTER}, "shooter", "player"},
    };
    struct live *l = live_of(2, names);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct report r = rows[i].r;
        r.live = l;
        json_t *o = parse(&r);
        assert_keys(o, rows[i].event, rows[i].keys);
        json_decref(o);
    }
    free(l);
}

static void test_json_report_is_silent_when_a_report_is_no_event(void **state)
{
    (void)state;
    static const uint8_t kinds[] = {
        EVENT_READY, EVENT_REFUSED, EVENT_PAYOUT, EVENT_BALANCE, 0, 200};
    for (size_t i = 0; i < sizeof kinds; i++) {
        struct report r = {.kind = REPORT_GAME, .event.kind = kinds[i]};
        assert_null(json_report(&r));
    }
    struct report r = {.kind = 0};
    assert_null(json_report(&r));
    r.kind = 255;
    assert_null(json_report(&r));
}

static void test_json_report_sorts_payouts_as_the_rules_say(void **state)
{
    (void)state;
    static const char *const names[] = {"bo", "Ann"}; /* 'A' sorts before 'b' */
    static const struct event details[] = {
        {.kind = EVENT_PAYOUT,
            .player = 0,
            .bet = {BET_PLACE, 8},
            .value = PAYOUT_WIN,
            .amount_cents = 600,
            .paid_cents = 700},
        {.kind = EVENT_PAYOUT,
            .player = 0,
            .bet = {BET_COME, 8},
            .value = PAYOUT_WIN,
            .amount_cents = 500,
            .paid_cents = 1000},
        {.kind = EVENT_PAYOUT,
            .player = 0,
            .bet = {BET_COME, 8},
            .value = PAYOUT_TRAVEL,
            .amount_cents = 500,
            .paid_cents = 0},
        {.kind = EVENT_PAYOUT,
            .player = 0,
            .bet = {BET_COME, 0},
            .value = PAYOUT_LOSE,
            .amount_cents = 100,
            .paid_cents = 0},
        {.kind = EVENT_PAYOUT,
            .player = 1,
            .bet = {BET_YO, 0},
            .value = PAYOUT_LOSE,
            .amount_cents = 100,
            .paid_cents = 0},
        {.kind = EVENT_BALANCE, .player = 0, .amount_cents = 1234},
        {.kind = EVENT_BALANCE, .player = 1, .amount_cents = 99},
    };
    struct live *l = live_of(2, names);
    struct report r = {
        .kind = REPORT_ROLL,
        .t_ms = 7,
        .live = l,
        .height = 42,
        .event = {.kind = EVENT_ROLL, .player = 1, .roll = 3, .die1 = 5, .die2 = 3, .value = 6},
        .details = details,
        .detail_count = sizeof details / sizeof details[0],
    };
    size_t size;
    char *line = json_report_line(&r, &size);
    assert_non_null(line);
    static const char expected[] =
        "{\"event\":\"roll\",\"t_ms\":7,\"roll\":3,\"dice\":[5,3],\"phase\":\"point\",\"point\":6,"
        "\"shooter\":\"Ann\",\"height\":42,\"payouts\":["
        "{\"player\":\"Ann\",\"bet\":\"yo\",\"number\":0,\"amount\":100,\"result\":\"lose\","
        "\"paid\":0},"
        "{\"player\":\"bo\",\"bet\":\"come\",\"number\":0,\"amount\":100,\"result\":\"lose\","
        "\"paid\":0},"
        "{\"player\":\"bo\",\"bet\":\"come\",\"number\":8,\"amount\":500,\"result\":\"travel\","
        "\"paid\":0},"
        "{\"player\":\"bo\",\"bet\":\"come\",\"number\":8,\"amount\":500,\"result\":\"win\","
        "\"paid\":1000},"
        "{\"player\":\"bo\",\"bet\":\"place\",\"number\":8,\"amount\":600,\"result\":\"win\","
        "\"paid\":700}],"
        "\"balances\":{\"bo\":1234,\"Ann\":99}}\n";
    assert_int_equal(size, sizeof expected - 1);
    assert_memory_equal(line, expected, size);
    free(line);
    free(l);
}

static void test_json_report_tells_latency_only_of_own_operations(void **state)
{
    (void)state;
    struct report r = {.kind = REPORT_COMMITTED, .latency_ms = -1};
    json_t *o = parse(&r);
    assert_true(json_is_null(json_object_get(o, "latency_ms")));
    json_decref(o);
    r.latency_ms = 12.25;
    o = parse(&r);
    assert_true(json_real_value(json_object_get(o, "latency_ms")) == 12.25);
    json_decref(o);
}

static void test_json_report_shows_nobody_as_null(void **state)
{
    (void)state;
    struct report r = {
        .kind = REPORT_GAME, .event = {.kind = EVENT_SHOOTER, .player = EVENT_NOBODY}};
    json_t *o = parse(&r);
    assert_true(json_is_null(json_object_get(o, "player")));
    json_decref(o);
}

static void test_json_report_keeps_the_event_when_a_text_is_hostile(void **state)
{
    (void)state;
    struct report r = {.kind = REPORT_CHAT, .player = "a\"\\\n\x1b", .text = "\xff\xfe"};
    json_t *o = parse(&r);
    assert_string_equal(json_string_value(json_object_get(o, "player")), "a\"\\\n\x1b");
    assert_string_equal(json_string_value(json_object_get(o, "text")), "?");
    json_decref(o);
}

static void test_json_report_writes_the_largest_figures_exactly(void **state)
{
    (void)state;
    struct report r = {
        .kind = REPORT_JOINED, .t_ms = UINT64_C(1) << 53, .balance_cents = INT64_MAX};
    json_t *o = parse(&r);
    assert_int_equal(json_integer_value(json_object_get(o, "balance")), INT64_MAX);
    assert_int_equal(json_integer_value(json_object_get(o, "t_ms")), INT64_C(1) << 53);
    json_decref(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_report_has_the_keys_of_the_contract),
        cmocka_unit_test(test_json_report_is_silent_when_a_report_is_no_event),
        cmocka_unit_test(test_json_report_sorts_payouts_as_the_rules_say),
        cmocka_unit_test(test_json_report_tells_latency_only_of_own_operations),
        cmocka_unit_test(test_json_report_shows_nobody_as_null),
        cmocka_unit_test(test_json_report_keeps_the_event_when_a_text_is_hostile),
        cmocka_unit_test(test_json_report_writes_the_largest_figures_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
