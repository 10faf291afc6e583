/* What line mode says by itself: where we are, what was rolled, who is missing, what went wrong. */
#include "ui/line_parts.h"
#include "ui/talk.h"

#include <stdio.h>
#include <string.h>

enum { SLOW_US = 300000, NOT_SLOW_US = 150000, CLOSING_MS = 5000 };

/* "O T T E R. C A N Y O N. V E L V E T." */
static void spell(const char *words, char out[SENTENCE_MAX])
{
    out[0] = '\0';
    for (const char *p = words; *p != '\0'; p++) {
        if (*p == '-') {
            sentence_add(out, ".");
        } else {
            char letter = (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
            sentence_add(out, "%s%c", out[0] == '\0' ? "" : " ", letter);
        }
    }
    sentence_add(out, ".");
}

void line_invite(const struct line *l, const struct ui_model *m)
{
    char text[SENTENCE_MAX];
    char letters[SENTENCE_MAX];
    if (m->words[0] == '\0') {
        line_say(m->practice ? "This is practice: nobody can join. leave, then host, opens a table."
                             : "The words for friends are at another player's door.");
        return;
    }
    snprintf(text, sizeof text, "The three words for your friends: %s", m->words);
    if (m->address[0] != '\0') {
        sentence_add(text, "  or: craps join %s@%s", m->words, m->address);
    }
    line_say(text);
    spell(m->words, letters);
    snprintf(text, sizeof text, "Letter by letter: %.200s", letters);
    line_say(text);
    char row[UI_QR_LINE_MAX];
    for (int i = 0; l->options->qr && m->qr.size > 0 && i < qr_rows(&m->qr, l->options->ascii);
         i++) {
        qr_line(&m->qr, l->options->ascii, false, i, row);
        line_say(row);
    }
}

/* They change when somebody asks for new ones, or guessed too often. */
static void words_news(struct line *l, const struct ui_model *m)
{
    if (m->stage == STAGE_TABLE && m->words[0] != '\0' && strcmp(l->said.words, m->words) != 0) {
        snprintf(l->said.words, sizeof l->said.words, "%s", m->words);
        line_invite(l, m);
    }
}

static void menu_begins(struct line *l, const struct ui_model *m)
{
    char text[SENTENCE_MAX];
    char last[FAREWELL_TEXT_MAX];
    if (farewell_text(&l->farewell, last)[0] != '\0') {
        line_say(last); /* back from a table */
        l->farewell.table[0] = '\0';
    }
    line_say("Craps. Type solo, learn, host NAME, join WORDS, search, rejoin, name NAME, help, or "
             "quit.");
    if (m->first_run && !l->said.first_run) {
        l->said.first_run = true;
        snprintf(text, sizeof text,
            "The table will call you %s; name NAME changes that. Play chips only: no money.",
            m->my_name);
        line_say(text);
    }
    if (m->last_table[0] != '\0') {
        unsigned long long minutes = m->last_table_age_s / 60;
        snprintf(text, sizeof text, "Last table: %s, %llu %s ago. Type rejoin to come back to it.",
            m->last_table, minutes < 120 ? minutes : minutes / 60,
            minutes == 1    ? "minute"
            : minutes < 120 ? "minutes"
                            : "hours");
        line_say(text);
    }
}

static void table_begins(struct line *l, const struct ui_model *m)
{
    char text[SENTENCE_MAX];
    l->said.rolls = m->history_count;
    l->said.words[0] = '\0';
    l->said.cut_off = l->said.slow = l->said.empty_rack = l->said.closing = l->said.own_dice =
        false;
    l->said.window = 0;
    line_text_table(m, text);
    line_say(text);
    if (m->hosting && !m->practice) {
        line_say("You are the host. Bets are open from the first seat on; friends come by these "
                 "words:");
    }
    words_news(l, m);
    if (m->autoplay == UI_AUTO_PLAYS) {
        snprintf(text, sizeof text, "The strategy %s plays for you. auto stops it.", m->auto_name);
        line_say(text);
    }
    line_say(m->me >= 0 ? "Type a bet, or ready, or help."
                        : "Type bets, players, history, help, or leave.");
}

static void stage_news(struct line *l, const struct ui_model *m)
{
    if ((l->said.stage_known && l->said.stage == m->stage) || l->quitting) {
        return;
    }
    l->said.stage = m->stage;
    l->said.stage_known = true;
    switch (m->stage) {
    case STAGE_MENU:
        menu_begins(l, m);
        break;
    case STAGE_OPENING:
        line_say("Opening the table.");
        break;
    case STAGE_JOINING:
        l->said.joining_step = 0;
        line_say(m->joining.coming_back ? "Going back to the table. Any line cancels."
                                        : "Looking for the table. Any line cancels.");
        break;
    case STAGE_TABLE:
        table_begins(l, m);
        break;
    case STAGE_LEAVING:
        line_say("Leaving the table properly.");
        break;
    default:
        break;
    }
}

static void joining_news(struct line *l, const struct ui_model *m)
{
    const struct ui_joining *j = &m->joining;
    char text[SENTENCE_MAX];
    bool here = m->stage == STAGE_JOINING;
    if (here && !j->failed && j->step > l->said.joining_step) {
        l->said.joining_step = j->step;
        if (j->step == 1 && !j->coming_back) {
            line_say("A table answers. Proving the words.");
        } else if (j->step == 2 && j->table[0] != '\0') {
            snprintf(text, sizeof text, "%s. Checking what was played so far.", j->table);
            line_say(text);
        } else if (j->step == 3) {
            snprintf(text, sizeof text, "%llu rolls checked. The seat comes with the next pause.",
                (unsigned long long)j->rolls_checked);
            line_say(text);
        }
    }
    if (here && j->failed && !l->said.failed) {
        line_say(j->error);
    }
    l->said.failed = here && j->failed;
}

static void found_news(struct line *l, const struct ui_model *m)
{
    char text[SENTENCE_MAX], low[MONEY_TEXT_MAX], high[MONEY_TEXT_MAX];
    if (m->stage != STAGE_MENU || !l->said.search) {
        return;
    }
    for (; l->said.found < m->found_count && l->said.found < UI_FOUND_MAX; l->said.found++) {
        const struct ui_found *f = &m->found[l->said.found];
        snprintf(text, sizeof text, "%s, host %s, %u of %u seats taken, bets %s to %s, %s.",
            f->name, f->host, f->seated, f->seats, line_text_money(f->min_cents, low),
            line_text_money(f->max_cents, high), f->state == 0 ? "in the lobby" : "playing");
        line_say(text);
    }
    if (!m->searching && l->said.found == 0 && m->error[0] == '\0') {
        l->said.search = false;
        line_say("No table answers on this network. Same Wi-Fi, not the guest one? "
                 "join WORDS@ADDRESS goes straight to the host.");
    }
}

/* The result of our own, the check of the dice, and what is worth knowing next. */
static void own_news(const struct ui_model *m)
{
    const struct ui_roll *r = &m->history[m->history_kept - 1];
    char text[LINE_TEXT_MAX];
    char odds[SENTENCE_MAX];
    line_text_result(m, text);
    if (m->dice_checked) {
        line_text_add(text, "%sRoll %llu checked: dice fair.", text[0] != '\0' ? " " : "",
            (unsigned long long)r->roll);
    }
    if (text[0] != '\0') {
        line_say(text);
    }
    line_text_odds(m, odds);
    if (r->point_before == 0 && r->point_after != 0 && odds[0] != '\0') {
        line_say(odds);
    }
}

static void roll_news(struct line *l, const struct ui_model *m)
{
    char text[SENTENCE_MAX];
    if (m->stage != STAGE_TABLE || m->history_count <= l->said.rolls) {
        return;
    }
    uint64_t news = m->history_count - l->said.rolls;
    unsigned shown = news > m->history_kept ? m->history_kept : (unsigned)news;
    for (unsigned i = m->history_kept - shown; i < m->history_kept; i++) {
        const struct ui_roll *r = &m->history[i];
        bool own = m->me >= 0 && strcmp(r->shooter, m->live.players[m->me].name) == 0;
        line_text_roll(r, own, text);
        line_say(text);
    }
    l->said.rolls = m->history_count;
    own_news(m);
}

/* What is not all well, in the words of the screens; pauses and evidence come as notices. */
static void state_news(struct line *l, const struct ui_model *m)
{
    char text[SENTENCE_MAX];
    bool cut_off = m->cut_off && m->needed < m->members;
    bool slow = m->worst_ping_us >= (l->said.slow ? NOT_SLOW_US : SLOW_US);
    if (cut_off && !l->said.cut_off) {
        snprintf(text, sizeof text,
            "You cannot reach anyone. The others may still be playing; your bets stand as agreed "
            "at "
            "roll %llu. You can wait, or leave.",
            (unsigned long long)m->live.roll);
        line_say(text);
    }
    if (slow && !l->said.slow) {
        snprintf(text, sizeof text, "%s's network is slow (%u ms).", m->slow_name,
            m->worst_ping_us / 1000);
        line_say(text);
    }
    l->said.cut_off = cut_off;
    l->said.slow = slow;
}

static void rack_news(struct line *l, const struct ui_model *m)
{
    char text[SENTENCE_MAX], money[MONEY_TEXT_MAX];
    bool empty = false;
    if (m->me >= 0 && m->history_count > 0) {
        const struct table_player *p = &m->live.players[m->me];
        empty = p->balance_cents + table_layout_cents(p) < m->live.table.config.min_cents;
    }
    if (empty && !l->said.empty_rack) {
        bool more = m->live.accounts[m->me].rebuys < m->live.rules.rebuys;
        snprintf(text, sizeof text,
            more ? "Your rack is empty. The table can give %s more, everyone sees it: rebuy, or "
                   "leave."
                 : "Your rack is empty, and the table gives no more than %s. Watch, or leave.",
            line_text_money(m->live.rules.buy_in_cents, money));
        line_say(text);
    }
    l->said.empty_rack = empty;
}

static bool clock_matters(const struct line *l, const struct ui_model *m)
{
    return m->stage == STAGE_TABLE && m->me >= 0 && m->window_closes_ms != 0 &&
           !live_rolling(&m->live) && l->moves.live != NULL &&
           !l->moves.live->accounts[m->me].ready && !m->live.accounts[m->me].sitting_out;
}

uint64_t line_news_next_ms(const struct line *l, const struct ui_model *m)
{
    bool waits = clock_matters(l, m) && !l->said.closing && m->window_closes_ms > CLOSING_MS;
    return waits ? m->window_closes_ms - CLOSING_MS : 0;
}

/* Once when the window opens, once shortly before it closes on somebody who is not ready. */
static void clock_news(struct line *l, const struct ui_model *m)
{
    uint64_t now = l->port->now_ms(l->port->self);
    char text[SENTENCE_MAX];
    if (!clock_matters(l, m) || m->window_closes_ms <= now) {
        return;
    }
    uint64_t left_ms = m->window_closes_ms - now;
    if (l->said.window != m->live.window_instance) {
        l->said.window = m->live.window_instance;
        l->said.closing = left_ms <= CLOSING_MS;
        snprintf(text, sizeof text, "Bets close in %llu seconds.",
            (unsigned long long)(left_ms + 999) / 1000);
        line_say(text);
    } else if (!l->said.closing && left_ms <= CLOSING_MS) {
        l->said.closing = true;
        line_say("Bets close in 5 seconds.");
    }
}

static bool own_event(struct line *l, const struct ui_model *m, const struct event *e)
{
    char text[SENTENCE_MAX], name[BET_TEXT_MAX], money[MONEY_TEXT_MAX], rack[MONEY_TEXT_MAX];
    if (e->kind == EVENT_BET) {
        line_text_own_bet(l->moves.live, m, e->bet, e->amount_cents, text);
    } else if (e->kind == EVENT_TAKE) {
        snprintf(text, sizeof text, "You take %s down from %s. Rack %s.",
            line_text_money(e->amount_cents, money), line_text_bet(e->bet, name),
            line_text_money(l->moves.live->players[m->me].balance_cents, rack));
    } else {
        l->said.own_dice = l->said.own_dice || e->kind == EVENT_SHOOTER;
        return false;
    }
    line_say(text);
    return true;
}

/* "Bo bets 6 on place six.", "Bo bets odds 20 on come five." */
static void others_bet(const struct notice *n, char out[SENTENCE_MAX])
{
    char name[BET_TEXT_MAX], money[MONEY_TEXT_MAX];
    line_text_bet(n->game.bet, name);
    line_text_money(n->game.amount_cents, money);
    if (n->game.kind == EVENT_TAKE) {
        snprintf(out, SENTENCE_MAX, "%s takes %s down from %s.", n->who, money, name);
    } else if (bet_is_odds(n->game.bet.kind)) {
        snprintf(out, SENTENCE_MAX, "%s bets odds %s%s.", n->who, money, name + strlen("odds"));
    } else {
        snprintf(out, SENTENCE_MAX, "%s bets %s on %s.", n->who, money, name);
    }
}

/* What others do that is heard better than the screen writes it. */
static bool others_event(struct line *l, const struct ui_model *m, const struct notice *n)
{
    char text[SENTENCE_MAX];
    switch (n->game.kind) {
    case EVENT_BET:
    case EVENT_TAKE:
        others_bet(n, text);
        break;
    case EVENT_AWAY:
        snprintf(text, sizeof text, "%s is away. The table %s: %u of %u here, need %u.", n->who,
            m->answering < m->needed ? "waits" : "plays on", m->answering, m->members, m->needed);
        break;
    case EVENT_SHOOTER:
        if (!l->said.own_dice) {
            return true; /* the throw says who throws */
        }
        l->said.own_dice = false;
        return false;
    default:
        return false;
    }
    line_say(text);
    return true;
}

/* A line of talk, and what is special about it. */
static void talk_news(const struct ui_talk *t, const char *text)
{
    char mark[TALK_MARK_MAX], line[SENTENCE_MAX + TALK_MARK_MAX + 16];
    snprintf(line, sizeof line, "%s%s%s",
        t->replaces  ? "Instead: "
        : t->history ? "Earlier: "
                     : "",
        talk_mark(t, false, mark), text);
    line_say(line);
}

static void take_notices(struct line *l, const struct ui_model *m)
{
    struct notice n;
    uint64_t lost = 0;
    char text[SENTENCE_MAX];
    while (l->port->notice(l->port->self, &n, &lost)) {
        bool game = n.kind == NOTICE_GAME;
        /* Rolls are told from the picture, where the result is complete. */
        if (game && (n.game.kind == EVENT_ROLL || n.game.kind == EVENT_THROW)) {
            continue;
        }
        bool own = m->me >= 0 && n.game.player == m->me;
        if (game && (own ? own_event(l, m, &n.game) : others_event(l, m, &n))) {
            continue;
        }
        if (n.kind == NOTICE_CHAT && n.talk.replaces && n.text[0] == '\0') {
            continue; /* the sentence that follows says why */
        }
        if (n.kind == NOTICE_CHAT && sentence_notice(&n, m, text)) {
            talk_news(&n.talk, text);
        } else if (sentence_notice(&n, m, text)) {
            size_t size = strlen(text);
            if (size + 1 < sizeof text && text[size - 1] != '.') {
                text[size] = '.';
                text[size + 1] = '\0';
            }
            line_say(text);
        }
    }
}

static void error_news(struct line *l, const struct ui_model *m)
{
    if (strcmp(l->said.error, m->error) != 0) {
        snprintf(l->said.error, sizeof l->said.error, "%s", m->error);
        if (m->error[0] != '\0') {
            line_say(m->error);
        }
    }
}

/* The next of the lesson, after what happened. */
static void learn_news(struct line *l, const struct ui_model *m)
{
    bool was = l->learn.active;
    if (!learn_update(&l->learn, m, l->moves.live) || (!l->learn.active && !was)) {
        return;
    }
    if (l->learn.active) {
        line_learn(l, m);
    }
}

void line_learn(const struct line *l, const struct ui_model *m)
{
    char text[2 * LEARN_TEXT_MAX];
    char hint[LEARN_TEXT_MAX];
    enum { CHIP_CENTS = 500 };
    learn_text(&l->learn, m, l->moves.live, text);
    learn_hint(&l->learn, m, l->moves.live, CHIP_CENTS, true, hint);
    size_t used = strlen(text);
    snprintf(text + used, sizeof text - used, " %s", hint);
    line_say(text);
}

void line_news(struct line *l, const struct ui_model *m)
{
    stage_news(l, m);
    take_notices(l, m);
    roll_news(l, m);
    if (m->stage == STAGE_TABLE) {
        state_news(l, m);
        rack_news(l, m);
        clock_news(l, m);
    }
    words_news(l, m);
    error_news(l, m);
    joining_news(l, m);
    found_news(l, m);
    line_pages_news(l);
    learn_news(l, m);
}
