/* The headers between a block and the certificate that covers it: members, whoever begins a split table and the auditor want the same of
 * them. All signatures here hold; only the way is wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "consensus/engine_internal.h"
#include "consensus/recover.h"
#include "tests/support/signer_fast.h"

enum { MEMBERS = 4, STEPS = 2 };

/* A block, two more behind it, and what three of four signed about the last one. */
struct way {
    struct digest game_id;
    struct roster roster;
    uint8_t vote_sk[MEMBERS][64];
    struct block_header header[1 + STEPS];
    uint64_t certified_view;
    uint8_t kind;
    uint8_t proof[CERT_BYTES_MAX + STEPS * BLOCK_HEADER_BYTES];
    size_t proof_size;
};

static struct way begin(void)
{
    struct way w = {.game_id = {{9}}, .kind = VOTE_FINALIZE, .certified_view = 12};
    for (unsigned i = 0; i < MEMBERS; i++) {
        struct member m = {{(uint8_t)(i + 1)}, {0}, {0}};
        uint8_t seed[32] = {(uint8_t)(i + 40)};
        signer_fast.keypair(m.vote_pk, w.vote_sk[i], seed);
        assert_true(roster_add(&w.roster, &m));
    }
    for (unsigned i = 0; i <= STEPS; i++) {
        w.header[i] = (struct block_header){.game_id = w.game_id,
            .epoch = 3,
            .view = 10 + i,
            .parent_view = 9 + i,
            .height = 70 + i};
    }
    return w;
}

static void sign(const struct way *w, struct certificate *c)
{
    struct vote v = {.kind = c->kind, .epoch = c->epoch, .view = c->view, .digest = c->digest};
    for (uint16_t i = 0; i + 1 < MEMBERS; i++) {
        v.voter = i;
        vote_sign(&signer_fast, &v, &w->game_id, w->vote_sk[i]);
        c->signers |= UINT64_C(1) << i;
        memcpy(c->sigs[i], v.sig, SIG_BYTES);
    }
}

/* The proof with the headers as they are, each but one standing on the one before; `torn` is the one, 0 = none. */
static void write_proof(struct way *w, unsigned torn)
{
    for (unsigned i = 1; i <= STEPS; i++) {
        w->header[i].parent = block_digest(&w->header[i - 1]);
        w->header[i].parent.b[0] ^= i == torn;
    }
    struct certificate c = {.kind = w->kind,
        .epoch = w->header[STEPS].epoch,
        .view = w->certified_view,
        .digest = block_digest(&w->header[STEPS])};
    sign(w, &c);
    struct writer out = writer_of(w->proof, sizeof w->proof);
    certificate_encode(&c, &out);
    for (unsigned i = 1; i <= STEPS; i++) {
        block_header_encode(&w->header[i], &out);
    }
    assert_false(out.bad);
    w->proof_size = out.size;
}

static bool member_takes(const struct way *w)
{
    struct engine *e = calloc(1, sizeof *e);
    struct certificate c;
    struct digest digest = block_digest(&w->header[0]);
    assert_non_null(e);
    e->config.signer = &signer_fast;
    e->game_id = w->game_id;
    bool takes = proof_check(e, &w->roster, &w->header[0], &digest, w->proof, w->proof_size, &c);
    free(e);
    return takes;
}

static bool split_takes(const struct way *w)
{
    const struct block_header *h = &w->header[0];
    struct recover r = {.game_id = w->game_id,
        .epoch = h->epoch,
        .view = h->view,
        .height = h->height,
        .block = block_digest(h),
        .header = *h,
        .proof = w->proof,
        .proof_size = w->proof_size};
    return recover_certified(&signer_fast, &r, &w->roster);
}

static void expect(struct way w, unsigned torn, bool good)
{
    write_proof(&w, torn);
    assert_int_equal(member_takes(&w), good);
    assert_int_equal(split_takes(&w), good);
}

static void test_proof_takes_a_way_of_headers(void **state)
{
    (void)state;
    struct way w = begin();
    expect(w, 0, true);
    w.header[2].height = w.header[1].height; /* an empty block that seals the end of an epoch */
    expect(w, 0, true);
    w.header[1].height = w.header[2].height = w.header[0].height;
    expect(w, 0, true);
    w.header[2].view = w.certified_view = 900; /* views in between were given up */
    expect(w, 0, true);
}

static void test_proof_refuses_a_way_that_is_none(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= STEPS; i++) {
        struct way w = begin();
        expect(w, i, false);
        w = begin();
        w.header[i].height += 5;
        w.header[STEPS].height += i < STEPS ? 5 : 0;
        expect(w, 0, false);
        w = begin();
        w.header[i].height = 60;
        expect(w, 0, false);
        w = begin();
        w.header[i].parent_view--;
        expect(w, 0, false);
        w = begin();
        w.header[i].epoch++;
        w.header[STEPS].epoch = w.header[i].epoch;
        expect(w, 0, false);
        w = begin();
        w.header[i].game_id.b[5] ^= 1;
        expect(w, 0, false);
    }
}

static void test_proof_refuses_views_that_do_not_grow(void **state)
{
    (void)state;
    struct way w = begin();
    w.header[1].view = w.header[2].parent_view = w.header[0].view;
    expect(w, 0, false);
    w = begin();
    w.header[2].view = w.certified_view = 4;
    expect(w, 0, false);
}

static void test_proof_refuses_a_certificate_of_another_view_or_kind(void **state)
{
    (void)state;
    struct way w = begin();
    w.certified_view = 13;
    expect(w, 0, false);
    w = begin();
    w.kind = VOTE_NOTARIZE; /* of the last block, which is not the one it is about */
    expect(w, 0, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_proof_takes_a_way_of_headers),
        cmocka_unit_test(test_proof_refuses_a_way_that_is_none),
        cmocka_unit_test(test_proof_refuses_views_that_do_not_grow),
        cmocka_unit_test(test_proof_refuses_a_certificate_of_another_view_or_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
