#include "ui/felt.h"

const struct felt_spot felt_spots[FELT_SPOTS] = {
    [FELT_BOX4] = {{BET_PLACE, 4}, FELT_BOX4, FELT_COME, FELT_BOX4, FELT_BOX5},
    [FELT_BOX5] = {{BET_PLACE, 5}, FELT_BOX5, FELT_COME, FELT_BOX4, FELT_BOX6},
    [FELT_BOX6] = {{BET_PLACE, 6}, FELT_BOX6, FELT_COME, FELT_BOX5, FELT_BOX8},
    [FELT_BOX8] = {{BET_PLACE, 8}, FELT_BOX8, FELT_COME, FELT_BOX6, FELT_BOX9},
    [FELT_BOX9] = {{BET_PLACE, 9}, FELT_BOX9, FELT_DONT_COME, FELT_BOX8, FELT_BOX10},
    [FELT_BOX10] = {{BET_PLACE, 10}, FELT_BOX10, FELT_DONT_COME, FELT_BOX9, FELT_BOX10},
    [FELT_COME] = {{BET_COME, 0}, FELT_BOX6, FELT_FIELD, FELT_COME, FELT_DONT_COME},
    [FELT_DONT_COME] = {{BET_DONT_COME, 0}, FELT_BOX9, FELT_FIELD, FELT_COME, FELT_DONT_COME},
    [FELT_FIELD] = {{BET_FIELD, 0}, FELT_COME, FELT_PASS, FELT_FIELD, FELT_FIELD},
    [FELT_PASS] = {{BET_PASS, 0}, FELT_FIELD, FELT_DONT_PASS, FELT_PASS, FELT_PASS},
    [FELT_DONT_PASS] = {{BET_DONT_PASS, 0}, FELT_PASS, FELT_HARD4, FELT_DONT_PASS, FELT_DONT_PASS},
    [FELT_HARD4] = {{BET_HARD, 4}, FELT_DONT_PASS, FELT_ACES, FELT_HARD4, FELT_HARD6},
    [FELT_HARD6] = {{BET_HARD, 6}, FELT_DONT_PASS, FELT_YO, FELT_HARD4, FELT_HARD8},
    [FELT_HARD8] = {{BET_HARD, 8}, FELT_DONT_PASS, FELT_BOXCARS, FELT_HARD6, FELT_HARD10},
    [FELT_HARD10] = {{BET_HARD, 10}, FELT_DONT_PASS, FELT_ANY_CRAPS, FELT_HARD8, FELT_HARD10},
    [FELT_ACES] = {{BET_ACES, 0}, FELT_HARD4, FELT_ACES, FELT_ACES, FELT_ACE_DEUCE},
    [FELT_ACE_DEUCE] = {{BET_ACE_DEUCE, 0}, FELT_HARD4, FELT_ACE_DEUCE, FELT_ACES, FELT_YO},
    [FELT_YO] = {{BET_YO, 0}, FELT_HARD6, FELT_YO, FELT_ACE_DEUCE, FELT_BOXCARS},
    [FELT_BOXCARS] = {{BET_BOXCARS, 0}, FELT_HARD8, FELT_BOXCARS, FELT_YO, FELT_ANY_SEVEN},
    [FELT_ANY_SEVEN] = {{BET_ANY_SEVEN, 0}, FELT_HARD10, FELT_ANY_SEVEN, FELT_BOXCARS,
        FELT_ANY_CRAPS},
    [FELT_ANY_CRAPS] = {{BET_ANY_CRAPS, 0}, FELT_HARD10, FELT_ANY_CRAPS, FELT_ANY_SEVEN,
        FELT_ANY_CRAPS},
};

struct bet_ref felt_bet(unsigned spot, const struct live *l)
{
    struct bet_ref bet = felt_spots[spot].bet;
    if (l->table.point != 0 && bet.kind == BET_PASS) {
        bet.kind = BET_PASS_ODDS;
    } else if (l->table.point != 0 && bet.kind == BET_DONT_PASS) {
        bet.kind = BET_DONT_PASS_ODDS;
    }
    return bet;
}

static int box_of(unsigned number)
{
    static const int8_t box[13] = {-1, -1, -1, -1, FELT_BOX4, FELT_BOX5, FELT_BOX6, -1, FELT_BOX8,
        FELT_BOX9, FELT_BOX10, -1, -1};
    return number < 13 ? box[number] : -1;
}

int felt_spot_of(struct bet_ref bet)
{
    switch (bet.kind) {
    case BET_PASS:
    case BET_PASS_ODDS:
        return FELT_PASS;
    case BET_DONT_PASS:
    case BET_DONT_PASS_ODDS:
        return FELT_DONT_PASS;
    case BET_COME:
        return bet.number == 0 ? FELT_COME : box_of(bet.number);
    case BET_DONT_COME:
        return bet.number == 0 ? FELT_DONT_COME : box_of(bet.number);
    case BET_PUT:
    case BET_COME_ODDS:
    case BET_DONT_COME_ODDS:
    case BET_PUT_ODDS:
    case BET_PLACE:
    case BET_PLACE_TO_LOSE:
    case BET_BUY:
    case BET_LAY:
    case BET_YES:
    case BET_NO:
    case BET_NEXT:
        return box_of(bet.number);
    case BET_BIG6:
        return FELT_BOX6;
    case BET_BIG8:
        return FELT_BOX8;
    case BET_HARD:
        return bet.number == 4   ? FELT_HARD4
               : bet.number == 6 ? FELT_HARD6
               : bet.number == 8 ? FELT_HARD8
                                 : FELT_HARD10;
    default:
        break;
    }
    for (int i = FELT_FIELD; i < FELT_SPOTS; i++) {
        if (felt_spots[i].bet.kind == bet.kind) {
            return i;
        }
    }
    return -1;
}

static bool add(struct bet_ref bet, const struct live *l, int me, bool own, struct bet_ref *out,
    unsigned capacity, unsigned *count)
{
    uint16_t slot = bet_slot(bet);
    bool lies = slot != BET_SLOT_NONE && me >= 0 && l->players[me].bet_cents[slot] > 0;
    if (slot == BET_SLOT_NONE || lies != own || *count == capacity) {
        return false;
    }
    out[(*count)++] = bet;
    return true;
}

unsigned felt_bets(
    unsigned spot, const struct live *l, int me, struct bet_ref *out, unsigned capacity)
{
    static const uint8_t box_kinds[] = {BET_PLACE, BET_BUY, BET_LAY, BET_COME_ODDS, BET_COME,
        BET_DONT_COME_ODDS, BET_DONT_COME, BET_PUT, BET_PUT_ODDS, BET_PLACE_TO_LOSE, BET_YES,
        BET_NO, BET_NEXT};
    unsigned count = 0;
    struct bet_ref first = felt_bet(spot, l);
    for (int own = 1; own >= 0; own--) {
        if (spot <= FELT_BOX10) {
            for (size_t k = 0; k < sizeof box_kinds; k++) {
                /* A come bet gets to a number by itself only. */
                bool flat = box_kinds[k] == BET_COME || box_kinds[k] == BET_DONT_COME;
                if (own || !flat) {
                    add((struct bet_ref){box_kinds[k], felt_spots[spot].bet.number}, l, me, own,
                        out, capacity, &count);
                }
            }
            if (spot == FELT_BOX6 || spot == FELT_BOX8) {
                add((struct bet_ref){spot == FELT_BOX6 ? BET_BIG6 : BET_BIG8, 0}, l, me, own, out,
                    capacity, &count);
            }
            continue;
        }
        if (first.kind != felt_spots[spot].bet.kind) {
            /* The odds first, whether there are some or not: they are what can still be changed. */
            if (own == 0) {
                out[count++] = first;
                out[count++] = felt_spots[spot].bet;
            }
            continue;
        }
        add(first, l, me, own, out, capacity, &count);
    }
    return count;
}
