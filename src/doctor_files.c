#include "src/doctor.h"

#include "src/clock.h"
#include "src/db.h"
#include "src/identity.h"
#include "src/player_id.h"
#include "src/record_list.h"
#include "src/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    SYNCS = 5,
    SYNC_SLOW_US = 50000,
    RECORDS_LOOKED_AT = 20,
    MEGABYTE = 1 << 20,
    SPACE_LEAST_MB = 16,
    SPACE_GOOD_MB = 256
};

static void folder_of(char out[PATH_BYTES_MAX], const char *file)
{
    snprintf(out, PATH_BYTES_MAX, "%s", file);
    char *slash = strrchr(out, '/');
    if (slash != NULL) {
        slash[slash == out] = '\0';
    }
}

/* Is it there; else the nearest folder above it goes to `above`, where it would be made. */
static bool is_there(const char *folder, char above[PATH_BYTES_MAX])
{
    snprintf(above, PATH_BYTES_MAX, "%s", folder);
    while (access(above, F_OK) != 0 && strcmp(above, "/") != 0) {
        char up[PATH_BYTES_MAX];
        folder_of(up, above);
        snprintf(above, PATH_BYTES_MAX, "%s", up);
    }
    return strcmp(above, folder) == 0;
}

static void look_at_folder(struct doctor *d, const char *check, const char *folder)
{
    char above[PATH_BYTES_MAX];
    struct stat st;
    bool there = is_there(folder, above);
    if (stat(above, &st) == 0 && !S_ISDIR(st.st_mode)) {
        doctor_add(d, "disk", check, DOCTOR_FAULT, EX_CANTCREAT, "nothing can be kept there",
            "move the file away, or use --data-dir DIR", "%.180s is a file", above);
    } else if (access(above, W_OK | X_OK) != 0) {
        bool fixed = errno == EROFS;
        doctor_add(d, "disk", check, DOCTOR_FAULT, fixed ? EX_CANTCREAT : EX_NOPERM,
            "nothing can be kept there", "give yourself the right, or use --data-dir DIR",
            "%.150s may not be written to%s", above, fixed ? ": read-only" : "");
    } else if (there) {
        doctor_add(d, "disk", check, DOCTOR_OK, 0, NULL, NULL, "%.180s", folder);
    } else {
        doctor_add(
            d, "disk", check, DOCTOR_OK, 0, NULL, NULL, "%.150s, made at the first start", folder);
    }
}

static const struct {
    uint32_t type;
    const char *name, *means;
} kinds[] = {
    {0xEF53, "ext", NULL},
    {0x9123683E, "btrfs", NULL},
    {0x58465342, "xfs", NULL},
    {0x2FC12FC1, "zfs", NULL},
    {0xF2F52010, "f2fs", NULL},
    {0x794C7630, "overlay", NULL},
    {0x01021994, "tmpfs", "records are gone when the computer is switched off"},
    {0x6969, "nfs", "a table in two places at once is not noticed, and syncs are slow"},
    {0xFF534D42, "cifs", "a table in two places at once is not noticed, and syncs are slow"},
    {0x65735546, "fuse", "it may not keep what it says it has kept"},
    {0x4D44, "vfat", "the secret keys cannot be kept from other users there"},
};

static void look_at_filesystem(struct doctor *d, const char *folder)
{
    struct statfs fs;
    struct statvfs space;
    if (statfs(folder, &fs) == 0) {
        const char *name = "another", *means = NULL;
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            if ((uint32_t)fs.f_type == kinds[i].type) {
                name = kinds[i].name;
                means = kinds[i].means;
            }
        }
        doctor_add(d, "disk", "filesystem", means == NULL ? DOCTOR_OK : DOCTOR_NOTE, 0, means,
            means == NULL ? NULL : "use --data-dir DIR on a disk of this computer", "%s", name);
    }
    if (statvfs(folder, &space) == 0) {
        uint64_t mb = (uint64_t)space.f_bavail * space.f_frsize / MEGABYTE;
        bool none = mb < SPACE_LEAST_MB;
        doctor_add(d, "disk", "space",
            none                 ? DOCTOR_FAULT
            : mb < SPACE_GOOD_MB ? DOCTOR_NOTE
                                 : DOCTOR_OK,
            EX_CANTCREAT,
            mb < SPACE_GOOD_MB ? "a seat stops when its record cannot be written" : NULL,
            mb < SPACE_GOOD_MB ? "free some, or: craps config set keep_records 20" : NULL,
            "%" PRIu64 " MB are free", mb);
    }
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Every vote waits for one. */
static void look_at_sync(struct doctor *d, const char *folder)
{
    char path[PATH_BYTES_MAX], block[4096] = "";
    uint64_t took[SYNCS];
    int n = snprintf(path, sizeof path, "%s/.doctor-XXXXXX", folder);
    int fd = n > 0 && (size_t)n < sizeof path ? mkostemp(path, O_CLOEXEC) : -1;
    bool good = fd >= 0;
    if (good) {
        unlink(path);
    }
    for (unsigned i = 0; i < SYNCS && good; i++) {
        uint64_t began = clock_now_us();
        good = write(fd, block, sizeof block) == (ssize_t)sizeof block && fsync(fd) == 0;
        took[i] = clock_now_us() - began;
    }
    int why = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (!good) {
        doctor_add(d, "disk", "sync", DOCTOR_FAULT,
            why == ENOSPC || why == EDQUOT ? EX_CANTCREAT : EX_IOERR,
            "a seat may not vote without its disk", "free some space or check the disk",
            "nothing can be written to %.100s: %s", folder, strerror(why));
        return;
    }
    qsort(took, SYNCS, sizeof took[0], compare);
    bool slow = took[SYNCS / 2] > SYNC_SLOW_US;
    doctor_add(d, "disk", "sync", slow ? DOCTOR_NOTE : DOCTOR_OK, 0,
        slow ? "every bet waits for it before it counts" : NULL,
        slow ? "use --data-dir DIR on a faster disk" : NULL, "a write is safe after %.1f ms",
        (double)took[SYNCS / 2] / 1000.0);
}

/* Who has the folder writes its number into the lock, and takes it out again; nothing is locked here. */
static void look_at_lock(struct doctor *d)
{
    char text[24] = "";
    int fd = open(d->paths.lock_file, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        (void)!read(fd, text, sizeof text - 1);
        close(fd);
    }
    long pid = strtol(text, NULL, 10);
    if (pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM)) {
        doctor_add(d, "disk", "lock", DOCTOR_FAULT, EX_TEMPFAIL,
            "one player's files belong to one program at a time",
            "close it, or use another --data-dir", "in use by process %ld", pid);
    } else {
        doctor_add(d, "disk", "lock", DOCTOR_OK, 0, NULL, NULL, "nobody has it");
    }
}

static void look_at_records(struct doctor *d)
{
    struct record_list list = {0};
    size_t bad = 0, looked = 0;
    char worst[DOCTOR_TEXT_BYTES / 2] = "";
    if (record_list_read(&list, d->paths.sessions_dir) != ERR_OK) {
        doctor_add(d, "disk", "records", DOCTOR_NOTE, 0, "they cannot be shown or checked",
            "give yourself the right to read the folder", "%.150s cannot be read",
            d->paths.sessions_dir);
        return;
    }
    for (size_t i = list.count; i > 0 && looked < RECORDS_LOOKED_AT; i--, looked++) {
        const char *path = list.items[i - 1].path;
        struct db *db;
        enum err e = db_open(&db, path, DB_READ_ONLY, 0, false);
        e = e == ERR_OK ? db_check(db, false) : e;
        if (e != ERR_OK && e != ERR_BUSY) {
            const char *slash = strrchr(path, '/');
            bad++;
            snprintf(worst, sizeof worst, "%.100s", slash == NULL ? path : slash + 1);
        }
        db_close(db, true);
    }
    if (bad > 0) {
        doctor_add(d, "disk", "records", DOCTOR_NOTE, 0,
            "that table cannot be come back to or shown; others are not touched by it",
            "what is wrong: craps verify NAME", "%zu of %zu are damaged, for example %s", bad,
            looked, worst);
    } else {
        doctor_add(d, "disk", "records", DOCTOR_OK, 0, NULL, NULL, "%zu, %s%zu looked at are sound",
            list.count, looked == list.count ? "all " : "the last ", looked);
    }
    record_list_free(&list);
}

static void look_at_identity(struct doctor *d)
{
    const char *path = d->paths.identity_file;
    struct identity_keys keys;
    struct stat st;
    if (stat(path, &st) != 0) {
        bool none = errno == ENOENT || errno == ENOTDIR;
        doctor_add(d, "files", "identity", none ? DOCTOR_OK : DOCTOR_FAULT, EX_NOPERM,
            none ? NULL : "you cannot sit down without it",
            none ? NULL : "give yourself the right to read it",
            none ? "made at the first table" : "%.180s cannot be looked at", path);
        return;
    }
    enum err e = identity_load(path, &keys);
    identity_wipe(&keys);
    if (e == ERR_OK && (st.st_mode & 077) == 0) {
        doctor_add(d, "files", "identity", DOCTOR_OK, 0, NULL, NULL, "only you can read it");
    } else if (e == ERR_FORMAT || e == ERR_VERSION) {
        doctor_add(d, "files", "identity", DOCTOR_FAULT, EX_DATAERR, "you cannot sit down with it",
            "put your copy back, or move it away to become a new player", "%.180s is damaged",
            path);
    } else {
        doctor_add(d, "files", "identity", DOCTOR_FAULT, EX_NOPERM,
            "whoever can read it can play as you", "chmod 600 on it, and make it yours",
            "%.150s is open to others or not yours", path);
    }
}

static void look_at_settings(struct doctor *d)
{
    struct settings *settings = NULL;
    char problem[SETTINGS_PROBLEM_BYTES] = "";
    bool exists = false;
    enum err e = settings_load(&settings, d->paths.config_file, &exists, problem);
    settings_free(settings);
    if (e == ERR_OK) {
        doctor_add(d, "files", "settings", DOCTOR_OK, 0, NULL, NULL, "%.180s",
            exists ? d->paths.config_file : "none yet: the usual ones");
    } else {
        doctor_add(d, "files", "settings", DOCTOR_FAULT,
            e == ERR_FORMAT       ? EX_CONFIG
            : e == ERR_PERMISSION ? EX_NOPERM
                                  : EX_IOERR,
            "craps does not start with it", "correct that line, or take it out", "%s",
            problem[0] != '\0' ? problem : "the file cannot be read");
    }
}

void doctor_files(struct doctor *d)
{
    char config[PATH_BYTES_MAX], data[PATH_BYTES_MAX], above[PATH_BYTES_MAX];
    folder_of(config, d->paths.config_file);
    folder_of(data, d->paths.identity_file);
    look_at_settings(d);
    look_at_folder(d, "records_folder", d->paths.sessions_dir);
    if (strcmp(config, data) != 0) {
        look_at_folder(d, "settings_folder", config);
        look_at_folder(d, "identity_folder", data);
    }
    bool there = is_there(d->paths.sessions_dir, above);
    look_at_filesystem(d, above);
    if (there && access(above, W_OK | X_OK) == 0) {
        look_at_sync(d, above);
    }
    look_at_lock(d);
    look_at_identity(d);
    if (there) {
        look_at_records(d);
    }
}
