/* The floor: what one agreed block costs at least when it is done bare, for `craps bench` to compare with. N processes, a link
 * of ENet between any two on loopback, and per round what a three-phase agreement cannot leave out:
 *
 *   propose    the leader checks the signature of every operation, signs and syncs its vote, sends block and vote
 *   notarize   everybody checks the leader's vote and every operation, syncs and sends a signed vote
 *   finalize   with a quorum of those, each checked: syncs and sends another signed vote
 *   done       at the leader, with a quorum of these, each checked
 *
 * No clients, no view changes, no game, no records: nothing of the program's own code. A sync is 512 bytes written in place
 * into a file that was written before, and fdatasync: less than any database does.
 *
 *   craps-bench-floor MEMBERS DIR
 *
 * then a line "ROUNDS BATCH RATE" on standard input (RATE rounds a second, 0: at once) makes so many rounds; standard output has
 * a line for each, the microseconds from the start of the proposal to the leader's quorum, and "end SECONDS". */
#include <enet/enet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    MEMBERS_MAX = 64,
    OPERATION_BYTES = 200, /* 64 of them the signature */
    BATCH_MAX = 256,
    BLOCK_BYTES = OPERATION_BYTES * BATCH_MAX,
    SYNC_BYTES = 512,
    LOG_BYTES = 1 << 20,
    GIVE_UP_S = 60,
    PATIENCE_MS = 1000000,
};

enum { PROPOSE, VOTE };
enum { NOTARIZE, FINALIZE, PHASES };

/* What travels; behind a proposal the block. All members are of one build on one machine. */
struct message {
    uint8_t kind, phase;
    uint16_t from;
    uint32_t round, batch;
    uint8_t digest[32];
    uint8_t signature[crypto_sign_BYTES];
};
enum { SIGNED_BYTES = offsetof(struct message, signature) };

static int done_pipe[2]; /* the leader to the first process: an order is carried out */

static struct shared {
    atomic_uint ready[MEMBERS_MAX]; /* 1: has a port, 2: linked with all */
    uint16_t ports[MEMBERS_MAX];
    atomic_uint order, done, rounds, batch, rate;
    uint8_t pk[MEMBERS_MAX][crypto_sign_PUBLICKEYBYTES],
        sk[MEMBERS_MAX][crypto_sign_SECRETKEYBYTES];
    uint8_t author_pk[crypto_sign_PUBLICKEYBYTES];
    uint8_t operations[BLOCK_BYTES];
    double us[1 << 16];
    double seconds;
} * shared;

/* One member. */
static unsigned count, quorum, self;
static ENetHost *host;
static ENetPeer *peers[MEMBERS_MAX];
static int log_fd;
static off_t log_at;

/* The round at hand, and votes that came before its proposal. */
static uint32_t current = 1;
static bool proposed, sent[PHASES], finished;
static unsigned votes[PHASES];
static uint8_t digest[32];
static struct message waiting[2 * PHASES * MEMBERS_MAX];
static unsigned waiting_count;

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    fprintf(stderr, "craps-bench-floor: %s\n", what);
    _exit(1);
}

static void sync_vote(const struct message *m)
{
    uint8_t page[SYNC_BYTES] = {0};
    memcpy(page, m, sizeof *m);
    if (pwrite(log_fd, page, sizeof page, log_at) != (ssize_t)sizeof page ||
        fdatasync(log_fd) != 0) {
        fail("the disk does not take a vote");
    }
    log_at = (log_at + SYNC_BYTES) % LOG_BYTES;
}

static void send_all(const void *data, size_t size)
{
    ENetPacket *packet = enet_packet_create(data, size, ENET_PACKET_FLAG_RELIABLE);
    for (unsigned i = 0; i < count; i++) {
        if (i != self) {
            enet_peer_send(peers[i], 0, packet);
        }
    }
    if (packet->referenceCount == 0) {
        enet_packet_destroy(packet);
    }
    enet_host_flush(host);
}

static void sign(struct message *m)
{
    crypto_sign_detached(m->signature, NULL, (const uint8_t *)m, SIGNED_BYTES, shared->sk[self]);
}

static bool signed_by_sender(const struct message *m)
{
    return m->from < count && crypto_sign_verify_detached(m->signature, (const uint8_t *)m,
                                  SIGNED_BYTES, shared->pk[m->from]) == 0;
}

static bool operations_good(const uint8_t *block, unsigned batch)
{
    for (unsigned i = 0; i < batch; i++) {
        const uint8_t *op = block + (size_t)i * OPERATION_BYTES;
        if (crypto_sign_verify_detached(op, op + crypto_sign_BYTES,
                OPERATION_BYTES - crypto_sign_BYTES, shared->author_pk) != 0) {
            return false;
        }
    }
    return true;
}

static void cast(unsigned phase)
{
    struct message m = {
        .kind = VOTE, .phase = (uint8_t)phase, .from = (uint16_t)self, .round = current};
    memcpy(m.digest, digest, sizeof m.digest);
    sign(&m);
    sync_vote(&m);
    sent[phase] = true;
    votes[phase]++;
    send_all(&m, sizeof m);
}

static void advance(void);

static void next_round(void)
{
    current++;
    proposed = finished = false;
    memset(sent, 0, sizeof sent);
    memset(votes, 0, sizeof votes);
}

/* Checks the votes that came for this round, as many as are still needed. */
static void count_waiting(void)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < waiting_count; i++) {
        const struct message *m = &waiting[i];
        if (m->round > current) {
            waiting[kept++] = *m;
        } else if (m->round == current && votes[m->phase] < quorum &&
                   memcmp(m->digest, digest, sizeof digest) == 0 && signed_by_sender(m)) {
            votes[m->phase]++;
        }
    }
    waiting_count = kept;
}

/* Goes as far as the votes at hand allow. */
static void advance(void)
{
    if (!proposed) {
        return;
    }
    count_waiting();
    if (!sent[NOTARIZE]) {
        cast(NOTARIZE);
    }
    if (votes[NOTARIZE] >= quorum && !sent[FINALIZE]) {
        cast(FINALIZE);
    }
    finished = sent[FINALIZE] && votes[FINALIZE] >= quorum;
    if (finished && self != 0) {
        next_round();
    }
}

static void on_message(const uint8_t *data, size_t size)
{
    struct message m;
    if (size < sizeof m) {
        return;
    }
    memcpy(&m, data, sizeof m);
    if (m.kind == VOTE) {
        if (m.phase < PHASES && m.round >= current &&
            waiting_count < sizeof waiting / sizeof waiting[0]) {
            waiting[waiting_count++] = m;
        }
        advance();
        return;
    }
    /* Somebody who was not of the quorum may still be a round behind. */
    if (m.round > current) {
        current = m.round - 1;
        next_round();
    }
    uint8_t found[32];
    size_t block = (size_t)m.batch * OPERATION_BYTES;
    if (m.round != current || proposed || m.batch > BATCH_MAX || size != sizeof m + block) {
        return;
    }
    crypto_generichash(found, sizeof found, data + sizeof m, block, NULL, 0);
    if (memcmp(found, m.digest, sizeof found) != 0 || !signed_by_sender(&m) ||
        !operations_good(data + sizeof m, m.batch)) {
        fail("a proposal does not check");
    }
    memcpy(digest, found, sizeof digest);
    proposed = true;
    votes[NOTARIZE]++; /* the proposal is the leader's vote */
    advance();
}

static void propose(unsigned batch)
{
    static uint8_t buffer[sizeof(struct message) + BLOCK_BYTES];
    struct message m = {.kind = PROPOSE, .round = current, .batch = batch};
    size_t block = (size_t)batch * OPERATION_BYTES;
    if (!operations_good(shared->operations, batch)) {
        fail("an operation does not check");
    }
    crypto_generichash(m.digest, sizeof m.digest, shared->operations, block, NULL, 0);
    memcpy(digest, m.digest, sizeof digest);
    sign(&m);
    sync_vote(&m);
    memcpy(buffer, &m, sizeof m);
    memcpy(buffer + sizeof m, shared->operations, block);
    send_all(buffer, sizeof m + block);
    proposed = sent[NOTARIZE] = true;
    votes[NOTARIZE]++;
    advance();
}

static void service(unsigned timeout_ms)
{
    ENetEvent e;
    int more = enet_host_service(host, &e, timeout_ms);
    while (more > 0) {
        if (e.type == ENET_EVENT_TYPE_RECEIVE) {
            on_message(e.packet->data, e.packet->dataLength);
            enet_packet_destroy(e.packet);
        } else if (e.type == ENET_EVENT_TYPE_DISCONNECT) {
            fail("a link was lost");
        }
        more = enet_host_check_events(host, &e);
    }
}

/* The leader's part of one order. */
static void lead(unsigned rounds, unsigned batch, unsigned rate)
{
    double begin = now_s();
    for (unsigned i = 0; i < rounds; i++) {
        double due = rate == 0 ? 0 : begin + (double)i / rate;
        while (now_s() < due) {
            service(1);
        }
        double start = now_s();
        propose(batch);
        while (!finished) {
            service(1);
            if (now_s() - start > GIVE_UP_S) {
                fail("a round does not end");
            }
        }
        shared->us[i] = (now_s() - start) * 1e6;
        next_round();
    }
    shared->seconds = now_s() - begin;
}

static void link_with_all(void)
{
    unsigned up = 0;
    double start = now_s();
    for (unsigned i = 0; i < self; i++) {
        ENetAddress to = {.port = shared->ports[i]};
        enet_address_set_host_ip(&to, "127.0.0.1");
        peers[i] = enet_host_connect(host, &to, 1, self + 1);
    }
    while (up + 1 < count) {
        ENetEvent e;
        if (now_s() - start > GIVE_UP_S) {
            fail("the members do not come together");
        }
        if (enet_host_service(host, &e, 5) <= 0 || e.type != ENET_EVENT_TYPE_CONNECT) {
            continue;
        }
        if (e.data > 0 && e.data <= count) {
            peers[e.data - 1] = e.peer;
        }
        enet_peer_timeout(e.peer, 0, PATIENCE_MS, PATIENCE_MS);
        up++;
    }
}

static void wait_ready(unsigned stage, bool serve)
{
    for (unsigned i = 0; i < count; i++) {
        while (atomic_load(&shared->ready[i]) < stage) {
            if (serve) {
                service(1);
            } else {
                usleep(500);
            }
        }
    }
}

static void open_log(const char *dir)
{
    char path[1024];
    static uint8_t zeros[LOG_BYTES];
    snprintf(path, sizeof path, "%s/floor-%u", dir, self);
    log_fd = open(path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
    if (log_fd < 0 || write(log_fd, zeros, sizeof zeros) != (ssize_t)sizeof zeros ||
        fsync(log_fd) != 0 || unlink(path) != 0) {
        fail("the folder cannot be written to");
    }
}

static void run_member(const char *dir)
{
    ENetAddress any = {.port = 0};
    enet_address_set_host_ip(&any, "127.0.0.1");
    open_log(dir);
    host = enet_host_create(&any, count, 1, 0, 0);
    if (host == NULL) {
        fail("no socket is left");
    }
    shared->ports[self] = host->address.port;
    atomic_store(&shared->ready[self], 1);
    wait_ready(1, false);
    link_with_all();
    atomic_store(&shared->ready[self], 2);
    wait_ready(2, true);
    for (;;) {
        unsigned order = atomic_load(&shared->order);
        if (self == 0 && atomic_load(&shared->done) < order) {
            lead(atomic_load(&shared->rounds), atomic_load(&shared->batch),
                atomic_load(&shared->rate));
            atomic_store(&shared->done, order);
            (void)!write(done_pipe[1], "", 1);
        }
        service(1);
    }
}

static void make_keys(void)
{
    uint8_t author_sk[crypto_sign_SECRETKEYBYTES];
    crypto_sign_keypair(shared->author_pk, author_sk);
    for (unsigned i = 0; i < count; i++) {
        crypto_sign_keypair(shared->pk[i], shared->sk[i]);
    }
    for (unsigned i = 0; i < BATCH_MAX; i++) {
        uint8_t *op = shared->operations + (size_t)i * OPERATION_BYTES;
        size_t size = OPERATION_BYTES - crypto_sign_BYTES;
        randombytes_buf(op + crypto_sign_BYTES, size);
        crypto_sign_detached(op, NULL, op + crypto_sign_BYTES, size, author_sk);
    }
}

static void start_members(const char *dir)
{
    pid_t parent = getpid();
    for (unsigned i = 0; i < count; i++) {
        pid_t pid = fork();
        if (pid < 0) {
            fail("a member cannot be started");
        }
        if (pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() != parent) {
                _exit(1);
            }
            self = i;
            run_member(dir);
        }
    }
}

static void carry_out(unsigned rounds, unsigned batch, unsigned rate)
{
    atomic_store(&shared->rounds, rounds);
    atomic_store(&shared->batch, batch);
    atomic_store(&shared->rate, rate);
    unsigned order = atomic_fetch_add(&shared->order, 1) + 1;
    while (atomic_load(&shared->done) < order) {
        struct pollfd fd = {.fd = done_pipe[0], .events = POLLIN};
        char byte;
        if (poll(&fd, 1, 100) > 0) {
            (void)!read(done_pipe[0], &byte, 1);
        }
        if (waitpid(-1, NULL, WNOHANG) > 0) {
            fail("a member ended");
        }
    }
    for (unsigned i = 0; i < rounds; i++) {
        printf("%.1f\n", shared->us[i]);
    }
    printf("end %.6f\n", shared->seconds);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    count = argc == 3 ? (unsigned)atoi(argv[1]) : 0;
    if (count < 1 || count > MEMBERS_MAX) {
        fprintf(stderr, "usage: craps-bench-floor MEMBERS DIR\n");
        return 64;
    }
    quorum = count - (count - 1) / 3;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED || pipe(done_pipe) != 0 || sodium_init() < 0 ||
        enet_initialize() != 0) {
        fail("it cannot begin");
    }
    make_keys();
    start_members(argv[2]);
    wait_ready(2, false);
    printf("ready\n");
    fflush(stdout);
    char line[128];
    while (fgets(line, sizeof line, stdin) != NULL) {
        unsigned rounds, batch, rate;
        if (sscanf(line, "%u %u %u", &rounds, &batch, &rate) != 3 || rounds > 1 << 16 ||
            batch < 1 || batch > BATCH_MAX) {
            fail("an order is ROUNDS BATCH RATE");
        }
        carry_out(rounds, batch, rate);
    }
    return 0; /* the members end with us */
}
