/* What the parts of the manager share: manager.c (thread, commands), manager_join.c (finding a table), manager_picture.c
 * (the screen's picture and port). */
#ifndef SRC_MANAGER_INTERNAL_H
#define SRC_MANAGER_INTERNAL_H

#include "base/queue.h"
#include "src/clerk.h"
#include "src/manager.h"
#include "src/replay_port.h"

#include <pthread.h>

enum {
    COMMANDS_MAX = 256,
    NOTICES_MAX = 1024,
    SEARCH_AGAIN_MS = 500,
    SEARCH_GIVE_UP_MS = 8000,
    DESCRIPTORS_MAX = 16,
    SLEPT_MS = 5000, /* standing still for so long is called sleep */
};

struct manager {
    struct manager_config config;
    pthread_t thread;
    bool thread_started;
    struct queue commands;
    struct ui_command command_items[COMMANDS_MAX];
    int wake_fd, finished_fd;
    atomic_bool stop_wanted, destroy_wanted, finished;
    atomic_ullong messages_sent, bytes_sent, bytes_received; /* as of the last round */
    atomic_int screen_subscriber; /* bus subscriber of the screen, or -1 */
    struct bus *bus;
    struct clerk *clerk;        /* from manager_port on */
    struct replay_port *replay; /* while the screen shows one */
    struct snapshot_store *snapshots;
    struct mesh *mesh;
    struct session *session;
    struct session_problem problem;

    /* Looking for the table of some words. */
    bool looking;
    struct invite words;
    uint64_t look_started_ms, look_again_ms;
    bool watch_until_free; /* the table of these words was full, and the player watches */
    uint32_t full_count;
    uint64_t searched_ms;
    bool searching;
    bool checking; /* the player looks at what the network does */

    char name[UI_NAME_MAX + 1];
    char error[UI_TEXT_MAX + 1];
    struct ui_qr qr; /* of the words that were shown last */
    char qr_words[64];
    char last_table[UI_NAME_MAX + 1]; /* for the menu, or "" */
    uint64_t last_age_s;              /* how long ago it was used, when the menu came up */
    uint64_t started_ms;
    uint64_t round_ms, round_boot_ms; /* when the thread last woke, by two clocks */
    bool dirty;
    uint64_t picture; /* number of pictures published */
    struct counters counters;
    struct ui_figures figures; /* of when the screen last asked */
    uint64_t figures_ms;
};

/* manager.c */
void manager_complain(struct manager *m, const char *text);
bool manager_open_mesh(struct manager *m);
struct session_config manager_session_config(struct manager *m);
/* A session began or (NULL) could not; outside the menu the latter ends the program. */
void manager_began(struct manager *m, struct session *session);

/* manager_sleep.c: called once around, after waiting for at most `timeout` ms (-1: for ever). Much later than that means that the
 * machine was suspended, or this process stopped: the session is told. */
void manager_note_sleep(struct manager *m, int timeout);

/* manager_measure.c: figures for whoever has asked for them. */
void manager_measure(struct manager *m);
/* For the screen's page, into m->figures. */
void manager_figures(struct manager *m);

/* manager_join.c */
void manager_search(struct manager *m);
void manager_start_join(struct manager *m, const struct invite *words);
void manager_start_resume(struct manager *m);
void manager_join_text(struct manager *m, const char *text);
void manager_poll_looking(struct manager *m);

/* Looks for the table that the menu offers to come back to. */
void manager_find_last(struct manager *m);

/* manager_picture.c */
void manager_publish(struct manager *m);
/* For manager_traffic; with a mesh only. */
void manager_note_traffic(struct manager *m);
/* What the screen shows while there is no session. */
enum ui_stage manager_idle_stage(const struct manager *m);

#endif
