#include "src/page_proof.h"

#include "src/proof_walk.h"
#include "src/store.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(struct ui_page_head *head, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void fail(struct ui_page_head *head, const char *format, ...)
{
    va_list args;
    head->state = PAGE_FAILED;
    va_start(args, format);
    vsnprintf(head->problem, sizeof head->problem, format, args);
    va_end(args);
}

/* No fault of what is there: the rest comes, from others or with the next signatures. */
static bool is_incomplete(const struct audit_fault *f)
{
    return f->what == AUDIT_MISSING || f->what == AUDIT_UNPROVEN;
}

static void say_incomplete(struct ui_page_head *head, const struct audit_fault *f)
{
    if (f->what == AUDIT_MISSING) {
        fail(head, "Steps from %" PRIu64 " on are not here yet: the others have them.", f->height);
    } else {
        fail(head, "Steps from %" PRIu64 " on have no signatures yet.", f->height);
    }
}

/* The newest kept state first; each earlier one while the throw lies before it. */
static enum err walk_back(struct proof_walk *w, const char *path, char *problem)
{
    enum err err = proof_walk(w, path, RECORD_LAST_STATE, problem);
    uint64_t kept[RECORD_STATES_MAX];
    size_t count = w->found.kept_count;
    memcpy(kept, w->found.kept, sizeof kept);
    for (; err == ERR_OK && !w->page->found && w->found.fault.what == AUDIT_NOTHING && count > 1;
         count--) {
        err = proof_walk(w, path, kept[count - 2], problem);
    }
    if (err == ERR_RANGE || (err == ERR_OK && !w->page->found && w->begin > 0 &&
                                w->found.fault.what == AUDIT_NOTHING)) {
        err = proof_walk(w, path, 0, problem);
    }
    return err;
}

/* What was looked at is right up to the fault's step, and open behind it. */
static void answer_steps(const struct proof_walk *w, struct ui_proof *page)
{
    const struct ui_fault *f = &page->fault;
    bool before = f->any && (f->height == 0 || f->roll < page->roll);
    for (unsigned step = PROOF_LOCK; step < PROOF_STEP_COUNT; step++) {
        page->steps[step] = !f->any           ? PROOF_YES
                            : before          ? PROOF_OPEN
                            : step < f->step  ? PROOF_YES
                            : step == f->step ? PROOF_NO
                                              : PROOF_OPEN;
    }
    bool proven = !f->any || (!before && f->step > PROOF_PIECES);
    unsigned wrong = w->found.fault.what == AUDIT_DICE && !before ? w->found.fault.member : 0;
    for (unsigned i = 0; i < page->piece_count; i++) {
        page->pieces[i].fits = i + 1 == wrong ? PROOF_NO : proven ? PROOF_YES : PROOF_OPEN;
    }
}

static void say_missing(const struct proof_walk *w, struct ui_proof *page)
{
    if (w->wanted == 0) {
        fail(&page->head, "No roll was finished in this record yet.");
    } else if (w->wanted > w->rolls) {
        fail(&page->head, "Roll %" PRIu64 " is not in this record: it ends after roll %" PRIu64 ".",
            w->wanted, w->rolls);
    } else {
        fail(&page->head, "Roll %" PRIu64 " is not in this record: it begins later.", w->wanted);
    }
}

void page_proof_make(struct clerk_job *job)
{
    struct ui_proof *page = job->page;
    char problem[STORE_PROBLEM_BYTES] = "";
    struct proof_walk w = {
        .job = job, .page = page, .head = &page->head, .wanted = job->question.number};
    page->roll = job->question.number;
    enum err err = walk_back(&w, job->question.path, problem);
    page->head.percent = 100;
    page->head.state = PAGE_READY;
    if (err == ERR_AGAIN) {
        page->head.state = PAGE_EMPTY;
    } else if (err != ERR_OK) {
        fail(&page->head, "%.180s", problem[0] != '\0' ? problem : err_name(err));
    } else if (is_incomplete(&w.found.fault)) {
        say_incomplete(&page->head, &w.found.fault);
    } else if (w.found.fault.what == AUDIT_NOTHING && !page->found) {
        say_missing(&w, page);
    } else {
        memcpy(page->table, w.found.table.b, UI_HASH_BYTES);
        page->begun = w.found.begun;
        page->blocks = w.found.counts.blocks;
        proof_walk_fault(&w, &page->fault);
        answer_steps(&w, page);
    }
    proof_walk_clear(&w);
}

void page_audit_make(struct clerk_job *job)
{
    struct ui_audit *page = job->page;
    char problem[STORE_PROBLEM_BYTES] = "";
    struct proof_walk w = {.job = job, .head = &page->head};
    if (job->question.path[0] == '\0') {
        return;
    }
    enum err err = proof_walk(&w, job->question.path, 0, problem);
    const struct record_findings *f = &w.found;
    page->head.percent = 100;
    page->head.state = PAGE_READY;
    if (err == ERR_AGAIN) {
        page->head.state = PAGE_EMPTY;
    } else if (err != ERR_OK) {
        fail(&page->head, "%.180s", problem[0] != '\0' ? problem : err_name(err));
    } else if (is_incomplete(&f->fault)) {
        say_incomplete(&page->head, &f->fault);
    } else {
        proof_walk_fault(&w, &page->fault);
        page->blocks = f->counts.blocks;
        page->rolls = f->counts.rolls;
        page->signatures = f->counts.operation_signatures + f->counts.certificate_signatures;
        page->dice_proofs = f->counts.dice_proofs;
        page->payouts = f->payouts;
        page->members = f->members;
    }
    proof_walk_clear(&w);
}

void page_export_make(struct clerk_job *job)
{
    struct ui_export *page = job->page;
    char problem[STORE_PROBLEM_BYTES] = "";
    const char *home = getenv("HOME"), *to = job->question.to;
    bool at_home = strncmp(to, "~/", 2) == 0 && home != NULL;
    snprintf(page->to, sizeof page->to, "%s%s", at_home ? home : "", at_home ? to + 1 : to);
    enum err err = store_copy_record(job->question.path, page->to, &page->bytes, problem);
    page->head.state = PAGE_READY;
    page->head.percent = 100;
    if (err == ERR_EXISTS) {
        fail(&page->head, "There is a file of that name already, and it stays. Choose another.");
    } else if (err != ERR_OK) {
        fail(&page->head, "The copy could not be written: %.150s",
            problem[0] != '\0' ? problem : err_name(err));
    }
}
