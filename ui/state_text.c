#include "ui/state_text.h"

#include "ui/bet_text.h"
#include "ui/screen.h"

#include <stdio.h>

static const char *away_name(const struct ui_state *s, const struct ui_model *m)
{
    for (uint32_t i = 0; i < m->live.account_count; i++) {
        unsigned seat = m->live.accounts[i].seat;
        if (seat != 0 && (s->away_now & ~s->away_seen & UINT64_C(1) << seat) != 0) {
            return m->live.players[i].name;
        }
    }
    return "Somebody";
}

/* May the others go on without us: there are as many as agree. */
static bool others_may_play(const struct ui_model *m)
{
    return m->members - m->answering >= m->needed;
}

static void differ_lines(
    const struct ui_model *m, char first[SENTENCE_MAX], char second[SENTENCE_MAX])
{
    unsigned long long roll = (unsigned long long)m->live.roll;
    if (m->bad_roll != 0) {
        proof_stop_lines(m, first, second);
        return;
    }
    if (m->broken) {
        snprintf(first, SENTENCE_MAX,
            "! Your seat is stopped after roll %llu: this copy of craps made a mistake.", roll);
        snprintf(second, SENTENCE_MAX,
            "  Your chips stand as the others count them. Leave; what was found is kept.");
        return;
    }
    if (m->dice_bad) {
        snprintf(first, SENTENCE_MAX,
            "! Roll %llu does not match its pieces. The table is stopped, the record is kept.",
            roll + 1);
        snprintf(second, SENTENCE_MAX,
            "  Leave, then craps verify the record of any of you: it names the fault.");
        return;
    }
    snprintf(first, SENTENCE_MAX,
        "! Your table and the others' differ since roll %llu. Your seat votes no more.", roll);
    snprintf(second, SENTENCE_MAX,
        "  Leave, then craps verify your record and theirs: one names its fault.");
}

static void alone_lines(
    const struct ui_model *m, char first[SENTENCE_MAX], char second[SENTENCE_MAX])
{
    unsigned long long roll = (unsigned long long)m->live.roll;
    if (!others_may_play(m)) {
        snprintf(first, SENTENCE_MAX, "! You cannot reach anyone, and this table needs %s;",
            m->needed == m->members ? "everybody" : "more than are left");
        snprintf(
            second, SENTENCE_MAX, "  bets stand as agreed at roll %llu until they are back.", roll);
        return;
    }
    snprintf(first, SENTENCE_MAX, "! You cannot reach anyone. The others may still be playing;");
    snprintf(second, SENTENCE_MAX, "  your bets stand as agreed at roll %llu.", roll);
}

static void paused_lines(const struct ui_state *s, const struct ui_model *m,
    char first[SENTENCE_MAX], char second[SENTENCE_MAX])
{
    unsigned long long held = m->stalled_since_ms == 0 || m->stalled_since_ms > s->now_ms
                                  ? 0
                                  : (s->now_ms - m->stalled_since_ms) / 1000;
    char piece[SENTENCE_MAX];
    if (state_text_piece(s, m, piece)) {
        snprintf(first, SENTENCE_MAX, "! %.200s", piece);
    } else {
        snprintf(first, SENTENCE_MAX,
            "! Paused %llu:%02llu: %u of %u are here, a roll needs %u. Nobody can lose a chip.",
            held / 60, held % 60, m->answering, m->members, m->needed);
    }
    snprintf(second, SENTENCE_MAX,
        "  Last agreed: roll %llu. The table goes on by itself when they are back.",
        (unsigned long long)m->live.roll);
}

static void away_lines(const struct ui_state *s, const struct ui_model *m, char first[SENTENCE_MAX],
    char second[SENTENCE_MAX])
{
    const char *who = away_name(s, m);
    snprintf(first, SENTENCE_MAX, "! %.27s is away. The table %s: %u of %u here, need %u.%s", who,
        m->answering < m->needed ? "waits" : "plays on", m->answering, m->members, m->needed,
        m->answering == m->needed ? " One more pauses it." : "");
    snprintf(second, SENTENCE_MAX,
        "  %.12s's bets are paid as rolled. The same words bring %.12s back.", who, who);
}

enum state_lines state_text_lines(const struct ui_state *s, const struct ui_model *m,
    char first[SENTENCE_MAX], char second[SENTENCE_MAX])
{
    first[0] = second[0] = '\0';
    if (m->alarm) {
        differ_lines(m, first, second);
    } else if (m->cut_off) {
        alone_lines(m, first, second);
    } else if (m->stalled) {
        paused_lines(s, m, first, second);
    } else if (info_alerts(s, m)) {
        snprintf(first, SENTENCE_MAX, "! %s", m->alert);
        snprintf(second, SENTENCE_MAX, "  %s", m->alert_more);
        return STATE_LINES_ESC;
    } else if (m->slept_until_ms > s->now_ms) {
        char text[SENTENCE_MAX];
        state_text_slept(m, text);
        snprintf(first, SENTENCE_MAX, "! %.200s", text);
        snprintf(second, SENTENCE_MAX, "  What was rolled meanwhile was paid as rolled.");
    } else if (state_text_piece(s, m, second)) {
        snprintf(first, SENTENCE_MAX, "! %.200s", second);
        snprintf(second, SENTENCE_MAX,
            "  At a table of %u every piece is needed. Nobody can lose a chip meanwhile.",
            m->members);
    } else if ((s->away_now & ~s->away_seen) != 0) {
        away_lines(s, m, first, second);
        return STATE_LINES_ESC;
    }
    return first[0] != '\0' ? STATE_LINES_STAY : STATE_LINES_NONE;
}

void state_text_slow(const char *who, uint32_t rtt_us, char out[SENTENCE_MAX])
{
    snprintf(out, SENTENCE_MAX, "%s's network is slow (%u ms)", who, rtt_us / 1000);
}

bool state_text_piece(const struct ui_state *s, const struct ui_model *m, char out[SENTENCE_MAX])
{
    bool late = s->rolling && s->now_ms >= s->rolling_since_ms + PIECE_LATE_MS;
    if (!late || m->practice || m->preview || m->needed != m->members || m->members < 2) {
        return false;
    }
    for (unsigned i = 0; i < m->peer_count && i < LIVE_SEATS_MAX; i++) {
        const struct ui_peer *p = &m->peers[i];
        if (!p->self && !p->share_in) {
            unsigned long long waited = (s->now_ms - s->rolling_since_ms) / 1000;
            snprintf(out, SENTENCE_MAX,
                "%.20s has not handed in a piece of the dice. Waiting for %.20s %llu:%02llu.",
                p->name, p->name, waited / 60, waited % 60);
            return true;
        }
    }
    return false;
}

bool state_text_forfeit(const struct ui_model *m, char out[SENTENCE_MAX])
{
    bool any = false;
    out[0] = '\0';
    for (unsigned i = 0; i < m->peer_count && i < LIVE_SEATS_MAX; i++) {
        const struct ui_peer *p = &m->peers[i];
        for (uint32_t a = 0; !p->self && !p->linked && a < m->live.account_count; a++) {
            int64_t cents = table_layout_cents(&m->live.players[a]);
            char money[MONEY_TEXT_MAX];
            if (m->live.accounts[a].seat == p->seat && p->seat != 0 && cents > 0) {
                sentence_add(
                    out, "%s%.14s's %s", any ? ", " : "", p->name, money_text(cents, money));
                any = true;
            }
        }
    }
    return any;
}

void state_text_slept(const struct ui_model *m, char out[SENTENCE_MAX])
{
    unsigned long long s = m->slept_s;
    char how_long[32];
    if (s < 120) {
        snprintf(how_long, sizeof how_long, "%llu s", s);
    } else if (s < 7200) {
        snprintf(how_long, sizeof how_long, "%llu min", s / 60);
    } else {
        snprintf(how_long, sizeof how_long, "%llu hours", s / 3600);
    }
    snprintf(out, SENTENCE_MAX, "This computer slept for %s. Catching up: %u roll%s checked.",
        how_long, m->slept_rolls, m->slept_rolls == 1 ? "" : "s");
}

void state_text_together(uint64_t roll, uint64_t lost_s, char *out, size_t size)
{
    snprintf(out, size, "back together at roll %llu, %llu:%02llu lost", (unsigned long long)roll,
        (unsigned long long)lost_s / 60, (unsigned long long)lost_s % 60);
}

void state_text_host_leaves(const struct ui_model *m, char out[SENTENCE_MAX])
{
    unsigned others = 0;
    for (uint32_t i = 0; i < m->live.account_count; i++) {
        const struct live_account *a = &m->live.accounts[i];
        others += a->seat != 0 && !a->bot && (int)i != m->me;
    }
    snprintf(out, SENTENCE_MAX,
        "You started this table, but it does not need you. It goes on with %u.", others);
}

bool state_is_broke(const struct ui_model *m)
{
    if (m->me < 0 || (uint32_t)m->me >= m->live.account_count) {
        return false;
    }
    const struct table_player *p = &m->live.players[m->me];
    return p->balance_cents + table_layout_cents(p) < m->live.table.config.min_cents;
}

bool state_may_rebuy(const struct ui_model *m)
{
    uint16_t most = m->live.rules.rebuys;
    return m->me >= 0 && (most == LIVE_ANY || m->live.accounts[m->me].rebuys < most);
}

void state_text_broke(const struct ui_model *m, char out[SENTENCE_MAX])
{
    char money[MONEY_TEXT_MAX];
    if (state_may_rebuy(m)) {
        snprintf(out, SENTENCE_MAX,
            "Your rack is empty. The table can give %s more, everyone sees it.",
            money_text(m->live.rules.buy_in_cents, money));
    } else {
        snprintf(out, SENTENCE_MAX,
            "Your rack is empty, and this table gives new chips %u times, no more.",
            m->live.rules.rebuys);
    }
}

void state_text_version(unsigned theirs, unsigned ours, char *out, size_t size)
{
    snprintf(out, size,
        theirs > ours ? "That table runs protocol %u, you run %u. Update to join."
                      : "That table runs protocol %u, you run %u. Its players have to update.",
        theirs, ours);
}

void state_text_wrong_words(const char *table, char *out, size_t size)
{
    snprintf(out, size,
        "Those words are spelled right but do not open %s. Another table in the list, or ask the "
        "host to read them again?",
        table[0] != '\0' ? table : "that table");
}

void state_text_silent_host(const char *address, char *out, size_t size)
{
    snprintf(out, size, "The words are spelled right but %s does not answer. Same Wi-Fi?", address);
}

void state_text_full(unsigned seats, char *out, size_t size)
{
    if (seats > 0) {
        snprintf(out, size, "All %u seats are taken. Watch until one is free?", seats);
    } else {
        snprintf(out, size, "All seats are taken. Watch until one is free?");
    }
}
