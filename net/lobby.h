/* The door of a table: proving the invitation words before a link (protocol D.1, D.2, decision 7).
 *
 *   joiner                                  sponsor
 *   KNOCK version, nonce           ->       waits here while somebody else is proving
 *                                  <-       OFFER version, game id, sponsor id, nonce
 *   SHARE Ya, ADa                  ->
 *                                  <-       SHARE Yb, ADb
 *   TAG Ta                         ->       a wrong one is a counted failure
 *                                  <-       TAG Tb
 *   then Noise with the psk of this run (net/session.h); the joiner is its initiator.
 *
 * Bytes in, bytes out; time and randomness are passed in. */
#ifndef NET_LOBBY_H
#define NET_LOBBY_H

#include "base/hash.h"
#include "net/cpace.h"
#include "net/limits.h"
#include "net/session.h"

enum {
    LOBBY_FAILURES_MAX = 5,    /* then the words are burned */
    LOBBY_PAUSE_MS = 1000,     /* after a failed run; after a good one the next may begin at once */
    LOBBY_RUN_MS = 3000,       /* from OFFER to the right tag */
    LOBBY_WAIT_MS = 8000,      /* a joiner stands in line for so long, or retries for so long */
    LOBBY_BLAME_MS = 60000,    /* so long do others go first */
    LOBBY_BLAMED_MAX = 16,     /* addresses remembered for it */
    LOBBY_CHECKPOINT_MAX = 160 /* what fits into ADb */
};

/* One run of either side. */
enum admission_step {
    ADMISSION_IDLE,
    ADMISSION_KNOCKED, /* sponsor: in line; joiner: waiting for the OFFER */
    ADMISSION_OFFERED, /* sponsor: waiting for the share; nothing was risked yet */
    ADMISSION_PROVING, /* the shares are out: a run that ends here is a failed one */
    ADMISSION_DONE,
    ADMISSION_REFUSED
};

struct admission {
    enum admission_step step;
    bool joiner;
    uint8_t nonce[CPACE_NONCE_BYTES]; /* the joiner's */
    struct digest game_id;
    uint8_t prs[CPACE_PRS_MAX]; /* joiner: until the OFFER comes */
    size_t prs_size;
    uint8_t peer_id[NET_ID_BYTES];
    uint8_t peer_net_pk[32];
    uint16_t peer_version;
    uint8_t checkpoint[LOBBY_CHECKPOINT_MAX]; /* joiner: the sponsor's */
    size_t checkpoint_size;
    uint8_t psk[CPACE_PSK_BYTES];
    struct cpace cpace;
};

enum { ADMISSION_MESSAGE_MAX = 1 + CPACE_SHARE_MAX };

enum admission_verdict {
    ADMISSION_GOES_ON,  /* send what was written, if anything */
    ADMISSION_IN_LINE,  /* sponsor: a KNOCK; admission_offer when it is his turn */
    ADMISSION_PROVEN,   /* both know the words: psk, peer_id, peer_net_pk, game_id */
    ADMISSION_VERSION,  /* peer_version is another than ours */
    ADMISSION_WRONG,    /* sponsor: the joiner does not know the words */
    ADMISSION_IMPOSTOR, /* joiner: the sponsor does not know the words */
    ADMISSION_MALFORMED
};

/* Joiner: begins with KNOCK. `secret` is the PRS, at most CPACE_PRS_MAX bytes. */
void admission_knock(struct admission *a, const struct session_identity *self, const char *secret,
    const uint8_t nonce[static CPACE_NONCE_BYTES], struct writer *out);

/* Sponsor: a connection that has not said anything yet. */
void admission_expect(struct admission *a);

/* What a sponsor offers. All borrowed. */
struct offer {
    const struct session_identity *self;
    const struct digest *game_id;
    const char *secret;
    const uint8_t *checkpoint;
    size_t checkpoint_size;
};

/* Sponsor: begins the run of a joiner in line. `random` is CPACE_NONCE_BYTES + CPACE_SEED_BYTES of
 * uniform bytes. */
enum { ADMISSION_RANDOM_BYTES = CPACE_NONCE_BYTES + CPACE_SEED_BYTES };
void admission_offer(struct admission *a, const struct offer *offer,
    const uint8_t random[static ADMISSION_RANDOM_BYTES], struct writer *out);

/* One message. `random` is uniform; the joiner's scalar comes from it. After any verdict but the
 * first three the run is dead and wiped. */
enum admission_verdict admission_receive(struct admission *a, const struct session_identity *self,
    const uint8_t *message, size_t size, const uint8_t random[static ADMISSION_RANDOM_BYTES],
    struct writer *out);

void admission_wipe(struct admission *a);

/* An address from which a run came to nothing. */
struct lobby_blame {
    uint32_t ip;
    uint32_t runs;
    uint64_t at_ms; /* of the latest */
};

/* The door itself: one run at a time, failures counted, burned after five. */
struct lobby {
    bool open;   /* false: closed by us */
    bool burned; /* closed by failures */
    bool running;
    uint32_t failures;
    uint64_t not_before_ms; /* no run may begin earlier */
    struct lobby_blame blamed[LOBBY_BLAMED_MAX];
};

void lobby_open(struct lobby *l, uint32_t failures_so_far);
void lobby_close(struct lobby *l);
static inline bool lobby_is_open(const struct lobby *l)
{
    return l->open && !l->burned;
}

/* True when the next in line may begin, and then it has begun. */
bool lobby_begin_run(struct lobby *l, uint64_t now_ms);

/* The run ended well, or before anything was risked. */
void lobby_end_run(struct lobby *l);

/* A run of that address came to nothing: it lets others go first for a while. */
void lobby_blame(struct lobby *l, uint32_t ip, uint64_t now_ms);

/* How many did, lately. */
uint32_t lobby_blamed(const struct lobby *l, uint32_t ip, uint64_t now_ms);

/* The run failed: a wrong tag, or silence after the shares. True when the words are burned now. */
bool lobby_fail_run(struct lobby *l, uint64_t now_ms);

#endif
