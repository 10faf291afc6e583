/* A record (src/store.h) from end to end, for `craps verify` and `craps replay`: its file, every row, every block (consensus/audit.h),
 * every chip (src/audit_game.h). Opens it read-only and leaves nothing beside it. */
#ifndef SRC_AUDIT_RECORD_H
#define SRC_AUDIT_RECORD_H

#include "base/err.h"
#include "consensus/audit.h"
#include "game/live.h"
#include "src/audit_lineage.h"

enum {
    RECORD_STATES_MAX = 2,
};
#define RECORD_LAST_STATE UINT64_MAX

/* What was found. With a fault, the counts say how far it was fine. */
struct record_findings {
    struct audit_fault fault; /* AUDIT_NOTHING: everything checks */
    struct audit_counts counts;
    uint64_t payouts;
    char name[TABLE_NAME_BYTES_MAX + 1];
    struct digest table, state; /* state: the hash that `summary` shows; only without a fault */
    uint64_t height;            /* up to there it checks */
    uint64_t rolls;             /* of the table up to there */
    uint64_t begun;             /* 0, or the height of the kept state it began with */
    uint64_t present;           /* with AUDIT_MISSING: the next height that is there; 0 = none */
    uint64_t unproven;          /* of its last blocks, without a certificate so far */
    /* Final blocks that the last certificate speaks of and the record does not have. */
    uint64_t behind;
    uint64_t kept[RECORD_STATES_MAX]; /* heights of the states that it keeps, lowest first */
    size_t kept_count;
    struct lineage lineage; /* of a split table */
    uint16_t members;
    int64_t issued_cents, racks_cents, layout_cents, bank_cents;
    double seconds, core_seconds; /* passed; worked, all threads together */
};

/* `seen` after the genesis and after every block that checks; false ends there, without a fault. */
struct record_listener {
    void *self;
    bool (*seen)(void *self, const struct audit *a);
    /* 0, or the height of the kept state to begin with instead of the first block (src/audit_resume.h), or RECORD_LAST_STATE; then that
     * is seen, too, behind the genesis. */
    uint64_t begin;
    /* Only what wholly checks: its signatures too, which else are looked at meanwhile and by all cores. */
    bool prompt;
    /* Figures alone: signatures and dice proofs are not looked at, and nothing may be said of them. Everything else is. */
    bool figures;
};

/* ERR_OK: it is a record of this schema, and `out` says what is wrong with it, if anything. ERR_FORMAT and ERR_VERSION: it is none, with
 * `problem` (STORE_PROBLEM_BYTES) saying why; ERR_RANGE: no state is kept there; others: it could not be read. */
enum err audit_record(const char *path, const struct record_listener *listener,
    struct record_findings *out, char *problem);

/* The agreed game after what the auditor has just taken. */
static inline const struct live *audit_live(const struct audit *a)
{
    return ledger_app_state(audit_ledger(a), NULL);
}

#endif
