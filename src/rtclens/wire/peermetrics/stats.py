"""`POST /stats`: one getStats report of one connection.

Enters: the body, read in one typed pass where it holds nothing unknown. Leaves: a `Sample` on the session's timeline,
a `Heartbeat` when the report is empty, nothing when it is a copy, or `Refused`.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec

from rtclens.model.events import AnyEvent, ConnectionClosed, Heartbeat, Sample
from rtclens.model.stats import Stats
from rtclens.wire.peermetrics import body as bodies
from rtclens.wire.peermetrics import reports
from rtclens.wire.peermetrics.answers import Refused
from rtclens.wire.peermetrics.payload import DECODER
from rtclens.wire.peermetrics.state import Connection
from rtclens.wire.peermetrics.visit import Visit

SAME_AS = "same as "  # reason for which a second registration of one RTCPeerConnection is closed


class Posted(msgspec.Struct):
    """A stats body, however it was read. `mark` is its fingerprint."""

    token: Any
    connection: str
    peer: str
    delta: Any
    collect_ms: float | None
    stats: Stats
    mark: bytes


def read(raw: bytes, max_reports: int) -> Posted:
    """The body; raises `Refused` when it is no JSON object."""
    try:
        sent = DECODER.decode(raw)
        stats = reports.typed(sent.data)
        reports.check_numbers(stats)
        seen_as = mark(stats)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError):
        return _read_slowly(raw, max_reports)
    _limit(stats, max_reports)
    return Posted(
        sent.token, sent.connectionId, sent.peerId or "", sent.delta, bodies.duration(sent.timeTaken), stats, seen_as
    )


def _read_slowly(raw: bytes, max_reports: int) -> Posted:
    body = bodies.read(raw)
    data = body.get("data")
    stats = reports.untyped(data if isinstance(data, dict) else {})
    _limit(stats, max_reports)
    return Posted(
        body.get("token"),
        bodies.text(body.get("connectionId")) or "",
        bodies.text(body.get("peerId")) or "",
        body.get("delta", msgspec.UNSET),
        bodies.duration(body.get("timeTaken")),
        stats,
        mark(stats),
    )


def mark(stats: Stats) -> bytes:
    """The key of a sample among those already seen."""
    return sha256(reports.fingerprint(stats)).digest()[:12]


def _limit(stats: Stats, most: int) -> None:
    if len(stats.inbound_rtp) + len(stats.outbound_rtp) > most:
        raise Refused("payload_too_large", f"A sample holds at most {most} streams.")


def sampled(visit: Visit, posted: Posted) -> list[AnyEvent]:
    """The events of one stats request; empty for a copy; raises `Refused` for connections that are not or no longer."""
    given = visit.connection(posted.connection)
    if given is None:
        raise _stranger(visit)
    connection = visit.session.connections.get(given.same_as, given)
    age = visit.age_of(posted.delta)
    sent_at = visit.session.clock.now(visit.at) - age
    if reports.is_empty(posted.stats):
        _refuse_after_end(visit, connection, sent_at)
        return _alive(visit, connection.name, sent_at)
    known = visit.session.samples.get(posted.mark)
    if known is not None:
        return _repeated(visit, posted, connection, known[1], sent_at)
    timestamp = reports.newest_timestamp(posted.stats)
    at = sent_at if timestamp is None else visit.session.clock.sampled(timestamp, visit.at - age)
    _refuse_after_end(visit, connection, at)
    visit.session.active(at)
    visit.session.samples.add(posted.mark, visit.at, connection.name)
    return [Sample(at=at, connection=connection.name, stats=posted.stats, collect_ms=posted.collect_ms)]


def _alive(visit: Visit, connection: str, at: float) -> list[AnyEvent]:
    """An empty report is a sign of life; it has nothing but its time to be told from its copies."""
    if not visit.session.is_new("heartbeat", connection, "", at):
        return []
    return [Heartbeat(at=at)]


def _repeated(visit: Visit, posted: Posted, connection: Connection, owner: str, at: float) -> list[AnyEvent]:
    """A body seen before: a copy, or the same RTCPeerConnection registered under a second id."""
    if owner == connection.name or owner not in visit.session.connections:
        return []
    if reports.newest_timestamp(posted.stats) is None:
        return []
    connection.same_as, connection.ended_at = owner, at
    return [ConnectionClosed(at=at, connection=connection.name, reason=SAME_AS + owner)]


def _stranger(visit: Visit) -> Refused:
    """A connection of somebody else or nobody; a session that insists is told to stop."""
    visit.session.strangers += 1
    insists = visit.session.strangers > visit.settings.max_strangers
    return Refused("connection_ended" if insists else "connection_not_found")


def _refuse_after_end(visit: Visit, connection: Connection, at: float) -> None:
    """Only an end that the SDK or the application announced counts, and only for samples taken after it."""
    stopped = visit.state.stopped.get((visit.claims.app, visit.claims.call))
    ends = [connection.ended_at] if connection.ended_at is not None else []
    if stopped is not None and stopped >= visit.claims.issued_at:
        ends.append(stopped)
    if any(at > end for end in ends):
        raise Refused("connection_ended")
