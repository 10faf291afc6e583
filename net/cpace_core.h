/* The operations of CPACE-RISTR255-SHA512 (draft-irtf-cfrg-cpace), one function each and every input
 * a parameter, so that the draft's published vectors reach them. net/cpace.h is the run. */
#ifndef NET_CPACE_CORE_H
#define NET_CPACE_CORE_H

#include "base/bytes.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum {
    CPACE_POINT_BYTES = 32,
    CPACE_SCALAR_BYTES = 32,
    CPACE_ISK_BYTES = 64,
    CPACE_TAG_BYTES = 64,
    CPACE_SID_MAX = 32,
    CPACE_PRS_MAX = 64,
    CPACE_CI_MAX = 128,
    CPACE_AD_MAX = 256,
    CPACE_GENERATOR_STRING_MAX = 512,
    CPACE_TRANSCRIPT_MAX = 2 * (2 + CPACE_POINT_BYTES + CPACE_AD_MAX)
};

/* Borrowed bytes. */
struct cpace_bytes {
    const uint8_t *data;
    size_t size;
};

/* lv(x) = LEB128(size) || x. */
void cpace_write_lv(struct writer *w, const void *data, size_t size);

/* The next lv() in place; the reader turns bad on a length that is not minimal or above 16383. */
struct cpace_bytes cpace_read_lv(struct reader *r);

/* generator_string(DSI, PRS, CI, sid, 128): lv(DSI) lv(PRS) lv(zpad) lv(CI) lv(sid). */
void cpace_write_generator_string(
    struct writer *w, struct cpace_bytes prs, struct cpace_bytes ci, struct cpace_bytes sid);

/* g = map(SHA-512(generator string)). ERR_RANGE when an input is over its limit. */
enum err cpace_generator(uint8_t g[static CPACE_POINT_BYTES], struct cpace_bytes prs,
    struct cpace_bytes ci, struct cpace_bytes sid);

/* scalar_mult_vfy: ERR_AUTH when `point` does not decode or the product is the identity. */
enum err cpace_multiply(uint8_t product[static CPACE_POINT_BYTES],
    const uint8_t scalar[static CPACE_SCALAR_BYTES], const uint8_t point[static CPACE_POINT_BYTES]);

/* transcript_ir = lv(Ya) lv(ADa) lv(Yb) lv(ADb). */
void cpace_write_transcript(struct writer *w, const uint8_t ya[static CPACE_POINT_BYTES],
    struct cpace_bytes ad_a, const uint8_t yb[static CPACE_POINT_BYTES], struct cpace_bytes ad_b);

/* ISK = SHA-512(lv(DSI || "_ISK") lv(sid) lv(K) || transcript). */
void cpace_session_key(uint8_t isk[static CPACE_ISK_BYTES], struct cpace_bytes sid,
    const uint8_t k[static CPACE_POINT_BYTES], struct cpace_bytes transcript);

/* T = HMAC-SHA512(SHA-512("CPaceMac" || sid || ISK), lv(Y) lv(AD)). */
void cpace_tag(uint8_t tag[static CPACE_TAG_BYTES], struct cpace_bytes sid,
    const uint8_t isk[static CPACE_ISK_BYTES], const uint8_t share[static CPACE_POINT_BYTES],
    struct cpace_bytes ad);

#endif
