"""Canonical events: what happened, in the words of the W3C APIs, whoever reported it.

Enters: nothing. Leaves: the types every wire format produces and the analysis folds over.

Times (`at`) are milliseconds since the epoch on the *sender's* clock as its format gives it; the server's clock is
`Batch.received_at`. Ids (`connection`, `track`) are the sender's own; the analysis turns them into ours.
An empty string means "not said". `value` fields hold plain JSON values exactly as the client sent them.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from rtclens.model.stats import Stats


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who is speaking. Constant for a stream of frames, or for one client inside it.

    `call` and `participant` are the ids the application gave; '' when it gave none.
    `session` tells two joins of one participant apart; '' means: the participant's open session, else a new one.
    `role` is `client`, `sfu` or `turn`; the last two are infrastructure, never counted as people.
    """

    app_id: str
    format: str
    call: str = ""
    participant: str = ""
    session: str = ""
    role: Literal["client", "sfu", "turn"] = "client"


class Device(msgspec.Struct, omit_defaults=True):
    """An entry of `enumerateDevices()`."""

    kind: str = ""
    id: str = ""
    label: str = ""
    group: str = ""


class Client(msgspec.Struct, omit_defaults=True):
    """The page's environment, as far as the client told it."""

    browser: str = ""
    browser_version: str = ""
    os: str = ""
    os_version: str = ""
    device_type: str = ""
    device_vendor: str = ""
    device_model: str = ""
    user_agent: str = ""
    sdk: str = ""
    sdk_version: str = ""
    app_version: str = ""
    cores: int | None = None
    memory_gib: float | None = None
    url: str = ""
    address: str = ""
    extra: dict[str, Any] | None = None


class LocalTrack(msgspec.Struct, omit_defaults=True):
    """A MediaStreamTrack that `getUserMedia` or `getDisplayMedia` returned."""

    id: str
    kind: str = ""
    label: str = ""
    streams: list[str] = []
    extra: dict[str, Any] | None = None


class Candidate(msgspec.Struct, omit_defaults=True):
    """An ICE candidate, parsed as far as possible; `line` is the `candidate:` attribute."""

    line: str = ""
    address: str = ""
    port: int | None = None
    protocol: str = ""
    type: str = ""
    tcp_type: str = ""
    related_address: str = ""
    related_port: int | None = None
    foundation: str = ""
    priority: int | None = None
    mid: str = ""
    mline_index: int | None = None
    username_fragment: str = ""
    url: str = ""
    relay_protocol: str = ""


class Event(msgspec.Struct, kw_only=True, omit_defaults=True, tag_field="type"):
    """What every event carries."""

    at: float


class SessionOpened(Event, tag="session_opened"):
    """A participant joins: a page visit begins to report."""

    client: Client | None = None
    call_name: str = ""
    participant_name: str = ""
    tags: dict[str, Any] | None = None


class SessionUpdated(Event, tag="session_updated"):
    """More became known about the session; empty members leave the old values."""

    client: Client | None = None
    devices: list[Device] | None = None
    call_name: str = ""
    participant_name: str = ""
    tags: dict[str, Any] | None = None


class SessionClosed(Event, tag="session_closed"):
    """The participant left and said so (`reason`: left, unload, closed, ended_by_server)."""

    reason: str = ""


class LeaveAnnounced(Event, tag="leave_announced"):
    """The page may be about to leave (`beforeunload`); ends nothing by itself."""


class TelemetryOpened(Event, tag="telemetry_opened"):
    """The client's channel to us opened."""

    transport: str = ""
    connect_ms: float | None = None


class TelemetryClosed(Event, tag="telemetry_closed"):
    """The client's channel to us closed; `code` is the WebSocket close code."""

    code: int | None = None
    reason: str = ""


class Heartbeat(Event, tag="heartbeat"):
    """The client is alive and had nothing to report."""


class ConnectionOpened(Event, tag="connection_opened"):
    """An RTCPeerConnection was created (`config` without credentials) or became known."""

    connection: str
    config: dict[str, Any] | None = None
    peer: str = ""
    peer_name: str = ""
    sfu: bool | None = None
    label: str = ""


class ConnectionClosed(Event, tag="connection_closed"):
    """The RTCPeerConnection was closed by this side."""

    connection: str
    reason: str = ""


Machine = Literal["signaling", "ice_gathering", "ice", "connection", "dtls", "sctp"]


class StateChanged(Event, tag="state_changed"):
    """A state machine of the connection moved; `state` is the W3C state name."""

    connection: str
    machine: Machine
    state: str


class ApiCalled(Event, tag="api_called"):
    """The application called a WebRTC method, or the call settled.

    `name` is the W3C method (`setLocalDescription`, `addIceCandidate`, `addTrack`, `setParameters` …).
    `phase`: call, success, failure. `correlation` pairs a call with its outcome where the format has an id.
    """

    name: str
    phase: Literal["call", "success", "failure"] = "call"
    connection: str = ""
    track: str = ""
    value: Any = None
    error: str = ""
    correlation: str = ""


class Described(Event, tag="described"):
    """A session description took effect on one side; `sdp` is '' when only its type is known."""

    connection: str
    side: Literal["local", "remote"]
    kind: str
    sdp: str = ""


class CandidateGathered(Event, tag="candidate_gathered"):
    """ICE gathered a local candidate; `None` is the end of candidates."""

    connection: str
    candidate: Candidate | None = None


class CandidateFailed(Event, tag="candidate_failed"):
    """`icecandidateerror`: a STUN or TURN server did not answer as hoped."""

    connection: str
    code: int | None = None
    text: str = ""
    url: str = ""
    address: str = ""
    port: int | None = None


class MediaAccess(Event, tag="media_access"):
    """getUserMedia (`source` user) or getDisplayMedia (display) was requested, granted or failed."""

    phase: Literal["requested", "granted", "failed"]
    source: Literal["user", "display"] = "user"
    audio: bool | None = None
    video: bool | None = None
    constraints: Any = None
    tracks: list[LocalTrack] = []
    error: str = ""
    message: str = ""
    correlation: str = ""


TrackChange = Literal[
    "added", "removed", "muted", "unmuted", "ended", "stopped", "enabled", "disabled", "replaced", "changed"
]


class TrackChanged(Event, tag="track_changed"):
    """Something happened to a MediaStreamTrack or its sender.

    `muted`/`unmuted` are the track's own events (no media arrives or the system muted it), `disabled`/`enabled` are
    the application's `track.enabled`, `stopped` is `track.stop()`. `direction` is seen from this client.
    """

    track: str
    change: TrackChange
    connection: str = ""
    kind: str = ""
    direction: Literal["inbound", "outbound", ""] = ""
    label: str = ""
    replaced_by: str = ""
    value: Any = None


class DevicesChanged(Event, tag="devices_changed"):
    """`devicechange`, or a fresh result of `enumerateDevices()`."""

    devices: list[Device] | None = None


class VisibilityChanged(Event, tag="visibility_changed"):
    """The page was hidden or shown."""

    hidden: bool


class Notified(Event, tag="notified"):
    """Any other browser event (`negotiationneeded`, `datachannel`, `resize` …) under its W3C name."""

    name: str
    connection: str = ""
    track: str = ""
    value: Any = None


class AppReported(Event, tag="app_reported"):
    """A custom event of the application."""

    name: str
    value: Any = None
    connection: str = ""
    track: str = ""


class ClientIssue(Event, tag="client_issue"):
    """An issue that the client's own SDK detected, kept in its words beside our findings."""

    kind: str
    severity: str = ""
    message: str = ""
    key: str = ""
    value: Any = None
    connection: str = ""
    track: str = ""


class ClientScored(Event, tag="client_scored"):
    """A score that the client's own SDK computed (`scope`: client, connection, track)."""

    scope: str
    score: float
    connection: str = ""
    track: str = ""
    reasons: Any = None


class Sample(Event, tag="sample"):
    """One `getStats()` result of one connection; `at` is the newest local report's timestamp or the sample's own."""

    connection: str
    stats: Stats
    collect_ms: float | None = None


class ServerSample(Event, tag="server_sample"):
    """Counters of an SFU or TURN server, rows by kind (`transports`, `inbound_pads`, `allocations` …)."""

    server: str
    rows: dict[str, list[dict[str, Any]]]


AnyEvent = (
    SessionOpened
    | SessionUpdated
    | SessionClosed
    | LeaveAnnounced
    | TelemetryOpened
    | TelemetryClosed
    | Heartbeat
    | ConnectionOpened
    | ConnectionClosed
    | StateChanged
    | ApiCalled
    | Described
    | CandidateGathered
    | CandidateFailed
    | MediaAccess
    | TrackChanged
    | DevicesChanged
    | VisibilityChanged
    | Notified
    | AppReported
    | ClientIssue
    | ClientScored
    | Sample
    | ServerSample
)


class Batch(msgspec.Struct, omit_defaults=True):
    """Events of one origin that arrived together: the unit of the stream.

    `received_at` is the server's clock (ms since the epoch) when the frame arrived; an importer sets it to the time
    of the newest event. `seq` orders batches that arrived in one millisecond; the stream sets it, always rising.
    """

    origin: Origin
    received_at: float
    events: list[AnyEvent]
    seq: int = 0
