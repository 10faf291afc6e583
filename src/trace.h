/* The life of own operations, stage by stage, for who asked for it (--trace): marks of time are set on the threads where things
 * happen, a thread of its own makes spans of them and writes or sends them. Nothing here ever waits: what finds a queue full is
 * dropped and counted. Where nobody traces there is no struct trace, and each place costs one branch. */
#ifndef SRC_TRACE_H
#define SRC_TRACE_H

#include "src/trace_record.h"

#include <stdbool.h>

struct trace;

struct trace_counters {
    uint64_t operations; /* written or sent */
    uint64_t dropped;    /* not: a queue was full, or nobody took them */
    uint64_t failures;   /* times that writing or sending failed */
};

enum { TRACE_PROBLEM_BYTES = 300 };

/* Is that a file's name, or http://HOST[:PORT][/PATH]? Without a path it is OTLP's own, /v1/traces. */
bool trace_target_valid(const char *target);

/* Begins the thread. A file is opened at once and appended to; a collector need not be there. Returns an exit status of cli.md
 * with a sentence: 73 (no such place), 69 (libcurl is missing), 70. */
int trace_create(struct trace **out, const char *target, char problem[static TRACE_PROBLEM_BYTES]);

/* Writes what is left, within a second, and ends the thread. After all others are done with it. NULL is fine. */
void trace_destroy(struct trace *t);

/* Any thread. */
struct trace_counters trace_counters(const struct trace *t);

/* The screen's thread. A key came, or all that it led to has been sent; the picture of that version is on the terminal. */
void trace_key(struct trace *t, bool came);
void trace_drawn(struct trace *t, uint64_t picture);
/* When the key came that led to a command; 0 = none did. */
uint64_t trace_key_us(const struct trace *t);

/* The manager's thread. An own operation is final and carried out. */
void trace_settled(struct trace *t, const struct trace_record *r);
/* ... and what it changed is in that picture; 0: there is no screen. */
void trace_applied(struct trace *t, uint64_t picture);

#endif
