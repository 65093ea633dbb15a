"""Records of what findings can be about within a connection: tracks, their streams, the connection itself.

Enters: identities. Leaves: plain mutable records with the least that the next sample needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtclens.analysis.delta import Reading, Value
from rtclens.analysis.features.notes import ConnectionNotes, TrackNotes
from rtclens.analysis.features.slices import LINK, SERIES

if TYPE_CHECKING:
    from rtclens.analysis.content import Curve
    from rtclens.analysis.intervals import Inbound, Link, Outbound
    from rtclens.analysis.scores.tally import Tally
    from rtclens.analysis.state import Session
    from rtclens.analysis.sums import InSums, Life, LinkSums, OutSums
    from rtclens.analysis.survey.notes import Survey
    from rtclens.analysis.windows import Watch


class Stream:
    """The last reading of one RTP report (one SSRC): only the counters that the next is compared with."""

    __slots__ = (
        "at",
        "carry",
        "far_loss",
        "far_open",
        "far_sent",
        "far_t",
        "limits",
        "lost",
        "nack",
        "narrow",
        "playout_at",
        "remote",
        "remote_at",
        "remote_carry",
        "ssrc",
        "track",
        "wide",
    )

    def __init__(self, track: Track, ssrc: Value, at: float) -> None:
        self.track = track
        self.ssrc = ssrc
        self.at = at
        self.wide: Reading = ()
        self.narrow: Reading = ()  # members that the standard declares 32 bits wide
        self.lost: Value = None
        self.nack: Value = None
        self.carry = 0.0
        self.limits: Reading | None = None
        self.playout_at: float | None = None
        self.remote: Reading | None = None
        self.remote_at = 0.0
        self.remote_carry = 0.0
        self.far_t = self.far_sent = 0.0  # since the far end's newest report: covered seconds, packets sent
        self.far_open = (0.0, 0.0, 0.0)  # lost, expected, seconds in its reports since its last word on loss
        self.far_loss: float | None = None  # that word


class Subject:
    """What findings can be about: something with windows of conditions that are, or were just, true."""

    __slots__ = ("watches",)
    id: str

    def __init__(self) -> None:
        self.watches: dict[str, Watch] | None = None


class Track(Subject):
    """One direction of one RTP stream set of a connection."""

    __slots__ = (
        "clocks",
        "codec",
        "codec_id",
        "conn",
        "content",
        "curve",
        "direction",
        "disabled",
        "end_reason",
        "ended_at",
        "external",
        "grace_until",
        "hop",
        "id",
        "impaired_s",
        "key",
        "kind",
        "last_at",
        "life",
        "mid",
        "moved",
        "muted",
        "notes",
        "now",
        "peer",
        "peer_tried",
        "resized",
        "row_at",
        "scores",
        "screen",
        "seconds",
        "slow_at",
        "ssrcs",
        "started_at",
        "stopped",
        "sums",
        "top",
        "verdict",
    )

    def __init__(self, conn: Connection, track_id: str, kind: str, direction: str, at: float) -> None:
        super().__init__()
        self.conn = conn
        self.id = track_id
        self.kind = kind
        self.direction = direction
        self.external = ""
        self.mid = ""
        self.key = ""
        self.content = ""
        self.codec = ""
        self.codec_id: str | None = None
        self.ssrcs: list[int] = []
        self.started_at = at
        self.last_at = at
        self.ended_at: float | None = None
        self.end_reason = ""
        self.grace_until = at
        self.now: Inbound | Outbound | None = None
        self.sums: InSums | OutSums | None = None
        self.life: Life | None = None
        self.clocks: list[float] = [0.0, 0.0, 0.0, 0.0]
        self.slow_at = 0.0  # when the source last stood still or nearly so
        self.top = 0.0  # the best source frame rate seen, or the last pixel count
        self.resized: tuple[float, ...] = ()  # when the received picture changed its size, lately
        self.moved = False  # media flowed at least once
        self.muted = False
        self.disabled = False
        self.stopped = False
        self.screen = False
        self.peer: Track | None = None
        self.peer_tried = 0.0
        self.hop: tuple[str, str, str] | None = None  # the server's ids of stream and sink, the sender's client id
        self.curve: Curve | None = None  # only while the call holds received tracks of unknown senders
        self.seconds: dict[str, float] = {}
        self.impaired_s = 0.0
        self.verdict = "unknown"
        self.scores: dict[str, Tally] | None = None  # by scale; received tracks only
        self.notes = TrackNotes(len(SERIES[f"{direction}/{kind}"]))
        self.row_at = at


class Connection(Subject):
    """One RTCPeerConnection as its owner reports it."""

    __slots__ = (
        "answered_at",
        "baseline",
        "bwe_median",
        "calls",
        "candidate_errors",
        "candidates",
        "checking_at",
        "closed_by_us",
        "config",
        "connected_at",
        "connection_at",
        "connection_state",
        "described",
        "described_at",
        "dtls_state",
        "due",
        "end_reason",
        "ended_at",
        "external",
        "failed_ever",
        "gather_ended_at",
        "gathering_at",
        "grace_until",
        "ice_at",
        "ice_connected_at",
        "ice_state",
        "id",
        "interval",
        "last_at",
        "life",
        "link_at",
        "negotiated",
        "negotiating_at",
        "notes",
        "now",
        "offer_at",
        "pair",
        "pair_id",
        "pair_switches",
        "path_type",
        "peer",
        "playout",
        "pressure_at",
        "relay_url",
        "restart_at",
        "row_at",
        "sampled",
        "sampled_at",
        "session",
        "sfu",
        "signaling_at",
        "signaling_state",
        "sources",
        "started_at",
        "streams",
        "sums",
        "survey",
        "told",
        "tracks",
        "transport",
    )

    def __init__(self, session: Session, connection_id: str, external: str, at: float) -> None:
        super().__init__()
        self.session = session
        self.id = connection_id
        self.external = external
        self.peer = ""
        self.sfu: bool | None = None
        self.config: dict[str, object] | None = None
        self.started_at = at
        self.last_at = at
        self.connected_at: float | None = None
        self.ended_at: float | None = None
        self.end_reason = ""
        self.closed_by_us = False
        self.signaling_state = self.ice_state = self.connection_state = self.dtls_state = ""
        self.signaling_at = self.ice_at = self.connection_at = at
        self.ice_connected_at: float | None = None
        self.offer_at: float | None = None  # a local offer that waits for its answer
        self.negotiating_at: float | None = None
        self.described: set[str] = set()
        self.described_at: float | None = None
        self.answered_at: float | None = None
        self.negotiated = False  # media was agreed on: a codec or an RTP stream was reported
        self.told: set[str] = set()  # machines whose states come as events
        self.checking_at: float | None = None
        self.notes = ConnectionNotes(len(LINK))
        self.candidates: dict[str, int] = {}
        self.candidate_errors: dict[tuple[int | None, str], int] = {}
        self.gathering_at: float | None = None
        self.gather_ended_at: float | None = None
        self.restart_at: float | None = None
        self.calls: dict[str, float] = {}
        self.failed_ever = False
        self.due = at
        self.streams: dict[str, Stream] = {}
        self.sources: dict[str, Reading] = {}
        self.tracks: dict[str, Track] = {}
        self.transport: Reading | None = None
        self.pair: Reading | None = None
        self.pair_id = ""
        self.pair_switches: list[float] = []
        self.playout: Reading | None = None
        self.link_at = 0.0
        self.interval = 0.0
        self.sampled = 0
        self.sampled_at: float | None = None
        self.baseline = 0.0
        self.bwe_median = 0.0
        self.pressure_at = 0.0
        self.path_type = self.relay_url = ""
        self.now: Link | None = None
        self.sums: LinkSums | None = None
        self.life: Life | None = None
        self.survey: Survey | None = None
        self.grace_until = at
        self.row_at = at
