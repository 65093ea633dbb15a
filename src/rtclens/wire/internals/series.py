"""Read one statistics series of a webrtc-internals dump into a compact column.

Enters: a series key (`<statsId>-<property>`) and its raw JSON (`startTime`, `endTime`, `statsType`, `values` as text).
Leaves: a `Column`, in the type the standard gives the member, or `None` for series that are recomputed anyway.
A constant column holds its value once, numbers are packed to 8 bytes each: a dump in memory is smaller than its text.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import repeat
from math import isfinite
from typing import Any

import msgspec

from rtclens.model.stats import Report
from rtclens.wire.common.reports import ACCEPTED, RENAMED
from rtclens.wire.common.storable import kept

Values = str | list[Any]
EARLIEST, LATEST = 1e12, 4.1e12  # ms since the epoch: 2001 to 2099
EXACT = 2**53  # the largest integer a double holds exactly


class Entry(msgspec.Struct):
    """A member of `stats` as the file has it."""

    values: Values = ""
    startTime: str | int | float | None = None
    endTime: str | int | float | None = None
    statsType: str | None = None


class Column(msgspec.Struct):
    """The values of one property. `first` is the index of its first value among the report's stamps.

    `values` has one element when `constant`. `known` tells that the report's class has the member.
    """

    name: str
    values: Sequence[Any]
    count: int
    start: float | None
    end: float | None
    constant: bool = False
    known: bool = False
    unparsed: int = 0
    first: int = 0

    def window(self, begin: int, stop: int) -> Iterator[Any]:
        """The values that belong to the stamps `begin` (included) to `stop` (excluded)."""
        if self.constant:
            return repeat(self.values[0], stop - begin)
        return iter(self.values[begin - self.first : stop - self.first])


_ENTRY = msgspec.json.Decoder(Entry)
_ANY = msgspec.json.Decoder(list[Any])
_TOKENS = msgspec.json.Decoder(list[msgspec.Raw])
_NUMBERS = msgspec.json.Decoder(list[int | float])
_TYPED: dict[type, msgspec.json.Decoder[Any]] = {
    int: _NUMBERS,
    str: msgspec.json.Decoder(list[str]),
    bool: msgspec.json.Decoder(list[bool]),
    dict: msgspec.json.Decoder(list[dict[str, int | float]]),
}


def split_key(key: str) -> tuple[str, str]:
    """The stats id and the property of a series key; the property of a computed series starts with `[`."""
    cut = key.find("-[")
    if cut < 0:
        cut = key.rfind("-")
    return (key[:cut], key[cut + 1 :]) if cut >= 0 else (key, "")


def entry(raw: bytes) -> Entry | None:
    """The series as the file has it; `None` when it is not one."""
    try:
        return _ENTRY.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def stamps(found: Entry) -> array[float] | None:
    """The values of a `<id>-timestamp` series in ms since the epoch; `None` where one of them cannot be a time."""
    numbers = _decode(found.values, _NUMBERS)
    return array("d", numbers) if numbers and all(map(plausible, numbers)) else None


def column(name: str, found: Entry, cls: type[Report] | None) -> Column | None:
    """The series as a column of a report of `cls`; `None` when its values cannot be read at all, or are none."""
    accepted = ACCEPTED[cls] if cls is not None else {}
    target = name if name in accepted else RENAMED.get(name, name)
    kinds = accepted.get(target)
    values, misfits = _typed(found.values, kinds[0]) if kinds else (_decode(found.values, _ANY), 0)
    known = kinds is not None
    if values and misfits == len(values):
        values, known = _decode(found.values, _ANY), False
    if not values:
        return None
    packed, constant = _pack(values)
    return Column(
        name=target if known else name,
        values=packed,
        count=len(values),
        start=instant(found.startTime),
        end=instant(found.endTime),
        constant=constant,
        known=known,
        unparsed=misfits,
    )


def _decode(values: Values, decoder: msgspec.json.Decoder[list[Any]]) -> list[Any] | None:
    try:
        return decoder.decode(values if isinstance(values, str) else msgspec.json.encode(values))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _typed(values: Values, kind: type) -> tuple[list[Any] | None, int]:
    """The values as `kind`, and how many could not be read as one (they become `None`)."""
    exact = _decode(values, _TYPED[kind])
    if exact is not None:
        return exact, 0
    tokens = _decode(values, _TOKENS)
    if tokens is None:
        return None, 0
    convert = _CONVERT[kind]
    read = [convert(bytes(token)) for token in tokens]
    missing = sum(1 for token in tokens if bytes(token) == b"null")
    return read, read.count(None) - missing


# Values went through text once or twice: a mid "0" comes back as the number 0, an old browser's 17 as the text "17".


def _number(token: bytes) -> int | float | None:
    text = token.strip(b'"')
    try:
        value = kept(msgspec.json.decode(text, type=int | float))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return value if value is not None and isfinite(value) else None


def _text(token: bytes) -> str | None:
    if token[:1] in (b"{", b"[") or token == b"null":
        return None
    try:
        return msgspec.json.decode(token, type=str) if token[:1] == b'"' else token.decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _flag(token: bytes) -> bool | None:
    return {b"true": True, b"false": False}.get(token.strip(b'"'))


def _table(token: bytes) -> dict[str, int | float] | None:
    try:
        return msgspec.json.decode(token, type=dict[str, int | float])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


_CONVERT: dict[type, Callable[[bytes], Any]] = {int: _number, str: _text, bool: _flag, dict: _table}


def _pack(values: list[Any]) -> tuple[Sequence[Any], bool]:
    """The values in as little memory as they need, and whether they are all the same."""
    first = values[0]
    if values.count(first) == len(values) and set(map(type, values)) == {type(first)}:
        return kept([first]), True
    kinds = set(map(type, values))
    try:
        if kinds == {int}:
            return array("q", values), False
        if kinds <= {int, float} and all(value <= EXACT for value in values if type(value) is int):
            return array("d", values), False
    except OverflowError:
        pass
    return kept(values), False


def instant(value: str | int | float | None) -> float | None:
    """An ISO-8601 text or a number as ms since the epoch, UTC; `None` for what cannot be a time."""
    if isinstance(value, int | float):
        return float(value) if plausible(value) else None
    try:
        moment = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    at = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000
    return at if plausible(at) else None


def plausible(at: float) -> bool:
    """Whether a number of ms since the epoch lies in this century: WebRTC does not know other times."""
    return EARLIEST <= at <= LATEST
