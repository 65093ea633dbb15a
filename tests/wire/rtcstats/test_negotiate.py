"""One port, several dialects: the offer decides, else the first frame."""

import json

import pytest

from rtclens.model.codec import Reply
from rtclens.wire.rtcstats import RtcStats, RtcStatsJitsi, RtcStatsLegacy, Undecided, negotiate

from .support import T0, events, hello, refusals


@pytest.mark.parametrize(
    ("offered", "echo", "codec"),
    [
        (["rtcstats#5.0"], "rtcstats#5.0", RtcStats),
        (["rtcstats#4.0"], "rtcstats#4.0", RtcStats),
        (["rtcstats#6.1"], "rtcstats#6.1", RtcStats),
        (["2.0"], "2.0", RtcStatsLegacy),
        (["1.0"], "1.0", RtcStatsLegacy),
        (["3.1_STANDARD"], "3.1_STANDARD", RtcStatsJitsi),
        (["3.0_LEGACY"], "3.0_LEGACY", RtcStatsJitsi),
        (["3.0_JVB"], "3.0_JVB", RtcStatsJitsi),
        (["1.0_JICOFO"], "1.0_JICOFO", RtcStatsJitsi),
        (["chat", "rtcstats#5.0"], "rtcstats#5.0", RtcStats),
        (["chat"], "chat", Undecided),
        ([], None, Undecided),
    ],
)
def test_the_first_known_offer_is_echoed_and_decides(offered, echo, codec):
    found = negotiate(offered)
    assert (found[0], type(found[1])) == (echo, codec)


@pytest.mark.parametrize(
    ("frame", "format_name"),
    [
        ([39, None, {}, T0], "rtcstats"),
        (["g", "PC_0", {"t": T0}, T0], "rtcstats"),
        ([":custom", None, 1, T0], "rtcstats"),
        (["create", "PC_0", {}, T0], "rtcstats-legacy"),
        ({"statsSessionId": "x", "type": "keepalive"}, "rtcstats-jitsi"),
    ],
)
def test_without_an_offer_the_first_frame_decides(frame, format_name):
    _, codec = negotiate([])
    state, items = codec.open(hello(protocol=""))
    assert items == []
    state, items = codec.feed(state, json.dumps(frame), T0)
    items += codec.close(state, T0, 1000)
    assert events(items)
    assert state.codec.name == format_name
    assert [item for item in items if isinstance(item, Reply)] == items[: int(format_name == "rtcstats-jitsi")]


def test_nonsense_first_is_refused_by_the_current_protocol():
    _, codec = negotiate([])
    state, _ = codec.open(hello())
    assert codec.close(state, T0) == []
    _, items = codec.feed(state, "nonsense", T0)
    assert len(refusals(items)) == 1
