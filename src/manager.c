#include "src/manager_internal.h"

#include "base/check.h"
#include "base/log.h"
#include "consensus/genesis.h"
#include "game/name.h"
#include "src/clock.h"
#include "src/metrics.h"
#include "src/trace.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void model_copy(void *to, const void *from)
{
    struct ui_model *t = to;
    const struct ui_model *f = from;
    size_t head = offsetof(struct ui_model, live);
    size_t tail = head + sizeof f->live;
    memcpy(t, f, head);
    live_copy(&t->live, &f->live);
    memcpy((uint8_t *)t + tail, (const uint8_t *)f + tail, sizeof *f - tail);
}

void manager_complain(struct manager *m, const char *text)
{
    snprintf(m->error, sizeof m->error, "%s", text);
    m->dirty = true;
}

static void wake(int fd)
{
    uint64_t one = 1;
    ssize_t written = write(fd, &one, sizeof one);
    (void)written; /* full means that it is readable already */
}

/* Tried first for the member host, so that a restarted player listens where the others remember it. */
static uint16_t usual_port(const uint8_t id_pk[32])
{
    struct digest d = hash_tagged("craps/v1/member-port", id_pk, 32);
    return (uint16_t)(20000 + (d.b[0] << 8 | d.b[1]) % 12000);
}

static bool parse_bind(struct mesh_config *c, const char *bind)
{
    if (bind[0] == '\0') {
        return true;
    }
    unsigned b[4];
    char more;
    if (sscanf(bind, "%3u.%3u.%3u.%3u%c", &b[0], &b[1], &b[2], &b[3], &more) == 4 && b[0] < 256 &&
        b[1] < 256 && b[2] < 256 && b[3] < 256) {
        c->bind_ip = b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
        return true;
    }
    if (strlen(bind) >= sizeof c->bind_interface) {
        return false;
    }
    snprintf(c->bind_interface, sizeof c->bind_interface, "%s", bind);
    return true;
}

/* Opens the network when it is first needed. */
bool manager_open_mesh(struct manager *m)
{
    if (m->mesh != NULL) {
        return true;
    }
    struct mesh_config c = {
        .version = PROTOCOL_VERSION,
        .port = m->config.port,
        .port_explicit = m->config.port_explicit,
        .member_port = usual_port(m->config.keys.id_pk),
        .discovery_port = m->config.discovery_port,
    };
    memcpy(c.id_pk, m->config.keys.id_pk, sizeof c.id_pk);
    memcpy(c.id_sk, m->config.keys.id_sk, sizeof c.id_sk);
    memcpy(c.net_pk, m->config.keys.net_pk, sizeof c.net_pk);
    memcpy(c.net_sk, m->config.keys.net_sk, sizeof c.net_sk);
    randombytes_buf(c.seed, sizeof c.seed);
    enum err e = parse_bind(&c, m->config.bind) ? mesh_create(&m->mesh, &c) : ERR_RANGE;
    sodium_memzero(&c, sizeof c);
    if (e != ERR_OK) {
        m->mesh = NULL;
        m->problem.exit_status = e == ERR_PERMISSION ? 77 : 69;
        snprintf(m->problem.text, sizeof m->problem.text,
            "The network cannot be used (%s)%s%s. Check --bind and the network's settings.",
            err_name(e), m->config.bind[0] == '\0' ? "" : " on ", m->config.bind);
        manager_complain(m, m->problem.text);
        return false;
    }
    return true;
}

struct session_config manager_session_config(struct manager *m)
{
    struct session_config c = {
        .keys = &m->config.keys,
        .paths = &m->config.paths,
        .mesh = m->mesh,
        .bus = m->bus,
        .counters = &m->counters,
        .trace = m->config.trace,
        .reporter = m->config.reporter,
        .delta_ms = m->config.delta_ms,
        .strategy = m->config.strategy.given ? &m->config.strategy : NULL,
        .auto_watched = m->config.auto_watched,
        .rolls = m->config.rolls,
        .port = m->config.port,
        .invite_long = m->config.invite_long,
        .watch = m->config.watch || m->watch_until_free,
        .watch_until_free = m->watch_until_free,
    };
    snprintf(c.name, sizeof c.name, "%s", m->name);
    return c;
}

static void finish(struct manager *m)
{
    if (!atomic_exchange(&m->finished, true)) {
        m->dirty = true; /* the screen waits for the last picture */
        wake(m->finished_fd);
    }
}

/* A session began or could not. Outside the menu, not beginning ends the program. */
void manager_began(struct manager *m, struct session *session)
{
    m->session = session;
    m->dirty = true;
    m->error[0] = '\0';
    if (session != NULL) {
        return;
    }
    manager_complain(m, m->problem.text);
    if (m->config.start != START_MENU) {
        finish(m);
    }
}

static void start_solo(struct manager *m, unsigned bots, const char *name)
{
    struct session_config c = manager_session_config(m);
    struct house_rules rules = m->config.rules;
    rules.solo = true;
    c.cheat = m->config.cheat;
    if (m->config.start != START_SOLO) {
        rules.start = 1;
    }
    if (strcmp(rules.name, house_rules_default().name) == 0) {
        snprintf(rules.name, sizeof rules.name, "%.*s", TABLE_NAME_BYTES_MAX,
            name[0] != '\0' ? name : "Practice table");
    }
    manager_began(m, session_solo(&c, &rules, bots, &m->problem));
}

static void start_host(struct manager *m, const char *table_name)
{
    if (!manager_open_mesh(m)) {
        manager_began(m, NULL);
        return;
    }
    struct session_config c = manager_session_config(m);
    struct house_rules rules = m->config.rules;
    rules.solo = false;
    if (table_name[0] != '\0') {
        text_clean(rules.name, TABLE_NAME_BYTES_MAX, table_name, strlen(table_name));
    }
    unsigned bots = m->config.start == START_HOST ? m->config.bots : 0;
    manager_began(m, session_host(&c, &rules, bots, &m->problem));
}

static void end_session(struct manager *m)
{
    if (m->session == NULL) {
        return;
    }
    session_report_summary(m->session);
    const struct session_problem *p = session_problem(m->session);
    if (p->exit_status != 0) {
        m->problem = *p;
        manager_complain(m, p->text);
        m->full_count += p->full;
    }
    bool seat_free = p->seat_free;
    if (m->mesh != NULL) {
        mesh_flush(m->mesh);
    }
    m->dirty = true;
    manager_publish(m); /* the last words about the table */
    session_destroy(m->session);
    m->session = NULL;
    manager_find_last(m);
    m->dirty = true;
    if (seat_free && !atomic_load(&m->stop_wanted)) {
        m->watch_until_free = false;
        manager_start_join(m, &m->words);
    }
}

static void set_name(struct manager *m, const char *text)
{
    char clean[NAME_BYTES_MAX + 1];
    name_clean(clean, text, strlen(text));
    snprintf(m->name, sizeof m->name, "%s", clean);
    m->config.first_run = false;
    if (m->config.settings != NULL && settings_set(m->config.settings, "name", m->name) != ERR_OK) {
        manager_complain(m, "Your name could not be saved; it holds for this time.");
    }
    m->dirty = true;
}

/* A setting that the screen has put in force already: into the file for the next time. */
static void keep_setting(struct manager *m, const char *text)
{
    char key[SETTING_VALUE_MAX];
    size_t size = strcspn(text, " ");
    if (m->config.settings == NULL || size == 0 || size >= sizeof key || text[size] == '\0') {
        return;
    }
    memcpy(key, text, size);
    key[size] = '\0';
    static const char unsaved[] =
        "The settings file could not be written; this holds for this time.";
    enum err e = settings_set(m->config.settings, key, text + size + 1);
    if (e != ERR_OK) {
        log_warn("setting %s not saved: %s", key, err_name(e));
        manager_complain(m, unsaved);
    } else if (strcmp(m->error, unsaved) == 0) {
        manager_complain(m, "");
    }
}

/* Rule 16.8: alone at the own table the host may change a house rule: a new table, under the same words. */
static void on_rule(struct manager *m, const char *text)
{
    char key[32], value[64];
    struct house_rules rules;
    if (m->session == NULL || !session_may_edit(m->session, &rules)) {
        manager_complain(m, "The rules are fixed once somebody has sat down.");
        return;
    }
    if (sscanf(text, "%31s %63s", key, value) != 2 ||
        house_rules_set(&rules, key, value) != REFUSAL_NONE) {
        manager_complain(m, "That is no house rule, or not a value it can have.");
        return;
    }
    struct invite words = *session_words(m->session);
    struct session_config c = manager_session_config(m);
    c.words = &words;
    session_discard(m->session);
    session_destroy(m->session);
    manager_began(m, session_host(&c, &rules, 0, &m->problem));
    invite_wipe(&words);
}

static void on_command(struct manager *m, const struct ui_command *c)
{
    bool idle = m->session == NULL && !m->looking;
    switch (c->kind) {
    case UI_SOLO:
        if (idle) {
            start_solo(m, c->number, c->text);
        }
        break;
    case UI_HOST:
        if (idle) {
            start_host(m, c->text);
        }
        break;
    case UI_JOIN:
        if (idle) {
            manager_join_text(m, c->text);
        }
        break;
    case UI_WATCH:
        if (idle && m->full_count > 0) {
            m->watch_until_free = true;
            manager_start_join(m, &m->words);
        }
        break;
    case UI_REJOIN:
        if (idle) {
            manager_start_resume(m);
        }
        break;
    case UI_SEARCH:
        if (idle && manager_open_mesh(m)) {
            manager_search(m);
        }
        break;
    case UI_CHECK:
        m->checking = manager_open_mesh(m);
        manager_search(m);
        break;
    case UI_FIGURES:
        manager_figures(m);
        break;
    case UI_CANCEL:
        m->looking = false;
        if (m->session != NULL) {
            session_leave(m->session, true);
        }
        m->dirty = true;
        break;
    case UI_LEAVE:
        if (m->session != NULL) {
            session_leave(m->session, false);
        }
        break;
    case UI_QUIT:
        atomic_store(&m->stop_wanted, true);
        break;
    case UI_SET_NAME:
        set_name(m, c->text);
        if (m->session != NULL) {
            session_command(m->session, c);
        }
        break;
    case UI_SETTING:
        keep_setting(m, c->text);
        break;
    case UI_RULE:
        on_rule(m, c->text);
        break;
    default:
        if (m->session != NULL) {
            session_command(m->session, c);
        }
        break;
    }
}

static bool time_is_up(const struct manager *m)
{
    return m->config.seconds != 0 && clock_now_ms() - m->started_ms >= m->config.seconds * 1000;
}

static void poll_session(struct manager *m)
{
    if (m->session == NULL) {
        return;
    }
    m->dirty = session_poll(m->session) || m->dirty;
    bool stop = atomic_load(&m->stop_wanted);
    if (stop || time_is_up(m)) {
        session_leave(m->session, false);
    }
    if (session_state(m->session) == SESSION_ENDED) {
        end_session(m);
        bool again = m->session != NULL || m->looking;
        if (again) {
            return;
        }
        if (m->config.start != START_MENU || stop) {
            finish(m);
        }
    }
}

static int timeout_ms(const struct manager *m)
{
    uint64_t now = clock_now_ms();
    uint64_t at = UINT64_MAX;
    if (m->session != NULL) {
        at = session_deadline_ms(m->session);
    }
    if (m->mesh != NULL) {
        uint64_t mesh = mesh_deadline_ms(m->mesh);
        at = mesh < at ? mesh : at;
    }
    if (m->looking && now + 100 < at) {
        at = now + 100;
    }
    if (m->config.seconds != 0) {
        uint64_t end = m->started_ms + m->config.seconds * 1000;
        at = end < at ? end : at;
    }
    if (m->searching && now - m->searched_ms < 2000 && now + 250 < at) {
        at = now + 250;
    }
    if (at == UINT64_MAX) {
        return -1;
    }
    return at <= now ? 0 : at - now > 60000 ? 60000 : (int)(at - now);
}

static void wait_for_something(struct manager *m)
{
    struct pollfd fds[DESCRIPTORS_MAX + 1];
    int mesh_fds[DESCRIPTORS_MAX];
    size_t count = m->mesh == NULL ? 0 : mesh_descriptors(m->mesh, mesh_fds, DESCRIPTORS_MAX);
    for (size_t i = 0; i < count; i++) {
        fds[i] = (struct pollfd){.fd = mesh_fds[i], .events = POLLIN};
    }
    fds[count] = (struct pollfd){.fd = m->wake_fd, .events = POLLIN};
    int timeout = timeout_ms(m);
    int ready = poll(fds, count + 1, timeout);
    manager_note_sleep(m, timeout);
    if (ready > 0 && fds[count].revents != 0) {
        uint64_t ignored;
        ssize_t got = read(m->wake_fd, &ignored, sizeof ignored);
        (void)got; /* only to make it quiet again */
    }
}

static void start(struct manager *m)
{
    m->started_ms = clock_now_ms();
    m->dirty = true;
    switch (m->config.start) {
    case START_MENU:
        break;
    case START_SOLO:
        start_solo(m, m->config.bots, "");
        break;
    case START_HOST:
        start_host(m, m->config.rules.name);
        break;
    case START_JOIN:
        manager_start_join(m, &m->config.words);
        break;
    case START_LAST:
        manager_start_resume(m);
        break;
    }
}

static void turn(struct manager *m)
{
    struct ui_command command;
    bool serviced = m->mesh != NULL;
    if (serviced) {
        mesh_service(m->mesh,
            clock_now_ms()); /* what a command sends is sent now, not when we fell asleep */
    }
    if (m->session != NULL) {
        session_watch_queue(m->session, queue_length(&m->commands), COMMANDS_MAX);
    }
    for (int i = 0; i < COMMANDS_MAX && queue_pop(&m->commands, &command); i++) {
        command.popped_us = m->config.trace == NULL ? 0 : clock_now_us();
        on_command(m, &command);
    }
    if (m->mesh != NULL) {
        if (!serviced) {
            mesh_service(m->mesh, clock_now_ms());
        }
        struct mesh_event event;
        for (int i = 0; i < 1024 && mesh_next_event(m->mesh, &event); i++) {
            if (m->session != NULL) {
                session_mesh_event(m->session, &event);
            }
        }
        if (m->searching && clock_now_ms() - m->searched_ms < 2500) {
            m->dirty = true;
        } else {
            m->searching = false;
        }
    }
    manager_poll_looking(m);
    poll_session(m);
    bool time_up = m->config.start != START_MENU && time_is_up(m);
    if (m->session == NULL && (atomic_load(&m->stop_wanted) || time_up)) {
        if (m->looking && time_up) {
            m->problem = (struct session_problem){69, "No table answered to those words in time."};
        }
        m->looking = false;
        finish(m);
    }
    if (m->mesh != NULL) {
        mesh_flush(m->mesh);
        manager_note_traffic(m);
    }
    manager_publish(m);
}

static void *run(void *argument)
{
    struct manager *m = argument;
    bool begun = snapshot_thread_begin(m->snapshots);
    struct metrics *metrics = m->config.metrics;
    if (metrics != NULL && !metrics_writer_begin(metrics)) {
        m->config.metrics = metrics = NULL; /* who asks gets zeroes */
    }
    if (begun) {
        manager_find_last(m);
        start(m);
    } else {
        m->problem = (struct session_problem){70, "There is not enough memory to begin."};
        finish(m);
    }
    while (!atomic_load(&m->destroy_wanted)) {
        if (!atomic_load(&m->finished)) {
            turn(m);
        } else {
            manager_publish(m);
        }
        if (m->config.trace != NULL) {
            trace_applied(m->config.trace, atomic_load(&m->screen_subscriber) < 0 ? 0 : m->picture);
        }
        manager_measure(m);
        wait_for_something(m);
    }
    if (m->session != NULL) {
        session_leave(m->session, true);
        end_session(m);
    }
    mesh_destroy(m->mesh);
    m->mesh = NULL;
    if (begun) {
        snapshot_thread_end(m->snapshots);
    }
    if (metrics != NULL) {
        metrics_writer_end(metrics);
    }
    return NULL;
}

enum err manager_create(struct manager **out, const struct manager_config *config)
{
    struct manager *m = calloc(1, sizeof *m);
    struct ui_model *first = calloc(1, sizeof *first);
    if (m == NULL || first == NULL) {
        free(m);
        free(first);
        return ERR_NO_MEMORY;
    }
    m->config = *config;
    snprintf(m->name, sizeof m->name, "%s", config->name);
    snprintf(first->my_name, sizeof first->my_name, "%s", config->name);
    first->first_run = config->first_run;
    first->me = -1;
    first->stage = (uint8_t)manager_idle_stage(m);
    queue_init(&m->commands, m->command_items, sizeof m->command_items[0], COMMANDS_MAX);
    atomic_init(&m->screen_subscriber, -1);
    m->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    m->finished_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    m->bus = bus_create(sizeof(struct notice), NOTICES_MAX);
    struct house_rules rules = config->rules;
    live_init(&first->live, &rules);
    m->snapshots = snapshot_create(sizeof *first, first, model_copy);
    free(first);
    *out = m;
    if (m->wake_fd < 0 || m->finished_fd < 0 || m->bus == NULL || m->snapshots == NULL ||
        pthread_create(&m->thread, NULL, run, m) != 0) {
        manager_destroy(m);
        *out = NULL;
        return ERR_NO_MEMORY;
    }
    m->thread_started = true;
    return ERR_OK;
}

void manager_destroy(struct manager *m)
{
    if (m == NULL) {
        return;
    }
    atomic_store(&m->destroy_wanted, true);
    if (m->thread_started) {
        wake(m->wake_fd);
        pthread_join(m->thread, NULL);
    }
    clerk_destroy(m->clerk);
    if (m->snapshots != NULL) {
        snapshot_destroy(m->snapshots);
    }
    bus_destroy(m->bus);
    if (m->wake_fd >= 0) {
        close(m->wake_fd);
    }
    if (m->finished_fd >= 0) {
        close(m->finished_fd);
    }
    sodium_memzero(m, sizeof *m);
    free(m);
}

void manager_wake(struct manager *m)
{
    wake(m->wake_fd);
}

bool manager_command(struct manager *m, const struct ui_command *command)
{
    bool pushed;
    if (m->config.trace == NULL) {
        pushed = queue_push(&m->commands, command);
    } else {
        struct ui_command stamped = *command;
        stamped.key_us = trace_key_us(m->config.trace);
        stamped.pushed_us = clock_now_us();
        pushed = queue_push(&m->commands, &stamped);
    }
    wake(m->wake_fd);
    return pushed;
}

void manager_stop(struct manager *m)
{
    atomic_store(&m->stop_wanted, true);
    wake(m->wake_fd);
}

bool manager_finished(const struct manager *m)
{
    return atomic_load(&m->finished);
}

int manager_finished_fd(const struct manager *m)
{
    return m->finished_fd;
}

int manager_exit(const struct manager *m, const char **text)
{
    *text = m->problem.text;
    return m->problem.exit_status;
}
