/* What is known of an own operation when its life is over, as plain values: from it the spans are made. */
#ifndef SRC_TRACE_RECORD_H
#define SRC_TRACE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

/* Ends of the stages. A stage lasts from one mark to the next. */
enum trace_mark {
    TRACE_PRESSED,   /* a key came from the terminal */
    TRACE_PUSHED,    /* key: the screen has made a command of it */
    TRACE_POPPED,    /* queue: the manager has taken it */
    TRACE_SIGNED,    /* sign: encoded, signed, in the own pool */
    TRACE_PROPOSED,  /* propose: a block that holds it has come, was executed, and has our vote */
    TRACE_NOTARIZED, /* notarize: a quorum wants that block; we have voted to make it final */
    TRACE_FINAL,     /* finalize: it is final */
    TRACE_SHOWN,     /* apply: told, and in a picture */
    TRACE_DRAWN,     /* draw: that picture, or a later one, is on the terminal */
    TRACE_MARKS
};

struct trace_record {
    uint64_t at_us[TRACE_MARKS]; /* of src/clock.h; 0 = has not happened, or nobody saw it */
    uint8_t id[16 + 8];          /* of the trace, then of its first span */
    const char *kind;            /* "bet", "throw", "join": a literal */
    const char *refusal;         /* code of the rules, a literal; "" = taken */
    int32_t member;              /* place among the members, or -1 */
    uint32_t epoch;
    uint64_t height, view, sequence;
    uint64_t picture; /* version of the picture that shows it; 0 = there is no screen */
};

#endif
