/* A proof of a lie as a file of its own, for somebody who was not at the table: `craps verify FILE`
 * (protocol A.10). It needs no record beside it: two signed things that no honest member signs both,
 * and for votes the operation in which the culprit's identity names its vote key.
 *
 * Format: the magic line, then u16 protocol version || game_id || u8 kind || u32 epoch || culprit id
 * || u8 naming || lp(naming bytes) || lp(payload of OP_EVIDENCE). Naming 0: none is needed (E4, epoch
 * 0); 1: the encoded KEYS op; 2: the encoded genesis, whose founder needs no KEYS op in epoch 0.
 * Whoever was named by a complaint about a deal (E5) has no such file: that proof is about who held
 * which place in a key generation, which only the record can show. */
#ifndef SRC_EVIDENCE_FILE_H
#define SRC_EVIDENCE_FILE_H

#include "base/err.h"
#include "consensus/evidence.h"
#include "consensus/genesis.h"
#include "consensus/message.h"

#define EVIDENCE_FILE_MAGIC  "craps evidence 1\n"
#define EVIDENCE_FILE_SUFFIX ".craps-evidence"

enum {
    EVIDENCE_FILE_BYTES_MAX = 16384,
    EVIDENCE_FILES_MAX = 64, /* of one table; beyond that the record has to do */
    EVIDENCE_FAULT_BYTES = 128,
};

enum evidence_naming { NAMING_NONE, NAMING_KEYS, NAMING_GENESIS, NAMING_COUNT };

/* What such a file says. The pointers are into the bytes it was read from or the caller's. */
struct evidence_file {
    struct digest game_id;
    uint8_t kind;   /* enum evidence_kind, E1 to E4 */
    uint32_t epoch; /* of the votes; 0 for E4 */
    uint8_t culprit[ID_BYTES];
    uint8_t naming; /* enum evidence_naming */
    const uint8_t *named;
    size_t named_size;
    const uint8_t *payload;
    size_t payload_size;
};

void evidence_file_encode(const struct evidence_file *f, struct writer *w);

/* ERR_FORMAT: not such a file; ERR_VERSION: of another version of the protocol. */
enum err evidence_file_decode(struct evidence_file *f, const uint8_t *bytes, size_t size);

/* Does it prove what it says? Else `fault` is the first thing that does not check. */
bool evidence_file_check(const struct evidence_file *f, char fault[static EVIDENCE_FAULT_BYTES]);

/* Is the file there one, by its magic line. */
bool evidence_file_is(const char *path);

/* Reads a whole file into `bytes`. ERR_NOT_FOUND, ERR_PERMISSION, ERR_IO, and those of decoding. */
enum err evidence_file_read(
    const char *path, struct evidence_file *f, uint8_t bytes[static EVIDENCE_FILE_BYTES_MAX]);

/* Where the proof against that culprit goes, beside the record NAME.craps:
 * NAME.evidence-XXXXXXXX-EPOCH.craps-evidence. False when it does not fit. */
bool evidence_file_path(char *path, size_t capacity, const char *record_path,
    const uint8_t culprit[ID_BYTES], uint32_t epoch);

/* Written whole or not at all, and synced. ERR_EXISTS: a proof is there already, and stays;
 * ERR_FULL: too many of that table. */
enum err evidence_file_write(
    const struct evidence_file *f, const char *record_path, const char *path);

/* Visits the paths of all evidence files beside that record; `visit` false stops. */
typedef bool evidence_file_visit(void *self, const char *path);
void evidence_files_each(const char *record_path, evidence_file_visit *visit, void *self);

/* "voted for two different blocks": what a lie of that kind is, for a sentence after a name. */
const char *evidence_deed(enum evidence_kind kind);

#endif
