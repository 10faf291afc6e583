/* bench etcd: a comparison that many know, where it is installed: a put of 200 bytes on three nodes of etcd on loopback, through its
 * HTTP door, one after the other. Its operations are not signed, and its nodes trust each other. */
#include "src/bench_consensus.h"

#include "src/cli.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    NODES = 3,
    PUTS_DEFAULT = 300,
    PUTS_BRIEF = 60,
    PUTS_FIRST = 20, /* not counted */
    BEGIN_MS = 20000,
    TRY_MS = 200,
    ANSWER_S = 10,
    VALUE_CHARS = 268, /* 200 bytes in base 64 */
    ANSWER_BYTES = 4096,
    URL_BYTES = 64,
    CLUSTER_BYTES = 256,
};

struct cluster {
    pid_t pids[NODES];
    uint16_t client_ports[NODES], peer_ports[NODES];
};

/* A port that was free a moment ago. */
static uint16_t free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool good = fd >= 0 && bind(fd, (struct sockaddr *)&a, size) == 0 &&
                getsockname(fd, (struct sockaddr *)&a, &size) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return good ? ntohs(a.sin_port) : 0;
}

static void become_node(const struct cluster *c, unsigned i, pid_t parent)
{
    char name[8], dir[PATH_BYTES_MAX], client[URL_BYTES], peer[URL_BYTES], all[CLUSTER_BYTES] = "";
    for (unsigned k = 0; k < NODES; k++) {
        size_t used = strlen(all);
        snprintf(all + used, sizeof all - used, "%sn%u=http://127.0.0.1:%u", k == 0 ? "" : ",", k,
            c->peer_ports[k]);
    }
    snprintf(name, sizeof name, "n%u", i);
    snprintf(dir, sizeof dir, "%s/etcd-%u", bench_folder(), i);
    snprintf(client, sizeof client, "http://127.0.0.1:%u", c->client_ports[i]);
    snprintf(peer, sizeof peer, "http://127.0.0.1:%u", c->peer_ports[i]);
    bench_become_child(parent);
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0) {
        dup2(null, STDERR_FILENO);
    }
    execlp("etcd", "etcd", "--name", name, "--data-dir", dir, "--listen-client-urls", client,
        "--advertise-client-urls", client, "--listen-peer-urls", peer,
        "--initial-advertise-peer-urls", peer, "--initial-cluster", all, "--initial-cluster-state",
        "new", "--log-level", "error", (char *)NULL);
    _exit(127);
}

static bool start(struct cluster *c)
{
    pid_t parent = getpid();
    for (unsigned i = 0; i < NODES; i++) {
        c->client_ports[i] = free_port();
        c->peer_ports[i] = free_port();
    }
    fflush(stdout);
    for (unsigned i = 0; i < NODES; i++) {
        c->pids[i] = fork();
        if (c->pids[i] == 0) {
            become_node(c, i, parent);
        }
        if (c->pids[i] < 0) {
            return false;
        }
    }
    return true;
}

static void stop(struct cluster *c)
{
    for (unsigned i = 0; i < NODES; i++) {
        if (c->pids[i] > 0) {
            kill(c->pids[i], SIGKILL);
            while (waitpid(c->pids[i], NULL, 0) < 0 && errno == EINTR) {
            }
            c->pids[i] = 0;
        }
    }
}

static int open_door(uint16_t port)
{
    struct sockaddr_in a = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = ANSWER_S};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* One put and its whole answer; true when it was agreed. */
static bool put(int fd)
{
    char value[VALUE_CHARS + 1], body[VALUE_CHARS + 64], request[1024], answer[ANSWER_BYTES];
    memset(value, 'A', VALUE_CHARS);
    value[VALUE_CHARS] = '\0';
    int size = snprintf(body, sizeof body, "{\"key\":\"YmVuY2g=\",\"value\":\"%s\"}", value);
    int n = snprintf(request, sizeof request,
        "POST /v3/kv/put HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        "Content-Length: %d\r\n\r\n%s",
        size, body);
    if (send(fd, request, (size_t)n, MSG_NOSIGNAL) != n) {
        return false;
    }
    size_t used = 0;
    for (;;) {
        ssize_t got = recv(fd, answer + used, sizeof answer - 1 - used, 0);
        if (got <= 0) {
            return false;
        }
        used += (size_t)got;
        answer[used] = '\0';
        const char *rest = strstr(answer, "\r\n\r\n"), *length = strstr(answer, "Content-Length: ");
        if (rest == NULL) {
            continue;
        }
        size_t whole = length == NULL || length > rest ? 0 : strtoul(length + 16, NULL, 10);
        if (used >= (size_t)(rest + 4 - answer) + whole) {
            return strncmp(answer, "HTTP/1.1 200", 12) == 0;
        }
    }
}

/* A connection on which a put was agreed, or -1. */
static int wait_ready(const struct cluster *c)
{
    for (unsigned waited = 0; waited < BEGIN_MS && !bench_stopped(); waited += TRY_MS) {
        int fd = open_door(c->client_ports[0]);
        if (fd >= 0 && put(fd)) {
            return fd;
        }
        if (fd >= 0) {
            close(fd);
        }
        bench_pause_ms(TRY_MS);
    }
    return -1;
}

static bool installed(void)
{
    const char *path = getenv("PATH");
    for (const char *p = path == NULL ? "" : path; *p != '\0';) {
        size_t size = strcspn(p, ":");
        char file[PATH_BYTES_MAX];
        int n = snprintf(file, sizeof file, "%.*s/etcd", (int)size, p);
        if (n > 0 && (size_t)n < sizeof file && access(file, X_OK) == 0) {
            return true;
        }
        p += size + (p[size] == ':');
    }
    return false;
}

int bench_etcd(struct bench_run *run)
{
    static double ms[PUTS_DEFAULT];
    size_t wanted = run->settings.brief ? PUTS_BRIEF : PUTS_DEFAULT, count = 0;
    struct cluster c = {0};
    if (!installed()) {
        bench_add_missing(run, "", "put_p50", "ms",
            "etcd is not installed; for reference: 0.41 to 0.64 ms on two cores");
        return 0;
    }
    if (bench_folder() == NULL) {
        return EX_CANTCREAT;
    }
    int fd = start(&c) ? wait_ready(&c) : -1;
    for (size_t i = 0; i < wanted + PUTS_FIRST && fd >= 0 && !bench_stopped(); i++) {
        uint64_t begin = bench_now_us();
        if (!put(fd)) {
            break;
        }
        if (i >= PUTS_FIRST) {
            ms[count++] = (double)(bench_now_us() - begin) / 1000;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    stop(&c);
    if (bench_stopped()) {
        return EX_TEMPFAIL;
    }
    if (count < wanted) {
        bench_add_missing(
            run, "", "put_p50", "ms", "three nodes of etcd did not come together here");
        return 0;
    }
    bench_add(run, "put_p50", bench_percentile(ms, count, 50), "ms");
    bench_add(run, "put_p99", bench_percentile(ms, count, 99), "ms");
    return 0;
}
