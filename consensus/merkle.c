#include "consensus/merkle.h"

#include "base/check.h"

#define MERKLE_TAG "craps/v1/merkle"

struct digest merkle_leaf(const void *data, size_t size)
{
    static const uint8_t prefix = 0x00;
    struct hash_state h;
    hash_begin(&h, MERKLE_TAG);
    hash_add(&h, &prefix, 1);
    hash_add(&h, data, size);
    return hash_end(&h);
}

struct digest merkle_node(const struct digest *left, const struct digest *right)
{
    uint8_t bytes[1 + 2 * DIGEST_BYTES] = {0x01};
    memcpy(bytes + 1, left->b, DIGEST_BYTES);
    memcpy(bytes + 1 + DIGEST_BYTES, right->b, DIGEST_BYTES);
    return hash_tagged(MERKLE_TAG, bytes, sizeof bytes);
}

void merkle_range_add(struct merkle_range *range, const struct digest *leaf)
{
    struct digest peak = *leaf;
    unsigned k = 0;
    CHECK(range->count != UINT64_MAX);
    for (; (range->count >> k & 1) != 0; k++) {
        peak = merkle_node(&range->peaks[k], &peak);
    }
    range->peaks[k] = peak;
    range->count++;
}

struct digest merkle_range_root(const struct merkle_range *range)
{
    struct digest root = {{0}};
    bool any = false;
    for (unsigned k = 0; k < MERKLE_PEAKS; k++) {
        if ((range->count >> k & 1) != 0) {
            root = any ? merkle_node(&range->peaks[k], &root) : range->peaks[k];
            any = true;
        }
    }
    return any ? root : hash_tagged(MERKLE_TAG, "", 0);
}

void merkle_range_encode(const struct merkle_range *range, struct writer *w)
{
    write_u64(w, range->count);
    for (unsigned k = MERKLE_PEAKS; k-- > 0;) {
        if ((range->count >> k & 1) != 0) {
            write_bytes(w, range->peaks[k].b, DIGEST_BYTES);
        }
    }
}

bool merkle_range_decode(struct merkle_range *range, struct reader *r)
{
    *range = (struct merkle_range){.count = read_u64(r)};
    for (unsigned k = MERKLE_PEAKS; k-- > 0;) {
        if ((range->count >> k & 1) != 0) {
            read_bytes(r, range->peaks[k].b, DIGEST_BYTES);
        }
    }
    return !r->bad;
}

struct digest merkle_root(const struct digest *leaves, size_t count)
{
    struct merkle_range range;
    range.count = 0;
    for (size_t i = 0; i < count; i++) {
        merkle_range_add(&range, &leaves[i]);
    }
    return merkle_range_root(&range);
}

/* The largest power of two below count; count >= 2. */
static size_t left_leaves(size_t count)
{
    size_t k = 1;
    while (k < count - k) {
        k *= 2;
    }
    return k;
}

size_t merkle_path(struct digest *path, const struct digest *leaves, size_t count, size_t index)
{
    CHECK(index < count);
    if (count == 1) {
        return 0;
    }
    size_t k = left_leaves(count);
    bool left = index < k;
    size_t length = left ? merkle_path(path, leaves, k, index)
                         : merkle_path(path, leaves + k, count - k, index - k);
    path[length] = left ? merkle_root(leaves + k, count - k) : merkle_root(leaves, k);
    return length + 1;
}

bool merkle_path_verify(const struct digest *root, uint64_t count, uint64_t index,
    const struct digest *leaf, const struct digest *path, size_t path_size)
{
    struct digest at = *leaf;
    if (index >= count) {
        return false;
    }
    uint64_t node = index, last = count - 1;
    for (size_t i = 0; i < path_size; i++) {
        if (last == 0) {
            return false;
        }
        if ((node & 1) != 0 || node == last) {
            at = merkle_node(&path[i], &at);
            while ((node & 1) == 0 && node != 0) {
                node >>= 1;
                last >>= 1;
            }
        } else {
            at = merkle_node(&at, &path[i]);
        }
        node >>= 1;
        last >>= 1;
    }
    return last == 0 && digest_equal(&at, root);
}
