#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "consensus/roster.h"

static struct member member_of(struct prng *p)
{
    struct member m;
    prng_fill(p, &m, sizeof m);
    return m;
}

static struct roster roster_of(unsigned count, uint64_t seed)
{
    struct prng p;
    struct roster r = {0};
    prng_seed(&p, seed);
    for (unsigned i = 0; i < count; i++) {
        struct member m = member_of(&p);
        assert_true(roster_add(&r, &m));
    }
    return r;
}

static void test_roster_keeps_its_order_when_members_come_and_go(void **state)
{
    (void)state;
    struct roster r = roster_of(MEMBERS_MAX, 1);
    struct prng p;
    prng_seed(&p, 2);
    struct member more = member_of(&p);
    assert_false(roster_add(&r, &more));
    for (int i = 0; i < r.count; i++) {
        assert_int_equal(roster_find(&r, r.members[i].id_pk), i);
        assert_true(i == 0 || memcmp(r.members[i - 1].id_pk, r.members[i].id_pk, ID_BYTES) < 0);
    }
    assert_false(roster_remove(&r, more.id_pk));
    while (r.count > 0) {
        struct member gone = r.members[prng_below(&p, r.count)];
        assert_true(roster_remove(&r, gone.id_pk));
        assert_int_equal(roster_find(&r, gone.id_pk), -1);
        for (int i = 1; i < r.count; i++) {
            assert_true(memcmp(r.members[i - 1].id_pk, r.members[i].id_pk, ID_BYTES) < 0);
        }
    }
}

static void test_roster_refuses_the_same_identity_twice(void **state)
{
    (void)state;
    struct roster r = roster_of(3, 3);
    struct member again = r.members[1];
    again.vote_pk[0] ^= 1;
    assert_false(roster_add(&r, &again));
    assert_int_equal(r.count, 3);
}

static void test_roster_round_trips_for_every_size(void **state)
{
    (void)state;
    uint8_t bytes[2 + MEMBERS_MAX * 96];
    for (unsigned n = 0; n <= MEMBERS_MAX; n++) {
        struct roster r = roster_of(n, 10 + n), back;
        struct writer w = writer_of(bytes, sizeof bytes);
        roster_encode(&r, &w);
        assert_false(w.bad);
        struct reader rd = reader_of(bytes, w.size);
        assert_true(roster_decode(&back, &rd));
        assert_true(reader_done(&rd));
        assert_memory_equal(&r, &back, sizeof r);
        for (size_t size = 0; size < w.size; size++) {
            rd = reader_of(bytes, size);
            assert_false(roster_decode(&back, &rd));
        }
    }
}

static void test_roster_decode_refuses_disorder_and_too_many(void **state)
{
    (void)state;
    uint8_t bytes[2 + (MEMBERS_MAX + 1) * 96] = {0};
    struct roster r = roster_of(4, 20), back;
    struct member swapped = r.members[1];
    r.members[1] = r.members[2];
    r.members[2] = swapped;
    struct writer w = writer_of(bytes, sizeof bytes);
    roster_encode(&r, &w);
    struct reader rd = reader_of(bytes, w.size);
    assert_false(roster_decode(&back, &rd));
    r.members[1] = r.members[2];
    w = writer_of(bytes, sizeof bytes);
    roster_encode(&r, &w);
    rd = reader_of(bytes, w.size);
    assert_false(roster_decode(&back, &rd));
    bytes[1] = MEMBERS_MAX + 1;
    rd = reader_of(bytes, sizeof bytes);
    assert_false(roster_decode(&back, &rd));
}

static void test_roster_hash_covers_every_byte_of_every_member(void **state)
{
    (void)state;
    struct roster r = roster_of(3, 30);
    struct digest plain = roster_hash(&r);
    for (size_t i = 0; i < 3 * sizeof(struct member); i++) {
        struct roster changed = r;
        ((uint8_t *)changed.members)[i] ^= 1;
        struct digest d = roster_hash(&changed);
        assert_false(digest_equal(&plain, &d));
    }
    r.count = 2;
    struct digest fewer = roster_hash(&r);
    assert_false(digest_equal(&plain, &fewer));
}

static void test_roster_leader_goes_round_whatever_the_seed(void **state)
{
    (void)state;
    struct roster r = roster_of(7, 40);
    for (uint64_t seed = 0; seed < 20; seed++) {
        for (uint64_t view = 1; view < 30; view++) {
            assert_int_equal(roster_leader(&r, seed, view), (view + seed) % 7);
        }
    }
    assert_in_range(roster_leader(&r, UINT64_MAX, UINT64_MAX), 0, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roster_keeps_its_order_when_members_come_and_go),
        cmocka_unit_test(test_roster_refuses_the_same_identity_twice),
        cmocka_unit_test(test_roster_round_trips_for_every_size),
        cmocka_unit_test(test_roster_decode_refuses_disorder_and_too_many),
        cmocka_unit_test(test_roster_hash_covers_every_byte_of_every_member),
        cmocka_unit_test(test_roster_leader_goes_round_whatever_the_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
