#include "game/hand.h"

enum {
    POINT_FIRST = 4,
    POINT_LAST = 10,
    DOUBLES = 6,
    ALL_DOUBLES = (1 << DOUBLES) - 1,
    FIRE_POINTS = 6,
    RTL_COLUMNS = 12,
    LOST = -1
};

#define SMALL_FIRST 2
#define SMALL_LAST  6
#define TALL_FIRST  8
#define TALL_LAST   12

/* Only thresholds of a few are ever asked, so a counter may stop at its top. */
static void count_up(uint16_t *counter)
{
    if (*counter < UINT16_MAX) {
        (*counter)++;
    }
}

void hand_count_roll(struct hand_counters *hand, const struct table_config *config, unsigned die1,
    unsigned die2, unsigned point)
{
    unsigned total = die1 + die2;
    hand->rolls++;
    count_up(&hand->fell[total]);
    if (die1 == die2) {
        hand->doubles |= (uint8_t)(1u << (die1 - 1));
    }
    if (point == 0) {
        hand->line_wins += total == 7 || (total == 11 && !config->crapless);
    } else if (total == point) {
        hand->line_wins++;
        if (point <= POINT_LAST) { /* bets on points made are not offered in the crapless variant */
            count_up(&hand->made[point]);
        }
    }
}

void hand_finish_roll(struct hand_counters *hand, unsigned total, bool seven_out)
{
    if (seven_out) {
        *hand = (struct hand_counters){0};
    } else if (total == 7) {
        for (unsigned i = 0; i < sizeof hand->fell / sizeof hand->fell[0]; i++) {
            hand->fell[i] = 0;
        }
        hand->doubles = 0;
    }
}

static bool all_fell(const struct hand_counters *hand, unsigned first, unsigned last)
{
    for (unsigned total = first; total <= last; total++) {
        if (hand->fell[total] == 0) {
            return false;
        }
    }
    return true;
}

static int32_t all_pay(const struct table_config *config, unsigned kind)
{
    if (kind == BET_ALL) {
        return config->ats_30_150 ? 150 : 175;
    }
    return config->ats_30_150 ? 30 : 34;
}

static enum verdict judge_all(const struct roll_view *view, unsigned kind, int32_t *pays)
{
    if (view->total == 7) {
        return VERDICT_LOSE;
    }
    bool small = kind == BET_ALL_TALL || all_fell(view->hand, SMALL_FIRST, SMALL_LAST);
    bool tall = kind == BET_ALL_SMALL || all_fell(view->hand, TALL_FIRST, TALL_LAST);
    *pays = all_pay(view->config, kind);
    return small && tall ? VERDICT_WIN : VERDICT_NONE;
}

static int32_t repeater_pay(unsigned number)
{
    static const uint8_t pays[] = {[2] = 40,
        [3] = 50,
        [4] = 65,
        [5] = 80,
        [6] = 90,
        [8] = 90,
        [9] = 80,
        [10] = 65,
        [11] = 50,
        [12] = 40};
    return number < sizeof pays ? pays[number] : 0;
}

static enum verdict judge_repeater(const struct roll_view *view, unsigned number, int32_t *pays)
{
    static const uint8_t times[] = {[2] = 2,
        [3] = 3,
        [4] = 4,
        [5] = 5,
        [6] = 6,
        [8] = 6,
        [9] = 5,
        [10] = 4,
        [11] = 3,
        [12] = 2};
    if (view->total == 7) {
        return VERDICT_LOSE;
    }
    *pays = repeater_pay(number);
    bool reached = view->total == number && view->hand->fell[number] >= times[number];
    return reached ? VERDICT_WIN : VERDICT_NONE;
}

/* A counted bet decided at the end by a table of pays: LOST, 0 = push, or to one. */
static enum verdict judge_pay(int32_t pay, int32_t *pays)
{
    *pays = pay;
    return pay == LOST ? VERDICT_LOSE : pay == 0 ? VERDICT_PUSH : VERDICT_WIN;
}

static enum verdict judge_doubles(const struct roll_view *view, int32_t *pays)
{
    static const int16_t by_count[DOUBLES + 1] = {LOST, LOST, LOST, 4, 8, 15, 100};
    unsigned count = (unsigned)__builtin_popcount(view->hand->doubles & ALL_DOUBLES);
    if (view->total != 7 && count < DOUBLES) {
        return VERDICT_NONE;
    }
    return judge_pay(by_count[count], pays);
}

static enum verdict judge_fire(const struct roll_view *view, int32_t *pays)
{
    static const int16_t by_count[FIRE_POINTS + 1] = {LOST, LOST, LOST, LOST, 24, 249, 999};
    if (!view->seven_out && !view->point_made) {
        return VERDICT_NONE;
    }
    unsigned count = 0;
    for (unsigned n = POINT_FIRST; n <= POINT_LAST; n++) {
        count += n != 7 && view->hand->made[n] > 0;
    }
    if (!view->seven_out && count < FIRE_POINTS) {
        return VERDICT_NONE;
    }
    return judge_pay(by_count[count], pays);
}

static const int16_t rtl_pays[7][RTL_COLUMNS] = {
    {-1, -1, 0, 1, 2, 4, 6, 8, 15, 20, 25, 50},
    {-1, -1, -1, 1, 2, 4, 6, 12, 20, 30, 40, 75},
    {-1, -1, -1, 1, 2, 3, 6, 10, 20, 30, 40, 100},
    {-1, -1, -1, 1, 2, 3, 4, 10, 15, 20, 30, 150},
    {-1, -1, -1, 1, 2, 5, 8, 10, 20, 30, 40, 50},
    {-1, -1, -1, 0, 3, 5, 7, 12, 20, 25, 30, 100},
    {-1, -1, -1, 0, 2, 4, 7, 10, 15, 25, 40, 150},
};

static enum verdict judge_ride_the_line(const struct roll_view *view, int32_t *pays)
{
    if (!view->seven_out) {
        return VERDICT_NONE;
    }
    uint32_t wins = view->hand->line_wins;
    uint32_t column = wins < RTL_COLUMNS ? wins : RTL_COLUMNS - 1;
    return judge_pay(rtl_pays[view->config->rtl - 1][column], pays);
}

/* Rule 11.7: what a point made that often pays. */
static int32_t replay_line(unsigned number, unsigned times)
{
    unsigned distance = number < 7 ? 7 - number : number - 7; /* 3: 4/10, 2: 5/9, 1: 6/8 */
    static const int16_t three[] = {[1] = 70, [2] = 95, [3] = 120};
    static const int16_t four[] = {[1] = 100, [2] = 500, [3] = 1000};
    return times >= 4 ? four[distance] : times == 3 ? three[distance] : LOST;
}

static enum verdict judge_replay(const struct roll_view *view, int32_t *pays)
{
    if (!view->seven_out) {
        return VERDICT_NONE;
    }
    int32_t best = LOST;
    for (unsigned n = POINT_FIRST; n <= POINT_LAST; n++) {
        int32_t pay = n == 7 ? LOST : replay_line(n, view->hand->made[n]);
        best = pay > best ? pay : best;
    }
    return judge_pay(best, pays);
}

static enum verdict judge_hot_shooter(const struct roll_view *view, int32_t *pays)
{
    static const struct {
        uint8_t rolls;
        uint8_t for_one;
    } lines[] = {{51, 100}, {45, 30}, {40, 12}, {32, 7}, {24, 5}, {16, 3}, {8, 1}, {0, 0}};
    if (!view->seven_out) {
        return VERDICT_NONE;
    }
    unsigned i = 0;
    while (view->hand->rolls < lines[i].rolls) {
        i++;
    }
    return judge_pay(lines[i].for_one - 1, pays); /* for one counts the stake */
}

static enum verdict judge_muggsy(const struct roll_view *view, int32_t *pays)
{
    if (view->point != 0) {
        *pays = 3;
        return view->total == 7 ? VERDICT_WIN : VERDICT_LOSE;
    }
    switch (view->total) {
    case 7:
        *pays = 2;
        return VERDICT_WIN;
    case 2:
    case 3:
    case 11:
    case 12:
        return VERDICT_LOSE;
    default:
        return VERDICT_NONE;
    }
}

enum verdict hand_judge(const struct roll_view *view, struct bet_ref bet, int32_t *pays)
{
    switch (bet.kind) {
    case BET_ALL_SMALL:
    case BET_ALL_TALL:
    case BET_ALL:
        return judge_all(view, bet.kind, pays);
    case BET_REPEATER:
        return judge_repeater(view, bet.number, pays);
    case BET_DIFFERENT_DOUBLES:
        return judge_doubles(view, pays);
    case BET_FIRE:
        return judge_fire(view, pays);
    case BET_RIDE_THE_LINE:
        return judge_ride_the_line(view, pays);
    case BET_REPLAY:
        return judge_replay(view, pays);
    case BET_HOT_SHOOTER:
        return judge_hot_shooter(view, pays);
    case BET_MUGGSY:
        return judge_muggsy(view, pays);
    default:
        return VERDICT_NONE;
    }
}

static int32_t rtl_usual_pay(unsigned table)
{
    for (unsigned i = 0; i < RTL_COLUMNS; i++) {
        if (rtl_pays[table - 1][i] > 0) {
            return rtl_pays[table - 1][i];
        }
    }
    return 0;
}

int32_t hand_usual_pay(const struct table_config *config, struct bet_ref bet, unsigned point)
{
    switch (bet.kind) {
    case BET_ALL_SMALL:
    case BET_ALL_TALL:
    case BET_ALL:
        return all_pay(config, bet.kind);
    case BET_REPEATER:
        return repeater_pay(bet.number);
    case BET_DIFFERENT_DOUBLES:
        return 4;
    case BET_FIRE:
        return 24;
    case BET_RIDE_THE_LINE:
        return rtl_usual_pay(config->rtl);
    case BET_REPLAY:
        return 70;
    case BET_HOT_SHOOTER:
        return 2;
    case BET_MUGGSY:
        return point == 0 ? 2 : 3;
    default:
        return 0;
    }
}
