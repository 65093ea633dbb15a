"""Positions of imported batches in the stream's order, derived from what is imported.

Enters: a file's content hash and the arrival times of its batches. Leaves: positions above those of every live
partition, in the order of time. The same file gives the same positions, so importing it again writes the same rows.

A position is one bit that marks imports, 41 bits of milliseconds, 15 bits of the file's hash and 6 bits that count
within one millisecond; where those run over, the count goes on in the next millisecond. The highest of the hashes are
no file's: they are those of refused frames, whose number is their position from the day they were refused. What is
decoded of them later has the same place however often it is stored.
"""

from __future__ import annotations

TAG_BITS, COUNT_BITS = 15, 6
FIRST_IMPORTED = 1 << 62
LETTER_BATCHES = 64  # that a refused frame may hold
FIRST_LETTER = (1 << TAG_BITS) - LETTER_BATCHES


def tag_of(digest: bytes) -> int:
    """What stands for a file in its positions."""
    return (int.from_bytes(digest[:2], "big") >> (16 - TAG_BITS)) % FIRST_LETTER


def is_of(seq: int, tag: int) -> bool:
    """Whether a position was given to a batch of that file."""
    return seq >= FIRST_IMPORTED and seq >> COUNT_BITS & ((1 << TAG_BITS) - 1) == tag


class Positions:
    """The positions of one file's batches; ask in the order of the file."""

    def __init__(self, tag: int) -> None:
        self._tag = tag
        self._count = 0

    def next(self, received_at: float) -> int:
        """The position of the next batch, which arrived at `received_at` (ms)."""
        self._count = max(self._count + 1, int(received_at) << COUNT_BITS)
        ms, within = self._count >> COUNT_BITS, self._count & ((1 << COUNT_BITS) - 1)
        return FIRST_IMPORTED | ms << (TAG_BITS + COUNT_BITS) | self._tag << COUNT_BITS | within


class Letters(Positions):
    """The positions of what one process refuses."""

    def __init__(self) -> None:
        super().__init__(FIRST_LETTER)


def of_letter(letter: int, number: int) -> int:
    """The position of a batch that a refused frame holds; `number` is below `LETTER_BATCHES`."""
    return letter + (number << COUNT_BITS)
