"""Typed settings of the analysis. Enters: nothing. Leaves: `Settings`, immutable, with a documented default each."""

from __future__ import annotations

import msgspec


class Settings(msgspec.Struct, frozen=True):
    """Knobs of the fold. Times are seconds.

    `thresholds` overrides a detector's knob by name, as `{"in_loss_high.open": 0.08}`.
    """

    session_silence_s: float = 30.0  # too low: a slow sampler ends; too high: a crash is noticed late
    silence_intervals: float = 3.0  # a session is silent after this many of its own sample intervals, if longer
    call_gap_s: float = 30.0  # after the last session ended; too low splits a rejoin into two calls
    call_instance_gap_s: float = 1800.0  # the same call id after such a pause is another call
    slice_s: float = 5.0
    row_every_s: float = 10.0  # changed rows are written at most this often; lifecycle changes at once
    rejoin_s: float = 120.0
    clock_tolerance_s: float = 60.0  # a client clock further off than this is moved to the server's time
    max_participants: int = 2000  # per call; more is a fault of ids, not a meeting
    max_connections: int = 500  # per session
    max_tracks: int = 500  # per connection
    max_findings: int = 2000  # per call
    thresholds: dict[str, float] = {}


DEFAULTS = Settings()
