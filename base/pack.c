#include "base/pack.h"

#include <lz4frame.h>

static LZ4F_preferences_t preferences(size_t size)
{
    return (LZ4F_preferences_t){
        .frameInfo =
            {
                .blockSizeID = LZ4F_max64KB,
                .blockMode = LZ4F_blockIndependent,
                .contentChecksumFlag = LZ4F_contentChecksumEnabled,
                .contentSize = size,
            },
    };
}

size_t pack_bound(size_t size)
{
    LZ4F_preferences_t p = preferences(size);
    return size > PACK_BYTES_MAX ? 0 : LZ4F_compressFrameBound(size, &p);
}

size_t pack_write(void *out, size_t capacity, const void *data, size_t size)
{
    LZ4F_preferences_t p = preferences(size);
    if (size > PACK_BYTES_MAX) {
        return 0;
    }
    size_t written = LZ4F_compressFrame(out, capacity, data, size, &p);
    return LZ4F_isError(written) != 0 ? 0 : written;
}

/* The header says what pack_write would say of so many bytes, and nothing else. *at goes behind it.
 */
static bool header_right(
    LZ4F_dctx *context, size_t size, const uint8_t *frame, size_t frame_size, size_t *at)
{
    LZ4F_frameInfo_t info;
    size_t header = frame_size;
    size_t hint = LZ4F_getFrameInfo(context, &info, frame, &header);
    *at = header;
    /* An empty content has no size field: LZ4 takes 0 for "not told". */
    return LZ4F_isError(hint) == 0 && info.frameType == LZ4F_frame &&
           info.blockSizeID == LZ4F_max64KB && info.blockMode == LZ4F_blockIndependent &&
           info.contentChecksumFlag == LZ4F_contentChecksumEnabled &&
           info.blockChecksumFlag == LZ4F_noBlockChecksum && info.dictID == 0 &&
           info.contentSize == size;
}

static bool unpack(
    LZ4F_dctx *context, uint8_t *out, size_t size, const uint8_t *frame, size_t frame_size)
{
    size_t at, made = 0;
    if (!header_right(context, size, frame, frame_size, &at)) {
        return false;
    }
    for (;;) {
        size_t in = frame_size - at, room = size - made;
        size_t hint = LZ4F_decompress(context, out + made, &room, frame + at, &in, NULL);
        if (LZ4F_isError(hint) != 0) {
            return false;
        }
        at += in;
        made += room;
        if (hint == 0) {
            return at == frame_size && made == size;
        }
        if (in == 0 && room == 0) {
            return false;
        }
    }
}

bool pack_read(void *out, size_t size, const void *frame, size_t frame_size)
{
    LZ4F_dctx *context;
    if (size > PACK_BYTES_MAX ||
        LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) != 0) {
        return false;
    }
    bool good = unpack(context, out, size, frame, frame_size);
    LZ4F_freeDecompressionContext(context);
    return good;
}
