#include "src/clerk.h"

#include "base/check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct desk {
    clerk_maker *make;
    size_t size;
    void *shown, *work; /* what the screen may have; what is being filled */
    uint64_t version;   /* of shown */
    bool wanted;
    struct ui_question question;
};

struct clerk {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t called;
    struct desk desks[UI_PAGE_COUNT];
    int busy; /* the page that is being made, or -1 */
    atomic_bool cancel, stop;
    clerk_news *news;
    void *news_self;
    char records[UI_PATH_MAX];
    bool known;
    uint8_t id[LIVE_ID_BYTES];
};

bool clerk_cancelled(const struct clerk_job *job)
{
    struct clerk *c = job->clerk;
    return atomic_load(&c->cancel) || atomic_load(&c->stop);
}

void clerk_show(const struct clerk_job *job)
{
    struct clerk *c = job->clerk;
    struct desk *d = &c->desks[job->question.page];
    if (clerk_cancelled(job)) {
        return;
    }
    pthread_mutex_lock(&c->lock);
    memcpy(d->shown, d->work, d->size);
    d->version++;
    pthread_mutex_unlock(&c->lock);
    c->news(c->news_self);
}

/* Under the lock. */
static int next_wanted(const struct clerk *c)
{
    for (int i = 0; i < UI_PAGE_COUNT; i++) {
        if (c->desks[i].wanted) {
            return i;
        }
    }
    return -1;
}

static void *run(void *argument)
{
    struct clerk *c = argument;
    pthread_mutex_lock(&c->lock);
    while (!atomic_load(&c->stop)) {
        c->busy = next_wanted(c);
        if (c->busy < 0) {
            pthread_cond_wait(&c->called, &c->lock);
            continue;
        }
        struct desk *d = &c->desks[c->busy];
        struct clerk_job job = {.question = d->question,
            .records = c->records,
            .id = c->known ? c->id : NULL,
            .page = d->work,
            .clerk = c};
        d->wanted = false;
        atomic_store(&c->cancel, false);
        pthread_mutex_unlock(&c->lock);
        memset(d->work, 0, d->size);
        d->make(&job);
        clerk_show(&job);
        pthread_mutex_lock(&c->lock);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

static bool furnish(struct clerk *c, clerk_maker *const *makers)
{
    struct ui_pages *layout = calloc(1, sizeof *layout);
    bool good = layout != NULL;
    for (int i = 0; good && i < UI_PAGE_COUNT; i++) {
        struct desk *d = &c->desks[i];
        ui_pages_place(layout, (enum ui_page)i, &d->size);
        d->make = d->size == 0 ? NULL : makers[i];
        d->shown = calloc(1, d->size + 1);
        d->work = calloc(1, d->size + 1);
        good = d->shown != NULL && d->work != NULL;
    }
    free(layout);
    return good;
}

static void clear(struct clerk *c)
{
    for (int i = 0; i < UI_PAGE_COUNT; i++) {
        free(c->desks[i].shown);
        free(c->desks[i].work);
    }
    pthread_cond_destroy(&c->called);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

enum err clerk_create(struct clerk **out, clerk_maker *const *makers, const char *records,
    clerk_news *news, void *news_self)
{
    struct clerk *c = calloc(1, sizeof *c);
    *out = NULL;
    if (c == NULL) {
        return ERR_NO_MEMORY;
    }
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->called, NULL);
    c->news = news;
    c->news_self = news_self;
    c->busy = -1;
    snprintf(c->records, sizeof c->records, "%s", records);
    if (!furnish(c, makers) || pthread_create(&c->thread, NULL, run, c) != 0) {
        clear(c);
        return ERR_NO_MEMORY;
    }
    *out = c;
    return ERR_OK;
}

void clerk_know(struct clerk *c, const uint8_t *id)
{
    pthread_mutex_lock(&c->lock);
    memcpy(c->id, id, sizeof c->id);
    c->known = true;
    pthread_mutex_unlock(&c->lock);
}

void clerk_destroy(struct clerk *c)
{
    if (c == NULL) {
        return;
    }
    pthread_mutex_lock(&c->lock);
    atomic_store(&c->stop, true);
    pthread_cond_signal(&c->called);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->thread, NULL);
    clear(c);
}

bool clerk_ask(struct clerk *c, const struct ui_question *question)
{
    if (question->page >= UI_PAGE_COUNT || c->desks[question->page].make == NULL) {
        return false;
    }
    pthread_mutex_lock(&c->lock);
    struct desk *d = &c->desks[question->page];
    d->question = *question;
    d->wanted = true;
    if (c->busy == question->page) {
        atomic_store(&c->cancel, true);
    }
    pthread_cond_signal(&c->called);
    pthread_mutex_unlock(&c->lock);
    return true;
}

bool clerk_answer(struct clerk *c, uint8_t page, uint64_t *seen, void *out, size_t size)
{
    if (page >= UI_PAGE_COUNT || c->desks[page].size != size) {
        return false;
    }
    pthread_mutex_lock(&c->lock);
    struct desk *d = &c->desks[page];
    bool newer = d->version > *seen;
    if (newer) {
        memcpy(out, d->shown, size);
        *seen = d->version;
    }
    pthread_mutex_unlock(&c->lock);
    return newer;
}
