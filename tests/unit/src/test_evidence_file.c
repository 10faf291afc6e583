/* Proofs of lies as files: what they prove to somebody who was not there, and that they prove no more. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/evidence_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct signer *const signer = &signer_ed25519;

static struct lie {
    struct genesis genesis;
    struct evidence_file file;
    uint8_t id_sk[64], vote_pk[32], vote_sk[64];
    uint8_t named[2048], payload[2048], bytes[EVIDENCE_FILE_BYTES_MAX];
    char dir[64], record[128], path[512], fault[EVIDENCE_FAULT_BYTES];
} T;

static void keys(uint8_t pk[32], uint8_t sk[64], uint8_t seed)
{
    uint8_t bytes[32] = {seed};
    signer->keypair(pk, sk, bytes);
}

static int set_up(void **state)
{
    (void)state;
    memset(&T, 0, sizeof T);
    keys(T.file.culprit, T.id_sk, 1);
    keys(T.vote_pk, T.vote_sk, 2);
    T.genesis = (struct genesis){.version = PROTOCOL_VERSION, .rules_size = 1};
    memcpy(T.genesis.founder_id, T.file.culprit, ID_BYTES);
    memcpy(T.genesis.founder_vote_pk, T.vote_pk, 32);
    T.file.game_id = genesis_game_id(&T.genesis);
    snprintf(T.dir, sizeof T.dir, "/tmp/craps-evidence-XXXXXX");
    assert_non_null(mkdtemp(T.dir));
    snprintf(T.record, sizeof T.record, "%s/friday.craps", T.dir);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    DIR *dir = opendir(T.dir);
    const struct dirent *e;
    while (dir != NULL && (e = readdir(dir)) != NULL) {
        (void)unlinkat(dirfd(dir), e->d_name, 0);
    }
    closedir(dir);
    return rmdir(T.dir);
}

static void name_by_op(const uint8_t sk[64])
{
    uint8_t payload[4 + 32 + 32] = {0, 0, 0, 7};
    struct op op = {.kind = OP_KEYS, .seq = 3, .payload = payload, .payload_size = sizeof payload};
    struct writer w = writer_of(T.named, sizeof T.named);
    memcpy(payload + 4, T.vote_pk, 32);
    memcpy(op.author, sk + 32, ID_BYTES);
    op_sign(signer, &op, &T.file.game_id, sk);
    op_encode(&op, &w);
    T.file.naming = NAMING_KEYS;
    T.file.named = T.named;
    T.file.named_size = w.size;
}

static void name_by_genesis(void)
{
    struct writer w = writer_of(T.named, sizeof T.named);
    genesis_encode(&T.genesis, &w);
    T.file.naming = NAMING_GENESIS;
    T.file.named = T.named;
    T.file.named_size = w.size;
}

static struct vote vote(uint8_t kind, uint8_t block)
{
    struct vote v = {.kind = kind, .epoch = 4, .view = 9, .voter = 1};
    v.digest.b[0] = kind == VOTE_NULLIFY ? 0 : block;
    vote_sign(signer, &v, &T.file.game_id, T.vote_sk);
    return v;
}

static void lie_with(uint8_t a_kind, uint8_t b_kind, uint8_t b_block, uint8_t kind)
{
    struct vote a = vote(a_kind, 1), b = vote(b_kind, b_block);
    struct writer w = writer_of(T.payload, sizeof T.payload);
    evidence_encode_votes(&w, &a, &b);
    T.file.payload = T.payload;
    T.file.payload_size = w.size;
    T.file.kind = kind;
    T.file.epoch = 4;
}

static void lie_with_ops(void)
{
    uint8_t ops[2][256];
    size_t size[2];
    for (uint8_t i = 0; i < 2; i++) {
        struct op op = {.kind = OP_GAME, .seq = 5, .payload = &i, .payload_size = 1};
        struct writer w = writer_of(ops[i], sizeof ops[i]);
        memcpy(op.author, T.file.culprit, ID_BYTES);
        op_sign(signer, &op, &T.file.game_id, T.id_sk);
        op_encode(&op, &w);
        size[i] = w.size;
    }
    struct writer w = writer_of(T.payload, sizeof T.payload);
    evidence_encode_ops(&w, ops[0], size[0], ops[1], size[1]);
    T.file.payload = T.payload;
    T.file.payload_size = w.size;
    T.file.kind = EVIDENCE_OP_TWICE;
}

/* As a third party: from the bytes alone. */
static bool proves(const uint8_t *bytes, size_t size)
{
    struct evidence_file f;
    return evidence_file_decode(&f, bytes, size) == ERR_OK && evidence_file_check(&f, T.fault);
}

/* It proves what it says, and nothing once a single byte of it is another or missing. */
static void assert_proof(void)
{
    struct writer w = writer_of(T.bytes, sizeof T.bytes);
    evidence_file_encode(&T.file, &w);
    assert_false(w.bad);
    assert_true(proves(w.data, w.size));
    assert_string_equal(T.fault, "");
    for (size_t i = 0; i < w.size; i++) {
        T.bytes[i] ^= 1;
        if (proves(w.data, w.size)) {
            fail_msg("byte %zu of %zu does not matter", i, w.size);
        }
        T.bytes[i] ^= 1;
        assert_false(proves(w.data, i));
    }
}

static void test_votes_prove_with_the_keys_op_that_names_their_key(void **state)
{
    (void)state;
    name_by_op(T.id_sk);
    lie_with(VOTE_NOTARIZE, VOTE_NOTARIZE, 2, EVIDENCE_NOTARIZE_TWICE);
    assert_proof();
    lie_with(VOTE_FINALIZE, VOTE_FINALIZE, 2, EVIDENCE_FINALIZE_TWICE);
    assert_proof();
    lie_with(VOTE_FINALIZE, VOTE_NULLIFY, 0, EVIDENCE_NULLIFY_AND_FINALIZE);
    assert_proof();
}

static void test_the_founders_first_key_is_named_by_the_genesis(void **state)
{
    (void)state;
    name_by_genesis();
    lie_with(VOTE_NOTARIZE, VOTE_NOTARIZE, 2, EVIDENCE_NOTARIZE_TWICE);
    struct writer w = writer_of(T.bytes, sizeof T.bytes);
    evidence_file_encode(&T.file, &w);
    assert_true(proves(w.data, w.size));
    T.genesis.founder_id[0] ^= 1; /* then it is another table */
    name_by_genesis();
    assert_false(evidence_file_check(&T.file, T.fault));
    assert_string_equal(T.fault, "the culprit did not open this table");
}

static void test_two_ops_prove_by_themselves(void **state)
{
    (void)state;
    lie_with_ops();
    assert_proof();
}

static void test_what_is_legal_or_somebody_elses_proves_nothing(void **state)
{
    (void)state;
    uint8_t other_pk[32], other_sk[64];
    keys(other_pk, other_sk, 9);
    name_by_op(T.id_sk);
    static const uint8_t legal[][3] = {{VOTE_NOTARIZE, VOTE_NOTARIZE, 1},
        {VOTE_NOTARIZE, VOTE_NULLIFY, 0}, {VOTE_NOTARIZE, VOTE_FINALIZE, 2}};
    for (size_t i = 0; i < sizeof legal / sizeof legal[0]; i++) {
        for (uint8_t kind = EVIDENCE_NOTARIZE_TWICE; kind <= EVIDENCE_OP_TWICE; kind++) {
            lie_with(legal[i][0], legal[i][1], legal[i][2], kind);
            assert_false(evidence_file_check(&T.file, T.fault));
        }
    }
    lie_with(VOTE_NOTARIZE, VOTE_NOTARIZE, 2, EVIDENCE_FINALIZE_TWICE);
    assert_false(evidence_file_check(&T.file, T.fault));
    lie_with(VOTE_NOTARIZE, VOTE_NOTARIZE, 2, EVIDENCE_NOTARIZE_TWICE);
    T.file.epoch = 3;
    assert_false(evidence_file_check(&T.file, T.fault));
    T.file.epoch = 4;
    name_by_op(other_sk);
    assert_false(evidence_file_check(&T.file, T.fault));
    assert_string_equal(T.fault, "the vote key is named by somebody else");
    T.file.naming = NAMING_NONE;
    assert_false(evidence_file_check(&T.file, T.fault));
}

static void test_a_proof_is_written_whole_once_and_never_again(void **state)
{
    (void)state;
    struct stat st;
    struct evidence_file f;
    name_by_op(T.id_sk);
    lie_with(VOTE_NOTARIZE, VOTE_NOTARIZE, 2, EVIDENCE_NOTARIZE_TWICE);
    assert_true(evidence_file_path(T.path, sizeof T.path, T.record, T.file.culprit, 4));
    assert_int_equal(evidence_file_write(&T.file, T.record, T.path), ERR_OK);
    assert_int_equal(stat(T.path, &st), 0);
    assert_true(evidence_file_is(T.path));
    assert_int_equal(evidence_file_read(T.path, &f, T.bytes), ERR_OK);
    assert_true(evidence_file_check(&f, T.fault));
    lie_with(VOTE_FINALIZE, VOTE_FINALIZE, 2, EVIDENCE_FINALIZE_TWICE);
    assert_int_equal(evidence_file_write(&T.file, T.record, T.path), ERR_EXISTS);
    assert_int_equal(evidence_file_read(T.path, &f, T.bytes), ERR_OK);
    assert_int_equal(f.kind, EVIDENCE_NOTARIZE_TWICE);
    assert_false(evidence_file_is(T.record));
    assert_int_equal(evidence_file_read(T.record, &f, T.bytes), ERR_NOT_FOUND);
}

static bool count_files(void *self, const char *path)
{
    assert_true(evidence_file_is(path));
    ++*(unsigned *)self;
    return true;
}

static void test_a_table_has_so_many_proofs_and_its_neighbour_none_of_them(void **state)
{
    (void)state;
    char neighbour[160];
    unsigned count = 0, others = 0;
    lie_with_ops();
    for (uint32_t i = 0; i < EVIDENCE_FILES_MAX; i++) {
        assert_true(evidence_file_path(T.path, sizeof T.path, T.record, T.file.culprit, i));
        assert_int_equal(evidence_file_write(&T.file, T.record, T.path), ERR_OK);
    }
    assert_true(evidence_file_path(T.path, sizeof T.path, T.record, T.file.culprit, 1000));
    assert_int_equal(evidence_file_write(&T.file, T.record, T.path), ERR_FULL);
    evidence_files_each(T.record, count_files, &count);
    assert_int_equal(count, EVIDENCE_FILES_MAX);
    snprintf(neighbour, sizeof neighbour, "%s/frida.craps", T.dir);
    evidence_files_each(neighbour, count_files, &others);
    assert_int_equal(others, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_votes_prove_with_the_keys_op_that_names_their_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_the_founders_first_key_is_named_by_the_genesis, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_two_ops_prove_by_themselves, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_what_is_legal_or_somebody_elses_proves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_a_proof_is_written_whole_once_and_never_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_a_table_has_so_many_proofs_and_its_neighbour_none_of_them, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
