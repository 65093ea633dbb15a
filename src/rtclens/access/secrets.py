"""Secrets: made here, compared here, hashed here.

Enters: the operating system's randomness. Leaves: keys, tokens and their hashes. Tokens have 256 bits of entropy, so
a plain SHA-256 is enough to store them; passwords have not and go through argon2id (`passwords`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string

KEY_ALPHABET = string.ascii_lowercase + string.digits
KEY_LENGTH = 32


def new_id(prefix: str) -> str:
    """A random identifier, `prefix_` and 20 characters of [a-z0-9]."""
    return f"{prefix}_{_random_text(20)}"


def new_key() -> str:
    """An ingest key: 32 characters of [a-z0-9], the form every SDK accepts in a path."""
    return _random_text(KEY_LENGTH)


def new_secret(prefix: str = "") -> str:
    """A secret for a header or cookie with 256 bits of entropy; the prefix lets scanners recognise it."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a high-entropy secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, stored: str) -> bool:
    """Compare a secret with its stored digest in constant time; an empty digest matches nothing."""
    return bool(stored) and hmac.compare_digest(digest(secret), stored)


def _random_text(length: int) -> str:
    return "".join(secrets.choice(KEY_ALPHABET) for _ in range(length))
