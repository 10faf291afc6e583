/* craps config: the settings file. */
#include "src/commands/command.h"

#include "base/nearest.h"
#include "src/player_files.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { SCHEMA = 1 };

static int print_path(struct player_files *f, struct invocation *in)
{
    const struct paths *p = &f->paths;
    if (!in->options.json) {
        puts(p->config_file);
        return 0;
    }
    json_t *document =
        json_pack("{s:i, s:s*, s:s*, s:s*, s:s*}", "schema", SCHEMA, "settings", p->config_file,
            "identity", p->identity_file, "sessions", p->sessions_dir, "log", p->log_file);
    json_dumpf(document, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(document);
    return 0;
}

static void print_key_names(void)
{
    int used = 0;
    puts("keys.NAME                      a key of the table (craps help keys); the names are");
    for (size_t i = 0; i < key_binding_count; i++) {
        if (key_bindings[i].fixed) {
            continue;
        }
        int wide = (int)strlen(key_bindings[i].name) + 1;
        if (used == 0 || used + wide > 80) {
            fputs(used == 0 ? "   " : "\n   ", stdout);
            used = 3;
        }
        used += printf(" %s", key_bindings[i].name);
    }
    putchar('\n');
}

/* The keys that are not the usual ones. */
static void print_keys(struct player_files *f, json_t *values)
{
    for (size_t i = 0; i < key_binding_count; i++) {
        char key[64], usual[KEY_TEXT_MAX];
        snprintf(key, sizeof key, "keys.%s", key_bindings[i].name);
        if (settings_keys(f->settings)->key[i] == 0) {
            continue;
        }
        const char *value = settings_get(f->settings, key);
        if (values != NULL) {
            json_object_set_new(values, key, json_string(value));
        } else {
            printf("%-17s %-12s usually %s\n    %s\n", key, value,
                key_text(key_bindings[i].usual, usual), key_bindings[i].what);
        }
    }
    if (values == NULL) {
        print_key_names();
    }
}

static int print_list(struct player_files *f, struct invocation *in)
{
    json_t *values = json_object();
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const char *key = setting_specs[i].key;
        const char *value = settings_get(f->settings, key);
        if (in->options.json) {
            json_object_set_new(values, key, json_string(value));
        } else {
            char allowed[SETTING_ALLOWED_MAX];
            printf("%-17s %-12s %s\n    %s\n", key, value,
                setting_allowed((enum ui_setting)i, allowed), setting_specs[i].meaning);
        }
    }
    print_keys(f, in->options.json ? values : NULL);
    if (in->options.json) {
        json_t *document = json_pack("{s:i, s:O}", "schema", SCHEMA, "settings", values);
        json_dumpf(document, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(document);
    }
    json_decref(values);
    return 0;
}

static int unknown_key(const char *key)
{
    bool of_table = strncmp(key, "keys.", 5) == 0;
    struct nearest near = {.typed = of_table ? key + 5 : key};
    for (size_t i = 0; i < (of_table ? key_binding_count : SETTING_COUNT); i++) {
        nearest_offer(&near, of_table ? key_bindings[i].name : setting_specs[i].key);
    }
    return cli_fail(EX_USAGE, "there is no setting '%.40s'; did you mean %s%s? See: craps %s", key,
        of_table ? "keys." : "", near.name, of_table ? "help keys" : "config list");
}

static int refuse_value(const char *key, const char *value, const char *allowed)
{
    char near[NEAREST_WORD_BYTES];
    bool known = nearest_in(allowed, value, near);
    return cli_fail(EX_USAGE, "%s cannot be '%.80s'; it is %s%s%s%s", key, value, allowed,
        known ? "; did you mean '" : "", known ? near : "", known ? "'?" : "");
}

static int print_pair(const struct invocation *in, const char *key, const char *value)
{
    json_t *text = json_string(value);
    if (!in->options.json) {
        json_decref(text);
        puts(value);
        return 0;
    }
    json_t *document = json_pack("{s:i, s:s, s:o}", "schema", SCHEMA, "key", key, "value",
        text == NULL ? json_null() : text);
    json_dumpf(document, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(document);
    return 0;
}

static int print_value(struct player_files *f, struct invocation *in)
{
    const char *value = settings_get(f->settings, in->arguments[1]);
    return value == NULL ? unknown_key(in->arguments[1]) : print_pair(in, in->arguments[1], value);
}

static int change_value(struct player_files *f, struct invocation *in)
{
    const char *key = in->arguments[1], *value = in->arguments[2];
    char allowed[SETTING_ALLOWED_MAX] = "";
    int setting = setting_find(key, strlen(key));
    char why[KEY_PROBLEM_MAX] = "";
    struct key_map keys = *settings_keys(f->settings);
    if (strncmp(key, "keys.", 5) == 0 && !key_map_set(&keys, key + 5, value, why)) {
        return cli_fail(EX_USAGE, "%s", why);
    }
    int status = player_files_lock(f);
    if (status != 0) {
        return status;
    }
    enum err e = settings_set(f->settings, key, value);
    switch (e) {
    case ERR_OK:
        return in->options.json ? print_pair(in, key, settings_get(f->settings, key)) : 0;
    case ERR_NOT_FOUND:
        return unknown_key(key);
    case ERR_RANGE:
        return refuse_value(
            key, value, setting < 0 ? "" : setting_allowed((enum ui_setting)setting, allowed));
    case ERR_PERMISSION:
        return cli_fail(EX_NOPERM, "%s may not be written to", f->paths.config_file);
    default:
        return cli_fail(
            EX_CANTCREAT, "%s cannot be written (%s)", f->paths.config_file, err_name(e));
    }
}

static const struct action {
    const char *name;
    int arguments; /* itself included */
    const char *usage;
    bool reads_file;
    int (*run)(struct player_files *f, struct invocation *in);
} actions[] = {
    {"path", 1, "craps config path", false, print_path},
    {"list", 1, "craps config list", true, print_list},
    {"get", 2, "craps config get KEY", true, print_value},
    {"set", 3, "craps config set KEY VALUE", true, change_value},
};

static int run(struct invocation *in)
{
    const char *name = in->count == 0 ? "list" : in->arguments[0];
    const struct action *action = NULL;
    struct nearest near = {.typed = name};
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        nearest_offer(&near, actions[i].name);
        action = strcmp(actions[i].name, name) == 0 ? &actions[i] : action;
    }
    if (action == NULL) {
        return cli_fail(EX_USAGE, "craps config has no '%.40s'; did you mean: craps config %s",
            name, near.name);
    }
    if (in->count != action->arguments && in->count != 0) {
        return cli_fail(EX_USAGE, "usage: %s", action->usage);
    }
    struct player_files files;
    int status = player_files_find(&files, &in->options);
    if (status == 0 && action->reads_file) {
        status = player_files_settings(&files);
    }
    if (status == 0) {
        status = action->run(&files, in);
    }
    player_files_close(&files);
    return status;
}

const struct command command_config = {
    .name = "config",
    .arguments = "path | list | get | set",
    .summary = "your settings",
    .groups = OPTIONS_EVERYWHERE,
    .arguments_max = 3,
    .help = "  craps config list                      every setting and what it may be\n"
            "  craps config set name Ann\n"
            "  craps config get keep_records\n"
            "\n"
            "usage: craps config [path | list | get KEY | set KEY VALUE]\n"
            "  path   where the file is\n"
            "  list   every setting with its value and what it may be; --json for a script\n"
            "  get    one value\n"
            "  set    changes one value and keeps the rest of the file as it is\n"
            "\n"
            "A setting is looked for in this order: the option of the command line, the\n"
            "variable CRAPS_KEY in the environment, the file, the default.\n"
            "keep_records bounds how many records of past tables are kept (0: all).\n"
            "Options of every command: craps help options\n",
    .run = run,
};
