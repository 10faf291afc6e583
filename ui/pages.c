#include "ui/pages.h"

#include <stdio.h>

void *ui_pages_place(struct ui_pages *p, enum ui_page page, size_t *size)
{
    switch (page) {
    case UI_PAGE_RECORDS:
        *size = sizeof p->records;
        return &p->records;
    case UI_PAGE_PROOF:
        *size = sizeof p->proof;
        return &p->proof;
    case UI_PAGE_AUDIT:
        *size = sizeof p->audit;
        return &p->audit;
    case UI_PAGE_EVIDENCE:
        *size = sizeof p->evidence;
        return &p->evidence;
    case UI_PAGE_EXPORT:
        *size = sizeof p->export;
        return &p->export;
    case UI_PAGE_SUMMARY:
        *size = sizeof p->summary;
        return &p->summary;
    case UI_PAGE_STATS:
        *size = sizeof p->stats;
        return &p->stats;
    case UI_PAGE_CSV:
        *size = sizeof p->csv;
        return &p->csv;
    case UI_PAGE_COUNT:
        break;
    }
    *size = 0;
    return NULL;
}

void ui_pages_put(
    struct ui_pages *p, const struct ui_port *port, const struct ui_question *question)
{
    size_t size;
    struct ui_page_head *head = ui_pages_place(p, (enum ui_page)question->page, &size);
    if (head == NULL) {
        return;
    }
    bool asked = port->ask != NULL && port->ask(port->self, question);
    head->state = asked ? PAGE_MAKING : PAGE_FAILED;
    head->percent = 0;
    snprintf(head->problem, sizeof head->problem, "%s",
        asked ? "" : "There is not enough memory for this page.");
}

void ui_pages_ask(struct ui_pages *p, const struct ui_port *port, enum ui_page page,
    uint64_t number, const char *path)
{
    struct ui_question question = {.page = (uint8_t)page, .number = number};
    snprintf(question.path, sizeof question.path, "%s", path);
    ui_pages_put(p, port, &question);
}

bool ui_pages_update(struct ui_pages *p, const struct ui_port *port)
{
    bool any = false;
    for (unsigned i = 0; i < UI_PAGE_COUNT && port->answer != NULL; i++) {
        size_t size;
        void *place = ui_pages_place(p, (enum ui_page)i, &size);
        any = (place != NULL &&
                  port->answer(port->self, (enum ui_page)i, &p->version[i], place, size)) ||
              any;
    }
    return any;
}
