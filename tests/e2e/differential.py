#!/usr/bin/env python3
"""Compares the table with the reference (tests/support/reference_table.py) on random scripts.

usage: differential.py BINARY [WORD...] --seeds A-B
BINARY [WORD...] reads a script on stdin. A program named `craps` is given the word `script`.
Every seed makes one script. On a difference it prints the seed, a script cut down to the lines
that matter and both answers, and exits 1.
"""
import argparse
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
sys.dont_write_bytecode = True
import reference_table as reference  # noqa: E402

KINDS = sorted(reference.KINDS)
WEIGHTED_KINDS = KINDS + 3 * ['pass', 'dont_pass', 'come', 'dont_come', 'put'] + 2 * sorted(
    reference.ODDS_BASE) + 2 * ['buy', 'lay', 'place', 'muggsy']
PLAIN_AMOUNTS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 15, 20, 30, 60, 66, 99, 100, 101, 105, 500,
                 1000, 1100, 6000)
EDGE_AMOUNTS = (0, -1, 10 ** 12, 10 ** 12 + 1, 10 ** 12 - 1, 10 ** 8, 10 ** 8 + 1, 10 ** 15 - 1)
ODD_WORDS = (b'-0', b'007', b'+5', b'0000000000000005', b'999999999999999', b'-', b'', b'--1',
             b'5.0', b'0x5', b'\x00', b'5\x00', b'\xff\xfe', b'\x0b5', b'5\r', b'\xc3\xa9', b'1e3',
             b'-999999999999999', b'-0000000000000001', b'9223372036854775808', b'"', b'\\',
             b'000000000000006', b'0', b'pass', b'Pass', b'PASS', b'come', b'#')
VALUES = {
    'vig_min': (b'1', b'2', b'25', b'100', b'007', b'1000000000000', b'1000000000001', b'0'),
    'min': (b'1', b'1', b'2', b'5', b'5', b'10', b'10', b'100', b'05', b'0', b'-1'),
    'max': (b'100000000', b'1000', b'1000000000000', b'500', b'00500', b'1000000000001'),
}


def word(value):
    return value if isinstance(value, bytes) else str(value).encode()


class Writer:
    """Writes one script, playing it on a reference table to know what would be sensible."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.table = reference.Table()
        self.lines = []
        self.mess = self.random.choice((0, 0, 0.01, 0.05, 0.2))
        self.wrong = self.random.choice((0.02, 0.05, 0.2))
        self.names = []
        # A script keeps to a few kinds, so that they meet their odds, marks and takes.
        some = self.random.choice((0, 4, 10))
        self.stuck = self.random.choice((0.02, 0.02, 0.3))
        self.kinds = WEIGHTED_KINDS
        if some:
            self.kinds = [self.random.choice(WEIGHTED_KINDS) for _ in range(some)]
            self.kinds += [odds for odds, base in reference.ODDS_BASE.items() if base in self.kinds]
        if self.random.random() < 0.7:
            self.kinds = self.kinds + ['pass'] * (1 + len(self.kinds) // 4)
        self.long_hand = self.random.random() < 0.2
        self.sevens = self.random.choice((0.02, 0.1, 1 / 6, 0.3))

    def write(self):
        self.config()
        for _ in range(self.random.choice((1, 1, 2, 3, 5))):
            self.player()
        if self.long_hand:
            self.sevens = 0
            for _ in range(self.random.choice((1, 3))):
                self.hand()
        for _ in range(self.random.choice((5, 20, 60, 150))):
            self.step()
        self.emit(b'state')
        script = b''.join(self.lines)
        if self.random.random() < 0.3:
            script = script[:-1]
        if self.random.random() < 0.05:
            script += b'\r'
        return script

    def emit(self, *words):
        """Adds a line, sometimes mangled, and lets the reference play it."""
        words = [word(w) for w in words]
        if self.random.random() < self.mess:
            self.mangle(words)
        gap = b' '
        line = gap.join(words)
        if self.random.random() < self.mess:
            line = self.respace(words)
        line += b'\r\n' if self.random.random() < 0.05 + self.mess else b'\n'
        self.lines.append(line)
        self.table.line_in(line)

    def mangle(self, words):
        at = self.random.randrange(len(words))
        what = self.random.randrange(7)
        if what == 0:
            del words[at]
        elif what == 1:
            words.insert(at, self.random.choice(ODD_WORDS))
        elif what == 2:
            words.append(self.random.choice(ODD_WORDS))
        elif what == 3:
            words[at] = self.random.choice(ODD_WORDS)
        elif what == 4:
            words[at] = words[at] * self.random.choice((2, 40, 3000, 70000 if at == 0 else 300))
        elif what == 5:
            words[at] += bytes([self.random.randrange(256)])
        else:
            words.extend([b'7'] * self.random.choice((1, 5, 40, 2000)))

    def respace(self, words):
        line = self.random.choice((b'', b' ', b'\t', b' \t ', b'\r', b'\x0b', b'# '))
        for each in words:
            line += each + self.random.choice((b' ', b'\t', b'  ', b' \t\t ', b'\r', b' '))
        return line + self.random.choice((b'', b'\t', b' ' * 5000, b'\r'))

    def config(self):
        for key, values in reference.CONFIG.items():
            if self.random.random() > (0.6 if key in ('line_required', 'vig') else 0.25):
                continue
            value = self.random.choice(values or VALUES[key])
            if self.random.random() < self.wrong / 2:
                value = self.random.choice(('0', '8', '05', ' ', '345', 'up', '34-175', '1 '))
            self.emit('config', key, value)
        if self.table.config['vig'] == 'upfront':
            self.kinds = self.kinds + ['buy', 'lay'] * (1 + len(self.kinds) // 8)
        if self.random.random() < 0.3:
            self.emit('config', 'max', 10 ** 12)
        if self.random.random() < 0.01:
            self.emit('config', 'min', 10 ** 12)
        if self.random.random() < 0.05:
            self.emit('config', self.random.choice(('crap', 'Odds', 'seats', 'field')), 1)

    def player(self):
        name = self.random.choice((b'A', b'B', b'b', b'_', b'Z9', b'10', b'9', b'x' * 32, b'Ann'))
        if self.random.random() < self.wrong / 2:
            name = self.random.choice((b'x' * 33, b'a-b', b'\xc3\xa9', b'A\x00', b'"', b'a.b'))
        balance = self.random.choice((0, 50, 1000, 10000, 100000, 10 ** 9, 10 ** 9, 10 ** 12,
                                      10 ** 12, 10 ** 12, self.random.randrange(10 ** 6)))
        if self.random.random() < self.wrong / 3:
            balance = self.random.choice(EDGE_AMOUNTS)
        self.emit('player', name, balance)

    def hand(self):
        """A fresh hand, its bets and many rolls up to a seven-out (where nothing goes wrong)."""
        for kind in sorted(reference.HAND_BETS):
            if self.random.random() < 0.7 and self.table.players:
                player = self.random.choice(self.table.players)
                numbers = [self.random.choice(reference.ALL_BUT_SEVEN)] * (kind == 'repeater')
                self.emit('bet', player.name, kind, *numbers, self.random.choice((1, 7, 50)))
        favourite = self.random.choice(reference.BOX)
        for _ in range(self.random.choice((5, 15, 25, 35, 43, 48, 60))):
            if self.table.point and self.random.random() < 0.4:
                self.emit('roll', *self.dice_of(self.table.point))
            elif not self.table.point and self.random.random() < 0.3:
                self.emit('roll', *self.dice_of(favourite))
            elif not self.table.point and self.random.random() < 0.05:
                self.emit('roll', *self.dice_of(7))
            else:
                self.roll()
        if self.table.point:
            self.emit('roll', *self.dice_of(7))

    def dice_of(self, total):
        low = self.random.randrange(max(1, total - 6), min(6, total - 1) + 1)
        return low, total - low

    def step(self):
        what = self.random.random()
        if what < 0.36:
            self.roll()
        elif what < 0.78:
            self.bet()
        elif what < 0.87:
            self.take()
        elif what < 0.92:
            self.mark()
        elif what < 0.95:
            self.emit('state')
        elif what < 0.96:
            self.emit('shooter')
        elif what < 0.965:
            self.player()
        elif what < 0.97:
            self.config()
        elif what < 0.98:
            self.lines.append(self.random.choice((b'\n', b'\r\n', b'# x\n', b' \t\n', b'\r\r\n',
                                                  b'#\xff\x00\n', b'\x00\n', b'\t#roll 1 1\n')))
            self.table.line_in(self.lines[-1])
        else:
            self.emit(self.random.choice(('frob', 'ROLL', 'quit', 'state', 'shooter')),
                      self.random.choice((1, 'x')))

    def roll(self):
        if self.table.thrower() is None and self.random.random() > self.stuck:
            rich = [player for player in self.table.players if player.balance > 1000]
            if rich:
                line = self.random.choice(('pass', 'pass', 'dont_pass'))
                self.emit('bet', self.random.choice(rich).name, line, 100)
        total = 7
        if self.random.random() > self.sevens:
            numbers = {number for player in self.table.players for _, number in player.bets}
            wanted = [n for n in numbers | {self.table.point} if 2 <= n <= 12 and n != 7]
            total = self.random.choice(reference.ALL_BUT_SEVEN)
            if wanted and self.random.random() < 0.6:
                total = self.random.choice(sorted(wanted))
        dice = self.dice_of(total)
        if self.random.random() < self.wrong / 5:
            dice = (dice[0], self.random.choice((0, 7, -1, 10 ** 14)))
        self.emit('roll', *dice)

    def somebody(self):
        if not self.table.players or self.random.random() < self.wrong / 5:
            return None
        return self.random.choice(self.table.players)

    def numbers(self, kind, named_come=False):
        if kind == 'hop':
            return [self.random.randrange(1, 7), self.random.randrange(1, 7)]
        if kind not in reference.NUMBERED and not (named_come and kind.endswith('come')):
            return []
        if self.random.random() < self.wrong:
            return [self.random.choice((-1, 0, 1, 2, 3, 7, 11, 12, 13, 22, 10 ** 10))]
        return [self.random.choice((4, 5, 6, 8, 9, 10, 4, 6, 8, 10, 2, 3, 11, 12))]

    def amount(self, kind):
        amount = self.random.choice(PLAIN_AMOUNTS) * self.random.choice((1, 1, 10))
        if self.random.random() < 0.1:
            amount = self.random.randrange(1, 10 ** self.random.randrange(1, 13))
        if self.random.random() < self.wrong:
            return self.random.choice(EDGE_AMOUNTS)
        if self.random.random() > self.wrong:
            amount *= reference.MULTIPLE.get(kind, 1)
        return amount

    def held(self, player, kinds=None):
        """The word list of a bet the player has, or None."""
        bets = [key for key in player.bets if kinds is None or key[0] in kinds]
        if not bets or self.random.random() < self.wrong:
            return None
        kind, number = self.random.choice(sorted(bets))
        if kind == 'hop':
            dice = [number // 10, number % 10]
            self.random.shuffle(dice)
            return [kind] + dice
        named = kind in reference.NUMBERED or kind in ('come', 'dont_come')
        return [kind, number] if named else [kind]

    def kind_now(self):
        """A kind of this script, most of the time one that can be made now."""
        sensible = self.kinds
        if self.random.random() > self.wrong:
            locked = set(reference.HAND_BETS) if self.table.hand.rolls else set()
            locked |= {'pass', 'dont_pass', 'muggsy'} if self.table.point else {
                'come', 'dont_come', 'put', 'pass_odds', 'dont_pass_odds'}
            if self.table.crapless:
                locked |= reference.NOT_CRAPLESS
            sensible = [kind for kind in self.kinds if kind not in locked] or self.kinds
        return self.random.choice(sensible)

    def bet(self):
        player = self.somebody()
        kind = self.kind_now()
        bases = [key for key in player.bets if key[0] + '_odds' in reference.MARKABLE
                 and (key[1] or self.table.point)] if player else []
        if bases and self.random.random() < 0.3:
            kind = self.random.choice(sorted(bases))[0] + '_odds'
        numbers = self.numbers(kind)
        amount = self.amount(kind)
        if player and kind in reference.ODDS_BASE:
            bases = sorted(key for key in player.bets if key[0] == reference.ODDS_BASE[kind])
            if bases and self.random.random() > self.wrong:
                base = self.random.choice(bases)
                numbers = [base[1]] if numbers else []
                amount = self.odds_amount(kind, base[1] or self.table.point,
                                          player.bets[base].amount)
        if player and self.random.random() < 0.03:
            amount = player.balance + self.random.choice((-1, 0, 1))
        if self.random.random() < 0.04:
            amount = self.table.config['max'] + self.random.choice((-1, 0, 1))
        if self.random.random() < self.wrong / 10:
            kind = self.random.choice(('nosuch', 'horn_high', 'Pass', 'big7', 'hardway'))
        self.emit('bet', player.name if player else 'Nobody', kind, *numbers, amount)

    def odds_amount(self, kind, number, base):
        """Half the time the cap or one off it."""
        if self.random.random() < 0.5 or number not in reference.ALL_BUT_SEVEN:
            return self.random.choice(PLAIN_AMOUNTS)
        cap = self.table.odds_multiple(number) * base
        if kind.startswith('dont'):
            n, d = reference.TRUE_ODDS[reference.low(number)]
            cap = cap * n // d
        return cap + self.random.choice((-1, 0, 0, 1))

    def take(self):
        player = self.somebody()
        bet = self.held(player) if player else None
        if bet is None:
            kind = self.random.choice(self.kinds)
            bet = [kind] + self.numbers(kind, True)
        amount = []
        if self.random.random() < 0.6:
            amount = [self.amount(bet[0])]
        self.emit('take', player.name if player else 'Nobody', *bet, *amount)

    def mark(self):
        player = self.somebody()
        bet = self.held(player, reference.MARKABLE) if player else None
        if bet is None:
            kind = self.random.choice(self.kinds)
            bet = [kind] + self.numbers(kind, True)
        self.emit(self.random.choice(('off', 'on')), player.name if player else 'Nobody', *bet)


def answers_of(command, script):
    """(answers, status) of the program."""
    done = subprocess.run(command, input=script, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=60, check=False)
    return done.stdout, done.returncode, done.stderr


def differs(command, script):
    got, status, _ = answers_of(command, script)
    return status != 0 or got != reference.answers(script)


def minimize(command, script):
    """Removes lines as long as the answers still differ."""
    *lines, last = script.split(b'\n')
    lines = [line + b'\n' for line in lines] + [last]
    size = len(lines) // 2
    while size:
        at = 0
        while at < len(lines):
            shorter = lines[:at] + lines[at + size:]
            if differs(command, b''.join(shorter)):
                lines = shorter
            else:
                at += size
        size //= 2
    return b''.join(lines)


def report(command, seed, script):
    script = minimize(command, script)
    got, status, errors = answers_of(command, script)
    print('seed %d differs (exit status %d); script:' % (seed, status))
    for line in script.split(b'\n'):
        print('  ' + repr(line)[2:-1][:300])
    ours = reference.answers(script).split(b'\n')
    theirs = got.split(b'\n')
    for at in range(max(len(ours), len(theirs))):
        want = ours[at] if at < len(ours) else None
        have = theirs[at] if at < len(theirs) else None
        if want != have:
            print('answer %d\n  reference %s\n  program   %s' % (at + 1, want, have))
            break
    if errors:
        print(errors.decode('latin-1')[:4000])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('command', nargs='+')
    parser.add_argument('--seeds', default='1-300')
    parser.add_argument('--dump', action='store_true', help='print the scripts instead')
    options = parser.parse_args()
    first, last = (int(seed) for seed in options.seeds.split('-'))
    command = options.command
    if command == [command[0]] and os.path.basename(command[0]) == 'craps':
        command = command + ['script']
    different = 0
    for seed in range(first, last + 1):
        script = Writer(seed).write()
        if options.dump:
            sys.stdout.buffer.write(script + b'\n')
        elif differs(command, script):
            report(command, seed, script)
            different += 1
            if different == 5:
                break
    if not options.dump:
        print('%d scripts differ, seeds %s' % (different, options.seeds))
    sys.exit(1 if different else 0)


if __name__ == '__main__':
    main()
