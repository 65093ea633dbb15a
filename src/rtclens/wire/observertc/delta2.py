"""Merge a bare ClientSample or SfuSample 2.2 delta (samples-encoder 2.2) into what the stream said before.

Enters: the last merged sample (or none) and a decoded message. Leaves: the merged sample; the old one is never
touched. There is no key frame and no required member: what is absent follows a rule per member, and a zero, `false` or
empty text is mostly never written, so a gauge that fell to zero keeps its last value.
"""

from __future__ import annotations

from typing import Any

Sample = dict[str, Any]
Row = dict[str, Any]

REMEMBERED = (
    *("callId", "roomId", "userId", "timeZoneOffsetInHours"),
    *("browser", "engine", "platform", "os"),
)
# Present: overlay over the row of the same key. Absent: the row is gone.
ROWS: dict[str, tuple[str, ...]] = {
    "pcTransports": ("peerConnectionId",),
    "iceCandidatePairs": ("candidatePairId",),
    "inboundAudioTracks": ("trackId", "ssrc"),
    "inboundVideoTracks": ("trackId", "ssrc"),
    "outboundAudioTracks": ("trackId", "ssrc"),
    "outboundVideoTracks": ("trackId", "ssrc"),
    "dataChannels": ("dataChannelIdentifier",),
    "mediaSources": ("trackIdentifier",),
    "transports": ("transportId",),
    "inboundRtpPads": ("padId",),
    "outboundRtpPads": ("padId",),
    "sctpChannels": ("channelId",),
}
# Sent every other message: absent means unchanged, present means these and the ones known.
UNIONS: dict[str, tuple[str, ...]] = {
    "codecs": ("mimeType", "payloadType", "codecType"),
    "certificates": ("fingerprint",),
    "mediaDevices": ("id",),
}
TRACKS = ("inboundAudioTracks", "inboundVideoTracks", "outboundAudioTracks", "outboundVideoTracks")
# Values that come and go, where a fall to zero looks like no change.
GAUGES = ("audioLevel", "fractionLost", "framesPerSecond", "jitter", "roundTripTime")
STALE = "possiblyStale"
# The encoder never forgets these: a channel that was absent comes back as a difference to its last row.
UNFORGOTTEN = "sctpChannels"
MAX_UNFORGOTTEN = 1_000
# Sent whole when the set changes: absent means unchanged.
WHOLE = ("iceLocalCandidates", "iceRemoteCandidates")


def merge(last: Sample | None, message: Sample) -> Sample:
    """The sample that `message` describes, given the last one."""
    old = last or {}
    merged = {name: old[name] for name in (*REMEMBERED, *WHOLE) if name in old}
    merged.update(message)
    for name, key in ROWS.items():
        if message.get(name):
            merged[name] = _overlay(_by_key(old.get(name, []), key), message[name], key)
    for name, key in UNIONS.items():
        rows = [*_by_key([*old.get(name, []), *message.get(name, [])], key).values()]
        if rows:
            merged[name] = rows
    return merged


def state_of(last: Sample | None, merged: Sample) -> Sample:
    """What must be remembered of a merged sample."""
    kept = {*REMEMBERED, *ROWS, *UNIONS, *WHOLE}
    state = {name: value for name, value in merged.items() if name in kept}
    channels = [*(last or {}).get(UNFORGOTTEN, []), *merged.get(UNFORGOTTEN, [])]
    if channels:
        state[UNFORGOTTEN] = [*_by_key(channels, ROWS[UNFORGOTTEN]).values()][-MAX_UNFORGOTTEN:]
    return state


def mark_stale(merged: Sample, message: Sample) -> Sample:
    """The sample with `possiblyStale` on track rows that moved: gauges that `message` did not repeat."""
    marked = dict(merged)
    for name in TRACKS:
        if message.get(name):
            pairs = zip(merged[name], message[name], strict=True)
            marked[name] = [_marked(row, said, len(ROWS[name])) for row, said in pairs]
    return marked


def _marked(row: Row, said: Row, keys: int) -> Row:
    stale = [gauge for gauge in GAUGES if gauge in row and gauge not in said]
    return {**row, STALE: stale} if stale and len(said) > keys else row


def _overlay(known: dict[tuple[Any, ...], Row], rows: list[Row], key: tuple[str, ...]) -> list[Row]:
    merged = []
    for row in rows:
        identity = _key_of(row, key)
        known[identity] = full = {**known.get(identity, {}), **row}
        merged.append(full)
    return merged


def _by_key(rows: list[Row], key: tuple[str, ...]) -> dict[tuple[Any, ...], Row]:
    return {_key_of(row, key): row for row in rows}


def _key_of(row: Row, key: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in key)
