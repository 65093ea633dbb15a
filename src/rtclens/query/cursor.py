"""Cursors: where a page of a sorted list ended, so that the next one begins there whatever was added meanwhile.

Enters: the sort, the last row's sort value and id. Leaves: an opaque text, and back. A cursor holds nothing secret and
nothing that SQL would run: its parts travel as parameters.
"""

from __future__ import annotations

import base64
import binascii

import msgspec

from rtclens.query.errors import BadQuestionError


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The last row that was shown."""

    sort: str
    value: float
    id: str

    def text(self) -> str:
        """The form that travels in a URL."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def parse(text: str, sort: str) -> Cursor:
    """The cursor of a text, which must have been made for the same sort."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        cursor = msgspec.json.decode(raw, type=Cursor)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise _refused() from error
    if cursor.sort != sort:
        raise _refused()
    return cursor


def _refused() -> BadQuestionError:
    return BadQuestionError("bad_cursor", "The cursor does not fit this list.", "Ask for the first page again.")
