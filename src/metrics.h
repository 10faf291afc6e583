/* Figures of this process for monitoring: the manager copies them into a snapshot store when somebody has asked, and a reader on
 * another thread takes the copy. The manager never waits; while nobody asks, all this costs it one load a turn. */
#ifndef SRC_METRICS_H
#define SRC_METRICS_H

#include "net/mesh.h"
#include "src/counters.h"
#include "src/snapshot.h"
#include "src/trace.h"

/* A copy of everything, taken at one moment between two turns of the manager. */
struct metrics_values {
    uint64_t at_us; /* when; 0 = never yet */
    struct counters counted;
    struct mesh_counters net;
    struct snapshot_counters pictures; /* the store of what the screen shows */

    /* The table now; all zero without one. */
    uint64_t at_table, voting, stalled, catching_up; /* 0 or 1 */
    uint64_t epoch, height, known_height, view, roll;
    uint64_t members, faulty, quorum, away; /* away: members that do not answer here */
    uint64_t links, seated;
    uint64_t pending; /* own operations that are not final */
    uint64_t pool;    /* operations in the own pool */

    struct trace_counters trace;         /* all zero when nobody traces */
    uint64_t commands, commands_refused; /* of the screen: waiting; found the queue full */
    uint64_t notices,
        notices_lost; /* on the event bus: waiting for its slowest reader; overwritten */
};

struct metrics;

/* NULL on no memory. */
struct metrics *metrics_create(void);

/* After both threads are done with it. NULL is fine. */
void metrics_destroy(struct metrics *m);

/* How the manager is told that somebody asks, once it is there; until it goes away nobody may ask any more. */
void metrics_set_wake(struct metrics *m, void (*wake)(void *self), void *self);

/* The manager's thread: around its life, then between two turns. metrics_wanted is one load. False on no memory. */
bool metrics_writer_begin(struct metrics *m);
void metrics_writer_end(struct metrics *m);
bool metrics_wanted(const struct metrics *m);
void metrics_publish(struct metrics *m, const struct metrics_values *values);

/* One reading thread, around its life: asks for fresh figures, waits up to METRICS_WAIT_MS for them (for the very first ones
 * METRICS_FIRST_MS), and copies the newest that are there. */
enum { METRICS_WAIT_MS = 250, METRICS_FIRST_MS = 2000 };
bool metrics_reader_begin(struct metrics *m);
void metrics_reader_end(struct metrics *m);
void metrics_read(struct metrics *m, struct metrics_values *out);

#endif
