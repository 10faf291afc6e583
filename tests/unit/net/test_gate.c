#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "net/gate.h"

#include <string.h>

static const uint8_t SECRET[16] = {1};
static const uint8_t KEY[16] = {2};
static const uint8_t TARGET[16] = {3};
static const uint8_t NONE[16];
static const struct net_address ANN = {0x7f000001, 4000};
static const struct net_address BEN = {0x7f000001, 4001};

static struct gate G;

static void make(enum gate_kind kind)
{
    gate_init(&G, kind, 1, SECRET);
    if (kind != GATE_LOBBY) {
        G.has_key = true;
        memcpy(G.key, KEY, sizeof G.key);
        memcpy(G.target, TARGET, sizeof G.target);
    }
}

static struct gate_datagram datagram(
    uint8_t *data, size_t size, struct net_address from, uint64_t now_ms)
{
    return (struct gate_datagram){.from = from, .data = data, .size = size, .now_ms = now_ms};
}

/* The answer to a HELLO of `from`; false when there was none. */
static bool ask(const uint8_t *key, const uint8_t *target, bool full, struct net_address from,
    uint64_t now_ms, struct hello *answer)
{
    uint8_t out[HELLO_BYTES], reply[HELLO_BYTES];
    struct hello hello = {.type = HELLO_ASK, .version = 9, .nonce = 77};
    memcpy(hello.body, target, sizeof hello.body);
    hello_write(out, &hello, key);
    struct gate_datagram d = datagram(out, sizeof out, from, now_ms);
    if (gate_take_hello(&G, &d, full, reply, answer) != GATE_REPLY) {
        return false;
    }
    assert_true(hello_read(answer, reply, sizeof reply, key));
    assert_int_equal(answer->type, HELLO_ANSWER);
    assert_int_equal(answer->nonce, 77);
    assert_int_equal(answer->version, 1);
    return true;
}

/* A CONNECT as ENet writes it, with this cookie as data and this checksum key. */
static size_t connect_of(
    uint8_t out[56], uint32_t id, const uint8_t *cookie, const uint8_t *checksum_key)
{
    struct writer w = writer_of(out, 56);
    memset(out, 0, 56);
    write_u16(&w, 0x8fff);
    write_u16(&w, 1);
    write_u32(&w, 0);
    write_u8(&w, 0x82);
    write_u8(&w, 0xff);
    memcpy(out + 8 + 40, &id, sizeof id);
    memcpy(out + 8 + 44, cookie, 4);
    uint32_t sum = gate_checksum(checksum_key, out, 56);
    memcpy(out + 4, &sum, sizeof sum);
    return 56;
}

static bool admits_connect(uint8_t *data, size_t size, struct net_address from, uint64_t now_ms)
{
    struct gate_header header;
    struct gate_datagram d = datagram(data, size, from, now_ms);
    uint32_t id, sum;
    uint8_t key[16];
    return gate_parse(&G, &d, &header) && header.peer == GATE_NO_PEER &&
           gate_admit_connect(&G, &d, &header, &id, &sum, key);
}

static void test_lobby_answers_anybody_with_its_state(void **state)
{
    (void)state;
    static const struct {
        enum hello_state set;
        bool full;
        enum hello_state said;
    } rows[] = {{HELLO_OPEN, false, HELLO_OPEN}, {HELLO_OPEN, true, HELLO_FULL},
        {HELLO_CLOSED, false, HELLO_CLOSED}, {HELLO_CLOSED, true, HELLO_CLOSED}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct hello answer;
        make(GATE_LOBBY);
        G.state = rows[i].set;
        assert_true(ask(NONE, NONE, rows[i].full, ANN, 1000000, &answer));
        assert_int_equal(answer.state, rows[i].said);
    }
}

static void test_member_answers_only_who_has_the_key_and_means_it(void **state)
{
    (void)state;
    struct hello answer;
    make(GATE_MEMBER);
    assert_true(ask(KEY, TARGET, false, ANN, 1000000, &answer));
    assert_false(ask(KEY, NONE, false, ANN, 1000000, &answer));
    assert_false(ask(NONE, TARGET, false, ANN, 1000000, &answer));
    assert_int_equal(G.bad_checksum, 1);
    G.has_key = false;
    assert_false(ask(KEY, TARGET, false, ANN, 1000000, &answer));
    make(GATE_GUEST);
    assert_false(ask(NONE, TARGET, false, ANN, 1000000, &answer));
}

static void test_hello_is_dropped_when_any_bit_flips_or_the_size_differs(void **state)
{
    (void)state;
    uint8_t out[HELLO_BYTES + 1] = {0}, reply[HELLO_BYTES];
    struct hello hello = {.type = HELLO_ASK, .version = 1, .nonce = 5}, answer;
    make(GATE_LOBBY);
    hello_write(out, &hello, NONE);
    for (size_t bit = 0; bit < 8 * HELLO_BYTES; bit++) {
        out[bit / 8] ^= (uint8_t)(1u << bit % 8);
        struct gate_datagram d = datagram(out, HELLO_BYTES, ANN, 1000000);
        assert_int_equal(gate_take_hello(&G, &d, false, reply, &answer), GATE_DROP);
        out[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t size = 0; size <= HELLO_BYTES + 1; size++) {
        struct gate_datagram d = datagram(out, size, ANN, 1000000);
        assert_int_equal(gate_take_hello(&G, &d, false, reply, &answer),
            size == HELLO_BYTES ? GATE_REPLY : GATE_DROP);
    }
}

static void test_hello_is_rate_limited(void **state)
{
    (void)state;
    struct hello answer;
    unsigned answered = 0;
    make(GATE_LOBBY);
    for (unsigned i = 0; i < 1000; i++) {
        answered += ask(NONE, NONE, false, ANN, 1000000, &answer);
    }
    assert_int_equal(answered, 40);
    assert_int_equal(G.rate_limited, 960);
}

static void test_connect_is_admitted_while_the_cookie_is_fresh(void **state)
{
    (void)state;
    for (unsigned kind = GATE_MEMBER; kind <= GATE_LOBBY; kind++) {
        struct hello answer;
        uint8_t data[56];
        const uint64_t asked_ms = 1000000 / HELLO_COOKIE_MS * HELLO_COOKIE_MS;
        make((enum gate_kind)kind);
        bool lobby = kind == GATE_LOBBY;
        assert_true(ask(lobby ? NONE : KEY, TARGET, false, ANN, asked_ms, &answer));
        const uint8_t *key = lobby ? answer.body : KEY;
        connect_of(data, 1, answer.body, key);
        assert_true(admits_connect(data, 56, ANN, asked_ms));
        assert_true(admits_connect(data, 56, ANN, asked_ms + 2 * HELLO_COOKIE_MS - 1));
        assert_false(admits_connect(data, 56, ANN, asked_ms + 2 * HELLO_COOKIE_MS));
        assert_false(admits_connect(data, 56, BEN, asked_ms)); /* a cookie is of one address */
        for (size_t bit = 0; bit < 8 * 56; bit++) {
            data[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_false(admits_connect(data, 56, ANN, asked_ms));
            data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        for (size_t size = 0; size < 56; size++) {
            assert_false(admits_connect(data, size, ANN, asked_ms));
        }
        G.kind = GATE_GUEST;
        assert_false(admits_connect(data, 56, ANN, asked_ms));
    }
}

static void test_connect_opens_a_slot_four_times_and_never_again(void **state)
{
    (void)state;
    make(GATE_MEMBER);
    for (unsigned i = 0; i < 20; i++) {
        assert_int_equal(gate_open_once(&G, ANN, 5), i < GATE_CONNECT_REPEATS);
    }
    assert_true(gate_open_once(&G, BEN, 5));
    assert_true(gate_open_once(&G, ANN, 6));
    for (uint32_t i = 0; i < GATE_CONNECTS_SEEN - 3; i++) {
        assert_true(gate_open_once(&G, ANN, 100 + i));
        assert_false(gate_open_once(&G, ANN, 5)); /* not forgotten before 256 others came */
    }
}

static void test_datagram_is_admitted_with_the_key_of_its_connection(void **state)
{
    (void)state;
    for (unsigned sent_time = 0; sent_time < 2; sent_time++) {
        uint8_t data[64] = {0};
        uint8_t before[64];
        uint32_t sum, connect_id = 0xabcdef01;
        struct gate_header header;
        make(GATE_MEMBER);
        data[0] = sent_time ? 0x80 : 0x00;
        data[1] = 7;
        size_t field = sent_time ? 4 : 2;
        memcpy(data + field, &connect_id, 4);
        sum = gate_checksum(KEY, data, sizeof data);
        memcpy(data + field, &sum, 4);
        memcpy(before, data, sizeof data);
        struct gate_datagram d = datagram(data, sizeof data, ANN, 0);
        assert_true(gate_parse(&G, &d, &header));
        assert_int_equal(header.peer, 7);
        assert_int_equal(header.field, field);
        assert_true(gate_admit(&G, &d, &header, connect_id, KEY, &sum));
        assert_memory_equal(before, data, sizeof data);
        assert_memory_equal(&sum, data + field, 4);
        assert_false(gate_admit(&G, &d, &header, connect_id + 1, KEY, &sum));
        assert_false(gate_admit(&G, &d, &header, connect_id, SECRET, &sum));
        assert_false(gate_admit(&G, &d, &header, connect_id, NULL, &sum));
        for (size_t i = 0; i < sizeof data; i++) {
            data[i] ^= 0x10;
            assert_false(
                gate_parse(&G, &d, &header) && gate_admit(&G, &d, &header, connect_id, KEY, &sum));
            data[i] ^= 0x10;
        }
        data[0] |= 0x40; /* compressed: never ours */
        assert_false(gate_parse(&G, &d, &header));
        for (size_t size = 0; size < field + 4; size++) {
            d = datagram(before, size, ANN, 0);
            assert_false(gate_parse(&G, &d, &header));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lobby_answers_anybody_with_its_state),
        cmocka_unit_test(test_member_answers_only_who_has_the_key_and_means_it),
        cmocka_unit_test(test_hello_is_dropped_when_any_bit_flips_or_the_size_differs),
        cmocka_unit_test(test_hello_is_rate_limited),
        cmocka_unit_test(test_connect_is_admitted_while_the_cookie_is_fresh),
        cmocka_unit_test(test_connect_opens_a_slot_four_times_and_never_again),
        cmocka_unit_test(test_datagram_is_admitted_with_the_key_of_its_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
