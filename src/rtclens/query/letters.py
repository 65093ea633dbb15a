"""Refused frames that are kept: listed, and read whole.

Enters: apps, filters, numbers. Leaves: `Letter`s, newest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from rtclens.query.scope import Reader, Scope, ask

_SHOWN = """
SELECT toString(r.letter) AS letter, r.app_id AS app_id, toUnixTimestamp64Milli(r.at) AS at, r.code AS code,
    r.format AS format, r.message AS message, r.hint AS hint, r.raw_bytes AS raw_bytes,
    if(isNull(r.decoded_at), NULL, toUnixTimestamp64Milli(assumeNotNull(r.decoded_at))) AS decoded_at,
    r.circumstances != '' AS whole
"""
_WHERE = """
FROM @refusals AS r
WHERE r.letter != 0 AND ({code:String} = '' OR r.code = {code:String})
    AND ({waiting:UInt8} = 0 OR isNull(r.decoded_at))
    AND (empty({letters:Array(Int64)}) OR has({letters:Array(Int64)}, r.letter))
ORDER BY r.letter DESC LIMIT {limit:UInt32}
"""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A refused frame. `letter` is its number as text, times are ms since the epoch.

    `whole`: nothing of it was used and what it takes to decode it again is known. `decoded_at` is set once it was.
    """

    letter: str
    app_id: str
    at: float
    code: str
    format: str
    message: str
    hint: str
    raw_bytes: int
    decoded_at: float | None
    whole: bool


class LetterContent(Letter, frozen=True, kw_only=True):
    """A refused frame with its bytes as text, in which bytes that are no text stand as `\\xNN`."""

    raw: str
    circumstances: str


class LetterOutcome(msgspec.Struct, frozen=True):
    """What became of a refused frame: `decoded` into so many events; `refused` again; or left alone, `untried`."""

    letter: str
    outcome: Literal["decoded", "refused", "untried"]
    events: int
    reason: str


def letters(reader: Reader, scope: Scope, code: str = "", limit: int = 100) -> list[Letter]:
    """Refused frames, newest first."""
    rows = ask(reader, scope, _SHOWN + _WHERE, code=code, waiting=0, letters=[], limit=limit)
    return [Letter(**_typed(row)) for row in rows]


def letter_contents(
    reader: Reader, scope: Scope, wanted: Sequence[int] = (), code: str = "", limit: int = 100, *, waiting: bool = False
) -> list[LetterContent]:
    """Refused frames with what they held; `waiting`: only those that were not decoded since."""
    sql = _SHOWN + ", r.raw AS raw, r.circumstances AS circumstances" + _WHERE
    rows = ask(reader, scope, sql, code=code, waiting=int(waiting), letters=list(wanted), limit=limit)
    return [LetterContent(**_typed(row)) for row in rows]


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "whole": bool(row["whole"])}
