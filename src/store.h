/* A table on disk (architecture.md, decision 3): NAME.craps, the record, holds nothing secret and
 * may be given to anybody; NAME.keys (0600) holds own votes, own operations and this table's
 * secrets. Both SQLite (src/db.h), WAL; one transaction a file covers everything
 * a loop turn produces; the keys file is synced before the record. Any failed write or sync: the
 * caller must stop voting at once. One thread.
 *
 * Blocks of the record are written at once and synced a little later (store_sync_record), since no sync of ours makes a final
 * block any more lasting: q members have synced the block, its notarization and their FINALIZE before anybody can see it final,
 * and who loses the end of its record in a power cut gets it from their journals and its own (A.9). What rests on the record
 * waits for that sync: nothing is pruned or forgotten in the keys file before it. */
#ifndef SRC_STORE_H
#define SRC_STORE_H

#include "base/err.h"
#include "consensus/engine.h"

enum {
    STORE_SCHEMA_VERSION = 2,
    STORE_SECRET_BYTES_MAX = 65536,
    STORE_PROBLEM_BYTES = 256, /* every `problem`: one line for a person */
    STORE_NAME_BYTES_MAX = 96, /* NAME without its suffix, NUL included */
    STORE_OPS_KEPT = 256,      /* own operations an author */
    STORE_VIEWS_KEPT = 64,     /* own votes and proposals under the last final block's view */
};

struct store;

/* Makes both files for a new table: schema version, genesis bytes, a random tag that stands in both
 * files. ERR_EXISTS when one is there; ERR_RANGE for a name with a slash or too long, or a genesis
 * that is too big. */
enum err store_create(struct store **out, const char *dir, const char *name, const uint8_t *genesis,
    size_t genesis_size);

/* Opens both files of an existing table. ERR_NOT_FOUND; ERR_VERSION (another schema); ERR_BUSY
 * (another process has it); ERR_FORMAT (damaged record; `problem` says what and where in one line,
 * and nothing was changed). *journal_trusted false: the keys file is missing or damaged, belongs to
 * another record, or is older or newer than this record (decision 3); what cannot be used is set
 * aside as NAME.keys.unusable and a fresh keys file begun. Stays false over restarts until the next
 * epoch (PERSIST_FORGET). */
enum err store_open(
    struct store **out, const char *dir, const char *name, bool *journal_trusted, char *problem);

/* A record by its path, read-only, creating nothing beside it: for verify, replay, export and
 * stats, also beside a live table (what was final when it was opened). Errors as store_open;
 * store_persist and the secrets then say ERR_PERMISSION. */
enum err store_open_record(struct store **out, const char *path, char *problem);

/* The same for an auditor (src/audit_record.h): refuses what is no record of this schema, and leaves
 * every other judgement to him, so that he can name the first fault. */
enum err store_open_audit(struct store **out, const char *path, char *problem);

/* A copy of the record at `path`, as it is now, as one file that nobody writes to any more; also
 * beside a live table. ERR_EXISTS when `to` is there; other errors as store_open_record. */
enum err store_copy_record(const char *path, const char *to, uint64_t *bytes, char *problem);

/* Folds the logs in: NAME.craps alone is the whole record afterwards. NULL is fine. */
void store_close(struct store *s);

/* The genesis bytes; borrowed. */
const uint8_t *store_genesis(const struct store *s, size_t *size);

/* Everything one engine update wants kept, secrets first, in one transaction a file, synced on
 * return. What is there already, equal, is fine; ERR_EXISTS for a second, different vote, proposal,
 * operation or block in the same place: a bug of ours that must not get out. ERR_IO sticks: after
 * it nothing is written any more. */
enum err store_persist(struct store *s, const struct persist *items, uint32_t count);

/* Its two halves: what must be synced before anything is sent (own votes, proposals, operations, keys); and the final blocks,
 * which bind nobody and may follow after the sending. Blocks alone are written, so that no kill of this process loses them, and
 * synced by the next store_sync_record; anything else of the record is synced on return. */
enum err store_persist_journal(struct store *s, const struct persist *items, uint32_t count);
enum err store_persist_record(struct store *s, const struct persist *items, uint32_t count);

/* Are there blocks that were written and not synced; syncs them. ERR_IO sticks as in store_persist. */
bool store_record_unsynced(const struct store *s);
enum err store_sync_record(struct store *s);

/* For when nobody waits: the record's sync, pruning the journal, folding in the logs. Storing does the latter two by itself when
 * they are long overdue. */
enum err store_tidy(struct store *s);

/* The newest state kept in the record goes to engine_restore_snapshot and the final blocks after it
 * to engine_restore_block, in order; every block from height 1 on, and no state, when `verify` or
 * when no state can be used. Then the keys file's rows (keys, votes, proposals, own operations,
 * each in its order) to engine_restore_persist. ERR_FORMAT with `problem` when a block does not
 * check: names its height. */
enum err store_restore(struct store *s, struct engine *e, bool verify, char *problem);

/* The same without an engine: visits PERSIST_BLOCK items from `height` on, in order; false stops
 * (ERR_AGAIN). ERR_FORMAT with `problem` for a row whose bytes are not those that were written, or
 * a missing height; ERR_NOT_FOUND when the height is in a gap that is still being filled. */
typedef bool store_visit(void *argument, const struct persist *item);
enum err store_visit_blocks(
    struct store *s, uint64_t height, store_visit *visit, void *argument, char *problem);
/* The states kept in the record (at most the last two), lowest height first, as PERSIST_SNAPSHOT:
 * height, digest of the block, data = the canonical bytes of the state after it, unpacked and as
 * they were written; proof = the block's header, then its proof. Whether the bytes have the
 * header's state root is for the caller to check (state_root_of). */
enum err store_visit_snapshots(struct store *s, store_visit *visit, void *argument, char *problem);

/* The epoch chain from that epoch on, as PERSIST_EPOCH, in order. */
enum err store_visit_epochs(
    struct store *s, uint32_t epoch, store_visit *visit, void *argument, char *problem);

/* The keys file's rows in the order of store_restore. */
enum err store_visit_journal(struct store *s, store_visit *visit, void *argument);

/* Final blocks from `height` on, as ENGINE_BLOCKS wants them (blocks_answer_*), at most `count` (0 =
 * any number; more when none of those has a proof, up to the first that has) and as many as fit, ending with one that has a proof;
 * the blocks before it in its epoch come without theirs. Only the first height when there are none, 0 as the first height when
 * they stand in a gap. */
enum {
    SERVE_COVERED_MAX = 48
}; /* so many at most: receivers look at 64 blocks for a certificate */
enum err store_blocks(struct store *s, uint64_t height, uint32_t count, struct writer *w);

/* The epoch chain from that epoch on, as ENGINE_BLOCKS wants it (epochs_answer_add), as much as
 * fits. */
enum err store_epochs(struct store *s, uint32_t epoch, struct writer *w);

/* Highest stored height; 0 = only the genesis. */
uint64_t store_height(const struct store *s);

/* The blocks from *from to *to are not here: their state was taken over from others, and they are
 * fetched in the background. False: the record is whole. */
bool store_gap(const struct store *s, uint64_t *from, uint64_t *to);

/* Small secrets of this table (link key, addresses, sponsor words, failures...) by key, in the keys
 * file, synced on return. Size 0 removes one and erases its bytes. Get: ERR_NOT_FOUND; ERR_RANGE
 * when `capacity` is too small (*size is what it takes). */
enum err store_put_secret(struct store *s, const char *key, const void *data, size_t size);
enum err store_get_secret(
    struct store *s, const char *key, void *data, size_t capacity, size_t *size);

/* Wipes and removes the keys file: the table is left for good. The record stays; secrets say
 * ERR_CLOSED. */
enum err store_forget_keys(struct store *s);

/* The record's absolute path; borrowed. */
const char *store_record_path(const struct store *s);

/* Name for a new table's files: "2026-11-20-friday-table" (local date), made free by -2, -3. */
enum err store_new_name(const char *dir, const char *table_name, char *name, size_t capacity);

/* The most recently used table that still has a keys file: for `join --last` and the menu.
 * ERR_NOT_FOUND. */
enum err store_last(const char *dir, char *name, size_t capacity, int64_t *modified_s);

/* Removes the oldest records of tables that were left for good (no keys file) until at most `keep`
 * records are there; 0 keeps all. */
enum err store_keep_records(const char *dir, size_t keep, size_t *removed);

#endif
