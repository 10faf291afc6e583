/* Messages between managers, and the settings file. */
#include "src/control.h"
#include "src/settings.h"
#include "tests/fuzz/target.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The first byte, the payload's family, is taken off before. */
static bool run_control(const uint8_t *data, size_t size)
{
    static struct control c, again;
    uint8_t bytes[CONTROL_BYTES_MAX];
    struct reader r = reader_of(data, size);
    if (!control_decode(&c, &r)) {
        return false;
    }
    struct writer w = writer_of(bytes, sizeof bytes);
    control_encode(&c, &w);
    if (!w.bad) {
        r = reader_of(bytes + 1, w.size - 1);
        MUST(control_decode(&again, &r));
    }
    return true;
}

static void seed_control(struct writer *w)
{
    uint8_t bytes[CONTROL_BYTES_MAX];
    struct control c = {.kind = CONTROL_ANNOUNCE, .port = 7, .local_count = 2};
    struct writer all = writer_of(bytes, sizeof bytes);
    control_encode(&c, &all);
    write_bytes(w, bytes + 1, all.size - 1);
}

static bool run_settings(const uint8_t *data, size_t size)
{
    struct settings *s = NULL;
    char path[64], problem[SETTINGS_PROBLEM_BYTES] = "";
    bool exists = false;
    int fd = memfd_create("settings", MFD_CLOEXEC);
    MUST(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    bool good = settings_load(&s, path, &exists, problem) == ERR_OK;
    MUST(memchr(problem, '\0', sizeof problem) != NULL);
    for (const char *p = problem; *p != '\0'; p++) {
        MUST((uint8_t)*p >= 0x20 && *p != 0x7f);
    }
    for (int i = 0; s != NULL && i < SETTING_COUNT; i++) {
        const char *value = settings_get(s, setting_specs[i].key);
        MUST(value == NULL || strlen(value) <= SETTING_VALUE_MAX);
    }
    settings_free(s);
    close(fd);
    return good;
}

static void seed_settings(struct writer *w)
{
    static const char text[] =
        "# mine\n[player]\nname = Ann\ncolor = never\n[keys]\npass = j\nready = Home\n";
    write_bytes(w, text, sizeof text - 1);
}

const struct fuzz_target fuzz_src[] = {
    {"control", run_control, seed_control},
    {"settings", run_settings, seed_settings},
};
const size_t fuzz_src_count = sizeof fuzz_src / sizeof fuzz_src[0];
