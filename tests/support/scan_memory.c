/* Preloaded into a real process: when it ends, its own writable memory is searched for the byte
 * strings of SCAN_FILE (one in hex a line), and how often each was found is written to SCAN_REPORT,
 * one number a line. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STRINGS_MAX = 64, STRING_BYTES_MAX = 128, REGIONS_MAX = 1024, MASK = 0x5a };

/* Kept under a mask, so that the search does not find itself. */
static struct {
    size_t size;
    uint8_t masked[STRING_BYTES_MAX];
    unsigned long found;
} strings[STRINGS_MAX];
static size_t count;

static int hex_value(int c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One byte a call: a buffer would be found. */
static void read_strings(int fd)
{
    char c;
    int high = -1;
    while (count < STRINGS_MAX && read(fd, &c, 1) == 1) {
        int value = hex_value(c);
        if (c == '\n') {
            count += strings[count].size > 0;
            high = -1;
        } else if (value >= 0 && high < 0) {
            high = value;
        } else if (value >= 0 && strings[count].size < STRING_BYTES_MAX) {
            strings[count].masked[strings[count].size++] = (uint8_t)((high << 4 | value) ^ MASK);
            high = -1;
        }
    }
}

static void search(const uint8_t *from, const uint8_t *to)
{
    for (size_t i = 0; i < count; i++) {
        for (const uint8_t *p = from; p + strings[i].size <= to; p++) {
            size_t k = 0;
            while (k < strings[i].size && p[k] == (strings[i].masked[k] ^ MASK)) {
                k++;
            }
            strings[i].found += k == strings[i].size;
        }
    }
}

__attribute__((destructor)) static void at_the_end(void)
{
    static struct {
        uintptr_t from, to;
    } regions[REGIONS_MAX];
    const char *file = getenv("SCAN_FILE"), *report = getenv("SCAN_REPORT");
    int fd = file == NULL ? -1 : open(file, O_RDONLY);
    if (fd < 0 || report == NULL) {
        return;
    }
    read_strings(fd);
    close(fd);
    size_t regions_count = 0;
    char line[512], mode[8];
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps != NULL && regions_count < REGIONS_MAX && fgets(line, sizeof line, maps) != NULL) {
        unsigned long from, to;
        if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) == 3 && mode[0] == 'r' &&
            mode[1] == 'w') {
            regions[regions_count].from = from;
            regions[regions_count++].to = to;
        }
    }
    if (maps != NULL) {
        fclose(maps);
    }
    for (size_t i = 0; i < regions_count; i++) {
        search((const uint8_t *)regions[i].from, (const uint8_t *)regions[i].to);
    }
    FILE *out = fopen(report, "w");
    for (size_t i = 0; out != NULL && i < count; i++) {
        fprintf(out, "%lu\n", strings[i].found);
    }
    if (out != NULL) {
        fclose(out);
    }
}
