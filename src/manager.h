/* The manager: one thread that owns the mesh, the table's session, the files and the clock of this process. Others reach it
 * by the bounded command queue, the event bus and the snapshot store alone (architecture.md). */
#ifndef SRC_MANAGER_H
#define SRC_MANAGER_H

#include "src/session.h"
#include "src/settings.h"
#include "src/snapshot.h"
#include "src/strategy_file.h"

struct manager;

enum manager_start {
    START_MENU, /* nothing yet: commands come from the screen */
    START_SOLO,
    START_HOST,
    START_JOIN, /* `words`, perhaps `at` */
    START_LAST, /* `join --last` */
};

struct manager_config {
    enum manager_start start;
    struct paths paths;
    struct identity_keys keys;
    struct settings *settings; /* borrowed; NULL: none are written */
    char name[UI_NAME_MAX + 1];
    bool first_run;
    struct house_rules rules;
    unsigned bots;
    uint8_t cheat;       /* START_SOLO: enum cheat_kind of the last bot (craps sandbox), or 0 */
    struct invite words; /* START_JOIN */
    char at[INVITE_HOST_MAX + 8]; /* --at HOST[:PORT], or "" */
    bool watch, invite_long;
    uint16_t port;
    bool port_explicit;
    char bind[64];           /* --bind ADDR|IFACE, or "" */
    uint16_t discovery_port; /* 0 = --no-discovery */
    uint32_t delta_ms;
    struct strategy_choice strategy;
    bool auto_watched;        /* by somebody at a screen or in line mode */
    uint64_t rolls;           /* --rolls, 0 = none */
    uint64_t seconds;         /* --seconds, 0 = none */
    struct reporter reporter; /* called on the manager's thread */
    struct metrics *metrics;  /* borrowed; NULL: nobody asks for figures */
    char metrics_at[96];      /* where they are served, or "" */
    struct trace *trace;      /* borrowed; NULL: nobody traces */
};

/* Starts the thread. The reporter may be called from now on. */
enum err manager_create(struct manager **out, const struct manager_config *config);

/* Stops the thread (leaving the table at once when it has not ended yet) and wipes everything. */
void manager_destroy(struct manager *m);

/* The screen's three ways in (ui/model.h); the port is valid until manager_destroy. Call from the screen's thread. False on no memory. */
bool manager_port(struct manager *m, struct ui_port *port);

/* Pushes a command from the one commanding thread (the screen's, or the headless reader's). False: the queue is full. */
bool manager_command(struct manager *m, const struct ui_command *command);

/* Asks for a proper end (SIGTERM, end of input): leave the table, then finish. Async-signal-safe. */
void manager_stop(struct manager *m);

/* Makes it look around now: somebody asks for figures. Any thread. */
void manager_wake(struct manager *m);

/* Has the manager finished by itself (--rolls, --seconds, UI_QUIT, manager_stop, a refusal)? The descriptor becomes readable then. */
bool manager_finished(const struct manager *m);
int manager_finished_fd(const struct manager *m);

/* What went out over all links so far: messages, and bytes on the wire; and the bytes that came in. From any thread. */
struct manager_traffic {
    uint64_t messages, bytes, received;
};
struct manager_traffic manager_traffic(const struct manager *m);

/* Whose turn it is to propose. From within the reporter only. */
bool manager_leader(const struct manager *m, uint8_t id[32]);

/* After it finished: exit status of cli.md and the sentence that goes with it ("" when 0). */
int manager_exit(const struct manager *m, const char **text);

#endif
