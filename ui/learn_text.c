/* What the lesson says at each step. Chances and edges come from game/odds.h, results from the picture. */
#include "ui/learn.h"
#include "ui/moves.h"
#include "ui/odds_text.h"
#include "ui/sentence.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void add(char out[LEARN_TEXT_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(char out[LEARN_TEXT_MAX], const char *format, ...)
{
    size_t used = strlen(out);
    va_list args;
    va_start(args, format);
    vsnprintf(out + used, LEARN_TEXT_MAX - used, format, args);
    va_end(args);
}

static const char *const plain[LEARN_STEPS] = {
    [LEARN_WELCOME] = "This is a real table: two bots and you, play chips, and dice that nobody "
                      "steers. Craps is a game of bets on the sum of two dice, one roll after "
                      "another. In five minutes you know it.",
    [LEARN_FELT] = "This is the felt. PASS LINE is where everybody begins. The boxes 4 5 6 8 9 10 "
                   "are numbers to bet on, COME and FIELD are for later.",
    [LEARN_SEVEN] =
        "A seven falls 6 times in 36, more than anything else. On the come-out it is your "
        "friend; with a point on it ends the hand and takes line, come and place bets "
        "at once. Bet what you would not miss.",
    [LEARN_READING] =
        "Reading the felt: A10+20 is your 10 with odds 20, cA5 a come bet, A6z sleeps, "
        "~A5 is not agreed yet. The line of rolls: [6] a point set, 6* made, 7x seven "
        "out, 7w a win.",
    [LEARN_FAIR] =
        "The dice: every player's computer gives a piece of each roll after bets are locked, "
        "and all check it. Nobody, host included, can know or choose it; v shows the "
        "proof. In practice all are made here.",
    [LEARN_END] =
        "That is craps. This table is yours for as long as you like; the coach has more to "
        "tell. For friends: Host a table in the menu, and read them three words.",
};

/* "4 and 2, six". */
static void add_dice(const struct ui_model *m, char out[LEARN_TEXT_MAX])
{
    if (m->history_kept > 0) {
        const struct ui_roll *r = &m->history[m->history_kept - 1];
        add(out, "%u and %u, %s", r->die1, r->die2, number_word(r->die1 + r->die2));
    }
}

/* "pass line 5: +5, total +5" of the last roll; nothing when nothing of one's own was decided. */
static void add_own(const struct ui_model *m, char out[LEARN_TEXT_MAX])
{
    unsigned decided = 0;
    int64_t total = 0;
    for (unsigned i = 0; i < m->payout_count && i < UI_PAYOUTS_MAX; i++) {
        const struct ui_payout *p = &m->payouts[i];
        char name[BET_TEXT_MAX];
        char stake[MONEY_TEXT_MAX];
        char net[MONEY_TEXT_MAX];
        if (p->player != m->me || p->result == PAYOUT_TRAVEL) {
            continue;
        }
        int64_t cents = payout_net_cents(p);
        total += cents;
        add(out, "%s%s %s: %s", decided++ > 0 ? ", " : " You: ", bet_text_name(p->bet, name),
            money_text(p->amount_cents, stake), money_signed(cents, net));
    }
    if (decided > 1) {
        char net[MONEY_TEXT_MAX];
        add(out, ", together %s", money_signed(total, net));
    }
    add(out, "%s", decided > 0 ? "." : "");
}

static unsigned last_total(const struct ui_model *m)
{
    const struct ui_roll *r = m->history_kept == 0 ? NULL : &m->history[m->history_kept - 1];
    return r == NULL ? 0 : r->die1 + r->die2;
}

static const struct ui_roll *last_roll(const struct ui_model *m)
{
    static const struct ui_roll none;
    return m->history_kept == 0 ? &none : &m->history[m->history_kept - 1];
}

static const char *an(unsigned number)
{
    return number == 8 || number == 11 ? "an" : "a";
}

static unsigned ways(unsigned total)
{
    return total < 7 ? total - 1 : 13 - total;
}

static void come_out_text(const struct learn *l, const struct ui_model *m, const struct live *shown,
    char out[LEARN_TEXT_MAX])
{
    switch (l->step) {
    case LEARN_PASS:
        if (shown->table.point != 0) {
            add(out,
                "The point is %u already, and the pass line opens again when it is made or a seven "
                "comes. Roll on until then.",
                shown->table.point);
        } else if (m->history_count == 0) {
            add(out,
                "A round begins with the come-out roll. On the PASS LINE you bet with the "
                "shooter: 7 or 11 wins at once, 2, 3 or 12 loses at once, and any other number "
                "becomes the point.");
        } else {
            add(out, "The pass line again: 7 or 11 wins, 2, 3 or 12 loses, and any other number "
                     "becomes the point. That is what we want to see now.");
        }
        break;
    case LEARN_ROLL:
        add(out, "Your chips are on the line. %s",
            shown->thrower == m->me
                ? "You have the dice: they roll as soon as everybody is ready, and the bots are."
                : "The dice roll as soon as everybody is ready. The bots are.");
        break;
    case LEARN_NATURAL:
        add_dice(m, out);
        add(out, ": the pass line wins at once and pays 1 to 1. That happens 8 times in 36.");
        add_own(m, out);
        add(out, " Once more, for a point.");
        break;
    case LEARN_CRAPS:
        add_dice(m, out);
        add(out, ": craps. The pass line loses, 4 times in 36; the same shooter goes on.");
        add_own(m, out);
        add(out, " Once more, for a point.");
        break;
    default: {
        unsigned point = last_roll(m)->point_after;
        add_dice(m, out);
        add(out,
            ": the point is %u, and the puck on the felt turns ON. Now %s %u wins your pass line "
            "and "
            "a 7 loses it; every other number leaves it. Of 36 rolls %u are %s %u, 6 a 7.",
            point, an(point), point, ways(point), an(point), point);
    }
    }
}

static void odds_step_text(const struct learn *l, const struct ui_model *m,
    const struct live *shown, char out[LEARN_TEXT_MAX])
{
    unsigned point = shown->table.point;
    char pays[BET_TEXT_MAX];
    const struct ui_roll *r = last_roll(m);
    if (l->step == LEARN_ODDS) {
        if (l->waited > 0) {
            add_dice(m, out);
            add(out, ": nothing for you. ");
        }
        add(out,
            "The best bet of the house: odds behind your line. They win and lose with it and pay "
            "what is fair, %s on %u: no house edge. The cursor is there.",
            bet_text_pays(
                &shown->table.config, (struct bet_ref){BET_PASS_ODDS, 0}, (uint8_t)point, pays),
            point);
    } else if (l->step == LEARN_DECIDE && l->waited == 0) {
        add(out,
            "Line and odds are up. Now roll until %s %u or a 7 comes. The line must stay until "
            "then; the odds may be taken down at any time.",
            an(point), point);
    } else if (l->step == LEARN_DECIDE) {
        add_dice(m, out);
        add(out, ": neither the %u nor a 7, so nothing happens to line and odds. Roll on.", point);
        add_own(m, out);
    } else {
        add_dice(m, out);
        add(out, r->point_made ? ": the point is made!" : ": seven out.");
        add_own(m, out);
        add(out, r->point_made ? " The puck goes off and the same shooter comes out again."
                               : " The dice go to the next player, who comes out again. So ends "
                                 "every hand.");
    }
}

static void to_point_text(const struct learn *l, const struct ui_model *m, const struct live *shown,
    char out[LEARN_TEXT_MAX])
{
    bool up = moves_own_cents(shown, m->me, (struct bet_ref){BET_PASS, 0}) > 0;
    if (l->waited > 0) {
        add_dice(m, out);
        add(out, ".");
        add_own(m, out);
        add(out, " ");
    }
    add(out, "%s needs a point. %s", l->step == LEARN_TO_PLACE ? "What comes next" : "A come bet",
        up ? "Roll until there is one." : "Bet the pass line, and roll until there is one.");
}

static void place_text(const struct learn *l, const struct ui_model *m, const struct live *shown,
    char out[LEARN_TEXT_MAX])
{
    struct bet_ref bet = {BET_PLACE, l->place};
    const struct table_config *config = &shown->table.config;
    char pays[BET_TEXT_MAX];
    char edge[BET_TEXT_MAX];
    unsigned total = last_total(m);
    if (l->step == LEARN_PLACE) {
        add(out,
            "With a point on you may bet on a number itself. Place the %s: it wins %s when %s %u "
            "comes before a 7, and stays up. The %s is %s",
            number_word(l->place), bet_text_pays(config, bet, 0, pays), an(l->place), l->place,
            "house edge", bet_text_edge(config, bet, edge) + strlen("house edge "));
        add(out, "; line and come cost less, odds nothing.");
    } else if (l->step == LEARN_PLACE_ROLL && l->waited == 0) {
        add(out,
            "Your chips lie in the box. %s %u pays them, a 7 takes them, and as long as neither "
            "comes they may be taken down: t.",
            l->place == 8 ? "An" : "A", l->place);
    } else if (l->step == LEARN_PLACE_ROLL) {
        add_dice(m, out);
        add(out, ": nothing for the %u.", l->place);
        add_own(m, out);
        add(out, " Roll on.");
    } else {
        add_dice(m, out);
        add(out, total == l->place ? ": that is your number!" : total == 7 ? ": the seven." : ".");
        add_own(m, out);
        add(out, "%s",
            total == l->place ? " A place bet stays up for the next."
            : total == 7      ? " The place bet is gone, and so is the hand."
                         : " Your number takes about three rolls; until then the bet stays. On "
                           "the come-out it sleeps (z): nothing can happen to it.");
    }
}

static void come_text(const struct learn *l, const struct ui_model *m, char out[LEARN_TEXT_MAX])
{
    unsigned total = last_total(m);
    if (l->step == LEARN_COME) {
        add(out,
            "The last bet: COME. It is a pass line of your own that begins with the next roll: "
            "7 or 11 wins, 2, 3 or 12 loses, and to any other number it moves, to wait there "
            "for it or for a 7.");
    } else if (l->step == LEARN_COME_ROLL) {
        add(out, "Now see where it goes.");
    } else {
        bool wins = total == 7 || total == 11;
        bool loses = total == 2 || total == 3 || total == 12;
        add_dice(m, out);
        if (wins || loses) {
            add(out, ": your come bet %s at once, like a pass line on the come-out.",
                wins ? "wins" : "loses");
        } else {
            add(out,
                ": your come bet has moved to the %u. There %s %u wins it and a 7 loses it, "
                "whatever the point is; odds may go behind it, too.",
                total, an(total), total);
        }
        add_own(m, out);
    }
}

const char *learn_text(const struct learn *l, const struct ui_model *m, const struct live *shown,
    char out[LEARN_TEXT_MAX])
{
    out[0] = '\0';
    switch (l->step) {
    case LEARN_PASS:
    case LEARN_ROLL:
    case LEARN_NATURAL:
    case LEARN_CRAPS:
    case LEARN_POINT:
        come_out_text(l, m, shown, out);
        break;
    case LEARN_ODDS:
    case LEARN_DECIDE:
    case LEARN_DECIDED:
        odds_step_text(l, m, shown, out);
        break;
    case LEARN_TO_PLACE:
    case LEARN_TO_COME:
        to_point_text(l, m, shown, out);
        break;
    case LEARN_PLACE:
    case LEARN_PLACE_ROLL:
    case LEARN_PLACED:
        place_text(l, m, shown, out);
        break;
    case LEARN_COME:
    case LEARN_COME_ROLL:
    case LEARN_COME_DONE:
        come_text(l, m, out);
        break;
    default:
        add(out, "%s", l->step < LEARN_STEPS ? plain[l->step] : "");
        break;
    }
    return out;
}

/* The bet that Enter makes at this step, if one is missing. */
static bool bet_missing(const struct learn *l, const struct ui_model *m, const struct live *shown)
{
    struct bet_ref bet = learn_bet(l, shown);
    return bet.kind != BET_KIND_COUNT && moves_own_cents(shown, m->me, bet) == 0;
}

static void bet_hint(struct bet_ref bet, int64_t cents, bool lines, char out[LEARN_TEXT_MAX])
{
    char money[MONEY_TEXT_MAX];
    money_text(bet_round_up_cents(bet, cents), money);
    const char *what = bet.kind == BET_PASS        ? "the PASS LINE"
                       : bet.kind == BET_PASS_ODDS ? "odds"
                       : bet.kind == BET_COME      ? "COME"
                       : bet.number == 6           ? "SIX"
                                                   : "EIGHT";
    const char *word = bet.kind == BET_PASS        ? "pass"
                       : bet.kind == BET_PASS_ODDS ? "odds"
                       : bet.kind == BET_COME      ? "come"
                       : bet.number == 6           ? "place 6"
                                                   : "place 8";
    if (lines) {
        add(out, "Type %s %s.", word, money);
    } else {
        add(out, "Enter bet %s on %s", money, what);
    }
}

const char *learn_hint(const struct learn *l, const struct ui_model *m, const struct live *shown,
    int64_t chip_cents, bool lines, char out[LEARN_TEXT_MAX])
{
    out[0] = '\0';
    if (learn_reads(l)) {
        add(out, "%s",
            l->step == LEARN_END ? (lines ? "Next ends the lesson; the table stays."
                                          : "Enter play on    Esc to the menu")
            : lines              ? "Press Enter to go on."
                                 : "Enter go on    Esc end the lesson");
        return out;
    }
    if (live_rolling(&m->live)) {
        add(out, lines ? "" : "The dice are out: bets are locked.");
        return out;
    }
    if (bet_missing(l, m, shown)) {
        bet_hint(learn_bet(l, shown), chip_cents, lines, out);
        if (l->step == LEARN_ODDS) {
            add(out, lines ? " Or ready." : "    Space roll without");
        }
        return out;
    }
    if (lines) {
        add(out, "Type ready.");
    } else {
        add(out, "Space %s", shown->thrower == m->me ? "throw the dice" : "ready for the roll");
    }
    return out;
}
