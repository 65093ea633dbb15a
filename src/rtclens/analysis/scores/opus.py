"""Equipment impairment and loss robustness of speech codecs, Opus above all.

Enters: codec, its format parameters, the bit rate while speaking. Leaves: scale, Ie and Bpl for the E-model.
Source of the Opus table: Al-Ahmadi 2021. It does not state its scale; each band is read on its own model's scale,
because the values only make sense there (a narrowband row has Ie 2, impossible where narrowband alone costs 55).
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Literal

import msgspec

from rtclens.analysis.scores.emodel import Scale

Mode = Literal["vbr", "cbr"]
Row = tuple[float, float, float, float]  # kbit/s, Ie, Bpl for random loss, Bpl for bursty loss

OPUS: dict[tuple[Scale, Mode], tuple[Row, ...]] = {
    ("fb", "vbr"): (
        (14, 38.06, 16.51, 9.13),
        (15, 34.12, 15.00, 7.90),
        (16, 30.16, 11.83, 10.06),
        (19, 23.81, 10.67, 8.92),
        (22, 20.22, 10.47, 8.57),
        (25, 20.21, 11.28, 9.18),
        (28, 18.48, 10.63, 8.91),
        (31, 16.83, 10.44, 8.82),
        (34, 14.76, 10.12, 8.54),
        (37, 12.08, 10.38, 8.30),
        (40, 10.67, 9.79, 8.04),
    ),
    ("fb", "cbr"): (
        (16, 36.88, 13.30, 10.80),
        (19, 29.58, 10.74, 8.93),
        (22, 23.38, 10.01, 8.46),
        (25, 22.64, 10.57, 8.74),
        (28, 23.65, 11.67, 9.98),
        (31, 21.75, 11.51, 9.58),
        (34, 20.62, 11.78, 9.69),
        (37, 16.23, 10.62, 8.99),
        (40, 15.90, 11.35, 9.37),
    ),
    ("wb", "vbr"): ((11, 28.41, 23.94, 20.12), (12, 23.30, 22.22, 18.90), (13, 19.96, 19.50, 16.92)),
    ("wb", "cbr"): (
        (12, 29.76, 24.81, 20.78),
        (13, 26.16, 23.00, 19.37),
        (14, 20.77, 17.56, 15.85),
        (15, 18.06, 18.74, 16.10),
    ),
    ("nb", "vbr"): (
        (6, 23.00, 24.56, 15.36),
        (7, 21.26, 22.46, 14.43),
        (8, 16.02, 20.26, 13.48),
        (9, 11.74, 18.91, 12.44),
    ),
    ("nb", "cbr"): (
        (6, 46.27, 8.94, 5.66),
        (7, 31.73, 18.18, 11.76),
        (8, 19.25, 15.13, 10.13),
        (9, 13.21, 17.24, 11.36),
        (10, 6.20, 15.33, 10.47),
        (11, 2.03, 15.95, 10.73),
    ),
}
# ITU-T G.113 planning values of codecs with one rate: scale, Ie, Bpl (with the usual concealment).
FIXED: dict[str, tuple[Scale, float, float]] = {
    "pcmu": ("nb", 0.0, 25.1),
    "pcma": ("nb", 0.0, 25.1),
    "g729": ("nb", 11.0, 19.0),
}


class Impairment(msgspec.Struct, frozen=True):
    """Inputs of the E-model that follow from the codec; `inferred` when its parameters did not say the band."""

    scale: Scale
    ie: float
    bpl: float
    inferred: bool = False


def impairment(mime_type: str, fmtp: str, kbps: float, bursty: bool = False) -> Impairment | None:
    """What the codec costs; `None` for codecs without published values."""
    name = mime_type.rpartition("/")[2].lower()
    if name in FIXED:
        scale, ie, bpl = FIXED[name]
        return Impairment(scale, ie, bpl)
    if name != "opus":
        return None
    parameters = parse_fmtp(fmtp)
    scale, inferred = _band(parameters, kbps)
    rows = OPUS[scale, "cbr" if parameters.get("cbr") == "1" else "vbr"]
    ie, random, burst = _interpolate(rows, kbps)
    return Impairment(scale, ie, burst if bursty else random, inferred)


def parse_fmtp(fmtp: str) -> dict[str, str]:
    """`a=1;b=2` as a dict; what has no `=` is left out."""
    if not fmtp:
        return {}
    pairs = (part.strip().split("=", 1) for part in fmtp.split(";") if "=" in part)
    return {name.strip().lower(): value.strip() for name, value in pairs}


def _band(parameters: dict[str, str], kbps: float) -> tuple[Scale, bool]:
    rate = parameters.get("maxplaybackrate", "")
    if rate.isdigit():
        hertz = int(rate)
        return ("nb" if hertz <= 8000 else "wb" if hertz <= 16000 else "fb"), False
    # Opus narrows its band by itself when starved (RFC 6716, recommended rates): infer what it then does.
    return ("nb" if kbps < 10 else "wb" if kbps < 14 else "fb"), True


def _interpolate(rows: tuple[Row, ...], kbps: float) -> tuple[float, float, float]:
    """Linear between rows; the first and last row hold beyond the ends."""
    index = bisect_left(rows, (kbps,))  # rows are told apart by their first member alone
    if index == 0:
        return rows[0][1:]
    if index == len(rows):
        return rows[-1][1:]
    low, high = rows[index - 1], rows[index]
    share = (kbps - low[0]) / (high[0] - low[0])
    return (
        low[1] + share * (high[1] - low[1]),
        low[2] + share * (high[2] - low[2]),
        low[3] + share * (high[3] - low[3]),
    )
