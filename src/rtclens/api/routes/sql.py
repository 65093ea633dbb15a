"""SQL for people: read-only questions on the caller's own rows, and the tables that can be asked.

Enters: a SELECT. Leaves: columns and rows. What may run is decided by the store's read-only runner; this module only
tells it whose rows may be seen.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from rtclens.api.endpoint import Ask, Endpoint, NoBody, NoQuery
from rtclens.api.errors import ApiError
from rtclens.api.services import SqlAnswer, SqlRefusedError, SqlTable

ROWS = 10_000


class SqlBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question; `limit` bounds the rows of the answer."""

    query: Annotated[str, msgspec.Meta(min_length=1, max_length=100_000)]
    limit: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = ROWS


class SqlSchema(msgspec.Struct, frozen=True):
    """The tables that can be asked."""

    tables: list[SqlTable]


def run_sql(ask: Ask[NoQuery, SqlBody]) -> SqlAnswer:
    """Answer a question in SQL."""
    try:
        return ask.services.sql.run(ask.body.query, ask.scope().app_ids, ask.body.limit)
    except SqlRefusedError as refused:
        raise ApiError(400, refused.code, str(refused), refused.hint) from refused


def get_schema(ask: Ask[NoQuery, NoBody]) -> SqlSchema:
    """The tables and columns that can be asked, with what they mean."""
    return SqlSchema(ask.services.sql.tables())


ENDPOINTS = (
    Endpoint("POST", "/sql", run_sql, right="sql"),
    Endpoint("GET", "/sql/schema", get_schema, right="sql"),
)
