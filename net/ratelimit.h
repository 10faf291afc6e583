/* Token buckets: one for one sender, and a bounded table of them by IPv4 address (protocol D.7,
 * decision 13). Time is whatever clock the caller passes, in milliseconds. */
#ifndef NET_RATELIMIT_H
#define NET_RATELIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `rate` tokens a second flow in, at most `burst` are kept. */
struct rate {
    uint32_t per_second;
    uint32_t burst;
};

struct token_bucket {
    uint64_t milli_tokens; /* thousandths of a token */
    uint64_t filled_ms;    /* when it was last filled */
};

/* A full bucket. */
void bucket_init(struct token_bucket *b, struct rate rate, uint64_t now_ms);

/* Takes one token; false when there is none. A clock that went back fills nothing. */
bool bucket_take(struct token_bucket *b, struct rate rate, uint64_t now_ms);

/* Milliseconds until a token is there; 0 when one is, UINT64_MAX when none ever will be. */
uint64_t bucket_wait_ms(const struct token_bucket *b, struct rate rate, uint64_t now_ms);

enum { RATELIMIT_ADDRESSES = 64 };

struct ratelimit_row {
    uint32_t ip;
    bool used;
    uint64_t seen_ms;
    struct token_bucket bucket;
};

/* The addresses seen last. One that is not there displaces the one unseen for the longest, and only
 * while the shared bucket has a token: a flood of invented addresses is limited as a whole. */
struct ratelimit {
    struct rate rate;
    struct rate newcomers;
    struct token_bucket strangers;
    struct ratelimit_row rows[RATELIMIT_ADDRESSES];
};

/* `newcomers` bounds how many addresses not in the table may enter it a second. */
void ratelimit_init(struct ratelimit *r, struct rate rate, struct rate newcomers, uint64_t now_ms);

/* One event from `ip`: true when it may be handled. */
bool ratelimit_admit(struct ratelimit *r, uint32_t ip, uint64_t now_ms);

#endif
