#include "src/audit_beside.h"

#include "consensus/execution.h"
#include "src/store_internal.h"

#include <inttypes.h>
#include <stdlib.h>

/* What one row says of the block at its height. */
struct mark {
    uint8_t kind; /* PERSIST_SNAPSHOT or PERSIST_EPOCH */
    uint32_t epoch;
    uint64_t height, view;
    struct digest block;
    struct digest proof; /* hash of header and proof */
    struct digest data;  /* of a state its root, of an epoch the hash of its members */
};

struct beside {
    struct mark *marks;
    size_t count, capacity, seen;
    uint64_t epochs; /* rows of the epoch chain */
    bool has_deals;
    uint32_t deals_epoch;
    struct digest deals;
    struct beside_gap gap;
    bool out_of_memory;
};

static struct digest hash_of(const void *a, size_t a_size, const void *b, size_t b_size)
{
    struct hash_state h;
    hash_begin(&h, "craps/v1/beside");
    hash_add(&h, a, a_size);
    hash_add(&h, b, b_size);
    return hash_end(&h);
}

static bool read_mark(void *argument, const struct persist *p)
{
    struct beside *b = argument;
    if (b->count == b->capacity) {
        size_t wanted = b->capacity == 0 ? 16 : 2 * b->capacity;
        struct mark *grown = realloc(b->marks, wanted * sizeof *grown);
        if (grown == NULL) {
            b->out_of_memory = true;
            return false;
        }
        b->marks = grown;
        b->capacity = wanted;
    }
    b->epochs += p->kind == PERSIST_EPOCH;
    b->marks[b->count++] = (struct mark){
        .kind = p->kind,
        .epoch = p->epoch,
        .height = p->height,
        .view = p->view,
        .block = p->digest,
        .proof = hash_of(p->proof, p->proof_size, NULL, 0),
        .data = p->kind == PERSIST_SNAPSHOT ? state_root_of(p->data, p->size)
                                            : hash_of(p->data, p->size, NULL, 0),
    };
    return true;
}

/* Rows that nothing asks for. */
static enum err none_of(struct store *s, const char *sql)
{
    struct statement *count = db_prepare(s->record, sql);
    bool row = false;
    enum err err = count == NULL ? db_why(s->record) : statement_step(count, &row);
    uint64_t rows = row ? statement_int(count, 0) : 1;
    if (count != NULL) {
        db_discard(s->record, count);
    }
    return err == ERR_OK && rows > 0 ? ERR_FORMAT : err;
}

static enum err read_deals(struct beside *b, struct store *s, char *problem)
{
    struct persist p;
    uint8_t *memory = malloc(STORE_DEALS_BYTES_MAX + 8);
    enum err err = memory == NULL ? ERR_NO_MEMORY
                                  : snapshots_read_deals(s, &p, memory, STORE_DEALS_BYTES_MAX + 8);
    if (err == ERR_OK) {
        struct reader r = reader_of(p.data, p.size);
        b->has_deals = true;
        b->deals_epoch = p.epoch;
        b->deals = hash_tagged("craps/v1/dealings", p.data, p.size);
        err = read_u32(&r) == p.dkg_id ? ERR_OK : ERR_FORMAT;
    }
    free(memory);
    if (err == ERR_FORMAT) {
        store_problem(problem, err, s->record_path, "the deals of the last key are damaged");
    }
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* What the owner took over and has not fetched yet: up to where its blocks are there, and the height of the state. */
static enum err read_gap(struct beside *b, struct store *s, char *problem)
{
    uint8_t bytes[64];
    size_t size;
    enum err err = snapshots_read_note(s, "gap", bytes, sizeof bytes, &size);
    struct reader r = reader_of(bytes, size);
    if (err == ERR_NOT_FOUND) {
        return ERR_OK;
    }
    uint64_t low = read_u64(&r), high = read_u64(&r);
    (void)read_span(&r, 4 + 8 + DIGEST_BYTES);
    if (err == ERR_FORMAT || (err == ERR_OK && (!reader_done(&r) || low > high))) {
        return store_problem(
            problem, ERR_FORMAT, s->record_path, "the note of what is missing is damaged");
    }
    if (err == ERR_OK && low < high) {
        b->gap = (struct beside_gap){low + 1, high};
    }
    return err;
}

static enum err read_all(struct beside *b, struct store *s, char *problem)
{
    static const char *const stray[] = {
        "SELECT count(*) FROM notes WHERE key NOT IN ('deals', 'gap') OR typeof(key) <> 'text'",
        "SELECT count(*) FROM chunks WHERE height NOT IN (SELECT height FROM snapshots)",
        "SELECT count(*) FROM epochs WHERE epoch < 1",
    };
    enum err err = store_visit_epochs(s, 0, read_mark, b, problem);
    err = err == ERR_OK ? store_visit_snapshots(s, read_mark, b, problem) : err;
    err = err == ERR_OK ? read_deals(b, s, problem) : err;
    err = err == ERR_OK ? read_gap(b, s, problem) : err;
    for (size_t i = 0; err == ERR_OK && i < sizeof stray / sizeof stray[0]; i++) {
        err = none_of(s, stray[i]);
        if (err == ERR_FORMAT) {
            store_problem(problem, err, s->record_path, "holds rows that belong to nothing");
        }
    }
    return b->out_of_memory ? ERR_NO_MEMORY : err;
}

enum err beside_open(struct beside **out, struct store *s, char *problem)
{
    struct beside *b = calloc(1, sizeof *b);
    enum err err = b == NULL ? ERR_NO_MEMORY : read_all(b, s, problem);
    if (err != ERR_OK) {
        beside_close(b);
        b = NULL;
    }
    *out = b;
    return err;
}

void beside_close(struct beside *b)
{
    if (b != NULL) {
        free(b->marks);
        free(b);
    }
}

size_t beside_states(const struct beside *b, uint64_t heights[BESIDE_STATES_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < b->count && n < BESIDE_STATES_MAX; i++) {
        if (b->marks[i].kind == PERSIST_SNAPSHOT) {
            heights[n++] = b->marks[i].height;
        }
    }
    return n;
}

void beside_skip(struct beside *b, uint64_t height, uint32_t epoch)
{
    for (size_t i = 0; i < b->count; i++) {
        b->seen += b->marks[i].height <= height;
    }
    b->has_deals = b->has_deals && b->deals_epoch > epoch;
}

struct beside_gap beside_gap(const struct beside *b)
{
    return b->gap;
}

static const char *compare_epoch(const struct mark *m, const struct audit *a)
{
    uint8_t bytes[2 + MEMBERS_MAX * sizeof(struct member) + 64];
    struct writer w = writer_of(bytes, sizeof bytes);
    const struct protocol_state *p = ledger_protocol(audit_ledger(a), NULL);
    roster_encode(&p->roster, &w);
    struct digest members = hash_of(bytes, w.size, NULL, 0);
    if (!audit_effects(a)->epoch_switched || m->epoch != p->epoch) {
        return "the epoch chain has an epoch begin here, its blocks have not";
    }
    return digest_equal(&members, &m->data) ? NULL : "the epoch chain has other members";
}

static const char *compare_state(const struct mark *m, const struct audit *a)
{
    struct digest root = ledger_state_root(audit_ledger(a));
    if (m->epoch != audit_effects(a)->epoch) {
        return "the state kept here is of another epoch";
    }
    return digest_equal(&root, &m->data) ? NULL : "the state kept here is not that of its block";
}

bool beside_block(struct beside *b, struct audit *a, const struct persist *p)
{
    const struct protocol_state *state = ledger_protocol(audit_ledger(a), NULL);
    for (size_t i = 0; i < b->count; i++) {
        const struct mark *m = &b->marks[i];
        if (m->height != p->height) {
            continue;
        }
        bool epoch = m->kind == PERSIST_EPOCH;
        struct hash_state h;
        hash_begin(&h, "craps/v1/beside");
        hash_add(&h, p->data, BLOCK_HEADER_BYTES);
        hash_add(&h, p->proof, p->proof_size);
        struct digest proof = hash_end(&h);
        const char *wrong = epoch ? compare_epoch(m, a) : compare_state(m, a);
        if (wrong == NULL && (!digest_equal(&m->block, &p->digest) || m->view != p->view ||
                                 !digest_equal(&m->proof, &proof))) {
            wrong = "what is kept here names another block or certificate";
        }
        if (wrong != NULL) {
            return audit_fail(a, p->height, AUDIT_SNAPSHOT, "%s", wrong);
        }
        b->seen++;
    }
    if (b->has_deals && audit_effects(a)->epoch_switched && state->epoch == b->deals_epoch) {
        struct digest deals = audit_dealings(a);
        b->has_deals = false;
        return digest_equal(&deals, &b->deals) ||
               audit_fail(a, p->height, AUDIT_DKG, "other deals are kept than those on the log");
    }
    return true;
}

bool beside_end(const struct beside *b, struct audit *a)
{
    const struct protocol_state *p = ledger_protocol(audit_ledger(a), NULL);
    uint64_t height = ledger_height(audit_ledger(a));
    if (b->seen != b->count || b->has_deals) {
        return audit_fail(a, height, AUDIT_SNAPSHOT, "what is kept is of blocks that are not here");
    }
    return b->epochs == p->epoch ||
           audit_fail(a, height, AUDIT_SNAPSHOT,
               "the epoch chain has %" PRIu64 " links, %u epochs began", b->epochs, p->epoch);
}
