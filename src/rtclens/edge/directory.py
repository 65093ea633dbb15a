"""What the Peer Metrics office asks of the rest of the server.

Enters: server keys, API tokens, the ids that the application gave. Leaves: apps, paths of pages, open sessions.
"""

from __future__ import annotations

from collections.abc import Iterable

from rtclens.access import Access, App
from rtclens.model.events import Origin
from rtclens.query import Reader, Scope, newest_call, newest_participant, open_sessions
from rtclens.wire.peermetrics.contract import App as ServiceApp


class StoredDirectory:
    """The directory over the control database and the store."""

    def __init__(self, access: Access, reader: Reader) -> None:
        self._access = access
        self._reader = reader

    def app_of_server_key(self, key: str) -> ServiceApp | None:
        """The app whose secret server key this is."""
        app = self._access.apps.by_server_key(key)
        return None if app is None else service_app(app)

    def app_of_bearer(self, token: str, key: str) -> ServiceApp | None:
        """The app with the public `key`, if the API token may act for it."""
        principal, app = self._access.by_token(token), self._access.lookup_app(key)
        if principal is None or app is None or app.id not in principal.app_ids or not principal.may("read"):
            return None
        return service_app(app)

    def call_path(self, app_id: str, call: str) -> str | None:
        """The page of the latest call of that name."""
        found = newest_call(self._reader, Scope((app_id,)), call)
        return f"/calls/{found}" if found else None

    def participant_path(self, app_id: str, participant: str) -> str | None:
        """The page of the call where the participant was last seen, with the participant chosen."""
        found = newest_participant(self._reader, Scope((app_id,)), participant)
        return f"/calls/{found[0]}?participant={found[1]}" if found else None

    def open_sessions(self, app_id: str, call: str) -> Iterable[Origin]:
        """The call's sessions that have not ended, whoever holds them."""
        return open_sessions(self._reader, Scope((app_id,)), app_id, call)


def service_app(app: App) -> ServiceApp:
    """An app as the service sees it."""
    return ServiceApp(app.id, app.name, app.paused, app.domains, app.stats_interval_ms)
