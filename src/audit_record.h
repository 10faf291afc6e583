/* A record (src/store.h) from end to end, for `craps verify` and `craps replay`: its file, every row, every block (consensus/audit.h),
 * every chip (src/audit_game.h). Opens it read-only and leaves nothing beside it. */
#ifndef SRC_AUDIT_RECORD_H
#define SRC_AUDIT_RECORD_H

#include "base/err.h"
#include "consensus/audit.h"
#include "game/live.h"

/* What was found. With a fault, the counts say how far it was fine. */
struct record_findings {
    struct audit_fault fault; /* AUDIT_NOTHING: everything checks */
    struct audit_counts counts;
    uint64_t payouts;
    char name[TABLE_NAME_BYTES_MAX + 1];
    struct digest table, state; /* state: the hash that `summary` shows; only without a fault */
    uint64_t height;            /* up to there it checks */
    uint64_t
        behind; /* final blocks that the last certificate speaks of and the record does not have */
    uint16_t members;
    int64_t issued_cents, racks_cents, layout_cents, bank_cents;
    double seconds, core_seconds; /* passed; worked, all threads together */
};

/* After the genesis and after every block that checks; false ends there, without a fault. */
struct record_listener {
    void *self;
    bool (*seen)(void *self, const struct audit *a);
    bool
        prompt; /* only what wholly checks: its signatures too, which else are looked at meanwhile and by all cores */
};

/* ERR_OK: it is a record of this schema, and `out` says what is wrong with it, if anything. ERR_FORMAT and ERR_VERSION: it is none, with
 * `problem` (STORE_PROBLEM_BYTES) saying why; others: it could not be read. */
enum err audit_record(const char *path, const struct record_listener *listener,
    struct record_findings *out, char *problem);

/* The agreed game after what the auditor has just taken. */
static inline const struct live *audit_live(const struct audit *a)
{
    return ledger_app_state(audit_ledger(a), NULL);
}

#endif
