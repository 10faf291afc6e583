#include "src/session_internal.h"

#include "base/check.h"
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void session_fail(struct session *s, int exit_status, const char *format, ...)
{
    if (s->problem.exit_status == 0) {
        va_list args;
        va_start(args, format);
        vsnprintf(s->problem.text, sizeof s->problem.text, format, args);
        va_end(args);
        s->problem.exit_status = exit_status;
        log_error("%s", s->problem.text);
    }
    s->state = SESSION_ENDED;
    s->frozen = true;
    s->dirty = true;
}

void session_notice(struct session *s, int kind, const char *format, ...)
{
    struct notice n = {.kind = (uint8_t)kind, .t_ms = clock_now_ms()};
    va_list args;
    va_start(args, format);
    vsnprintf(n.text, sizeof n.text, format, args);
    va_end(args);
    bus_publish(s->config.bus, &n);
}

struct live_context session_context(const struct session *s)
{
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    struct live_context ctx = {
        .members = p->roster.count,
        .faulty = (uint16_t)quorum_faulty(p->roster.count),
        .author_member = roster_find(&p->roster, s->config.keys->id_pk) >= 0,
        .dice_allowed = p->has_dice && p->attempt.phase != ATTEMPT_READY && !p->closed,
    };
    memcpy(ctx.author, s->config.keys->id_pk, ID_BYTES);
    return ctx;
}

static int local_node(const struct session *s, const uint8_t id[ID_BYTES])
{
    for (uint32_t i = 0; i < s->node_count; i++) {
        if (memcmp(s->nodes[i].keys.id_pk, id, ID_BYTES) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static void route(struct session *s, struct node *node, const uint8_t to[ID_BYTES],
    unsigned channel, const uint8_t *data, uint32_t size)
{
    int local = local_node(s, to);
    if (local >= 0) {
        if (&s->nodes[local] != node) {
            session_send_local(s, node, &s->nodes[local], data, size);
        }
        return;
    }
    uint8_t framed[MESSAGE_BYTES_MAX];
    struct writer w = writer_of(framed, sizeof framed);
    bool split = s->genesis.recover != NULL;
    write_u8(&w, split ? PAYLOAD_ENGINE_SPLIT : PAYLOAD_ENGINE);
    write_bytes(&w, s->game_id.b, split ? PAYLOAD_TAG_BYTES : 0);
    write_bytes(&w, data, size);
    if (!w.bad) {
        session_send(s, to, channel, framed, w.size);
    }
}

static void send_outbox(struct session *s, struct node *node)
{
    const struct outbox *o = &node->update->outbox;
    const struct roster *members = &engine_protocol(node->engine)->roster;
    for (uint32_t i = 0; i < o->count; i++) {
        const struct outgoing *m = &o->messages[i];
        const uint8_t *data = o->arena + m->offset;
        if (session_cheat(s, node, m, data)) {
            continue;
        }
        if (!m->to_all) {
            route(s, node, m->to, m->channel, data, m->size);
            continue;
        }
        for (uint16_t k = 0; k < members->count; k++) {
            if (memcmp(members->members[k].id_pk, node->keys.id_pk, ID_BYTES) != 0) {
                route(s, node, members->members[k].id_pk, m->channel, data, m->size);
            }
        }
    }
}

bool session_disk_failed(struct session *s, enum err e)
{
    if (e == ERR_OK) {
        return false;
    }
    session_fail(s, e == ERR_NO_SPACE ? 73 : 74,
        "The table could not be saved (%s), so this seat has stopped voting. Free some space or "
        "check the disk, then: craps %s",
        err_name(e), s->practice ? "solo" : "join --last");
    return true;
}

static void apply(struct session *s, struct node *node)
{
    const struct engine_update *u = node->update;
    if (node == &s->nodes[0]) {
        if (s->config.trace != NULL) {
            session_trace_step(s, u);
        }
        session_synced(s, u);
        session_committed(s, u);
        session_note_steps(s, u);
        s->point = session_live(s)->table.point;
    }
}

static bool keep_record(struct session *s, struct node *node)
{
    const struct engine_update *u = node->update;
    if (node->store == NULL || u->persist_count == 0) {
        return true;
    }
    enum err err = store_persist_record(node->store, u->persist, u->persist_count);
    if (s->sync_ms == 0 && store_record_unsynced(node->store)) {
        s->sync_ms = clock_now_ms() + RECORD_SYNC_MS;
    }
    return !session_disk_failed(s, err);
}

/* Persist, send, apply: in this order, always (protocol A.9). What binds us is synced before it leaves. Final blocks bind nobody;
 * among several members the journals of a quorum hold them (store.h), so they are shown at once and then written to the record;
 * where the record is all there is of them they are written first. False when the disk failed: nothing that binds us was sent. */
bool session_flush(struct session *s, struct node *node)
{
    struct engine_update *u = node->update;
    if (node == &s->nodes[0] || s->practice) {
        session_watch(s, node);
    }
    bool keeps = node->store != NULL && u->persist_count > 0;
    if (s->practice && s->nodes[0].store != NULL) {
        session_keep_spares(s, node);
    }
    if (keeps &&
        session_disk_failed(s, store_persist_journal(node->store, u->persist, u->persist_count))) {
        return false;
    }
    if (node != &s->nodes[0] || (s->bad_roll == 0 && !s->broken)) {
        send_outbox(s, node);
    }
    if (s->config.mesh != NULL) {
        mesh_flush(s->config.mesh);
    }
    bool alone = s->practice || engine_protocol(node->engine)->roster.count == 1;
    if (alone && !keep_record(s, node)) {
        return false;
    }
    apply(s, node);
    return alone || keep_record(s, node);
}

static void serve(struct session *s, struct node *node, const struct engine_serve *wanted)
{
    static _Thread_local uint8_t answer[FETCH_BYTES_MAX + 64];
    struct writer w = writer_of(answer, sizeof answer);
    /* Bots beside us keep no files: the record is the same for all of us. */
    bool spare = wanted->kind == FETCH_HEIGHTS && s->practice &&
                 wanted->height > store_height(s->nodes[0].store);
    enum err e = ERR_OK;
    if (spare) {
        blocks_answer_begin(&w, wanted->height);
        session_answer_spares(s, wanted->height, &w);
    } else {
        e = wanted->kind == FETCH_EPOCHS
                ? store_epochs(s->nodes[0].store, wanted->epoch, &w)
                : store_blocks(s->nodes[0].store, wanted->height, wanted->count, &w);
    }
    if (e != ERR_OK) {
        w.size = 0; /* it need not wait for us */
        if (wanted->kind == FETCH_HEIGHTS) {
            blocks_answer_begin(&w, 0);
        }
    }
    struct engine_event event = {.kind = ENGINE_BLOCKS,
        .now_ms = clock_now_ms(),
        .data = answer,
        .size = w.size,
        .op_kind = wanted->kind};
    memcpy(event.from, wanted->to, ID_BYTES);
    engine_step(node->engine, &event, node->update);
    session_flush(s, node);
}

void session_step(struct session *s, struct node *node, struct engine_event *event)
{
    struct engine_update *u = node->update;
    if (s->state == SESSION_ENDED || (node == &s->nodes[0] && split_frozen(&s->split))) {
        return;
    }
    event->now_ms = clock_now_ms();
    engine_step(node->engine, event, u);
    s->step_malformed = u->malformed;
    if (event->kind == ENGINE_SUBMIT && s->submitting != NULL) {
        s->submit_accepted = u->submitted;
        s->submitting->seq = u->submitted ? u->submitted_seq : 0;
        s->submitting->at_us[TRACE_SIGNED] = s->config.trace == NULL ? 0 : clock_now_us();
        s->submitting = NULL;
        s->submit_error = u->submit_error;
        if (u->submit_error == ERR_RATE) {
            s->rate_ms = event->now_ms + RATE_RETRY_MS;
        } else if (!u->submitted) {
            log_warn("own operation refused: %s", err_name(u->submit_error));
        }
    }
    uint32_t count = u->serve_count;
    struct engine_serve wanted[sizeof u->serve / sizeof u->serve[0]];
    memcpy(wanted, u->serve, count * sizeof wanted[0]);
    if (!session_flush(s, node)) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        serve(s, node, &wanted[i]);
    }
}

/* Clocks speak for the machine: they are no part of a player's rate. */
static bool is_machines(const struct live_command *command)
{
    return command != NULL && (command->kind == LIVE_ELAPSED || command->kind == LIVE_AWAY ||
                                  command->kind == LIVE_BACK);
}

bool session_submit(struct session *s, struct node *node, uint8_t op_kind, const uint8_t *payload,
    size_t size, const struct identity_keys *bot, uint32_t command_id,
    const struct live_command *command)
{
    struct engine_event event = {
        .kind = ENGINE_SUBMIT,
        .op_kind = op_kind,
        .data = payload,
        .size = size,
        .bot_sk = bot == NULL ? NULL : bot->id_sk,
        .unmetered = is_machines(command),
    };
    s->submit_error = ERR_OK;
    if (s->frozen || split_frozen(&s->split)) {
        return false;
    }
    struct inflight *free = NULL;
    for (size_t i = 0; i < INFLIGHT_MAX && free == NULL; i++) {
        free = s->inflight[i].seq == 0 ? &s->inflight[i] : NULL;
    }
    if (free == NULL) {
        return false;
    }
    /* Known before the step's blocks are looked at: alone at the table, the op is final within it. */
    const uint8_t *author = bot == NULL ? node->keys.id_pk : bot->id_pk;
    memcpy(free->author, author, ID_BYTES);
    free->submitted_us = clock_now_us();
    free->command_id = command_id;
    free->command = command == NULL ? (struct live_command){0} : *command;
    if (s->config.trace != NULL) {
        session_trace_begin(s, free);
    }
    s->submitting = free;
    s->submit_accepted = false;
    session_step(s, node, &event);
    s->submitting = NULL;
    s->count->submitted += s->submit_accepted;
    return s->submit_accepted;
}

bool session_submit_live(struct session *s, struct node *node, const struct identity_keys *bot,
    const struct live_command *command, uint32_t command_id)
{
    uint8_t payload[LIVE_COMMAND_BYTES_MAX];
    struct writer w = writer_of(payload, sizeof payload);
    live_command_encode(command, &w);
    CHECK(!w.bad);
    return session_submit(s, node, OP_GAME, payload, w.size, bot, command_id, command);
}

void session_submit_join(struct session *s, struct node *node, const struct identity_keys *joiner,
    const char *name, bool bot, const uint8_t sponsor[ID_BYTES], const uint8_t ticket[64])
{
    uint8_t payload[256];
    struct writer w = writer_of(payload, sizeof payload);
    write_u8(&w, bot);
    write_bytes(&w, joiner->net_pk, 32);
    write_lp(&w, name, strnlen(name, PROFILE_BYTES_MAX));
    write_bytes(&w, sponsor, ID_BYTES);
    write_bytes(&w, ticket, SIG_BYTES);
    CHECK(!w.bad);
    session_submit(s, node, OP_JOIN, payload, w.size, bot ? joiner : NULL, 0, NULL);
}

void session_destroy(struct session *s)
{
    if (s == NULL) {
        return;
    }
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        const struct link_limit *l = &s->peers[i].limit;
        if (l->peak_messages > 0) {
            log_info("busiest second of a link: %u messages, %u bytes; %llu malformed in all",
                l->peak_messages, l->peak_bytes, (unsigned long long)l->malformed);
        }
    }
    if (s->config.mesh != NULL) {
        mesh_lobby_close(s->config.mesh);
        mesh_join_end(s->config.mesh);
        mesh_set_table(s->config.mesh, NULL, NULL);
    }
    session_count_engine(s);
    for (uint32_t i = 0; i < s->node_count; i++) {
        engine_destroy(s->nodes[i].engine);
        store_close(s->nodes[i].store);
        free(s->nodes[i].update);
    }
    session_receipt_end(s);
    session_talk_end(s);
    ahead_destroy(s->ahead);
    if (s->ring != NULL) {
        sodium_memzero(s->ring, LOCAL_RING_BYTES);
    }
    free(s->ring);
    session_free_spares(s);
    free(s->commit_ms.values);
    free(s->roll_ms.values);
    sodium_memzero(s, sizeof *s);
    free(s);
}

/* Solo: each bot asks in with a ticket of the player's as soon as it knows the table. */
static void poll_member_bots(struct session *s)
{
    for (uint32_t i = 1; i < s->node_count; i++) {
        struct node *n = &s->nodes[i];
        if (n->join_sent) {
            continue;
        }
        uint8_t ticket[64];
        const char *name = NULL;
        for (uint32_t k = 0; k < s->bot_count; k++) {
            name = s->bots[k].node == n ? s->bots[k].name : name;
        }
        ticket_sign(&signer_ed25519, ticket, &s->game_id, n->keys.id_pk, n->keys.net_pk,
            (const uint8_t *)name, strlen(name), false, s->config.keys->id_sk);
        n->join_sent = true;
        session_submit_join(s, n, &n->keys, name, false, s->config.keys->id_pk, ticket);
    }
}

static void poll_engines(struct session *s)
{
    uint64_t now = clock_now_ms();
    for (uint32_t i = 0; i < s->node_count && s->state != SESSION_ENDED; i++) {
        if (s->nodes[i].engine != NULL && s->nodes[i].update->deadline_ms <= now) {
            struct engine_event event = {.kind = ENGINE_POLL};
            session_step(s, &s->nodes[i], &event);
        }
    }
}

/* After `--rolls`: wait until everybody linked has what it needs, five seconds at most. */
static bool others_done(struct session *s)
{
    const struct roster *members = &engine_protocol(s->nodes[0].engine)->roster;
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        const struct known_peer *p = &s->peers[i];
        if (p->used && session_linked(p) && roster_find(members, p->id) >= 0 &&
            p->done_height < s->final.height) {
            return false;
        }
    }
    return true;
}

bool session_alone(const struct session *s)
{
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        if (s->peers[i].used && session_linked(&s->peers[i])) {
            return false;
        }
    }
    return true;
}

static void poll_leaving(struct session *s)
{
    uint64_t now = clock_now_ms();
    if (s->state != SESSION_LEAVING) {
        return;
    }
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    bool over;
    if (s->final.valid && s->config.rolls > 0) {
        over = s->config.mesh == NULL || others_done(s) || now - s->leaving_ms >= DONE_MS;
    } else {
        bool gone = p->ended || roster_find(&p->roster, s->config.keys->id_pk) < 0;
        over =
            s->config.mesh == NULL || gone || session_alone(s) || now - s->leaving_ms >= LEAVE_MS;
        over = s->split.receipt != NULL ? session_receipt_poll(s) : over;
    }
    if (over && s->linger_ms == 0) {
        s->linger_ms = now + (s->config.mesh == NULL ? 0 : LINGER_MS);
    }
    if (s->linger_ms != 0 && now >= s->linger_ms) {
        s->state = SESSION_ENDED;
    }
    s->dirty = true;
}

/* One sync for all blocks of a while; only the player's own member keeps files. */
static void poll_record(struct session *s)
{
    if (s->sync_ms != 0 && clock_now_ms() >= s->sync_ms) {
        struct store *store = s->nodes[0].store;
        s->sync_ms = 0;
        session_disk_failed(s, store == NULL ? ERR_OK : store_tidy(store));
    }
}

bool session_poll(struct session *s)
{
    if (s->state == SESSION_ENDED) {
        return false;
    }
    poll_engines(s);
    poll_record(s);
    session_deliver_local(s);
    session_talk_poll(s);
    if (s->config.mesh != NULL) {
        session_poll_guard(s);
        session_poll_net(s);
        session_poll_join(s);
        session_split_poll(s);
    }
    if (s->nodes[0].engine != NULL) {
        poll_member_bots(s);
        session_poll_timers(s);
        session_poll_bots(s);
        session_poll_ballots(s);
        session_deliver_local(s);
        session_poll_convicted(s);
    }
    poll_leaving(s);
    bool dirty = s->dirty;
    s->dirty = false;
    return dirty;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t session_deadline_ms(const struct session *s)
{
    uint64_t at = s->sync_ms != 0 ? s->sync_ms : UINT64_MAX;
    if (s->ring_head != s->ring_tail || s->moves_due) {
        return 0;
    }
    for (uint32_t i = 0; i < s->node_count; i++) {
        if (s->nodes[i].engine != NULL && !(i == 0 && split_frozen(&s->split))) {
            at = earlier(at, s->nodes[i].update->deadline_ms);
        }
    }
    at = earlier(at, session_timer_deadline(s, &s->window_timer, LIVE_TIMER_WINDOW));
    at = earlier(at, session_timer_deadline(s, &s->shooter_timer, LIVE_TIMER_SHOOTER));
    for (size_t i = 0; i < LIVE_ACCOUNTS_MAX; i++) {
        at = earlier(at, session_timer_deadline(s, &s->grace_timers[i], LIVE_TIMER_GRACE));
    }
    if (s->rate_ms != 0 && s->bot_count > 0) {
        at = earlier(at, s->rate_ms);
    }
    at = earlier(at, session_auto_deadline_ms(s));
    at = earlier(at, session_talk_deadline_ms(s));
    bool watch_links = false;
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        watch_links = watch_links || (s->peers[i].wanted && s->peers[i].down_ms != 0);
        if (s->peers[i].limit.barred_until_ms != 0) {
            at = earlier(at, s->peers[i].limit.barred_until_ms);
        }
    }
    uint64_t now = clock_now_ms();
    if (s->convicted_ms != 0) {
        at = earlier(at, now + 250);
    }
    if (s->state == SESSION_LEAVING) {
        at = earlier(at, s->linger_ms != 0 ? s->linger_ms : now + 50);
    } else if (s->state == SESSION_JOINING || watch_links || session_waits(s)) {
        at = earlier(at, now + 250);
    } else if (s->door_wanted != s->door_open) {
        at = earlier(at, now + 500);
    }
    return at;
}

void session_command(struct session *s, const struct ui_command *command)
{
    if (s->nodes[0].engine == NULL || s->state == SESSION_ENDED) {
        return;
    }
    s->obeying = command;
    switch (command->kind) {
    case UI_LIVE:
        if (session_waits(s)) {
            char text[COMMAND_TEXT_BYTES];
            session_command_text(&command->live, text);
            session_refuse_waiting(s, command->id, text);
        } else if (!session_submit_live(s, &s->nodes[0], NULL, &command->live, command->id)) {
            if (s->submit_error == ERR_RATE) {
                session_refuse(s, &command->live, command->id, REFUSAL_RATE_LIMITED);
            } else {
                session_notice(s, NOTICE_WARNING, "That could not be sent just now. Try again.");
            }
            session_command_refused(s, command->id);
        }
        break;
    case UI_CHAT:
        session_say(s, command->text);
        break;
    case UI_BALLOT:
        session_ballot_command(s, command);
        break;
    case UI_COLOUR:
        session_talk_colour(s, command->number);
        break;
    case UI_TOPIC:
        session_talk_topic(s, command->text);
        break;
    case UI_SET_NAME:
        session_talk_name(s, command->text);
        break;
    case UI_SPLIT:
        session_split_ask(s);
        break;
    case UI_WAIT:
        session_split_wait(s);
        break;
    case UI_RETRY:
        if (s->config.mesh != NULL) {
            mesh_redial(s->config.mesh);
        }
        break;
    case UI_BAD_ROLL:
        session_stop_for(s, command->number);
        break;
    case UI_ADD_BOT:
        session_add_bot(s);
        break;
    case UI_AUTO:
        session_auto_set(s, command->number != 0);
        break;
    case UI_NEW_WORDS:
        if (s->door_wanted) {
            lobby_guard_open(&s->guard);
        }
        session_renew_words(s);
        break;
    default:
        break;
    }
    s->obeying = NULL;
    s->dirty = true;
}

bool session_may_edit(const struct session *s, struct house_rules *rules)
{
    if (!s->hosting || s->nodes[0].engine == NULL || s->state != SESSION_PLAYING) {
        return false;
    }
    const struct live *l = session_live(s);
    *rules = l->rules;
    return l->account_count == 1 && l->roll == 0 && !live_rolling(l) && s->bot_count == 0;
}

const struct invite *session_words(const struct session *s)
{
    return &s->words;
}

void session_discard(struct session *s)
{
    if (s->nodes[0].store != NULL) {
        char record[PATH_BYTES_MAX];
        snprintf(record, sizeof record, "%s", store_record_path(s->nodes[0].store));
        if (store_forget_keys(s->nodes[0].store) != ERR_OK) {
            log_warn("the keys of an unplayed table could not be removed");
        }
        store_close(s->nodes[0].store);
        s->nodes[0].store = NULL;
        unlink(record);
    }
}

void session_leave(struct session *s, bool now)
{
    if (s->state == SESSION_ENDED) {
        return;
    }
    bool member = s->nodes[0].engine != NULL && engine_inspect(s->nodes[0].engine).self >= 0;
    if (now || s->state == SESSION_JOINING || !member || s->practice || s->broken) {
        s->state = SESSION_ENDED;
        s->dirty = true;
        return;
    }
    if (s->state == SESSION_LEAVING) {
        return;
    }
    if (session_waits(s)) {
        (void)session_receipt_begin(s);
    }
    s->leave_submitted = true; /* alone at the table, it is final within the step */
    session_submit(s, &s->nodes[0], OP_LEAVE, NULL, 0, NULL, 0, NULL);
    if (s->state != SESSION_ENDED) {
        s->state = SESSION_LEAVING;
        s->frozen = true;
        s->leaving_ms = clock_now_ms();
    }
    s->dirty = true;
}

enum session_state session_state(const struct session *s)
{
    return (enum session_state)s->state;
}

const struct session_problem *session_problem(const struct session *s)
{
    return &s->problem;
}
