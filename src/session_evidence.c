/* What a proven lie means for the player: told once, kept as a file, and for the liar the end. */
#include "src/session_internal.h"

#include "base/log.h"
#include "game/name.h"
#include "src/evidence_search.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* The proof as a file beside the record; the record itself when it cannot stand alone. False when it
 * was there before: then the player was told. */
static bool keep_proof(struct session *s, const struct proven_lie *lie, char path[static PATH_MAX])
{
    struct store *store = s->nodes[0].store;
    uint8_t named[EVIDENCE_NAMED_BYTES_MAX];
    struct evidence_file file;
    path[0] = '\0';
    if (store == NULL) {
        return true;
    }
    const char *record = store_record_path(store);
    enum err e = evidence_collect(&file, store, &s->game_id, lie, named);
    if (e == ERR_OK) {
        e = evidence_file_path(path, PATH_MAX, record, lie->culprit, file.epoch)
                ? evidence_file_write(&file, record, path)
                : ERR_RANGE;
    }
    if (e != ERR_OK && e != ERR_EXISTS) {
        if (lie->kind != EVIDENCE_BAD_DEAL) {
            log_warn("the proof could not be saved as a file: %s", err_name(e));
        }
        snprintf(path, PATH_MAX, "%s", record);
    }
    return e != ERR_EXISTS;
}

/* Our own key signed both. In honest hands that is one identity that runs in two places. */
static void convict_self(struct session *s, const struct proven_lie *lie)
{
    s->convicted_ms = clock_now_ms();
    s->frozen = true;
    if (s->problem.exit_status == 0) {
        snprintf(s->problem.text, sizeof s->problem.text,
            "Your seat %s: the table has proof, and plays on without you. If you did not cheat, "
            "your identity is in use on a second computer.",
            evidence_deed(lie->kind));
        s->problem.exit_status = 76;
        log_error("%s", s->problem.text);
    }
}

void session_name_of(
    const struct session *s, const uint8_t id[ID_BYTES], char name[static NAME_BYTES_MAX + 1])
{
    const struct live *l = session_live(s);
    int64_t account = live_find(l, id);
    const struct identity *known = protocol_identity(engine_protocol(s->nodes[0].engine), id);
    if (account >= 0) {
        snprintf(name, NAME_BYTES_MAX + 1, "%s", l->players[account].name);
    } else {
        name_clean(name, known == NULL ? "" : (const char *)known->profile,
            known == NULL ? 0 : known->profile_size);
    }
}

static void tell(struct session *s, const struct proven_lie *lie)
{
    char path[PATH_MAX], kind[8];
    const struct live *l = session_live(s);
    char name[NAME_BYTES_MAX + 1];
    session_name_of(s, lie->culprit, name);
    bool own = memcmp(lie->culprit, s->config.keys->id_pk, ID_BYTES) == 0;
    bool news = keep_proof(s, lie, path);
    s->alert.lies++;
    s->count->lies[lie->kind < EVIDENCE_KIND_COUNT ? lie->kind : EVIDENCE_NONE]++;
    s->dirty = true;
    if (own && s->convicted_ms == 0) {
        convict_self(s, lie);
    }
    if (!news) {
        return;
    }
    snprintf(kind, sizeof kind, "E%u", lie->kind);
    struct report r = {
        .kind = REPORT_EVIDENCE,
        .t_ms = clock_now_ms(),
        .live = l,
        .table = s->game_id,
        .player = name,
        .text = kind,
        .command = evidence_deed(lie->kind),
        .record = path,
    };
    reporter_send(&s->config.reporter, &r);
    char text[UI_TEXT_MAX + 1], more[UI_TEXT_MAX + 1];
    snprintf(text, sizeof text, "%s %s: out at the next round of members.", own ? "You" : name,
        evidence_deed(lie->kind));
    snprintf(more, sizeof more, "%s",
        lie->kind == EVIDENCE_BAD_DEAL ? "The record is the proof: whoever has it can check."
                                       : "Both of its signatures are kept as proof.");
    snprintf(s->alert.farewell, sizeof s->alert.farewell, "%s %s. The proof: craps verify %.1099s",
        own ? "You" : name, evidence_deed(lie->kind), path);
    session_alert(s, text, more);
}

void session_tell_put_out(struct session *s, const char *name)
{
    session_notice(s, NOTICE_INFO, "%s is out: put out by the table.", name);
    if (s->alert.farewell[0] != '\0') {
        snprintf(s->alert.text, sizeof s->alert.text, "%s lied, it is proven, and %s is out.", name,
            name);
        s->dirty = true;
    }
}

bool session_was_put_out(const struct session *s, uint16_t account)
{
    const struct live *l = session_live(s);
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    const struct identity *known =
        account < l->account_count ? protocol_identity(p, l->accounts[account].id) : NULL;
    return known != NULL && known->standing == STANDING_EJECTED;
}

void session_lies(struct session *s, const struct engine_update *u)
{
    for (uint32_t i = 0; i < u->lie_count; i++) {
        tell(s, &u->lies[i]);
    }
}

/* It votes until the others can do without it, as a leaver does (protocol B.1.6); they hang up then. */
void session_poll_convicted(struct session *s)
{
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    if (s->convicted_ms == 0) {
        return;
    }
    uint64_t patience = session_alone(s) ? AWAY_MS : LEAVE_MS;
    if (roster_find(&p->roster, s->config.keys->id_pk) < 0 ||
        clock_now_ms() - s->convicted_ms >= patience) {
        s->state = SESSION_ENDED;
        s->dirty = true;
    }
}

static bool offer_again(void *self, const char *path)
{
    struct session *s = self;
    uint8_t bytes[EVIDENCE_FILE_BYTES_MAX], message[1 + OP_BYTES_MAX];
    struct evidence_file f;
    if (evidence_file_read(path, &f, bytes) == ERR_OK && digest_equal(&f.game_id, &s->game_id) &&
        f.payload_size <= OP_BYTES_MAX) {
        struct writer w = writer_of(message, sizeof message);
        write_u8(&w, MSG_EVIDENCE);
        write_bytes(&w, f.payload, f.payload_size);
        struct engine_event event = {.kind = ENGINE_MESSAGE, .data = w.data, .size = w.size};
        memcpy(event.from, s->config.keys->id_pk, ID_BYTES);
        session_step(s, &s->nodes[0], &event);
    }
    return s->state != SESSION_ENDED;
}

void session_restore_evidence(struct session *s)
{
    evidence_files_each(store_record_path(s->nodes[0].store), offer_again, s);
}

static bool accuses_self(void *self, const char *path)
{
    struct session *s = self;
    uint8_t bytes[EVIDENCE_FILE_BYTES_MAX];
    char fault[EVIDENCE_FAULT_BYTES];
    struct evidence_file f;
    bool own = evidence_file_read(path, &f, bytes) == ERR_OK &&
               digest_equal(&f.game_id, &s->game_id) &&
               memcmp(f.culprit, s->config.keys->id_pk, ID_BYTES) == 0;
    s->frozen = s->frozen || (own && evidence_file_check(&f, fault));
    return !s->frozen;
}

bool session_is_convicted(struct session *s)
{
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    const struct identity *me = protocol_identity(p, s->config.keys->id_pk);
    evidence_files_each(store_record_path(s->nodes[0].store), accuses_self, s);
    return s->frozen || (me != NULL && me->standing == STANDING_EJECTED);
}
