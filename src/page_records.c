#include "src/page_records.h"

#include "consensus/genesis.h"
#include "game/live.h"
#include "src/store.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char ENDING[] = ".craps";

static void read_rules(const struct store *store, struct ui_record *r)
{
    size_t size;
    const uint8_t *bytes = store_genesis(store, &size);
    struct reader reader = reader_of(bytes, size);
    struct genesis *genesis = malloc(sizeof *genesis);
    struct house_rules rules;
    if (genesis != NULL && genesis_decode(genesis, &reader)) {
        struct reader rest = reader_of(genesis->rules, genesis->rules_size);
        bool founded = house_rules_decode(&rules, &rest);
        r->whole = founded || genesis->recover != NULL; /* a split table's rules are in its state */
        r->practice = founded && rules.solo;
        snprintf(r->table, sizeof r->table, "%s", founded ? rules.name : "");
    }
    free(genesis);
}

/* False: it is no record that has a name we could say. */
static bool describe(struct ui_record *r, const char *folder, const char *name)
{
    char path[UI_PATH_MAX + 256], keys[UI_PATH_MAX + 256], problem[STORE_PROBLEM_BYTES];
    struct stat st;
    size_t size = strlen(name);
    if (size <= strlen(ENDING) || strcmp(name + size - strlen(ENDING), ENDING) != 0 ||
        size - strlen(ENDING) >= sizeof r->file) {
        return false;
    }
    memset(r, 0, sizeof *r);
    snprintf(r->file, sizeof r->file, "%.*s", (int)(size - strlen(ENDING)), name);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(keys, sizeof keys, "%s/%s.keys", folder, r->file);
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode)) {
        return false;
    }
    r->used_s = (int64_t)st.st_mtime;
    r->bytes = (uint64_t)st.st_size;
    r->open = stat(keys, &st) == 0;
    struct store *store = NULL;
    if (store_open_record(&store, path, problem) == ERR_OK) {
        read_rules(store, r);
        r->blocks = store_height(store);
    }
    store_close(store);
    return true;
}

static int newer(const void *a, const void *b)
{
    const struct ui_record *x = a;
    const struct ui_record *y = b;
    return x->used_s != y->used_s ? (x->used_s < y->used_s ? 1 : -1) : strcmp(x->file, y->file);
}

/* The oldest makes room. */
static void keep(struct ui_records *page, const struct ui_record *r)
{
    if (page->count < UI_RECORDS_MAX) {
        page->items[page->count++] = *r;
        return;
    }
    page->left_out++;
    size_t oldest = 0;
    for (size_t i = 1; i < UI_RECORDS_MAX; i++) {
        if (newer(&page->items[i], &page->items[oldest]) > 0) {
            oldest = i;
        }
    }
    if (newer(r, &page->items[oldest]) < 0) {
        page->items[oldest] = *r;
    }
}

void page_records_make(struct clerk_job *job)
{
    struct ui_records *page = job->page;
    DIR *dir = opendir(job->records);
    page->head.state = PAGE_READY;
    if (dir == NULL) {
        if (errno != ENOENT) {
            page->head.state = PAGE_FAILED;
            snprintf(page->head.problem, sizeof page->head.problem,
                "The folder of records cannot be read (%s).", strerror(errno));
        }
        return;
    }
    struct dirent *entry;
    while (!clerk_cancelled(job) && (entry = readdir(dir)) != NULL) {
        struct ui_record r;
        if (describe(&r, job->records, entry->d_name)) {
            keep(page, &r);
        }
    }
    closedir(dir);
    qsort(page->items, page->count, sizeof page->items[0], newer);
}
