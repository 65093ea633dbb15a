"""`POST /events/browser` and `POST /events/get-user-media`: what happens to the page and its devices.

Enters: the page's events. Leaves: custom events, visibility, devices, leave and end of the session, media access.
"""

from __future__ import annotations

from typing import Any

from rtclens.model.events import (
    AnyEvent,
    AppReported,
    DevicesChanged,
    LeaveAnnounced,
    LocalTrack,
    MediaAccess,
    Notified,
    SessionClosed,
    VisibilityChanged,
)
from rtclens.wire.peermetrics.body import text
from rtclens.wire.peermetrics.joining import devices
from rtclens.wire.peermetrics.state import Question, Session
from rtclens.wire.peermetrics.visit import Visit

ENVELOPE = frozenset({"token", "eventName", "delta"})
END_REASONS = {"endCall": "left", "unload": "unload"}
MAX_QUESTIONS = 64
OVERTAKEN = 5_000.0  # ms by which the outcome of a getUserMedia call may arrive before its request


def happened(visit: Visit) -> list[AnyEvent]:
    """The events of one browser event; empty when it repeats what is known."""
    name, at = visit.text("eventName"), visit.when()
    if name in END_REASONS:
        return _left(visit.session, END_REASONS[name], at)
    if name == "tabFocus":
        return _visibility(visit, at)
    if name == "beforeunload":
        return [LeaveAnnounced(at=at)]
    visit.session.active(at)
    if name == "mediaDeviceChange":
        return [DevicesChanged(at=at, devices=devices(visit.body.get("devices")))]
    if name == "custom":
        return [_custom(visit.body.get("data"), at)]
    # SDKs of the 1.x time put the name of a custom event here.
    return [AppReported(at=at, name=name, value=_rest(visit))]


def _left(session: Session, reason: str, at: float) -> list[AnyEvent]:
    """The end of the session; a second announcement (`endCall`, then `unload`) moves nothing."""
    if session.closed_at is not None:
        return []
    session.closed_at = at
    return [SessionClosed(at=at, reason=reason)]


def _visibility(visit: Visit, at: float) -> list[AnyEvent]:
    """`focus` is `document.hidden`; each `initialize` of a page leaves a listener, so a change comes n times."""
    hidden = visit.body.get("focus")
    if not isinstance(hidden, bool):
        return [Notified(at=at, name="tabFocus", value=_rest(visit))]
    if hidden == visit.session.hidden:
        return []
    visit.session.hidden = hidden
    return [VisibilityChanged(at=at, hidden=hidden)]


def _custom(data: Any, at: float) -> AppReported:
    name = text(data.get("eventName")) if isinstance(data, dict) else None
    return AppReported(at=at, name=name or "custom", value=data)


def _rest(visit: Visit) -> Any:
    """What the request says beyond its envelope: `data` where that is all, else every member."""
    rest = {name: value for name, value in visit.body.items() if name not in ENVELOPE}
    return rest.get("data") if set(rest) <= {"data"} else rest


def media_access(visit: Visit) -> list[AnyEvent]:
    """The events of a getUserMedia request or outcome; without data it says nothing and is only kept."""
    data, at = visit.body.get("data"), visit.when()
    visit.session.active(at)
    if isinstance(data, dict):
        if "constraints" in data:
            return [_requested(visit.session, data["constraints"], at)]
        if isinstance(data.get("error"), dict):
            return [_failed(visit.session, data["error"], at)]
        if isinstance(data.get("audio"), list) or isinstance(data.get("video"), list):
            return [_granted(visit.session, data, at)]
    return [Notified(at=at, name="getUserMedia", value=data)]


def _requested(session: Session, constraints: Any, at: float) -> MediaAccess:
    audio, video = _wanted(constraints, "audio"), _wanted(constraints, "video")
    early = next((answer for answer in session.early_answers if at - answer.at <= OVERTAKEN), None)
    if early is not None:
        session.early_answers.remove(early)
        correlation = early.correlation
    else:
        correlation = _next_correlation(session)
        session.open_questions.append(Question(correlation, at, audio, video))
        del session.open_questions[:-MAX_QUESTIONS]
    return MediaAccess(
        at=min(at, early.at) if early else at,
        phase="requested",
        audio=audio,
        video=video,
        constraints=constraints,
        correlation=correlation,
    )


def _wanted(constraints: Any, kind: str) -> bool | None:
    """Whether the page asked for `kind`: `true` or a set of constraints; leaving it out is `false` (W3C default)."""
    return constraints.get(kind) not in (None, False) if isinstance(constraints, dict) else None


def _failed(session: Session, error: dict[str, Any], at: float) -> MediaAccess:
    question = _answered(session, at)
    return MediaAccess(
        at=at,
        phase="failed",
        audio=question.audio,
        video=question.video,
        error=text(error.get("name")) or "",
        message=text(error.get("message")) or "",
        correlation=question.correlation,
    )


def _granted(session: Session, data: dict[str, Any], at: float) -> MediaAccess:
    question = _answered(session, at)
    tracks = [*_tracks(data.get("audio"), "audio"), *_tracks(data.get("video"), "video")]
    for track in tracks:
        session.directions["", track.id] = "outbound"
    return MediaAccess(
        at=at,
        phase="granted",
        audio=any(track.kind == "audio" for track in tracks),
        video=any(track.kind == "video" for track in tracks),
        tracks=tracks,
        correlation=question.correlation,
    )


def _answered(session: Session, at: float) -> Question:
    """The oldest open request; requests and outcomes carry no common id and may overtake each other."""
    if session.open_questions:
        return session.open_questions.pop(0)
    early = Question(_next_correlation(session), at)
    session.early_answers.append(early)
    del session.early_answers[:-MAX_QUESTIONS]
    return early


def _next_correlation(session: Session) -> str:
    session.asked += 1
    return f"getUserMedia-{session.asked}"


def _tracks(rows: Any, kind: str) -> list[LocalTrack]:
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [
        LocalTrack(
            id=text(row.get("id")) or "",
            kind=text(row.get("kind")) or kind,
            label=text(row.get("label")) or "",
            extra={name: value for name, value in row.items() if name not in ("id", "kind", "label", "_track")} or None,
        )
        for row in rows
    ]
