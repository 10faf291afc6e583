/* Messages and state of the agreement. */
#include "consensus/beacon.h"
#include "consensus/block.h"
#include "consensus/dkg.h"
#include "consensus/evidence.h"
#include "consensus/genesis.h"
#include "consensus/membership.h"
#include "consensus/merkle.h"
#include "consensus/message.h"
#include "consensus/op.h"
#include "consensus/protocol_state.h"
#include "consensus/recover.h"
#include "consensus/roster.h"
#include "tests/fuzz/target.h"

#include <string.h>

enum { MEMBERS = 3 };

FUZZ_CODEC(vote, struct vote, vote_decode, vote_encode)
FUZZ_CODEC(certificate, struct certificate, certificate_decode, certificate_encode)
FUZZ_CODEC(status, struct status, status_decode, status_encode)
FUZZ_CODEC(fetch, struct fetch, fetch_decode, fetch_encode)
FUZZ_CODEC(op, struct op, op_decode, op_encode)
FUZZ_CODEC(block_header, struct block_header, block_header_decode, block_header_encode)
FUZZ_CODEC(genesis, struct genesis, genesis_decode, genesis_encode)
FUZZ_CODEC(roster, struct roster, roster_decode, roster_encode)
FUZZ_CODEC(merkle_range, struct merkle_range, merkle_range_decode, merkle_range_encode)
FUZZ_CODEC(protocol_state, struct protocol_state, protocol_decode, protocol_encode)

static struct roster some_roster(void)
{
    struct roster r = {.count = MEMBERS};
    for (uint8_t i = 0; i < MEMBERS; i++) {
        memset(&r.members[i], i + 1, sizeof r.members[i]);
    }
    return r;
}

static struct vote some_vote(uint8_t digest)
{
    struct vote v = {.kind = VOTE_FINALIZE, .epoch = 2, .view = 7, .voter = 1};
    memset(v.digest.b, digest, sizeof v.digest.b);
    return v;
}

static void seed_vote(struct writer *w)
{
    struct vote v = some_vote(9);
    vote_encode(&v, w);
}

static void seed_certificate(struct writer *w)
{
    struct certificate c = {.kind = VOTE_NOTARIZE, .epoch = 1, .view = 3, .signers = 7};
    certificate_encode(&c, w);
}

static void seed_status(struct writer *w)
{
    struct status s = {.epoch = 1, .view = 9, .height = 4, .final_view = 5, .notarized_view = 6};
    status_encode(&s, w);
}

static void seed_fetch(struct writer *w)
{
    struct fetch f = {.kind = FETCH_HEIGHTS, .epoch = 1, .height = 9};
    fetch_encode(&f, w);
}

static void seed_op(struct writer *w)
{
    static const uint8_t payload[] = "payload";
    struct op op = {.kind = OP_GAME, .seq = 3, .payload = payload, .payload_size = sizeof payload};
    op.author[0] = 1;
    op_encode(&op, w);
}

static void seed_block_header(struct writer *w)
{
    struct block_header h;
    memset(&h, 1, sizeof h);
    block_header_encode(&h, w);
}

/* The root over the ops of what might be a block. */
static struct digest ops_root(const uint8_t *ops, size_t size)
{
    struct merkle_range range = {0};
    struct reader r = reader_of(ops, size);
    struct op op;
    size_t op_size;
    while (reader_left(&r) > 0) {
        const uint8_t *bytes = read_lp(&r, &op_size);
        struct reader one = reader_of(bytes, op_size);
        if (r.bad || !op_decode(&op, &one)) {
            break;
        }
        struct digest d = op_digest(&op);
        struct digest leaf = merkle_leaf(d.b, DIGEST_BYTES);
        merkle_range_add(&range, &leaf);
    }
    return merkle_range_root(&range);
}

/* With the root made right, or nothing would ever get past it; then the ops are walked as the ledger does. */
static bool run_block(const uint8_t *data, size_t size)
{
    static uint8_t bytes[BLOCK_BYTES_MAX];
    struct block b;
    struct block_header h;
    struct reader r = reader_of(data, size);
    (void)block_decode(&b, data, size);
    if (size > sizeof bytes || !block_header_decode(&h, &r) || reader_left(&r) < 2) {
        return false;
    }
    size_t body = reader_left(&r);
    h.ops_root = ops_root(data + size - body + 2, body - 2);
    struct writer w = writer_of(bytes, sizeof bytes);
    block_header_encode(&h, &w);
    write_bytes(&w, data + size - body, body);
    if (w.bad || !block_decode(&b, bytes, w.size)) {
        return false;
    }
    struct op op;
    size_t offset = 0, count = 0;
    while (block_next_op(&b, &offset, &op)) {
        MUST(op.payload >= bytes && op.payload + op.payload_size <= bytes + w.size);
        count++;
    }
    MUST(count == b.op_count && offset == b.ops_size);
    return true;
}

static void seed_block(struct writer *w)
{
    seed_block_header(w);
    uint8_t op[256];
    struct writer one = writer_of(op, sizeof op);
    seed_op(&one);
    write_u16(w, 2);
    write_lp(w, op, one.size);
    write_lp(w, op, one.size);
}

static void seed_genesis(struct writer *w)
{
    struct genesis g = {.version = PROTOCOL_VERSION,
        .rules_size = 4,
        .rules = "abc",
        .profile_size = 3,
        .profile = "Ann"};
    genesis_encode(&g, w);
}

static void seed_roster(struct writer *w)
{
    struct roster r = some_roster();
    roster_encode(&r, w);
}

static void seed_merkle_range(struct writer *w)
{
    struct merkle_range range = {0};
    for (uint8_t i = 0; i < 11; i++) {
        struct digest leaf = merkle_leaf(&i, 1);
        merkle_range_add(&range, &leaf);
    }
    merkle_range_encode(&range, w);
}

static void seed_protocol_state(struct writer *w)
{
    static struct protocol_state p;
    memset(&p, 0, sizeof p);
    p.roster = some_roster();
    protocol_encode(&p, w);
}

static bool run_join(const uint8_t *data, size_t size)
{
    struct join j;
    uint8_t again[1024];
    if (!join_decode(&j, data, size)) {
        return false;
    }
    struct writer w = writer_of(again, sizeof again);
    join_encode(&j, &w);
    MUST(!w.bad && w.size == size && memcmp(again, data, size) == 0);
    return true;
}

static void seed_join(struct writer *w)
{
    static const uint8_t bytes[SIG_BYTES];
    struct join j = {.net_pk = bytes,
        .profile = (const uint8_t *)"Bo",
        .profile_size = 2,
        .sponsor = bytes,
        .ticket = bytes};
    join_encode(&j, w);
}

static bool run_recover(const uint8_t *data, size_t size)
{
    static struct recover v;
    static uint8_t again[RECOVER_BYTES_MAX];
    if (!recover_decode(&v, data, size)) {
        return false;
    }
    struct writer w = writer_of(again, sizeof again);
    recover_encode(&v, &w);
    MUST(!w.bad && w.size == size && memcmp(again, data, size) == 0);
    return true;
}

static void seed_recover(struct writer *w)
{
    static const uint8_t bytes[64];
    static struct recover v;
    memset(&v.header, 1, sizeof v.header);
    v.game_id = v.header.game_id;
    v.epoch = v.header.epoch;
    v.view = v.header.view;
    v.height = v.header.height;
    v.block = block_digest(&v.header);
    v.survivors = some_roster();
    v.proof = v.electorate = v.state = bytes;
    v.proof_size = v.electorate_size = v.state_size = sizeof bytes;
    recover_encode(&v, w);
}

static bool run_evidence(const uint8_t *data, size_t size)
{
    struct roster roster = some_roster();
    uint8_t culprit[ID_BYTES];
    return evidence_claims(2, &roster, data, size, culprit);
}

static void seed_evidence(struct writer *w)
{
    struct vote a = some_vote(1), b = some_vote(2);
    evidence_encode_votes(w, &a, &b);
}

static bool run_dkg_deal(const uint8_t *data, size_t size)
{
    static const struct dkg_params params = {.dkg_id = 1, .n = 4, .t = 3};
    static struct dkg_deal deal;
    uint8_t again[4096];
    if (dkg_deal_read(&deal, &params, data, size) != ERR_OK) {
        return false;
    }
    struct writer w = writer_of(again, sizeof again);
    dkg_deal_write(&w, &params, &deal);
    MUST(!w.bad && w.size == size && memcmp(again, data, size) == 0);
    return true;
}

static void seed_zeros(struct writer *w, size_t size)
{
    while (size-- > 0) {
        write_u8(w, 0);
    }
}

static void seed_dkg_deal(struct writer *w)
{
    static const struct dkg_params params = {.dkg_id = 1, .n = 4, .t = 3};
    seed_zeros(w, 3);
    write_u8(w, 1);
    seed_zeros(w, dkg_deal_size(&params) - 4);
}

static bool run_dkg_complaint(const uint8_t *data, size_t size)
{
    struct dkg_complaint c;
    uint8_t again[DKG_COMPLAINT_BYTES];
    if (dkg_complaint_read(&c, data, size) != ERR_OK) {
        return false;
    }
    struct writer w = writer_of(again, sizeof again);
    dkg_complaint_write(&w, &c);
    MUST(!w.bad && w.size == size && memcmp(again, data, size) == 0);
    return true;
}

static void seed_dkg_complaint(struct writer *w)
{
    seed_zeros(w, DKG_COMPLAINT_BYTES);
}

static bool run_beacon_share(const uint8_t *data, size_t size)
{
    struct beacon_share share;
    uint8_t again[256];
    struct reader r = reader_of(data, size);
    beacon_share_read(&r, &share);
    if (!reader_done(&r)) {
        return false;
    }
    struct writer w = writer_of(again, sizeof again);
    beacon_share_write(&w, &share);
    MUST(!w.bad && w.size == size && memcmp(again, data, size) == 0);
    return true;
}

static void seed_beacon_share(struct writer *w)
{
    seed_zeros(w, 98);
}

const struct fuzz_target fuzz_consensus[] = {
    {"vote", run_vote, seed_vote},
    {"certificate", run_certificate, seed_certificate},
    {"status", run_status, seed_status},
    {"fetch", run_fetch, seed_fetch},
    {"op", run_op, seed_op},
    {"block_header", run_block_header, seed_block_header},
    {"block", run_block, seed_block},
    {"genesis", run_genesis, seed_genesis},
    {"roster", run_roster, seed_roster},
    {"merkle_range", run_merkle_range, seed_merkle_range},
    {"protocol_state", run_protocol_state, seed_protocol_state},
    {"join", run_join, seed_join},
    {"recover", run_recover, seed_recover},
    {"evidence", run_evidence, seed_evidence},
    {"dkg_deal", run_dkg_deal, seed_dkg_deal},
    {"dkg_complaint", run_dkg_complaint, seed_dkg_complaint},
    {"beacon_share", run_beacon_share, seed_beacon_share},
};
const size_t fuzz_consensus_count = sizeof fuzz_consensus / sizeof fuzz_consensus[0];
