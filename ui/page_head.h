/* What every page made from files begins with (ui/pages.h). */
#ifndef UI_PAGE_HEAD_H
#define UI_PAGE_HEAD_H

#include "ui/model.h"

enum ui_page_state { PAGE_EMPTY, PAGE_MAKING, PAGE_READY, PAGE_FAILED };

/* Every page begins with it. */
struct ui_page_head {
    uint8_t state; /* enum ui_page_state; PAGE_MAKING: what is there so far */
    uint8_t percent;
    char problem[UI_TEXT_MAX + 1]; /* PAGE_FAILED: one sentence */
};

#endif
