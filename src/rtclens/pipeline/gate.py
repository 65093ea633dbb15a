"""What was erased stays away: late telemetry and late conclusions of it are left out.

Enters: erasures, batches, facts. Leaves: whether they may be stored. A call or person that was erased is known by our
id while the analysis still has it, and afterwards by the ids that its senders gave: what arrives within the pause after
which the same id would be another call, or tells of the time before, is of the erased one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from threading import Condition

from rtclens.model.events import Batch, Origin
from rtclens.model.facts import Fact
from rtclens.store import Identity, Store, StoreError
from rtclens.store.erasures import Erasure, call_name, person_name
from rtclens.stream import position
from rtclens.stream.kafka_dsn import MAX_PARTITIONS

log = logging.getLogger(__name__)
FIRST_IMPORTED = position(MAX_PARTITIONS, 0)  # no stream has positions from here on
RECENT_MS = 3_600_000.0
OVERLAP_MS = 60_000.0  # how long after it was asked for an erasure may turn up in the ledger


class Gate:
    """All erasures that are known; `gap_ms` is the pause after which the same id is another call."""

    def __init__(self, gap_ms: float) -> None:
        self._gap_ms = gap_ms
        self._apps: dict[str, float] = {}
        self._calls: set[tuple[str, str]] = set()
        self._people: set[tuple[str, str]] = set()
        self._names: dict[str, tuple[float, float]] = {}  # the newest of what was erased, and until when it goes on

    def learn(self, erasures: Iterable[Erasure]) -> None:
        """Keep the subjects of these away from now on."""
        for found in erasures:
            if found.participant_id:
                self._people.add((found.app_id, found.participant_id))
            else:
                self._calls |= {(found.app_id, call_id) for call_id in found.calls}
            if not found.call_id:
                self._apps[found.app_id] = max(self._apps.get(found.app_id, 0.0), found.requested_at)
            for name in found.names:
                self._names[name] = found.last_at, found.last_at + self._gap_ms

    def hide(self, app_id: str, call_id: str, participant_id: str) -> None:
        """Keep a call, or only one participant of it, away from now on."""
        if participant_id:
            self._people.add((app_id, participant_id))
        else:
            self._calls.add((app_id, call_id))

    def admits(self, batch: Batch) -> bool:
        """Whether the batch may be analysed and stored."""
        if not self._apps and not self._names:
            return True
        origin = batch.origin
        if batch.received_at <= self._apps.get(origin.app_id, 0.0):
            return False
        return not any(self._is_late(name, batch) for name in self._names_of(origin))

    def _names_of(self, origin: Origin) -> tuple[str, str]:
        return (
            call_name(origin.app_id, origin.call, origin.participant, origin.session),
            person_name(origin.app_id, origin.call, origin.participant, origin.session),
        )

    def _is_late(self, name: str, batch: Batch) -> bool:
        known = self._names.get(name)
        if known is None:
            return False
        newest, until = known
        if batch.received_at <= until:
            self._names[name] = newest, max(until, batch.received_at + self._gap_ms)
            return True
        return bool(batch.events) and max(event.at for event in batch.events) <= newest

    def hides(self, app_id: str, identity: Identity) -> bool:
        """Whether rows of this call or participant are left out."""
        return (app_id, identity.call_id) in self._calls or (app_id, identity.participant_id) in self._people

    def kept(self, facts: Sequence[Fact]) -> Sequence[Fact]:
        """The facts that are not about what was erased."""
        if not self._calls and not self._people:
            return facts
        return [fact for fact in facts if not self._is_hidden(fact)]

    def _is_hidden(self, fact: Fact) -> bool:
        person = getattr(fact, "participant_id", "")
        return (fact.app_id, fact.call_id) in self._calls or (fact.app_id, person) in self._people


class Erasures:
    """The gate, kept up to date from the store's ledger; `heed` has that done at once and waits for it."""

    def __init__(self, store: Store, gap_ms: float, poll_s: float) -> None:
        self.gate = Gate(gap_ms)
        self._store = store
        self._poll_s = poll_s
        self._due = 0.0
        self._newest = 0.0
        self._known: set[str] = set()
        self._own: set[str] = set()
        self._changed = Condition()
        self._asked = 0
        self._heeded = 0

    def heed(self, timeout_s: float, own: str = "") -> bool:
        """Have the worker know what is in the ledger now and store what it has taken; whether it did in time.

        `own` is the id of an erasure that the caller carries out: nobody has to erase once more after it.
        """
        with self._changed:
            self._own.add(own)
            self._asked += 1
            mine = self._asked
            return self._changed.wait_for(lambda: self._heeded >= mine, timeout_s)

    def refresh(self) -> list[Erasure]:
        """Learn what is new in the ledger."""
        found = self._store.erasures(after=self._newest - OVERLAP_MS)
        new = [one for one in found if one.erasure_id not in self._known]
        self._known |= {one.erasure_id for one in new}
        self._newest = max([self._newest, *(one.requested_at for one in new)])
        self.gate.learn(new)
        return new

    def recover(self, now: float) -> None:
        """Before partitions are taken over: who had them may have stored late what was erased, and died then.

        Asked once, of erasures of the hour before `now` (ms): a worker that lived longer has erased it itself.
        """
        for one in self.refresh():
            if one.requested_at > now - RECENT_MS:
                self._erase_late(one)

    def step(self, now: float, store_all: Callable[[], None]) -> None:
        """Look into the ledger when asked to, and now and then; `store_all` stores what was taken before.

        What others asked to forget may have been on its way to the store meanwhile, so it is erased once more.
        """
        with self._changed:
            asked = self._asked
        if asked == self._heeded and now < self._due:
            return
        self._due = now + self._poll_s
        try:
            self._learn(store_all, asked=asked != self._heeded)
        except StoreError:
            log.exception("what was erased cannot be asked; trying again")
            return
        with self._changed:
            self._heeded = asked
            self._changed.notify_all()

    def _learn(self, store_all: Callable[[], None], *, asked: bool) -> None:
        new = self.refresh()
        if new or asked:
            store_all()
        for one in new:
            if one.erasure_id not in self._own:
                self._erase_late(one)

    def _erase_late(self, one: Erasure) -> None:
        """Erase again what was stored of the subject; of an app the calls that began before it was asked for."""
        for call_id in self._late(one):
            log.info("erasing once more %s", one.participant_id or call_id)
            self.gate.hide(one.app_id, call_id, one.participant_id)
            self._store.erase(one.app_id, call_id, one.participant_id)
            self._store.erase_mentions(one.app_id, call_id, one.participant_id, ())

    def _late(self, one: Erasure) -> list[str]:
        """Calls that have rows which should have gone. What was imported since was meant to come back."""
        if not one.call_id:
            return self._store.calls_before(one.app_id, one.requested_at, FIRST_IMPORTED)
        if self._store.has_from(one.app_id, one.call_id, FIRST_IMPORTED):
            return []
        return [one.call_id] if self._store.remaining(one.app_id, one.call_id, one.participant_id) else []
