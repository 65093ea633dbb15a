"""Recognise what a frame holds: the shape of JSON, the root and the numbering family of protobuf.

Enters: a JSON object, or bytes. Leaves: a `Shape`; a root with candidate families; a count of mismatches per family.
A protobuf message does not name its family, and a wrong one gives plausible numbers under wrong names, so every
candidate table is held against the structure: the truth fits without a mismatch.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from rtclens.wire.observertc import tables
from rtclens.wire.observertc.protobuf import I64, LEN, VARINT, Value, scan
from rtclens.wire.observertc.refused import Refused
from rtclens.wire.observertc.tables import Family, Field

Shape = Literal["client3", "client2", "batch2", "sfu2", "turn2", "connection1", ""]
Root = Literal["ClientSample", "SfuSample", "Samples"]

CLIENT3 = frozenset({"peerConnections", "clientEvents", "clientIssues", "clientMetaItems"})
CLIENT2 = frozenset(
    {
        "inboundAudioTracks",
        "inboundVideoTracks",
        "outboundAudioTracks",
        "outboundVideoTracks",
        "pcTransports",
        "iceCandidatePairs",
        "iceLocalCandidates",
        "iceRemoteCandidates",
        "customCallEvents",
        "sampleSeq",
        "mediaConstraints",
        "userMediaErrors",
        "localSDPs",
        "mediaDevices",
    }
)
BATCH2 = frozenset({"clientSamples", "sfuSamples", "turnSamples", "controls"})
CONNECTION1 = frozenset({"senderStats", "receiverStats", "iceStats", "browserId", "clientDetails", "deviceList"})

UNPARSED = 10
COMPARED_FIELDS = 5_000
WIRE_OF_KIND = {"d": I64, "i": VARINT, "l": VARINT, "b": VARINT, "e": VARINT}
MEDIA_KINDS = ("audio", "video")


def shape(members: dict[str, Any]) -> Shape:
    """What a JSON object is, told by its keys; '' when it is nothing we know."""
    keys = members.keys()
    if keys & CONNECTION1:
        return "connection1"
    if keys & BATCH2:
        return "batch2"
    if "sfuId" in keys:
        return "sfu2"
    if "serverId" in keys and keys & {"sessions", "allocations"}:
        return "turn2"
    if keys & CLIENT3:
        return "client3"
    if keys & CLIENT2:
        return "client2"
    return "client3" if "timestamp" in keys else ""


class Candidates(msgspec.Struct, frozen=True):
    """A root message and the families it can belong to, most likely first. `issues`: it may carry ClientIssue rows."""

    root: Root
    families: tuple[str, ...]
    issues: bool = False


def candidates(raw: bytes, prefer_full: bool) -> Candidates:
    """The root of a protobuf frame by its top-level fields; `Refused` when it is none of ours."""
    seen = {(number, wire) for number, wire, _ in scan(raw)}
    if not seen:
        raise Refused("bad_protobuf", "the message is empty")
    if (7, I64) in seen:
        return Candidates("ClientSample", ("3.4-3.5",))
    if (6, I64) in seen:
        return Candidates("ClientSample", ("3.2-3.3", "3.2.0", "3.0"), issues=(2, LEN) in seen)
    if {(22, VARINT), (21, LEN)} <= seen:
        return Candidates("ClientSample", ("2.2-delta",))
    if {(8, VARINT), (7, LEN)} <= seen:
        return Candidates("SfuSample", ("2.2-delta",))
    if all(number <= 4 and wire == LEN for number, wire in seen):
        newest = ("2.2-full", "2.2-delta") if prefer_full else ("2.2-delta", "2.2-full")
        return Candidates("Samples", (*newest, *reversed(tables.BATCH_FAMILIES[:-2])))
    raise Refused("bad_protobuf", "the top-level fields are those of no known message")


def mismatches(raw: bytes, family: Family, root: str) -> int:
    """How badly the message fits the family: 0 for the right one, tens for a wrong one and a full message."""
    return _Comparison(family).message(raw, root)


class _Comparison:
    """Holds a message against one family. The first `COMPARED_FIELDS` fields decide; more would only cost time."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.left = COMPARED_FIELDS

    def message(self, raw: bytes, name: str) -> int:
        fields = self.family.messages[name].fields
        count = 0
        seen: set[int] = set()
        try:
            for number, wire, value in scan(raw):
                self.left -= 1
                if self.left < 0:
                    break
                field = fields.get(number)
                repeats = field is not None and number in seen and not field.repeated
                seen.add(number)
                count += 1 if field is None else self._field(field, wire, value) + repeats
        except Refused:
            return count + UNPARSED
        return count

    def _field(self, field: Field, wire: int, value: Value) -> int:
        if not isinstance(value, bytes):
            if wire != WIRE_OF_KIND.get(field.kind):
                return 1
            return int(field.kind == "e" and value not in self.family.enums[field.type])
        if field.kind == "m":
            return self.message(value, field.type)
        if field.kind == "y":
            return 0
        return int(field.kind not in "sor" or not _plausible_text(field, value))


def _plausible_text(field: Field, value: bytes) -> bool:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return False
    if field.name in ("kind", "mediaType"):
        return text in MEDIA_KINDS or text.startswith(("audio", "video"))  # devices say audioinput
    return field.kind != "o" or text.startswith("{")


class Choice(msgspec.Struct):
    """The family of one protobuf stream, decided by mismatches added up over its messages.

    `announced` wins ties; `reason` says why the family was chosen.
    """

    announced: tuple[str, ...] = ()
    root: str = ""
    family: str = ""
    reason: str = ""
    totals: dict[str, int] = {}
    messages: int = 0


FITS = "announced, and the structure fits"
SETTLED_LEAD = 20
SETTLED_MESSAGES = 8
SIBLINGS = {"3.2.0": "3.2-3.3", "3.2-3.3": "3.2.0"}
CONVINCING_FIELDS = 100
"""So many fields without a mismatch do not fit a wrong family."""


def choose(choice: Choice, raw: bytes, found: Candidates) -> Choice:
    """The choice after one more message, whose root and possible families are `found`."""
    if settled(choice) and choice.family in found.families:
        return _of_siblings(choice, raw, found)
    order = [name for name in choice.announced if name in found.families or _unwritten(name, found)]
    order += [name for name in found.families if name not in order]
    if (quick := _undisputed(choice, raw, found, order)) is not None:
        return quick
    before = choice.totals if choice.root == found.root and choice.totals.keys() == set(order) else {}
    totals = {name: before.get(name, 0) + mismatches(raw, tables.load(name), found.root) for name in order}
    best = min(order, key=lambda name: totals[name])
    if best in choice.announced:
        reason = FITS
    elif choice.announced:
        reason = f"announced {choice.announced[0]}, but the structure contradicts"
    else:
        reason = "fits the structure best"
    return Choice(choice.announced, found.root, best, reason, totals, choice.messages + 1)


def _of_siblings(choice: Choice, raw: bytes, found: Candidates) -> Choice:
    """Families 3.2.0 and 3.2-3.3 differ in ClientIssue alone, so only a message that has some can tell them apart."""
    other = SIBLINGS.get(choice.family)
    if other is None or not found.issues:
        return choice
    fit, better = (mismatches(raw, tables.load(name), found.root) for name in (choice.family, other))
    if better >= fit:
        return choice
    return Choice(choice.announced, found.root, other, "its ClientIssue rows fit", {}, SETTLED_MESSAGES)


def _undisputed(choice: Choice, raw: bytes, found: Candidates, order: list[str]) -> Choice | None:
    """The choice where nothing is in doubt: the root has one family, or the announced one fits without a mismatch."""
    first = order[0]
    if len(order) == 1:
        return Choice(choice.announced, found.root, first, "the only family of this root", {first: 0}, 1)
    if first not in choice.announced or choice.totals:
        return None
    comparison = _Comparison(tables.load(first))
    if comparison.message(raw, found.root):
        return None
    convincing = COMPARED_FIELDS - comparison.left >= CONVINCING_FIELDS
    messages = SETTLED_MESSAGES if convincing else choice.messages + 1
    return Choice(choice.announced, found.root, first, FITS, {}, messages)


def _unwritten(name: str, found: Candidates) -> bool:
    """No published encoder writes family 3.1, so it counts only where it is announced."""
    return name == "3.1" and "3.0" in found.families


def settled(choice: Choice) -> bool:
    """True when further messages need not be compared."""
    if not choice.family or not choice.totals:
        return choice.messages >= SETTLED_MESSAGES
    same = (choice.family, SIBLINGS.get(choice.family))
    others = [total for name, total in choice.totals.items() if name not in same]
    lead = min(others, default=SETTLED_LEAD) - choice.totals[choice.family]
    return lead >= SETTLED_LEAD or choice.messages >= SETTLED_MESSAGES


def announced_families(version: str) -> tuple[str, ...]:
    """The families a `schemaVersion` may mean, most likely first; a suffix behind `-` does not count."""
    numbers = version.strip().lower().removeprefix("v").partition("-")[0].split(".")
    short = ".".join(numbers[:2])
    last = numbers[2] if len(numbers) > 2 else "0"
    patch = int(last) if last.isascii() and last.isdigit() and len(last) < MAX_DIGITS else 0
    if short == "2.0":
        return ("2.0.0",) if patch == 0 else ("2.0.1-2.0.4",)
    if short == "2.1":
        return (next(name for limit, name in FAMILIES_2_1 if patch <= limit),)
    return FAMILIES.get(short, ())


MAX_DIGITS = 6
FAMILIES_2_1 = ((3, "2.1.0-2.1.3"), (7, "2.1.4-2.1.7"), (8, "2.1.8"), (10**MAX_DIGITS, "2.1.9"))
FAMILIES = {
    "2.2": ("2.2-full", "2.2-delta"),
    "2.3": ("2.2-delta", "2.2-full"),
    "3.0": ("3.0",),
    "3.1": ("3.0", "3.1"),
    "3.2": ("3.2.0", "3.2-3.3"),
    "3.3": ("3.2-3.3",),
    "3.4": ("3.4-3.5",),
    "3.5": ("3.4-3.5",),
}
