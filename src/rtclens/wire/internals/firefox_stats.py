"""The statistics of an about:webrtc report.

Enters: a report, or one of its copied sections. Leaves: a `Sample` with the reports of all its arrays.
"""

from __future__ import annotations

from typing import Any

from rtclens.model.events import Sample
from rtclens.model.stats import BY_TYPE, Stats
from rtclens.wire.common.reports import add
from rtclens.wire.internals.firefox_events import connection_id, entries, instant, text

ARRAYS = (
    "inboundRtpStreamStats",
    "outboundRtpStreamStats",
    "remoteInboundRtpStreamStats",
    "remoteOutboundRtpStreamStats",
    "mediaSourceStats",
    "videoSourceStats",
    "codecStats",
    "transportStats",
    "iceCandidateStats",
    "trickledIceCandidateStats",
    "iceCandidatePairStats",
    "dataChannelStats",
    "peerConnectionStats",
)
SECTION = "about:webrtc"  # a copied section does not name its connection


def sample(report: dict[str, Any]) -> Sample | None:
    """The report's sample; `None` when it holds no statistics or has no time."""
    found: dict[str, dict[str, Any]] = {}
    for array in ARRAYS:
        for entry in entries(report.get(array)):
            known = text(entry.get("id"))
            found[known] = found.get(known, {}) | entry
    _estimate(report, found)
    at = instant(report.get("timestamp"))
    return _sample(connection_id(report) or SECTION, list(found.values()), at)


def section(document: Any, at: float) -> Sample | None:
    """The sample of a copied section: an array of statistics, or an object of such arrays."""
    if isinstance(document, dict):
        rows = [entry for array in document.values() for entry in entries(array)]
    else:
        rows = entries(document)
    newest = max((instant(row.get("timestamp")) or 0.0 for row in rows), default=0.0)
    return _sample(SECTION, rows, newest or at)


def _sample(connection: str, rows: list[dict[str, Any]], at: float | None) -> Sample | None:
    stats = Stats()
    added = [add(stats, text(row.get("type")), row) for row in rows if text(row.get("type")) in BY_TYPE]
    if not added or at is None:
        return None
    return Sample(at=at, connection=connection, stats=stats)


def _estimate(report: dict[str, Any], found: dict[str, dict[str, Any]]) -> None:
    """The bandwidth estimate belongs to the selected pair, which Firefox's own statistics leave without one."""
    estimates = entries(report.get("bandwidthEstimations"))
    if not estimates:
        return
    pairs = [
        entry for entry in found.values() if entry.get("type") == "candidate-pair" and entry.get("selected") is True
    ]
    for pair in pairs[:1]:
        pair.setdefault("availableOutgoingBitrate", estimates[0].get("sendBandwidthBps"))
        pair.setdefault("availableIncomingBitrate", estimates[0].get("receiveBandwidthBps"))
