#!/usr/bin/env python3
"""The table rules a second time: reads a script on stdin, writes the answers on stdout.

Written from the rules alone, to be compared with `craps script` byte for byte. It favours the
wording of the rules over speed. Numbers in brackets are rule numbers. Readings of what the rules
leave open:
  - the end of the file ends the last line as an LF would: one CR before it is ignored too (15.1);
  - a bet of 0 has no vig, so taking a whole bet returns all of its upfront vig (8.1, 8.3);
  - `min` holds for odds bets too, only `max` does not (1.7);
  - min may be configured above max: then every bet but odds is refused, `below_min` first (15.3);
  - not_multiple on a bet looks at the amount added, the total then follows (10.4).
"""
import re
import sys

AMOUNT_MAX = 10 ** 12
INTEGER = re.compile(rb'-?[0-9]{1,15}')
NAME = re.compile(rb'[A-Za-z0-9_]{1,32}')

BOX = (4, 5, 6, 8, 9, 10)
ALL_BUT_SEVEN = (2, 3, 4, 5, 6, 8, 9, 10, 11, 12)

SPLIT = {  # [10.4] units on each total
    'horn': {2: 1, 3: 1, 11: 1, 12: 1},
    'horn_high_2': {2: 2, 3: 1, 11: 1, 12: 1},
    'horn_high_3': {2: 1, 3: 2, 11: 1, 12: 1},
    'horn_high_11': {2: 1, 3: 1, 11: 2, 12: 1},
    'horn_high_12': {2: 1, 3: 1, 11: 1, 12: 2},
    'world': {2: 1, 3: 1, 7: 1, 11: 1, 12: 1},
}
MULTIPLE = {'horn': 4, 'c_and_e': 2, 'world': 5, 'horn_high_2': 5, 'horn_high_3': 5,
            'horn_high_11': 5, 'horn_high_12': 5}
SINGLE = {2: 30, 3: 15, 7: 4, 11: 15, 12: 30}  # [10.1] what one unit on that total pays

HAND_BETS = {'all_small', 'all_tall', 'all', 'repeater', 'different_doubles', 'fire',
             'ride_the_line', 'replay', 'hot_shooter'}
ONE_ROLL = {'field', 'any_seven', 'any_craps', 'aces', 'ace_deuce', 'yo', 'boxcars', 'hop',
            'next'} | set(MULTIPLE)
ODDS_BASE = {'pass_odds': 'pass', 'dont_pass_odds': 'dont_pass', 'come_odds': 'come',
             'dont_come_odds': 'dont_come', 'put_odds': 'put'}
MARKABLE = {'place', 'place_to_lose', 'buy', 'lay', 'hard', 'big6', 'big8'} | set(ODDS_BASE)
OFF_ON_COME_OUT = {'place', 'buy', 'hard', 'come_odds', 'put_odds'}  # [6.6, 7.6]
STAYS_UP = {'place', 'buy', 'hard', 'big6', 'big8'}  # [1.6]
NUMBERED = {'come_odds', 'dont_come_odds', 'place', 'place_to_lose', 'buy', 'lay', 'hard',
            'repeater', 'put', 'put_odds', 'yes', 'no', 'next'}
KINDS = (NUMBERED | ONE_ROLL | HAND_BETS | MARKABLE
         | {'pass', 'dont_pass', 'come', 'dont_come', 'muggsy'})
NOT_CRAPLESS = {'dont_pass', 'dont_come', 'dont_pass_odds', 'dont_come_odds', 'fire',
                'ride_the_line', 'replay', 'muggsy', 'hot_shooter'}  # [2.5]

TRUE_ODDS = {2: (6, 1), 3: (3, 1), 4: (2, 1), 5: (3, 2), 6: (6, 5)}  # by distance from 7
PLACE = {2: (11, 2), 3: (11, 4), 4: (9, 5), 5: (7, 5), 6: (7, 6)}
PLACE_TO_LOSE = {4: (5, 11), 5: (5, 8), 6: (4, 5)}
YES = {2: 588, 3: 294, 4: 196, 5: 147, 6: 118}
NO = {2: 16, 3: 33, 4: 49, 5: 65, 6: 82}
NEXT = {2: 3430, 3: 1666, 4: 1078, 5: 784, 6: 608, 7: 490}
REPEATER = {2: (2, 40), 3: (3, 50), 4: (4, 65), 5: (5, 80), 6: (6, 90)}
MULTIPLE_345 = {2: 1, 3: 2, 4: 3, 5: 4, 6: 5}
RIDE_THE_LINE = {
    1: (-1, -1, 0, 1, 2, 4, 6, 8, 15, 20, 25, 50),
    2: (-1, -1, -1, 1, 2, 4, 6, 12, 20, 30, 40, 75),
    3: (-1, -1, -1, 1, 2, 3, 6, 10, 20, 30, 40, 100),
    4: (-1, -1, -1, 1, 2, 3, 4, 10, 15, 20, 30, 150),
    5: (-1, -1, -1, 1, 2, 5, 8, 10, 20, 30, 40, 50),
    6: (-1, -1, -1, 0, 3, 5, 7, 12, 20, 25, 30, 100),
    7: (-1, -1, -1, 0, 2, 4, 7, 10, 15, 25, 40, 150),
}

CONFIG = {  # [15.3] key: values as text, or None for an integer; the first is the default
    'odds': ('345', '1', '2', '5', '10', '20', '100'),
    'field2': ('2', '3'),
    'field12': ('3', '2'),
    'vig': ('win', 'upfront'),
    'vig_min': None,
    'min': None,
    'max': None,
    'ats': ('34_175', '30_150'),
    'rtl': ('1', '2', '3', '4', '5', '6', '7'),
    'crapless': ('0', '1'),
    'line_required': ('1', '0'),
}


class Refused(Exception):
    """A command that changes nothing; args[0] is the code of 15.9."""


def need(condition, code):
    if not condition:
        raise Refused(code)


def integer(word):
    need(INTEGER.fullmatch(word), 'syntax')
    return int(word)


def low(number):
    """The number at the same distance below 7: 10 becomes 4, 7 stays."""
    return min(number, 14 - number)


def floor(amount, ratio):
    return amount * ratio[0] // ratio[1]


def ceil(amount, ratio):
    return -(-amount * ratio[0] // ratio[1])


class Bet:
    def __init__(self, amount):
        self.amount = amount
        self.mark = 'default'


class Player:
    def __init__(self, name, balance):
        self.name = name
        self.balance = balance
        self.bets = {}  # (kind, number): Bet


class Hand:
    """The counters of 13."""

    def __init__(self):
        self.rolls = 0
        self.line_wins = 0
        self.made = {}  # point: how often made
        self.forget_since_seven()

    def forget_since_seven(self):
        self.fell = {}  # total: how often since the last 7
        self.pairs = set()

    def count(self, dice, point):
        total = sum(dice)
        self.rolls += 1
        self.fell[total] = self.fell.get(total, 0) + 1
        if dice[0] == dice[1]:
            self.pairs.add(dice[0])
        if point == 0 and total in (7, 11) or total == point:
            self.line_wins += 1
        if total == point:
            self.made[point] = self.made.get(point, 0) + 1


class Table:
    def __init__(self):
        self.config = {key: values[0] if values else 1 for key, values in CONFIG.items()}
        self.config['max'] = 100000000
        self.players = []
        self.by_name = {}
        self.point = 0
        self.dice_seat = 0
        self.issued = 0
        self.hand = Hand()

    # What the configuration means.

    @property
    def crapless(self):
        return self.config['crapless'] == '1'

    def point_numbers(self):
        return ALL_BUT_SEVEN if self.crapless else BOX

    def odds_multiple(self, number):
        if self.config['odds'] == '345':
            return MULTIPLE_345[low(number)]
        return int(self.config['odds'])

    def odds_fit(self, kind, number, odds, base):
        """[6.3] number is the point or the number of the base bet."""
        cap = self.odds_multiple(number) * base
        if kind.startswith('dont'):
            n, d = TRUE_ODDS[low(number)]
            return odds * d <= cap * n
        return odds <= cap

    def vig(self, kind, number, amount):
        """[8.1]"""
        if amount == 0:
            return 0
        if kind == 'lay':
            n, d = TRUE_ODDS[low(number)]
            amount = floor(amount, (d, n))
        return max(ceil(amount, (5, 100)), self.config['vig_min'])

    def vig_upfront(self, kind, number, amount):
        """What the bet has paid to the bank at this amount [8.3]."""
        if kind not in ('buy', 'lay') or self.config['vig'] != 'upfront':
            return 0
        return self.vig(kind, number, amount)

    # Who throws.

    def thrower(self):
        """[3.2] A seat, or None."""
        if not self.players:
            return None
        if self.point or self.config['line_required'] == '0':
            return self.dice_seat
        for step in range(len(self.players)):
            seat = (self.dice_seat + step) % len(self.players)
            bets = self.players[seat].bets
            if ('pass', 0) in bets or ('dont_pass', 0) in bets:
                return seat
        return None

    # What a roll does to one bet: None, or (result, paid).

    def resolve(self, player, kind, number, bet, dice):
        total = sum(dice)
        if kind in ODDS_BASE:
            return self.resolve_odds(player, kind, number, bet, dice)
        if not self.works(kind, bet):
            return None
        if kind in ('pass', 'come', 'dont_pass', 'dont_come', 'put'):
            outcome = self.line(kind, number, total)
        elif kind in ONE_ROLL:
            return self.one_roll(kind, number, bet.amount, dice)
        elif kind in HAND_BETS:
            outcome = self.whole_hand(kind, number, total)
        elif kind == 'muggsy':
            outcome = self.muggsy(total)
        else:
            return self.box(kind, number, bet.amount, dice)
        if outcome is None:
            return None
        if outcome == 'lose':
            return 'lose', 0
        if outcome == 'push':
            return 'push', bet.amount
        return 'win', bet.amount + bet.amount * outcome

    def works(self, kind, bet):
        if bet.mark != 'default':
            return bet.mark == 'on'
        return self.point != 0 or kind not in OFF_ON_COME_OUT

    def line(self, kind, number, total):
        """[5] 1 for an even money win, 'lose', 'push' or None."""
        target = self.point if kind in ('pass', 'dont_pass') else number
        dont = kind.startswith('dont')
        if target == 0:
            if self.crapless:
                return 1 if total == 7 else None
            if total in (7, 11):
                return 'lose' if dont else 1
            if total == 12 and dont:
                return 'push'
            if total in (2, 3, 12):
                return 1 if dont else 'lose'
            return None
        if total == target:
            return 'lose' if dont else 1
        if total == 7:
            return 1 if dont else 'lose'
        return None

    def resolve_odds(self, player, kind, number, bet, dice):
        """[6.5]"""
        base_kind = ODDS_BASE[kind]
        base = self.resolve(player, base_kind, number, player.bets[base_kind, number], dice)
        if base is None:
            return None
        if not self.works(kind, bet):
            return 'push', bet.amount
        if base[0] == 'lose':
            return 'lose', 0
        n, d = TRUE_ODDS[low(number or self.point)]
        ratio = (d, n) if kind.startswith('dont') else (n, d)
        return 'win', bet.amount + floor(bet.amount, ratio)

    def box(self, kind, number, amount, dice):
        """[7, 8]"""
        total = sum(dice)
        if kind in ('big6', 'big8'):
            number = int(kind[3:])
        if total not in (number, 7):
            return None
        if kind == 'hard':
            wins = total == number and dice[0] == dice[1]
        else:
            wins = (total == 7) == (kind in ('place_to_lose', 'lay', 'no'))
        if not wins:
            return 'lose', 0
        n, d = TRUE_ODDS[low(number)]
        ratio = {
            'place': lambda: PLACE[low(number)],
            'buy': lambda: (n, d),
            'big6': lambda: (1, 1),
            'big8': lambda: (1, 1),
            'place_to_lose': lambda: PLACE_TO_LOSE[low(number)],
            'lay': lambda: (d, n),
            'hard': lambda: (7, 1) if number in (4, 10) else (9, 1),
            'yes': lambda: (YES[low(number)], 100),
            'no': lambda: (NO[low(number)], 100),
        }[kind]()
        winnings = floor(amount, ratio)
        if kind == 'buy' or kind == 'lay' and self.config['vig'] == 'win':
            winnings = max(0, winnings - self.vig(kind, number, amount))
        return 'win', winnings + (0 if kind in STAYS_UP else amount)

    def one_roll(self, kind, number, amount, dice):
        """[10]"""
        total = sum(dice)
        if kind in SPLIT:
            units = SPLIT[kind].get(total, 0)
            paid = amount // MULTIPLE[kind] * units * (1 + SINGLE.get(total, 0))
            if units == 0:
                return 'lose', 0
            return ('push' if kind == 'world' and total == 7 else 'win'), paid
        if kind == 'c_and_e':
            pays = {2: 7, 3: 7, 12: 7, 11: 15}.get(total)
            return ('lose', 0) if pays is None else ('win', amount // 2 * (1 + pays))
        if kind == 'next':
            if total != number:
                return 'lose', 0
            return 'win', amount + floor(amount, (NEXT[low(number)], 100))
        if kind == 'hop':
            pays = {number: 30 if dice[0] == dice[1] else 15}.get(10 * min(dice) + max(dice))
        else:
            pays = {
                'field': {2: int(self.config['field2']), 3: 1, 4: 1, 9: 1, 10: 1, 11: 1,
                          12: int(self.config['field12'])},
                'any_seven': {7: 4},
                'any_craps': {2: 7, 3: 7, 12: 7},
                'aces': {2: 30},
                'ace_deuce': {3: 15},
                'yo': {11: 15},
                'boxcars': {12: 30},
            }[kind].get(total)
        return ('lose', 0) if pays is None else ('win', amount + amount * pays)

    def whole_hand(self, kind, number, total):
        """[11] What it pays to one, 'lose', 'push' or None."""
        hand = self.hand
        seven_out = self.point != 0 and total == 7
        if kind in ('all_small', 'all_tall', 'all'):
            if total == 7:
                return 'lose'
            wanted = {'all_small': (2, 3, 4, 5, 6), 'all_tall': (8, 9, 10, 11, 12),
                      'all': ALL_BUT_SEVEN}[kind]
            if any(n not in hand.fell for n in wanted):
                return None
            pays = {'34_175': (34, 175), '30_150': (30, 150)}[self.config['ats']]
            return pays[kind == 'all']
        if kind == 'repeater':
            if total == 7:
                return 'lose'
            times, pays = REPEATER[low(number)]
            return pays if hand.fell.get(number, 0) >= times else None
        if kind == 'different_doubles':
            if total != 7 and len(hand.pairs) < 6:
                return None
            return {3: 4, 4: 8, 5: 15, 6: 100}.get(len(hand.pairs), 'lose')
        if kind == 'fire':
            if not seven_out and len(hand.made) < 6:
                return None
            return {4: 24, 5: 249, 6: 999}.get(len(hand.made), 'lose')
        if not seven_out:
            return None
        if kind == 'ride_the_line':
            pays = RIDE_THE_LINE[int(self.config['rtl'])][min(hand.line_wins, 11)]
            return {-1: 'lose', 0: 'push'}.get(pays, pays)
        if kind == 'replay':
            return self.replay()
        for least, returned in ((51, 100), (45, 30), (40, 12), (32, 7), (24, 5), (16, 3), (8, 1)):
            if hand.rolls >= least:
                return returned - 1 if returned > 1 else 'push'
        return 'lose'

    def replay(self):
        """[11.7]"""
        lines = []
        for point, times in self.hand.made.items():
            if times >= 4:
                lines.append({4: 1000, 5: 500, 6: 100}[low(point)])
            elif times == 3:
                lines.append({4: 120, 5: 95, 6: 70}[low(point)])
        return max(lines, default='lose')

    def muggsy(self, total):
        """[11.9]"""
        if self.point:
            return 3 if total == 7 else 'lose'
        if total == 7:
            return 2
        return 'lose' if total in (2, 3, 11, 12) else None

    # One roll [4].

    def roll(self, dice):
        """Returns (thrower's seat, payouts)."""
        seat = self.thrower()
        need(seat is not None, 'no_shooter')
        self.dice_seat = seat
        self.hand.count(dice, self.point)
        payouts = []
        for player in self.players:
            payouts += self.roll_player(player, dice)
        self.move_puck(sum(dice))
        return seat, payouts

    def roll_player(self, player, dice):
        decided = []
        for (kind, number), bet in player.bets.items():
            outcome = self.resolve(player, kind, number, bet, dice)
            if outcome is not None:
                decided.append((kind, number, bet.amount) + outcome)
        for kind, number, _, result, paid in decided:
            player.balance += paid
            if not (result == 'win' and kind in STAYS_UP):
                del player.bets[kind, number]
        total = sum(dice)
        for kind in ('come', 'dont_come'):
            bet = player.bets.pop((kind, 0), None)
            if bet is not None:
                assert (kind, total) not in player.bets
                player.bets[kind, total] = bet
                decided.append((kind, total, bet.amount, 'travel', 0))
        return [(player.name,) + entry for entry in decided]

    def move_puck(self, total):
        if self.point == 0:
            if total in self.point_numbers():
                self.point = total
        elif total == 7:
            self.point = 0
            self.dice_seat = (self.dice_seat + 1) % len(self.players)
            self.hand = Hand()
        elif total == self.point:
            self.point = 0
        if total == 7:
            self.hand.forget_since_seven()

    # Commands. Each takes the words after the command and returns a line to print or None.

    def command_config(self, words):
        need(len(words) == 2, 'syntax')
        need(not self.players, 'config_locked')
        key, value = words[0].decode('latin-1'), words[1]
        need(key in CONFIG, 'bad_config')
        if CONFIG[key] is None:
            need(INTEGER.fullmatch(value) and 1 <= int(value) <= AMOUNT_MAX, 'bad_config')
            self.config[key] = int(value)
        else:
            value = value.decode('latin-1')
            need(value in CONFIG[key], 'bad_config')
            self.config[key] = value

    def command_player(self, words):
        need(len(words) == 2, 'syntax')
        balance = integer(words[1])
        need(NAME.fullmatch(words[0]), 'bad_name')
        name = words[0].decode()
        need(name not in self.by_name, 'duplicate_player')
        need(0 <= balance <= AMOUNT_MAX, 'bad_amount')
        player = Player(name, balance)
        self.players.append(player)
        self.by_name[name] = player
        self.issued += balance

    def parse_bet(self, words, least, come_numbered, amounts):
        """The checks bet, take, off and on share, up to bad_number. `amounts`: the numbers of
        amount words allowed. Returns (player, kind, number, amount or None)."""
        need(len(words) >= least, 'syntax')
        player = self.by_name.get(words[0].decode('latin-1'))
        need(player is not None, 'unknown_player')
        kind = words[1].decode('latin-1')
        need(kind in KINDS, 'unknown_bet')
        places = 1 if kind in NUMBERED else 2 if kind == 'hop' else 0
        if come_numbered and kind in ('come', 'dont_come'):
            places = 1
        need(len(words) - 2 - places in amounts, 'syntax')
        values = [integer(word) for word in words[2:]]
        amount = values[places] if len(values) > places else None
        number = self.check_number(kind, values[:places])
        return player, kind, number, amount

    def check_number(self, kind, values):
        """[15.10]"""
        if not values:
            return 0
        if kind == 'hop':
            need(all(1 <= die <= 6 for die in values), 'bad_number')
            return 10 * min(values) + max(values)
        number = values[0]
        if kind in ('come_odds', 'place', 'buy', 'put', 'put_odds'):
            allowed = self.point_numbers()
        elif kind in ('dont_come_odds', 'place_to_lose', 'lay'):
            allowed = BOX
        elif kind == 'hard':
            allowed = (4, 6, 8, 10)
        elif kind in ('repeater', 'yes', 'no'):
            allowed = ALL_BUT_SEVEN
        elif kind == 'next':
            allowed = range(2, 13)
        elif kind == 'come':
            allowed = (0,) + self.point_numbers()
        else:
            allowed = (0,) + BOX
        need(number in allowed, 'bad_number')
        return number

    def command_bet(self, words):
        player, kind, number, amount = self.parse_bet(words, 3, False, (1,))
        need(1 <= amount <= AMOUNT_MAX, 'bad_amount')
        need(not (self.crapless and kind in NOT_CRAPLESS), 'not_offered')
        if kind in ('pass', 'dont_pass', 'muggsy'):
            need(self.point == 0, 'point_on')
        if kind in ('come', 'dont_come', 'put', 'pass_odds', 'dont_pass_odds'):
            need(self.point != 0, 'point_off')
        if kind in HAND_BETS:
            need(self.hand.rolls == 0, 'hand_started')
        base = player.bets.get((ODDS_BASE.get(kind), number))
        need(kind not in ODDS_BASE or base is not None, 'no_base_bet')
        need(amount % MULTIPLE.get(kind, 1) == 0, 'not_multiple')
        old = player.bets[kind, number].amount if (kind, number) in player.bets else 0
        total = old + amount
        need(total >= self.config['min'], 'below_min')
        if kind in ODDS_BASE:
            need(self.odds_fit(kind, number or self.point, total, base.amount), 'odds_limit')
        else:
            need(total <= self.config['max'], 'above_max')
        cost = amount + self.vig_upfront(kind, number, total) - self.vig_upfront(kind, number, old)
        need(cost <= player.balance, 'insufficient_funds')
        player.balance -= cost
        player.bets.setdefault((kind, number), Bet(0)).amount = total

    def is_contract(self, kind, number):
        """[12.2]"""
        if kind in ('pass', 'muggsy'):
            return self.point != 0
        if kind in HAND_BETS:
            return self.hand.rolls != 0
        return kind == 'put' or kind == 'come' and number != 0

    def command_take(self, words):
        player, kind, number, amount = self.parse_bet(words, 2, True, (0, 1))
        need(amount is None or 1 <= amount <= AMOUNT_MAX, 'bad_amount')
        bet = player.bets.get((kind, number))
        need(bet is not None, 'no_such_bet')
        need(not self.is_contract(kind, number), 'contract')
        if amount is None:
            amount = bet.amount
        need(amount <= bet.amount, 'too_much')
        need(amount % MULTIPLE.get(kind, 1) == 0, 'not_multiple')
        left = bet.amount - amount
        need(left == 0 or left >= self.config['min'], 'below_min')
        odds = player.bets.get((kind + '_odds', number))
        if odds is not None:
            need(self.odds_fit(kind, number or self.point, odds.amount, left), 'odds_limit')
        player.balance += amount + self.vig_upfront(kind, number, bet.amount)
        player.balance -= self.vig_upfront(kind, number, left)
        bet.amount = left
        if left == 0:
            del player.bets[kind, number]

    def command_mark(self, words, mark):
        player, kind, number, _ = self.parse_bet(words, 2, True, (0,))
        need(kind in MARKABLE, 'always_working')
        bet = player.bets.get((kind, number))
        need(bet is not None, 'no_such_bet')
        bet.mark = mark

    def command_off(self, words):
        self.command_mark(words, 'off')

    def command_on(self, words):
        self.command_mark(words, 'on')

    def command_roll(self, words):
        need(len(words) == 2, 'syntax')
        dice = tuple(integer(word) for word in words)
        need(all(1 <= die <= 6 for die in dice), 'bad_dice')
        seat, payouts = self.roll(dice)
        payouts.sort(key=lambda p: (p[0], p[1], p[2], p[4], p[3], p[5]))
        entries = ','.join(
            '{"player":"%s","bet":"%s","number":%d,"amount":%d,"result":"%s","paid":%d}' % payout
            for payout in payouts)
        balances = ','.join('"%s":%d' % (p.name, p.balance) for p in self.players)
        return ('{"roll":[%d,%d],%s,"shooter":"%s","payouts":[%s],"balances":{%s}}'
                % (dice + (self.phase_and_point(), self.players[seat].name, entries, balances)))

    def phase_and_point(self):
        return '"phase":"%s","point":%d' % ('point' if self.point else 'come_out', self.point)

    def shooter_value(self):
        seat = self.thrower()
        return 'null' if seat is None else '"%s"' % self.players[seat].name

    def command_shooter(self, words):
        need(not words, 'syntax')
        return '{"shooter":%s}' % self.shooter_value()

    def command_state(self, words):
        need(not words, 'syntax')
        bank = self.issued
        players = []
        for player in self.players:
            bank -= player.balance
            bets = []
            for (kind, number), bet in sorted(player.bets.items(), key=lambda item: item[0]):
                bets.append('{"bet":"%s","number":%d,"amount":%d,"working":"%s"}'
                            % (kind, number, bet.amount, bet.mark))
                bank -= bet.amount
            players.append('{"name":"%s","balance":%d,"bets":[%s]}'
                           % (player.name, player.balance, ','.join(bets)))
        return ('{%s,"shooter":%s,"hand_rolls":%d,"bank":%d,"players":[%s]}'
                % (self.phase_and_point(), self.shooter_value(), self.hand.rolls, bank,
                   ','.join(players)))

    def line_in(self, line):
        """One line with its LF, if it has one. Returns the answer without LF, or None."""
        if line.endswith(b'\n'):
            line = line[:-1]
        if line.endswith(b'\r'):
            line = line[:-1]
        words = [word for word in re.split(b'[ \t]', line) if word]
        if not words or words[0].startswith(b'#'):
            return None
        try:
            command = COMMANDS.get(words[0])
            need(command is not None, 'bad_command')
            return command(self, words[1:])
        except Refused as refusal:
            return '{"error":"%s"}' % refusal.args[0]


COMMANDS = {name.encode(): getattr(Table, 'command_' + name) for name in (
    'config', 'player', 'bet', 'take', 'off', 'on', 'roll', 'shooter', 'state')}


def answers(script):
    """All answers to a whole script, as bytes."""
    table = Table()
    lines = script.split(b'\n')
    out = [table.line_in(line + b'\n') for line in lines[:-1]] + [table.line_in(lines[-1])]
    return b''.join(answer.encode() + b'\n' for answer in out if answer is not None)


def main():
    table = Table()
    for line in iter(sys.stdin.buffer.readline, b''):
        answer = table.line_in(line)
        if answer is not None:
            sys.stdout.buffer.write(answer.encode() + b'\n')
            sys.stdout.buffer.flush()


if __name__ == '__main__':
    main()
