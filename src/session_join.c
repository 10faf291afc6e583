/* Coming in: a joiner at our door, and ourselves at another's. */
#include "src/session_internal.h"

#include "consensus/ballot.h"
#include "src/money.h"
#include "ui/state_text.h"

#include <stdio.h>
#include <stdlib.h>

static void refuse(struct session *s, const uint8_t to[ID_BYTES], enum control_refusal why)
{
    struct control c = {
        .kind = CONTROL_REFUSED, .refusal = (uint8_t)why, .version = PROTOCOL_VERSION};
    session_send_control(s, to, &c);
}

/* At our door: somebody who knew the words says hello. */
static void on_hello(struct session *s, const uint8_t from[ID_BYTES], const struct control *c)
{
    struct known_peer *p = session_peer(s, from, false);
    if (p == NULL || !p->joiner || s->nodes[0].engine == NULL || s->state != SESSION_PLAYING) {
        return;
    }
    if (c->version != PROTOCOL_VERSION) {
        refuse(s, from, CONTROL_VERSION);
        return;
    }
    const struct identity *known = protocol_identity(engine_protocol(s->nodes[0].engine), from);
    if (known != NULL && known->standing == STANDING_EJECTED) {
        refuse(s, from, CONTROL_EJECTED);
        return;
    }
    if (!c->watch && game_app.can_seat(session_live(s), from) != 0) {
        refuse(s, from, CONTROL_TABLE_FULL);
        return;
    }
    p->hello_seen = true;
    memcpy(p->profile, c->profile, c->profile_size);
    p->profile_size = c->profile_size;
    uint8_t bytes[GENESIS_BYTES_MAX];
    struct writer w = writer_of(bytes, sizeof bytes);
    genesis_encode(&s->genesis, &w);
    struct control welcome = {
        .kind = CONTROL_WELCOME,
        .genesis = bytes,
        .genesis_size = w.size,
        .height = engine_inspect(s->nodes[0].engine).height,
    };
    ticket_sign(&signer_ed25519, welcome.ticket, &s->game_id, from, p->net_pk, p->profile,
        p->profile_size, false, s->config.keys->id_sk);
    session_send_control(s, from, &welcome);
    struct engine_event up = {.kind = ENGINE_LINK_UP};
    memcpy(up.from, from, ID_BYTES);
    session_step(s, &s->nodes[0], &up);
    p->watches = c->watch;
    if (p->watches) {
        session_talk_link(s, from, true);
    }
    s->dirty = true;
}

/* The files of this table from an earlier evening, if they are the last ones used; else new ones. */
static bool open_files(
    struct session *s, const uint8_t *genesis, size_t size, bool *trusted, bool *restored)
{
    struct node *n = &s->nodes[0];
    const char *dir = s->config.paths->sessions_dir;
    char name[128], text[256];
    uint64_t age_s;
    struct house_rules rules;
    *trusted = true;
    *restored = false;
    if (session_last_table(dir, name, sizeof name, &rules, &age_s) == ERR_OK &&
        store_open(&n->store, dir, name, trusted, text) == ERR_OK) {
        if (session_same_table(s, genesis, size, trusted)) {
            *restored = true;
            return true;
        }
        store_close(n->store);
        n->store = NULL;
    }
    *trusted = true;
    enum err e = store_new_name(dir, session_live(s)->rules.name, name, sizeof name);
    if (e == ERR_OK) {
        e = store_create(&n->store, dir, name, genesis, size);
    }
    if (e != ERR_OK) {
        session_fail(s, 73, "The table's record could not be made in %s: %s.", dir, err_name(e));
        return false;
    }
    return true;
}

static void begin_catching_up(struct session *s, const uint8_t from[ID_BYTES])
{
    struct engine_event up = {.kind = ENGINE_LINK_UP};
    memcpy(up.from, from, ID_BYTES);
    s->join_step = JOIN_CATCHING_UP;
    session_step(s, &s->nodes[0], &up);
    s->dirty = true;
}

static void on_welcome(struct session *s, const uint8_t from[ID_BYTES], const struct control *c)
{
    struct node *n = &s->nodes[0];
    if (s->state != SESSION_JOINING || s->join_step != JOIN_HELLO ||
        memcmp(from, s->sponsor, ID_BYTES) != 0) {
        return;
    }
    if (n->engine != NULL) {
        /* Welcomed before, and the link broke: our JOIN may be under way with the first ticket. */
        begin_catching_up(s, from);
        return;
    }
    struct reader r = reader_of(c->genesis, c->genesis_size);
    if (!genesis_decode(&s->genesis, &r)) {
        char text[UI_TEXT_MAX + 1];
        state_text_version(s->genesis.version, PROTOCOL_VERSION, text, sizeof text);
        session_fail(s, 76, "%s", text);
        return;
    }
    s->game_id = genesis_game_id(&s->genesis);
    memcpy(s->ticket, c->ticket, sizeof s->ticket);
    s->welcome_height = c->height;
    bool trusted, restored;
    if (!session_open_node(s, n, NULL)) {
        session_fail(
            s, 76, "What that table begins with does not check: this version cannot play there.");
        return;
    }
    if (!open_files(s, c->genesis, c->genesis_size, &trusted, &restored)) {
        return;
    }
    session_read_genesis(s);
    if (s->split.survivor && !session_reopen_node(s, n)) {
        session_fail(s, 70, "Not enough memory for the table.");
        return;
    }
    char text[256] = "";
    if (restored && store_restore(n->store, n->engine, false, text) != ERR_OK) {
        session_fail(s, 65, "Your record of this table is damaged: %s.", text);
        return;
    }
    if (restored) {
        session_load_net(s);
    }
    session_start_node(s, n, trusted);
    if (s->has_link_key) {
        session_set_links(s);
        session_sync_peers(s);
    }
    begin_catching_up(s, from);
}

static void on_refused(struct session *s, const struct control *c)
{
    if (s->state != SESSION_JOINING) {
        return;
    }
    char text[UI_TEXT_MAX + 1];
    switch (c->refusal) {
    case CONTROL_TABLE_FULL:
        state_text_full(s->config.seats, text, sizeof text);
        session_fail(s, 75, "%s", text);
        s->problem.full = true;
        break;
    case CONTROL_EJECTED:
        session_fail(
            s, 76, "That table has a proof that this player cheated. The door stays shut.");
        break;
    default:
        state_text_version(c->version, PROTOCOL_VERSION, text, sizeof text);
        session_fail(s, 76, "%s", text);
        break;
    }
}

void session_join_control(struct session *s, const uint8_t from[ID_BYTES], const struct control *c)
{
    switch (c->kind) {
    case CONTROL_HELLO:
        on_hello(s, from, c);
        break;
    case CONTROL_WELCOME:
        on_welcome(s, from, c);
        break;
    case CONTROL_REFUSED:
        on_refused(s, c);
        break;
    default:
        break;
    }
}

static const struct identity *own_identity(const struct session *s)
{
    return protocol_identity(engine_protocol(s->nodes[0].engine), s->config.keys->id_pk);
}

/* Voted in the old table, was not there when it was split: the stack is kept, the seat is not. */
static bool was_absent(const struct session *s)
{
    for (uint16_t i = 0; i < s->split.absent_count; i++) {
        if (memcmp(s->split.absent[i], s->config.keys->id_pk, ID_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

static bool own_seat(const struct session *s)
{
    const struct live *l = session_live(s);
    int64_t me = live_find(l, s->config.keys->id_pk);
    return me >= 0 && l->accounts[me].seat != 0;
}

/* Has everything that is agreed elsewhere arrived here, as far as can be known. */
static bool caught_up(const struct session *s)
{
    struct engine_status st = engine_inspect(s->nodes[0].engine);
    return st.height >= s->welcome_height && !st.catching_up;
}

static void seated(struct session *s)
{
    s->join_step = JOIN_DONE;
    s->state = SESSION_PLAYING;
    session_report_open(s);
    session_save_net(s);
    session_report_joined(s);
    s->dirty = true;
}

static void ask_for_seat(struct session *s)
{
    const struct identity *me = own_identity(s);
    bool in = me != NULL && (me->standing == STANDING_MEMBER || me->standing == STANDING_JOINING ||
                                me->standing == STANDING_WAITING);
    if (!in && !s->join_submitted) {
        s->join_submitted = true;
        session_submit_join(
            s, &s->nodes[0], s->config.keys, s->config.name, false, s->sponsor, s->ticket);
    }
    s->join_step = JOIN_SEAT;
}

/* The members are asked about us, or were. */
static void poll_asked(struct session *s, uint64_t now)
{
    const struct identity *me = own_identity(s);
    bool asked = me != NULL && me->standing == STANDING_WAITING;
    if (asked) {
        s->was_asked_about = true;
        s->join_progress_ms = now; /* people answer when they answer */
    } else if (s->was_asked_about && me != NULL &&
               (me->standing == STANDING_NONE || me->standing == STANDING_PLAYER)) {
        session_fail(s, 77, "The table did not let you in: its members are asked, and said no.");
    }
}

void session_fill_asked(const struct session *s, struct ui_model *m)
{
    const struct identity *me = own_identity(s);
    m->joining.asked = me != NULL && me->standing == STANDING_WAITING;
    if (m->joining.asked) {
        struct ballot_count now = ballot_count(engine_protocol(s->nodes[0].engine), me);
        m->joining.asked_yes = (uint16_t)now.yes;
        m->joining.asked_needed = (uint16_t)now.needed;
    }
}

static void say_sent_away(struct session *s)
{
    const struct live *l = session_live(s);
    session_fail(s, 77,
        "The others voted that you leave %s. Your chips stay with the table; only somebody who "
        "gives you new words lets you come back.",
        l->rules.name);
    /* Like one who leaves: our signature is needed until the others go on without it (protocol B.1.6). */
    s->leave_submitted = true;
    s->state = SESSION_LEAVING;
    s->leaving_ms = clock_now_ms();
}

static void say_unseated(struct session *s)
{
    const struct live *l = session_live(s);
    int64_t me = live_find(l, s->config.keys->id_pk);
    char money[MONEY_TEXT_BYTES] = "0";
    if (me >= 0) {
        money_format(money, l->players[me].balance_cents);
    }
    session_fail(s, 77,
        "You have no seat at %s any more; your %s stay with it. To sit down again: craps join and "
        "its words",
        l->rules.name, money);
}

void session_seat_lost(struct session *s, uint16_t account)
{
    const struct live *l = session_live(s);
    if (s->state == SESSION_PLAYING && !s->leave_submitted && s->convicted_ms == 0 &&
        account < l->account_count &&
        memcmp(l->accounts[account].id, s->config.keys->id_pk, ID_BYTES) == 0) {
        const struct identity *me = own_identity(s);
        if (me != NULL && me->sent_away) {
            say_sent_away(s);
        } else {
            say_unseated(s);
        }
    }
}

/* Coming back: a member resumes; one that was dropped while away asks for its vote again (protocol B.1.7). */
static void poll_resume(struct session *s)
{
    struct engine_status st = engine_inspect(s->nodes[0].engine);
    const struct identity *me = own_identity(s);
    bool stack_waits = me != NULL && me->standing != STANDING_NONE && was_absent(s);
    if (me == NULL || !(own_seat(s) || stack_waits)) {
        /* Who left has it in the own record; members hang up on who is none. */
        bool left =
            me != NULL && me->standing != STANDING_MEMBER && me->standing != STANDING_JOINING;
        if (left || (st.answering > 1 && caught_up(s))) {
            say_unseated(s);
        }
        return;
    }
    bool heard = st.members == 1 && st.self >= 0;
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        heard = heard || (s->peers[i].used && session_linked(&s->peers[i]) && s->peers[i].here);
    }
    if (heard && caught_up(s) && me->standing == STANDING_PLAYER &&
        clock_now_ms() >= s->rejoin_ms) {
        s->rejoin_ms = clock_now_ms() + 10000;
        session_submit(s, &s->nodes[0], OP_REKEY, NULL, 0, NULL, 0, NULL);
    }
    if (heard && caught_up(s) && st.self >= 0 && own_seat(s)) {
        seated(s);
    }
}

/* Who watches until a seat is free comes in anew for it: a member's part is not a watcher's. */
static void poll_free_seat(struct session *s)
{
    if (s->state == SESSION_PLAYING && s->config.watch && s->config.watch_until_free &&
        caught_up(s) && game_app.can_seat(session_live(s), s->config.keys->id_pk) == 0) {
        s->problem.seat_free = true;
        s->state = SESSION_ENDED;
        s->dirty = true;
    }
}

void session_poll_join(struct session *s)
{
    poll_free_seat(s);
    if (s->state != SESSION_JOINING) {
        return;
    }
    /* A long history is no reason to give up while it is being read. */
    uint64_t now = clock_now_ms();
    uint64_t height = s->nodes[0].engine == NULL ? 0 : engine_inspect(s->nodes[0].engine).height;
    if (height > s->join_height || s->join_progress_ms == 0) {
        s->join_height = height;
        s->join_progress_ms = s->join_progress_ms == 0 ? s->join_started_ms : now;
    }
    if (s->join_step == JOIN_SEAT) {
        poll_asked(s, now);
    }
    if (s->state != SESSION_JOINING) {
        return;
    }
    uint64_t waited = now - s->join_progress_ms;
    if (waited > (s->resumed ? RESUME_MS : JOIN_MS)) {
        session_fail(s, 75,
            s->resumed ? "Nobody of that table answers. If the others still play, ask for the "
                         "words: craps join"
                       : "The table did not give a seat within a minute. Try again.");
        return;
    }
    if (s->nodes[0].engine == NULL) {
        return;
    }
    if (s->resumed) {
        poll_resume(s);
    } else if (s->join_step == JOIN_CATCHING_UP && caught_up(s)) {
        if (s->config.watch) {
            session_talk_link(s, s->sponsor, true);
            seated(s);
        } else {
            ask_for_seat(s);
        }
    } else if (s->join_step == JOIN_SEAT && own_seat(s) &&
               engine_inspect(s->nodes[0].engine).self >= 0) {
        seated(s);
    }
}
