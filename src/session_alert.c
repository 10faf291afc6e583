/* What the player has to have seen, and the last words about a table. */
#include "src/session_internal.h"
#include "ui/state_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void session_alert(struct session *s, const char *text, const char *more)
{
    snprintf(s->alert.text, sizeof s->alert.text, "%s", text);
    snprintf(s->alert.more, sizeof s->alert.more, "%s", more);
    s->alert.count++;
    s->dirty = true;
    session_notice(s, NOTICE_WARNING, "%s %s", text, more);
}

void session_stop_for(struct session *s, uint64_t roll)
{
    if (s->bad_roll != 0 || s->nodes[0].store == NULL) {
        return;
    }
    s->bad_roll = roll == 0 ? 1 : roll;
    s->alarmed = s->frozen = s->dirty = true;
    snprintf(s->alert.farewell, sizeof s->alert.farewell,
        "Roll %" PRIu64 " does not check in your record. What is wrong: craps verify %.1050s",
        s->bad_roll, store_record_path(s->nodes[0].store));
    session_notice(s, NOTICE_WARNING,
        "Roll %" PRIu64
        " does not match its pieces. Your seat is stopped and the evidence is saved.",
        s->bad_roll);
}

void session_fill_alert(const struct session *s, struct ui_model *m)
{
    m->alarm = s->alarmed;
    m->bad_roll = s->bad_roll;
    m->broken = s->broken;
    m->alert_count = s->alert.count;
    m->lies = s->alert.lies;
    snprintf(m->alert, sizeof m->alert, "%s", s->alert.text);
    snprintf(m->alert_more, sizeof m->alert_more, "%s", s->alert.more);
    const struct store *store = s->nodes[0].store;
    const char *record = store == NULL ? "" : store_record_path(store);
    snprintf(m->record, sizeof m->record, "%s", strlen(record) < sizeof m->record ? record : "");
    m->farewell[0] = '\0';
    if (s->alert.farewell[0] != '\0') {
        snprintf(m->farewell, sizeof m->farewell, "%s", s->alert.farewell);
    } else if (s->cheat.kind != CHEAT_NONE) {
        session_sandbox_farewell(s, m->farewell, sizeof m->farewell);
    }
}

void session_slept(struct session *s, uint64_t slept_ms)
{
    if (s->nodes[0].engine == NULL || s->state != SESSION_PLAYING || s->practice) {
        return;
    }
    s->slept_ms = slept_ms;
    s->slept_roll = session_live(s)->roll;
    s->slept_until_ms = clock_now_ms() + SLEPT_SAY_MS;
    s->dirty = true;
    session_notice(s, NOTICE_INFO, "This computer slept for %llu:%02llu.",
        (unsigned long long)slept_ms / 60000, (unsigned long long)slept_ms / 1000 % 60);
}
