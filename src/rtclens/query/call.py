"""One call with everything that was concluded about it.

Enters: the id of a call. Leaves: `CallDetail`, or `NotThereError`. Series, events and reports are other questions.
"""

from __future__ import annotations

import msgspec

from rtclens.query.calls import CallItem, items
from rtclens.query.errors import NotThereError
from rtclens.query.facts import (
    CallView,
    ConnectionView,
    FindingView,
    ParticipantView,
    ScoreView,
    SessionView,
    TrackView,
    read,
    select,
)
from rtclens.query.impact import Impact, impact
from rtclens.query.narrative import Sentence, narrative
from rtclens.query.scope import Reader, Scope, ask

THIS_CALL = "call_id = {call_id:String}"


class CallDetail(msgspec.Struct, frozen=True):
    """A call page's facts. Findings are ordered by severity, then by time."""

    call: CallItem
    participants: list[ParticipantView]
    sessions: list[SessionView]
    connections: list[ConnectionView]
    tracks: list[TrackView]
    findings: list[FindingView]
    scores: list[ScoreView]
    impact: list[Impact]
    narrative: list[Sentence]


def call_item(reader: Reader, scope: Scope, call_id: str) -> CallItem:
    """The call as lists show it."""
    found = items(reader, scope, ask(reader, scope, select(CallView, THIS_CALL), call_id=call_id))
    if not found:
        raise NotThereError("not_found", "There is no such call.", "It may have expired, or belong to another app.")
    return found[0]


def call_detail(reader: Reader, scope: Scope, call_id: str) -> CallDetail:
    """The whole call."""
    item = call_item(reader, scope, call_id)
    # From here on only this call's own app is asked.
    own = Scope((item.app_id,))
    by_time = "ORDER BY started_at, "
    participants = read(
        reader, own, ParticipantView, THIS_CALL, "ORDER BY first_seen_at, participant_id", call_id=call_id
    )
    findings = read(reader, own, FindingView, THIS_CALL, WORST_FIRST, call_id=call_id)
    tracks = read(reader, own, TrackView, THIS_CALL, by_time + "track_id", call_id=call_id)
    return CallDetail(
        call=item,
        participants=participants,
        sessions=read(reader, own, SessionView, THIS_CALL, by_time + "session_id", call_id=call_id),
        connections=read(reader, own, ConnectionView, THIS_CALL, by_time + "connection_id", call_id=call_id),
        tracks=tracks,
        findings=findings,
        scores=read(reader, own, ScoreView, THIS_CALL, "ORDER BY from_at, score_id", call_id=call_id),
        impact=impact(tracks),
        narrative=narrative(item, participants, findings),
    )


WORST_FIRST = "ORDER BY indexOf(['info', 'low', 'medium', 'high', 'critical'], severity) DESC, opened_at, finding_id"
