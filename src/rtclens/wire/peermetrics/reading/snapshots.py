"""Samples as the snapshots of `/conferences/<id>/graphs`.

Enters: stored samples (`StoredEvent` of tag `sample`, `payload["stats"]` as reports by table). Leaves: one snapshot per
sample, in which inbound, outbound, far-end and path values share one time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rtclens.wire.peermetrics.reading.library import Item, StoredEvent
from rtclens.wire.peermetrics.reading.shapes import event

INBOUND = ("headerBytesReceived", "bytesReceived", "packetsReceived", "packetsLost", "jitter")
INBOUND_VIDEO = ("frameWidth", "frameHeight", "framesReceived", "framesDecoded", "totalDecodeTime")
OUTBOUND = ("packetsSent", "headerBytesSent", "bytesSent")
OUTBOUND_VIDEO = ("frameWidth", "frameHeight", "framesSent", "framesEncoded", "totalEncodeTime")
PATH = ("id", "bytesSent", "packetsSent", "responsesReceived", "totalRoundTripTime")


def snapshots(items: Iterable[Item]) -> list[dict[str, Any]]:
    """The snapshots of a call, in the order of its samples."""
    return [_snapshot(item.row) for item in items if isinstance(item.row, StoredEvent) and item.row.name == "sample"]


def _snapshot(row: StoredEvent) -> dict[str, Any]:
    stats = row.payload.get("stats") or {}
    known = event(row)
    return {
        name: known[name] for name in ("id", "app", "session", "conference", "participant", "peer", "connection")
    } | {
        "track": None,
        "type": "stats",
        "created_at": known["created_at"],
        "data": {
            "connection": _members(next(iter(stats.get("candidate_pair", [])), {}), PATH),
            "remote": {kind: _far(stats, kind) for kind in ("audio", "video")},
            **{kind: _near(stats, kind) for kind in ("audio", "video")},
        },
    }


def _near(stats: dict[str, Any], kind: str) -> dict[str, Any]:
    video = kind == "video"
    return {
        "inbound": _rows(stats, "inbound_rtp", kind, INBOUND + (INBOUND_VIDEO if video else ())),
        "outbound": _rows(stats, "outbound_rtp", kind, OUTBOUND + (OUTBOUND_VIDEO if video else ())),
    }


def _far(stats: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        "inbound": [row for row in stats.get("remote_inbound_rtp", []) if row.get("kind") == kind],
        "outbound": [row for row in stats.get("remote_outbound_rtp", []) if row.get("kind") == kind],
    }


def _rows(stats: dict[str, Any], table: str, kind: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {"id": row.get("id"), "mediaType": kind} | _members(row, names)
        for row in stats.get(table, [])
        if row.get("kind") == kind
    ]


def _members(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names if name in row}
