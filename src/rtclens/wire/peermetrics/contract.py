"""What the door and the Peer Metrics service say to each other.

Enters: nothing. Leaves: `Request` (as HTTP brought it), `Handled` (the response, and what must be durable before it is
sent), `App` (what the service must know of an app) and `Settings`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rtclens.model.codec import Refusal
from rtclens.model.events import Batch

FORMAT = "peermetrics"
ROOT = "/v1/"
Outcome = Literal["accepted", "duplicate", "answered", "refused"]


class App(msgspec.Struct, frozen=True):
    """An app as ingest sees it. `domains` empty admits every origin; `stats_interval_ms` is the SDK's poll interval.

    `revoked` names sessions (the ids inside session tokens) that may no longer send.
    """

    app_id: str
    name: str = ""
    paused: bool = False
    domains: tuple[str, ...] = ()
    stats_interval_ms: int | None = None
    revoked: frozenset[str] = frozenset()


class Settings(msgspec.Struct, frozen=True):
    """Limits, with safe defaults. Times are milliseconds, sizes bytes."""

    stats_interval_ms: int = 10_000
    max_body: int = 2_500_000
    max_id_length: int = 256
    max_batch: int = 1_000
    max_reports: int = 5_000
    token_lifetime: float = 30 * 86_400_000.0
    max_sessions: int = 100_000
    session_idle: float = 900_000.0
    duplicate_window: float = 180_000.0
    duplicate_samples: int = 32
    max_strangers: int = 5


class Request(msgspec.Struct, frozen=True):
    """One HTTP request. Header names are lower case, `path` has no query, `address` is the client's (trusted)."""

    method: str
    path: str
    headers: dict[str, str] = {}
    body: bytes = b""
    address: str = ""
    query: dict[str, str] = {}


class Response(msgspec.Struct, frozen=True):
    """What to send back, once every batch that came with it is durable."""

    status: int
    body: bytes
    headers: dict[str, str] = {}


class Handled(msgspec.Struct, frozen=True):
    """A response and what the request meant.

    `outcome`: `accepted` (at least one batch), `duplicate` (a copy of something accepted: nothing to store),
    `answered` (a question without content of its own), `refused` (at least one refusal, no batch).
    """

    response: Response
    items: list[Batch | Refusal]
    outcome: Outcome
    app_id: str = ""


def below(path: str) -> str:
    """The part of a path below `/v1`; a prefix before it is allowed."""
    _, found, rest = path.rpartition(ROOT)
    return "/" + rest if found else path
