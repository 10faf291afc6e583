/* The commands of --headless: lines of standard input, in the bet words of line mode, and `quit`.
 */
#ifndef SRC_HEADLESS_INPUT_H
#define SRC_HEADLESS_INPUT_H

#include "src/manager.h"
#include "ui/moves.h"

enum { INPUT_LINE_BYTES = 512, INPUT_BUFFER_BYTES = 4096 };

/* Large: not for a stack. */
struct headless_input {
    char buffer[INPUT_BUFFER_BYTES];
    size_t size;
    bool ended;    /* end of input; what is left in the buffer are still lines */
    bool too_long; /* inside a line that is left out */
    bool quit;     /* the player said so */
    bool looking;  /* `port` is there */
    struct ui_port port;
    struct moves moves; /* for repeat and undo */
};

/* What became of a line. REFUSAL_NONE: sent to the table, which answers by its own events. */
struct input_answer {
    enum refusal refusal;
    char text[UI_TEXT_MAX + 1]; /* a sentence for a person, or "" */
};

/* What the events on standard output have told so far: the picture that a line is read against must
 * be as new. */
struct input_seen {
    bool joined;
    uint64_t height;
};

/* `strategy`: the pictures of the table are only made once a line comes in, because nobody else
 * needs them. */
void headless_input_begin(struct headless_input *in, struct manager *m, bool strategy);

/* Reads once what there is, without blocking when the descriptor is readable. */
void headless_input_read(struct headless_input *in, int fd);

/* The next whole line without its end; false when there is none. Longer ones come out cut, and are
 * refused as they are no words. */
bool headless_input_line(struct headless_input *in, char line[static INPUT_LINE_BYTES]);

/* The table's picture may have changed: `port.wake_fd` was readable. */
void headless_input_look(struct headless_input *in);

/* Carries out one line. */
struct input_answer headless_input_run(
    struct headless_input *in, struct manager *m, const char *line, const struct input_seen *seen);

#endif
