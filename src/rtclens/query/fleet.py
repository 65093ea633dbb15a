"""Shared fate over all calls of a span: one row per person and call, judged by the analysis.

Enters: a scope and a span. Leaves: `Fleet`. It is computed when it is asked, from facts only; nothing is stored, so the
answer for a span is always that of today's rules. At most `MOST` people of the span count, the newest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from rtclens.analysis import catalogue
from rtclens.analysis.fleet import DIRECT, TAG, Fleet, Outcome, shared_fate
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
# Attributes under which applications and proxies say where somebody is; the first that is known counts.
PLACES = {
    "network": ("asn", "as_name", "isp", "network", "network_operator", "carrier"),
    "region": ("country", "country_code", "region"),
    "pop": ("pop", "datacenter", "edge", "server_region", "media_region"),
}
PLACE_OF = {tag: axis for axis, tags in PLACES.items() for tag in tags}
LONGEST = 60  # characters of an attribute's value; longer ones are no groups
IN_SPAN = f"started_at < {moment('to_at')} AND last_seen_at >= {moment('from_at')}"
PEOPLE = f"""
SELECT call_id, participant_id, external_id, ifNull(impaired_s, 0) AS lost_s,
    toUnixTimestamp64Milli(first_seen_at) AS at, toUnixTimestamp64Milli(last_seen_at) AS until
FROM @participants
WHERE role = 'client' AND observed AND first_seen_at < {moment("to_at")} AND last_seen_at >= {moment("from_at")}
ORDER BY first_seen_at DESC LIMIT {MOST}
"""
SESSIONS = f"""
SELECT participant_id, toString(argMax(browser, started_at)) AS browser,
    splitByChar('.', toString(argMax(browser_version, started_at)))[1] AS browser_version,
    toString(argMax(os, started_at)) AS os, splitByChar('.', toString(argMax(os_version, started_at)))[1] AS os_version,
    toString(argMax(app_version, started_at)) AS app_version, argMax(tags, started_at) AS tags,
    toString(argMax(sdk, started_at)) AS sdk, toString(argMax(sdk_version, started_at)) AS sdk_version
FROM @sessions WHERE {IN_SPAN} GROUP BY participant_id
"""
CONNECTIONS = f"""
SELECT participant_id, max(toString(relay_url)) AS relay, max(toString(path_type)) AS path
FROM @connections WHERE {IN_SPAN} GROUP BY participant_id
"""
ACCESS = f"""
SELECT participant_id, max(toString(last_candidate_pair_local_network_type)) AS access
FROM @connection_features
WHERE start_time < {moment("to_at")} AND last_candidate_pair_local_network_type NOT IN ('', 'unknown')
    AND participant_id IN (SELECT participant_id FROM @connections WHERE {IN_SPAN})
GROUP BY participant_id
"""
SERVERS = f"""
SELECT call_id, groupUniqArray(external_id) AS servers FROM @participants
WHERE role = 'sfu' AND first_seen_at < {moment("to_at")} AND last_seen_at >= {moment("from_at")} GROUP BY call_id
"""
FINDINGS = f"""
SELECT participant_id, groupArray(toString(detector)) AS detectors,
    groupArray(toUnixTimestamp64Milli(opened_at)) AS opened FROM @findings
WHERE opened_at < {moment("to_at")} AND greatest(ifNull(closed_at, last_seen_at), opened_at) >= {moment("from_at")}
    AND severity IN ('medium', 'high', 'critical') AND parent_id = '' AND participant_id != ''
GROUP BY participant_id
"""
Row = dict[str, Any]


def fleet(reader: Reader, scope: Scope, span: Span) -> Fleet:
    """What people share whose calls went badly in the span."""
    return shared_fate(outcomes(reader, scope, span))


def outcomes(reader: Reader, scope: Scope, span: Span) -> Iterator[Outcome]:
    """How each call of the span went for each person."""

    def rows(sql: str, key: str) -> dict[str, Row]:
        return {row[key]: row for row in ask(reader, scope, sql, **span_params(span))}

    sessions, connections = rows(SESSIONS, "participant_id"), rows(CONNECTIONS, "participant_id")
    servers, findings = rows(SERVERS, "call_id"), rows(FINDINGS, "participant_id")
    access = rows(ACCESS, "participant_id")
    issues_of = {info.id: FAMILIES[info.family] for info in catalogue() if info.family in FAMILIES}
    for person in ask(reader, scope, PEOPLE, **span_params(span)):
        own = person["participant_id"]
        when = _met(findings.get(own, {}), issues_of)
        yield Outcome(
            call=person["call_id"],
            person=person["external_id"] or own,
            at=float(person["at"]),
            axes=_axes(
                sessions.get(own, {}) | access.get(own, {}),
                connections.get(own, {}),
                servers.get(person["call_id"], {}).get("servers", ()),
            ),
            issues=frozenset(when),
            lost_s=float(person["lost_s"]),
            until=float(person["until"]),
            when=when,
        )


def _met(findings: Row, issues_of: dict[str, str]) -> dict[str, float]:
    """When each issue was first met."""
    when: dict[str, float] = {}
    for detector, opened in zip(findings.get("detectors", ()), findings.get("opened", ()), strict=True):
        issue = issues_of.get(detector)
        if issue is not None:
            when[issue] = min(float(opened), when.get(issue, float(opened)))
    return when


def _axes(session: Row, connection: Row, servers: Iterable[str]) -> dict[str, str]:
    """What is known of a person's surroundings; a person on several media servers counts for none."""
    nodes = list(servers)
    relay = HOST.match(connection.get("relay", ""))
    path = connection.get("path", "")
    turn = relay[1] if relay else DIRECT if path and not path.startswith("relay") else ""
    values = {
        "turn": turn,
        "sfu": nodes[0] if len(nodes) == 1 else "",
        "path": path,
        "access": session.get("access", ""),
        "browser": _with_version(session, "browser"),
        "os": _with_version(session, "os"),
        "app_version": session.get("app_version", ""),
        "sdk": _with_version(session, "sdk"),
        **_attributes(session.get("tags", {})),
    }
    return {axis: value for axis, value in values.items() if value}


def _attributes(tags: dict[str, str]) -> dict[str, str]:
    """Places and an application's own attributes: feature flags, plans, tenants."""
    known = {name.lower(): value for name, value in tags.items()}
    axes = {axis: next((known[tag] for tag in names if known.get(tag)), "") for axis, names in PLACES.items()}
    for name, value in tags.items():
        if name.lower() not in PLACE_OF and len(value) <= LONGEST:
            axes[TAG + name] = value
    return axes


def _with_version(session: Row, name: str) -> str:
    return f"{session.get(name, '')} {session.get(f'{name}_version', '')}".strip() if session.get(name) else ""
