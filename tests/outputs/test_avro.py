"""What is written in Avro can be read with the schema, by a reader that knows nothing else."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.outputs.world import moments

from rtclens.outputs import avro, observertc1
from rtclens.outputs.moments import Options


class Reader:
    """Decodes a datum by its schema, after the Avro specification."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)
        self._named: dict[str, Any] = {}

    def exhausted(self) -> bool:
        return not self._data.read(1)

    def read(self, schema: Any) -> Any:
        if isinstance(schema, list):
            return self.read(schema[self._long()])
        kind = schema["type"] if isinstance(schema, dict) else schema
        if kind == "record":
            return {field["name"]: self.read(field["type"]) for field in schema["fields"]}
        if kind == "enum" or kind in self._named:
            return self._named[kind if kind in self._named else schema["name"]][self._long()]
        return self._plain(kind)

    def learn(self, schema: Any) -> None:
        """Note the enumerations, wherever they are defined."""
        if isinstance(schema, dict) and schema.get("type") == "enum":
            self._named[schema["name"]] = schema["symbols"]
        for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
            self.learn(inner)

    def _plain(self, kind: str) -> Any:
        if kind == "null":
            return None
        if kind in ("int", "long"):
            return self._long()
        if kind == "string":
            return self._data.read(self._long()).decode()
        if kind == "boolean":
            return self._data.read(1) == b"\x01"
        return struct.unpack("<f" if kind == "float" else "<d", self._data.read(4 if kind == "float" else 8))[0]

    def _long(self) -> int:
        shift = value = 0
        while True:
            (byte,) = self._data.read(1)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return (value >> 1) ^ -(value & 1)


def test_every_report_is_read_back_equal():
    schema = avro.schema()
    seen = set()
    for moment in moments():
        for record in observertc1.records(moment, Options(service_name="S")):
            reader = Reader(avro.encode(record.message, record.body))
            reader.learn(schema)
            read = reader.read(schema)
            assert reader.exhausted()
            flat = {**read, **read.pop("payload")}
            flat.pop("payload", None) if record.type != "EXTENSION" else None
            assert set(flat) == set(record.body)
            for name, value in record.body.items():
                assert flat[name] == (pytest.approx(value, rel=1e-6) if isinstance(value, float) else value), name
            seen.add(record.type)
    assert seen == set(observertc1.TYPES)


@given(st.integers(-(2**63), 2**63 - 1))
def test_longs(value):
    assert Reader(avro._long(value))._long() == value
