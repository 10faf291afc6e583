#!/usr/bin/env python3
"""Checks the reference table against the published house edges (rule 14).

Every bet that is decided within a few states is played through all 36 rolls on the reference
itself and its edge is solved exactly. The bets on a whole hand have too many states for that:
there the chance of each end is worked out here and the reference only says what it pays.
"""
import copy
import sys
from fractions import Fraction
from functools import lru_cache

sys.dont_write_bytecode = True
import reference_table as reference  # noqa: E402

AMOUNT = 11 * 9 * 5 * 4 * 10 ** 6
DICE = [(a, b) for a in range(1, 7) for b in range(1, 7)]
WAYS = {total: 6 - abs(total - 7) for total in range(2, 13)}
ROLL_OF = {sum(dice): dice for dice in DICE if dice[0] <= dice[1]}


def new_table(*setup):
    table = reference.Table()
    for line in ('config line_required 0', 'config max 1000000000000') + setup:
        answer = table.line_in(line.encode())
        assert answer is None or answer.startswith('{"roll"'), (line, answer)
    return table


def eliminate(rows, value):
    """Solves x = row x + value exactly; rows and value are keyed by state. Returns x."""
    order = list(rows)
    for state in reversed(order):
        rows[state] = {to: p for to, p in rows[state].items()}
    for state in order:
        stay = rows[state].pop(state, Fraction(0))
        rows[state] = {to: p / (1 - stay) for to, p in rows[state].items()}
        value[state] /= 1 - stay
        for other in order:
            p = rows[other].pop(state, None) if other != state else None
            if p is not None:
                for to, q in rows[state].items():
                    rows[other][to] = rows[other].get(to, 0) + p * q
                value[other] += p * value[state]
    return value


def expect(table, kind, score):
    """The expected score of the first decision of the bet of this kind. score(payout, table)."""
    rows, value, first, waiting = {}, {}, state_of(table), [table]
    while waiting:
        here = waiting.pop()
        state = state_of(here)
        if state in rows:
            continue
        rows[state], value[state] = {}, Fraction(0)
        for dice in DICE:
            after = copy.deepcopy(here)
            decided = [p for p in after.roll(dice)[1] if p[1] == kind and p[4] != 'travel']
            if decided:
                value[state] += Fraction(score(decided[0], after), 36)
            else:
                to = state_of(after)
                rows[state][to] = rows[state].get(to, 0) + Fraction(1, 36)
                waiting.append(after)
    return eliminate(rows, value)[first]


def state_of(table):
    return table.point, tuple(sorted(table.players[0].bets))


def edges(bet, *setup):
    """(edge per bet made, edge per bet resolved); the first word of bet is the kind."""
    before = 10 ** 12
    rolls = [line for line in setup if line.startswith('roll')]
    configs = [line for line in setup if line not in rolls]
    table = new_table(*configs, 'player A %d' % before, *rolls)
    words = bet.split()
    assert table.line_in(('bet A %s %d' % (bet, AMOUNT)).encode()) is None, bet
    cost = before - table.players[0].balance

    def profit(payout, after):
        left = [b for (k, n), b in after.players[0].bets.items() if k == words[0]]
        vig = sum(after.vig_upfront(k, n, b.amount)
                  for (k, n), b in after.players[0].bets.items() if k == words[0])
        return payout[5] + sum(b.amount for b in left) + vig - cost

    lost = -expect(table, words[0], profit)
    pushed = expect(table, words[0], lambda payout, after: payout[4] == 'push')
    return lost / cost, lost / cost / (1 - pushed)


def odds_edge(kind, setup, number=''):
    """The expected profit of odds on a bet that is up."""
    table = new_table(*setup)
    assert table.line_in(('bet A %s %s %d' % (kind, number, 60000)).encode()) is None, (kind, setup)
    return expect(table, kind, lambda payout, after: payout[5] - 60000)


FAILED = []


def check(what, got, want):
    if isinstance(want, str):
        got = '%.*f' % (len(want.split('.')[1]), 100 * got)
    else:
        want = Fraction(want)
    if got != want:
        FAILED.append(what)
    print('%-4s %-46s %s' % ('ok' if got == want else 'BAD', what, got))


def F(n, d):
    return Fraction(n, d)


POINT_ON = ('roll 2 2',)


def check_line():
    check('pass', edges('pass')[0], F(7, 495))
    check('pass in per cent', edges('pass')[0], '1.414')
    check('pass crapless', edges('pass', 'config crapless 1')[0], F(373, 6930))
    check('dont_pass', edges('dont_pass')[0], F(3, 220))
    check('dont_pass resolved', edges('dont_pass')[1], F(27, 1925))
    check('come', edges('come', *POINT_ON)[0], F(7, 495))
    check('come crapless', edges('come', 'config crapless 1', *POINT_ON)[0], F(373, 6930))
    check('dont_come', edges('dont_come', *POINT_ON)[0], F(3, 220))
    check('dont_come resolved', edges('dont_come', *POINT_ON)[1], F(27, 1925))
    for number, edge in ((4, F(1, 3)), (5, F(1, 5)), (6, F(1, 11))):
        for each in (number, 14 - number):
            check('put %d' % each, edges('put %d' % each, *POINT_ON)[0], edge)
    for number, edge in ((3, F(1, 2)), (2, F(5, 7))):
        for each in (number, 14 - number):
            bet = 'put %d' % each
            check(bet + ' crapless', edges(bet, 'config crapless 1', *POINT_ON)[0], edge)


def check_odds():
    start = ('config odds 100', 'player A 1000000')
    for total in reference.ALL_BUT_SEVEN:
        crapless = () if total in reference.BOX else ('config crapless 1',)
        roll = 'roll %d %d' % ROLL_OF[total]
        base = crapless + start
        on_5 = base + ('roll 2 3',)
        line = base + ('bet A pass 60000', roll)
        check('pass_odds on %d' % total, odds_edge('pass_odds', line), 0)
        come = on_5 + ('bet A come 60000', roll)
        check('come_odds %d' % total, odds_edge('come_odds', come, total), 0)
        put = on_5 + ('bet A put %d 60000' % total,)
        check('put_odds %d' % total, odds_edge('put_odds', put, total), 0)
        if not crapless:
            dont = base + ('bet A dont_pass 60000', roll)
            check('dont_pass_odds on %d' % total, odds_edge('dont_pass_odds', dont), 0)
            dont = on_5 + ('bet A dont_come 60000', roll)
            check('dont_come_odds %d' % total, odds_edge('dont_come_odds', dont, total), 0)


BY_DISTANCE = (  # kind, {number up to 7: edge}, further configuration
    ('place', {4: F(1, 15), 5: F(1, 25), 6: F(1, 66)}, ()),
    ('place', {3: F(1, 16), 2: F(1, 14)}, ('config crapless 1',)),
    ('place_to_lose', {4: F(1, 33), 5: F(1, 40), 6: F(1, 55)}, ()),
    ('buy', {4: F(1, 60), 5: F(1, 50), 6: F(1, 44)}, ()),
    ('buy', {3: F(1, 80), 2: F(1, 140)}, ('config crapless 1',)),
    ('buy', {4: F(1, 21), 5: F(1, 21), 6: F(1, 21)}, ('config vig upfront',)),
    ('buy', {3: F(1, 21), 2: F(1, 21)}, ('config crapless 1', 'config vig upfront')),
    ('lay', {4: F(1, 60), 5: F(1, 50), 6: F(1, 44)}, ()),
    ('lay', {4: F(1, 41), 5: F(1, 31), 6: F(1, 25)}, ('config vig upfront',)),
    ('yes', {2: F(3, 175), 3: F(3, 200), 4: F(1, 75), 5: F(3, 250), 6: F(1, 110)}, ()),
    ('no', {2: F(1, 175), 3: F(1, 400), 4: F(1, 150), 5: F(1, 100), 6: F(2, 275)}, ()),
    ('next', {2: F(7, 360), 3: F(17, 900), 4: F(11, 600), 5: F(4, 225), 6: F(1, 60),
              7: F(1, 60)}, ()),
    ('hard', {4: F(1, 9), 6: F(1, 11)}, ()),
)
PLAIN = (
    ('big6', F(1, 11)), ('big8', F(1, 11)), ('any_seven', F(1, 6)), ('any_craps', F(1, 9)),
    ('aces', F(5, 36)), ('boxcars', F(5, 36)), ('ace_deuce', F(1, 9)), ('yo', F(1, 9)),
    ('horn', F(1, 8)), ('horn_high_2', F(23, 180)), ('horn_high_12', F(23, 180)),
    ('horn_high_3', F(11, 90)), ('horn_high_11', F(11, 90)), ('c_and_e', F(1, 9)),
    ('world', F(2, 15)), ('muggsy', F(1, 18)),
)


def check_box_and_one_roll():
    for kind, by_number, setup in BY_DISTANCE:
        for number, edge in by_number.items():
            for each in sorted({number, 14 - number}):
                bet = '%s %d' % (kind, each)
                check(' '.join((bet,) + setup), edges(bet, *setup)[0], edge)
    for kind, edge in PLAIN:
        check(kind, edges(kind)[0], edge)
    check('world resolved', edges('world')[1], F(4, 25))
    for two, twelve, edge in ((2, 3, F(1, 36)), (2, 2, F(1, 18)), (3, 3, 0), (3, 2, F(1, 36))):
        setup = ('config field2 %d' % two, 'config field12 %d' % twelve)
        check('field %d %d' % (two, twelve), edges('field', *setup)[0], edge)
    for dice in DICE:
        edge = F(5, 36) if dice[0] == dice[1] else F(1, 9)
        check('hop %d %d' % dice, edges('hop %d %d' % dice)[0], edge)


def outcome(kind, number, dice, hand, point=0, *setup):
    """What the reference pays on a bet of 1 when this roll falls with these counters, or None."""
    table = new_table(*setup, 'player A 10000')
    table.hand, table.point = hand, point
    decided = table.resolve(table.players[0], kind, number, reference.Bet(1), dice)
    return None if decided is None else decided[1]


def hand_with(**counters):
    hand = reference.Hand()
    vars(hand).update(counters)
    return hand


@lru_cache(None)
def totals_value(kind, fell, setup):
    """all_small and its kin from the totals that fell since the last 7."""
    value, leaves = Fraction(0), 0
    for total, ways in WAYS.items():
        after = fell | {total}
        hand = hand_with(fell={t: 1 for t in after})
        paid = outcome(kind, 0, ROLL_OF[total], hand, 0, *setup)
        assert paid == outcome(kind, 0, ROLL_OF[total], hand, 9, *setup)
        if paid is not None:
            value += paid * Fraction(ways, 36)
        elif after != fell:
            value += totals_value(kind, after, setup) * Fraction(ways, 36)
        if paid is not None or after != fell:
            leaves += ways
    return value * Fraction(36, leaves)


def repeater_edge(number):
    """Only the number and the 7 matter; the reference says after how many it pays."""
    reach, times = Fraction(1), 0
    hit = Fraction(WAYS[number], WAYS[number] + 6)
    assert outcome('repeater', number, (3, 4), hand_with(fell={number: 1})) == 0
    while True:
        times += 1
        reach *= hit
        paid = outcome('repeater', number, ROLL_OF[number], hand_with(fell={number: times}))
        if paid is not None:
            return 1 - reach * paid


def doubles_edge():
    """k pairs of 6 shown: the next that matters is a new pair (6 - k ways) or a 7 (6 ways)."""
    value, reach = Fraction(0), Fraction(1)
    for shown in range(6):
        pairs = set(range(1, shown + 1))
        paid = outcome('different_doubles', 0, (3, 4), hand_with(pairs=pairs))
        value += reach * Fraction(6, 12 - shown) * paid
        reach *= Fraction(6 - shown, 12 - shown)
    return 1 - value - reach * outcome('different_doubles', 0, (6, 6),
                                       hand_with(pairs=set(range(1, 7))))


MADE = {p: WAYS[p] / 24 * WAYS[p] / (WAYS[p] + 6) for p in reference.BOX}
SEVEN_OUT = 1 - sum(MADE.values())


@lru_cache(None)
def made_value(kind, made):
    """fire and replay from the points made so far, at most 4 of each counted."""
    hand = hand_with(made={p: k for p, k in zip(reference.BOX, made) if k})
    value = SEVEN_OUT * outcome(kind, 0, (3, 4), hand, 4)
    leave = 1.0
    for at, point in enumerate(reference.BOX):
        after = made[:at] + (min(made[at] + 1, 1 if kind == 'fire' else 4),) + made[at + 1:]
        if after == made:
            leave -= MADE[point]
            continue
        counted = hand_with(made={p: k for p, k in zip(reference.BOX, after) if k})
        paid = outcome(kind, 0, ROLL_OF[point], counted, point)
        value += MADE[point] * (made_value(kind, after) if paid is None else paid)
    return value / leave


def line_wins_edge(table_number):
    """ride_the_line: between two pass wins the hand either wins again or sevens out."""
    out_now = SEVEN_OUT * 24 / 36
    win = 8 / 36 + sum(MADE.values()) * 24 / 36
    win, out_now = win / (win + out_now), out_now / (win + out_now)
    value, reach = 0.0, 1.0
    for wins in range(400):
        hand = hand_with(line_wins=wins)
        value += reach * out_now * outcome('ride_the_line', 0, (3, 4), hand, 4,
                                           'config rtl %d' % table_number)
        reach *= win
    return 1 - value


def hot_shooter_edges():
    chance, value, pushed = {0: 1.0}, 0.0, 0.0
    for rolls in range(1, 600):
        paid = outcome('hot_shooter', 0, (3, 4), hand_with(rolls=rolls), 4)
        after, out = {}, 0.0
        for point, reach in chance.items():
            for total, ways in WAYS.items():
                p = reach * ways / 36
                if point and total == 7:
                    out += p
                    continue
                to = total if not point and total in reference.BOX else point
                to = 0 if point == total else to
                after[to] = after.get(to, 0.0) + p
        value += out * paid
        pushed += out if paid == 1 else 0
        chance = after
    return 1 - value, (1 - value) / (1 - pushed)


def check_hands():
    old = ('config ats 30_150',)
    for kind, setup, want in (('all_small', (), F(1687, 21736)), ('all_tall', (), F(1687, 21736)),
                              ('all_small', (), '7.761'), ('all', (), '7.464'),
                              ('all_small', old, '18.303'), ('all_tall', old, '18.303'),
                              ('all', old, '20.609')):
        check(' '.join((kind,) + setup), 1 - totals_value(kind, frozenset(), setup), want)
    for number, edge in ((2, F(8, 49)), (3, F(13, 64)), (4, F(5, 27)), (5, F(533, 3125)),
                         (6, F(349686, 1771561))):
        for each in (number, 14 - number):
            check('repeater %d' % each, repeater_edge(each), edge)
    check('different_doubles', doubles_edge(), F(43, 154))
    check('fire', 1 - made_value('fire', (0,) * 6), '20.763')
    check('replay', 1 - made_value('replay', (0,) * 6), '24.806')
    per_made, per_resolved = hot_shooter_edges()
    check('hot_shooter', per_made, '9.903')
    check('hot_shooter resolved', per_resolved, '14.095')
    for number, want in enumerate(('9.279', '10.253', '10.213', '10.604', '10.575', '8.522',
                                   '9.649'), 1):
        check('ride_the_line %d' % number, line_wins_edge(number), want)


def main():
    sys.setrecursionlimit(10000)
    check_line()
    check_odds()
    check_box_and_one_roll()
    check_hands()
    print('%d edges are not as published' % len(FAILED))
    sys.exit(1 if FAILED else 0)


if __name__ == '__main__':
    main()
