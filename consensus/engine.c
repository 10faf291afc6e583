#include "consensus/engine_internal.h"

#include "base/check.h"

#include <stdlib.h>

/* Seeded by the caller, never by a clock or the system: the simulator replays a run from one seed.
 */
void engine_random(struct engine *e, void *out, size_t size)
{
    uint8_t *to = out;
    while (size > 0) {
        uint8_t input[32 + 8];
        struct writer w = writer_of(input, sizeof input);
        write_bytes(&w, e->config.seed, sizeof e->config.seed);
        write_u64(&w, e->random_count++);
        struct digest d = hash_tagged("craps/v1/engine-random", input, sizeof input);
        size_t part = size < sizeof d.b ? size : sizeof d.b;
        memcpy(to, d.b, part);
        sodium_memzero(input, sizeof input);
        sodium_memzero(&d, sizeof d);
        to += part;
        size -= part;
    }
}

/* Copies into the memory that lives until the next step. engine_has_room keeps it from running out.
 */
const uint8_t *engine_keep(struct engine *e, const void *data, size_t size)
{
    CHECK(size <= ARENA_BYTES - e->arena_used);
    uint8_t *at = e->arena + e->arena_used;
    if (size > 0) {
        memcpy(at, data, size);
    }
    e->arena_used += size;
    return at;
}

struct persist *engine_persist(struct engine *e, enum persist_kind kind)
{
    CHECK(e->up->persist_count < PERSIST_MAX);
    struct persist *p = &e->up->persist[e->up->persist_count++];
    memset(p, 0, sizeof *p);
    p->kind = (uint8_t)kind;
    return p;
}

bool engine_has_room(const struct engine *e)
{
    return engine_has_room_for(e, 0);
}

bool engine_has_room_for(const struct engine *e, uint64_t blocks)
{
    return blocks <= COVER_MAX && e->up->persist_count + blocks + PERSIST_STEP <= PERSIST_MAX &&
           e->up->committed_count + blocks + COMMITTED_STEP <= COMMITTED_MAX &&
           e->arena_used + ARENA_BYTES_STEP <= ARENA_BYTES;
}

/* What simplex says next goes into the update by engine_absorb. */
struct simplex_step *engine_begin_step(struct engine *e)
{
    struct simplex_step *s = &e->step;
    s->outbox = &e->up->outbox;
    s->journal_count = s->proposal_count = s->final_count = 0;
    s->evidence_count = 0;
    s->alarm = false;
    return s;
}

static bool engine_allocate(struct engine *e)
{
    const struct app *app = e->config.app;
    e->pool = mempool_create(e->config.signer, &e->game_id);
    e->simplex = simplex_create();
    e->held = calloc(PEERS_MAX, HELD_BYTES_MAX);
    e->arena = malloc(ARENA_BYTES);
    if (e->pool == NULL || e->simplex == NULL || e->held == NULL || e->arena == NULL) {
        return false;
    }
    for (size_t i = 0; app->events_bytes > 0 && i < COMMITTED_MAX; i++) {
        e->events[i] = calloc(1, app->events_bytes);
        if (e->events[i] == NULL) {
            return false;
        }
    }
    e->ledger = ledger_create(app, e->config.signer, &e->config.genesis, e->pool);
    if (e->ledger != NULL) {
        ledger_take_word(e->ledger, &e->config.vouching);
    }
    return e->ledger != NULL && engine_snapshots_create(e) && engine_catchup_create(e) &&
           engine_takeover_create(e) && engine_backfill_create(e);
}

/* The vote key of epoch 0: the founder's, or a survivor's of a split table, if it is the one in the genesis (B.1.5). */
static void first_key(struct engine *e)
{
    const struct roster *roster = &engine_final(e)->roster;
    int me = roster_find(roster, e->self_id);
    bool founded = e->config.genesis.recover == NULL;
    if (me < 0 || (!founded && memcmp(e->config.founder_vote_sk + 32, roster->members[me].vote_pk,
                                   32) != 0)) {
        return;
    }
    struct key_set *k = engine_keys_add(e, 0);
    memcpy(k->vote_pk, roster->members[me].vote_pk, sizeof k->vote_pk);
    memcpy(k->vote_sk, e->config.founder_vote_sk, sizeof k->vote_sk);
}

struct engine *engine_create(const struct engine_config *config)
{
    struct engine *e = calloc(1, sizeof *e);
    if (e == NULL) {
        return NULL;
    }
    e->config = *config;
    if (config->snapshot_blocks == 0) {
        e->config.snapshot_blocks = SNAPSHOT_BLOCKS;
    }
    if (config->takeover_blocks == 0) {
        e->config.takeover_blocks = TAKEOVER_BLOCKS;
    }
    e->game_id = genesis_game_id(&config->genesis);
    memcpy(e->self_id, config->id_sk + 32, sizeof e->self_id);
    e->base = e->game_id; /* the genesis is epoch 0's base */
    e->self = -1;
    e->deadline_ms = UINT64_MAX;
    if (!engine_allocate(e)) {
        engine_destroy(e);
        return NULL;
    }
    first_key(e);
    e->config.genesis.recover = NULL; /* borrowed for this call */
    return e;
}

void engine_destroy(struct engine *e)
{
    if (e == NULL) {
        return;
    }
    engine_snapshots_destroy(e);
    engine_catchup_destroy(e);
    engine_takeover_destroy(e);
    engine_backfill_destroy(e);
    simplex_destroy(e->simplex);
    ledger_destroy(e->ledger);
    mempool_destroy(e->pool);
    engine_drop_journal(e);
    for (size_t i = 0; i < COMMITTED_MAX; i++) {
        free(e->events[i]);
    }
    free(e->held);
    if (e->arena != NULL) {
        sodium_memzero(e->arena, ARENA_BYTES); /* keys were on their way to disk in it */
    }
    free(e->arena);
    sodium_memzero(e, sizeof *e);
    free(e);
}

static void update_begin(struct engine *e, struct engine_update *up)
{
    up->persist_count = up->committed_count = up->serve_count = 0;
    outbox_clear(&up->outbox);
    up->outbox.dropped = 0;
    up->lie_count = 0;
    up->adopted_height = up->adopted_from = 0;
    up->lie = LIE_NONE;
    up->submitted = up->malformed = false;
    up->submitted_seq = 0;
    up->bad_shares = 0;
    up->submit_error = ERR_OK;
    e->up = up;
    e->arena_used = 0;
    e->again = false;
}

/* An erasure goes out a step after the block that allows it: the two files are synced one after the
 * other, and a crash between them must not lose the only copy of a key that is still needed. */
static void engine_forget(struct engine *e)
{
    const struct protocol_state *p = engine_final(e);
    if (!e->forget_due || p->roll.active) {
        return;
    }
    int me = roster_find(&p->roster, e->self_id);
    struct key_set *own = me < 0 ? NULL : engine_keys_by_vote(e, p->roster.members[me].vote_pk);
    /* Who is no member any more has no use for any but those of an attempt that runs. */
    uint32_t next = p->attempt.phase == ATTEMPT_NONE ? p->dkg_id + 1 : p->attempt.dkg_id;
    uint32_t dkg_id = own != NULL ? own->dkg_id : me < 0 ? next : 0;
    for (size_t i = 0; i < KEY_SETS_MAX; i++) {
        if (e->keys[i].used && e->keys[i].dkg_id < dkg_id) {
            sodium_memzero(&e->keys[i], sizeof e->keys[i]);
        }
    }
    struct persist *f = engine_persist(e, PERSIST_FORGET);
    f->epoch = e->epoch;
    f->dkg_id = dkg_id;
    e->forget_due = false;
}

/* Duties and agreement feed each other: alone at a table everything runs through here at once. */
static void engine_settle(struct engine *e)
{
    for (unsigned round = 0; round < 64; round++) {
        if (!engine_has_room(e)) {
            e->again = true;
            return;
        }
        uint32_t committed = e->up->committed_count;
        uint32_t records = e->up->persist_count;
        bool did = e->replay_due ? engine_replay_held(e) : engine_duties(e);
        engine_begin_step(e);
        simplex_poll(e->simplex, e->now_ms, &e->step);
        engine_absorb(e);
        if (!did && committed == e->up->committed_count && records == e->up->persist_count) {
            return;
        }
    }
    e->again = true;
}

static void engine_watch_progress(struct engine *e)
{
    struct digest final = ledger_final_digest(e->ledger);
    bool work = ledger_has_work(e->ledger, &final);
    if (!work) {
        e->work_ms = 0;
    } else if (e->work_ms == 0) {
        e->work_ms = e->now_ms > 0 ? e->now_ms : 1;
    }
}

static void engine_finish(struct engine *e)
{
    engine_take_answers(e);
    engine_settle(e);
    engine_own_poll(e);
    engine_dice_poll(e);
    engine_sync_poll(e);
    engine_watch_progress(e);
    engine_snapshot_save(e);
    engine_due(e, simplex_deadline_ms(e->simplex));
    if (simplex_has_idle_work(e->simplex) || e->again ||
        (e->forget_due && !engine_final(e)->roll.active)) {
        e->deadline_ms = e->now_ms;
    }
    engine_guard_limits(e);
    e->up->alarm = e->alarm && !e->no_memory;
    e->up->broken = ledger_guard(e->ledger)->fault.kind != 0;
    e->up->no_memory = e->no_memory;
    e->up->deadline_ms = e->deadline_ms;
    e->up = NULL;
}

static void engine_link(struct engine *e, const uint8_t id[ID_BYTES], bool up)
{
    int index = roster_find(&engine_final(e)->roster, id);
    struct peer *p = engine_peer(e, id, up);
    if (p != NULL) {
        p->linked = up;
        p->claims = p->claims && up;
        p->serving = p->queued = p->asked = 0;
    }
    if (index >= 0 && index != e->self) {
        engine_begin_step(e);
        simplex_link(e->simplex, (unsigned)index, up, e->now_ms, &e->step);
        engine_absorb(e);
    }
    if (up && p != NULL) {
        engine_send_status(e, p, 0);
        engine_own_hasten(e);
        engine_dice_hasten(e);
        engine_evidence_offer(e, p);
    } else if (p != NULL) {
        if (e->sync.peer == (int)(p - e->peers)) {
            e->sync.peer = -1;
            e->sync.asked = 0;
            e->sync.window = 1;
        }
        engine_takeover_unlink(e, p);
        if (index < 0) {
            memset(p, 0, sizeof *p);
        }
    }
}

static bool engine_message(struct engine *e, const struct engine_event *ev)
{
    struct reader r = reader_of(ev->data, ev->size);
    uint8_t kind = read_u8(&r);
    if (r.bad || kind == 0 || kind >= MSG_KIND_COUNT) {
        e->rejected[0]++;
        return false;
    }
    const uint8_t *body = ev->data + 1;
    size_t size = ev->size - 1;
    struct peer *p = engine_peer(e, ev->from, true);
    int index = roster_find(&engine_final(e)->roster, ev->from);
    bool good = true;
    if (kind == MSG_OP) {
        good = engine_on_op(e, ev->from, body, size);
    } else if (kind == MSG_EVIDENCE) {
        good = engine_on_evidence(e, body, size);
    } else if (p == NULL || memcmp(ev->from, e->self_id, ID_BYTES) == 0) {
        good = true;
    } else if (kind == MSG_SHARE) {
        good = index < 0 || engine_dice_receive(e, (unsigned)index, body, size);
    } else if (kind == MSG_STATUS) {
        good = engine_on_status(e, p, body, size);
    } else if (kind == MSG_FETCH) {
        good = engine_on_fetch(e, p, body, size);
    } else if (kind == MSG_FETCH_RESP) {
        good = engine_on_answer(e, p, body, size);
    } else {
        good = engine_on_agreement(e, p, kind, body, size);
    }
    if (!good) {
        e->rejected[kind]++;
    }
    return good;
}

void engine_step(struct engine *e, const struct engine_event *event, struct engine_update *update)
{
    update_begin(e, update);
    CHECK(e->started);
    if (event->now_ms > e->now_ms + GAP_MS && e->deadline_ms + GAP_MS < event->now_ms) {
        simplex_rearm(e->simplex, event->now_ms);
        e->duty.progress_ms = event->now_ms;
    }
    e->now_ms = event->now_ms > e->now_ms ? event->now_ms : e->now_ms;
    e->deadline_ms = UINT64_MAX;
    e->passing = event->kind == ENGINE_BLOCKS;
    engine_forget(e);
    switch (event->kind) {
    case ENGINE_MESSAGE:
        update->malformed = !engine_message(e, event) || update->malformed;
        break;
    case ENGINE_LINK_UP:
    case ENGINE_LINK_DOWN:
        engine_link(e, event->from, event->kind == ENGINE_LINK_UP);
        break;
    case ENGINE_SUBMIT:
        update->submit_error = engine_submit(e, event->op_kind, event->data, event->size,
            event->bot_sk, event->unmetered, &update->submitted_seq);
        update->submitted = update->submit_error == ERR_OK;
        break;
    case ENGINE_BLOCKS:
        engine_pass_blocks(e, event->from, event->op_kind, event->data, event->size);
        break;
    default:
        simplex_idle(e->simplex);
        break;
    }
    engine_finish(e);
}

void engine_start(
    struct engine *e, bool trusted_journal, uint64_t now_ms, struct engine_update *update)
{
    update_begin(e, update);
    CHECK(!e->started);
    e->started = true;
    e->now_ms = e->final_ms = now_ms;
    e->deadline_ms = UINT64_MAX;
    const struct protocol_state *p = engine_final(e);
    if (!trusted_journal) {
        sodium_memzero(e->keys, sizeof e->keys);
        engine_drop_journal(e);
        e->duty.distrusted = true;
        e->duty.distrusted_epoch = p->epoch;
    }
    e->duty.rekey_ms = now_ms + REKEY_QUIET_MS;
    e->duty.progress_ms = now_ms;
    engine_begin_epoch(e);
    e->forget_due = false;
    engine_evidence_start(e);
    engine_own_hasten(e);
    engine_dice_final(e);
    engine_finish(e);
}

const void *engine_events(const struct engine *e, unsigned slot)
{
    return slot < COMMITTED_MAX ? e->events[slot] : NULL;
}

const void *engine_final_state(const struct engine *e)
{
    return ledger_app_state(e->ledger, NULL);
}

const void *engine_notarized_state(const struct engine *e)
{
    struct simplex_view v = simplex_inspect(e->simplex);
    const void *state = ledger_app_state(e->ledger, &v.notarized);
    return state != NULL ? state : engine_final_state(e);
}

const struct protocol_state *engine_protocol(const struct engine *e)
{
    return engine_final(e);
}

static void status_links(const struct engine *e, struct engine_status *s)
{
    const struct roster *roster = &engine_final(e)->roster;
    for (size_t i = 0; i < PEERS_MAX; i++) {
        const struct peer *p = &e->peers[i];
        if (!p->used) {
            continue;
        }
        int index = roster_find(roster, p->id);
        if (p->linked && index >= 0) {
            s->linked |= 1ULL << index;
            s->answering++;
        }
        if (p->claims && p->claim_height > s->known_height) {
            s->known_height = p->claim_height;
        }
        s->catching_up = s->catching_up || p->claims;
    }
}

struct engine_status engine_inspect(const struct engine *e)
{
    const struct protocol_state *p = engine_final(e);
    struct engine_status s = {.epoch = p->epoch, .members = p->roster.count};
    struct simplex_view v = simplex_inspect(e->simplex);
    s.view = v.view;
    s.height = s.known_height = ledger_height(e->ledger);
    s.final = ledger_final_digest(e->ledger);
    s.state_root = ledger_state_root(e->ledger);
    s.faulty = (uint16_t)quorum_faulty(s.members);
    s.quorum = (uint16_t)quorum_size(s.members);
    s.self = e->self;
    s.leader = (uint16_t)v.leader;
    s.answering = e->self >= 0 ? 1 : 0;
    s.voting = e->voting && !e->alarm;
    s.dice_wrong = e->alarm && ledger_result_wrong(e->ledger);
    s.has_share = e->has_share;
    status_links(e, &s);
    uint64_t since = e->work_ms > e->final_ms ? e->work_ms : e->final_ms;
    s.stalled = e->work_ms != 0 && e->now_ms - since >= STALLED_MS;
    s.pool = mempool_count(e->pool);
    s.views = e->views_before + v.view;
    s.views_nullified = v.views_nullified;
    s.ops_limited = e->ops_limited;
    for (size_t i = 0; i < MSG_KIND_COUNT; i++) {
        s.rejected[i] = e->rejected[i];
    }
    memcpy(s.lies, e->lies, sizeof s.lies);
    s.adopted = e->adopted;
    s.taking_over = e->take.stage != TAKEOVER_NONE;
    s.gap_from = e->fill.high > 0 ? e->fill.low + 1 : 0;
    s.gap_to = e->fill.high;
    s.guard = *ledger_guard(e->ledger);
    return s;
}
