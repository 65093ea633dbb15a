"""What findings can be about, and tracks.

Enters: identities. Leaves: plain mutable records with the least that the next sample needs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.msgpack import Decoder

from rtclens.analysis.features.notes import TrackNotes, at_rest, awake
from rtclens.analysis.features.series import Series
from rtclens.analysis.features.slices import SERIES
from rtclens.analysis.intervals import Inbound, Outbound
from rtclens.analysis.looked import Looks
from rtclens.analysis.resting import NEAR, packed
from rtclens.analysis.scores.tally import Tally
from rtclens.analysis.sums import InSums, OutSums

if TYPE_CHECKING:
    from rtclens.analysis.connection import Connection
    from rtclens.analysis.content import Curve
    from rtclens.analysis.windows import Watch


MUTED, DISABLED, STOPPED, SCREEN = 1, 2, 4, 8  # what events said of a track
# What others only read is unpacked once for all who ask in the same moment.
READ_IN, READ_OUT = lru_cache(NEAR)(Decoder(Inbound).decode), lru_cache(NEAR)(Decoder(Outbound).decode)
IN_SUMS, OUT_SUMS = Decoder(InSums).decode, Decoder(OutSums).decode
LOOKS, READ_LOOKS = Decoder(Looks).decode, lru_cache(NEAR)(Decoder(Looks).decode)
SCORES = Decoder(dict[str, Tally]).decode


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
        "featured_at",
        "grace_until",
        "held_looks",
        "held_notes",
        "held_now",
        "held_scores",
        "held_sums",
        "hop",
        "id",
        "impaired_s",
        "judged",
        "key",
        "kind",
        "last_at",
        "mid",
        "moved",
        "muted",
        "peer",
        "peer_tried",
        "resized",
        "screen",
        "slow_at",
        "ssrcs",
        "started_at",
        "stopped",
        "top",
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
        self.ssrcs: tuple[int, ...] = ()
        self.started_at = at
        self.last_at = at
        self.ended_at: float | None = None
        self.end_reason = ""
        self.grace_until = at
        self.held_now: Inbound | Outbound | bytes | None = None  # what is held rests between two samples
        self.held_sums: InSums | OutSums | bytes | None = None
        self.held_notes: TrackNotes | bytes = TrackNotes(Series(len(SERIES[f"{direction}/{kind}"])))
        self.held_looks: Looks | bytes | None = None
        self.held_scores: bytes | dict[str, Tally] | None = None  # by scale; received tracks only
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
        self.judged = False  # a slice of it has a verdict
        self.impaired_s = 0.0
        self.featured_at = 0.0

    @property
    def now(self) -> Inbound | Outbound | None:
        """The newest interval; that of another connection only to be read."""
        held = self.held_now
        if isinstance(held, bytes):
            return READ_IN(held) if self.direction == "inbound" else READ_OUT(held)
        return held

    @now.setter
    def now(self, iv: Inbound | Outbound | None) -> None:
        self.held_now = iv

    @property
    def sums(self) -> InSums | OutSums | None:
        """The sums of the slice that is not cut yet."""
        held = self.held_sums
        if isinstance(held, bytes):
            held = self.held_sums = IN_SUMS(held) if self.direction == "inbound" else OUT_SUMS(held)
        return held

    @sums.setter
    def sums(self, sums: InSums | OutSums | None) -> None:
        self.held_sums = sums

    @property
    def notes(self) -> TrackNotes:
        """What its features are made of."""
        held = self.held_notes
        if isinstance(held, bytes):
            held = self.held_notes = awake(TrackNotes, held)
        return held

    @property
    def scores(self) -> dict[str, Tally]:
        """Its scores by scale, only to be read."""
        held = self.held_scores
        return SCORES(held) if isinstance(held, bytes) else held or {}

    def scored(self, scores: dict[str, Tally]) -> None:
        """Keep its scores."""
        self.held_scores = packed(scores)

    def looks(self) -> Looks:
        """What closer looks remember of it."""
        held = self.held_looks
        if held is None or isinstance(held, bytes):
            held = self.held_looks = Looks() if held is None else LOOKS(held)
        return held

    def looked(self) -> Looks | None:
        """The same, only to be read; `None` before the first look."""
        held = self.held_looks
        return READ_LOOKS(held) if isinstance(held, bytes) else held

    def rest(self) -> None:
        """Nothing of it is changed until the next sample."""
        now, sums, notes, looks = self.held_now, self.held_sums, self.held_notes, self.held_looks
        if now is not None and not isinstance(now, bytes):
            self.held_now = packed(now)
        if sums is not None and not isinstance(sums, bytes):
            self.held_sums = packed(sums)
        if not isinstance(notes, bytes):
            self.held_notes = at_rest(notes)
        if looks is not None and not isinstance(looks, bytes):
            self.held_looks = packed(looks)
