#include "src/identity.h"

#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Four lines: a version, two seeds in hex, and the first bytes of a hash over the three. */
enum { SEED_BYTES = 32, SUM_BYTES = 8, FILE_BYTES_MAX = 512, VERSION = 1 };

static const char first_words[] = "craps-identity";
static const char sum_tag[] = "craps/v1/identity-file";

struct seeds {
    uint8_t id[SEED_BYTES], net[SEED_BYTES];
};

static void expand(struct identity_keys *keys, const struct seeds *seeds)
{
    crypto_sign_seed_keypair(keys->id_pk, keys->id_sk, seeds->id);
    memcpy(keys->net_sk, seeds->net, sizeof keys->net_sk);
    crypto_scalarmult_base(keys->net_pk, keys->net_sk);
}

void identity_generate(struct identity_keys *keys)
{
    struct seeds seeds;
    randombytes_buf(&seeds, sizeof seeds);
    expand(keys, &seeds);
    sodium_memzero(&seeds, sizeof seeds);
}

void identity_fingerprint(const uint8_t id_pk[32], char text[20])
{
    char hex[17];
    struct digest digest = hash_tagged("craps/v1/fingerprint", id_pk, 32);
    hex_encode(hex, digest.b, 8);
    snprintf(text, 20, "%.4s-%.4s-%.4s-%.4s", hex, hex + 4, hex + 8, hex + 12);
}

void identity_wipe(struct identity_keys *keys)
{
    sodium_memzero(keys, sizeof *keys);
}

const char *identity_explain(enum err err)
{
    switch (err) {
    case ERR_OK:
        return "fine";
    case ERR_FORMAT:
        return "is damaged; put a copy back, or move it away to begin as somebody new";
    case ERR_VERSION:
        return "was written by another version of craps; update craps, or move the file away";
    case ERR_PERMISSION:
        return "must be a file that only you can read and write: chmod 600";
    case ERR_NO_SPACE:
        return "cannot be written: the disk is full";
    case ERR_NOT_FOUND:
        return "cannot be made: its folder is missing";
    default:
        return "cannot be read or written";
    }
}

/* The file's text; `text` holds FILE_BYTES_MAX. */
static size_t encode(char *text, const struct seeds *seeds)
{
    char id[2 * SEED_BYTES + 1], net[2 * SEED_BYTES + 1], sum[2 * SUM_BYTES + 1];
    hex_encode(id, seeds->id, SEED_BYTES);
    hex_encode(net, seeds->net, SEED_BYTES);
    int n = snprintf(text, FILE_BYTES_MAX, "%s %d\nid %s\nnet %s\n", first_words, VERSION, id, net);
    struct digest digest = hash_tagged(sum_tag, text, (size_t)n);
    hex_encode(sum, digest.b, SUM_BYTES);
    n += snprintf(text + n, FILE_BYTES_MAX - (size_t)n, "sum %s\n", sum);
    sodium_memzero(id, sizeof id);
    sodium_memzero(net, sizeof net);
    return (size_t)n;
}

/* Accepts exactly what encode writes. */
static enum err decode(struct seeds *seeds, const char *text, size_t size)
{
    char head[32], again[FILE_BYTES_MAX];
    int head_size = snprintf(head, sizeof head, "%s ", first_words);
    if (size < (size_t)head_size + 2 || memcmp(text, head, (size_t)head_size) != 0) {
        return ERR_FORMAT;
    }
    if (text[head_size] != '0' + VERSION || text[head_size + 1] != '\n') {
        return ERR_VERSION;
    }
    size_t at = (size_t)head_size + 2;
    size_t line = 3 + 2 * SEED_BYTES + 1;
    if (size < at + 2 * line + 1 ||
        !hex_decode(seeds->id, SEED_BYTES, text + at + 3, 2 * SEED_BYTES) ||
        !hex_decode(seeds->net, SEED_BYTES, text + at + line + 4, 2 * SEED_BYTES)) {
        return ERR_FORMAT;
    }
    size_t want = encode(again, seeds);
    bool same = want == size && sodium_memcmp(again, text, size) == 0;
    sodium_memzero(again, sizeof again);
    return same ? ERR_OK : ERR_FORMAT;
}

static enum err read_file(int fd, struct seeds *seeds)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return err_from_errno(errno);
    }
    if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0) {
        return ERR_PERMISSION;
    }
    char text[FILE_BYTES_MAX + 1];
    size_t size = 0;
    enum err err = ERR_OK;
    while (err == ERR_OK && size < sizeof text) {
        ssize_t n = read(fd, text + size, sizeof text - size);
        if (n == 0) {
            break;
        }
        if (n > 0) {
            size += (size_t)n;
        } else if (errno != EINTR) {
            err = err_from_errno(errno);
        }
    }
    err = err == ERR_OK ? decode(seeds, text, size) : err;
    sodium_memzero(text, sizeof text);
    return err;
}

static enum err sync_folder(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);
    memcpy(folder, slash == NULL ? "." : path, length);
    folder[length] = '\0';
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return err_from_errno(errno);
    }
    int failed = fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP ? errno : 0;
    close(fd);
    return err_from_errno(failed);
}

/* A temporary file, synced, then given its name if nobody has it: never over another file. */
static enum err write_file(const char *path, const struct seeds *seeds)
{
    char text[FILE_BYTES_MAX], temporary[PATH_MAX];
    if (snprintf(temporary, sizeof temporary, "%s.%ld.tmp", path, (long)getpid()) >=
        (int)sizeof temporary) {
        return ERR_RANGE;
    }
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return errno == EEXIST ? ERR_PERMISSION : err_from_errno(errno);
    }
    size_t size = encode(text, seeds);
    errno = ENOSPC; /* for a short write, which sets none */
    bool good = fchmod(fd, 0600) == 0 && write(fd, text, size) == (ssize_t)size && fsync(fd) == 0;
    int failed = good ? 0 : errno;
    sodium_memzero(text, sizeof text);
    if (close(fd) != 0 && failed == 0) {
        failed = errno;
    }
    if (failed == 0 && link(temporary, path) != 0) {
        /* No links on this file system: the data directory's lock keeps others away. */
        bool linkless = errno == EPERM || errno == ENOTSUP || errno == ENOSYS;
        failed = linkless && rename(temporary, path) == 0 ? 0 : errno;
    }
    unlink(temporary);
    return failed != 0 ? err_from_errno(failed) : sync_folder(path);
}

enum err identity_load(const char *path, struct identity_keys *keys)
{
    struct seeds seeds;
    memset(keys, 0, sizeof *keys);
    if (sodium_init() < 0) {
        return ERR_INTERNAL;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    enum err err;
    if (fd >= 0) {
        err = read_file(fd, &seeds);
        close(fd);
    } else if (errno != ENOENT) {
        return err_from_errno(errno);
    } else {
        randombytes_buf(&seeds, sizeof seeds);
        err = write_file(path, &seeds);
    }
    if (err == ERR_OK) {
        expand(keys, &seeds);
    }
    sodium_memzero(&seeds, sizeof seeds);
    return err;
}
