/* The rest of the page about a roll: what people ask, everything in hex, and its keys. */
#include "ui/screen.h"
#include "ui/screen_proof.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum { ANSWER_COL = 44 };

void proof_asked_draw(struct canvas *c, const struct ui_proof *p, struct proof_layout l, int row)
{
    const char *question;
    char answer[SENTENCE_MAX];
    int end = row + l.asked_rows - 1;
    widget_box(c, row, 1, l.asked_rows, l.cols - 2, "what people ask");
    row++;
    for (unsigned i = 0; p->found && proof_question(i, p, &question, answer); i++) {
        canvas_text(c, row, 3, ROLE_TITLE, question);
        row += widget_wrapped(
            c, row, ANSWER_COL, end - row, l.cols - 3 - ANSWER_COL, ROLE_NORMAL, answer);
    }
}

/* The lines that are in sight are written, the others counted. */
struct lines {
    struct canvas *c;
    int row, first, last, at;
};

static void line(
    struct lines *l, unsigned role, const char *label, const uint8_t *bytes, unsigned size)
{
    char hex[2 * UI_HASH_BYTES + 1];
    for (unsigned done = 0; done == 0 || done < size; done += UI_HASH_BYTES) {
        int row = l->row + l->at++ - l->first;
        if (row < l->row || row > l->last) {
            continue;
        }
        if (done == 0) {
            canvas_text_cut(l->c, row, 1, size == 0 ? 78 : 12, role, label);
        }
        if (size > 0) {
            proof_hex(bytes + done, UI_HASH_BYTES, hex);
            canvas_text(l->c, row, 14, ROLE_NORMAL, hex);
        }
    }
}

static int write_lines(struct lines *l, const struct ui_proof *p)
{
    char text[SENTENCE_MAX];
    line(l, ROLE_NORMAL, "table", p->table, UI_HASH_BYTES);
    line(l, ROLE_NORMAL, "locked in", p->block, UI_HASH_BYTES);
    snprintf(text, sizeof text, "             step %llu, epoch %u, view %llu, operation %u",
        (unsigned long long)p->lock_height, p->epoch, (unsigned long long)p->view, p->op);
    line(l, ROLE_NORMAL, text, NULL, 0);
    line(l, ROLE_NORMAL, "made for", p->input, UI_HASH_BYTES);
    for (unsigned i = 0; i < p->piece_count; i++) {
        const struct ui_piece *piece = &p->pieces[i];
        line(l, ROLE_NORMAL, "", NULL, 0);
        if (!piece->used) {
            snprintf(text, sizeof text, "%-12.12s not needed for the result", piece->name);
            line(l, ROLE_NORMAL, text, NULL, 0);
            continue;
        }
        line(l, ROLE_TITLE, piece->name, piece->piece, UI_HASH_BYTES);
        line(l, ROLE_NORMAL, "  challenge", piece->challenge, UI_HASH_BYTES);
        line(l, ROLE_NORMAL, "  response", piece->response, UI_HASH_BYTES);
    }
    line(l, ROLE_NORMAL, "", NULL, 0);
    line(l, ROLE_TITLE, "value", p->out, sizeof p->out);
    proof_byte_text(p, text);
    char indented[SENTENCE_MAX + 16];
    snprintf(indented, sizeof indented, "  %s", text);
    line(l, ROLE_NORMAL, indented, NULL, 0);
    return l->at;
}

/* How far one can scroll. */
static int hex_most(const struct ui_state *s, struct proof_layout layout)
{
    const struct ui_proof *p = &s->pages.proof;
    int used = 0;
    for (unsigned i = 0; i < p->piece_count; i++) {
        used += p->pieces[i].used;
    }
    int all = 4 + 2 * p->piece_count + 2 * used + 4, room = layout.bottom - 3;
    return all > room ? all - room : 0;
}

void proof_hex_draw(struct canvas *c, const struct ui_state *s, struct proof_layout l)
{
    int most = hex_most(s, l);
    struct lines lines = {.c = c,
        .row = 2,
        .last = l.bottom - 2,
        .first = s->popup_scroll > most ? most : s->popup_scroll};
    if (s->pages.proof.found) {
        write_lines(&lines, &s->pages.proof);
    }
}

static void ask(struct ui_state *s, const struct ui_port *port, uint64_t roll)
{
    s->proof.roll = roll;
    s->popup_scroll = 0;
    ui_pages_ask(&s->pages, port, UI_PAGE_PROOF, roll, s->proof.path);
}

void proof_open(struct ui_state *s, const struct ui_port *port, const struct ui_model *m,
    const char *path, uint64_t roll)
{
    uint8_t under = s->popup;
    if (path[0] == '\0') {
        ui_say(s, true, "There is no record to look at.");
        return;
    }
    popup_open(s, POPUP_PROOF);
    s->popup_under = under;
    memset(&s->proof, 0, sizeof s->proof);
    snprintf(s->proof.path, sizeof s->proof.path, "%s", path);
    s->proof.running = m->stage == STAGE_TABLE && strcmp(path, m->record) == 0;
    s->proof.last = s->proof.running ? m->live.roll : 0;
    ask(s, port, roll);
}

void proof_open_last(struct ui_state *s, const struct ui_port *port, const struct ui_model *m)
{
    if (m->live.roll == 0) {
        ui_say(s, true, "Nothing was rolled yet: the proof comes with the first roll.");
        return;
    }
    proof_open(s, port, m, m->record, m->live.roll);
}

void proof_update(struct ui_state *s, const struct ui_port *port, const struct ui_model *m)
{
    const struct ui_fault *fault = s->popup == POPUP_PROOF ? proof_fault(s) : NULL;
    bool running = s->proof.running && strcmp(s->proof.path, m->record) == 0;
    if (fault == NULL || !running || s->proof.told || m->bad_roll != 0) {
        return;
    }
    s->proof.told = ui_send(
        s, port, UI_BAD_ROLL, (uint32_t)(fault->roll != 0 ? fault->roll : m->live.roll), "");
}

static void copy_ask(struct ui_state *s, const struct ui_port *port)
{
    struct ui_question q = {.page = UI_PAGE_EXPORT};
    snprintf(q.path, sizeof q.path, "%s", s->proof.path);
    snprintf(q.to, sizeof q.to, "%s", s->field.text);
    s->proof.naming = false;
    s->proof.export_asked = q.to[0] != '\0';
    if (s->proof.export_asked) {
        ui_pages_put(&s->pages, port, &q);
    }
}

static void copy_name(struct ui_state *s)
{
    const char *slash = strrchr(s->proof.path, '/');
    char text[TEXT_FIELD_MAX + 1];
    snprintf(
        text, sizeof text, "~/%.*s", TEXT_FIELD_MAX - 2, slash == NULL ? s->proof.path : slash + 1);
    text_field_set(&s->field, text);
    s->proof.naming = true;
}

static void naming_key(struct ui_state *s, const struct ui_port *port, int32_t key)
{
    if (key == UIKEY_ESC) {
        s->proof.naming = false;
    } else if (key == UIKEY_ENTER) {
        copy_ask(s, port);
    } else {
        text_field_key(&s->field, key, TEXT_FIELD_MAX);
    }
}

/* Left and right; the last is known at a running table, else when one has gone too far. */
static void other_roll(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int by)
{
    uint64_t roll = s->proof.roll != 0 ? s->proof.roll : s->pages.proof.roll;
    if (s->proof.running) {
        s->proof.last = m->live.roll;
    }
    if (roll == 0 || (by < 0 && roll == 1) ||
        (by > 0 && s->proof.last != 0 && roll >= s->proof.last)) {
        return;
    }
    ask(s, port, by < 0 ? roll - 1 : roll + 1);
}

static void scroll(struct ui_state *s, int by)
{
    struct proof_layout l = proof_layout(s);
    int count = s->pages.proof.piece_count;
    int most = s->proof.hex ? hex_most(s, l) : count > l.piece_rows ? count - l.piece_rows + 1 : 0;
    int to = s->popup_scroll + by;
    s->popup_scroll = to < 0 ? 0 : to > most ? most : to;
}

void proof_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    if (s->proof.naming) {
        naming_key(s, port, key);
        return;
    }
    s->proof.export_asked = false;
    switch (key) {
    case UIKEY_LEFT:
    case UIKEY_RIGHT:
        other_roll(s, port, m, key == UIKEY_LEFT ? -1 : 1);
        break;
    case UIKEY_UP:
    case UIKEY_DOWN:
        scroll(s, key == UIKEY_UP ? -1 : 1);
        break;
    case UIKEY_PAGE_UP:
    case UIKEY_PAGE_DOWN:
        scroll(s, key == UIKEY_PAGE_UP ? -10 : 10);
        break;
    case 'a':
        s->proof.audit_asked = true;
        ui_pages_ask(&s->pages, port, UI_PAGE_AUDIT, 0, s->proof.path);
        break;
    case 'e':
        copy_name(s);
        break;
    case 'f':
        s->proof.hex = !s->proof.hex;
        s->popup_scroll = 0;
        break;
    case UIKEY_ESC:
    case UIKEY_ENTER:
    case 'v':
        if (s->proof.audit_asked && s->pages.audit.head.state == PAGE_MAKING) {
            ui_pages_ask(&s->pages, port, UI_PAGE_AUDIT, 0, ""); /* nobody waits for it */
        }
        s->popup = s->popup_under;
        s->popup_under = POPUP_NONE;
        break;
    default:
        break;
    }
}
