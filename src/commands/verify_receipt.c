#include "src/commands/verify_receipt.h"

#include "src/money.h"
#include "src/receipt.h"

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
static void print_text(const struct receipt_facts *f)
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
    puts("everything checks; that the members' keys are theirs, only a record of the table can\n"
         "tell: it has this block at this height");
}

int verify_receipt(const char *path, const struct options *o)
{
    struct receipt_facts facts;
    char problem[RECEIPT_PROBLEM_BYTES] = "it cannot be read";
    size_t size;
    char *text = read_text(path, RECEIPT_FILE_BYTES_MAX, &size);
    bool right = text != NULL && receipt_verify(text, size, &facts, problem);
    free(text);
    if (o->json) {
        print_json(&facts, right ? "" : problem);
    } else if (!o->quiet && right) {
        print_text(&facts);
    } else if (!o->quiet) {
        printf("DOES NOT CHECK: receipt: %s\n", problem);
    }
    return right ? 0 : 1;
}
