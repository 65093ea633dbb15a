"""ClientSamples 3.x that did not take the fast path, and the watch over those that did.

Enters: JSON objects (plain or delta) and decoded protobuf messages. Leaves: batches, or `Refused`. Whether undeclared
JSON is plain or delta shows by itself: a plain row always says its kind, a delta row only once.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.codec import Item
from rtclens.wire.observertc import delta3, sample3, tolerant, values
from rtclens.wire.observertc.refused import Refused
from rtclens.wire.observertc.rows import WireSample
from rtclens.wire.observertc.state import Identity
from rtclens.wire.observertc.stream import Seed, Stream

NOBODY = Identity()


def watch(state: Stream, sample: WireSample, frame: Seed) -> None:
    """Learn from a complete sample of an undeclared stream: the second one with streams in it shows it is plain."""
    if not any(pc.inboundRtps or pc.outboundRtps or pc.codecs for pc in sample.peerConnections or ()):
        return
    if state.seed:
        state.json, state.seed = "plain", b""
    else:
        state.seed = frame


def to_batch(state: Stream, sample: WireSample, beside: Identity, at: float) -> Item:
    """The batch of a complete sample."""
    speaker = state.sole
    if speaker is None:
        own = Identity(values.text(sample.callId), values.text(sample.clientId))
        speaker = state.speaker(beside.over(own))
    return sample3.to_batch(state, speaker, sample, at)


def decode(state: Stream, body: dict[str, Any], beside: Identity, at: float) -> Item:
    """The batch of a JSON object, plain or delta."""
    if state.json == "unknown" and (gap := delta3.first_gap(body)):
        state.json = "delta"
        if state.seed:
            _sow(state, beside)
        elif not state.deltas.third:
            raise Refused("desync", f"{gap} is not known, and no complete sample came before")
    if state.json == "delta":
        return merge(state, body, "", beside, at)
    sample = _typed(body)
    if state.json == "unknown":
        watch(state, sample, body)
    return to_batch(state, sample, beside, at)


def merge(state: Stream, message: dict[str, Any], family: str, beside: Identity, at: float) -> Item:
    """The batch of a delta message; `family` is '' for JSON."""
    client = key_of(state, beside.client, message)
    merged = state.deltas.of(client, family).merge(message)
    state.asked.discard(client)
    return to_batch(state, _typed(merged), beside, at)


def key_of(state: Stream, beside: str, message: dict[str, Any]) -> str:
    """Whose delta state a message belongs to; one that does not say belongs to the only client there is."""
    named = beside or values.text(message.get("clientId"))
    if not named and len(state.deltas.third) == 1:
        return next(iter(state.deltas.third))
    return named


def _sow(state: Stream, beside: Identity) -> None:
    """Begin the delta state with the complete sample that came last."""
    seed = state.seed if isinstance(state.seed, dict) else msgspec.json.decode(state.seed)
    state.seed = b""
    state.deltas.of(beside.client or values.text(seed.get("clientId")), "").merge(seed)


def _typed(members: dict[str, Any]) -> WireSample:
    time = values.time_ms(members.get("timestamp"), 0)
    if not time:
        raise Refused("missing_member", "the sample has no usable `timestamp`")
    try:
        return msgspec.convert(members, WireSample)
    except msgspec.ValidationError:
        return tolerant.sample(members, time)
