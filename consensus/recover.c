#include "consensus/recover.h"

#include "base/check.h"
#include "consensus/genesis.h"

void recover_statement(const struct recover *r, struct writer *w)
{
    write_u16(w, PROTOCOL_VERSION);
    write_bytes(w, r->game_id.b, DIGEST_BYTES);
    write_u32(w, r->epoch);
    write_u64(w, r->view);
    write_u64(w, r->height);
    write_bytes(w, r->block.b, DIGEST_BYTES);
    write_u64(w, r->void_roll);
    roster_encode(&r->survivors, w);
}

static size_t statement_bytes(const struct recover *r, uint8_t out[STATEMENT_BYTES_MAX])
{
    struct writer w = writer_of(out, STATEMENT_BYTES_MAX);
    recover_statement(r, &w);
    CHECK(!w.bad);
    return w.size;
}

struct digest recover_game_id(const struct recover *r)
{
    uint8_t bytes[STATEMENT_BYTES_MAX];
    size_t size = statement_bytes(r, bytes);
    return hash_tagged("craps/v1/split", bytes, size);
}

void recover_sign(const struct signer *s, const struct recover *r, uint8_t sig[SIG_BYTES],
    const uint8_t id_sk[64])
{
    uint8_t bytes[STATEMENT_BYTES_MAX];
    size_t size = statement_bytes(r, bytes);
    sign_message(s, sig, "recover", &r->game_id, r->epoch, r->view, bytes, size, id_sk);
}

bool recover_signature_right(const struct signer *s, const struct recover *r, unsigned survivor,
    const uint8_t sig[SIG_BYTES])
{
    uint8_t bytes[STATEMENT_BYTES_MAX];
    size_t size = statement_bytes(r, bytes);
    return survivor < r->survivors.count &&
           verify_message(s, sig, "recover", &r->game_id, r->epoch, r->view, bytes, size,
               r->survivors.members[survivor].id_pk);
}

void recover_encode(const struct recover *r, struct writer *w)
{
    uint8_t bytes[STATEMENT_BYTES_MAX];
    size_t size = statement_bytes(r, bytes);
    write_u16(w, PROTOCOL_VERSION);
    write_u16(w, RECOVER_FORM);
    write_lp(w, bytes, size);
    write_bytes(w, r->sigs, r->survivors.count * sizeof r->sigs[0]);
    block_header_encode(&r->header, w);
    write_lp(w, r->proof, r->proof_size);
    write_lp(w, r->electorate, r->electorate_size);
    write_u32(w, (uint32_t)r->state_size);
    write_bytes(w, r->state, r->state_size);
    w->bad = w->bad || w->size > RECOVER_BYTES_MAX;
}

static bool statement_decode(struct recover *r, const uint8_t *bytes, size_t size)
{
    struct reader in = reader_of(bytes, size);
    bool version = read_u16(&in) == PROTOCOL_VERSION;
    read_bytes(&in, r->game_id.b, DIGEST_BYTES);
    r->epoch = read_u32(&in);
    r->view = read_u64(&in);
    r->height = read_u64(&in);
    read_bytes(&in, r->block.b, DIGEST_BYTES);
    r->void_roll = read_u64(&in);
    return roster_decode(&r->survivors, &in) && reader_done(&in) && version &&
           r->survivors.count > 0;
}

bool recover_is(const uint8_t *bytes, size_t size)
{
    struct reader r = reader_of(bytes, size);
    uint16_t version = read_u16(&r);
    uint16_t form = read_u16(&r);
    return !r.bad && version == PROTOCOL_VERSION && form == RECOVER_FORM;
}

bool recover_decode(struct recover *r, const uint8_t *bytes, size_t size)
{
    size_t statement_size;
    struct reader in = reader_of(bytes, size);
    memset(r, 0, sizeof *r);
    if (size > RECOVER_BYTES_MAX || !recover_is(bytes, size)) {
        return false;
    }
    read_u32(&in);
    const uint8_t *statement = read_lp(&in, &statement_size);
    if (statement == NULL || !statement_decode(r, statement, statement_size)) {
        return false;
    }
    read_bytes(&in, r->sigs, r->survivors.count * sizeof r->sigs[0]);
    if (!block_header_decode(&r->header, &in)) {
        return false;
    }
    r->proof = read_lp(&in, &r->proof_size);
    r->electorate = read_lp(&in, &r->electorate_size);
    r->state_size = read_u32(&in);
    r->state = read_span(&in, r->state_size);
    struct digest digest = block_digest(&r->header);
    return reader_done(&in) && digest_equal(&digest, &r->block) &&
           digest_equal(&r->header.game_id, &r->game_id) && r->header.epoch == r->epoch &&
           r->header.view == r->view && r->header.height == r->height;
}

/* Who voted in the block's epoch: the roster of the state, or for a block that closes its epoch the one that was there before:
 * the first headers back from it still carry the new members, the last one the old. */
static const struct roster *electorate_of(
    const struct recover *r, const struct roster *voters, struct roster *own)
{
    struct reader in = reader_of(r->electorate, r->electorate_size);
    struct digest want = r->header.parent;
    if (r->electorate_size == 0) {
        return voters;
    }
    if (!roster_decode(own, &in)) {
        return NULL;
    }
    struct digest members = roster_hash(own);
    for (unsigned i = 0; i < RECOVER_HEADERS_MAX; i++) {
        struct block_header h;
        if (!block_header_decode(&h, &in)) {
            return NULL;
        }
        struct digest digest = block_digest(&h);
        if (!digest_equal(&digest, &want)) {
            return NULL;
        }
        if (!digest_equal(&h.members_hash, &r->header.members_hash)) {
            return digest_equal(&h.members_hash, &members) && reader_done(&in) ? own : NULL;
        }
        want = h.parent;
    }
    return NULL;
}

static bool certificate_covers(
    const struct recover *r, const struct certificate *c, struct reader *in)
{
    struct block_header last = r->header;
    struct digest last_digest = r->block;
    for (unsigned i = 0; reader_left(in) > 0; i++) {
        struct block_header next;
        if (c->kind != VOTE_FINALIZE || i == RECOVER_HEADERS_MAX ||
            !block_header_decode(&next, in) || !block_header_follows(&next, &last, &last_digest)) {
            return false;
        }
        last = next;
        last_digest = block_digest(&next);
    }
    return reader_done(in) && c->kind != VOTE_NULLIFY && c->epoch == r->epoch &&
           c->view == last.view && digest_equal(&c->digest, &last_digest);
}

bool recover_certified(const struct signer *s, const struct recover *r, const struct roster *voters)
{
    struct certificate cert;
    struct roster own;
    struct reader in = reader_of(r->proof, r->proof_size);
    const struct roster *electorate = electorate_of(r, voters, &own);
    return electorate != NULL && certificate_decode(&cert, &in) &&
           certificate_covers(r, &cert, &in) &&
           certificate_verify(s, &cert, &r->game_id, electorate);
}

bool recover_check(const struct signer *s, const struct recover *r, const struct roster *voters)
{
    if (!recover_certified(s, r, voters)) {
        return false;
    }
    for (unsigned i = 0; i < r->survivors.count; i++) {
        if (!recover_signature_right(s, r, i, r->sigs[i])) {
            return false;
        }
    }
    return true;
}
