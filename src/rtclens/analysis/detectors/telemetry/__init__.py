"""Detectors of faults in the data, not in the call. Enters: nothing. Leaves: declarations."""

from __future__ import annotations

from rtclens.analysis.detectors.grammar import Remedy, event

FROZEN = event(
    "stats_frozen",
    "telemetry",
    "participant",
    "info",
    "The statistics stand still",
    "Samples keep coming and their own time does not move: the page or its worker is frozen.",
    "three samples or more over 10 s with the same time",
    "a newer sample",
    Remedy(),
    10.0,
    ("timestamp",),
)
IMPOSSIBLE = event(
    "stats_impossible",
    "telemetry",
    "track",
    "info",
    "The browser reports impossible numbers",
    "A counter has a value that cannot be: what depends on it is not judged.",
    "packetsLost < −1,000,000, or a negative jitter",
    "–",
    Remedy(),
    inputs=("packetsLost", "jitter"),
)
CLOCK_STEP = event(
    "client_clock_step",
    "telemetry",
    "participant",
    "info",
    "The client's clock jumped",
    "The client's clock was set, so its times before and after cannot be compared.",
    "client time against server time moves by more than 0.5 s and twice its uncertainty, and stays there",
    "–",
    Remedy(),
    inputs=("sample times", "arrival times"),
)
SUSPENDED = event(
    "suspend_detected",
    "telemetry",
    "participant",
    "info",
    "The device slept",
    "For more than half a minute there was no sample, and hardly anything was received in that time.",
    "30 s and more between two samples, with what arrives in 10 s or less",
    "–",
    Remedy("Keep the device awake during calls.", ""),
    inputs=("sample times", "bytesReceived"),
)

DETECTORS = (FROZEN, IMPOSSIBLE, CLOCK_STEP, SUSPENDED)
