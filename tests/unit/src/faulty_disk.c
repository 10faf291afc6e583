#include "faulty_disk.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 256, SECTOR = 512 };

/* A write or a truncation that no sync has covered: what stood there before. */
struct pending {
    struct pending *older;
    char path[PATH_SIZE];
    int64_t at;      /* of the old bytes */
    int64_t length;  /* the file's before */
    size_t old_size; /* bytes of `old` */
    size_t size;     /* bytes that were written */
    uint8_t *old, *fresh;
};

struct faulty_file {
    sqlite3_file base;
    char path[PATH_SIZE];
    sqlite3_file *real;
};

static sqlite3_vfs *under;
static sqlite3_vfs disk;
static struct pending *unsynced; /* newest first */
static enum fault fault;
static unsigned long calls, strike_at;
static bool struck, off, lying;

void faulty_disk_begin(enum fault f, unsigned long at, bool lies)
{
    fault = f;
    strike_at = at;
    lying = lies;
    calls = 0;
    struck = off = false;
}

void faulty_disk_recover(void)
{
    fault = FAULT_NONE;
    off = false;
}

unsigned long faulty_disk_calls(void)
{
    return calls;
}

bool faulty_disk_struck(void)
{
    return struck;
}

static sqlite3_file *real(sqlite3_file *f)
{
    return ((struct faulty_file *)(void *)f)->real;
}

static const char *path_of(sqlite3_file *f)
{
    return ((struct faulty_file *)(void *)f)->path;
}

/* Counts a call; what it is to answer. */
static int strikes(bool write, int code)
{
    if (off) {
        return fault == FAULT_FULL ? (write ? SQLITE_FULL : SQLITE_OK) : code;
    }
    if (++calls != strike_at || fault == FAULT_NONE) {
        return SQLITE_OK;
    }
    if (fault == FAULT_FULL && !write) {
        strike_at++; /* the next write instead */
        return SQLITE_OK;
    }
    struck = true;
    off = fault == FAULT_POWER || fault == FAULT_FULL;
    return fault == FAULT_FULL ? SQLITE_FULL : code;
}

static void free_pending(struct pending *p)
{
    free(p->old);
    free(p->fresh);
    free(p);
}

static void remember(sqlite3_file *f, int64_t at, const void *fresh, size_t size, int64_t cut_to)
{
    struct pending *p = calloc(1, sizeof *p);
    sqlite3_int64 length = 0;
    real(f)->pMethods->xFileSize(real(f), &length);
    snprintf(p->path, sizeof p->path, "%s", path_of(f));
    int64_t end = fresh != NULL ? at + (int64_t)size : (int64_t)length;
    p->at = fresh != NULL ? at : cut_to;
    p->length = length;
    end = end > length ? length : end;
    p->old_size = end > p->at ? (size_t)(end - p->at) : 0;
    p->old = malloc(p->old_size + 1);
    if (p->old_size > 0) {
        real(f)->pMethods->xRead(real(f), p->old, (int)p->old_size, p->at);
    }
    p->size = size;
    p->fresh = malloc(size + 1);
    if (size > 0) {
        memcpy(p->fresh, fresh, size);
    }
    p->older = unsynced;
    unsynced = p;
}

static int disk_close(sqlite3_file *f)
{
    int code = real(f)->pMethods->xClose(real(f));
    f->pMethods = NULL;
    return code;
}

static int disk_read(sqlite3_file *f, void *out, int size, sqlite3_int64 at)
{
    int code = strikes(false, SQLITE_IOERR_READ);
    return code != SQLITE_OK ? code : real(f)->pMethods->xRead(real(f), out, size, at);
}

static int disk_write(sqlite3_file *f, const void *data, int size, sqlite3_int64 at)
{
    int code = strikes(true, SQLITE_IOERR_WRITE);
    if (code == SQLITE_OK || fault == FAULT_SHORT) {
        size = code == SQLITE_OK ? size : size / 2;
        remember(f, at, data, (size_t)size, 0);
        int wrote = real(f)->pMethods->xWrite(real(f), data, size, at);
        code = code == SQLITE_OK ? wrote : code;
    }
    return code;
}

static int disk_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    int code = strikes(false, SQLITE_IOERR_TRUNCATE);
    if (code == SQLITE_OK) {
        remember(f, 0, NULL, 0, size);
        code = real(f)->pMethods->xTruncate(real(f), size);
    }
    return code;
}

static int disk_sync(sqlite3_file *f, int flags)
{
    (void)flags; /* the real sync would only cost time: nothing but processes dies here */
    int code = strikes(false, SQLITE_IOERR_FSYNC);
    if (code != SQLITE_OK || lying) {
        return code;
    }
    struct pending **link = &unsynced;
    while (*link != NULL) {
        struct pending *p = *link;
        if (strcmp(p->path, path_of(f)) == 0) {
            *link = p->older;
            free_pending(p);
        } else {
            link = &p->older;
        }
    }
    return SQLITE_OK;
}

static int disk_file_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return real(f)->pMethods->xFileSize(real(f), size);
}

static int disk_lock(sqlite3_file *f, int level)
{
    return real(f)->pMethods->xLock(real(f), level);
}

static int disk_unlock(sqlite3_file *f, int level)
{
    return real(f)->pMethods->xUnlock(real(f), level);
}

static int disk_reserved(sqlite3_file *f, int *out)
{
    return real(f)->pMethods->xCheckReservedLock(real(f), out);
}

static int disk_control(sqlite3_file *f, int op, void *argument)
{
    return real(f)->pMethods->xFileControl(real(f), op, argument);
}

static int disk_sector(sqlite3_file *f)
{
    return real(f)->pMethods->xSectorSize(real(f));
}

static int disk_characteristics(sqlite3_file *f)
{
    return real(f)->pMethods->xDeviceCharacteristics(real(f));
}

static int disk_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
}

static int disk_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}

static void disk_shm_barrier(sqlite3_file *f)
{
    real(f)->pMethods->xShmBarrier(real(f));
}

static int disk_shm_unmap(sqlite3_file *f, int delete_it)
{
    return real(f)->pMethods->xShmUnmap(real(f), delete_it);
}

static const sqlite3_io_methods methods = {2, disk_close, disk_read, disk_write, disk_truncate,
    disk_sync, disk_file_size, disk_lock, disk_unlock, disk_reserved, disk_control, disk_sector,
    disk_characteristics, disk_shm_map, disk_shm_lock, disk_shm_barrier, disk_shm_unmap, NULL,
    NULL};

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
    (void)vfs;
    struct faulty_file *file = (struct faulty_file *)(void *)f;
    file->base.pMethods = NULL;
    int code = strikes(false, SQLITE_CANTOPEN);
    if (code != SQLITE_OK) {
        return code;
    }
    file->real = (sqlite3_file *)(void *)(file + 1);
    snprintf(file->path, sizeof file->path, "%s", name == NULL ? "" : name);
    code = under->xOpen(under, name, file->real, flags, out);
    file->base.pMethods = code == SQLITE_OK ? &methods : NULL;
    return code;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    int code = strikes(false, SQLITE_IOERR_DELETE);
    return code != SQLITE_OK ? code : under->xDelete(under, name, sync);
}

bool faulty_disk_install(void)
{
    under = sqlite3_vfs_find(NULL);
    if (under == NULL) {
        return false;
    }
    disk = *under;
    disk.iVersion = 1;
    disk.zName = "faulty";
    disk.szOsFile = (int)sizeof(struct faulty_file) + under->szOsFile;
    disk.xOpen = disk_open;
    disk.xDelete = disk_delete;
    return sqlite3_vfs_register(&disk, 1) == SQLITE_OK;
}

static void put_back(const struct pending *p, struct prng *prng)
{
    int fd = open(p->path, O_RDWR);
    if (fd < 0) {
        return; /* removed meanwhile */
    }
    /* Newest first: under it lies exactly what it found. */
    bool good = ftruncate(fd, p->length) == 0 &&
                pwrite(fd, p->old, p->old_size, p->at) == (ssize_t)p->old_size;
    for (size_t from = 0; good && from < p->size; from += SECTOR) {
        size_t n = p->size - from < SECTOR ? p->size - from : SECTOR;
        if (prng_below(prng, 3) == 0) {
            good = pwrite(fd, p->fresh + from, n, p->at + (int64_t)from) == (ssize_t)n;
        }
    }
    close(fd);
    if (!good) {
        abort();
    }
}

void faulty_disk_power_on(struct prng *prng)
{
    while (unsynced != NULL) {
        struct pending *p = unsynced;
        unsynced = p->older;
        if (prng_below(prng, 4) != 0) {
            put_back(p, prng);
        }
        free_pending(p);
    }
    faulty_disk_end();
}

void faulty_disk_end(void)
{
    while (unsynced != NULL) {
        struct pending *p = unsynced;
        unsynced = p->older;
        free_pending(p);
    }
    faulty_disk_begin(FAULT_NONE, 0, false);
}
