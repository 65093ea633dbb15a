"""Apps: created, changed, found by the key that every frame carries.

Enters: names, settings, ingest keys. Leaves: `App`. `lookup` is on the hot path of ingest: known keys are answered
from memory, and the memory is forgotten when anything in the database changed, also from another process. Unknown
keys are not remembered, so that a key works the moment it is created.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from rtclens.access.database import Control, Row
from rtclens.access.errors import ConflictError, InvalidError, NotFoundError
from rtclens.access.model import App, JwtKey, Retention
from rtclens.access.secrets import digest, matches, new_id, new_key, new_secret

NAME_LIMIT = 120
MOST_DAYS = 20_000
ALIAS = re.compile(r"[A-Za-z0-9._-]{1,120}")
DOMAIN = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
ALGORITHMS = ("HS256", "HS384", "HS512", "RS256", "ES256", "EdDSA")


class AppChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """New values of an app; `None` leaves the old one. `stats_interval_ms` 0 takes the setting back."""

    name: str | None = None
    paused: bool | None = None
    domains: tuple[str, ...] | None = None
    stats_interval_ms: int | None = None
    aliases: tuple[str, ...] | None = None
    retention: Retention | None = None


class Apps:
    """The apps of all organizations."""

    def __init__(self, database: Control, clock: Callable[[], float]) -> None:
        self._db = database
        self._clock = clock
        self._known: dict[str, App] = {}
        self._version = database.version()

    def lookup(self, key: str) -> App | None:
        """The app of an ingest key or alias, `None` when there is none. Paused apps are returned as such."""
        version = self._db.version()
        if version != self._version:
            self._known = {}
            self._version = version
        app = self._known.get(key)
        if app is None and key:
            app = self._find(key)
            if app is not None:
                self._known[key] = app
        return app

    def by_server_key(self, key: str) -> App | None:
        """The app whose secret server key this is."""
        row = self._db.row("SELECT * FROM apps WHERE server_key_hash = ?", (digest(key),)) if key else None
        return self._app(row) if row is not None and matches(key, row["server_key_hash"]) else None

    def _find(self, key: str) -> App | None:
        row = self._db.row("SELECT * FROM apps WHERE api_key = ?", (key,)) or self._db.row(
            "SELECT apps.* FROM apps JOIN app_aliases ON app_aliases.app_id = apps.id WHERE alias = ?", (key,)
        )
        return self._app(row) if row else None

    def listed(self, organization_id: str) -> list[App]:
        """The apps of an organization, oldest first."""
        rows = self._db.rows("SELECT * FROM apps WHERE organization_id = ? ORDER BY created_at, id", (organization_id,))
        return [self._app(row) for row in rows]

    def get(self, organization_id: str, app_id: str) -> App:
        """One app of the organization, else `NotFoundError`."""
        row = self._db.row("SELECT * FROM apps WHERE id = ? AND organization_id = ?", (app_id, organization_id))
        if row is None:
            raise NotFoundError("There is no such app.", "List the apps to see their ids.")
        return self._app(row)

    def ids(self, organization_id: str) -> tuple[str, ...]:
        """The ids of the organization's apps."""
        rows = self._db.rows("SELECT id FROM apps WHERE organization_id = ? ORDER BY id", (organization_id,))
        return tuple(row["id"] for row in rows)

    def create(self, organization_id: str, name: str) -> tuple[App, str]:
        """A new app and its server key, which is shown only here."""
        app_id, server_key = new_id("app"), new_secret("rtk_")
        self._db.execute(
            "INSERT INTO apps (id, organization_id, name, api_key, server_key_hash, created_at) VALUES (?,?,?,?,?,?)",
            (app_id, organization_id, checked_name(name), new_key(), digest(server_key), int(self._clock())),
        )
        return self.get(organization_id, app_id), server_key

    def change(self, organization_id: str, app_id: str, changes: AppChanges) -> App:
        """Apply the changes, all or none."""
        with self._db.transaction():
            app = self.get(organization_id, app_id)
            self._db.execute(
                "UPDATE apps SET name = ?, paused = ?, domains = ?, stats_interval_ms = ?, retention = ? WHERE id = ?",
                (
                    app.name if changes.name is None else checked_name(changes.name),
                    int(app.paused if changes.paused is None else changes.paused),
                    msgspec.json.encode(
                        app.domains if changes.domains is None else checked_domains(changes.domains)
                    ).decode(),
                    _interval(app.stats_interval_ms, changes.stats_interval_ms),
                    msgspec.json.encode(checked_retention(changes.retention or app.retention)).decode(),
                    app_id,
                ),
            )
            if changes.aliases is not None:
                self._set_aliases(app_id, changes.aliases)
        self._known = {}
        return self.get(organization_id, app_id)

    def delete(self, organization_id: str, app_id: str) -> None:
        """Remove the app with its keys and tokens; its telemetry is removed by the store's own deletion."""
        self.get(organization_id, app_id)
        self._db.execute("DELETE FROM apps WHERE id = ?", (app_id,))
        self._known = {}

    def rotate_server_key(self, organization_id: str, app_id: str) -> str:
        """A new server key; the old one is void at once."""
        self.get(organization_id, app_id)
        server_key = new_secret("rtk_")
        self._db.execute("UPDATE apps SET server_key_hash = ? WHERE id = ?", (digest(server_key), app_id))
        self._known = {}
        return server_key

    def add_jwt_key(self, organization_id: str, app_id: str, algorithm: str, secret: str) -> JwtKey:
        """Accept tokens signed with this key from now on."""
        self.get(organization_id, app_id)
        if algorithm not in ALGORITHMS:
            raise InvalidError("The signature algorithm is not supported.", f"Use one of {', '.join(ALGORITHMS)}.")
        if algorithm.startswith("HS") and len(secret) < 32:
            raise InvalidError("The shared secret is too short.", "Use at least 32 characters.")
        key = JwtKey(id=new_id("jwt"), algorithm=algorithm, secret=secret)
        self._db.execute(
            "INSERT INTO app_jwt_keys (id, app_id, algorithm, secret, created_at) VALUES (?, ?, ?, ?, ?)",
            (key.id, app_id, algorithm, secret, int(self._clock())),
        )
        self._known = {}
        return key

    def remove_jwt_key(self, organization_id: str, app_id: str, key_id: str) -> None:
        """Refuse tokens signed with this key from now on."""
        self.get(organization_id, app_id)
        if not self._db.execute("DELETE FROM app_jwt_keys WHERE id = ? AND app_id = ?", (key_id, app_id)):
            raise NotFoundError("There is no such key.")
        self._known = {}

    def _set_aliases(self, app_id: str, aliases: tuple[str, ...]) -> None:
        self._db.execute("DELETE FROM app_aliases WHERE app_id = ?", (app_id,))
        for alias in dict.fromkeys(aliases):
            if not ALIAS.fullmatch(alias):
                raise InvalidError("An alias has characters that no path can carry.", "Use letters, digits and . _ -")
            if self._find(alias) is not None:
                raise ConflictError(f"The alias {alias} is taken.", "An alias names one app of the whole server.")
            self._db.execute("INSERT INTO app_aliases (alias, app_id) VALUES (?, ?)", (alias, app_id))

    def _app(self, row: Row) -> App:
        aliases = self._db.rows("SELECT alias FROM app_aliases WHERE app_id = ? ORDER BY alias", (row["id"],))
        keys = self._db.rows(
            "SELECT id, algorithm, secret FROM app_jwt_keys WHERE app_id = ? ORDER BY created_at, id", (row["id"],)
        )
        return App(
            **{
                **row,
                "paused": bool(row["paused"]),
                "domains": tuple(msgspec.json.decode(row["domains"])),
                "retention": msgspec.json.decode(row["retention"], type=Retention),
            },
            aliases=tuple(alias["alias"] for alias in aliases),
            jwt_keys=tuple(JwtKey(**key) for key in keys),
        )


def verify_server_key(app: App, key: str) -> bool:
    """Whether `key` is the app's server key, in constant time."""
    return matches(key, app.server_key_hash)


def checked_name(name: str) -> str:
    """A name with its outer space removed, else `InvalidError`."""
    name = name.strip()
    if not name or len(name) > NAME_LIMIT or not name.isprintable():
        raise InvalidError("The name cannot be used.", f"Use 1 to {NAME_LIMIT} printable characters.", "invalid_name")
    return name


def checked_domains(domains: tuple[str, ...]) -> tuple[str, ...]:
    """Domains in lower case, else `InvalidError`."""
    lowered = tuple(dict.fromkeys(domain.strip().lower() for domain in domains))
    for domain in lowered:
        if not DOMAIN.fullmatch(domain):
            raise InvalidError(
                f"{domain!r} is not a domain.", "Write example.org or *.example.org, without scheme or port."
            )
    return lowered


def checked_retention(retention: Retention) -> Retention:
    """Tiers that follow each other, else `InvalidError`."""
    days = (retention.full_days, retention.window_days, retention.slices_days, retention.facts_days)
    if any(day is not None and not 1 <= day <= MOST_DAYS for day in days):
        raise InvalidError("A retention is out of range.", f"Use 1 to {MOST_DAYS} days, or null to keep for ever.")
    if not 0 <= retention.window_s <= 3600:
        raise InvalidError("The window around findings is out of range.", "Use 0 to 3600 seconds.")
    forever = [MOST_DAYS + 1 if day is None else day for day in days]
    if forever[0] > forever[1] or forever[2] > forever[3]:
        raise InvalidError(
            "A later tier ends before an earlier one.",
            "Keep samples near findings at least as long as all samples, and facts at least as long as slices.",
        )
    return retention


def _interval(old: int | None, new: int | None) -> int | None:
    if new is None:
        return old
    if new and not 100 <= new <= 600_000:
        raise InvalidError("The stats interval is out of range.", "Use 100 to 600000 ms, or 0 for the SDK's own.")
    return new or None
