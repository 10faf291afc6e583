#include "game/script.h"

#include "base/check.h"
#include "game/answer.h"
#include "game/name_index.h"
#include "game/script_line.h"
#include "game/script_print.h"

#include <stdlib.h>
#include <string.h>

enum { PLAYERS_MIN = 8, EXIT_FAULT = 70, EXIT_IO = 74 };

struct script {
    struct script_sink sink;
    struct script_line line;
    struct table table;
    struct table_player *players;
    struct name_index names;
    struct payout *payouts;
    size_t payout_capacity;
    struct answer answer;
    enum err err;
};

struct script *script_create(struct script_sink sink)
{
    struct script *s = calloc(1, sizeof *s);
    if (s != NULL) {
        struct table_config config = table_config_default();
        s->sink = sink;
        table_init(&s->table, &config, NULL, 0);
    }
    return s;
}

void script_destroy(struct script *s)
{
    if (s == NULL) {
        return;
    }
    name_index_deinit(&s->names);
    answer_deinit(&s->answer);
    free(s->payouts);
    free(s->players);
    free(s);
}

const struct table *script_table(const struct script *s)
{
    return &s->table;
}

static enum refusal run_config(struct script *s, const struct word *words, size_t count)
{
    if (count != 2) {
        return REFUSAL_SYNTAX;
    }
    if (s->table.player_count != 0) {
        return REFUSAL_CONFIG_LOCKED;
    }
    const char *key = word_text(&words[0]);
    const char *value = word_text(&words[1]);
    if (key == NULL || value == NULL) {
        return REFUSAL_BAD_CONFIG;
    }
    return table_config_set(&s->table.config, key, value);
}

static bool reserve_player(struct script *s)
{
    uint32_t capacity = s->table.capacity;
    if (s->table.player_count < capacity) {
        return true;
    }
    capacity = capacity == 0 ? PLAYERS_MIN : capacity * 2;
    struct table_player *players = realloc(s->players, capacity * sizeof *players);
    if (players == NULL) {
        s->err = ERR_NO_MEMORY;
        return false;
    }
    s->players = players;
    table_rebase(&s->table, players, capacity);
    return true;
}

static int64_t find_player(const struct script *s, const struct word *w)
{
    const char *name = word_text(w);
    return name == NULL ? -1 : name_index_find(&s->names, &s->table, name);
}

static enum refusal run_player(struct script *s, const struct word *words, size_t count)
{
    int64_t balance;
    if (count != 2 || !word_integer(&words[1], &balance)) {
        return REFUSAL_SYNTAX;
    }
    const char *name = word_text(&words[0]);
    if (name == NULL || !table_name_valid(name, words[0].size)) {
        return REFUSAL_BAD_NAME;
    }
    if (find_player(s, &words[0]) >= 0) {
        return REFUSAL_DUPLICATE_PLAYER;
    }
    if (!reserve_player(s)) {
        return REFUSAL_NONE;
    }
    enum refusal refusal = table_append_player(&s->table, name, words[0].size, balance);
    if (refusal == REFUSAL_NONE &&
        !name_index_add(&s->names, &s->table, s->table.player_count - 1)) {
        s->err = ERR_NO_MEMORY;
    }
    return refusal;
}

/* What bet, take, off and on have in common: NAME KIND [NUMBER | D1 D2] [AMOUNT]. */
struct order {
    uint32_t player;
    struct bet_ref bet;
    bool has_amount;
    int64_t amount_cents;
};

enum amount_word { AMOUNT_NONE, AMOUNT_OPTIONAL, AMOUNT_NEEDED };

/* NUMBER or D1 D2 as in rule 15.6. */
static uint8_t number_of(enum bet_number_form form, const int64_t *integers, size_t count)
{
    if (count == 0) {
        return 0;
    }
    if (form == BET_NUMBER_DICE) {
        return bet_hop_number(integers[0], integers[1]);
    }
    bool small = integers[0] >= 0 && integers[0] < BET_NUMBER_INVALID;
    return small ? (uint8_t)integers[0] : BET_NUMBER_INVALID;
}

/* Everything of rule 15.9 up to the second `syntax`. */
static enum refusal read_order(const struct script *s, const struct word *words, size_t count,
    enum amount_word amount, struct order *order)
{
    if (count < (amount == AMOUNT_NEEDED ? 3u : 2u)) {
        return REFUSAL_SYNTAX;
    }
    int64_t player = find_player(s, &words[0]);
    if (player < 0) {
        return REFUSAL_UNKNOWN_PLAYER;
    }
    const char *kind_word = word_text(&words[1]);
    int kind = kind_word == NULL ? -1 : bet_kind_find(kind_word, words[1].size);
    if (kind < 0) {
        return REFUSAL_UNKNOWN_BET;
    }
    enum bet_number_form form = bet_specs[kind].form;
    size_t numbers = form == BET_NUMBER_DICE ? 2 : form == BET_NUMBER_POINT ? 1 : 0;
    if (form == BET_NUMBER_TRAVELLED && amount != AMOUNT_NEEDED) {
        numbers = 1;
    }
    size_t integers_count = count - 2;
    bool has_amount = integers_count == numbers + 1 && amount != AMOUNT_NONE;
    bool may_lack = integers_count == numbers && amount != AMOUNT_NEEDED;
    int64_t integers[3] = {0};
    if (!has_amount && !may_lack) {
        return REFUSAL_SYNTAX;
    }
    for (size_t i = 0; i < integers_count; i++) {
        if (!word_integer(&words[2 + i], &integers[i])) {
            return REFUSAL_SYNTAX;
        }
    }
    *order = (struct order){
        .player = (uint32_t)player,
        .bet = {(uint8_t)kind, number_of(form, integers, numbers)},
        .has_amount = has_amount,
        .amount_cents = has_amount ? integers[numbers] : 0,
    };
    return REFUSAL_NONE;
}

/* A player's share of the sum of rule 1.3; a command of one player must leave it alone. */
static int64_t money_of(const struct table *t, uint32_t player)
{
    const struct table_player *p = &t->players[player];
    return t->bank_cents + p->balance_cents + table_layout_cents(p);
}

static enum refusal run_bet(struct script *s, const struct word *words, size_t count)
{
    struct order o;
    enum refusal refusal = read_order(s, words, count, AMOUNT_NEEDED, &o);
    if (refusal != REFUSAL_NONE) {
        return refusal;
    }
    int64_t money = money_of(&s->table, o.player);
    refusal = table_bet(&s->table, o.player, o.bet, o.amount_cents);
    CHECK(money_of(&s->table, o.player) == money);
    return refusal;
}

static enum refusal run_take(struct script *s, const struct word *words, size_t count)
{
    struct order o;
    enum refusal refusal = read_order(s, words, count, AMOUNT_OPTIONAL, &o);
    if (refusal != REFUSAL_NONE) {
        return refusal;
    }
    int64_t money = money_of(&s->table, o.player);
    refusal = table_take(&s->table, o.player, o.bet, o.has_amount, o.amount_cents);
    CHECK(money_of(&s->table, o.player) == money);
    return refusal;
}

static enum refusal run_mark(
    struct script *s, const struct word *words, size_t count, enum bet_mark mark)
{
    struct order o;
    enum refusal refusal = read_order(s, words, count, AMOUNT_NONE, &o);
    return refusal != REFUSAL_NONE ? refusal : table_mark(&s->table, o.player, o.bet, mark);
}

static enum refusal run_off(struct script *s, const struct word *words, size_t count)
{
    return run_mark(s, words, count, MARK_OFF);
}

static enum refusal run_on(struct script *s, const struct word *words, size_t count)
{
    return run_mark(s, words, count, MARK_ON);
}

/* Room for one payout a bet, which is the most that one roll lists. */
static bool reserve_payouts(struct script *s)
{
    size_t bets = 0;
    for (uint32_t i = 0; i < s->table.player_count; i++) {
        for (unsigned word = 0; word < BET_SLOT_WORDS; word++) {
            bets += (size_t)__builtin_popcountll(s->players[i].live[word]);
        }
    }
    if (bets <= s->payout_capacity) {
        return true;
    }
    struct payout *payouts = realloc(s->payouts, 2 * bets * sizeof *payouts);
    if (payouts == NULL) {
        s->err = ERR_NO_MEMORY;
        return false;
    }
    s->payouts = payouts;
    s->payout_capacity = 2 * bets;
    return true;
}

static unsigned die_of(int64_t die)
{
    return die >= 1 && die <= 6 ? (unsigned)die : 0;
}

static enum refusal run_roll(struct script *s, const struct word *words, size_t count)
{
    int64_t die1;
    int64_t die2;
    if (count != 2 || !word_integer(&words[0], &die1) || !word_integer(&words[1], &die2)) {
        return REFUSAL_SYNTAX;
    }
    if (!reserve_payouts(s)) {
        return REFUSAL_NONE;
    }
    struct roll_result result = {.payouts = s->payouts, .payout_capacity = s->payout_capacity};
    enum refusal refusal = table_roll(&s->table, die_of(die1), die_of(die2), &result);
    if (refusal == REFUSAL_NONE) {
        CHECK(table_conserved(&s->table));
        script_print_roll(&s->answer, &s->table, &result);
    }
    return refusal;
}

static enum refusal run_shooter(struct script *s, const struct word *words, size_t count)
{
    (void)words;
    if (count != 0) {
        return REFUSAL_SYNTAX;
    }
    script_print_shooter(&s->answer, &s->table);
    return REFUSAL_NONE;
}

static enum refusal run_state(struct script *s, const struct word *words, size_t count)
{
    (void)words;
    if (count != 0) {
        return REFUSAL_SYNTAX;
    }
    script_print_state(&s->answer, &s->table);
    return REFUSAL_NONE;
}

static const struct command {
    const char *name;
    enum refusal (*run)(struct script *s, const struct word *words, size_t count);
} commands[] = {
    {"roll", run_roll},
    {"bet", run_bet},
    {"take", run_take},
    {"off", run_off},
    {"on", run_on},
    {"player", run_player},
    {"config", run_config},
    {"shooter", run_shooter},
    {"state", run_state},
};

static enum refusal run_command(struct script *s)
{
    const struct script_line *line = &s->line;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (word_is(&line->words[0], commands[i].name)) {
            return commands[i].run(s, line->words + 1, line->word_count - 1);
        }
    }
    return REFUSAL_BAD_COMMAND;
}

static void run_line(struct script *s)
{
    if (script_line_ignored(&s->line)) {
        return;
    }
    answer_clear(&s->answer);
    enum refusal refusal = run_command(s);
    if (refusal != REFUSAL_NONE) {
        script_print_refusal(&s->answer, refusal);
    }
    if (s->answer.failed) {
        s->err = ERR_NO_MEMORY;
    }
    if (s->err == ERR_OK && s->answer.size != 0 &&
        !s->sink.write(s->sink.ctx, s->answer.text, s->answer.size)) {
        s->err = ERR_IO;
    }
}

enum err script_feed(struct script *s, const void *bytes, size_t size)
{
    const char *p = bytes;
    for (size_t i = 0; i < size && s->err == ERR_OK; i++) {
        if (script_line_take(&s->line, p[i])) {
            run_line(s);
            script_line_clear(&s->line);
        }
    }
    return s->err;
}

enum err script_finish(struct script *s)
{
    return s->err != ERR_OK ? s->err : script_feed(s, "\n", 1);
}

static bool write_file(void *ctx, const char *bytes, size_t size)
{
    FILE *out = ctx;
    return fwrite(bytes, 1, size, out) == size && fflush(out) == 0;
}

int script_run(FILE *in, FILE *out)
{
    struct script *s = script_create((struct script_sink){write_file, out});
    if (s == NULL) {
        return EXIT_FAULT;
    }
    enum err err = ERR_OK;
    int c;
    /* A byte at a time: an answer goes out before stdio waits for more than is there. */
    while (err == ERR_OK && (c = getc(in)) != EOF) {
        char byte = (char)c;
        err = script_feed(s, &byte, 1);
    }
    if (err == ERR_OK) {
        err = ferror(in) ? ERR_IO : script_finish(s);
    }
    script_destroy(s);
    return err == ERR_OK ? 0 : err == ERR_NO_MEMORY ? EXIT_FAULT : EXIT_IO;
}
