"""Where records go.

Enters: records. Leaves: their delivery, or `SinkError`. A sink sends what it gets whole; who calls it tries again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from rtclens.outputs.configuration import AnySink, FileSettings, WebhookSettings
from rtclens.outputs.moments import Record


class SinkError(Exception):
    """The records did not arrive; `permanent` says that they never will."""

    def __init__(self, message: str, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class Sink(Protocol):
    """A receiver."""

    def send(self, records: Sequence[Record]) -> None:
        """Deliver; returns once the receiver has them all. Raises `SinkError`."""

    def close(self) -> None:
        """Release what is held."""


def open_sink(settings: AnySink, folder: Path) -> Sink:
    """The sink that the settings mean; files are relative to `folder`. Raises `SinkError` when it cannot be had."""
    if isinstance(settings, WebhookSettings):
        from rtclens.outputs.sinks.webhook import Webhook

        return Webhook(settings)
    if isinstance(settings, FileSettings):
        from rtclens.outputs.sinks.files import JsonLines

        return JsonLines(folder / settings.path, settings.max_bytes, settings.keep)
    from rtclens.outputs.sinks.kafka import KafkaTopic

    return KafkaTopic(settings)
