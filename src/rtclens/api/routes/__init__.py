"""Every operation of the API, in one tuple. Enters: the modules of this folder. Leaves: `ENDPOINTS`."""

from __future__ import annotations

from rtclens.api.endpoint import Endpoint
from rtclens.api.routes import apps, calls, entry, erasures, fleet, letters, members, saved, sql, tokens

ENDPOINTS: tuple[Endpoint, ...] = (
    *entry.ENDPOINTS,
    *apps.ENDPOINTS,
    *tokens.ENDPOINTS,
    *members.ENDPOINTS,
    *fleet.ENDPOINTS,
    *calls.ENDPOINTS,
    *sql.ENDPOINTS,
    *saved.ENDPOINTS,
    *letters.ENDPOINTS,
    *erasures.ENDPOINTS,
)
