"""Merge a ClientSample 3.x delta into the last sample; the rules are the same for JSON and protobuf.

Enters: the last merged sample (or none) and a message that says what changed. Leaves: the merged sample; the old one
is never touched, so a message that fails changes nothing. `Refused` with code `desync` when a member that every sample
must have is unknown afterwards. First-generation quirks are straightened before, in `generation1`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec

from rtclens.wire.observertc import tables
from rtclens.wire.observertc.refused import Refused

Sample = dict[str, Any]

VALUE_LISTS = ("clientEvents", "clientIssues", "clientMetaItems", "extensionStats")
STRUCTS = ("qualityLimitationDurations", "psnrSum")
ROWS = {
    "inboundTracks": "InboundTrackSample",
    "outboundTracks": "OutboundTrackSample",
    "codecs": "CodecStats",
    "inboundRtps": "InboundRtpStats",
    "remoteInboundRtps": "RemoteInboundRtpStats",
    "outboundRtps": "OutboundRtpStats",
    "remoteOutboundRtps": "RemoteOutboundRtpStats",
    "mediaSources": "MediaSourceStats",
    "mediaPlayouts": "MediaPlayoutStats",
    "peerConnectionTransports": "PeerConnectionTransportStats",
    "dataChannels": "DataChannelStats",
    "iceTransports": "IceTransportStats",
    "iceCandidates": "IceCandidateStats",
    "iceCandidatePairs": "IceCandidatePairStats",
    "certificates": "CertificateStats",
}
KEYS = {name: "ssrc" if name.lower().endswith("boundrtps") else "id" for name in ROWS}

KEY_TYPES = (str, int, float)
KINDED = tuple(name for name in ROWS if name.endswith(("Rtps", "Tracks", "Sources", "Playouts")))


@cache
def _required(message: str) -> tuple[str, ...]:
    return tables.load("3.4-3.5").messages[message].required


class Rules(msgspec.Struct, frozen=True):
    """`without_track` accepts an inbound RTP row that does not name its track, as the first generation sends."""

    without_track: bool = False

    def required(self, collection: str) -> tuple[str, ...]:
        """The members that a row of the collection must have after merging."""
        names = _required(ROWS[collection])
        if self.without_track and collection == "inboundRtps":
            return tuple(name for name in names if name != "trackIdentifier")
        return names


def merge(last: Sample | None, message: Sample, rules: Rules) -> Sample:
    """The sample that `message` describes, given the last one."""
    old = last or {}
    merged = _scalars(old, message)
    for name in VALUE_LISTS:
        _set(merged, name, _value_list(name, message.get(name)))
    known = {entry["peerConnectionId"]: entry for entry in old.get("peerConnections", ())}
    connections = []
    for position, entry in enumerate(_entries(message, "peerConnections")):
        where = f"peerConnections[{position}]"
        key = _key(entry, "peerConnectionId", where)
        known[key] = connection = _connection(known.get(key, {}), entry, rules, where)
        connections.append(connection)
    _set(merged, "peerConnections", connections)
    if not isinstance(merged.get("timestamp"), int | float):
        raise Refused("desync", "timestamp is not known")
    return merged


def first_gap(message: Sample) -> str:
    """The first member that a complete sample would say and this one does not, or ''; tells a delta from a sample."""
    rules = Rules(without_track=True)
    for position, connection in enumerate(_objects(message.get("peerConnections"))):
        for name in ROWS:
            for index, row in enumerate(_objects(connection.get(name))):
                missing = next((member for member in rules.required(name) if row.get(member) is None), "")
                if missing:
                    return f"peerConnections[{position}].{name}[{index}].{missing}"
    return ""


def _connection(old: Sample, message: Sample, rules: Rules, where: str) -> Sample:
    if old and _restated(old, message):
        old = {}
    merged = _scalars(old, message)
    for name, key_name in KEYS.items():
        rows = _entries(message, name) if name in message else ()
        if rows:
            merged[name] = _rows(old.get(name, ()), rows, key_name, rules.required(name), f"{where}.{name}")
        else:
            merged.pop(name, None)
    return merged


def _rows(
    old: Sequence[Sample], rows: list[Sample], key_name: str, required: tuple[str, ...], where: str
) -> list[Sample]:
    """The rows of one collection, which are complete: what a row leaves out is as the row of its key had it."""
    known = {row[key_name]: row for row in old}
    needed = frozenset(required)
    kept = []
    for position, row in enumerate(rows):
        key = row.get(key_name)
        if not isinstance(key, KEY_TYPES):
            raise Refused("desync", f"{where}[{position}].{key_name} is not known")
        before = known.get(key)
        full = _row(before, row) if before else row
        # No member that a row has becomes unknown: values need a look only where there was no row before.
        if not (before and needed <= full.keys()):
            _require(full, required, f"{where}[{position}]")
        known[key] = full
        kept.append(full)
    return kept


def _restated(old: Sample, message: Sample) -> bool:
    """True when a row that was there says its `kind` again: the encoder was reset, so all it left out is unknown."""
    for name in KINDED:
        if name in message and (before := old.get(name)):
            said = {_key(row, KEYS[name], name) for row in _entries(message, name) if "kind" in row}
            if said and not said.isdisjoint(row[KEYS[name]] for row in before):
                return True
    return False


def _scalars(old: Sample, message: Sample) -> Sample:
    """The old members overlaid with the new; lists are merged elsewhere, except score reasons, which are values."""
    kept = {name: value for name, value in old.items() if not isinstance(value, list)}
    said = {
        name: value
        for name, value in message.items()
        if value is not None and (name == "scoreReasons" or not isinstance(value, list))
    }
    return {**kept, **said}


def _row(old: Sample, message: Sample) -> Sample:
    """A row over the one before it."""
    if None in message.values():
        message = {name: value for name, value in message.items() if value is not None}
    merged = {**old, **message}
    if isinstance(old.get("scoreReasons"), list) and "scoreReasons" not in message:
        del merged["scoreReasons"]
    for name in STRUCTS:
        if name in message and isinstance(old.get(name), dict) and isinstance(message[name], dict):
            merged[name] = {**old[name], **message[name]}
    return merged


def _value_list(name: str, rows: Any) -> list[Any]:
    found = rows if isinstance(rows, list) else []
    for position, row in enumerate(found):
        if not isinstance(row, dict) or not row.get("type"):
            raise Refused("desync", f"{name}[{position}].type is not known")
    return found


def _entries(message: Sample, name: str) -> list[Sample]:
    found = message.get(name)
    if not isinstance(found, list):
        return []
    for position, entry in enumerate(found):
        if not isinstance(entry, dict):
            raise Refused("bad_shape", f"{name}[{position}] is no object")
    return found


def _objects(value: Any) -> list[Sample]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _key(entry: Sample, name: str, where: str) -> Any:
    key = entry.get(name)
    if isinstance(key, KEY_TYPES):
        return key
    raise Refused("desync", f"{where}.{name} is not known")


def _require(row: Sample, required: tuple[str, ...], where: str) -> None:
    for name in required:
        if row.get(name) is None:
            raise Refused("desync", f"{where}.{name} is not known")


def _set(merged: Sample, name: str, rows: list[Any]) -> None:
    if rows:
        merged[name] = rows
    else:
        merged.pop(name, None)


def state_of(merged: Sample) -> Sample:
    """What must be remembered of a merged sample: everything but its value lists."""
    return {name: value for name, value in merged.items() if name not in VALUE_LISTS}
