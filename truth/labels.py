"""The labels: who was hurt by what, from when to when, and what an analysis may rightly say of it.

Enters: `labels.toml`, keyed by scenario; moments are the beginnings of marks in the recording, so that one label serves
the recordings of every SDK. Leaves: `Label`s of one recording, in seconds from its start.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from truth.playback import Found, Played

LABELS = Path(__file__).parent / "labels.toml"
# A finding begins with the sample interval that shows the fault, and symptoms outlive the fault: buffers drain, rates
# climb back, and slow samplers (8 to 10 s) tell late.
EARLY_S = 10.0
LATE_S = 20.0


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fault of a scenario. `start` and `end` are beginnings of marks; '' means the call's own start or end.

    `at`: where symptoms may be found, empty for anyone. `blame`: who caused it, where a person did. `segments`: right
    answers, the best one first. `undecidable`: the data cannot tell, abstaining is right too. `optional`: it may be
    told and need not. `blind`: SDKs whose clients send nothing about it.
    """

    kind: str
    segments: list[str]
    detectors: list[str]
    start: str = ""
    end: str = ""
    at: list[str] = []
    blame: list[str] = []
    acceptable: list[str] = []
    undecidable: bool = False
    optional: bool = False
    blind: list[str] = []


class Truth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All labels. A scenario without faults is a healthy call. `everywhere`: detectors that repeat what the browser
    itself reported of the recording machine, and are neither right nor false.
    """

    everywhere: list[str]
    scenario: dict[str, list[Fault]]


class Label(msgspec.Struct, frozen=True):
    """A fault of one recording, with its times."""

    fault: Fault
    from_s: float
    to_s: float

    def covers(self, found: Found) -> bool:
        """Whether the finding is about this fault, wanted or acceptable."""
        fault = self.fault
        here = not fault.at or not found.person or found.person in fault.at
        return here and self.holds(found.opened_s) and found.detector in (*fault.detectors, *fault.acceptable)

    def wants(self, found: Found) -> bool:
        """Whether the finding is one of those that should be there."""
        return self.covers(found) and found.detector in self.fault.detectors

    def holds(self, moment_s: float) -> bool:
        """Whether something that begins then may come from this fault."""
        return self.from_s - EARLY_S <= moment_s <= self.to_s + LATE_S

    def right(self, found: Found) -> bool:
        """Whether the finding names a right segment and, where it names a person, a right one."""
        blames = self.fault.blame
        return found.segment in self.fault.segments and (not found.blamed or not blames or found.blamed in blames)


def load(path: Path = LABELS) -> Truth:
    """The labels of all scenarios; raises where the file names what does not exist."""
    return msgspec.convert(tomllib.loads(path.read_text()), Truth)


def labels_of(truth: Truth, played: Played) -> list[Label]:
    """The labels of one recording. Raises `KeyError` for an unlabelled scenario, `ValueError` for a missing mark."""
    faults = truth.scenario[played.scenario]
    return [
        Label(fault, _moment(played, fault.start, played.start_s), _moment(played, fault.end, played.end_s))
        for fault in faults
        if played.sdk not in fault.blind
    ]


def _moment(played: Played, mark: str, otherwise: float) -> float:
    if not mark:
        return otherwise
    for at_s, text in played.marks:
        if text.startswith(mark):
            return at_s
    raise ValueError(f"{played.name} has no mark {mark!r}")
