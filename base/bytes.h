/* Bounds-checked cursors over bytes. Integers are big-endian, fixed width (protocol part 0).
 * A cursor that ran out turns bad and stays bad: read or write everything, then look once. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct reader {
    const uint8_t *data; /* borrowed */
    size_t size;
    size_t offset;
    bool bad;
};

struct writer {
    uint8_t *data; /* borrowed, `capacity` bytes */
    size_t capacity;
    size_t size; /* bytes written so far */
    bool bad;    /* something did not fit; nothing is written from then on */
};

static inline struct reader reader_of(const void *data, size_t size)
{
    return (struct reader){.data = data, .size = size};
}

static inline struct writer writer_of(void *data, size_t capacity)
{
    return (struct writer){.data = data, .capacity = capacity};
}

static inline size_t reader_left(const struct reader *r)
{
    return r->bad ? 0 : r->size - r->offset;
}

/* True when nothing went wrong and nothing is left over. */
static inline bool reader_done(const struct reader *r)
{
    return !r->bad && r->offset == r->size;
}

/* The next `size` bytes in place, or NULL (and bad) when there are fewer. */
static inline const uint8_t *read_span(struct reader *r, size_t size)
{
    if (r->bad || size > r->size - r->offset) {
        r->bad = true;
        return NULL;
    }
    const uint8_t *p = r->data + r->offset;
    r->offset += size;
    return p;
}

/* Copies `size` bytes out; zeroes them when there are fewer. */
static inline void read_bytes(struct reader *r, void *out, size_t size)
{
    const uint8_t *p = read_span(r, size);
    if (p == NULL) {
        memset(out, 0, size);
    } else if (size > 0) {
        memcpy(out, p, size);
    }
}

static inline uint64_t read_uint(struct reader *r, size_t width)
{
    const uint8_t *p = read_span(r, width);
    uint64_t v = 0;
    for (size_t i = 0; p != NULL && i < width; i++) {
        v = v << 8 | p[i];
    }
    return v;
}

static inline uint8_t read_u8(struct reader *r)
{
    return (uint8_t)read_uint(r, 1);
}

/* 0 or 1; anything else turns r bad. */
static inline bool read_flag(struct reader *r)
{
    uint8_t v = read_u8(r);
    r->bad = r->bad || v > 1;
    return v == 1;
}

static inline uint16_t read_u16(struct reader *r)
{
    return (uint16_t)read_uint(r, 2);
}

static inline uint32_t read_u32(struct reader *r)
{
    return (uint32_t)read_uint(r, 4);
}

static inline uint64_t read_u64(struct reader *r)
{
    return read_uint(r, 8);
}

/* u16 length, then that many bytes in place (the lp() of protocol part 0). */
static inline const uint8_t *read_lp(struct reader *r, size_t *size)
{
    *size = read_u16(r);
    const uint8_t *p = read_span(r, *size);
    if (p == NULL) {
        *size = 0;
    }
    return p;
}

static inline void write_bytes(struct writer *w, const void *data, size_t size)
{
    if (w->bad || size > w->capacity - w->size) {
        w->bad = true;
        return;
    }
    if (size > 0) {
        memcpy(w->data + w->size, data, size);
    }
    w->size += size;
}

static inline void write_uint(struct writer *w, uint64_t v, size_t width)
{
    uint8_t b[8];
    for (size_t i = 0; i < width; i++) {
        b[i] = (uint8_t)(v >> 8 * (width - 1 - i));
    }
    write_bytes(w, b, width);
}

static inline void write_u8(struct writer *w, uint8_t v)
{
    write_uint(w, v, 1);
}

static inline void write_u16(struct writer *w, uint16_t v)
{
    write_uint(w, v, 2);
}

static inline void write_u32(struct writer *w, uint32_t v)
{
    write_uint(w, v, 4);
}

static inline void write_u64(struct writer *w, uint64_t v)
{
    write_uint(w, v, 8);
}

/* lp(x) = u16(len x) || x. More than 65535 bytes turn the writer bad. */
static inline void write_lp(struct writer *w, const void *data, size_t size)
{
    if (size > UINT16_MAX) {
        w->bad = true;
        return;
    }
    write_u16(w, (uint16_t)size);
    write_bytes(w, data, size);
}

#endif
