/* The door at which friends come in: whose it is, when it is open, what the LAN hears of it. */
#include "src/session_internal.h"

#include <stdio.h>

/* The words work at one door: the first seat's whose member can be reached (decision 7). */
static bool should_sponsor(const struct session *s)
{
    const struct live *l = session_live(s);
    uint64_t now = clock_now_ms();
    for (uint32_t i = 0; i < l->account_count; i++) {
        const struct live_account *a = &l->accounts[i];
        if (a->bot || a->seat == 0) {
            continue;
        }
        if (memcmp(a->id, s->config.keys->id_pk, ID_BYTES) == 0) {
            return true;
        }
        const struct known_peer *p = session_peer((struct session *)s, a->id, false);
        bool gone = a->away || (p != NULL && p->down_ms != 0 && now - p->down_ms > AWAY_MS);
        if (!gone) {
            return false;
        }
    }
    return false;
}

static void door_info(const struct session *s, struct mesh_table_info *info)
{
    const struct live *l = session_live(s);
    memset(info, 0, sizeof *info);
    const char *word = invite_table_word(&s->words);
    snprintf(info->first_word, sizeof info->first_word, "%s", word == NULL ? "" : word);
    snprintf(info->name, sizeof info->name, "%s", l->rules.name);
    int64_t me = live_find(l, s->config.keys->id_pk);
    snprintf(info->host, sizeof info->host, "%.39s", me < 0 ? s->config.name : l->players[me].name);
    info->seats = l->rules.seats;
    info->seated = (uint16_t)live_seated(l);
    info->state = l->roll > 0;
    info->min_cents = l->rules.table.min_cents;
    info->max_cents = l->rules.table.max_cents;
}

void session_report_open(struct session *s)
{
    uint8_t rules[RULES_BYTES_MAX];
    struct writer w = writer_of(rules, sizeof rules);
    house_rules_encode(&session_live(s)->rules, &w);
    struct report r = {
        .kind = REPORT_TABLE_OPEN,
        .t_ms = clock_now_ms(),
        .live = session_live(s),
        .table = s->game_id,
        .table_name = session_live(s)->rules.name,
        .hash = hash_tagged("craps/v1/rules", rules, w.size),
    };
    char words[INVITE_TEXT_SIZE];
    if (s->config.mesh != NULL) {
        r.port = s->hosting ? mesh_lobby_port(s->config.mesh) : mesh_member_port(s->config.mesh);
    }
    if (s->hosting) {
        invite_format(&s->words, words);
        r.words = words;
    }
    reporter_send(&s->config.reporter, &r);
    sodium_memzero(words, sizeof words);
}

static void open_door(struct session *s)
{
    struct mesh_table_info info;
    door_info(s, &info);
    char secret[INVITE_PRS_MAX + 1] = {0};
    invite_prs(&s->words, (uint8_t *)secret);
    enum err e = mesh_lobby_open(s->config.mesh, &s->game_id, secret, &info, s->words_failed);
    sodium_memzero(secret, sizeof secret);
    if (e == ERR_OK) {
        s->door_open = true;
        s->dirty = true;
        if (!s->seats_reported && s->hosting) {
            s->seats_reported = true;
            session_report_open(s);
        }
        session_save_net(s);
        session_tell_words(s);
    } else if (s->hosting && !s->seats_reported) {
        session_fail(s,
            e == ERR_BUSY         ? 69
            : e == ERR_PERMISSION ? 77
                                  : 74,
            "Port %u, where friends come in, cannot be opened (%s). Choose another with --port, or "
            "--port 0 for any free one.",
            s->config.port, err_name(e));
    } else {
        s->door_retry_ms = clock_now_ms() + 2000;
    }
}

static void notice_shut(struct session *s)
{
    session_notice(s, NOTICE_WARNING,
        "Too many wrong guesses: the door stays closed until somebody here asks for new words.");
}

void session_guess_failed(struct session *s, uint32_t count)
{
    s->words_failed = count;
    s->dirty = true;
    session_notice(
        s, NOTICE_WARNING, "Somebody at the door did not know the words (%u of 5).", count);
    if (lobby_guard_failed(&s->guard, clock_now_ms())) {
        notice_shut(s);
    }
    session_save_net(s);
    session_tell_words(s);
}

static void pick_words(struct session *s)
{
    uint8_t random[INVITE_SPOKEN_RANDOM_BYTES];
    randombytes_buf(random, sizeof random);
    invite_pick_spoken(&s->words, random);
    s->words_failed = 0;
    s->door_open = false;
    s->dirty = true;
}

void session_renew_words(struct session *s)
{
    if (s->door_wanted) {
        pick_words(s);
    }
}

void session_words_burned(struct session *s)
{
    pick_words(s);
    if (lobby_guard_burned(&s->guard, clock_now_ms())) {
        notice_shut(s);
    } else {
        session_notice(s, NOTICE_WARNING,
            "Five wrong guesses: the old words are gone. There are new ones (key z shows them).");
    }
}

void session_poll_net(struct session *s)
{
    if (s->nodes[0].engine == NULL || s->state != SESSION_PLAYING || s->config.watch) {
        return;
    }
    bool wanted = s->has_words && should_sponsor(s) && !s->broken;
    s->door_wanted = wanted;
    wanted = wanted && !s->guard.shut; /* until somebody asks for new words */
    if (wanted && !s->door_open && clock_now_ms() >= s->door_retry_ms) {
        open_door(s);
    } else if (!wanted && s->door_open) {
        mesh_lobby_close(s->config.mesh);
        s->door_open = false;
    } else if (s->door_open && s->dirty) {
        struct mesh_table_info info;
        door_info(s, &info);
        mesh_lobby_info(s->config.mesh, &info);
    }
}
