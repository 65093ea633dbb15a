"""Tokens that carry the whole session, so that ingest needs no lookup and any process can read them.

Enters: secrets, claims, token text of unknown quality. Leaves: token text; claims whose signature holds, or `Refused`.
A token is base64url(key id, flag, claims as msgpack, HMAC-SHA256 cut to 128 bits). The first secret signs; all of them
verify, so keys rotate with overlap. Long claims are deflated: an ordinary token stays below 512 bytes.
"""

from __future__ import annotations

import binascii
import hmac
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Literal

import msgspec

from rtclens.wire.peermetrics.answers import Refused

JOIN: Literal["join"] = "join"
SESSION: Literal["session"] = "session"

KEY_ID_SIZE = 4
MAC_SIZE = 16
MAX_TOKEN = 8_192
DEFLATE_ABOVE = 300
PLAIN, DEFLATED = b"\x00", b"\x01"
DOMAIN = b"rtclens peermetrics token\x00"


class Claims(msgspec.Struct, frozen=True, array_like=True):
    """What a token says. `kind` join opens a session once, `session` speaks for it. `issued_at` in ms (server clock).

    `serial` tells two joins apart that were issued in the same millisecond; names travel only in join tokens.
    """

    kind: Literal["join", "session"]
    app: str
    key: str
    call: str
    participant: str
    session: str
    issued_at: float
    serial: int = 0
    call_name: str = ""
    participant_name: str = ""


_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(Claims).decode


class Tokens:
    """Signs with the first of `secrets` and verifies with any of them."""

    def __init__(self, secrets: Sequence[bytes], lifetime: float) -> None:
        if not secrets or any(len(secret) < 16 for secret in secrets):
            raise ValueError("token secrets must be at least 16 bytes")
        self._keys = {_key_id(secret): secret for secret in secrets}
        self._current = _key_id(secrets[0])
        self._lifetime = lifetime

    def issue(self, claims: Claims) -> str:
        """The token that carries `claims`."""
        payload = _ENCODE(claims)
        packed = zlib.compress(payload, 6) if len(payload) > DEFLATE_ABOVE else payload
        flag, content = (DEFLATED, packed) if len(packed) < len(payload) else (PLAIN, payload)
        signed = self._current + flag + content
        return urlsafe_b64encode(signed + _mac(self._keys[self._current], signed)).rstrip(b"=").decode()

    def read(self, token: Any, kind: str, at: float) -> Claims:
        """The claims of a valid token of `kind`; raises `Refused` (missing_token, invalid_token, expired_token)."""
        if token is None or token == "":
            raise Refused("missing_token")
        claims = self._verified(token)
        if claims is None or claims.kind != kind:
            raise Refused("invalid_token")
        if at - claims.issued_at > self._lifetime:
            raise Refused("expired_token")
        return claims

    def _verified(self, token: Any) -> Claims | None:
        if not isinstance(token, str) or len(token) > MAX_TOKEN or not token.isascii():
            return None
        try:
            raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (binascii.Error, ValueError):
            return None
        secret = self._keys.get(raw[:KEY_ID_SIZE])
        signed, mac = raw[:-MAC_SIZE], raw[-MAC_SIZE:]
        if secret is None or not hmac.compare_digest(mac, _mac(secret, signed)):
            return None
        return _decode(signed[KEY_ID_SIZE:])


def _decode(content: bytes) -> Claims | None:
    payload = zlib.decompress(content[1:]) if content[:1] == DEFLATED else content[1:]
    try:
        return _DECODE(payload)
    except msgspec.DecodeError:  # signed by another version of this server
        return None


def _mac(secret: bytes, signed: bytes) -> bytes:
    return hmac.digest(secret, DOMAIN + signed, "sha256")[:MAC_SIZE]


def _key_id(secret: bytes) -> bytes:
    return blake2b(secret, digest_size=KEY_ID_SIZE, person=b"rtclens key id").digest()
