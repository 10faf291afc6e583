#include "src/page_csv.h"

#include "src/export.h"
#include "src/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is being written says whether it is still wanted; one clerk writes one page at a time. */
static _Thread_local const struct clerk_job *current;

static bool go_on(void)
{
    return !clerk_cancelled(current);
}

static void fail(struct ui_page_head *head, const char *what, const char *why)
{
    head->state = PAGE_FAILED;
    snprintf(head->problem, sizeof head->problem, "%s%.150s", what, why);
}

static enum export_format format_of(const char *to)
{
    const char *dot = strrchr(to, '.');
    enum export_format format = dot == NULL                 ? EXPORT_FORMATS
                                : strcmp(dot, ".cast") == 0 ? EXPORT_ASCIICAST
                                                            : export_format_find(dot + 1);
    return format == EXPORT_FORMATS ? EXPORT_CSV : format;
}

/* A sentence in `problem` when not all of it could be written. */
static void write_to(FILE *out, const struct clerk_job *job, char *problem, size_t size)
{
    enum export_format format = format_of(job->question.to);
    const char *path = job->question.path;
    struct record_findings found;
    char why[STORE_PROBLEM_BYTES] = "";
    if (format == EXPORT_ASCIICAST) {
        struct cast_order order = {.path = path, .id = job->id, .speed = 1, .go_on = go_on};
        enum err err = export_cast(out, &order, problem, size);
        if (err != ERR_OK && problem[0] == '\0') {
            snprintf(problem, size, "%s", err_name(err));
        }
        return;
    }
    struct replay_options options = {.go_on = go_on};
    enum err err = export_events(out, format, path, &options, &found, why);
    snprintf(problem, size, "%s",
        err != ERR_OK                       ? why
        : found.fault.what != AUDIT_NOTHING ? "the record does not check"
                                            : "");
}

void page_csv_make(struct clerk_job *job)
{
    struct ui_export *page = job->page;
    char problem[512] = "";
    const char *home = getenv("HOME"), *to = job->question.to;
    bool at_home = strncmp(to, "~/", 2) == 0 && home != NULL;
    snprintf(page->to, sizeof page->to, "%s%s", at_home ? home : "", at_home ? to + 1 : to);
    FILE *out = fopen(page->to, "wx");
    page->head.state = PAGE_READY;
    page->head.percent = 100;
    if (out == NULL) {
        fail(&page->head,
            errno == EEXIST ? "There is a file of that name already, and it stays. Choose another."
                            : "It cannot be written: ",
            errno == EEXIST ? "" : strerror(errno));
        return;
    }
    current = job;
    write_to(out, job, problem, sizeof problem);
    page->bytes = (uint64_t)ftell(out);
    bool good = !ferror(out);
    good = fclose(out) == 0 && good;
    if (!good || problem[0] != '\0' || clerk_cancelled(job)) {
        unlink(page->to);
        fail(&page->head, "It could not be written: ", problem[0] != '\0' ? problem : "no room");
    }
}
