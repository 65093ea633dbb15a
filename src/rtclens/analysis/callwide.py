"""Findings about a whole call: the same trouble at several people at once, one track bad everywhere, one person alone.

Enters: a call whose findings changed. Leaves: findings of call scope, opened and closed by who has what open now.
"""

from __future__ import annotations

from rtclens.analysis.detectors import people
from rtclens.analysis.detectors.grammar import Detector
from rtclens.analysis.findings import RANK, Open, close_finding, emit, note, open_finding
from rtclens.analysis.owners import person_id
from rtclens.analysis.state import Call, Participant, Track
from rtclens.model.facts import Evidence

LEAST = RANK["medium"]
MANY, SHARE, CLOSE_SHARE = 3, 0.5, 0.3
FAN_OUT = 0.6
UNLINKED, UNLINKED_MS = 0.2, 15_000.0


def review(call: Call, now: float) -> None:
    """Look again at what the call's people have open."""
    live = [person for person in call.participants.values() if _live(person)]
    if len(live) < MANY:
        for detector in (people.CONCURRENT, people.FAN_OUT, people.SINGLE_RECEIVER):
            _close(call, detector, now)
        return
    current = [f for f in call.findings if f.closed_at is None and f.detector.scope != "call" and _weighs(f)]
    _concurrent(call, live, current, now)
    _fan_out(call, current, now)
    _single(call, current, now)


def _live(person: Participant) -> bool:
    return person.role == "client" and any(session.ended_at is None for session in person.sessions.values())


def _weighs(finding: Open) -> bool:
    return RANK[finding.severity] >= LEAST


def _concurrent(call: Call, live: list[Participant], current: list[Open], now: float) -> None:
    having: dict[str, set[str]] = {}
    for finding in current:
        having.setdefault(finding.detector.id, set()).add(person_id(finding.subject))
    worst, struck = max(having.items(), key=lambda item: (len(item[1]), item[0]), default=("", set()))
    share = len(struck) / len(live)
    if len(struck) >= MANY and share >= SHARE:
        began = sorted(f.opened_at for f in current if f.detector.id == worst)[MANY - 1]
        _open(call, people.CONCURRENT, began, now, worst, share)
    elif share < CLOSE_SHARE:
        _close(call, people.CONCURRENT, now)


def _fan_out(call: Call, current: list[Open], now: float) -> None:
    """One published track is bad at most of its receivers."""
    struck: dict[str, set[str]] = {}
    for finding in current:
        subject = finding.subject
        if isinstance(subject, Track) and subject.direction == "inbound" and subject.peer is not None:
            struck.setdefault(subject.peer.id, set()).add(subject.conn.session.participant.id)
    receivers = _receivers(call)
    for published, hit in sorted(struck.items()):
        share = len(hit) / max(len(receivers.get(published, ())), 1)
        if len(receivers.get(published, ())) >= MANY and share >= FAN_OUT:
            _open(call, people.FAN_OUT, now, now, published, share)
            return
    _close(call, people.FAN_OUT, now)


def _single(call: Call, current: list[Open], now: float) -> None:
    """One receiver has trouble with several senders, and nobody else has any."""
    struck: dict[str, set[str]] = {}
    for finding in current:
        subject = finding.subject
        if isinstance(subject, Track) and subject.direction == "inbound" and subject.peer is not None:
            sender = subject.peer.conn.session.participant.id
            struck.setdefault(subject.conn.session.participant.id, set()).add(sender)
    receivers = set().union(*_receivers(call).values())
    if len(struck) == 1 and len(receivers) >= MANY:
        person, senders = next(iter(struck.items()))
        if len(senders) >= 2:
            _open(call, people.SINGLE_RECEIVER, now, now, person, 1 / len(receivers))
            return
    _close(call, people.SINGLE_RECEIVER, now)


def links(call: Call, now: float) -> None:
    """Whether received tracks can be matched to their senders."""
    known = [person for person in call.participants.values() if person.observed and _live(person)]
    if len(known) < 2:
        return
    received = [
        track
        for session in call.sessions()
        if session.ended_at is None
        for conn in session.connections.values()
        for track in conn.tracks.values()
        if track.direction == "inbound"
        and track.ended_at is None
        and track.peer_tried
        and now - track.started_at >= UNLINKED_MS
    ]
    if not received:
        return
    share = sum(1 for track in received if track.peer is None) / len(received)
    if share >= UNLINKED:
        _open(call, people.LINKS_UNRESOLVED, now, now, "received tracks without a sender", share)
    elif share < UNLINKED / 2:
        _close(call, people.LINKS_UNRESOLVED, now)


def _receivers(call: Call) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for session in call.sessions():
        if session.ended_at is not None:
            continue
        for conn in session.connections.values():
            for track in conn.tracks.values():
                if track.peer is not None and track.ended_at is None:
                    found.setdefault(track.peer.id, set()).add(session.participant.id)
    return found


def _open(call: Call, detector: Detector, began: float, now: float, what: str, share: float) -> None:
    known = call.open.get((detector.id, call.id))
    if known is not None and known.closed_at is None:
        known.last_at = max(known.last_at, now)
        return
    finding = open_finding(detector, call, began, now)
    if finding is None:
        return
    note(finding, Evidence(metric="share", subject=what, from_at=began, to_at=now, observed=round(share, 3), text=what))
    finding.cause_reason = "look at what these people share"
    emit(finding, now)


def _close(call: Call, detector: Detector, now: float) -> None:
    known = call.open.get((detector.id, call.id))
    if known is not None and known.closed_at is None:
        close_finding(known, now, "recovered")
