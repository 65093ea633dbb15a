"""The overview page as one question.

Enters: a scope and a span. Leaves: `Overview`: sentence, tiles, minutes, causes, detectors, calls and breakdowns.
"""

from __future__ import annotations

import msgspec

from rtclens.query.calls import CallFilters, CallItem, calls
from rtclens.query.overview.breakdowns import Breakdown, breakdowns
from rtclens.query.overview.minutes import CauseMinutes, DetectorCount, Minutes, causes, detectors, minutes
from rtclens.query.overview.sentence import sentence
from rtclens.query.overview.tiles import Tile, tiles
from rtclens.query.scope import Reader, Scope, Span

WORST_SHOWN = 10
LIVE_SHOWN = 20


class Overview(msgspec.Struct, frozen=True):
    """The overview of a span. `calls` are its worst, `live` the running ones, worst first."""

    sentence: str
    tiles: list[Tile]
    minutes: list[Minutes]
    causes: list[CauseMinutes]
    detectors: list[DetectorCount]
    calls: list[CallItem]
    live: list[CallItem]
    breakdowns: dict[str, list[Breakdown]]


def overview(reader: Reader, scope: Scope, span: Span) -> Overview:
    """Everything the page shows."""
    every, lost = minutes(reader, scope, span), causes(reader, scope, span)
    worst = calls(reader, scope, CallFilters(span=span), sort="worst", limit=WORST_SHOWN)
    live = calls(reader, scope, CallFilters(live=True), sort="worst", limit=LIVE_SHOWN)
    return Overview(
        sentence=sentence(every, lost, worst.total, live.total),
        tiles=tiles(reader, scope, span, every),
        minutes=every,
        causes=lost,
        detectors=detectors(reader, scope, span),
        calls=worst.calls,
        live=live.calls,
        breakdowns=breakdowns(reader, scope, span),
    )
