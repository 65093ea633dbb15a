"""The analysis: a pure fold over canonical events into facts. No clock, no I/O, no randomness.

Enters: `Batch` after `Batch` in stream order, ticks of the server's clock, the end of a file.
Leaves: facts (`rtclens.model.facts`), each a whole row that replaces its earlier version.
"""

from __future__ import annotations

from collections.abc import Sequence

from rtclens.analysis.detectors import ALL
from rtclens.analysis.detectors.engine import panels
from rtclens.analysis.detectors.grammar import Detector, DetectorInfo, entry
from rtclens.analysis.fold import Folded, Identity, finish, fold, tick
from rtclens.analysis.settings import DEFAULTS, Settings
from rtclens.analysis.state import State
from rtclens.analysis.version import ANALYSIS_VERSION

__all__ = [
    "ANALYSIS_VERSION",
    "DEFAULTS",
    "Detector",
    "DetectorInfo",
    "Folded",
    "Identity",
    "Settings",
    "State",
    "catalogue",
    "finish",
    "fold",
    "new_state",
    "tick",
]

_PANELS = panels({})


def new_state(settings: Settings = DEFAULTS, custom: Sequence[Detector] = ()) -> State:
    """An empty partition: no open calls. `custom` detectors are evaluated beside the catalogue's."""
    return State(settings, panels(settings.thresholds, custom) if settings.thresholds or custom else _PANELS)


def catalogue(custom: Sequence[Detector] = ()) -> list[DetectorInfo]:
    """Every detector with its rule, thresholds, suppression and remedy in words."""
    return [entry(detector) for detector in (*ALL, *custom)]
