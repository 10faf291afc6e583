#include "src/commands/verify_broken.h"

#include "consensus/block.h"
#include "consensus/execution.h"
#include "consensus/protocol_state.h"
#include "game/invariants.h"
#include "src/broken_file.h"
#include "src/record_path.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCHEMA = 1 };

/* What the states say when they are looked at again. */
struct again {
    bool readable; /* the state after */
    bool shown;    /* the states alone show it */
    bool signed_other;
    struct invariant_fault fault;
};

/* A state that does not hold is still read: that is what it is here for. */
static bool read_state(struct live *l, const uint8_t *bytes, size_t size)
{
    static struct protocol_state p;
    struct reader r = reader_of(bytes, size);
    bool is_state = size > 0 && protocol_decode(&p, &r);
    if (is_state) {
        (void)live_decode(l, &r);
    }
    return is_state && reader_done(&r);
}

static void look(const struct broken_file *f, struct again *a)
{
    static struct live before, after;
    struct block b;
    bool from = read_state(&before, f->part[BROKEN_BEFORE], f->size[BROKEN_BEFORE]);
    a->readable = read_state(&after, f->part[BROKEN_AFTER], f->size[BROKEN_AFTER]);
    a->shown = a->readable && !invariants_hold(from ? &before : NULL, &after, NULL, &a->fault);
    if (f->size[BROKEN_AFTER] > 0 &&
        block_decode(&b, f->part[BROKEN_BLOCK], f->size[BROKEN_BLOCK])) {
        struct digest own = state_root_of(f->part[BROKEN_AFTER], f->size[BROKEN_AFTER]);
        a->signed_other = !digest_equal(&own, &b.header.state_root);
    }
}

static void print_text(const struct broken_file *f, const struct again *a, const char *path)
{
    char table[2 * DIGEST_BYTES + 1];
    const char *slash = strrchr(path, '/');
    hex_encode(table, f->table.b, DIGEST_BYTES);
    printf("%s\n  table     %s\n  block     height %" PRIu64 ", epoch %" PRIu32 ", view %" PRIu64
           "\n",
        slash == NULL ? path : slash + 1, table, f->height, f->epoch, f->view);
    printf("  invariant %s: %s\n  player    %s\n  bet       %s\n  numbers   %" PRId64
           ", not %" PRId64 "\n",
        f->invariant, f->rule, f->player, f->bet, f->fault.have, f->fault.want);
    printf("  kept      block %zu bytes, state before %zu, state after %zu\n",
        f->size[BROKEN_BLOCK], f->size[BROKEN_BEFORE], f->size[BROKEN_AFTER]);
    if (a->signed_other) {
        puts("  the block was signed for another state: that copy of craps was wrong, not the "
             "table");
    }
    if (a->shown) {
        printf("DOES NOT CHECK: %s: %s (%" PRId64 ", not %" PRId64 ")\n",
            invariant_name(a->fault.kind), invariant_rule(a->fault.kind), a->fault.have,
            a->fault.want);
    } else {
        puts("DOES NOT CHECK: as that copy found it; the kept states alone do not show it");
    }
}

static void print_json(const struct broken_file *f, const struct again *a)
{
    char table[2 * DIGEST_BYTES + 1];
    hex_encode(table, f->table.b, DIGEST_BYTES);
    json_t *first = json_pack(
        "{s:I, s:s, s:s}", "height", (json_int_t)f->height, "what", "invariant", "detail", f->rule);
    json_t *document =
        json_pack("{s:i, s:b, s:s, s:s, s:I, s:I, s:I, s:s, s:s, s:I, s:I, s:s, s:b, s:o}",
            "schema", SCHEMA, "ok", 0, "table", table, "invariant", f->invariant, "height",
            (json_int_t)f->height, "epoch", (json_int_t)f->epoch, "view", (json_int_t)f->view,
            "player", f->player, "bet", f->bet, "have", (json_int_t)f->fault.have, "want",
            (json_int_t)f->fault.want, "shown", a->shown ? invariant_name(a->fault.kind) : "",
            "signed_other_state", a->signed_other, "first_fault", first);
    json_dumpf(document, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(document);
}

int verify_broken(const char *path, const struct options *o)
{
    struct broken_file f;
    struct again a = {0};
    uint8_t *memory;
    enum err e = broken_file_read(path, &f, &memory);
    if (e != ERR_OK) {
        return record_path_fail(e, e == ERR_VERSION
                                       ? "this was kept by another version of the protocol"
                                       : "what was kept here is damaged or cut off");
    }
    look(&f, &a);
    if (o->json) {
        print_json(&f, &a);
    } else if (!o->quiet) {
        print_text(&f, &a, path);
    }
    free(memory);
    return 1;
}
