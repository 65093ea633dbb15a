"""Decode and fold a recording in this process, as a server would have while the call went on.

Enters: a compact recording. Leaves: `Played`: the last version of every finding with the moment it was first told, the
people, and the span of the call. Times are seconds since the start of the recording.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from rtclens import analysis
from rtclens.demo.recording import Recording, load_path
from rtclens.model import facts
from rtclens.model.codec import Hello, Refusal
from rtclens.model.events import Batch
from rtclens.wire.recording import RecordingReader
from truth.distort import Distortion

HERE = Path(__file__).parent
FOLDERS = (HERE / "recordings", HERE.parent / "src" / "rtclens" / "demo" / "recordings")
TICK_MS = 1000.0
AFTER_MS = 90_000.0  # how long a server goes on ticking after the last batch: silence must be found too


class Found(msgspec.Struct, frozen=True):
    """A finding in words of the recording: people by their own ids, times in seconds from its start."""

    detector: str
    severity: str
    person: str
    opened_s: float
    closed_s: float
    told_s: float
    segment: str
    blamed: str
    confidence: float | None
    rule: str = ""
    statement: str = ""


class Played(msgspec.Struct, frozen=True):
    """What the analysis made of one recording."""

    name: str
    sdk: str
    scenario: str
    marks: list[tuple[float, str]]
    start_s: float
    end_s: float
    people: list[str]
    findings: list[Found]
    refusals: int


def names() -> list[str]:
    """The recordings there are, by name."""
    return sorted(path.name.removesuffix(".jsonl.xz") for folder in FOLDERS for path in folder.glob("*.jsonl.xz"))


def path_of(name: str) -> Path:
    """Where the recording is; raises `FileNotFoundError`."""
    for folder in FOLDERS:
        path = folder / f"{name}.jsonl.xz"
        if path.exists():
            return path
    raise FileNotFoundError(name)


def play(path: Path, distorted: Distortion = iter) -> Played:
    """Decode and fold one recording (as another client would have told it), ticking once a second of its own time."""
    recording = load_path(path)
    watch = _Watch(recording.started_at)
    _fold(watch, distorted(_batches(recording, watch)))
    return watch.result(recording)


def found_in(told: Iterable[Batch]) -> list[Found]:
    """What the analysis finds in batches, in the order of their arrival; times are seconds from the first."""
    held = list(told)
    watch = _Watch(held[0].received_at)
    _fold(watch, held)
    return watch.findings()


def _fold(watch: _Watch, told: Iterable[Batch]) -> None:
    state = analysis.new_state()
    now = 0.0
    for batch in told:
        while now and now + TICK_MS < batch.received_at:
            now += TICK_MS
            watch.take(analysis.tick(state, now), now)
        now = max(now, batch.received_at)
        watch.take(analysis.fold(state, batch).facts, now)
    until = now + AFTER_MS
    while now < until:
        now += TICK_MS
        watch.take(analysis.tick(state, now), now)
    watch.take(analysis.finish(state, now), now)


def batches(recording: Recording) -> Iterator[Batch | Refusal]:
    """What the doors of a server would have passed on, in order of arrival."""
    hello = Hello(app_id="truth", stream=recording.name, opened_at=recording.started_at)
    for item in RecordingReader().read(_lines(recording), hello):
        if isinstance(item, Batch | Refusal):
            yield item


def _batches(recording: Recording, watch: _Watch) -> Iterator[Batch]:
    for item in batches(recording):
        if isinstance(item, Refusal):
            watch.refusals += 1
        else:
            yield item


def _lines(recording: Recording) -> Iterator[bytes]:
    """The lines in full: with the arrival's wall clock, and the answers that handed out ids."""
    for line in recording.lines:
        full: dict[str, Any] = line | {"ts": recording.started_at + line["t"]}
        if "gave" in line:
            full["resp"] = {"body": msgspec.json.encode(line["gave"]).decode()}
        yield msgspec.json.encode(full) + b"\n"


class _Watch:
    """Keeps the last version of facts, and when each finding was first told."""

    def __init__(self, zero: float) -> None:
        self.refusals = 0
        self._zero = zero
        self._findings: dict[str, facts.Finding] = {}
        self._told: dict[str, float] = {}
        self._people: dict[str, str] = {}
        self._calls: dict[str, facts.Call] = {}

    def take(self, told: list[facts.AnyFact], now: float) -> None:
        for fact in told:
            if isinstance(fact, facts.Finding):
                self._findings[fact.finding_id] = fact
                self._told.setdefault(fact.finding_id, now)
            elif isinstance(fact, facts.Participant):
                self._people[fact.participant_id] = fact.external_id or fact.participant_id
            elif isinstance(fact, facts.Call):
                self._calls[fact.call_id] = fact

    def result(self, recording: Recording) -> Played:
        starts = [call.started_at for call in self._calls.values()]
        ends = [call.ended_at or call.last_seen_at for call in self._calls.values()]
        return Played(
            name=recording.name,
            sdk=recording.sdk,
            scenario=recording.scenario,
            marks=[(line["t"] / 1000, line["text"]) for line in recording.lines if line["kind"] == "mark"],
            start_s=self._since(min(starts, default=self._zero)),
            end_s=self._since(max(ends, default=self._zero)),
            people=sorted({_short(name) for name in self._people.values()}),
            findings=self.findings(),
            refusals=self.refusals,
        )

    def findings(self) -> list[Found]:
        """The last version of each, in the order they opened."""
        return sorted(map(self._found, self._findings.values()), key=lambda one: (one.opened_s, one.detector))

    def _found(self, one: facts.Finding) -> Found:
        return Found(
            detector=one.detector,
            severity=one.severity,
            person=_short(self._people.get(one.participant_id, "")),
            opened_s=self._since(one.opened_at),
            closed_s=self._since(one.closed_at or one.last_seen_at),
            told_s=self._since(self._told[one.finding_id]),
            segment=one.cause_segment,
            blamed=_short(self._people.get(one.cause_participant_id, "")),
            confidence=one.cause_confidence,
            rule=one.cause_rule,
            statement=one.statement,
        )

    def _since(self, at: float) -> float:
        return round((at - self._zero) / 1000, 2)


def _short(external_id: str) -> str:
    return external_id.removeprefix("client-")
