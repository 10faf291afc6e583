/* The members of a bench's table: each a process of its own with its own folder, which plays through the same manager as
 * everybody's program. The bench gives orders and reads what they count in memory that they share. They end with the bench,
 * whatever happens to it. */
#ifndef SRC_BENCH_MEMBER_H
#define SRC_BENCH_MEMBER_H

#include "src/bench.h"
#include "src/manager.h"

#include <stdatomic.h>
#include <sys/types.h>

enum { BENCH_MEMBERS_MAX = 50, BENCH_SAMPLES_MAX = 1 << 16, BENCH_WORDS_BYTES = 64 };

enum bench_order {
    BENCH_ORDER_NONE,
    BENCH_ORDER_BETS, /* bets and takes them back: `wanted` operations in all, `depth` on their way */
    BENCH_ORDER_THROW, /* throws whenever it may: `wanted` rolls in all */
    BENCH_ORDER_LEAVE, /* leaves the table as a player does */
};

/* Shared between the bench and one member; whoever writes a field is said. */
struct bench_counts {
    /* The bench. */
    atomic_uint order, depth;
    atomic_ullong wanted;

    /* The member. */
    atomic_uint open, joined, members, finished; /* `members` of the epoch it is in */
    atomic_ullong height, operations;            /* final: blocks, operations in them */
    atomic_ullong blocks;                        /* ... with an operation of anybody */
    atomic_ullong submitted, settled, refused;   /* own operations */
    atomic_ullong rolls, settled_us;             /* when the last own operation was */
    atomic_ullong messages, bytes;               /* sent */
    atomic_ullong received;                      /* bytes */
    atomic_uint sample_count, roll_count, dice_count;
    float samples[BENCH_SAMPLES_MAX];  /* own operations, ms; a block's slowest */
    float rolls_ms[BENCH_SAMPLES_MAX]; /* own throws to their agreed result */
    float dice_ms[BENCH_SAMPLES_MAX];  /* ... to the picture with the dice */
    uint8_t id[32];                    /* from `joined` on */
    _Atomic uint8_t leader[32];        /* whose turn it is, after the last block */
    char words[BENCH_WORDS_BYTES];     /* host, from `open` on */
    uint16_t port;
    int exit_status;
    char problem[UI_TEXT_MAX + 1];
};

struct bench_member {
    pid_t pid; /* 0: does not run */
    struct bench_counts *counts;
    int order_fd;
    char folder[PATH_BYTES_MAX];
};

struct bench_table {
    struct bench_member members[BENCH_MEMBERS_MAX];
    unsigned count;
    int news_fd; /* some member counted something */
    unsigned serial;
    unsigned tries_left; /* who is turned away at the door knocks again so often */
    char words[BENCH_WORDS_BYTES + INVITE_HOST_MAX + 8]; /* with the address */
    const char *bind;                                    /* NULL: loopback */
    const char
        *plan; /* the strategy of members who are started now; NULL: they do as they are ordered */
};

/* The rules of a bench's table for `members`: no clocks, no rate, no limit to buying in. */
struct house_rules bench_rules(unsigned members);

/* Opens a table with so many members and waits until all of them vote. 0, or an exit status after a line on standard error;
 * then nothing runs any more. */
int bench_table_open(struct bench_table *t, unsigned members, const struct house_rules *rules);

/* The same with members who play by that strategy from their seats on. */
int bench_table_open_playing(
    struct bench_table *t, unsigned members, const struct house_rules *rules, const char *plan);

/* One more, who does nothing, comes from its words to its seat, which takes so long and brings it so many bytes, and leaves again.
 * 0, or an exit status after a line on standard error. */
int bench_table_newcomer(struct bench_table *t, uint64_t timeout_ms, double *ms, double *bytes);

/* Sits down at a table that is open elsewhere, as the only member of `t`. */
int bench_table_visit(
    struct bench_table *t, const char *words, const char *at, const char *bind, uint64_t wait_ms);

/* The visitor leaves the table as a player does, then as bench_table_close. */
void bench_table_leave(struct bench_table *t);

/* Kills every member and waits for its end. */
void bench_table_close(struct bench_table *t);

/* kill -9, and gone when it returns. */
void bench_member_kill(struct bench_member *m);

/* Starts a killed member again: back to the table by its files. */
int bench_member_return(struct bench_table *t, struct bench_member *m);

/* Wakes a member after its orders were changed. */
void bench_member_order(
    struct bench_member *m, enum bench_order order, uint64_t wanted, unsigned depth);

/* Waits until condition(context) holds: looked at whenever a member counted something. False when a member that ran has ended
 * (said on standard error), the time was up, or the bench is to stop. */
bool bench_table_wait(
    struct bench_table *t, uint64_t timeout_ms, bool (*condition)(void *context), void *context);

/* Waits until nobody has sent anything for half a second: what came of coming together is done. False as above. */
bool bench_table_settle(struct bench_table *t, uint64_t timeout_ms);

/* Lets so much time pass. False as above. */
bool bench_table_rest(struct bench_table *t, uint64_t ms);

/* A bet, and with the next number it is taken back: the chips never run out, and every operation changes the state. */
struct live_command bench_bet(uint64_t number);

/* For a child of this process, right after fork: it ends with its parent and leaves signals of the terminal to it. */
void bench_become_child(pid_t parent);

/* An event descriptor that does not block: sets it; waits until it is set, and clears it. */
void bench_wake(int fd);
void bench_wait_woken(int fd, int timeout_ms);

/* Microseconds by the clock that the members share with us. */
uint64_t bench_now_us(void);

/* Resident memory (without what it shares with the bench) and processor time of a member. */
double bench_member_resident_mib(const struct bench_member *m);
double bench_member_cpu_s(const struct bench_member *m);

#endif
