"""Protobuf frames: find the family, decode, merge.

Enters: bytes and what the stream knows. Leaves: the root's name and complete samples in JSON form, or `Refused`.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.wire.observertc import sniff, tables
from rtclens.wire.observertc.announced import Announced
from rtclens.wire.observertc.deltas import Deltas
from rtclens.wire.observertc.identifiers import Identifiers
from rtclens.wire.observertc.protobuf import Reader
from rtclens.wire.observertc.refused import Refused

MAX_MESSAGE = 4 * 1024 * 1024
"""A batch of a hundred client samples has half a megabyte."""


class Binary(msgspec.Struct):
    """The protobuf state of one stream. `choices` say per root which family was chosen, and why."""

    announced: Announced
    identifiers: Identifiers
    choices: dict[str, sniff.Choice] = msgspec.field(default_factory=dict)


class Decoded(msgspec.Struct):
    """A decoded message: `family` numbers it; `sample` is not merged yet."""

    root: str
    family: str
    sample: dict[str, Any]


def decode(state: Binary, deltas: Deltas, raw: bytes) -> Decoded:
    """The message in `raw`. A change of mind about the family forgets what was merged under the wrong one."""
    if len(raw) > MAX_MESSAGE:
        raise Refused("too_large", f"a protobuf message may have {MAX_MESSAGE} bytes")
    found = sniff.candidates(raw, state.announced.full)
    before = state.choices.get(found.root) or sniff.Choice(state.announced.families)
    choice = sniff.choose(before, raw, found)
    if before.family and choice.family != before.family and choice.family != sniff.SIBLINGS.get(before.family):
        deltas.third.clear()
        deltas.second.clear()
    state.choices[found.root] = choice
    reader = Reader(tables.load(choice.family), state.identifiers)
    return Decoded(found.root, choice.family, reader.read(raw, found.root))


def truncates_audio(family: str) -> bool:
    """True when the family carries audio levels as integers."""
    rows = tables.load(family).messages.get("InboundAudioTrack")
    return rows is not None and any(field.name == "audioLevel" and field.kind == "i" for field in rows.fields.values())
