/* What a table tells the world, one report at a time: the machine-readable events of cli.md before they are text. Made on the
 * manager's thread; pointers are valid during the call only. */
#ifndef SRC_REPORT_H
#define SRC_REPORT_H

#include "base/hash.h"
#include "game/event.h"
#include "game/live.h"

enum report_kind {
    REPORT_TABLE_OPEN = 1,
    REPORT_JOINED,
    REPORT_GAME, /* one game event that is not part of a roll: `event` */
    REPORT_ROLL, /* `event` = EVENT_ROLL, `details` = its payouts and balances */
    REPORT_EPOCH,
    REPORT_COMMITTED,
    REPORT_REFUSED, /* own command */
    REPORT_STALLED,
    REPORT_RESUMED,
    REPORT_RECEIPT, /* `record` is its file; balance; `have` have signed it */
    REPORT_SPLIT,   /* table, names of the survivors */
    REPORT_EVIDENCE,
    REPORT_CHAT,
    REPORT_SUMMARY,
    REPORT_SYNCED, /* the state at `height` was taken over from others; `rolls` = blocks skipped */
    REPORT_STRATEGY, /* `command` plays for `player` (`playing`), or has stopped; `text` = why it has ended by itself, or "" */
    REPORT_BALLOT, /* `text` = admit or remove, about `player`: `members` yes, `have` no, `quorum` needed; `decided` */
    REPORT_STOPPED, /* an invariant does not hold here: `text` which, `command` its rule, player, bet in `table_name`, balance_cents is
                     * and bank_cents should be, height, record */
    REPORT_LIED, /* `player` sent something wrong to a member that catches up; `text` says what */
};

struct report_times { /* milliseconds */
    double p50, p95, p99, max;
    uint64_t count;
};

struct report {
    uint8_t kind;
    uint64_t t_ms;
    const struct live *live; /* agreed state after it; names of accounts */
    struct event event;
    const struct event *details;
    size_t detail_count;
    uint64_t height, view, epoch;
    uint32_t operations;
    double latency_ms;       /* own operation: submit to finalized; negative = none of ours */
    uint32_t own_operations; /* moves with an id among them: not what clocks said for us */
    uint16_t members, faulty, quorum, have;
    uint16_t refusal;
    uint16_t port;
    const char *player, *text, *command, *words, *table_name, *record;
    const char *const *names;
    size_t name_count;
    struct digest table, hash; /* hash: rules hash or state hash */
    uint8_t member[32];
    uint8_t seat;
    int64_t balance_cents, bank_cents;
    uint64_t rolls;
    bool conserved;
    bool playing;   /* a strategy */
    int8_t decided; /* -1 not yet, 0 no, 1 yes */
    struct report_times commit, roll;
};

struct reporter {
    void *self;
    void (*report)(void *self, const struct report *r); /* NULL = nobody listens */
};

static inline void reporter_send(const struct reporter *to, const struct report *r)
{
    if (to->report != NULL) {
        to->report(to->self, r);
    }
}

#endif
