/* What catching up means for the player: a state that was taken over, and who lied on the way. */
#include "src/session_internal.h"

#include "base/log.h"

#include <stdio.h>

static const char *const lies[LIE_COUNT] = {
    [LIE_HEIGHT] = "word of blocks that do not exist",
    [LIE_BLOCKS] = "a bad block of the record",
    [LIE_EPOCHS] = "a bad list of members",
    [LIE_STATE] = "a bad description of the table's state",
    [LIE_PIECE] = "a bad piece of the table's state",
};

/* By the name it sat down with; else by the beginning of its key. */
static void name_of(
    const struct session *s, const uint8_t id[ID_BYTES], char name[PROFILE_BYTES_MAX + 1])
{
    const struct live *l = session_live(s);
    int64_t account = live_find(l, id);
    if (account >= 0) {
        snprintf(name, PROFILE_BYTES_MAX + 1, "%s", l->players[account].name);
    } else {
        hex_encode(name, id, 4);
    }
}

static void tell_lie(struct session *s, const struct engine_update *u)
{
    char name[PROFILE_BYTES_MAX + 1];
    name_of(s, u->liar, name);
    log_warn("%s sent %s; asking the others", name, lies[u->lie]);
    session_notice(s, NOTICE_WARNING, "%s sent %s. Asking the others.", name, lies[u->lie]);
    struct report r = {.kind = REPORT_LIED,
        .t_ms = clock_now_ms(),
        .live = session_live(s),
        .player = name,
        .text = lies[u->lie],
        .latency_ms = -1};
    reporter_send(&s->config.reporter, &r);
}

/* Own operations that the state has already: nobody will say when. */
static void settle_skipped(struct session *s)
{
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    for (size_t i = 0; i < INFLIGHT_MAX; i++) {
        struct inflight *f = &s->inflight[i];
        const struct identity *author = protocol_identity(p, f->author);
        if (f->seq == 0 || author == NULL || f->seq > author->seq) {
            continue;
        }
        for (uint32_t k = 0; k < s->bot_count; k++) {
            if (memcmp(s->bots[k].keys.id_pk, f->author, ID_BYTES) == 0) {
                s->bots[k].inflight_seq = 0;
            }
        }
        s->done_id = f->command_id > s->done_id ? f->command_id : s->done_id;
        f->seq = 0;
    }
}

/* Not worth a thread for a table that has just begun. */
enum { AHEAD_BYTES = 8192 };

void session_look_ahead(struct session *s, const uint8_t *message, size_t size)
{
    bool coming = s->state == SESSION_JOINING && !s->resumed && s->join_step <= JOIN_CATCHING_UP &&
                  s->genesis.recover == NULL;
    if (!coming && s->ahead != NULL) {
        log_info("%llu blocks of the record were looked at by all cores",
            (unsigned long long)ahead_count(s->ahead));
        ahead_destroy(s->ahead);
        s->ahead = NULL;
    }
    if (!coming || size == 0 || message[0] != MSG_FETCH_RESP) {
        return;
    }
    if (s->ahead == NULL && size >= AHEAD_BYTES && engine_inspect(s->nodes[0].engine).height == 0) {
        s->ahead = ahead_create(&game_app, &signer_ed25519, &s->genesis);
    }
    if (s->ahead != NULL) {
        ahead_look(s->ahead, message, size);
    }
}

bool session_vouched(void *self, uint64_t height, const struct digest *block)
{
    const struct session *s = self;
    return s->ahead != NULL && ahead_vouched(s->ahead, height, block);
}

void session_synced(struct session *s, const struct engine_update *u)
{
    if (u->lie != LIE_NONE) {
        tell_lie(s, u);
    }
    if (u->adopted_height == 0) {
        return;
    }
    uint64_t skipped = u->adopted_height - u->adopted_from;
    log_info("took the table's state at block %llu over, %llu blocks further",
        (unsigned long long)u->adopted_height, (unsigned long long)skipped);
    session_notice(s, NOTICE_INFO,
        "Caught up over %llu blocks by the table's signed state. They follow in the background.",
        (unsigned long long)skipped);
    settle_skipped(s);
    if (s->config.mesh != NULL) {
        session_sync_peers(s);
    }
    struct report r = {.kind = REPORT_SYNCED,
        .t_ms = clock_now_ms(),
        .live = session_live(s),
        .height = u->adopted_height,
        .rolls = skipped,
        .latency_ms = -1};
    reporter_send(&s->config.reporter, &r);
    s->dirty = true;
}
