/* The clerk: a thread that reads records and files for the screen, so that neither the table nor the
 * drawing ever waits for them. One page of each kind (ui/pages.h); a newer question of a kind ends
 * the work on an older one. */
#ifndef SRC_CLERK_H
#define SRC_CLERK_H

#include "base/err.h"
#include "ui/pages.h"

#include <stdatomic.h>

struct clerk;

/* What a maker of pages works with. */
struct clerk_job {
    struct ui_question question;
    const char *records; /* the folder of records */
    const uint8_t *id;   /* whose records they are: LIVE_ID_BYTES, or NULL */
    void *page; /* zeroed, of the kind's size: to be filled; begins with struct ui_page_head */
    void *clerk;
};

/* Fills the page and sets its head's state to PAGE_READY or PAGE_FAILED. Looks at
 * clerk_cancelled() at least every tenth of a second. */
typedef void clerk_maker(struct clerk_job *job);

/* Called on the clerk's thread whenever there is something new. */
typedef void clerk_news(void *self);

/* `makers[page]`, NULL for pages nobody makes: borrowed, of UI_PAGE_COUNT. `records` is copied.
 * ERR_NO_MEMORY also when no thread can be had. */
enum err clerk_create(struct clerk **out, clerk_maker *const *makers, const char *records,
    clerk_news *news, void *news_self);

/* Before the first question: who is asking, of LIVE_ID_BYTES. */
void clerk_know(struct clerk *c, const uint8_t *id);

/* Ends what is being made and waits for the thread. NULL is fine. */
void clerk_destroy(struct clerk *c);

/* Any thread. False for a page that nobody makes. */
bool clerk_ask(struct clerk *c, const struct ui_question *question);

/* Copies the newest page of the kind when it is newer than *seen (which then is its number); `size`
 * must be the kind's. Any thread. */
bool clerk_answer(struct clerk *c, uint8_t page, uint64_t *seen, void *out, size_t size);

/* For makers: shows what the page holds so far; asks whether the work is still wanted. */
void clerk_show(const struct clerk_job *job);
bool clerk_cancelled(const struct clerk_job *job);

#endif
