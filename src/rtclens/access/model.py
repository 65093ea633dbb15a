"""The control data: organizations, users, apps, tokens, and who is asking.

Enters: nothing. Leaves: frozen structs. Times are milliseconds since the epoch. No struct of this module shows a
secret in its `repr`; what is secret is stored as a hash, except the keys that verify an app's JWTs.
"""

from __future__ import annotations

from typing import Literal, get_args
from urllib.parse import urlsplit

import msgspec

Role = Literal["owner", "admin", "member", "viewer"]
Right = Literal["read", "sql", "manage", "own"]
ROLES: tuple[Role, ...] = get_args(Role)
TOKEN_SCOPES: tuple[Right, ...] = ("read", "sql", "manage")

RIGHTS: dict[Role, frozenset[Right]] = {
    "owner": frozenset({"read", "sql", "manage", "own"}),
    "admin": frozenset({"read", "sql", "manage"}),
    "member": frozenset({"read", "sql"}),
    "viewer": frozenset({"read"}),
}


class Organization(msgspec.Struct, frozen=True):
    """A tenant: everything below it is invisible to every other one."""

    id: str
    name: str
    created_at: int


class User(msgspec.Struct, frozen=True):
    """A person who signs in; belongs to one organization."""

    id: str
    organization_id: str
    email: str
    name: str
    role: Role
    created_at: int = 0


class JwtKey(msgspec.Struct, frozen=True):
    """A key that verifies tokens which the app's own server signs (`HS*`: shared secret, else a PEM public key)."""

    id: str
    algorithm: str
    secret: str

    def __repr__(self) -> str:
        return f"JwtKey(id={self.id!r}, algorithm={self.algorithm!r}, secret=***)"


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days an app's telemetry is kept; null keeps it for ever, which is the default of all.

    `full_days`: all samples. `window_days`: samples within `window_s` seconds of a finding. `slices_days`: slices,
    which curves are drawn from, and events. `facts_days`: calls, people, findings, scores and features. `after_call`:
    the samples of a call go as soon as it is over and its features are stored.
    """

    full_days: int | None = None
    window_days: int | None = None
    window_s: int = 30
    slices_days: int | None = None
    facts_days: int | None = None
    after_call: bool = False


class App(msgspec.Struct, frozen=True):
    """An application that sends telemetry. `api_key` is public: it is embedded in web pages.

    `domains` empty means that every origin may send. `stats_interval_ms` `None` leaves the interval to the SDK.
    """

    id: str
    organization_id: str
    name: str
    api_key: str
    paused: bool = False
    domains: tuple[str, ...] = ()
    stats_interval_ms: int | None = None
    created_at: int = 0
    server_key_hash: str = ""
    aliases: tuple[str, ...] = ()
    jwt_keys: tuple[JwtKey, ...] = ()
    retention: Retention = Retention()

    def __repr__(self) -> str:
        return f"App(id={self.id!r}, name={self.name!r}, paused={self.paused!r})"

    def allows_origin(self, origin: str) -> bool:
        """Whether a page of this `Origin` may send; `example.org` admits itself, `*.example.org` its subdomains."""
        if not self.domains:
            return True
        host = _host(origin)
        return bool(host) and any(_covers(domain, host) for domain in self.domains)


def _host(origin: str) -> str:
    try:
        return (urlsplit(origin).hostname or "").lower()
    except ValueError:
        return ""


def _covers(domain: str, host: str) -> bool:
    if domain.startswith("*."):
        return host.endswith(domain[1:])
    return host == domain


class CreatedApp(msgspec.Struct, frozen=True):
    """A new app with its secrets, which are shown this once. `token` reads this app's data and SQL."""

    id: str
    name: str
    api_key: str
    token: str
    server_key: str

    def __repr__(self) -> str:
        return f"CreatedApp(id={self.id!r}, name={self.name!r})"


class Token(msgspec.Struct, frozen=True):
    """An API token as it is listed; the secret is not kept. `app_id` '' means all apps of the organization."""

    id: str
    organization_id: str
    app_id: str
    name: str
    hint: str
    scopes: tuple[Right, ...]
    created_at: int
    expires_at: int | None = None
    last_used_at: int | None = None


class Principal(msgspec.Struct, frozen=True):
    """Who asks: a signed-in user or a token, what they may do, and the apps they may see."""

    organization_id: str
    rights: frozenset[Right]
    app_ids: tuple[str, ...]
    user: User | None = None
    token_id: str = ""
    bound_to_app: bool = False

    def may(self, right: Right) -> bool:
        """Whether this caller holds the right."""
        return right in self.rights
