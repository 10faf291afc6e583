/* Help: the keys of the table, made from their one table, and every bet with what it pays. Typing
 * searches both. */
#include "ui/bet_text.h"
#include "ui/help_parts.h"
#include "ui/mouse.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { HELP_ROWS = 23, LIST_ROWS = 20, BETS_MAX = 96, MOUSE_NOTES = 3 };

struct bet_ref help_nth_bet(const struct table_config *config, unsigned n, bool *found)
{
    static const uint8_t hops[2] = {12, 11};
    unsigned at = 0;
    *found = true;
    for (unsigned kind = 0; kind < BET_KIND_COUNT; kind++) {
        const struct bet_spec *spec = &bet_specs[kind];
        uint16_t mask = config->crapless ? spec->crapless : spec->numbers;
        if (spec->form == BET_NUMBER_DICE) {
            for (int i = 0; i < 2; i++) {
                if (at++ == n) {
                    return (struct bet_ref){(uint8_t)kind, hops[i]};
                }
            }
            continue;
        }
        if (spec->form != BET_NUMBER_POINT) {
            if (at++ == n) {
                return (struct bet_ref){(uint8_t)kind, 0};
            }
            continue;
        }
        /* 4 and 10, 5 and 9, 6 and 8, 3 and 11, 2 and 12 pay alike: the low one stands for both. */
        for (unsigned number = 2; number <= 7; number++) {
            if ((mask >> number & 1) != 0 && at++ == n) {
                return (struct bet_ref){(uint8_t)kind, (uint8_t)number};
            }
        }
    }
    *found = false;
    return (struct bet_ref){0};
}

void help_bet_line(const struct table_config *config, struct bet_ref bet, char *out, size_t size)
{
    char name[BET_TEXT_MAX];
    char pays[BET_TEXT_MAX];
    char text[BET_TEXT_MAX + 8];
    unsigned edge = bet_edge_hundredths(config, bet);
    bet_text_name(bet, name);
    if (bet.kind == BET_HOP) {
        snprintf(text, sizeof text, bet.number == 11 ? "hop, a pair" : "hop, two faces");
    } else if (bet_specs[bet.kind].form == BET_NUMBER_POINT && bet.number < 7) {
        snprintf(text, sizeof text, "%s, %u", name, 14 - bet.number);
    } else {
        snprintf(text, sizeof text, "%s", name);
    }
    snprintf(out, size, "%-24.24s %-12.12s %2u.%02u", text, bet_text_pays(config, bet, 0, pays),
        edge / 100, edge % 100);
}

static bool contains(const char *text, const char *part)
{
    size_t size = strlen(part);
    for (; *text != '\0'; text++) {
        if (strncasecmp(text, part, size) == 0) {
            return true;
        }
    }
    return size == 0;
}

static bool row_matches(const struct ui_state *s, size_t i)
{
    char label[64];
    key_row_label(&s->now.keys, i, label, sizeof label);
    return contains(key_rows[i].text, s->field.text) || contains(label, s->field.text);
}

void help_key_row_draw(
    struct canvas *c, const struct ui_state *s, size_t i, int row, int col, int label_cols)
{
    bool chosen = (int)i == s->popup_index;
    unsigned attr = chosen ? (unsigned)ROLE_SELECTED : ROLE_NORMAL;
    char label[64];
    key_row_label(&s->now.keys, i, label, sizeof label);
    canvas_text(c, row, col - 2, attr, chosen ? "▸" : " ");
    canvas_text_cut(c, row, col, label_cols - 1, chosen ? attr : (unsigned)ROLE_KEY, label);
    canvas_text(c, row, col + label_cols, attr, key_rows[i].text);
    canvas_hit(c, row, col - 2, 1, label_cols + 26, UIHIT_LINE + (int32_t)i);
}

static void grid_draw(struct canvas *c, const struct ui_state *s)
{
    const char *section = "";
    int row[2] = {1, 1};
    for (size_t i = 0; i < key_row_count; i++) {
        bool right = key_section_right(key_rows[i].section);
        int col = right ? 41 : 3;
        if (strcmp(section, key_rows[i].section) != 0) {
            section = key_rows[i].section;
            row[right] += row[right] > 1 ? 1 : 0;
            row[right] += row[right] == 1 ? 1 : 0;
            canvas_text(c, row[right]++, col, ROLE_TITLE, section);
        }
        help_key_row_draw(c, s, i, row[right]++, col + 2, right ? 11 : 12);
    }
}

void help_found_draw(
    struct canvas *c, const struct ui_state *s, const struct table_config *config, int end)
{
    int row = 3;
    for (size_t i = 0; i < key_row_count && row < end; i++) {
        if (row_matches(s, i)) {
            help_key_row_draw(c, s, i, row++, 5, 14);
        }
    }
    bool found = true;
    for (unsigned n = 0; row < end; n++) {
        char text[128];
        struct bet_ref bet = help_nth_bet(config, n, &found);
        if (!found) {
            break;
        }
        help_bet_line(config, bet, text, sizeof text);
        if (contains(text, s->field.text)) {
            canvas_text(c, row++, 5, ROLE_NORMAL, text);
        }
    }
    if (row == 3) {
        canvas_text(c, 3, 5, ROLE_NORMAL, "Nothing by that name. Backspace and try another word.");
    }
}

static void bets_draw(struct canvas *c, const struct ui_state *s, const struct table_config *config)
{
    bool found = true;
    canvas_text(c, 1, 3, ROLE_TITLE, "bet                      pays        edge %");
    for (int i = 0; i < LIST_ROWS; i++) {
        char text[128];
        struct bet_ref bet = help_nth_bet(config, (unsigned)(s->popup_scroll + i), &found);
        if (!found) {
            break;
        }
        help_bet_line(config, bet, text, sizeof text);
        canvas_text(c, 2 + i, 3, ROLE_NORMAL, text);
    }
    static const char *const notes[] = {"HOW A ROUND GOES", "1 come-out: 7 11 win,",
        "  2 3 12 lose, else", "  that is the point", "2 point on: the point",
        "  again wins, 7 loses,", "  dice pass on", "", "YOUR CHIPS", "A12      12 on a bet",
        "~A12     not yet agreed", "A10+20   odds 20", "cA10 dA10  come, don't",
        "bA20 lA40  buy, lay", "pA10     put", "A12z     off", "A12 +2   two others too", "",
        "MOUSE: click bets, right", "  button edits, wheel chips"};
    size_t count = sizeof notes / sizeof notes[0] - (s->mouse ? 0 : MOUSE_NOTES);
    for (size_t i = 0; i < count; i++) {
        bool head = notes[i][0] >= 'A' && notes[i][1] >= 'A' && notes[i][1] <= 'Z';
        canvas_text(c, 2 + (int)i, 52, head ? (unsigned)ROLE_TITLE : ROLE_NORMAL, notes[i]);
    }
}

void help_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    const struct table_config standard = table_config_default();
    const struct table_config *config = m->stage == STAGE_TABLE ? &m->live.table.config : &standard;
    const char *keys = s->help_bets
                           ? "type to search    up/down scroll    Tab the keys    Esc close"
                           : "type to search    up/down choose    Enter does it    Tab all bets    "
                             "Esc close";
    if (felt_layout_of(s->rows, s->cols) == &felt_wide) {
        help_wide_draw(c, s, config);
        widget_keys(c, s->rows - 1, 1, FELT_WIDE_COLS - 1, keys);
        return;
    }
    canvas_clear(c, 0, 0, s->rows > UI_ROWS_MIN ? s->rows : UI_ROWS_MIN, UI_COLS_MIN, ROLE_NORMAL);
    widget_box(
        c, 0, 0, HELP_ROWS, UI_COLS_MIN, s->help_bets ? "HELP: every bet" : "HELP: the table");
    if (s->field.size > 0) {
        int at = 3 + canvas_text(c, 1, 3, ROLE_KEY, "search: ");
        at += canvas_text(c, 1, at, ROLE_NORMAL, s->field.text);
        canvas_text(c, 1, at, ROLE_SELECTED, "_");
        help_found_draw(c, s, config, HELP_ROWS - 1);
    } else if (s->help_bets) {
        bets_draw(c, s, config);
    } else {
        grid_draw(c, s);
    }
    widget_keys(c, HELP_ROWS, 1, 79, keys);
}

static void choose(struct ui_state *s, int step)
{
    int count = (int)key_row_count;
    for (int i = 0; i < count; i++) {
        s->popup_index = (s->popup_index + count + step) % count;
        if (row_matches(s, (size_t)s->popup_index)) {
            return;
        }
    }
}

static void scroll(struct ui_state *s, const struct ui_model *m, int step)
{
    const struct table_config standard = table_config_default();
    const struct table_config *config = m->stage == STAGE_TABLE ? &m->live.table.config : &standard;
    unsigned count = 0;
    for (bool found = true; found && count < BETS_MAX; count += found) {
        help_nth_bet(config, count, &found);
    }
    int rows = help_list_rows(s) * (felt_layout_of(s->rows, s->cols) == &felt_wide ? 2 : 1);
    int most = (int)count > rows ? (int)count - rows : 0;
    int to = s->popup_scroll + step;
    s->popup_scroll = to < 0 ? 0 : to > most ? most : to;
}

void help_key(struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    bool list = s->help_bets && s->field.size == 0;
    switch (key) {
    case UIKEY_ESC:
    case UIKEY_F1:
        s->popup = s->popup_under;
        s->popup_index = 0;
        break;
    case UIKEY_TAB:
        s->help_bets = !s->help_bets;
        text_field_set(&s->field, "");
        break;
    case UIKEY_UP:
    case UIKEY_DOWN:
        if (list) {
            scroll(s, m, key == UIKEY_UP ? -1 : 1);
        } else {
            choose(s, key == UIKEY_UP ? -1 : 1);
        }
        break;
    case UIKEY_PAGE_UP:
    case UIKEY_PAGE_DOWN:
        scroll(s, m, key == UIKEY_PAGE_UP ? -LIST_ROWS : LIST_ROWS);
        break;
    case UIKEY_ENTER:
        if (!list && s->screen == SCREEN_TABLE && row_matches(s, (size_t)s->popup_index)) {
            int32_t does = key_map_now(&s->now.keys, key_rows[s->popup_index].keys[0]);
            s->popup = POPUP_NONE;
            ui_state_key(s, port, m, does);
        }
        break;
    default:
        if (text_field_key(&s->field, key, 24) && s->field.size > 0 &&
            !row_matches(s, (size_t)s->popup_index)) {
            choose(s, 1);
        }
        break;
    }
}
