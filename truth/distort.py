"""The same calls as other clients would have told them: sampled less often, with wrong clocks, by other browsers.

Enters: the batches of a recording, in order of arrival. Leaves: batches that a client with a worse clock, a coarser
timer or a browser that reports less would have sent. What was done to the call stays, so its labels hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from rtclens.model.events import AnyEvent, Batch, Sample
from rtclens.model.stats import Stats

Distortion = Callable[[Iterable[Batch]], Iterator[Batch]]

# Members that a browser does not report; None: the whole type.
FIREFOX: dict[str, tuple[str, ...] | None] = {
    "inbound_rtp": (
        *("retransmittedPacketsReceived", "retransmittedBytesReceived", "rtxSsrc", "qpSum", "totalProcessingDelay"),
        *("decoderImplementation", "powerEfficientDecoder", "framesRendered"),
    ),
    "outbound_rtp": (
        *("qualityLimitationReason", "qualityLimitationDurations", "qualityLimitationResolutionChanges"),
        *("totalPacketSendDelay", "targetBitrate", "encoderImplementation", "powerEfficientEncoder", "mediaSourceId"),
        *("active", "scalabilityMode", "encodingIndex", "retransmittedBytesSent"),
    ),
    "media_source": ("audioLevel", "totalAudioEnergy", "totalSamplesDuration", "echoReturnLoss"),
    "media_playout": None,
    "candidate_pair": ("availableOutgoingBitrate", "availableIncomingBitrate", "requestsSent", "consentRequestsSent"),
    "transport": ("bytesSent", "bytesReceived", "packetsSent", "packetsReceived", "selectedCandidatePairChanges"),
    "remote_outbound_rtp": ("roundTripTime", "totalRoundTripTime", "roundTripTimeMeasurements"),
}
SAFARI: dict[str, tuple[str, ...] | None] = {
    "inbound_rtp": (
        *("freezeCount", "totalFreezesDuration", "pauseCount", "totalPausesDuration", "estimatedPlayoutTimestamp"),
        *("jitterBufferTargetDelay", "jitterBufferMinimumDelay", "retransmittedPacketsReceived", "rtxSsrc"),
        *("totalProcessingDelay", "totalAssemblyTime", "audioLevel", "decoderImplementation"),
    ),
    "outbound_rtp": ("qualityLimitationReason", "qualityLimitationDurations", "encoderImplementation", "mediaSourceId"),
    "media_source": None,
    "media_playout": None,
    "remote_inbound_rtp": ("fractionLost", "totalRoundTripTime", "roundTripTimeMeasurements"),
    "remote_outbound_rtp": None,
}


def every_second(batches: Iterable[Batch]) -> Iterator[Batch]:
    """Every second sample of each connection is lost on its way."""
    seen: dict[tuple[str, str], int] = {}

    def keep(batch: Batch, event: AnyEvent) -> AnyEvent | None:
        if not isinstance(event, Sample):
            return event
        key = (batch.origin.participant, event.connection)
        seen[key] = seen.get(key, 0) + 1
        return event if seen[key] % 2 else None

    return _each(batches, keep)


def coarse(seconds: float) -> Distortion:
    """Samples come at least so many seconds apart."""

    def thinned(batches: Iterable[Batch]) -> Iterator[Batch]:
        last: dict[tuple[str, str], float] = {}

        def keep(batch: Batch, event: AnyEvent) -> AnyEvent | None:
            if not isinstance(event, Sample):
                return event
            key = (batch.origin.participant, event.connection)
            if event.at - last.get(key, 0.0) < 1000.0 * seconds - 250.0:
                return None
            last[key] = event.at
            return event

        return _each(batches, keep)

    return thinned


def skewed(ahead_s: float) -> Distortion:
    """The clock of the first person who speaks is wrong."""

    def late(batches: Iterable[Batch]) -> Iterator[Batch]:
        whose: list[str] = []

        def shift(batch: Batch, event: AnyEvent) -> AnyEvent:
            whose[:] = whose or [batch.origin.participant]
            return _moved(event, 1000.0 * ahead_s) if batch.origin.participant == whose[0] else event

        return _each(batches, shift)

    return late


def without(members: dict[str, tuple[str, ...] | None]) -> Distortion:
    """Everybody uses a browser that does not report some members."""

    def less(batches: Iterable[Batch]) -> Iterator[Batch]:
        def strip(_batch: Batch, event: AnyEvent) -> AnyEvent:
            if not isinstance(event, Sample):
                return event
            changed = {kind: _stripped(getattr(event.stats, kind), names) for kind, names in members.items()}
            return msgspec.structs.replace(event, stats=msgspec.structs.replace(event.stats, **changed))

        return _each(batches, strip)

    return less


GAUGES = frozenset(
    {
        *("timestamp", "ssrc", "rtxSsrc", "fecSsrc", "jitter", "frameWidth", "frameHeight", "framesPerSecond"),
        *("targetBitrate", "audioLevel", "estimatedPlayoutTimestamp", "lastPacketReceivedTimestamp", "active"),
        *("roundTripTime", "fractionLost", "remoteTimestamp", "encodingIndex", "powerEfficientDecoder"),
        *("powerEfficientEncoder", "qualityLimitationDurations"),
    }
)
RTP = ("inbound_rtp", "outbound_rtp", "remote_inbound_rtp")
OTHER_SSRC = 1 << 20


def restarted(after_s: float) -> Distortion:
    """So long after its first sample, every stream goes on under another SSRC and id, and counts from the beginning."""

    def again(batches: Iterable[Batch]) -> Iterator[Batch]:
        first: dict[tuple[str, str], float] = {}
        bases: dict[tuple[str, str, str], Any] = {}

        def renew(batch: Batch, event: AnyEvent) -> AnyEvent:
            if not isinstance(event, Sample):
                return event
            who = (batch.origin.participant, event.connection)
            if event.at - first.setdefault(who, event.at) < 1000.0 * after_s:
                return event
            changed = {
                kind: [_renewed(bases.setdefault((*who, one.id), one), one) for one in getattr(event.stats, kind)]
                for kind in RTP
            }
            return msgspec.structs.replace(event, stats=msgspec.structs.replace(event.stats, **changed))

        return _each(batches, renew)

    return again


def _renewed(base: Any, report: Any) -> Any:
    """The report of a stream that began with the reading `base`."""
    members: dict[str, Any] = {"id": f"{report.id}-again", "ssrc": report.ssrc and report.ssrc ^ OTHER_SSRC}
    for name in report.__struct_fields__:
        value, begun = getattr(report, name), getattr(base, name)
        if name not in GAUGES and isinstance(value, int | float) and isinstance(begun, int | float):
            members[name] = value - begun
    if getattr(report, "localId", None):
        members["localId"] = f"{report.localId}-again"
    if getattr(report, "remoteId", None):
        members["remoteId"] = f"{report.remoteId}-again"
    return msgspec.structs.replace(report, **members)


DISTORTIONS: dict[str, Distortion] = {
    "every second sample lost": every_second,
    "a sample in 5 s": coarse(5.0),
    "a clock 5 min ahead": skewed(300.0),
    "a clock 5 min behind": skewed(-300.0),
    "streams begin anew after 8 s": restarted(8.0),
    "members of Firefox": without(FIREFOX),
    "members of Safari": without(SAFARI),
}


def _each(batches: Iterable[Batch], change: Callable[[Batch, AnyEvent], AnyEvent | None]) -> Iterator[Batch]:
    for batch in batches:
        events = [changed for event in batch.events if (changed := change(batch, event)) is not None]
        if events or not batch.events:
            yield msgspec.structs.replace(batch, events=events)


def _stripped(reports: list[Any], names: tuple[str, ...] | None) -> list[Any]:
    if names is None:
        return []
    return [
        msgspec.structs.replace(one, **{name: None for name in names if getattr(one, name, None) is not None})
        for one in reports
    ]


def _moved(event: AnyEvent, ahead: float) -> AnyEvent:
    """The event by a clock that is ahead: its own time, and those of its reports."""
    if not isinstance(event, Sample):
        return msgspec.structs.replace(event, at=event.at + ahead)
    stats = {
        name: [
            one if one.timestamp is None else msgspec.structs.replace(one, timestamp=one.timestamp + ahead)
            for one in getattr(event.stats, name)
        ]
        for name in Stats.__struct_fields__
    }
    return msgspec.structs.replace(event, at=event.at + ahead, stats=Stats(**stats))


def crowd(groups: Iterable[Iterable[Batch]]) -> Iterator[Batch]:
    """Several recorded calls as one: people of the nth call are `n-NAME`, and all calls begin at the same moment."""
    told = [_guests(number, list(batches)) for number, batches in enumerate(groups)]
    return iter(sorted((batch for batches in told for batch in batches), key=lambda batch: batch.received_at))


def _guests(number: int, batches: list[Batch]) -> list[Batch]:
    back = batches[0].received_at - _START
    return [
        Batch(
            msgspec.structs.replace(
                batch.origin,
                call="crowd",
                participant=f"{number}-{batch.origin.participant}",
                session=f"{number}-{batch.origin.session}",
            ),
            batch.received_at - back,
            [_moved(event, -back) for event in batch.events],
            seq=batch.seq,
        )
        for batch in batches
    ]


_START = 1_800_000_000_000.0
