"""The two endpoints for the customer's own back end: a link to a call, and ending one.

Enters: requests that carry the app's server key, or its public key beside a bearer token that may act for the app.
Leaves: the link; or an empty answer and the events that end the call's open sessions. What only the rest of the
server knows comes through `Directory`. The public key alone opens neither: it stands in the source of every page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import msgspec

from rtclens.model.codec import Refusal
from rtclens.model.events import AnyEvent, Batch, ConnectionClosed, Origin, SessionClosed
from rtclens.wire.peermetrics import body as bodies
from rtclens.wire.peermetrics.answers import Refused, success
from rtclens.wire.peermetrics.contract import App, Handled, Request, Settings
from rtclens.wire.peermetrics.state import Session, State

BEARER = "bearer "
REASON = "ended_by_server"


class Directory(Protocol):
    """What these endpoints ask of the rest of the server. Paths start with `/`; `None` means: not known here."""

    def app_of_server_key(self, key: str) -> App | None:
        """The app whose secret server key this is; compared in constant time."""

    def app_of_bearer(self, token: str, key: str) -> App | None:
        """The app with the public `key`, if the API token may act for it."""

    def call_path(self, app_id: str, call: str) -> str | None:
        """The page of the latest call that the application names `call`."""

    def participant_path(self, app_id: str, participant: str) -> str | None:
        """The page of the participant that the application names so."""

    def open_sessions(self, app_id: str, call: str) -> Iterable[Origin]:
        """The call's sessions that have not ended, of whatever process and format."""


class Errand(msgspec.Struct):
    """One request of a back end, and the state it may change."""

    state: State
    request: Request
    at: float
    settings: Settings


class Office:
    """Serves `/services/*`. `public_url` is the base under which people reach the pages, with any prefix."""

    def __init__(self, directory: Directory, public_url: str) -> None:
        self._directory = directory
        self._base = public_url.rstrip("/")

    def get_url(self, errand: Errand) -> Handled:
        """`POST /services/get-url`: the page of a call or of a participant."""
        body, app = self._asked(errand.request)
        call, participant = (bodies.text(body.get(name)) or "" for name in ("conferenceId", "userId"))
        if call:
            path, unknown = self._directory.call_path(app.app_id, call), "conference_not_found"
        elif participant:
            path, unknown = self._directory.participant_path(app.app_id, participant), "participant_not_found"
        else:
            raise Refused("missing_parameters", "get-url needs conferenceId or userId.")
        if path is None:
            raise Refused(unknown)
        return Handled(success({"url": self._base + path}), [], "answered", app.app_id)

    def stop(self, errand: Errand) -> Handled:
        """`POST /services/stop-conference`: every open session of the call ends; a repeat moves no end."""
        body, app = self._asked(errand.request)
        state, at = errand.state, errand.at
        call = bodies.text(body.get("conferenceId")) or ""
        if not call:
            raise Refused("missing_parameters", "stop-conference needs conferenceId.")
        known = {origin.session: (session, origin) for session, origin in _sessions(state, app.app_id, call)}
        elsewhere = {origin.session: origin for origin in self._directory.open_sessions(app.app_id, call)}
        if not known and not elsewhere and self._directory.call_path(app.app_id, call) is None:
            raise Refused("conference_not_found")
        items: list[Batch | Refusal] = [
            _stopped(session, origin, at) for session, origin in known.values() if session.closed_at is None
        ]
        items += [
            Batch(origin, at, [SessionClosed(at=at, reason=REASON)])
            for name, origin in elsewhere.items()
            if name not in known
        ]
        if items or (app.app_id, call) not in state.stopped:
            present = max((session.clock.now(at) for session, _ in known.values()), default=at)
            state.stop(app.app_id, call, present, errand.settings.max_sessions)
        return Handled(success({}), items, "accepted" if items else "answered", app.app_id)

    def _asked(self, request: Request) -> tuple[dict[str, Any], App]:
        """The body, and the app that the caller proved to act for."""
        body = bodies.read(request.body)
        key = bodies.text(body.get("apiKey")) or ""
        if not key:
            raise Refused("missing_parameters", "The request needs apiKey.")
        given = request.headers.get("authorization", "")
        token = given[len(BEARER) :].strip() if given.lower().startswith(BEARER) else ""
        app = self._directory.app_of_bearer(token, key) if token else self._directory.app_of_server_key(key)
        if app is None:
            raise Refused("invalid_api_key", "Send the app's server key as apiKey, or an API token.", 401)
        return body, app


def _sessions(state: State, app_id: str, call: str) -> list[tuple[Session, Origin]]:
    return [
        (session, session.origin)
        for session in state.sessions.values()
        if session.origin is not None and (session.origin.app_id, session.origin.call) == (app_id, call)
    ]


def _stopped(session: Session, origin: Origin, at: float) -> Batch:
    """The end of a session and of its connections, on the session's own timeline."""
    end = session.clock.now(at)
    events: list[AnyEvent] = []
    for connection_id, connection in session.connections.items():
        if connection.ended_at is None:
            connection.ended_at = end
            events.append(ConnectionClosed(at=end, connection=connection_id, reason=REASON))
    session.closed_at = end
    events.append(SessionClosed(at=end, reason=REASON))
    return Batch(origin, at, events)
