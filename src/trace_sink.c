#include "src/trace_sink.h"

#include "src/clock.h"
#include "src/late_library.h"

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CONNECT_MS = 1000,
    POST_MS = 3000,
    HURRY_MS = 1000,
    ANSWER_BYTES = 64 * 1024, /* of a collector, read and thrown away */
    FAULT_BYTES = 200,
};

struct library {
    LATE(curl_global_init);
    LATE(curl_global_cleanup);
    LATE(curl_easy_init);
    LATE(curl_easy_setopt);
    LATE(curl_easy_perform);
    LATE(curl_easy_strerror);
    LATE(curl_easy_cleanup);
    LATE(curl_slist_append);
    LATE(curl_slist_free_all);
};

struct trace_sink {
    int fd; /* -1: a collector */
    bool cut;
    struct library http;
    CURL *curl;
    struct curl_slist *headers;
    char url[TRACE_URL_BYTES];
    size_t answer_size;
    const atomic_bool *hurry;
    uint64_t hurry_ms;
    char fault[FAULT_BYTES];
};

bool trace_url(char out[TRACE_URL_BYTES], const char *target)
{
    static const char scheme[] = "http://";
    size_t size = sizeof scheme - 1;
    if (strncmp(target, scheme, size) != 0) {
        return false;
    }
    size_t host = strcspn(target + size, "/?#");
    const char *rest = target + size + host;
    bool bare = rest[0] == '\0' || strcmp(rest, "/") == 0;
    /* No names and passwords: they would stand in the process list and in the log. */
    if (host == 0 || memchr(target + size, '@', host) != NULL ||
        strpbrk(target, " \t\r\n") != NULL) {
        return false;
    }
    int n = snprintf(
        out, TRACE_URL_BYTES, "%.*s%s", (int)(size + host), target, bare ? "/v1/traces" : rest);
    return n > 0 && n < TRACE_URL_BYTES;
}

static bool load(struct library *l)
{
    static const char *const names[] = {"libcurl-gnutls.so.4", "libcurl.so.4", NULL};
    static const struct late_symbol symbols[] = {
        LATE_SYMBOL(struct library, curl_global_init),
        LATE_SYMBOL(struct library, curl_global_cleanup),
        LATE_SYMBOL(struct library, curl_easy_init),
        LATE_SYMBOL(struct library, curl_easy_setopt),
        LATE_SYMBOL(struct library, curl_easy_perform),
        LATE_SYMBOL(struct library, curl_easy_strerror),
        LATE_SYMBOL(struct library, curl_easy_cleanup),
        LATE_SYMBOL(struct library, curl_slist_append),
        LATE_SYMBOL(struct library, curl_slist_free_all),
    };
    return late_library_open(names, symbols, sizeof symbols / sizeof symbols[0], l);
}

static size_t on_answer(char *data, size_t size, size_t count, void *self)
{
    struct trace_sink *s = self;
    (void)data;
    s->answer_size += size * count;
    return s->answer_size > ANSWER_BYTES ? 0 : size * count;
}

/* Not 0 ends it: when the program ends, nobody waits for a collector any longer than this. */
static int on_progress(void *self, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct trace_sink *s = self;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    if (!atomic_load(s->hurry)) {
        return 0;
    }
    s->hurry_ms = s->hurry_ms == 0 ? clock_now_ms() : s->hurry_ms;
    return clock_now_ms() - s->hurry_ms > HURRY_MS;
}

static enum err open_collector(struct trace_sink *s)
{
    const struct library *l = &s->http;
    if (!load(&s->http)) {
        return ERR_NOT_FOUND;
    }
    l->curl_global_init(CURL_GLOBAL_NOTHING);
    s->curl = l->curl_easy_init();
    s->headers = l->curl_slist_append(NULL, "Content-Type: application/json");
    struct curl_slist *more =
        s->headers == NULL ? NULL : l->curl_slist_append(s->headers, "Expect:");
    CURL *c = s->curl;
    if (c == NULL || more == NULL) {
        return ERR_NO_MEMORY;
    }
    bool good = l->curl_easy_setopt(c, CURLOPT_URL, s->url) == CURLE_OK;
    good = good && l->curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http") == CURLE_OK;
    good = good && l->curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK;
    good = good && l->curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
    good = good && l->curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L) == CURLE_OK;
    good = good && l->curl_easy_setopt(c, CURLOPT_HTTPHEADER, s->headers) == CURLE_OK;
    good = good && l->curl_easy_setopt(c, CURLOPT_USERAGENT, "craps/" CRAPS_VERSION) == CURLE_OK;
    good = good && l->curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS) == CURLE_OK;
    good = good && l->curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)POST_MS) == CURLE_OK;
    good = good && l->curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_answer) == CURLE_OK;
    good = good && l->curl_easy_setopt(c, CURLOPT_WRITEDATA, s) == CURLE_OK;
    good = good && l->curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK;
    good = good && l->curl_easy_setopt(c, CURLOPT_XFERINFODATA, s) == CURLE_OK;
    good = good && l->curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L) == CURLE_OK;
    return good ? ERR_OK : ERR_NO_MEMORY;
}

enum err trace_sink_open(struct trace_sink **out, const char *target, const atomic_bool *hurry)
{
    struct trace_sink *s = calloc(1, sizeof *s);
    enum err e = ERR_OK;
    if (s == NULL) {
        return ERR_NO_MEMORY;
    }
    s->fd = -1;
    s->hurry = hurry;
    if (trace_url(s->url, target)) {
        e = open_collector(s);
    } else if (strstr(target, "://") != NULL) {
        e = ERR_RANGE;
    } else {
        s->fd =
            open(target, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
        e = s->fd < 0 ? ERR_IO : ERR_OK;
    }
    if (e != ERR_OK) {
        int why = errno;
        trace_sink_close(s);
        errno = why;
        return e;
    }
    *out = s;
    return ERR_OK;
}

void trace_sink_close(struct trace_sink *s)
{
    if (s == NULL) {
        return;
    }
    if (s->curl != NULL) {
        s->http.curl_easy_cleanup(s->curl);
    }
    if (s->headers != NULL) {
        s->http.curl_slist_free_all(s->headers);
    }
    if (s->http.curl_global_cleanup != NULL) {
        s->http.curl_global_cleanup();
    }
    if (s->fd >= 0) {
        close(s->fd);
    }
    free(s);
}

static bool write_bytes_whole(struct trace_sink *s, const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        ssize_t n = write(s->fd, text + at, size - at);
        if (n < 0 && errno != EINTR) {
            snprintf(s->fault, sizeof s->fault, "%s", strerror(errno));
            s->cut = s->cut || at > 0;
            return false;
        }
        at += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* A line that was cut by a full disk is ended before the next one. */
static bool write_line(struct trace_sink *s, const char *text, size_t size)
{
    if (s->cut && !write_bytes_whole(s, "\n", 1)) {
        return false;
    }
    s->cut = false;
    if (!write_bytes_whole(s, text, size)) {
        return false;
    }
    s->cut = !write_bytes_whole(s, "\n", 1);
    return !s->cut;
}

bool trace_sink_write(struct trace_sink *s, const char *text, size_t size)
{
    if (s->fd >= 0) {
        return write_line(s, text, size);
    }
    const struct library *l = &s->http;
    s->answer_size = 0;
    CURLcode result = l->curl_easy_setopt(s->curl, CURLOPT_POSTFIELDS, text);
    if (result == CURLE_OK) {
        result = l->curl_easy_setopt(s->curl, CURLOPT_POSTFIELDSIZE, (long)size);
    }
    if (result == CURLE_OK) {
        result = l->curl_easy_perform(s->curl);
    }
    if (result != CURLE_OK) {
        snprintf(s->fault, sizeof s->fault, "%s", l->curl_easy_strerror(result));
    }
    return result == CURLE_OK;
}

const char *trace_sink_fault(const struct trace_sink *s)
{
    return s->fault;
}
