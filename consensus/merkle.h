/* Merkle trees over byte strings in the shape of RFC 6962 2.1, with its 0x00 and 0x01 prefixes for
 * leaves and nodes and no leaf ever doubled (protocol E.1, E.3). The same tree grows leaf by leaf
 * as a mountain range: its root over n leaves is the root of the whole list. */
#ifndef CONSENSUS_MERKLE_H
#define CONSENSUS_MERKLE_H

#include "base/bytes.h"
#include "base/hash.h"

enum { MERKLE_PEAKS = 64, MERKLE_PATH_MAX = 64 };

/* The frontier of a growing list: peaks[k] is the root of a full subtree of 2^k leaves and means
 * something only when bit k of count is set. */
struct merkle_range {
    uint64_t count;
    struct digest peaks[MERKLE_PEAKS];
};

/* H("craps/v1/merkle", 0x00 || data). */
struct digest merkle_leaf(const void *data, size_t size);

/* H("craps/v1/merkle", 0x01 || left || right). */
struct digest merkle_node(const struct digest *left, const struct digest *right);

/* Appends one leaf hash. */
void merkle_range_add(struct merkle_range *range, const struct digest *leaf);

/* The root over all leaves so far; of none, H("craps/v1/merkle", nothing). */
struct digest merkle_range_root(const struct merkle_range *range);

/* u64 count, then the peaks that exist, the largest subtree first. */
void merkle_range_encode(const struct merkle_range *range, struct writer *w);
bool merkle_range_decode(struct merkle_range *range, struct reader *r);

/* Root over `count` leaf hashes. */
struct digest merkle_root(const struct digest *leaves, size_t count);

/* Audit path of leaf `index` (RFC 6962 2.1.1), lowest sibling first; returns its length. `path`
 * holds MERKLE_PATH_MAX digests; index < count. */
size_t merkle_path(struct digest *path, const struct digest *leaves, size_t count, size_t index);

/* Does that path lead from the leaf hash at `index` of `count` to the root (RFC 9162 2.1.3.2). */
bool merkle_path_verify(const struct digest *root, uint64_t count, uint64_t index,
    const struct digest *leaf, const struct digest *path, size_t path_size);

#endif
