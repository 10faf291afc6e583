#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <lz4frame.h>
#include <stdlib.h>
#include <string.h>

#include "base/pack.h"
#include "base/prng.h"

enum { SIZE_MAX_TESTED = 200000 };

static uint8_t data[SIZE_MAX_TESTED], back[SIZE_MAX_TESTED + 1], frame[2 * SIZE_MAX_TESTED];

/* Runs of one byte and noise, so that blocks of both kinds appear. */
static void fill(size_t size)
{
    struct prng rng;
    prng_seed(&rng, 7);
    for (size_t i = 0; i < size; i++) {
        data[i] = (i / 5000) % 2 == 0 ? (uint8_t)prng_next(&rng) : (uint8_t)(i / 700);
    }
}

static void test_pack_gives_back_what_went_in_for_every_size(void **state)
{
    (void)state;
    fill(SIZE_MAX_TESTED);
    for (size_t size = 0; size <= SIZE_MAX_TESTED; size = size < 300 ? size + 1 : size * 3 / 2) {
        size_t written = pack_write(frame, pack_bound(size), data, size);
        assert_true(written > 0 && written <= pack_bound(size));
        back[size] = 0xa5;
        assert_true(pack_read(back, size, frame, written));
        assert_memory_equal(back, data, size);
        assert_int_equal(back[size], 0xa5);
    }
}

static void test_pack_refuses_another_size_a_cut_and_a_tail(void **state)
{
    (void)state;
    fill(3000);
    size_t written = pack_write(frame, sizeof frame, data, 3000);
    assert_false(pack_read(back, 2999, frame, written));
    assert_false(pack_read(back, 3001, frame, written));
    assert_false(pack_read(back, 0, frame, written));
    for (size_t cut = 0; cut < written; cut++) {
        assert_false(pack_read(back, 3000, frame, cut));
    }
    frame[written] = 0;
    assert_false(pack_read(back, 3000, frame, written + 1));
    assert_int_equal(pack_write(frame, written - 1, data, 3000), 0);
    assert_int_equal(pack_bound((size_t)PACK_BYTES_MAX + 1), 0);
}

/* A match in a run of one byte can be told in several ways: then the content is the same. */
static void test_pack_never_gives_other_bytes_for_a_flipped_bit(void **state)
{
    (void)state;
    fill(6000);
    size_t written = pack_write(frame, sizeof frame, data + 4500, 1000), refused = 0;
    for (size_t bit = 0; bit < 8 * written; bit++) {
        frame[bit / 8] ^= (uint8_t)(1U << bit % 8);
        bool read = pack_read(back, 1000, frame, written);
        assert_true(!read || memcmp(back, data + 4500, 1000) == 0);
        refused += !read;
        frame[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    assert_true(refused >= 8 * written - 16);
    assert_true(pack_read(back, 1000, frame, written));
}

static void refuse(LZ4F_frameInfo_t info)
{
    LZ4F_preferences_t p = {.frameInfo = info};
    size_t written = LZ4F_compressFrame(frame, sizeof frame, data, 1000, &p);
    assert_false(LZ4F_isError(written));
    assert_false(pack_read(back, 1000, frame, written));
}

/* All of these are sound LZ4; none is what pack_write makes. */
static void test_pack_refuses_frames_of_another_form(void **state)
{
    (void)state;
    const LZ4F_frameInfo_t good = {.blockSizeID = LZ4F_max64KB,
        .blockMode = LZ4F_blockIndependent,
        .contentChecksumFlag = LZ4F_contentChecksumEnabled,
        .contentSize = 1000};
    LZ4F_frameInfo_t info = good;
    fill(1000);
    info.contentChecksumFlag = LZ4F_noContentChecksum;
    refuse(info);
    info = good;
    info.contentSize = 0;
    refuse(info);
    info = good;
    info.blockChecksumFlag = LZ4F_blockChecksumEnabled;
    refuse(info);
    info = good;
    info.dictID = 5;
    refuse(info);
    static const uint8_t skippable[] = {0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0};
    assert_false(pack_read(back, 0, skippable, sizeof skippable));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pack_gives_back_what_went_in_for_every_size),
        cmocka_unit_test(test_pack_refuses_another_size_a_cut_and_a_tail),
        cmocka_unit_test(test_pack_never_gives_other_bytes_for_a_flipped_bit),
        cmocka_unit_test(test_pack_refuses_frames_of_another_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
