"""What of a sample is stored already: reports that describe something rather than count it seldom change.

Enters: the reports of one type in a sample. Leaves: the place of an earlier sample of the same connection that has the
very same ones, apart from a timestamp that is its sample's. `samples` notes these places, so nothing is lost and the
rows are written once instead of every second. Each list is written again in every `SLOT_MS` of the server's clock, so
that a day of data never needs rows of the day before.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from rtclens.model.stats import (
    Certificate,
    Codec,
    ComputePressure,
    LocalCandidate,
    PeerConnection,
    RemoteCandidate,
    Report,
    Stats,
)

SLOT_MS = 600_000
SELDOM = (LocalCandidate, RemoteCandidate, Codec, Certificate, PeerConnection, ComputePressure)
SELDOM_TABLES = frozenset(cls.table for cls in SELDOM)
Place = tuple[int, int]  # seq, number of the event in the batch

_OWN_TIME = frozenset({"remote_inbound_rtp", "remote_outbound_rtp"})  # of the report that came from afar
_LARGEST_EXACT = 2**53
_encode = msgspec.msgpack.Encoder(order="deterministic").encode
_TIMESTAMP = _encode("timestamp")


def common_time(stats: Stats) -> float | None:
    """The timestamp that most reports of a sample share: that of its first report made here; `None` if it has none."""
    for table in Stats.__struct_fields__:
        reports = getattr(stats, table)
        if reports and table not in _OWN_TIME:
            stamp = reports[0].timestamp
            return stamp if stamp is not None and abs(stamp) < _LARGEST_EXACT else None
    return None


class Repeats:
    """Where the newest lists of each connection are stored."""

    def __init__(self) -> None:
        self._slot = 0
        self._known: dict[tuple[str, str, str], tuple[bytes, Place]] = {}

    def begin(self, received_at: float) -> None:
        """Take a batch of this time; what earlier slots wrote is forgotten."""
        slot = int(received_at // SLOT_MS)
        if slot != self._slot:
            self._slot = slot
            self._known.clear()

    def earlier(
        self, who: tuple[str, str], table: str, reports: Sequence[Report], stamp: float | None, place: Place
    ) -> Place | None:
        """The place that has the same list of this call and connection; `None` when it must be written, at `place`."""
        digest = _digest(reports, stamp)
        known = self._known.get((*who, table))
        if known is not None and known[0] == digest:
            return known[1]
        self._known[(*who, table)] = digest, place
        return None


def _digest(reports: Sequence[Report], stamp: float | None) -> bytes:
    """All members; a timestamp that is the sample's is left out of its place."""
    encoded = _encode(reports)
    if stamp is not None:
        encoded = encoded.replace(_TIMESTAMP + _encode(stamp), _TIMESTAMP)
    return blake2b(encoded, digest_size=16).digest()
