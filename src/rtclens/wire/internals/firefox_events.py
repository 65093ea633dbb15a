"""What an about:webrtc report tells beside its statistics: descriptions, candidates, the life of its connection.

Enters: reports in order of time; later reports of a history repeat what earlier ones told. Leaves: each event once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from rtclens.model.events import (
    AnyEvent,
    ApiCalled,
    CandidateGathered,
    ClientIssue,
    ConnectionClosed,
    ConnectionOpened,
    Described,
    Notified,
)
from rtclens.wire.common import sdp
from rtclens.wire.internals.series import plausible

PCID = re.compile(r"\{?(?P<uuid>[0-9a-fA-F-]{36})\}?(?:\s+(?P<created>\d+))?(?:.*?url=(?P<url>\S*?)\)?$)?", re.DOTALL)
OFFER = "a=setup:actpass"
FREEZE = 1000.0  # ms without a new frame that count as standing still, whatever the frame rate was
SELDOM = 3.0  # times the usual distance of frames


class History(msgspec.Struct):
    """What was told already, by connection: so that the reports of a history repeat nothing."""

    opened: set[str] = set()
    closed: set[str] = set()
    told: set[tuple[str, ...]] = set()


def text(value: Any) -> str:
    """A text; '' for anything else."""
    return value if isinstance(value, str) else ""


def number(value: Any) -> float | None:
    """A number; `None` for anything else."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def instant(value: Any) -> float | None:
    """A time in ms since the epoch; `None` for what cannot be one, such as a time since the page was loaded."""
    at = number(value)
    return at if at is not None and plausible(at) else None


def entries(value: Any) -> list[dict[str, Any]]:
    """The objects of an array."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def connection_id(report: dict[str, Any]) -> str:
    """The uuid in the report's `pcid`, or all of it where it has another shape."""
    said = text(report.get("pcid"))
    found = PCID.match(said)
    return found["uuid"] if found else said


def happenings(report: dict[str, Any], history: History) -> Iterator[AnyEvent]:
    """The events that this report is the first to tell."""
    connection, at = connection_id(report), instant(report.get("timestamp"))
    described = list(_descriptions(report, connection, history))
    if connection not in history.opened and (at is not None or described):
        history.opened.add(connection)
        yield _opened(report, connection, min([e.at for e in described] + ([at] if at is not None else [])))
    yield from described
    if at is None:
        return
    yield from _candidates(report, connection, at, history)
    yield from _frames(report, connection, history)
    if report.get("closed") is True and connection not in history.closed:
        history.closed.add(connection)
        yield ConnectionClosed(at=at, connection=connection, reason="closed")


def _opened(report: dict[str, Any], connection: str, earliest: float) -> ConnectionOpened:
    found = PCID.match(text(report.get("pcid")))
    created = instant(float(found["created"]) / 1000) if found and found["created"] else None
    config = report.get("configuration")
    return ConnectionOpened(
        at=min(created or earliest, earliest),
        connection=connection,
        config=config if isinstance(config, dict) else None,
    )


def page_url(report: dict[str, Any]) -> str:
    """The page of the connection as its `pcid` names it; it may be cut."""
    found = PCID.match(text(report.get("pcid")))
    return (found["url"] or "") if found else ""


def _descriptions(report: dict[str, Any], connection: str, history: History) -> Iterator[AnyEvent]:
    for said in entries(report.get("sdpHistory")):
        at, body = instant(said.get("timestamp")), text(said.get("sdp"))
        side: Literal["local", "remote"] = "local" if said.get("isLocal") is True else "remote"
        if at is None or not _first(history, connection, "sdp", side, str(at), body):
            continue
        kind = "offer" if OFFER in body else "answer"
        method = f"set{side.capitalize()}Description"
        errors = said.get("errors")
        if isinstance(errors, list) and errors:
            yield ApiCalled(at=at, name=method, phase="failure", connection=connection, error=_words(errors))
        else:
            yield ApiCalled(at=at, name=method, phase="success", connection=connection)
            yield Described(at=at, connection=connection, side=side, kind=kind, sdp=body)


def _words(errors: list[Any]) -> str:
    said = [text(error.get("error")) if isinstance(error, dict) else str(error) for error in errors]
    return "; ".join(one for one in said if one) or "failed"


def _candidates(report: dict[str, Any], connection: str, at: float, history: History) -> Iterator[AnyEvent]:
    """Local candidates. Their own time is not told: that of the report which first lists them stands."""
    raw = report.get("rawLocalCandidates")
    for line in raw if isinstance(raw, list) else []:
        found = sdp.candidate(line)
        if found is not None and _first(history, connection, "candidate", found.line):
            yield CandidateGathered(at=at, connection=connection, candidate=found)


def _frames(report: dict[str, Any], connection: str, history: History) -> Iterator[AnyEvent]:
    """Changes of picture size, and gaps between pictures, from the frame history of each received video track."""
    for track in entries(report.get("videoFrameHistories")):
        name, last = text(track.get("trackIdentifier")), None
        for run in entries(track.get("entries")):
            if last is not None and instant(run.get("firstFrameTimestamp")) is not None:
                yield from _change(connection, name, last, run, history)
            last = run


def _change(
    connection: str, track: str, before: dict[str, Any], after: dict[str, Any], history: History
) -> Iterator[AnyEvent]:
    ended, at = instant(before.get("lastFrameTimestamp")), instant(after.get("firstFrameTimestamp"))
    if at is None or ended is None or not _first(history, connection, "frames", track, str(at)):
        return
    size = {"videoWidth": after.get("width"), "videoHeight": after.get("height")}
    if (before.get("width"), before.get("height")) != (after.get("width"), after.get("height")):
        yield Notified(at=at, name="resize", connection=connection, track=track, value=size)
    if at - ended > max(FREEZE, SELDOM * _usual(before)):
        gap = {"from": ended, "to": at, "gapMs": at - ended}
        yield ClientIssue(at=at, kind="video-freeze", key=track, value=gap, connection=connection, track=track)


def _usual(run: dict[str, Any]) -> float:
    """The mean distance of the frames of a run, ms."""
    begin, end = instant(run.get("firstFrameTimestamp")), instant(run.get("lastFrameTimestamp"))
    frames = number(run.get("consecutiveFrames"))
    return (end - begin) / (frames - 1) if begin is not None and end is not None and frames and frames > 1 else 0.0


def _first(history: History, *key: str) -> bool:
    if key in history.told:
        return False
    history.told.add(key)
    return True
