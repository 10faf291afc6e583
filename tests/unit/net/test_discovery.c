#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "net/discovery.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LOOPBACK = 0x7f000001, TURNS = 2000 };

static struct mesh_found table_of(unsigned number)
{
    struct mesh_found t = {.address = {LOOPBACK, (uint16_t)(1000 + number)},
        .version = 1,
        .info = {.first_word = "otter",
            .name = "Friday",
            .host = "Ann",
            .seats = 8,
            .seated = 3,
            .state = 1,
            .min_cents = 500,
            .max_cents = 500000}};
    t.game_id = hash_tagged("test", &number, sizeof number);
    return t;
}

/* A port that nobody has right now. */
static uint16_t free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(LOOPBACK)};
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &size), 0);
    close(fd);
    return ntohs(a.sin_port);
}

static void assert_same_table(const struct mesh_found *a, const struct mesh_found *b)
{
    assert_true(digest_equal(&a->game_id, &b->game_id));
    assert_int_equal(a->address.port, b->address.port);
    assert_int_equal(a->version, b->version);
    assert_memory_equal(&a->info.seats, &b->info.seats, 2);
    assert_int_equal(a->info.seated, b->info.seated);
    assert_int_equal(a->info.state, b->info.state);
    assert_int_equal(a->info.min_cents, b->info.min_cents);
    assert_int_equal(a->info.max_cents, b->info.max_cents);
    assert_string_equal(a->info.first_word, b->info.first_word);
    assert_string_equal(a->info.name, b->info.name);
    assert_string_equal(a->info.host, b->info.host);
}

static void test_answer_reads_back_and_refuses_every_other_length(void **state)
{
    (void)state;
    uint8_t bytes[DISCOVERY_BYTES];
    struct mesh_found table = table_of(1), read;
    uint64_t nonce;
    memset(table.info.name, 'n', sizeof table.info.name - 1);
    memset(table.info.host, 'h', sizeof table.info.host - 1);
    memset(table.info.first_word, 'w', sizeof table.info.first_word - 1);
    size_t size = discovery_write_answer(bytes, &table, 77);
    assert_in_range(size, 1, DISCOVERY_BYTES); /* the longest there is, not above a query */
    assert_true(discovery_read_answer(&read, &nonce, bytes, size));
    assert_int_equal(nonce, 77);
    assert_same_table(&read, &table);
    for (size_t i = 0; i < size; i++) {
        assert_false(discovery_read_answer(&read, &nonce, bytes, i));
    }
    assert_false(discovery_read_answer(&read, &nonce, bytes, size + 1));
}

static void test_query_reads_back_and_refuses_every_other_length(void **state)
{
    (void)state;
    uint8_t bytes[DISCOVERY_BYTES + 1] = {0};
    uint16_t version;
    uint64_t nonce;
    assert_int_equal(discovery_write_query(bytes, 3, 99), DISCOVERY_BYTES);
    assert_true(discovery_read_query(bytes, DISCOVERY_BYTES, &version, &nonce));
    assert_int_equal(version, 3);
    assert_int_equal(nonce, 99);
    for (size_t i = 0; i <= DISCOVERY_BYTES + 1; i++) {
        assert_int_equal(discovery_read_query(bytes, i, &version, &nonce), i == DISCOVERY_BYTES);
    }
    for (size_t i = 0; i < 5; i++) {
        bytes[i] ^= 1;
        assert_false(discovery_read_query(bytes, DISCOVERY_BYTES, &version, &nonce));
        bytes[i] ^= 1;
    }
}

static void test_answer_survives_any_bytes(void **state)
{
    (void)state;
    struct prng p;
    struct mesh_found table = table_of(1), read;
    uint8_t whole[DISCOVERY_BYTES];
    size_t size = discovery_write_answer(whole, &table, 1);
    prng_seed(&p, 5);
    for (unsigned i = 0; i < 20000; i++) {
        uint8_t bytes[DISCOVERY_BYTES];
        uint64_t nonce;
        memcpy(bytes, whole, sizeof bytes);
        for (uint64_t flips = 1 + prng_below(&p, 4); flips > 0; flips--) {
            bytes[prng_below(&p, size)] = (uint8_t)prng_next(&p);
        }
        if (discovery_read_answer(&read, &nonce, bytes, size)) {
            assert_true(strlen(read.info.name) < sizeof read.info.name);
            assert_true(read.info.min_cents >= 0 && read.info.max_cents >= 0);
        }
    }
}

static void pump(struct discovery *a, struct discovery *b, struct discovery *c, uint64_t now_ms)
{
    discovery_service(a, now_ms);
    discovery_service(b, now_ms);
    discovery_service(c, now_ms);
}

static void test_discovery_finds_every_table_of_the_machine(void **state)
{
    (void)state;
    struct discovery host[2], seeker;
    struct mesh_found tables[2] = {table_of(1), table_of(2)};
    uint16_t port = free_port();
    uint64_t now_ms = 1000;
    for (unsigned i = 0; i < 2; i++) {
        discovery_init(&host[i], port, 1, LOOPBACK);
        discovery_announce(&host[i], &tables[i], now_ms);
        assert_true(host[i].listen_fd >= 0);
    }
    discovery_init(&seeker, port, 1, LOOPBACK);
    discovery_ask(&seeker, 123456, now_ms);
    for (unsigned i = 0; i < TURNS && seeker.found_count < 2; i++) {
        pump(&host[0], &host[1], &seeker, now_ms);
    }
    assert_int_equal(seeker.found_count, 2);
    for (unsigned i = 0; i < 2; i++) {
        const struct mesh_found *f = &seeker.found[i];
        assert_same_table(f, &tables[f->address.port - 1001]);
        assert_int_equal(f->address.ip, LOOPBACK);
    }
    /* a change is seen, once; a closed door is quiet */
    tables[0].info.seated = 5;
    discovery_announce(&host[0], &tables[0], now_ms);
    discovery_quiet(&host[1]);
    now_ms += 2000;
    discovery_ask(&seeker, 123457, now_ms);
    for (unsigned i = 0; i < TURNS; i++) {
        pump(&host[0], &host[1], &seeker, now_ms);
    }
    assert_int_equal(seeker.found_count, 2);
    for (unsigned i = 0; i < 2; i++) {
        const struct mesh_found *f = &seeker.found[i];
        bool first = f->address.port == 1001;
        assert_int_equal(f->info.seated, first ? 5 : 3);
        assert_int_equal(f->seen_ms, first ? now_ms : 1000);
    }
    discovery_close(&host[0]);
    discovery_close(&host[1]);
    discovery_close(&seeker);
}

static void test_discovery_does_nothing_when_off(void **state)
{
    (void)state;
    struct discovery d;
    struct mesh_found table = table_of(1);
    discovery_init(&d, 0, 1, LOOPBACK);
    discovery_announce(&d, &table, 0);
    discovery_ask(&d, 1, 0);
    discovery_service(&d, 0);
    assert_int_equal(d.listen_fd, -1);
    assert_int_equal(d.ask_fd, -1);
    discovery_close(&d);
}

static void test_list_stays_bounded_when_flooded(void **state)
{
    (void)state;
    struct discovery seeker;
    uint16_t port = free_port();
    discovery_init(&seeker, port, 1, LOOPBACK);
    discovery_ask(&seeker, 55, 1000);
    struct sockaddr_in to = {0};
    socklen_t to_size = sizeof to;
    assert_int_equal(getsockname(seeker.ask_fd, (struct sockaddr *)&to, &to_size), 0);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    for (unsigned i = 0; i < 1000; i++) {
        uint8_t bytes[DISCOVERY_BYTES];
        struct mesh_found fake = table_of(i);
        size_t size = discovery_write_answer(bytes, &fake, i % 2 == 0 ? 55 : 54);
        sendto(fd, bytes, size, 0, (struct sockaddr *)&to, sizeof to);
        discovery_service(&seeker, 1000);
    }
    close(fd);
    assert_int_equal(seeker.found_count, DISCOVERY_PER_SOURCE);
    for (size_t i = 0; i < seeker.found_count; i++) {
        assert_int_equal(seeker.found[i].address.port % 2, 0); /* the others answered nothing */
    }
    /* from a thousand sources: full, and who had many has one left */
    for (unsigned i = 0; i < 1000; i++) {
        struct mesh_found fake = table_of(5000 + i);
        fake.address.ip = i;
        fake.seen_ms = 2000;
        discovery_add(&seeker, &fake);
    }
    assert_int_equal(seeker.found_count, NET_TABLES_FOUND_MAX);
    unsigned of_one = 0;
    for (size_t i = 0; i < seeker.found_count; i++) {
        of_one += seeker.found[i].address.ip == LOOPBACK;
    }
    assert_int_equal(of_one, 1);
    /* what is not heard of any more makes room */
    struct mesh_found late = table_of(9000);
    late.seen_ms = 1000 + DISCOVERY_FORGET_MS + 1;
    discovery_add(&seeker, &late);
    assert_int_equal(seeker.found_count, NET_TABLES_FOUND_MAX);
    size_t at = 0;
    while (at + 1 < seeker.found_count && seeker.found[at].address.port != late.address.port) {
        at++;
    }
    assert_same_table(&seeker.found[at], &late);
    discovery_close(&seeker);
}

/* The one whose first word was spoken is found whenever it answers, and not pushed out by others. */
static void test_list_keeps_the_sought_table_when_flooded(void **state)
{
    (void)state;
    struct discovery seeker;
    struct prng p;
    prng_seed(&p, 3);
    discovery_init(&seeker, 0, 1, LOOPBACK);
    snprintf(seeker.sought, sizeof seeker.sought, "otter");
    for (unsigned when = 0; when < 1000; when += 111) {
        seeker.found_count = 0;
        for (unsigned i = 0; i < 1000; i++) {
            struct mesh_found fake = table_of(i);
            bool genuine = i == when;
            fake.seen_ms = 2000 + i;
            fake.address.ip = prng_chance(&p, 300) ? LOOPBACK + 1 : 0x0a000000 + i;
            if (!genuine) {
                snprintf(fake.info.first_word, sizeof fake.info.first_word, "rogue");
            }
            discovery_add(&seeker, &fake);
        }
        unsigned found = 0;
        for (size_t i = 0; i < seeker.found_count; i++) {
            found += strcmp(seeker.found[i].info.first_word, "otter") == 0;
        }
        assert_int_equal(seeker.found_count, NET_TABLES_FOUND_MAX);
        assert_int_equal(found, 1);
    }
}

static void test_host_answers_nobody_more_than_he_sent(void **state)
{
    (void)state;
    struct discovery host;
    struct mesh_found table = table_of(1);
    uint16_t port = free_port();
    discovery_init(&host, port, 1, LOOPBACK);
    discovery_announce(&host, &table, 0);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(LOOPBACK)};
    struct prng p;
    size_t sent = 0, received = 0, answers = 0;
    prng_seed(&p, 9);
    for (unsigned i = 0; i < 5000; i++) {
        uint8_t bytes[2 * DISCOVERY_BYTES];
        size_t size = discovery_write_query(bytes, 1, i);
        if (i % 4 == 1) {
            size = prng_below(&p, DISCOVERY_BYTES);
        } else if (i % 4 == 2) {
            prng_fill(&p, bytes, sizeof bytes);
            size = prng_below(&p, sizeof bytes);
        }
        sendto(fd, bytes, size, 0, (struct sockaddr *)&to, sizeof to);
        sent += size;
        discovery_service(&host, i / 100);
        ssize_t got;
        while ((got = recv(fd, bytes, sizeof bytes, 0)) >= 0) {
            received += (size_t)got;
            answers++;
            assert_true(got <= DISCOVERY_BYTES);
        }
    }
    /* the same query again, as it comes over every interface: answered once */
    size_t before = answers;
    for (unsigned i = 0; i < 5; i++) {
        uint8_t bytes[DISCOVERY_BYTES];
        discovery_write_query(bytes, 1, 777777);
        sendto(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&to, sizeof to);
        discovery_service(&host, 10000);
        answers += recv(fd, bytes, sizeof bytes, 0) >= 0;
    }
    assert_int_equal(answers, before + 1);
    assert_true(answers > 0 && answers <= 26); /* burst 20 and a little of the 50 ms */
    assert_true(received < sent);
    close(fd);
    discovery_close(&host);
}

static void test_local_addresses_end_with_loopback(void **state)
{
    (void)state;
    uint32_t ips[DISCOVERY_INTERFACES_MAX];
    size_t n = discovery_local_addresses(ips, DISCOVERY_INTERFACES_MAX);
    assert_true(n >= 1);
    assert_int_equal(ips[n - 1] >> 24, 127);
    assert_int_equal(discovery_interface_address("lo") >> 24, 127);
    assert_int_equal(discovery_interface_address("no-such-thing"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answer_reads_back_and_refuses_every_other_length),
        cmocka_unit_test(test_query_reads_back_and_refuses_every_other_length),
        cmocka_unit_test(test_answer_survives_any_bytes),
        cmocka_unit_test(test_discovery_finds_every_table_of_the_machine),
        cmocka_unit_test(test_discovery_does_nothing_when_off),
        cmocka_unit_test(test_list_stays_bounded_when_flooded),
        cmocka_unit_test(test_list_keeps_the_sought_table_when_flooded),
        cmocka_unit_test(test_host_answers_nobody_more_than_he_sent),
        cmocka_unit_test(test_local_addresses_end_with_loopback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
