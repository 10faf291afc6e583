#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "consensus/audit.h"
#include "consensus/merkle.h"
#include "consensus/quorum.h"
#include "tests/support/signer_fast.h"
#include "tests/support/toy_app.h"
#include "tests/unit/consensus/engine_table.h"

#include <stdlib.h>
#include <string.h>

/* One table of four, played once: joins, throws, adds, a leave. Every test looks at copies of its record. The fast signer's marks need the
 * public key alone, so that a test can forge what a quorum would have had to sign. */
enum { ITEMS_MAX = 200 };

struct item {
    size_t size, proof_size;
    uint8_t bytes[BLOCK_BYTES_MAX];
    uint8_t proof[CERT_BYTES_MAX + 4096];
};

static struct genesis genesis;
static struct digest game_id;
static struct item *items, *forged;
static size_t item_count;
static uint8_t member_sk[64]; /* of seat 1 */

static void keep_record(const struct table_seat *s)
{
    for (size_t i = 0; i < s->record_count; i++) {
        const struct persist *p = &s->records[i];
        if (p->kind == PERSIST_BLOCK) {
            assert_true(item_count < ITEMS_MAX && p->proof_size <= sizeof items->proof);
            struct item *it = &items[item_count++];
            memcpy(it->bytes, p->data, p->size);
            memcpy(it->proof, p->proof, p->proof_size);
            it->size = p->size;
            it->proof_size = p->proof_size;
        }
    }
}

static int play(void **state)
{
    (void)state;
    static const uint8_t throw_op[] = {TOY_THROW}, add_op[] = {TOY_ADD, 0, 0, 0, 7};
    struct engine_table *t = engine_table_create(4, true);
    items = calloc(ITEMS_MAX, sizeof *items);
    forged = calloc(ITEMS_MAX, sizeof *forged);
    assert_true(engine_table_gather(t));
    for (unsigned i = 0; i < 4; i++) {
        engine_table_submit(t, i, OP_GAME, add_op, sizeof add_op);
        engine_table_submit(t, i, OP_GAME, throw_op, sizeof throw_op);
        engine_table_run(t, 1000);
    }
    engine_table_submit(t, 3, OP_LEAVE, NULL, 0);
    engine_table_run(t, 12000);
    engine_table_submit(t, 1, OP_GAME, throw_op, sizeof throw_op);
    engine_table_submit(t, 2, OP_GAME, add_op, sizeof add_op);
    engine_table_run(t, 2000);
    keep_record(&t->seat[0]);
    genesis = t->genesis;
    game_id = t->game_id;
    memcpy(member_sk, t->seat[1].id_sk, sizeof member_sk);
    engine_table_destroy(t);
    return item_count > 20 ? 0 : -1;
}

static int put_away(void **state)
{
    (void)state;
    free(items);
    free(forged);
    return 0;
}

static void restore(void)
{
    memcpy(forged, items, item_count * sizeof *items);
}

static struct audit *begin(void)
{
    struct audit *a = audit_create(&toy_app, &signer_fast, &genesis);
    assert_non_null(a);
    return a;
}

static bool add(struct audit *a, const struct item *it)
{
    return audit_block(a, it->bytes, it->size, it->proof, it->proof_size);
}

/* The first `count` of `list`, then the end. */
static struct audit_fault audit_of(const struct item *list, size_t count)
{
    struct audit *a = begin();
    size_t i = 0;
    while (i < count && add(a, &list[i])) {
        i++;
    }
    if (i == count) {
        audit_end(a);
    }
    struct audit_fault fault = *audit_fault(a);
    audit_destroy(a);
    return fault;
}

static void expect_fault(enum audit_what what, size_t index)
{
    struct audit_fault fault = audit_of(forged, item_count);
    if (fault.what != what || fault.height != index + 1) {
        fail_msg("at %zu %s wanted, found %s at height %llu: %s", index, audit_what_name(what),
            audit_what_name(fault.what), (unsigned long long)fault.height, fault.detail);
    }
    assert_true(strlen(fault.detail) > 5);
}

/* Where the first op of that kind stands; `nth` from 0 on. */
static size_t find_kind(uint8_t kind, unsigned nth)
{
    for (size_t i = 0; i < item_count; i++) {
        struct block b;
        struct op op;
        size_t offset = 0;
        assert_true(block_decode(&b, items[i].bytes, items[i].size));
        while (block_next_op(&b, &offset, &op)) {
            if (op.kind == kind && nth-- == 0) {
                return i;
            }
        }
    }
    fail_msg("no operation of kind %u", kind);
    return 0;
}

static struct block_header header_of(const struct item *it)
{
    struct block_header h;
    struct reader r = reader_of(it->bytes, it->size);
    assert_true(block_header_decode(&h, &r));
    return h;
}

static void set_header(struct item *it, const struct block_header *h)
{
    struct writer w = writer_of(it->bytes, sizeof it->bytes);
    block_header_encode(h, &w);
    assert_false(w.bad);
}

/* The members that vote on that block. */
static struct roster voters(size_t index)
{
    struct audit *a = begin();
    for (size_t i = 0; i < index; i++) {
        assert_true(add(a, &items[i]));
    }
    struct roster roster = ledger_protocol(audit_ledger(a), NULL)->roster;
    audit_destroy(a);
    return roster;
}

/* Signed by the first `count` of them (0 = all), as if they had agreed to it. */
static void seal(size_t index, uint8_t kind, unsigned count)
{
    struct item *it = &forged[index];
    struct block_header h = header_of(it);
    struct roster roster = voters(index);
    struct certificate c = {
        .kind = kind, .epoch = h.epoch, .view = h.view, .digest = block_digest(&h)};
    struct vote v = {.kind = kind, .epoch = h.epoch, .view = h.view, .digest = c.digest};
    count = count == 0 ? roster.count : count;
    for (unsigned i = 0; i < count; i++) {
        uint8_t sk[64] = {0};
        memcpy(sk + 32, roster.members[i].vote_pk, 32);
        vote_sign(&signer_fast, &v, &game_id, sk);
        c.signers |= UINT64_C(1) << i;
        memcpy(c.sigs[i], v.sig, SIG_BYTES);
    }
    struct writer w = writer_of(it->proof, sizeof it->proof);
    certificate_encode(&c, &w);
    it->proof_size = w.size;
}

/* Writes the ops of a block anew, each as `change` leaves it, with a header that fits and a certificate. */
typedef bool change_op(struct op *op, unsigned place); /* false drops it */
static void rewrite(size_t index, change_op *change, const struct op *more)
{
    static uint8_t bytes[BLOCK_BYTES_MAX], one[OP_BYTES_MAX];
    static uint8_t payloads[8][OP_BYTES_MAX];
    struct item *it = &forged[index];
    struct block b;
    struct op op;
    size_t offset = 0;
    unsigned place = 0, count = 0;
    struct merkle_range leaves = {.count = 0};
    assert_true(block_decode(&b, items[index].bytes, items[index].size));
    struct writer w = writer_of(bytes, sizeof bytes);
    block_header_encode(&b.header, &w);
    write_u16(&w, 0);
    for (bool last = false; !last; place++) {
        last = !block_next_op(&b, &offset, &op);
        if (last) {
            if (more == NULL) {
                break;
            }
            op = *more;
        } else {
            memcpy(payloads[place % 8], op.payload, op.payload_size);
            op.payload = payloads[place % 8];
            if (change != NULL && !change(&op, place)) {
                continue;
            }
        }
        struct writer o = writer_of(one, sizeof one);
        op_encode(&op, &o);
        struct digest d = op_digest(&op);
        struct digest leaf = merkle_leaf(d.b, DIGEST_BYTES);
        merkle_range_add(&leaves, &leaf);
        write_lp(&w, one, o.size);
        count++;
    }
    assert_false(w.bad);
    bytes[BLOCK_HEADER_BYTES] = (uint8_t)(count >> 8);
    bytes[BLOCK_HEADER_BYTES + 1] = (uint8_t)count;
    memcpy(it->bytes, bytes, w.size);
    it->size = w.size;
    b.header.ops_root = merkle_range_root(&leaves);
    set_header(it, &b.header);
    seal(index, VOTE_FINALIZE, 0);
}

static void test_audit_honest_table_checks_to_its_end(void **state)
{
    (void)state;
    struct audit *a = begin();
    uint64_t ops = 0, rolls = 0, certificates = 0;
    for (size_t i = 0; i < item_count; i++) {
        struct certificate c;
        struct reader r = reader_of(items[i].proof, items[i].proof_size);
        if (!add(a, &items[i])) {
            fail_msg("height %zu: %s: %s", i + 1, audit_what_name(audit_fault(a)->what),
                audit_fault(a)->detail);
        }
        ops += audit_effects(a)->op_count;
        rolls += audit_roll(a)->roll != 0;
        if (items[i].proof_size > 0 && certificate_decode(&c, &r)) {
            certificates += (unsigned)__builtin_popcountll(c.signers);
        }
    }
    assert_true(audit_end(a));
    const struct audit_counts *c = audit_counts(a);
    assert_int_equal(c->blocks, item_count);
    assert_int_equal(c->operations, ops);
    assert_int_equal(c->rolls, rolls);
    assert_true(rolls >= 4);
    assert_int_equal(c->dice_proofs, 3 * rolls);
    assert_int_equal(c->certificate_signatures, certificates);
    assert_true(c->operation_signatures > ops - rolls - 8);
    assert_true(c->epochs >= 4);
    struct block_header last = header_of(&items[item_count - 1]);
    struct digest root = ledger_state_root(audit_ledger(a));
    assert_memory_equal(root.b, last.state_root.b, DIGEST_BYTES);
    audit_destroy(a);
}

static void test_audit_shows_each_roll_with_what_makes_it(void **state)
{
    (void)state;
    struct audit *a = begin();
    uint64_t next = 1;
    for (size_t i = 0; i < item_count; i++) {
        assert_true(add(a, &items[i]));
        const struct audit_roll *r = audit_roll(a);
        if (r->roll == 0) {
            continue;
        }
        const struct toy_state *toy = ledger_app_state(audit_ledger(a), NULL);
        assert_int_equal(r->roll, next++);
        assert_int_equal(r->result_height, i + 1);
        assert_true(r->throw_height > 0 && r->throw_height < r->result_height);
        assert_int_equal(10 * r->die1 + r->die2, toy->dice_log % 100);
        assert_non_null(toy_find(toy, r->thrower));
        for (unsigned k = 0; k < r->needed; k++) {
            assert_in_range(r->shares[k].member, 1, r->members);
        }
    }
    assert_true(next > 4);
    audit_destroy(a);
}

/* Each field of a header, changed under a certificate that everybody signed. */
static void test_audit_names_what_a_header_says_wrong(void **state)
{
    (void)state;
    size_t at = find_kind(OP_GAME, 2);
    struct block_header right = header_of(&items[at]), h;
#define TAMPER(change, what)                                                                       \
    do {                                                                                           \
        restore();                                                                                 \
        h = right;                                                                                 \
        change;                                                                                    \
        set_header(&forged[at], &h);                                                               \
        seal(at, VOTE_FINALIZE, 0);                                                                \
        expect_fault(what, at);                                                                    \
    } while (0)
    TAMPER(h.game_id.b[3] ^= 1, AUDIT_TABLE);
    TAMPER(h.epoch++, AUDIT_EPOCH);
    TAMPER(h.height++, AUDIT_MISSING);
    TAMPER(h.parent.b[31] ^= 128, AUDIT_PARENT);
    TAMPER(h.parent_view++, AUDIT_PARENT);
    TAMPER(h.view = h.parent_view, AUDIT_PARENT);
    TAMPER(h.ops_root.b[0] ^= 1, AUDIT_OPS_ROOT);
    TAMPER(h.log_root.b[0] ^= 1, AUDIT_LOG_ROOT);
    TAMPER(h.state_root.b[0] ^= 1, AUDIT_STATE_ROOT);
    TAMPER(h.members_hash.b[0] ^= 1, AUDIT_MEMBERS);
    TAMPER(h.dkg_hash.b[0] ^= 1, AUDIT_DKG);
#undef TAMPER
}

static void test_audit_looks_at_every_signature_of_a_certificate(void **state)
{
    (void)state;
    size_t at = find_kind(OP_GAME, 2);
    restore();
    seal(at, VOTE_FINALIZE, 0); /* all four, one more than needed */
    assert_int_equal(audit_of(forged, item_count).what, AUDIT_NOTHING);
    for (unsigned i = 0; i < 4; i++) {
        seal(at, VOTE_FINALIZE, 0);
        forged[at].proof[1 + 4 + 8 + 32 + 8 + i * SIG_BYTES + 5] ^= 1;
        expect_fault(AUDIT_CERTIFICATE, at);
    }
    seal(at, VOTE_FINALIZE, quorum_size(4) - 1);
    expect_fault(AUDIT_CERTIFICATE, at);
    seal(at, VOTE_NOTARIZE, 0);
    expect_fault(AUDIT_CERTIFICATE, at);
    restore();
    forged[at].proof_size--;
    expect_fault(AUDIT_CERTIFICATE, at);
    restore();
    memcpy(forged[at].proof, items[at + 1].proof, items[at + 1].proof_size);
    forged[at].proof_size = items[at + 1].proof_size;
    expect_fault(AUDIT_CERTIFICATE, at);
}

/* A later block's certificate with the headers between proves a block as well; a wrong header does not. */
static void test_audit_follows_headers_to_a_later_certificate(void **state)
{
    (void)state;
    size_t at = find_kind(OP_GAME, 2);
    struct item *it = &forged[at];
    restore();
    memcpy(it->proof, items[at + 1].proof, items[at + 1].proof_size);
    memcpy(it->proof + items[at + 1].proof_size, items[at + 1].bytes, BLOCK_HEADER_BYTES);
    it->proof_size = items[at + 1].proof_size + BLOCK_HEADER_BYTES;
    assert_int_equal(audit_of(forged, item_count).what, AUDIT_NOTHING);
    it->proof[it->proof_size - 40] ^= 1;
    expect_fault(AUDIT_CERTIFICATE, at);
    it->proof[it->proof_size - 40] ^= 1;
    it->proof_size--;
    expect_fault(AUDIT_CERTIFICATE, at);
    /* And what it has named is what has to come. */
    restore();
    struct block_header other = header_of(&items[at + 1]);
    other.state_root.b[0] ^= 1;
    set_header(&forged[at + 1], &other);
    seal(at + 1, VOTE_FINALIZE, 0);
    memcpy(it->proof, forged[at + 1].proof, forged[at + 1].proof_size);
    memcpy(it->proof + forged[at + 1].proof_size, forged[at + 1].bytes, BLOCK_HEADER_BYTES);
    it->proof_size = forged[at + 1].proof_size + BLOCK_HEADER_BYTES;
    forged[at + 1] = items[at + 1];
    expect_fault(AUDIT_CERTIFICATE, at + 1);
}

static bool flip_payload(struct op *op, unsigned place)
{
    if (place == 0) {
        ((uint8_t *)op->payload)[op->payload_size - 1] ^= 1;
    }
    return true;
}

static bool skip_number(struct op *op, unsigned place)
{
    if (place == 0) {
        op->seq++;
    }
    return true;
}

static bool drop_first(struct op *op, unsigned place)
{
    (void)op;
    return place != 0;
}

static void test_audit_names_what_an_operation_has_wrong(void **state)
{
    (void)state;
    static const uint8_t add_op[] = {TOY_ADD, 0, 0, 0, 7};
    size_t at = find_kind(OP_GAME, 2);
    restore();
    rewrite(at, NULL, NULL);
    assert_int_equal(audit_of(forged, item_count).what, AUDIT_NOTHING);
    rewrite(at, flip_payload, NULL);
    expect_fault(AUDIT_SIGNATURE, at);
    rewrite(at, skip_number, NULL);
    expect_fault(AUDIT_SEQUENCE, at);
    rewrite(at, drop_first, NULL);
    struct audit_fault fault = audit_of(forged, item_count);
    assert_true(fault.what == AUDIT_LOG_ROOT || fault.what == AUDIT_SEQUENCE);
    assert_int_equal(fault.height, at + 1);
    /* Somebody whom nobody knows. */
    uint8_t stranger_pk[32], stranger_sk[64], seed[32] = {77};
    signer_fast.keypair(stranger_pk, stranger_sk, seed);
    struct op op = {.kind = OP_GAME, .seq = 1, .payload = add_op, .payload_size = sizeof add_op};
    memcpy(op.author, stranger_pk, 32);
    op_sign(&signer_fast, &op, &game_id, stranger_sk);
    rewrite(at, NULL, &op);
    expect_fault(AUDIT_AUTHOR, at);
}

static void test_audit_names_block_operations_that_are_not_due(void **state)
{
    (void)state;
    static const uint8_t junk[64] = {1};
    size_t at = find_kind(OP_GAME, 2);
    struct op op = {.kind = OP_EVIDENCE, .payload = junk, .payload_size = sizeof junk};
    restore();
    rewrite(at, NULL, &op);
    expect_fault(AUDIT_EVIDENCE, at);
    op = (struct op){.kind = OP_EPOCH_SWITCH, .payload = junk, .payload_size = 36};
    rewrite(at, NULL, &op);
    expect_fault(AUDIT_DKG, at);
    op = (struct op){.kind = OP_RESULT, .payload = junk, .payload_size = 8};
    rewrite(at, NULL, &op);
    expect_fault(AUDIT_DICE, at);
    /* Behind the end of an epoch. */
    size_t end = find_kind(OP_EPOCH_SWITCH, 1);
    restore();
    rewrite(end, NULL, &op);
    expect_fault(AUDIT_STRUCTURE, end);
}

static unsigned flip_at; /* byte of a RESULT's payload */

static bool flip_result(struct op *op, unsigned place)
{
    (void)place;
    if (op->kind == OP_RESULT) {
        ((uint8_t *)op->payload)[flip_at] ^= 1;
    }
    return true;
}

static bool double_share(struct op *op, unsigned place)
{
    (void)place;
    if (op->kind == OP_RESULT) {
        uint8_t *shares = (uint8_t *)op->payload + 8;
        memcpy(shares + BEACON_SHARE_BYTES, shares, BEACON_SHARE_BYTES);
    }
    return true;
}

static void test_audit_finds_every_byte_of_a_result_changed(void **state)
{
    (void)state;
    size_t at = find_kind(OP_RESULT, 1);
    restore();
    for (flip_at = 0; flip_at < 8 + 3 * BEACON_SHARE_BYTES; flip_at += 7) {
        rewrite(at, flip_result, NULL);
        expect_fault(AUDIT_DICE, at);
    }
    rewrite(at, double_share, NULL);
    expect_fault(AUDIT_DICE, at);
    /* The first byte of the second share's challenge: whose it is is known. */
    flip_at = 8 + BEACON_SHARE_BYTES + 2 + GROUP_POINT_BYTES;
    rewrite(at, flip_result, NULL);
    struct audit_fault fault = audit_of(forged, item_count);
    assert_true(fault.member > 0 && fault.member <= MEMBERS_MAX);
}

static void test_audit_finds_blocks_that_are_missing_swapped_or_twice(void **state)
{
    (void)state;
    size_t at = item_count / 2;
    restore();
    memmove(&forged[at], &forged[at + 1], (item_count - at - 1) * sizeof *forged);
    expect_fault(AUDIT_MISSING, at);
    restore();
    forged[at] = items[at + 1];
    forged[at + 1] = items[at];
    expect_fault(AUDIT_MISSING, at);
    restore();
    forged[at + 1] = items[at];
    expect_fault(AUDIT_MISSING, at + 1);
}

static void test_audit_wants_a_certificate_at_each_end(void **state)
{
    (void)state;
    size_t at = find_kind(OP_GAME, 2), end = find_kind(OP_EPOCH_SWITCH, 1);
    restore();
    forged[at].proof_size = 0; /* the next one covers it */
    assert_int_equal(audit_of(forged, item_count).what, AUDIT_NOTHING);
    restore();
    forged[end].proof_size = 0;
    expect_fault(AUDIT_OPEN_EPOCH, end);
    restore();
    forged[item_count - 1].proof_size = 0;
    forged[item_count - 2].proof_size = 0;
    expect_fault(AUDIT_UNPROVEN, item_count - 2);
    /* A record that was cut off is a shorter record. */
    restore();
    assert_int_equal(audit_of(forged, item_count - 3).what, AUDIT_NOTHING);
}

/* Every byte of one block and its proof, and every length: never taken, and nothing worse than a fault. */
static void test_audit_takes_no_damaged_byte(void **state)
{
    (void)state;
    enum { AT = 2 };
    const struct item *it = &items[AT];
    restore();
    for (size_t i = 0; i < it->size + it->proof_size; i += 3) {
        uint8_t *byte = i < it->size ? &forged[AT].bytes[i] : &forged[AT].proof[i - it->size];
        uint8_t bit = (uint8_t)(1U << i % 8);
        *byte ^= bit;
        struct audit_fault fault = audit_of(forged, AT + 1);
        *byte ^= bit;
        assert_int_not_equal(fault.what, AUDIT_NOTHING);
        assert_int_equal(fault.height, AT + 1);
    }
    for (size_t size = 0; size < it->size; size += 11) {
        forged[AT].size = size;
        struct audit_fault fault = audit_of(forged, AT + 1);
        assert_true(fault.what == AUDIT_STRUCTURE || fault.what == AUDIT_OPS_ROOT);
    }
}

static void test_audit_takes_no_more_after_a_fault(void **state)
{
    (void)state;
    struct audit *a = begin();
    assert_false(add(a, &items[1]));
    assert_false(add(a, &items[0]));
    assert_false(audit_end(a));
    assert_int_equal(audit_counts(a)->blocks, 0);
    assert_int_equal(audit_fault(a)->what, AUDIT_MISSING);
    assert_false(audit_fail(a, 9, AUDIT_PAYOUT, "later"));
    assert_int_equal(audit_fault(a)->what, AUDIT_MISSING);
    audit_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_audit_honest_table_checks_to_its_end),
        cmocka_unit_test(test_audit_shows_each_roll_with_what_makes_it),
        cmocka_unit_test(test_audit_names_what_a_header_says_wrong),
        cmocka_unit_test(test_audit_looks_at_every_signature_of_a_certificate),
        cmocka_unit_test(test_audit_follows_headers_to_a_later_certificate),
        cmocka_unit_test(test_audit_names_what_an_operation_has_wrong),
        cmocka_unit_test(test_audit_names_block_operations_that_are_not_due),
        cmocka_unit_test(test_audit_finds_every_byte_of_a_result_changed),
        cmocka_unit_test(test_audit_finds_blocks_that_are_missing_swapped_or_twice),
        cmocka_unit_test(test_audit_wants_a_certificate_at_each_end),
        cmocka_unit_test(test_audit_takes_no_damaged_byte),
        cmocka_unit_test(test_audit_takes_no_more_after_a_fault),
    };
    return cmocka_run_group_tests(tests, play, put_away);
}
