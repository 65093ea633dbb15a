"""How a call sounded and looked on the whole.

Enters: a call. Leaves: the mean opinion scores of its received tracks by kind, weighted by the time they cover.
"""

from __future__ import annotations

from rtclens.query.scope import Reader, Scope, ask

MEANS = """
SELECT kind, sum(ifNull(audio_mos, video_mos) * covered_s) / sum(covered_s) AS mos FROM @track_slices
WHERE call_id = {call_id:String} AND direction = 'inbound' AND isNotNull(ifNull(audio_mos, video_mos)) AND covered_s > 0
GROUP BY kind
"""


def mean_scores(reader: Reader, scope: Scope, call_id: str) -> dict[str, float]:
    """Mean score (1 to 5) by kind; a kind without a scored slice is absent."""
    return {row["kind"]: float(row["mos"]) for row in ask(reader, scope, MEANS, call_id=call_id)}
