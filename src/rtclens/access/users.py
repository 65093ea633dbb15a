"""Users: members of an organization, with a role and a password.

Enters: emails, passwords, roles. Leaves: `User`. Passwords never leave this module and the hasher.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rtclens.access.apps import checked_name
from rtclens.access.database import Control, DuplicateError, Row
from rtclens.access.errors import ConflictError, InvalidError, NotFoundError
from rtclens.access.model import ROLES, Role, User
from rtclens.access.passwords import Passwords
from rtclens.access.secrets import new_id

EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}")


class Users:
    """The users of all organizations."""

    def __init__(self, database: Control, clock: Callable[[], float], passwords: Passwords) -> None:
        self._db = database
        self._clock = clock
        self._passwords = passwords

    def any(self) -> bool:
        """Whether anybody can sign in at all; until then the first-run set-up is open."""
        return self._db.row("SELECT id FROM users LIMIT 1") is not None

    def create(
        self, organization_id: str, email: str, password: str | None, role: Role = "member", name: str = ""
    ) -> User:
        """A new user; without a password they sign in by one-time links until they set one."""
        if role not in ROLES:
            raise InvalidError("The role is not known.", f"Use {', '.join(ROLES)}.", "invalid_role")
        email = checked_email(email)
        hashed = None if password is None else self._passwords.hash(password)
        user_id = new_id("usr")
        try:
            self._db.execute(
                "INSERT INTO users (id, organization_id, email, name, role, password_hash, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    user_id,
                    organization_id,
                    email,
                    checked_name(name or email.split("@")[0]),
                    role,
                    hashed,
                    int(self._clock()),
                ),
            )
        except DuplicateError as taken:
            raise ConflictError("The email is in use.", "Sign in, or use another one.", "email_taken") from taken
        return self.get(user_id)

    def get(self, user_id: str) -> User:
        """One user, else `NotFoundError`."""
        row = self._db.row("SELECT * FROM users WHERE id = ?", (user_id,))
        if row is None:
            raise NotFoundError("There is no such user.")
        return _user(row)

    def listed(self, organization_id: str) -> list[User]:
        """The members of an organization, oldest first."""
        rows = self._db.rows(
            "SELECT * FROM users WHERE organization_id = ? ORDER BY created_at, id", (organization_id,)
        )
        return [_user(row) for row in rows]

    def authenticate(self, email: str, password: str) -> User | None:
        """The user with this email and password, else `None`; takes as long for unknown emails."""
        row = self._db.row("SELECT * FROM users WHERE email = ?", (email.strip().lower(),))
        stored = row["password_hash"] if row else None
        if not self._passwords.verify(stored, password) or row is None:
            return None
        if self._passwords.outdated(row["password_hash"]):
            self.set_password(row["id"], password)
        return _user(row)

    def has_password(self, user_id: str) -> bool:
        """Whether the user ever set one; until then they sign in by links."""
        row = self._db.row("SELECT password_hash FROM users WHERE id = ?", (user_id,))
        return row is not None and row["password_hash"] is not None

    def set_password(self, user_id: str, password: str) -> None:
        """Replace the password. The caller ends the user's other sessions."""
        self._db.execute("UPDATE users SET password_hash = ? WHERE id = ?", (self._passwords.hash(password), user_id))

    def set_role(self, organization_id: str, user_id: str, role: Role) -> User:
        """Change a member's role; the last owner keeps theirs."""
        if role not in ROLES:
            raise InvalidError("The role is not known.", f"Use {', '.join(ROLES)}.", "invalid_role")
        with self._db.transaction():
            user = self._member(organization_id, user_id)
            if role != "owner":
                self._keep_an_owner(user)
            self._db.execute("UPDATE users SET role = ? WHERE id = ?", (role, user_id))
        return self.get(user_id)

    def delete(self, organization_id: str, user_id: str) -> None:
        """Remove a member with their sessions; the last owner cannot leave."""
        with self._db.transaction():
            self._keep_an_owner(self._member(organization_id, user_id))
            self._db.execute("DELETE FROM users WHERE id = ?", (user_id,))

    def _member(self, organization_id: str, user_id: str) -> User:
        user = self.get(user_id)
        if user.organization_id != organization_id:
            raise NotFoundError("There is no such user.")
        return user

    def _keep_an_owner(self, user: User) -> None:
        if user.role != "owner":
            return
        row = self._db.row(
            "SELECT count(*) AS n FROM users WHERE organization_id = ? AND role = 'owner'", (user.organization_id,)
        )
        if row is not None and row["n"] <= 1:
            raise ConflictError("The last owner cannot leave.", "Make somebody else an owner first.", "last_owner")


def checked_email(email: str) -> str:
    """The email in lower case, else `InvalidError`."""
    email = email.strip().lower()
    if not EMAIL.fullmatch(email):
        raise InvalidError("The email address is not valid.", "Write it as name@example.org.", "invalid_email")
    return email


def _user(row: Row) -> User:
    return User(**{key: row[key] for key in User.__struct_fields__})
