#include "ui/words.h"

#include "base/nearest.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { TOKENS_MAX = 8, TOKEN_BYTES = 24 };

enum verb_kind {
    VERB_BET,
    VERB_ODDS,
    VERB_WORD,
    VERB_PUT_UP,
    VERB_TAKE,
    VERB_DOWN,
    VERB_PRESS,
    VERB_MARK
};

/* The words besides the kinds of bets: short names of bets first. */
static const struct verb {
    const char *word;
    uint8_t kind;  /* enum verb_kind */
    uint8_t value; /* bet kind, words kind, mark, or live command */
} verbs[] = {
    {"dp", VERB_BET, BET_DONT_PASS},
    {"dc", VERB_BET, BET_DONT_COME},
    {"any7", VERB_BET, BET_ANY_SEVEN},
    {"craps", VERB_BET, BET_ANY_CRAPS},
    {"odds", VERB_ODDS, 0},
    {"bet", VERB_PUT_UP, 0},
    {"take", VERB_TAKE, 0},
    {"down", VERB_DOWN, 0},
    {"press", VERB_PRESS, 0},
    {"off", VERB_MARK, MARK_OFF},
    {"on", VERB_MARK, MARK_ON},
    {"default", VERB_MARK, MARK_DEFAULT},
    {"repeat", VERB_WORD, WORDS_REPEAT},
    {"undo", VERB_WORD, WORDS_UNDO},
    {"say", VERB_WORD, WORDS_SAY},
    {"name", VERB_WORD, WORDS_NAME},
    {"color", VERB_WORD, WORDS_COLOUR},
    {"topic", VERB_WORD, WORDS_TOPIC},
    {"bets", VERB_WORD, WORDS_BETS},
    {"players", VERB_WORD, WORDS_PLAYERS},
    {"history", VERB_WORD, WORDS_HISTORY},
    {"proof", VERB_WORD, WORDS_PROOF},
    {"stats", VERB_WORD, WORDS_STATS},
    {"help", VERB_WORD, WORDS_HELP},
    {"invite", VERB_WORD, WORDS_INVITE},
    {"rules", VERB_WORD, WORDS_RULES},
    {"bot", VERB_WORD, WORDS_BOT},
    {"admit", VERB_WORD, WORDS_ADMIT},
    {"refuse", VERB_WORD, WORDS_REFUSE},
    {"expel", VERB_WORD, WORDS_EXPEL},
    {"keep", VERB_WORD, WORDS_KEEP},
    {"auto", VERB_WORD, WORDS_AUTO},
    {"split", VERB_WORD, WORDS_SPLIT},
    {"wait", VERB_WORD, WORDS_WAIT},
    {"leave", VERB_WORD, WORDS_LEAVE},
    {"quit", VERB_WORD, WORDS_QUIT},
};

static const struct {
    const char *word;
    uint8_t command; /* enum live_command_kind */
    uint8_t amount;
} acts[] = {
    {"ready", LIVE_READY, 1},
    {"unready", LIVE_READY, 0},
    {"throw", LIVE_THROW, 0},
    {"sitout", LIVE_SIT_OUT, 0},
    {"sitin", LIVE_SIT_IN, 0},
    {"rebuy", LIVE_REBUY, 0},
};

enum { VERBS = sizeof verbs / sizeof verbs[0], ACTS = sizeof acts / sizeof acts[0] };
enum { WORD_COUNT = VERBS + ACTS + BET_KIND_COUNT };

struct parse {
    const struct live *live;
    int account;
    unsigned count;
    char token[TOKENS_MAX][TOKEN_BYTES];
    unsigned at;
    struct words_action *out;
    char *error;
    size_t error_size;
};

#define FAIL(p, ...) (snprintf((p)->error, (p)->error_size, __VA_ARGS__), false)

/* Every word there is, by one index: verbs, acts, kinds of bets. */
static const char *word_at(unsigned i)
{
    return i < VERBS          ? verbs[i].word
           : i < VERBS + ACTS ? acts[i - VERBS].word
                              : bet_specs[i - VERBS - ACTS].name;
}

static bool is_bet(unsigned i)
{
    return i >= VERBS + ACTS || (i < VERBS && verbs[i].kind == VERB_BET);
}

/* Finds a word or its unique beginning, among the bets alone when `bets_only`. -1 none, -2 several. */
static int find_word(const char *text, bool bets_only, char *several, size_t several_size)
{
    size_t size = strlen(text);
    int found = -1;
    unsigned matches = 0;
    several[0] = '\0';
    for (unsigned i = 0; i < WORD_COUNT; i++) {
        if (bets_only && !is_bet(i)) {
            continue;
        }
        if (strcmp(word_at(i), text) == 0) {
            return (int)i;
        }
        if (strncmp(word_at(i), text, size) == 0) {
            size_t used = strlen(several);
            snprintf(
                several + used, several_size - used, "%s%s", matches > 0 ? ", " : "", word_at(i));
            found = (int)i;
            matches++;
        }
    }
    return matches > 1 ? -2 : found;
}

/* " Did you mean place?", or nothing when no word is near: less than half of it would have to change. */
static const char *did_you_mean(const char *text, bool bets_only, char *out, size_t size)
{
    struct nearest near = {.typed = text};
    for (unsigned i = 0; i < WORD_COUNT; i++) {
        if (!bets_only || is_bet(i)) {
            nearest_offer(&near, word_at(i));
        }
    }
    out[0] = '\0';
    if (near.name != NULL && near.edits * 2 < strlen(text) + (near.edits == 1)) {
        snprintf(out, size, " Did you mean %s?", near.name);
    }
    return out;
}

static int kind_of(unsigned word)
{
    return word >= VERBS + ACTS ? (int)(word - VERBS - ACTS) : verbs[word].value;
}

static bool find_kind(struct parse *p, uint8_t *kind)
{
    char several[128];
    if (p->at >= p->count) {
        return FAIL(p, "Say which bet, for example: place 6.");
    }
    int word = find_word(p->token[p->at], true, several, sizeof several);
    if (word == -2) {
        return FAIL(p, "%s could be %s.", p->token[p->at], several);
    }
    if (word < 0) {
        return FAIL(p, "There is no bet called %s.%s", p->token[p->at],
            did_you_mean(p->token[p->at], true, several, sizeof several));
    }
    p->at++;
    *kind = (uint8_t)kind_of((unsigned)word);
    return true;
}

/* "6", or "six" as it is spoken. */
static bool small_number(const char *text, unsigned *value)
{
    static const char *const spoken[13] = {"", "one", "two", "three", "four", "five", "six",
        "seven", "eight", "nine", "ten", "eleven", "twelve"};
    for (*value = 1; *value < 13; ++*value) {
        if (strcmp(text, spoken[*value]) == 0) {
            return true;
        }
    }
    *value = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] < '0' || text[i] > '9' || i > 1) {
            return false;
        }
        *value = *value * 10 + (unsigned)(text[i] - '0');
    }
    return text[0] != '\0';
}

/* "5", "7.50", "500c" in cents. */
static bool amount_cents(const char *text, int64_t *cents)
{
    int64_t whole = 0;
    size_t i = 0;
    for (; text[i] >= '0' && text[i] <= '9'; i++) {
        if (i >= 13) {
            return false;
        }
        whole = whole * 10 + (text[i] - '0');
    }
    if (i == 0) {
        return false;
    }
    if ((text[i] == 'c' || text[i] == 'C') && text[i + 1] == '\0') {
        *cents = whole;
        return whole > 0 && whole <= AMOUNT_CENTS_MAX;
    }
    *cents = whole * 100;
    if (text[i] == '.') {
        for (int place = 10; place >= 1 && text[i + 1] >= '0' && text[i + 1] <= '9'; place /= 10) {
            *cents += (text[++i] - '0') * place;
        }
        i++;
    }
    return text[i] == '\0' && *cents > 0 && *cents <= AMOUNT_CENTS_MAX;
}

static bool number_of(struct parse *p, uint8_t kind, bool made, struct bet_ref *bet)
{
    enum bet_number_form form = bet_specs[kind].form;
    unsigned value = 0;
    *bet = (struct bet_ref){kind, 0};
    if (form == BET_NUMBER_POINT || (form == BET_NUMBER_TRAVELLED && !made && p->at < p->count)) {
        if (p->at >= p->count || !small_number(p->token[p->at], &value)) {
            return FAIL(p, "%s needs a number: %s 6.", bet_specs[kind].name, bet_specs[kind].name);
        }
        p->at++;
        bet->number = (uint8_t)value;
    } else if (form == BET_NUMBER_DICE) {
        unsigned second = 0;
        if (p->at + 2 > p->count || !small_number(p->token[p->at], &value) ||
            !small_number(p->token[p->at + 1], &second)) {
            return FAIL(p, "A hop needs two dice: hop 4 4 1.");
        }
        p->at += 2;
        unsigned low = value < second ? value : second;
        unsigned high = value < second ? second : value;
        if (low < 1 || high > 6) {
            return FAIL(p, "Dice show one to six.");
        }
        bet->number = (uint8_t)(10 * low + high);
    }
    if (bet_slot(*bet) == BET_SLOT_NONE) {
        return FAIL(p, "%s does not go on %u.", bet_specs[kind].name, bet->number);
    }
    return true;
}

static bool add(struct parse *p, struct live_command command)
{
    if (p->out->count == WORDS_MOVES_MAX) {
        return FAIL(p, "That is too much at once.");
    }
    p->out->kind = WORDS_MOVES;
    p->out->commands[p->out->count++] = command;
    return true;
}

static bool amount_token(struct parse *p, int64_t *cents)
{
    if (p->at >= p->count) {
        return FAIL(p, "How much? For example: %s 5.", p->token[0]);
    }
    if (!amount_cents(p->token[p->at], cents)) {
        return FAIL(
            p, "%s is not a number of chips. 5 is five chips, 500c is cents.", p->token[p->at]);
    }
    p->at++;
    return true;
}

static bool nothing_more(struct parse *p)
{
    return p->at == p->count || FAIL(p, "%s is too much there.", p->token[p->at]);
}

static bool put_up(struct parse *p, uint8_t kind)
{
    struct bet_ref bet;
    int64_t cents = 0;
    return number_of(p, kind, true, &bet) && amount_token(p, &cents) && nothing_more(p) &&
           add(p, (struct live_command){
                      .kind = LIVE_BET, .bet = bet, .has_amount = true, .amount_cents = cents});
}

static int64_t own_cents(const struct parse *p, struct bet_ref bet)
{
    uint16_t slot = bet_slot(bet);
    if (p->account < 0 || (uint32_t)p->account >= p->live->account_count || slot == BET_SLOT_NONE) {
        return 0;
    }
    return p->live->players[p->account].bet_cents[slot];
}

/* odds 25; odds come 5 20; odds dc 5 20; odds put 5 20; odds pass 20; odds dp 20. */
static bool odds(struct parse *p)
{
    static const uint8_t bases[5] = {BET_PASS, BET_DONT_PASS, BET_COME, BET_DONT_COME, BET_PUT};
    static const uint8_t behind[5] = {
        BET_PASS_ODDS, BET_DONT_PASS_ODDS, BET_COME_ODDS, BET_DONT_COME_ODDS, BET_PUT_ODDS};
    uint8_t kind = BET_PASS;
    int64_t cents = 0;
    if (p->at < p->count && !amount_cents(p->token[p->at], &cents)) {
        if (!find_kind(p, &kind)) {
            return false;
        }
    } else if (own_cents(p, (struct bet_ref){BET_PASS, 0}) == 0 &&
               own_cents(p, (struct bet_ref){BET_DONT_PASS, 0}) > 0) {
        kind = BET_DONT_PASS;
    }
    for (int i = 0; i < 5; i++) {
        if (bases[i] == kind) {
            return put_up(p, behind[i]);
        }
    }
    return FAIL(p, "Odds go behind pass, dp, come, dc or put.");
}

static bool take(struct parse *p)
{
    uint8_t kind = 0;
    struct bet_ref bet;
    struct live_command command = {.kind = LIVE_TAKE};
    if (!find_kind(p, &kind) || !number_of(p, kind, false, &bet)) {
        return false;
    }
    command.bet = bet;
    if (p->at < p->count) {
        command.has_amount = true;
        if (!amount_token(p, &command.amount_cents)) {
            return false;
        }
    }
    return nothing_more(p) && add(p, command);
}

static bool is_odds(uint8_t kind)
{
    return kind >= BET_PASS_ODDS && kind <= BET_PUT_ODDS;
}

/* Everything that may be taken down, odds first (rule 6.4). */
static bool down_all(struct parse *p)
{
    for (int pass = 1; pass >= 0; pass--) {
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            struct bet_ref bet = bet_of_slot(slot);
            if (is_odds(bet.kind) != (pass == 1) || own_cents(p, bet) == 0) {
                continue;
            }
            enum refusal r = table_take_check(&p->live->table, (uint32_t)p->account, bet, false, 0);
            if ((r == REFUSAL_NONE || r == REFUSAL_ODDS_LIMIT) &&
                !add(p, (struct live_command){.kind = LIVE_TAKE, .bet = bet})) {
                return false;
            }
        }
    }
    return p->out->count > 0 || FAIL(p, "Nothing of yours can be taken down now.");
}

static bool press(struct parse *p)
{
    uint8_t kind = 0;
    struct bet_ref bet;
    if (!find_kind(p, &kind) || !number_of(p, kind, false, &bet) || !nothing_more(p)) {
        return false;
    }
    int64_t cents = own_cents(p, bet);
    if (cents == 0) {
        return FAIL(p, "You have no such bet to press.");
    }
    return add(p, (struct live_command){
                      .kind = LIVE_BET, .bet = bet, .has_amount = true, .amount_cents = cents});
}

static bool mark(struct parse *p, uint8_t value)
{
    uint8_t kind = 0;
    struct bet_ref bet;
    if (p->at < p->count) {
        return find_kind(p, &kind) && number_of(p, kind, false, &bet) && nothing_more(p) &&
               add(p, (struct live_command){.kind = LIVE_MARK, .bet = bet, .mark = value});
    }
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        bet = bet_of_slot(slot);
        if (bet_specs[bet.kind].markable && own_cents(p, bet) > 0 &&
            !add(p, (struct live_command){.kind = LIVE_MARK, .bet = bet, .mark = value})) {
            return false;
        }
    }
    return p->out->count > 0 || FAIL(p, "You have no bet that can be turned off or on.");
}

static void split(struct parse *p, const char *line)
{
    while (p->count < TOKENS_MAX) {
        line += strspn(line, " \t\r\n");
        size_t size = strcspn(line, " \t\r\n");
        if (size == 0) {
            return;
        }
        size_t kept = size < TOKEN_BYTES - 1 ? size : TOKEN_BYTES - 1;
        for (size_t i = 0; i < kept; i++) {
            char c = line[i];
            c = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
            p->token[p->count][i] = c == '-' && i > 0 ? '_' : c;
        }
        p->token[p->count++][kept] = '\0';
        line += size;
    }
}

static bool act(struct parse *p, unsigned i)
{
    if (!nothing_more(p)) {
        return false;
    }
    return add(p, (struct live_command){.kind = acts[i].command,
                      .has_amount = acts[i].command == LIVE_READY,
                      .amount_cents = acts[i].amount});
}

/* A safe set, in the order of the seats' own colours (ui/theme.h). */
static const char *const colours[] = {
    "own", "orange", "sky", "green", "yellow", "blue", "vermilion", "pink", "grey"};

static bool colour(struct parse *p)
{
    const char *text = p->at < p->count ? p->token[p->at] : "";
    for (unsigned i = 0; i < sizeof colours / sizeof colours[0] && text[0] != '\0'; i++) {
        if (strncmp(colours[i], text, strlen(text)) == 0) {
            p->out->number = i;
            p->at++;
            return nothing_more(p);
        }
    }
    return FAIL(p, "Colors: orange, sky, green, yellow, blue, vermilion, pink, grey, own.");
}

static bool plain_word(struct parse *p, uint8_t kind, const char *line)
{
    p->out->kind = kind;
    if (kind == WORDS_COLOUR) {
        return colour(p);
    }
    bool who = kind >= WORDS_ADMIT && kind <= WORDS_KEEP;
    bool text = kind == WORDS_SAY || kind == WORDS_NAME || kind == WORDS_TOPIC || who;
    if (!text && kind != WORDS_HELP && kind != WORDS_RULES) {
        return nothing_more(p);
    }
    line += strspn(line, " \t");
    line += strcspn(line, " \t\r\n");
    line += strspn(line, " \t");
    snprintf(p->out->text, sizeof p->out->text, "%s", line);
    p->out->text[strcspn(p->out->text, "\r\n")] = '\0';
    if (p->out->text[0] == '\0' && kind == WORDS_NAME) {
        return FAIL(p, "Which name? For example: name Ann.");
    }
    if (p->out->text[0] == '\0' && who) {
        return FAIL(p, "Whom? For example: %s Dee.", p->token[0]);
    }
    return kind != WORDS_SAY || p->out->text[0] != '\0' ||
           FAIL(p, "Say what? For example: say hello.");
}

unsigned words_command_complete(
    const char *begin, char *out, size_t size, char *several, size_t several_size)
{
    unsigned count = 0;
    size_t typed = strlen(begin), used = 0;
    several[0] = '\0';
    for (unsigned i = 0; i < WORD_COUNT; i++) {
        const char *word = word_at(i);
        if (strncasecmp(word, begin, typed) != 0) {
            continue;
        }
        size_t same = strlen(word);
        if (count == 0) {
            snprintf(out, size, "%s", word);
        } else {
            for (same = 0; out[same] != '\0' && out[same] == word[same];) {
                same++;
            }
            out[same] = '\0';
        }
        if (used < several_size) {
            used += (size_t)snprintf(
                several + used, several_size - used, "%s%s", count > 0 ? ", " : "", word);
        }
        count++;
    }
    return count;
}

bool words_bet_kind(const char *text, uint8_t *kind, char *error, size_t error_size)
{
    struct parse p = {.error = error, .error_size = error_size};
    error[0] = '\0';
    split(&p, text);
    return find_kind(&p, kind);
}

bool words_parse(const struct live *l, int account, const char *line, struct words_action *out,
    char *error, size_t error_size)
{
    struct parse p = {
        .live = l, .account = account, .out = out, .error = error, .error_size = error_size};
    char several[128];
    uint8_t kind = 0;
    memset(out, 0, sizeof *out);
    error[0] = '\0';
    line += *line == '/' ? 1 : 0;
    split(&p, line);
    if (p.count == 0) {
        return true;
    }
    int word = find_word(p.token[0], false, several, sizeof several);
    p.at = 1;
    if (word == -2) {
        return FAIL(&p, "%s could be %s.", p.token[0], several);
    }
    if (word < 0) {
        return FAIL(&p, "%s is no word of this table.%s Type help for all.", p.token[0],
            did_you_mean(p.token[0], false, several, sizeof several));
    }
    if ((unsigned)word >= VERBS + ACTS) {
        return put_up(&p, (uint8_t)kind_of((unsigned)word));
    }
    if ((unsigned)word >= VERBS) {
        return act(&p, (unsigned)word - VERBS);
    }
    const struct verb *v = &verbs[word];
    switch (v->kind) {
    case VERB_BET:
        return put_up(&p, v->value);
    case VERB_ODDS:
        return odds(&p);
    case VERB_PUT_UP:
        return find_kind(&p, &kind) && put_up(&p, kind);
    case VERB_TAKE:
        return take(&p);
    case VERB_DOWN:
        return p.count > 1 ? take(&p) : down_all(&p);
    case VERB_PRESS:
        return press(&p);
    case VERB_MARK:
        return mark(&p, v->value);
    default:
        return plain_word(&p, v->value, line);
    }
}
