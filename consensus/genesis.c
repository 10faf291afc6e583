#include "consensus/genesis.h"

#include "base/check.h"

void genesis_encode(const struct genesis *g, struct writer *w)
{
    if (g->recover != NULL) {
        write_bytes(w, g->recover, g->recover_size);
        return;
    }
    write_u16(w, g->version);
    write_lp(w, g->rules, g->rules_size);
    write_bytes(w, g->founder_id, ID_BYTES);
    write_bytes(w, g->founder_net_pk, 32);
    write_bytes(w, g->founder_vote_pk, 32);
    write_lp(w, g->profile, g->profile_size);
    write_bytes(w, g->nonce, sizeof g->nonce);
}

bool genesis_decode(struct genesis *g, struct reader *r)
{
    size_t size = reader_left(r);
    const uint8_t *whole = r->data + r->offset;
    *g = (struct genesis){.version = read_u16(r)};
    if (g->version != PROTOCOL_VERSION) {
        return false;
    }
    if (!r->bad && recover_is(whole, size)) {
        struct recover split;
        g->recover = whole;
        g->recover_size = size;
        read_span(r, reader_left(r));
        return recover_decode(&split, whole, size);
    }
    const uint8_t *rules = read_lp(r, &size);
    if (rules == NULL || size > RULES_BYTES_MAX) {
        return false;
    }
    memcpy(g->rules, rules, size);
    g->rules_size = (uint16_t)size;
    read_bytes(r, g->founder_id, ID_BYTES);
    read_bytes(r, g->founder_net_pk, 32);
    read_bytes(r, g->founder_vote_pk, 32);
    const uint8_t *profile = read_lp(r, &size);
    if (profile == NULL || size > PROFILE_BYTES_MAX) {
        return false;
    }
    memcpy(g->profile, profile, size);
    g->profile_size = (uint8_t)size;
    read_bytes(r, g->nonce, sizeof g->nonce);
    return reader_done(r);
}

struct digest genesis_game_id(const struct genesis *g)
{
    uint8_t bytes[GENESIS_FOUNDED_BYTES_MAX];
    if (g->recover != NULL) {
        struct recover split;
        CHECK(recover_decode(&split, g->recover, g->recover_size));
        return recover_game_id(&split);
    }
    struct writer w = writer_of(bytes, sizeof bytes);
    genesis_encode(g, &w);
    CHECK(!w.bad);
    return hash_tagged("craps/v1/genesis", bytes, w.size);
}
