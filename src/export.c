#include "src/export.h"

#include "src/json_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct writing {
    FILE *out;
    enum export_format format;
    uint64_t rolls; /* that have happened */
    bool begun, any;
};

static const char *const format_names[EXPORT_FORMATS] = {"csv", "json", "jsonl", "asciicast"};

enum export_format export_format_find(const char *name)
{
    for (int i = 0; i < EXPORT_FORMATS; i++) {
        if (strcmp(format_names[i], name) == 0) {
            return (enum export_format)i;
        }
    }
    return EXPORT_FORMATS;
}

const char *export_format_name(enum export_format format)
{
    return format < EXPORT_FORMATS ? format_names[format] : "";
}

static const char *const columns[] = {"roll", "event", "player", "seat", "bet", "number", "amount",
    "paid", "result", "die1", "die2", "phase", "point", "balance"};
enum { COLUMNS = sizeof columns / sizeof columns[0], COLUMN_EVENT = 1 };

/* RFC 4180; names come from other people. */
static void write_text(FILE *out, const char *text)
{
    bool formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
    fprintf(out, "\"%s", formula ? "'" : "");
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"') {
            fputc('"', out);
        }
        fputc(*c, out);
    }
    fputc('"', out);
}

static void write_cell(FILE *out, json_t *value)
{
    if (json_is_string(value)) {
        write_text(out, json_string_value(value));
    } else if (json_is_integer(value)) {
        fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    }
}

static void write_row(struct writing *w, uint64_t roll, const char *event, json_t *object)
{
    fprintf(w->out, "%" PRIu64 ",%s", roll, event);
    for (unsigned i = COLUMN_EVENT + 1; i < COLUMNS; i++) {
        fputc(',', w->out);
        write_cell(w->out, json_object_get(object, columns[i]));
    }
    fputs("\r\n", w->out);
}

static void write_roll(struct writing *w, json_t *object)
{
    json_t *dice = json_object_get(object, "dice"), *payout, *balance;
    size_t i;
    const char *name;
    json_object_set(object, "die1", json_array_get(dice, 0));
    json_object_set(object, "die2", json_array_get(dice, 1));
    json_object_set(object, "player", json_object_get(object, "shooter"));
    write_row(w, w->rolls, "roll", object);
    json_array_foreach(json_object_get(object, "payouts"), i, payout)
    {
        write_row(w, w->rolls, "payout", payout);
    }
    json_object_foreach(json_object_get(object, "balances"), name, balance)
    {
        json_t *row = json_pack("{s:s, s:O}", "player", name, "balance", balance);
        write_row(w, w->rolls, "balance", row);
        json_decref(row);
    }
}

static void write_csv(struct writing *w, const struct report *r, json_t *object)
{
    if (r->kind == REPORT_ROLL) {
        write_roll(w, object);
    } else if (r->kind == REPORT_GAME && r->event.kind != EVENT_WINDOW) {
        /* What is done before a roll belongs to it. */
        write_row(w, w->rolls + 1, json_string_value(json_object_get(object, "event")), object);
    }
}

static void write_json(struct writing *w, json_t *object)
{
    if (w->format == EXPORT_JSON) {
        fputs(w->any ? ",\n" : "\n", w->out);
    }
    json_dumpf(object, w->out, JSON_COMPACT | JSON_REAL_PRECISION(6));
    if (w->format == EXPORT_JSONL) {
        fputc('\n', w->out);
    }
    w->any = true;
}

/* Not before there is something: what is no record leaves nothing. */
static void begin(struct writing *w)
{
    w->begun = true;
    if (w->format == EXPORT_CSV) {
        for (unsigned i = 0; i < COLUMNS; i++) {
            fprintf(w->out, "%s%s", i == 0 ? "" : ",", columns[i]);
        }
        fputs("\r\n", w->out);
    } else if (w->format == EXPORT_JSON) {
        fputs("{\"schema\":1,\"events\":[", w->out);
    }
}

static void on_report(void *self, const struct report *r)
{
    struct writing *w = self;
    struct report timeless = *r;
    timeless.t_ms = 0;
    if (r->kind == REPORT_ROLL) {
        w->rolls = r->event.roll;
    }
    json_t *object = json_report(&timeless);
    if (object == NULL) {
        return;
    }
    if (!w->begun) {
        begin(w);
    }
    if (w->format == EXPORT_CSV) {
        write_csv(w, r, object);
    } else {
        write_json(w, object);
    }
    json_decref(object);
}

enum err export_events(FILE *out, enum export_format format, const char *path,
    const struct replay_options *options, struct record_findings *found, char *problem)
{
    struct writing w = {.out = out, .format = format};
    struct reporter to = {.self = &w, .report = on_report};
    enum err err = replay_run(path, options, &to, found, problem);
    if (format == EXPORT_JSON && w.begun) {
        fputs("\n]}\n", out);
    }
    return err;
}
