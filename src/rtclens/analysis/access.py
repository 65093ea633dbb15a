"""Camera and microphone: asked for, given, refused, lost.

Enters: `MediaAccess` events and ends of local tracks. Leaves: findings of the media access family.
"""

from __future__ import annotations

from rtclens.analysis.detectors import people
from rtclens.analysis.detectors.grammar import Detector
from rtclens.analysis.findings import close_finding
from rtclens.analysis.owners import call_of
from rtclens.analysis.state import Session
from rtclens.analysis.states import open_now
from rtclens.analysis.subjects import SCREEN, STOPPED
from rtclens.model.events import MediaAccess, TrackChanged
from rtclens.model.facts import Evidence

BY_ERROR: dict[str, Detector] = {
    "NotAllowedError": people.ACCESS_DENIED,
    "PermissionDeniedError": people.ACCESS_DENIED,
    "SecurityError": people.ACCESS_DENIED,
    "NotFoundError": people.DEVICE_MISSING,
    "DevicesNotFoundError": people.DEVICE_MISSING,
    "NotReadableError": people.DEVICE_UNREADABLE,
    "TrackStartError": people.DEVICE_UNREADABLE,
    "AbortError": people.DEVICE_UNREADABLE,
    "OverconstrainedError": people.CONSTRAINTS_UNMET,
    "TypeError": people.CONSTRAINTS_UNMET,
}
USER_FAMILY = tuple({detector.id: detector for detector in BY_ERROR.values()}.values())
MANY = 1000
PICKER_CANCELLED = frozenset({"NotAllowedError", "AbortError"})


def access(session: Session, event: MediaAccess, at: float) -> None:
    """A request was made, granted or failed."""
    if event.phase == "requested":
        session.access_requests += 1
        return
    if event.phase == "granted":
        session.access_granted = session.access_granted or event.source == "user"
        notes = session.page()
        for track in event.tracks:
            if len(notes.live) < MANY:
                notes.live.add(track.id)
            if event.source == "display" and len(notes.flags) < MANY:
                notes.flags[track.id] = notes.flags.get(track.id, 0) | SCREEN
        family = USER_FAMILY if event.source == "user" else (people.SCREEN_FAILED,)
        for detector in (*family, people.CAPTURE_STOPPED, people.ACCESS_NONE):
            _over(session, detector, at)
        return
    if event.source == "display":
        if event.error not in PICKER_CANCELLED:
            _found(session, people.SCREEN_FAILED, event, at)
        return
    session.access_failed_at = at if session.access_failed_at is None else session.access_failed_at
    _found(session, BY_ERROR.get(event.error, people.DEVICE_UNREADABLE), event, at)


def nothing_at_all(session: Session, now: float, over: bool = False) -> None:
    """Every request failed: after half a minute, or when the join is over, this person takes no part."""
    failed = session.access_failed_at
    if failed is None or session.access_granted:
        return
    notes = session.paged()
    if notes is not None and notes.live:
        return
    if over or now - failed >= 1000.0 * people.ACCESS_NONE.need_s:
        evidence = Evidence(metric="getUserMedia", subject=session.id, from_at=failed, to_at=now, observed="0 granted")
        open_now(people.ACCESS_NONE, session, failed, now, evidence)


def _found(session: Session, detector: Detector, event: MediaAccess, at: float) -> None:
    text = event.error if not event.message else f"{event.error}: {event.message}"
    evidence = Evidence(
        metric="getUserMedia", subject=session.id, from_at=at, to_at=at, observed=event.error, text=text
    )
    open_now(detector, session, at, at, evidence)


def _over(session: Session, detector: Detector, at: float) -> None:
    finding = call_of(session).open.get((detector.id, session.id))
    if finding is not None and finding.closed_at is None:
        close_finding(finding, at, "recovered")


def capture_ended(session: Session, event: TrackChanged, at: float) -> None:
    """A local track ended and the application did not stop it."""
    notes = session.page()
    held = notes.flags.get(event.track, 0)
    leaving = session.leave_at is not None or session.ended_at is not None
    if held & (STOPPED | SCREEN) or leaving or event.track not in notes.live:
        return
    evidence = Evidence(metric="track ended", subject=event.track, from_at=at, to_at=at, text=event.label, n=1)
    open_now(people.CAPTURE_STOPPED, session, at, at, evidence)
