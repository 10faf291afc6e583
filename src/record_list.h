/* The records in a folder, by when they were written last. */
#ifndef SRC_RECORD_LIST_H
#define SRC_RECORD_LIST_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { RECORD_LIST_PATH = 1300 };

struct record_entry {
    char path[RECORD_LIST_PATH];
    int64_t used_s; /* since 1970 */
    uint64_t bytes;
};

struct record_list {
    struct record_entry *items; /* oldest first */
    size_t count;
};

/* No folder is an empty list. ERR_NO_MEMORY, or why the folder cannot be read. */
enum err record_list_read(struct record_list *out, const char *folder);
void record_list_free(struct record_list *list);

#endif
