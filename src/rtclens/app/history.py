"""Questions about the past that need the analysis again: `replay`, `rescore`, `backtest`.

Enters: a `Question`, from the command line or as `POST /api/v1/history` with a token. Leaves: an `Answer`; with
`write`, new facts in the store. A question runs in a thread and may take its time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from rtclens.access import Access
from rtclens.analysis import Detector
from rtclens.app.again import Replayed, replay
from rtclens.app.backtest import Backtest, backtest
from rtclens.app.rescore import Rescored, rescore
from rtclens.edge.bearer import caller
from rtclens.edge.responses import answer as answered
from rtclens.model.facts import Call
from rtclens.pipeline.rules import RulesError, read_rules
from rtclens.query.history import calls_between, calls_named
from rtclens.query.scope import Scope, Span
from rtclens.store import Store

PATH = "/api/v1/history"
MOST_BYTES = 1 << 20


class Question(msgspec.Struct, forbid_unknown_fields=True):
    """What to do with which calls: by id (ours or the application's), or those between two moments (ms since the
    epoch). `rules` is the text of a rules file; without it, replay uses the detectors that are in use.
    """

    what: Literal["replay", "rescore", "backtest"]
    names: list[str] = []
    from_at: float = 0.0
    to_at: float | None = None
    write: bool = False
    rules: str = ""


class Answer(msgspec.Struct):
    """What was asked for; the other members are empty."""

    replayed: list[Replayed] = []
    rescored: list[Rescored] = []
    backtest: Backtest | None = None


class HistoryError(Exception):
    """The question cannot be answered; the message may be shown."""


def answer(store: Store, scope: Scope, question: Question, in_use: Sequence[Detector], now: float) -> Answer:
    """Answer a question. Raises `HistoryError`."""
    try:
        given = read_rules(question.rules)
    except RulesError as error:
        raise HistoryError("\n".join(error.problems)) from error
    calls = chosen(store, scope, question, now)
    if question.what == "rescore":
        return Answer(rescored=list(rescore(store, calls, now, question.write)))
    if question.what == "backtest":
        return Answer(backtest=backtest(store, calls, given, now))
    return Answer(replayed=list(replay(store, calls, now, question.write, given if question.rules else in_use)))


def chosen(store: Store, scope: Scope, question: Question, now: float) -> list[Call]:
    """The calls of a question, each once."""
    if not question.names:
        until = now if question.to_at is None else question.to_at
        return list(calls_between(store, scope, Span(question.from_at, until)))
    found: dict[str, Call] = {}
    for name in question.names:
        known = calls_named(store, scope, name)
        if not known:
            raise HistoryError(f"no call has the id {name!r}")
        found |= {call.call_id: call for call in known}
    return list(found.values())


class HistoryDoor:
    """`POST /api/v1/history`: for tokens that may read; with `write`, for those that may manage."""

    def __init__(
        self, access: Access, store: Store, in_use: Callable[[], Sequence[Detector]], clock: Callable[[], float]
    ) -> None:
        self._access = access
        self._store = store
        self._in_use = in_use
        self._clock = clock

    def routes(self) -> list[BaseRoute]:
        """The one path."""
        return [Route(PATH, self.ask, methods=["POST"])]

    async def ask(self, request: Request) -> Response:
        """Answer, or say why not as `{code, message, hint}`."""
        principal = await run_in_threadpool(caller, request, self._access)
        if principal is None:
            return _refused(request, 401, "bad_token", "send an API token: Authorization: Bearer TOKEN")
        if int(request.headers.get("content-length") or MOST_BYTES + 1) > MOST_BYTES:
            return _refused(request, 413, "too_large", f"a question has a length, and at most {MOST_BYTES} bytes")
        try:
            question = msgspec.json.decode(await request.body(), type=Question)
            if not principal.may("manage" if question.write else "read"):
                return _refused(request, 403, "not_allowed", "this token may not do that")
            scope = Scope(principal.app_ids)
            found = await run_in_threadpool(answer, self._store, scope, question, self._in_use(), self._clock())
        except (msgspec.DecodeError, UnicodeDecodeError, HistoryError) as error:
            return _refused(request, 400, "bad_request", str(error))
        return answered(request, found)


def _refused(request: Request, status: int, code: str, message: str) -> Response:
    return answered(request, {"code": code, "message": message, "hint": ""}, status)
