/* A manager that is none: a real live table in this process, with scripted dice, behind the
 * screen's port. */
#ifndef TESTS_FAKE_PORT_H
#define TESTS_FAKE_PORT_H

#include "base/prng.h"
#include "game/strategy.h"
#include "ui/pages.h"

enum { FAKE_NOTICES = 1024, FAKE_PLAYERS = 12, FAKE_COMMANDS = 256 };

struct fake_port {
    struct ui_port port;
    struct ui_model model;
    struct live_context context;
    struct prng prng;
    struct strategy bots[FAKE_PLAYERS];
    unsigned bot_count;
    bool real_clock;
    bool hold;        /* keep own table commands pending */
    bool refuse;      /* the queue to the manager is full */
    bool hold_dice;   /* a throw that is out stays out */
    bool solo;        /* the next table is practice */
    bool solo_starts; /* UI_SOLO seats the player with bots */
    uint64_t now_ms;
    uint8_t dice[64][2]; /* the next dice; when there are none the generator throws */
    unsigned dice_count, dice_at;
    unsigned held_count;
    struct ui_command held[FAKE_COMMANDS];
    unsigned other_count; /* commands that are not moves, in order */
    struct ui_command other[FAKE_COMMANDS];
    unsigned asked_count; /* pages that were asked for, in order */
    struct ui_question asked[16];
    struct ui_pages pages; /* what the clerk has made: a test fills it and counts the version up */
    unsigned notice_head, notice_tail;
    struct notice notices[FAKE_NOTICES];
};

/* On the heap, in the menu, with a clock that stands still at 1,000,000 ms. */
struct fake_port *fake_port_create(void);
void fake_port_destroy(struct fake_port *f);

/* Opens a table and seats these; the first is the player of the screen. The rules' window is
 * `window_s`. */
void fake_port_sit(struct fake_port *f, const char *table, const char *const *names, unsigned count,
    unsigned window_s);

/* A command of any player. */
enum refusal fake_port_apply(struct fake_port *f, unsigned account, struct live_command command);

/* Everybody says ready and the dice fall so. */
void fake_port_roll(struct fake_port *f, unsigned die1, unsigned die2);

/* Executes what is held, lets bots act, rolls when a throw is out. */
void fake_port_step(struct fake_port *f);

#endif
