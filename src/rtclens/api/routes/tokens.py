"""API tokens: listed, made, voided.

Enters: names, scopes, expiry. Leaves: tokens; the secret only in the answer that makes one.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rtclens.access import Token
from rtclens.api.endpoint import Ask, Endpoint, NoBody, NoQuery
from rtclens.api.errors import forbidden
from rtclens.api.routes.apps import unbound_organization
from rtclens.api.routes.entry import Done


class TokenView(msgspec.Struct, frozen=True):
    """A token without its secret; `hint` are the secret's last characters, `app_id` '' means all apps."""

    id: str
    name: str
    hint: str
    app_id: str
    scopes: tuple[str, ...]
    created_at: int
    expires_at: int | None
    last_used_at: int | None


class NewToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the token may do, on which app ('' for all), until when (ms since the epoch, null for ever)."""

    name: str
    scopes: tuple[Literal["read", "sql", "manage"], ...] = ("read", "sql")
    app_id: str = ""
    expires_at: int | None = None


class CreatedToken(msgspec.Struct, frozen=True):
    """A new token with its secret, which is shown this once."""

    id: str
    name: str
    token: str
    scopes: tuple[str, ...]
    app_id: str
    created_at: int
    expires_at: int | None


def token_view(token: Token) -> TokenView:
    """The shown part of a token."""
    return TokenView(
        token.id, token.name, token.hint, token.app_id, token.scopes, token.created_at, token.expires_at,
        token.last_used_at,
    )  # fmt: skip


def list_tokens(ask: Ask[NoQuery, NoBody]) -> list[TokenView]:
    """The organization's tokens."""
    return [token_view(token) for token in ask.services.access.tokens.listed(unbound_organization(ask))]


def create_token(ask: Ask[NoQuery, NewToken]) -> CreatedToken:
    """A new token; nobody can give rights they do not hold."""
    organization, body = unbound_organization(ask), ask.body
    for scope in body.scopes:
        if not ask.principal.may(scope):
            raise forbidden(scope)
    if body.app_id:
        ask.scope(body.app_id)
    token, secret = ask.services.access.tokens.create(
        organization, body.name, body.scopes, body.app_id, body.expires_at
    )
    return CreatedToken(
        token.id, token.name, secret, token.scopes, token.app_id, token.created_at, token.expires_at
    )  # fmt: skip


def delete_token(ask: Ask[NoQuery, NoBody]) -> Done:
    """Void a token at once."""
    ask.services.access.tokens.delete(unbound_organization(ask), ask.path["token_id"])
    return Done()


ENDPOINTS = (
    Endpoint("GET", "/tokens", list_tokens, right="manage"),
    Endpoint("POST", "/tokens", create_token, right="manage"),
    Endpoint("DELETE", "/tokens/{token_id}", delete_token, right="manage"),
)
