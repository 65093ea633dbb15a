"""Features of ICE candidates, from events and from the candidates inside descriptions.

Enters: candidate lines and parsed candidates of either side. Leaves: the candidate features of a connection.
"""

from __future__ import annotations

from sys import intern
from typing import Any

from rtclens.analysis.features.notes import Said, once, span, tally
from rtclens.model import events as e

MAX_HELD = 200
SHORT = {"host": "host", "srflx": "srflx", "prflx": "prflx", "relay": "turn"}
PREFERENCES = {2: "udp", 1: "tcp", 0: "tls"}  # Chromium's type preference of a relay candidate names its transport


def local(notes: Said, event: e.CandidateGathered, at: float) -> None:
    """A local candidate was gathered, or all were."""
    found = event.candidate
    if found is None or not (found.line or found.type or found.address):
        notes.known["ice_gathering_complete"] = True
        began = notes.first.get("gathering", notes.first.get("setLocalDescription success"))
        once(notes.known, "gathering_time", span(began, at))
        return
    candidate = found if found.type and found.address else parsed(found.line, found)
    sld = notes.first.get("setLocalDescription success")
    once(notes.known, "time_between_sld_and_first_candidate", span(sld, at))
    gathered(notes, candidate)
    if candidate.type == "relay":
        _relay(notes, candidate, at)


def _relay(notes: Said, candidate: e.Candidate, at: float) -> None:
    preference = candidate.priority >> 24 if candidate.priority is not None and candidate.priority >= 0 else None
    protocol = candidate.relay_protocol or PREFERENCES.get(preference if preference is not None else -1, "")
    if protocol in ("udp", "tcp", "tls"):
        began = notes.first.get("gathering")
        if began is not None:
            once(notes.known, f"gathering_time_turn_{protocol}", span(began, at))
    if candidate.address:
        once(notes.known, "relay_address", candidate.address)
    if "restart" in notes.first:
        notes.known["ice_restart_followed_by_relay_candidate"] = True


def gathered(notes: Said, candidate: e.Candidate) -> None:
    """Note a local candidate, wherever it was seen."""
    known = notes.known
    _default(known, "gathered")
    name = _name(candidate)
    if name and name != "prflx":
        known[f"gathered_{name}_candidate"] = True
    _count(notes.local, candidate)
    known["number_of_local_ice_candidates"] = len(notes.local)
    if candidate.type == "host":
        known["number_of_interfaces"] = len({key.split(" ")[1] for key in notes.local if key.endswith(" host")})
        private = private_range(candidate.address)
        if private:
            known[f"gathered_private_{private}"] = True


def added(notes: Said, candidate: e.Candidate) -> None:
    """Note a remote candidate, wherever it was seen."""
    known = notes.known
    _default(known, "added")
    name = _name(candidate)
    if name:
        known[f"added_{name}_candidate"] = True
    if candidate.tcp_type == "passive":
        known["added_connectable_ice_tcp_candidate"] = True
    _count(notes.remote, candidate)
    known["number_of_remote_ice_candidates"] = len(notes.remote)


def called(notes: Said, value: Any) -> None:
    """`addIceCandidate` was called with this."""
    line = value.get("candidate") if isinstance(value, dict) else value
    if not line:
        notes.known["added_null_candidate"] = True
    elif isinstance(line, str):
        once(notes.known, "added_null_candidate", False)
        added(notes, parsed(line, e.Candidate()))


def failed(notes: Said, event: e.CandidateFailed) -> None:
    """A STUN or TURN server gave an error."""
    tally(notes.known, "ice_candidate_errors", str(event.code))


def parsed(line: str, known: e.Candidate) -> e.Candidate:
    """The members of a `candidate:` line (RFC 8839); members that are told apart win."""
    words = line.split()
    if len(words) < 8 or words[6] != "typ":
        return known
    rest = dict(zip(words[8::2], words[9::2], strict=False))
    return e.Candidate(
        foundation=known.foundation or words[0].removeprefix("candidate:"),
        protocol=known.protocol or words[2].lower(),
        priority=known.priority if known.priority is not None else _integer(words[3]),
        address=known.address or words[4],
        port=known.port if known.port is not None else _integer(words[5]),
        type=known.type or words[7],
        tcp_type=known.tcp_type or rest.get("tcptype", ""),
        url=known.url,
        relay_protocol=known.relay_protocol,
    )


def private_range(address: str) -> str:
    """First number of the private IPv4 range of an address, '' when it is in none."""
    parts = address.split(".")
    if len(parts) != 4 or not parts[0].isdigit():
        return ""
    second = int(parts[1]) if parts[1].isdigit() and len(parts[1]) < 4 else -1
    inside = {"10": True, "172": 16 <= second < 32, "192": second == 168, "100": 64 <= second < 128}
    return parts[0] if inside.get(parts[0]) else ""


def _integer(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 12 else None


def _name(candidate: e.Candidate) -> str:
    if candidate.type == "host" and candidate.address.endswith(".local"):
        return "mdns"
    return SHORT.get(candidate.type, "")


def _count(held: set[str], candidate: e.Candidate) -> None:
    if len(held) < MAX_HELD:
        held.add(f"{candidate.foundation} {candidate.address} {candidate.port} {candidate.protocol} {candidate.type}")


def _default(known: dict[str, Any], verb: str) -> None:
    """From the first candidate on, kinds that never come are known not to have come."""
    for name in ("host", "mdns", "srflx", "turn") if verb == "gathered" else (*SHORT.values(), "mdns"):
        known.setdefault(intern(f"{verb}_{name}_candidate"), False)
    if verb == "added":
        known.setdefault("added_connectable_ice_tcp_candidate", False)
    else:
        for number in ("10", "172", "192", "100"):
            known.setdefault(intern(f"gathered_private_{number}"), False)
