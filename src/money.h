/* MONEY on the command line: "500c" is cents, "5" is chips of 100 cents (cli.md). */
#ifndef SRC_MONEY_H
#define SRC_MONEY_H

#include <stdbool.h>
#include <stdint.h>

enum { CHIP_CENTS = 100, MONEY_TEXT_BYTES = 24 };

/* A whole number without sign, blank or leading zero, at least 1 cent and at most 10^12 (rule 1.8);
 * false otherwise, and *cents is left alone. */
bool money_parse(int64_t *cents, const char *text);

/* The shortest text that money_parse reads as the same: chips when it is whole chips. Negative
 * amounts get a minus. */
void money_format(char text[static MONEY_TEXT_BYTES], int64_t cents);

#endif
