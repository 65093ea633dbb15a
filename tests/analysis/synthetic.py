"""Synthetic calls for the analysis: two people, a connection each, counters that move as told."""

from __future__ import annotations

from typing import Any

from rtclens.analysis import Folded, Settings, finish, fold, new_state, tick
from rtclens.model.events import AnyEvent, Batch, ConnectionOpened, Origin, Sample, SessionOpened
from rtclens.model.facts import AnyFact, Finding
from rtclens.model.stats import (
    CandidatePair,
    Codec,
    InboundRtp,
    LocalCandidate,
    MediaSource,
    OutboundRtp,
    RemoteCandidate,
    RemoteInboundRtp,
    Stats,
    Transport,
)

START = 1_800_000_000_000.0
SSRC = {("a", "audio"): 11, ("a", "video"): 12, ("b", "audio"): 21, ("b", "video"): 22}

# What one second of a healthy stream adds to its counters; a scenario overrides single members.
IN_AUDIO: dict[str, float] = {
    "packetsReceived": 50,
    "packetsLost": 0,
    "bytesReceived": 4000,
    "totalSamplesReceived": 48_000,
    "totalSamplesDuration": 1.0,
    "totalAudioEnergy": 0.01,
    "concealedSamples": 0,
    "silentConcealedSamples": 0,
    "insertedSamplesForDeceleration": 0,
    "removedSamplesForAcceleration": 0,
    "jitterBufferDelay": 2400.0,
    "jitterBufferTargetDelay": 2400.0,
    "jitterBufferEmittedCount": 48_000,
    "packetsDiscarded": 0,
}
IN_VIDEO: dict[str, float] = {
    "packetsReceived": 100,
    "packetsLost": 0,
    "bytesReceived": 100_000,
    "framesReceived": 30,
    "framesDecoded": 30,
    "framesDropped": 0,
    "totalInterFrameDelay": 1.0,
    "totalSquaredInterFrameDelay": 1 / 30,
    "totalFreezesDuration": 0.0,
    "freezeCount": 0,
    "totalDecodeTime": 0.1,
    "qpSum": 600,
    "nackCount": 0,
    "pliCount": 0,
}
OUT_AUDIO: dict[str, float] = {"packetsSent": 50, "bytesSent": 4000}
OUT_VIDEO: dict[str, float] = {
    "packetsSent": 100,
    "bytesSent": 100_000,
    "framesEncoded": 30,
    "framesSent": 30,
    "totalEncodeTime": 0.15,
    "totalPacketSendDelay": 0.1,
    "qpSum": 600,
    "nackCount": 0,
    "pliCount": 0,
}
LIMITS = {"none": 1.0, "cpu": 0.0, "bandwidth": 0.0, "other": 0.0}
SOURCE_VIDEO: dict[str, float] = {"frames": 30}
SOURCE_AUDIO: dict[str, float] = {"totalSamplesDuration": 1.0, "totalAudioEnergy": 0.01}
REMOTE: dict[str, float] = {"packetsLost": 0, "totalRoundTripTime": 0.04, "roundTripTimeMeasurements": 1}
PAIR: dict[str, float] = {
    "bytesSent": 110_000,
    "bytesReceived": 110_000,
    "totalRoundTripTime": 0.04,
    "responsesReceived": 1,
    "requestsSent": 1,
}
GAUGES: dict[str, dict[str, Any]] = {
    "in_audio": {"jitter": 0.004, "estimatedPlayoutTimestamp": 1_000_000.0},
    "in_video": {
        "jitter": 0.004,
        "frameWidth": 640,
        "frameHeight": 480,
        "estimatedPlayoutTimestamp": 1_000_050.0,
    },
    "out_audio": {"active": True, "targetBitrate": 32_000},
    "out_video": {"active": True, "targetBitrate": 900_000, "frameWidth": 640, "frameHeight": 480},
    "remote_audio": {"jitter": 0.004},
    "remote_video": {"jitter": 0.004},
    "pair": {"availableOutgoingBitrate": 1_000_000},
}
RATES: dict[str, dict[str, float]] = {
    "in_audio": IN_AUDIO,
    "in_video": IN_VIDEO,
    "out_audio": OUT_AUDIO,
    "out_video": OUT_VIDEO,
    "remote_audio": REMOTE,
    "remote_video": REMOTE,
    "source_audio": SOURCE_AUDIO,
    "source_video": SOURCE_VIDEO,
    "pair": PAIR,
    "limits": LIMITS,
}


class Side:
    """One participant's counters."""

    def __init__(self, me: str, other: str) -> None:
        self.me, self.other = me, other
        self.totals: dict[str, dict[str, float]] = {name: dict.fromkeys(rates, 0.0) for name, rates in RATES.items()}
        self.rates: dict[str, dict[str, float]] = {name: dict(rates) for name, rates in RATES.items()}
        self.gauges: dict[str, dict[str, Any]] = {name: dict(gauges) for name, gauges in GAUGES.items()}
        self.without: set[str] = set()

    def set(self, part: str, **members: Any) -> None:
        """Change what a second adds to a part's counters, or its gauges."""
        for name, value in members.items():
            (self.rates if name in self.rates.get(part, {}) else self.gauges)[part][name] = value

    def reset(self) -> None:
        """Healthy again."""
        self.rates = {name: dict(rates) for name, rates in RATES.items()}
        self.gauges = {name: dict(gauges) for name, gauges in GAUGES.items()}

    def pass_time(self, seconds: float) -> None:
        for name, rates in self.rates.items():
            total = self.totals[name]
            for member, rate in rates.items():
                total[member] += rate * seconds

    def _members(self, part: str) -> dict[str, Any]:
        members = {**self.totals[part], **self.gauges.get(part, {})}
        return {name: value for name, value in members.items() if f"{part}.{name}" not in self.without}

    def stats(self, at: float) -> Stats:
        limits = (
            {} if "out_video.limits" in self.without else {"qualityLimitationDurations": dict(self.totals["limits"])}
        )
        sent = [
            OutboundRtp(
                id=f"O{kind}",
                timestamp=at,
                kind=kind,
                ssrc=SSRC[self.me, kind],
                mid=mid,
                codecId="C" + kind,
                mediaSourceId="S" + kind,
                **self._members(f"out_{kind}"),
                **(limits if kind == "video" else {}),
            )
            for kind, mid in (("audio", "0"), ("video", "1"))
        ]
        got = [
            InboundRtp(
                id=f"I{kind}",
                timestamp=at,
                kind=kind,
                ssrc=SSRC[self.other, kind],
                mid=mid,
                codecId="C" + kind,
                trackIdentifier=f"{self.other}-{kind}",
                **self._members(f"in_{kind}"),
            )
            for kind, mid in (("audio", "0"), ("video", "1"))
        ]
        heard = [
            RemoteInboundRtp(
                id=f"R{kind}",
                timestamp=at,
                kind=kind,
                ssrc=SSRC[self.me, kind],
                localId=f"O{kind}",
                **self._members(f"remote_{kind}"),
            )
            for kind in ("audio", "video")
        ]
        sources = [
            MediaSource(
                id="S" + kind,
                timestamp=at,
                kind=kind,
                trackIdentifier=f"{self.me}-{kind}",
                **self._members(f"source_{kind}"),
            )
            for kind in ("audio", "video")
            if f"source_{kind}" not in self.without
        ]
        return Stats(
            inbound_rtp=got,
            outbound_rtp=sent,
            remote_inbound_rtp=heard,
            media_source=sources,
            transport=[
                Transport(
                    id="T", timestamp=at, selectedCandidatePairId="P", dtlsState="connected", iceState="connected"
                )
            ],
            candidate_pair=[
                CandidatePair(
                    id="P",
                    timestamp=at,
                    state="succeeded",
                    nominated=True,
                    localCandidateId="L",
                    remoteCandidateId="M",
                    **self._members("pair"),
                )
            ],
            local_candidate=[LocalCandidate(id="L", candidateType="host", protocol="udp")],
            remote_candidate=[RemoteCandidate(id="M", candidateType="host", protocol="udp")],
            codec=[Codec(id="Caudio", mimeType="audio/opus"), Codec(id="Cvideo", mimeType="video/VP8")],
        )


class Scene:
    """A call of `a` and `b`, sampled every `interval` seconds; facts gather in `facts`."""

    def __init__(
        self, interval: float = 1.0, settings: Settings | None = None, people: str = "ab", call: str = "c1"
    ) -> None:
        self.interval = interval
        self.now = START
        self.call = call
        self.state = new_state(settings) if settings else new_state()
        self.facts: list[AnyFact] = []
        self.batches: list[Batch] = []
        self.sides = {"a": Side("a", "b"), "b": Side("b", "a")}
        self.silent: set[str] = set()
        for person in people:
            self.send(person, SessionOpened(at=self.now))
            if person in self.sides:
                peer = self.sides[person].other
                self.send(person, ConnectionOpened(at=self.now, connection=f"pc-{person}", peer=peer, sfu=False))

    @property
    def a(self) -> Side:
        return self.sides["a"]

    @property
    def b(self) -> Side:
        return self.sides["b"]

    def send(self, person: str, *events: AnyEvent, at: float | None = None) -> Folded:
        """One batch of one person."""
        batch = Batch(Origin("app", "test", self.call, person, f"s-{person}"), at or self.now, list(events))
        self.batches.append(batch)
        folded = fold(self.state, batch)
        self.facts.extend(folded.facts)
        return folded

    def run(self, seconds: float) -> Scene:
        """Let time pass: counters grow, samples are sent."""
        for _ in range(round(seconds / self.interval)):
            self.now += self.interval * 1000.0
            for side in self.sides.values():
                side.pass_time(self.interval)
            for person, side in self.sides.items():
                if person not in self.silent:
                    self.send(person, Sample(at=self.now, connection=f"pc-{person}", stats=side.stats(self.now)))
        return self

    def wait(self, seconds: float) -> Scene:
        """Let the server's clock pass without samples."""
        for _ in range(round(seconds)):
            self.now += 1000.0
            self.facts.extend(tick(self.state, self.now))
        return self

    def end(self) -> Scene:
        self.facts.extend(finish(self.state, self.now))
        return self

    def findings(self, detector: str = "") -> list[Finding]:
        """The newest version of every finding (of one detector), in the order they opened."""
        return newest_findings(self.facts, detector)

    def names(self, least: str = "low") -> set[str]:
        """Detectors of findings that are no mere notes."""
        order = ("info", "low", "medium", "high", "critical")
        return {f.detector for f in self.findings() if order.index(f.severity) >= order.index(least)}


def newest(facts: list[AnyFact]) -> dict[tuple[Any, ...], AnyFact]:
    """The last version of every row."""
    rows: dict[tuple[Any, ...], AnyFact] = {}
    for fact in facts:
        key = (fact.table, getattr(fact, fact.id_column), getattr(fact, "at", None))
        if key not in rows or rows[key].revision <= fact.revision:
            rows[key] = fact
    return rows


def newest_findings(facts: list[AnyFact], detector: str = "") -> list[Finding]:
    found = [row for row in newest(facts).values() if isinstance(row, Finding)]
    return sorted((f for f in found if detector in ("", f.detector)), key=lambda f: (f.opened_at, f.finding_id))
