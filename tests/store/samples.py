"""Batches and identities for the tests of the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rtclens.model.events import (
    ApiCalled,
    Batch,
    Candidate,
    CandidateGathered,
    ConnectionOpened,
    Origin,
    Sample,
    ServerSample,
    SessionOpened,
    StateChanged,
)
from rtclens.model.stats import CandidatePair, Codec, InboundRtp, OutboundRtp, Stats

START = 1_795_169_000_000.0


@dataclass
class Named:
    """An identity such as the analysis gives."""

    call_id: str = "call_1"
    participant_id: str = "part_1"
    session_id: str = "sess_1"
    connections: dict[str, str] = field(default_factory=lambda: {"pc": "conn_1"})


def origin(app_id: str, **members: Any) -> Origin:
    return Origin(app_id=app_id, format="rtcstats", call="room", participant="ann", session="s1", **members)


def inbound(number: int, **members: Any) -> InboundRtp:
    return InboundRtp(
        id="IT1",
        timestamp=START + 1000 * number + 0.125,
        ssrc=4_294_967_295,
        kind="video",
        packetsReceived=50 * number,
        packetsLost=number,
        jitter=0.004,
        decoderImplementation="libvpx",
        powerEfficientDecoder=False,
        **members,
    )


def sums(app_id: str, number: int, seq: int) -> Batch:
    """A second of sums as browsers make them: divided, multiplied, added up, and values that are none of it."""
    video = InboundRtp(
        id="IV",
        kind="video",
        jitter=0.0345,
        jitterBufferDelay=(1_234_567 * number) * 1e-6,
        jitterBufferTargetDelay=(7_654_321 * number) / 1e6,
        totalSquaredInterFrameDelay=sum([0.033**2] * (30 * number)),
        totalDecodeTime=1e300,
        totalInterFrameDelay=-0.5,
        totalProcessingDelay=2**70,
    )
    audio = InboundRtp(id="IA", kind="audio", audioLevel=number / 32767, jitterBufferDelay=number, totalDecodeTime=0.0)
    pair = CandidatePair(id="CP", totalRoundTripTime=number / 1000, currentRoundTripTime=0.1 + 0.2)
    stats = Stats(inbound_rtp=[video, audio], candidate_pair=[pair])
    return Batch(
        origin(app_id), START + 1000 * number, [Sample(at=START + 1000 * number, connection="pc", stats=stats)], seq
    )


def sample(number: int) -> Sample:
    outbound = OutboundRtp(
        id="OT1", kind="video", bytesSent=1000 * number, qualityLimitationDurations={"cpu": 0.5, "none": 3}
    )
    stats = Stats(
        inbound_rtp=[inbound(number), InboundRtp(id="IT2", kind="audio", extra={"vendorCounter": [1, {"a": None}]})],
        outbound_rtp=[outbound],
        codec=[Codec(id="C1", mimeType="video/VP8", clockRate=90000)],
    )
    return Sample(at=START + 1000 * number + 0.5, connection="pc", stats=stats, collect_ms=1.25)


def batch(app_id: str, number: int, seq: int) -> Batch:
    return Batch(origin(app_id), START + 1000 * number + 3, [sample(number)], seq)


def every_kind(app_id: str, seq: int) -> Batch:
    """A batch of many kinds of events, with two samples of which one is empty."""
    pair = CandidatePair(id="CP1", state="succeeded", nominated=True, priority=2**62, currentRoundTripTime=0.05)
    events = [
        SessionOpened(at=START, tags={"plan": "pro", "n": 1.5}),
        ConnectionOpened(at=START + 0.25, connection="pc", config={"iceServers": []}),
        StateChanged(at=START + 1, connection="pc", machine="ice", state="checking"),
        Sample(at=START + 2, connection="pc", stats=Stats(candidate_pair=[pair])),
        ApiCalled(at=START + 3, name="addTrack", value=["ü", None, {"x": 1}]),
        CandidateGathered(at=START + 4, connection="pc", candidate=Candidate(line="candidate:1", port=9)),
        CandidateGathered(at=START + 5, connection="pc"),
        Sample(at=START + 6, connection="unknown", stats=Stats()),
        ServerSample(at=START + 7, server="sfu-1", rows={"transports": [{"id": "t", "bytes": 5}]}),
    ]
    return Batch(origin(app_id, role="sfu"), START + 9, events, seq)
