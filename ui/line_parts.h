/* What the parts of line mode share: line.c (the loop, lines at the table), line_menu.c (lines where
 * there is no table), line_news.c (what the picture and the notices say). */
#ifndef UI_LINE_PARTS_H
#define UI_LINE_PARTS_H

#include "base/bucket.h"
#include "ui/farewell.h"
#include "ui/line_text.h"
#include "ui/moves.h"
#include "ui/state.h"
#include "ui/words.h"

enum { LINE_INPUT_MAX = 512 };

/* What was said already, so that it is said once. */
struct line_said {
    bool stage_known, first_run, failed, cut_off, slow, empty_rack, closing, search, own_dice;
    uint8_t stage, joining_step;
    uint16_t found;
    uint64_t rolls, window;
    char error[UI_TEXT_MAX + 1], words[64], table[UI_NAME_MAX + 1];
};

struct line {
    struct ui_port *port;
    const struct ui_options *options;
    struct moves moves;
    char input[LINE_INPUT_MAX];
    size_t input_size;
    bool input_ended, quitting, done;
    bool going;       /* a table was asked for and is not there yet */
    bool words_asked; /* the next line is the three words */
    uint64_t quit_until_ms, settle_until_ms;
    struct words_action queued; /* moves that wait for the house's rate */
    unsigned queued_at;
    struct bucket rate;
    struct ui_pages pages;
    bool page_asked; /* and not said yet */
    uint8_t page;    /* enum ui_page */
    struct line_said said;
    struct farewell farewell;
    struct learn learn;
};

/* Only what is harmless reaches the output, whatever a name or message holds. */
void line_say(const char *text);

/* Sends what is no move; says so when it could not be sent. */
void line_send(struct line *l, enum ui_command_kind kind, uint32_t number, const char *text);

void line_quit(struct line *l);

/* A line in the menu. */
void line_menu(struct line *l, const struct ui_model *m, const char *text);

/* Everything that is new in the picture and the notices. */
void line_news(struct line *l, const struct ui_model *m);

/* Has a page made from files: UI_PAGE_PROOF of the last roll, or UI_PAGE_STATS. Said when it comes. */
void line_ask(struct line *l, const struct ui_model *m, enum ui_page page);
void line_pages_news(struct line *l);

/* The words for friends, to be read aloud. */
void line_invite(const struct line *l, const struct ui_model *m);

/* Where the lesson stands and what to do now. */
void line_learn(const struct line *l, const struct ui_model *m);

/* When the clock will have something to say; 0 never. */
uint64_t line_news_next_ms(const struct line *l, const struct ui_model *m);

#endif
