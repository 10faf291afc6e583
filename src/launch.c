#include "src/launch.h"

#include "base/log.h"
#include "game/name.h"
#include "net/limits.h"
#include "net/words.h"
#include "src/headless.h"
#include "src/player_files.h"
#include "src/player_id.h"
#include "src/session.h"
#include "src/store.h"
#include "src/watch.h"
#include "ui/ui.h"

#include <langinfo.h>
#include <locale.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COMPLETIONS_MAX = 64, FILE_SHOWN_MAX = 56 };

static bool terminal_is_dumb(void)
{
    const char *term = getenv("TERM");
    return term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0;
}

int launch_front_end(const struct options *o, const char *command)
{
    bool in = isatty(STDIN_FILENO) == 1, out = isatty(STDOUT_FILENO) == 1;
    if (o->headless || o->json) {
        return FRONT_HEADLESS;
    }
    const char *term = getenv("TERM");
    bool dumb = term != NULL && strcmp(term, "dumb") == 0; /* asked for, terminal or not */
    if (o->line || dumb || (in && (!out || terminal_is_dumb()))) {
        return FRONT_LINE;
    }
    if (in) {
        return FRONT_SCREEN;
    }
    return cli_fail(-1,
        "there is no terminal to play on; add --line for plain text or --headless for a script, "
        "for "
        "example: craps %s --line",
        command[0] == '\0' ? "solo" : command);
}

/* Flag, then CRAPS_NAME and the settings file, then the login. */
static void choose_name(
    char out[static UI_NAME_MAX + 1], const struct options *o, const struct settings *settings)
{
    char clean[NAME_BYTES_MAX + 1];
    const char *name = o->as;
    if (name == NULL || name[0] == '\0') {
        name = settings_get(settings, "name");
    }
    if (name == NULL || name[0] == '\0') {
        const struct passwd *user = getpwuid(getuid());
        name = user == NULL ? "" : user->pw_name;
    }
    name_clean(clean, name, strlen(name)); /* "Player" when nothing is left */
    snprintf(out, UI_NAME_MAX + 1, "%s", clean);
}

static uint32_t setting_number(const struct settings *settings, const char *key)
{
    const char *now = settings_get(settings, key);
    return now == NULL ? 0 : (uint32_t)strtoul(now, NULL, 10);
}

static void fill_config(
    struct manager_config *c, const struct options *o, struct player_files *files)
{
    c->paths = files->paths;
    c->settings = files->settings;
    /* What the coach keeps may come into the file before a name. */
    c->first_run = !files->settings_exist || settings_get(files->settings, "name")[0] == '\0';
    choose_name(c->name, o, files->settings);
    c->port_explicit = cli_given(o, "port") && o->port != 0;
    c->port = (uint16_t)(cli_given(o, "port") ? o->port : setting_number(files->settings, "port"));
    snprintf(c->bind, sizeof c->bind, "%s", o->bind == NULL ? "" : o->bind);
    c->discovery_port = o->no_discovery                  ? 0
                        : cli_given(o, "discovery-port") ? (uint16_t)o->discovery_port
                                                         : NET_DISCOVERY_PORT_DEFAULT;
    c->delta_ms = setting_number(files->settings, "delta_ms");
    c->rolls = o->rolls;
    c->seconds = o->seconds;
}

/* Why the manager finished goes before what the front end says. */
static int finish(const struct manager *m, int status)
{
    const char *text = "";
    int why = manager_exit(m, &text);
    if (why != 0) {
        return cli_fail(why, "%s", text);
    }
    return status;
}

/* Does the terminal, or whoever reads the text, take more than ASCII? */
static bool plain_ascii(const struct options *o, const struct settings *settings)
{
    const char *env = getenv("CRAPS_ASCII");
    setlocale(LC_CTYPE, "");
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    return o->ascii || !utf8 || (env != NULL && strcmp(env, "1") == 0) ||
           strcmp(settings_get(settings, "symbols"), "ascii") == 0;
}

static int run_headless(const struct options *o, struct manager_config *c, struct watch *w)
{
    struct headless_options ho = {
        .json = o->json,
        .strategy = o->strategy != NULL,
        .qr = o->qr,
        .ascii = o->qr && plain_ascii(o, c->settings),
    };
    memcpy(ho.name, c->name, sizeof ho.name);
    struct headless *h = headless_create(&ho);
    struct manager *m = NULL;
    int status = EX_SOFTWARE;
    if (h != NULL) {
        c->reporter = headless_reporter(h);
    }
    if (h == NULL || manager_create(&m, c) != ERR_OK) {
        status = cli_fail(EX_SOFTWARE, "there is not enough memory to begin");
    } else {
        watch_manager(w, m);
        status = finish(m, headless_run(h, m));
    }
    watch_end(w);
    manager_destroy(m);
    headless_destroy(h);
    return status;
}

static bool word_find(const char *text, size_t size, char out[UI_WORD_MAX])
{
    uint16_t index;
    if (!words_find(&index, text, size)) {
        return false;
    }
    snprintf(out, UI_WORD_MAX, "%s", words_list[index]);
    return true;
}

static size_t word_complete(const char *text, size_t size, char out[][UI_WORD_MAX], size_t capacity)
{
    uint16_t indexes[COMPLETIONS_MAX];
    size_t room = capacity < COMPLETIONS_MAX ? capacity : COMPLETIONS_MAX;
    size_t count = words_complete(indexes, room, text, size);
    for (size_t i = 0; i < count && i < room; i++) {
        snprintf(out[i], UI_WORD_MAX, "%s", words_list[indexes[i]]);
    }
    return count;
}

static void word_nearest(const char *text, size_t size, char out[UI_WORD_MAX])
{
    snprintf(out, UI_WORD_MAX, "%s", words_list[words_nearest(text, size, NULL)]);
}

static const struct ui_word_list word_list = {word_find, word_complete, word_nearest};

/* What the screen acts on; `file` is where changes go, "~" for the player's own folder. */
static void values_of(struct setting_values *v, const struct options *o,
    const struct settings *settings, const char *file)
{
    setting_values_init(v);
    v->keys = *settings_keys(settings);
    for (int i = 0; i < SETTING_COUNT; i++) {
        enum ui_setting setting = (enum ui_setting)i;
        int choice = setting_choice_find(setting, settings_get(settings, setting_specs[i].key));
        v->choice[i] = (uint8_t)(choice < 0 ? 0 : choice);
        v->environment[i] = settings_from_environment(settings, setting);
    }
    if (o->color != NULL) {
        v->choice[SETTING_COLOR] = (uint8_t)setting_choice_find(SETTING_COLOR, o->color);
        v->environment[SETTING_COLOR] = true;
    }
    snprintf(v->lessons, sizeof v->lessons, "%s", settings_get(settings, "lessons"));
    const char *home = getenv("HOME");
    size_t size = home == NULL ? 0 : strlen(home);
    bool below = size > 1 && strncmp(file, home, size) == 0 && file[size] == '/';
    const char *rest = below ? file + size : file;
    size_t length = strlen(rest); /* of a long one the end is what tells */
    bool cut = length > FILE_SHOWN_MAX;
    snprintf(v->file, sizeof v->file, "%s%.*s",
        cut     ? "..."
        : below ? "~"
                : "",
        FILE_SHOWN_MAX, cut ? rest + length - FILE_SHOWN_MAX : rest);
}

static struct ui_options ui_options_of(const struct options *o, enum front_end front,
    const struct settings *settings, const struct setting_values *values)
{
    return (struct ui_options){
        .values = values,
        .ascii = o->ascii || (o->qr && front == FRONT_LINE && plain_ascii(o, settings)),
        .qr = o->qr,
        .join = o->ask_on_screen,
        .line = front == FRONT_LINE || values->choice[SETTING_LINE] != 0,
        .no_mouse = o->no_mouse,
        .no_animation = o->no_animation,
        .words = &word_list,
    };
}

static int run_terminal(
    const struct options *o, enum front_end front, struct manager_config *c, struct watch *w)
{
    struct manager *m = NULL;
    if (manager_create(&m, c) != ERR_OK) {
        return cli_fail(EX_SOFTWARE, "there is not enough memory to begin");
    }
    watch_manager(w, m);
    struct ui_port port;
    struct setting_values values;
    values_of(&values, o, c->settings, c->paths.config_file);
    struct ui_options options = ui_options_of(o, front, c->settings, &values);
    int status = manager_port(m, &port)
                     ? finish(m, ui_run(&port, &options))
                     : cli_fail(EX_SOFTWARE, "there is not enough memory for the screen");
    watch_end(w);
    manager_destroy(m);
    return status;
}

int launch_show(const struct options *o, struct ui_port *port)
{
    struct player_files files = {0};
    char identity[PATH_BYTES_MAX];
    struct setting_values values;
    bool player = paths_identity(identity, player_data_dir(o)) == ERR_OK &&
                  access(identity, F_OK) == 0; /* then the folders are there */
    int status = player ? player_files_find(&files, o) : 0;
    status = status == 0 ? player_files_settings(&files) : status;
    if (status == 0) {
        values_of(&values, o, files.settings, files.paths.config_file);
        struct ui_options options = ui_options_of(o, FRONT_SCREEN, files.settings, &values);
        options.line = false;
        status = ui_run(port, &options);
    }
    player_files_close(&files);
    return status;
}

/* After a session, and never one that can be come back to or that somebody is reading. */
static void bound_records(const struct player_files *files, const struct options *o, int status)
{
    size_t removed = 0;
    uint32_t keep = setting_number(files->settings, "keep_records");
    char name[128];
    struct house_rules rules;
    uint64_t age_s;
    if (keep > 0) { /* practice tables, which nobody comes back to, are put away on the way */
        (void)session_last_table(files->paths.sessions_dir, name, sizeof name, &rules, &age_s);
    }
    if (keep > 0 && store_keep_records(files->paths.sessions_dir, keep, &removed) != ERR_OK) {
        log_warn("old records could not be removed");
    }
    if (removed > 0) {
        log_info("%zu old records removed: keep_records is %u", removed, keep);
    }
    if (removed > 0 && status == 0 && !o->quiet) {
        cli_fail(0, "removed %zu old record%s: keep_records is %u", removed,
            removed == 1 ? "" : "s", keep);
    }
}

int launch_run(const struct options *o, enum front_end front, struct manager_config *config)
{
    struct player_files files;
    char problem[CLI_PROBLEM_BYTES];
    int status = strategy_choose(&config->strategy, o->strategy, problem);
    if (status != 0) {
        return cli_fail(status, "%s", problem);
    }
    status = player_files_find(&files, o);
    status = status == 0 ? player_files_lock(&files) : status;
    status = status == 0 ? player_files_settings(&files) : status;
    status = status == 0 ? player_files_log(&files, o) : status;
    status = status == 0 ? player_files_identity(&files, &config->keys) : status;
    if (status == 0) {
        fill_config(config, o, &files);
        config->auto_watched = front != FRONT_HEADLESS;
        struct watch watch;
        status = watch_begin(&watch, o, config);
        if (status == 0) {
            status = front == FRONT_HEADLESS ? run_headless(o, config, &watch)
                                             : run_terminal(o, front, config, &watch);
        }
        watch_free(&watch);
        bound_records(&files, o, status);
    }
    identity_wipe(&config->keys);
    player_files_close(&files);
    return status;
}
