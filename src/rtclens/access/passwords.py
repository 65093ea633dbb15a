"""Passwords: argon2id, with the same work done whether the account exists or not.

Enters: passwords. Leaves: hashes and yes or no. The parameters are argon2-cffi's recommended profile (RFC 9106, low
memory); a hash made with older parameters is replaced at the next successful sign-in.
"""

from __future__ import annotations

from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rtclens.access.errors import InvalidError

MIN_LENGTH = 10
MAX_LENGTH = 1024


class Passwords:
    """Hashes and verifies; `hasher` is a parameter so that tests need not burn seconds."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

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
        try:
            right = self._hasher.verify(stored or self._decoy, password[: MAX_LENGTH + 1])
        except (VerificationError, InvalidHashError):
            return False
        return right and stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)
