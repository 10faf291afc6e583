/* Pages over the menu or the table that are made from records (ui/pages.h): the list of saved tables,
 * statistics, and the summary of a table that has ended. */
#ifndef UI_BOOK_H
#define UI_BOOK_H

#include "ui/state.h"

/* Keys that a click stands for: a page of statistics, a row of a list. */
enum { BOOK_HIT_PAGE = 0x118000, BOOK_HIT_ROW = 0x118100 };

/* Opens one; `path` is a record, or "" for all of them or none. */
void book_open(struct ui_state *s, const struct ui_port *port, enum ui_book book, const char *path);
void book_close(struct ui_state *s);

/* Asks for a page's contents anew. */
void book_ask(struct ui_state *s, const struct ui_port *port, enum ui_page page, const char *path);

/* The record that "this session" means: the table that is open or was left last, else the newest. */
const char *book_this_session(const struct ui_state *s);

/* Wants the record played again; the loop does it. */
void book_watch(struct ui_state *s, const char *path);

/* Asks where the record at `path`, of that name, is to be written in another form; writes it there; says when it has been. */
void book_csv_open(struct ui_state *s, const char *path, const char *file);
void book_csv_write(struct ui_state *s, const struct ui_port *port);
void book_csv_told(struct ui_state *s);

/* Puts the origin where an 80 or 120 cells wide page belongs and gives that width. */
int book_begin(struct canvas *c, const struct ui_state *s);

/* The line of keys at the bottom, or what is to be said. */
void book_keys(struct canvas *c, const struct ui_state *s, int wide, const char *keys);

/* How far the page is, in that row, while it is being made. */
void book_making(
    struct canvas *c, const struct ui_state *s, const struct ui_page_head *head, int row, int wide);

/* Up, down, PgUp, PgDn, Home, End in a list; false for other keys. */
bool book_list_key(struct ui_state *s, int32_t key, int count);

/* Esc, q, ?: what works on every page. */
void book_key(struct ui_state *s, int32_t key);

/* A table was entered or left: remembers its record, and opens the summary when one left. */
void book_update(struct ui_state *s, const struct ui_model *m);

/* Has the contents made that book_update wanted. */
void book_wishes(struct ui_state *s, const struct ui_port *port);

/* Whole chips, rounded down, so that start, net and end add up as shown. */
int64_t book_chips(int64_t cents);

/* First of the rows shown so that the chosen one is among them. */
int book_first(const struct ui_state *s, int count, int rows);

/* Statistics. */
enum { STATS_DICE, STATS_BETS, STATS_SESSIONS, STATS_PLAYERS, STATS_PAGES };
unsigned stats_ways(unsigned total);
void stats_bets_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_stats *p, int wide);
void stats_sessions_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_stats *p, int wide);
void stats_players_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_stats *p, int wide);

void screen_records_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void screen_records_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);
void screen_stats_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void screen_stats_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);
/* A saved table shown again (STAGE_REPLAY). */
void replay_update(struct ui_state *s, const struct ui_model *m);
/* To the roll of that number, as it was typed. */
void replay_go(struct ui_state *s, const struct ui_port *port, const char *text);
/* When the picture changes by itself; 0 = not. */
uint64_t replay_next_ms(const struct ui_state *s, const struct ui_model *m);
void screen_replay_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void screen_replay_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);
void screen_summary_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);
void screen_summary_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key);

#endif
