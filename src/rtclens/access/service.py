"""Access as the rest of the server sees it: one object over the control database.

Enters: keys, bearer strings, cookies, sign-in attempts, first-run answers. Leaves: `App`, `Principal`, secrets to hand
out once. Time enters through `clock` (milliseconds since the epoch).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from rtclens.access.apps import Apps, checked_name
from rtclens.access.database import FILE_NAME, Control, Database
from rtclens.access.errors import ConflictError, SignInError, TooManyAttemptsError
from rtclens.access.limits import FailureLimit
from rtclens.access.model import RIGHTS, App, CreatedApp, Organization, Principal, User
from rtclens.access.passwords import Passwords
from rtclens.access.postgres import SCHEMES, Postgres
from rtclens.access.saved import SavedQueries
from rtclens.access.secrets import new_id
from rtclens.access.sessions import Sessions
from rtclens.access.tokens import Tokens
from rtclens.access.users import Users, checked_email

DEFAULT_ORGANIZATION = "My organization"


def wall_clock() -> float:
    """Milliseconds since the epoch."""
    return time.time() * 1000


class SetUp(msgspec.Struct, frozen=True):
    """The outcome of the first-run set-up."""

    user: User
    organization: Organization
    app: App


class Access:
    """Who may send, see and change what."""

    def __init__(
        self,
        database: Control,
        clock: Callable[[], float] = wall_clock,
        passwords: Passwords | None = None,
    ) -> None:
        self._db = database
        self._clock = clock
        self.apps = Apps(database, clock)
        self.tokens = Tokens(database, clock)
        self.users = Users(database, clock, passwords or Passwords())
        self.sessions = Sessions(database, clock)
        self.saved = SavedQueries(database, clock)
        self._by_account = FailureLimit(limit=10, window_ms=15 * 60_000)
        self._by_address = FailureLimit(limit=30, window_ms=15 * 60_000)

    @classmethod
    def open(cls, folder: Path | str, dsn: str = "") -> Access:
        """Open the control database of a data folder, creating both where missing, or the PostgreSQL of a DSN.

        Raises `ValueError` for any other DSN.
        """
        if dsn.startswith(SCHEMES):
            return cls(Postgres(dsn))
        if dsn:
            raise ValueError("a control database is PostgreSQL, postgresql://user@host/database, or left to the folder")
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        return cls(Database(path / FILE_NAME))

    def close(self) -> None:
        """Release the database file."""
        self._db.close()

    # --- ingest -----------------------------------------------------------------------------------------------

    def lookup_app(self, key: str) -> App | None:
        """The app of an ingest key or alias; cached, see `Apps.lookup`."""
        return self.apps.lookup(key)

    def create_app(self, name: str, organization_id: str = "") -> CreatedApp:
        """A new app and a token that may read its data and run SQL on it; without an organization, the default one."""
        with self._db.transaction():
            organization_id = organization_id or self.default_organization().id
            app, server_key = self.apps.create(organization_id, name)
            _, secret = self.tokens.create(organization_id, f"{app.name}: read", ("read", "sql"), app_id=app.id)
        return CreatedApp(id=app.id, name=app.name, api_key=app.api_key, token=secret, server_key=server_key)

    def default_app(self) -> App:
        """The default organization's first app, created where missing: takes frames without a key in open mode."""
        with self._db.transaction():
            organization = self.default_organization()
            apps = self.apps.listed(organization.id)
            return apps[0] if apps else self.apps.create(organization.id, "default")[0]

    def every_app_id(self) -> tuple[str, ...]:
        """The ids of all apps of all organizations: what the owner of the data folder may see."""
        return tuple(row["id"] for row in self._db.rows("SELECT id FROM apps ORDER BY id"))

    def every_app(self) -> list[App]:
        """All apps of all organizations."""
        rows = self._db.rows("SELECT id FROM organizations ORDER BY id")
        return [app for row in rows for app in self.apps.listed(row["id"])]

    # --- organizations ----------------------------------------------------------------------------------------

    def organization(self, organization_id: str) -> Organization:
        """One organization; it must exist."""
        row = self._db.row("SELECT * FROM organizations WHERE id = ?", (organization_id,))
        assert row is not None
        return Organization(**row)

    def create_organization(self, name: str) -> Organization:
        """A new tenant."""
        organization = Organization(id=new_id("org"), name=checked_name(name), created_at=int(self._clock()))
        self._db.execute(
            "INSERT INTO organizations (id, name, created_at) VALUES (?, ?, ?)",
            (organization.id, organization.name, organization.created_at),
        )
        return organization

    def default_organization(self) -> Organization:
        """The oldest organization, created where there is none."""
        with self._db.transaction():
            row = self._db.row("SELECT * FROM organizations ORDER BY created_at, id LIMIT 1")
            return Organization(**row) if row else self.create_organization(DEFAULT_ORGANIZATION)

    # --- people -----------------------------------------------------------------------------------------------

    def setup_needed(self) -> bool:
        """Whether nobody can sign in yet."""
        return not self.users.any()

    def set_up(self, organization: str, email: str, password: str, app: str) -> SetUp:
        """Make the first owner. An organization and apps that a command created before are taken over."""
        with self._db.transaction():
            if not self.setup_needed():
                raise ConflictError("The server is set up already.", "Sign in.", "already_set_up")
            found = self.default_organization()
            self._db.execute("UPDATE organizations SET name = ? WHERE id = ?", (checked_name(organization), found.id))
            user = self.users.create(found.id, email, password, role="owner")
            present = self.apps.listed(found.id)
            first = next((a for a in present if a.name == app.strip()), None) or self.apps.create(found.id, app)[0]
            return SetUp(user=user, organization=self.organization(found.id), app=first)

    def sign_in(self, email: str, password: str, address: str) -> tuple[User, str]:
        """The user and a new session's cookie; raises `SignInError` or `TooManyAttemptsError`. Slow: argon2."""
        user = self._authenticate(email, password, address)
        return user, self.sessions.open(user.id)

    def change_password(self, user: User, current: str, new: str, address: str) -> str:
        """Set a new password and end all sessions of the user; the cookie of the one that goes on.

        The current password is asked for where there is one: an unlocked screen must not give the account away.
        """
        if self.users.has_password(user.id):
            self._authenticate(user.email, current, address)
        with self._db.transaction():
            self.users.set_password(user.id, new)
            self.sessions.close_all(user.id)
            return self.sessions.open(user.id)

    def _authenticate(self, email: str, password: str, address: str) -> User:
        now, account = self._clock(), email.strip().lower()
        wait = max(self._by_account.wait_s(account, now), self._by_address.wait_s(address, now))
        if wait:
            raise TooManyAttemptsError(wait)
        # Counted before the slow comparison, so that parallel guesses do not slip through.
        self._by_account.failed(account, now)
        self._by_address.failed(address, now)
        user = self.users.authenticate(account, password)
        if user is None:
            raise SignInError("Email or password is wrong.", "Check both; the server does not say which.")
        self._by_account.succeeded(account)
        self._by_address.succeeded(address)
        return user

    def sign_in_once(self, link: str) -> tuple[User, str]:
        """Use a one-time link: the user and a new session's cookie."""
        user_id = self.sessions.use_link(link)
        if user_id is None:
            raise SignInError("The sign-in link is not valid.", "It works once and expires; ask for a new one.")
        return self.users.get(user_id), self.sessions.open(user_id)

    def owner_link(self, email: str = "owner@localhost", organization_id: str = "") -> str:
        """A one-time link's token for the owner with this email, who is made where missing. For demo and console."""
        with self._db.transaction():
            organization_id = organization_id or self.default_organization().id
            email = checked_email(email)
            known = [user for user in self.users.listed(organization_id) if user.email == email]
            user = known[0] if known else self.users.create(organization_id, email, None, role="owner")
            return self.sessions.make_link(user.id)

    # --- requests ---------------------------------------------------------------------------------------------

    def by_token(self, secret: str) -> Principal | None:
        """Who holds this API token."""
        token = self.tokens.verify(secret)
        if token is None:
            return None
        app_ids = self.apps.ids(token.organization_id)
        if token.app_id:
            app_ids = tuple(app_id for app_id in app_ids if app_id == token.app_id)
        return Principal(
            organization_id=token.organization_id,
            rights=frozenset(token.scopes),
            app_ids=app_ids,
            token_id=token.id,
            bound_to_app=bool(token.app_id),
        )

    def by_session(self, secret: str) -> tuple[Principal, str] | None:
        """Who holds this session cookie, and the new cookie value when it was renewed."""
        resumed = self.sessions.resume(secret)
        if resumed is None:
            return None
        user = self.users.get(resumed.user_id)
        principal = Principal(
            organization_id=user.organization_id,
            rights=RIGHTS[user.role],
            app_ids=self.apps.ids(user.organization_id),
            user=user,
        )
        return principal, resumed.renewed
