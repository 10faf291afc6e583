/* How this program and the table are doing, in figures: how fast moves are agreed, what the links carry, what waits, what was
 * checked, what it costs this computer. Made by the program once a second while somebody looks. */
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum { AGAIN_MS = 1000, LABEL = 3, VALUE = 20, REST_ROWS = 19 };

struct figures_layout {
    bool wide;
    int cols, left, bottom, links;
};

static struct figures_layout layout_of(const struct ui_state *s, const struct ui_model *m)
{
    struct figures_layout l = {.cols = UI_COLS_MIN, .bottom = popup_bottom_row(s)};
    l.wide = s->cols >= 120 && s->rows >= 40;
    l.cols = l.wide ? 120 : UI_COLS_MIN;
    l.left = (s->cols - l.cols) / 2;
    int room = l.bottom - REST_ROWS;
    l.links = m->figures.link_count < room ? m->figures.link_count : room;
    return l;
}

static void bytes_text(uint64_t bytes, char out[24])
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB"};
    unsigned unit = 0;
    double value = (double)bytes;
    for (; value >= 1000 && unit < 4; unit++) {
        value /= 1000;
    }
    snprintf(out, 24, unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

static void count_text(uint64_t count, char out[32])
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
    char *to = out;
    for (int i = 0; i < size; i++) {
        *to++ = digits[i];
        if (i + 1 < size && (size - i - 1) % 3 == 0) {
            *to++ = ',';
        }
    }
    *to = '\0';
}

static void time_text(uint32_t us, char out[24])
{
    if (us < 10000) {
        snprintf(out, 24, "%.1f ms", (double)us / 1000);
    } else if (us < 10000000) {
        snprintf(out, 24, "%u ms", us / 1000);
    } else {
        snprintf(out, 24, "%u s", us / 1000000);
    }
}

static void line_draw(struct canvas *c, int row, int end, const char *label, const char *text)
{
    canvas_text(c, row, LABEL, ROLE_NORMAL | CELL_DIM, label);
    canvas_text_cut(c, row, VALUE, end - VALUE - 1, ROLE_NORMAL, text);
}

static void times_draw(
    struct canvas *c, int row, int end, const char *label, const struct ui_times *t)
{
    char half[24], most[24], nearly[24], count[32], text[SENTENCE_MAX];
    if (t->count == 0) {
        line_draw(c, row, end, label, "none yet");
        return;
    }
    time_text(t->p50_us, half);
    time_text(t->p95_us, most);
    time_text(t->p99_us, nearly);
    count_text(t->count, count);
    snprintf(
        text, sizeof text, "half %s  95 of 100 %s  99 of 100 %s  of %s", half, most, nearly, count);
    line_draw(c, row, end, label, text);
}

static int agreement_draw(struct canvas *c, const struct ui_model *m, int row, int cols)
{
    const struct ui_figures *f = &m->figures;
    char text[SENTENCE_MAX], count[32], more[32];
    widget_box(c, row, 1, 7, cols - 2, "agreement");
    times_draw(c, row + 1, cols - 2, "moves agreed in", &f->commit);
    times_draw(c, row + 2, cols - 2, "dice shown in", &f->roll);
    snprintf(text, sizeof text, "%u, round %u; %u sign each step, %s lie or be gone", m->members,
        m->epoch, m->needed,
        m->faulty == 0   ? "nobody may"
        : m->faulty == 1 ? "1 may"
                         : "some may");
    if (m->faulty > 1) {
        snprintf(text, sizeof text, "%u, round %u; %u sign each step, %u may lie or be gone",
            m->members, m->epoch, m->needed, m->faulty);
    }
    line_draw(c, row + 3, cols - 2, "members", text);
    count_text(m->height, count);
    count_text(f->tries_lost, more);
    snprintf(text, sizeof text, "%s final; %s tries given up", count, more);
    line_draw(c, row + 4, cols - 2, "steps", text);
    count_text(f->refused, count);
    snprintf(text, sizeof text, "%u on their way, %s refused", f->pending, count);
    line_draw(c, row + 5, cols - 2, "your moves", text);
    return row + 7;
}

static void link_draw(struct canvas *c, const struct ui_link *l, int row)
{
    char text[24];
    canvas_text_cut(c, row, LABEL, VALUE - LABEL - 1, ROLE_NORMAL, l->name);
    bytes_text(l->received, text);
    canvas_right(c, row, VALUE + 9, ROLE_NORMAL, text);
    canvas_text(c, row, VALUE + 11, ROLE_NORMAL | CELL_DIM, "came");
    bytes_text(l->sent, text);
    canvas_right(c, row, VALUE + 26, ROLE_NORMAL, text);
    canvas_text(c, row, VALUE + 28, ROLE_NORMAL | CELL_DIM, "went");
}

static int links_draw(
    struct canvas *c, const struct ui_model *m, const struct figures_layout *l, int row)
{
    const struct ui_figures *f = &m->figures;
    char in[24], out[24], packets[32], more[32], text[SENTENCE_MAX];
    int end = l->cols - 2;
    widget_box(c, row, 1, l->links + 4, end, "links");
    for (int i = 0; i < l->links; i++) {
        link_draw(c, &f->links[i], row + 1 + i);
    }
    int at = row + 1 + l->links;
    bytes_text(f->received_bytes, in);
    bytes_text(f->sent_bytes, out);
    count_text(f->received_packets, packets);
    count_text(f->sent_packets, more);
    if (m->practice) {
        snprintf(text, sizeof text, "none: everybody here lives in this program");
    } else {
        snprintf(text, sizeof text, "%s came, %s went; packets %s and %s", in, out, packets, more);
    }
    line_draw(c, at, end, l->links < f->link_count ? "all of them" : "together", text);
    count_text(f->rejected, packets);
    count_text(f->dropped, more);
    snprintf(text, sizeof text, "%s did not check, %s were too many", packets, more);
    line_draw(c, at + 1, end, "messages", text);
    return row + l->links + 4;
}

static void program_draw(struct canvas *c, const struct ui_model *m, int row, int cols)
{
    const struct ui_figures *f = &m->figures;
    char a[32], b[32], text[SENTENCE_MAX];
    int end = cols - 2;
    widget_box(c, row, 1, 7, end, "this program");
    count_text(f->queue_lost, a);
    snprintf(text, sizeof text, "%u of the keys, %u of the news, %u of the moves; %s lost",
        f->commands, f->notices, f->pool, a);
    line_draw(c, row + 1, end, "waiting", text);
    count_text(f->pictures, a);
    count_text(f->pictures_again, b);
    snprintf(text, sizeof text, "%s made, %s of them again", a, b);
    line_draw(c, row + 2, end, "pictures", text);
    count_text(f->checked, a);
    count_text(f->broken, b);
    snprintf(text, sizeof text, "%s steps looked at, %s of them wrong", a, b);
    line_draw(c, row + 3, end, "checks", text);
    bytes_text(f->resident_bytes, a);
    snprintf(text, sizeof text, "%s memory, %u.%u%% of a processor, %u.%u s in all", a,
        f->cpu_permille / 10, f->cpu_permille % 10, f->cpu_ms / 1000, f->cpu_ms / 100 % 10);
    line_draw(c, row + 4, end, "this computer", text);
    line_draw(c, row + 5, end, "served to others",
        f->served[0] == '\0' ? "no (craps --metrics)" : f->served);
}

void figures_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    struct figures_layout l = layout_of(s, m);
    canvas_origin(c, 0, 0);
    canvas_clear(c, 0, 0, c->rows, c->cols, ROLE_NORMAL);
    canvas_origin(c, 0, l.left);
    network_title_draw(c, m, "figures", l.cols);
    if (!m->figures.known) {
        canvas_text(c, 2, LABEL, ROLE_NORMAL, "Looking ...");
    } else {
        int row = agreement_draw(c, m, 1, l.cols);
        row = links_draw(c, m, &l, row);
        program_draw(c, m, row, l.cols);
    }
    widget_keys(c, l.bottom, 1, l.cols - 2, "N network    Esc back");
}

void figures_open(struct ui_state *s, const struct ui_port *port, enum ui_popup under)
{
    popup_open(s, POPUP_FIGURES);
    s->popup_under = (uint8_t)under;
    s->figures_next_ms = 0;
    figures_update(s, port);
}

void figures_update(struct ui_state *s, const struct ui_port *port)
{
    if (s->popup == POPUP_FIGURES && s->now_ms >= s->figures_next_ms) {
        struct ui_command ask = {.kind = UI_FIGURES};
        (void)port->command(port->self, &ask); /* a full queue: the next time */
        s->figures_next_ms = s->now_ms + AGAIN_MS;
    }
}

void figures_key(struct ui_state *s, int32_t key)
{
    switch (key) {
    case 'N':
        s->popup = POPUP_NETWORK;
        s->popup_under = POPUP_NONE;
        break;
    case UIKEY_ESC:
    case UIKEY_ENTER:
    case 'S':
    case 'f':
        s->popup = s->popup_under;
        s->popup_under = POPUP_NONE;
        break;
    default:
        break;
    }
}
