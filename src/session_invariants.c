/* What this seat does when an invariant of its own does not hold: it says nothing any more, keeps the proof, and says so. */
#include "src/broken_file.h"
#include "src/session_internal.h"

#include "base/log.h"
#include "consensus/guard.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char *player_name(const struct session *s, const struct app_fault *fault)
{
    const struct live *l = session_live(s);
    bool known = fault->kind < GUARD_FIRST && fault->who < l->account_count;
    return known ? l->players[fault->who].name : NULL;
}

/* The states before and after, and the block between. False: nothing could be kept. */
static bool save(struct session *s, struct engine *e, struct broken_file *f, char path[PATH_MAX])
{
    const struct store *store = s->nodes[0].store;
    size_t capacity = engine_guard_capacity(e);
    uint8_t *memory = malloc(2 * capacity + BLOCK_BYTES_MAX);
    path[0] = '\0';
    if (memory == NULL || store == NULL ||
        !broken_file_path(path, PATH_MAX, store_record_path(store), f->height)) {
        free(memory);
        return false;
    }
    struct writer before = writer_of(memory, capacity);
    struct writer after = writer_of(memory + capacity, capacity);
    struct writer block = writer_of(memory + 2 * capacity, BLOCK_BYTES_MAX);
    engine_guard_evidence(e, &before, &block, &after);
    const struct writer *parts[BROKEN_PARTS] = {
        [BROKEN_BLOCK] = &block, [BROKEN_BEFORE] = &before, [BROKEN_AFTER] = &after};
    for (unsigned i = 0; i < BROKEN_PARTS; i++) {
        f->part[i] = parts[i]->data;
        f->size[i] = parts[i]->bad ? 0 : parts[i]->size;
    }
    enum err e2 = broken_file_write(f, path);
    free(memory);
    if (e2 != ERR_OK && e2 != ERR_EXISTS) {
        log_error("what was found could not be kept in %s: %s", path, err_name(e2));
        path[0] = '\0';
    }
    return path[0] != '\0';
}

static void tell(struct session *s, const struct broken_file *f, const char *path)
{
    struct report r = {
        .kind = REPORT_STOPPED,
        .t_ms = clock_now_ms(),
        .live = session_live(s),
        .table = s->game_id,
        .height = f->height,
        .text = f->invariant,
        .command = f->rule,
        .player = player_name(s, &f->fault),
        .table_name = strcmp(f->bet, "none") == 0 ? "" : f->bet,
        .balance_cents = f->fault.have,
        .bank_cents = f->fault.want,
        .record = path,
    };
    reporter_send(&s->config.reporter, &r);
    session_notice(s, NOTICE_WARNING,
        "Your seat is stopped: this copy of craps has made a mistake (%s). The others count on "
        "without it, and your chips stand as they count them.",
        f->rule);
}

/* Nobody waits for a seat that says nothing: to the others it is away. */
static void hang_up(struct session *s)
{
    s->door_wanted = s->door_open = false;
    if (s->config.mesh != NULL) {
        mesh_lobby_close(s->config.mesh);
        mesh_set_table(s->config.mesh, NULL, NULL);
    }
}

void session_watch(struct session *s, const struct node *node)
{
    char path[PATH_MAX];
    if (!node->update->broken || s->broken) {
        return;
    }
    struct engine_status st = engine_inspect(node->engine);
    struct broken_file f = {.table = s->game_id,
        .epoch = st.guard.epoch,
        .view = st.guard.view,
        .height = st.guard.height,
        .fault = st.guard.fault};
    s->broken = s->alarmed = s->frozen = s->dirty = true;
    broken_file_words(&f, player_name(s, &f.fault));
    bool kept = save(s, node->engine, &f, path);
    snprintf(s->alert.farewell, sizeof s->alert.farewell,
        "Your seat was stopped at height %" PRIu64 " (%s)%s%.1000s", f.height, f.invariant,
        kept ? ". What was found: craps verify " : "", kept ? path : "");
    if (s->problem.exit_status == 0) {
        snprintf(s->problem.text, sizeof s->problem.text,
            "your seat was stopped: this copy of craps made a mistake at height %" PRIu64
            " (%.30s); %s",
            f.height, f.invariant,
            kept ? "what it found is kept beside the record: craps verify it"
                 : "what it found could not be kept, see the log");
        s->problem.exit_status = 70;
        log_error("%s", s->problem.text);
    }
    tell(s, &f, path);
    hang_up(s);
}

void session_watch_queue(struct session *s, size_t waiting, size_t room)
{
    struct engine *e = s->nodes[0].engine;
    const struct guard_limit limits[] = {
        {GUARD_LIMIT_COMMANDS, waiting, room},
        {GUARD_LIMIT_RING, s->ring_tail, LOCAL_RING_BYTES},
    };
    struct app_fault fault;
    if (e != NULL && !guard_limits(limits, sizeof limits / sizeof limits[0], &fault)) {
        engine_guard_break(e, &fault); /* the next step says so */
    }
}
