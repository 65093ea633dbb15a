"""A connection: one RTCPeerConnection, its streams and tracks.

Enters: identities. Leaves: a plain mutable record with the least that the next sample needs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.msgpack import Decoder

from rtclens.analysis.features.notes import ConnectionNotes, Said, at_rest, awake
from rtclens.analysis.features.series import Series
from rtclens.analysis.features.slices import LINK
from rtclens.analysis.intervals import Link
from rtclens.analysis.looked import Survey
from rtclens.analysis.resting import NEAR, packed, shared
from rtclens.analysis.streams import LinkCounters, Stream
from rtclens.analysis.subjects import Subject, Track
from rtclens.analysis.sums import LinkSums

if TYPE_CHECKING:
    from rtclens.analysis.state import Session

LINK_COUNTERS = Decoder(LinkCounters).decode
READ_LINK, LINK_SUMS = lru_cache(NEAR)(Decoder(Link).decode), Decoder(LinkSums).decode
SURVEY = Decoder(Survey).decode
CONFIG = Decoder(dict[str, object]).decode
NOTHING: frozenset[str] = frozenset()


class Connection(Subject):
    """One RTCPeerConnection as its owner reports it."""

    __slots__ = (
        "answered_at",
        "baseline",
        "bwe_median",
        "candidate_errors",
        "checking_at",
        "closed_by_us",
        "connected_at",
        "connection_at",
        "connection_state",
        "described",
        "described_at",
        "dtls_state",
        "emptied",
        "end_reason",
        "ended_at",
        "events",
        "external",
        "failed_ever",
        "featured_at",
        "gather_ended_at",
        "gathered",
        "gathering_at",
        "grace_until",
        "held_config",
        "held_last",
        "held_notes",
        "held_now",
        "held_said",
        "held_sums",
        "held_survey",
        "ice_at",
        "ice_connected_at",
        "ice_state",
        "id",
        "interval",
        "last_at",
        "link_at",
        "looked_at",
        "negotiated",
        "negotiating_at",
        "newest_at",
        "offer_at",
        "opened",
        "pair_id",
        "pair_switches",
        "path_type",
        "peer",
        "pressure_at",
        "relay_url",
        "restart_at",
        "sampled",
        "sampled_at",
        "session",
        "sfu",
        "signaling_at",
        "signaling_state",
        "started_at",
        "still_since",
        "streams",
        "told",
        "tracks",
    )

    def __init__(self, session: Session, connection_id: str, external: str, at: float) -> None:
        super().__init__()
        self.session = session
        self.id = connection_id
        self.external = external
        self.peer = ""
        self.sfu: bool | None = None
        self.held_config: dict[str, object] | bytes | None = None
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
        self.described: frozenset[str] = NOTHING
        self.described_at: float | None = None
        self.answered_at: float | None = None
        self.negotiated = False  # media was agreed on: a codec or an RTP stream was reported
        self.told: frozenset[str] = NOTHING  # machines whose states come as events
        self.checking_at: float | None = None
        self.opened = False  # its beginning was told
        self.events = 0  # without samples
        self.held_said: Said | bytes = Said()  # what is held rests while nothing is told of it
        self.held_notes: ConnectionNotes | bytes = ConnectionNotes(Series(len(LINK)))
        self.gathered: tuple[tuple[str, int], ...] = ()  # local candidates by kind
        self.candidate_errors: dict[tuple[int | None, str], int] = {}
        self.gathering_at: float | None = None
        self.gather_ended_at: float | None = None
        self.restart_at: float | None = None
        self.failed_ever = False
        self.emptied = False  # a sender was given no track: `replaceTrack(null)`
        self.streams: dict[str, Stream] = {}
        self.tracks: dict[str, Track] = {}
        self.held_last: LinkCounters | bytes = LinkCounters()
        self.pair_id = ""
        self.pair_switches: list[float] = []
        self.link_at = 0.0
        self.interval = 0.0
        self.sampled = 0
        self.sampled_at: float | None = None
        self.baseline = 0.0
        self.bwe_median = 0.0
        self.pressure_at = 0.0
        self.path_type = self.relay_url = ""
        self.held_now: Link | bytes | None = None
        self.held_sums: LinkSums | bytes | None = None
        self.held_survey: Survey | bytes | None = None
        self.looked_at: float | None = None  # when it was last looked at closely
        self.newest_at = 0.0  # the time of the newest sample, and since when by the server's clock it stands still
        self.still_since = 0.0
        self.featured_at = 0.0
        self.grace_until = at

    @property
    def candidates(self) -> dict[str, int]:
        """How many local candidates of each kind there are, only to be read."""
        return dict(self.gathered)

    def gather(self, kind: str, more: int = 1) -> None:
        """There are more of a kind."""
        known = self.candidates
        known[kind] = known.get(kind, 0) + more
        self.gathered = shared(tuple(known.items()))

    @property
    def config(self) -> dict[str, object] | None:
        """Its `RTCConfiguration`, as far as it was told."""
        held = self.held_config
        return CONFIG(held) if isinstance(held, bytes) else held

    def configure(self, config: dict[str, object]) -> None:
        """It was told."""
        self.held_config = packed(config)

    @property
    def now(self) -> Link | None:
        """The newest interval; that of another connection only to be read."""
        held = self.held_now
        return READ_LINK(held) if isinstance(held, bytes) else held

    @now.setter
    def now(self, iv: Link | None) -> None:
        self.held_now = iv

    @property
    def sums(self) -> LinkSums | None:
        """The sums of the slice that is not cut yet."""
        held = self.held_sums
        if isinstance(held, bytes):
            held = self.held_sums = LINK_SUMS(held)
        return held

    @sums.setter
    def sums(self, sums: LinkSums | None) -> None:
        self.held_sums = sums

    @property
    def last(self) -> LinkCounters:
        """The last readings."""
        held = self.held_last
        if isinstance(held, bytes):
            held = self.held_last = LINK_COUNTERS(held)
        return held

    @property
    def said(self) -> Said:
        """What its events told."""
        held = self.held_said
        if isinstance(held, bytes):
            held = self.held_said = awake(Said, held)
        return held

    @property
    def notes(self) -> ConnectionNotes:
        """What its features are made of, besides what events told."""
        held = self.held_notes
        if isinstance(held, bytes):
            held = self.held_notes = awake(ConnectionNotes, held)
        return held

    def survey(self) -> Survey:
        """What closer looks remember of it."""
        held = self.held_survey
        if held is None or isinstance(held, bytes):
            held = self.held_survey = Survey() if held is None else SURVEY(held)
        return held

    def rest(self) -> None:
        """A sample was applied: nothing of it is changed until the next."""
        for stream in self.streams.values():
            if not isinstance(stream.held, bytes):
                stream.held = packed(stream.held)
            stream.track.rest()
        if self.held_now is not None and not isinstance(self.held_now, bytes):
            self.held_now = packed(self.held_now)
        if self.held_sums is not None and not isinstance(self.held_sums, bytes):
            self.held_sums = packed(self.held_sums)
        if not isinstance(self.held_last, bytes):
            self.held_last = packed(self.held_last)
        if not isinstance(self.held_notes, bytes):
            self.held_notes = at_rest(self.held_notes)
        if self.held_survey is not None and not isinstance(self.held_survey, bytes):
            self.held_survey = packed(self.held_survey)

    def over(self) -> None:
        """It ended: nothing is compared with its last readings."""
        self.held_last = LinkCounters()
        self.held_now = None
        self.rest()
        self.rest_said()

    def rest_said(self) -> None:
        """No event for a while."""
        if not isinstance(self.held_said, bytes):
            self.held_said = at_rest(self.held_said)
