/* Joining: the tables on this network, the three words, and what happens while both sides prove
 * them. */
#include "ui/bet_text.h"
#include "ui/join_words.h"
#include "ui/screen.h"
#include "ui/screen_join.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum { LIST_ROWS = 4, WIDE_DOWN = 5 }; /* so much lower the words stand in the wide layout */

int join_picked(const struct ui_state *s, const struct ui_model *m)
{
    struct join_words w;
    if (s->join_index >= 0) {
        return s->join_index;
    }
    join_words_split(&w, s->join.text);
    for (int i = 0; w.count > 0 && i < m->found_count && i < UI_FOUND_MAX; i++) {
        if (strcmp(m->found[i].first_word, w.word[0]) == 0) {
            return i;
        }
    }
    return m->found_count == 1 ? 0 : -1;
}

const char *join_nothing_text(const struct ui_model *m)
{
    return m->searching ? "Looking around ..."
                        : "None was heard. The words with an address work anyway.";
}

void join_again_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row, int col)
{
    int count = m->found_count < UI_FOUND_MAX ? m->found_count : UI_FOUND_MAX;
    bool again = s->join_index == count && s->join_index >= 0;
    canvas_text(c, row, col, again ? (unsigned)ROLE_SELECTED : ROLE_KEY,
        again ? "▸Search again" : " Search again");
}

static void found_row(struct canvas *c, const struct ui_found *f, int row, bool chosen)
{
    char text[96];
    char low[MONEY_TEXT_MAX];
    char high[MONEY_TEXT_MAX];
    unsigned attr = chosen ? (unsigned)ROLE_SELECTED : ROLE_NORMAL;
    canvas_clear(c, row, 4, 1, 73, attr);
    canvas_text(c, row, 4, attr, chosen ? "▸" : " ");
    canvas_text_cut(c, row, 6, 15, attr, f->name);
    canvas_text_cut(c, row, 22, 8, attr, f->host);
    if (f->seats <= 8) {
        widget_dots(text, sizeof text, f->seated, f->seats);
    } else {
        snprintf(text, sizeof text, "%u of %u", f->seated, f->seats);
    }
    canvas_text(c, row, 31, attr, text);
    snprintf(text, sizeof text, "%s-%s", money_short(f->min_cents, low),
        money_short(f->max_cents, high));
    canvas_text_cut(c, row, 40, 7, attr, text);
    if (f->version != f->our_version) {
        snprintf(text, sizeof text, "runs %u, you %u", f->version, f->our_version);
    } else {
        snprintf(text, sizeof text,
            f->seated >= f->seats ? "full, can watch"
            : f->state == 0       ? "in the lobby"
                                  : "playing");
    }
    canvas_text_cut(c, row, 48, 15, attr, text);
    /* The port is for machines; a bracketed address is left whole. */
    size_t host = f->address[0] == '[' ? strlen(f->address) : strcspn(f->address, ":");
    snprintf(text, sizeof text, "%.*s", (int)host, f->address);
    canvas_text_cut(c, row, 64, 13, attr, text);
}

static void list_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    int count = m->found_count < UI_FOUND_MAX ? m->found_count : UI_FOUND_MAX;
    int chosen = join_picked(s, m);
    int first = chosen >= LIST_ROWS && chosen < count ? chosen - LIST_ROWS + 1 : 0;
    widget_box(c, 2, 1, 9, 78, "tables on this network");
    canvas_text(c, 3, 6, ROLE_NORMAL | CELL_DIM,
        "table           host     players  bets    state           address");
    for (int i = 0; i < LIST_ROWS && first + i < count; i++) {
        found_row(c, &m->found[first + i], 4 + i, first + i == chosen);
    }
    if (count == 0) {
        canvas_text(c, 5, 6, ROLE_NORMAL, join_nothing_text(m));
    }
    canvas_text(c, 8, 4, ROLE_NORMAL,
        "Nothing here? Same Wi-Fi, not the guest one. Some networks block this:");
    canvas_text(c, 9, 4, ROLE_NORMAL, "then add the host's address after the words.");
    join_again_draw(c, s, m, 9, 62);
}

static void words_draw(struct canvas *c, const struct ui_state *s, int cols)
{
    struct join_words w;
    char text[SENTENCE_MAX] = "";
    widget_box(c, 12, 1, 8, cols, "the three words from your host");
    join_words_split(&w, s->join.text);
    for (unsigned i = 0; i < w.count && i < JOIN_WORDS; i++) {
        sentence_add(text, "%s%s", i > 0 ? " - " : "", w.word[i]);
    }
    bool between = s->join.size > 0 && w.address == NULL && w.count < JOIN_WORDS &&
                   strchr(" -", s->join.text[s->join.size - 1]) != NULL;
    sentence_add(text, "%s", between ? " - " : "");
    if (w.address != NULL) {
        sentence_add(text, " @ %.60s", w.address);
    }
    int at = 6 + canvas_text_cut(c, 14, 6, 70, ROLE_TITLE, text);
    canvas_text(c, 14, at, ROLE_SELECTED, "_");
    if (s->words != NULL && w.count > 0 && w.count <= JOIN_WORDS && w.address == NULL && !between) {
        char words[4][UI_WORD_MAX];
        const char *part = w.word[w.count - 1];
        size_t count = s->words->complete(part, strlen(part), words, 4);
        at = 6;
        for (size_t i = 0; i < count && i < 4; i++) {
            at += canvas_text(c, 16, at, ROLE_KEY, words[i]) + 4;
        }
        if (count > 0 && strcmp(words[0], part) != 0) {
            canvas_text(c, 16, 42, ROLE_NORMAL, "Tab takes the first");
        } else if (count == 0) {
            char near[UI_WORD_MAX];
            s->words->nearest(part, strlen(part), near);
            canvas_printf(c, 16, 6, ROLE_WARNING, "no such word; did you mean %s?", near);
        }
    }
    canvas_text(c, 18, 6, ROLE_NORMAL,
        "Capitals, spaces, dashes do not matter. Typos are caught before sending.");
}

static void progress_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    const struct ui_joining *j = &m->joining;
    char text[SENTENCE_MAX];
    widget_box(c, 3, 10, 15, 60, j->table[0] != '\0' ? j->table : "joining");
    static const char *const labels[4] = {"found", "words", "record", "seat"};
    for (int i = 0; i < 4; i++) {
        canvas_text(c, 5 + i + (i == 3), 13, ROLE_NORMAL, labels[i]);
    }
    if (j->step > 0) {
        const char *by = j->host[0] == '\0'      ? ""
                         : j->address[0] == '\0' ? "hosted by "
                                                 : ", hosted by ";
        snprintf(text, sizeof text, "%.31s%s%.24s", j->address, by, j->host);
    }
    if (j->coming_back && !j->heard) {
        unsigned long long waited = s->now_ms > j->since_ms ? (s->now_ms - j->since_ms) / 1000 : 0;
        snprintf(text, sizeof text, "calling the others, nobody answers yet %llu:%02llu",
            waited / 60, waited % 60);
    }
    canvas_text_cut(c, 5, 24, 44, ROLE_NORMAL, j->step == 0 ? "looking for the table ..." : text);
    canvas_text_cut(c, 6, 24, 44, ROLE_NORMAL,
        j->coming_back ? "not needed: the seat is yours"
        : j->step > 1  ? "match, both sides proved it"
        : j->step == 1 ? "proving them; they never cross the network"
                       : "");
    if (j->step >= 2) {
        snprintf(text, sizeof text, "%llu of %llu blocks, %llu roll%s checked",
            (unsigned long long)j->blocks_checked, (unsigned long long)j->blocks_known,
            (unsigned long long)j->rolls_checked, j->rolls_checked == 1 ? "" : "s");
        canvas_text_cut(c, 7, 24, 44, ROLE_NORMAL, text);
        uint64_t all = j->blocks_known == 0 ? 1 : j->blocks_known;
        int full = (int)(25 * (j->blocks_checked < all ? j->blocks_checked : all) / all);
        for (int i = 0; i < 25; i++) {
            canvas_text(c, 8, 24 + i, ROLE_WIN, i < full ? "█" : "░");
        }
    }
    if (j->step >= 3) {
        canvas_text(c, 9, 24, ROLE_NORMAL,
            j->step > 3 ? "yours"
            : !j->heard ? "held for you"
                        : "the table is agreeing on it");
    }
    if (j->failed) {
        widget_wrapped(c, 12, 13, 4, 55, ROLE_WARNING, j->error);
    } else {
        canvas_text(c, 12, 13, ROLE_NORMAL, "Every past roll is recomputed on this computer");
        canvas_text(c, 13, 13, ROLE_NORMAL, "before you sit down. Wrong words are told apart");
        canvas_text(c, 14, 13, ROLE_NORMAL, "from a lost network.");
    }
}

void screen_join_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    char text[64];
    const struct felt_layout *layout = felt_layout_of(s->rows, s->cols);
    bool wide = layout == &felt_wide;
    int left = felt_left(layout, s->cols);
    int cols = layout->window_cols;
    int bottom = s->rows > UI_ROWS_MIN ? s->rows - 1 : UI_ROWS_MIN - 1;
    if (m->stage == STAGE_JOINING) {
        canvas_origin(c, wide ? (s->rows - UI_ROWS_MIN) / 3 : 0, felt_left(&felt_compact, s->cols));
        progress_draw(c, s, m);
        canvas_origin(c, 0, left);
        widget_keys(c, bottom, 1, cols - 1,
            m->joining.failed ? "Esc back    Enter try other words" : "Esc cancel");
        return;
    }
    canvas_origin(c, 0, left);
    canvas_text(c, 0, 1, ROLE_TITLE, "CRAPS");
    canvas_text(c, 0, 8, ROLE_NORMAL, "join a table");
    snprintf(text, sizeof text, "%s%u found", m->searching ? "searching the network ...  " : "",
        m->found_count);
    canvas_right(c, 0, cols - 1, ROLE_NORMAL, text);
    if (wide) {
        join_wide_draw(c, s, m);
        canvas_origin(c, WIDE_DOWN, left);
        words_draw(c, s, cols - 2);
        canvas_origin(c, 0, left);
    } else {
        list_draw(c, s, m);
        words_draw(c, s, cols - 2);
    }
    int row = wide ? s->rows - 3 : 21;
    if (s->say[0] != '\0' || m->error[0] != '\0') {
        char warn[SENTENCE_MAX + 2];
        snprintf(warn, sizeof warn, "! %s", s->say[0] != '\0' ? s->say : m->error);
        canvas_text_cut(c, row, 2, cols - 3, ROLE_WARNING, warn);
    } else {
        canvas_text(
            c, row, 2, ROLE_NORMAL, "An address may follow:  otter-canyon-velvet@192.168.1.20");
    }
    widget_keys(c, bottom, 1, cols - 1,
        "Tab complete    Enter join    up/down tables and actions    Esc menu    F1 help");
}

static void join(struct ui_state *s, const struct ui_port *port, const struct ui_model *m)
{
    char text[JOIN_TEXT_MAX];
    char problem[SENTENCE_MAX];
    if (s->join_index == m->found_count && s->join.size == 0) {
        s->join_index = -1;
        ui_send(s, port, UI_SEARCH, 0, "");
        return;
    }
    if (!join_words_check(s->join.text, s->words, text, problem)) {
        ui_say(s, true, "%s", problem);
        return;
    }
    if (s->join_index >= 0 && s->join_index < m->found_count && strchr(text, '@') == NULL) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "@%s", m->found[s->join_index].address);
    }
    ui_send(s, port, UI_JOIN, 0, text);
}

void screen_join_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    int count = m->found_count < UI_FOUND_MAX ? m->found_count : UI_FOUND_MAX;
    if (m->stage == STAGE_JOINING) {
        if (key == UIKEY_ESC || key == 'q' || (key == UIKEY_ENTER && m->joining.failed)) {
            s->joining_open = s->joining_open || key == UIKEY_ENTER;
            ui_send(s, port, UI_CANCEL, 0, "");
        }
        return;
    }
    switch (key) {
    case UIKEY_ESC:
        s->joining_open = false;
        break;
    case UIKEY_UP:
        s->join_index -= s->join_index > -1;
        break;
    case UIKEY_DOWN:
        s->join_index += s->join_index < count;
        break;
    case UIKEY_TAB:
        if (!join_words_complete(&s->join, s->words) && s->join.size > 0) {
            ui_say(s, true, "No word begins like that.");
        }
        break;
    case UIKEY_F1:
        popup_open(s, POPUP_HELP);
        break;
    case UIKEY_ENTER:
        if (s->join_index == count) {
            s->join_index = -1;
            ui_send(s, port, UI_SEARCH, 0, "");
        } else {
            join(s, port, m);
        }
        break;
    default:
        text_field_key(&s->join, key, 120);
        break;
    }
}
