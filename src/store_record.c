/* NAME.craps: genesis and final blocks with their proofs. What else is in it: store_snapshots.c. */
#include "src/store_internal.h"

#include <stdio.h>
#include <sys/stat.h>

static const char *const creates[] = {
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL, sum BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE blocks(height INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, view INTEGER NOT NULL,"
    " digest BLOB NOT NULL, bytes BLOB NOT NULL, proof BLOB, votes INTEGER NOT NULL,"
    " sum BLOB NOT NULL)",
    "CREATE TABLE epochs(epoch INTEGER PRIMARY KEY, height INTEGER NOT NULL, view INTEGER NOT NULL,"
    " digest BLOB NOT NULL, members BLOB NOT NULL, proof BLOB NOT NULL, sum BLOB NOT NULL)",
    "CREATE TABLE snapshots(height INTEGER PRIMARY KEY, epoch INTEGER NOT NULL,"
    " view INTEGER NOT NULL, digest BLOB NOT NULL, size INTEGER NOT NULL, proof BLOB NOT NULL,"
    " sum BLOB NOT NULL)",
    "CREATE TABLE chunks(height INTEGER, chunk INTEGER, frame BLOB NOT NULL, sum BLOB NOT NULL,"
    " PRIMARY KEY(height, chunk)) WITHOUT ROWID",
    "CREATE TABLE notes(key TEXT PRIMARY KEY, value BLOB NOT NULL, sum BLOB NOT NULL) WITHOUT "
    "ROWID",
};

enum {
    CREATE_COUNT = sizeof creates / sizeof creates[0],
    BLOCK_ROW = 1,
    META_ROW = 2,
    LOG_EMPTY_MAX = 32
};

static const char sum_tag[] = "craps/v1/record";

static struct row_sum block_sum(const struct persist *p, uint64_t votes)
{
    const uint64_t numbers[4] = {p->height, p->epoch, p->view, votes};
    return row_sum(sum_tag, BLOCK_ROW, numbers, (struct row_bytes){p->digest.b, sizeof p->digest.b},
        (struct row_bytes){p->data, p->size}, (struct row_bytes){p->proof, p->proof_size});
}

static struct row_sum meta_sum(const char *key, const void *value, size_t size)
{
    const uint64_t numbers[4] = {0};
    return row_sum(sum_tag, META_ROW, numbers, (struct row_bytes){key, strlen(key)},
        (struct row_bytes){value, size}, (struct row_bytes){NULL, 0});
}

static bool prepare(struct store *s)
{
    s->block_get = db_prepare(s->record, "SELECT height, epoch, view, digest, bytes, proof, votes, "
                                         "sum FROM blocks WHERE height = ?1");
    s->block_from = db_prepare(s->record,
        "SELECT height, epoch, view, digest, bytes, proof, votes, sum FROM blocks"
        " WHERE height >= ?1 ORDER BY height");
    s->block_put =
        s->read_only ? NULL
                     : db_prepare(s->record, "INSERT INTO blocks VALUES(?1,?2,?3,?4,?5,?6,?7,?8)");
    return s->block_get != NULL && s->block_from != NULL && (s->read_only || s->block_put != NULL);
}

static enum err put_meta(struct store *s, const char *key, const void *value, size_t size)
{
    struct statement *put = db_prepare(s->record, "INSERT INTO meta VALUES(?1,?2,?3)");
    if (put == NULL) {
        return db_why(s->record);
    }
    struct row_sum sum = meta_sum(key, value, size);
    statement_bind_text(put, 1, key);
    statement_bind_bytes(put, 2, value, size);
    statement_bind_bytes(put, 3, sum.b, sizeof sum.b);
    return statement_run(put);
}

static enum err get_meta(
    struct store *s, const char *key, void *value, size_t capacity, size_t *size)
{
    struct statement *get = db_prepare(s->record, "SELECT value, sum FROM meta WHERE key = ?1");
    bool row;
    *size = 0;
    if (get == NULL) {
        return db_why(s->record);
    }
    statement_bind_text(get, 1, key);
    enum err err = statement_step(get, &row);
    if (err == ERR_OK && row) {
        size_t have, sum_size;
        const void *data = statement_bytes(get, 0, &have);
        const void *sum = statement_bytes(get, 1, &sum_size);
        struct row_sum want = meta_sum(key, data, have);
        if (data != NULL && have <= capacity && sum_size == SUM_BYTES &&
            memcmp(sum, want.b, SUM_BYTES) == 0) {
            memcpy(value, data, have);
            *size = have;
        }
    }
    statement_reset(get);
    return err == ERR_OK && *size == 0 ? ERR_FORMAT : err;
}

enum err record_create(struct store *s)
{
    enum err err = db_open(&s->record, s->record_path, DB_NEW, 0644, false);
    if (err != ERR_OK) {
        return err;
    }
    err = db_set_ids(s->record, RECORD_APPLICATION, STORE_SCHEMA_VERSION);
    err = err == ERR_OK ? db_begin(s->record) : err;
    for (size_t i = 0; err == ERR_OK && i < CREATE_COUNT; i++) {
        err = db_exec(s->record, creates[i]);
    }
    err = err == ERR_OK ? put_meta(s, "genesis", s->genesis, s->genesis_size) : err;
    err = err == ERR_OK ? put_meta(s, "tag", s->tag, sizeof s->tag) : err;
    err = err == ERR_OK ? db_commit(s->record) : err;
    err = err == ERR_OK ? db_checkpoint(s->record) : err;
    err = err == ERR_OK ? db_sync_folder(s->record_path) : err;
    return err == ERR_OK && !prepare(s) ? db_why(s->record) : err;
}

/* Fills in `p` from a row of block_get or block_from; false when its bytes are not those that were
 * written. */
static bool block_row(struct statement *row, struct persist *p, uint64_t *votes)
{
    size_t digest_size, sum_size;
    memset(p, 0, sizeof *p);
    p->kind = PERSIST_BLOCK;
    p->height = statement_int(row, 0);
    uint64_t epoch = statement_int(row, 1);
    p->epoch = (uint32_t)epoch;
    p->view = statement_int(row, 2);
    const void *digest = statement_bytes(row, 3, &digest_size);
    p->data = statement_bytes(row, 4, &p->size);
    p->proof = statement_bytes(row, 5, &p->proof_size);
    *votes = statement_int(row, 6);
    const void *sum = statement_bytes(row, 7, &sum_size);
    if (p->data == NULL || p->size == 0 || p->size > BLOCK_BYTES_MAX || epoch > UINT32_MAX ||
        digest_size != sizeof p->digest.b || sum_size != SUM_BYTES) {
        return false;
    }
    memcpy(p->digest.b, digest, sizeof p->digest.b);
    struct row_sum want = block_sum(p, *votes);
    return memcmp(sum, want.b, SUM_BYTES) == 0;
}

static enum err load_last(struct store *s, char *problem)
{
    struct statement *last = db_prepare(s->record, "SELECT ifnull(max(height), 0) FROM blocks");
    bool row = false;
    enum err err = last == NULL ? db_why(s->record) : statement_step(last, &row);
    if (err == ERR_OK && row) {
        s->height = statement_int(last, 0);
    }
    if (last != NULL) {
        statement_reset(last);
    }
    if (err != ERR_OK || s->height == 0) {
        return err;
    }
    struct persist p;
    statement_bind_int(s->block_get, 1, s->height);
    err = statement_step(s->block_get, &row);
    if (err == ERR_OK && (!row || !block_row(s->block_get, &p, &s->record_votes))) {
        err = store_problem(problem, ERR_FORMAT, s->record_path, "damaged at block %llu, its last",
            (unsigned long long)s->height);
    } else if (err == ERR_OK) {
        s->epoch = p.epoch;
        s->view = p.view;
    }
    statement_reset(s->block_get);
    return err;
}

static enum err check_ids(struct store *s, char *problem)
{
    uint32_t application, version;
    enum err err = db_ids(s->record, &application, &version);
    if (err != ERR_OK) {
        return store_problem(problem, err, s->record_path, "%s",
            err == ERR_FORMAT ? "not a record of craps, or its header is damaged" : err_name(err));
    }
    if (application != RECORD_APPLICATION) {
        return store_problem(problem, ERR_FORMAT, s->record_path, "not a record of craps");
    }
    if (version != STORE_SCHEMA_VERSION) {
        return store_problem(problem, ERR_VERSION, s->record_path,
            "written with schema %u, this program reads schema %d", version, STORE_SCHEMA_VERSION);
    }
    return ERR_OK;
}

enum err record_check_schema(struct store *s)
{
    return db_schema_is(s->record, creates, CREATE_COUNT);
}

enum err record_load_meta(struct store *s, char *problem)
{
    size_t tag_size;
    enum err err = prepare(s)
                       ? get_meta(s, "genesis", s->genesis, sizeof s->genesis, &s->genesis_size)
                       : db_why(s->record);
    err = err == ERR_OK ? get_meta(s, "tag", s->tag, sizeof s->tag, &tag_size) : err;
    if (err != ERR_OK || tag_size != sizeof s->tag) {
        err = err == ERR_OK ? ERR_FORMAT : err;
        return store_problem(problem, err, s->record_path, "%s",
            err == ERR_FORMAT ? "damaged: its first page" : err_name(err));
    }
    return ERR_OK;
}

/* Everything about an open record that can be known without its blocks' contents. */
static enum err check_record(struct store *s, char *problem)
{
    enum err err = check_ids(s, problem);
    if (err != ERR_OK || s->audit) {
        return err; /* an auditor goes on himself, one check after another */
    }
    err = record_check_schema(s);
    if (err == ERR_OK) {
        err = db_check(s->record, false);
    }
    if (err != ERR_OK) {
        return store_problem(problem, err, s->record_path, "%s",
            err == ERR_FORMAT ? "damaged: its pages or tables do not fit together" : err_name(err));
    }
    err = record_load_meta(s, problem);
    err = err == ERR_OK ? load_last(s, problem) : err;
    err = err == ERR_OK ? snapshots_load_gap(s) : err;
    return err == ERR_OK || problem[0] != '\0'
               ? err
               : store_problem(problem, err, s->record_path, "%s", err_name(err));
}

static bool beside(const struct store *s, const char *suffix, off_t *size)
{
    char path[PATH_MAX + 8];
    struct stat st;
    snprintf(path, sizeof path, "%s%s", s->record_path, suffix);
    bool found = stat(path, &st) == 0;
    *size = found ? st.st_size : 0;
    return found;
}

static enum err open_as(struct store *s, enum db_mode mode, char *problem)
{
    enum err err = db_open(&s->record, s->record_path, mode, 0, false);
    if (err != ERR_OK) {
        return store_problem(problem, err, s->record_path, "%s",
            err == ERR_FORMAT ? "not a record of craps" : err_name(err));
    }
    err = check_record(s, problem);
    if (err == ERR_OK && mode == DB_WRITE) {
        err = db_set_lazy(s->record, true);
    }
    if (err != ERR_OK) {
        db_close(s->record, true);
        s->record = NULL;
    }
    return err;
}

/* NAME-shm is there while a table is open and after a crash; NAME-wal alone when somebody copied an
 * open table. */
static enum err open_read_only(struct store *s, char *problem)
{
    off_t log_size, size;
    bool index = beside(s, "-shm", &size);
    bool log = beside(s, "-wal", &log_size) && log_size > LOG_EMPTY_MAX;
    if (log && !index) {
        return store_problem(problem, ERR_FORMAT, s->record_path,
            "was copied while open: copy it with its -wal and -shm, or after the table is closed");
    }
    /* A log of a header and nothing else is what a crash leaves at a table's very first write:
     * there is nothing in it, and SQLite would try for ten seconds to find out. */
    if (!index || (log_size > 0 && !log)) {
        return open_as(s, DB_READ_ONLY, problem);
    }
    return open_as(s, DB_READ_LIVE, problem);
}

enum err record_db_open(struct store *s, char *problem)
{
    problem[0] = '\0';
    if (s->read_only) {
        return open_read_only(s, problem);
    }
    /* First read-only, so that nothing is changed in a file that turns out to be damaged. What the
     * log holds after a crash may only be readable by writing its index: then the second look
     * decides. */
    s->read_only = true;
    enum err err = open_read_only(s, problem);
    s->read_only = false;
    off_t size;
    bool index = beside(s, "-shm", &size);
    bool log = beside(s, "-wal", &size) && size > LOG_EMPTY_MAX;
    if ((err == ERR_FORMAT && (index || !log)) || err == ERR_VERSION) {
        return err;
    }
    db_close(s->record, true);
    s->record = NULL;
    problem[0] = '\0';
    return open_as(s, DB_WRITE, problem);
}

void record_close(struct store *s)
{
    if (s->record != NULL && !s->read_only && s->failed == ERR_OK &&
        db_set_lazy(s->record, false) == ERR_OK && db_checkpoint(s->record) == ERR_OK) {
        /* Leaves WAL, so that any program can read the file where it cannot write beside it. A
         * reader in the way: it stays. */
        (void)db_exec(s->record, "PRAGMA journal_mode=DELETE");
    }
    db_close(s->record, s->failed != ERR_OK);
    s->record = NULL;
}

/* Equal to what is there: fine. */
static enum err compare_block(struct store *s, const struct persist *p)
{
    bool row, same = false;
    uint64_t votes;
    struct persist have;
    statement_bind_int(s->block_get, 1, p->height);
    enum err err = statement_step(s->block_get, &row);
    if (err == ERR_OK && row && block_row(s->block_get, &have, &votes)) {
        same = digest_equal(&have.digest, &p->digest);
    }
    statement_reset(s->block_get);
    return err == ERR_OK && !same ? ERR_EXISTS : err;
}

enum err record_insert_block(struct store *s, const struct persist *p)
{
    if (p->size == 0 || p->size > BLOCK_BYTES_MAX ||
        p->size + p->proof_size > DB_VALUE_BYTES_MAX / 2) {
        return ERR_RANGE;
    }
    struct row_sum sum = block_sum(p, s->votes);
    statement_bind_int(s->block_put, 1, p->height);
    statement_bind_int(s->block_put, 2, p->epoch);
    statement_bind_int(s->block_put, 3, p->view);
    statement_bind_bytes(s->block_put, 4, p->digest.b, sizeof p->digest.b);
    statement_bind_bytes(s->block_put, 5, p->data, p->size);
    if (p->proof_size > 0) {
        statement_bind_bytes(s->block_put, 6, p->proof, p->proof_size);
    }
    statement_bind_int(s->block_put, 7, s->votes);
    statement_bind_bytes(s->block_put, 8, sum.b, sizeof sum.b);
    return statement_run(s->block_put);
}

enum err record_put(struct store *s, const struct persist *p)
{
    if (p->kind != PERSIST_BLOCK) {
        return snapshots_put(s, p);
    }
    if (p->height == 0 || p->height > s->height + 1) {
        return ERR_RANGE;
    }
    if (p->height <= s->height) {
        return compare_block(s, p);
    }
    enum err err = record_insert_block(s, p);
    if (err == ERR_OK) {
        s->height = p->height;
        s->epoch = p->epoch;
        s->view = p->view;
    }
    return err;
}

enum err record_visit_rows(struct store *s, record_visit *visit, void *argument)
{
    struct statement *all = db_prepare(s->record,
        "SELECT height, epoch, view, digest, bytes, proof, votes, sum FROM blocks ORDER BY height");
    bool row = false;
    enum err err = all == NULL ? db_why(s->record) : statement_step(all, &row);
    while (err == ERR_OK && row) {
        struct record_row r;
        r.right = block_row(all, &r.block, &r.votes);
        err = visit(argument, &r) ? statement_step(all, &row) : ERR_AGAIN;
    }
    if (all != NULL) {
        statement_reset(all);
    }
    return err;
}

/* A height that is not here: damage, or the part that is still being fetched. */
static enum err missing(const struct store *s, uint64_t height, char *problem)
{
    if (height > s->gap_low && height <= s->gap_high) {
        return store_problem(problem, ERR_NOT_FOUND, s->record_path,
            "blocks %llu to %llu are still to be fetched from the others",
            (unsigned long long)s->gap_low + 1, (unsigned long long)s->gap_high);
    }
    return store_problem(
        problem, ERR_FORMAT, s->record_path, "damaged at block %llu", (unsigned long long)height);
}

enum err store_visit_blocks(
    struct store *s, uint64_t height, store_visit *visit, void *argument, char *problem)
{
    struct persist p;
    uint64_t votes, next = height == 0 ? 1 : height;
    bool row;
    if (problem != NULL) {
        problem[0] = '\0';
    }
    statement_bind_int(s->block_from, 1, next);
    enum err err = statement_step(s->block_from, &row);
    while (err == ERR_OK && row) {
        if (!block_row(s->block_from, &p, &votes) || p.height != next) {
            err = missing(s, next, problem);
        } else if (!visit(argument, &p)) {
            err = ERR_AGAIN;
        } else {
            next++;
            err = statement_step(s->block_from, &row);
        }
    }
    if (err == ERR_OK && next <= s->gap_high) {
        err = missing(s, next, problem);
    }
    if (err != ERR_OK && err != ERR_AGAIN && problem != NULL && problem[0] == '\0') {
        store_problem(problem, err, s->record_path, "unreadable at block %llu: %s",
            (unsigned long long)next, err_name(err));
    }
    statement_reset(s->block_from);
    return err;
}
