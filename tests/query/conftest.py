from __future__ import annotations

from collections.abc import Iterator

import pytest

from rtclens.store.store import Store


@pytest.fixture(scope="package")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store.open(f"chdb://{tmp_path_factory.mktemp('query')}")
    store.migrate()
    yield store
    store.close()
