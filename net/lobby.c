#include "net/lobby.h"

#include "base/check.h"

#include <sodium.h>

enum message_type { KNOCK = 1, OFFER, SHARE, TAG };

static enum admission_verdict refuse(struct admission *a, enum admission_verdict verdict)
{
    uint16_t version = a->peer_version;
    admission_wipe(a);
    a->step = ADMISSION_REFUSED;
    a->peer_version = version;
    return verdict;
}

void admission_wipe(struct admission *a)
{
    sodium_memzero(a, sizeof *a);
}

void admission_expect(struct admission *a)
{
    admission_wipe(a);
}

void admission_knock(struct admission *a, const struct session_identity *self, const char *secret,
    const uint8_t nonce[static CPACE_NONCE_BYTES], struct writer *out)
{
    admission_wipe(a);
    a->joiner = true;
    a->step = ADMISSION_KNOCKED;
    a->prs_size = strlen(secret);
    CHECK(a->prs_size <= sizeof a->prs);
    memcpy(a->prs, secret, a->prs_size);
    memcpy(a->nonce, nonce, sizeof a->nonce);
    write_u8(out, KNOCK);
    write_u16(out, self->version);
    write_bytes(out, nonce, CPACE_NONCE_BYTES);
}

/* Begins the CPace run of either side; false when something is over its limit. */
static bool start(struct admission *a, const struct session_identity *self,
    const uint8_t sponsor_id[NET_ID_BYTES], const uint8_t sponsor_nonce[CPACE_NONCE_BYTES],
    struct cpace_bytes extra, const uint8_t seed[CPACE_SEED_BYTES])
{
    uint8_t ci[CPACE_CI_MAX];
    uint8_t sid[CPACE_SID_MAX];
    uint8_t ad[CPACE_AD_MAX];
    struct cpace_party party = {.extra = extra};
    memcpy(party.id_pk, self->id_pk, sizeof party.id_pk);
    memcpy(party.x25519_pk, self->net_pk, sizeof party.x25519_pk);
    memcpy(sid, a->nonce, CPACE_NONCE_BYTES);
    memcpy(sid + CPACE_NONCE_BYTES, sponsor_nonce, CPACE_NONCE_BYTES);
    struct cpace_setup setup = {.role = a->joiner ? CPACE_JOINER : CPACE_SPONSOR,
        .prs = {a->prs, a->prs_size},
        .ci = {ci, cpace_join_context(ci, a->game_id.b, sponsor_id)},
        .sid = {sid, sizeof sid},
        .ad = {ad, cpace_party_encode(ad, &party)}};
    bool ok = setup.ad.size > 0 && cpace_start(&a->cpace, &setup, seed) == ERR_OK;
    sodium_memzero(a->prs, sizeof a->prs);
    return ok;
}

void admission_offer(struct admission *a, const struct offer *offer,
    const uint8_t random[static ADMISSION_RANDOM_BYTES], struct writer *out)
{
    CHECK(!a->joiner && a->step == ADMISSION_KNOCKED);
    a->game_id = *offer->game_id;
    a->prs_size = strlen(offer->secret);
    CHECK(a->prs_size <= sizeof a->prs && offer->checkpoint_size <= LOBBY_CHECKPOINT_MAX);
    memcpy(a->prs, offer->secret, a->prs_size);
    bool ok = start(a, offer->self, offer->self->id_pk, random,
        (struct cpace_bytes){offer->checkpoint, offer->checkpoint_size},
        random + CPACE_NONCE_BYTES);
    CHECK(ok);
    a->step = ADMISSION_OFFERED;
    write_u8(out, OFFER);
    write_u16(out, offer->self->version);
    write_bytes(out, offer->game_id->b, DIGEST_BYTES);
    write_bytes(out, offer->self->id_pk, NET_ID_BYTES);
    write_bytes(out, random, CPACE_NONCE_BYTES);
}

static enum admission_verdict receive_knock(
    struct admission *a, const struct session_identity *self, struct reader *r)
{
    a->peer_version = read_u16(r);
    read_bytes(r, a->nonce, sizeof a->nonce);
    if (!reader_done(r)) {
        return refuse(a, ADMISSION_MALFORMED);
    }
    if (a->peer_version != self->version) {
        return refuse(a, ADMISSION_VERSION);
    }
    a->step = ADMISSION_KNOCKED;
    return ADMISSION_IN_LINE;
}

static enum admission_verdict receive_offer(struct admission *a,
    const struct session_identity *self, struct reader *r, const uint8_t *random,
    struct writer *out)
{
    uint8_t nonce[CPACE_NONCE_BYTES];
    uint8_t version[2];
    a->peer_version = read_u16(r);
    read_bytes(r, a->game_id.b, DIGEST_BYTES);
    read_bytes(r, a->peer_id, NET_ID_BYTES);
    read_bytes(r, nonce, sizeof nonce);
    if (!reader_done(r) || memcmp(a->peer_id, self->id_pk, NET_ID_BYTES) == 0) {
        return refuse(a, ADMISSION_MALFORMED);
    }
    if (a->peer_version != self->version) {
        return refuse(a, ADMISSION_VERSION);
    }
    struct writer w = writer_of(version, sizeof version);
    write_u16(&w, self->version);
    write_u8(out, SHARE);
    if (!start(a, self, a->peer_id, nonce, (struct cpace_bytes){version, sizeof version},
            random + CPACE_NONCE_BYTES) ||
        cpace_write_share(&a->cpace, out) != CPACE_OK) {
        return refuse(a, ADMISSION_MALFORMED);
    }
    a->step = ADMISSION_PROVING;
    return ADMISSION_GOES_ON;
}

/* Who the peer's AD says he is. The joiner holds the sponsor to his OFFER. */
static bool take_party(struct admission *a, const struct session_identity *self)
{
    struct cpace_party party;
    if (cpace_party_decode(&party, cpace_peer_ad(&a->cpace)) != ERR_OK ||
        memcmp(party.id_pk, self->id_pk, NET_ID_BYTES) == 0) {
        return false;
    }
    if (a->joiner) {
        if (memcmp(party.id_pk, a->peer_id, NET_ID_BYTES) != 0 ||
            party.extra.size > sizeof a->checkpoint) {
            return false;
        }
        a->checkpoint_size = party.extra.size;
        if (party.extra.size > 0) {
            memcpy(a->checkpoint, party.extra.data, party.extra.size);
        }
    } else {
        struct reader r = reader_of(party.extra.data, party.extra.size);
        if (read_u16(&r) != self->version || !reader_done(&r)) {
            return false;
        }
    }
    memcpy(a->peer_id, party.id_pk, NET_ID_BYTES);
    memcpy(a->peer_net_pk, party.x25519_pk, sizeof a->peer_net_pk);
    return true;
}

static enum admission_verdict receive_share(
    struct admission *a, const struct session_identity *self, struct reader *r, struct writer *out)
{
    size_t size = reader_left(r);
    const uint8_t *share = read_span(r, size);
    if (cpace_read_share(&a->cpace, share, size) != CPACE_OK || !take_party(a, self)) {
        return refuse(a, ADMISSION_MALFORMED);
    }
    write_u8(out, a->joiner ? TAG : SHARE);
    enum cpace_verdict verdict =
        a->joiner ? cpace_write_tag(&a->cpace, out) : cpace_write_share(&a->cpace, out);
    if (verdict != CPACE_OK) {
        return refuse(a, ADMISSION_MALFORMED);
    }
    a->step = ADMISSION_PROVING;
    return ADMISSION_GOES_ON;
}

static enum admission_verdict receive_tag(struct admission *a, struct reader *r, struct writer *out)
{
    size_t size = reader_left(r);
    const uint8_t *tag = read_span(r, size);
    enum cpace_verdict verdict = cpace_read_tag(&a->cpace, tag, size);
    if (verdict != CPACE_OK) {
        return refuse(a, a->joiner ? ADMISSION_IMPOSTOR : ADMISSION_WRONG);
    }
    if (!a->joiner) {
        write_u8(out, TAG);
        if (cpace_write_tag(&a->cpace, out) != CPACE_OK) {
            return refuse(a, ADMISSION_MALFORMED);
        }
    }
    if (cpace_psk(&a->cpace, a->psk) != ERR_OK) {
        return refuse(a, ADMISSION_MALFORMED);
    }
    cpace_wipe(&a->cpace);
    a->step = ADMISSION_DONE;
    return ADMISSION_PROVEN;
}

enum admission_verdict admission_receive(struct admission *a, const struct session_identity *self,
    const uint8_t *message, size_t size, const uint8_t random[static ADMISSION_RANDOM_BYTES],
    struct writer *out)
{
    struct reader r = reader_of(message, size);
    uint8_t type = read_u8(&r);
    if (!a->joiner && a->step == ADMISSION_IDLE && type == KNOCK) {
        return receive_knock(a, self, &r);
    }
    if (a->joiner && a->step == ADMISSION_KNOCKED && type == OFFER) {
        return receive_offer(a, self, &r, random, out);
    }
    if (type == SHARE && a->cpace.step == CPACE_AWAIT_SHARE &&
        a->step == (a->joiner ? ADMISSION_PROVING : ADMISSION_OFFERED)) {
        return receive_share(a, self, &r, out);
    }
    if (a->step == ADMISSION_PROVING && type == TAG) {
        return receive_tag(a, &r, out);
    }
    /* whatever a joiner sends instead of the right tag was his guess */
    bool guessed = !a->joiner && a->step == ADMISSION_PROVING;
    return refuse(a, guessed ? ADMISSION_WRONG : ADMISSION_MALFORMED);
}

void lobby_open(struct lobby *l, uint32_t failures_so_far)
{
    l->open = true;
    l->failures = failures_so_far;
    l->burned = failures_so_far >= LOBBY_FAILURES_MAX;
}

void lobby_close(struct lobby *l)
{
    l->open = false;
}

bool lobby_begin_run(struct lobby *l, uint64_t now_ms)
{
    if (!lobby_is_open(l) || l->running || now_ms < l->not_before_ms) {
        return false;
    }
    l->running = true;
    return true;
}

void lobby_end_run(struct lobby *l)
{
    l->running = false;
}

void lobby_blame(struct lobby *l, uint32_t ip, uint64_t now_ms)
{
    struct lobby_blame *row = &l->blamed[0];
    for (size_t i = 0; i < LOBBY_BLAMED_MAX; i++) {
        struct lobby_blame *b = &l->blamed[i];
        if (b->runs > 0 && b->ip == ip) {
            row = b;
            break;
        }
        row = b->at_ms < row->at_ms ? b : row;
    }
    row->runs = lobby_blamed(l, ip, now_ms) + 1;
    row->ip = ip;
    row->at_ms = now_ms;
}

uint32_t lobby_blamed(const struct lobby *l, uint32_t ip, uint64_t now_ms)
{
    for (size_t i = 0; i < LOBBY_BLAMED_MAX; i++) {
        const struct lobby_blame *b = &l->blamed[i];
        if (b->runs > 0 && b->ip == ip && now_ms - b->at_ms < LOBBY_BLAME_MS) {
            return b->runs;
        }
    }
    return 0;
}

bool lobby_fail_run(struct lobby *l, uint64_t now_ms)
{
    l->running = false;
    l->not_before_ms = now_ms + LOBBY_PAUSE_MS;
    l->failures++;
    l->burned = l->burned || l->failures >= LOBBY_FAILURES_MAX;
    return l->burned;
}
