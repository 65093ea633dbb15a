from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from tests.query.world import World

from rtclens.query import Scope
from rtclens.store.store import Store

_apps = count(1)


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store.open(f"chdb://{tmp_path_factory.mktemp('query')}")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def app_id() -> str:
    """An app of its own for each test: all share one store."""
    return f"app-{next(_apps)}"


@pytest.fixture
def scope(app_id: str) -> Scope:
    return Scope((app_id,))


@pytest.fixture
def world() -> World:
    return World()
