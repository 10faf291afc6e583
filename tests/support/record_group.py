"""Encodings, hashes and the group of docs/protocol.md: sections 1, 4, 6 and 9. libsodium through ctypes."""

import ctypes
import hashlib

sodium = ctypes.CDLL("libsodium.so.23")
if sodium.sodium_init() < 0:
    raise SystemExit("libsodium does not start")

L = 2**252 + 27742317777372353535851937790883648493
G = bytes.fromhex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76")
IDENTITY = bytes(32)
CTX = b"CRAPS-DVRF1-ristretto255-SHA512"
CTX_COMPLAINT = b"CRAPS-DKGC1-ristretto255-SHA512"


class Bad(Exception):
    """Something does not check; the text says what."""


# Encodings [1]


def uint(value, width):
    return value.to_bytes(width, "big")


def lp(data):
    return uint(len(data), 2) + data


def sha512(data):
    return hashlib.sha512(data).digest()


def tagged(tag, data):
    return sha512(lp(tag) + data)[:32]


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def left(self):
        return len(self.data) - self.at

    def take(self, size):
        if size > self.left():
            raise Bad("malformed: too short")
        self.at += size
        return self.data[self.at - size : self.at]

    def uint(self, width):
        return int.from_bytes(self.take(width), "big")

    def lp(self):
        return self.take(self.uint(2))

    def flag(self):
        value = self.uint(1)
        if value > 1:
            raise Bad("malformed: a flag that is neither 0 nor 1")
        return value == 1

    def end(self):
        if self.left() != 0:
            raise Bad("malformed: bytes left over")


# The group [1, 9]


def scalar_bytes(value):
    return (value % L).to_bytes(32, "little")


def read_scalar(data):
    value = int.from_bytes(data, "little")
    if value >= L:
        raise Bad("a scalar that is not below the order")
    return value


def valid_point(data):
    """Decodes, in its one encoding, and is not the identity. libsodium 1.0.18 ignores bit 255."""
    return data != IDENTITY and data[31] < 0x80 and sodium.crypto_core_ristretto255_is_valid_point(data) == 1


def multiply(scalar, point):
    """The point is valid or the identity."""
    scalar %= L
    if scalar == 0 or point == IDENTITY:
        return IDENTITY
    out = ctypes.create_string_buffer(32)
    if sodium.crypto_scalarmult_ristretto255(out, scalar_bytes(scalar), point) != 0:
        raise Bad("a point that does not decode")
    return out.raw


def add(a, b):
    out = ctypes.create_string_buffer(32)
    if sodium.crypto_core_ristretto255_add(out, a, b) != 0:
        raise Bad("a point that does not decode")
    return out.raw


def subtract(a, b):
    out = ctypes.create_string_buffer(32)
    if sodium.crypto_core_ristretto255_sub(out, a, b) != 0:
        raise Bad("a point that does not decode")
    return out.raw


def point_of_uniform(wide):
    out = ctypes.create_string_buffer(32)
    sodium.crypto_core_ristretto255_from_hash(out, wide)
    return out.raw


def expand(message, dst, size=64):
    """expand_message_xmd with SHA-512, RFC 9380 5.3.1."""
    dst += bytes([len(dst)])
    first = sha512(bytes(128) + message + uint(size, 2) + b"\0" + dst)
    block, out = bytes(64), b""
    for i in range(1, (size + 63) // 64 + 1):
        block = sha512(bytes(x ^ y for x, y in zip(first, block)) + bytes([i]) + dst)
        out += block
    return out[:size]


def hash_to_group(context, message):
    return point_of_uniform(expand(message, b"HashToGroup-" + context))


def hash_to_scalar(context, message):
    return int.from_bytes(expand(message, b"HashToScalar-" + context), "little") % L


def dleq_right(context, a, b, pairs, proof):
    """RFC 9497 2.2: b = k a and d = k c for every pair (c, d), for one k [10]."""
    c, s = read_scalar(proof[:32]), read_scalar(proof[32:])
    if not all(map(valid_point, [a, b, *(p for pair in pairs for p in pair)])):
        return False
    seed = sha512(lp(b) + lp(b"Seed-" + context))
    m = z = IDENTITY
    for i, (left, right) in enumerate(pairs):
        weight = hash_to_scalar(context, lp(seed) + uint(i, 2) + lp(left) + lp(right) + b"Composite")
        m, z = add(m, multiply(weight, left)), add(z, multiply(weight, right))
    t2 = add(multiply(s, a), multiply(c, b))
    t3 = add(multiply(s, m), multiply(c, z))
    return c == hash_to_scalar(context, lp(b) + lp(m) + lp(z) + lp(t2) + lp(t3) + b"Challenge")


def evaluate(coefficients, x):
    out = IDENTITY
    for point in reversed(coefficients):
        out = add(multiply(x, out), point)
    return out


# Signatures [4]


def ed25519_right(signature, message, public_key):
    return sodium.crypto_sign_verify_detached(signature, message, ctypes.c_ulonglong(len(message)), public_key) == 0


def signed_bytes(kind, game_id, epoch, view, body):
    return b"craps/v1/" + kind + b"\0" + game_id + uint(epoch, 4) + uint(view, 8) + body


def quorum(n):
    return n - (n - 1) // 3


# Hashes over lists [6]


def merkle_leaf(data):
    return tagged(b"craps/v1/merkle", b"\0" + data)


class MerkleRange:
    """The root over a growing list of leaves."""

    def __init__(self):
        self.count = 0
        self.peaks = []  # (leaves, root), the largest first

    def add(self, leaf):
        size, root = 1, leaf
        while self.peaks and self.peaks[-1][0] == size:
            root = tagged(b"craps/v1/merkle", b"\1" + self.peaks.pop()[1] + root)
            size *= 2
        self.peaks.append((size, root))
        self.count += 1

    def root(self):
        if not self.peaks:
            return tagged(b"craps/v1/merkle", b"")
        root = self.peaks[-1][1]
        for _, peak in reversed(self.peaks[:-1]):
            root = tagged(b"craps/v1/merkle", b"\1" + peak + root)
        return root


def merkle_root(leaves):
    tree = MerkleRange()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()
