#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/bytes.h"

static void test_reader_stays_bad_when_it_ran_out(void **state)
{
    (void)state;
    const uint8_t data[] = {1, 2, 3};
    struct reader r = reader_of(data, sizeof data);
    assert_int_equal(read_u16(&r), 0x0102);
    assert_int_equal(read_u16(&r), 0);
    assert_true(r.bad);
    assert_int_equal(read_u8(&r), 0);
    assert_false(reader_done(&r));
}

static void test_reader_done_only_at_the_exact_end(void **state)
{
    (void)state;
    const uint8_t data[] = {0, 1, 7};
    struct reader r = reader_of(data, sizeof data);
    size_t size;
    const uint8_t *p = read_lp(&r, &size);
    assert_int_equal(size, 1);
    assert_int_equal(p[0], 7);
    assert_true(reader_done(&r));
}

static void test_lp_longer_than_the_data_is_refused(void **state)
{
    (void)state;
    const uint8_t data[] = {0xff, 0xff, 7};
    struct reader r = reader_of(data, sizeof data);
    size_t size;
    assert_null(read_lp(&r, &size));
    assert_int_equal(size, 0);
    assert_true(r.bad);
}

static void test_writer_refuses_what_does_not_fit(void **state)
{
    (void)state;
    for (size_t room = 0; room < 16; room++) {
        uint8_t out[16] = {0};
        struct writer w = writer_of(out, room);
        write_u64(&w, 0x0102030405060708u);
        write_u32(&w, 9);
        assert_int_equal(w.bad, room < 12);
        for (size_t i = room; i < sizeof out; i++) {
            assert_int_equal(out[i], 0);
        }
    }
}

static void test_integers_are_big_endian(void **state)
{
    (void)state;
    uint8_t out[15];
    struct writer w = writer_of(out, sizeof out);
    write_u8(&w, 1);
    write_u16(&w, 0x0203);
    write_u32(&w, 0x04050607);
    write_u64(&w, 0x08090a0b0c0d0e0fu);
    assert_false(w.bad);
    for (size_t i = 0; i < sizeof out; i++) {
        assert_int_equal(out[i], i + 1);
    }
    struct reader r = reader_of(out, sizeof out);
    assert_int_equal(read_u8(&r), 1);
    assert_int_equal(read_u16(&r), 0x0203);
    assert_int_equal(read_u32(&r), 0x04050607);
    assert_true(read_u64(&r) == 0x08090a0b0c0d0e0fu);
    assert_true(reader_done(&r));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reader_stays_bad_when_it_ran_out),
        cmocka_unit_test(test_reader_done_only_at_the_exact_end),
        cmocka_unit_test(test_lp_longer_than_the_data_is_refused),
        cmocka_unit_test(test_writer_refuses_what_does_not_fit),
        cmocka_unit_test(test_integers_are_big_endian),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
