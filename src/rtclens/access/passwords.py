"""Passwords: argon2id, with the same work done whether the account exists or not.

Enters: passwords. Leaves: hashes and yes or no. The parameters are argon2-cffi's recommended profile (RFC 9106, low
memory); a hash made with older parameters is replaced at the next successful sign-in.
"""

from __future__ import annotations

import math
from functools import cached_property
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rtclens.access.errors import InvalidError, TooManyAttemptsError

MIN_LENGTH = 10
MAX_LENGTH = 1024
AT_ONCE = 2


class Passwords:
    """Hashes and verifies; `hasher` is a parameter so that tests need not burn seconds.

    A comparison takes 64 MiB and a core. Only `AT_ONCE` run at a time, so that a flood of sign-ins cannot take the
    memory and the threads from everything else; who waits longer than `patience_s` is asked to come back.
    """

    def __init__(self, hasher: PasswordHasher | None = None, patience_s: float = 5.0) -> None:
        self._hasher = hasher or PasswordHasher()
        self._patience_s = patience_s
        self._turn = BoundedSemaphore(AT_ONCE)

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash("decoy password of nobody")

    def hash(self, password: str) -> str:
        """The argon2id hash of an acceptable password, else `InvalidError`."""
        if len(password) < MIN_LENGTH:
            raise InvalidError("The password is too short.", f"Use at least {MIN_LENGTH} characters.", "weak_password")
        if len(password) > MAX_LENGTH:
            raise InvalidError("The password is too long.", f"Use at most {MAX_LENGTH} characters.", "weak_password")
        return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password is the right one; without a stored hash a decoy keeps the time the same."""
        if not self._turn.acquire(timeout=self._patience_s):
            raise TooManyAttemptsError(math.ceil(self._patience_s))
        try:
            right = self._hasher.verify(stored or self._decoy, password[: MAX_LENGTH + 1])
        except (VerificationError, InvalidHashError):
            return False
        finally:
            self._turn.release()
        return right and stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)
