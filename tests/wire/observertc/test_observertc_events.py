"""What clients of generation 3 report beside stats, as canonical events."""

import json

import msgspec
import pytest

from rtclens.model import events as ev
from rtclens.model.codec import Hello
from rtclens.wire.observertc.select import select

AT = 1_700_000_000_000
PC = {"peerConnectionId": "pc"}
HELLO = Hello(app_id="app", path={"call": "c", "client": "p"}, headers={"user-agent": "UA"}, address="192.0.2.1")


def events(**members):
    codec = select(HELLO)
    state, _ = codec.open(HELLO)
    (batch,) = codec.feed(state, json.dumps({"timestamp": AT, **members}), 1.0)[1]
    return batch.events


def client_event(kind, payload, **more):
    """The one event that is made of a client event, whichever form its payload has."""
    as_text, as_record = (
        [e for e in events(clientEvents=[{"type": kind, "payload": form, **more}]) if not opened(e)]
        for form in (json.dumps(payload), payload)
    )
    assert as_text == as_record
    (event,) = as_record
    return event


def opened(event):
    return isinstance(event, ev.ConnectionOpened)


@pytest.mark.parametrize("name", ["connectionState", "peerConnectionState", "pcConnectionState"])
def test_the_connection_state_has_three_names(name):
    event = client_event("PEER_CONNECTION_STATE_CHANGED", {**PC, name: "failed"}, timestamp=AT - 5)
    assert event == ev.StateChanged(at=AT - 5, connection="pc", machine="connection", state="failed")


@pytest.mark.parametrize(
    ("kind", "member", "machine"),
    [
        ("ICE_CONNECTION_STATE_CHANGED", "iceConnectionState", "ice"),
        ("ICE_GATHERING_STATE_CHANGED", "iceGatheringState", "ice_gathering"),
        ("SIGNALING_STATE_CHANGE", "signalingState", "signaling"),
    ],
)
def test_states(kind, member, machine):
    event = client_event(kind, {**PC, member: "new"})
    assert event == ev.StateChanged(at=AT, connection="pc", machine=machine, state="new")


def test_a_join_and_a_leave_bound_the_session():
    joined, left = events(
        clientEvents=[
            {"type": "CLIENT_LEFT", "payload": "{}", "timestamp": AT},
            {"type": "CLIENT_JOINED", "payload": {"build": "7"}, "timestamp": AT - 9},
        ]
    )
    assert joined == ev.SessionOpened(
        at=AT - 9, client=ev.Client(user_agent="UA", address="192.0.2.1"), tags={"build": "7"}
    )
    assert left == ev.SessionClosed(at=AT, reason="left")


def test_an_unknown_connection_is_opened_before_its_event():
    """R-15: an event of a connection that no sample has shown yet is neither lost nor doubled."""
    found = events(clientEvents=[{"type": "NEGOTIATION_NEEDED", "payload": PC}])
    assert found == [
        ev.ConnectionOpened(at=AT, connection="pc"),
        ev.Notified(at=AT, name="negotiationneeded", connection="pc", value=PC),
    ]


def test_a_candidate_without_members_is_no_end_of_candidates():
    assert isinstance(client_event("ICE_CANDIDATE", PC), ev.Notified)
    event = client_event("ICE_CANDIDATE", {**PC, "candidate": "candidate:1", "port": 9, "sdpMid": "0"})
    assert event.candidate == ev.Candidate(line="candidate:1", port=9, mid="0")


def test_candidate_errors():
    payload = {**PC, "errorCode": 401, "errorText": "Unauthorized", "url": "turn:t", "address": None, "port": 3}
    expected = ev.CandidateFailed(at=AT, connection="pc", code=401, text="Unauthorized", url="turn:t", port=3)
    assert client_event("ICE_CANDIDATE_ERROR", payload) == expected


def test_tracks_get_their_direction_from_the_sample():
    track = {"id": "t", "kind": "video", "timestamp": AT}
    found = events(
        clientEvents=[
            {"type": "MEDIA_TRACK_MUTED", "payload": {**PC, "trackId": "t", "kind": "video", "label": "cam"}}
        ],
        peerConnections=[{**PC, "outboundTracks": [track]}],
    )
    (changed,) = [event for event in found if isinstance(event, ev.TrackChanged)]
    assert (changed.change, changed.direction, changed.label) == ("muted", "outbound", "cam")


def test_numeric_ids_and_unknown_types_are_kept():
    """R-09, R-10: numbers are ids, payloads that are no JSON stay text."""
    event = client_event("DATA_CHANNEL_OPEN", {**PC, "dataChannelId": 1})
    assert (event.name, event.value["dataChannelId"]) == ("datachannel.open", 1)
    assert client_event("SOMETHING_ELSE", {"a": 1}) == ev.AppReported(at=AT, name="SOMETHING_ELSE", value={"a": 1})
    (raw,) = events(clientEvents=[{"type": "X", "payload": "not { json"}])
    assert raw.value == "not { json"


def test_the_user_agent_record_fills_the_environment():
    """R-12: it is the only source of browser, engine and operating system."""
    agent = {
        "ua": "Mozilla/5.0",
        "browser": {"name": "Firefox", "version": "153.0"},
        "os": {"name": "Linux", "version": "x86_64"},
        "engine": {"name": "Gecko"},
        "device": {"type": "mobile", "vendor": "V", "model": "M"},
        "cpu": {"architecture": "amd64"},
    }
    (update,) = events(clientMetaItems=[{"type": "USER_AGENT_DATA", "payload": agent}])
    assert update.client == ev.Client(
        browser="Firefox",
        browser_version="153.0",
        os="Linux",
        os_version="x86_64",
        device_type="mobile",
        device_vendor="V",
        device_model="M",
        user_agent="Mozilla/5.0",
        extra={"engine": {"name": "Gecko"}, "cpu": {"architecture": "amd64"}},
    )


def test_devices_become_one_event():
    items = [{"type": "MEDIA_DEVICE", "payload": json.dumps({"deviceId": d, "kind": "audioinput"})} for d in "ab"]
    (update,) = events(clientMetaItems=items)
    assert update.devices == [ev.Device(kind="audioinput", id=d) for d in "ab"]


def test_constraints_are_asked_for_or_merely_supported():
    items = [
        {"type": "MEDIA_CONSTRAINT", "payload": {"audio": True, "video": {"width": 1}}},
        {"type": "MEDIA_DEVICES_SUPPORTED_CONSTRAINTS", "payload": {"width": True}},
    ]
    asked, supported = events(clientMetaItems=items)
    assert (asked.phase, asked.audio, asked.video) == ("requested", True, True)
    assert supported.client.extra == {"supportedConstraints": {"width": True}}


def test_issues_keep_their_words():
    issue = {"type": "ice-disconnected-resolved", "key": "k", "payload": {**PC, "durationInMs": 7}, "timestamp": AT}
    _, found = events(clientIssues=[issue])
    expected = ev.ClientIssue(
        at=AT, kind="ice-disconnected-resolved", key="k", value={**PC, "durationInMs": 7}, connection="pc"
    )
    assert found == expected


@pytest.mark.parametrize("reasons", ['{"high-rtt": 1.5}', {"high-rtt": 1.5}, ["high-rtt"]])
def test_scores_at_every_scope(reasons):
    track = {"id": "t", "kind": "audio", "timestamp": AT, "score": 3.5, "scoreReasons": reasons}
    found = events(score=4.5, peerConnections=[{**PC, "score": 4, "inboundTracks": [track]}])
    scores = [event for event in found if isinstance(event, ev.ClientScored)]
    assert [(s.scope, s.score, s.connection, s.track) for s in scores] == [
        ("client", 4.5, "", ""),
        ("connection", 4, "pc", ""),
        ("track", 3.5, "pc", "t"),
    ]
    assert scores[2].reasons in ({"high-rtt": 1.5}, ["high-rtt"])


def test_attachments_join_publisher_and_subscriber_and_are_told_once():
    track = {"id": "t", "kind": "audio", "timestamp": AT, "attachments": {"producerId": "P", "consumerId": "C"}}
    frame = json.dumps({"timestamp": AT, "peerConnections": [{**PC, "inboundTracks": [track]}]})
    codec = select(HELLO)
    state, _ = codec.open(HELLO)
    first, second = (codec.feed(state, frame, 1.0)[1][0].events for _ in range(2))
    (changed,) = [event for event in first if isinstance(event, ev.TrackChanged)]
    assert (changed.direction, changed.value) == ("inbound", {"producerId": "P", "consumerId": "C"})
    assert not any(isinstance(event, ev.TrackChanged) for event in second)


def test_attachments_of_rows_go_to_extra():
    row = {"id": "I", "ssrc": 1, "kind": "audio", "timestamp": AT, "attachments": {"seat": 4}}
    (_, sample) = events(peerConnections=[{**PC, "inboundRtps": [row]}])
    assert sample.stats.inbound_rtp[0].extra == {"attachments": {"seat": 4}}


def test_attachments_of_one_row_leave_the_others_as_they_are():
    """They are no reason to read the sample member by member; what nothing can store is replaced in them too."""
    rows = [{"id": name, "ssrc": 1, "kind": "audio", "timestamp": AT} for name in "IJ"]
    rows[0]["attachments"] = {"seat": 10**30, "empty": {}}
    candidate = {"id": "C", "timestamp": AT, "attachments": {}}
    (_, sample) = events(peerConnections=[{**PC, "inboundRtps": rows, "iceCandidates": [candidate]}])
    first, second = sample.stats.inbound_rtp
    assert first.extra == {"attachments": {"seat": 1e30, "empty": {}}}
    assert second.extra is None
    assert sample.stats.remote_candidate[0].extra == {"attachments": {}}
    assert msgspec.to_builtins(first) == {**rows[1], "id": "I", "extra": first.extra}


def test_extension_stats_are_the_applications():
    (event,) = events(extensionStats=[{"type": "battery", "payload": '{"level":0.8}'}])
    assert event == ev.AppReported(at=AT, name="battery", value={"level": 0.8})


def test_a_sample_that_says_nothing_says_its_client_is_alive():
    assert events() == [ev.Heartbeat(at=AT)]


def test_the_last_sample_repeats_old_stats_and_is_dated_by_them():
    """A client that leaves sends its previous stats once more: dated by the sample, its counters would stand still."""
    row = {"id": "T", "timestamp": AT - 900.5}
    (_, sample) = events(peerConnections=[{**PC, "iceTransports": [row]}])
    assert sample.at == AT - 900.5
    (_, asleep) = events(peerConnections=[{**PC, "iceTransports": [{"id": "T", "timestamp": AT - 3_600_000}]}])
    assert asleep.at == AT
