"""What the events of a connection tell about how it was set up.

Enters: events of a connection, in order, after they were applied. Leaves: findings of the `setup` folder.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from rtclens.analysis.configured import turn_urls
from rtclens.analysis.detectors import setup
from rtclens.analysis.findings import is_open
from rtclens.analysis.paged import SetupNotes
from rtclens.analysis.state import Connection
from rtclens.analysis.states import UP, note_point, open_now
from rtclens.analysis.survey import sdp
from rtclens.analysis.survey.things import over, text
from rtclens.model import events as e
from rtclens.model.facts import Evidence

STORM, STORM_MS = 5, 30_000.0
DTLS_S, DTLS_VERY_S = 1.0, 3.0
SLOW_S = {"srflx": 0.5, "relay": 1.0}
WARM_MS = 10_000.0


def opened(conn: Connection, notes: SetupNotes, _event: e.ConnectionOpened, at: float) -> None:
    """A connection with a configuration."""
    forced = (conn.config or {}).get("iceTransportPolicy") == "relay"
    if forced and "forced" not in notes.told:
        notes.told.add("forced")
        note_point(setup.RELAY_FORCED, conn, at, at, text("iceTransportPolicy", conn, at, "relay"))


def state(conn: Connection, notes: SetupNotes, event: e.StateChanged, at: float) -> None:
    """A state machine moved."""
    if event.machine == "signaling" and event.state == "stable":
        _negotiated(conn, notes, at)
    elif event.machine == "connection" and event.state == "connected":
        _secured(conn, notes, at)
    if event.machine not in ("ice", "connection"):
        return
    if event.state in UP:
        if notes.broken_at is not None and at - notes.broken_at < WARM_MS and "warmup" not in notes.told:
            notes.told.add("warmup")
            told = text("states", conn, notes.broken_at, event.state, "interrupted at its beginning, then up")
            note_point(setup.WARMUP, conn, notes.broken_at, at, told)
        notes.broken_at = None
        notes.first = at if notes.first is None else notes.first
    elif event.state in ("disconnected", "failed") and (notes.first is None or at - notes.first < WARM_MS):
        notes.broken_at = at if notes.broken_at is None else notes.broken_at


def _negotiated(conn: Connection, notes: SetupNotes, at: float) -> None:
    if not notes.negotiated:  # the first is no repetition
        notes.negotiated = True
        return
    again = notes.stable = (*(then for then in notes.stable if at - then < STORM_MS), at)
    if len(again) >= STORM and not is_open(conn, setup.STORM.id) and len(conn.tracks) < STORM:
        evidence = Evidence(metric="negotiations", subject=conn.id, from_at=again[0], to_at=at, n=len(again))
        evidence.observed, evidence.threshold = float(len(again)), float(STORM)
        open_now(setup.STORM, conn, again[0], at, evidence)


def calm(conn: Connection, notes: SetupNotes, now: float) -> None:
    """No negotiation for half a minute."""
    if notes.stable and now - notes.stable[-1] >= STORM_MS:
        over(setup.STORM, conn, now)


def _secured(conn: Connection, notes: SetupNotes, at: float) -> None:
    """From a path to keys, the first time; only where both are told by events."""
    if notes.dtls or conn.ice_connected_at is None or not {"ice", "connection"} <= conn.told:
        return
    notes.dtls = True
    seconds = (at - conn.ice_connected_at) / 1000.0
    if seconds > DTLS_S:
        evidence = Evidence(metric="dtls_s", subject=conn.id, from_at=conn.ice_connected_at, to_at=at, unit="s", n=1)
        evidence.observed, evidence.threshold = round(seconds, 3), DTLS_S
        finding = open_now(
            setup.DTLS_SLOW, conn, conn.ice_connected_at, at, evidence, "medium" if seconds > DTLS_VERY_S else None
        )
        if finding is not None:
            over(setup.DTLS_SLOW, conn, at)


def described(conn: Connection, notes: SetupNotes, event: e.Described, at: float) -> None:
    """A description took effect."""
    if not event.sdp:
        return
    read = sdp.sections(event.sdp)
    wrong = sdp.wrong(read, notes.order)
    notes.order = sdp.order(read)
    if wrong and "sdp" not in notes.told:
        notes.told.add("sdp")
        told = text("sdp", conn, at, wrong, f"{event.side} {event.kind}")
        note_point(setup.SDP, conn, at, at, told)
    if event.kind == "answer" and "recovery" not in notes.told:
        missing = sdp.unprotected(read)
        if missing:
            notes.told.add("recovery")
            note_point(setup.RECOVERY, conn, at, at, text("sdp", conn, at, missing, f"{event.side} answer"))


def gathered(conn: Connection, notes: SetupNotes, event: e.CandidateGathered, at: float) -> None:
    """A local candidate: how late, and from which address."""
    candidate = event.candidate
    if candidate is None or conn.gathering_at is None:
        return
    kind = candidate.type
    limit = SLOW_S.get(kind)
    if limit is not None and kind not in notes.gathered:
        notes.gathered.add(kind)
        seconds = (at - conn.gathering_at) / 1000.0
        if seconds > limit and conn.connected_at is None:
            evidence = Evidence(metric=f"gather_{kind}_s", subject=conn.id, from_at=conn.gathering_at, to_at=at, n=1)
            evidence.observed, evidence.threshold, evidence.unit = round(seconds, 3), limit, "s"
            note_point(setup.GATHERING_SLOW, conn, conn.gathering_at, at, evidence)
    if kind == "relay" and _private(candidate.address) and "private" not in notes.told and _public_turn(conn):
        notes.told.add("private")
        open_now(setup.TURN_PRIVATE, conn, at, at, text("relay candidate", conn, at, "private address"))


def _public_turn(conn: Connection) -> bool:
    """Whether TURN servers are configured, and none of them by an address of a local network."""
    urls = turn_urls(conn)
    return bool(urls) and not any(map(_lan, urls))


def _private(address: str) -> bool:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    return known.is_private and not known.is_loopback and not known.is_unspecified


def _lan(url: str) -> bool:
    """Whether a TURN URL itself names an address that is not public."""
    host = url.partition(":")[2].partition("?")[0]
    host = host.rpartition(":")[0] if host.count(":") == 1 else host
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        return host == "localhost" or host.endswith(".local")


HANDLERS: dict[type[e.Event], Callable[[Connection, SetupNotes, Any, float], None]] = {
    e.ConnectionOpened: opened,
    e.StateChanged: state,
    e.Described: described,
    e.CandidateGathered: gathered,
}
