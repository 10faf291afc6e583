/* From two signed things that must not both exist to an op that every proposer puts in (A.10). */
#include "consensus/engine_internal.h"

static bool told(const struct engine *e, const uint8_t culprit[ID_BYTES])
{
    for (uint32_t i = 0; i < e->told_count; i++) {
        if (memcmp(e->told[i], culprit, ID_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

static bool mark_told(struct engine *e, const uint8_t culprit[ID_BYTES])
{
    if (told(e, culprit) || e->told_count == IDENTITIES_MAX) {
        return false;
    }
    memcpy(e->told[e->told_count++], culprit, ID_BYTES);
    return true;
}

static void tell(struct engine *e, const uint8_t culprit[ID_BYTES], uint8_t kind,
    const uint8_t *payload, size_t size)
{
    if (e->up == NULL || e->up->lie_count == LIES_MAX || !mark_told(e, culprit)) {
        return;
    }
    struct proven_lie *lie = &e->up->lies[e->up->lie_count++];
    *lie = (struct proven_lie){.kind = kind, .epoch = e->epoch, .size = size};
    memcpy(lie->culprit, culprit, ID_BYTES);
    lie->payload = size > 0 ? engine_keep(e, payload, size) : NULL;
}

static void send(struct engine *e, const struct evidence_item *item, const uint8_t *to)
{
    struct writer w = outbox_begin(&e->up->outbox);
    write_u8(&w, MSG_EVIDENCE);
    write_bytes(&w, item->payload, item->size);
    outbox_send(&e->up->outbox, &w, to, CHANNEL_CONTROL);
}

/* Verified and kept once a culprit; every member hears of it from everybody who learnt of it, once:
 * whoever proposes next has it. */
static enum evidence_offer offer(struct engine *e, const uint8_t *payload, size_t size)
{
    enum evidence_offer result = ledger_offer_evidence(e->ledger, payload, size);
    if (result == OFFER_NEW) {
        const struct evidence_set *set = ledger_evidence(e->ledger);
        const struct evidence_item *item = &set->items[set->count - 1];
        tell(e, item->culprit, item->kind, item->payload, item->size);
        if (e->self >= 0 && engine_final(e)->roster.count > 1) {
            send(e, item, NULL);
        }
    }
    return result;
}

void engine_report_votes(struct engine *e, const struct vote pair[2])
{
    struct writer w = writer_of(e->message, sizeof e->message);
    evidence_encode_votes(&w, &pair[0], &pair[1]);
    offer(e, w.data, w.bad ? 0 : w.size);
}

void engine_report_ops(
    struct engine *e, const uint8_t *bytes, size_t size, const uint8_t *other, size_t other_size)
{
    /* Beside them the op has a kind and a length. */
    struct writer w = writer_of(e->message, OP_BYTES_MAX - 8);
    evidence_encode_ops(&w, other, other_size, bytes, size);
    offer(e, w.data, w.bad ? 0 : w.size);
}

/* A proof of another epoch is no lie of its sender: it may have switched before us, or after. */
bool engine_on_evidence(struct engine *e, const uint8_t *data, size_t size)
{
    struct reader r = reader_of(data, size);
    struct vote v;
    uint8_t form = read_u8(&r);
    bool votes = form == 1 && vote_decode(&v, &r);
    if (e->self < 0 || (votes && v.epoch != e->epoch)) {
        return true;
    }
    return offer(e, data, size) != OFFER_NOTHING;
}

void engine_evidence_offer(struct engine *e, const struct peer *p)
{
    const struct evidence_set *set = ledger_evidence(e->ledger);
    bool between_members = e->self >= 0 && roster_find(&engine_final(e)->roster, p->id) >= 0;
    for (uint32_t i = 0; between_members && i < set->count; i++) {
        send(e, &set->items[i], p->id);
    }
}

/* Half the table pooled one op, the other half another with its number: the block holds one. */
void engine_evidence_compare(struct engine *e, const struct block *b)
{
    struct op op;
    size_t at = 0, before = 0;
    for (; block_next_op(b, &at, &op); before = at) {
        size_t size;
        const uint8_t *pooled =
            op_is_block_op(op.kind) ? NULL : mempool_find(e->pool, op.author, op.seq, &size);
        if (pooled == NULL || mempool_knows(e->pool, &op)) {
            continue;
        }
        engine_report_ops(e, b->ops + before + 2, at - before - 2, pooled, size);
    }
}

/* The op of the block that convicted the culprit: a proof, or a complaint that ruled on a deal. */
static enum evidence_kind find_proof(const struct engine *e, const struct block *b,
    const uint8_t culprit[ID_BYTES], const uint8_t **proof, size_t *size)
{
    const struct protocol_state *p = engine_final(e);
    uint8_t accused[ID_BYTES];
    enum evidence_kind kind = EVIDENCE_NONE;
    struct op op;
    size_t at = 0;
    *proof = NULL;
    *size = 0;
    while (block_next_op(b, &at, &op)) {
        if (op.kind == OP_COMPLAIN) {
            kind = EVIDENCE_BAD_DEAL;
        }
        if (op.kind == OP_EVIDENCE &&
            evidence_claims(b->header.epoch, &p->roster, op.payload, op.payload_size, accused) &&
            memcmp(accused, culprit, ID_BYTES) == 0) {
            *proof = op.payload;
            *size = op.payload_size;
            return evidence_judge(
                e->config.signer, &e->game_id, b->header.epoch, &p->roster, *proof, *size, accused);
        }
    }
    return kind;
}

void engine_evidence_final(struct engine *e, const struct block *b)
{
    const struct protocol_state *p = engine_final(e);
    for (uint16_t i = 0; i < p->identity_count; i++) {
        const struct identity *identity = &p->identities[i];
        const uint8_t *proof;
        size_t size;
        if (identity->standing == STANDING_EJECTED && !told(e, identity->id_pk)) {
            enum evidence_kind kind = find_proof(e, b, identity->id_pk, &proof, &size);
            if (kind == EVIDENCE_NONE) {
                mark_told(e, identity->id_pk);
            } else {
                tell(e, identity->id_pk, (uint8_t)kind, proof, size);
            }
        }
    }
}

void engine_evidence_start(struct engine *e)
{
    const struct protocol_state *p = engine_final(e);
    for (uint16_t i = 0; i < p->identity_count; i++) {
        if (p->identities[i].standing == STANDING_EJECTED) {
            mark_told(e, p->identities[i].id_pk);
        }
    }
}
