#include "src/broken_file.h"

#include "consensus/guard.h"
#include "game/bet.h"
#include "game/invariants.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEX_LINE_BYTES = 32 };

static const char *const part_names[BROKEN_PARTS] = {"block", "before", "after"};

void broken_file_words(struct broken_file *f, const char *name)
{
    unsigned kind = f->fault.kind;
    bool game = kind < GUARD_FIRST;
    unsigned bet = f->fault.what >> 8, number = f->fault.what & 0xff;
    snprintf(
        f->invariant, sizeof f->invariant, "%s", game ? invariant_name(kind) : guard_name(kind));
    snprintf(f->rule, sizeof f->rule, "%s", game ? invariant_rule(kind) : guard_rule(kind));
    snprintf(f->player, sizeof f->player, "none");
    snprintf(f->bet, sizeof f->bet, "none");
    if (game && f->fault.who != EVENT_NOBODY) {
        snprintf(f->player, sizeof f->player, "%u %s", f->fault.who, name == NULL ? "?" : name);
    }
    if (game && bet < BET_KIND_COUNT) {
        snprintf(f->bet, sizeof f->bet, "%s %u", bet_specs[bet].name, number);
    }
}

bool broken_file_path(char *path, size_t capacity, const char *record_path, uint64_t height)
{
    static const char record[] = ".craps";
    size_t size = strlen(record_path), tail = sizeof record - 1;
    if (size <= tail || strcmp(record_path + size - tail, record) != 0) {
        return false;
    }
    int n = snprintf(path, capacity, "%.*s.invariant-%" PRIu64 BROKEN_FILE_SUFFIX,
        (int)(size - tail), record_path, height);
    return n > 0 && (size_t)n < capacity;
}

static void print_part(FILE *out, const char *name, const uint8_t *bytes, size_t size)
{
    fprintf(out, "%s %zu\n", name, size);
    for (size_t at = 0; at < size; at += HEX_LINE_BYTES) {
        char line[2 * HEX_LINE_BYTES + 1];
        size_t left = size - at;
        hex_encode(line, bytes + at, left < HEX_LINE_BYTES ? left : HEX_LINE_BYTES);
        fprintf(out, "%s\n", line);
    }
}

static void print_file(const struct broken_file *f, FILE *out)
{
    char table[2 * DIGEST_BYTES + 1];
    hex_encode(table, f->table.b, DIGEST_BYTES);
    fprintf(out,
        BROKEN_FILE_MAGIC "version " CRAPS_VERSION "\nprotocol %u\ntable %s\nepoch %" PRIu32
                          "\nview %" PRIu64 "\nheight %" PRIu64
                          "\ninvariant %s\nrule %s\nkind %u\nplayer %s\nbet %s\nhave %" PRId64
                          "\nwant %" PRId64 "\n",
        PROTOCOL_VERSION, table, f->epoch, f->view, f->height, f->invariant, f->rule, f->fault.kind,
        f->player, f->bet, f->fault.have, f->fault.want);
    for (unsigned i = 0; i < BROKEN_PARTS; i++) {
        print_part(out, part_names[i], f->part[i], f->size[i]);
    }
    fputs("end\n", out);
}

enum err broken_file_write(const struct broken_file *f, const char *path)
{
    char temporary[PATH_MAX];
    int n = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (n < 0 || (size_t)n >= sizeof temporary) {
        return ERR_RANGE;
    }
    if (access(path, F_OK) == 0) {
        return ERR_EXISTS;
    }
    int fd = mkostemp(temporary, O_CLOEXEC);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (out == NULL) {
        enum err e = err_from_errno(errno);
        if (fd >= 0) {
            close(fd);
            unlink(temporary);
        }
        return e;
    }
    print_file(f, out);
    bool good = fflush(out) == 0 && ferror(out) == 0 && fchmod(fd, 0644) == 0 && fsync(fd) == 0;
    int failed = good ? 0 : errno != 0 ? errno : EIO;
    fclose(out);
    if (failed == 0 && rename(temporary, path) != 0) {
        failed = errno;
    }
    if (failed != 0) {
        unlink(temporary);
    }
    return failed == 0 ? ERR_OK : err_from_errno(failed);
}

bool broken_file_is(const char *path)
{
    char magic[sizeof BROKEN_FILE_MAGIC] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, magic, sizeof magic - 1);
    if (fd >= 0) {
        close(fd);
    }
    return size == (ssize_t)sizeof magic - 1 && strcmp(magic, BROKEN_FILE_MAGIC) == 0;
}

/* The text of the file that is still to be read. */
struct text {
    char *at, *end;
};

/* The next line without its LF, or NULL. */
static char *next_line(struct text *t)
{
    char *line = t->at;
    char *lf = line < t->end ? memchr(line, '\n', (size_t)(t->end - line)) : NULL;
    if (lf == NULL) {
        return NULL;
    }
    *lf = '\0';
    t->at = lf + 1;
    return line;
}

/* The value of a line that has to begin with that key. */
static const char *value_of(struct text *t, const char *key)
{
    size_t size = strlen(key);
    char *line = next_line(t);
    bool fits = line != NULL && strncmp(line, key, size) == 0 && line[size] == ' ';
    return fits ? line + size + 1 : NULL;
}

static bool number_of(struct text *t, const char *key, int64_t low, int64_t high, int64_t *out)
{
    const char *value = value_of(t, key);
    char *end;
    if (value == NULL || (*value != '-' && (*value < '0' || *value > '9'))) {
        return false;
    }
    errno = 0;
    long long v = strtoll(value, &end, 10);
    *out = v;
    return errno == 0 && *end == '\0' && v >= low && v <= high;
}

static bool word_of(struct text *t, const char *key, char out[BROKEN_WORD_BYTES])
{
    const char *value = value_of(t, key);
    return value != NULL && snprintf(out, BROKEN_WORD_BYTES, "%s", value) < BROKEN_WORD_BYTES;
}

static bool part_of(struct text *t, struct broken_file *f, unsigned part, uint8_t **to)
{
    int64_t size;
    if (!number_of(t, part_names[part], 0, BROKEN_FILE_BYTES_MAX, &size)) {
        return false;
    }
    f->part[part] = *to;
    f->size[part] = (size_t)size;
    for (size_t at = 0; at < (size_t)size; at += HEX_LINE_BYTES) {
        const char *line = next_line(t);
        size_t left = (size_t)size - at, bytes = left < HEX_LINE_BYTES ? left : HEX_LINE_BYTES;
        if (line == NULL || strlen(line) != 2 * bytes ||
            !hex_decode(*to, bytes, line, strlen(line))) {
            return false;
        }
        *to += bytes;
    }
    return true;
}

/* Every byte of a part is two of the text, so `bytes` of the text's size holds all parts. */
static enum err parse(struct text *t, struct broken_file *f, uint8_t *bytes)
{
    char version[BROKEN_WORD_BYTES], table[BROKEN_WORD_BYTES];
    int64_t protocol, epoch, view, height, kind;
    if (!word_of(t, "version", version) || !number_of(t, "protocol", 0, UINT16_MAX, &protocol)) {
        return ERR_FORMAT;
    }
    if (protocol != PROTOCOL_VERSION) {
        return ERR_VERSION;
    }
    if (!word_of(t, "table", table) || strlen(table) != 2 * (size_t)DIGEST_BYTES ||
        !hex_decode(f->table.b, DIGEST_BYTES, table, strlen(table)) ||
        !number_of(t, "epoch", 0, UINT32_MAX, &epoch) ||
        !number_of(t, "view", 0, INT64_MAX, &view) ||
        !number_of(t, "height", 0, INT64_MAX, &height) || !word_of(t, "invariant", f->invariant) ||
        !word_of(t, "rule", f->rule) || !number_of(t, "kind", 1, UINT16_MAX, &kind) ||
        !word_of(t, "player", f->player) || !word_of(t, "bet", f->bet) ||
        !number_of(t, "have", INT64_MIN, INT64_MAX, &f->fault.have) ||
        !number_of(t, "want", INT64_MIN, INT64_MAX, &f->fault.want)) {
        return ERR_FORMAT;
    }
    f->epoch = (uint32_t)epoch;
    f->view = (uint64_t)view;
    f->height = (uint64_t)height;
    f->fault.kind = (uint16_t)kind;
    for (unsigned i = 0; i < BROKEN_PARTS; i++) {
        if (!part_of(t, f, i, &bytes)) {
            return ERR_FORMAT;
        }
    }
    const char *end = next_line(t);
    return end != NULL && strcmp(end, "end") == 0 && t->at == t->end ? ERR_OK : ERR_FORMAT;
}

enum err broken_file_read(const char *path, struct broken_file *f, uint8_t **memory)
{
    struct stat st;
    *memory = NULL;
    memset(f, 0, sizeof *f);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        enum err e = err_from_errno(errno);
        if (fd >= 0) {
            close(fd);
        }
        return e;
    }
    size_t size = (size_t)st.st_size, magic = sizeof BROKEN_FILE_MAGIC - 1;
    uint8_t *all = size > BROKEN_FILE_BYTES_MAX ? NULL : malloc(2 * size + 2);
    ssize_t got = all == NULL ? -1 : read(fd, all, size);
    close(fd);
    enum err e = size > BROKEN_FILE_BYTES_MAX ? ERR_FORMAT : all == NULL ? ERR_NO_MEMORY : ERR_OK;
    if (e == ERR_OK && got != (ssize_t)size) {
        e = got < 0 ? ERR_IO : ERR_FORMAT;
    }
    if (e == ERR_OK && (size < magic || memcmp(all, BROKEN_FILE_MAGIC, magic) != 0)) {
        e = ERR_FORMAT;
    }
    if (e == ERR_OK) {
        struct text t = {(char *)all + magic, (char *)all + size};
        e = parse(&t, f, all + size + 1);
    }
    if (e != ERR_OK) {
        free(all);
        return e;
    }
    *memory = all;
    return ERR_OK;
}
