"""Typed questions over what is stored: the only room that holds SQL for reading.

Enters: a `Reader` (the store), a `Scope` (the apps that may be read), a question. Leaves: structs. No question can read
outside its scope, see `scope`.
"""

from __future__ import annotations

from rtclens.query.call import CallDetail, call_detail, call_item
from rtclens.query.calls import DEFAULT_SORT, SORTS, CallFilters, CallItem, CallsPage, calls
from rtclens.query.directory import newest_call, newest_participant, open_sessions
from rtclens.query.earlier import EarlierCall, earlier_calls
from rtclens.query.errors import BadQuestionError, NotThereError, QuestionError
from rtclens.query.events import CallEvents, EventsQuestion, events
from rtclens.query.fleet import fleet
from rtclens.query.ingest import IngestHealth, ingest
from rtclens.query.metrics import CallMetrics, metrics
from rtclens.query.overview import Overview, overview
from rtclens.query.quality import mean_scores
from rtclens.query.reports import Reports, reports
from rtclens.query.scope import Reader, Scope, Span
from rtclens.query.series import METRICS, Series, SeriesQuestion, series

__all__ = [
    "DEFAULT_SORT",
    "METRICS",
    "SORTS",
    "BadQuestionError",
    "CallDetail",
    "CallEvents",
    "CallFilters",
    "CallItem",
    "CallMetrics",
    "CallsPage",
    "EarlierCall",
    "EventsQuestion",
    "IngestHealth",
    "NotThereError",
    "Overview",
    "QuestionError",
    "Reader",
    "Reports",
    "Scope",
    "Series",
    "SeriesQuestion",
    "Span",
    "call_detail",
    "call_item",
    "calls",
    "earlier_calls",
    "events",
    "fleet",
    "ingest",
    "mean_scores",
    "metrics",
    "newest_call",
    "newest_participant",
    "open_sessions",
    "overview",
    "reports",
    "series",
]
