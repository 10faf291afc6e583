/* NAME.keys: own keys, votes, proposals and operations, and this table's secrets. One row in every
 * table carries a sum; the one row of meta ties the file to its record and says how far the two are
 * apart. */
#include "src/store_internal.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const creates[] = {
    "CREATE TABLE meta(id INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE keys(dkg_id INTEGER PRIMARY KEY, data BLOB NOT NULL, sum BLOB NOT NULL)",
    "CREATE TABLE votes(epoch INTEGER, view INTEGER, kind INTEGER, digest BLOB NOT NULL,"
    " number INTEGER NOT NULL, data BLOB NOT NULL, sum BLOB NOT NULL, PRIMARY KEY(epoch, view, "
    "kind)) WITHOUT ROWID",
    "CREATE TABLE proposals(epoch INTEGER, view INTEGER, digest BLOB NOT NULL, data BLOB NOT NULL,"
    " sum BLOB NOT NULL, PRIMARY KEY(epoch, view))",
    "CREATE TABLE ops(author BLOB, seq INTEGER, data BLOB NOT NULL, sum BLOB NOT NULL,"
    " PRIMARY KEY(author, seq))",
    "CREATE TABLE secrets(key TEXT PRIMARY KEY, data BLOB NOT NULL, sum BLOB NOT NULL) WITHOUT "
    "ROWID",
};

enum { CREATE_COUNT = sizeof creates / sizeof creates[0], META_BYTES = TAG_BYTES + 8 + 8 + 1 };

static const char sum_tag[] = "craps/v1/keys";

static struct row_sum item_sum(const struct persist *p, uint64_t number)
{
    const uint64_t numbers[4] = {p->epoch, p->view, (uint64_t)p->flag << 32 | p->dkg_id, number};
    return row_sum(sum_tag, p->kind, numbers, (struct row_bytes){p->digest.b, sizeof p->digest.b},
        (struct row_bytes){p->author, sizeof p->author}, (struct row_bytes){p->data, p->size});
}

struct row_sum keys_secret_sum(const char *key, const void *data, size_t size)
{
    const uint64_t numbers[4] = {0};
    return row_sum(sum_tag, UINT8_MAX, numbers, (struct row_bytes){key, strlen(key)},
        (struct row_bytes){data, size}, (struct row_bytes){NULL, 0});
}

static bool prepare(struct store *s)
{
    const struct {
        struct statement **at;
        const char *sql;
    } all[] = {
        {&s->meta_put, "INSERT OR REPLACE INTO meta VALUES(1,?1)"},
        {&s->key_put, "INSERT OR REPLACE INTO keys VALUES(?1,?2,?3)"},
        {&s->vote_put, "INSERT OR IGNORE INTO votes VALUES(?1,?2,?3,?4,?5,?6,?7)"},
        {&s->vote_get, "SELECT digest FROM votes WHERE epoch = ?1 AND view = ?2 AND kind = ?3"},
        {&s->proposal_put, "INSERT OR IGNORE INTO proposals VALUES(?1,?2,?3,?4,?5)"},
        {&s->proposal_get, "SELECT data FROM proposals WHERE epoch = ?1 AND view = ?2"},
        {&s->op_put, "INSERT OR IGNORE INTO ops VALUES(?1,?2,?3,?4)"},
        {&s->op_get, "SELECT data FROM ops WHERE author = ?1 AND seq = ?2"},
        {&s->op_prune, "DELETE FROM ops WHERE author = ?1 AND seq <= ?2"},
        {&s->secret_put, "INSERT OR REPLACE INTO secrets VALUES(?1,?2,?3)"},
        {&s->secret_get, "SELECT data FROM secrets WHERE key = ?1"},
        {&s->secret_delete, "DELETE FROM secrets WHERE key = ?1"},
        {&s->vote_prune, "DELETE FROM votes WHERE epoch = ?1 AND view < ?2"},
        {&s->proposal_prune, "DELETE FROM proposals WHERE epoch = ?1 AND view < ?2"},
        {&s->vote_forget, "DELETE FROM votes WHERE epoch < ?1"},
        {&s->proposal_forget, "DELETE FROM proposals WHERE epoch < ?1"},
        {&s->key_forget, "DELETE FROM keys WHERE dkg_id < ?1"},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        *all[i].at = db_prepare(s->keys, all[i].sql);
        if (*all[i].at == NULL) {
            return false;
        }
    }
    return true;
}

enum err keys_write_meta(struct store *s)
{
    uint8_t bytes[META_BYTES + SUM_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    write_bytes(&w, s->tag, sizeof s->tag);
    write_u64(&w, s->votes);
    write_u64(&w, s->floor_height);
    write_u8(&w, s->broken);
    struct digest sum = hash_tagged(sum_tag, bytes, w.size);
    write_bytes(&w, sum.b, SUM_BYTES);
    statement_bind_bytes(s->meta_put, 1, bytes, w.size);
    return statement_run(s->meta_put);
}

/* ERR_FORMAT when the row is damaged; ERR_AUTH when it belongs to another record. */
static enum err read_meta(struct store *s, uint64_t *votes)
{
    struct statement *get = db_prepare(s->keys, "SELECT data FROM meta WHERE id = 1");
    bool row;
    enum err err = get == NULL ? db_why(s->keys) : statement_step(get, &row);
    if (err != ERR_OK) {
        return err;
    }
    size_t size = 0;
    const uint8_t *data = row ? statement_bytes(get, 0, &size) : NULL;
    struct reader r = reader_of(data, size);
    const uint8_t *tag = read_span(&r, TAG_BYTES);
    *votes = read_u64(&r);
    s->floor_height = read_u64(&r);
    s->broken = read_u8(&r) != 0;
    const uint8_t *sum = read_span(&r, SUM_BYTES);
    if (!reader_done(&r)) {
        err = ERR_FORMAT;
    } else {
        struct digest want = hash_tagged(sum_tag, data, META_BYTES);
        err = memcmp(sum, want.b, SUM_BYTES) != 0              ? ERR_FORMAT
              : sodium_memcmp(tag, s->tag, sizeof s->tag) != 0 ? ERR_AUTH
                                                               : ERR_OK;
    }
    statement_reset(get);
    return err;
}

enum err keys_create(struct store *s, bool broken)
{
    enum err err = db_open(&s->keys, s->keys_path, DB_NEW, 0600, true);
    if (err != ERR_OK) {
        return err;
    }
    s->broken = broken;
    s->votes = s->record_votes;
    s->floor_height = 0;
    err = db_set_ids(s->keys, KEYS_APPLICATION, STORE_SCHEMA_VERSION);
    err = err == ERR_OK ? db_begin(s->keys) : err;
    for (size_t i = 0; err == ERR_OK && i < CREATE_COUNT; i++) {
        err = db_exec(s->keys, creates[i]);
    }
    if (err == ERR_OK) {
        err = prepare(s) ? keys_write_meta(s) : db_why(s->keys);
    }
    err = err == ERR_OK ? db_commit(s->keys) : err;
    err = err == ERR_OK ? db_checkpoint(s->keys) : err;
    return err == ERR_OK ? db_sync_folder(s->keys_path) : err;
}

static bool row_is(struct statement *row, int at, struct row_sum want)
{
    size_t size;
    const void *sum = statement_bytes(row, at, &size);
    return size == SUM_BYTES && memcmp(sum, want.b, SUM_BYTES) == 0;
}

static bool fixed_bytes(struct statement *row, int at, uint8_t *out, size_t size)
{
    size_t have;
    const void *data = statement_bytes(row, at, &have);
    if (data == NULL || have != size) {
        return false;
    }
    memcpy(out, data, size);
    return true;
}

static bool read_key(struct statement *row, struct persist *p)
{
    p->dkg_id = (uint32_t)statement_int(row, 0);
    p->data = statement_bytes(row, 1, &p->size);
    return p->data != NULL && row_is(row, 2, item_sum(p, 0));
}

static bool read_vote(struct statement *row, struct persist *p)
{
    p->epoch = (uint32_t)statement_int(row, 0);
    p->view = statement_int(row, 1);
    p->flag = (uint8_t)statement_int(row, 2);
    p->data = statement_bytes(row, 5, &p->size);
    return p->data != NULL && fixed_bytes(row, 3, p->digest.b, sizeof p->digest.b) &&
           row_is(row, 6, item_sum(p, statement_int(row, 4)));
}

static bool read_proposal(struct statement *row, struct persist *p)
{
    p->epoch = (uint32_t)statement_int(row, 0);
    p->view = statement_int(row, 1);
    p->data = statement_bytes(row, 3, &p->size);
    return p->data != NULL && fixed_bytes(row, 2, p->digest.b, sizeof p->digest.b) &&
           row_is(row, 4, item_sum(p, 0));
}

static bool read_op(struct statement *row, struct persist *p)
{
    p->view = statement_int(row, 1);
    p->data = statement_bytes(row, 2, &p->size);
    return p->data != NULL && fixed_bytes(row, 0, p->author, sizeof p->author) &&
           row_is(row, 3, item_sum(p, 0));
}

enum err store_visit_journal(struct store *s, store_visit *visit, void *argument)
{
    static const struct {
        enum persist_kind kind;
        const char *sql;
        bool (*read)(struct statement *row, struct persist *p);
    } tables[] = {
        {PERSIST_KEYS, "SELECT dkg_id, data, sum FROM keys ORDER BY dkg_id", read_key},
        {PERSIST_VOTE,
            "SELECT epoch, view, kind, digest, number, data, sum FROM votes"
            " ORDER BY epoch, view, kind",
            read_vote},
        {PERSIST_PROPOSAL,
            "SELECT epoch, view, digest, data, sum FROM proposals ORDER BY epoch, view",
            read_proposal},
        {PERSIST_OWN_OP, "SELECT author, seq, data, sum FROM ops ORDER BY author, seq", read_op},
    };
    enum err err = s->keys == NULL ? ERR_CLOSED : ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof tables / sizeof tables[0]; i++) {
        struct statement *get = db_prepare(s->keys, tables[i].sql);
        bool row = false;
        err = get == NULL ? db_why(s->keys) : statement_step(get, &row);
        while (err == ERR_OK && row) {
            struct persist p = {.kind = (uint8_t)tables[i].kind};
            if (!tables[i].read(get, &p)) {
                err = ERR_FORMAT;
            } else {
                err = visit(argument, &p) ? statement_step(get, &row) : ERR_AGAIN;
            }
        }
        if (get != NULL) {
            statement_reset(get);
            db_discard(s->keys, get);
        }
    }
    return err;
}

static bool visit_nothing(void *argument, const struct persist *p)
{
    (void)argument;
    (void)p;
    return true;
}

static enum err check_secrets(struct store *s)
{
    struct statement *get = db_prepare(s->keys, "SELECT key, data, sum FROM secrets");
    bool row = false;
    enum err err = get == NULL ? db_why(s->keys) : statement_step(get, &row);
    while (err == ERR_OK && row) {
        size_t size;
        const char *key = statement_text(get, 0);
        const void *data = statement_bytes(get, 1, &size);
        bool good = key != NULL && data != NULL && row_is(get, 2, keys_secret_sum(key, data, size));
        err = good ? statement_step(get, &row) : ERR_FORMAT;
    }
    if (get != NULL) {
        statement_reset(get);
        db_discard(s->keys, get);
    }
    return err;
}

/* How many own votes were ever stored: the last one's number, or what meta noted before they were
 * forgotten. */
static enum err count_votes(struct store *s, uint64_t *votes)
{
    struct statement *get = db_prepare(s->keys, "SELECT ifnull(max(number), 0) FROM votes");
    bool row = false;
    enum err err = get == NULL ? db_why(s->keys) : statement_step(get, &row);
    if (err == ERR_OK && row && statement_int(get, 0) > *votes) {
        *votes = statement_int(get, 0);
    }
    if (get != NULL) {
        statement_reset(get);
        db_discard(s->keys, get);
    }
    return err;
}

/* ERR_FORMAT or ERR_AUTH: not to be used at all. */
static enum err check_keys(struct store *s, uint64_t *votes)
{
    uint32_t application, version;
    enum err err = db_ids(s->keys, &application, &version);
    if (err == ERR_OK && application != KEYS_APPLICATION) {
        err = ERR_FORMAT;
    }
    if (err == ERR_OK && version != STORE_SCHEMA_VERSION) {
        err = ERR_VERSION;
    }
    err = err == ERR_OK ? db_schema_is(s->keys, creates, CREATE_COUNT) : err;
    err = err == ERR_OK ? db_check(s->keys, false) : err;
    if (err == ERR_OK) {
        err = prepare(s) ? read_meta(s, votes) : db_why(s->keys);
    }
    err = err == ERR_OK ? store_visit_journal(s, visit_nothing, NULL) : err;
    err = err == ERR_OK ? check_secrets(s) : err;
    return err == ERR_OK ? count_votes(s, votes) : err;
}

/* Out of the way under another name, still the owner's alone: it may hold what a person wants to
 * save. */
static enum err set_aside(struct store *s)
{
    static const char *const suffixes[] = {"-wal", "-shm", "-journal"};
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s.unusable", s->keys_path);
    if (rename(s->keys_path, path) != 0 && errno != ENOENT) {
        return err_from_errno(errno);
    }
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        snprintf(path, sizeof path, "%s%s", s->keys_path, suffixes[i]);
        if (unlink(path) != 0 && errno != ENOENT) {
            return err_from_errno(errno);
        }
    }
    return db_sync_folder(s->keys_path);
}

/* Only what is surely missing, damaged or another's is replaced: a disk that fails for a moment
 * must not cost the journal. */
static enum err replace_keys(struct store *s, enum err why)
{
    log_warn("%s: %s: a fresh one is begun", s->keys_path,
        why == ERR_AUTH ? "of another record" : err_name(why));
    db_close(s->keys, true);
    s->keys = NULL;
    enum err err = why == ERR_NOT_FOUND ? ERR_OK : set_aside(s);
    return err == ERR_OK ? keys_create(s, true) : err;
}

enum err keys_open(struct store *s, bool *trusted)
{
    struct stat st;
    uint64_t votes = 0;
    if (lstat(s->keys_path, &st) != 0) {
        return errno == ENOENT ? replace_keys(s, ERR_NOT_FOUND) : err_from_errno(errno);
    }
    if ((st.st_mode & 077) != 0 && chmod(s->keys_path, 0600) != 0) {
        return err_from_errno(errno);
    }
    enum err err = db_open(&s->keys, s->keys_path, DB_WRITE, 0, true);
    err = err == ERR_OK ? check_keys(s, &votes) : err;
    if (err == ERR_FORMAT || err == ERR_AUTH) {
        return replace_keys(s, err);
    }
    if (err != ERR_OK) {
        return err;
    }
    /* An older copy of either file beside a newer one of the other: votes may be missing. */
    bool apart = votes < s->record_votes || s->floor_height > s->height;
    s->votes = votes > s->record_votes ? votes : s->record_votes;
    s->pruned_view = s->view;
    if (apart && !s->broken) {
        log_warn("%s: not of the same moment as its record", s->keys_path);
        s->broken = true;
        err = keys_write_meta(s);
    }
    *trusted = err == ERR_OK && !s->broken;
    return err;
}

void keys_close(struct store *s)
{
    if (s->keys != NULL && s->failed == ERR_OK) {
        (void)db_checkpoint(s->keys);
    }
    db_close(s->keys, s->failed != ERR_OK);
    s->keys = NULL;
}

/* After an insert that changed nothing: `get` finds the row that is there already. */
static enum err same_or_exists(struct statement *get, const void *data, size_t size)
{
    bool row;
    size_t have;
    enum err err = statement_step(get, &row);
    const void *bytes = err == ERR_OK && row ? statement_bytes(get, 0, &have) : NULL;
    bool same = bytes != NULL && have == size && memcmp(bytes, data, size) == 0;
    statement_reset(get);
    return err == ERR_OK && !same ? ERR_EXISTS : err;
}

static enum err put_vote(struct store *s, const struct persist *p)
{
    struct persist row = {.kind = p->kind,
        .epoch = p->epoch,
        .view = p->view,
        .flag = p->flag,
        .digest = p->digest,
        .data = p->data,
        .size = p->size};
    struct row_sum sum = item_sum(&row, s->votes + 1);
    statement_bind_int(s->vote_put, 1, p->epoch);
    statement_bind_int(s->vote_put, 2, p->view);
    statement_bind_int(s->vote_put, 3, p->flag);
    statement_bind_bytes(s->vote_put, 4, p->digest.b, sizeof p->digest.b);
    statement_bind_int(s->vote_put, 5, s->votes + 1);
    statement_bind_bytes(s->vote_put, 6, p->data, p->size);
    statement_bind_bytes(s->vote_put, 7, sum.b, sizeof sum.b);
    enum err err = statement_run(s->vote_put);
    if (err != ERR_OK || db_changes(s->keys) > 0) {
        s->votes += err == ERR_OK;
        return err;
    }
    statement_bind_int(s->vote_get, 1, p->epoch);
    statement_bind_int(s->vote_get, 2, p->view);
    statement_bind_int(s->vote_get, 3, p->flag);
    return same_or_exists(s->vote_get, p->digest.b, sizeof p->digest.b);
}

static enum err put_proposal(struct store *s, const struct persist *p)
{
    struct persist row = {.kind = p->kind,
        .epoch = p->epoch,
        .view = p->view,
        .digest = p->digest,
        .data = p->data,
        .size = p->size};
    struct row_sum sum = item_sum(&row, 0);
    statement_bind_int(s->proposal_put, 1, p->epoch);
    statement_bind_int(s->proposal_put, 2, p->view);
    statement_bind_bytes(s->proposal_put, 3, p->digest.b, sizeof p->digest.b);
    statement_bind_bytes(s->proposal_put, 4, p->data, p->size);
    statement_bind_bytes(s->proposal_put, 5, sum.b, sizeof sum.b);
    enum err err = statement_run(s->proposal_put);
    if (err != ERR_OK || db_changes(s->keys) > 0) {
        return err;
    }
    statement_bind_int(s->proposal_get, 1, p->epoch);
    statement_bind_int(s->proposal_get, 2, p->view);
    return same_or_exists(s->proposal_get, p->data, p->size);
}

static enum err put_op(struct store *s, const struct persist *p)
{
    struct persist row = {.kind = p->kind, .view = p->view, .data = p->data, .size = p->size};
    memcpy(row.author, p->author, sizeof row.author);
    struct row_sum sum = item_sum(&row, 0);
    statement_bind_bytes(s->op_put, 1, p->author, sizeof p->author);
    statement_bind_int(s->op_put, 2, p->view);
    statement_bind_bytes(s->op_put, 3, p->data, p->size);
    statement_bind_bytes(s->op_put, 4, sum.b, sizeof sum.b);
    enum err err = statement_run(s->op_put);
    if (err == ERR_OK && db_changes(s->keys) == 0) {
        statement_bind_bytes(s->op_get, 1, p->author, sizeof p->author);
        statement_bind_int(s->op_get, 2, p->view);
        return same_or_exists(s->op_get, p->data, p->size);
    }
    if (err == ERR_OK && p->view > STORE_OPS_KEPT) {
        statement_bind_bytes(s->op_prune, 1, p->author, sizeof p->author);
        statement_bind_int(s->op_prune, 2, p->view - STORE_OPS_KEPT);
        err = statement_run(s->op_prune);
    }
    return err;
}

static enum err put_key(struct store *s, const struct persist *p)
{
    struct persist row = {.kind = p->kind, .dkg_id = p->dkg_id, .data = p->data, .size = p->size};
    struct row_sum sum = item_sum(&row, 0);
    statement_bind_int(s->key_put, 1, p->dkg_id);
    statement_bind_bytes(s->key_put, 2, p->data, p->size);
    statement_bind_bytes(s->key_put, 3, sum.b, sizeof sum.b);
    return statement_run(s->key_put);
}

static enum err forget(struct store *s, const struct persist *p)
{
    struct statement *const all[] = {s->vote_forget, s->proposal_forget, s->key_forget};
    const uint64_t below[] = {p->epoch, p->epoch, p->dkg_id};
    bool broken = s->broken;
    int64_t gone = 0;
    for (size_t i = 0; i < 3; i++) {
        statement_bind_int(all[i], 1, below[i]);
        enum err err = statement_run(all[i]);
        if (err != ERR_OK) {
            return err;
        }
        gone += db_changes(s->keys);
    }
    if (gone > 0 || broken) {
        s->broken = false;
        s->floor_height = 0; /* what was pruned belongs to epochs whose keys are gone */
    }
    s->erase_due = s->erase_due || gone > 0;
    return gone > 0 || broken ? keys_write_meta(s) : ERR_OK;
}

enum err keys_put(struct store *s, const struct persist *p)
{
    switch (p->kind) {
    case PERSIST_KEYS:
        return put_key(s, p);
    case PERSIST_VOTE:
        return put_vote(s, p);
    case PERSIST_PROPOSAL:
        return put_proposal(s, p);
    case PERSIST_OWN_OP:
        return put_op(s, p);
    case PERSIST_FORGET:
        return forget(s, p);
    default:
        return ERR_RANGE;
    }
}
