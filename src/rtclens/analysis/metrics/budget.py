"""Where a stream lost packets on its way, and what was made of the rest: the loss budget of sender and receiver.

Enters: the lives of the sent and the received track. Leaves: `LossBudget`. Losses of legs multiply:
1 − total = (1 − up)·(1 − down); as shares of the whole they are −ln(1 − leg). A media server repairs what it missed
where it asks for it again, so the leg down lies between what the server may have passed on and all that was lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import log
from typing import Any

import msgspec

from rtclens.model.facts import Track

MOST_LOST = 0.999  # the logarithm of a leg that loses everything is not finite


class LossBudget(msgspec.Struct, frozen=True):
    """Shares of packets (0 to 1) of one stream over its whole life; `None` is unknown.

    Direct streams have one leg: `up` is what the sender heard of it, `down` is 0. `up_share` is the part of the loss
    that lies before the media server. `residual` was never repaired, `unusable` came too late or not at all,
    `concealed` is the share of sound that was made up, `frozen` that of time in which the picture stood.
    """

    from_participant: str
    to_participant: str
    track_id: str
    kind: str
    total: float | None
    up: float | None
    down: float | None
    down_most: float | None
    up_share: float | None
    residual: float | None
    unusable: float | None
    concealed: float | None
    frozen: float | None


def budgets(tracks: Iterable[Track], *, served: bool) -> list[LossBudget]:
    """The budget of every received track whose sender is known, in the order of the tracks."""
    known = {track.track_id: track for track in tracks}
    return [
        _budget(track, known.get(track.peer_track_id), served=served)
        for track in known.values()
        if track.direction == "inbound" and track.peer_participant_id
    ]


def _budget(track: Track, sender: Track | None, *, served: bool) -> LossBudget:
    life: Mapping[str, Any] = track.features
    total = life.get("loss_ratio")
    up = sender.features.get("loss_ratio") if sender is not None else None
    least, most = _down(total, up) if served else (None if total is None else 0.0, None if total is None else 0.0)
    frozen, covered = life.get("frozen_s"), life.get("covered_s")
    return LossBudget(
        from_participant=track.peer_participant_id,
        to_participant=track.participant_id,
        track_id=track.track_id,
        kind=track.kind,
        total=total,
        up=up,
        down=least,
        down_most=most,
        up_share=_share(up, least),
        residual=life.get("residual_loss_ratio"),
        unusable=life.get("unusable_ratio"),
        concealed=life.get("audible_concealment_ratio"),
        frozen=None if frozen is None or not covered else round(frozen / covered, 4),
    )


def _down(total: float | None, up: float | None) -> tuple[float | None, float | None]:
    """The least and the most that the leg to the receiver lost: all holes of the leg up were passed on, or none."""
    if total is None or up is None:
        return None, total
    return round(max(0.0, 1.0 - (1.0 - total) / (1.0 - min(up, MOST_LOST))), 4), total


def _share(up: float | None, down: float | None) -> float | None:
    """The part of the loss that lies before the server."""
    if up is None or down is None:
        return None
    before, after = (-log(1.0 - min(leg, MOST_LOST)) for leg in (up, down))
    return round(before / (before + after), 4) if before + after > 0 else None
