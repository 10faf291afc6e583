/* S15: was this roll fair? The steps of a roll, from the locked bets to the dice, each with its
 * answer; in a wide window with the whole numbers and what people ask. */
#include "ui/screen.h"
#include "ui/screen_proof.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum { SAY_ROWS = 2, TOP_ROWS = 6, DICE_ROWS = 5, DICE_ROWS_WIDE = 8, ASKED_ROWS = 11 };

struct proof_layout proof_layout(const struct ui_state *s)
{
    struct proof_layout l = {.cols = UI_COLS_MIN, .bottom = popup_bottom_row(s)};
    l.wide = s->cols >= 120 && s->rows >= 40;
    l.cols = l.wide ? 120 : UI_COLS_MIN;
    l.left = (s->cols - l.cols) / 2;
    l.dice_rows = l.wide ? DICE_ROWS_WIDE : DICE_ROWS;
    l.asked_rows = l.wide ? ASKED_ROWS : 0;
    /* Frame, head and lock line take four rows beside the pieces; a blank row between the frames. */
    l.piece_rows =
        l.bottom - SAY_ROWS - l.asked_rows - l.dice_rows - (l.wide ? 0 : 1) - TOP_ROWS - 4;
    if (l.piece_rows > UI_PIECES_MAX + 1) {
        l.piece_rows = UI_PIECES_MAX + 1;
    }
    return l;
}

bool proof_is_ready(const struct ui_state *s)
{
    const struct ui_proof *p = &s->pages.proof;
    return p->head.state == PAGE_READY && (s->proof.roll == 0 || p->roll == s->proof.roll);
}

const struct ui_fault *proof_fault(const struct ui_state *s)
{
    const struct ui_pages *p = &s->pages;
    if (proof_is_ready(s) && p->proof.fault.any) {
        return &p->proof.fault;
    }
    bool audited = s->proof.audit_asked && p->audit.head.state == PAGE_READY;
    return audited && p->audit.fault.any ? &p->audit.fault : NULL;
}

static void title_draw(struct canvas *c, const struct ui_state *s, struct proof_layout l)
{
    char text[SENTENCE_MAX];
    const struct ui_proof *p = &s->pages.proof;
    const struct ui_fault *fault = proof_fault(s);
    uint64_t roll = s->proof.roll != 0 ? s->proof.roll : p->roll;
    bool ready = proof_is_ready(s);
    if (fault != NULL) {
        canvas_clear(c, 0, 0, 1, l.cols, ROLE_BANNER);
        proof_fault_title(fault, text);
        canvas_text(c, 0, 1, ROLE_BANNER, text);
        canvas_right(c, 0, l.cols - 1, ROLE_BANNER, "checked here: NO");
        return;
    }
    canvas_text(c, 0, 1, ROLE_TITLE, "CRAPS");
    int at = 8;
    if (ready && p->practice) {
        at += canvas_text(c, 0, at, ROLE_WARNING, "practice   ");
    }
    if (roll != 0) {
        canvas_printf(c, 0, at, ROLE_TITLE, "was roll %llu fair?", (unsigned long long)roll);
    } else {
        canvas_text(c, 0, at, ROLE_TITLE, "was the last roll fair?");
    }
    if (ready) {
        canvas_right(c, 0, l.cols - 1, ROLE_WIN, "checked here: yes");
    } else if (p->head.state == PAGE_FAILED) {
        canvas_right(c, 0, l.cols - 1, ROLE_WARNING, "not checked");
    } else {
        snprintf(text, sizeof text, "checking %u%%", p->head.percent);
        canvas_right(c, 0, l.cols - 1, ROLE_NORMAL, text);
    }
}

static const char *answer_text(unsigned answer)
{
    return answer == PROOF_YES ? "yes" : answer == PROOF_NO ? "NO" : "?";
}

static unsigned answer_role(unsigned answer)
{
    return answer == PROOF_NO ? (unsigned)ROLE_BANNER : ROLE_NORMAL;
}

static void piece_draw(struct canvas *c, const struct ui_piece *piece, const char *name, int row,
    struct proof_layout l)
{
    char hex[2 * UI_HASH_BYTES + 8];
    canvas_text_cut(c, row, 3, 12, ROLE_NORMAL, name);
    if (!piece->used) {
        canvas_text(c, row, 16, ROLE_NORMAL | CELL_DIM, "not needed for the result");
    } else if (l.wide) {
        proof_hex(piece->piece, UI_HASH_BYTES, hex);
        canvas_text(c, row, 16, ROLE_NORMAL, hex);
        proof_hex_groups(piece->challenge, 2, hex);
        canvas_text(c, row, 82, ROLE_NORMAL, hex);
        canvas_text(c, row, 91, ROLE_NORMAL, "...");
    } else {
        proof_hex_groups(piece->piece, 3, hex);
        canvas_printf(c, row, 16, ROLE_NORMAL, "%s...", hex);
    }
    if (piece->used) {
        canvas_text(c, row, l.wide ? 96 : 40, answer_role(piece->fits), answer_text(piece->fits));
    }
    canvas_text(c, row, l.wide ? 107 : 60,
        piece->signed_lock ? ROLE_NORMAL : ROLE_NORMAL | CELL_DIM,
        piece->signed_lock ? "yes" : "not kept");
}

static void names_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m,
    int row, struct proof_layout l)
{
    const struct ui_proof *p = &s->pages.proof;
    int most = p->piece_count > l.piece_rows ? p->piece_count - l.piece_rows + 1 : 0;
    int first = s->popup_scroll > most ? most : s->popup_scroll;
    int shown = most > 0 ? l.piece_rows - 1 : p->piece_count;
    for (int i = 0; i < shown && first + i < p->piece_count; i++) {
        const struct ui_piece *piece = &p->pieces[first + i];
        char name[UI_NAME_MAX + 16];
        bool own = m->stage == STAGE_TABLE && m->me >= 0 &&
                   memcmp(piece->id, m->live.accounts[m->me].id, LIVE_ID_BYTES) == 0;
        snprintf(name, sizeof name, "%s%s", piece->name,
            own                               ? " (you)"
            : p->practice && s->proof.running ? " (bot)"
                                              : "");
        piece_draw(c, piece, name, row + i, l);
    }
    if (most > 0) {
        canvas_printf(c, row + shown, 3, ROLE_NORMAL | CELL_DIM,
            "%d to %d of %u, up/down the others", first + 1, first + shown, p->piece_count);
    }
}

static void pieces_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m,
    struct proof_layout l, int row)
{
    const struct ui_proof *p = &s->pages.proof;
    char text[SENTENCE_MAX];
    widget_box(
        c, row, 1, l.piece_rows + 4, l.cols - 2, "steps 1 and 2: the bets locked, the pieces");
    snprintf(text, sizeof text, "piece of roll %llu", (unsigned long long)p->roll);
    canvas_text(c, row + 1, 3, ROLE_TITLE, "player");
    canvas_text(c, row + 1, 16, ROLE_TITLE, text);
    canvas_text(c, row + 1, l.wide ? 96 : 40, ROLE_TITLE, l.wide ? "fits key" : "fits their key");
    canvas_text(c, row + 1, l.wide ? 107 : 60, ROLE_TITLE, "signed 1");
    if (l.wide) {
        canvas_text(c, row + 1, 82, ROLE_TITLE, "challenge");
    }
    if (p->found) {
        names_draw(c, s, m, row + 2, l);
    } else if (p->steps[PROOF_PIECES] == PROOF_NO) {
        canvas_text(c, row + 2, 3, ROLE_BANNER, "NO");
        canvas_text(
            c, row + 2, 7, ROLE_NORMAL, "the step that holds the pieces is not what was written");
    }
    int lock = row + l.piece_rows + 2;
    if (p->steps[PROOF_LOCK] == PROOF_NO) {
        canvas_text(c, lock, 3, ROLE_BANNER, "NO");
        canvas_text(c, lock, 7, ROLE_NORMAL, "the bets were not locked the way this record says");
    } else if (p->found) {
        canvas_printf(c, lock, 3, ROLE_NORMAL,
            "1: bets locked in step %llu, signed by %u of %u; a piece fits no other step",
            (unsigned long long)p->lock_height, p->lock_signed, p->members);
    }
}

static void input_draw(struct canvas *c, const struct ui_proof *p, int row)
{
    char hex[2 * UI_HASH_BYTES + 1];
    proof_hex(p->input, UI_HASH_BYTES, hex);
    canvas_printf(c, row, 3, ROLE_NORMAL, "made for      %s", hex);
    char thrower[UI_NAME_MAX + 48] = "";
    if (p->op > 0) {
        snprintf(thrower, sizeof thrower, ", operation %u by %.*s", p->op, UI_NAME_MAX, p->thrower);
    }
    canvas_printf(c, row + 1, 17, ROLE_NORMAL,
        "the fingerprint of table, epoch %u, view %llu, step %llu%s, roll %llu", p->epoch,
        (unsigned long long)p->view, (unsigned long long)p->lock_height, thrower,
        (unsigned long long)p->roll);
}

static void value_draw(struct canvas *c, const struct ui_proof *p, struct proof_layout l, int row)
{
    char hex[2 * UI_HASH_BYTES + 8];
    if (!l.wide) {
        proof_hex_groups(p->out, 3, hex);
        canvas_printf(c, row, 3, ROLE_NORMAL,
            "%u piece%s join%s to   %s...   one value, whoever joins them", p->needed,
            p->needed == 1 ? "" : "s", p->needed == 1 ? "s" : "", hex);
        return;
    }
    proof_hex(p->out, UI_HASH_BYTES, hex);
    canvas_printf(c, row, 3, ROLE_NORMAL, "%-2u join to    %s   one value,", p->needed, hex);
    proof_hex(p->out + UI_HASH_BYTES, UI_HASH_BYTES, hex);
    canvas_printf(c, row + 1, 17, ROLE_NORMAL, "%s   whoever joins them", hex);
}

static void dice_draw(struct canvas *c, const struct ui_state *s, struct proof_layout l, int row)
{
    const struct ui_proof *p = &s->pages.proof;
    char text[SENTENCE_MAX], dice[16];
    widget_box(c, row, 1, l.dice_rows, l.cols - 2, "step 3: from pieces to dice");
    if (!p->found) {
        return;
    }
    if (l.wide) {
        input_draw(c, p, row + 1);
    }
    value_draw(c, p, l, row + (l.wide ? 3 : 1));
    int at = row + (l.wide ? 5 : 2);
    bool wrong = p->steps[PROOF_DICE] == PROOF_NO;
    proof_byte_text(p, text);
    canvas_text_cut(c, at, 3, l.cols - 6, ROLE_NORMAL, text);
    proof_skip_text(p, text);
    canvas_text_cut(c, at + 1, 3, l.cols - 16, ROLE_NORMAL, text);
    snprintf(dice, sizeof dice, "%u + %u", p->die1, p->die2);
    canvas_right(c, at + 1, l.cols - 3, wrong ? ROLE_BANNER : ROLE_TITLE, wrong ? "NO" : dice);
}

static void result_draw(struct canvas *c, const struct ui_state *s, struct proof_layout l, int row)
{
    const struct ui_proof *p = &s->pages.proof;
    char text[SENTENCE_MAX] = "";
    if (p->steps[PROOF_RESULT] == PROOF_NO) {
        canvas_text(c, row, 3, ROLE_BANNER, "NO");
        canvas_text(
            c, row, 7, ROLE_NORMAL, "step 4: the result is not signed, or not paid by the rules");
        return;
    }
    if (!p->found) {
        return;
    }
    sentence_add(text,
        "Step 4: the result stands in step %llu, signed by %u of %u, paid by the rules.",
        (unsigned long long)p->result_height, p->result_signed, p->members);
    canvas_text_cut(c, row, 2, l.cols - 3, ROLE_NORMAL, text);
}

static void audit_line(
    const struct ui_audit *a, uint64_t roll, bool running, char out[SENTENCE_MAX])
{
    out[0] = '\0';
    if (a->head.state == PAGE_MAKING) {
        sentence_add(
            out, "Checking the whole record: %u%%. You can go on looking around.", a->head.percent);
    } else if (a->head.state == PAGE_FAILED) {
        sentence_add(out, "%.220s", a->head.problem);
    } else if (a->fault.any) {
        proof_fault_text(&a->fault, roll, running, out);
    } else if (a->head.state == PAGE_READY) {
        sentence_add(out,
            "The whole record checks: %llu steps, %llu roll%s, %llu signatures, %llu pieces.",
            (unsigned long long)a->blocks, (unsigned long long)a->rolls, a->rolls == 1 ? "" : "s",
            (unsigned long long)a->signatures, (unsigned long long)a->dice_proofs);
    }
}

static void export_line(const struct ui_state *s, char out[SENTENCE_MAX])
{
    const struct ui_export *e = &s->pages.export;
    if (e->head.state == PAGE_READY) {
        snprintf(out, SENTENCE_MAX,
            "Written. Anybody can check it: craps verify %.120s --roll %llu", e->to,
            (unsigned long long)s->pages.proof.roll);
    } else {
        snprintf(out, SENTENCE_MAX, "%s",
            e->head.state == PAGE_FAILED ? e->head.problem : "Writing the copy ...");
    }
}

static void begun_line(const struct ui_proof *p, char out[SENTENCE_MAX])
{
    if (p->begun > 0) {
        snprintf(out, SENTENCE_MAX,
            "Checked from the state after step %llu on, which is signed; a checks it all.",
            (unsigned long long)p->begun);
    } else {
        snprintf(out, SENTENCE_MAX, "Checked from the first step on.");
    }
}

static void news_draw(struct canvas *c, const struct ui_state *s, struct proof_layout l)
{
    char text[SENTENCE_MAX] = "";
    const struct ui_proof *p = &s->pages.proof;
    const struct ui_fault *fault = proof_fault(s);
    int row = l.bottom - 1;
    unsigned role = ROLE_NORMAL;
    if (s->proof.export_asked) {
        export_line(s, text);
    } else if (fault != NULL) {
        proof_fault_text(fault, p->roll, s->proof.running, text);
        role = ROLE_WARNING;
    } else if (s->proof.audit_asked) {
        audit_line(&s->pages.audit, p->roll, s->proof.running, text);
    } else if (proof_is_ready(s)) {
        begun_line(p, text);
        role |= CELL_DIM;
    }
    if (text_width(text) > l.cols - 3) {
        row--;
        canvas_clear(c, row, 0, 1, l.cols, ROLE_NORMAL);
    }
    widget_wrapped(c, row, 2, 2, l.cols - 3, role, text);
}

static void nothing_draw(struct canvas *c, const struct ui_state *s, struct proof_layout l)
{
    const struct ui_page_head *head = &s->pages.proof.head;
    widget_wrapped(c, 6, 2, 3, l.cols - 4, ROLE_NORMAL,
        head->state == PAGE_FAILED
            ? head->problem
            : "Reading the record and checking every signature on the way ...");
}

static void keys_draw(struct canvas *c, const struct ui_state *s, struct proof_layout l)
{
    canvas_clear(c, l.bottom, 0, 1, l.cols, ROLE_NORMAL);
    if (s->proof.naming) {
        int at = 1 + canvas_text(c, l.bottom, 1, ROLE_KEY, "Copy the record to: ");
        const char *text = s->field.text;
        while (text_width(text) > l.cols - 3 - at) {
            text++;
        }
        at += canvas_text(c, l.bottom, at, ROLE_NORMAL, text);
        canvas_text(c, l.bottom, at, ROLE_SELECTED, "_");
        return;
    }
    widget_keys(c, l.bottom, 1, l.cols - 2,
        s->proof.hex ? "left/right roll    up/down scroll    f words again    Esc back"
                     : "left/right roll    a verify all    e export    f full hex    Esc back");
}

void proof_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    struct proof_layout l = proof_layout(s);
    char text[SENTENCE_MAX];
    canvas_origin(c, 0, 0);
    canvas_clear(c, 0, 0, c->rows, c->cols, ROLE_NORMAL);
    canvas_origin(c, 0, l.left);
    title_draw(c, s, l);
    keys_draw(c, s, l);
    if (!proof_is_ready(s)) {
        nothing_draw(c, s, l);
        return;
    }
    if (s->proof.hex) {
        proof_hex_draw(c, s, l);
        return;
    }
    const struct ui_proof *p = &s->pages.proof;
    if (p->found) {
        proof_short_text(p, text);
        widget_wrapped(c, 2, 2, 3, l.cols - 4, ROLE_NORMAL, text);
    }
    int row = TOP_ROWS;
    pieces_draw(c, s, m, l, row);
    row += l.piece_rows + 4 + (l.wide ? 0 : 1);
    dice_draw(c, s, l, row);
    row += l.dice_rows;
    if (l.wide) {
        proof_asked_draw(c, p, l, row);
    }
    result_draw(c, s, l, l.bottom - 2);
    news_draw(c, s, l);
}
