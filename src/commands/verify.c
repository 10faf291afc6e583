/* craps verify: everything in a record, checked again. */
#include "src/commands/command.h"

#include "consensus/quorum.h"
#include "src/audit_record.h"
#include "src/broken_file.h"
#include "src/commands/verify_broken.h"
#include "src/commands/verify_evidence.h"
#include "src/commands/verify_parts.h"
#include "src/commands/verify_receipt.h"
#include "src/evidence_file.h"
#include "src/money.h"
#include "src/record_path.h"
#include "src/store.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SCHEMA = 1, NAMES_BYTES = NAME_BYTES_MAX + 1 };

/* The roll that --roll asks for, as it was seen going by. */
struct wanted {
    uint64_t roll;
    bool found;
    struct audit_roll proof;
    char thrower[NAMES_BYTES];
    char names[MEMBERS_MAX][NAMES_BYTES]; /* of the members whose shares count */
};

static void copy_name(char out[NAMES_BYTES], const struct live *live, const uint8_t id[ID_BYTES])
{
    int64_t account = live_find(live, id);
    snprintf(out, NAMES_BYTES, "%s", account < 0 ? "a member" : live->players[account].name);
}

static bool note_roll(void *self, const struct audit *a)
{
    struct wanted *w = self;
    const struct audit_roll *r = audit_roll(a);
    if (w->roll == 0 || r->roll != w->roll) {
        return true;
    }
    const struct live *live = audit_live(a);
    w->found = true;
    w->proof = *r;
    copy_name(w->thrower, live, r->thrower);
    for (unsigned i = 0; i < r->needed; i++) {
        copy_name(w->names[i], live, r->roster.members[r->shares[i].member - 1].id_pk);
    }
    return true;
}

/* 1234567 as "1,234,567". */
static const char *count_text(char text[static 32], uint64_t n)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%" PRIu64, n), at = 0;
    for (int i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0) {
            text[at++] = ',';
        }
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return text;
}

static void print_count(uint64_t n, const char *one, const char *many, const char *after)
{
    char text[32];
    printf("%s %s%s", count_text(text, n), n == 1 ? one : many, after);
}

static void print_hex(const uint8_t *bytes, size_t size, const char *indent)
{
    for (size_t at = 0; at < size; at += 32) {
        char text[65];
        hex_encode(text, bytes + at, size - at < 32 ? size - at : 32);
        printf("%s%s\n", indent, text);
    }
}

/* C.7: which byte of the output decided. */
static void print_mapping(const struct audit_roll *r)
{
    for (size_t i = 0; i < BEACON_OUT_BYTES; i++) {
        if (r->out[i] < 252) {
            unsigned outcome = r->out[i] % 36;
            printf(
                "  dice      byte %zu is %u, the first below 252; %u mod 36 = %u; 1 + %u / 6 = %u,"
                " 1 + %u mod 6 = %u\n",
                i + 1, r->out[i], r->out[i], outcome, outcome, 1 + outcome / 6, outcome,
                1 + outcome % 6);
            return;
        }
    }
    puts("  dice      no byte is below 252: the value was hashed on");
}

static void print_story(const struct wanted *w)
{
    const struct audit_roll *r = &w->proof;
    char block[65], input[65];
    hex_encode(block, r->place.block.b, DIGEST_BYTES);
    hex_encode(input, r->input.b, DIGEST_BYTES);
    printf("\nroll %" PRIu64 ": %u and %u\n", r->roll, r->die1, r->die2);
    if (r->throw_height > 0) {
        printf("  thrown    by %s, operation %u of the block at height %" PRIu64
               "; bets were locked there\n",
            w->thrower, r->place.op_index + 1, r->throw_height);
    } else {
        puts("  thrown    in a block that is missing; bets were locked there");
    }
    printf("  block     %s\n            epoch %u, view %" PRIu64 "\n", block, r->place.epoch,
        r->place.view);
    printf(
        "  input     %s\n            the hash of table, epoch, view, block, operation and roll\n",
        input);
    printf("  shares    %u of %u members are needed; these came, each with a proof that checks:\n",
        r->needed, r->members);
    for (unsigned i = 0; i < r->needed; i++) {
        char share[65];
        hex_encode(share, r->shares[i].sigma.b, GROUP_POINT_BYTES);
        printf("            %u %-14s %s\n", r->shares[i].member, w->names[i], share);
    }
    puts("  value     their one combination, the same for any such set, hashed to 64 bytes:");
    print_hex(r->out, BEACON_OUT_BYTES, "            ");
    print_mapping(r);
    printf("  result    on the log at height %" PRIu64 ", paid by the rules\n", r->result_height);
}

static void print_checked(const struct record_findings *f)
{
    const struct audit_counts *c = &f->counts;
    fputs("  checked   ", stdout);
    print_count(c->epochs, "epoch", "epochs", ", ");
    print_count(c->blocks, "block", "blocks", ", ");
    print_count(c->operations, "operation", "operations", ", ");
    print_count(c->rolls, "roll", "rolls", "\n            ");
    print_count(
        c->operation_signatures + c->certificate_signatures, "signature", "signatures", ", ");
    print_count(c->dice_proofs, "dice proof", "dice proofs", ", ");
    print_count(f->payouts, "payout", "payouts", "\n");
}

static void print_text(const struct record_findings *f, const char *path, bool verbose)
{
    char table[65], state[65], issued[MONEY_TEXT_BYTES], racks[MONEY_TEXT_BYTES],
        layout[MONEY_TEXT_BYTES], bank[MONEY_TEXT_BYTES];
    hex_encode(table, f->table.b, DIGEST_BYTES);
    hex_encode(state, f->state.b, DIGEST_BYTES);
    money_format(issued, f->issued_cents);
    money_format(racks, f->racks_cents);
    money_format(layout, f->layout_cents);
    money_format(bank, f->bank_cents);
    const char *slash = strrchr(path, '/');
    printf("%s%s%s\n", slash == NULL ? path : slash + 1, f->name[0] == '\0' ? "" : ", table ",
        f->name);
    printf("  table     %s\n", table);
    verify_print_lineage(&f->lineage);
    print_checked(f);
    if (f->fault.what != AUDIT_NOTHING) {
        return;
    }
    printf("  chips     %s given out = %s on racks + %s on the layout + %s in the bank\n", issued,
        racks, layout, bank);
    printf("  ends at   height %" PRIu64 ", state %s\n", f->height, state);
    if (f->behind > 0) {
        printf("            its last certificate speaks of %" PRIu64
               " more final block%s: it was copied\n"
               "            while behind, or cut off\n",
            f->behind, f->behind == 1 ? "" : "s");
    }
    if (verbose) {
        for (size_t i = 0; i < f->kept_count; i++) {
            printf("%s%" PRIu64 "%s", i == 0 ? "  keeps     the states at height " : " and ",
                f->kept[i], i + 1 < f->kept_count ? "" : "\n");
        }
        double operations = (double)f->counts.operations;
        printf(
            "  took      %.2f s, %.0f operations/s; %.2f s of one core, %.0f operations/s a core\n",
            f->seconds, operations / fmax(f->seconds, 1e-6), f->core_seconds,
            operations / fmax(f->core_seconds, 1e-6));
    }
}

static json_t *fault_json(const struct audit_fault *f)
{
    return f->what == AUDIT_NOTHING ? json_null()
                                    : json_pack("{s:I, s:s, s:s}", "height", (json_int_t)f->height,
                                          "what", audit_what_name(f->what), "detail", f->detail);
}

static void print_json(const struct record_findings *f, const struct record_findings *rest)
{
    char table[65], state[65];
    const struct audit_counts *c = &f->counts;
    hex_encode(table, f->table.b, DIGEST_BYTES);
    hex_encode(state, f->state.b, DIGEST_BYTES);
    json_t *document = json_pack(
        "{s:i, s:b, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:o, s:I, s:f, s:f, "
        "s:o, s:o}",
        "schema", SCHEMA, "ok", f->fault.what == AUDIT_NOTHING, "table", table, "epochs",
        (json_int_t)c->epochs, "blocks", (json_int_t)c->blocks, "operations",
        (json_int_t)c->operations, "rolls", (json_int_t)c->rolls, "payouts_checked",
        (json_int_t)f->payouts, "signatures_checked",
        (json_int_t)(c->operation_signatures + c->certificate_signatures), "dice_proofs_checked",
        (json_int_t)c->dice_proofs, "first_fault", fault_json(&f->fault), "height",
        (json_int_t)f->height, "state_hash",
        f->fault.what == AUDIT_NOTHING ? json_string(state) : json_null(), "behind",
        (json_int_t)f->behind, "seconds", f->seconds, "core_seconds", f->core_seconds, "split",
        verify_lineage_json(&f->lineage), "rest",
        rest == NULL ? json_null() : verify_rest_json(rest));
    json_dumpf(document, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
    putchar('\n');
    json_decref(document);
}

static void print_verdict(const struct record_findings *f)
{
    if (f->fault.what == AUDIT_NOTHING) {
        puts("everything checks");
    } else if (f->fault.height == 0) {
        printf("DOES NOT CHECK: %s: %s\n", audit_what_name(f->fault.what), f->fault.detail);
    } else {
        printf("DOES NOT CHECK: height %" PRIu64 ", %s: %s\n", f->fault.height,
            audit_what_name(f->fault.what), f->fault.detail);
    }
}

static int verify_record(const char *path, const struct options *o)
{
    static struct wanted wanted;
    struct record_findings found, rest;
    char problem[STORE_PROBLEM_BYTES];
    wanted.roll = cli_given(o, "roll") ? o->roll : 0;
    struct record_listener listener = {.self = &wanted, .seen = note_roll};
    enum err err = audit_record(path, &listener, &found, problem);
    if (err != ERR_OK) {
        return record_path_fail(err, problem);
    }
    bool parts = found.fault.what == AUDIT_MISSING && !o->quiet &&
                 verify_rest(path, &listener, &found, &rest);
    if (o->json) {
        print_json(&found, parts ? &rest : NULL);
    } else if (!o->quiet) {
        print_text(&found, path, o->verbose);
        if (parts) {
            verify_print_rest(&found, &rest);
        }
        if (wanted.found) {
            print_story(&wanted);
        }
        print_verdict(&found);
    }
    bool right = found.fault.what == AUDIT_NOTHING;
    if (right && wanted.roll > 0 && !wanted.found) {
        return cli_fail(EX_USAGE,
            "--roll %" PRIu64 " is not in this record; it holds %" PRIu64 " roll%s", wanted.roll,
            found.counts.rolls, found.counts.rolls == 1 ? "" : "s");
    }
    return right ? 0 : 1;
}

static bool is_anything(const char *path)
{
    (void)path;
    return true;
}

/* What a file can be, told by its first bytes. The last one judges whatever nobody else wants. */
static const struct format {
    bool (*is)(const char *path);
    int (*verify)(const char *path, const struct options *o);
} formats[] = {
    {evidence_file_is, verify_evidence},
    {broken_file_is, verify_broken},
    {verify_receipt_is, verify_receipt},
    {is_anything, verify_record},
};

static int verify_file(const char *path, const struct options *o)
{
    size_t i = 0;
    while (!formats[i].is(path)) {
        i++;
    }
    if (o->record != NULL && formats[i].verify != verify_receipt) {
        return cli_fail(EX_USAGE, "--record goes with a receipt, and this file is none");
    }
    return formats[i].verify(path, o);
}

static int run(struct invocation *in)
{
    char path[RECORD_PATH_BYTES];
    if (in->count != 1) {
        return cli_fail(EX_USAGE,
            "verify which record? Name a file or one of sessions/, for example: craps verify "
            "2026-11-20-friday-table");
    }
    int status = record_path_find(path, in->arguments[0], &in->options);
    return status != 0 ? status : verify_file(path, &in->options);
}

const struct command command_verify = {
    .name = "verify",
    .arguments = "FILE",
    .summary = "check everything in a record",
    .groups = OPTIONS_EVERYWHERE | OPTIONS_VERIFY,
    .arguments_max = 1,
    .help = "  craps verify 2026-11-20-friday-table   a table of yours, by its name\n"
            "  craps verify ./friday.craps --roll 17  and how roll 17 came about\n"
            "  craps verify ./friday.craps --json     one document for a script\n"
            "\n"
            "usage: craps verify FILE [OPTIONS]\n"
            "  Plays the whole record again without a network and checks the file, every\n"
            "  certificate and signature, sequence numbers, member lists, key generation,\n"
            "  state hashes, every dice proof, every payout, and that no chip was made or\n"
            "  lost. The file is only read. FILE is a path, or a name in sessions/.\n"
            "  --roll N             also tells how roll N came about\n"
            "  --record RECORD      of a receipt: its block must be that record's\n"
            "  -v                   also tells how fast it went, and which states are kept\n"
            "\n"
            "FILE may also be a proof that somebody cheated (NAME.evidence-*), a leaver's\n"
            "receipt (NAME.receipt), or a copy's own mistake (NAME.invariant-*).\n"
            "\n"
            "A member that was away for long fetches some blocks later; until then they are\n"
            "missing, and it is said what the record proves without them.\n"
            "A record that was cut off at its end still checks as far as it goes: compare\n"
            "the height and the state with another player's.\n"
            "\n"
            "Status: 0 everything checks, 1 something does not (the first fault is named),\n"
            "65 not a record, 66 no such file, 77 no permission to read it.\n"
            "Options of every command: craps help options\n",
    .run = run,
};
