"""The path of a connection: its selected candidate pair, what kind of path that is, and the states reports tell.

Enters: transport, candidate-pair and candidate reports. Leaves: `path_type`, `relay_url`, states, path changes.
"""

from __future__ import annotations

from rtclens.analysis.beginning import path_chosen
from rtclens.analysis.state import Connection
from rtclens.analysis.states import connected, move
from rtclens.model.stats import CandidatePair, LocalCandidate, RemoteCandidate, Stats

SWITCH_WINDOW_MS = 30_000.0
GRACE_MS = 5_000.0


def choose_pair(conn: Connection, stats: Stats, at: float) -> CandidatePair | None:
    """The selected pair of the sample; remembers which, and notes when it changed."""
    pair = _selected(stats)
    if pair is None:
        return None
    if pair.id != conn.pair_id:
        if conn.pair_id:
            conn.pair_switches = [then for then in conn.pair_switches if at - then < SWITCH_WINDOW_MS]
            conn.pair_switches.append(at)
            conn.grace_until = at + GRACE_MS
        conn.pair_id = pair.id
        _path(conn, pair, stats, at)
        conn.session.participant.call.dirty[conn.id] = conn
    elif not conn.path_type:
        _path(conn, pair, stats, at)
    if conn.connected_at is None and (pair.bytesReceived or 0) > 0:
        connected(conn, at)
    return pair


def _selected(stats: Stats) -> CandidatePair | None:
    wanted = stats.transport[0].selectedCandidatePairId if stats.transport else None
    nominated = None
    for pair in stats.candidate_pair:
        if wanted is not None and pair.id == wanted:
            return pair
        settled = nominated is not None and nominated.selected
        if pair.selected or (pair.nominated and pair.state == "succeeded" and not settled):
            nominated = pair
    return nominated


def _path(conn: Connection, pair: CandidatePair, stats: Stats, at: float) -> None:
    local = next((c for c in stats.local_candidate if c.id == pair.localCandidateId), None)
    remote = next((c for c in stats.remote_candidate if c.id == pair.remoteCandidateId), None)
    if local is None and remote is None:
        return
    conn.path_type = path_type(local, remote)
    if local is not None and local.candidateType == "relay" and local.url:
        conn.relay_url = local.url.split("?")[0]
    path_chosen(conn, at)


def path_type(local: LocalCandidate | None, remote: RemoteCandidate | None) -> str:
    """direct_host, direct_srflx, direct_prflx, relay_udp, relay_tcp, relay_tls or ice_tcp; one relay is enough."""
    kinds = {side.candidateType for side in (local, remote) if side is not None}
    if "relay" in kinds:
        carrier = (local.relayProtocol or local.protocol) if local and local.candidateType == "relay" else "udp"
        return f"relay_{carrier}" if carrier in ("udp", "tcp", "tls") else "relay_udp"
    if (local is not None and local.protocol == "tcp") or (remote is not None and remote.protocol == "tcp"):
        return "ice_tcp"
    for kind in ("srflx", "prflx", "host"):
        if kind in kinds:
            return f"direct_{kind}"
    return ""


def transport_states(conn: Connection, stats: Stats, at: float) -> None:
    """Take ICE and DTLS states from the transport report, for formats that send no state events."""
    for transport in stats.transport:
        if transport.iceState:
            move(conn, "ice", transport.iceState, at, from_report=True)
        if transport.dtlsState:
            move(conn, "dtls", transport.dtlsState, at, from_report=True)
    if stats.codec or stats.outbound_rtp or stats.inbound_rtp:
        conn.negotiated = True
    known = conn.candidates if stats.local_candidate else {}
    for candidate in stats.local_candidate:
        kind = candidate.candidateType or "host"
        if kind not in known:
            known[kind] = 1
            conn.gather(kind)
