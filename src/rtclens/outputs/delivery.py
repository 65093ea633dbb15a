"""One sink's deliveries: a thread that reads the outbox, makes records, sends them, and says how far it came.

Enters: moments of the outbox. Leaves: records at the sink, at least once and in order; after so many attempts, records
in a dead-letter file. It waits for nobody but its own receiver, and nobody waits for it.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import msgspec

from rtclens.outputs import observer3, observertc1, observertc2, own
from rtclens.outputs.alerts import Alerts, Told, alerts
from rtclens.outputs.configuration import AlertRule, AnySink
from rtclens.outputs.filters import matches
from rtclens.outputs.moments import Moment, Options, Record
from rtclens.outputs.outbox import Outbox
from rtclens.outputs.sinks import Sink, SinkError, open_sink
from rtclens.outputs.sinks.files import JsonLines

IDLE_S = 1.0
DEAD_BYTES = 64 * 1024 * 1024
DEAD_FILES = 4
log = logging.getLogger(__name__)

Mapper = Callable[[Moment, Options], Iterator[Record]]
FORMATS: dict[str, Mapper] = {
    "own": own.records,
    "observertc-1": observertc1.records,
    "observertc-2": observertc2.records,
    "observer-3": observer3.records,
}


@dataclass(slots=True)
class DeliveryCounters:
    """What a sink did since the start."""

    delivered: int = 0
    failures: int = 0
    dead: int = 0


class Delivery:
    """The deliveries of one sink."""

    def __init__(self, settings: AnySink, rules: Sequence[AlertRule], outbox: Outbox, folder: Path) -> None:
        self.settings = settings
        self.counters = DeliveryCounters()
        self._rules = [rule for rule in rules if rule.sink == settings.name]
        self._outbox = outbox
        self._folder = folder
        self._dead = JsonLines(folder / "outputs" / f"{settings.name}.dead.jsonl", DEAD_BYTES, DEAD_FILES)
        self._told: set[Told] = outbox.told(settings.name)
        self._decoder = msgspec.msgpack.Decoder(Moment)
        self._filter = settings.filter
        self._sink: Sink | None = None
        self._news = Event()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name=f"output-{settings.name}", daemon=True)

    @property
    def lag(self) -> int:
        """Moments that wait."""
        return max(0, self._outbox.newest - self._outbox.position(self.settings.name))

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def wake(self) -> None:
        """There is something new."""
        self._news.set()

    def end(self) -> None:
        """Go on until nothing is left or an attempt fails, then end; the rest is delivered after the next start."""
        self._stopping.set()
        self._news.set()

    def join(self, timeout_s: float) -> None:
        """Wait until it ended; a receiver that does not answer is left after `timeout_s`."""
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        if not self._thread.is_alive() and self._sink is not None:
            self._sink.close()

    def _run(self) -> None:
        while True:
            stopping = self._stopping.is_set()
            self._news.clear()
            try:
                while self.step():
                    pass
            except Exception:
                log.exception("output %s", self.settings.name)
            if stopping:
                return
            self._news.wait(IDLE_S)

    def erase(self, words: Sequence[bytes]) -> int:
        """Remove the dead letters that name one of the words; how many there were."""
        return self._dead.erase(words)

    def step(self) -> bool:
        """Deliver the next moments; whether there were any and they are done with."""
        name = self.settings.name
        rows = self._outbox.read(self._outbox.position(name), self.settings.batch)
        if not rows:
            return False
        records, found = self._records(rows)
        if not self._deliver(records):
            return False
        self._outbox.delivered(name, rows[-1][0], found.fired, found.resolved)
        self._told = (self._told | set(found.fired)) - set(found.resolved)
        return True

    def _records(self, rows: Sequence[tuple[int, bytes]]) -> tuple[list[Record], Alerts]:
        moments: list[Moment] = []
        for seq, body in rows:
            try:
                moments.append(self._decoder.decode(body))
            except msgspec.DecodeError:  # of another version of this program
                log.warning("output %s: moment %d cannot be read and is left out", self.settings.name, seq)
        found = alerts(moments, self._rules, self._told)
        return [*self._reports(moments), *found.records], found

    def _reports(self, moments: Sequence[Moment]) -> Iterator[Record]:
        mapper = FORMATS.get(self.settings.format)
        if mapper is None:
            return
        for moment in moments:
            if (moment.batch is None or self.settings.samples) and self._filter.passes(moment):
                for record in mapper(moment, self.settings.options):
                    if matches(record.type, self.settings.types):
                        yield record

    def _deliver(self, records: Sequence[Record]) -> bool:
        """In pieces of at most `batch`; False when it was told to stop before they arrived."""
        size = self.settings.batch
        return all(self._persist(records[start : start + size]) for start in range(0, len(records), size))

    def _persist(self, records: Sequence[Record]) -> bool:
        for attempt in range(self.settings.attempts):
            try:
                self._opened().send(records)
            except SinkError as error:
                self.counters.failures += 1
                log.warning("output %s: %s", self.settings.name, error)
                if error.permanent or attempt + 1 == self.settings.attempts:
                    return self._bury(records, str(error))
                if self._stopping.wait(self._pause(attempt)):
                    return False
            else:
                self.counters.delivered += len(records)
                return True
        return False

    def _pause(self, attempt: int) -> float:
        """Exponential, with jitter so that servers that failed together do not come back together."""
        longest: float = min(self.settings.backoff_max_s, self.settings.backoff_s * 2 ** min(attempt, 30))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - nothing secret

    def _bury(self, records: Sequence[Record], why: str) -> bool:
        bodies = [{"id": record.id, "type": record.type, "error": why, "record": record.body} for record in records]
        self._dead.write(bodies)
        self.counters.dead += len(records)
        return True

    def _opened(self) -> Sink:
        if self._sink is None:
            self._sink = open_sink(self.settings, self._folder)
        return self._sink
