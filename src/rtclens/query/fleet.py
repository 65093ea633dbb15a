"""Shared fate over all calls of a span: one row per person and call, judged by the analysis.

Enters: a scope and a span. Leaves: `Fleet`. It is computed when it is asked, from facts only; nothing is stored, so the
answer for a span is always that of today's rules. At most `MOST` people of the span count, the newest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from rtclens.analysis import catalogue
from rtclens.analysis.fleet import DIRECT, Fleet, Outcome, shared_fate
from rtclens.query.scope import Reader, Scope, Span, ask, moment, span_params

MOST = 20_000
HOST = re.compile(r"^(?:turns?:)?(\[[^\]]+\]|[^:?/]+)")
FAMILIES = {
    "signalling": "connect",
    "connectivity": "connect",
    "network": "network",
    "audio": "audio",
    "video": "video",
    "encoder": "device",
    "capture": "device",
    "device": "device",
    "media_access": "access",
}
IN_SPAN = f"started_at < {moment('to_at')} AND last_seen_at >= {moment('from_at')}"
PEOPLE = f"""
SELECT call_id, participant_id, external_id, ifNull(impaired_s, 0) AS lost_s,
    toUnixTimestamp64Milli(first_seen_at) AS at
FROM @participants
WHERE role = 'client' AND observed AND first_seen_at < {moment("to_at")} AND last_seen_at >= {moment("from_at")}
ORDER BY first_seen_at DESC LIMIT {MOST}
"""
SESSIONS = f"""
SELECT participant_id, toString(argMax(browser, started_at)) AS browser,
    splitByChar('.', toString(argMax(browser_version, started_at)))[1] AS browser_version,
    toString(argMax(os, started_at)) AS os, splitByChar('.', toString(argMax(os_version, started_at)))[1] AS os_version,
    toString(argMax(app_version, started_at)) AS app_version, toString(argMax(country, started_at)) AS network,
    toString(argMax(sdk, started_at)) AS sdk, toString(argMax(sdk_version, started_at)) AS sdk_version
FROM @sessions WHERE {IN_SPAN} GROUP BY participant_id
"""
CONNECTIONS = f"""
SELECT participant_id, max(toString(relay_url)) AS relay, max(toString(path_type)) AS path
FROM @connections WHERE {IN_SPAN} GROUP BY participant_id
"""
SERVERS = f"""
SELECT call_id, groupUniqArray(external_id) AS servers FROM @participants
WHERE role = 'sfu' AND first_seen_at < {moment("to_at")} AND last_seen_at >= {moment("from_at")} GROUP BY call_id
"""
FINDINGS = f"""
SELECT participant_id, groupUniqArray(toString(detector)) AS detectors FROM @findings
WHERE opened_at < {moment("to_at")} AND greatest(ifNull(closed_at, last_seen_at), opened_at) >= {moment("from_at")}
    AND severity IN ('medium', 'high', 'critical') AND parent_id = '' AND participant_id != ''
GROUP BY participant_id
"""


def fleet(reader: Reader, scope: Scope, span: Span) -> Fleet:
    """What people share whose calls went badly in the span."""
    return shared_fate(outcomes(reader, scope, span))


def outcomes(reader: Reader, scope: Scope, span: Span) -> Iterator[Outcome]:
    """How each call of the span went for each person."""

    def rows(sql: str, key: str) -> dict[str, dict[str, Any]]:
        return {row[key]: row for row in ask(reader, scope, sql, **span_params(span))}

    sessions, connections = rows(SESSIONS, "participant_id"), rows(CONNECTIONS, "participant_id")
    servers, findings = rows(SERVERS, "call_id"), rows(FINDINGS, "participant_id")
    issues_of = {info.id: FAMILIES[info.family] for info in catalogue() if info.family in FAMILIES}
    for person in ask(reader, scope, PEOPLE, **span_params(span)):
        own = person["participant_id"]
        found: Iterable[str] = findings.get(own, {}).get("detectors", ())
        yield Outcome(
            call=person["call_id"],
            person=person["external_id"] or own,
            at=float(person["at"]),
            axes=_axes(
                sessions.get(own, {}), connections.get(own, {}), servers.get(person["call_id"], {}).get("servers", ())
            ),
            issues=frozenset(issues_of[name] for name in found if name in issues_of),
            lost_s=float(person["lost_s"]),
        )


def _axes(session: dict[str, Any], connection: dict[str, Any], servers: Iterable[str]) -> dict[str, str]:
    """What is known of a person's surroundings; a person on several media servers counts for none."""
    nodes = list(servers)
    relay = HOST.match(connection.get("relay", ""))
    path = connection.get("path", "")
    turn = relay[1] if relay else DIRECT if path and not path.startswith("relay") else ""
    values = {
        "turn": turn,
        "sfu": nodes[0] if len(nodes) == 1 else "",
        "path": path,
        "network": session.get("network", ""),
        "browser": _with_version(session, "browser"),
        "os": _with_version(session, "os"),
        "app_version": session.get("app_version", ""),
        "sdk": _with_version(session, "sdk"),
    }
    return {axis: value for axis, value in values.items() if value}


def _with_version(session: dict[str, Any], name: str) -> str:
    return f"{session.get(name, '')} {session.get(f'{name}_version', '')}".strip() if session.get(name) else ""
