#include "ui/farewell.h"

#include "ui/bet_text.h"

#include <stdio.h>

void farewell_note(struct farewell *f, const struct ui_model *m)
{
    if (m->stage == STAGE_TABLE) {
        snprintf(f->record, sizeof f->record, "%s", m->record);
    }
    if (m->stage == STAGE_TABLE || m->farewell[0] != '\0') {
        snprintf(f->more, sizeof f->more, "%s", m->farewell);
    }
    if (m->stage == STAGE_TABLE && m->live.roll > 0) {
        snprintf(f->table, sizeof f->table, "%s", m->table_name);
        f->rolls = m->live.roll;
        f->session_cents = m->session_cents;
    }
}

const char *farewell_text(const struct farewell *f, char out[FAREWELL_TEXT_MAX])
{
    char money[MONEY_TEXT_MAX];
    out[0] = '\0';
    if (f->table[0] != '\0') {
        bool kept = f->record[0] != '\0';
        snprintf(out, FAREWELL_TEXT_MAX, "%s: %llu roll%s, %s.%s%s", f->table,
            (unsigned long long)f->rolls, f->rolls == 1 ? "" : "s",
            money_signed(f->session_cents, money), kept ? " craps replay " : "", f->record);
    }
    return out;
}
