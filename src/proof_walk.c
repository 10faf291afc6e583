#include "src/proof_walk.h"

#include "consensus/quorum.h"
#include "src/clock.h"
#include "src/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { SHOW_EVERY_MS = 100 };

static void copy_name(struct ui_piece *piece, const struct live *live)
{
    int64_t account = live_find(live, piece->id);
    snprintf(piece->name, sizeof piece->name, "%s",
        account < 0 ? "a member" : live->players[account].name);
}

static struct roll_span *last_span(struct proof_walk *w)
{
    return w->span_count == 0 ? NULL : &w->spans[w->span_count - 1];
}

static bool add_span(struct proof_walk *w, uint64_t roll, uint64_t lock)
{
    if (w->span_count == w->span_capacity) {
        size_t wanted = w->span_capacity == 0 ? 64 : 2 * w->span_capacity;
        struct roll_span *grown = realloc(w->spans, wanted * sizeof *grown);
        if (grown == NULL) {
            w->out_of_memory = true;
            return false;
        }
        w->spans = grown;
        w->span_capacity = wanted;
    }
    w->spans[w->span_count++] = (struct roll_span){.roll = roll, .lock = lock};
    return true;
}

/* Pieces in the order of the members; those that do not stand in the record were not needed. */
static void copy_pieces(struct ui_proof *page, const struct audit_roll *r, const struct live *live)
{
    page->piece_count = r->members;
    for (unsigned i = 0; i < r->members; i++) {
        struct ui_piece *piece = &page->pieces[i];
        memset(piece, 0, sizeof *piece);
        memcpy(piece->id, r->roster.members[i].id_pk, ID_BYTES);
        copy_name(piece, live);
    }
    for (unsigned i = 0; i < r->needed; i++) {
        struct ui_piece *piece = &page->pieces[r->shares[i].member - 1];
        piece->used = true;
        memcpy(piece->piece, r->shares[i].sigma.b, UI_HASH_BYTES);
        memcpy(piece->challenge, r->shares[i].proof.c.b, UI_HASH_BYTES);
        memcpy(piece->response, r->shares[i].proof.s.b, UI_HASH_BYTES);
    }
}

static void note_signers(struct ui_proof *page, uint64_t signers)
{
    page->lock_signed = (uint16_t)__builtin_popcountll(signers);
    for (unsigned i = 0; i < page->piece_count; i++) {
        page->pieces[i].signed_lock = (signers >> i & 1) != 0;
    }
}

static void copy_roll(struct proof_walk *w, const struct audit *a, const struct audit_roll *r)
{
    struct ui_proof *page = w->page;
    const struct live *live = audit_live(a);
    int64_t thrower = live_find(live, r->thrower);
    page->found = true;
    page->roll = r->roll;
    page->practice = live->rules.solo;
    page->members = r->members;
    page->needed = r->needed;
    snprintf(
        page->thrower, sizeof page->thrower, "%s", thrower < 0 ? "" : live->players[thrower].name);
    page->op = thrower < 0 ? 0 : r->place.op_index + 1;
    page->epoch = r->place.epoch;
    page->view = r->place.view;
    page->lock_height = r->throw_height;
    page->result_height = r->result_height;
    memcpy(page->block, r->place.block.b, UI_HASH_BYTES);
    memcpy(page->input, r->input.b, UI_HASH_BYTES);
    memcpy(page->out, r->out, sizeof page->out);
    page->die1 = r->die1;
    page->die2 = r->die2;
    copy_pieces(page, r, live);
    note_signers(page, w->lock_signers);
    page->result_signed = 0;
    w->page_lock_open = w->lock_open;
    w->page_result_open = true;
}

/* The throw that this block has let out, if it is a new one. */
static bool note_throw(struct proof_walk *w, const struct audit *a)
{
    const struct pending_roll *p = &ledger_protocol(audit_ledger(a), NULL)->roll;
    if (!p->active || p->roll == w->out_roll) {
        return true;
    }
    w->out_roll = p->roll;
    w->lock_height = w->height;
    w->lock_signers = 0;
    w->lock_open = true;
    return add_span(w, p->roll, w->height);
}

static void note_certificate(struct proof_walk *w, uint64_t signers)
{
    if (signers == 0) {
        return;
    }
    if (w->lock_open) {
        w->lock_signers = signers;
        w->lock_open = false;
    }
    if (w->page_lock_open) {
        note_signers(w->page, signers);
        w->page_lock_open = false;
    }
    if (w->page_result_open) {
        w->page->result_signed = (uint16_t)__builtin_popcountll(signers);
        w->page_result_open = false;
    }
}

static void show_progress(struct proof_walk *w)
{
    uint64_t now = clock_now_ms();
    if (now - w->shown_ms >= SHOW_EVERY_MS) {
        w->shown_ms = now;
        w->head->state = PAGE_MAKING;
        w->head->percent = (uint8_t)(w->total == 0 ? 0 : 100 * w->height / w->total);
        clerk_show(w->job);
    }
}

/* A kept state that lies behind a throw has forgotten how it came about. */
static bool begin_at_state(struct proof_walk *w, const struct audit *a)
{
    const struct pending_roll *p = &ledger_protocol(audit_ledger(a), NULL)->roll;
    w->too_late = w->wanted > 0 && (w->rolls >= w->wanted || (p->active && p->roll == w->wanted));
    if (p->active) {
        w->out_roll = p->roll;
        return !w->too_late && add_span(w, p->roll, w->height);
    }
    return !w->too_late;
}

static bool on_block(void *self, const struct audit *a)
{
    struct proof_walk *w = self;
    const struct audit_roll *r = audit_roll(a);
    unsigned turn = w->turns++; /* first the genesis, then what it begins at */
    w->height = ledger_height(audit_ledger(a));
    w->rolls = audit_live(a)->roll;
    w->cancelled = clerk_cancelled(w->job);
    if (w->cancelled) {
        return false;
    }
    if (turn == 0 || (turn == 1 && w->begin > 0)) {
        return turn == 0 || begin_at_state(w, a);
    }
    bool wanted = r->roll != 0 && r->throw_height > 0 && w->page != NULL &&
                  (w->wanted == 0 || r->roll == w->wanted);
    struct roll_span *span = last_span(w);
    if (r->roll != 0 && span != NULL && span->roll == r->roll) {
        span->result = w->height;
    }
    if (wanted) {
        copy_roll(w, a, r);
    }
    if (!note_throw(w, a)) {
        return false;
    }
    note_certificate(w, audit_signers(a));
    show_progress(w);
    w->done = w->wanted > 0 && w->page != NULL && w->page->found && !w->page_lock_open &&
              !w->page_result_open;
    return !w->done;
}

static void restart(struct proof_walk *w)
{
    w->too_late = w->done = false;
    w->rolls = w->height = 0;
    w->turns = 0;
    w->span_count = 0;
    w->out_roll = w->lock_height = w->lock_signers = 0;
    w->lock_open = w->page_lock_open = w->page_result_open = false;
    if (w->page != NULL) {
        w->page->found = false;
    }
}

enum err proof_walk(struct proof_walk *w, const char *path, uint64_t begin, char *problem)
{
    struct record_listener listener = {.self = w, .seen = on_block, .begin = begin};
    struct store *store = NULL;
    restart(w);
    w->begin = begin;
    if (w->total == 0 && store_open_record(&store, path, problem) == ERR_OK) {
        w->total = store_height(store);
    }
    store_close(store);
    enum err err = audit_record(path, &listener, &w->found, problem);
    return w->cancelled ? ERR_AGAIN : w->out_of_memory ? ERR_NO_MEMORY : err;
}

void proof_walk_clear(struct proof_walk *w)
{
    free(w->spans);
    w->spans = NULL;
    w->span_count = w->span_capacity = 0;
}

/* What about the result's block is wrong. */
static enum proof_step step_of_result(const struct proof_walk *w, const struct audit_fault *f)
{
    switch (f->what) {
    case AUDIT_DICE:
        return f->member > 0 || w->height < f->height ? PROOF_PIECES : PROOF_DICE;
    case AUDIT_CERTIFICATE:
    case AUDIT_UNPROVEN:
    case AUDIT_OPEN_EPOCH:
    case AUDIT_MEMBERS:
    case AUDIT_LOG_ROOT:
    case AUDIT_STATE_ROOT:
    case AUDIT_SNAPSHOT:
    case AUDIT_PAYOUT:
    case AUDIT_CONSERVATION:
        return PROOF_RESULT;
    default:
        return PROOF_PIECES;
    }
}

void proof_walk_fault(const struct proof_walk *w, struct ui_fault *fault)
{
    const struct audit_fault *f = &w->found.fault;
    memset(fault, 0, sizeof *fault);
    if (f->what == AUDIT_NOTHING) {
        return;
    }
    fault->any = true;
    fault->height = f->height;
    snprintf(fault->text, sizeof fault->text, "%s: %s", audit_what_name(f->what), f->detail);
    if (f->height == 0) {
        return;
    }
    for (size_t i = 0; i < w->span_count; i++) {
        const struct roll_span *s = &w->spans[i];
        if (f->height <= s->lock) {
            fault->roll = s->roll;
            fault->step = PROOF_LOCK;
            return;
        }
        if (s->result == 0 || f->height <= s->result) {
            fault->roll = s->roll;
            /* Nothing was read behind the throw: what comes next is the result, or stands in its way. */
            fault->step = (uint8_t)step_of_result(w, f);
            return;
        }
    }
    if (w->page_result_open) {
        fault->roll = w->page->roll;
        fault->step = PROOF_RESULT;
        return;
    }
    fault->roll = w->rolls + 1;
    fault->step = PROOF_LOCK;
}
