"""What is remembered of the events of a page and of its connections' set-up.

Enters: nothing. Leaves: plain mutable records.
"""

from __future__ import annotations

import msgspec


class SetupNotes(msgspec.Struct, array_like=True, gc=False):
    """What is remembered of a connection's set-up."""

    stable: tuple[float, ...] = ()  # when negotiations after the first ended, lately
    negotiated: bool = False
    first: float | None = None  # when it was first up
    broken_at: float | None = None
    gathered: set[str] = set()
    order: tuple[str, ...] = ()  # mids of the last description
    told: set[str] = set()  # what was said once
    dtls: bool = False


class PageNotes(msgspec.Struct, array_like=True, gc=False):
    """What is remembered of a page's events."""

    asked: dict[str, float] = {}  # getUserMedia: correlation -> when
    given: dict[str, float] = {}  # local track -> when it was captured
    muted: dict[str, float] = {}  # local track -> since when the system mutes it
    devices: frozenset[str] = frozenset()
    outputs: bool = False
    connections: dict[str, SetupNotes] = {}
    flags: dict[str, int] = {}  # local or remote track id -> what events said of it
    live: set[str] = set()  # local tracks that were captured
    opened: tuple[tuple[float, str], ...] = ()  # connections of the last minute
