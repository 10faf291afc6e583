#include "src/commands/verify_evidence.h"

#include "src/commands/command.h"
#include "src/evidence_file.h"
#include "src/record_path.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { SCHEMA = 1 };

static void print_json(const struct evidence_file *f, const char *table, const char *culprit,
    const char *kind, const char *fault)
{
    json_t *first = fault[0] == '\0' ? json_null()
                                     : json_pack("{s:i, s:s, s:s}", "height", 0, "what", "evidence",
                                           "detail", fault);
    json_t *document = json_pack("{s:i, s:b, s:s, s:s, s:s, s:s, s:I, s:o}", "schema", SCHEMA, "ok",
        fault[0] == '\0', "evidence", kind, "table", table, "culprit", culprit, "deed",
        evidence_deed(f->kind), "epoch", (json_int_t)f->epoch, "first_fault", first);
    json_dumpf(document, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(document);
}

int verify_evidence(const char *path, const struct options *o)
{
    static uint8_t bytes[EVIDENCE_FILE_BYTES_MAX];
    struct evidence_file f;
    char fault[EVIDENCE_FAULT_BYTES], table[65], culprit[65], kind[8];
    enum err e = evidence_file_read(path, &f, bytes);
    if (e != ERR_OK) {
        return record_path_fail(e, e == ERR_VERSION
                                       ? "this proof is of another version of the protocol"
                                       : "this proof is damaged or cut off");
    }
    bool right = evidence_file_check(&f, fault);
    hex_encode(table, f.game_id.b, DIGEST_BYTES);
    hex_encode(culprit, f.culprit, ID_BYTES);
    snprintf(kind, sizeof kind, "E%u", f.kind);
    if (o->json) {
        print_json(&f, table, culprit, kind, fault);
    } else if (!o->quiet) {
        const char *slash = strrchr(path, '/');
        printf("%s\n  table     %s\n  culprit   %s\n", slash == NULL ? path : slash + 1, table,
            culprit);
        printf("  lie       %s: %s", kind, evidence_deed(f.kind));
        if (f.kind != EVIDENCE_OP_TWICE) {
            printf(", epoch %" PRIu32, f.epoch);
        }
        printf("\n%s%s\n",
            right ? "both are signed by the culprit: it proves what it says" : "DOES NOT CHECK: ",
            fault);
    }
    return right ? 0 : 1;
}
