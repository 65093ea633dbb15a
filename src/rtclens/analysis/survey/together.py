"""What several people of a call show together: streams that do not reach them, codecs, troubles that began at once.

Enters: a call, every few seconds. Leaves: findings of the `together` folder.
"""

from __future__ import annotations

from rtclens.analysis.clocks import server_time, uncertainty_ms
from rtclens.analysis.detectors import together
from rtclens.analysis.detectors.grammar import Detector
from rtclens.analysis.findings import RANK, emit, is_open, note, open_finding
from rtclens.analysis.intervals import Inbound, Outbound
from rtclens.analysis.links import is_served
from rtclens.analysis.owners import person_of, session_of
from rtclens.analysis.state import Call, Connection, Participant, Track
from rtclens.analysis.survey.things import over
from rtclens.model.facts import Evidence

LEAST = RANK["medium"]
DRY_S = 5.0
MANY = 2
FRESH_MS = 15_000.0
BURST_MS = 2_000.0
WASTED_BPS, UNCONSUMED_MS = 50_000.0, 30_000.0


def together_now(call: Call, at: float) -> None:
    """Look at a call of three people or more; of two, each finding tells it already."""
    people = [person for person in call.participants.values() if person.role == "client" and _live(person)]
    if len(people) < 3:
        for detector in together.DETECTORS:
            over(detector, call, at)
        return
    sent = [track for track in _tracks(call) if track.direction == "outbound" and isinstance(track.now, Outbound)]
    receivers = _receivers(call)
    _delivery(call, sent, receivers, at)
    _corroborated(call, receivers, at)
    _unconsumed(call, people, sent, receivers, at)
    _codecs(call, sent, at)
    _burst(call, at)


def _live(person: Participant) -> bool:
    return any(session.ended_at is None for session in person.sessions.values())


def _tracks(call: Call) -> list[Track]:
    return [
        track
        for session in call.sessions()
        if session.ended_at is None
        for conn in session.connections.values()
        for track in conn.tracks.values()
        if track.ended_at is None
    ]


def _receivers(call: Call) -> dict[str, list[Track]]:
    """Received tracks by the sent track they carry."""
    found: dict[str, list[Track]] = {}
    for track in _tracks(call):
        if track.direction == "inbound" and track.peer is not None:
            found.setdefault(track.peer.id, []).append(track)
    return found


def _sends(track: Track) -> bool:
    now = track.now
    quiet = track.muted or track.disabled or track.stopped
    return isinstance(now, Outbound) and not quiet and now.active is not False and bool(now.packets)


def _dry(track: Track, at: float) -> bool:
    now = track.now
    fresh = isinstance(now, Inbound) and at - now.at < FRESH_MS
    return fresh and isinstance(now, Inbound) and max(now.dry_s, now.never_s) >= DRY_S and not _broken(track.conn)


def _broken(conn: Connection) -> bool:
    return bool({"disconnected", "failed", "closed"} & {conn.ice_state, conn.connection_state})


def _delivery(call: Call, sent: list[Track], receivers: dict[str, list[Track]], at: float) -> None:
    none = some = stopped = None
    for track in sent:
        wanting = [one for one in receivers.get(track.id, ()) if isinstance(one.now, Inbound) and not one.muted]
        dry = [one for one in wanting if _dry(one, at)]
        if not dry or track.screen:
            continue
        if _sends(track):
            if len(dry) == len(wanting) >= MANY:
                none = (track, dry)
            elif len(dry) < len(wanting):
                some = (track, dry)
        elif is_open(track, "out_stream_dry") and len(dry) >= MANY:
            stopped = (track, dry)
    for detector, found in (
        (together.NOT_DELIVERED, none),
        (together.RECEIVER_NOT_DELIVERED, some),
        (together.SENDER_DRY, stopped),
    ):
        if found is None:
            over(detector, call, at)
        else:
            _open(call, detector, at - 1000.0 * DRY_S, at, found[0].id, float(len(found[1])), "receivers without it")


def _corroborated(call: Call, receivers: dict[str, list[Track]], at: float) -> None:
    """Somebody's own fault that two receivers of theirs see."""
    grave = [one for one in call.findings if one.closed_at is None and RANK[one.severity] >= LEAST]
    struck = {one.subject.id for one in grave if isinstance(one.subject, Track)}
    for finding in grave:
        subject = finding.subject
        sends = isinstance(subject, Track) and subject.direction == "outbound"
        whose = (
            person_of(subject) if sends or finding.detector.id in ("uplink_congested", "out_bandwidth_low") else None
        )
        if whose is None:
            continue
        seen = {
            one.conn.session.participant.id
            for found in receivers.values()
            for one in found
            if one.id in struck and one.peer is not None and one.peer.conn.session.participant is whose
        }
        if len(seen) >= MANY:
            _open(call, together.CORROBORATED, at, at, whose.id, float(len(seen)), finding.detector.id)
            return
    over(together.CORROBORATED, call, at)


def _unconsumed(
    call: Call, people: list[Participant], sent: list[Track], receivers: dict[str, list[Track]], at: float
) -> None:
    """A stream to a server that nobody receives, where everybody's streams are known."""
    received = [track for track in _tracks(call) if track.direction == "inbound"]
    known = all(person.observed for person in people) and all(track.peer is not None for track in received)
    for track in sent if known else ():
        now = track.now
        lasting = at - track.started_at >= UNCONSUMED_MS and isinstance(now, Outbound)
        if lasting and is_served(track.conn) and track.id not in receivers and _rate(track) >= WASTED_BPS:
            _open(call, together.UNCONSUMED, at, at, track.id, _rate(track), "bit/s sent")
            return
    over(together.UNCONSUMED, call, at)


def _rate(track: Track) -> float:
    return (track.now.bitrate_bps or 0.0) if isinstance(track.now, Outbound) else 0.0


def _codecs(call: Call, sent: list[Track], at: float) -> None:
    used: dict[tuple[str, bool], set[str]] = {}
    for track in sent:
        if track.codec:
            used.setdefault((track.kind, track.screen), set()).add(track.codec.lower())
    mixed = next((codecs for _, codecs in sorted(used.items()) if len(codecs) > 1), None)
    if mixed is None:
        over(together.CODECS, call, at)
    else:
        _open(call, together.CODECS, at, at, call.id, float(len(mixed)), ", ".join(sorted(mixed)))


def _burst(call: Call, at: float) -> None:
    """Whether the openings behind `call_concurrent_issue` lie so close that one event must be behind them."""
    parent = call.open.get(("call_concurrent_issue", call.id))
    if parent is None or parent.closed_at is not None:
        over(together.BURST, call, at)
        return
    name = next(iter(parent.evidence.values())).subject if parent.evidence else ""
    begun: list[float] = []
    slack = BURST_MS
    for finding in call.findings:
        session = session_of(finding.subject) if finding.detector.id == name and finding.closed_at is None else None
        if session is not None:
            begun.append(server_time(session, finding.opened_at))
            slack = max(slack, 1000.0 * session.interval)
            if (uncertainty_ms(session) or BURST_MS) > BURST_MS:
                return
    if len(begun) >= MANY + 1 and max(begun) - min(begun) <= slack:
        _open(call, together.BURST, min(begun), at, name, float(len(begun)), name, parent.id)


def _open(
    call: Call, detector: Detector, began: float, at: float, about: str, observed: float, told: str, parent: str = ""
) -> None:
    if is_open(call, detector.id):
        call.open[(detector.id, call.id)].last_at = at
        return
    finding = open_finding(detector, call, began, at)
    if finding is None:
        return
    finding.parent = parent
    finding.cause_reason = "see the findings of the people concerned"
    evidence = Evidence(metric=detector.id, subject=about, from_at=began, to_at=at, observed=observed, text=told, n=1)
    note(finding, evidence)
    emit(finding, at)
