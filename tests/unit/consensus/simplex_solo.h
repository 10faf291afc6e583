/* One member under test; the test holds the other members' keys and speaks for them. */
#ifndef TESTS_UNIT_CONSENSUS_SIMPLEX_SOLO_H
#define TESTS_UNIT_CONSENSUS_SIMPLEX_SOLO_H

#include "tests/support/signer_fast.h"
#include "tests/support/toy_chain.h"

#include <stdlib.h>

enum { SOLO_SENT_MAX = 4096 };

struct sent {
    uint8_t kind; /* enum message_kind */
    uint8_t cert; /* enum vote_kind of a certificate */
    uint64_t view;
    unsigned voter; /* of a vote: others' votes are passed on too */
    struct digest digest;
    bool to_all, to_nobody;
    int to;
    uint32_t size;
};

static struct solo {
    unsigned n, self;
    struct simplex *simplex;
    struct simplex_params params;
    struct toy_chain chain; /* of the member under test */
    struct toy_chain world; /* of everybody else */
    uint8_t secrets[MEMBERS_MAX][64];
    uint64_t now_ms;
    struct outbox *outbox;
    struct simplex_step step; /* the last one */
    struct sent sent[SOLO_SENT_MAX];
    unsigned sent_count;
    struct journal_record journal[256];
    unsigned journal_count;
    uint64_t finals;
    uint8_t block[BLOCK_BYTES_MAX]; /* built last */
    size_t block_size;
} solo;

static const struct digest solo_none;

static void solo_note(const struct outgoing *m)
{
    const uint8_t *data = solo.outbox->arena + m->offset;
    struct reader r = reader_of(data + 1, m->size - 1);
    struct sent s = {.kind = data[0], .to_all = m->to_all, .size = m->size, .to = -1};
    static struct certificate c;
    struct vote v;
    struct status st;
    struct fetch f;
    if (data[0] >= MSG_PROPOSE && data[0] <= MSG_FINALIZE && vote_decode(&v, &r)) {
        s.view = v.view;
        s.digest = v.digest;
        s.voter = v.voter;
    } else if (data[0] == MSG_CERT && certificate_decode(&c, &r)) {
        s.view = c.view;
        s.cert = c.kind;
    } else if (data[0] == MSG_STATUS && status_decode(&st, &r)) {
        s.view = st.view;
    } else if (fetch_decode(&f, &r)) {
        s.view = f.view;
        s.cert = f.kind;
    }
    if (!m->to_all) {
        s.to = roster_find(&solo.params.roster, m->to);
        s.to_nobody = s.to < 0;
    }
    if (solo.sent_count < SOLO_SENT_MAX) {
        solo.sent[solo.sent_count++] = s;
    }
}

static struct simplex_step *solo_step(void)
{
    memset(&solo.step, 0, sizeof solo.step);
    outbox_clear(solo.outbox);
    solo.step.outbox = solo.outbox;
    return &solo.step;
}

static void solo_absorb(void)
{
    for (unsigned i = 0; i < solo.outbox->count; i++) {
        solo_note(&solo.outbox->messages[i]);
    }
    for (unsigned i = 0; i < solo.step.journal_count && solo.journal_count < 256; i++) {
        solo.journal[solo.journal_count] = solo.step.journal[i];
        solo.journal[solo.journal_count++].proof = NULL;
    }
    for (unsigned i = 0; i < solo.step.final_count; i++) {
        bool follows =
            toy_chain_finalize(&solo.chain, solo.step.final[i].bytes, solo.step.final[i].size);
        if (!follows) {
            abort();
        }
        solo.finals++;
    }
}

static void solo_begin(void)
{
    bool begun = simplex_begin(solo.simplex, &solo.params);
    if (!begun) {
        abort();
    }
}

/* Leader of view v is member (v + seed) mod n. */
static void solo_start(unsigned n, unsigned self, uint64_t seed)
{
    struct simplex *simplex = solo.simplex != NULL ? solo.simplex : simplex_create();
    struct outbox *outbox = solo.outbox != NULL ? solo.outbox : malloc(sizeof *outbox);
    memset(&solo, 0, sizeof solo);
    solo.simplex = simplex;
    solo.outbox = outbox;
    solo.n = n;
    solo.self = self;
    solo.now_ms = 1000;
    solo.params = (struct simplex_params){
        .game_id = {{9}},
        .epoch = 2,
        .seed = seed,
        .self = (int)self,
        .signer = &signer_fast,
        .base = {{8}},
        .delta_ms = 60,
    };
    for (unsigned i = 0; i < n; i++) {
        struct member m = {.id_pk = {(uint8_t)(i + 1)}};
        uint8_t key[32] = {(uint8_t)(i + 1)};
        signer_fast.keypair(m.vote_pk, solo.secrets[i], key);
        roster_add(&solo.params.roster, &m);
    }
    memcpy(solo.params.vote_sk, solo.secrets[self], 64);
    toy_chain_init(&solo.chain, &solo.params.game_id, 2, &solo.params.base);
    toy_chain_init(&solo.world, &solo.params.game_id, 2, &solo.params.base);
    solo.params.chain = toy_chain_callbacks(&solo.chain);
    solo_begin();
}

static void solo_free(void)
{
    simplex_destroy(solo.simplex);
    free(solo.outbox);
    memset(&solo, 0, sizeof solo);
}

static bool solo_message(int from, const uint8_t *data, size_t size)
{
    bool fine =
        simplex_message(solo.simplex, from, data[0], data + 1, size - 1, solo.now_ms, solo_step());
    solo_absorb();
    return fine;
}

static void solo_poll(uint64_t after_ms)
{
    solo.now_ms += after_ms;
    simplex_poll(solo.simplex, solo.now_ms, solo_step());
    solo_absorb();
}

static void solo_op(unsigned number)
{
    toy_chain_add_op(&solo.chain, number);
    solo_poll(0);
}

static struct vote solo_signed(
    unsigned kind, unsigned voter, uint64_t view, const struct digest *digest)
{
    struct vote v = {.kind = (uint8_t)kind, .epoch = solo.params.epoch, .view = view};
    v.voter = (uint16_t)voter;
    v.digest = kind == VOTE_NULLIFY ? solo_none : *digest;
    vote_sign(&signer_fast, &v, &solo.params.game_id, solo.secrets[voter]);
    return v;
}

static bool solo_send_vote(int from, const struct vote *v)
{
    uint8_t bytes[256];
    struct writer w = writer_of(bytes, sizeof bytes);
    write_u8(&w, (uint8_t)(MSG_NOTARIZE + v->kind));
    vote_encode(v, &w);
    if (v->kind == VOTE_FINALIZE) {
        write_lp(&w, NULL, 0);
    }
    return solo_message(from, bytes, w.size);
}

static bool solo_vote(unsigned kind, unsigned voter, uint64_t view, const struct digest *digest)
{
    struct vote v = solo_signed(kind, voter, view, digest);
    return solo_send_vote((int)voter, &v);
}

static struct certificate solo_make_cert(
    unsigned kind, uint64_t view, const struct digest *digest, uint64_t signers)
{
    static struct certificate c;
    unsigned at = 0;
    memset(&c, 0, sizeof c);
    c.kind = (uint8_t)kind;
    c.epoch = solo.params.epoch;
    c.view = view;
    c.signers = signers;
    c.digest = kind == VOTE_NULLIFY ? solo_none : *digest;
    for (unsigned i = 0; i < solo.n; i++) {
        if ((signers >> i & 1) != 0) {
            struct vote v = solo_signed(kind, i, view, digest);
            memcpy(c.sigs[at++], v.sig, SIG_BYTES);
        }
    }
    return c;
}

static bool solo_cert(
    int from, unsigned kind, uint64_t view, const struct digest *digest, uint64_t signers)
{
    static uint8_t bytes[1 + CERT_BYTES_MAX];
    struct certificate c = solo_make_cert(kind, view, digest, signers);
    struct writer w = writer_of(bytes, sizeof bytes);
    write_u8(&w, MSG_CERT);
    certificate_encode(&c, &w);
    return solo_message(from, bytes, w.size);
}

/* A block of `view` on that parent with one operation (or none when it is negative), in solo.block. */
static struct digest solo_build(
    uint64_t view, uint64_t parent_view, const struct digest *parent, int op)
{
    struct chain chain = toy_chain_callbacks(&solo.world);
    struct digest digest = {{0}};
    memset(solo.world.pool, 0, sizeof solo.world.pool);
    if (op >= 0) {
        toy_chain_add_op(&solo.world, (unsigned)op);
    }
    solo.block_size = chain.propose(
        chain.self, parent, parent_view, view, op < 0, solo.block, sizeof solo.block, &digest);
    return digest;
}

/* Sends what solo_build made, as its view's leader. */
static bool solo_send_block(int from, uint64_t view, const struct digest *digest)
{
    static uint8_t bytes[MESSAGE_BYTES_MAX];
    unsigned leader = roster_leader(&solo.params.roster, solo.params.seed, view);
    struct vote v = solo_signed(VOTE_NOTARIZE, leader, view, digest);
    struct writer w = writer_of(bytes, sizeof bytes);
    write_u8(&w, MSG_PROPOSE);
    vote_encode(&v, &w);
    write_bytes(&w, solo.block, solo.block_size);
    return solo_message(from, bytes, w.size);
}

static struct digest solo_propose(
    uint64_t view, uint64_t parent_view, const struct digest *parent, int op)
{
    struct digest digest = solo_build(view, parent_view, parent, op);
    unsigned leader = roster_leader(&solo.params.roster, solo.params.seed, view);
    bool fine = solo_send_block((int)leader, view, &digest);
    if (!fine) {
        abort();
    }
    return digest;
}

/* Messages of a kind for a view since the last solo_clear. */
static bool solo_is_vote(unsigned kind)
{
    return kind >= MSG_PROPOSE && kind <= MSG_FINALIZE;
}

/* Of votes only the own ones. */
static unsigned solo_count(unsigned kind, uint64_t view)
{
    unsigned count = 0;
    for (unsigned i = 0; i < solo.sent_count; i++) {
        const struct sent *m = &solo.sent[i];
        count +=
            m->kind == kind && m->view == view && (!solo_is_vote(kind) || m->voter == solo.self);
    }
    return count;
}

static void solo_clear(void)
{
    solo.sent_count = 0;
}

static uint64_t solo_view(void)
{
    return simplex_inspect(solo.simplex).view;
}

#endif
