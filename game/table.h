/* The craps table of rules 1 to 14: players, bets, puck, dice, bank. A pure state machine: no clock,
 * no randomness, no I/O, no allocation. A refused command changes nothing. */
#ifndef GAME_TABLE_H
#define GAME_TABLE_H

#include "game/bet.h"
#include "game/limits.h"
#include "game/refusal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rule 15.3. Multiples and ratios are stored as the config's own numbers. */
struct table_config {
    uint16_t odds;    /* 345, 1, 2, 5, 10, 20, 100 */
    uint8_t field2;   /* 2, 3 */
    uint8_t field12;  /* 2, 3 */
    bool vig_upfront; /* vig upfront (8.3), else vig win (8.2) */
    bool ats_30_150;  /* ats 30_150, else 34_175 */
    uint8_t rtl;      /* 1..7 */
    bool crapless;
    bool line_required;
    int64_t vig_min_cents;
    int64_t min_cents;
    int64_t max_cents;
};

/* The defaults of rule 15.3. */
struct table_config table_config_default(void);

/* Sets one key from text (rule 15.3); REFUSAL_BAD_CONFIG for an unknown key or value. */
enum refusal table_config_set(struct table_config *config, const char *key, const char *value);

enum bet_mark { MARK_DEFAULT, MARK_OFF, MARK_ON };

enum { BET_SLOT_WORDS = (BET_SLOT_COUNT + 63) / 64 };

/* One player's place at the table. Zero-initialised is an empty layout. */
struct table_player {
    char name[NAME_BYTES_MAX + 1];
    int64_t balance_cents;
    int64_t
        issued_cents; /* sum of everything ever issued to the player (the "starting balances" of 1.3) */
    int64_t bet_cents[BET_SLOT_COUNT]; /* amount per slot, 0 = none */
    uint64_t live[BET_SLOT_WORDS];     /* bit per slot: there is a bet */
    uint64_t marked_off[BET_SLOT_WORDS];
    uint64_t marked_on[BET_SLOT_WORDS];
    bool seated; /* has a seat: may act and is in the order of the dice */
    bool
        may_throw; /* seated and neither away nor sitting out (rules 16.4, 16.6); scripts: always true */
};

/* Rule 13. */
struct hand_counters {
    uint32_t rolls;
    uint32_t line_wins;
    uint16_t made[11]; /* index = point number: times made */
    uint16_t fell[13]; /* index = total: times since the last 7 of any kind */
    uint8_t doubles;   /* bit (face-1): that pair fell since the last 7 */
};

struct table {
    struct table_config config;
    struct table_player *players; /* borrowed, `capacity` entries; join order = seat order (3.1) */
    uint32_t player_count;
    uint32_t capacity;
    uint8_t point;      /* 0 = come-out */
    uint32_t dice_seat; /* index of the player who has the dice next (3.1, 3.4) */
    uint32_t shooter;   /* who set the point; meaningful while point != 0 */
    struct hand_counters hand;
    int64_t bank_cents;
};

enum payout_result { PAYOUT_LOSE, PAYOUT_PUSH, PAYOUT_TRAVEL, PAYOUT_WIN };

struct payout {
    uint32_t player; /* index */
    struct bet_ref bet;
    uint8_t result;       /* enum payout_result */
    int64_t amount_cents; /* stake before resolution */
    int64_t paid_cents;   /* rule 1.5 */
};

/* What one roll did. The caller owns `payouts`; with capacity 0 nothing is listed and `payout_count`
 * still counts. Items are in player index, a player's travels last, and otherwise in no order (not yet rule 15.6's). */
struct roll_result {
    uint8_t die1, die2;
    uint8_t point_before, point_after;
    uint32_t shooter;
    bool seven_out, point_made, natural;
    struct payout *payouts;
    size_t payout_capacity;
    size_t payout_count;
};

/* `players` is caller memory for `capacity` players. */
void table_init(struct table *t, const struct table_config *config, struct table_player *players,
    uint32_t capacity);

/* Points a copied struct table (with its players copied to `players`) at its own memory. */
void table_rebase(struct table *t, struct table_player *players, uint32_t capacity);

/* Adds a player in the last seat (15.4): BAD_NAME, DUPLICATE_PLAYER, BAD_AMOUNT, TABLE_FULL (no room in the
 * caller's memory). The new index is player_count - 1. */
enum refusal table_add_player(struct table *t, const char *name, int64_t balance_cents);

/* The same for a name that the caller has already judged (a live table's names are wider): only BAD_AMOUNT and
 * TABLE_FULL. `size` is at most NAME_BYTES_MAX. */
enum refusal table_append_player(
    struct table *t, const char *name, size_t size, int64_t balance_cents);

/* Rule 15.4: 1 to 32 of [A-Za-z0-9_]. */
bool table_name_valid(const char *name, size_t size);

/* Index of the player with that name, or -1. */
int64_t table_find_player(const struct table *t, const char *name);

/* Rules 5 to 11, checks in the order of 15.9 from bad_number on. `player` must be below player_count.
 * For come and dont_come the number is 0 (a new bet goes to the box). */
enum refusal table_bet(struct table *t, uint32_t player, struct bet_ref bet, int64_t amount_cents);

/* What table_bet would answer, changing nothing. */
enum refusal table_bet_check(
    const struct table *t, uint32_t player, struct bet_ref bet, int64_t amount_cents);

/* Rule 12. `has_amount` false removes the whole bet. */
enum refusal table_take(
    struct table *t, uint32_t player, struct bet_ref bet, bool has_amount, int64_t amount_cents);
enum refusal table_take_check(const struct table *t, uint32_t player, struct bet_ref bet,
    bool has_amount, int64_t amount_cents);

/* Rule 9. MARK_DEFAULT is the live table's third mark. */
enum refusal table_mark(struct table *t, uint32_t player, struct bet_ref bet, enum bet_mark mark);

/* Who would throw now (3.2), or -1 when a roll would be refused. */
int64_t table_thrower(const struct table *t);

/* Rule 4: resolves everything and moves the puck. BAD_DICE, NO_SHOOTER; ABOVE_MAX, changing nothing, when so much has
 * been won that a payout could leave 64 bits (more than 2^61 cents; see bank_has_room). */
enum refusal table_roll(struct table *t, unsigned die1, unsigned die2, struct roll_result *result);

/* Rule 16.4: passes over the present thrower; the dice go on to the next player who may throw, in the
 * point phase too. False when there is nobody else. */
bool table_pass_dice(struct table *t);

/* A roll that can have no result (protocol B.5): every bet of the player comes down, contract or not. Returned: to the
 * balance, with the vig that was paid for it (8.3). Forfeited: to the bank. The amount that was on the layout. */
int64_t table_return_bets(struct table *t, uint32_t player);
int64_t table_forfeit_bets(struct table *t, uint32_t player);

/* With no bet left on the layout: the next roll is the come-out of a new hand; the dice stay where they are. */
void table_begin_hand(struct table *t);

/* Money of one player on the layout. */
int64_t table_layout_cents(const struct table_player *p);

/* Rule 1.3: bank + balances + layout = issued. */
bool table_conserved(const struct table *t);

/* True odds, pay ratio and so on, for hints and explanations. Winnings of `amount_cents` if the bet won now
 * on its most usual winning roll (rule 1.4); for split bets the largest. 0 when unknown. */
int64_t bet_winnings_cents(
    const struct table_config *config, struct bet_ref bet, uint8_t point, int64_t amount_cents);

/* Most odds the player may have in total on that odds bet now (6.3); 0 without a base bet. */
int64_t table_odds_cap_cents(const struct table *t, uint32_t player, struct bet_ref odds);

/* The mark of a bet, and whether it works on the next roll (rules 6.6, 7.6, 9). */
enum bet_mark table_bet_mark(const struct table_player *p, uint16_t slot);
bool table_bet_works(const struct table *t, const struct table_player *p, uint16_t slot);

#endif
