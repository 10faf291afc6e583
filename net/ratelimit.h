/* A bounded table of token buckets by IPv4 address (protocol D.7). Time is whatever clock the caller
 * passes, in milliseconds. */
#ifndef NET_RATELIMIT_H
#define NET_RATELIMIT_H

#include "base/bucket.h"

#include <stddef.h>

enum { RATELIMIT_ADDRESSES = 64 };

struct ratelimit_row {
    uint32_t ip;
    bool used;
    uint64_t seen_ms;
    struct bucket bucket;
};

/* The addresses seen last. One that is not there displaces the one unseen for the longest, and only
 * while the shared bucket has a token: a flood of invented addresses is limited as a whole. */
struct ratelimit {
    struct bucket_rate rate;
    struct bucket_rate newcomers;
    struct bucket strangers;
    struct ratelimit_row rows[RATELIMIT_ADDRESSES];
};

/* `newcomers` bounds how many addresses not in the table may enter it a second. */
void ratelimit_init(struct ratelimit *r, struct bucket_rate rate, struct bucket_rate newcomers);

/* One event from `ip`: true when it may be handled. */
bool ratelimit_admit(struct ratelimit *r, uint32_t ip, uint64_t now_ms);

#endif
