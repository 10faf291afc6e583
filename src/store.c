#include "src/store_internal.h"

#include "base/log.h"

#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum err store_problem(char *problem, enum err err, const char *path, const char *format, ...)
{
    if (problem == NULL) {
        return err;
    }
    char what[STORE_PROBLEM_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    const char *name = strrchr(path, '/');
    snprintf(problem, STORE_PROBLEM_BYTES, "%.100s: %.150s", name == NULL ? path : name + 1, what);
    return err;
}

struct row_sum row_sum(const char *tag, uint8_t kind, const uint64_t numbers[4], struct row_bytes a,
    struct row_bytes b, struct row_bytes c)
{
    uint8_t head[1 + 7 * 8];
    struct writer w = writer_of(head, sizeof head);
    write_u8(&w, kind);
    for (size_t i = 0; i < 4; i++) {
        write_u64(&w, numbers[i]);
    }
    write_u64(&w, a.size);
    write_u64(&w, b.size);
    write_u64(&w, c.size);
    struct hash_state h;
    hash_begin(&h, tag);
    hash_add(&h, head, w.size);
    hash_add(&h, a.data, a.size);
    hash_add(&h, b.data, b.size);
    hash_add(&h, c.data, c.size);
    struct digest digest = hash_end(&h);
    struct row_sum sum;
    memcpy(sum.b, digest.b, sizeof sum.b);
    return sum;
}

static bool good_name(const char *name)
{
    return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL &&
           strlen(name) < STORE_NAME_BYTES_MAX;
}

/* A store with its two paths; NULL when there is no memory or the path is too long. */
static struct store *store_new(const char *dir, const char *name)
{
    struct store *s = calloc(1, sizeof *s);
    char *absolute = realpath(dir, NULL);
    if (s == NULL || absolute == NULL ||
        snprintf(s->record_path, sizeof s->record_path, "%s/%s.craps", absolute, name) >=
            (int)sizeof s->record_path - 16) {
        free(s);
        s = NULL;
    } else {
        snprintf(s->keys_path, sizeof s->keys_path, "%s/%s.keys", absolute, name);
    }
    free(absolute);
    return s;
}

static void store_free(struct store *s)
{
    if (s != NULL) {
        keys_close(s);
        record_close(s);
        sodium_memzero(s->tag, sizeof s->tag);
        free(s);
    }
}

/* What a table that could not be made left behind: nothing of it was ever used. */
static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};

static void remove_all(const char *path)
{
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char with[PATH_MAX + 16];
        snprintf(with, sizeof with, "%s%s", path, suffixes[i]);
        unlink(with);
    }
}

static void remove_files(const struct store *s)
{
    remove_all(s->record_path);
    remove_all(s->keys_path);
}

static bool there(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

/* The record is made under another name and renamed when it is whole: what a crash leaves behind is
 * never taken for a table. */
static enum err make_record(struct store *s)
{
    char path[PATH_MAX];
    strcpy(path, s->record_path);
    strcat(s->record_path, ".new");
    remove_all(s->record_path); /* of an earlier crash */
    enum err err = record_create(s);
    record_close(s);
    if (err == ERR_OK && rename(s->record_path, path) != 0) {
        err = err_from_errno(errno);
    }
    if (err != ERR_OK) {
        remove_all(s->record_path);
    }
    strcpy(s->record_path, path);
    err = err == ERR_OK ? db_sync_folder(path) : err;
    char problem[STORE_PROBLEM_BYTES];
    return err == ERR_OK ? record_db_open(s, problem) : err;
}

enum err store_create(struct store **out, const char *dir, const char *name, const uint8_t *genesis,
    size_t genesis_size)
{
    *out = NULL;
    struct stat st;
    if (!good_name(name) || genesis_size == 0 || genesis_size > GENESIS_BYTES_MAX) {
        return ERR_RANGE;
    }
    if (stat(dir, &st) != 0) {
        return err_from_errno(errno);
    }
    struct store *s = store_new(dir, name);
    if (s == NULL) {
        return ERR_NO_MEMORY;
    }
    if (there(s->record_path) || there(s->keys_path)) {
        store_free(s);
        return ERR_EXISTS;
    }
    memcpy(s->genesis, genesis, genesis_size);
    s->genesis_size = genesis_size;
    randombytes_buf(s->tag, sizeof s->tag);
    /* The keys file first: a record without one would look like a table that was left. */
    enum err err = keys_create(s, false);
    err = err == ERR_OK ? make_record(s) : err;
    if (err != ERR_OK) {
        keys_close(s);
        record_close(s);
        if (err != ERR_EXISTS) {
            remove_files(s);
        }
        store_free(s);
        return err;
    }
    *out = s;
    return ERR_OK;
}

enum err store_open(
    struct store **out, const char *dir, const char *name, bool *journal_trusted, char *problem)
{
    *out = NULL;
    *journal_trusted = false;
    if (!good_name(name)) {
        return store_problem(problem, ERR_NOT_FOUND, name, "is no name of a table");
    }
    struct store *s = there(dir) ? store_new(dir, name) : NULL;
    if (s == NULL || !there(s->record_path)) {
        free(s);
        return store_problem(problem, ERR_NOT_FOUND, name, "no such table in %s", dir);
    }
    enum err err = record_db_open(s, problem);
    if (err == ERR_OK) {
        err = keys_open(s, journal_trusted);
        if (err != ERR_OK) {
            store_problem(problem, err, s->keys_path, "%s", err_name(err));
        }
    }
    if (err != ERR_OK) {
        store_free(s);
        return err;
    }
    *out = s;
    return ERR_OK;
}

static enum err open_path(struct store **out, const char *path, bool audit, char *problem)
{
    *out = NULL;
    struct store *s = calloc(1, sizeof *s);
    char *absolute = realpath(path, NULL);
    if (absolute == NULL && errno != ENOMEM && s != NULL) {
        enum err err = err_from_errno(errno);
        free(s);
        return store_problem(problem, err, path, "%s", err_name(err));
    }
    if (s == NULL || absolute == NULL || strlen(absolute) >= sizeof s->record_path - 16) {
        free(absolute);
        free(s);
        return store_problem(problem, ERR_NO_MEMORY, path, "out of memory");
    }
    strcpy(s->record_path, absolute);
    free(absolute);
    s->read_only = true;
    s->audit = audit;
    enum err err = record_db_open(s, problem);
    if (err != ERR_OK) {
        store_free(s);
        return err;
    }
    *out = s;
    return ERR_OK;
}

enum err store_open_record(struct store **out, const char *path, char *problem)
{
    return open_path(out, path, false, problem);
}

enum err store_open_audit(struct store **out, const char *path, char *problem)
{
    return open_path(out, path, true, problem);
}

enum err store_copy_record(const char *path, const char *to, uint64_t *bytes, char *problem)
{
    struct store *s = NULL;
    struct stat st;
    enum err err = store_open_record(&s, path, problem);
    if (err == ERR_OK) {
        err = db_copy(s->record, to);
        if (err != ERR_OK) {
            store_problem(problem, err, to, "%s", err_name(err));
        }
    }
    store_close(s);
    *bytes = err == ERR_OK && stat(to, &st) == 0 ? (uint64_t)st.st_size : 0;
    return err;
}

void store_close(struct store *s)
{
    store_free(s);
}

const uint8_t *store_genesis(const struct store *s, size_t *size)
{
    *size = s->genesis_size;
    return s->genesis;
}

uint64_t store_height(const struct store *s)
{
    return s->height;
}

bool store_gap(const struct store *s, uint64_t *from, uint64_t *to)
{
    *from = s->gap_high > 0 ? s->gap_low + 1 : 0;
    *to = s->gap_high;
    return s->gap_high > 0;
}

const char *store_record_path(const struct store *s)
{
    return s->record_path;
}

/* What goes from the keys file because of the record goes when the record is synced. */
static enum err sync_before(
    struct store *s, const struct persist *items, uint32_t count, bool prune)
{
    bool due = prune;
    for (uint32_t i = 0; i < count && !due; i++) {
        due = items[i].kind == PERSIST_FORGET;
    }
    enum err err = due && s->unsynced ? db_sync(s->record) : ERR_OK;
    s->unsynced = s->unsynced && !(due && err == ERR_OK);
    return err;
}

static enum err persist_secrets(
    struct store *s, const struct persist *items, uint32_t count, uint64_t prune_views)
{
    bool prune = keys_prune_due(s, prune_views);
    uint64_t votes = s->votes, floor_height = s->floor_height;
    bool broken = s->broken;
    enum err err = sync_before(s, items, count, prune);
    err = err == ERR_OK ? db_begin(s->keys) : err;
    if (err != ERR_OK) {
        return err;
    }
    for (uint32_t i = 0; i < count && err == ERR_OK; i++) {
        err = persist_is_record(items[i].kind) ? ERR_OK : keys_put(s, &items[i]);
    }
    err = err == ERR_OK && prune ? keys_prune(s) : err;
    err = err == ERR_OK ? db_commit(s->keys) : err;
    if (err != ERR_OK) {
        db_rollback(s->keys);
        s->votes = votes;
        s->floor_height = floor_height;
        s->broken = broken;
        s->erase_due = false;
        return err;
    }
    if (s->erase_due) {
        s->erase_due = false;
        err = db_checkpoint_erase(s->keys);
    }
    return err;
}

static enum err persist_blocks(
    struct store *s, const struct persist *items, uint32_t count, bool synced)
{
    const struct store before = {.height = s->height,
        .view = s->view,
        .epoch = s->epoch,
        .gap_low = s->gap_low,
        .gap_high = s->gap_high};
    enum err err = db_begin(s->record);
    if (err != ERR_OK) {
        return err;
    }
    for (uint32_t i = 0; i < count && err == ERR_OK; i++) {
        err = persist_is_record(items[i].kind) ? record_put(s, &items[i]) : ERR_OK;
    }
    err = err == ERR_OK ? snapshots_save_gap(s) : err;
    err = err == ERR_OK ? db_commit(s->record) : err;
    if (err != ERR_OK) {
        db_rollback(s->record);
        s->height = before.height;
        s->view = before.view;
        s->epoch = before.epoch;
        s->gap_low = before.gap_low;
        s->gap_high = before.gap_high;
        s->gap_changed = false;
        return err;
    }
    s->unsynced = true;
    return synced ? store_sync_record(s) : ERR_OK;
}

static enum err persist_parts(
    struct store *s, const struct persist *items, uint32_t count, bool journal, bool record)
{
    bool secrets = false, blocks = false, synced = journal;
    if (s->read_only) {
        return ERR_PERMISSION;
    }
    if (s->failed != ERR_OK) {
        return s->failed;
    }
    for (uint32_t i = 0; i < count; i++) {
        blocks = blocks || (record && persist_is_record(items[i].kind));
        secrets = secrets || (journal && !persist_is_record(items[i].kind));
        synced = synced || items[i].kind > PERSIST_BLOCK;
    }
    if (secrets && s->keys == NULL) {
        return ERR_CLOSED;
    }
    enum err err = secrets ? persist_secrets(s, items, count, PRUNE_VIEWS_MAX) : ERR_OK;
    if (err == ERR_OK && blocks) {
        err = persist_blocks(s, items, count, synced);
    }
    if (err == ERR_IO) {
        s->failed = err; /* after a failed sync nobody knows what is on the disk */
    }
    if (err != ERR_OK) {
        log_error("the table could not be stored: %s (%s; %s)", err_name(err), db_message(s->keys),
            db_message(s->record));
    }
    return err;
}

enum err store_persist(struct store *s, const struct persist *items, uint32_t count)
{
    return persist_parts(s, items, count, true, true);
}

enum err store_persist_journal(struct store *s, const struct persist *items, uint32_t count)
{
    return persist_parts(s, items, count, true, false);
}

enum err store_persist_record(struct store *s, const struct persist *items, uint32_t count)
{
    return persist_parts(s, items, count, false, true);
}

bool store_record_unsynced(const struct store *s)
{
    return s->unsynced;
}

enum err store_sync_record(struct store *s)
{
    if (!s->unsynced || s->failed != ERR_OK) {
        return s->failed;
    }
    enum err err = db_sync(s->record);
    s->unsynced = err != ERR_OK;
    s->failed = err == ERR_IO ? err : s->failed;
    if (err != ERR_OK) {
        log_error("the record could not be synced: %s (%s)", err_name(err), db_message(s->record));
    }
    return err;
}

enum err store_tidy(struct store *s)
{
    enum err err = s->read_only ? ERR_PERMISSION : store_sync_record(s);
    if (err == ERR_OK && s->keys != NULL && keys_prune_due(s, STORE_VIEWS_KEPT)) {
        err = persist_secrets(s, NULL, 0, STORE_VIEWS_KEPT);
    }
    err = err == ERR_OK && s->keys != NULL ? db_tidy(s->keys) : err;
    err = err == ERR_OK ? db_tidy(s->record) : err;
    s->failed = err == ERR_IO ? err : s->failed;
    return err;
}
