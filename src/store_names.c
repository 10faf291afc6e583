/* The sessions folder: names for new tables, the last one, and how many records are kept. */
#include "src/store_internal.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SLUG_BYTES_MAX = 40, NAMES_TRIED_MAX = 10000, RECORDS_MAX = 65536 };

/* Lower-case letters and digits, everything else one dash between them; "table" when nothing is
 * left. */
static void slug(char out[SLUG_BYTES_MAX + 1], const char *text)
{
    size_t n = 0;
    bool dash = false;
    for (const char *p = text; *p != '\0'; p++) {
        char c = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) {
            dash = n > 0;
            continue;
        }
        if (n + dash + 1 > SLUG_BYTES_MAX) {
            break;
        }
        if (dash) {
            out[n++] = '-';
        }
        out[n++] = c;
        dash = false;
    }
    out[n] = '\0';
    if (n == 0) {
        strcpy(out, "table");
    }
}

static bool taken(const char *dir, const char *name, const char *suffix)
{
    char path[PATH_MAX];
    struct stat st;
    int n = snprintf(path, sizeof path, "%s/%s%s", dir, name, suffix);
    return n < 0 || n >= (int)sizeof path || lstat(path, &st) == 0;
}

enum err store_new_name(const char *dir, const char *table_name, char *name, size_t capacity)
{
    char date[16], clean[SLUG_BYTES_MAX + 1];
    time_t now = time(NULL);
    struct tm tm;
    if (strlen(dir) + STORE_NAME_BYTES_MAX + 8 >= PATH_MAX) {
        return ERR_RANGE;
    }
    if (localtime_r(&now, &tm) == NULL || strftime(date, sizeof date, "%Y-%m-%d", &tm) == 0) {
        return ERR_IO;
    }
    slug(clean, table_name);
    for (unsigned i = 1; i < NAMES_TRIED_MAX; i++) {
        char number[16] = "";
        if (i > 1) {
            snprintf(number, sizeof number, "-%u", i);
        }
        int n = snprintf(name, capacity, "%s-%s%s", date, clean, number);
        if (n < 0 || (size_t)n >= capacity) {
            return ERR_RANGE;
        }
        if (!taken(dir, name, ".craps") && !taken(dir, name, ".keys")) {
            return ERR_OK;
        }
    }
    return ERR_FULL;
}

struct entry {
    const char *dir; /* borrowed */
    char name[STORE_NAME_BYTES_MAX];
    bool keys;
    struct timespec used;
};

static bool later(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

/* When any of the table's files was last written. False when the record is no file, or an empty one
 * that a crash left while it was made. */
static bool look(const char *dir, struct entry *e)
{
    static const char *const suffixes[] = {".craps", ".craps-wal", ".keys", ".keys-wal"};
    e->keys = false;
    e->used = (struct timespec){0};
    for (size_t i = 0; i < 4; i++) {
        char path[PATH_MAX];
        struct stat st;
        int n = snprintf(path, sizeof path, "%s/%s%s", dir, e->name, suffixes[i]);
        bool found = n > 0 && n < (int)sizeof path && stat(path, &st) == 0 && S_ISREG(st.st_mode);
        if (i == 0 && (!found || st.st_size == 0)) {
            return false;
        }
        if (found && later(&st.st_mtim, &e->used)) {
            e->used = st.st_mtim;
        }
        e->keys = e->keys || (found && i == 2);
    }
    return true;
}

typedef enum err visit_entry(void *argument, const struct entry *e);

static enum err each_record(const char *dir, visit_entry *visit, void *argument)
{
    DIR *d = opendir(dir);
    if (d == NULL) {
        return err_from_errno(errno);
    }
    enum err err = ERR_OK;
    struct dirent *item;
    while (err == ERR_OK && (item = readdir(d)) != NULL) {
        struct entry e;
        size_t length = strlen(item->d_name);
        if (item->d_name[0] == '.' || length <= 6 || length - 6 >= sizeof e.name ||
            strcmp(item->d_name + length - 6, ".craps") != 0) {
            continue;
        }
        memcpy(e.name, item->d_name, length - 6);
        e.name[length - 6] = '\0';
        e.dir = dir;
        if (look(dir, &e)) {
            err = visit(argument, &e);
        }
    }
    closedir(d);
    return err;
}

static enum err keep_latest(void *argument, const struct entry *e)
{
    struct entry *last = argument;
    if (!e->keys) {
        char path[PATH_MAX];
        int n = snprintf(path, sizeof path, "%s/%s.keys", e->dir, e->name);
        if (n > 0 && n < (int)sizeof path) {
            store_wipe_leftovers(path);
        }
    }
    if (e->keys && (last->name[0] == '\0' || later(&e->used, &last->used))) {
        *last = *e;
    }
    return ERR_OK;
}

enum err store_last(const char *dir, char *name, size_t capacity, int64_t *modified_s)
{
    struct entry last = {0};
    enum err err = each_record(dir, keep_latest, &last);
    if (err != ERR_OK) {
        return err;
    }
    if (last.name[0] == '\0') {
        return ERR_NOT_FOUND;
    }
    if (strlen(last.name) >= capacity) {
        return ERR_RANGE;
    }
    strcpy(name, last.name);
    if (modified_s != NULL) {
        *modified_s = last.used.tv_sec;
    }
    return ERR_OK;
}

struct entries {
    struct entry *items;
    size_t count, capacity, total;
};

static enum err collect_left(void *argument, const struct entry *e)
{
    struct entries *all = argument;
    all->total++;
    if (e->keys) {
        return ERR_OK;
    }
    if (all->count == all->capacity) {
        size_t wanted = all->capacity == 0 ? 64 : 2 * all->capacity;
        void *grown = wanted > RECORDS_MAX ? NULL : realloc(all->items, wanted * sizeof *e);
        if (grown == NULL) {
            return ERR_NO_MEMORY;
        }
        all->items = grown;
        all->capacity = wanted;
    }
    all->items[all->count++] = *e;
    return ERR_OK;
}

static int oldest_first(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return later(&x->used, &y->used) - later(&y->used, &x->used);
}

enum err store_keep_records(const char *dir, size_t keep, size_t *removed)
{
    struct entries all = {0};
    *removed = 0;
    if (keep == 0) {
        return ERR_OK;
    }
    enum err err = each_record(dir, collect_left, &all);
    if (err == ERR_OK && all.count > 0) {
        qsort(all.items, all.count, sizeof all.items[0], oldest_first);
    }
    for (size_t i = 0; err == ERR_OK && i < all.count && all.total > keep; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s.craps", dir, all.items[i].name);
        if (taken(dir, all.items[i].name, ".craps-shm")) {
            continue; /* somebody is reading it */
        }
        err = unlink(path) == 0 ? ERR_OK : err_from_errno(errno);
        *removed += err == ERR_OK;
        all.total--;
    }
    free(all.items);
    return err;
}
