/* The proof that somebody lied: who, what, the two signed things, and how anybody checks it. */
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

static const struct ui_lie *lie_of(const struct ui_state *s)
{
    const struct ui_evidence *e = &s->pages.evidence;
    unsigned index = (unsigned)s->popup_index;
    return e->head.state != PAGE_READY || e->count == 0 ? NULL
                                                        : &e->lies[index < e->count ? index : 0];
}

static void culprit_name(
    const struct ui_model *m, const struct ui_lie *lie, char out[UI_NAME_MAX + 1])
{
    for (uint32_t i = 0; i < m->live.account_count; i++) {
        if (memcmp(m->live.accounts[i].id, lie->culprit, LIVE_ID_BYTES) == 0) {
            snprintf(out, UI_NAME_MAX + 1, "%s", (int)i == m->me ? "You" : m->live.players[i].name);
            return;
        }
    }
    snprintf(out, UI_NAME_MAX + 1, "A member");
}

static void title_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int cols)
{
    const struct ui_lie *lie = lie_of(s);
    canvas_text(c, 0, 1, ROLE_TITLE, "CRAPS");
    int at = 8;
    if (m->practice) {
        at += canvas_text(c, 0, at, ROLE_WARNING, "practice   ");
    }
    at += canvas_text(c, 0, at, ROLE_TITLE, "evidence");
    if (s->pages.evidence.count > 1) {
        canvas_printf(
            c, 0, at + 1, ROLE_TITLE, "%d of %u", s->popup_index + 1, s->pages.evidence.count);
    }
    if (lie != NULL) {
        canvas_right(c, 0, cols - 1, lie->right ? ROLE_WIN : ROLE_BANNER,
            lie->right ? "checked here: it proves it" : "PROVES NOTHING");
    }
}

static void signed_draw(
    struct canvas *c, const struct ui_signed *p, int row, int cols, const char *title)
{
    char hex[2 * UI_HASH_BYTES + 1];
    widget_box(c, row, 1, 6, cols - 2, title);
    canvas_printf(c, row + 1, 3, ROLE_TITLE, "%s", p->what);
    canvas_right(c, row + 1, cols - 3, ROLE_NORMAL, p->where);
    canvas_text(c, row + 2, 3, ROLE_NORMAL, "of");
    if (p->has_hash) {
        proof_hex(p->hash, UI_HASH_BYTES, hex);
        canvas_text(c, row + 2, 13, ROLE_NORMAL, hex);
    } else {
        canvas_text(c, row + 2, 13, ROLE_NORMAL, "no block");
    }
    canvas_text(c, row + 3, 3, ROLE_NORMAL, "signature");
    for (int i = 0; i < 2; i++) {
        proof_hex(p->signature + (size_t)i * UI_HASH_BYTES, UI_HASH_BYTES, hex);
        canvas_text(c, row + 3 + i, 13, ROLE_NORMAL, hex);
    }
}

static void lie_draw(struct canvas *c, const struct ui_model *m, const struct ui_lie *lie, int cols)
{
    char name[UI_NAME_MAX + 1], text[SENTENCE_MAX] = "";
    culprit_name(m, lie, name);
    if (lie->right) {
        sentence_add(text,
            "%s %s. %s Only one of the two can count; %s out at the next round of members.", name,
            lie->deed, lie->means, strcmp(name, "You") == 0 ? "you are" : "the liar is");
    } else {
        sentence_add(text, "This file accuses %s, and does not prove it: %s.",
            strcmp(name, "You") == 0 ? "you" : name, lie->problem);
    }
    widget_wrapped(c, 2, 2, 3, cols - 4, ROLE_NORMAL, text);
    signed_draw(c, &lie->two[0], 6, cols, "the one");
    signed_draw(c, &lie->two[1], 12, cols, "and the other, with the same key");
    const char *slash = strrchr(lie->file, '/');
    canvas_text(c, 19, 2, ROLE_NORMAL, "Anybody can check it, without the record and without us:");
    canvas_printf(c, 20, 2, ROLE_KEY, "craps verify %s", slash == NULL ? lie->file : slash + 1);
    int folder = slash == NULL ? 0 : (int)(slash - lie->file);
    snprintf(text, sizeof text, "in %.*s", folder > 200 ? 200 : folder, lie->file);
    canvas_text_cut(c, 21, 2, cols - 3, ROLE_NORMAL | CELL_DIM, folder > 0 ? text : "");
}

void evidence_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    bool wide = s->cols >= 120 && s->rows >= 40;
    int cols = wide ? 120 : UI_COLS_MIN;
    const struct ui_lie *lie = lie_of(s);
    canvas_origin(c, 0, 0);
    canvas_clear(c, 0, 0, c->rows, c->cols, ROLE_NORMAL);
    canvas_origin(c, 0, (s->cols - cols) / 2);
    title_draw(c, s, m, cols);
    if (lie != NULL) {
        lie_draw(c, m, lie, cols);
    } else {
        canvas_text_cut(c, 2, 2, cols - 3, ROLE_NORMAL,
            s->pages.evidence.head.state != PAGE_READY ? "Reading the proofs ..."
            : m->lies > 0 ? "This proof is the record itself: craps verify checks it."
                          : "Nobody was caught cheating at this table.");
    }
    widget_keys(c, popup_bottom_row(s), 1, cols - 2,
        s->pages.evidence.count > 1 ? "left/right the others    Esc back" : "Esc back");
}

void evidence_open(struct ui_state *s, const struct ui_port *port, const struct ui_model *m)
{
    if (m->lies == 0) {
        ui_say(s, false, "Nobody was caught cheating at this table.");
        return;
    }
    popup_open(s, POPUP_EVIDENCE);
    ui_pages_ask(&s->pages, port, UI_PAGE_EVIDENCE, 0, m->record);
}

void evidence_key(struct ui_state *s, int32_t key)
{
    int count = s->pages.evidence.count;
    if (key == UIKEY_ESC || key == UIKEY_ENTER || key == 'E') {
        s->popup = POPUP_NONE;
    } else if (key == UIKEY_LEFT && s->popup_index > 0) {
        s->popup_index--;
    } else if (key == UIKEY_RIGHT && s->popup_index + 1 < count) {
        s->popup_index++;
    }
}
