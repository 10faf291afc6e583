/* On the way in: what is found, proven, read and agreed, step by step. */
#include "ui/bet_text.h"
#include "ui/screen_join.h"
#include "ui/sentence.h"
#include "ui/widget.h"

#include <stdio.h>

enum { TOP = 3, LEFT = 10, LABEL = 13, TEXT = 24, ROOM = 44, BAR = 25 };

static const char *const labels[] = {"found", "words", "version", "record", "", "seat"};

static void found_text(const struct ui_state *s, const struct ui_joining *j, char out[SENTENCE_MAX])
{
    unsigned long long waited = s->now_ms > j->since_ms ? (s->now_ms - j->since_ms) / 1000 : 0;
    if (j->coming_back && !j->heard) {
        snprintf(out, SENTENCE_MAX, "calling the others, nobody answers yet %llu:%02llu",
            waited / 60, waited % 60);
    } else if (j->step == 0) {
        snprintf(out, SENTENCE_MAX, "looking for the table ...");
    } else {
        snprintf(out, SENTENCE_MAX, "%.31s%s%.24s", j->address,
            j->host[0] == '\0'      ? ""
            : j->address[0] == '\0' ? "hosted by "
                                    : ", hosted by ",
            j->host);
    }
}

static void seat_text(const struct ui_model *m, char out[SENTENCE_MAX])
{
    const struct ui_joining *j = &m->joining;
    char money[MONEY_TEXT_MAX];
    out[0] = '\0';
    if (j->step < 3) {
        return;
    }
    if (m->me >= 0 && (uint32_t)m->me < m->live.account_count) {
        unsigned seat = m->live.accounts[m->me].seat;
        snprintf(out, SENTENCE_MAX, "%u, chips %c, rack %s", seat, seat_letter(seat),
            money_text(m->live.players[m->me].balance_cents, money));
    } else if (!j->heard) {
        snprintf(out, SENTENCE_MAX, "held for you");
    } else if (j->asked) {
        snprintf(out, SENTENCE_MAX, "members are asked: %u of %u say yes", j->asked_yes,
            j->asked_needed);
    } else if (live_rolling(&m->live)) {
        snprintf(out, SENTENCE_MAX, "a roll is under way: you sit down after it");
    } else {
        snprintf(out, SENTENCE_MAX, "the table is agreeing on it");
    }
}

static void bar_draw(struct canvas *c, const struct ui_joining *j, int row)
{
    uint64_t all = j->blocks_known == 0 ? 1 : j->blocks_known;
    uint64_t done = j->blocks_checked < all ? j->blocks_checked : all;
    int full = (int)(BAR * done / all);
    for (int i = 0; i < BAR; i++) {
        canvas_text(c, row, TEXT + i, ROLE_WIN, i < full ? "█" : "░");
    }
    canvas_printf(
        c, row, TEXT + BAR + 2, ROLE_NORMAL, "%u%% checked", (unsigned)(100 * done / all));
}

static void details_draw(struct canvas *c, const struct ui_model *m)
{
    const struct ui_joining *j = &m->joining;
    canvas_printf(c, TOP + 9, LABEL, ROLE_NORMAL, "blocks      %llu of %llu",
        (unsigned long long)j->blocks_checked, (unsigned long long)j->blocks_known);
    canvas_printf(c, TOP + 10, LABEL, ROLE_NORMAL, "members     %u, %u must agree",
        j->step >= 2 ? m->members : 0, j->step >= 2 ? m->needed : 0);
    canvas_printf(
        c, TOP + 11, LABEL, ROLE_NORMAL, "fingerprint %s", j->step >= 2 ? m->fingerprint : "");
}

void joining_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    const struct ui_joining *j = &m->joining;
    char text[SENTENCE_MAX];
    widget_box(c, TOP, LEFT, 15, 60, j->table[0] != '\0' ? j->table : "joining");
    for (int i = 0; i < 6; i++) {
        canvas_text(c, TOP + 2 + i, LABEL, ROLE_NORMAL, labels[i]);
    }
    found_text(s, j, text);
    canvas_text_cut(c, TOP + 2, TEXT, ROOM, ROLE_NORMAL, text);
    canvas_text_cut(c, TOP + 3, TEXT, ROOM, ROLE_NORMAL,
        j->coming_back ? "not needed: the seat is yours"
        : j->step > 1  ? "match, both sides proved it"
        : j->step == 1 ? "proving them; they never cross the network"
                       : "");
    if (j->step >= 2) {
        canvas_text(c, TOP + 4, TEXT, ROLE_NORMAL, "the same rules and protocol as here");
        unsigned players = live_seated(&m->live);
        snprintf(text, sizeof text, "%llu roll%s", (unsigned long long)j->rolls_checked,
            j->rolls_checked == 1 ? "" : "s");
        if (players > 0) {
            sentence_add(text, ", %u player%s", players, players == 1 ? "" : "s");
        }
        sentence_add(text, ", no problem so far");
        canvas_text(c, TOP + 5, TEXT, ROLE_NORMAL, text);
        bar_draw(c, j, TOP + 6);
    }
    seat_text(m, text);
    canvas_text_cut(c, TOP + 7, TEXT, ROOM, ROLE_NORMAL, text);
    if (j->failed) {
        widget_wrapped(c, TOP + 9, LABEL, 4, 55, ROLE_WARNING, j->error);
        return;
    }
    if (s->join_details) {
        details_draw(c, m);
        return;
    }
    canvas_text(c, TOP + 9, LABEL, ROLE_NORMAL, "Every past roll is recomputed on this computer");
    canvas_text(c, TOP + 10, LABEL, ROLE_NORMAL, "before you sit down. Wrong words are told apart");
    canvas_text(c, TOP + 11, LABEL, ROLE_NORMAL, "from a lost network.");
}
