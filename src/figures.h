/* The figures of one record (game/tally.h says what each means), its chart, and what its bets were expected to cost. */
#ifndef SRC_FIGURES_H
#define SRC_FIGURES_H

#include "game/tally.h"
#include "src/audit_record.h"

/* Kinds of bets as a player speaks of them. */
enum { FIGURES_GROUPS = 22, FIGURES_CHART_MAX = 4096 };

struct figures_group {
    uint32_t decided, won;
    int64_t staked_cents, net_cents;
    double expected_cents; /* of what was staked, by the exact edge of each bet (game/odds.h) */
};

struct figures {
    struct tally tally;
    struct live end; /* the last agreed state */
    struct record_findings found;
    /* What one was worth after every `chart_step` rolls, from one's first roll on. */
    int64_t chart[FIGURES_CHART_MAX];
    uint32_t chart_count, chart_step;
    uint64_t chart_from; /* the roll of chart[0] */
    int64_t low_cents, high_cents;
    struct figures_group groups[FIGURES_GROUPS];
};

struct figures_order {
    const char *path;
    const uint8_t *id;                          /* whose bets and chart; NULL: nobody's */
    bool check;                                 /* signatures and dice proofs too */
    bool (*go_on)(void *self, uint64_t height); /* may be NULL; false ends it, with ERR_AGAIN */
    void *self;
};

/* Reads a record. `f` is large: on the heap. ERR_OK: read, f->found says whether it checks (a fault: as far as it goes).
 * Others as audit_record. */
enum err figures_read(struct figures *f, const struct figures_order *order, char *problem);

/* "pass line", "place 6 and 8", ... */
const char *figures_group_name(unsigned group);
unsigned figures_group_of(struct bet_ref bet);

#endif
