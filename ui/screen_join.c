/* Joining: the tables on this network, the three words, and what happens while both sides prove
 * them. */
#include "ui/bet_text.h"
#include "ui/join_words.h"
#include "ui/screen.h"
#include "ui/mouse.h"
#include "ui/screen_join.h"
#include "ui/state_text.h"
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

void join_actions_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row)
{
    static const char *const texts[JOIN_ACTIONS] = {
        "Type the host address...", "Check my network...", "Search again"};
    int count = m->found_count < UI_FOUND_MAX ? m->found_count : UI_FOUND_MAX;
    int at = 4;
    for (int i = 0; i < JOIN_ACTIONS; i++) {
        bool chosen = s->join_index == count + i;
        unsigned attr = chosen ? (unsigned)ROLE_SELECTED : ROLE_KEY;
        canvas_text(c, row, at - 1, attr, chosen ? "▸" : " ");
        canvas_hit(c, row, at, 1, text_width(texts[i]), UIHIT_LINE + i);
        at += canvas_text(c, row, at, attr, texts[i]) + 6;
    }
}

void join_rtt_text(const struct ui_found *f, char out[16])
{
    snprintf(out, 16, f->rtt_ms == 0 ? "<1 ms" : "%u ms", f->rtt_ms);
}

void join_state_text(const struct ui_found *f, char *out, size_t size)
{
    if (f->version != f->our_version) {
        snprintf(out, size, "protocol %u, you %u", f->version, f->our_version);
    } else {
        snprintf(out, size,
            f->seated >= f->seats ? "full, can watch"
            : f->state == 0       ? "in the lobby"
                                  : "playing");
    }
}

void join_seats_text(const struct ui_found *f, char *out, size_t size)
{
    if (f->seats <= 8) {
        widget_dots(out, size, f->seated, f->seats);
    } else {
        snprintf(out, size, "%u of %u", f->seated, f->seats);
    }
}

void join_stakes_text(const struct ui_found *f, char *out, size_t size)
{
    char low[MONEY_TEXT_MAX];
    char high[MONEY_TEXT_MAX];
    snprintf(out, size, "%s-%s", money_short(f->min_cents, low), money_short(f->max_cents, high));
}

static void found_row(struct canvas *c, const struct ui_found *f, int row, bool chosen)
{
    char text[96];
    unsigned attr = chosen ? (unsigned)ROLE_SELECTED : ROLE_NORMAL;
    canvas_clear(c, row, 4, 1, 73, attr);
    canvas_text(c, row, 4, attr, chosen ? "▸" : " ");
    canvas_text_cut(c, row, 6, 15, attr, f->name);
    canvas_text_cut(c, row, 22, 8, attr, f->host);
    join_seats_text(f, text, sizeof text);
    canvas_text(c, row, 31, attr, text);
    join_stakes_text(f, text, sizeof text);
    canvas_text_cut(c, row, 40, 7, attr, text);
    join_state_text(f, text, sizeof text);
    canvas_text_cut(c, row, 48, 18, attr, text);
    join_rtt_text(f, text);
    canvas_text_cut(c, row, 68, 9, attr, text);
}

static void list_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    int count = m->found_count < UI_FOUND_MAX ? m->found_count : UI_FOUND_MAX;
    int chosen = join_picked(s, m);
    int first = chosen >= LIST_ROWS && chosen < count ? chosen - LIST_ROWS + 1 : 0;
    widget_box(c, 2, 1, 9, 78, "tables on this network");
    canvas_text(c, 3, 6, ROLE_NORMAL | CELL_DIM,
        "table           host     players  bets    state               ping");
    for (int i = 0; i < LIST_ROWS && first + i < count; i++) {
        found_row(c, &m->found[first + i], 4 + i, first + i == chosen);
    }
    if (count == 0) {
        canvas_text(c, 5, 6, ROLE_NORMAL, join_nothing_text(m));
    }
    canvas_text(c, 8, 4, ROLE_NORMAL,
        "Nothing here? Same Wi-Fi, not the guest one. Some networks block this:");
    join_actions_draw(c, s, m, 9);
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
        joining_draw(c, s, m);
        canvas_origin(c, 0, left);
        widget_keys(c, bottom, 1, cols - 1, "Esc cancel    i details");
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
    int picked = join_picked(s, m);
    if (s->say[0] != '\0' || m->error[0] != '\0') {
        char warn[SENTENCE_MAX + 2];
        snprintf(warn, sizeof warn, "! %s", s->say[0] != '\0' ? s->say : m->error);
        widget_wrapped(c, row, 2, 2, cols - 3, ROLE_WARNING, warn);
    } else if (picked >= 0 && picked < m->found_count) {
        canvas_printf(
            c, row, 2, ROLE_NORMAL, "%s is at %s", m->found[picked].name, m->found[picked].address);
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
    if (!join_words_check(s->join.text, s->words, text, problem)) {
        ui_say(s, true, "%s", problem);
        return;
    }
    int picked = join_picked(s, m);
    bool listed = picked >= 0 && picked < m->found_count && strchr(text, '@') == NULL;
    if (listed && m->found[picked].version != m->found[picked].our_version) {
        state_text_version(
            m->found[picked].version, m->found[picked].our_version, problem, sizeof problem);
        ui_say(s, true, "%s", problem);
        return;
    }
    if (listed && s->join_index >= 0) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "@%s", m->found[picked].address);
    }
    ui_send(s, port, UI_JOIN, 0, text);
}

static void action(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int which)
{
    struct join_words w;
    (void)m;
    s->join_index = -1;
    switch (which) {
    case JOIN_ADDRESS:
        join_words_split(&w, s->join.text);
        if (w.count < JOIN_WORDS) {
            ui_say(s, true, "First the three words, then @ and the address of the host.");
        } else if (w.address == NULL) {
            while (s->join.size > 0 && strchr(" -", s->join.text[s->join.size - 1]) != NULL) {
                text_field_key(&s->join, UIKEY_BACKSPACE, 120);
            }
            text_field_key(&s->join, '@', 120);
        }
        break;
    case JOIN_CHECK:
        check_open(s, port, POPUP_NONE);
        break;
    default:
        ui_send(s, port, UI_SEARCH, 0, "");
        break;
    }
}

static void move(struct ui_state *s, const struct ui_model *m, int32_t key)
{
    int count = m->found_count < UI_FOUND_MAX ? m->found_count : UI_FOUND_MAX;
    if (key == UIKEY_UP) {
        /* The actions are one row. */
        s->join_index = s->join_index > count ? count : s->join_index;
        s->join_index -= s->join_index > -1;
    } else if (key == UIKEY_DOWN) {
        s->join_index += s->join_index < count;
    } else if (s->join_index >= count) {
        int to = s->join_index - count + (key == UIKEY_RIGHT ? 1 : JOIN_ACTIONS - 1);
        s->join_index = count + to % JOIN_ACTIONS;
    }
}

void screen_join_open(struct ui_state *s, const struct ui_port *port)
{
    s->joining_open = true;
    s->join_index = -1;
    text_field_set(&s->join, "");
    ui_send(s, port, UI_SEARCH, 0, "");
}

void screen_join_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    int count = m->found_count < UI_FOUND_MAX ? m->found_count : UI_FOUND_MAX;
    if (m->stage == STAGE_JOINING) {
        if (key == 'i' || key == 'I') {
            s->join_details = !s->join_details;
        } else if (key == UIKEY_ESC || key == 'q') {
            ui_send(s, port, UI_CANCEL, 0, "");
        }
        return;
    }
    if (key >= UIHIT_LINE && key < UIHIT_LINE + JOIN_ACTIONS) {
        action(s, port, m, key - UIHIT_LINE);
        return;
    }
    switch (key) {
    case UIKEY_ESC:
        s->joining_open = false;
        break;
    case UIKEY_UP:
    case UIKEY_DOWN:
    case UIKEY_LEFT:
    case UIKEY_RIGHT:
        move(s, m, key);
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
        if (s->join_index >= count) {
            action(s, port, m, s->join_index - count);
        } else {
            join(s, port, m);
        }
        break;
    default:
        text_field_key(&s->join, key, 120);
        break;
    }
}
