"""Features of signalling: configuration, method calls, descriptions.

Enters: events of a connection. Leaves: `Said.known`.
"""

from __future__ import annotations

from sys import intern
from typing import Any

from rtclens.analysis.features import candidates, sdp
from rtclens.analysis.features.notes import Said, Values, count, once, span
from rtclens.model import events as e

DELAYS = {
    "setLocalDescription": "set_local_description_delay",
    "setRemoteDescription": "set_remote_description_delay",
    "createOffer": "create_offer_delay",
    "createAnswer": "create_answer_delay",
}
FAILURES = {
    "setLocalDescription": "set_local_description_failure",
    "setRemoteDescription": "set_remote_description_failure",
    "addIceCandidate": "add_ice_candidate_failure",
}


def opened(notes: Said, event: e.ConnectionOpened, at: float) -> None:
    """The connection was created, perhaps with a configuration."""
    notes.first.setdefault("opened", at)
    if event.sfu is not None:
        notes.known["sfu"] = event.sfu
    if event.config is not None:
        configured(notes.known, event.config)


def configured(known: Values, config: dict[str, Any]) -> None:
    """The features of an RTCConfiguration."""
    servers = config.get("iceServers")
    servers = [server for server in servers if isinstance(server, dict)] if isinstance(servers, list) else []
    known["configured"] = True
    known["configured_ice_servers"] = len(servers)
    known["configured_ice_transport_policy"] = config.get("iceTransportPolicy") == "relay"
    kinds = {_scheme(url) for server in servers for url in _urls(server)}
    for kind in ("stun", "turn_udp", "turn_tcp", "turns"):
        known[f"configured_ice_servers_{kind}"] = kind in kinds
    for member, column in (
        ("bundlePolicy", "configured_bundle_policy"),
        ("rtcpMuxPolicy", "configured_rtcp_mux_policy"),
    ):
        if isinstance(config.get(member), str):
            known[column] = config[member]
    always = config.get("alwaysNegotiateDataChannels")
    if isinstance(always, bool):
        known["configured_always_negotiate_data_channels"] = always
    if "certificates" in config:
        known["configured_certificate"] = bool(config["certificates"])
    pool = config.get("iceCandidatePoolSize")
    if isinstance(pool, int) and not isinstance(pool, bool) and abs(pool) < 2**53:
        known["ice_candidate_pool_size"] = pool


def _urls(server: dict[str, Any]) -> list[str]:
    urls = server.get("urls", server.get("url"))
    return [url for url in (urls if isinstance(urls, list) else [urls]) if isinstance(url, str)]


def _scheme(url: str) -> str:
    scheme, _, rest = url.strip().lower().partition(":")
    if scheme in ("stun", "stuns"):
        return "stun"
    if scheme != "turn":
        return scheme
    return "turn_tcp" if "transport=tcp" in rest.partition("?")[2].split("&") else "turn_udp"


def called(notes: Said, event: e.ApiCalled, at: float) -> None:
    """A method was called, or its call settled."""
    first, known = notes.first, notes.known
    if event.phase == "call":
        _began(notes, event, at)
    elif event.phase == "success":
        first.setdefault(intern(f"{event.name} success"), at)
        _settled(notes, event.name, at)
        if event.name in DELAYS and event.name in first:
            once(known, DELAYS[event.name], span(first[event.name], at))
    else:
        _settled(notes, event.name, at)
        if event.name in FAILURES:
            once(known, FAILURES[event.name], event.error)
        by_api = known.setdefault("failures_by_api", {})
        if event.name in by_api or len(by_api) < 20:
            names = by_api.setdefault(event.name, {})
            name = event.error.partition(":")[0][:80] or "other"
            name = name if name in names or len(names) < 20 else "other"
            names[name] = names.get(name, 0) + 1


def _began(notes: Said, event: e.ApiCalled, at: float) -> None:
    first, known, name = notes.first, notes.known, event.name
    if name in DELAYS or name == "addIceCandidate":
        first.setdefault(name, at)
    if name == "createOffer":
        once(known, "is_initiator", True)
        if isinstance(event.value, dict) and event.value.get("iceRestart") is True:
            restarted(notes, at)
    elif name == "setRemoteDescription":
        once(known, "is_initiator", "setLocalDescription" in first)
        _second(notes, at)
    elif name == "restartIce":
        restarted(notes, at)
    elif name == "addIceCandidate":
        srd = first.get("setRemoteDescription")
        once(known, "time_between_srd_and_add_ice_candidate", -1 if srd is None else span(srd, at))
        candidates.called(notes, event.value)
    elif name == "setConfiguration":
        count(known, "set_configuration_count")


def _second(notes: Said, at: float) -> None:
    count(notes.first, "srd calls")
    if notes.first["srd calls"] == 2:
        notes.first["second srd"] = at


def _settled(notes: Said, name: str, at: float) -> None:
    if name == "setRemoteDescription" and "second srd" in notes.first:
        once(notes.known, "time_for_second_set_remote_description", span(notes.first["second srd"], at))


def restarted(notes: Said, at: float) -> None:
    """ICE begins anew."""
    notes.first.setdefault("restart", at)
    notes.known["ice_restart"] = True


def described(notes: Said, event: e.Described, at: float) -> None:
    """A description took effect."""
    known, first = notes.known, notes.first
    if event.kind:
        once(known, f"set_{event.side}_description_role", event.kind)
    if event.kind == "rollback":
        count(known, "rollback_count")
        return
    _delay(notes, event, at)
    if event.side == "remote" and event.kind == "answer" and "restart" in first:
        known["ice_restart_followed_by_set_remote_description"] = True
    if event.sdp:
        _content(notes, event, sdp.read(event.sdp), at)


def _delay(notes: Said, event: e.Described, at: float) -> None:
    known, first = notes.known, notes.first
    if event.side == "local" and event.kind == "offer":
        first["offer"] = first.get("setLocalDescription", at) if "offers" not in first else at
        first["offers"] = 1.0
        once(known, "is_initiator", True)
    elif event.side == "remote" and event.kind == "offer":
        once(known, "is_initiator", False)
        if "offer" in first:
            count(known, "glare_count")
            del first["offer"]
    elif event.kind == "answer":
        count(known, "completed_negotiations")
        delay = span(first.pop("offer", None), at)
        if event.side == "remote" and delay is not None:
            once(known, "signaling_delay", delay)
            known["signaling_delay_max"] = max(known.get("signaling_delay_max", 0), delay)
            count(first, "delays")
            first["delay sum"] = first.get("delay sum", 0.0) + delay
            known["signaling_delay_mean"] = round(first["delay sum"] / first["delays"], 1)


def _content(notes: Said, event: e.Described, said: sdp.Sdp, at: float) -> None:
    known = notes.known
    once(known, "media_types", ";".join(sorted(set(said.kinds))))
    _fragments(notes, event.side, said.ufrag, at)
    for line in said.candidates:
        candidate = candidates.parsed(line, e.Candidate())
        (candidates.gathered if event.side == "local" else candidates.added)(notes, candidate)
    if event.side == "remote":
        known["using_ice_lite"] = said.ice_lite or known.get("using_ice_lite", False)
        if said.origin:
            known["remote_type"] = said.origin
    else:
        known["number_of_simulcast_layers"] = max(said.layers, known.get("number_of_simulcast_layers", 0))
        known["using_simulcast"] = known["number_of_simulcast_layers"] > 1
        if event.kind == "offer":
            once(known, "codecs_offered", said.codecs)
    if event.kind == "answer":
        known.update(
            using_bundle=said.bundle,
            using_rtcp_mux=said.mux,
            m_lines=len(said.kinds),
            m_lines_rejected=said.rejected,
            codecs_negotiated=said.codecs,
        )


def _fragments(notes: Said, side: str, ufrag: str, at: float) -> None:
    if not ufrag:
        return
    name = "ice_restart_count" if side == "local" else "remote_ice_restart_count"
    once(notes.known, name, 0)
    before = notes.ufrags.get(side)
    notes.ufrags[side] = ufrag
    if before is not None and before != ufrag:
        count(notes.known, name)
        if side == "local":
            restarted(notes, at)
