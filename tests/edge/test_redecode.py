"""Refused frames can be tried again after a fix."""

import pytest

from rtclens.edge.redecode import original, redecode

AT = 1_800_000_000_000.0


@pytest.mark.parametrize("frame", [b"plain", b"\xff\x00\\x41", b"", "ü".encode(), b"\\xff"])
def test_a_kept_frame_is_what_was_refused_or_nothing(frame):
    kept = frame.decode("utf-8", "backslashreplace")
    assert original(kept, len(frame)) in (frame, None)
    assert original("cut", 900) is None


def test_a_frame_that_decodes_today_is_told_apart():
    frame = '[39,null,{"hardwareConcurrency":2},1795169590405]'
    good = redecode("rtcstats", frame, len(frame), AT)
    assert (good.outcome, good.events > 0) == ("decoded", True)
    bad = redecode("rtcstats", "{not json", 9, AT)
    assert (bad.outcome, bad.reason.split(":")[0]) == ("refused", "not_json")
    assert redecode("peermetrics", "x", 1, AT).outcome == "untried"
    assert redecode("rtcstats", "", 40, AT).outcome == "untried"
