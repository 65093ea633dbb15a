"""The ids handed to the SDK: UUID text derived from content, so that every process and every replay names alike.

Enters: the ids the application gave, the server's secrets. Leaves: ids of peers, sessions, tracks and connections.
A connection id proves its session: its second half is a keyed digest of session and first half. So an id of another
session or app is recognised even by a process that has never seen either.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import blake2b
from uuid import UUID

from rtclens.model.ids import SEPARATOR

HALF = 8


def derived_uuid(kind: str, *parts: object) -> str:
    """A UUID (version 8) from a digest over `parts`."""
    content = SEPARATOR.join(str(part).encode() for part in (kind, *parts))
    return _uuid(blake2b(content, digest_size=16).digest())


def peer_uuid(app_id: str, participant: str) -> str:
    """The id by which the SDK knows the participant that the application calls `participant`."""
    return derived_uuid("participant", app_id, participant)


def _uuid(raw: bytes) -> str:
    """UUID text of 16 bytes with the version and variant bits of RFC 9562, version 8."""
    return str(UUID(bytes=raw[:6] + bytes([raw[6] & 0x0F | 0x80]) + raw[7:8] + bytes([raw[8] & 0x3F | 0x80]) + raw[9:]))


class ConnectionIds:
    """Mints connection ids with the first of `secrets`, recognises those of any of them."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        self._keys = [blake2b(secret, digest_size=32, person=b"connection id").digest() for secret in secrets]

    def mint(self, session: str, *parts: object) -> str:
        """A new id for `session`; `parts` tell it from the session's other ones."""
        head = UUID(derived_uuid("connection", session, *parts)).bytes[:HALF]
        return _uuid(head + self._proof(self._keys[0], session, head))

    def belongs(self, connection: str, session: str) -> bool:
        """Whether `connection` was minted for `session`."""
        try:
            raw = UUID(connection).bytes
        except ValueError:
            return False
        head = raw[:HALF]
        candidates = (_uuid(head + self._proof(key, session, head)) for key in self._keys)
        return any(hmac.compare_digest(connection, candidate) for candidate in candidates)

    @staticmethod
    def _proof(key: bytes, session: str, head: bytes) -> bytes:
        return blake2b(head + session.encode(), digest_size=HALF, key=key).digest()
