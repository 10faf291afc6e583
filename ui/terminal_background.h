/* Is the window light or dark? COLORFGBG says so where it is set; else the terminal is asked (OSC 11), and its answer,
 * which comes in between keys, is taken out of them. Nobody waits for it. */
#ifndef UI_TERMINAL_BACKGROUND_H
#define UI_TERMINAL_BACKGROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum background_answer { BACKGROUND_NOT_MINE, BACKGROUND_MORE, BACKGROUND_DONE };

struct background {
    bool known, light;
    bool listening; /* asked, and no answer yet */
    char text[48];
    size_t size;
};

/* `colorfgbg`: the variable, or NULL. Returns what to send to the terminal, or NULL when it is known or was asked. */
const char *background_ask(struct background *b, const char *colorfgbg);

/* A character after ESC ], while listening. NOT_MINE: that was no answer, and the character is dropped; MORE: it was part
 * of one; DONE: `known` and `light` say what came. */
enum background_answer background_take(struct background *b, int32_t code);

#endif
