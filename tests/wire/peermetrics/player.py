"""Two ways to drive the service: a page that does what the SDK does, and recordings of pages that did."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from rtclens.model.codec import Refusal
from rtclens.model.events import AnyEvent, Batch
from rtclens.wire.peermetrics import App, Handled, PeerMetrics, Request, State

DATA = Path(__file__).parents[2] / "data" / "peermetrics"
SCENARIOS = sorted(path.name.removesuffix(".jsonl.gz") for path in DATA.glob("*.jsonl.gz"))
KEY = "0123456789abcdef0123456789abcdef"
OTHER_KEY = "fedcba9876543210fedcba9876543210"
SECRET = b"a secret for tests only, 32 bytes"
START = 1_795_169_000_000.0
APPS = {KEY: App("app_1", "Tests"), OTHER_KEY: App("app_2", "Others")}


def service(**options: Any) -> PeerMetrics:
    return PeerMetrics(options.pop("secrets", SECRET), options.pop("lookup", APPS.get), **options)


class Exchange(msgspec.Struct):
    """One recorded request; `at` is its arrival (ms since the epoch), `status` and `answer` what was replied then."""

    at: float
    method: str
    path: str
    body: str = ""
    headers: dict[str, str] = {}
    status: int = 200
    answer: dict[str, str] = {}


def recorded(scenario: str) -> list[Exchange]:
    with gzip.open(DATA / f"{scenario}.jsonl.gz") as lines:
        return [msgspec.json.decode(line, type=Exchange) for line in lines]


class Gathered:
    """What came out of a service, in order."""

    def __init__(self, peermetrics: PeerMetrics | None = None) -> None:
        self.service = peermetrics or service()
        self.state: State = self.service.open()
        self.handled: list[Handled] = []

    def ask(self, request: Request, at: float) -> Handled:
        self.state, handled = self.service.handle(self.state, request, at)
        self.handled.append(handled)
        return handled

    @property
    def batches(self) -> list[Batch]:
        return [item for handled in self.handled for item in handled.items if isinstance(item, Batch)]

    @property
    def events(self) -> list[AnyEvent]:
        return [event for batch in self.batches for event in batch.events]

    @property
    def refusals(self) -> list[Refusal]:
        return [item for handled in self.handled for item in handled.items if isinstance(item, Refusal)]

    def of(self, cls: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, cls)]

    def count(self) -> Counter[str]:
        return Counter(type(event).__name__ for event in self.events)


class Player(Gathered):
    """Plays recorded exchanges with the tokens and ids of this service in place of the recorded ones."""

    def __init__(self, peermetrics: PeerMetrics | None = None) -> None:
        super().__init__(peermetrics)
        self.known: dict[str, str] = {}

    def play(self, exchanges: list[Exchange], speed: float = 1.0) -> Player:
        zero = exchanges[0].at
        for exchange in exchanges:
            self.send(exchange, zero + (exchange.at - zero) / speed)
        return self

    def send(self, exchange: Exchange, at: float) -> Handled:
        handled = self.ask(
            Request(exchange.method, exchange.path, exchange.headers, self.body(exchange), "192.0.2.7"), at
        )
        new = json.loads(handled.response.body or b"null")
        for name, old in exchange.answer.items():
            if isinstance(new, dict) and name in new:
                self.known[old] = new[name]
        return handled

    def body(self, exchange: Exchange) -> bytes:
        text = exchange.body
        for old, new in self.known.items():
            text = text.replace(old, new)
        return text.encode()


class Page(Gathered):
    """One page with the SDK on it. `at` is the server's clock; every request arrives when it is sent."""

    def __init__(self, peermetrics: PeerMetrics | None = None, user: str = "ada", call: str = "daily") -> None:
        super().__init__(peermetrics)
        self.at = START
        self.user, self.call = user, call
        self.headers = {"origin": "https://app.example.org", "user-agent": "Browser/1"}
        self.token = ""
        self.peer = self.connection = ""

    def send(self, method: str, path: str, body: dict[str, Any] | bytes, **headers: str) -> Handled:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask(Request(method, "/v1" + path, self.headers | headers, raw, "192.0.2.7"), self.at)

    def say(self, path: str, method: str = "POST", **body: Any) -> Handled:
        return self.send(method, path, {"token": self.token, **body})

    def initialize(self, **more: Any) -> Handled:
        return self.send("POST", "/initialize", {"apiKey": KEY, "conferenceId": self.call, "userId": self.user, **more})

    def join(self, **session: Any) -> Page:
        first = self.initialize(conferenceName="Daily", userName="Ada")
        self.token = answer(first)["token"]
        self.token = answer(self.say("/sessions", **session))["token"]
        return self

    def connect(self, peer: str = "bob", **more: Any) -> Page:
        body = {"eventName": "addConnection", "peerId": peer, "isSfu": False} | more
        ids = answer(self.say("/connection", **body))
        self.peer, self.connection = ids["peer_id"], ids["connection_id"]
        return self

    def tell(self, name: str, data: Any = None, **more: Any) -> Handled:
        body = {"eventName": name, "peerId": self.peer, "connectionId": self.connection, "data": data, **more}
        return self.say("/connection", **body)

    def browser(self, name: str, **more: Any) -> Handled:
        return self.say("/events/browser", eventName=name, **more)

    def stats(self, data: Any, **more: Any) -> Handled:
        return self.say("/stats", data=data, peerId=self.peer, connectionId=self.connection, timeTaken=5, **more)


def sample(timestamp: float, packets: int = 100, **more: Any) -> dict[str, Any]:
    """The `data` of a stats body taken at `timestamp` (client clock, ms)."""
    inbound = {
        "id": "IT01A1",
        "timestamp": timestamp,
        "type": "inbound-rtp",
        "kind": "audio",
        "mediaType": "audio",
        "ssrc": 1,
        "codecId": "C1",
        "packetsReceived": packets,
        "mimeType": "audio/opus",
        "clockRate": 48_000,
        "payloadType": 111,
        "track": {},
        **more,
    }
    return {"audio": {"inbound": [inbound], "outbound": []}, "video": {"inbound": [], "outbound": []}, "connection": {}}


def answer(handled: Handled) -> Any:
    return json.loads(handled.response.body)
