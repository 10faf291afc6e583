/* What the screen may know and what it may ask: the immutable picture the manager publishes, the
 * notices of the event bus, and the commands of the player. Plain values: the screen sees numbers
 * and words, never a vote. */
#ifndef UI_MODEL_H
#define UI_MODEL_H

#include "game/event.h"
#include "game/live.h"
#include "ui/qr.h"

enum ui_stage {
    STAGE_MENU,    /* no table */
    STAGE_OPENING, /* a table of our own is being set up (solo or host) */
    STAGE_JOINING, /* see `joining` */
    STAGE_TABLE,   /* seated, or watching */
    STAGE_LEAVING, /* leaving properly */
    STAGE_ENDED,   /* everything is closed: the screen may end the program */
    STAGE_REPLAY,  /* a saved table is being shown again: see `replay` */
};

enum {
    UI_TEXT_MAX = 200,
    UI_NAME_MAX = 40,
    UI_HISTORY_MAX = 64,
    UI_PAYOUTS_MAX = 96,
    UI_FOUND_MAX = 32,
    UI_DOOR_MAX = 8,
    UI_TOPIC_MAX = 64,
    UI_COLOURS = 8,
    UI_STEPS_MAX = 24,
    UI_BALLOTS_MAX = 64,
    UI_PATH_MAX = 1100,
    UI_FAREWELL_MAX = UI_PATH_MAX + UI_TEXT_MAX,
};

/* Somebody the members may vote on. */
struct ui_ballot {
    uint8_t id[32];
    char name[UI_NAME_MAX + 1];
    bool asks;            /* to come in; else sits here, and may be sent away */
    bool own_yes, own_no; /* what we have said */
    uint16_t yes, no, needed;
};

struct ui_peer {
    char name[UI_NAME_MAX + 1];
    char address[32]; /* "192.168.1.20:7777" or "this computer" */
    uint8_t seat;
    bool self;
    bool linked;               /* answering now */
    char via[UI_NAME_MAX + 1]; /* no link with us, but here all the same: who told us so; or "" */
    uint32_t rtt_us;           /* 0 unknown */
    uint32_t away_s;           /* since when silent */
    bool share_in;             /* its piece of the dice that are out is in */
    bool opened;               /* the table */
    bool votes;                /* member of this round: its signature counts */
    uint64_t rolls; /* up to which its signature stands in our record; 0 = none of this run */
    uint16_t lost_permille; /* of the packets; UI_LOST_UNKNOWN */
};

#define UI_LOST_UNKNOWN UINT16_MAX

enum ui_step_kind {
    UI_STEP_LOCK = 1, /* bets of `roll` locked */
    UI_STEP_PIECES,   /* of `roll`: `signers` came, `members` needed */
    UI_STEP_ROLL,     /* `roll`, die1, die2: agreed and paid */
    UI_STEP_MEMBERS,  /* a new round of `roll` members, with a key of its own */
    UI_STEP_AWAY,     /* who; so are the next ones */
    UI_STEP_BACK,
    UI_STEP_SEATED,
    UI_STEP_LEFT,
};

/* Something the table agreed on. */
struct ui_step {
    uint8_t kind; /* enum ui_step_kind */
    uint8_t die1, die2;
    uint16_t signers, members; /* signatures that it is kept with, of how many */
    uint32_t took_us;          /* since the bets were locked; 0 = says nothing */
    uint64_t t_ms, roll, height;
    char who[UI_NAME_MAX + 1];
};

struct ui_roll {
    uint64_t roll;
    uint8_t die1, die2;
    uint8_t point_before, point_after;
    bool seven_out, point_made, natural, craps;
    char shooter[UI_NAME_MAX + 1];
};

struct ui_payout {
    uint16_t player; /* account index */
    struct bet_ref bet;
    uint8_t result; /* enum payout_result */
    int64_t amount_cents, paid_cents;
};

struct ui_found {
    char name[UI_NAME_MAX + 1];
    char host[UI_NAME_MAX + 1];
    char first_word[16];
    char address[32];
    uint16_t seats, seated;
    int64_t min_cents, max_cents;
    uint8_t state; /* 0 in the lobby, 1 playing */
    uint16_t version, our_version;
    uint32_t rtt_ms; /* question to answer */
};

struct ui_door {                /* somebody who is coming in */
    char name[UI_NAME_MAX + 1]; /* or the address */
    uint8_t
        step; /* 0 proving the words, 1 reading the record, 2 waits for a seat, 3 members are asked */
};

struct ui_joining {
    uint8_t step; /* 0 looking, 1 words, 2 record, 3 seat, 4 done */
    bool asked;   /* ... the members are asked, */
    uint16_t asked_yes, asked_needed;
    char table[UI_NAME_MAX + 1];
    char address[32];
    char host[UI_NAME_MAX + 1];
    uint64_t blocks_checked, blocks_known;
    uint64_t rolls_checked;
    bool coming_back; /* to the own seat: no words are needed */
    bool heard;       /* somebody of that table answers */
    uint64_t since_ms;
    bool failed;
    char error[UI_TEXT_MAX + 1]; /* one sentence: what happened, what to do */
};

enum { UI_MOMENTS_MAX = 8 };

struct ui_moment { /* of a saved table */
    uint64_t roll;
    char text[UI_NAME_MAX + 1];
};

/* A saved table and the place in it that is shown. */
struct ui_replay {
    uint64_t roll;        /* the last one that has happened here */
    uint64_t first, last; /* rolls of the record that have been read and checked so far */
    bool playing, done;   /* done: read to its end */
    bool checks;          /* so far as it was read, and when done: to its end */
    bool result;          /* this very moment is the result of `roll` */
    uint8_t percent;      /* read */
    uint16_t speed_percent;
    uint16_t signed_by, members; /* signatures under the blocks here */
    uint16_t seat_view;          /* whose seat is looked from, 0 = nobody's */
    uint64_t next_ms;            /* when the picture changes by itself, 0 = not */
    uint32_t jumps;              /* grows when the place changes other than by going on */
    char date[12];
    char problem[UI_TEXT_MAX + 1];
    uint8_t moment_count;
    struct ui_moment moments[UI_MOMENTS_MAX];
};

/* Why a table is not found: only what this computer can know. */
struct ui_check {
    bool done; /* asked for, and filled in */
    bool wait; /* answers may still come */
    uint8_t way_count;
    struct {
        char name[16], address[16], broadcast[16];
        bool loopback, asked, refused;
    } ways[6];
    uint16_t lobby_port, member_port, discovery_port; /* 0: closed, or off */
    bool listening;
    bool bound; /* --bind: other networks are left alone */
    uint32_t answers, questions;
};

/* A strategy for the own player. */
enum ui_auto {
    UI_AUTO_NONE,
    UI_AUTO_PLAYS,
    UI_AUTO_STOPPED, /* by hand, or it has ended */
};

struct ui_times { /* of the newest ones; count: of all */
    uint32_t p50_us, p95_us, p99_us;
    uint64_t count;
};

struct ui_link { /* what came and went over a link since it is up, in bytes of messages */
    char name[UI_NAME_MAX + 1];
    uint64_t received, sent;
};

/* How the program is doing, of the moment when UI_FIGURES last asked. */
struct ui_figures {
    bool known;
    struct ui_times commit, roll;
    uint64_t tries_lost, refused;
    uint32_t pending;
    uint8_t link_count;
    struct ui_link links[LIVE_SEATS_MAX];
    uint64_t received_bytes, sent_bytes, received_packets, sent_packets;
    uint64_t rejected, dropped;
    uint32_t commands, notices, pool;
    uint64_t checked,
        broken; /* blocks after which all that must hold was looked at; did not hold */
    uint64_t queue_lost, pictures, pictures_again;
    uint64_t resident_bytes;
    uint32_t cpu_permille; /* of one processor, since the last look */
    uint32_t cpu_ms;
    char served[96]; /* where others can read such figures, or "" */
};

/* One picture of everything. Amounts in cents, times on the monotonic clock of `now_ms`. */
struct ui_model {
    uint64_t version;
    uint64_t now_ms; /* when it was published */
    uint8_t stage;   /* enum ui_stage */
    char
        error[UI_TEXT_MAX + 1]; /* the last thing that could not be done, one sentence; "" = none */

    char my_name[UI_NAME_MAX + 1];
    bool first_run;                   /* no settings file yet */
    char last_table[UI_NAME_MAX + 1]; /* a table that can be rejoined, or "" */
    uint64_t last_table_age_s;

    bool searching;
    uint16_t found_count;
    struct ui_found found[UI_FOUND_MAX];
    struct ui_joining joining;
    struct ui_check check;
    struct ui_figures figures;
    uint32_t full_count; /* grows when a table that was to be joined had no seat free */

    /* The table. */
    char table_name[TABLE_NAME_BYTES_MAX + 1];
    bool practice;   /* solo with bots: labelled so everywhere */
    bool hosting;    /* we opened it */
    bool sponsoring; /* the words work at our door */
    bool watching;
    bool watching_for_seat; /* ... until one is free */
    char words[64];         /* "otter-canyon-velvet", or "" when not ours to show */
    char address[32];       /* where friends connect */
    struct ui_qr qr;        /* "craps join WORDS", made once for these words */
    char fingerprint[40];   /* of the table, for saying aloud: the same on every screen; or "" */
    uint32_t words_failed;
    uint16_t door_count;
    struct ui_door door[UI_DOOR_MAX];

    int16_t me;                      /* own account index, or -1 */
    uint8_t autoplay;                /* enum ui_auto */
    char auto_name[UI_NAME_MAX + 1]; /* of the strategy */
    struct live live;                /* the agreed state: never assign, use live_copy */
    uint64_t window_closes_ms;       /* 0: no window running */
    uint64_t shooter_until_ms;       /* 0: no shooter clock running */

    /* Who asks to come in, then who sits here but us. */
    uint16_t ballot_count, asking; /* asking: the first so many */
    struct ui_ballot ballots[UI_BALLOTS_MAX];

    /* The dice. */
    uint16_t shares_in, shares_needed;
    bool preview; /* dice known, the payout is being agreed */
    uint8_t preview_die1, preview_die2;
    bool dice_checked; /* the last roll's pieces were verified here */

    /* Agreement. */
    uint32_t epoch;
    uint64_t height;
    uint16_t members, answering, needed, faulty;
    uint32_t worst_ping_us;
    char slow_name[UI_NAME_MAX + 1]; /* whose ping that is */
    char topic[UI_TOPIC_MAX + 1];    /* of the table's talk, or "" */
    uint8_t
        colours[LIVE_SEATS_MAX + 1]; /* by seat: 1 to 8 that its player chose, 0 = the seat's own */
    bool renamed
        [LIVE_ACCOUNTS_MAX]; /* the name in `live` is one taken at the table, not the agreed one */
    bool stalled;
    uint64_t stalled_since_ms;
    char missing[UI_TEXT_MAX / 2 + 1]; /* who is waited for: "Bo and Cy", or "" */
    char here[UI_TEXT_MAX / 2 + 1];    /* who else answers, or "" */
    uint64_t retry_at_ms;              /* when somebody silent is called next; 0 = nobody is */
    bool split_offered;                /* it has lasted: wait, split or leave */
    uint8_t split_step;                /* 0: we have not said split; 1: we have; 2: and signed */
    uint16_t split_yes, split_of;      /* how many of those here have said so */
    bool dice_bad;                     /* ... because the next roll does not fit its pieces */
    uint64_t bad_roll; /* does not check in our record: this seat has stopped; 0 = none */
    bool broken;       /* this program made a mistake: this seat has stopped */
    bool alarm;        /* our table and the others' differ: this seat has stopped voting */
    bool cut_off;      /* nobody answers */
    uint64_t cut_off_since_ms;
    uint64_t slept_until_ms; /* 0, or so long it is said that this computer slept */
    uint64_t slept_s;        /* how long it did */
    uint32_t slept_rolls;    /* what was rolled meanwhile and since, and checked here */
    bool catching_up;
    bool pending_member; /* seat comes with the next switch */
    uint32_t commit_us_p50;
    uint16_t peer_count;
    struct ui_peer peers[LIVE_SEATS_MAX];
    uint16_t step_count; /* the last ones, oldest first */
    struct ui_step steps[UI_STEPS_MAX];
    char log_file[UI_PATH_MAX]; /* of this program, or "" */

    /* What has to be seen (a cheat caught): it stays until it is put away. Grows with each. */
    uint16_t lies; /* proven at this table, as far as this program saw */
    uint32_t alert_count;
    char alert[UI_TEXT_MAX + 1], alert_more[UI_TEXT_MAX + 1];
    char record[UI_PATH_MAX];       /* the file that keeps this table, or "" */
    char farewell[UI_FAREWELL_MAX]; /* what to say about this table after the end, or "" */

    /* What happened. */
    uint64_t history_count; /* rolls so far; the ring holds the last UI_HISTORY_MAX, oldest first */
    uint16_t history_kept;
    struct ui_roll history[UI_HISTORY_MAX];
    uint16_t payout_count; /* of the last roll, of everybody */
    struct ui_payout payouts[UI_PAYOUTS_MAX];
    struct ui_replay replay; /* STAGE_REPLAY */
    int64_t session_cents;   /* own result since sitting down */

    /* Own commands: everything with id <= done_id is agreed or refused, and so is everything from
     * refused_from to refused_to while earlier ones are still on their way. */
    uint32_t done_id, refused_from, refused_to;
};

enum notice_kind {
    NOTICE_GAME = 1, /* `game` with `who` resolved */
    NOTICE_CHAT,     /* who, text */
    NOTICE_REFUSED,  /* own command `id` refused: `refusal`, and `game.bet` */
    NOTICE_DONE,     /* own command `id` agreed */
    NOTICE_INFO,     /* text: a sentence for the feed */
    NOTICE_WARNING,  /* text: a sentence that matters (away, cut off, evidence) */
    NOTICE_NAMES,    /* text: somebody is called otherwise, the topic is another */
};

/* Which line of table talk it is. Lines are shown in the order (lamport, author, incarnation, number), which is the
 * same for everybody, whenever they came. */
struct ui_talk {
    uint64_t lamport;
    uint8_t author[8];
    uint32_t incarnation, number;
    uint32_t missing; /* so many lines of that player before it have not come */
    bool gap;         /* something before it has not come */
    bool history;     /* said before we came */
    bool
        replaces; /* stands for the line of that number that was shown before; text may be empty: it is gone */
    bool twice;   /* its author has said two different lines under this number */
    bool renamed; /* `who` is not the agreed name: the seat's letter goes with it */
};

struct notice {
    uint8_t kind;
    uint8_t seat;
    uint16_t refusal; /* enum refusal */
    uint32_t id;
    uint64_t t_ms;
    struct event game;
    struct ui_talk talk; /* of NOTICE_CHAT */
    char who[UI_NAME_MAX + 1];
    char text[UI_TEXT_MAX + 1];
};

/* Moves of a replay. */
enum ui_replay_move {
    REPLAY_PLAY,  /* or pause */
    REPLAY_PAUSE, /* in any case */
    REPLAY_GO,    /* text = roll; 0 = before the first */
    REPLAY_ROLLS, /* text = so many rolls on, or back */
    REPLAY_STEPS, /* text = so many moments on, or back */
    REPLAY_HANDS, /* text = so many hands on, or back */
    REPLAY_SPEED, /* text = 1 faster, -1 slower */
    REPLAY_SEAT,  /* text = 1 the next seat, 0 nobody's */
    REPLAY_LEAVE,
};

enum ui_ballot_answer {
    UI_LET_IN = 1,
    UI_KEEP_OUT,
    UI_SEND_AWAY,
    UI_KEEP_HERE,
};

enum ui_command_kind {
    UI_LIVE = 1, /* live: a move at the table */
    UI_CHAT,     /* text */
    UI_SOLO,     /* play alone; number = bots, text = name of the table or "" */
    UI_HOST,     /* open a table; text = name or "" */
    UI_JOIN,     /* text = words[@host[:port]] */
    UI_REJOIN,   /* the last table */
    UI_SEARCH,   /* look around the LAN */
    UI_CANCEL,   /* stop joining */
    UI_LEAVE,    /* leave the table properly, back to the menu */
    UI_QUIT,     /* leave properly and end the program */
    UI_SET_NAME, /* text */
    UI_ADD_BOT,
    UI_NEW_WORDS,
    UI_AUTO, /* the own strategy: number = 1 plays, 0 stops */
    UI_SPLIT, /* while the table waits: go on without whoever is silent, if everybody here wants it */
    UI_WAIT,     /* do not, or not after all */
    UI_RETRY,    /* dial everybody who is silent, now */
    UI_FIGURES,  /* measure how the program is doing */
    UI_CHECK,    /* look what may keep tables from being found */
    UI_WATCH,    /* the table that was full: watch it until a seat is free */
    UI_BAD_ROLL, /* number: a roll of our own record does not check: stop this seat */
    UI_BALLOT, /* number = enum ui_ballot_answer; live.subject whom it is about, or zero: text = name */
    UI_COLOUR,  /* number = 1 to UI_COLOURS, 0 = the seat's own */
    UI_TOPIC,   /* text, or "" */
    UI_RULE,    /* text = "KEY VALUE": house rule, while alone at the own table (rule 16.8) */
    UI_REPLAY,  /* number = enum ui_replay_move, text = its argument */
    UI_SETTING, /* text = "KEY VALUE": into the settings file (ui/setting.h, or keys.ACTION) */
};

struct ui_command {
    uint8_t kind;
    uint32_t id; /* strictly increasing per screen; 0 = do not report */
    uint32_t number;
    struct live_command live;
    uint64_t key_us, pushed_us, popped_us; /* the program's, when somebody traces */
    char text[UI_TEXT_MAX + 1];
};

/* What the screen tells who traces. */
enum ui_sight {
    UI_SAW_KEY,      /* a key, or a line, came */
    UI_SAW_KEY_DONE, /* what it led to has been sent */
    UI_SAW_PICTURE,  /* that version of the picture is on the terminal */
};

/* Pages made from files (ui/pages.h). */
enum ui_page {
    UI_PAGE_RECORDS,
    UI_PAGE_PROOF,
    UI_PAGE_AUDIT,
    UI_PAGE_EXPORT,
    UI_PAGE_EVIDENCE,
    UI_PAGE_SUMMARY,
    UI_PAGE_STATS,
    UI_PAGE_CSV,
    UI_PAGE_COUNT,
};

struct ui_question {
    uint8_t page;    /* enum ui_page */
    uint64_t number; /* which roll, as the page has it */
    char path[UI_PATH_MAX];
    char to[UI_PATH_MAX]; /* a file to be written, or "" */
};

/* How the screen reaches the manager: three things only, and pages from the clerk. All calls are
 * wait-free, but for the copying of a page. */
struct ui_port {
    void *self;
    /* The latest picture, valid until release; nest-free. */
    const struct ui_model *(*acquire)(void *self);
    void (*release)(void *self);
    /* False when the bounded command queue is full: say so, nothing was sent. */
    bool (*command)(void *self, const struct ui_command *command);
    /* The next notice; false when there is none. `lost` is set to how many were overwritten before
     * it. */
    bool (*notice)(void *self, struct notice *notice, uint64_t *lost);
    /* A descriptor that becomes readable when there is something new, and how to clear it: clear
     * first, then look at picture and notices, then wait again. Never NULL. */
    int wake_fd;
    void (*clear)(void *self);
    uint64_t (*now_ms)(void *self);
    /* Has a page made; false when it cannot be. */
    bool (*ask)(void *self, const struct ui_question *question);
    /* The newest page of a kind, when it is newer than *seen; `size` is the kind's. */
    bool (*answer)(void *self, enum ui_page page, uint64_t *seen, void *out, size_t size);
    /* Another port, of the same screen's thread, that shows a record again: by its path, or its name among those of this port. False,
     * with a sentence, when it cannot be. Both may be NULL. */
    bool (*replay_open)(
        void *self, const char *path, struct ui_port *out, char problem[UI_TEXT_MAX + 1]);
    void (*replay_close)(void *self, struct ui_port *port);
    /* NULL when nobody traces. */
    void (*saw)(void *self, enum ui_sight sight, uint64_t version);
};

#endif
