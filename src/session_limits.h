/* What one link may bring: so many messages and bytes a second, and hardly ever anything malformed
 * (protocol A.8). Over the limit a message is dropped and counted; who goes on is cut off, and taken
 * again only after a while that doubles every time. Local: nobody is convicted of anything by it.
 *
 * Measured on loopback, strategies without a rate: the busiest second of an honest link brought 196
 * messages and 37 KB at four members (70 blocks), 146 messages and 183 KB at ten (deals and catching
 * up included): about three messages a block and a little more at ten. A table that agrees on a
 * thousand blocks a second, more than signatures and disks allow, stays below the limits.
 */
#ifndef SRC_SESSION_LIMITS_H
#define SRC_SESSION_LIMITS_H

#include "base/bucket.h"

#include <stddef.h>

struct link_limit {
    struct bucket messages, kibibytes, drops, faults;
    uint64_t dropped, malformed; /* in the life of this link and those before it */
    uint64_t barred_until_ms;    /* cut off until then; 0 = not */
    unsigned cuts;
    uint64_t second_ms; /* start of the second that is being counted */
    uint32_t second_messages, second_bytes;
    uint32_t peak_messages, peak_bytes; /* its busiest second */
};

enum link_verdict {
    LINK_TAKE,
    LINK_DROP, /* and count */
    LINK_CUT,  /* and close the link: link_limit_cut has been called */
};

/* A message of `size` bytes came. */
enum link_verdict link_limit_message(struct link_limit *l, size_t size, uint64_t now_ms);

/* What came before was malformed or not signed as it should be. LINK_TAKE: bear it. */
enum link_verdict link_limit_malformed(struct link_limit *l, uint64_t now_ms);

/* Is the link still to be refused. */
bool link_limit_barred(const struct link_limit *l, uint64_t now_ms);

#endif
