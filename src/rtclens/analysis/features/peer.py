"""Features of a connection's life: states, times, and the events that belong to it.

Enters: events of a connection. Leaves: `Said.known`.
"""

from __future__ import annotations

from rtclens.analysis.features import candidates, signalling
from rtclens.analysis.features.notes import Said, count, once, span
from rtclens.model import events as e

CONNECTED = ("connected", "completed")
LOST = ("disconnected", "failed")
TELLING = frozenset(
    {
        e.StateChanged,
        e.ApiCalled,
        e.Described,
        e.CandidateGathered,
        e.CandidateFailed,
        e.ConnectionOpened,
        e.ConnectionClosed,
        e.TrackChanged,
    }
)


def happened(notes: Said, event: e.AnyEvent, at: float) -> None:
    """Apply an event of the connection, one of `TELLING`."""
    if isinstance(event, e.StateChanged):
        moved(notes, event.machine, event.state, at)
    elif isinstance(event, e.ApiCalled):
        signalling.called(notes, event, at)
    elif isinstance(event, e.Described):
        signalling.described(notes, event, at)
    elif isinstance(event, e.CandidateGathered):
        candidates.local(notes, event, at)
    elif isinstance(event, e.CandidateFailed):
        candidates.failed(notes, event)
    elif isinstance(event, e.ConnectionOpened):
        signalling.opened(notes, event, at)
    elif isinstance(event, e.ConnectionClosed):
        notes.known["closed"] = True
        if event.reason:
            notes.known["close_reason"] = event.reason
    elif isinstance(event, e.TrackChanged) and event.change == "added" and event.direction == "inbound":
        once(notes.known, "ontrack_after_first_set_remote_description", _early(notes))


def _early(notes: Said) -> bool:
    return "setRemoteDescription" in notes.first and "setRemoteDescription success" not in notes.first


def moved(notes: Said, machine: str, state: str, at: float) -> None:
    """A state machine moved."""
    if machine == "signaling":
        _signaling(notes, state)
    elif machine == "ice_gathering":
        if state == "gathering":
            notes.first.setdefault("gathering", at)
        elif state == "complete":
            notes.known["ice_gathering_complete"] = True
            once(notes.known, "gathering_time", span(notes.first.get("gathering"), at))
    elif machine == "ice":
        _ice(notes, state, at)
    elif machine == "connection":
        _connection(notes, state, at)
    elif machine == "dtls" and state == "failed":
        notes.known["dtls_failure"] = True


def _signaling(notes: Said, state: str) -> None:
    if state == "stable":
        count(notes.known, "number_of_negotiations")
    if state == "closed":
        notes.known["closed"] = True
    else:
        notes.known["pending_negotiation_at_end"] = state != "stable"


def _ice(notes: Said, state: str, at: float) -> None:
    known, first = notes.known, notes.first
    once(known, "ice_failure", False)
    once(known, "ice_connected", False)
    if state == "checking":
        first.setdefault("checking", at)
        if "setLocalDescription" in first or "setRemoteDescription" in first:
            once(known, "ice_checking_before_srd", "setRemoteDescription" not in first)
    elif state in CONNECTED:
        known["ice_connected"] = True
        first.setdefault("ice connected", at)
        once(known, "ice_connection_time", span(first.get("checking"), at))
        if "restart" in first:
            known["ice_restart_success"] = True
    elif state == "failed":
        known["ice_failure"] = True
        known["ice_failure_subsequent"] = "ice connected" in first


def _connection(notes: Said, state: str, at: float) -> None:
    known, first = notes.known, notes.first
    for name in ("connected", "ever_failed", "ever_disconnected"):
        once(known, name, False)
    before = str(known.get("final_state", ""))
    if before == state:
        return
    _passed(notes, before, at)
    first["state"] = at
    known["final_state"] = state
    if state == "connecting":
        first.setdefault("connecting", at)
    elif state == "connected":
        _connected(notes, at)
    elif state in LOST:
        known["ever_failed" if state == "failed" else "ever_disconnected"] = True
        if before == "connected":
            first["outage"] = at
            if state == "disconnected":
                count(known, "disconnected_count")
    elif state == "closed":
        known["closed"] = True


def _connected(notes: Said, at: float) -> None:
    known, first = notes.known, notes.first
    known["connected"] = True
    first.setdefault("connected", at)
    once(known, "connection_time", span(first.get("connecting"), at))
    once(known, "dtls_time", span(first.get("ice connected"), at))
    for name in ("disconnected_count", "reconnect_count", "disconnected_ms", "longest_outage_ms", "connected_ms"):
        once(known, name, 0)
    outage = span(first.pop("outage", None), at)
    if outage is not None:
        known["longest_outage_ms"] = max(known["longest_outage_ms"], outage)
        count(known, "reconnect_count")


def _passed(notes: Said, state: str, at: float) -> None:
    """Book the time spent in a state that is left."""
    spent = span(notes.first.get("state"), at) or 0
    if state == "connected":
        count(notes.known, "connected_ms", spent)
    elif state in LOST and "connected" in notes.first:
        count(notes.known, "disconnected_ms", spent)
