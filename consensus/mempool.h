/* Signed operations that wait to be agreed, per author in strict order of sequence numbers (A.6,
 * A.7). Bounded: POOL_OPS_PER_AUTHOR ops an author, IDENTITIES_MAX authors, 8192 ops of up to
 * OP_GAME_BYTES_MAX bytes and 512 larger ones in all. Signatures are checked once, on entry. */
#ifndef CONSENSUS_MEMPOOL_H
#define CONSENSUS_MEMPOOL_H

#include "base/err.h"
#include "consensus/op.h"

/* No pool holds more. */
enum { POOL_OPS_MAX = 64 * POOL_OPS_PER_AUTHOR + 512 };

struct mempool;

/* `game_id` is kept. NULL on no memory. */
struct mempool *mempool_create(const struct signer *signer, const struct digest *game_id);
void mempool_destroy(struct mempool *m);

/* Adds one encoded op. ERR_OK (new), ERR_EXISTS (the same content, or seq <= `last_seq`: already
 * executed), ERR_AUTH (bad signature), ERR_FORMAT (also block ops), ERR_FULL, ERR_RANGE (seq beyond
 * last_seq + POOL_OPS_PER_AUTHOR). A different op with the same (author, seq) is kept out and
 * reported as ERR_BUSY: two signed ops with one seq are evidence (E4); *other then points to the
 * pooled bytes. */
enum err mempool_add(struct mempool *m, const uint8_t *bytes, size_t size, uint64_t last_seq,
    const uint8_t **other, size_t *other_size);

/* The pooled op of (author, seq), or NULL. */
const uint8_t *mempool_find(
    const struct mempool *m, const uint8_t author[ID_BYTES], uint64_t seq, size_t *size);

/* Is this very op (same bytes) pooled, so its signature was already checked. */
bool mempool_knows(const struct mempool *m, const struct op *op);

/* Drops the author's ops with seq <= last_seq. */
void mempool_prune(struct mempool *m, const uint8_t author[ID_BYTES], uint64_t last_seq);

/* Walks authors in order of arrival of their oldest op: *cursor starts at 0; false at the end. */
bool mempool_next_author(const struct mempool *m, size_t *cursor, uint8_t author[ID_BYTES]);

size_t mempool_count(const struct mempool *m);

#endif
