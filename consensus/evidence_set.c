#include "consensus/evidence_set.h"

bool evidence_wanted(const struct protocol_state *p, const uint8_t culprit[ID_BYTES])
{
    const struct identity *identity = protocol_identity(p, culprit);
    return identity != NULL && identity->standing != STANDING_EJECTED;
}

static bool knows(const struct evidence_set *set, const uint8_t culprit[ID_BYTES])
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (memcmp(set->items[i].culprit, culprit, ID_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

enum evidence_offer evidence_set_offer(struct evidence_set *set, const struct signer *s,
    const struct digest *game_id, const struct protocol_state *p, const uint8_t *payload,
    size_t size)
{
    uint8_t culprit[ID_BYTES];
    if (size > sizeof set->items[0].payload ||
        !evidence_claims(p->epoch, &p->roster, payload, size, culprit)) {
        return OFFER_NOTHING;
    }
    if (knows(set, culprit) || !evidence_wanted(p, culprit)) {
        return OFFER_KNOWN;
    }
    if (set->count == EVIDENCE_KEPT) {
        return OFFER_FULL;
    }
    enum evidence_kind kind =
        evidence_judge(s, game_id, p->epoch, &p->roster, payload, size, culprit);
    if (kind == EVIDENCE_NONE) {
        return OFFER_NOTHING;
    }
    struct evidence_item *item = &set->items[set->count++];
    item->kind = (uint8_t)kind;
    memcpy(item->culprit, culprit, ID_BYTES);
    item->size = (uint16_t)size;
    memcpy(item->payload, payload, size);
    return OFFER_NEW;
}

void evidence_set_prune(struct evidence_set *set, const struct protocol_state *p)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < set->count; i++) {
        struct evidence_item *item = &set->items[i];
        uint8_t culprit[ID_BYTES];
        if (evidence_wanted(p, item->culprit) &&
            evidence_claims(p->epoch, &p->roster, item->payload, item->size, culprit)) {
            if (kept != i) {
                set->items[kept] = *item;
            }
            kept++;
        }
    }
    set->count = kept;
}
