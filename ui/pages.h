/* Pages that are made from files: lists of records, proofs, figures. A thread of the program makes
 * them; the screen asks, goes on drawing, and shows what has come. Plain values like the picture. */
#ifndef UI_PAGES_H
#define UI_PAGES_H

#include "ui/proof.h"

enum { UI_RECORDS_MAX = 200 };

struct ui_record {
    char file[UI_NAME_MAX * 3];           /* name in the folder of records, without its ending */
    char table[TABLE_NAME_BYTES_MAX + 1]; /* "" for a split table, and where it cannot be read */
    int64_t used_s;                       /* seconds since 1970 */
    uint64_t bytes;
    uint64_t blocks;
    bool practice;
    bool open;  /* somebody can come back to it: its keys are still here */
    bool whole; /* can be read */
};

/* UI_PAGE_RECORDS: what was kept, newest first. */
struct ui_records {
    struct ui_page_head head;
    uint16_t count;
    uint32_t left_out; /* older ones, beyond UI_RECORDS_MAX */
    struct ui_record items[UI_RECORDS_MAX];
};

/* The newest of each that has come. */
struct ui_pages {
    uint64_t version[UI_PAGE_COUNT];
    struct ui_records records;
    struct ui_proof proof;
    struct ui_audit audit;
    struct ui_export export;
};

/* Asks for a page; what was there goes on being shown until the new one comes. */
void ui_pages_ask(struct ui_pages *p, const struct ui_port *port, enum ui_page page,
    uint64_t number, const char *path);

/* The same for a question with more to it. */
void ui_pages_put(
    struct ui_pages *p, const struct ui_port *port, const struct ui_question *question);

/* Takes what has come. True when anything has. */
bool ui_pages_update(struct ui_pages *p, const struct ui_port *port);

/* Where a page lies in the structure, and its size; NULL for none. */
void *ui_pages_place(struct ui_pages *p, enum ui_page page, size_t *size);

#endif
