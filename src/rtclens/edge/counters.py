"""Count what comes in: per app and format, and per reason of refusal.

Enters: accepted batches and refusals. Leaves: plain numbers that `/metrics` and the ingest page read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

from rtclens.model.events import Batch, Sample


class Flow(msgspec.Struct):
    """What one app sent in one format since the server started; `last_at` is server time in ms."""

    batches: int = 0
    events: int = 0
    samples: int = 0
    frames: int = 0
    bytes: int = 0
    last_at: float = 0.0


class IngestCounters:
    """All counters of one edge process. Not thread-safe: the event loop owns them."""

    def __init__(self) -> None:
        self.flows: dict[tuple[str, str], Flow] = {}
        self.refusals: Counter[tuple[str, str, str]] = Counter()
        self.sockets: Counter[str] = Counter()

    def accepted(self, batch: Batch) -> None:
        """Count a batch that is durable."""
        flow = self.flow(batch.origin.app_id, batch.origin.format)
        flow.batches += 1
        flow.events += len(batch.events)
        flow.samples += sum(1 for event in batch.events if type(event) is Sample)
        flow.last_at = batch.received_at

    def imported(self, app_id: str, format_name: str, batches: int, refused: Mapping[str, int]) -> None:
        """Count an imported file."""
        self.flow(app_id, format_name).batches += batches
        for code, count in refused.items():
            self.refusals[app_id, format_name, code] += count

    def refused(self, app_id: str, format_name: str, code: str) -> None:
        """Count a refusal."""
        self.refusals[app_id, format_name, code] += 1

    def flow(self, app_id: str, format_name: str) -> Flow:
        """The flow of an app and format, made on first sight."""
        return self.flows.setdefault((app_id, format_name), Flow())
