"""Build a `WireSample` from a JSON object that the typed decode refused, without losing what it holds.

Enters: the members of a ClientSample 3.x, possibly with unknown or ill-typed ones. Leaves: a `WireSample`; unknown
members of stats rows are in `extra`, other unknown members are ignored as the protocol demands.
"""

from __future__ import annotations

from typing import Any

from rtclens.model import stats as st
from rtclens.wire.common import reports
from rtclens.wire.observertc import values
from rtclens.wire.observertc.rows import ITEMS, ROWS, TRACKS, Item, Track, WireConnection, WireSample


def sample(members: dict[str, Any], timestamp: float) -> WireSample:
    """The sample; `timestamp` is its root time, already checked."""
    built = WireSample(timestamp=timestamp)
    built.callId = values.text(members.get("callId")) or None
    built.clientId = values.text(members.get("clientId")) or None
    built.score = values.number(members.get("score"))
    built.scoreReasons = members.get("scoreReasons")
    built.attachments = values.members(members.get("attachments")) or None
    for name in ITEMS:
        setattr(built, name, [_item(row) for row in objects(members.get(name)) if values.text(row.get("type"))])
    built.peerConnections = [
        connection(row) for row in objects(members.get("peerConnections")) if values.text(row.get("peerConnectionId"))
    ]
    return built


def connection(members: dict[str, Any]) -> WireConnection:
    """One PeerConnectionSample."""
    built = WireConnection(peerConnectionId=values.text(members.get("peerConnectionId")))
    built.score = values.number(members.get("score"))
    built.scoreReasons = members.get("scoreReasons")
    built.attachments = values.members(members.get("attachments")) or None
    for name in TRACKS:
        setattr(built, name, [_track(row) for row in objects(members.get(name)) if values.text(row.get("id"))])
    for name, cls in ROWS.items():
        if name in members:
            setattr(built, name, [row(cls, each) for each in objects(members[name])])
    return built


def row(cls: type[st.Report], members: dict[str, Any]) -> st.Report:
    """One stats row of the canonical class that the wire class `cls` extends."""
    base = cls.__base__
    assert base is not None
    assert issubclass(base, st.Report)
    return reports.build(base, members)


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; anything else holds none."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _track(members: dict[str, Any]) -> Track:
    return Track(
        id=values.text(members.get("id")),
        kind=values.words(members.get("kind")),
        timestamp=values.number(members.get("timestamp")),
        score=values.number(members.get("score")),
        scoreReasons=members.get("scoreReasons"),
        attachments=values.members(members.get("attachments")) or None,
    )


def _item(members: dict[str, Any]) -> Item:
    return Item(
        type=values.text(members.get("type")),
        payload=members.get("payload"),
        timestamp=values.number(members.get("timestamp")),
        key=values.text(members.get("key")) or None,
        peerConnectionId=values.text(members.get("peerConnectionId")) or None,
        trackId=values.text(members.get("trackId")) or None,
        ssrc=values.integer(members.get("ssrc")),
    )
