/* The own player's strategy: it plays until its player stops it, or until it ends by itself. */
#include "src/session_internal.h"

#include <stdio.h>

/* On a screen the result of a roll has to be seen before the next one. */
enum { LOOK_MS = 2500 };

static bool is_own(const struct session *s, const struct player_bot *b)
{
    return s->config.strategy != NULL && b == &s->bots[0];
}

bool session_auto_plays(const struct session *s, const struct player_bot *b)
{
    return !is_own(s, b) || (!s->autoplay.stopped && clock_now_ms() >= s->autoplay.wait_ms);
}

bool session_auto_looks(
    struct session *s, const struct player_bot *b, const struct live_command *command)
{
    uint64_t until_ms = s->autoplay.rolled_ms + LOOK_MS;
    if (!is_own(s, b) || !s->config.auto_watched || command->kind != LIVE_READY ||
        clock_now_ms() >= until_ms) {
        return false;
    }
    s->autoplay.wait_ms = until_ms;
    return true;
}

uint64_t session_auto_deadline_ms(const struct session *s)
{
    uint64_t at = s->autoplay.wait_ms;
    return s->config.strategy == NULL || s->autoplay.stopped || at <= clock_now_ms() ? UINT64_MAX
                                                                                     : at;
}

void session_auto_saw(struct session *s, const struct event_sink *sink)
{
    bool rolled = false;
    for (size_t i = 0; i < sink->count; i++) {
        rolled = rolled || sink->items[i].kind == EVENT_ROLL;
    }
    if (!rolled) {
        return;
    }
    s->autoplay.rolled_ms = clock_now_ms();
    s->autoplay.wait_ms = 0;
    const struct live *l = session_live(s);
    for (uint32_t i = 0; i < s->bot_count; i++) {
        int64_t account = live_find(l, s->bots[i].keys.id_pk);
        if (account >= 0) {
            strategy_saw(&s->bots[i].strategy, sink->items, sink->count, (uint32_t)account);
        }
    }
}

static void tell(struct session *s, const char *why)
{
    const struct live *l = session_live(s);
    int64_t me = live_find(l, s->config.keys->id_pk);
    struct report r = {.kind = REPORT_STRATEGY,
        .t_ms = clock_now_ms(),
        .live = l,
        .player = me < 0 ? "" : l->players[me].name,
        .command = s->config.strategy->name,
        .text = why,
        .playing = !s->autoplay.stopped};
    reporter_send(&s->config.reporter, &r);
    s->dirty = true;
}

void session_auto_ended(struct session *s, struct player_bot *b)
{
    const char *why = strategy_ended(&b->strategy);
    if (!is_own(s, b) || why == NULL || s->autoplay.stopped) {
        return;
    }
    s->autoplay.stopped = true;
    tell(s, why);
    const char *name = s->config.strategy->name;
    if (!s->config.auto_watched) {
        session_leave(s, false);
    } else {
        session_notice(s, NOTICE_WARNING, "The strategy %s has ended%s%s. You play by hand now.",
            name, why[0] == '\0' ? "" : ": ", why);
    }
}

void session_auto_set(struct session *s, bool on)
{
    if (s->config.strategy == NULL || s->bot_count == 0 || s->config.watch) {
        session_notice(s, NOTICE_INFO,
            "No strategy was chosen. Begin with one: craps solo --strategy pass-odds");
        return;
    }
    if (on != s->autoplay.stopped) {
        return;
    }
    s->autoplay.stopped = !on;
    s->autoplay.wait_ms = 0;
    struct player_bot *b = &s->bots[0];
    if (on && strategy_ended(&b->strategy) != NULL) {
        strategy_restart(&b->strategy);
    }
    tell(s, "");
    session_notice(s, NOTICE_INFO,
        on ? "The strategy %s plays for you."
           : "The strategy %s has stopped. You play by hand now.",
        s->config.strategy->name);
}

void session_fill_auto(const struct session *s, struct ui_model *m)
{
    m->autoplay = s->config.strategy == NULL || s->config.watch ? UI_AUTO_NONE
                  : s->autoplay.stopped                         ? UI_AUTO_STOPPED
                                                                : UI_AUTO_PLAYS;
    snprintf(m->auto_name, sizeof m->auto_name, "%s",
        s->config.strategy == NULL ? "" : s->config.strategy->name);
}
