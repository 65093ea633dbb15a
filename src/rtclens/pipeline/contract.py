"""What the worker needs of the analysis, its settings, and what it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from rtclens.model.events import Batch
from rtclens.model.facts import Fact
from rtclens.store import Identity

State = TypeVar("State")


class Folded(Protocol):
    """What one batch came to."""

    @property
    def identity(self) -> Identity:
        """Our names for the ids of the batch."""

    @property
    def facts(self) -> Sequence[Fact]:
        """New versions of facts."""


class Analysis(Protocol[State]):
    """The pure analysis; `State` holds the open calls of one partition."""

    def new_state(self) -> State:
        """No calls."""

    def fold(self, state: State, batch: Batch) -> Folded:
        """Take in a batch. Never raises, whatever it holds."""

    def tick(self, state: State, now: float) -> Sequence[Fact]:
        """Let time pass: `now` is the server's clock, ms since the epoch."""


class Outlet(Protocol):
    """Who is told what is stored, before it is committed: a crash in between has it told again, never left out."""

    @property
    def wants_batches(self) -> bool:
        """Whether batches are wanted beside facts."""

    def take(self, facts: Sequence[Fact], batches: Sequence[tuple[Batch, Identity]]) -> None:
        """Keep what is wanted. Called on the worker's thread; must neither wait for anybody nor raise."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """When the worker writes. Every insert costs the engine about the same, however few its rows.

    So calls, people and findings, which pages wait for, are written at most `flush_ms` after they were concluded, and
    everything else at most `bulk_ms` after it came in: until then the stream holds it as safely as the store would.
    While no page is open and no sink is set, both may take `unwatched_ms`; and a store that is slow is written to less
    often, but at least every `slowest_ms`.
    """

    flush_ms: int = 500
    bulk_ms: int = 2000
    unwatched_ms: int = 0
    slowest_ms: int = 5000
    flush_rows: int = 50_000
    poll_batches: int = 500
    tick_ms: int = 1000
    reopen_ms: int = 35 * 60_000  # how long after its end a call can still be continued
    erasures_s: float = 5.0  # how often the worker looks for what others asked to forget
    retry_s: float = 1.0
    stop_s: float = 30.0
    fsync: bool = False


@dataclass(slots=True)
class PipelineCounters:
    """What the worker did since it started; times in seconds, `*_ms` in ms since the epoch."""

    batches: int = 0
    events: int = 0
    redelivered: int = 0
    recovered_batches: int = 0
    recovered_calls: int = 0
    erased: int = 0
    facts: int = 0
    fold_errors: int = 0
    flushes: int = 0
    flushed_rows: int = 0
    flush_seconds: float = 0.0
    flush_retries: int = 0
    dropped_rows: int = 0
    committed: int = 0
    lag: int = 0
    newest_received_ms: float = 0.0
    newest_stored_ms: float = 0.0
