#include "tests/support/toy_net.h"

#include <stdlib.h>

struct toy_net *toy_net_create(void)
{
    struct toy_net *net = calloc(1, sizeof *net);
    if (net == NULL || (net->outbox = malloc(sizeof *net->outbox)) == NULL) {
        abort();
    }
    net->outbox->dropped = 0;
    return net;
}

static void disk_clear(struct toy_restart *disk)
{
    for (size_t i = 0; i < disk->journal_count; i++) {
        free((void *)(uintptr_t)disk->journal[i].proof);
    }
    free(disk->journal);
    for (size_t i = 0; i < 256; i++) {
        free(disk->proposals[i].bytes);
    }
    memset(disk, 0, sizeof *disk);
}

void toy_net_drop(struct toy_net *net)
{
    for (size_t i = 0; i < net->packets; i++) {
        free(net->heap[i].data);
    }
    net->packets = 0;
}

void toy_net_destroy(struct toy_net *net)
{
    toy_net_drop(net);
    for (unsigned i = 0; i < NET_NODES; i++) {
        disk_clear(&net->nodes[i].disk);
        simplex_destroy(net->nodes[i].simplex);
    }
    for (unsigned i = 0; i < NET_FINALS; i++) {
        free(net->finals[i].bytes);
    }
    free(net->heap);
    free(net->outbox);
    free(net);
}

static bool before(const struct toy_packet *a, const struct toy_packet *b)
{
    return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->order < b->order;
}

static void heap_push(struct toy_net *net, struct toy_packet p)
{
    if (net->packets == net->heap_capacity) {
        net->heap_capacity = net->heap_capacity == 0 ? 256 : 2 * net->heap_capacity;
        net->heap = realloc(net->heap, net->heap_capacity * sizeof *net->heap);
        if (net->heap == NULL) {
            abort();
        }
    }
    size_t i = net->packets++;
    while (i > 0 && before(&p, &net->heap[(i - 1) / 2])) {
        net->heap[i] = net->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    net->heap[i] = p;
}

static struct toy_packet heap_pop(struct toy_net *net)
{
    struct toy_packet top = net->heap[0], last = net->heap[--net->packets];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= net->packets) {
            break;
        }
        if (child + 1 < net->packets && before(&net->heap[child + 1], &net->heap[child])) {
            child++;
        }
        if (!before(&net->heap[child], &last)) {
            break;
        }
        net->heap[i] = net->heap[child];
        i = child;
    }
    net->heap[i] = last;
    return top;
}

static void push_copy(struct toy_net *net, unsigned from, unsigned to, const uint8_t *data,
    size_t size, uint64_t due_ms)
{
    uint8_t *copy = malloc(size);
    if (copy == NULL) {
        abort();
    }
    memcpy(copy, data, size);
    heap_push(net, (struct toy_packet){
                       .due_ms = due_ms,
                       .order = net->order++,
                       .from = (uint8_t)from,
                       .to = (uint8_t)to,
                       .data = copy,
                       .size = size,
                   });
}

void toy_net_transmit(
    struct toy_net *net, unsigned from, unsigned to, const uint8_t *data, size_t size)
{
    net->messages++;
    net->bytes += size;
    if (net->cut[from][to] || prng_chance(&net->prng, net->loss_per_mille)) {
        return;
    }
    unsigned copies = prng_chance(&net->prng, net->twice_per_mille) ? 2 : 1;
    for (unsigned i = 0; i < copies; i++) {
        uint64_t spread = prng_below(&net->prng, net->delay_max_ms - net->delay_min_ms + 1);
        push_copy(net, from, to, data, size, net->now_ms + net->delay_min_ms + spread);
    }
}

static int index_of(const struct toy_net *net, const uint8_t id[ID_BYTES])
{
    return roster_find(&net->roster, id);
}

static void send_one(
    struct toy_net *net, unsigned from, unsigned to, const uint8_t *data, size_t size)
{
    uint8_t changed[MESSAGE_BYTES_MAX];
    if (net->nodes[from].fault == TOY_HONEST) {
        toy_net_transmit(net, from, to, data, size);
        return;
    }
    size_t left = toy_betray(net, from, to, data, size, changed);
    if (left > 0) {
        toy_net_transmit(net, from, to, changed, left);
    }
}

static void persist(struct toy_net *net, struct toy_node *node, const struct simplex_step *step)
{
    struct toy_restart *disk = &node->disk;
    for (unsigned i = 0; i < step->journal_count; i++) {
        if (disk->journal_count == disk->journal_capacity) {
            disk->journal_capacity = 2 * disk->journal_capacity + 64;
            disk->journal = realloc(disk->journal, disk->journal_capacity * sizeof *disk->journal);
            toy_check(net, disk->journal != NULL, "no memory");
        }
        struct journal_record *r = &disk->journal[disk->journal_count++];
        *r = step->journal[i];
        if (r->proof != NULL) {
            uint8_t *copy = malloc(r->proof_size);
            toy_check(net, copy != NULL, "no memory");
            memcpy(copy, r->proof, r->proof_size);
            r->proof = copy;
        }
    }
    for (unsigned i = 0; i < step->proposal_count; i++) {
        size_t at = disk->proposal_count++ % 256;
        free(disk->proposals[at].bytes);
        disk->proposals[at].view = step->proposals[i].view;
        disk->proposals[at].size = step->proposals[i].size;
        disk->proposals[at].bytes = malloc(step->proposals[i].size);
        toy_check(net, disk->proposals[at].bytes != NULL, "no memory");
        memcpy(disk->proposals[at].bytes, step->proposals[i].bytes, step->proposals[i].size);
    }
}

static void send_all(struct toy_net *net, unsigned at)
{
    const struct outbox *o = net->outbox;
    struct toy_node *node = &net->nodes[at];
    for (unsigned i = 0; i < o->count; i++) {
        const struct outgoing *m = &o->messages[i];
        const uint8_t *data = o->arena + m->offset;
        if (prng_chance(&net->prng, net->crash_per_mille)) {
            toy_net_crash(net, at);
            return;
        }
        if (node->fault == TOY_HONEST) {
            toy_check_sent(net, at, data, m->size);
        }
        for (unsigned to = 0; m->to_all && to < net->n; to++) {
            if (to != at) {
                send_one(net, at, to, data, m->size);
            }
        }
        int to = m->to_all ? -1 : index_of(net, m->to);
        if (to >= 0) {
            send_one(net, at, (unsigned)to, data, m->size);
        }
    }
}

/* The owner's part: persist, send, apply. A crash may come between any two. */
static void absorb(struct toy_net *net, unsigned at, const struct simplex_step *step)
{
    struct toy_node *node = &net->nodes[at];
    toy_check(net, !step->alarm || net->alarm_expected, "alarm");
    net->alarms += step->alarm;
    node->blamed |= step->blamed;
    toy_check_evidence(net, step);
    if (prng_chance(&net->prng, net->crash_per_mille)) {
        toy_net_crash(net, at);
        return;
    }
    persist(net, node, step);
    for (unsigned i = 0; i < step->final_count; i++) {
        toy_check_final(net, node, &step->final[i]);
    }
    send_all(net, at);
    node->deadline_ms = simplex_deadline_ms(node->simplex);
}

static void begin_step(struct toy_net *net, struct simplex_step *step)
{
    memset(step, 0, sizeof *step);
    outbox_clear(net->outbox);
    step->outbox = net->outbox;
}

static void poll_node(struct toy_net *net, unsigned at)
{
    struct simplex_step step;
    begin_step(net, &step);
    net->polls++;
    simplex_poll(net->nodes[at].simplex, net->now_ms, &step);
    absorb(net, at, &step);
}

static void notify_link(struct toy_net *net, unsigned at, unsigned member, bool up)
{
    struct simplex_step step;
    if (net->nodes[at].up) {
        begin_step(net, &step);
        simplex_link(net->nodes[at].simplex, member, up, net->now_ms, &step);
        absorb(net, at, &step);
    }
}

bool toy_net_inject(struct toy_net *net, unsigned to, int from, const uint8_t *data, size_t size)
{
    struct simplex_step step;
    begin_step(net, &step);
    bool fine = simplex_message(
        net->nodes[to].simplex, from, data[0], data + 1, size - 1, net->now_ms, &step);
    absorb(net, to, &step);
    return fine;
}

static void deliver(struct toy_net *net)
{
    struct toy_packet p = heap_pop(net);
    if (net->nodes[p.to].up && !net->cut[p.from][p.to]) {
        enum toy_fault fault = net->nodes[p.from].fault;
        bool fine = toy_net_inject(net, p.to, p.from, p.data, p.size);
        toy_check(net, fine || fault != TOY_HONEST, "an honest message was refused");
    }
    free(p.data);
}

void toy_net_run(struct toy_net *net, uint64_t until_ms)
{
    unsigned still = 0;
    for (;;) {
        uint64_t next = net->packets > 0 ? net->heap[0].due_ms : UINT64_MAX;
        unsigned who = NET_NODES;
        for (unsigned i = 0; i < net->n; i++) {
            if (net->nodes[i].up && net->nodes[i].deadline_ms < next) {
                next = net->nodes[i].deadline_ms;
                who = i;
            }
        }
        if (next > until_ms) {
            net->now_ms = until_ms > net->now_ms ? until_ms : net->now_ms;
            return;
        }
        still = next > net->now_ms ? 0 : still + 1;
        toy_check(net, still < 200000, "time stands still");
        net->now_ms = next > net->now_ms ? next : net->now_ms;
        if (who < NET_NODES) {
            poll_node(net, who);
        } else {
            deliver(net);
        }
    }
}

static void begin_node(struct toy_net *net, unsigned i)
{
    struct toy_node *node = &net->nodes[i];
    struct simplex_params params = {
        .game_id = net->game_id,
        .epoch = 3,
        .seed = net->seed,
        .roster = net->roster,
        .self = (int)i,
        .signer = net->signer,
        .chain = toy_chain_callbacks(&node->chain),
        .base = net->base,
        .delta_ms = 60,
    };
    memcpy(params.vote_sk, node->vote_sk, sizeof params.vote_sk);
    toy_check(net, simplex_begin(node->simplex, &params), "no memory");
    node->up = true;
    node->deadline_ms = net->now_ms;
}

static void add_member(struct toy_net *net, unsigned i, struct member *m)
{
    uint8_t seed[32];
    memset(m, 0, sizeof *m);
    m->id_pk[0] = (uint8_t)(i + 1);
    prng_fill(&net->prng, seed, sizeof seed);
    net->signer->keypair(m->vote_pk, net->nodes[i].vote_sk, seed);
    toy_check(net, roster_add(&net->roster, m), "roster");
}

void toy_net_start(struct toy_net *net, unsigned n, uint64_t seed, const struct signer *signer)
{
    struct member m;
    toy_net_drop(net);
    prng_seed(&net->prng, seed);
    net->n = n;
    net->seed = seed;
    net->signer = signer;
    net->now_ms = 1000;
    net->order = net->messages = net->bytes = net->evidence = net->restarts = 0;
    net->alarms = net->polls = net->final_count = 0;
    net->delay_min_ms = 1;
    net->delay_max_ms = 10;
    net->loss_per_mille = net->twice_per_mille = net->crash_per_mille = 0;
    net->forget_journal = net->alarm_expected = false;
    memset(net->cut, 0, sizeof net->cut);
    memset(net->ops, 0, sizeof net->ops);
    memset(net->signed_votes, 0, sizeof net->signed_votes);
    memset(net->certificates, 0, sizeof net->certificates);
    memset(&net->roster, 0, sizeof net->roster);
    prng_fill(&net->prng, net->game_id.b, DIGEST_BYTES);
    prng_fill(&net->prng, net->base.b, DIGEST_BYTES);
    for (unsigned i = 0; i < n; i++) {
        struct toy_node *node = &net->nodes[i];
        disk_clear(&node->disk);
        node->simplex = node->simplex != NULL ? node->simplex : simplex_create();
        toy_check(net, node->simplex != NULL, "no memory");
        node->fault = TOY_HONEST;
        node->finals = node->blamed = 0;
        add_member(net, i, &m);
        toy_chain_init(&node->chain, &net->game_id, 3, &net->base);
    }
    for (unsigned i = 0; i < n; i++) {
        begin_node(net, i);
    }
}

void toy_net_submit(struct toy_net *net, unsigned op)
{
    net->ops[op / 64] |= UINT64_C(1) << op % 64;
    for (unsigned i = 0; i < net->n; i++) {
        if (net->nodes[i].up) {
            toy_chain_add_op(&net->nodes[i].chain, op);
            poll_node(net, i);
        }
    }
}

void toy_net_crash(struct toy_net *net, unsigned node)
{
    net->nodes[node].up = false;
    net->nodes[node].deadline_ms = UINT64_MAX;
}

static void restore(struct toy_net *net, struct toy_node *node)
{
    struct toy_restart *disk = &node->disk;
    bool floor_first = prng_chance(&net->prng, 500);
    if (disk->has_final && floor_first) {
        simplex_restore_final(
            node->simplex, disk->final_view, &disk->final, disk->has_cert ? &disk->cert : NULL);
    }
    size_t proposals = disk->proposal_count < 256 ? disk->proposal_count : 256;
    for (size_t i = 0; i < proposals; i++) {
        simplex_restore_proposal(node->simplex, disk->proposals[i].view, disk->proposals[i].bytes,
            disk->proposals[i].size);
    }
    size_t skip = disk->journal_count > 0 ? prng_below(&net->prng, disk->journal_count) : 0;
    for (size_t i = 0; !net->forget_journal && i < disk->journal_count; i++) {
        simplex_restore_vote(node->simplex, &disk->journal[(i + skip) % disk->journal_count]);
    }
    if (disk->has_final && !floor_first) {
        simplex_restore_final(
            node->simplex, disk->final_view, &disk->final, disk->has_cert ? &disk->cert : NULL);
    }
}

void toy_net_restart(struct toy_net *net, unsigned at)
{
    struct toy_node *node = &net->nodes[at];
    net->restarts++;
    toy_chain_forget(&node->chain);
    memcpy(node->chain.pool, net->ops, sizeof net->ops);
    begin_node(net, at);
    restore(net, node);
    for (unsigned i = 0; i < net->n; i++) {
        if (i != at && net->nodes[i].up && !net->cut[i][at]) {
            notify_link(net, i, at, false);
            notify_link(net, i, at, true);
            notify_link(net, at, i, true);
        }
    }
}

void toy_net_link(struct toy_net *net, unsigned a, unsigned b, bool up)
{
    net->cut[a][b] = net->cut[b][a] = !up;
    notify_link(net, a, b, up);
    notify_link(net, b, a, up);
}

void toy_net_heal(struct toy_net *net)
{
    net->loss_per_mille = net->crash_per_mille = 0;
    for (unsigned a = 0; a < net->n; a++) {
        for (unsigned b = 0; b < a; b++) {
            if (net->cut[a][b] || net->cut[b][a]) {
                toy_net_link(net, a, b, true);
            }
        }
    }
    for (unsigned i = 0; i < net->n; i++) {
        if (!net->nodes[i].up) {
            toy_net_restart(net, i);
        }
    }
}

bool toy_net_all_final(const struct toy_net *net)
{
    for (unsigned i = 0; i < net->n; i++) {
        const struct toy_node *node = &net->nodes[i];
        if (node->up && node->fault == TOY_HONEST &&
            memcmp(node->chain.final.bits, net->ops, sizeof net->ops) != 0) {
            return false;
        }
    }
    return true;
}

void toy_net_catch_up(struct toy_net *net, unsigned at)
{
    struct toy_node *node = &net->nodes[at];
    uint64_t last = net->final_count;
    while (last > node->finals && !net->finals[last - 1].has_cert) {
        last--;
    }
    if (last <= node->finals) {
        return;
    }
    for (; node->finals < last; node->finals++) {
        toy_check(net,
            toy_chain_finalize(
                &node->chain, net->finals[node->finals].bytes, net->finals[node->finals].size),
            "catching up");
    }
    node->disk.has_final = node->disk.has_cert = true;
    node->disk.final_view = net->finals[last - 1].view;
    node->disk.final = net->finals[last - 1].digest;
    node->disk.cert = net->finals[last - 1].cert;
    struct simplex_step step;
    begin_step(net, &step);
    simplex_advance(node->simplex, &net->finals[last - 1].cert, net->now_ms, &step);
    absorb(net, at, &step);
}

/* Nobody keeps the bytes of final blocks for long, and not over a restart: the record has them. */
static void catch_up_laggards(struct toy_net *net)
{
    for (unsigned i = 0; i < net->n; i++) {
        struct toy_node *node = &net->nodes[i];
        bool behind = node->up && node->finals < net->final_count;
        if (!behind || node->finals != node->finals_seen) {
            node->finals_seen = node->finals;
            node->behind_ms = net->now_ms;
        } else if (net->now_ms - node->behind_ms >= 400) {
            toy_net_catch_up(net, i);
        }
    }
}

bool toy_net_finish(struct toy_net *net, uint64_t limit_ms)
{
    uint64_t end = net->now_ms + limit_ms;
    while (net->now_ms < end && !toy_net_all_final(net)) {
        toy_net_run(net, net->now_ms + 20);
        catch_up_laggards(net);
    }
    return toy_net_all_final(net);
}
