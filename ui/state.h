/* What the screen itself remembers: where the cursor is, which popup is open, what is being typed.
 * Everything else comes from the model. */
#ifndef UI_STATE_H
#define UI_STATE_H

#include "ui/feed.h"
#include "ui/felt.h"
#include "ui/keys.h"
#include "ui/learn.h"
#include "ui/model.h"
#include "ui/moves.h"
#include "ui/pages.h"
#include "ui/setting.h"
#include "ui/proof_view.h"
#include "ui/text_field.h"

enum {
    UI_ROWS_MIN = 24,
    UI_COLS_MIN = 80,
    UI_WORD_MAX = 16,
    UI_CHIPS = 5,
    EDIT_BETS_MAX = 24,
    PROPS_PAGES = 3,
};

/* The list of invitation words, which lies in another layer. */
struct ui_word_list {
    /* The word that `text` is, or begins with three letters or more; false when there is none. */
    bool (*find)(const char *text, size_t size, char out[UI_WORD_MAX]);
    /* Words that begin with the text, at most `capacity`; returns how many there are in all. */
    size_t (*complete)(const char *text, size_t size, char out[][UI_WORD_MAX], size_t capacity);
    /* The word with the fewest edits from the text. */
    void (*nearest)(const char *text, size_t size, char out[UI_WORD_MAX]);
};

struct ui_options {
    const struct setting_values *values; /* NULL: every setting at its default */
    bool ascii; /* --ascii or CRAPS_ASCII=1; the locale is looked at besides */
    bool line;  /* --line; TERM=dumb and pipes are looked at besides */
    bool no_mouse;
    bool no_animation;
    bool join;                        /* the screen begins where one joins a table */
    bool qr;                          /* --qr: the code of the words at once */
    const struct ui_word_list *words; /* may be NULL: then words are not checked before sending */
};

enum ui_screen {
    SCREEN_FIRST,
    SCREEN_MENU,
    SCREEN_OPENING,
    SCREEN_JOIN,
    SCREEN_LOBBY,
    SCREEN_TABLE,
    SCREEN_LEAVING,
    SCREEN_RECORDS,
    SCREEN_STATS,
    SCREEN_SUMMARY,
    SCREEN_REPLAY,
};

/* Pages from records over menu or table (ui/book.h). */
enum ui_book { BOOK_NONE, BOOK_RECORDS, BOOK_STATS, BOOK_SUMMARY };

enum ui_popup {
    POPUP_NONE,
    POPUP_PROPS,
    POPUP_EDIT,
    POPUP_AMOUNT,
    POPUP_CONFIRM,
    POPUP_SETS,
    POPUP_EXPLAIN,
    POPUP_HISTORY,
    POPUP_INVITE,
    POPUP_BROKE,
    POPUP_CHECK, /* the network */
    POPUP_FULL,  /* the table has no seat: watch? */
    POPUP_MENU,
    POPUP_HELP,
    POPUP_CHAT,
    POPUP_QUIT,
    POPUP_NAME,
    POPUP_RULES,
    POPUP_PAUSED,
    POPUP_BALLOT,
    POPUP_OPTIONS,
    POPUP_PROOF,
    POPUP_NETWORK,
    POPUP_FIGURES,
    POPUP_KEYS,
    POPUP_EVIDENCE,
    POPUP_ROLL,
    POPUP_CSV,
};

/* In the order they are taught. */
enum ui_lesson {
    LESSON_PASS,
    LESSON_READY,
    LESSON_POINT,
    LESSON_ODDS,
    LESSON_REPEAT,
    LESSON_PLACE,
    LESSON_COME,
    LESSON_TAKE,
    LESSON_COUNT
};

struct ui_state {
    int rows, cols;
    struct setting_values now; /* what is in force; the next ones follow from it */
    bool ascii, animate, mouse;
    uint32_t animation_ms;       /* how long known dice roll out; 0 when nothing moves */
    bool ascii_only, ascii_auto; /* what the terminal can show, and what "auto" means there */
    bool coloured;
    int colours;    /* as many as the terminal has */
    bool copies;    /* the terminal says that it takes text for the clipboard */
    bool qr_wanted; /* --qr: opens once, in the lobby */
    bool qr_inverted;
    uint64_t now_ms;
    const struct ui_word_list *words;

    uint8_t screen; /* enum ui_screen */
    bool first_done, joining_open, in_lobby, was_stage_table;
    bool name_touched;
    struct text_field name;
    uint8_t menu_index;

    uint8_t popup, popup_under; /* enum ui_popup; the one to go back to */
    uint64_t figures_next_ms;   /* when they are asked for again */
    int popup_index, popup_scroll, popup_page;
    struct text_field field;
    bool help_bets;
    bool key_asked;  /* the page of keys waits for the new one */
    bool help_table; /* help of the table, though one came from another screen */
    struct bet_ref edit[EDIT_BETS_MAX];
    unsigned edit_count, edit_index;
    struct live_command confirm;
    uint8_t confirm_action; /* enum ui_action, or ACTION_NONE: the command in `confirm` */
    uint8_t confirm_under;  /* enum ui_popup */
    unsigned confirm_number;
    bool confirmed; /* what is done now was asked about */
    char question[SENTENCE_MAX], question_more[SENTENCE_MAX];
    uint8_t prop_choice[PROPS_PAGES][24]; /* which number each line of the props is set to */

    uint8_t spot;         /* enum felt_name */
    uint8_t chip;         /* 0..UI_CHIPS-1 */
    uint8_t shown_seat;   /* whose bets are marked on the felt; 0 = nobody's */
    uint8_t players_down; /* so far the list of players is scrolled, where they do not all fit */
    bool coach;
    uint8_t lessons[LESSON_COUNT]; /* how often each was done, at most LESSON_TIMES */
    bool point_lesson;             /* what a point is has just been told */

    char say[SENTENCE_MAX]; /* the sentence of the last key, until the next */
    bool say_warning;
    uint64_t say_until_ms;
    uint64_t away_seen; /* seats whose absence was acknowledged */
    uint64_t away_now;
    uint32_t alert_seen; /* the last alert that was put away */
    bool split_was_offered, broke_seen, slow_said, was_stalled;
    uint64_t paused_seen_ms; /* of the pause whose choices were put away: when it began */
    bool rolling, my_turn;
    uint64_t rolling_since_ms;
    uint64_t result_roll; /* the roll whose result is being shown, and since when */
    uint64_t result_ms;
    bool result_shown;

    struct text_field join;
    uint32_t full_seen; /* full tables that were asked about */
    bool join_details;
    int join_index; /* row in the list of tables, or below it */
    bool pasting;

    struct learn learn;
    struct moves moves;
    struct feed feed;
    struct ui_pages pages;
    struct proof_view proof;
    uint8_t book, book_page; /* enum ui_book; which page of it */
    int book_index;
    bool book_wanted;              /* the summary: its contents are still to be asked for */
    bool book_ends;                /* behind it there is no menu: closing it ends the program */
    char last_record[UI_PATH_MAX]; /* of the table that is open, or was left last */
    bool table_rolled;
    uint32_t replay_jumps;
    char csv_path[UI_PATH_MAX]; /* the record that is being written in another form */
    uint64_t csv_seen;          /* the version of that page that was told of */
    uint64_t table_since_ms, table_until_ms, table_rolls, table_took_s;

    uint64_t interrupt_ms; /* the first Ctrl-C */
    bool want_quit, want_suspend, want_redraw;
    bool want_look; /* colours, felt or mouse have changed */
    bool want_line; /* go on in lines of text */
    bool want_bell;
    bool want_lessons;             /* they are to be kept */
    char want_replay[UI_PATH_MAX]; /* a record to be played again */
    char want_copy[96];            /* text for the terminal's clipboard */
    struct canvas canvas;
};

extern const int64_t ui_chip_cents[UI_CHIPS];

/* In the caller's memory; large, so not on a stack. */
void ui_state_init(struct ui_state *s, const struct ui_options *options, bool ascii);

/* Brings the state up to a new picture and time. */
void ui_state_update(struct ui_state *s, const struct ui_model *model, uint64_t now_ms);

/* A notice arrived. */
void ui_state_notice(struct ui_state *s, const struct notice *n, const struct ui_model *model);

/* One key. */
void ui_state_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *model, int32_t key);

/* A click or wheel on a cell; button 1 left, 3 right, 4 and 5 wheel. */
void ui_state_mouse(struct ui_state *s, const struct ui_port *port, const struct ui_model *model,
    int row, int col, int button);

/* When the screen changes by itself next (a clock, an animation); 0 = not before something happens.
 * */
uint64_t ui_state_next_ms(const struct ui_state *s, const struct ui_model *model);

/* Which screen, popup and page is open: a click is for the one that was drawn (canvas.picture). */
uint32_t ui_picture(const struct ui_state *s);

/* Draws the whole screen: a pure function of state and model. */
void ui_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *model);

/* Says a sentence in the info line. */
void ui_say(struct ui_state *s, bool warning, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A choice of the player, put in force at once and written to the settings file by the manager. */
void ui_setting_choose(
    struct ui_state *s, const struct ui_port *port, enum ui_setting setting, unsigned choice);

/* What the terminal made of the colours: whether there are any, and how many it has. */
void ui_setting_coloured(struct ui_state *s, bool coloured, int colours);

/* An option of the command line: it goes before the file for this time. */
void ui_setting_force(struct ui_state *s, enum ui_setting setting, bool given, unsigned choice);

/* What the choices mean for this screen: at the beginning, and whenever one changes. */
void ui_setting_apply(struct ui_state *s, enum ui_setting setting);

/* Sends a command without a bet; says so when the queue is full. */
bool ui_send(struct ui_state *s, const struct ui_port *port, enum ui_command_kind kind,
    uint32_t number, const char *text);

#endif
