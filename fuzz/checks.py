"""What must hold whatever a decoder is fed, from the frame to the rows.

Enters: the items that a decoder made of each frame. Leaves: nothing, or `Broken` with the rule that did not hold. After
the stream its batches go the way of all batches: masked, encoded for the durable stream, read back, analysed, turned
into blocks of every table.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from rtclens import analysis
from rtclens.edge.privacy import mask
from rtclens.model.codec import Hangup, Item, Refusal, Reply
from rtclens.model.events import Batch
from rtclens.model.refusals import CODES
from rtclens.store import Rows
from rtclens.stream import record

# A delta of a few bytes may say that a whole sample is as before, so the bound is on what the stream brought so far.
OUTPUT_PER_BYTE = 64
OUTPUT_ALWAYS = 16_384
MAX_ITEMS_PER_BYTE = 1


class Broken(Exception):  # noqa: N818 - it names what happened, for the report
    """A rule that did not hold; the first word of the message is the rule."""


class Ledger:
    """What a stream brought and what was made of it."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.refusals: list[Refusal] = []
        self.bytes_in = 0

    def frame(self, size: int, items: Iterable[Item], *, answered: bool = True) -> None:
        """Check the items of one frame; `answered`: it must have yielded a batch or a refusal."""
        self.bytes_in += size
        batches, refusals, said, out = 0, 0, 0, 0
        for item in items:
            if isinstance(item, Batch):
                batches += 1
                self.batches.append(item)
                out += len(_stored(item))
            elif isinstance(item, Refusal):
                refusals += 1
                self.refusals.append(item)
                out += len(item.message)
                if item.code not in CODES or not item.message:
                    raise Broken(f"refusal without a known code or a reason: {item.code!r} {item.message!r}")
            elif isinstance(item, Reply | Hangup):
                said += 1
            else:
                raise Broken(f"items of a strange kind: {type(item)}")
        if answered and not batches + refusals:
            raise Broken("silence: a frame yielded neither events nor a refusal")
        if out > OUTPUT_ALWAYS + OUTPUT_PER_BYTE * self.bytes_in:
            raise Broken(f"amplification: {out} bytes out of {self.bytes_in}")
        if batches + refusals + said > 64 + MAX_ITEMS_PER_BYTE * self.bytes_in:
            raise Broken(f"items: {batches + refusals + said} out of {self.bytes_in} bytes")

    def settle(self) -> None:
        """Take every batch the rest of the way; the analysis and the store must take what decoders let through."""
        state, rows = analysis.new_state(), Rows()
        for number, batch in enumerate(self.batches):
            batch.seq = number + 1
            masked = mask(batch, "off" if number % 2 else "standard")
            folded = analysis.fold(state, masked)
            rows.add_batch(masked, folded.identity)
            rows.add_facts(folded.facts)
        for refusal in self.refusals:
            rows.add_refusal("app", refusal)
        for _ in rows.blocks():
            pass


def _stored(batch: Batch) -> bytes:
    """The batch as the durable stream has it; reading it back changes nothing."""
    payload = record.encode(batch)
    again = record.encode(record.decode(batch.seq, payload))
    if again != payload and not _same(msgspec.msgpack.decode(again), msgspec.msgpack.decode(payload)):
        raise Broken(f"storing: a batch read back from the stream is another one: {payload!r} {again!r}")
    return payload


def _same(one: Any, other: Any) -> bool:
    """Whether two values are equal; a time that came as an integer is a float afterwards, an empty id is left out."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(_same(one.get(name, ""), other.get(name, "")) for name in one.keys() | other.keys())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return bool(float(one) == float(other) or (one != one and other != other))
    return bool(one == other)
