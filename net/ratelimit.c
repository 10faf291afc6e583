#include "net/ratelimit.h"

#include <string.h>

void ratelimit_init(struct ratelimit *r, struct bucket_rate rate, struct bucket_rate newcomers)
{
    memset(r, 0, sizeof *r);
    r->rate = rate;
    r->newcomers = newcomers;
}

bool ratelimit_admit(struct ratelimit *r, uint32_t ip, uint64_t now_ms)
{
    struct ratelimit_row *oldest = &r->rows[0];
    for (size_t i = 0; i < RATELIMIT_ADDRESSES; i++) {
        struct ratelimit_row *row = &r->rows[i];
        if (row->used && row->ip == ip) {
            row->seen_ms = now_ms;
            return bucket_take(&row->bucket, r->rate, 1, now_ms);
        }
        if (oldest->used && (!row->used || row->seen_ms < oldest->seen_ms)) {
            oldest = row;
        }
    }
    if (!bucket_take(&r->strangers, r->newcomers, 1, now_ms)) {
        return false;
    }
    *oldest = (struct ratelimit_row){.ip = ip, .used = true, .seen_ms = now_ms};
    return bucket_take(&oldest->bucket, r->rate, 1, now_ms);
}
