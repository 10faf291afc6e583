#include "tests/unit/net/gossip_room.h"

#include "net/gossip_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seeds = 24; /* GOSSIP_SEEDS: more of them */

/* Two nets of links, then one again: everybody shows the same, in causal order all the time. */
static void test_lines_converge_in_causal_order_under_any_delivery(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        unsigned count = 2 + (unsigned)(seed % 5);
        struct room *r = room_open(count, seed);
        r->delay_ms = seed % 3 * 400;
        r->lose = seed % 4 * 80;
        r->twice = 100;
        for (unsigned step = 0; step < 60; step++) {
            char text[32];
            unsigned who = (unsigned)prng_below(&r->random, count);
            snprintf(text, sizeof text, "%u-%u", who, step);
            assert_true(room_say(r, who, text));
            if (prng_chance(&r->random, 100)) {
                unsigned side = (unsigned)prng_next(&r->random);
                for (unsigned a = 0; a < count; a++) {
                    for (unsigned b = 0; b < a; b++) {
                        room_link(r, a, b, ((side >> a ^ side >> b) & 1) == 0);
                    }
                }
            }
            room_run(r, prng_below(&r->random, 10) * 100);
        }
        r->lose = 0;
        for (unsigned a = 0; a < count; a++) {
            for (unsigned b = 0; b < a; b++) {
                room_link(r, a, b, false);
                room_link(r, a, b, true);
            }
        }
        room_run(r, 60000);
        room_expect_same(r);
        for (unsigned i = 0; i < count; i++) {
            assert_int_equal(r->members[i].count, 60);
            assert_int_equal(gossip_counts(r->members[i].g).gaps, 0);
            assert_int_equal(gossip_counts(r->members[i].g).waiting, 0);
        }
        room_close(r);
    }
}

/* Members vanish and come back with a new life at any moment; what nobody else had heard is gone with them. */
static void test_lines_converge_when_members_come_and_go(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        unsigned count = 3 + (unsigned)(seed % 4);
        uint32_t lives[ROOM_MOST] = {1, 1, 1, 1, 1, 1, 1, 1};
        struct room *r = room_open(count, seed + 1000000);
        r->check_causal = false; /* what was said before somebody came is shown as it comes */
        r->delay_ms = seed % 3 * 300;
        r->lose = seed % 4 * 60;
        for (unsigned step = 0; step < 50; step++) {
            char text[32];
            unsigned who = (unsigned)prng_below(&r->random, count);
            snprintf(text, sizeof text, "%u-%u", who, step);
            if (lives[who] < 4 && prng_chance(&r->random, 120)) { /* of more nobody keeps all */
                uint64_t lamport = gossip_lamport(r->members[who].g) + 64;
                room_stop(r, who);
                room_run(r, prng_below(&r->random, 30) * 100);
                room_start(r, who, ++lives[who], lamport);
            }
            if (prng_chance(&r->random, 200)) {
                unsigned a = (unsigned)prng_below(&r->random, count);
                room_link(r, who, a, !r->linked[who][a]);
            }
            assert_true(room_say(r, who, text));
            room_run(r, prng_below(&r->random, 12) * 100);
        }
        r->lose = 0;
        for (unsigned a = 0; a < count; a++) {
            for (unsigned b = 0; b < a; b++) {
                room_link(r, a, b, false);
                room_link(r, a, b, true);
            }
        }
        room_run(r, 100000);
        room_expect_same(r);
        for (unsigned i = 0; i < count; i++) {
            assert_int_equal(gossip_counts(r->members[i].g).waiting, 0);
        }
        room_close(r);
    }
}

/* Lost messages alone: comparing makes up for them while there is something new. */
static void test_lines_arrive_when_messages_are_lost(void **state)
{
    (void)state;
    struct room *r = room_open(3, 7);
    r->lose = 500;
    for (unsigned i = 0; i < 20; i++) {
        char text[16];
        snprintf(text, sizeof text, "line %u", i);
        room_say(r, i % 3, text);
        room_run(r, 2000);
    }
    r->lose = 0;
    room_say(r, 0, "and now");
    room_run(r, 25000);
    room_expect_same(r);
    room_close(r);
}

static void test_nothing_is_sent_when_all_is_said(void **state)
{
    (void)state;
    struct room *r = room_open(5, 3);
    room_say(r, 0, "hello");
    room_say(r, 3, "hello Ann");
    room_run(r, 30000);
    uint64_t sent = r->sent;
    room_run(r, 600000);
    assert_int_equal(r->sent, sent);
    for (unsigned i = 0; i < 5; i++) {
        assert_true(gossip_deadline_ms(r->members[i].g) == UINT64_MAX);
    }
    room_close(r);
}

static void test_a_line_waits_for_what_its_author_had_seen(void **state)
{
    (void)state;
    struct room *r = room_open(3, 5);
    room_run(r, 11000); /* nobody is a newcomer any more */
    room_link(r, 0, 2, false);
    room_say(r, 0, "question");
    room_link(r, 1, 2, false);
    room_run(r, 500);
    room_say(r, 1, "answer");
    assert_int_equal(r->members[2].count, 0);
    room_link(r, 1, 2, true);
    room_run(r, 500);
    assert_string_equal(r->members[2].lines[0].text, "question");
    assert_string_equal(r->members[2].lines[1].text, "answer");
    room_close(r);
}

static size_t line_of(struct room *r, unsigned who, uint32_t number, uint64_t lamport,
    const char *text, const struct gossip_at *dep, uint8_t out[GOSSIP_ITEM_BYTES_MAX])
{
    struct gossip_item i = {.kind = GOSSIP_LINE, .incarnation = 1, .number = number};
    i.lamport = lamport;
    i.size = (uint8_t)strlen(text);
    memcpy(i.author, r->members[who].pk, NET_ID_BYTES);
    memcpy(i.text, text, i.size);
    if (dep != NULL) {
        i.deps[i.dep_count++] = *dep;
    }
    return gossip_item_encode(&i, &r->scope, r->members[who].sk, out);
}

static void test_a_line_is_shown_with_a_mark_when_its_forerunner_never_comes(void **state)
{
    (void)state;
    uint8_t item[GOSSIP_ITEM_BYTES_MAX];
    struct room *r = room_open(2, 5);
    room_run(r, 11000);
    assert_true(room_whisper(r, 0, 1, item, line_of(r, 1, 4, 9, "four", NULL, item)));
    room_run(r, GOSSIP_GAP_MS - 1000);
    assert_int_equal(r->members[0].count, 0);
    room_run(r, 2000);
    assert_int_equal(r->members[0].count, 1);
    assert_true(r->members[0].lines[0].gap);
    assert_int_equal(r->members[0].lines[0].missing, 3);
    /* They come after all, and stand where they belong. */
    assert_true(room_whisper(r, 0, 1, item, line_of(r, 1, 2, 5, "two", NULL, item)));
    char text[64];
    room_display(r, 0, text, sizeof text);
    assert_string_equal(text, "two|four|");
    room_close(r);
}

/* One number, two lines: each is told to another member. */
static void test_two_lines_with_one_number_leave_the_smaller_hash_everywhere(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        uint8_t one[GOSSIP_ITEM_BYTES_MAX], two[GOSSIP_ITEM_BYTES_MAX];
        struct room *r = room_open(4, seed);
        room_run(r, 11000);
        size_t size_one = line_of(r, 3, 1, 1, "I bet it is six", NULL, one);
        size_t size_two = line_of(r, 3, 1, 1, "I bet it is nine", NULL, two);
        struct digest a = gossip_item_hash(one, size_one), b = gossip_item_hash(two, size_two);
        const char *winner =
            memcmp(a.b, b.b, DIGEST_BYTES) < 0 ? "I bet it is six|" : "I bet it is nine|";
        room_stop(r, 3);
        room_link(r, 0, 1, false);
        room_link(r, 0, 2, false);
        r->members[3].g = NULL;
        gossip_link(r->members[0].g, r->members[3].pk, true, r->now_ms);
        gossip_link(r->members[1].g, r->members[3].pk, true, r->now_ms);
        assert_true(room_whisper(r, 0, 3, one, size_one));
        assert_true(room_whisper(r, 1, 3, two, size_two));
        room_run(r, 3000);
        room_link(r, 0, 1, true);
        room_run(r, 15000);
        for (unsigned i = 0; i < 3; i++) {
            char text[64];
            room_display(r, i, text, sizeof text);
            assert_string_equal(text, winner);
        }
        assert_true(r->members[0].conflicts + r->members[1].conflicts > 0);
        room_close(r);
    }
}

static void test_a_newcomer_is_told_the_last_lines(void **state)
{
    (void)state;
    struct room *r = room_open(3, 9);
    room_stop(r, 2);
    for (unsigned i = 0; i < 240; i++) {
        char text[16];
        snprintf(text, sizeof text, "line %u", i);
        room_say(r, i % 2, text);
        room_run(r, 200);
    }
    r->check_causal = false; /* what was said long before does not come */
    room_start(r, 2, 2, 0);
    room_run(r, 3000);
    assert_int_equal(r->members[2].count, GOSSIP_HISTORY_MAX);
    assert_string_equal(r->members[2].lines[0].text, "line 140");
    assert_true(r->members[2].lines[0].history);
    assert_true(room_say(r, 2, "hello"));
    room_run(r, 300);
    room_say(r, 0, "welcome");
    room_run(r, 40000);
    assert_int_equal(r->members[2].count, GOSSIP_HISTORY_MAX + 2);
    assert_string_equal(r->members[0].lines[240].text, "hello");
    room_close(r);
}

static void test_who_comes_back_begins_a_new_life(void **state)
{
    (void)state;
    struct room *r = room_open(3, 11);
    room_say(r, 0, "before");
    room_run(r, 2000);
    room_stop(r, 0);
    r->check_causal = false;
    room_start(r, 0, 2, 0);
    room_link(r, 0, 1, false);
    room_link(r, 0, 2, false);
    room_say(r, 0, "alone"); /* before it has heard of anything */
    room_link(r, 0, 1, true);
    room_link(r, 0, 2, true);
    room_run(r, 30000);
    room_expect_same(r);
    assert_int_equal(r->members[1].count, 2);
    assert_int_equal(r->members[0].count, 2);
    /* Its files were lost, and with them its number: others tell it. */
    room_stop(r, 0);
    room_start(r, 0, 1, 0);
    room_run(r, 3000);
    assert_int_equal(gossip_incarnation(r->members[0].g), 3);
    room_say(r, 0, "here I am");
    room_run(r, 3000);
    room_expect_same(r);
    assert_int_equal(r->members[1].count, 3);
    assert_int_equal(r->members[1].conflicts, 0);
    room_close(r);
}

static void test_names_and_the_topic_converge(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        uint8_t a[GOSSIP_VALUE_MAX], b[GOSSIP_VALUE_MAX];
        struct room *r = room_open(4, seed);
        r->delay_ms = 700;
        r->lose = 200;
        room_link(r, 0, 2, false);
        room_link(r, 0, 3, false);
        room_link(r, 1, 2, false);
        room_link(r, 1, 3, false);
        for (unsigned i = 0; i < 12; i++) {
            char value[16];
            snprintf(value, sizeof value, "v%u", i);
            enum gossip_key key = i % 3 == 0 ? GOSSIP_NAME : GOSSIP_TOPIC;
            gossip_set(r->members[i % 4].g, key, value, i == 11 ? 0 : strlen(value), r->now_ms);
            room_run(r, 700);
        }
        r->lose = 0;
        for (unsigned i = 0; i < 4; i++) {
            for (unsigned k = 0; k < i; k++) {
                room_link(r, i, k, false);
                room_link(r, i, k, true);
            }
        }
        room_run(r, 30000);
        for (unsigned i = 1; i < 4; i++) {
            for (unsigned who = 0; who < 4; who++) {
                size_t x = gossip_value(r->members[0].g, GOSSIP_NAME, r->members[who].pk, a);
                size_t y = gossip_value(r->members[i].g, GOSSIP_NAME, r->members[who].pk, b);
                assert_int_equal(x, y);
                assert_memory_equal(a, b, x);
            }
            size_t x = gossip_value(r->members[0].g, GOSSIP_TOPIC, NULL, a);
            assert_int_equal(x, gossip_value(r->members[i].g, GOSSIP_TOPIC, NULL, b));
            assert_memory_equal(a, b, x);
        }
        room_close(r);
    }
}

/* All three laws over values that collide often. */
static void test_the_map_merges_in_any_order(void **state)
{
    (void)state;
    struct prng random;
    prng_seed(&random, 1);
    for (unsigned run = 0; run < 3000; run++) {
        struct gossip_register r[3], left, right, again;
        for (unsigned i = 0; i < 3; i++) {
            struct gossip_item item = {.kind = GOSSIP_ENTRY, .key = GOSSIP_TOPIC};
            uint8_t bytes[8] = {(uint8_t)run, (uint8_t)i};
            item.lamport = 1 + prng_below(&random, 2);
            item.author[0] = (uint8_t)prng_below(&random, 2);
            item.size = 1;
            item.text[0] = (uint8_t)prng_below(&random, 2);
            gossip_register_of(&r[i], &item, bytes, sizeof bytes);
        }
        left = r[0];
        gossip_register_merge(&left, &r[1]);
        gossip_register_merge(&left, &r[2]);
        right = r[2];
        gossip_register_merge(&right, &r[1]);
        again = r[0];
        gossip_register_merge(&right, &again);
        assert_int_equal(gossip_register_compare(&left, &right), 0);
        again = left;
        assert_false(gossip_register_merge(&again, &left));
        for (unsigned i = 0; i < 3; i++) {
            assert_true(gossip_register_compare(&left, &r[i]) >= 0);
            for (unsigned k = 0; k < 3; k++) {
                int order = gossip_register_compare(&r[i], &r[k]);
                int back = gossip_register_compare(&r[k], &r[i]);
                assert_true((order < 0) == (back > 0) && (order == 0) == (back == 0));
            }
        }
    }
}

static void test_a_clock_far_ahead_is_not_followed(void **state)
{
    (void)state;
    uint8_t item[GOSSIP_ITEM_BYTES_MAX];
    struct room *r = room_open(2, 2);
    room_run(r, 11000);
    room_whisper(r, 0, 1, item, line_of(r, 1, 1, (UINT64_C(1) << 20) + 1, "late", NULL, item));
    assert_int_equal(r->members[0].count, 0);
    assert_int_equal(gossip_lamport(r->members[0].g), 0);
    room_whisper(r, 0, 1, item, line_of(r, 1, 1, UINT64_C(1) << 20, "fine", NULL, item));
    assert_int_equal(r->members[0].count, 1);
    room_close(r);
}

static void test_a_line_dated_before_what_it_follows_is_not_shown(void **state)
{
    (void)state;
    uint8_t item[GOSSIP_ITEM_BYTES_MAX];
    struct room *r = room_open(2, 2);
    room_run(r, 11000);
    room_say(r, 0, "seven out!");
    struct gossip_at dep = {.incarnation = 1, .number = 1};
    memcpy(dep.tag, r->members[0].pk, GOSSIP_TAG_BYTES);
    room_whisper(r, 0, 1, item, line_of(r, 1, 1, 1, "I said seven", &dep, item));
    assert_int_equal(r->members[0].count, 1);
    room_whisper(r, 0, 1, item, line_of(r, 1, 2, 2, "now", NULL, item));
    assert_int_equal(r->members[0].count, 2);
    room_close(r);
}

/* Whatever one member sends: the others hold no more than the limits. */
static void test_a_flood_stays_in_its_bounds(void **state)
{
    (void)state;
    uint8_t item[GOSSIP_ITEM_BYTES_MAX];
    struct room *r = room_open(3, 4);
    room_run(r, 11000);
    for (uint32_t i = 0; i < 3000; i++) {
        struct gossip_at dep = {.incarnation = 1 + i % 9, .number = 77};
        memcpy(dep.tag, r->members[2].pk, GOSSIP_TAG_BYTES);
        size_t size = line_of(r, 1, 2 + i, 1 + i, "flood", i % 2 == 0 ? &dep : NULL, item);
        assert_true(room_whisper(r, 0, 1, item, size));
        r->now_ms += 1;
    }
    struct gossip_counts c = gossip_counts(r->members[0].g);
    assert_true(c.waiting <= 64);
    assert_true(c.dropped_rate > 2000);
    /* Somebody else is heard all the same. */
    r->now_ms += 1000;
    room_say(r, 2, "enough");
    room_run(r, 1000);
    assert_string_equal(r->members[0].lines[r->members[0].count - 1].text, "enough");
    room_close(r);
}

static void test_strangers_and_forgers_are_not_heard(void **state)
{
    (void)state;
    uint8_t item[GOSSIP_ITEM_BYTES_MAX];
    struct room *r = room_open(3, 4);
    struct room_member stranger = r->members[2];
    uint8_t seed[32] = {9};
    crypto_sign_seed_keypair(r->members[2].pk, r->members[2].sk, seed);
    size_t size = line_of(r, 2, 1, 1, "let me in", NULL, item);
    assert_true(room_whisper(
        r, 0, 1, item, size)); /* not known here yet: no fault of whoever passes it on */
    r->members[2] = stranger;
    size = line_of(r, 2, 1, 1, "I am Dee", NULL, item);
    item[60] ^= 1;
    assert_false(room_whisper(r, 0, 1, item, size));
    size = line_of(r, 2, 1, 1, "of another table", NULL, item);
    r->scope.b[0] ^= 1;
    size = line_of(r, 2, 1, 1, "of another table", NULL, item);
    assert_false(room_whisper(r, 0, 1, item, size));
    assert_int_equal(r->members[0].count, 0);
    r->scope.b[0] ^= 1;
    room_close(r);
}

static void test_presence_comes_over_others_where_a_link_is_missing(void **state)
{
    (void)state;
    uint8_t via[NET_ID_BYTES];
    struct room *r = room_open(3, 6);
    room_run(r, 2000);
    assert_false(gossip_seen(r->members[0].g, r->members[2].pk, r->now_ms, via));
    room_link(r, 0, 2, false);
    gossip_missing(r->members[0].g, (const uint8_t(*)[NET_ID_BYTES])r->members[2].pk, 1, r->now_ms);
    gossip_missing(r->members[2].g, (const uint8_t(*)[NET_ID_BYTES])r->members[0].pk, 1, r->now_ms);
    room_run(r, 3000);
    assert_true(gossip_seen(r->members[0].g, r->members[2].pk, r->now_ms, via));
    assert_memory_equal(via, r->members[1].pk, NET_ID_BYTES);
    assert_true(gossip_seen(r->members[2].g, r->members[0].pk, r->now_ms, via));
    /* Talk takes the same way, at once. */
    room_say(r, 0, "can you hear me?");
    room_run(r, 300);
    assert_string_equal(r->members[2].lines[0].text, "can you hear me?");
    /* A heartbeat is fresh for a while on one's own clock only. */
    room_link(r, 1, 2, false);
    room_run(r, 150000);
    assert_false(gossip_seen(r->members[0].g, r->members[2].pk, r->now_ms, via));
    uint64_t sent = r->sent;
    room_run(r, 400000);
    assert_true(r->sent - sent <= 11); /* one in 40 s to the one link that is left */
    gossip_missing(r->members[0].g, NULL, 0, r->now_ms);
    room_run(r, 2000);
    sent = r->sent;
    room_run(r, 400000);
    assert_int_equal(r->sent, sent);
    room_close(r);
}

/* More members than fit into one line have said something at once. */
static void test_many_at_once_are_all_named_as_seen(void **state)
{
    (void)state;
    struct room *r = room_open(2, 8);
    uint8_t item[GOSSIP_ITEM_BYTES_MAX];
    struct room_member *m = &r->members[0];
    room_run(r, 11000);
    for (unsigned i = 0; i < 60; i++) {
        struct gossip_item line = {.kind = GOSSIP_LINE, .incarnation = 1, .number = 1, .size = 1};
        uint8_t seed[32] = {7, (uint8_t)i}, sk[64];
        line.lamport = 1;
        line.text[0] = 'x';
        crypto_sign_seed_keypair(line.author, sk, seed);
        size_t size = gossip_item_encode(&line, &r->scope, sk, item);
        for (unsigned k = 0; k < 2; k++) {
            assert_true(gossip_member(r->members[k].g, line.author));
        }
        assert_true(room_whisper(r, 0, 1, item, size));
    }
    char longest[GOSSIP_TEXT_MAX + 1];
    memset(longest, 'a', GOSSIP_TEXT_MAX);
    longest[GOSSIP_TEXT_MAX] = '\0';
    assert_true(room_say(r, 0, longest));
    assert_int_equal(m->lines[60].number, 3); /* two without text before it */
    room_run(r, 40000);
    room_expect_same(r);
    assert_int_equal(r->members[1].count, 61);
    assert_int_equal(gossip_counts(r->members[1].g).gaps, 0);
    room_close(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_converge_in_causal_order_under_any_delivery),
        cmocka_unit_test(test_lines_converge_when_members_come_and_go),
        cmocka_unit_test(test_lines_arrive_when_messages_are_lost),
        cmocka_unit_test(test_nothing_is_sent_when_all_is_said),
        cmocka_unit_test(test_a_line_waits_for_what_its_author_had_seen),
        cmocka_unit_test(test_a_line_is_shown_with_a_mark_when_its_forerunner_never_comes),
        cmocka_unit_test(test_two_lines_with_one_number_leave_the_smaller_hash_everywhere),
        cmocka_unit_test(test_a_newcomer_is_told_the_last_lines),
        cmocka_unit_test(test_who_comes_back_begins_a_new_life),
        cmocka_unit_test(test_names_and_the_topic_converge),
        cmocka_unit_test(test_the_map_merges_in_any_order),
        cmocka_unit_test(test_a_clock_far_ahead_is_not_followed),
        cmocka_unit_test(test_a_line_dated_before_what_it_follows_is_not_shown),
        cmocka_unit_test(test_a_flood_stays_in_its_bounds),
        cmocka_unit_test(test_strangers_and_forgers_are_not_heard),
        cmocka_unit_test(test_presence_comes_over_others_where_a_link_is_missing),
        cmocka_unit_test(test_many_at_once_are_all_named_as_seen),
    };
    if (getenv("GOSSIP_SEEDS") != NULL) {
        seeds = strtoull(getenv("GOSSIP_SEEDS"), NULL, 10);
    }
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
