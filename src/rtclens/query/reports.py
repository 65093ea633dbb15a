"""The getStats report nearest to a moment: the raw counters behind every curve.

Enters: a connection of a call and a moment. Leaves: the W3C members as they arrived, by type; what the browser did not
send is absent, never 0.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.stats import REPORTS
from rtclens.query.errors import NotThereError
from rtclens.query.scope import Reader, Scope, ask
from rtclens.store import scaled
from rtclens.store.columns import IDENTITY, ORD, SCALED, UNITS, report_table

LAST = ("data_channel", "compute_pressure")  # few connections have any
ORDER = sorted(REPORTS, key=lambda report: report.table in LAST)
OURS = frozenset({column.name for column in IDENTITY} | {ORD.name, "extra", "expires_on"})
NEAREST = """
SELECT at_ms, seq, event, reports, timestamp, repeated, repeated_seq, repeated_event FROM @samples
WHERE call_id = {call_id:String} AND connection_id = {connection_id:String}
ORDER BY abs(at_ms - {at:Float64}), seq, event LIMIT 1
"""
REPORT = """
SELECT * FROM @{table}
WHERE call_id = {{call_id:String}} AND connection_id = {{connection_id:String}}
    AND seq = {{seq:Int64}} AND event = {{event:Int64}}
ORDER BY ord LIMIT 1 BY ord
"""


class Reports(msgspec.Struct, frozen=True):
    """One getStats report; `at` is its own moment, which may differ from the one that was asked for."""

    at: float
    reports: dict[str, list[dict[str, Any]]]


def reports(reader: Reader, scope: Scope, call_id: str, connection_id: str, at: float) -> Reports:
    """The report of the connection that is nearest to `at`."""
    found = ask(reader, scope, NEAREST, call_id=call_id, connection_id=connection_id, at=at)
    if not found:
        raise NotThereError(
            "no_samples", "There is no stored sample of this connection.", "Samples expire before findings do."
        )
    sample = found[0]
    tables: dict[str, list[dict[str, Any]]] = {}
    left = sample["reports"]
    for report in ORDER:
        if not left:
            break
        seq, event = _place(sample, report.table)
        key = {"call_id": call_id, "connection_id": connection_id, "seq": seq, "event": event}
        rows = ask(reader, scope, REPORT.format(table=report_table(report)), **key)
        left -= len(rows)
        if rows:
            tables[report.table] = [members(_read(row, report.table), sample["timestamp"]) for row in rows]
    return Reports(at=sample["at_ms"], reports=tables)


def _place(sample: dict[str, Any], table: str) -> tuple[int, int]:
    """Which sample has the rows: this one, or an earlier one that said the same."""
    if table not in sample["repeated"]:
        return sample["seq"], sample["event"]
    at = list(sample["repeated"]).index(table)
    return sample["repeated_seq"][at], sample["repeated_event"][at]


def _read(row: dict[str, Any], table: str) -> dict[str, Any]:
    """The row as the view of its type shows it; for one sample that is less work here than in the engine."""
    for name, unit in UNITS.get(table, {}).items():
        number = row.pop(name + SCALED)
        if number is not None:
            row[name] = scaled.value(number, unit)
    return row


def members(row: dict[str, Any], timestamp: float | None) -> dict[str, Any]:
    """The members that were sent, the unknown ones among them; `timestamp` is what the sample's reports share."""
    extra = msgspec.json.decode(row["extra"]) if row["extra"] else {}
    if row["timestamp"] is None and "timestamp" not in extra:
        row = {**row, "timestamp": timestamp}
    known = {name: value for name, value in row.items() if name not in OURS and value is not None and value != {}}
    return {**known, **{name: value for name, value in extra.items() if (name, value) != ("timestamp", None)}}
