/* The survivors' agreement on a table split (protocol B.5): who is here, who has said yes, one statement, everybody's signature. */
#include "src/session_internal.h"

#include "base/log.h"

#include <stdio.h>

enum { SAY_AGAIN_MS = 1000, WITHHELD_MS = 30000 };

static const char key_secret[] = "split_key";
static const char draft_secret[] = "split_draft";

static const struct roster *members_of(const struct session *s)
{
    return &engine_protocol(s->nodes[0].engine)->roster;
}

static bool is_self(const struct session *s, const uint8_t id[ID_BYTES])
{
    return memcmp(id, s->config.keys->id_pk, ID_BYTES) == 0;
}

/* Votes flow and the dice do not come: whoever has not handed in a piece cannot be one of those who go on. */
static bool withholds(const struct session *s, uint16_t member)
{
    unsigned have, need;
    session_quorum(s, &have, &need);
    return have >= need && s->stalled && clock_now_ms() - s->stalled_since_ms >= WITHHELD_MS &&
           live_rolling(session_live(s)) &&
           (engine_shares_in(s->nodes[0].engine) >> member & 1) == 0;
}

/* Those who could go on, ourselves among them, in the order of their identities. */
static uint16_t set_now(const struct session *s, uint8_t ids[MEMBERS_MAX][ID_BYTES])
{
    const struct roster *members = members_of(s);
    uint16_t count = 0;
    for (uint16_t i = 0; i < members->count; i++) {
        const uint8_t *id = members->members[i].id_pk;
        const struct known_peer *p = session_peer((struct session *)s, id, false);
        bool linked = p != NULL && p->link_member && !p->elsewhere && !withholds(s, i);
        if (is_self(s, id) || linked) {
            memcpy(ids[count++], id, ID_BYTES);
        }
    }
    return count;
}

struct digest split_set_digest(const struct split *p)
{
    return hash_tagged("craps/v1/split-set", p->ids, p->count * sizeof p->ids[0]);
}

/* What the agreement has not been told while it stood still. */
static void thaw(struct session *s)
{
    if (s->split.unflushed) {
        s->split.unflushed = false;
        session_flush(s, &s->nodes[0]);
    }
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        if (s->peers[i].used) {
            struct engine_event event = {
                .kind = session_linked(&s->peers[i]) ? ENGINE_LINK_UP : ENGINE_LINK_DOWN};
            memcpy(event.from, s->peers[i].id, ID_BYTES);
            session_step(s, &s->nodes[0], &event);
        }
    }
}

/* The key goes first: what is not on disk any more can never be signed for. */
void split_withdraw(struct session *s)
{
    struct split *p = &s->split;
    if (store_put_secret(s->nodes[0].store, draft_secret, NULL, 0) != ERR_OK ||
        store_put_secret(s->nodes[0].store, key_secret, NULL, 0) != ERR_OK) {
        session_fail(s, 74, "The table's files cannot be written any more. Check the disk.");
        return;
    }
    sodium_memzero(p->vote_sk, sizeof p->vote_sk);
    memset(p->vote_pk, 0, sizeof p->vote_pk);
    p->confirmed = p->bound = p->drafted = false;
    p->count = 0;
    s->dirty = true;
    split_to_all(s);
    thaw(s);
}

const char *split_name_of(const struct session *s, const uint8_t id[ID_BYTES])
{
    const struct live *l = session_live(s);
    int64_t account = live_find(l, id);
    return account < 0 ? "Somebody" : l->players[account].name;
}

static const char *may_not_ask(const struct session *s)
{
    struct engine_status st = engine_inspect(s->nodes[0].engine);
    if (s->config.mesh == NULL || s->practice || s->state != SESSION_PLAYING || s->config.watch) {
        return "There is no table of friends here that could be split.";
    }
    if (split_frozen(&s->split)) {
        return "You have said so already. Waiting for the others here; wait takes it back.";
    }
    if (!s->stalled) {
        return "Nobody is being waited for: there is nothing to split.";
    }
    if (!st.voting) {
        return "This seat has no vote just now, so it cannot sign a split.";
    }
    if (st.height == 0) {
        return "Nothing has been agreed at this table yet. Leave it and open another.";
    }
    return NULL;
}

void session_split_ask(struct session *s)
{
    struct split *p = &s->split;
    const char *why = may_not_ask(s);
    if (why != NULL) {
        session_notice(s, NOTICE_WARNING, "%s", why);
        return;
    }
    crypto_sign_keypair(p->vote_pk, p->vote_sk);
    if (store_put_secret(s->nodes[0].store, key_secret, p->vote_sk, sizeof p->vote_sk) != ERR_OK) {
        session_notice(s, NOTICE_WARNING, "The split could not be saved: check the disk.");
        return;
    }
    p->count = set_now(s, p->ids);
    p->confirmed = true;
    p->drafted = false;
    s->dirty = true;
    session_notice(s, NOTICE_INFO, "%s",
        p->count > 1
            ? "You want to split. It is done when everybody here has said so; wait takes it back."
            : "You split the table: you play on alone until somebody comes.");
    split_to_all(s);
    session_split_poll(s);
}

void session_split_wait(struct session *s)
{
    if (s->split.bound) {
        session_notice(s, NOTICE_WARNING,
            "Your signature under the split is out: it cannot be taken back alone.");
    } else if (s->split.confirmed) {
        session_notice(s, NOTICE_INFO, "You wait. Nothing is split.");
        split_withdraw(s);
    } else if (s->stalled) {
        session_notice(
            s, NOTICE_INFO, "You wait. The table goes on by itself when enough are back.");
    }
}

struct record_lookup {
    struct persist *out;
    uint8_t bytes[BLOCK_BYTES_MAX], proof[32 * 1024];
    bool found;
};

static bool take_block(void *argument, const struct persist *p)
{
    struct record_lookup *l = argument;
    if (p->size <= sizeof l->bytes && p->proof_size <= sizeof l->proof) {
        *l->out = *p;
        memcpy(l->bytes, p->data, p->size);
        l->out->data = l->bytes;
        if (p->proof_size > 0) {
            memcpy(l->proof, p->proof, p->proof_size);
        }
        l->out->proof = l->proof;
        l->found = true;
    }
    return false;
}

bool session_record_block(void *self, uint64_t height, struct persist *out)
{
    static _Thread_local struct record_lookup lookup;
    struct session *s = self;
    lookup.out = out;
    lookup.found = false;
    (void)store_visit_blocks(s->nodes[0].store, height, take_block, &lookup, NULL);
    return lookup.found && out->height == height;
}

int split_word_of(const struct session *s, const uint8_t id[ID_BYTES])
{
    return roster_find(members_of(s), id);
}

/* Has everybody of the set said yes to the same set; then the highest of their blocks. */
bool split_all_confirmed(const struct session *s, struct split_tip *best)
{
    const struct split *p = &s->split;
    struct digest set = split_set_digest(p);
    engine_split_tip(s->nodes[0].engine, best);
    for (uint16_t i = 0; i < p->count; i++) {
        if (is_self(s, p->ids[i])) {
            continue;
        }
        const struct split_word *word = &p->words[split_word_of(s, p->ids[i])];
        if (!word->confirmed || !digest_equal(&word->set, &set)) {
            return false;
        }
        *best = split_tip_above(&word->tip, best) ? word->tip : *best;
    }
    return true;
}

void session_split_count(const struct session *s, uint16_t *yes, uint16_t *of)
{
    uint8_t ids[MEMBERS_MAX][ID_BYTES];
    *of = set_now(s, ids);
    *yes = 0;
    for (uint16_t i = 0; i < *of; i++) {
        *yes += is_self(s, ids[i]) ? split_frozen(&s->split)
                                   : s->split.words[split_word_of(s, ids[i])].confirmed;
    }
}

/* The electorate of the statement: everybody of the set with the key he announced. */
void split_survivors(const struct session *s, struct roster *out)
{
    const struct split *p = &s->split;
    const struct protocol_state *state = engine_protocol(s->nodes[0].engine);
    memset(out, 0, sizeof *out);
    for (uint16_t i = 0; i < p->count; i++) {
        struct member m;
        const uint8_t *key =
            is_self(s, p->ids[i]) ? p->vote_pk : p->words[split_word_of(s, p->ids[i])].vote_pk;
        memcpy(m.id_pk, p->ids[i], sizeof m.id_pk);
        memcpy(m.vote_pk, key, sizeof m.vote_pk);
        memcpy(m.net_pk, protocol_identity(state, p->ids[i])->net_pk, sizeof m.net_pk);
        (void)roster_add(out, &m);
    }
}

static void draft(struct session *s, const struct split_tip *best)
{
    struct split *p = &s->split;
    struct split_record record = {s, session_record_block};
    struct writer w = writer_of(p->parts, sizeof p->parts);
    memset(&p->r, 0, sizeof p->r);
    enum err e = engine_split_fill(s->nodes[0].engine, &best->block, &record, &p->r, &w);
    split_survivors(s, &p->r.survivors);
    p->drafted = e == ERR_OK;
    static _Thread_local uint8_t whole[RECOVER_BYTES_MAX];
    struct writer size = writer_of(whole, sizeof whole);
    if (p->drafted) {
        recover_encode(&p->r, &size);
    }
    if (e == ERR_NOT_FOUND && !p->told_unproven) {
        p->told_unproven = true;
        session_notice(s, NOTICE_WARNING,
            "The proof of the last agreed block is not here: somebody else has to bring it, or the "
            "table waits.");
    }
    if (e == ERR_NO_SPACE || size.bad) {
        session_notice(s, NOTICE_WARNING,
            "This table's state is too big to be carried over to a new one: it can only wait.");
        split_withdraw(s);
    }
}

/* The signature is on disk before anybody sees it. */
static void sign(struct session *s)
{
    static _Thread_local uint8_t bytes[RECOVER_BYTES_MAX];
    struct split *p = &s->split;
    struct writer w = writer_of(bytes, sizeof bytes);
    int me = roster_find(&p->r.survivors, s->config.keys->id_pk);
    recover_sign(&signer_ed25519, &p->r, p->r.sigs[me], s->config.keys->id_sk);
    recover_encode(&p->r, &w);
    if (w.bad || store_put_secret(s->nodes[0].store, draft_secret, bytes, w.size) != ERR_OK) {
        session_fail(s, 74, "The split could not be saved: check the disk.");
        return;
    }
    p->bound = true;
    split_to_all(s);
}

bool split_is_whole(const struct recover *r)
{
    for (uint16_t i = 0; i < r->survivors.count; i++) {
        if (!recover_signature_right(&signer_ed25519, r, i, r->sigs[i])) {
            return false;
        }
    }
    return true;
}

void split_move_if_whole(struct session *s)
{
    static _Thread_local uint8_t bytes[RECOVER_BYTES_MAX];
    uint8_t vote_sk[64];
    struct split *p = &s->split;
    struct writer w = writer_of(bytes, sizeof bytes);
    if (!split_is_whole(&p->r)) {
        return;
    }
    recover_encode(&p->r, &w);
    memcpy(vote_sk, p->vote_sk, sizeof vote_sk);
    session_move(s, bytes, w.size, vote_sk);
    sodium_memzero(vote_sk, sizeof vote_sk);
}

/* Somebody of the set went or came back: the question is another one now. */
static bool set_stands(struct session *s)
{
    uint8_t ids[MEMBERS_MAX][ID_BYTES];
    const struct split *p = &s->split;
    uint16_t count = set_now(s, ids);
    return count == p->count && memcmp(ids, p->ids, count * sizeof ids[0]) == 0;
}

void session_split_poll(struct session *s)
{
    struct split *p = &s->split;
    struct split_tip best, own;
    uint64_t now = clock_now_ms();
    if (s->config.mesh == NULL || s->nodes[0].engine == NULL || s->state == SESSION_ENDED) {
        return;
    }
    bool coming = s->state == SESSION_JOINING && s->resumed;
    if ((s->stalled || split_frozen(p) || coming) && now - p->said_ms >= SAY_AGAIN_MS) {
        split_to_all(s);
    }
    if (!p->confirmed || p->bound) {
        return;
    }
    if (!set_stands(s)) {
        session_notice(
            s, NOTICE_WARNING, "Who is here has changed: nothing is split. The table waits.");
        split_withdraw(s);
        return;
    }
    if (!split_all_confirmed(s, &best)) {
        return;
    }
    if (!p->drafted || !digest_equal(&p->r.block, &best.block)) {
        draft(s, &best);
    }
    engine_split_tip(s->nodes[0].engine, &own);
    struct split_tip at = {p->r.epoch, p->r.view, p->r.block};
    if (p->drafted && !split_tip_above(&own, &at)) {
        sign(s);
        if (p->bound) {
            split_move_if_whole(s);
        }
    }
}

/* With the signature on disk we are bound. A key without one was never signed for: it goes, and with it our word. */
void session_split_load(struct session *s)
{
    struct split *p = &s->split;
    size_t size, key_size;
    struct store *store = s->nodes[0].store;
    bool have_key =
        store_get_secret(store, key_secret, p->vote_sk, sizeof p->vote_sk, &key_size) == ERR_OK &&
        key_size == sizeof p->vote_sk;
    bool have_draft =
        store_get_secret(store, draft_secret, p->parts, sizeof p->parts, &size) == ERR_OK &&
        recover_decode(&p->r, p->parts, size);
    if (!have_key) {
        return;
    }
    memcpy(p->vote_pk, p->vote_sk + 32, sizeof p->vote_pk);
    if (!have_draft) {
        if (store_put_secret(store, key_secret, NULL, 0) != ERR_OK) {
            log_warn("an unused key could not be removed");
        }
        sodium_memzero(p->vote_sk, sizeof p->vote_sk);
        memset(p->vote_pk, 0, sizeof p->vote_pk);
        return;
    }
    p->bound = p->drafted = true;
    p->count = p->r.survivors.count;
    for (uint16_t i = 0; i < p->count; i++) {
        memcpy(p->ids[i], p->r.survivors.members[i].id_pk, ID_BYTES);
    }
}
