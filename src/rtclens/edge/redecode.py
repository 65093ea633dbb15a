"""Feed refused frames through today's codecs: what a fix would have saved.

Enters: rows of `refusals`. Leaves: for each frame what became of it now. A frame stands alone here: without the frames
before it and the path it came on, so a difference that needs them stays refused, and nothing is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from rtclens.model.codec import Codec, Hello, Refusal
from rtclens.model.events import Batch
from rtclens.wire.observertc.codec import ObserveRtc
from rtclens.wire.rtcstats import RtcStats, RtcStatsJitsi, RtcStatsLegacy

CODECS: dict[str, Callable[[], Codec[Any]]] = {
    codec.name: codec for codec in (ObserveRtc, RtcStats, RtcStatsJitsi, RtcStatsLegacy)
}
ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")


class Redecoded(msgspec.Struct, frozen=True):
    """`decoded` with so many events, `refused` for a reason, or `untried`: no codec of single frames, or no bytes."""

    outcome: Literal["decoded", "refused", "untried"]
    events: int = 0
    reason: str = ""


def redecode(format_name: str, raw: str, size: int, at: float) -> Redecoded:
    """Try a kept frame again; `raw` and `size` are the columns `raw` and `raw_bytes`."""
    make, frame = CODECS.get(format_name), original(raw, size)
    if make is None:
        return Redecoded("untried", reason=f"{format_name or 'an unknown format'} has no codec of single frames")
    if not frame:
        return Redecoded("untried", reason="the frame is no longer kept whole")
    codec = make()
    state, _ = codec.open(Hello(app_id="", stream="letters", opened_at=at))
    state, items = codec.feed(state, frame, at)
    items += codec.close(state, at)
    refused = next((item for item in items if isinstance(item, Refusal)), None)
    if refused is not None:
        return Redecoded("refused", reason=f"{refused.code}: {refused.message}")
    return Redecoded("decoded", sum(len(item.events) for item in items if isinstance(item, Batch)))


def original(raw: str, size: int) -> bytes | None:
    """The bytes behind the stored text, in which bytes that are no text stand as `\\xNN`; `None` when they are gone."""
    plain = raw.encode()
    if len(plain) == size:
        return plain
    binary = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), plain)
    return binary if len(binary) == size else None
