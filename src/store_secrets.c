/* The keys file's other half: secrets by name, pruning, and the end of it. */
#include "src/store_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_BYTES_MAX = 64 };

static enum err usable(const struct store *s)
{
    return s->read_only ? ERR_PERMISSION : s->keys == NULL ? ERR_CLOSED : s->failed;
}

static enum err put_secret(struct store *s, const char *key, const void *data, size_t size)
{
    struct row_sum sum = keys_secret_sum(key, data, size);
    statement_bind_text(s->secret_put, 1, key);
    statement_bind_bytes(s->secret_put, 2, data, size);
    statement_bind_bytes(s->secret_put, 3, sum.b, sizeof sum.b);
    return statement_run(s->secret_put);
}

static enum err remove_secret(struct store *s, const char *key)
{
    statement_bind_text(s->secret_delete, 1, key);
    enum err err = statement_run(s->secret_delete);
    return err == ERR_OK && db_changes(s->keys) > 0 ? db_checkpoint_erase(s->keys) : err;
}

enum err store_put_secret(struct store *s, const char *key, const void *data, size_t size)
{
    enum err err = usable(s);
    if (err != ERR_OK) {
        return err;
    }
    if (size > STORE_SECRET_BYTES_MAX || key[0] == '\0' || strlen(key) > KEY_BYTES_MAX) {
        return ERR_RANGE;
    }
    err = size == 0 ? remove_secret(s, key) : put_secret(s, key, data, size);
    s->failed = err == ERR_IO ? err : s->failed;
    return err;
}

enum err store_get_secret(
    struct store *s, const char *key, void *data, size_t capacity, size_t *size)
{
    bool row;
    *size = 0;
    enum err err = usable(s);
    if (err != ERR_OK) {
        return err;
    }
    statement_bind_text(s->secret_get, 1, key);
    err = statement_step(s->secret_get, &row);
    if (err == ERR_OK && row) {
        const void *bytes = statement_bytes(s->secret_get, 0, size);
        err = bytes == NULL ? ERR_FORMAT : *size > capacity ? ERR_RANGE : ERR_OK;
        if (err == ERR_OK && *size > 0) {
            memcpy(data, bytes, *size);
        }
    } else if (err == ERR_OK) {
        err = ERR_NOT_FOUND;
    }
    statement_reset(s->secret_get);
    return err;
}

bool keys_prune_due(const struct store *s, uint64_t views)
{
    uint64_t pruned =
        s->view < s->pruned_view ? 0 : s->pruned_view; /* in another epoch views begin again */
    return s->view > STORE_VIEWS_KEPT && s->view - pruned >= views;
}

/* Only under a block that the record already holds, so that the floor of what we know we voted
 * never moves backward (A.9): its height is noted, and an older record is recognized by it. */
enum err keys_prune(struct store *s)
{
    struct statement *const all[] = {s->vote_prune, s->proposal_prune};
    for (size_t i = 0; i < 2; i++) {
        statement_bind_int(all[i], 1, s->epoch);
        statement_bind_int(all[i], 2, s->view - STORE_VIEWS_KEPT);
        enum err err = statement_run(all[i]);
        if (err != ERR_OK) {
            return err;
        }
    }
    s->pruned_view = s->view;
    s->floor_height = s->height;
    return keys_write_meta(s);
}

/* Zeroes over the bytes, synced, then removed. What a journaling file system or a flash disk keeps
 * of the old ones is out of reach. */
static enum err wipe(const char *path)
{
    static const uint8_t zero[4096];
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return errno == ENOENT ? ERR_OK : err_from_errno(errno);
    }
    struct stat st;
    bool good = fstat(fd, &st) == 0;
    for (off_t at = 0; good && at < st.st_size; at += (off_t)sizeof zero) {
        good = pwrite(fd, zero, sizeof zero, at) == (ssize_t)sizeof zero;
    }
    good = good && fdatasync(fd) == 0 && unlink(path) == 0;
    enum err err = good ? ERR_OK : err_from_errno(errno);
    close(fd);
    return err;
}

/* Not a keys file any more, in one step: what a kill leaves of it must not be taken for one. */
static const char GONE[] = ".gone";

/* The file that goes on being there until all others are gone comes last. */
static enum err wipe_all(const char *keys_path)
{
    static const char *const suffixes[] = {"-wal", "-shm", "-journal", ".unusable", GONE};
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char path[PATH_MAX + 16];
        snprintf(path, sizeof path, "%s%s", keys_path, suffixes[i]);
        err = wipe(path);
    }
    enum err synced = db_sync_folder(keys_path);
    return err == ERR_OK ? synced : err;
}

enum err store_forget_keys(struct store *s)
{
    char gone[PATH_MAX + 16];
    if (s->read_only) {
        return ERR_PERMISSION;
    }
    enum err err = store_sync_record(s); /* the journal could have made up for its end */
    if (err != ERR_OK) {
        return err;
    }
    db_close(s->keys, true);
    s->keys = NULL;
    snprintf(gone, sizeof gone, "%s%s", s->keys_path, GONE);
    if (rename(s->keys_path, gone) != 0 && errno != ENOENT) {
        return err_from_errno(errno);
    }
    return wipe_all(s->keys_path);
}

void store_wipe_leftovers(const char *keys_path)
{
    char gone[PATH_MAX + 16];
    struct stat st;
    snprintf(gone, sizeof gone, "%s%s", keys_path, GONE);
    if (lstat(gone, &st) == 0 && S_ISREG(st.st_mode) && stat(keys_path, &st) != 0) {
        (void)wipe_all(keys_path); /* tried again at the next start */
    }
}
