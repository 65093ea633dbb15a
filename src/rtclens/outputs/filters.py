"""Which moments a sink or an alert wants.

Enters: a filter and a moment. Leaves: whether it passes. Patterns may hold `*`; an empty list lets everything pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from rtclens.model.facts import SEVERITIES, Finding, Severity
from rtclens.outputs.moments import EVENTS, Moment


@dataclass(frozen=True, slots=True)
class Filter:
    """Apps by id, events and detectors by pattern, findings from a severity on. Only findings have the last two."""

    apps: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    severity: Severity | None = None
    detectors: tuple[str, ...] = ()

    def passes(self, moment: Moment) -> bool:
        """Whether the sink hears of `moment`. Batches are chosen by `samples`, not by `events`."""
        if not matches(moment.app_id, self.apps):
            return False
        if moment.batch is not None:
            return True
        if not matches(moment.event, self.events):
            return False
        return not isinstance(moment.fact, Finding) or finding_passes(moment.fact, self.severity, self.detectors)


def finding_passes(finding: Finding, severity: Severity | None, detectors: Sequence[str]) -> bool:
    """Whether a finding is severe enough and of a wanted detector."""
    if severity is not None and SEVERITIES.index(finding.severity) < SEVERITIES.index(severity):
        return False
    return matches(finding.detector, detectors)


def matches(value: str, patterns: Sequence[str]) -> bool:
    """Whether one of the patterns fits, or there is none."""
    return not patterns or any(fnmatchcase(value, pattern) for pattern in patterns)


def unknown_events(patterns: Sequence[str]) -> list[str]:
    """Patterns that no event fits."""
    return [pattern for pattern in patterns if not any(fnmatchcase(event, pattern) for event in EVENTS)]
