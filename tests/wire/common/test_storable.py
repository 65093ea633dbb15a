"""Values that no later step could carry are replaced; all others pass as they are."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtclens.model.codec import Refusal
from rtclens.wire.common import frames
from rtclens.wire.common.storable import kept

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "carried"),
    [
        (2**64, float(2**64)),
        (-(2**63) - 1, float(-(2**63) - 1)),
        (10**400, None),
        (2**64 - 1, 2**64 - 1),
        ({"a": [10**30, "x"]}, {"a": [1e30, "x"]}),
        ({"\ud800": "x\udfff"}, {"\ufffd": "x\ufffd"}),
    ],
)
def test_what_cannot_be_carried_is_replaced(value, carried):
    assert kept(value) == carried


def test_what_can_be_carried_is_not_copied():
    value = {"a": [1, 2.5, None, "é"]}
    assert kept(value) is value


@given(JSON)
def test_any_json_can_be_carried(value):
    msgspec.json.encode(msgspec.msgpack.decode(msgspec.msgpack.encode(kept(value))))


def test_a_parsed_frame_can_be_carried():
    frame = json.dumps(["x", None, {"deep": [10**400]}, 1])
    assert frames.parse(frame, "f", 1.0) == ["x", None, {"deep": [None]}, 1]
    assert isinstance(frames.parse("[" * 5_000, "f", 1.0), Refusal)
