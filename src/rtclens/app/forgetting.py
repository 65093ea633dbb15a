"""Deletion on request, complete and provable.

Enters: an app, one of its calls, or a participant of a call, and who asks. Leaves: an `Erasure`: rows removed and rows
found afterwards. The worker stores what it holds, and the request is noted with what tells late telemetry, so that it
stays out. Then everything in the tables goes, and what the spool, the outputs and the refused input still have of it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any
from uuid import uuid4

import msgspec

from rtclens.outputs import Outputs
from rtclens.pipeline import Worker
from rtclens.store import Store
from rtclens.store.erasures import Erasure
from rtclens.stream.spool import Spool

ATTEMPTS = 3
HEED_S = 20.0
DISCARD_S = 10.0
log = logging.getLogger(__name__)


class Forgetting:
    """Over the opened parts of a process; all but the store may be missing. One erasure at a time; it blocks."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], float],
        worker: Worker[Any] | None = None,
        outputs: Outputs | None = None,
        spool: Spool | None = None,
        elsewhere_s: float = 0.0,
    ) -> None:
        """`elsewhere_s` is how long workers of other processes take to learn of an erasure."""
        self._store = store
        self._clock = clock
        self._worker = worker
        self._outputs = outputs
        self._spool = spool
        self._elsewhere_s = elsewhere_s
        self._lock = Lock()

    def forget(self, app_id: str, call_id: str = "", participant_id: str = "", by: str = "") -> Erasure:
        """Forget the subject; the answer is also in the ledger."""
        with self._lock:
            self._have_workers_heed()
            asked, words = self._noted(app_id, call_id, participant_id, by)
            self._have_workers_heed(asked.erasure_id)
            removed = self._store.remaining(app_id, call_id, participant_id)
            self._store.erase(app_id, call_id, participant_id)
            if refused := self._store.erase_mentions(app_id, call_id, participant_id, words):
                removed["refusals"] = removed.get("refusals", 0) + refused
            if self._outputs:
                removed |= self._outputs.erase(participant_id or call_id or app_id)
            remaining = self._remaining(app_id, call_id, participant_id)
            done = msgspec.structs.replace(
                asked, removed=removed, remaining=remaining, completed_at=None if remaining else self._clock()
            )
            self._store.note(done)
            return done

    def erasures(self, app_ids: Sequence[str], after: float, limit: int) -> list[Erasure]:
        """What was erased of these apps since a moment, newest first."""
        return self._store.erasures(app_ids, after, limit)

    def _noted(self, app_id: str, call_id: str, participant_id: str, by: str) -> tuple[Erasure, list[str]]:
        now = self._clock()
        open_since = now - (self._worker.settings.reopen_ms if self._worker else 3_600_000)
        traces = self._store.traces(app_id, call_id, participant_id, open_since)
        words = traces.pop("words")
        asked = Erasure(
            app_id=app_id,
            erasure_id=f"erasure_{uuid4().hex[:20]}",
            call_id=call_id,
            participant_id=participant_id,
            requested_at=now,
            requested_by=by,
            **traces,
        )
        self._store.note(asked)
        log.info("erasing %s for %s", participant_id or call_id or app_id, by or "a command")
        return asked, words

    def _have_workers_heed(self, own: str = "") -> None:
        if self._worker and self._worker.alive and not self._worker.erasures.heed(HEED_S, own):
            log.warning("the worker is busy; what it holds of the erased is erased when it gets to it")
        if self._elsewhere_s:
            time.sleep(self._elsewhere_s)

    def _remaining(self, app_id: str, call_id: str, participant_id: str) -> dict[str, int]:
        """What is left: rows that came in between go as well; files of the spool go when the store has them."""
        for _ in range(ATTEMPTS):
            found = self._store.remaining(app_id, call_id, participant_id)
            if not found:
                break
            self._store.erase(app_id, call_id, participant_id)
        if self._spool and not self._spool.discard(DISCARD_S):
            found["spool"] = 1
        return found
