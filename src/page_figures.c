#include "src/page_figures.h"

#include "src/clock.h"
#include "src/record_list.h"
#include "src/stats.h"
#include "src/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { SHOW_MS = 250, PATH_SIZE = UI_PATH_MAX + 256 };

static void fail(struct ui_page_head *head, const char *problem)
{
    head->state = PAGE_FAILED;
    snprintf(head->problem, sizeof head->problem, "%.*s", UI_TEXT_MAX, problem);
}

/* A bare name is one in the folder of records. */
static void full_path(char out[PATH_SIZE], const struct clerk_job *job)
{
    const char *path = job->question.path;
    if (path[0] == '/') {
        snprintf(out, PATH_SIZE, "%s", path);
    } else {
        snprintf(out, PATH_SIZE, "%s/%s.craps", job->records, path);
    }
}

static bool go_on(void *self, uint64_t height)
{
    (void)height;
    return !clerk_cancelled(self);
}

struct progress {
    struct clerk_job *job;
    uint64_t blocks, shown_ms;
};

static bool go_on_showing(void *self, uint64_t height)
{
    struct progress *p = self;
    struct ui_page_head *head = p->job->page;
    uint64_t now = clock_now_ms();
    if (now >= p->shown_ms + SHOW_MS && p->blocks > 0) {
        p->shown_ms = now;
        head->state = PAGE_MAKING;
        head->percent = (uint8_t)(height >= p->blocks ? 99 : height * 100 / p->blocks);
        clerk_show(p->job);
    }
    return !clerk_cancelled(p->job);
}

static uint64_t blocks_of(const char *path)
{
    char problem[STORE_PROBLEM_BYTES];
    struct store *store = NULL;
    uint64_t blocks = store_open_record(&store, path, problem) == ERR_OK ? store_height(store) : 0;
    store_close(store);
    return blocks;
}

void page_summary_make(struct clerk_job *job)
{
    struct ui_summary *page = job->page;
    char path[PATH_SIZE], problem[STORE_PROBLEM_BYTES];
    struct stat st;
    full_path(path, job);
    struct figures *f = malloc(sizeof *f);
    if (f == NULL) {
        fail(&page->head, "There is not enough memory for this page.");
        return;
    }
    snprintf(page->path, sizeof page->path, "%.*s", (int)sizeof page->path - 1, path);
    stats_file_name(page->file, sizeof page->file, path);
    struct progress progress = {.job = job, .blocks = blocks_of(path), .shown_ms = clock_now_ms()};
    struct figures_order order = {
        .path = path, .id = job->id, .check = true, .go_on = go_on_showing, .self = &progress};
    enum err err = figures_read(f, &order, problem);
    if (err == ERR_OK) {
        page->bytes = stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
        stats_summarise(page, f);
        page->head.state = PAGE_READY;
        page->head.percent = 100;
    } else if (err != ERR_AGAIN) {
        fail(&page->head, problem);
    }
    free(f);
}

static void read_all(
    struct clerk_job *job, const struct record_list *list, struct figures *f, struct stats *stats)
{
    struct ui_stats *page = job->page;
    uint64_t shown_ms = clock_now_ms();
    for (size_t i = 0; i < list->count && !clerk_cancelled(job); i++) {
        char problem[STORE_PROBLEM_BYTES], name[sizeof page->items[0].file];
        struct figures_order order = {
            .path = list->items[i].path, .id = job->id, .go_on = go_on, .self = job};
        enum err err = figures_read(f, &order, problem);
        if (err == ERR_OK) {
            stats_file_name(name, sizeof name, list->items[i].path);
            stats_add(stats, f, name, list->items[i].used_s);
        } else if (err != ERR_AGAIN) {
            page->unread++;
        }
        if (clock_now_ms() >= shown_ms + SHOW_MS) {
            stats_finish(stats);
            page->head.state = PAGE_MAKING;
            page->head.percent = (uint8_t)((i + 1) * 100 / (list->count + 1));
            clerk_show(job);
            shown_ms = clock_now_ms();
        }
    }
    stats_finish(stats);
}

static enum err list_of(struct record_list *list, const struct clerk_job *job)
{
    struct stat st;
    if (job->question.path[0] == '\0') {
        return record_list_read(list, job->records);
    }
    list->items = calloc(1, sizeof *list->items);
    if (list->items == NULL) {
        return ERR_NO_MEMORY;
    }
    char path[PATH_SIZE];
    full_path(path, job);
    list->count = 1;
    snprintf(list->items[0].path, sizeof list->items[0].path, "%.*s",
        (int)sizeof list->items[0].path - 1, path);
    list->items[0].used_s = stat(path, &st) == 0 ? (int64_t)st.st_mtime : 0;
    return ERR_OK;
}

void page_stats_make(struct clerk_job *job)
{
    struct ui_stats *page = job->page;
    struct record_list list = {0};
    struct figures *f = malloc(sizeof *f);
    struct stats *stats = stats_create(page);
    enum err err = f == NULL || stats == NULL ? ERR_NO_MEMORY : list_of(&list, job);
    snprintf(page->path, sizeof page->path, "%s", job->question.path);
    if (err == ERR_NO_MEMORY) {
        fail(&page->head, "There is not enough memory for this page.");
    } else if (err != ERR_OK) {
        fail(&page->head, "The folder of records cannot be read.");
    } else {
        read_all(job, &list, f, stats);
        page->head.state = PAGE_READY;
        page->head.percent = 100;
    }
    record_list_free(&list);
    stats_destroy(stats);
    free(f);
}
