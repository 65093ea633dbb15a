"""Verify the JWT that an rtcstats client carries.

Enters: the token and the app's keys. Leaves: its claims. An app without keys trusts what the token says, as it trusts
the ids that every other SDK puts into its URLs; an app with keys refuses what they did not sign.
"""

from __future__ import annotations

import base64
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from starlette.requests import HTTPConnection

from rtclens.access.model import App, JwtKey
from rtclens.edge.bearer import bearer
from rtclens.model.codec import Refusal

PARAMETER = "rtcstats-token"
LEEWAY_S = 30
MAX_TOKEN = 8192


def token_of(connection: HTTPConnection) -> str:
    """The token from the query, else from an `Authorization: Bearer` header (clients that are not browsers)."""
    return connection.query_params.get(PARAMETER, "") or bearer(connection)


def claims_of(token: str, app: App, now_s: float, format_name: str) -> dict[str, Any] | Refusal:
    """The token's claims, or why it is refused (missing_token, bad_token, expired_token)."""
    if not app.jwt_keys:
        return _unverified(token)
    if not token:
        return Refusal("missing_token", "this app requires a token", "sign one with the app's key", format_name)
    if len(token) > MAX_TOKEN:
        return Refusal("bad_token", "the token is too long", format=format_name)
    for key in app.jwt_keys:
        claims = _verified(token, key)
        if claims is not None:
            return _timely(claims, now_s, format_name)
    return Refusal("bad_token", "no key of this app signed the token", "check the signing secret", format_name)


def _unverified(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != 3 or len(token) > MAX_TOKEN:
        return {}
    try:
        claims = msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, msgspec.DecodeError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _verified(token: str, key: JwtKey) -> dict[str, Any] | None:
    try:
        return dict(jwt.decode(token, _jwk(key), algorithms=[key.algorithm]).claims)
    except (JoseError, ValueError):
        return None


def _jwk(key: JwtKey) -> OctKey | RSAKey | ECKey | OKPKey:
    if key.algorithm.startswith("HS"):
        return OctKey.import_key(key.secret)
    if key.algorithm.startswith("RS"):
        return RSAKey.import_key(key.secret)
    return ECKey.import_key(key.secret) if key.algorithm.startswith("ES") else OKPKey.import_key(key.secret)


def _timely(claims: dict[str, Any], now_s: float, format_name: str) -> dict[str, Any] | Refusal:
    expires, not_before = claims.get("exp"), claims.get("nbf")
    if isinstance(expires, int | float) and now_s > expires + LEEWAY_S:
        return Refusal("expired_token", "the token has expired", "sign a fresh one", format_name)
    if isinstance(not_before, int | float) and now_s < not_before - LEEWAY_S:
        return Refusal("bad_token", "the token is not valid yet", "check the issuer's clock", format_name)
    return claims
