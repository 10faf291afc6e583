#include "src/commands/help_json.h"

#include <jansson.h>
#include <stdio.h>

enum { SCHEMA = 1 };

static json_t *text_or_null(const char *text)
{
    return text == NULL ? json_null() : json_string(text);
}

static json_t *option_json(const struct option_spec *s)
{
    char letter[2] = {s->letter, '\0'};
    return json_pack("{s:s, s:o, s:o, s:o, s:o}", "name", s->name, "letter",
        text_or_null(s->letter == 0 ? NULL : letter), "value", text_or_null(s->value), "allowed",
        text_or_null(s->allowed), "example", text_or_null(s->example));
}

static json_t *command_json(const struct command *c)
{
    json_t *names = json_array();
    for (size_t i = 0; i < option_count(); i++) {
        const struct option_spec *s = &option_specs[i];
        if ((s->groups & c->groups) != 0) {
            json_array_append_new(names, json_string(s->name));
        }
    }
    return json_pack("{s:s, s:s, s:s, s:o, s:s}", "name", c->name, "arguments", c->arguments,
        "summary", c->summary, "options", names, "help", c->help);
}

int help_print_json(const struct command *only)
{
    json_t *commands = json_array(), *options = json_array();
    for (size_t i = 0; i < command_count(); i++) {
        if (only == NULL || only == command_list[i]) {
            json_array_append_new(commands, command_json(command_list[i]));
        }
    }
    for (size_t i = 0; i < option_count(); i++) {
        const struct option_spec *s = &option_specs[i];
        if ((only == NULL || (s->groups & only->groups) != 0)) {
            json_array_append_new(options, option_json(s));
        }
    }
    json_t *document = json_pack("{s:i, s:s, s:o, s:o}", "schema", SCHEMA, "version", CRAPS_VERSION,
        "commands", commands, "options", options);
    if (document == NULL) {
        return cli_fail(EX_SOFTWARE, "there is not enough memory for the list");
    }
    json_dumpf(document, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(document);
    return 0;
}
