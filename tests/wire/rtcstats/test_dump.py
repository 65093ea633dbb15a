"""Dumps of every kind are read, one bad line costs only itself, and what is written reads back."""

import json

import msgspec
import pytest

from rtclens.model.events import (
    AppReported,
    Batch,
    CandidateGathered,
    ClientIssue,
    ConnectionOpened,
    Described,
    MediaAccess,
    Origin,
    Sample,
    SessionOpened,
    StateChanged,
    TelemetryClosed,
    TrackChanged,
    VisibilityChanged,
)
from rtclens.wire.lines import lines
from rtclens.wire.rtcstats import RtcStats, dump

from .support import T0, dump_lines, events, feed, hello, of_type, play, recording, refusals, vectors

STARTED = {"fileFormat": 3, "startTime": T0}


def read(file, **members):
    info = dump.DumpInfo()
    text = file.encode() if isinstance(file, str) else file
    items = list(dump.read(lines([text]), hello(**{"opened_at": 0.0, "protocol": "", **members}), info))
    return items, info


def file_of(*frames, head=STARTED):
    return "\n".join(["RTCStatsDump", json.dumps(head), *(json.dumps(frame) for frame in frames)])


def told(items):
    """Times of the events that stand for lines, closing line included when the file has one."""
    return [event.at for event in events(items) if not isinstance(event, SessionOpened)]


@pytest.mark.parametrize("vector", vectors("reader"), ids=lambda vector: vector["name"])
def test_the_readers_vectors(vector):
    items, info = read(vector["file"])
    wanted = vector["as_it_should_be"]
    if isinstance(wanted, str):
        assert wanted.startswith(("refuse", "accept"))
        assert bool(refusals(items)) == wanted.startswith("refuse")
        assert bool(info.warnings) == wanted.startswith("accept")
        return
    lines = [line for key, lines in wanted.items() if isinstance(lines, list) for line in lines]
    times = told(items) if "close" in [line[0] for line in lines] else told(items)[:-1]
    opened = [line for line in lines if line[0] == "create" and line in wanted.get("null", [])]
    assert times == sorted((line[1] for line in lines if line not in opened), key=times.index)
    assert info.bad_lines == len(refusals(items)) == wanted.get("bad_lines", 0)
    assert info.ignored_lines == wanted.get("ignored_lines", 0)
    assert info.clock == wanted.get("clock", "absolute")


def test_without_any_epoch_the_times_are_offsets_and_that_is_said():
    items, info = read(file_of([":a", None, 1, 40], [":b", None, 2, 10], head={"fileFormat": 3}))
    assert info.clock == "relative"
    assert told(items)[:2] == [0.0, 10.0]


def test_metadata_stands_in_for_the_door():
    head = {
        "fileFormat": 3,
        "url": "/rtcstats/standup?rtcstats-token=obfuscated&x=1",
        "userAgent": "UA",
        "origin": "https://a.example",
        "clientProtocol": "rtcstats#4.0",
        "remoteAddresses": ["192.0.2.0"],
    }
    items, info = read(file_of([39, None, {}, T0], [61, None, [["audio", "t", "s"]], "60-0", 1], head=head))
    assert items[0].origin.call == "standup"
    client = of_type(items, SessionOpened)[0].client
    assert (client.user_agent, client.url, client.address) == ("UA", "https://a.example", "192.0.2.0")
    assert of_type(items, MediaAccess)[0].tracks[0].streams == ["s"]
    assert info.metadata["url"] == head["url"]


def test_a_batch_arrived_when_its_newest_event_happened():
    items, _ = read(file_of([":a", None, 1, T0], [":b", None, 2, 50], [":c", None, 3, -20]))
    assert [b.received_at for b in items if isinstance(b, Batch)][:3] == [T0, T0 + 50, T0 + 50]


def test_bom_crlf_and_a_missing_last_line_end():
    text = file_of([":a", None, 1, T0]).replace("\n", "\r\n").encode()
    items, info = read(b"\xef\xbb\xbf" + text)
    assert info.kind == "rtcstats"
    assert of_type(items, AppReported)


@pytest.mark.parametrize(
    "file",
    ["", "\n", "RTCStatsDump", "RTCStatsDump\n", 'RTCStatsDump\n{"fileFormat":3}\n', 'RTCStatsDump\n\n"a"', "\x00\xff"],
)
def test_files_without_a_line_of_a_call_are_refused_once(file):
    items, _ = read(file)
    assert [item.code for item in items] == ["bad_shape" if file.startswith("RTC") else "unknown_format"]


def test_reading_never_runs_ahead_of_what_is_asked_for():
    given = []

    def given_lines():
        for line in file_of(*([":n", None, n, 1] for n in range(1000))).encode().split(b"\n"):
            given.append(line)
            yield line

    found = dump.read(given_lines(), hello())
    for count in range(1, 50):
        next(found)
        assert len(given) <= count + 3


def test_lines_that_are_no_text_cost_only_themselves():
    items, info = read(file_of([":a", None, 1, T0]).encode() + b'\n[":b",null,"\xff\xfe",1]\n[":c",null,3,1]')
    assert info.bad_lines == 1
    assert [event.name for event in of_type(items, AppReported)] == ["a", "c"]
    assert refusals(items)[0].code == "bad_line"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"RTCStatsDump\n{}", "rtcstats"),
        (b'{"path":"/x","fileFormat":2}\n["publicIP",null,[],1]', "rtcstats-2"),
        (b'{"path":"/x"}\n["create",null,{},1]', "rtcstats-2"),
        (b'{"fileFormat":3}\n["create",null,{},1]', "unknown"),
        (b'{"statsSessionId":"x","type":"identity"}\n', "jitsi-server"),
        (b'["connectionInfo",null,{},1]\n', "jitsi"),
        (b'["create","PC_0",{},1]\n', "legacy-lines"),
        (b'{"PeerConnections":{},"peerConnections":{"a":[]}}', "rtcstats-object"),
        (b"hello", "unknown"),
        (b"[1,2,3]", "unknown"),
    ],
)
def test_dialects_are_known_by_their_beginning(head, kind):
    assert dump.dialect(*head.split(b"\n", 1)) == kind


LEGACY = [
    ["create", "PC_0", {}, T0 + 1],
    ["getstats", "PC_0", {"a": {"type": "transport", "timestamp": 0}, "timestamp": T0 + 2}, T0 + 2],
    ["close", None, None, T0 + 9],
]


def lines_of(*values):
    return "\n".join(json.dumps(value) for value in values)


def test_format_2_and_its_predecessor_without_a_number():
    for head in ({"path": "/call/x", "fileFormat": 2, "time": T0}, {"path": "/call/x"}):
        items, info = read(lines_of(head, ["publicIP", None, ["192.0.2.0"], T0], *LEGACY))
        assert info.kind == "rtcstats-2"
        assert items[0].origin.call == "x"
        assert of_type(items, Sample)[0].stats.transport[0].timestamp == T0 + 2
        assert len(of_type(items, TelemetryClosed)) == 1
        assert info.bad_lines == 0


def test_legacy_lines_without_a_header():
    items, info = read(lines_of(*LEGACY))
    assert info.kind == "legacy-lines"
    assert of_type(items, ConnectionOpened)


def test_jitsi_files_of_clients_and_of_the_back_end():
    head = ["connectionInfo", None, json.dumps({"path": "/standup", "userAgent": "UA"}), T0]
    gone = ["getstats", "PC_0", {"timestamp": T0 + 3}, T0 + 3]
    items, info = read(lines_of(head, *LEGACY[:2], gone))
    assert (info.kind, items[0].origin.call) == ("jitsi", "standup")
    assert [len(s.stats.transport) for s in of_type(items, Sample)] == [1, 0]
    server = {"statsSessionId": "b", "type": "identity", "data": {"displayName": "jvb"}, "timestamp": T0}
    items, info = read(lines_of(server))
    assert (info.kind, items[0].origin.role) == ("jitsi-server", "sfu")


def test_one_object_with_lists_by_connection():
    log = [{"timestamp": T0, "type": "create", "value": {}}, {"time": T0 + 2, "type": "onicecandidate", "value": None}]
    items, info = read(json.dumps({"PeerConnections": {}, "peerConnections": {"PC_0": log}, "url": "https://a/b"}))
    assert info.kind == "rtcstats-object"
    assert [type(event) for event in events(items)[:3]] == [SessionOpened, ConnectionOpened, CandidateGathered]


def test_a_browsers_own_dump_has_one_session_per_page():
    items = list(dump.read(dump_lines("chrome-two-pages"), hello(opened_at=0.0, protocol="")))
    assert refusals(items) == []
    sessions = {b.origin.session for b in items if isinstance(b, Batch) if b.events}
    assert sessions == {"s1", "s1:10"}
    opened = of_type(items, SessionOpened)
    assert [event.client.cores for event in opened] == [2, 2]
    assert all(event.client.url.startswith("http://") for event in opened)
    granted = [event for event in of_type(items, MediaAccess) if event.phase == "granted"]
    assert [[track.kind for track in event.tracks] for event in granted] == [["audio", "video"]] * 2
    assert {e.connection for e in of_type(items, ConnectionOpened)} == {"9-1", "10-1"}
    assert {e.state for e in of_type(items, StateChanged)} >= {"connected", "stable", "complete"}
    assert len(of_type(items, Described)) == 4


def test_its_tracks_are_not_doubled_by_labels_that_are_no_labels():
    items = list(dump.read(dump_lines("chrome-icefail-live"), hello(opened_at=0.0, protocol="")))
    added = [event for event in of_type(items, TrackChanged) if event.change == "added"]
    outbound = [event for event in added if event.direction == "outbound"]
    assert all(event.label == "" and event.value["streams"] for event in outbound)
    inbound = [event for event in added if event.direction == "inbound"]
    assert {event.label for event in inbound} <= {"remote audio", "remote video"}


def test_its_failures_and_samples():
    denied = list(dump.read(dump_lines("chrome-gum-live"), hello(opened_at=0.0, protocol="")))
    failed = of_type(denied, MediaAccess)[-1]
    assert (failed.error, failed.message) == ("NotAllowedError", "Permission denied")
    items = list(dump.read(dump_lines("chrome-two-pages"), hello(opened_at=0.0, protocol="")))
    report = of_type(items, Sample)[-1].stats.certificate[0]
    assert report.fingerprint
    assert report.extra is None


def test_a_page_that_never_spoke_is_a_session_all_the_same():
    items, _ = read(file_of(["create", None, {"hardwareConcurrency": 4}, T0], head={"fileFormat": 3}))
    assert of_type(items, SessionOpened)[0].client.cores == 4


def export(batches, **told_more):
    told_by = dump.told_by(event for batch in batches for event in batch.events)
    return b"".join(dump.event_dump(told_by | told_more, batches))


@pytest.mark.parametrize(
    "name", ["audio-only", "ws-drop", "firefox", "ice-restart", "reload", "freeze", "turn-bad", "gum-denied"]
)
def test_an_exported_session_reads_back_event_for_event(name):
    for socket in recording(name):
        _, items = play(socket)
        file = export([item for item in items if isinstance(item, Batch)])
        back, info = read(file)
        assert info.bad_lines == 0
        assert msgspec.to_builtins(events(back)) == msgspec.to_builtins(events(items))


def test_events_of_other_formats_survive_an_export():
    said = [
        SessionOpened(at=T0, call_name="Standup"),
        ConnectionOpened(at=T0 + 1, connection="pc"),
        Described(at=T0 + 2, connection="pc", side="remote", kind="offer", sdp="v=0\r\nm=audio 9 X 0\r\n"),
        StateChanged(at=T0 + 3, connection="pc", machine="sctp", state="connected"),
        VisibilityChanged(at=T0 + 4, hidden=True),
        ClientIssue(at=T0 + 5, kind="cpu"),
    ]
    back, _ = read(export([Batch(Origin("app", "other"), T0, said)]))
    found = events(back)
    assert [event for event in said if event not in found] == []


def test_only_our_own_exports_may_carry_whole_events():
    carried = [":rtclens.visibility_changed", None, {"type": "visibility_changed", "at": T0, "hidden": True}, T0]
    assert of_type(read(file_of(carried))[0], VisibilityChanged) == []
    assert of_type(read(file_of(carried, head={**STARTED, "generator": "rtclens"}))[0], VisibilityChanged)


def test_raw_frames_are_written_byte_for_byte():
    frames = [f'[39,null,{{"a" : 1}},{T0}]', '[":b",\n null, 2, 10]']
    head = dump.metadata(hello(path={"room": "standup"}, headers={"user-agent": "UA"}), numberOfMessages=2)
    file = b"".join(dump.raw_dump(head, [frame.encode() for frame in frames], 1005, 1234.0))
    lines = file.split(b"\n")
    assert lines[0] == b"RTCStatsDump"
    assert json.loads(lines[1])["fileFormat"] == 3
    assert lines[2] == frames[0].encode()
    assert json.loads(lines[3]) == json.loads(frames[1])
    assert json.loads(lines[4]) == ["close", None, 1005, 1234.0]
    codec = RtcStats()
    state, items = codec.open(hello(path={"room": "standup"}, headers={"user-agent": "UA"}))
    live = events(items + feed(codec, state, frames))
    assert events(read(file)[0])[: len(live)] == live
