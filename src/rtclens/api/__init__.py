"""The HTTP API, the event stream and the dashboard's files.

Enters: `Services`. Leaves: routes, of which the last serves the pages under every path that nobody else took.
"""

from __future__ import annotations

from rtclens.api.build import build
from rtclens.api.responses import unrouted
from rtclens.api.services import Erasing, LiveFacts, Services, Sql, SqlAnswer, SqlColumn, SqlRefusedError, SqlTable

__all__ = [
    "Erasing",
    "LiveFacts",
    "Services",
    "Sql",
    "SqlAnswer",
    "SqlColumn",
    "SqlRefusedError",
    "SqlTable",
    "build",
    "unrouted",
]
