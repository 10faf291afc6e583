/* Table talk: the last events and messages, as lines that can be scrolled. */
#ifndef UI_FEED_H
#define UI_FEED_H

#include "ui/canvas.h"
#include "ui/sentence.h"

enum { FEED_LINES_MAX = 128 };

enum feed_kind { FEED_EVENT, FEED_CHAT, FEED_ROLL, FEED_WARNING };

struct feed_line {
    uint8_t kind;        /* enum feed_kind */
    uint8_t seat;        /* whose colour, 0 = none */
    uint16_t minute;     /* when: 1 + the minute of the day here; 0 = not known */
    bool late;           /* came long after lines that follow it */
    uint8_t mark_size;   /* bytes at the beginning of the text: ui/talk.h */
    uint64_t t_ms;       /* of talk: when it came */
    struct ui_talk talk; /* of talk: number 0 otherwise */
    char text[SENTENCE_MAX];
};

struct feed {
    uint64_t count;  /* ever added */
    unsigned scroll; /* rows up from the newest */
    uint16_t minute; /* now, for what is added */
    struct feed_line lines[FEED_LINES_MAX];
};

void feed_add(struct feed *f, enum feed_kind kind, unsigned seat, const char *text);

/* The line for a notice, if it needs one. */
void feed_notice(struct feed *f, const struct notice *n, const struct ui_model *model);

/* Draws the newest lines into the rectangle, the newest at the bottom, words wrapped. */
void feed_draw(const struct feed *f, struct canvas *c, int row, int col, int rows, int cols);

/* The same with the time of day before every line that has one. */
void feed_draw_times(const struct feed *f, struct canvas *c, int row, int col, int rows, int cols);

#endif
