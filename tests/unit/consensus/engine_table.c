#include "tests/unit/consensus/engine_table.h"

#include "base/check.h"
#include "tests/support/signer_fast.h"
#include "tests/support/toy_app.h"

#include <stdlib.h>

static void seed_of(uint8_t seed[32], unsigned seat, uint8_t what)
{
    memset(seed, 0, 32);
    seed[0] = (uint8_t)(seat + 1);
    seed[1] = what;
}

struct engine *engine_table_engine(struct engine_table *t, unsigned seat, bool watcher)
{
    struct table_seat *s = &t->seat[seat];
    struct engine_config c = {
        .app = &toy_app,
        .signer = &signer_fast,
        .genesis = t->genesis,
        .delta_ms = 60,
        .shares_with_finalize = t->shares_with_finalize,
        .watcher = watcher,
        .op_rate = t->op_rate,
        .op_burst = t->op_burst,
    };
    memcpy(c.id_sk, s->id_sk, sizeof c.id_sk);
    memcpy(c.net_pk, s->id_pk, sizeof c.net_pk);
    seed_of(c.seed, seat, (uint8_t)(100 + s->record_count % 100));
    if (seat == 0 || t->genesis.recover != NULL) {
        memcpy(c.founder_vote_sk, s->vote_sk, sizeof c.founder_vote_sk);
    }
    return engine_create(&c);
}

static const uint8_t *copy(const uint8_t *data, size_t size)
{
    uint8_t *to = malloc(size + 1);
    CHECK(to != NULL);
    if (size > 0) {
        memcpy(to, data, size);
    }
    return to;
}

static void queue(
    struct engine_table *t, unsigned from, unsigned to, const uint8_t *data, size_t size)
{
    struct table_message *m = &t->queue[t->tail % TABLE_QUEUE];
    CHECK(t->tail - t->head < TABLE_QUEUE);
    t->tail++;
    *m = (struct table_message){.from = from, .to = to, .size = size};
    m->data = (uint8_t *)copy(data, size);
}

static void send_out(struct engine_table *t, unsigned seat)
{
    struct table_seat *s = &t->seat[seat];
    const struct outbox *o = &s->update.outbox;
    const struct roster *roster = &engine_protocol(s->engine)->roster;
    for (uint32_t i = 0; i < o->count; i++) {
        const struct outgoing *m = &o->messages[i];
        const uint8_t *data = o->arena + m->offset;
        s->sent[data[0]]++;
        for (unsigned k = 0; k < t->seats; k++) {
            bool meant = m->to_all ? roster_find(roster, t->seat[k].id_pk) >= 0
                                   : memcmp(m->to, t->seat[k].id_pk, ID_BYTES) == 0;
            if (k != seat && meant && s->linked && t->seat[k].linked) {
                queue(t, seat, k, data, m->size);
            }
        }
    }
}

static const struct persist *stored_block(const struct table_seat *s, uint64_t height)
{
    for (size_t i = 0; i < s->record_count; i++) {
        const struct persist *p = &s->records[i];
        if ((p->kind == PERSIST_BLOCK || p->kind == PERSIST_FILL) && p->height == height) {
            return p;
        }
    }
    return NULL;
}

static void answer(struct engine_table *t, unsigned seat, const struct engine_serve *wanted)
{
    static uint8_t bytes[MESSAGE_BYTES_MAX];
    struct table_seat *s = &t->seat[seat];
    struct writer w = writer_of(bytes, sizeof bytes);
    size_t proven = 8;
    if (wanted->kind == FETCH_HEIGHTS) {
        const struct persist *p = stored_block(s, wanted->height);
        blocks_answer_begin(&w, p == NULL ? 0 : wanted->height);
        uint32_t most = wanted->count == 0 ? UINT32_MAX : wanted->count;
        for (uint32_t n = 0; p != NULL && (n < most || proven == 8); n++) {
            if (!blocks_answer_add(&w, p->data, p->size, p->proof, p->proof_size)) {
                break;
            }
            proven = p->proof_size > 0 ? w.size : proven;
            p = stored_block(s, wanted->height + n + 1);
        }
        w.size = proven;
    }
    for (uint32_t epoch = wanted->epoch, i = 0; wanted->kind == FETCH_EPOCHS && i < s->record_count;
         i++) {
        const struct persist *p = &s->records[i];
        if (p->kind == PERSIST_EPOCH && p->epoch == epoch && epochs_answer_add(&w, p)) {
            epoch++;
        }
    }
    struct engine_event e = {
        .kind = ENGINE_BLOCKS, .data = w.data, .size = w.size, .op_kind = wanted->kind};
    memcpy(e.from, wanted->to, ID_BYTES);
    engine_table_step(t, seat, &e);
}

static bool leaves_open_end(const struct engine_update *u)
{
    bool open = false;
    for (uint32_t i = 0; i < u->persist_count; i++) {
        uint8_t kind = u->persist[i].kind;
        if (kind == PERSIST_BLOCK || kind == PERSIST_FILL || kind == PERSIST_GAP) {
            open = kind != PERSIST_GAP && u->persist[i].proof_size == 0;
        }
    }
    return open;
}

/* What the owner does: persist, then send. */
static void take_update(struct engine_table *t, unsigned seat)
{
    struct table_seat *s = &t->seat[seat];
    const struct engine_update *u = &s->update;
    for (uint32_t i = 0; i < u->persist_count; i++) {
        CHECK(s->record_count < TABLE_RECORDS);
        struct persist *p = &s->records[s->record_count++];
        *p = u->persist[i];
        p->data = copy(p->data, p->size);
        p->proof = copy(p->proof, p->proof_size);
        s->persisted[p->kind]++;
    }
    s->open_ends += leaves_open_end(u);
    send_out(t, seat);
    uint32_t count = u->serve_count;
    struct engine_serve wanted[sizeof u->serve / sizeof u->serve[0]];
    memcpy(wanted, u->serve, count * sizeof wanted[0]);
    for (uint32_t i = 0; i < count; i++) {
        answer(t, seat, &wanted[i]);
    }
}

void engine_table_step(struct engine_table *t, unsigned seat, struct engine_event *event)
{
    event->now_ms = t->now_ms;
    engine_step(t->seat[seat].engine, event, &t->seat[seat].update);
    take_update(t, seat);
}

void engine_table_submit(
    struct engine_table *t, unsigned seat, uint8_t kind, const void *payload, size_t size)
{
    struct engine_event e = {.kind = ENGINE_SUBMIT, .op_kind = kind, .data = payload, .size = size};
    engine_table_step(t, seat, &e);
}

size_t engine_table_join_payload(const struct engine_table *t, unsigned sponsor,
    const uint8_t id[ID_BYTES], bool bot, uint8_t *payload, size_t capacity)
{
    const uint8_t *sk = t->seat[sponsor].id_sk;
    uint8_t ticket[SIG_BYTES], name = 'x';
    struct writer w = writer_of(payload, capacity);
    ticket_sign(&signer_fast, ticket, &t->game_id, id, id, &name, 1, bot, sk);
    write_u8(&w, bot);
    write_bytes(&w, id, ID_BYTES);
    write_lp(&w, &name, 1);
    write_bytes(&w, sk + 32, ID_BYTES);
    write_bytes(&w, ticket, sizeof ticket);
    CHECK(!w.bad);
    return w.size;
}

void engine_table_message(
    struct engine_table *t, unsigned from, unsigned to, const void *data, size_t size)
{
    struct engine_event e = {.kind = ENGINE_MESSAGE, .data = data, .size = size};
    memcpy(e.from, t->seat[from].id_pk, ID_BYTES);
    engine_table_step(t, to, &e);
}

void engine_table_link(struct engine_table *t, unsigned seat, bool up)
{
    t->seat[seat].linked = up;
    for (unsigned k = 0; k < t->seats; k++) {
        if (k == seat || !t->seat[k].linked) {
            continue;
        }
        struct engine_event e = {.kind = up ? ENGINE_LINK_UP : ENGINE_LINK_DOWN};
        memcpy(e.from, t->seat[k].id_pk, ID_BYTES);
        engine_table_step(t, seat, &e);
        memcpy(e.from, t->seat[seat].id_pk, ID_BYTES);
        engine_table_step(t, k, &e);
    }
}

static void drain(struct engine_table *t)
{
    while (t->head != t->tail) {
        struct table_message m = t->queue[t->head++ % TABLE_QUEUE];
        if (t->tamper != NULL) {
            t->tamper(t, m.from, m.to, m.data, &m.size);
        }
        bool delivered = t->delivers == NULL || t->delivers(t, m.from, m.data, m.size);
        if (delivered && t->seat[m.from].linked && t->seat[m.to].linked) {
            engine_table_message(t, m.from, m.to, m.data, m.size);
        }
        free(m.data);
    }
}

void engine_table_run(struct engine_table *t, uint64_t duration_ms)
{
    uint64_t end = t->now_ms + duration_ms;
    for (;;) {
        uint64_t next = UINT64_MAX;
        unsigned who = 0;
        drain(t);
        for (unsigned k = 0; k < t->seats; k++) {
            if (t->seat[k].update.deadline_ms < next) {
                next = t->seat[k].update.deadline_ms;
                who = k;
            }
        }
        if (next > end) {
            break;
        }
        t->now_ms = next > t->now_ms ? next : t->now_ms;
        struct engine_event e = {.kind = ENGINE_POLL};
        engine_table_step(t, who, &e);
    }
    t->now_ms = end;
}

static void start(struct engine_table *t, unsigned seat, bool trusted)
{
    struct table_seat *s = &t->seat[seat];
    engine_start(s->engine, trusted, t->now_ms, &s->update);
    take_update(t, seat);
}

/* Everybody's engine, started and linked. */
static void begin(struct engine_table *t)
{
    t->game_id = genesis_game_id(&t->genesis);
    for (unsigned k = 0; k < t->seats; k++) {
        t->seat[k].engine = engine_table_engine(t, k, false);
        CHECK(t->seat[k].engine != NULL);
        start(t, k, true);
    }
    for (unsigned k = 0; k < t->seats; k++) {
        engine_table_link(t, k, true);
    }
}

struct engine_table *engine_table_create(unsigned seats, bool shares_with_finalize)
{
    return engine_table_create_limited(seats, shares_with_finalize, 0);
}

struct engine_table *engine_table_create_limited(
    unsigned seats, bool shares_with_finalize, uint16_t op_rate)
{
    struct engine_table *t = calloc(1, sizeof *t);
    CHECK(t != NULL && seats <= TABLE_SEATS);
    t->seats = seats;
    t->op_rate = op_rate;
    t->op_burst = (uint16_t)(2 * op_rate);
    t->now_ms = 1000;
    t->shares_with_finalize = shares_with_finalize;
    for (unsigned k = 0; k < seats; k++) {
        uint8_t seed[32];
        seed_of(seed, k, 1);
        signer_fast.keypair(t->seat[k].id_pk, t->seat[k].id_sk, seed);
        seed_of(seed, k, 2);
        signer_fast.keypair(t->seat[k].vote_pk, t->seat[k].vote_sk, seed);
    }
    struct genesis *g = &t->genesis;
    g->version = PROTOCOL_VERSION;
    g->rules_size = 1;
    g->rules[0] = 10;
    memcpy(g->founder_id, t->seat[0].id_pk, ID_BYTES);
    memcpy(g->founder_net_pk, t->seat[0].id_pk, ID_BYTES);
    memcpy(g->founder_vote_pk, t->seat[0].vote_pk, 32);
    begin(t);
    return t;
}

struct engine_table *engine_table_split(
    const struct engine_table *old, const uint8_t *recover, size_t size)
{
    struct engine_table *t = calloc(1, sizeof *t);
    CHECK(t != NULL);
    t->seats = old->seats;
    t->now_ms = old->now_ms;
    t->shares_with_finalize = old->shares_with_finalize;
    t->genesis =
        (struct genesis){.version = PROTOCOL_VERSION, .recover = recover, .recover_size = size};
    for (unsigned k = 0; k < t->seats; k++) {
        const struct table_seat *from = &old->seat[k];
        memcpy(t->seat[k].id_pk, from->id_pk, sizeof from->id_pk);
        memcpy(t->seat[k].id_sk, from->id_sk, sizeof from->id_sk);
        memcpy(t->seat[k].vote_pk, from->vote_pk, sizeof from->vote_pk);
        memcpy(t->seat[k].vote_sk, from->vote_sk, sizeof from->vote_sk);
    }
    begin(t);
    return t;
}

void engine_table_destroy(struct engine_table *t)
{
    while (t->head != t->tail) {
        free(t->queue[t->head++ % TABLE_QUEUE].data);
    }
    for (unsigned k = 0; k < t->seats; k++) {
        struct table_seat *s = &t->seat[k];
        engine_destroy(s->engine);
        for (size_t i = 0; i < s->record_count; i++) {
            free((void *)s->records[i].data);
            free((void *)s->records[i].proof);
        }
    }
    free(t);
}

void engine_table_join(struct engine_table *t, unsigned seat)
{
    const struct table_seat *s = &t->seat[seat];
    uint8_t payload[256], ticket[SIG_BYTES], name = (uint8_t)('a' + seat);
    struct writer w = writer_of(payload, sizeof payload);
    ticket_sign(
        &signer_fast, ticket, &t->game_id, s->id_pk, s->id_pk, &name, 1, false, t->seat[0].id_sk);
    write_u8(&w, 0);
    write_bytes(&w, s->id_pk, ID_BYTES);
    write_lp(&w, &name, 1);
    write_bytes(&w, t->seat[0].id_pk, ID_BYTES);
    write_bytes(&w, ticket, sizeof ticket);
    engine_table_submit(t, seat, OP_JOIN, payload, w.size);
}

bool engine_table_gather(struct engine_table *t)
{
    engine_table_run(t, 200);
    for (unsigned k = 1; k < t->seats; k++) {
        engine_table_join(t, k);
    }
    for (unsigned i = 0; i < 100; i++) {
        unsigned members = 0;
        engine_table_run(t, 100);
        for (unsigned k = 0; k < t->seats; k++) {
            members += engine_inspect(t->seat[k].engine).members;
        }
        if (members == t->seats * t->seats) {
            engine_table_run(t, 2000);
            return true;
        }
    }
    return false;
}

static const struct persist *newest(const struct table_seat *s, uint8_t kind)
{
    const struct persist *found = NULL;
    for (size_t i = 0; i < s->record_count; i++) {
        found = s->records[i].kind == kind ? &s->records[i] : found;
    }
    return found;
}

static void restore(
    struct engine_table *t, unsigned seat, bool journal, bool trusted, uint64_t height)
{
    struct table_seat *s = &t->seat[seat];
    const struct persist *p;
    while ((p = stored_block(s, ++height)) != NULL) {
        CHECK(engine_restore_block(s->engine, p->data, p->size, p->proof, p->proof_size, true));
    }
    for (size_t i = 0; journal && i < s->record_count; i++) {
        if (!persist_is_record(s->records[i].kind)) {
            CHECK(engine_restore_persist(s->engine, &s->records[i]));
        }
    }
    start(t, seat, trusted);
}

void engine_table_restart(struct engine_table *t, unsigned seat, bool journal, bool trusted)
{
    struct table_seat *s = &t->seat[seat];
    engine_destroy(s->engine);
    s->engine = engine_table_engine(t, seat, false);
    CHECK(s->engine != NULL);
    restore(t, seat, journal, trusted, 0);
}

void engine_table_resume(struct engine_table *t, unsigned seat, bool journal, bool trusted)
{
    struct table_seat *s = &t->seat[seat];
    const struct persist *p = newest(s, PERSIST_SNAPSHOT);
    engine_destroy(s->engine);
    s->engine = engine_table_engine(t, seat, false);
    CHECK(s->engine != NULL && p != NULL);
    CHECK(
        engine_restore_snapshot(s->engine, p, newest(s, PERSIST_EPOCH), newest(s, PERSIST_DEALS)));
    restore(t, seat, journal, trusted, p->height);
}
