"""Who had trouble hearing or seeing whom: the impact matrix of a call.

Enters: the tracks of a call. Leaves: impaired seconds by sender, receiver and kind. A cell that was not judged is
`None`; a received track whose sender is not known has no cell.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rtclens.model.facts import Track


class Impact(msgspec.Struct, frozen=True):
    """A cell: what `to_participant` got of `from_participant`."""

    from_participant: str
    to_participant: str
    kind: str
    impaired_s: float | None


def impact(tracks: Iterable[Track]) -> list[Impact]:
    """The cells of all linked inbound tracks; several tracks of one kind add up."""
    cells: dict[tuple[str, str, str], float | None] = {}
    for track in tracks:
        if track.direction != "inbound" or not track.peer_participant_id:
            continue
        key = (track.peer_participant_id, track.participant_id, track.kind)
        before = cells.get(key)
        cells[key] = before if track.impaired_s is None else (before or 0.0) + track.impaired_s
    return [Impact(*key, impaired_s) for key, impaired_s in sorted(cells.items())]
