/* The live table of rule 16: seats, betting window, shooter clock, away, leaving, rebuys, house rules.
 * A pure state machine around struct table: commands come in, events come out; no clock is read (16.5).
 * The state is one value struct: copy it with live_copy, compare it by its canonical bytes. */
#ifndef GAME_LIVE_H
#define GAME_LIVE_H

#include "base/bytes.h"
#include "game/event.h"
#include "game/table.h"

enum { LIVE_ID_BYTES = 32, TABLE_NAME_BYTES_MAX = 40 };

/* 0 in `rebuys` and `rate` means none; LIVE_ANY means no limit. */
enum { LIVE_ANY = 0xffff };

/* Who lets a newcomer in: whoever gave the words, or a majority of the members as well. */
enum admission_rule { ADMISSION_BY_CODE, ADMISSION_BY_VOTE };

/* Rule 16.8: the house rules; one record, hashed into the table's identity. */
struct house_rules {
    struct table_config table;
    char name[TABLE_NAME_BYTES_MAX + 1];
    uint16_t window_s;        /* 20; 0 = no window */
    uint16_t shooter_clock_s; /* 45 */
    uint16_t grace_s;         /* 600 */
    uint16_t seats;           /* 8, at most 50 */
    int64_t buy_in_cents;     /* 100000 */
    uint16_t rebuys;          /* 3 */
    uint16_t rate;            /* 10 operations a second */
    uint16_t start;           /* 2 */
    uint8_t engine;           /* 0 = bft, 1 = raft */
    uint8_t admission;        /* enum admission_rule */
    bool solo;                /* one human: no window, no shooter clock (16.5) */
};

struct house_rules house_rules_default(void);

/* One key of 15.3 or 16.8 by text ("window", "buy_in" in cents, "odds", ...). REFUSAL_BAD_CONFIG on an unknown
 * key or value. */
enum refusal house_rules_set(struct house_rules *rules, const char *key, const char *value);

/* Canonical bytes of the rules, for the genesis and the hash; decode refuses out-of-range values. */
void house_rules_encode(const struct house_rules *rules, struct writer *w);
bool house_rules_decode(struct house_rules *rules, struct reader *r);

/* What a live command's author is to the agreement. Filled in by the caller for every call. */
struct live_context {
    uint8_t author[LIVE_ID_BYTES];
    bool author_member; /* has a vote in this epoch: may send elapsed and away */
    uint16_t members;   /* n */
    uint16_t faulty;    /* f */
    bool dice_allowed;  /* false in epoch 0 and while a switch is prepared (protocol B.1) */
};

enum live_command_kind {
    LIVE_BET = 1,
    LIVE_TAKE,
    LIVE_MARK,
    LIVE_READY, /* amount 1 = ready, 0 = not ready after all */
    LIVE_THROW,
    LIVE_SIT_OUT,
    LIVE_SIT_IN,
    LIVE_REBUY,
    LIVE_LEAVE,   /* of a player without a vote (a bot); members leave by the protocol's LEAVE */
    LIVE_ELAPSED, /* member: a timer ran out: timer, subject, instance */
    LIVE_AWAY,    /* member: subject is silent */
    LIVE_BACK,
    LIVE_COMMAND_KIND_COUNT
};

enum live_timer { LIVE_TIMER_WINDOW = 1, LIVE_TIMER_SHOOTER, LIVE_TIMER_GRACE };

struct live_command {
    uint8_t kind; /* enum live_command_kind */
    struct bet_ref bet;
    uint8_t mark; /* enum bet_mark */
    bool has_amount;
    int64_t amount_cents;
    uint8_t timer;                  /* enum live_timer */
    uint64_t instance;              /* roll number or count of graces (16.5) */
    uint8_t subject[LIVE_ID_BYTES]; /* whom elapsed and away are about; zero = nobody */
};

/* Canonical bytes of a command; at most LIVE_COMMAND_BYTES_MAX. Decode refuses unknown kinds, out-of-range
 * enums, trailing bytes. */
enum { LIVE_COMMAND_BYTES_MAX = 96 };
void live_command_encode(const struct live_command *c, struct writer *w);
bool live_command_decode(struct live_command *c, struct reader *r);

/* A set of accounts: who has said so. Members always have an account. */
struct account_set {
    uint64_t bits[LIVE_ACCOUNTS_MAX / 64];
};

/* One identity with chips at this table: seated, away, or gone with its stack kept (16.7). The struct
 * table_player of the same index holds name, balance and bets. */
struct live_account {
    uint8_t id[LIVE_ID_BYTES];
    uint8_t sponsor[LIVE_ID_BYTES]; /* bots: the member that signs for it, else zero */
    uint8_t seat;                   /* 1..50, 0 = no seat */
    bool bot;
    bool ready;
    bool away;
    bool sitting_out;
    uint8_t passed_over; /* times in a row (16.4) */
    uint16_t rebuys;     /* used so far */
    uint32_t graces;     /* instance of the grace timer: times away */
    struct account_set away_votes;
    struct account_set grace_votes;
};

enum live_phase {
    LIVE_BETTING, /* bets may be made; the window may be open or closed */
    LIVE_ROLLING, /* a throw is accepted: dice_out until the result (16.3) */
};

struct live {
    struct house_rules rules;
    struct table table; /* players points at `players` below: use live_copy, never assignment */
    uint8_t phase;      /* enum live_phase */
    bool started;       /* `start` players have been seated once (16.8) */
    bool window_open;   /* the betting window has not run out for the table */
    uint64_t roll;      /* rolls finished so far; the next throw is roll + 1 */
    uint64_t window_instance;  /* windows opened so far; the window timer's instance */
    uint64_t shooter_instance; /* shooter clocks begun so far */
    uint16_t thrower;          /* account who throws next, or EVENT_NOBODY; kept by live_apply */
    struct account_set window_votes;
    struct account_set shooter_votes;
    uint32_t account_count;
    struct live_account accounts[LIVE_ACCOUNTS_MAX];
    struct table_player players[LIVE_ACCOUNTS_MAX];
};

void live_init(struct live *l, const struct house_rules *rules);

/* Copies only what is in use. */
void live_copy(struct live *to, const struct live *from);

/* Canonical bytes of the whole state, sparse (only live bets), for the state root and snapshots. Decode
 * refuses anything that live_encode would not write, and runs live_check. */
void live_encode(const struct live *l, struct writer *w);
bool live_decode(struct live *l, struct reader *r);

/* Seats an identity (16.1, 16.2): a new account gets buy_in chips, a returning one its stack (16.7). The name is made
 * clean (name.h) and unique by -2, -3. TABLE_FULL. `sponsor` is NULL except for
 * bots. Emits EVENT_SEATED. */
enum refusal live_seat(struct live *l, const uint8_t id[LIVE_ID_BYTES], const char *name, bool bot,
    const uint8_t *sponsor, struct event_sink *sink);

/* Rule 16.7. Unknown identities are ignored. */
void live_leave(struct live *l, const uint8_t id[LIVE_ID_BYTES], const struct live_context *ctx,
    struct event_sink *sink);

/* Executes one command of ctx->author. On a refusal nothing changes (16.9). May accept a throw: then
 * live_rolling() is true afterwards and the caller starts the dice. `sink` may be NULL. */
enum refusal live_apply(struct live *l, const struct live_context *ctx,
    const struct live_command *command, struct event_sink *sink);

/* Members, n, f or dice_allowed changed (an epoch began): re-evaluates what waits on them. */
void live_context_changed(struct live *l, const struct live_context *ctx, struct event_sink *sink);

/* A throw is accepted and its dice are out. */
bool live_rolling(const struct live *l);

/* The agreed dice of the throw that is out (1..6 each): resolves, pays, opens the next window. */
void live_dice(struct live *l, const struct live_context *ctx, unsigned die1, unsigned die2,
    struct event_sink *sink);

/* A table split (protocol B.5): only the identities in `survivors`, and the bots they sign for, are still here. With a throw
 * out, it is void: the bets of the absent are forfeited to the house, those of the survivors come back, and the next roll is
 * a come-out. Without one the absent leave by 16.7. Their chips stay with their identities (16.7). */
void live_split(struct live *l, const struct live_context *ctx,
    const uint8_t (*survivors)[LIVE_ID_BYTES], size_t count, struct event_sink *sink);

/* Does that timer run now (16.5), so that every member's own monotonic clock should run for its instance. The account matters
 * to the grace timer only. */
bool live_timer_runs(
    const struct live *l, const struct live_context *ctx, enum live_timer timer, uint32_t account);
uint64_t live_timer_instance(const struct live *l, enum live_timer timer, uint32_t account);
uint16_t live_timer_seconds(const struct live *l, enum live_timer timer);

/* True when `id` already said that the timer ran out in this instance. */
bool live_timer_voted(
    const struct live *l, enum live_timer timer, uint32_t account, const uint8_t id[LIVE_ID_BYTES]);

/* True when `id` already said that the account is away. */
bool live_away_voted(const struct live *l, uint32_t account, const uint8_t id[LIVE_ID_BYTES]);

/* Players with a seat, away ones included. */
unsigned live_seated(const struct live *l);

int64_t live_find(const struct live *l, const uint8_t id[LIVE_ID_BYTES]); /* account index or -1 */

/* Rule 1.3 for the live table; also every structural invariant. */
bool live_check(const struct live *l);

/* Seat letter of rule 16.2: A to Z, then a to x; '?' for 0. */
char seat_letter(unsigned seat);

#endif
