"""The grammar in which detectors are declared. Enters: nothing. Leaves: `Detector` and what it is made of.

A detector judges one metric of one kind of subject over covered media time:
`need_s` of the last `of_s` seconds true opens it, `clear_s` seconds under the close limit close it.
`of_s == need_s` means without a break; `need_s == 0` means at once: the metric is a stop clock, or the case an event.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rtclens.model.facts import Scope, Severity

Kind = Literal[
    "in_audio",
    "in_video",
    "out_audio",
    "out_video",
    "link",
    "in_audio_survey",
    "in_video_survey",
    "out_audio_survey",
    "out_video_survey",
    "link_survey",
    "event",
]
Code = Literal["SM", "SS", "SH", "SX", "SN", "SP", "SD", "SB"]


class Knob(msgspec.Struct, frozen=True):
    """A threshold: default, unit, sensible range, and what being wrong costs on either side."""

    name: str
    default: float
    unit: str
    low: float
    high: float
    too_low: str
    too_high: str


class Remedy(msgspec.Struct, frozen=True):
    """What to do: for the person in the call, and for whoever operates the service."""

    person: str = ""
    operator: str = ""


class Detector(msgspec.Struct, frozen=True, kw_only=True):
    """One declared detector. `above` tells on which side of the limit the fault lies."""

    id: str
    family: str
    scope: Scope
    severity: Severity
    title: str
    statement: str
    inputs: tuple[str, ...]
    kinds: tuple[Kind, ...]
    opens: str = ""  # in words, for what the numbers below cannot say
    closes: str = ""
    metric: str = ""
    unit: str = ""
    above: bool = True
    limit: float = 0.0
    close_limit: float = 0.0
    high_limit: float | None = None
    high: Severity = "high"
    need_s: float = 0.0
    of_s: float = 0.0
    clear_s: float = 10.0
    exact: bool = False  # one long interval suffices: its mean, or a counter that did not move, speaks for all of it
    suppressed: tuple[Code, ...] = ()
    evidence: tuple[str, ...] = ()
    knobs: tuple[Knob, ...] = ()
    remedy: Remedy = Remedy()
    version: int = 1


def event(
    name: str,
    family: str,
    scope: Scope,
    severity: Severity,
    title: str,
    statement: str,
    opens: str,
    closes: str,
    remedy: Remedy,
    hold_s: float = 0.0,
    inputs: tuple[str, ...] = (),
) -> Detector:
    """Declare a detector that follows states or events; what opens and closes it is said in words."""
    knobs: tuple[Knob, ...] = ()
    if hold_s:
        knobs = (
            Knob(f"{name}.hold", hold_s, "s", hold_s / 3, hold_s * 3, "passing states are reported", "found late"),
        )
    return Detector(
        id=name,
        family=family,
        scope=scope,
        severity=severity,
        title=title,
        statement=statement,
        inputs=inputs,
        kinds=("event",),
        opens=opens,
        closes=closes,
        need_s=hold_s,
        remedy=remedy,
        knobs=knobs,
    )


class DetectorInfo(msgspec.Struct):
    """A detector as the catalogue lists it."""

    id: str
    family: str
    scope: str
    severity: str
    title: str
    statement: str
    opens: str
    closes: str
    inputs: list[str]
    suppressed: list[str]
    remedy: Remedy
    thresholds: list[Knob]
    version: int


def entry(detector: Detector) -> DetectorInfo:
    """The catalogue entry of a detector, its rule in words."""
    return DetectorInfo(
        id=detector.id,
        family=detector.family,
        scope=detector.scope,
        severity=detector.severity,
        title=detector.title,
        statement=detector.statement,
        opens=detector.opens or _opens(detector),
        closes=detector.closes or _closes(detector),
        inputs=list(detector.inputs),
        suppressed=list(detector.suppressed),
        remedy=detector.remedy,
        thresholds=list(detector.knobs) or _knobs(detector),
        version=detector.version,
    )


def _number(value: float) -> str:
    return f"{value:g}"


def _opens(detector: Detector) -> str:
    sign = "≥" if detector.above else "≤"
    rule = f"{detector.metric} {sign} {_number(detector.limit)} {detector.unit}".rstrip()
    if detector.high_limit is not None:
        rule += f" ({detector.high}: {sign} {_number(detector.high_limit)})"
    if detector.need_s == 0:
        return rule
    if detector.need_s == detector.of_s:
        return f"{rule} for {_number(detector.need_s)} s without a break"
    return f"{rule} for {_number(detector.need_s)} of the last {_number(detector.of_s)} s"


def _closes(detector: Detector) -> str:
    sign = "<" if detector.above else ">"
    return f"{detector.metric} {sign} {_number(detector.close_limit)} for {_number(detector.clear_s)} s"


def _knobs(detector: Detector) -> list[Knob]:
    if not detector.metric:
        return []
    limit = detector.limit
    more, less = ("harmless cases are reported", "real harm passes unseen")
    if not detector.above:
        more, less = less, more
    return [
        Knob(f"{detector.id}.open", limit, detector.unit, limit / 2, limit * 2, more, less),
        Knob(
            f"{detector.id}.close",
            detector.close_limit,
            detector.unit,
            min(detector.close_limit / 2, limit),
            max(detector.close_limit * 1.25, limit),
            "the finding lingers",
            "the finding flaps",
        ),
    ]
