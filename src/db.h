/* SQLite behind a few verbs: the only file that includes sqlite3.h is db.c, and every code it
 * returns becomes an enum err. One thread at a time. Files are treated as hostile: no triggers,
 * views, or trusted schema, bounded values. */
#ifndef SRC_DB_H
#define SRC_DB_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DB_STATEMENTS_MAX = 32, DB_VALUE_BYTES_MAX = 1 << 20 };

enum db_mode {
    DB_NEW,       /* a fresh file; ERR_EXISTS when there is one */
    DB_WRITE,     /* an existing file, changed in place */
    DB_READ_LIVE, /* read-only beside a writer or after a crash: uses NAME-wal and NAME-shm */
    DB_READ_ONLY, /* read-only and at rest: creates nothing, takes no lock */
};

struct db;
struct statement; /* a prepared statement, owned by its db */

/* `permissions` only matters for DB_NEW; NAME-wal and NAME-shm inherit them. The folder is synced
 * after a new file. `alone`: no other process may open it meanwhile (ERR_BUSY), and no NAME-shm is
 * made. *out NULL on failure. */
enum err db_open(
    struct db **out, const char *path, enum db_mode mode, unsigned permissions, bool alone);

/* NULL is fine. `untouched`: leaves the write-ahead log as it is instead of folding it in. */
void db_close(struct db *d, bool untouched);

/* One or more statements without parameters or results. */
enum err db_exec(struct db *d, const char *sql);

/* SQLite's own version. */
const char *db_library_version(void);

/* The last failure in SQLite's words, for the log. */
const char *db_message(const struct db *d);

/* Prepared once, kept until db_close. NULL when it cannot be: db_why tells (ERR_FORMAT: the file is
 * not what it says). */
struct statement *db_prepare(struct db *d, const char *sql);
enum err db_why(const struct db *d);
/* Before db_close, for one that is not needed again. */
void db_discard(struct db *d, struct statement *s);

/* Parameters from 1 on; bytes are borrowed until statement_reset. A failure shows at the next step.
 * */
void statement_bind_int(
    struct statement *s, int at, uint64_t value); /* above INT64_MAX: ERR_RANGE */
void statement_bind_bytes(struct statement *s, int at, const void *data, size_t size);
void statement_bind_text(struct statement *s, int at, const char *text);

/* The next row: ERR_OK and *row true, or ERR_OK and *row false at the end. Reset it afterwards. */
enum err statement_step(struct statement *s, bool *row);
/* Columns of the row, from 0 on: 0 or NULL when the type is another. Borrowed until the next step.
 * */
uint64_t statement_int(struct statement *s, int at);
const void *statement_bytes(struct statement *s, int at, size_t *size);
const char *statement_text(struct statement *s, int at);
void statement_reset(struct statement *s);

/* Steps to the end and resets: for statements without results. */
enum err statement_run(struct statement *s);

/* One transaction. A failed commit is rolled back. */
enum err db_begin(struct db *d);
enum err db_commit(struct db *d);
void db_rollback(struct db *d);

/* On: a commit is written but not synced, and a crash of the computer may take the last ones back, in order; the file stays
 * whole. db_sync syncs everything committed so far. */
enum err db_set_lazy(struct db *d, bool lazy);
enum err db_sync(struct db *d);

/* Folds a long log into the file. A commit does so by itself only when the log is very long, since it takes a while: meant for
 * when nobody waits. A reader in the way: later. */
enum err db_tidy(struct db *d);

/* Rows changed by the last statement that was run. */
int64_t db_changes(const struct db *d);

/* Folds the write-ahead log into the file, synced. ERR_BUSY when a reader is in the way. */
enum err db_checkpoint(struct db *d);
/* The same, and what the log held is overwritten and cut off: for what must not be read again. */
enum err db_checkpoint_erase(struct db *d);

/* Sound from end to end (B-trees, free list, records): ERR_FORMAT when not. `whole`: also what takes
 * longer, such as values that a column may not hold. */
enum err db_check(struct db *d, bool whole);

enum err db_set_ids(struct db *d, uint32_t application, uint32_t version);
enum err db_ids(struct db *d, uint32_t *application, uint32_t *version);

/* ERR_OK when the file holds exactly these `count` CREATE statements, letter for letter; ERR_FORMAT
 * otherwise. */
enum err db_schema_is(struct db *d, const char *const *creates, size_t count);

/* A copy of what the file holds now, in a new file that is whole by itself; the copy is synced.
 * ERR_EXISTS; nothing is left behind on failure. */
enum err db_copy(struct db *d, const char *path);

/* Syncs the folder that holds `path`. */
enum err db_sync_folder(const char *path);

#endif
