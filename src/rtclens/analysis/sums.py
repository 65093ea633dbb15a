"""Sums over several intervals: numerators and denominators apart, so that ratios aggregate without error.

Enters: differences of one interval. Leaves: sums of a slice, or of a subject's whole life. `None` is never observed.
"""

from __future__ import annotations

from operator import attrgetter

import msgspec

Sum = float | int | None  # whole numbers stay whole numbers when they are packed


def plus(total: Sum, value: Sum) -> Sum:
    """`total + value` where a missing value leaves the total as it is."""
    if value is None:
        return total
    return value if total is None else total + value


class InSums(msgspec.Struct, gc=False, array_like=True):
    """A received track."""

    start: float
    covered: float | int = 0
    n: int = 0
    smeared: bool = False
    octets: Sum = None
    packets: Sum = None
    lost: Sum = None
    expected: Sum = None
    discarded: Sum = None
    jitter_max: Sum = None
    jb_delay: Sum = None
    jb_emitted: Sum = None
    concealed: Sum = None
    audible: Sum = None
    samples: Sum = None
    stretched: Sum = None
    energy: Sum = None
    duration: Sum = None
    frames: Sum = None
    received: Sum = None
    inter: Sum = None
    squared: Sum = None
    freeze: Sum = None
    freezes: Sum = None
    stalled: float | int = 0
    longest: float | int = 0
    dropped: Sum = None
    decode: Sum = None
    qp: Sum = None
    nack: Sum = None
    pli: Sum = None
    width: Sum = None
    height: Sum = None


class OutSums(msgspec.Struct, gc=False, array_like=True):
    """A sent track."""

    start: float
    covered: float | int = 0
    n: int = 0
    smeared: bool = False
    octets: Sum = None
    packets: Sum = None
    rtx: Sum = None
    pacer: Sum = None
    nack: Sum = None
    pli: Sum = None
    lost: Sum = None
    expected: Sum = None
    jitter_t: Sum = None
    jitter_covered: float | int = 0
    rtt_total: Sum = None
    rtt_n: Sum = None
    target_t: Sum = None
    frames: Sum = None
    source_frames: Sum = None
    source_t: Sum = None
    still: float | int = 0
    encode: Sum = None
    qp: Sum = None
    limited_none: Sum = None
    limited_cpu: Sum = None
    limited_bandwidth: Sum = None
    limited_other: Sum = None
    energy: Sum = None
    duration: Sum = None
    width: Sum = None
    height: Sum = None


class LinkSums(msgspec.Struct, gc=False, array_like=True):
    """A connection."""

    start: float
    covered: float | int = 0
    n: int = 0
    smeared: bool = False
    octets_in: Sum = None
    octets_out: Sum = None
    rtt_t: Sum = None
    rtt_covered: float | int = 0
    ice_t: Sum = None
    ice_covered: float | int = 0
    rtcp_t: Sum = None
    rtcp_covered: float | int = 0
    bwe_t: Sum = None
    bwe_covered: float | int = 0
    lost_in: Sum = None
    expected_in: Sum = None
    lost_out: Sum = None
    expected_out: Sum = None
    jitter_in: Sum = None
    pacer: Sum = None
    packets_out: Sum = None
    pressure: Sum = None


PEAKS = frozenset({"jitter_max", "longest", "width", "height"})
HEARD = (
    "covered",
    "octets",
    "lost",
    "expected",
    "jb_delay",
    "jb_emitted",
    "audible",
    "samples",
    "stretched",
    "jitter_max",
)
SEEN = ("covered", "octets", "lost", "expected", "frames", "freeze", "freezes", "dropped", "received", "decode")
SEEN_PEAKS = ("longest", "width", "height")
SPOKEN = ("covered", "octets", "lost", "expected", "packets")
SHOWN = ("covered", "octets", "lost", "expected", "packets", "pacer", "rtx", "frames", "source_frames", "source_t")
SHOWN_MORE = ("encode", "limited_cpu", "limited_bandwidth", "width", "height")
LINKED = ("covered", "rtt_t", "rtt_covered")
LIFE: dict[str, tuple[str, ...]] = {
    "inbound/audio": HEARD,
    "inbound/video": SEEN + SEEN_PEAKS,
    "outbound/audio": SPOKEN,
    "outbound/video": SHOWN + SHOWN_MORE,
    "link": LINKED,
}
PEAK_PLACES = {
    kind: frozenset(place for place, name in enumerate(names) if name in PEAKS) for kind, names in LIFE.items()
}
READERS = {kind: attrgetter(*names) for kind, names in LIFE.items()}


class Life(msgspec.Struct, array_like=True, gc=False):
    """What is remembered of a subject's past slices: sums and peaks of the members its row needs."""

    kind: str
    values: list[float | int | None] = []

    def add(self, part: InSums | OutSums | LinkSums) -> None:
        """Add the sums of a slice."""
        if not self.values:
            self.values = [None] * len(LIFE[self.kind])
        values, peaks = self.values, PEAK_PLACES[self.kind]
        for index, value in enumerate(READERS[self.kind](part)):
            if value is None:
                continue
            total = values[index]
            if total is None:
                values[index] = value
            elif value and index not in peaks:
                values[index] = total + value
            elif value > total:
                values[index] = value

    def get(self, name: str) -> Sum:
        """A sum or peak; `None` where it was never observed."""
        names = LIFE[self.kind]
        return self.values[names.index(name)] if self.values and name in names else None
