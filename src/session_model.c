/* The picture of a table for the screen. */
#include "src/session_internal.h"

#include "game/name.h"
#include "src/fingerprint.h"

#include <stdio.h>

static void format_address(char *text, size_t size, struct net_address a)
{
    if (a.port == 0 && a.ip == 0) {
        text[0] = '\0';
        return;
    }
    snprintf(text, size, "%u.%u.%u.%u:%u", a.ip >> 24, a.ip >> 16 & 255, a.ip >> 8 & 255,
        a.ip & 255, a.port);
}

static void fill_joining(const struct session *s, struct ui_model *m)
{
    static const uint8_t steps[] = {[JOIN_LINKING] = 1,
        [JOIN_HELLO] = 1,
        [JOIN_CATCHING_UP] = 2,
        [JOIN_SEAT] = 3,
        [JOIN_DONE] = 4};
    m->joining.step = steps[s->join_step];
    m->joining.coming_back = s->resumed;
    m->joining.heard = !s->resumed || !session_alone(s);
    m->joining.since_ms = s->join_started_ms;
    format_address(m->joining.address, sizeof m->joining.address, s->sponsor_address);
    if (s->nodes[0].engine != NULL) {
        struct engine_status st = engine_inspect(s->nodes[0].engine);
        const struct live *l = session_live(s);
        m->joining.blocks_checked = st.height;
        m->joining.blocks_known =
            s->welcome_height > st.known_height ? s->welcome_height : st.known_height;
        m->joining.rolls_checked = l->roll;
        session_fill_asked(s, m);
        snprintf(m->joining.table, sizeof m->joining.table, "%s", l->rules.name);
        if (l->account_count > 0) {
            snprintf(m->joining.host, sizeof m->joining.host, "%s", l->players[0].name);
        }
    }
}

static void fill_self_peer(const struct session *s, struct ui_model *m, const struct live *l)
{
    struct ui_peer *p = &m->peers[m->peer_count++];
    int64_t me = live_find(l, s->config.keys->id_pk);
    memset(p, 0, sizeof *p);
    snprintf(p->name, sizeof p->name, "%s",
        me < 0 ? s->config.name : session_shown_name(s, (uint32_t)me));
    snprintf(p->address, sizeof p->address, "this computer");
    p->seat = me < 0 ? 0 : l->accounts[me].seat;
    p->self = p->linked = true;
    p->opened = me == 0;
    p->lost_permille = UI_LOST_UNKNOWN;
    uint32_t ips[4] = {0};
    if (s->config.mesh != NULL && mesh_local_addresses(s->config.mesh, ips, 4) > 0) {
        format_address(p->address, sizeof p->address,
            (struct net_address){.ip = ips[0], .port = mesh_member_port(s->config.mesh)});
    }
}

static bool share_in(
    const struct session *s, const struct protocol_state *p, const uint8_t id[ID_BYTES])
{
    int index = roster_find(&p->roster, id);
    return index >= 0 && (engine_shares_in(s->nodes[0].engine) >> index & 1) != 0;
}

static void fill_peer(const struct session *s, struct ui_model *m, const struct live *l,
    const struct protocol_state *protocol, const uint8_t id[ID_BYTES])
{
    struct ui_peer *p = &m->peers[m->peer_count++];
    memset(p, 0, sizeof *p);
    int64_t account = live_find(l, id);
    snprintf(p->name, sizeof p->name, "%s",
        account < 0 ? "?" : session_shown_name(s, (uint32_t)account));
    p->seat = account < 0 ? 0 : l->accounts[account].seat;
    p->share_in = share_in(s, protocol, id);
    p->opened = account == 0;
    p->votes = true;
    p->rolls = session_signed_roll(s, id);
    p->lost_permille = UI_LOST_UNKNOWN;
    const struct known_peer *known = session_peer((struct session *)s, id, false);
    if (s->config.mesh == NULL) {
        p->linked = true;
        snprintf(p->address, sizeof p->address, "this computer");
        return;
    }
    if (known == NULL) {
        return;
    }
    p->linked = session_linked(known);
    if (!p->linked) {
        session_talk_via(s, id, p->via);
    }
    p->rtt_us = mesh_peer_rtt_us(s->config.mesh, id);
    if (p->linked) {
        p->lost_permille = (uint16_t)mesh_peer_lost_permille(s->config.mesh, id);
    }
    p->away_s = known->down_ms == 0 ? 0 : (uint32_t)((clock_now_ms() - known->down_ms) / 1000);
    format_address(p->address, sizeof p->address, known->address);
    if (p->linked && p->rtt_us > m->worst_ping_us) {
        m->worst_ping_us = p->rtt_us;
        snprintf(m->slow_name, sizeof m->slow_name, "%s", p->name);
    }
}

static void fill_pause(const struct session *s, struct ui_model *m)
{
    unsigned have, need;
    session_quorum(s, &have, &need);
    if (s->config.mesh != NULL) {
        m->answering = (uint16_t)have;
    }
    m->stalled = s->stalled || split_frozen(&s->split);
    m->stalled_since_ms = s->stalled ? s->stalled_since_ms : 0;
    m->cut_off = m->members > 1 && m->answering <= 1;
    if (s->config.watch && s->config.mesh != NULL) {
        /* Who watches is linked with one of them, and hears through him what the others agree on. */
        m->cut_off = session_alone(s);
        m->answering = m->cut_off ? 0 : m->members;
    }
    m->cut_off_since_ms = m->cut_off ? session_missing_since_ms(s) : 0;
    m->retry_at_ms = s->config.mesh == NULL ? 0 : mesh_redial_at_ms(s->config.mesh);
    m->missing[0] = m->here[0] = '\0';
    m->split_offered = s->stalled && s->split.offered;
    m->split_step = s->split.bound ? 2 : s->split.confirmed ? 1 : 0;
    m->split_yes = m->split_of = 0;
    if (m->stalled && s->config.mesh != NULL) {
        session_names(s, false, m->missing, sizeof m->missing);
        session_names(s, true, m->here, sizeof m->here);
        session_split_count(s, &m->split_yes, &m->split_of);
    }
}

static void fill_agreement(const struct session *s, struct ui_model *m, const struct live *l)
{
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    struct engine_status st = engine_inspect(s->nodes[0].engine);
    m->epoch = st.epoch;
    m->height = st.height;
    m->members = st.members;
    m->answering = st.answering;
    m->needed = st.quorum;
    m->faulty = st.faulty;
    m->dice_bad = st.dice_wrong;
    fill_pause(s, m);
    m->catching_up = st.catching_up;
    m->slept_s = s->slept_ms / 1000;
    m->slept_rolls = (uint32_t)(l->roll - s->slept_roll);
    m->slept_until_ms = s->slept_until_ms;
    m->peer_count = 0;
    m->worst_ping_us = 0;
    m->slow_name[0] = '\0';
    fill_self_peer(s, m, l);
    m->peers[0].share_in = share_in(s, p, s->config.keys->id_pk);
    m->peers[0].votes = roster_find(&p->roster, s->config.keys->id_pk) >= 0;
    m->peers[0].rolls = l->roll;
    for (uint16_t i = 0; i < p->roster.count && m->peer_count < LIVE_SEATS_MAX; i++) {
        if (memcmp(p->roster.members[i].id_pk, s->config.keys->id_pk, ID_BYTES) != 0) {
            fill_peer(s, m, l, p, p->roster.members[i].id_pk);
        }
    }
    m->commit_us_p50 = s->commit_us_p50;
    session_fill_alert(s, m);
    session_fill_auto(s, m);
}

static void fill_dice(const struct session *s, struct ui_model *m, const struct live *l)
{
    uint64_t in = engine_shares_in(s->nodes[0].engine);
    m->shares_in = live_rolling(l) ? (uint16_t)__builtin_popcountll(in) : 0;
    m->shares_needed = m->needed;
    unsigned die1 = 0, die2 = 0;
    m->preview =
        live_rolling(l) && engine_dice_preview(s->nodes[0].engine, l->roll + 1, &die1, &die2);
    m->preview_die1 = (uint8_t)die1;
    m->preview_die2 = (uint8_t)die2;
    m->dice_checked = l->roll > 0;
}

static void fill_door(const struct session *s, struct ui_model *m)
{
    m->door_count = 0;
    m->sponsoring = s->door_open;
    m->words_failed = s->words_failed;
    m->words[0] = '\0';
    m->address[0] = '\0';
    if (s->door_open) {
        char words[INVITE_TEXT_SIZE];
        invite_format(&s->words, words);
        snprintf(m->words, sizeof m->words, "%s", words);
        uint32_t ips[4] = {0};
        size_t count = mesh_local_addresses(s->config.mesh, ips, 4);
        if (count > 0) {
            format_address(m->address, sizeof m->address,
                (struct net_address){.ip = ips[0], .port = mesh_lobby_port(s->config.mesh)});
        }
    }
    const struct live *l = session_live(s);
    for (size_t i = 0; i < PEERS_KEPT && m->door_count < UI_DOOR_MAX; i++) {
        const struct known_peer *p = &s->peers[i];
        int64_t account = p->used ? live_find(l, p->id) : -1;
        bool seated = account >= 0 && l->accounts[account].seat != 0;
        if (!p->used || !p->joiner || !p->link_lobby || seated) {
            continue;
        }
        struct ui_door *d = &m->door[m->door_count++];
        memset(d, 0, sizeof *d);
        char name[NAME_BYTES_MAX + 1];
        name_clean(name, (const char *)p->profile, p->profile_size);
        snprintf(d->name, sizeof d->name, "%s", p->hello_seen ? name : "somebody");
        const struct identity *who = protocol_identity(engine_protocol(s->nodes[0].engine), p->id);
        bool asks = who != NULL && who->standing == STANDING_WAITING;
        d->step = asks ? 3 : p->card_sent ? 2 : p->hello_seen ? 1 : 0;
    }
    /* Who gives up says nothing: forgotten after a while. */
    bool proving = s->proving_ms != 0 && clock_now_ms() - s->proving_ms < PROVING_MS;
    if (proving && m->door_count < UI_DOOR_MAX) {
        m->door[m->door_count++] = (struct ui_door){.name = "..."};
    }
}

static void fill_clock(const struct session *s, struct ui_model *m)
{
    uint64_t window = session_timer_deadline(s, &s->window_timer, LIVE_TIMER_WINDOW);
    uint64_t shooter = session_timer_deadline(s, &s->shooter_timer, LIVE_TIMER_SHOOTER);
    m->window_closes_ms = window == UINT64_MAX ? 0 : window;
    m->shooter_until_ms = shooter == UINT64_MAX ? 0 : shooter;
}

static void fill_history(const struct session *s, struct ui_model *m)
{
    m->history_count = s->history_count;
    m->history_kept =
        (uint16_t)(s->history_count < UI_HISTORY_MAX ? s->history_count : UI_HISTORY_MAX);
    for (uint16_t i = 0; i < m->history_kept; i++) {
        m->history[i] = s->history[(s->history_count - m->history_kept + i) % UI_HISTORY_MAX];
    }
    m->payout_count = s->payout_count;
    memcpy(m->payouts, s->payouts, s->payout_count * sizeof s->payouts[0]);
}

void session_fill_model(const struct session *s, struct ui_model *m)
{
    static const uint8_t stages[] = {
        [SESSION_JOINING] = STAGE_JOINING,
        [SESSION_PLAYING] = STAGE_TABLE,
        [SESSION_LEAVING] = STAGE_LEAVING,
        [SESSION_ENDED] = STAGE_LEAVING,
    };
    m->stage = stages[s->state];
    m->done_id = s->done_id;
    m->refused_from = s->refused_from;
    m->refused_to = s->refused_to;
    if (s->state == SESSION_JOINING) {
        fill_joining(s, m);
    }
    if (s->nodes[0].engine == NULL) {
        return;
    }
    const struct live *l = session_live(s);
    live_copy(&m->live, l);
    session_talk_model(s, m);
    fingerprint_text(m->fingerprint, &s->game_id);
    m->practice = s->practice;
    if (!session_solo_complete(s) && s->state == SESSION_PLAYING) {
        m->stage = STAGE_OPENING; /* the bots are still sitting down */
    }
    m->hosting = s->hosting;
    m->watching = s->config.watch;
    m->watching_for_seat = s->config.watch && s->config.watch_until_free;
    snprintf(m->table_name, sizeof m->table_name, "%s", l->rules.name);
    int64_t me = live_find(l, s->config.keys->id_pk);
    m->me = me >= 0 && l->accounts[me].seat != 0 ? (int16_t)me : -1;
    m->pending_member = s->state == SESSION_JOINING && s->join_step == JOIN_SEAT;
    if (me >= 0 && s->has_sat_down) {
        const struct table_player *p = &l->players[me];
        m->session_cents =
            p->balance_cents + table_layout_cents(p) - p->issued_cents - s->sat_down_cents;
    }
    fill_agreement(s, m, l);
    fill_dice(s, m, l);
    fill_clock(s, m);
    fill_history(s, m);
    session_fill_steps(s, m);
    if (s->config.mesh != NULL) {
        session_fill_ballots(s, m);
        fill_door(s, m);
    }
}

bool session_leader(const struct session *s, uint8_t id[32])
{
    if (s->nodes[0].engine == NULL) {
        return false;
    }
    const struct roster *members = &engine_protocol(s->nodes[0].engine)->roster;
    uint16_t leader = engine_inspect(s->nodes[0].engine).leader;
    if (leader >= members->count) {
        return false;
    }
    memcpy(id, members->members[leader].id_pk, ID_BYTES);
    return true;
}
