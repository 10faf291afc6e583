/* craps doctor: what stands in the way of play. */
#include "src/commands/command.h"

#include "src/doctor.h"
#include "src/player_id.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { SCHEMA = 1 };

static const char *const verdicts[] = {
    [DOCTOR_OK] = "ok", [DOCTOR_NOTE] = "note", [DOCTOR_FAULT] = "fault"};

static size_t count_of(const struct doctor *d, enum doctor_verdict verdict)
{
    size_t n = 0;
    for (size_t i = 0; i < d->count; i++) {
        n += d->findings[i].verdict == verdict;
    }
    return n;
}

static void print_text(const struct doctor *d, bool quiet)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct doctor_finding *f = &d->findings[i];
        if (f->verdict == DOCTOR_OK && quiet) {
            continue;
        }
        printf("%-5s  %s %s: %s\n", verdicts[f->verdict], f->area, f->check, f->text);
        if (f->verdict != DOCTOR_OK) {
            printf("       means: %s\n       fix:   %s\n", f->means, f->fix);
        }
    }
    size_t faults = count_of(d, DOCTOR_FAULT), notes = count_of(d, DOCTOR_NOTE);
    if (faults > 0) {
        printf("%zu thing%s in the way of play\n", faults, faults == 1 ? " stands" : "s stand");
    } else if (!quiet) {
        printf("nothing stands in the way of play; %zu note%s\n", notes, notes == 1 ? "" : "s");
    }
}

static json_t *text_or_null(const char *text)
{
    return text == NULL ? json_null() : json_string(text);
}

static void print_json(const struct doctor *d)
{
    json_t *findings = json_array();
    for (size_t i = 0; i < d->count; i++) {
        const struct doctor_finding *f = &d->findings[i];
        json_t *text = json_string(f->text);
        json_array_append_new(findings,
            json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:i}", "area", f->area, "check", f->check,
                "verdict", verdicts[f->verdict], "text", text == NULL ? json_string("?") : text,
                "means", text_or_null(f->means), "fix", text_or_null(f->fix), "status", f->status));
    }
    json_t *document =
        json_pack("{s:i, s:b, s:i, s:I, s:I, s:o}", "schema", SCHEMA, "ok", doctor_status(d) == 0,
            "status", doctor_status(d), "faults", (json_int_t)count_of(d, DOCTOR_FAULT), "notes",
            (json_int_t)count_of(d, DOCTOR_NOTE), "findings", findings);
    json_dumpf(document, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(document);
}

static int run(struct invocation *in)
{
    static struct doctor d;
    d.options = &in->options;
    if (paths_find(&d.paths, player_data_dir(&in->options)) != ERR_OK) {
        return cli_fail(EX_USAGE, "the name of the data directory is too long or empty");
    }
    if (in->options.config_file != NULL) {
        snprintf(d.paths.config_file, sizeof d.paths.config_file, "%s", in->options.config_file);
    }
    /* In the order in which a start would fail. */
    doctor_files(&d);
    doctor_libraries(&d);
    doctor_network(&d);
    doctor_clock(&d);
    doctor_terminal(&d);
    doctor_locale(&d);
    if (in->options.json) {
        print_json(&d);
    } else {
        print_text(&d, in->options.quiet);
    }
    return doctor_status(&d);
}

const struct command command_doctor = {
    .name = "doctor",
    .arguments = "",
    .summary = "terminal, locale, network, clock, disk",
    .groups = OPTIONS_EVERYWHERE | OPTIONS_DOCTOR,
    .arguments_max = 0,
    .help = "  craps doctor                           what stands in the way of play\n"
            "  craps doctor -q                        only what is not as it should be\n"
            "  craps doctor --json                    one document for a script\n"
            "\n"
            "usage: craps doctor [OPTIONS]\n"
            "  Looks at settings, folders, free space, how long a write takes, the lock, the\n"
            "  identity, the records, the libraries, the network of this computer, its\n"
            "  clock, the terminal and the language. Each line is ok, a note (play is worse\n"
            "  for it) or a fault (it stands in the way), with what it means and the fix.\n"
            "  Nothing is changed: one temporary file is written where records are already,\n"
            "  and nothing leaves this computer. Who else is on the network: craps discover\n"
            "\n"
            "Status: 0 nothing stands in the way; else that of the first fault:\n"
            "65 damaged identity, 69 no loopback network, 70 a library or clock is wrong,\n"
            "73 no folder, no space or read-only, 74 the disk cannot be written,\n"
            "75 the data directory is in use, 77 no permission, 78 bad setting or terminal.\n"
            "Options of every command: craps help options\n",
    .run = run,
};
