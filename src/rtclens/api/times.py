"""Spans of time from query parameters.

Enters: optional bounds (ms since the epoch) and the present. Leaves: a `Span`, or a refusal where it makes no sense.
"""

from __future__ import annotations

import math

from rtclens.api.errors import ApiError
from rtclens.query import Span

DAY_MS = 86_400_000.0
LATEST = 9_999_999_999_999.0  # the largest moment that the store's DateTime64(3) holds


def span_of(from_at: float | None, to_at: float | None, now: float, default_ms: float = DAY_MS) -> Span:
    """The span between the bounds; without an end until now, without a begin `default_ms` before the end."""
    last = now if to_at is None else to_at
    first = last - default_ms if from_at is None else from_at
    if not (math.isfinite(first) and math.isfinite(last)) or first >= last:
        raise ApiError(400, "bad_span", "'from' must be before 'to'.", "Both are milliseconds since the epoch.")
    return Span(max(0.0, min(first, LATEST)), max(0.0, min(last, LATEST)))
