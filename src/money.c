#include "src/money.h"

#include "game/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 13 };

bool money_parse(int64_t *cents, const char *text)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > DIGITS_MAX || text[0] == '0') {
        return false;
    }
    bool in_cents = strcmp(text + digits, "c") == 0;
    if (!in_cents && text[digits] != '\0') {
        return false;
    }
    int64_t amount = strtoll(text, NULL, 10) * (in_cents ? 1 : CHIP_CENTS);
    if (amount > AMOUNT_CENTS_MAX) {
        return false;
    }
    *cents = amount;
    return true;
}

void money_format(char text[static MONEY_TEXT_BYTES], int64_t cents)
{
    bool chips = cents % CHIP_CENTS == 0;
    snprintf(text, MONEY_TEXT_BYTES, "%" PRId64 "%s", chips ? cents / CHIP_CENTS : cents,
        chips ? "" : "c");
}
