#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/identity.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], path[96];

static int enter(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/craps-test-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(path, sizeof path, "%s/identity", folder);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static size_t slurp(char text[1024])
{
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t size = fread(text, 1, 1023, f);
    fclose(f);
    return size;
}

static void spill(const char *text, size_t size, mode_t mode)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, size, f), size);
    fclose(f);
    assert_int_equal(chmod(path, mode), 0);
}

static void test_identity_comes_back_equal(void **state)
{
    (void)state;
    struct identity_keys made, loaded;
    struct stat st;
    assert_int_equal(identity_load(path, &made), ERR_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(identity_load(path, &loaded), ERR_OK);
    assert_memory_equal(&made, &loaded, sizeof made);
    assert_memory_equal(made.id_sk + 32, made.id_pk, 32);
    /* The keys work: a signature, and the X25519 pair. */
    uint8_t signature[64], net_pk[32];
    crypto_sign_detached(signature, NULL, (const uint8_t *)"x", 1, loaded.id_sk);
    assert_int_equal(
        crypto_sign_verify_detached(signature, (const uint8_t *)"x", 1, loaded.id_pk), 0);
    crypto_scalarmult_base(net_pk, loaded.net_sk);
    assert_memory_equal(net_pk, loaded.net_pk, 32);
    char command[256];
    snprintf(command, sizeof command, "test $(ls -A %s | wc -l) = 1", folder);
    assert_int_equal(system(command), 0);
}

static void test_identity_generates_different_ones(void **state)
{
    (void)state;
    struct identity_keys a, b;
    identity_generate(&a);
    identity_generate(&b);
    assert_memory_not_equal(a.id_pk, b.id_pk, 32);
    assert_memory_not_equal(a.net_pk, b.net_pk, 32);
    identity_wipe(&a);
    struct identity_keys zero;
    memset(&zero, 0, sizeof zero);
    assert_memory_equal(&a, &zero, sizeof a);
}

static void test_identity_fingerprint_has_its_form(void **state)
{
    (void)state;
    struct identity_keys a, b;
    char one[20], two[20];
    identity_generate(&a);
    identity_generate(&b);
    identity_fingerprint(a.id_pk, one);
    identity_fingerprint(b.id_pk, two);
    assert_int_equal(strlen(one), 19);
    for (size_t i = 0; i < 19; i++) {
        assert_true(i % 5 == 4 ? one[i] == '-' : strchr("0123456789abcdef", one[i]) != NULL);
    }
    assert_string_not_equal(one, two);
    identity_fingerprint(a.id_pk, two);
    assert_string_equal(one, two);
}

/* Every byte changed, every length cut, something added: refused, and the file stays what it was.
 * */
static void test_identity_refuses_every_damaged_byte_and_keeps_the_file(void **state)
{
    (void)state;
    struct identity_keys keys;
    char text[1024], bad[1024], after[1024];
    assert_int_equal(identity_load(path, &keys), ERR_OK);
    size_t size = slurp(text);
    for (size_t i = 0; i < size; i++) {
        memcpy(bad, text, size);
        bad[i] ^= 1;
        spill(bad, size, 0600);
        enum err err = identity_load(path, &keys);
        assert_true(err == ERR_FORMAT || err == ERR_VERSION);
        assert_int_equal(slurp(after), size);
        assert_memory_equal(after, bad, size);
        spill(text, i, 0600);
        err = identity_load(path, &keys);
        assert_true(err == ERR_FORMAT || err == ERR_VERSION);
    }
    memcpy(bad, text, size);
    bad[size] = '\n';
    spill(bad, size + 1, 0600);
    assert_int_equal(identity_load(path, &keys), ERR_FORMAT);
    memset(bad, 'a', sizeof bad);
    spill(bad, sizeof bad, 0600);
    assert_int_equal(identity_load(path, &keys), ERR_FORMAT);
    spill("craps-identity 2\n", 17, 0600);
    assert_int_equal(identity_load(path, &keys), ERR_VERSION);
    spill(text, size, 0600);
    assert_int_equal(identity_load(path, &keys), ERR_OK);
}

static void test_identity_refuses_a_file_that_others_may_read(void **state)
{
    (void)state;
    struct identity_keys keys;
    char text[1024];
    assert_int_equal(identity_load(path, &keys), ERR_OK);
    size_t size = slurp(text);
    static const mode_t modes[] = {0640, 0604, 0660, 0666, 0610};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        spill(text, size, modes[i]);
        assert_int_equal(identity_load(path, &keys), ERR_PERMISSION);
    }
    spill(text, size, 0400);
    assert_int_equal(identity_load(path, &keys), ERR_OK);
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(identity_load(path, &keys), ERR_PERMISSION);
}

static void test_identity_fails_where_it_cannot_be_made(void **state)
{
    (void)state;
    struct identity_keys keys, zero;
    memset(&zero, 0, sizeof zero);
    char below[128];
    assert_int_equal(identity_load("/proc/identity", &keys), ERR_NOT_FOUND);
    spill("", 0, 0600);
    snprintf(below, sizeof below, "%s/identity", path);
    assert_int_equal(identity_load(below, &keys), ERR_NOT_FOUND);
    assert_memory_equal(&keys, &zero, sizeof keys);
    for (int e = ERR_OK; e <= ERR_INTERNAL; e++) {
        assert_true(strlen(identity_explain((enum err)e)) > 3);
    }
}

int main(void)
{
    if (sodium_init() < 0) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_identity_comes_back_equal, enter, leave),
        cmocka_unit_test(test_identity_generates_different_ones),
        cmocka_unit_test(test_identity_fingerprint_has_its_form),
        cmocka_unit_test_setup_teardown(
            test_identity_refuses_every_damaged_byte_and_keeps_the_file, enter, leave),
        cmocka_unit_test_setup_teardown(
            test_identity_refuses_a_file_that_others_may_read, enter, leave),
        cmocka_unit_test_setup_teardown(test_identity_fails_where_it_cannot_be_made, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
