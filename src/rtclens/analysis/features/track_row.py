"""The feature row of a track.

Enters: a track and its notes. Leaves: `TrackFeatures`.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

from rtclens.analysis.delta import ratio
from rtclens.analysis.features.counters import totals
from rtclens.analysis.features.notes import (
    ACTIVE,
    BANDWIDTH,
    COVERED,
    CPU,
    HD,
    LD,
    LEVEL,
    MD,
    OTHER,
    SILENT,
    SPARSE,
    UNLIMITED,
    UNMUTED,
    TrackNotes,
    Values,
    rounded,
    span,
)
from rtclens.analysis.features.slices import NAMES, codecs
from rtclens.analysis.state import Track

Sums = dict[str, float]
COUNTS = {
    "key_frame_count": ("keyFramesDecoded", "keyFramesEncoded"),
    "frame_count": ("framesDecoded", "framesEncoded"),
    "huge_frames": ("hugeFramesSent",),
    "frames_received": ("framesReceived",),
    "frames_dropped": ("framesDropped",),
    "freeze_count": ("freezeCount",),
    "pause_count": ("pauseCount",),
    "qp_sum": ("qpSum",),
    "quality_limitation_resolution_changes": ("qualityLimitationResolutionChanges",),
    "fir_count": ("firCount",),
    "pli_count": ("pliCount",),
    "nack_count": ("nackCount",),
    "frames_assembled_from_multiple_packets": ("framesAssembledFromMultiplePackets",),
    "concealed_samples": ("concealedSamples",),
    "silent_concealed_samples": ("silentConcealedSamples",),
    "concealment_events": ("concealmentEvents",),
    "total_samples_received": ("totalSamplesReceived",),
    "inserted_samples_for_deceleration": ("insertedSamplesForDeceleration",),
    "removed_samples_for_acceleration": ("removedSamplesForAcceleration",),
    "jitter_buffer_flushes": ("jitterBufferFlushes",),
    "interruption_count": ("interruptionCount",),
    "jitter_buffer_emitted_count": ("jitterBufferEmittedCount",),
    "bytes": ("bytesReceived", "bytesSent"),
    "header_bytes": ("headerBytesReceived", "headerBytesSent"),
    "packets_sent": ("packetsSent",),
    "packets_received": ("packetsReceived",),
    "packets_lost": ("packetsLost", "remote.packetsLost"),
    "packets_discarded": ("packetsDiscarded",),
    "fec_packets_received": ("fecPacketsReceived",),
    "fec_packets_discarded": ("fecPacketsDiscarded",),
    "retransmitted_packets": ("retransmittedPacketsReceived", "retransmittedPacketsSent"),
    "retransmitted_bytes": ("retransmittedBytesReceived", "retransmittedBytesSent"),
    "packets_sent_with_ect1": ("packetsSentWithEct1",),
    "packets_received_with_ect1": ("packetsReceivedWithEct1", "remote.packetsReceivedWithEct1"),
    "packets_received_with_ce": ("packetsReceivedWithCe", "remote.packetsReceivedWithCe"),
    "packets_with_bleached_ect1_marking": ("remote.packetsWithBleachedEct1Marking",),
    "reports_received": ("remote.roundTripTimeMeasurements",),
}
SECONDS = {
    "total_freezes_duration": "totalFreezesDuration",
    "total_pauses_duration": "totalPausesDuration",
    "total_assembly_time": "totalAssemblyTime",
    "total_interruption_duration": "totalInterruptionDuration",
    "jitter_buffer_delay": "jitterBufferDelay",
    "jitter_buffer_target_delay": "jitterBufferTargetDelay",
    "jitter_buffer_minimum_delay": "jitterBufferMinimumDelay",
    "total_processing_delay": "totalProcessingDelay",
    "total_packet_send_delay": "totalPacketSendDelay",
}
RATIOS = {
    "frames_dropped_share": ("framesDropped", "framesReceived"),
    "average_decode_time": ("totalDecodeTime", "framesDecoded"),
    "average_encode_time": ("totalEncodeTime", "framesEncoded"),
    "average_inter_frame_delay": ("totalInterFrameDelay", "framesDecoded"),
    "average_assembly_time": ("totalAssemblyTime", "framesAssembledFromMultiplePackets"),
    "corruption_probability_mean": ("totalCorruptionProbability", "corruptionMeasurements"),
    "concealment_percentage": ("concealedSamples", "totalSamplesReceived"),
    "deceleration_percentage": ("insertedSamplesForDeceleration", "totalSamplesReceived"),
    "acceleration_percentage": ("removedSamplesForAcceleration", "totalSamplesReceived"),
    "average_jitter_buffer_delay": ("jitterBufferDelay", "jitterBufferEmittedCount"),
    "average_packet_send_delay": ("totalPacketSendDelay", "packetsSent"),
}
LIMITS = {"none": UNLIMITED, "cpu": CPU, "bandwidth": BANDWIDTH, "other": OTHER}  # in the order of `notes.Limits`
HEIGHTS = {"hd": HD, "md": MD, "ld": LD}


def values(track: Track, notes: TrackNotes) -> Values:
    """Every feature of the track that is known, by its column."""
    kind = f"{track.direction}/{track.kind}"
    sums = totals(notes, kind)
    row: Values = {
        **_identity(track),
        **notes.known,
        **_said(track, track.conn.session.notes.tracks.get(track.external, {})),
        **_counted(sums),
        **_times(notes),
        **_sizes(notes),
        **_limited(notes),
    }
    if track.kind == "video":
        row |= _picture(sums, notes)
    else:
        row |= _sound(sums, notes)
    row |= _lost(sums, notes, inbound=track.direction == "inbound")
    row |= notes.series.columns(NAMES[kind])
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()}


def _identity(track: Track) -> Values:
    return {
        "kind": track.kind,
        "direction": track.direction,
        "track_identifier": track.external,
        "mid": track.mid,
        "end_reason": track.end_reason,
        "never_active": not track.moved,
        "source_type": "screen" if track.screen else track.content,
        "codec_mime_type": track.codec,
        "reset_count": 0,
        "ssrc_changes": 0,
    }


def _said(track: Track, said: Values) -> Values:
    """What the client's events told of the track."""
    start = min(said.get("first_at", track.started_at), track.started_at)
    end = track.ended_at if track.ended_at is not None else track.last_at
    row: Values = {"start_time": start, "duration": span(start, end)}
    if said:
        open_mute = span(said.get("mute_at"), end) or 0
        row["muted_ms"] = said.get("muted_ms", 0) + open_mute
        row["mute_count"] = said.get("mute_count", 0)
        row["replaced_count"] = said.get("replaced_count", 0)
    if said.get("source_type") and not track.screen:
        row["source_type"] = said["source_type"]
    if track.direction == "inbound" and track.kind == "video" and "unmuted_at" in said:
        row["time_to_first_frame"] = span(said["first_at"], said["unmuted_at"])
        row["time_to_first_frame_source"] = "unmute"
    return row


def _counted(sums: Sums) -> Values:
    row: Values = {}
    for name, members in COUNTS.items():
        found = next((sums[member] for member in members if member in sums), None)
        if found is not None:
            row[name] = rounded(found)
    for name, member in SECONDS.items():
        if member in sums:
            row[name] = sums[member]
    for name, (part, whole) in RATIOS.items():
        row[name] = ratio(sums.get(part), sums.get(whole))
    units = sums.get("framesDecoded", sums.get("jitterBufferEmittedCount"))
    row["average_processing_delay"] = ratio(sums.get("totalProcessingDelay"), units)
    octets = sums.get("bytesReceived", sums.get("bytesSent"))
    again = sums.get("retransmittedBytesReceived", sums.get("retransmittedBytesSent"))
    row["retransmit_share"] = ratio(again, octets)
    return row


def _times(notes: TrackNotes) -> Values:
    clock = notes.clock
    covered = clock[COVERED]
    if not covered:
        return {}
    row: Values = {
        "covered_ms": rounded(1000.0 * covered),
        "active_ms": rounded(1000.0 * clock[ACTIVE]),
        "codecs": {name: round(value / covered, 4) for name, value in codecs(notes).items()},
    }
    for verdict in ("good", "degraded", "bad"):
        row[f"verdict_{verdict}_ms"] = rounded(1000.0 * notes.seconds.get(verdict, 0.0))
    return row


def _sizes(notes: TrackNotes) -> Values:
    if not notes.sizes:
        return {}
    widths = [width for width, _ in notes.sizes]
    heights = [height for _, height in notes.sizes]
    common = max(notes.sizes, key=lambda size: (notes.sizes[size], size))
    row: Values = {
        "min_width": min(widths),
        "max_width": max(widths),
        "common_width": common[0],
        "min_height": min(heights),
        "max_height": max(heights),
        "common_height": common[1],
    }
    whole = sum(notes.clock[place] for place in HEIGHTS.values())
    for name, place in HEIGHTS.items():
        row[f"{name}_share"] = ratio(notes.clock[place], whole)
    return row


def _limited(notes: TrackNotes) -> Values:
    row: Values = {}
    durations: dict[str, float] = {}
    for limits in (notes.limits or {}).values():
        for reason, value in zip(LIMITS, limits, strict=True):
            if value is not None:
                durations[reason] = durations.get(reason, 0.0) + float(value)
    for reason in LIMITS:
        share = ratio(durations.get(reason, 0.0), sum(durations.values()))
        row[f"{reason}_quality_limitation_percentage"] = share
    seen = {reason: notes.clock[place] for reason, place in LIMITS.items() if notes.clock[place]}
    whole = sum(seen.values())
    if whole:
        row["quality_limitation_reason_shares"] = {reason: round(s / whole, 4) for reason, s in seen.items()}
    return row


def _picture(sums: Sums, notes: TrackNotes) -> Values:
    active = notes.clock[ACTIVE]
    frames = sums.get("framesDecoded", sums.get("framesEncoded"))
    row: Values = {
        "average_qp": ratio(sums.get("qpSum"), frames),
        "freeze_share": ratio(sums.get("totalFreezesDuration"), active),
    }
    asked = [sums[name] for name in ("pliCount", "firCount") if name in sums]
    if asked and active:
        row["key_frame_requests_per_minute"] = 60.0 * sum(asked) / active
    total, squared = sums.get("totalInterFrameDelay"), sums.get("totalSquaredInterFrameDelay")
    if frames and total is not None and squared is not None:
        mean = total / frames
        row["inter_frame_delay_stddev"] = 1000.0 * sqrt(max(0.0, squared / frames - mean * mean))
    return row


def _sound(sums: Sums, notes: TrackNotes) -> Values:
    clock = notes.clock
    concealed, silent = sums.get("concealedSamples"), sums.get("silentConcealedSamples")
    audible = None if concealed is None or silent is None else max(0.0, concealed - silent)
    row: dict[str, Any] = {"audible_concealment_share": ratio(audible, sums.get("totalSamplesReceived"))}
    if clock[LEVEL]:
        row["silence_share"] = ratio(clock[SILENT], clock[LEVEL])
    if clock[UNMUTED]:
        row["dtx_share"] = ratio(clock[SPARSE], clock[UNMUTED])
    return row


def _lost(sums: Sums, notes: TrackNotes, *, inbound: bool) -> Values:
    row: Values = {"burst_loss": ratio(notes.bursts, notes.lossy)}
    if inbound and "packetsLost" in sums and "packetsReceived" in sums:
        lost = max(0.0, sums["packetsLost"])
        row["loss_total"] = ratio(lost, lost + sums["packetsReceived"])
    elif not inbound and "remote.packetsLost" in sums:
        row["loss_total"] = ratio(max(0.0, sums["remote.packetsLost"]), sums.get("packetsSent"))
    return row
