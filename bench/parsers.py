"""The bare parse of each format: the least that any decoder of these bytes has to do.

Leaves: functions of one frame. Protobuf messages are parsed by Google's library with classes made from our own tables,
where that library is installed (`uv pip install protobuf`); it is no dependency.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import msgspec

from rtclens.wire.observertc import tables
from rtclens.wire.observertc.tables import Field

Frame = bytes | str
parsed: Callable[[Frame], object] = msgspec.json.Decoder().decode
KINDS = {"d": 1, "l": 3, "i": 5, "b": 8, "s": 9, "o": 9, "r": 9, "m": 11, "y": 12, "e": 5}
OPTIONAL, REPEATED = 1, 3


def lines(frame: Frame) -> object:
    """Every line of a file that is JSON."""
    raw = frame.encode() if isinstance(frame, str) else frame
    return [parsed(line) for line in raw.split(b"\n") if line[:1] in (b"{", b"[")]


def protobuf(family: str, root: str) -> Callable[[Frame], object] | None:
    """`ParseFromString` of a message of the family; `None` where the library is not installed."""
    if not find_spec("google") or not find_spec("google.protobuf"):
        return None
    described: Any = import_module("google.protobuf.descriptor_pb2").FileDescriptorProto()
    described.name, described.package = f"{family}.proto", "bench"
    for name, message in tables.load(family).messages.items():
        kind = described.message_type.add(name=name)
        for field in message.fields.values():
            _describe(kind.field.add(), field)
    pool = import_module("google.protobuf.descriptor_pool").DescriptorPool()
    pool.Add(described)
    factory = import_module("google.protobuf.message_factory")
    made = factory.GetMessageClass(pool.FindMessageTypeByName(f"bench.{root}"))
    parse: Callable[[Frame], object] = made.FromString
    return parse


def _describe(made: Any, field: Field) -> None:
    made.name, made.number, made.type = field.name, field.number, KINDS[field.kind]
    made.label = REPEATED if field.repeated else OPTIONAL
    if field.kind == "m":
        made.type_name = f".bench.{field.type}"
