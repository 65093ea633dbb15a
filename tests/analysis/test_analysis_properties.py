"""What holds for any input: nothing raises, nothing depends on chance, order or repetition."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rtclens.analysis import finish, fold, new_state, tick
from rtclens.analysis.detectors.engine import panels
from rtclens.model import events as e
from rtclens.model.facts import AnyFact
from rtclens.model.stats import InboundRtp, OutboundRtp, RemoteInboundRtp, Stats, Transport
from rtclens.pipeline.rules import RECORDS

from . import absurd
from .synthetic import START, Scene, newest_findings

names = st.sampled_from(["", "x", "y"])
times = st.one_of(st.floats(START, START + 200_000), st.sampled_from([0.0, -1.0, START * 3]))
number = st.one_of(st.none(), st.integers(-5, 10_000), st.floats(0, 1e9, allow_nan=False))
kind = st.sampled_from(["audio", "video", None, "other"])


def reports(cls: type, *members: str) -> st.SearchStrategy[Any]:
    fixed = {
        "id": names,
        "timestamp": st.one_of(st.none(), times),
        "kind": kind,
        "ssrc": st.one_of(st.none(), st.integers(1, 3)),
    }
    return st.builds(cls, **fixed, **dict.fromkeys(members, number))


stats = st.builds(
    Stats,
    inbound_rtp=st.lists(
        reports(InboundRtp, "packetsReceived", "packetsLost", "bytesReceived", "framesDecoded"), max_size=2
    ),
    outbound_rtp=st.lists(reports(OutboundRtp, "packetsSent", "bytesSent", "framesEncoded"), max_size=2),
    remote_inbound_rtp=st.lists(reports(RemoteInboundRtp, "packetsLost", "totalRoundTripTime"), max_size=1),
    transport=st.lists(
        st.builds(Transport, iceState=st.sampled_from([None, "new", "connected", "disconnected", "failed"])), max_size=1
    ),
)
states = st.sampled_from(
    ["new", "checking", "connected", "disconnected", "failed", "closed", "have-local-offer", "stable", "?"]
)
machines = st.sampled_from(["signaling", "ice_gathering", "ice", "connection", "dtls", "sctp"])
events = st.one_of(
    st.builds(e.SessionOpened, at=times),
    st.builds(e.SessionClosed, at=times, reason=st.sampled_from(["", "left", "unload"])),
    st.builds(e.LeaveAnnounced, at=times),
    st.builds(e.TelemetryClosed, at=times),
    st.builds(e.Heartbeat, at=times),
    st.builds(e.ConnectionOpened, at=times, connection=names, peer=names, sfu=st.sampled_from([None, True, False])),
    st.builds(e.ConnectionClosed, at=times, connection=names),
    st.builds(e.StateChanged, at=times, connection=names, machine=machines, state=states),
    st.builds(e.Described, at=times, connection=names, side=st.sampled_from(["local", "remote"]), kind=names),
    st.builds(e.CandidateGathered, at=times, connection=names),
    st.builds(e.CandidateFailed, at=times, connection=names, code=st.sampled_from([None, 401, 701])),
    st.builds(e.MediaAccess, at=times, phase=st.sampled_from(["requested", "granted", "failed"]), error=names),
    st.builds(
        e.TrackChanged, at=times, track=names, change=st.sampled_from(["muted", "ended", "replaced", "disabled"])
    ),
    st.builds(e.VisibilityChanged, at=times, hidden=st.booleans()),
    st.builds(e.ApiCalled, at=times, name=names, connection=names, phase=st.sampled_from(["call", "failure"])),
    st.builds(e.ClientIssue, at=times, kind=names),
    st.builds(e.Notified, at=times, name=names),
    st.builds(e.ServerSample, at=times, server=names, rows=st.just({})),
    st.builds(e.Sample, at=times, connection=names, stats=stats),
)
origins = st.builds(e.Origin, st.just("app"), st.just("test"), names, names, names, st.sampled_from(["client", "sfu"]))
received = st.floats(START, START + 200_000)  # the server's own clock
batches = st.lists(st.builds(e.Batch, origins, received, st.lists(events, max_size=5)), max_size=12)
slow = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def everything(recorded: list[e.Batch]) -> list[AnyFact]:
    state = new_state()
    facts: list[AnyFact] = []
    for batch in recorded:
        facts += fold(state, batch).facts
        facts += tick(state, batch.received_at)
    facts += tick(state, START + 500_000)
    return facts + finish(state, START + 600_000)


@slow
@given(batches)
def test_no_sequence_of_events_raises(recorded: list[e.Batch]) -> None:
    """Any events in any order: facts come out, every finding has an end, every revision rises."""
    facts = everything(recorded)
    for finding in newest_findings(facts):
        assert finding.closed_at is not None
        assert finding.closed_at >= finding.opened_at
    highest: dict[object, int] = {}
    for fact in facts:
        key = (fact.table, getattr(fact, fact.id_column), getattr(fact, "at", None))
        assert fact.revision > highest.get(key, -1)
        highest[key] = fact.revision


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
@example(92)
@example(230)
@example(242)
@example(965)
def test_no_number_raises(seed: int) -> None:
    """Reports of every type with numbers that cannot be: facts come out, and they can be encoded."""
    assert msgspec.json.encode(everything(list(absurd.batches(seed))))


@slow
@given(batches)
def test_replays_are_byte_identical(recorded: list[e.Batch]) -> None:
    packed = msgspec.msgpack.encode(recorded)
    again = msgspec.msgpack.decode(packed, type=list[e.Batch])
    assert msgspec.json.encode(everything(recorded)) == msgspec.json.encode(everything(again))


def lossy(interval: float = 1.0) -> list[e.Batch]:
    scene = Scene(interval=interval).run(24)
    scene.b.set("in_video", packetsLost=12)
    scene.a.set("remote_video", packetsLost=12)
    scene.run(24)
    scene.b.reset()
    scene.run(16)
    return scene.batches


LOSSY = lossy()


def told(recorded: list[e.Batch]) -> list[tuple[Any, ...]]:
    return [
        (f.finding_id, f.severity, f.opened_at, f.closed_at, f.close_reason, f.cause_segment)
        for f in newest_findings(everything(recorded))
    ]


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, len(LOSSY) - 1)))
def test_duplicates_change_nothing(repeated: set[int]) -> None:
    """A batch may arrive twice."""
    doubled = [batch for index, batch in enumerate(LOSSY) for _ in range(2 if index in repeated else 1)]
    assert told(doubled) == told(LOSSY)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 6), st.randoms(use_true_random=False))
def test_batches_may_be_joined_and_their_events_shuffled(size: int, chance: Any) -> None:
    """Events of one person may share a batch, in any order: their own times order them."""
    joined: list[e.Batch] = []
    for person in "ab":
        own = [batch for batch in LOSSY if batch.origin.participant == person]
        for start in range(0, len(own), size):
            part = own[start : start + size]
            happened = [event for batch in part for event in batch.events]
            chance.shuffle(happened)
            joined.append(e.Batch(part[0].origin, part[-1].received_at, happened))
    joined.sort(key=lambda batch: batch.received_at)
    wanted = [(f[0], f[2]) for f in told(LOSSY)]
    assert [(f[0], f[2]) for f in told(joined)] == wanted


def test_late_batches_lose_nothing() -> None:
    """A sample that arrives after its successor is covered by it: the same loss is found."""
    late = list(LOSSY)
    for index in range(20, len(late) - 2, 7):
        late[index], late[index + 2] = late[index + 2], late[index]
    assert {f[0].split("_")[0] for f in told(late)} == {"find"}
    assert [f[5] for f in told(late)] == [f[5] for f in told(LOSSY)]


metric = st.one_of(st.none(), st.floats(0, 60))
PANELS = panels({})


@given(st.data())
def test_the_quick_look_never_misses_a_limit(data: st.DataObject) -> None:
    """Where the quick look says quiet, no declaration's limit is reached."""
    kind_of = data.draw(st.sampled_from(sorted(PANELS)))
    panel = PANELS[kind_of]
    iv = RECORDS[kind_of](0.0, 1000.0, 1.0)
    for detector in panel.detectors:
        setattr(iv, detector.metric, data.draw(metric))
    reached = False
    for detector in panel.detectors:
        value = getattr(iv, detector.metric)
        if value is not None:
            reached |= value >= detector.limit if detector.above else value <= detector.limit
    assert panel.quiet(iv) is not reached
