"""What each slice adds to the features: series, times by what was true in them, sizes.

Enters: slices as they are cut. Leaves: series and sums in the notes.
"""

from __future__ import annotations

from operator import attrgetter

from rtclens.analysis.features.notes import (
    ACTIVE,
    COVERED,
    HD,
    INITIAL,
    INITIAL_RTT,
    LD,
    LEVEL,
    MD,
    PATH,
    RELAYED,
    SILENT,
    SPARSE,
    UNMUTED,
    VPN,
    ConnectionNotes,
    TrackNotes,
    count,
    rounded,
)
from rtclens.model.facts import ConnectionSlice, TrackSlice

SILENT_RMS = 0.001
DTX_RATE = 10.0
BURST = 0.05
INITIAL_MS = 30_000.0
PERIODIC = 3
MAX_SIZES = 20
MAX_CODECS = 16
HD_LINES, MD_LINES = 720, 360
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
READ = {kind: attrgetter(*(member for _, member, _ in series)) for kind, series in SERIES.items()}
READ_LINK = attrgetter(*(member for _, member, _ in LINK))
NAMES = {kind: [(name, factor) for name, _, factor in series] for kind, series in SERIES.items()}
LINK_NAMES = [(name, factor) for name, _, factor in LINK]


def track(notes: TrackNotes, row: TrackSlice, muted: bool, codec: str) -> None:
    """Add the slice of a track."""
    covered = row.covered_s
    notes.series.add(covered, READ[f"{row.direction}/{row.kind}"](row))
    clock = notes.clock
    if codec and codec != notes.codec:
        _codec(notes, codec)
    clock[COVERED] += covered
    if row.bitrate_bps:
        clock[ACTIVE] += covered
    if row.loss_ratio:
        notes.lossy += 1
        if row.loss_ratio > BURST:
            notes.bursts += 1
    if row.kind == "video":
        _picture(notes, row, covered)
    else:
        _sound(notes, row, covered, muted)


def _codec(notes: TrackNotes, codec: str) -> None:
    """Another codec: what was covered since the last one began was its time."""
    before, covered = notes.codec, notes.clock[COVERED]
    count(notes.known, "codec_switches", 1 if before else 0)
    notes.codecs = codecs(notes) if before else None
    notes.codec, notes.codec_from = codec, covered


def codecs(notes: TrackNotes) -> dict[str, float]:
    """Covered seconds by codec."""
    held = dict(notes.codecs or {})
    if notes.codec and (notes.codec in held or len(held) < MAX_CODECS):
        held[notes.codec] = held.get(notes.codec, 0.0) + notes.clock[COVERED] - notes.codec_from
    return held


def _picture(notes: TrackNotes, row: TrackSlice, covered: float) -> None:
    known = notes.known
    if row.freeze_ratio is not None and row.freeze_ratio >= known.get("longest_freeze_ratio", 0.0):
        known["longest_freeze_ratio"] = row.freeze_ratio
    if notes.reason >= 0:
        notes.clock[notes.reason] += covered
    width, height = row.width_px, row.height_px
    if not width or not height:
        return
    size = (width, height)
    if size != notes.size:
        count(known, "resolution_changes", 0 if notes.size is None else 1)
        notes.size = size
    if size in notes.sizes:
        notes.sizes[size] += covered
    elif len(notes.sizes) < MAX_SIZES:
        notes.sizes[size] = covered
    if height > 0:
        notes.clock[HD if height >= HD_LINES else MD if height >= MD_LINES else LD] += covered


def _sound(notes: TrackNotes, row: TrackSlice, covered: float, muted: bool) -> None:
    clock = notes.clock
    if row.audio_rms is not None:
        clock[LEVEL] += covered
        if row.audio_rms < SILENT_RMS:
            clock[SILENT] += covered
    if row.packet_rate_per_s is not None and not muted:
        clock[UNMUTED] += covered
        if row.packet_rate_per_s < DTX_RATE:
            clock[SPARSE] += covered


def flushes(notes: TrackNotes, total: float | None) -> None:
    """Whether the jitter buffer was flushed in slice after slice."""
    if total is None:
        return
    before, notes.flushes = notes.flushes, total
    notes.flush_run = notes.flush_run + 1 if before is not None and total > before else 0
    if before is None or notes.flush_run >= PERIODIC:
        name = "has_periodic_jitter_buffer_flushes"
        notes.known[name] = notes.known.get(name, False) or notes.flush_run >= PERIODIC


def link(notes: ConnectionNotes, row: ConnectionSlice) -> None:
    """Add the slice of a connection."""
    covered = row.covered_s
    notes.series.add(covered, READ_LINK(row))
    clock = notes.clock
    began = notes.first.setdefault("slices", row.at - 1000.0 * covered)
    if row.rtt_ice_s is not None and row.at - began <= INITIAL_MS:
        ms = 1000.0 * row.rtt_ice_s
        clock[INITIAL] += covered
        clock[INITIAL_RTT] += covered * ms
        notes.known["stun_rtt_initial_30s_max"] = max(notes.known.get("stun_rtt_initial_30s_max", 0.0), round(ms, 3))
    if row.state == "smeared":
        count(notes.known, "stats_gaps")
        longest = notes.known.get("longest_stats_gap_ms", 0)
        notes.known["longest_stats_gap_ms"] = max(longest, rounded(1000.0 * covered) or 0)
    relay = notes.path.get("relay")
    if relay is not None:
        clock[PATH] += covered
        if relay == "True":
            clock[RELAYED] += covered
        if notes.path["network"] == "vpn":
            clock[VPN] += covered
