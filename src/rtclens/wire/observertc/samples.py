"""Decode one parcel: recognise what it is and hand it to the reader of its generation.

Enters: a parcel. Leaves: batches (a `Samples` message holds several clients and servers), or `Refused`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rtclens.model import events as ev
from rtclens.model.codec import Item, Refusal
from rtclens.wire.observertc import binary, client3, delta2, sample1, sample2, servers, sniff, values
from rtclens.wire.observertc.envelope import Parcel
from rtclens.wire.observertc.refused import Refused
from rtclens.wire.observertc.state import FORMAT, Identity
from rtclens.wire.observertc.stream import Stream
from rtclens.wire.observertc.tolerant import objects

Body = dict[str, Any]


def decode(state: Stream, parcel: Parcel, at: float) -> list[Item]:
    """The batches of a parcel, with refusals for those of its samples that cannot be used."""
    if isinstance(parcel.body, bytes):
        return _protobuf(state, parcel.body, parcel.identity, at)
    shape = sniff.shape(parcel.body)
    if shape == "client3":
        return [client3.decode(state, parcel.body, parcel.identity, at)]
    if shape == "batch2":
        return _batch(state, parcel.body, parcel.identity, at, truncated=False)
    if shape == "sfu2":
        return _sfu(state, parcel.body, at)
    return [_one(shape)(state, parcel.body, parcel.identity, at)]


def _one(shape: str) -> Callable[[Stream, Body, Identity, float], Item]:
    reader = READERS.get(shape)
    if reader is None:
        raise Refused("unknown_format", "the object is no sample of any ObserveRTC schema")
    return reader


def _protobuf(state: Stream, raw: bytes, beside: Identity, at: float) -> list[Item]:
    found = binary.decode(state.binary, state.deltas, raw)
    if found.root == "Samples":
        body = found.sample
        if found.family == "2.2-delta":
            body = {**body, "clientSamples": [_merged(state, row) for row in body.get("clientSamples", ())]}
        return _batch(state, body, beside, at, truncated=binary.truncates_audio(found.family))
    if found.root == "SfuSample":
        return _sfu(state, state.deltas.merge2("sfu", found.sample), at)
    if found.family == "2.2-delta":
        return [_client2(state, _merged(state, found.sample), beside, at)]
    return [client3.merge(state, found.sample, found.family, beside, at)]


def _merged(state: Stream, message: Body) -> Body:
    return delta2.mark_stale(state.deltas.merge2("client", message), message)


def _batch(state: Stream, body: Body, beside: Identity, at: float, truncated: bool) -> list[Item]:
    """A `Samples` message. One unusable sample does not spoil the others."""
    items = [_guarded(_client2, state, row, beside, at, truncated) for row in objects(body.get("clientSamples"))]
    items += [item for row in objects(body.get("sfuSamples")) for item in _sfu_or_refusal(state, row, at)]
    items += [_guarded(_turn, state, row, beside, at) for row in objects(body.get("turnSamples"))]
    if values.members(body.get("controls")).get("close") is True:
        items += _closed(state, items, at)
    return items or [_nothing(state, beside, at)]


def _guarded(read: Callable[..., Item], state: Stream, sample: Body, beside: Identity, at: float, *more: bool) -> Item:
    try:
        return read(state, sample, beside, at, *more)
    except Refused as refused:
        return Refusal(refused.code, refused.message, format=FORMAT, at=at)


def _closed(state: Stream, items: list[Item], at: float) -> list[Item]:
    """The clients of the message leave; where it carries none, all the stream's clients do."""
    batches = [item for item in items if isinstance(item, ev.Batch) and item.origin.role == "client"]
    origins = [batch.origin for batch in batches]
    if not origins:
        origins = [speaker.origin for (role, *_), speaker in state.speakers.items() if role == "client"]
    return [ev.Batch(origin, at, [ev.SessionClosed(at=at, reason="closed")]) for origin in dict.fromkeys(origins)]


def _nothing(state: Stream, beside: Identity, at: float) -> Item:
    who = state.given.over(beside)
    if not who.client:
        raise Refused("bad_shape", "the message holds no sample")
    return ev.Batch(state.speaker(beside).origin, at, [ev.Heartbeat(at=at)])


def _client2(state: Stream, sample: Body, beside: Identity, at: float, truncated: bool = False) -> Item:
    _require_time(sample)
    speaker = state.speaker(beside.over(sample2.identity(sample)))
    return sample2.to_batch(state, speaker, sample, at, truncated)


def _sfu(state: Stream, sample: Body, at: float) -> list[Item]:
    _require_time(sample)
    _require_id(sample, "sfuId")
    return [*servers.sfu(state, sample, at)]


def _sfu_or_refusal(state: Stream, sample: Body, at: float) -> list[Item]:
    try:
        return _sfu(state, sample, at)
    except Refused as refused:
        return [Refusal(refused.code, refused.message, format=FORMAT, at=at)]


def _turn(state: Stream, sample: Body, beside: Identity, at: float) -> Item:  # noqa: ARG001 - a server is no client
    _require_id(sample, "serverId")
    return servers.turn(state, sample, at)


def _connection1(state: Stream, sample: Body, beside: Identity, at: float) -> Item:
    if not values.text(sample.get("peerConnectionId")) and not sample.get("userMediaErrors"):
        raise Refused("missing_member", "the sample has no `peerConnectionId`")
    return sample1.to_batch(state, state.speaker(beside.over(sample1.identity(sample))), sample, at)


def _require_time(sample: Body) -> None:
    if not values.time_ms(sample.get("timestamp"), 0):
        raise Refused("missing_member", "the sample has no usable `timestamp`")


def _require_id(sample: Body, name: str) -> None:
    if not values.text(sample.get(name)):
        raise Refused("missing_member", f"the sample has no `{name}`")


READERS: dict[str, Callable[[Stream, Body, Identity, float], Item]] = {
    "client2": _client2,
    "turn2": _turn,
    "connection1": _connection1,
}
