/* The join screen at 120x40 and more: more tables, all that is known of each, and what happens after
 * the words. */
#include "ui/screen.h"
#include "ui/screen_join.h"
#include "ui/widget.h"

enum { LIST_ROWS = 7, NEXT_ROW = 26 };

static void found_row(struct canvas *c, const struct ui_found *f, int row, bool chosen)
{
    char text[96];
    unsigned attr = chosen ? (unsigned)ROLE_SELECTED : ROLE_NORMAL;
    canvas_clear(c, row, 4, 1, 112, attr);
    canvas_text(c, row, 4, attr, chosen ? "▸" : " ");
    canvas_text_cut(c, row, 6, 21, attr, f->name);
    canvas_text_cut(c, row, 28, 11, attr, f->host);
    join_seats_text(f, text, sizeof text);
    canvas_text_cut(c, row, 40, 11, attr, text);
    join_stakes_text(f, text, sizeof text);
    canvas_text_cut(c, row, 53, 12, attr, text);
    join_state_text(f, text, sizeof text);
    canvas_text_cut(c, row, 66, 20, attr, text);
    join_rtt_text(f, text);
    canvas_text_cut(c, row, 86, 7, attr, text);
    canvas_text_cut(c, row, 94, 22, attr, f->address);
}

static void list_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    int count = m->found_count < UI_FOUND_MAX ? m->found_count : UI_FOUND_MAX;
    int chosen = join_picked(s, m);
    int first = chosen >= LIST_ROWS && chosen < count ? chosen - LIST_ROWS + 1 : 0;
    widget_box(c, 2, 1, 14, 118, "tables on this network");
    static const struct {
        int col;
        const char *text;
    } heads[] = {{6, "table"}, {28, "host"}, {40, "players"}, {53, "bets"}, {66, "state"},
        {86, "ping"}, {94, "address"}};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        canvas_text(c, 3, heads[i].col, ROLE_NORMAL | CELL_DIM, heads[i].text);
    }
    for (int i = 0; i < LIST_ROWS && first + i < count; i++) {
        found_row(c, &m->found[first + i], 5 + i, first + i == chosen);
    }
    if (count == 0) {
        canvas_text(c, 6, 6, ROLE_NORMAL, join_nothing_text(m));
    }
    canvas_text(c, 13, 4, ROLE_NORMAL,
        "Nothing here? Same Wi-Fi, not the guest one. Some networks block this:");
    join_actions_draw(c, s, m, 14);
}

/* What a newcomer wants to know, where there is room for it. */
static void next_draw(struct canvas *c, int end)
{
    static const char *const lines[] = {"1  Your computer finds the table and both sides prove "
                                        "they know the words. The words never "
                                        "cross the network.",
        "2  You get the whole record so far and check every roll in it yourself.",
        "3  You get a seat, play chips and a turn with the dice.",
        "4  From then on your computer has the same vote as the host on every bet and every roll.",
        "",
        "Was playing already? The same words bring back your own seat and chips, or just:  craps "
        "join --last"};
    widget_box(c, NEXT_ROW, 1, 11, 118, "what happens next");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        int row = NEXT_ROW + 2 + (int)i;
        if (row < end) {
            canvas_text(c, row, 4, ROLE_NORMAL, lines[i]);
        }
    }
}

void join_wide_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    list_draw(c, s, m);
    next_draw(c, s->rows - 4);
}
