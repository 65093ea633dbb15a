"""Dead letters: refused frames, listed, shown, decoded again, dropped.

Enters: an app, a code, or numbers. Leaves: letters, and what became of each.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from rtclens.api.endpoint import Ask, Endpoint, NoBody, NoQuery
from rtclens.api.errors import not_found
from rtclens.query.letters import Letter, LetterContent, LetterOutcome

Number = Annotated[str, msgspec.Meta(pattern="^[1-9][0-9]{0,18}$")]
HIGHEST = (1 << 63) - 1


class LettersQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Refused frames of one app or all, of one code or all; the newest."""

    app: str = ""
    code: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 100


class LettersBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which refused frames: of one app or all, of one code or all, with these numbers or any."""

    app: str = ""
    code: str = ""
    letters: Annotated[list[Number], msgspec.Meta(max_length=10_000)] = []
    limit: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1000


class LettersDropped(msgspec.Struct, frozen=True):
    """How many were removed."""

    dropped: int


def list_letters(ask: Ask[LettersQuery, NoBody]) -> list[Letter]:
    """Refused frames, newest first."""
    query = ask.query
    return ask.services.letters.listed(ask.scope(query.app).app_ids, query.code, query.limit)


def get_letter(ask: Ask[NoQuery, NoBody]) -> LetterContent:
    """A refused frame with what it held."""
    asked = ask.path["letter"]
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 20 else 0
    found = ask.services.letters.shown(ask.scope().app_ids, number) if 0 < number <= HIGHEST else None
    if found is None:
        raise not_found("letter")
    return found


def redecode_letters(ask: Ask[NoQuery, LettersBody]) -> list[LetterOutcome]:
    """Decode refused frames again and store what they hold; those that were decoded before are left out."""
    body = ask.body
    return ask.services.letters.redecoded(ask.scope(body.app).app_ids, _numbers(body), body.code, body.limit)


def drop_letters(ask: Ask[NoQuery, LettersBody]) -> LettersDropped:
    """Remove refused frames for good."""
    body = ask.body
    return LettersDropped(
        ask.services.letters.dropped(ask.scope(body.app).app_ids, _numbers(body), body.code, body.limit)
    )


def _numbers(body: LettersBody) -> list[int]:
    """The numbers; one that is too large for any letter is none's."""
    return [min(int(one), HIGHEST) for one in body.letters]


ENDPOINTS = (
    Endpoint("GET", "/letters", list_letters),
    Endpoint("POST", "/letters/redecode", redecode_letters, right="manage"),
    Endpoint("POST", "/letters/drop", drop_letters, right="manage"),
    Endpoint("GET", "/letters/{letter}", get_letter, right="sql"),  # last: the names above are no numbers
)
