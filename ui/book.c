#include "ui/book.h"

#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum { PAGE_ROWS = 10 };

void book_ask(struct ui_state *s, const struct ui_port *port, enum ui_page page, const char *path)
{
    char wanted[UI_PATH_MAX];
    snprintf(wanted, sizeof wanted, "%s", path); /* it may lie in the page itself */
    s->book_index = 0;
    ui_pages_ask(&s->pages, port, page, 0, wanted);
}

static enum ui_page page_of(enum ui_book book)
{
    return book == BOOK_RECORDS ? UI_PAGE_RECORDS
           : book == BOOK_STATS ? UI_PAGE_STATS
                                : UI_PAGE_SUMMARY;
}

void book_open(struct ui_state *s, const struct ui_port *port, enum ui_book book, const char *path)
{
    char wanted[UI_PATH_MAX];
    size_t size;
    snprintf(wanted, sizeof wanted, "%s", path);
    s->book = (uint8_t)book;
    s->book_page = 0;
    s->popup = POPUP_NONE;
    memset(ui_pages_place(&s->pages, page_of(book), &size), 0, sizeof(struct ui_page_head));
    book_ask(s, port, page_of(book), wanted);
}

void book_close(struct ui_state *s)
{
    bool ends = s->book == BOOK_SUMMARY && s->book_ends;
    s->book = BOOK_NONE;
    s->want_quit = s->want_quit || ends;
}

const char *book_this_session(const struct ui_state *s)
{
    if (s->last_record[0] != '\0') {
        return s->last_record;
    }
    return s->pages.stats.session_count > 0 && s->pages.stats.path[0] == '\0'
               ? s->pages.stats.items[0].file
               : s->pages.stats.path;
}

void book_watch(struct ui_state *s, const char *path)
{
    snprintf(s->want_replay, sizeof s->want_replay, "%s", path);
}

int book_begin(struct canvas *c, const struct ui_state *s)
{
    int wide = s->cols >= 120 && s->rows >= 40 ? 120 : UI_COLS_MIN;
    canvas_origin(c, 0, (s->cols - wide) / 2);
    return wide;
}

void book_keys(struct canvas *c, const struct ui_state *s, int wide, const char *keys)
{
    int row = s->rows - 1;
    if (s->say[0] != '\0') {
        canvas_text_cut(
            c, row, 1, wide - 2, s->say_warning ? (unsigned)ROLE_WARNING : ROLE_TITLE, s->say);
        return;
    }
    widget_keys(c, row, 1, wide - 1, keys);
}

void book_making(
    struct canvas *c, const struct ui_state *s, const struct ui_page_head *head, int row, int wide)
{
    char text[64];
    (void)s;
    if (head->state == PAGE_MAKING || head->state == PAGE_EMPTY) {
        snprintf(text, sizeof text, "reading the records ... %u%%", head->percent);
        canvas_right(c, row, wide - 1, ROLE_WARNING, text);
    }
}

bool book_list_key(struct ui_state *s, int32_t key, int count)
{
    int by = key == UIKEY_UP          ? -1
             : key == UIKEY_DOWN      ? 1
             : key == UIKEY_PAGE_UP   ? -PAGE_ROWS
             : key == UIKEY_PAGE_DOWN ? PAGE_ROWS
             : key == UIKEY_HOME      ? -count
             : key == UIKEY_END       ? count
                                      : 0;
    int at = key >= BOOK_HIT_ROW && key < BOOK_HIT_ROW + UI_RECORDS_MAX ? key - BOOK_HIT_ROW
                                                                        : s->book_index + by;
    if (by == 0 && key < BOOK_HIT_ROW) {
        return false;
    }
    s->book_index = at < 0 || count == 0 ? 0 : at >= count ? count - 1 : at;
    return true;
}

void book_key(struct ui_state *s, int32_t key)
{
    if (key == UIKEY_ESC || key == 'q' || key == 'Q' || key == UIKEY_BACKSPACE) {
        book_close(s);
    } else if (key == '?' || key == UIKEY_F1) {
        popup_open(s, POPUP_HELP);
    }
}

int book_first(const struct ui_state *s, int count, int rows)
{
    int first = s->book_index - rows / 2;
    int most = count - rows;
    return first > most ? (most < 0 ? 0 : most) : first < 0 ? 0 : first;
}

void book_csv_open(struct ui_state *s, const char *path, const char *file)
{
    char name[TEXT_FIELD_MAX + 1];
    snprintf(s->csv_path, sizeof s->csv_path, "%s", path);
    snprintf(name, sizeof name, "~/%.100s.csv", file);
    popup_open(s, POPUP_CSV);
    text_field_set(&s->field, name);
}

void book_csv_write(struct ui_state *s, const struct ui_port *port)
{
    struct ui_question q = {.page = UI_PAGE_CSV};
    if (s->field.size == 0) {
        return;
    }
    snprintf(q.path, sizeof q.path, "%s", s->csv_path);
    snprintf(q.to, sizeof q.to, "%s", s->field.text);
    s->csv_seen = s->pages.version[UI_PAGE_CSV];
    bool asked = port->ask != NULL && port->ask(port->self, &q);
    ui_say(s, !asked, asked ? "Writing ..." : "There is not enough memory to write it.");
}

void book_csv_told(struct ui_state *s)
{
    const struct ui_export *page = &s->pages.csv;
    if (s->csv_seen == s->pages.version[UI_PAGE_CSV] || page->head.state == PAGE_MAKING) {
        return;
    }
    s->csv_seen = s->pages.version[UI_PAGE_CSV];
    if (page->head.state == PAGE_FAILED) {
        ui_say(s, true, "%s", page->head.problem);
    } else {
        ui_say(s, false, "Written: %.150s", page->to);
    }
}

int64_t book_chips(int64_t cents)
{
    int64_t rest = cents % 100;
    return cents - rest - (rest < 0 ? 100 : 0);
}

void book_update(struct ui_state *s, const struct ui_model *m)
{
    if (m->stage == STAGE_TABLE) {
        if (s->table_since_ms == 0) {
            s->table_since_ms = s->now_ms == 0 ? 1 : s->now_ms;
            s->table_rolls = m->live.roll;
        }
        s->table_rolled = m->live.roll > s->table_rolls;
        if (m->record[0] != '\0') {
            snprintf(s->last_record, sizeof s->last_record, "%s", m->record);
        }
        s->table_until_ms = s->now_ms;
        return;
    }
    bool over = m->stage == STAGE_MENU || m->stage == STAGE_ENDED;
    if (!over || s->table_since_ms == 0) {
        return;
    }
    s->table_took_s = (s->table_until_ms - s->table_since_ms) / 1000;
    s->table_since_ms = 0;
    if (s->table_rolled && s->last_record[0] != '\0' && !s->want_quit) {
        s->book = BOOK_SUMMARY;
        s->book_wanted = true;
        s->book_ends = m->stage == STAGE_ENDED;
    }
}

void book_wishes(struct ui_state *s, const struct ui_port *port)
{
    book_csv_told(s);
    if (s->book_wanted) {
        s->book_wanted = false;
        book_open(s, port, BOOK_SUMMARY, s->last_record);
    }
}
