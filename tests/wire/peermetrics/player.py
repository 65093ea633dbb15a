"""Play recorded exchanges through the service, with the ids and tokens that it hands out in place of the recorded."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import msgspec

from rtclens.model.codec import Refusal
from rtclens.model.events import AnyEvent, Batch
from rtclens.wire.peermetrics import App, Handled, PeerMetrics, Request, State

KEY = "0123456789abcdef0123456789abcdef"
SECRET = b"a secret for tests only, 32 bytes"
APP = App("app_1", "Tests")
START = 1_795_169_000_000.0


def lookup(key: str) -> App | None:
    return APP if key == KEY else None


class Exchange(msgspec.Struct):
    """One recorded request; `at` is its arrival (ms since the epoch), `status` and `answer` what was replied then."""

    at: float
    method: str
    path: str
    body: str = ""
    headers: dict[str, str] = {}
    status: int = 200
    answer: str = ""


class Player:
    """Feeds exchanges to one service and gathers everything that comes out."""

    def __init__(self, service: PeerMetrics | None = None) -> None:
        self.service = service or PeerMetrics(SECRET, lookup)
        self.state: State = self.service.open()
        self.known: dict[str, str] = {}
        self.handled: list[tuple[Exchange, Handled]] = []

    def play(self, exchanges: list[Exchange], speed: float = 1.0) -> Player:
        """Play all; with a high `speed` they arrive faster than they were recorded."""
        zero = exchanges[0].at
        for exchange in exchanges:
            self.send(exchange, zero + (exchange.at - zero) / speed)
        return self

    def send(self, exchange: Exchange, at: float) -> Handled:
        request = Request(exchange.method, exchange.path, exchange.headers, self._body(exchange.body), "192.0.2.7")
        self.state, handled = self.service.handle(self.state, request, at)
        self._learn(exchange.answer, handled.response.body)
        self.handled.append((exchange, handled))
        return handled

    def _body(self, text: str) -> bytes:
        for recorded, ours in self.known.items():
            text = text.replace(recorded, ours)
        return text.encode()

    def _learn(self, recorded: str, ours: bytes) -> None:
        old, new = _parsed(recorded), _parsed(ours.decode())
        for name in ("token", "peer_id", "connection_id"):
            if name in old and name in new:
                self.known[old[name]] = new[name]

    @property
    def batches(self) -> list[Batch]:
        return [item for _, handled in self.handled for item in handled.items if isinstance(item, Batch)]

    @property
    def events(self) -> list[AnyEvent]:
        return [event for batch in self.batches for event in batch.events]

    @property
    def refusals(self) -> list[Refusal]:
        return [item for _, handled in self.handled for item in handled.items if isinstance(item, Refusal)]

    def count(self) -> Counter[str]:
        return Counter(type(event).__name__ for event in self.events)


def _parsed(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text or "null")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
