"""Apps: listed, made, changed, removed.

Enters: names and settings. Leaves: apps; secrets only in the answer that makes them. A token that is bound to one app
sees that app and changes none.
"""

from __future__ import annotations

import msgspec

from rtclens.access import App, AppChanges, Retention
from rtclens.api.endpoint import Ask, B, Endpoint, NoBody, NoQuery
from rtclens.api.errors import ApiError, not_found
from rtclens.api.routes.entry import Done


class JwtKeyView(msgspec.Struct, frozen=True):
    """A JWT key without its secret."""

    id: str
    algorithm: str


class AppView(msgspec.Struct, frozen=True):
    """An app with its settings."""

    id: str
    name: str
    api_key: str
    paused: bool
    domains: tuple[str, ...]
    stats_interval_ms: int | None
    aliases: tuple[str, ...]
    jwt_keys: list[JwtKeyView]
    retention: Retention
    created_at: int


class NewApp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The name of a new app."""

    name: str


class CreatedAppView(msgspec.Struct, frozen=True):
    """A new app with its secrets, which are shown this once."""

    id: str
    name: str
    api_key: str
    token: str
    server_key: str


class NewJwtKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key that verifies the app's tokens: a shared secret for HS*, else a PEM public key."""

    algorithm: str
    secret: str


class ServerKey(msgspec.Struct, frozen=True):
    """A new server key, shown this once."""

    server_key: str


def app_view(app: App) -> AppView:
    """The shown part of an app."""
    return AppView(
        id=app.id,
        name=app.name,
        api_key=app.api_key,
        paused=app.paused,
        domains=app.domains,
        stats_interval_ms=app.stats_interval_ms,
        aliases=app.aliases,
        jwt_keys=[JwtKeyView(key.id, key.algorithm) for key in app.jwt_keys],
        retention=app.retention,
        created_at=app.created_at,
    )


def list_apps(ask: Ask[NoQuery, NoBody]) -> list[AppView]:
    """The caller's apps, oldest first."""
    listed = ask.services.access.apps.listed(ask.principal.organization_id)
    return [app_view(app) for app in listed if app.id in ask.principal.app_ids]


def create_app(ask: Ask[NoQuery, NewApp]) -> CreatedAppView:
    """A new app of the caller's organization."""
    made = ask.services.access.create_app(ask.body.name, unbound_organization(ask))
    return CreatedAppView(made.id, made.name, made.api_key, made.token, made.server_key)


def change_app(ask: Ask[NoQuery, AppChanges]) -> AppView:
    """Change settings of an app."""
    return app_view(ask.services.access.apps.change(unbound_organization(ask), own_app(ask), ask.body))


def apply_retention(ask: Ask[NoQuery, NoBody]) -> dict[str, int]:
    """Have what an app's retention no longer keeps removed now; rows that were marked for it, by table."""
    app = ask.services.access.apps.get(unbound_organization(ask), own_app(ask))
    return ask.services.retaining(app)


def delete_app(ask: Ask[NoQuery, NoBody]) -> Done:
    """Remove an app: its key, tokens and settings, and everything that it has sent."""
    organization, app_id = unbound_organization(ask), own_app(ask)
    ask.services.access.apps.change(organization, app_id, AppChanges(paused=True))
    ask.services.erasing.forget(app_id, "", "", caller(ask))
    ask.services.access.apps.delete(organization, app_id)
    return Done()


def rotate_server_key(ask: Ask[NoQuery, NoBody]) -> ServerKey:
    """Replace the server key."""
    return ServerKey(ask.services.access.apps.rotate_server_key(unbound_organization(ask), own_app(ask)))


def add_jwt_key(ask: Ask[NoQuery, NewJwtKey]) -> JwtKeyView:
    """Accept tokens signed by this key."""
    organization = unbound_organization(ask)
    key = ask.services.access.apps.add_jwt_key(organization, own_app(ask), ask.body.algorithm, ask.body.secret)
    return JwtKeyView(key.id, key.algorithm)


def remove_jwt_key(ask: Ask[NoQuery, NoBody]) -> Done:
    """Accept this key no longer."""
    ask.services.access.apps.remove_jwt_key(unbound_organization(ask), own_app(ask), ask.path["key_id"])
    return Done()


def own_app(ask: Ask[NoQuery, B]) -> str:
    """The app of the path, if it is the caller's."""
    app_id = ask.path["app_id"]
    if app_id not in ask.principal.app_ids:
        raise not_found("app")
    return app_id


def unbound_organization(ask: Ask[NoQuery, B]) -> str:
    """The caller's organization; a token bound to one app may not act for the whole of it."""
    if ask.principal.bound_to_app:
        raise ApiError(403, "forbidden", "This token is bound to one app.", "Use a token of the organization.")
    return ask.principal.organization_id


def caller(ask: Ask[NoQuery, B]) -> str:
    """Who asks, as the record names them."""
    return f"user:{ask.principal.user.id}" if ask.principal.user else f"token:{ask.principal.token_id}"


ENDPOINTS = (
    Endpoint("GET", "/apps", list_apps),
    Endpoint("POST", "/apps", create_app, right="manage"),
    Endpoint("PATCH", "/apps/{app_id}", change_app, right="manage"),
    Endpoint("DELETE", "/apps/{app_id}", delete_app, right="manage"),
    Endpoint("POST", "/apps/{app_id}/retention", apply_retention, right="manage"),
    Endpoint("POST", "/apps/{app_id}/server-key", rotate_server_key, right="manage"),
    Endpoint("POST", "/apps/{app_id}/jwt-keys", add_jwt_key, right="manage"),
    Endpoint("DELETE", "/apps/{app_id}/jwt-keys/{key_id}", remove_jwt_key, right="manage"),
)
