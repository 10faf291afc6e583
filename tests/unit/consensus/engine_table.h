/* A few engines in one process, messages delivered at once and in order: for tests of one engine
 * among others. */
#ifndef TESTS_UNIT_CONSENSUS_ENGINE_TABLE_H
#define TESTS_UNIT_CONSENSUS_ENGINE_TABLE_H

#include "consensus/engine.h"

enum { TABLE_SEATS = 4, TABLE_QUEUE = 20000, TABLE_RECORDS = 14000 };

struct table_message {
    unsigned from, to;
    uint8_t *data;
    size_t size;
};

struct table_seat {
    struct engine *engine;
    bool linked; /* its messages arrive */
    uint8_t id_sk[64], id_pk[32], vote_sk[64], vote_pk[32];
    size_t record_count;
    struct persist records[TABLE_RECORDS]; /* everything it ever persisted, in order; owned */
    struct engine_update update;           /* of its last step */
    uint64_t sent[MSG_KIND_COUNT], persisted[PERSIST_KIND_COUNT];
    uint64_t
        open_ends; /* steps that left the record with blocks at its end, or its gap's, that no proof covers */
};

struct engine_table;
/* May change a message on its way, or make it nothing (*size = 0). */
typedef void table_tamper(
    struct engine_table *t, unsigned from, unsigned to, uint8_t *data, size_t *size);

struct engine_table {
    table_tamper *tamper; /* NULL = an honest network */
    uint64_t now_ms;
    unsigned seats;
    bool shares_with_finalize;
    uint16_t op_rate, op_burst; /* of engines made from here on */
    /* False: that message is lost on the way. NULL: none is. */
    bool (*delivers)(struct engine_table *t, unsigned from, const uint8_t *data, size_t size);
    struct genesis genesis;
    struct digest game_id;
    struct table_seat seat[TABLE_SEATS];
    size_t head, tail;
    struct table_message queue[TABLE_QUEUE];
};

/* The founder in seat 0, alone, started; the others exist as followers, linked but silent. */
struct engine_table *engine_table_create(unsigned seats, bool shares_with_finalize);
/* The same with a limit of `op_rate` game ops a second, twice that at once. */
struct engine_table *engine_table_create_limited(
    unsigned seats, bool shares_with_finalize, uint16_t op_rate);
void engine_table_destroy(struct engine_table *t);
struct engine *engine_table_engine(struct engine_table *t, unsigned seat, bool watcher);

/* One event; its update is stored, persisted and queued for the others. */
void engine_table_step(struct engine_table *t, unsigned seat, struct engine_event *event);
void engine_table_submit(
    struct engine_table *t, unsigned seat, uint8_t kind, const void *payload, size_t size);
/* Payload of an OP_JOIN with that seat's ticket; its size. */
size_t engine_table_join_payload(const struct engine_table *t, unsigned sponsor,
    const uint8_t id[ID_BYTES], bool bot, uint8_t *payload, size_t capacity);
void engine_table_message(
    struct engine_table *t, unsigned from, unsigned to, const void *data, size_t size);
void engine_table_link(struct engine_table *t, unsigned seat, bool up);

/* Delivers what is queued and polls what is due, until that much time has passed. */
void engine_table_run(struct engine_table *t, uint64_t duration_ms);

/* Everybody again at the table that those bytes of a RECOVER begin; all linked. The survivors among them have their vote_sk. */
struct engine_table *engine_table_split(
    const struct engine_table *old, const uint8_t *recover, size_t size);

/* Seat 0 signs a ticket for another, who submits its JOIN. */
void engine_table_join(struct engine_table *t, unsigned seat);

/* Seats 1.. join; true when all are members of one epoch. */
bool engine_table_gather(struct engine_table *t);

/* Stops a seat's engine and starts it again from what it persisted. */
void engine_table_restart(struct engine_table *t, unsigned seat, bool journal, bool trusted);
/* The same from the newest state it persisted and the blocks after it. */
void engine_table_resume(struct engine_table *t, unsigned seat, bool journal, bool trusted);

#endif
