"""Avro binary encoding of the first generation's `Report`, as its servers wrote it to Kafka.

Enters: a record of `observertc1`. Leaves: one Avro datum without container (the schema is fixed; `schema` gives it).
Source: the Avro 1.11 specification, "Binary Encoding". A field that may be missing is a union of null and its type.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any

from rtclens.outputs.tables import Table, table

_TABLE = "observertc1"
_NAMESPACE = "org.observertc.webrtc.schemas.reports"


def schema() -> dict[str, Any]:
    """The Avro schema of `Report`, as JSON values."""
    reports = table(_TABLE)
    defined: set[str] = set()
    return {**_record(reports, "Report", defined), "namespace": _NAMESPACE}


def encode(message: str, report: Mapping[str, Any]) -> bytes:
    """`report` (flat: envelope and payload of record `message` together) as one datum."""
    return _write_record(table(_TABLE), "Report", {**report, "payload": (message, report)})


def _payloads(reports: Table) -> list[str]:
    return [message for message in reports.records if message != "Report"]


def _record(reports: Table, message: str, defined: set[str]) -> dict[str, Any]:
    fields = [_field(reports, name, kind, required, defined) for name, kind, required in reports.records[message]]
    return {"type": "record", "name": message, "fields": fields}


def _field(reports: Table, name: str, kind: str, required: bool, defined: set[str]) -> dict[str, Any]:
    if kind == "union":
        return {"name": name, "type": [_record(reports, message, defined) for message in _payloads(reports)]}
    declared: Any = kind
    if kind in reports.enums and kind not in defined:
        defined.add(kind)
        declared = {"type": "enum", "name": kind, "symbols": reports.enums[kind]}
    return {"name": name, "type": declared} if required else {"name": name, "type": ["null", declared], "default": None}


def _write_record(reports: Table, message: str, values: Mapping[str, Any]) -> bytes:
    parts: list[bytes] = []
    for name, kind, required in reports.records[message]:
        value: Any = values.get(name)
        if kind == "union":
            inner, payload = value
            parts += [_long(_payloads(reports).index(inner)), _write_record(reports, inner, payload)]
        elif kind in reports.enums:
            parts.append(_long(reports.enums[kind].index(value)))
        elif required:
            parts.append(_WRITERS[kind](value))
        else:
            parts.append(b"\x00" if value is None else b"\x02" + _WRITERS[kind](value))
    return b"".join(parts)


def _long(value: int) -> bytes:
    """Zig-zag, then seven bits per byte, lowest first."""
    rest = (value << 1) ^ (value >> 63)
    encoded = bytearray()
    while rest > 0x7F:
        encoded.append(rest & 0x7F | 0x80)
        rest >>= 7
    encoded.append(rest)
    return bytes(encoded)


def _string(value: str) -> bytes:
    data = value.encode("utf-8", "replace")
    return _long(len(data)) + data


_WRITERS: dict[str, Callable[[Any], bytes]] = {
    "int": _long,
    "long": _long,
    "string": _string,
    "boolean": lambda value: b"\x01" if value else b"\x00",
    "float": struct.Struct("<f").pack,
    "double": struct.Struct("<d").pack,
}
