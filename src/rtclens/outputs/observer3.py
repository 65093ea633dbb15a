"""The event names of today's ObserveRTC observer (observer-js 1.0), with ids where it passes live objects.

Enters: moments. Leaves: records `{name, callId, clientId?, peerConnectionId?, timestamp, …}`; members that are not
known are absent, as in the original.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from rtclens.model import events as ev
from rtclens.model import facts
from rtclens.model.ids import derive
from rtclens.outputs.moments import Moment, Options, Record

_LIFE = {
    "call.started": ("call-added",),
    "call.resumed": ("call-not-empty",),
    "call.ended": ("call-empty", "call-closed"),
    "session.started": ("client-added", "client-joined"),
    "session.resumed": ("client-rejoined",),
    "session.ended": ("client-left", "client-closed"),
    "connection.started": ("peer-connection-added",),
    "connection.ended": ("peer-connection-closed",),
}
_STATES = {
    "ice": "ice-connection-state-changed",
    "ice_gathering": "ice-gathering-state-changed",
    "connection": "connection-state-changed",
}
_DOMAINS = {
    "relay": "infrastructure",
    "sfu": "infrastructure",
    "signalling_config": "infrastructure",
    "mixed": "call",
    "sender_device": "published-track",
    "sender_uplink": "published-track",
    "receiver_downlink": "endpoint",
    "receiver_device": "endpoint",
    "app": "endpoint",
    "person": "endpoint",
}
_RESOLVED_BY = {"subject_ended": "client-closed", "call_ended": "client-closed", "data_lost": "timeout"}
Found = Iterator[tuple[str, dict[str, Any]]]


def records(moment: Moment, options: Options) -> Iterator[Record]:  # noqa: ARG001 - the signature of every format
    """The observer's events for a moment."""
    if moment.batch is None:
        for name, extra in _of_fact(moment):
            yield _record(moment, name, moment.connection, moment.at, extra, "")
        return
    for place, event in enumerate(moment.batch.events):
        connection = getattr(event, "connection", "") or moment.connection
        for name, extra in _of_event(event):
            yield _record(moment, name, connection, event.at, extra, str(place))


def _record(moment: Moment, name: str, connection: str, at: float, extra: dict[str, Any], part: str) -> Record:
    ids = {"callId": moment.call_id, "clientId": moment.client, "peerConnectionId": connection}
    body = {"name": name, **{key: value for key, value in ids.items() if value}, "timestamp": at, **extra}
    return Record(derive("out", moment.id, "observer3", name, part), name, moment.call_id, body)


def _of_fact(moment: Moment) -> Found:
    for name in _LIFE.get(moment.event, ()):
        yield name, {}
    fact = moment.fact
    if isinstance(fact, facts.Call) and moment.event == "call.ended":
        yield "call-summary", {"summary": _summary(fact)}
    elif isinstance(fact, facts.Track) and fact.direction:
        verb = {"track.started": "added", "track.ended": "removed"}.get(moment.event)
        if verb:
            yield f"{fact.direction}-track-{verb}", {"trackId": moment.names.track or fact.track_id, "kind": fact.kind}
    elif isinstance(fact, facts.Finding):
        yield from _issue(moment, fact)


def _issue(moment: Moment, finding: facts.Finding) -> Found:
    scope = {"call": "call", "fleet": "observer"}.get(finding.scope, "client")
    if moment.event == "finding.opened":
        yield f"{scope}-issue", {"issue": _issue_of(finding, scope)}
    elif moment.event == "finding.closed" and scope == "client":
        yield "client-issue-resolved", {"resolvedIssue": _resolved(moment, finding)}


def _issue_of(finding: facts.Finding, scope: str) -> dict[str, Any]:
    payload = {"key": finding.finding_id, "severity": finding.severity, "subject": finding.subject}
    issue: dict[str, Any] = {
        "type": finding.detector,
        "scope": scope,
        "timestamp": finding.opened_at,
        "payload": payload,
    }
    conclusion: dict[str, Any] = {
        "faultDomain": _DOMAINS.get(finding.cause_segment, "unknown"),
        "summary": finding.statement,
        "confidence": finding.confidence if finding.cause_confidence is None else finding.cause_confidence,
    }
    if finding.remedy:
        conclusion["recommendation"] = finding.remedy
    return {**issue, "conclusion": conclusion}


def _resolved(moment: Moment, finding: facts.Finding) -> dict[str, Any]:
    closed = finding.closed_at or finding.last_seen_at
    resolved: dict[str, Any] = {
        "key": finding.finding_id,
        "type": finding.detector,
        "clientId": moment.client,
        "callId": moment.call_id,
        "raisedAt": finding.opened_at,
        "resolvedAt": closed,
        "durationInMs": closed - finding.opened_at,
        "comment": finding.close_reason,
        "resolvedBy": _RESOLVED_BY.get(finding.close_reason, "client"),
    }
    named = {"peerConnectionId": moment.connection, "trackId": moment.names.track or finding.track_id}
    return resolved | {name: value for name, value in named.items() if value}


def _summary(call: facts.Call) -> dict[str, Any]:
    summary: dict[str, Any] = {"callId": call.call_id, "startedAt": call.started_at}
    if call.ended_at is not None:
        summary |= {"endedAt": call.ended_at, "durationInMs": call.ended_at - call.started_at}
    told = {"verdict": call.verdict, "verdictText": call.verdict_text, "findings": call.findings}
    return {**summary, "clients": {"peak": call.participants_max, "joined": call.sessions}, "attachments": told}


def _of_event(event: ev.AnyEvent) -> Found:
    if isinstance(event, ev.StateChanged):
        if event.machine in _STATES:
            yield _STATES[event.machine], {"state": event.state}
    elif isinstance(event, ev.TrackChanged):
        if event.change in ("muted", "unmuted") and event.direction:
            yield f"{event.direction}-track-{event.change}", {"trackId": event.track}
    elif isinstance(event, ev.ClientIssue):
        said = {"type": event.kind, "key": event.key, "timestamp": event.at, "payload": event.value}
        yield "client-issue", {"issue": {name: value for name, value in said.items() if value not in (None, "")}}
    elif isinstance(event, ev.AppReported):
        yield "client-event", {"event": {"type": event.name, "payload": event.value, "timestamp": event.at}}
    elif isinstance(event, ev.Sample):
        yield "peer-connection-updated", {"stats": msgspec.to_builtins(event.stats)}
