"""Sums over several intervals: numerators and denominators apart, so that ratios aggregate without error.

Enters: differences of one interval. Leaves: sums of a slice, or of a subject's whole life. `None` is never observed.
"""

from __future__ import annotations

import msgspec

Sum = float | None


def plus(total: Sum, value: Sum) -> Sum:
    """`total + value` where a missing value leaves the total as it is."""
    if value is None:
        return total
    return value if total is None else total + value


class InSums(msgspec.Struct, gc=False):
    """A received track."""

    start: float
    covered: float = 0.0
    n: int = 0
    smeared: bool = False
    octets: Sum = None
    packets: Sum = None
    lost: Sum = None
    expected: Sum = None
    discarded: Sum = None
    jitter_t: Sum = None
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
    stalled: float = 0.0
    longest: float = 0.0
    dropped: Sum = None
    decode: Sum = None
    qp: Sum = None
    nack: Sum = None
    pli: Sum = None
    width: Sum = None
    height: Sum = None


class OutSums(msgspec.Struct, gc=False):
    """A sent track."""

    start: float
    covered: float = 0.0
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
    jitter_covered: float = 0.0
    rtt_total: Sum = None
    rtt_n: Sum = None
    target_t: Sum = None
    frames: Sum = None
    source_frames: Sum = None
    source_t: Sum = None
    still: float = 0.0
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


class LinkSums(msgspec.Struct, gc=False):
    """A connection."""

    start: float
    covered: float = 0.0
    n: int = 0
    smeared: bool = False
    octets_in: Sum = None
    octets_out: Sum = None
    rtt_t: Sum = None
    rtt_covered: float = 0.0
    ice_t: Sum = None
    ice_covered: float = 0.0
    rtcp_t: Sum = None
    rtcp_covered: float = 0.0
    bwe_t: Sum = None
    bwe_covered: float = 0.0
    lost_in: Sum = None
    expected_in: Sum = None
    lost_out: Sum = None
    expected_out: Sum = None
    jitter_in: Sum = None
    pacer: Sum = None
    packets_out: Sum = None
    pressure: Sum = None


GREATEST = frozenset({"jitter_max", "longest", "width", "height", "pressure", "jitter_in"})
KEPT = frozenset({"start", "smeared"})
ADDED: dict[type[msgspec.Struct], tuple[str, ...]] = {
    cls: tuple(name for name in cls.__struct_fields__ if name not in GREATEST and name not in KEPT)
    for cls in (InSums, OutSums, LinkSums)
}
PEAKS: dict[type[msgspec.Struct], tuple[str, ...]] = {
    cls: tuple(name for name in cls.__struct_fields__ if name in GREATEST) for cls in (InSums, OutSums, LinkSums)
}


def fold_into(life: msgspec.Struct, part: msgspec.Struct) -> None:
    """Add the sums of a slice to those of the subject's whole life."""
    cls = type(part)
    for name in ADDED[cls]:
        value = getattr(part, name)
        if value:
            total = getattr(life, name)
            setattr(life, name, value if total is None else total + value)
        elif value is not None and getattr(life, name) is None:
            setattr(life, name, value)
    for name in PEAKS[cls]:
        value = getattr(part, name)
        if value is not None and value > (getattr(life, name) or 0.0):
            setattr(life, name, value)
