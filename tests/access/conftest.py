from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from rtclens.access import Access
from rtclens.access.database import Database
from rtclens.access.passwords import Passwords


class Clock:
    def __init__(self) -> None:
        self.now = 1_760_000_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(clock: Clock) -> Iterator[Access]:
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    opened = Access(Database(":memory:"), clock, cheap)
    yield opened
    opened.close()
