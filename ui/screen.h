/* The screens: each draws itself and takes its keys. */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include "ui/state.h"

void screen_first_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void screen_first_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);

void screen_menu_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void screen_menu_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);

/* A table is being opened, or left. */
void screen_wait_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);

void screen_lobby_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void screen_lobby_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);

/* With an empty field, and the network is searched. */
void screen_join_open(struct ui_state *s, const struct ui_port *port);
void screen_join_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void screen_join_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);

void screen_table_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void screen_table_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);

void screen_table_wide_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);

/* screen_small.c: below 80x24. */
void screen_small_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void screen_small_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);

/* Parts of the table. */
/* "●●●●● 5/5 agree  12 ms  dice OK" and "bets close in 0:14". */
void table_badge(const struct ui_model *m, char *out, size_t size);
void table_clock_text(const struct ui_state *s, const struct ui_model *m, char *out, size_t size);
/* One item of the row of chips; a click on it chooses that chip. Returns its cells. */
int table_chip_draw(struct canvas *c, const struct ui_state *s, unsigned chip, int row, int col);
void felt_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void felt_wide_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
/* The selected spot stands out, what cannot be bet is dim. */
void felt_marks_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m,
    const struct felt_layout *layout);
void dice_panel_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void players_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void history_draw(struct canvas *c, const struct ui_model *m, int row);
/* Is the alert of the picture in sight? */
bool info_alerts(const struct ui_state *s, const struct ui_model *m);
/* coach.c: what to do now, or "". */
void info_coach_line(const struct ui_state *s, const struct ui_model *m, char out[SENTENCE_MAX]);
/* What the keys do about it, to the left of column `end`. */
enum { ALERT_KEYS_COLS = 23 };
void alert_keys_draw(struct canvas *c, const struct ui_model *m, int row, int end);
void info_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row);
/* Table talk beside the felt, or below it where there is room. */
void table_talk_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void table_keys_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row);

/* Popups over whatever screen is there. */
void popup_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void popup_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);
void popup_open(struct ui_state *s, enum ui_popup popup);

/* Where row 0, column 0 of a popup lie: popups are made for 80x24, and a wide table has them in the
 * middle of its felt. */
void popup_origin(const struct ui_state *s, int *row, int *col);

/* The last row of the window, seen from there, and what the keys do while a popup is open, written
 * there; the two rows over the rack. */
int popup_bottom_row(const struct ui_state *s);
int popup_lines_row(const struct ui_state *s);
void popup_keys(struct canvas *c, const struct ui_state *s, const char *text);

/* The field that is being typed into, on a row of its own. */
void popup_field_draw(struct canvas *c, const struct ui_state *s, int row, const char *label);

/* popup_chat.c: the message line. What is typed is said, or done when it begins with a slash. */
void chat_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void chat_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);

/* Blank rows as wide as the layout, written from its left edge between the two calls; returns how
 * wide. */
int popup_row_begin(struct canvas *c, const struct ui_state *s, int row, int rows);
void popup_row_end(struct canvas *c, const struct ui_state *s);

void menu_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void menu_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);
void sets_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void sets_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);
/* popup_ballot.c: who comes, who goes. */
void ballot_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void ballot_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);
void ballot_open(struct ui_state *s, const struct ui_model *m);

/* popup_paused.c: too few answer. */
void paused_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void paused_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);
/* Opens it when it is time, and closes it by itself when the table goes on. */
void paused_update(struct ui_state *s, const struct ui_model *m);

/* popup_invite.c: the words and their QR code. */
bool invite_qr_fits(const struct ui_state *s, const struct ui_model *m);
void invite_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void invite_key(struct ui_state *s, const struct ui_model *m, int32_t key);
/* Hands the join command to the terminal's clipboard and says so. */
void invite_copy(struct ui_state *s, const struct ui_model *m);

/* One of the sets of place bets, by its line. */
void sets_bet(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, unsigned index);

/* popup_confirm.c: asks, and does it after the answer. */
void confirm_open(struct ui_state *s, struct live_command command, const char *question);
/* True when so much more on a bet is asked about first (confirm_big_bets). */
bool confirm_bet(struct ui_state *s, const struct ui_model *m, struct bet_ref bet, int64_t cents);
/* The same for several bets at once: `action` (ACTION_SETS: its line `number`) does them. */
bool confirm_sum(struct ui_state *s, const struct ui_model *m, enum ui_action action,
    unsigned number, int64_t cents, const char *what);
void confirm_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);

/* popup_options.c */
void options_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void options_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);

/* screen_proof.c: was a roll fair. `path` is the record, roll 0 its last; closing it goes back to the
 * popup that is open now. */
void proof_open(struct ui_state *s, const struct ui_port *port, const struct ui_model *m,
    const char *path, uint64_t roll);
/* Tells the table that its record does not check. After the pages were brought up to date. */
void proof_update(struct ui_state *s, const struct ui_port *port, const struct ui_model *m);
void proof_open_last(struct ui_state *s, const struct ui_port *port, const struct ui_model *m);
void proof_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void proof_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);

/* screen_evidence.c: the proofs against who lied at this table. */
void evidence_open(struct ui_state *s, const struct ui_port *port, const struct ui_model *m);
void evidence_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void evidence_key(struct ui_state *s, int32_t key);

/* screen_network.c */
void network_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void network_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);
/* The first row of the pages about the network. */
void network_title_draw(struct canvas *c, const struct ui_model *m, const char *what, int cols);
/* screen_figures.c: how the program is doing; asked for again while it is open. Closing it goes back to `under`. */
void figures_open(struct ui_state *s, const struct ui_port *port, enum ui_popup under);
void figures_update(struct ui_state *s, const struct ui_port *port);
void figures_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void figures_key(struct ui_state *s, int32_t key);
/* "●●●●○ 4/5 agree  15 ms  dice OK" */
void table_badge(const struct ui_model *m, char *out, size_t size);

/* popup_keys.c */
void keys_page_draw(struct canvas *c, const struct ui_state *s);
void keys_page_key(struct ui_state *s, const struct ui_port *port, int32_t key);

/* popup_broke.c: out of chips; it opens and closes by itself. */
void broke_update(struct ui_state *s, const struct ui_model *m);
void broke_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void broke_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);

/* popup_rules.c: the house rules while nobody else sits here. */
void rules_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void rules_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);

/* popup_check.c: what may keep tables from being found; closing it goes back to `under`. */
void check_open(struct ui_state *s, const struct ui_port *port, enum ui_popup under);
void check_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void check_key(struct ui_state *s, const struct ui_port *port, int32_t key);

/* popup_about.c: help about a screen that is not the table; false where there is none. */
bool about_has(const struct ui_state *s);
void about_draw(struct canvas *c, const struct ui_state *s);
void about_key(struct ui_state *s, int32_t key);

void explain_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void explain_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);
void rolls_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void rolls_key(struct ui_state *s, const struct ui_model *m, int32_t key);

void props_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
/* How many of the one-roll bets and hardways may be made now; the most that one pays to one, and the
 * least edge. */
unsigned props_open(const struct ui_state *s, const struct ui_model *m, unsigned *pays_to_one,
    unsigned *edge_hundredths);
/* The nth of all one-roll bets and hardways; false after the last. */
bool props_nth(const struct table_config *config, int n, struct bet_ref *bet);
void props_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);
void edit_open(struct ui_state *s, const struct ui_model *m);
void edit_open_bet(struct ui_state *s, struct bet_ref bet);
void edit_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void edit_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);
void help_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void help_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);

/* Moves at the table; each says what it did or why not. */
void table_action(struct ui_state *s, const struct ui_port *port, const struct ui_model *m,
    enum ui_action action, int32_t key);
void act_bet(struct ui_state *s, const struct ui_port *port, const struct ui_model *m,
    struct bet_ref bet, int64_t cents);
void act_chip(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, struct bet_ref bet);
void act_less(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, struct bet_ref bet);
void act_take(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, struct bet_ref bet);
void act_press(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, struct bet_ref bet);
void act_working(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, struct bet_ref bet);
void act_odds_max(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, struct bet_ref bet);
bool is_odds(struct bet_ref bet);

/* The odds that one chip of odds goes to: behind a come or put bet of the selected number, else
 * behind the line. */
struct bet_ref act_odds_bet(const struct ui_state *s, const struct ui_model *m);

/* Own cents on a bet and in the rack, as shown. */
int64_t act_own_cents(const struct ui_state *s, const struct ui_model *m, struct bet_ref bet);
int64_t act_balance_cents(const struct ui_state *s, const struct ui_model *m);

/* Sends any move, or says why it is refused. */
bool act_move(struct ui_state *s, const struct ui_port *port, const struct ui_model *m,
    struct live_command command);
void act_refused(struct ui_state *s, const struct ui_model *m, enum refusal r, struct bet_ref bet);

/* What one chip on the bet comes to now: rounded up so that it pays in full, cut to the odds that
 * are allowed. */
int64_t chip_stake_cents(const struct ui_state *s, const struct ui_model *m, struct bet_ref bet);

/* Why the bet cannot be made now, money aside; REFUSAL_NONE when it can. */
enum refusal bet_closed(const struct ui_state *s, const struct ui_model *m, struct bet_ref bet);

/* The letter of an account's chips: the seat's, or for who has stood up the name's, in small. */
char account_letter(const struct live *l, unsigned account);

/* The same as this screen shows it: the player may have chosen a letter of the own, which nobody else's seat has. */
char chip_letter(const struct ui_state *s, const struct ui_model *m, unsigned account);

/* The player's name in an account, or "nobody". */
const char *account_name(const struct live *l, unsigned account);

#endif
