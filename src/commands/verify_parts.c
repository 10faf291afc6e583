#include "src/commands/verify_parts.h"

#include "src/store.h"

#include <inttypes.h>
#include <stdio.h>

/* "Ann", "Ann and Bo", "Ann, Bo and Cy". */
static void print_names(const char (*names)[NAME_BYTES_MAX + 1], unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        printf("%s%s", i == 0 ? "" : i + 1 == count ? " and " : ", ", names[i]);
    }
}

void verify_print_lineage(const struct lineage *l)
{
    char table[65];
    if (!l->split) {
        return;
    }
    hex_encode(table, l->from.b, DIGEST_BYTES);
    printf(
        "  continues table %s\n            from height %" PRIu64 ", signed by ", table, l->height);
    print_names(l->signers, l->signed_by);
    if (l->waiting > 0) {
        fputs("; kept: what ", stdout);
        print_names(l->absent, l->waiting);
        fputs(l->waiting == 1 ? " has" : " have", stdout);
    }
    if (l->void_roll > 0) {
        printf("; roll %" PRIu64 " was out and is void", l->void_roll);
    }
    putchar('\n');
}

static json_t *names_json(const char (*names)[NAME_BYTES_MAX + 1], unsigned count)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < count; i++) {
        json_array_append_new(list, json_string(names[i]));
    }
    return list;
}

json_t *verify_lineage_json(const struct lineage *l)
{
    char table[65];
    if (!l->split) {
        return json_null();
    }
    hex_encode(table, l->from.b, DIGEST_BYTES);
    return json_pack("{s:s, s:I, s:I, s:o, s:o}", "table", table, "height", (json_int_t)l->height,
        "void_roll", (json_int_t)l->void_roll, "signed_by", names_json(l->signers, l->signed_by),
        "kept", names_json(l->absent, l->waiting));
}

bool verify_rest(const char *path, const struct record_listener *to,
    const struct record_findings *found, struct record_findings *rest)
{
    char problem[STORE_PROBLEM_BYTES];
    struct record_listener listener = *to;
    for (size_t i = 0; i < found->kept_count && listener.begin == 0; i++) {
        listener.begin = found->kept[i] >= found->fault.height ? found->kept[i] : 0;
    }
    return listener.begin > 0 && audit_record(path, &listener, rest, problem) == ERR_OK;
}

void verify_print_rest(const struct record_findings *found, const struct record_findings *rest)
{
    char state[65];
    uint64_t next = found->present > 0 ? found->present : rest->begun;
    if (found->height > 0) {
        printf("  has       heights 1 to %" PRIu64 ", whole\n", found->height);
    } else {
        puts("  has       the genesis");
    }
    if (found->unproven > 0) {
        printf(
            "            but no certificate for the last %" PRIu64 " of them\n", found->unproven);
    }
    if (next > found->fault.height) {
        printf("            not %" PRIu64 " to %" PRIu64 "\n", found->fault.height,
            found->present > 0 ? next - 1 : next);
    }
    if (found->present > 0 && next <= rest->begun) {
        printf("            %" PRIu64 " to %" PRIu64 ", with nothing to play them on\n", next,
            rest->begun);
    }
    if (rest->begun == 0) {
        printf("            a state behind them that does not check: height %" PRIu64 ", %s: %s\n",
            rest->fault.height, audit_what_name(rest->fault.what), rest->fault.detail);
        return;
    }
    printf("            the state at %" PRIu64
           ", signed by a quorum whose keys go back to the genesis\n",
        rest->begun);
    if (rest->fault.what != AUDIT_NOTHING) {
        printf("            from there on it DOES NOT CHECK: height %" PRIu64 ", %s: %s\n",
            rest->fault.height, audit_what_name(rest->fault.what), rest->fault.detail);
        return;
    }
    hex_encode(state, rest->state.b, DIGEST_BYTES);
    printf("            from there to %" PRIu64 ", whole; state %s\n", rest->height, state);
}

json_t *verify_rest_json(const struct record_findings *rest)
{
    char state[65];
    bool whole = rest->begun > 0 && rest->fault.what == AUDIT_NOTHING;
    hex_encode(state, rest->state.b, DIGEST_BYTES);
    return json_pack("{s:I, s:I, s:b, s:o}", "from", (json_int_t)rest->begun, "height",
        (json_int_t)rest->height, "ok", whole, "state_hash",
        whole ? json_string(state) : json_null());
}
