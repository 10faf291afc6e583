#include "src/commands/verify_receipt.h"

#include "src/money.h"
#include "src/audit_record.h"
#include "src/receipt.h"
#include "src/record_path.h"
#include "src/store.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { SCHEMA = 1 };

static char *read_text(const char *path, size_t capacity, size_t *size)
{
    FILE *f = fopen(path, "rb");
    char *text = f == NULL ? NULL : malloc(capacity);
    *size = text == NULL ? 0 : fread(text, 1, capacity, f);
    if (f != NULL) {
        fclose(f);
    }
    return text;
}

bool verify_receipt_is(const char *path)
{
    size_t size;
    char *text = read_text(path, RECEIPT_PROBLEM_BYTES, &size);
    bool is = text != NULL && receipt_is(text, size);
    free(text);
    return is;
}

/* `fault` empty: it checks. */
static void print_json(const struct receipt_facts *f, const char *fault)
{
    char table[65], block[65];
    json_t *o = json_pack("{s:i, s:b, s:s, s:o}", "schema", SCHEMA, "ok", fault[0] == '\0', "kind",
        "receipt", "first_fault",
        fault[0] == '\0'
            ? json_null()
            : json_pack("{s:i, s:s, s:s}", "height", 0, "what", "receipt", "detail", fault));
    if (fault[0] == '\0') {
        hex_encode(table, f->table.b, DIGEST_BYTES);
        hex_encode(block, f->block.b, DIGEST_BYTES);
        json_t *facts = json_pack("{s:s, s:I, s:s, s:I, s:s, s:I, s:I, s:i}", "table", table,
            "height", (json_int_t)f->height, "block", block, "roll", (json_int_t)f->roll, "player",
            f->player, "balance", (json_int_t)f->balance_cents, "layout",
            (json_int_t)f->layout_cents, "signers", (int)f->signers);
        json_object_update(o, facts);
        json_decref(facts);
    }
    json_dumpf(o, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(o);
}

/* Everything a receipt says of the table's keys it says itself: only a record leads from the genesis to them. */
static void print_text(const struct receipt_facts *f, bool in_record)
{
    char hex[65];
    hex_encode(hex, f->table.b, DIGEST_BYTES);
    printf("receipt of %s, table %s\n  table     %s\n", f->player, f->table_name, hex);
    printf("  agreed    block %" PRIu64 ", after roll %" PRIu64 ", certified for %u members\n",
        f->height, f->roll, f->voters);
    hex_encode(hex, f->block.b, DIGEST_BYTES);
    printf("            %s\n", hex);
    char rack[MONEY_TEXT_BYTES], bets[MONEY_TEXT_BYTES];
    money_format(rack, f->balance_cents);
    money_format(bets, f->layout_cents);
    printf("  chips     %s on the rack, %s on bets\n", rack, bets);
    printf("  signed    by %s", f->player);
    if (f->signers > 1) {
        printf(" and %u other member%s", f->signers - 1, f->signers == 2 ? "" : "s");
    }
    putchar('\n');
    if (in_record) {
        puts("everything checks, and the block is that of the record, which checks up to there");
    } else {
        puts(
            "everything checks; that the members' keys are theirs, only a record of the table can\n"
            "tell: craps verify FILE --record RECORD");
    }
}

/* A record on the way to the block of a receipt. */
struct search {
    const struct receipt_facts *facts;
    bool here, same;
};

static bool look(void *self, const struct audit *a)
{
    struct search *s = self;
    struct digest digest = ledger_final_digest(audit_ledger(a));
    s->here = ledger_height(audit_ledger(a)) == s->facts->height;
    s->same = s->here && digest_equal(&digest, &s->facts->block);
    return !s->here;
}

/* Is its block the one that the record's own members made final. Up to there the record has to check; 0, or an exit status with
 * `problem`, RECEIPT_PROBLEM_BYTES, that tells why not. */
static int compare(const struct receipt_facts *f, const struct options *o, char *problem)
{
    char path[RECORD_PATH_BYTES], unread[STORE_PROBLEM_BYTES];
    struct record_findings found;
    struct search search = {.facts = f};
    struct record_listener listener = {.self = &search, .seen = look, .prompt = true};
    int status = record_path_find(path, o->record, o);
    if (status != 0) {
        return status;
    }
    enum err err = audit_record(path, &listener, &found, unread);
    if (err != ERR_OK) {
        return record_path_fail(err, unread);
    }
    const char *why = !digest_equal(&found.table, &f->table) ? "the record is of another table"
                      : found.fault.what != AUDIT_NOTHING
                          ? "the record does not check up to the receipt's block"
                      : !search.here ? "the record ends before the receipt's block"
                      : !search.same ? "the record has another block at that height"
                                     : NULL;
    if (why != NULL) {
        snprintf(problem, RECEIPT_PROBLEM_BYTES, "%s", why);
    }
    return why != NULL;
}

int verify_receipt(const char *path, const struct options *o)
{
    struct receipt_facts facts;
    char problem[RECEIPT_PROBLEM_BYTES] = "it cannot be read";
    size_t size;
    char *text = read_text(path, RECEIPT_FILE_BYTES_MAX, &size);
    bool right = text != NULL && receipt_verify(text, size, &facts, problem);
    int status = right ? 0 : 1;
    free(text);
    if (right && o->record != NULL) {
        status = compare(&facts, o, problem);
    }
    if (status > 1) {
        return status; /* the record could not be read, and that was said */
    }
    if (o->json) {
        print_json(&facts, status == 0 ? "" : problem);
    } else if (!o->quiet && status == 0) {
        print_text(&facts, o->record != NULL);
    } else if (!o->quiet) {
        printf("DOES NOT CHECK: receipt: %s\n", problem);
    }
    return status;
}
