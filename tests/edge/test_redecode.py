"""Refused frames are kept so that they can be decoded again."""

import pytest

from rtclens.edge.letters import noted
from rtclens.edge.redecode import Undecodable, original, redecode
from rtclens.model.codec import Hello, Refusal
from rtclens.model.events import Batch, Heartbeat, Origin

AT = 1_800_000_000_000.0


@pytest.mark.parametrize("frame", [b"plain", b"\xff\x00\\x41", b"", "ü".encode(), b"\\xff"])
def test_a_kept_frame_is_what_was_refused_or_nothing(frame):
    kept = frame.decode("utf-8", "backslashreplace")
    assert original(kept, len(frame)) in (frame, None)
    assert original("cut", 900) is None


def test_only_a_frame_that_was_refused_whole_keeps_its_circumstances():
    hello = Hello("app", headers={"user-agent": "Firefox", "cookie": "secret"}, address="192.0.2.77")
    whole = Refusal("not_json", "broken")
    noted([whole], "rtcstats", hello, "{broken")
    assert whole.circumstances is not None
    assert (whole.circumstances.codec, whole.raw) == ("rtcstats", b"{broken")
    assert whole.circumstances.hello.headers == {"user-agent": "Firefox"}
    assert whole.circumstances.hello.address == "192.0.2.0"
    partly = Refusal("bad_value", "one report")
    noted([Batch(Origin("app", "x"), AT, [Heartbeat(at=AT)]), partly], "rtcstats", hello, "{}")
    assert partly.circumstances is None


@pytest.mark.parametrize("raw", ["", "cut"])
def test_a_frame_that_is_gone_or_was_used_in_part_is_not_tried(raw):
    told = '{"codec":"rtcstats","hello":{"app_id":"a"}}'
    with pytest.raises(Undecodable) as why:
        redecode(1 << 62, raw, 40, told, AT, lambda _: [])
    assert not why.value.tried
    with pytest.raises(Undecodable):
        redecode(1 << 62, "[]", 2, "", AT, lambda _: [])
