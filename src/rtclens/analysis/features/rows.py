"""Feature rows of joins and connections, and when rows are written.

Enters: the records of the state with their notes. Leaves: feature facts. A row is written when its subject ends, and
every five minutes before, so that what is known of a call that breaks off is not lost.
"""

from __future__ import annotations

from typing import Any

from rtclens.analysis.delta import ratio
from rtclens.analysis.features import path, track_row
from rtclens.analysis.features.counters import totals
from rtclens.analysis.features.notes import (
    INITIAL,
    INITIAL_RTT,
    PATH,
    RELAYED,
    VPN,
    ClientNotes,
    ConnectionNotes,
    Said,
    Values,
    rounded,
    span,
)
from rtclens.analysis.features.slices import LINK_NAMES
from rtclens.analysis.state import Call, Connection, Session, Subject, Track
from rtclens.analysis.version import ANALYSIS_VERSION
from rtclens.model.facts import AnyFact
from rtclens.model.features import ClientFeatures, ConnectionFeatures, TrackFeatures

EVERY_MS = 300_000.0
DTLS_MS = 5_000.0


def features(call: Call, subject: Subject, revision: int) -> AnyFact | None:
    """The feature row of a join, connection or track, if one is due."""
    if not isinstance(subject, Session | Connection | Track):
        return None
    if not _due(subject, call.server_now, over=subject.ended_at is not None):
        return None
    common: dict[str, Any] = {
        "app_id": call.app_id,
        "call_id": call.id,
        "analysis_version": ANALYSIS_VERSION,
        "revision": revision,
    }
    if isinstance(subject, Session):
        ids = _ids(subject)
        return ClientFeatures(**common, **ids, **_client(subject, subject.notes))
    if isinstance(subject, Connection):
        ids = _ids(subject.session) | {"connection_id": subject.id}
        return ConnectionFeatures(**common, **ids, **_connection(subject, subject.notes, subject.said))
    ids = _ids(subject.conn.session) | {"connection_id": subject.conn.id, "track_id": subject.id}
    return TrackFeatures(**common, **ids, **track_row.values(subject, subject.notes))


def _due(subject: Session | Connection | Track, now: float, *, over: bool) -> bool:
    if not subject.featured_at:
        subject.featured_at = now
    if not over and now - subject.featured_at < EVERY_MS:
        return False
    subject.featured_at = now
    return True


def _ids(session: Session) -> Values:
    return {"participant_id": session.participant.id, "session_id": session.id}


def _client(session: Session, notes: ClientNotes) -> Values:
    client = session.client
    row: Values = {
        "start_time": session.started_at,
        "duration": span(session.started_at, session.ended_at or session.last_at),
        "number_peerconnections": len(session.connections),
        "client_skew_ms": session.offset_ms,
        **notes.known,
    }
    row["number_of_events"] = session.events + sum(conn.sampled for conn in session.connections.values())
    if session.concurrent:
        row["peer_connections_max_concurrent"] = session.concurrent
    if client is not None:
        row |= {
            "browser_name": client.browser,
            "browser_version": client.browser_version,
            "browser_major": _major(client.browser_version),
            "operating_system": client.os,
            "os_version": client.os_version,
            "hardware_concurrency": client.cores,
            "device_memory": client.memory_gib,
        }
        if client.device_type:
            row["mobile"] = client.device_type in ("mobile", "tablet")
    hidden = span(notes.first.get("hidden"), session.last_at)
    if hidden is not None:
        row["page_hidden_ms"] = notes.known.get("page_hidden_ms", 0) + hidden
    for track, (kind, _) in notes.captured.items():
        off = span(notes.first.get(f"off {track}"), session.last_at) or 0
        name = f"{kind}_disabled_ms"
        row[name] = row.get(name, 0) + off
    return row | _pressure(session)


def _major(version: str) -> int | None:
    first = version.partition(".")[0]
    return int(first) if first.isascii() and first.isdigit() and len(first) < 9 else None


def _pressure(session: Session) -> Values:
    if session.pressure is None:
        return {}
    spent = session.pressure.spent
    row: Values = {"pressure_worst": session.pressure.worst}
    whole = sum(spent)
    if whole:
        names = ("critical", "serious", "fair", "nominal")
        row |= {f"pressure_{name}_share": round(part / whole, 4) for name, part in zip(names, spent, strict=True)}
    return row


def _connection(conn: Connection, notes: ConnectionNotes, said: Said) -> Values:
    row: Values = {**_life(conn), **said.known, **notes.known, **_ended(conn, said)}
    row |= _traffic(notes)
    row |= _shares(conn, notes)
    row |= notes.series.columns(LINK_NAMES)
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()}


def _life(conn: Connection) -> Values:
    """What the state knows already; events, where the client sends them, say it more exactly."""
    last = conn.ended_at if conn.ended_at is not None else conn.last_at
    row: Values = {
        "start_time": conn.started_at,
        "duration": span(conn.started_at, last),
        "life_time": span(conn.started_at, last),
        "closed": conn.closed_by_us,
        "close_reason": conn.end_reason,
        "ticks": conn.sampled,
        "number_of_events": conn.sampled + conn.events,
        "sfu": conn.sfu,
        "time_to_connect": span(conn.started_at, conn.connected_at),
        "session_duration": span(conn.ice_connected_at, last),
        "final_state": conn.connection_state,
    }
    if conn.interval:
        row["stats_interval"] = rounded(1000.0 * conn.interval)
        row["stats_gaps"] = row["longest_stats_gap_ms"] = 0
    if conn.connection_state or conn.connected_at is not None:
        row["connected"] = conn.connected_at is not None
    if conn.ice_state or conn.ice_connected_at is not None:
        row["ice_connected"] = conn.ice_connected_at is not None
        row["ice_connection_time"] = span(conn.checking_at, conn.ice_connected_at)
    return row


def _ended(conn: Connection, said: Said) -> Values:
    """Features that need the time until now."""
    known, first = said.known, said.first
    last = conn.ended_at if conn.ended_at is not None else conn.last_at
    row: Values = {"number_of_events": conn.sampled + conn.events}
    if conn.events:
        row["number_of_events_not_get_stats"] = conn.events
    state, spent = known.get("final_state"), span(first.get("state"), last) or 0
    if state == "connected":
        row["connected_ms"] = known.get("connected_ms", 0) + spent
    elif state in ("disconnected", "failed") and "connected" in first:
        row["disconnected_ms"] = known.get("disconnected_ms", 0) + spent
        outage = span(first.get("outage"), last) or 0
        row["longest_outage_ms"] = max(known.get("longest_outage_ms", 0), outage)
    ice = first.get("ice connected")
    if ice is not None and "final_state" in known and "dtls_failure" not in known:
        row["dtls_failure"] = "connected" not in first and last - ice >= DTLS_MS
    if "restart" in first:
        for name in ("ice_restart_success", "ice_restart_followed_by_set_remote_description"):
            row[name] = known.get(name, False)
    return row


def _traffic(notes: ConnectionNotes) -> Values:
    sums, pairs, playout = path.traffic(notes), path.totals(notes, "pair"), path.totals(notes, "playout")
    first = notes.first
    row: Values = {}
    for member, name in (
        ("bytesSent", "bytes_sent"),
        ("bytesReceived", "bytes_received"),
        ("packetsSent", "packets_sent"),
        ("packetsReceived", "packets_received"),
    ):
        if member in sums:
            row[name] = rounded(sums[member])
    for member, name in (
        ("packetsDiscardedOnSend", "packets_discarded_on_send"),
        ("bytesDiscardedOnSend", "bytes_discarded_on_send"),
    ):
        if member in pairs:
            row[name] = rounded(pairs[member])
    seconds = (first.get("flow end", 0.0) - first.get("flow", 0.0)) / 1000.0
    if seconds > 0:
        row["average_outbound_bitrate"] = 8.0 * (sums.get("bytesSent", 0.0) - first["flow out"]) / seconds
        row["average_inbound_bitrate"] = 8.0 * (sums.get("bytesReceived", 0.0) - first["flow in"]) / seconds
    row["average_stun_round_trip_time"] = ratio(pairs.get("totalRoundTripTime"), pairs.get("responsesReceived"))
    delay = ratio(playout.get("totalPlayoutDelay"), playout.get("totalSamplesCount"))
    row["playout_delay_mean"] = None if delay is None else 1000.0 * delay
    row["synthesized_share"] = ratio(playout.get("synthesizedSamplesDuration"), playout.get("totalSamplesDuration"))
    return row


def _shares(conn: Connection, notes: ConnectionNotes) -> Values:
    clock, known = notes.clock, notes.known
    row: Values = {"stun_rtt_initial_30s_mean": ratio(clock[INITIAL_RTT], clock[INITIAL])}
    if clock[PATH]:
        row["relay_share"] = ratio(clock[RELAYED], clock[PATH])
        row["vpn_share"] = ratio(clock[VPN], clock[PATH])
    if conn.sampled:
        for direction in ("inbound", "outbound"):
            for kind in ("audio", "video"):
                row[f"stream_count_{direction}_{kind}"] = sum(
                    track.direction == direction and track.kind == kind for track in conn.tracks.values()
                )
        uses = {name: known.get(name, False) for name in ("uses_audio", "uses_video", "uses_data_channel")}
        row |= uses
        row["empty"] = conn.connected_at is not None and not any(uses.values())
    return row | _losses(conn)


def _losses(conn: Connection) -> Values:
    lost = {"inbound": 0.0, "outbound": 0.0}
    whole = {"inbound": 0.0, "outbound": 0.0}
    for track in conn.tracks.values():
        sums = totals(track.notes, f"{track.direction}/{track.kind}")
        gone = sums.get("packetsLost" if track.direction == "inbound" else "remote.packetsLost")
        if gone is None:
            continue
        gone = max(0.0, gone)
        lost[track.direction] += gone
        arrived = sums.get("packetsReceived", 0.0) + gone
        whole[track.direction] += arrived if track.direction == "inbound" else sums.get("packetsSent", 0.0)
    return {f"{way}_loss_share": ratio(lost[way], whole[way]) for way in lost}
