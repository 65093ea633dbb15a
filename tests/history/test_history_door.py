"""The server answers questions about the past to those who may ask, and writes for those who may write."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from rtclens.access import Access
from rtclens.app.history import PATH, HistoryDoor
from rtclens.app.sql import embedded_dsn
from rtclens.store import Store


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Starlette, str, str]]:
    """An empty server, a token that may read, and one that may manage."""
    folder: Path = tmp_path_factory.mktemp("door")
    access = Access.open(folder)
    reader = access.create_app("one").token
    organization = access.default_organization().id
    _, manager = access.tokens.create(organization, "manager", ("read", "sql", "manage"))
    store = Store.open(embedded_dsn(folder))
    store.migrate()
    door = HistoryDoor(access, store, lambda: (), lambda: 4e12)
    yield Starlette(routes=door.routes()), reader, manager
    store.close()
    access.close()


def post(app: Starlette, token: str, body: Any) -> tuple[int, dict[str, Any]]:
    return asyncio.run(_post(app, {"authorization": f"Bearer {token}"} if token else {}, body))


async def _post(app: Starlette, headers: dict[str, str], body: Any) -> tuple[int, dict[str, Any]]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://server") as client:
        answer = await client.post(PATH, json=body, headers=headers)
        return answer.status_code, answer.json()


def test_questions_are_answered(asked: tuple[Starlette, str, str]) -> None:
    app, reader, manager = asked
    empty = {"replayed": [], "rescored": [], "backtest": None}
    assert post(app, reader, {"what": "replay"}) == (200, empty)
    assert post(app, reader, {"what": "rescore", "from_at": 0, "to_at": 1e12}) == (200, empty)
    assert post(app, manager, {"what": "replay", "write": True}) == (200, empty)
    status, found = post(app, reader, {"what": "backtest", "rules": ""})
    assert (status, found["backtest"]) == (200, {"calls": 0, "hours": 0.0, "trials": []})


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"what": "replay", "write": True}, 403, "not_allowed"),
        ({"what": "dance"}, 400, "bad_request"),
        ({"what": "replay", "names": ["nobody"]}, 400, "bad_request"),
        ({"what": "backtest", "rules": "[[rule]]"}, 400, "bad_request"),
        ({"what": "replay", "rules": "#" * 1_100_000}, 413, "too_large"),
    ],
)
def test_what_is_refused(asked: tuple[Starlette, str, str], body: dict[str, Any], status: int, code: str) -> None:
    app, reader, _ = asked
    got, said = post(app, reader, body)
    assert (got, said["code"]) == (status, code)
    assert said["message"]


def test_strangers_are_refused(asked: tuple[Starlette, str, str]) -> None:
    app, _, _ = asked
    assert post(app, "", {"what": "replay"})[0] == 401
    assert post(app, "wrong", {"what": "replay"})[0] == 401
