/* Bytes packed into one LZ4 frame and out of it again, both sizes known beforehand. What comes out
 * of a frame is checked against its content checksum; a frame of any other form than pack_write
 * makes is refused, so that no length in it is ever trusted. */
#ifndef BASE_PACK_H
#define BASE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACK_BYTES_MAX = 1 << 26 }; /* what may be packed at once */

/* Room that pack_write needs at most for `size` bytes, any contents; 0 above PACK_BYTES_MAX. */
size_t pack_bound(size_t size);

/* One frame: 64 KiB blocks, independent, content size and content checksum in it. Returns its size,
 * or 0 when it does not fit (never within pack_bound). The same bytes always give the same frame. */
size_t pack_write(void *out, size_t capacity, const void *data, size_t size);

/* Unpacks a frame of exactly `size` bytes of content into `out`. False, and `out` is worth nothing,
 * when the frame is damaged, of another form, followed by anything, or its content has another
 * size. The library's own memory is bounded by the 64 KiB block and given back on return. */
bool pack_read(void *out, size_t size, const void *frame, size_t frame_size);

#endif
