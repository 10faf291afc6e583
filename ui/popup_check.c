/* Why is a table not found? What this computer can know: its addresses, whether questions leave it, what came back, who
 * asked; and what to try. It cannot see what the network in between does, and says so. */
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>

enum { TOP = 1, LEFT = 3, WIDTH = 74, HEIGHT = 20, TEXT = LEFT + 3, ROOM = WIDTH - 6 };

void check_open(struct ui_state *s, const struct ui_port *port, enum ui_popup under)
{
    popup_open(s, POPUP_CHECK);
    s->popup_under = (uint8_t)under;
    ui_send(s, port, UI_CHECK, 0, "");
}

static unsigned count_ways(const struct ui_check *k, bool refused)
{
    unsigned count = 0;
    for (unsigned i = 0; i < k->way_count; i++) {
        count += !k->ways[i].loopback && (!refused || k->ways[i].refused);
    }
    return count;
}

static void way_draw(struct canvas *c, const struct ui_check *k, unsigned i, int row)
{
    char text[96];
    canvas_text_cut(c, row, TEXT, 14, ROLE_NORMAL, k->ways[i].name);
    canvas_text_cut(c, row, TEXT + 16, 16, ROLE_TITLE, k->ways[i].address);
    if (k->ways[i].loopback) {
        snprintf(text, sizeof text, "this computer alone");
    } else if (!k->ways[i].asked) {
        snprintf(text, sizeof text, "not asked yet");
    } else if (k->ways[i].refused) {
        snprintf(text, sizeof text, "the question could not be sent");
    } else {
        snprintf(text, sizeof text, "asked all of it (%.15s)", k->ways[i].broadcast);
    }
    canvas_text_cut(c, row, TEXT + 33, ROOM - 33,
        k->ways[i].refused ? (unsigned)ROLE_WARNING : ROLE_NORMAL, text);
}

static void ports_draw(struct canvas *c, const struct ui_check *k, int row)
{
    char text[SENTENCE_MAX] = "";
    canvas_text(c, row, TEXT, ROLE_NORMAL | CELL_DIM, "ports");
    if (k->lobby_port != 0) {
        sentence_add(
            text, "friends come in at %u, players talk at %u", k->lobby_port, k->member_port);
    } else {
        sentence_add(text, "no door is open here, players talk at %u", k->member_port);
    }
    canvas_text(c, row, TEXT + 16, ROLE_NORMAL, text);
    canvas_text(c, row + 1, TEXT, ROLE_NORMAL | CELL_DIM, "finding");
    if (k->discovery_port == 0) {
        snprintf(text, sizeof text, "off");
    } else {
        snprintf(text, sizeof text, "%u%s", k->discovery_port,
            k->listening         ? ", listening for questions"
            : k->lobby_port != 0 ? ", taken by another program: not listening"
                                 : ", asking only");
    }
    canvas_text(c, row + 1, TEXT + 16, ROLE_NORMAL, text);
}

/* What may be wrong and what to do, the likeliest first. */
static void advice_text(const struct ui_model *m, char out[2 * SENTENCE_MAX])
{
    const struct ui_check *k = &m->check;
    unsigned lan = count_ways(k, false);
    size_t size = 2 * SENTENCE_MAX;
    if (k->discovery_port == 0) {
        snprintf(out, size,
            "Finding is off (--no-discovery). Words with an address work: "
            "otter-canyon-velvet@192.168.1.20");
    } else if (lan == 0 && k->bound) {
        snprintf(out, size,
            "This program was told to use this computer alone (--bind). Without "
            "--bind it uses every network there is.");
    } else if (lan == 0) {
        snprintf(out, size,
            "No network here but this computer itself. Connect to the Wi-Fi or "
            "cable your friends are on, then r.");
    } else if (count_ways(k, true) == lan) {
        snprintf(out, size,
            "Questions cannot leave this computer. A firewall here? Let UDP %u out, or join by "
            "words with an address.",
            k->discovery_port);
    } else if (m->stage == STAGE_TABLE && k->lobby_port != 0 && !k->listening) {
        snprintf(out, size,
            "Port %u is taken by another program: nobody can find this table. Friends add the "
            "address to the words: @%.31s",
            k->discovery_port, m->address);
    } else if (m->stage == STAGE_TABLE && k->lobby_port != 0 && k->questions == 0) {
        snprintf(out, size,
            "No other computer has asked for this table yet. If a friend looks and this stays 0, "
            "the network keeps you apart (guest Wi-Fi, or a firewall here: let UDP %u and %u in). "
            "Then the address helps: @%.31s",
            k->discovery_port, k->lobby_port, m->address);
    } else if (m->stage == STAGE_TABLE && k->lobby_port != 0) {
        snprintf(out, size,
            "Others have asked and were answered: they can find this table. Who still cannot come "
            "in may have a firewall of his own.");
    } else if (k->answers > 0) {
        snprintf(out, size,
            "Tables answer: finding works. A table that is missing may be on "
            "another network.");
    } else if (!k->wait) {
        snprintf(out, size,
            "Nothing answered. Either no table is open, or the network keeps "
            "computers apart (guest Wi-Fi does). Ask the host for the address and "
            "type it after the words: otter-canyon-velvet@192.168.1.20");
    } else {
        snprintf(out, size, "Waiting for answers ...");
    }
}

void check_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    const struct ui_check *k = &m->check;
    char text[2 * SENTENCE_MAX];
    widget_box(c, TOP, LEFT, HEIGHT, WIDTH, "NETWORK CHECK");
    int row = TOP + 2;
    if (!k->done) {
        canvas_text(c, row, TEXT, ROLE_NORMAL, "Looking ...");
        popup_keys(c, s, "Esc close");
        return;
    }
    canvas_text(c, row, TEXT, ROLE_NORMAL | CELL_DIM, "network");
    canvas_text(c, row, TEXT + 16, ROLE_NORMAL | CELL_DIM, "your address");
    canvas_text(c, row++, TEXT + 33, ROLE_NORMAL | CELL_DIM, "asking for tables");
    for (unsigned i = 0; i < k->way_count && i < 6; i++) {
        way_draw(c, k, i, row++);
    }
    row++;
    ports_draw(c, k, row);
    row += 2;
    canvas_text(c, row, TEXT, ROLE_NORMAL | CELL_DIM, "answers");
    canvas_printf(c, row++, TEXT + 16, ROLE_NORMAL, "%u%s", k->answers,
        k->wait           ? ", more may come"
        : k->answers == 0 ? ", none in two seconds"
                          : "");
    if (k->lobby_port != 0) {
        canvas_text(c, row, TEXT, ROLE_NORMAL | CELL_DIM, "asked by others");
        canvas_printf(c, row++, TEXT + 16, ROLE_NORMAL, "%u time%s", k->questions,
            k->questions == 1 ? "" : "s");
    }
    row++;
    advice_text(m, text);
    row += widget_wrapped(c, row, TEXT, 4, ROOM, ROLE_TITLE, text);
    if (row < TOP + HEIGHT - 2) {
        canvas_text(c, TOP + HEIGHT - 2, TEXT, ROLE_NORMAL | CELL_DIM,
            "What the network in between lets through cannot be seen from here.");
    }
    popup_keys(c, s, "r ask again    Esc close");
}

void check_key(struct ui_state *s, const struct ui_port *port, int32_t key)
{
    if (key == 'r' || key == 'R') {
        ui_send(s, port, UI_CHECK, 0, "");
    } else if (key == UIKEY_ESC || key == UIKEY_ENTER || key == 'n') {
        s->popup = s->popup_under;
        s->popup_under = POPUP_NONE;
    }
}
