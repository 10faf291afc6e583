/* What was saved when an invariant did not hold (game/invariants.h, consensus/guard.h): a text file beside the record that needs
 * neither it nor a table. `craps verify FILE` reads it and looks again.
 *
 * Format: the magic line; then "KEY VALUE" lines: version, protocol, table (hex), epoch, view, height, invariant, rule, kind,
 * player (account and name, or "none"), bet (name and number, or "none"), have, want; then three parts, "block", "before" and
 * "after", each a line "PART BYTES" and its bytes in hex, 32 a line; then "end". Block: as in docs/protocol.md. States: the
 * canonical bytes whose hash a header names. A part of 0 bytes was not there any more. */
#ifndef SRC_BROKEN_FILE_H
#define SRC_BROKEN_FILE_H

#include "base/err.h"
#include "consensus/ledger.h"

#define BROKEN_FILE_MAGIC  "craps invariant 1\n"
#define BROKEN_FILE_SUFFIX ".craps-invariant"

enum { BROKEN_WORD_BYTES = 96, BROKEN_PARTS = 3, BROKEN_FILE_BYTES_MAX = 8 << 20 };

enum broken_part { BROKEN_BLOCK, BROKEN_BEFORE, BROKEN_AFTER };

struct broken_file {
    struct digest table;
    uint32_t epoch;
    uint64_t view, height;
    struct app_fault fault;
    char invariant[BROKEN_WORD_BYTES], rule[BROKEN_WORD_BYTES];
    char player[BROKEN_WORD_BYTES], bet[BROKEN_WORD_BYTES];
    const uint8_t *part[BROKEN_PARTS];
    size_t size[BROKEN_PARTS];
};

/* Fills in the words from fault.kind and the numbers. `name` is the player's, or NULL. */
void broken_file_words(struct broken_file *f, const char *name);

/* Beside the record NAME.craps: NAME.invariant-HEIGHT.craps-invariant. False when it does not fit. */
bool broken_file_path(char *path, size_t capacity, const char *record_path, uint64_t height);

/* Written whole or not at all, and synced; one that is there already stays (ERR_EXISTS). */
enum err broken_file_write(const struct broken_file *f, const char *path);

bool broken_file_is(const char *path);

/* Parts point into *memory, which the caller frees. ERR_NOT_FOUND, ERR_PERMISSION, ERR_IO, ERR_NO_MEMORY; ERR_FORMAT: damaged or
 * cut off; ERR_VERSION: of another version of the protocol. */
enum err broken_file_read(const char *path, struct broken_file *f, uint8_t **memory);

#endif
