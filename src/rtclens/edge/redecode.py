"""Feed refused frames through today's codecs: what a fix saves of them.

Enters: a frame as it is kept, how its stream opened, and what is stored of that stream. Leaves: its batches, or why
there are none. A difference is decoded after what the stream had said by then; a frame whose sender was told to send it
again, and one of which a part was used, are left alone, for what they hold is stored already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from rtclens.edge.positions import LETTER_BATCHES, of_letter
from rtclens.model.codec import Circumstances, Codec, Refusal
from rtclens.model.events import AnyEvent, Batch, ConnectionOpened, Origin, SessionOpened
from rtclens.wire.common.frames import parse
from rtclens.wire.native import FORMAT as NATIVE
from rtclens.wire.native import Native
from rtclens.wire.native.codec import RESET
from rtclens.wire.observertc.codec import ObserveRtc
from rtclens.wire.rtcstats import RtcStats, RtcStatsJitsi, RtcStatsLegacy
from rtclens.wire.rtcstats.jitsi import JitsiState
from rtclens.wire.rtcstats.seeding import seed

CODECS: dict[str, Callable[[], Codec[Any]]] = {
    codec.name: codec for codec in (ObserveRtc, RtcStats, RtcStatsJitsi, RtcStatsLegacy, Native)
}
SEEDED = frozenset({RtcStats.name, RtcStatsJitsi.name, RtcStatsLegacy.name})
ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")
_CIRCUMSTANCES = msgspec.json.Decoder(Circumstances)
Earlier = Callable[[Origin], Sequence[Batch]]  # what is stored of a session until the frame came


class Undecodable(Exception):  # noqa: N818 - names the frame's state
    """The frame stays refused. `tried`: a codec refused it again."""

    def __init__(self, reason: str, *, tried: bool = False) -> None:
        super().__init__(reason)
        self.tried = tried


def redecode(letter: int, raw: str, size: int, circumstances: str, at: float, earlier: Earlier) -> list[Batch]:
    """The batches of a kept frame that arrived at `at`, each at its place in the order of the stream.

    `raw`, `size` and `circumstances` are the columns of that name. Raises `Undecodable`.
    """
    try:
        known = _CIRCUMSTANCES.decode(circumstances or "null")
    except msgspec.DecodeError as error:
        why = "a part of it was used, or it came in a file or a request that its sender repeats"
        raise Undecodable(why) from error
    frame, make = original(raw, size), CODECS.get(known.codec)
    if frame is None or not frame:
        raise Undecodable("the frame is no longer kept whole")
    if make is None:
        raise Undecodable(f"{known.codec} has no codec of single frames")
    if known.codec == NATIVE and not _begins_anew(frame, at):
        raise Undecodable("its sender was told to send it again behind a reset")
    items = _fed(make(), known, frame, at, earlier)
    refused = next((item for item in items if isinstance(item, Refusal)), None)
    if refused is not None:
        raise Undecodable(f"{refused.code}: {refused.message}", tried=True)
    batches = [item for item in items if isinstance(item, Batch) and item.events]
    if not batches or len(batches) > LETTER_BATCHES:
        raise Undecodable(f"it holds {len(batches)} batches", tried=True)
    for number, batch in enumerate(batches):
        batch.received_at, batch.seq = at, of_letter(letter, number)
    return batches


def _fed(codec: Codec[Any], known: Circumstances, frame: bytes, at: float, earlier: Earlier) -> list[Any]:
    """What the codec makes of the frame, without what it tells of every stream that opens."""
    state, _ = codec.open(known.hello)
    if codec.name in SEEDED:
        seed(state, earlier(_speaker(state, frame)))
    text = frame.decode("utf-8", "surrogatepass") if frame[:1] in (b"[", b"{") else frame
    state, items = codec.feed(state, text, at)
    for item in items:
        if isinstance(item, Batch) and codec.name not in SEEDED:
            item.events = _new(item.events, earlier(item.origin))
    return items


def _speaker(state: Any, frame: bytes) -> Origin:
    """Who says a frame of the rtcstats family, as far as it is known without what the stream said before."""
    if isinstance(state, JitsiState):
        found = parse(frame, RtcStatsJitsi.name, 0.0)
        session = str(found.get("statsSessionId", "")) if isinstance(found, dict) else ""
        return Origin(state.hello.app_id, RtcStatsJitsi.name, session=session)
    origin: Origin = getattr(state, "inner", state).origin
    return origin


def _new(events: list[AnyEvent], before: Sequence[Batch]) -> list[AnyEvent]:
    """The events without openings that are stored already."""
    told = {_opening(event) for batch in before for event in batch.events} - {None}
    return [event for event in events if _opening(event) not in told]


def _opening(event: AnyEvent) -> tuple[str, str] | None:
    if isinstance(event, SessionOpened):
        return "session", ""
    return ("connection", event.connection) if isinstance(event, ConnectionOpened) else None


def _begins_anew(frame: bytes, at: float) -> bool:
    """Whether a native frame begins with a reset: only then its sender gave it up when it was refused."""
    try:
        value = parse(frame, NATIVE, at) if frame[:1] == b"[" else msgspec.msgpack.decode(frame)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return True  # nobody knows before a codec can read it
    return not isinstance(value, list) or len(value) < 2 or value[1] == [RESET]


def original(raw: str, size: int) -> bytes | None:
    """The bytes behind the stored text, in which bytes that are no text stand as `\\xNN`; `None` when they are gone."""
    plain = raw.encode()
    if len(plain) == size:
        return plain
    binary = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), plain)
    return binary if len(binary) == size else None
