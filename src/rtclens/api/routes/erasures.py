"""Deletion of telemetry, and the record of it.

Enters: an app, a call, or a participant of a call. Leaves: a receipt: rows removed and rows found afterwards, by table.
"""

from __future__ import annotations

import msgspec

from rtclens.api.endpoint import Ask, Endpoint, NoBody, NoQuery
from rtclens.api.errors import not_found
from rtclens.api.routes.apps import caller, own_app
from rtclens.query import call_detail, call_item
from rtclens.store.erasures import Erasure


class Receipt(msgspec.Struct, frozen=True):
    """What was erased. `call_id` '' is the whole app, `participant_id` '' the whole call.

    `removed` and `remaining` are rows by table; `outbox`, `dead_letters` and `spool` stand for what the outputs and the
    stream hold. `completed_at` is null while something remains.
    """

    erasure_id: str
    app_id: str
    call_id: str
    participant_id: str
    requested_at: float
    requested_by: str
    removed: dict[str, int]
    remaining: dict[str, int]
    completed_at: float | None


class ErasuresQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Erasures of one app or all, asked for after a moment."""

    app: str = ""
    from_at: float = msgspec.field(default=0.0, name="from")
    limit: int = 1000


def receipt(found: Erasure) -> Receipt:
    """The shown part of an erasure."""
    return Receipt(**{name: getattr(found, name) for name in Receipt.__struct_fields__})


def erase_call(ask: Ask[NoQuery, NoBody]) -> Receipt:
    """Erase a call for good."""
    call = call_item(ask.services.reader, ask.scope(), ask.path["call_id"])
    return receipt(ask.services.erasing.forget(call.app_id, call.call_id, "", caller(ask)))


def erase_participant(ask: Ask[NoQuery, NoBody]) -> Receipt:
    """Erase a participant of a call for good."""
    call = call_detail(ask.services.reader, ask.scope(), ask.path["call_id"])
    participant_id = ask.path["participant_id"]
    if participant_id not in [one.participant_id for one in call.participants]:
        raise not_found("participant")
    return receipt(ask.services.erasing.forget(call.call.app_id, call.call.call_id, participant_id, caller(ask)))


def erase_telemetry(ask: Ask[NoQuery, NoBody]) -> Receipt:
    """Erase everything that an app has sent; the app stays."""
    return receipt(ask.services.erasing.forget(own_app(ask), "", "", caller(ask)))


def list_erasures(ask: Ask[ErasuresQuery, NoBody]) -> list[Receipt]:
    """What was erased, newest first."""
    query = ask.query
    limit = max(1, min(query.limit, 10_000))
    return [receipt(one) for one in ask.services.erasing.erasures(ask.scope(query.app).app_ids, query.from_at, limit)]


ENDPOINTS = (
    Endpoint("DELETE", "/calls/{call_id}", erase_call, right="manage"),
    Endpoint("DELETE", "/calls/{call_id}/participants/{participant_id}", erase_participant, right="manage"),
    Endpoint("DELETE", "/apps/{app_id}/telemetry", erase_telemetry, right="manage"),
    Endpoint("GET", "/erasures", list_erasures, right="manage"),
)
