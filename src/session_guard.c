/* Cuts off links that bring too much or nothing but rubbish, and takes them again later. */
#include "src/session_internal.h"

#include "base/log.h"

static void cut_off(struct session *s, struct known_peer *p, const char *why)
{
    char name[NAME_BYTES_MAX + 1];
    unsigned seconds = (unsigned)((p->limit.barred_until_ms - clock_now_ms() + 999) / 1000);
    session_name_of(s, p->id, name);
    session_notice(s, NOTICE_WARNING, "%s is cut off from you for %u s: %s.", name, seconds, why);
    log_warn("%s is cut off for %u s: %s (%llu dropped, %llu malformed)", name, seconds, why,
        (unsigned long long)p->limit.dropped, (unsigned long long)p->limit.malformed);
    s->count->links_cut++;
    p->wanted = false;
    mesh_drop_peer(s->config.mesh, p->id);
    mesh_close(s->config.mesh, p->id);
    session_link_lost(s, p);
}

bool session_guard_takes(struct session *s, struct known_peer *p, size_t size)
{
    uint64_t now = clock_now_ms();
    if (link_limit_barred(&p->limit, now)) {
        return false; /* what was on its way when the link was cut */
    }
    enum link_verdict v = link_limit_message(&p->limit, size, now);
    if (v == LINK_CUT) {
        cut_off(s, p, "it sends far more than a table needs");
    }
    s->count->messages_dropped += v != LINK_TAKE;
    return v == LINK_TAKE;
}

void session_guard_blames(struct session *s, struct known_peer *p)
{
    if (link_limit_malformed(&p->limit, clock_now_ms()) == LINK_CUT) {
        cut_off(s, p, "what it sends does not check");
    }
}

void session_poll_guard(struct session *s)
{
    bool over = false;
    uint64_t now = clock_now_ms();
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        struct known_peer *p = &s->peers[i];
        if (p->used && p->limit.barred_until_ms != 0 && p->limit.barred_until_ms <= now) {
            p->limit.barred_until_ms = 0;
            over = true;
        }
    }
    if (over) {
        session_sync_peers(s);
    }
}
