#include "src/db.h"

#include "base/check.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUSY_WAIT_MS = 2000,
    LOG_PAGES = 256,         /* worth folding in */
    LOG_PAGES_MAX = 4 * 256, /* folded in by the commit that makes it so long */
    URI_BYTES_MAX = 3 * PATH_MAX + 64
};

struct statement {
    struct db *db;
    sqlite3_stmt *s;
    enum err failed; /* of a bind, until the reset */
};

struct db {
    sqlite3 *sql;
    char *path;
    struct statement statements[DB_STATEMENTS_MAX];
    size_t statement_count;
    struct statement *begin, *commit, *rollback;
    enum err why;
    int log_pages; /* in the log after the last commit */
};

/* SQLite keeps pages of the keys file in memory and gives them back as they are: what it frees is
 * wiped. */
static sqlite3_mem_methods memory;

static void wipe_and_free(void *p)
{
    if (p != NULL) {
        sodium_memzero(p, (size_t)memory.xSize(p));
        memory.xFree(p);
    }
}

static void *wipe_and_move(void *p, int size)
{
    int old = p == NULL ? 0 : memory.xSize(p);
    if (old >= size && p != NULL) {
        return p;
    }
    void *moved = memory.xMalloc(size);
    if (moved != NULL && p != NULL) {
        memcpy(moved, p, (size_t)old);
        wipe_and_free(p);
    }
    return moved;
}

/* Before SQLite's first use in this process; if something used it before, it stays as it is. */
static void start_sqlite(void)
{
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory) == SQLITE_OK) {
        sqlite3_mem_methods wiping = memory;
        wiping.xFree = wipe_and_free;
        wiping.xRealloc = wipe_and_move;
        (void)sqlite3_config(SQLITE_CONFIG_MALLOC, &wiping);
    }
}

static enum err open_error(sqlite3 *sql)
{
    enum err err = err_from_errno(sql == NULL ? 0 : sqlite3_system_errno(sql));
    return err == ERR_OK || err == ERR_AGAIN ? ERR_PERMISSION : err;
}

static enum err from_code(sqlite3 *sql, int code)
{
    if (code == SQLITE_IOERR_NOMEM) {
        return ERR_NO_MEMORY;
    }
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return ERR_OK;
    case SQLITE_FULL:
        return ERR_NO_SPACE;
    case SQLITE_NOMEM:
        return ERR_NO_MEMORY;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_CANTOPEN:
        return open_error(sql);
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
        return ERR_PERMISSION;
    case SQLITE_CONSTRAINT:
        return ERR_EXISTS;
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
        return ERR_RANGE;
    case SQLITE_MISUSE:
    case SQLITE_INTERNAL:
        return ERR_INTERNAL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH:
    case SQLITE_FORMAT:
    case SQLITE_ERROR: /* our statements are fixed: it is the file that lacks what they name */
        return ERR_FORMAT;
    default:
        return ERR_IO;
    }
}

enum err db_sync_folder(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    if (length + 1 >= sizeof folder) {
        return ERR_RANGE;
    }
    memcpy(folder, path, length);
    folder[length] = '\0';
    int fd = open(slash == NULL ? "."
                  : length == 0 ? "/"
                                : folder,
        O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return err_from_errno(errno);
    }
    /* Some file systems cannot sync a folder and say so; that is theirs to know. */
    int failed = fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP ? errno : 0;
    close(fd);
    return err_from_errno(failed);
}

static enum err make_file(const char *path, unsigned permissions)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, permissions);
    if (fd < 0) {
        return err_from_errno(errno);
    }
    int failed = fchmod(fd, permissions) != 0 || fsync(fd) != 0 ? errno : 0;
    close(fd);
    enum err err = err_from_errno(failed);
    return err == ERR_OK ? db_sync_folder(path) : err;
}

/* file:PATH?options, everything but the plainest characters escaped. */
static void make_uri(char *uri, const char *path, enum db_mode mode)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";
    size_t n = (size_t)sprintf(uri, "file:%s", path[0] == '/' ? "//" : "");
    for (const char *p = path; *p != '\0'; p++) {
        if (strchr(plain, *p) != NULL) {
            uri[n++] = *p;
        } else {
            n += (size_t)sprintf(uri + n, "%%%02X", (unsigned char)*p);
        }
    }
    strcpy(uri + n, mode == DB_READ_LIVE   ? "?mode=ro&readonly_shm=1"
                    : mode == DB_READ_ONLY ? "?mode=ro&immutable=1"
                                           : "?mode=rw");
}

static int note_log(void *self, sqlite3 *sql, const char *name, int pages)
{
    struct db *d = self;
    (void)sql;
    (void)name;
    d->log_pages = pages;
    return SQLITE_OK;
}

static enum err configure(struct db *d, enum db_mode mode, bool alone)
{
    sqlite3_extended_result_codes(d->sql, 1);
    sqlite3_busy_timeout(d->sql, BUSY_WAIT_MS);
    sqlite3_limit(d->sql, SQLITE_LIMIT_LENGTH, DB_VALUE_BYTES_MAX);
    sqlite3_limit(d->sql, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_db_config(d->sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(d->sql, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(d->sql, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(d->sql, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    /* Before anything touches the file: then the log's index stays in memory. */
    enum err err = alone ? db_exec(d, "PRAGMA locking_mode=EXCLUSIVE") : ERR_OK;
    if (err == ERR_OK) {
        err = db_exec(d, "PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON;"
                         "PRAGMA mmap_size=0; PRAGMA cache_size=-2000");
    }
    if (err != ERR_OK || mode == DB_READ_LIVE || mode == DB_READ_ONLY) {
        return err;
    }
    err = err == ERR_OK ? db_exec(d, "PRAGMA secure_delete=ON; PRAGMA journal_mode=WAL;"
                                     "PRAGMA synchronous=FULL")
                        : err;
    sqlite3_wal_hook(
        d->sql, note_log, d); /* instead of SQLite's own, which folds in at every thousandth page */
    d->begin = db_prepare(d, "BEGIN IMMEDIATE");
    d->commit = db_prepare(d, "COMMIT");
    d->rollback = db_prepare(d, "ROLLBACK");
    bool ready = d->begin != NULL && d->commit != NULL && d->rollback != NULL;
    return err == ERR_OK && !ready ? d->why : err;
}

enum err db_open(
    struct db **out, const char *path, enum db_mode mode, unsigned permissions, bool alone)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    *out = NULL;
    pthread_once(&once, start_sqlite);
    struct stat st;
    if (strlen(path) >= PATH_MAX) {
        return ERR_RANGE;
    }
    enum err err = mode == DB_NEW ? make_file(path, permissions) : ERR_OK;
    if (err != ERR_OK) {
        return err;
    }
    if (stat(path, &st) != 0) {
        return err_from_errno(errno);
    }
    if (!S_ISREG(st.st_mode)) {
        return ERR_FORMAT;
    }
    char *uri = malloc(URI_BYTES_MAX);
    struct db *d = calloc(1, sizeof *d);
    if (uri == NULL || d == NULL || (d->path = strdup(path)) == NULL) {
        free(uri);
        free(d);
        return ERR_NO_MEMORY;
    }
    make_uri(uri, path, mode);
    int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
                (mode == DB_READ_LIVE || mode == DB_READ_ONLY ? SQLITE_OPEN_READONLY
                                                              : SQLITE_OPEN_READWRITE);
    err = from_code(NULL, sqlite3_open_v2(uri, &d->sql, flags, NULL));
    free(uri);
    err = err == ERR_OK ? configure(d, mode, alone) : d->sql == NULL ? ERR_NO_MEMORY : err;
    if (err != ERR_OK) {
        db_close(d, true);
        return err;
    }
    *out = d;
    return ERR_OK;
}

void db_close(struct db *d, bool untouched)
{
    if (d == NULL) {
        return;
    }
    for (size_t i = 0; i < d->statement_count; i++) {
        sqlite3_finalize(d->statements[i].s);
    }
    if (untouched && d->sql != NULL) {
        sqlite3_db_config(d->sql, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    }
    sqlite3_close_v2(d->sql);
    free(d->path);
    free(d);
}

enum err db_exec(struct db *d, const char *sql)
{
    return from_code(d->sql, sqlite3_exec(d->sql, sql, NULL, NULL, NULL));
}

const char *db_library_version(void)
{
    return sqlite3_libversion();
}

const char *db_message(const struct db *d)
{
    return d == NULL || d->sql == NULL ? "out of memory" : sqlite3_errmsg(d->sql);
}

struct statement *db_prepare(struct db *d, const char *sql)
{
    size_t at = 0;
    while (at < d->statement_count && d->statements[at].s != NULL) {
        at++;
    }
    if (at == DB_STATEMENTS_MAX) {
        d->why = ERR_FULL;
        return NULL;
    }
    struct statement *s = &d->statements[at];
    int code = sqlite3_prepare_v3(d->sql, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->s, NULL);
    if (code != SQLITE_OK || s->s == NULL) {
        s->s = NULL;
        d->why = code == SQLITE_OK ? ERR_INTERNAL : from_code(d->sql, code);
        return NULL;
    }
    s->db = d;
    s->failed = ERR_OK;
    d->statement_count += at == d->statement_count;
    return s;
}

enum err db_why(const struct db *d)
{
    return d->why;
}

void db_discard(struct db *d, struct statement *s)
{
    CHECK(s->db == d);
    sqlite3_finalize(s->s);
    s->s = NULL;
}

static void note(struct statement *s, int code)
{
    if (s->failed == ERR_OK && code != SQLITE_OK) {
        s->failed = from_code(s->db->sql, code);
    }
}

void statement_bind_int(struct statement *s, int at, uint64_t value)
{
    note(s, value > INT64_MAX ? SQLITE_RANGE : sqlite3_bind_int64(s->s, at, (int64_t)value));
}

void statement_bind_bytes(struct statement *s, int at, const void *data, size_t size)
{
    note(s, size == 0 ? sqlite3_bind_zeroblob(s->s, at, 0)
                      : sqlite3_bind_blob64(s->s, at, data, size, SQLITE_STATIC));
}

void statement_bind_text(struct statement *s, int at, const char *text)
{
    note(s, sqlite3_bind_text(s->s, at, text, -1, SQLITE_STATIC));
}

enum err statement_step(struct statement *s, bool *row)
{
    *row = false;
    if (s->failed != ERR_OK) {
        return s->failed;
    }
    int code = sqlite3_step(s->s);
    *row = code == SQLITE_ROW;
    return from_code(s->db->sql, code);
}

uint64_t statement_int(struct statement *s, int at)
{
    int64_t value =
        sqlite3_column_type(s->s, at) == SQLITE_INTEGER ? sqlite3_column_int64(s->s, at) : 0;
    return value < 0 ? 0 : (uint64_t)value;
}

const void *statement_bytes(struct statement *s, int at, size_t *size)
{
    static const uint8_t nothing[1];
    *size = 0;
    if (sqlite3_column_type(s->s, at) != SQLITE_BLOB) {
        return NULL;
    }
    const void *data = sqlite3_column_blob(s->s, at);
    *size = (size_t)sqlite3_column_bytes(s->s, at);
    return *size == 0 ? nothing : data;
}

const char *statement_text(struct statement *s, int at)
{
    return sqlite3_column_type(s->s, at) == SQLITE_TEXT
               ? (const char *)sqlite3_column_text(s->s, at)
               : NULL;
}

void statement_reset(struct statement *s)
{
    sqlite3_reset(s->s);
    sqlite3_clear_bindings(s->s);
    s->failed = ERR_OK;
}

enum err statement_run(struct statement *s)
{
    bool row = true;
    enum err err = ERR_OK;
    while (err == ERR_OK && row) {
        err = statement_step(s, &row);
    }
    statement_reset(s);
    return err;
}

enum err db_begin(struct db *d)
{
    return statement_run(d->begin);
}

enum err db_commit(struct db *d)
{
    enum err err = statement_run(d->commit);
    if (err != ERR_OK) {
        db_rollback(d);
    }
    return err == ERR_OK && d->log_pages >= LOG_PAGES_MAX ? db_tidy(d) : err;
}

enum err db_tidy(struct db *d)
{
    if (d->log_pages < LOG_PAGES) {
        return ERR_OK;
    }
    d->log_pages = 0;
    int code = sqlite3_wal_checkpoint_v2(d->sql, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    /* What was committed is committed: as SQLite's own, a checkpoint that could not be is tried again. */
    return (code & 0xff) == SQLITE_IOERR ? from_code(d->sql, code) : ERR_OK;
}

void db_rollback(struct db *d)
{
    if (!sqlite3_get_autocommit(d->sql)) {
        statement_run(d->rollback);
    }
}

enum err db_set_lazy(struct db *d, bool lazy)
{
    return db_exec(d, lazy ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL");
}

enum err db_sync(struct db *d)
{
    sqlite3_file *log = NULL;
    int code = sqlite3_file_control(d->sql, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (code == SQLITE_OK && log != NULL && log->pMethods != NULL) {
        code = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
    }
    return from_code(d->sql, code);
}

int64_t db_changes(const struct db *d)
{
    return sqlite3_changes64(d->sql);
}

enum err db_checkpoint(struct db *d)
{
    int code = sqlite3_wal_checkpoint_v2(d->sql, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return from_code(d->sql, code);
}

/* Everything in the log has been folded in and synced, so that to zero it loses nothing: a log
 * without its header counts as empty. */
static enum err zero_log(const char *path)
{
    static const uint8_t zero[65536];
    char log[PATH_MAX + 8];
    struct stat st;
    snprintf(log, sizeof log, "%s-wal", path);
    int fd = open(log, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT ? ERR_OK : err_from_errno(errno);
    }
    bool good = fstat(fd, &st) == 0;
    for (off_t at = 0; good && at < st.st_size;) {
        size_t want =
            st.st_size - at > (off_t)sizeof zero ? sizeof zero : (size_t)(st.st_size - at);
        ssize_t wrote = pwrite(fd, zero, want, at);
        good = wrote > 0 || (wrote < 0 && errno == EINTR);
        at += wrote > 0 ? wrote : 0;
    }
    good = good && fdatasync(fd) == 0;
    enum err err = good ? ERR_OK : err_from_errno(errno);
    close(fd);
    return err;
}

enum err db_checkpoint_erase(struct db *d)
{
    int left = 0, done = 0;
    int code = sqlite3_wal_checkpoint_v2(d->sql, NULL, SQLITE_CHECKPOINT_RESTART, &left, &done);
    enum err err = from_code(d->sql, code);
    if (err == ERR_OK && left == done) {
        err = zero_log(d->path);
    }
    return err == ERR_OK ? db_checkpoint(d) : err;
}

/* A page that could not be read is reported in words, with the code at their end: that is no
 * damage. */
static enum err check_verdict(struct db *d, const char *said)
{
    static const char words[] = "error code=";
    const char *code = said == NULL ? NULL : strstr(said, words);
    enum err err = code == NULL ? ERR_FORMAT : from_code(d->sql, atoi(code + sizeof words - 1));
    return err == ERR_OK ? ERR_FORMAT : err;
}

enum err db_check(struct db *d, bool whole)
{
    sqlite3_stmt *s = NULL;
    const char *sql = whole ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)";
    int code = sqlite3_prepare_v2(d->sql, sql, -1, &s, NULL);
    enum err err = from_code(d->sql, code);
    if (err == ERR_OK) {
        code = sqlite3_step(s);
        err = from_code(d->sql, code);
        const char *said = code == SQLITE_ROW ? (const char *)sqlite3_column_text(s, 0) : NULL;
        if (err == ERR_OK && (said == NULL || strcmp(said, "ok") != 0)) {
            err = check_verdict(d, said);
        }
    }
    sqlite3_finalize(s);
    return err;
}

enum err db_set_ids(struct db *d, uint32_t application, uint32_t version)
{
    char sql[96];
    snprintf(
        sql, sizeof sql, "PRAGMA application_id=%u; PRAGMA user_version=%u", application, version);
    return db_exec(d, sql);
}

static enum err pragma_int(struct db *d, const char *sql, uint32_t *value)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(d->sql, sql, -1, &s, NULL);
    code = code == SQLITE_OK ? sqlite3_step(s) : code;
    *value = code == SQLITE_ROW ? (uint32_t)sqlite3_column_int64(s, 0) : 0;
    enum err err = from_code(d->sql, code);
    sqlite3_finalize(s);
    return err;
}

enum err db_ids(struct db *d, uint32_t *application, uint32_t *version)
{
    enum err err = pragma_int(d, "PRAGMA application_id", application);
    return err == ERR_OK ? pragma_int(d, "PRAGMA user_version", version) : err;
}

enum err db_schema_is(struct db *d, const char *const *creates, size_t count)
{
    sqlite3_stmt *s = NULL;
    const char *sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid";
    int code = sqlite3_prepare_v2(d->sql, sql, -1, &s, NULL);
    enum err err = from_code(d->sql, code);
    size_t seen = 0;
    while (err == ERR_OK && (code = sqlite3_step(s)) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(s, 0);
        if (seen == count || text == NULL || strcmp(text, creates[seen]) != 0) {
            err = ERR_FORMAT;
        }
        seen++;
    }
    err = err == ERR_OK ? from_code(d->sql, code) : err;
    sqlite3_finalize(s);
    return err == ERR_OK && seen != count ? ERR_FORMAT : err;
}

enum err db_copy(struct db *d, const char *path)
{
    struct db *copy;
    enum err err = db_open(&copy, path, DB_NEW, 0644, false);
    if (err != ERR_OK) {
        return err;
    }
    sqlite3_backup *b = sqlite3_backup_init(copy->sql, "main", d->sql, "main");
    if (b == NULL) {
        err = from_code(copy->sql, sqlite3_errcode(copy->sql));
    } else {
        (void)sqlite3_backup_step(b, -1);
        err = from_code(copy->sql, sqlite3_backup_finish(b));
    }
    err = err == ERR_OK ? db_checkpoint(copy) : err;
    db_close(copy, false);
    err = err == ERR_OK ? db_sync_folder(path) : err;
    if (err != ERR_OK) {
        unlink(path);
    }
    return err;
}
