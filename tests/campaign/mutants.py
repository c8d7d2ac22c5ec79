"""Broken copies of good files: bytes and lines changed at random, as editors, merges and bad disks do."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, Random], bytes]

INSERTS = (
    b"!!python/object:os.system ",
    b"\t", b": ", b'"', b"'", b"{", b"[", b"]", b"}", b"&a ", b"*a ", b"#", b"|", b">", b"%",
    b"@", b"`",
    b"---\n", b"...\n", b"<<: ", b"? ", b"- ", b"\x00", b"\xff", b"\xc3\x28", b"\xe2\x80\xae", b"\xe2\x80\x8b",
    b"\xef\xbb\xbf", b"\r", b"no", b"~", b"017", b"12:30", b"1_000", b"{{ 7*7 }}", b"<script>", "é".encode("latin-1"),
)  # fmt: skip


def flip_a_byte(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]


def insert_something(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(INSERTS) + data[at:]


def delete_a_run(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + data[at + random.randrange(1, 20) :]


def cut_short(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data))]


def delete_a_line(data: bytes, random: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[random.randrange(len(lines))]
    return b"".join(lines)


def repeat_a_line(data: bytes, random: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    at = random.randrange(len(lines))
    lines.insert(random.randrange(len(lines)), lines[at])
    return b"".join(lines)


def shift_a_line(data: bytes, random: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    at = random.randrange(len(lines))
    lines[at] = b" " * random.randrange(1, 5) + lines[at] if random.random() < 0.5 else lines[at].lstrip(b" ")
    return b"".join(lines)


def swap_two_lines(data: bytes, random: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


MUTATIONS: tuple[Mutation, ...] = (
    flip_a_byte, insert_something, delete_a_run, cut_short, delete_a_line, repeat_a_line, shift_a_line, swap_two_lines,
)  # fmt: skip


def mutate(data: bytes, random: Random) -> bytes:
    """The data with one mutation, sometimes two."""
    broken = random.choice(MUTATIONS)(data, random)
    return random.choice(MUTATIONS)(broken, random) if broken and random.random() < 0.2 else broken
