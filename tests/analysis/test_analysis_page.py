"""What events alone tell: devices, permissions, applications, negotiation, gathering, connections."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rtclens.analysis.detectors import ALL
from rtclens.analysis.detectors.reported import EVENTS
from rtclens.analysis.survey import sdp
from rtclens.model import events as e

from .synthetic import START, Scene

PAIR = {"iceServers": [{"urls": "turn:turn.example.org"}]}


def told(*events: Any, run: float = 0.0) -> Scene:
    """A scene in which `a` sends these events, each as a batch of its own at its time."""
    scene = Scene()
    for event in events:
        scene.now = max(scene.now, event.at)
        scene.send("a", event, at=event.at)
    return scene.run(run) if run else scene


def at(seconds: float) -> float:
    return START + 1000.0 * seconds


def asked(seconds: float, correlation: str = "1") -> e.MediaAccess:
    return e.MediaAccess(at=at(seconds), phase="requested", correlation=correlation)


def given(seconds: float, label: str = "Built-in", constraints: Any = None, **settings: Any) -> e.MediaAccess:
    track = e.LocalTrack("mic", kind="audio", label=label, extra={"settings": settings} if settings else None)
    return e.MediaAccess(
        at=at(seconds), phase="granted", correlation="1", tracks=[track], constraints=constraints, audio=True
    )


def change(seconds: float, what: Any, direction: Any = "outbound") -> e.TrackChanged:
    return e.TrackChanged(at=at(seconds), track="mic", change=what, kind="audio", direction=direction)


def listed(seconds: float, *kinds: str) -> e.DevicesChanged:
    return e.DevicesChanged(
        at=at(seconds), devices=[e.Device(kind=kind, id=f"{kind} {i}") for i, kind in enumerate(kinds)]
    )


@pytest.mark.parametrize(("wait", "found"), [(19.0, False), (21.0, True)])
def test_access_that_took_long(wait: float, found: bool) -> None:
    assert bool(told(asked(1), given(1 + wait)).findings("media_access_slow")) is found


@pytest.mark.parametrize(("after", "stopped", "found"), [(0.5, False, True), (0.5, True, False), (1.5, False, False)])
def test_a_capture_that_ends_at_once(after: float, stopped: bool, found: bool) -> None:
    stop = [change(1 + after, "stopped")] if stopped else []
    scene = told(asked(0), given(1), *stop, change(1 + after, "ended"))
    assert bool(scene.findings("capture_short_lived")) is found


def test_a_capture_that_the_system_mutes() -> None:
    scene = told(asked(0), given(1), change(5, "muted"), e.Heartbeat(at=at(8)))
    found = scene.findings("capture_muted_by_system")
    assert [f.severity for f in found] == ["high"]
    assert found[0].opened_at == at(5)
    scene.send("a", change(12, "unmuted"), at=at(12))
    assert scene.findings("capture_muted_by_system")[0].close_reason == "recovered"


def test_a_short_or_remote_mute_is_nothing() -> None:
    scene = told(asked(0), given(1), change(5, "muted"), change(6, "unmuted"), e.Heartbeat(at=at(9)))
    scene.send("a", change(10, "muted", "inbound"), e.Heartbeat(at=at(15)), at=at(15))
    assert not scene.findings("capture_muted_by_system")


@pytest.mark.parametrize(("label", "found"), [("AirPods Pro", True), ("VB-Cable", True), ("Built-in", False)])
def test_a_microphone_of_a_risky_class(label: str, found: bool) -> None:
    assert bool(told(given(1, label)).findings("device_risky")) is found


@pytest.mark.parametrize(
    ("constraints", "settings", "found"),
    [
        ({"audio": {"echoCancellation": False}}, {}, True),
        ({"audio": {"echoCancellation": {"exact": False}}}, {}, True),
        ({"audio": True}, {"echoCancellation": False}, True),
        ({"audio": {"echoCancellation": True}}, {"echoCancellation": False}, False),
        ({"audio": True}, {}, False),
    ],
)
def test_echo_cancellation_switched_off(constraints: Any, settings: Any, found: bool) -> None:
    assert bool(told(given(1, constraints=constraints, **settings)).findings("aec_disabled")) is found


def test_devices_that_come_and_go() -> None:
    scene = told(listed(1, "audioinput", "audiooutput"), listed(2, "audioinput", "audiooutput"))
    assert not scene.findings("device_changed")
    scene.send("a", listed(3, "audioinput"), at=at(3))
    assert scene.findings("device_changed")
    assert [f.severity for f in scene.findings("speaker_unavailable")] == ["high"]
    scene.send("a", listed(4, "audioinput", "audiooutput"), at=at(4))
    assert scene.findings("speaker_unavailable")[0].close_reason == "recovered"


def test_a_list_without_ids_or_without_outputs_ever_tells_nothing() -> None:
    """Before permission there are no ids; some browsers never list outputs."""
    blank = e.DevicesChanged(at=at(1), devices=[e.Device(kind="audioinput")])
    scene = told(blank, listed(2, "audioinput"), listed(3, "audioinput"))
    assert scene.names("info") == set()


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_events_of_the_application(name: str) -> None:
    """Each name opens or closes its detector; spelling in camel case or with dashes is the same."""
    detector, opens = EVENTS[name]
    first = name if opens else next(other for other, (one, does) in EVENTS.items() if one is detector and does)
    scene = told(e.AppReported(at=at(1), name=first.replace("_", "-")))
    assert scene.findings(detector.id)
    if not opens:
        camel = "".join(part.capitalize() for part in name.split("_"))
        scene.send("a", e.AppReported(at=at(5), name=camel), at=at(5))
        assert scene.findings(detector.id)[0].close_reason == "recovered"


def test_an_application_says_that_it_cannot_play() -> None:
    scene = told(e.AppReported(at=at(1), name="speakerUnavailable"))
    assert scene.findings("speaker_unavailable")
    assert not told(e.AppReported(at=at(1), name="button pressed")).names("info")


def moved(seconds: float, machine: Any, state: str) -> e.StateChanged:
    return e.StateChanged(at=at(seconds), connection="pc-a", machine=machine, state=state)


@pytest.mark.parametrize(("times", "found"), [(5, False), (6, True)])
def test_negotiating_again_and_again(times: int, found: bool) -> None:
    """The first negotiation is no repetition."""
    events = []
    for number in range(times):
        events += [moved(3 * number, "signaling", "have-local-offer"), moved(3 * number + 0.1, "signaling", "stable")]
    scene = told(*events)
    assert bool(scene.findings("negotiation_storm")) is found
    if found:
        assert {f.close_reason for f in scene.run(45).findings("negotiation_storm")} == {"recovered"}


def test_negotiations_that_lie_apart_are_no_storm() -> None:
    events = []
    for number in range(8):
        events += [moved(10 * number, "signaling", "have-local-offer"), moved(10 * number + 0.1, "signaling", "stable")]
    assert not told(*events).findings("negotiation_storm")


def section(kind: str, mid: str, *lines: str) -> str:
    codec = "opus/48000/2" if kind == "audio" else "VP8/90000"
    shared = [f"m={kind} 9 UDP/TLS/RTP/SAVPF 96", f"a=mid:{mid}", "a=rtcp-mux", f"a=rtpmap:96 {codec}"]
    return "\r\n".join([*shared, *lines])


FEC, RTX = "a=fmtp:96 useinbandfec=1", "a=rtpmap:97 rtx/90000"
GOOD = "\r\n".join(
    ["v=0", "a=group:BUNDLE 0 1", section("audio", "0", FEC), section("video", "1", RTX)],
)


@pytest.mark.parametrize(
    ("text", "wrong", "unprotected"),
    [
        (GOOD, "", ""),
        (GOOD.replace("a=group:BUNDLE 0 1\r\n", ""), "BUNDLE", ""),
        (GOOD.replace("a=rtcp-mux", "a=x", 1), "rtcp-mux", ""),
        (GOOD.replace("a=mid:0", "a=mid:0\r\na=mid:0"), "twice", ""),
        (GOOD.replace(RTX, "a=rtpmap:97 red/90000"), "", "rtx"),
        (GOOD.replace(FEC, "a=fmtp:96 minptime=10"), "", "FEC"),
        (GOOD.replace("m=video 9", "m=video 0").replace(RTX, ""), "", ""),  # refused
        ("", "", ""),
    ],
)
def test_what_is_wrong_with_a_description(text: str, wrong: str, unprotected: str) -> None:
    read = sdp.sections(text)
    assert wrong in sdp.wrong(read, ()) if wrong else sdp.wrong(read, ()) == ""
    assert unprotected in sdp.unprotected(read) if unprotected else sdp.unprotected(read) == ""


def described(seconds: float, kind: str, text: str, side: Any = "local") -> e.Described:
    return e.Described(at=at(seconds), connection="pc-a", side=side, kind=kind, sdp=text)


def test_descriptions_are_told_once() -> None:
    bad = GOOD.replace("a=group:BUNDLE 0 1\r\n", "").replace(RTX, "")
    scene = told(described(1, "offer", bad), described(2, "answer", bad, "remote"), described(3, "offer", bad))
    assert len(scene.findings("sdp_suspicious")) == 1
    assert len(scene.findings("recovery_not_negotiated")) == 1
    assert not told(described(1, "offer", GOOD), described(2, "answer", GOOD, "remote")).names("info")


def test_sections_that_change_their_places() -> None:
    swapped = "\r\n".join(["v=0", "a=group:BUNDLE 0 1", section("video", "1", RTX), section("audio", "0", FEC)])
    assert told(described(1, "offer", GOOD), described(5, "offer", swapped)).findings("sdp_suspicious")
    more = GOOD + "\r\n" + section("video", "2", RTX)
    assert not told(described(1, "offer", GOOD), described(5, "offer", more)).findings("sdp_suspicious")


def candidate(seconds: float, kind: str, address: str = "203.0.113.7") -> e.CandidateGathered:
    return e.CandidateGathered(at=at(seconds), connection="pc-a", candidate=e.Candidate(type=kind, address=address))


@pytest.mark.parametrize(
    ("kind", "after", "found"),
    [("srflx", 0.4, False), ("srflx", 0.6, True), ("relay", 0.9, False), ("relay", 1.2, True)],
)
def test_addresses_that_come_late(kind: str, after: float, found: bool) -> None:
    scene = told(moved(1, "ice_gathering", "gathering"), candidate(1.01, "host"), candidate(1 + after, kind))
    assert bool(scene.findings("ice_gathering_slow")) is found


def configured(config: dict[str, Any]) -> e.ConnectionOpened:
    return e.ConnectionOpened(at=at(0.5), connection="pc-a", peer="b", sfu=False, config=config)


@pytest.mark.parametrize(
    ("url", "address", "found"),
    [
        ("turn:turn.example.org", "10.0.0.5", True),
        ("turn:turn.example.org", "203.0.113.7", True),  # a range for documentation: as private as the others
        ("turn:turn.example.org", "8.8.8.8", False),
        ("turn:turn.example.org", "127.0.0.1", False),  # a laboratory
        ("turn:192.168.1.2:3478", "192.168.1.2", False),  # an intended relay of a local network
        ("turn:turn.example.org", "", False),
    ],
)
def test_a_relay_with_a_private_address(url: str, address: str, found: bool) -> None:
    config = {"iceServers": [{"urls": url}]}
    scene = told(configured(config), moved(1, "ice_gathering", "gathering"), candidate(1.2, "relay", address))
    assert bool(scene.findings("turn_address_private")) is found


def test_only_relays_allowed() -> None:
    assert told(configured(PAIR | {"iceTransportPolicy": "relay"})).findings("relay_forced")
    assert not told(configured(PAIR)).findings("relay_forced")


@pytest.mark.parametrize(("after", "severity"), [(0.5, ""), (1.5, "low"), (4.0, "medium")])
def test_keys_that_take_long(after: float, severity: str) -> None:
    scene = told(
        moved(1, "ice", "checking"),
        moved(1, "connection", "connecting"),
        moved(2, "ice", "connected"),
        moved(2 + after, "connection", "connected"),
    )
    assert [f.severity for f in scene.findings("dtls_slow")] == ([severity] if severity else [])


@pytest.mark.parametrize(("back", "found"), [(6.0, True), (14.0, False)])
def test_a_connection_that_needs_a_second_try(back: float, found: bool) -> None:
    scene = told(
        moved(1, "ice", "checking"),
        moved(2, "ice", "connected"),
        moved(3, "ice", "disconnected"),
        moved(back, "ice", "connected"),
    )
    assert bool(scene.findings("connection_warmup")) is found


def connections(count: int, closed: bool) -> Scene:
    scene = Scene()
    for number in range(count):
        name = f"pc-{number}"
        scene.send("a", e.ConnectionOpened(at=at(2 * number), connection=name), at=at(2 * number))
        if closed:
            scene.send("a", e.ConnectionClosed(at=at(2 * number + 1), connection=name), at=at(2 * number + 1))
    return scene


def test_connections_made_again_and_again() -> None:
    assert connections(4, closed=True).findings("connection_churn")
    assert not connections(2, closed=True).findings("connection_churn")
    assert not connections(8, closed=False).findings("connection_churn")  # one for each of many people


def failed(seconds: float, error: str, source: Any = "user") -> e.MediaAccess:
    return e.MediaAccess(at=at(seconds), phase="failed", error=error, source=source)


@pytest.mark.parametrize(
    ("error", "detector"),
    [
        ("NotReadableError", "media_device_unreadable"),
        ("OverconstrainedError", "media_constraints_unmet"),
        ("NotAllowedError", "media_access_denied"),
        ("NotFoundError", "media_device_missing"),
    ],
)
def test_a_refused_request_and_a_later_success(error: str, detector: str) -> None:
    scene = told(asked(0), failed(1, error))
    assert {f.detector for f in scene.findings()} == {detector}
    scene.send("a", given(5), at=at(5))
    assert scene.findings(detector)[0].close_reason == "recovered"


def test_a_screen_that_cannot_be_captured_and_one_that_nobody_chose() -> None:
    assert told(failed(1, "NotReadableError", "display")).findings("screen_capture_failed")
    assert not told(failed(1, "NotAllowedError", "display")).findings()


def test_a_capture_that_stops_by_itself() -> None:
    assert told(given(1), change(9, "ended")).findings("capture_stopped")
    assert not told(given(1), change(9, "stopped"), change(9, "ended")).findings("capture_stopped")


def called(seconds: float, name: str, phase: Any) -> e.ApiCalled:
    return e.ApiCalled(at=at(seconds), name=name, phase=phase, connection="pc-a", error="OperationError")


def test_a_description_that_is_refused_and_then_taken() -> None:
    name = "setRemoteDescription"
    scene = told(called(1, name, "call"), called(1.1, name, "failure"))
    assert scene.findings("negotiation_failed")
    scene.send("a", called(3, name, "success"), at=at(3))
    assert scene.findings("negotiation_failed")[0].close_reason == "recovered"
    assert not told(called(1, name, "call"), called(1.1, name, "success")).findings()


@pytest.mark.parametrize(("back", "found"), [(None, True), (8.0, False)])
def test_a_restart_of_ice_that_leads_nowhere(back: float | None, found: bool) -> None:
    recovered = [moved(back, "ice", "connected")] if back else []
    scene = told(
        moved(1, "ice", "checking"),
        moved(2, "ice", "connected"),
        called(5, "restartIce", "call"),
        moved(5.1, "ice", "checking"),
        *recovered,
        e.Heartbeat(at=at(21)),
    )
    assert bool(scene.findings("ice_restart_failed")) is found


def test_keys_that_are_never_agreed_on() -> None:
    assert told(moved(1, "ice", "connected"), moved(2, "dtls", "failed")).findings("dtls_failed")
    assert not told(moved(1, "ice", "connected"), moved(2, "dtls", "connected")).findings("dtls_failed")


@pytest.mark.parametrize("relay", [False, True])
def test_a_relay_that_does_not_answer(relay: bool) -> None:
    found = [candidate(1.3, "relay", "8.8.8.8")] if relay else []
    gathered = e.CandidateGathered(at=at(2), connection="pc-a", candidate=None)
    events = (moved(1, "ice_gathering", "gathering"), candidate(1.1, "host"), *found, gathered)
    scene = told(configured(PAIR), *events, e.Heartbeat(at=at(8)))
    assert bool(scene.findings("turn_unreachable")) is not relay


def test_every_detector_is_named_in_a_test() -> None:
    """By its id, in one of these files; those of the application by the table of its events."""
    text = "".join(path.read_text() for path in sorted(Path(__file__).parent.glob("test_analysis_*.py")))
    reported = {detector.id for detector, _ in EVENTS.values()}
    assert [one.id for one in ALL if f'"{one.id}"' not in text and one.id not in reported] == []
