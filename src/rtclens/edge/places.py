"""Where a client is, as far as a proxy before this server says so in headers: network, country, entry point.

Enters: the setting `place_headers`, the headers of a connection, what was decoded from it. Leaves: attributes of joins.
A header that no trusted proxy sets would be the client's own claim, so none is read unless it was named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rtclens.model.codec import Item
from rtclens.model.events import Batch, Origin, SessionOpened, SessionUpdated

LONGEST = 60
REMEMBERED = 50_000  # joins whose place was told; the oldest are told again


class Places:
    """The headers that say where a client is, by what they say, and whose place was told."""

    def __init__(self, setting: str = "") -> None:
        pairs = (pair.partition("=") for pair in setting.split())
        self._headers = {name: header.lower() for name, _, header in pairs}
        self._told: dict[Origin, Mapping[str, str]] = {}

    def of(self, headers: Mapping[str, str]) -> dict[str, str]:
        """What is said of this client; nothing where a header is missing or no sensible value."""
        said = {name: headers.get(header, "").strip() for name, header in self._headers.items()}
        return {name: value for name, value in said.items() if 0 < len(value) <= LONGEST and value.isprintable()}

    def put(self, items: Iterable[Item], places: Mapping[str, str]) -> Iterable[Item]:
        """The items, with the places as attributes of their joins; what clients say themselves yields to them."""
        if places:
            for item in items:
                if isinstance(item, Batch) and item.events:
                    self._tell(item, places)
        return items

    def _tell(self, batch: Batch, places: Mapping[str, str]) -> None:
        said = [event for event in batch.events if isinstance(event, SessionOpened | SessionUpdated)]
        for event in said:
            event.tags = {**(event.tags or {}), **places}
        if self._told.get(batch.origin) == places:
            return
        if not said:
            batch.events.insert(0, SessionUpdated(at=batch.events[0].at, tags=dict(places)))
        self._told[batch.origin] = places
        if len(self._told) > REMEMBERED:
            del self._told[next(iter(self._told))]
