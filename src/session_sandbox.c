/* `craps sandbox`: the last bot of a practice table cheats, and the feed tells what came of it. */
#include "src/session_internal.h"

static struct node *cheating_node(struct session *s)
{
    return s->config.cheat == CHEAT_NONE || s->node_count < 2 ? NULL : &s->nodes[s->node_count - 1];
}

static const char *node_name(const struct session *s, const struct node *node)
{
    for (uint32_t i = 0; i < s->bot_count; i++) {
        if (s->bots[i].node == node) {
            return s->bots[i].name;
        }
    }
    return "Somebody";
}

/* Those members of the epoch that a lie is meant for. */
static void send_lie(
    void *self, enum cheat_part part, unsigned channel, const uint8_t *data, size_t size)
{
    struct session *s = self;
    const struct node *liar = cheating_node(s);
    const struct roster *roster = &engine_protocol(liar->engine)->roster;
    (void)channel; /* one ring carries everything inside the process */
    for (uint32_t i = 0; i < s->node_count; i++) {
        const struct node *to = &s->nodes[i];
        int index = roster_find(roster, to->keys.id_pk);
        bool meant = part == CHEAT_TO_ALL || part == CHEAT_TO_ONE ||
                     (part == CHEAT_TO_EVEN && index % 2 == 0) ||
                     (part == CHEAT_TO_ODD && index % 2 == 1);
        if (to != liar && index >= 0 && meant) {
            session_send_local(s, liar, to, data, (uint32_t)size);
            if (part == CHEAT_TO_ONE) {
                return;
            }
        }
    }
}

void session_begin_cheat(struct session *s)
{
    struct node *node = cheating_node(s);
    if (node == NULL) {
        return;
    }
    s->cheat = (struct cheat){.kind = s->config.cheat, .send = send_lie, .self = s};
    for (uint32_t i = 0; i < s->bot_count; i++) {
        if (s->bots[i].node == node && s->config.cheat == CHEAT_INVALID_BET) {
            strategy_init(&s->bots[i].strategy, STRATEGY_RANDOM, randombytes_random());
        }
    }
    char text[UI_TEXT_MAX + 1], more[UI_TEXT_MAX + 1];
    snprintf(text, sizeof text, "Sandbox: %s is the cheat%s.", node_name(s, node),
        s->config.cheat == CHEAT_BAD_DEAL ? "" : ", from the second roll on");
    snprintf(more, sizeof more, "It %s.", cheat_deed(s->config.cheat));
    session_alert(s, text, more);
}

/* The first roll is honest, so that the player sees the difference; a false deal has to come before
 * it. */
static bool cheats_now(const struct session *s, const struct node *node)
{
    return s->config.cheat == CHEAT_BAD_DEAL ||
           ((const struct live *)engine_final_state(node->engine))->roll > 0;
}

static void tell_first(struct session *s)
{
    if (s->cheat.lies > 0 && !s->cheat_told) {
        char text[UI_TEXT_MAX + 1];
        s->cheat_told = true;
        snprintf(text, sizeof text, "%s cheats now: %s.", node_name(s, cheating_node(s)),
            cheat_deed(s->cheat.kind));
        session_alert(s, text, cheat_answer(s->cheat.kind));
    }
}

bool session_cheat(
    struct session *s, struct node *node, const struct outgoing *m, const uint8_t *data)
{
    if (s->cheat.kind == CHEAT_NONE || node != cheating_node(s) || !cheats_now(s, node)) {
        return false;
    }
    bool done = cheat_message(&s->cheat, node->engine, m->to_all, m->channel, data, m->size);
    tell_first(s);
    return done;
}

void session_cheat_refused(struct session *s, const uint8_t author[ID_BYTES])
{
    const struct node *node = cheating_node(s);
    if (s->cheat.kind == CHEAT_INVALID_BET && node != NULL &&
        memcmp(author, node->keys.id_pk, ID_BYTES) == 0) {
        s->cheat.lies++;
        tell_first(s);
    }
}

void session_sandbox_farewell(const struct session *s, char *text, size_t size)
{
    const struct node *node = &s->nodes[s->node_count - 1];
    unsigned long long lies = s->cheat.lies;
    if (lies == 0) {
        snprintf(text, size, "Sandbox: %s has not cheated yet; it begins after the first roll.",
            node_name(s, node));
    } else {
        snprintf(text, size, "Sandbox: %s %s (%llu time%s). %s No bet, chip or roll was changed.",
            node_name(s, node), cheat_deed(s->cheat.kind), lies, lies == 1 ? "" : "s",
            cheat_answer(s->cheat.kind));
    }
}

void session_misbehaved(struct session *s, const struct node *from)
{
    if (!s->cheat_noticed) {
        s->cheat_noticed = true;
        session_notice(s, NOTICE_WARNING,
            "%s sent something that does not check. It was dropped and changed nothing.",
            node_name(s, from));
    }
}

bool session_solo_complete(const struct session *s)
{
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    uint32_t liars = 0;
    for (uint32_t i = 0; i < s->node_count; i++) {
        const struct identity *id = protocol_identity(p, s->nodes[i].keys.id_pk);
        liars += id != NULL && id->standing == STANDING_EJECTED;
    }
    return !s->practice || p->roster.count + liars >= s->node_count;
}
