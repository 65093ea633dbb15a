"""The log and the media requests of a dump become events with the words and times of the APIs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from internals_dumps import START, batches, dump, events, of, read, recorded, report, samples

from rtclens.model.events import (
    ApiCalled,
    CandidateFailed,
    CandidateGathered,
    ConnectionClosed,
    ConnectionOpened,
    Described,
    MediaAccess,
    Notified,
    SessionClosed,
    SessionOpened,
    StateChanged,
    TrackChanged,
)
from rtclens.wire.internals import values
from rtclens.wire.internals.log import normalised


def log(*entries: tuple[str, Any]) -> list[dict[str, Any]]:
    return [
        {"type": name, "value": value if isinstance(value, str) else json.dumps(value), "timestamp": START + index}
        for index, (name, value) in enumerate(entries)
    ]


def test_a_recorded_call_tells_its_story_in_order() -> None:
    items = read(recorded("happy-a-closed"))
    told = events([batch for batch in batches(items) if batch.origin.participant == "p/10"])
    assert [event.at for event in told] == sorted(event.at for event in told)
    states = [(one.machine, one.state) for one in told if isinstance(one, StateChanged)]
    assert states == [
        ("signaling", "have-remote-offer"),
        ("signaling", "stable"),
        ("ice_gathering", "gathering"),
        ("ice", "checking"),
        ("connection", "connecting"),
        ("ice", "connected"),
        ("ice_gathering", "complete"),
        ("connection", "connected"),
    ]
    tracks = [(one.kind, one.direction) for one in told if isinstance(one, TrackChanged)]
    assert sorted(tracks) == [("audio", "inbound"), ("audio", "outbound"), ("video", "inbound"), ("video", "outbound")]
    described = [(one.side, one.kind, one.sdp[:3]) for one in told if isinstance(one, Described)]
    assert described == [("remote", "offer", "v=0"), ("local", "answer", "v=0")]


def test_two_tabs_are_two_participants() -> None:
    """Both ends of a call made in one browser are in one file; each renderer is a client of its own."""
    items = read(recorded("happy-a-closed"))
    assert {batch.origin.participant for batch in batches(items)} == {"p/9", "p/10"}
    assert {batch.origin.call for batch in batches(items)} == {"c"}
    assert len({batch.origin.session for batch in batches(items)}) == 2


def test_one_tab_takes_the_name_of_the_file() -> None:
    assert {batch.origin.participant for batch in batches(read(recorded("icefail-live")))} == {"p"}


def test_batches_come_in_order_of_time() -> None:
    received = [batch.received_at for batch in batches(read(recorded("happy-a-closed")))]
    assert received == sorted(received)


def test_denied_media_is_a_failed_access() -> None:
    requested, failed = of(MediaAccess, read(recorded("gum-live")))
    assert (requested.phase, requested.audio, requested.video) == ("requested", True, True)
    assert requested.constraints["video"] == {
        "width": {"ideal": 640},
        "height": {"ideal": 480},
        "frameRate": {"ideal": 30},
    }
    assert (failed.phase, failed.error, failed.message) == ("failed", "NotAllowedError", "Permission denied")
    assert failed.correlation == requested.correlation


def test_granted_media_names_its_tracks() -> None:
    granted = [one for one in of(MediaAccess, read(recorded("happy-after-hangup"))) if one.phase == "granted"]
    assert [[(track.kind, track.label) for track in one.tracks] for one in granted] == [
        [("audio", "Fake Default Audio Input"), ("video", "fake_device_0")]
    ] * 2


def test_the_browser_is_known() -> None:
    (opened,) = of(SessionOpened, read(recorded("icefail-live")))
    assert (opened.client.browser, opened.client.browser_version) == ("Chromium", "156.0.8078.79")
    assert (opened.client.os, opened.client.cores, opened.client.memory_gib) == ("Linux", 2, 16)
    assert opened.client.url.startswith("http://localhost:8080/call/")


def test_an_empty_dump_is_valid() -> None:
    items = read({"getUserMedia": [], "PeerConnections": {}, "UserAgent": "Mozilla Chrome/83.0.1", "timestamp": START})
    opened, closed = events(items)
    assert isinstance(opened, SessionOpened)
    assert isinstance(closed, SessionClosed)
    assert (opened.at, opened.client.browser) == (START, "Chrome")


def test_a_description_takes_effect_when_its_call_succeeds() -> None:
    offer = {"type": "offer", "sdp": "v=0\r\n"}
    told = log(
        ("setLocalDescription", offer),
        ("setRemoteDescription", {"type": "answer", "sdp": "v=1"}),
        ("setRemoteDescriptionOnFailure", "InvalidStateError: wrong"),
        ("setLocalDescriptionOnSuccess", ""),
    )
    items = read(dump({}, told))
    (described,) = of(Described, items)
    assert (described.side, described.kind, described.sdp, described.at) == ("local", "offer", "v=0\r\n", START + 3)
    failure = next(one for one in of(ApiCalled, items) if one.phase == "failure")
    assert (failure.name, failure.error) == ("setRemoteDescription", "InvalidStateError: wrong")
    assert failure.correlation == "setRemoteDescription-1"


def test_overlapping_calls_settle_first_in_first_out() -> None:
    told = log(
        ("addIceCandidate", {"candidate": "candidate:1"}),
        ("addIceCandidate", {"candidate": "candidate:2"}),
        ("addIceCandidateOnSuccess", ""),
        ("addIceCandidateOnFailure", "OperationError"),
    )
    calls = of(ApiCalled, read(dump({}, told)))
    assert [(one.phase, one.correlation) for one in calls] == [
        ("call", "addIceCandidate-1"),
        ("call", "addIceCandidate-2"),
        ("success", "addIceCandidate-1"),
        ("failure", "addIceCandidate-2"),
    ]


def test_candidate_errors_tell_server_and_code() -> None:
    said = {"url": "turn:t.example", "address": "10.x.x.x", "port": 5, "error_text": "Unauthorized", "error_code": 401}
    (failed,) = of(CandidateFailed, read(dump({}, log(("onicecandidateerror", said)))))
    assert (failed.code, failed.text, failed.url, failed.port) == (401, "Unauthorized", "turn:t.example", 5)


def test_tracks_of_versions_without_track_events_come_from_transceivers() -> None:
    said = {
        "mid": "0",
        "kind": "video",
        "sender": {"track": "s", "streams": []},
        "receiver": {"track": "r", "streams": []},
        "currentDirection": "sendrecv",
    }
    told = log(
        ("transceiverAdded", said | {"reason": "addTrack", "currentDirection": None}), ("transceiverModified", said)
    )
    tracks = of(TrackChanged, read(dump({}, told)))
    assert [(one.track, one.direction, one.kind) for one in tracks] == [
        ("s", "outbound", "video"),
        ("r", "inbound", "video"),
    ]


def test_unknown_entries_are_kept_under_their_name() -> None:
    notices = of(Notified, read(dump({}, log(("onsomethingnew", {"a": 1}), ("weird", "not json {")))))
    assert [(one.name, one.value) for one in notices] == [("somethingnew", {"a": 1}), ("weird", "not json {")]


def test_close_ends_the_connection() -> None:
    (closed,) = of(ConnectionClosed, read(dump({}, log(("close", "")))))
    assert closed.connection == "7-1"


def test_a_connection_opens_at_the_earliest_known_time() -> None:
    stats = report("P", "peer-connection", [START - 500, START + 500], dataChannelsOpened=[0, 0])
    (opened,) = of(ConnectionOpened, read(dump(stats, log(("onnegotiationneeded", "")))))
    assert opened.at == START - 500


@pytest.mark.parametrize("name", ["onIceCandidate", "icecandidate", "onicecandidate", "iceCandidate"])
def test_every_spelling_of_an_event_is_one(name: str) -> None:
    assert normalised(name) == "icecandidate"
    text = "sdpMid: 0, sdpMLineIndex: 1, candidate: candidate:1 1 udp 99 10.0.0.1 5 typ host generation 0, url: stun:x"
    (gathered,) = of(CandidateGathered, read(dump({}, [{"type": name, "value": text, "timestamp": START}])))
    assert (gathered.candidate.address, gathered.candidate.port, gathered.candidate.mid) == ("10.0.0.1", 5, "0")
    assert gathered.candidate.mline_index == 1


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ('"connected"', "connected"),
        ("checking", "checking"),
        ("SignalingStateHaveLocalOffer", "have-local-offer"),
        ("IceConnectionStateNew", "new"),
        ("", ""),
        ("17", ""),
    ],
)
def test_states_have_their_standard_names(said: str, state: str) -> None:
    assert values.state(said) == state


def test_the_engines_own_ice_state_is_read_only_where_the_standard_one_is_missing() -> None:
    both = log(("legacyIceConnectionStateChange", "completed"), ("iceConnectionStateChange", "connected"))
    assert [one.state for one in of(StateChanged, read(dump({}, both)))] == ["connected"]
    assert [one.state for one in of(StateChanged, read(dump({}, both[:1])))] == ["completed"]


def test_samples_survive_without_a_log_and_the_log_without_samples() -> None:
    stats = report("P", "peer-connection", [START], dataChannelsOpened=[0])
    assert len(samples(read(dump(stats)))) == 1
    assert len(of(StateChanged, read(dump({}, log(("onsignalingstatechange", '"stable"')))))) == 1
