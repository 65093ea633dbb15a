"""All outputs of a process.

Enters: stored facts and analysed batches, from the worker's thread, before it commits them. Leaves: deliveries. `take`
puts what is worth telling on disk and returns; a crash before that makes the worker conclude it again, a crash after
it finds it in the outbox. It raises nothing and waits for no receiver.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import msgspec

from rtclens.model.events import Batch
from rtclens.model.facts import Fact
from rtclens.outputs.configuration import Configuration
from rtclens.outputs.delivery import Delivery
from rtclens.outputs.directory import Directory, Entity, Identified
from rtclens.outputs.moments import Moment
from rtclens.outputs.outbox import Outbox

DATABASE = "outputs.db"
STOP_S = 10.0
log = logging.getLogger(__name__)


class Outputs:
    """The outbox with a delivery for each sink."""

    def __init__(self, configuration: Configuration, folder: Path) -> None:
        self.configuration = configuration
        self.unkept = 0
        self._outbox = Outbox(folder / DATABASE, configuration.outbox_rows)
        self._outbox.join([sink.name for sink in configuration.sink])
        self._directory = Directory(_entities(self._outbox))
        self._encoder = msgspec.msgpack.Encoder()
        self.deliveries = [Delivery(sink, configuration.alert, self._outbox, folder) for sink in configuration.sink]

    @property
    def wants_batches(self) -> bool:
        """Whether `take` should be given batches."""
        return self.configuration.wants_samples

    def start(self) -> None:
        """Begin to deliver, first what an earlier process left."""
        for delivery in self.deliveries:
            delivery.start()

    def take(self, facts: Sequence[Fact], batches: Sequence[tuple[Batch, Identified]] = ()) -> None:
        """Keep what is worth telling; when it returns it survives `kill -9`."""
        try:
            self._take(facts, batches)
        except Exception:  # outputs must never end the worker
            self.unkept += 1
            log.exception("facts could not be kept for the outputs")

    def _take(self, facts: Sequence[Fact], batches: Sequence[tuple[Batch, Identified]]) -> None:
        moments = self._directory.take(facts)
        moments += [self._directory.take_batch(batch, identity) for batch, identity in batches]
        changed, self._directory.changed = self._directory.changed, {}
        if not moments and not changed:
            return
        gone = self._directory.forget(max((moment.at for moment in moments), default=0.0))
        encode = self._encoder.encode
        kept = [(moment.id, body) for moment in moments if (body := self._encoded(moment))]
        try:
            self._outbox.add(kept, [(entity.id, encode(entity)) for entity in changed.values()], gone)
        except sqlite3.Error:
            self.unkept += len(kept)
            log.exception("%d moments could not be kept for the outputs", len(kept))
        for delivery in self.deliveries:
            delivery.wake()

    def _encoded(self, moment: Moment) -> bytes:
        """The moment, or nothing where a client sent a number that does not fit into 64 bits."""
        try:
            return self._encoder.encode(moment)
        except (OverflowError, TypeError, ValueError):
            self.unkept += 1
            return b""

    def lost(self, sink: str) -> int:
        """Moments that a sink will never see because it was behind for too long."""
        return self._outbox.lost(sink)

    def erase(self, word: str) -> dict[str, int]:
        """Remove what waits for delivery or was given up and names this id; how much. What a sink has stays there."""
        words = [word.encode()]
        dead = sum(delivery.erase(words) for delivery in self.deliveries)
        found = {"outbox": self._outbox.erase(words), "dead_letters": dead}
        return {name: count for name, count in found.items() if count}

    def stop(self) -> None:
        """End all deliveries, then close the outbox. Call it after the worker has ended."""
        deadline = monotonic() + STOP_S
        for delivery in self.deliveries:
            delivery.end()
        for delivery in self.deliveries:
            delivery.join(max(0.0, deadline - monotonic()))
        self._outbox.close()


def _entities(outbox: Outbox) -> list[Entity]:
    decoder = msgspec.msgpack.Decoder(Entity)
    found: list[Entity] = []
    for body in outbox.entities():
        try:
            found.append(decoder.decode(body))
        except msgspec.DecodeError:  # of another version of this program
            continue
    return found


def decode(body: bytes) -> Moment:
    """A moment of the outbox. Raises `msgspec.DecodeError`."""
    return msgspec.msgpack.decode(body, type=Moment)
