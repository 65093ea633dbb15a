"""Refused frames as people work with them: looked at, decoded again, dropped.

Enters: apps, numbers or a code. Leaves: letters, what became of each, rows of the calls they belong to. What a frame
holds is stored at the place that the frame's number gives it, so decoding it twice, or dying in between, adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rtclens.edge.importing import NEAR_MS, Importer
from rtclens.edge.positions import LETTER_BATCHES, of_letter
from rtclens.edge.redecode import Undecodable, redecode
from rtclens.model.events import Batch, Origin
from rtclens.query import Scope, Span, earlier_calls
from rtclens.query.earlier import calls_of_session
from rtclens.query.letters import Letter, LetterContent, LetterOutcome, letter_contents, letters
from rtclens.store import Store
from rtclens.store.store import OpenCall

MOST = 10_000


class Letters:
    """Over one store and one importer. It blocks."""

    def __init__(self, store: Store, importer: Importer, clock: Callable[[], float]) -> None:
        self._store = store
        self._importer = importer
        self._clock = clock

    def listed(self, app_ids: Sequence[str], code: str = "", limit: int = 100) -> list[Letter]:
        """The newest refused frames."""
        return letters(self._store, Scope(tuple(app_ids)), code, limit)

    def shown(self, app_ids: Sequence[str], letter: int) -> LetterContent | None:
        """One with what it held."""
        return next(iter(letter_contents(self._store, Scope(tuple(app_ids)), [letter])), None)

    def dropped(self, app_ids: Sequence[str], wanted: Sequence[int] = (), code: str = "", limit: int = MOST) -> int:
        """Remove frames for good; how many there were."""
        found = letter_contents(self._store, Scope(tuple(app_ids)), wanted, code, limit)
        for app_id in {one.app_id for one in found}:
            self._store.drop_letters(app_id, [int(one.letter) for one in found if one.app_id == app_id])
        return len(found)

    def redecoded(
        self, app_ids: Sequence[str], wanted: Sequence[int] = (), code: str = "", limit: int = MOST
    ) -> list[LetterOutcome]:
        """Decode frames that wait, and store what they hold; oldest first."""
        scope = Scope(tuple(app_ids))
        found = letter_contents(self._store, scope, wanted, code, limit, waiting=True)
        outcomes: list[LetterOutcome] = []
        for app_id in sorted({one.app_id for one in found}):
            mine = [one for one in reversed(found) if one.app_id == app_id]
            outcomes += _Round(self._store, self._importer, app_id).run(mine, self._clock())
        return outcomes


class _Round:
    """The frames of one app, in the order of their arrival."""

    def __init__(self, store: Store, importer: Importer, app_id: str) -> None:
        self._store = store
        self._importer = importer
        self._app_id = app_id
        self._batches: list[Batch] = []

    def run(self, found: Sequence[LetterContent], now: float) -> list[LetterOutcome]:
        outcomes = [self._tried(one) for one in found]
        if self._batches:
            self._importer.letters(self._app_id, self._batches)
            decoded = [int(one.letter) for one in outcomes if one.outcome == "decoded"]
            self._store.mark_decoded(self._app_id, decoded, now)
        return outcomes

    def _tried(self, one: LetterContent) -> LetterOutcome:
        number = int(one.letter)
        ours = {of_letter(number, index) for index in range(LETTER_BATCHES)}

        def earlier(origin: Origin) -> list[Batch]:
            return [batch for batch in self._earlier(origin, one.at) if batch.seq not in ours]

        try:
            batches = redecode(number, one.raw, one.raw_bytes, one.circumstances, one.at, earlier)
        except Undecodable as why:
            return LetterOutcome(one.letter, "refused" if why.tried else "untried", 0, str(why))
        if any(self._importer.is_live(self._app_id, batch) for batch in batches):
            return LetterOutcome(one.letter, "untried", 0, "its call goes on; decode it when it has ended")
        self._batches += batches
        return LetterOutcome(one.letter, "decoded", sum(len(batch.events) for batch in batches), "")

    def _earlier(self, origin: Origin, at: float) -> list[Batch]:
        """What is known of a session until a moment, in the order of arrival."""
        scope = Scope((self._app_id,))
        if origin.session:
            calls = calls_of_session(self._store, scope, origin.session)
        else:
            near = Span(max(0.0, at - NEAR_MS), at + NEAR_MS)
            calls = [one.call_id for one in earlier_calls(self._store, scope, origin.call, near)]
        stored = self._store.replay([OpenCall(self._app_id, call) for call in calls]) if calls else ()
        known = [
            batch
            for batch in (*stored, *self._batches)
            if batch.origin.session == origin.session
            and (origin.session or batch.origin.participant == origin.participant)
            and batch.received_at <= at
        ]
        return sorted(known, key=lambda batch: batch.received_at)
