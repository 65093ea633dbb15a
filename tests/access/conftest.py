from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from argon2 import PasswordHasher
from tests.services import postgres as service

from rtclens.access import Access
from rtclens.access.database import Control, Database
from rtclens.access.passwords import Passwords
from rtclens.access.postgres import Postgres


class Clock:
    def __init__(self) -> None:
        self.now = 1_760_000_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres_dsn() -> Iterator[str]:
    """A PostgreSQL for the session."""
    if why := service.available():
        pytest.skip(why)
    with service.postgres() as dsn:
        yield dsn


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.service)])
def control(request: pytest.FixtureRequest) -> Iterator[Control]:
    """An empty control database of each kind."""
    if request.param == "sqlite":
        yield Database(":memory:")
        return
    dsn = request.getfixturevalue("postgres_dsn")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    yield Postgres(dsn)


@pytest.fixture
def access(control: Control, clock: Clock) -> Iterator[Access]:
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    opened = Access(control, clock, cheap)
    yield opened
    opened.close()
