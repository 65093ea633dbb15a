"""Turn the `updateLog` of a connection into events.

Enters: the log's entries with their instants. Leaves: canonical events in the order of the log. Entries carry no
correlation: a result belongs to the oldest call of the same method that has none yet. A description takes effect when
its call succeeds. Entries nobody knows are kept under their own name.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Any, Literal

from rtclens.model.events import (
    AnyEvent,
    ApiCalled,
    CandidateFailed,
    CandidateGathered,
    ConnectionClosed,
    Described,
    Machine,
    Notified,
    StateChanged,
    TrackChanged,
)
from rtclens.wire.common import sdp
from rtclens.wire.internals import values

MACHINES: dict[str, Machine] = {
    "signalingstatechange": "signaling",
    "iceconnectionstatechange": "ice",
    "connectionstatechange": "connection",
    "icegatheringstatechange": "ice_gathering",
}
CALLS = {
    name.lower(): name
    for name in (
        "createOffer",
        "createAnswer",
        "setLocalDescription",
        "setRemoteDescription",
        "addIceCandidate",
        "addTransceiver",
        "createDataChannel",
        "removeTrack",
        "restartIce",
        "setConfiguration",
        "setParameters",
        "replaceTrack",
    )
}
OUTCOMES: dict[str, Literal["success", "failure"]] = {"onsuccess": "success", "onfailure": "failure"}
SIDES: dict[str, Literal["local", "remote"]] = {"setLocalDescription": "local", "setRemoteDescription": "remote"}
# The engine logs this name beside the standard's; it differs in details nobody judges by.
LEGACY_STATE = "legacyiceconnectionstatechange"
Direction = Literal["inbound", "outbound"]


class Log:
    """Reads one connection's log; holds the calls that have no result yet and the tracks seen."""

    def __init__(self, connection: str, names: set[str]) -> None:
        """`names` are the normalised names that occur in the log."""
        self._connection = connection
        self._calls: dict[str, deque[tuple[str, Any]]] = defaultdict(deque)
        self._numbers: dict[str, int] = defaultdict(int)
        self._tracks: set[str] = set()
        self._legacy_states = "iceconnectionstatechange" not in names
        self._readers: dict[str, Callable[[float, Any], Iterator[AnyEvent]]] = {
            "icecandidate": self._candidate,
            "icecandidateerror": self._candidate_error,
            "track": self._track_received,
            "addtrack": self._track_added,
            "transceiveradded": self._transceiver,
            "transceivermodified": self._transceiver,
            "close": self._closed,
        }

    def read(self, at: float, name: str, value: Any) -> Iterator[AnyEvent]:
        """The events behind one entry."""
        key = normalised(name)
        if key == LEGACY_STATE:
            if self._legacy_states:
                yield StateChanged(at=at, connection=self._connection, machine="ice", state=values.state(value))
        elif key in MACHINES:
            yield StateChanged(at=at, connection=self._connection, machine=MACHINES[key], state=values.state(value))
        elif key in self._readers:
            yield from self._readers[key](at, value)
        elif key in CALLS:
            yield self._call(at, CALLS[key], value)
        elif key[:-9] in CALLS and key[-9:] in OUTCOMES:
            yield from self._outcome(at, CALLS[key[:-9]], OUTCOMES[key[-9:]], value)
        else:
            known = name[2:] if key != name.lower() else name
            yield Notified(at=at, name=known, connection=self._connection, value=values.plain(value))

    def _call(self, at: float, method: str, value: Any) -> ApiCalled:
        self._numbers[method] += 1
        correlation = f"{method}-{self._numbers[method]}"
        said = self._argument(method, value)
        self._calls[method].append((correlation, said))
        return ApiCalled(at=at, name=method, connection=self._connection, value=said, correlation=correlation)

    @staticmethod
    def _argument(method: str, value: Any) -> Any:
        if method in SIDES:
            kind, text = values.description(value)
            return {"type": kind, "sdp": text} if kind or text else values.plain(value)
        return values.candidate(value) if method == "addIceCandidate" else values.plain(value)

    def _outcome(self, at: float, method: str, phase: Literal["success", "failure"], value: Any) -> Iterator[AnyEvent]:
        waiting = self._calls[method]
        correlation, argument = waiting.popleft() if waiting else ("", None)
        said = values.plain(value)
        error = str(said) if phase == "failure" and said is not None else ""
        yield ApiCalled(
            at=at,
            name=method,
            phase=phase,
            connection=self._connection,
            value=None if error else said,
            error=error,
            correlation=correlation,
        )
        if phase == "success" and method in SIDES:
            kind, text = values.description(argument)
            implicit = values.description(value)
            yield Described(
                at=at,
                connection=self._connection,
                side=SIDES[method],
                kind=kind or implicit[0],
                sdp=text or implicit[1],
            )

    def _candidate(self, at: float, value: Any) -> Iterator[AnyEvent]:
        gathered = sdp.candidate(values.candidate(value))
        yield CandidateGathered(at=at, connection=self._connection, candidate=gathered)

    def _candidate_error(self, at: float, value: Any) -> Iterator[AnyEvent]:
        said = values.members(value)
        code, port = said.get("error_code"), said.get("port")
        yield CandidateFailed(
            at=at,
            connection=self._connection,
            code=sdp.number(str(code)),
            text=str(said.get("error_text") or ""),
            url=str(said.get("url") or ""),
            address=str(said.get("address") or said.get("host_candidate") or ""),
            port=sdp.number(str(port)),
        )

    def _closed(self, at: float, _value: Any) -> Iterator[AnyEvent]:
        yield ConnectionClosed(at=at, connection=self._connection, reason="closed")

    def _track_added(self, at: float, value: Any) -> Iterator[AnyEvent]:
        said = values.members(value)
        track = said.get("id")
        yield ApiCalled(
            at=at,
            name="addTrack",
            connection=self._connection,
            track=track if isinstance(track, str) else "",
            value=said or values.plain(value),
        )
        yield from self._track(at, said, "outbound")

    def _track_received(self, at: float, value: Any) -> Iterator[AnyEvent]:
        yield from self._track(at, values.members(value), "inbound")

    def _transceiver(self, at: float, value: Any) -> Iterator[AnyEvent]:
        """Transceivers are the only source of tracks in versions that log neither addTrack nor ontrack."""
        said = values.transceiver(value)
        kind, direction = said.get("kind"), str(said.get("currentDirection") or "")
        if said.get("reason") in ("addTrack", "addTransceiver"):
            yield from self._track(at, {"kind": kind, "id": _track_of(said, "sender")}, "outbound")
        if said.get("reason") == "setRemoteDescription" or "recv" in direction:
            yield from self._track(at, {"kind": kind, "id": _track_of(said, "receiver")}, "inbound")
        yield Notified(at=at, name="transceiver", connection=self._connection, value=said or values.plain(value))

    def _track(self, at: float, said: dict[str, Any], direction: Direction) -> Iterator[AnyEvent]:
        track, kind, label = said.get("id"), said.get("kind"), said.get("label")
        if not isinstance(track, str) or not track or track in self._tracks:
            return
        self._tracks.add(track)
        yield TrackChanged(
            at=at,
            track=track,
            change="added",
            connection=self._connection,
            kind=kind if isinstance(kind, str) else "",
            direction=direction,
            label=label if isinstance(label, str) else "",
        )


def normalised(name: str) -> str:
    """The name in lower case, without the `on` that some versions put before event names."""
    lower = name.lower()
    return lower[2:] if lower.startswith("on") else lower


def _track_of(transceiver: dict[str, Any], side: str) -> Any:
    part = transceiver.get(side)
    return part.get("track") if isinstance(part, dict) else None
