"""Facts: what the analysis concludes, one class per table. Each is a whole row that replaces its earlier version.

Enters: nothing. Leaves: rows of the tables named in `table`; `id_column` names the key. Times are ms since the epoch,
UTC. `None` is unknown, never zero. Rows with the same key collapse onto the one with the highest `revision`
(ReplacingMergeTree), so writing a fact twice changes nothing and a replay lands on the same rows.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import msgspec

from rtclens.model.fact import Fact as Fact
from rtclens.model.features import ClientFeatures, ConnectionFeatures, TrackFeatures

Verdict = Literal["good", "degraded", "bad", "unknown", "idle"]
Severity = Literal["info", "low", "medium", "high", "critical"]
Scope = Literal["track", "connection", "participant", "call", "fleet"]
Segment = Literal[
    "sender_device",
    "sender_uplink",
    "relay",
    "sfu",
    "receiver_downlink",
    "receiver_device",
    "signalling_config",
    "app",
    "person",
    "telemetry",
    "mixed",
    "unknown",
    "",
]
SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")


class Call(Fact, kw_only=True, tag="call"):
    """One call: people who met under one id, or whose streams were linked."""

    table: ClassVar[str] = "calls"
    id_column: ClassVar[str] = "call_id"

    external_id: str = ""
    name: str = ""
    started_at: float = 0.0
    last_seen_at: float = 0.0
    ended_at: float | None = None
    end_reason: str = ""
    participants: int = 0
    participants_max: int = 0
    sessions: int = 0
    connections: int = 0
    tracks: int = 0
    topology: str = ""  # p2p, sfu, mixed, or '' while unknown
    verdict: Verdict = "unknown"
    verdict_text: str = ""
    top_cause: Segment = ""
    top_cause_participant_id: str = ""
    top_cause_confidence: float | None = None
    findings: int = 0
    worst_severity: str = ""
    impaired_s: float | None = None
    good_participant_minutes_ratio: float | None = None
    formats: list[str] = []


class Participant(Fact, kw_only=True, tag="participant"):
    """One person in one call, with everything known of them over all their sessions."""

    table: ClassVar[str] = "participants"
    id_column: ClassVar[str] = "participant_id"

    participant_id: str
    external_id: str = ""
    name: str = ""
    role: str = "client"
    first_seen_at: float = 0.0
    last_seen_at: float = 0.0
    joins: int = 0
    observed: bool = True  # false: only named by others, sends no telemetry itself
    verdict: Verdict = "unknown"
    verdict_text: str = ""
    impaired_s: float | None = None
    caused_impairment_s: float | None = None
    good_minute_ratio: float | None = None


class Session(Fact, kw_only=True, tag="session"):
    """One join of a participant: one page visit in one call."""

    table: ClassVar[str] = "sessions"
    id_column: ClassVar[str] = "session_id"

    participant_id: str
    session_id: str
    external_id: str = ""
    format: str = ""
    started_at: float = 0.0
    last_seen_at: float = 0.0
    ended_at: float | None = None
    end_reason: str = ""  # left, unload, closed, silence, replaced, call_ended
    abrupt: bool = False
    browser: str = ""
    browser_version: str = ""
    os: str = ""
    os_version: str = ""
    device_type: str = ""
    user_agent: str = ""
    sdk: str = ""
    sdk_version: str = ""
    app_version: str = ""
    country: str = ""
    clock_offset_ms: float | None = None
    clock_uncertainty_ms: float | None = None
    tags: dict[str, str] = {}
    features: dict[str, Any] = {}


class Connection(Fact, kw_only=True, tag="connection"):
    """One RTCPeerConnection."""

    table: ClassVar[str] = "connections"
    id_column: ClassVar[str] = "connection_id"

    participant_id: str
    session_id: str
    connection_id: str
    external_id: str = ""
    peer_external_id: str = ""
    peer_participant_id: str = ""
    sfu: bool | None = None
    started_at: float = 0.0
    connected_at: float | None = None
    last_seen_at: float = 0.0
    ended_at: float | None = None
    end_reason: str = ""
    signaling_state: str = ""
    ice_state: str = ""
    connection_state: str = ""
    path_type: str = ""  # direct_host, direct_srflx, direct_prflx, relay_udp, relay_tcp, relay_tls, ice_tcp
    relay_url: str = ""
    rtt_s: float | None = None  # mean over the connection, see metric rtt_s
    features: dict[str, Any] = {}


class Track(Fact, kw_only=True, tag="track"):
    """One direction of one RTP stream set; simulcast layers are one track."""

    table: ClassVar[str] = "tracks"
    id_column: ClassVar[str] = "track_id"

    participant_id: str
    session_id: str
    connection_id: str
    track_id: str
    external_id: str = ""  # trackIdentifier
    kind: str = ""
    direction: str = ""  # inbound, outbound
    content: str = ""  # camera, microphone, screen or '' while unknown
    mid: str = ""
    ssrcs: list[int] = []
    codec: str = ""
    peer_track_id: str = ""  # inbound: the outbound track at the sender, where linked
    peer_participant_id: str = ""
    started_at: float = 0.0
    last_seen_at: float = 0.0
    ended_at: float | None = None
    end_reason: str = ""
    verdict: Verdict = "unknown"
    impaired_s: float | None = None
    features: dict[str, Any] = {}


class Evidence(msgspec.Struct, omit_defaults=True):
    """A measurement behind a finding; points at the samples `[from_at, to_at]` of `subject` that show it."""

    metric: str
    subject: str = ""
    from_at: float = 0.0
    to_at: float = 0.0
    observed: float | str | None = None
    threshold: float | str | None = None
    unit: str = ""
    n: int = 0
    coverage: float | None = None
    source: str = ""
    text: str = ""


class Finding(Fact, kw_only=True, tag="finding"):
    """An interval in which something was wrong, with evidence and, where the data can tell, a cause.

    `cause_segment` is '' where inconclusive; `cause_reason` then says what is missing.
    `closed_at` is `None` while open.
    """

    table: ClassVar[str] = "findings"
    id_column: ClassVar[str] = "finding_id"

    finding_id: str
    participant_id: str = ""
    session_id: str = ""
    connection_id: str = ""
    track_id: str = ""
    scope: Scope
    subject: str
    peer_subject: str = ""
    detector: str
    detector_version: int = 1
    severity: Severity
    opened_at: float
    closed_at: float | None = None
    last_seen_at: float = 0.0
    close_reason: str = ""  # recovered, subject_ended, call_ended, data_lost, superseded
    confidence: float = 1.0
    statement: str = ""
    cause_segment: Segment = ""
    cause_participant_id: str = ""
    cause_confidence: float | None = None
    cause_rule: str = ""
    cause_reason: str = ""
    cause_alternatives: dict[str, float] = {}
    parent_id: str = ""
    impact: dict[str, Any] = {}
    remedy: str = ""
    evidence: list[Evidence] = []


class Score(Fact, kw_only=True, tag="score"):
    """A named, versioned score of a subject over a span, with the reasons that lowered it."""

    table: ClassVar[str] = "scores"
    id_column: ClassVar[str] = "score_id"

    score_id: str
    participant_id: str = ""
    session_id: str = ""
    connection_id: str = ""
    track_id: str = ""
    scope: Scope
    subject: str
    scorer: str  # name@version
    from_at: float
    to_at: float
    value: float | None = None
    scale: str = ""  # nb, wb, fb, 1-5, 0-100
    n: int = 0
    covered_s: float = 0.0
    confidence: float | None = None
    reasons: dict[str, float] = {}


class TrackSlice(Fact, kw_only=True, tag="track_slice"):
    """Derived metrics of a track over about 5 s of media time (one sample interval where sampling is coarser).

    Metric names and formulas: docs/metrics.md. Direction decides which are set.
    """

    table: ClassVar[str] = "track_slices"
    id_column: ClassVar[str] = "track_id"

    participant_id: str
    session_id: str
    connection_id: str
    track_id: str
    kind: str
    direction: str
    at: float  # end of the slice
    covered_s: float
    n: int = 0
    state: str = "ok"  # ok, partial, smeared, unknown
    verdict: Verdict = "unknown"
    reasons: list[str] = []
    bitrate_bps: float | None = None
    packet_rate_per_s: float | None = None
    loss_ratio: float | None = None
    jitter_s: float | None = None
    rtt_s: float | None = None
    jb_delay_s: float | None = None
    concealment_ratio: float | None = None
    audible_concealment_ratio: float | None = None
    stretch_ratio: float | None = None
    audio_rms: float | None = None
    fps: float | None = None
    fps_source: float | None = None
    fps_harmonic: float | None = None
    freeze_ratio: float | None = None
    width_px: int | None = None
    height_px: int | None = None
    qp_mean: float | None = None
    limited_cpu_ratio: float | None = None
    limited_bandwidth_ratio: float | None = None
    limited_other_ratio: float | None = None
    codec_load: float | None = None  # encode or decode time per second
    drop_ratio: float | None = None
    nack_per_s: float | None = None
    pli_per_min: float | None = None
    pacer_s: float | None = None
    rtx_ratio: float | None = None
    target_bps: float | None = None
    audio_mos: float | None = None
    video_mos: float | None = None


class ConnectionSlice(Fact, kw_only=True, tag="connection_slice"):
    """Derived metrics of a connection over about 5 s of media time."""

    table: ClassVar[str] = "connection_slices"
    id_column: ClassVar[str] = "connection_id"

    participant_id: str
    session_id: str
    connection_id: str
    at: float
    covered_s: float
    n: int = 0
    state: str = "ok"
    network_in: Verdict = "unknown"
    network_out: Verdict = "unknown"
    rtt_s: float | None = None
    rtt_ice_s: float | None = None
    rtt_rtcp_s: float | None = None
    bitrate_in_bps: float | None = None
    bitrate_out_bps: float | None = None
    loss_in_ratio: float | None = None
    loss_out_ratio: float | None = None
    bwe_out_bps: float | None = None
    bwe_utilisation: float | None = None
    path_type: str = ""
    cpu_pressure: float | None = None


AnyFact = (
    Call
    | Participant
    | Session
    | Connection
    | Track
    | Finding
    | Score
    | TrackSlice
    | ConnectionSlice
    | ClientFeatures
    | ConnectionFeatures
    | TrackFeatures
)
FACTS: tuple[type[Fact], ...] = (
    Call,
    Participant,
    Session,
    Connection,
    Track,
    Finding,
    Score,
    TrackSlice,
    ConnectionSlice,
    ClientFeatures,
    ConnectionFeatures,
    TrackFeatures,
)
