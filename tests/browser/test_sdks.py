"""Published SDKs, unmodified, in a real browser: what each can tell arrives, and a fault is found where it is."""

from __future__ import annotations

import pytest
from tests.browser.conftest import Stage
from tests.browser.seen import Seen

from rtclens.demo.process import ServerProcess

pytestmark = pytest.mark.browser

SDKS = ("rtcstats", "jitsi", "observertc1", "observertc3", "observertc4")
BOTH_WAYS = {(who, way, kind) for who in "ab" for way in ("inbound", "outbound") for kind in ("audio", "video")}
FORMATS = {"rtcstats": "rtcstats-legacy", "jitsi": "rtcstats-jitsi"}

DENIED = {"until": "nothing", "seconds": 3, "per": {"a": {"deny": "1"}}}
FROZEN = {"seconds": 8, "per": {"a": {"source": "canvas"}}, "fault": {"who": "a", "act": "freeze", "after": 3}}
STOPPED = {"seconds": 8, "fault": {"who": "a", "act": "stopCamera", "after": 3}}
NO_TURN = {"until": "nothing", "seconds": 8, "per": {"a": {"turn": "turn:127.0.0.1:9?transport=tcp"}}}
BLOCKED = {"until": "failed", "seconds": 3, "per": {"a": {"blocked": "1"}, "b": {"blocked": "1"}}}
FAULTS = [
    ("rtcstats", DENIED, "media_access_denied", "a"),
    ("observertc1", FROZEN, "out_stream_dry", "a"),
    ("observertc3", STOPPED, "out_stream_dry", "a"),
    ("jitsi", NO_TURN, "turn_unreachable", "a"),
    ("observertc4", BLOCKED, "ice_failed", "ab"),
]


def refused(running: ServerProcess) -> list[dict[str, object]]:
    return running.sql("SELECT format, code, message FROM refusals")


@pytest.mark.parametrize("sdk", SDKS)
def test_a_healthy_call_is_two_people_with_their_tracks_and_no_trouble(
    stage: Stage, watched: ServerProcess, sdk: str
) -> None:
    played = stage.play(f"healthy-{sdk}", sdk)
    assert played["errors"] == {"a": [], "b": []}
    seen = Seen(watched, f"healthy-{sdk}")
    assert seen.call["participants"] == 2
    assert seen.call["formats"] == [FORMATS.get(sdk, "observertc")]
    assert seen.tracks() == BOTH_WAYS
    assert set(seen.samples()) == {"a", "b"}
    assert min(seen.samples().values()) >= 5
    assert seen.serious() == set(), seen.findings()  # two encoders on a busy machine may well drop frames
    assert refused(watched) == []


@pytest.mark.parametrize(("sdk", "options", "detector", "at"), FAULTS, ids=[f"{one[0]}-{one[2]}" for one in FAULTS])
def test_a_fault_is_found_at_the_one_who_has_it(
    stage: Stage, watched: ServerProcess, sdk: str, options: dict[str, object], detector: str, at: str
) -> None:
    stage.play(f"{detector}-{sdk}", sdk, **options)  # type: ignore[arg-type]
    findings = Seen(watched, f"{detector}-{sdk}").findings()
    assert {who for name, who in findings if name == detector} == set(at), findings
    assert refused(watched) == []


def test_one_call_through_all_sdks_at_once_is_the_same_call(stage: Stage, watched: ServerProcess) -> None:
    """The same connections: equal tracks, and counters that agree with the browser's own, read a second later."""
    played = stage.play("all", *SDKS, seconds=10)
    assert played["errors"] == {"a": [], "b": []}
    for who, truth in played["truth"].items():
        _compare(watched, who, truth["outbound"], "outbound_rtp", "packetsSent")
        _compare(watched, who, truth["inbound"], "inbound_rtp", "packetsReceived")
    assert refused(watched) == []


def test_one_fault_through_all_sdks_at_once_is_the_same_finding(stage: Stage, watched: ServerProcess) -> None:
    stage.play("stopped", *SDKS, **STOPPED)  # type: ignore[arg-type]
    at = {sdk: Seen(watched, f"stopped-{sdk}").findings() for sdk in SDKS}
    assert all(("out_stream_dry", "a") in found for found in at.values()), at
    assert all(who != "b" for found in at.values() for name, who in found if name == "out_stream_dry"), at


def _compare(running: ServerProcess, who: str, truth: list[dict[str, float]], table: str, member: str) -> None:
    for sdk in SDKS:
        seen = Seen(running, f"all-{sdk}")
        assert seen.tracks() == BOTH_WAYS, sdk
        told = seen.last(table, member)
        for report in truth:
            assert report[member] > 0
            assert told[int(report["ssrc"])] == pytest.approx(report[member], rel=0.25), (sdk, who, report["kind"])
