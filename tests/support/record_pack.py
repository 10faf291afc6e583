"""The chunks of a kept state as they stand in a record: LZ4 frames, as section 2.1 of docs/protocol.md has them."""

from record_formats import Bad, Reader

CHUNK_BYTES = 16384
HEAD = b"\x04\x22\x4d\x18\x6c\x40"  # one version, independent blocks of 64 KiB, content size and content checksum


def little(data):
    return int.from_bytes(data, "little")


def length(r, first):
    """A length of 15 or more goes on in further bytes."""
    size, more = first, first == 15
    while more:
        byte = r.uint(1)
        size += byte
        more = byte == 255
    return size


def unpack_block(data, out):
    r, start = Reader(data), len(out)
    while True:
        token = r.uint(1)
        out += r.take(length(r, token >> 4))
        if r.left() == 0:
            return
        offset = little(r.take(2))
        match = length(r, token & 15) + 4
        if not 0 < offset <= len(out) - start or len(out) + match > CHUNK_BYTES:
            raise Bad("a chunk of a state is damaged")
        for _ in range(match):
            out.append(out[-offset])


def unpack(frame):
    """The bytes of a chunk; the state's root tells whether they are right."""
    r, out = Reader(frame), bytearray()
    if r.take(len(HEAD)) != HEAD:
        raise Bad("a chunk of a state is packed otherwise")
    size = little(r.take(8))
    r.take(1)
    while (block := little(r.take(4))) != 0:
        data = r.take(block & 0x7FFFFFFF)
        if block >> 31:
            out += data
        else:
            unpack_block(data, out)
    r.take(4)
    r.end()
    if len(out) != size or size > CHUNK_BYTES:
        raise Bad("a chunk of a state has another size than it says")
    return bytes(out)
