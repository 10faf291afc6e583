/* What the tests of the screens share: a state over a real table without a network, keys, and pages
 * that are compared with the files in golden/. Set GOLDEN_UPDATE=1 to write them anew. Brings
 * cmocka's headers. */
#ifndef TESTS_UI_PAGES_H
#define TESTS_UI_PAGES_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/fake_port.h"
#include "ui/screen.h"

enum { PAGE_MAX = 128 * 1024 };

/* The folder of the pages; main() sets it from argv[1]. */
extern const char *pages_dir;

/* Made by setup(), given back by teardown(). 80x24 until state->rows and state->cols say otherwise. */
extern struct ui_state *state;
extern struct fake_port *fake;

/* Ann (us), Bo, Cy, Dee, Eli. */
extern const char *const friends[];

int setup(void **unused);
int teardown(void **unused);

/* Brings the state up to the table: picture and notices. */
void settle(void);

/* Each character as a key; one key of ui/keys.h. */
void keys(const char *text);
void key(int32_t code);

/* The screen as text, a line a row. */
void page(char out[PAGE_MAX]);

/* The screen is as golden/NAME.txt says. */
void expect_page(const char *name);

/* The same in both symbol sets: NAME.txt and NAME_ascii.txt. */
void expect_both(const char *name);

/* A player's bet in chips, which must be allowed. */
void bet(unsigned player, enum bet_kind kind, unsigned number, int64_t chips);

/* The evening of the examples: five friends, four rolls, a point of six, chips of everybody. */
void friday(void);

#endif
