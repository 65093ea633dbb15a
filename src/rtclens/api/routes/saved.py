"""Saved queries: questions in SQL that an organization keeps under a name.

Enters: a name and a SELECT. Leaves: the kept questions. They are asked through `POST /sql` like any other.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from rtclens.access.saved import SavedQuery
from rtclens.api.endpoint import Ask, Endpoint, NoBody, NoQuery
from rtclens.api.routes.apps import caller
from rtclens.api.routes.entry import Done


class QueryToSave(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question and its name, which only one of the organization's has."""

    name: str
    query: Annotated[str, msgspec.Meta(min_length=1, max_length=100_000)]
    description: str = ""


def list_saved_queries(ask: Ask[NoQuery, NoBody]) -> list[SavedQuery]:
    """The organization's saved queries, by name."""
    return ask.services.access.saved.listed(ask.principal.organization_id)


def save_query(ask: Ask[NoQuery, QueryToSave]) -> SavedQuery:
    """Save a query."""
    body = ask.body
    return ask.services.access.saved.save(
        ask.principal.organization_id, body.name, body.query, body.description, caller(ask)
    )


def change_saved_query(ask: Ask[NoQuery, QueryToSave]) -> SavedQuery:
    """Replace name, text and description of a saved query."""
    body = ask.body
    return ask.services.access.saved.change(
        ask.principal.organization_id, ask.path["query_id"], body.name, body.query, body.description
    )


def delete_saved_query(ask: Ask[NoQuery, NoBody]) -> Done:
    """Delete a saved query."""
    ask.services.access.saved.delete(ask.principal.organization_id, ask.path["query_id"])
    return Done()


ENDPOINTS = (
    Endpoint("GET", "/sql/saved", list_saved_queries, right="sql"),
    Endpoint("POST", "/sql/saved", save_query, right="sql"),
    Endpoint("PATCH", "/sql/saved/{query_id}", change_saved_query, right="sql"),
    Endpoint("DELETE", "/sql/saved/{query_id}", delete_saved_query, right="sql"),
)
