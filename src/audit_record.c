#include "src/audit_record.h"

#include "src/audit_beside.h"
#include "src/audit_game.h"
#include "src/audit_pool.h"
#include "src/audit_resume.h"
#include "src/clock.h"
#include "src/game_app.h"
#include "src/store_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum { META_ROWS = 2 };

struct walk {
    struct store *store;
    const struct record_listener *listener;
    struct record_findings *out;
    struct audit *audit;
    struct game_book *book;
    struct beside *beside;
    struct audit_pool *pool; /* NULL: each block is wholly checked before the next */
    bool out_of_memory;
};

static enum err fault_of_file(
    struct walk *w, enum audit_what what, const char *format, const char *detail)
{
    w->out->fault.what = what;
    w->out->fault.height = 0;
    snprintf(w->out->fault.detail, sizeof w->out->fault.detail, format, detail);
    return ERR_OK;
}

static bool is_final(const struct walk *w)
{
    return w->out->fault.what != AUDIT_NOTHING;
}

static enum err check_meta(struct walk *w)
{
    char problem[STORE_PROBLEM_BYTES] = "";
    enum err err = record_load_meta(w->store, problem);
    if (err == ERR_FORMAT) {
        return fault_of_file(w, AUDIT_ROW, "%s", "the genesis or the tag is not what was written");
    }
    struct statement *count = db_prepare(w->store->record, "SELECT count(*) FROM meta");
    bool row = false;
    err = err != ERR_OK   ? err
          : count == NULL ? db_why(w->store->record)
                          : statement_step(count, &row);
    uint64_t rows = row ? statement_int(count, 0) : 0;
    if (count != NULL) {
        statement_reset(count);
    }
    if (err == ERR_OK && rows != META_ROWS) {
        return fault_of_file(w, AUDIT_SCHEMA, "%s", "rows beside genesis and tag");
    }
    return err;
}

static enum err open_beside(struct walk *w)
{
    char problem[STORE_PROBLEM_BYTES] = "";
    enum err err = beside_open(&w->beside, w->store, problem);
    if (err != ERR_FORMAT) {
        return err;
    }
    const char *words = strstr(problem, ": "); /* behind the file's name */
    return fault_of_file(w, AUDIT_ROW, "%s", words == NULL ? problem : words + 2);
}

/* The file as such, and what the table begins with. */
static enum err check_file(struct walk *w)
{
    enum err err = record_check_schema(w->store);
    if (err == ERR_FORMAT) {
        return fault_of_file(w, AUDIT_SCHEMA, "%s", "its tables are not those of a record");
    }
    err = err == ERR_OK ? db_check(w->store->record, true) : err;
    if (err == ERR_FORMAT) {
        return fault_of_file(w, AUDIT_PAGES, "%s", "the pages of the file do not fit together");
    }
    err = err == ERR_OK ? check_meta(w) : err;
    err = err == ERR_OK && !is_final(w) ? open_beside(w) : err;
    if (err == ERR_OK && w->beside != NULL) {
        w->out->kept_count = beside_states(w->beside, w->out->kept);
    }
    return err;
}

static enum err begin(struct walk *w)
{
    struct genesis genesis;
    struct reader r = reader_of(w->store->genesis, w->store->genesis_size);
    char version[64] = "its bytes are none";
    if (!genesis_decode(&genesis, &r)) {
        char why[LINEAGE_FAULT_BYTES];
        if (recover_is(w->store->genesis, w->store->genesis_size)) {
            genesis.recover = w->store->genesis;
            genesis.recover_size = w->store->genesis_size;
            return fault_of_file(w, AUDIT_GENESIS, "%s", lineage_fault(&genesis, why));
        }
        if (w->store->genesis_size >= 2 && genesis.version != PROTOCOL_VERSION) {
            snprintf(version, sizeof version, "of protocol version %u, this program reads %d",
                genesis.version, PROTOCOL_VERSION);
        }
        return fault_of_file(w, AUDIT_GENESIS, "%s", version);
    }
    w->out->table = genesis_game_id(&genesis);
    w->book = game_book_create();
    w->audit = audit_create(&game_app, &signer_ed25519, &genesis);
    if (w->book == NULL) {
        return ERR_NO_MEMORY;
    }
    if (w->audit == NULL) {
        char why[LINEAGE_FAULT_BYTES];
        return fault_of_file(w, AUDIT_GENESIS, "%s", lineage_fault(&genesis, why));
    }
    lineage_read(&w->out->lineage, &genesis, audit_live(w->audit));
    if (genesis.recover != NULL) {
        game_book_open(w->book, w->audit);
    } else {
        game_book_block(w->book, w->audit);
    }
    if (w->listener != NULL && !w->listener->seen(w->listener->self, w->audit)) {
        return ERR_AGAIN;
    }
    return ERR_OK;
}

/* Begins anew at a kept state. */
static enum err resume(struct walk *w, char *problem)
{
    const struct record_findings *out = w->out;
    uint64_t height = w->listener->begin;
    if (height == RECORD_LAST_STATE && out->kept_count > 0) {
        height = out->kept[out->kept_count - 1];
    }
    enum err err = audit_resume(w->audit, w->store, height);
    if (err == ERR_NOT_FOUND) {
        char kept[64] = "no state";
        for (size_t i = 0; i < out->kept_count; i++) {
            size_t used = i == 0 ? 0 : strlen(kept);
            snprintf(kept + used, sizeof kept - used, "%s%" PRIu64,
                i == 0 ? "the states at height " : " and ", out->kept[i]);
        }
        return store_problem(problem, ERR_RANGE, w->store->record_path, "keeps %s", kept);
    }
    if (err != ERR_OK || audit_fault(w->audit)->what != AUDIT_NOTHING) {
        return err;
    }
    w->out->begun = height;
    beside_skip(w->beside, height, ledger_protocol(audit_ledger(w->audit), NULL)->epoch);
    game_book_open(w->book, w->audit);
    return w->listener->seen(w->listener->self, w->audit) ? ERR_OK : ERR_AGAIN;
}

/* What a row says beside its block must be what the block says. */
static bool check_columns(struct walk *w, uint64_t next, const struct persist *p)
{
    struct block_header h;
    struct reader r = reader_of(p->data, p->size);
    if (!block_header_decode(&h, &r)) {
        return audit_fail(w->audit, next, AUDIT_STRUCTURE, "its bytes begin with no block header");
    }
    struct digest digest = block_digest(&h);
    const char *column = h.height != p->height                ? "height"
                         : h.epoch != p->epoch                ? "epoch"
                         : h.view != p->view                  ? "view"
                         : !digest_equal(&digest, &p->digest) ? "digest"
                                                              : NULL;
    return column == NULL ||
           audit_fail(w->audit, next, AUDIT_COLUMN, "its %s is not that of its block", column);
}

/* Takes back the oldest check; false when there was none or it is a fault. */
static bool collect(struct walk *w)
{
    const struct audit_task *t = audit_pool_collect(w->pool);
    if (t == NULL || !audit_block_end(w->audit, &t->check)) {
        return false;
    }
    w->out->payouts = t->payouts;
    return true;
}

static bool follow(struct walk *w, const struct persist *p)
{
    return game_book_block(w->book, w->audit) && beside_block(w->beside, w->audit, p) &&
           (w->listener == NULL || w->listener->seen(w->listener->self, w->audit));
}

/* Executes the block here and leaves its signatures to whoever is free. */
static bool check_ahead(struct walk *w, const struct persist *p)
{
    struct audit_task *t;
    bool due;
    while ((t = audit_pool_take(
                w->pool, p->data, p->size, p->proof, p->proof_size, &w->out_of_memory)) == NULL) {
        if (w->out_of_memory || !collect(w)) {
            return false;
        }
    }
    bool good = audit_block_begin(w->audit, t->bytes, t->size, t->bytes + t->size, t->proof_size,
                    &t->check, &due) &&
                follow(w, p);
    t->payouts = game_book_payouts(w->book);
    if (due && (w->listener == NULL || !w->listener->figures)) {
        audit_pool_submit(w->pool);
    }
    return good;
}

static bool check_at_once(struct walk *w, const struct persist *p)
{
    bool good = audit_block(w->audit, p->data, p->size, p->proof, p->proof_size) && follow(w, p);
    w->out->payouts = game_book_payouts(w->book);
    return good;
}

/* Not here, or not here yet: the record says itself what is still to be fetched. */
static bool fail_missing(struct walk *w, uint64_t from, uint64_t to)
{
    struct beside_gap gap = beside_gap(w->beside);
    return audit_fail(w->audit, from, AUDIT_MISSING, "%" PRIu64 " to %" PRIu64 " are not here%s",
        from, to, gap.from == from ? " yet: to be fetched from the others" : "");
}

static bool on_row(void *self, const struct record_row *row)
{
    struct walk *w = self;
    const struct persist *p = &row->block;
    uint64_t next = ledger_height(audit_ledger(w->audit)) + 1;
    if (row->right && p->height <= w->out->begun) {
        return true;
    }
    if (p->height > next) {
        w->out->present = p->height;
        return fail_missing(w, next, p->height - 1);
    }
    if (!row->right) {
        return audit_fail(w->audit, next, AUDIT_ROW, "the row is not what was written");
    }
    return check_columns(w, next, p) && (w->pool == NULL ? check_at_once(w, p) : check_ahead(w, p));
}

static enum err check_blocks(struct walk *w)
{
    enum err err = record_visit_rows(w->store, on_row, w);
    if (err == ERR_FORMAT) {
        audit_fail(w->audit, ledger_height(audit_ledger(w->audit)) + 1, AUDIT_PAGES,
            "the file cannot be read from here on");
        err = ERR_OK;
    } else if (err == ERR_OK) {
        struct beside_gap gap = beside_gap(w->beside);
        uint64_t height = ledger_height(audit_ledger(w->audit));
        if (gap.to > height) {
            fail_missing(w, height + 1, gap.to);
        } else if (gap.to > w->out->begun) {
            audit_fail(w->audit, gap.from, AUDIT_ROW, "the record says it is missing");
        }
        audit_end(w->audit);
        beside_end(w->beside, w->audit);
    }
    while (w->pool != NULL && collect(w)) {
    }
    return w->out_of_memory ? ERR_NO_MEMORY : err == ERR_AGAIN ? ERR_OK : err;
}

static void fill_findings(struct walk *w)
{
    struct record_findings *out = w->out;
    const struct ledger *l = audit_ledger(w->audit);
    const struct live *live = audit_live(w->audit);
    out->fault = *audit_fault(w->audit);
    out->counts = *audit_counts(w->audit);
    out->issued_cents = game_book_issued_cents(w->book);
    out->height = is_final(w) ? out->begun + out->counts.blocks : ledger_height(l);
    out->state = ledger_state_root(l);
    out->unproven = audit_unproven(w->audit);
    out->behind = audit_behind(w->audit);
    out->members = ledger_protocol(l, NULL)->roster.count;
    out->rolls = live->roll;
    out->bank_cents = live->table.bank_cents;
    for (uint32_t i = 0; i < live->account_count; i++) {
        out->racks_cents += live->players[i].balance_cents;
        out->layout_cents += table_layout_cents(&live->players[i]);
    }
    snprintf(out->name, sizeof out->name, "%s", live->rules.name);
}

enum err audit_record(const char *path, const struct record_listener *listener,
    struct record_findings *out, char *problem)
{
    struct walk w = {.listener = listener, .out = out};
    bool prompt = listener != NULL && listener->prompt;
    uint64_t start_us = clock_now_us();
    memset(out, 0, sizeof *out);
    problem[0] = '\0';
    enum err err = store_open_audit(&w.store, path, problem);
    if (err != ERR_OK) {
        return err;
    }
    err = check_file(&w);
    err = err == ERR_OK && !is_final(&w) ? begin(&w) : err;
    if (err == ERR_OK && !is_final(&w) && listener != NULL && listener->begin > 0) {
        err = resume(&w, problem);
    }
    if (err == ERR_OK && !is_final(&w) && audit_fault(w.audit)->what == AUDIT_NOTHING) {
        w.pool = prompt ? NULL : audit_pool_create();
        err = check_blocks(&w);
    }
    if (w.audit != NULL && w.book != NULL) {
        fill_findings(&w);
    }
    err = err == ERR_AGAIN ? ERR_OK : err;
    if (err != ERR_OK && problem[0] == '\0') {
        store_problem(problem, err, path, "%s", err_name(err));
    }
    audit_pool_destroy(w.pool);
    audit_destroy(w.audit);
    game_book_destroy(w.book);
    beside_close(w.beside);
    store_close(w.store);
    struct timespec worked;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &worked);
    out->core_seconds = (double)worked.tv_sec + (double)worked.tv_nsec / 1e9;
    out->seconds = (double)(clock_now_us() - start_us) / 1e6;
    return err;
}
