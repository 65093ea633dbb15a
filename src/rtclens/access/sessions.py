"""Sign-in sessions and one-time links: server-side, known by hash only.

Enters: cookie values and link tokens. Leaves: user ids and fresh secrets. A session ends `LIFETIME_MS` after sign-in.
Its id is replaced every `ROTATE_MS`; the old one stays valid for `GRACE_MS`: a page asks several things at once.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from rtclens.access.database import Control
from rtclens.access.secrets import digest, new_secret

LIFETIME_MS = 30 * 86_400_000
ROTATE_MS = 86_400_000
GRACE_MS = 60_000
LINK_LIFETIME_MS = 3_600_000


class Resumed(msgspec.Struct, frozen=True):
    """A valid session; `renewed` is the new cookie value when its id was replaced."""

    user_id: str
    renewed: str = ""

    def __repr__(self) -> str:
        return f"Resumed(user_id={self.user_id!r})"


class Sessions:
    """Everybody's sessions."""

    def __init__(self, database: Control, clock: Callable[[], float]) -> None:
        self._db = database
        self._clock = clock

    def open(self, user_id: str) -> str:
        """A new session; the returned secret is the cookie's value."""
        now = int(self._clock())
        self._db.execute("DELETE FROM sessions WHERE expires_at <= ?", (now,))
        return self._issue(user_id, signed_in_at=now, now=now)

    def resume(self, secret: str) -> Resumed | None:
        """The user behind a cookie, else `None`."""
        now, hashed = int(self._clock()), digest(secret)
        row = self._db.row("SELECT * FROM sessions WHERE hash = ? AND expires_at > ?", (hashed, now))
        if row is None:
            return None
        if row["replaced"] or now - row["issued_at"] < ROTATE_MS:
            return Resumed(row["user_id"])
        with self._db.transaction():
            won = self._db.execute(
                "UPDATE sessions SET replaced = 1, expires_at = ? WHERE hash = ? AND replaced = 0",
                (min(row["expires_at"], now + GRACE_MS), hashed),
            )
            renewed = self._issue(row["user_id"], row["signed_in_at"], now) if won else ""
        return Resumed(row["user_id"], renewed)

    def close(self, secret: str) -> None:
        """Sign out this session."""
        self._db.execute("DELETE FROM sessions WHERE hash = ?", (digest(secret),))

    def close_all(self, user_id: str) -> None:
        """Sign out everywhere."""
        self._db.execute("DELETE FROM sessions WHERE user_id = ?", (user_id,))

    def make_link(self, user_id: str, lifetime_ms: int = LINK_LIFETIME_MS) -> str:
        """A token that signs the user in once, within its lifetime."""
        secret = new_secret()
        self._db.execute(
            "INSERT INTO sign_in_links (hash, user_id, expires_at) VALUES (?, ?, ?)",
            (digest(secret), user_id, int(self._clock()) + lifetime_ms),
        )
        return secret

    def use_link(self, secret: str) -> str | None:
        """The user of a link, which is void afterwards; `None` when it is not valid."""
        with self._db.transaction():
            row = self._db.row("SELECT user_id, expires_at FROM sign_in_links WHERE hash = ?", (digest(secret),))
            self._db.execute("DELETE FROM sign_in_links WHERE hash = ?", (digest(secret),))
        if row is None or row["expires_at"] <= int(self._clock()):
            return None
        return str(row["user_id"])

    def _issue(self, user_id: str, signed_in_at: int, now: int) -> str:
        secret = new_secret()
        self._db.execute(
            "INSERT INTO sessions (hash, user_id, signed_in_at, issued_at, expires_at) VALUES (?, ?, ?, ?, ?)",
            (digest(secret), user_id, signed_in_at, now, signed_in_at + LIFETIME_MS),
        )
        return secret
