"""Score facts: of a received track, of a person, of a call.

Enters: the tallies that slices left on tracks. Leaves: `Score` facts. A track's score is the mean of its slices on one
scale. A person's is the worse of what they heard and what they saw, never a mean that hides a bad half. A call's is
the mean of its people, weighted by the media time judged, with everybody's own score as its reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rtclens.analysis.scores.tally import Tally
from rtclens.analysis.state import Call, Participant
from rtclens.analysis.subjects import Track
from rtclens.analysis.version import ANALYSIS_VERSION
from rtclens.model.facts import Score
from rtclens.model.ids import derive

PERSON = "participant@1"
CALL = "call@1"


def track_scores(call: Call, track: Track, revision: int) -> Iterator[Score]:
    """One score for each scale that the track was judged on."""
    for scale, tally in (track.scores or {}).items():
        yield Score(
            app_id=call.app_id,
            call_id=call.id,
            analysis_version=ANALYSIS_VERSION,
            revision=revision,
            score_id=derive("score", track.id, tally.scorer, scale),
            participant_id=track.conn.session.participant.id,
            session_id=track.conn.session.id,
            connection_id=track.conn.id,
            track_id=track.id,
            scope="track",
            subject=track.id,
            scorer=tally.scorer,
            from_at=tally.from_at,
            to_at=tally.to_at,
            value=round(tally.value, 3),
            scale=scale,
            n=tally.n,
            covered_s=round(tally.covered, 3),
            confidence=round(tally.confidence / tally.covered, 3),
            reasons=tally.means(),
        )


def person_score(person: Participant, revision: int) -> Score | None:
    """What a person heard and saw, as one number; `None` before anything was judged."""
    tracks = list(_received(person))
    parts = {kind: _mean(track for track in tracks if track.kind == kind) for kind in ("audio", "video")}
    known = {kind: mean for kind, mean in parts.items() if mean is not None}
    if not known:
        return None
    tallies = [tally for track in tracks for tally in (track.scores or {}).values()]
    return Score(
        app_id=person.call.app_id,
        call_id=person.call.id,
        analysis_version=ANALYSIS_VERSION,
        revision=revision,
        score_id=derive("score", person.id, PERSON),
        participant_id=person.id,
        scope="participant",
        subject=person.id,
        scorer=PERSON,
        from_at=min(tally.from_at for tally in tallies),
        to_at=max(tally.to_at for tally in tallies),
        value=round(min(known.values()), 3),
        scale="1-5",
        n=sum(tally.n for tally in tallies),
        covered_s=round(sum(tally.covered for tally in tallies), 3),
        reasons={kind: round(mean, 3) for kind, mean in known.items()},
    )


def call_score(call: Call, revision: int) -> Score | None:
    """The people's scores, weighted by the media time that each was judged on; the reasons are theirs."""
    scored = [(person, person_score(person, revision)) for person in call.participants.values()]
    known = [(person, one) for person, one in scored if one is not None and one.value is not None]
    covered = sum(one.covered_s for _, one in known)
    if not covered:
        return None
    return Score(
        app_id=call.app_id,
        call_id=call.id,
        analysis_version=ANALYSIS_VERSION,
        revision=revision,
        score_id=derive("score", call.id, CALL),
        scope="call",
        subject=call.id,
        scorer=CALL,
        from_at=min(one.from_at for _, one in known),
        to_at=max(one.to_at for _, one in known),
        value=round(sum((one.value or 0.0) * one.covered_s for _, one in known) / covered, 3),
        scale="1-5",
        n=sum(one.n for _, one in known),
        covered_s=round(covered, 3),
        reasons={person.external or person.id: one.value or 0.0 for person, one in known},
    )


def _received(person: Participant) -> Iterator[Track]:
    for session in person.sessions.values():
        for conn in session.connections.values():
            yield from (track for track in conn.tracks.values() if track.scores)


def _mean(tracks: Iterable[Track]) -> float | None:
    """The mean over tracks, each on the scale that judged it longest."""
    longest: list[Tally] = [
        max(track.scores.values(), key=lambda tally: tally.covered) for track in tracks if track.scores
    ]
    covered = sum(tally.covered for tally in longest)
    return sum(tally.weighted for tally in longest) / covered if covered else None
