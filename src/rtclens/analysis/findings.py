"""Findings as intervals: opened once, refreshed while they last, closed with a reason, merged when they flap.

Enters: what detectors see. Leaves: `Finding` rows in the call's facts; the open ones are kept in the call.
"""

from __future__ import annotations

from typing import Any

from msgspec.msgpack import Decoder
from msgspec.structs import replace

from rtclens.analysis.collected import FLAGS, PLACES
from rtclens.analysis.detectors.grammar import Detector
from rtclens.analysis.owners import call_of, person_id, session_of
from rtclens.analysis.resting import packed
from rtclens.analysis.state import Call, Connection, Subject, Track
from rtclens.analysis.version import ANALYSIS_VERSION
from rtclens.model.facts import SEVERITIES, Evidence, Finding, Segment, Severity
from rtclens.model.ids import derive

RANK: dict[str, int] = {severity: rank for rank, severity in enumerate(SEVERITIES)}
REFRESH_MS = 10_000.0
MERGE_MS = 10_000.0
READ_CASE = Decoder(dict[int | str, float]).decode


class Open:
    """A finding and what is needed to go on with it after it opened."""

    __slots__ = (
        "alternatives",
        "cause",
        "cause_confidence",
        "cause_participant",
        "cause_reason",
        "cause_rule",
        "close_reason",
        "closed_at",
        "confidence",
        "detector",
        "emitted_at",
        "evidence",
        "held_case",
        "id",
        "impact",
        "last_at",
        "legs",
        "more_n",
        "more_s",
        "opened_at",
        "parent",
        "remedy",
        "severity",
        "shown",
        "subject",
        "unseen_s",
        "worst",
    )

    def __init__(self, detector: Detector, subject: Subject, finding_id: str, opened_at: float) -> None:
        self.detector = detector
        self.subject = subject
        self.id = finding_id
        self.opened_at = opened_at
        self.last_at = opened_at
        self.closed_at: float | None = None
        self.close_reason = ""
        self.emitted_at = opened_at
        self.severity: Severity = detector.severity
        self.confidence = 0.9
        self.evidence: dict[str, Evidence] = {}
        self.worst: float | None = None
        self.held_case: dict[str, float] | bytes = {}
        self.more_s = 0.0  # seconds and intervals that it lasted since something of it was collected
        self.more_n = 0
        self.unseen_s = 0.0  # since an interval was collected
        self.legs = b""  # seconds by cause, as `causes.legs` packs them
        self.cause: Segment = ""
        self.cause_participant = ""
        self.cause_confidence: float | None = None
        self.cause_rule = ""
        self.cause_reason = ""
        self.alternatives: dict[str, float] = {}
        self.parent = ""
        self.impact: dict[str, Any] = {}
        self.remedy = ""
        self.shown: tuple[object, ...] = ()  # what its call's row was last made of

    @property
    def case(self) -> dict[str, float]:
        """What was collected for its cause."""
        held = self.held_case
        if isinstance(held, bytes):
            held = self.held_case = PLACES.full(READ_CASE(held))
        if self.more_n:
            held["judged"] = held.get("judged", 0.0) + self.more_s
            held["n"] = held.get("n", 0.0) + self.more_n
            self.more_s, self.more_n = 0.0, 0
        return held

    @case.setter
    def case(self, case: dict[str, float]) -> None:
        self.held_case = case

    def lasts(self, seconds: float) -> None:
        """One more interval of it."""
        self.unseen_s += seconds
        self.more_s += seconds
        self.more_n += 1

    def rest(self) -> None:
        """Nothing is collected for a while."""
        if not isinstance(self.held_case, bytes):
            short = packed(PLACES.short(self.held_case))
            if isinstance(short, bytes):
                self.held_case = short


def subject_id(subject: Subject) -> str:
    """The id of whatever the finding is about."""
    return subject.id


def open_finding(detector: Detector, subject: Subject, opened_at: float, at: float) -> Open | None:
    """Open a finding, or take up again the one of this detector and subject that closed under 10 s ago.

    `None` when the call already holds as many findings as it may.
    """
    call = call_of(subject)
    key = (detector.id, subject_id(subject))
    existing = call.open.get(key)
    if existing is not None and existing.closed_at is None:
        return existing
    if existing is not None and existing.closed_at is not None and opened_at - existing.closed_at < MERGE_MS:
        existing.closed_at = None
        existing.close_reason = ""
        existing.last_at = at
        return existing
    if len(call.findings) >= call.settings.max_findings:
        return None
    finding_id = derive("find", call.app_id, call.id, key[1], detector.id, int(opened_at))
    finding = Open(detector, subject, finding_id, opened_at)
    finding.last_at = max(opened_at, at)
    call.open[key] = finding
    call.findings.append(finding)
    return finding


def is_open(subject: Subject, detector_id: str) -> bool:
    """Whether this subject has an open finding of the detector."""
    found = call_of(subject).open.get((detector_id, subject_id(subject)))
    return found is not None and found.closed_at is None


def close_finding(finding: Open, at: float, reason: str) -> None:
    """Close and write the row."""
    if finding.closed_at is not None:
        return
    finding.closed_at = max(at, finding.opened_at)
    finding.last_at = max(finding.last_at, min(at, finding.closed_at))
    finding.close_reason = reason
    finding.case = {name: value for name, value in finding.case.items() if name in FLAGS}  # its cause is settled
    finding.rest()
    emit(finding, at)


def close_subject(subject: Subject, at: float, reason: str) -> None:
    """Close everything that is open about a subject that ended."""
    call = call_of(subject)
    own = subject_id(subject)
    for (_, about), finding in call.open.items():
        if about == own and finding.closed_at is None:
            close_finding(finding, at, reason)
    subject.watches = None


def raise_severity(finding: Open, severity: Severity) -> bool:
    """Raise (never lower) the severity; true when it changed."""
    if RANK[severity] <= RANK[finding.severity]:
        return False
    finding.severity = severity
    return True


def _key(finding: Open, metric: str, subject: str) -> str:
    """Under which a measurement is kept: its metric, where it is of the finding's own subject."""
    return metric if subject == finding.subject.id else f"{metric}/{subject}"


def note(finding: Open, evidence: Evidence) -> None:
    """Keep a measurement; one per metric and subject, widened over time."""
    key = _key(finding, evidence.metric, evidence.subject)
    earlier = finding.evidence.get(key)
    if earlier is not None:
        evidence.from_at = min(earlier.from_at, evidence.from_at)
        evidence.n += earlier.n
    finding.evidence[key] = evidence


def measured(finding: Open, metric: str, subject: str, start: float, at: float, observed: float) -> Evidence:
    """Keep a measurement as `note` does, without a new record each time; it may be changed until it is written."""
    key = _key(finding, metric, subject)
    evidence = finding.evidence.get(key)
    if evidence is None:
        evidence = Evidence(metric=metric, subject=subject, from_at=start, to_at=at, observed=observed, n=1)
        finding.evidence[key] = evidence
        return evidence
    if start < evidence.from_at:
        evidence.from_at = start
    evidence.to_at, evidence.observed = at, observed
    evidence.n += 1
    return evidence


def emit(finding: Open, at: float) -> None:
    """Write the finding's row into the call's facts."""
    call = call_of(finding.subject)
    finding.emitted_at = at
    shown = (finding.severity, finding.closed_at, finding.cause, finding.cause_participant, finding.parent)
    if shown != finding.shown:  # a finding that only goes on changes nothing of its call
        finding.shown = shown
        call.changed = True
    if RANK[finding.severity] > RANK.get(call.worst, -1):
        call.worst = finding.severity
    participant, session, connection, track = _place(finding.subject)
    subject = subject_id(finding.subject)
    call.facts.append(
        Finding(
            app_id=call.app_id,
            call_id=call.id,
            analysis_version=ANALYSIS_VERSION,
            revision=next_revision(call),
            finding_id=finding.id,
            participant_id=participant,
            session_id=session,
            connection_id=connection,
            track_id=track,
            scope=finding.detector.scope,
            subject=subject,
            peer_subject=_peer(finding.subject),
            detector=finding.detector.id,
            detector_version=finding.detector.version,
            severity=finding.severity,
            opened_at=finding.opened_at,
            closed_at=finding.closed_at,
            last_seen_at=finding.last_at,
            close_reason=finding.close_reason,
            confidence=round(finding.confidence, 3),
            statement=finding.detector.statement,
            cause_segment=finding.cause,
            cause_participant_id=finding.cause_participant,
            cause_confidence=finding.cause_confidence,
            cause_rule=finding.cause_rule,
            cause_reason=finding.cause_reason,
            cause_alternatives=dict(finding.alternatives),
            parent_id=finding.parent,
            impact={"seconds": round((_end(finding) - finding.opened_at) / 1000.0, 1), **finding.impact},
            remedy=finding.remedy or finding.detector.remedy.operator,
            evidence=[replace(each) for each in finding.evidence.values()],
        )
    )


def _end(finding: Open) -> float:
    return finding.closed_at if finding.closed_at is not None else max(finding.last_at, finding.opened_at)


def next_revision(call: Call) -> int:
    """A number that rises with every row of the call, also across restarts: server time, then a count."""
    call.revision = max(call.revision + 1, int(call.server_now) * 100)
    return call.revision


def _place(subject: Subject) -> tuple[str, str, str, str]:
    session = session_of(subject)
    track = subject.id if isinstance(subject, Track) else ""
    conn = subject.conn.id if isinstance(subject, Track) else subject.id if isinstance(subject, Connection) else ""
    return person_id(subject), session.id if session is not None else "", conn, track


def _peer(subject: Subject) -> str:
    return subject.peer.id if isinstance(subject, Track) and subject.peer is not None else ""
