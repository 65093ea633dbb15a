"""One embedded engine for the tests of this folder; each test has its own app id."""

import tempfile
from collections.abc import Iterator

import pytest

from rtclens.store import Store


@pytest.fixture(scope="package")
def store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        opened = Store.open(f"chdb://{folder}/store")
        opened.migrate()
        yield opened
        opened.close()
