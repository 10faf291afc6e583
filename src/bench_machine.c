/* bench machine: what the disk, the signatures and the loopback of this machine can do. No targets: the other figures are
 * judged by these. */
#include "src/bench.h"

#include "src/cli.h"
#include "src/clock.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    SAMPLES = 500,
    SAMPLES_BRIEF = 200,
    RECORD_BYTES = 512,
    LOG_BYTES = 1 << 20,
    DATAGRAM_BYTES = 200
};

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* As a log does that is used again: in place, so that nothing but the bytes has to be written. */
static int measure_sync(struct bench_run *run, double *samples, size_t count)
{
    const char *folder = bench_folder();
    char path[600];
    uint8_t record[RECORD_BYTES] = {0};
    if (folder == NULL) {
        return EX_CANTCREAT;
    }
    snprintf(path, sizeof path, "%s/sync", folder);
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    static const uint8_t zeros[LOG_BYTES];
    bool good =
        fd >= 0 && write(fd, zeros, sizeof zeros) == (ssize_t)sizeof zeros && fsync(fd) == 0;
    for (size_t i = 0; i < count && good; i++) {
        double start = now_us();
        good = pwrite(fd, record, sizeof record, (off_t)(i * RECORD_BYTES % LOG_BYTES)) ==
                   (ssize_t)sizeof record &&
               fdatasync(fd) == 0;
        samples[i] = now_us() - start;
    }
    if (fd >= 0) {
        close(fd);
    }
    if (!good) {
        return cli_fail(EX_IOERR, "%s cannot be written and synced", path);
    }
    bench_add(run, "sync_p50", bench_percentile(samples, count, 50), "us");
    bench_add(run, "sync_p99", bench_percentile(samples, count, 99), "us");
    return 0;
}

static void measure_signatures(struct bench_run *run, double *samples, size_t count)
{
    uint8_t pk[crypto_sign_PUBLICKEYBYTES], sk[crypto_sign_SECRETKEYBYTES];
    uint8_t signature[crypto_sign_BYTES], message[128] = {0};
    crypto_sign_keypair(pk, sk);
    for (size_t i = 0; i < count; i++) {
        memcpy(message, &i, sizeof i);
        double start = now_us();
        crypto_sign_detached(signature, NULL, message, sizeof message, sk);
        samples[i] = now_us() - start;
    }
    bench_add(run, "sign_p50", bench_percentile(samples, count, 50), "us");
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        double start = now_us();
        good = crypto_sign_verify_detached(signature, message, sizeof message, pk) == 0 && good;
        samples[i] = now_us() - start;
    }
    if (good) {
        bench_add(run, "verify_p50", bench_percentile(samples, count, 50), "us");
    }
    sodium_memzero(sk, sizeof sk);
}

/* Two sockets of this thread: there and back without anybody being woken. */
static void measure_datagrams(struct bench_run *run, double *samples, size_t count)
{
    struct sockaddr_in to[2] = {{0}, {0}};
    int fds[2] = {-1, -1};
    bool good = true;
    for (int i = 0; i < 2 && good; i++) {
        socklen_t size = sizeof to[i];
        to[i].sin_family = AF_INET;
        to[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        fds[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        good = fds[i] >= 0 && bind(fds[i], (struct sockaddr *)&to[i], size) == 0 &&
               getsockname(fds[i], (struct sockaddr *)&to[i], &size) == 0;
    }
    uint8_t data[DATAGRAM_BYTES] = {0};
    for (size_t i = 0; i < count && good; i++) {
        double start = now_us();
        for (int k = 0; k < 2 && good; k++) {
            good = sendto(fds[k], data, sizeof data, 0, (struct sockaddr *)&to[1 - k],
                       sizeof to[0]) == (ssize_t)sizeof data &&
                   recv(fds[1 - k], data, sizeof data, 0) == (ssize_t)sizeof data;
        }
        samples[i] = now_us() - start;
    }
    for (int i = 0; i < 2; i++) {
        if (fds[i] >= 0) {
            close(fds[i]);
        }
    }
    if (good) {
        bench_add(run, "datagram_p50", bench_percentile(samples, count, 50), "us");
    } else {
        bench_add_missing(run, "", "datagram_p50", "us", "loopback does not carry datagrams");
    }
}

int bench_machine(struct bench_run *run)
{
    static double samples[SAMPLES];
    size_t count = run->settings.brief ? SAMPLES_BRIEF : SAMPLES;
    int status = measure_sync(run, samples, count);
    if (status == 0) {
        measure_signatures(run, samples, count);
        measure_datagrams(run, samples, count);
    }
    return status;
}
