"""Protobuf field tables by family: the numbers moved at almost every release, and no message says which it uses.

Enters: the name of a family. Leaves: `Family`. The modules beside this one are data: the messages that a release
changed, and those of the release before it; one text per message with `name=number kind flags` tokens, where a kind is
d double, i int32, l int64, b bool, s text, y bytes (an identifier), o text holding a JSON object, r text holding a JSON
record, e:Name enumeration, m:Name message; `*` repeated, `!` required.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module

import msgspec

TOKEN = re.compile(r"(?P<name>\w+)=(?P<number>\d+)(?P<kind>[dilbsyorem])(?P<flags>[*!]*)(?::(?P<type>\w+))?")

CLIENT_FAMILIES = ("3.0", "3.1", "3.2.0", "3.2-3.3", "3.4-3.5")
BATCH_FAMILIES = ("2.0.0", "2.0.1-2.0.4", "2.1.0-2.1.3", "2.1.4-2.1.7", "2.1.8", "2.1.9", "2.2-full", "2.2-delta")

# The March 2026 build of 3.2.0 had no `ClientIssue.key`: two numbers differ from the rest of its family.
ISSUE_WITHOUT_KEY = "type=1s! payload=2s timestamp=3d"


class Field(msgspec.Struct, frozen=True):
    """One field. `kind` is the letter of the table, `type` the name of the message or enumeration."""

    name: str
    number: int
    kind: str
    repeated: bool
    required: bool
    type: str


class Message(msgspec.Struct, frozen=True):
    """One message: its fields by number, and the names of those that must be known after merging."""

    name: str
    fields: dict[int, Field]
    required: tuple[str, ...]


class Family(msgspec.Struct, frozen=True):
    """The messages and enumerations of one numbering."""

    name: str
    messages: dict[str, Message]
    enums: dict[str, dict[int, str]]


@cache
def load(name: str) -> Family:
    """The family called `name` (one of `CLIENT_FAMILIES`, `BATCH_FAMILIES`)."""
    data = import_module(f"{__name__}.v{_module(name)}")
    texts: dict[str, str] = dict(data.MESSAGES)
    if name == "3.2.0":
        texts["ClientIssue"] = ISSUE_WITHOUT_KEY
    return Family(name, {key: _message(key, text) for key, text in texts.items()}, data.ENUMS)


def _module(name: str) -> str:
    return re.sub(r"[.-]", "_", "3.2-3.3" if name == "3.2.0" else name)


def _message(name: str, text: str) -> Message:
    fields = [_field(match) for match in TOKEN.finditer(text)]
    return Message(
        name=name,
        fields={field.number: field for field in fields},
        required=tuple(field.name for field in fields if field.required),
    )


def _field(match: re.Match[str]) -> Field:
    flags = match["flags"]
    return Field(
        name=match["name"],
        number=int(match["number"]),
        kind=match["kind"],
        repeated="*" in flags,
        required="!" in flags,
        type=match["type"] or "",
    )
