"""The ObserveRTC codec: any frame of any client generation becomes batches, refusals and replies.

Enters: `Hello`, frames. Leaves: one batch per sample (a frame may carry several clients), refusals for what cannot be
read. A plain ClientSample 3.x takes the fast path: one typed decode whose rows are the canonical reports themselves.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.codec import Hello, Item, Refusal
from rtclens.wire.observertc import envelope, sample3, tolerant, values
from rtclens.wire.observertc.rows import DECODER, WireSample
from rtclens.wire.observertc.state import FORMAT, Identity, StreamState, from_hello

NOBODY = Identity()


class ObserveRtc:
    """Every ObserveRTC dialect (`model.codec.Codec`)."""

    name = FORMAT

    def open(self, hello: Hello) -> tuple[StreamState, list[Item]]:
        """Begin a stream; these protocols greet nobody."""
        return from_hello(hello), []

    def feed(self, state: StreamState, frame: bytes | str, at: float) -> tuple[StreamState, list[Item]]:
        """Decode one frame; never raises."""
        try:
            sample = DECODER.decode(frame)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return state, _feed_slowly(state, frame, at)
        if not 0 < sample.timestamp < values.LATEST_TIME:
            return state, _feed_slowly(state, frame, at)
        return state, [_batch(state, sample, NOBODY, at)]

    def close(self, state: StreamState, at: float, code: int | None = None) -> list[Item]:  # noqa: ARG002 - the contract's signature
        """End the stream. A closed socket says nothing about the client: it may send by the next one."""
        return []


def _batch(state: StreamState, sample: WireSample, beside: Identity, at: float) -> Item:
    speaker = state.sole
    if speaker is None:
        own = Identity(values.text(sample.callId), values.text(sample.clientId))
        speaker = state.speaker(beside.over(own))
    return sample3.to_batch(state, speaker, sample, at)


def _feed_slowly(state: StreamState, frame: bytes | str, at: float) -> list[Item]:
    items: list[Item] = []
    for parcel in envelope.unwrap(frame, at):
        if isinstance(parcel, Refusal):
            items.append(parcel)
        elif isinstance(parcel.body, dict):
            items.append(_plain(state, parcel.body, parcel.identity, at))
        else:
            items.append(Refusal("unknown_format", "not a JSON sample", format=FORMAT, at=at, raw=parcel.body))
    return items


def _plain(state: StreamState, body: dict[str, Any], beside: Identity, at: float) -> Item:
    time = values.time_ms(body.get("timestamp"), 0)
    if not time:
        return Refusal("missing_member", "the sample has no usable `timestamp`", format=FORMAT, at=at)
    return _batch(state, tolerant.sample(body, time), beside, at)
