/* The saved tables: choose one to watch again. */
#include "ui/bet_text.h"
#include "ui/book.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>

static void size_text(char out[16], uint64_t bytes)
{
    if (bytes < 1024 * 1024) {
        snprintf(out, 16, "%llu KiB", (unsigned long long)(bytes + 1023) / 1024);
    } else {
        snprintf(out, 16, "%.1f MiB", (double)bytes / (1024 * 1024));
    }
}

static void row_draw(struct canvas *c, const struct ui_state *s, int i, int row, int wide)
{
    const struct ui_record *r = &s->pages.records.items[i];
    bool chosen = i == s->book_index;
    unsigned attr = chosen ? (unsigned)ROLE_SELECTED : ROLE_NORMAL;
    char size[16];
    char blocks[MONEY_TEXT_MAX];
    int name = wide > UI_COLS_MIN ? 50 : 28;
    canvas_clear(c, row, 2, 1, wide - 4, attr);
    canvas_text(c, row, 3, attr, chosen ? "▸" : " ");
    canvas_text_cut(c, row, 5, name, attr | (chosen ? CELL_BOLD : 0u), r->file);
    canvas_text_cut(c, row, 7 + name, 18, attr, r->table);
    size_text(size, r->bytes);
    money_text((int64_t)r->blocks * 100, blocks);
    canvas_right(c, row, 7 + name + 28, attr, size);
    canvas_text_cut(c, row, 7 + name + 30, wide - 9 - name - 30, r->whole ? attr : ROLE_WARNING,
        !r->whole     ? "not whole"
        : r->practice ? "practice"
        : r->open     ? "still open"
                      : "");
    canvas_hit(c, row, 2, 1, wide - 4, BOOK_HIT_ROW + i);
}

void screen_records_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    const struct ui_records *p = &s->pages.records;
    int wide = book_begin(c, s);
    int rows = s->rows - 4;
    int first = book_first(s, p->count, rows - 3);
    char text[SENTENCE_MAX];
    (void)m;
    canvas_text(c, 0, 1, ROLE_TITLE, "CRAPS");
    canvas_text(c, 0, 8, ROLE_NORMAL, "watch a replay");
    snprintf(text, sizeof text, "%u saved table%s", p->count + p->left_out,
        p->count + p->left_out == 1 ? "" : "s");
    canvas_right(c, 0, wide - 1, ROLE_NORMAL, text);
    widget_box(c, 1, 1, rows, wide - 2, "newest first");
    for (int i = first; i < p->count && i < first + rows - 3; i++) {
        row_draw(c, s, i, 3 + i - first, wide);
    }
    if (p->head.state == PAGE_FAILED) {
        canvas_text_cut(c, 3, 4, wide - 8, ROLE_WARNING, p->head.problem);
    } else if (p->head.state == PAGE_READY && p->count == 0) {
        canvas_text(c, 3, 4, ROLE_NORMAL, "No table has been saved yet: every table you play is.");
    }
    if (p->left_out > 0) {
        snprintf(text, sizeof text, "and %u older: craps replay FILE", p->left_out);
        canvas_text(c, rows, 4, ROLE_NORMAL, text);
    }
    canvas_text(c, rows + 1, 2, ROLE_NORMAL,
        "A replay is the whole table again, and every roll is checked as it goes.");
    book_making(c, s, &p->head, rows, wide - 2);
    if (s->popup == POPUP_NONE) {
        book_keys(c, s, wide, "Enter watch    up/down choose    s summary    Esc menu    ? help");
    }
}

void screen_records_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    const struct ui_records *p = &s->pages.records;
    const char *file = s->book_index < p->count ? p->items[s->book_index].file : "";
    (void)m;
    if (book_list_key(s, key, p->count)) {
        return;
    }
    if ((key == UIKEY_ENTER || key == 'w') && file[0] != '\0') {
        book_watch(s, file);
    } else if (key == 's' && file[0] != '\0') {
        s->table_took_s = 0;
        book_open(s, port, BOOK_SUMMARY, file);
    } else {
        book_key(s, key);
    }
}
