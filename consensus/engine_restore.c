/* Restart: the record and the keys file come back, in that order (A.9, decision 3). */
#include "consensus/engine_internal.h"

#include <stdlib.h>

bool engine_restore_block(struct engine *e, const uint8_t *bytes, size_t size, const uint8_t *proof,
    size_t proof_size, bool verify)
{
    struct block b;
    struct certificate cert;
    if (e->started || !block_decode(&b, bytes, size) ||
        b.header.height != ledger_height(e->ledger) + 1) {
        return false;
    }
    struct digest digest = block_digest(&b.header);
    struct reader r = reader_of(proof, proof_size);
    const struct roster *roster = &engine_final(e)->roster;
    bool proven = proof_size > 0;
    if (proven && (verify ? !proof_check(e, roster, &b.header, &digest, proof, proof_size, &cert)
                          : !certificate_decode(&cert, &r))) {
        return false;
    }
    e->unproven = proven ? 0 : e->unproven + 1;
    if (ledger_execute(e->ledger, &b, &digest) != VERDICT_OK ||
        !engine_finalize(e, &digest, bytes, size, proof, proof_size)) {
        return false;
    }
    e->final_cert_valid = proven && !e->switched && digest_equal(&cert.digest, &digest);
    if (e->final_cert_valid) {
        e->final_cert = cert;
    }
    bool open_end = e->switched && e->unproven > 0; /* an epoch's last block needs its proof */
    e->epoch = engine_final(e)->epoch;
    e->switched = false;
    return !(verify && open_end);
}

static bool restore_keys(struct engine *e, const struct persist *p)
{
    struct reader r = reader_of(p->data, p->size);
    struct key_set *k = engine_keys_by_attempt(e, p->dkg_id);
    k = k != NULL ? k : engine_keys_add(e, p->dkg_id);
    read_bytes(&r, k->vote_sk, sizeof k->vote_sk);
    read_bytes(&r, k->ek.ek.b, sizeof k->ek.ek.b);
    memcpy(k->vote_pk, k->vote_sk + 32, sizeof k->vote_pk);
    if (!reader_done(&r) || !scalar_is_canonical(&k->ek.ek)) {
        sodium_memzero(k, sizeof *k);
        return false;
    }
    return true;
}

/* Doubles an array when it is full. NULL when there is no memory: the caller then refuses to go on.
 */
static void *grow(void *items, size_t count, size_t *capacity, size_t item_size)
{
    if (count < *capacity) {
        return items;
    }
    size_t wanted = *capacity == 0 ? 64 : 2 * *capacity;
    void *grown = realloc(items, wanted * item_size);
    if (grown != NULL) {
        *capacity = wanted;
    }
    return grown;
}

static bool still_matters(const struct engine *e, uint32_t epoch, uint64_t view)
{
    return epoch > e->epoch || (epoch == e->epoch && view + VIEWS_BEHIND > e->final_view);
}

static bool restore_vote(struct engine *e, const struct persist *p)
{
    if (p->flag >= VOTE_KIND_COUNT || p->view == 0) {
        return false;
    }
    if (!still_matters(e, p->epoch, p->view)) {
        return true;
    }
    void *grown = grow(e->votes, e->vote_count, &e->vote_capacity, sizeof e->votes[0]);
    if (grown == NULL) {
        return false;
    }
    e->votes = grown;
    uint8_t *proof = p->size > 0 ? malloc(p->size) : NULL;
    if (p->size > 0 && proof == NULL) {
        return false;
    }
    if (p->size > 0) {
        memcpy(proof, p->data, p->size);
    }
    e->votes[e->vote_count++] = (struct journal_record){.kind = p->flag,
        .epoch = p->epoch,
        .view = p->view,
        .digest = p->digest,
        .proof = proof,
        .proof_size = p->size};
    return true;
}

static bool restore_proposal(struct engine *e, const struct persist *p)
{
    if (p->size > BLOCK_BYTES_MAX) {
        return false;
    }
    if (!still_matters(e, p->epoch, p->view)) {
        return true;
    }
    void *grown =
        grow(e->proposals, e->proposal_count, &e->proposal_capacity, sizeof e->proposals[0]);
    uint8_t *bytes = malloc(p->size > 0 ? p->size : 1);
    if (grown != NULL) {
        e->proposals = grown;
    }
    if (grown == NULL || bytes == NULL) {
        free(bytes);
        return false;
    }
    memcpy(bytes, p->data, p->size);
    e->proposals[e->proposal_count++] = (struct stored_proposal){
        .epoch = p->epoch, .view = p->view, .bytes = bytes, .size = p->size};
    return true;
}

/* Kept ops come back byte for byte; what has become final since is gone. */
static bool restore_op(struct engine *e, const struct persist *p)
{
    struct op op;
    struct reader r = reader_of(p->data, p->size);
    if (!op_decode(&op, &r) || !reader_done(&r)) {
        return false;
    }
    const struct identity *author = protocol_identity(engine_final(e), op.author);
    const uint8_t *other;
    size_t other_size;
    engine_duty_restored(e, &op);
    enum err err = mempool_add(
        e->pool, p->data, p->size, author == NULL ? 0 : author->seq, &other, &other_size);
    if (err == ERR_OK) {
        engine_own_add(e, op.author, op.seq, 0);
    }
    return err == ERR_OK || err == ERR_EXISTS;
}

bool engine_restore_persist(struct engine *e, const struct persist *p)
{
    if (e->started) {
        return false;
    }
    switch (p->kind) {
    case PERSIST_KEYS:
        return restore_keys(e, p);
    case PERSIST_VOTE:
        return restore_vote(e, p);
    case PERSIST_PROPOSAL:
        return restore_proposal(e, p);
    case PERSIST_OWN_OP:
        return restore_op(e, p);
    default:
        return true;
    }
}

/* An epoch begins: its part of the journal binds us and counts in our tally (A.9). The record may
 * be a step behind the keys file, so that can also be an epoch later than the one we restarted in.
 */
void engine_feed_journal(struct engine *e)
{
    if (e->final_view > 0) {
        struct digest final = ledger_final_digest(e->ledger);
        simplex_restore_final(
            e->simplex, e->final_view, &final, e->final_cert_valid ? &e->final_cert : NULL);
    }
    if (!e->voting) {
        return;
    }
    for (size_t i = 0; i < e->proposal_count; i++) {
        const struct stored_proposal *p = &e->proposals[i];
        if (p->epoch == e->epoch) {
            simplex_restore_proposal(e->simplex, p->view, p->bytes, p->size);
        }
    }
    for (size_t i = 0; i < e->vote_count; i++) {
        if (e->votes[i].epoch == e->epoch) {
            simplex_restore_vote(e->simplex, &e->votes[i]);
        }
    }
}

void engine_drop_journal(struct engine *e)
{
    for (size_t i = 0; i < e->proposal_count; i++) {
        free(e->proposals[i].bytes);
    }
    free(e->proposals);
    for (size_t i = 0; i < e->vote_count; i++) {
        free((void *)e->votes[i].proof); /* our own copy */
    }
    free(e->votes);
    e->proposals = NULL;
    e->votes = NULL;
    e->proposal_count = e->proposal_capacity = e->vote_count = e->vote_capacity = 0;
}
