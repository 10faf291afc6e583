#include "src/settings.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COUNT = SETTING_COUNT, MODE_NEW = 0600 };

static const char KEYS_PREFIX[] = "keys.";

struct settings {
    char path[PATH_MAX];
    char
        *text; /* the file as it is, NUL-terminated; every line ends with LF but perhaps the last */
    size_t size;
    char file[COUNT][SETTING_VALUE_MAX]; /* values of the file */
    bool in_file[COUNT];
    char environment[COUNT][SETTING_VALUE_MAX];
    bool in_environment[COUNT];
    struct key_map keys;
    char key_words[KEY_BINDINGS_MAX][KEY_TEXT_MAX]; /* the text of each */
    unsigned key_lines[KEY_BINDINGS_MAX];           /* where the file says so; 0: it does not */
};

/* One line of the file: where its key and value are. */
struct line {
    const char *start, *end; /* end: past the LF */
    const char *key, *value;
    size_t key_size, value_size;
    bool in_keys; /* under [keys] */
    enum { LINE_NOTHING, LINE_PAIR, LINE_BAD } kind;
};

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void trim(const char **text, size_t *size)
{
    while (*size > 0 && blank((*text)[0])) {
        (*text)++;
        (*size)--;
    }
    while (*size > 0 && blank((*text)[*size - 1])) {
        (*size)--;
    }
}

/* `l` is the line before, but for the first. */
static bool next_line(const struct settings *s, const char **at, struct line *l)
{
    const char *stop = s->text + s->size;
    if (*at >= stop) {
        return false;
    }
    const char *lf = memchr(*at, '\n', (size_t)(stop - *at));
    bool in_keys = *at != s->text && l->in_keys;
    *l = (struct line){.start = *at, .end = lf == NULL ? stop : lf + 1, .in_keys = in_keys};
    const char *body = *at;
    size_t size = (size_t)((lf == NULL ? stop : lf) - body);
    *at = l->end;
    if (l->start == s->text && size >= 3 && memcmp(body, "\xef\xbb\xbf", 3) == 0) {
        body += 3;
        size -= 3;
    }
    trim(&body, &size);
    if (size == 0 || body[0] == '#' || body[0] == ';') {
        return true;
    }
    if (body[0] == '[') {
        l->kind = body[size - 1] == ']' ? LINE_NOTHING : LINE_BAD;
        l->in_keys = size == 6 && memcmp(body, "[keys]", 6) == 0;
        return true;
    }
    const char *equals = memchr(body, '=', size);
    l->kind = equals == NULL ? LINE_BAD : LINE_PAIR;
    if (equals != NULL) {
        l->key = body;
        l->key_size = (size_t)(equals - body);
        l->value = equals + 1;
        l->value_size = size - l->key_size - 1;
        trim(&l->key, &l->key_size);
        trim(&l->value, &l->value_size);
    }
    return true;
}

/* The first problem is the one that is told. */
static enum err complain(char *problem, enum err err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum err complain(char *problem, enum err err, const char *format, ...)
{
    if (problem[0] == '\0') {
        va_list args;
        va_start(args, format);
        vsnprintf(problem, SETTINGS_PROBLEM_BYTES, format, args);
        va_end(args);
    }
    return err;
}

static const char *cut(char *out, size_t capacity, const char *text, size_t size)
{
    size_t n = size < capacity - 1 ? size : capacity - 1;
    for (size_t i = 0; i < n; i++) {
        out[i] = text[i] >= 0x20 && text[i] < 0x7f ? text[i] : '?';
    }
    out[n] = '\0';
    return out;
}

/* Hostile text in a message: printable ASCII only, cut. */
static const char *shown(char out[40], const char *text, size_t size)
{
    return cut(out, 40, text, size);
}

static const char *file_name(const struct settings *s)
{
    const char *slash = strrchr(s->path, '/');
    return slash == NULL ? s->path : slash + 1;
}

static enum err take_key(struct settings *s, const struct line *l, unsigned number, char *problem)
{
    char name[40], key[40], why[KEY_PROBLEM_MAX];
    bool fits = l->key_size < sizeof name && l->value_size < sizeof key;
    snprintf(name, sizeof name, "%.*s", (int)(fits ? l->key_size : 0), l->key);
    snprintf(key, sizeof key, "%.*s", (int)(fits ? l->value_size : 0), l->value);
    if (!key_map_put(&s->keys, name, key, why)) {
        char plain[KEY_PROBLEM_MAX];
        return complain(problem, ERR_FORMAT, "%.60s line %u, [keys]: %s", file_name(s), number,
            cut(plain, sizeof plain, why, strlen(why)));
    }
    s->key_lines[key_binding_find(name, strlen(name))] = number;
    return ERR_OK;
}

/* Once all are known: two keys may have been changed for each other. */
static enum err check_keys(const struct settings *s, char *problem)
{
    for (size_t i = 0; i < key_binding_count; i++) {
        int other = key_map_conflict(&s->keys, i);
        if (s->keys.key[i] != 0 && other >= 0) {
            char key[KEY_TEXT_MAX];
            unsigned line = s->key_lines[i];
            return complain(problem, ERR_FORMAT,
                "%.60s line %u, [keys]: %s is for %s and for %s; give one of them another key",
                file_name(s), line, key_text(s->keys.key[i], key), key_bindings[i].name,
                key_bindings[other].name);
        }
    }
    return ERR_OK;
}

static enum err take_line(struct settings *s, const struct line *l, unsigned number, char *problem)
{
    char text[40];
    const char *name = file_name(s);
    if (l->kind == LINE_NOTHING) {
        return ERR_OK;
    }
    if (l->kind == LINE_BAD) {
        return complain(problem, ERR_FORMAT,
            "%.60s line %u: \"%s\" is not KEY = VALUE; begin it with # to keep it as a comment",
            name, number, shown(text, l->start, (size_t)(l->end - l->start)));
    }
    if (l->in_keys) {
        return take_key(s, l, number, problem);
    }
    int i = setting_find(l->key, l->key_size);
    if (i < 0) {
        return complain(problem, ERR_FORMAT,
            "%.60s line %u: there is no setting \"%s\"; craps config list shows them all", name,
            number, shown(text, l->key, l->key_size));
    }
    char value[SETTING_VALUE_MAX], allowed[SETTING_ALLOWED_MAX];
    bool fits = l->value_size < sizeof value;
    memcpy(value, l->value, fits ? l->value_size : 0);
    value[fits ? l->value_size : 0] = '\0';
    if (!fits || !setting_parse((enum ui_setting)i, value, s->file[i])) {
        return complain(problem, ERR_FORMAT, "%.60s line %u: %s = %s: it takes %s", name, number,
            setting_specs[i].key, shown(text, l->value, l->value_size),
            setting_allowed((enum ui_setting)i, allowed));
    }
    s->in_file[i] = true;
    return ERR_OK;
}

static void name_keys(struct settings *s)
{
    for (size_t i = 0; i < key_binding_count; i++) {
        key_text(key_map_key(&s->keys, i), s->key_words[i]);
    }
}

static enum err take_text(struct settings *s, char *problem)
{
    enum err err = ERR_OK;
    struct line l = {0};
    unsigned number = 0;
    const char *at = s->text;
    memset(s->in_file, 0, sizeof s->in_file);
    memset(&s->keys, 0, sizeof s->keys);
    memset(s->key_lines, 0, sizeof s->key_lines);
    while (next_line(s, &at, &l)) {
        enum err one = take_line(s, &l, ++number, problem);
        err = err == ERR_OK ? one : err;
    }
    name_keys(s);
    enum err keys = check_keys(s, problem);
    return err == ERR_OK ? keys : err;
}

static enum err take_environment(struct settings *s, char *problem)
{
    enum err err = ERR_OK;
    for (int i = 0; i < COUNT; i++) {
        char variable[32] = "CRAPS_", text[40], allowed[SETTING_ALLOWED_MAX];
        for (size_t k = 0; setting_specs[i].key[k] != '\0'; k++) {
            variable[6 + k] = (char)toupper((unsigned char)setting_specs[i].key[k]);
        }
        const char *value = getenv(variable);
        if (value == NULL || value[0] == '\0') {
            continue;
        }
        if (!setting_parse((enum ui_setting)i, value, s->environment[i])) {
            enum err one = complain(problem, ERR_FORMAT, "%s=%s: it takes %s", variable,
                shown(text, value, strlen(value)), setting_allowed((enum ui_setting)i, allowed));
            err = err == ERR_OK ? one : err;
            continue;
        }
        s->in_environment[i] = true;
    }
    return err;
}

static enum err read_all(int fd, char *text, size_t *size)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return err_from_errno(errno);
    }
    if (!S_ISREG(st.st_mode)) {
        return ERR_FORMAT;
    }
    *size = 0;
    while (*size <= SETTINGS_BYTES_MAX) {
        ssize_t n = read(fd, text + *size, SETTINGS_BYTES_MAX + 1 - *size);
        if (n == 0) {
            return ERR_OK;
        }
        if (n < 0 && errno != EINTR) {
            return err_from_errno(errno);
        }
        *size += n > 0 ? (size_t)n : 0;
    }
    *size = 0;
    return ERR_FULL;
}

static enum err read_text(struct settings *s, bool *exists, char *problem)
{
    int fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    *exists = fd >= 0 || errno != ENOENT;
    if (fd < 0) {
        enum err err = err_from_errno(errno);
        return *exists ? complain(problem, err, "%.200s: %s", s->path, err_name(err)) : ERR_OK;
    }
    enum err err = read_all(fd, s->text, &s->size);
    close(fd);
    if (err == ERR_FULL) {
        return complain(problem, ERR_FORMAT,
            "%.160s: more than %d bytes; move it away for the defaults", s->path,
            SETTINGS_BYTES_MAX);
    }
    if (err == ERR_OK && memchr(s->text, '\0', s->size) != NULL) {
        s->size = 0;
        err = ERR_FORMAT;
    }
    s->text[s->size] = '\0';
    return err == ERR_OK ? ERR_OK
                         : complain(problem, err, "%.160s: %s", s->path,
                               err == ERR_FORMAT ? "not a text file; move it away for the defaults"
                                                 : err_name(err));
}

enum err settings_load(struct settings **out, const char *path, bool *exists, char *problem)
{
    *out = NULL;
    *exists = false;
    problem[0] = '\0';
    struct settings *s = calloc(1, sizeof *s);
    if (s == NULL || (s->text = malloc(SETTINGS_BYTES_MAX + 2)) == NULL ||
        strlen(path) >= sizeof s->path) {
        enum err err = s != NULL && s->text != NULL ? ERR_RANGE : ERR_NO_MEMORY;
        settings_free(s);
        return complain(problem, err, "settings: %s", err_name(err));
    }
    strcpy(s->path, path);
    s->text[0] = '\0';
    enum err read = read_text(s, exists, problem);
    enum err file = take_text(s, problem);
    enum err environment = take_environment(s, problem);
    *out = s;
    return read != ERR_OK ? read : file != ERR_OK ? file : environment;
}

void settings_free(struct settings *s)
{
    if (s != NULL) {
        free(s->text);
        free(s);
    }
}

const struct key_map *settings_keys(const struct settings *s)
{
    return &s->keys;
}

const char *settings_get(const struct settings *s, const char *key)
{
    if (strncmp(key, KEYS_PREFIX, strlen(KEYS_PREFIX)) == 0) {
        int binding =
            key_binding_find(key + strlen(KEYS_PREFIX), strlen(key) - strlen(KEYS_PREFIX));
        return binding < 0 ? NULL : s->key_words[binding];
    }
    int i = setting_find(key, strlen(key));
    if (i < 0) {
        return NULL;
    }
    return s->in_environment[i] ? s->environment[i]
           : s->in_file[i]      ? s->file[i]
                                : setting_specs[i].fallback;
}

bool settings_from_environment(const struct settings *s, enum ui_setting setting)
{
    return s->in_environment[setting];
}

/* Beside the real file, synced, renamed over it; a link to it stays a link. */
static enum err write_text(const char *path, const char *text, size_t size)
{
    char real[PATH_MAX], temporary[PATH_MAX], folder[PATH_MAX];
    struct stat st;
    if (realpath(path, real) == NULL) {
        snprintf(real, sizeof real, "%s", path);
    }
    mode_t mode = stat(real, &st) == 0 ? st.st_mode & 0777 : MODE_NEW;
    if (snprintf(temporary, sizeof temporary, "%s.%ld.tmp", real, (long)getpid()) >=
        (int)sizeof temporary) {
        return ERR_RANGE;
    }
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, MODE_NEW);
    if (fd < 0) {
        return err_from_errno(errno);
    }
    errno = ENOSPC; /* for a short write, which sets none */
    bool good = fchmod(fd, mode) == 0 && write(fd, text, size) == (ssize_t)size && fsync(fd) == 0;
    int failed = good ? 0 : errno;
    close(fd);
    if (failed != 0 || rename(temporary, real) != 0) {
        failed = failed != 0 ? failed : errno;
        unlink(temporary);
        return err_from_errno(failed);
    }
    snprintf(folder, sizeof folder, "%s", real);
    char *slash = strrchr(folder, '/');
    if (slash != NULL) {
        slash[slash == folder] = '\0';
    }
    fd = open(slash == NULL ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd); /* the old settings or the new ones: either is whole */
        close(fd);
    }
    return ERR_OK;
}

/* Where a line of the file is, or would be. */
struct place {
    const char *from, *to; /* the value that counts; NULL when there is no such line */
    const char *header;    /* the last [keys] */
    const char *keys_end;  /* after the last line that says something under it */
    bool ends_in_keys;
};

static struct place find_place(const struct settings *s, const char *name, bool key)
{
    struct place place = {.from = NULL};
    struct line l = {.kind = LINE_NOTHING};
    const char *at = s->text;
    while (next_line(s, &at, &l)) {
        bool header = l.in_keys && !place.ends_in_keys;
        if (l.kind == LINE_PAIR && l.in_keys == key && strlen(name) == l.key_size &&
            memcmp(name, l.key, l.key_size) == 0) {
            place.from = l.value;
            place.to = l.value + l.value_size;
        }
        place.header = header ? l.start : place.header;
        place.keys_end = l.in_keys && (header || l.kind == LINE_PAIR) ? l.end : place.keys_end;
        place.ends_in_keys = l.in_keys;
    }
    return place;
}

/* The text with the last line of that name (the one that counts) replaced, or with a new one: keys under [keys],
 * settings where no such section has begun. */
static size_t edit(
    const struct settings *s, bool key, const char *name, const char *value, char *out)
{
    struct place p = find_place(s, name, key);
    const char *end = s->text + s->size;
    if (p.from != NULL) {
        return (size_t)sprintf(out, "%.*s%s%s%.*s", (int)(p.from - s->text), s->text,
            p.from[-1] == '=' ? " " : "", value, (int)(end - p.to), p.to);
    }
    const char *at = key && p.header != NULL ? p.keys_end : !key && p.ends_in_keys ? p.header : end;
    const char *gap = at > s->text && at[-1] != '\n' ? "\n" : "";
    const char *section = !key || p.header != NULL ? "" : s->size > 0 ? "\n[keys]\n" : "[keys]\n";
    return (size_t)sprintf(out, "%.*s%s%s%s = %s\n%.*s", (int)(at - s->text), s->text, gap, section,
        name, value, (int)(end - at), at);
}

static enum err change(struct settings *s, bool key, const char *name, const char *value)
{
    char *text = malloc(SETTINGS_BYTES_MAX + 2 + SETTING_VALUE_MAX + 64);
    if (text == NULL) {
        return ERR_NO_MEMORY;
    }
    size_t size = edit(s, key, name, value, text);
    enum err err = size > SETTINGS_BYTES_MAX ? ERR_FULL : write_text(s->path, text, size);
    if (err == ERR_OK) {
        memcpy(s->text, text, size + 1);
        s->size = size;
    }
    free(text);
    return err;
}

static enum err set_key(struct settings *s, const char *name, const char *value)
{
    struct key_map keys = s->keys;
    char why[KEY_PROBLEM_MAX], text[KEY_TEXT_MAX];
    int i = key_binding_find(name, strlen(name));
    if (i < 0) {
        return ERR_NOT_FOUND;
    }
    if (!key_map_set(&keys, name, value, why)) {
        return ERR_RANGE;
    }
    enum err err = change(s, true, name, key_text(key_map_key(&keys, (size_t)i), text));
    if (err == ERR_OK) {
        s->keys = keys;
        name_keys(s);
    }
    return err;
}

enum err settings_set(struct settings *s, const char *key, const char *value)
{
    if (strncmp(key, KEYS_PREFIX, strlen(KEYS_PREFIX)) == 0) {
        return set_key(s, key + strlen(KEYS_PREFIX), value);
    }
    int i = setting_find(key, strlen(key));
    if (i < 0) {
        return ERR_NOT_FOUND;
    }
    char written[SETTING_VALUE_MAX];
    if (!setting_parse((enum ui_setting)i, value, written)) {
        return ERR_RANGE;
    }
    enum err err = change(s, false, key, written);
    if (err == ERR_OK) {
        strcpy(s->file[i], written);
        s->in_file[i] = true;
    }
    return err;
}
