#include "src/record_list.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_record(const char *name)
{
    static const char ending[] = ".craps";
    size_t size = strlen(name), tail = sizeof ending - 1;
    return size > tail && strcmp(name + size - tail, ending) == 0;
}

static int older(const void *a, const void *b)
{
    const struct record_entry *x = a;
    const struct record_entry *y = b;
    return x->used_s != y->used_s ? (x->used_s < y->used_s ? -1 : 1) : strcmp(x->path, y->path);
}

static bool grow(struct record_list *list, size_t *capacity)
{
    if (list->count < *capacity) {
        return true;
    }
    size_t wanted = *capacity == 0 ? 32 : *capacity * 2;
    struct record_entry *grown = realloc(list->items, wanted * sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    list->items = grown;
    *capacity = wanted;
    return true;
}

enum err record_list_read(struct record_list *out, const char *folder)
{
    size_t capacity = 0;
    *out = (struct record_list){0};
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return errno == ENOENT ? ERR_OK : err_from_errno(errno);
    }
    struct dirent *entry;
    enum err err = ERR_OK;
    while (err == ERR_OK && (entry = readdir(dir)) != NULL) {
        struct stat st;
        if (!is_record(entry->d_name)) {
            continue;
        }
        if (!grow(out, &capacity)) {
            err = ERR_NO_MEMORY;
            break;
        }
        struct record_entry *e = &out->items[out->count];
        int n = snprintf(e->path, sizeof e->path, "%s/%s", folder, entry->d_name);
        if (n > 0 && (size_t)n < sizeof e->path && stat(e->path, &st) == 0 && S_ISREG(st.st_mode)) {
            e->used_s = (int64_t)st.st_mtime;
            e->bytes = (uint64_t)st.st_size;
            out->count++;
        }
    }
    closedir(dir);
    if (err != ERR_OK) {
        record_list_free(out);
    } else if (out->count > 0) {
        qsort(out->items, out->count, sizeof out->items[0], older);
    }
    return err;
}

void record_list_free(struct record_list *list)
{
    free(list->items);
    *list = (struct record_list){0};
}
