"""A call with trouble in it, as the moments that the outputs see."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from tests.analysis.synthetic import Scene

from rtclens.analysis import finish, fold, new_state, tick
from rtclens.model import events as ev
from rtclens.model import facts
from rtclens.model.stats import CandidatePair, Codec, DataChannel, LocalCandidate, MediaPlayout, Transport
from rtclens.outputs.directory import Directory
from rtclens.outputs.moments import Moment

AT = 1_780_000_000_000.0
BUSY: list[ev.AnyEvent] = [
    ev.StateChanged(at=AT, connection="pc-a", machine="ice", state="connected"),
    ev.TrackChanged(at=AT, connection="pc-a", track="t", change="muted", direction="inbound"),
    ev.MediaAccess(at=AT, phase="failed", error="NotAllowedError", message="denied"),
    ev.DevicesChanged(at=AT, devices=[ev.Device(kind="videoinput", id="d", label="cam", group="g")]),
    ev.SessionUpdated(at=AT, client=ev.Client(browser="Chrome", browser_version="140", os="Linux")),
    ev.Described(at=AT, connection="pc-a", side="local", kind="offer", sdp="v=0"),
    ev.AppReported(at=AT, name="hand-raised", value={"by": "a"}),
    ev.ClientIssue(at=AT, kind="congestion", key="k", value={"rtt": 1}),
    ev.ServerSample(
        at=AT,
        server="sfu-1",
        rows={
            "transports": [{"transportId": "t1", "iceState": "connected", "rtpBytesSent": 7.0}],
            "inbound_pads": [
                {"transportId": "t1", "streamId": "s", "padId": "p", "ssrc": 1, "bytesReceived": 5},
                {"transportId": "t1", "streamId": "s", "padId": "p", "ssrc": 2, "noReport": True},
            ],
            "outbound_pads": [{"transportId": "t1", "streamId": "s", "sinkId": "k", "padId": "p", "ssrc": 1}],
            "sctp_channels": [{"transportId": "t1", "streamId": "s", "messageSent": 3}],
        },
    ),
]


def scene() -> Scene:
    """Two people, one of whom loses packets for a while; then both leave."""
    played = Scene().run(10)
    played.b.downlink_loss = 0.3
    played.run(15)
    played.b.downlink_loss = 0.0
    played.run(30)
    for person in "ab":
        played.send(person, ev.SessionClosed(at=played.now, reason="left"))
    return played


@cache
def moments() -> tuple[Moment, ...]:
    """Everything that is told about the call, batches included, plus a batch with one of each other event."""
    played = scene()
    directory, state, told = Directory(), new_state(), []
    for number, batch in enumerate(played.batches):
        numbered = enriched(msgspec.structs.replace(batch, seq=number))
        folded = fold(state, numbered)
        told += directory.take(folded.facts)
        told.append(directory.take_batch(numbered, folded.identity))
    busy = ev.Batch(ev.Origin("app", "test", played.call, "a", "s-a"), played.now, BUSY, 10_000)
    told.append(directory.take_batch(busy, fold(state, busy).identity))
    told += directory.take(tick(state, played.now + 1000))
    told += directory.take(finish(state, played.now))
    return tuple(told)


def enriched(batch: ev.Batch) -> ev.Batch:
    """The batch with a browser's name and reports that the synthetic people do not send."""
    for event in batch.events:
        if isinstance(event, ev.SessionOpened):
            event.client = ev.Client(browser="Chrome", browser_version="140", os="Linux")
        if isinstance(event, ev.Sample):
            stats = event.stats
            if not stats.transport:
                stats.transport = [Transport(id="T", dtlsState="connected", bytesSent=1)]
            if not stats.candidate_pair:
                stats.candidate_pair = [CandidatePair(id="CP", state="in-progress", priority=2**60)]
            if not stats.local_candidate:
                stats.local_candidate = [
                    LocalCandidate(id="L", candidateType="host", protocol="udp", address="192.0.2.1")
                ]
            stats.data_channel = stats.data_channel or [DataChannel(id="D", label="chat", messagesSent=2)]
            stats.media_playout = stats.media_playout or [MediaPlayout(id="MP", totalPlayoutDelay=0.5)]
            stats.codec = stats.codec or [Codec(id="C", mimeType="audio/opus")]
    return batch


def finding(**changes: Any) -> facts.Finding:
    """A finding that is open."""
    known: dict[str, Any] = {
        "app_id": "app",
        "call_id": "call_1",
        "finding_id": "find_1",
        "participant_id": "part_1",
        "scope": "participant",
        "subject": "part_1",
        "detector": "freeze",
        "severity": "medium",
        "opened_at": AT,
        "last_seen_at": AT,
        "statement": "Video froze.",
        "cause_segment": "receiver_downlink",
        "cause_confidence": 0.8,
    }
    return facts.Finding(**known | changes)


def call(**changes: Any) -> facts.Call:
    """A call that is open."""
    known: dict[str, Any] = {"app_id": "app", "call_id": "call_1", "external_id": "room", "started_at": AT}
    return facts.Call(**known | {"last_seen_at": AT} | changes)
