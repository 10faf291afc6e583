/* What the survivors of a split say to each other over their sealed links (protocol B.5), and who is at which table. */
#include "src/session_internal.h"

enum { FOLLOW_MS = 1500 };

enum split_message {
    SPLIT_SAY = 1, /* what I say about splitting this table; also: who has gone further, tell me */
    SPLIT_RECOVER, /* a RECOVER with the signatures known so far, the others zero */
    SPLIT_HERE,    /* I am at this table now */
};

static void send_to(struct session *s, const uint8_t to[ID_BYTES], const uint8_t *data, size_t size)
{
    session_send(s, to, CHANNEL_CONTROL, data, size);
}

static void say_to(struct session *s, const uint8_t to[ID_BYTES])
{
    uint8_t bytes[256];
    struct split *p = &s->split;
    struct split_tip tip;
    struct writer w = writer_of(bytes, sizeof bytes);
    engine_split_tip(s->nodes[0].engine, &tip);
    struct digest set = split_set_digest(p);
    write_u8(&w, PAYLOAD_SPLIT);
    write_u8(&w, SPLIT_SAY);
    write_bytes(&w, s->game_id.b, DIGEST_BYTES);
    write_u8(&w, split_frozen(p));
    write_bytes(&w, p->vote_pk, sizeof p->vote_pk);
    write_u32(&w, tip.epoch);
    write_u64(&w, tip.view);
    write_bytes(&w, tip.block.b, DIGEST_BYTES);
    write_bytes(&w, set.b, DIGEST_BYTES);
    send_to(s, to, bytes, w.size);
}

static void recover_to(struct session *s, const uint8_t to[ID_BYTES], const struct recover *r)
{
    static _Thread_local uint8_t bytes[2 + RECOVER_BYTES_MAX];
    struct writer w = writer_of(bytes, 2);
    write_u8(&w, PAYLOAD_SPLIT);
    write_u8(&w, SPLIT_RECOVER);
    struct writer body = writer_of(bytes + 2, RECOVER_BYTES_MAX);
    recover_encode(r, &body);
    if (!body.bad) {
        send_to(s, to, bytes, 2 + body.size);
    }
}

void split_to_all(struct session *s)
{
    struct split *p = &s->split;
    p->said_ms = clock_now_ms();
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        if (s->peers[i].used && s->peers[i].link_member) {
            say_to(s, s->peers[i].id);
            if (p->bound) {
                recover_to(s, s->peers[i].id, &p->r);
            }
        }
    }
}

void session_split_link(struct session *s, const uint8_t peer[ID_BYTES])
{
    uint8_t bytes[2 + DIGEST_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    if (s->nodes[0].engine == NULL) {
        return;
    }
    write_u8(&w, PAYLOAD_SPLIT);
    write_u8(&w, SPLIT_HERE);
    write_bytes(&w, s->game_id.b, DIGEST_BYTES);
    send_to(s, peer, bytes, w.size);
    if (split_frozen(&s->split)) {
        say_to(s, peer);
        if (s->split.bound) {
            recover_to(s, peer, &s->split.r);
        }
    }
}

/* To somebody who is still at the table that ours was split from. */
static void tell_the_way(
    struct session *s, const uint8_t to[ID_BYTES], const struct digest *his_table)
{
    struct recover r;
    if (s->genesis.recover != NULL &&
        recover_decode(&r, s->genesis.recover, s->genesis.recover_size) &&
        digest_equal(&r.game_id, his_table)) {
        recover_to(s, to, &r);
    }
}

/* At which table the peer is. Whoever was elsewhere has heard nothing of this table's agreement: it begins as with a new link. */
static void place_peer(struct session *s, struct known_peer *peer, const struct digest *game)
{
    bool here = digest_equal(game, &s->game_id);
    if (!here && !peer->elsewhere) {
        peer->elsewhere_ms = clock_now_ms();
    }
    bool came = here && peer->elsewhere;
    peer->here = here;
    peer->elsewhere = !here;
    s->dirty = true;
    if (came) {
        struct engine_event event = {.kind = ENGINE_LINK_DOWN};
        memcpy(event.from, peer->id, ID_BYTES);
        session_step(s, &s->nodes[0], &event);
        event.kind = ENGINE_LINK_UP;
        session_step(s, &s->nodes[0], &event);
    }
}

static void on_say(struct session *s, struct known_peer *peer, struct reader *r)
{
    const uint8_t *from = peer->id;
    struct split *p = &s->split;
    struct digest game;
    struct split_word word;
    read_bytes(r, game.b, DIGEST_BYTES);
    word.confirmed = read_u8(r) == 1;
    read_bytes(r, word.vote_pk, sizeof word.vote_pk);
    word.tip.epoch = read_u32(r);
    word.tip.view = read_u64(r);
    read_bytes(r, word.tip.block.b, DIGEST_BYTES);
    read_bytes(r, word.set.b, DIGEST_BYTES);
    if (!reader_done(r)) {
        return;
    }
    place_peer(s, peer, &game);
    if (!peer->here) {
        tell_the_way(s, from, &game);
        return;
    }
    int i = split_word_of(s, from);
    if (i < 0) {
        return;
    }
    if (word.confirmed && !p->words[i].confirmed && !p->confirmed) {
        session_notice(s, NOTICE_WARNING,
            "%s wants to split the table and play on with who is here. It needs your word too: "
            "split or wait.",
            split_name_of(s, from));
    }
    p->words[i] = word;
    s->dirty = true;
    int survivor = p->bound ? roster_find(&p->r.survivors, from) : -1;
    if (survivor >= 0 &&
        (!word.confirmed || memcmp(word.vote_pk, p->r.survivors.members[survivor].vote_pk,
                                sizeof word.vote_pk) != 0)) {
        session_notice(s, NOTICE_WARNING, "%s does not split after all. The table waits.",
            split_name_of(s, from));
        split_withdraw(s);
        return;
    }
    session_split_poll(s);
}

/* Takes over signatures that are right. */
static void merge(struct recover *into, const struct recover *from)
{
    for (uint16_t i = 0; i < into->survivors.count; i++) {
        if (recover_signature_right(&signer_ed25519, into, i, from->sigs[i])) {
            memcpy(into->sigs[i], from->sigs[i], SIG_BYTES);
        }
    }
}

/* A draft by somebody who has the block, for a survivor that lacks it. */
static bool take_draft(struct session *s, const uint8_t *bytes, size_t size)
{
    struct split *p = &s->split;
    struct split_tip best;
    struct recover r;
    struct roster want;
    if (!p->confirmed || p->bound || !split_all_confirmed(s, &best) ||
        !recover_decode(&r, bytes, size)) {
        return false;
    }
    split_survivors(s, &want);
    struct digest a = roster_hash(&want), b = roster_hash(&r.survivors);
    if (!digest_equal(&a, &b) || !digest_equal(&r.block, &best.block) ||
        !engine_split_accepts(s->nodes[0].engine, &r)) {
        return false;
    }
    memcpy(p->parts, bytes, size);
    p->drafted = recover_decode(&p->r, p->parts, size);
    memset(p->r.sigs, 0, sizeof p->r.sigs);
    return p->drafted;
}

/* Not one of the survivors: with nothing to wait for here, our stack is there. */
static bool may_follow(struct session *s, const struct recover *r)
{
    const struct protocol_state *state = engine_protocol(s->nodes[0].engine);
    struct engine_status st = engine_inspect(s->nodes[0].engine);
    unsigned have, need;
    session_quorum(s, &have, &need);
    bool coming = s->state == SESSION_JOINING && s->resumed;
    bool waited = clock_now_ms() - s->join_started_ms >= FOLLOW_MS;
    if (have >= need || split_frozen(&s->split) || (!s->stalled && !(coming && waited)) ||
        st.height > r->height || s->config.watch) {
        return false;
    }
    for (uint16_t i = 0; i < r->survivors.count; i++) {
        const struct identity *id = protocol_identity(state, r->survivors.members[i].id_pk);
        if (id == NULL || id->bot || id->standing == STANDING_EJECTED) {
            return false;
        }
    }
    return split_is_whole(r) &&
           (r->epoch != st.epoch || engine_split_accepts(s->nodes[0].engine, r));
}

static void on_recover(
    struct session *s, const uint8_t from[ID_BYTES], const uint8_t *bytes, size_t size)
{
    static _Thread_local uint8_t copy[RECOVER_BYTES_MAX];
    struct split *p = &s->split;
    struct recover r;
    if (size > sizeof copy || !recover_decode(&r, bytes, size)) {
        return;
    }
    if (!digest_equal(&r.game_id, &s->game_id)) {
        if (!split_is_whole(&r)) {
            tell_the_way(s, from, &r.game_id);
        }
        return;
    }
    int me = roster_find(&r.survivors, s->config.keys->id_pk);
    if (me < 0) {
        if (may_follow(s, &r)) {
            memcpy(copy, bytes, size);
            session_move(s, copy, size, NULL);
        }
        return;
    }
    bool own_key = split_frozen(p) &&
                   memcmp(r.survivors.members[me].vote_pk, p->vote_pk, sizeof p->vote_pk) == 0;
    if (!own_key) {
        say_to(s, from); /* that key is gone: nobody need wait for our signature */
        return;
    }
    if (!p->drafted && !take_draft(s, bytes, size)) {
        return;
    }
    struct digest a = recover_game_id(&r), b = recover_game_id(&p->r);
    if (digest_equal(&a, &b)) {
        merge(&p->r, &r);
    }
    session_split_poll(s);
    if (p->bound) {
        split_move_if_whole(s);
    }
}

void session_split_message(
    struct session *s, const uint8_t from[ID_BYTES], const uint8_t *data, size_t size)
{
    struct reader r = reader_of(data, size);
    uint8_t kind = read_u8(&r);
    struct known_peer *peer = session_peer(s, from, false);
    if (s->nodes[0].engine == NULL || peer == NULL || !peer->link_member) {
        return;
    }
    if (kind == SPLIT_SAY) {
        on_say(s, peer, &r);
    } else if (kind == SPLIT_RECOVER) {
        on_recover(s, from, data + 1, size - 1);
    } else if (kind == SPLIT_HERE) {
        struct digest game;
        read_bytes(&r, game.b, DIGEST_BYTES);
        if (!reader_done(&r)) {
            return;
        }
        bool news = !peer->here;
        place_peer(s, peer, &game);
        if (news && peer->here) {
            session_split_link(s, from); /* it may not have heard of us at this table yet */
        }
    }
}
