"""What one interval between two samples shows. Enters: nothing. Leaves: one record per kind of subject.

Times `start`, `at` are ms, `t` is the interval in seconds on the report's own clock. `None` is unknown.
Detectors name these members; slices sum what stands behind them.
"""

from __future__ import annotations

import msgspec


class Inbound(msgspec.Struct, gc=False, array_like=True):
    """A received track over one interval; audio and video fill different members."""

    start: float
    at: float
    t: float
    smeared: bool = False
    bitrate_bps: float | None = None
    packets: float | None = None
    packet_rate: float | None = None
    lost: float | None = None
    expected_packets: float | None = None
    loss_ratio: float | None = None
    discard_ratio: float | None = None
    jitter_s: float | None = None
    jb_delay_s: float | None = None
    jb_target_s: float | None = None
    dry_s: float = 0  # covered time since the last byte
    never_s: float = 0  # covered time in which no byte ever came
    not_playing_s: float = 0  # packets arrive and nothing leaves the jitter buffer
    # audio
    audible_ratio: float | None = None
    concealment_ratio: float | None = None
    stretch_ratio: float | None = None
    playout_rate: float | None = None
    rms: float | None = None
    one_way_s: float = 0  # covered time in which the sender speaks and silence is played here
    stress: float | None = None  # 1 when target delay and stretch are both high
    # video
    fps: float | None = None
    fps_received: float | None = None
    fps_harmonic: float | None = None
    frames: float | None = None
    freeze_ratio: float | None = None
    freeze_s: float | None = None
    freezes: float | None = None
    freeze_single_s: float | None = None
    stall_s: float = 0  # covered time since the last decoded frame
    stuck_s: float = 0  # the same while bytes arrive
    drop_ratio: float | None = None
    decode_load: float | None = None
    overload: float | None = None
    qp: float | None = None
    width: float | None = None
    height: float | None = None
    nack_per_s: float | None = None
    pli_per_s: float | None = None
    av_offset_s: float | None = None  # how far sound and picture of one sender are apart
    fps_low: float | None = None  # frames that should be there and are not, as a shortfall 0..1


class Outbound(msgspec.Struct, gc=False, array_like=True):
    """A sent track over one interval, all simulcast layers together."""

    start: float
    at: float
    t: float
    smeared: bool = False
    bitrate_bps: float | None = None
    packets: float | None = None
    packet_rate: float | None = None
    target_bps: float | None = None
    pacer_s: float | None = None
    rtx_ratio: float | None = None
    nack_per_s: float | None = None
    pli_per_s: float | None = None
    remote_loss: float | None = None
    remote_jitter_s: float | None = None
    rtt_s: float | None = None
    active: bool | None = None
    has_source: bool | None = None
    source_id: str | None = None
    dry_s: float = 0
    # video
    fps: float | None = None
    fps_sent: float | None = None
    source_fps: float | None = None
    source_frames: float | None = None
    source_share: float | None = None  # of the frame rate this source once reached
    still_s: float = 0  # covered time since the source's last frame
    encoder_still_s: float = 0  # the same for encoded frames while source frames move
    limited_cpu: float | None = None
    limited_bandwidth: float | None = None
    limited_other: float | None = None
    encode_load: float | None = None
    encode_slowdown: float | None = None  # against the fastest this encoder was per pixel
    source_gap: float | None = None
    overload: float | None = None
    limit_stalled: float | None = None
    qp: float | None = None
    width: float | None = None
    height: float | None = None
    # audio
    source_rms: float | None = None
    source_level: float | None = None


class Link(msgspec.Struct, gc=False, array_like=True):
    """A connection over one interval."""

    start: float
    at: float
    t: float
    smeared: bool = False
    rtt_s: float | None = None
    rtt_ice_s: float | None = None
    rtt_rtcp_s: float | None = None
    rtt_rise: float | None = None  # over the connection's own baseline, in units of the allowed rise
    bytes_in: float | None = None
    bytes_out: float | None = None
    bitrate_in_bps: float | None = None
    bitrate_out_bps: float | None = None
    bwe_bps: float | None = None
    bwe_in_bps: float | None = None
    utilisation: float | None = None
    one_way_s: float = 0
    discard_ratio: float | None = None
    congestion_votes: float | None = None
    bandwidth_short: float | None = None
    cpu_pressure: float | None = None  # 0 nominal .. 3 critical
    collect_s: float | None = None
    playout_glitch_ratio: float | None = None
    playout_delay_s: float | None = None
    switches: float | None = None
