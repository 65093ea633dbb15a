"""Follow the offer/answer exchange of one connection, so that compressed descriptions can be expanded.

Enters: the description-related calls, their outcomes, signaling states and candidates, in the order traced.
Leaves: expanded descriptions, and `Applied` when a description took effect.
Source: the JSEP state machine (W3C webrtc 4.4.1.5, RFC 9429), with pending and current descriptions on both sides.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from rtclens.wire.common.sdp import split_sections
from rtclens.wire.rtcstats.compression import Expanded, Known, Packed, Quality, expand, has_stubs, with_candidates

Side = Literal["local", "remote"]
MAX_IN_FLIGHT = 64
MAX_CANDIDATES = 512

# (side, type) -> states it leads from, and the state it leads to. '' stands for a state nobody told us.
_STEPS: dict[tuple[str, str], tuple[frozenset[str], str]] = {
    ("local", "offer"): (frozenset(("stable", "have-local-offer", "")), "have-local-offer"),
    ("remote", "offer"): (frozenset(("stable", "have-local-offer", "have-remote-offer", "")), "have-remote-offer"),
    ("local", "answer"): (frozenset(("have-remote-offer", "have-local-pranswer", "")), "stable"),
    ("remote", "answer"): (frozenset(("have-local-offer", "have-remote-pranswer", "")), "stable"),
    ("local", "pranswer"): (frozenset(("have-remote-offer", "have-local-pranswer", "")), "have-local-pranswer"),
    ("remote", "pranswer"): (frozenset(("have-local-offer", "have-remote-pranswer", "")), "have-remote-pranswer"),
    ("local", "rollback"): (frozenset(("have-local-offer", "have-remote-offer", "")), "stable"),
    ("remote", "rollback"): (frozenset(("have-local-offer", "have-remote-offer", "")), "stable"),
}


class InFlight(msgspec.Struct):
    """A call that has not settled. `known` is `None` for an implicit local description; `base` is its view then."""

    side: Side
    known: Known | None = None
    quality: Quality = "exact"
    base: Known | None = None
    applied: bool = False


class Applied(msgspec.Struct):
    """A description took effect."""

    side: Side
    known: Known
    quality: Quality = "exact"


class Signalling(msgspec.Struct):
    """Where the exchange stands. `state` is '' when the stream was joined mid-call."""

    state: str = "stable"
    gecko: bool = False
    current: dict[str, Packed] = {}
    pending: dict[str, Packed] = {}
    created: dict[str, Known] = {}
    newest: dict[tuple[str, str], Packed] = {}
    in_flight: dict[str, InFlight] = {}
    candidates: dict[str, list[dict[str, Any]]] = {}
    adding: dict[str, dict[str, Any]] = {}


def view(machine: Signalling, side: Side) -> Known | None:
    """The description attribute: pending if there is one, else current, with the candidates known so far."""
    known = machine.pending.get(side) or machine.current.get(side)
    return None if known is None else _shown(machine, side, known.unpacked())


def _shown(machine: Signalling, side: Side, known: Known) -> Known:
    return known if machine.gecko else with_candidates(known, machine.candidates.get(side, []))


def _expanded(machine: Signalling, side: Side, value: dict[str, Any], base: Known | None) -> Expanded | None:
    kind, sdp = value.get("type"), value.get("sdp")
    if not isinstance(kind, str) or not isinstance(sdp, str):
        return None
    newest = machine.newest.get((side, kind))
    return expand(kind, sdp, base, None if newest is None else _shown(machine, side, newest.unpacked()))


def created(machine: Signalling, value: dict[str, Any]) -> Expanded | None:
    """`createOffer` or `createAnswer` succeeded with `value`."""
    sdp = value.get("sdp")
    known = machine.pending.get("local") or machine.current.get("local")
    needs_base = isinstance(sdp, str) and has_stubs(split_sections(sdp))
    result = _expanded(machine, "local", value, view(machine, "local") if needs_base else None)
    if result is not None and known is None:
        machine.created[result.known.type] = result.known
    return result


def called(machine: Signalling, side: Side, correlation: str, value: Any) -> Expanded | None:
    """`setLocalDescription` or `setRemoteDescription` was called; the expanded argument, if it has a text."""
    base = view(machine, side)
    if not isinstance(value, dict):
        call = InFlight(side, base=base)
        result = None
    else:
        kind = value.get("type") if isinstance(value.get("type"), str) else ""
        if side == "local" and base is None:
            base = machine.created.get(str(kind))
        result = _expanded(machine, side, value, base)
        known = Known(str(kind)) if result is None else result.known
        call = InFlight(side, known, "exact" if result is None else result.quality)
    if side == "local":
        machine.created = {}
    _remember(machine.in_flight, _key(side, correlation), call)
    return result


def succeeded(machine: Signalling, side: Side, correlation: str, value: Any) -> Applied | None:
    """The call settled well; `value` is the resulting description of a call without arguments."""
    call = machine.in_flight.pop(_key(side, correlation), None)
    if call is None:
        return None
    if call.known is not None:
        return None if call.applied else _apply(machine, Applied(side, call.known, call.quality))
    if call.applied:
        return _completed(machine, call, value)
    result = _expanded(machine, side, value, call.base) if isinstance(value, dict) else None
    if result is not None:
        return _apply(machine, Applied(side, result.known, result.quality))
    return _apply(machine, Applied(side, Known(_implied(machine))))


def _completed(machine: Signalling, call: InFlight, value: Any) -> Applied | None:
    """An implicit description took effect at its state change; now its text is known."""
    result = _expanded(machine, call.side, value, call.base) if isinstance(value, dict) else None
    if result is None:
        return None
    for texts in (machine.pending, machine.current):
        known = texts.get(call.side)
        if known is not None and known.data is None and known.type == result.known.type:
            texts[call.side] = Packed.of(result.known)
    machine.newest[call.side, result.known.type] = Packed.of(result.known)
    return Applied(call.side, result.known, result.quality)


def failed(machine: Signalling, side: Side, correlation: str) -> Known | None:
    """The call failed: its description never counted. Returned for the record."""
    call = machine.in_flight.pop(_key(side, correlation), None)
    return None if call is None else call.known


def state_changed(machine: Signalling, state: str) -> Applied | None:
    """The signaling state moved: whichever call in flight explains the step took effect now."""
    before, applied = machine.state, None
    for call in machine.in_flight.values():
        kind = call.known.type if call.known is not None else _implied(machine)
        sources, target = _STEPS.get((call.side, kind), (frozenset(), ""))
        if not call.applied and target == state and before in sources:
            call.applied = True
            applied = _apply(machine, Applied(call.side, call.known or Known(kind), call.quality))
            break
    machine.state = state
    if applied is not None and applied.known.sections is None and applied.known.type != "rollback":
        return None if _awaits_text(machine) else applied
    return applied


def _awaits_text(machine: Signalling) -> bool:
    return any(call.applied and call.known is None for call in machine.in_flight.values())


def _implied(machine: Signalling) -> str:
    """What `setLocalDescription()` without an argument makes in this state."""
    return "offer" if machine.state in ("stable", "have-local-offer", "have-remote-pranswer") else "answer"


def _apply(machine: Signalling, applied: Applied) -> Applied:
    side, kind, packed = applied.side, applied.known.type, Packed.of(applied.known)
    other: Side = "remote" if side == "local" else "local"
    if kind == "offer":
        machine.pending = {side: packed}
    elif kind == "pranswer":
        machine.pending[side] = packed
    elif kind == "answer":
        machine.current[side] = packed
        if other in machine.pending:
            machine.current[other] = machine.pending[other]
        machine.pending = {}
    elif kind == "rollback":
        machine.pending = {}
    machine.state = _STEPS.get((side, kind), (None, machine.state))[1]
    if packed.data is not None:
        machine.newest[side, kind] = packed
    return applied


def gathered(machine: Signalling, value: Any) -> None:
    """A local candidate (`RTCIceCandidateInit`) was gathered."""
    _add(machine, "local", value)


def adding(machine: Signalling, correlation: str, value: Any) -> None:
    """`addIceCandidate` was called; the candidate counts once the call succeeded."""
    if isinstance(value, dict):
        _remember(machine.adding, correlation, value)


def added(machine: Signalling, correlation: str) -> None:
    """`addIceCandidate` succeeded."""
    _add(machine, "remote", machine.adding.pop(correlation, None))


def not_added(machine: Signalling, correlation: str) -> None:
    """`addIceCandidate` failed."""
    machine.adding.pop(correlation, None)


def _add(machine: Signalling, side: Side, value: Any) -> None:
    if isinstance(value, dict) and isinstance(value.get("candidate"), str) and value["candidate"]:
        known = machine.candidates.setdefault(side, [])
        known.append(value)
        del known[:-MAX_CANDIDATES]


def _key(side: str, correlation: str) -> str:
    return correlation or side


def _remember(calls: dict[str, Any], key: str, call: Any) -> None:
    calls[key] = call
    while len(calls) > MAX_IN_FLIGHT:
        del calls[next(iter(calls))]
