/* One table as this process lives it: its own member (engine and files), bots, links, the door, and what the table's
 * agreed blocks mean for the player. Lives on the manager's thread. */
#ifndef SRC_SESSION_H
#define SRC_SESSION_H

#include "net/invite.h"
#include "net/mesh.h"
#include "src/bus.h"
#include "src/counters.h"
#include "src/identity.h"
#include "src/paths.h"
#include "src/report.h"
#include "ui/model.h"

struct session;
struct trace;

struct strategy_choice;

struct session_config {
    const struct identity_keys *keys; /* borrowed */
    struct counters *counters;        /* borrowed */
    struct trace *trace;              /* borrowed; NULL: nobody traces */
    const struct paths *paths;        /* borrowed */
    struct mesh *mesh;                /* borrowed; NULL for a table without a network */
    struct bus *bus;                  /* of struct notice; borrowed */
    struct reporter reporter;
    char name[UI_NAME_MAX + 1];             /* what the player wants to be called */
    uint32_t delta_ms;                      /* Delta_0 of the agreement */
    const struct strategy_choice *strategy; /* plays for the own player; borrowed; NULL: a person */
    bool
        auto_watched; /* somebody looks on: it goes slowly, and its end is not the end of the seat */
    uint64_t rolls;   /* end after that roll of the table; 0 = never */
    uint16_t port;    /* asked for, of the door; for the sentence when it is busy */
    bool invite_long;
    const struct invite
        *words; /* host: these words instead of fresh ones; borrowed during the call; or NULL */
    bool watch;
    bool watch_until_free;       /* ... and takes a seat as soon as one is free */
    char table[UI_NAME_MAX + 1]; /* join: what it calls itself on the network, or "" */
    uint16_t seats;              /* ... and its seats, or 0 */
    uint8_t cheat;               /* solo: enum cheat_kind of the last bot (craps sandbox), or 0 */
};

enum session_state {
    SESSION_JOINING, /* not seated yet */
    SESSION_PLAYING,
    SESSION_LEAVING, /* waits for the table to agree on the leave, or for the others to have what they need */
    SESSION_ENDED, /* nothing more comes: destroy it */
};

/* Why a session could not begin or ended by itself; a sentence for the player and an exit status of cli.md. */
struct session_problem {
    int exit_status; /* 0 = none */
    char text[UI_TEXT_MAX + 1];
    bool full;      /* no seat was free: watching is */
    bool seat_free; /* who watched until a seat is free may join now; no exit status then */
};

/* Opens a table of our own: alone with `bots` members in this process (solo), or for friends with `bots` players. */
struct session *session_solo(const struct session_config *config, const struct house_rules *rules,
    unsigned bots, struct session_problem *problem);
struct session *session_host(const struct session_config *config, const struct house_rules *rules,
    unsigned bots, struct session_problem *problem);

/* Joins by words at a known address; or comes back to the last table by its files. */
struct session *session_join(const struct session_config *config, const struct invite *invite,
    struct net_address address, struct session_problem *problem);
/* The name of the record of the last table that was not left, its rules and how long ago it was used. Practice tables are
 * put away on the way: their bots ended with their process. ERR_NOT_FOUND: there is none. */
enum err session_last_table(
    const char *dir, char *name, size_t capacity, struct house_rules *rules, uint64_t *age_s);
struct session *session_resume(const struct session_config *config, struct net_address address,
    struct session_problem *problem);

void session_destroy(struct session *s);

/* An event of the mesh that concerns the table. */
void session_mesh_event(struct session *s, const struct mesh_event *event);

/* Timers, bots, local messages. True when something visible changed. */
bool session_poll(struct session *s);
/* The owner's queue of commands, with so many waiting: within its limit? */
void session_watch_queue(struct session *s, size_t waiting, size_t room);
uint64_t session_deadline_ms(const struct session *s);

/* The own table while nobody else has come in yet: its rules, which may still change (rule 16.8). */
bool session_may_edit(const struct session *s, struct house_rules *rules);
const struct invite *session_words(const struct session *s);

/* The table was never played at: its files go with it. */
void session_discard(struct session *s);

/* This computer stood still for so long: the others may have played on. */
void session_slept(struct session *s, uint64_t slept_ms);

/* A move of the player, or chat, or a bot. */
void session_command(struct session *s, const struct ui_command *command);

/* Leaves the table properly; `now` true: at once, without a LEAVE. */
void session_leave(struct session *s, bool now);

enum session_state session_state(const struct session *s);
const struct session_problem *session_problem(const struct session *s);

/* Brings the counters up to now, and says what the table is like. */
struct metrics_values;
void session_measure(struct session *s, struct metrics_values *values);
/* For the screen: how fast it agrees, and what its links carry. Sorts all samples: for who looks, not for every turn. */
void session_figures(const struct session *s, struct ui_figures *figures);

/* Whose turn it is to propose; false when there is no agreement to take part in. */
bool session_leader(const struct session *s, uint8_t id[32]);

/* Fills in everything of the picture that belongs to the table. */
void session_fill_model(const struct session *s, struct ui_model *model);

/* The summary report of cli.md, for the state right after the last roll asked for, or now. */
void session_report_summary(struct session *s);

#endif
