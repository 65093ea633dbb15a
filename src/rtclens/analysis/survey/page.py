"""What the events of a page tell about its devices and its application.

Enters: events of a session, in order. Leaves: findings of the `devices` and `reported` folders.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rtclens.analysis.detectors import devices, reported
from rtclens.analysis.findings import is_open
from rtclens.analysis.paged import PageNotes
from rtclens.analysis.state import Session
from rtclens.analysis.states import note_point, open_now
from rtclens.analysis.survey.things import over, text
from rtclens.model import events as e
from rtclens.model.facts import Evidence

SLOW_S = 20.0
SHORT_MS = 1_000.0
MANY = 200
RISKY = {
    "bluetooth": re.compile(r"airpods|buds|bluetooth|hands-free|headset bt", re.I),
    "virtual": re.compile(r"virtual|vb-|blackhole|\bobs\b|snap camera|teams audio|loopback", re.I),
}
WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")


def media(session: Session, notes: PageNotes, event: e.MediaAccess, at: float) -> None:
    """getUserMedia was called, or settled."""
    if event.source != "user":
        return
    if event.phase == "requested":
        if len(notes.asked) < MANY:
            notes.asked[event.correlation] = at
        return
    asked = notes.asked.pop(event.correlation, None)
    if event.phase != "granted":
        return
    if asked is not None and at - asked > 1000.0 * SLOW_S:
        evidence = Evidence(metric="media_access_s", subject=session.id, from_at=asked, to_at=at, unit="s", n=1)
        evidence.observed, evidence.threshold = round((at - asked) / 1000.0, 1), SLOW_S
        note_point(devices.ACCESS_SLOW, session, asked, at, evidence)
    for track in event.tracks:
        if len(notes.given) < MANY:
            notes.given[track.id] = at
        if track.kind == "audio":
            _microphone(session, track, event.constraints, at)


def _microphone(session: Session, track: e.LocalTrack, constraints: Any, at: float) -> None:
    found = next((word for word, rule in RISKY.items() if rule.search(track.label)), "")
    if not found:
        over(devices.DEVICE_RISKY, session, at)
    elif not is_open(session, devices.DEVICE_RISKY.id):
        open_now(devices.DEVICE_RISKY, session, at, at, text("microphone", session, at, found))
    wanted = _echo_cancellation(constraints)
    if wanted is None:
        settings = (track.extra or {}).get("settings")
        wanted = settings.get("echoCancellation") if isinstance(settings, dict) else None
    if wanted is False and not is_open(session, devices.AEC_OFF.id):
        open_now(devices.AEC_OFF, session, at, at, text("echoCancellation", session, at, "false"))
    elif wanted:
        over(devices.AEC_OFF, session, at)


def _echo_cancellation(constraints: Any) -> Any:
    audio = constraints.get("audio") if isinstance(constraints, dict) else None
    wanted = audio.get("echoCancellation") if isinstance(audio, dict) else None
    if isinstance(wanted, dict):
        wanted = wanted.get("exact", wanted.get("ideal"))
    return wanted if isinstance(wanted, bool) else None


def track(session: Session, notes: PageNotes, event: e.TrackChanged, at: float) -> None:
    """A local track ended, or the system muted it."""
    given = notes.given.get(event.track)
    if given is None or event.direction == "inbound":
        return
    if event.change == "stopped":
        del notes.given[event.track]
    elif event.change == "ended" and at - given < SHORT_MS:
        evidence = text("track ended", session, at, f"{at - given:.0f} ms", event.kind)
        note_point(devices.SHORT_LIVED, session, given, at, evidence)
    if event.change == "muted":
        notes.muted[event.track] = at
    elif event.change in ("unmuted", "ended", "stopped"):
        notes.muted.pop(event.track, None)
        if not notes.muted:
            over(devices.MUTED_BY_SYSTEM, session, at)


def held(session: Session, notes: PageNotes, now: float) -> None:
    """Fire what has to last: mutes by the system."""
    for since in notes.muted.values():
        long = now - since >= 1000.0 * devices.MUTED_BY_SYSTEM.need_s
        if long and session.ended_at is None and not is_open(session, devices.MUTED_BY_SYSTEM.id):
            open_now(devices.MUTED_BY_SYSTEM, session, since, now, text("mute", session, since, "muted by the system"))


def listed(session: Session, notes: PageNotes, event: e.DevicesChanged | e.SessionUpdated, at: float) -> None:
    """A list of devices; without permission its entries have no ids."""
    known = frozenset(f"{one.kind} {one.id}" for one in event.devices or () if one.id)
    if not known:
        return
    if notes.devices and known != notes.devices:
        more, less = len(known - notes.devices), len(notes.devices - known)
        note_point(devices.DEVICE_CHANGED, session, at, at, text("devices", session, at, f"{more} new, {less} gone"))
    outputs = any(one.kind == "audiooutput" for one in event.devices or ())
    if outputs:
        over(devices.SPEAKER_GONE, session, at)
    elif notes.outputs and not is_open(session, devices.SPEAKER_GONE.id):
        open_now(devices.SPEAKER_GONE, session, at, at, text("audiooutput", session, at, "none left"))
    notes.devices, notes.outputs = known, outputs


def application(session: Session, _notes: PageNotes, event: e.AppReported, at: float) -> None:
    """An event of the application that has a meaning here, whatever its spelling."""
    name = "_".join(part for part in WORD.split(event.name) if part).lower()
    if name.startswith("speaker_unavailable"):
        known: tuple[Any, bool] | None = (devices.SPEAKER_GONE, not name.endswith("_end"))
    else:
        known = reported.EVENTS.get(name)
    if known is None:
        return
    detector, opens = known
    if not opens:
        over(detector, session, at)
    elif not is_open(session, detector.id):
        open_now(detector, session, at, at, text("application event", session, at, event.name))


HANDLERS: dict[type[e.Event], Callable[[Session, PageNotes, Any, float], None]] = {
    e.MediaAccess: media,
    e.TrackChanged: track,
    e.AppReported: application,
    e.DevicesChanged: listed,
    e.SessionUpdated: listed,
}
