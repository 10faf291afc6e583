/* Going over to the table that a split has made (protocol B.5). On disk in this order: the whole RECOVER beside the old table's
 * keys, which from then on never vote again; the new table's files with its keys; the old keys are wiped. Each step can be taken
 * twice, so that a kill between any two of them is made good by the next start. */
#include "src/session_internal.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char whole_secret[] = "split_whole";

enum { NAMES_TRIED_MAX = 1000 };

/* NAME of a store's files. */
static void name_of_files(const struct store *store, char name[STORE_NAME_BYTES_MAX])
{
    const char *path = store_record_path(store);
    const char *file = strrchr(path, '/');
    snprintf(name, STORE_NAME_BYTES_MAX, "%s", file == NULL ? path : file + 1);
    char *suffix = strstr(name, ".craps");
    if (suffix != NULL) {
        *suffix = '\0';
    }
}

/* NAME without "-split" and the number behind it. */
static void base_of_name(char name[STORE_NAME_BYTES_MAX])
{
    char *mark = NULL;
    for (char *at = strstr(name, "-split"); at != NULL; at = strstr(at + 1, "-split")) {
        mark = at;
    }
    if (mark != NULL && strspn(mark + 6, "0123456789") == strlen(mark + 6)) {
        *mark = '\0';
    }
}

/* The name of a table's k-th split: NAME, NAME-split, NAME-split2... */
static void split_name(const char *base, unsigned k, char name[STORE_NAME_BYTES_MAX + 16])
{
    char number[16] = "";
    if (k > 1) {
        snprintf(number, sizeof number, "%u", k);
    }
    snprintf(name, STORE_NAME_BYTES_MAX + 16, "%s%s%s", base, k > 0 ? "-split" : "", number);
}

/* Is that store's table the one of those genesis bytes, which need not be the same to the byte. */
static bool begins_game(const struct store *store, const struct digest *game)
{
    struct genesis g;
    size_t size;
    const uint8_t *bytes = store_genesis(store, &size);
    struct reader r = reader_of(bytes, size);
    if (!genesis_decode(&g, &r)) {
        return false;
    }
    struct digest id = genesis_game_id(&g);
    return digest_equal(&id, game);
}

/* The files of the new table: those begun before a kill, or new ones. */
static enum err open_files(struct session *s, const struct store *old, const uint8_t *recover,
    size_t size, struct store **out, bool *trusted)
{
    char base[STORE_NAME_BYTES_MAX], name[STORE_NAME_BYTES_MAX + 16], text[STORE_PROBLEM_BYTES];
    const char *dir = s->config.paths->sessions_dir;
    struct recover r;
    if (!recover_decode(&r, recover, size)) {
        return ERR_FORMAT;
    }
    struct digest game = recover_game_id(&r);
    name_of_files(old, base);
    base_of_name(base);
    for (unsigned k = 1; k < NAMES_TRIED_MAX; k++) {
        split_name(base, k, name);
        enum err e = store_open(out, dir, name, trusted, text);
        if (e == ERR_OK && begins_game(*out, &game)) {
            return ERR_OK;
        }
        if (e == ERR_OK) {
            store_close(*out);
        }
        if (e == ERR_NOT_FOUND) {
            e = store_create(out, dir, name, recover, size);
            *trusted = true;
            if (e != ERR_EXISTS) {
                return e;
            }
        }
    }
    return ERR_FULL;
}

/* Everything up to the point where the new table's files are all there is. */
static enum err change_files(
    struct session *s, const uint8_t *recover, size_t size, const uint8_t *vote_sk, bool *trusted)
{
    struct store *old = s->nodes[0].store, *new = NULL;
    enum err e = store_put_secret(old, whole_secret, recover, size);
    e = e == ERR_OK ? open_files(s, old, recover, size, &new, trusted) : e;
    if (e == ERR_OK && vote_sk != NULL && store_height(new) == 0) {
        e = store_put_secret(new, "founder_vote_sk", vote_sk, 64);
    }
    if (e == ERR_OK) {
        e = store_put_secret(new, "link_id", s->link_id.b, DIGEST_BYTES);
    }
    if (e != ERR_OK) {
        store_close(new);
        return e;
    }
    s->nodes[0].store = new;
    if (!session_save_net(s)) { /* the old files still know the way */
        s->nodes[0].store = old;
        store_close(new);
        return ERR_IO;
    }
    if (store_forget_keys(old) != ERR_OK) {
        log_warn("the old table's keys could not be wiped");
    }
    store_close(old);
    return ERR_OK;
}

static bool files_failed(struct session *s, enum err e)
{
    if (e == ERR_OK) {
        return false;
    }
    session_fail(s, e == ERR_NO_SPACE ? 73 : 74,
        "The split table's files could not be made (%s). Free some space or check the disk, then: "
        "craps join --last",
        err_name(e));
    return true;
}

/* What was said to the old table and is not final there is void; whoever said it hears so. */
static void drop_old_moves(struct session *s)
{
    for (size_t i = 0; i < INFLIGHT_MAX; i++) {
        struct inflight *f = &s->inflight[i];
        if (f->seq != 0 && f->command_id != 0) {
            struct notice n = {.kind = NOTICE_REFUSED,
                .t_ms = clock_now_ms(),
                .refusal = REFUSAL_TABLE_WAITS,
                .id = f->command_id,
                .game = {.bet = f->command.bet, .amount_cents = f->command.amount_cents}};
            bus_publish(s->config.bus, &n);
            s->done_id = f->command_id > s->done_id ? f->command_id : s->done_id;
        }
        f->seq = 0;
    }
    for (uint32_t i = 0; i < s->bot_count; i++) {
        s->bots[i].inflight_seq = 0;
    }
    s->submitting = NULL;
    memset(&s->window_timer, 0, sizeof s->window_timer);
    memset(&s->shooter_timer, 0, sizeof s->shooter_timer);
    memset(s->grace_timers, 0, sizeof s->grace_timers);
    s->throw_us = 0;
    s->payout_count = 0;
}

static void report_split(struct session *s, const struct recover *r)
{
    const struct live *l = session_live(s);
    const char *names[MEMBERS_MAX];
    for (uint16_t i = 0; i < r->survivors.count; i++) {
        int64_t account = live_find(l, r->survivors.members[i].id_pk);
        names[i] = account < 0 ? "" : l->players[account].name;
    }
    struct report report = {.kind = REPORT_SPLIT,
        .t_ms = clock_now_ms(),
        .live = l,
        .table = s->game_id,
        .names = names,
        .name_count = r->survivors.count,
        .latency_ms = -1};
    reporter_send(&s->config.reporter, &report);
    char text[UI_TEXT_MAX + 1];
    snprintf(text, sizeof text,
        r->void_roll != 0 ? "The table was split, this is a new one. Roll %llu is void."
                          : "The table was split at roll %llu: this is a new one.",
        (unsigned long long)(r->void_roll != 0 ? r->void_roll : l->roll));
    session_alert(s, text,
        r->void_roll != 0 ? "Bets of who is here came back; of the absent, the house has them."
                          : "The absent keep their stacks and can come back.");
}

void session_note_absent(struct session *s)
{
    struct split *p = &s->split;
    struct recover r;
    struct protocol_state *before = calloc(1, sizeof *before);
    p->absent_count = 0;
    if (before != NULL && s->genesis.recover != NULL &&
        recover_decode(&r, s->genesis.recover, s->genesis.recover_size)) {
        struct reader in = reader_of(r.state, r.state_size);
        bool read = protocol_decode(before, &in);
        for (uint16_t i = 0; read && i < before->roster.count; i++) {
            const uint8_t *id = before->roster.members[i].id_pk;
            if (roster_find(&r.survivors, id) < 0) {
                memcpy(p->absent[p->absent_count++], id, ID_BYTES);
            }
        }
    }
    free(before);
}

void session_read_genesis(struct session *s)
{
    size_t size;
    const uint8_t *bytes = store_genesis(s->nodes[0].store, &size);
    struct reader r = reader_of(bytes, size);
    (void)genesis_decode(&s->genesis, &r);
    s->game_id = genesis_game_id(&s->genesis);
}

/* Everybody linked hears where we are; who is still at the old table gets the RECOVER by asking. */
static void greet(struct session *s)
{
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        struct known_peer *p = &s->peers[i];
        p->done_height = 0;
        p->elsewhere = p->used && p->link_member; /* until it says that it is here */
        p->elsewhere_ms = clock_now_ms();
        p->here = false;
        if (p->used && session_linked(p)) {
            struct engine_event event = {.kind = ENGINE_LINK_UP};
            memcpy(event.from, p->id, ID_BYTES);
            session_step(s, &s->nodes[0], &event);
            session_split_link(s, p->id);
        }
    }
}

bool session_move(struct session *s, const uint8_t *recover, size_t size, const uint8_t *vote_sk)
{
    bool trusted = true;
    struct recover r;
    struct node *n = &s->nodes[0];
    bool known = s->split.told_unanimous;
    if (files_failed(s, change_files(s, recover, size, vote_sk, &trusted))) {
        return false;
    }
    session_count_engine(s);
    engine_destroy(n->engine);
    free(n->update);
    n->engine = NULL;
    n->update = NULL;
    drop_old_moves(s);
    session_receipt_end(s);
    sodium_memzero(&s->split, sizeof s->split);
    s->split.told_unanimous = known;
    session_read_genesis(s);
    if (!session_open_node(s, n, vote_sk)) {
        session_fail(s, 70, "Not enough memory for the new table.");
        return false;
    }
    session_note_absent(s);
    if (recover_decode(&r, s->genesis.recover, s->genesis.recover_size)) {
        report_split(s, &r);
    }
    if (vote_sk == NULL || s->state == SESSION_JOINING) {
        s->state = SESSION_JOINING;
        s->join_step = JOIN_SEAT;
        s->resumed = true;
        s->join_started_ms = clock_now_ms();
        s->join_progress_ms = 0;
        s->rejoin_ms = 0;
        s->joined_reported = false;
    }
    s->door_open = false; /* opened again in the new table's name, by the same words */
    session_start_node(s, n, trusted);
    session_sync_peers(s);
    greet(s);
    session_save_net(s);
    if (s->state == SESSION_PLAYING) {
        s->stalled_since_ms = 0; /* nobody came back: this is another table */
        session_poll_wait(s);
    }
    s->dirty = true;
    return true;
}

/* A split table whose files a kill left before the way to the others was written, which comes last: the old table's files know
 * how to go on. */
static bool half_begun(struct store *store)
{
    uint8_t byte;
    size_t size;
    const uint8_t *bytes = store_genesis(store, &size);
    return recover_is(bytes, size) && store_height(store) == 0 &&
           store_get_secret(store, "net", &byte, sizeof byte, &size) == ERR_NOT_FOUND;
}

/* The open table of that name, if its RECOVER made the one that was begun; else NULL. */
static struct store *open_origin(
    const struct session *s, const char *name, const struct store *begun, bool *trusted)
{
    char text[STORE_PROBLEM_BYTES], path[PATH_BYTES_MAX + STORE_NAME_BYTES_MAX + 8];
    struct store *old = NULL;
    struct recover r;
    struct stat st;
    size_t size;
    bool own = false;
    snprintf(path, sizeof path, "%s/%s.keys", s->config.paths->sessions_dir, name);
    uint8_t *whole = stat(path, &st) == 0 ? malloc(RECOVER_BYTES_MAX) : NULL;
    bool leads_here =
        whole != NULL &&
        store_open(&old, s->config.paths->sessions_dir, name, &own, text) == ERR_OK &&
        store_get_secret(old, whole_secret, whole, RECOVER_BYTES_MAX, &size) == ERR_OK &&
        recover_decode(&r, whole, size);
    if (leads_here) {
        struct digest game = recover_game_id(&r);
        leads_here = begins_game(begun, &game);
    }
    free(whole);
    if (!leads_here) {
        store_close(old);
        return NULL;
    }
    *trusted = own;
    return old;
}

static void back_to_old(struct session *s, bool *trusted)
{
    char begun[STORE_NAME_BYTES_MAX], base[STORE_NAME_BYTES_MAX], name[STORE_NAME_BYTES_MAX + 16];
    struct store *old = NULL;
    name_of_files(s->nodes[0].store, begun);
    memcpy(base, begun, sizeof base);
    base_of_name(base);
    for (unsigned k = 0; old == NULL && k < NAMES_TRIED_MAX; k++) {
        split_name(base, k, name);
        if (strcmp(name, begun) == 0) {
            break; /* the old one was named before it */
        }
        old = open_origin(s, name, s->nodes[0].store, trusted);
    }
    if (old != NULL) {
        store_close(s->nodes[0].store);
        s->nodes[0].store = old;
    }
}

bool session_move_resumed(struct session *s, bool *trusted)
{
    uint8_t vote_sk[64];
    size_t size, sk_size;
    if (half_begun(s->nodes[0].store)) {
        back_to_old(s, trusted);
    }
    uint8_t *whole = malloc(RECOVER_BYTES_MAX);
    if (whole == NULL || store_get_secret(s->nodes[0].store, whole_secret, whole, RECOVER_BYTES_MAX,
                             &size) != ERR_OK) {
        free(whole);
        return true;
    }
    bool survivor = store_get_secret(s->nodes[0].store, "split_key", vote_sk, sizeof vote_sk,
                        &sk_size) == ERR_OK &&
                    sk_size == sizeof vote_sk;
    session_read_genesis(s);
    session_load_net(s);
    enum err e = change_files(s, whole, size, survivor ? vote_sk : NULL, trusted);
    sodium_memzero(vote_sk, sizeof vote_sk);
    free(whole);
    return !files_failed(s, e);
}

bool session_same_table(struct session *s, const uint8_t *genesis, size_t size, bool *trusted)
{
    struct recover r;
    uint8_t vote_sk[64];
    size_t sk_size;
    struct store *store = s->nodes[0].store;
    if (begins_game(store, &s->game_id)) {
        return true;
    }
    if (!recover_is(genesis, size) || !recover_decode(&r, genesis, size) ||
        !begins_game(store, &r.game_id)) {
        return false;
    }
    int me = roster_find(&r.survivors, s->config.keys->id_pk);
    bool own = me >= 0 &&
               store_get_secret(store, "split_key", vote_sk, sizeof vote_sk, &sk_size) == ERR_OK &&
               sk_size == sizeof vote_sk &&
               memcmp(vote_sk + 32, r.survivors.members[me].vote_pk, 32) == 0;
    if (own) {
        session_load_net(s);
        s->split.survivor = !files_failed(s, change_files(s, genesis, size, vote_sk, trusted));
    }
    sodium_memzero(vote_sk, sizeof vote_sk);
    return own && s->split.survivor;
}

bool session_reopen_node(struct session *s, struct node *node)
{
    uint8_t vote_sk[64];
    size_t size;
    session_count_engine(s);
    engine_destroy(node->engine);
    free(node->update);
    node->engine = NULL;
    node->update = NULL;
    bool have = store_get_secret(node->store, "founder_vote_sk", vote_sk, sizeof vote_sk, &size) ==
                    ERR_OK &&
                size == sizeof vote_sk;
    bool opened = session_open_node(s, node, have ? vote_sk : NULL);
    sodium_memzero(vote_sk, sizeof vote_sk);
    return opened;
}
