"""What a call amounted to for each person and stream: talk, sound and picture, and where packets were lost.

Enters: a call. Leaves: `CallMetrics`. Computed when it is asked, from slices and tracks; nothing is stored.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.analysis.metrics.budget import LossBudget, budgets
from rtclens.analysis.metrics.people import SLOT_S, TALK_RMS, PersonMetrics, Slot, Sums, people
from rtclens.query.calls import CallItem
from rtclens.query.facts import TrackView, read
from rtclens.query.scope import Reader, Scope, ask

SLOT_MS = int(1000 * SLOT_S)
MOST_S = 60  # of one slice: a longer one says little about any of its slots
HD, MD = 960 * 540, 640 * 360  # pixels

# Slices of different people lie on the server's clock as far as each client's is known. A slice of several slots
# counts in each for the part that lies in it.
SLOTS = f"""
SELECT participant_id AS person, toInt64(slot) AS at,
    sumIf(part, spoken) AS sent_s, sumIf(part, spoken AND audio_rms >= {TALK_RMS}) AS spoke_s,
    maxIf(audio_rms, heard) AS level,
    sumIf(audio_mos * part, heard AND isNotNull(audio_mos)) AS audio_score,
    sumIf(part, heard AND isNotNull(audio_mos)) AS audio_s,
    sumIf(video_mos * part, isNotNull(video_mos)) AS video_score, sumIf(part, isNotNull(video_mos)) AS video_s
FROM
(
    SELECT participant_id, audio_rms, audio_mos, video_mos,
        direction = 'outbound' AND kind = 'audio' AND isNotNull(audio_rms) AS spoken,
        direction = 'inbound' AND kind = 'audio' AS heard,
        toInt64(toUnixTimestamp64Milli(at) - offset_ms) AS last,
        last - toInt64(1000 * least(covered_s, {MOST_S})) AS first,
        arrayJoin(range(toUInt64(intDiv(first, {SLOT_MS})), toUInt64(intDiv(last - 1, {SLOT_MS}) + 1))) AS slot,
        (least(last, (slot + 1) * {SLOT_MS}) - greatest(first, slot * {SLOT_MS})) / 1000 AS part
    FROM (SELECT * FROM @track_slices WHERE call_id = {{call_id:String}} AND covered_s > 0) AS slices
    LEFT JOIN
    (
        SELECT session_id, toInt64(ifNull(clock_offset_ms, 0)) AS offset_ms FROM @sessions
        WHERE call_id = {{call_id:String}}
    ) AS clocks USING (session_id)
)
GROUP BY person, at
"""
SUMS = f"""
SELECT participant_id AS person,
    sumIf(covered_s, kind = 'audio') AS heard_s, sumIf(covered_s, kind = 'video') AS seen_s,
    sumIf(covered_s, kind = 'audio' AND verdict = 'bad') AS impaired_audio_s,
    sumIf(covered_s, kind = 'video' AND verdict = 'bad') AS impaired_video_s,
    if(countIf(isNotNull(freeze_ratio)) = 0, NULL, sum(ifNull(freeze_ratio, 0) * covered_s)) AS frozen_s,
    sumIf(covered_s, pixels > 0) AS sized_s, sumIf(covered_s, pixels >= {HD}) AS hd_s,
    sumIf(covered_s, pixels >= {MD} AND pixels < {HD}) AS md_s
FROM
(
    SELECT participant_id, kind, covered_s, toString(verdict) AS verdict, freeze_ratio,
        toInt64(ifNull(width_px, 0)) * toInt64(ifNull(height_px, 0)) AS pixels
    FROM @track_slices WHERE call_id = {{call_id:String}} AND direction = 'inbound' AND verdict != 'idle'
)
GROUP BY person
"""


class CallMetrics(msgspec.Struct, frozen=True):
    """A call's people, and the streams whose sender is known."""

    people: list[PersonMetrics]
    streams: list[LossBudget]


def metrics(reader: Reader, scope: Scope, item: CallItem) -> CallMetrics:
    """The metrics of a call."""
    call_id = item.call_id
    slots = [_slot(row) for row in ask(reader, scope, SLOTS, call_id=call_id)]
    sums = {row.pop("person"): msgspec.convert(row, Sums) for row in ask(reader, scope, SUMS, call_id=call_id)}
    order = "ORDER BY started_at, track_id"
    tracks = read(reader, scope, TrackView, "call_id = {call_id:String}", order, call_id=call_id)
    return CallMetrics(people(slots, sums), budgets(tracks, served=item.topology != "p2p"))


def _slot(row: dict[str, Any]) -> Slot:
    return Slot(
        person=row["person"],
        at=row["at"],
        sent_s=row["sent_s"],
        spoke_s=row["spoke_s"],
        level=row["level"],
        audio_mos=row["audio_score"] / row["audio_s"] if row["audio_s"] else None,
        video_mos=row["video_score"] / row["video_s"] if row["video_s"] else None,
    )
