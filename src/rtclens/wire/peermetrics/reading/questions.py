"""What a read request asks.

Enters: method, path and query of unknown quality. Leaves: a `Question` in our own ids and in ms, or `Refused`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from math import inf, isfinite, nextafter
from typing import Literal

import msgspec

from rtclens.wire.peermetrics.answers import Refused
from rtclens.wire.peermetrics.contract import Request
from rtclens.wire.peermetrics.reading.events import tags_of
from rtclens.wire.peermetrics.reading.ids import own
from rtclens.wire.peermetrics.reading.issues import detectors_of, severities_of

Resource = Literal[
    "conferences", "participants", "sessions", "connections", "issues", "events", "graphs", "summary", "search"
]
PREFIX_OF = {"conferences": "call", "participants": "part", "sessions": "sess", "connections": "conn", "issues": "find"}
NOT_FOUND = {
    "conferences": "conference_not_found",
    "participants": "participant_not_found",
    "sessions": "session_not_found",
    "connections": "connection_not_found",
    "issues": "issue_not_found",
}
CATEGORIES = {
    "/stats": "stats",
    "/connection": "connection",
    "/events/browser": "browser",
    "/events/get-user-media": "getUserMedia",
}
SUMMARIES = frozenset(
    {
        "/conferences/summary",
        "/conferences/duration-summary",
        "/conferences/participant-count-summary",
        "/issues/summary",
        "/issues/gum-summary",
        "/connections/summary",
        "/connections/setup-time-summary",
        "/sessions/summary",
    }
)
MOST, USUAL, UNPAGED = 200, 50, 1_000
LONGEST_QUERY = 64
WHOLE = re.compile(r"-?\d{1,9}")


class Question(msgspec.Struct, kw_only=True, frozen=True):
    """A read request. Ids are ours; times are ms since the epoch, `after` inclusive, `before` exclusive.

    `single` asks for one row by id. `paged` says which envelope to answer in; `limit` and `offset` always hold.
    `event_tags` are tags of `model.events`, with `event_machine` where one state machine is meant, to keep or, with
    `without`, to leave out. `durations` are seconds, `[from, to)`.
    """

    resource: Resource
    name: str = ""
    single: str = ""
    app_id: str = ""
    call_id: str = ""
    participant_id: str = ""
    call_ids: tuple[str, ...] = ()
    after: float = -inf
    before: float = inf
    durations: tuple[float, float] = (-inf, inf)
    detectors: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    event_tags: tuple[str, ...] = ()
    event_machine: str = ""
    without: bool = False
    text: str = ""
    newest_first: bool = False
    paged: bool = False
    limit: int = UNPAGED
    offset: int = 0


def asked(path: str, request: Request) -> Question:
    """The question of a `GET` for `path` (below `/v1`); raises `Refused` where it is none or makes no sense."""
    if path in SUMMARIES:
        return _common(request, "summary", path.strip("/"), needs=("appId",))
    if path == "/search":
        return _search(request)
    if path in CATEGORIES:
        return _events(request, CATEGORIES[path])
    head, _, rest = path.strip("/").partition("/")
    if head not in PREFIX_OF:
        raise Refused("not_found")
    if not rest:
        needs = ("appId", "conferenceId", "participantId", *(("conference_ids",) if head == "conferences" else ()))
        return _common(request, head, needs=needs)
    identifier, _, part = rest.partition("/")
    return _about(request, head, identifier, part)


def _about(request: Request, head: str, identifier: str, part: str) -> Question:
    """One row by id, or what belongs to one conference."""
    found = own(identifier, PREFIX_OF[head])
    if not found:
        raise Refused(NOT_FOUND[head])
    if not part:
        return Question(resource=head, single=found)  # type: ignore[arg-type]
    if head == "conferences" and part == "graphs":
        return Question(resource="graphs", call_id=found)
    if head == "conferences" and part == "events":
        return msgspec.structs.replace(_events(request, "", ()), call_id=found)
    raise Refused("not_found")


def _events(
    request: Request, category: str, needs: tuple[str, ...] = ("appId", "conferenceId", "participantId")
) -> Question:
    wanted = request.query.get("type", "")
    question = _common(request, "events", category, needs=needs)
    if not wanted:
        return question
    tags, machine = tags_of(wanted.removeprefix("-"))
    return msgspec.structs.replace(question, event_tags=tags, event_machine=machine, without=wanted.startswith("-"))


def _search(request: Request) -> Question:
    text = request.query.get("query", "").strip()
    if not 1 <= len(text) <= LONGEST_QUERY:
        raise Refused("invalid_parameters", f"query is text of 1 to {LONGEST_QUERY} characters.")
    return Question(resource="search", text=text, limit=_whole(request, "limit", 20, 1, 50))


def _common(request: Request, resource: str, name: str = "", *, needs: tuple[str, ...] = ()) -> Question:
    query = request.query
    if needs and not any(query.get(member) for member in needs):
        raise Refused("missing_parameters", f"Give at least one of {', '.join(needs)}.")
    paged = "limit" in query or "offset" in query
    after, before = _span(request)
    code = query.get("issue_code", "")
    return Question(
        resource=resource,  # type: ignore[arg-type]
        name=name,
        app_id=_id(request, "appId", "app"),
        call_id=_id(request, "conferenceId", "call"),
        participant_id=_id(request, "participantId", "part"),
        call_ids=tuple(_own(part, "call", "conference_ids") for part in _parts(query.get("conference_ids", ""))),
        after=after,
        before=before,
        durations=(_seconds(request, "duration_gte", -inf), _seconds(request, "duration_lt", inf)),
        detectors=detectors_of(code) if code else (),
        severities=severities_of(code),
        newest_first=query.get("order", "") == "-created_at",
        paged=paged,
        limit=_whole(request, "limit", USUAL, 1, MOST) if paged else UNPAGED,
        offset=_whole(request, "offset", 0, 0, 10**9),
    )


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _id(request: Request, member: str, prefix: str) -> str:
    value = request.query.get(member, "")
    return _own(value, prefix, member) if value else ""


def _own(text: str, prefix: str, member: str) -> str:
    """Our id; one that is well formed but not ours stays as it is: it matches nothing."""
    found = own(text, prefix)
    if found is None:
        raise Refused("invalid_parameters", f"{member} must be an id that this API gave.")
    return found or text


def _whole(request: Request, member: str, usual: int, least: int, most: int) -> int:
    value = request.query.get(member, "")
    if not value:
        return usual
    if not WHOLE.fullmatch(value):
        raise Refused("invalid_parameters", f"{member} must be a whole number.")
    return min(max(int(value), least), most)


def _seconds(request: Request, member: str, usual: float) -> float:
    value = request.query.get(member, "")
    if not value:
        return usual
    if not WHOLE.fullmatch(value):
        raise Refused("invalid_parameters", f"{member} must be whole seconds.")
    return float(value)


def _span(request: Request) -> tuple[float, float]:
    """`[after, before)` in ms from the four `created_at_…` parameters; `gt` and `lte` move by the least step."""
    after = max(_time(request, "created_at_gte", -inf), _just_after(_time(request, "created_at_gt", -inf)))
    before = min(_time(request, "created_at_lt", inf), _just_after(_time(request, "created_at_lte", inf)))
    return after, before


def _just_after(at: float) -> float:
    return nextafter(at, inf) if isfinite(at) else at


def _time(request: Request, member: str, usual: float) -> float:
    """ISO 8601 with `Z`, an offset or neither (UTC), as ms since the epoch."""
    value = request.query.get(member, "")
    if not value:
        return usual
    try:
        # An unescaped `+` of an offset arrives as a blank.
        moment = datetime.fromisoformat(value.replace(" ", "+") if "T" in value else value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000
    except (ValueError, OverflowError):
        raise Refused("invalid_parameters", f"{member} must be a time in ISO 8601.") from None
