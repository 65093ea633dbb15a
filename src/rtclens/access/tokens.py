"""API tokens: made once, shown once, kept as hashes.

Enters: scopes and bearer strings. Leaves: `Token` and, at creation, the secret. A token belongs to an organization
and may be bound to one app.
"""

from __future__ import annotations

from collections.abc import Callable

from rtclens.access.apps import checked_name
from rtclens.access.database import Control, Row
from rtclens.access.errors import InvalidError, NotFoundError
from rtclens.access.model import TOKEN_SCOPES, Right, Token
from rtclens.access.secrets import digest, matches, new_id, new_secret

PREFIX = "rtl_"
USE_RESOLUTION_MS = 60_000


class Tokens:
    """The API tokens of all organizations."""

    def __init__(self, database: Control, clock: Callable[[], float]) -> None:
        self._db = database
        self._clock = clock

    def create(
        self,
        organization_id: str,
        name: str,
        scopes: tuple[Right, ...] = ("read", "sql"),
        app_id: str = "",
        expires_at: int | None = None,
    ) -> tuple[Token, str]:
        """A new token and its secret, which is shown only here."""
        if not scopes or any(scope not in TOKEN_SCOPES for scope in scopes):
            raise InvalidError("A scope is not known.", f"Use {', '.join(TOKEN_SCOPES)}.", "invalid_scope")
        now, secret = int(self._clock()), new_secret(PREFIX)
        if expires_at is not None and expires_at <= now:
            raise InvalidError("The expiry lies in the past.", "Give a later time in ms since the epoch.")
        token_id = new_id("tok")
        self._db.execute(
            "INSERT INTO tokens (id, organization_id, app_id, name, hash, hint, scopes, created_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                token_id,
                organization_id,
                app_id or None,
                checked_name(name),
                digest(secret),
                secret[-4:],
                " ".join(dict.fromkeys(scopes)),
                now,
                expires_at,
            ),
        )
        row = self._db.row("SELECT * FROM tokens WHERE id = ?", (token_id,))
        assert row is not None
        return _token(row), secret

    def listed(self, organization_id: str) -> list[Token]:
        """The organization's tokens, oldest first, also the expired ones."""
        rows = self._db.rows(
            "SELECT * FROM tokens WHERE organization_id = ? ORDER BY created_at, id", (organization_id,)
        )
        return [_token(row) for row in rows]

    def delete(self, organization_id: str, token_id: str) -> None:
        """Void a token at once."""
        if not self._db.execute("DELETE FROM tokens WHERE id = ? AND organization_id = ?", (token_id, organization_id)):
            raise NotFoundError("There is no such token.")

    def verify(self, secret: str) -> Token | None:
        """The valid token behind a bearer string, else `None`."""
        if not secret.startswith(PREFIX):
            return None
        row = self._db.row("SELECT * FROM tokens WHERE hash = ?", (digest(secret),))
        now = int(self._clock())
        if row is None or not matches(secret, row["hash"]):
            return None
        if row["expires_at"] is not None and row["expires_at"] <= now:
            return None
        if (row["last_used_at"] or 0) < now - USE_RESOLUTION_MS:
            self._db.execute("UPDATE tokens SET last_used_at = ? WHERE id = ?", (now, row["id"]))
        return _token(row)


def _token(row: Row) -> Token:
    return Token(
        id=row["id"],
        organization_id=row["organization_id"],
        app_id=row["app_id"] or "",
        name=row["name"],
        hint=row["hint"],
        scopes=tuple(row["scopes"].split()),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        last_used_at=row["last_used_at"],
    )
