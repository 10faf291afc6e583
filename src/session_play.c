/* What agreed blocks mean for the player: reports, notices, history, latencies, and the moves of strategies. */
#include "src/session_internal.h"

#include "base/log.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void samples_add(struct samples *all, double value)
{
    all->values[all->count % SAMPLES_MAX] = (float)value;
    all->count++;
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

struct report_times samples_times(const struct samples *all)
{
    struct report_times t = {.count = all->count};
    size_t n = all->count < SAMPLES_MAX ? (size_t)all->count : SAMPLES_MAX;
    float *sorted = n == 0 ? NULL : malloc(n * sizeof *sorted);
    if (sorted == NULL) {
        return t;
    }
    memcpy(sorted, all->values, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, compare_floats);
    t.p50 = (double)sorted[(n - 1) * 50 / 100];
    t.p95 = (double)sorted[(n - 1) * 95 / 100];
    t.p99 = (double)sorted[(n - 1) * 99 / 100];
    t.max = (double)sorted[n - 1];
    free(sorted);
    return t;
}

static struct report report_begin(const struct session *s, int kind, const struct committed *c)
{
    struct report r = {
        .kind = (uint8_t)kind,
        .t_ms = clock_now_ms(),
        .live = session_live(s),
        .table = s->game_id,
        .latency_ms = -1,
    };
    if (c != NULL) {
        r.height = c->effects.height;
        r.view = c->effects.view;
        r.epoch = c->effects.epoch;
        r.operations = c->effects.op_count;
    }
    return r;
}

static const char *account_name(const struct live *l, uint16_t account)
{
    return account < l->account_count ? l->players[account].name : "";
}

static void publish_game(struct session *s, const struct event *e)
{
    const struct live *l = session_live(s);
    struct notice n = {.kind = NOTICE_GAME, .t_ms = clock_now_ms(), .seat = e->seat, .game = *e};
    snprintf(n.who, sizeof n.who, "%s",
        e->player < l->account_count ? session_shown_name(s, e->player) : "");
    bus_publish(s->config.bus, &n);
}

static void note_roll(struct session *s, const struct event *e, uint8_t point_before)
{
    unsigned total = (unsigned)e->die1 + e->die2;
    struct ui_roll *h = &s->history[s->history_count % UI_HISTORY_MAX];
    *h = (struct ui_roll){
        .roll = e->roll,
        .die1 = e->die1,
        .die2 = e->die2,
        .point_before = point_before,
        .point_after = (uint8_t)e->value,
        .seven_out = e->flag,
        .point_made = point_before != 0 && total == point_before,
        .natural = point_before == 0 && (total == 7 || total == 11),
        .craps = point_before == 0 && (total == 2 || total == 3 || total == 12),
    };
    snprintf(h->shooter, sizeof h->shooter, "%s", session_shown_name(s, e->player));
    s->history_count++;
    s->payout_count = 0;
}

static void note_payout(struct session *s, const struct event *e)
{
    if (s->payout_count < UI_PAYOUTS_MAX) {
        s->payouts[s->payout_count++] = (struct ui_payout){
            .player = e->player,
            .bet = e->bet,
            .result = (uint8_t)e->value,
            .amount_cents = e->amount_cents,
            .paid_cents = e->paid_cents,
        };
    }
}

/* `--rolls`: the state right after that roll's block is what the summary tells; nothing is submitted from here on. */
static void freeze(struct session *s, const struct committed *c, const struct engine_update *u,
    const struct event *roll, const struct event *details, size_t count)
{
    s->final.valid = true;
    s->final.height = c->effects.height;
    s->final.epoch = c->effects.epoch;
    s->final.rolls = roll->roll;
    s->final.bank_cents = roll->paid_cents;
    s->final.conserved = live_check(session_live(s));
    for (uint32_t i = 0; i < u->persist_count; i++) {
        const struct persist *p = &u->persist[i];
        struct block_header h;
        struct reader r = reader_of(p->data, p->size);
        if (p->kind == PERSIST_BLOCK && p->height == c->effects.height &&
            block_header_decode(&h, &r)) {
            s->final.state_hash = h.state_root;
        }
    }
    const struct live *l = session_live(s);
    s->final.account_count = l->account_count;
    for (uint32_t i = 0; i < l->account_count; i++) {
        s->final.balances[i] = l->players[i].balance_cents;
    }
    for (size_t i = 0; i < count; i++) {
        if (details[i].kind == EVENT_BALANCE && details[i].player < LIVE_ACCOUNTS_MAX) {
            s->final.balances[details[i].player] = details[i].amount_cents;
        }
    }
    s->frozen = true;
    s->state = SESSION_LEAVING;
    s->leaving_ms = clock_now_ms();
    struct control done = {.kind = CONTROL_DONE, .height = s->final.height};
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        if (s->peers[i].used && session_linked(&s->peers[i])) {
            session_send_control(s, s->peers[i].id, &done);
        }
    }
}

static size_t roll_details(const struct event *events, size_t count, size_t at)
{
    size_t n = 0;
    while (at + 1 + n < count &&
           (events[at + 1 + n].kind == EVENT_PAYOUT || events[at + 1 + n].kind == EVENT_BALANCE)) {
        n++;
    }
    return n;
}

static void report_event(struct session *s, const struct committed *c, const struct event *e)
{
    struct report r = report_begin(s, REPORT_GAME, c);
    r.event = *e;
    r.player = account_name(r.live, e->player);
    r.seat = e->seat;
    reporter_send(&s->config.reporter, &r);
}

static void on_roll(struct session *s, const struct committed *c, const struct engine_update *u,
    const struct event *events, size_t count, size_t at)
{
    const struct event *e = &events[at];
    size_t details = roll_details(events, count, at);
    note_roll(s, e, s->point);
    s->point = (uint8_t)e->value;
    s->count->rolls++;
    if (s->throw_us != 0) {
        uint64_t took_us = clock_now_us() - s->throw_us;
        histogram_add(&s->count->roll, took_us);
        samples_add(&s->roll_ms, (double)took_us / 1000.0);
        s->throw_us = 0;
    }
    struct report r = report_begin(s, REPORT_ROLL, c);
    r.event = *e;
    r.details = e + 1;
    r.detail_count = details;
    r.player = account_name(r.live, e->player);
    reporter_send(&s->config.reporter, &r);
    publish_game(s, e);
    if (s->config.rolls > 0 && e->roll == s->config.rolls) {
        freeze(s, c, u, e, e + 1, details);
    }
}

static void on_event(struct session *s, const struct committed *c, const struct engine_update *u,
    const struct event *events, size_t count, size_t at)
{
    const struct event *e = &events[at];
    switch (e->kind) {
    case EVENT_ROLL:
        on_roll(s, c, u, events, count, at);
        return;
    case EVENT_PAYOUT:
        note_payout(s, e);
        publish_game(s, e);
        return;
    case EVENT_BALANCE:
        return;
    case EVENT_THROW:
        s->throw_us = clock_now_us();
        break;
    default:
        break;
    }
    report_event(s, c, e);
    if (e->kind == EVENT_LEFT) {
        session_seat_lost(s, e->player);
    }
    if (e->kind == EVENT_LEFT && session_was_put_out(s, e->player)) {
        session_tell_put_out(s, account_name(session_live(s), e->player));
    } else {
        publish_game(s, e);
    }
}

const char *session_command_word(uint8_t kind)
{
    static const char *const words[LIVE_COMMAND_KIND_COUNT] = {
        [LIVE_BET] = "bet",
        [LIVE_TAKE] = "take",
        [LIVE_MARK] = "mark",
        [LIVE_READY] = "ready",
        [LIVE_THROW] = "throw",
        [LIVE_SIT_OUT] = "sitout",
        [LIVE_SIT_IN] = "sitin",
        [LIVE_REBUY] = "rebuy",
        [LIVE_LEAVE] = "leave",
        [LIVE_ELAPSED] = "elapsed",
        [LIVE_AWAY] = "away",
        [LIVE_BACK] = "back",
    };
    return kind < LIVE_COMMAND_KIND_COUNT && words[kind] != NULL ? words[kind] : "";
}

void session_command_text(const struct live_command *c, char text[COMMAND_TEXT_BYTES])
{
    bool about_bet = c->kind == LIVE_BET || c->kind == LIVE_TAKE || c->kind == LIVE_MARK;
    int n = snprintf(text, COMMAND_TEXT_BYTES, "%s", session_command_word(c->kind));
    if (about_bet) {
        n += snprintf(text + n, COMMAND_TEXT_BYTES - (size_t)n, " %s", bet_specs[c->bet.kind].name);
    }
    if (about_bet && bet_specs[c->bet.kind].form != BET_NUMBER_NONE) {
        n += snprintf(text + n, COMMAND_TEXT_BYTES - (size_t)n, " %u", c->bet.number);
    }
    if (about_bet && c->has_amount) {
        snprintf(text + n, COMMAND_TEXT_BYTES - (size_t)n, " %lldc", (long long)c->amount_cents);
    }
}

static void report_refusal(struct session *s, const struct committed *block,
    const struct live_command *c, uint32_t id, uint16_t refusal)
{
    if (c->kind == LIVE_ELAPSED || c->kind == LIVE_AWAY || c->kind == LIVE_BACK || c->kind == 0) {
        return; /* the machine's own words: late ones are no news to the player */
    }
    char text[COMMAND_TEXT_BYTES];
    const struct bet_ref bet = c->bet;
    session_command_text(c, text);
    struct report r = report_begin(s, REPORT_REFUSED, block);
    int64_t account = live_find(r.live, s->config.keys->id_pk);
    r.player = account < 0 ? "" : account_name(r.live, (uint16_t)account);
    r.refusal = refusal;
    r.command = text;
    reporter_send(&s->config.reporter, &r);
    struct notice n = {
        .kind = NOTICE_REFUSED,
        .t_ms = r.t_ms,
        .refusal = refusal,
        .id = id,
        .game = {.bet = bet, .amount_cents = c->amount_cents},
    };
    bus_publish(s->config.bus, &n);
}

/* What is no refusal of the game (a ledger's code) is counted under none. */
static void count_refused(struct session *s, uint16_t refusal)
{
    s->count->refused[refusal < REFUSAL_COUNT ? refusal : REFUSAL_NONE]++;
}

void session_refuse(
    struct session *s, const struct live_command *command, uint32_t id, uint16_t refusal)
{
    count_refused(s, refusal);
    report_refusal(s, NULL, command, id, refusal);
}

/* Own operations of this block, and the slowest latency in milliseconds, or -1. */
static void settle_own(struct session *s, const struct committed *c, struct report *r)
{
    uint64_t now_us = clock_now_us();
    for (uint16_t i = 0; i < c->effects.op_count; i++) {
        const struct op_outcome *o = &c->effects.ops[i];
        struct inflight *f = NULL;
        for (size_t k = 0; k < INFLIGHT_MAX && f == NULL; k++) {
            bool same = s->inflight[k].seq != 0 && s->inflight[k].seq == o->seq &&
                        memcmp(s->inflight[k].author, o->author, ID_BYTES) == 0;
            f = same ? &s->inflight[k] : NULL;
        }
        if (f == NULL) {
            continue;
        }
        double ms = (double)(now_us - f->submitted_us) / 1000.0;
        samples_add(&s->commit_ms, ms);
        histogram_add(&s->count->commit, now_us - f->submitted_us);
        s->count->committed++;
        if (o->refusal != REFUSAL_NONE) {
            count_refused(s, o->refusal);
        }
        r->latency_ms = ms > r->latency_ms ? ms : r->latency_ms;
        r->own_operations += f->command_id != 0;
        bool own = memcmp(o->author, s->config.keys->id_pk, ID_BYTES) == 0;
        if (own && s->config.trace != NULL) {
            session_trace_settle(s, c, o, f);
        }
        if (o->refusal != 0 && own) {
            report_refusal(s, c, &f->command, f->command_id, o->refusal);
        } else if (o->refusal != 0) {
            session_cheat_refused(s, o->author);
        } else if (own && f->command_id != 0) {
            struct notice n = {.kind = NOTICE_DONE, .id = f->command_id};
            bus_publish(s->config.bus, &n);
        }
        if (own && f->command_id > s->done_id) {
            s->done_id = f->command_id;
        }
        for (uint32_t k = 0; k < s->bot_count; k++) {
            if (s->bots[k].inflight_seq == o->seq &&
                memcmp(s->bots[k].keys.id_pk, o->author, ID_BYTES) == 0) {
                s->bots[k].inflight_seq = 0;
            }
        }
        f->seq = 0;
    }
}

void session_command_refused(struct session *s, uint32_t command_id)
{
    bool waiting = false;
    for (size_t i = 0; i < INFLIGHT_MAX; i++) {
        waiting = waiting || (s->inflight[i].seq != 0 && s->inflight[i].command_id != 0);
    }
    if (command_id == 0) {
        return;
    }
    if (!waiting) {
        s->done_id = command_id > s->done_id ? command_id : s->done_id;
    } else if (s->refused_to == 0 || s->refused_to + 1 != command_id) {
        s->refused_from = command_id;
    }
    s->refused_to = command_id;
    s->dirty = true;
}

static void report_epoch(struct session *s, const struct committed *c)
{
    struct engine_status st = engine_inspect(s->nodes[0].engine);
    struct report r = report_begin(s, REPORT_EPOCH, c);
    r.epoch = st.epoch;
    r.members = st.members;
    r.faulty = st.faulty;
    r.quorum = st.quorum;
    reporter_send(&s->config.reporter, &r);
    memset(s->split.words, 0, sizeof s->split.words); /* of another roster */
    if (st.epoch == 1 && s->nodes[0].store != NULL) {
        /* The founder's first vote key is of no more use: secrets go with their epoch. */
        store_put_secret(s->nodes[0].store, "founder_vote_sk", NULL, 0);
    }
}

void session_report_joined(struct session *s)
{
    const struct live *l = session_live(s);
    int64_t me = live_find(l, s->config.keys->id_pk);
    if (s->joined_reported || me < 0 || l->accounts[me].seat == 0 || s->config.watch) {
        return;
    }
    struct report r = report_begin(s, REPORT_JOINED, NULL);
    r.player = l->players[me].name;
    r.seat = l->accounts[me].seat;
    r.balance_cents = l->players[me].balance_cents;
    memcpy(r.member, s->config.keys->id_pk, ID_BYTES);
    reporter_send(&s->config.reporter, &r);
    s->joined_reported = true;
    s->has_sat_down = true;
    s->sat_down_cents = l->players[me].balance_cents + table_layout_cents(&l->players[me]) -
                        l->players[me].issued_cents;
}

void session_committed(struct session *s, const struct engine_update *u)
{
    for (uint32_t i = 0; i < u->committed_count && !s->final.valid; i++) {
        const struct committed *c = &u->committed[i];
        struct report r = report_begin(s, REPORT_COMMITTED, c);
        settle_own(s, c, &r);
        s->count->blocks++;
        s->count->operations += c->effects.op_count;
        s->count->epochs += c->effects.epoch_switched;
        reporter_send(&s->config.reporter, &r);
        const struct event_sink *sink =
            game_events_of(engine_events(s->nodes[0].engine, c->events_slot));
        session_auto_saw(s, sink);
        for (size_t k = 0; k < sink->count; k++) {
            on_event(s, c, u, sink->items, sink->count, k);
        }
        if (c->effects.epoch_switched) {
            report_epoch(s, c);
        }
        session_ballots_look(s, c);
        s->dirty = true;
    }
    if (u->committed_count > 0) {
        if (s->join_step == JOIN_DONE) {
            session_report_joined(s);
        }
        if (s->config.mesh != NULL) {
            session_sync_peers(s);
        }
        if (clock_now_ms() - s->commit_p50_ms >= 2000) {
            s->commit_p50_ms = clock_now_ms();
            s->commit_us_p50 = (uint32_t)(samples_times(&s->commit_ms).p50 * 1000.0);
        }
    }
    session_lies(s, u);
    if (u->no_memory) {
        session_fail(
            s, 70, "There is not enough memory to go on. Close something, then: craps join --last");
    }
    if (u->alarm && !u->broken && !s->alarmed) {
        s->alarmed = true;
        session_notice(s, NOTICE_WARNING,
            "Your table and the others' differ. This seat has stopped voting; the record is kept.");
    }
}

static void register_bot(struct session *s, struct player_bot *b)
{
    uint8_t ticket[64];
    if (session_context(s).author_member && !b->registered) {
        b->registered = true;
        ticket_sign(&signer_ed25519, ticket, &s->game_id, b->keys.id_pk, b->keys.net_pk,
            (const uint8_t *)b->name, strlen(b->name), true, s->config.keys->id_sk);
        session_submit_join(s, b->node, &b->keys, b->name, true, s->config.keys->id_pk, ticket);
    }
}

void session_poll_bots(struct session *s)
{
    s->moves_due = false;
    if (s->join_step != JOIN_DONE || clock_now_ms() < s->rate_ms) {
        return;
    }
    s->rate_ms = 0;
    session_report_joined(s); /* a founder without a strategy waits for no block */
    if (!session_solo_complete(s)) {
        return;
    }
    for (uint32_t i = 0; i < s->bot_count && !s->frozen; i++) {
        struct player_bot *b = &s->bots[i];
        register_bot(s, b);
        const struct live *l = session_live(s);
        int64_t account = live_find(l, b->keys.id_pk);
        struct live_command command;
        if (b->inflight_seq != 0 || account < 0 || !session_auto_plays(s, b)) {
            continue;
        }
        if (!strategy_next(&b->strategy, l, (uint32_t)account, &command)) {
            session_auto_ended(s, b);
            continue;
        }
        if (session_auto_looks(s, b, &command)) {
            continue;
        }
        if (session_submit_live(s, b->node, b->own_node ? NULL : &b->keys, &command, 0)) {
            /* Final already when it was agreed within the step. */
            b->inflight_seq = 0;
            for (size_t k = 0; k < INFLIGHT_MAX; k++) {
                const struct inflight *f = &s->inflight[k];
                if (f->seq != 0 && memcmp(f->author, b->keys.id_pk, ID_BYTES) == 0 &&
                    f->command.kind == command.kind) {
                    b->inflight_seq = f->seq;
                }
            }
            s->moves_due = s->moves_due || b->inflight_seq == 0;
        }
    }
}

void session_report_summary(struct session *s)
{
    if (s->summary_done || s->nodes[0].engine == NULL) {
        return;
    }
    s->summary_done = true;
    struct report r = report_begin(s, REPORT_SUMMARY, NULL);
    struct live *shown = NULL;
    if (s->final.valid) {
        /* Only the balances of that moment differ from the live state. */
        shown = malloc(sizeof *shown);
        if (shown == NULL) {
            return;
        }
        live_copy(shown, r.live);
        for (uint32_t i = 0; i < s->final.account_count && i < shown->account_count; i++) {
            shown->players[i].balance_cents = s->final.balances[i];
        }
        if (s->final.account_count < shown->account_count) {
            shown->account_count = s->final.account_count;
        }
        r.live = shown;
        r.height = s->final.height;
        r.epoch = s->final.epoch;
        r.rolls = s->final.rolls;
        r.hash = s->final.state_hash;
        r.bank_cents = s->final.bank_cents;
        r.conserved = s->final.conserved;
    } else {
        struct engine_status st = engine_inspect(s->nodes[0].engine);
        r.height = st.height;
        r.epoch = st.epoch;
        r.rolls = r.live->roll;
        r.hash = st.state_root;
        r.bank_cents = r.live->table.bank_cents;
        r.conserved = live_check(r.live);
    }
    r.commit = samples_times(&s->commit_ms);
    r.roll = samples_times(&s->roll_ms);
    r.record = s->nodes[0].store == NULL ? "" : store_record_path(s->nodes[0].store);
    reporter_send(&s->config.reporter, &r);
    free(shown);
}
