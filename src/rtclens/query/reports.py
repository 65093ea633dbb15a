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
from rtclens.store.columns import IDENTITY, ORD

OURS = frozenset({column.name for column in IDENTITY} | {ORD.name, "extra"})
NEAREST = """
SELECT at_ms, seq, event FROM @samples
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
    key = {"call_id": call_id, "connection_id": connection_id, "seq": found[0]["seq"], "event": found[0]["event"]}
    tables: dict[str, list[dict[str, Any]]] = {}
    for report in REPORTS:
        rows = ask(reader, scope, REPORT.format(table=report.table), **key)
        if rows:
            tables[report.table] = [members(row) for row in rows]
    return Reports(at=found[0]["at_ms"], reports=tables)


def members(row: dict[str, Any]) -> dict[str, Any]:
    """The members that were sent, the unknown ones among them."""
    extra = msgspec.json.decode(row["extra"]) if row["extra"] else {}
    known = {name: value for name, value in row.items() if name not in OURS and value is not None and value != {}}
    return {**known, **extra}
