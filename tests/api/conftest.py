from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from tests.query.world import T0, World, sample, state

from rtclens.access import Access, CreatedApp
from rtclens.access.database import FILE_NAME, Database
from rtclens.access.passwords import Passwords
from rtclens.api import Services, SqlAnswer, SqlColumn, SqlRefusedError, SqlTable, build
from rtclens.app.redecoding import Letters
from rtclens.edge.importing import Importer
from rtclens.model.facts import Fact
from rtclens.store.erasures import Erasure
from rtclens.store.store import Store

PASSWORD = "correct horse battery"


class Clock:
    def __init__(self) -> None:
        self.now = T0 + 3_600_000

    def __call__(self) -> float:
        return self.now


class Line:
    """A subscription that a test feeds by hand; `None` ends it."""

    def __init__(self) -> None:
        self.facts: asyncio.Queue[Fact | None] = asyncio.Queue()
        self.closed = False

    def __aiter__(self) -> AsyncIterator[Fact]:
        return self

    async def __anext__(self) -> Fact:
        fact = await self.facts.get()
        if fact is None:
            raise StopAsyncIteration
        return fact

    async def aclose(self) -> None:
        self.closed = True


@dataclass
class Lines:
    opened: list[Line] = field(default_factory=list)

    def subscribe(self) -> Line:
        line = Line()
        self.opened.append(line)
        return line


@dataclass
class RecordingSql:
    """Stands in for the store's read-only runner: the API's part is to hand over the right apps and limits."""

    asked: list[tuple[str, tuple[str, ...], int]] = field(default_factory=list)

    def run(self, query: str, app_ids: Sequence[str], limit: int) -> SqlAnswer:
        self.asked.append((query, tuple(app_ids), limit))
        if query.startswith("DROP"):
            raise SqlRefusedError("not_select", "Only SELECT is allowed.", "Ask a question.")
        return SqlAnswer([SqlColumn("n", "UInt64")], [[1]], elapsed_ms=1.5, read_rows=1)

    def tables(self) -> list[SqlTable]:
        return [SqlTable("calls", "One call", [SqlColumn("call_id", "String", "its id")])]


@dataclass
class RecordingErasing:
    """Stands in for deletion, so that a test does not take what others read: the API's part is who may erase what."""

    forgotten: list[Erasure] = field(default_factory=list)

    def forget(self, app_id: str, call_id: str, participant_id: str, by: str) -> Erasure:
        name = f"erasure_{len(self.forgotten)}"
        done = Erasure(app_id, name, call_id, participant_id, T0, by, T0, [], [], {"samples": 1}, {}, T0)
        self.forgotten.append(done)
        return done

    def erasures(self, app_ids: Sequence[str], after: float, limit: int) -> list[Erasure]:
        return [one for one in reversed(self.forgotten) if one.app_id in app_ids and one.requested_at > after][:limit]


def letters_of(store: Store) -> Letters:
    """Dead letters as the server has them."""
    clock = Clock()
    return Letters(store, Importer(store, "standard", clock), clock)


@dataclass
class Site:
    """A server in process, with two organizations: `mine` (with all roles) and `theirs`."""

    services: Services
    access: Access
    clock: Clock
    lines: Lines
    sql: RecordingSql
    client: httpx.Client
    mine: CreatedApp
    theirs: CreatedApp
    cookies: dict[str, str]
    tokens: dict[str, str]
    erasing: RecordingErasing

    def ask(self, method: str, path: str, who: str = "owner", **more: Any) -> httpx.Response:
        """A request as somebody: a role, `anonymous`, `other` (owner of the other organization), or a token's name."""
        headers = dict(more.pop("headers", {}))
        self.client.cookies.clear()
        if who in self.cookies:
            headers["cookie"] = f"rtclens_session={self.cookies[who]}"
            headers.setdefault("X-Requested-With", "rtclens")
        elif who in self.tokens:
            headers["authorization"] = f"Bearer {self.tokens[who]}"
        return self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    def get(self, path: str, who: str = "owner", **params: Any) -> Any:
        answer = self.ask("GET", path, who, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()


class InProcess(httpx.BaseTransport):
    """Requests to an ASGI application, each on an event loop of its own."""

    def __init__(self, app: Starlette) -> None:
        self._inner = httpx.ASGITransport(app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def run() -> httpx.Response:
            answer = await self._inner.handle_async_request(
                httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
            )
            body = await answer.aread()
            kept = [(k, v) for k, v in answer.headers.multi_items() if k not in ("content-encoding", "content-length")]
            return httpx.Response(answer.status_code, headers=kept, content=body, request=request)

        return asyncio.run(run())


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store.open(f"chdb://{tmp_path_factory.mktemp('api')}")
    opened.migrate()
    yield opened
    opened.close()


@dataclass
class Template:
    """A control database that each test gets a copy of, and the telemetry of its apps."""

    folder: Path
    mine: CreatedApp
    theirs: CreatedApp
    cookies: dict[str, str]
    tokens: dict[str, str]


@pytest.fixture(scope="package")
def template(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("control")
    access = Access(Database(folder / FILE_NAME), passwords=cheap_passwords())
    mine, theirs, cookies, tokens = _people(access)
    access.close()
    _telemetry(store, mine.id, theirs.id)
    return Template(folder, mine, theirs, cookies, tokens)


@pytest.fixture
def access(template: Template, tmp_path: Path) -> Iterator[Access]:
    shutil.copy(template.folder / FILE_NAME, tmp_path)
    opened = Access(Database(tmp_path / FILE_NAME), passwords=cheap_passwords())
    yield opened
    opened.close()


def cheap_passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def site(store: Store, access: Access, template: Template, tmp_path: Path) -> Iterator[Site]:
    lines, sql, clock, erasing = Lines(), RecordingSql(), Clock(), RecordingErasing()
    services = Services(
        access=access, reader=store, live=lines, sql=sql, static=tmp_path / "static", clock=clock, version="1.2.3",
        erasing=erasing, letters=letters_of(store), retaining=lambda app: {app.name: app.retention.full_days or 0},
        detectors=lambda: [{"id": "in_loss_high", "title": "Loss"}],
    )  # fmt: skip
    client = httpx.Client(transport=InProcess(Starlette(routes=build(services))), base_url="http://rtclens.test")
    yield Site(
        services, access, clock, lines, sql, client, template.mine, template.theirs, template.cookies, template.tokens,
        erasing,
    )  # fmt: skip
    client.close()


def _people(access: Access) -> tuple[CreatedApp, CreatedApp, dict[str, str], dict[str, str]]:
    owner = access.set_up("Acme", "owner@example.org", PASSWORD, "first").user
    cookies = {"owner": access.sessions.open(owner.id)}
    for role in ("admin", "member", "viewer"):
        user = access.users.create(owner.organization_id, f"{role}@example.org", PASSWORD, role=role)  # type: ignore[arg-type]
        cookies[role] = access.sessions.open(user.id)
    mine = access.create_app("shop", owner.organization_id)
    other = access.create_organization("Other")
    stranger = access.users.create(other.id, "owner@other.example", PASSWORD, role="owner")
    cookies["other"] = access.sessions.open(stranger.id)
    theirs = access.create_app("theirs", other.id)
    _, wide = access.tokens.create(owner.organization_id, "wide", ("read", "sql", "manage"))
    _, reader = access.tokens.create(owner.organization_id, "reader", ("read",))
    return mine, theirs, cookies, {"bound": mine.token, "wide": wide, "reader": reader, "foreign": theirs.token}


def call_of(app_id: str) -> str:
    return f"call-of-{app_id}"


def person_of(app_id: str) -> str:
    return f"p-{call_of(app_id)}-ann"


def connection_of(app_id: str) -> str:
    return f"c-{call_of(app_id)}-ann"


def _telemetry(store: Store, *app_ids: str) -> None:
    world = World()
    for app_id in app_ids:
        call = world.call(app_id, call_of(app_id), verdict="bad")
        ann = world.person(call, "ann")
        bob = world.person(call, "bob", verdict="bad")
        track = world.track(bob, "video", ann, impaired_s=10.0)
        world.slices(track, "ggbb", T0, loss_ratio=0.1)
        world.finding(bob, "in_loss_high", T0 + 10_000, 10)
        world.batch(ann, T0 + 1000, [state(T0, "connected"), sample(T0 + 500, 10)])
    world.write(store)
