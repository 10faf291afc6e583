/* The host's lobby: the words to read aloud, who is coming in, the rules of the house. */
#include "ui/bet_text.h"
#include "ui/screen.h"
#include "ui/talk.h"
#include "ui/theme.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

/* The boxes of players and rules, and how far the middle of the wide layout lies to the right. */
enum { BOX_ROW = 9, BOX_ROWS = 10, WIDE_BOX_ROWS = 16, WIDE_SHIFT = 20, WIDE_TALK_ROW = 26 };

/* "otter-canyon" as "O T T E R  -  C A N Y O N", for reading aloud. */
static void spread(const char *words, char *out, size_t size)
{
    size_t used = 0;
    for (; *words != '\0' && used + 6 < size; words++) {
        if (*words == '-') {
            used += (size_t)snprintf(out + used, size - used, " -  ");
        } else {
            char letter = *words >= 'a' && *words <= 'z' ? (char)(*words - 32) : *words;
            used += (size_t)snprintf(out + used, size - used, "%c ", letter);
        }
    }
    while (used > 0 && out[used - 1] == ' ') {
        used--;
    }
    out[used] = '\0';
}

static void words_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    char text[160];
    spread(m->words, text, sizeof text);
    widget_banner_box(c, 2, 11, 5, 58, "say these three words");
    if (text_width(text) > 54) {
        snprintf(text, sizeof text, "%s", m->words);
    }
    canvas_center(c, 4, 12, 56, ROLE_TITLE, text);
    int at = 8 + canvas_text(c, 7, 8, ROLE_NORMAL, "or send:  ");
    at += canvas_printf(c, 7, at, ROLE_TITLE, "craps join %s", m->words);
    at += 6;
    widget_keys(c, 7, at, 30, invite_qr_fits(s, m) ? "y copy   z QR code" : "y copy");
}

static void player_row(struct canvas *c, const struct ui_model *m, uint32_t account, int row)
{
    const struct live_account *a = &m->live.accounts[account];
    char text[64];
    bool own = (int)account == m->me;
    snprintf(text, sizeof text, "%c", seat_letter(a->seat));
    canvas_text(c, row, 4, theme_seat(talk_colour(m, a->seat)) | CELL_BOLD, text);
    canvas_text_cut(
        c, row, 7, 14, own ? (unsigned)ROLE_TITLE : ROLE_NORMAL, m->live.players[account].name);
    canvas_text(c, row, 22, ROLE_NORMAL,
        own        ? a->ready ? "host, ready" : "host"
        : a->bot   ? "bot: no vote, no dice"
        : a->away  ? "away"
        : a->ready ? "ready"
                   : "at the table");
    if (own) {
        canvas_right(c, row, 45, ROLE_NORMAL, "you");
        return;
    }
    for (unsigned i = 0; i < m->peer_count && i < LIVE_SEATS_MAX; i++) {
        if (m->peers[i].seat == a->seat && m->peers[i].rtt_us > 0 && !a->bot) {
            snprintf(text, sizeof text, "%u.%u ms", m->peers[i].rtt_us / 1000,
                m->peers[i].rtt_us / 100 % 10);
            canvas_right(c, row, 45, ROLE_NORMAL, text);
        }
    }
}

static void players_box(struct canvas *c, const struct ui_model *m, int rows, int cols)
{
    static const char *const steps[4] = {
        "proving the words", "reading the record", "waiting for a seat", "asks to come in: k"};
    int foot = BOX_ROW + rows - 2;
    int row = BOX_ROW + 2;
    widget_box(c, BOX_ROW, 1, rows, cols, "players");
    for (unsigned seat = 1; seat <= LIVE_SEATS_MAX; seat++) {
        for (uint32_t i = 0; i < m->live.account_count; i++) {
            if (m->live.accounts[i].seat == seat && row < foot) {
                player_row(c, m, i, row++);
            }
        }
    }
    for (unsigned i = 0; i < m->door_count && i < UI_DOOR_MAX && row < foot; i++, row++) {
        canvas_text(c, row, 4, ROLE_NORMAL, "·");
        canvas_text_cut(c, row, 7, 14, ROLE_NORMAL, m->door[i].name);
        canvas_text(c, row, 22, ROLE_NORMAL, steps[m->door[i].step % 4]);
    }
    widget_keys(c, foot, 4, 26, "+ bot  k members  w words");
    if (m->words_failed > 0) {
        canvas_printf(c, foot, 31, ROLE_WARNING, "%u wrong so far", m->words_failed);
    } else {
        widget_keys(c, foot, 31, 14, "f fingerprint");
    }
}

/* What there is room for besides. */
static void more_rules(struct canvas *c, const struct house_rules *r, int row)
{
    static const char *const labels[4] = {"to throw", "away", "rebuys", "buy, lay"};
    for (int i = 0; i < 4; i++) {
        canvas_text(c, row + i, 51, ROLE_NORMAL | CELL_DIM, labels[i]);
    }
    if (r->shooter_clock_s > 0) {
        canvas_printf(c, row, 61, ROLE_NORMAL, "%u s, then the dice go on", r->shooter_clock_s);
    } else {
        canvas_text(c, row, 61, ROLE_NORMAL, "as long as it takes");
    }
    canvas_printf(
        c, row + 1, 61, ROLE_NORMAL, "the seat is held %u:%02u", r->grace_s / 60, r->grace_s % 60);
    if (r->rebuys == LIVE_ANY) {
        canvas_text(c, row + 2, 61, ROLE_NORMAL, "as often as wanted");
    } else {
        canvas_printf(c, row + 2, 61, ROLE_NORMAL, "%u", r->rebuys);
    }
    canvas_text(c, row + 3, 61, ROLE_NORMAL,
        r->table.vig_upfront ? "5% fee with the bet" : "5% fee on wins only");
}

static void rules_box(struct canvas *c, const struct ui_model *m, int rows, int cols)
{
    const struct house_rules *r = &m->live.rules;
    char low[MONEY_TEXT_MAX];
    char high[MONEY_TEXT_MAX];
    bool alone = live_seated(&m->live) <= 1;
    widget_box(c, BOX_ROW, 48, rows, cols, alone ? "table rules   e edit" : "table rules");
    if (alone) {
        canvas_hit(c, BOX_ROW, 48, 1, cols, 'e');
    }
    if (rows > BOX_ROWS) {
        more_rules(c, r, BOX_ROW + 10);
    }
    static const char *const labels[7] = {
        "bets", "odds", "buy-in", "field", "bet time", "come-out", "seats"};
    for (int i = 0; i < 7; i++) {
        canvas_text(c, 11 + i, 51, ROLE_NORMAL | CELL_DIM, labels[i]);
    }
    canvas_printf(c, 11, 61, ROLE_NORMAL, "%s to %s", money_text(r->table.min_cents, low),
        money_text(r->table.max_cents, high));
    if (r->table.odds == 345) {
        canvas_text(c, 12, 61, ROLE_NORMAL, "3-4-5×");
    } else {
        canvas_printf(c, 12, 61, ROLE_NORMAL, "%u×", r->table.odds);
    }
    canvas_text(c, 13, 61, ROLE_NORMAL, money_text(r->buy_in_cents, low));
    canvas_printf(c, 14, 61, ROLE_NORMAL, "12 pays %u:1", r->table.field12);
    if (r->window_s > 0) {
        canvas_printf(c, 15, 61, ROLE_NORMAL, "%u s or all ready", r->window_s);
    } else {
        canvas_text(c, 15, 61, ROLE_NORMAL, "no limit");
    }
    canvas_text(c, 16, 61, ROLE_NORMAL, r->table.crapless ? "crapless" : "place bets off");
    canvas_printf(c, 17, 61, ROLE_NORMAL, "%u, dice from %u", r->seats, r->start);
}

static void head_draw(struct canvas *c, const struct ui_model *m, int cols)
{
    char dots[64] = "";
    char text[128];
    unsigned seated = live_seated(&m->live);
    canvas_text(c, 0, 1, ROLE_TITLE, "CRAPS");
    int at = 8 + canvas_text_cut(c, 0, 8, 24, ROLE_NORMAL, m->table_name) + 3;
    canvas_text(c, 0, at, ROLE_NORMAL, "lobby, you are the host");
    if (m->live.rules.seats <= 8) {
        widget_dots(dots, sizeof dots, seated, m->live.rules.seats);
    }
    snprintf(text, sizeof text, "%s %u of %u seats", dots, seated, m->live.rules.seats);
    canvas_right(c, 0, cols - 1, ROLE_NORMAL, text);
}

static void keys_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row, int cols)
{
    char text[128];
    if (s->popup != POPUP_NONE) {
        return;
    }
    snprintf(text, sizeof text, "Space to the table   y copy   %s+ bot   %sm chat   q close",
        invite_qr_fits(s, m) ? "z QR   " : "", live_seated(&m->live) <= 1 ? "e rules   " : "");
    widget_keys(c, row, 1, cols - 1, text);
}

static void lobby_wide_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    enum { PLAYERS_COLS = 66, RULES_COLS = 51, FOOT_ROWS = 6 };
    int left = felt_left(&felt_wide, s->cols);
    int foot = s->rows - FOOT_ROWS;
    canvas_origin(c, 0, left);
    head_draw(c, m, FELT_WIDE_COLS);
    players_box(c, m, WIDE_BOX_ROWS, PLAYERS_COLS);
    canvas_origin(c, 0, left + WIDE_SHIFT);
    words_draw(c, s, m);
    rules_box(c, m, WIDE_BOX_ROWS, RULES_COLS);
    canvas_origin(c, 0, left);
    widget_box(c, WIDE_TALK_ROW, 1, foot - WIDE_TALK_ROW, FELT_WIDE_COLS - 2, "table talk");
    feed_draw_times(
        &s->feed, c, WIDE_TALK_ROW + 1, 4, foot - WIDE_TALK_ROW - 2, FELT_WIDE_COLS - 8);
    if (s->say[0] != '\0') {
        canvas_text_cut(c, foot + 1, 4, FELT_WIDE_COLS - 8,
            s->say_warning ? (unsigned)ROLE_WARNING : ROLE_NORMAL, s->say);
    } else {
        canvas_printf(c, foot + 1, 4, ROLE_NORMAL,
            "This table is on %s and answers on the local network only.", m->address);
    }
    int at = 4 + canvas_text(c, foot + 2, 4, ROLE_NORMAL, "Not showing up for a friend?  ");
    canvas_hit(c, foot + 2, at, 1, 16, 'n');
    at += canvas_text(c, foot + 2, at, ROLE_KEY, "n");
    canvas_printf(c, foot + 2, at, ROLE_NORMAL, "  network check   or they type:  craps join %s@%s",
        m->words, m->address);
    canvas_text(c, foot + 3, 4, ROLE_NORMAL, sentence_unanimous(m));
    keys_draw(c, s, m, s->rows - 1, FELT_WIDE_COLS);
}

void screen_lobby_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    if (felt_layout_of(s->rows, s->cols) == &felt_wide) {
        lobby_wide_draw(c, s, m);
        return;
    }
    int right = s->cols > UI_COLS_MIN ? (s->cols - UI_COLS_MIN) / 2 : 0;
    int extra = s->rows > UI_ROWS_MIN ? s->rows - UI_ROWS_MIN : 0;
    canvas_origin(c, 0, right);
    head_draw(c, m, UI_COLS_MIN);
    words_draw(c, s, m);
    players_box(c, m, BOX_ROWS, 46);
    rules_box(c, m, BOX_ROWS, 31);
    feed_draw(&s->feed, c, 19, 2, 2 + extra, 76);
    if (s->say[0] != '\0') {
        canvas_text_cut(c, 21 + extra, 2, 76, s->say_warning ? ROLE_WARNING : ROLE_NORMAL, s->say);
    } else {
        int at = 2 + canvas_text(c, 21 + extra, 2, ROLE_NORMAL, "Friend can't find it?  ");
        canvas_hit(c, 21 + extra, at, 1, 16, 'n');
        at += canvas_text(c, 21 + extra, at, ROLE_KEY, "n");
        canvas_printf(
            c, 21 + extra, at, ROLE_NORMAL, "  network check, or they add:  @%s", m->address);
    }
    canvas_text(c, 22 + extra, 2, ROLE_NORMAL, sentence_unanimous(m));
    keys_draw(c, s, m, 23 + extra, UI_COLS_MIN);
}

void screen_lobby_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    switch (key) {
    case ' ':
    case UIKEY_ENTER:
        s->in_lobby = false;
        break;
    case 'y':
    case 'Y':
        invite_copy(s, m);
        break;
    case 'z':
    case 'Z':
        if (invite_qr_fits(s, m)) {
            popup_open(s, POPUP_INVITE);
        } else {
            ui_say(s, true, "A QR code needs a larger window here; the words say the same.");
        }
        break;
    case 'f':
    case 'F':
        ui_say(s, false, "This table is  %s  on every screen of it, for asking each other.",
            m->fingerprint);
        break;
    case '+':
    case '=':
    case 'b':
        if (ui_send(s, port, UI_ADD_BOT, 0, "")) {
            ui_say(s, false, "A bot comes. Bots here have no vote and no share in the dice.");
        }
        break;
    case 'n':
    case 'N':
        check_open(s, port, POPUP_NONE);
        break;
    case 'w':
    case 'W':
        if (ui_send(s, port, UI_NEW_WORDS, 0, "")) {
            ui_say(s, false, "New words are being made; the old ones stop working.");
        }
        break;
    case 'e':
        if (live_seated(&m->live) <= 1) {
            popup_open(s, POPUP_RULES);
        } else {
            ui_say(s, true, "The rules are fixed once somebody else sits here.");
        }
        break;
    case 'k':
        ballot_open(s, m);
        break;
    case 'm':
        popup_open(s, POPUP_CHAT);
        break;
    case '?':
    case UIKEY_F1:
        popup_open(s, POPUP_HELP);
        break;
    case 'q':
    case 'Q':
    case UIKEY_ESC:
        popup_open(s, POPUP_QUIT);
        break;
    default:
        break;
    }
}
