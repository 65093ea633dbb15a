"""Calls of the past and all that was concluded about them, for those who conclude it again.

Enters: a call's id (ours or the application's) or an interval. Leaves: calls; facts of one; slices of its tracks.
"""

from __future__ import annotations

from rtclens.model.facts import FACTS, Call, ConnectionSlice, Fact, TrackSlice
from rtclens.query.facts import CallView, read
from rtclens.query.scope import Reader, Scope, Span, moment, span_params

CONCLUDED: tuple[type[Fact], ...] = tuple(cls for cls in FACTS if cls not in (TrackSlice, ConnectionSlice))
_OVERLAP = f"started_at < {moment('to_at')} AND coalesce(ended_at, last_seen_at) >= {moment('from_at')}"


def calls_named(reader: Reader, scope: Scope, name: str) -> list[CallView]:
    """The calls with this id, ours or the application's, oldest first."""
    where = "call_id = {name:String} OR external_id = {name:String}"
    return read(reader, scope, CallView, where, "ORDER BY started_at, call_id", name=name)


def calls_between(reader: Reader, scope: Scope, span: Span) -> list[CallView]:
    """The calls that were going on in the interval, oldest first."""
    return read(reader, scope, CallView, _OVERLAP, "ORDER BY started_at, call_id", **span_params(span))


def conclusions(reader: Reader, call: Call) -> list[Fact]:
    """Every fact of a call except its slices."""
    scope = Scope((call.app_id,))
    return [
        fact for cls in CONCLUDED for fact in read(reader, scope, cls, "call_id = {call:String}", call=call.call_id)
    ]


def slices(reader: Reader, call: Call) -> list[TrackSlice]:
    """The slices of all tracks of a call."""
    return read(reader, Scope((call.app_id,)), TrackSlice, "call_id = {call:String}", call=call.call_id)
