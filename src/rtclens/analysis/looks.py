"""What a closer look, once in five seconds, shows beyond the interval between two samples.

Enters: nothing. Leaves: one record per kind of subject, judged by detectors as the records of `intervals.py` are.
Times `start`, `at` are ms, `t` is in seconds on the report's own clock. `None` is unknown. Formulas: docs/metrics.md.
"""

from __future__ import annotations

import msgspec


class InSurvey(msgspec.Struct, gc=False):
    """A received track; audio and video fill different members."""

    start: float
    at: float
    t: float
    smeared: bool = False
    packet_rate: float | None = None
    loss_ratio: float | None = None
    unusable_ratio: float | None = None
    wire_bitrate_bps: float | None = None
    rtx_ratio: float | None = None
    fec_ratio: float | None = None
    ce_ratio: float | None = None
    processing_s: float | None = None
    jb_floor_s: float | None = None
    jb_added_s: float | None = None
    loss_bursts: float | None = None
    mos: float | None = None
    explained: bool = False  # a more specific finding about this stream is open
    # audio
    level: float | None = None
    level_dbov: float | None = None
    level_share: float | None = None
    concealment_events_per_min: float | None = None
    concealment_mean_s: float | None = None
    interruptions_per_min: float | None = None
    flushes: float | None = None
    mouth_to_ear_s: float | None = None
    # video
    fps_rendered: float | None = None
    fps_unsteady: float | None = None
    pacing_sigma_s: float | None = None
    residual_loss_ratio: float | None = None
    keyframes_per_min: float | None = None
    fir_per_min: float | None = None
    decode_s: float | None = None
    assembly_s: float | None = None
    bppf: float | None = None
    pause_ratio: float | None = None
    backlog_frames: float | None = None
    blocky: float | None = None
    corruption: float | None = None
    pixel_share: float | None = None
    begged_s: float = 0.0


class OutSurvey(msgspec.Struct, gc=False):
    """A sent track, all simulcast layers together."""

    start: float
    at: float
    t: float
    smeared: bool = False
    packet_rate: float | None = None
    active: bool | None = None
    wire_bitrate_bps: float | None = None
    report_age_s: float | None = None
    # video
    rtx_asked_ratio: float | None = None
    attainment: float | None = None
    undershoot: float | None = None
    encode_s: float | None = None
    huge_frame_ratio: float | None = None
    keyframes_per_min: float | None = None
    fir_per_min: float | None = None
    limit_changes_per_min: float | None = None
    psnr_y_db: float | None = None
    layers_active: float | None = None
    layers_silent: float | None = None
    pixel_share: float | None = None
    # audio
    level: float | None = None
    level_sigma: float | None = None
    level_p95: float | None = None
    level_floor: float | None = None
    clipped: float | None = None
    erl_db: float | None = None
    erle_db: float | None = None


class LinkSurvey(msgspec.Struct, gc=False):
    """A connection."""

    start: float
    at: float
    t: float
    smeared: bool = False
    sfu_hop_s: float | None = None
    stun_lost_ratio: float | None = None
    bwe_headroom_bps: float | None = None
    bandwidth_in_short: float | None = None
    rtt_down_s: float | None = None
    glitches_per_min: float | None = None
    in_flips: float | None = None
    out_flips: float | None = None
    rtt_unsteady: float | None = None
    blocked_s: float = 0.0
    idle_s: float = 0.0
    echo_correlation: float | None = None
