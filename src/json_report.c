#include "src/json_report.h"

#include <stdlib.h>
#include <string.h>

/* Names and chat are clean UTF-8 when they get here; a text that is not must not cost the event. */
static json_t *text(const char *t)
{
    json_t *j = json_string(t == NULL ? "" : t);
    return j != NULL ? j : json_string("?");
}

static json_t *text_or_null(const char *t)
{
    return t == NULL || t[0] == '\0' ? json_null() : text(t);
}

static json_t *hex(const void *data, size_t size)
{
    char digits[2 * DIGEST_BYTES + 1];
    hex_encode(digits, data, size);
    return json_string(digits);
}

static json_t *integer(uint64_t v)
{
    return json_integer((json_int_t)v);
}

/* Memory ran out while this thread's object was made. */
static _Thread_local bool incomplete;

static void set(json_t *to, const char *key, json_t *value)
{
    /* A missing value counts as no memory too: an event is whole or is not said. */
    incomplete = json_object_set_new(to, key, value) != 0 || incomplete;
}

static const char *account_name(const struct report *r, uint32_t account)
{
    return r->live != NULL && account < r->live->account_count ? r->live->players[account].name
                                                               : "";
}

/* Which keys a game event shows. */
enum game_key {
    KEY_PLAYER = 1,
    KEY_SEAT = 2,
    KEY_BET = 4, /* bet and number */
    KEY_AMOUNT = 8,
    KEY_WORKING = 16,
    KEY_OPEN = 32,
    KEY_ROLL = 64,
    KEY_HEIGHT = 128,
};

static const struct game_event {
    const char *name;
    unsigned keys;
} game_events[] = {
    [EVENT_SEATED] = {"player_joined", KEY_PLAYER | KEY_SEAT},
    [EVENT_LEFT] = {"player_left", KEY_PLAYER | KEY_SEAT},
    [EVENT_AWAY] = {"player_away", KEY_PLAYER | KEY_SEAT},
    [EVENT_BACK] = {"player_back", KEY_PLAYER | KEY_SEAT},
    [EVENT_BET] = {"bet", KEY_PLAYER | KEY_BET | KEY_AMOUNT | KEY_HEIGHT},
    [EVENT_TAKE] = {"take", KEY_PLAYER | KEY_BET | KEY_AMOUNT},
    [EVENT_MARK] = {"mark", KEY_PLAYER | KEY_BET | KEY_WORKING},
    [EVENT_REBUY] = {"rebuy", KEY_PLAYER | KEY_AMOUNT},
    [EVENT_SIT_OUT] = {"sit_out", KEY_PLAYER},
    [EVENT_SIT_IN] = {"sit_in", KEY_PLAYER},
    [EVENT_WINDOW] = {"window", KEY_OPEN | KEY_ROLL},
    [EVENT_SHOOTER] = {"shooter", KEY_PLAYER},
    [EVENT_PASSED_OVER] = {"passed_over", KEY_PLAYER},
    [EVENT_THROW] = {"throw", KEY_PLAYER | KEY_ROLL},
    [EVENT_VOID] = {"void", KEY_ROLL},
};

static const char *working_word(unsigned mark)
{
    return mark == MARK_OFF ? "off" : mark == MARK_ON ? "on" : "default";
}

static const char *bet_name(struct bet_ref bet)
{
    return bet.kind < BET_KIND_COUNT ? bet_specs[bet.kind].name : "unknown";
}

static const char *game_fill(json_t *o, const struct report *r)
{
    const struct event *e = &r->event;
    if (e->kind >= sizeof game_events / sizeof game_events[0] ||
        game_events[e->kind].name == NULL) {
        return NULL;
    }
    unsigned keys = game_events[e->kind].keys;
    if (keys & KEY_PLAYER) {
        set(o, "player", text_or_null(account_name(r, e->player)));
    }
    if (keys & KEY_SEAT) {
        set(o, "seat", integer(e->seat));
    }
    if (keys & KEY_BET) {
        set(o, "bet", text(bet_name(e->bet)));
        set(o, "number", integer(e->bet.number));
    }
    if (keys & KEY_AMOUNT) {
        set(o, "amount", json_integer(e->amount_cents));
    }
    if (keys & KEY_WORKING) {
        set(o, "working", text(working_word(e->value)));
    }
    if (keys & KEY_OPEN) {
        set(o, "open", json_boolean(e->flag));
    }
    if (keys & KEY_ROLL) {
        set(o, "roll", integer(e->roll));
    }
    if (keys & KEY_HEIGHT) {
        set(o, "height", integer(r->height));
    }
    return game_events[e->kind].name;
}

static const char *const result_words[] = {
    [PAYOUT_LOSE] = "lose",
    [PAYOUT_PUSH] = "push",
    [PAYOUT_TRAVEL] = "travel",
    [PAYOUT_WIN] = "win",
};

/* A payout with its texts, for rule 15.6's order. */
struct payout_row {
    const char *player, *bet, *result;
    const struct event *event;
};

static int compare_int64(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* player, bet, number, result, amount, paid: texts by byte value. */
static int compare_rows(const void *left, const void *right)
{
    const struct payout_row *a = left, *b = right;
    int order = strcmp(a->player, b->player);
    order = order != 0 ? order : strcmp(a->bet, b->bet);
    order = order != 0 ? order : compare_int64(a->event->bet.number, b->event->bet.number);
    order = order != 0 ? order : strcmp(a->result, b->result);
    order = order != 0 ? order : compare_int64(a->event->amount_cents, b->event->amount_cents);
    return order != 0 ? order : compare_int64(a->event->paid_cents, b->event->paid_cents);
}

static json_t *payouts(const struct report *r)
{
    struct payout_row *rows = malloc((r->detail_count + 1) * sizeof *rows);
    size_t count = 0;
    for (size_t i = 0; rows != NULL && i < r->detail_count; i++) {
        const struct event *e = &r->details[i];
        if (e->kind == EVENT_PAYOUT && e->value <= PAYOUT_WIN) {
            rows[count++] = (struct payout_row){
                account_name(r, e->player), bet_name(e->bet), result_words[e->value], e};
        }
    }
    if (count > 1) {
        qsort(rows, count, sizeof *rows, compare_rows);
    }
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const struct event *e = rows[i].event;
        incomplete = json_array_append_new(list,
                         json_pack("{s:o, s:s, s:i, s:I, s:s, s:I}", "player", text(rows[i].player),
                             "bet", rows[i].bet, "number", (int)e->bet.number, "amount",
                             (json_int_t)e->amount_cents, "result", rows[i].result, "paid",
                             (json_int_t)e->paid_cents)) != 0 ||
                     incomplete;
    }
    incomplete = incomplete || rows == NULL;
    free(rows);
    return list;
}

static const char *roll_fill(json_t *o, const struct report *r)
{
    const struct event *e = &r->event;
    set(o, "roll", integer(e->roll));
    set(o, "dice", json_pack("[i, i]", (int)e->die1, (int)e->die2));
    set(o, "phase", text(e->value == 0 ? "come_out" : "point"));
    set(o, "point", integer(e->value));
    set(o, "shooter", text_or_null(account_name(r, e->player)));
    set(o, "height", integer(r->height));
    set(o, "payouts", payouts(r));
    json_t *balances = json_object();
    for (size_t i = 0; i < r->detail_count; i++) {
        const struct event *d = &r->details[i];
        if (d->kind == EVENT_BALANCE) {
            set(balances, account_name(r, d->player), json_integer(d->amount_cents));
        }
    }
    set(o, "balances", balances);
    return "roll";
}

static json_t *times(const struct report_times *t)
{
    return json_pack("{s:f, s:f, s:f, s:f, s:I}", "p50", t->p50, "p95", t->p95, "p99", t->p99,
        "max", t->max, "n", (json_int_t)t->count);
}

static const char *summary_fill(json_t *o, const struct report *r)
{
    set(o, "table", hex(r->table.b, DIGEST_BYTES));
    set(o, "height", integer(r->height));
    set(o, "epoch", integer(r->epoch));
    set(o, "rolls", integer(r->rolls));
    set(o, "state_hash", hex(r->hash.b, DIGEST_BYTES));
    set(o, "bank", json_integer(r->bank_cents));
    json_t *balances = json_object();
    for (uint32_t i = 0; r->live != NULL && i < r->live->account_count; i++) {
        set(balances, r->live->players[i].name, json_integer(r->live->players[i].balance_cents));
    }
    set(o, "balances", balances);
    set(o, "commit_ms", times(&r->commit));
    set(o, "roll_ms", times(&r->roll));
    set(o, "record", text_or_null(r->record));
    set(o, "conserved", json_boolean(r->conserved));
    return "summary";
}

static const char *table_open_fill(json_t *o, const struct report *r)
{
    set(o, "table", hex(r->table.b, DIGEST_BYTES));
    set(o, "name", text(r->table_name));
    if (r->words != NULL && r->words[0] != '\0') {
        set(o, "words", text(r->words));
    }
    set(o, "port", integer(r->port));
    set(o, "rules_hash", hex(r->hash.b, DIGEST_BYTES));
    return "table_open";
}

static const char *joined_fill(json_t *o, const struct report *r)
{
    set(o, "table", hex(r->table.b, DIGEST_BYTES));
    set(o, "member", hex(r->member, sizeof r->member));
    set(o, "player", text(r->player));
    set(o, "seat", integer(r->seat));
    set(o, "balance", json_integer(r->balance_cents));
    return "joined";
}

static const char *epoch_fill(json_t *o, const struct report *r)
{
    set(o, "epoch", integer(r->epoch));
    set(o, "members", integer(r->members));
    set(o, "faulty_tolerated", integer(r->faulty));
    set(o, "quorum", integer(r->quorum));
    return "epoch";
}

static const char *committed_fill(json_t *o, const struct report *r)
{
    set(o, "height", integer(r->height));
    set(o, "view", integer(r->view));
    set(o, "operations", integer(r->operations));
    set(o, "latency_ms", r->latency_ms < 0 ? json_null() : json_real(r->latency_ms));
    return "committed";
}

static const char *refused_fill(json_t *o, const struct report *r)
{
    set(o, "player", text(r->player));
    set(o, "code", text(refusal_code(r->refusal)));
    set(o, "command", text(r->command));
    return "refused";
}

static const char *quorum_fill(json_t *o, const struct report *r)
{
    set(o, "have", integer(r->have));
    set(o, "need", integer(r->quorum));
    return r->kind == REPORT_STALLED ? "stalled" : "resumed";
}

static const char *ballot_fill(json_t *o, const struct report *r)
{
    set(o, "player", text(r->player));
    set(o, "question", text(r->text));
    set(o, "yes", integer(r->members));
    set(o, "no", integer(r->have));
    set(o, "needed", integer(r->quorum));
    set(o, "decided", r->decided < 0 ? json_null() : json_boolean(r->decided));
    return "ballot";
}

static const char *receipt_fill(json_t *o, const struct report *r)
{
    set(o, "file", text(r->record));
    set(o, "balance", json_integer(r->balance_cents));
    set(o, "signers", integer(r->have));
    return "receipt";
}

static const char *split_fill(json_t *o, const struct report *r)
{
    json_t *names = json_array();
    for (size_t i = 0; names != NULL && i < r->name_count; i++) {
        json_array_append_new(names, text(r->names[i]));
    }
    set(o, "table", hex(r->table.b, DIGEST_BYTES));
    set(o, "survivors", names);
    return "split";
}

static const char *evidence_fill(json_t *o, const struct report *r)
{
    set(o, "culprit", text_or_null(r->player));
    set(o, "kind", text(r->text));
    set(o, "file", text_or_null(r->record));
    return "evidence";
}

static const char *chat_fill(json_t *o, const struct report *r)
{
    set(o, "player", text(r->player));
    set(o, "text", text(r->text));
    return "chat";
}

static const char *synced_fill(json_t *o, const struct report *r)
{
    set(o, "height", integer(r->height));
    set(o, "skipped", integer(r->rolls));
    return "synced";
}

static const char *lied_fill(json_t *o, const struct report *r)
{
    set(o, "player", text_or_null(r->player));
    set(o, "what", text(r->text));
    return "lied";
}

static const char *strategy_fill(json_t *o, const struct report *r)
{
    set(o, "player", text_or_null(r->player));
    set(o, "strategy", text(r->command));
    set(o, "playing", json_boolean(r->playing));
    set(o, "ended", text_or_null(r->text));
    return "strategy";
}

static const char *stopped_fill(json_t *o, const struct report *r)
{
    set(o, "invariant", text(r->text));
    set(o, "rule", text(r->command));
    set(o, "player", text_or_null(r->player));
    set(o, "bet", text_or_null(r->table_name));
    set(o, "have", json_integer(r->balance_cents));
    set(o, "want", json_integer(r->bank_cents));
    set(o, "height", integer(r->height));
    set(o, "file", text_or_null(r->record));
    return "stopped";
}

/* Each sets its keys and returns the event's name; NULL: no event. */
typedef const char *fill(json_t *o, const struct report *r);
static fill *const fills[] = {
    [REPORT_TABLE_OPEN] = table_open_fill,
    [REPORT_JOINED] = joined_fill,
    [REPORT_GAME] = game_fill,
    [REPORT_ROLL] = roll_fill,
    [REPORT_EPOCH] = epoch_fill,
    [REPORT_COMMITTED] = committed_fill,
    [REPORT_REFUSED] = refused_fill,
    [REPORT_STALLED] = quorum_fill,
    [REPORT_RESUMED] = quorum_fill,
    [REPORT_RECEIPT] = receipt_fill,
    [REPORT_SPLIT] = split_fill,
    [REPORT_BALLOT] = ballot_fill,
    [REPORT_EVIDENCE] = evidence_fill,
    [REPORT_CHAT] = chat_fill,
    [REPORT_SUMMARY] = summary_fill,
    [REPORT_SYNCED] = synced_fill,
    [REPORT_LIED] = lied_fill,
    [REPORT_STRATEGY] = strategy_fill,
    [REPORT_STOPPED] = stopped_fill,
};

json_t *json_report(const struct report *r)
{
    if (r->kind >= sizeof fills / sizeof fills[0] || fills[r->kind] == NULL) {
        return NULL;
    }
    json_t *o = json_object();
    const char *name = NULL;
    incomplete = o == NULL;
    if (o != NULL) {
        set(o, "event", json_null()); /* first on the line */
        set(o, "t_ms", integer(r->t_ms));
        name = fills[r->kind](o, r);
    }
    if (name != NULL) {
        set(o, "event", json_string(name));
    }
    if (name == NULL || incomplete) {
        json_decref(o);
        return NULL;
    }
    return o;
}

char *json_report_line(const struct report *r, size_t *size)
{
    json_t *o = json_report(r);
    char *line = o == NULL ? NULL : json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(6));
    *size = line == NULL && (o != NULL || incomplete) ? 1 : 0;
    json_decref(o);
    if (line != NULL) {
        *size = strlen(line);
        line[(*size)++] = '\n'; /* in the place of the NUL */
    }
    return line;
}
