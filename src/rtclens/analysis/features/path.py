"""Features of a connection's transport, pairs, audio output and data channels, read once per slice.

Enters: samples in which a slice was cut. Leaves: totals and last values in `ConnectionNotes`.
"""

from __future__ import annotations

from operator import attrgetter
from sys import intern
from typing import Any

from rtclens.analysis.features.counters import BOUND, fell, reading
from rtclens.analysis.features.notes import ConnectionNotes, count
from rtclens.model.stats import CandidatePair, LocalCandidate, RemoteCandidate, Stats

TRAFFIC = ("bytesSent", "bytesReceived", "packetsSent", "packetsReceived")
PAIR = (*TRAFFIC, "totalRoundTripTime", "responsesReceived", "packetsDiscardedOnSend", "bytesDiscardedOnSend")
PLAYOUT = ("totalPlayoutDelay", "totalSamplesCount", "synthesizedSamplesDuration", "totalSamplesDuration")
MEMBERS = {"transport": TRAFFIC, "pair": PAIR, "playout": PLAYOUT}
GET = {name: attrgetter(*members) for name, members in MEMBERS.items()}
MAX_PAIRS = 20
MAX_SWITCHES = 50
CHANNEL = {
    "messagesSent": "data_channel_messages_sent",
    "messagesReceived": "data_channel_messages_received",
    "bytesSent": "data_channel_bytes_sent",
    "bytesReceived": "data_channel_bytes_received",
}


def take(notes: ConnectionNotes, stats: Stats, pair_id: str, at: float) -> None:
    """Take the readings of one sample."""
    if stats.transport:
        _counters(notes, "transport", "transport", stats.transport[0])
        _secured(notes, stats.transport[0])
    if stats.media_playout:
        _counters(notes, "playout", "playout", stats.media_playout[0])
    for pair in stats.candidate_pair:
        if pair.id == pair_id:
            if f"pair {pair.id}" in notes.last or len(notes.last) < MAX_PAIRS:
                _counters(notes, "pair", f"pair {pair.id}", pair)
            if notes.path.get("described") != pair.id:
                _selected(notes, pair, stats)
    if stats.data_channel:
        _channels(notes, stats)
    if stats.peer_connection and _whole(stats.peer_connection[0].dataChannelsOpened) is not None:
        notes.known["data_channels_opened"] = _whole(stats.peer_connection[0].dataChannelsOpened)
    _observed(notes, at)


def _counters(notes: ConnectionNotes, kind: str, key: str, report: Any) -> None:
    now = reading(GET[kind](report))
    before = notes.last.get(key)
    if before is not None and fell(now, before):
        held = notes.base.get(kind)
        notes.base[kind] = before if held is None else list(map(_plus, held, before))
    notes.last[key] = now


def _plus(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else one + other


def totals(notes: ConnectionNotes, kind: str) -> dict[str, float]:
    """Totals of the counters of `transport`, `pair` (all that were selected) or `playout`."""
    parts = [values for key, values in notes.last.items() if key.split(" ", 1)[0] == kind]
    if kind in notes.base:
        parts.append(notes.base[kind])
    sums: dict[str, float] = {}
    for at, name in enumerate(MEMBERS[kind]):
        seen = [part[at] for part in parts if part[at] is not None]
        if seen:
            sums[name] = float(sum(seen))
    return sums


def traffic(notes: ConnectionNotes) -> dict[str, float]:
    """Bytes and packets of the transport, of the pairs where there is no transport report."""
    return totals(notes, "transport") or totals(notes, "pair")


def _observed(notes: ConnectionNotes, at: float) -> None:
    """When both directions were first and last seen to carry bytes, for the average bit rates."""
    first = notes.first
    if "flow" not in first:
        sums = traffic(notes)
        sent, received = sums.get("bytesSent"), sums.get("bytesReceived")
        if not sent or not received:
            return
        first["flow"], first["flow out"], first["flow in"] = at, sent, received
    first["flow end"] = at


def _secured(notes: ConnectionNotes, transport: Any) -> None:
    if not transport.tlsVersion:
        return
    known = notes.known
    for name, value in (
        ("dtls_version", transport.tlsVersion),
        ("dtls_role", transport.dtlsRole),
        ("srtp_cipher", transport.srtpCipher),
        ("dtls_cipher", transport.dtlsCipher),
    ):
        if value and name not in known:
            known[name] = value


def _selected(notes: ConnectionNotes, pair: CandidatePair, stats: Stats) -> None:
    ours = next((one for one in stats.local_candidate if one.id == pair.localCandidateId), None)
    theirs = next((one for one in stats.remote_candidate if one.id == pair.remoteCandidateId), None)
    known = notes.known
    if "pair" not in notes.path:
        known["number_of_candidate_pair_changes"] = 0
        known.update(_ends("first", ours, theirs))
    elif notes.path["pair"] != pair.id:
        count(known, "number_of_candidate_pair_changes")
    changed = notes.path.get("pair") != pair.id
    notes.path["pair"] = pair.id
    if ours is None and theirs is None:
        return
    known.update(_ends("last", ours, theirs))
    if ours is not None:
        _described(notes, ours, changed)
        if theirs is not None:  # all is known: until another pair is selected nothing of this changes
            notes.path["described"] = pair.id


def _described(notes: ConnectionNotes, ours: LocalCandidate, changed: bool) -> None:
    known = notes.known
    relay = ours.candidateType == "relay"
    protocol = (ours.relayProtocol if relay else ours.protocol) or ""
    known["connectivity"] = f"{'RELAY' if relay else 'DIRECT'}/{protocol.upper()}".rstrip("/")
    if ours.address and not ours.address.endswith(".local"):
        known["pair_address_family"] = "IPv6" if ":" in ours.address else "IPv4"
    notes.path["relay"], notes.path["network"] = str(relay), ours.networkType or ""
    held = known.get("candidate_pair_change_interface_types", "")
    if changed and ours.networkType and held.count(";") < MAX_SWITCHES:
        known["candidate_pair_change_interface_types"] = f"{held};{ours.networkType}".lstrip(";")


def _ends(which: str, ours: LocalCandidate | None, theirs: RemoteCandidate | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if ours is not None:
        priority = ours.priority
        values = {
            "local_type": ours.candidateType,
            "local_protocol": ours.protocol,
            "local_address": ours.address,
            "local_network_type": ours.networkType,
            "local_relay_protocol": ours.relayProtocol,
            "local_relay_url": ours.url if ours.candidateType == "relay" else None,
            "local_type_preference": int(priority) >> 24 if priority is not None and 0 <= priority < 2**32 else None,
        }
    if theirs is not None:
        values |= {"remote_type": theirs.candidateType, "remote_address": theirs.address}
    return {intern(f"{which}_candidate_pair_{name}"): value for name, value in values.items() if value is not None}


def _channels(notes: ConnectionNotes, stats: Stats) -> None:
    notes.known["uses_data_channel"] = True
    for member, column in CHANNEL.items():
        values = [_whole(getattr(channel, member)) for channel in stats.data_channel]
        told = [value for value in values if value is not None]
        if told:
            notes.known[column] = sum(told)


def _whole(value: Any) -> int | None:
    return None if value is None or not -BOUND < value < BOUND else int(value)
