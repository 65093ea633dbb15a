"""Calls: the list, one call, its curves, events and raw reports.

Enters: filters in query parameters. Leaves: the answers of the query room as they are.
"""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from rtclens.api.endpoint import Ask, Endpoint, NoBody, NoQuery, Q
from rtclens.api.errors import ApiError
from rtclens.api.times import span_of
from rtclens.model.facts import Segment, Verdict
from rtclens.query import (
    DEFAULT_SORT,
    METRICS,
    CallDetail,
    CallEvents,
    CallFilters,
    CallItem,
    CallMetrics,
    CallsPage,
    EventsQuestion,
    Reports,
    Scope,
    Series,
    SeriesQuestion,
    Span,
    call_detail,
    call_item,
    calls,
    events,
    metrics,
    reports,
    series,
)

CAUSES = tuple(filter(None, get_args(Segment)))


class CallsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Filters of the list. `verdict` and `cause` take several values with commas; an unproved cause is `unknown`."""

    app: str = ""
    from_at: float | None = msgspec.field(default=None, name="from")
    to_at: float | None = msgspec.field(default=None, name="to")
    q: str = ""
    verdict: str = ""
    cause: str = ""
    detector: str = ""
    live: bool | None = None
    sort: str = DEFAULT_SORT
    limit: int = 50
    cursor: str = ""


class SeriesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which curves, and how many points each; without a span the whole call, without columns all of them.

    `participant` and `columns` take several values with commas.
    """

    from_at: float | None = msgspec.field(default=None, name="from")
    to_at: float | None = msgspec.field(default=None, name="to")
    points: int = 600
    columns: str = ""
    participant: str = ""
    track_id: str = ""
    connection_id: str = ""


class EventsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which events; without a span the whole call."""

    from_at: float | None = msgspec.field(default=None, name="from")
    to_at: float | None = msgspec.field(default=None, name="to")
    participant: str = ""
    limit: int = 2000


class ReportsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which connection, and the moment to be nearest to (ms since the epoch)."""

    connection_id: str
    at: float


def list_calls(ask: Ask[CallsQuery, NoBody]) -> CallsPage:
    """One page of calls."""
    query = ask.query
    has_span = query.from_at is not None or query.to_at is not None
    filters = CallFilters(
        span=span_of(query.from_at, query.to_at, ask.services.clock()) if has_span else None,
        q=query.q,
        verdict=_several(query.verdict, get_args(Verdict), "verdict"),
        cause=_several(query.cause, CAUSES, "cause"),
        detector=query.detector,
        live=query.live,
    )
    return calls(ask.services.reader, ask.scope(query.app), filters, query.sort, query.limit, query.cursor)


def get_call(ask: Ask[NoQuery, NoBody]) -> CallDetail:
    """One call with everything that was concluded about it."""
    return call_detail(ask.services.reader, ask.scope(), ask.path["call_id"])


def get_series(ask: Ask[SeriesQuery, NoBody]) -> Series:
    """Curves of a call."""
    own, item = _own_call(ask)
    query = ask.query
    span = _within(item, query.from_at, query.to_at)
    question = SeriesQuestion(
        call_id=item.call_id,
        span=span,
        points=query.points,
        over_s=min(span.seconds, item.duration_s) if query.from_at is None and query.to_at is None else 0.0,
        columns=_several(query.columns, METRICS, "column"),
        participant_ids=tuple(filter(None, query.participant.split(","))),
        track_id=query.track_id,
        connection_id=query.connection_id,
    )
    return series(ask.services.reader, own, question)


def get_metrics(ask: Ask[NoQuery, NoBody]) -> CallMetrics:
    """Talk, sound and picture of each person over the whole call, and where each stream lost packets."""
    own, item = _own_call(ask)
    return metrics(ask.services.reader, own, item)


def get_events(ask: Ask[EventsQuery, NoBody]) -> CallEvents:
    """Events of a call."""
    own, item = _own_call(ask)
    span = _within(item, ask.query.from_at, ask.query.to_at)
    question = EventsQuestion(item.call_id, span, ask.query.participant, ask.query.limit)
    return events(ask.services.reader, own, question)


def get_reports(ask: Ask[ReportsQuery, NoBody]) -> Reports:
    """The getStats report nearest to a moment."""
    call_id, query = ask.path["call_id"], ask.query
    return reports(ask.services.reader, ask.scope(), call_id, query.connection_id, query.at)


def _own_call(ask: Ask[Q, NoBody]) -> tuple[Scope, CallItem]:
    """The call, and the scope of its own app only."""
    item = call_item(ask.services.reader, ask.scope(), ask.path["call_id"])
    return Scope((item.app_id,)), item


# Senders' clocks may be off: the whole call is taken with a margin on both sides.
MARGIN_MS = 600_000.0


def _within(item: CallItem, from_at: float | None, to_at: float | None) -> Span:
    first = item.started_at - MARGIN_MS if from_at is None else from_at
    last = max(item.last_seen_at, item.ended_at or 0.0) + MARGIN_MS if to_at is None else to_at
    return span_of(first, last, last)


def _several(text: str, known: tuple[str, ...], name: str) -> tuple[Any, ...]:
    """The values of a parameter that takes several, each of which must be known."""
    values = tuple(part.strip() for part in text.split(",")) if text else ()
    for value in values:
        if value not in known:
            raise ApiError(400, "bad_parameter", f"{value!r} is not a {name}.", f"Use {', '.join(known)}.")
    return values


ENDPOINTS = (
    Endpoint("GET", "/calls", list_calls),
    Endpoint("GET", "/calls/{call_id}", get_call),
    Endpoint("GET", "/calls/{call_id}/series", get_series),
    Endpoint("GET", "/calls/{call_id}/metrics", get_metrics),
    Endpoint("GET", "/calls/{call_id}/events", get_events),
    Endpoint("GET", "/calls/{call_id}/reports", get_reports),
)
