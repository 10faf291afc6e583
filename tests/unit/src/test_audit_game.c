#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/audit_game.h"
#include "src/game_app.h"

#include "consensus/engine.h"

#include <stdlib.h>
#include <string.h>

/* A table whose house is crooked in one way: every member runs the same crooked game, so that the agreement, its state hashes and its
 * certificates are all in order. Only the book that is kept from outside can tell. */
enum crook {
    HONEST,
    PAYS_A_CENT_MORE,    /* in the event and on the rack */
    PAYS_IN_SILENCE,     /* on the rack alone, from the bank */
    PRINTS_CHIPS,        /* a rack grows, and so does what it was given */
    PLAYS_OTHER_DICE,    /* than those that the shares give */
    BOOKS_A_SMALLER_BET, /* than it says */
    HIDES_A_LOSS,        /* a bet is gone, and nothing is said */
    SEATS_RICHER,        /* with more than the buy-in */
    CROOK_COUNT
};

static enum crook crook; /* the application's functions have no other way to know */

static void crooked_dice(
    void *state, const struct app_context *ctx, unsigned die1, unsigned die2, void *events)
{
    struct live *l = state;
    struct table_player *p = &l->players[0];
    game_app.dice(state, ctx, crook == PLAYS_OTHER_DICE ? 7 - die1 : die1, die2, events);
    struct event_sink *sink = events == NULL ? NULL : &((struct game_events *)events)->sink;
    for (size_t i = 0; sink != NULL && i < sink->count; i++) {
        struct event *e = &sink->items[i];
        bool more = crook == PAYS_A_CENT_MORE;
        if (more && e->kind == EVENT_PAYOUT) {
            e->paid_cents++;
        } else if (more && e->kind == EVENT_BALANCE) {
            e->amount_cents++;
        } else if (crook == HIDES_A_LOSS && e->kind == EVENT_PAYOUT && e->value == PAYOUT_LOSE) {
            *e = (struct event){.kind = EVENT_READY};
        }
    }
    if (crook == PAYS_A_CENT_MORE || crook == PAYS_IN_SILENCE) {
        p->balance_cents++;
        l->table.bank_cents--;
    } else if (crook == PRINTS_CHIPS) {
        p->balance_cents += 100;
        p->issued_cents += 100;
    }
}

static uint16_t crooked_apply(
    void *state, const struct app_context *ctx, const uint8_t *payload, size_t size, void *events)
{
    struct event_sink *sink = events == NULL ? NULL : &((struct game_events *)events)->sink;
    size_t before = sink == NULL ? 0 : sink->count;
    uint16_t refusal = game_app.apply(state, ctx, payload, size, events);
    for (size_t i = before; sink != NULL && i < sink->count; i++) {
        if (crook == BOOKS_A_SMALLER_BET && sink->items[i].kind == EVENT_BET) {
            sink->items[i].amount_cents--;
        }
    }
    return refusal;
}

static uint16_t crooked_seat(void *state, const struct app_context *ctx, const uint8_t id[ID_BYTES],
    const uint8_t *profile, size_t profile_size, const uint8_t *sponsor, void *events)
{
    uint16_t refusal = game_app.seat(state, ctx, id, profile, profile_size, sponsor, events);
    if (crook == SEATS_RICHER) {
        struct live *l = state;
        l->players[0].balance_cents += 100;
        l->players[0].issued_cents += 100;
    }
    return refusal;
}

/* A member alone at its own table, which agrees with itself. */
static struct engine *engine;
static struct engine_update update;
static struct genesis genesis;
static struct app house;
static struct audit *auditor;
static struct game_book *book;

static bool audit_update(void)
{
    for (uint32_t i = 0; i < update.persist_count; i++) {
        const struct persist *p = &update.persist[i];
        if (p->kind == PERSIST_BLOCK &&
            (!audit_block(auditor, p->data, p->size, p->proof, p->proof_size) ||
                !game_book_block(book, auditor))) {
            return false;
        }
    }
    return true;
}

static bool step(struct engine_event *e)
{
    static uint64_t now_ms = 1000;
    e->now_ms = now_ms += 10;
    engine_step(engine, e, &update);
    return audit_update();
}

static bool say(const struct live_command *c)
{
    uint8_t payload[LIVE_COMMAND_BYTES_MAX];
    struct writer w = writer_of(payload, sizeof payload);
    live_command_encode(c, &w);
    struct engine_event e = {
        .kind = ENGINE_SUBMIT, .op_kind = OP_GAME, .data = w.data, .size = w.size};
    bool good = step(&e);
    for (unsigned i = 0; good && i < 4; i++) {
        e = (struct engine_event){.kind = ENGINE_POLL};
        good = step(&e);
    }
    return good;
}

static bool bet(unsigned kind, unsigned number, int64_t amount)
{
    return say(&(struct live_command){.kind = LIVE_BET,
        .bet = {(uint8_t)kind, (uint8_t)number},
        .has_amount = true,
        .amount_cents = amount});
}

static bool open_table(void)
{
    uint8_t seed[32] = {3}, vote_pk[32];
    struct engine_config c = {
        .app = &house, .signer = &signer_ed25519, .delta_ms = 60, .shares_with_finalize = true};
    struct house_rules rules = house_rules_default();
    house = game_app;
    house.dice = crooked_dice;
    house.audit = NULL; /* it would look at itself */
    house.apply = crooked_apply;
    house.seat = crooked_seat;
    rules.start = 1;
    rules.solo = true;
    rules.table.vig_upfront = true;
    memset(&genesis, 0, sizeof genesis);
    genesis.version = PROTOCOL_VERSION;
    struct writer w = writer_of(genesis.rules, sizeof genesis.rules);
    house_rules_encode(&rules, &w);
    genesis.rules_size = (uint16_t)w.size;
    signer_ed25519.keypair(genesis.founder_id, c.id_sk, seed);
    seed[1] = 1;
    signer_ed25519.keypair(vote_pk, c.founder_vote_sk, seed);
    memcpy(genesis.founder_vote_pk, vote_pk, 32);
    memcpy(genesis.profile, "Ann", 3);
    genesis.profile_size = 3;
    c.genesis = genesis;
    engine = engine_create(&c);
    auditor = audit_create(&house, &signer_ed25519, &genesis);
    book = game_book_create();
    assert_non_null(engine);
    assert_non_null(auditor);
    assert_non_null(book);
    bool good = game_book_block(book, auditor);
    engine_start(engine, true, 1000, &update);
    return audit_update() && good;
}

static void close_table(void)
{
    engine_destroy(engine);
    audit_destroy(auditor);
    game_book_destroy(book);
}

/* Bets of many kinds, marks, takes and throws; false at the first fault. */
static bool play(void)
{
    static const struct bet_ref bets[] = {{BET_PASS, 0}, {BET_FIELD, 0}, {BET_PLACE, 6},
        {BET_BUY, 10}, {BET_LAY, 4}, {BET_HARD, 8}, {BET_COME, 0}, {BET_PASS_ODDS, 0},
        {BET_DONT_COME, 0}, {BET_YES, 5}, {BET_NO, 9}, {BET_HOP, 34}, {BET_WORLD, 0}, {BET_FIRE, 0},
        {BET_ALL_SMALL, 0}, {BET_MUGGSY, 0}, {BET_PUT, 8}, {BET_COME_ODDS, 6}};
    bool good = open_table();
    for (unsigned roll = 0; good && roll < 40; roll++) {
        for (size_t i = 0; good && i < sizeof bets / sizeof bets[0]; i++) {
            good = (roll + i) % 3 == 0 || bets[i].kind == BET_PASS
                       ? bet(bets[i].kind, bets[i].number, 300)
                       : good;
        }
        struct live_command c = {.kind = LIVE_TAKE, .bet = {BET_BUY, 10}};
        good = good && (roll % 7 != 3 || say(&c));
        c = (struct live_command){
            .kind = LIVE_MARK, .bet = {BET_PLACE, 6}, .mark = roll % 2 ? MARK_ON : MARK_OFF};
        good = good && say(&c);
        c = (struct live_command){.kind = LIVE_READY, .has_amount = true, .amount_cents = 1};
        good = good && say(&c);
        c = (struct live_command){.kind = LIVE_THROW};
        good = good && say(&c);
        c = (struct live_command){.kind = LIVE_REBUY};
        good = good && say(&c);
    }
    return good && audit_end(auditor);
}

static void test_book_follows_an_honest_house(void **state)
{
    (void)state;
    crook = HONEST;
    if (!play()) {
        fail_msg(
            "%s: %s", audit_what_name(audit_fault(auditor)->what), audit_fault(auditor)->detail);
    }
    assert_true(audit_counts(auditor)->rolls > 30);
    assert_true(game_book_payouts(book) > 60);
    assert_true(game_book_issued_cents(book) >= 100000);
    close_table();
}

static void test_book_finds_a_house_that_cheats(void **state)
{
    (void)state;
    static const enum audit_what found[CROOK_COUNT] = {
        [PAYS_A_CENT_MORE] = AUDIT_PAYOUT,
        [PAYS_IN_SILENCE] = AUDIT_PAYOUT,
        [PRINTS_CHIPS] = AUDIT_PAYOUT,
        [PLAYS_OTHER_DICE] = AUDIT_DICE,
        [BOOKS_A_SMALLER_BET] = AUDIT_PAYOUT,
        [HIDES_A_LOSS] = AUDIT_PAYOUT,
        [SEATS_RICHER] = AUDIT_PAYOUT,
    };
    for (crook = HONEST + 1; crook < CROOK_COUNT; crook++) {
        assert_false(play());
        if (audit_fault(auditor)->what != found[crook]) {
            fail_msg("crook %d: %s: %s", crook, audit_what_name(audit_fault(auditor)->what),
                audit_fault(auditor)->detail);
        }
        close_table();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_book_follows_an_honest_house),
        cmocka_unit_test(test_book_finds_a_house_that_cheats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
