"""Ids derived from content, so that a replay of the same events names the same things."""

from __future__ import annotations

from hashlib import blake2b

SEPARATOR = b"\x1f"


def derive(prefix: str, *parts: object) -> str:
    """A stable id: `prefix_` and 20 hex digits of a hash over the parts."""
    digest = blake2b(SEPARATOR.join(str(part).encode() for part in parts), digest_size=10)
    return f"{prefix}_{digest.hexdigest()}"
