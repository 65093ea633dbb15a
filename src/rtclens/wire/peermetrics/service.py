"""The Peer Metrics service: one HTTP request in, one response and the events it stands for out. Pure.

Enters: `Request` and its arrival time (server clock, ms), the explicit `State`. Leaves: `Handled`. The door makes the
batches durable before it sends the response. Whatever a request holds, nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from rtclens.model.codec import Refusal
from rtclens.model.events import AnyEvent, Batch
from rtclens.wire.peermetrics import body as bodies
from rtclens.wire.peermetrics import browsing, connecting, joining, memory, stats, tracking
from rtclens.wire.peermetrics.answers import FAULTS, Refused, failure, preflight, success
from rtclens.wire.peermetrics.contract import FORMAT, App, Handled, Request, Settings, below
from rtclens.wire.peermetrics.domains import allowed
from rtclens.wire.peermetrics.identity import ConnectionIds
from rtclens.wire.peermetrics.office import Errand, Office
from rtclens.wire.peermetrics.state import State
from rtclens.wire.peermetrics.tokens import JOIN, SESSION, Claims, Tokens
from rtclens.wire.peermetrics.visit import Visit, origin

RAW_KEPT = 65_536
TOKEN = re.compile(rb'("token"\s*:\s*")[^"]*')
Reply = tuple[Any, list[AnyEvent]]
Service = Callable[[Office, Errand], Handled]


class PeerMetrics:
    """The ingest side of the protocol.

    `secrets` sign tokens and ids (the first signs, all verify). `lookup` finds the app of an ingest key; it is asked on
    every request and must answer from memory. `instance` names this process, so that two never mint the same id.
    `office` serves the customer's back end; without one those paths do not exist.
    """

    name = FORMAT

    def __init__(
        self,
        secrets: Sequence[bytes] | bytes,
        lookup: Callable[[str], App | None],
        settings: Settings | None = None,
        instance: str = "",
        office: Office | None = None,
    ) -> None:
        keys = [secrets] if isinstance(secrets, bytes) else list(secrets)
        self.settings = settings or Settings()
        self._lookup = lookup
        self._instance = instance
        self._office = office
        self._tokens = Tokens(keys, self.settings.token_lifetime)
        self._ids = ConnectionIds(keys)

    def open(self) -> State:
        """The state of a process that has seen nothing."""
        return State()

    def remember(self, state: State, batch: Batch) -> State:
        """Take a batch that this service produced earlier, before a restart, into the state; oldest first."""
        memory.remember(state, batch, self.settings)
        return state

    def forget(self, state: State, handled: Handled) -> State:
        """Undo what a request changed whose batches could not be stored: its repeat must be taken as new."""
        for item in handled.items:
            if isinstance(item, Batch):
                memory.forget(state, item)
        return state

    def handle(self, state: State, request: Request, at: float) -> tuple[State, Handled]:
        """Answer one request that arrived at `at` (server clock, ms)."""
        if request.method == "OPTIONS":
            return state, Handled(preflight(), [], "answered")
        try:
            return state, self._routed(state, request, at)
        except Refused as refused:
            return state, self._refused(request, at, refused)

    def _routed(self, state: State, request: Request, at: float) -> Handled:
        methods = ROUTES.get(below(request.path))
        if methods is None:
            raise Refused("not_found")
        handler = methods.get(request.method)
        if handler is None:
            raise Refused("method_not_allowed", f"Use {' or '.join(methods)}.")
        if len(request.body) > self.settings.max_body:
            raise Refused("payload_too_large", f"Send at most {self.settings.max_body} bytes.")
        return handler(self, state, request, at)

    def _refused(self, request: Request, at: float, refused: Refused) -> Handled:
        fault = FAULTS[refused.code]
        refusal = Refusal(fault.refusal, fault.message, refused.hint or fault.hint, FORMAT, at, _kept(request))
        return Handled(failure(refused.code, refused.hint, refused.status), [refusal], "refused", refused.app_id)

    def admitted(self, key: str, request: Request) -> App:
        """The app of an ingest key, if it takes data from this page now."""
        app = self._lookup(key)
        if app is None:
            raise Refused("invalid_api_key")
        if app.paused:
            raise Refused("app_not_recording", app_id=app.app_id)
        if app.domains and not allowed(request.headers.get("origin", ""), app.domains):
            raise Refused("domain_not_allowed", app_id=app.app_id)
        return app

    def speaker(self, token: Any, request: Request, at: float) -> Claims:
        """The claims of a session token whose app still takes data."""
        claims = self._tokens.read(token, SESSION, at)
        app = self.admitted(claims.key, request)
        if app.app_id != claims.app or claims.session in app.revoked:
            raise Refused("invalid_token")
        return claims

    def visit(self, state: State, request: Request, body: dict[str, Any], claims: Claims, at: float) -> Visit:
        """The request with the state of its session."""
        session = state.session(claims.session, at, self.settings)
        session.origin = origin(claims)
        return Visit(request, body, claims, state, session, at, self.settings, self._ids, self._instance)

    def initialize(self, state: State, request: Request, at: float) -> Handled:
        """`POST /initialize`: a join token. Nothing is stored."""
        body = bodies.read(request.body)
        key = bodies.text(body.get("apiKey")) or ""
        if not key and self._lookup("") is None:
            raise Refused("missing_parameters", "initialize needs apiKey, conferenceId and userId.")
        if not (body.get("conferenceId") and body.get("userId")):
            raise Refused("missing_parameters", "initialize needs apiKey, conferenceId and userId.")
        app = self.admitted(key, request)
        claims = joining.join_claims(body, app, key, at, state.next_serial(), self.settings)
        answer = {
            "token": self._tokens.issue(claims),
            "getStatsInterval": app.stats_interval_ms or self.settings.stats_interval_ms,
            "batchConnectionEvents": False,
            "time": at / 1000,
        }
        return Handled(success(answer), [], "answered", app.app_id)

    def join(self, state: State, request: Request, at: float) -> Handled:
        """`POST /sessions`: a session token."""
        body = bodies.read(request.body)
        join = self._tokens.read(body.get("token"), JOIN, at)
        if self.admitted(join.key, request).app_id != join.app:
            raise Refused("invalid_token")
        claims = joining.session_claims(join, self._instance, at)
        visit = self.visit(state, request, body, claims, at)
        token = {"token": self._tokens.issue(claims)}
        return self._told(visit, lambda told: (token, joining.opened(told, join)))

    def stats(self, state: State, request: Request, at: float) -> Handled:
        """`POST /stats`."""
        posted = stats.read(request.body, self.settings.max_reports)
        claims = self.speaker(posted.token, request, at)
        visit = self.visit(state, request, {}, claims, at)
        return self._told(visit, lambda told: ("", stats.sampled(told, posted)))

    def serve(self, state: State, request: Request, at: float, ask: Service) -> Handled:
        """`POST /services/…`, where this server has an office."""
        if self._office is None:
            raise Refused("not_found")
        return ask(self._office, Errand(state, request, at, self.settings))

    def speak(self, state: State, request: Request, at: float, say: Callable[[Visit], Reply]) -> Handled:
        """Any other request of a session."""
        body = bodies.read(request.body)
        claims = self.speaker(body.get("token"), request, at)
        visit = self.visit(state, request, body, claims, at)
        return self._told(visit, say)

    @staticmethod
    def _told(visit: Visit, say: Callable[[Visit], Reply]) -> Handled:
        """What `say` makes of the request: its answer, its events, and notes on what of it could not be used."""
        try:
            answer, events = say(visit)
        except Refused as refused:
            refused.app_id = visit.claims.app
            raise
        items: list[Batch | Refusal] = [visit.batch(events)] if events else []
        for note in visit.notes:
            note.raw = _kept(visit.request)
        items += visit.notes
        outcome = "accepted" if events else "refused" if visit.notes else "duplicate"
        return Handled(success(answer), items, outcome, visit.claims.app)  # type: ignore[arg-type]


def _kept(request: Request) -> bytes:
    """The start of a refused body, as operators may read it: without its token."""
    return TOKEN.sub(rb"\1", request.body[:RAW_KEPT])


def _named(visit: Visit) -> None:
    if not visit.text("eventName"):
        raise Refused("missing_parameters", "The event needs eventName.")


def _update(visit: Visit) -> Reply:
    return joining.updated_reply(visit), joining.updated(visit)


def _connection(visit: Visit) -> Reply:
    _named(visit)
    visit.session.active(visit.session.clock.now(visit.at))
    if visit.text("eventName") == "addConnection":
        return connecting.added(visit)
    return "", connecting.happened(visit)


def _batch(visit: Visit) -> Reply:
    visit.session.active(visit.session.clock.now(visit.at))
    return "", connecting.batched(visit)


def _browser(visit: Visit) -> Reply:
    _named(visit)
    return "", browsing.happened(visit)


def _media(visit: Visit) -> Reply:
    return "", browsing.media_access(visit)


def _announce(visit: Visit) -> Reply:
    events = tracking.announced(visit)
    return tracking.reply(visit), events


def _change(visit: Visit) -> Reply:
    events = tracking.changed(visit)
    return tracking.reply(visit), events


Handler = Callable[[PeerMetrics, State, Request, float], Handled]


def _serving(ask: Service) -> Handler:
    return lambda peermetrics, state, request, at: peermetrics.serve(state, request, at, ask)


def _speaking(say: Callable[[Visit], Reply]) -> Handler:
    return lambda peermetrics, state, request, at: peermetrics.speak(state, request, at, say)


ROUTES: dict[str, dict[str, Handler]] = {
    "/initialize": {"POST": PeerMetrics.initialize},
    "/sessions": {"POST": PeerMetrics.join, "PUT": _speaking(_update)},
    "/events/browser": {"POST": _speaking(_browser)},
    "/events/get-user-media": {"POST": _speaking(_media)},
    "/connection": {"POST": _speaking(_connection)},
    "/connection/batch": {"POST": _speaking(_batch)},
    "/stats": {"POST": PeerMetrics.stats},
    "/services/get-url": {"POST": _serving(Office.get_url)},
    "/services/stop-conference": {"POST": _serving(Office.stop)},
    "/tracks": {"POST": _speaking(_announce), "PUT": _speaking(_change)},
}
