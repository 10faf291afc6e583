#include "src/metrics_server.h"

#include "src/clock.h"
#include "src/late_library.h"
#include "src/metrics_page.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    CONNECTIONS = 32,
    CONNECTION_BYTES = 8 * 1024, /* request line and headers */
    SILENT_S = 2,                /* a connection that says nothing for so long is closed */
    BACKLOG = 64,
};

struct library {
    LATE(MHD_start_daemon);
    LATE(MHD_stop_daemon);
    LATE(MHD_create_response_from_buffer);
    LATE(MHD_add_response_header);
    LATE(MHD_queue_response);
    LATE(MHD_destroy_response);
};

struct metrics_server {
    struct library http;
    struct MHD_Daemon *daemon;
    struct metrics *metrics;
    struct metrics_address address;
    int listen_fd;
    double start_s;
    struct metrics_page page;
    char text[METRICS_PAGE_BYTES];
};

static bool load(struct library *l)
{
    static const char *const names[] = {"libmicrohttpd.so.12", "libmicrohttpd.so", NULL};
    static const struct late_symbol symbols[] = {
        LATE_SYMBOL(struct library, MHD_start_daemon),
        LATE_SYMBOL(struct library, MHD_stop_daemon),
        LATE_SYMBOL(struct library, MHD_create_response_from_buffer),
        LATE_SYMBOL(struct library, MHD_add_response_header),
        LATE_SYMBOL(struct library, MHD_queue_response),
        LATE_SYMBOL(struct library, MHD_destroy_response),
    };
    return late_library_open(names, symbols, sizeof symbols / sizeof symbols[0], l);
}

static enum MHD_Result answer(struct metrics_server *s, struct MHD_Connection *connection,
    unsigned status, const char *type, const char *text, size_t size)
{
    struct MHD_Response *r = s->http.MHD_create_response_from_buffer(
        size, (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
    if (r == NULL) {
        return MHD_NO;
    }
    s->http.MHD_add_response_header(r, "Content-Type", type);
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED) {
        s->http.MHD_add_response_header(r, "Allow", "GET");
    }
    enum MHD_Result result = s->http.MHD_queue_response(connection, status, r);
    s->http.MHD_destroy_response(r);
    return result;
}

static enum MHD_Result answer_page(struct metrics_server *s, struct MHD_Connection *connection)
{
    struct metrics_text t = metrics_text_of(s->text, sizeof s->text);
    /* The library makes and ends its thread: it is one of the store's readers during a question alone. */
    if (!metrics_reader_begin(s->metrics)) {
        return MHD_NO;
    }
    metrics_read(s->metrics, &s->page.values);
    metrics_reader_end(s->metrics);
    s->page.process = metrics_process_now();
    s->page.start_s = s->start_s;
    s->page.now_us = clock_now_us();
    metrics_page_write(&t, &s->page);
    if (t.full) {
        static const char sorry[] = "there are more figures than room\n";
        return answer(
            s, connection, MHD_HTTP_INTERNAL_SERVER_ERROR, "text/plain", sorry, sizeof sorry - 1);
    }
    return answer(
        s, connection, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", t.text, t.size);
}

static enum MHD_Result on_request(void *self, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload, size_t *upload_size, void **state)
{
    static const char elsewhere[] = "there is only /metrics\n";
    static const char otherwise[] = "there is only GET\n";
    struct metrics_server *s = self;
    (void)version;
    (void)upload;
    (void)upload_size;
    (void)state;
    if (strcmp(url, "/metrics") != 0) {
        return answer(
            s, connection, MHD_HTTP_NOT_FOUND, "text/plain", elsewhere, sizeof elsewhere - 1);
    }
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0) {
        return answer(s, connection, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain", otherwise,
            sizeof otherwise - 1);
    }
    return answer_page(s, connection);
}

/* There is one path, and it has nothing to unescape. */
static size_t keep_escapes(void *self, struct MHD_Connection *connection, char *text)
{
    (void)self;
    (void)connection;
    return strlen(text);
}

/* Own socket, so that what is wrong with it can be said. 0, or errno. */
static int listen_on(struct metrics_server *s, const struct metrics_address *address)
{
    const int yes = 1;
    s->address = *address;
    s->listen_fd =
        socket((int)address->bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s->listen_fd < 0) {
        return errno;
    }
    (void)setsockopt(s->listen_fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(s->listen_fd, (const struct sockaddr *)&address->bytes, address->size) != 0 ||
        listen(s->listen_fd, BACKLOG) != 0) {
        return errno;
    }
    s->address.size = sizeof s->address.bytes;
    return getsockname(s->listen_fd, (struct sockaddr *)&s->address.bytes, &s->address.size) == 0
               ? 0
               : errno;
}

static int describe(int error, const struct metrics_address *address, char *problem)
{
    char where[METRICS_ADDRESS_TEXT];
    metrics_address_text(address, where);
    if (error == EADDRINUSE) {
        snprintf(problem, METRICS_PROBLEM_BYTES,
            "--metrics %s: that port is busy; choose another one, or 0 for any free one", where);
    } else if (error == EACCES || error == EPERM) {
        snprintf(problem, METRICS_PROBLEM_BYTES,
            "--metrics %s: not permitted; choose a port above 1023", where);
        return EX_NOPERM;
    } else {
        snprintf(problem, METRICS_PROBLEM_BYTES, "--metrics %s: cannot listen there: %s", where,
            strerror(error));
    }
    return EX_UNAVAILABLE;
}

static bool begin(struct metrics_server *s)
{
    s->daemon = s->http.MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC, 0, NULL, NULL, on_request, s,
        MHD_OPTION_LISTEN_SOCKET, s->listen_fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENT_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_BYTES, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_END);
    return s->daemon != NULL;
}

int metrics_server_start(struct metrics_server **out, struct metrics *metrics,
    const struct metrics_address *address, char problem[static METRICS_PROBLEM_BYTES])
{
    struct metrics_server *s = calloc(1, sizeof *s);
    snprintf(problem, METRICS_PROBLEM_BYTES, "there is not enough memory for --metrics");
    if (s == NULL) {
        return EX_SOFTWARE;
    }
    s->metrics = metrics;
    s->listen_fd = -1;
    s->start_s = metrics_process_start_s();
    int error = listen_on(s, address);
    int status = error == 0 ? 0 : describe(error, address, problem);
    if (status == 0 && !load(&s->http)) {
        snprintf(problem, METRICS_PROBLEM_BYTES,
            "--metrics needs libmicrohttpd; on Debian: apt-get install libmicrohttpd12");
        status = EX_UNAVAILABLE;
    }
    if (status == 0 && !begin(s)) {
        status = EX_SOFTWARE;
    }
    if (status != 0) {
        metrics_server_stop(s);
        return status;
    }
    *out = s;
    return 0;
}

void metrics_server_stop(struct metrics_server *s)
{
    if (s == NULL) {
        return;
    }
    if (s->daemon != NULL) {
        s->http.MHD_stop_daemon(s->daemon); /* closes the socket that it listens on */
    } else if (s->listen_fd >= 0) {
        close(s->listen_fd);
    }
    free(s);
}

const struct metrics_address *metrics_server_address(const struct metrics_server *s)
{
    return &s->address;
}
