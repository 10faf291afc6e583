/* What one author may put into the pools (decision 13, A.7): at our own submission the house rule to
 * the letter, for others' operations a little more, since a link may hold some back and deliver them
 * at once. Never a rule of block validity: what was refused comes again, its author sends it until it
 * is final. */
#include "consensus/engine_internal.h"

#include "consensus/membership.h"

/* KEYS, DEAL, ACK, ABSENT... are the protocol's own and must not wait behind a player's bets. An
 * author has at most one ABSENT a member and attempt, so this bears a roster of fifty that dissolves. */
static const struct bucket_rate protocol_rate = {.per_s = 20, .burst = POOL_OPS_PER_AUTHOR};

static struct op_budget *budget_of(struct engine *e, const uint8_t author[ID_BYTES])
{
    struct op_budget *b;
    for (uint32_t i = 0; i < e->budget_count; i++) {
        b = &e->budgets[i];
        if (memcmp(b->author, author, ID_BYTES) == 0) {
            return b;
        }
    }
    /* Only identities of the table get here, and there are no more of these. */
    b = &e->budgets[e->budget_count < IDENTITIES_MAX ? e->budget_count++ : 0];
    *b = (struct op_budget){{0}};
    memcpy(b->author, author, ID_BYTES);
    return b;
}

static struct bucket_rate game_rate(const struct engine *e, bool own)
{
    struct bucket_rate r = {.per_s = e->config.op_rate, .burst = e->config.op_burst};
    if (!own) {
        r.per_s += OP_RATE_SLACK;
        r.burst *= OP_BURST_SLACK;
    }
    return r;
}

/* `take` false only asks. */
static bool within(
    struct engine *e, const uint8_t author[ID_BYTES], uint8_t kind, bool own, bool take)
{
    bool game = kind == OP_GAME;
    if (game && e->config.op_rate == 0) {
        return true;
    }
    struct op_budget *b = budget_of(e, author);
    struct bucket_rate rate = game ? game_rate(e, own) : protocol_rate;
    struct bucket *bucket = game ? &b->game : &b->protocol;
    return take ? bucket_take(bucket, rate, 1, e->now_ms) : bucket_has(bucket, rate, 1, e->now_ms);
}

bool engine_may_submit(struct engine *e, const uint8_t author[ID_BYTES], uint8_t kind)
{
    return kind == OP_JOIN || within(e, author, kind, true, false);
}

void engine_charge(struct engine *e, const uint8_t author[ID_BYTES], uint8_t kind, bool own)
{
    if (kind != OP_JOIN) {
        within(e, author, kind, own, true);
    }
}

/* JOINs in the pool with that sponsor's ticket, of whoever is not at the table. */
static unsigned joins_of(const struct engine *e, const uint8_t sponsor[ID_BYTES])
{
    size_t cursor = 0, size;
    uint8_t author[ID_BYTES];
    unsigned count = 0;
    while (mempool_next_author(e->pool, &cursor, author)) {
        const struct identity *id = protocol_identity(engine_final(e), author);
        const uint8_t *bytes = mempool_find(e->pool, author, (id == NULL ? 0 : id->seq) + 1, &size);
        struct reader r = reader_of(bytes, bytes == NULL ? 0 : size);
        struct op op;
        struct join j;
        count += bytes != NULL && op_decode(&op, &r) && op.kind == OP_JOIN &&
                 join_decode(&j, op.payload, op.payload_size) &&
                 memcmp(j.sponsor, sponsor, ID_BYTES) == 0;
    }
    return count;
}

/* A stranger has one JOIN, its next op, and its sponsor so many at once. */
static bool may_join(struct engine *e, const struct op *op, uint64_t last_seq)
{
    struct join j;
    size_t size;
    bool pooled = mempool_find(e->pool, op->author, op->seq, &size) != NULL;
    return op->seq == last_seq + 1 && join_decode(&j, op->payload, op->payload_size) &&
           (pooled || joins_of(e, j.sponsor) < JOINS_PER_SPONSOR);
}

bool engine_may_pool(struct engine *e, const struct op *op, uint64_t *last_seq)
{
    if (!ledger_may_pool(e->ledger, op, last_seq)) {
        return false;
    }
    const struct identity *id = protocol_identity(engine_final(e), op->author);
    bool stranger = id == NULL || id->standing == STANDING_NONE;
    if (op->kind == OP_JOIN && stranger) {
        return may_join(e, op, *last_seq);
    }
    return within(e, op->author, op->kind, false, false);
}
