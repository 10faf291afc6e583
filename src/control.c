#include "src/control.h"

void control_encode(const struct control *c, struct writer *w)
{
    write_u8(w, PAYLOAD_CONTROL);
    write_u8(w, c->kind);
    switch (c->kind) {
    case CONTROL_HELLO:
        write_u16(w, c->version);
        write_u8(w, c->watch);
        write_lp(w, c->profile, c->profile_size);
        break;
    case CONTROL_WELCOME:
        write_lp(w, c->genesis, c->genesis_size);
        write_bytes(w, c->ticket, sizeof c->ticket);
        write_u64(w, c->height);
        break;
    case CONTROL_REFUSED:
        write_u8(w, c->refusal);
        write_u16(w, c->version);
        break;
    case CONTROL_KEYCARD:
        write_bytes(w, c->link_key, sizeof c->link_key);
        write_bytes(w, c->link_id.b, DIGEST_BYTES);
        break;
    case CONTROL_ANNOUNCE:
        write_u16(w, c->port);
        write_u8(w, c->local_count);
        for (uint8_t i = 0; i < c->local_count; i++) {
            write_u32(w, c->local[i]);
        }
        break;
    case CONTROL_ADDRESSES:
        write_u8(w, c->address_count);
        for (uint8_t i = 0; i < c->address_count; i++) {
            write_bytes(w, c->addresses[i].id, sizeof c->addresses[i].id);
            write_u32(w, c->addresses[i].ip);
            write_u16(w, c->addresses[i].port);
        }
        break;
    case CONTROL_WORDS:
        write_lp(w, c->words, strnlen(c->words, sizeof c->words - 1));
        write_u32(w, c->failures);
        break;
    case CONTROL_DONE:
        write_u64(w, c->height);
        break;
    default:
        w->bad = true;
        break;
    }
}

static void read_addresses(struct control *c, struct reader *r)
{
    c->address_count = read_u8(r);
    if (c->address_count > CONTROL_ADDRESSES_MAX) {
        r->bad = true;
        return;
    }
    for (uint8_t i = 0; i < c->address_count; i++) {
        read_bytes(r, c->addresses[i].id, sizeof c->addresses[i].id);
        c->addresses[i].ip = read_u32(r);
        c->addresses[i].port = read_u16(r);
    }
}

static void read_announce(struct control *c, struct reader *r)
{
    c->port = read_u16(r);
    c->local_count = read_u8(r);
    if (c->local_count > CONTROL_LOCAL_MAX) {
        r->bad = true;
        return;
    }
    for (uint8_t i = 0; i < c->local_count; i++) {
        c->local[i] = read_u32(r);
    }
}

static void read_text(struct reader *r, char *out, size_t capacity)
{
    size_t size;
    const uint8_t *text = read_lp(r, &size);
    if (text == NULL || size >= capacity || memchr(text, 0, size) != NULL) {
        r->bad = true;
        return;
    }
    memcpy(out, text, size);
    out[size] = '\0';
}

static void read_profile(struct control *c, struct reader *r)
{
    size_t size;
    const uint8_t *profile = read_lp(r, &size);
    if (profile == NULL || size > PROFILE_BYTES_MAX) {
        r->bad = true;
        return;
    }
    memcpy(c->profile, profile, size);
    c->profile_size = (uint8_t)size;
}

bool control_decode(struct control *c, struct reader *r)
{
    memset(c, 0, sizeof *c);
    c->kind = read_u8(r);
    switch (c->kind) {
    case CONTROL_HELLO:
        c->version = read_u16(r);
        c->watch = read_u8(r) != 0;
        read_profile(c, r);
        break;
    case CONTROL_WELCOME:
        c->genesis = read_lp(r, &c->genesis_size);
        read_bytes(r, c->ticket, sizeof c->ticket);
        c->height = read_u64(r);
        break;
    case CONTROL_REFUSED:
        c->refusal = read_u8(r);
        c->version = read_u16(r);
        break;
    case CONTROL_KEYCARD:
        read_bytes(r, c->link_key, sizeof c->link_key);
        read_bytes(r, c->link_id.b, DIGEST_BYTES);
        break;
    case CONTROL_ANNOUNCE:
        read_announce(c, r);
        break;
    case CONTROL_ADDRESSES:
        read_addresses(c, r);
        break;
    case CONTROL_WORDS:
        read_text(r, c->words, sizeof c->words);
        c->failures = read_u32(r);
        break;
    case CONTROL_DONE:
        c->height = read_u64(r);
        break;
    default:
        return false;
    }
    return reader_done(r);
}
