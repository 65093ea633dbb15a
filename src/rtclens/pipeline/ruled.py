"""The analysis with custom detectors, which may change while it runs.

Enters: the path of a rules file, which is looked at again with every tick. Leaves: the pure analysis with the
detectors of the moment; a file that became wrong changes nothing, and `problem` says what is wrong with it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from rtclens import analysis
from rtclens.analysis import Detector, Folded, State
from rtclens.analysis.detectors.engine import panels
from rtclens.model.events import Batch
from rtclens.model.facts import AnyFact
from rtclens.pipeline.rules import RulesError, plugins, read_rules

log = logging.getLogger(__name__)
Stamp = tuple[int, int, int]


class Rules:
    """The custom detectors of an installation. Without a file there are those of entry points only."""

    def __init__(self, path: str = "") -> None:
        self.problem = ""
        self._path = Path(path) if path else None
        self._stamp: Stamp | None = None
        self._installed = self._plugins()
        self.detectors: Sequence[Detector] = tuple(self._installed)
        self.refresh()

    def _plugins(self) -> list[Detector]:
        try:
            return plugins()
        except RulesError as error:
            log.exception("no detector of an installed package is in use")
            self.problem = str(error)
            return []

    def refresh(self) -> bool:
        """Read the file again if it changed; whether the detectors did."""
        if self._path is None:
            return False
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            if stamp == self._stamp:
                return False
            self._stamp = stamp
            found = read_rules(self._path.read_text())
            twice = {one.id for one in found} & {one.id for one in self._installed}
            if twice:
                raise RulesError([f"{name}: an installed package declares it too" for name in sorted(twice)])
        except (OSError, UnicodeDecodeError, RulesError) as error:
            self._blame(str(error))
            return False
        self.problem = ""
        self.detectors = (*self._installed, *found)
        log.info("%d rules of %s are in use", len(found), self._path)
        return True

    def _blame(self, problem: str) -> None:
        if problem != self.problem:
            log.error("the rules of %s stay as they were: %s", self._path, problem)
        self.problem = problem


class RuledAnalysis:
    """The analysis as the worker uses it. Findings of a rule that is gone stay until their subject ends."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._used = rules.detectors
        self._panels = panels({}, self._used)

    def new_state(self) -> State:
        """No calls."""
        return State(analysis.DEFAULTS, self._panels)

    def fold(self, state: State, batch: Batch) -> Folded:
        """Take in a batch."""
        return analysis.fold(state, batch)

    def tick(self, state: State, now: float) -> list[AnyFact]:
        """Let time pass, and use the rules of the moment from here on."""
        self.rules.refresh()
        if self._used is not self.rules.detectors:
            self._used = self.rules.detectors
            self._panels = panels({}, self._used)
        state.panels = self._panels
        return analysis.tick(state, now)
