"""Questions in SQL that an organization keeps under a name.

Enters: names and queries. Leaves: `SavedQuery`. Whoever may ask sees all of them; asking one is scoped like any other.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from rtclens.access.apps import checked_name
from rtclens.access.database import Control, DuplicateError
from rtclens.access.errors import ConflictError, InvalidError, NotFoundError
from rtclens.access.secrets import new_id

QUERY_LIMIT = 100_000
DESCRIPTION_LIMIT = 1000
MOST = 500


class SavedQuery(msgspec.Struct, frozen=True):
    """A question; `created_by` is a user's id, or a token's."""

    id: str
    name: str
    query: str
    description: str
    created_by: str
    created_at: int
    changed_at: int


class SavedQueries:
    """The kept questions of all organizations."""

    def __init__(self, database: Control, clock: Callable[[], float]) -> None:
        self._db = database
        self._clock = clock

    def listed(self, organization_id: str) -> list[SavedQuery]:
        """Those of an organization, by name."""
        rows = self._db.rows(f"{_SELECT} WHERE organization_id = ? ORDER BY name, id", (organization_id,))
        return [SavedQuery(**row) for row in rows]

    def get(self, organization_id: str, query_id: str) -> SavedQuery:
        """One of the organization's, else `NotFoundError`."""
        row = self._db.row(f"{_SELECT} WHERE organization_id = ? AND id = ?", (organization_id, query_id))
        if row is None:
            raise NotFoundError("There is no such query.", "List the saved queries to see their ids.")
        return SavedQuery(**row)

    def save(self, organization_id: str, name: str, query: str, description: str, by: str) -> SavedQuery:
        """Keep a question; raises `ConflictError` when the name is taken."""
        checked = (checked_name(name), *_checked(query, description))
        with self._db.transaction():
            if len(self.listed(organization_id)) >= MOST:
                raise InvalidError("There are too many saved queries.", "Delete some first.")
            query_id, now = new_id("query"), int(self._clock())
            try:
                self._db.execute(
                    "INSERT INTO saved_queries (id, organization_id, name, query, description, created_by, created_at,"
                    " changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (query_id, organization_id, *checked, by, now, now),
                )
            except DuplicateError as error:
                raise _taken() from error
        return self.get(organization_id, query_id)

    def change(self, organization_id: str, query_id: str, name: str, query: str, description: str) -> SavedQuery:
        """Keep another text under the id."""
        self.get(organization_id, query_id)
        checked = (checked_name(name), *_checked(query, description))
        try:
            self._db.execute(
                "UPDATE saved_queries SET name = ?, query = ?, description = ?, changed_at = ? WHERE id = ?",
                (*checked, int(self._clock()), query_id),
            )
        except DuplicateError as error:
            raise _taken() from error
        return self.get(organization_id, query_id)

    def delete(self, organization_id: str, query_id: str) -> None:
        """Forget a question."""
        self.get(organization_id, query_id)
        self._db.execute("DELETE FROM saved_queries WHERE id = ?", (query_id,))


_SELECT = "SELECT id, name, query, description, created_by, created_at, changed_at FROM saved_queries"


def _checked(query: str, description: str) -> tuple[str, str]:
    if not query.strip() or len(query) > QUERY_LIMIT:
        raise InvalidError("The query cannot be kept.", f"Use 1 to {QUERY_LIMIT} characters.")
    if len(description) > DESCRIPTION_LIMIT:
        raise InvalidError("The description is too long.", f"Use at most {DESCRIPTION_LIMIT} characters.")
    return query.strip(), description.strip()


def _taken() -> ConflictError:
    return ConflictError("A saved query has that name.", "Choose another name, or change the one that is there.")
