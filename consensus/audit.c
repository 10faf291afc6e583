#include "consensus/audit.h"

#include "consensus/audit_internal.h"
#include "consensus/membership.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const what_names[] = {
    [AUDIT_NOTHING] = "nothing",
    [AUDIT_SCHEMA] = "schema",
    [AUDIT_PAGES] = "pages",
    [AUDIT_GENESIS] = "genesis",
    [AUDIT_ROW] = "row",
    [AUDIT_MISSING] = "missing height",
    [AUDIT_COLUMN] = "column",
    [AUDIT_STRUCTURE] = "structure",
    [AUDIT_TABLE] = "table",
    [AUDIT_EPOCH] = "epoch",
    [AUDIT_PARENT] = "parent",
    [AUDIT_OPS_ROOT] = "operations root",
    [AUDIT_CERTIFICATE] = "certificate",
    [AUDIT_AUTHOR] = "author",
    [AUDIT_SEQUENCE] = "sequence",
    [AUDIT_SIGNATURE] = "signature",
    [AUDIT_DICE] = "dice",
    [AUDIT_EVIDENCE] = "evidence",
    [AUDIT_DKG] = "dice key",
    [AUDIT_MEMBERS] = "members",
    [AUDIT_LOG_ROOT] = "log root",
    [AUDIT_STATE_ROOT] = "state root",
    [AUDIT_OPEN_EPOCH] = "end of epoch",
    [AUDIT_UNPROVEN] = "unproven end",
    [AUDIT_SNAPSHOT] = "snapshot",
    [AUDIT_PAYOUT] = "payout",
    [AUDIT_CONSERVATION] = "conservation",
};
_Static_assert(sizeof what_names / sizeof what_names[0] == AUDIT_WHAT_COUNT, "a name for each");

const char *audit_what_name(enum audit_what what)
{
    return what < AUDIT_WHAT_COUNT ? what_names[what] : what_names[AUDIT_NOTHING];
}

bool audit_fail(struct audit *a, uint64_t height, enum audit_what what, const char *format, ...)
{
    if (a->fault.what != AUDIT_NOTHING) {
        return false;
    }
    va_list args;
    va_start(args, format);
    vsnprintf(a->fault.detail, sizeof a->fault.detail, format, args);
    va_end(args);
    a->fault.what = what;
    a->fault.height = height;
    a->place = a->looking_at;
    return false;
}

static bool comes_before(const struct audit *a, const struct audit_check *c)
{
    return a->fault.what == AUDIT_NOTHING || c->height < a->fault.height ||
           (c->height == a->fault.height && c->place < a->place);
}

static void take_fault(struct audit *a, const struct audit_check *c)
{
    char *text = a->fault.detail;
    size_t size = sizeof a->fault.detail;
    a->fault.what = c->what;
    a->fault.height = c->height;
    a->fault.member = c->detail;
    a->place = c->place;
    if (c->what == AUDIT_CERTIFICATE) {
        snprintf(
            text, size, "the signature of member %u of %u is wrong", c->detail, c->roster.count);
    } else if (c->what == AUDIT_SIGNATURE) {
        snprintf(text, size, "operation %u is not signed by its author", c->place);
    } else {
        snprintf(text, size, "the proof of member %u's share does not check", c->detail);
    }
}

/* The genesis as a block that has happened. */
static void take_genesis(struct audit *a)
{
    const struct slot *slot = a->ledger->slots.final;
    a->effects = (struct final_effects){.events = slot->state->events};
    a->counts.epochs = 1;
}

struct audit *audit_create(
    const struct app *app, const struct signer *signer, const struct genesis *genesis)
{
    struct audit *a = calloc(1, sizeof *a);
    if (a == NULL) {
        return NULL;
    }
    struct digest game_id = genesis_game_id(genesis);
    a->signer = signer;
    a->pool = mempool_create(signer, &game_id);
    a->ledger = a->pool == NULL ? NULL : ledger_create(app, signer, genesis, a->pool);
    if (a->ledger == NULL) {
        audit_destroy(a);
        return NULL;
    }
    take_genesis(a);
    return a;
}

void audit_destroy(struct audit *a)
{
    if (a != NULL) {
        ledger_destroy(a->ledger);
        mempool_destroy(a->pool);
        free(a);
    }
}

static bool read_block(
    struct audit *a, uint64_t height, struct block *b, const uint8_t *bytes, size_t size)
{
    struct block_header header;
    struct reader r = reader_of(bytes, size);
    if (!block_header_decode(&header, &r)) {
        return audit_fail(a, height, AUDIT_STRUCTURE, "its bytes begin with no block header");
    }
    return block_decode(b, bytes, size) ||
           audit_fail(a, height, AUDIT_OPS_ROOT, "its operations are not those its header is for");
}

static bool check_place(
    struct audit *a, uint64_t height, const struct block_header *h, const struct digest *digest)
{
    const struct slot *parent = a->ledger->slots.final;
    const struct protocol_state *p = &parent->state->p;
    uint64_t parent_view = p->closed ? 0 : parent->view;
    if (!digest_equal(&h->game_id, &a->ledger->game_id)) {
        return audit_fail(a, height, AUDIT_TABLE, "a block of another table");
    }
    if (h->height != height) {
        return audit_fail(
            a, height, AUDIT_MISSING, "the next block says it is height %" PRIu64, h->height);
    }
    if (h->epoch != p->epoch) {
        return audit_fail(
            a, height, AUDIT_EPOCH, "of epoch %u, but epoch %u goes on here", h->epoch, p->epoch);
    }
    if (!digest_equal(&h->parent, &parent->digest)) {
        return audit_fail(
            a, height, AUDIT_PARENT, "stands on another block than the one before it");
    }
    if (h->parent_view != parent_view || h->view <= parent_view) {
        return audit_fail(a, height, AUDIT_PARENT,
            "of view %" PRIu64 " on view %" PRIu64 ", but the block before it is of view %" PRIu64,
            h->view, h->parent_view, parent_view);
    }
    /* Agreement: what an earlier certificate covers is what comes, or two blocks were final in one place. */
    if (a->expects && !digest_equal(&a->expected, digest)) {
        return audit_fail(a, height, AUDIT_CERTIFICATE,
            "the certificate of the block before it is for another block in this place");
    }
    a->expects = false;
    return true;
}

static bool check_author(struct audit *a, uint64_t height, const struct execution *x,
    const struct op *op, unsigned place)
{
    const struct identity *identity = protocol_identity(x->p, op->author);
    uint64_t last = identity == NULL ? 0 : identity->seq;
    struct join j;
    if (op->seq != last + 1) {
        return audit_fail(a, height, AUDIT_SEQUENCE,
            "operation %u is its author's number %" PRIu64 ", number %" PRIu64 " is next", place,
            op->seq, last + 1);
    }
    if (!execution_admits(x, op)) {
        return audit_fail(
            a, height, AUDIT_AUTHOR, "operation %u is by nobody of this table", place);
    }
    if (op->kind == OP_JOIN && join_decode(&j, op->payload, op->payload_size) &&
        membership_ticket_right(x, op->author, &j)) {
        a->check->counts.operation_signatures++;
    }
    return true;
}

static struct digest hash_dealings(const struct dkg_params *params, const struct attempt *attempt)
{
    struct hash_state h;
    uint8_t head[6];
    struct writer w = writer_of(head, sizeof head);
    write_u32(&w, params->dkg_id);
    write_u16(&w, params->n);
    hash_begin(&h, "craps/v1/dealings");
    hash_add(&h, head, w.size);
    for (uint16_t i = 0; i < params->n; i++) {
        hash_add(&h, params->EK[i].b, sizeof params->EK[i].b);
    }
    for (uint16_t i = 0; i < params->n; i++) {
        w = writer_of(head, sizeof head);
        write_u16(&w, (uint16_t)attempt->deal_size[i]);
        hash_add(&h, head, w.size);
        hash_add(&h, attempt->deals[i], attempt->deal_size[i]);
    }
    return hash_end(&h);
}

/* The dice key of an epoch is the sum of what its members dealt, computed here once more. */
static bool check_dice_key(
    struct audit *a, uint64_t height, const struct attempt *attempt, const struct protocol_state *p)
{
    struct dkg_params params;
    struct dkg_public sum;
    struct dkg_deal deal;
    attempt_params(&params, attempt, &a->ledger->game_id);
    dkg_public_begin(&sum, params.n, params.t);
    for (uint16_t i = 0; i < params.n; i++) {
        if (dkg_deal_read(&deal, &params, attempt->deals[i], attempt->deal_size[i]) != ERR_OK ||
            dkg_deal_verify(&params, (uint16_t)(i + 1), &deal) != DKG_DEAL_OK) {
            return audit_fail(a, height, AUDIT_DKG, "the deal of member %u does not check", i + 1);
        }
        dkg_public_add(&sum, &deal);
    }
    if (dkg_public_finish(&sum) != ERR_OK || sum.n != p->dice.n || sum.t != p->dice.t ||
        memcmp(sum.A, p->dice.A, sum.t * sizeof sum.A[0]) != 0 ||
        memcmp(sum.X, p->dice.X, sum.n * sizeof sum.X[0]) != 0) {
        return audit_fail(a, height, AUDIT_DKG, "the key is not the sum of its members' deals");
    }
    a->dealings = hash_dealings(&params, attempt);
    return true;
}

static bool apply_block_op(struct audit *a, uint64_t height, struct execution *x,
    struct slot_state *state, const struct op *op)
{
    switch (op->kind) {
    case OP_RESULT:
        if (!audit_result(a, height, x, op)) {
            return false;
        }
        if (!ledger_apply(x, state, op)) {
            return audit_fail(a, height, AUDIT_DICE, "its shares give no value");
        }
        audit_result_played(a);
        return true;
    case OP_EVIDENCE:
        if (!ledger_apply(x, state, op)) {
            return audit_fail(a, height, AUDIT_EVIDENCE, "evidence that proves nothing new");
        }
        a->check->counts.operation_signatures += 2;
        return true;
    default:
        return (ledger_apply(x, state, op) ||
                   audit_fail(a, height, AUDIT_DKG, "an epoch switch that is not due")) &&
               check_dice_key(a, height, &state->p.attempt, &state->p);
    }
}

static bool apply_ops(
    struct audit *a, const struct block *b, struct execution *x, struct slot_state *state)
{
    uint64_t height = b->header.height;
    struct op op;
    size_t offset = 0;
    for (unsigned place = 1; block_next_op(b, &offset, &op); place++) {
        bool out = x->p->roll.active;
        a->looking_at = place;
        if (x->p->closed) {
            return audit_fail(
                a, height, AUDIT_STRUCTURE, "operation %u stands behind the epoch's end", place);
        }
        bool fine = op_is_block_op(op.kind)
                        ? apply_block_op(a, height, x, state, &op)
                        : check_author(a, height, x, &op, place) &&
                              (ledger_apply(x, state, &op) ||
                                  audit_fail(a, height, AUDIT_AUTHOR,
                                      "operation %u may not stand there", place));
        if (!fine) {
            return false;
        }
        if (!out && x->p->roll.active) {
            a->throw_height = height;
            memcpy(a->thrower, op.author, ID_BYTES);
        }
        a->check->counts.operations++;
    }
    return true;
}

static bool check_roots(
    struct audit *a, const struct block_header *h, const struct block_header *own)
{
    const struct {
        const struct digest *said, *is;
        enum audit_what what;
        const char *detail;
    } roots[] = {
        {&h->members_hash, &own->members_hash, AUDIT_MEMBERS,
            "its header names another member list than its operations give"},
        {&h->dkg_hash, &own->dkg_hash, AUDIT_DKG,
            "its header names another key generation than its operations give"},
        {&h->log_root, &own->log_root, AUDIT_LOG_ROOT,
            "its header is for another list of operations so far"},
        {&h->state_root, &own->state_root, AUDIT_STATE_ROOT,
            "its header is for another state than its operations give"},
    };
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        if (!digest_equal(roots[i].said, roots[i].is)) {
            return audit_fail(a, h->height, roots[i].what, "%s", roots[i].detail);
        }
    }
    return true;
}

/* Executes the block on the last final state. */
static bool execute(struct audit *a, const struct block *b, const struct digest *digest)
{
    struct ledger *l = a->ledger;
    struct slot *parent = l->slots.final;
    struct slot *slot = slots_take(&l->slots, parent);
    struct slot_state *state = slots_take_state(&l->slots);
    struct execution x = ledger_begin(l, state, parent, b->header.parent_view);
    x.checked = true; /* by the check of this block */
    bool out = parent->state->p.roll.active;
    if (!out && state->p.roll.active) {
        /* Let out by the epoch's first block itself, not by an operation. */
        a->throw_height = b->header.height;
        memset(a->thrower, 0, ID_BYTES);
    }
    if (!apply_ops(a, b, &x, state)) {
        return false;
    }
    struct block_header own = b->header;
    a->looking_at = PLACE_ROOTS;
    bool holds = ledger_finish(l, parent, state, &own);
    if (!holds) {
        return audit_fail(a, b->header.height, AUDIT_CONSERVATION,
            "what it comes to breaks an invariant of the table (%u: %lld, %lld)",
            l->guard.fault.kind, (long long)l->guard.fault.have, (long long)l->guard.fault.want);
    }
    if (!check_roots(a, &b->header, &own)) {
        return false;
    }
    slots_put(&l->slots, slot, state, digest, &b->header, false);
    return ledger_finalize(l, digest, &a->effects) ||
           audit_fail(a, b->header.height, AUDIT_STRUCTURE, "it cannot be final here");
}

static void begin_check(
    struct audit *a, const struct block *b, const uint8_t *proof, size_t proof_size)
{
    struct audit_check *c = a->check;
    memset(&c->counts, 0, sizeof c->counts);
    c->signer = a->signer;
    c->game_id = a->ledger->game_id;
    c->height = b->header.height;
    c->block = *b;
    c->proof = proof;
    c->proof_size = proof_size;
    c->roster = a->ledger->slots.final->state->p.roster;
    c->result_place = 0;
    c->what = AUDIT_NOTHING;
    c->counts.blocks = 1;
}

static bool end_epoch(struct audit *a, const struct block_header *h)
{
    a->check->counts.epochs++;
    a->expects = false; /* the headers behind it are those of empty blocks that only seal it */
    a->behind = 0;
    return a->unproven == 0 || audit_fail(a, h->height, AUDIT_OPEN_EPOCH,
                                   "epoch %u ends here without a certificate", h->epoch);
}

bool audit_block_begin(struct audit *a, const uint8_t *bytes, size_t size, const uint8_t *proof,
    size_t proof_size, struct audit_check *check, bool *due)
{
    struct block b;
    uint64_t height = ledger_height(a->ledger) + 1;
    *due = false;
    a->roll.roll = 0;
    a->signers = 0;
    a->looking_at = 0;
    a->check = check;
    if (a->fault.what != AUDIT_NOTHING || !read_block(a, height, &b, bytes, size)) {
        return false;
    }
    struct digest digest = block_digest(&b.header);
    a->behind -= a->behind > 0;
    if (!check_place(a, height, &b.header, &digest)) {
        return false;
    }
    a->unproven = proof_size > 0 ? 0 : a->unproven + 1;
    const struct roster *voters = &ledger_protocol(a->ledger, NULL)->roster;
    if (proof_size > 0 && !audit_proof(a, voters, &b.header, &digest, proof, proof_size)) {
        return false;
    }
    begin_check(a, &b, proof, proof_size);
    *due = true;
    bool good = execute(a, &b, &digest) && (!a->effects.epoch_switched || end_epoch(a, &b.header));
    a->looking_at = PLACE_GAME;
    return good;
}

bool audit_block_end(struct audit *a, const struct audit_check *check)
{
    const struct audit_counts *c = &check->counts;
    if (check->what != AUDIT_NOTHING && comes_before(a, check)) {
        take_fault(a, check);
    }
    if (a->fault.what != AUDIT_NOTHING && a->fault.height <= check->height) {
        return false;
    }
    a->counts.blocks += c->blocks;
    a->counts.operations += c->operations;
    a->counts.rolls += c->rolls;
    a->counts.epochs += c->epochs;
    a->counts.operation_signatures += c->operation_signatures;
    a->counts.certificate_signatures += c->certificate_signatures;
    a->counts.dice_proofs += c->dice_proofs;
    return true;
}

bool audit_block(
    struct audit *a, const uint8_t *bytes, size_t size, const uint8_t *proof, size_t proof_size)
{
    bool due;
    bool good = audit_block_begin(a, bytes, size, proof, proof_size, &a->own, &due);
    if (due) {
        audit_check_run(&a->own);
        good = audit_block_end(a, &a->own) && good;
    }
    return good;
}

bool audit_end(struct audit *a)
{
    if (a->fault.what == AUDIT_NOTHING && a->unproven > 0) {
        return audit_fail(a, ledger_height(a->ledger) - a->unproven + 1, AUDIT_UNPROVEN,
            "the last %" PRIu64 " block%s no certificate", a->unproven,
            a->unproven == 1 ? " has" : "s have");
    }
    return a->fault.what == AUDIT_NOTHING;
}

const struct audit_fault *audit_fault(const struct audit *a)
{
    return &a->fault;
}

const struct audit_counts *audit_counts(const struct audit *a)
{
    return &a->counts;
}

const struct final_effects *audit_effects(const struct audit *a)
{
    return &a->effects;
}

const struct ledger *audit_ledger(const struct audit *a)
{
    return a->ledger;
}

const struct audit_roll *audit_roll(const struct audit *a)
{
    return &a->roll;
}

struct digest audit_dealings(const struct audit *a)
{
    return a->dealings;
}

uint64_t audit_signers(const struct audit *a)
{
    return a->signers;
}

uint64_t audit_behind(const struct audit *a)
{
    return a->behind;
}

uint64_t audit_unproven(const struct audit *a)
{
    return a->unproven;
}
