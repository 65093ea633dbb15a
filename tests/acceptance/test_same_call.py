"""One call told by different SDKs: the same tracks, the same measures within sampling error, the same findings.

Peer Metrics is not among them: its SDK sends a digest of the statistics that only the SDK itself can make.
A recorded call of two people, whose network lost packets and then ran out of bandwidth, is told again in each format
from the very statistics of its browsers, and goes through that format's own decoder and one analysis.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from heapq import merge
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rtclens import analysis
from rtclens.edge.offline import ticks
from rtclens.model.codec import Codec, Hello, Item, Reply
from rtclens.model.events import Batch, Sample
from rtclens.model.facts import Finding, Participant, Track, TrackSlice
from rtclens.model.stats import REPORTS, Stats
from rtclens.wire import internals
from rtclens.wire.files import open_file
from rtclens.wire.native import Native
from rtclens.wire.observertc.codec import ObserveRtc
from rtclens.wire.rtcstats import dump
from rtclens.wire.rtcstats.dump.encode import full

sys.path.insert(0, str(Path(__file__).parents[2] / "collectors" / "python"))

from rtclens_sender import Stream

DUMPS = Path(__file__).parent.parent / "data" / "dumps"
PEOPLE = ("a", "b")
ROWS = {
    "inbound_rtp": "inboundRtps",
    "outbound_rtp": "outboundRtps",
    "remote_inbound_rtp": "remoteInboundRtps",
    "remote_outbound_rtp": "remoteOutboundRtps",
    "media_source": "mediaSources",
    "media_playout": "mediaPlayouts",
    "peer_connection": "peerConnectionTransports",
    "transport": "iceTransports",
    "candidate_pair": "iceCandidatePairs",
    "local_candidate": "iceCandidates",
    "remote_candidate": "iceCandidates",
    "codec": "codecs",
    "certificate": "certificates",
}
EVERY_MS = 2000.0  # as an ObserveRTC client samples by default; the recorded browsers were asked every second
Told = Callable[[list[Batch], str], list[Batch]]


@cache
def recorded(person: str) -> bytes:
    """What the person's SDK wrote."""
    return (DUMPS / f"impair-{person}.dump.gz").read_bytes()


def read(content: bytes, person: str) -> list[Batch]:
    """The batches of a file, as the call and the person that are meant."""
    opened = open_file([content], Hello("app", stream=person, path={"participant": person}))
    batches = [item for item in opened.items if isinstance(item, Batch) and item.events]
    for batch in batches:
        batch.origin = msgspec.structs.replace(batch.origin, call="call", participant=person)
    return batches


def fed(codec: Codec[Any], hello: Hello, frames: list[tuple[bytes | str, float]]) -> list[Batch]:
    state, items = codec.open(hello)
    for frame, at in frames:
        state, more = codec.feed(state, frame, at)
        items = [*items, *more]
    items = [*items, *codec.close(state, frames[-1][1])]
    return [item for item in items if isinstance(item, Batch) and item.events]


def as_rtcstats(batches: list[Batch], person: str) -> list[Batch]:
    told = dump.told_by(event for batch in batches for event in batch.events)
    return read(b"".join(dump.event_dump(told, batches)), person)


def as_internals(batches: list[Batch], person: str) -> list[Batch]:
    return read(internals.export(batches, keep=None), person)


def as_native(batches: list[Batch], person: str) -> list[Batch]:
    stream, codec = Stream(binary=True), Native()
    hello = Hello("app", person, batches[0].received_at, path={"call": "call", "participant": person})
    state, items = codec.open(hello)
    taken: list[Item] = [*items]
    for said in replies(items):
        stream.greeted(said)
    for batch in batches:
        for event in batch.events:
            if isinstance(event, Sample):
                stream.sample(event.connection, plain(event.stats))
            else:
                stream.event(msgspec.to_builtins(event))
        for frame in stream.frames():
            state, items = codec.feed(state, frame, batch.received_at)
            taken += items
            for said in replies(items):
                stream.heard(said)
    return [item for item in taken if isinstance(item, Batch) and item.events]


def as_observertc(batches: list[Batch], person: str, every_ms: float = 0.0) -> list[Batch]:
    frames: list[tuple[bytes | str, float]] = []
    last: dict[str, float] = defaultdict(float)
    for batch in batches:
        for event in batch.events:
            if not isinstance(event, Sample) or event.at - last[event.connection] < every_ms:
                continue
            last[event.connection] = event.at
            rows: dict[str, list[Any]] = defaultdict(list)
            for table, name in ROWS.items():
                rows[name] += [without_type(full(report)) for report in getattr(event.stats, table)]
            sample = {"timestamp": event.at, "peerConnections": [{"peerConnectionId": event.connection, **rows}]}
            frames.append((msgspec.json.encode(sample), batch.received_at))
    hello = Hello("app", person, path={"call": "call", "client": person}, query={"schemaVersion": "3.0.0"})
    return fed(ObserveRtc(), hello, frames)


def plain(stats: Stats) -> list[dict[str, Any]]:
    return [full(report) for cls in REPORTS for report in getattr(stats, cls.table)]


def without_type(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if name != "type"}


def replies(items: list[Item]) -> Iterator[str]:
    return (str(item.data) for item in items if isinstance(item, Reply))


class Result(msgspec.Struct):
    """What was concluded: tracks, the mean of measures over each, findings by person and kind of subject."""

    tracks: set[tuple[str, str, str, int]]
    means: dict[tuple[str, str, str], dict[str, float]]
    findings: set[tuple[str, str, str]]


def concluded(tell: Told) -> Result:
    visits = [tell(read(recorded(person), person), person) for person in PEOPLE]
    state, last = analysis.new_state(), None
    facts: dict[tuple[type, str], Any] = {}
    slices: list[TrackSlice] = []

    def keep(told: list[Any]) -> None:
        for fact in told:
            if isinstance(fact, TrackSlice):
                slices.append(fact)
            elif isinstance(fact, Finding | Participant | Track):
                facts[type(fact), getattr(fact, fact.id_column)] = fact

    for number, batch in enumerate(merge(*visits, key=lambda batch: batch.received_at)):
        for now in ticks(last, batch.received_at):
            keep(analysis.tick(state, now))
        last, batch.seq = batch.received_at, number
        keep(analysis.fold(state, batch).facts)
    assert last is not None
    keep(analysis.finish(state, last))
    return summed_up(facts, slices)


def summed_up(facts: dict[tuple[type, str], Any], slices: list[TrackSlice]) -> Result:
    people = {one.participant_id: one.external_id for (kind, _), one in facts.items() if kind is Participant}
    tracks = {one.track_id: one for (kind, _), one in facts.items() if kind is Track}
    found = {
        (people.get(one.participant_id, ""), one.detector, tracks[one.track_id].kind if one.track_id else "")
        for (kind, _), one in facts.items()
        if kind is Finding
    }
    sums: dict[tuple[str, str, str], dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for row in slices:
        for name in ("bitrate_bps", "loss_ratio", "jitter_s", "fps", "audio_mos"):
            value = getattr(row, name, None)
            if value is not None:
                sums[people[row.participant_id], row.direction, row.kind][name].append((value, row.covered_s))
    means = {key: {name: mean(some) for name, some in by.items()} for key, by in sums.items()}
    known = {(people[one.participant_id], one.direction, one.kind, min(one.ssrcs)) for one in tracks.values()}
    return Result(known, means, found)


def mean(values: list[tuple[float, float]]) -> float:
    """The mean over covered seconds."""
    return sum(value * covered_s for value, covered_s in values) / sum(covered_s for _, covered_s in values)


@cache
def original() -> Result:
    return concluded(lambda batches, _: batches)


# Detectors whose input a format does not carry: ObserveRTC's samples have no place for the device's pressure.
WHOLE: dict[str, tuple[Told, set[str]]] = {
    "rtcstats": (as_rtcstats, set()),
    "native": (as_native, set()),
    "observertc": (as_observertc, {"cpu_pressure"}),
    "webrtc-internals": (as_internals, set()),
}
# One look at the score of a picture is over before lasting loss is sure, where loss is counted in fewer packets.
OVERTAKEN = {"video_score_low": "in_loss_high"}


def as_sampled_seldom(batches: list[Batch], person: str) -> list[Batch]:
    """As a client does that samples half as often."""
    return as_observertc(batches, person, EVERY_MS)


@pytest.mark.parametrize("name", WHOLE)
def test_the_same_samples_are_the_same_call_whoever_sends_them(name: str) -> None:
    tell, missing = WHOLE[name]
    found, known = concluded(tell), original()
    assert len(known.tracks) == 8
    assert found.tracks == known.tracks
    for key, means in known.means.items():
        assert found.means[key] == pytest.approx(means, rel=0.01, abs=1e-6), key
    assert len(known.findings) > 10
    assert found.findings == {one for one in known.findings if one[1] not in missing}


def test_a_coarser_view_of_a_call_agrees() -> None:
    """The same findings, but for those whose input the format does not carry, and means within sampling error."""
    found, known = concluded(as_sampled_seldom), original()
    assert found.tracks == known.tracks
    for key, means in known.means.items():
        assert found.means[key] == pytest.approx(means, rel=0.15, abs=0.015), key
    missing = WHOLE["observertc"][1]
    expected = {one for one in known.findings if one[1] not in missing}
    assert found.findings <= expected
    for person, detector, kind in expected - found.findings:
        assert (person, OVERTAKEN[detector], kind) in found.findings & known.findings
