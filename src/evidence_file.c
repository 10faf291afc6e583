#include "src/evidence_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAGIC_BYTES = sizeof EVIDENCE_FILE_MAGIC - 1 };

const char *evidence_deed(enum evidence_kind kind)
{
    static const char *const deeds[EVIDENCE_KIND_COUNT] = {
        [EVIDENCE_NOTARIZE_TWICE] = "voted for two different blocks",
        [EVIDENCE_FINALIZE_TWICE] = "made two different blocks final",
        [EVIDENCE_NULLIFY_AND_FINALIZE] = "gave a turn up and made its block final",
        [EVIDENCE_OP_TWICE] = "signed two different moves with one number",
        [EVIDENCE_BAD_DEAL] = "lied while the dice key was made",
    };
    return kind < EVIDENCE_KIND_COUNT && deeds[kind] != NULL ? deeds[kind] : "cheated";
}

void evidence_file_encode(const struct evidence_file *f, struct writer *w)
{
    write_bytes(w, EVIDENCE_FILE_MAGIC, MAGIC_BYTES);
    write_u16(w, PROTOCOL_VERSION);
    write_bytes(w, f->game_id.b, DIGEST_BYTES);
    write_u8(w, f->kind);
    write_u32(w, f->epoch);
    write_bytes(w, f->culprit, ID_BYTES);
    write_u8(w, f->naming);
    write_lp(w, f->named, f->named_size);
    write_lp(w, f->payload, f->payload_size);
}

enum err evidence_file_decode(struct evidence_file *f, const uint8_t *bytes, size_t size)
{
    struct reader r = reader_of(bytes, size);
    const uint8_t *magic = read_span(&r, MAGIC_BYTES);
    if (magic == NULL || memcmp(magic, EVIDENCE_FILE_MAGIC, MAGIC_BYTES) != 0) {
        return ERR_FORMAT;
    }
    uint16_t version = read_u16(&r);
    if (r.bad || version != PROTOCOL_VERSION) {
        return r.bad ? ERR_FORMAT : ERR_VERSION;
    }
    read_bytes(&r, f->game_id.b, DIGEST_BYTES);
    f->kind = read_u8(&r);
    f->epoch = read_u32(&r);
    read_bytes(&r, f->culprit, ID_BYTES);
    f->naming = read_u8(&r);
    f->named = read_lp(&r, &f->named_size);
    f->payload = read_lp(&r, &f->payload_size);
    bool known = f->kind >= EVIDENCE_NOTARIZE_TWICE && f->kind <= EVIDENCE_OP_TWICE;
    return reader_done(&r) && known && f->naming < NAMING_COUNT ? ERR_OK : ERR_FORMAT;
}

static bool wrong(char fault[static EVIDENCE_FAULT_BYTES], const char *text)
{
    snprintf(fault, EVIDENCE_FAULT_BYTES, "%s", text);
    return false;
}

static bool key_by_op(
    const struct evidence_file *f, uint8_t vote_pk[32], char fault[static EVIDENCE_FAULT_BYTES])
{
    struct op op;
    struct reader r = reader_of(f->named, f->named_size);
    if (!op_decode(&op, &r) || !reader_done(&r) || op.kind != OP_KEYS) {
        return wrong(fault, "the operation that should name the vote key is none");
    }
    struct reader payload = reader_of(op.payload, op.payload_size);
    read_u32(&payload);
    read_bytes(&payload, vote_pk, 32);
    read_span(&payload, 32);
    if (!reader_done(&payload) || memcmp(op.author, f->culprit, ID_BYTES) != 0) {
        return wrong(fault, "the vote key is named by somebody else");
    }
    return op_verify(&signer_ed25519, &op, &f->game_id) ||
           wrong(fault, "the signature under the vote key's name is wrong");
}

static bool key_by_genesis(
    const struct evidence_file *f, uint8_t vote_pk[32], char fault[static EVIDENCE_FAULT_BYTES])
{
    struct genesis g;
    struct reader r = reader_of(f->named, f->named_size);
    if (!genesis_decode(&g, &r) || !reader_done(&r)) {
        return wrong(fault, "the table's first bytes are damaged");
    }
    struct digest id = genesis_game_id(&g);
    if (!digest_equal(&id, &f->game_id) || memcmp(g.founder_id, f->culprit, ID_BYTES) != 0) {
        return wrong(fault, "the culprit did not open this table");
    }
    memcpy(vote_pk, g.founder_vote_pk, 32);
    return true;
}

static bool check_ops(const struct evidence_file *f, char fault[static EVIDENCE_FAULT_BYTES])
{
    uint8_t culprit[ID_BYTES];
    if (f->naming != NAMING_NONE || f->named_size != 0 || f->epoch != 0) {
        return wrong(fault, "it says more than two operations can prove");
    }
    if (evidence_judge_ops(&signer_ed25519, &f->game_id, f->payload, f->payload_size, culprit) !=
        EVIDENCE_OP_TWICE) {
        return wrong(fault, "the two operations prove nothing");
    }
    return memcmp(culprit, f->culprit, ID_BYTES) == 0 ||
           wrong(fault, "the two operations are somebody else's");
}

bool evidence_file_check(const struct evidence_file *f, char fault[static EVIDENCE_FAULT_BYTES])
{
    uint8_t vote_pk[32];
    struct vote a, b;
    fault[0] = '\0';
    if (f->kind == EVIDENCE_OP_TWICE) {
        return check_ops(f, fault);
    }
    bool named = f->naming == NAMING_KEYS      ? key_by_op(f, vote_pk, fault)
                 : f->naming == NAMING_GENESIS ? key_by_genesis(f, vote_pk, fault)
                                               : wrong(fault, "nobody names the vote key");
    if (!named) {
        return false;
    }
    enum evidence_kind kind = evidence_judge_key(
        &signer_ed25519, &f->game_id, vote_pk, f->payload, f->payload_size, &a, &b);
    if (kind == EVIDENCE_NONE) {
        return wrong(fault, "the two votes prove nothing against that key");
    }
    return (kind == f->kind && a.epoch == f->epoch) ||
           wrong(fault, "the two votes prove something else than it says");
}

static enum err read_all(const char *path, uint8_t *bytes, size_t capacity, size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return err_from_errno(errno);
    }
    *size = 0;
    ssize_t got = 1;
    while (got > 0 && *size < capacity) {
        got = read(fd, bytes + *size, capacity - *size);
        *size += got > 0 ? (size_t)got : 0;
    }
    enum err e = got < 0 ? err_from_errno(errno) : ERR_OK;
    close(fd);
    return e;
}

bool evidence_file_is(const char *path)
{
    uint8_t start[MAGIC_BYTES];
    size_t size;
    return read_all(path, start, sizeof start, &size) == ERR_OK && size == sizeof start &&
           memcmp(start, EVIDENCE_FILE_MAGIC, sizeof start) == 0;
}

enum err evidence_file_read(
    const char *path, struct evidence_file *f, uint8_t bytes[static EVIDENCE_FILE_BYTES_MAX])
{
    size_t size;
    enum err e = read_all(path, bytes, EVIDENCE_FILE_BYTES_MAX, &size);
    if (e != ERR_OK) {
        return e;
    }
    return size == EVIDENCE_FILE_BYTES_MAX ? ERR_FORMAT : evidence_file_decode(f, bytes, size);
}

/* "/dir/NAME" of "/dir/NAME.craps"; false when that is none. */
static bool stem_of(char stem[static PATH_MAX], const char *record_path)
{
    static const char suffix[] = ".craps";
    size_t size = strlen(record_path), tail = sizeof suffix - 1;
    if (size <= tail || size >= PATH_MAX || strcmp(record_path + size - tail, suffix) != 0) {
        return false;
    }
    memcpy(stem, record_path, size - tail);
    stem[size - tail] = '\0';
    return true;
}

bool evidence_file_path(char *path, size_t capacity, const char *record_path,
    const uint8_t culprit[ID_BYTES], uint32_t epoch)
{
    char stem[PATH_MAX], hex[9];
    if (!stem_of(stem, record_path)) {
        return false;
    }
    hex_encode(hex, culprit, 4);
    int n = snprintf(
        path, capacity, "%s.evidence-%s-%u" EVIDENCE_FILE_SUFFIX, stem, hex, (unsigned)epoch);
    return n > 0 && (size_t)n < capacity;
}

static bool is_of_table(const char *name, const char *stem_name)
{
    char prefix[NAME_MAX + 16];
    size_t size = strlen(name), tail = sizeof EVIDENCE_FILE_SUFFIX - 1;
    int n = snprintf(prefix, sizeof prefix, "%s.evidence-", stem_name);
    return n > 0 && (size_t)n < sizeof prefix && strncmp(name, prefix, (size_t)n) == 0 &&
           size > tail && strcmp(name + size - tail, EVIDENCE_FILE_SUFFIX) == 0;
}

void evidence_files_each(const char *record_path, evidence_file_visit *visit, void *self)
{
    char stem[PATH_MAX], path[PATH_MAX + NAME_MAX + 2];
    if (!stem_of(stem, record_path)) {
        return;
    }
    char *slash = strrchr(stem, '/');
    const char *stem_name = slash == NULL ? stem : slash + 1;
    const char *dir_name = slash == NULL ? "." : stem;
    if (slash != NULL) {
        *slash = '\0';
    }
    DIR *dir = opendir(dir_name[0] == '\0' ? "/" : dir_name);
    bool more = dir != NULL;
    while (more) {
        const struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            break;
        }
        if (is_of_table(entry->d_name, stem_name)) {
            snprintf(path, sizeof path, "%s/%s", dir_name, entry->d_name);
            more = visit(self, path);
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
}

static bool count_one(void *self, const char *path)
{
    (void)path;
    return ++*(unsigned *)self < EVIDENCE_FILES_MAX;
}

static void sync_directory_of(const char *path)
{
    char dir[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t size = slash == NULL ? 0 : (size_t)(slash - path);
    if (size == 0 || size >= sizeof dir) {
        return;
    }
    memcpy(dir, path, size);
    dir[size] = '\0';
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd); /* without it the proof may be missing after a power cut, never half */
        close(fd);
    }
}

enum err evidence_file_write(
    const struct evidence_file *f, const char *record_path, const char *path)
{
    uint8_t bytes[EVIDENCE_FILE_BYTES_MAX];
    char temporary[PATH_MAX];
    struct writer w = writer_of(bytes, sizeof bytes);
    unsigned count = 0;
    evidence_file_encode(f, &w);
    int n = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (w.bad || n < 0 || (size_t)n >= sizeof temporary) {
        return ERR_RANGE;
    }
    if (access(path, F_OK) == 0) {
        return ERR_EXISTS;
    }
    evidence_files_each(record_path, count_one, &count);
    if (count >= EVIDENCE_FILES_MAX) {
        return ERR_FULL;
    }
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0) {
        return err_from_errno(errno);
    }
    bool good =
        fchmod(fd, 0644) == 0 && write(fd, w.data, w.size) == (ssize_t)w.size && fsync(fd) == 0;
    int failed = good ? 0 : errno != 0 ? errno : EIO;
    close(fd);
    /* A link does not replace what is there, as a rename would. */
    if (failed == 0 && link(temporary, path) != 0) {
        bool linkless = errno == EPERM || errno == ENOTSUP || errno == ENOSYS;
        failed = linkless && rename(temporary, path) == 0 ? 0 : errno;
    }
    unlink(temporary);
    sync_directory_of(path);
    return failed == 0 ? ERR_OK : err_from_errno(failed);
}
