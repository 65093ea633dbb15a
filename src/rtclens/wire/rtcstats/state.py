"""What a stream remembers: the page's clock, its speakers and its peer connections.

Enters: `Hello`. Leaves: `State`, the explicit state of every codec here, bounded in every direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from rtclens.model.codec import Hello
from rtclens.model.events import AnyEvent, Client, Origin
from rtclens.wire.common import sdp
from rtclens.wire.rtcstats.clock import Clock
from rtclens.wire.rtcstats.references import Negotiated
from rtclens.wire.rtcstats.reports import ReportSet
from rtclens.wire.rtcstats.signalling import Signalling

MAX_PEERS = 512  # peer connections of one stream
MAX_TRACKS = 2_048  # local tracks, senders

Value = TypeVar("Value")


class Unusable(Exception):  # noqa: N818 - names the frame's state, not a failure of ours
    """A frame, or a part of it, that cannot be used: becomes a `Refusal` with this code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Message(msgspec.Struct):
    """One traced call or event. `extra` holds what stands between value and stamp; `peer` is '' for the page."""

    name: str
    peer: str
    value: Any
    extra: Sequence[Any]
    at: float

    @property
    def words(self) -> list[str]:
        """The extras that are text: correlation id, track or sender id (a location object may stand between)."""
        return [word for word in self.extra if isinstance(word, str)]

    @property
    def correlation(self) -> str:
        """The first extra that is text; '' when there is none."""
        return next((word for word in self.extra if isinstance(word, str)), "")


class Peer(msgspec.Struct):
    """One RTCPeerConnection. `senders` maps sender ids to the track each sends."""

    id: str
    reports: ReportSet = msgspec.field(default_factory=ReportSet)
    signalling: Signalling = msgspec.field(default_factory=Signalling)
    senders: dict[str, str] = {}
    unsent: str = ""
    closed: bool = False


class Speaker(msgspec.Struct):
    """Someone whose events the stream carries: the page, or each page of a browser's own dump."""

    origin: Origin
    opened: bool = False


class State(msgspec.Struct):
    """One stream. `labelled`: serialised tracks carry a label (not in protocol 4.0).

    `browser_dump`: written by the browser itself, where `renderer` is the page of the current message and every
    renderer is a speaker of its own. `ended`: a dump's last line said so.
    `remarks` counts oddities that are no refusals.
    """

    hello: Hello
    origin: Origin
    clock: Clock = msgspec.field(default_factory=Clock)
    client: Client = msgspec.field(default_factory=Client)
    environment: dict[str, Any] = {}
    speakers: dict[str, Speaker] = {}
    peers: dict[str, Peer] = {}
    tracks: dict[str, str] = {}
    labelled: bool = True
    browser_dump: bool = False
    renderer: str = ""
    frames: int = 0
    bad_frames: int = 0
    remarks: dict[str, int] = {}
    ended: bool = False
    closed_with: int | None = None
    continuing: Continuing | None = None


class Continuing(msgspec.Struct):
    """An earlier stream that this one may continue, while that is not decided; `held` waits for the decision
    until it is `released` for want of one."""

    peers: dict[str, Peer]
    environment: dict[str, Any]
    session: str
    gap: bool
    held: list[AnyEvent] = []
    since: float | None = None
    first: bool = True
    released: bool = False


def remember(table: dict[str, Value], key: str, value: Value, limit: int = MAX_TRACKS) -> None:
    """Put into a table that forgets its oldest entry when full."""
    table[key] = value
    if len(table) > limit:
        del table[next(iter(table))]


def is_gecko(state: State) -> bool:
    """Whether the client is Firefox or a relative, whose description attributes hold no inserted candidates."""
    agent = state.client.user_agent
    return "Firefox/" in agent or ("Gecko/" in agent and "like Gecko" not in agent)


def negotiated(peer: Peer) -> dict[str, Negotiated]:
    """Per mid: the first payload type of the answer and the track that the local description sends."""
    result: dict[str, Negotiated] = {}
    current = peer.signalling.current
    for side in ("remote", "local"):
        known = current.get(side)
        if known is None:
            continue
        for section in sdp.parse(known.unpacked().sdp).sections:
            entry = result.setdefault(section.mid, Negotiated())
            if known.type == "answer" and section.codecs:
                entry.payload_type = section.codecs[0].payload_type
            if side == "local" and section.msids:
                entry.track = section.msids[0][1]
    return result
