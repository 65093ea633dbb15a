"""The ObserveRTC codec: any frame of any client generation becomes batches, refusals and replies.

Enters: `Hello`, frames. Leaves: one batch per sample (a frame may carry several clients), refusals for what cannot be
read, a request to reset where a delta stream is out of step. A plain ClientSample 3.x takes the fast path: one typed
decode whose rows are the canonical reports themselves; everything else is unwrapped and recognised first.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.codec import Hello, Item, Refusal, Reply
from rtclens.model.events import Batch, TelemetryClosed
from rtclens.wire.common import frames
from rtclens.wire.observertc import client3, envelope, samples, values
from rtclens.wire.observertc.refused import Refused
from rtclens.wire.observertc.rows import DECODER
from rtclens.wire.observertc.state import FORMAT
from rtclens.wire.observertc.stream import Stream, open_stream

MAX_REFUSALS = 20
RESET_HINT = "reset the encoder, so that the next message is complete"


class ObserveRtc:
    """Every ObserveRTC dialect (`model.codec.Codec`)."""

    name = FORMAT

    def open(self, hello: Hello) -> tuple[Stream, list[Item]]:
        """Begin a stream; these protocols greet nobody."""
        return open_stream(hello), []

    def feed(self, state: Stream, frame: bytes | str, at: float) -> tuple[Stream, list[Item]]:
        """Decode one frame; never raises."""
        if state.json != "delta":
            try:
                sample = DECODER.decode(frame)
            except (msgspec.DecodeError, UnicodeError, RecursionError):
                return state, _feed_slowly(state, frame, at)
            if 0 < sample.timestamp < values.LATEST_TIME:
                if state.json == "unknown":
                    client3.watch(state, sample, frame)
                return state, [client3.to_batch(state, sample, client3.NOBODY, at)]
        return state, _feed_slowly(state, frame, at)

    def close(self, state: Stream, at: float, code: int | None = None) -> list[Item]:
        """End the stream: how its socket closed tells a hang-up from a break, where the SDK never says goodbye."""
        return [
            Batch(speaker.origin, at, [TelemetryClosed(at=at, code=code)])
            for speaker in state.speakers.values()
            if speaker.connections
        ]


def _feed_slowly(state: Stream, frame: bytes | str, at: float) -> list[Item]:
    items: list[Item] = []
    for parcel in envelope.unwrap(frame, at):
        if isinstance(parcel, Refusal):
            items.append(parcel)
        else:
            items += _open(state, parcel, at)
    return _bounded(items, frames.as_bytes(frame), at)


def _bounded(items: list[Item], raw: bytes, at: float) -> list[Item]:
    """The items with no more than `MAX_REFUSALS` refusals; the first keeps the frame."""
    refusals = [item for item in items if isinstance(item, Refusal)]
    if not refusals:
        return items
    refusals[0].raw = raw
    surplus = len(refusals) - MAX_REFUSALS
    if surplus <= 0:
        return items
    rest = Refusal("too_many", f"{surplus} more samples of the frame were refused", format=FORMAT, at=at)
    return [item for item in items if not isinstance(item, Refusal)] + [*refusals[:MAX_REFUSALS], rest]


def _open(state: Stream, parcel: envelope.Parcel, at: float) -> list[Item]:
    try:
        return samples.decode(state, parcel, at)
    except Refused as refused:
        refusal = Refusal(refused.code, refused.message, format=FORMAT, at=at)
        if refused.code != "desync":
            return [refusal]
        refusal.hint = RESET_HINT
        return [refusal, *_ask_for_reset(state, parcel, refused)]


def _ask_for_reset(state: Stream, parcel: envelope.Parcel, refused: Refused) -> list[Item]:
    """One request per failure of a stream: a client that can hear it must not be flooded."""
    client = client3.key_of(state, parcel.identity.client, parcel.body if isinstance(parcel.body, dict) else {})
    if client in state.asked:
        return []
    state.asked.add(client)
    request: dict[str, Any] = {"type": "reset", "code": "desync", "message": refused.message, "hint": RESET_HINT}
    if client:
        request["clientId"] = client
    return [Reply(msgspec.json.encode(request).decode())]
