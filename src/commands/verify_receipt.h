/* craps verify on a receipt (src/receipt.h). */
#ifndef SRC_COMMANDS_VERIFY_RECEIPT_H
#define SRC_COMMANDS_VERIFY_RECEIPT_H

#include "src/cli.h"

/* Does the file begin as one. */
bool verify_receipt_is(const char *path);

/* Exit status. */
int verify_receipt(const char *path, const struct options *o);

#endif
