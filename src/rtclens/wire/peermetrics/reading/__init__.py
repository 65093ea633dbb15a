"""The read API that integrators script against: `GET /v1/conferences` and its relatives.

Enters: HTTP requests, and facts through the port `Library`. Leaves: responses in the shapes those scripts know.
"""

from rtclens.wire.peermetrics.reading.desk import Desk
from rtclens.wire.peermetrics.reading.library import Found, Item, Library, Match, StoredEvent
from rtclens.wire.peermetrics.reading.questions import Question

__all__ = ["Desk", "Found", "Item", "Library", "Match", "Question", "StoredEvent"]
