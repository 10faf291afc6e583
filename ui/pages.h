/* Pages that are made from files: lists of records, proofs, figures. A thread of the program makes
 * them; the screen asks, goes on drawing, and shows what has come. Plain values like the picture. */
#ifndef UI_PAGES_H
#define UI_PAGES_H

#include "game/tally.h"
#include "ui/proof.h"

enum { UI_RECORDS_MAX = 200 };

struct ui_record {
    char file[UI_NAME_MAX * 3];           /* name in the folder of records, without its ending */
    char table[TABLE_NAME_BYTES_MAX + 1]; /* "" for a split table, and where it cannot be read */
    int64_t used_s;                       /* seconds since 1970 */
    uint64_t bytes;
    uint64_t blocks;
    bool practice;
    bool open;  /* somebody can come back to it: its keys are still here */
    bool whole; /* can be read */
};

/* UI_PAGE_RECORDS: what was kept, newest first. */
struct ui_records {
    struct ui_page_head head;
    uint16_t count;
    uint32_t left_out; /* older ones, beyond UI_RECORDS_MAX */
    struct ui_record items[UI_RECORDS_MAX];
};

/* Kinds of bets in figures. */
enum {
    UI_BET_ROWS_MAX = 22,
    UI_CHART_MAX = 256,
    UI_SUMMARY_PLAYERS_MAX = 50,
    UI_STATS_SESSIONS_MAX = 100,
    UI_STATS_PLAYERS_MAX = 50,
    UI_PHRASE_MAX = 48
};

struct ui_bet_row {
    char name[24];
    uint32_t times, won;
    int64_t staked_cents, net_cents, expected_cents;
};

/* What the test of the dice says (src/dice_test.h). */
struct ui_dice_test {
    double chi_square, p, face_p;
    uint8_t verdict; /* 0 no rolls, 1 fair, 2 odd */
    char words[UI_PHRASE_MAX];
};

struct ui_summary_player {
    char name[NAME_BYTES_MAX + 1];
    uint8_t seat; /* 0: not there at the end */
    bool self, bot;
    int64_t start_cents, end_cents, best_cents;
    uint64_t best_roll;
    int16_t hit_permille; /* -1: nothing decided */
};

/* UI_PAGE_SUMMARY: one record in figures, everything in it checked. `path` is the record. */
struct ui_summary {
    struct ui_page_head head;
    char path[UI_PATH_MAX];
    char file[UI_NAME_MAX * 3];
    char table[TABLE_NAME_BYTES_MAX + 1];
    bool practice, checks;
    char fault[UI_TEXT_MAX + 1]; /* what does not check, and where */
    uint64_t bytes, rolls, blocks, signatures;
    uint16_t members, needed; /* at the end; needed: signatures under every block */
    uint16_t player_count;    /* best net first */
    struct ui_summary_player players[UI_SUMMARY_PLAYERS_MAX];
    uint32_t longest_rolls;
    char longest_name[NAME_BYTES_MAX + 1];
    uint64_t sevens;
    struct ui_dice_test dice;
    bool own; /* there are figures of one's own: */
    int64_t start_cents, end_cents, low_cents, high_cents, expected_cents, net_cents;
    uint16_t chart_count;
    int64_t chart_cents[UI_CHART_MAX]; /* after rolls evenly spread from chart_from to rolls */
    uint64_t chart_from;
    uint8_t bet_count;
    struct ui_bet_row bets[UI_BET_ROWS_MAX];
};

struct ui_stats_session {
    char file[UI_NAME_MAX * 3];
    char table[TABLE_NAME_BYTES_MAX + 1];
    int64_t used_s;
    char date[12]; /* 2026-11-20, by this computer's clock */
    bool practice, own;
    uint64_t rolls;
    int64_t net_cents, expected_cents;
    int16_t hit_permille;
};

struct ui_stats_player {
    char name[NAME_BYTES_MAX + 1];
    bool self;
    uint32_t tables, longest_hand;
    uint64_t rolls; /* thrown */
    int64_t net_cents, best_cents;
    uint32_t won, lost;
};

/* UI_PAGE_STATS: all records that can be read, or the one at `path`. Figures alone: what is in a
 * record is believed, `verify` checks it. */
struct ui_stats {
    struct ui_page_head head;
    char path[UI_PATH_MAX];
    uint32_t sessions, unread; /* records with rolls; that could not be read to their end */
    uint64_t rolls;
    uint32_t faces[6][6];
    struct ui_dice_test dice;
    uint64_t hands, hand_rolls, points_made, points_missed; /* of tables that are not crapless */
    uint32_t longest_rolls;
    char longest_name[NAME_BYTES_MAX + 1];
    char longest_date[12];
    uint8_t last_count;
    uint8_t last[TALLY_LAST_ROLLS]; /* oldest first */
    uint8_t bet_count;
    struct ui_bet_row bets[UI_BET_ROWS_MAX]; /* one's own */
    uint16_t session_count;                  /* newest first */
    struct ui_stats_session items[UI_STATS_SESSIONS_MAX];
    int64_t net_cents, expected_cents;
    uint32_t won, lost;
    uint16_t player_count; /* people, most tables first; bots are not listed */
    struct ui_stats_player players[UI_STATS_PLAYERS_MAX];
};

/* The newest of each that has come. */
struct ui_pages {
    uint64_t version[UI_PAGE_COUNT];
    struct ui_records records;
    struct ui_proof proof;
    struct ui_audit audit;
    struct ui_export export;
    struct ui_evidence evidence;
    struct ui_summary summary;
    struct ui_stats stats;
    struct ui_export csv;
};

/* Asks for a page; what was there goes on being shown until the new one comes. */
void ui_pages_ask(struct ui_pages *p, const struct ui_port *port, enum ui_page page,
    uint64_t number, const char *path);

/* The same for a question with more to it. */
void ui_pages_put(
    struct ui_pages *p, const struct ui_port *port, const struct ui_question *question);

/* Takes what has come. True when anything has. */
bool ui_pages_update(struct ui_pages *p, const struct ui_port *port);

/* Where a page lies in the structure, and its size; NULL for none. */
void *ui_pages_place(struct ui_pages *p, enum ui_page page, size_t *size);

#endif
