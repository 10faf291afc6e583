/* The whole program with one thing added at link time (--wrap=mesh_send): while the file named by
 * FLOOD_FILE is there, every message that it sends to another member is followed by a burst of
 * others over the same sealed link, as fast as the link takes them. FLOOD_KIND says what: "votes"
 * for views to come, "bets" signed by nobody, or "garbage". For tests/e2e/test_flood.py alone. */
#include "consensus/message.h"
#include "net/mesh.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BURST = 400, MESSAGE_BYTES = 120, PAYLOAD_ENGINE_BYTE = 1 };

enum err __real_mesh_send(struct mesh *m, const uint8_t peer[NET_ID_BYTES], unsigned channel,
    const void *data, size_t size);
enum err __wrap_mesh_send(struct mesh *m, const uint8_t peer[NET_ID_BYTES], unsigned channel,
    const void *data, size_t size);

static bool flooding(void)
{
    const char *file = getenv("FLOOD_FILE");
    return file != NULL && access(file, F_OK) == 0;
}

/* A NULLIFY far ahead: well formed, of this epoch or not, and of no use to anybody. */
static size_t make_vote(uint8_t *out, size_t capacity, unsigned i)
{
    struct writer w = writer_of(out, capacity);
    struct vote v = {.kind = VOTE_NULLIFY, .epoch = 2 + i % 4, .view = 1000000 + i};
    write_u8(&w, PAYLOAD_ENGINE_BYTE);
    write_u8(&w, MSG_NULLIFY);
    vote_encode(&v, &w);
    return w.size;
}

static size_t make_op(uint8_t *out, size_t capacity, unsigned i)
{
    struct writer w = writer_of(out, capacity);
    uint8_t payload[32] = {(uint8_t)i};
    struct op op = {
        .kind = OP_GAME, .seq = 1 + i, .payload = payload, .payload_size = sizeof payload};
    memset(op.author, (int)(1 + i % 200), sizeof op.author);
    write_u8(&w, PAYLOAD_ENGINE_BYTE);
    write_u8(&w, MSG_OP);
    op_encode(&op, &w);
    return w.size;
}

enum err __wrap_mesh_send(struct mesh *m, const uint8_t peer[NET_ID_BYTES], unsigned channel,
    const void *data, size_t size)
{
    static unsigned count;
    enum err result = __real_mesh_send(m, peer, channel, data, size);
    const char *kind = getenv("FLOOD_KIND");
    for (unsigned i = 0; flooding() && kind != NULL && i < BURST; i++) {
        uint8_t bytes[512];
        memset(bytes, (int)count, sizeof bytes);
        size_t n = strcmp(kind, "votes") == 0  ? make_vote(bytes, sizeof bytes, count)
                   : strcmp(kind, "bets") == 0 ? make_op(bytes, sizeof bytes, count)
                                               : MESSAGE_BYTES;
        count++;
        if (__real_mesh_send(m, peer, channel, bytes, n) != ERR_OK) {
            break;
        }
    }
    return result;
}
