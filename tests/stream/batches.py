"""Small batches for the tests of the stream."""

from __future__ import annotations

from rtclens.model.events import AppReported, Batch, Origin


def batch(number: int, size: int = 0) -> Batch:
    """A batch whose one event carries `number` and `size` bytes of ballast."""
    origin = Origin(app_id="app", format="native", call="room", participant="ann")
    return Batch(origin, 1000.0 + number, [AppReported(at=1000.0 + number, name=str(number), value="x" * size)])


def number(of: Batch) -> int:
    event = of.events[0]
    assert isinstance(event, AppReported)
    return int(event.name)
