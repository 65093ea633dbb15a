"""Custom detectors: rules of a TOML file and Python entry points, in the grammar of the catalogue.

Enters: the text of a rules file; installed packages with entry points in `rtclens.detectors`. Leaves: `Detector`s, or
`RulesError` that says what is wrong in every rule at once. docs/custom-detectors.md is the how-to.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import Annotated, Any

import msgspec

from rtclens.analysis import Detector
from rtclens.analysis.detectors import BY_ID
from rtclens.analysis.detectors.grammar import Code, Kind, Remedy
from rtclens.analysis.intervals import Inbound, Link, Outbound
from rtclens.analysis.looks import InSurvey, LinkSurvey, OutSurvey
from rtclens.model.facts import Scope, Severity

GROUP = "rtclens.detectors"
FAMILY = "custom"
MOST_RULES = 200
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{2,60}$")]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=3600)]
RECORDS: dict[str, type[msgspec.Struct]] = {
    "in_audio": Inbound,
    "in_video": Inbound,
    "out_audio": Outbound,
    "out_video": Outbound,
    "link": Link,
    "in_audio_survey": InSurvey,
    "in_video_survey": InSurvey,
    "out_audio_survey": OutSurvey,
    "out_video_survey": OutSurvey,
    "link_survey": LinkSurvey,
}
NO_METRIC = frozenset({"start", "at", "t"})
NUMBERS = (float, float | None)


class RulesError(ValueError):
    """Rules that cannot be used; `problems` are sentences."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One `[[rule]]`. Exactly one of `above` and `below` is given; times are seconds of covered media time."""

    id: Name
    title: str
    subject: list[Kind]
    metric: str
    above: float | None = None
    below: float | None = None
    close: float | None = None  # default: the opening limit
    high: float | None = None  # from here on the finding is of severity `high`
    unit: str = ""
    need_s: Seconds = 8.0  # so many seconds …
    of_s: Seconds = 10.0  # … of the last so many open the finding; 0 and 0: at once
    clear_s: Seconds = 10.0
    severity: Severity = "medium"
    statement: str = ""
    suppressed: tuple[Code, ...] = ("SM", "SS")
    evidence: list[str] = []
    person: str = ""
    operator: str = ""
    enabled: bool = True
    version: int = 1


class _File(msgspec.Struct, forbid_unknown_fields=True):
    rule: list[dict[str, Any]] = []


def read_rules(text: str) -> list[Detector]:
    """The enabled rules of a file. Raises `RulesError` with every problem in it."""
    try:
        tables = msgspec.convert(tomllib.loads(text), _File).rule
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise RulesError([str(error)]) from error
    problems = [f"more than {MOST_RULES} rules"] if len(tables) > MOST_RULES else []
    detectors: list[Detector] = []
    for number, table in enumerate(tables[:MOST_RULES], 1):
        name = table.get("id", f"rule {number}")
        try:
            rule = msgspec.convert(table, Rule)
        except msgspec.ValidationError as error:
            problems.append(f"{name}: {error}")
            continue
        wrong = list(_problems(rule))
        problems += [f"{name}: {problem}" for problem in wrong]
        if rule.enabled and not wrong:
            detectors.append(detector_of(rule))
    problems += _clashes(detectors)
    if problems:
        raise RulesError(problems)
    return detectors


def detector_of(rule: Rule) -> Detector:
    """The rule as a declaration in the grammar."""
    limit = _limit(rule)
    scope: Scope = "connection" if rule.subject[0].startswith("link") else "track"
    return Detector(
        id=rule.id,
        family=FAMILY,
        scope=scope,
        severity=rule.severity,
        title=rule.title,
        statement=rule.statement or rule.title,
        inputs=(rule.metric,),
        kinds=tuple(rule.subject),
        metric=rule.metric,
        unit=rule.unit,
        above=rule.above is not None,
        limit=limit,
        close_limit=rule.close if rule.close is not None else limit,
        high_limit=rule.high,
        need_s=rule.need_s,
        of_s=rule.of_s,
        clear_s=rule.clear_s,
        suppressed=rule.suppressed,
        evidence=tuple(rule.evidence),
        remedy=Remedy(rule.person, rule.operator),
        version=rule.version,
    )


def _limit(rule: Rule) -> float:
    limit = rule.above if rule.above is not None else rule.below
    assert limit is not None, "a rule without a limit is refused before"
    return limit


def metrics_of(kind: str) -> list[str]:
    """The metrics that can be judged for a kind of subject."""
    fields = msgspec.structs.fields(RECORDS[kind])
    return sorted(field.name for field in fields if field.type in NUMBERS and field.name not in NO_METRIC)


def plugins() -> list[Detector]:
    """The detectors that installed packages declare. Raises `RulesError` where a package cannot be used."""
    found: list[Detector] = []
    problems: list[str] = []
    for point in sorted(entry_points(group=GROUP), key=lambda one: (one.name, one.value)):
        try:
            found += _declared(point.load())
        except Exception as error:
            problems.append(f"{point.name}: {error}")
    problems += [f"{one.id}: {problem}" for one in found for problem in _metric_problems(one)]
    problems += _clashes(found)
    if problems:
        raise RulesError(problems)
    return found


def _declared(loaded: Any) -> list[Detector]:
    """An entry point is a detector, several of them, or a function that gives them."""
    given = loaded() if callable(loaded) and not isinstance(loaded, Detector) else loaded
    detectors = [given] if isinstance(given, Detector) else list(given)
    strange = [type(one).__name__ for one in detectors if not isinstance(one, Detector)]
    if strange:
        raise TypeError(f"gives {', '.join(strange)} where rtclens.analysis.Detector is wanted")
    return detectors


def _problems(rule: Rule) -> Iterator[str]:
    if (rule.above is None) == (rule.below is None):
        yield "give either `above` or `below`"
        return
    if not rule.subject or not set(rule.subject) <= RECORDS.keys():
        yield f"`subject` is one or more of {', '.join(RECORDS)}"
        return
    if len({RECORDS[kind] for kind in rule.subject}) > 1:
        yield "`subject` mixes received and sent tracks or connections: write one rule for each"
    if rule.need_s > rule.of_s:
        yield f"`need_s` {rule.need_s:g} is longer than `of_s` {rule.of_s:g}"
    yield from _wrong_side(rule)
    yield from _metric_problems(detector_of(rule))


def _wrong_side(rule: Rule) -> Iterator[str]:
    limit, sign = _limit(rule), 1 if rule.above is not None else -1
    if rule.close is not None and sign * (rule.close - limit) > 0:
        yield f"`close` {rule.close:g} lies beyond the limit {limit:g}: the finding would flap"
    if rule.high is not None and sign * (rule.high - limit) < 0:
        yield f"`high` {rule.high:g} is easier to reach than the limit {limit:g}"


def _metric_problems(detector: Detector) -> Iterator[str]:
    for kind in detector.kinds:
        if kind not in RECORDS:
            yield f"a custom detector cannot be of kind {kind!r}"
            return
        known = metrics_of(kind)
        for name in (detector.metric, *detector.evidence):
            if name not in known:
                near = get_close_matches(name, known, 3)
                yield f"{kind} has no metric {name!r}" + (f", but {', '.join(near)}" if near else "")


def _clashes(detectors: Iterable[Detector]) -> Iterator[str]:
    seen: set[str] = set()
    for detector in detectors:
        if detector.id in BY_ID:
            yield f"{detector.id}: the catalogue has a detector of this name"
        if detector.id in seen:
            yield f"{detector.id}: declared twice"
        seen.add(detector.id)
