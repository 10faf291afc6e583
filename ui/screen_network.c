/* S13: who answers under which address, who has signed how far, and the last things that were
 * agreed. The one page with addresses and votes. */
#include "ui/bet_text.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum { SLOW_US = 250000, LOSSY_PERMILLE = 20, STEPS_MIN = 5 };

struct columns {
    int name, name_room, address, ping, lost, rolls, vote, note;
};

struct network_layout {
    bool wide;
    int cols, left, bottom, peers, steps;
};

static struct network_layout layout_of(const struct ui_state *s, const struct ui_model *m)
{
    struct network_layout l = {.cols = UI_COLS_MIN, .bottom = popup_bottom_row(s)};
    l.wide = s->cols >= 120 && s->rows >= 40;
    l.cols = l.wide ? 120 : UI_COLS_MIN;
    l.left = (s->cols - l.cols) / 2;
    /* Title, two frames with their other rows, the row between them, what `rolls` means. */
    int room = l.bottom - 1 - 5 - 1 - 4 - 1;
    l.peers = m->peer_count < room - STEPS_MIN ? m->peer_count : room - STEPS_MIN;
    l.steps = room - l.peers < UI_STEPS_MAX ? room - l.peers : UI_STEPS_MAX;
    return l;
}

static void age_text(uint64_t ms, char out[48])
{
    unsigned long long s = ms / 1000;
    if (s < 3600) {
        snprintf(out, 48, "%llu:%02llu", s / 60, s % 60);
    } else {
        snprintf(out, 48, "%llu h %02llu", s / 3600 % 1000, s / 60 % 60);
    }
}

static void note_text(const struct ui_model *m, const struct ui_peer *p, char out[64])
{
    char age[48];
    if (!p->linked && p->via[0] != '\0') {
        snprintf(out, 64, "by way of %.24s", p->via);
    } else if (!p->linked) {
        age_text((uint64_t)p->away_s * 1000, age);
        snprintf(out, 64, p->away_s > 0 ? "silent %s" : "silent", age);
    } else if (m->practice && !p->self) {
        snprintf(out, 64, "a bot");
    } else if (p->rtt_us > SLOW_US) {
        snprintf(out, 64, "slow network");
    } else if (p->lost_permille != UI_LOST_UNKNOWN && p->lost_permille >= LOSSY_PERMILLE) {
        snprintf(out, 64, "loses packets");
    } else {
        snprintf(out, 64, "%s", p->opened ? "opened table" : "");
    }
}

static struct columns columns_of(bool wide)
{
    return wide ? (struct columns){7, 24, 33, 58, 67, 76, 85, 92}
                : (struct columns){6, 10, 17, 38, 45, 51, 58, 64};
}

static void peer_draw(struct canvas *c, const struct ui_model *m, const struct ui_peer *p, int row,
    struct network_layout l)
{
    struct columns at = columns_of(l.wide);
    char text[UI_NAME_MAX + 64];
    unsigned attr = p->linked ? (unsigned)ROLE_NORMAL : ROLE_WARNING;
    if (p->seat != 0) {
        canvas_printf(c, row, 4, ROLE_TITLE, "%c", seat_letter(p->seat));
    }
    snprintf(text, sizeof text, "%s%s", p->name, p->self ? " (you)" : "");
    canvas_text_cut(c, row, at.name, at.name_room, attr, text);
    canvas_text_cut(c, row, at.address, at.ping - at.address - 1, attr, p->address);
    if (p->linked && !p->self && p->rtt_us > 0) {
        canvas_printf(
            c, row, at.ping, attr, p->rtt_us < 1000 ? "<1 ms" : "%u ms", p->rtt_us / 1000);
    }
    if (p->linked && !p->self && p->lost_permille != UI_LOST_UNKNOWN) {
        canvas_printf(c, row, at.lost, attr, "%u%%", (p->lost_permille + 5u) / 10);
    }
    if (p->rolls > 0) {
        canvas_printf(c, row, at.rolls, attr, "%llu", (unsigned long long)p->rolls);
    }
    canvas_text(c, row, at.vote, attr, !p->votes ? "not yet" : p->linked ? "yes" : "-");
    note_text(m, p, text);
    canvas_text_cut(c, row, at.note, l.cols - 3 - at.note, attr, text);
}

/* You first, then by seat. */
static void order_peers(const struct ui_model *m, uint8_t order[LIVE_SEATS_MAX])
{
    for (unsigned i = 0; i < m->peer_count; i++) {
        unsigned at = i;
        unsigned seat = (m->peers[i].seat - 1u) & 0xff; /* without one: last */
        for (; at > 1 && ((m->peers[order[at - 1]].seat - 1u) & 0xff) > seat; at--) {
            order[at] = order[at - 1];
        }
        order[at] = (uint8_t)i;
    }
}

static const char *rest_text(const struct ui_model *m)
{
    static const char *const last[] = {"the fourth", "the fifth", "the sixth"};
    return m->faulty == 1 && m->members >= 4 && m->members <= 6 ? last[m->members - 4]
                                                                : "the others";
}

/* What it takes for a step to count, at this number of members. */
static void rule_text(const struct ui_model *m, char out[SENTENCE_MAX])
{
    if (m->practice) {
        snprintf(out, SENTENCE_MAX,
            "Practice: all %u members run on this computer. %u of %u sign each step.", m->members,
            m->needed, m->members);
    } else if (m->members <= 1) {
        snprintf(out, SENTENCE_MAX, "You are alone here: your own signature is all there is.");
    } else if (m->needed == m->members) {
        snprintf(out, SENTENCE_MAX,
            "A step counts when %s sign it: with two or three everybody is needed.",
            m->members == 2 ? "both" : "all 3");
    } else {
        snprintf(out, SENTENCE_MAX,
            "A step counts when %u of %u sign it. Any %u can go on without %s.", m->needed,
            m->members, m->needed, rest_text(m));
    }
}

static void peers_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m,
    struct network_layout l, int row)
{
    struct columns at = columns_of(l.wide);
    char text[SENTENCE_MAX];
    widget_box(c, row, 1, l.peers + 5, l.cols - 2, "peers");
    const struct {
        int col;
        const char *text;
    } heads[] = {{at.name, "name"}, {at.address, "address"}, {at.ping, "ping"}, {at.lost, "lost"},
        {at.rolls, "rolls"}, {at.vote, "vote"}, {at.note, "note"}};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        canvas_text(c, row + 1, heads[i].col, ROLE_TITLE, heads[i].text);
    }
    uint8_t order[LIVE_SEATS_MAX] = {0};
    int most = m->peer_count - l.peers;
    int first = s->popup_scroll > most ? most : s->popup_scroll;
    order_peers(m, order);
    for (int i = 0; i < l.peers; i++) {
        peer_draw(c, m, &m->peers[order[first + i]], row + 2 + i, l);
    }
    if (most > 0) {
        canvas_printf(c, row + 2 + l.peers, 3, ROLE_NORMAL | CELL_DIM,
            "%d to %d of %u, up/down the others", first + 1, first + l.peers, m->peer_count);
    }
    rule_text(m, text);
    canvas_text_cut(c, row + 3 + l.peers, 3, l.cols - 6, ROLE_NORMAL, text);
}

static void what_text(const struct ui_step *p, char out[96])
{
    unsigned long long roll = (unsigned long long)p->roll;
    switch (p->kind) {
    case UI_STEP_LOCK:
        snprintf(out, 96, "bets of roll %llu locked", roll);
        break;
    case UI_STEP_PIECES:
        snprintf(out, 96, "pieces of roll %llu", roll);
        break;
    case UI_STEP_ROLL:
        snprintf(out, 96, "roll %llu is %u+%u, paid", roll, p->die1, p->die2);
        break;
    case UI_STEP_MEMBERS:
        snprintf(out, 96, "a new key, held by %llu", roll);
        break;
    case UI_STEP_AWAY:
        snprintf(out, 96, "%.20s is away", p->who);
        break;
    case UI_STEP_BACK:
        snprintf(out, 96, "%.20s is back", p->who);
        break;
    case UI_STEP_SEATED:
        snprintf(out, 96, "%.20s sat down", p->who);
        break;
    default:
        snprintf(out, 96, "%.20s left", p->who);
        break;
    }
}

static void step_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_step *p, int row, bool wide)
{
    char text[96], age[48];
    age_text(s->now_ms > p->t_ms ? s->now_ms - p->t_ms : 0, age);
    snprintf(text, sizeof text, "%s ago", age);
    canvas_right(c, row, 14, ROLE_NORMAL | CELL_DIM, text);
    what_text(p, text);
    canvas_text_cut(c, row, 16, wide ? 33 : 24, ROLE_NORMAL, text);
    int at = wide ? 50 : 40;
    if (p->kind == UI_STEP_PIECES) {
        canvas_printf(c, row, at, ROLE_NORMAL, "%u needed, %u came", p->members, p->signers);
    } else if (p->signers > 0) {
        canvas_printf(c, row, at, ROLE_NORMAL, "%u of %u signed", p->signers, p->members);
    }
    if (p->took_us >= 1000) {
        snprintf(text, sizeof text, "%u ms", p->took_us / 1000);
        canvas_right(c, row, at + 27, ROLE_NORMAL, text);
    }
    if (p->kind == UI_STEP_ROLL) {
        canvas_text(c, row, at + 29, ROLE_WIN, "checked");
    }
    if (wide && p->height > 0) {
        canvas_printf(
            c, row, 100, ROLE_NORMAL | CELL_DIM, "step %llu", (unsigned long long)p->height);
    }
}

static void steps_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m,
    struct network_layout l, int row)
{
    widget_box(c, row, 1, l.steps + 4, l.cols - 2, "last steps");
    int shown = m->step_count < l.steps ? m->step_count : l.steps;
    for (int i = 0; i < shown; i++) {
        step_draw(c, s, &m->steps[m->step_count - shown + i], row + 1 + i, l.wide);
    }
    if (shown == 0) {
        canvas_text(c, row + 1, 3, ROLE_NORMAL | CELL_DIM, "Nothing was agreed since you came.");
    }
    if (m->fingerprint[0] != '\0') {
        canvas_text(c, row + l.steps + 2, 3, ROLE_NORMAL, "table fingerprint");
        canvas_text(c, row + l.steps + 2, 22, ROLE_TITLE, m->fingerprint);
        canvas_right(
            c, row + l.steps + 2, l.cols - 3, ROLE_NORMAL | CELL_DIM, "same words on every screen");
    }
}

void network_title_draw(struct canvas *c, const struct ui_model *m, const char *what, int cols)
{
    char badge[128];
    table_badge(m, badge, sizeof badge);
    canvas_text(c, 0, 1, ROLE_TITLE, "CRAPS");
    int at = 8;
    if (m->practice) {
        at += canvas_text(c, 0, at, ROLE_WARNING, "practice   ");
    }
    at += canvas_text(c, 0, at, ROLE_TITLE, what) + 3;
    int room = cols - 3 - text_width(badge) - at;
    if (room > 3) {
        canvas_text_cut(c, 0, at, room, ROLE_NORMAL, m->table_name);
    }
    canvas_right(c, 0, cols - 1, ROLE_NORMAL, badge);
}

void network_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    struct network_layout l = layout_of(s, m);
    canvas_origin(c, 0, 0);
    canvas_clear(c, 0, 0, c->rows, c->cols, ROLE_NORMAL);
    canvas_origin(c, 0, l.left);
    network_title_draw(c, m, "network and peers", l.cols);
    peers_draw(c, s, m, l, 1);
    steps_draw(c, s, m, l, l.peers + 7);
    if (s->say[0] != '\0') {
        canvas_text_cut(c, l.bottom - 1, 2, l.cols - 3, ROLE_NORMAL, s->say);
    } else {
        canvas_text(c, l.bottom - 1, 2, ROLE_NORMAL | CELL_DIM,
            "rolls: up to where that player's signature stands in our record");
    }
    widget_keys(c, l.bottom, 1, l.cols - 2,
        m->practice ? "f figures    e the log    Esc back"
                    : "r reconnect    c network check    f figures    e the log    Esc back");
}

void network_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    int most = m->peer_count - layout_of(s, m).peers;
    switch (key) {
    case UIKEY_UP:
        s->popup_scroll -= s->popup_scroll > 0;
        break;
    case UIKEY_DOWN:
        s->popup_scroll += s->popup_scroll < most;
        break;
    case 'r':
        if (!m->practice && ui_send(s, port, UI_RETRY, 0, "")) {
            ui_say(s, false, "Calling everybody who is silent, on every known address.");
        }
        break;
    case 'c':
        if (!m->practice) {
            check_open(s, port, POPUP_NETWORK);
        }
        break;
    case 'f':
        figures_open(s, port, POPUP_NETWORK);
        break;
    case 'e':
        ui_say(s, false, "The log of this program: %.200s",
            m->log_file[0] != '\0' ? m->log_file : "none is kept");
        break;
    case UIKEY_ESC:
    case UIKEY_ENTER:
    case 'N':
        s->popup = POPUP_NONE;
        break;
    default:
        break;
    }
}
