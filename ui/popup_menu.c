/* The menu over the table, the sets of place bets, and the list of past rolls. */
#include "ui/bet_text.h"
#include "ui/mouse.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

static const struct menu_item {
    const char *text;
    char key;
    const char *label;
    enum ui_action action;
} menu_items[] = {
    {"Back to the table", 0, "Esc", ACTION_NONE},
    {"Help", '?', "?", ACTION_HELP},
    {"Invite words and QR", 'z', "z", ACTION_INVITE},
    {"Roll history", 'l', "l", ACTION_HISTORY},
    {"Proof of the last roll", 'v', "v", ACTION_PROOF},
    {"Statistics", 's', "s", ACTION_STATS},
    {"Who comes, who goes", 'y', "y", ACTION_BALLOT},
    {"Network and peers", 'N', "N", ACTION_NETWORK},
    {"Evidence against a cheat", 'E', "E", ACTION_EVIDENCE},
    {"Change the bet here", 'e', "e", ACTION_EDIT},
    {"Repeat the last bets", 'r', "r", ACTION_REPEAT},
    {"Props, numbers, whole hand", 'h', "h", ACTION_PROPS},
    {"Say something", 'm', "m", ACTION_CHAT},
    {"Options", 0, "", ACTION_OPTIONS},
    {"Sit out, or in again", 'k', "k", ACTION_SIT},
    {"Strategy: stop, or play on", 'A', "A", ACTION_AUTO},
    {"Leave the table", 'q', "q", ACTION_LEAVE},
};

enum { MENU_ITEMS = sizeof menu_items / sizeof menu_items[0], MENU_MORE = 5 };

static bool menu_offers(const struct ui_model *m, int item)
{
    enum ui_action action = menu_items[item].action;
    bool playing = m->me >= 0 && !m->watching;
    bool players = action == ACTION_PROPS || action == ACTION_SIT || action == ACTION_EDIT ||
                   action == ACTION_REPEAT;
    return (action != ACTION_EVIDENCE || m->lies > 0) &&
           (action != ACTION_BALLOT || !m->practice) &&
           (action != ACTION_AUTO || m->autoplay != UI_AUTO_NONE) &&
           (action != ACTION_INVITE || m->words[0] != '\0') && (playing || !players);
}

void menu_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    int offered = 0;
    for (int i = 0; i < MENU_ITEMS; i++) {
        offered += menu_offers(m, i);
    }
    int row = UI_ROWS_MIN - 1 - offered - MENU_MORE; /* the line of keys stays free */
    row = row > 3 ? 3 : row;
    widget_box(c, row, 22, offered + MENU_MORE, 36, "MENU   Esc back to the table");
    row++;
    for (int i = 0; i < MENU_ITEMS; i++) {
        if (!menu_offers(m, i)) {
            continue;
        }
        bool chosen = i == s->popup_index;
        unsigned attr = chosen ? (unsigned)ROLE_SELECTED : ROLE_NORMAL;
        canvas_clear(c, row, 25, 1, 31, attr);
        canvas_hit(c, row, 25, 1, 31, UIHIT_LINE + i);
        canvas_text(c, row, 25, attr, chosen ? "▸" : " ");
        char text[KEY_TEXT_MAX];
        const char *label = menu_items[i].label;
        if (menu_items[i].key != 0) {
            label = key_text(key_map_now(&s->now.keys, menu_items[i].key), text);
        }
        canvas_text_cut(c, row, 27, 28 - text_width(label), attr, menu_items[i].text);
        canvas_right(c, row, 56, chosen ? attr : (unsigned)ROLE_KEY, label);
        row++;
    }
    row++;
    canvas_text(c, row, 25, ROLE_NORMAL, "Bets stay live while this is");
    if (m->window_closes_ms > s->now_ms) {
        unsigned long long left = (m->window_closes_ms - s->now_ms + 999) / 1000;
        canvas_printf(
            c, row + 1, 25, ROLE_NORMAL, "open: they close in %llu:%02llu", left / 60, left % 60);
    } else {
        canvas_text(c, row + 1, 25, ROLE_NORMAL, "open.");
    }
    popup_keys(c, s, "Enter choose    up/down move    letter = shortcut    Esc close");
}

void menu_key(struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    key = key_map_usual(&s->now.keys, key);
    if (key == UIKEY_UP || key == UIKEY_DOWN) {
        do {
            s->popup_index =
                (s->popup_index + MENU_ITEMS + (key == UIKEY_DOWN ? 1 : -1)) % MENU_ITEMS;
        } while (!menu_offers(m, s->popup_index));
        return;
    }
    int chosen = key == UIKEY_ENTER ? s->popup_index : key == UIKEY_ESC ? 0 : -1;
    for (int i = 0; chosen < 0 && i < MENU_ITEMS; i++) {
        if (menu_items[i].key != 0 && menu_items[i].key == key && menu_offers(m, i)) {
            chosen = i;
        }
    }
    if (chosen >= 0) {
        s->popup = POPUP_NONE;
        table_action(s, port, m, menu_items[chosen].action, menu_items[chosen].key);
    }
}

static const struct bet_set {
    char key;
    const char *name, *text;
    uint8_t numbers[6];
} sets[] = {
    {'a', "across", "4 5 6 8 9 10", {4, 5, 6, 8, 9, 10}},
    {'i', "inside", "5 6 8 9", {5, 6, 8, 9}},
    {'o', "outside", "4 5 9 10", {4, 5, 9, 10}},
    {'e', "even", "4 6 8 10", {4, 6, 8, 10}},
};

static int64_t set_cents(const struct ui_state *s, const struct ui_model *m, int index)
{
    int64_t sum = 0;
    for (int k = 0; k < 6 && sets[index].numbers[k] != 0; k++) {
        sum += chip_stake_cents(s, m, (struct bet_ref){BET_PLACE, sets[index].numbers[k]});
    }
    return sum;
}

void sets_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    char money[MONEY_TEXT_MAX];
    widget_box(c, 6, 17, 9, 44, "SETS   one chip on each number");
    for (int i = 0; i < 4; i++) {
        unsigned attr = i == s->popup_index ? (unsigned)ROLE_SELECTED : ROLE_NORMAL;
        canvas_clear(c, 8 + i, 19, 1, 40, attr);
        canvas_hit(c, 8 + i, 19, 1, 40, UIHIT_LINE + i);
        canvas_printf(c, 8 + i, 19, attr, "%s %c  %-8s %-14s  %s chips",
            i == s->popup_index ? "▸" : " ", sets[i].key, sets[i].name, sets[i].text,
            money_text(set_cents(s, m, i), money));
    }
    char text[SENTENCE_MAX];
    canvas_text(c, 13, 21, ROLE_NORMAL,
        key_map_sentence(&s->now.keys, "Place bets. One u takes the set back.", text, sizeof text));
    popup_keys(c, s, "Enter bet it    up/down choose    + - chip    Esc close");
}

void sets_bet(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, unsigned index)
{
    if (confirm_sum(s, m, ACTION_SETS, index, set_cents(s, m, (int)index), sets[index].name)) {
        return;
    }
    bool asked = s->confirmed;
    s->confirmed = true; /* together they were looked at */
    moves_begin(&s->moves);
    for (int k = 0; k < 6 && sets[index].numbers[k] != 0; k++) {
        act_chip(s, port, m, (struct bet_ref){BET_PLACE, sets[index].numbers[k]});
    }
    s->confirmed = asked;
}

void sets_key(struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    int chosen = key == UIKEY_ENTER ? s->popup_index : -1;
    if (key == UIKEY_UP || key == UIKEY_DOWN) {
        s->popup_index = (s->popup_index + (key == UIKEY_DOWN ? 1 : 3)) % 4;
    } else if (key == '+' || key == '=') {
        s->chip += s->chip < UI_CHIPS - 1;
    } else if (key == '-') {
        s->chip -= s->chip > 0;
    } else if (key == UIKEY_ESC) {
        s->popup = POPUP_NONE;
    }
    for (int i = 0; i < 4; i++) {
        chosen = sets[i].key == key ? i : chosen;
    }
    if (chosen >= 0) {
        s->popup = POPUP_NONE;
        sets_bet(s, port, m, (unsigned)chosen);
    }
}

void rolls_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    enum { SHOWN = 14 };
    widget_box(c, 2, 7, SHOWN + 3, 62, "ROLLS   the newest first");
    int kept = m->history_kept;
    if (kept == 0) {
        canvas_text(c, 4, 10, ROLE_NORMAL, "No rolls yet.");
    }
    int first =
        s->popup_scroll > kept - SHOWN ? (kept > SHOWN ? kept - SHOWN : 0) : s->popup_scroll;
    for (int i = 0; i < SHOWN && first + i < kept; i++) {
        const struct ui_roll *r = &m->history[kept - 1 - first - i];
        char call[SENTENCE_MAX];
        char effect[SENTENCE_MAX];
        sentence_call(r, call, effect);
        canvas_printf(c, 4 + i, 9, ROLE_NORMAL, "#%-6llu %u+%u  %-14.14s %-14.14s",
            (unsigned long long)r->roll, r->die1, r->die2, call, effect);
        canvas_text_cut(c, 4 + i, 54, 14, ROLE_NORMAL, r->shooter);
    }
    popup_keys(c, s, "up/down scroll    Esc close");
}

void rolls_key(struct ui_state *s, const struct ui_model *m, int32_t key)
{
    int most = m->history_kept > 14 ? m->history_kept - 14 : 0;
    int by = key == UIKEY_DOWN        ? 1
             : key == UIKEY_UP        ? -1
             : key == UIKEY_PAGE_DOWN ? 14
             : key == UIKEY_PAGE_UP   ? -14
                                      : 0;
    int to = s->popup_scroll + by;
    s->popup_scroll = to < 0 ? 0 : to > most ? most : to;
    if (key == UIKEY_ESC || key == 'l' || key == UIKEY_ENTER) {
        s->popup = POPUP_NONE;
    }
}
