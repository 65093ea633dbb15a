"""An application's own attributes of a join: feature flags, plans, tenants, places.

Enters: what a client sent, nested at most once. Leaves: names and texts; members of an attribute are `name.member`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MOST = 100  # attributes of a join; more are not told apart


def add(known: dict[str, str], said: Mapping[str, Any]) -> None:
    """Add what was said to what is known; the newest word counts."""
    for name, value in _flat(said):
        if name in known or len(known) < MOST:
            known[name] = value


def _flat(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in said.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{member}", _text(inner)) for member, inner in value.items())
        else:
            yield str(name), _text(value)


def _text(value: Any) -> str:
    """A value as a text; truth is written as in JSON, whatever the format it came in."""
    return str(value).lower() if isinstance(value, bool) else str(value)
