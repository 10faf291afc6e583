/* A record looked at for the screen: the auditor of `craps verify` (src/audit_record.h) with a listener that keeps one roll as a page
 * shows it, and knows which roll and which step of it every block belongs to, so that a fault can be named by both. */
#ifndef SRC_PROOF_WALK_H
#define SRC_PROOF_WALK_H

#include "src/audit_record.h"
#include "src/clerk.h"

/* Heights between which a roll was out. */
struct roll_span {
    uint64_t roll, lock, result; /* result 0: still out */
};

struct proof_walk {
    struct clerk_job *job;
    struct ui_proof *page; /* NULL: no roll is wanted */
    struct ui_page_head *head;
    uint64_t wanted; /* 0: the last */
    uint64_t total;  /* heights there are, for the progress */
    uint64_t begin;
    /* Since begin. */
    struct record_findings found;
    bool too_late; /* the state it began at is behind that roll's throw */
    bool done, cancelled, out_of_memory;
    unsigned turns;
    uint64_t rolls, height; /* of the state after the last block that was executed */
    uint64_t shown_ms;
    struct roll_span *spans;
    size_t span_count, span_capacity;
    /* The throw that is out, with who has signed its block. */
    uint64_t out_roll, lock_height, lock_signers;
    bool lock_open, page_lock_open, page_result_open;
};

/* Walks from the state kept at `begin` on (0: the first block, or RECORD_LAST_STATE) up to where the wanted roll is wholly signed.
 * Errors as audit_record; ERR_AGAIN: nobody wants it any more. */
enum err proof_walk(struct proof_walk *w, const char *path, uint64_t begin, char *problem);
void proof_walk_clear(struct proof_walk *w);

/* The fault in w->found as the page says it. */
void proof_walk_fault(const struct proof_walk *w, struct ui_fault *fault);

#endif
