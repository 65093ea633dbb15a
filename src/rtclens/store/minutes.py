"""Minutes of participants, made anew from the slices after slices were replaced.

Enters: a call whose slices another analysis wrote. Leaves: its rows of `participant_minutes`, which otherwise follow
the slices by themselves (a materialized view, see the migration) and would hold what both analyses said.
"""

from __future__ import annotations

from typing import Any

TABLE = "participant_minutes"
_OF_CALL = "app_id = {app_id:String} AND call_id = {call_id:String}"
_SELECT = """
WITH
    intDiv(toUnixTimestamp64Milli(at) - 1, 5000) % 12 AS last,
    least(toInt64(least(greatest(round(covered_s / 5), 1), 12)), last + 1) AS covered,
    toUInt16(bitShiftLeft(bitShiftLeft(toUInt32(1), covered) - 1, last + 1 - covered)) AS slots
SELECT app_id, toDateTime(intDiv(toUnixTimestamp64Milli(at) - 1, 60000) * 60, 'UTC') AS minute, call_id, participant_id,
    groupBitOrIf(slots, verdict = 'bad') AS bad_slots,
    groupBitOrIf(slots, verdict = 'degraded') AS degraded_slots,
    groupBitOrIf(slots, verdict = 'good') AS good_slots,
    groupBitOrIf(slots, verdict = 'unknown') AS unknown_slots,
    ifNull(sum(freeze_ratio * covered_s), 0) AS frozen_s,
    sumIf(covered_s, isNotNull(freeze_ratio)) AS seen_s,
    ifNull(sum(audible_concealment_ratio * covered_s), 0) AS concealed_s,
    sumIf(covered_s, isNotNull(audible_concealment_ratio)) AS heard_s
FROM track_slices WHERE direction = 'inbound' AND [of_call]
GROUP BY app_id, minute, call_id, participant_id
"""
_NAMES = (
    "app_id, minute, call_id, participant_id, bad_slots, degraded_slots, good_slots, unknown_slots,"
    " frozen_s, seen_s, concealed_s, heard_s"
)


def rebuild(client: Any, app_id: str, call_id: str, stored: str) -> None:
    """Sum up the newest slices of a call again; `stored` is the table that holds the rows."""
    call = {"app_id": app_id, "call_id": call_id}
    client.command(f"ALTER TABLE {stored} DELETE WHERE {_OF_CALL} SETTINGS mutations_sync = 2", parameters=call)
    client.command(f"INSERT INTO {TABLE} ({_NAMES}) {_SELECT.replace('[of_call]', _OF_CALL)}", parameters=call)
