"""The one engine that evaluates declared detectors.

Enters: a subject, its newest interval, the declarations for its kind. Leaves: findings opened, refreshed and closed.
A quiet interval of a subject without watches costs one look over its metrics and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

import msgspec

from rtclens.analysis import causes
from rtclens.analysis.detectors import ALL
from rtclens.analysis.detectors.grammar import Detector, Kind
from rtclens.analysis.detectors.sending import CPU_PRESSURE
from rtclens.analysis.detectors.suppression import codes, link_codes
from rtclens.analysis.findings import (
    REFRESH_MS,
    Open,
    close_finding,
    emit,
    measured,
    open_finding,
    raise_severity,
    subject_id,
)
from rtclens.analysis.intervals import Inbound, Link, Outbound
from rtclens.analysis.state import Connection, Track
from rtclens.analysis.windows import Watch

UNKNOWN_S = 30.0
REMEMBER_MS = 10_000.0


class Panel:
    """The declarations for one kind of subject, and the fast look that tells whether any of them is concerned."""

    __slots__ = ("detectors", "highs", "lows", "names", "read", "read_highs", "read_lows", "rules")

    def __init__(self, detectors: list[Detector]) -> None:
        self.detectors = detectors
        self.names = frozenset(each.id for each in detectors)
        self.rules = tuple((each, each.id, each.above, each.limit) for each in detectors)
        self.read = _reader([each.metric for each in detectors])
        above = _limits(detectors, above=True)
        below = _limits(detectors, above=False)
        self.highs = tuple(above.values())
        self.lows = tuple(below.values())
        self.read_highs = _reader(list(above))
        self.read_lows = _reader(list(below))

    def quiet(self, iv: Inbound | Outbound | Link) -> bool:
        """Whether no declaration's limit is reached."""
        for value, limit in zip(self.read_highs(iv), self.highs):  # noqa: B905  equally long, and the hot path
            if value is not None and value >= limit:
                return False
        if self.lows:
            for value, limit in zip(self.read_lows(iv), self.lows):  # noqa: B905  as above
                if value is not None and value <= limit:
                    return False
        return True


def _limits(detectors: list[Detector], above: bool) -> dict[str, float]:
    pick: Callable[[float, float], float] = min if above else max
    found: dict[str, float] = {}
    for detector in detectors:
        if detector.above is above:
            limit = found.get(detector.metric, detector.limit)
            found[detector.metric] = pick(limit, detector.limit)
    return found


def _reader(names: list[str]) -> Callable[[Any], tuple[float | None, ...]]:
    if not names:
        return lambda _iv: ()
    if len(names) > 1:
        return attrgetter(*names)
    name = names[0]
    return lambda iv: (getattr(iv, name),)


def panels(overrides: dict[str, float], custom: Iterable[Detector] = ()) -> dict[Kind, Panel]:
    """The panels of all kinds, with thresholds replaced by `{"detector.open": value}`; `custom` joins the catalogue."""
    kinds: dict[Kind, list[Detector]] = {}
    for detector in (*ALL, *custom):
        if detector.metric:
            tuned = _tune(detector, overrides)
            for kind in detector.kinds:
                kinds.setdefault(kind, []).append(tuned)
    return {kind: Panel(detectors) for kind, detectors in kinds.items()}


def _tune(detector: Detector, overrides: dict[str, float]) -> Detector:
    changes: dict[str, float] = {}
    for knob, field in (("open", "limit"), ("close", "close_limit"), ("high", "high_limit")):
        value = overrides.get(f"{detector.id}.{knob}")
        if value is not None:
            changes[field] = value
    return msgspec.structs.replace(detector, **changes) if changes else detector


def judge(panel: Panel, subject: Track | Connection, iv: Inbound | Outbound | Link) -> None:
    """Evaluate one interval of one subject."""
    watches = subject.watches
    unwatched = watches is None or (not iv.smeared and panel.names.isdisjoint(watches))  # other panels' do not count
    if unwatched and panel.quiet(iv):
        return
    if iv.smeared:
        _unknown(subject, iv)
        return
    held = codes(subject, iv) if isinstance(subject, Track) and not isinstance(iv, Link) else None
    if held is None:
        held = link_codes(subject, iv)  # type: ignore[arg-type]
    for (detector, name, above, limit), value in zip(panel.rules, panel.read(iv)):  # noqa: B905  as above
        quiet = value is None or (value < limit if above else value > limit)
        if quiet and (watches is None or name not in watches):  # nothing is watched: one comparison decides
            continue
        _judge_one(detector, subject, iv, held)
        watches = subject.watches
    if watches is not None and not watches:
        subject.watches = None


def _judge_one(detector: Detector, subject: Track | Connection, iv: Inbound | Outbound | Link, held: set[str]) -> None:
    value: float | None = getattr(iv, detector.metric)
    watch = subject.watches.get(detector.id) if subject.watches is not None else None
    if watch is None:
        if value is None or not _reached(detector, value, detector.limit) or _silenced(detector, held):
            return
        watch = Watch()
        if subject.watches is None:
            subject.watches = {}
        subject.watches[detector.id] = watch
    silenced = _silenced(detector, held)
    if watch.finding is not None:
        _go_on(detector, subject, watch, iv, None if silenced else value)
        return
    true = value is not None and not silenced and _reached(detector, value, detector.limit)
    watch.push(iv.start, iv.t, value if true else None)
    if true and _fulfilled(detector, watch):
        _open(detector, subject, watch, iv)
        return
    if not true and detector.of_s:  # what has left the window is remembered no longer
        watch.lapse(detector.of_s, detector.exact)
    if not watch.any_true() and (watch.closed_at is None or iv.at - watch.closed_at > REMEMBER_MS):
        assert subject.watches is not None
        del subject.watches[detector.id]
    elif not true and detector.need_s == 0:
        watch.clean()


def _reached(detector: Detector, value: float, limit: float) -> bool:
    return value >= limit if detector.above else value <= limit


def _silenced(detector: Detector, held: set[str]) -> bool:
    return bool(held) and not held.isdisjoint(detector.suppressed)


def _fulfilled(detector: Detector, watch: Watch) -> bool:
    return detector.need_s == 0 or watch.fulfilled(detector.need_s, detector.of_s, detector.exact)


def _open(detector: Detector, subject: Track | Connection, watch: Watch, iv: Inbound | Outbound | Link) -> None:
    value = watch.mean()
    opened_at = watch.since()
    if detector.unit == "s" and detector.need_s == 0:  # the metric is a stop clock: it began that long ago
        opened_at = max(iv.at - value * 1000.0, subject.started_at)  # an absurd counter is not older than its stream
    finding = open_finding(detector, subject, opened_at, iv.at)
    if finding is None:
        if not detector.of_s:
            watch.clean()
        return
    watch.finding = finding
    watch.clear = watch.unknown = 0.0
    _measure(detector, subject, finding, iv, value, watch.since())
    if detector.high_limit is None or not detector.of_s:  # nobody asks for the window any more
        watch.clean()
    _high(detector, finding, value)
    causes.observe(finding, iv, due=True)
    causes.judge(finding)
    emit(finding, iv.at)


def _high(detector: Detector, finding: Open, value: float) -> bool:
    limit = detector.high_limit
    return limit is not None and _reached(detector, value, limit) and raise_severity(finding, detector.high)


def _go_on(
    detector: Detector,
    subject: Track | Connection,
    watch: Watch,
    iv: Inbound | Outbound | Link,
    value: float | None,
) -> None:
    finding = watch.finding
    assert finding is not None
    if finding.closed_at is not None:  # closed from elsewhere: the subject or its call ended
        _forget(watch, iv)
        return
    if value is None:
        watch.unknown += iv.t
        if watch.unknown >= UNKNOWN_S:
            _close(watch, finding, iv.at, "data_lost")
        return
    watch.unknown = 0.0
    if not _reached(detector, value, detector.close_limit):
        watch.clear += iv.t
        if watch.clear >= detector.clear_s:
            _close(watch, finding, iv.at, "recovered")
        return
    watch.clear = 0.0
    finding.last_at = iv.at
    due = iv.at - finding.emitted_at >= REFRESH_MS
    if _reached(detector, value, detector.limit):
        _measure(detector, subject, finding, iv, value, iv.start)
        causes.observe(finding, iv, due)
        raised = detector.high_limit is not None and _high(detector, finding, _recent(detector, watch, iv, value))
    else:
        raised = False
    if detector.id == CPU_PRESSURE.id and causes.harmed(finding):
        raised = raise_severity(finding, "medium") or raised
    if raised or due:
        causes.judge(finding)
        emit(finding, iv.at)
    if iv.at - finding.opened_at > causes.CLOSE_MS:
        finding.rest()


def _recent(detector: Detector, watch: Watch, iv: Inbound | Outbound | Link, value: float) -> float:
    """What the severity is judged by: the mean over the window, where the detector has one."""
    if not detector.of_s:
        return value
    watch.push(iv.start, iv.t, value)
    watch.fulfilled(detector.need_s, detector.of_s, detector.exact)  # lets go of what is older than the window
    return watch.mean()


def _close(watch: Watch, finding: Open, at: float, reason: str) -> None:
    causes.judge(finding)
    close_finding(finding, max(finding.last_at, at - watch.clear * 1000.0), reason)
    watch.finding = None
    watch.closed_at = at
    watch.clean()
    watch.push(at, 0.0, None)


def _forget(watch: Watch, iv: Inbound | Outbound | Link) -> None:
    watch.finding = None
    watch.closed_at = iv.at
    watch.clean()
    watch.push(iv.at, 0.0, None)


def _unknown(subject: Track | Connection, iv: Inbound | Outbound | Link) -> None:
    """An interval that smears over a gap opens and closes nothing; a finding open too long without data ends."""
    for watch in (subject.watches or {}).values():
        finding = watch.finding
        if finding is None:
            watch.clean()
            watch.push(iv.start, 0.0, None)
            continue
        watch.unknown += iv.t
        if watch.unknown >= UNKNOWN_S and finding.closed_at is None:
            close_finding(finding, finding.last_at, "data_lost")
            watch.finding = None


def _measure(
    detector: Detector,
    subject: Track | Connection,
    finding: Open,
    iv: Inbound | Outbound | Link,
    value: float,
    start: float,
) -> None:
    worse = max if detector.above else min
    finding.worst = value if finding.worst is None else worse(finding.worst, value)
    own, at = subject_id(subject), iv.at
    first = measured(finding, detector.metric, own, start, at, round(finding.worst, 4))
    first.threshold, first.unit = detector.limit, detector.unit
    for name in detector.evidence:
        other = getattr(iv, name)
        if other is not None:
            measured(finding, name, own, start, at, round(other, 4))
