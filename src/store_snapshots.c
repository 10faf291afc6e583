/* NAME.craps beside its blocks: the last states, in packed chunks, the epoch chain, and the deals
 * of this epoch's key. */
#include "src/store_internal.h"

#include "base/pack.h"
#include "consensus/state_chunk.h"

#include <stdlib.h>

enum { SNAPSHOT_ROW = 3, CHUNK_ROW = 4, EPOCH_ROW = 5, NOTE_ROW = 6 };

static const char sum_tag[] = "craps/v1/record";

static struct row_sum snapshot_sum(const struct persist *p, uint64_t size)
{
    const uint64_t numbers[4] = {p->height, p->epoch, p->view, size};
    return row_sum(sum_tag, SNAPSHOT_ROW, numbers,
        (struct row_bytes){p->digest.b, sizeof p->digest.b},
        (struct row_bytes){p->proof, p->proof_size}, (struct row_bytes){NULL, 0});
}

static struct row_sum chunk_sum(uint64_t height, uint64_t chunk, const void *frame, size_t size)
{
    const uint64_t numbers[4] = {height, chunk};
    return row_sum(sum_tag, CHUNK_ROW, numbers, (struct row_bytes){frame, size},
        (struct row_bytes){NULL, 0}, (struct row_bytes){NULL, 0});
}

static struct row_sum epoch_sum(const struct persist *p)
{
    const uint64_t numbers[4] = {p->epoch, p->height, p->view};
    return row_sum(sum_tag, EPOCH_ROW, numbers, (struct row_bytes){p->digest.b, sizeof p->digest.b},
        (struct row_bytes){p->data, p->size}, (struct row_bytes){p->proof, p->proof_size});
}

static struct row_sum note_sum(const char *key, const void *value, size_t size)
{
    const uint64_t numbers[4] = {0};
    return row_sum(sum_tag, NOTE_ROW, numbers, (struct row_bytes){key, strlen(key)},
        (struct row_bytes){value, size}, (struct row_bytes){NULL, 0});
}

static enum err put_note(struct store *s, const char *key, const void *value, size_t size)
{
    struct statement *put = db_prepare(s->record, "INSERT OR REPLACE INTO notes VALUES(?1,?2,?3)");
    if (put == NULL) {
        return db_why(s->record);
    }
    struct row_sum sum = note_sum(key, value, size);
    statement_bind_text(put, 1, key);
    statement_bind_bytes(put, 2, value, size);
    statement_bind_bytes(put, 3, sum.b, sizeof sum.b);
    enum err err = statement_run(put);
    db_discard(s->record, put);
    return err;
}

/* ERR_NOT_FOUND; ERR_FORMAT when it is damaged or does not fit. */
static enum err get_note(
    struct store *s, const char *key, void *value, size_t capacity, size_t *size)
{
    struct statement *get = db_prepare(s->record, "SELECT value, sum FROM notes WHERE key = ?1");
    bool row;
    *size = 0;
    if (get == NULL) {
        return db_why(s->record);
    }
    statement_bind_text(get, 1, key);
    enum err err = statement_step(get, &row);
    if (err == ERR_OK && !row) {
        err = ERR_NOT_FOUND;
    } else if (err == ERR_OK) {
        size_t sum_size;
        const void *data = statement_bytes(get, 0, size);
        const void *sum = statement_bytes(get, 1, &sum_size);
        struct row_sum want = note_sum(key, data, *size);
        if (data == NULL || *size > capacity || sum_size != SUM_BYTES ||
            memcmp(sum, want.b, SUM_BYTES) != 0) {
            err = ERR_FORMAT;
        } else {
            memcpy(value, data, *size);
        }
    }
    db_discard(s->record, get);
    return err;
}

enum err snapshots_read_note(
    struct store *s, const char *key, void *value, size_t capacity, size_t *size)
{
    return get_note(s, key, value, capacity, size);
}

/* Prepared for one use. */
static enum err run(struct store *s, const char *sql)
{
    struct statement *q = db_prepare(s->record, sql);
    if (q == NULL) {
        return db_why(s->record);
    }
    enum err err = statement_run(q);
    db_discard(s->record, q);
    return err;
}

static enum err put_chunks(struct store *s, const struct persist *p)
{
    uint8_t frame[STATE_FRAME_MAX];
    struct statement *put =
        db_prepare(s->record, "INSERT OR REPLACE INTO chunks VALUES(?1,?2,?3,?4)");
    enum err err = put == NULL ? db_why(s->record) : ERR_OK;
    uint64_t chunk = 0;
    for (size_t at = 0; err == ERR_OK && at < p->size; at += STATE_CHUNK_BYTES, chunk++) {
        size_t left = p->size - at;
        size_t size = pack_write(
            frame, sizeof frame, p->data + at, left < STATE_CHUNK_BYTES ? left : STATE_CHUNK_BYTES);
        struct row_sum sum = chunk_sum(p->height, chunk, frame, size);
        statement_bind_int(put, 1, p->height);
        statement_bind_int(put, 2, chunk);
        statement_bind_bytes(put, 3, frame, size);
        statement_bind_bytes(put, 4, sum.b, sizeof sum.b);
        err = size == 0 ? ERR_INTERNAL : statement_run(put);
    }
    if (put != NULL) {
        db_discard(s->record, put);
    }
    return err;
}

static enum err put_snapshot(struct store *s, const struct persist *p)
{
    if (p->size == 0 || p->size > STATE_BYTES_MAX || p->proof_size > DB_VALUE_BYTES_MAX / 2) {
        return ERR_RANGE;
    }
    struct statement *put =
        db_prepare(s->record, "INSERT OR REPLACE INTO snapshots VALUES(?1,?2,?3,?4,?5,?6,?7)");
    if (put == NULL) {
        return db_why(s->record);
    }
    struct row_sum sum = snapshot_sum(p, p->size);
    statement_bind_int(put, 1, p->height);
    statement_bind_int(put, 2, p->epoch);
    statement_bind_int(put, 3, p->view);
    statement_bind_bytes(put, 4, p->digest.b, sizeof p->digest.b);
    statement_bind_int(put, 5, p->size);
    statement_bind_bytes(put, 6, p->proof, p->proof_size);
    statement_bind_bytes(put, 7, sum.b, sizeof sum.b);
    enum err err = statement_run(put);
    db_discard(s->record, put);
    err = err == ERR_OK ? put_chunks(s, p) : err;
    err = err == ERR_OK ? run(s, "DELETE FROM snapshots WHERE height NOT IN"
                                 " (SELECT height FROM snapshots ORDER BY height DESC LIMIT 2)")
                        : err;
    return err == ERR_OK
               ? run(s, "DELETE FROM chunks WHERE height NOT IN (SELECT height FROM snapshots)")
               : err;
}

static enum err put_epoch(struct store *s, const struct persist *p)
{
    if (p->epoch == 0 || p->size == 0 || p->size + p->proof_size > DB_VALUE_BYTES_MAX / 2) {
        return ERR_RANGE;
    }
    struct statement *put =
        db_prepare(s->record, "INSERT OR IGNORE INTO epochs VALUES(?1,?2,?3,?4,?5,?6,?7)");
    if (put == NULL) {
        return db_why(s->record);
    }
    struct row_sum sum = epoch_sum(p);
    statement_bind_int(put, 1, p->epoch);
    statement_bind_int(put, 2, p->height);
    statement_bind_int(put, 3, p->view);
    statement_bind_bytes(put, 4, p->digest.b, sizeof p->digest.b);
    statement_bind_bytes(put, 5, p->data, p->size);
    statement_bind_bytes(put, 6, p->proof, p->proof_size);
    statement_bind_bytes(put, 7, sum.b, sizeof sum.b);
    enum err err = statement_run(put);
    db_discard(s->record, put);
    return err;
}

static enum err put_deals(struct store *s, const struct persist *p)
{
    uint8_t head[8];
    struct writer w = writer_of(head, sizeof head);
    if (p->size == 0 || p->size > STORE_DEALS_BYTES_MAX) {
        return ERR_RANGE;
    }
    uint8_t *value = malloc(sizeof head + p->size);
    if (value == NULL) {
        return ERR_NO_MEMORY;
    }
    write_u32(&w, p->epoch);
    write_u32(&w, p->dkg_id);
    memcpy(value, head, sizeof head);
    memcpy(value + sizeof head, p->data, p->size);
    enum err err = put_note(s, "deals", value, sizeof head + p->size);
    free(value);
    return err;
}

static enum err put_gap(struct store *s, const struct persist *p)
{
    struct reader r = reader_of(p->data, p->size);
    uint64_t low = read_u64(&r);
    if (!reader_done(&r) || low > p->height || p->height == 0) {
        return ERR_RANGE;
    }
    s->gap_changed = true;
    if (low == p->height) {
        s->gap_low = s->gap_high = 0;
        return ERR_OK;
    }
    if (p->height <= s->height || low > s->height) {
        return ERR_RANGE;
    }
    s->gap_low = low;
    s->gap_high = s->height = p->height;
    s->gap_digest = p->digest;
    s->gap_epoch = s->epoch = p->epoch;
    s->gap_view = s->view = p->view;
    return ERR_OK;
}

static enum err put_fill(struct store *s, const struct persist *p)
{
    if (p->height != s->gap_low + 1 || p->height > s->gap_high) {
        return ERR_RANGE;
    }
    struct persist block = *p;
    block.kind = PERSIST_BLOCK;
    enum err err = record_insert_block(s, &block);
    s->gap_low = p->height;
    s->gap_changed = true;
    return err;
}

enum err snapshots_save_gap(struct store *s)
{
    uint8_t bytes[64];
    struct writer w = writer_of(bytes, sizeof bytes);
    if (!s->gap_changed) {
        return ERR_OK;
    }
    s->gap_changed = false;
    if (s->gap_high == 0) {
        return run(s, "DELETE FROM notes WHERE key = 'gap'");
    }
    write_u64(&w, s->gap_low);
    write_u64(&w, s->gap_high);
    write_u32(&w, s->gap_epoch);
    write_u64(&w, s->gap_view);
    write_bytes(&w, s->gap_digest.b, DIGEST_BYTES);
    return put_note(s, "gap", bytes, w.size);
}

enum err snapshots_load_gap(struct store *s)
{
    uint8_t bytes[64];
    size_t size;
    enum err err = get_note(s, "gap", bytes, sizeof bytes, &size);
    if (err != ERR_OK) {
        return err == ERR_NOT_FOUND ? ERR_OK : err;
    }
    struct reader r = reader_of(bytes, size);
    s->gap_low = read_u64(&r);
    s->gap_high = read_u64(&r);
    s->gap_epoch = read_u32(&r);
    s->gap_view = read_u64(&r);
    read_bytes(&r, s->gap_digest.b, DIGEST_BYTES);
    if (!reader_done(&r) || s->gap_low > s->gap_high) {
        return ERR_FORMAT;
    }
    if (s->gap_low == s->gap_high) {
        s->gap_low = s->gap_high = 0;
        return ERR_OK;
    }
    if (s->height <= s->gap_high) {
        s->height = s->gap_high;
        s->epoch = s->gap_epoch;
        s->view = s->gap_view;
    }
    return ERR_OK;
}

struct persist snapshots_gap(const struct store *s, uint8_t low[8])
{
    struct writer w = writer_of(low, 8);
    write_u64(&w, s->gap_low);
    return (struct persist){.kind = PERSIST_GAP,
        .height = s->gap_high,
        .epoch = s->gap_epoch,
        .view = s->gap_view,
        .digest = s->gap_digest,
        .data = low,
        .size = 8};
}

enum err snapshots_put(struct store *s, const struct persist *p)
{
    switch (p->kind) {
    case PERSIST_SNAPSHOT:
        return put_snapshot(s, p);
    case PERSIST_EPOCH:
        return put_epoch(s, p);
    case PERSIST_DEALS:
        return put_deals(s, p);
    case PERSIST_GAP:
        return put_gap(s, p);
    case PERSIST_FILL:
        return put_fill(s, p);
    default:
        return ERR_RANGE;
    }
}

/* The chunks of one state into `out`, every one with its sum and its exact size. */
static enum err read_chunks(struct store *s, uint64_t height, uint8_t *out, size_t size)
{
    struct statement *get = db_prepare(
        s->record, "SELECT chunk, frame, sum FROM chunks WHERE height = ?1 ORDER BY chunk");
    if (get == NULL) {
        return db_why(s->record);
    }
    bool row;
    size_t at = 0;
    uint64_t next = 0;
    statement_bind_int(get, 1, height);
    enum err err = statement_step(get, &row);
    while (err == ERR_OK && row && at < size) {
        size_t frame_size, sum_size, left = size - at;
        size_t chunk = left < STATE_CHUNK_BYTES ? left : STATE_CHUNK_BYTES;
        uint64_t index = statement_int(get, 0);
        const void *frame = statement_bytes(get, 1, &frame_size);
        const void *sum = statement_bytes(get, 2, &sum_size);
        struct row_sum want = chunk_sum(height, index, frame, frame_size);
        if (index != next++ || frame == NULL || sum_size != SUM_BYTES ||
            memcmp(sum, want.b, SUM_BYTES) != 0 || !pack_read(out + at, chunk, frame, frame_size)) {
            err = ERR_FORMAT;
            break;
        }
        at += chunk;
        err = statement_step(get, &row);
    }
    db_discard(s->record, get);
    return err == ERR_OK && (at != size || row) ? ERR_FORMAT : err;
}

/* Fills in everything but the state's bytes; *size is how many they are. */
static bool snapshot_row(struct statement *row, struct persist *p, size_t *size)
{
    size_t digest_size, sum_size;
    *p = (struct persist){.kind = PERSIST_SNAPSHOT, .height = statement_int(row, 0)};
    uint64_t epoch = statement_int(row, 1);
    p->epoch = (uint32_t)epoch;
    p->view = statement_int(row, 2);
    const void *digest = statement_bytes(row, 3, &digest_size);
    uint64_t bytes = statement_int(row, 4);
    p->proof = statement_bytes(row, 5, &p->proof_size);
    const void *sum = statement_bytes(row, 6, &sum_size);
    if (digest_size != sizeof p->digest.b || sum_size != SUM_BYTES || epoch > UINT32_MAX ||
        bytes == 0 || bytes > STATE_BYTES_MAX) {
        return false;
    }
    memcpy(p->digest.b, digest, sizeof p->digest.b);
    struct row_sum want = snapshot_sum(p, bytes);
    *size = (size_t)bytes;
    return memcmp(sum, want.b, SUM_BYTES) == 0;
}

static enum err visit_snapshot(
    struct store *s, struct statement *row, store_visit *visit, void *argument, char *problem)
{
    struct persist p;
    enum err err = snapshot_row(row, &p, &p.size) ? ERR_OK : ERR_FORMAT;
    uint8_t *bytes = err == ERR_OK ? malloc(p.size) : NULL;
    if (err == ERR_OK) {
        err = bytes == NULL ? ERR_NO_MEMORY : read_chunks(s, p.height, bytes, p.size);
    }
    if (err == ERR_OK) {
        p.data = bytes;
        err = visit(argument, &p) ? ERR_OK : ERR_AGAIN;
    } else {
        store_problem(problem, err, s->record_path, "the state kept at block %llu is damaged",
            (unsigned long long)statement_int(row, 0));
    }
    free(bytes);
    return err;
}

static enum err visit_rows(
    struct store *s, const char *sql, store_visit *visit, void *argument, char *problem)
{
    struct statement *get = db_prepare(s->record, sql);
    bool row;
    if (problem != NULL) {
        problem[0] = '\0';
    }
    if (get == NULL) {
        return db_why(s->record);
    }
    enum err err = statement_step(get, &row);
    while (err == ERR_OK && row) {
        err = visit_snapshot(s, get, visit, argument, problem);
        err = err == ERR_OK ? statement_step(get, &row) : err;
    }
    db_discard(s->record, get);
    return err;
}

enum err store_visit_snapshots(struct store *s, store_visit *visit, void *argument, char *problem)
{
    return visit_rows(s,
        "SELECT height, epoch, view, digest, size, proof, sum FROM snapshots ORDER BY height",
        visit, argument, problem);
}

enum err snapshots_visit_newest_first(
    struct store *s, store_visit *visit, void *argument, char *problem)
{
    return visit_rows(s,
        "SELECT height, epoch, view, digest, size, proof, sum FROM snapshots ORDER BY height DESC",
        visit, argument, problem);
}

static bool epoch_row(struct statement *row, struct persist *p)
{
    size_t digest_size, sum_size;
    uint64_t epoch = statement_int(row, 0);
    *p = (struct persist){.kind = PERSIST_EPOCH, .epoch = (uint32_t)epoch};
    p->height = statement_int(row, 1);
    p->view = statement_int(row, 2);
    const void *digest = statement_bytes(row, 3, &digest_size);
    p->data = statement_bytes(row, 4, &p->size);
    p->proof = statement_bytes(row, 5, &p->proof_size);
    const void *sum = statement_bytes(row, 6, &sum_size);
    if (epoch > UINT32_MAX || p->data == NULL || p->proof == NULL ||
        digest_size != sizeof p->digest.b || sum_size != SUM_BYTES) {
        return false;
    }
    memcpy(p->digest.b, digest, sizeof p->digest.b);
    struct row_sum want = epoch_sum(p);
    return memcmp(sum, want.b, SUM_BYTES) == 0;
}

enum err store_visit_epochs(
    struct store *s, uint32_t epoch, store_visit *visit, void *argument, char *problem)
{
    struct statement *get = db_prepare(s->record,
        "SELECT epoch, height, view, digest, members, proof, sum FROM epochs WHERE epoch >= ?1"
        " ORDER BY epoch");
    bool row;
    if (problem != NULL) {
        problem[0] = '\0';
    }
    if (get == NULL) {
        return db_why(s->record);
    }
    statement_bind_int(get, 1, epoch);
    enum err err = statement_step(get, &row);
    while (err == ERR_OK && row) {
        struct persist p;
        if (!epoch_row(get, &p)) {
            err = store_problem(problem, ERR_FORMAT, s->record_path,
                "damaged where epoch %llu begins", (unsigned long long)statement_int(get, 0));
        } else {
            err = visit(argument, &p) ? statement_step(get, &row) : ERR_AGAIN;
        }
    }
    db_discard(s->record, get);
    return err;
}

enum err snapshots_read_deals(struct store *s, struct persist *p, uint8_t *memory, size_t capacity)
{
    size_t size;
    enum err err = get_note(s, "deals", memory, capacity, &size);
    struct reader r = reader_of(memory, size);
    *p = (struct persist){.kind = PERSIST_DEALS};
    if (err == ERR_OK) {
        p->epoch = read_u32(&r);
        p->dkg_id = read_u32(&r);
        p->size = reader_left(&r);
        p->data = read_span(&r, p->size);
    }
    return err == ERR_OK && p->size == 0 ? ERR_FORMAT : err;
}
