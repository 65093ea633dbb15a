"""All calls together: the overview, shared fate, the health of ingest, the catalogue of detectors.

Enters: an app and a span. Leaves: the answers of the query room as they are.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.analysis.fleet import Fleet
from rtclens.api.endpoint import Ask, Endpoint, NoBody, NoQuery
from rtclens.api.times import span_of
from rtclens.query import IngestHealth, Overview, fleet, ingest, overview


class SpanQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An app and a span (ms since the epoch); all apps and the last day where they are not given."""

    app: str = ""
    from_at: float | None = msgspec.field(default=None, name="from")
    to_at: float | None = msgspec.field(default=None, name="to")


def get_overview(ask: Ask[SpanQuery, NoBody]) -> Overview:
    """The overview of a span."""
    query = ask.query
    span = span_of(query.from_at, query.to_at, ask.services.clock())
    return overview(ask.services.reader, ask.scope(query.app), span)


def get_fleet(ask: Ask[SpanQuery, NoBody]) -> Fleet:
    """What people share whose calls went badly in a span, against those who do not share it."""
    query = ask.query
    span = span_of(query.from_at, query.to_at, ask.services.clock())
    return fleet(ask.services.reader, ask.scope(query.app), span)


def get_ingest(ask: Ask[SpanQuery, NoBody]) -> IngestHealth:
    """What arrived, in which formats, and what was refused why."""
    query = ask.query
    span = span_of(query.from_at, query.to_at, ask.services.clock())
    return ingest(ask.services.reader, ask.scope(query.app), span)


def get_detectors(ask: Ask[NoQuery, NoBody]) -> list[dict[str, Any]]:
    """The catalogue of detectors."""
    return [msgspec.to_builtins(detector) for detector in ask.services.detectors()]


ENDPOINTS = (
    Endpoint("GET", "/overview", get_overview),
    Endpoint("GET", "/fleet", get_fleet),
    Endpoint("GET", "/ingest", get_ingest),
    Endpoint("GET", "/detectors", get_detectors),
)
