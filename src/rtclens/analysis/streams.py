"""The last readings of RTP reports and of what a connection's metrics compare.

Enters: a track, counters. Leaves: records that the next sample is compared with; they rest between two samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.msgpack import Decoder

from rtclens.analysis.delta import Reading, Value

if TYPE_CHECKING:
    from rtclens.analysis.subjects import Track


class Counters(msgspec.Struct, array_like=True, gc=False):
    """The last reading of one RTP report (one SSRC): only the counters that the next is compared with."""

    at: float
    wide: Reading = ()
    narrow: Reading = ()  # members that the standard declares 32 bits wide
    lost: Value = None
    nack: Value = None
    carry: float | int = 0.0
    limits: Reading | None = None
    remote: Reading | None = None
    remote_at: float = 0.0
    remote_carry: float | int = 0.0
    far_t: float = 0.0  # since the far end's newest report: covered seconds, packets sent
    far_sent: float | int = 0.0
    far_open: tuple[float | int, float | int, float | int] = (0, 0, 0)  # lost, expected, seconds since its last word
    far_loss: float | None = None  # that word


class LinkCounters(msgspec.Struct, array_like=True, gc=False):
    """The last readings of what a connection's metrics compare."""

    transport: Reading | None = None
    pair: Reading | None = None
    playout: Reading | None = None
    sources: dict[str, Reading] = {}


COUNTERS = Decoder(Counters).decode


class Stream:
    """An RTP report's stream: whose it is, and its last reading, which rests between two samples."""

    __slots__ = ("held", "playout_at", "ssrc", "track")

    def __init__(self, track: Track, ssrc: Value, at: float) -> None:
        self.track = track
        self.ssrc = ssrc
        self.playout_at: float | None = None
        self.held: Counters | bytes = Counters(at)

    @property
    def counters(self) -> Counters:
        """The last reading, to be changed."""
        held = self.held
        if isinstance(held, bytes):
            held = self.held = COUNTERS(held)
        return held
