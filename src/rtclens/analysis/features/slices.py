"""What each slice adds to the features: series, times by what was true in them, sizes.

Enters: slices as they are cut. Leaves: sketches and sums in the notes.
"""

from __future__ import annotations

from collections.abc import Callable

from rtclens.analysis.features.notes import ConnectionNotes, TrackNotes, count, sketch
from rtclens.model.facts import ConnectionSlice, TrackSlice

SILENT_RMS = 0.001
DTX_RATE = 10.0
BURST = 0.05
INITIAL_MS = 30_000.0
PERIODIC = 3
MAX_SIZES = 20
MAX_CLOCKS = 30
Series = tuple[tuple[str, str, float], ...]
BOTH: Series = (
    ("bitrate", "bitrate_bps", 1.0),
    ("packet_rate", "packet_rate_per_s", 1.0),
    ("loss", "loss_ratio", 1.0),
    ("jitter", "jitter_s", 1000.0),
    ("rtt", "rtt_s", 1000.0),
)
SERIES: dict[str, Series] = {
    "inbound/audio": (
        *BOTH,
        ("mos", "audio_mos", 1.0),
        ("jb_delay", "jb_delay_s", 1000.0),
        ("audio_level", "audio_rms", 1.0),
    ),
    "inbound/video": (*BOTH, ("mos", "video_mos", 1.0), ("jb_delay", "jb_delay_s", 1000.0), ("fps", "fps", 1.0)),
    "outbound/audio": (*BOTH, ("audio_level", "audio_rms", 1.0)),
    "outbound/video": (
        *BOTH,
        ("fps", "fps", 1.0),
        ("target_bitrate", "target_bps", 1.0),
        ("send_delay", "pacer_s", 1000.0),
    ),
}
LINK: Series = (
    ("pair_rtt", "rtt_ice_s", 1000.0),
    ("rtt", "rtt_s", 1000.0),
    ("available_outgoing_bitrate", "bwe_out_bps", 1.0),
    ("outbound_bitrate", "bitrate_out_bps", 1.0),
    ("inbound_bitrate", "bitrate_in_bps", 1.0),
    ("inbound_loss", "loss_in_ratio", 1.0),
    ("outbound_loss", "loss_out_ratio", 1.0),
)
PLACES: dict[str, Callable[[TrackSlice], bool]] = {
    "hd": lambda row: (row.height_px or 0) >= 720,
    "md": lambda row: 360 <= (row.height_px or 0) < 720,
    "ld": lambda row: 0 < (row.height_px or 0) < 360,
}


def track(notes: TrackNotes, row: TrackSlice, muted: bool, codec: str) -> None:
    """Add the slice of a track."""
    covered = row.covered_s
    for name, member, factor in SERIES.get(f"{row.direction}/{row.kind}", ()):
        value = getattr(row, member)
        if value is not None:
            sketch(notes.sketches, name, factor * value, covered)
    _spend(notes.clock, "covered", covered)
    if row.bitrate_bps:
        _spend(notes.clock, "active", covered)
    if codec:
        _codec(notes, codec, covered)
    _loss(notes, row)
    if row.kind == "video":
        _picture(notes, row)
    else:
        _sound(notes, row, muted)


def _codec(notes: TrackNotes, codec: str, covered: float) -> None:
    before = notes.gauges.get("codec")
    notes.gauges["codec"] = codec
    count(notes.known, "codec_switches", int(before is not None and before != codec))
    if f"codec {codec}" in notes.clock or len(notes.clock) < MAX_CLOCKS:
        _spend(notes.clock, f"codec {codec}", covered)


def _loss(notes: TrackNotes, row: TrackSlice) -> None:
    if row.loss_ratio:
        count(notes.gauges, "lossy")
        if row.loss_ratio > BURST:
            count(notes.gauges, "bursts")


def _picture(notes: TrackNotes, row: TrackSlice) -> None:
    if row.freeze_ratio is not None:
        notes.known["longest_freeze_ratio"] = max(notes.known.get("longest_freeze_ratio", 0.0), row.freeze_ratio)
    reason = notes.gauges.get("reason")
    if reason and (reason in ("none", "cpu", "bandwidth", "other")):
        _spend(notes.clock, f"reason {reason}", row.covered_s)
    if not row.width_px or not row.height_px:
        return
    size = (row.width_px, row.height_px)
    last = notes.gauges.get("size")
    count(notes.known, "resolution_changes", int(last is not None and last != size))
    notes.gauges["size"] = size
    if size in notes.sizes or len(notes.sizes) < MAX_SIZES:
        notes.sizes[size] = notes.sizes.get(size, 0.0) + row.covered_s
    for name, inside in PLACES.items():
        if inside(row):
            _spend(notes.clock, name, row.covered_s)


def _sound(notes: TrackNotes, row: TrackSlice, muted: bool) -> None:
    if row.audio_rms is not None:
        _spend(notes.clock, "rms", row.covered_s)
        if row.audio_rms < SILENT_RMS:
            _spend(notes.clock, "silent", row.covered_s)
    if row.packet_rate_per_s is not None and not muted:
        _spend(notes.clock, "unmuted", row.covered_s)
        if row.packet_rate_per_s < DTX_RATE:
            _spend(notes.clock, "dtx", row.covered_s)


def flushes(notes: TrackNotes, total: float | None) -> None:
    """Whether the jitter buffer was flushed in slice after slice."""
    if total is None:
        return
    before = notes.gauges.get("flushes")
    notes.gauges["flushes"] = total
    rising = before is not None and total > before
    notes.gauges["flush run"] = notes.gauges.get("flush run", 0) + 1 if rising else 0
    periodic = notes.gauges["flush run"] >= PERIODIC
    notes.known["has_periodic_jitter_buffer_flushes"] = (
        notes.known.get("has_periodic_jitter_buffer_flushes", False) or periodic
    )


def link(notes: ConnectionNotes, row: ConnectionSlice) -> None:
    """Add the slice of a connection."""
    covered = row.covered_s
    for name, member, factor in LINK:
        value = getattr(row, member)
        if value is not None:
            sketch(notes.sketches, name, factor * value, covered)
    began = notes.first.setdefault("slices", row.at - 1000.0 * covered)
    if row.rtt_ice_s is not None and row.at - began <= INITIAL_MS:
        ms = 1000.0 * row.rtt_ice_s
        _spend(notes.clock, "initial", covered)
        _spend(notes.clock, "initial rtt", covered * ms)
        notes.known["stun_rtt_initial_30s_max"] = max(notes.known.get("stun_rtt_initial_30s_max", 0.0), round(ms, 3))
    if row.state == "smeared":
        count(notes.known, "stats_gaps")
        longest = notes.known.get("longest_stats_gap_ms", 0)
        notes.known["longest_stats_gap_ms"] = max(longest, round(1000.0 * covered))
    if "relay" in notes.ufrags:
        _spend(notes.clock, "path", covered)
        if notes.ufrags["relay"] == "True":
            _spend(notes.clock, "relayed", covered)
        if notes.ufrags["network"] == "vpn":
            _spend(notes.clock, "vpn", covered)


def _spend(clock: dict[str, float], name: str, seconds: float) -> None:
    clock[name] = clock.get(name, 0.0) + seconds
