/* ristretto255 and its hashes against RFC 9496, RFC 9380 K.3 and RFC 9497 A.1. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/hash.h"
#include "consensus/group.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* RFC 9496 appendix A.1: 0 B to 15 B. */
static const char *const multiples[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76",
    "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919",
    "94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259",
    "da80862773358b466ffadfe0b3293ab3d9fd53c5ea6c955358f568322daf6a57",
    "e882b131016b52c1d3337080187cf768423efccbb517bb495ab812c4160ff44e",
    "f64746d3c92b13050ed8d80236a7f0007c3b3f962f5ba793d19a601ebb1df403",
    "44f53520926ec81fbd5a387845beb7df85a96a24ece18738bdcfa6a7822a176d",
    "903293d8f2287ebe10e2374dc1a53e0bc887e592699f02d077d5263cdd55601c",
    "02622ace8f7303a31cafc63f8fc48fdc16e1c8c8d234b2f0d6685282a9076031",
    "20706fd788b2720a1ed2a5dad4952b01f413bcf0e7564de8cdc816689e2db95f",
    "bce83f8ba5dd2fa572864c24ba1810f9522bc6004afe95877ac73241cafdab42",
    "e4549ee16b9aa03099ca208c67adafcafa4c3f3e4e5303de6026e3ca8ff84460",
    "aa52e000df2e16f55fb1032fc33bc42742dad6bd5a8fc0be0167436c5948501f",
    "46376b80f409b29dc2b5f6f0c52591990896e5716f41477cd30085ab7f10301e",
    "e0c418f7c8d9c4cdd7395b93ea124f3ad99021bb681dfc3302a9d99a2e53e64e",
};

/* RFC 9496 appendix A.2: encodings that must be refused. */
static const char *const bad_encodings[] = {
    "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
    "c34c4e1826e5d403b78e246e88aa051c36ccf0aafebffe137d148a2bf9104562",
    "c940e5a4404157cfb1628b108db051a8d439e1a421394ec4ebccb9ec92a8ac78",
    "47cfc5497c53dc8e61c91d17fd626ffb1c49e2bca94eed052281b510b1117a24",
    "f1c6165d33367351b0da8f6e4511010c68174a03b6581212c71c0e1d026c3c72",
    "87260f7a2f12495118360f02c26a470f450dadf34a413d21042b43b9d93e1309",
    "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
    "4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f",
    "de6a7b00deadc788eb6b6c8d20c0ae96c2f2019078fa604fee5b87d6e989ad7b",
    "bcab477be20861e01e4a0e295284146a510150d9817763caf1a6f4b422d67042",
    "2a292df7e32cababbd9de088d1d1abec9fc0440f637ed2fba145094dc14bea08",
    "f4a9e534fc0d216c44b218fa0c42d99635a0127ee2e53c712f70609649fdff22",
    "8268436f8c4126196cf64b3c7ddbda90746a378625f9813dd9b8457077256731",
    "2810e5cbc2cc4d4eece54f61c6f69758e289aa7ab440b3cbeaa21995c2f4232b",
    "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e",
    "a45fdc55c76448c049a1ab33f17023edfb2be3581e9c7aade8a6125215e04220",
    "d483fe813c6ba647ebbfd3ec41adca1c6130c2beeee9d9bf065c8d151c5f396e",
    "8a2e1d30050198c65a54483123960ccc38aef6848e1ec8f5f780e8523769ba32",
    "32888462f8b486c68ad7dd9610be5192bbeaf3b443951ac1a8118419d9fa097b",
    "227142501b9d4355ccba290404bde41575b037693cef1f438c47f8fbf35d1165",
    "5c37cc491da847cfeb9281d407efc41e15144c876e0170b499a96a22ed31e01e",
    "445425117cb8c90edcbc7c1cc0e74f747f2c1efa5630a967c64f287792a48a4b",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

/* RFC 9496 appendix A.3: elements from the SHA-512 of these labels. */
static const struct {
    const char *label;
    const char *element;
} derived[] = {
    {"Ristretto is traditionally a short shot of espresso coffee",
        "3066f82a1a747d45120d1740f14358531a8f04bbffe6a819f86dfe50f44a0a46"},
    {"made with the normal amount of ground coffee but extracted with",
        "f26e5b6f7d362d2d2a94c5d0e7602cb4773c95a2e5c31a64f133189fa76ed61b"},
    {"about half the amount of water in the same amount of time",
        "006ccd2a9e6867e6a2c5cea83d3302cc9de128dd2a9a57dd8ee7b9d7ffe02826"},
    {"by using a finer grind.", "f8f0c87cf237953c5890aec3998169005dae3eca1fbb04548c635953c817f92a"},
    {"This produces a concentrated shot of coffee per volume.",
        "ae81e7dedf20a497e10c304a765c1767a42d6e06029758d2d7e8ef7cc4c41179"},
    {"Just pulling a normal shot short will produce a weaker shot",
        "e2705652ff9f5e44d3e841bf1c251cf7dddb77d140870d1ab2ed64f1a9ce8628"},
    {"and is not a Ristretto as some believe.",
        "80bd07262511cdde4863f8a7434cef696750681cb9510eea557088f76d9e5065"},
};

/* RFC 9380 appendix K.3 (SHA-512): the message is a text and then one letter repeated. */
static const struct {
    const char *text;
    char letter;
    size_t letters;
    size_t size;
    const char *uniform;
} expanded[] = {
    {"", '-', 0, 32, "6b9a7312411d92f921c6f68ca0b6380730a1a4d982c507211a90964c394179ba"},
    {"abc", '-', 0, 32, "0da749f12fbe5483eb066a5f595055679b976e93abe9be6f0f6318bce7aca8dc"},
    {"abcdef0123456789", '-', 0, 32,
        "087e45a86e2939ee8b91100af1583c4938e0f5fc6c9db4b107b83346bc967f58"},
    {"q128_", 'q', 128, 32, "7336234ee9983902440f6bc35b348352013becd88938d2afec44311caf8356b3"},
    {"a512_", 'a', 512, 32, "57b5f7e766d5be68a6bfe1768e3c2b7f1228b3e4b3134956dd73a59b954c66f4"},
    {"", '-', 0, 128,
        "41b037d1734a5f8df225dd8c7de38f851efdb45c372887be655212d07251b921"
        "b052b62eaed99b46f72f2ef4cc96bfaf254ebbbec091e1a3b9e4fb5e5b619d2e"
        "0c5414800a1d882b62bb5cd1778f098b8eb6cb399d5d9d18f5d5842cf5d13d7e"
        "b00a7cff859b605da678b318bd0e65ebff70bec88c753b159a805d2c89c55961"},
    {"abc", '-', 0, 128,
        "7f1dddd13c08b543f2e2037b14cefb255b44c83cc397c1786d975653e36a6b11"
        "bdd7732d8b38adb4a0edc26a0cef4bb45217135456e58fbca1703cd6032cb134"
        "7ee720b87972d63fbf232587043ed2901bce7f22610c0419751c065922b48843"
        "1851041310ad659e4b23520e1772ab29dcdeb2002222a363f0c2b1c972b3efe1"},
    {"abcdef0123456789", '-', 0, 128,
        "3f721f208e6199fe903545abc26c837ce59ac6fa45733f1baaf0222f8b7acb04"
        "24814fcb5eecf6c1d38f06e9d0a6ccfbf85ae612ab8735dfdf9ce84c372a77c8"
        "f9e1c1e952c3a61b7567dd0693016af51d2745822663d0c2367e3f4f0bed827f"
        "eecc2aaf98c949b5ed0d35c3f1023d64ad1407924288d366ea159f46287e61ac"},
    {"q128_", 'q', 128, 128,
        "b799b045a58c8d2b4334cf54b78260b45eec544f9f2fb5bd12fb603eaee70db7"
        "317bf807c406e26373922b7b8920fa29142703dd52bdf280084fb7ef69da78af"
        "df80b3586395b433dc66cde048a258e476a561e9deba7060af40adf30c64249c"
        "a7ddea79806ee5beb9a1422949471d267b21bc88e688e4014087a0b592b695ed"},
    {"a512_", 'a', 512, 128,
        "05b0bfef265dcee87654372777b7c44177e2ae4c13a27f103340d9cd11c86cb2"
        "426ffcad5bd964080c2aee97f03be1ca18e30a1f14e27bc11ebbd650f305269c"
        "c9fb1db08bf90bfc79b42a952b46daf810359e7bc36452684784a64952c343c5"
        "2e5124cd1f71d474d5197fefc571a92929c9084ffe1112cf5eea5192ebff330b"},
};

/* L, little-endian. */
static const struct scalar order = {{0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c,
    0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10}};

static const struct point identity = {{0}};

static void unhex(void *out, size_t size, const char *text)
{
    assert_true(hex_decode(out, size, text, strlen(text)));
}

static struct point point_of(const char *text)
{
    struct point p;
    unhex(p.b, sizeof p.b, text);
    return p;
}

static struct scalar scalar_of(const char *text)
{
    struct scalar s;
    unhex(s.b, sizeof s.b, text);
    return s;
}

/* L + v for small v, not reduced. */
static struct scalar order_plus(int v)
{
    struct scalar s = order;
    s.b[0] = (uint8_t)(s.b[0] + v);
    return s;
}

static void assert_point(const struct point *actual, const struct point *expected)
{
    assert_memory_equal(actual->b, expected->b, sizeof actual->b);
}

static void test_group_multiplies_as_published(void **state)
{
    (void)state;
    struct point sum = identity;
    for (unsigned i = 0; i < COUNT(multiples); i++) {
        struct point expected = point_of(multiples[i]);
        struct scalar k = scalar_from_u64(i);
        struct point p;
        assert_point(&sum, &expected);
        assert_true(group_mul_base(&p, &k));
        assert_point(&p, &expected);
        assert_true(group_mul(&p, &k, &group_base));
        assert_point(&p, &expected);
        assert_true(group_mul_small(&p, i, &group_base));
        assert_point(&p, &expected);
        assert_int_equal(point_is_valid(&expected), i != 0);
        assert_int_equal(point_is_identity(&expected), i == 0);
        for (unsigned j = 0; j <= i; j++) {
            struct point other = point_of(multiples[j]);
            struct point left = point_of(multiples[i - j]);
            assert_true(group_sub(&p, &expected, &other));
            assert_point(&p, &left);
            assert_int_equal(point_equal(&expected, &other), i == j);
        }
        assert_true(group_add(&sum, &sum, &group_base));
    }
}

static void test_group_refuses_bad_encodings(void **state)
{
    (void)state;
    assert_int_equal(COUNT(bad_encodings), 30);
    for (size_t i = 0; i < COUNT(bad_encodings); i++) {
        struct point bad = point_of(bad_encodings[i]);
        struct point pair[2] = {group_base, bad};
        struct scalar zero = {{0}}, one = scalar_from_u64(1);
        struct point out;
        assert_false(point_is_valid(&bad));
        assert_false(group_mul(&out, &zero, &bad));
        assert_false(group_mul(&out, &one, &bad));
        assert_point(&out, &identity);
        assert_false(group_add(&out, &bad, &group_base));
        assert_false(group_add(&out, &group_base, &bad));
        assert_false(group_sub(&out, &bad, &group_base));
        assert_false(group_sub(&out, &group_base, &bad));
        assert_point(&out, &identity);
        for (uint64_t m = 0; m < 10; m++) {
            assert_false(group_mul_small(&out, m, &bad));
            assert_point(&out, &identity);
            assert_false(group_eval(&out, pair, 2, m));
            assert_point(&out, &identity);
        }
    }
}

/* Not in the RFC's list: libsodium 1.0.18 ignores this bit. */
static void test_group_refuses_bit_255(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(multiples); i++) {
        struct point bad = point_of(multiples[i]);
        struct scalar one = scalar_from_u64(1), zero = {{0}};
        struct point out;
        bad.b[31] |= 0x80;
        assert_false(point_is_valid(&bad));
        assert_false(point_is_identity(&bad));
        assert_false(group_mul(&out, &one, &bad));
        assert_false(group_mul(&out, &zero, &bad));
        assert_false(group_mul_small(&out, 1, &bad));
        assert_false(group_mul_small(&out, 3, &bad));
        assert_false(group_mul_small(&out, 9, &bad));
        assert_false(group_add(&out, &bad, &group_base));
        assert_false(group_add(&out, &group_base, &bad));
        assert_false(group_sub(&out, &bad, &group_base));
        assert_false(group_sub(&out, &group_base, &bad));
        assert_false(group_eval(&out, &bad, 1, 2));
    }
}

static void test_group_derives_elements_as_published(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(derived); i++) {
        uint8_t wide[crypto_hash_sha512_BYTES];
        struct point p, expected = point_of(derived[i].element);
        crypto_hash_sha512(wide, (const uint8_t *)derived[i].label, strlen(derived[i].label));
        group_from_uniform(&p, wide);
        assert_point(&p, &expected);
    }
}

static void test_group_mul_gives_identity_for_zero_or_identity(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 10; i++) {
        struct scalar k = scalar_from_u64(i), zero = {{0}};
        struct point p;
        assert_true(group_mul(&p, &k, &identity));
        assert_point(&p, &identity);
        assert_true(group_mul_small(&p, i, &identity));
        assert_point(&p, &identity);
        assert_true(group_mul_base(&p, &k));
        assert_true(group_mul(&p, &zero, &p));
        assert_point(&p, &identity);
    }
    struct scalar zero = {{0}};
    struct point p = group_base;
    assert_true(group_mul_base(&p, &zero));
    assert_point(&p, &identity);
}

static void test_group_mul_is_the_same_in_place(void **state)
{
    (void)state;
    for (uint64_t m = 0; m < 12; m++) {
        struct scalar k = scalar_from_u64(m);
        struct point expected, p = group_base;
        assert_true(group_mul_base(&expected, &k));
        assert_true(group_mul_small(&p, m, &p));
        assert_point(&p, &expected);
        p = group_base;
        assert_true(group_mul(&p, &k, &p));
        assert_point(&p, &expected);
    }
}

static void test_scalar_is_canonical_only_below_the_order(void **state)
{
    (void)state;
    for (int v = -16; v <= 16; v++) {
        struct scalar s = order_plus(v);
        struct point p;
        assert_int_equal(scalar_is_canonical(&s), v < 0);
        assert_int_equal(group_mul_base(&p, &s), v < 0);
        assert_int_equal(group_mul(&p, &s, &group_base), v < 0);
        assert_int_equal(point_is_identity(&p), v >= 0);

        struct reader r = reader_of(s.b, sizeof s.b);
        struct scalar got;
        scalar_read(&r, &got);
        assert_int_equal(reader_done(&r), v < 0);
        assert_int_equal(scalar_is_zero(&got), v >= 0);
    }
    for (unsigned bit = 0; bit < 256; bit++) {
        struct scalar s = {{0}};
        s.b[bit / 8] = (uint8_t)(1 << bit % 8);
        assert_int_equal(scalar_is_canonical(&s), bit <= 252);
    }
    uint8_t few[31] = {0};
    struct reader r = reader_of(few, sizeof few);
    struct scalar got;
    scalar_read(&r, &got);
    assert_true(r.bad);
}

static void test_scalar_arithmetic_holds_modulo_the_order(void **state)
{
    (void)state;
    struct scalar one = scalar_from_u64(1), zero = {{0}}, minus_one = order_plus(-1);
    struct scalar s;
    scalar_sub(&s, &zero, &one);
    assert_true(scalar_equal(&s, &minus_one));
    scalar_add(&s, &s, &one);
    assert_true(scalar_is_zero(&s));
    scalar_mul(&s, &minus_one, &minus_one);
    assert_true(scalar_equal(&s, &one));
    for (uint64_t v = 1; v < 20; v++) {
        struct scalar a = scalar_from_u64(v), inverse;
        assert_true(scalar_invert(&inverse, &a));
        scalar_mul(&inverse, &inverse, &a);
        assert_true(scalar_equal(&inverse, &one));
    }
    assert_false(scalar_invert(&s, &zero));
    assert_true(scalar_is_zero(&s));
    s = scalar_from_u64(UINT64_MAX);
    scalar_wipe(&s);
    assert_true(scalar_is_zero(&s));
}

static void test_group_expands_messages_as_published(void **state)
{
    (void)state;
    static const char dst[] = "QUUX-V01-CS02-with-expander-SHA512-256";
    assert_int_equal(COUNT(expanded), 10);
    for (size_t i = 0; i < COUNT(expanded); i++) {
        uint8_t message[600], out[128], expected[128];
        size_t text_size = strlen(expanded[i].text);
        memcpy(message, expanded[i].text, text_size);
        memset(message + text_size, expanded[i].letter, expanded[i].letters);
        unhex(expected, expanded[i].size, expanded[i].uniform);
        assert_true(group_expand_message(
            out, expanded[i].size, message, text_size + expanded[i].letters, dst, sizeof dst - 1));
        assert_memory_equal(out, expected, expanded[i].size);
    }
}

static void test_group_expand_message_refuses_sizes_beyond_the_standard(void **state)
{
    (void)state;
    static uint8_t out[GROUP_EXPAND_BYTES_MAX + 1];
    static const uint8_t dst[256];
    assert_true(group_expand_message(out, GROUP_EXPAND_BYTES_MAX, "", 0, dst, 255));
    assert_false(group_expand_message(out, GROUP_EXPAND_BYTES_MAX + 1, "", 0, dst, 255));
    assert_false(group_expand_message(out, 32, "", 0, dst, 256));
    assert_true(group_expand_message(out, 0, "", 0, dst, 0));

    /* A size that ends within a block writes not a byte more. */
    for (size_t size = 1; size <= 130; size++) {
        memset(out, 0xaa, 140);
        assert_true(group_expand_message(out, size, "m", 1, "d", 1));
        for (size_t i = size; i < 140; i++) {
            assert_int_equal(out[i], 0xaa);
        }
    }
}

static const char oprf_context[] = "OPRFV1-\0-ristretto255-SHA512";
static const char voprf_context[] = "OPRFV1-\1-ristretto255-SHA512";

/* RFC 9497 A.1.1 and A.1.2: blinded element = blind * HashToGroup(input). */
static const struct {
    const char *context;
    const char *input;
    const char *blind;
    const char *blinded;
} hashed[] = {
    {oprf_context, "00", "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
        "609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c"},
    {oprf_context, "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
        "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
        "da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418"},
    {voprf_context, "00", "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
        "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945"},
    {voprf_context, "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
        "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
        "cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c"},
    {voprf_context, "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
        "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
        "90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654"},
};

static void test_group_hashes_to_points_as_published(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(hashed); i++) {
        struct group_context context = {hashed[i].context, sizeof oprf_context - 1};
        struct scalar blind = scalar_of(hashed[i].blind);
        struct point p, expected = point_of(hashed[i].blinded);
        uint8_t input[17];
        size_t size = strlen(hashed[i].input) / 2;
        unhex(input, size, hashed[i].input);
        group_hash_to_point(&p, context, input, size);
        assert_true(group_mul(&p, &blind, &p));
        assert_point(&p, &expected);
    }
}

/* RFC 9497 3.2.1 and A.1: the private keys that DeriveKeyPair gives, whose DST is another. */
static void test_group_derives_keys_as_published(void **state)
{
    (void)state;
    static const struct {
        const char dst[42];
        const char *key;
    } rows[] = {
        {"DeriveKeyPairOPRFV1-\0-ristretto255-SHA512",
            "5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e"},
        {"DeriveKeyPairOPRFV1-\1-ristretto255-SHA512",
            "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909"},
        {"DeriveKeyPairOPRFV1-\2-ristretto255-SHA512",
            "145c79c108538421ac164ecbe131942136d5570b16d8bf41a24d4337da981e07"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t message[32 + 2 + 8 + 1], wide[GROUP_WIDE_BYTES];
        struct writer w = writer_of(message, sizeof message);
        struct scalar key, expected = scalar_of(rows[i].key);
        for (int k = 0; k < 32; k++) {
            write_u8(&w, 0xa3);
        }
        write_lp(&w, "test key", 8);
        write_u8(&w, 0);
        assert_true(group_expand_message(
            wide, sizeof wide, message, w.size, rows[i].dst, sizeof rows[i].dst - 1));
        scalar_reduce(&key, wide);
        assert_true(scalar_equal(&key, &expected));
    }
}

static void test_group_hash_to_scalar_is_expand_then_reduce(void **state)
{
    (void)state;
    uint8_t wide[GROUP_WIDE_BYTES];
    struct scalar expected, s;
    assert_true(group_expand_message(wide, sizeof wide, "msg", 3, "HashToScalar-ctx", 16));
    scalar_reduce(&expected, wide);
    group_hash_to_scalar(&s, GROUP_CONTEXT("ctx"), "msg", 3);
    assert_true(scalar_equal(&s, &expected));
    group_hash_to_scalar(&s, GROUP_CONTEXT("cty"), "msg", 3);
    assert_false(scalar_equal(&s, &expected));
    group_hash_to_scalar(&s, GROUP_CONTEXT("ctx"), "msh", 3);
    assert_false(scalar_equal(&s, &expected));
}

/* f(x) for small coefficients, as a scalar. */
static struct scalar poly_at(const uint64_t *coefficients, size_t count, uint64_t x)
{
    struct scalar sum = {{0}}, at = scalar_from_u64(x);
    while (count-- > 0) {
        struct scalar a = scalar_from_u64(coefficients[count]);
        scalar_mul(&sum, &sum, &at);
        scalar_add(&sum, &sum, &a);
    }
    return sum;
}

static void test_group_lagrange_recovers_zero_from_every_subset(void **state)
{
    (void)state;
    static const uint64_t f[] = {987654321, 12345, 777, 31337, 4242, 99, 5, 3};
    struct scalar secret = scalar_from_u64(f[0]);
    for (unsigned bits = 1; bits < 256; bits++) {
        uint16_t set[8];
        size_t count = 0;
        for (uint16_t j = 1; j <= 8; j++) {
            if ((bits >> (j - 1) & 1) != 0) {
                set[count++] = j;
            }
        }
        struct scalar sum = {{0}}, lambda[8];
        assert_true(group_lagrange(lambda, set, count));
        for (size_t i = 0; i < count; i++) {
            struct scalar value = poly_at(f, count, set[i]);
            scalar_mul(&lambda[i], &lambda[i], &value);
            scalar_add(&sum, &sum, &lambda[i]);
        }
        assert_true(scalar_equal(&sum, &secret));
    }
}

static void test_group_lagrange_refuses_bad_sets(void **state)
{
    (void)state;
    static const uint16_t twice[] = {3, 1, 3}, zero[] = {1, 0, 2}, good[] = {5, 1, 2};
    uint16_t many[GROUP_SET_MAX + 1];
    struct scalar lambda[GROUP_SET_MAX + 1];
    for (uint16_t i = 0; i <= GROUP_SET_MAX; i++) {
        many[i] = (uint16_t)(i + 1);
    }
    assert_false(group_lagrange(lambda, twice, 3));
    assert_false(group_lagrange(lambda, zero, 3));
    assert_true(group_lagrange(lambda, good, 3));
    assert_true(group_lagrange(lambda, many, GROUP_SET_MAX));
    assert_false(group_lagrange(lambda, many, GROUP_SET_MAX + 1));
}

static void test_group_eval_follows_the_committed_polynomial(void **state)
{
    (void)state;
    static const uint64_t f[] = {11, 0, 5, 1000003, 7};
    struct point committed[COUNT(f)], p, expected;
    for (size_t k = 0; k < COUNT(f); k++) {
        struct scalar a = scalar_from_u64(f[k]);
        assert_true(group_mul_base(&committed[k], &a));
    }
    for (size_t count = 1; count <= COUNT(f); count++) {
        for (uint64_t x = 0; x <= 50; x++) {
            struct scalar value = poly_at(f, count, x);
            assert_true(group_mul_base(&expected, &value));
            assert_true(group_eval(&p, committed, count, x));
            assert_point(&p, &expected);
        }
    }
    assert_false(group_eval(&p, committed, 0, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_group_multiplies_as_published),
        cmocka_unit_test(test_group_refuses_bad_encodings),
        cmocka_unit_test(test_group_refuses_bit_255),
        cmocka_unit_test(test_group_derives_elements_as_published),
        cmocka_unit_test(test_group_mul_gives_identity_for_zero_or_identity),
        cmocka_unit_test(test_group_mul_is_the_same_in_place),
        cmocka_unit_test(test_scalar_is_canonical_only_below_the_order),
        cmocka_unit_test(test_scalar_arithmetic_holds_modulo_the_order),
        cmocka_unit_test(test_group_expands_messages_as_published),
        cmocka_unit_test(test_group_expand_message_refuses_sizes_beyond_the_standard),
        cmocka_unit_test(test_group_hashes_to_points_as_published),
        cmocka_unit_test(test_group_derives_keys_as_published),
        cmocka_unit_test(test_group_hash_to_scalar_is_expand_then_reduce),
        cmocka_unit_test(test_group_lagrange_recovers_zero_from_every_subset),
        cmocka_unit_test(test_group_lagrange_refuses_bad_sets),
        cmocka_unit_test(test_group_eval_follows_the_committed_polynomial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
