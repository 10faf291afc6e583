/* The picture for the screen, and the screen's way in. */
#include "src/manager_internal.h"

#include "base/check.h"
#include "consensus/genesis.h"
#include "src/clock.h"
#include "src/page_csv.h"
#include "src/page_figures.h"
#include "src/page_evidence.h"
#include "src/page_proof.h"
#include "src/page_records.h"
#include "src/qr_code.h"
#include "src/trace.h"

#include <stdio.h>

static void fill_found(struct manager *m, struct ui_model *model)
{
    model->searching = m->searching && clock_now_ms() - m->searched_ms < 2000;
    model->found_count = 0;
    if (m->mesh == NULL) {
        return;
    }
    struct mesh_found found[UI_FOUND_MAX];
    size_t count = mesh_found_tables(m->mesh, found, UI_FOUND_MAX);
    for (size_t i = 0; i < count && i < UI_FOUND_MAX; i++) {
        struct ui_found *f = &model->found[model->found_count++];
        const struct mesh_found *t = &found[i];
        memset(f, 0, sizeof *f);
        snprintf(f->name, sizeof f->name, "%.*s", UI_NAME_MAX, t->info.name);
        snprintf(f->host, sizeof f->host, "%s", t->info.host);
        snprintf(f->first_word, sizeof f->first_word, "%s", t->info.first_word);
        uint32_t ip = t->address.ip;
        snprintf(f->address, sizeof f->address, "%u.%u.%u.%u:%u", ip >> 24, ip >> 16 & 255,
            ip >> 8 & 255, ip & 255, t->address.port);
        f->seats = t->info.seats;
        f->seated = t->info.seated;
        f->min_cents = t->info.min_cents;
        f->max_cents = t->info.max_cents;
        f->state = t->info.state;
        f->version = t->version;
        f->our_version = PROTOCOL_VERSION;
        f->rtt_ms = t->rtt_ms;
    }
}

static void ip_text(char text[16], uint32_t ip)
{
    snprintf(text, 16, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
}

static void fill_check(const struct manager *m, struct ui_check *c)
{
    struct mesh_check now;
    memset(c, 0, sizeof *c);
    if (!m->checking || m->mesh == NULL) {
        return;
    }
    mesh_check(m->mesh, &now);
    c->done = true;
    c->wait = m->searching && clock_now_ms() - m->searched_ms < 2000;
    c->way_count = (uint8_t)now.way_count;
    for (size_t i = 0; i < now.way_count; i++) {
        snprintf(c->ways[i].name, sizeof c->ways[i].name, "%s", now.ways[i].name);
        ip_text(c->ways[i].address, now.ways[i].ip);
        ip_text(c->ways[i].broadcast, now.ways[i].broadcast);
        c->ways[i].loopback = now.ways[i].loopback;
        c->ways[i].asked = now.ways[i].asked;
        c->ways[i].refused = now.ways[i].refused;
    }
    c->lobby_port = now.lobby_port;
    c->member_port = now.member_port;
    c->discovery_port = now.discovery_port;
    c->listening = now.listening;
    c->bound = now.bound;
    c->answers = now.answers_heard;
    c->questions = now.questions_heard;
}

enum ui_stage manager_idle_stage(const struct manager *m)
{
    if (atomic_load(&m->finished)) {
        return STAGE_ENDED;
    }
    if (m->looking || m->config.start == START_JOIN || m->config.start == START_LAST) {
        return STAGE_JOINING;
    }
    return m->config.start == START_MENU ? STAGE_MENU : STAGE_OPENING;
}

/* Made when the words change, not for every picture. */
static void fill_qr(struct manager *m, struct ui_model *model)
{
    if (strcmp(m->qr_words, model->words) != 0) {
        char text[96];
        snprintf(m->qr_words, sizeof m->qr_words, "%s", model->words);
        snprintf(text, sizeof text, "craps join %s", model->words);
        if (model->words[0] == '\0' || !qr_code_make(&m->qr, text)) {
            m->qr.size = 0;
        }
    }
    model->qr = m->qr;
}

static bool change_model(void *value, void *argument)
{
    struct manager *m = argument;
    struct ui_model *model = value;
    model->version = ++m->picture;
    model->now_ms = clock_now_ms();
    model->first_run = m->config.first_run;
    snprintf(model->my_name, sizeof model->my_name, "%s", m->name);
    snprintf(model->error, sizeof model->error, "%s", m->error);
    snprintf(model->log_file, sizeof model->log_file, "%s", m->config.paths.log_file);
    fill_found(m, model);
    fill_check(m, &model->check);
    model->figures = m->figures;
    model->full_count = m->full_count;
    if (m->session == NULL) {
        model->stage = (uint8_t)manager_idle_stage(m);
        model->me = -1;
        memset(&model->joining, 0, sizeof model->joining);
        model->alert_count = 0;
        snprintf(model->last_table, sizeof model->last_table, "%s", m->last_table);
        model->last_table_age_s = m->last_age_s;
        model->history_count = model->history_kept = model->payout_count = 0;
        return true;
    }
    session_fill_model(m->session, model);
    fill_qr(m, model);
    return true;
}

void manager_publish(struct manager *m)
{
    int screen = atomic_load(&m->screen_subscriber);
    if (!m->dirty || screen < 0) {
        return;
    }
    m->dirty = false;
    if (snapshot_update(m->snapshots, change_model, m) != ERR_OK) {
        m->dirty = true;
    }
    bus_wake(m->bus, screen);
}

static const struct ui_model *port_acquire(void *self)
{
    struct manager *m = self;
    return snapshot_acquire(m->snapshots, NULL);
}

static void port_release(void *self)
{
    struct manager *m = self;
    snapshot_release(m->snapshots);
}

static bool port_command(void *self, const struct ui_command *command)
{
    return manager_command(self, command);
}

static bool port_notice(void *self, struct notice *notice, uint64_t *lost)
{
    struct manager *m = self;
    return bus_next(m->bus, atomic_load(&m->screen_subscriber), notice, lost);
}

static void port_clear(void *self)
{
    struct manager *m = self;
    bus_clear(m->bus, atomic_load(&m->screen_subscriber));
}

static uint64_t port_now_ms(void *self)
{
    (void)self;
    return clock_now_ms();
}

static bool port_ask(void *self, const struct ui_question *question)
{
    struct manager *m = self;
    return clerk_ask(m->clerk, question);
}

static bool port_answer(void *self, enum ui_page page, uint64_t *seen, void *out, size_t size)
{
    struct manager *m = self;
    return clerk_answer(m->clerk, (uint8_t)page, seen, out, size);
}

static bool port_replay_open(
    void *self, const char *path, struct ui_port *out, char problem[UI_TEXT_MAX + 1])
{
    struct manager *m = self;
    char full[UI_PATH_MAX + PATH_BYTES_MAX];
    bool bare = strchr(path, '/') == NULL;
    snprintf(full, sizeof full, "%s%s%s%s", bare ? m->config.paths.sessions_dir : "",
        bare ? "/" : "", path, bare ? ".craps" : "");
    struct replay_port_order order = {.tape = {.path = full},
        .id = m->config.keys.id_pk,
        .records = m->config.paths.sessions_dir,
        .speed = 1};
    enum err err = replay_port_open(&m->replay, &order);
    if (err != ERR_OK) {
        snprintf(problem, UI_TEXT_MAX + 1, "It cannot be shown: %s.",
            err == ERR_IO ? "there is no room for temporary files" : "not enough memory");
        return false;
    }
    *out = replay_port_of(m->replay);
    return true;
}

static void port_replay_close(void *self, struct ui_port *port)
{
    struct manager *m = self;
    (void)port;
    replay_port_close(m->replay);
    m->replay = NULL;
}

static void port_saw(void *self, enum ui_sight sight, uint64_t version)
{
    struct manager *m = self;
    if (sight == UI_SAW_PICTURE) {
        trace_drawn(m->config.trace, version);
    } else {
        trace_key(m->config.trace, sight == UI_SAW_KEY);
    }
}

/* On the clerk's thread. */
static void page_news(void *self)
{
    struct manager *m = self;
    bus_wake(m->bus, atomic_load(&m->screen_subscriber));
}

bool manager_port(struct manager *m, struct ui_port *port)
{
    static clerk_maker *const makers[UI_PAGE_COUNT] = {
        [UI_PAGE_RECORDS] = page_records_make,
        [UI_PAGE_PROOF] = page_proof_make,
        [UI_PAGE_AUDIT] = page_audit_make,
        [UI_PAGE_EXPORT] = page_export_make,
        [UI_PAGE_EVIDENCE] = page_evidence_make,
        [UI_PAGE_SUMMARY] = page_summary_make,
        [UI_PAGE_STATS] = page_stats_make,
        [UI_PAGE_CSV] = page_csv_make,
    };
    if (clerk_create(&m->clerk, makers, m->config.paths.sessions_dir, page_news, m) != ERR_OK) {
        return false;
    }
    clerk_know(m->clerk, m->config.keys.id_pk);
    if (!snapshot_thread_begin(m->snapshots)) {
        return false;
    }
    int subscriber = bus_subscribe(m->bus);
    CHECK(subscriber >= 0);
    atomic_store(&m->screen_subscriber, subscriber);
    manager_wake(m);
    *port = (struct ui_port){
        .self = m,
        .acquire = port_acquire,
        .release = port_release,
        .command = port_command,
        .notice = port_notice,
        .wake_fd = bus_fd(m->bus, subscriber),
        .clear = port_clear,
        .now_ms = port_now_ms,
        .ask = port_ask,
        .answer = port_answer,
        .replay_open = port_replay_open,
        .replay_close = port_replay_close,
        .saw = m->config.trace == NULL ? NULL : port_saw,
    };
    return true;
}

void manager_note_traffic(struct manager *m)
{
    struct mesh_counters sent = mesh_counters(m->mesh);
    atomic_store_explicit(&m->messages_sent, sent.messages_sent, memory_order_relaxed);
    atomic_store_explicit(&m->bytes_sent, sent.bytes_sent, memory_order_relaxed);
    atomic_store_explicit(&m->bytes_received, sent.bytes_received, memory_order_relaxed);
}

struct manager_traffic manager_traffic(const struct manager *m)
{
    return (struct manager_traffic){
        .messages = atomic_load_explicit(&m->messages_sent, memory_order_relaxed),
        .bytes = atomic_load_explicit(&m->bytes_sent, memory_order_relaxed),
        .received = atomic_load_explicit(&m->bytes_received, memory_order_relaxed),
    };
}

bool manager_leader(const struct manager *m, uint8_t id[32])
{
    return m->session != NULL && session_leader(m->session, id);
}
